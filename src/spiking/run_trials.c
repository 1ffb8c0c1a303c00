/* Many whole trials of a task, shared among threads and handed over in order. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "spiking/record.h"
#include "spiking/run.h"
#include "task/task_internal.h"

srnn_spiking_trials_options srnn_spiking_trials_options_default(void)
{
    return (srnn_spiking_trials_options){
        .seed = 0, .domain = SRNN_DOMAIN_USER, .n_trials = 100, .types = NULL};
}

typedef struct job {
    srnn_ctx *ctx;
    const srnn_task *task;
    const srnn_spiking_params *params;
    const srnn_spiking_trials_options *options;
    const srnn_recording *recording;
    const srnn__spiking_net *net;
    srnn_spiking_trial_fn fn;
    void *user;
    srnn__loop loop;
    srnn_status status; /* of the first trial in order that did not end well */
} job;

/* Of one thread. */
typedef struct worker {
    bool ready;
    srnn__simulator sim;
    float *u, *z; /* z: the target, not looked at */
    srnn__run_end end;
    srnn__run_fault fault;
    srnn_spiking_result result;
} worker;

static void worker_open(const job *j, worker *w)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t C = (size_t)def->T + 1;
    *w = (worker){.u = malloc(C * (size_t)def->n_in * sizeof *w->u),
                  .z = malloc(C * (size_t)def->n_out * sizeof *w->z)};
    w->ready = srnn__simulator_init(j->net, def->T + 1, j->params->downsample, j->params->precision,
                                    &w->sim) &&
               w->u && w->z;
}

static void worker_close(worker *w)
{
    srnn__simulator_free(&w->sim);
    free(w->u);
    free(w->z);
}

static srnn_spiking_trial run(const job *j, worker *w, int k)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const srnn_trial_key key = {j->options->seed, j->options->domain, (uint64_t)k};
    srnn_spiking_trial trial = {.trial = k,
                                .type = j->options->types ? j->options->types[k] : k % def->n_types,
                                .u = w->u,
                                .result = &w->result};
    w->end = SRNN__RUN_NO_MEMORY;
    if (!w->ready) return trial;
    srnn__task_fill(j->ctx, j->task, key, trial.type, def->T + 1, w->u, w->z);
    const srnn_spiking_input input = {.C = def->T + 1, .u = w->u, .key = key};
    w->end = srnn__run_trial(&w->sim, j->params, &input, j->recording, &w->result, &w->fault);
    w->fault.task = def->name;
    if (w->end) return trial;
    const srnn_response response = {SRNN_SPIKING, w->result.nt, w->result.n_out, w->result.out,
                                    100.0 / j->params->downsample};
    trial.score = srnn_task_score(j->task, key, trial.type, &response);
    return trial;
}

/* In order, so that the first failure is the same whatever the threads. */
static void hand_over(job *j, worker *w, const srnn_spiking_trial *trial)
{
    if (srnn__fault_found(j->ctx, (uint64_t)trial->trial))
        srnn__loop_end_at(&j->loop, trial->trial - 1);
    if (!srnn__loop_reaches(&j->loop, trial->trial)) return;
    if (w->end)
        j->status = srnn__run_status(j->ctx, w->end, &w->fault);
    else
        j->status = j->fn(j->user, trial);
    const int n = j->options->n_trials, done = trial->trial + 1;
    if (w->end == SRNN__RUN_NOT_FINITE) {
        char sentence[sizeof j->ctx->message];
        memcpy(sentence, j->ctx->message, sizeof sentence);
        srnn__fail(j->ctx, j->status, "trial %d: %.900s", done, sentence);
    }
    if (srnn__progress(j->ctx, "simulate", done, n, NAN, NAN) && !j->status)
        j->status = srnn__fail(j->ctx, SRNN_CANCELLED, "interrupted after %d of %d spiking trials",
                               done, n);
    if (j->status) srnn__loop_end_at(&j->loop, trial->trial);
}

static void run_all(job *j)
{
    const int n = j->options->n_trials, threads = j->ctx->threads < n ? j->ctx->threads : n;
    srnn__progress_start(j->ctx, 0);
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        worker w;
        worker_open(j, &w);
#pragma omp for ordered schedule(monotonic : dynamic)
        for (int k = 0; k < n; k++) {
            if (!srnn__loop_reaches(&j->loop, k)) continue;
            const srnn_spiking_trial trial = run(j, &w, k);
#pragma omp ordered
            hand_over(j, &w, &trial);
            srnn_spiking_result_free(&w.result);
        }
        worker_close(&w);
    }
}

static srnn_status check(srnn_ctx *ctx, const srnn_task *task, const srnn_spiking_params *params,
                         const srnn_spiking_trials_options *o)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    if (def->T < params->downsample)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "T of task '%s' is %d; expected downsample, %d, or more", def->name,
                          def->T, params->downsample);
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
    const srnn_spiking_trials_options o =
        options ? *options : srnn_spiking_trials_options_default();
    const srnn_recording record = recording ? *recording : srnn_recording_default();
    srnn__spiking_net net;
    srnn_status status = srnn__spiking_params_check(ctx, model, params);
    if (!status) status = srnn__recording_check(ctx, &record, model->params.N);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (!status) status = check(ctx, task, params, &o);
    if (!status) status = srnn__spiking_net_init(ctx, model, params, NULL, &net);
    if (status) return status;
    job j = {.ctx = ctx,
             .task = task,
             .params = params,
             .options = &o,
             .recording = &record,
             .net = &net,
             .fn = fn,
             .user = user,
             .loop = SRNN__LOOP};
    run_all(&j);
    srnn__spiking_net_free(&net);
    return srnn__fault_end(ctx, j.status);
}
