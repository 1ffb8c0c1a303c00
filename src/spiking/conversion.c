#include "spiking/conversion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "model/model_internal.h"
#include "model/unit.h"
#include "spiking/columns.h"
#include "spiking/simulator.h"

/* ---- as the simulation needs it ---- */

bool srnn__spiking_net_alloc(srnn_ctx *ctx, int N, int n_out, srnn__spiking_net *net)
{
    const size_t n = (size_t)N;
    *net = (srnn__spiking_net){.ctx = ctx,
                               .normal = srnn__normal_kernels_for(ctx->isa),
                               .N = N,
                               .Np = srnn__padded(N),
                               .n_out = n_out,
                               .scaled = true};
    net->W = srnn__alloc(n * (size_t)net->Np, sizeof *net->W);
    net->scale = malloc(n * sizeof *net->scale);
    net->gain = malloc(n * sizeof *net->gain);
    net->bias_mv = calloc(n, sizeof *net->bias_mv);
    net->out_offset = calloc((size_t)n_out, sizeof *net->out_offset);
    net->td_s = malloc(n * sizeof *net->td_s);
    if (!net->W || !net->scale || !net->gain || !net->bias_mv || !net->out_offset || !net->td_s)
        return false;
    for (size_t i = 0; i < n; i++) net->scale[i] = net->gain[i] = 1;
    return true;
}

/* The affine part of every unit goes into the weights that leave it. */
static void convert_net(srnn__spiking_net *net, const srnn_operating_point *point)
{
    const size_t N = (size_t)net->N, n_out = (size_t)net->n_out;
    net->scaled = false;
    for (size_t pre = 0; pre < N; pre++) {
        float *column = net->W + pre * (size_t)net->Np;
        for (size_t i = 0; i < N; i++) {
            net->bias_mv[i] += (double)column[i] * point->offset[pre];
            column[i] = (float)((double)column[i] * point->scale[pre]);
        }
        for (size_t o = 0; o < n_out; o++)
            net->out_offset[o] += (double)net->w_out[pre * n_out + o] * point->offset[pre];
    }
    for (size_t i = 0; i < N; i++) {
        net->bias_mv[i] = point->bias_mv[i] + point->gain[i] * net->bias_mv[i];
        net->gain[i] = point->gain[i];
        net->scale[i] = point->scale[i];
    }
}

/* Where W stays in the second cache, its columns are read as fast whole. Measured:
   docs/performance.md. */
static bool columns_pay(const srnn__spiking_net *net)
{
    const size_t cached = 256 * 1024;
    return srnn__lif_kernels_f32_for(net->ctx->isa)->packed &&
           (size_t)net->N * (size_t)net->Np > cached;
}

srnn_status srnn__no_operating_point(srnn_ctx *ctx)
{
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "the network has no operating point; expected one that a search with "
                      "%sconversion operating-point found",
                      srnn__option_prefix(ctx));
}

srnn_status srnn__spiking_net_init(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_conversion_params *how,
                                   const srnn_operating_point *point, srnn__spiking_net *net)
{
    const size_t N = (size_t)model->params.N;
    const bool operating = how->by == SRNN_BY_OPERATING_POINT;
    if (!point) point = &model->operating_point;
    *net = (srnn__spiking_net){0};
    if (operating && !point->gain) return srnn__no_operating_point(ctx);
    float *dense = malloc(N * N * sizeof *dense);
    if (!srnn__spiking_net_alloc(ctx, model->params.N, model->params.n_out, net) || !dense) {
        free(dense);
        srnn__spiking_net_free(net);
        return srnn__no_memory(ctx);
    }
    net->n_in = model->params.n_in;
    net->w_in = model->w_in;
    net->w_out = how->use_readout ? model->readout.w_out : model->w_out;
    const float *b_out = how->use_readout ? model->readout.b_out : model->b_out;
    srnn_model_w_eff(model, how->use_initial_weights, dense);
    for (size_t pre = 0; pre < N; pre++)
        memcpy(net->W + pre * (size_t)net->Np, dense + pre * N, N * sizeof *dense);
    free(dense);
    srnn_model_tau_ms(model, net->td_s);
    for (size_t i = 0; i < N; i++) net->td_s[i] *= 1e-3;
    const bool with_bias = operating || how->add_b_out || how->use_readout;
    for (int o = 0; o < net->n_out && with_bias; o++) net->out_offset[o] = (double)b_out[o];
    if (operating) convert_net(net, point);
    if (columns_pay(net)) srnn__columns_pack(net->N, net->Np, net->W, &net->columns);
    return SRNN_OK;
}

void srnn__spiking_net_free(srnn__spiking_net *net)
{
    free(net->W);
    srnn__columns_free(&net->columns);
    free(net->scale);
    free(net->gain);
    free(net->bias_mv);
    free(net->out_offset);
    free(net->td_s);
    *net = (srnn__spiking_net){0};
}

/* ---- back to the terms of the rate network ---- */

double srnn__x_of_drive(const srnn__spiking_net *net, const srnn_operating_point *point, int i,
                        double ipsc, const float *u)
{
    double drive = ipsc + net->bias_mv[i] - point->bias_mv[i];
    for (int c = 0; c < net->n_in; c++)
        drive +=
            net->gain[i] * (double)net->w_in[(size_t)c * (size_t)net->N + (size_t)i] * (double)u[c];
    return drive / net->gain[i];
}

double srnn__r_of_spikes(double scaling_factor, const srnn_operating_point *point, int i, double r)
{
    return isnan(scaling_factor) ? point->scale[i] * r + point->offset[i] : r / scaling_factor;
}

/* ---- in double and in its caller's terms ---- */

void srnn_spiking_network_free(srnn_spiking_network *n)
{
    double *const arrays[] = {n->W, n->w_in, n->w_out, n->bias_mv, n->b_out, n->td_s, n->td0_s};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    *n = (srnn_spiking_network){0};
}

static bool network_alloc(const srnn_model_view *view, srnn_spiking_network *n)
{
    const size_t N = (size_t)view->N, n_in = (size_t)view->n_in, n_out = (size_t)view->n_out;
    *n = (srnn_spiking_network){.N = view->N,
                                .n_in = view->n_in,
                                .n_out = view->n_out,
                                .W = malloc(N * N * sizeof *n->W),
                                .w_in = malloc(n_in * N * sizeof *n->w_in),
                                .w_out = malloc(N * n_out * sizeof *n->w_out),
                                .bias_mv = malloc(N * sizeof *n->bias_mv),
                                .b_out = malloc(n_out * sizeof *n->b_out),
                                .td_s = malloc(N * sizeof *n->td_s),
                                .td0_s = malloc(N * sizeof *n->td0_s)};
    return n->W && n->w_in && n->w_out && n->bias_mv && n->b_out && n->td_s && n->td0_s;
}

static void convert_by_operating_point(const srnn_operating_point *point, double bias_mv,
                                       srnn_spiking_network *n)
{
    const size_t N = (size_t)n->N, n_out = (size_t)n->n_out;
    for (size_t i = 0; i < N; i++) n->bias_mv[i] = 0;
    for (size_t pre = 0; pre < N; pre++) {
        for (size_t i = 0; i < N; i++) {
            double *w = &n->W[pre * N + i];
            n->bias_mv[i] += *w * point->offset[pre];
            *w *= point->gain[i] * point->scale[pre];
        }
        for (size_t o = 0; o < n_out; o++) {
            double *w = &n->w_out[pre * n_out + o];
            n->b_out[o] += *w * point->offset[pre];
            *w *= point->scale[pre];
        }
    }
    for (size_t i = 0; i < N; i++)
        n->bias_mv[i] = bias_mv + point->bias_mv[i] + point->gain[i] * n->bias_mv[i];
    for (size_t k = 0; k < (size_t)n->n_in * N; k++) n->w_in[k] *= point->gain[k % N];
}

srnn_status srnn_spiking_network_of(srnn_ctx *ctx, const srnn_model *model,
                                    const srnn_spiking_params *params, srnn_spiking_network *out)
{
    *out = (srnn_spiking_network){0};
    srnn_spiking_params own;
    const srnn_status status = srnn__spiking_params_take(ctx, model, params, &own);
    if (status) return status;
    const srnn_conversion_params *how = &own.conversion;
    const bool scaled = how->by == SRNN_BY_SCALING_FACTOR;
    const srnn_operating_point point = srnn_model_get_operating_point(model);
    if (!scaled && !point.gain) return srnn__no_operating_point(ctx);
    const srnn_model_view view = srnn_model_get_view(model);
    const size_t N = (size_t)view.N, n_out = (size_t)view.n_out;
    float *w_eff = malloc(N * N * sizeof *w_eff);
    if (!network_alloc(&view, out) || !w_eff) {
        free(w_eff);
        srnn_spiking_network_free(out);
        return srnn__no_memory(ctx);
    }
    srnn_model_w_eff(model, how->use_initial_weights, w_eff);
    const double divisor = scaled ? how->scaling_factor : 1;
    for (size_t i = 0; i < N * N; i++) out->W[i] = (double)w_eff[i] / divisor;
    free(w_eff);
    for (size_t k = 0; k < (size_t)view.n_in * N; k++) out->w_in[k] = (double)view.w_in[k];
    const srnn_readout readout = srnn_model_get_readout(model);
    const float *w_out = how->use_readout ? readout.w_out : view.w_out;
    const float *b_out = how->use_readout ? readout.b_out : view.b_out;
    const bool with_bias = !scaled || how->add_b_out || how->use_readout;
    for (size_t k = 0; k < N * n_out; k++) out->w_out[k] = (double)w_out[k];
    for (size_t o = 0; o < n_out; o++) out->b_out[o] = with_bias ? (double)b_out[o] : 0;
    for (size_t i = 0; i < N; i++) out->bias_mv[i] = own.neuron.bias_mv;
    if (!scaled) convert_by_operating_point(&point, own.neuron.bias_mv, out);
    srnn_model_tau_ms(model, out->td_s);
    srnn__tau_ms(model, view.taus_gaus0, out->td0_s);
    for (size_t i = 0; i < N; i++) {
        out->td_s[i] *= 1e-3;
        out->td0_s[i] *= 1e-3;
    }
    return SRNN_OK;
}
