/* Are the types of trials still different in the columns that down-sampling keeps? */
#ifndef SRNN_KEPT_TYPES_H
#define SRNN_KEPT_TYPES_H

#include "spiking/simulator.h"

/* The trial of the key is made as each type. An error where two of them differ, but not in every
   downsample-th column: what makes the difference lies between, which noise or a wave would hide
   from a look at one input alone. Where types draw different noise nothing is found. */
srnn_status srnn__types_kept(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key,
                             int downsample);

#endif
