/* spikernn_eval: the rate network and the spiking network on the same fresh trials. */
#include "call.h"

typedef struct eval_call {
    srnn_spiking_params params;
    char *path;
    srnn_evaluation result;
} eval_call;

static void eval_release(void *memory)
{
    eval_call *e = memory;
    srnn_evaluation_free(&e->result);
}

static bool eval_read_arguments(call *c, eval_call *e)
{
    const mxArray *stims = NULL;
    const own_option own[] = {{"quiet", OWN_FLAG, &c->quiet}, {"stims", OWN_ANY, &stims}};
    const accepted options = {SRNN_OF_TASK | SRNN_OF_CONVERSION | SRNN_OF_NEURON,
                              "seed threads n_trials=test_trials network", own, 2};
    if (c->n_in < 1)
        return call_fail(c, "argument", "model_path is missing; expected a model file");
    return value_path(c, "model_path", c->in[0], &e->path) && options_read(c, &options, 1) &&
           context_open(c) && call_ok(c, srnn_model_load(c->ctx, e->path, &c->model), NULL) &&
           spiking_open(c, stims, &e->params);
}

static bool eval_compute(call *c, eval_call *e)
{
    srnn_evaluate_options o = srnn_evaluate_options_default();
    o.seed = c->s.seed;
    o.n_trials = c->s.test_trials;
    o.compared_trials = 0;
    if (c->s.networks == 0) o.spiking = &e->params;
    return call_ok(c, srnn_evaluate(c->ctx, c->model, c->task, &o, &e->result, NULL), e->path);
}

static void give_types(mxArray *s, const srnn_task_def *def, const srnn_type_stats *types)
{
    double x[5][SRNN_TYPES_MAX];
    for (int i = 0; i < def->n_types; i++) {
        x[0][i] = types[i].n;
        x[1][i] = types[i].correct;
        x[2][i] = types[i].two_sided;
        x[3][i] = types[i].value_mean;
        x[4][i] = types[i].value_sd;
    }
    static const char *const names[] = {"n", "correct", "two_sided", "value_mean", "value_sd"};
    for (int k = 0; k < 5; k++) field_matrix(s, names[k], 1, (size_t)def->n_types, x[k]);
}

/* Each rule over the trials of its type; type from 1. */
static void give_rules(mxArray *s, const srnn_rule_stats *rules, int n)
{
    static const char *const names[] = {"type", "n", "met", "value_mean", "value_sd"};
    mxArray *of = mxCreateStructMatrix(1, 1, 0, NULL), *words = mxCreateCellMatrix(1, (size_t)n);
    double *x = mxCalloc((size_t)n, sizeof *x);
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < n; i++) {
            const srnn_rule_stats *r = &rules[i];
            const double all[] = {r->type + 1, r->n, r->met, r->value_mean, r->value_sd};
            x[i] = all[k];
        }
        field_matrix(of, names[k], 1, (size_t)n, x);
    }
    for (int i = 0; i < n; i++) mxSetCell(words, (mwIndex)i, mxCreateString(rules[i].words));
    field_value(of, "rule", words);
    field_value(s, "rules", of);
    mxFree(x);
}

static mxArray *eval_rate(const srnn_rate_evaluation *r, const srnn_task_def *def)
{
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_number(s, "accuracy", (double)r->correct / r->n_trials);
    field_number(s, "two_sided_accuracy", (double)r->two_sided / r->n_trials);
    field_number(s, "loss_mean", r->loss_mean);
    give_types(s, def, r->types);
    give_rules(s, r->rules, r->n_rules);
    return s;
}

static mxArray *spiking_of(const eval_call *e, const srnn_task_def *def)
{
    const srnn_spiking_evaluation *r = &e->result.spiking;
    const srnn_spiking_params *p = &e->params;
    double hz[3][SRNN_TYPES_MAX];
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_number(s, "accuracy", (double)r->correct / r->n_trials);
    field_number(s, "two_sided_accuracy", (double)r->two_sided / r->n_trials);
    field_text(s, "conversion", srnn_option_choice("conversion", p->conversion.by));
    if (p->conversion.by == SRNN_BY_SCALING_FACTOR)
        field_number(s, "scaling_factor", p->conversion.scaling_factor);
    field_number(s, "mean_rate_hz", r->mean_rate_hz);
    give_types(s, def, r->types);
    give_rules(s, r->rules, r->n_rules);
    for (int i = 0; i < def->n_types; i++) {
        hz[0][i] = r->rates[i].exc_hz;
        hz[1][i] = r->rates[i].pv_hz;
        hz[2][i] = r->rates[i].som_hz;
    }
    static const char *const names[] = {"exc_hz", "pv_hz", "som_hz"};
    for (int k = 0; k < 3; k++) field_matrix(s, names[k], 1, (size_t)def->n_types, hz[k]);
    return s;
}

static mxArray *eval_names(const char *const *names, int n)
{
    mxArray *cells = mxCreateCellMatrix(1, (size_t)n);
    for (int i = 0; i < n; i++) mxSetCell(cells, (mwIndex)i, mxCreateString(names[i]));
    return cells;
}

static void eval_give(call *c, const eval_call *e)
{
    const srnn_task_def *def = srnn_task_get_def(c->task);
    mxArray *s = c->out[0] = mxCreateStructMatrix(1, 1, 0, NULL);
    field_text(s, "task", def->name);
    field_number(s, "seed", (double)c->s.seed);
    field_value(s, "types", eval_names(def->type_names, def->n_types));
    field_value(s, "outputs", eval_names(def->output_names, def->n_out));
    field_value(s, "rate", eval_rate(&e->result.rate, def));
    if (c->s.networks == 0) field_value(s, "spiking", spiking_of(e, def));
}

bool command_eval(call *c)
{
    eval_call *e = call_new(c, 1, sizeof *e, eval_release);
    if (!e || !eval_read_arguments(c, e) || !task_open(c, e->path)) return false;
    if (c->s.networks == 0 && !spiking_convert(c, &e->params, c->s.scaling_factor, e->path))
        return false;
    if (!eval_compute(c, e)) return false;
    eval_give(c, e);
    return true;
}
