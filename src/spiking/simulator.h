/* Simulation of trials of one spiking network. */
#ifndef SRNN_SIMULATOR_H
#define SRNN_SIMULATOR_H

#include "kernels/kernels.h"
#include "spikernn/spiking.h"

/* What all trials share, whatever the scaling factor: the conversion of a model, in the terms
   of srnn_operating_point. By the scaling factor gain and scale are 1, bias_mv is 0. */
typedef struct srnn__spiking_net {
    srnn_ctx *ctx;
    const srnn__normal_kernels *normal;
    int N, Np, n_in, n_out;
    bool scaled;        /* weights are still to be divided by the scaling factor */
    float *W;           /* [N][Np] W_eff[j][i] scale[j] */
    const float *w_in;  /* [n_in][N], the model's */
    const float *w_out; /* [N][n_out], the model's */
    double *scale;      /* [N] of w_out */
    double *gain;       /* [N] of W and w_in */
    double *bias_mv;    /* [N] beside that of the parameters, with the offsets' share */
    double *out_offset; /* [n_out] added to the output */
    double *td_s;       /* [N] synaptic decay */
} srnn__spiking_net;

/* Arrays for N units without connections, input or output weights; scaled. False: out of
   memory. Free in any case. */
bool srnn__spiking_net_alloc(srnn_ctx *ctx, int N, int n_out, srnn__spiking_net *net);

/* point: the operating point to use where params ask for one; NULL: the model's. */
srnn_status srnn__spiking_net_init(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_spiking_params *params,
                                   const srnn_operating_point *point, srnn__spiking_net *net);
void srnn__spiking_net_free(srnn__spiking_net *net);

/* Errors name the parameter, its value and its range. */
srnn_status srnn__spiking_params_check(srnn_ctx *ctx, const srnn_spiking_params *params);

int srnn__spiking_steps(int C, int downsample); /* nt for C input columns */

/* State and scratch of one thread, for trials of at most C input columns. */
typedef struct srnn__simulator {
    const srnn__spiking_net *net;
    srnn_precision precision;
    int C;
    srnn__lif_block block; /* owns its arrays */
    float *noise;
    double *out;       /* [nt][n_out] of the latest trial */
    int64_t *counts;   /* [N] spikes from the 10th step on of the latest trial */
    size_t spike_room; /* of the lists of the trial being recorded */
} srnn__simulator;

/* False: out of memory. Free in any case. */
bool srnn__simulator_init(const srnn__spiking_net *net, int C, int downsample,
                          srnn_precision precision, srnn__simulator *sim);
void srnn__simulator_free(srnn__simulator *sim);

typedef enum srnn__run_end {
    SRNN__RUN_OK,
    SRNN__RUN_NO_MEMORY,
    SRNN__RUN_NOT_FINITE
} srnn__run_end;

/* Where a run stopped being finite. */
typedef struct srnn__run_fault {
    int step, unit;
} srnn__run_fault;

/* One trial into sim->out and sim->counts. recording NULL, or a result whose
   spikes are appended and whose v, ipsc, r (where not NULL) are filled. */
srnn__run_end srnn__simulate(srnn__simulator *sim, const srnn_spiking_params *params,
                             const srnn_spiking_input *input, srnn_spiking_result *recording,
                             srnn__run_fault *fault);

/* The end of a run as a status with its sentence. */
srnn_status srnn__run_status(srnn_ctx *ctx, srnn__run_end end, const srnn__run_fault *fault);

#endif
