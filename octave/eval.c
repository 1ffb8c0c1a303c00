/* spikernn_eval: the rate network and the spiking network on the same fresh trials. */
#include "call.h"

#include <math.h>

typedef struct evaluation {
    running running;
    task_options task;
    spiking_options spiking;
    double scaling_factor; /* NaN: not given */
    bool scaling_factor_given;
    int network, n_trials;
    char *path;
    srnn_rate_evaluation rate;
    srnn_spiking_evaluation of_spiking;
} evaluation;

static const char *const network_names[] = {"both", "rate", NULL};

static bool read_arguments(call *c, evaluation *e)
{
    options o = {0};
    e->scaling_factor = (double)NAN;
    e->n_trials = srnn_rate_eval_options_default().n_trials;
    running_options(&o, &e->running);
    task_options_add(&o, &e->task, true);
    spiking_options_add(&o, &e->spiking);
    const option own[] = {
        {"n_trials", OPTION_WHOLE, &e->n_trials, NULL, NULL},
        {"scaling_factor", OPTION_NUMBER, &e->scaling_factor, NULL, &e->scaling_factor_given},
        {"network", OPTION_CHOICE, &e->network, network_names, NULL}};
    OPTIONS_ADD(&o, own);
    if (c->n_in < 1)
        return call_fail(c, "argument", "model_path is missing; expected a model file");
    if (!value_path(c, "model_path", c->in[0], &e->path) || !options_read(c, &o, 1)) return false;
    if (e->scaling_factor_given && isnan(e->scaling_factor))
        return call_fail(c, "argument", "scaling_factor is NaN; expected a number above 0");
    return true;
}

static bool evaluate(call *c, evaluation *e)
{
    srnn_rate_eval_options rate = srnn_rate_eval_options_default();
    rate.seed = e->running.seed;
    rate.n_trials = e->n_trials;
    rate.balanced = true;
    if (!call_ok(c, srnn_rate_evaluate(c->ctx, c->model, c->task, &rate, &e->rate), e->path))
        return false;
    if (e->network == 1) return true;
    srnn_spiking_eval_options spiking = srnn_spiking_eval_options_default();
    spiking.seed = e->running.seed;
    spiking.n_trials = e->n_trials;
    spiking.balanced = true;
    return call_ok(c,
                   srnn_spiking_evaluate(c->ctx, c->model, c->task, &e->spiking.params, &spiking,
                                         &e->of_spiking),
                   e->path);
}

static void give_types(mxArray *s, const srnn_task_def *def, const srnn_type_stats *types)
{
    double x[4][SRNN_TYPES_MAX];
    for (int i = 0; i < def->n_types; i++) {
        x[0][i] = types[i].n;
        x[1][i] = types[i].correct;
        x[2][i] = types[i].value_mean;
        x[3][i] = types[i].value_sd;
    }
    static const char *const names[] = {"n", "correct", "value_mean", "value_sd"};
    for (int k = 0; k < 4; k++) field_matrix(s, names[k], 1, (size_t)def->n_types, x[k]);
}

static mxArray *rate_of(const evaluation *e, const srnn_task_def *def)
{
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_number(s, "accuracy", (double)e->rate.correct / e->rate.n_trials);
    field_number(s, "loss_mean", e->rate.loss_mean);
    give_types(s, def, e->rate.types);
    return s;
}

static mxArray *spiking_of(const evaluation *e, const srnn_task_def *def)
{
    const srnn_spiking_evaluation *r = &e->of_spiking;
    const srnn_spiking_params *p = &e->spiking.params;
    double hz[3][SRNN_TYPES_MAX];
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_number(s, "accuracy", (double)r->correct / r->n_trials);
    field_text(s, "conversion", conversion_names[p->conversion]);
    if (p->conversion == SRNN_BY_SCALING_FACTOR)
        field_number(s, "scaling_factor", p->scaling_factor);
    field_number(s, "mean_rate_hz", r->mean_rate_hz);
    give_types(s, def, r->types);
    for (int i = 0; i < def->n_types; i++) {
        hz[0][i] = r->rates[i].exc_hz;
        hz[1][i] = r->rates[i].pv_hz;
        hz[2][i] = r->rates[i].som_hz;
    }
    static const char *const names[] = {"exc_hz", "pv_hz", "som_hz"};
    for (int k = 0; k < 3; k++) field_matrix(s, names[k], 1, (size_t)def->n_types, hz[k]);
    return s;
}

static void give(call *c, const evaluation *e)
{
    const srnn_task_def *def = srnn_task_get_def(c->task);
    mxArray *s = c->out[0] = mxCreateStructMatrix(1, 1, 0, NULL);
    mxArray *types = mxCreateCellMatrix(1, (size_t)def->n_types);
    for (int i = 0; i < def->n_types; i++)
        mxSetCell(types, (mwIndex)i, mxCreateString(def->type_names[i]));
    field_text(s, "task", def->name);
    field_number(s, "seed", (double)e->running.seed);
    field_value(s, "types", types);
    field_value(s, "rate", rate_of(e, def));
    if (e->network == 0) field_value(s, "spiking", spiking_of(e, def));
}

bool command_eval(call *c)
{
    evaluation *e = call_new(c, 1, sizeof *e, NULL);
    if (!e || !read_arguments(c, e) || !running_open(c, &e->running) ||
        !call_ok(c, srnn_model_load(c->ctx, e->path, &c->model), NULL) ||
        !task_open(c, &e->task, e->path) || !spiking_finish(c, &e->spiking))
        return false;
    if (e->network == 0 && !spiking_convert(c, &e->spiking, e->scaling_factor, e->path))
        return false;
    if (!evaluate(c, e)) return false;
    give(c, e);
    return true;
}
