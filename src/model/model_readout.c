/* The refitted readout that a model keeps. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

srnn_readout srnn_model_get_readout(const srnn_model *m) { return m->readout; }

void srnn__readout_clear(srnn_readout *readout)
{
    free((void *)(uintptr_t)readout->w_out);
    free((void *)(uintptr_t)readout->b_out);
    free((void *)(uintptr_t)readout->settings);
    *readout = (srnn_readout){.scaling_factor = NAN, .perf = NAN, .two_sided_perf = NAN};
}

srnn_status srnn__readout_check(srnn_ctx *ctx, const srnn_readout *r, int N, int n_out,
                                srnn_status error, const char *where)
{
    const struct {
        const char *name;
        const float *values;
        int n;
    } arrays[] = {{"readout_w_out", r->w_out, N * n_out}, {"readout_b_out", r->b_out, n_out}};
    for (size_t k = 0; k < 2; k++) {
        if (!arrays[k].values)
            return srnn__fail(ctx, error, "%s: '%s' is missing; expected finite numbers", where,
                              arrays[k].name);
        for (int i = 0; i < arrays[k].n; i++)
            if (!isfinite(arrays[k].values[i]))
                return srnn__fail(ctx, error, "%s: '%s' has %g; expected finite numbers", where,
                                  arrays[k].name, (double)arrays[k].values[i]);
    }
    if (r->scaling_factor <= 0 || isinf(r->scaling_factor))
        return srnn__fail(ctx, error,
                          "%s: 'readout_scaling_factor' is %g; expected a number above 0, or none",
                          where, r->scaling_factor);
    const struct {
        const char *name;
        double value;
    } perfs[] = {{"readout_perf", r->perf}, {"readout_two_sided_perf", r->two_sided_perf}};
    for (size_t k = 0; k < 2; k++)
        if (perfs[k].value < 0 || perfs[k].value > 1)
            return srnn__fail(ctx, error, "%s: '%s' is %g; expected an accuracy, 0 to 1", where,
                              perfs[k].name, perfs[k].value);
    return SRNN_OK;
}

srnn_status srnn_model_set_readout(srnn_ctx *ctx, srnn_model *m, const srnn_readout *readout)
{
    if (!readout) {
        srnn__readout_clear(&m->readout);
        return SRNN_OK;
    }
    const int N = m->params.N, n_out = m->params.n_out;
    const srnn_status status =
        srnn__readout_check(ctx, readout, N, n_out, SRNN_ERR_ARGUMENT, "the readout");
    if (status) return status;
    srnn_readout copy = *readout;
    copy.w_out = srnn__copy(readout->w_out, (size_t)N * (size_t)n_out, sizeof *readout->w_out);
    copy.b_out = srnn__copy(readout->b_out, (size_t)n_out, sizeof *readout->b_out);
    copy.settings = readout->settings ? strdup(readout->settings) : NULL;
    const bool complete = copy.w_out && copy.b_out && (!readout->settings || copy.settings);
    srnn__readout_clear(complete ? &m->readout : &copy);
    if (!complete) return srnn__no_memory(ctx);
    m->readout = copy;
    return SRNN_OK;
}
