/* Results of an evaluation besides the outcomes of its trials: answers, and the scores of rules. */
#include <stdlib.h>

#include "task/stats.h"
#include "task/task_internal.h"
#include "trials/outcomes.h"

srnn_status srnn__tally_init(srnn_ctx *ctx, const srnn_task *task, srnn_network network,
                             int n_trials, bool answers, srnn__tally *tally)
{
    const size_t n = (size_t)n_trials;
    *tally = (srnn__tally){.ctx = ctx,
                           .task = task,
                           .network = network,
                           .n_trials = n_trials,
                           .most_rules = srnn__rules_most(srnn_task_get_def(task), network),
                           .outcomes = calloc(n, sizeof *tally->outcomes)};
    const bool several = answers && tally->most_rules > 1;
    if (answers) tally->answers = malloc(n * sizeof *tally->answers);
    if (several)
        tally->rule_scores = malloc(n * (size_t)tally->most_rules * sizeof *tally->rule_scores);
    const bool complete =
        tally->outcomes && (tally->answers || !answers) && (tally->rule_scores || !several);
    return complete ? SRNN_OK : srnn__no_memory(ctx);
}

void srnn__tally_free(srnn__tally *tally)
{
    free(tally->outcomes);
    free(tally->answers);
    free(tally->rule_scores);
}

static srnn_score *rule_scores_of(const srnn__tally *tally, int k)
{
    return tally->rule_scores + (size_t)k * (size_t)tally->most_rules;
}

void srnn__tally_answer(const srnn__tally *tally, const srnn__trial *trial, const srnn_score *score,
                        const srnn_response *response)
{
    if (tally->answers)
        tally->answers[trial->k] =
            srnn__answer_of(tally->ctx, tally->task, trial->key, trial->type, score, response);
    if (tally->rule_scores)
        srnn__task_score_rules(tally->ctx, tally->task, trial->key, trial->type, response,
                               rule_scores_of(tally, trial->k));
}

/* sums[n_types][most_rules], in the order of the trials, so that they do not depend on the threads.
 */
static void add_up_rules(const srnn__tally *tally, const int *n_of_type, srnn__type_sums *sums)
{
    for (int k = 0; k < tally->n_trials; k++) {
        const srnn__outcome *o = &tally->outcomes[k];
        const srnn_score *scores = tally->rule_scores ? rule_scores_of(tally, k) : &o->score;
        for (int i = 0; i < n_of_type[o->type]; i++)
            srnn__type_add(&sums[o->type * tally->most_rules + i], &scores[i]);
    }
}

srnn_status srnn__tally_rules(srnn_ctx *ctx, const srnn__tally *tally, srnn_rule_stats **rules,
                              int *n_rules)
{
    const srnn_task_def *def = srnn_task_get_def(tally->task);
    const size_t room = (size_t)(def->n_types * tally->most_rules);
    const char *words[SRNN_RULES_MAX];
    int n_of_type[SRNN_TYPES_MAX];
    srnn__type_sums *sums = calloc(room, sizeof *sums);
    *n_rules = 0;
    *rules = calloc(room, sizeof **rules);
    for (int type = 0; type < def->n_types; type++)
        n_of_type[type] = srnn__rules_of(def, type, tally->network, words);
    if (sums && *rules) add_up_rules(tally, n_of_type, sums);
    for (int type = 0; sums && *rules && type < def->n_types; type++) {
        srnn__rules_of(def, type, tally->network, words);
        for (int i = 0; i < n_of_type[type]; i++) {
            const srnn_type_stats s = srnn__type_stats(&sums[type * tally->most_rules + i]);
            (*rules)[(*n_rules)++] =
                (srnn_rule_stats){type, words[i], s.n, s.correct, s.value_mean, s.value_sd};
        }
    }
    const bool complete = sums && *rules;
    free(sums);
    return complete ? SRNN_OK : srnn__no_memory(ctx);
}
