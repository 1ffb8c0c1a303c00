/* Figures of a study: curves of its networks while they trained, and over λ. */
#include "figure/drawings.h"

#include <stdlib.h>
#include <string.h>

#include "figure/study_names.h"

enum { PANELS_SHOWN = 20, CURVES_SHOWN = 100 };

/* ---- curves of each network, by condition ---- */

/* Which curves a figure has of a network. */
typedef struct network_curve {
    int n;
    double (*at)(const srnn_study_network *network, int i);
    const double *y, *also; /* also: NULL: none */
} network_curve;

typedef network_curve (*curve_of)(const srnn_study_network *network);

static double eval_trial(const srnn_study_network *n, int i)
{
    return n->eval_first + (double)i * n->eval_every;
}

static double factor_at(const srnn_study_network *n, int i) { return n->factors[i]; }

static network_curve learning_of(const srnn_study_network *n)
{
    return (network_curve){n->n_evals, eval_trial, n->eval_loss, n->eval_accuracy};
}

static network_curve factors_of(const srnn_study_network *n)
{
    return (network_curve){n->n_factors, factor_at, n->factor_accuracy, NULL};
}

static bool any_curve(const srnn_study_view *v, curve_of of)
{
    for (int i = 0; i < v->n_networks; i++)
        if (of(&v->networks[i]).n > 0) return true;
    return false;
}

/* The conditions that have a panel, and how many others have the same curves. */
typedef struct curve_panels {
    int n, n_all, condition[PANELS_SHOWN];
    double alike[PANELS_SHOWN];
} curve_panels;

static const char *training_key(const srnn_study_view *v, int condition)
{
    for (int i = 0; i < v->n_networks; i++)
        if (v->networks[i].condition == condition) return v->networks[i].key;
    return "";
}

/* Conditions that differ after the training share it: one panel shows it. */
static curve_panels panels_of(const srnn_study_view *v, bool of_training)
{
    curve_panels p = {.n = 0};
    for (int c = 0; c < v->n_conditions; c++) {
        int same = of_training ? 0 : p.n;
        while (same < p.n && strcmp(training_key(v, c), training_key(v, p.condition[same]))) same++;
        if (same < p.n) {
            p.alike[same]++;
            continue;
        }
        p.n_all++;
        if (p.n < PANELS_SHOWN) p.condition[p.n++] = c;
    }
    return p;
}

static int curves_of(const srnn_study_view *v, int condition, curve_of of)
{
    int n = 0;
    for (int i = 0; i < v->n_networks; i++)
        n += v->networks[i].condition == condition && of(&v->networks[i]).n > 0;
    return n;
}

/* Variables every, so that a picture stays small: of so many curves of a panel one is drawn; and
   few_curves, which can be darker. Returns every. */
static int say_curves(srnn__plot *p, const srnn_study_view *v, const curve_panels *panels,
                      curve_of of)
{
    int most = 1;
    for (int k = 0; k < panels->n; k++) {
        const int n = curves_of(v, panels->condition[k], of);
        if (n > most) most = n;
    }
    const int every = (most + CURVES_SHOWN - 1) / CURVES_SHOWN;
    srnn__say(p, "every", every);
    srnn__say(p, "few_curves", most <= 20);
    return every;
}

/* Blocks "curves 1" and so on. */
static void write_network_curves(srnn__plot *p, const srnn_study_view *v,
                                 const curve_panels *panels, curve_of of)
{
    const int every = say_curves(p, v, panels, of);
    for (int k = 0; k < panels->n; k++) {
        const int c = panels->condition[k];
        int nth = 0;
        srnn__block(p, "x y also", "curves %d", k + 1);
        for (int i = 0; i < v->n_networks; i++) {
            const srnn_study_network *n = &v->networks[i];
            const network_curve curve = of(n);
            if (n->condition != c || curve.n == 0 || nth++ % every) continue;
            for (int j = 0; j < curve.n; j++)
                srnn__plot_row(p, curve.at(n, j), curve.y[j],
                               curve.also ? curve.also[j] : (double)NAN);
            srnn__end_curve(p);
        }
    }
}

static void say_panels(srnn__plot *p, const srnn_study_view *v, const curve_panels *panels)
{
    srnn__say(p, "n_panels", panels->n);
    srnn__say(p, "n_all_panels", panels->n_all);
    srnn__say_conditions(p, v, panels->condition, panels->n);
    srnn__say_numbers(p, "alike", panels->alike, panels->n);
}

/* ---- learning ---- */

const char *srnn__study_learning_missing(const srnn_figure_data *d)
{
    if (!d->study) return "it needs a study of many networks";
    return any_curve(d->study, learning_of) ? NULL : "no network of the study has been evaluated";
}

/* Values after `trial`; a network whose training has ended keeps its last ones. */
static int values_after(const srnn_study_view *v, int condition, double trial, bool accuracy,
                        double *values)
{
    int n = 0;
    for (int i = 0; i < v->n_networks; i++) {
        const srnn_study_network *network = &v->networks[i];
        int k = network->n_evals - 1;
        while (k >= 0 && eval_trial(network, k) > trial) k--;
        if (network->condition == condition && k >= 0)
            values[n++] = (accuracy ? network->eval_accuracy : network->eval_loss)[k];
    }
    return n;
}

static void write_median(srnn__plot *p, const srnn_study_view *v, int panel, int condition,
                         double *scratch)
{
    const srnn_study_network *longest = NULL;
    for (int i = 0; i < v->n_networks; i++) {
        const srnn_study_network *n = &v->networks[i];
        if (n->condition == condition && n->n_evals > (longest ? longest->n_evals : 0)) longest = n;
    }
    srnn__block(p, "trial loss accuracy", "median %d", panel + 1);
    for (int k = 0; longest && k < longest->n_evals; k++) {
        const double trial = eval_trial(longest, k);
        const int n = values_after(v, condition, trial, false, scratch);
        const double loss = srnn__median(p, scratch, n);
        const int m = values_after(v, condition, trial, true, scratch);
        srnn__plot_row(p, trial, loss, srnn__median(p, scratch, m));
    }
}

/* Variables trial_high, loss_low and loss_high of a logarithmic axis. */
static void say_learning(srnn__plot *p, const srnn_study_view *v)
{
    srnn__plot_range trials = {0, 0}, loss = SRNN__NO_RANGE;
    for (int i = 0; i < v->n_networks; i++)
        for (int k = 0; k < v->networks[i].n_evals; k++) {
            srnn__see(&trials, eval_trial(&v->networks[i], k));
            if (v->networks[i].eval_loss[k] > 0) srnn__see(&loss, v->networks[i].eval_loss[k]);
        }
    srnn__say_range(p, "trial", trials);
    srnn__say_range(p, "loss", loss.low > loss.high ? (srnn__plot_range){1, 10} : loss);
}

void srnn__write_study_learning(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_study_view *v = d->study;
    const curve_panels panels = panels_of(v, true);
    double *scratch = malloc(((size_t)v->n_networks + 1) * sizeof *scratch);
    write_network_curves(p, v, &panels, learning_of);
    for (int k = 0; scratch && k < panels.n; k++)
        write_median(p, v, k, panels.condition[k], scratch);
    if (!scratch) p->no_memory = true;
    say_panels(p, v, &panels);
    say_learning(p, v);
    free(scratch);
}

/* ---- scaling factors ---- */

const char *srnn__study_lambda_missing(const srnn_figure_data *d)
{
    if (!d->study) return "it needs a study of many networks";
    return any_curve(d->study, factors_of) ? NULL : "no network of the study has a search for λ";
}

/* The mean over the networks at the scaling factors that at least half of them have. */
static void write_factor_means(srnn__plot *p, const srnn_study_view *v, int panel, int condition)
{
    double last = -INFINITY;
    int searched = 0;
    srnn__block(p, "lambda mean n", "mean %d", panel + 1);
    for (int i = 0; i < v->n_networks; i++)
        searched += v->networks[i].condition == condition && v->networks[i].n_factors > 0;
    for (;;) {
        double next = INFINITY, sum = 0;
        int n = 0;
        for (int i = 0; i < v->n_networks; i++)
            for (int k = 0; v->networks[i].condition == condition && k < v->networks[i].n_factors;
                 k++) {
                const double factor = v->networks[i].factors[k];
                if (factor <= last || factor > next) continue;
                if (factor < next) n = 0, sum = 0;
                next = factor;
                sum += v->networks[i].factor_accuracy[k];
                n++;
            }
        if (isinf(next)) break;
        if (2 * n >= searched) srnn__plot_row(p, next, sum / n, n);
        last = next;
    }
}

/* Variables lambda_low[] and lambda_high[] of the panels, for other activations have other λ; and
   whether these are the same. */
static void say_lambdas(srnn__plot *p, const srnn_study_view *v, const curve_panels *panels)
{
    double low[PANELS_SHOWN], high[PANELS_SHOWN];
    bool same = true;
    for (int k = 0; k < panels->n; k++) {
        srnn__plot_range range = SRNN__NO_RANGE;
        for (int i = 0; i < v->n_networks; i++)
            for (int j = 0; j < v->networks[i].n_factors; j++)
                if (v->networks[i].condition == panels->condition[k])
                    srnn__see(&range, v->networks[i].factors[j]);
        if (range.low > range.high) range = (srnn__plot_range){0, 1};
        if (range.low == range.high) range = (srnn__plot_range){0.9 * range.low, 1.1 * range.low};
        low[k] = range.low;
        high[k] = range.high;
        same = same && low[k] == low[0] && high[k] == high[0];
    }
    srnn__say_numbers(p, "lambda_low", low, panels->n);
    srnn__say_numbers(p, "lambda_high", high, panels->n);
    srnn__say(p, "same_lambdas", same);
}

void srnn__write_study_lambda(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_study_view *v = d->study;
    const curve_panels panels = panels_of(v, false);
    write_network_curves(p, v, &panels, factors_of);
    for (int k = 0; k < panels.n; k++) write_factor_means(p, v, k, panels.condition[k]);
    say_panels(p, v, &panels);
    say_lambdas(p, v, &panels);
    const char *end = v->n_measures > 0 ? strrchr(v->measures[v->main_measure].name, '.') : NULL;
    const bool accuracies = end && !strcmp(end, ".accuracy");
    srnn__say(p, "at_least", accuracies ? v->measures[v->main_measure].at_least : (double)NAN);
}
