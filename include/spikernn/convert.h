/* From rate to spiking: the search for the scaling factor lambda ([K] Methods), the
   operating-point conversion (docs/conversion.md), and how alike the two networks are. */
#ifndef SPIKERNN_CONVERT_H
#define SPIKERNN_CONVERT_H

#include "spikernn/spiking.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_search_options {
    uint64_t seed;   /* default 0 */
    int test_trials; /* fresh random trials of the best one, 0 (none) to 1000000; default 100 */
    int n_trials;    /* random trials for each scaling factor, 1 to 1000000; default 100.
                        The same trials and noise serve every scaling factor. */
    int n;           /* scaling factors, 1 to 1000; default 12 */
    const double *scaling_factors; /* [n], > 0; default 20, 25, ... 75 */
    srnn_spiking_params spiking;   /* conversion and scaling_factor are not read */
} srnn_search_options;

srnn_search_options srnn_search_options_default(void);

typedef struct srnn_search_result {
    int n;
    double *scaling_factors; /* [n] */
    int *correct;            /* [n] correct trials of n_trials */
    int n_trials;            /* trials done for each; fewer than asked for after SRNN_CANCELLED */
    int best;                /* index of the first maximum */
    int test_correct;        /* of the best one, on trials that had no part in the choice */
    int test_trials;         /* those trials; 0: none */
} srnn_search_result;

/* Accuracy for each scaling factor. Trials are shared among the context's
   threads. The caller frees the result's arrays with srnn_search_result_free().
   After SRNN_CANCELLED the result holds the trials that every scaling factor
   has had (n_trials may be 0). */
srnn_status srnn_search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                        const srnn_search_options *options, srnn_search_result *result);
void srnn_search_result_free(srnn_search_result *result);

/* ---- the operating-point conversion ---- */

typedef struct srnn_operating_options {
    uint64_t seed;          /* default 0 */
    int fit_trials;         /* rate trials, all types in turn, that tell where the units work, 1 to
                               10000; default 64 */
    int n;                  /* candidates, 1 to 100; default 7 */
    const double *widening; /* [n] SD by which the samples of x are widened, >= 0;
                               default 0.5, 0.5, 1, 1, 2, 2, 2.5 */
    const double *shot_noise_cost; /* [n] weight of the spike trains' noise, >= 0;
                                      default 0.1, 0.3, 0.1, 0.3, 0.3, 1, 0.3 */
    int n_trials;    /* random spiking trials for each candidate, 1 to 1000000; default 50. The
                        same trials and noise serve every candidate. */
    int test_trials; /* fresh random trials of the chosen one, 0 (none) to 1000000; default 100 */
    srnn_spiking_params spiking; /* LIF; conversion and scaling_factor are not read */
} srnn_operating_options;

srnn_operating_options srnn_operating_options_default(void);

typedef struct srnn_operating_candidate {
    double widening, shot_noise_cost;
    int correct;         /* trials of n_trials */
    double score;        /* accuracy + 0.1 mean of logistic(margin / 0.1) */
    double mean_rate_hz; /* all units, all trials */
} srnn_operating_candidate;

typedef struct srnn_operating_result {
    int n;
    srnn_operating_candidate *candidates; /* [n] */
    int n_trials;
    int best;         /* index of the first highest score */
    int test_correct; /* of the best one, on trials that had no part in the choice */
    int test_trials;  /* those trials; 0: none */
} srnn_operating_result;

/* Fits the operating points of every candidate, tries them on spiking trials, and keeps that
   of the highest score in the model. Trials are shared among the context's threads. The
   caller frees the result with srnn_operating_result_free().
   Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NUMERIC, SRNN_ERR_NO_MEMORY, SRNN_CANCELLED; after any
   of them the model is as it was. */
srnn_status srnn_find_operating_point(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                                      const srnn_operating_options *options,
                                      srnn_operating_result *result);
void srnn_operating_result_free(srnn_operating_result *result);

/* ---- how alike the two networks are ---- */

typedef struct srnn_compare_options {
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
    double ceiling_hz; /* 1 / tref_ms, but at most a spike in every step of the simulation */
} srnn_comparison;

/* Runs both networks on the same input and key. Trials are shared among the context's threads. The
   caller frees the result with srnn_comparison_free(). Errors: as srnn_spiking_run(), and
   SRNN_CANCELLED; there is no result then. */
srnn_status srnn_compare(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_spiking_params *params, const srnn_compare_options *options,
                         srnn_comparison *result);
void srnn_comparison_free(srnn_comparison *comparison);

/* 95 % Wilson score interval of `correct` out of `n` (n >= 1). */
void srnn_wilson_interval(int correct, int n, double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
