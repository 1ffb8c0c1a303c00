/* The transfer curve by simulation: units without connections, each with a drive of its own,
   run through the simulator that runs the networks. So it holds for whatever the simulator
   does with noise, reset and refractory time. */
#include "convert/transfer.h"
#include "core/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "spikernn/convert.h"
#include "spiking/simulator.h"

enum {
    SIMULATED = 112,     /* drives */
    REPLICATES = 4,      /* units for each */
    DRIVES_AT_ONCE = 16, /* drives simulated side by side */
    DRIVE_TRIALS = 5,    /* of TRIAL_MS each */
    TRIAL_MS = 4000,
    SETTLING_MS = 600 /* of them not counted */
};

/* y of the simulated drives in units of the noise: dense about the threshold, where the curve
   bends, and wide above. */
static double simulated_place(int k)
{
    if (k < 65) return -8 + 0.25 * k;
    if (k < 97) return 8 + (k - 64);
    return 40 + 8 * (k - 96);
}

/* What the trains of one drive gave in one trial, summed over its units. */
typedef struct drive_sums {
    double spikes;
    double r[SRNN__TRANSFER_TDS], r2[SRNN__TRANSFER_TDS]; /* integrals over time of r, r^2; s */
} drive_sums;

/* r of one train between spikes is A e^(-t/td) + B e^(-t/tr), or A e^(-t/td) alone. */
typedef struct filter {
    double td, tr, A, B; /* s, s, Hz, Hz */
} filter;

/* Lets `time` pass and adds the integrals of r and r^2 over it. */
static void pass(filter *f, double time, bool counted, double *r, double *r2)
{
    const double a = srnn__exp(-time / f->td), b = f->tr > 0 ? srnn__exp(-time / f->tr) : 0;
    if (counted) {
        *r += f->A * f->td * (1 - a) + f->B * f->tr * (1 - b);
        *r2 += f->A * f->A * f->td / 2 * (1 - a * a);
        if (f->tr > 0)
            *r2 += 2 * f->A * f->B * f->td * f->tr / (f->td + f->tr) * (1 - a * b) +
                   f->B * f->B * f->tr / 2 * (1 - b * b);
    }
    f->A *= a;
    f->B *= b;
}

static void kick(filter *f)
{
    const double amount = 1 / (f->td - f->tr);
    f->A += amount;
    f->B -= f->tr > 0 ? amount : 0;
}

typedef struct drive_experiment {
    srnn_ctx *ctx;
    srnn_spiking_params params;
    const srnn__transfer *transfer;
    uint64_t seed;
    int C;
} drive_experiment;

/* One unit's train through the filters. step: [n] of its spikes. */
static void add_train(const drive_experiment *e, const int32_t *step, int n, double dt_s,
                      double end_s, drive_sums *s)
{
    const double start_s = SETTLING_MS * 1e-3, tr = e->params.neuron.tr_ms * 1e-3;
    for (int q = 0; q < n; q++) s->spikes += step[q] * dt_s > start_s;
    for (int d = 0; d < SRNN__TRANSFER_TDS; d++) {
        const double td = e->transfer->td_s[d];
        filter f = {.td = fabs(td - tr) < 1e-3 * td ? 1.002 * td : td, .tr = tr};
        double now = 0;
        for (int q = 0; q <= n; q++) {
            const double next = q < n ? step[q] * dt_s : end_s;
            if (now < start_s) {
                const double until = next < start_s ? next : start_s;
                pass(&f, until - now, false, NULL, NULL);
                now = until;
            }
            pass(&f, next - now, true, &s->r[d], &s->r2[d]);
            now = next;
            kick(&f);
        }
    }
}

/* The spikes unit by unit. */
static bool count_spikes(const drive_experiment *e, const srnn_spiking_result *spikes,
                         drive_sums *by_drive)
{
    const int N = DRIVES_AT_ONCE * REPLICATES, nt = srnn_spiking_steps(e->C, e->params.downsample);
    const double dt_s = SRNN__STEP_S * e->params.downsample;
    int32_t *step = malloc((size_t)(spikes->n_spikes + 1) * sizeof *step);
    int64_t *first = calloc((size_t)N + 1, sizeof *first);
    if (step && first) {
        for (int64_t q = 0; q < spikes->n_spikes; q++) first[spikes->spike_unit[q] + 1]++;
        for (int i = 0; i < N; i++) first[i + 1] += first[i];
        for (int64_t q = 0; q < spikes->n_spikes; q++)
            step[first[spikes->spike_unit[q]]++] = spikes->spike_step[q];
        for (int i = 0; i < N; i++) { /* first[i] is now the end of unit i's */
            const int64_t from = i > 0 ? first[i - 1] : 0;
            add_train(e, step + from, (int)(first[i] - from), dt_s, nt * dt_s,
                      &by_drive[i / REPLICATES]);
        }
    }
    const bool complete = step && first;
    free(step);
    free(first);
    return complete;
}

/* Units of PART drives, without connections. */
static bool make_units(const drive_experiment *e, int first_drive, srnn__spiking_net *net)
{
    const srnn__transfer *t = e->transfer;
    if (!srnn__spiking_net_alloc(e->ctx, DRIVES_AT_ONCE * REPLICATES, 1, net)) return false;
    for (int i = 0; i < net->N; i++) {
        const double place = simulated_place(first_drive + i / REPLICATES);
        net->td_s[i] = t->td_s[0]; /* of their own trains, which nothing receives */
        net->bias_mv[i] = t->threshold_mv + 4 * t->step_mv * place;
    }
    return true;
}

/* Job `job`: the job / TRIALS-th PART of the drives. u: [C] zeros */
static srnn__run_end run_job(const drive_experiment *e, const float *u, int job,
                             drive_sums *by_drive, srnn__run_fault *fault)
{
    srnn__spiking_net net;
    srnn__simulator sim = {0};
    srnn_spiking_result spikes = {0};
    const srnn_spiking_input input = {
        .C = e->C, .u = u, .key = {e->seed, SRNN_DOMAIN_CALIBRATE, (uint64_t)job}};
    srnn__run_end end = SRNN__RUN_NO_MEMORY;
    if (make_units(e, job / DRIVE_TRIALS * DRIVES_AT_ONCE, &net) &&
        srnn__simulator_init(&net, e->C, e->params.downsample, e->params.precision, &sim))
        end = srnn__simulate(&sim, &e->params, &input, NULL, &spikes, fault);
    if (!end && !count_spikes(e, &spikes, by_drive)) end = SRNN__RUN_NO_MEMORY;
    srnn__simulator_free(&sim);
    srnn__spiking_net_free(&net);
    srnn_spiking_result_free(&spikes);
    return end;
}

static srnn_status run_jobs(const drive_experiment *e, drive_sums *by_trial)
{
    enum { JOBS = SIMULATED / DRIVES_AT_ONCE * DRIVE_TRIALS };
    float *u = calloc((size_t)e->C, sizeof *u);
    if (!u) return srnn__no_memory(e->ctx);
    srnn__run_end ends[JOBS];
    srnn__run_fault faults[JOBS] = {{0}};
#pragma omp parallel for num_threads(e->ctx->threads) schedule(dynamic)
    for (int job = 0; job < JOBS; job++)
        ends[job] =
            run_job(e, u, job,
                    by_trial + job % DRIVE_TRIALS * SIMULATED + job / DRIVE_TRIALS * DRIVES_AT_ONCE,
                    &faults[job]);
    free(u);
    srnn_status status = SRNN_OK;
    for (int job = 0; job < JOBS && !status; job++)
        status = srnn__run_status(e->ctx, ends[job], &faults[job]);
    return status;
}

/* The nearest curve that does not fall: neighbours that do are replaced by their mean. */
static void make_monotone(double *values, int n)
{
    double mean[SIMULATED];
    int width[SIMULATED], blocks = 0;
    for (int k = 0; k < n; k++) {
        mean[blocks] = values[k];
        width[blocks++] = 1;
        while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
            const int both = width[blocks - 2] + width[blocks - 1];
            mean[blocks - 2] =
                (mean[blocks - 2] * width[blocks - 2] + mean[blocks - 1] * width[blocks - 1]) /
                both;
            width[--blocks - 1] = both;
        }
    }
    for (int k = 0, b = 0; b < blocks; b++)
        for (int i = 0; i < width[b]; i++) values[k++] = mean[b];
}

/* From the drives that were simulated to the table's even steps. */
static void spread(const double *simulated, double *table, int n)
{
    int k = 0;
    for (int i = 0; i < n; i++) {
        const double place = -8 + 0.25 * i;
        while (k < SIMULATED - 2 && simulated_place(k + 1) <= place) k++;
        const double low = simulated_place(k), high = simulated_place(k + 1);
        table[i] = simulated[k] + (simulated[k + 1] - simulated[k]) * (place - low) / (high - low);
    }
}

static void tabulate(const drive_sums *by_trial, double counted_s, srnn__transfer *t)
{
    double rate[SIMULATED], noise[SIMULATED];
    for (int d = -1; d < SRNN__TRANSFER_TDS; d++) {
        for (int k = 0; k < SIMULATED; k++) {
            double spikes = 0, r = 0, r2 = 0;
            for (int trial = 0; trial < DRIVE_TRIALS; trial++) {
                const drive_sums *s = &by_trial[trial * SIMULATED + k];
                spikes += s->spikes;
                r += d < 0 ? 0 : s->r[d];
                r2 += d < 0 ? 0 : s->r2[d];
            }
            const double seconds = counted_s * DRIVE_TRIALS * REPLICATES, mean = r / seconds;
            rate[k] = spikes / seconds;
            const double variance = r2 / seconds - mean * mean;
            noise[k] = d < 0 ? 0 : 2 * t->td_s[d] * (variance > 0 ? variance : 0);
        }
        make_monotone(rate, SIMULATED);
        if (d < 0)
            spread(rate, t->rate_hz, t->n);
        else
            spread(noise, t->noise[d], t->n);
    }
}

static bool transfer_alloc(srnn__transfer *t)
{
    t->n = 4 * (int)(simulated_place(SIMULATED - 1) - simulated_place(0)) + 1;
    bool complete = (t->rate_hz = malloc((size_t)t->n * sizeof *t->rate_hz)) != NULL;
    for (int d = 0; d < SRNN__TRANSFER_TDS; d++)
        complete &= (t->noise[d] = malloc((size_t)t->n * sizeof *t->noise[d])) != NULL;
    return complete;
}

void srnn__transfer_free(srnn__transfer *t)
{
    free(t->rate_hz);
    for (int d = 0; d < SRNN__TRANSFER_TDS; d++) free(t->noise[d]);
    *t = (srnn__transfer){0};
}

srnn_status srnn__transfer_init(srnn_ctx *ctx, const srnn_spiking_params *params, double td_low_s,
                                double td_high_s, uint64_t seed, srnn__transfer *t)
{
    *t = (srnn__transfer){.threshold_mv = params->neuron.v_peak_mv - params->neuron.bias_mv};
    const double sd_mv =
        params->neuron.noise_mv / sqrt(0.1 * params->downsample / params->neuron.tm_ms);
    const double unit_mv = sd_mv > 1 ? sd_mv : 1;
    t->first_mv = t->threshold_mv + unit_mv * simulated_place(0);
    t->step_mv = unit_mv * 0.25;
    for (int d = 0; d < SRNN__TRANSFER_TDS; d++)
        t->td_s[d] = td_low_s + (td_high_s - td_low_s) * d / (SRNN__TRANSFER_TDS - 1);
    drive_experiment e = {.ctx = ctx,
                          .params = *params,
                          .transfer = t,
                          .seed = seed,
                          .C = params->downsample * (TRIAL_MS / (5 * params->downsample)) + 1};
    e.params.conversion.by = SRNN_BY_SCALING_FACTOR;
    e.params.conversion.scaling_factor = 1;
    e.params.stimulation.mode = SRNN_STIM_NONE;
    drive_sums *by_trial = calloc(DRIVE_TRIALS * SIMULATED, sizeof *by_trial);
    srnn_status status = by_trial && transfer_alloc(t) ? SRNN_OK : srnn__no_memory(ctx);
    if (!status) status = run_jobs(&e, by_trial);
    const int nt = srnn_spiking_steps(e.C, params->downsample);
    if (!status) tabulate(by_trial, nt * SRNN__STEP_S * params->downsample - SETTLING_MS * 1e-3, t);
    if (status) srnn__transfer_free(t);
    free(by_trial);
    return status;
}

void srnn__transfer_noise(const srnn__transfer *t, double td_s, double *noise)
{
    int d = 0;
    while (d < SRNN__TRANSFER_TDS - 2 && t->td_s[d + 1] <= td_s) d++;
    const double range = t->td_s[d + 1] - t->td_s[d];
    const double share = range > 0 ? (td_s - t->td_s[d]) / range : 0;
    for (int i = 0; i < t->n; i++)
        noise[i] = t->noise[d][i] + share * (t->noise[d + 1][i] - t->noise[d][i]);
}

/* ---- the curve alone ---- */

void srnn_transfer_curve_free(srnn_transfer_curve *curve)
{
    if (!curve) return;
    free(curve->drive_mv);
    free(curve->rate_hz);
    *curve = (srnn_transfer_curve){0};
}

srnn_status srnn_transfer_curve_of(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_spiking_params *params, uint64_t seed,
                                   srnn_transfer_curve *curve)
{
    *curve = (srnn_transfer_curve){0};
    srnn_spiking_params own;
    srnn_status status = srnn__spiking_params_take(ctx, model, params, &own);
    if (status) return status;
    if (own.neuron.model != SRNN_LIF)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "neuron is QIF; expected LIF");
    const double td_s = 0.05; /* the rate does not depend on it */
    srnn__transfer t;
    if ((status = srnn__transfer_init(ctx, &own, td_s, td_s, seed, &t))) return status;
    *curve = (srnn_transfer_curve){.n = t.n,
                                   .threshold_mv = t.threshold_mv,
                                   .drive_mv = malloc((size_t)t.n * sizeof *curve->drive_mv),
                                   .rate_hz = malloc((size_t)t.n * sizeof *curve->rate_hz)};
    const bool complete = curve->drive_mv && curve->rate_hz;
    for (int i = 0; complete && i < t.n; i++) {
        curve->drive_mv[i] = t.first_mv + i * t.step_mv;
        curve->rate_hz[i] = t.rate_hz[i];
    }
    srnn__transfer_free(&t);
    if (complete) return SRNN_OK;
    srnn_transfer_curve_free(curve);
    return srnn__no_memory(ctx);
}
