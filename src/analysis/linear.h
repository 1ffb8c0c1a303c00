/* Linear algebra of this room. LAPACK, for eigenvalues, is named in linear.c alone, which loads it
   at its first use; it sees finite numbers only, is not called from parallel regions, and what it
   leaves open, order and sign, is settled there. Matrices are symmetric or the same either way
   round, so [n][n] is a row or a column first alike. */
#ifndef SRNN_LINEAR_H
#define SRNN_LINEAR_H

#include "core/core.h"

/* A^T A into out[n][n], of a[m][n]; the rows are added in order, whatever the number of threads.
   ctx NULL: on one thread, and without progress. False: interrupted. */
bool srnn__gram(srnn_ctx *ctx, const double *a, size_t m, int n, double *out);

/* Of a symmetric a[n][n]: values[n], descending; the rows of a become the vectors, of length 1,
   their largest entry positive. */
srnn_status srnn__symmetric_eigen(srnn_ctx *ctx, double *a, int n, double *values);

/* Of any a[n][n], which is lost: the largest real part first, of a pair the positive imaginary one.
 */
srnn_status srnn__eigenvalues(srnn_ctx *ctx, double *a, int n, double *re, double *im);

/* Takes off v[n] what lies along the n_basis orthonormal rows of basis[.][n], and brings it to
   length 1. False, and v is of no use, where less than `least` of its length would be left. */
bool srnn__orthonormalise(const double *basis, int n_basis, double *v, int n, double least);

/* The vector's sign such that its largest entry, of equals the first, is positive. */
void srnn__fix_sign(double *v, int n);

/* In four sums side by side, which is faster and always the same. */
static inline double srnn__dot(const double *a, const double *b, int n)
{
    double sums[4] = {0};
    int i = 0;
    for (; i + 4 <= n; i += 4)
        for (int lane = 0; lane < 4; lane++) sums[lane] += a[i + lane] * b[i + lane];
    for (; i < n; i++) sums[0] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

#endif
