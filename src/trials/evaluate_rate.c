/* Accuracy and loss of a rate network over trials of a task. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"
#include "task/stats.h"
#include "task/task_internal.h"
#include "trials/evaluate.h"
#include "trials/outcomes.h"

srnn_rate_eval_options srnn_rate_eval_options_default(void)
{
    return (srnn_rate_eval_options){.seed = 0,
                                    .domain = SRNN_DOMAIN_EVAL,
                                    .n_trials = 100,
                                    .balanced = false,
                                    .answers = false,
                                    .noise = 0.1,
                                    .loss = SRNN_L2};
}

typedef struct evaluation {
    const srnn__rate_net *net;
    const srnn_task *task;
    const srnn_rate_eval_options *options;
    int n_trials;
    srnn__outcome *outcomes;        /* [n_trials] */
    srnn__answer *answers;          /* [n_trials]; NULL: not asked for */
    const srnn_rate_trials *trials; /* NULL: not asked for */
} evaluation;

/* Sums are made of what is kept, so they do not depend on the threads. */
static srnn_status keep(void *user, const srnn__trial *trial)
{
    const evaluation *e = user;
    const int steps = srnn_task_get_def(e->task)->T - 1, n_out = e->net->n_out;
    const double loss =
        srnn__rate_loss(e->net, trial->pass, trial->b, trial->z, e->options->loss, NULL);
    if (!isfinite(loss)) return SRNN_ERR_NUMERIC;
    e->outcomes[trial->k] = (srnn__outcome){
        .done = true, .type = trial->type, .score = trial->rate_score, .loss = loss};
    const srnn_response response = {SRNN_RATE, steps, n_out, trial->o, 1};
    if (e->answers)
        e->answers[trial->k] =
            srnn__answer_of(e->task, trial->key, trial->type, &trial->rate_score, &response);
    if (!e->trials || !e->trials->o) return SRNN_OK;
    for (int c = 0; c < n_out; c++)
        for (int t = 0; t < steps; t++)
            e->trials->o[((size_t)c * (size_t)steps + (size_t)t) * (size_t)e->n_trials +
                         (size_t)trial->k] = trial->o[(size_t)t * (size_t)n_out + (size_t)c];
    return SRNN_OK;
}

static void summarize(const evaluation *e, srnn_rate_evaluation *result)
{
    const srnn_task_def *def = srnn_task_get_def(e->task);
    *result = (srnn_rate_evaluation){.n_trials = e->n_trials};
    double loss = 0;
    srnn__type_sums sums[SRNN_TYPES_MAX] = {0};
    for (int k = 0; k < e->n_trials; k++) {
        const srnn__outcome *o = &e->outcomes[k];
        loss += o->loss;
        result->correct += o->score.correct;
        srnn__type_add(&sums[o->type], &o->score);
    }
    result->loss_mean = loss / e->n_trials;
    for (int i = 0; i < def->n_types; i++) result->types[i] = srnn__type_stats(&sums[i]);
    if (e->answers)
        srnn__answers_summarize(def, (size_t)e->n_trials, e->answers, &result->confusion,
                                result->response_times);
}

static void list_trials(const evaluation *e, const srnn_rate_trials *trials)
{
    const srnn_task_def *def = srnn_task_get_def(e->task);
    for (int k = 0; k < e->n_trials; k++) {
        const srnn__outcome *o = &e->outcomes[k];
        if (trials->label) trials->label[k] = def->labels[o->type];
        if (trials->type) trials->type[k] = o->type;
        if (trials->correct) trials->correct[k] = o->score.correct;
        if (trials->value) trials->value[k] = o->score.value;
    }
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
    evaluation e = {.net = net,
                    .task = task,
                    .options = options,
                    .n_trials = (int)n_trials,
                    .outcomes = calloc((size_t)n_trials, sizeof *e.outcomes),
                    .trials = trials};
    if (options->answers) e.answers = malloc((size_t)n_trials * sizeof *e.answers);
    const srnn__trials run = {.task = task,
                              .seed = options->seed,
                              .first = first_trial,
                              .domain = options->domain,
                              .n = (int)n_trials,
                              .drawn = !options->balanced,
                              .rate = net,
                              .noise = options->noise,
                              .reduce = keep,
                              .user = &e,
                              .phase = "evaluate",
                              .during = during};
    const bool complete = e.outcomes && (e.answers || !options->answers);
    const srnn_status status = complete ? srnn__trials_run(ctx, &run, NULL) : srnn__no_memory(ctx);
    if (!status) summarize(&e, result);
    if (!status && trials) list_trials(&e, trials);
    free(e.outcomes);
    free(e.answers);
    return status;
}

srnn_status srnn_rate_evaluate_trials(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                      const srnn_rate_eval_options *options,
                                      srnn_rate_evaluation *result, const srnn_rate_trials *trials)
{
    const srnn_rate_eval_options o = options ? *options : srnn_rate_eval_options_default();
    srnn_status status = srnn__task_fits(ctx, model, task);
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
