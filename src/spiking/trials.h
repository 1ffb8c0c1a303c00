/* Many trials of a spiking network, shared among threads: the engine of the
   evaluation and of the search for the scaling factor. */
#ifndef SRNN_TRIALS_H
#define SRNN_TRIALS_H

#include "spiking/simulator.h"
#include "task/answers.h"

/* What one trial of one variant gave. */
typedef struct srnn__spiking_outcome {
    bool done;
    int type;
    srnn_score score;
    double loss; /* of out at the end of every rate step, as in training */
    srnn_population_rates rates;
    double mean_rate_hz;
} srnn__spiking_outcome;

typedef struct srnn__spiking_trials {
    const char *phase;     /* for progress */
    int64_t before, total; /* outcomes of earlier calls and of all of them; 0: these alone */
    const srnn_model *model;
    const srnn_task *task;
    srnn_spiking_params params; /* scaling_factor is not read */
    uint64_t seed;
    srnn_domain domain;
    int first_trial, n_trials;
    bool balanced; /* types in turn instead of random */
    /* Conversions of the model, each of which does the same trials: */
    int n_variants;
    const double *scaling_factors;      /* [n_variants] where params ask for them */
    const srnn_operating_point *points; /* [n_variants] where params ask for them; NULL: one
                                           variant, the model's */
    srnn__spiking_outcome *outcomes;    /* [n_trials][n_variants]; those that are done stay */
    srnn__answer *answers;              /* the same; NULL: not asked for */
} srnn__spiking_trials;

/* SRNN_CANCELLED leaves some outcomes not done. */
srnn_status srnn__spiking_trials_run(srnn_ctx *ctx, const srnn__spiking_trials *trials);

#endif
