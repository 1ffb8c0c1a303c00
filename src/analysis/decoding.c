/* Which trial is it? Linear discriminant analysis with a shrunk covariance, cross-validated. */
#include "analysis/decoding.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/activity.h"
#include "analysis/linear.h"
#include "core/cholesky.h"
#include "core/rng.h"
#include "spikernn/ctx.h"

srnn_decoding_options srnn_decoding_options_default(void)
{
    return (srnn_decoding_options){
        .size = sizeof(srnn_decoding_options), .folds = 5, .shrinkage = 0.1};
}

void srnn_decoding_free(srnn_decoding *decoding)
{
    if (!decoding) return;
    free(decoding->accuracy);
    free(decoding->low);
    free(decoding->high);
    *decoding = (srnn_decoding){0};
}

/* ---- which trials, in which folds ---- */

/* The trials that have a class; classes without trials are left out and the others renumbered.
 */
typedef struct problem {
    const srnn_activity *activity;
    double shrinkage;
    int n, n_classes, smallest, largest, folds;
    int *trial, *label, *fold; /* [n] */
} problem;

void srnn__deal_folds(const int *classes, int n, int n_classes, int folds, uint64_t seed, int *fold,
                      int *scratch)
{
    for (int c = 0; c < n_classes; c++) {
        srnn_rng rng;
        srnn__rng_init(&rng, seed, SRNN_DOMAIN_USER, SRNN__FOR_FOLDS, (uint64_t)c);
        int members = 0;
        for (int k = 0; k < n; k++)
            if (classes[k] == c) scratch[members++] = k;
        for (int left = members; left > 0; left--) {
            const int drawn = (int)(left * srnn_rng_uniform(&rng));
            fold[scratch[drawn]] = (left - 1) % folds;
            scratch[drawn] = scratch[left - 1];
        }
    }
}

static void problem_free(problem *p)
{
    free(p->trial);
    free(p->label);
    free(p->fold);
}

static srnn_status decoding_check(srnn_ctx *ctx, const srnn_activity *a,
                                  const srnn_decoding_options *o)
{
    const srnn__check checks[] = {
        {"n_classes", o->n_classes, !o->classes || o->n_classes >= 2, "at least 2"},
        {"folds", o->folds, o->folds >= 2, "at least 2"},
        {"shrinkage", o->shrinkage, o->shrinkage > 0 && o->shrinkage <= 1,
         "a number above 0, at most 1"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = srnn__activity_check(ctx, a);
    for (int k = 0; k < a->K && !status && o->classes; k++)
        if (o->classes[k] < -1 || o->classes[k] >= o->n_classes)
            status = srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                                "class of trial %d is %d; expected -1 (none) to %d", k,
                                o->classes[k], o->n_classes - 1);
    return status;
}

/* Without two classes of two trials each there is nothing to decode. */
static bool decodable(const problem *p) { return p->n_classes >= 2 && p->smallest >= 2; }

static srnn_status state_problem(srnn_ctx *ctx, const srnn_activity *a,
                                 const srnn_decoding_options *o, problem *p)
{
    const int *given = o->classes ? o->classes : a->type;
    const int n_given = o->classes ? o->n_classes : a->n_types;
    *p = (problem){.activity = a,
                   .shrinkage = o->shrinkage,
                   .smallest = a->K,
                   .trial = malloc((size_t)a->K * sizeof *p->trial),
                   .label = malloc((size_t)a->K * sizeof *p->label),
                   .fold = malloc((size_t)a->K * sizeof *p->fold)};
    int *scratch = malloc((size_t)a->K * sizeof *scratch);
    int *size = srnn__alloc((size_t)n_given, sizeof *size);
    int *number = srnn__alloc((size_t)n_given, sizeof *number);
    const bool complete = p->trial && p->label && p->fold && scratch && size && number;
    if (complete) {
        for (int k = 0; k < a->K; k++)
            if (given[k] >= 0) size[given[k]]++;
        for (int c = 0; c < n_given; c++) {
            if (size[c] == 0) continue;
            number[c] = p->n_classes++;
            if (size[c] < p->smallest) p->smallest = size[c];
            if (size[c] > p->largest) p->largest = size[c];
        }
        for (int k = 0; k < a->K; k++) {
            if (given[k] < 0) continue;
            p->trial[p->n] = k;
            p->label[p->n++] = number[given[k]];
        }
        p->folds = o->folds < p->smallest ? o->folds : p->smallest;
        if (decodable(p))
            srnn__deal_folds(p->label, p->n, p->n_classes, p->folds, o->seed, p->fold, scratch);
    }
    free(scratch);
    free(size);
    free(number);
    return complete ? SRNN_OK : srnn__no_memory(ctx);
}

/* ---- one fold in one bin ---- */

/* Of one thread. */
typedef struct decoding_worker {
    int n_fit;     /* trials that are fitted */
    int *order;    /* [n] training trials, then test trials */
    double *z;     /* [n][N] standardised; of those that are fitted, less the mean of their class */
    double *means; /* [n_classes][N] */
    double *weights; /* [n_classes][N] */
    double *bias;    /* [n_classes] */
    double *matrix;  /* [min(n, N)][min(n, N)] */
    double *columns; /* [N][n] */
    double *right;   /* [n_classes][n] */
} decoding_worker;

static void worker_free(decoding_worker *w)
{
    free(w->order);
    free(w->z);
    free(w->means);
    free(w->weights);
    free(w->bias);
    free(w->matrix);
    free(w->columns);
    free(w->right);
}

static bool worker_alloc(const problem *p, decoding_worker *w)
{
    const size_t N = (size_t)p->activity->N, n = (size_t)p->n, classes = (size_t)p->n_classes;
    const size_t side = n < N ? n : N;
    w->order = malloc(n * sizeof *w->order);
    w->z = srnn__alloc(n, N * sizeof *w->z);
    w->means = srnn__alloc(classes, N * sizeof *w->means);
    w->weights = srnn__alloc(classes, N * sizeof *w->weights);
    w->bias = srnn__alloc(classes, sizeof *w->bias);
    w->matrix = srnn__alloc(side, side * sizeof *w->matrix);
    w->columns = srnn__alloc(N, n * sizeof *w->columns);
    w->right = srnn__alloc(classes, n * sizeof *w->right);
    return w->order && w->z && w->means && w->weights && w->bias && w->matrix && w->columns &&
           w->right;
}

static void split(const problem *p, int fold, decoding_worker *w)
{
    w->n_fit = 0;
    for (int k = 0; k < p->n; k++)
        if (p->fold[k] != fold) w->order[w->n_fit++] = k;
    int at = w->n_fit;
    for (int k = 0; k < p->n; k++)
        if (p->fold[k] == fold) w->order[at++] = k;
}

static const double *activity_of(const problem *p, int bin, int k)
{
    const srnn_activity *a = p->activity;
    return a->values + ((size_t)p->trial[k] * (size_t)a->n_bins + (size_t)bin) * (size_t)a->N;
}

/* Reads the trials, less the first, so that a unit that does not vary is exactly 0. The means of
   the classes, of the trials that are fitted alone; bias receives the classes' shares of them. */
static void decoding_read_trials(const problem *p, int bin, decoding_worker *w)
{
    const int N = p->activity->N;
    const double *first = activity_of(p, bin, w->order[0]);
    for (int row = 0; row < p->n; row++) {
        const double *x = activity_of(p, bin, w->order[row]);
        double *z = w->z + (size_t)row * (size_t)N;
        for (int i = 0; i < N; i++) z[i] = x[i] - first[i];
    }
    for (int c = 0; c < p->n_classes; c++) {
        double *mean = w->means + (size_t)c * (size_t)N;
        int members = 0;
        memset(mean, 0, (size_t)N * sizeof *mean);
        for (int row = 0; row < w->n_fit; row++) {
            if (p->label[w->order[row]] != c) continue;
            const double *z = w->z + (size_t)row * (size_t)N;
            members++;
            for (int i = 0; i < N; i++) mean[i] += (z[i] - mean[i]) / members;
        }
        w->bias[c] = (double)members / w->n_fit;
    }
}

/* 1 over a unit's SD within the classes, or over a thousandth of its SD over all, whichever is
   greater: units without noise tell much but not all. 0 where nothing varies. mean, scale: [N] */
static void find_scale(const problem *p, const decoding_worker *w, double *mean, double *scale)
{
    const int N = p->activity->N;
    const double least = 1e-3;
    for (int i = 0; i < N; i++) {
        double within = 0, between = 0;
        mean[i] = 0;
        for (int c = 0; c < p->n_classes; c++)
            mean[i] += w->bias[c] * w->means[(size_t)c * (size_t)N + (size_t)i];
        for (int c = 0; c < p->n_classes; c++) {
            const double d = w->means[(size_t)c * (size_t)N + (size_t)i] - mean[i];
            between += w->bias[c] * d * d;
        }
        for (int row = 0; row < w->n_fit; row++) {
            const int c = p->label[w->order[row]];
            const double d = w->z[(size_t)row * (size_t)N + (size_t)i] -
                             w->means[(size_t)c * (size_t)N + (size_t)i];
            within += d * d / w->n_fit;
        }
        const double sd = fmax(sqrt(within), least * sqrt(within + between));
        scale[i] = sd > 0 ? 1 / sd : 0;
    }
}

/* Standardises all trials, takes its class's mean off each that is fitted, and returns the sum of
   the squares that are left of those. */
static double standardise(const problem *p, decoding_worker *w)
{
    const int N = p->activity->N;
    double *mean = w->weights, *scale = w->weights + N; /* not in use yet; two classes at least */
    double squares = 0;
    find_scale(p, w, mean, scale);
    for (int row = 0; row < p->n; row++) {
        double *z = w->z + (size_t)row * (size_t)N;
        const double *off =
            row < w->n_fit ? w->means + (size_t)p->label[w->order[row]] * (size_t)N : mean;
        for (int i = 0; i < N; i++) z[i] = (z[i] - off[i]) * scale[i];
        if (row < w->n_fit) squares += srnn__dot(z, z, N);
    }
    for (int c = 0; c < p->n_classes; c++) {
        double *m = w->means + (size_t)c * (size_t)N;
        for (int i = 0; i < N; i++) m[i] = (m[i] - mean[i]) * scale[i];
    }
    return squares;
}

/* weights = (a 1 + b X^T X)^-1 means, X the fitted trials, where there are more of them than units.
 */
static bool solve_by_units(const problem *p, decoding_worker *w, double a, double b)
{
    const int N = p->activity->N;
    const size_t cells = (size_t)N * (size_t)N;
    srnn__gram(NULL, w->z, (size_t)w->n_fit, N, w->matrix);
    for (size_t c = 0; c < cells; c++) w->matrix[c] *= b;
    for (int i = 0; i < N; i++) w->matrix[(size_t)i * (size_t)N + (size_t)i] += a;
    memcpy(w->weights, w->means, (size_t)p->n_classes * (size_t)N * sizeof *w->weights);
    return srnn__solve_positive(w->matrix, w->weights, N, p->n_classes);
}

/* The same where there are fewer, by Woodbury's identity:
   a weights = means - X^T (a/b 1 + X X^T)^-1 X means. */
static bool solve_by_trials(const problem *p, decoding_worker *w, double a, double b)
{
    const int N = p->activity->N, n = w->n_fit;
    for (int i = 0; i < N; i++)
        for (int row = 0; row < n; row++)
            w->columns[(size_t)i * (size_t)n + (size_t)row] =
                w->z[(size_t)row * (size_t)N + (size_t)i];
    srnn__gram(NULL, w->columns, (size_t)N, n, w->matrix);
    for (int row = 0; row < n; row++) w->matrix[(size_t)row * (size_t)n + (size_t)row] += a / b;
    for (int c = 0; c < p->n_classes; c++)
        for (int row = 0; row < n; row++)
            w->right[(size_t)c * (size_t)n + (size_t)row] =
                srnn__dot(w->z + (size_t)row * (size_t)N, w->means + (size_t)c * (size_t)N, N);
    if (!srnn__solve_positive(w->matrix, w->right, n, p->n_classes)) return false;
    for (int c = 0; c < p->n_classes; c++) {
        const double *mean = w->means + (size_t)c * (size_t)N;
        const double *right = w->right + (size_t)c * (size_t)n;
        double *weights = w->weights + (size_t)c * (size_t)N;
        memcpy(weights, mean, (size_t)N * sizeof *weights);
        for (int row = 0; row < n; row++)
            for (int i = 0; i < N; i++)
                weights[i] -= right[row] * w->z[(size_t)row * (size_t)N + (size_t)i];
        for (int i = 0; i < N; i++) weights[i] /= a;
    }
    return true;
}

static bool decoding_fit(const problem *p, int bin, int fold, decoding_worker *w)
{
    const int N = p->activity->N;
    split(p, fold, w);
    decoding_read_trials(p, bin, w);
    const double squares = standardise(p, w);
    double a = 1, b = 0; /* classes that do not vary in themselves: the nearest mean */
    if (squares > 0) {
        a = p->shrinkage * squares / w->n_fit / N;
        b = (1 - p->shrinkage) / w->n_fit;
    }
    if (b <= 0) {
        for (size_t i = 0; i < (size_t)p->n_classes * (size_t)N; i++)
            w->weights[i] = w->means[i] / a;
    } else if (!(w->n_fit < N ? solve_by_trials(p, w, a, b) : solve_by_units(p, w, a, b)))
        return false;
    for (int c = 0; c < p->n_classes; c++)
        w->bias[c] = log(w->bias[c]) - 0.5 * srnn__dot(w->weights + (size_t)c * (size_t)N,
                                                       w->means + (size_t)c * (size_t)N, N);
    return true;
}

static int count_correct(const problem *p, const decoding_worker *w)
{
    const int N = p->activity->N;
    int correct = 0;
    for (int row = w->n_fit; row < p->n; row++) {
        double best_score = 0;
        int best = -1;
        for (int c = 0; c < p->n_classes; c++) {
            const double score = w->bias[c] + srnn__dot(w->z + (size_t)row * (size_t)N,
                                                        w->weights + (size_t)c * (size_t)N, N);
            if (best >= 0 && !(score > best_score)) continue;
            best = c;
            best_score = score;
        }
        correct += best == p->label[w->order[row]];
    }
    return correct;
}

/* ---- all of them ---- */

static srnn_status decode_bins(srnn_ctx *ctx, const problem *p, srnn_decoding *result)
{
    srnn_status failed = SRNN_OK;
    int failed_bin = result->n_bins;
    srnn__loop loop = SRNN__LOOP;
    atomic_int n_done = 0;
    srnn__progress_start(ctx, 0);
#pragma omp parallel num_threads(ctx->threads) if (p->activity->n_bins > 1)
    {
        decoding_worker w = {0};
        srnn_status status = worker_alloc(p, &w) ? SRNN_OK : SRNN_ERR_NO_MEMORY;
        int bin_here = 0;
#pragma omp for schedule(monotonic : dynamic)
        for (int bin = 0; bin < result->n_bins; bin++) {
            if (!srnn__loop_reaches(&loop, bin)) continue;
            int correct = 0;
            for (int fold = 0; fold < p->folds && !status; fold++) {
                if (!decoding_fit(p, bin, fold, &w)) status = SRNN_ERR_NUMERIC;
                if (!status) correct += count_correct(p, &w);
            }
            result->accuracy[bin] = (double)correct / p->n;
            bin_here = bin;
            const int done = atomic_fetch_add(&n_done, 1) + 1;
            if (status)
                srnn__loop_end_at(&loop, bin);
            else if (srnn__progress(ctx, "decode", done, result->n_bins, NAN, NAN)) {
                status = SRNN_CANCELLED;
                srnn__loop_end_at(&loop, -1);
            }
        }
        if (status) {
#pragma omp critical
            if (!failed || failed == SRNN_CANCELLED ||
                (status != SRNN_CANCELLED && bin_here < failed_bin)) {
                failed = status;
                failed_bin = bin_here;
            }
        }
        worker_free(&w);
    }
    if (failed == SRNN_CANCELLED)
        return srnn__fail(ctx, failed, "interrupted after %d of %d bins", atomic_load(&n_done),
                          result->n_bins);
    if (failed == SRNN_ERR_NUMERIC)
        return srnn__fail(ctx, failed,
                          "with shrinkage %g the covariance of bin %d is singular; expected a "
                          "greater shrinkage",
                          p->shrinkage, failed_bin + 1);
    return failed ? srnn__no_memory(ctx) : SRNN_OK;
}

/* The lowest share of n trials that chance reaches in some of n_bins bins with a probability below
   0.05 (Bonferroni); infinite: none. */
static double beyond_chance(int n, double chance, int n_bins)
{
    const double least = 0.05 / n_bins;
    double tail = 0;
    int k = n;
    for (; k >= 0; k--) {
        const double ways = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
        tail += exp(ways + k * log(chance) + (n - k) * log1p(-chance));
        if (tail >= least) break;
    }
    return k < n ? (k + 1.0) / n : (double)INFINITY;
}

static srnn_status decode_with(srnn_ctx *ctx, const problem *p, srnn_decoding *result)
{
    const size_t n_bins = (size_t)p->activity->n_bins;
    *result = (srnn_decoding){.n_bins = p->activity->n_bins,
                              .n_classes = p->n_classes,
                              .n_trials = p->n,
                              .chance = p->n > 0 ? (double)p->largest / p->n : (double)NAN,
                              .above = NAN,
                              .accuracy = malloc(n_bins * sizeof(double)),
                              .low = malloc(n_bins * sizeof(double)),
                              .high = malloc(n_bins * sizeof(double))};
    if (!result->accuracy || !result->low || !result->high) return srnn__no_memory(ctx);
    if (!decodable(p)) {
        for (size_t b = 0; b < n_bins; b++)
            result->accuracy[b] = result->low[b] = result->high[b] = NAN;
        return SRNN_OK;
    }
    result->folds = p->folds;
    const srnn_status status = decode_bins(ctx, p, result);
    if (status) return status;
    for (size_t b = 0; b < n_bins; b++)
        srnn_wilson_interval((int)lround(result->accuracy[b] * p->n), p->n, &result->low[b],
                             &result->high[b]);
    result->above = beyond_chance(p->n, result->chance, p->activity->n_bins);
    return SRNN_OK;
}

srnn_status srnn_decode(srnn_ctx *ctx, const srnn_activity *activity,
                        const srnn_decoding_options *options, srnn_decoding *result)
{
    srnn_decoding_options o = srnn_decoding_options_default();
    *result = (srnn_decoding){0};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_decoding_options, options, seed, &o);
    if (!status) status = decoding_check(ctx, activity, &o);
    if (status) return status;
    problem p;
    status = state_problem(ctx, activity, &o, &p);
    if (!status) status = decode_with(ctx, &p, result);
    problem_free(&p);
    if (status) srnn_decoding_free(result);
    return status;
}
