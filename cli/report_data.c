/* What the interactive plots of the page draw, as JSON within it. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bounds of what the page carries; above them it shows less. */
enum { SPIKES_MAX = 150000, VOLTAGES_MAX = 150000, PAGE_SAMPLES_MAX = 200000, TRIALS_OF_TYPE = 2 };

static const double rate_step_ms = 5;

static json_t *rounded(double value, double step)
{
    return isfinite(value) ? json_real(round(value / step) * step) : json_null();
}

/* ---- outputs ---- */

/* Channel c of values[...][n], n_steps of them, the first at step `from`. */
static json_t *channel_json(const void *values, bool doubles, size_t from, int n_steps, int n,
                            int c)
{
    json_t *json = json_array();
    for (int t = 0; t < n_steps; t++) {
        const size_t i = from + (size_t)t * (size_t)n + (size_t)c;
        json_array_append_new(json, rounded(doubles ? ((const double *)values)[i]
                                                    : (double)((const float *)values)[i],
                                            1e-4));
    }
    return json;
}

static json_t *output_json(const srnn_observation *o, int k, int c)
{
    const size_t n = (size_t)o->n_out, T = (size_t)o->T, from = (size_t)k * (T - 1) * n;
    json_t *json = json_pack(
        "{sosososi}", "target",
        channel_json(o->z, false, ((size_t)k * T + 1) * n, o->T - 1, o->n_out, c), "rate",
        channel_json(o->o, false, from, o->T - 1, o->n_out, c), "spiking",
        o->spiking ? channel_json(o->out, true, from, o->T - 1, o->n_out, c) : json_null(),
        "channel", c + 1);
    json_object_set_new(json, "rate_correct", json_boolean(o->rate_score[k].correct));
    if (o->spiking)
        json_object_set_new(json, "spiking_correct", json_boolean(o->spiking_score[k].correct));
    return json;
}

/* [n_types][n_out]: trial `type` is the first of its type. */
static json_t *outputs_json(const srnn_observation *o)
{
    json_t *types = json_array();
    if ((double)o->n_types * o->n_out * o->T > PAGE_SAMPLES_MAX) return types;
    for (int type = 0; type < o->n_types && type < o->K; type++) {
        json_t *channels = json_array();
        for (int c = 0; c < o->n_out; c++) json_array_append_new(channels, output_json(o, type, c));
        json_array_append_new(types, channels);
    }
    return types;
}

/* ---- spikes ---- */

/* row[N]: place of a unit where units are sorted by population. */
static void page_sort_units(const srnn_observation *o, int *row)
{
    int n = 0;
    for (int population = 0; population < SRNN_POPULATIONS; population++)
        for (int i = 0; i < o->N; i++)
            if (o->population[i] == population) row[i] = n++;
}

/* [first, last) of the trial's spikes, which are ordered. */
static void find_trial(const srnn_spikes *s, int trial, int64_t *first, int64_t *last)
{
    for (*first = 0; *first < s->n && s->trial[*first] < trial;) ++*first;
    for (*last = *first; *last < s->n && s->trial[*last] == trial;) ++*last;
}

/* Of the spikes every `every`-th unit. */
static json_t *trial_json(const srnn_observation *o, const int *row, int k, int every)
{
    const srnn_spikes *s = &o->spikes;
    json_t *times = json_array(), *rows = json_array();
    int64_t first, last;
    find_trial(s, k, &first, &last);
    for (int64_t i = first; i < last; i++) {
        if (row[s->unit[i]] % every) continue;
        json_array_append_new(times, rounded(s->time_ms[i], 0.01));
        json_array_append_new(rows, json_integer(row[s->unit[i]]));
    }
    return json_pack("{sisisbsoso}", "type", o->type[k], "trial", k / o->n_types + 1, "correct",
                     o->spiking_score[k].correct, "t", times, "u", rows);
}

static json_t *raster_json(const srnn_observation *o, const int *row)
{
    json_t *trials = json_array();
    int shown = o->K < TRIALS_OF_TYPE * o->n_types ? o->K : TRIALS_OF_TYPE * o->n_types;
    int64_t first, last;
    find_trial(&o->spikes, shown - 1, &first, &last);
    if (last > SPIKES_MAX && shown > o->n_types) {
        shown = o->n_types;
        find_trial(&o->spikes, shown - 1, &first, &last);
    }
    const int every = 1 + (int)((double)last / SPIKES_MAX);
    for (int k = 0; k < shown; k++) json_array_append_new(trials, trial_json(o, row, k, every));
    return json_pack("{siso}", "every", every, "trials", trials);
}

/* ---- voltages ---- */

/* The lowest and the highest value in each of n buckets, in the order in which they come. */
static json_t *extremes(const float *v, int nt, int stride, int n)
{
    json_t *json = json_array();
    for (int b = 0; b < n; b++) {
        const int from = (int)((int64_t)b * nt / n), to = (int)((int64_t)(b + 1) * nt / n);
        int low = from, high = from;
        for (int t = from; t < to; t++) {
            const float value = v[(size_t)t * (size_t)stride];
            if (value < v[(size_t)low * (size_t)stride]) low = t;
            if (value > v[(size_t)high * (size_t)stride]) high = t;
        }
        const int one = low < high ? low : high, other = low < high ? high : low;
        json_array_append_new(json, rounded((double)v[(size_t)one * (size_t)stride], 0.1));
        json_array_append_new(json, rounded((double)v[(size_t)other * (size_t)stride], 0.1));
    }
    return json;
}

static json_t *voltages_json(const srnn_observation *o, const int *row)
{
    json_t *units = json_array(), *types = json_array();
    const int n_types = o->n_types < o->K ? o->n_types : o->K;
    const int shown = o->n_units < 8 ? o->n_units : 8;
    int buckets = VOLTAGES_MAX / 2 / (n_types * shown);
    if (buckets > 1500) buckets = 1500;
    if (buckets > o->nt) buckets = o->nt;
    for (int i = 0; i < shown; i++)
        json_array_append_new(
            units, json_pack("{sisi}", "unit", o->units[i] + 1, "row", row[o->units[i]]));
    for (int type = 0; type < n_types; type++) {
        json_t *traces = json_array();
        for (int i = 0; i < shown; i++)
            json_array_append_new(
                traces, extremes(o->v + (size_t)type * (size_t)o->nt * (size_t)o->n_units + i,
                                 o->nt, o->n_units, buckets));
        json_array_append_new(types, traces);
    }
    return json_pack("{sososf}", "units", units, "types", types, "step_ms",
                     o->nt * o->dt_ms / (2 * buckets));
}

/* ---- all of it ---- */

static json_t *populations_json(const srnn_observation *o)
{
    json_t *json = json_array();
    for (int population = 0; population < SRNN_POPULATIONS; population++) {
        int n = 0;
        for (int i = 0; i < o->N; i++) n += o->population[i] == population;
        json_array_append_new(
            json,
            json_pack("{sssi}", "name", srnn_population_name((srnn_population)population), "n", n));
    }
    return json;
}

static json_t *data_json(const srnn_observation *o, const int *row)
{
    json_t *names = json_array(), *units = json_array();
    for (int i = 0; i < o->n_types; i++)
        json_array_append_new(names, cli_json_text(o->type_names[i]));
    int *unit = malloc(((size_t)o->N + 1) * sizeof *unit);
    for (int i = 0; unit && i < o->N; i++) unit[row[i]] = i + 1;
    for (int i = 0; unit && i < o->N; i++) json_array_append_new(units, json_integer(unit[i]));
    free(unit);
    json_t *json = json_pack("{sosososfsfsfsf}", "types", names, "units", units, "populations",
                             populations_json(o), "step_ms", rate_step_ms, "T_ms",
                             o->T * rate_step_ms, "stim_on_ms", o->stim_on * rate_step_ms,
                             "stim_off_ms", o->stim_off * rate_step_ms);
    json_object_set_new(json, "outputs", outputs_json(o));
    if (o->spiking) json_object_set_new(json, "raster", raster_json(o, row));
    if (o->spiking && o->v && o->n_units > 0)
        json_object_set_new(json, "voltages", voltages_json(o, row));
    return json;
}

/* Within <script>, where only '<' could end it. */
static void write_json(FILE *to, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '<')
            fputs("\\u003c", to);
        else
            putc(*c, to);
    }
}

bool cli_page_data(cli_page *page)
{
    const srnn_observation *o = page->subject->analysis.observation;
    if (o->K == 0) return true;
    int *row = malloc(((size_t)o->N + 1) * sizeof *row);
    if (!row) return false;
    page_sort_units(o, row);
    json_t *json = data_json(o, row);
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));
    json_decref(json);
    free(row);
    if (!text) return false;
    fputs("<script type=\"application/json\" id=\"data\">", page->to);
    write_json(page->to, text);
    fputs("</script>\n", page->to);
    free(text);
    return true;
}
