/* Distributions over the units of each population. */
#include "figure/plot.h"

#include <math.h>
#include <stdlib.h>

enum { HISTOGRAM_BINS_MAX = 60 };

typedef struct bins {
    double start, width;
    int n;
} bins;

static bins bins_of(const srnn__histogram *h, int N)
{
    srnn__plot_range range = h->range;
    for (int i = 0; i < N; i++) {
        srnn__see(&range, h->values[i]);
        if (h->before) srnn__see(&range, h->before[i]);
    }
    if (range.low > range.high) range = (srnn__plot_range){0, 1};
    const double width = srnn__round_step((range.high - range.low) / 25);
    const double start = floor(range.low / width) * width;
    int n = (int)ceil((range.high - start) / width - 1e-9);
    n = n < 1 ? 1 : n > HISTOGRAM_BINS_MAX ? HISTOGRAM_BINS_MAX : n;
    return (bins){start, width, n};
}

/* A bin is [from, to). */
static void histogram_count(const bins *b, const double *values, const uint8_t *population, int N,
                            int which, int counts[HISTOGRAM_BINS_MAX])
{
    for (int k = 0; k < HISTOGRAM_BINS_MAX; k++) counts[k] = 0;
    for (int i = 0; i < N; i++) {
        if (population[i] != which || !isfinite(values[i])) continue;
        int k = (int)floor((values[i] - b->start) / b->width + 1e-9);
        k = k < 0 ? 0 : k >= b->n ? b->n - 1 : k;
        counts[k]++;
    }
}

/* scratch: [N]. */
static double median(srnn__plot *p, const double *values, const uint8_t *population, int N,
                     int which, double *scratch)
{
    int n = 0;
    for (int i = 0; i < N; i++)
        if (population[i] == which) scratch[n++] = values[i];
    return srnn__median(p, scratch, n);
}

/* Returns the largest count. */
static int write_histogram(srnn__plot *p, const srnn__histogram *h, const bins *b,
                           const uint8_t *population, int N, int which)
{
    int counts[HISTOGRAM_BINS_MAX], before[HISTOGRAM_BINS_MAX] = {0}, most = 0;
    histogram_count(b, h->values, population, N, which, counts);
    if (h->before) histogram_count(b, h->before, population, N, which, before);
    srnn__block(p, h->before ? "from to units before" : "from to units", "%s %s", h->name,
                srnn__population_labels[which]);
    for (int k = 0; k < b->n; k++) {
        const double row[] = {b->start + k * b->width, b->start + (k + 1) * b->width, counts[k],
                              before[k]};
        srnn__write_row(p, row, h->before ? 4 : 3);
        if (counts[k] > most) most = counts[k];
        if (before[k] > most) most = before[k];
    }
    return most;
}

void srnn__write_histograms(srnn__plot *p, const srnn__histogram *histograms, int n,
                            const uint8_t *population, int N)
{
    double *scratch = malloc((size_t)N * sizeof *scratch);
    if (!scratch) {
        p->no_memory = true;
        return;
    }
    srnn__say_populations(p, population, N);
    for (int i = 0; i < n; i++) {
        const srnn__histogram *h = &histograms[i];
        const bins b = bins_of(h, N);
        double most[SRNN_POPULATIONS], medians[SRNN_POPULATIONS];
        for (int k = 0; k < SRNN_POPULATIONS; k++) {
            most[k] = write_histogram(p, h, &b, population, N, k);
            medians[k] = median(p, h->values, population, N, k, scratch);
        }
        char name[48];
        const srnn__plot_range range = {b.start, b.start + b.n * b.width};
        srnn__say_range(p, h->name, range);
        snprintf(name, sizeof name, "%s_most", h->name);
        srnn__say_numbers(p, name, most, SRNN_POPULATIONS);
        snprintf(name, sizeof name, "%s_median", h->name);
        srnn__say_numbers(p, name, medians, SRNN_POPULATIONS);
    }
    free(scratch);
}
