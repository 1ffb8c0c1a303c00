/* Groups of options that several functions share: the task, the spiking network. */
#include "call.h"

#include <limits.h>
#include <math.h>
#include <string.h>

bool task_open(call *c, const char *path)
{
    const srnn_status status =
        c->model ? srnn_model_task(c->ctx, c->model, c->s.task, &c->s.task_settings, &c->task)
                 : srnn_task_named(c->ctx, c->s.task, &c->s.task_settings, &c->task);
    if (!call_ok(c, status, path)) return false;
    if (c->model && !c->s.task && srnn_model_task_guessed(c->model))
        mexWarnMsgIdAndTxt("spikernn:task", "%s names no task; guessed from the file's name: %s",
                           path, srnn_task_get_def(c->task)->name);
    return !srnn_options_fit(c->reader, c->values, srnn_task_get_def(c->task)) ||
           call_fail(c, "argument", "%s", srnn_ctx_message(c->reader));
}

/* ---- the spiking network ---- */

bool spiking_open(call *c, const mxArray *stims, srnn_spiking_params *params)
{
    *params = c->s.spiking;
    return !stims || stimulation_read(c, stims, &params->stimulation);
}

bool spiking_convert(call *c, srnn_spiking_params *p, double scaling_factor, const char *path)
{
    const srnn_conversion *asked = option_given(c, "conversion") ? &c->s.conversion : NULL;
    return call_ok(c, srnn_choose_conversion(c->ctx, c->model, asked, scaling_factor, p), path);
}

static const mxArray *field_of(call *c, const mxArray *stims, const char *name,
                               const char *expected)
{
    const mxArray *a = mxGetField(stims, 0, name);
    if (!a) call_fail(c, "argument", "stims has no field %s; expected %s", name, expected);
    return a;
}

/* Which of all units, as an index can be; in a .mat file such truths are numbers. N different
   units, counted from 1, are all 0 or 1 only where N is 1: then both are the same. */
static bool are_truths(const double *x, size_t n, int N)
{
    bool truths = n == (size_t)N;
    for (size_t i = 0; truths && i < n; i++) truths = x[i] == 0 || x[i] == 1;
    return truths;
}

/* Units count from 1 here and from 0 in the library. */
static bool group_read_units(call *c, const mxArray *a, srnn_stimulation *s)
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

static bool group_read_window(call *c, const mxArray *a, srnn_stimulation *s)
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
    const srnn_option *modes = srnn_option_named("stim_mode");
    if (!a || !value_choice(c, "stims.mode", a, modes->choices, &mode)) return false;
    stimulation->mode = (srnn_stim_mode)mode;
    if (stimulation->mode == SRNN_STIM_NONE) return true;
    if (!(a = field_of(c, stims, "dur", "[on off]")) || !group_read_window(c, a, stimulation))
        return false;
    if (!(a = field_of(c, stims, "units", "a vector of units")) ||
        !group_read_units(c, a, stimulation))
        return false;
    a = mxGetField(stims, 0, "probability");
    if (a && !value_number(c, "stims.probability", a, &stimulation->probability)) return false;
    a = mxGetField(stims, 0, "amplitude_mv");
    return !a || value_number(c, "stims.amplitude_mv", a, &stimulation->amplitude_mv);
}
