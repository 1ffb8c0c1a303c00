/* What all figures share: a gnuplot script and its data in a folder, panels, and the program that
   draws them. Errors of files are kept and returned at the end. */
#ifndef SRNN_PLOT_H
#define SRNN_PLOT_H

#include <stdio.h>

#include "core/core.h"
#include "spikernn/figure.h"

typedef struct srnn__plot {
    const srnn_figure *figure;
    char formats[16]; /* "png svg" */
    FILE *script, *data;
    int n_blocks;  /* of data so far */
    int n_rows;    /* of the latest one */
    bool terminal; /* characters: fewer panels, of columns x lines in all */
    bool color;    /* of them, by ANSI's codes */
    int columns, lines;
    double width_cm, height_cm;
    bool no_memory;
    int error; /* errno of what could not be written; 0: none */
} srnn__plot;

/* A figure and how it is drawn. */
typedef struct srnn__drawing {
    srnn_figure figure;
    const char *(*missing)(const srnn_figure_data *data); /* in words; NULL: nothing is */
    void (*draw)(srnn__plot *plot, const srnn_figure_data *data);
} srnn__drawing;

extern const srnn__drawing srnn__drawings[];
extern const int srnn__n_drawings;

/* ---- the data: blocks, `index` 0, 1, ... of the script ---- */

/* Begins a block; its heading names what is in it and the columns. Returns its index. */
int srnn__block(srnn__plot *plot, const char *format, ...) SRNN__PRINTF(2, 3);
void srnn__write_row(srnn__plot *plot, const double *values, size_t n);
#define srnn__plot_row(plot, ...)                                                                  \
    srnn__write_row(plot, (const double[]){__VA_ARGS__},                                           \
                    sizeof((const double[]){__VA_ARGS__}) / sizeof(double))
void srnn__end_curve(srnn__plot *plot); /* a line is not drawn on to the next row */

/* ---- the script, in this order: size, variables, begin, panels, end ---- */

enum { SRNN__COLUMN_MM = 85, SRNN__PAGE_MM = 175 }; /* widths in print */

void srnn__size(srnn__plot *plot, double width_cm, double height_cm);
void srnn__say(srnn__plot *plot, const char *format, ...) SRNN__PRINTF(2, 3);
/* `array name[n] = ["...", ...]` of text from anywhere: every character stands for itself where it
   is shown with `noenhanced`, and none is a command. */
void srnn__say_texts(srnn__plot *plot, const char *name, const char *const *texts, int n);
void srnn__begin(srnn__plot *plot);
void srnn__end(srnn__plot *plot);

/* Panels side by side and below each other, row 0 on top; lengths in cm. */
typedef struct srnn__grid {
    int columns, rows;
    double left, right, top, bottom; /* margins around all */
    double gap_x, gap_y;             /* between panels */
    double odd;                      /* height of odd rows over that of even ones; 0: 1 */
    double pair_gap;                 /* above odd rows, instead of gap_y, where odd is not 0 */
} srnn__grid;

/* Starts a panel, plain axes. false: there is no room for it in the terminal. */
bool srnn__panel(srnn__plot *plot, const srnn__grid *grid, int column, int row);

/* After all panels: nothing but a key, at a place in the page (`bottom center`); plots of NaN
   follow, with titles. A panel's own key has the room of that panel. false: not in a terminal. */
bool srnn__key_panel(srnn__plot *plot, const char *place);

static inline int srnn__at_most(int a, int b) { return a < b ? a : b; }

/* From the smallest to the largest of what it has seen. */
typedef struct srnn__plot_range {
    double low, high;
} srnn__plot_range;

#define SRNN__NO_RANGE ((srnn__plot_range){INFINITY, -INFINITY})
void srnn__see(srnn__plot_range *range, double value); /* NaN and infinity are not looked at */
/* `set xrange` and so on, wider by a share on either side; something sensible for no range. */
void srnn__say_range(srnn__plot *plot, char axis, srnn__plot_range range, double share);
/* Ticks at round numbers, about n of them. */
void srnn__say_ticks(srnn__plot *plot, char axis, srnn__plot_range range, double n);
srnn__plot_range srnn__wider(srnn__plot_range range, double share);

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

/* Variables type[], color(i), dash(i) of the trial types in the script. */
void srnn__say_types(srnn__plot *plot, const srnn__types *types);
/* After all panels: a key of the types below them, as lines, so high. */
double srnn__key_cm(const srnn__types *types, double width_cm);
void srnn__say_key(srnn__plot *plot, const srnn__types *types);

/* Time from the onset of stimulation, where that is known. */
enum { SRNN__STIMULI = 8 };
typedef struct srnn__clock {
    double shift_ms;      /* taken off times since the trial's start */
    double on_ms, off_ms; /* after that, of all stimuli; NaN: not known */
    int n;                /* stimuli one after the other; 0: not known */
    double stim_on_ms[SRNN__STIMULI], stim_off_ms[SRNN__STIMULI]; /* after that, too */
} srnn__clock;

srnn__clock srnn__clock_of(const srnn_figure_data *data);
/* The axis of a trial of T_ms, about n ticks. */
void srnn__say_time(srnn__plot *plot, const srnn__clock *clock, double T_ms, double n);
/* Variables time_label, stim_on_1, stim_off_1, stim_on_2, ... and stimulus (commands that shade
   from each of them on; may be empty). */
void srnn__say_clock(srnn__plot *plot, const srnn__clock *clock);

extern const char *const srnn__population_labels[SRNN_POPULATIONS]; /* as in figures: "PV" */
extern const char *const srnn__population_colors[SRNN_POPULATIONS]; /* variables of the script */

/* ---- panels of histograms, a row for each population that has units ---- */

typedef struct srnn__histogram {
    const double *values;   /* [N]; NaN: left out */
    const double *before;   /* [N] outlined in the same panel; NULL: none */
    const char *label;      /* of the axis */
    srnn__plot_range range; /* of the axis at least */
} srnn__histogram;

/* The whole figure of n histograms side by side. */
void srnn__draw_histograms(srnn__plot *plot, const srnn__histogram *histograms, int n,
                           const uint8_t *population, int N, double width_cm);

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
