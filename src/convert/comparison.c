/* How alike the rate network and the spiking network are: their outputs, and unit by unit. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "rate/network.h"
#include "spikernn/convert.h"
#include "spiking/simulator.h"
#include "task/task_internal.h"

/* In rate steps of 5 ms; 100 spiking steps of 0.05 ms each. */
enum { BIN = 10, STEP_MS = 5 };

static const double saturated_above = 0.8; /* of the ceiling */

srnn_compare_options srnn_compare_options_default(void)
{
    return (srnn_compare_options){
        .seed = 0, .domain = SRNN_DOMAIN_EVAL, .n_trials = 20, .noise = 0.1};
}

void srnn_comparison_free(srnn_comparison *comparison)
{
    if (!comparison) return;
    free(comparison->unit_correlation);
    free(comparison->mean_r);
    free(comparison->mean_hz);
    free(comparison->saturated);
    *comparison = (srnn_comparison){0};
}

/* Of n pairs, `stride` apart; NaN where either does not vary. */
static double correlation(const double *a, const double *b, size_t n, size_t stride)
{
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    bool a_varies = false, b_varies = false;
    for (size_t i = 0; i < n; i++) {
        mean_a += a[i * stride];
        mean_b += b[i * stride];
        a_varies |= a[i * stride] != *a; /* a sum of squares of rounded numbers may not tell */
        b_varies |= b[i * stride] != *b;
    }
    if (!a_varies || !b_varies) return NAN;
    mean_a /= (double)n;
    mean_b /= (double)n;
    for (size_t i = 0; i < n; i++) {
        const double x = a[i * stride] - mean_a, y = b[i * stride] - mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    const double r = ab / (sqrt(aa) * sqrt(bb));
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* ---- one trial ---- */

/* What all trials share, and their sums. A bin's last step is in it, its first moment is not;
   the last bin takes what remains of the rate steps that both networks have. */
typedef struct job {
    srnn_ctx *ctx;
    const srnn_task *task;
    const srnn_spiking_params *params;
    const srnn_compare_options *options;
    const srnn__rate_net *rate;
    const srnn__spiking_net *spiking;
    int n_trials, nt; /* in all; steps of a spiking trial */
    int steps, n_bins;
    /* sums over the trials of a type, added in the order of trials */
    double *r, *spikes; /* [n_types][n_bins][N] r of the bin's steps; spikes in it */
    double *counts;     /* [n_types][N] spikes of whole trials */
    double squares;     /* of out - o */
    double output_correlation[SRNN_TYPES_MAX];
    int n_correlated[SRNN_TYPES_MAX]; /* trials that have one */
} job;

/* Of one thread. A failed trial keeps its reason here. */
typedef struct worker {
    srnn__rate_pass pass;
    srnn__simulator sim;
    float *u, *z;       /* [T + 1][n_in], [T + 1][n_out] the target, not looked at */
    double *o, *out;    /* [T - 1][n_out] both at the ends of the rate steps */
    double *r, *spikes; /* [n_bins][N] */
    srnn__run_end end;
    srnn__run_fault fault;
    bool rate_failed; /* the fault is the rate network's */
} worker;

static void worker_free(worker *w)
{
    srnn__rate_pass_free(&w->pass);
    srnn__simulator_free(&w->sim);
    free(w->u);
    free(w->z);
    free(w->o);
    free(w->out);
    free(w->r);
    free(w->spikes);
}

static srnn_status worker_init(const job *j, worker *w)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t T = (size_t)def->T, n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    const size_t cells = (size_t)j->n_bins * (size_t)j->rate->N;
    w->end = SRNN__RUN_NO_MEMORY;
    w->u = malloc((T + 1) * n_in * sizeof *w->u);
    w->z = malloc((T + 1) * n_out * sizeof *w->z);
    w->o = malloc((T - 1) * n_out * sizeof *w->o);
    w->out = malloc((T - 1) * n_out * sizeof *w->out);
    w->r = malloc(cells * sizeof *w->r);
    w->spikes = malloc(cells * sizeof *w->spikes);
    const bool complete = srnn__simulator_init(j->spiking, def->T + 1, j->params->downsample,
                                               j->params->precision, &w->sim);
    if (!complete || !w->u || !w->z || !w->o || !w->out || !w->r || !w->spikes)
        return SRNN_ERR_NO_MEMORY;
    return srnn__rate_pass_init(j->ctx, j->rate, 1, def->T, true, false, &w->pass);
}

/* step: a rate step from 1 on. */
static size_t bin_of(const job *j, int step)
{
    const int bin = (step - 1) / BIN;
    return (size_t)(bin < j->n_bins ? bin : j->n_bins - 1);
}

static srnn_status run_rate(const job *j, worker *w, srnn_trial_key key)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t N = (size_t)j->rate->N;
    const float *u = w->u;
    const srnn__rate_draws draws = {.key = key, .sd = j->options->noise};
    srnn__rate_forward(j->rate, &w->pass, &u, &draws);
    if (srnn__rate_find_nonfinite(j->rate, &w->pass, 0, &w->fault.step, &w->fault.unit)) {
        w->rate_failed = true;
        return SRNN_ERR_NUMERIC;
    }
    for (size_t i = 0; i < (size_t)(def->T - 1) * (size_t)def->n_out; i++)
        w->o[i] = (double)w->pass.o[i];
    memset(w->r, 0, (size_t)j->n_bins * N * sizeof *w->r);
    for (int t = 1; t <= j->steps; t++) {
        const real *r = srnn__row(j->rate, &w->pass, w->pass.r, t, 0);
        double *bin = w->r + bin_of(j, t) * N;
        for (size_t i = 0; i < N; i++) bin[i] += (double)r[i];
    }
    return SRNN_OK;
}

static srnn_status run_spiking(const job *j, worker *w, srnn_trial_key key)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t N = (size_t)j->rate->N, n_out = (size_t)def->n_out;
    const int downsample = j->params->downsample;
    const srnn_spiking_input input = {.C = def->T + 1, .u = w->u, .key = key};
    srnn_spiking_result result = {0};
    w->end = srnn__simulate(&w->sim, j->params, &input, NULL, &result, &w->fault);
    w->fault.task = def->name;
    memset(w->spikes, 0, (size_t)j->n_bins * N * sizeof *w->spikes);
    for (int64_t s = 0; s < result.n_spikes && !w->end; s++) {
        const int64_t step = result.spike_step[s];
        const int64_t rate_step =
            (step * downsample + SRNN__STEPS_PER_COLUMN - 1) / SRNN__STEPS_PER_COLUMN;
        if (step >= SRNN_FIRST_COUNTED_STEP && rate_step <= j->steps)
            w->spikes[bin_of(j, (int)rate_step) * N + (size_t)result.spike_unit[s]]++;
    }
    srnn_spiking_result_free(&result);
    if (w->end) return w->end == SRNN__RUN_NO_MEMORY ? SRNN_ERR_NO_MEMORY : SRNN_ERR_NUMERIC;
    /* o of step k + 1 stands beside out at that step's end */
    for (int k = 0; k < def->T - 1; k++) {
        const int sample = srnn__step_end(k, downsample, j->nt);
        memcpy(w->out + (size_t)k * n_out, w->sim.out + (size_t)sample * n_out,
               n_out * sizeof *w->out);
    }
    return SRNN_OK;
}

static srnn_status run_trial(const job *j, worker *w, int trial)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const srnn_trial_key key = {j->options->seed, j->options->domain, (uint64_t)trial};
    srnn__task_fill(j->ctx, j->task, key, trial % def->n_types, def->T + 1, w->u, w->z);
    const srnn_status status = run_rate(j, w, key);
    return status ? status : run_spiking(j, w, key);
}

/* ---- all of them ---- */

static void add_outputs(job *j, const worker *w, int type)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t samples = (size_t)(def->T - 1), n_out = (size_t)def->n_out;
    double squares = 0, sum = 0;
    int n = 0;
    for (size_t i = 0; i < samples * n_out; i++)
        squares += (w->out[i] - w->o[i]) * (w->out[i] - w->o[i]);
    j->squares += squares;
    for (size_t c = 0; c < n_out; c++) {
        const double r = correlation(w->out + c, w->o + c, samples, n_out);
        if (isnan(r)) continue;
        sum += r;
        n++;
    }
    if (n == 0) return;
    j->output_correlation[type] += sum / n;
    j->n_correlated[type]++;
}

static void add_trial(job *j, const worker *w, int type)
{
    const size_t N = (size_t)j->rate->N, cells = (size_t)j->n_bins * N;
    double *r = j->r + (size_t)type * cells, *spikes = j->spikes + (size_t)type * cells;
    for (size_t i = 0; i < cells; i++) {
        r[i] += w->r[i];
        spikes[i] += w->spikes[i];
    }
    for (size_t i = 0; i < N; i++) j->counts[(size_t)type * N + i] += (double)w->sim.counts[i];
    add_outputs(j, w, type);
}

static srnn_status failure(const job *j, srnn_status status, const worker *w, int done)
{
    if (status == SRNN_CANCELLED)
        return srnn__fail(j->ctx, status, "interrupted after %d of %d trials of both networks",
                          done, j->n_trials);
    if (status == SRNN_ERR_NUMERIC && w->rate_failed)
        return srnn__fail(j->ctx, status,
                          "x of unit %d of the rate network is not finite at step %d",
                          w->fault.unit + 1, w->fault.step);
    return status == SRNN_ERR_NUMERIC ? srnn__run_status(j->ctx, w->end, &w->fault)
                                      : srnn__no_memory(j->ctx);
}

static srnn_status run_trials(job *j)
{
    const int n_types = srnn_task_get_def(j->task)->n_types;
    srnn_status failed = SRNN_OK;
    worker failed_worker = {0};
    int failed_trial = j->n_trials;
    srnn__loop loop = SRNN__LOOP;
    atomic_int n_done = 0;
    srnn__progress_start(j->ctx, 0);
#pragma omp parallel num_threads(j->ctx->threads) if (j->n_trials > 1)
    {
        worker w = {0};
        srnn_status status = worker_init(j, &w);
        int last = 0; /* the trial that this thread ended with */
#pragma omp for ordered schedule(monotonic : dynamic)
        for (int trial = 0; trial < j->n_trials; trial++) {
            if (!srnn__loop_reaches(&loop, trial)) continue;
            last = trial;
            if (!status) status = run_trial(j, &w, trial);
            const int done = atomic_fetch_add(&n_done, 1) + 1;
            if (status || srnn__fault_found(j->ctx, (uint64_t)trial))
                srnn__loop_end_at(&loop, trial);
            else if (srnn__progress(j->ctx, "compare", done, j->n_trials, NAN, NAN)) {
                status = SRNN_CANCELLED;
                srnn__loop_end_at(&loop, -1);
            }
#pragma omp ordered
            if (!status) add_trial(j, &w, trial % n_types);
        }
        if (status) {
#pragma omp critical
            if (!failed || failed == SRNN_CANCELLED ||
                (status != SRNN_CANCELLED && last < failed_trial)) {
                failed = status;
                failed_worker = w;
                failed_trial = last;
            }
        }
        worker_free(&w);
    }
    if (failed) failed = failure(j, failed, &failed_worker, atomic_load(&n_done));
    return srnn__fault_end(j->ctx, failed);
}

/* ---- what they say ---- */

/* From sums over the trials of a type to mean r and Hz. */
static void to_means(job *j, int n_types)
{
    const size_t N = (size_t)j->rate->N;
    const double n = j->options->n_trials;
    for (int type = 0; type < n_types; type++)
        for (int bin = 0; bin < j->n_bins; bin++) {
            const int steps = bin < j->n_bins - 1 ? BIN : j->steps - BIN * bin;
            const size_t at = ((size_t)type * (size_t)j->n_bins + (size_t)bin) * N;
            for (size_t i = at; i < at + N; i++) {
                j->r[i] /= n * steps;
                j->spikes[i] /= n * 1e-3 * STEP_MS * steps;
            }
        }
}

/* Mean r and Hz of the units in the trials of a type, beside each other; they become part of the
   means over all types. r, hz: [N]. */
static double across_units(const job *j, int type, double T_s, double *r, double *hz,
                           srnn_comparison *result)
{
    const size_t N = (size_t)j->rate->N;
    for (size_t i = 0; i < N; i++) {
        r[i] = 0;
        for (int bin = 0; bin < j->n_bins; bin++) {
            const int steps = bin < j->n_bins - 1 ? BIN : j->steps - BIN * bin;
            r[i] += steps * j->r[((size_t)type * (size_t)j->n_bins + (size_t)bin) * N + i];
        }
        r[i] /= j->steps;
        hz[i] = j->counts[(size_t)type * N + i] / (j->options->n_trials * T_s);
        result->mean_r[i] += r[i] / result->n_types;
        result->mean_hz[i] += hz[i] / result->n_types;
    }
    return correlation(r, hz, N, 1);
}

static srnn_status summarize(job *j, srnn_comparison *result)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t N = (size_t)j->rate->N;
    const double dt_ms = 0.05 * j->params->downsample, tref_ms = j->params->tref_ms;
    *result = (srnn_comparison){.n_trials = j->options->n_trials,
                                .n_types = def->n_types,
                                .N = j->rate->N,
                                .n_bins = j->n_bins,
                                .ceiling_hz = 1e3 / (srnn__free_after(tref_ms, dt_ms) * dt_ms),
                                .unit_correlation = malloc(N * sizeof(double)),
                                .mean_r = calloc(N, sizeof(double)),
                                .mean_hz = calloc(N, sizeof(double)),
                                .saturated = calloc(N, 1)};
    double *scratch = malloc(2 * N * sizeof *scratch);
    if (!result->unit_correlation || !result->mean_r || !result->mean_hz || !result->saturated ||
        !scratch) {
        free(scratch);
        srnn_comparison_free(result);
        return srnn__no_memory(j->ctx);
    }
    to_means(j, def->n_types);
    const size_t rows = (size_t)def->n_types * (size_t)j->n_bins;
    result->rmse = sqrt(j->squares / ((double)j->n_trials * (def->T - 1) * def->n_out));
    for (int type = 0; type < def->n_types; type++) {
        result->output_correlation[type] = j->n_correlated[type]
                                               ? j->output_correlation[type] / j->n_correlated[type]
                                               : (double)NAN;
        result->across_units[type] =
            across_units(j, type, j->nt * 1e-3 * dt_ms, scratch, scratch + N, result);
    }
    for (size_t i = 0; i < N; i++) {
        result->unit_correlation[i] = correlation(j->r + i, j->spikes + i, rows, N);
        for (size_t row = 0; row < rows; row++)
            if (j->spikes[row * N + i] > saturated_above * result->ceiling_hz)
                result->saturated[i] = 1;
        result->n_saturated += result->saturated[i];
        result->n_silent += result->mean_hz[i] <= 0;
    }
    free(scratch);
    return SRNN_OK;
}

static srnn_status compare(job *j, srnn_comparison *result)
{
    const size_t N = (size_t)j->rate->N;
    const size_t types = (size_t)srnn_task_get_def(j->task)->n_types;
    j->r = srnn__alloc(types * (size_t)j->n_bins * N, sizeof *j->r);
    j->spikes = srnn__alloc(types * (size_t)j->n_bins * N, sizeof *j->spikes);
    j->counts = srnn__alloc(types * N, sizeof *j->counts);
    srnn_status status = j->r && j->spikes && j->counts ? run_trials(j) : srnn__no_memory(j->ctx);
    if (!status) status = summarize(j, result);
    free(j->r);
    free(j->spikes);
    free(j->counts);
    return status;
}

static srnn_status check(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_spiking_params *params, const srnn_compare_options *o)
{
    srnn_status status = srnn__spiking_params_check(ctx, model, params);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    const srnn_task_def *def = srnn_task_get_def(task);
    const srnn__check checks[] = {
        {"n_trials", o->n_trials,
         o->n_trials >= 1 && (int64_t)o->n_trials * def->n_types <= 10000000,
         "at least 1, at most 10000000 in all"},
        {"noise", o->noise, o->noise >= 0, "0 or more"},
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
        {"downsample", params->downsample, params->downsample <= def->T,
         "at most T, the steps of a trial"},
    };
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

srnn_status srnn_compare(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_spiking_params *params, const srnn_compare_options *options,
                         srnn_comparison *result)
{
    *result = (srnn_comparison){0};
    const srnn_compare_options o = options ? *options : srnn_compare_options_default();
    srnn_status status = check(ctx, model, task, params, &o);
    if (status) return status;
    srnn__rate_net rate = {0};
    srnn__spiking_net spiking = {0};
    status = srnn__rate_net_init(ctx, model, &rate);
    if (!status) status = srnn__spiking_net_init(ctx, model, params, NULL, &spiking);
    if (!status) {
        const srnn_task_def *def = srnn_task_get_def(task);
        const int nt = srnn_spiking_steps(def->T + 1, params->downsample);
        const int whole = nt / SRNN__STEPS_PER_COLUMN * params->downsample;
        const int steps = whole < def->T - 1 ? whole : def->T - 1;
        job j = {.ctx = ctx,
                 .task = task,
                 .params = params,
                 .options = &o,
                 .rate = &rate,
                 .spiking = &spiking,
                 .n_trials = o.n_trials * def->n_types,
                 .nt = nt,
                 .steps = steps,
                 .n_bins = steps >= BIN ? steps / BIN : 1};
        status = compare(&j, result);
    }
    srnn__rate_net_free(&rate);
    srnn__spiking_net_free(&spiking);
    return status;
}
