/* Both networks' trials, summed up trial by trial into how alike the networks are. */
#ifndef SRNN_COMPARISON_H
#define SRNN_COMPARISON_H

#include "spikernn/compare.h"
#include "trials/trials.h"

/* Sums over the trials of a type. A bin's last step is in it, its first moment is not; the last
   bin takes what remains of the rate steps that both networks have. */
typedef struct srnn__comparer {
    srnn_ctx *ctx;
    const srnn_task *task;
    srnn_spiking_params params;
    int N, n_trials; /* of each type */
    int nt;          /* steps of a spiking trial */
    int steps, n_bins;
    double *r, *spikes; /* [n_types][n_bins][N] r of the bin's steps; spikes in it */
    double *counts;     /* [n_types][N] spikes of whole trials */
    double squares;     /* of out - o */
    double output_correlation[SRNN_TYPES_MAX];
    int n_correlated[SRNN_TYPES_MAX]; /* trials that have one */
    double *bins;                     /* [n_bins][N] of the trial at hand */
    double *out;                      /* [T-1][n_out] of the same, at the ends of the rate steps */
} srnn__comparer;

/* For n_trials of each type. Free in any case. */
srnn_status srnn__comparer_init(srnn_ctx *ctx, const srnn_task *task,
                                const srnn_spiking_params *params, int N, int n_trials,
                                srnn__comparer *comparer);
/* In order; of both networks, with history and spikes. */
void srnn__comparer_add(srnn__comparer *comparer, const srnn__trial *trial);
srnn_status srnn__comparer_finish(srnn__comparer *comparer, srnn_comparison *result);
void srnn__comparer_free(srnn__comparer *comparer);

#endif
