/* The operating point that a model keeps. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

srnn_operating_point srnn_model_get_operating_point(const srnn_model *m)
{
    return m->operating_point;
}

void srnn__operating_point_clear(srnn_operating_point *point)
{
    const double *const arrays[] = {point->gain, point->bias_mv, point->scale, point->offset};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) free((void *)(uintptr_t)arrays[k]);
    free((void *)(uintptr_t)point->settings);
    *point = (srnn_operating_point){
        .widening = NAN, .shot_noise_cost = NAN, .perf = NAN, .two_sided_perf = NAN};
}

srnn_status srnn__operating_point_check(srnn_ctx *ctx, const srnn_operating_point *p, int N,
                                        srnn_status error, const char *where)
{
    const struct {
        const char *name, *expected;
        const double *values;
        double least;
        bool above;
    } arrays[] = {{"op_gain", "numbers above 0", p->gain, 0, true},
                  {"op_bias_mv", "finite numbers", p->bias_mv, -INFINITY, false},
                  {"op_scale", "numbers from 0", p->scale, 0, false},
                  {"op_offset", "finite numbers", p->offset, -INFINITY, false}};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        if (!arrays[k].values)
            return srnn__fail(ctx, error, "%s: '%s' is missing; expected %s", where, arrays[k].name,
                              arrays[k].expected);
        for (int i = 0; i < N; i++) {
            const double value = arrays[k].values[i];
            if (!isfinite(value) || value < arrays[k].least || (arrays[k].above && value == 0))
                return srnn__fail(ctx, error, "%s: '%s' is %g for unit %d; expected %s", where,
                                  arrays[k].name, value, i, arrays[k].expected);
        }
    }
    const struct {
        const char *name, *expected;
        double value, most;
    } numbers[] = {{"op_widening", "a number from 0", p->widening, INFINITY},
                   {"op_shot_noise_cost", "a number from 0", p->shot_noise_cost, INFINITY},
                   {"op_perf", "an accuracy, 0 to 1", p->perf, 1},
                   {"op_two_sided_perf", "an accuracy, 0 to 1", p->two_sided_perf, 1}};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (isinf(numbers[k].value) || numbers[k].value < 0 || numbers[k].value > numbers[k].most)
            return srnn__fail(ctx, error, "%s: '%s' is %g; expected %s", where, numbers[k].name,
                              numbers[k].value, numbers[k].expected);
    return SRNN_OK;
}

srnn_status srnn_model_set_operating_point(srnn_ctx *ctx, srnn_model *m,
                                           const srnn_operating_point *point)
{
    if (!point) {
        srnn__operating_point_clear(&m->operating_point);
        if (isnan(m->readout.scaling_factor)) srnn__readout_clear(&m->readout);
        return SRNN_OK;
    }
    const srnn_status status = srnn__operating_point_check(
        ctx, point, m->params.N, SRNN_ERR_ARGUMENT, "the operating point");
    if (status) return status;
    const size_t N = (size_t)m->params.N;
    srnn_operating_point copy = *point;
    copy.gain = srnn__copy(point->gain, N, sizeof *point->gain);
    copy.bias_mv = srnn__copy(point->bias_mv, N, sizeof *point->bias_mv);
    copy.scale = srnn__copy(point->scale, N, sizeof *point->scale);
    copy.offset = srnn__copy(point->offset, N, sizeof *point->offset);
    copy.settings = point->settings ? strdup(point->settings) : NULL;
    const bool complete = copy.gain && copy.bias_mv && copy.scale && copy.offset &&
                          (!point->settings || copy.settings);
    srnn__operating_point_clear(complete ? &m->operating_point : &copy);
    if (!complete) return srnn__no_memory(ctx);
    m->operating_point = copy;
    if (isnan(m->readout.scaling_factor)) srnn__readout_clear(&m->readout);
    return SRNN_OK;
}
