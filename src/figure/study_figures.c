/* Figures of a study: its networks by condition, and against an option. */
#include "figure/drawings.h"

#include <stdlib.h>

#include "analysis/mean_sd.h"
#include "figure/study_counts.h"
#include "figure/study_names.h"

enum { CONDITIONS_SHOWN = 60 };

static const char no_study[] = "it needs a study of many networks";

/* Room for a value of each network or of each condition; NULL: out of memory. */
static double *study_values(srnn__plot *p, const srnn_study_view *v)
{
    const int n = v->n_networks > v->n_conditions ? v->n_networks : v->n_conditions;
    double *values = malloc(((size_t)n + 1) * sizeof *values);
    if (!values) p->no_memory = true;
    return values;
}

/* ---- points by condition ---- */

const char *srnn__study_points_missing(const srnn_figure_data *d)
{
    if (!d->study) return no_study;
    return d->study->n_measures > 0 && d->study->n_conditions > 0
               ? NULL
               : "no network of the study is finished";
}

/* Values in bins; points of a bin stand above each other, so that each can be seen. */
enum { SWARM_BINS = 70 };

typedef struct swarm {
    double low, width; /* of the bins */
    int most;          /* points in one */
} swarm;

static int swarm_bin(const swarm *s, double value)
{
    const double at = s->width > 0 ? floor((value - s->low) / s->width) : 0;
    return at < 0 ? 0 : at >= SWARM_BINS ? SWARM_BINS - 1 : (int)at;
}

static void swarm_count(const swarm *s, const double *values, int n, int counts[SWARM_BINS])
{
    for (int k = 0; k < SWARM_BINS; k++) counts[k] = 0;
    for (int i = 0; i < n; i++) counts[swarm_bin(s, values[i])]++;
}

/* The same bins, and distances of the points, in all conditions. */
static swarm swarm_of(const srnn_study_view *v, srnn__plot_range range, double *scratch)
{
    swarm s = {range.low, (range.high - range.low) / (SWARM_BINS - 1e-6), 1};
    int counts[SWARM_BINS];
    for (int c = 0; c < v->n_conditions; c++) {
        swarm_count(&s, scratch, srnn__condition_values(v, c, v->main_measure, scratch), counts);
        for (int k = 0; k < SWARM_BINS; k++)
            if (counts[k] > s.most) s.most = counts[k];
    }
    return s;
}

/* Rows of the block: condition, value, height from -0.5 to 0.5 around it, was it trained? */
static void swarm_write(srnn__plot *p, const srnn_study_view *v, int condition, const swarm *s,
                        double *scratch)
{
    int counts[SWARM_BINS], placed[SWARM_BINS] = {0};
    swarm_count(s, scratch, srnn__condition_values(v, condition, v->main_measure, scratch), counts);
    const double step = fmin(0.12, 1.0 / s->most);
    for (int i = 0; i < v->n_networks; i++) {
        const srnn_study_network *n = &v->networks[i];
        const double value = n->values[v->main_measure];
        if (n->condition != condition || n->state == SRNN_NETWORK_LEFT || !isfinite(value))
            continue;
        const int k = swarm_bin(s, value), nth = placed[k]++;
        const int side = nth % 2 ? -(nth + 1) / 2 : nth / 2;
        const double middle = counts[k] % 2 ? 0 : 0.5;
        srnn__plot_row(p, condition + 1, value, step * (side + middle),
                       n->state != SRNN_NETWORK_NOT_TRAINED);
    }
}

/* What the file expects of a condition in the main measure: NaN: nothing. */
static srnn_expectation expected(const srnn_study_view *v, int condition)
{
    srnn_expectation all = {.mean = NAN, .sd = NAN, .share = NAN};
    for (int i = v->n_expectations; i-- > 0;) {
        const srnn_expectation *e = &v->expectations[i];
        if (e->condition != condition || e->measure != v->main_measure) continue;
        if (!isnan(e->mean)) all.mean = e->mean, all.sd = e->sd;
        if (!isnan(e->share)) all.share = e->share;
    }
    return all;
}

static void write_condition(srnn__plot *p, const srnn_study_view *v, int condition, double *scratch)
{
    srnn_condition_summary s;
    double quartiles[3], mean, sd;
    srnn__condition_count(v, condition, v->main_measure, &s);
    const int n = srnn__condition_values(v, condition, v->main_measure, scratch);
    if (n > 0 && srnn_quartiles(scratch, n, quartiles) == 0) p->no_memory = true;
    if (n == 0) quartiles[0] = quartiles[1] = quartiles[2] = NAN;
    srnn__mean_and_sd(scratch, n, &mean, &sd);
    srnn__plot_row(p, condition + 1, quartiles[0], quartiles[1], quartiles[2], mean, sd, s.share,
                   s.low, s.high, n);
}

/* Returns whether there are any. */
static bool write_expected(srnn__plot *p, const srnn_study_view *v, int shown)
{
    bool any = false;
    srnn__block(p, "condition mean sd share", "expected");
    for (int c = 0; c < shown; c++) {
        const srnn_expectation e = expected(v, c);
        if (isnan(e.mean) && isnan(e.share)) continue;
        srnn__plot_row(p, c + 1, e.mean, e.sd, e.share);
        any = true;
    }
    return any;
}

/* Shares of one have their natural ends. */
static srnn__plot_range study_range(const srnn_study_view *v, double *scratch)
{
    const int m = v->main_measure;
    srnn__plot_range values = SRNN__NO_RANGE, all;
    for (int c = 0; c < v->n_conditions; c++) {
        const int n = srnn__condition_values(v, c, m, scratch);
        for (int i = 0; i < n; i++) srnn__see(&values, scratch[i]);
    }
    const bool none = values.low > values.high, unit = *v->measures[m].unit;
    const bool share = !unit && (none || (values.low >= 0 && values.high <= 1));
    all = none && share ? (srnn__plot_range){0, 1} : values;
    srnn__see(&all, v->measures[m].at_least);
    for (int i = 0; i < v->n_expectations; i++) {
        const srnn_expectation *e = &v->expectations[i];
        const double sd = isfinite(e->sd) ? e->sd : 0;
        if (e->measure != m) continue;
        srnn__see(&all, e->mean - sd);
        srnn__see(&all, e->mean + sd);
    }
    if (share) all = (srnn__plot_range){fmax(all.low, 0), 1};
    return all;
}

static void say_measure(srnn__plot *p, const srnn_study_view *v)
{
    const srnn_measure *m = &v->measures[v->main_measure];
    const char *const words[] = {m->title, m->unit};
    srnn__say_texts(p, "measure", words, 2);
    srnn__say(p, "at_least", m->at_least);
}

void srnn__write_study_points(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_study_view *v = d->study;
    const int shown = srnn__at_most(v->n_conditions, CONDITIONS_SHOWN);
    double *scratch = study_values(p, v);
    if (!scratch) return;
    const srnn__plot_range range = study_range(v, scratch);
    const swarm s = swarm_of(v, range, scratch);
    srnn__block(p, "condition value height trained", "points");
    for (int c = 0; c < shown; c++) swarm_write(p, v, c, &s, scratch);
    srnn__block(p, "condition quartile median quartile mean sd share low high n", "summary");
    for (int c = 0; c < shown; c++) write_condition(p, v, c, scratch);
    srnn__say(p, "has_expected", write_expected(p, v, shown));
    srnn__say(p, "n_conditions", shown);
    srnn__say(p, "n_all_conditions", v->n_conditions);
    srnn__say_range(p, "value", range);
    say_measure(p, v);
    srnn__say_conditions(p, v, NULL, shown);
    srnn__say_counts(p, v, shown);
    free(scratch);
}

/* ---- against an option ---- */

const char *srnn__study_option_missing(const srnn_figure_data *d)
{
    if (!d->study) return no_study;
    if (srnn__study_points_missing(d)) return srnn__study_points_missing(d);
    return srnn__study_option(d->study) >= 0 ? NULL
                                             : "no option of the study takes two numbers or more";
}

/* Where a value of the option stands. */
typedef struct option_axis {
    srnn__plot_range range;
    double gap; /* the smallest between neighbours, on the axis */
    int n;      /* values */
    bool log;
} option_axis;

static double on_axis(bool log, double x) { return log ? log10(x) : x; }

/* Of the n ascending values the largest distance of neighbours over the smallest, *gap. */
static double unevenness(const double *x, int n, bool log, double *gap)
{
    double most = 0;
    *gap = INFINITY;
    for (int i = 1; i < n; i++) {
        const double distance = on_axis(log, x[i]) - on_axis(log, x[i - 1]);
        most = fmax(most, distance);
        *gap = fmin(*gap, distance);
    }
    return most / *gap;
}

/* The different values of the option, ascending, into x[n_conditions]; how many. */
static int option_values(const srnn_study_view *v, int option, double *x)
{
    int n = 0, different = 0;
    for (int c = 0; c < v->n_conditions; c++)
        if (isfinite(v->conditions[c].option_values[option]))
            x[n++] = v->conditions[c].option_values[option];
    qsort(x, (size_t)n, sizeof *x, srnn__ascending);
    for (int i = 0; i < n; i++)
        if (i == 0 || x[i] != x[i - 1]) x[different++] = x[i];
    return different;
}

/* Logarithmic where values span a decade and stand more evenly so. x: [n_conditions] */
static option_axis option_axis_of(const srnn_study_view *v, int option, double *x)
{
    double log_gap, gap;
    const int n = option_values(v, option, x);
    const double uneven = unevenness(x, n, false, &gap);
    const bool decade = x[0] > 0 && x[n - 1] >= 10 * x[0];
    const bool log = decade && unevenness(x, n, true, &log_gap) < uneven;
    return (option_axis){{x[0], x[n - 1]}, log ? log_gap : gap, n, log};
}

/* What is expected stands left of what is measured. */
#define EXPECTED_ASIDE -0.22

/* The series stand next to each other at each value of the option, their points a little apart. */
static double option_place(const option_axis *a, double x, int series, int n_series, double share)
{
    const double room = 0.7 * a->gap / n_series;
    const double at = on_axis(a->log, x) + room * (series - (n_series - 1) / 2.0 + 0.7 * share);
    return a->log ? pow(10, at) : at;
}

static void write_option_points(srnn__plot *p, const srnn_study_view *v, int condition, double x,
                                const option_axis *axis, int series, int n_series, double *scratch)
{
    const int n = srnn__condition_values(v, condition, v->main_measure, scratch);
    for (int i = 0; i < n; i++) {
        const double share = n > 1 ? (double)i / (n - 1) - 0.5 : 0;
        srnn__plot_row(p, option_place(axis, x, series, n_series, share), scratch[i]);
    }
}

static void write_option_means(srnn__plot *p, const srnn_study_view *v, int condition, double x,
                               const option_axis *axis, int series, int n_series, double *scratch)
{
    double mean, sd;
    const int n = srnn__condition_values(v, condition, v->main_measure, scratch);
    const srnn_expectation e = expected(v, condition);
    srnn__mean_and_sd(scratch, n, &mean, &sd);
    srnn__plot_row(p, option_place(axis, x, series, n_series, 0), mean, sd, n,
                   option_place(axis, x, series, n_series, EXPECTED_ASIDE), e.mean, e.sd);
}

static void write_option_shares(srnn__plot *p, const srnn_study_view *v, int condition, double x,
                                const option_axis *axis, int series, int n_series, double *scratch)
{
    srnn_condition_summary s;
    (void)scratch;
    srnn__condition_count(v, condition, v->main_measure, &s);
    srnn__plot_row(p, option_place(axis, x, series, n_series, 0), s.share, s.low, s.high, s.n,
                   option_place(axis, x, series, n_series, EXPECTED_ASIDE),
                   expected(v, condition).share);
}

typedef void (*option_writer)(srnn__plot *p, const srnn_study_view *v, int condition, double x,
                              const option_axis *axis, int series, int n_series, double *scratch);

/* The conditions of a series in the order of the option's values. */
static void each_of_series(srnn__plot *p, const srnn_study_view *v, int option,
                           const srnn__study_series *all, int series, const option_axis *axis,
                           option_writer write, double *scratch)
{
    double last = -INFINITY;
    for (int left = v->n_conditions; left > 0; left--) {
        int next = -1;
        for (int c = 0; c < v->n_conditions; c++) {
            const double x = v->conditions[c].option_values[option];
            if (all->series[c] == series && x > last &&
                (next < 0 || x < v->conditions[next].option_values[option]))
                next = c;
        }
        if (next < 0) break;
        last = v->conditions[next].option_values[option];
        write(p, v, next, last, axis, series, all->n, scratch);
    }
}

/* The axis, and what both figures against an option call its series. */
static void say_option(srnn__plot *p, const srnn_study_view *v, int option, const option_axis *axis,
                       const srnn__study_series *series)
{
    const double room = 0.5 * axis->gap;
    const double low = on_axis(axis->log, axis->range.low) - room,
                 high = on_axis(axis->log, axis->range.high) + room;
    srnn__say(p, "option_log", axis->log);
    srnn__say(p, "n_places", axis->n);
    srnn__say_range(
        p, "option",
        (srnn__plot_range){axis->log ? pow(10, low) : low, axis->log ? pow(10, high) : high});
    say_measure(p, v);
    srnn__say_texts(p, "option_name", &v->varied[option], 1);
    srnn__say_texts(p, "series", (const char *const *)series->names, series->n);
    srnn__say(p, "n_series", series->n);
    srnn__say(p, "n_all_series", series->n_all);
}

static bool any_expected(const srnn_study_view *v, const srnn__study_series *series, bool share)
{
    for (int c = 0; c < v->n_conditions; c++) {
        const srnn_expectation e = expected(v, c);
        if (series->series[c] >= 0 && isfinite(share ? e.share : e.mean)) return true;
    }
    return false;
}

static void write_values(srnn__plot *p, const srnn_study_view *v, int option,
                         const srnn__study_series *series, double *scratch)
{
    const option_axis axis = option_axis_of(v, option, scratch);
    for (int s = 0; s < series->n; s++) {
        srnn__block(p, "place value", "points %d", s + 1);
        each_of_series(p, v, option, series, s, &axis, write_option_points, scratch);
        srnn__block(p, "place mean sd n expected_place expected_mean expected_sd", "means %d",
                    s + 1);
        each_of_series(p, v, option, series, s, &axis, write_option_means, scratch);
    }
    say_option(p, v, option, &axis, series);
    srnn__say_range(p, "value", study_range(v, scratch));
    srnn__say(p, "has_expected", any_expected(v, series, false));
}

/* Does every network have it or not? Then no number has to be reached. */
static bool is_all_or_nothing(const srnn_study_view *v)
{
    for (int i = 0; i < v->n_networks; i++) {
        const double value = v->networks[i].values[v->main_measure];
        if (isfinite(value) && value != 0 && value != 1) return false;
    }
    return true;
}

static void write_shares(srnn__plot *p, const srnn_study_view *v, int option,
                         const srnn__study_series *series, double *scratch)
{
    const option_axis axis = option_axis_of(v, option, scratch);
    for (int s = 0; s < series->n; s++) {
        srnn__block(p, "place share low high n expected_place expected_share", "shares %d", s + 1);
        each_of_series(p, v, option, series, s, &axis, write_option_shares, scratch);
    }
    say_option(p, v, option, &axis, series);
    srnn__say(p, "yes_or_no", is_all_or_nothing(v));
    srnn__say(p, "has_expected", any_expected(v, series, true));
}

static void write_against_option(srnn__plot *p, const srnn_study_view *v,
                                 void (*write)(srnn__plot *p, const srnn_study_view *v, int option,
                                               const srnn__study_series *series, double *scratch))
{
    const int option = srnn__study_option(v);
    double *scratch = study_values(p, v);
    srnn__study_series series = {0};
    if (scratch && srnn__study_series_of(v, option, &series))
        write(p, v, option, &series, scratch);
    else
        p->no_memory = true;
    srnn__study_series_free(&series);
    free(scratch);
}

void srnn__write_study_option(srnn__plot *p, const srnn_figure_data *d)
{
    write_against_option(p, d->study, write_values);
}

/* ---- shares against an option ---- */

const char *srnn__study_share_missing(const srnn_figure_data *d)
{
    if (srnn__study_option_missing(d)) return srnn__study_option_missing(d);
    return isnan(d->study->measures[d->study->main_measure].at_least)
               ? "the study's main measure has no criterion that networks can reach"
               : NULL;
}

void srnn__write_study_share(srnn__plot *p, const srnn_figure_data *d)
{
    write_against_option(p, d->study, write_shares);
}
