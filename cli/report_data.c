/* The trials that the page shows, as JSON. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdlib.h>

/* Bounds of what the page carries; above them it shows less. */
enum { SPIKES_MAX = 150000, VOLTAGES_MAX = 150000, PAGE_SAMPLES_MAX = 400000, TRIALS_OF_TYPE = 2 };

static const double rate_step_ms = 5;

/* To a multiple of 1 / parts. */
static json_t *rounded(double value, double parts)
{
    return isfinite(value) ? json_real(round(value * parts) / parts) : json_null();
}

/* [n_channels][n_steps] of floats[...][n_channels], from row `first` on; or of doubles. */
static json_t *samples_json(const float *floats, const double *doubles, size_t first, int n_steps,
                            int n_channels)
{
    json_t *channels = json_array();
    for (int c = 0; c < n_channels; c++) {
        json_t *one = json_array();
        for (int t = 0; t < n_steps; t++) {
            const size_t i = (first + (size_t)t) * (size_t)n_channels + (size_t)c;
            json_array_append_new(one, rounded(doubles ? doubles[i] : (double)floats[i], 1e4));
        }
        json_array_append_new(channels, one);
    }
    return channels;
}

/* The lowest and the highest value in each of n buckets, in the order in which they come. */
static json_t *extremes_json(const float *v, int nt, int stride, int n)
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
        json_array_append_new(json, rounded((double)v[(size_t)one * (size_t)stride], 10));
        json_array_append_new(json, rounded((double)v[(size_t)other * (size_t)stride], 10));
    }
    return json;
}

typedef struct shown_trials {
    const srnn_observation *o;
    int n, every;         /* trials; every n-th unit has its spikes shown */
    int n_units, buckets; /* of voltages */
    bool samples;         /* inputs, targets and outputs */
} shown_trials;

/* From spike *at on. */
static void add_spikes(const shown_trials *s, int k, int64_t *at, json_t *trial)
{
    const srnn_spikes *spikes = &s->o->spikes;
    json_t *times = json_array(), *units = json_array();
    for (; *at < spikes->n && spikes->trial[*at] <= k; ++*at) {
        if (spikes->unit[*at] % s->every) continue;
        json_array_append_new(times, rounded(spikes->time_ms[*at], 100));
        json_array_append_new(units, json_integer(spikes->unit[*at]));
    }
    json_object_set_new(trial, "time_ms", times);
    json_object_set_new(trial, "unit", units);
}

/* Step t of the targets is compared with the output after it. */
static void add_samples(const shown_trials *s, int k, json_t *trial)
{
    const srnn_observation *o = s->o;
    const size_t T = (size_t)o->T, start = (size_t)k * T, out = (size_t)k * (T - 1);
    const int n = o->T - 1;
    json_object_set_new(trial, "inputs", samples_json(o->u, NULL, start + 1, n, o->n_in));
    json_object_set_new(trial, "targets", samples_json(o->z, NULL, start + 1, n, o->n_out));
    json_object_set_new(trial, "rate", samples_json(o->o, NULL, out, n, o->n_out));
    if (o->spiking)
        json_object_set_new(trial, "spiking", samples_json(NULL, o->out, out, n, o->n_out));
}

static void add_voltages(const shown_trials *s, int k, json_t *trial)
{
    const srnn_observation *o = s->o;
    json_t *traces = json_array();
    for (int i = 0; i < s->n_units; i++) {
        const float *v = o->v + (size_t)k * (size_t)o->nt * (size_t)o->n_units + i;
        json_array_append_new(traces, extremes_json(v, o->nt, o->n_units, s->buckets));
    }
    json_object_set_new(trial, "voltages", traces);
}

static json_t *trial_json(const shown_trials *s, int k, int64_t *at)
{
    const srnn_observation *o = s->o;
    json_t *trial = json_pack("{sisisb}", "type", o->type[k], "number", k / o->n_types + 1,
                              "rate_correct", o->rate_score[k].correct);
    if (o->spiking)
        json_object_set_new(trial, "spiking_correct", json_boolean(o->spiking_score[k].correct));
    if (o->spiking) add_spikes(s, k, at, trial);
    if (s->samples) add_samples(s, k, trial);
    if (k < o->n_types && s->n_units > 0) add_voltages(s, k, trial);
    return trial;
}

static shown_trials choose_shown(const srnn_observation *o)
{
    const int n_first = o->n_types < o->K ? o->n_types : o->K;
    shown_trials s = {.o = o, .n = TRIALS_OF_TYPE * o->n_types, .every = 1};
    int64_t n_spikes = 0;
    if (s.n > o->K) s.n = o->K;
    for (int64_t i = 0; o->spiking && i < o->spikes.n; i++) n_spikes += o->spikes.trial[i] < s.n;
    if (n_spikes > SPIKES_MAX) s.n = n_first;
    s.every = 1 + (int)((double)n_spikes * s.n / (TRIALS_OF_TYPE * o->n_types) / SPIKES_MAX);
    s.samples = (double)s.n * (o->n_in + 3 * o->n_out) * o->T <= PAGE_SAMPLES_MAX;
    s.n_units = o->spiking && o->v ? (o->n_units < 8 ? o->n_units : 8) : 0;
    if (s.n_units > 0) s.buckets = VOLTAGES_MAX / 2 / (n_first * s.n_units);
    if (s.buckets > 1500) s.buckets = 1500;
    if (s.buckets > o->nt) s.buckets = o->nt;
    return s;
}

/* [n] {"name", "unit"} */
static json_t *channel_names_json(char *const *names, char *const *units, int n)
{
    json_t *json = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(json, json_pack("{soso}", "name", cli_json_text(names[i]), "unit",
                                              cli_json_text(units[i])));
    return json;
}

json_t *cli_trials_json(const srnn_observation *o)
{
    if (o->K == 0) return json_null();
    const shown_trials s = choose_shown(o);
    json_t *types = json_array(), *population = json_array(), *units = json_array();
    json_t *trials = json_array();
    int64_t at = 0;
    for (int i = 0; i < o->n_types; i++)
        json_array_append_new(types, cli_json_text(o->type_names[i]));
    for (int i = 0; i < o->N; i++)
        json_array_append_new(population,
                              json_string(srnn_population_name((srnn_population)o->population[i])));
    for (int i = 0; i < s.n_units; i++) json_array_append_new(units, json_integer(o->units[i]));
    for (int k = 0; k < s.n; k++) json_array_append_new(trials, trial_json(&s, k, &at));
    return json_pack("{sososososfsfs[ff]sososisf}", "types", types, "inputs",
                     channel_names_json(o->input_names, o->input_units, o->n_in), "outputs",
                     channel_names_json(o->output_names, o->output_units, o->n_out), "population",
                     population, "step_ms", rate_step_ms, "T_ms", o->T * rate_step_ms,
                     "stimulus_ms", o->stim_on * rate_step_ms, o->stim_off * rate_step_ms, "trials",
                     trials, "voltage_units", units, "every", s.every, "voltage_step_ms",
                     s.buckets ? o->nt * o->dt_ms / (2 * s.buckets) : 0);
}
