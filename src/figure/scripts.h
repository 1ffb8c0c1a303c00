/* The scripts of figures: those of the library, or the user's own. */
#ifndef SRNN_FIGURE_SCRIPTS_H
#define SRNN_FIGURE_SCRIPTS_H

#include "figure/plot.h"

typedef struct srnn__scripts {
    char *style;   /* text of style.gp */
    char **script; /* [n] text of the NAME.gp of each figure */
    int n;
} srnn__scripts;

/* The style is the library's with the settings of the user's. The caller frees *out, also after an
   error. Errors: SRNN_ERR_FILE, SRNN_ERR_NO_MEMORY. */
srnn_status srnn__scripts_find(srnn_ctx *ctx, const srnn__drawing *const *drawings, int n,
                               const srnn_figure_options *options, srnn__scripts *out);
void srnn__scripts_free(srnn__scripts *scripts);

/* png_dpi of this style; 0: not set. */
double srnn__style_dpi(const char *style);

#endif
