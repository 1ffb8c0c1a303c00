/* The task, and what both networks answer. */
#include "figure/drawings.h"

#include <math.h>
#include <stdio.h>
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

/* label: of the network, in the block's name. */
static void write_output(srnn__plot *p, const srnn_observation *o, const char *label, bool spiking,
                         int channel, int type, double shift_ms, srnn__plot_range *range,
                         srnn__plot_range *targets)
{
    const int every = (o->T - 2) / CURVE_SAMPLES_MAX + 1;
    srnn__block(p, "time_ms mean sd target", "%s %d %d", label, channel + 1, type + 1);
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
        srnn__see(targets, target);
    }
}

void srnn__write_outputs(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const int n_outputs = srnn__at_most(o->n_out, OUTPUTS_MAX), shown = srnn__say_types(p, &types);
    const bool threshold = isfinite(o->threshold) && o->threshold > 0;
    srnn__plot_range range = SRNN__NO_RANGE, targets = SRNN__NO_RANGE;
    for (int spiking = 0; spiking < 1 + o->spiking; spiking++)
        for (int output = 0; output < n_outputs; output++)
            for (int type = 0; type < shown; type++)
                write_output(p, o, srnn__network_labels[spiking], spiking, output, type,
                             srnn__clock_of(d).shift_ms, &range, &targets);
    if (threshold) srnn__see(&range, o->threshold);
    const bool below = threshold && targets.low < 0;
    if (below) srnn__see(&range, -o->threshold);
    srnn__say_time(p, d, SRNN__RATE_STEP_MS * (o->T - 1));
    srnn__say(p, "has_spiking", o->spiking);
    srnn__say(p, "n_outputs", n_outputs);
    srnn__say_texts(p, "output", (const char *const *)o->output_names, n_outputs);
    srnn__say_texts(p, "output_unit", (const char *const *)o->output_units, n_outputs);
    srnn__say_range(p, "out", range);
    srnn__say(p, "threshold", threshold ? o->threshold : (double)NAN);
    srnn__say(p, "two_sided", below);
}

/* ---- with several scaling factors ---- */

const char *srnn__output_by_lambda_missing(const srnn_figure_data *d)
{
    if (!d->observation) return no_observation;
    return d->by_factor && d->by_factor->n > 0
               ? NULL
               : "it needs the spiking network's trials with several scaling factors";
}

/* Blocks "rate 1 T", then "lambda_K 1 T", of the first output; variables out_low[], out_high[]: a
   network that is not scaled has outputs of another size. */
static void write_panel(srnn__plot *p, const srnn_figure_data *d, const srnn_observation *o, int k,
                        int types, double *low, double *high)
{
    srnn__plot_range range = SRNN__NO_RANGE, targets = SRNN__NO_RANGE;
    char label[32];
    snprintf(label, sizeof label, k ? "lambda_%d" : "rate", k);
    for (int type = 0; type < types; type++)
        write_output(p, o, label, k > 0, 0, type, srnn__clock_of(d).shift_ms, &range, &targets);
    if (range.low > range.high) range = (srnn__plot_range){0, 1};
    *low = range.low;
    *high = range.high > range.low ? range.high : range.low + 1;
}

void srnn__write_output_by_lambda(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const int shown = srnn__say_types(p, &types), n = d->by_factor->n;
    double low[1 + SRNN_OBSERVED_FACTORS], high[1 + SRNN_OBSERVED_FACTORS];
    for (int k = 0; k <= n; k++)
        write_panel(p, d, k ? &d->by_factor->observation[k - 1] : o, k, shown, &low[k], &high[k]);
    srnn__say_time(p, d, SRNN__RATE_STEP_MS * (o->T - 1));
    srnn__say(p, "n_factors", n);
    srnn__say_numbers(p, "factor", d->by_factor->scaling_factor, n);
    srnn__say_numbers(p, "out_low", low, n + 1);
    srnn__say_numbers(p, "out_high", high, n + 1);
    srnn__say_texts(p, "output", (const char *const *)o->output_names, 1);
    srnn__say_texts(p, "output_unit", (const char *const *)o->output_units, 1);
    srnn__say(p, "threshold", o->threshold > 0 ? o->threshold : (double)NAN);
}

/* ---- the task ---- */

enum { CHANNELS_MAX = 24 };

const char *srnn__task_missing(const srnn_figure_data *d)
{
    return d->observation && d->observation->u && d->observation->z
               ? NULL
               : "it needs an observation, or trials of the task";
}

static double channel_at(const srnn_observation *o, int trial, int t, int channel)
{
    const size_t row = (size_t)trial * (size_t)o->T + (size_t)t;
    return channel < o->n_in ? (double)o->u[row * (size_t)o->n_in + (size_t)channel]
                             : (double)o->z[row * (size_t)o->n_out + (size_t)(channel - o->n_in)];
}

/* Mean over the type's trials, and its first one. Returns whether they differ. */
static bool write_channel(srnn__plot *p, const srnn_observation *o, int channel, int type,
                          double shift_ms, srnn__plot_range *range)
{
    const srnn__types types = {.K = o->K, .type = o->type};
    const int first = srnn__first_trial(&types, type), every = (o->T - 1) / CURVE_SAMPLES_MAX + 1;
    bool varied = false;
    srnn__block(p, "time_ms mean first_trial", "channel %d %d", channel + 1, type + 1);
    for (int t = 0; t < o->T && first >= 0; t += every) {
        const double one = channel_at(o, first, t, channel);
        double sum = 0;
        int n = 0;
        for (int k = 0; k < o->K; k++) {
            if (o->type[k] != type) continue;
            const double value = channel_at(o, k, t, channel);
            varied = varied || value != one;
            sum += value;
            n++;
        }
        srnn__plot_row(p, SRNN__RATE_STEP_MS * t - shift_ms, sum / n, one);
        srnn__see(range, one);
        srnn__see(range, sum / n);
    }
    return varied;
}

void srnn__write_task(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    const srnn__types types = srnn__types_of(d);
    const int shown = srnn__say_types(p, &types);
    const int n_in = srnn__at_most(o->n_in, CHANNELS_MAX / 2),
              n_out = srnn__at_most(o->n_out, CHANNELS_MAX / 2);
    const char *names[CHANNELS_MAX], *units[CHANNELS_MAX];
    double low[CHANNELS_MAX], high[CHANNELS_MAX], varied[CHANNELS_MAX];
    for (int i = 0; i < n_in + n_out; i++) {
        const bool input = i < n_in;
        srnn__plot_range range = {0, 0};
        names[i] = input ? o->input_names[i] : o->output_names[i - n_in];
        units[i] = input ? o->input_units[i] : o->output_units[i - n_in];
        varied[i] = 0;
        for (int type = 0; type < shown; type++)
            if (write_channel(p, o, input ? i : o->n_in + i - n_in, type,
                              srnn__clock_of(d).shift_ms, &range))
                varied[i] = 1;
        low[i] = range.low;
        high[i] = range.high > range.low ? range.high : range.low + 1;
    }
    srnn__say_time(p, d, SRNN__RATE_STEP_MS * (o->T - 1));
    srnn__say(p, "n_inputs", n_in);
    srnn__say(p, "n_outputs", n_out);
    srnn__say_texts(p, "channel", names, n_in + n_out);
    srnn__say_texts(p, "channel_unit", units, n_in + n_out);
    srnn__say_numbers(p, "channel_low", low, n_in + n_out);
    srnn__say_numbers(p, "channel_high", high, n_in + n_out);
    srnn__say_numbers(p, "varied", varied, n_in + n_out);
    srnn__say(p, "scored_rate",
              SRNN__RATE_STEP_MS * o->response_on[SRNN_RATE] - srnn__clock_of(d).shift_ms);
    srnn__say(p, "scored_spiking",
              SRNN__RATE_STEP_MS * o->response_on[SRNN_SPIKING] - srnn__clock_of(d).shift_ms);
}
