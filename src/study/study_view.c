/* What a study shows: its networks with their measures, from the records. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "study/measures.h"
#include "study/study.h"

/* ---- conditions ---- */

/* Options that any condition has as its own, in the order of the file. */
static json_t *varied_options(const srnn_study *s)
{
    json_t *names = json_object();
    for (int i = 0; i < s->n_conditions; i++) {
        const char *name;
        json_t *value;
        json_object_foreach(s->conditions[i].own, name, value) json_object_set(names, name, value);
    }
    return names;
}

static bool view_varied(const srnn_study *s, srnn_study_view *v)
{
    json_t *names = varied_options(s), *value;
    const char *name, **varied = calloc(json_object_size(names) + 1, sizeof *varied);
    bool complete = varied != NULL;
    v->varied = varied;
    json_object_foreach(names, name, value)
    {
        if (complete) complete = (varied[v->n_varied++] = strdup(name)) != NULL;
    }
    json_decref(names);
    return complete;
}

/* The varied options as the condition has them, also where it does not name them. */
static json_t *varied_values(const srnn_study *s, const srnn_study_view *v, int condition)
{
    const srnn__condition *c = &s->conditions[condition];
    char *text = srnn_options_json(c->options, SRNN_STAGE_ALL, false);
    json_t *all = text ? json_loads(text, 0, NULL) : NULL, *out = all ? json_object() : NULL;
    free(text);
    if (all && *s->task) json_object_set_new(all, "task", json_string(s->task));
    for (int k = 0; out && k < v->n_varied; k++) {
        json_t *value = json_object_get(c->own, v->varied[k]);
        if (!value) value = json_object_get(all, v->varied[k]);
        json_object_set(out, v->varied[k], value ? value : json_null());
    }
    json_decref(all);
    return out;
}

static bool view_conditions(const srnn_study *s, srnn_study_view *v)
{
    srnn_study_condition *conditions = calloc((size_t)s->n_conditions, sizeof *conditions);
    bool complete = conditions != NULL;
    v->conditions = conditions;
    for (int i = 0; complete && i < s->n_conditions; i++) {
        srnn_study_condition *c = &conditions[i];
        json_t *options = varied_values(s, v, i);
        c->name = s->conditions[i].name;
        c->options = options ? srnn__json_dumps(options, JSON_COMPACT) : NULL;
        c->option_values = calloc((size_t)v->n_varied + 1, sizeof *c->option_values);
        v->n_conditions = i + 1;
        complete = c->options && c->option_values;
        for (int k = 0; complete && k < v->n_varied; k++) {
            const json_t *value = json_object_get(options, v->varied[k]);
            c->option_values[k] = json_is_number(value) ? json_number_value(value) : (double)NAN;
        }
        json_decref(options);
    }
    return complete;
}

/* ---- measures ---- */

/* Names of measures as they are found, with their places; and the values of the network that is
   looked at, by these places. */
typedef struct found_measures {
    json_t *places;
    double *values;
    int n, room;
} found_measures;

static bool note_measure(void *user, const char *name, double value)
{
    found_measures *f = user;
    const json_t *place = json_object_get(f->places, name);
    const int i = place ? (int)json_integer_value(place) : (int)json_object_size(f->places);
    if (!place && json_object_set_new(f->places, name, json_integer(i))) return false;
    if (i >= f->room) {
        double *longer = realloc(f->values, (size_t)(2 * i + 32) * sizeof *longer);
        if (!longer) return false;
        f->values = longer;
        f->room = 2 * i + 32;
    }
    while (f->n <= i) f->values[f->n++] = (double)NAN;
    f->values[i] = value;
    return true;
}

/* Those of a list in the file, "expect" or "figures", are shown though no network has them yet. */
static bool note_named(const srnn_study *s, const char *list, found_measures *f)
{
    const json_t *one;
    size_t i;
    bool complete = true;
    json_array_foreach(json_object_get(s->json, list), i, one)
    {
        const char *name = json_string_value(json_object_get(one, "measure"));
        if (complete && name) complete = note_measure(f, name, (double)NAN);
    }
    return complete;
}

/* *order: where the measure that was found as k-th stands; to be freed. */
static bool view_measures(const srnn_study *s, srnn_study_view *v, const found_measures *f,
                          int **order)
{
    const size_t n = json_object_size(f->places);
    const char **sorted = calloc(n + 1, sizeof *sorted), *name;
    srnn_measure *measures = calloc(n + 1, sizeof *measures);
    json_t *place;
    size_t at = 0;
    v->measures = measures;
    *order = calloc(n + 1, sizeof **order);
    bool complete = sorted && measures && *order;
    json_object_foreach(f->places, name, place)
    {
        if (complete) sorted[at++] = name;
    }
    if (complete) qsort(sorted, n, sizeof *sorted, srnn__measure_names_order);
    for (size_t k = 0; complete && k < n; k++) {
        char *own = strdup(sorted[k]);
        complete = own && srnn__measure_describe(own, s->at_least, &measures[k]);
        measures[k].name = own;
        v->n_measures = (int)k + 1;
        (*order)[json_integer_value(json_object_get(f->places, sorted[k]))] = (int)k;
    }
    free(sorted);
    return complete;
}

/* The file's, else the first expected one, else the first of all. */
static int view_main_measure(const srnn_study *s, const srnn_study_view *v)
{
    const json_t *expected = json_object_get(s->json, "expect"), *one;
    int place = srnn__measure_place(v, json_string_value(json_object_get(s->json, "measure")));
    size_t i;
    json_array_foreach((json_t *)expected, i, one)
    {
        if (place < 0)
            place = srnn__measure_place(v, json_string_value(json_object_get(one, "measure")));
    }
    return place < 0 ? 0 : place;
}

/* ---- networks ---- */

void srnn__network_records(const srnn_study *s, const srnn__network *n,
                           json_t *records[SRNN__STUDY_STAGES])
{
    for (int k = 0; k < SRNN__STUDY_STAGES; k++)
        records[k] = k < s->n_stages ? srnn__records_get(s, n->keys[k]) : NULL;
}

void srnn__network_forget(json_t *records[SRNN__STUDY_STAGES])
{
    for (int k = 0; k < SRNN__STUDY_STAGES; k++) json_decref(records[k]);
}

static const json_t *result_of(json_t *const records[], srnn__study_stage stage, const char *name)
{
    return json_object_get(json_object_get(records[stage], "result"), name);
}

/* [n]; what a damaged record lacks is NaN. */
static double *number_list(const json_t *list, int count)
{
    const size_t n = (size_t)count;
    double *values = calloc(n + 1, sizeof *values);
    for (size_t i = 0; values && i < n; i++) {
        const json_t *value = json_array_get(list, i);
        values[i] = json_is_number(value) ? json_number_value(value) : (double)NAN;
    }
    return values;
}

/* Counted from 1. */
static int trial_number(const json_t *at)
{
    return (int)fmax(0, fmin(json_number_value(at), 1e9)) + 1;
}

static bool view_curves(json_t *const records[], srnn_study_network *out)
{
    const json_t *learning = json_object_get(result_of(records, SRNN__TRAIN, "training"), "curve"),
                 *search = json_object_get(result_of(records, SRNN__CONVERT, "search"), "curve");
    out->n_evals = (int)json_array_size(json_object_get(learning, "loss"));
    out->n_factors = (int)json_array_size(json_object_get(search, "scaling_factor"));
    double *loss = number_list(json_object_get(learning, "loss"), out->n_evals),
           *accuracy = number_list(json_object_get(learning, "accuracy"), out->n_evals),
           *factors = number_list(json_object_get(search, "scaling_factor"), out->n_factors),
           *correct = number_list(json_object_get(search, "correct"), out->n_factors),
           *trials = number_list(json_object_get(search, "n"), out->n_factors);
    const json_t *at = json_object_get(learning, "trial");
    out->eval_first = trial_number(json_array_get(at, 0));
    out->eval_every = trial_number(json_array_get(at, 1)) - out->eval_first;
    out->eval_loss = loss;
    out->eval_accuracy = accuracy;
    out->factors = factors;
    out->factor_accuracy = correct;
    for (int i = 0; correct && trials && i < out->n_factors; i++)
        correct[i] = trials[i] > 0 ? correct[i] / trials[i] : (double)NAN;
    free(trials);
    return loss && accuracy && factors && correct;
}

static char *not_trained_sentence(const json_t *training)
{
    char *text = NULL;
    const int n = asprintf(&text,
                           "training did not reach its criterion in %lld trials (accuracy %.2f, "
                           "loss %.3g)",
                           (long long)json_integer_value(json_object_get(training, "trials")),
                           json_number_value(json_object_get(training, "accuracy")),
                           json_number_value(json_object_get(training, "loss")));
    return n < 0 ? NULL : text;
}

/* All stages are recorded: a network that was not converted has no search. */
static bool is_complete(const srnn_study *s, json_t *const records[])
{
    if (s->n_stages == 1) return records[SRNN__TRAIN];
    const json_t *evaluation = result_of(records, SRNN__EVALUATE, "evaluation");
    return records[SRNN__TRAIN] && evaluation &&
           (records[SRNN__CONVERT] || !json_object_get(evaluation, "spiking"));
}

char *srnn__network_state(const srnn_study *s, json_t *const records[SRNN__STUDY_STAGES],
                          srnn_network_state *state)
{
    const json_t *training = result_of(records, SRNN__TRAIN, "training");
    for (int k = 0; k < SRNN__STUDY_STAGES; k++) {
        const char *error = srnn__record_error(records[k]);
        *state = SRNN_NETWORK_FAILED;
        if (error) return strdup(error);
    }
    *state = SRNN_NETWORK_LEFT;
    if (!is_complete(s, records)) return strdup("");
    *state = SRNN_NETWORK_FINISHED;
    if (json_is_true(json_object_get(training, "criterion_reached"))) return strdup("");
    *state = SRNN_NETWORK_NOT_TRAINED;
    return not_trained_sentence(training);
}

/* Its values as they are found, [f->n]. */
static bool view_network(const srnn_study *s, const srnn__network *n, found_measures *f,
                         srnn_study_network *out)
{
    json_t *records[SRNN__STUDY_STAGES];
    srnn__network_records(s, n, records);
    *out = (srnn_study_network){
        .condition = n->condition, .seed = n->seed, .key = n->keys[SRNN__TRAIN]};
    out->sentence = srnn__network_state(s, records, &out->state);
    bool complete = out->sentence && view_curves(records, out);
    for (int i = 0; i < f->n; i++) f->values[i] = (double)NAN;
    for (int k = 0; complete && k < SRNN__STUDY_STAGES; k++)
        complete = srnn__measures_of(json_object_get(records[k], "result"), note_measure, f);
    srnn__network_forget(records);
    return complete;
}

static bool view_networks(const srnn_study *s, srnn_study_view *v, found_measures *f,
                          double **values, int *n_values)
{
    srnn_study_network *networks = calloc((size_t)s->n_networks + 1, sizeof *networks);
    bool complete = networks != NULL;
    v->networks = networks;
    for (int i = 0; complete && i < s->n_networks; i++) {
        v->n_networks = i + 1;
        complete = view_network(s, &s->networks[i], f, &networks[i]);
        values[i] =
            complete && f->n > 0 ? srnn__copy(f->values, (size_t)f->n, sizeof *f->values) : NULL;
        n_values[i] = f->n;
        complete = complete && (values[i] || f->n == 0);
    }
    return complete;
}

/* values[i][n_values[i]], as they were found, in the order of the measures. */
static bool view_values(srnn_study_view *v, double **values, const int *n_values, const int *order)
{
    srnn_study_network *networks = (srnn_study_network *)(uintptr_t)v->networks;
    bool complete = true;
    for (int i = 0; i < v->n_networks; i++) {
        double *sorted = malloc(((size_t)v->n_measures + 1) * sizeof *sorted);
        for (int k = 0; sorted && k < v->n_measures; k++) sorted[k] = (double)NAN;
        for (int k = 0; sorted && k < n_values[i]; k++) sorted[order[k]] = values[i][k];
        networks[i].values = sorted;
        complete &= sorted != NULL;
    }
    return complete;
}

static bool view_results(const srnn_study *s, srnn_study_view *v)
{
    const size_t n = (size_t)s->n_networks + 1;
    found_measures f = {.places = json_object()};
    double **values = calloc(n, sizeof *values);
    int *n_values = calloc(n, sizeof *n_values), *order = NULL;
    const bool complete =
        f.places && values && n_values && note_named(s, "expect", &f) &&
        note_named(s, "figures", &f) && view_networks(s, v, &f, values, n_values) &&
        view_measures(s, v, &f, &order) && view_values(v, values, n_values, order);
    for (size_t i = 0; values && i < n; i++) free(values[i]);
    free(values);
    free(n_values);
    free(order);
    free(f.values);
    json_decref(f.places);
    return complete;
}

/* ---- the whole ---- */

void srnn__view_free(srnn_study_view *v)
{
    for (int i = 0; i < v->n_varied; i++) free((void *)(uintptr_t)v->varied[i]);
    for (int i = 0; i < v->n_conditions; i++) {
        free((void *)(uintptr_t)v->conditions[i].options);
        free(v->conditions[i].option_values);
    }
    for (int i = 0; i < v->n_measures; i++) {
        free((void *)(uintptr_t)v->measures[i].name);
        free((void *)(uintptr_t)v->measures[i].title);
    }
    for (int i = 0; i < v->n_networks; i++) {
        const srnn_study_network *n = &v->networks[i];
        const void *owned[] = {n->sentence,      n->values,  n->eval_loss,
                               n->eval_accuracy, n->factors, n->factor_accuracy};
        for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free((void *)(uintptr_t)owned[k]);
    }
    free((void *)(uintptr_t)v->versions);
    free((void *)(uintptr_t)v->varied);
    free((void *)(uintptr_t)v->conditions);
    free((void *)(uintptr_t)v->measures);
    free((void *)(uintptr_t)v->networks);
    srnn__expectations_free(v);
    srnn__study_figures_free(v);
    *v = (srnn_study_view){0};
}

/* A list, sorted. */
static char *versions_text(const srnn_study *s)
{
    char *sorted = json_dumps(s->records.versions, JSON_COMPACT | JSON_SORT_KEYS);
    json_t *names = sorted ? json_loads(sorted, 0, NULL) : NULL, *list = json_array(), *value;
    const char *name;
    json_object_foreach(names, name, value) json_array_append_new(list, json_loads(name, 0, NULL));
    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    json_decref(names);
    free(sorted);
    return text;
}

srnn_status srnn__view_build(srnn_ctx *ctx, srnn_study *s)
{
    srnn_study_view *v = &s->view;
    srnn__view_free(v);
    v->name = s->name;
    v->about = s->about;
    v->task = s->task;
    v->folder = s->folder ? s->folder : "";
    const bool complete = view_varied(s, v) && view_conditions(s, v) && view_results(s, v) &&
                          (v->versions = versions_text(s));
    if (!complete) return srnn__no_memory(ctx);
    v->main_measure = view_main_measure(s, v);
    const srnn_status status = srnn__expectations_build(ctx, s);
    return status ? status : srnn__study_figures_build(ctx, s);
}

const srnn_options *srnn_study_condition_options(const srnn_study *s, int condition)
{
    return condition < 0 || condition >= s->n_conditions ? NULL : s->conditions[condition].options;
}

srnn_study_view srnn_study_get(const srnn_study *s) { return s->view; }
