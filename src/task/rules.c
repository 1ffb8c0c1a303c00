/* The rules of a task: their check, their copies, and those of a type in one network. */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "task/task_internal.h"

static srnn_status rule_check(srnn_ctx *ctx, const srnn_task_def *d, int i)
{
    const srnn_rule *rule = &d->rules[i];
    if (rule->type < 0 || rule->type >= d->n_types || (unsigned)rule->network > SRNN_SPIKING)
        return srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "task '%s': rule %d is for type %d and network %d; expected 0 to %d and a "
            "srnn_network",
            d->name, i, rule->type, (int)rule->network, d->n_types - 1);
    if (rule->words && srnn__is_plain(rule->words)) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "task '%s': rule %d is '%.100s'; expected UTF-8 without control characters",
                      d->name, i, rule->words ? rule->words : "NULL");
}

srnn_status srnn__rules_check(srnn_ctx *ctx, const srnn_task_def *d)
{
    if (d->n_rules == 0 && !d->score_rules) return SRNN_OK;
    if (d->n_rules < 1 || !d->rules || !d->score_rules)
        return srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "task '%s' has %d rules; expected n_rules, rules and score_rules, or none "
            "of them",
            d->name, d->n_rules);
    int counts[2][SRNN_TYPES_MAX] = {{0}};
    for (int i = 0; i < d->n_rules; i++) {
        const srnn_status status = rule_check(ctx, d, i);
        if (status) return status;
        counts[d->rules[i].network][d->rules[i].type]++;
    }
    for (int network = SRNN_RATE; network <= SRNN_SPIKING; network++)
        for (int type = 0; type < d->n_types; type++)
            if (counts[network][type] < 1 || counts[network][type] > SRNN_RULES_MAX)
                return srnn__fail(
                    ctx, SRNN_ERR_ARGUMENT,
                    "task '%s' has %d rules for type '%s' in the %s network; expected "
                    "1 to %d",
                    d->name, counts[network][type], d->type_names[type],
                    network == SRNN_RATE ? "rate" : "spiking", SRNN_RULES_MAX);
    return SRNN_OK;
}

bool srnn__rules_copy(const srnn_task_def *from, srnn_task_def *to)
{
    srnn_rule *rules = from->n_rules ? calloc((size_t)from->n_rules, sizeof *rules) : NULL;
    to->rules = rules;
    for (int i = 0; rules && i < from->n_rules; i++) {
        const char *words = from->rules[i].words;
        char *copy = malloc(strlen(words) + 1);
        rules[i] = from->rules[i];
        rules[i].words = copy ? strcpy(copy, words) : NULL;
        if (!copy) return false;
    }
    return rules || from->n_rules == 0;
}

void srnn__rules_free(srnn_task_def *d)
{
    for (int i = 0; d->rules && i < d->n_rules; i++) free((void *)(uintptr_t)d->rules[i].words);
    free((void *)(uintptr_t)d->rules);
}

int srnn__rules_of(const srnn_task_def *d, int type, srnn_network network,
                   const char *words[SRNN_RULES_MAX])
{
    int n = 0;
    if (d->n_rules == 0) words[n++] = d->criterion;
    for (int i = 0; i < d->n_rules; i++)
        if (d->rules[i].type == type && d->rules[i].network == network)
            words[n++] = d->rules[i].words;
    return n;
}

int srnn__rules_most(const srnn_task_def *d, srnn_network network)
{
    const char *words[SRNN_RULES_MAX];
    int most = 1;
    for (int type = 0; type < d->n_types; type++) {
        const int n = srnn__rules_of(d, type, network, words);
        if (n > most) most = n;
    }
    return most;
}
