/* Population dynamics: what many units do together, in the rate network and in the spiking one in
   the same form. Eigenvalues are LAPACK's: last digits depend on which LAPACK is installed.
   docs/analysis.md has the formulas. */
#ifndef SPIKERNN_DYNAMICS_H
#define SPIKERNN_DYNAMICS_H

#include "spikernn/model.h"
#include "spikernn/spikes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Activity of N units in K trials, in bins of time. values is the struct's own:
   srnn_activity_free(). */
typedef struct srnn_activity {
    int N, K, n_bins; /* >= 1 */
    double bin_ms;    /* > 0; bin b is (b, b + 1] bin_ms after the start */
    double *values;   /* [K][n_bins][N] */
    int n_types;      /* >= 1 */
    int *type;        /* [K] from 0 */
} srnn_activity;

void srnn_activity_free(srnn_activity *activity);

/* Rates in Hz by srnn_instantaneous_rate(). The caller frees *out. Errors: SRNN_ERR_ARGUMENT
   (bin_ms, kernel_ms, no whole bin in a trial), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_activity_of_spikes(srnn_ctx *ctx, const srnn_spikes *spikes, double bin_ms,
                                    double kernel_ms, srnn_activity *out);

/* Rates r[K][T][N] of the rate network (steps of 5 ms; step 0, the initial state, is left out) as
   means over bins of bin_ms, a multiple of 5; type: [K] from 0. The caller frees *out.
   Errors: SRNN_ERR_ARGUMENT (a size, a type, numbers that are not finite), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_activity_of_rates(srnn_ctx *ctx, const float *r, int K, int T, int N, int n_types,
                                   const int *type, double bin_ms, srnn_activity *out);

/* Below, options NULL means the defaults, the caller frees the result, and activity that is not
   finite is an SRNN_ERR_ARGUMENT that names the first such number. */

/* ---- principal components ([K] Fig. S2) ---- */

typedef struct srnn_pca_options {
    size_t size;      /* of the struct; set by srnn_pca_options_default() */
    int n_components; /* kept at most, >= 1; default 10 */
    bool by_trial;    /* components of single trials; default false: of the means over the trials of
                         each type */
} srnn_pca_options;

srnn_pca_options srnn_pca_options_default(void);

typedef struct srnn_pca {
    int N, n_bins, n_types;
    int n_components;      /* kept: those in which something varies, at most as many as asked for;
                              0 where nothing varies */
    double *mean;          /* [N] taken off before */
    double *explained;     /* [N] share of the variance, descending; NaN where nothing varies */
    double *components;    /* [n_components][N] orthonormal, the largest entry of each positive */
    double *trajectories;  /* [n_types][n_bins][n_components] means of a type's trials; NaN: none */
    double dimensionality; /* participation ratio (sum of variances)^2 / sum of squares, 1 to N;
                              NaN where nothing varies */
    /* components that hold so much of the variance; 0: nothing varies */
    int n_for_90, n_for_95, n_for_99;
} srnn_pca;

/* The work grows as the cube of N or of the number of samples (types or trials, times bins),
   whichever is less. Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NO_MEMORY, SRNN_ERR_NUMERIC. */
srnn_status srnn_pca_of(srnn_ctx *ctx, const srnn_activity *activity,
                        const srnn_pca_options *options, srnn_pca *result);
void srnn_pca_free(srnn_pca *pca);

/* Other activity of the same units along the components of a PCA: its mean trajectories, less the
   PCA's mean, into trajectories[n_types][n_bins][n_components], sizes but the last the activity's;
   what share of the variance of these means each component holds into explained[n_components].
   Either may be NULL. Errors: SRNN_ERR_ARGUMENT (another number of units), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_pca_project(srnn_ctx *ctx, const srnn_pca *pca, const srnn_activity *activity,
                             double *trajectories, double *explained);

/* ---- which trial is it? ---- */

typedef struct srnn_decoding_options {
    size_t size;        /* of the struct; set by srnn_decoding_options_default() */
    const int *classes; /* [K] from 0, -1: leave the trial out; default NULL: the types */
    int n_classes;      /* >= 2; of classes */
    int folds;          /* of the cross-validation, >= 2; default 5; at most as many as the smallest
                           class has trials are made */
    double shrinkage;   /* of the covariance towards its mean variance, (0, 1]; default 0.1; 1:
                           units as if independent, the nearest mean */
    uint64_t seed;      /* of the folds; default 0 */
} srnn_decoding_options;

srnn_decoding_options srnn_decoding_options_default(void);

/* By linear discriminant analysis with a shrunk covariance, fitted anew in every bin; each unit is
   divided by its SD within the classes. The trials of each class are dealt to the folds evenly;
   nothing of a fold is known to the classifier that is tried on it, nor to that SD. */
typedef struct srnn_decoding {
    int n_bins;
    int n_classes;      /* those that have trials */
    int n_trials;       /* those that have a class */
    int folds;          /* 0 where accuracy is NaN */
    double chance;      /* share of the largest class */
    double *accuracy;   /* [n_bins] cross-validated; NaN: fewer than two classes, or than two trials
                           in one of them */
    double *low, *high; /* [n_bins] 95 % Wilson interval */
    double above; /* accuracy from which on a bin is above chance, whatever the number of bins: by
                     a one-sided binomial test at 0.05 / n_bins; infinite: trials are too few;
                     NaN as accuracy */
} srnn_decoding;

/* Bins are shared among the context's threads. Errors: SRNN_ERR_ARGUMENT (an option, a class),
   SRNN_ERR_NO_MEMORY, SRNN_ERR_NUMERIC (a shrinkage too small), SRNN_CANCELLED. */
srnn_status srnn_decode(srnn_ctx *ctx, const srnn_activity *activity,
                        const srnn_decoding_options *options, srnn_decoding *result);
void srnn_decoding_free(srnn_decoding *decoding);

/* ---- targeted dimensionality reduction (Mante et al. 2013; [K] Fig. S5) ---- */

typedef struct srnn_axes_options {
    size_t size;      /* of the struct; set by srnn_axes_options_default() */
    int n_components; /* principal components of the means to which the regression is confined, >=
                         1; default 12 */
} srnn_axes_options;

srnn_axes_options srnn_axes_options_default(void);

typedef struct srnn_axes {
    int N, n_bins, n_types;
    int n_variables; /* those that have an axis: not the ones that do not vary, or are a mixture
                        of earlier ones, or move the units as earlier ones do */
    int *variable;   /* [n_variables] which column of the given ones, from 0 */
    int *bin;        /* [n_variables] in which the regression's vector is longest, from 0 */
    double *mean;    /* [N] of the means of the types, taken off before the projection */
    double *axes;    /* [n_variables][N] orthonormal, in the order of the variables: each less
                        what lies along the earlier ones */
    double *trajectories; /* [n_types][n_bins][n_variables] means of a type's trials; NaN: none */
    double *strength;     /* [n_variables][n_bins] length of the regression's vector */
} srnn_axes;

/* variables[K][n]: what is told of every trial, e.g. the strength of a stimulus, the context, the
   choice; each is centred and divided by its SD, all are in one regression.
   Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NO_MEMORY, SRNN_ERR_NUMERIC. */
srnn_status srnn_regression_axes(srnn_ctx *ctx, const srnn_activity *activity,
                                 const double *variables, int n, const srnn_axes_options *options,
                                 srnn_axes *result);
void srnn_axes_free(srnn_axes *axes);

/* Variables that any task has, into variables[K][n_in + n_out]: the mean of every input channel of
   u[K][T][n_in] over steps [stim_on, stim_off) (all steps where that is empty), and the
   value of largest size, with its sign, of every target of z[K][T][n_out]. Of the Mante task:
   motion, colour, the two contexts (of which the second is a mixture of the first and a constant),
   the choice. */
void srnn_task_variables(const float *u, const float *z, int K, int T, int n_in, int n_out,
                         int stim_on, int stim_off, double *variables);

/* ---- fixed and slow points of the rate network (Sussillo & Barak 2013) ---- */

typedef struct srnn_fixed_options {
    size_t size;        /* of the struct; set by srnn_fixed_options_default() */
    double tolerance;   /* of the speed: the root mean square of dx/dt over the units, per rate step
                           of 5 ms, below which a point is fixed; > 0; default 1e-9 */
    double slow_speed;  /* below which it is slow, >= 0; default 1e-3 */
    double distance;    /* root mean square of the difference in x below which two points are one,
                           >= 0; default 1e-3 */
    int max_iterations; /* of each search, >= 1; default 200 */
} srnn_fixed_options;

srnn_fixed_options srnn_fixed_options_default(void);

typedef struct srnn_fixed_points {
    int n, N;
    double *x;      /* [n][N] synaptic currents: fixed points in the order of the starts, then slow
                       ones by their speed */
    double *speed;  /* [n] as above */
    uint8_t *fixed; /* [n] 1: fixed, 0: slow */
    int *found;     /* [n] starts that led there */
    double *eigen_re, *eigen_im; /* [n][N] of the Jacobian of dx/dt, 1/s, largest real part first */
    int *n_unstable;             /* [n] eigenvalues with a positive real part */
    int n_starts, n_lost;        /* starts; those that ended nowhere slow */
} srnn_fixed_points;

/* Searches from every start x[n_starts][N], the input u[n_in] held constant, without noise:
   least squares of dx/dt = (-x + W_eff r(x) + w_in u) / tau with the analytic Jacobian. Good starts
   are states that the network visits (x of srnn_rate_run()); from elsewhere many searches end where
   the speed has a minimum that is not slow.
   The network is simulated in steps of DeltaT. A fixed point of dx/dt is one of these steps, too;
   there an eigenvalue s (1/s) becomes the factor 1 + DeltaT s 0.005 a step, so that what is stable
   here may not be so in coarse steps.
   Starts are shared among the context's threads. Errors: SRNN_ERR_ARGUMENT (an option, numbers that
   are not finite), SRNN_ERR_NO_MEMORY, SRNN_ERR_NUMERIC, SRNN_CANCELLED. */
srnn_status srnn_find_fixed_points(srnn_ctx *ctx, const srnn_model *model, const float *u,
                                   const float *starts, int n_starts,
                                   const srnn_fixed_options *options, srnn_fixed_points *result);
void srnn_fixed_points_free(srnn_fixed_points *points);

#ifdef __cplusplus
}
#endif
#endif
