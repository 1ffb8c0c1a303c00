/* A diagnosis while it is made. */
#ifndef SRNN_EXPERIMENT_FINDINGS_H
#define SRNN_EXPERIMENT_FINDINGS_H

#include <jansson.h>

#include "core/core.h"
#include "spikernn/diagnose.h"

typedef struct srnn__diagnosing {
    srnn_ctx *ctx;
    const srnn_diagnose_options *o;
    const srnn_model *model;
    const srnn_task *task;
    const srnn_task_def *def;
    srnn_search_record search;
    const srnn_evaluation *e;
    srnn_spiking_params params;
    const char *prefix; /* of option names in sentences */
    double rate_accuracy, accuracy;
    bool scaled;              /* by lambda */
    bool short_of;            /* srnn_falls_short() */
    bool conversion_at_fault; /* srnn_converts_badly(), until another cause is found */
    bool any_better;          /* with one thing changed */
    char unexplained[256];    /* "no voltage noise 0.510, ...": changes with their accuracies */
    srnn_diagnosis *out;
    srnn_status status; /* of the latest run; an error ends the diagnosis */
} srnn__diagnosing;

/* Why srnn_falls_short(), with the numbers of both networks and the rule: "With λ the spiking
   network is correct in 0.930 of 200 trials (95 % interval 0.886 – 0.958), the rate network
   in 1.000 (0.981 – 1.000): below 0.95". */
void srnn__describe_shortfall(const srnn_evaluation *e, char text[320]);

/* Takes the numbers; NULL stands for those that memory had no room for. Fails through d->status. */
void srnn__finding_add(srnn__diagnosing *d, const char *code, json_t *numbers, const char *format,
                       ...) SRNN__PRINTF(4, 5);

/* diagnose_conversion.c: findings about the conversion and the search that chose it. */
void srnn__diagnose_conversion(srnn__diagnosing *d);

#endif
