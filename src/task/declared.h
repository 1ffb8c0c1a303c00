/* A task declared in JSON (docs/tasks.md), read and ready. */
#ifndef SRNN_TASK_DECLARED_H
#define SRNN_TASK_DECLARED_H

#include <jansson.h>

#include "task/expression.h"
#include "task/task_internal.h"

enum {
    SRNN__FACTORS_MAX = 16,
    SRNN__PIECES_MAX = 256,       /* of the inputs, the targets, or the rules */
    SRNN__TYPE_NAME = 64,         /* with the end of the string */
    SRNN__NUMBER_MAX = 1000000000 /* size of every number: two of them add up to an int */
};

typedef struct srnn__level {
    char name[SRNN__TYPE_NAME];
    double probability, number;
    bool has_number;
} srnn__level;

/* Each trial has one level of each factor; together they are its type. */
typedef struct srnn__factor {
    char name[SRNN__SYMBOL_LENGTH];
    int n;
    srnn__level levels[SRNN_TYPES_MAX];
    int symbol; /* -1: its levels have no numbers */
} srnn__factor;

typedef enum srnn__draw {
    SRNN__DRAW_NONE = 0,   /* the value of a */
    SRNN__DRAW_WHOLE,      /* a whole number from a to b */
    SRNN__DRAW_UNIFORM,    /* between a and b */
    SRNN__DRAW_NORMAL,     /* mean a, SD b */
    SRNN__DRAW_EXPONENTIAL /* mean a */
} srnn__draw;

/* A number that is worked out or drawn in each trial. */
typedef struct srnn__variable {
    srnn__draw draw;
    srnn__expression a, b;
    const json_t *json;
} srnn__variable;

/* What a piece or a rule is for: types, and networks by 1 << srnn_network. */
typedef struct srnn__when {
    bool types[SRNN_TYPES_MAX];
    unsigned networks;
} srnn__when;

/* Steps [from, to) of a trial. */
typedef struct srnn__step_window {
    bool has_from, has_to, has_duration; /* to holds a duration */
    srnn__expression from, to;
} srnn__step_window;

/* A piece of an input or of a target; those of one channel add up. */
typedef struct srnn__piece {
    int channel; /* from 0 */
    srnn__when when;
    srnn__step_window window;
    bool has_ramp, has_noise, has_wave;
    srnn__expression value;
    srnn__expression ramp_to;       /* value at the end of a ramp from the value */
    srnn__expression noise;         /* SD of what is added in each step */
    srnn__expression period, phase; /* of a sine wave times the value, steps */
    const json_t *json;
} srnn__piece;

typedef enum srnn__criterion {
    SRNN__GOES_ABOVE,
    SRNN__GOES_BELOW,
    SRNN__GOES_BEYOND, /* above a limit of 0 or more, below a negative one */
    SRNN__STAYS_ABOVE,
    SRNN__STAYS_BELOW,
    SRNN__STAYS_WITHIN,
    SRNN__MEAN_ABOVE,
    SRNN__MEAN_BELOW,
    SRNN__ERROR_BELOW,
    SRNN__CORRELATION_ABOVE,
    SRNN__N_CRITERIA
} srnn__criterion;

extern const char *const srnn__criterion_names[SRNN__N_CRITERIA + 1]; /* NULL at the end */

/* What must hold of an output. All the rules for a type and a network must. */
typedef struct srnn__rule {
    int output; /* from 0 */
    srnn__when when;
    srnn__step_window window;
    srnn__criterion criterion;
    srnn__expression limit;
    const json_t *json;
} srnn__rule;

/* Input channels or outputs. */
typedef struct srnn__channels {
    int n;
    const char **names, **units; /* [n] in the document, or NULL; NULL: given by their number */
} srnn__channels;

typedef struct srnn__declared {
    json_t *root; /* the document, which the pieces below point into */
    char name[SRNN__TYPE_NAME];
    srnn__channels channels, outputs;
    int T, n_types;
    int64_t min_trials;
    double decay_taus[2]; /* 0, 0: none */
    srnn_preset preset;
    const char *stimulus, *target, *correct; /* in words, or NULL */
    srnn_task_settings settings;
    int n_parameters; /* further settings, in the order of the document */
    const char *parameter_names[SRNN__SYMBOLS_MAX];
    double parameters[SRNN__SYMBOLS_MAX];
    int n_factors, n_variables, n_inputs, n_targets, n_rules;
    srnn__factor *factors;                  /* [n_factors] */
    srnn__variable *variables;              /* [n_variables] */
    srnn__piece *inputs;                    /* [n_inputs] */
    srnn__piece *targets;                   /* [n_targets] */
    srnn__rule *rules;                      /* [n_rules] */
    int first_variable;                     /* its symbol */
    srnn__bounds values[SRNN__SYMBOLS_MAX]; /* those of settings are known here, those of variables
                                               in a trial */
    char type_names[SRNN_TYPES_MAX][SRNN__TYPE_NAME];
} srnn__declared;

/* The text that is read, for sentences about it. */
typedef struct srnn__declaration {
    srnn_ctx *ctx;
    const char *source; /* its name; NULL: a built-in task */
    const char *text;
    json_t *root;
    const srnn_task_settings *given;
    srnn_status *failed; /* set by what refuses it */
} srnn__declaration;

/* "<source>:<line>: <sentence>", of a built-in task its name and the settings given; false.
   where: a value of the document. */
bool srnn__declared_refuse(const srnn__declaration *d, const json_t *where, const char *format, ...)
    SRNN__PRINTF(3, 4);

/* Reads everything; what can be known only from the numbers is left to check. The arrays of
   task are freed by srnn__declared_free, also after an error. */
bool srnn__declared_read(const srnn__declaration *d, srnn__declared *task);
void srnn__declared_free(srnn__declared *task);

/* The levels of the factors into the values: of a type. */
void srnn__declared_set_type(const srnn__declared *task, int type, srnn__bounds *values);

/* ---- declared_rules.c ---- */

/* On which side of 0 an output would be on the other side, beyond -limit: -1, 1, or 0 where the
   rule allows no side or both. */
int srnn__declared_other_side(srnn__criterion criterion, double limit);
bool srnn__declared_rule_is_for(const srnn__rule *rule, int type, srnn_network network);
/* Into def->rules, which srnn_task_free() frees, also after an error. def: a task's. */
srnn_status srnn__declared_list_rules(const srnn__declaration *d, const srnn__declared *task,
                                      srnn_task_def *def);

/* ---- declared_check.c ---- */

/* Bounds of all numbers in trials of the type. */
bool srnn__declared_bounds(const srnn__declaration *d, const srnn__declared *task, int type,
                           srnn__bounds *values);

/* What must hold whatever is drawn: finite numbers, windows in the trial, a rule for every type
   and network. Fills the fields of def that follow from the windows, and labels[n_types]. */
bool srnn__declared_check(const srnn__declaration *d, const srnn__declared *task,
                          srnn_task_def *def, double *labels);

#endif
