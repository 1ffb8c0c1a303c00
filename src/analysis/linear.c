#define _POSIX_C_SOURCE 200809L
#include "analysis/linear.h"

#include <dlfcn.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* LAPACK counts its workspace of about 2 n^2 numbers in 32 bits. */
enum { LARGEST = 32000 };

/* Adds rows [from, to) of a[.][n] to row i of the lower triangle. */
static void add_rows(const double *a, size_t from, size_t to, int n, int i, double *row)
{
    size_t s = from;
    for (; s + 4 <= to; s += 4) {
        const double *p = a + s * (size_t)n, *q = p + n, *r = q + n, *t = r + n;
        const double x = p[i], y = q[i], z = r[i], w = t[i];
        for (int j = 0; j <= i; j++) row[j] += x * p[j] + y * q[j] + (z * r[j] + w * t[j]);
    }
    for (; s < to; s++) {
        const double *p = a + s * (size_t)n, x = p[i];
        for (int j = 0; j <= i; j++) row[j] += x * p[j];
    }
}

bool srnn__gram(srnn_ctx *ctx, const double *a, size_t m, int n, double *out)
{
    enum { CHUNK = 64, BLOCK = 16 }; /* rows of a and of out that stay in the cache */
    const int threads = ctx ? ctx->threads : 1;
    atomic_bool stop = false;
    memset(out, 0, (size_t)n * (size_t)n * sizeof *out);
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
    for (int block = 0; block < n; block += BLOCK) {
        if (ctx && !atomic_load(&stop) && srnn__progress(ctx, "activity", block, n, NAN, NAN))
            atomic_store(&stop, true);
        if (atomic_load(&stop)) continue;
        for (size_t from = 0; from < m; from += CHUNK)
            for (int i = block; i < block + BLOCK && i < n; i++)
                add_rows(a, from, from + CHUNK < m ? from + CHUNK : m, n, i,
                         out + (size_t)i * (size_t)n);
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            out[(size_t)j * (size_t)n + (size_t)i] = out[(size_t)i * (size_t)n + (size_t)j];
    return !atomic_load(&stop);
}

void srnn__fix_sign(double *v, int n)
{
    int largest = 0;
    for (int i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[largest])) largest = i;
    if (v[largest] < 0)
        for (int i = 0; i < n; i++) v[i] = -v[i];
}

static void reverse(double *values, double *vectors, int n)
{
    for (int low = 0, high = n - 1; low < high; low++, high--) {
        const double value = values[low];
        values[low] = values[high];
        values[high] = value;
        double *a = vectors + (size_t)low * (size_t)n, *b = vectors + (size_t)high * (size_t)n;
        for (int i = 0; i < n; i++) {
            const double x = a[i];
            a[i] = b[i];
            b[i] = x;
        }
    }
}

static srnn_status check_size(srnn_ctx *ctx, int n)
{
    if (n <= LARGEST) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "a matrix of %d x %d is asked for its eigenvalues; expected at most %d", n, n,
                      LARGEST);
}

static srnn_status not_found(srnn_ctx *ctx, int n)
{
    return srnn__fail(ctx, SRNN_ERR_NUMERIC, "the eigenvalues of a %d x %d matrix were not found",
                      n, n);
}

/* The forms of LAPACKE with a workspace of ours are the ones that keep no state. */
typedef lapack_int symmetric_routine(int layout, char job, char triangle, lapack_int n, double *a,
                                     lapack_int lda, double *values, double *work,
                                     lapack_int work_size, lapack_int *whole_work,
                                     lapack_int whole_size);
typedef lapack_int general_routine(int layout, char left, char right, lapack_int n, double *a,
                                   lapack_int lda, double *re, double *im, double *left_vectors,
                                   lapack_int left_lda, double *right_vectors, lapack_int right_lda,
                                   double *work, lapack_int work_size);
_Static_assert(_Generic(LAPACKE_dsyevd_work, symmetric_routine * : 1, default : 0),
               "as in lapacke.h");
_Static_assert(_Generic(LAPACKE_dgeev_work, general_routine * : 1, default : 0), "as in lapacke.h");

/* Loads LAPACK at its first use: OpenBLAS starts a thread for every processor as it is loaded, and
   where the process may not have so much memory it never ends. It stays loaded for later calls. */
static srnn_status load_routine(srnn_ctx *ctx, const char *name, void *routine)
{
    void *lapack = dlopen(SRNN__LAPACKE_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    void *symbol = lapack ? dlsym(lapack, name) : NULL;
    const char *why = symbol ? NULL : dlerror();
    if (!symbol)
        return srnn__fail(ctx, SRNN_ERR_FILE, "LAPACK's %s cannot be loaded: %.200s", name,
                          why ? why : SRNN__LAPACKE_LIBRARY " lacks it");
    dlclose(lapack);
    memcpy(routine, &symbol, sizeof symbol); /* ISO C has no cast between the two */
    return SRNN_OK;
}

srnn_status srnn__symmetric_eigen(srnn_ctx *ctx, double *a, int n, double *values)
{
    symmetric_routine *dsyevd = NULL;
    srnn_status status = check_size(ctx, n);
    if (!status) status = load_routine(ctx, "LAPACKE_dsyevd_work", &dsyevd);
    if (status) return status;
    double size = 0;
    lapack_int whole_size = 0;
    dsyevd(LAPACK_COL_MAJOR, 'V', 'L', n, a, n, values, &size, -1, &whole_size, -1);
    double *work = malloc((size_t)size * sizeof *work);
    lapack_int *whole_work = malloc((size_t)whole_size * sizeof *whole_work);
    if (!work || !whole_work)
        status = srnn__no_memory(ctx);
    else if (dsyevd(LAPACK_COL_MAJOR, 'V', 'L', n, a, n, values, work, (lapack_int)size, whole_work,
                    whole_size))
        status = not_found(ctx, n);
    free(work);
    free(whole_work);
    if (status) return status;
    reverse(values, a, n);
    for (int k = 0; k < n; k++) srnn__fix_sign(a + (size_t)k * (size_t)n, n);
    return SRNN_OK;
}

typedef struct eigenvalue {
    double re, im;
} eigenvalue;

static int unstable_first(const void *left, const void *right)
{
    const eigenvalue *a = left, *b = right;
    if (a->re != b->re) return a->re < b->re ? 1 : -1;
    return (a->im < b->im) - (a->im > b->im);
}

srnn_status srnn__eigenvalues(srnn_ctx *ctx, double *a, int n, double *re, double *im)
{
    general_routine *dgeev = NULL;
    srnn_status status = check_size(ctx, n);
    if (!status) status = load_routine(ctx, "LAPACKE_dgeev_work", &dgeev);
    if (status) return status;
    double size = 0;
    dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, a, n, re, im, NULL, 1, NULL, 1, &size, -1);
    double *work = malloc((size_t)size * sizeof *work);
    eigenvalue *pairs = malloc((size_t)n * sizeof *pairs);
    if (!work || !pairs)
        status = srnn__no_memory(ctx);
    else if (dgeev(LAPACK_COL_MAJOR, 'N', 'N', n, a, n, re, im, NULL, 1, NULL, 1, work,
                   (lapack_int)size))
        status = not_found(ctx, n);
    else {
        for (int i = 0; i < n; i++) pairs[i] = (eigenvalue){re[i], im[i]};
        qsort(pairs, (size_t)n, sizeof *pairs, unstable_first);
        for (int i = 0; i < n; i++) {
            re[i] = pairs[i].re;
            im[i] = pairs[i].im;
        }
    }
    free(work);
    free(pairs);
    return status;
}

bool srnn__orthonormalise(const double *basis, int n_basis, double *v, int n, double least)
{
    const double before = sqrt(srnn__dot(v, v, n));
    for (int pass = 0; pass < 2; pass++) /* once leaves what rounding left */
        for (int k = 0; k < n_basis; k++) {
            const double *b = basis + (size_t)k * (size_t)n;
            const double along = srnn__dot(b, v, n);
            for (int i = 0; i < n; i++) v[i] -= along * b[i];
        }
    const double left = sqrt(srnn__dot(v, v, n));
    if (!(left > least * before) || left < DBL_MIN) return false;
    for (int i = 0; i < n; i++) v[i] /= left;
    return true;
}
