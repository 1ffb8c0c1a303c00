/* An evaluation as JSON: docs/evaluation.md explains it key by key. */
#include "experiment/results_json.h"
#include "spikernn/options.h"
#include "spikernn/spikes.h"

static json_t *real_list(const double *values, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++) list = srnn__json_append(list, srnn__json_real(values[i]));
    return list;
}

/* ---- either network ---- */

/* NULL: the evaluation was without answers. */
static json_t *response_times_json(const srnn_response_times *times)
{
    if (!times) return json_null();
    return json_pack("{sisososo}", "n", times->n, "median_ms", srnn__json_real(times->median_ms),
                     "mean_ms", srnn__json_real(times->mean_ms), "sd_ms",
                     srnn__json_real(times->sd_ms));
}

static const srnn_response_times *times_of(const srnn_response_times *times, int type)
{
    return times ? &times[type] : NULL;
}

/* Those of the type; null where the evaluation was without answers. */
static json_t *rules_json(int type, const srnn_rule_stats *rules, int n)
{
    if (!rules) return json_null();
    json_t *list = json_array();
    for (const srnn_rule_stats *r = rules; r < rules + n; r++)
        if (r->type == type)
            list = srnn__json_append(list,
                                     json_pack("{sssisisoso}", "rule", r->words, "met", r->met, "n",
                                               r->n, "value_mean", srnn__json_real(r->value_mean),
                                               "value_sd", srnn__json_real(r->value_sd)));
    return list;
}

static json_t *type_json(const char *name, const srnn_type_stats *type,
                         const srnn_response_times *times, json_t *rules)
{
    json_t *json = srnn__json_join(json_pack("{ss}", "type", name),
                                   srnn__accuracy_json(type->correct, type->two_sided, type->n));
    return srnn__json_join(json,
                           json_pack("{sosososo}", "value_mean", srnn__json_real(type->value_mean),
                                     "value_sd", srnn__json_real(type->value_sd), "response_times",
                                     response_times_json(times), "rules", rules));
}

static json_t *type_names_json(const srnn_task_def *def, uint64_t set)
{
    json_t *names = json_array();
    for (int i = 0; i < def->n_types; i++)
        if (set >> i & 1) names = srnn__json_append(names, json_string(def->type_names[i]));
    return names;
}

static json_t *confusion_row(const srnn_confusion *confusion, int type, bool others)
{
    json_t *row = json_array();
    for (int s = 0; s < confusion->n_sets; s++)
        row = srnn__json_append(row, json_integer(confusion->counts[type * confusion->n_sets + s]));
    return others ? srnn__json_append(row, json_integer(confusion->others[type])) : row;
}

static json_t *confusion_json(const srnn_task_def *def, const srnn_confusion *confusion)
{
    if (confusion->n_sets == 0) return json_null();
    json_t *sets = json_array(), *rows = json_array();
    bool others = false;
    for (int i = 0; i < def->n_types; i++) others |= confusion->others[i] > 0;
    for (int s = 0; s < confusion->n_sets; s++)
        sets = srnn__json_append(sets, type_names_json(def, confusion->sets[s]));
    if (others) sets = srnn__json_append(sets, json_null());
    for (int i = 0; i < def->n_types; i++)
        rows = srnn__json_append(rows, confusion_row(confusion, i, others));
    return json_pack("{sososo}", "types", type_names_json(def, UINT64_MAX), "correct_as", sets,
                     "trials", rows);
}

static json_t *rate_json(const srnn_task_def *def, const srnn_rate_evaluation *e)
{
    json_t *types = json_array();
    for (int i = 0; i < def->n_types; i++)
        types = srnn__json_append(types, type_json(def->type_names[i], &e->types[i],
                                                   times_of(e->response_times, i),
                                                   rules_json(i, e->rules, e->n_rules)));
    return srnn__json_join(srnn__accuracy_json(e->correct, e->two_sided, e->n_trials),
                           json_pack("{sososo}", "loss", srnn__json_real(e->loss_mean), "types",
                                     types, "confusion", confusion_json(def, &e->confusion)));
}

static json_t *population_rates_json(const srnn_population_rates *rates)
{
    return json_pack("{sososo}", "exc_hz", srnn__json_real(rates->exc_hz), "pv_hz",
                     srnn__json_real(rates->pv_hz), "som_hz", srnn__json_real(rates->som_hz));
}

static json_t *evaluation_spiking_json(const srnn_task_def *def, const srnn_spiking_evaluation *e)
{
    json_t *types = json_array();
    for (int i = 0; i < def->n_types; i++) {
        json_t *type = type_json(def->type_names[i], &e->types[i], times_of(e->response_times, i),
                                 rules_json(i, e->rules, e->n_rules));
        types =
            srnn__json_append(types, srnn__json_join(type, population_rates_json(&e->rates[i])));
    }
    return srnn__json_join(srnn__accuracy_json(e->correct, e->two_sided, e->n_trials),
                           json_pack("{sososo}", "mean_rate_hz", srnn__json_real(e->mean_rate_hz),
                                     "types", types, "confusion",
                                     confusion_json(def, &e->confusion)));
}

/* ---- both networks ---- */

/* Units counted from 1. */
static json_t *units_json(const srnn_comparison *c)
{
    json_t *silent = json_array(), *saturated = json_array();
    for (int i = 0; i < c->N; i++) {
        if (c->mean_hz[i] <= 0) silent = srnn__json_append(silent, json_integer(i + 1));
        if (c->saturated[i]) saturated = srnn__json_append(saturated, json_integer(i + 1));
    }
    return json_pack("{sososososo}", "correlation", real_list(c->unit_correlation, c->N), "mean_r",
                     real_list(c->mean_r, c->N), "mean_hz", real_list(c->mean_hz, c->N), "silent",
                     silent, "saturated", saturated);
}

static json_t *comparison_json(const srnn_task_def *def, const srnn_comparison *c)
{
    if (c->n_trials < 1) return json_null();
    json_t *types = json_array();
    for (int i = 0; i < c->n_types; i++)
        types = srnn__json_append(
            types, json_pack("{sssoso}", "type", def->type_names[i], "output_correlation",
                             srnn__json_real(c->output_correlation[i]), "across_units",
                             srnn__json_real(c->across_units[i])));
    double quartiles[3];
    srnn_quartiles(c->unit_correlation, c->N, quartiles);
    return json_pack("{sisososososo}", "trials_of_each_type", c->n_trials, "rmse",
                     srnn__json_real(c->rmse), "types", types, "unit_correlation_quartiles",
                     real_list(quartiles, 3), "ceiling_hz", srnn__json_real(c->ceiling_hz), "units",
                     units_json(c));
}

/* null: there is no spiking network. */
static json_t *accuracy_difference_json(const srnn_evaluation *e)
{
    if (!e->has_spiking || e->rate.n_trials < 1 || e->spiking.n_trials < 1) return json_null();
    return json_real((double)e->rate.correct / e->rate.n_trials -
                     (double)e->spiking.correct / e->spiking.n_trials);
}

json_t *srnn__evaluation_json(const srnn_task *task, const srnn_evaluation *e)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    json_t *conversion = json_null(), *factor = json_null(), *spiking = json_null(),
           *comparison = json_null();
    if (e->has_spiking) {
        conversion = json_string(srnn_option_choice("conversion", e->conversion));
        factor = srnn__json_real(e->scaling_factor);
        spiking = evaluation_spiking_json(def, &e->spiking);
        comparison = comparison_json(def, &e->comparison);
    }
    return json_pack("{sososisososososo}", "conversion", conversion, "scaling_factor", factor,
                     "trials_of_each_type", e->n_trials, "response_threshold",
                     srnn__json_real(e->response_threshold), "rate", rate_json(def, &e->rate),
                     "spiking", spiking, "accuracy_difference", accuracy_difference_json(e),
                     "comparison", comparison);
}

/* ---- the spiking network against its voltage noise ---- */

static json_t *noise_types_json(const srnn_task_def *def, const srnn_noise_point *point)
{
    json_t *types = json_array();
    for (int k = 0; k < def->n_types; k++) {
        const srnn_type_stats *type = &point->types[k];
        json_t *accuracy = srnn__accuracy_json(type->correct, type->two_sided, type->n);
        types = srnn__json_append(
            types, srnn__json_join(json_pack("{ss}", "type", def->type_names[k]), accuracy));
    }
    return types;
}

json_t *srnn__noise_curve_json(const srnn_task *task, const srnn_noise_curve *curve)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    json_t *points = json_array();
    for (const srnn_noise_point *p = curve->points; p < curve->points + curve->n; p++) {
        json_t *point = json_pack("{sosb}", "noise_mv", srnn__json_real(p->noise_mv), "own",
                                  p->noise_mv == curve->own_mv);
        point = srnn__json_join(point, srnn__accuracy_json(p->correct, p->two_sided, p->n_trials));
        point = srnn__json_join(point, json_pack("{soso}", "mean_rate_hz",
                                                 srnn__json_real(p->mean_rate_hz), "types",
                                                 noise_types_json(def, p)));
        points = srnn__json_append(points, point);
    }
    return points;
}
