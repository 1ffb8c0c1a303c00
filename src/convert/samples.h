/* What the units of the rate network and of the spiking network do in trials of the task. */
#ifndef SRNN_SAMPLES_H
#define SRNN_SAMPLES_H

#include "core/core.h"
#include "spikernn/spiking.h"

typedef struct srnn__samples {
    int N, n;
    float *x; /* [N][n] synaptic currents */
} srnn__samples;

/* Of n_trials trials, all types in turn, at about 40 moments of each. */
srnn_status srnn__samples_take(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                               uint64_t seed, int n_trials, srnn__samples *samples);

/* The samples of `rate`, then what the units of the spiking network visit in n_trials trials of
   their own, all types in turn, at as many moments: (I - b_i) / k_i for a unit of the drive I. */
srnn_status srnn__samples_add_visited(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                      const srnn_spiking_params *params,
                                      const srnn_operating_point *point, uint64_t seed,
                                      int n_trials, const srnn__samples *rate, srnn__samples *both);
void srnn__samples_free(srnn__samples *samples);

#endif
