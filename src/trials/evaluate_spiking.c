/* Accuracy and rates of a spiking network over trials of a task. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"
#include "task/stats.h"
#include "task/task_internal.h"
#include "trials/outcomes.h"

srnn_spiking_eval_options srnn_spiking_eval_options_default(void)
{
    return (srnn_spiking_eval_options){.seed = 0,
                                       .domain = SRNN_DOMAIN_EVAL,
                                       .n_trials = 100,
                                       .balanced = false,
                                       .answers = false};
}

typedef struct evaluation {
    const srnn_model *model;
    const srnn_task *task;
    const srnn_spiking_params *params;
    int n_trials;
    srnn__outcome *outcomes; /* [n_trials] */
    srnn__answer *answers;   /* [n_trials]; NULL: not asked for */
} evaluation;

static srnn_status keep(void *user, const srnn__trial *trial)
{
    const evaluation *e = user;
    e->outcomes[trial->k] = srnn__spiking_outcome(e->model, e->task, e->params, trial);
    if (e->answers) e->answers[trial->k] = srnn__spiking_answer(e->task, e->params, trial);
    return SRNN_OK;
}

static void summarize(const evaluation *e, srnn_spiking_evaluation *result)
{
    const srnn_task_def *def = srnn_task_get_def(e->task);
    srnn__type_sums sums[SRNN_TYPES_MAX] = {0};
    *result = (srnn_spiking_evaluation){.n_trials = e->n_trials};
    for (int k = 0; k < e->n_trials; k++) {
        const srnn__outcome *o = &e->outcomes[k];
        srnn_population_rates *rates = &result->rates[o->type];
        result->correct += o->score.correct;
        srnn__type_add(&sums[o->type], &o->score);
        rates->exc_hz += o->rates.exc_hz;
        rates->pv_hz += o->rates.pv_hz;
        rates->som_hz += o->rates.som_hz;
        result->mean_rate_hz += o->mean_rate_hz / e->n_trials;
    }
    for (int i = 0; i < def->n_types; i++) {
        result->types[i] = srnn__type_stats(&sums[i]);
        const double n = sums[i].n > 0 ? (double)sums[i].n : (double)NAN;
        result->rates[i].exc_hz /= n;
        result->rates[i].pv_hz /= n;
        result->rates[i].som_hz /= n;
    }
    if (e->answers)
        srnn__answers_summarize(def, (size_t)e->n_trials, e->answers, &result->confusion,
                                result->response_times);
}

srnn_status srnn_spiking_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  const srnn_spiking_params *params,
                                  const srnn_spiking_eval_options *options,
                                  srnn_spiking_evaluation *result)
{
    const srnn_spiking_eval_options o = options ? *options : srnn_spiking_eval_options_default();
    srnn_status status = srnn__spiking_params_check(ctx, model, params);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    const int n_types = srnn_task_get_def(task)->n_types;
    const int64_t n = (int64_t)o.n_trials * (o.balanced ? n_types : 1);
    if (o.n_trials < 1 || n > 10000000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "n_trials is %d; expected at least 1, at most 10000000 in all",
                          o.n_trials);
    srnn__spiking_net net;
    if ((status = srnn__spiking_net_init(ctx, model, params, NULL, &net))) return status;
    evaluation e = {.model = model,
                    .task = task,
                    .params = params,
                    .n_trials = (int)n,
                    .outcomes = calloc((size_t)n, sizeof *e.outcomes)};
    if (o.answers) e.answers = malloc((size_t)n * sizeof *e.answers);
    const srnn__variant variant = {&net, *params};
    const srnn__trials trials = {.task = task,
                                 .seed = o.seed,
                                 .domain = o.domain,
                                 .n = e.n_trials,
                                 .drawn = !o.balanced,
                                 .variants = &variant,
                                 .n_variants = 1,
                                 .reduce = keep,
                                 .user = &e,
                                 .phase = "evaluate"};
    status = e.outcomes && (e.answers || !o.answers) ? srnn__trials_run(ctx, &trials, NULL)
                                                     : srnn__no_memory(ctx);
    if (!status) summarize(&e, result);
    free(e.outcomes);
    free(e.answers);
    srnn__spiking_net_free(&net);
    return status;
}
