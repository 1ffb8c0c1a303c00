/* What the library decides for every front end: which conversion, and which search is kept. */
#include <jansson.h>
#include <math.h>

#include "model/model_internal.h"
#include "spikernn/convert.h"
#include "spiking/conversion.h"

/* ---- which conversion ---- */

bool srnn_operating_point_suits(const srnn_spiking_params *params)
{
    return params->neuron.model == SRNN_LIF && !params->conversion.use_initial_weights;
}

bool srnn_operating_point_is_better(double point_perf, double factor_perf)
{
    return point_perf > factor_perf;
}

/* For a user who asked for neither a conversion nor a scaling factor. */
static srnn_conversion better_conversion(const srnn_model *model, const srnn_spiking_params *params)
{
    const srnn_operating_point point = srnn_model_get_operating_point(model);
    const srnn_search_record search = srnn_model_get_search(model);
    const bool better = isnan(search.opt_scaling_factor) ||
                        srnn_operating_point_is_better(point.perf, search.test_perf);
    return point.gain && srnn_operating_point_suits(params) && better ? SRNN_BY_OPERATING_POINT
                                                                      : SRNN_BY_SCALING_FACTOR;
}

srnn_status srnn_choose_conversion(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_conversion *conversion, double scaling_factor,
                                   srnn_spiking_params *params)
{
    const bool factor_given = !isnan(scaling_factor);
    const srnn_conversion chosen = conversion     ? *conversion
                                   : factor_given ? SRNN_BY_SCALING_FACTOR
                                                  : better_conversion(model, params);
    const double factor =
        factor_given ? scaling_factor : srnn_model_get_search(model).opt_scaling_factor;
    const char *prefix = srnn__option_prefix(ctx);
    if (chosen == SRNN_BY_OPERATING_POINT && factor_given)
        return srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "%sscaling_factor is %g, but an operating point has none; expected only one "
            "of %sscaling_factor and %sconversion operating-point",
            prefix, scaling_factor, prefix, prefix);
    if (chosen == SRNN_BY_OPERATING_POINT && !srnn_model_get_operating_point(model).gain)
        return srnn__no_operating_point(ctx);
    if (chosen == SRNN_BY_SCALING_FACTOR && isnan(factor))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the model holds no opt_scaling_factor; expected one that a search "
                          "found, or the option %sscaling_factor",
                          prefix);
    params->conversion.by = chosen;
    params->conversion.scaling_factor = factor;
    return SRNN_OK;
}

/* ---- which search is kept ---- */

/* Was the model's search made with trials of the task that it was trained on? True where that is
   not known. */
static bool holds_own_search(const srnn_model *model)
{
    const srnn_search_record search = srnn_model_get_search(model);
    if (isnan(search.opt_scaling_factor)) return false;
    json_t *settings = json_loads(search.settings, 0, NULL);
    const json_t *task = json_object_get(settings, "task");
    const char *name = json_string_value(json_object_get(task, "name"));
    srnn_task_settings of_search = srnn_task_settings_default();
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const json_t *value = json_object_get(task, srnn_task_setting_at(i)->name);
        if (json_is_number(value)) srnn_task_setting_put(&of_search, i, json_number_value(value));
    }
    const bool own = !name || srnn__is_task_of(model, name, &of_search);
    json_decref(settings);
    return own;
}

srnn_search_worth srnn_search_worth_storing(const srnn_model *model, const srnn_task *task,
                                            const srnn_search_result *result, bool cancelled)
{
    const srnn_search_record held = srnn_model_get_search(model);
    /* files that do not say how many trials are of finished searches */
    const bool holds_more =
        !isnan(held.opt_scaling_factor) && (held.n_trials == 0 || held.n_trials > result->n_trials);
    if (result->n_trials == 0) return SRNN_SEARCH_EMPTY;
    if (cancelled && holds_more) return SRNN_SEARCH_SHORTER;
    if (srnn_model_same_task(model, task)) return SRNN_SEARCH_KEPT;
    return holds_own_search(model) ? SRNN_SEARCH_OTHER_TASK : SRNN_SEARCH_OTHER_TASK_ALONE;
}
