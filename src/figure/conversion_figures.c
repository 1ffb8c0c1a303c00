/* How the conversion makes spiking units do what rate units do. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>

#include "core/units.h"
#include "model/unit.h"

enum { CURVE_POINTS = 80, QUARTILES = 3, GAIN_STEPS = 8 /* halves of octaves, least to most */ };

const char *srnn__conversion_missing(const srnn_figure_data *d)
{
    if (!d->model) return "it needs a model";
    if (!d->transfer || d->transfer->n < 2)
        return "it needs the transfer curve of spiking units, which LIF units have";
    if (d->scaling_factor > 0) return NULL;
    return srnn_model_get_operating_point(d->model).gain
               ? NULL
               : "the model has no operating point, and lambda is not given";
}

/* phi: linear between the points, constant beyond them. */
static double transfer_rate_hz(const srnn_transfer_curve *t, double drive_mv)
{
    if (!(drive_mv > t->drive_mv[0])) return t->rate_hz[0];
    if (drive_mv >= t->drive_mv[t->n - 1]) return t->rate_hz[t->n - 1];
    const double place =
        (drive_mv - t->drive_mv[0]) / (t->drive_mv[t->n - 1] - t->drive_mv[0]) * (t->n - 1);
    const int i = srnn__at_most((int)place, t->n - 2);
    return t->rate_hz[i] + (place - i) * (t->rate_hz[i + 1] - t->rate_hz[i]);
}

/* x at which f(x) is r, between the ends of what is shown. */
static double inverse(srnn_activation f, double r, srnn__plot_range shown)
{
    double low = shown.low, high = shown.high;
    for (int i = 0; i < 40; i++) {
        const double middle = (low + high) / 2;
        *(srnn__activation(f, middle, NULL) < r ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

/* What a unit's x goes through in the observed trials, once settled; all that is shown where there
   are none. */
static srnn__plot_range visited(const srnn_figure_data *d, int unit, srnn__plot_range shown)
{
    const srnn_observation *o = d->observation;
    const srnn_activation f = srnn_model_get_view(d->model).activation;
    if (!o) return shown;
    srnn__plot_range r = SRNN__NO_RANGE;
    const int first = (int)(srnn__settled_ms(d) / SRNN__RATE_STEP_MS);
    for (int k = 0; k < o->K; k++)
        for (int t = first; t < o->T; t++)
            srnn__see(
                &r,
                (double)o->r[((size_t)k * (size_t)o->T + (size_t)t) * (size_t)o->N + (size_t)unit]);
    if (r.low > r.high) return shown;
    return (srnn__plot_range){inverse(f, r.low, shown), inverse(f, r.high, shown)};
}

/* r = alpha phi(k x + b) + c. */
typedef struct unit_map {
    double gain, bias_mv, scale, offset;
} unit_map;

static void write_map(srnn__plot *p, const srnn_figure_data *d, const unit_map *m,
                      srnn__plot_range x, srnn__plot_range *seen)
{
    for (int i = 0; i < CURVE_POINTS; i++) {
        const double at = x.low + (x.high - x.low) * i / (CURVE_POINTS - 1);
        const double r =
            m->scale * transfer_rate_hz(d->transfer, m->gain * at + m->bias_mv) + m->offset;
        srnn__plot_row(p, at, r);
        srnn__see(seen, r);
    }
}

/* Block "activation": f(x). */
static void write_activation(srnn__plot *p, const srnn_figure_data *d, srnn__plot_range x,
                             srnn__plot_range *seen)
{
    const srnn_activation f = srnn_model_get_view(d->model).activation;
    srnn__block(p, "x r", "activation");
    for (int i = 0; i < CURVE_POINTS; i++) {
        const double at = x.low + (x.high - x.low) * i / (CURVE_POINTS - 1);
        const double r = srnn__activation(f, at, NULL);
        srnn__plot_row(p, at, r);
        srnn__see(seen, r);
    }
}

/* The units of a population at the quartiles of their gains. Returns how many. */
static int quartile_units(const srnn_model_view *view, const double *gain, int population,
                          int units[QUARTILES])
{
    int n = 0, of_population = 0;
    for (int i = 0; i < view->N; i++)
        of_population += (int)srnn_unit_population(view, i) == population;
    for (int q = 1; q <= QUARTILES && n < of_population; q++) {
        const int wanted = (of_population - 1) * q / (QUARTILES + 1);
        for (int i = 0; i < view->N; i++) {
            int before = 0; /* in the order of gains, of equals by number */
            if ((int)srnn_unit_population(view, i) != population) continue;
            for (int j = 0; j < view->N; j++)
                before += (int)srnn_unit_population(view, j) == population &&
                          (gain[j] < gain[i] || (gain[j] == gain[i] && j < i));
            if (before == wanted && (n == 0 || units[n - 1] != i)) units[n++] = i;
        }
    }
    return n;
}

/* Blocks "unit 1" and so on; variables n_units, unit_number[], unit_population[]. */
static void write_units(srnn__plot *p, const srnn_figure_data *d, srnn__plot_range shown,
                        srnn__plot_range *x, srnn__plot_range *seen)
{
    const srnn_operating_point point = srnn_model_get_operating_point(d->model);
    const srnn_model_view view = srnn_model_get_view(d->model);
    double number[SRNN_POPULATIONS * QUARTILES], population[SRNN_POPULATIONS * QUARTILES];
    int n = 0;
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        int units[QUARTILES];
        const int of_population = quartile_units(&view, point.gain, k, units);
        for (int q = 0; q < of_population; q++, n++) {
            const int i = units[q];
            const srnn__plot_range range = visited(d, i, shown);
            const unit_map m = {point.gain[i], point.bias_mv[i], point.scale[i], point.offset[i]};
            srnn__block(p, "x alpha_phi(kx+b)+c", "unit %d", n + 1);
            write_map(p, d, &m, range, seen);
            srnn__see(x, range.low);
            srnn__see(x, range.high);
            number[n] = i + 1;
            population[n] = k + 1;
        }
    }
    srnn__say(p, "n_units", n);
    srnn__say_numbers(p, "unit_number", number, n);
    srnn__say_numbers(p, "unit_population", population, n);
}

/* Blocks "gain exc" and so on; variable gain_most. */
static void write_gains(srnn__plot *p, const srnn_model_view *view, const double *gain)
{
    int most = 0;
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        int counts[GAIN_STEPS + 1] = {0};
        for (int i = 0; i < view->N; i++) {
            const double at = round(2 * log2(gain[i] / SRNN__GAIN_LEAST_MV));
            if ((int)srnn_unit_population(view, i) != k) continue;
            counts[at < 0 ? 0 : at > GAIN_STEPS ? GAIN_STEPS : (int)at]++;
        }
        srnn__block(p, "gain_mv units", "gain %s", srnn__population_labels[k]);
        for (int step = 0; step <= GAIN_STEPS; step++) {
            srnn__plot_row(p, SRNN__GAIN_LEAST_MV * exp2(step / 2.0), counts[step]);
            if (counts[step] > most) most = counts[step];
        }
    }
    srnn__say(p, "gain_most", most);
    srnn__say(p, "gain_low", SRNN__GAIN_LEAST_MV);
    srnn__say(p, "gain_high", SRNN__GAIN_MOST_MV);
}

static void write_biases(srnn__plot *p, const srnn_figure_data *d, const srnn_model_view *view,
                         const double *bias_mv)
{
    const double at = d->transfer->threshold_mv;
    const srnn__histogram biases = {.name = "bias", .values = bias_mv, .range = {at, at}};
    uint8_t *population = malloc((size_t)view->N);
    for (int i = 0; population && i < view->N; i++)
        population[i] = (uint8_t)srnn_unit_population(view, i);
    if (population)
        srnn__write_histograms(p, &biases, 1, population, view->N);
    else
        p->no_memory = true;
    free(population);
    srnn__say(p, "threshold", at);
}

void srnn__write_conversion(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_model_view view = srnn_model_get_view(d->model);
    const srnn_operating_point point = srnn_model_get_operating_point(d->model);
    const srnn__plot_range shown = {-6, 6};
    const bool by_factor = d->scaling_factor > 0;
    srnn__plot_range r = SRNN__NO_RANGE, x = SRNN__NO_RANGE;
    if (by_factor) {
        const unit_map m = {1, 0, 1 / d->scaling_factor, 0};
        x = shown;
        srnn__block(p, "x phi(x)/lambda", "unit 1");
        write_map(p, d, &m, x, &r);
    } else {
        write_units(p, d, shown, &x, &r);
        write_gains(p, &view, point.gain);
        write_biases(p, d, &view, point.bias_mv);
    }
    write_activation(p, d, x, &r);
    srnn__say(p, "lambda", by_factor ? d->scaling_factor : (double)NAN);
    srnn__say_range(p, "x", x);
    srnn__say_range(p, "r", r);
}
