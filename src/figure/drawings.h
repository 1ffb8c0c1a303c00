/* The figures' scripts, by CMake from figures/, and what C writes for them. */
#ifndef SRNN_DRAWINGS_H
#define SRNN_DRAWINGS_H

#include "figure/plot.h"

extern const char srnn__style_script[]; /* figures/style.gp */

#define SRNN__FIGURE(id)                                                                           \
    extern const char srnn__##id##_title[], srnn__##id##_caption[], srnn__##id##_script[];         \
    const char *srnn__##id##_missing(const srnn_figure_data *data);                                \
    void srnn__write_##id(srnn__plot *plot, const srnn_figure_data *data)

SRNN__FIGURE(task);
SRNN__FIGURE(training);
SRNN__FIGURE(taus);
SRNN__FIGURE(weights);
SRNN__FIGURE(search);
SRNN__FIGURE(outputs);
SRNN__FIGURE(output_by_lambda);
SRNN__FIGURE(conversion);
SRNN__FIGURE(confusion);
SRNN__FIGURE(psychometric);
SRNN__FIGURE(noise);
SRNN__FIGURE(comparison);
SRNN__FIGURE(raster);
SRNN__FIGURE(psth);
SRNN__FIGURE(rates);
SRNN__FIGURE(statistics);
SRNN__FIGURE(voltages);
SRNN__FIGURE(pca);
SRNN__FIGURE(axes);
SRNN__FIGURE(decoding);
SRNN__FIGURE(fixed_points);
SRNN__FIGURE(study_points);
SRNN__FIGURE(study_option);
SRNN__FIGURE(study_share);
SRNN__FIGURE(study_learning);
SRNN__FIGURE(study_lambda);

#endif
