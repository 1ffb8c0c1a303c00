/* What the analyses of population activity share. */
#ifndef SRNN_ACTIVITY_H
#define SRNN_ACTIVITY_H

#include "core/core.h"
#include "spikernn/dynamics.h"

/* Sizes, types and finite numbers; the message says what is wrong. */
srnn_status srnn__activity_check(srnn_ctx *ctx, const srnn_activity *activity);

/* The trials of each type, ascending: those of type t are trial[start[t]] to trial[start[t + 1]].
 */
typedef struct srnn__trials_of_types {
    int *trial; /* [K] */
    int *start; /* [n_types + 1] */
} srnn__trials_of_types;
/* NULL pointers in it where memory ran out; both to be freed. */
srnn__trials_of_types srnn__group_trials(const int *type, int K, int n_types);

/* The mean over n trials into mean[n_bins][N], NaN where there are none. */
void srnn__trials_mean(const srnn_activity *activity, const int *trials, int n, double *mean);

/* (row - mean) . axis for every row of rows[n_rows][N] and axis of axes[n_axes][N], into
   out[n_rows][n_axes]. */
void srnn__project(const double *rows, size_t n_rows, int N, const double *mean, const double *axes,
                   int n_axes, double *out);

/* The same of the mean activity of every type, into out[n_types][n_bins][n_axes]. */
srnn_status srnn__project_types(srnn_ctx *ctx, const srnn_activity *activity, const double *mean,
                                const double *axes, int n_axes, double *out);

#endif
