/* The one engine of trials: trials of a task in the rate network, in spiking networks or in both,
   shared among the context's threads. What a trial gave goes to a reducer. */
#ifndef SRNN_TRIALS_H
#define SRNN_TRIALS_H

#include "rate/network.h"
#include "spiking/simulator.h"

/* What happened in a trial; all of it is the engine's and valid during the reducer's call only. */
typedef struct srnn__trial {
    int k, type; /* from 0 */
    srnn_trial_key key;
    const float *u, *z; /* [columns][n_in], [columns][n_out] the target; columns: T + 1, T where the
                           rate network runs alone */
    /* the rate network, where it runs */
    const srnn__rate_net *net;
    const srnn__rate_pass *pass; /* of which this is trial b; NULL: it does not run */
    int b;
    const double *o; /* [T-1][n_out] */
    srnn_score rate_score;
    /* a spiking network, where one runs */
    int variant;
    const srnn__simulator *sim; /* after the trial: out, counts; NULL: none runs */
    srnn_score spiking_score;
    srnn_spiking_result *result; /* where something is recorded, else NULL */
} srnn__trial;

/* Any status but SRNN_OK ends the run with it. A reducer that gets its trials in order keeps the
   sentence in the context; one that does not returns SRNN_ERR_NUMERIC for an output that is too
   large. */
typedef srnn_status (*srnn__reducer)(void *user, const srnn__trial *trial);

/* A spiking network and how it runs. Those that run side by side differ in their weights and in
   the scaling factor alone. */
typedef struct srnn__variant {
    const srnn__spiking_net *net;
    srnn_spiking_params params;
} srnn__variant;

typedef struct srnn__trials {
    const srnn_task *task;
    /* which trials: the key of trial k is {seed, domain, first + k} */
    uint64_t seed, first;
    srnn_domain domain;
    int n;
    int from;         /* trials before it are left out: an earlier run did them */
    const int *types; /* [n]; NULL: in turn, or as drawn */
    bool drawn;
    /* in which networks */
    const srnn__rate_net *rate;    /* NULL: not in the rate network */
    double noise;                  /* of the rate network */
    bool history;                  /* pass has x, r, y of all steps */
    const srnn__variant *variants; /* [n_variants] */
    int n_variants;
    const srnn_recording *recording; /* of the only variant; NULL: nothing, spikes neither */
    /* what for */
    srnn__reducer reduce;
    bool in_order; /* trial by trial, one at a time; else on any thread at any time, into places
                      that no other trial has */
    bool (*skip)(void *user, int k, int variant); /* is that one known? NULL: none is */
    void *user;
    /* progress */
    const char *phase;     /* NULL: none is reported, and nothing interrupts */
    int64_t before, total; /* trials times variants of earlier calls and of all; 0: these alone */
    const srnn_progress *during; /* reported instead: that of a longer call; or NULL */
} srnn__trials;

/* The first error ends the run, the same on any number of threads. What the task's functions give
   is checked. SRNN_CANCELLED leaves some trials out.
   *done: trials times variants that were run or skipped; NULL: not wanted. */
srnn_status srnn__trials_run(srnn_ctx *ctx, const srnn__trials *trials, int64_t *done);

/* Both networks of a model, as trials take them. */
typedef struct srnn__networks {
    srnn__rate_net rate;
    srnn__spiking_net spiking;
    srnn__variant variant; /* of spiking */
    int n_variants;        /* 0: the rate network alone */
} srnn__networks;

/* spiking NULL: the rate network alone. Free in any case. */
srnn_status srnn__networks_init(srnn_ctx *ctx, const srnn_model *model,
                                const srnn_spiking_params *spiking, srnn__networks *networks);
void srnn__networks_free(srnn__networks *networks);

#endif
