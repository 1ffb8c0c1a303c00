/* How alike the rate network and the spiking network are: their outputs, and unit by unit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "core/units.h"
#include "task/task_internal.h"
#include "trials/comparison.h"

/* In rate steps of 5 ms; 100 spiking steps of 0.05 ms each. */
enum { BIN = 10, STEP_MS = 5 };

static const double saturated_above = 0.8; /* of the ceiling */

srnn_compare_options srnn_compare_options_default(void)
{
    return (srnn_compare_options){.size = sizeof(srnn_compare_options),
                                  .seed = 0,
                                  .domain = SRNN_DOMAIN_EVAL,
                                  .n_trials = 20,
                                  .noise = 0.1};
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
static double comparer_correlation(const double *a, const double *b, size_t n, size_t stride)
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

/* step: a rate step from 1 on. */
static size_t bin_of(const srnn__comparer *j, int step)
{
    const int bin = (step - 1) / BIN;
    return (size_t)(bin < j->n_bins ? bin : j->n_bins - 1);
}

static void add_r(srnn__comparer *j, const srnn__trial *trial)
{
    const size_t N = (size_t)j->N, cells = (size_t)j->n_bins * N;
    double *sums = j->r + (size_t)trial->type * cells;
    memset(j->bins, 0, cells * sizeof *j->bins);
    for (int t = 1; t <= j->steps; t++) {
        const real *r = srnn__pass_row(trial->net, trial->pass, trial->pass->r, t, trial->b);
        double *bin = j->bins + bin_of(j, t) * N;
        for (size_t i = 0; i < N; i++) bin[i] += (double)r[i];
    }
    for (size_t i = 0; i < cells; i++) sums[i] += j->bins[i];
}

/* Whole numbers, whose sum does not depend on the order. */
static void comparer_add_spikes(srnn__comparer *j, const srnn__trial *trial)
{
    const size_t N = (size_t)j->N, cells = (size_t)j->n_bins * N;
    const srnn_spiking_result *result = trial->result;
    double *sums = j->spikes + (size_t)trial->type * cells;
    double *counts = j->counts + (size_t)trial->type * N;
    for (int64_t s = 0; s < result->n_spikes; s++) {
        const int64_t step = result->spike_step[s];
        const int64_t rate_step =
            (step * j->params.downsample + SRNN__STEPS_PER_COLUMN - 1) / SRNN__STEPS_PER_COLUMN;
        if (step >= SRNN_FIRST_COUNTED_STEP && rate_step <= j->steps)
            sums[bin_of(j, (int)rate_step) * N + (size_t)result->spike_unit[s]]++;
    }
    for (size_t i = 0; i < N; i++) counts[i] += (double)trial->sim->counts[i];
}

/* o of step k + 1 is compared with out at the end of that step. */
static void add_outputs(srnn__comparer *j, const srnn__trial *trial)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t samples = (size_t)(def->T - 1), n_out = (size_t)def->n_out;
    double squares = 0, sum = 0;
    int n = 0;
    for (size_t k = 0; k < samples; k++) {
        const int sample = srnn__step_end((int)k, j->params.downsample, j->nt);
        memcpy(j->out + k * n_out, trial->result->out + (size_t)sample * n_out,
               n_out * sizeof *j->out);
    }
    for (size_t i = 0; i < samples * n_out; i++)
        squares += (j->out[i] - trial->o[i]) * (j->out[i] - trial->o[i]);
    j->squares += squares;
    for (size_t c = 0; c < n_out; c++) {
        const double r = comparer_correlation(j->out + c, trial->o + c, samples, n_out);
        if (isnan(r)) continue;
        sum += r;
        n++;
    }
    if (n == 0) return;
    j->output_correlation[trial->type] += sum / n;
    j->n_correlated[trial->type]++;
}

void srnn__comparer_add(srnn__comparer *j, const srnn__trial *trial)
{
    add_r(j, trial);
    comparer_add_spikes(j, trial);
    add_outputs(j, trial);
}

/* ---- what they say ---- */

/* From sums over the trials of a type to mean r and Hz. */
static void to_means(srnn__comparer *j, int n_types)
{
    const size_t N = (size_t)j->N;
    const double n = j->n_trials;
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
static double across_units(const srnn__comparer *j, int type, double T_s, double *r, double *hz,
                           srnn_comparison *result)
{
    const size_t N = (size_t)j->N;
    for (size_t i = 0; i < N; i++) {
        r[i] = 0;
        for (int bin = 0; bin < j->n_bins; bin++) {
            const int steps = bin < j->n_bins - 1 ? BIN : j->steps - BIN * bin;
            r[i] += steps * j->r[((size_t)type * (size_t)j->n_bins + (size_t)bin) * N + i];
        }
        r[i] /= j->steps;
        hz[i] = j->counts[(size_t)type * N + i] / (j->n_trials * T_s);
        result->mean_r[i] += r[i] / result->n_types;
        result->mean_hz[i] += hz[i] / result->n_types;
    }
    return comparer_correlation(r, hz, N, 1);
}

srnn_status srnn__comparer_finish(srnn__comparer *j, srnn_comparison *result)
{
    const srnn_task_def *def = srnn_task_get_def(j->task);
    const size_t N = (size_t)j->N;
    const double dt_ms = SRNN__STEP_MS * j->params.downsample, tref_ms = j->params.neuron.tref_ms;
    *result = (srnn_comparison){.n_trials = j->n_trials,
                                .n_types = def->n_types,
                                .N = j->N,
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
    result->rmse =
        sqrt(j->squares / ((double)j->n_trials * def->n_types * (def->T - 1) * def->n_out));
    for (int type = 0; type < def->n_types; type++) {
        result->output_correlation[type] = j->n_correlated[type]
                                               ? j->output_correlation[type] / j->n_correlated[type]
                                               : (double)NAN;
        result->across_units[type] =
            across_units(j, type, j->nt * 1e-3 * dt_ms, scratch, scratch + N, result);
    }
    for (size_t i = 0; i < N; i++) {
        result->unit_correlation[i] = comparer_correlation(j->r + i, j->spikes + i, rows, N);
        for (size_t row = 0; row < rows; row++)
            if (j->spikes[row * N + i] > saturated_above * result->ceiling_hz)
                result->saturated[i] = 1;
        result->n_saturated += result->saturated[i];
        result->n_silent += result->mean_hz[i] <= 0;
    }
    free(scratch);
    return SRNN_OK;
}

/* ---- beginning and end ---- */

srnn_status srnn__comparer_init(srnn_ctx *ctx, const srnn_task *task,
                                const srnn_spiking_params *params, int N, int n_trials,
                                srnn__comparer *j)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const int nt = srnn_spiking_steps(def->T + 1, params->downsample);
    const int whole = nt / SRNN__STEPS_PER_COLUMN * params->downsample;
    const int steps = whole < def->T - 1 ? whole : def->T - 1;
    const int n_bins = steps >= BIN ? steps / BIN : 1;
    const size_t types = (size_t)def->n_types, cells = (size_t)n_bins * (size_t)N;
    *j = (srnn__comparer){
        .ctx = ctx,
        .task = task,
        .params = *params,
        .N = N,
        .n_trials = n_trials,
        .nt = nt,
        .steps = steps,
        .n_bins = n_bins,
        .r = srnn__alloc(types * cells, sizeof *j->r),
        .spikes = srnn__alloc(types * cells, sizeof *j->spikes),
        .counts = srnn__alloc(types * (size_t)N, sizeof *j->counts),
        .bins = srnn__alloc(cells, sizeof *j->bins),
        .out = srnn__alloc((size_t)(def->T - 1) * (size_t)def->n_out, sizeof *j->out)};
    const bool complete = j->r && j->spikes && j->counts && j->bins && j->out;
    return complete ? SRNN_OK : srnn__no_memory(ctx);
}

void srnn__comparer_free(srnn__comparer *j)
{
    free(j->r);
    free(j->spikes);
    free(j->counts);
    free(j->bins);
    free(j->out);
}

/* ---- of trials of their own ---- */

static srnn_status comparer_check(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  const srnn_compare_options *o)
{
    const srnn_status status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    const srnn_task_def *def = srnn_task_get_def(task);
    const srnn__check checks[] = {
        {"n_trials", o->n_trials,
         o->n_trials >= 1 && (int64_t)o->n_trials * def->n_types <= 10000000,
         "at least 1, at most 10000000 in all"},
        {"noise", o->noise, o->noise >= 0, "0 or more"},
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
    };
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

static srnn_status comparer_add_trial(void *user, const srnn__trial *trial)
{
    srnn__comparer_add(user, trial);
    return SRNN_OK;
}

srnn_status srnn_compare(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_spiking_params *params, const srnn_compare_options *options,
                         srnn_comparison *result)
{
    *result = (srnn_comparison){0};
    srnn_compare_options o = srnn_compare_options_default();
    srnn_spiking_params own;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_compare_options, options, noise, &o);
    if (!status) status = srnn__spiking_params_take(ctx, model, params, &own);
    if (!status) status = comparer_check(ctx, model, task, &o);
    if (status) return status;
    const srnn_recording spikes = srnn_recording_default();
    srnn__networks networks = {.n_variants = 0};
    srnn__comparer comparer;
    status =
        srnn__comparer_init(ctx, task, &own, srnn_model_get_view(model).N, o.n_trials, &comparer);
    if (!status) status = srnn__networks_init(ctx, model, &own, &networks);
    const srnn__trials trials = {.task = task,
                                 .seed = o.seed,
                                 .domain = o.domain,
                                 .n = o.n_trials * srnn_task_get_def(task)->n_types,
                                 .rate = &networks.rate,
                                 .noise = o.noise,
                                 .history = true,
                                 .variants = &networks.variant,
                                 .n_variants = 1,
                                 .recording = &spikes,
                                 .reduce = comparer_add_trial,
                                 .in_order = true,
                                 .user = &comparer,
                                 .phase = "compare"};
    if (!status) status = srnn__trials_run(ctx, &trials, NULL);
    if (!status) status = srnn__comparer_finish(&comparer, result);
    srnn__comparer_free(&comparer);
    srnn__networks_free(&networks);
    return status;
}
