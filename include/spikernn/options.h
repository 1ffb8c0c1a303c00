/* One table of every option: how the program, Octave, Python and configuration files name what the
   library's structs hold, in which unit and range, with which default; and a set of options, which
   becomes those structs. */
#ifndef SPIKERNN_OPTIONS_H
#define SPIKERNN_OPTIONS_H

#include "spikernn/convert.h"
#include "spikernn/evaluate.h"
#include "spikernn/model.h"
#include "spikernn/rate.h"
#include "spikernn/spikes.h"
#include "spikernn/spiking.h"
#include "spikernn/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an option is about; a bit each, so that several can be asked for at once. */
typedef enum srnn_subject {
    SRNN_OF_TASK = 1,
    SRNN_OF_NETWORK = 2,
    SRNN_OF_TRAINING = 4,
    SRNN_OF_CONVERSION = 8,
    SRNN_OF_SEARCH = 16,
    SRNN_OF_NEURON = 32,
    SRNN_OF_STIMULATION = 64,
    SRNN_OF_EVALUATION = 128,
    SRNN_OF_DIAGNOSIS = 256, /* the spiking network's evaluation */
    SRNN_OF_ANALYSIS = 512,
    SRNN_OF_RECORDING = 1024,
    SRNN_OF_FIGURES = 2048,
    SRNN_OF_LESION = 4096,
    SRNN_OF_FILES = 8192,
    SRNN_OF_RUNNING = 16384 /* changes no result, but for the seed */
} srnn_subject;

/* The stages whose results depend on an option. */
typedef enum srnn_stage {
    SRNN_STAGE_TRAIN = 1,
    SRNN_STAGE_CONVERT = 2,
    SRNN_STAGE_EVALUATE = 4,
    SRNN_STAGE_OBSERVE = 8,
    SRNN_STAGE_ALL = 15
} srnn_stage;

typedef enum srnn_option_kind {
    SRNN_OPTION_FLAG,    /* bool; text NULL: true */
    SRNN_OPTION_BOOL,    /* bool: True or False */
    SRNN_OPTION_WHOLE,   /* int */
    SRNN_OPTION_LONG,    /* int64_t */
    SRNN_OPTION_REAL,    /* double */
    SRNN_OPTION_CHOICE,  /* an enum: one of the choices */
    SRNN_OPTION_SET,     /* unsigned: bit i, choices[i] */
    SRNN_OPTION_NUMBERS, /* srnn_numbers: "0.1,0.2" */
    SRNN_OPTION_GRID,    /* srnn_numbers: the same or START:STOP:STEP with its stop */
    SRNN_OPTION_STEPS,   /* two int: ON:OFF */
    SRNN_OPTION_TIMES,   /* two double: FROM:TO */
    SRNN_OPTION_SETTING, /* of srnn_task_settings */
    SRNN_OPTION_TEXT,    /* const char * */
    SRNN_OPTION_FOLDER   /* const char *: text without slashes at its end */
} srnn_option_kind;

typedef struct srnn_option {
    const char *name;
    const char *alias; /* another spelling; NULL: none */
    srnn_subject subject;
    srnn_option_kind kind;
    const char *value;  /* what stands for the value in help, mostly its unit: "MS"; NULL: a flag */
    double least, most; /* of numbers; most may be infinite */
    bool above_least;   /* `least` itself is out of range */
    bool below_most;    /* `most` itself is out of range */
    const char *const *choices; /* NULL-terminated; NULL: none */
    const char *help;           /* without range and default */
    const char *usual;          /* the default in words; NULL: the default's value */
    bool open;       /* a choice whose default is more than one of its names: null in JSON */
    bool common;     /* most users need it: a short help shows it */
    unsigned stages; /* srnn_stage, added up */
    size_t field;    /* offset in srnn_settings */
} srnn_option;

/* Option i, NULL past the last. */
const srnn_option *srnn_option_at(int i);

/* The option of that name or alias; '-' is the same as '_'. NULL: there is none. */
const srnn_option *srnn_option_named(const char *name);

/* The name of the NULL-terminated list that `text` was probably meant to be, or NULL. Case does not
   count, and '-' is the same as '_'. */
const char *srnn_nearest_name(const char *text, const char *const *names);

/* What a value of an enumeration is called, by the option that takes it: ("act", SRNN_SIGMOID) is
   "sigmoid". NULL: the option has no such value. */
const char *srnn_option_choice(const char *option, int value);

/* help, range and default as a line of text: "units, 1 to 16000 (default 200)". To be freed; NULL:
   out of memory. */
char *srnn_option_help(const srnn_option *option);

typedef struct srnn_numbers {
    int n;
    const double *x; /* [n] */
} srnn_numbers;

/* Voltages at the start. */
typedef enum srnn_v0 {
    SRNN_V0_UNIFORM = 0, /* from -65 to 30 mV */
    SRNN_V0_RESET,       /* v_reset_mv */
    SRNN_V0_REST         /* bias_mv */
} srnn_v0;

/* What to record besides the spikes, bits of the option `record`. */
enum {
    SRNN_KEEP_SPIKES = 1,
    SRNN_KEEP_V = 2,
    SRNN_KEEP_IPSC = 4,
    SRNN_KEEP_R = 8,
    SRNN_KEEP_ALL = 16
};

/* Analyses of an experiment's evaluation, bits of the option `analyses`. */
enum { SRNN_ANALYSE_COMPONENTS = 1 };

/* The values of all options. Pointers are the set's, valid until it changes. */
typedef struct srnn_settings {
    size_t size;
    uint64_t seed; /* of all the stages */
    int threads;

    const char *task; /* NULL: not given, the file's */
    srnn_task_settings task_settings;

    srnn_preset preset; /* where none was given, the task's, after srnn_options_finish() */
    srnn_model_params network;
    srnn_numbers decay_taus;  /* the network's taus */
    const char *connectivity; /* a file; NULL: everything may be connected */
    srnn_train_options training;

    srnn_conversion conversion; /* where the option was given */
    int readout;                /* 1: refitted */
    double scaling_factor;      /* NaN: the file's */
    srnn_numbers scaling_factors;
    srnn_criterion criterion;
    bool refine, racing, again;
    bool search_anyway; /* of an experiment: convert a network that did not learn, too */
    int search_trials;  /* for each scaling factor */
    int fresh_trials;   /* of what the search has chosen; < 0: as many as search_trials */

    srnn_spiking_params spiking; /* with the stimulation, but for its units */
    srnn_v0 v0;
    int downsample;
    double dt_ms;           /* 0.05 x downsample */
    const char *stim_units; /* NULL: none */

    int test_trials; /* of each type, in an evaluation */
    int diagnose;    /* 0: where it fails, 1: always, 2: never */
    srnn_numbers noise_curve;
    unsigned analyses; /* of an experiment's evaluation: SRNN_ANALYSE_... */

    int observed_trials; /* of each type, in an analysis */
    double window_ms[2];
    double bin_ms, kernel_ms;
    int components;
    const char *fixed_points; /* a trial type; NULL: no search for them */
    int fixed_starts;

    int networks;                       /* 0: both, 1: the rate network alone */
    int simulated_network;              /* 0: spiking, 1: rate */
    int trials_of;                      /* 0: simulate, 1: eval */
    const char *trial_type;             /* NULL: all */
    int recorded_trials;                /* of each type, in a simulation */
    unsigned record;                    /* SRNN_KEEP_... */
    int every;                          /* steps */
    const char *units;                  /* NULL: all, or those of the largest output weights */
    const char *figures;                /* names, "all" or "none"; NULL: not given */
    unsigned formats;                   /* srnn_format bits */
    const char *figures_dir;            /* NULL: the verb's own default */
    const char *style, *figure_scripts; /* srnn_figure_options; NULL: none, the user's own */

    double share; /* of a lesion */
    unsigned pathways;
    bool by_pathway;

    const char *out, *output_dir, *resume;
    int64_t checkpoint_every;   /* trials; 0: the verb's default (train: only at the end; an
                                    experiment: 1000) */
    const char *mode, *ignored; /* of older command lines */
} srnn_settings;

/* ---- a set of options ---- */

typedef struct srnn_options srnn_options;

/* Nothing given. The caller frees *out. */
srnn_status srnn_options_create(srnn_ctx *ctx, srnn_options **out);
void srnn_options_free(srnn_options *options);
/* What was given, to be finished again. The caller frees *out, also after an error. */
srnn_status srnn_options_copy(srnn_ctx *ctx, const srnn_options *options, srnn_options **out);

/* Gives an option its value as it stands on a command line; of several the latest counts.
   Errors: SRNN_ERR_ARGUMENT (no such option: the sentence suggests the nearest; a value of another
   form or outside its range); the set is then unchanged. */
srnn_status srnn_options_set(srnn_ctx *ctx, srnn_options *options, const char *name,
                             const char *text);

/* A configuration: a JSON object of options by name, whose values are numbers, booleans, text or
   lists; null: not given. Its "document" and "schema", where it has them, must be "options" and
   SRNN_SCHEMA. Options that were set before keep their values. `source` begins its sentences. NULL:
   no configuration, but the options of one call, as srnn_options_set() takes them. Errors:
   SRNN_ERR_FORMAT. */
srnn_status srnn_options_set_json(srnn_ctx *ctx, srnn_options *options, const char *json,
                                  const char *source);

/* Where no seed is given, a new one, of the system's random numbers. */
srnn_status srnn_options_new_seed(srnn_ctx *ctx, srnn_options *options);

/* As if it had not been given. */
void srnn_options_forget(srnn_options *options, const char *name);

/* Sentences about an option of the set call it so: for front ends with names of their own. */
void srnn_options_call(srnn_options *options, const char *name, const char *called);

/* 0: not given; else its place in the order in which options were, negative where by a
   configuration. */
int srnn_options_given(const srnn_options *options, const char *name);

/* What depends on several options: the preset, the neuron's defaults, what suits the task (def;
   NULL: not known yet); and those that exclude or need each other. Errors: SRNN_ERR_ARGUMENT. */
srnn_status srnn_options_finish(srnn_ctx *ctx, srnn_options *options, const srnn_task_def *def);

/* Has the task a use for every setting of tasks that was given? Errors: SRNN_ERR_ARGUMENT. */
srnn_status srnn_options_fit(srnn_ctx *ctx, const srnn_options *options, const srnn_task_def *def);

/* Valid until the set is freed; the pointers in it until it changes. */
const srnn_settings *srnn_options_settings(const srnn_options *options);

/* As the library's functions take them, after srnn_options_finish(); the pointers in them are the
   set's. The network: of this task, whose training has the same seed. */
srnn_model_params srnn_options_network(const srnn_options *options, const srnn_task_def *def);
srnn_train_options srnn_options_training(const srnn_options *options);
srnn_search_options srnn_options_search(const srnn_options *options);
srnn_operating_options srnn_options_operating(const srnn_options *options);
/* Of the spiking network with this scaling factor; NaN: at its operating point. */
srnn_spiking_params srnn_options_spiking(const srnn_options *options, double scaling_factor);
srnn_readout_options srnn_options_readout(const srnn_options *options, double scaling_factor);
/* spiking, which is not copied: NULL: the rate network alone. */
srnn_evaluate_options srnn_options_evaluation(const srnn_options *options,
                                              const srnn_spiking_params *spiking);
/* Of a noise curve: the trials of the evaluation. */
srnn_spiking_eval_options srnn_options_noise_curve(const srnn_options *options);
srnn_observe_options srnn_options_observation(const srnn_options *options,
                                              const srnn_spiking_params *spiking);

/* The options on which one of the stages depends, as srnn_options_set_json() takes them: all, or
   those given. To be freed; NULL: out of memory. */
char *srnn_options_json(const srnn_options *options, unsigned stages, bool only_given);

#ifdef __cplusplus
}
#endif
#endif
