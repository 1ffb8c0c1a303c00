/* Fixed and slow points of the rate network, by Levenberg's and Marquardt's method on the squared
   speed. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/linear.h"
#include "core/cholesky.h"
#include "core/rng.h"
#include "model/unit.h"
#include "spikernn/dynamics.h"

srnn_fixed_options srnn_fixed_options_default(void)
{
    return (srnn_fixed_options){.size = sizeof(srnn_fixed_options),
                                .tolerance = 1e-9,
                                .slow_speed = 1e-3,
                                .distance = 1e-3,
                                .max_iterations = 200};
}

void srnn_fixed_points_free(srnn_fixed_points *points)
{
    if (!points) return;
    free(points->x);
    free(points->speed);
    free(points->fixed);
    free(points->found);
    free(points->eigen_re);
    free(points->eigen_im);
    free(points->n_unstable);
    *points = (srnn_fixed_points){0};
}

/* ---- dx/dt and its Jacobian ---- */

typedef struct flow {
    int N;
    srnn_activation activation;
    double *w;     /* [N_post][N_pre] W_eff */
    double *rate;  /* [N] 1 / tau, per rate step */
    double *drive; /* [N] w_in u */
} flow;

static void flow_free(flow *f)
{
    free(f->w);
    free(f->rate);
    free(f->drive);
}

static srnn_status flow_init(srnn_ctx *ctx, const srnn_model *model, const float *u, flow *f)
{
    const srnn_model_view view = srnn_model_get_view(model);
    const size_t N = (size_t)view.N;
    *f = (flow){.N = view.N,
                .activation = view.activation,
                .w = srnn__alloc(N, N * sizeof *f->w),
                .rate = srnn__alloc(N, sizeof *f->rate),
                .drive = srnn__alloc(N, sizeof *f->drive)};
    float *w_eff = srnn__alloc(N, N * sizeof *w_eff);
    const bool complete = f->w && f->rate && f->drive && w_eff;
    if (complete) {
        srnn_model_w_eff(model, false, w_eff);
        srnn_model_tau_ms(model, f->rate);
        for (size_t i = 0; i < N; i++) {
            f->rate[i] = SRNN__RATE_STEP_MS / f->rate[i];
            for (size_t j = 0; j < N; j++) f->w[i * N + j] = (double)w_eff[j * N + i];
            for (size_t c = 0; c < (size_t)view.n_in; c++)
                f->drive[i] += (double)view.w_in[c * N + i] * (double)u[c];
        }
    }
    free(w_eff);
    return complete ? SRNN_OK : srnn__no_memory(ctx);
}

/* Of one thread. */
typedef struct searcher {
    double *x, *tried;      /* [N] */
    double *speed, *faster; /* [N] dx/dt there, per rate step */
    double *r, *slope;      /* [N] of the latest x */
    double *gradient;       /* [N] of half the squared speed */
    double *jacobian;       /* [N][N] [of dx_i/dt][by x_j] */
    double *normal, *work;  /* [N][N] J^T J; what is solved */
} searcher;

static void searcher_free(searcher *s)
{
    free(s->x);
    free(s->tried);
    free(s->speed);
    free(s->faster);
    free(s->r);
    free(s->slope);
    free(s->gradient);
    free(s->jacobian);
    free(s->normal);
    free(s->work);
}

static bool searcher_alloc(int n_units, searcher *s)
{
    const size_t N = (size_t)n_units;
    double **vectors[] = {&s->x, &s->tried, &s->speed, &s->faster, &s->r, &s->slope, &s->gradient};
    double **matrices[] = {&s->jacobian, &s->normal, &s->work};
    bool complete = true;
    for (size_t k = 0; k < sizeof vectors / sizeof *vectors; k++)
        complete &= (*vectors[k] = srnn__alloc(N, sizeof(double))) != NULL;
    for (size_t k = 0; k < sizeof matrices / sizeof *matrices; k++)
        complete &= (*matrices[k] = srnn__alloc(N, N * sizeof(double))) != NULL;
    return complete;
}

/* dx/dt at x into out[N]; returns the mean of its squares over the units. */
static double find_speed(const flow *f, searcher *s, const double *x, double *out)
{
    const int N = f->N;
    double squares = 0;
    for (int i = 0; i < N; i++) s->r[i] = srnn__activation(f->activation, x[i], &s->slope[i]);
    for (int i = 0; i < N; i++) {
        const double input = srnn__dot(f->w + (size_t)i * (size_t)N, s->r, N) + f->drive[i];
        out[i] = (input - x[i]) * f->rate[i];
        squares += out[i] * out[i];
    }
    return squares / N;
}

/* At the x at which the slopes were found last. */
static void find_jacobian(const flow *f, searcher *s)
{
    const size_t N = (size_t)f->N;
    for (size_t i = 0; i < N; i++) {
        double *row = s->jacobian + i * N;
        for (size_t j = 0; j < N; j++) row[j] = f->w[i * N + j] * s->slope[j] * f->rate[i];
        row[i] -= f->rate[i];
    }
}

/* ---- a search ---- */

/* A step against the gradient under the damping, from x into tried; false: rounding has made the
   matrix singular. */
static bool make_step(int N, searcher *s, double damping)
{
    memcpy(s->work, s->normal, (size_t)N * (size_t)N * sizeof *s->work);
    for (int i = 0; i < N; i++) {
        s->work[(size_t)i * (size_t)N + (size_t)i] += damping;
        s->tried[i] = -s->gradient[i];
    }
    if (!srnn__solve_positive(s->work, s->tried, N, 1)) return false;
    for (int i = 0; i < N; i++) s->tried[i] += s->x[i];
    return true;
}

static void fixed_swap(double **a, double **b)
{
    double *c = *a;
    *a = *b;
    *b = c;
}

/* J^T J and J^T dx/dt; returns the largest entry of the former's diagonal. */
static double linearise(const flow *f, searcher *s)
{
    const int N = f->N;
    double largest = 0;
    find_jacobian(f, s);
    srnn__gram(NULL, s->jacobian, (size_t)N, N, s->normal);
    memset(s->gradient, 0, (size_t)N * sizeof *s->gradient);
    for (int i = 0; i < N; i++) {
        const double *row = s->jacobian + (size_t)i * (size_t)N;
        for (int j = 0; j < N; j++) s->gradient[j] += row[j] * s->speed[i];
        const double diagonal = s->normal[(size_t)i * (size_t)N + (size_t)i];
        if (diagonal > largest) largest = diagonal;
    }
    return largest;
}

/* From s->x on; returns the speed where it ends, in s->x. report: called once an iteration; it says
   whether to stop. */
static double search_from(const flow *f, searcher *s, const srnn_fixed_options *o,
                          bool (*report)(void *user), void *user)
{
    const double factor = 10, least = 1e-15, most = 1e6; /* of the damping */
    const double progress = 1e-9; /* relative; with less, it is a minimum that is not 0 */
    double squares = find_speed(f, s, s->x, s->speed), damping = 1e-3;
    for (int k = 0; k < o->max_iterations && sqrt(squares) >= o->tolerance && !report(user); k++) {
        const double scale = linearise(f, s);
        double now = INFINITY;
        for (; damping <= most; damping *= factor) {
            if (!make_step(f->N, s, damping * scale)) continue;
            now = find_speed(f, s, s->tried, s->faster);
            if (now < squares) break;
        }
        if (!(now < squares * (1 - progress))) break;
        squares = now;
        damping = fmax(damping / factor, least);
        fixed_swap(&s->x, &s->tried);
        fixed_swap(&s->speed, &s->faster);
    }
    return sqrt(squares);
}

/* ---- from all starts ---- */

typedef struct fixed_job {
    srnn_ctx *ctx;
    const srnn_fixed_options *options;
    int n_starts;
    double *x;     /* [n_starts][N] first where they start, then where they end */
    double *speed; /* [n_starts] */
    atomic_int n_done;
    atomic_bool stop;
} fixed_job;

static bool fixed_report(void *user)
{
    fixed_job *j = user;
    if (srnn__progress(j->ctx, "fixed points", atomic_load(&j->n_done), j->n_starts, NAN, NAN))
        atomic_store(&j->stop, true);
    return atomic_load(&j->stop);
}

static srnn_status search_starts(fixed_job *j, const flow *f)
{
    const size_t N = (size_t)f->N;
    atomic_bool no_memory = false;
    srnn__progress_start(j->ctx, 0);
#pragma omp parallel num_threads(j->ctx->threads) if (j->n_starts > 1)
    {
        searcher s = {0};
        if (!searcher_alloc(f->N, &s)) {
            atomic_store(&no_memory, true);
            atomic_store(&j->stop, true);
        }
#pragma omp for schedule(dynamic)
        for (int k = 0; k < j->n_starts; k++) {
            if (atomic_load(&j->stop)) continue;
            memcpy(s.x, j->x + (size_t)k * N, N * sizeof *s.x);
            j->speed[k] = search_from(f, &s, j->options, fixed_report, j);
            memcpy(j->x + (size_t)k * N, s.x, N * sizeof *s.x);
            atomic_fetch_add(&j->n_done, 1);
            fixed_report(j);
        }
        searcher_free(&s);
    }
    if (atomic_load(&no_memory)) return srnn__no_memory(j->ctx);
    if (atomic_load(&j->stop))
        return srnn__fail(j->ctx, SRNN_CANCELLED, "interrupted after %d of %d searches",
                          atomic_load(&j->n_done), j->n_starts);
    return SRNN_OK;
}

/* ---- which points they are ---- */

/* A point, by the slowest of the starts that led there. */
typedef struct fixed_point {
    int end, first, found; /* index of that start, of the first one; how many */
    double speed;
    bool fixed;
} fixed_point;

static int slowest_first(const void *left, const void *right)
{
    const fixed_point *a = left, *b = right;
    const double x = a->fixed ? 0 : a->speed, y = b->fixed ? 0 : b->speed;
    if (x != y) return x < y ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static double distance(const double *a, const double *b, int N)
{
    double squares = 0;
    for (int i = 0; i < N; i++) squares += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(squares / N);
}

/* Into points[n_starts]; returns how many there are. */
static int merge(const fixed_job *j, int N, fixed_point *points, int *n_lost)
{
    int n = 0;
    *n_lost = 0;
    for (int k = 0; k < j->n_starts; k++) {
        if (!(j->speed[k] < fmax(j->options->slow_speed, j->options->tolerance))) {
            ++*n_lost;
            continue;
        }
        const double *x = j->x + (size_t)k * (size_t)N;
        int p = 0;
        while (p < n &&
               !(distance(x, j->x + (size_t)points[p].end * (size_t)N, N) < j->options->distance))
            p++;
        if (p == n) points[n++] = (fixed_point){.end = k, .first = k, .speed = j->speed[k]};
        points[p].found++;
        if (j->speed[k] < points[p].speed) {
            points[p].end = k;
            points[p].speed = j->speed[k];
        }
    }
    for (int p = 0; p < n; p++) points[p].fixed = points[p].speed < j->options->tolerance;
    qsort(points, (size_t)n, sizeof *points, slowest_first);
    return n;
}

static srnn_status find_eigenvalues(srnn_ctx *ctx, const flow *f, searcher *s,
                                    srnn_fixed_points *result)
{
    const double per_s = 1e3 / SRNN__RATE_STEP_MS;
    const size_t N = (size_t)f->N;
    for (int p = 0; p < result->n; p++) {
        double *re = result->eigen_re + (size_t)p * N, *im = result->eigen_im + (size_t)p * N;
        if (srnn__progress(ctx, "fixed points", result->n_starts, result->n_starts, NAN, NAN))
            return srnn__fail(ctx, SRNN_CANCELLED,
                              "interrupted after the eigenvalues of %d of %d points", p, result->n);
        find_speed(f, s, result->x + (size_t)p * N, s->speed);
        find_jacobian(f, s);
        const srnn_status status = srnn__eigenvalues(ctx, s->jacobian, f->N, re, im);
        if (status) return status;
        for (size_t i = 0; i < N; i++) {
            re[i] *= per_s;
            im[i] *= per_s;
            result->n_unstable[p] += re[i] > 0;
        }
    }
    return SRNN_OK;
}

static srnn_status fixed_results(const fixed_job *j, const flow *f, srnn_fixed_points *result)
{
    const size_t N = (size_t)f->N;
    fixed_point *points = srnn__alloc((size_t)j->n_starts, sizeof *points);
    if (!points) return srnn__no_memory(j->ctx);
    *result = (srnn_fixed_points){.N = f->N, .n_starts = j->n_starts};
    const size_t n = (size_t)(result->n = merge(j, f->N, points, &result->n_lost));
    result->x = srnn__alloc(n, N * sizeof *result->x);
    result->speed = srnn__alloc(n, sizeof *result->speed);
    result->fixed = srnn__alloc(n, sizeof *result->fixed);
    result->found = srnn__alloc(n, sizeof *result->found);
    result->eigen_re = srnn__alloc(n, N * sizeof *result->eigen_re);
    result->eigen_im = srnn__alloc(n, N * sizeof *result->eigen_im);
    result->n_unstable = srnn__alloc(n, sizeof *result->n_unstable);
    searcher s = {0};
    srnn_status status = SRNN_OK;
    if (!searcher_alloc(f->N, &s) || !result->x || !result->speed || !result->fixed ||
        !result->found || !result->eigen_re || !result->eigen_im || !result->n_unstable)
        status = srnn__no_memory(j->ctx);
    for (size_t p = 0; p < n && !status; p++) {
        memcpy(result->x + p * N, j->x + (size_t)points[p].end * N, N * sizeof *result->x);
        result->speed[p] = points[p].speed;
        result->fixed[p] = points[p].fixed;
        result->found[p] = points[p].found;
    }
    if (!status) status = find_eigenvalues(j->ctx, f, &s, result);
    searcher_free(&s);
    free(points);
    return status;
}

/* ---- the call ---- */

static srnn_status fixed_check(srnn_ctx *ctx, const srnn_model *model, const float *u,
                               const float *starts, int n_starts, const srnn_fixed_options *o)
{
    const srnn_model_view view = srnn_model_get_view(model);
    const srnn__check checks[] = {
        {"n_starts", n_starts, n_starts >= 1, "at least 1"},
        {"tolerance", o->tolerance, o->tolerance > 0, "a number above 0"},
        {"slow_speed", o->slow_speed, o->slow_speed >= 0, "0 or more"},
        {"distance", o->distance, o->distance >= 0, "0 or more"},
        {"max_iterations", o->max_iterations, o->max_iterations >= 1, "at least 1"},
    };
    const srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (status) return status;
    for (int c = 0; c < view.n_in; c++)
        if (!isfinite(u[c]))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "input of channel %d is %g; expected a finite number", c + 1,
                              (double)u[c]);
    for (int k = 0; k < n_starts; k++)
        for (int i = 0; i < view.N; i++)
            if (!isfinite(starts[(size_t)k * (size_t)view.N + (size_t)i]))
                return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                                  "x of unit %d in start %d is %g; expected a finite number", i, k,
                                  (double)starts[(size_t)k * (size_t)view.N + (size_t)i]);
    return SRNN_OK;
}

static srnn_status fixed_find(srnn_ctx *ctx, const flow *f, const float *starts, int n_starts,
                              const srnn_fixed_options *options, srnn_fixed_points *result)
{
    const size_t cells = (size_t)n_starts * (size_t)f->N;
    fixed_job j = {.ctx = ctx,
                   .options = options,
                   .n_starts = n_starts,
                   .x = srnn__alloc(cells, sizeof *j.x),
                   .speed = srnn__alloc((size_t)n_starts, sizeof *j.speed)};
    srnn_status status = SRNN_OK;
    if (!j.x || !j.speed)
        status = srnn__no_memory(ctx);
    else {
        for (size_t c = 0; c < cells; c++) j.x[c] = (double)starts[c];
        status = search_starts(&j, f);
    }
    if (!status) status = fixed_results(&j, f, result);
    free(j.x);
    free(j.speed);
    return status;
}

srnn_status srnn_find_fixed_points(srnn_ctx *ctx, const srnn_model *model, const float *u,
                                   const float *starts, int n_starts,
                                   const srnn_fixed_options *options, srnn_fixed_points *result)
{
    srnn_fixed_options o = srnn_fixed_options_default();
    *result = (srnn_fixed_points){0};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_fixed_options, options, max_iterations, &o);
    if (!status) status = fixed_check(ctx, model, u, starts, n_starts, &o);
    if (status) return status;
    flow f;
    status = flow_init(ctx, model, u, &f);
    if (!status) status = fixed_find(ctx, &f, starts, n_starts, &o, result);
    flow_free(&f);
    if (status) srnn_fixed_points_free(result);
    return status;
}
