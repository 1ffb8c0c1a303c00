/* The network: weights, populations, time constants, and the record of how it
   was trained and converted.
   [K] = Kim, Li & Sejnowski, PNAS 116:22811 (2019).

   Storage order, everywhere in this library: shapes in comments are written
   slowest axis first. w[N_pre][N_post] is MATLAB's N x N matrix w(post, pre) in
   MATLAB's own order: the outgoing weights of a presynaptic unit are contiguous. */
#ifndef SPIKERNN_MODEL_H
#define SPIKERNN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spikernn/ctx.h"
#include "spikernn/task.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_model srnn_model;

typedef enum srnn_activation {
    SRNN_SIGMOID = 0,      /* 1 / (1 + e^-x) */
    SRNN_CLIPPED_RELU = 1, /* clip(x, 0, 20) */
    SRNN_SOFTPLUS = 2      /* clip(log(1 + e^x), 0, 20) */
} srnn_activation;

typedef enum srnn_w_dist {
    SRNN_W_GAUS = 0, /* N(0,1) * gain / sqrt(N * P_rec) */
    SRNN_W_GAMMA = 1 /* Gamma(shape 2, scale 0.003); no gain */
} srnn_w_dist;

/* Seeds and other whole numbers that a .mat file keeps as doubles. */
#define SRNN_SEED_MAX ((uint64_t)1 << 53)

/* How to make a network ([K] Methods). */
typedef struct srnn_model_params {
    size_t size;        /* of the struct; set by srnn_model_params_default() */
    int N;              /* units, 1 to 16000 (w fits a .mat file of level 5); default 200 */
    int n_in;           /* input channels, >= 1; default 1 */
    int n_out;          /* outputs, >= 1; default 1 */
    double P_inh;       /* probability that a unit is inhibitory, [0, 1]; default 0.2 */
    double P_rec;       /* probability of a recurrent connection, (0, 1]; default 0.2 */
    int som_N;          /* SOM units among the inhibitory ones, >= 0; default 0 */
    double gain;        /* of the initial weights, > 0; default 1.5 */
    srnn_w_dist w_dist; /* default SRNN_W_GAUS */
    bool no_autapses;   /* no unit may connect to itself; default false */
    bool balanced;      /* inhibitory initial weights times (1 - P_inh) / P_inh; default false */
    bool apply_dale;    /* Dale's principle; default true. Without it no unit is inhibitory. */
    int n_taus;         /* 2: trained between taus[0] and taus[1]; 1: fixed at taus[0]; default 2 */
    double taus[2];     /* synaptic decay, rate steps (5 ms each), > 0; default 4, 20 */
    double taus_gaus_mean;      /* of the initial taus_gaus ~ N(mean, 1); default 0 */
    double DeltaT;              /* integration step, rate steps, > 0; default 1 */
    srnn_activation activation; /* default SRNN_SIGMOID */
    uint64_t seed;              /* 0 to SRNN_SEED_MAX; default 0 */
    int inh_N; /* inhibitory units, 1 to N, in place of P_inh; default 0: by P_inh */
} srnn_model_params;

srnn_model_params srnn_model_params_default(void);

/* A new network, every draw from params->seed. The caller frees *out.
   Errors: SRNN_ERR_ARGUMENT (a field outside its range, or fewer inhibitory
   units drawn than som_N), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_model_create(srnn_ctx *ctx, const srnn_model_params *params, srnn_model **out);
void srnn_model_free(srnn_model *model);

/* What a network is made of. As a result: pointers into the model, valid until
   it changes. As an argument: arrays to copy; w0, w_in0, taus_gaus0 may be NULL (same
   as w, w_in, taus_gaus), som may be NULL (none), som_m may be NULL (follows from
   som and inh). */
typedef struct srnn_model_view {
    int N, n_in, n_out;
    bool apply_dale;
    int n_taus;
    double taus[2]; /* rate steps */
    double DeltaT;  /* rate steps */
    srnn_activation activation;
    const float *w;          /* [N_pre][N_post] trainable, before rectification and signs */
    const float *w_in;       /* [n_in][N] */
    const float *w_out;      /* [N][n_out] */
    const float *b_out;      /* [n_out] */
    const float *taus_gaus;  /* [N]; meaningful with two taus */
    const float *w0;         /* [N_pre][N_post] before training */
    const float *w_in0;      /* [n_in][N] before training */
    const float *taus_gaus0; /* [N] before training */
    const uint8_t *inh;      /* [N] 1 where inhibitory */
    const uint8_t *som;      /* [N] 1 where SOM */
    const uint8_t *som_m;    /* [N_pre][N_post] 0 where a connection is forbidden, else 1 */
    const uint8_t *w_fixed;  /* [N_pre][N_post] 1 where a weight does not learn; NULL: none */
} srnn_model_view;

srnn_model_view srnn_model_get_view(const srnn_model *model);

typedef enum srnn_population {
    SRNN_EXC = 0,
    SRNN_PV,  /* inhibitory, not SOM */
    SRNN_SOM, /* inhibitory */
    SRNN_POPULATIONS
} srnn_population;

/* "exc", "pv", "som"; SRNN_POPULATIONS: "all". */
const char *srnn_population_name(srnn_population population);

srnn_population srnn_unit_population(const srnn_model_view *view, int unit);

/* A network from given arrays, all copied.
   Errors: SRNN_ERR_ARGUMENT (sizes, taus, NaN or infinity, a SOM unit that is not inhibitory, an
   inhibitory unit without apply_dale; the message says which). */
srnn_status srnn_model_from_view(srnn_ctx *ctx, const srnn_model_view *view, srnn_model **out);

/* Other weights for a network that is there: the arrays of floats of the view (a NULL one stays as
   it is), n_taus, taus, DeltaT and activation. Sizes, populations, masks and records stay; the
   optimizer's state goes. Errors: as srnn_model_from_view(); the model is then unchanged. */
srnn_status srnn_model_set_weights(srnn_ctx *ctx, srnn_model *model, const srnn_model_view *view);

/* Other populations and masks for a network that is there: apply_dale, inh, som and som_m of the
   view. A NULL array stays as it is; without som the SOM units that are still inhibitory stay SOM.
   Weights and records stay; the optimizer's state goes. Errors: SRNN_ERR_ARGUMENT (a value other
   than 0 and 1, a SOM unit that is not inhibitory, an inhibitory unit without apply_dale); the
   model is then unchanged. */
srnn_status srnn_model_set_masks(srnn_ctx *ctx, srnn_model *model, const srnn_model_view *view);

/* How it was made, as far as known: a field that a file did not tell is NaN
   (P_inh, P_rec, gain). */
srnn_model_params srnn_model_get_params(const srnn_model *model);

/* W_eff[N_pre][N_post] = (relu(w) if Dale else w) * m o som_m, into the caller's array.
   initial: of w0 instead of w. */
void srnn_model_w_eff(const srnn_model *model, bool initial, float *w_eff);

/* Kinds of connections, by the signs of the presynaptic and the postsynaptic unit. */
typedef enum srnn_pathway {
    SRNN_E_TO_E = 0,
    SRNN_E_TO_I,
    SRNN_I_TO_E,
    SRNN_I_TO_I,
    SRNN_PATHWAYS
} srnn_pathway;

/* The connections W_eff has now and before training, w0. NaN: not defined, where there is none. */
typedef struct srnn_connections {
    double share, share_at_start;   /* of the pairs that som_m allows */
    double gone;                    /* share of those at the start that are absent now */
    double grown;                   /* share of those now that were absent at the start */
    double weight, weight_at_start; /* mean |W_eff| of those that there are */
    double pathways[SRNN_PATHWAYS]; /* share of all pairs of that kind that are connected now */
} srnn_connections;

srnn_connections srnn_model_connections(const srnn_model *model);

/* Synaptic decay of every unit in ms, into the caller's tau_ms[N] (1 rate step = 5 ms). */
void srnn_model_tau_ms(const srnn_model *model, double *tau_ms);

/* ---- connectivity ---- */

typedef enum srnn_connection {
    SRNN_FORBIDDEN = 0, /* no connection may be there */
    SRNN_PLASTIC = 1,   /* there may be one, which learns */
    SRNN_FIXED = 2      /* what is there at the start stays */
} srnn_connection;

/* What may be connected in a network that is to be trained: connectivity[N_pre][N_post] holds
   SRNN_FORBIDDEN, SRNN_PLASTIC or SRNN_FIXED. What som_m forbids already stays forbidden, and a
   weight given there is left out. w[N_pre][N_post]: initial weights, under Dale's principle without
   their sign; NaN: as it is. NULL: all stay as they are. Errors: SRNN_ERR_ARGUMENT (another value,
   a weight below 0 under Dale's principle, infinite, or where the connectivity forbids one); the
   model is then unchanged. */
srnn_status srnn_model_connect(srnn_ctx *ctx, srnn_model *model, const uint8_t *connectivity,
                               const float *w);

/* ---- lesions ---- */

typedef struct srnn_lesion {
    size_t size;                  /* of the struct; set by srnn_lesion_default() */
    double share;                 /* of the connections to be removed, 0 to 1 */
    bool pathways[SRNN_PATHWAYS]; /* those that are lesioned; default all */
    bool by_pathway; /* the same share of each of them; else of all together; default false */
    uint64_t seed;   /* default 0 */
} srnn_lesion;

srnn_lesion srnn_lesion_default(void); /* share 0 */

/* Removes existing connections (W_eff not 0), drawn at random: round(share * number) of them.
   removed[SRNN_PATHWAYS] (may be NULL) receives how many of each kind. The training's history and
   the search for the scaling factor stay, those of the intact network; the last trial and the
   optimizer's state go. Errors: SRNN_ERR_ARGUMENT. */
srnn_status srnn_model_lesion(srnn_ctx *ctx, srnn_model *model, const srnn_lesion *lesion,
                              int64_t *removed);

/* ---- the record of training; what a .mat file keeps beside the weights ---- */

typedef struct srnn_training_record {
    int64_t n_trials; /* asked for at most; 0: not known */
    int64_t n_losses;
    const double *losses;                  /* [n_losses] loss of every trial */
    int64_t tr;                            /* index of the last trial, from 0; -1: not trained */
    bool reached;                          /* the stopping criterion was met */
    double eval_perf_mean, eval_loss_mean; /* of the last evaluation; NaN: none */
    double eval_two_sided_mean; /* its accuracy by the two-sided criterion; NaN: not known */
    double loss_threshold, perf_threshold; /* the criterion: loss below, accuracy above; NaN: not
                                              known */
    int n_evals;
    const double *eval_tr;         /* [n_evals] trial index of every evaluation */
    const double *eval_perf_curve; /* [n_evals] accuracy */
    const double *eval_loss_curve; /* [n_evals] mean loss */
    int eval_trials;               /* trials of the last evaluation */
    int eval_T;                    /* outputs a trial, T - 1 */
    const double *eval_os;         /* [n_out][eval_T][eval_trials] outputs of the last evaluation */
    const double *eval_labels;     /* [eval_trials] */
    int T;                         /* steps of the arrays below; 0: none kept */
    const float *x0, *r0;          /* [T][N] first trial, before any update */
    const float *x, *r;            /* [T][N] last trial, run by the trained network */
    const float *u;                /* [T][n_in] last trial */
    const float *target;           /* [T][n_out] last trial */
    const float *o;                /* [T-1][n_out] the same */
} srnn_training_record;

srnn_training_record srnn_model_get_training(const srnn_model *model);

/* The result of the latest search for the scaling factor. */
typedef struct srnn_search_record {
    int n;                             /* scaling factors; 0: not searched */
    double opt_scaling_factor;         /* NaN: not searched */
    const double *scaling_factors;     /* [n] */
    const double *all_perfs;           /* [n] accuracy, 0 to 1 */
    const double *all_two_sided_perfs; /* [n] by the two-sided criterion; NULL: not known */
    const int *trials;                 /* [n] trials of each; NULL: n_trials for all */
    int n_trials;                      /* trials of the best one; 0: not known */
    const char *settings; /* what it was made with, in JSON: seed, task, parameters of the spiking
                             network, a hash of the network; "": not known */
    double test_perf;     /* accuracy of the best one on fresh trials, 0 to 1; NaN: not known */
    double test_two_sided_perf; /* by the two-sided criterion; NaN: not known */
    int test_trials;            /* those trials; 0: none */
} srnn_search_record;

srnn_search_record srnn_model_get_search(const srnn_model *model);

/* Where every unit of the spiking network works: the operating-point conversion
   (docs/conversion.md). With it, and W_eff, w_in, w_out and b_out of the rate network,
       W'[j][i] = gain[i] W_eff[j][i] scale[j],  w_in'[.][i] = gain[i] w_in[.][i],
       bias'[i] = bias_mv of the spiking network + bias_mv[i]
                  + gain[i] sum over j of W_eff[j][i] offset[j],
       w_out'[j][.] = scale[j] w_out[j][.],  b_out' = b_out + sum over j of w_out[j][.] offset[j].
   scale 1 / lambda, gain 1, bias_mv and offset 0 is the conversion by the scaling factor
   lambda, but for b_out. */
typedef struct srnn_operating_point {
    const double *gain;     /* [N] mV per unit of x, > 0 */
    const double *bias_mv;  /* [N] */
    const double *scale;    /* [N] of the unit's filtered spike train, 1/Hz, >= 0 */
    const double *offset;   /* [N] */
    double widening;        /* SD by which the samples of x were widened, >= 0; NaN: not known */
    double shot_noise_cost; /* weight of the spike train's noise, >= 0; NaN: not known */
    double perf;            /* accuracy of the spiking network on fresh trials, 0 to 1; NaN: none */
    double two_sided_perf;  /* by the two-sided criterion; NaN: not known */
    int n_trials;           /* those trials; 0: none */
    const char *settings;   /* what it was found with, as in srnn_search_record; NULL: not known */
} srnn_operating_point;

/* Pointers into the model, valid until its operating point changes; NULL where it has none. */
srnn_operating_point srnn_model_get_operating_point(const srnn_model *model);

/* Copies the arrays into the model, in place of an earlier one; point NULL: it has none.
   Errors: SRNN_ERR_ARGUMENT (a number outside its range), SRNN_ERR_NO_MEMORY; then the
   earlier one stays. */
srnn_status srnn_model_set_operating_point(srnn_ctx *ctx, srnn_model *model,
                                           const srnn_operating_point *point);

/* Output weights refitted to the spiking network (srnn_fit_readout), in place of w_out and b_out
   where srnn_spiking_params.use_readout says so. */
typedef struct srnn_readout {
    const float *w_out; /* [N][n_out] */
    const float *b_out; /* [n_out] */
    double
        scaling_factor; /* lambda of the network that it was fitted to; NaN: the operating point */
    double perf;        /* its accuracy on fresh trials, 0 to 1; NaN: none */
    double two_sided_perf; /* by the two-sided criterion; NaN: not known */
    int n_trials;          /* those trials; 0: none */
    const char *settings;  /* what it was fitted with, as in srnn_search_record; NULL: not known */
} srnn_readout;

/* Pointers into the model, valid until its readout changes; NULL where it has none. */
srnn_readout srnn_model_get_readout(const srnn_model *model);

/* Copies the arrays into the model, in place of an earlier one; readout NULL: it has none. A new
   operating point removes a readout fitted to the one before.
   Errors: SRNN_ERR_ARGUMENT (a number outside its range), SRNN_ERR_NO_MEMORY; then the earlier one
   stays. */
srnn_status srnn_model_set_readout(srnn_ctx *ctx, srnn_model *model, const srnn_readout *readout);

/* Names of the optional variables that the file did not have, separated by
   ", "; "" if none, or if the model is not from a file. */
const char *srnn_model_missing(const srnn_model *model);

/* What stood before the key of every tensor in a .pth file, "module." or "_orig_mod." of torch's
   wrappers, and was left out; "" if nothing. */
const char *srnn_model_key_prefix(const srnn_model *model);

/* Number of weights that the file held below zero under Dale's principle (the
   older port saved w unrectified); they count as absent connections. */
int64_t srnn_model_n_rectified(const srnn_model *model);

/* Name of the task it was trained on, "" if not known; e.g. "go-nogo". */
const char *srnn_model_task_name(const srnn_model *model);

/* Is that name a guess? The file names no task; its own name is Task_<task>_N_..., as the older
   tools name files, or Task_<built-in task>_... */
bool srnn_model_task_guessed(const srnn_model *model);

/* That task's declaration in JSON, "" if it has none. */
const char *srnn_model_task_json(const srnn_model *model);

/* The settings of that task as far as known: a field < 0 is not. */
srnn_task_settings srnn_model_task_settings(const srnn_model *model);

/* Does the file, or its name, name a built-in task, or does it carry its task's declaration? Else
   srnn_model_task() needs name_override. */
bool srnn_model_has_task(const srnn_model *model);

/* Are these trials of the kind that the model was trained on: the same name (as
   srnn_task_built_in() compares names) and the same settings? A name or a setting that one of the
   two does not have is no difference. */
bool srnn_model_same_task(const srnn_model *model, const srnn_task *task);

/* The task the model was trained on, with the settings kept in the file; one that was
   declared in JSON is in the file, too. A path in the file is never opened.
   name_override (may be NULL), as for srnn_task_named(), wins over the file; another task than
   the file's starts from that task's own settings. settings: a field >= 0 wins over the file;
   NULL: the file's.
   Errors: SRNN_ERR_ARGUMENT (the file has no task in the above sense: the message asks for its
   name; channel numbers that do not fit the model). */
srnn_status srnn_model_task(srnn_ctx *ctx, const srnn_model *model, const char *name_override,
                            const srnn_task_settings *settings, srnn_task **out);

#ifdef __cplusplus
}
#endif
#endif
