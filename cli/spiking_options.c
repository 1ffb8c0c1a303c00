/* The options of the spiking network, and lists of its units. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_GRID = CLI_SPIKING_KEYS,
    KEY_CRITERION,
    KEY_REFINE,
    KEY_RACING,
    KEY_NEURON,
    KEY_TREF,
    KEY_TM,
    KEY_TR,
    KEY_V_RESET,
    KEY_V_PEAK,
    KEY_BIAS,
    KEY_NOISE,
    KEY_V0,
    KEY_DOWNSAMPLE,
    KEY_DT,
    KEY_INITIAL,
    KEY_B_OUT,
    KEY_PRECISION
};

const char *const cli_precision_names[] = {"float", "double", NULL};
const char *const cli_neuron_names[] = {"lif", "qif", NULL};
static const char *const v0_names[] = {"uniform", "reset", "rest", NULL};
enum { V0_UNIFORM, V0_RESET, V0_REST };

static const struct argp_option spiking_options[] = {
    {"neuron", KEY_NEURON, "NAME", 0, "lif (leaky) or qif (quadratic) units (default lif)", 0},
    {"tref_ms", KEY_TREF, "MS", 0, "refractory time, 0 or more (default 2)", 0},
    {"tm_ms", KEY_TM, "MS", 0, "membrane time constant, above 0 (default 10)", 0},
    {"tr_ms", KEY_TR, "MS", 0,
     "synaptic rise time, 0 or more; 0: single exponential synapse (default 2)", 0},
    {"v_reset_mv", KEY_V_RESET, "MV", 0, "voltage after a spike, below v_peak_mv (default -65)", 0},
    {"v_peak_mv", KEY_V_PEAK, "MV", 0, "threshold (default lif -40, qif 30)", 0},
    {"bias_mv", KEY_BIAS, "MV", 0, "constant drive of every unit (default lif -40, qif 0)", 0},
    {"bias", KEY_BIAS, "MV", OPTION_ALIAS, NULL, 0},
    {"noise_mv", KEY_NOISE, "MV", 0,
     "standard deviation of the noise that every step adds to v, 0 or more (default 0.1)", 0},
    {"v0", KEY_V0, "NAME", 0,
     "voltages at the start: uniform (from -65 to 30 mV), reset (v_reset_mv) or rest (bias_mv) "
     "(default uniform)",
     0},
    {"downsample", KEY_DOWNSAMPLE, "COLUMNS", 0,
     "every COLUMNS-th step of the input, in steps of 0.05 ms x COLUMNS, 1 to 20 (default 1)", 0},
    {"dt_ms", KEY_DT, "MS", 0,
     "the same by the simulation's step, a multiple of 0.05 up to 1 (default 0.05)", 0},
    {"use_initial_weights", KEY_INITIAL, NULL, 0, "the weights before training, w0", 0},
    {"add_b_out", KEY_B_OUT, NULL, 0, "add b_out to the output, which as published has none", 0},
    {"precision", KEY_PRECISION, "NAME", 0, "arithmetic: float or double (default float)", 0},
    {0}};

static const struct argp_option grid_options[] = {
    {"scaling_factors", KEY_GRID, "START:STOP:STEP", 0,
     "scaling factors (lambda), above 0: a range with its stop, or a list 20,30,50 (default "
     "20:75:5; 4:26:2 suits softplus and clipped_relu)",
     0},
    {"criterion", KEY_CRITERION, "NAME", 0,
     "the best scaling factor is the smallest of those with most correct trials (accuracy); of "
     "those, the one whose output is furthest on the right side (margin); or whose output is "
     "nearest to the target (loss) (default accuracy)",
     0},
    {"refine", KEY_REFINE, NULL, 0,
     "go on beyond the end of the grid while the best lies there, then look at three more on "
     "either side of the best",
     0},
    {"racing", KEY_RACING, NULL, 0,
     "no more trials for a scaling factor that is clearly worse than the best so far (by more than "
     "2 standard errors on the same trials, looked at every 10)",
     0},
    {0}};

static error_t parse_grid(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    int index = 0;
    error_t error;
    switch (key) {
    case KEY_GRID:
        o->grid_option = "scaling_factors";
        return cli_parse_grid(o, "--scaling_factors", arg, CLI_SCALING_FACTORS_MAX,
                              o->scaling_factors, &o->n_scaling_factors);
    case KEY_CRITERION:
        o->grid_option = "criterion";
        error = cli_parse_choice(o, "--criterion", arg, cli_criterion_names, &index);
        if (!error) o->criterion = (srnn_criterion)index;
        return error;
    case KEY_REFINE:
        o->grid_option = "refine";
        o->refine = true;
        return 0;
    case KEY_RACING:
        o->grid_option = "racing";
        o->racing = true;
        return 0;
    case ARGP_KEY_END:
        if (o->grid_option && o->conversion == SRNN_BY_OPERATING_POINT)
            return cli_refuse(o,
                              "--%s is of the search for the scaling factor; expected it without "
                              "--conversion operating-point",
                              o->grid_option);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_from_0(cli_options *o, const char *option, const char *arg, double *value)
{
    double parsed = 0;
    const error_t error = cli_parse_number(o, option, arg, &parsed);
    if (error) return error;
    if (!(parsed >= 0)) return cli_refuse(o, "%s is %s; expected 0 or more", option, arg);
    *value = parsed;
    return 0;
}

static error_t parse_downsample(cli_options *o, const char *arg)
{
    int64_t parsed = 0;
    const error_t error = cli_parse_whole(o, "--downsample", arg, 1, 20, &parsed);
    if (!error) o->given.downsample = (int)parsed;
    return error;
}

static error_t parse_dt(cli_options *o, const char *arg)
{
    double dt_ms = 0;
    const error_t error = cli_parse_positive(o, "--dt_ms", arg, &dt_ms);
    if (error) return error;
    const double columns = round(dt_ms / 0.05);
    if (columns < 1 || columns > 20 || fabs(columns * 0.05 - dt_ms) > 1e-9)
        return cli_refuse(o, "--dt_ms is %s; expected a multiple of 0.05, up to 1", arg);
    o->given.dt_columns = (int)columns;
    return 0;
}

/* What depends on several options. */
static error_t finish(cli_options *o)
{
    srnn_spiking_params *p = &o->spiking;
    const cli_spiking_given *given = &o->given;
    const srnn_spiking_params of_neuron = srnn_spiking_params_of(p->neuron);
    p->v_reset_mv = isnan(given->v_reset_mv) ? of_neuron.v_reset_mv : given->v_reset_mv;
    p->v_peak_mv = isnan(given->v_peak_mv) ? of_neuron.v_peak_mv : given->v_peak_mv;
    p->bias_mv = isnan(given->bias_mv) ? of_neuron.bias_mv : given->bias_mv;
    if (!(p->v_reset_mv < p->v_peak_mv))
        return cli_refuse(o, "--v_reset_mv is %g; expected a voltage below --v_peak_mv, %g",
                          p->v_reset_mv, p->v_peak_mv);
    if (given->v0 != V0_UNIFORM)
        p->v0_low_mv = p->v0_high_mv = given->v0 == V0_RESET ? p->v_reset_mv : p->bias_mv;
    if (given->downsample && given->dt_columns && given->downsample != given->dt_columns)
        return cli_refuse(o, "--downsample is %d, but --dt_ms is %g; expected 0.05 x %d = %g",
                          given->downsample, 0.05 * given->dt_columns, given->downsample,
                          0.05 * given->downsample);
    if (given->downsample || given->dt_columns)
        p->downsample = given->downsample ? given->downsample : given->dt_columns;
    return 0;
}

static error_t parse_spiking(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    srnn_spiking_params *p = &o->spiking;
    int index;
    error_t error;
    for (const struct argp_option *option = spiking_options; option->name; option++)
        if (option->key == key && !(option->flags & OPTION_ALIAS)) o->spiking_option = option->name;
    switch (key) {
    case KEY_NEURON:
        error = cli_parse_choice(o, "--neuron", arg, cli_neuron_names, &index);
        if (!error) p->neuron = (srnn_neuron)index;
        return error;
    case KEY_TREF: return parse_from_0(o, "--tref_ms", arg, &p->tref_ms);
    case KEY_TM: return cli_parse_positive(o, "--tm_ms", arg, &p->tm_ms);
    case KEY_TR: return parse_from_0(o, "--tr_ms", arg, &p->tr_ms);
    case KEY_V_RESET: return cli_parse_number(o, "--v_reset_mv", arg, &o->given.v_reset_mv);
    case KEY_V_PEAK: return cli_parse_number(o, "--v_peak_mv", arg, &o->given.v_peak_mv);
    case KEY_BIAS: return cli_parse_number(o, "--bias_mv", arg, &o->given.bias_mv);
    case KEY_NOISE: return parse_from_0(o, "--noise_mv", arg, &p->noise_mv);
    case KEY_V0: return cli_parse_choice(o, "--v0", arg, v0_names, &o->given.v0);
    case KEY_DOWNSAMPLE: return parse_downsample(o, arg);
    case KEY_DT: return parse_dt(o, arg);
    case KEY_INITIAL: p->use_initial_weights = true; return 0;
    case KEY_B_OUT: p->add_b_out = true; return 0;
    case KEY_PRECISION:
        error = cli_parse_choice(o, "--precision", arg, cli_precision_names, &index);
        if (!error) p->precision = (srnn_precision)index;
        return error;
    case ARGP_KEY_END: return finish(o);
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_spiking_group = {.options = spiking_options, .parser = parse_spiking};
const struct argp cli_grid_group = {.options = grid_options, .parser = parse_grid};

json_t *cli_json_spiking(const srnn_spiking_params *p)
{
    return json_pack("{sssfsfsfsfsfsfsfsfsfsisbsbssso}", "neuron", cli_neuron_names[p->neuron],
                     "tref_ms", p->tref_ms, "tm_ms", p->tm_ms, "tr_ms", p->tr_ms, "v_reset_mv",
                     p->v_reset_mv, "v_peak_mv", p->v_peak_mv, "bias_mv", p->bias_mv, "noise_mv",
                     p->noise_mv, "v0_low_mv", p->v0_low_mv, "v0_high_mv", p->v0_high_mv,
                     "downsample", p->downsample, "use_initial_weights", p->use_initial_weights,
                     "add_b_out", p->add_b_out, "precision", cli_precision_names[p->precision],
                     "stimulation", cli_json_stimulation(&p->stimulation));
}

/* ---- units ---- */

static bool in_population(const srnn_model_view *view, int unit, const char *name)
{
    return cli_same_name(name, srnn_population_name(srnn_unit_population(view, unit))) ||
           cli_same_name(name, srnn_population_name(SRNN_POPULATIONS)) ||
           (view->inh[unit] && cli_same_name(name, "inh"));
}

/* Chooses the units that one piece of a list names; false: it names none. */
static bool choose(const srnn_model_view *view, const char *piece, bool *chosen)
{
    bool any = false;
    for (int i = 0; i < view->N; i++)
        if (in_population(view, i, piece)) any = chosen[i] = true;
    char *end;
    const long first = strtol(piece, &end, 10);
    if (*piece < '0' || *piece > '9') return any;
    const bool range = *end == ':' && end[1] >= '0' && end[1] <= '9';
    const long last = range ? strtol(end + 1, &end, 10) : first;
    if (*end || first < 1 || last < first || last > view->N) return false;
    for (long i = first; i <= last; i++) chosen[i - 1] = true;
    return true;
}

bool cli_parse_units(const cli_options *o, const char *option, const char *text,
                     const srnn_model_view *view, int **units, int *n)
{
    bool *chosen = calloc((size_t)view->N, sizeof *chosen);
    *units = malloc((size_t)view->N * sizeof **units);
    bool good = chosen && *units;
    if (!good) cli_error(o, "out of memory");
    for (const char *at = text; good; at++) {
        const char *end = strchrnul(at, ',');
        char piece[32];
        snprintf(piece, sizeof piece, "%.*s", (int)(end - at < 31 ? end - at : 31), at);
        good = choose(view, piece, chosen);
        if (!good)
            cli_error(o,
                      "%s is '%.100s', where '%s' names no unit; expected units from 1 to %d, "
                      "ranges as 3:7, exc, inh, pv, som or all, with commas between",
                      option, text, piece, view->N);
        if (!*end) break;
        at = end;
    }
    *n = 0;
    for (int i = 0; good && i < view->N; i++)
        if (chosen[i]) (*units)[(*n)++] = i;
    free(chosen);
    return good;
}
