/* Trials, of both networks or of the rate network alone, kept whole in an observation. */
#ifndef SRNN_OBSERVER_H
#define SRNN_OBSERVER_H

#include "spikernn/observe.h"
#include "trials/comparison.h"

typedef struct srnn__observer {
    srnn_ctx *ctx;
    const srnn_model *model;
    const srnn_task *task;
    const srnn_observe_options *options;
    srnn_observation *out;
    srnn__comparer comparer;
    int64_t room; /* for spikes */
} srnn__observer;

/* Checks the options and makes room in *out. options are read until the end. Free the observer in
   any case, and *out after an error. */
srnn_status srnn__observer_init(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                const srnn_observe_options *options, srnn_observation *out,
                                srnn__observer *observer);
/* What the trials have to record; NULL: nothing, the rate network runs alone. */
const srnn_recording *srnn__observed(const srnn_observe_options *options, srnn_recording *room);
/* In order; with history, and with that recording. */
srnn_status srnn__observer_add(srnn__observer *observer, const srnn__trial *trial);
srnn_status srnn__observer_finish(srnn__observer *observer);
void srnn__observer_free(srnn__observer *observer);

#endif
