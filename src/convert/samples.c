#include "convert/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rate/network.h"
#include "spiking/record.h"
#include "spiking/simulator.h"
#include "task/task_internal.h"

enum { MOMENTS = 40, BATCH = 8 };
enum { VISITS_FROM = 1000000 }; /* trial numbers beyond those of the rate network */

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
        srnn__task_fill(j->ctx, j->task, key, trial % def->n_types, def->T, ub, z);
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
    return srnn__fault_end(j->ctx, complete ? SRNN_OK : srnn__no_memory(j->ctx));
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

typedef struct visit {
    srnn_ctx *ctx;
    const srnn_task *task;
    const srnn_spiking_params *params;
    const srnn_operating_point *point;
    const srnn__spiking_net *net;
    uint64_t seed;
    int n_trials, every, moments; /* every: steps of the simulation */
    srnn__samples *samples;
} visit;

/* Trial k, whose samples stand behind the first `had` ones. */
static srnn__run_end run_visit(const visit *v, srnn__simulator *sim, float *u, float *z, int k,
                               int had, srnn__run_fault *fault)
{
    const srnn_task_def *def = srnn_task_get_def(v->task);
    const size_t N = (size_t)v->net->N, n_in = (size_t)def->n_in, n = (size_t)v->samples->n;
    const srnn_trial_key key = {v->seed, SRNN_DOMAIN_CALIBRATE, (uint64_t)(VISITS_FROM + k)};
    srnn__task_fill(v->ctx, v->task, key, k % def->n_types, def->T + 1, u, z);
    const srnn_spiking_input input = {.C = def->T + 1, .u = u, .key = key};
    const srnn_recording recording = {.what = SRNN_RECORD_IPSC, .every = v->every};
    const int nt = srnn_spiking_steps(input.C, v->params->downsample);
    srnn_spiking_result r = {0};
    srnn__run_end end = SRNN__RUN_NO_MEMORY;
    if (srnn__recording_alloc(&recording, v->net->N, nt, &r))
        end = srnn__simulate(sim, v->params, &input, &recording, &r, fault);
    fault->task = def->name;
    for (int m = 0; !end && m < v->moments; m++) {
        const double *ipsc = r.ipsc + (size_t)(m + 1) * N;
        const int step = 1 + (m + 1) * v->every; /* of 100 to a column, which is due half before */
        const int column =
            (step + SRNN__STEPS_PER_COLUMN / 2) / SRNN__STEPS_PER_COLUMN * v->params->downsample;
        for (size_t i = 0; i < N; i++) {
            double drive = ipsc[i] + v->net->bias_mv[i] - v->point->bias_mv[i];
            for (size_t c = 0; c < n_in; c++)
                drive += v->net->gain[i] * (double)v->net->w_in[c * N + i] *
                         (double)u[(size_t)column * n_in + c];
            v->samples->x[i * n + (size_t)(had + k * v->moments + m)] =
                (float)(drive / v->net->gain[i]);
        }
    }
    srnn_spiking_result_free(&r);
    return end;
}

static srnn_status run_visits(const visit *v, int had)
{
    const srnn_task_def *def = srnn_task_get_def(v->task);
    const size_t columns = (size_t)def->T + 1;
    int failed = v->n_trials; /* the first that did */
    srnn__run_end failed_end = SRNN__RUN_OK;
    srnn__run_fault failed_fault = {0};
#pragma omp parallel num_threads(v->ctx->threads)
    {
        srnn__simulator sim = {0};
        srnn__run_fault fault = {0};
        float *u = malloc(columns * (size_t)def->n_in * sizeof *u);
        float *z = malloc(columns * (size_t)def->n_out * sizeof *z);
        const bool mine = srnn__simulator_init(v->net, def->T + 1, v->params->downsample,
                                               v->params->precision, &sim) &&
                          u && z;
#pragma omp for schedule(dynamic)
        for (int k = 0; k < v->n_trials; k++) {
            const srnn__run_end end =
                mine ? run_visit(v, &sim, u, z, k, had, &fault) : SRNN__RUN_NO_MEMORY;
            if (!end) continue;
#pragma omp critical
            if (k < failed) {
                failed = k;
                failed_end = end;
                failed_fault = fault;
            }
        }
        srnn__simulator_free(&sim);
        free(u);
        free(z);
    }
    return srnn__fault_end(v->ctx, srnn__run_status(v->ctx, failed_end, &failed_fault));
}

srnn_status srnn__samples_add_visited(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                      const srnn_spiking_params *params,
                                      const srnn_operating_point *point, uint64_t seed,
                                      int n_trials, const srnn__samples *rate, srnn__samples *both)
{
    *both = (srnn__samples){0};
    srnn__spiking_net net;
    srnn_status status = srnn__spiking_net_init(ctx, model, params, point, &net);
    if (status) return status;
    const int nt = srnn_spiking_steps(srnn_task_get_def(task)->T + 1, params->downsample);
    const int every = nt > 2 * MOMENTS ? nt / (MOMENTS + 1) : 1, moments = (nt - 1) / every;
    const visit v = {ctx, task, params, point, &net, seed, n_trials, every, moments, both};
    *both = (srnn__samples){.N = rate->N, .n = rate->n + n_trials * moments};
    const size_t had = (size_t)rate->n, n = (size_t)both->n;
    both->x = malloc((size_t)both->N * n * sizeof *both->x);
    if (both->x) {
        for (size_t i = 0; i < (size_t)both->N; i++)
            memcpy(both->x + i * n, rate->x + i * had, had * sizeof *both->x);
        status = run_visits(&v, rate->n);
    } else {
        status = srnn__no_memory(ctx);
    }
    if (status) srnn__samples_free(both);
    srnn__spiking_net_free(&net);
    return status;
}

void srnn__samples_free(srnn__samples *samples)
{
    free(samples->x);
    *samples = (srnn__samples){0};
}
