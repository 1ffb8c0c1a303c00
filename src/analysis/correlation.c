/* Pearson's correlation of the counts of pairs of units. */
#include <math.h>
#include <stdlib.h>

#include "analysis/counts.h"
#include "core/core.h"

/* Sums over the bins of all trials, those of a group of trials by themselves. */
typedef struct pair_sums {
    int n_units, n_groups;
    int *place;       /* [N] of a unit among the n_units, -1: none */
    double *products; /* [n_units][n_units] of two units' counts, from the diagonal on */
    double *counts;   /* [n_groups][n_units] */
    double *n;        /* [n_groups] bins */
} pair_sums;

static void sums_free(pair_sums *s)
{
    free(s->place);
    free(s->counts);
    free(s->n);
}

static bool sums_alloc(const srnn_spikes *spikes, pair_sums *s)
{
    const size_t units = (size_t)s->n_units;
    s->place = malloc((size_t)spikes->N * sizeof *s->place);
    s->counts = srnn__alloc((size_t)s->n_groups * units, sizeof *s->counts);
    s->n = srnn__alloc((size_t)s->n_groups, sizeof *s->n);
    for (size_t k = 0; k < units * units; k++) s->products[k] = 0;
    return s->place && s->counts && s->n;
}

static srnn_status place_units(srnn_ctx *ctx, const srnn_spikes *spikes, const int *units,
                               pair_sums *s)
{
    for (int i = 0; i < spikes->N; i++) s->place[i] = units ? -1 : i;
    for (int k = 0; units && k < s->n_units; k++) {
        if (units[k] < 0 || units[k] >= spikes->N || s->place[units[k]] >= 0)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "units[%d] is %d; expected 0 to %d, each once", k, units[k],
                              spikes->N - 1);
        s->place[units[k]] = k;
    }
    return SRNN_OK;
}

static void add_bin(const srnn__bins *bins, int group, pair_sums *s)
{
    const size_t units = (size_t)s->n_units;
    for (int a = 0; a < bins->n; a++) {
        const int i = s->place[bins->unit[a]];
        const double count = bins->count[bins->unit[a]];
        if (i < 0) continue;
        s->counts[(size_t)group * units + (size_t)i] += count;
        for (int b = a; b < bins->n; b++) {
            const int j = s->place[bins->unit[b]];
            if (j < 0) continue;
            const size_t low = (size_t)(i < j ? i : j), high = (size_t)(i < j ? j : i);
            s->products[low * units + high] += count * bins->count[bins->unit[b]];
        }
    }
}

/* Takes the groups' means off. Sums of counts are exact, so that a sum of squares that is not 0 is
   at least a half: a bin of a count of its own among equal ones. */
static void correlate(pair_sums *s)
{
    const size_t units = (size_t)s->n_units;
    double *m = s->products;
    for (int g = 0; g < s->n_groups; g++) {
        const double *counts = s->counts + (size_t)g * units;
        for (size_t i = 0; i < units && s->n[g] > 0; i++)
            for (size_t j = i; j < units && counts[i] > 0; j++)
                m[i * units + j] -= counts[i] * counts[j] / s->n[g];
    }
    for (size_t i = 0; i < units; i++)
        for (size_t j = i + 1; j < units; j++) {
            const double a = m[i * units + i], b = m[j * units + j];
            const double r = a > 0.25 && b > 0.25 ? m[i * units + j] / sqrt(a * b) : (double)NAN;
            m[i * units + j] = m[j * units + i] = r > 1 ? 1 : r < -1 ? -1 : r;
        }
    for (size_t i = 0; i < units; i++) m[i * units + i] = m[i * units + i] > 0.25 ? 1 : (double)NAN;
}

srnn_status srnn_correlation_coefficient(srnn_ctx *ctx, const srnn_spikes *spikes,
                                         srnn_correlation kind, const srnn_spike_options *options,
                                         const int *units, int n_units, double *matrix)
{
    srnn__count_window window;
    srnn_status status = srnn__window_of(ctx, spikes, options, &window);
    if (status) return status;
    if (units && (n_units < 1 || n_units > spikes->N))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n_units is %d; expected 1 to %d", n_units,
                          spikes->N);
    const bool noise = kind == SRNN_NOISE_CORRELATION;
    pair_sums s = {.n_units = units ? n_units : spikes->N,
                   .n_groups = noise ? spikes->n_types : 1,
                   .products = matrix};
    srnn__bins bins =
        srnn__bins_begin(spikes, &window, noise ? window.duration_ms : window.correlation_bin_ms);
    if (!sums_alloc(spikes, &s) || !bins.unit || !bins.count)
        status = srnn__no_memory(ctx);
    else
        status = place_units(ctx, spikes, units, &s);
    if (!status) {
        for (int k = 0; k < spikes->K; k++) s.n[noise ? spikes->type[k] : 0] += bins.n_bins;
        while (!status && srnn__bins_next(&bins)) {
            add_bin(&bins, noise ? spikes->type[bins.trial] : 0, &s);
            if (srnn__bins_stopped(ctx, &bins)) status = srnn__interrupted(ctx);
        }
        if (!status) correlate(&s);
    }
    srnn__bins_free(&bins);
    sums_free(&s);
    return status;
}
