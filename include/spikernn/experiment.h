/* One network from nothing to understood: trained on a task, converted, the better conversion
   chosen, evaluated on fresh trials, diagnosed. What is decided on the way is decided here; a front
   end shows the events. The folder holds

       model.mat     the network with what was found about its conversion
       model.pth     its training, which goes on from there
       summary.json  the record: options and results (docs/experiment.md)
       progress.jsonl  while it runs, how far it has come (docs/experiment.md)

   and the same experiment run again in that folder goes on where it ended: a stage that was
   finished is not done again, an interrupted training goes on to the same bits. */
#ifndef SPIKERNN_EXPERIMENT_H
#define SPIKERNN_EXPERIMENT_H

#include "spikernn/convert.h"
#include "spikernn/diagnose.h"
#include "spikernn/evaluate.h"
#include "spikernn/options.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_experiment srnn_experiment;

typedef enum srnn_event_kind {
    SRNN_EVENT_BEGUN = 0, /* of a stage */
    SRNN_EVENT_DONE,      /* with its result */
    SRNN_EVENT_KEPT,      /* it was done before in this folder, with the result of then */
    SRNN_EVENT_DECIDED    /* with a sentence */
} srnn_event_kind;

/* Progress within a stage goes to the context's callback. */
typedef struct srnn_event {
    srnn_event_kind kind;
    const char *stage;    /* "training", "search", "operating point", "readout", "evaluation",
                             "diagnosis", "noise curve", "observation", "components" */
    const char *code;     /* DECIDED: "not_learned", "converts_badly", "factor_stays" */
    const char *sentence; /* DECIDED: what was decided, and why; else "" */
    const char *json;     /* DONE, KEPT: the result, as the record has it; else "". An observation
                             is not in the record */
} srnn_event;

/* Called on the thread that made the call. */
typedef void (*srnn_event_fn)(void *user, const srnn_experiment *experiment,
                              const srnn_event *event);

/* What this run of the experiment has found; what was kept is in the record alone. Pointers are the
   experiment's. */
typedef struct srnn_experiment_results {
    const srnn_search_result *search;       /* NULL: none */
    const srnn_operating_result *operating; /* NULL: none */
    const srnn_readout_result *readout;     /* NULL: none */
    const srnn_evaluation *evaluation;      /* NULL: none */
    const srnn_evaluation *by_factor;       /* where the operating point is better; NULL: not */
    const srnn_diagnosis *diagnosis;        /* NULL: none */
    const srnn_noise_curve *noise_curve;    /* NULL: none, option noise_curve */
    const srnn_observation *observation;    /* NULL: none, srnn_experiment_observe() */
    double scaling_factor;                  /* of the evaluated network; NaN: operating point */
    double train_s, search_s, evaluate_s;   /* seconds, also of earlier runs */
} srnn_experiment_results;

/* Does the folder hold an experiment, with which srnn_experiment_open() goes on? */
bool srnn_experiment_in(const char *folder);

/* Is it being run now, by any process? */
bool srnn_experiment_running(const char *folder);

/* task: one of the caller's, who frees it after *out; NULL: the one that the option `task` names.
   With a task, options must not contain `task` or task settings. options are copied. folder
   is made by srnn_experiment_run(), with its parents; one that holds this experiment already gives
   its seed and the options that are not given here; in any other a seed that is not given is a new
   one. An experiment is the same where the options that change results are the same, and the
   task's name, T, n_in, n_out, settings and declaration. The folder does not keep the functions of
   a caller's task: to go on it is given again. What a later stage would refuse is refused now. The
   caller frees *out, also after an error. Errors: SRNN_ERR_ARGUMENT (an option; the folder holds an
   experiment with other options), SRNN_ERR_FILE, SRNN_ERR_FORMAT (the folder's files),
   SRNN_ERR_NUMERIC. */
srnn_status srnn_experiment_open(srnn_ctx *ctx, const srnn_options *options, const srnn_task *task,
                                 const char *folder, srnn_experiment **out);
void srnn_experiment_free(srnn_experiment *experiment);

/* Runs the stages that are left. fn may be NULL. Errors: those of the stages; SRNN_CANCELLED, after
   which the folder keeps what was reached. */
srnn_status srnn_experiment_run(srnn_ctx *ctx, srnn_experiment *experiment, srnn_event_fn fn,
                                void *user);

/* Before srnn_experiment_run(), after which the folder then stays locked, so that no other process
   writes into it and srnn_experiment_running() is true, until the experiment is freed: for a front
   end that adds files. */
void srnn_experiment_hold(srnn_experiment *experiment);

/* Before srnn_experiment_run(), which then also keeps trials whole, option observed_trials, with
   the voltages of these units, [n_units] from 0; NULL: those of srnn_loudest_units(). They are
   those of the evaluation, or run again where it was kept or has fewer. Errors: SRNN_ERR_NO_MEMORY.
 */
srnn_status srnn_experiment_observe(srnn_ctx *ctx, srnn_experiment *experiment, const int *units,
                                    int n_units);

/* Valid until the experiment is freed; the model, as far as it has been trained, until the next
   stage begins. */
srnn_model *srnn_experiment_model(const srnn_experiment *experiment);
const srnn_task *srnn_experiment_task(const srnn_experiment *experiment);
const srnn_options *srnn_experiment_options(const srnn_experiment *experiment);
srnn_experiment_results srnn_experiment_get_results(const srnn_experiment *experiment);
/* The stage that was begun last; "": none. */
const char *srnn_experiment_stage(const srnn_experiment *experiment);
/* The training reached its criterion. */
bool srnn_experiment_learned(const srnn_experiment *experiment);

/* Stores a front end's JSON value under `name`, which must not be a key of the record; invalid JSON
   becomes null. */
void srnn_experiment_note(srnn_experiment *experiment, const char *name, const char *json);

/* The record, as summary.json has it. To be freed; NULL: out of memory. */
char *srnn_experiment_json(const srnn_experiment *experiment);

/* Seconds that the training with all its trials, the search and the evaluation take on this
   machine, from a few updates and trials; an operating point, a readout and the diagnosis are not
   in them. */
typedef struct srnn_experiment_estimate {
    double train_s, search_s, evaluate_s;
} srnn_experiment_estimate;
srnn_status srnn_experiment_estimate_time(srnn_ctx *ctx, const srnn_experiment *experiment,
                                          srnn_experiment_estimate *out);

#ifdef __cplusplus
}
#endif
#endif
