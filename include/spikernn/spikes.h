/* Spike trains of many trials, and their statistics. Names and definitions are those of
   Elephant (python-elephant.org) where it has the measure; docs/analysis.md has the formulas. */
#ifndef SPIKERNN_SPIKES_H
#define SPIKERNN_SPIKES_H

#include <stddef.h>
#include <stdint.h>

#include "spikernn/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The spikes of K trials of N units. Arrays are the struct's own: srnn_spikes_free(). */
typedef struct srnn_spikes {
    int N, K;            /* units, trials; >= 1 */
    double T_ms;         /* length of every trial, > 0, <= 1e9 */
    double dt_ms;        /* step of the simulation, by which times are spaced; NaN: not known */
    int64_t n;           /* spikes, >= 0; ordered by trial, then time, then unit */
    int32_t *trial;      /* [n] from 0 */
    int32_t *unit;       /* [n] from 0 */
    double *time_ms;     /* [n] since the trial's start, the end of the step; 0 < t <= T_ms */
    uint8_t *population; /* [N] srnn_population */
    int n_types;         /* >= 1 */
    char **type_names;   /* [n_types] */
    int *type;           /* [K] of the trial, from 0 */
    double *label;       /* [K] number that files keep for it; NaN: not known */
    double *value;       /* [K] what the criterion looked at; NaN: not known */
    uint8_t *correct;    /* [K] 1 where it was met; NULL: not known */
    char *task;          /* its name; "": not known */
    double stim_on_ms, stim_off_ms; /* of all stimulation; NaN: not known */
    double seed;                    /* NaN: not known */
} srnn_spikes;

void srnn_spikes_free(srnn_spikes *spikes); /* leaves it zeroed */

/* Is everything within the ranges above, and in order? Errors: SRNN_ERR_ARGUMENT; the message says
   what is not. The functions below take it for granted. */
srnn_status srnn_spikes_check(srnn_ctx *ctx, const srnn_spikes *spikes);

/* ---- of one spike train, or of the intervals in it ---- */

/* Interspike intervals of ascending times: isi[n - 1]; returns how many, 0 for fewer than two. */
size_t srnn_isi(const double *times, size_t n, double *isi);
/* Standard deviation (of n, not n - 1) over mean; NaN for fewer than two intervals. */
double srnn_cv(const double *isi, size_t n);
/* Mean of 2 |a - b| / (a + b) over neighbours (Holt et al. 1996); NaN for fewer than two. */
double srnn_cv2(const double *isi, size_t n);
/* Mean of 3 (a - b)^2 / (a + b)^2 over neighbours (Shinomoto et al. 2003); NaN for fewer than two.
 */
double srnn_lv(const double *isi, size_t n);
/* Variance (of n) over mean of counts; NaN where the mean is 0 or there are fewer than two. */
double srnn_fanofactor(const double *counts, size_t n);

/* ---- over time ---- */

/* Whole bins in a trial: bin b is (b, b + 1] bin_ms after the start, what is left at the end is
   dropped. Times that rounding has moved by up to 1e-6 ms count as on the edge. 0 where bin_ms is
   not above 0. */
int srnn_n_bins(const srnn_spikes *spikes, double bin_ms);

/* Peri-stimulus time histogram: mean rate of the units of a population over the trials of a type,
   rate_hz[srnn_n_bins()]. type < 0: all types; population SRNN_POPULATIONS: all units. NaN where
   there is no such trial or unit. */
void srnn_time_histogram(const srnn_spikes *spikes, int type, srnn_population population,
                         double bin_ms, double *rate_hz);

/* Those of all types and populations in one pass, of all units at SRNN_POPULATIONS:
   rate_hz[n_types][SRNN_POPULATIONS + 1][srnn_n_bins()]. */
srnn_status srnn_time_histograms(srnn_ctx *ctx, const srnn_spikes *spikes, double bin_ms,
                                 double *rate_hz);

/* The rate of one unit in one trial by a Gaussian kernel of SD kernel_ms (>= 0), its mean in every
   bin: rate_hz[srnn_n_bins()]. Near the trial's ends, where a part of the kernel lies outside, the
   rate is divided by the part that lies within: a constant rate stays constant up to there.
   kernel_ms 0: that of the spikes in each bin. */
void srnn_instantaneous_rate(const srnn_spikes *spikes, int trial, int unit, double bin_ms,
                             double kernel_ms, double *rate_hz);

/* ---- all of it ---- */

typedef struct srnn_spike_options {
    size_t size;            /* of the struct; set by srnn_spike_options_default() */
    double from_ms, to_ms;  /* spikes in (from, to] count; 0 <= from < to; default 0, infinite: the
                               whole trial */
    double count_window_ms; /* of Fano factors, at most from ... to; infinite (default): all of
                               from ... to */
    double correlation_bin_ms; /* of correlations and synchrony; default 5 */
    int max_units; /* whose pairs are correlated, drawn by seed where there are more; 2 to 20000 (a
                      matrix of doubles); default 2000 */
    uint64_t seed; /* default 0 */
} srnn_spike_options;

srnn_spike_options srnn_spike_options_default(void);

enum {                       /* what is told of every unit */
       SRNN_UNIT_RATE_HZ,    /* over all trials */
       SRNN_UNIT_N_ISI,      /* intervals within trials, all trials pooled */
       SRNN_UNIT_ISI_MS,     /* their mean */
       SRNN_UNIT_CV,         /* of the pooled intervals */
       SRNN_UNIT_CV2,        /* over neighbours within a trial, pooled */
       SRNN_UNIT_LV,         /* the same */
       SRNN_UNIT_FANOFACTOR, /* of counts over the trials of a type; mean over windows and types */
       SRNN_UNIT_MEASURES
};
const char *srnn_unit_measure_name(int measure); /* "mean_firing_rate", "n_isi", "isi", "cv",
                                                    "cv2", "lv", "fanofactor" */
const char *srnn_unit_measure_unit(int measure); /* "Hz", "ms" or "" */

/* Of the units, or pairs, in which a measure is defined; NaN where there are too few. */
typedef struct srnn_summary {
    int n;
    double mean, sd, median; /* sd of n - 1 */
} srnn_summary;

/* Lower quartile, median and upper quartile of the finite ones of values[n], linear between
   neighbours; NaN where there are none, or memory ran out. Returns how many are finite. */
int srnn_quartiles(const double *values, int n, double quartiles[3]);

typedef struct srnn_spike_statistics {
    int N, K, n_types;
    double duration_ms;               /* of what counts in a trial */
    double *unit[SRNN_UNIT_MEASURES]; /* [N]; NaN where undefined */
    double *rate_hz; /* [n_types][N] mean rate in the trials of a type; NaN: none */
    /* by population, and of all units at SRNN_POPULATIONS */
    int n_units[SRNN_POPULATIONS + 1];
    int n_silent[SRNN_POPULATIONS + 1]; /* units without a spike in what counts */
    srnn_summary measures[SRNN_POPULATIONS + 1][SRNN_UNIT_MEASURES];
    srnn_summary (*type_rate_hz)[SRNN_POPULATIONS + 1]; /* [n_types] of the units' rates */
    int n_correlated; /* units whose pairs are below: N, or max_units of them */
    /* of the pairs within a population, and of all pairs, as in srnn_correlation_coefficient() */
    srnn_summary correlation[SRNN_POPULATIONS + 1];
    srnn_summary noise_correlation[SRNN_POPULATIONS + 1];
    /* Variance of the summed count over the sum of the units' variances, in the bins of the
       correlation: 1 for independent units, up to the number of units where all do the same. */
    double synchrony[SRNN_POPULATIONS + 1];
} srnn_spike_statistics;

/* options NULL means the defaults. The caller frees the result with srnn_spike_statistics_free().
   Undefined measures are NaN: those of silent units, of populations without units, of types without
   trials. Errors: SRNN_ERR_ARGUMENT (an option outside its range), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_spike_statistics_of(srnn_ctx *ctx, const srnn_spikes *spikes,
                                     const srnn_spike_options *options,
                                     srnn_spike_statistics *result);
void srnn_spike_statistics_free(srnn_spike_statistics *statistics);

typedef enum srnn_correlation {
    /* Of counts in bins of correlation_bin_ms, all trials one after the other, as Elephant's: what
       the stimulus drives both units to is in it. */
    SRNN_TOTAL_CORRELATION = 0,
    /* Of counts of all from ... to, after the mean over the trials of a type was taken off: what
       two units have in common from trial to trial. */
    SRNN_NOISE_CORRELATION
} srnn_correlation;

/* Pearson's correlation of the counts of every pair of units, into matrix[n_units][n_units]; NaN
   where a unit does not vary. units: [n_units] from 0, each once; NULL: all N. options NULL means
   the defaults. Errors: as srnn_spike_statistics_of(). */
srnn_status srnn_correlation_coefficient(srnn_ctx *ctx, const srnn_spikes *spikes,
                                         srnn_correlation kind, const srnn_spike_options *options,
                                         const int *units, int n_units, double *matrix);

#ifdef __cplusplus
}
#endif
#endif
