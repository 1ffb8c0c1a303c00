/* Figures, drawn by gnuplot. Beside every figure lie its script and its data, so that it can be
   styled anew: `gnuplot NAME.gp` draws it again. */
#ifndef SPIKERNN_FIGURE_H
#define SPIKERNN_FIGURE_H

#include "spikernn/compare.h"
#include "spikernn/convert.h"
#include "spikernn/dynamics.h"
#include "spikernn/evaluate.h"
#include "spikernn/model.h"
#include "spikernn/observe.h"
#include "spikernn/spikes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SRNN_PNG = 1, SRNN_SVG = 2, SRNN_PDF = 4 };

typedef struct srnn_study_view srnn_study_view; /* spikernn/study.h */

/* What a figure can be drawn from; NULL: not at hand. Read during the call only. */
typedef struct srnn_figure_data {
    const srnn_model *model;
    const srnn_observation *observation;
    const srnn_spikes *spikes;               /* the observation's, or those of a file */
    const srnn_spike_statistics *statistics; /* of the spikes */
    const srnn_comparison *comparison;
    const srnn_evaluation *evaluation;   /* of these or more trials */
    const srnn_noise_curve *noise_curve; /* of the spiking network */
    const srnn_transfer_curve *transfer; /* of its units */
    double scaling_factor;               /* its lambda; NaN or 0: the operating point */
    const srnn_pca *rate_pca, *spiking_pca;
    const srnn_decoding *rate_decoding, *spiking_decoding;
    const srnn_axes *rate_axes, *spiking_axes;
    const char *const *variable_names; /* of the axes' columns */
    const srnn_fixed_points *fixed_points;
    const srnn_pca *fixed_pca;    /* of the rate network's r; in whose first two they are shown */
    const char *fixed_type;       /* the trial type whose last input was held; NULL: not known */
    double bin_ms;                /* of the bins of components, axes and decoding; 0: not known */
    double spike_mv;              /* threshold of the voltages; 0: not known */
    const srnn_study_view *study; /* many networks */
    const srnn_factor_observations *by_factor; /* the trials with several scaling factors */
} srnn_figure_data;

typedef struct srnn_figure_options {
    size_t size;         /* of the struct; set by srnn_figure_options_default() */
    const char *folder;  /* made where it is missing; no default */
    unsigned formats;    /* a sum of SRNN_PNG, ...; 0: script and data alone; default png and svg */
    const char *gnuplot; /* the program; default "gnuplot" */
    const char *style;   /* a file with some or all of the settings at the top of style.gp: fonts,
                            sizes, colours; NULL (default): none */
    const char *scripts; /* a folder of scripts: its NAME.gp replace the library's, and the settings
                            of its style.gp are used; NULL (default): the user's folder,
                            $XDG_CONFIG_HOME/spikernn/figures or ~/.config/spikernn/figures */
} srnn_figure_options;

srnn_figure_options srnn_figure_options_default(void);

/* Figure i, NULL past the last; in the order in which a report shows them. */
typedef struct srnn_figure {
    const char *name;    /* "raster": of its files, too */
    const char *title;   /* "Spikes by population" */
    const char *caption; /* what is shown, what error bars are, in a sentence or two */
} srnn_figure;

const srnn_figure *srnn_figure_at(int i);
const srnn_figure *srnn_figure_named(const char *name); /* NULL: there is none */

/* Can it be drawn from these data? Else *why (may be NULL) is what is missing, in words. */
bool srnn_figure_possible(const srnn_figure *figure, const srnn_figure_data *data,
                          const char **why);

/* Draws n figures into the folder: NAME.png, NAME.svg, NAME.pdf as asked for, NAME.gp and NAME.dat.
   They replace those of these names when all of a figure are whole; pictures of it in other formats
   are removed. Figures are shared among the context's threads. Where gnuplot cannot be started,
   scripts and data are written all the same. Errors: SRNN_ERR_ARGUMENT (a figure that is not
   possible), SRNN_ERR_FILE (a folder or file; gnuplot failed: its own words), SRNN_ERR_PROGRAM
   (gnuplot is not there: the message tells how to install it; scripts and data are there),
   SRNN_ERR_NO_MEMORY; SRNN_CANCELLED. After all but SRNN_ERR_PROGRAM the files of a figure that was
   not drawn are as they were. */
srnn_status srnn_figures_draw(srnn_ctx *ctx, const srnn_figure *const *figures, int n,
                              const srnn_figure_data *data, const srnn_figure_options *options);

/* One figure as characters for a terminal of so many columns and lines, as UTF-8; the caller frees
 *text. color: with ANSI colours. Errors: as srnn_figures_draw(). */
srnn_status srnn_figure_show(srnn_ctx *ctx, const srnn_figure *figure, const srnn_figure_data *data,
                             const srnn_figure_options *options, int columns, int lines, bool color,
                             char **text);

#ifdef __cplusplus
}
#endif
#endif
