/* Which numbers of the records are compared. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/measures.h"
#include "study/runs.h"

/* What most readers look for. */
static const char *const usual[] = {"evaluation.spiking.accuracy",     "evaluation.rate.accuracy",
                                    "search.fresh.accuracy",           "evaluation.scaling_factor",
                                    "evaluation.spiking.mean_rate_hz", "training.trials"};
enum { N_USUAL = sizeof usual / sizeof *usual };

static bool measure_ends_in(const char *name, const char *end)
{
    const size_t n = strlen(name), length = strlen(end);
    return n > length && !strcmp(name + n - length, end);
}

/* ---- names ---- */

typedef struct measure_names {
    const char **names; /* [n] NULL-terminated; the runs' */
    int n;
} measure_names;

/* All numbers that any network has, in the order in which they come. */
static srnn_status all_names(srnn_ctx *ctx, const srnn_runs *runs, measure_names *out)
{
    json_t *seen = json_object();
    size_t room = 0;
    for (int i = 0; i < runs->n; i++) room += json_object_size(runs->all[i].values);
    out->names = calloc(room + 1, sizeof *out->names);
    for (int i = 0; i < runs->n && seen && out->names; i++) {
        const char *name;
        json_t *value;
        json_object_foreach(runs->all[i].values, name, value)
        {
            if (!json_object_get(seen, name)) out->names[out->n++] = name;
            json_object_set_new(seen, name, json_true());
        }
    }
    const bool good = seen && out->names;
    json_decref(seen);
    return good ? SRNN_OK : srnn__no_memory(ctx);
}

/* With what is probably meant: a name, or an end of one. */
static srnn_status unknown_measure(srnn_ctx *ctx, const measure_names *all, const char *given)
{
    enum { PARTS = 8 };
    const char **ends = calloc((size_t)all->n * PARTS + 1, sizeof *ends);
    size_t n = 0;
    if (!ends) return srnn__no_memory(ctx);
    for (int i = 0; i < all->n; i++) {
        const char *end = all->names[i];
        for (int part = 0; part < PARTS && end; part++) {
            ends[n++] = end;
            end = strchr(end, '.');
            if (end) end++;
        }
    }
    const char *nearest = srnn__nearest(given, ends);
    free(ends);
    if (nearest)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "measure '%s' is unknown; did you mean '%s'?",
                          given, nearest);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "measure '%s' is unknown; expected a number of the networks' records, as %s",
                      given, usual[0]);
}

/* That of this name, or whose name ends so. */
static srnn_status find_name(srnn_ctx *ctx, const measure_names *all, const char *given,
                             const char **out)
{
    const char *other = NULL;
    *out = NULL;
    for (int i = 0; i < all->n && !other; i++) {
        const size_t n = strlen(all->names[i]), length = strlen(given);
        if (!strcmp(all->names[i], given)) return *out = all->names[i], SRNN_OK;
        if (!measure_ends_in(all->names[i], given) || all->names[i][n - length - 1] != '.')
            continue;
        if (*out)
            other = all->names[i];
        else
            *out = all->names[i];
    }
    if (!*out) return unknown_measure(ctx, all, given);
    if (!other) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "measure '%s' is ambiguous; expected for example '%s' or '%s'", given, *out,
                      other);
}

/* ---- choosing ---- */

static srnn_status add_measure(srnn_ctx *ctx, srnn_runs *runs, const char *name)
{
    for (int i = 0; i < runs->view.n_measures; i++)
        if (!strcmp(runs->measures[i].name, name)) return SRNN_OK;
    return srnn__measure_describe(name, NAN, &runs->measures[runs->view.n_measures++])
               ? SRNN_OK
               : srnn__no_memory(ctx);
}

/* "a,b" */
static srnn_status add_named(srnn_ctx *ctx, srnn_runs *runs, const measure_names *all,
                             const char *names)
{
    char *words = strdup(names), *rest = words;
    srnn_status status = words ? SRNN_OK : srnn__no_memory(ctx);
    for (const char *word; !status && (word = strsep(&rest, ","));) {
        const char *name;
        status = find_name(ctx, all, word, &name);
        if (!status) status = add_measure(ctx, runs, name);
    }
    free(words);
    return status;
}

static srnn_status add_usual(srnn_ctx *ctx, srnn_runs *runs, const measure_names *all)
{
    srnn_status status = SRNN_OK;
    for (int i = 0; i < N_USUAL; i++)
        for (int k = 0; k < all->n && !status; k++)
            if (!strcmp(usual[i], all->names[k])) status = add_measure(ctx, runs, all->names[k]);
    return status;
}

static srnn_status add_all(srnn_ctx *ctx, srnn_runs *runs, const measure_names *all)
{
    srnn_status status = SRNN_OK;
    qsort(all->names, (size_t)all->n, sizeof *all->names, srnn__measure_names_order);
    for (int i = 0; i < all->n && !status; i++) status = add_measure(ctx, runs, all->names[i]);
    return status;
}

static srnn_status choose_measures(srnn_ctx *ctx, srnn_runs *runs, const measure_names *all,
                                   const char *names)
{
    runs->measures = calloc((size_t)all->n + 1, sizeof *runs->measures);
    if (!runs->measures) return srnn__no_memory(ctx);
    if (!names) return add_usual(ctx, runs, all);
    return strcmp(names, "all") ? add_named(ctx, runs, all, names) : add_all(ctx, runs, all);
}

/* ---- their values ---- */

static double run_value(const srnn__listed *run, const char *name)
{
    const json_t *value = json_object_get(run->values, name);
    return value ? json_number_value(value) : (double)NAN;
}

void srnn__run_interval(const srnn__listed *run, const char *measure, double *n, double *low,
                        double *high)
{
    const double share = run_value(run, measure);
    const json_t *trials = json_object_get(run->trials, measure);
    *n = *low = *high = NAN;
    if (!trials || !(share >= 0 && share <= 1)) return;
    *n = json_number_value(trials);
    srnn_wilson_interval((int)lround(share * *n), (int)*n, low, high);
}

static srnn_status take_measures(srnn_ctx *ctx, srnn_runs *runs)
{
    const size_t n = (size_t)runs->view.n_measures;
    const char **names = calloc(n + 1, sizeof *names);
    runs->values = malloc(((size_t)runs->n * n + 1) * sizeof *runs->values);
    runs->short_names = calloc(n + 1, sizeof *runs->short_names);
    const bool good = names && runs->values && runs->short_names;
    for (size_t k = 0; k < n && good; k++) names[k] = runs->measures[k].name;
    for (int k = 0; k < (int)n && good; k++)
        runs->short_names[k] = srnn__name_short(names, (int)n, k);
    for (size_t i = 0; i < (size_t)runs->n && good; i++) {
        for (size_t k = 0; k < n; k++)
            runs->values[i * n + k] = run_value(runs->run_of[i], names[k]);
        runs->networks[i].values = runs->values + i * n;
    }
    free(names);
    return good ? SRNN_OK : srnn__no_memory(ctx);
}

srnn_status srnn__runs_measure(srnn_ctx *ctx, srnn_runs *runs, const char *names)
{
    measure_names all = {0};
    srnn_status status = all_names(ctx, runs, &all);
    if (!status) status = choose_measures(ctx, runs, &all, names);
    if (!status) status = take_measures(ctx, runs);
    free(all.names);
    return status;
}
