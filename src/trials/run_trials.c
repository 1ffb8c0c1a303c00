/* Many whole trials of a task, shared among threads and handed over in order. */
#include "model/model_internal.h"
#include "spiking/recording.h"
#include "task/task_internal.h"
#include "trials/trials.h"

srnn_spiking_trials_options srnn_spiking_trials_options_default(void)
{
    return (srnn_spiking_trials_options){.size = sizeof(srnn_spiking_trials_options),
                                         .seed = 0,
                                         .domain = SRNN_DOMAIN_USER,
                                         .n_trials = 100,
                                         .types = NULL};
}

typedef struct recorder {
    srnn_spiking_trial_fn fn;
    void *user;
} recorder;

static srnn_status spiking_trials_hand_over(void *user, const srnn__trial *trial)
{
    const recorder *r = user;
    const srnn_spiking_trial whole = {.trial = trial->k,
                                      .type = trial->type,
                                      .u = trial->u,
                                      .score = trial->spiking_score,
                                      .result = trial->result};
    return r->fn(r->user, &whole);
}

static srnn_status spiking_trials_check(srnn_ctx *ctx, const srnn_task *task,
                                        const srnn_spiking_trials_options *o)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    if (o->n_trials < 1 || o->n_trials > 10000000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n_trials is %d; expected 1 to 10000000",
                          o->n_trials);
    for (int k = 0; o->types && k < o->n_trials; k++)
        if (o->types[k] < 0 || o->types[k] >= def->n_types)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "types has %d; expected 0 to %d of task '%s'",
                              o->types[k], def->n_types - 1, def->name);
    return SRNN_OK;
}

srnn_status srnn_spiking_run_trials(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                    const srnn_spiking_params *params,
                                    const srnn_spiking_trials_options *options,
                                    const srnn_recording *recording, srnn_spiking_trial_fn fn,
                                    void *user)
{
    srnn_spiking_trials_options o = srnn_spiking_trials_options_default();
    srnn_spiking_params own;
    srnn_recording record;
    srnn__spiking_net net;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_spiking_trials_options, options, types, &o);
    if (!status) status = srnn__spiking_params_take(ctx, model, params, &own);
    if (!status) status = srnn__recording_take(ctx, recording, model->params.N, &record);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (!status) status = spiking_trials_check(ctx, task, &o);
    if (!status) status = srnn__spiking_net_init(ctx, model, &own.conversion, NULL, &net);
    if (status) return status;
    recorder r = {fn, user};
    const srnn__variant variant = {&net, own};
    const srnn__trials trials = {.task = task,
                                 .seed = o.seed,
                                 .domain = o.domain,
                                 .n = o.n_trials,
                                 .types = o.types,
                                 .variants = &variant,
                                 .n_variants = 1,
                                 .recording = &record,
                                 .reduce = spiking_trials_hand_over,
                                 .in_order = true,
                                 .user = &r,
                                 .phase = "simulate"};
    status = srnn__trials_run(ctx, &trials, NULL);
    srnn__spiking_net_free(&net);
    return status;
}
