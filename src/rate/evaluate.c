/* Accuracy and loss of a rate network over trials of a task. */
#include "model/model_internal.h"
#include "rate/network.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "task/answers.h"
#include "task/stats.h"
#include "task/task_internal.h"

enum { BATCH = 16 }; /* trials side by side on one thread; at most 64 */

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

/* What one trial gave; gathered so that sums do not depend on the threads. */
typedef struct outcome {
    int type;
    double loss;
    srnn_score score;
} outcome;

typedef struct batch_job {
    srnn_ctx *ctx;
    const srnn__rate_net *net;
    const srnn_task *task;
    const srnn_rate_eval_options *options;
    const srnn_progress
        *during; /* what a longer call reports meanwhile; NULL: none, its own trials */
    uint64_t first_trial;
    int n_trials;
    outcome *outcomes;              /* [n_trials] */
    srnn__answer *answers;          /* [n_trials]; NULL: not asked for */
    const srnn_rate_trials *trials; /* NULL: not asked for */
} batch_job;

typedef struct worker { /* of one thread */
    srnn__rate_pass pass;
    float *u, *z;
    double *out;
} worker;

static void worker_free(worker *w)
{
    srnn__rate_pass_free(&w->pass);
    free(w->u);
    free(w->z);
    free(w->out);
}

static srnn_status worker_init(const batch_job *job, int B, worker *w)
{
    const srnn_task_def *def = srnn_task_get_def(job->task);
    const size_t T = (size_t)def->T;
    w->u = malloc((size_t)B * T * (size_t)def->n_in * sizeof *w->u);
    w->z = malloc((size_t)B * T * (size_t)def->n_out * sizeof *w->z);
    w->out = malloc((T - 1) * (size_t)def->n_out * sizeof *w->out);
    if (!w->u || !w->z || !w->out) return SRNN_ERR_NO_MEMORY;
    return srnn__rate_pass_init(job->ctx, job->net, B, def->T, false, false, &w->pass);
}

static srnn_status run_batch(const batch_job *job, worker *w, int first, int B)
{
    const srnn_task_def *def = srnn_task_get_def(job->task);
    const size_t T = (size_t)def->T, n = (T - 1) * (size_t)def->n_out;
    const float *u[BATCH];
    srnn__rate_draws draws[BATCH];
    srnn_trial_key keys[BATCH];
    w->pass.B = B;
    for (int b = 0; b < B; b++) {
        const int k = first + b;
        keys[b] = (srnn_trial_key){job->options->seed, job->options->domain,
                                   job->first_trial + (uint64_t)k};
        const int type = job->options->balanced ? k % def->n_types : -1;
        float *ub = w->u + (size_t)b * T * (size_t)def->n_in;
        float *zb = w->z + (size_t)b * T * (size_t)def->n_out;
        job->outcomes[k].type = srnn__task_fill(job->ctx, job->task, keys[b], type, def->T, ub, zb);
        u[b] = ub;
        draws[b] = (srnn__rate_draws){.key = keys[b], .sd = job->options->noise};
    }
    srnn__rate_forward(job->net, &w->pass, u, draws);
    for (int b = 0; b < B; b++) {
        const int k = first + b;
        const real *o = w->pass.o + (size_t)b * n;
        for (size_t i = 0; i < n; i++) w->out[i] = (double)o[i];
        outcome *result = &job->outcomes[k];
        result->loss =
            srnn__rate_loss(job->net, &w->pass, b, w->z + (size_t)b * T * (size_t)def->n_out,
                            job->options->loss, NULL);
        if (!isfinite(result->loss)) return SRNN_ERR_NUMERIC;
        const srnn_response response = {SRNN_RATE, def->T - 1, def->n_out, w->out, 1};
        result->score = srnn_task_score(job->task, keys[b], result->type, &response);
        if (job->answers)
            job->answers[k] =
                srnn__answer_of(job->task, keys[b], result->type, &result->score, &response);
        if (job->trials && job->trials->o)
            for (int c = 0; c < def->n_out; c++)
                for (size_t t = 0; t + 1 < T; t++)
                    job->trials->o[((size_t)c * (T - 1) + t) * (size_t)job->n_trials + (size_t)k] =
                        w->out[t * (size_t)def->n_out + (size_t)c];
    }
    return SRNN_OK;
}

static bool asked_to_stop(const batch_job *job, int done)
{
    const srnn_progress *p = job->during;
    return p ? srnn__progress(job->ctx, p->phase, p->done, p->total, p->loss, p->accuracy)
             : srnn__progress(job->ctx, "evaluate", done, job->n_trials, NAN, NAN);
}

static srnn_status failure(const batch_job *job, srnn_status failed, int n_done)
{
    if (failed == SRNN_ERR_NUMERIC)
        return srnn__fail(job->ctx, failed, "the rate network's output is not finite");
    if (failed == SRNN_CANCELLED)
        return srnn__fail(job->ctx, failed, "interrupted after %d of %d rate trials", n_done,
                          job->n_trials);
    return failed ? srnn__no_memory(job->ctx) : SRNN_OK;
}

static srnn_status run_batches(const batch_job *job)
{
    const int n_batches = (job->n_trials + BATCH - 1) / BATCH;
    const int widest = job->n_trials < BATCH ? job->n_trials : BATCH;
    srnn_status failed = SRNN_OK;
    srnn__loop loop = SRNN__LOOP;
    atomic_int n_done = 0;
    if (!job->during) srnn__progress_start(job->ctx, 0);
#pragma omp parallel num_threads(job->ctx->threads) if (n_batches > 1)
    {
        worker w = {0};
        srnn_status status = worker_init(job, widest, &w);
#pragma omp for schedule(monotonic : dynamic)
        for (int batch = 0; batch < n_batches; batch++) {
            if (!srnn__loop_reaches(&loop, batch)) continue;
            const int first = batch * BATCH;
            const int B = job->n_trials - first < BATCH ? job->n_trials - first : BATCH;
            if (!status) status = run_batch(job, &w, first, B);
            const int done = atomic_fetch_add(&n_done, B) + B;
            if (status || srnn__fault_found(job->ctx, job->first_trial + (uint64_t)(first + B - 1)))
                srnn__loop_end_at(&loop, batch);
            else if (asked_to_stop(job, done)) {
                status = SRNN_CANCELLED;
                srnn__loop_end_at(&loop, -1);
            }
        }
        if (status) {
#pragma omp critical
            if (!failed || failed == SRNN_CANCELLED) failed = status;
        }
        worker_free(&w);
    }
    return srnn__fault_end(job->ctx, failure(job, failed, atomic_load(&n_done)));
}

static void summarize(const batch_job *job, srnn_rate_evaluation *result)
{
    const srnn_task_def *def = srnn_task_get_def(job->task);
    *result = (srnn_rate_evaluation){.n_trials = job->n_trials};
    double loss = 0;
    srnn__type_sums sums[SRNN_TYPES_MAX] = {0};
    for (int k = 0; k < job->n_trials; k++) {
        const outcome *o = &job->outcomes[k];
        loss += o->loss;
        result->correct += o->score.correct;
        srnn__type_add(&sums[o->type], &o->score);
    }
    result->loss_mean = loss / job->n_trials;
    for (int i = 0; i < def->n_types; i++) result->types[i] = srnn__type_stats(&sums[i]);
    if (job->answers)
        srnn__answers_summarize(def, (size_t)job->n_trials, job->answers, &result->confusion,
                                result->response_times);
}

static void list_trials(const batch_job *job, const srnn_rate_trials *trials)
{
    const srnn_task_def *def = srnn_task_get_def(job->task);
    for (int k = 0; k < job->n_trials; k++) {
        const outcome *o = &job->outcomes[k];
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
    batch_job job = {.ctx = ctx,
                     .net = net,
                     .task = task,
                     .options = options,
                     .during = during,
                     .first_trial = first_trial,
                     .n_trials = (int)n_trials,
                     .outcomes = calloc((size_t)n_trials, sizeof *job.outcomes),
                     .trials = trials};
    if (options->answers) job.answers = malloc((size_t)n_trials * sizeof *job.answers);
    const bool complete = job.outcomes && (job.answers || !options->answers);
    const srnn_status status = complete ? run_batches(&job) : srnn__no_memory(ctx);
    if (!status) summarize(&job, result);
    if (!status && trials) list_trials(&job, trials);
    free(job.outcomes);
    free(job.answers);
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
