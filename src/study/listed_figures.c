/* The figures that a study file lists, and what each shows of the study. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "spikernn/figure.h"
#include "study/measures.h"
#include "study/study.h"

/* ---- checks ---- */

static bool is_of_study(const char *figure) { return !strncmp(figure, "study-", 6); }

static const char *listed_text(const json_t *one, const char *name)
{
    return json_string_value(json_object_get(one, name));
}

static const char *figure_nearest(const char *name)
{
    enum { FIGURES_MAX = 64 };
    const char *names[FIGURES_MAX + 1] = {NULL};
    for (int i = 0; i < FIGURES_MAX && srnn_figure_at(i); i++) names[i] = srnn_figure_at(i)->name;
    return srnn__nearest(name, names);
}

static srnn_status check_name(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const json_t *at = json_object_get(one, "figure");
    const char *name = json_string_value(at);
    if (!name)
        return srnn__study_fail(ctx, s, at ? at : one,
                                "expected {\"figure\": NAME} with the name of a figure");
    if (srnn_figure_named(name)) return SRNN_OK;
    return srnn__study_unknown(ctx, s, at, "there is no figure", name, figure_nearest(name));
}

/* Keys of figures of the study, and of those of one network. */
static srnn_status check_keys(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    static const char *const of_study[] = {"figure", "caption", "measure", "conditions", NULL},
                             *const of_network[] = {"figure", "caption", "condition", "seed", NULL};
    const json_t *caption = json_object_get(one, "caption");
    if (caption && !json_is_string(caption))
        return srnn__study_fail(ctx, s, caption, "expected text for 'caption'");
    return is_of_study(listed_text(one, "figure"))
               ? srnn__study_check_names(ctx, s, one, "a figure of the study has no", of_study)
               : srnn__study_check_names(ctx, s, one, "a figure of one network has no", of_network);
}

static srnn_status fail_condition(srnn_ctx *ctx, const srnn_study *s, const json_t *at,
                                  const char *name)
{
    return srnn__study_unknown(
        ctx, s, at, "a figure is of no condition of this study:", name ? name : "(none given)",
        name ? srnn__condition_nearest(s, name) : NULL);
}

/* A condition of the file stands for all that the grid makes of it. */
static bool is_named(const char *condition, const char *name)
{
    const size_t n = strlen(name);
    return !strncmp(condition, name, n) && (!condition[n] || !strncmp(condition + n, ", ", 2));
}

static bool any_is_named(const srnn_study *s, const char *name)
{
    for (int i = 0; i < s->n_conditions; i++)
        if (is_named(s->conditions[i].name, name)) return true;
    return false;
}

static srnn_status check_conditions_shown(srnn_ctx *ctx, const srnn_study *s, const json_t *list)
{
    const json_t *one;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) == 0)
        return srnn__study_fail(ctx, s, list, "expected a list of names for 'conditions'");
    json_array_foreach((json_t *)list, i, one)
    {
        const char *name = json_string_value(one);
        if (!name || !any_is_named(s, name)) return fail_condition(ctx, s, one, name);
    }
    return SRNN_OK;
}

static bool is_seed_of(const srnn_study *s, json_int_t seed)
{
    for (int i = 0; i < s->n_seeds; i++)
        if (seed >= 0 && s->seeds[i] == (uint64_t)seed) return true;
    return false;
}

static srnn_status check_network(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const char *condition = listed_text(one, "condition");
    const json_t *seed = json_object_get(one, "seed");
    if (srnn__condition_named(s, condition) < 0) return fail_condition(ctx, s, one, condition);
    if (!seed || (json_is_integer(seed) && is_seed_of(s, json_integer_value(seed)))) return SRNN_OK;
    return srnn__study_fail(ctx, s, seed, "expected a seed of the study for 'seed'");
}

static srnn_status check_figure(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const json_t *conditions = json_object_get(one, "conditions"),
                 *measure = json_object_get(one, "measure");
    srnn_status status = check_name(ctx, s, one);
    if (!status) status = check_keys(ctx, s, one);
    if (!status && !is_of_study(listed_text(one, "figure"))) return check_network(ctx, s, one);
    if (!status && measure) status = srnn__study_check_measure(ctx, s, measure);
    if (!status && conditions) status = check_conditions_shown(ctx, s, conditions);
    return status;
}

srnn_status srnn__study_figures_check(srnn_ctx *ctx, const srnn_study *s)
{
    const json_t *list = json_object_get(s->json, "figures"), *one;
    srnn_status status = SRNN_OK;
    size_t i;
    if (list && !json_is_array(list))
        return srnn__study_fail(ctx, s, list, "expected a list for 'figures'");
    json_array_foreach((json_t *)list, i, one)
    {
        if (!status) status = check_figure(ctx, s, one);
    }
    return status;
}

/* ---- one network for all of a condition ---- */

static double accuracy_of(const srnn_study_view *v, int network)
{
    static const char *const names[] = {"search.accuracy", "evaluation.spiking.accuracy",
                                        "training.accuracy"};
    for (int i = 0; i < 3; i++) {
        const int measure = srnn__measure_place(v, names[i]);
        if (measure >= 0 && isfinite(v->networks[network].values[measure]))
            return v->networks[network].values[measure];
    }
    return (double)NAN;
}

static bool is_candidate(const srnn_study_view *v, int network, int condition)
{
    const srnn_study_network *n = &v->networks[network];
    return n->condition == condition && n->state == SRNN_NETWORK_FINISHED;
}

/* The median of the accuracies of the condition's trained networks; NaN: there are none. */
static srnn_status median_accuracy(srnn_ctx *ctx, const srnn_study_view *v, int condition,
                                   double *median)
{
    srnn_sample_summary summary;
    double *values = malloc(((size_t)v->n_networks + 1) * sizeof *values);
    int n = 0;
    if (!values) return srnn__no_memory(ctx);
    for (int i = 0; i < v->n_networks; i++)
        if (is_candidate(v, i, condition)) values[n++] = accuracy_of(v, i);
    const srnn_status status = srnn_sample_summary_of(ctx, values, n, &summary);
    free(values);
    *median = summary.median;
    return status;
}

/* Of the trained networks the first whose accuracy is nearest to their median. */
static srnn_status typical_network(srnn_ctx *ctx, const srnn_study_view *v, int condition,
                                   int *network)
{
    double median = NAN, nearest = INFINITY;
    const srnn_status status = median_accuracy(ctx, v, condition, &median);
    *network = -1;
    for (int i = 0; i < v->n_networks && !status; i++) {
        const double distance = fabs(accuracy_of(v, i) - median);
        if (!is_candidate(v, i, condition) || !(distance < nearest)) continue;
        nearest = distance;
        *network = i;
    }
    return status;
}

static int network_of_seed(const srnn_study_view *v, int condition, json_int_t seed)
{
    for (int i = 0; i < v->n_networks; i++)
        if (v->networks[i].condition == condition && v->networks[i].seed == (uint64_t)seed)
            return v->networks[i].state == SRNN_NETWORK_LEFT ? -1 : i;
    return -1;
}

/* ---- the view's figures ---- */

static bool is_listed(const json_t *names, const char *condition)
{
    const json_t *name;
    size_t i;
    json_array_foreach((json_t *)names, i, name)
    {
        if (is_named(condition, json_string_value(name))) return true;
    }
    return !names;
}

static srnn_status build_figure(srnn_ctx *ctx, const srnn_study *s, const json_t *one,
                                srnn_study_figure *f)
{
    const srnn_study_view *v = &s->view;
    const json_t *names = json_object_get(one, "conditions"), *seed = json_object_get(one, "seed");
    const char *caption = listed_text(one, "caption");
    int *conditions = calloc((size_t)s->n_conditions + 1, sizeof *conditions);
    *f = (srnn_study_figure){.name = srnn_figure_named(listed_text(one, "figure"))->name,
                             .caption = caption ? caption : "",
                             .measure = srnn__measure_place(v, listed_text(one, "measure")),
                             .conditions = conditions,
                             .network = -1};
    if (!conditions) return srnn__no_memory(ctx);
    f->of_network = !is_of_study(f->name);
    for (int c = 0; c < s->n_conditions && !f->of_network; c++)
        if (is_listed(names, s->conditions[c].name)) conditions[f->n_conditions++] = c;
    if (!f->of_network) return SRNN_OK;
    conditions[f->n_conditions++] = srnn__condition_named(s, listed_text(one, "condition"));
    if (!seed) return typical_network(ctx, v, conditions[0], &f->network);
    f->network = network_of_seed(v, conditions[0], json_integer_value(seed));
    return SRNN_OK;
}

srnn_status srnn__study_figures_build(srnn_ctx *ctx, srnn_study *s)
{
    const json_t *list = json_object_get(s->json, "figures"), *one;
    srnn_study_figure *figures = calloc(json_array_size(list) + 1, sizeof *figures);
    srnn_status status = figures ? SRNN_OK : srnn__no_memory(ctx);
    size_t i;
    s->view.figures = figures;
    json_array_foreach((json_t *)list, i, one)
    {
        if (!status) status = build_figure(ctx, s, one, &figures[s->view.n_figures++]);
    }
    return status;
}

void srnn__study_figures_free(srnn_study_view *v)
{
    for (int i = 0; i < v->n_figures; i++) free((void *)(uintptr_t)v->figures[i].conditions);
    free((void *)(uintptr_t)v->figures);
}

/* ---- what a figure shows ---- */

/* Its networks, under the new places of their conditions. */
static int take_networks(const srnn_study_view *v, const int *place, srnn_study_network *networks)
{
    int n = 0;
    for (int i = 0; i < v->n_networks; i++) {
        if (place[v->networks[i].condition] < 0) continue;
        networks[n] = v->networks[i];
        networks[n++].condition = place[v->networks[i].condition];
    }
    return n;
}

static int take_expectations(const srnn_study_view *v, const int *place,
                             srnn_expectation *expectations)
{
    int n = 0;
    for (int i = 0; i < v->n_expectations; i++) {
        const srnn_expectation *e = &v->expectations[i];
        const bool pair = e->kind == SRNN_EXPECTED_COMPARISON;
        if (e->condition < 0 || place[e->condition] < 0 || (pair && place[e->than] < 0)) continue;
        expectations[n] = *e;
        expectations[n].condition = place[e->condition];
        expectations[n++].than = pair ? place[e->than] : -1;
    }
    return n;
}

srnn_status srnn_study_figure_view(srnn_ctx *ctx, const srnn_study_view *v,
                                   const srnn_study_figure *f, srnn_study_view *out)
{
    srnn_study_condition *conditions = calloc((size_t)v->n_conditions + 1, sizeof *conditions);
    srnn_study_network *networks = calloc((size_t)v->n_networks + 1, sizeof *networks);
    srnn_expectation *expected = calloc((size_t)v->n_expectations + 1, sizeof *expected);
    int *place = malloc(((size_t)v->n_conditions + 1) * sizeof *place);
    const bool good = conditions && networks && expected && place;
    *out = *v;
    out->conditions = conditions;
    out->networks = networks;
    out->expectations = expected;
    out->n_conditions = good ? f->n_conditions : 0;
    if (f->measure >= 0) out->main_measure = f->measure;
    for (int c = 0; c < v->n_conditions && good; c++) place[c] = -1;
    for (int i = 0; i < out->n_conditions; i++) {
        conditions[i] = v->conditions[f->conditions[i]];
        place[f->conditions[i]] = i;
    }
    out->n_networks = good ? take_networks(v, place, networks) : 0;
    out->n_expectations = good ? take_expectations(v, place, expected) : 0;
    free(place);
    return good ? SRNN_OK : srnn__no_memory(ctx);
}

void srnn_study_figure_view_free(srnn_study_view *v)
{
    free((void *)(uintptr_t)v->conditions);
    free((void *)(uintptr_t)v->networks);
    free((void *)(uintptr_t)v->expectations);
    *v = (srnn_study_view){0};
}
