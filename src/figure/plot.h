/* Writing the data and the variables that the script of a figure, in figures/, draws. Errors of
   files are kept and returned at the end. */
#ifndef SRNN_PLOT_H
#define SRNN_PLOT_H

#include <math.h>
#include <stdio.h>

#include "core/core.h"
#include "spikernn/figure.h"

typedef struct srnn__plot {
    FILE *data, *variables;
    int n_blocks; /* of data so far */
    int n_rows;   /* of the latest one */
    bool no_memory;
    int error; /* errno of what could not be written; 0: none */
} srnn__plot;

/* A figure: its script, and what C writes for it. */
typedef struct srnn__drawing {
    srnn_figure figure;
    const char *script;                                   /* figures/NAME.gp */
    const char *(*missing)(const srnn_figure_data *data); /* in words; NULL: nothing is */
    void (*write)(srnn__plot *plot, const srnn_figure_data *data);
} srnn__drawing;

extern const srnn__drawing srnn__drawings[];
extern const int srnn__n_drawings;

/* ---- NAME.dat: blocks of rows, which the script finds by their names ---- */

/* Begins a block; columns: what they are, in words. */
void srnn__block(srnn__plot *plot, const char *columns, const char *name_format, ...)
    SRNN__PRINTF(3, 4);
void srnn__write_row(srnn__plot *plot, const double *values, size_t n);
#define srnn__plot_row(plot, ...)                                                                  \
    srnn__write_row(plot, (const double[]){__VA_ARGS__},                                           \
                    sizeof((const double[]){__VA_ARGS__}) / sizeof(double))
void srnn__end_curve(srnn__plot *plot);  /* a line is not drawn on to the next row */
void srnn__end_blocks(srnn__plot *plot); /* after the last one */

/* ---- NAME.var: what the script needs besides ---- */

/* Formats, "png svg"; `gnuplot -e` can set others. */
void srnn__say_formats(srnn__plot *plot, const char *formats);
void srnn__say(srnn__plot *plot, const char *name, double value); /* NaN: not known */
void srnn__say_numbers(srnn__plot *plot, const char *name, const double *values, int n);
/* Arrays of text from anywhere: every character stands for itself where it is shown with
   `noenhanced`, and none is a command. */
void srnn__say_texts(srnn__plot *plot, const char *name, const char *const *texts, int n);

static inline int srnn__at_most(int a, int b) { return a < b ? a : b; }

/* From the smallest to the largest of what it has seen. */
typedef struct srnn__plot_range {
    double low, high;
} srnn__plot_range;

#define SRNN__NO_RANGE ((srnn__plot_range){INFINITY, -INFINITY})
void srnn__see(srnn__plot_range *range, double value); /* NaN and infinity are not looked at */
/* Variables NAME_low < NAME_high; something sensible for no range, or one of a single number. */
void srnn__say_range(srnn__plot *plot, const char *name, srnn__plot_range range);

/* 1, 2 or 5 times a power of ten, at least `least`. */
double srnn__round_step(double least);

/* ---- what several figures know about the data ---- */

/* Trials by type. */
typedef struct srnn__types {
    int n, K;
    const char *const *names; /* [n] */
    const int *type;          /* [K] */
} srnn__types;

srnn__types srnn__types_of(const srnn_figure_data *data);
const srnn_spikes *srnn__spikes_of(const srnn_figure_data *data);     /* NULL: none */
const uint8_t *srnn__populations_of(const srnn_figure_data *data);    /* [N]; NULL: not known */
int srnn__first_trial(const srnn__types *types, int type);            /* -1: none */
int srnn__n_units(const uint8_t *population, int N, int population_); /* in one of them */

extern const char *const srnn__population_labels[SRNN_POPULATIONS]; /* in names of blocks: "PV" */
extern const char *const srnn__network_labels[2];                   /* by srnn_network */

/* The median of the finite ones of values[n]; NaN: there are none. */
double srnn__median(srnn__plot *plot, const double *values, int n);

/* Variables n_types, type[]; n_all_types where only the first are shown. */
enum { SRNN__TYPES_SHOWN = 12 };
int srnn__say_types(srnn__plot *plot, const srnn__types *types); /* returns how many are shown */
/* units[k]: units of population k. */
void srnn__say_populations(srnn__plot *plot, const uint8_t *population, int N);

/* Time from the onset of stimulation, where that is known. */
typedef struct srnn__clock {
    double shift_ms; /* taken off times since the trial's start */
    double off_ms;   /* after that, end of all stimuli; NaN: not known */
} srnn__clock;

srnn__clock srnn__clock_of(const srnn_figure_data *data);
/* Variables has_onset, t_from, t_to, and the stimuli: n_stimuli, stimulus_type[] (0: of all
   types), stimulus_on[], stimulus_off[]. */
void srnn__say_time(srnn__plot *plot, const srnn_figure_data *data, double T_ms);

/* Activity settles after the start of a trial: only from this time on does it set the range of an
   axis. The onset of the stimulus, but at most 100 ms. */
double srnn__settled_ms(const srnn_figure_data *data);

/* ---- distributions over the units of each population ---- */

typedef struct srnn__histogram {
    const char *name;
    const double *values;   /* [N]; NaN: left out */
    const double *before;   /* [N] outlined in the same panel; NULL: none */
    srnn__plot_range range; /* of the axis at least */
} srnn__histogram;

/* Blocks "NAME POPULATION", variables of their axes. */
void srnn__write_histograms(srnn__plot *plot, const srnn__histogram *histograms, int n,
                            const uint8_t *population, int N);

/* ---- drawing ---- */

/* What the program of this name said where it failed, or could not be started. */
typedef enum srnn__gnuplot_end {
    SRNN__DRAWN = 0,
    SRNN__NOT_STARTED, /* words: why */
    SRNN__NOT_DRAWN,   /* words: its own */
    SRNN__STOPPED      /* as asked for; what it has written so far is worth nothing */
} srnn__gnuplot_end;

/* Asked now and then, on the thread that draws: is it to stop? */
typedef struct srnn__stop {
    bool (*asked)(void *user);
    void *user;
} srnn__stop;

/* Runs `program script` in the folder; stop may be NULL; *text (may be NULL) is what it printed,
   for the caller to free. */
srnn__gnuplot_end srnn__gnuplot(const char *program, const char *folder, const char *script,
                                const srnn__stop *stop, char **text, char words[256]);

#endif
