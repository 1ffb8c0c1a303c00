/* The rate network's loops (contracts: kernels.h). Compiled once per ISA. */
#if defined(SRNN__RATE_DOUBLE)
#define SRNN__KERNEL_DOUBLE 1
#else
#define SRNN__KERNEL_DOUBLE 0
#endif

#include "kernels/kernels.h"
#include "kernels/tables.h"
#include "kernels/vreg.h"

#define UNROLL _Pragma("GCC unroll 16")

/* ---- y += W r: each y is one sequential sum over j, so blocks of outputs and
   trials share loads without changing a bit ---- */

/* V vectors of outputs for B trials, all sums in registers. */
static inline __attribute__((always_inline)) void
matvec_block(int V, int B, int n_pre, size_t Np, const real *W, const real *r, real *y)
{
    vreg sum[8][8];
    UNROLL for (int b = 0; b < B; b++) UNROLL for (int v = 0; v < V; v++) sum[b][v] =
        vload(y + (size_t)b * Np + v * VL);
    for (int j = 0; j < n_pre; j++) {
        const real *column = W + (size_t)j * Np;
        vreg w[8];
        UNROLL for (int v = 0; v < V; v++) w[v] = vload(column + v * VL);
        UNROLL for (int b = 0; b < B; b++)
        {
            const vreg rate = vset1(r[(size_t)b * Np + (size_t)j]);
            UNROLL for (int v = 0; v < V; v++) sum[b][v] = vfused(w[v], rate, sum[b][v]);
        }
    }
    UNROLL for (int b = 0; b < B; b++) UNROLL for (int v = 0; v < V; v++)
        vstore(y + (size_t)b * Np + v * VL, sum[b][v]);
}

static void matvec_one(int n_pre, size_t Np, const real *W, const real *r, real *y)
{
    size_t i = 0;
    for (; i + 8 * VL <= Np; i += 8 * VL) matvec_block(8, 1, n_pre, Np, W + i, r, y + i);
    if (i + 4 * VL <= Np) {
        matvec_block(4, 1, n_pre, Np, W + i, r, y + i);
        i += 4 * VL;
    }
    if (i + 2 * VL <= Np) {
        matvec_block(2, 1, n_pre, Np, W + i, r, y + i);
        i += 2 * VL;
    }
    if (i < Np) matvec_block(1, 1, n_pre, Np, W + i, r, y + i);
}

static void matvec_rows(int B, int n_pre, size_t Np, const real *W, const real *r, real *y)
{
    enum { TRIALS = REGS == 32 ? 8 : 4 };
    const int whole = B - B % TRIALS;
    /* Columns of two registers stay in the cache for the next trials. */
    for (size_t i = 0; i < Np; i += 2 * VL)
        for (int b = 0; b < whole; b += TRIALS) {
            const real *rb = r + (size_t)b * Np;
            real *yb = y + (size_t)b * Np + i;
            if (i + 2 * VL <= Np)
                matvec_block(2, TRIALS, n_pre, Np, W + i, rb, yb);
            else
                matvec_block(1, TRIALS, n_pre, Np, W + i, rb, yb);
        }
    for (int b = whole; b < B; b++)
        matvec_one(n_pre, Np, W, r + (size_t)b * Np, y + (size_t)b * Np);
}

/* A large W is read a few rows at a time, which lie together: down its columns each row would
   be another page. */
static void matvec(int B, int n_pre, int Np_, const real *W, const real *r, real *y)
{
    enum { LARGE = 64 * 1024, TILE = 16 * 1024, LEAST = 8 }; /* elements; rows */
    const size_t Np = (size_t)Np_, n = (size_t)n_pre;
    const size_t fit = n * Np <= LARGE ? n : TILE / Np, rows = fit > LEAST ? fit : LEAST;
    for (size_t j = 0; j < n; j += rows)
        matvec_rows(B, (int)(n - j < rows ? n - j : rows), Np, W + j * Np, r + j, y);
}

#if defined(__AVX512F__) && !SRNN__KERNEL_DOUBLE
#define SPARSE(kernel) kernel

/* A kernel of a chunk is compiled for each number of groups, its first argument. */
#define OF_GROUPS(n_groups, kernel, ...)                                                           \
    switch (n_groups) {                                                                            \
    case 1: kernel(1, __VA_ARGS__); break;                                                         \
    case 2: kernel(2, __VA_ARGS__); break;                                                         \
    case 3: kernel(3, __VA_ARGS__); break;                                                         \
    default: kernel(4, __VA_ARGS__); break;                                                        \
    }

/* V groups of outputs for B trials, all sums in registers; a window is two of r. */
static inline __attribute__((always_inline)) void
sparse_chunk(int V, int B, int n_steps, const int32_t *windows, const uint32_t *places,
             const real *values, size_t Np, const real *r, real *y)
{
    vreg sum[2][SRNN__SPARSE_GROUPS];
    UNROLL for (int b = 0; b < B; b++) UNROLL for (int v = 0; v < V; v++) sum[b][v] =
        vload(y + (size_t)b * Np + v * VL);
    for (int s = 0; s < n_steps; s += SRNN__SPARSE_STEPS) {
        __m512i place[SRNN__SPARSE_GROUPS];
        UNROLL for (int v = 0; v < V; v++, places += VL) place[v] = _mm512_load_si512(places);
        UNROLL for (int k = 0; k < SRNN__SPARSE_STEPS; k++)
        {
            const real *window = r + windows[s + k];
            UNROLL for (int b = 0; b < B; b++)
            {
                const vreg low = vload(window + (size_t)b * Np);
                const vreg high = vload(window + (size_t)b * Np + VL);
                UNROLL for (int v = 0; v < V; v++) sum[b][v] = vfused(
                    vload(values + v * VL), _mm512_permutex2var_ps(low, place[v], high), sum[b][v]);
            }
            values += V * VL;
            UNROLL for (int v = 0; v < V; v++) place[v] =
                _mm512_srli_epi32(place[v], SRNN__SPARSE_BITS);
        }
    }
    UNROLL for (int b = 0; b < B; b++) UNROLL for (int v = 0; v < V; v++)
        vstore(y + (size_t)b * Np + v * VL, sum[b][v]);
}

static inline __attribute__((always_inline)) void
sparse_trials(int B, size_t Np, const srnn__sparse *W, const real *r, real *y)
{
    const int32_t *windows = W->windows;
    const uint32_t *places = W->places;
    const real *values = W->values;
    for (int c = 0; c < W->n_chunks; c++) {
        const srnn__sparse_chunk *chunk = &W->chunks[c];
        const int n = chunk->n_steps;
        real *outputs = y + chunk->group * VL;
        OF_GROUPS(chunk->n_groups, sparse_chunk, B, n, windows, places, values, Np, r, outputs)
        windows += n;
        places += n / SRNN__SPARSE_STEPS * chunk->n_groups * VL;
        values += (size_t)n * (size_t)chunk->n_groups * VL;
    }
}

static void matvec_sparse(int B, int Np, const srnn__sparse *W, const real *r, real *y)
{
    const size_t row = (size_t)Np;
    int b = 0;
    for (; b + 2 <= B; b += 2) sparse_trials(2, row, W, r + (size_t)b * row, y + (size_t)b * row);
    if (b < B) sparse_trials(1, row, W, r + (size_t)b * row, y + (size_t)b * row);
}
#else
#define SPARSE(kernel) NULL
#endif

/* ---- dW += r s^T over time: each element is one sequential sum over t ---- */

enum { STEPS_AT_ONCE = 64 }; /* columns of r and s stay in the first cache */

static inline __attribute__((always_inline)) void
outer_block(int V, int J, int T, size_t Np, size_t stride, const real *r, const real *s, real *dW)
{
    vreg sum[8][8];
    UNROLL for (int j = 0; j < J; j++) UNROLL for (int v = 0; v < V; v++) sum[j][v] =
        vload(dW + (size_t)j * Np + v * VL);
    for (int t = 0; t < T; t++) {
        const real *rt = r + (size_t)t * stride, *st = s + (size_t)t * stride;
        vreg a[8];
        UNROLL for (int v = 0; v < V; v++) a[v] = vload(st + v * VL);
        UNROLL for (int j = 0; j < J; j++)
        {
            const vreg rate = vset1(rt[j]);
            UNROLL for (int v = 0; v < V; v++) sum[j][v] = vfused(rate, a[v], sum[j][v]);
        }
    }
    UNROLL for (int j = 0; j < J; j++) UNROLL for (int v = 0; v < V; v++)
        vstore(dW + (size_t)j * Np + v * VL, sum[j][v]);
}

static void outer_of_steps(int T, int n_pre, size_t Np, size_t stride, const real *r, const real *s,
                           real *dW)
{
    enum { ROWS = REGS == 32 ? 8 : 4 };
    int j = 0;
    for (; j + ROWS <= n_pre; j += ROWS) {
        real *rows = dW + (size_t)j * Np;
        size_t i = 0;
        for (; i + 2 * VL <= Np; i += 2 * VL)
            outer_block(2, ROWS, T, Np, stride, r + j, s + i, rows + i);
        if (i < Np) outer_block(1, ROWS, T, Np, stride, r + j, s + i, rows + i);
    }
    for (; j < n_pre; j++)
        for (size_t i = 0; i < Np; i += VL)
            outer_block(1, 1, T, Np, stride, r + j, s + i, dW + (size_t)j * Np + i);
}

static void outer(int T, int n_pre, int Np, size_t stride, const real *r, const real *s, real *dW)
{
    for (int t = 0; t < T; t += STEPS_AT_ONCE)
        outer_of_steps(T - t < STEPS_AT_ONCE ? T - t : STEPS_AT_ONCE, n_pre, (size_t)Np, stride,
                       r + (size_t)t * stride, s + (size_t)t * stride, dW);
}

#if defined(__AVX512F__) && !SRNN__KERNEL_DOUBLE
/* K steps of a packing for V groups, from the lowest bits of the places on. */
static inline __attribute__((always_inline)) void
outer_sparse_block(int V, int K, int T, size_t stride, const int32_t *windows,
                   const __m512i *places, const real *r, const real *s, real *dvalues)
{
    vreg sum[SRNN__SPARSE_STEPS][SRNN__SPARSE_GROUPS];
    __m512i place[SRNN__SPARSE_STEPS][SRNN__SPARSE_GROUPS];
    UNROLL for (int k = 0; k < K; k++) UNROLL for (int v = 0; v < V; v++)
    {
        sum[k][v] = vload(dvalues + (k * V + v) * VL);
        place[k][v] = _mm512_srli_epi32(places[v], (unsigned)(k * SRNN__SPARSE_BITS));
    }
    for (int t = 0; t < T; t++) {
        const real *rt = r + (size_t)t * stride, *st = s + (size_t)t * stride;
        vreg a[SRNN__SPARSE_GROUPS];
        UNROLL for (int v = 0; v < V; v++) a[v] = vload(st + v * VL);
        UNROLL for (int k = 0; k < K; k++)
        {
            const vreg low = vload(rt + windows[k]), high = vload(rt + windows[k] + VL);
            UNROLL for (int v = 0; v < V; v++) sum[k][v] =
                vfused(_mm512_permutex2var_ps(low, place[k][v], high), a[v], sum[k][v]);
        }
    }
    UNROLL for (int k = 0; k < K; k++) UNROLL for (int v = 0; v < V; v++)
        vstore(dvalues + (k * V + v) * VL, sum[k][v]);
}

/* As many sums at a time as stay in registers with their places. */
static inline __attribute__((always_inline)) void
outer_sparse_chunk(int V, int n_steps, int T, size_t stride, const int32_t *windows,
                   const uint32_t *words, const real *r, const real *s, real *dvalues)
{
    const int K = V > 2 ? SRNN__SPARSE_STEPS / 2 : SRNN__SPARSE_STEPS;
    for (int step = 0; step < n_steps; step += SRNN__SPARSE_STEPS, words += V * VL) {
        for (int k = 0; k < SRNN__SPARSE_STEPS; k += K) {
            __m512i places[SRNN__SPARSE_GROUPS];
            UNROLL for (int v = 0; v < V; v++) places[v] = _mm512_srli_epi32(
                _mm512_load_si512(words + v * VL), (unsigned)(k * SRNN__SPARSE_BITS));
            outer_sparse_block(V, K, T, stride, windows + step + k, places, r, s,
                               dvalues + (size_t)(step + k) * (size_t)V * VL);
        }
    }
}

static void outer_sparse_of_steps(int T, size_t stride, const srnn__sparse *W, const real *r,
                                  const real *s, real *dvalues)
{
    const int32_t *windows = W->windows;
    const uint32_t *places = W->places;
    for (int c = 0; c < W->n_chunks; c++) {
        const srnn__sparse_chunk *chunk = &W->chunks[c];
        const int n = chunk->n_steps;
        const real *to = s + chunk->group * VL;
        OF_GROUPS(chunk->n_groups, outer_sparse_chunk, n, T, stride, windows, places, r, to,
                  dvalues)
        windows += n;
        places += n / SRNN__SPARSE_STEPS * chunk->n_groups * VL;
        dvalues += (size_t)n * (size_t)chunk->n_groups * VL;
    }
}

static void outer_sparse(int T, size_t stride, const srnn__sparse *W, const real *r, const real *s,
                         real *dvalues)
{
    for (int t = 0; t < T; t += STEPS_AT_ONCE)
        outer_sparse_of_steps(T - t < STEPS_AT_ONCE ? T - t : STEPS_AT_ONCE, stride, W,
                              r + (size_t)t * stride, s + (size_t)t * stride, dvalues);
}
#endif

/* ---- elementwise ---- */

static const real ceiling = 20; /* of clipped_relu and softplus */

static inline real sigmoid(real x) { return 1 / (1 + exp_real(-x)); }

static inline real clipped_relu(real x) { return x < 0 ? 0 : x > ceiling ? ceiling : x; }

static inline real softplus(real x)
{
    const real magnitude = x < 0 ? -x : x, positive = x < 0 ? 0 : x;
    const real y = positive + log1p_real(exp_real(-magnitude));
    return y > ceiling ? ceiling : y;
}

static void rate_step(srnn_activation activation, int Np, const real *restrict alpha,
                      const real *restrict x_prev, const real *restrict y,
                      const float *restrict noise, real sd, real *restrict x, real *restrict r)
{
    if (noise)
        for (int i = 0; i < Np; i++)
            x[i] = fused(1 - alpha[i], x_prev[i], fused(alpha[i], y[i], sd * (real)noise[i]));
    else
        for (int i = 0; i < Np; i++) x[i] = fused(1 - alpha[i], x_prev[i], alpha[i] * y[i]);
    switch (activation) {
    case SRNN_SIGMOID:
        for (int i = 0; i < Np; i++) r[i] = sigmoid(x[i]);
        break;
    case SRNN_CLIPPED_RELU:
        for (int i = 0; i < Np; i++) r[i] = clipped_relu(x[i]);
        break;
    case SRNN_SOFTPLUS:
        for (int i = 0; i < Np; i++) r[i] = softplus(x[i]);
        break;
    }
}

static void step_back(srnn_activation activation, int Np, const real *restrict alpha,
                      const real *restrict x, const real *restrict r, const real *restrict dr,
                      const real *restrict y, const real *restrict x_prev, real *restrict g,
                      real *restrict s, real *restrict d_alpha)
{
    /* s holds act'(x) until the second loop */
    switch (activation) {
    case SRNN_SIGMOID:
        for (int i = 0; i < Np; i++) s[i] = r[i] * (1 - r[i]);
        break;
    case SRNN_CLIPPED_RELU:
        for (int i = 0; i < Np; i++) s[i] = ((x[i] >= 0) & (x[i] <= ceiling)) ? (real)1 : 0;
        break;
    case SRNN_SOFTPLUS:
        for (int i = 0; i < Np; i++) s[i] = x[i] < ceiling ? sigmoid(x[i]) : 0;
        break;
    }
    for (int i = 0; i < Np; i++) {
        const real back = fused(1 - alpha[i], g[i], s[i] * dr[i]);
        g[i] = back;
        s[i] = alpha[i] * back;
        d_alpha[i] = fused(back, y[i] - x_prev[i], d_alpha[i]);
    }
}

static real dot(int Np, const real *restrict a, const real *restrict b)
{
    real lane[16] = {0};
    for (int i = 0; i < Np; i += 16)
        for (int l = 0; l < 16; l++) lane[l] = fused(a[i + l], b[i + l], lane[l]);
    return sum_of_lanes(lane);
}

static void axpy(int Np, real c, const real *restrict a, real *restrict y)
{
    for (int i = 0; i < Np; i++) y[i] = fused(c, a[i], y[i]);
}

static void effective(bool dale, int N, int Np, const real *restrict w, const real *restrict mask,
                      real *restrict w_eff)
{
    for (size_t k = 0; k < (size_t)N * (size_t)Np; k++)
        w_eff[k] = (dale && !(w[k] > 0) ? 0 : w[k]) * mask[k];
}

static void rate_transpose(int N, int Np_, const real *restrict W, real *restrict W_t)
{
    const size_t Np = (size_t)Np_;
    enum { TILE = 16 }; /* a tile stays in the cache */
    for (int j0 = 0; j0 < N; j0 += TILE)
        for (int i0 = 0; i0 < N; i0 += TILE)
            for (int i = i0; i < i0 + TILE && i < N; i++)
                for (int j = j0; j < j0 + TILE && j < N; j++)
                    W_t[(size_t)i * Np + (size_t)j] = W[(size_t)j * Np + (size_t)i];
}

static void mask_gradient(bool dale, size_t n, const real *restrict w, const real *restrict mask,
                          real *restrict dw)
{
    if (dale)
        for (size_t k = 0; k < n; k++) dw[k] = w[k] > 0 && mask[k] != 0 ? dw[k] * mask[k] : 0;
    else
        for (size_t k = 0; k < n; k++) dw[k] *= mask[k];
}

static void adam(const srnn__adam_step *a, size_t n, const real *restrict g, real *restrict m,
                 real *restrict v, real *restrict p)
{
    const vreg beta1 = vset1(a->beta1), beta2 = vset1(a->beta2);
    const vreg rest1 = vset1(a->rest1), rest2 = vset1(a->rest2);
    const vreg step_size = vset1(a->step_size), v_scale = vset1(a->v_scale);
    const vreg epsilon = vset1(a->epsilon), least = vset1((real)1e-30);
    for (size_t k = 0; k < n; k += VL) {
        const vreg g_k = vload(g + k);
        const vreg m_k = vwhere_large(vfused(beta1, vload(m + k), vmul(rest1, g_k)), least);
        const vreg v_k =
            vwhere_large(vfused(beta2, vload(v + k), vmul(rest2, vmul(g_k, g_k))), least);
        vstore(m + k, m_k);
        vstore(v + k, v_k);
        const vreg slope = vdiv(vmul(step_size, m_k), vfused(vsqrt(v_k), v_scale, epsilon));
        vstore(p + k, vsub(vload(p + k), slope));
    }
}

const srnn__rate_kernels SRNN__RATE_TABLE = {.matvec = matvec,
                                             .matvec_sparse = SPARSE(matvec_sparse),
                                             .step = rate_step,
                                             .step_back = step_back,
                                             .outer = outer,
                                             .outer_sparse = SPARSE(outer_sparse),
                                             .dot = dot,
                                             .axpy = axpy,
                                             .effective = effective,
                                             .transpose = rate_transpose,
                                             .mask_gradient = mask_gradient,
                                             .adam = adam};
