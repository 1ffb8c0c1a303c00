#include "rate/network.h"

#include <stdlib.h>

#include "model/unit.h"

static size_t flat_size(const srnn__rate_net *net)
{
    const size_t Np = (size_t)net->Np;
    return ((size_t)net->N + (size_t)net->n_out + (size_t)net->n_in + 1) * Np +
           (size_t)srnn__padded(net->n_out);
}

bool srnn__params_alloc(const srnn__rate_net *net, srnn__params *p)
{
    const size_t Np = (size_t)net->Np;
    if (!(p->flat = srnn__alloc(net->n_flat, sizeof(real)))) return false;
    p->w = p->flat;
    p->w_out = p->w + (size_t)net->N * Np;
    p->taus_gaus = p->w_out + (size_t)net->n_out * Np;
    p->b_out = p->taus_gaus + Np;
    p->w_in = p->b_out + srnn__padded(net->n_out);
    return true;
}

static void net_copy(bool to_flat, float *of_model, real *of_net)
{
    if (to_flat)
        *of_net = (real)*of_model;
    else
        *of_model = (float)*of_net;
}

static void exchange(const srnn__rate_net *net, float *const arrays[SRNN__N_PARAMETERS],
                     const srnn__params *p, bool to_flat)
{
    const size_t N = (size_t)net->N, Np = (size_t)net->Np, n_out = (size_t)net->n_out;
    float *w = arrays[SRNN__W], *w_out = arrays[SRNN__W_OUT], *w_in = arrays[SRNN__W_IN];
    float *b_out = arrays[SRNN__B_OUT], *taus_gaus = arrays[SRNN__TAUS];
    for (size_t pre = 0; pre < N && w; pre++)
        for (size_t post = 0; post < N; post++)
            net_copy(to_flat, &w[pre * N + post], &p->w[pre * Np + post]);
    for (size_t i = 0; i < N && w_out; i++)
        for (size_t o = 0; o < n_out; o++)
            net_copy(to_flat, &w_out[i * n_out + o], &p->w_out[o * Np + i]);
    for (size_t o = 0; o < n_out && b_out; o++) net_copy(to_flat, &b_out[o], &p->b_out[o]);
    for (size_t i = 0; i < N && taus_gaus; i++) net_copy(to_flat, &taus_gaus[i], &p->taus_gaus[i]);
    for (size_t c = 0; c < (size_t)net->n_in && w_in; c++)
        for (size_t i = 0; i < N; i++) net_copy(to_flat, &w_in[c * N + i], &p->w_in[c * Np + i]);
}

void srnn__params_load(const srnn__rate_net *net, float *const arrays[SRNN__N_PARAMETERS],
                       srnn__params *params)
{
    exchange(net, arrays, params, true);
}

void srnn__params_store(const srnn__rate_net *net, const srnn__params *params,
                        float *const arrays[SRNN__N_PARAMETERS])
{
    exchange(net, arrays, params, false);
}

#define PARAMETERS(model)                                                                          \
    {                                                                                              \
        [SRNN__W] = (model)->w, [SRNN__W_OUT] = (model)->w_out, [SRNN__B_OUT] = (model)->b_out,    \
        [SRNN__TAUS] = (model)->taus_gaus, [SRNN__W_IN] = (model)->w_in                            \
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
    net->w_eff = srnn__alloc(rows + 1, sizeof(real));
    net->w_eff_t = srnn__alloc(rows, sizeof(real));
    net->alpha = srnn__alloc(Np, sizeof(real));
    if (!net->mask || !net->w_eff || !net->w_eff_t || !net->alpha ||
        !srnn__params_alloc(net, &net->params)) {
        srnn__rate_net_free(net);
        return srnn__no_memory(ctx);
    }
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++)
            net->mask[pre * Np + post] =
                (real)(model->som_m[pre * N + post] ? (model->inh[pre] ? -1 : 1) : 0);
    float *const arrays[SRNN__N_PARAMETERS] = PARAMETERS(model);
    srnn__params_load(net, arrays, &net->params);
    srnn__rate_net_update(net);
    return SRNN_OK;
}

void srnn__rate_net_free(srnn__rate_net *net)
{
    free(net->params.flat);
    free(net->mask);
    free(net->w_eff);
    free(net->w_eff_t);
    free(net->alpha);
    srnn__sparse_free(&net->forward);
    srnn__sparse_free(&net->backward);
    *net = (srnn__rate_net){0};
}

/* Packed connections serve until others appear, or until a quarter of them is gone. */
static bool refill(srnn__rate_net *net, size_t n_connections)
{
    return n_connections >= net->forward.n_connections / 4 * 3 &&
           srnn__sparse_refill(&net->forward, net->w_eff) == n_connections &&
           srnn__sparse_refill(&net->backward, net->w_eff) == n_connections;
}

static bool pack(srnn__rate_net *net)
{
    const size_t Np = (size_t)net->Np, end = (size_t)net->N * Np;
    srnn__sparse_free(&net->forward);
    srnn__sparse_free(&net->backward);
    return srnn__sparse_pack(net->N, net->Np, net->w_eff, Np, 1, end, &net->forward) &&
           srnn__sparse_pack(net->N, net->Np, net->w_eff, 1, Np, end, &net->backward);
}

/* Where connections keep appearing, packing them would cost more than it gives. */
static bool find_sparse(srnn__rate_net *net)
{
    enum { PAUSE = 64 };
    const size_t end = (size_t)net->N * (size_t)net->Np;
    size_t n_connections = 0;
    for (size_t k = 0; k < end; k++) n_connections += net->w_eff[k] != 0;
    if (net->sparse && refill(net, n_connections)) return true;
    if (net->sparse && n_connections > net->forward.n_connections) net->dense_updates = PAUSE;
    if (net->dense_updates > 0) {
        net->dense_updates--;
        return false;
    }
    if (pack(net)) return true;
    net->dense_updates = PAUSE;
    return false;
}

void srnn__rate_net_update(srnn__rate_net *net)
{
    const srnn__rate_kernels *k = net->kernels;
    k->effective(net->dale, net->N, net->Np, net->params.w, net->mask, net->w_eff);
    net->sparse = k->matvec_sparse && find_sparse(net);
    if (!net->sparse) k->transpose(net->N, net->Np, net->w_eff, net->w_eff_t);
    for (int i = 0; i < net->Np; i++) {
        const double tau =
            srnn__tau_steps(net->taus, net->n_taus, (double)net->params.taus_gaus[i]);
        net->alpha[i] = i < net->N ? (real)(net->DeltaT / tau) : 1;
    }
}

/* Dense products are the faster for batches that share the reading of weights which stay in
   the second cache, unless few of these are connections. Measured: docs/performance.md. */
static bool dense_is_faster(const srnn__rate_net *net, int B)
{
    enum { BATCH = 8, CACHED = 256 * 1024 };
    const size_t n = (size_t)net->N * (size_t)net->Np;
    return B >= BATCH && n <= CACHED && net->forward.n_values > n / 4;
}

void srnn__rate_net_weigh(const srnn__rate_net *net, int B, const real *r, real *y)
{
    if (net->sparse && !dense_is_faster(net, B))
        net->kernels->matvec_sparse(B, net->Np, &net->forward, r, y);
    else
        net->kernels->matvec(B, net->N, net->Np, net->w_eff, r, y);
}

void srnn__rate_net_weigh_back(const srnn__rate_net *net, int B, const real *r, real *y)
{
    if (net->sparse)
        net->kernels->matvec_sparse(B, net->Np, &net->backward, r, y);
    else
        net->kernels->matvec(B, net->N, net->Np, net->w_eff_t, r, y);
}

bool srnn__rate_net_packs_gradient(const srnn__rate_net *net)
{
    return net->sparse && net->dale && net->w_gradient == SRNN_GRADIENT_MASKED;
}

void srnn__rate_net_store(const srnn__rate_net *net, srnn_model *model)
{
    float *const arrays[SRNN__N_PARAMETERS] = PARAMETERS(model);
    srnn__params_store(net, &net->params, arrays);
}
