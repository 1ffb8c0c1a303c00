/* The spiking network that a model becomes, in double and in its caller's terms. */
#include <stdlib.h>

#include "core/rng.h"
#include "model/model_internal.h"
#include "spiking/simulator.h"

void srnn_spiking_network_free(srnn_spiking_network *n)
{
    double *const arrays[] = {n->W, n->w_in, n->w_out, n->bias_mv, n->b_out, n->td_s, n->td0_s};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    *n = (srnn_spiking_network){0};
}

static bool alloc(const srnn_model_view *view, srnn_spiking_network *n)
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

static void by_operating_point(const srnn_operating_point *point, double bias_mv,
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
    const srnn_status status = srnn__spiking_params_check(ctx, model, params);
    if (status) return status;
    const bool scaled = params->conversion == SRNN_BY_SCALING_FACTOR;
    const srnn_operating_point point = srnn_model_get_operating_point(model);
    if (!scaled && !point.gain) return srnn__no_operating_point(ctx);
    const srnn_model_view view = srnn_model_get_view(model);
    const size_t N = (size_t)view.N, n_out = (size_t)view.n_out;
    float *w_eff = malloc(N * N * sizeof *w_eff);
    if (!alloc(&view, out) || !w_eff) {
        free(w_eff);
        srnn_spiking_network_free(out);
        return srnn__no_memory(ctx);
    }
    srnn_model_w_eff(model, params->use_initial_weights, w_eff);
    const double divisor = scaled ? params->scaling_factor : 1;
    for (size_t i = 0; i < N * N; i++) out->W[i] = (double)w_eff[i] / divisor;
    free(w_eff);
    for (size_t k = 0; k < (size_t)view.n_in * N; k++) out->w_in[k] = (double)view.w_in[k];
    const srnn_readout readout = srnn_model_get_readout(model);
    const float *w_out = params->use_readout ? readout.w_out : view.w_out;
    const float *b_out = params->use_readout ? readout.b_out : view.b_out;
    const bool with_bias = !scaled || params->add_b_out || params->use_readout;
    for (size_t k = 0; k < N * n_out; k++) out->w_out[k] = (double)w_out[k];
    for (size_t o = 0; o < n_out; o++) out->b_out[o] = with_bias ? (double)b_out[o] : 0;
    for (size_t i = 0; i < N; i++) out->bias_mv[i] = params->bias_mv;
    if (!scaled) by_operating_point(&point, params->bias_mv, out);
    srnn_model_tau_ms(model, out->td_s);
    for (size_t i = 0; i < N; i++) {
        const double share = 1 / (1 + srnn__exp(-(double)view.taus_gaus0[i]));
        out->td_s[i] *= 1e-3;
        out->td0_s[i] = view.n_taus == 1
                            ? out->td_s[i]
                            : 5e-3 * (share * (view.taus[1] - view.taus[0]) + view.taus[0]);
    }
    return SRNN_OK;
}
