/* Mean and standard deviation of a sample. */
#ifndef SRNN_MEAN_SD_H
#define SRNN_MEAN_SD_H

#include <math.h>

/* SD of n - 1. NaN: the mean of no value, the SD of fewer than two. */
static inline void srnn__mean_and_sd(const double *values, int n, double *mean, double *sd)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) sum += values[i];
    *mean = n > 0 ? sum / n : (double)NAN;
    for (int i = 0; i < n; i++) squares += (values[i] - *mean) * (values[i] - *mean);
    *sd = n > 1 ? sqrt(squares / (n - 1)) : (double)NAN;
}

#endif
