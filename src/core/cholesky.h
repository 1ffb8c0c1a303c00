#ifndef SRNN_CORE_CHOLESKY_H
#define SRNN_CORE_CHOLESKY_H

#include <stdbool.h>

/* A x = b for the m rows of b[m][n], in their place; a[n][n] symmetric and positive definite, of
   which a[i][j >= i] is read, and lost. False: it is not. */
bool srnn__solve_positive(double *a, double *b, int n, int m);

#endif
