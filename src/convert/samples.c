#include "convert/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rate/network.h"
#include "task/task_internal.h"

enum { MOMENTS = 40, BATCH = 8 };

typedef struct job {
    srnn_ctx *ctx;
    const srnn__rate_net *net;
    const srnn_task *task;
    uint64_t seed;
    int n_trials, every, moments;
    srnn__samples *samples;
} job;

/* Trials first ... first + B - 1 side by side. */
static void run_batch(const job *j, srnn__rate_pass *pass, float *u, float *z, int first, int B)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t T = (size_t)def->T, N = (size_t)j->net->N;
    const float *inputs[BATCH];
    srnn__rate_draws draws[BATCH];
    pass->B = B;
    for (int b = 0; b < B; b++) {
        const int trial = first + b;
        const srnn_trial_key key = {j->seed, SRNN_DOMAIN_CALIBRATE, (uint64_t)trial};
        float *ub = u + (size_t)b * T * (size_t)def->n_in;
        srnn__task_fill(j->task, key, trial % def->n_types, def->T, ub, z);
        inputs[b] = ub;
        draws[b] = (srnn__rate_draws){.key = key, .sd = 0.1};
    }
    srnn__rate_forward(j->net, pass, inputs, draws);
    for (int b = 0; b < B; b++)
        for (int m = 0; m < j->moments; m++) {
            const real *x = srnn__row(j->net, pass, pass->x, (m + 1) * j->every - 1, b);
            const size_t at = (size_t)(first + b) * (size_t)j->moments + (size_t)m;
            for (size_t i = 0; i < N; i++)
                j->samples->x[i * (size_t)j->samples->n + at] = (float)x[i];
        }
}

static srnn_status run_batches(const job *j)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t T = (size_t)def->T;
    const int n_batches = (j->n_trials + BATCH - 1) / BATCH;
    bool complete = true;
#pragma omp parallel num_threads(j->ctx->threads)
    {
        srnn__rate_pass pass = {0};
        float *u = malloc(BATCH * T * (size_t)def->n_in * sizeof *u);
        float *z = malloc(T * (size_t)def->n_out * sizeof *z);
        const bool mine =
            u && z && !srnn__rate_pass_init(j->ctx, j->net, BATCH, def->T, true, false, &pass);
#pragma omp for schedule(dynamic)
        for (int batch = 0; batch < n_batches; batch++) {
            const int first = batch * BATCH, rest = j->n_trials - first;
            if (mine) run_batch(j, &pass, u, z, first, rest < BATCH ? rest : BATCH);
        }
#pragma omp critical
        complete = complete && mine;
        srnn__rate_pass_free(&pass);
        free(u);
        free(z);
    }
    return complete ? SRNN_OK : srnn__no_memory(j->ctx);
}

static srnn_status check_finite(srnn_ctx *ctx, const srnn__samples *s)
{
    for (int i = 0; i < s->N; i++)
        for (int k = 0; k < s->n; k++)
            if (!isfinite(s->x[(size_t)i * (size_t)s->n + (size_t)k]))
                return srnn__fail(ctx, SRNN_ERR_NUMERIC,
                                  "x of unit %d of the rate network is not finite", i + 1);
    return SRNN_OK;
}

srnn_status srnn__samples_take(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                               uint64_t seed, int n_trials, srnn__samples *samples)
{
    *samples = (srnn__samples){0};
    srnn__rate_net net;
    srnn_status status = srnn__rate_net_init(ctx, model, &net);
    if (status) return status;
    const int T = srnn_task_get_def(task)->T, every = T > MOMENTS ? T / MOMENTS : 1;
    job j = {ctx, &net, task, seed, n_trials, every, T / every, samples};
    *samples = (srnn__samples){.N = net.N, .n = n_trials * j.moments};
    samples->x = malloc((size_t)net.N * (size_t)samples->n * sizeof *samples->x);
    status = samples->x ? run_batches(&j) : srnn__no_memory(ctx);
    if (!status) status = check_finite(ctx, samples);
    if (status) srnn__samples_free(samples);
    srnn__rate_net_free(&net);
    return status;
}

void srnn__samples_free(srnn__samples *samples)
{
    free(samples->x);
    *samples = (srnn__samples){0};
}
