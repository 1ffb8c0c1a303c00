/* Many networks as one thing: a study file names conditions, a grid of options and seeds; each
   (condition, seed) is a network that is trained, converted and evaluated. Networks that are the
   same up to a stage share it. Any number of processes work on one folder:

       study.json             the study file, as given; files that it names are in files/
       networks/KEY/model.mat the trained network of that key (keep: all, best)
       records/WORKER.jsonl   results: a line for each finished stage, a file for each process

   With `store` in the study file, networks/ and records/ are in that folder, which other studies
   may share: what several need is computed once

   (docs/study.md). */
#ifndef SPIKERNN_STUDY_H
#define SPIKERNN_STUDY_H

#include "spikernn/model.h"
#include "spikernn/options.h"
#include "spikernn/statistics.h"
#include "spikernn/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_study srnn_study;

/* file: a study file (JSON); NULL: the folder's study.json. folder: of the results, made by
   srnn_study_run(); NULL: none yet, nothing is read but the file. The whole file is checked; what
   the folder holds of an earlier form of the same study is kept. The caller frees *out.
   Errors: SRNN_ERR_FORMAT (the file, with its line), SRNN_ERR_FILE, SRNN_ERR_ARGUMENT (the folder
   holds another study, or results of another version's numerics). */
srnn_status srnn_study_open(srnn_ctx *ctx, const char *file, const char *folder, srnn_study **out);
/* As of a file with this text (JSON) in the current folder; sentences call it "the study". */
srnn_status srnn_study_open_text(srnn_ctx *ctx, const char *text, const char *folder,
                                 srnn_study **out);
void srnn_study_free(srnn_study *study);

/* Reads what workers have added to the records since. */
srnn_status srnn_study_refresh(srnn_ctx *ctx, srnn_study *study);

/* ---- what it holds; pointers are the study's, valid until it is refreshed, run or freed ---- */

typedef struct srnn_measure {
    const char *name;  /* "evaluation.spiking.accuracy", as in summary.json */
    const char *title; /* "accuracy of the spiking network" */
    const char *unit;  /* "": none */
    int digits;        /* after the point, for a reader */
    double at_least;   /* shares of networks count from here on; NaN: none */
} srnn_measure;

typedef struct srnn_study_condition {
    const char *name;      /* unique */
    const char *options;   /* JSON: the options in which conditions differ, by name */
    double *option_values; /* [n_varied] where the option is a number; else NaN */
} srnn_study_condition;

typedef enum srnn_network_state {
    SRNN_NETWORK_LEFT = 0,    /* not finished, perhaps begun */
    SRNN_NETWORK_FINISHED,    /* all stages */
    SRNN_NETWORK_NOT_TRAINED, /* finished; the training did not reach its criterion */
    SRNN_NETWORK_FAILED       /* a stage failed */
} srnn_network_state;

typedef struct srnn_study_network {
    int condition; /* from 0 */
    uint64_t seed;
    srnn_network_state state;
    const char *sentence; /* NOT_TRAINED, FAILED: why; else "" */
    const char *key;      /* of its training: the folder in networks/ */
    const double *values; /* [n_measures]; NaN: none */
    /* learning curve: evaluation i after trial eval_first + i eval_every, from 1 */
    int n_evals, eval_first, eval_every;
    const double *eval_loss, *eval_accuracy; /* [n_evals] */
    int n_factors;                           /* of the search; 0: none */
    const double *factors, *factor_accuracy; /* [n_factors] */
} srnn_study_network;

typedef enum srnn_expected_kind {
    SRNN_EXPECTED_MEAN = 0,
    SRNN_EXPECTED_SHARE,
    SRNN_EXPECTED_COMPARISON, /* of two conditions: do they differ? */
    SRNN_EXPECTED_WORDS       /* without a number */
} srnn_expected_kind;

/* What the study file expects, mostly published, and what the networks say. A mean and a share in
   one entry of the file are two of these. */
typedef struct srnn_expectation {
    srnn_expected_kind kind;
    int condition, measure; /* -1: none, of WORDS alone */
    int than;               /* COMPARISON: the condition that `condition` is compared with */
    bool differs;           /* COMPARISON: a significant difference is expected */
    double mean, sd;        /* NaN: not given */
    double at_least, share; /* share of networks at at_least or above; NaN: not given */
    int n;                  /* networks of which the expected number is; 0: not given */
    double read_off;     /* the number was read off a figure, as exactly as this; NaN: it was not */
    const char *about;   /* in words; "": nothing */
    const char *source;  /* "": not given */
    const char *verdict; /* "agrees", "differs", "cannot be told", "not yet", "see the figure" */
    const char *sentence; /* the measured and the expected number, and the interval that decided */
    /* measured: n networks (COMPARISON: pairs, or 0), their mean or share, its 95 % interval; NaN:
       none */
    int measured_n;
    double measured, measured_sd, low, high;
    /* measured - expected, or `condition` - `than`, and the 95 % interval that decides; an interval
       that is wider than `within` to each side decides nothing */
    double difference, difference_low, difference_high, within;
    double p; /* COMPARISON: of the rank test; else NaN */
} srnn_expectation;
/* "mean", "share", "comparison", "words" */
const char *srnn_expected_kind_name(srnn_expected_kind kind);

/* A figure that the study file lists. */
typedef struct srnn_study_figure {
    const char *name;      /* as srnn_figure_named() knows it */
    const char *caption;   /* "": the figure's own */
    bool of_network;       /* a model's, of one network; else of the study */
    int measure;           /* of the study: its place in the view; -1: the main measure */
    int n_conditions;      /* of the study: that are shown; of one network: 1, its condition */
    const int *conditions; /* [n_conditions] from 0, ascending */
    int network;           /* of one network: its place in the view; -1: none is trained yet */
} srnn_study_figure;

typedef struct srnn_study_view {
    const char *name, *about, *task; /* about "": none */
    const char *folder;              /* "": none */
    int n_varied;
    const char *const *varied; /* [n_varied] the options in which conditions differ */
    int n_conditions;
    const srnn_study_condition *conditions;
    int n_networks;
    const srnn_study_network *networks; /* conditions in the file's order, in each the seeds */
    int n_measures;
    const srnn_measure *measures; /* those that any network has, or that are expected */
    int main_measure;             /* what the report compares first */
    int n_expectations;
    const srnn_expectation *expectations;
    int n_figures;
    const srnn_study_figure *figures; /* in the file's order */
    const char *versions; /* JSON: [{"commit": ..., "spikernn": ...}, ...], what computed the
                             results, sorted */
} srnn_study_view;

srnn_study_view srnn_study_get(const srnn_study *study);

/* The file of a network, from 0, as far as it is kept: with its operating point or its refitted
   readout, where there is such a file. *out: the path, the caller's. Errors: SRNN_ERR_ARGUMENT
   (out of range), SRNN_ERR_FILE (not trained yet, or not kept). */
srnn_status srnn_study_model_path(srnn_ctx *ctx, const srnn_study *study, int network, char **out);
/* The network from that file, with the result of its condition's search for the scaling factor.
   The caller frees *out with srnn_model_free(). */
srnn_status srnn_study_load_model(srnn_ctx *ctx, const srnn_study *study, int network,
                                  srnn_model **out);

/* All options of a condition; valid as long as the study is. NULL: there is no such condition. */
const srnn_options *srnn_study_condition_options(const srnn_study *study, int condition);

/* What a figure of the study shows: the view with its measure as the main one, and its conditions
   alone. Valid as long as the view is; the caller frees *out with srnn_study_figure_view_free().
   Errors: SRNN_ERR_NO_MEMORY. */
srnn_status srnn_study_figure_view(srnn_ctx *ctx, const srnn_study_view *view,
                                   const srnn_study_figure *figure, srnn_study_view *out);
void srnn_study_figure_view_free(srnn_study_view *view);

/* A condition's networks in one measure. */
typedef struct srnn_condition_summary {
    srnn_sample_summary values; /* of networks that have the measure */
    int n;                      /* networks that are finished or failed: shares are of these */
    int not_trained, failed, left;
    int reached;             /* networks with at_least or more */
    double share, low, high; /* reached / n with its 95 % interval; NaN: the measure has no
                                at_least, or n is 0 */
} srnn_condition_summary;
/* Errors: SRNN_ERR_ARGUMENT (condition or measure out of range), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_study_summary(srnn_ctx *ctx, const srnn_study_view *view, int condition,
                               int measure, srnn_condition_summary *out);

/* The view but its folder, the summaries, and tests between conditions as JSON (docs/json.md): the
   same bytes on any machine. To be freed; NULL: out of memory. */
char *srnn_study_json(srnn_ctx *ctx, const srnn_study_view *view);

/* ---- studies of a folder ---- */

typedef struct srnn_studies srnn_studies;

/* The studies whose folders are in this one, DIR/NAME/study.json: in the order of the list of names
   in DIR/studies.json, where there is one, then by name (fig2 before fig10). The caller frees *out,
   also after an error. Errors: those of srnn_study_open(), SRNN_ERR_FILE (no folder, or none in
   it), SRNN_ERR_FORMAT (studies.json). */
srnn_status srnn_studies_open(srnn_ctx *ctx, const char *folder, srnn_studies **out);
void srnn_studies_free(srnn_studies *studies);
int srnn_studies_count(const srnn_studies *studies);
/* The studies', from 0; NULL past the last. */
srnn_study *srnn_studies_at(const srnn_studies *studies, int i);
const char *srnn_studies_name(const srnn_studies *studies, int i); /* of its folder in the folder */

/* How far each is, and all that their files expect with its verdicts, as JSON (docs/json.md). To be
   freed; NULL: out of memory. */
char *srnn_studies_json(const srnn_studies *studies);

/* ---- running ---- */

typedef struct srnn_study_options {
    size_t size;         /* of the struct; set by srnn_study_options_default() */
    int shard, n_shards; /* this worker takes the networks shard, shard + n_shards, ..., from 1;
                            default 1 of 1 */
    double max_hours;  /* begins nothing, and stops with a checkpoint, after so long; 0: reads what
                          is recorded and computes nothing; default infinite */
    const char *seeds; /* "1:5": only these; NULL (default): all */
    bool retry;        /* networks that failed are run again; default false */
} srnn_study_options;
srnn_study_options srnn_study_options_default(void);

/* shard and n_shards from the environment of a SLURM array, srun, both, or mpirun (Open MPI, MPICH,
   PMI); unchanged where there is none. Errors: SRNN_ERR_ARGUMENT (a variable that is no number or
   out of range: it is named). */
srnn_status srnn_study_shard_of_environment(srnn_ctx *ctx, srnn_study_options *options);

typedef struct srnn_slurm_options {
    size_t size;         /* of the struct; set by srnn_slurm_options_default() */
    const char *program; /* as the nodes find it; default "spikernn" */
    int array;           /* tasks of the job array, which share the networks; default 10 */
    int cpus;            /* processors of a task, each for one network; default 1 */
    double hours;        /* time limit of a task, 0.05 to 8760; default 4 */
} srnn_slurm_options;
srnn_slurm_options srnn_slurm_options_default(void);

/* A script for sbatch that runs the study in view->folder, to be read and sent; nothing is
   submitted. options NULL: the default. The caller frees *out. Errors: SRNN_ERR_ARGUMENT (an
   option, a name with control characters), SRNN_ERR_FILE (there is no such folder). */
srnn_status srnn_study_slurm_script(srnn_ctx *ctx, const srnn_study_view *view,
                                    const srnn_slurm_options *options, char **out);

typedef enum srnn_study_event_kind {
    SRNN_STUDY_PROGRESS = 0, /* now and then */
    SRNN_STUDY_NETWORK       /* a network is finished or failed */
} srnn_study_event_kind;

typedef struct srnn_study_event {
    srnn_study_event_kind kind;
    int network; /* NETWORK: its place in the view, which itself changes after the run alone */
    srnn_network_state state;
    const char *sentence;       /* NOT_TRAINED, FAILED: why; else "" */
    int done, total, in_flight; /* networks of this worker, also those of earlier runs */
    int not_trained, failed;    /* of done */
    double per_hour, left_s;    /* NaN: not known yet */
} srnn_study_event;

/* Makes the folder, with the study file and the files that this names, as srnn_study_run() does
   first. Errors: SRNN_ERR_FILE. */
srnn_status srnn_study_prepare(srnn_ctx *ctx, srnn_study *study);

/* Called on the thread that made the call, as the context's progress is. Nonzero: stop soon;
   trainings are saved and go on at the next call. */
typedef int (*srnn_study_fn)(void *user, const srnn_study *study, const srnn_study_event *event);

/* Runs what is left, as many networks at once as the context has threads, each on one. A network
   that fails is an event, not an error. Errors: SRNN_ERR_FILE (disk full, folder read-only: nothing
   that was recorded is lost), SRNN_ERR_NO_MEMORY, SRNN_CANCELLED (stopped, or max_hours). */
srnn_status srnn_study_run(srnn_ctx *ctx, srnn_study *study, const srnn_study_options *options,
                           srnn_study_fn fn, void *user);

/* What srnn_study_run() would do. */
typedef struct srnn_study_plan {
    int networks; /* of this worker */
    /* stages of them that differ (networks share trainings), by TRAIN, CONVERT, EVALUATE */
    int stages[3]; /* all */
    int left[3];   /* to be computed */
    double hours;  /* to compute them on one core, a training with all its trials where none of its
                      condition is recorded; NaN: not asked for */
    double bytes;  /* of model files, all networks together; NaN: not asked for */
} srnn_study_plan;
/* timed: estimate hours and bytes from a few trials of each condition, of many of the first ones.
   Errors: as
   srnn_study_run(). */
srnn_status srnn_study_plan_of(srnn_ctx *ctx, const srnn_study *study,
                               const srnn_study_options *options, bool timed, srnn_study_plan *out);

/* ---- tables ---- */

enum { SRNN_STUDY_TABLES = 4 };
/* network (a row each, with the varied options and all measures), condition (summaries), measure
   (condition, seed, measure, value), version (of what computed the results). The same bytes whoever
   computed what. Texts are the study's, valid as its view is. The caller frees the array with
   srnn_study_tables_free(). */
srnn_status srnn_study_tables(srnn_ctx *ctx, const srnn_study *study, srnn_table **out);
void srnn_study_tables_free(srnn_table *tables);

/* By the ending: .csv or .json (the table network), .sqlite or .db (all tables). Errors:
   SRNN_ERR_ARGUMENT (another ending), SRNN_ERR_FILE. */
srnn_status srnn_study_save_table(srnn_ctx *ctx, const srnn_study *study, const char *path);

#ifdef __cplusplus
}
#endif
#endif
