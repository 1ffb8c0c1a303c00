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

int srnn__condition_named(const srnn_study *s, const char *name)
{
    for (int i = 0; name && i < s->n_conditions; i++)
        if (!strcmp(s->conditions[i].name, name)) return i;
    return !name && s->n_conditions == 1 ? 0 : -1;
}

const char *srnn__condition_nearest(const srnn_study *s, const char *name)
{
    const char **names = calloc((size_t)s->n_conditions + 1, sizeof *names), *nearest = NULL;
    for (int i = 0; names && i < s->n_conditions; i++) names[i] = s->conditions[i].name;
    if (names) nearest = srnn__nearest(name, names);
    free(names);
    return nearest;
}

static bool is_words(const json_t *value) { return json_is_string(value); }

static bool is_share(const json_t *pair)
{
    return json_array_size(pair) == 2 && json_is_number(json_array_get(pair, 0)) &&
           json_is_number(json_array_get(pair, 1)) &&
           json_number_value(json_array_get(pair, 1)) >= 0 &&
           json_number_value(json_array_get(pair, 1)) <= 1;
}

static bool is_number(const json_t *value) { return json_is_number(value); }

static bool is_count(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 1;
}

static bool is_yes_or_no(const json_t *value) { return json_is_boolean(value); }

static bool is_positive(const json_t *value)
{
    return json_is_number(value) && json_number_value(value) > 0;
}

static bool is_exactness(const json_t *value)
{
    return json_is_true(value) || (json_is_number(value) && json_number_value(value) >= 0);
}

/* A value of another kind would expect nothing. */
static const struct {
    const char *name;
    bool (*good)(const json_t *value);
    const char *expected;
} expected_keys[] = {
    {"condition", is_words, "text"},
    {"measure", is_words, "text"},
    {"mean", is_number, "a number"},
    {"sd", is_number, "a number"},
    {"share_at_least", is_share, "[limit, share from 0 to 1]"},
    {"n", is_count, "a number of networks"},
    {"than", is_words, "text"},
    {"differs", is_yes_or_no, "true or false"},
    {"within", is_positive, "a number above 0"},
    {"read_off", is_exactness, "true, or how exactly it was read off"},
    {"about", is_words, "text"},
    {"source", is_words, "text"},
};
enum { N_EXPECTED_KEYS = sizeof expected_keys / sizeof *expected_keys };

static srnn_status check_values(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const char *names[N_EXPECTED_KEYS + 1] = {NULL};
    for (int i = 0; i < N_EXPECTED_KEYS; i++) names[i] = expected_keys[i].name;
    srnn_status status = srnn__study_check_names(ctx, s, one, "an expectation has no", names);
    for (int i = 0; i < N_EXPECTED_KEYS && !status; i++) {
        const json_t *value = json_object_get(one, expected_keys[i].name);
        if (value && !expected_keys[i].good(value))
            status = srnn__study_fail(ctx, s, value, "expected %s for '%s'",
                                      expected_keys[i].expected, expected_keys[i].name);
    }
    return status;
}

srnn_status srnn__study_check_measure(srnn_ctx *ctx, const srnn_study *s, const json_t *at)
{
    const char *measure = json_string_value(at);
    if (!measure) return srnn__study_fail(ctx, s, at, "expected text for 'measure'");
    if (srnn__measure_possible(measure)) return SRNN_OK;
    return srnn__study_unknown(ctx, s, at, "there is no measure", measure,
                               srnn__measure_nearest(measure));
}

static bool has(const json_t *one, const char *name) { return json_object_get(one, name); }

static const char *text_of(const json_t *one, const char *name)
{
    return json_string_value(json_object_get(one, name));
}

/* Nothing but words needs neither a measure nor a condition. */
static bool words_alone(const json_t *one)
{
    return has(one, "about") && !has(one, "mean") && !has(one, "share_at_least") &&
           !has(one, "than");
}

static srnn_status check_condition(srnn_ctx *ctx, const srnn_study *s, const json_t *one,
                                   const char *key)
{
    const char *name = text_of(one, key);
    if (srnn__condition_named(s, name) >= 0) return SRNN_OK;
    return srnn__study_unknown(ctx, s, one, "an expectation is of no condition of this study:",
                               name ? name : "(none given)",
                               name ? srnn__condition_nearest(s, name) : NULL);
}

static srnn_status check_expected_numbers(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const bool number = has(one, "mean") || has(one, "share_at_least");
    if (has(one, "than") != has(one, "differs") || (has(one, "than") && number))
        return srnn__study_fail(
            ctx, s, one, "expected 'than' with 'differs', without 'mean' and 'share_at_least'");
    if (has(one, "than")) return check_condition(ctx, s, one, "than");
    return number ? SRNN_OK
                  : srnn__study_fail(ctx, s, one, "expected mean or share_at_least of '%s'",
                                     text_of(one, "measure"));
}

static srnn_status check_expectation(srnn_ctx *ctx, const srnn_study *s, const json_t *one)
{
    const bool words = words_alone(one);
    srnn_status status = check_values(ctx, s, one);
    if (!status && !has(one, "measure") && !words)
        status = srnn__study_fail(ctx, s, one, "an expectation lacks its 'measure'");
    if (!status && has(one, "measure"))
        status = srnn__study_check_measure(ctx, s, json_object_get(one, "measure"));
    if (!status && !words) status = check_expected_numbers(ctx, s, one);
    if (!status && (has(one, "condition") || !words))
        status = check_condition(ctx, s, one, "condition");
    return status;
}

srnn_status srnn__expectations_check(srnn_ctx *ctx, const srnn_study *s)
{
    const json_t *list = json_object_get(s->json, "expect"), *one;
    const json_t *main_one = json_object_get(s->json, "measure");
    srnn_status status = main_one ? srnn__study_check_measure(ctx, s, main_one) : SRNN_OK;
    size_t i;
    if (!status && list && !json_is_array(list))
        status = srnn__study_fail(ctx, s, list, "expected a list for 'expect'");
    json_array_foreach((json_t *)list, i, one)
    {
        if (!status) status = check_expectation(ctx, s, one);
    }
    return status;
}

/* ---- the study's expectations ---- */

static const char *text_or_none(const json_t *one, const char *name)
{
    return text_of(one, name) ? text_of(one, name) : "";
}

/* Of all its numbers. */
static srnn_expectation read_expectation(const srnn_study *s, const json_t *one)
{
    const json_t *share = json_object_get(one, "share_at_least"),
                 *read_off = json_object_get(one, "read_off");
    return (srnn_expectation){.condition = srnn__condition_named(s, text_of(one, "condition")),
                              .measure = srnn__measure_place(&s->view, text_of(one, "measure")),
                              .than = srnn__condition_named(s, text_of(one, "than")),
                              .differs = json_is_true(json_object_get(one, "differs")),
                              .mean = expected_number(json_object_get(one, "mean")),
                              .sd = expected_number(json_object_get(one, "sd")),
                              .at_least = expected_number(json_array_get(share, 0)),
                              .share = expected_number(json_array_get(share, 1)),
                              .n = (int)json_integer_value(json_object_get(one, "n")),
                              .read_off = json_is_true(read_off) ? 0 : expected_number(read_off),
                              .within = expected_number(json_object_get(one, "within")),
                              .about = text_or_none(one, "about"),
                              .source = text_or_none(one, "source")};
}

/* The expectation of that kind, without the numbers of others. */
static srnn_status add_expectation(srnn_ctx *ctx, srnn_study_view *v, srnn_expectation *all,
                                   srnn_expectation e, srnn_expected_kind kind)
{
    e.kind = kind;
    if (kind != SRNN_EXPECTED_MEAN) e.mean = e.sd = (double)NAN;
    if (kind != SRNN_EXPECTED_SHARE) e.share = e.at_least = (double)NAN;
    const srnn_status status = srnn__expectation_judge(ctx, v, &e);
    all[v->n_expectations++] = e;
    return status;
}

srnn_status srnn__expectations_build(srnn_ctx *ctx, srnn_study *s)
{
    srnn_study_view *v = &s->view;
    const json_t *list = json_object_get(s->json, "expect"), *one;
    srnn_expectation *all = calloc(2 * json_array_size(list) + 1, sizeof *all);
    srnn_status status = all ? SRNN_OK : srnn__no_memory(ctx);
    size_t i;
    v->expectations = all;
    json_array_foreach((json_t *)list, i, one)
    {
        const srnn_expectation e = read_expectation(s, one);
        if (!status && has(one, "mean"))
            status = add_expectation(ctx, v, all, e, SRNN_EXPECTED_MEAN);
        if (!status && has(one, "share_at_least"))
            status = add_expectation(ctx, v, all, e, SRNN_EXPECTED_SHARE);
        if (!status && has(one, "than"))
            status = add_expectation(ctx, v, all, e, SRNN_EXPECTED_COMPARISON);
        if (!status && words_alone(one))
            status = add_expectation(ctx, v, all, e, SRNN_EXPECTED_WORDS);
    }
    return status;
}

void srnn__expectations_free(srnn_study_view *v)
{
    for (int i = 0; i < v->n_expectations; i++)
        free((void *)(uintptr_t)v->expectations[i].sentence);
    free((void *)(uintptr_t)v->expectations);
}
