/* Figures of spike trains. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPIKES_SHOWN = 100000, RATE_BINS = 50 };

static const char no_spikes[] = "it needs spikes";

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

/* NAME: time, then mean and SD of each population. */
static void write_population_rates(srnn__plot *p, const shown_rates *r, const char *name, int type,
                                   const srnn_figure_data *d, srnn__plot_range *settled,
                                   srnn__plot_range *all)
{
    const double settled_ms = srnn__settled_ms(d), shift_ms = srnn__clock_of(d).shift_ms;
    srnn__block(p, "time_ms exc_hz exc_sd pv_hz pv_sd som_hz som_sd", "%s %d", name, type + 1);
    for (int bin = 0; bin < r->n_bins; bin++) {
        const double *v = r->values + (size_t)bin * SRNN_POPULATIONS * 2;
        srnn__plot_row(p, (bin + 0.5) * r->bin_ms - shift_ms, v[0], v[1], v[2], v[3], v[4], v[5]);
        for (int k = 0; k < SRNN_POPULATIONS; k++) {
            const double high = v[2 * k] + (isnan(v[2 * k + 1]) ? 0 : v[2 * k + 1]);
            srnn__see(all, high);
            if (bin * r->bin_ms >= settled_ms) srnn__see(settled, high);
        }
    }
}

/* rate_most: after the start of the trial; start_most: with it. */
static void say_rates(srnn__plot *p, const srnn_figure_data *d, srnn__plot_range settled,
                      srnn__plot_range all)
{
    const srnn_spikes *s = srnn__spikes_of(d);
    const srnn__types types = srnn__types_of(d);
    srnn__say_types(p, &types);
    srnn__say_populations(p, s->population, s->N);
    srnn__say_time(p, d, s->T_ms);
    srnn__say(p, "rate_most", settled.high > 0 ? settled.high : all.high);
    srnn__say(p, "start_most", all.high);
    srnn__say(p, "bin_ms", bin_ms_of(s->T_ms));
}

const char *srnn__psth_missing(const srnn_figure_data *d)
{
    return srnn__spikes_of(d) ? NULL : no_spikes;
}

void srnn__write_psth(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_spikes *s = srnn__spikes_of(d);
    const int shown = srnn__at_most(srnn__types_of(d).n, SRNN__TYPES_SHOWN);
    srnn__plot_range settled = {0, 0}, all = {0, 1};
    for (int type = 0; type < shown; type++) {
        shown_rates r;
        if (population_rates_of(s, type, -1, &r))
            write_population_rates(p, &r, "rates", type, d, &settled, &all);
        else
            p->no_memory = true;
        population_rates_free(&r);
    }
    say_rates(p, d, settled, all);
}

/* ---- spikes of single trials ---- */

const char *srnn__raster_missing(const srnn_figure_data *d) { return srnn__psth_missing(d); }

/* Spikes of one trial by population, a block each; of every `each`-th unit in order. row[]: where
   a unit is shown. */
static void raster_write_spikes(srnn__plot *p, const srnn_spikes *s, int type, int trial,
                                const double *row, int each, double shift_ms)
{
    for (int k = 0; k < SRNN_POPULATIONS; k++) {
        srnn__block(p, "time_ms row unit", "spikes %d %s", type + 1, srnn__population_labels[k]);
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

/* Every n-th unit is shown, so that a picture of lines can be opened. Returns n. */
static int thinning(const srnn_spikes *s, const srnn__types *types, int shown)
{
    double n = 0;
    for (int type = 0; type < shown; type++) {
        const int trial = srnn__first_trial(types, type);
        for (int64_t i = 0; i < s->n; i++) n += s->trial[i] == trial;
    }
    const int each = (int)ceil(n / SPIKES_SHOWN);
    return each < 1 ? 1 : each;
}

static void write_raster(srnn__plot *p, const srnn_figure_data *d, const double *row)
{
    const srnn_spikes *s = srnn__spikes_of(d);
    const srnn__types types = srnn__types_of(d);
    const int shown = srnn__at_most(types.n, SRNN__TYPES_SHOWN);
    const int each = thinning(s, &types, shown);
    srnn__plot_range settled = {0, 0}, all = {0, 1};
    for (int type = 0; type < shown; type++) {
        const int trial = srnn__first_trial(&types, type);
        raster_write_spikes(p, s, type, trial, row, each, srnn__clock_of(d).shift_ms);
        shown_rates r;
        if (population_rates_of(s, type, trial >= 0 ? trial : s->K, &r))
            write_population_rates(p, &r, "rates", type, d, &settled, &all);
        else
            p->no_memory = true;
        population_rates_free(&r);
    }
    say_rates(p, d, settled, all);
    srnn__say(p, "n_units", s->N);
    srnn__say(p, "each_unit", each);
}

void srnn__write_raster(srnn__plot *p, const srnn_figure_data *d)
{
    double *row = new_rows(srnn__spikes_of(d));
    if (row)
        write_raster(p, d, row);
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

void srnn__write_rates(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn__histogram h = {
        .values = d->statistics->unit[SRNN_UNIT_RATE_HZ], .name = "rate", .range = {0, 1}};
    srnn__write_histograms(p, &h, 1, srnn__populations_of(d), d->statistics->N);
}

const char *srnn__statistics_missing(const srnn_figure_data *d) { return srnn__rates_missing(d); }

void srnn__write_statistics(srnn__plot *p, const srnn_figure_data *d)
{
    static const struct {
        int measure;
        const char *name;
    } shown[] = {{SRNN_UNIT_CV, "cv"},
                 {SRNN_UNIT_CV2, "cv2"},
                 {SRNN_UNIT_LV, "lv"},
                 {SRNN_UNIT_FANOFACTOR, "fano"}};
    enum { N_SHOWN = sizeof shown / sizeof *shown };
    srnn__histogram h[N_SHOWN];
    for (int i = 0; i < N_SHOWN; i++)
        h[i] = (srnn__histogram){.values = d->statistics->unit[shown[i].measure],
                                 .name = shown[i].name,
                                 .range = {0, 1}};
    srnn__write_histograms(p, h, N_SHOWN, srnn__populations_of(d), d->statistics->N);
}

/* ---- voltages ---- */

enum { TRACES_MAX = 12, POINTS = 700 };
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
    srnn__block(p, "time_ms mv", "trace %d %d", type + 1, unit + 1);
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

void srnn__write_voltages(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const int shown = srnn__say_types(p, &types), n = srnn__at_most(o->n_units, TRACES_MAX);
    double number[TRACES_MAX], population[TRACES_MAX];
    for (int type = 0; type < shown; type++)
        for (int unit = 0; unit < n; unit++)
            write_trace(p, o, type, unit, srnn__clock_of(d).shift_ms);
    for (int unit = 0; unit < n; unit++) {
        number[unit] = o->units[unit] + 1;
        population[unit] = o->population[o->units[unit]] + 1;
    }
    srnn__say_time(p, d, o->nt * o->dt_ms);
    srnn__say(p, "n_traces", n);
    srnn__say_numbers(p, "unit", number, n);
    srnn__say_numbers(p, "unit_population", population, n);
    srnn__say(p, "spike_mv", d->spike_mv != 0 ? d->spike_mv : (double)NAN);
}
