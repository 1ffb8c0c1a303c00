/* Cholesky's decomposition. Not LAPACK's: it gives other bits on other machines, and some LAPACKs
   start threads of their own, where many threads solve small systems at once. */
#include "core/cholesky.h"

#include <math.h>
#include <stddef.h>

/* a = U^T U, U in a's upper triangle. */
static bool decompose(double *a, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        double *row = a + k * n;
        if (!(row[k] > 0)) return false;
        row[k] = sqrt(row[k]);
        for (size_t j = k + 1; j < n; j++) row[j] /= row[k];
        for (size_t i = k + 1; i < n; i++) {
            double *below = a + i * n;
            const double factor = row[i];
            for (size_t j = i; j < n; j++) below[j] -= factor * row[j];
        }
    }
    return true;
}

/* U^T U x = b, x in the place of b. */
static void substitute(const double *u, size_t n, double *x)
{
    for (size_t k = 0; k < n; k++) {
        const double *row = u + k * n;
        x[k] /= row[k];
        for (size_t j = k + 1; j < n; j++) x[j] -= x[k] * row[j];
    }
    for (size_t k = n; k-- > 0;) {
        const double *row = u + k * n;
        for (size_t j = k + 1; j < n; j++) x[k] -= row[j] * x[j];
        x[k] /= row[k];
    }
}

bool srnn__solve_positive(double *a, double *b, int n, int m)
{
    const size_t size = (size_t)n;
    if (!decompose(a, size)) return false;
    for (int r = 0; r < m; r++) substitute(a, size, b + (size_t)r * size);
    return true;
}
