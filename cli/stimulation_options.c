/* The options of the optogenetic stimulation, in `simulate` and `eval`. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>

enum { KEY_MODE = CLI_SPIKING_KEYS + 100, KEY_WINDOW, KEY_UNITS, KEY_PROBABILITY, KEY_MV };

static const char *const mode_names[] = {"none", "exc", "inh", NULL};

static const struct argp_option options[] = {
    {"stim_mode", KEY_MODE, "NAME", 0,
     "optogenetic stimulation: none, exc (raises v) or inh (lowers v) (default none)", 0},
    {"stim_window", KEY_WINDOW, "ON:OFF", 0,
     "its steps, ON to OFF - 1, of 0.05 ms x downsample, counted from 1", 0},
    {"stim_units", KEY_UNITS, "LIST", 0, "the units stimulated: 1,3:7, exc, inh, pv, som, all", 0},
    {"stim_probability", KEY_PROBABILITY, "P", 0,
     "of a stimulus, at each step, for all the units together, 0 to 1 (default 0.5)", 0},
    {"stim_mv", KEY_MV, "MV", 0, "size of a stimulus, 0 or more (default 0.5)", 0},
    {0}};

static error_t parse_window(cli_options *o, const char *arg)
{
    srnn_stimulation *s = &o->spiking.stimulation;
    char on[16] = "", off[16] = "", rest;
    int64_t first = 0, end = 0;
    if (sscanf(arg, "%15[0-9]:%15[0-9]%c", on, off, &rest) != 2)
        return cli_refuse(o, "--stim_window is '%s'; expected ON:OFF, two steps", arg);
    error_t error = cli_parse_whole(o, "--stim_window", on, 1, 2000000000, &first);
    if (!error) error = cli_parse_whole(o, "--stim_window", off, 1, 2000000000, &end);
    if (!error && end <= first)
        return cli_refuse(o, "--stim_window is %s; expected OFF after ON", arg);
    s->on = (int)first;
    s->off = (int)end;
    return error;
}

static error_t parse_within(cli_options *o, const char *option, const char *arg, double most,
                            double *value)
{
    const error_t error = cli_parse_number(o, option, arg, value);
    if (error || (*value >= 0 && *value <= most)) return error;
    return cli_refuse(o, "%s is %s; expected %s", option, arg, most == 1 ? "0 to 1" : "0 or more");
}

/* Options that need each other. */
static error_t finish(cli_options *o)
{
    const bool stimulated = o->spiking.stimulation.mode != SRNN_STIM_NONE;
    const bool window = o->spiking.stimulation.on > 0;
    if (stimulated && !window)
        return cli_refuse(o, "--stim_window is missing; expected ON:OFF in steps for --stim_mode");
    if (stimulated && !o->stim_units)
        return cli_refuse(
            o, "--stim_units is missing; expected units, as 1,3:7 or pv, for --stim_mode");
    if (!o->stim_mode_given && o->stim_option)
        return cli_refuse(o, "--%s needs a stimulation; expected --stim_mode exc or inh",
                          o->stim_option);
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    srnn_stimulation *s = &o->spiking.stimulation;
    int index = 0;
    error_t error;
    for (const struct argp_option *option = options; option->name; option++)
        if (option->key == key) o->spiking_option = option->name;
    if (key == KEY_WINDOW || key == KEY_UNITS || key == KEY_PROBABILITY || key == KEY_MV)
        o->stim_option = o->spiking_option;
    switch (key) {
    case KEY_MODE:
        error = cli_parse_choice(o, "--stim_mode", arg, mode_names, &index);
        s->mode = (srnn_stim_mode)index;
        o->stim_mode_given = true;
        return error;
    case KEY_WINDOW: return parse_window(o, arg);
    case KEY_UNITS: o->stim_units = arg; return 0;
    case KEY_PROBABILITY: return parse_within(o, "--stim_probability", arg, 1, &s->probability);
    case KEY_MV: return parse_within(o, "--stim_mv", arg, HUGE_VAL, &s->amplitude_mv);
    case ARGP_KEY_END: return finish(o);
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_stimulation_group = {.options = options, .parser = parse};

bool cli_stimulation_choice(cli_options *o, const srnn_model *model, const srnn_task *task)
{
    srnn_stimulation *s = &o->spiking.stimulation;
    if (s->mode == SRNN_STIM_NONE) return true;
    const srnn_model_view view = srnn_model_get_view(model);
    if (!cli_parse_units(o, "--stim_units", o->stim_units, &view, &o->stimulated, &s->n_units))
        return false;
    s->units = o->stimulated;
    const int nt = srnn_spiking_steps(srnn_task_get_def(task)->T + 1, o->spiking.downsample);
    if (s->on <= nt) return true;
    cli_error(o, "--stim_window begins at step %d; expected one of the trial's %d steps of %g ms",
              s->on, nt, 0.05 * o->spiking.downsample);
    return false;
}

json_t *cli_json_stimulation(const srnn_stimulation *s)
{
    if (s->mode == SRNN_STIM_NONE) return json_null();
    json_t *units = json_array();
    for (int i = 0; i < s->n_units; i++)
        json_array_append_new(units, json_integer(s->units[i] + 1));
    return json_pack("{sss[ii]sosfsf}", "mode", mode_names[s->mode], "window", s->on, s->off,
                     "units", units, "probability", s->probability, "amplitude_mv",
                     s->amplitude_mv);
}

void cli_print_stimulation(const srnn_stimulation *s)
{
    if (s->mode == SRNN_STIM_NONE) return;
    printf("stimulation: %s, steps %d to %d, %d unit%s, %g mV with probability %g\n",
           mode_names[s->mode], s->on, s->off - 1, s->n_units, s->n_units == 1 ? "" : "s",
           s->amplitude_mv, s->probability);
}
