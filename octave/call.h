/* What the commands of spikernn_mex share: the call itself, what it owns, and the reading of
   Octave's values. Everything is checked before it is used; what is wrong becomes a sentence. */
#ifndef SPIKERNN_OCTAVE_CALL_H
#define SPIKERNN_OCTAVE_CALL_H

#include <mex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spikernn/spikernn.h"

/* One call of a function. Octave may leave it at any mxCreate... by a jump, so everything that has
   to be freed hangs on the call and not on the stack. */
typedef struct call {
    const char *function; /* the name that the user called */
    int n_in, n_out;
    const mxArray **in; /* [n_in] */
    mxArray **out;      /* [n_out], one at least */
    srnn_ctx *ctx;      /* this and the next two: NULL until they are there */
    srnn_model *model;
    srnn_task *task;
    srnn_ctx *reader;     /* for the reading of options alone */
    srnn_options *values; /* what they say ... */
    srnn_settings s;      /* ... as settings, whose pointers are those of `values` */
    struct owned *owned;  /* of call_new() */
    bool quiet, line;     /* no progress; a line of it is on the terminal */
    bool stopped;         /* the library is to stop; the sentence is there */
    bool calls_back;      /* in a function of the user's, which may make calls, too */
    double shown_s;       /* when it was last written */
    char id[128], message[2048];
} call;

/* Zeroed memory that is freed with the call, after release(memory) where that is not NULL.
   NULL: out of memory, the sentence is there. */
void *call_new(call *c, size_t count, size_t size, void (*release)(void *memory));
void call_release(call *c);

/* Keeps the sentence, with the identifier spikernn:<kind>; always false. */
bool call_fail(call *c, const char *kind, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;
/* True where status is SRNN_OK, else false with the library's sentence; `file` (may be NULL) goes
   before it. */
bool call_ok(call *c, srnn_status status, const char *file);

/* ---- values; `name` is what a sentence calls them ---- */

/* "a 2 x 3 cell", "complex", ... */
void value_describe(const mxArray *a, char text[80]);
/* Real, full and numeric or logical: its elements, in Octave's order. */
bool value_numbers(call *c, const char *name, const mxArray *a, const char *expected, double **x,
                   size_t *n);
bool value_number(call *c, const char *name, const mxArray *a, double *x);
/* Whole, from low to high. */
bool value_whole(call *c, const char *name, const mxArray *a, double low, double high, double *x);
bool value_flag(call *c, const char *name, const mxArray *a, bool *x);
bool value_text(call *c, const char *name, const mxArray *a, char **text);
/* Text in which ~ at the start is the home, as in Octave's own functions. */
bool value_path(call *c, const char *name, const mxArray *a, char **path);
/* One of the names, which end with NULL; case does not count. */
bool value_choice(call *c, const char *name, const mxArray *a, const char *const *names,
                  int *index);
bool value_is_empty(const mxArray *a);

/* ---- options: a struct, or names and values ---- */

typedef enum own_kind {
    OWN_LONG, /* int64_t */
    OWN_FLAG, /* bool */
    OWN_ANY   /* const mxArray * */
} own_kind;

/* An option that is not in the library's table. */
typedef struct own_option {
    const char *name;
    own_kind kind;
    void *value; /* where it goes; as it is where the option is not given */
} own_option;

/* Which options a function takes. */
typedef struct accepted {
    unsigned subjects; /* all of the library's table that are about these */
    const char *names; /* and these, separated by spaces; NAME=OPTION where OPTION is called NAME */
    const own_option *own;
    int n_own;
} accepted;

/* The call's arguments from `first` on, into c->values and c->s. Of an option that comes twice the
   later one counts. */
bool options_read(call *c, const accepted *a, int first);
/* An option of the library's table. */
bool option_take(call *c, const char *name, const mxArray *a);
bool option_given(const call *c, const char *name);
/* What depends on several options; the call's task where it is there already. */
bool options_finish(call *c);

/* A seed from Octave's own `rand`, unless there is one here or in the experiment's folder. */
bool draw_seed(call *c);
/* The call's context. */
bool context_open(call *c);

/* Was Ctrl-C pressed? */
bool call_interrupted(void);

/* feval(in{:}). False: it failed. */
bool call_back(call *c, int n_out, mxArray **out, int n_in, mxArray **in);

/* ---- groups of options ---- */

/* The call's task: of the option, or of the call's model where there is one. */
bool task_open(call *c, const char *path);

/* The spiking network of the options; the call's model is there. stims: as the published function
   takes them, NULL: none. */
bool spiking_open(call *c, const mxArray *stims, srnn_spiking_params *params);
/* The conversion of `scaling_factor`, NaN: by what the options say, else what the file of the
   model holds: of both the better one. */
bool spiking_convert(call *c, srnn_spiking_params *params, double scaling_factor, const char *path);
/* Of a struct with the fields mode, dur and units, as the published function takes it. */
bool stimulation_read(call *c, const mxArray *stims, srnn_stimulation *stimulation);

/* ---- results ---- */

void field_value(mxArray *s, const char *name, mxArray *value);
void field_number(mxArray *s, const char *name, double x);
void field_text(mxArray *s, const char *name, const char *text);
/* rows x columns of x, in Octave's order; x NULL: empty. */
void field_matrix(mxArray *s, const char *name, size_t rows, size_t columns, const double *x);
void field_whole(mxArray *s, const char *name, size_t n, const int *x); /* 1 x n */
mxArray *matrix_of(size_t rows, size_t columns, const double *x);

/* ---- the commands ---- */

typedef bool (*command)(call *c);
bool command_lif(call *c);
bool command_train(call *c);
bool command_search(call *c);
bool command_eval(call *c);
bool command_experiment(call *c);
bool command_study(call *c);

#endif
