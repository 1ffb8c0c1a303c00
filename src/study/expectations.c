/* What a study file expects, and whether the study agrees. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/measures.h"
#include "study/study.h"

/* ---- reading ---- */

static double expected_number(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static int condition_named(const srnn_study *s, const char *name)
{
    for (int i = 0; name && i < s->n_conditions; i++)
        if (!strcmp(s->conditions[i].name, name)) return i;
    return !name && s->n_conditions == 1 ? 0 : -1;
}

static const char *nearest_condition(const srnn_study *s, const char *name)
{
    const char **names = calloc((size_t)s->n_conditions + 1, sizeof *names), *nearest = NULL;
    for (int i = 0; names && i < s->n_conditions; i++) names[i] = s->conditions[i].name;
    if (names) nearest = srnn__nearest(name, names);
    free(names);
    return nearest;
}

static bool is_share(const json_t *pair)
{
    return json_array_size(pair) == 2 && json_is_number(json_array_get(pair, 0)) &&
           json_is_number(json_array_get(pair, 1)) &&
           json_number_value(json_array_get(pair, 1)) >= 0 &&
           json_number_value(json_array_get(pair, 1)) <= 1;
}

/* A value of another kind would expect nothing. */
static srnn_status check_value(srnn_ctx *ctx, const srnn_study *s, const char *name,
                               const json_t *value)
{
    const bool text =
        !strcmp(name, "condition") || !strcmp(name, "measure") || !strcmp(name, "source");
    const char *expected = NULL;
    if (text && !json_is_string(value)) expected = "text";
    if (!strcmp(name, "share_at_least") && !is_share(value))
        expected = "[limit, share from 0 to 1]";
    if (!strcmp(name, "n") && !(json_is_integer(value) && json_integer_value(value) >= 1))
        expected = "a number of networks";
    if ((!strcmp(name, "mean") || !strcmp(name, "sd")) && !json_is_number(value))
        expected = "a number";
    return expected ? srnn__study_fail(ctx, s, value, "expected %s for '%s'", expected, name)
                    : SRNN_OK;
}

static srnn_status check_values(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    static const char *const names[] = {"condition",      "measure", "mean",   "sd",
                                        "share_at_least", "n",       "source", NULL};
    srnn_status status = srnn__study_check_names(ctx, s, one, "an expectation has no", names);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)one, name, value)
    {
        if (!status) status = check_value(ctx, s, name, value);
    }
    return status;
}

static srnn_status check_measure(srnn_ctx *ctx, const srnn_study *s, const json_t *at,
                                 const char *measure)
{
    if (srnn__measure_possible(measure)) return SRNN_OK;
    return srnn__study_unknown(ctx, s, at, "there is no measure", measure,
                               srnn__measure_nearest(measure));
}

static srnn_status check_expectation(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const json_t *at = json_object_get(one, "measure");
    const char *condition = json_string_value(json_object_get(one, "condition"));
    const char *measure = json_string_value(at);
    srnn_status status = check_values(ctx, s, one);
    if (!status && !measure)
        status = srnn__study_fail(ctx, s, one, "an expectation lacks its 'measure'");
    if (!status) status = check_measure(ctx, s, at, measure);
    if (!status && !json_object_get(one, "mean") && !json_object_get(one, "share_at_least"))
        status = srnn__study_fail(ctx, s, one, "expected mean or share_at_least of '%s'", measure);
    if (!status && condition_named(s, condition) < 0)
        status =
            srnn__study_unknown(ctx, s, one, "an expectation is of no condition of this study:",
                                condition ? condition : "(none given)",
                                condition ? nearest_condition(s, condition) : NULL);
    return status;
}

srnn_status srnn__expectations_check(srnn_ctx *ctx, const srnn_study *s)
{
    const json_t *list = json_object_get(s->json, "expect"), *one;
    const json_t *main_one = json_object_get(s->json, "measure");
    const char *main_name = json_string_value(main_one);
    size_t i;
    if (main_one && !main_name)
        return srnn__study_fail(ctx, s, main_one, "expected text for 'measure'");
    if (list && !json_is_array(list))
        return srnn__study_fail(ctx, s, list, "expected a list for 'expect'");
    if (main_name) {
        const srnn_status status = check_measure(ctx, s, main_one, main_name);
        if (status) return status;
    }
    json_array_foreach((json_t *)list, i, one)
    {
        const srnn_status status = check_expectation(ctx, s, one);
        if (status) return status;
    }
    return SRNN_OK;
}

static void read_expectation(const srnn_study *s, const json_t *one, srnn_expectation *e)
{
    const json_t *share = json_object_get(one, "share_at_least");
    const char *source = json_string_value(json_object_get(one, "source"));
    *e = (srnn_expectation){
        .condition = condition_named(s, json_string_value(json_object_get(one, "condition"))),
        .measure =
            srnn__measure_place(&s->view, json_string_value(json_object_get(one, "measure"))),
        .mean = expected_number(json_object_get(one, "mean")),
        .sd = expected_number(json_object_get(one, "sd")),
        .at_least = expected_number(json_array_get(share, 0)),
        .share = expected_number(json_array_get(share, 1)),
        .n = (int)json_integer_value(json_object_get(one, "n")),
        .source = source ? source : "",
        .verdict = "not yet"};
}

/* ---- the verdict ---- */

/* Does the difference's 95 % interval hold 0? Without n of the expectation it is a fixed number. */
static bool mean_agrees(const srnn_expectation *e, const srnn_condition_summary *m)
{
    double low = m->values.low - e->mean, high = m->values.high - e->mean;
    if (e->n > 1 && !isnan(e->sd))
        srnn_mean_difference(m->values.mean, m->values.sd, m->values.n, e->mean, e->sd, e->n, &low,
                             &high);
    return isnan(low) || (low <= 0 && high >= 0);
}

static bool share_agrees(const srnn_expectation *e, int reached, int n)
{
    double low, high;
    if (e->n > 0) {
        srnn_share_difference(reached, n, (int)lround(e->share * e->n), e->n, &low, &high);
        return low <= 0 && high >= 0;
    }
    srnn_wilson_interval(reached, n, &low, &high);
    return low <= e->share && high >= e->share;
}

static int count_reached(const srnn_study_view *v, const srnn_expectation *e)
{
    int reached = 0;
    for (int i = 0; i < v->n_networks; i++)
        reached += v->networks[i].condition == e->condition &&
                   v->networks[i].values[e->measure] >= e->at_least;
    return reached;
}

static void append_text(char **text, const char *more)
{
    char *longer = NULL;
    if (*text && asprintf(&longer, "%s%s%s", *text, **text ? "; " : "", more) < 0) longer = NULL;
    free(*text);
    *text = longer;
}

static bool judge(const srnn_study_view *v, srnn_expectation *e, const srnn_condition_summary *m)
{
    char *sentence = strdup(""), part[256];
    const int digits = v->measures[e->measure].digits;
    bool agrees = true, known = isnan(e->mean) || m->values.n > 1; /* one has no interval */
    if (!isnan(e->mean) && m->values.n > 0) {
        agrees &= mean_agrees(e, m);
        snprintf(part, sizeof part, "mean %.*f, expected %.*f", digits, m->values.mean, digits,
                 e->mean);
        append_text(&sentence, part);
    }
    if (!isnan(e->share) && m->n > 0) {
        const int reached = count_reached(v, e);
        agrees &= share_agrees(e, reached, m->n);
        snprintf(part, sizeof part, "%d of %d at %g or above, expected %.0f %%", reached, m->n,
                 e->at_least, 100 * e->share);
        append_text(&sentence, part);
    }
    if (m->left == 0 && m->n > 0 && known) e->verdict = agrees ? "agrees" : "differs";
    e->sentence = sentence;
    return sentence != NULL;
}

srnn_status srnn__expectations_build(srnn_ctx *ctx, srnn_study *s)
{
    srnn_study_view *v = &s->view;
    const json_t *list = json_object_get(s->json, "expect");
    const size_t n = json_array_size(list);
    srnn_expectation *expectations = calloc(n + 1, sizeof *expectations);
    if (!expectations) return srnn__no_memory(ctx);
    v->expectations = expectations;
    srnn_status status = SRNN_OK;
    for (size_t i = 0; i < n && !status; i++) {
        srnn_expectation *e = &expectations[i];
        srnn_condition_summary summary;
        read_expectation(s, json_array_get(list, i), e);
        v->n_expectations = (int)i + 1;
        status = srnn_study_summary(ctx, v, e->condition, e->measure, &summary);
        if (!status && !judge(v, e, &summary)) status = srnn__no_memory(ctx);
    }
    return status;
}

void srnn__expectations_free(srnn_study_view *v)
{
    for (int i = 0; i < v->n_expectations; i++)
        free((void *)(uintptr_t)v->expectations[i].sentence);
    free((void *)(uintptr_t)v->expectations);
}
