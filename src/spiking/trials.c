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

/* A job is a trial of a group of variants, which share its noise. */
enum {
    TOGETHER_MAX = 16, /* variants of a job */
    JOBS_A_THREAD = 4,
    UNITS_A_THREAD = 32000, /* of its simulators, about 400 bytes each */
    NET_BYTES = 64 << 20    /* of the networks that are there at a time, if more than one */
};

typedef struct engine {
    srnn_ctx *ctx;
    const srnn__spiking_trials *t;
    bool scaled;             /* by scaling factors */
    int first, n;            /* the variants whose turn it is */
    int n_nets;              /* n, or one where all variants have the same */
    srnn__spiking_net *nets; /* [n_nets] */
    int together;            /* variants of a job */
    int n_groups;            /* jobs of a trial */
    int n_done;              /* outcomes of earlier turns */
} engine;

/* Of one thread. */
typedef struct worker {
    srnn__simulator sims[TOGETHER_MAX];
    srnn_spiking_params params[TOGETHER_MAX];
    float *u, *z; /* z: the target */
} worker;

static bool worker_open(const engine *e, worker *w)
{
    const srnn_task_def *def = srnn_task_get_def(e->t->task);
    const srnn_spiking_params *p = &e->t->params;
    w->u = malloc((size_t)(def->T + 1) * (size_t)def->n_in * sizeof *w->u);
    w->z = malloc((size_t)(def->T + 1) * (size_t)def->n_out * sizeof *w->z);
    bool complete = w->u && w->z;
    for (int k = 0; k < e->together && complete; k++)
        complete =
            srnn__simulator_init(&e->nets[0], def->T + 1, p->downsample, p->precision, &w->sims[k]);
    return complete;
}

static void worker_close(worker *w)
{
    for (int k = 0; k < TOGETHER_MAX; k++) srnn__simulator_free(&w->sims[k]);
    free(w->u);
    free(w->z);
}

/* What the simulator's latest trial gave. */
static void take_outcome(const srnn__spiking_trials *t, const worker *w, const srnn__simulator *sim,
                         srnn_trial_key key, int place)
{
    const srnn_task_def *def = srnn_task_get_def(t->task);
    srnn__spiking_outcome *outcome = &t->outcomes[place];
    const int downsample = t->params.downsample, nt = srnn_spiking_steps(def->T + 1, downsample);
    const double T_s = nt * 5e-5 * downsample;
    const srnn_response response = {SRNN_SPIKING, nt, def->n_out, sim->out, 100.0 / downsample};
    const srnn_model_view view = srnn_model_get_view(t->model);
    outcome->score = srnn_task_score(t->task, key, outcome->type, &response);
    outcome->loss = loss(&response, def->T, downsample, w->z);
    if (t->answers)
        t->answers[place] =
            srnn__answer_of(t->task, key, outcome->type, &outcome->score, &response);
    outcome->rates = population_rates(&view, sim->counts, T_s);
    double sum = 0;
    for (int i = 0; i < view.N; i++) sum += (double)sim->counts[i];
    outcome->mean_rate_hz = sum / view.N / T_s;
    outcome->done = true;
}

/* The variants of a group in a trial that are not done. Of those that fail, *failed is the
   first. Returns how many the group has. */
static int run_group(const engine *e, worker *w, int trial, int group, srnn__run *failed)
{
    const srnn__spiking_trials *t = e->t;
    const srnn_task_def *def = srnn_task_get_def(t->task);
    const int number = t->first_trial + trial, from = group * e->together;
    const srnn_trial_key key = {t->seed, t->domain, (uint64_t)number};
    srnn__run runs[TOGETHER_MAX];
    const int rest = e->n - from, size = rest < e->together ? rest : e->together;
    int places[TOGETHER_MAX], n = 0; /* of the outcomes */
    for (int v = from; v < from + size; v++) {
        const int place = trial * t->n_variants + e->first + v;
        if (t->outcomes[place].done) continue;
        w->sims[n].net = &e->nets[e->n_nets > 1 ? v : 0];
        w->params[n] = t->params;
        if (e->scaled) w->params[n].scaling_factor = t->scaling_factors[e->first + v];
        runs[n] = (srnn__run){.sim = &w->sims[n], .params = &w->params[n]};
        places[n++] = place;
    }
    if (n == 0) return size;
    const int type = srnn__task_fill(e->ctx, t->task, key, t->balanced ? number % def->n_types : -1,
                                     def->T + 1, w->u, w->z);
    const srnn_spiking_input input = {.C = def->T + 1, .u = w->u, .key = key};
    srnn__simulate_together(n, runs, &input);
    for (int k = 0; k < n; k++) {
        t->outcomes[places[k]].type = type;
        if (!runs[k].end)
            take_outcome(t, w, runs[k].sim, key, places[k]);
        else if (!failed->end)
            *failed = runs[k];
        failed->fault.task = def->name;
    }
    return size;
}

static srnn_status run_jobs(engine *e)
{
    srnn_ctx *ctx = e->ctx;
    const srnn__spiking_trials *t = e->t;
    const int n_jobs = t->n_trials * e->n_groups, n_outcomes = t->n_trials * t->n_variants;
    srnn__run failed = {.end = SRNN__RUN_OK};
    int failed_job = n_jobs;
    bool cancelled = false;
    srnn__loop loop = SRNN__LOOP;
    atomic_int n_done = e->n_done;
    const int64_t total = t->total > 0 ? t->total : n_outcomes;
#pragma omp parallel num_threads(ctx->threads) if (n_jobs > 1)
    {
        worker w = {.u = NULL};
        srnn__run mine = {.end = SRNN__RUN_OK};
        if (!worker_open(e, &w)) mine.end = SRNN__RUN_NO_MEMORY;
        bool cancel = false;
        int last = 0; /* the job that this thread ended with */
#pragma omp for schedule(monotonic : dynamic)
        for (int job = 0; job < n_jobs; job++) {
            if (!srnn__loop_reaches(&loop, job)) continue;
            last = job;
            int done = 0;
            if (!mine.end) done = run_group(e, &w, job / e->n_groups, job % e->n_groups, &mine);
            done += atomic_fetch_add(&n_done, done);
            cancel = srnn__progress(ctx, t->phase, t->before + done, total, NAN, NAN);
            if (cancel) srnn__loop_end_at(&loop, -1);
            if (mine.end || srnn__fault_found(ctx, (uint64_t)(t->first_trial + job / e->n_groups)))
                srnn__loop_end_at(&loop, job);
        }
#pragma omp critical
        {
            if (mine.end && last < failed_job) {
                failed = mine;
                failed_job = last;
            }
            cancelled |= cancel;
        }
        worker_close(&w);
    }
    e->n_done = atomic_load(&n_done);
    srnn_status status = srnn__run_status(ctx, failed.end, &failed.fault);
    if (!status && cancelled)
        status = srnn__fail(ctx, SRNN_CANCELLED, "interrupted after %d of %d spiking trials",
                            e->n_done, n_outcomes);
    return srnn__fault_end(ctx, status);
}

/* As many as there may be, but for enough jobs to keep the threads busy. */
static void share_out(engine *e)
{
    const int by_units = UNITS_A_THREAD / srnn_model_get_view(e->t->model).N;
    const int most = by_units < 1 ? 1 : by_units < TOGETHER_MAX ? by_units : TOGETHER_MAX;
    const int least = (e->n + most - 1) / most;
    const int busy = (JOBS_A_THREAD * e->ctx->threads + e->t->n_trials - 1) / e->t->n_trials;
    const int groups = busy > least ? busy : least;
    e->together = (e->n + groups - 1) / groups;
    e->n_groups = (e->n + e->together - 1) / e->together;
}

/* points NULL: all variants of the turn have one network. */
static srnn_status run_turn(engine *e, const srnn_operating_point *points)
{
    e->n_nets = points ? e->n : 1;
    e->nets = calloc((size_t)e->n_nets, sizeof *e->nets);
    srnn_status status = e->nets ? SRNN_OK : srnn__no_memory(e->ctx);
    int made = 0;
    for (; made < e->n_nets && !status; made++)
        status = srnn__spiking_net_init(e->ctx, e->t->model, &e->t->params,
                                        points ? &points[made] : NULL, &e->nets[made]);
    share_out(e);
    if (!status) status = run_jobs(e);
    for (int k = 0; k < made; k++) srnn__spiking_net_free(&e->nets[k]);
    free(e->nets);
    return status;
}

srnn_status srnn__spiking_trials_run(srnn_ctx *ctx, const srnn__spiking_trials *t)
{
    engine e = {.ctx = ctx, .t = t, .scaled = t->params.conversion == SRNN_BY_SCALING_FACTOR};
    const srnn_operating_point *points = e.scaled ? NULL : t->points;
    const size_t N = (size_t)srnn_model_get_view(t->model).N;
    const size_t fit = NET_BYTES / (N * N * sizeof(float));
    const int most = !points || fit > (size_t)t->n_variants ? t->n_variants
                     : fit > 1                              ? (int)fit
                                                            : 1;
    srnn_status status = SRNN_OK;
    srnn__progress_start(ctx, t->before);
    for (; e.first < t->n_variants && !status; e.first += e.n) {
        const int left = t->n_variants - e.first;
        e.n = left < most ? left : most;
        status = run_turn(&e, points ? points + e.first : NULL);
    }
    return status;
}
