/* A condition of a study in one measure. */
#include <stdlib.h>

#include "figure/study_counts.h"
#include "core/core.h"

srnn_status srnn_study_summary(srnn_ctx *ctx, const srnn_study_view *view, int condition,
                               int measure, srnn_condition_summary *out)
{
    *out = (srnn_condition_summary){0};
    if (condition < 0 || condition >= view->n_conditions)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "condition is %d; the study has %d, from 0",
                          condition, view->n_conditions);
    if (measure < 0 || measure >= view->n_measures)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "measure is %d; the study has %d, from 0",
                          measure, view->n_measures);
    double *values = malloc(((size_t)view->n_networks + 1) * sizeof *values);
    if (!values) return srnn__no_memory(ctx);
    srnn__condition_count(view, condition, measure, out);
    const int n = srnn__condition_values(view, condition, measure, values);
    const srnn_status status = srnn_sample_summary_of(ctx, values, n, &out->values);
    free(values);
    return status;
}
