/* Connectivity, populations and masks that the user gives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

static srnn_status refuse_weight(srnn_ctx *ctx, const srnn_model *m, size_t k, double w,
                                 const char *expected)
{
    const size_t N = (size_t)m->params.N;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "w(%zu, %zu) is %g; expected %s", k % N + 1,
                      k / N + 1, w, expected);
}

static srnn_status connect_check(srnn_ctx *ctx, const srnn_model *m, const uint8_t *connectivity,
                                 const float *w)
{
    const size_t N = (size_t)m->params.N;
    for (size_t k = 0; k < N * N; k++) {
        if (connectivity[k] > SRNN_FIXED)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "connectivity(%zu, %zu) is %d; expected 0 (forbidden), 1 (plastic) "
                              "or 2 (fixed)",
                              k % N + 1, k / N + 1, connectivity[k]);
        if (!w || isnan(w[k])) continue;
        const double value = (double)w[k];
        if (isinf(value)) return refuse_weight(ctx, m, k, value, "a finite number, or NaN");
        if (value < 0 && m->params.apply_dale)
            return refuse_weight(ctx, m, k, value,
                                 "0 or more under Dale's principle, where the presynaptic unit "
                                 "has the sign");
        if (value != 0 && connectivity[k] == SRNN_FORBIDDEN)
            return refuse_weight(ctx, m, k, value, "0 where no connection may be");
    }
    return SRNN_OK;
}

srnn_status srnn_model_connect(srnn_ctx *ctx, srnn_model *m, const uint8_t *connectivity,
                               const float *w)
{
    const size_t NN = (size_t)m->params.N * (size_t)m->params.N;
    const srnn_status status = connect_check(ctx, m, connectivity, w);
    if (status) return status;
    bool any_fixed = false;
    for (size_t k = 0; k < NN && !any_fixed; k++) any_fixed = connectivity[k] == SRNN_FIXED;
    uint8_t *fixed = any_fixed ? malloc(NN) : NULL;
    if (any_fixed && !fixed) return srnn__no_memory(ctx);
    for (size_t k = 0; k < NN; k++) {
        if (fixed) fixed[k] = connectivity[k] == SRNN_FIXED;
        if (connectivity[k] == SRNN_FORBIDDEN) m->som_m[k] = 0;
        if (w && !isnan(w[k])) m->w[k] = w[k];
        if (!m->som_m[k]) m->w[k] = 0;
        m->w0[k] = m->w[k];
    }
    free(m->w_fixed);
    m->w_fixed = fixed;
    return SRNN_OK;
}

static srnn_status check_flags(srnn_ctx *ctx, const char *name, const uint8_t *flags, size_t rows,
                               size_t count)
{
    for (size_t k = 0; flags && k < count; k++)
        if (flags[k] > 1)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s(%zu, %zu) is %d; expected 0 or 1", name,
                              k % rows + 1, k / rows + 1, flags[k]);
    return SRNN_OK;
}

static srnn_status check_masks(srnn_ctx *ctx, const srnn_model *m, const srnn_model_view *v)
{
    const size_t N = (size_t)m->params.N;
    srnn_status status = check_flags(ctx, "inh", v->inh, N, N);
    if (!status) status = check_flags(ctx, "som", v->som, N, N);
    if (!status) status = check_flags(ctx, "som_m", v->som_m, N, N * N);
    if (status) return status;
    return srnn__model_check_units(ctx, v->apply_dale, v->inh ? v->inh : m->inh, v->som, N);
}

srnn_status srnn_model_set_masks(srnn_ctx *ctx, srnn_model *m, const srnn_model_view *v)
{
    const srnn_status status = check_masks(ctx, m, v);
    if (status) return status;
    const size_t N = (size_t)m->params.N;
    const uint8_t *som = v->som ? v->som : m->som;
    m->params.apply_dale = v->apply_dale;
    m->params.som_N = 0;
    for (size_t i = 0; i < N; i++) {
        if (v->inh) m->inh[i] = v->inh[i];
        m->som[i] = som[i] && m->inh[i];
        m->params.som_N += m->som[i];
    }
    if (v->som_m) memmove(m->som_m, v->som_m, N * N);
    srnn__optimizer_clear(&m->optimizer);
    return SRNN_OK;
}
