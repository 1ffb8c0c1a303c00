/* What is looked at, and how: shared by `analyze`, `plot`, `report` and `run`. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_OBSERVED = CLI_ANALYSIS_KEYS,
    KEY_SCALING_FACTOR,
    KEY_WINDOW,
    KEY_BIN,
    KEY_KERNEL,
    KEY_COMPONENTS,
    KEY_FIXED_POINTS,
    KEY_FIXED_STARTS
};

static const struct argp_option options[] = {
    {"n_trials", KEY_OBSERVED, "TRIALS", 0,
     "trials of each type, of both networks, 1 to 10000 (default 20)", 0},
    {"scaling_factor", KEY_SCALING_FACTOR, "LAMBDA", 0,
     "scaling factor of the spiking network, above 0 (default: the file's opt_scaling_factor)", 0},
    {"window_ms", KEY_WINDOW, "FROM:TO", 0,
     "spikes of this time count in the statistics of spike trains (default: all but the first nine "
     "steps)",
     0},
    {"bin_ms", KEY_BIN, "MS", 0, "bins of activity over time, a multiple of 5 (default 10)", 0},
    {"kernel_ms", KEY_KERNEL, "MS", 0,
     "SD of the Gaussian by which spikes become rates, 0 or more; 0: counts in bins (default 20)",
     0},
    {"components", KEY_COMPONENTS, "NUMBER", 0, "principal components kept, 1 or more (default 10)",
     0},
    {"fixed_points", KEY_FIXED_POINTS, "TYPE", 0,
     "look for fixed and slow points of the rate network under the input that trials of this type "
     "have at their end (default: do not)",
     0},
    {"fixed_starts", KEY_FIXED_STARTS, "NUMBER", 0,
     "states of trials from which the search begins, 1 to 10000 (default 40)", 0},
    {0}};

static error_t parse_window(cli_options *o, const char *arg)
{
    double from, to;
    int length = 0;
    if (sscanf(arg, "%lf:%lf%n", &from, &to, &length) != 2 || arg[length] || !(from >= 0) ||
        !(to > from))
        return cli_refuse(o, "--window_ms is '%s'; expected FROM:TO, two times in ms, as 250:1000",
                          arg);
    o->window_given = true;
    o->spikes.from_ms = from;
    o->spikes.to_ms = to;
    return 0;
}

static error_t parse_bin(cli_options *o, const char *arg)
{
    const error_t error = cli_parse_positive(o, "--bin_ms", arg, &o->bin_ms);
    if (error || fmod(o->bin_ms, 5) == 0) return error;
    return cli_refuse(o, "--bin_ms is %s; expected a multiple of 5, the rate network's step", arg);
}

static error_t parse_kernel(cli_options *o, const char *arg)
{
    const error_t error = cli_parse_number(o, "--kernel_ms", arg, &o->kernel_ms);
    if (error || o->kernel_ms >= 0) return error;
    return cli_refuse(o, "--kernel_ms is %s; expected 0 or more", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    if (key == KEY_OBSERVED || key == KEY_FIXED_POINTS || key == KEY_FIXED_STARTS)
        o->trials_option = options[key - CLI_ANALYSIS_KEYS].name;
    switch (key) {
    case KEY_OBSERVED: return cli_parse_int(o, "--n_trials", arg, 1, &o->observed_trials);
    case KEY_SCALING_FACTOR:
        o->spiking_option = "scaling_factor";
        return cli_parse_positive(o, "--scaling_factor", arg, &o->scaling_factor);
    case KEY_WINDOW: return parse_window(o, arg);
    case KEY_BIN: return parse_bin(o, arg);
    case KEY_KERNEL: return parse_kernel(o, arg);
    case KEY_COMPONENTS: return cli_parse_int(o, "--components", arg, 1, &o->components);
    case KEY_FIXED_POINTS: o->fixed_type = arg; return 0;
    case KEY_FIXED_STARTS: return cli_parse_int(o, "--fixed_starts", arg, 1, &o->fixed_starts);
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_analysis_group = {.options = options, .parser = parse};

void cli_analysis_defaults(cli_options *o)
{
    o->observed_trials = 20;
    o->spikes = srnn_spike_options_default();
    o->bin_ms = 10;
    o->kernel_ms = 20;
    o->components = 10;
    o->fixed_starts = 40;
    o->formats = srnn_figure_options_default().formats;
}
