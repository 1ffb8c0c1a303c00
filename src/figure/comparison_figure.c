/* Every unit in both networks. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>

#include "core/units.h"

enum { HEAT_TYPES_MAX = 8, HEAT_ROWS_MAX = 400, HEAT_BINS = 50 };

static const char no_observation[] = "it needs an observation of the networks";

const char *srnn__comparison_missing(const srnn_figure_data *d)
{
    if (!d->observation) return no_observation;
    return d->observation->spiking ? NULL : "it needs an observation of the spiking network, too";
}

/* Means over the trials of a type in bins: [n_types][n_bins][N]; and over all: [N]. */
typedef struct unit_means {
    int n_bins, steps; /* steps: of a bin */
    double *r, *hz, *all_r, *all_hz;
    int *order; /* [N] as units are shown */
} unit_means;

static void unit_means_free(unit_means *m)
{
    free(m->r);
    free(m->hz);
    free(m->all_r);
    free(m->all_hz);
    free(m->order);
}

static void add_rates(const srnn_observation *o, const int *n_trials, unit_means *m)
{
    const size_t N = (size_t)o->N;
    for (int k = 0; k < o->K; k++) {
        double *rows = m->r + (size_t)o->type[k] * (size_t)m->n_bins * N;
        const double share = 1.0 / (n_trials[o->type[k]] * m->steps);
        for (int t = 1; t <= m->n_bins * m->steps; t++) {
            const float *r = o->r + ((size_t)k * (size_t)o->T + (size_t)t) * N;
            double *bin = rows + (size_t)((t - 1) / m->steps) * N;
            for (size_t i = 0; i < N; i++) {
                bin[i] += share * (double)r[i];
                m->all_r[i] += (double)r[i] / ((double)o->K * m->n_bins * m->steps);
            }
        }
    }
}

static void means_add_spikes(const srnn_observation *o, const int *n_trials, unit_means *m)
{
    const srnn_spikes *s = &o->spikes;
    const size_t N = (size_t)o->N;
    const double bin_ms = m->steps * SRNN__RATE_STEP_MS;
    for (int64_t i = 0; i < s->n; i++) {
        const int type = s->type[s->trial[i]];
        const int bin = (int)ceil(s->time_ms[i] / bin_ms - 1e-9) - 1;
        const size_t unit = (size_t)s->unit[i];
        if (s->time_ms[i] > (SRNN_FIRST_COUNTED_STEP - 0.5) * s->dt_ms)
            m->all_hz[unit] += 1e3 / (s->T_ms * s->K);
        if (bin >= 0 && bin < m->n_bins)
            m->hz[((size_t)type * (size_t)m->n_bins + (size_t)bin) * N + unit] +=
                1e3 / (bin_ms * n_trials[type]);
    }
}

/* The bin, from one on, in which the mean of r over types is highest. */
static int peak_of(const srnn_observation *o, const unit_means *m, int unit, int from)
{
    const size_t N = (size_t)o->N, cells = (size_t)m->n_bins * N;
    int best = from;
    double most = -INFINITY;
    for (int bin = from; bin < m->n_bins; bin++) {
        double sum = 0;
        for (int type = 0; type < o->n_types; type++) {
            const double r = m->r[(size_t)type * cells + (size_t)bin * N + (size_t)unit];
            if (!isnan(r)) sum += r;
        }
        if (sum > most) {
            most = sum;
            best = bin;
        }
    }
    return best;
}

/* By population, then by their peaks after the stimulus comes on: before it all units are alike.
   peaks: [N]. */
static void heat_sort_units(const srnn_observation *o, unit_means *m, int *peaks)
{
    const int on = o->stim_on / m->steps, from = on > 0 && on < m->n_bins ? on : 0;
    int n = 0;
    for (int i = 0; i < o->N; i++) peaks[i] = peak_of(o, m, i, from);
    for (int k = 0; k < SRNN_POPULATIONS; k++)
        for (int bin = 0; bin < m->n_bins; bin++)
            for (int i = 0; i < o->N; i++)
                if (o->population[i] == k && peaks[i] == bin) m->order[n++] = i;
}

/* There is no mean over no trial. */
static void leave_out_empty(const srnn_observation *o, const int *n_trials, unit_means *m)
{
    const size_t cells = (size_t)m->n_bins * (size_t)o->N;
    for (int type = 0; type < o->n_types; type++)
        for (size_t c = 0; c < cells && !n_trials[type]; c++)
            m->r[(size_t)type * cells + c] = m->hz[(size_t)type * cells + c] = NAN;
}

static bool unit_means_of(const srnn_observation *o, unit_means *m)
{
    const size_t N = (size_t)o->N;
    m->steps =
        (int)(srnn__round_step((o->T - 1) * SRNN__RATE_STEP_MS / HEAT_BINS) / SRNN__RATE_STEP_MS);
    if (m->steps < 1 || m->steps > o->T - 1) m->steps = 1;
    m->n_bins = (o->T - 1) / m->steps;
    const size_t cells = (size_t)o->n_types * (size_t)m->n_bins * N;
    m->r = calloc(cells, sizeof *m->r);
    m->hz = calloc(cells, sizeof *m->hz);
    m->all_r = calloc(N, sizeof *m->all_r);
    m->all_hz = calloc(N, sizeof *m->all_hz);
    m->order = calloc(N, sizeof *m->order);
    int *n_trials = calloc((size_t)o->n_types, sizeof *n_trials);
    int *peaks = malloc(N * sizeof *peaks);
    const bool good = m->r && m->hz && m->all_r && m->all_hz && m->order && n_trials && peaks;
    if (good) {
        for (int k = 0; k < o->K; k++) n_trials[o->type[k]]++;
        add_rates(o, n_trials, m);
        means_add_spikes(o, n_trials, m);
        leave_out_empty(o, n_trials, m);
        heat_sort_units(o, m, peaks);
    }
    free(n_trials);
    free(peaks);
    return good;
}

/* A row for each unit, or for the mean of several neighbours. Returns the largest from the
   settled bin on. */
static double write_heat(srnn__plot *p, const double *values, const int *order, int n_bins, int N,
                         int units, int settled)
{
    double most = 0;
    double *row = malloc((size_t)n_bins * sizeof *row);
    if (!row) p->no_memory = true;
    for (int from = 0; row && from < N; from += units) {
        for (int bin = 0; bin < n_bins; bin++) {
            double sum = 0;
            int n = 0;
            for (int i = from; i < from + units && i < N; i++, n++)
                sum += values[(size_t)bin * (size_t)N + (size_t)order[i]];
            row[bin] = sum / n;
            if (bin >= settled && row[bin] > most) most = row[bin];
        }
        srnn__write_row(p, row, (size_t)n_bins);
    }
    free(row);
    return most;
}

/* Blocks "type I r" and "type I rate", variables of their colours. */
static void write_heats(srnn__plot *p, const srnn_observation *o, const unit_means *m, int shown,
                        int settled)
{
    const int units = (o->N + HEAT_ROWS_MAX - 1) / HEAT_ROWS_MAX;
    const char *const columns = units > 1
                                    ? "a row for the mean of neighbouring units, a column a bin"
                                    : "a row a unit, a column a bin";
    double most_r = 0, most_hz = 0;
    for (int type = 0; type < shown; type++) {
        const size_t at = (size_t)type * (size_t)m->n_bins * (size_t)o->N;
        srnn__block(p, columns, "type %d r", type + 1);
        most_r = fmax(most_r, write_heat(p, m->r + at, m->order, m->n_bins, o->N, units, settled));
        srnn__block(p, columns, "type %d rate (Hz)", type + 1);
        most_hz =
            fmax(most_hz, write_heat(p, m->hz + at, m->order, m->n_bins, o->N, units, settled));
    }
    srnn__say(p, "most_r", most_r > 0 ? most_r : 1);
    srnn__say(p, "most_hz", most_hz > 0 ? most_hz : 1);
    srnn__say(p, "units_a_row", units);
}

/* Blocks "exc means", ... */
static void write_unit_means(srnn__plot *p, const srnn_observation *o, const unit_means *m)
{
    srnn__plot_range r = {0, 0}, hz = {0, 0};
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        srnn__block(p, "mean_r rate_hz unit", "%s means", srnn__population_labels[k]);
        for (int i = 0; i < o->N; i++) {
            if (o->population[i] != k) continue;
            srnn__plot_row(p, m->all_r[i], m->all_hz[i], i + 1);
            srnn__see(&r, m->all_r[i]);
            srnn__see(&hz, m->all_hz[i]);
        }
    }
    srnn__say_range(p, "r", r);
    srnn__say_range(p, "hz", hz);
}

/* From the lowest to the highest of the types' correlations across units. */
static void say_correlations(srnn__plot *p, const srnn_comparison *c)
{
    srnn__plot_range r = SRNN__NO_RANGE;
    for (int type = 0; c && type < c->n_types; type++) srnn__see(&r, c->across_units[type]);
    const double low_high[] = {r.low, r.high};
    srnn__say_numbers(p, "correlation", low_high, 2);
}

static void write_comparison(srnn__plot *p, const srnn_figure_data *d, const unit_means *m)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const double bin_ms = m->steps * SRNN__RATE_STEP_MS;
    const int shown = srnn__at_most(o->n_types, HEAT_TYPES_MAX);
    write_heats(p, o, m, shown,
                srnn__at_most((int)ceil(srnn__settled_ms(d) / bin_ms), m->n_bins - 1));
    write_unit_means(p, o, m);
    say_correlations(p, d->comparison);
    srnn__say_types(p, &types);
    srnn__say(p, "n_shown", shown);
    srnn__say_populations(p, o->population, o->N);
    srnn__say_time(p, d, m->n_bins * bin_ms);
    srnn__say(p, "bin_ms", bin_ms);
}

void srnn__write_comparison(srnn__plot *p, const srnn_figure_data *d)
{
    unit_means m = {0};
    if (unit_means_of(d->observation, &m))
        write_comparison(p, d, &m);
    else
        p->no_memory = true;
    unit_means_free(&m);
}
