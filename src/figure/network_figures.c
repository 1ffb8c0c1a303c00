/* Figures of both networks side by side. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/units.h"

static const char no_observation[] = "it needs an observation of the networks";

/* ---- outputs ---- */

enum { OUTPUTS_MAX = 4, CURVE_SAMPLES_MAX = 500 };

const char *srnn__outputs_missing(const srnn_figure_data *d)
{
    return d->observation ? NULL : no_observation;
}

/* Mean and SD (of n - 1) over the trials of a type. */
static void mean_and_sd(double sum, double squares, int n, double *mean, double *sd)
{
    *mean = n ? sum / n : (double)NAN;
    *sd = n > 1 ? sqrt(fmax(0, squares) / (n - 1)) : (double)NAN;
}

static double output_at(const srnn_observation *o, bool spiking, int trial, int sample, int channel)
{
    const size_t at =
        ((size_t)trial * (size_t)(o->T - 1) + (size_t)sample) * (size_t)o->n_out + (size_t)channel;
    return spiking ? o->out[at] : (double)o->o[at];
}

static void write_output(srnn__plot *p, const srnn_observation *o, bool spiking, int channel,
                         int type, double shift_ms, srnn__plot_range *range)
{
    const int every = (o->T - 2) / CURVE_SAMPLES_MAX + 1;
    srnn__block(p, "%s network, output %d, type %d: time_ms mean sd target",
                spiking ? "spiking" : "rate", channel + 1, type + 1);
    for (int sample = 0; sample < o->T - 1; sample += every) {
        double sum = 0, squares = 0, target = 0, mean, sd;
        int n = 0;
        for (int k = 0; k < o->K; k++) {
            if (o->type[k] != type) continue;
            const size_t z = ((size_t)k * (size_t)o->T + (size_t)sample + 1) * (size_t)o->n_out;
            sum += output_at(o, spiking, k, sample, channel);
            target += (double)o->z[z + (size_t)channel];
            n++;
        }
        for (int k = 0; k < o->K && n > 1; k++) {
            const double off = output_at(o, spiking, k, sample, channel) - sum / n;
            if (o->type[k] == type) squares += off * off;
        }
        mean_and_sd(sum, squares, n, &mean, &sd);
        target = n ? target / n : (double)NAN;
        srnn__plot_row(p, SRNN__RATE_STEP_MS * (sample + 1) - shift_ms, mean, sd, target);
        srnn__see(range, mean);
        srnn__see(range, mean - sd);
        srnn__see(range, mean + sd);
        srnn__see(range, target);
    }
}

void srnn__draw_outputs(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const srnn__clock clock = srnn__clock_of(d);
    const int rows = o->n_out < OUTPUTS_MAX ? o->n_out : OUTPUTS_MAX, columns = 1 + o->spiking;
    const bool threshold = isfinite(o->threshold) && o->threshold > 0;
    srnn__plot_range range = SRNN__NO_RANGE;
    for (int column = 0; column < columns; column++)
        for (int row = 0; row < rows; row++)
            for (int type = 0; type < types.n; type++)
                write_output(p, o, column == 1, row, type, clock.shift_ms, &range);
    if (threshold) srnn__see(&range, o->threshold);
    const bool below = threshold && range.low < -0.5 * o->threshold;
    if (below) srnn__see(&range, -o->threshold);
    const double width_cm = 0.1 * (columns == 1 ? SRNN__COLUMN_MM : SRNN__PAGE_MM);
    const srnn__grid grid = {.columns = columns,
                             .rows = rows,
                             .left = 1.3,
                             .right = 0.35,
                             .top = 0.5,
                             .bottom = 0.95 + srnn__key_cm(&types, width_cm),
                             .gap_x = 0.6,
                             .gap_y = 0.4};
    srnn__size(p, width_cm, grid.top + grid.bottom + 3.8 * rows + grid.gap_y * (rows - 1));
    srnn__say_types(p, &types);
    srnn__say_clock(p, &clock);
    if (threshold) srnn__say(p, "threshold = %.6g\n", o->threshold);
    srnn__begin(p);
    for (int column = 0; column < columns; column++)
        for (int row = 0; row < rows; row++) {
            if (!srnn__panel(p, &grid, column, row)) continue;
            srnn__say_range(p, 'x',
                            (srnn__plot_range){-clock.shift_ms,
                                               SRNN__RATE_STEP_MS * (o->T - 1) - clock.shift_ms},
                            0);
            srnn__say_range(p, 'y', range, 0.05);
            srnn__say(p, "eval stimulus\n");
            if (row == 0) srnn__say(p, "set title '%s network'\n", column ? "spiking" : "rate");
            if (row == rows - 1 || p->terminal)
                srnn__say(p, "set xlabel time_label\n");
            else
                srnn__say(p, "set format x ''\n");
            if (column == 0 && o->n_out == 1) srnn__say(p, "set ylabel 'output (a.u.)'\n");
            if (column == 0 && o->n_out > 1)
                srnn__say(p, "set ylabel 'output %d (a.u.)'\n", row + 1);
            if (column && !p->terminal) srnn__say(p, "set format y ''\n");
            for (int sign = 1; threshold && sign >= (below ? -1 : 1); sign -= 2)
                srnn__say(p,
                          "set arrow from graph 0, first %sthreshold to graph 1, first "
                          "%sthreshold nohead lw guide dt 2\n",
                          sign < 0 ? "-" : "", sign < 0 ? "-" : "");
            const int block = (column * rows + row) * types.n;
            const char *title = column == 0 && row == 0 ? "title type[i]" : "notitle";
            srnn__say(p, "plot ");
            if (!p->terminal)
                srnn__say(p,
                          "for [i=1:%d] data index %d + i using 1:($2-$3):($2+$3) with "
                          "filledcurves fs transparent solid 0.2 fc rgb color(i) notitle, \\\n"
                          "     for [i=1:%d] '' index %d + i using 1:4 with lines lw 0.6 * thin "
                          "lc rgb color(i) notitle, \\\n     ",
                          types.n, block - 1, types.n, block - 1);
            srnn__say(p,
                      "for [i=1:%d] data index %d + i using 1:2 with lines lw thick "
                      "lc rgb color(i) dt dash(i) %s\n",
                      types.n, block - 1, title);
        }
    srnn__say_key(p, &types);
    srnn__end(p);
}

/* ---- units ---- */

enum { HEAT_TYPES_MAX = 8, HEAT_ROWS_MAX = 400, HEAT_BINS = 50 };

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

/* A row for each unit, or for the mean of several neighbours. Returns the largest. */
static double write_heat(srnn__plot *p, const char *what, const double *values, const int *order,
                         int n_bins, int N, int units)
{
    double most = 0;
    srnn__block(p, "%s: a row for each unit as shown%s, a column for each bin", what,
                units > 1 ? " (means of neighbours)" : "");
    double *row = malloc((size_t)n_bins * sizeof *row);
    if (!row) p->no_memory = true;
    for (int from = 0; row && from < N; from += units) {
        for (int bin = 0; bin < n_bins; bin++) {
            double sum = 0;
            int n = 0;
            for (int i = from; i < from + units && i < N; i++, n++)
                sum += values[(size_t)bin * (size_t)N + (size_t)order[i]];
            row[bin] = sum / n;
            if (row[bin] > most) most = row[bin];
        }
        srnn__write_row(p, row, (size_t)n_bins);
    }
    free(row);
    return most;
}

typedef struct heat {
    int shown, units; /* types; units a row */
    double most_r, most_hz;
} heat;

static heat write_heats(srnn__plot *p, const srnn_observation *o, const unit_means *m)
{
    heat h = {.shown = o->n_types < HEAT_TYPES_MAX ? o->n_types : HEAT_TYPES_MAX,
              .units = (o->N + HEAT_ROWS_MAX - 1) / HEAT_ROWS_MAX};
    char what[64];
    for (int type = 0; type < h.shown; type++)
        for (int spiking = 0; spiking < 2; spiking++) {
            const double *values =
                (spiking ? m->hz : m->r) + (size_t)type * (size_t)m->n_bins * (size_t)o->N;
            snprintf(what, sizeof what, "type %d, %s", type + 1, spiking ? "rate (Hz)" : "r");
            const double most = write_heat(p, what, values, m->order, m->n_bins, o->N, h.units);
            double *largest = spiking ? &h.most_hz : &h.most_r;
            if (most > *largest) *largest = most;
        }
    return h;
}

static void say_heat(srnn__plot *p, const srnn_observation *o, const heat *h,
                     const srnn__clock *clock, int type, bool spiking, double right_cm)
{
    srnn__say_time(p, clock, SRNN__RATE_STEP_MS * (o->T - 1),
                   h->shown > 4   ? 1
                   : h->shown > 2 ? 3
                                  : 5);
    if (h->shown > 4) srnn__say(p, "set xtics (0, tick_ms)\n");
    srnn__say(p,
              "set border 15; set tics front\nset xrange [first_ms:last_ms]\n"
              "set yrange [%d:0]\n",
              o->N);
    srnn__say(p, "set palette defined (0 '#440154', 0.125 '#482878', 0.25 '#3E4A89', "
                 "0.375 '#31688E', 0.5 '#26828E', 0.625 '#1F9E89', 0.75 '#35B779', "
                 "0.875 '#6DCD59', 1 '#FDE725')\n");
    srnn__say(p, "set cbrange [0:%s]\n", spiking ? "most_hz" : "most_r");
    if (type == h->shown - 1) {
        const double height = (p->height_cm - 1.45 - 0.4) / 2;
        srnn__say(p,
                  "set colorbox user origin screen %.4f, screen %.4f size screen %.4f, screen "
                  "%.4f noborder\n",
                  (p->width_cm - right_cm + 0.15) / p->width_cm,
                  (spiking ? 0.95 : 1.35 + height) / p->height_cm, 0.18 / p->width_cm,
                  height / p->height_cm);
        srnn__say(p, "set cbtics scale 0.3 offset -0.7,0\nset cblabel '%s' offset -0.6,0\n",
                  spiking ? "rate (Hz)" : "mean r");
        srnn__say(p, "set cbtics %g\n", srnn__round_step((spiking ? h->most_hz : h->most_r) / 5));
    } else {
        srnn__say(p, "unset colorbox\n");
    }
    if (!spiking) srnn__say(p, "set title type[%d] noenhanced\n", type + 1);
    if (!spiking && !p->terminal) srnn__say(p, "set format x ''\n");
    if (type == 0)
        srnn__say(p, "set ylabel '%s'\n",
                  spiking ? "spiking: unit (sorted)" : "rate: unit (sorted)");
    if (type && !p->terminal) srnn__say(p, "set format y ''\n");
    if (type == 0 && !spiking && h->shown < o->n_types)
        srnn__say(p,
                  "set label 'the first %d of %d trial types' at screen 0.005, screen %.4f tc "
                  "rgb grey\n",
                  h->shown, o->n_types, 0.2 / p->height_cm);
    if (spiking && type == h->shown / 2 && h->shown % 2) srnn__say(p, "set xlabel time_label\n");
    if (spiking && h->shown % 2 == 0 && type == h->shown / 2 - 1)
        srnn__say(p, "set label time_label at graph 1.02, graph 0 center offset 0,-2\n");
    int border = 0;
    for (int k = 0; k < SRNN_POPULATIONS - 1; k++) {
        border += srnn__n_units(o->population, o->N, k);
        if (border > 0 && border < o->N)
            srnn__say(p,
                      "set arrow from graph 0, first %d to graph 1, first %d nohead front lw "
                      "thin lc 'white'\n",
                      border, border);
    }
    srnn__say(p, "eval stimulus_lines\n");
    srnn__say(p,
              "plot data index %d matrix using (first_ms + ($1 + 0.5) * bin_ms)"
              ":(($2 + 0.5) * units_a_row):3 with image\n",
              2 * type + spiking);
}

static void say_correlations(srnn__plot *p, const srnn_comparison *c)
{
    srnn__plot_range r = SRNN__NO_RANGE;
    for (int type = 0; c && type < c->n_types; type++) srnn__see(&r, c->across_units[type]);
    if (r.low > r.high) return;
    char low[16], high[16];
    snprintf(low, sizeof low, "%.2f", r.low);
    snprintf(high, sizeof high, "%.2f", r.high);
    srnn__say(p, "set title 'correlation %s%s%s'\n", low, strcmp(low, high) ? " to " : "",
              strcmp(low, high) ? high : "");
}

/* The largest of 1, 2, 5 times a power of ten that is not above; > 0. */
static double round_below(double most)
{
    const double step = srnn__round_step(most);
    return step <= most ? step : srnn__round_step(0.4 * step);
}

/* A round time late in the trial. */
static double late_tick(double last_ms)
{
    const double step = round_below(last_ms / 3);
    return step * floor(0.8 * last_ms / step);
}

static void draw_comparison(srnn__plot *p, const srnn_figure_data *d, const unit_means *m)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const srnn__clock clock = srnn__clock_of(d);
    const heat h = write_heats(p, o, m);
    srnn__plot_range r = {0, 0}, hz = {0, 0};
    const int scatter = p->n_blocks;
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        srnn__block(p, "%s, all trials: mean_r rate_hz unit", srnn__population_labels[k]);
        for (int i = 0; i < o->N; i++) {
            if (o->population[i] != k) continue;
            srnn__plot_row(p, m->all_r[i], m->all_hz[i], i + 1);
            srnn__see(&r, m->all_r[i]);
            srnn__see(&hz, m->all_hz[i]);
        }
    }
    const double right_cm = 7.0;
    const srnn__grid grid = {.columns = h.shown,
                             .rows = 2,
                             .left = 1.3,
                             .right = right_cm,
                             .top = 0.5,
                             .bottom = 0.95,
                             .gap_x = 0.2,
                             .gap_y = 0.4};
    srnn__size(p, 0.1 * SRNN__PAGE_MM, 7.6);
    srnn__say_types(p, &types);
    srnn__say_clock(p, &clock);
    srnn__say(p, "stimulus_lines = '");
    for (int i = 1; i <= 2 * clock.n; i++)
        srnn__say(p,
                  "%sset arrow from stim_%s_%d, graph 0 to stim_%s_%d, graph 1 nohead front lw "
                  "guide dt 2 lc rgb white",
                  i > 1 ? "; " : "", i % 2 ? "on" : "off", (i + 1) / 2, i % 2 ? "on" : "off",
                  (i + 1) / 2);
    srnn__say(p, "'\n");
    const double last_ms = m->n_bins * m->steps * SRNN__RATE_STEP_MS - clock.shift_ms;
    if (h.shown > 4) /* there is room for two labels, apart from the next panel's */
        srnn__say(p, "tick_ms = %g\n", late_tick(last_ms));
    srnn__say(p, "white = '#FFFFFF'\nbin_ms = %g\nfirst_ms = %g\nlast_ms = %g\nunits_a_row = %d\n",
              m->steps * SRNN__RATE_STEP_MS, -clock.shift_ms, last_ms, h.units);
    srnn__say(p, "most_r = %.4g          # ends of the colours\nmost_hz = %.4g\n",
              h.most_r > 0 ? h.most_r : 1, h.most_hz > 0 ? h.most_hz : 1);
    srnn__begin(p);
    for (int type = 0; type < h.shown && !p->terminal; type++)
        for (int spiking = 0; spiking < 2; spiking++)
            if (srnn__panel(p, &grid, type, spiking))
                say_heat(p, o, &h, &clock, type, spiking == 1, right_cm);
    const srnn__grid aside = {.columns = 1,
                              .rows = 1,
                              .left = p->width_cm - 4.3,
                              .right = 0.3,
                              .top = 0.5 + 1.1,
                              .bottom = 0.95 + 1.1};
    if (srnn__panel(p, &aside, 0, 0)) {
        srnn__say_range(p, 'x', r, 0.05);
        srnn__say_ticks(p, 'x', r, 4);
        srnn__say_ticks(p, 'y', hz, 5);
        srnn__say_range(p, 'y', hz, 0.05);
        srnn__say(p, "set xlabel 'mean r'\nset ylabel 'mean rate (Hz)'\n");
        say_correlations(p, d->comparison);
        srnn__say(p, "set key at graph 0.5, graph -0.32 center top horizontal samplen 0.5\n");
        srnn__say(p, "plot ");
        const char *between = "";
        for (int k = 0; k < SRNN_POPULATIONS; k++) {
            if (!srnn__n_units(o->population, o->N, k)) continue;
            srnn__say(
                p, "%sdata index %d using 1:2 with points pt 7 ps 0.3 * dots lc rgb %s title '%s'",
                between, scatter + k, srnn__population_colors[k], srnn__population_labels[k]);
            between = ", \\\n     ";
        }
        srnn__say(p, "\n");
    }
    srnn__end(p);
}

void srnn__draw_comparison(srnn__plot *p, const srnn_figure_data *d)
{
    unit_means m = {0};
    if (unit_means_of(d->observation, &m))
        draw_comparison(p, d, &m);
    else
        p->no_memory = true;
    unit_means_free(&m);
}
