/* The operating point of every unit for given widening and shot noise cost. */
#ifndef SRNN_FIT_H
#define SRNN_FIT_H

#include "convert/samples.h"
#include "convert/transfer.h"

typedef struct srnn__fit_arrays {
    double *gain, *bias_mv, *scale, *offset; /* [N] each, the caller's */
} srnn__fit_arrays;

srnn_status srnn__fit(srnn_ctx *ctx, const srnn_model *model, const srnn__transfer *transfer,
                      const srnn__samples *samples, double widening, double shot_noise_cost,
                      uint64_t seed, const srnn__fit_arrays *out);

#endif
