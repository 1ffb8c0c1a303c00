/* Measures of one spike train, and rates over time. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/counts.h"
#include "core/core.h"

size_t srnn_isi(const double *times, size_t n, double *isi)
{
    for (size_t k = 1; k < n; k++) isi[k - 1] = times[k] - times[k - 1];
    return n > 1 ? n - 1 : 0;
}

double srnn_cv(const double *isi, size_t n)
{
    if (n < 2) return NAN;
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) sum += isi[k];
    const double mean = sum / (double)n;
    for (size_t k = 0; k < n; k++) squares += (isi[k] - mean) * (isi[k] - mean);
    return mean > 0 ? sqrt(squares / (double)n) / mean : (double)NAN;
}

/* |a - b| / (a + b); two intervals of 0 ms are alike, too. */
static double contrast(double a, double b) { return a + b > 0 ? fabs(a - b) / (a + b) : 0; }

double srnn_cv2(const double *isi, size_t n)
{
    if (n < 2) return NAN;
    double sum = 0;
    for (size_t k = 1; k < n; k++) sum += contrast(isi[k - 1], isi[k]);
    return 2 * sum / (double)(n - 1);
}

double srnn_lv(const double *isi, size_t n)
{
    if (n < 2) return NAN;
    double sum = 0;
    for (size_t k = 1; k < n; k++) {
        const double c = contrast(isi[k - 1], isi[k]);
        sum += c * c;
    }
    return 3 * sum / (double)(n - 1);
}

double srnn__fano(double n, double sum, double squares)
{
    if (n < 2 || !(sum > 0)) return NAN;
    const double variance = squares / n - sum / n * (sum / n);
    return variance > 0 ? variance / (sum / n) : 0;
}

double srnn_fanofactor(const double *counts, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) {
        sum += counts[k];
        squares += counts[k] * counts[k];
    }
    return srnn__fano((double)n, sum, squares);
}

/* ---- over time ---- */

int srnn__whole_bins(double duration_ms, double bin_ms)
{
    if (!(bin_ms > 0)) return 0;
    const double n = floor((duration_ms + srnn__slack_ms(bin_ms)) / bin_ms);
    return n < INT_MAX ? (int)n : INT_MAX;
}

int srnn_n_bins(const srnn_spikes *spikes, double bin_ms)
{
    return srnn__whole_bins(spikes->T_ms, bin_ms);
}

void srnn_time_histogram(const srnn_spikes *spikes, int type, srnn_population population,
                         double bin_ms, double *rate_hz)
{
    const int n_bins = srnn_n_bins(spikes, bin_ms);
    double n_trials = 0, n_units = 0;
    for (int k = 0; k < spikes->K; k++) n_trials += type < 0 || spikes->type[k] == type;
    for (int i = 0; i < spikes->N; i++)
        n_units += population == SRNN_POPULATIONS || spikes->population[i] == population;
    for (int b = 0; b < n_bins; b++) rate_hz[b] = 0;
    for (int64_t q = 0; q < spikes->n; q++) {
        if (type >= 0 && spikes->type[spikes->trial[q]] != type) continue;
        if (population != SRNN_POPULATIONS && spikes->population[spikes->unit[q]] != population)
            continue;
        const int bin = srnn__bin_of(spikes->time_ms[q], bin_ms, n_bins);
        if (bin >= 0) rate_hz[bin]++;
    }
    const double seconds = n_trials * n_units * 1e-3 * bin_ms;
    for (int b = 0; b < n_bins; b++) rate_hz[b] = seconds > 0 ? rate_hz[b] / seconds : (double)NAN;
}

enum { GROUP_ROWS = SRNN_POPULATIONS + 1 };

/* From spikes to Hz; n_trials: [n_types] */
static void scale_histograms(const srnn_spikes *spikes, const int *n_trials, double bin_ms,
                             double *rate_hz)
{
    const size_t n_bins = (size_t)srnn_n_bins(spikes, bin_ms);
    double n_units[GROUP_ROWS] = {[SRNN_POPULATIONS] = spikes->N};
    for (int i = 0; i < spikes->N; i++) n_units[spikes->population[i]]++;
    for (size_t row = 0; row < (size_t)spikes->n_types * GROUP_ROWS; row++) {
        double *rate = rate_hz + row * n_bins;
        const double seconds =
            n_trials[row / GROUP_ROWS] * n_units[row % GROUP_ROWS] * 1e-3 * bin_ms;
        for (size_t b = 0; b < n_bins; b++) rate[b] = seconds > 0 ? rate[b] / seconds : (double)NAN;
    }
}

srnn_status srnn_time_histograms(srnn_ctx *ctx, const srnn_spikes *spikes, double bin_ms,
                                 double *rate_hz)
{
    const size_t n_bins = (size_t)srnn_n_bins(spikes, bin_ms), types = (size_t)spikes->n_types;
    int *n_trials = calloc(types, sizeof *n_trials);
    if (!n_trials) return srnn__no_memory(ctx);
    for (int k = 0; k < spikes->K; k++) n_trials[spikes->type[k]]++;
    for (size_t c = 0; c < types * GROUP_ROWS * n_bins; c++) rate_hz[c] = 0;
    for (int64_t q = 0; q < spikes->n; q++) {
        const int bin = srnn__bin_of(spikes->time_ms[q], bin_ms, (int)n_bins);
        if (bin < 0) continue;
        double *rate = rate_hz + (size_t)spikes->type[spikes->trial[q]] * GROUP_ROWS * n_bins + bin;
        rate[spikes->population[spikes->unit[q]] * n_bins]++;
        rate[SRNN_POPULATIONS * n_bins]++;
    }
    scale_histograms(spikes, n_trials, bin_ms, rate_hz);
    free(n_trials);
    return SRNN_OK;
}

/* The first spike of a trial, or where it would be. */
static int64_t trial_start(const srnn_spikes *spikes, int trial)
{
    int64_t low = 0, high = spikes->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (spikes->trial[middle] < trial)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double normal_cumulative(double z) { return 0.5 * erfc(-z / sqrt(2)); }

/* A bin from 0 on, held within the bins. */
static int near_bin(double bin, int n_bins)
{
    return bin > 0 ? (bin < n_bins ? (int)bin : n_bins - 1) : 0;
}

/* Adds to every bin what the kernel of one spike holds there. */
static void add_kernel(double time_ms, double bin_ms, double kernel_ms, int n_bins, double *counts)
{
    const double reach = 8.3; /* SD; in double what lies beyond is 0 */
    const int first = near_bin((time_ms - reach * kernel_ms) / bin_ms, n_bins);
    const int last = near_bin((time_ms + reach * kernel_ms) / bin_ms, n_bins);
    double before = normal_cumulative((first * bin_ms - time_ms) / kernel_ms);
    for (int b = first; b <= last; b++) {
        const double here = normal_cumulative(((b + 1) * bin_ms - time_ms) / kernel_ms);
        counts[b] += here - before;
        before = here;
    }
}

/* The integral of the normal cumulative from far below to time_ms. */
static double cumulative_integral(double time_ms, double kernel_ms)
{
    const double z = time_ms / kernel_ms, density = exp(-z * z / 2) / sqrt(2 * acos(-1));
    return kernel_ms * (z * normal_cumulative(z) + density);
}

/* The ms of a bin, each as far as a kernel that stands there lies within the trial: what a bin
   would hold if there were a spike a ms. */
static double covered_ms(double from_ms, double to_ms, double T_ms, double kernel_ms)
{
    return cumulative_integral(to_ms, kernel_ms) - cumulative_integral(from_ms, kernel_ms) -
           cumulative_integral(to_ms - T_ms, kernel_ms) +
           cumulative_integral(from_ms - T_ms, kernel_ms);
}

void srnn_instantaneous_rate(const srnn_spikes *spikes, int trial, int unit, double bin_ms,
                             double kernel_ms, double *rate_hz)
{
    const int n_bins = srnn_n_bins(spikes, bin_ms);
    if (n_bins == 0) return;
    for (int b = 0; b < n_bins; b++) rate_hz[b] = 0;
    for (int64_t q = trial_start(spikes, trial); q < spikes->n && spikes->trial[q] == trial; q++) {
        if (spikes->unit[q] != unit) continue;
        const int bin = srnn__bin_of(spikes->time_ms[q], bin_ms, n_bins);
        if (kernel_ms > 0)
            add_kernel(spikes->time_ms[q], bin_ms, kernel_ms, n_bins, rate_hz);
        else if (bin >= 0)
            rate_hz[bin]++;
    }
    for (int b = 0; b < n_bins; b++)
        rate_hz[b] /= 1e-3 * (kernel_ms > 0 ? covered_ms(b * bin_ms, (b + 1) * bin_ms, spikes->T_ms,
                                                         kernel_ms)
                                            : bin_ms);
}
