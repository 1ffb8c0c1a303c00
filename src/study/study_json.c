/* A study as JSON: what the file says, what the networks gave, summaries and tests. */
#include "study/study_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "figure/study_counts.h"
#include "core/core.h"
#include "core/json_text.h"
#include "experiment/results_json.h"

/* Sentences may name files, and these any bytes. */
static json_t *study_text(const char *text)
{
    char shown[1024];
    json_t *json = json_string(text);
    if (json) return json;
    srnn_printable(text, shown, sizeof shown);
    return json_string(shown);
}

/* NaN: a null. */
static json_t *reals_json(const double *values, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++) list = srnn__json_append(list, srnn__json_real(values[i]));
    return list;
}

/* A thousand learning curves in all digits would be most of the document. */
static json_t *rounded_json(const double *values, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++) {
        char text[32];
        snprintf(text, sizeof text, "%.6g", values[i]);
        list = srnn__json_append(list, srnn__json_real(strtod(text, NULL)));
    }
    return list;
}

static json_t *interval_json(double low, double high)
{
    if (!isfinite(low) || !isfinite(high)) return json_null();
    return json_pack("[ff]", low, high);
}

/* ---- what the study is ---- */

json_t *srnn__measure_json(const srnn_measure *m)
{
    return json_pack("{sssssssiso}", "name", m->name, "title", m->title, "unit", m->unit, "digits",
                     m->digits, "at_least", srnn__json_real(m->at_least));
}

static json_t *measures_json(const srnn_study_view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->n_measures; i++)
        list = srnn__json_append(list, srnn__measure_json(&view->measures[i]));
    return list;
}

static json_t *varied_json(const srnn_study_view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->n_varied; i++)
        list = srnn__json_append(list, json_string(view->varied[i]));
    return list;
}

static int seeds_ascending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Of all conditions, each once. */
static json_t *seeds_json(const srnn_study_view *view)
{
    const size_t n = (size_t)view->n_networks;
    uint64_t *seeds = malloc((n + 1) * sizeof *seeds);
    json_t *list = seeds ? json_array() : NULL;
    for (size_t i = 0; list && i < n; i++) seeds[i] = view->networks[i].seed;
    if (list) qsort(seeds, n, sizeof *seeds, seeds_ascending);
    for (size_t i = 0; list && i < n; i++)
        if (i == 0 || seeds[i] != seeds[i - 1])
            list = srnn__json_append(list, json_integer((json_int_t)seeds[i]));
    free(seeds);
    return list;
}

static const char *main_measure(const srnn_study_view *view)
{
    return view->n_measures > 0 ? view->measures[view->main_measure].name : "";
}

/* ---- what came out ---- */

static json_t *condition_summary_json(const srnn_condition_summary *s, double at_least)
{
    json_t *json =
        json_pack("{sisosososo}", "n", s->values.n, "mean", srnn__json_real(s->values.mean), "sd",
                  srnn__json_real(s->values.sd), "median", srnn__json_real(s->values.median),
                  "interval", interval_json(s->values.low, s->values.high));
    if (isnan(at_least)) return json;
    return srnn__json_join(json, json_pack("{sisoso}", "reached", s->reached, "share",
                                           srnn__json_real(s->share), "share_interval",
                                           interval_json(s->low, s->high)));
}

/* By the measures' names; NULL after an error, too. */
static json_t *summaries_json(srnn_ctx *ctx, const srnn_study_view *view, int condition)
{
    json_t *json = json_object();
    for (int i = 0; i < view->n_measures && json; i++) {
        srnn_condition_summary summary;
        const srnn_status status = srnn_study_summary(ctx, view, condition, i, &summary);
        json = srnn__json_with(
            json, view->measures[i].name,
            status ? NULL : condition_summary_json(&summary, view->measures[i].at_least));
    }
    return json;
}

static json_t *conditions_json(srnn_ctx *ctx, const srnn_study_view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->n_conditions && list; i++) {
        const srnn_study_condition *c = &view->conditions[i];
        srnn_condition_summary s;
        srnn__condition_count(view, i, -1, &s);
        json_t *json = json_pack("{sssosisisisisiso}", "name", c->name, "options",
                                 json_loads(c->options, 0, NULL), "networks", s.n + s.left, "n",
                                 s.n, "finished", s.n - s.not_trained - s.failed, "not_trained",
                                 s.not_trained, "failed", s.failed, "left", json_integer(s.left));
        list = srnn__json_append(list,
                                 srnn__json_with(json, "measures", summaries_json(ctx, view, i)));
    }
    return list;
}

const char *srnn__network_state_name(srnn_network_state state)
{
    static const char *const names[] = {"left", "finished", "not_trained", "failed"};
    return names[state];
}

static json_t *study_network_json(const srnn_study_view *view, const srnn_study_network *n)
{
    json_t *json =
        json_pack("{sisIsssssoso}", "condition", n->condition, "seed", (json_int_t)n->seed, "key",
                  n->key, "state", srnn__network_state_name(n->state), "sentence",
                  study_text(n->sentence), "values", reals_json(n->values, view->n_measures));
    if (n->n_evals > 0)
        json = srnn__json_join(
            json, json_pack("{sisisoso}", "eval_first", n->eval_first, "eval_every", n->eval_every,
                            "eval_loss", rounded_json(n->eval_loss, n->n_evals), "eval_accuracy",
                            rounded_json(n->eval_accuracy, n->n_evals)));
    if (n->n_factors > 0)
        json = srnn__json_join(
            json, json_pack("{soso}", "scaling_factors", reals_json(n->factors, n->n_factors),
                            "factor_accuracy", rounded_json(n->factor_accuracy, n->n_factors)));
    return json;
}

static json_t *networks_json(const srnn_study_view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->n_networks; i++)
        list = srnn__json_append(list, study_network_json(view, &view->networks[i]));
    return list;
}

static json_t *place_json(int place) { return place < 0 ? json_null() : json_integer(place); }

static json_t *count_json(int n) { return n > 0 ? json_integer(n) : json_null(); }

/* What the file expects. */
static json_t *expected_json(const srnn_study_view *view, const srnn_expectation *e)
{
    const bool pair = e->kind == SRNN_EXPECTED_COMPARISON;
    return json_pack("{ss so so so so ss ss ss ss}", "kind", srnn_expected_kind_name(e->kind),
                     "condition", place_json(e->condition), "measure",
                     e->measure < 0 ? json_null() : json_string(view->measures[e->measure].name),
                     "than", place_json(pair ? e->than : -1), "differs",
                     pair ? json_boolean(e->differs) : json_null(), "about", e->about, "source",
                     e->source, "verdict", e->verdict, "sentence", e->sentence);
}

static json_t *expected_numbers_json(const srnn_expectation *e)
{
    return json_pack("{so so so so so so so}", "mean", srnn__json_real(e->mean), "sd",
                     srnn__json_real(e->sd), "at_least", srnn__json_real(e->at_least), "share",
                     srnn__json_real(e->share), "n", count_json(e->n), "read_off",
                     srnn__json_real(e->read_off), "within", srnn__json_real(e->within));
}

static json_t *measured_json(const srnn_expectation *e)
{
    return json_pack("{s{si so so so} so so so}", "measured", "n", e->measured_n, "value",
                     srnn__json_real(e->measured), "sd", srnn__json_real(e->measured_sd),
                     "interval", interval_json(e->low, e->high), "difference",
                     srnn__json_real(e->difference), "difference_interval",
                     interval_json(e->difference_low, e->difference_high), "p",
                     srnn__json_real(e->p));
}

json_t *srnn__expectation_json(const srnn_study_view *view, const srnn_expectation *e)
{
    json_t *expected = srnn__json_join(expected_json(view, e), expected_numbers_json(e));
    return srnn__json_join(expected, measured_json(e));
}

static json_t *expectations_json(const srnn_study_view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->n_expectations; i++)
        list = srnn__json_append(list, srnn__expectation_json(view, &view->expectations[i]));
    return list;
}

static json_t *listed_figures_json(const srnn_study_view *view)
{
    json_t *list = json_array();
    for (int i = 0; i < view->n_figures; i++) {
        const srnn_study_figure *f = &view->figures[i];
        json_t *conditions = json_array();
        for (int k = 0; k < f->n_conditions; k++)
            conditions = srnn__json_append(conditions, json_integer(f->conditions[k]));
        list = srnn__json_append(
            list,
            json_pack("{ss ss sb so so so}", "figure", f->name, "caption", f->caption, "of_network",
                      f->of_network, "measure",
                      f->measure < 0 ? json_null() : json_string(view->measures[f->measure].name),
                      "conditions", conditions, "network", place_json(f->network)));
    }
    return list;
}

static json_t *head_json(const srnn_study_view *view)
{
    return json_pack("{sssssisssssssosososs}", "spikernn", srnn_version(), "document", "study",
                     "schema", SRNN_SCHEMA, "study", view->name, "about", view->about, "task",
                     view->task, "seeds", seeds_json(view), "varied", varied_json(view), "measures",
                     measures_json(view), "main_measure", main_measure(view));
}

static json_t *results_json(srnn_ctx *ctx, const srnn_study_view *view)
{
    return json_pack("{so so so so so so}", "conditions", conditions_json(ctx, view), "networks",
                     networks_json(view), "expectations", expectations_json(view), "figures",
                     listed_figures_json(view), "tests", srnn__study_tests_json(ctx, view),
                     "versions", json_loads(view->versions, 0, NULL));
}

char *srnn_study_json(srnn_ctx *ctx, const srnn_study_view *view)
{
    return srnn__json_text_of(srnn__json_join(head_json(view), results_json(ctx, view)));
}
