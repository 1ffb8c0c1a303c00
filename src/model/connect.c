/* Connectivity of the user's own. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"

static srnn_status refuse_weight(srnn_ctx *ctx, const srnn_model *m, size_t k, double w,
                                 const char *expected)
{
    const size_t N = (size_t)m->params.N;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "w(%zu, %zu) is %g; expected %s", k % N + 1,
                      k / N + 1, w, expected);
}

static srnn_status check(srnn_ctx *ctx, const srnn_model *m, const uint8_t *connectivity,
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
    const srnn_status status = check(ctx, m, connectivity, w);
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
