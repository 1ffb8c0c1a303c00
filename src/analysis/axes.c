/* Targeted dimensionality reduction: the directions in which activity follows what is known of the
   trials. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/activity.h"
#include "analysis/linear.h"

/* What must be left of a vector beside the earlier ones, of its length, to be a direction of its
   own: well above what rounding leaves, of variables that come as float numbers, too. */
static const double least_left = 1e-5;
/* A regression's vector that is shorter, in units of the largest difference between trials, is what
   rounding makes of nothing. */
static const double least_effect = 1e-10;

srnn_axes_options srnn_axes_options_default(void)
{
    return (srnn_axes_options){.size = sizeof(srnn_axes_options), .n_components = 12};
}

void srnn_axes_free(srnn_axes *axes)
{
    if (!axes) return;
    free(axes->variable);
    free(axes->bin);
    free(axes->mean);
    free(axes->axes);
    free(axes->trajectories);
    free(axes->strength);
    *axes = (srnn_axes){0};
}

void srnn_task_variables(const float *u, const float *z, int K, int T, int n_in, int n_out,
                         int stim_on, int stim_off, double *variables)
{
    const int on = stim_on > 0 && stim_on < T ? stim_on : 0;
    const int off = stim_off > on && stim_off < T ? stim_off : T;
    for (int k = 0; k < K; k++) {
        double *to = variables + (size_t)k * (size_t)(n_in + n_out);
        for (int c = 0; c < n_in + n_out; c++) to[c] = 0;
        for (int t = on; t < off; t++)
            for (int c = 0; c < n_in; c++)
                to[c] += (double)u[((size_t)k * (size_t)T + (size_t)t) * (size_t)n_in + (size_t)c] /
                         (off - on);
        for (int t = 0; t < T; t++)
            for (int c = 0; c < n_out; c++) {
                const double target =
                    (double)z[((size_t)k * (size_t)T + (size_t)t) * (size_t)n_out + (size_t)c];
                if (fabs(target) > fabs(to[n_in + c])) to[n_in + c] = target;
            }
    }
}

/* ---- the regression ---- */

/* What the regression needs of the variables that are used. */
typedef struct design {
    int n;           /* variables */
    int *which;      /* [n] columns of those given */
    double *v;       /* [n][K] of mean 0 and SD 1 */
    double *basis;   /* [n][K] the same, orthonormal */
    double *inverse; /* [n][K] v . inverse = 1 */
} design;

static void design_free(design *d)
{
    free(d->which);
    free(d->v);
    free(d->basis);
    free(d->inverse);
}

/* Of mean 0 and SD 1; false: it does not vary. */
static bool standardised(const double *variables, int n, int column, int K, double *v)
{
    const double first = variables[column];
    double mean = 0, squares = 0;
    for (int k = 0; k < K; k++) {
        v[k] = variables[(size_t)k * (size_t)n + (size_t)column] - first;
        mean += v[k] / K;
    }
    for (int k = 0; k < K; k++) {
        v[k] -= mean;
        squares += v[k] * v[k] / K;
    }
    /* numbers that differ by their rounding alone count as equal */
    if (!(sqrt(squares) > 1e-12 * fabs(first))) return false;
    for (int k = 0; k < K; k++) v[k] /= sqrt(squares);
    return true;
}

static void take_variables(const double *variables, int n, int K, design *d)
{
    for (int column = 0; column < n; column++) {
        double *v = d->v + (size_t)d->n * (size_t)K, *b = d->basis + (size_t)d->n * (size_t)K;
        if (!standardised(variables, n, column, K, v)) continue;
        memcpy(b, v, (size_t)K * sizeof *b);
        if (srnn__orthonormalise(d->basis, d->n, b, K, least_left)) d->which[d->n++] = column;
    }
}

/* By back substitution: basis = L^-1 v, so the inverse is L^-T basis, where L[a][b] = v_a . basis_b
   has no entries above its diagonal. */
static void invert(int K, design *d)
{
    for (int a = d->n - 1; a >= 0; a--) {
        double *row = d->inverse + (size_t)a * (size_t)K;
        const double *basis = d->basis + (size_t)a * (size_t)K;
        const double diagonal = srnn__dot(d->v + (size_t)a * (size_t)K, basis, K);
        memcpy(row, basis, (size_t)K * sizeof *row);
        for (int b = a + 1; b < d->n; b++) {
            const double *later = d->inverse + (size_t)b * (size_t)K;
            const double l = srnn__dot(d->v + (size_t)b * (size_t)K, basis, K);
            for (int k = 0; k < K; k++) row[k] -= l * later[k];
        }
        for (int k = 0; k < K; k++) row[k] /= diagonal;
    }
}

static srnn_status make_design(srnn_ctx *ctx, const double *variables, int n, int K, design *d)
{
    for (int k = 0; k < K; k++)
        for (int c = 0; c < n; c++)
            if (!isfinite(variables[(size_t)k * (size_t)n + (size_t)c]))
                return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                                  "variable %d of trial %d is %g; expected a finite number", c, k,
                                  variables[(size_t)k * (size_t)n + (size_t)c]);
    d->which = srnn__alloc((size_t)n, sizeof *d->which);
    d->v = srnn__alloc((size_t)n, (size_t)K * sizeof *d->v);
    d->basis = srnn__alloc((size_t)n, (size_t)K * sizeof *d->basis);
    d->inverse = srnn__alloc((size_t)n, (size_t)K * sizeof *d->inverse);
    if (!d->which || !d->v || !d->basis || !d->inverse) return srnn__no_memory(ctx);
    take_variables(variables, n, K, d);
    invert(K, d);
    return SRNN_OK;
}

/* beta[n_bins][N] of one variable; returns the largest difference between a trial and the first,
   from which all are taken: the inverse's sum is 0. */
static double axes_regress(const srnn_activity *a, const double *inverse, double *beta)
{
    const size_t cells = (size_t)a->n_bins * (size_t)a->N;
    double largest = 0;
    memset(beta, 0, cells * sizeof *beta);
    for (int k = 1; k < a->K; k++) {
        const double *trial = a->values + (size_t)k * cells;
        for (size_t c = 0; c < cells; c++) {
            const double difference = trial[c] - a->values[c];
            beta[c] += inverse[k] * difference;
            if (fabs(difference) > largest) largest = fabs(difference);
        }
    }
    return largest;
}

/* ---- the axes ---- */

/* Where the regression's vector is longest, within the components; false: it is no direction of its
   own, beside the axes that are there already. along: [n_bins][n_components] of the regression */
static bool take_axis(const srnn_pca *pca, const double *along, double least, srnn_axes *axes)
{
    const int n_kept = pca->n_components, N = pca->N;
    double *strength = axes->strength + (size_t)axes->n_variables * (size_t)axes->n_bins;
    double *axis = axes->axes + (size_t)axes->n_variables * (size_t)N;
    int bin = 0;
    for (int b = 0; b < axes->n_bins; b++) {
        const double *at = along + (size_t)b * (size_t)n_kept;
        strength[b] = sqrt(srnn__dot(at, at, n_kept));
        if (strength[b] > strength[bin]) bin = b;
    }
    memset(axis, 0, (size_t)N * sizeof *axis);
    for (int k = 0; k < n_kept; k++)
        for (int i = 0; i < N; i++)
            axis[i] += along[(size_t)bin * (size_t)n_kept + (size_t)k] *
                       pca->components[(size_t)k * (size_t)N + (size_t)i];
    axes->bin[axes->n_variables] = bin;
    return strength[bin] > least &&
           srnn__orthonormalise(axes->axes, axes->n_variables, axis, N, least_left);
}

static srnn_status find_axes(srnn_ctx *ctx, const srnn_activity *a, const design *d,
                             const srnn_pca *pca, srnn_axes *axes)
{
    const size_t n_bins = (size_t)a->n_bins, N = (size_t)a->N;
    double *beta = malloc(n_bins * N * sizeof *beta);
    double *along = srnn__alloc(n_bins, (size_t)(pca->n_components + 1) * sizeof *along);
    double *zero = calloc(N, sizeof *zero);
    const bool complete = beta && along && zero;
    for (int v = 0; v < d->n && complete; v++) {
        const double largest = axes_regress(a, d->inverse + (size_t)v * (size_t)a->K, beta);
        srnn__project(beta, n_bins, a->N, zero, pca->components, pca->n_components, along);
        axes->variable[axes->n_variables] = d->which[v];
        axes->n_variables += take_axis(pca, along, least_effect * largest, axes);
    }
    free(beta);
    free(along);
    free(zero);
    if (!complete) return srnn__no_memory(ctx);
    memcpy(axes->mean, pca->mean, N * sizeof *axes->mean);
    return srnn__project_types(ctx, a, axes->mean, axes->axes, axes->n_variables,
                               axes->trajectories);
}

static bool axes_alloc(const srnn_activity *a, int n, srnn_axes *axes)
{
    const size_t n_bins = (size_t)a->n_bins, N = (size_t)a->N, most = (size_t)n;
    *axes = (srnn_axes){.N = a->N, .n_bins = a->n_bins, .n_types = a->n_types};
    axes->variable = srnn__alloc(most, sizeof *axes->variable);
    axes->bin = srnn__alloc(most, sizeof *axes->bin);
    axes->mean = srnn__alloc(N, sizeof *axes->mean);
    axes->axes = srnn__alloc(most, N * sizeof *axes->axes);
    axes->trajectories =
        srnn__alloc((size_t)a->n_types * n_bins, most * sizeof *axes->trajectories);
    axes->strength = srnn__alloc(most, n_bins * sizeof *axes->strength);
    return axes->variable && axes->bin && axes->mean && axes->axes && axes->trajectories &&
           axes->strength;
}

srnn_status srnn_regression_axes(srnn_ctx *ctx, const srnn_activity *activity,
                                 const double *variables, int n, const srnn_axes_options *options,
                                 srnn_axes *result)
{
    srnn_axes_options o = srnn_axes_options_default();
    *result = (srnn_axes){0};
    const srnn__check check = {"n", n, n >= 1, "at least 1 variable"};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_axes_options, options, n_components, &o);
    if (!status) status = srnn__check_all(ctx, &check, 1);
    if (status) return status;
    srnn_pca_options means = srnn_pca_options_default();
    means.n_components = o.n_components;
    srnn_pca pca;
    status = srnn_pca_of(ctx, activity, &means, &pca);
    if (status) return status;
    design d = {0};
    status = make_design(ctx, variables, n, activity->K, &d);
    if (!status)
        status = axes_alloc(activity, n, result) ? find_axes(ctx, activity, &d, &pca, result)
                                                 : srnn__no_memory(ctx);
    design_free(&d);
    srnn_pca_free(&pca);
    if (status) srnn_axes_free(result);
    return status;
}
