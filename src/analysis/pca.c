/* Principal components of population activity. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/activity.h"
#include "analysis/linear.h"

srnn_pca_options srnn_pca_options_default(void)
{
    return (srnn_pca_options){
        .size = sizeof(srnn_pca_options), .n_components = 10, .by_trial = false};
}

void srnn_pca_free(srnn_pca *pca)
{
    if (!pca) return;
    free(pca->mean);
    free(pca->explained);
    free(pca->components);
    free(pca->trajectories);
    *pca = (srnn_pca){0};
}

/* ---- the samples ---- */

typedef struct samples {
    double *x; /* [n][N] */
    size_t n;
} samples;

static bool take_means(const srnn_activity *a, samples *s)
{
    srnn__trials_of_types g = srnn__group_trials(a->type, a->K, a->n_types);
    const bool good = g.trial && g.start;
    for (int type = 0; type < a->n_types && good; type++) {
        const int first = g.start[type], n = g.start[type + 1] - first;
        if (n == 0) continue;
        srnn__trials_mean(a, g.trial + first, n, s->x + s->n * (size_t)a->N);
        s->n += (size_t)a->n_bins;
    }
    free(g.trial);
    free(g.start);
    return good;
}

/* The means of every type that has trials, or the trials themselves. */
static bool take_samples(const srnn_activity *a, bool by_trial, samples *s)
{
    const size_t n_bins = (size_t)a->n_bins, cells = n_bins * (size_t)a->N;
    const size_t groups = (size_t)(by_trial ? a->K : a->n_types);
    *s = (samples){.x = srnn__alloc(groups, cells * sizeof *s->x)};
    if (!s->x) return false;
    if (by_trial) {
        memcpy(s->x, a->values, groups * cells * sizeof *s->x);
        s->n = groups * n_bins;
        return true;
    }
    return take_means(a, s);
}

/* Takes off the mean of every unit, as the mean of what differs from the first sample: one that
   does not vary gets exact zeros. */
static void centre(samples *s, int N, double *mean)
{
    for (int i = 0; i < N; i++) mean[i] = 0;
    for (size_t row = 0; row < s->n; row++)
        for (int i = 0; i < N; i++) mean[i] += s->x[row * (size_t)N + (size_t)i] - s->x[i];
    for (int i = 0; i < N; i++) mean[i] /= (double)s->n;
    for (size_t row = s->n; row-- > 0;)
        for (int i = 0; i < N; i++) {
            double *x = s->x + row * (size_t)N + (size_t)i;
            const double first = s->x[i];
            *x = *x - first - mean[i];
            if (row == 0) mean[i] += first;
        }
}

/* ---- the components ---- */

/* Sets to 0 what rounding leaves of directions in which nothing varies; returns the others. */
static int significant(double *values, int n, size_t size)
{
    const double least = fmax(values[0], 0) * DBL_EPSILON * (double)size;
    int rank = 0;
    while (rank < n && values[rank] > least) rank++;
    for (int k = rank; k < n; k++) values[k] = 0;
    return rank;
}

/* out[columns][rows] of a[rows][columns] */
static void pca_transpose(const double *a, size_t rows, size_t columns, double *out)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++)
            out[column * rows + row] = a[row * columns + column];
}

/* From the N x N matrix of the units. */
static srnn_status by_units(srnn_ctx *ctx, const samples *s, srnn_pca *pca)
{
    const int N = pca->N;
    double *matrix = srnn__alloc((size_t)N, (size_t)N * sizeof *matrix);
    if (!matrix) return srnn__no_memory(ctx);
    const srnn_status status = srnn__gram(ctx, s->x, s->n, N, matrix)
                                   ? srnn__symmetric_eigen(ctx, matrix, N, pca->explained)
                                   : srnn__interrupted(ctx);
    if (!status) {
        const int rank = significant(pca->explained, N, s->n);
        if (rank < pca->n_components) pca->n_components = rank;
        memcpy(pca->components, matrix,
               (size_t)pca->n_components * (size_t)N * sizeof *pca->components);
    }
    free(matrix);
    return status;
}

/* From the matrix of the fewer samples: its vectors, through the samples, are the same components.
   What rounding adds to the weaker of them is along the stronger, and taken off. */
static srnn_status by_samples(srnn_ctx *ctx, const samples *s, srnn_pca *pca)
{
    const int N = pca->N, n = (int)s->n;
    double *columns = srnn__alloc((size_t)N, s->n * sizeof *columns);
    double *matrix = srnn__alloc(s->n, s->n * sizeof *matrix);
    srnn_status status = SRNN_OK;
    if (!columns || !matrix)
        status = srnn__no_memory(ctx);
    else {
        pca_transpose(s->x, s->n, (size_t)N, columns);
        status = srnn__gram(ctx, columns, (size_t)N, n, matrix)
                     ? srnn__symmetric_eigen(ctx, matrix, n, pca->explained)
                     : srnn__interrupted(ctx);
    }
    if (!status) {
        const int rank = significant(pca->explained, n, (size_t)N);
        if (rank < pca->n_components) pca->n_components = rank;
        for (int k = 0; k < pca->n_components; k++) {
            double *c = pca->components + (size_t)k * (size_t)N;
            const double *vector = matrix + (size_t)k * s->n;
            for (int i = 0; i < N; i++) c[i] = srnn__dot(columns + (size_t)i * s->n, vector, n);
            srnn__orthonormalise(pca->components, k, c, N, 0);
            srnn__fix_sign(c, N);
        }
    }
    free(columns);
    free(matrix);
    return status;
}

/* From variances to shares and dimensionality. */
static void pca_summarize(srnn_pca *pca)
{
    double sum = 0, squares = 0, held = 0;
    for (int k = 0; k < pca->N; k++) sum += pca->explained[k];
    for (int k = 0; k < pca->N; k++) {
        const double share = sum > 0 ? pca->explained[k] / sum : (double)NAN;
        pca->explained[k] = share;
        squares += share * share;
        held += share;
        if (pca->n_for_90 == 0 && held >= 0.90) pca->n_for_90 = k + 1;
        if (pca->n_for_95 == 0 && held >= 0.95) pca->n_for_95 = k + 1;
        if (pca->n_for_99 == 0 && held >= 0.99) pca->n_for_99 = k + 1;
    }
    pca->dimensionality = 1 / squares;
}

static srnn_status pca_find(srnn_ctx *ctx, const srnn_activity *a, bool by_trial, srnn_pca *pca)
{
    samples s = {0};
    srnn_status status = SRNN_OK;
    if (!take_samples(a, by_trial, &s))
        status = srnn__no_memory(ctx);
    else {
        centre(&s, a->N, pca->mean);
        status = s.n < (size_t)a->N ? by_samples(ctx, &s, pca) : by_units(ctx, &s, pca);
    }
    free(s.x);
    if (status) return status;
    pca_summarize(pca);
    return srnn__project_types(ctx, a, pca->mean, pca->components, pca->n_components,
                               pca->trajectories);
}

srnn_status srnn_pca_of(srnn_ctx *ctx, const srnn_activity *activity,
                        const srnn_pca_options *options, srnn_pca *result)
{
    srnn_pca_options o = srnn_pca_options_default();
    *result = (srnn_pca){0};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_pca_options, options, by_trial, &o);
    const srnn__check check = {"n_components", o.n_components, o.n_components >= 1, "at least 1"};
    if (!status) status = srnn__check_all(ctx, &check, 1);
    if (!status) status = srnn__activity_check(ctx, activity);
    if (status) return status;
    const size_t N = (size_t)activity->N;
    const int kept = o.n_components < activity->N ? o.n_components : activity->N;
    *result =
        (srnn_pca){.N = activity->N,
                   .n_bins = activity->n_bins,
                   .n_types = activity->n_types,
                   .n_components = kept,
                   .mean = srnn__alloc(N, sizeof(double)),
                   .explained = srnn__alloc(N, sizeof(double)),
                   .components = srnn__alloc((size_t)kept, N * sizeof(double)),
                   .trajectories = srnn__alloc((size_t)activity->n_types * (size_t)activity->n_bins,
                                               (size_t)kept * sizeof(double))};
    status = result->mean && result->explained && result->components && result->trajectories
                 ? pca_find(ctx, activity, o.by_trial, result)
                 : srnn__no_memory(ctx);
    if (status) srnn_pca_free(result);
    return status;
}

/* ---- other activity along them ---- */

/* The variance of the means of all types, over the components and in all. */
static srnn_status find_shares(srnn_ctx *ctx, const srnn_pca *pca, const srnn_activity *a,
                               double *shares)
{
    const size_t N = (size_t)a->N, n_kept = (size_t)pca->n_components;
    samples s = {0};
    double *mean = malloc(N * sizeof *mean), *zero = calloc(N, sizeof *zero);
    double *along = NULL;
    const bool taken = take_samples(a, false, &s);
    if (taken) along = malloc((s.n * n_kept + 1) * sizeof *along);
    if (mean && zero && along) {
        double sum = 0;
        centre(&s, a->N, mean);
        for (size_t c = 0; c < s.n * N; c++) sum += s.x[c] * s.x[c];
        srnn__project(s.x, s.n, a->N, zero, pca->components, pca->n_components, along);
        for (size_t k = 0; k < n_kept; k++) {
            double held = 0;
            for (size_t row = 0; row < s.n; row++)
                held += along[row * n_kept + k] * along[row * n_kept + k];
            shares[k] = sum > 0 ? held / sum : (double)NAN;
        }
    }
    const bool complete = mean && zero && along;
    free(s.x);
    free(mean);
    free(zero);
    free(along);
    return complete ? SRNN_OK : srnn__no_memory(ctx);
}

srnn_status srnn_pca_project(srnn_ctx *ctx, const srnn_pca *pca, const srnn_activity *activity,
                             double *trajectories, double *explained)
{
    srnn_status status = srnn__activity_check(ctx, activity);
    if (status) return status;
    if (activity->N != pca->N)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the activity has %d units; expected the %d of the components",
                          activity->N, pca->N);
    if (explained) status = find_shares(ctx, pca, activity, explained);
    if (!status && trajectories)
        status = srnn__project_types(ctx, activity, pca->mean, pca->components, pca->n_components,
                                     trajectories);
    return status;
}
