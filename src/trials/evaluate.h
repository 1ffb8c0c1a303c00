/* Evaluation of a rate network that is being trained or was loaded, and the parts of one that an
   evaluation of both networks shares. */
#ifndef SRNN_EVALUATE_H
#define SRNN_EVALUATE_H

#include "trials/outcomes.h"

/* trials may be NULL. during: the progress of the longer call that this is part of; NULL: it
   reports its own trials. */
srnn_status srnn__rate_evaluate_net(srnn_ctx *ctx, const srnn__rate_net *net, const srnn_task *task,
                                    const srnn_rate_eval_options *options,
                                    const srnn_progress *during, uint64_t first_trial,
                                    srnn_rate_evaluation *result, const srnn_rate_trials *trials);

/* Keeps trial k of one network, on any thread. trials may be NULL. SRNN_ERR_NUMERIC, without a
   sentence: the loss is not finite. */
srnn_status srnn__rate_keep(const srnn__tally *tally, srnn_loss loss,
                            const srnn_rate_trials *trials, const srnn__trial *trial);
void srnn__spiking_keep(const srnn__tally *tally, const srnn_model *model,
                        const srnn_spiking_params *params, const srnn__trial *trial);

/* When every trial was kept. After an error the result is empty. */
srnn_status srnn__rate_summarize(srnn_ctx *ctx, const srnn__tally *tally,
                                 const srnn_rate_trials *trials, srnn_rate_evaluation *result);
srnn_status srnn__spiking_summarize(srnn_ctx *ctx, const srnn__tally *tally,
                                    srnn_spiking_evaluation *result);

#endif
