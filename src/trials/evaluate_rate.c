/* Accuracy and loss of a rate network over trials of a task. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"
#include "task/stats.h"
#include "task/task_internal.h"
#include "trials/evaluate.h"

srnn_rate_eval_options srnn_rate_eval_options_default(void)
{
    return (srnn_rate_eval_options){.size = sizeof(srnn_rate_eval_options),
                                    .seed = 0,
                                    .domain = SRNN_DOMAIN_EVAL,
                                    .n_trials = 100,
                                    .balanced = false,
                                    .answers = false,
                                    .noise = 0.1,
                                    .loss = SRNN_L2};
}

/* Into eval_os, [n_out][T-1][n_trials]. */
static void keep_output(const srnn__tally *tally, double *eval_os, const srnn__trial *trial)
{
    const srnn_task_def *def = srnn_task_get_def(tally->task);
    const size_t steps = (size_t)(def->T - 1), n_out = (size_t)def->n_out;
    for (size_t c = 0; c < n_out; c++)
        for (size_t t = 0; t < steps; t++)
            eval_os[(c * steps + t) * (size_t)tally->n_trials + (size_t)trial->k] =
                trial->o[t * n_out + c];
}

/* Sums are made of what is kept, so they do not depend on the threads. */
srnn_status srnn__rate_keep(const srnn__tally *tally, srnn_loss loss,
                            const srnn_rate_trials *trials, const srnn__trial *trial)
{
    const srnn_task_def *def = srnn_task_get_def(tally->task);
    const double lost = srnn__rate_loss(trial->net, trial->pass, trial->b, trial->z, loss, NULL);
    if (!isfinite(lost)) return SRNN_ERR_NUMERIC;
    tally->outcomes[trial->k] = (srnn__outcome){
        .done = true, .type = trial->type, .score = trial->rate_score, .loss = lost};
    const srnn_response response = {SRNN_RATE, def->T - 1, def->n_out, trial->o, 1};
    srnn__tally_answer(tally, trial, &trial->rate_score, &response);
    if (trials && trials->o) keep_output(tally, trials->o, trial);
    return SRNN_OK;
}

static void list_trials(const srnn__tally *tally, const srnn_rate_trials *trials)
{
    const srnn_task_def *def = srnn_task_get_def(tally->task);
    for (int k = 0; k < tally->n_trials; k++) {
        const srnn__outcome *o = &tally->outcomes[k];
        if (trials->label) trials->label[k] = def->labels[o->type];
        if (trials->type) trials->type[k] = o->type;
        if (trials->correct) trials->correct[k] = o->score.correct;
        if (trials->value) trials->value[k] = o->score.value;
    }
}

void srnn_rate_evaluation_free(srnn_rate_evaluation *evaluation)
{
    if (!evaluation) return;
    free(evaluation->response_times);
    free(evaluation->rules);
    srnn__confusion_free(&evaluation->confusion);
    *evaluation = (srnn_rate_evaluation){0};
}

srnn_status srnn__rate_summarize(srnn_ctx *ctx, const srnn__tally *tally,
                                 const srnn_rate_trials *trials, srnn_rate_evaluation *result)
{
    const srnn_task_def *def = srnn_task_get_def(tally->task);
    *result = (srnn_rate_evaluation){.n_trials = tally->n_trials};
    double loss = 0;
    srnn__type_sums sums[SRNN_TYPES_MAX] = {0};
    for (int k = 0; k < tally->n_trials; k++) {
        const srnn__outcome *o = &tally->outcomes[k];
        loss += o->loss;
        result->correct += o->score.correct;
        result->two_sided += srnn__two_sided(&o->score);
        srnn__type_add(&sums[o->type], &o->score);
    }
    result->loss_mean = loss / tally->n_trials;
    for (int i = 0; i < def->n_types; i++) result->types[i] = srnn__type_stats(&sums[i]);
    if (trials) list_trials(tally, trials);
    if (!tally->answers) return SRNN_OK;
    srnn_status status = srnn__answers_summarize(ctx, def, (size_t)tally->n_trials, tally->answers,
                                                 &result->confusion, &result->response_times);
    if (!status) status = srnn__tally_rules(ctx, tally, &result->rules, &result->n_rules);
    if (status) srnn_rate_evaluation_free(result);
    return status;
}

/* ---- the rate network alone ---- */

typedef struct rate_evaluation {
    srnn__tally tally;
    srnn_loss loss;
    const srnn_rate_trials *trials; /* NULL: not asked for */
} rate_evaluation;

static srnn_status rate_keep(void *user, const srnn__trial *trial)
{
    const rate_evaluation *e = user;
    return srnn__rate_keep(&e->tally, e->loss, e->trials, trial);
}

srnn_status srnn__rate_evaluate_net(srnn_ctx *ctx, const srnn__rate_net *net, const srnn_task *task,
                                    const srnn_rate_eval_options *options,
                                    const srnn_progress *during, uint64_t first_trial,
                                    srnn_rate_evaluation *result, const srnn_rate_trials *trials)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const int64_t n_trials = (int64_t)options->n_trials * (options->balanced ? def->n_types : 1);
    const srnn__check checks[] = {
        {"n_trials", options->n_trials, options->n_trials >= 1 && n_trials <= 10000000,
         "at least 1, at most 10000000 in all"},
        {"noise", options->noise, options->noise >= 0, "0 or more"},
        {"loss", options->loss, (unsigned)options->loss <= SRNN_L1, "l2 or l1"},
        {"seed", (double)options->seed, options->seed <= SRNN_SEED_MAX, "0 to 2^53"},
    };
    const srnn_status wrong = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (wrong) return wrong;
    rate_evaluation e = {.loss = options->loss, .trials = trials};
    const srnn__trials run = {.task = task,
                              .seed = options->seed,
                              .first = first_trial,
                              .domain = options->domain,
                              .n = (int)n_trials,
                              .drawn = !options->balanced,
                              .rate = net,
                              .noise = options->noise,
                              .reduce = rate_keep,
                              .user = &e,
                              .phase = "evaluate",
                              .during = during};
    srnn_status status =
        srnn__tally_init(ctx, task, SRNN_RATE, (int)n_trials, options->answers, &e.tally);
    if (!status) status = srnn__trials_run(ctx, &run, NULL);
    if (!status) status = srnn__rate_summarize(ctx, &e.tally, trials, result);
    srnn__tally_free(&e.tally);
    return status;
}

srnn_status srnn_rate_evaluate_trials(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                      const srnn_rate_eval_options *options,
                                      srnn_rate_evaluation *result, const srnn_rate_trials *trials)
{
    srnn_rate_eval_options o = srnn_rate_eval_options_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_rate_eval_options, options, loss, &o);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    srnn__rate_net net;
    if ((status = srnn__rate_net_init(ctx, model, &net))) return status;
    status = srnn__rate_evaluate_net(ctx, &net, task, &o, NULL, 0, result, trials);
    srnn__rate_net_free(&net);
    return status;
}

srnn_status srnn_rate_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                               const srnn_rate_eval_options *options, srnn_rate_evaluation *result)
{
    return srnn_rate_evaluate_trials(ctx, model, task, options, result, NULL);
}
