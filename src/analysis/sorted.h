/* Values in ascending order. */
#ifndef SRNN_SORTED_H
#define SRNN_SORTED_H

/* Copies the finite ones of n values into sorted[n], in order; returns how many. */
int srnn__sort_finite(const double *values, int n, double *sorted);

/* The quantile at `place` (0: the first, 1: the last), between two values linear; NaN: n is 0. */
double srnn__sorted_quantile(const double *sorted, int n, double place);

#endif
