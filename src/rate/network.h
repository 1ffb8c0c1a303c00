/* The rate network as the kernels want it, forward and backward passes.
   Everything in srnn__real; rows of Np (srnn__padded). */
#ifndef SRNN_RATE_NETWORK_H
#define SRNN_RATE_NETWORK_H

#include "kernels/kernels.h"
#include "model/model_internal.h"
#include "rate/sparse.h"
#include "spikernn/rate.h"

typedef srnn__real real;

/* Parameters and gradients share one layout, so that Adam walks a flat array:
   w [N][Np], w_out [n_out][Np], taus_gaus [Np], b_out [n_out rounded up to 16], w_in [n_in][Np]. */
typedef struct srnn__params {
    real *flat;
    real *w, *w_out, *taus_gaus, *b_out, *w_in; /* into flat */
} srnn__params;

typedef struct srnn__rate_net {
    const srnn__rate_kernels *kernels;
    const srnn__normal_kernels *normal;
    int N, Np, n_in, n_out, n_taus;
    bool dale;
    srnn_w_gradient w_gradient; /* masked unless the trainer says otherwise */
    srnn_activation activation;
    double taus[2], DeltaT;
    size_t n_flat; /* elements of params.flat */
    srnn__params params;
    real *mask; /* [N][Np] m o som_m */
    /* derived by srnn__rate_net_update */
    real *alpha;                    /* [Np] DeltaT / tau; 1 in padded lanes */
    real *w_eff;                    /* [N][Np], and a 0 after it */
    real *w_eff_t;                  /* [N][Np] its transpose; stale where sparse */
    bool sparse;                    /* products go over the two that follow */
    int dense_updates;              /* still to go before sparse ones are tried again */
    srnn__sparse forward, backward; /* the connections of w_eff and of its transpose */
} srnn__rate_net;

/* From a model; frees with srnn__rate_net_free, which takes a zeroed net too. */
srnn_status srnn__rate_net_init(srnn_ctx *ctx, const srnn_model *model, srnn__rate_net *net);
void srnn__rate_net_free(srnn__rate_net *net);
void srnn__rate_net_update(srnn__rate_net *net); /* after params changed */
/* y += W_eff r for B trials, and back: y += W_eff^T r. r, y: [B][Np]; y holds no -0. */
void srnn__rate_net_weigh(const srnn__rate_net *net, int B, const real *r, real *y);
void srnn__rate_net_weigh_back(const srnn__rate_net *net, int B, const real *r, real *y);
/* Whether the weights without a connection have no gradient, and the others' is summed packed. */
bool srnn__rate_net_packs_gradient(const srnn__rate_net *net);
void srnn__rate_net_store(const srnn__rate_net *net, srnn_model *model);  /* params to the model */
bool srnn__params_alloc(const srnn__rate_net *net, srnn__params *params); /* zeroed; free flat */
/* Between arrays as a model has them (NULL: none) and the flat layout. */
void srnn__params_load(const srnn__rate_net *net, float *const arrays[SRNN__N_PARAMETERS],
                       srnn__params *params);
void srnn__params_store(const srnn__rate_net *net, const srnn__params *params,
                        float *const arrays[SRNN__N_PARAMETERS]);

enum { SRNN__BATCH_MAX = 64 };

/* B trials side by side. History of x, r, y: row t holds B rows of Np; without
   history two rows are used in turn. */
typedef struct srnn__rate_pass {
    int B, T;
    bool history;
    real *x, *r, *y; /* [T or 2][B][Np] */
    real *o;         /* [B][T-1][n_out] */
    float *noise;    /* [CHUNK][B][Np] */
    real *g, *dr;    /* [B][Np], backward */
    real *d_alpha;   /* [B][Np], backward */
    real *s;         /* [T][B][Np], backward */
    /* dL/dx and dL/dr of a loss that looks at them, the caller's: [B][T][N] or NULL, backward */
    const float *d_x, *d_r;
} srnn__rate_pass;

/* B at most SRNN__BATCH_MAX; backward needs history. */
srnn_status srnn__rate_pass_init(srnn_ctx *ctx, const srnn__rate_net *net, int B, int T,
                                 bool history, bool backward, srnn__rate_pass *pass);
void srnn__rate_pass_free(srnn__rate_pass *pass);

static inline real *srnn__pass_row(const srnn__rate_net *net, const srnn__rate_pass *pass,
                                   real *array, int t, int b)
{
    const int row = pass->history ? t : t & 1;
    return array + ((size_t)row * (size_t)pass->B + (size_t)b) * (size_t)net->Np;
}

/* The draws of one trial: from key, or injected. */
typedef struct srnn__rate_draws {
    srnn_trial_key key;
    double sd;             /* of the noise */
    const float *x0;       /* [N] or NULL */
    const float *noise_xt; /* [T-1][N] or NULL, added as is */
} srnn__rate_draws;

/* u: [B] pointers to [T][n_in]; draws: [B]. Fills pass->o and the history. */
void srnn__rate_forward(const srnn__rate_net *net, srnn__rate_pass *pass, const float *const *u,
                        const srnn__rate_draws *draws);

/* Loss of trial b; dL/do into d_o [T-1][n_out] unless NULL. z: [T][n_out]. */
double srnn__rate_loss(const srnn__rate_net *net, const srnn__rate_pass *pass, int b,
                       const float *z, srnn_loss loss, real *d_o);

/* The way back of the trials in pass, after srnn__rate_forward. Trial after trial adds to sums:
   to w dL/dW_eff, dense or, where srnn__rate_net_packs_gradient, packed as net->forward.values
   are; to taus_gaus dL/dalpha; to the others their gradient. u: as there, or NULL: none for
   w_in. d_o: [B][T-1][n_out]. r_slope: dL/dr = r_slope * r is added at every step (0: nothing),
   as are pass->d_x and pass->d_r. */
void srnn__rate_backward(const srnn__rate_net *net, srnn__rate_pass *pass, const float *const *u,
                         const real *d_o, real r_slope, srnn__params *sums);
/* Zeros, as many as the sums of the network as it is now take. */
void srnn__rate_clear(const srnn__rate_net *net, srnn__params *sums);
/* Adds sums to a gradient, whose w is dense. */
void srnn__rate_collect(const srnn__rate_net *net, const srnn__params *sums,
                        srnn__params *gradient);
/* From dL/dW_eff and dL/dalpha, all collected, to the gradient of w and taus_gaus. */
void srnn__rate_finish_gradient(const srnn__rate_net *net, srnn__params *gradient);

/* First step and unit at which x of trial b is not finite; false if all are. Needs history. */
bool srnn__rate_find_nonfinite(const srnn__rate_net *net, const srnn__rate_pass *pass, int b,
                               int *step, int *unit);

#endif
