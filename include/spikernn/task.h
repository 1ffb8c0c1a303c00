/* Cognitive tasks: what a trial looks like, what the network should answer and
   when the answer counts as correct. One definition serves training, the search
   for the scaling factor and evaluation. A task of the user's own is a
   srnn_task_def and goes through the same door as the built-in ones. */
#ifndef SPIKERNN_TASK_H
#define SPIKERNN_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "spikernn/ctx.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_task srnn_task;

/* A stream of random numbers that belongs to one trial. */
typedef struct srnn_rng srnn_rng;
double srnn_rng_uniform(srnn_rng *rng); /* (0, 1) */
double srnn_rng_normal(srnn_rng *rng);  /* N(0, 1) */
/* Which trial of its seed it is: srnn_trial_key.trial. */
uint64_t srnn_rng_trial(const srnn_rng *rng);
/* For the functions of a task: they cannot make or score this trial. The call that needs it ends
   with SRNN_ERR_ARGUMENT: of several such trials at the first. */
void srnn_rng_fail(srnn_rng *rng);

/* Settings of a built-in task. A negative value (the default) means the task's
   own default. Times in rate steps (5 ms). */
typedef struct srnn_task_settings {
    int T;                  /* steps a trial, >= 2 */
    int stim_on;            /* first step of the (first) stimulus, >= 0 */
    int stim_dur;           /* its duration, >= 1 */
    int delay;              /* between two stimuli, >= 0; tasks with one have none */
    double eval_amp_thresh; /* output that counts as a response, > 0; default 0.7 */
    double offset;          /* mante: mean of the inputs, towards either sign, > 0; default 0.5 */
    int constant;           /* mante: 1: the inputs are their means, without noise; default 0 */
    int two_sided;          /* of every task; 1: an output beyond the threshold of the other side is
                               not correct (srnn_score.other_side); 0 or less (default): it may be.
                               srnn_task_create() keeps 1 or -1. */
} srnn_task_settings;

srnn_task_settings srnn_task_settings_default(void);

/* The settings one by one, for files, options and reports. */
typedef struct srnn_task_setting {
    const char *name;
    bool whole; /* a whole number; else any above 0 */
    int least;  /* of a whole one */
    int most;   /* of a whole one */
    bool usual; /* most tasks have it */
    bool every; /* every task has it, by default 0; files keep it where it is not */
} srnn_task_setting;

/* Setting i, NULL past the last. */
const srnn_task_setting *srnn_task_setting_at(int i);
/* Its value; < 0: the default. */
double srnn_task_setting_get(const srnn_task_settings *settings, int i);
void srnn_task_setting_put(srnn_task_settings *settings, int i, double value);

typedef enum srnn_network { SRNN_RATE = 0, SRNN_SPIKING = 1 } srnn_network;

/* The output of a network in one trial, for scoring. */
typedef struct srnn_response {
    srnn_network network;
    int n; /* samples */
    int n_out;
    const double *out; /* [n][n_out] */
    double
        samples_per_step; /* samples a rate step: rate 1; spiking 100 / downsample. Rate sample k
                             is o_k of [K] (k = 0 ... T-2); spiking sample k is after step k+1. */
} srnn_response;

/* The first sample of the response at or after `step`, by the clocks above. */
int srnn_response_sample(const srnn_response *response, double step);

typedef struct srnn_score {
    bool correct;
    double value;  /* what the criterion looks at, e.g. max out in the response window; NaN: there
                      is no response, and means over trials leave the value out */
    double margin; /* signed distance of value to the criterion; > 0: correct. NaN: none, which
                      counts as the least margin */
    double other_side; /* how far the output was beyond the threshold of the other side in the
                          response window; > 0: a two-sided criterion does not count it as correct.
                          0 or less: not beyond, or the trial has no other side */
} srnn_score;

/* Milliseconds from the onset of stimulation (def->stim_on) to the first sample in which some
   output is beyond srnn_response_threshold() on either side of 0; NaN where none is. A sample is
   of the end of its step in both networks; 0: the output was there already. */
double srnn_response_time_ms(const srnn_task *task, const srnn_response *response);
/* The task's eval_amp_thresh; NaN where it has none: such a task has no response times. */
double srnn_response_threshold(const srnn_task *task);

/* Of the trials of one type. */
typedef struct srnn_type_stats {
    int n, correct;              /* trials, correct trials */
    int two_sided;               /* correct trials whose output is not beyond the other side */
    double value_mean, value_sd; /* over trials, of each srnn_score.value that is not NaN; NaN
                                    where undefined */
} srnn_type_stats;

#define SRNN_TASK_JSON_MAX 65536 /* bytes of a declaration without spaces, with its end */
#define SRNN_TYPES_MAX 64        /* trial types of a task */
#define SRNN_RULES_MAX 256       /* rules of a type in one network */

/* Response times over the trials of one type that have one; NaN where undefined. */
typedef struct srnn_response_times {
    int n; /* trials with a response */
    double median_ms, mean_ms, sd_ms;
} srnn_response_times;

/* As trials of which types would the outputs have been correct? A trial is counted in one set of
   types: all those as which srnn_task_score() calls its output correct. So the counts of a type's
   trials add up to them (with `others`), and those in sets with the type itself to the correct
   ones; types that agree in every trial, as ++ and -- of xor, are never apart. */
typedef struct srnn_confusion {
    int n_sets;     /* sets that occurred, SRNN_TYPES_MAX at most; 0: not asked for */
    uint64_t *sets; /* [n_sets] bit i: type i. Small ones first, then by their lowest type; 0, none
                       of the types, last */
    int *counts;    /* [n_types][n_sets] trials */
    int *others;    /* [n_types] trials in further sets */
} srnn_confusion;

/* Something that must hold of the output of a network for trials of a type to be correct. */
typedef struct srnn_rule {
    int type;
    srnn_network network;
    const char *words; /* e.g. "choice goes above 0.7 from 125 ms after onset" */
} srnn_rule;

/* A rule over the trials of its type. */
typedef struct srnn_rule_stats {
    int type;
    const char *words;           /* the task's, and valid as long as the task is */
    int n, met;                  /* trials, those in which it held */
    double value_mean, value_sd; /* of what the rule looks at, as in srnn_type_stats */
} srnn_rule_stats;

/* How a network starts and learns, for srnn_preset_apply(). */
typedef enum srnn_preset {
    SRNN_STANDARD = 0, /* networks that convert by the scaling factor and tolerate noise */
    SRNN_PUBLISHED,    /* as published by Kim, Li & Sejnowski (2019) */
    SRNN_ROBUST        /* the published training from a start that reaches the criterion */
} srnn_preset;

typedef struct srnn_task_def {
    const char *name;
    int n_in, n_out; /* channels, outputs */
    /* What channels and outputs are called, and their units, e.g. "coherence", "%". NULL, or an
       entry NULL or "": a name by default, "input 1" and so on ("input", "output" where there is
       one), and no unit, "". In srnn_task_get_def() all are there. */
    const char *const *input_names;  /* [n_in] */
    const char *const *input_units;  /* [n_in] */
    const char *const *output_names; /* [n_out] */
    const char *const *output_units; /* [n_out] */
    int T;                           /* rate steps a trial */
    int n_types;
    const char *const *type_names; /* [n_types], e.g. "go", "nogo" */
    const double *labels;          /* [n_types] number kept in files for each type */
    int stim_on, stim_off; /* [on, off) of all stimulation, rate steps; for figures, reports and
                              response times. srnn_task_create() clamps them to 0 ... T. */
    int64_t min_trials;    /* training goes on at least to this trial index */
    double decay_taus[2];  /* synaptic decay, from and to, that suits a network for it, rate steps:
                              for srnn_model_params.taus; 0, 0: its default does */
    srnn_preset preset;    /* that suits a network for it; default SRNN_STANDARD */
    int response_on[2];    /* by srnn_network: first rate step that is scored */
    srnn_task_settings settings; /* kept in model files; srnn_task_settings_default() where it has
                                    none */
    int n_parameters;            /* further numbers of the task, for reports; default 0 */
    const char *const *parameter_names;        /* [n_parameters] */
    const double *parameters;                  /* [n_parameters] finite */
    const char *stimulus, *target, *criterion; /* in words, for people; may be NULL */
    const char *json; /* its declaration, which model files keep; NULL or "": none */
    void *user;
    void (*destroy)(void *user); /* called by srnn_task_free; may be NULL */

    /* The type of a random trial, 0 ... n_types-1. */
    int (*draw_type)(void *user, srnn_rng *rng);
    /* Fills u[n_cols][n_in] and z[n_cols][n_out], which come zeroed. n_cols is
       T, or T + 1 for a spiking network. */
    void (*generate)(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z);
    /* rng: the numbers that generate was given for this trial, once more. type: the trial's, or
       any other: would the output have been correct then? */
    srnn_score (*score)(void *user, int type, srnn_rng *rng, const srnn_response *response);
    /* The same, read where score is NULL: for languages whose callbacks return no struct. */
    void (*score_into)(void *user, int type, srnn_rng *rng, const srnn_response *response,
                       srnn_score *score);
    /* Rules one by one, for reports. n_rules 0 (default): a type has the one rule `criterion`, and
       score is its score. Else rules[n_rules] has at least one for each type and network, and
       score_rules fills the scores of those for this type and the response's network, in their
       order, from the same numbers as score. */
    int n_rules;
    const srnn_rule *rules;
    void (*score_rules)(void *user, int type, srnn_rng *rng, const srnn_response *response,
                        srnn_score *scores);
} srnn_task_def;

/* The callbacks are called from several threads at once and must treat
   user as read-only. Strings and arrays of def are copied.
   Errors: SRNN_ERR_ARGUMENT. */
srnn_status srnn_task_create(srnn_ctx *ctx, const srnn_task_def *def, srnn_task **out);

/* A built-in task by name ("go-nogo"; '_' and '-' are the same). Opens no file, so the name may
   come from one. settings NULL means the defaults. Errors: SRNN_ERR_ARGUMENT (unknown name: the
   message suggests the nearest; windows beyond T). */
srnn_status srnn_task_built_in(srnn_ctx *ctx, const char *name, const srnn_task_settings *settings,
                               srnn_task **out);

/* The same, or a task of your own by its file: a declaration where the name ends in ".json", else
   where it has a '/' or ends in ".so" a shared object, whose code is run. The name must be the
   user's, never a file's. Errors: also SRNN_ERR_FILE (no such file, or no task in it). */
srnn_status srnn_task_named(srnn_ctx *ctx, const char *name, const srnn_task_settings *settings,
                            srnn_task **out);
void srnn_task_free(srnn_task *task);

/* A task declared in JSON, as docs/tasks.md says. Sentences about it begin with
   "<source>:<line>: ". Without spaces it is below SRNN_TASK_JSON_MAX. Errors: SRNN_ERR_FILE. */
srnn_status srnn_task_from_json(srnn_ctx *ctx, const char *json, const char *source,
                                const srnn_task_settings *settings, srnn_task **out);

/* A shared object with a task exports this function as spikernn_task, and the array of
   characters spikernn_plugin_version, which holds SRNN_VERSION. It fills def for the settings
   (a field < 0: its own default) and returns NULL, or a sentence about what is wrong.
   examples/plugin/my_task.c is one to copy. */
typedef const char *(*srnn_task_plugin)(const srnn_task_settings *settings, srnn_task_def *def);

/* Name of built-in task i, NULL past the last. */
const char *srnn_task_name_at(int i);

const srnn_task_def *srnn_task_get_def(const srnn_task *task);

/* Index of a trial type by name, -1 if there is none. */
int srnn_task_type_index(const srnn_task *task, const char *type_name);

/* What trials are drawn for: each purpose has numbers of its own. */
typedef enum srnn_domain {
    SRNN_DOMAIN_TRAIN = 1,  /* training */
    SRNN_DOMAIN_TRAIN_EVAL, /* the evaluations during training */
    SRNN_DOMAIN_SEARCH,     /* the search for the scaling factor */
    SRNN_DOMAIN_EVAL,       /* evaluation on fresh trials */
    SRNN_DOMAIN_USER,       /* single runs */
    SRNN_DOMAIN_CALIBRATE,  /* samples of rates for the operating point */
    SRNN_DOMAIN_CHOOSE,     /* the choice between operating points */
    SRNN_DOMAIN_TEST        /* test of what a search has chosen */
} srnn_domain;

/* Which trial: same key, same numbers. */
typedef struct srnn_trial_key {
    uint64_t seed; /* 0 to SRNN_SEED_MAX */
    srnn_domain domain;
    uint64_t trial;
} srnn_trial_key;

/* One trial of the task. type: a trial type or -1 for a random one; *type_out
   (may be NULL) receives it. u[n_cols][n_in], z[n_cols][n_out]: the caller's;
   z may be NULL. */
srnn_status srnn_task_trial(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                            int n_cols, float *u, float *z, int *type_out);

/* Was the trial of this key and type answered correctly? Not, and value and margin are NaN, where
   the response has no samples or the task no such type. */
srnn_score srnn_task_score(const srnn_task *task, srnn_trial_key key, int type,
                           const srnn_response *response);

#ifdef __cplusplus
}
#endif
#endif
