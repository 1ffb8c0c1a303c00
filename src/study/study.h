/* A study: its file, the keys of its stages, the records of its results. */
#ifndef SRNN_STUDY_STUDY_H
#define SRNN_STUDY_STUDY_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/core.h"
#include "spikernn/study.h"

/* What is computed, recorded and used again as one. A conversion that is found because the scaling
   factor converts badly belongs to EVALUATE, whose trials it depends on. */
typedef enum srnn__study_stage {
    SRNN__TRAIN = 0,
    SRNN__CONVERT, /* the search, or the operating point where the option `conversion` wants it */
    SRNN__EVALUATE,
    SRNN__STUDY_STAGES
} srnn__study_stage;

/* 16 digits of a hash, and a zero. */
typedef char srnn__key[17];

/* A condition of the file, crossed with the grid. */
typedef struct srnn__condition {
    char *name;
    srnn_options *options; /* finished for the task, without a seed */
    srnn_task *task;
    json_t *own;                       /* its options by name, as the file has them */
    uint64_t hash[SRNN__STUDY_STAGES]; /* of all that a stage depends on but the seed */
} srnn__condition;

/* A network of the study. */
typedef struct srnn__network {
    int condition;
    uint64_t seed;
    srnn__key keys[SRNN__STUDY_STAGES];
} srnn__network;

typedef enum srnn__keep { SRNN__KEEP_ALL = 0, SRNN__KEEP_BEST, SRNN__KEEP_NONE } srnn__keep;

/* What workers have recorded. */
typedef struct srnn__records {
    json_t *by_key;   /* a record's line by the key of its stage */
    json_t *read;     /* bytes read of each file, by its name */
    json_t *versions; /* an object whose names are JSON texts: what computed them */
    int file;         /* this worker's; -1: not opened */
    bool changed;     /* since the view was built */
    json_t *failed;   /* attempts of stages that are tried again, by their keys */
    char *name;       /* of that file */
    double synced_s;
} srnn__records;

struct srnn_study {
    char *source; /* the file, for sentences */
    char *text;   /* as given */
    json_t *json;
    char *files;    /* folder in which the file's own names of files are looked for */
    bool in_folder; /* the file is the folder's, and what it names is in there, too */
    char *folder;   /* NULL: none */
    char *store;    /* has records/ and networks/; the folder itself unless the file has `store` */
    bool shared;    /* with other studies */
    const char *name, *about, *task;
    srnn__keep keep;
    int n_stages; /* those that are computed: 1, the training alone, or all */
    double at_least;
    int n_conditions, n_networks;
    srnn__condition *conditions;
    srnn__network *networks; /* conditions in order, in each the seeds */
    uint64_t *seeds;
    int n_seeds; /* a condition's networks: condition c has those from c n_seeds on */
    srnn__records records;
    srnn_study_view view; /* owns its arrays */
};

/* ---- study_file.c ---- */

/* Keeps "FILE:LINE: ..." as the sentence, with the line of the value; SRNN_ERR_FORMAT. */
srnn_status srnn__study_fail(srnn_ctx *ctx, const srnn_study *study, const json_t *at,
                             const char *format, ...) SRNN__PRINTF(4, 5);
/* The same of "WHAT 'NAME'; did you mean 'NEAREST'?" */
srnn_status srnn__study_unknown(srnn_ctx *ctx, const srnn_study *study, const json_t *at,
                                const char *what, const char *name, const char *nearest);
/* Are all names of the object among these? what: "a study has no". */
srnn_status srnn__study_check_names(srnn_ctx *ctx, const srnn_study *study, const json_t *object,
                                    const char *what, const char *const *names);

/* Reads study->text into conditions, seeds and settings. */
srnn_status srnn__study_read(srnn_ctx *ctx, srnn_study *study);
/* seeds.c. "1:5", "1:9:2", "3", with commas between. `where` begins the sentence. *out: the
 * caller's. */
srnn_status srnn__seeds_parse(srnn_ctx *ctx, const char *text, const char *where, uint64_t **out,
                              int *n);

/* ---- keys.c ---- */

/* The hashes of every condition, then the keys of every network. */
srnn_status srnn__study_keys(srnn_ctx *ctx, srnn_study *study);

/* ---- records.c ---- */

/* What has been added to the folder's records. SRNN_ERR_ARGUMENT: they are of other numerics. */
srnn_status srnn__records_read(srnn_ctx *ctx, srnn_study *study);
/* To be freed with json_decref(); NULL: the stage is not recorded. */
json_t *srnn__records_get(const srnn_study *study, const char *key);
/* Takes the record, appends it to this worker's file, and keeps it. */
srnn_status srnn__records_append(srnn_ctx *ctx, srnn_study *study, json_t *record);
/* A stage that failed counts as not recorded from here on. */
void srnn__records_retry(srnn_study *study, const char *key);
/* Of a stage that fails now: 1, or one more than before. */
json_int_t srnn__records_attempt(const srnn_study *study, const char *key);
void srnn__records_free(srnn__records *records);
/* The sentence of a stage that failed; NULL: it did not. */
const char *srnn__record_error(const json_t *record);

/* ---- results.c ---- */

/* The result of an experiment's stage with what a study keeps of it: numbers, and lists by trial
   type or by noise as objects by its name. result is not taken. NULL: out of memory. */
json_t *srnn__result_compact(const json_t *result);
json_t *srnn__training_compact(const srnn_model *model, const json_t *training);
json_t *srnn__search_compact(const json_t *search);
/* The result of a search, as far as it was kept; its arrays are the caller's. False: none. */
bool srnn__search_restore(const json_t *compact, srnn_search_result *out);

/* ---- study_view.c ---- */

srnn_status srnn__view_build(srnn_ctx *ctx, srnn_study *study);
void srnn__view_free(srnn_study_view *view);

/* The state of a network by its records, and why; to be freed; NULL: out of memory. */
char *srnn__network_state(const srnn_study *study, json_t *const records[SRNN__STUDY_STAGES],
                          srnn_network_state *state);
/* The records of a network, to be freed with srnn__network_forget(). */
void srnn__network_records(const srnn_study *study, const srnn__network *network,
                           json_t *records[SRNN__STUDY_STAGES]);
void srnn__network_forget(json_t *records[SRNN__STUDY_STAGES]);

/* ---- expectations.c ---- */

/* The condition of that name, or the study's only one for NULL; -1: there is none. */
int srnn__condition_named(const srnn_study *study, const char *name);
/* The name of a condition that `name` was probably meant to be; NULL: none is near. */
const char *srnn__condition_nearest(const srnn_study *study, const char *name);
/* Can a network have the measure? `at` is its place in the file. */
srnn_status srnn__study_check_measure(srnn_ctx *ctx, const srnn_study *study, const json_t *at);
/* Are they well formed, and of conditions that there are? */
srnn_status srnn__expectations_check(srnn_ctx *ctx, const srnn_study *study);
srnn_status srnn__expectations_build(srnn_ctx *ctx, srnn_study *study);
void srnn__expectations_free(srnn_study_view *view);
/* verdicts.c: fills what is measured, and the verdict; the sentence is the caller's. */
srnn_status srnn__expectation_judge(srnn_ctx *ctx, const srnn_study_view *view,
                                    srnn_expectation *expectation);

/* ---- listed_figures.c ---- */

/* Are there such figures, and what they are of? */
srnn_status srnn__study_figures_check(srnn_ctx *ctx, const srnn_study *study);
srnn_status srnn__study_figures_build(srnn_ctx *ctx, srnn_study *study);
void srnn__study_figures_free(srnn_study_view *view);

/* ---- compute.c ---- */

/* A thread that computes networks, all of one training at a time. */
typedef struct srnn__worker {
    srnn_ctx *ctx;
    srnn_study *study;
    pthread_mutex_t *records; /* held while the study's records are read or written */
    const atomic_bool *stop;  /* save what is running, soon */
    bool retry;
    /* after a network is finished or has failed; may be called by several threads at once */
    void (*finished)(void *user, int network);
    void *user;
} srnn__worker;

/* networks[n] of the study with the same training, as far as they are not recorded. *busy: another
   process is computing them. Errors: SRNN_ERR_FILE, SRNN_ERR_NO_MEMORY, SRNN_CANCELLED; what a
   network fails of is recorded. */
srnn_status srnn__compute(srnn__worker *worker, const int *networks, int n, bool *busy);

/* The folder of the network, with its files. */
void srnn__network_remove(const srnn_study *study, const char *key);

/* ---- study_model.c; paths are to be freed ---- */

/* networks/KEY/NAME */
char *srnn__network_path(const srnn_study *study, const char *key, const char *name);
/* Of the network with an operating point or a readout of that stage. */
char *srnn__network_stage_path(const srnn_study *study, const srnn__network *network,
                               srnn__study_stage stage);

/* ---- study_groups.c ---- */

/* Networks with the same training. */
typedef struct srnn__group {
    int n;
    const int *networks; /* [n] ascending */
} srnn__group;

/* Those of this worker, in the study's order. *places holds the groups' networks; both are the
   caller's. */
srnn_status srnn__study_groups(srnn_ctx *ctx, const srnn_study *study,
                               const srnn_study_options *options, srnn__group **out, int *n,
                               int **places);

#endif
