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
    srnn__block(p, "trial loss", "losses");
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

void srnn__write_training(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_training_record t = srnn_model_get_training(d->model);
    srnn__plot_range loss = SRNN__NO_RANGE;
    double last_trial = (double)t.n_losses;
    bool eval_losses = false, accuracies = false;
    srnn__say(p, "trials_a_point", (double)write_losses(p, &t, &loss));
    srnn__block(p, "trial loss accuracy", "evaluations");
    for (int i = 0; i < t.n_evals; i++) {
        srnn__plot_row(p, t.eval_tr[i] + 1, t.eval_loss_curve[i], t.eval_perf_curve[i]);
        if (t.eval_loss_curve[i] > 0) srnn__see(&loss, t.eval_loss_curve[i]);
        last_trial = fmax(last_trial, t.eval_tr[i] + 1);
        eval_losses = eval_losses || t.eval_loss_curve[i] > 0;
        accuracies = accuracies || isfinite(t.eval_perf_curve[i]);
    }
    srnn__see(&loss, t.loss_threshold);
    if (loss.low > loss.high) loss = (srnn__plot_range){0.1, 10};
    srnn__say(p, "last_trial", last_trial);
    srnn__say(p, "has_losses", t.n_losses > 0);
    srnn__say(p, "has_eval_losses", eval_losses);
    srnn__say(p, "has_accuracy", accuracies);
    srnn__say_range(p, "loss", loss);
    srnn__say(p, "loss_criterion", t.loss_threshold);
    srnn__say(p, "accuracy_criterion", t.perf_threshold);
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

void srnn__write_taus(srnn__plot *p, const srnn_figure_data *d)
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
                                   .name = "tau",
                                   .range = {SRNN__RATE_STEP_MS * fmin(v.taus[0], v.taus[1]),
                                             SRNN__RATE_STEP_MS * fmax(v.taus[0], v.taus[1])}};
        srnn__write_histograms(p, &h, 1, population, v.N);
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

typedef struct strengths {
    double typical, strong, strongest; /* median, 99th percentile, largest of the connections */
} strengths;

/* 1 where there are none. scratch: [n]. */
static strengths strengths_of(const float *w, size_t n, float *scratch)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (w[i] != 0) scratch[m++] = fabsf(w[i]);
    if (m == 0) return (strengths){1, 1, 1};
    qsort(scratch, m, sizeof *scratch, weights_ascending);
    return (strengths){(double)scratch[(m - 1) / 2], (double)scratch[(m - 1) * 99 / 100],
                       (double)scratch[m - 1]};
}

/* Of every pixel the mean over width x width units, order[] being the units as they are shown. */
static void write_weights(srnn__plot *p, const float *w, const int *order, int N, int width)
{
    srnn__block(p, "a row for each postsynaptic, a column for each presynaptic pixel", "weights");
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

static void show_weights(srnn__plot *p, const float *w, float *scratch, int *order,
                         const uint8_t *population, int N)
{
    int n = 0;
    for (int k = 0; k < SRNN_POPULATIONS; k++)
        for (int i = 0; i < N; i++)
            if (population[i] == k) order[n++] = i;
    const int width = (N + PIXELS_MAX - 1) / PIXELS_MAX;
    const strengths of = strengths_of(w, (size_t)N * (size_t)N, scratch);
    write_weights(p, w, order, N, width);
    srnn__say_populations(p, population, N);
    srnn__say(p, "n_units", N);
    srnn__say(p, "units_a_pixel", width);
    /* means of many are smaller than the strongest single ones */
    srnn__say(p, "strong", of.strong / width);
    srnn__say(p, "typical", of.typical / width);
    srnn__say(p, "clipped", of.strongest > of.strong);
}

void srnn__write_weights(srnn__plot *p, const srnn_figure_data *d)
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

static void write_accuracy(srnn__plot *p, double at, double accuracy, int n)
{
    double low = NAN, high = NAN;
    if (n > 0 && isfinite(accuracy))
        srnn_wilson_interval((int)lround(accuracy * n), n, &low, &high);
    srnn__plot_row(p, at, accuracy, low, high);
}

void srnn__write_search(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_search_record s = srnn_model_get_search(d->model);
    const srnn_operating_point point = srnn_model_get_operating_point(d->model);
    srnn__plot_range lambdas = SRNN__NO_RANGE;
    static const char columns[] = "lambda accuracy low high (95 % Wilson interval)";
    srnn__block(p, columns, "search");
    int best = -1;
    for (int i = 0; i < s.n; i++) {
        write_accuracy(p, s.scaling_factors[i], s.all_perfs[i],
                       s.trials ? s.trials[i] : s.n_trials);
        srnn__see(&lambdas, s.scaling_factors[i]);
        if (s.scaling_factors[i] == s.opt_scaling_factor) best = i;
    }
    srnn__block(p, columns, "best");
    if (best >= 0)
        write_accuracy(p, s.opt_scaling_factor, s.all_perfs[best],
                       s.trials ? s.trials[best] : s.n_trials);
    const double of_point = point.gain ? point.perf : (double)NAN;
    int n = 0;
    srnn__block(p, "which accuracy low high (95 % Wilson interval)", "fresh");
    if (isfinite(s.test_perf)) write_accuracy(p, ++n, s.test_perf, s.test_trials);
    if (isfinite(of_point)) write_accuracy(p, ++n, of_point, point.n_trials);
    srnn__say_range(p, "lambda", lambdas);
    srnn__say(p, "best_lambda", s.opt_scaling_factor);
    srnn__say(p, "fresh_accuracy", s.test_perf);
    srnn__say(p, "point_accuracy", of_point);
}
