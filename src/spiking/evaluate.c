/* Accuracy and rates of a spiking network over trials of a task. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"
#include "spiking/trials.h"
#include "task/stats.h"

srnn_spiking_eval_options srnn_spiking_eval_options_default(void)
{
    return (srnn_spiking_eval_options){.seed = 0,
                                       .domain = SRNN_DOMAIN_EVAL,
                                       .n_trials = 100,
                                       .balanced = false,
                                       .answers = false};
}

static void summarize(const srnn__spiking_trials *t, srnn_spiking_evaluation *result)
{
    const srnn_task_def *def = srnn_task_get_def(t->task);
    srnn__type_sums sums[SRNN_TYPES_MAX] = {0};
    *result = (srnn_spiking_evaluation){.n_trials = t->n_trials};
    for (int k = 0; k < t->n_trials; k++) {
        const srnn__spiking_outcome *o = &t->outcomes[k];
        srnn_population_rates *rates = &result->rates[o->type];
        result->correct += o->score.correct;
        srnn__type_add(&sums[o->type], &o->score);
        rates->exc_hz += o->rates.exc_hz;
        rates->pv_hz += o->rates.pv_hz;
        rates->som_hz += o->rates.som_hz;
        result->mean_rate_hz += o->mean_rate_hz / t->n_trials;
    }
    for (int i = 0; i < def->n_types; i++) {
        result->types[i] = srnn__type_stats(&sums[i]);
        const double n = sums[i].n > 0 ? (double)sums[i].n : (double)NAN;
        result->rates[i].exc_hz /= n;
        result->rates[i].pv_hz /= n;
        result->rates[i].som_hz /= n;
    }
    if (t->answers)
        srnn__answers_summarize(def, (size_t)t->n_trials, t->answers, &result->confusion,
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
    srnn__spiking_trials t = {.phase = "evaluate",
                              .model = model,
                              .task = task,
                              .params = *params,
                              .seed = o.seed,
                              .domain = o.domain,
                              .n_trials = (int)n,
                              .balanced = o.balanced,
                              .n_variants = 1,
                              .scaling_factors = &params->scaling_factor,
                              .outcomes = calloc((size_t)n, sizeof *t.outcomes)};
    if (o.answers) t.answers = malloc((size_t)n * sizeof *t.answers);
    status = t.outcomes && (t.answers || !o.answers) ? srnn__spiking_trials_run(ctx, &t)
                                                     : srnn__no_memory(ctx);
    if (!status) summarize(&t, result);
    free(t.outcomes);
    free(t.answers);
    return status;
}
