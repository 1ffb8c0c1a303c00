/* The parts of training that are not passes of the rate network: penalties and Adam. */
#ifndef SRNN_TRAIN_H
#define SRNN_TRAIN_H

#include "rate/network.h"

/* The penalties on weights: their value, and their gradient added (to that of W_eff in
   gradient->w, before srnn__rate_finish_gradient masks it). */
double srnn__penalty(const srnn__rate_net *net, const srnn_penalties *penalties);
void srnn__penalty_gradient(const srnn__rate_net *net, const srnn_penalties *penalties,
                            srnn__params *gradient);
/* That on rates: its value for the trials in pass, and the r_slope it means for so many. */
double srnn__rate_penalty(const srnn__rate_net *net, const srnn__rate_pass *pass,
                          const srnn_penalties *penalties);
real srnn__rate_penalty_slope(const srnn__rate_net *net, int n_trials, int T,
                              const srnn_penalties *penalties);

typedef struct srnn__adam_state {
    srnn__params m, v;
    int64_t t; /* updates done */
    double beta1_power, beta2_power;
} srnn__adam_state;

bool srnn__adam_alloc(const srnn__rate_net *net, srnn__adam_state *state);
void srnn__adam_free(srnn__adam_state *state);
/* From and to the moments that a model keeps. */
void srnn__adam_load(const srnn__rate_net *net, const srnn_train_options *options,
                     const srnn__optimizer *optimizer, srnn__adam_state *state);
void srnn__adam_store(const srnn__rate_net *net, const srnn__adam_state *state,
                      srnn__optimizer *optimizer);
/* One update of net->params; the net still needs srnn__rate_net_update. */
void srnn__adam_update(srnn__rate_net *net, const srnn_train_options *options,
                       const srnn__params *gradient, srnn__adam_state *state);

/* Of a training that has come to its end: the last trial again, which .pth files do not keep. */
srnn_status srnn__train_last_trial(srnn_ctx *ctx, srnn_model *model, const srnn_task *task);

#endif
