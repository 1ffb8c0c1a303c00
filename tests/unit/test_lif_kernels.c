/* The spiking kernels, float and double: the bits of the baseline table on every ISA,
   for every number of units, both kinds of units, both synapses and several outputs. */
#include "helpers.h"

#include "kernels/kernels.h"
#include "spiking/columns.h"

static const int sizes[] = {1, 15, 16, 17, 33, 200, 250};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

/* Runs of steps as the simulator cuts them, and single steps as it records them. */
static const int runs[] = {24, 25, 25, 1, 1, 25};
enum { N_RUNS = sizeof runs / sizeof *runs, LONGEST = 25 };

typedef struct lif_job {
    srnn_precision precision;
    srnn__lif_block block;
    srnn_rng rng; /* the same at every start: the same inputs for every table */
} lif_job;

static size_t width(const lif_job *job)
{
    return job->precision == SRNN_DOUBLE ? sizeof(double) : sizeof(float);
}

static double get(const lif_job *job, const void *array, int k)
{
    return job->precision == SRNN_DOUBLE ? ((const double *)array)[k]
                                         : (double)((const float *)array)[k];
}

static void put(const lif_job *job, void *array, int k, double x)
{
    if (job->precision == SRNN_DOUBLE)
        ((double *)array)[k] = x;
    else
        ((float *)array)[k] = (float)x;
}

/* [rows][Np] in the job's precision, uniform in (low, high). */
static void *uniforms(lif_job *job, int rows, double low, double high, double padding)
{
    const int N = job->block.N, Np = job->block.Np;
    void *array = zeroed((size_t)rows * Np, width(job));
    for (int k = 0; k < rows * Np; k++)
        put(job, array, k, k % Np < N ? low + (high - low) * srnn_rng_uniform(&job->rng) : padding);
    return array;
}

/* [rows][Np] normal numbers, NaN in padded lanes. */
static float *normals(lif_job *job, int rows)
{
    float *array = zeroed((size_t)rows * job->block.Np, sizeof *array);
    for (int k = 0; k < rows * job->block.Np; k++)
        array[k] = k % job->block.Np < job->block.N ? (float)srnn_rng_normal(&job->rng) : NAN;
    return array;
}

/* Units that spike every few steps, or, calm, now and then. What only the membranes read is NaN in
   padded lanes; the readout adds all lanes, so there they are 0. */
static lif_job new_job(srnn_precision precision, int N, int n_out, bool double_exponential,
                       bool calm)
{
    lif_job job = {.precision = precision, .rng = test_rng(0)};
    srnn__lif_block *b = &job.block;
    *b = (srnn__lif_block){.Np = srnn__padded(N),
                           .N = N,
                           .n_out = n_out,
                           .first_step = 1,
                           .free_after = calm ? 8 : 3,
                           .double_exponential = double_exponential,
                           .dt_over_tm = 0.005,
                           .v_reset_mv = -65,
                           .v_peak_mv = -40,
                           .noise_sd_mv = calm ? 1.5 : 6,
                           .rise_decay = double_exponential ? 0.975 : 0};
    b->drive = uniforms(&job, 1, -45, calm ? -39 : 10, NAN);
    b->decay = uniforms(&job, 1, 0.9, 1, 0);
    b->kick = uniforms(&job, 1, 0, 1, 0);
    b->w_kick = uniforms(&job, 1, 0, 0.1, NAN);
    b->W = normals(&job, N);
    b->w_out = uniforms(&job, n_out, -1, 1, 0);
    b->v = uniforms(&job, 1, -65, calm ? -41 : -20, NAN);
    b->ipsc = uniforms(&job, 1, -20, 20, NAN);
    b->h = uniforms(&job, 1, -1, 1, NAN);
    b->next_v = zeroed(b->Np, width(&job));
    b->next_ipsc = zeroed(b->Np, width(&job));
    b->next_h = zeroed(b->Np, width(&job));
    b->r = uniforms(&job, 1, 0, 1, 0);
    b->hr = uniforms(&job, 1, 0, 1, 0);
    b->lanes = zeroed((size_t)n_out * LONGEST * 16, width(&job));
    b->out = zeroed((size_t)n_out * LONGEST, width(&job));
    b->free_from = zeroed(b->Np, sizeof *b->free_from);
    if (!calm) b->stimulus = uniforms(&job, 1, -3, 3, NAN);
    uint8_t *coin = zeroed(LONGEST, sizeof *coin);
    for (int s = 0; s < LONGEST; s += 3) coin[s] = 1;
    b->coin = coin;
    b->spike_unit = zeroed((size_t)N * LONGEST, sizeof *b->spike_unit);
    b->spike_step = zeroed((size_t)N * LONGEST, sizeof *b->spike_step);
    return job;
}

static void free_job(lif_job *job)
{
    const srnn__lif_block *b = &job->block;
    const void *const arrays[] = {
        b->drive, b->decay,    b->kick,      b->w_kick, b->W,         b->w_out,      b->v,
        b->ipsc,  b->stimulus, b->coin,      b->h,      b->r,         b->hr,         b->lanes,
        b->out,   b->next_v,   b->next_ipsc, b->next_h, b->free_from, b->spike_unit, b->spike_step};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free((void *)(uintptr_t)arrays[k]);
}

static void next_run(lif_job *job, const srnn__lif_kernels *kernels, int n_steps)
{
    job->block.n_steps = n_steps;
    float *noise = normals(job, n_steps);
    job->block.noise = noise;
    kernels->membranes(&job->block);
    kernels->readout(&job->block);
    free(noise);
}

/* Everything that the steps so far have written into real lanes. */
static uint64_t digest(uint64_t hash, const lif_job *job)
{
    const srnn__lif_block *b = &job->block;
    const void *const state[] = {b->v, b->ipsc, b->h, b->r, b->hr};
    const size_t n_spikes = (size_t)b->n_spikes;
    for (size_t k = 0; k < sizeof state / sizeof *state; k++)
        hash = fnv_1a(hash, state[k], (size_t)b->N * width(job));
    hash = fnv_1a(hash, b->free_from, (size_t)b->N * sizeof *b->free_from);
    hash = fnv_1a(hash, b->out, (size_t)b->n_steps * b->n_out * width(job));
    hash = fnv_1a(hash, b->spike_unit, n_spikes * sizeof *b->spike_unit);
    return fnv_1a(hash, b->spike_step, n_spikes * sizeof *b->spike_step);
}

static const srnn__lif_kernels *table(srnn_precision precision, srnn__isa isa)
{
    return precision == SRNN_DOUBLE ? srnn__lif_kernels_f64_for(isa)
                                    : srnn__lif_kernels_f32_for(isa);
}

/* Leaves a fifth of the connections. */
static void thin_out(lif_job *job)
{
    const int N = job->block.N, Np = job->block.Np;
    float *W = (float *)(uintptr_t)job->block.W;
    srnn_rng rng = test_rng(1);
    for (int k = 0; k < N * Np; k++)
        if (k % Np >= N || srnn__rng_word(&rng) % 5 > 0) W[k] = 0;
}

static uint64_t run_all(const srnn__lif_kernels *kernels, srnn_precision precision, int N,
                        int n_out, bool double_exponential, bool quadratic, bool calm, bool sparse)
{
    lif_job job = new_job(precision, N, n_out, double_exponential, calm);
    job.block.quadratic = quadratic;
    srnn__columns columns = {0};
    if (sparse) thin_out(&job);
    if (sparse && kernels->packed) {
        assert_true(srnn__columns_pack(N, job.block.Np, job.block.W, &columns));
        job.block.columns = &columns;
    }
    uint64_t hash = FNV_START;
    int n_spikes = 0;
    for (int k = 0; k < N_RUNS; k++) {
        next_run(&job, kernels, runs[k]);
        hash = digest(hash, &job);
        n_spikes += job.block.n_spikes;
        job.block.first_step += runs[k];
    }
    assert_true(n_spikes >= (calm ? N / 8 : N)); /* or nothing would have been compared */
    srnn__columns_free(&columns);
    free_job(&job);
    return hash;
}

static void same_bits_in_every_table(void **state)
{
    (void)state;
    for (int i = 0; i < N_ISA_NAMES; i++) {
        srnn_ctx *ctx = new_ctx(isa_names[i], 1);
        if (!ctx) continue;
        for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++)
            for (int n = 0; n < N_SIZES; n++)
                for (int n_out = 1; n_out <= 3; n_out++)
                    for (int kind = 0; kind < 16; kind++)
                        if (run_all(table(precision, SRNN__BASELINE), precision, sizes[n], n_out,
                                    kind & 1, kind & 2, kind & 4, kind & 8) !=
                            run_all(table(precision, ctx->isa), precision, sizes[n], n_out,
                                    kind & 1, kind & 2, kind & 4, kind & 8))
                            fail_msg("%s differs in %s with N %d, n_out %d, %s, %s exponential%s%s",
                                     isa_names[i], precision == SRNN_DOUBLE ? "double" : "float",
                                     sizes[n], n_out, kind & 2 ? "QIF" : "LIF",
                                     kind & 1 ? "double" : "single", kind & 4 ? ", calm" : "",
                                     kind & 8 ? ", sparse" : "");
        srnn_ctx_free(ctx);
    }
}

/* One block at once and step by step. Returns the number of spikes. */
static int compare_block(const srnn__lif_kernels *kernels, lif_job *whole, lif_job *steps)
{
    next_run(whole, kernels, LONGEST);
    int n_spikes = 0;
    for (int s = 0; s < LONGEST; s++) {
        next_run(steps, kernels, 1);
        for (int o = 0; o < 2; o++)
            assert_true(get(steps, steps->block.out, o) == get(whole, whole->block.out, 2 * s + o));
        for (int q = 0; q < steps->block.n_spikes; q++, n_spikes++) {
            assert_int_equal(steps->block.spike_unit[q], whole->block.spike_unit[n_spikes]);
            assert_int_equal(steps->block.spike_step[q], whole->block.spike_step[n_spikes]);
        }
        steps->block.first_step++;
        steps->block.coin++;
    }
    assert_int_equal(n_spikes, whole->block.n_spikes);
    assert_memory_equal(steps->block.v, whole->block.v, 48 * width(whole));
    assert_memory_equal(steps->block.hr, whole->block.hr, 48 * width(whole));
    steps->block.coin -= LONGEST;
    whole->block.first_step += LONGEST;
    return n_spikes;
}

/* The simulator may cut time anywhere: many steps at once or one by one. */
static void one_step_at_a_time_gives_the_same_bits(void **state)
{
    (void)state;
    enum { BLOCKS = 12 };
    for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++)
        for (int kind = 0; kind < 4; kind++) {
            const bool calm = kind & 2;
            lif_job whole = new_job(precision, 48, 2, kind & 1, calm);
            lif_job steps = new_job(precision, 48, 2, kind & 1, calm);
            int n_spikes = 0;
            for (int block = 0; block < BLOCKS; block++)
                n_spikes += compare_block(table(precision, SRNN__BASELINE), &whole, &steps);
            if (calm)
                assert_in_range(n_spikes, 2 * BLOCKS, LONGEST * BLOCKS / 4);
            else
                assert_true(n_spikes > LONGEST * BLOCKS / 2);
            free_job(&whole);
            free_job(&steps);
        }
}

/* out = w_out r by sixteen lanes, then lanes in halves. */
static double plain_out(const lif_job *job, int o)
{
    const srnn__lif_block *b = &job->block;
    double lane[16] = {0};
    for (int i = 0; i < b->Np; i++) {
        const double w = get(job, b->w_out, o * b->Np + i), r = get(job, b->r, i);
        lane[i % 16] = job->precision == SRNN_DOUBLE
                           ? fma(w, r, lane[i % 16])
                           : (double)fmaf((float)w, (float)r, (float)lane[i % 16]);
    }
    for (int half = 8; half; half /= 2)
        for (int l = 0; l < half; l++)
            lane[l] = job->precision == SRNN_DOUBLE
                          ? lane[l] + lane[l + half]
                          : (double)((float)lane[l] + (float)lane[l + half]);
    return lane[0];
}

static void out_sums_in_the_stated_order(void **state)
{
    (void)state;
    for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++)
        for (int n = 0; n < N_SIZES; n++) {
            lif_job job = new_job(precision, sizes[n], 3, true, false);
            for (int s = 0; s < 5; s++, job.block.first_step++) {
                next_run(&job, table(precision, SRNN__BASELINE), 1);
                for (int o = 0; o < 3; o++)
                    assert_true(get(&job, job.block.out, o) == plain_out(&job, o));
            }
            free_job(&job);
        }
}

static void forget_drops_what_is_small(void **state)
{
    (void)state;
    const double values[] = {1e-31, -1e-31, 2e-30, -2e-30, 0, 1, NAN, INFINITY};
    enum { N_VALUES = sizeof values / sizeof *values };
    for (int i = 0; i < N_ISA_NAMES; i++) {
        srnn_ctx *ctx = new_ctx(isa_names[i], 1);
        if (!ctx) continue;
        for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++) {
            lif_job job = new_job(precision, 33, 1, true, false);
            void *const traces[] = {job.block.ipsc, job.block.h, job.block.r, job.block.hr};
            for (int k = 0; k < 4; k++)
                for (int unit = 0; unit < 33; unit++)
                    put(&job, traces[k], unit, values[(unit + k) % N_VALUES]);
            table(precision, ctx->isa)->forget(&job.block);
            for (int k = 0; k < 4; k++)
                for (int unit = 0; unit < 33; unit++) {
                    const double had = values[(unit + k) % N_VALUES];
                    const double has = get(&job, traces[k], unit);
                    if (isnan(had))
                        assert_true(isnan(has));
                    else if (fabs(had) < 1e-30)
                        assert_true(has == 0);
                    else
                        assert_true(has == (precision == SRNN_DOUBLE ? had : (double)(float)had));
                }
            free_job(&job);
        }
        srnn_ctx_free(ctx);
    }
}

static void finite_looks_at_every_unit(void **state)
{
    (void)state;
    for (int i = 0; i < N_ISA_NAMES; i++) {
        srnn_ctx *ctx = new_ctx(isa_names[i], 1);
        if (!ctx) continue;
        for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++)
            for (int n = 0; n < N_SIZES; n++) {
                const srnn__lif_kernels *kernels = table(precision, ctx->isa);
                lif_job job =
                    new_job(precision, sizes[n], 1, true, false); /* NaN in padded lanes */
                assert_true(kernels->finite(&job.block));
                for (int unit = 0; unit < sizes[n]; unit++)
                    for (int k = 0; k < 2; k++) {
                        void *array = k ? job.block.v : job.block.ipsc;
                        const double had = get(&job, array, unit);
                        put(&job, array, unit, unit % 3 ? NAN : unit % 2 ? INFINITY : -INFINITY);
                        assert_false(kernels->finite(&job.block));
                        put(&job, array, unit, had);
                    }
                free_job(&job);
            }
        srnn_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits_in_every_table),
        cmocka_unit_test(one_step_at_a_time_gives_the_same_bits),
        cmocka_unit_test(out_sums_in_the_stated_order),
        cmocka_unit_test(forget_drops_what_is_small),
        cmocka_unit_test(finite_looks_at_every_unit),
    };
    return cmocka_run_group_tests_name("lif_kernels", tests, NULL, NULL);
}
