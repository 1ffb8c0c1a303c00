/* Accuracy and rates of a spiking network over trials of a task. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"
#include "task/stats.h"
#include "task/task_internal.h"
#include "trials/evaluate.h"

srnn_spiking_eval_options srnn_spiking_eval_options_default(void)
{
    return (srnn_spiking_eval_options){.size = sizeof(srnn_spiking_eval_options),
                                       .seed = 0,
                                       .domain = SRNN_DOMAIN_EVAL,
                                       .n_trials = 100,
                                       .balanced = false,
                                       .answers = false};
}

void srnn__spiking_keep(const srnn__tally *tally, const srnn_model *model,
                        const srnn_spiking_params *params, const srnn__trial *trial)
{
    tally->outcomes[trial->k] = srnn__spiking_outcome(model, tally->task, params, trial);
    const srnn_response response = srnn__spiking_response(tally->task, params, trial);
    srnn__tally_answer(tally, trial, &trial->spiking_score, &response);
}

void srnn_spiking_evaluation_free(srnn_spiking_evaluation *evaluation)
{
    if (!evaluation) return;
    free(evaluation->response_times);
    free(evaluation->rules);
    srnn__confusion_free(&evaluation->confusion);
    *evaluation = (srnn_spiking_evaluation){0};
}

srnn_status srnn__spiking_summarize(srnn_ctx *ctx, const srnn__tally *tally,
                                    srnn_spiking_evaluation *result)
{
    const srnn_task_def *def = srnn_task_get_def(tally->task);
    srnn__type_sums sums[SRNN_TYPES_MAX] = {0};
    *result = (srnn_spiking_evaluation){.n_trials = tally->n_trials};
    for (int k = 0; k < tally->n_trials; k++) {
        const srnn__outcome *o = &tally->outcomes[k];
        srnn_population_rates *rates = &result->rates[o->type];
        result->correct += o->score.correct;
        result->two_sided += srnn__two_sided(&o->score);
        srnn__type_add(&sums[o->type], &o->score);
        rates->exc_hz += o->rates.exc_hz;
        rates->pv_hz += o->rates.pv_hz;
        rates->som_hz += o->rates.som_hz;
        result->mean_rate_hz += o->mean_rate_hz / tally->n_trials;
    }
    for (int i = 0; i < def->n_types; i++) {
        result->types[i] = srnn__type_stats(&sums[i]);
        const double n = sums[i].n > 0 ? (double)sums[i].n : (double)NAN;
        result->rates[i].exc_hz /= n;
        result->rates[i].pv_hz /= n;
        result->rates[i].som_hz /= n;
    }
    if (!tally->answers) return SRNN_OK;
    srnn_status status = srnn__answers_summarize(ctx, def, (size_t)tally->n_trials, tally->answers,
                                                 &result->confusion, &result->response_times);
    if (!status) status = srnn__tally_rules(ctx, tally, &result->rules, &result->n_rules);
    if (status) srnn_spiking_evaluation_free(result);
    return status;
}

/* ---- the spiking network alone ---- */

typedef struct spiking_evaluation {
    const srnn_model *model;
    const srnn_spiking_params *params;
    srnn__tally tally;
} spiking_evaluation;

static srnn_status spiking_keep(void *user, const srnn__trial *trial)
{
    const spiking_evaluation *e = user;
    srnn__spiking_keep(&e->tally, e->model, e->params, trial);
    return SRNN_OK;
}

srnn_status srnn_spiking_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  const srnn_spiking_params *params,
                                  const srnn_spiking_eval_options *options,
                                  srnn_spiking_evaluation *result)
{
    srnn_spiking_eval_options o = srnn_spiking_eval_options_default();
    srnn_spiking_params own;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_spiking_eval_options, options, answers, &o);
    if (!status) status = srnn__spiking_params_take(ctx, model, params, &own);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    const int n_types = srnn_task_get_def(task)->n_types;
    const int64_t n = (int64_t)o.n_trials * (o.balanced ? n_types : 1);
    if (o.n_trials < 1 || n > 10000000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "n_trials is %d; expected at least 1, at most 10000000 in all",
                          o.n_trials);
    srnn__spiking_net net;
    if ((status = srnn__spiking_net_init(ctx, model, &own.conversion, NULL, &net))) return status;
    spiking_evaluation e = {.model = model, .params = &own};
    const srnn__variant variant = {&net, own};
    const srnn__trials trials = {.task = task,
                                 .seed = o.seed,
                                 .domain = o.domain,
                                 .n = (int)n,
                                 .drawn = !o.balanced,
                                 .variants = &variant,
                                 .n_variants = 1,
                                 .reduce = spiking_keep,
                                 .user = &e,
                                 .phase = "evaluate"};
    status = srnn__tally_init(ctx, task, SRNN_SPIKING, (int)n, o.answers, &e.tally);
    if (!status) status = srnn__trials_run(ctx, &trials, NULL);
    if (!status) status = srnn__spiking_summarize(ctx, &e.tally, result);
    srnn__tally_free(&e.tally);
    srnn__spiking_net_free(&net);
    return status;
}
