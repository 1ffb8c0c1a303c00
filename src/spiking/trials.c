#include "spiking/trials.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "task/task_internal.h"

static srnn_population_rates population_rates(const srnn_model_view *view, const int64_t *counts,
                                              double T_s)
{
    double sum[SRNN_POPULATIONS] = {0};
    int n[SRNN_POPULATIONS] = {0};
    for (int i = 0; i < view->N; i++) {
        const srnn_population population = srnn_unit_population(view, i);
        sum[population] += (double)counts[i] / T_s;
        n[population]++;
    }
    for (int k = 0; k < SRNN_POPULATIONS; k++) sum[k] = n[k] > 0 ? sum[k] / n[k] : NAN;
    return (srnn_population_rates){
        .exc_hz = sum[SRNN_EXC], .pv_hz = sum[SRNN_PV], .som_hz = sum[SRNN_SOM]};
}

/* sqrt of the sum of (z - out)^2 at the end of every rate step, as the rate network's L2 loss. */
static double loss(const srnn_response *response, int T, int downsample, const float *z)
{
    double sum = 0;
    for (int k = 0; k < T - 1; k++) {
        const int sample = srnn__step_end(k, downsample, response->n);
        for (int c = 0; c < response->n_out; c++) {
            const size_t at = (size_t)k * (size_t)response->n_out + (size_t)c;
            const double error =
                response->out[(size_t)sample * (size_t)response->n_out + (size_t)c] - (double)z[at];
            sum += error * error;
        }
    }
    return sqrt(sum);
}

/* Of one thread. A failed job keeps its reason here: the context's message is
   written by one thread in the end. */
typedef struct worker {
    srnn__simulator sim;
    float *u, *z; /* z: the target */
    srnn__run_end end;
    srnn__run_fault fault;
} worker;

static srnn_status run_job(const srnn__spiking_trials *t, worker *w, int job)
{
    const srnn_task_def *def = srnn_task_get_def(t->task);
    const int trial = t->first_trial + job / t->n_factors;
    srnn__spiking_outcome *outcome = &t->outcomes[job];
    if (outcome->done) return SRNN_OK;
    const srnn_trial_key key = {t->seed, t->domain, (uint64_t)trial};
    outcome->type = srnn__task_fill(t->task, key, t->balanced ? trial % def->n_types : -1,
                                    def->T + 1, w->u, w->z);
    srnn_spiking_params params = t->params;
    params.scaling_factor = t->scaling_factors[job % t->n_factors];
    const srnn_spiking_input input = {.C = def->T + 1, .u = w->u, .key = key};
    w->end = srnn__simulate(&w->sim, &params, &input, NULL, NULL, &w->fault);
    if (w->end) return w->end == SRNN__RUN_NO_MEMORY ? SRNN_ERR_NO_MEMORY : SRNN_ERR_NUMERIC;

    const int nt = srnn_spiking_steps(input.C, params.downsample);
    const double T_s = nt * 5e-5 * params.downsample;
    const srnn_response response = {SRNN_SPIKING, nt, def->n_out, w->sim.out,
                                    100.0 / params.downsample};
    const srnn_model_view view = srnn_model_get_view(t->model);
    outcome->score = srnn_task_score(t->task, key, outcome->type, &response);
    outcome->loss = loss(&response, def->T, params.downsample, w->z);
    if (t->answers)
        t->answers[job] = srnn__answer_of(t->task, key, outcome->type, &outcome->score, &response);
    outcome->rates = population_rates(&view, w->sim.counts, T_s);
    double sum = 0;
    for (int i = 0; i < view.N; i++) sum += (double)w->sim.counts[i];
    outcome->mean_rate_hz = sum / view.N / T_s;
    outcome->done = true;
    return SRNN_OK;
}

static srnn_status run_jobs(srnn_ctx *ctx, const srnn__spiking_trials *t,
                            const srnn__spiking_net *net)
{
    const srnn_task_def *def = srnn_task_get_def(t->task);
    const int n_jobs = t->n_trials * t->n_factors;
    srnn_status failed = SRNN_OK;
    worker failed_worker = {.end = SRNN__RUN_NO_MEMORY};
    atomic_bool stop = false;
    atomic_int n_done = 0;
    const int64_t total = t->total > 0 ? t->total : n_jobs;
    srnn__progress_start(ctx, t->before);
#pragma omp parallel num_threads(ctx->threads) if (n_jobs > 1)
    {
        worker w = {.end = SRNN__RUN_NO_MEMORY};
        srnn_status status = SRNN_OK;
        w.u = malloc((size_t)(def->T + 1) * (size_t)def->n_in * sizeof *w.u);
        w.z = malloc((size_t)(def->T + 1) * (size_t)def->n_out * sizeof *w.z);
        if (!srnn__simulator_init(net, def->T + 1, t->params.downsample, t->params.precision,
                                  &w.sim) ||
            !w.u || !w.z)
            status = SRNN_ERR_NO_MEMORY;
#pragma omp for schedule(dynamic)
        for (int job = 0; job < n_jobs; job++) {
            if (atomic_load(&stop)) continue;
            if (!status) status = run_job(t, &w, job);
            if (status) atomic_store(&stop, true);
            const int done = atomic_fetch_add(&n_done, 1) + 1;
            if (srnn__progress(ctx, t->phase, t->before + done, total, NAN, NAN)) {
                status = status ? status : SRNN_CANCELLED;
                atomic_store(&stop, true);
            }
        }
        if (status) {
#pragma omp critical
            if (!failed || failed == SRNN_CANCELLED) {
                failed = status;
                failed_worker = w;
            }
        }
        srnn__simulator_free(&w.sim);
        free(w.u);
        free(w.z);
    }
    if (failed == SRNN_ERR_NUMERIC || failed == SRNN_ERR_NO_MEMORY)
        return srnn__run_status(ctx, failed_worker.end, &failed_worker.fault);
    if (failed == SRNN_CANCELLED)
        return srnn__fail(ctx, failed, "interrupted after %d of %d spiking trials",
                          atomic_load(&n_done), n_jobs);
    return failed;
}

srnn_status srnn__spiking_trials_run(srnn_ctx *ctx, const srnn__spiking_trials *t)
{
    srnn__spiking_net net;
    srnn_status status = srnn__spiking_net_init(ctx, t->model, &t->params, t->point, &net);
    if (status) return status;
    status = run_jobs(ctx, t, &net);
    srnn__spiking_net_free(&net);
    return status;
}
