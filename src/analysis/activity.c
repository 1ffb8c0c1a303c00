/* Activity of many units over time: from spikes, from rates, means over trials. */
#include "analysis/activity.h"

#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/units.h"

static const double largest = 1e100; /* activity; sums of its squares are finite */

void srnn_activity_free(srnn_activity *activity)
{
    if (!activity) return;
    free(activity->values);
    free(activity->type);
    *activity = (srnn_activity){0};
}

/* ---- checks ---- */

static srnn_status activity_check_types(srnn_ctx *ctx, const int *type, int K, int n_types)
{
    for (int k = 0; k < K; k++)
        if (type[k] < 0 || type[k] >= n_types)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "type of trial %d is %d; expected 0 to %d", k,
                              type[k], n_types - 1);
    return SRNN_OK;
}

srnn_status srnn__activity_check(srnn_ctx *ctx, const srnn_activity *a)
{
    const srnn__check checks[] = {
        {"N", a->N, a->N >= 1, "at least 1"},
        {"K", a->K, a->K >= 1, "at least 1"},
        {"n_bins", a->n_bins, a->n_bins >= 1, "at least 1"},
        {"n_types", a->n_types, a->n_types >= 1, "at least 1"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = activity_check_types(ctx, a->type, a->K, a->n_types);
    if (status) return status;
    const double *value = a->values;
    for (int k = 0; k < a->K; k++)
        for (int b = 0; b < a->n_bins; b++)
            for (int i = 0; i < a->N; i++, value++)
                if (!(fabs(*value) <= largest))
                    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                                      "activity of unit %d in trial %d, bin %d is %g; expected a "
                                      "number of at most %g in size",
                                      i, k, b, *value, largest);
    return SRNN_OK;
}

/* ---- where it comes from ---- */

/* With room for the values, and the types copied. */
static srnn_status activity_make(srnn_ctx *ctx, srnn_activity *out, const int *type)
{
    const size_t K = (size_t)out->K;
    out->values = srnn__alloc(K * (size_t)out->n_bins, (size_t)out->N * sizeof *out->values);
    out->type = malloc(K * sizeof *out->type);
    if (!out->values || !out->type) {
        srnn_activity_free(out);
        return srnn__no_memory(ctx);
    }
    memcpy(out->type, type, K * sizeof *type);
    return SRNN_OK;
}

/* The times of the spikes in the order of trials, then units, then time: first[k N + i] is the
   first of unit i in trial k. */
typedef struct by_unit {
    size_t *first; /* [K N + 1] */
    double *time_ms;
    int32_t *trial, *unit;
} by_unit;

static void by_unit_free(by_unit *b)
{
    free(b->first);
    free(b->time_ms);
    free(b->trial);
    free(b->unit);
}

static bool activity_sort_by_unit(const srnn_spikes *s, by_unit *b)
{
    const size_t cells = (size_t)s->K * (size_t)s->N, n = (size_t)s->n;
    *b = (by_unit){.first = calloc(cells + 2, sizeof *b->first),
                   .time_ms = malloc((n + 1) * sizeof *b->time_ms),
                   .trial = malloc((n + 1) * sizeof *b->trial),
                   .unit = malloc((n + 1) * sizeof *b->unit)};
    if (!b->first || !b->time_ms || !b->trial || !b->unit) return false;
    size_t *end = b->first + 1; /* of the cell before, until its spikes are in */
    for (size_t q = 0; q < n; q++)
        end[(size_t)s->trial[q] * (size_t)s->N + (size_t)s->unit[q] + 1]++;
    for (size_t c = 1; c <= cells; c++) end[c] += end[c - 1];
    for (size_t q = 0; q < n; q++) {
        const size_t at = end[(size_t)s->trial[q] * (size_t)s->N + (size_t)s->unit[q]]++;
        b->time_ms[at] = s->time_ms[q];
        b->trial[at] = s->trial[q];
        b->unit[at] = s->unit[q];
    }
    return true;
}

static void rates_of_trial(srnn_ctx *ctx, atomic_bool *stop, const srnn_spikes *spikes,
                           const by_unit *b, int trial, double kernel_ms, double *rate,
                           srnn_activity *out)
{
    const size_t N = (size_t)out->N, n_bins = (size_t)out->n_bins;
    double *values = out->values + (size_t)trial * n_bins * N;
    for (size_t i = 0; i < N; i++) {
        const size_t cell = (size_t)trial * N + i, first = b->first[cell];
        srnn_spikes own = *spikes; /* a unit's spikes alone, so that no others are looked at */
        own.n = (int64_t)(b->first[cell + 1] - first);
        if (own.n == 0) continue; /* 0 already */
        own.trial = b->trial + first;
        own.unit = b->unit + first;
        own.time_ms = b->time_ms + first;
        if (!atomic_load(stop) && srnn__progress(ctx, "activity", trial, out->K, NAN, NAN))
            atomic_store(stop, true);
        if (atomic_load(stop)) return;
        srnn_instantaneous_rate(&own, trial, (int)i, out->bin_ms, kernel_ms, rate);
        for (size_t bin = 0; bin < n_bins; bin++) values[bin * N + i] = rate[bin];
    }
}

static srnn_status fill_from_spikes(srnn_ctx *ctx, const srnn_spikes *spikes, double kernel_ms,
                                    srnn_activity *out)
{
    by_unit b;
    const size_t n_bins = (size_t)out->n_bins;
    double *rates = malloc((size_t)out->K * n_bins * sizeof *rates);
    const bool sorted = activity_sort_by_unit(spikes, &b);
    atomic_bool stop = false;
    if (rates && sorted) {
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic)
        for (int k = 0; k < out->K; k++)
            rates_of_trial(ctx, &stop, spikes, &b, k, kernel_ms, rates + (size_t)k * n_bins, out);
    }
    by_unit_free(&b);
    free(rates);
    if (!rates || !sorted) return srnn__no_memory(ctx);
    return atomic_load(&stop) ? srnn__interrupted(ctx) : SRNN_OK;
}

enum { ACTIVITY_BINS_MAX = 10000000 };

srnn_status srnn_activity_of_spikes(srnn_ctx *ctx, const srnn_spikes *spikes, double bin_ms,
                                    double kernel_ms, srnn_activity *out)
{
    *out = (srnn_activity){0};
    const srnn__check checks[] = {
        {"bin_ms", bin_ms, bin_ms > 0, "a number above 0"},
        {"kernel_ms", kernel_ms, kernel_ms >= 0, "0 or more"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (status) return status;
    const int n_bins = srnn_n_bins(spikes, bin_ms);
    if (n_bins < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "bin_ms is %g; expected at most the %g ms of a trial", bin_ms,
                          spikes->T_ms);
    if (n_bins > ACTIVITY_BINS_MAX)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "bin_ms is %g; expected at most %d bins in the %g ms of a trial", bin_ms,
                          ACTIVITY_BINS_MAX, spikes->T_ms);
    *out = (srnn_activity){.N = spikes->N,
                           .K = spikes->K,
                           .n_bins = n_bins,
                           .bin_ms = bin_ms,
                           .n_types = spikes->n_types};
    status = activity_make(ctx, out, spikes->type);
    srnn__progress_start(ctx, 0);
    if (!status) status = fill_from_spikes(ctx, spikes, kernel_ms, out);
    if (status) srnn_activity_free(out);
    return status;
}

srnn_status srnn_activity_of_rates(srnn_ctx *ctx, const float *r, int K, int T, int N, int n_types,
                                   const int *type, double bin_ms, srnn_activity *out)
{
    *out = (srnn_activity){0};
    const double ratio = bin_ms / SRNN__RATE_STEP_MS;
    const srnn__check checks[] = {
        {"K", K, K >= 1, "at least 1"},
        {"T", T, T >= 2, "at least 2, as step 0 is left out"},
        {"N", N, N >= 1, "at least 1"},
        {"n_types", n_types, n_types >= 1, "at least 1"},
        {"bin_ms", bin_ms, ratio >= 1 && ratio == floor(ratio), "a multiple of 5"},
        {"bin_ms", bin_ms, ratio <= T - 1, "at most the length of a trial"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = activity_check_types(ctx, type, K, n_types);
    if (status) return status;
    const int steps = (int)ratio;
    *out = (srnn_activity){
        .N = N, .K = K, .n_bins = (T - 1) / steps, .bin_ms = bin_ms, .n_types = n_types};
    status = activity_make(ctx, out, type);
    if (status) return status;
    double *to = out->values;
    for (int k = 0; k < K; k++)
        for (int b = 0; b < out->n_bins; b++, to += N)
            for (int t = 1 + b * steps; t < 1 + (b + 1) * steps; t++) {
                const float *row = r + ((size_t)k * (size_t)T + (size_t)t) * (size_t)N;
                for (int i = 0; i < N; i++) to[i] += (double)row[i] / steps;
            }
    status = srnn__activity_check(ctx, out);
    if (status) srnn_activity_free(out);
    return status;
}

/* ---- means and projections ---- */

srnn__trials_of_types srnn__group_trials(const int *type, int K, int n_types)
{
    srnn__trials_of_types g = {.trial = malloc((size_t)K * sizeof *g.trial),
                               .start = calloc((size_t)n_types + 2, sizeof *g.start)};
    if (!g.trial || !g.start) return g;
    int *next = g.start + 1; /* where a type's next trial goes, in the end where they end */
    for (int k = 0; k < K; k++) next[type[k] + 1]++;
    for (int t = 0; t < n_types; t++) next[t + 1] += next[t];
    for (int k = 0; k < K; k++) g.trial[next[type[k]]++] = k;
    return g;
}

void srnn__trials_mean(const srnn_activity *a, const int *trials, int n, double *mean)
{
    const size_t cells = (size_t)a->n_bins * (size_t)a->N;
    for (size_t c = 0; c < cells; c++) mean[c] = n > 0 ? 0 : (double)NAN;
    for (int k = 0; k < n; k++) {
        const double *trial = a->values + (size_t)trials[k] * cells;
        /* by steps towards the mean: trials that are alike have exactly that mean */
        for (size_t c = 0; c < cells; c++) mean[c] += (trial[c] - mean[c]) / (k + 1);
    }
}

void srnn__project(const double *rows, size_t n_rows, int N, const double *mean, const double *axes,
                   int n_axes, double *out)
{
    for (size_t row = 0; row < n_rows; row++)
        for (int k = 0; k < n_axes; k++) {
            const double *x = rows + row * (size_t)N, *axis = axes + (size_t)k * (size_t)N;
            double sum = 0;
            for (int i = 0; i < N; i++) sum += (x[i] - mean[i]) * axis[i];
            out[row * (size_t)n_axes + (size_t)k] = sum;
        }
}

srnn_status srnn__project_types(srnn_ctx *ctx, const srnn_activity *a, const double *mean,
                                const double *axes, int n_axes, double *out)
{
    const size_t n_bins = (size_t)a->n_bins;
    double *of_type = malloc(n_bins * (size_t)a->N * sizeof *of_type);
    srnn__trials_of_types g = srnn__group_trials(a->type, a->K, a->n_types);
    srnn_status status = of_type && g.trial && g.start ? SRNN_OK : srnn__no_memory(ctx);
    for (int type = 0; type < a->n_types && !status; type++) {
        const int first = g.start[type];
        srnn__trials_mean(a, g.trial + first, g.start[type + 1] - first, of_type);
        srnn__project(of_type, n_bins, a->N, mean, axes, n_axes,
                      out + (size_t)type * n_bins * (size_t)n_axes);
        if (srnn__progress(ctx, "activity", type, a->n_types, NAN, NAN))
            status = srnn__interrupted(ctx);
    }
    free(of_type);
    free(g.trial);
    free(g.start);
    return status;
}
