/* What the files of `simulate` hold of the trials of either network. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <string.h>

bool cli_trials_alloc(cli_trials *t)
{
    const size_t K = (size_t)t->K;
    t->type = calloc(K, sizeof *t->type);
    t->label = calloc(K, sizeof *t->label);
    t->correct = calloc(K, sizeof *t->correct);
    t->value = calloc(K, sizeof *t->value);
    return t->type && t->label && t->correct && t->value;
}

void cli_trials_free(cli_trials *t)
{
    free(t->type);
    free(t->label);
    free(t->correct);
    free(t->value);
}

void cli_trial_scored(cli_trials *t, int k, srnn_score score)
{
    const int type = cli_trial_type(t, k);
    t->type[k] = type + 1;
    t->label[k] = t->def->labels[type];
    t->correct[k] = score.correct;
    t->value[k] = score.value;
}

void cli_trial_arrays(const cli_trials *t, const char *types, const double *seed,
                      srnn_array *arrays)
{
    const size_t K = (size_t)t->K;
    const srnn_array all[CLI_TRIAL_ARRAYS] = {
        {.name = "type", .rank = 2, .dims = {1, K}, .doubles = t->type},
        {.name = "label", .rank = 2, .dims = {1, K}, .doubles = t->label},
        {.name = "correct", .rank = 2, .dims = {1, K}, .doubles = t->correct},
        {.name = "value", .rank = 2, .dims = {1, K}, .doubles = t->value},
        {.name = "seed", .rank = 2, .dims = {1, 1}, .doubles = seed},
        {.name = "task", .text = t->def->name},
        {.name = "types", .text = types}};
    memcpy(arrays, all, sizeof all);
}
