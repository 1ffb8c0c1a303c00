/* What the units of the rate network do in trials of the task. */
#ifndef SRNN_SAMPLES_H
#define SRNN_SAMPLES_H

#include "core/core.h"
#include "spikernn/model.h"
#include "spikernn/task.h"

typedef struct srnn__samples {
    int N, n;
    float *x; /* [N][n] synaptic currents */
} srnn__samples;

/* Of n_trials trials, all types in turn, at about 40 moments of each. */
srnn_status srnn__samples_take(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                               uint64_t seed, int n_trials, srnn__samples *samples);
void srnn__samples_free(srnn__samples *samples);

#endif
