/* All algebra of a conversion: the spiking network that a model becomes, and back from what its
   units do to the rate network's terms (docs/conversion.md). */
#ifndef SRNN_CONVERSION_H
#define SRNN_CONVERSION_H

#include "kernels/kernels.h"
#include "spikernn/spiking.h"

/* What all trials share, whatever the scaling factor: the conversion of a model, in the terms
   of srnn_operating_point. By the scaling factor gain and scale are 1, bias_mv is 0. */
typedef struct srnn__spiking_net {
    srnn_ctx *ctx;
    const srnn__normal_kernels *normal;
    int N, Np, n_in, n_out;
    bool scaled;           /* weights are still to be divided by the scaling factor */
    float *W;              /* [N][Np] W_eff[j][i] scale[j] */
    srnn__columns columns; /* the same; empty: W is read */
    const float *w_in;     /* [n_in][N], the model's */
    const float *w_out;    /* [N][n_out], the model's */
    double *scale;         /* [N] of w_out */
    double *gain;          /* [N] of W and w_in */
    double *bias_mv;       /* [N] added to the parameters' bias; holds the offsets' part */
    double *out_offset;    /* [n_out] added to the output */
    double *td_s;          /* [N] synaptic decay */
} srnn__spiking_net;

/* Arrays for N units without connections, input or output weights; scaled. False: out of
   memory. Free in any case. */
bool srnn__spiking_net_alloc(srnn_ctx *ctx, int N, int n_out, srnn__spiking_net *net);

/* point: the operating point to use where params ask for one; NULL: the model's. */
srnn_status srnn__spiking_net_init(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_conversion_params *how,
                                   const srnn_operating_point *point, srnn__spiking_net *net);
void srnn__spiking_net_free(srnn__spiking_net *net);

/* x of the rate network that unit i is at, whose synaptic current is ipsc while the input's column
   is u[n_in], with the operating point that the network was made by: (I - b_i) / k_i of its whole
   drive I. */
double srnn__x_of_drive(const srnn__spiking_net *net, const srnn_operating_point *point, int i,
                        double ipsc, const float *u);

/* What the spiking network has in the place of r of unit i of the rate network: r of its filtered
   spike train by the scaling factor, or, where that is NaN, by the operating point. */
double srnn__r_of_spikes(double scaling_factor, const srnn_operating_point *point, int i, double r);

/* The sentence of a model that lacks the operating point which the parameters ask for. */
srnn_status srnn__no_operating_point(srnn_ctx *ctx);

#endif
