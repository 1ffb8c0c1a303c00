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
                               10000; default 40 */
    int n;                  /* candidates, 1 to 100; default 11 */
    const double *widening; /* [n] SD by which the samples of x are widened, >= 0;
                               default 0.5, 0.5, 1, 1, 1, 2, 2, 0.5, 0.5, 0.5, 0.5 */
    const double *shot_noise_cost; /* [n] weight of the spike trains' noise, >= 0;
                                      default 0.3, 1, 0.1, 0.3, 1, 0.3, 1, 0.3, 1, 0.3, 1 */
    const int *visit_trials; /* [n] spiking trials, 0 to 10000, after which the candidate is fitted
                                anew to what the spiking units visited beside the rate trials'
                                samples; 0: not; default 16, 16, 16, 16, 16, 0, 0, 24, 24, 8, 8;
                                NULL: all 0 */
    int n_reserve; /* the last so many candidates are tried only until one has 98 % of the trials
                      right, so mostly not at all; 0 to n - 1; default 4 */
    int n_trials;  /* random spiking trials for each candidate, 1 to 1000000; default 50. The
                      same trials and noise serve every candidate. */
    double score_slack; /* the quietest candidate whose score is at most that much below the
                           highest, on these trials and on as many others, is chosen; >= 0; 0: the
                           highest score, unless an equal one is quieter; default 0.01, less than a
                           trial of 50 */
    int test_trials; /* fresh random trials of the chosen one, 0 (none) to 1000000; default 100 */
    srnn_spiking_params spiking; /* LIF; conversion and scaling_factor are not read */
} srnn_operating_options;

srnn_operating_options srnn_operating_options_default(void);

typedef struct srnn_operating_candidate {
    double widening, shot_noise_cost;
    int visit_trials;
    int correct;         /* trials of n_trials */
    double score;        /* accuracy + 0.1 mean of logistic(margin / 0.1) */
    double mean_rate_hz; /* all units, all trials */
} srnn_operating_candidate;

typedef struct srnn_operating_result {
    int n;                                /* candidates tried */
    srnn_operating_candidate *candidates; /* [n] */
    int n_trials;
    int best;         /* index of the chosen one */
    int test_correct; /* of the chosen one, on trials that had no part in the choice */
    int test_trials;  /* those trials; 0: none */
} srnn_operating_result;

/* Fits the operating points of every candidate, tries them on spiking trials, and keeps the
   quietest of those that do best in the model. Trials are shared among the context's threads. The
   caller frees the result with srnn_operating_result_free().
   Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NUMERIC, SRNN_ERR_NO_MEMORY, SRNN_CANCELLED; after any
   of them the model is as it was. */
srnn_status srnn_find_operating_point(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                                      const srnn_operating_options *options,
                                      srnn_operating_result *result);
void srnn_operating_result_free(srnn_operating_result *result);

/* ---- fidelity ---- */

/* Root mean square of out - o over n_trials trials, types in turn, of the rate network (with
   its noise) and the spiking network on the same input, at the end of every rate step.
   trial numbers are those of the domain. Errors: as srnn_spiking_run(). */
srnn_status srnn_fidelity(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_spiking_params *params, uint64_t seed, srnn_domain domain,
                          int n_trials, double *rmse);

/* 95 % Wilson score interval of `correct` out of `n` (n >= 1). */
void srnn_wilson_interval(int correct, int n, double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
