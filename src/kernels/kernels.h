/* The hot loops. Each is written once and compiled for every ISA and, where the
   spiking network needs it, for float and double; a context binds the table of
   its ISA. The baseline table is the reference: plain C, no instruction beyond
   the architecture's minimum. Every entry gives the same bits in every table:
   sums run in the order stated here, whatever the vector width, and every
   multiply-add marked "fused" rounds once.

   Np is the number of units rounded up to 16 (srnn__padded). All arrays are
   aligned to 64 bytes with rows of Np; padded lanes may be read and written,
   and never influence a real one. */
#ifndef SRNN_KERNELS_H
#define SRNN_KERNELS_H

#include "core/core.h"
#include "core/rng.h"
#include "spikernn/model.h"

/* The rate network computes in float; a build for tests computes in double. */
#if defined(SRNN__RATE_DOUBLE)
typedef double srnn__real;
#else
typedef float srnn__real;
#endif

typedef struct srnn__normal_kernels {
    /* out[n_steps][Np] = N(0,1) of units 0 ... Np-1 at steps first_step ... of one
       trial. Unit i is word i % 4 of block i / 4. */
    void (*normals)(const srnn__stream *stream, uint64_t trial, uint32_t first_step, int n_steps,
                    int Np, float *out);
} srnn__normal_kernels;

typedef struct srnn__adam_step {
    srnn__real beta1, beta2, epsilon;
    srnn__real rest1, rest2; /* 1 - beta1, 1 - beta2 */
    srnn__real step_size;    /* p -= step_size * m / (sqrt(v) * v_scale + epsilon) */
    srnn__real v_scale;
} srnn__adam_step;

/* The connections of a sparse W (src/rate/sparse.h). Units are taken in groups of 16,
   groups in chunks of up to 4. In every step each unit of a chunk may get one
   connection, j ascending, from the 32 presynaptic units of the step's window; where
   it gets none the value is 0. Six steps share a word of places. */
enum {
    SRNN__SPARSE_LANES = 16,
    SRNN__SPARSE_GROUPS = 4,
    SRNN__SPARSE_WINDOW = 32,
    SRNN__SPARSE_BITS = 5, /* of a place in the window */
    SRNN__SPARSE_STEPS = 6
};
typedef struct srnn__sparse_chunk {
    int group, n_groups; /* from the first of its groups on */
    int n_steps;         /* a multiple of 6 */
} srnn__sparse_chunk;
typedef struct srnn__sparse {
    int n_chunks;
    srnn__sparse_chunk *chunks;
    /* chunk after chunk: */
    int32_t *windows;   /* [n_steps] first unit of the window, a multiple of 16 */
    uint32_t *places;   /* [n_steps/6][n_groups][16] from the lowest bits up */
    srnn__real *values; /* [n_steps][n_groups][16] */
    int32_t *from;      /* of each value: its element of W */
    size_t n_values;
    size_t n_connections; /* values that were not 0 when W was packed */
} srnn__sparse;

typedef struct srnn__rate_kernels {
    /* y[b][i] += sum over j of W[j][i] * r[b][j], j ascending, fused. b < B trials.
       W[n_pre][Np], r[B][Np] (n_pre <= Np), y[B][Np]. */
    void (*matvec)(int B, int n_pre, int Np, const srnn__real *W, const srnn__real *r,
                   srnn__real *y);

    /* The same sums by the connections alone, where r is finite and y holds no -0.
       NULL where it does not pay. */
    void (*matvec_sparse)(int B, int Np, const srnn__sparse *W, const srnn__real *r, srnn__real *y);

    /* One step of x and r for one trial, fused:
       x = (1-alpha) x_prev + (alpha y + sd * noise), r = act(x). noise NULL: none. */
    void (*step)(srnn_activation activation, int Np, const srnn__real *alpha,
                 const srnn__real *x_prev, const srnn__real *y, const float *noise, srnn__real sd,
                 srnn__real *x, srnn__real *r);

    /* One step back. g: on entry dL/dx_{t+1}, on exit dL/dx_t =
       act'(x) * dr + (1-alpha) g; s = alpha g; d_alpha += g * (y - x_prev). */
    void (*step_back)(srnn_activation activation, int Np, const srnn__real *alpha,
                      const srnn__real *x, const srnn__real *r, const srnn__real *dr,
                      const srnn__real *y, const srnn__real *x_prev, srnn__real *g, srnn__real *s,
                      srnn__real *d_alpha);

    /* dW[j][i] += sum over t of r[t][j] * s[t][i], t ascending, fused; j < n_pre.
       r, s: [T] rows of Np that begin `stride` apart; dW[n_pre][Np]. */
    void (*outer)(int T, int n_pre, int Np, size_t stride, const srnn__real *r, const srnn__real *s,
                  srnn__real *dW);

    /* The same sums for the connections alone: dvalues lie as W->values do; those without a
       connection are not defined. NULL where it does not pay. */
    void (*outer_sparse)(int T, size_t stride, const srnn__sparse *W, const srnn__real *r,
                         const srnn__real *s, srnn__real *dvalues);

    /* sum over i < Np of a[i] * b[i], fused: lane l of 16 adds its i = l (mod 16)
       ascending, then lanes are added in halves (8, 4, 2, 1). */
    srnn__real (*dot)(int Np, const srnn__real *a, const srnn__real *b);

    /* y[i] += c * a[i], fused. */
    void (*axpy)(int Np, srnn__real c, const srnn__real *a, srnn__real *y);

    /* W_eff = (dale ? max(w, 0) : w) * mask; all [N][Np]. */
    void (*effective)(bool dale, int N, int Np, const srnn__real *w, const srnn__real *mask,
                      srnn__real *w_eff);

    /* The first N columns of W [N][Np] as rows of W_t [N][Np]. */
    void (*transpose)(int N, int Np, const srnn__real *W, srnn__real *W_t);

    /* dW_eff to dw in place: dw = dW * mask; with dale 0 where w <= 0, and where mask is 0. */
    void (*mask_gradient)(bool dale, size_t n, const srnn__real *w, const srnn__real *mask,
                          srnn__real *dw);

    /* n elements (a multiple of 16) of parameters p with gradient g. Moments below
       1e-30 become 0: those of a weight without gradient would end as subnormal
       numbers, with which arithmetic is many times slower. */
    void (*adam)(const srnn__adam_step *step, size_t n, const srnn__real *g, srnn__real *m,
                 srnn__real *v, srnn__real *p);
} srnn__rate_kernels;

/* The columns of a spiking network's W without the elements that are 0. */
typedef struct srnn__columns {
    size_t *first;       /* [N] where the values of a column begin */
    uint16_t *connected; /* [N][Np / 16] bit l: that to unit 16 g + l is not 0 */
    float *values;       /* column after column, units ascending */
} srnn__columns;

/* A run of steps of one spiking trial within one input column. The void arrays
   hold the precision of the table they are given to. h and hr are kept
   multiplied by dt. */
typedef struct srnn__lif_block {
    int Np, N, n_out;
    int first_step, n_steps; /* steps are counted from 1 */
    int free_after;          /* a unit that spiked at step k is free from step k + free_after */
    bool double_exponential;
    bool quadratic; /* QIF units */
    double dt_over_tm, v_reset_mv, v_peak_mv, noise_sd_mv;
    double rise_decay;                 /* e^(-dt/tr); not read with the single exponential */
    const void *drive;                 /* [Np] bias + w_in u of this column, mV */
    const float *noise;                /* [n_steps][Np] */
    const void *stimulus;              /* [Np] added to v where coin, mV; NULL: none */
    const uint8_t *coin;               /* [n_steps]; read where there is a stimulus */
    const void *decay;                 /* [Np] e^(-dt/td) */
    const void *kick;                  /* [Np] dt/(tr td), or 1/td with the single exponential */
    const void *w_kick;                /* [Np] kick / lambda */
    const float *W;                    /* [N][Np] W_eff, undivided */
    const srnn__columns *columns;      /* the same; NULL: W is read */
    const void *w_out;                 /* [n_out][Np] w_out / lambda */
    void *v, *ipsc, *h;                /* [Np] state of membranes and synapses */
    void *next_v, *next_ipsc, *next_h; /* [Np] scratch, with which the state changes places */
    int32_t *free_from;                /* [Np] first step at which the unit is not refractory */
    void *r, *hr;                      /* [Np] state of the readout */
    void *lanes;                       /* [n_out][n_steps][16] scratch */
    void *out;                         /* [n_steps][n_out] */
    int32_t *spike_unit, *spike_step;  /* room for N * n_steps */
    int n_spikes;                      /* result: spikes in this run */
} srnn__lif_block;

typedef struct srnn__lif_kernels {
    bool packed; /* whether membranes reads block->columns */
    /* Membranes and synapses for the steps of the block; lists the spikes, ordered
       by step, then unit. At each step, in this order, fused:
           v    = v + dt/tm (ipsc + drive - v) where free
                  (quadratic: dt/tm (v v + (ipsc + drive)));  v += noise_sd * noise
           v    = v + stimulus where coin (not fused)
           ipsc = ipsc * decay + h;  h = h * rise_decay      (single: no h)
           where v >= v_peak: listed; v = v_reset; refractory from here;
               h += W column * w_kick, units ascending       (single: ipsc +=) */
    void (*membranes)(srnn__lif_block *block);
    /* r and out for the same steps, from the spikes listed, fused:
           r = r * decay + hr;  hr = hr * rise_decay + spike * kick
           (single: r = r * decay + spike * kick);  out = w_out r
       out sums lanes as srnn__rate_kernels.dot does. */
    void (*readout)(srnn__lif_block *block);
    /* Elements of ipsc, h, r and hr below 1e-30 become 0. */
    void (*forget)(srnn__lif_block *block);
    /* Whether v and ipsc of all units are finite. */
    bool (*finite)(const srnn__lif_block *block);
} srnn__lif_kernels;

/* The tables of an ISA; srnn__isa_available(isa) must hold. */
const srnn__normal_kernels *srnn__normal_kernels_for(srnn__isa isa);
const srnn__rate_kernels *srnn__rate_kernels_for(srnn__isa isa);
const srnn__lif_kernels *srnn__lif_kernels_f32_for(srnn__isa isa);
const srnn__lif_kernels *srnn__lif_kernels_f64_for(srnn__isa isa);

#endif
