/* One figure, from its data to its files. */
#ifndef SRNN_ONE_FIGURE_H
#define SRNN_ONE_FIGURE_H

#include "figure/plot.h"

/* What became of a figure; threads draw several. */
typedef struct srnn__figure_outcome {
    srnn_status status;
    char message[700];
} srnn__figure_outcome;

/* How figures are drawn in one call. */
typedef struct srnn__figure_how {
    const srnn_figure_options *options;
    const char *style;   /* text of style.gp */
    const char *formats; /* "png svg", "dumb" */
    int columns, lines;  /* of "dumb", characters */
    bool color;          /* of "dumb" */
    const srnn__stop *stop;
} srnn__figure_how;

void srnn__figure_fail(srnn__figure_outcome *outcome, srnn_status status, const char *format, ...)
    SRNN__PRINTF(3, 4);

/* FOLDER/NAME.END, to be freed; NULL: out of memory. */
char *srnn__figure_path(const char *folder, const char *name, const char *end);

/* Formats as the script has them: "png svg". */
void srnn__figure_formats(unsigned formats, char text[16]);

/* Draws in a temporary folder; its files replace the old ones when all of them are good. */
void srnn__figure_draw(const srnn__drawing *drawing, const srnn_figure_data *data,
                       const srnn__figure_how *how, const char *script,
                       srnn__figure_outcome *outcome);

/* After the figures: the style of all of them. */
void srnn__figure_place_style(const srnn__figure_how *how, srnn__figure_outcome *outcome);

/* As characters, by files in an empty folder, which is removed. *text: to be freed. */
void srnn__figure_show(const char *folder, const srnn__drawing *drawing,
                       const srnn_figure_data *data, const srnn__figure_how *how,
                       const char *script, char **text, srnn__figure_outcome *outcome);

#endif
