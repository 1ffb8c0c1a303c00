/* Which spikes count, and how many there are in a bin. */
#ifndef SRNN_COUNTS_H
#define SRNN_COUNTS_H

#include <math.h>
#include <stdbool.h>

#include "spikernn/spikes.h"

/* What rounding may have moved a time by, ms; of short bins it is a part. */
#define SRNN__SLACK_MS 1e-6

/* The longest trial: beyond it a double does not resolve times that finely. */
#define SRNN__TRIAL_MAX_MS 1e9

static inline double srnn__slack_ms(double bin_ms)
{
    return bin_ms < 1e3 * SRNN__SLACK_MS ? 1e-3 * bin_ms : SRNN__SLACK_MS;
}

/* Whole bins in so many ms, at most INT_MAX. */
int srnn__whole_bins(double duration_ms, double bin_ms);

/* From 0, of a time since the start of the first bin; -1: in none of the n_bins. */
static inline int srnn__bin_of(double since_ms, double bin_ms, int n_bins)
{
    const double bin = ceil((since_ms - srnn__slack_ms(bin_ms)) / bin_ms) - 1;
    return bin >= 0 && bin < n_bins ? (int)bin : -1;
}

/* Options that have been checked, with numbers in place of what was infinite. */
typedef struct srnn__count_window {
    double from_ms, duration_ms;
    double count_window_ms, correlation_bin_ms;
    int max_units;
    uint64_t seed;
} srnn__count_window;

/* options NULL: the defaults. */
srnn_status srnn__window_of(srnn_ctx *ctx, const srnn_spikes *spikes,
                            const srnn_spike_options *options, srnn__count_window *out);

static inline bool srnn__in_window(const srnn__count_window *w, double time_ms)
{
    return srnn__bin_of(time_ms - w->from_ms, w->duration_ms, 1) == 0;
}

/* Goes through the counts in the bins of all trials, in order, without the bins in which no unit
   spikes. */
typedef struct srnn__bins {
    const srnn_spikes *spikes;
    double from_ms, bin_ms;
    int n_bins;     /* in a trial */
    int64_t next;   /* spike to be looked at */
    int trial, bin; /* where we are */
    int n;          /* units that spike here */
    int32_t *unit;  /* [n] */
    int32_t *count; /* [N] 0 but for those units */
} srnn__bins;

/* NULL pointers in it where memory ran out. */
srnn__bins srnn__bins_begin(const srnn_spikes *spikes, const srnn__count_window *window,
                            double bin_ms);
bool srnn__bins_next(srnn__bins *bins); /* false: that was the last */
/* Asks now and then whether the user wants to stop. */
bool srnn__bins_stopped(srnn_ctx *ctx, const srnn__bins *bins);
void srnn__bins_free(srnn__bins *bins);

/* Fano factor of n counts from their sum and the sum of their squares. */
double srnn__fano(double n, double sum, double squares);

#endif
