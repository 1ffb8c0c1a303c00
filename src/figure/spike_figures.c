/* Figures of spike trains. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_MAX = 12, COLUMNS_MAX = 4, TICKS_MAX = 24000, RATE_BINS = 50 };

static const char no_spikes[] = "it needs spikes";

/* Trial types as panels; of very many types the first ones. */
typedef struct pages {
    srnn__types types;
    int shown, columns, rows;
} pages;

static pages pages_of(const srnn_figure_data *d)
{
    const srnn__types types = srnn__types_of(d);
    const int shown = srnn__at_most(types.n, TYPES_MAX);
    const int rows = (shown + COLUMNS_MAX - 1) / COLUMNS_MAX;
    return (pages){types, shown, (shown + rows - 1) / rows, rows};
}

static double page_width_cm(const pages *g) { return g->columns == 1 ? 8.5 : 0.1 * SRNN__PAGE_MM; }

/* What is left out, at the lower left. */
static void say_left_out(srnn__plot *p, const pages *g)
{
    if (g->shown < g->types.n && !p->terminal)
        srnn__say(p,
                  "set label 'the first %d of %d trial types' at screen 0.005, screen %.4f tc "
                  "rgb grey\n",
                  g->shown, g->types.n, 0.2 / p->height_cm);
}

static double bin_ms_of(double T_ms) { return srnn__round_step(T_ms / RATE_BINS); }

/* ---- rates of populations over time ---- */

/* Mean and SD (of n - 1) over some trials: [n_bins][SRNN_POPULATIONS][2]. */
typedef struct shown_rates {
    int n_bins;
    double bin_ms;
    double *values;
} shown_rates;

static void population_rates_free(shown_rates *r) { free(r->values); }

/* only: one trial, or -1: all those of the type. NaN where there is none. */
static bool population_rates_of(const srnn_spikes *s, int type, int only, shown_rates *r)
{
    r->bin_ms = bin_ms_of(s->T_ms);
    r->n_bins = (int)floor(s->T_ms / r->bin_ms + 1e-9);
    if (r->n_bins < 1) r->n_bins = 1;
    const size_t cells = (size_t)r->n_bins * SRNN_POPULATIONS;
    r->values = calloc(2 * cells, sizeof *r->values);
    double *counts = calloc(cells, sizeof *counts);
    if (!r->values || !counts) {
        free(counts);
        return false;
    }
    double per_unit[SRNN_POPULATIONS];
    for (int k = 0; k < SRNN_POPULATIONS; k++)
        per_unit[k] = 1e3 / r->bin_ms / srnn__n_units(s->population, s->N, k);
    int n = 0;
    int64_t at = 0;
    for (int trial = 0; trial < s->K; trial++) {
        const bool wanted = only >= 0 ? trial == only : s->type[trial] == type;
        memset(counts, 0, cells * sizeof *counts);
        for (; at < s->n && s->trial[at] == trial; at++) {
            const int bin = (int)ceil(s->time_ms[at] / r->bin_ms - 1e-9) - 1;
            if (wanted && bin >= 0 && bin < r->n_bins)
                counts[bin * SRNN_POPULATIONS + s->population[s->unit[at]]]++;
        }
        if (!wanted) continue;
        n++;
        for (size_t c = 0; c < cells; c++) { /* Welford */
            const double hz = counts[c] > 0 ? counts[c] * per_unit[c % SRNN_POPULATIONS] : 0;
            const double off = hz - r->values[2 * c];
            r->values[2 * c] += off / n;
            r->values[2 * c + 1] += off * (hz - r->values[2 * c]);
        }
    }
    for (size_t c = 0; c < cells; c++) {
        r->values[2 * c + 1] = n > 1 ? sqrt(r->values[2 * c + 1] / (n - 1)) : (double)NAN;
        if (n == 0 || !isfinite(per_unit[c % SRNN_POPULATIONS]))
            r->values[2 * c] = r->values[2 * c + 1] = NAN;
    }
    free(counts);
    return true;
}

/* Returns the block: time, then mean and SD of each population. */
static int write_population_rates(srnn__plot *p, const shown_rates *r, const char *what,
                                  double shift_ms, srnn__plot_range *hz)
{
    const int block = srnn__block(p,
                                  "population rates in bins of %g ms, %s: time_ms exc_hz "
                                  "exc_sd pv_hz pv_sd som_hz som_sd",
                                  r->bin_ms, what);
    for (int bin = 0; bin < r->n_bins; bin++) {
        const double *v = r->values + (size_t)bin * SRNN_POPULATIONS * 2;
        srnn__plot_row(p, (bin + 0.5) * r->bin_ms - shift_ms, v[0], v[1], v[2], v[3], v[4], v[5]);
        for (int k = 0; k < SRNN_POPULATIONS; k++) {
            srnn__see(hz, v[2 * k]);
            srnn__see(hz, v[2 * k] + v[2 * k + 1]);
        }
    }
    return block;
}

/* The lines, and bands where there is an SD, of populations with units. */
static void plot_population_rates(srnn__plot *p, int block, const srnn_spikes *s, bool bands,
                                  bool titles)
{
    const char *before = "plot";
    for (int band = bands && !p->terminal; band >= 0; band--)
        for (int k = 0; k < SRNN_POPULATIONS; k++) {
            if (!srnn__n_units(s->population, s->N, k)) continue;
            if (band)
                srnn__say(p,
                          "%s data index %d using 1:($%d-$%d):($%d+$%d) with filledcurves fs "
                          "transparent solid 0.2 fc rgb %s notitle",
                          before, block, 2 * k + 2, 2 * k + 3, 2 * k + 2, 2 * k + 3,
                          srnn__population_colors[k]);
            else
                srnn__say(p, "%s data index %d using 1:%d with lines lw thick lc rgb %s %s%s%s",
                          before, block, 2 * k + 2, srnn__population_colors[k],
                          titles ? "title '" : "notitle", titles ? srnn__population_labels[k] : "",
                          titles ? "'" : "");
            before = ", \\\n    ";
        }
    srnn__say(p, "\n");
}

static void say_type_title(srnn__plot *p, int type)
{
    srnn__say(p, "set title type[%d] noenhanced\n", type + 1);
}

const char *srnn__psth_missing(const srnn_figure_data *d)
{
    return srnn__spikes_of(d) ? NULL : no_spikes;
}

void srnn__draw_psth(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_spikes *s = srnn__spikes_of(d);
    const pages g = pages_of(d);
    const srnn__clock clock = srnn__clock_of(d);
    srnn__plot_range hz = {0, 1};
    for (int type = 0; type < g.shown; type++) {
        shown_rates r;
        if (population_rates_of(s, type, -1, &r)) {
            char what[64];
            snprintf(what, sizeof what, "means over the trials of type %d", type + 1);
            write_population_rates(p, &r, what, clock.shift_ms, &hz);
        } else {
            p->no_memory = true;
        }
        population_rates_free(&r);
    }
    const srnn__grid grid = {.columns = g.columns,
                             .rows = g.rows,
                             .left = 1.3,
                             .right = 0.35,
                             .top = 0.5,
                             .bottom = 1.3,
                             .gap_x = 0.45,
                             .gap_y = 1.0};
    srnn__size(p, page_width_cm(&g), grid.top + grid.bottom + 3.0 * g.rows + 1.0 * (g.rows - 1));
    srnn__say_types(p, &g.types);
    srnn__say_clock(p, &clock);
    srnn__begin(p);
    const double ticks = g.columns > 2 ? 4 : 6;
    for (int type = 0; type < g.shown; type++) {
        const int column = type % g.columns, row = type / g.columns;
        if (!srnn__panel(p, &grid, column, row)) continue;
        srnn__say_time(p, &clock, s->T_ms, ticks);
        srnn__say(p, "set yrange [0:%.6g]\neval stimulus\n", 1.05 * hz.high);
        say_type_title(p, type);
        if (column == 0) srnn__say(p, "set ylabel 'rate (Hz)'\n");
        if (column && !p->terminal) srnn__say(p, "set format y ''\n");
        if (type + g.columns >= g.shown || p->terminal) srnn__say(p, "set xlabel time_label\n");
        if (type == 0 && !p->terminal) {
            srnn__say(p, "set key at screen 0.5, screen %.4f bottom center horizontal\n",
                      0.05 / p->height_cm);
            say_left_out(p, &g);
        }
        plot_population_rates(p, type, s, true, type == 0);
    }
    srnn__end(p);
}

/* ---- spikes of single trials ---- */

const char *srnn__raster_missing(const srnn_figure_data *d) { return srnn__psth_missing(d); }

/* Spikes of one trial by population, a block each; of every `each`-th unit in order. row[]: where
   a unit is shown. */
static void raster_write_spikes(srnn__plot *p, const srnn_spikes *s, int type, int trial,
                                const double *row, int each, double shift_ms)
{
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        srnn__block(p, "spikes of type %d, trial %d, %s: time_ms row unit", type + 1, trial + 1,
                    srnn__population_labels[k]);
        for (int64_t i = 0; i < s->n; i++) {
            const int unit = s->unit[i];
            if (s->trial[i] != trial || s->population[unit] != k || (int)row[unit] % each) continue;
            srnn__plot_row(p, s->time_ms[i] - shift_ms, row[unit], unit + 1);
        }
    }
}

static double *new_rows(const srnn_spikes *s)
{
    double *row = malloc((size_t)s->N * sizeof *row);
    int n = 0;
    for (int k = 0; row && k < SRNN_POPULATIONS; k++)
        for (int i = 0; i < s->N; i++)
            if (s->population[i] == k) row[i] = n++;
    return row;
}

/* Every how many-th unit is shown, so that a picture of lines stays small. */
static int thinning(const srnn_spikes *s, const pages *g)
{
    double n = 0;
    for (int type = 0; type < g->shown; type++) {
        const int trial = srnn__first_trial(&g->types, type);
        for (int64_t i = 0; i < s->n; i++) n += s->trial[i] == trial;
    }
    const int each = (int)ceil(n / TICKS_MAX);
    return each < 1 ? 1 : each;
}

static void plot_spikes(srnn__plot *p, int block)
{
    srnn__say(p, "plot ");
    for (int k = 0; k < SRNN_POPULATIONS; k++)
        if (p->terminal)
            srnn__say(p, "%sdata index %d using 1:2 with dots lc rgb %s notitle", k ? ", " : "",
                      block + k, srnn__population_colors[k]);
        else
            srnn__say(p,
                      "%sdata index %d using 1:($2 - tick / 2):(0):(tick) with vectors nohead "
                      "lw tick_width lc rgb %s notitle",
                      k ? ", \\\n     " : "", block + k, srnn__population_colors[k]);
    srnn__say(p, "\n");
}

static void draw_raster(srnn__plot *p, const srnn_figure_data *d, const double *row)
{
    const srnn_spikes *s = srnn__spikes_of(d);
    const pages g = pages_of(d);
    const srnn__clock clock = srnn__clock_of(d);
    const int each = thinning(s, &g);
    srnn__plot_range hz = {0, 1};
    for (int type = 0; type < g.shown; type++) {
        const int trial = srnn__first_trial(&g.types, type);
        raster_write_spikes(p, s, type, trial, row, each, clock.shift_ms);
        shown_rates r;
        if (population_rates_of(s, type, trial >= 0 ? trial : s->K, &r))
            write_population_rates(p, &r, "of this trial", clock.shift_ms, &hz);
        else
            p->no_memory = true;
        population_rates_free(&r);
    }
    const double pair_gap = 0.4; /* the last label above and the first below stay apart */
    const srnn__grid grid = {.columns = g.columns,
                             .rows = 2 * g.rows,
                             .left = 1.3,
                             .right = 0.35,
                             .top = 0.5,
                             .bottom = 1.3,
                             .gap_x = 0.45,
                             .gap_y = 1.1,
                             .odd = 0.35,
                             .pair_gap = pair_gap};
    const double height = g.rows == 1 ? 4.2 : 3.2;
    srnn__size(p, page_width_cm(&g),
               grid.top + grid.bottom + (1.35 * height + pair_gap) * g.rows + 1.1 * (g.rows - 1));
    srnn__say_types(p, &g.types);
    srnn__say_clock(p, &clock);
    const double pt_a_unit = height * 72 / 2.54 / s->N;
    srnn__say(p, "tick = %g             # height of a spike, units\n",
              fmax(0.8 * each, 1 / pt_a_unit));
    srnn__say(p, "tick_width = %g\n", s->N < 60 ? 0.7 : 0.5);
    srnn__begin(p);
    const double ticks = g.columns > 2 ? 4 : 6;
    for (int type = 0; type < g.shown; type++) {
        const int column = type % g.columns, line = 2 * (type / g.columns);
        const int block = (SRNN_POPULATIONS + 1) * type;
        const bool last = type + g.columns >= g.shown;
        if (srnn__panel(p, &grid, column, line)) {
            srnn__say_time(p, &clock, s->T_ms, ticks);
            srnn__say(p, "set yrange [%d:-1]\neval stimulus\n", s->N);
            say_type_title(p, type);
            if (!p->terminal) srnn__say(p, "set format x ''\n");
            if (column == 0)
                srnn__say(p,
                          each > 1 ? "set ylabel 'unit (sorted, 1 in %d)'\n"
                                   : "set ylabel 'unit (sorted)'\n",
                          each);
            if (column && !p->terminal) srnn__say(p, "set format y ''\n");
            if (type == 0) say_left_out(p, &g);
            plot_spikes(p, block);
        }
        if (srnn__panel(p, &grid, column, line + 1)) {
            srnn__say_time(p, &clock, s->T_ms, ticks);
            srnn__say(p, "set yrange [0:%.6g]\neval stimulus\n", 1.05 * hz.high);
            srnn__say(p, "set ytics %g\n", srnn__round_step(hz.high / 3));
            if (column == 0) srnn__say(p, "set ylabel 'rate (Hz)'\n");
            if (column && !p->terminal) srnn__say(p, "set format y ''\n");
            if (last || p->terminal) srnn__say(p, "set xlabel time_label\n");
            if (type == 0 && !p->terminal)
                srnn__say(p, "set key at screen 0.5, screen %.4f bottom center horizontal\n",
                          0.05 / p->height_cm);
            plot_population_rates(p, block + SRNN_POPULATIONS, s, false, type == 0);
        }
    }
    srnn__end(p);
}

void srnn__draw_raster(srnn__plot *p, const srnn_figure_data *d)
{
    double *row = new_rows(srnn__spikes_of(d));
    if (row)
        draw_raster(p, d, row);
    else
        p->no_memory = true;
    free(row);
}

/* ---- distributions ---- */

const char *srnn__rates_missing(const srnn_figure_data *d)
{
    if (!d->statistics) return "it needs statistics of spikes";
    return srnn__populations_of(d) ? NULL : "it needs spikes, for their populations";
}

void srnn__draw_rates(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn__histogram h = {.values = d->statistics->unit[SRNN_UNIT_RATE_HZ],
                               .label = "mean firing rate (Hz)",
                               .range = {0, 1}};
    srnn__draw_histograms(p, &h, 1, srnn__populations_of(d), d->statistics->N,
                          0.1 * SRNN__COLUMN_MM);
}

const char *srnn__statistics_missing(const srnn_figure_data *d) { return srnn__rates_missing(d); }

void srnn__draw_statistics(srnn__plot *p, const srnn_figure_data *d)
{
    static const struct {
        int measure;
        const char *label;
    } shown[] = {{SRNN_UNIT_CV, "CV of intervals"},
                 {SRNN_UNIT_CV2, "CV2"},
                 {SRNN_UNIT_LV, "LV"},
                 {SRNN_UNIT_FANOFACTOR, "Fano factor"}};
    enum { N_SHOWN = sizeof shown / sizeof *shown };
    srnn__histogram h[N_SHOWN];
    for (int i = 0; i < N_SHOWN; i++)
        h[i] = (srnn__histogram){.values = d->statistics->unit[shown[i].measure],
                                 .label = shown[i].label,
                                 .range = {0, 1}};
    srnn__draw_histograms(p, h, N_SHOWN, srnn__populations_of(d), d->statistics->N,
                          0.1 * SRNN__PAGE_MM);
}

/* ---- voltages ---- */

enum { TRACES_MAX = 12, POINTS = 700 };
static const double apart_mv = 120; /* between the traces of two units */

const char *srnn__voltages_missing(const srnn_figure_data *d)
{
    if (!d->observation || !d->observation->spiking)
        return "it needs an observation of the spiking network";
    return d->observation->v ? NULL : "no voltages were kept";
}

/* Least and most voltage in turn in as many stretches as a line can show: no spike is lost. */
static void write_trace(srnn__plot *p, const srnn_observation *o, int type, int unit,
                        double shift_ms)
{
    const size_t n_units = (size_t)o->n_units;
    const float *v = o->v + (size_t)type * (size_t)o->nt * n_units + (size_t)unit;
    const int stretch = (o->nt + POINTS - 1) / POINTS;
    srnn__block(p, "type %d, unit %d: time_ms mv", type + 1, o->units[unit] + 1);
    for (int from = 0; from < o->nt; from += stretch) {
        int least = from, most = from;
        for (int t = from; t < from + stretch && t < o->nt; t++) {
            if (v[(size_t)t * n_units] < v[(size_t)least * n_units]) least = t;
            if (v[(size_t)t * n_units] > v[(size_t)most * n_units]) most = t;
        }
        const int first = least < most ? least : most, second = least < most ? most : least;
        srnn__plot_row(p, (first + 1) * o->dt_ms - shift_ms, (double)v[(size_t)first * n_units]);
        if (second != first)
            srnn__plot_row(p, (second + 1) * o->dt_ms - shift_ms,
                           (double)v[(size_t)second * n_units]);
    }
}

void srnn__draw_voltages(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    const pages g = pages_of(d);
    const srnn__clock clock = srnn__clock_of(d);
    const int units = srnn__at_most(o->n_units, TRACES_MAX);
    for (int type = 0; type < g.shown; type++)
        for (int unit = 0; unit < units; unit++) write_trace(p, o, type, unit, clock.shift_ms);
    const srnn__grid grid = {.columns = g.columns,
                             .rows = g.rows,
                             .left = 1.55,
                             .right = 0.7,
                             .top = 0.5,
                             .bottom = 0.95,
                             .gap_x = 0.35,
                             .gap_y = 1.0};
    const double height = 0.8 + 0.75 * units;
    srnn__size(p, page_width_cm(&g), 1.45 + height * g.rows + 1.0 * (g.rows - 1));
    srnn__say_types(p, &g.types);
    srnn__say_clock(p, &clock);
    srnn__say(p, "apart = %g           # mV between traces\n", apart_mv);
    srnn__begin(p);
    const double ticks = g.columns > 2 ? 4 : 6;
    for (int type = 0; type < g.shown; type++) {
        const int column = type % g.columns;
        if (!srnn__panel(p, &grid, column, type / g.columns)) continue;
        const double T_ms = o->nt * o->dt_ms;
        srnn__say_time(p, &clock, T_ms, ticks);
        srnn__say(p, "set border 1\nunset ytics\nset yrange [-90:%d * apart - 80]\neval stimulus\n",
                  units);
        say_type_title(p, type);
        if (type == 0) say_left_out(p, &g);
        if (type + g.columns >= g.shown || p->terminal) srnn__say(p, "set xlabel time_label\n");
        for (int unit = 0; column == 0 && unit < units; unit++)
            srnn__say(p,
                      "set label 'unit %d' at graph -0.02, first %d * apart - 50 right tc rgb %s\n",
                      o->units[unit] + 1, units - 1 - unit,
                      srnn__population_colors[o->population[o->units[unit]]]);
        if (column == g.columns - 1 || type == g.shown - 1)
            srnn__say(p, "set arrow from graph 1.03, first -60 to graph 1.03, first -10 nohead lw "
                         "thick\nset label '50 mV' at graph 1.06, first -35 center rotate by 90 "
                         "offset 0.5,0\n");
        srnn__say(p, "plot ");
        for (int unit = 0; unit < units; unit++)
            srnn__say(p, "%sdata index %d using 1:($2 + %d * apart) with lines lw thin lc rgb %s",
                      unit ? ", \\\n     " : "", type * units + unit, units - 1 - unit,
                      srnn__population_colors[o->population[o->units[unit]]]);
        srnn__say(p, "\n");
    }
    srnn__end(p);
}
