/* Evaluation of a rate network that is being trained or was loaded. */
#ifndef SRNN_EVALUATE_H
#define SRNN_EVALUATE_H

#include "rate/network.h"

/* trials may be NULL. during: the progress of the longer call that this is part of; NULL: it
   reports its own trials. */
srnn_status srnn__rate_evaluate_net(srnn_ctx *ctx, const srnn__rate_net *net, const srnn_task *task,
                                    const srnn_rate_eval_options *options,
                                    const srnn_progress *during, uint64_t first_trial,
                                    srnn_rate_evaluation *result, const srnn_rate_trials *trials);

#endif
