/* Groups of options that several functions share: the task, the spiking network. */
#include "call.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* ---- the task ---- */

void task_options_add(options *o, task_options *t, bool with_name)
{
    const option name = {"task", OPTION_PATH, &t->name, NULL, NULL};
    if (with_name) options_add(o, &name, 1);
    for (int i = 0; srnn_task_setting_at(i) && i < TASK_SETTINGS_MAX; i++) {
        const option setting = {srnn_task_setting_at(i)->name, OPTION_NUMBER, &t->value[i], NULL,
                                &t->given[i]};
        options_add(o, &setting, 1);
    }
}

/* The library takes a setting below 0 for one that was not given. */
static bool settings_finish(call *c, task_options *t)
{
    t->settings = srnn_task_settings_default();
    for (int i = 0; srnn_task_setting_at(i) && i < TASK_SETTINGS_MAX; i++) {
        const srnn_task_setting *s = srnn_task_setting_at(i);
        const double x = t->value[i];
        if (!t->given[i]) continue;
        if (s->whole && !(x >= s->least && x <= INT_MAX && x == floor(x)))
            return call_fail(c, "argument", "%s is %g; expected a whole number, %d or more",
                             s->name, x, s->least);
        if (!s->whole && !(x > 0 && isfinite(x)))
            return call_fail(c, "argument", "%s is %g; expected a number above 0", s->name, x);
        srnn_task_setting_put(&t->settings, i, x);
    }
    return true;
}

bool task_open(call *c, task_options *t, const char *path)
{
    if (!settings_finish(c, t)) return false;
    const srnn_status status =
        c->model ? srnn_model_task(c->ctx, c->model, t->name, &t->settings, &c->task)
                 : srnn_task_named(c->ctx, t->name, &t->settings, &c->task);
    if (!call_ok(c, status, path)) return false;
    const srnn_task_def *def = srnn_task_get_def(c->task);
    for (int i = 0; srnn_task_setting_at(i) && i < TASK_SETTINGS_MAX; i++)
        if (t->given[i] && srnn_task_setting_get(&def->settings, i) < 0)
            return call_fail(c, "argument", "%s is %g, but the task '%s' has none",
                             srnn_task_setting_at(i)->name, t->value[i], def->name);
    return true;
}

/* ---- the spiking network ---- */

const char *const conversion_names[] = {"scaling-factor", "operating-point", NULL};
static const char *const readout_names[] = {"trained", "ridge", NULL};
static const char *const neuron_names[] = {"lif", "qif", NULL};
static const char *const precision_names[] = {"float", "double", NULL};
static const char *const v0_names[] = {"uniform", "reset", "rest", NULL};
static const char *const stim_names[] = {"none", "exc", "inh", NULL};

void spiking_options_add(options *o, spiking_options *s)
{
    srnn_spiking_params *p = &s->params;
    *s = (spiking_options){.params = srnn_spiking_params_default()};
    const option list[] = {
        {"conversion", OPTION_CHOICE, &s->conversion, conversion_names, &s->conversion_given},
        {"readout", OPTION_CHOICE, &s->readout, readout_names, NULL},
        {"neuron", OPTION_CHOICE, &p->neuron, neuron_names, NULL},
        {"tref_ms", OPTION_NUMBER, &p->tref_ms, NULL, NULL},
        {"tm_ms", OPTION_NUMBER, &p->tm_ms, NULL, NULL},
        {"tr_ms", OPTION_NUMBER, &p->tr_ms, NULL, NULL},
        {"v_reset_mv", OPTION_NUMBER, &p->v_reset_mv, NULL, &s->v_reset_given},
        {"v_peak_mv", OPTION_NUMBER, &p->v_peak_mv, NULL, &s->v_peak_given},
        {"bias_mv", OPTION_NUMBER, &p->bias_mv, NULL, &s->bias_given},
        {"noise_mv", OPTION_NUMBER, &p->noise_mv, NULL, NULL},
        {"v0", OPTION_ANY, &s->v0, NULL, NULL},
        {"downsample", OPTION_WHOLE, &p->downsample, NULL, NULL},
        {"use_initial_weights", OPTION_FLAG, &p->use_initial_weights, NULL, NULL},
        {"add_b_out", OPTION_FLAG, &p->add_b_out, NULL, NULL},
        {"precision", OPTION_CHOICE, &p->precision, precision_names, NULL},
        {"stims", OPTION_ANY, &s->stims, NULL, NULL}};
    OPTIONS_ADD(o, list);
}

static bool start_voltages(call *c, spiking_options *s)
{
    srnn_spiking_params *p = &s->params;
    int v0 = 0;
    if (s->v0 && !value_choice(c, "v0", s->v0, v0_names, &v0)) return false;
    if (v0 == 1) p->v0_low_mv = p->v0_high_mv = p->v_reset_mv;
    if (v0 == 2) p->v0_low_mv = p->v0_high_mv = p->bias_mv;
    return true;
}

bool spiking_finish(call *c, spiking_options *s)
{
    srnn_spiking_params *p = &s->params;
    const srnn_spiking_params of_neuron = srnn_spiking_params_of(p->neuron);
    if (!s->v_reset_given) p->v_reset_mv = of_neuron.v_reset_mv;
    if (!s->v_peak_given) p->v_peak_mv = of_neuron.v_peak_mv;
    if (!s->bias_given) p->bias_mv = of_neuron.bias_mv;
    p->use_readout = s->readout == 1;
    return start_voltages(c, s) && (!s->stims || stimulation_read(c, s->stims, &p->stimulation));
}

bool spiking_convert(call *c, spiking_options *s, double scaling_factor, const char *path)
{
    srnn_spiking_params *p = &s->params;
    const srnn_operating_point point = srnn_model_get_operating_point(c->model);
    const srnn_search_record search = srnn_model_get_search(c->model);
    const bool suits = p->neuron == SRNN_LIF && !p->use_initial_weights;
    const bool wants_point = s->conversion_given && s->conversion == SRNN_BY_OPERATING_POINT;
    if (wants_point && !isnan(scaling_factor))
        return call_fail(c, "argument",
                         "scaling_factor is %g, but an operating point has none; expected one of "
                         "the two",
                         scaling_factor);
    const bool may_be_point = isnan(scaling_factor) && !s->conversion_given && point.gain && suits;
    p->scaling_factor = isnan(scaling_factor) ? search.opt_scaling_factor : scaling_factor;
    if (wants_point ||
        (may_be_point && (isnan(p->scaling_factor) || point.perf > search.test_perf)))
        p->conversion = SRNN_BY_OPERATING_POINT;
    else if (isnan(p->scaling_factor))
        return call_fail(c, "argument",
                         "%s holds no opt_scaling_factor; expected one from spikernn_search, or a "
                         "scaling_factor",
                         path);
    return true;
}

static const mxArray *field_of(call *c, const mxArray *stims, const char *name,
                               const char *expected)
{
    const mxArray *a = mxGetField(stims, 0, name);
    if (!a) call_fail(c, "argument", "stims has no field %s; expected %s", name, expected);
    return a;
}

/* Units count from 1 here and from 0 in the library. */
/* Which of all units, as an index can be; in a .mat file such truths are numbers. N different
   units, counted from 1, are all 0 or 1 only where N is 1: then both are the same. */
static bool are_truths(const double *x, size_t n, int N)
{
    bool truths = n == (size_t)N;
    for (size_t i = 0; truths && i < n; i++) truths = x[i] == 0 || x[i] == 1;
    return truths;
}

static bool read_units(call *c, const mxArray *a, srnn_stimulation *s)
{
    double *x;
    size_t n;
    const int N = srnn_model_get_view(c->model).N;
    if (!value_numbers(c, "stims.units", a, "a vector of units, counted from 1", &x, &n))
        return false;
    int *units = call_new(c, n, sizeof *units, NULL);
    if (!units) return false;
    if (n > INT_MAX) return call_fail(c, "argument", "stims.units has %g units", (double)n);
    if (are_truths(x, n, N)) {
        for (int i = 0; i < N; i++)
            if (x[i] != 0) units[s->n_units++] = i;
        s->units = units;
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        if (!(x[i] >= 1 && x[i] <= N && x[i] == floor(x[i])))
            return call_fail(c, "argument", "stims.units has %g; expected units from 1 to %d", x[i],
                             N);
        units[i] = (int)x[i] - 1;
    }
    s->units = units;
    s->n_units = (int)n;
    return true;
}

static bool read_window(call *c, const mxArray *a, srnn_stimulation *s)
{
    static const char expected[] = "[on off], steps of the simulation counted from 1";
    double *x;
    size_t n;
    if (!value_numbers(c, "stims.dur", a, expected, &x, &n)) return false;
    if (n != 2)
        return call_fail(c, "argument", "stims.dur is of length %zu; expected %s", n, expected);
    for (int i = 0; i < 2; i++)
        if (!(fabs(x[i]) <= INT_MAX) || x[i] != floor(x[i]))
            return call_fail(c, "argument", "stims.dur has %g; expected %s", x[i], expected);
    s->on = (int)x[0];
    s->off = (int)x[1];
    return true;
}

bool stimulation_read(call *c, const mxArray *stims, srnn_stimulation *stimulation)
{
    char is[80];
    int mode = 0;
    *stimulation = srnn_spiking_params_default().stimulation;
    value_describe(stims, is);
    if (!mxIsStruct(stims) || mxGetNumberOfElements(stims) != 1)
        return call_fail(c, "argument", "stims is %s; expected a struct with the field mode", is);
    const mxArray *a = field_of(c, stims, "mode", "'none', 'exc' or 'inh'");
    if (!a || !value_choice(c, "stims.mode", a, stim_names, &mode)) return false;
    stimulation->mode = (srnn_stim_mode)mode;
    if (stimulation->mode == SRNN_STIM_NONE) return true;
    if (!(a = field_of(c, stims, "dur", "[on off]")) || !read_window(c, a, stimulation))
        return false;
    if (!(a = field_of(c, stims, "units", "a vector of units")) || !read_units(c, a, stimulation))
        return false;
    a = mxGetField(stims, 0, "probability");
    if (a && !value_number(c, "stims.probability", a, &stimulation->probability)) return false;
    a = mxGetField(stims, 0, "amplitude_mv");
    return !a || value_number(c, "stims.amplitude_mv", a, &stimulation->amplitude_mv);
}
