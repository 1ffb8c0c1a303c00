/* What gnuplot leaves out of a PNG. */
#ifndef SRNN_PNG_RESOLUTION_H
#define SRNN_PNG_RESOLUTION_H

#include <stdbool.h>

/* Adds the resolution (the chunk pHYs), so that the picture has its size in print. false: errno. */
bool srnn__png_set_dpi(const char *path, double dpi);

#endif
