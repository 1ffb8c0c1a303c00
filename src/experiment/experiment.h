/* An experiment and its record. */
#ifndef SRNN_EXPERIMENT_EXPERIMENT_H
#define SRNN_EXPERIMENT_EXPERIMENT_H

#include <jansson.h>

#include "core/core.h"
#include "spikernn/experiment.h"

struct srnn_experiment {
    srnn_options *options;
    const srnn_settings *s;
    char *folder; /* NULL: an experiment in memory, and so are the paths in it */
    char *model_path, *pth_path, *record_path, *progress_path;
    const srnn_task *task;
    srnn_task *own_task; /* NULL: the caller's */
    srnn_model *model;
    json_t *record; /* what summary.json has */
    const char *stage;
    srnn_event_fn fn;
    void *user;

    srnn_search_result search;
    srnn_operating_result operating;
    srnn_readout_result readout;
    srnn_evaluation evaluation, by_factor;
    srnn_diagnosis diagnosis;
    srnn_noise_curve noise_curve;
    srnn_observation observation;
    bool observes; /* it is wanted, with the voltages of these units; NULL: the loudest ones */
    int *units, n_units;
    bool goes_on; /* the model is one whose training was interrupted */
    bool running; /* srnn_experiment_run() has been called, and has not returned */
    int lock;     /* of the folder, a file descriptor; -1: none */
    bool holds;   /* it is kept until the experiment is freed */
    bool fresh;   /* the folder had no experiment when it was opened, and nothing is in it yet */
    bool searched, found_point, refitted, evaluated, diagnosed, noise_measured; /* in this call */
    double scaling_factor; /* NaN: the operating point */
    /* In memory: called after parts of a training and where it is interrupted. May be NULL. */
    srnn_status (*checkpoint)(srnn_ctx *ctx, srnn_experiment *e, void *user);
    void *checkpoint_user;
    bool trains_only; /* no stage after the training is wanted */
    double train_s, search_s, evaluate_s;
    struct {
        int file;            /* a descriptor; -1: none */
        srnn_progress_fn fn; /* the front end's */
        void *user;
        double written_s;
        int n_evals; /* those of the training that have been written */
    } progress;
};

/* ---- in memory: for those who keep results in their own way ---- */

/* An experiment without a folder, which writes nothing. options: finished for the task, with a
   seed; copied. model: NULL: a new one; else one that has been trained, or whose training goes on;
   taken, also after an error. The caller frees *out, also after an error. */
srnn_status srnn__experiment_begin(srnn_ctx *ctx, const srnn_options *options,
                                   const srnn_task *task, srnn_model *model, srnn_experiment **out);
/* Would an experiment with these options, finished for the task, be refused? */
srnn_status srnn__experiment_try(srnn_ctx *ctx, const srnn_options *options, const srnn_task *task);
/* Before it runs: this stage was done, with this result, which is taken; name: of the result in the
   record. */
void srnn__experiment_restore(srnn_experiment *e, const char *stage, const char *name,
                              json_t *result);

/* The same of a search for the scaling factor, whose result the model gets. */
srnn_status srnn__experiment_restore_search(srnn_ctx *ctx, srnn_experiment *e,
                                            const srnn_search_result *search);

/* Also where a call of srnn_experiment_run() did not return: Octave jumps out of callbacks. */
void srnn__experiment_unlock(srnn_experiment *e);

/* ---- components.c ---- */

/* Of the activity that was observed: {"trials_of_each_type", "rate", "spiking"}, the latter null
   where there is none. */
srnn_status srnn__components_json(srnn_ctx *ctx, const srnn_experiment *e, json_t **out);

/* ---- progress_file.c ---- */

/* While it is open, what the context reports goes there, too. */
void srnn__progress_open(srnn_ctx *ctx, srnn_experiment *e);
void srnn__progress_close(srnn_ctx *ctx, srnn_experiment *e, bool finished);
/* {"stage": ..., name: words} */
void srnn__progress_say(srnn_experiment *e, const char *name, const char *words);

/* ---- record.c ---- */

/* The record of an experiment that has nothing yet. */
srnn_status srnn__record_begin(srnn_ctx *ctx, srnn_experiment *e);
/* The folder's; e->record stays NULL where it has none. SRNN_ERR_ARGUMENT where it holds results of
   something else. */
srnn_status srnn__record_load(srnn_ctx *ctx, srnn_experiment *e);
/* Names of the results in a record, NULL-terminated. */
extern const char *const srnn__record_results[];
/* As if no stage had been done. */
void srnn__record_restart(srnn_experiment *e);
/* In place of an earlier decision with this code. */
void srnn__record_decide(srnn_experiment *e, const char *code, const char *sentence);
/* The options, and where the network is, as they are now. */
void srnn__record_put_options(srnn_experiment *e);
/* Is the record one of these options? */
srnn_status srnn__record_check(srnn_ctx *ctx, const srnn_experiment *e);
srnn_status srnn__record_save(srnn_ctx *ctx, srnn_experiment *e);

/* Takes the value. */
void srnn__record_put(srnn_experiment *e, const char *name, json_t *value);
/* NULL where it is null, too. */
const json_t *srnn__record_get(const srnn_experiment *e, const char *name);
bool srnn__record_done(const srnn_experiment *e, const char *stage);
void srnn__record_finish(srnn_experiment *e, const char *stage);
/* The stage is to be done again. */
void srnn__record_reopen(srnn_experiment *e, const char *stage);
/* Accuracies of an evaluation in the record, for the decisions about it. */
srnn_evaluation srnn__record_evaluation(const srnn_experiment *e);

#endif
