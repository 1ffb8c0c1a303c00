/* The figures' drawings, for their table. */
#ifndef SRNN_DRAWINGS_H
#define SRNN_DRAWINGS_H

#include "figure/plot.h"

#define SRNN__FIGURE(name)                                                                         \
    const char *srnn__##name##_missing(const srnn_figure_data *data);                              \
    void srnn__draw_##name(srnn__plot *plot, const srnn_figure_data *data)

SRNN__FIGURE(training);
SRNN__FIGURE(taus);
SRNN__FIGURE(weights);
SRNN__FIGURE(search);
SRNN__FIGURE(outputs);
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

#endif
