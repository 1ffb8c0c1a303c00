/* Figures of the model itself: how it was trained, what it became, how it was converted. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "model/unit.h"

static const char no_model[] = "it needs a model";

/* ---- training ---- */

enum { LOSSES_MAX = 1000 };

const char *srnn__training_missing(const srnn_figure_data *d)
{
    if (!d->model) return no_model;
    const srnn_training_record t = srnn_model_get_training(d->model);
    return t.n_losses > 0 || t.n_evals > 0 ? NULL : "the model holds no record of its training";
}

/* Means over as many trials in a row as leave at most LOSSES_MAX points. */
static int64_t write_losses(srnn__plot *p, const srnn_training_record *t, srnn__plot_range *loss)
{
    const int64_t width = (t->n_losses + LOSSES_MAX - 1) / LOSSES_MAX;
    srnn__block(p, "losses, means over %lld trials: trial loss", (long long)width);
    for (int64_t from = 0; from < t->n_losses; from += width) {
        const int64_t to = from + width < t->n_losses ? from + width : t->n_losses;
        double sum = 0;
        for (int64_t i = from; i < to; i++) sum += t->losses[i];
        const double mean = sum / (double)(to - from);
        srnn__plot_row(p, 1 + 0.5 * (double)(from + to - 1), mean);
        if (mean > 0) srnn__see(loss, mean);
    }
    return width;
}

static double or_nan(bool known, double value) { return known ? value : (double)NAN; }

/* What of its training a model holds: those of the older tools have no evaluations. */
typedef struct known_training {
    bool losses, eval_losses, accuracies;
    double loss_at, perf_at; /* the criterion; NaN: not known */
} known_training;

/* Of the plot, and of its key. */
static void say_losses(srnn__plot *p, const known_training *known, const char *losses,
                       const char *evaluations)
{
    const char *between = "plot ";
    if (known->losses) {
        srnn__say(p, "%s%s with lines lw thin lc rgb '#A0A0A0' title losses", between, losses);
        between = ", \\\n     ";
    }
    if (known->eval_losses) {
        srnn__say(p, "%s%s with points pt 7 ps 0.35 * dots lc rgb exc_color title 'evaluations'",
                  between, evaluations);
        between = ", \\\n     ";
    }
    if (isfinite(known->loss_at) || between[0] == 'p')
        srnn__say(p, "%sNaN with lines lw guide dt 2 lc rgb 'black' title 'criterion'", between);
    srnn__say(p, "\n");
}

static void say_loss_panel(srnn__plot *p, const known_training *known, srnn__plot_range loss)
{
    srnn__say(p, "set logscale y\nset yrange [%.6g:%.6g]\n", loss.low / 1.3, loss.high * 1.3);
    srnn__say(p, "set ylabel 'loss'\n");
    if (loss.high < 20 * loss.low)
        srnn__say(p, "set ytics add (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)\n");
    if (isfinite(known->loss_at))
        srnn__say(p, "set arrow from graph 0, first loss_criterion to graph 1, first "
                     "loss_criterion nohead lw guide dt 2\n");
    say_losses(p, known, "data index 0", "data index 1 using 1:2");
}

static void say_accuracy_panel(srnn__plot *p, const known_training *known,
                               srnn__plot_range accuracy)
{
    srnn__say_range(p, 'y', accuracy, 0.04);
    srnn__say(p, "set ylabel 'accuracy' offset 1.6,0\nset ytics 0.25\n");
    if (isfinite(known->perf_at))
        srnn__say(p, "set arrow from graph 0, first accuracy_criterion to graph 1, first "
                     "accuracy_criterion nohead lw guide dt 2\n");
    srnn__say(p, "plot data index 1 using 1:3 with linespoints pt 7 ps 0.35 * dots lw thick "
                 "lc rgb exc_color notitle\n");
}

void srnn__draw_training(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_training_record t = srnn_model_get_training(d->model);
    const srnn_train_options *o = &d->model->training.options;
    const bool options = o->n_trials > 0;
    known_training known = {.losses = t.n_losses > 0,
                            .loss_at = or_nan(options && o->loss_threshold > 0, o->loss_threshold),
                            .perf_at = or_nan(options && o->perf_threshold > 0, o->perf_threshold)};
    srnn__plot_range loss = SRNN__NO_RANGE, trials = {0, 1}, accuracy = {0, 1};
    const int64_t width = write_losses(p, &t, &loss);
    srnn__block(p, "evaluations: trial loss accuracy");
    for (int i = 0; i < t.n_evals; i++) {
        srnn__plot_row(p, t.eval_tr[i] + 1, t.eval_loss_curve[i], t.eval_perf_curve[i]);
        if (t.eval_loss_curve[i] > 0) srnn__see(&loss, t.eval_loss_curve[i]);
        srnn__see(&trials, t.eval_tr[i] + 1);
        known.eval_losses = known.eval_losses || t.eval_loss_curve[i] > 0;
        known.accuracies = known.accuracies || isfinite(t.eval_perf_curve[i]);
    }
    srnn__see(&trials, (double)t.n_losses);
    srnn__see(&loss, known.loss_at);
    if (loss.low > loss.high) loss = (srnn__plot_range){0.1, 10};
    const bool losses = known.losses || known.eval_losses || !known.accuracies;
    const srnn__grid grid = {.columns = 1,
                             .rows = losses + known.accuracies,
                             .left = 1.25,
                             .right = 0.5,
                             .top = 0.5,
                             .bottom = 0.95,
                             .gap_y = 0.35};
    srnn__size(p, 0.1 * SRNN__COLUMN_MM, grid.rows == 2 ? 6.6 : 4.2);
    if (width > 1)
        srnn__say(p, "losses = 'means of %lld trials'\n", (long long)width);
    else
        srnn__say(p, "losses = 'single trials'\n");
    if (isfinite(known.loss_at)) srnn__say(p, "loss_criterion = %.6g\n", known.loss_at);
    if (isfinite(known.perf_at)) srnn__say(p, "accuracy_criterion = %.6g\n", known.perf_at);
    srnn__begin(p);
    for (int row = 0; row < grid.rows; row++) {
        if (!srnn__panel(p, &grid, 0, row)) continue;
        srnn__say_range(p, 'x', trials, 0);
        srnn__say_ticks(p, 'x', trials, 5);
        srnn__say(p, row == grid.rows - 1 ? "set xlabel 'trial'\n" : "set format x ''\n");
        if (losses && row == 0)
            say_loss_panel(p, &known, loss);
        else
            say_accuracy_panel(p, &known, accuracy);
    }
    if (losses && srnn__key_panel(p, "horizontal top right")) say_losses(p, &known, "NaN", "NaN");
    srnn__end(p);
}

/* ---- time constants ---- */

const char *srnn__taus_missing(const srnn_figure_data *d)
{
    if (!d->model) return no_model;
    return srnn_model_get_view(d->model).n_taus == 2
               ? NULL
               : "all units have one fixed time constant: there is no distribution";
}

static uint8_t *new_populations(const srnn_model_view *v)
{
    uint8_t *population = malloc((size_t)v->N);
    for (int i = 0; population && i < v->N; i++)
        population[i] = (uint8_t)srnn_unit_population(v, i);
    return population;
}

void srnn__draw_taus(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_model_view v = srnn_model_get_view(d->model);
    const size_t N = (size_t)v.N;
    uint8_t *population = new_populations(&v);
    double *after = malloc(2 * N * sizeof *after);
    if (!population || !after) {
        p->no_memory = true;
    } else {
        double *before = after + N;
        srnn_model_tau_ms(d->model, after);
        srnn__tau_ms(d->model, v.taus_gaus0, before);
        const srnn__histogram h = {.values = after,
                                   .before = before,
                                   .label = "synaptic decay τ (ms)",
                                   .range = {SRNN__RATE_STEP_MS * fmin(v.taus[0], v.taus[1]),
                                             SRNN__RATE_STEP_MS * fmax(v.taus[0], v.taus[1])}};
        srnn__draw_histograms(p, &h, 1, population, v.N, 0.1 * SRNN__COLUMN_MM);
    }
    free(population);
    free(after);
}

/* ---- weights ---- */

enum { PIXELS_MAX = 400 };

const char *srnn__weights_missing(const srnn_figure_data *d) { return d->model ? NULL : no_model; }

static int weights_ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* What 99 in 100 of the connections do not reach; 1 where there are none. scratch: [n]. */
static double strong_weight(const float *w, size_t n, float *scratch)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (w[i] != 0) scratch[m++] = fabsf(w[i]);
    if (m == 0) return 1;
    qsort(scratch, m, sizeof *scratch, weights_ascending);
    return (double)scratch[(m - 1) * 99 / 100];
}

/* Of every pixel the mean over width x width units, order[] being the units as they are shown. */
static void write_weights(srnn__plot *p, const float *w, const int *order, int N, int width)
{
    srnn__block(p,
                "weights, a row for each postsynaptic and a column for each presynaptic %s%d "
                "units, by population",
                width > 1 ? "group of " : "unit of ", width > 1 ? width : N);
    double row[PIXELS_MAX];
    for (int post = 0; post < N; post += width) {
        size_t n = 0;
        for (int pre = 0; pre < N; pre += width, n++) {
            double sum = 0;
            int count = 0;
            for (int a = pre; a < pre + width && a < N; a++)
                for (int b = post; b < post + width && b < N; b++, count++)
                    sum += (double)w[(size_t)order[a] * (size_t)N + (size_t)order[b]];
            row[n] = sum / count;
        }
        srnn__write_row(p, row, n);
    }
}

/* Lines between populations, and their names along both axes. */
static void say_borders(srnn__plot *p, const uint8_t *population, int N)
{
    int from = 0;
    double last = -N; /* middle of the label before; they need some room */
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        const int n = srnn__n_units(population, N, k);
        if (n == 0) continue;
        const double middle = fmax(from + 0.5 * n, last + 0.1 * N);
        last = middle;
        srnn__say(p, "set label '%s' at first %g, graph 1.035 center tc rgb %s\n",
                  srnn__population_labels[k], middle, srnn__population_colors[k]);
        srnn__say(p, "set label '%s' at graph 1.035, first %g center rotate by -90 tc rgb %s\n",
                  srnn__population_labels[k], middle, srnn__population_colors[k]);
        from += n;
        if (from == N) break;
        srnn__say(p, "set arrow from %d, graph 0 to %d, graph 1 nohead front lw thin\n", from,
                  from);
        srnn__say(p, "set arrow from graph 0, first %d to graph 1, first %d nohead front lw thin\n",
                  from, from);
    }
}

static void show_weights(srnn__plot *p, const float *w, float *scratch, int *order,
                         const uint8_t *population, int N)
{
    int n = 0;
    for (int k = 0; k < SRNN_POPULATIONS; k++)
        for (int i = 0; i < N; i++)
            if (population[i] == k) order[n++] = i;
    const int width = (N + PIXELS_MAX - 1) / PIXELS_MAX;
    const double strong = strong_weight(w, (size_t)N * (size_t)N, scratch);
    write_weights(p, w, order, N, width);
    const srnn__grid grid = {
        .columns = 1, .rows = 1, .left = 1.35, .right = 1.95, .top = 0.55, .bottom = 0.95};
    const double width_cm = 0.1 * SRNN__COLUMN_MM;
    srnn__size(p, width_cm, width_cm - grid.left - grid.right + grid.top + grid.bottom);
    /* means of many are smaller than the strongest single ones */
    srnn__say(p, "strong = %.4g           # end of the colours\nunits_a_pixel = %d\n",
              strong / width, width);
    srnn__begin(p);
    if (srnn__panel(p, &grid, 0, 0)) {
        srnn__say(p, "set border 15; set tics front\n");
        srnn__say(p, "set xrange [0:%d]; set yrange [%d:0]\n", N, N);
        srnn__say(
            p, "set xlabel 'presynaptic unit (sorted)'\nset ylabel 'postsynaptic unit (sorted)'\n");
        say_borders(p, population, N);
        srnn__say(p, "set palette defined (-1 '#053061', -0.6 '#2166AC', -0.25 '#92C5DE', "
                     "0 '#FFFFFF', 0.25 '#F4A582', 0.6 '#B2182B', 1 '#67001F')\n");
        srnn__say(p, "set cbrange [-strong:strong]\nset cbtics scale 0.3 offset -0.7,0 (sprintf("
                     "'−%%.2g', strong) -strong, '0' 0, sprintf('%%.2g', strong) strong)\n");
        srnn__say(p,
                  "set colorbox user origin screen %.4f, screen %.4f size screen %.4f, screen "
                  "%.4f noborder\n",
                  1 - 1.25 / p->width_cm, (grid.bottom + 1.3) / p->height_cm, 0.2 / p->width_cm,
                  (p->height_cm - grid.top - grid.bottom - 2.6) / p->height_cm);
        srnn__say(p, "set label '%s' at screen %.4f, screen %.4f center\n",
                  width > 1 ? "mean weight" : "weight", 1 - 0.85 / p->width_cm,
                  (p->height_cm - grid.top - 0.95) / p->height_cm);
        if (p->terminal)
            srnn__say(p, "unset colorbox\nplot data index 0 matrix using ($1 * units_a_pixel)"
                         ":($3 > strong / 4 ? $2 * units_a_pixel : NaN) with points pt '+' lc rgb "
                         "exc_color title 'excitation', '' index 0 matrix using "
                         "($1 * units_a_pixel):($3 < -strong / 4 ? $2 * units_a_pixel : NaN) with "
                         "points pt '-' lc rgb pv_color title 'inhibition'\n");
        else
            srnn__say(p, "plot data index 0 matrix using (($1 + 0.5) * units_a_pixel)"
                         ":(($2 + 0.5) * units_a_pixel):(abs($3) > strong ? sgn($3) * strong : $3) "
                         "with image\n");
    }
    srnn__end(p);
}

void srnn__draw_weights(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_model_view v = srnn_model_get_view(d->model);
    const size_t N = (size_t)v.N;
    uint8_t *population = new_populations(&v);
    int *order = malloc(N * sizeof *order);
    float *w = malloc(N * N * sizeof *w), *scratch = malloc(N * N * sizeof *scratch);
    if (population && order && w && scratch) {
        srnn_model_w_eff(d->model, false, w);
        show_weights(p, w, scratch, order, population, v.N);
    } else {
        p->no_memory = true;
    }
    free(population);
    free(order);
    free(w);
    free(scratch);
}

/* ---- the search for the scaling factor ---- */

const char *srnn__search_missing(const srnn_figure_data *d)
{
    if (!d->model) return no_model;
    if (srnn_model_get_search(d->model).n > 0) return NULL;
    return srnn_model_get_operating_point(d->model).gain
               ? "the model was converted by an operating point, without a search for lambda"
               : "the model holds no search for lambda";
}

/* Whether there is a bar: the number of trials is known. */
static bool write_accuracy_bar(srnn__plot *p, double lambda, double accuracy, int n)
{
    double low = NAN, high = NAN;
    if (n > 0 && isfinite(accuracy))
        srnn_wilson_interval((int)lround(accuracy * n), n, &low, &high);
    srnn__plot_row(p, lambda, accuracy, low, high);
    return isfinite(low);
}

/* Points of a block, and bars where there are: in yerrorbars a point without a bar is none. */
static void say_accuracy(srnn__plot *p, const char *block, bool bars, const char *width,
                         const char *look, const char *title)
{
    if (bars)
        srnn__say(p, ", \\\n     '' %s:3:(0):($4-$3) with vectors nohead lw %s lc %s notitle",
                  block, width, strstr(look, "rgb"));
    srnn__say(p, ", \\\n     '' %s:2 with points %s title %s", block, look, title);
}

void srnn__draw_search(srnn__plot *p, const srnn_figure_data *d)
{
    static const char all_look[] = "pt 7 ps 0.4 * dots lc rgb grey",
                      best_look[] = "pt 7 ps 0.6 * dots lc rgb exc_color",
                      fresh_look[] = "pt 9 ps 0.6 * dots lc rgb pv_color";
    const srnn_search_record s = srnn_model_get_search(d->model);
    srnn__plot_range lambdas = SRNN__NO_RANGE;
    double best = NAN;
    int best_trials = 0;
    bool bars = false;
    srnn__block(p, "search: lambda accuracy low high (95 %% Wilson interval)");
    for (int i = 0; i < s.n; i++) {
        const int n = s.trials ? s.trials[i] : s.n_trials;
        bars = write_accuracy_bar(p, s.scaling_factors[i], s.all_perfs[i], n) || bars;
        srnn__see(&lambdas, s.scaling_factors[i]);
        if (s.scaling_factors[i] == s.opt_scaling_factor) {
            best = s.all_perfs[i];
            best_trials = n;
        }
    }
    srnn__block(p, "the best: lambda accuracy low high");
    const bool best_bar = write_accuracy_bar(p, s.opt_scaling_factor, best, best_trials);
    srnn__block(p, "the best on fresh trials: lambda accuracy low high");
    const bool fresh_bar = write_accuracy_bar(p, s.opt_scaling_factor, s.test_perf, s.test_trials);
    const bool known = isfinite(best), fresh = isfinite(s.test_perf);
    const srnn__grid grid = {
        .columns = 1, .rows = 1, .left = 1.25, .right = 0.3, .top = 0.5, .bottom = 0.95};
    srnn__size(p, 0.1 * SRNN__COLUMN_MM, 5.2);
    srnn__say(p, "best = %.6g\n", s.opt_scaling_factor);
    srnn__begin(p);
    if (srnn__panel(p, &grid, 0, 0)) {
        srnn__say_range(p, 'x', lambdas, 0.05);
        srnn__say(p, "set yrange [-0.02:1.04]\nset ytics 0.25\n");
        srnn__say(p, "set xlabel 'scaling factor λ'\nset ylabel 'accuracy' offset 1.6,0\n");
        srnn__say(p, "plot data index 0 using 1:2 with lines lw thin lc rgb grey notitle");
        say_accuracy(p, "index 0 using 1", bars, "thin", all_look, "'all'");
        if (known) say_accuracy(p, "index 1 using 1", best_bar, "thick", best_look, "'best'");
        char aside[48];
        snprintf(aside, sizeof aside, "index 2 using ($1 + %.4g)",
                 0.02 * fmax(lambdas.high - lambdas.low, 1));
        if (fresh) say_accuracy(p, aside, fresh_bar, "thick", fresh_look, "'best, fresh trials'");
        srnn__say(p, "\n");
    }
    if (srnn__key_panel(p, "horizontal top right")) {
        srnn__say(p, "plot NaN with points %s title 'all'", all_look);
        if (known)
            srnn__say(p, ", \\\n     NaN with points %s title sprintf('best, λ = %%g', best)",
                      best_look);
        if (fresh) srnn__say(p, ", \\\n     NaN with points %s title 'fresh trials'", fresh_look);
        srnn__say(p, "\n");
    }
    srnn__end(p);
}
