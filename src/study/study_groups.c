/* Which networks a worker computes: those that share a training go together. */
#include <stdlib.h>
#include <string.h>

#include "study/study.h"

typedef struct group_entry {
    const char *key;
    int network, first; /* first: of all with the key */
} group_entry;

static int compare_keys(const void *a, const void *b)
{
    const group_entry *x = a, *y = b;
    const int difference = strcmp(x->key, y->key);
    return difference ? difference : (x->network > y->network) - (x->network < y->network);
}

static int compare_firsts(const void *a, const void *b)
{
    const group_entry *x = a, *y = b;
    const int difference = (x->first > y->first) - (x->first < y->first);
    return difference ? difference : (x->network > y->network) - (x->network < y->network);
}

static bool has_seed(const uint64_t *seeds, int n, uint64_t seed)
{
    for (int i = 0; i < n; i++)
        if (seeds[i] == seed) return true;
    return n == 0;
}

/* All networks, in groups, the groups by their first networks. */
static group_entry *sorted_entries(const srnn_study *s)
{
    const size_t n = (size_t)s->n_networks;
    group_entry *entries = calloc(n + 1, sizeof *entries);
    for (size_t i = 0; entries && i < n; i++)
        entries[i] = (group_entry){s->networks[i].keys[SRNN__TRAIN], (int)i, (int)i};
    if (entries) qsort(entries, n, sizeof *entries, compare_keys);
    for (size_t i = 1; entries && i < n; i++)
        if (!strcmp(entries[i].key, entries[i - 1].key)) entries[i].first = entries[i - 1].first;
    if (entries) qsort(entries, n, sizeof *entries, compare_firsts);
    return entries;
}

/* A shard takes every n_shards-th group; numbers are of all groups, whatever the seeds, so that
   shards stay apart. */
static void fill_groups(const srnn_study *s, const group_entry *entries,
                        const srnn_study_options *o, const uint64_t *seeds, int n_seeds,
                        srnn__group *groups, int *n, int *places)
{
    int number = -1, used = 0;
    *n = 0;
    for (int i = 0; i < s->n_networks; i++) {
        const bool first = i == 0 || entries[i].first != entries[i - 1].first;
        if (first) number++;
        const srnn__network *network = &s->networks[entries[i].network];
        if (number % o->n_shards != o->shard - 1 || !has_seed(seeds, n_seeds, network->seed))
            continue;
        if (first || *n == 0 ||
            strcmp(s->networks[groups[*n - 1].networks[0]].keys[SRNN__TRAIN], entries[i].key) != 0)
            groups[(*n)++] = (srnn__group){0, places + used};
        places[used++] = entries[i].network;
        groups[*n - 1].n++;
    }
}

static srnn_status check_worker_options(srnn_ctx *ctx, const srnn_study_options *o)
{
    const srnn__check checks[] = {
        {"n_shards", o->n_shards, o->n_shards >= 1, "1 or more"},
        {"shard", o->shard, o->shard >= 1 && o->shard <= o->n_shards, "1 to n_shards"}};
    return srnn__check_all(ctx, checks, 2);
}

/* One that the study has not is a slip. */
static srnn_status check_seeds(srnn_ctx *ctx, const srnn_study *s, const uint64_t *seeds, int n)
{
    for (int i = 0; i < n; i++)
        if (!has_seed(s->seeds, s->n_seeds, seeds[i]))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "%sseeds has %llu, which is no seed of the study '%s'",
                              srnn__option_prefix(ctx), (unsigned long long)seeds[i], s->name);
    return SRNN_OK;
}

srnn_status srnn__study_groups(srnn_ctx *ctx, const srnn_study *s, const srnn_study_options *o,
                               srnn__group **out, int *n, int **places)
{
    uint64_t *seeds = NULL;
    int n_seeds = 0;
    *out = NULL;
    *places = NULL;
    srnn_status status = check_worker_options(ctx, o);
    if (!status && o->seeds) status = srnn__seeds_parse(ctx, o->seeds, "seeds", &seeds, &n_seeds);
    if (!status) status = check_seeds(ctx, s, seeds, n_seeds);
    if (status) {
        free(seeds);
        return status;
    }
    group_entry *entries = sorted_entries(s);
    *out = calloc((size_t)s->n_networks + 1, sizeof **out);
    *places = calloc((size_t)s->n_networks + 1, sizeof **places);
    if (entries && *out && *places)
        fill_groups(s, entries, o, seeds, n_seeds, *out, n, *places);
    else
        status = srnn__no_memory(ctx);
    free(entries);
    free(seeds);
    return status;
}
