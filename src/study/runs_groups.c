/* The options in which networks differ, and groups of networks that differ in none of them. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "options/options.h"
#include "study/runs.h"

/* A network in its group, for sorting. */
typedef struct grouped {
    const srnn__listed *run;
    int group, place;
    uint64_t seed;
} grouped;

/* The same for values of any kind that stand for one another: 20 and 20.0. "": null. */
static char *comparable(const json_t *value)
{
    return json_is_null(value) ? strdup("") : srnn__option_value_text(value);
}

/* ---- options that differ ---- */

/* Keeps the first value of each option, by name; where a later one is another, the name goes into
   `differ`. */
static srnn_status compare_options(srnn_ctx *ctx, const json_t *options, json_t *first,
                                   json_t *differ)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)options, name, value)
    {
        const char *was = json_string_value(json_object_get(first, name));
        char *is = comparable(value);
        if (!is) return srnn__no_memory(ctx);
        if (!was)
            json_object_set_new(first, name, json_string(is));
        else if (strcmp(was, is) != 0)
            json_object_set_new(differ, name, json_true());
        free(is);
    }
    return SRNN_OK;
}

/* In the order of the table of options, then further parameters of tasks. */
static srnn_status list_varied(srnn_ctx *ctx, srnn_runs *runs, json_t *differ)
{
    const char *name;
    json_t *value;
    runs->varied = malloc((json_object_size(differ) + 1) * sizeof *runs->varied);
    if (!runs->varied) return srnn__no_memory(ctx);
    for (int i = 0; srnn_option_at(i); i++)
        if (json_object_get(differ, srnn_option_at(i)->name))
            runs->varied[runs->view.n_varied++] = srnn_option_at(i)->name;
    for (int i = 0; i < runs->n; i++) {
        json_object_foreach(runs->all[i].options, name, value)
        {
            if (srnn_option_named(name) || json_object_del(differ, name)) continue;
            runs->varied[runs->view.n_varied++] = name;
        }
    }
    return SRNN_OK;
}

static srnn_status find_varied(srnn_ctx *ctx, srnn_runs *runs)
{
    json_t *first = json_object(), *differ = json_object();
    srnn_status status = first && differ ? SRNN_OK : srnn__no_memory(ctx);
    for (int i = 0; i < runs->n && !status; i++)
        if (i == 0 || runs->all[i].options != runs->all[i - 1].options)
            status = compare_options(ctx, runs->all[i].options, first, differ);
    if (!status) status = list_varied(ctx, runs, differ);
    json_decref(first);
    json_decref(differ);
    return status;
}

/* ---- groups ---- */

/* The same for networks of a group; to be freed. */
static char *group_key(const srnn_runs *runs, const srnn__listed *run)
{
    char *key = NULL;
    size_t size;
    FILE *to = open_memstream(&key, &size);
    if (!to) return NULL;
    for (int k = 0; k < runs->view.n_varied; k++) {
        const json_t *value = json_object_get(run->options, runs->varied[k]);
        char *text = value ? comparable(value) : NULL;
        if (text) fprintf(to, "%d=%s\n", k, text);
        free(text);
    }
    if (!fclose(to)) return key;
    free(key);
    return NULL;
}

/* Numbers the groups as they come, and counts their networks in sizes[n]. */
static srnn_status number_groups(srnn_ctx *ctx, srnn_runs *runs, int *sizes)
{
    json_t *numbers = json_object();
    srnn_status status = numbers ? SRNN_OK : srnn__no_memory(ctx);
    for (int i = 0; i < runs->n && !status; i++) {
        char *key = group_key(runs, &runs->all[i]);
        json_t *number = key ? json_object_get(numbers, key) : NULL;
        if (!number && key) {
            number = json_integer(runs->view.n_conditions++);
            json_object_set_new(numbers, key, number);
        }
        if (!number) status = srnn__no_memory(ctx);
        runs->all[i].group = (int)json_integer_value(number);
        sizes[runs->all[i].group]++;
        free(key);
    }
    json_decref(numbers);
    return status;
}

/* Groups of several networks come first: they can be compared. */
static void order_groups(srnn_runs *runs, const int *sizes, int *place)
{
    int next = 0;
    for (int several = 1; several >= 0; several--)
        for (int g = 0; g < runs->view.n_conditions; g++)
            if ((sizes[g] > 1) == several) place[g] = next++;
    for (int i = 0; i < runs->n; i++) runs->all[i].group = place[runs->all[i].group];
}

static int grouped_ascending(const void *a, const void *b)
{
    const grouped *x = a, *y = b;
    if (x->group != y->group) return x->group - y->group;
    if (x->seed != y->seed) return x->seed < y->seed ? -1 : 1;
    return x->place - y->place;
}

/* Networks in the order of their groups and seeds. A seed that is not known is one that no other
   network has, so that no test takes two of them for a pair. */
static srnn_status order_networks(srnn_ctx *ctx, srnn_runs *runs)
{
    const size_t n = (size_t)runs->n;
    grouped *order = malloc(n * sizeof *order);
    runs->networks = calloc(n, sizeof *runs->networks);
    runs->run_of = calloc(n, sizeof *runs->run_of);
    runs->of_group = calloc(n, sizeof *runs->of_group);
    const bool good = order && runs->networks && runs->run_of && runs->of_group;
    for (int i = 0; i < runs->n && good; i++) {
        const srnn__listed *run = &runs->all[i];
        order[i] =
            (grouped){run, run->group, i, run->has_seed ? run->seed : UINT64_MAX - (unsigned)i};
    }
    if (good) qsort(order, n, sizeof *order, grouped_ascending);
    for (int i = runs->n; i-- > 0 && good;) {
        runs->run_of[i] = runs->of_group[order[i].group] = order[i].run;
        runs->networks[i] =
            (srnn_study_network){.condition = order[i].group,
                                 .seed = order[i].seed,
                                 .state = order[i].run->state,
                                 .sentence = order[i].run->sentence ? order[i].run->sentence : "",
                                 .key = order[i].run->name};
    }
    free(order);
    return good ? SRNN_OK : srnn__no_memory(ctx);
}

srnn_status srnn__runs_group(srnn_ctx *ctx, srnn_runs *runs)
{
    int *sizes = calloc((size_t)runs->n, sizeof *sizes);
    int *place = calloc((size_t)runs->n, sizeof *place);
    srnn_status status = sizes && place ? find_varied(ctx, runs) : srnn__no_memory(ctx);
    if (!status) status = number_groups(ctx, runs, sizes);
    if (!status) {
        order_groups(runs, sizes, place);
        status = order_networks(ctx, runs);
    }
    free(place);
    free(sizes);
    return status;
}
