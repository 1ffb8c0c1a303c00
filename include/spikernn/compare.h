/* How alike the rate network and the spiking network are: their outputs, and unit by unit. */
#ifndef SPIKERNN_COMPARE_H
#define SPIKERNN_COMPARE_H

#include "spikernn/spiking.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_compare_options {
    size_t size;        /* of the struct; set by srnn_compare_options_default() */
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_EVAL */
    int n_trials;       /* of each type, in turn, >= 1; default 20. The first ones of a balanced
                           evaluation of the same seed and domain. */
    double noise;       /* of the rate network, as in srnn_rate_eval_options; default 0.1 */
} srnn_compare_options;

srnn_compare_options srnn_compare_options_default(void);

/* The outputs are compared at the end of every rate step. Of the units, mean r and firing rate are
   compared: means over the trials of a type, in bins of 50 ms from the start (the last one takes
   the rest of the trial). Spikes count from the 10th step on, as in srnn_spiking_result.
   Correlations are Pearson's, NaN where either side does not vary. */
typedef struct srnn_comparison {
    int n_trials; /* of each type */
    int n_types, N, n_bins;
    double rmse;                               /* of out - o: all trials, steps and outputs */
    double output_correlation[SRNN_TYPES_MAX]; /* [n_types] of out and o over time, mean over the
                                                  outputs and the trials in which both vary */
    double across_units[SRNN_TYPES_MAX]; /* [n_types] of the units' mean r and mean rate, over the
                                            units */
    double *unit_correlation;            /* [N] of a unit's r and rate, over all types and bins */
    double *mean_r, *mean_hz;            /* [N] over all trials */
    uint8_t *saturated;                  /* [N] 1: in some bin above 80 % of the ceiling */
    int n_silent, n_saturated;           /* units; silent: no spike in any trial */
    double ceiling_hz; /* a spike in the first step after every refractory time: 487.8 for 2 ms in
                          steps of 0.05 ms */
} srnn_comparison;

/* Runs both networks on the same input and key. Trials are shared among the context's threads. The
   caller frees the result with srnn_comparison_free(). Errors: as srnn_spiking_run(), and
   SRNN_CANCELLED; there is no result then. */
srnn_status srnn_compare(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_spiking_params *params, const srnn_compare_options *options,
                         srnn_comparison *result);
void srnn_comparison_free(srnn_comparison *comparison);

#ifdef __cplusplus
}
#endif
#endif
