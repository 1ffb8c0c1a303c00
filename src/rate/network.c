#include "rate/network.h"

#include <stdlib.h>

#include "model/model_internal.h"

static size_t flat_size(const srnn__rate_net *net)
{
    const size_t Np = (size_t)net->Np;
    return ((size_t)net->N + (size_t)net->n_out + 1) * Np + (size_t)srnn__padded(net->n_out);
}

bool srnn__params_alloc(const srnn__rate_net *net, srnn__params *p)
{
    const size_t Np = (size_t)net->Np;
    if (!(p->flat = srnn__alloc(net->n_flat, sizeof(real)))) return false;
    p->w = p->flat;
    p->w_out = p->w + (size_t)net->N * Np;
    p->taus_gaus = p->w_out + (size_t)net->n_out * Np;
    p->b_out = p->taus_gaus + Np;
    return true;
}

srnn_status srnn__rate_net_init(srnn_ctx *ctx, const srnn_model *model, srnn__rate_net *net)
{
    const srnn_model_params *p = &model->params;
    *net = (srnn__rate_net){.kernels = srnn__rate_kernels_for(ctx->isa),
                            .normal = srnn__normal_kernels_for(ctx->isa),
                            .N = p->N,
                            .Np = srnn__padded(p->N),
                            .n_in = p->n_in,
                            .n_out = p->n_out,
                            .n_taus = p->n_taus,
                            .dale = p->apply_dale,
                            .activation = p->activation,
                            .taus = {p->taus[0], p->taus[1]},
                            .DeltaT = p->DeltaT};
    const size_t N = (size_t)net->N, Np = (size_t)net->Np, rows = N * Np;
    net->n_flat = flat_size(net);
    net->mask = srnn__alloc(rows, sizeof(real));
    net->w_eff = srnn__alloc(rows, sizeof(real));
    net->w_eff_t = srnn__alloc(rows, sizeof(real));
    net->w_in = srnn__alloc((size_t)net->n_in * Np, sizeof(real));
    net->alpha = srnn__alloc(Np, sizeof(real));
    if (!net->mask || !net->w_eff || !net->w_eff_t || !net->w_in || !net->alpha ||
        !srnn__params_alloc(net, &net->params)) {
        srnn__rate_net_free(net);
        return srnn__no_memory(ctx);
    }
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++) {
            const size_t from = pre * N + post, to = pre * Np + post;
            net->params.w[to] = (real)model->w[from];
            net->mask[to] = (real)(model->som_m[from] ? (model->inh[pre] ? -1 : 1) : 0);
        }
    for (size_t i = 0; i < N; i++) {
        for (size_t c = 0; c < (size_t)net->n_in; c++)
            net->w_in[c * Np + i] = (real)model->w_in[c * N + i];
        for (size_t o = 0; o < (size_t)net->n_out; o++)
            net->params.w_out[o * Np + i] = (real)model->w_out[i * (size_t)net->n_out + o];
        net->params.taus_gaus[i] = (real)model->taus_gaus[i];
    }
    for (int o = 0; o < net->n_out; o++) net->params.b_out[o] = (real)model->b_out[o];
    srnn__rate_net_update(net);
    return SRNN_OK;
}

void srnn__rate_net_free(srnn__rate_net *net)
{
    free(net->params.flat);
    free(net->mask);
    free(net->w_eff);
    free(net->w_eff_t);
    free(net->w_in);
    free(net->alpha);
    *net = (srnn__rate_net){0};
}

void srnn__rate_net_update(srnn__rate_net *net)
{
    net->kernels->effective(net->dale, net->N, net->Np, net->params.w, net->mask, net->w_eff,
                            net->w_eff_t);
    for (int i = 0; i < net->Np; i++) {
        double tau = net->taus[0];
        if (net->n_taus == 2)
            tau +=
                (net->taus[1] - net->taus[0]) / (1 + srnn__exp(-(double)net->params.taus_gaus[i]));
        net->alpha[i] = i < net->N ? (real)(net->DeltaT / tau) : 1;
    }
}

void srnn__rate_net_store(const srnn__rate_net *net, srnn_model *model)
{
    const size_t N = (size_t)net->N, Np = (size_t)net->Np, n_out = (size_t)net->n_out;
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++)
            model->w[pre * N + post] = (float)net->params.w[pre * Np + post];
    for (size_t i = 0; i < N; i++) {
        for (size_t o = 0; o < n_out; o++)
            model->w_out[i * n_out + o] = (float)net->params.w_out[o * Np + i];
        model->taus_gaus[i] = (float)net->params.taus_gaus[i];
    }
    for (size_t o = 0; o < n_out; o++) model->b_out[o] = (float)net->params.b_out[o];
}
