/* From rate to spiking: the search for the scaling factor lambda ([K] Methods). */
#ifndef SPIKERNN_CONVERT_H
#define SPIKERNN_CONVERT_H

#include "spikernn/spiking.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_search_options {
    uint64_t seed; /* default 0 */
    int n_trials;  /* random trials for each scaling factor, 1 to 1000000; default 100.
                      The same trials and noise serve every scaling factor. */
    int n;         /* scaling factors, 1 to 1000; default 12 */
    const double *scaling_factors; /* [n], > 0; default 20, 25, ... 75 */
    srnn_spiking_params spiking;   /* scaling_factor is not read */
} srnn_search_options;

srnn_search_options srnn_search_options_default(void);

typedef struct srnn_search_result {
    int n;
    double *scaling_factors; /* [n] */
    int *correct;            /* [n] correct trials of n_trials */
    int n_trials;            /* trials done for each; fewer than asked for after SRNN_CANCELLED */
    int best;                /* index of the first maximum */
} srnn_search_result;

/* Accuracy for each scaling factor. Trials are shared among the context's
   threads. The caller frees the result's arrays with srnn_search_result_free().
   After SRNN_CANCELLED the result holds the trials that every scaling factor
   has had (n_trials may be 0). */
srnn_status srnn_search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                        const srnn_search_options *options, srnn_search_result *result);
void srnn_search_result_free(srnn_search_result *result);

/* 95 % Wilson score interval of `correct` out of `n` (n >= 1). */
void srnn_wilson_interval(int correct, int n, double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
