/* What every trial of a network, or of several conversions of one, gave: what evaluations and
   choices are made of. */
#ifndef SRNN_OUTCOMES_H
#define SRNN_OUTCOMES_H

#include "task/answers.h"
#include "trials/trials.h"

typedef struct srnn__outcome {
    bool done;
    int type;
    srnn_score score;
    double loss; /* of the output at the end of every rate step, as in training */
    /* of a spiking network */
    srnn_population_rates rates;
    double mean_rate_hz;
} srnn__outcome;

/* Of the spiking network in the trial. */
srnn__outcome srnn__spiking_outcome(const srnn_model *model, const srnn_task *task,
                                    const srnn_spiking_params *params, const srnn__trial *trial);
srnn_response srnn__spiking_response(const srnn_task *task, const srnn_spiking_params *params,
                                     const srnn__trial *trial);

/* What the trials of an evaluation gave in one of the networks. */
typedef struct srnn__tally {
    srnn_ctx *ctx;
    const srnn_task *task;
    int n_trials;
    srnn__outcome *outcomes; /* [n_trials] */
    srnn__answer *answers;   /* [n_trials]; NULL: not asked for */
    srnn_network network;
    int most_rules;          /* of a type */
    srnn_score *rule_scores; /* [n_trials][most_rules]; NULL: no answers, or one rule each, whose
                                score is the outcome's */
} srnn__tally;

/* Free in any case. */
srnn_status srnn__tally_init(srnn_ctx *ctx, const srnn_task *task, srnn_network network,
                             int n_trials, bool answers, srnn__tally *tally);
void srnn__tally_free(srnn__tally *tally);

/* What the trial's response gives beyond its outcome, where that is asked for; on any thread. */
void srnn__tally_answer(const srnn__tally *tally, const srnn__trial *trial, const srnn_score *score,
                        const srnn_response *response);
/* When all trials were kept: into *rules[*n_rules], which the caller frees. */
srnn_status srnn__tally_rules(srnn_ctx *ctx, const srnn__tally *tally, srnn_rule_stats **rules,
                              int *n_rules);

/* Conversions of a model, each of which does the same trials. */
typedef struct srnn__conversions {
    const char *phase;     /* for progress */
    int64_t before, total; /* outcomes of earlier calls and of all of them; 0: these alone */
    const srnn_model *model;
    const srnn_task *task;
    srnn_spiking_params params; /* scaling_factor is not read */
    uint64_t seed;
    srnn_domain domain;
    int first_trial, n_trials; /* types as drawn */
    int n_variants;
    const double *scaling_factors;      /* [n_variants] where params ask for them */
    const srnn_operating_point *points; /* [n_variants] where params ask for them */
    srnn__outcome *outcomes;            /* [n_trials][n_variants]; those that are done stay */
    /* NULL: none. Of each trial that is done; on any thread. */
    void (*followed)(void *user, int variant, const srnn__outcome *outcome);
    void *user;
} srnn__conversions;

/* SRNN_CANCELLED leaves some outcomes not done. */
srnn_status srnn__conversions_run(srnn_ctx *ctx, const srnn__conversions *conversions);

#endif
