/* The fit of the operating points (docs/conversion.md, whose symbols are the names here). */
#include "convert/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "model/model_internal.h"
#include "model/unit.h"

enum {
    QUANTILES = 64, /* of the distribution of a unit's x; what is fitted depends on it alone */
    GAINS = 9,      /* 0.5 * 2^(n/2) mV, up to 8 */
    DRIVES = 14,    /* mean drive from -3 to 16.5 mV above the threshold */
    PASSES = 2      /* the first without the recurrent shot noise, which it gives the second */
};

static const double gains[GAINS] = {
    SRNN__GAIN_LEAST_MV, 0.7071067811865476, 1, 1.4142135623730951, 2, 2.8284271247461903, 4,
    5.656854249492381,   SRNN__GAIN_MOST_MV};

/* A unit while it is fitted. */
typedef struct unit {
    double x[QUANTILES], r[QUANTILES]; /* x and f(x) */
    double x_mean, r_mean;
    double td_s;
    double shot_sd;      /* of the recurrent shot noise, in units of x */
    const double *noise; /* [n] the transfer's phi F for its td */
} unit;

typedef struct fit_point {
    double gain, bias_mv, scale, offset;
    double cost;
    double train_noise; /* mean of phi F, Hz */
} fit_point;

/* scratch: [samples->n] */
static void take_quantiles(const srnn__samples *s, int i, srnn_activation a, double widening,
                           uint64_t seed, double *scratch, unit *u)
{
    const float *x = s->x + (size_t)i * (size_t)s->n;
    srnn_rng rng;
    srnn__rng_init(&rng, seed, SRNN_DOMAIN_CALIBRATE, SRNN__FOR_WIDENING, (uint64_t)i);
    for (int k = 0; k < s->n; k++)
        scratch[k] = (double)x[k] + (widening > 0 ? widening * srnn_rng_normal(&rng) : 0);
    qsort(scratch, (size_t)s->n, sizeof *scratch, srnn__ascending);
    u->x_mean = u->r_mean = 0;
    for (int q = 0; q < QUANTILES; q++) {
        int from = (int)((int64_t)q * s->n / QUANTILES);
        int to = (int)((int64_t)(q + 1) * s->n / QUANTILES);
        if (to == from) to = from + 1; /* fewer samples than quantiles */
        double sum = 0;
        for (int k = from; k < to; k++) sum += scratch[k];
        u->x[q] = sum / (to - from);
        u->r[q] = srnn__activation(a, u->x[q], NULL);
        u->x_mean += u->x[q] / QUANTILES;
        u->r_mean += u->r[q] / QUANTILES;
    }
}

/* The average of table over the shot noise, by three-point Gauss-Hermite quadrature. */
static inline double averaged(const srnn__transfer *t, const double *table, double y_mv,
                              double sd_mv)
{
    const double middle = srnn__transfer_at(t, table, y_mv);
    if (sd_mv == 0) return middle;
    const double reach = 1.7320508075688772 * sd_mv;
    return 2.0 / 3 * middle + 1.0 / 6 *
                                  (srnn__transfer_at(t, table, y_mv - reach) +
                                   srnn__transfer_at(t, table, y_mv + reach));
}

/* The affine map from the transfer curve to f, and what it leaves. */
static fit_point fit_at(const unit *u, const srnn__transfer *t, double gain, double drive_mv,
                        double shot_noise_cost)
{
    fit_point best = {.gain = gain, .bias_mv = t->threshold_mv + drive_mv - gain * u->x_mean};
    double p[QUANTILES], p_mean = 0;
    for (int q = 0; q < QUANTILES; q++) {
        const double y = gain * u->x[q] + best.bias_mv;
        p[q] = averaged(t, t->rate_hz, y, gain * u->shot_sd);
        p_mean += p[q] / QUANTILES;
        best.train_noise += averaged(t, u->noise, y, gain * u->shot_sd) / QUANTILES;
    }
    double variance = 0, covariance = 0, rest = 0;
    for (int q = 0; q < QUANTILES; q++) {
        variance += (p[q] - p_mean) * (p[q] - p_mean) / QUANTILES;
        covariance += (p[q] - p_mean) * (u->r[q] - u->r_mean) / QUANTILES;
    }
    const double slope = covariance / (1.02 * variance + 0.001);
    best.scale = slope > 0 ? slope : 0;
    best.offset = u->r_mean - best.scale * p_mean;
    for (int q = 0; q < QUANTILES; q++) {
        const double error = u->r[q] - best.scale * p[q] - best.offset;
        rest += error * error / QUANTILES;
    }
    best.cost = rest + shot_noise_cost * best.scale * best.scale * best.train_noise / (2 * u->td_s);
    return best;
}

static fit_point fit_unit(const unit *u, const srnn__transfer *t, double shot_noise_cost)
{
    fit_point best = {.cost = INFINITY};
    for (int m = 0; m < DRIVES; m++)
        for (int k = 0; k < GAINS; k++) {
            const fit_point p = fit_at(u, t, gains[k], -3 + 1.5 * m, shot_noise_cost);
            if (p.cost < best.cost) best = p;
        }
    return best;
}

/* The noise that the others' trains will bring to every unit's x. w_eff: [N][N] */
static void find_shot_noise(int N, const float *w_eff, const fit_point *points, unit *units)
{
    for (int i = 0; i < N; i++) units[i].shot_sd = 0;
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++) {
            const double w = (double)w_eff[(size_t)j * (size_t)N + (size_t)i] * points[j].scale;
            units[i].shot_sd += w * w * points[j].train_noise;
        }
    for (int i = 0; i < N; i++) units[i].shot_sd = sqrt(units[i].shot_sd / (2 * units[i].td_s));
}

typedef struct work {
    unit *units;       /* [N] */
    fit_point *points; /* [N] */
    double *tau_ms;    /* [N] */
    double *noise;     /* [N][transfer->n] */
    float *w_eff;      /* [N][N] */
    double *scratch;   /* [N][samples->n] */
} work;

static bool work_alloc(work *w, size_t N, size_t n_transfer, size_t n_samples)
{
    w->units = calloc(N, sizeof *w->units);
    w->points = calloc(N, sizeof *w->points);
    w->tau_ms = malloc(N * sizeof *w->tau_ms);
    w->noise = malloc(N * n_transfer * sizeof *w->noise);
    w->w_eff = malloc(N * N * sizeof *w->w_eff);
    w->scratch = malloc(N * n_samples * sizeof *w->scratch);
    return w->units && w->points && w->tau_ms && w->noise && w->w_eff && w->scratch;
}

static void work_free(work *w)
{
    free(w->units);
    free(w->points);
    free(w->tau_ms);
    free(w->noise);
    free(w->w_eff);
    free(w->scratch);
}

srnn_status srnn__fit(srnn_ctx *ctx, const srnn_model *model, const srnn__transfer *transfer,
                      const srnn__samples *samples, double widening, double shot_noise_cost,
                      uint64_t seed, const srnn__fit_arrays *out)
{
    const int N = model->params.N;
    work w;
    if (!work_alloc(&w, (size_t)N, (size_t)transfer->n, (size_t)samples->n)) {
        work_free(&w);
        return srnn__no_memory(ctx);
    }
    srnn_model_w_eff(model, false, w.w_eff);
    srnn_model_tau_ms(model, w.tau_ms);
#pragma omp parallel for num_threads(ctx->threads)
    for (int i = 0; i < N; i++) {
        double *noise = w.noise + (size_t)i * (size_t)transfer->n;
        w.units[i].td_s = 1e-3 * w.tau_ms[i];
        w.units[i].noise = noise;
        srnn__transfer_noise(transfer, w.units[i].td_s, noise);
        take_quantiles(samples, i, model->params.activation, widening, seed,
                       w.scratch + (size_t)i * (size_t)samples->n, &w.units[i]);
    }
    for (int pass = 0; pass < PASSES; pass++) {
        if (pass > 0) find_shot_noise(N, w.w_eff, w.points, w.units);
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic)
        for (int i = 0; i < N; i++) w.points[i] = fit_unit(&w.units[i], transfer, shot_noise_cost);
    }
    for (int i = 0; i < N; i++) {
        out->gain[i] = w.points[i].gain;
        out->bias_mv[i] = w.points[i].bias_mv;
        out->scale[i] = w.points[i].scale;
        out->offset[i] = w.points[i].offset;
    }
    work_free(&w);
    return SRNN_OK;
}
