/* What a study keeps of a network's results: numbers, each under the name that it has in
   summary.json. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/mean_sd.h"
#include "experiment/results_json.h"
#include "study/study.h"

/* ---- compact ---- */

static json_t *result_rounded_to(double x, int digits)
{
    char text[32];
    snprintf(text, sizeof text, "%.*g", digits, x);
    const double value = strtod(text, NULL);
    if (!isfinite(x)) return json_null();
    return value == floor(value) && fabs(value) < 1e15 ? json_integer((json_int_t)value)
                                                       : json_real(value);
}

/* Six digits, which are more than trials support. */
static json_t *result_rounded(double x) { return result_rounded_to(x, 6); }

enum { CURVE_DIGITS = 4 };

/* Numbers of trials follow from the options, intervals from the accuracies; of response times there
   is the median. */
static bool is_kept(const char *name)
{
    static const char *const others[] = {"interval",
                                         "seconds",
                                         "units",
                                         "confusion",
                                         "table",
                                         "rules",
                                         "n",
                                         "correct",
                                         "trials_kept",
                                         "trials_run",
                                         "n_trials",
                                         "best",
                                         "type",
                                         "trials_of_each_type",
                                         "response_threshold",
                                         "trials_at_most",
                                         "mean_ms",
                                         "sd_ms",
                                         "value_sd",
                                         "last_trial_loss"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(name, others[i])) return false;
    return true;
}

/* λ is used again, and so exact. */
static bool is_factor(const char *name)
{
    return !strcmp(name, "scaling_factor") || !strcmp(name, "opt_scaling_factor");
}

static json_t *compact_value(const json_t *value);

static json_t *compact_object(const json_t *object)
{
    json_t *out = json_object();
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        json_t *kept = !is_kept(name)    ? NULL
                       : is_factor(name) ? json_incref(value)
                                         : compact_value(value);
        if (kept) json_object_set_new(out, name, kept);
    }
    return out;
}

/* Of a noise curve, by the noise: "0.2mV". */
static void compact_noise(const json_t *point, json_t *out)
{
    static const char *const kept[] = {"accuracy", "mean_rate_hz"};
    char name[40];
    snprintf(name, sizeof name, "%gmV", json_number_value(json_object_get(point, "noise_mv")));
    json_t *numbers = json_object();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const json_t *value = json_object_get(point, kept[i]);
        if (json_is_number(value))
            json_object_set_new(numbers, kept[i], result_rounded(json_number_value(value)));
    }
    json_object_set_new(out, name, numbers);
}

/* [{"type": "go", ...}] as {"go": {...}}, points of a noise curve by their noise; NULL of other
   lists. */
static json_t *compact_list(const json_t *list)
{
    json_t *out = json_object();
    size_t i;
    const json_t *item;
    json_array_foreach((json_t *)list, i, item)
    {
        const char *type = json_string_value(json_object_get(item, "type"));
        if (type) json_object_set_new(out, type, compact_object(item));
        if (json_object_get(item, "noise_mv")) compact_noise(item, out);
    }
    return json_object_size(out) > 0 ? out : (json_decref(out), NULL);
}

/* NULL: nothing is kept of it. */
static json_t *compact_value(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: return compact_object(value);
    case JSON_ARRAY: return compact_list(value);
    case JSON_REAL: return result_rounded(json_real_value(value));
    case JSON_INTEGER:
    case JSON_TRUE:
    case JSON_FALSE: return json_incref((json_t *)value);
    default: return NULL;
    }
}

json_t *srnn__result_compact(const json_t *result)
{
    json_t *compact = result ? compact_value(result) : NULL;
    return compact ? compact : json_null();
}

/* ---- the training ---- */

static json_t *rounded_list(const double *values, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, result_rounded_to(values[i], CURVE_DIGITS));
    return list;
}

/* Mean and SD over units. */
static json_t *taus_compact(const srnn_model *model)
{
    const int N = srnn_model_get_params(model).N;
    double *tau_ms = malloc((size_t)N * sizeof *tau_ms), mean_ms, sd_ms;
    if (!tau_ms) return NULL;
    srnn_model_tau_ms(model, tau_ms);
    srnn__mean_and_sd(tau_ms, N, &mean_ms, &sd_ms);
    free(tau_ms);
    return json_pack("{soso}", "mean_ms", result_rounded(mean_ms), "sd_ms",
                     result_rounded(N > 1 ? sd_ms : 0));
}

/* Evaluations are at trials 2, 2 + every, ..., counted from 1. */
json_t *srnn__training_compact(const srnn_model *model, const json_t *training)
{
    const srnn_training_record r = srnn_model_get_training(model);
    json_t *out = srnn__result_compact(training);
    json_t *curve =
        json_pack("{sososo}", "trial", rounded_list(r.eval_tr, r.n_evals < 2 ? r.n_evals : 2),
                  "loss", rounded_list(r.eval_loss_curve, r.n_evals), "accuracy",
                  rounded_list(r.eval_perf_curve, r.n_evals));
    json_object_set_new(out, "taus", taus_compact(model));
    json_object_set_new(out, "curve", curve);
    return out;
}

/* ---- the search ---- */

/* Of the rows of a search's table, by the name of the column. */
static json_t *column(const json_t *table, const char *name)
{
    json_t *list = json_array();
    size_t i;
    const json_t *row;
    json_array_foreach((json_t *)table, i, row)
    {
        json_t *value = json_object_get(row, name);
        json_array_append_new(list, json_is_real(value) && !is_factor(name)
                                        ? result_rounded_to(json_real_value(value), CURVE_DIGITS)
                                        : json_incref(value));
    }
    return list;
}

static size_t best_row(const json_t *search)
{
    const json_t *table = json_object_get(search, "table"), *row;
    const json_t *best = json_object_get(search, "best"),
                 *factor = json_object_get(search, "opt_scaling_factor");
    size_t i;
    if (json_is_integer(best)) return (size_t)json_integer_value(best);
    json_array_foreach((json_t *)table, i, row)
    {
        if (json_equal(factor, json_object_get(row, "scaling_factor"))) return i;
    }
    return 0;
}

json_t *srnn__search_compact(const json_t *search)
{
    static const char *const columns[] = {"scaling_factor", "correct", "n",
                                          "score",          "loss",    "mean_rate_hz"};
    const json_t *table = json_object_get(search, "table");
    const json_t *best = json_array_get(table, best_row(search));
    json_t *out = srnn__result_compact(search), *curve = json_object();
    for (int i = 0; i < 3; i++) {
        static const char *const of_best[] = {"accuracy", "two_sided_accuracy", "mean_rate_hz"};
        const json_t *value = json_object_get(best, of_best[i]);
        if (json_is_number(value))
            json_object_set_new(out, of_best[i], result_rounded(json_number_value(value)));
    }
    if (json_object_get(best, "scaling_factor")) { /* else of an operating point */
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
            json_object_set_new(curve, columns[i], column(table, columns[i]));
        const json_t *fresh = json_object_get(search, "fresh");
        if (json_is_object(fresh))
            json_object_set_new(
                curve, "fresh",
                json_pack("[OO]", json_object_get(fresh, "correct"), json_object_get(fresh, "n")));
        json_object_set(out, "curve", curve);
    }
    json_decref(curve);
    return out;
}

static double curve_number(const json_t *curve, const char *name, size_t i)
{
    const json_t *value = json_array_get(json_object_get(curve, name), i);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

bool srnn__search_restore(const json_t *compact, srnn_search_result *out)
{
    const json_t *curve = json_object_get(compact, "curve"),
                 *factors = json_object_get(curve, "scaling_factor");
    const size_t n = json_array_size(factors);
    const double best = json_number_value(json_object_get(compact, "opt_scaling_factor"));
    *out = (srnn_search_result){.n = (int)n};
    if (n < 1) return false;
    out->scaling_factors = malloc(n * sizeof(double));
    out->correct = malloc(n * sizeof(int));
    out->trials = malloc(n * sizeof(int));
    if (!out->scaling_factors || !out->correct || !out->trials) {
        srnn_search_result_free(out);
        return false;
    }
    bool whole = true;
    for (size_t i = 0; i < n; i++) {
        const double correct = curve_number(curve, "correct", i),
                     trials = curve_number(curve, "n", i);
        out->scaling_factors[i] = curve_number(curve, "scaling_factor", i);
        whole = whole && out->scaling_factors[i] > 0 && correct >= 0 && correct <= trials &&
                trials < 1e9;
        out->correct[i] = whole ? (int)correct : 0;
        out->trials[i] = whole ? (int)trials : 0;
        if (out->scaling_factors[i] == best) out->best = (int)i;
    }
    if (!whole) { /* a damaged record */
        srnn_search_result_free(out);
        return false;
    }
    out->n_trials = out->trials[out->best];
    const double fresh = curve_number(curve, "fresh", 1); /* NaN: none */
    const json_t *two_sided =
        json_object_get(json_object_get(compact, "fresh"), "two_sided_accuracy");
    out->test_two_sided = -1; /* not known */
    if (fresh > 0 && fresh < 1e9 && curve_number(curve, "fresh", 0) <= fresh) {
        out->test_trials = (int)fresh;
        out->test_correct = (int)fmax(curve_number(curve, "fresh", 0), 0);
        if (json_is_number(two_sided) && json_number_value(two_sided) >= 0)
            out->test_two_sided =
                (int)fmin(round(json_number_value(two_sided) * fresh), out->test_correct);
    }
    return true;
}
