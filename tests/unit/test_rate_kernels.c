/* Every entry of the rate kernel table: the bits of the baseline table on every ISA,
   and for the sums the bits of the plain loop that the contract states. Padded
   lanes hold NaN: they must not reach a real lane. */
#include "helpers.h"

#include "kernels/kernels.h"
#include "rate/sparse.h"

typedef srnn__real real;

#if defined(SRNN__RATE_DOUBLE)
static real fused(real a, real b, real c) { return fma(a, b, c); }
#else
static real fused(real a, real b, real c) { return fmaf(a, b, c); }
#endif

static const int sizes[] = {1, 15, 16, 17, 33, 200, 250, 290};
enum { N_SIZES = sizeof sizes / sizeof *sizes, MOST_TRIALS = 19, STEPS = 70 };

/* What a kernel is given. */
typedef struct kernel_job {
    const srnn__rate_kernels *kernels;
    int N, Np, B;
    srnn_activation activation;
    srnn_rng rng; /* the same at every start: the same inputs for every table */
} kernel_job;

static kernel_job new_job(const srnn__rate_kernels *kernels, int N, int B,
                          srnn_activation activation)
{
    return (kernel_job){kernels, N, srnn__padded(N), B, activation, test_rng(0)};
}

/* Normal numbers, among them zeros of both signs, tiny and huge ones. */
static real any_value(srnn_rng *rng)
{
    const double z = srnn_rng_normal(rng);
    switch (srnn__rng_word(rng) % 16) {
    case 0: return 0;
    case 1: return -(real)0;
    case 2: return (real)(z * 1e-30);
    case 3: return (real)(z * 50);
    default: return (real)z;
    }
}

/* [rows][Np] with the given padding. */
static real *values_padded(kernel_job *job, int rows, double padding)
{
    real *a = zeroed((size_t)rows * job->Np, sizeof *a);
    for (int row = 0; row < rows; row++)
        for (int i = 0; i < job->Np; i++)
            a[row * job->Np + i] = i < job->N ? any_value(&job->rng) : (real)padding;
    return a;
}

static real *values(kernel_job *job, int rows) { return values_padded(job, rows, NAN); }

/* Hashes the real lanes and frees the array. */
static uint64_t digest(uint64_t hash, const kernel_job *job, int rows, real *a)
{
    for (int row = 0; row < rows; row++)
        hash = fnv_1a(hash, a + (size_t)row * job->Np, (size_t)job->N * sizeof *a);
    free(a);
    return hash;
}

/* ---- one function an entry: runs it and returns a hash of what it gave ---- */

static uint64_t run_matvec(kernel_job *job)
{
    real *W = values(job, job->N), *r = values(job, job->B), *y = values(job, job->B);
    job->kernels->matvec(job->B, job->N, job->Np, W, r, y);
    free(W);
    free(r);
    return digest(FNV_START, job, job->B, y);
}

static uint64_t run_step(kernel_job *job)
{
    real *alpha = values(job, 1), *x_prev = values(job, 1), *y = values(job, 1);
    float *noise = zeroed((size_t)job->Np, sizeof *noise);
    for (int i = 0; i < job->N; i++) noise[i] = (float)srnn_rng_normal(&job->rng);
    uint64_t hash = FNV_START;
    for (int with_noise = 0; with_noise < 2; with_noise++) {
        real *x = values(job, 1), *r = values(job, 1);
        job->kernels->step(job->activation, job->Np, alpha, x_prev, y, with_noise ? noise : NULL,
                           (real)0.1, x, r);
        hash = digest(digest(hash, job, 1, x), job, 1, r);
    }
    free(alpha);
    free(x_prev);
    free(y);
    free(noise);
    return hash;
}

static uint64_t run_step_back(kernel_job *job)
{
    real *alpha = values(job, 1), *x = values(job, 1), *r = values(job, 1), *dr = values(job, 1);
    real *y = values(job, 1), *x_prev = values(job, 1);
    real *g = values(job, 1), *s = values(job, 1), *d_alpha = values(job, 1);
    job->kernels->step_back(job->activation, job->Np, alpha, x, r, dr, y, x_prev, g, s, d_alpha);
    real *const inputs[] = {alpha, x, r, dr, y, x_prev};
    for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) free(inputs[k]);
    return digest(digest(digest(FNV_START, job, 1, g), job, 1, s), job, 1, d_alpha);
}

/* The first of two trials side by side. */
static uint64_t run_outer(kernel_job *job)
{
    real *r = values(job, 2 * STEPS), *s = values(job, 2 * STEPS), *dW = values(job, job->N);
    job->kernels->outer(STEPS, job->N, job->Np, 2 * (size_t)job->Np, r, s, dW);
    free(r);
    free(s);
    return digest(FNV_START, job, job->N, dW);
}

static uint64_t run_dot(kernel_job *job)
{
    real *a = values_padded(job, 1, 0), *b = values_padded(job, 1, 0);
    const real sum = job->kernels->dot(job->Np, a, b);
    free(a);
    free(b);
    return fnv_1a(FNV_START, &sum, sizeof sum);
}

static uint64_t run_axpy(kernel_job *job)
{
    real *a = values(job, 1), *y = values(job, 1);
    job->kernels->axpy(job->Np, any_value(&job->rng), a, y);
    free(a);
    return digest(FNV_START, job, 1, y);
}

/* A matrix with a fifth of its connections, and a 0 behind it. */
static real *sparse_values(kernel_job *job)
{
    const size_t N = (size_t)job->N, Np = (size_t)job->Np;
    real *W = zeroed(N * Np + 1, sizeof *W);
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < N; i++) {
            const real w = any_value(&job->rng);
            if (srnn__rng_word(&job->rng) % 5 == 0) W[j * Np + i] = w;
        }
    return W;
}

/* By way of the packing, forward and back; dense where the table or the size have no
   sparse product. */
static uint64_t run_matvec_sparse(kernel_job *job)
{
    const size_t Np = (size_t)job->Np, end = (size_t)job->N * Np;
    real *W = sparse_values(job), *W_t = zeroed(end, sizeof *W_t);
    for (size_t k = 0; k < end; k++)
        if (k % Np < (size_t)job->N) W_t[k % Np * Np + k / Np] = W[k];
    uint64_t hash = FNV_START;
    for (int back = 0; back < 2; back++) {
        real *r = values(job, job->B), *y = values(job, job->B);
        for (size_t k = 0; k < (size_t)job->B * Np; k++) y[k] += 0; /* no -0 */
        srnn__sparse sparse;
        if (job->kernels->matvec_sparse && job->Np >= SRNN__SPARSE_WINDOW) {
            assert_true(
                srnn__sparse_pack(job->N, job->Np, W, back ? 1 : Np, back ? Np : 1, end, &sparse));
            job->kernels->matvec_sparse(job->B, job->Np, &sparse, r, y);
            srnn__sparse_free(&sparse);
        } else {
            job->kernels->matvec(job->B, job->N, job->Np, back ? W_t : W, r, y);
        }
        hash = digest(hash, job, job->B, y);
        free(r);
    }
    free(W);
    free(W_t);
    return hash;
}

/* Likewise, the sums of the connections. */
static uint64_t run_outer_sparse(kernel_job *job)
{
    const size_t Np = (size_t)job->Np, end = (size_t)job->N * Np;
    real *W = sparse_values(job), *dW = zeroed(end, sizeof *dW);
    real *r = values(job, 2 * STEPS), *s = values(job, 2 * STEPS);
    srnn__sparse sparse;
    if (job->kernels->outer_sparse && job->Np >= SRNN__SPARSE_WINDOW) {
        assert_true(srnn__sparse_pack(job->N, job->Np, W, Np, 1, end, &sparse));
        real *dvalues = zeroed(sparse.n_values, sizeof *dvalues);
        job->kernels->outer_sparse(STEPS, 2 * Np, &sparse, r, s, dvalues);
        srnn__sparse_add(&sparse, dvalues, end, dW);
        free(dvalues);
        srnn__sparse_free(&sparse);
    } else {
        job->kernels->outer(STEPS, job->N, job->Np, 2 * Np, r, s, dW);
    }
    for (size_t k = 0; k < end; k++)
        if (W[k] == 0) dW[k] = 0;
    free(W);
    free(r);
    free(s);
    return digest(FNV_START, job, job->N, dW);
}

static uint64_t run_transpose(kernel_job *job)
{
    real *W = values(job, job->N), *W_t = values(job, job->N);
    job->kernels->transpose(job->N, job->Np, W, W_t);
    for (int j = 0; j < job->N; j++)
        for (int i = 0; i < job->N; i++)
            assert_memory_equal(&W_t[i * job->Np + j], &W[j * job->Np + i], sizeof *W);
    free(W);
    return digest(FNV_START, job, job->N, W_t);
}

static uint64_t run_effective(kernel_job *job)
{
    real *w = values(job, job->N), *mask = values(job, job->N);
    uint64_t hash = FNV_START;
    for (int dale = 0; dale < 2; dale++) {
        real *w_eff = values(job, job->N);
        job->kernels->effective(dale, job->N, job->Np, w, mask, w_eff);
        hash = digest(hash, job, job->N, w_eff);
    }
    free(w);
    free(mask);
    return hash;
}

static uint64_t run_mask_gradient(kernel_job *job)
{
    real *w = values(job, job->N), *mask = values(job, job->N);
    uint64_t hash = FNV_START;
    for (int dale = 0; dale < 2; dale++) {
        real *dw = values(job, job->N);
        job->kernels->mask_gradient(dale, (size_t)job->N * job->Np, w, mask, dw);
        hash = digest(hash, job, job->N, dw);
    }
    free(w);
    free(mask);
    return hash;
}

static uint64_t run_adam(kernel_job *job)
{
    const srnn__adam_step step = {(real)0.9,   (real)0.999, (real)1e-8, (real)0.1,
                                  (real)0.001, (real)0.03,  (real)7};
    real *g = values(job, job->N), *m = values(job, job->N), *p = values(job, job->N);
    real *v = values(job, job->N);
    for (int k = 0; k < job->N * job->Np; k++) v[k] *= v[k]; /* as Adam's is, not negative */
    job->kernels->adam(&step, (size_t)job->N * job->Np, g, m, v, p);
    free(g);
    return digest(digest(digest(FNV_START, job, job->N, m), job, job->N, v), job, job->N, p);
}

static const struct {
    const char *name;
    uint64_t (*run)(kernel_job *job);
    bool of_batch, of_activation; /* reads job->B, job->activation */
} entries[] = {
    {"matvec", run_matvec, true, false},
    {"matvec_sparse", run_matvec_sparse, true, false},
    {"step", run_step, false, true},
    {"step_back", run_step_back, false, true},
    {"outer", run_outer, false, false},
    {"outer_sparse", run_outer_sparse, false, false},
    {"dot", run_dot, false, false},
    {"axpy", run_axpy, false, false},
    {"effective", run_effective, false, false},
    {"transpose", run_transpose, false, false},
    {"mask_gradient", run_mask_gradient, false, false},
    {"adam", run_adam, false, false},
};
enum { N_ENTRIES = sizeof entries / sizeof *entries };

static void same_bits_in_every_table(void **state)
{
    (void)state;
    assert_int_equal(N_ENTRIES, sizeof(srnn__rate_kernels) / sizeof(void (*)(void)));
    for (int isa = 0; isa < N_ISA_NAMES; isa++) {
        srnn_ctx *ctx = new_ctx(isa_names[isa], 1);
        if (!ctx) continue;
        for (int e = 0; e < N_ENTRIES; e++)
            for (int n = 0; n < N_SIZES; n++)
                for (int B = 1; B <= (entries[e].of_batch ? MOST_TRIALS : 1); B++)
                    for (int a = 0; a <= (entries[e].of_activation ? SRNN_SOFTPLUS : 0); a++) {
                        kernel_job plain =
                            new_job(srnn__rate_kernels_for(SRNN__BASELINE), sizes[n], B, a);
                        kernel_job wide = new_job(srnn__rate_kernels_for(ctx->isa), sizes[n], B, a);
                        if (entries[e].run(&plain) != entries[e].run(&wide))
                            fail_msg("%s differs on %s with N %d, B %d, activation %d",
                                     entries[e].name, isa_names[isa], sizes[n], B, a);
                    }
        srnn_ctx_free(ctx);
    }
}

/* ---- the sums against the contract's own loops ---- */

static uint64_t plain_matvec(kernel_job *job)
{
    real *W = values(job, job->N), *r = values(job, job->B), *y = values(job, job->B);
    for (int b = 0; b < job->B; b++)
        for (int i = 0; i < job->N; i++)
            for (int j = 0; j < job->N; j++)
                y[b * job->Np + i] =
                    fused(W[j * job->Np + i], r[b * job->Np + j], y[b * job->Np + i]);
    free(W);
    free(r);
    return digest(FNV_START, job, job->B, y);
}

static uint64_t plain_outer(kernel_job *job)
{
    real *r = values(job, 2 * STEPS), *s = values(job, 2 * STEPS), *dW = values(job, job->N);
    for (int j = 0; j < job->N; j++)
        for (int i = 0; i < job->N; i++)
            for (int t = 0; t < 2 * STEPS; t += 2)
                dW[j * job->Np + i] =
                    fused(r[t * job->Np + j], s[t * job->Np + i], dW[j * job->Np + i]);
    free(r);
    free(s);
    return digest(FNV_START, job, job->N, dW);
}

static uint64_t plain_dot(kernel_job *job)
{
    real *a = values_padded(job, 1, 0), *b = values_padded(job, 1, 0), lane[16] = {0};
    for (int i = 0; i < job->Np; i++) lane[i % 16] = fused(a[i], b[i], lane[i % 16]);
    free(a);
    free(b);
    for (int l = 0; l < 8; l++) lane[l] += lane[l + 8];
    for (int l = 0; l < 4; l++) lane[l] += lane[l + 4];
    lane[0] += lane[2];
    lane[1] += lane[3];
    const real sum = lane[0] + lane[1];
    return fnv_1a(FNV_START, &sum, sizeof sum);
}

static void sums_run_in_the_stated_order(void **state)
{
    (void)state;
    for (int n = 0; n < N_SIZES; n++) {
        kernel_job kernel, plain;
        for (int B = 1; B <= MOST_TRIALS; B += 6) {
            kernel = new_job(srnn__rate_kernels_for(SRNN__BASELINE), sizes[n], B, SRNN_SIGMOID);
            plain = kernel;
            assert_true(run_matvec(&kernel) == plain_matvec(&plain));
        }
        kernel = new_job(srnn__rate_kernels_for(SRNN__BASELINE), sizes[n], 1, SRNN_SIGMOID);
        plain = kernel;
        assert_true(run_outer(&kernel) == plain_outer(&plain));
        assert_true(run_dot(&kernel) == plain_dot(&plain));
    }
}

/* As where it is summed for the connections alone: no -0, and nothing of what is not finite. */
static void no_gradient_without_a_connection(void **state)
{
    (void)state;
    enum { N = 16 };
    for (int isa = 0; isa < N_ISA_NAMES; isa++) {
        srnn_ctx *ctx = new_ctx(isa_names[isa], 1);
        if (!ctx) continue;
        real *w = zeroed(N, sizeof *w), *mask = zeroed(N, sizeof *mask);
        real *dw = zeroed(N, sizeof *dw), *none = zeroed(N, sizeof *none);
        for (int k = 0; k < N; k++) {
            w[k] = 1;
            dw[k] = k % 2 ? -1 : (real)INFINITY;
        }
        srnn__rate_kernels_for(ctx->isa)->mask_gradient(true, N, w, mask, dw);
        assert_memory_equal(dw, none, N * sizeof *dw);
        free(w);
        free(mask);
        free(dw);
        free(none);
        srnn_ctx_free(ctx);
    }
}

/* ---- the activations against their formulas ---- */

static void activations(void **state)
{
    (void)state;
    const double tolerance = sizeof(real) == sizeof(double) ? 4e-16 : 2.5e-7;
    const srnn__rate_kernels *kernels = srnn__rate_kernels_for(SRNN__BASELINE);
    real *zero = zeroed(16, sizeof *zero), *x = zeroed(16, sizeof *x),
         *same = zeroed(16, sizeof *x);
    real *r = zeroed(16, sizeof *r);
    for (double centre = -100; centre <= 100; centre += 0.5) {
        for (int i = 0; i < 16; i++) x[i] = (real)(centre + i / 32.0);
        for (int a = SRNN_SIGMOID; a <= SRNN_SOFTPLUS; a++) {
            kernels->step(a, 16, zero, x, zero, NULL, 0, same, r); /* alpha 0: x stays */
            assert_memory_equal(same, x, 16 * sizeof *x);
            for (int i = 0; i < 16; i++) {
                const double xi = (double)x[i];
                const double sigmoid = 1 / (1 + exp(-xi)), relu = fmin(fmax(xi, 0), 20);
                const double softplus = fmin(xi > 0 ? xi + log1p(exp(-xi)) : log1p(exp(xi)), 20);
                const double expected = a == SRNN_SIGMOID        ? sigmoid
                                        : a == SRNN_CLIPPED_RELU ? relu
                                                                 : softplus;
                assert_near(r[i], expected, tolerance * (1 + expected));
            }
        }
    }
    free(zero);
    free(x);
    free(same);
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits_in_every_table),
        cmocka_unit_test(sums_run_in_the_stated_order),
        cmocka_unit_test(no_gradient_without_a_connection),
        cmocka_unit_test(activations),
    };
    return cmocka_run_group_tests_name("rate_kernels", tests, NULL, NULL);
}
