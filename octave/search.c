/* spikernn_search: the spiking network of a model, found and stored in its file. */
#include "call.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static const char *const criterion_names[] = {"accuracy", "margin", "loss", NULL};

typedef struct search {
    running running;
    task_options task;
    spiking_options spiking;
    numbers scaling_factors;
    srnn_search_options grid;
    int trials, test_trials; /* < 0: the default */
    bool store;
    char *path;
    srnn_search_result result;
    srnn_operating_result operating;
    srnn_readout_result readout;
} search;

static void search_release(void *memory)
{
    search *s = memory;
    srnn_search_result_free(&s->result);
    srnn_operating_result_free(&s->operating);
}

static bool read_arguments(call *c, search *s)
{
    options o = {0};
    s->grid = srnn_search_options_default();
    s->trials = s->test_trials = -1;
    s->store = true;
    running_options(&o, &s->running);
    task_options_add(&o, &s->task, true);
    spiking_options_add(&o, &s->spiking);
    const option own[] = {{"scaling_factors", OPTION_NUMBERS, &s->scaling_factors, NULL, NULL},
                          {"n_trials", OPTION_WHOLE, &s->trials, NULL, NULL},
                          {"fresh_trials", OPTION_WHOLE, &s->test_trials, NULL, NULL},
                          {"criterion", OPTION_CHOICE, &s->grid.criterion, criterion_names, NULL},
                          {"refine", OPTION_FLAG, &s->grid.refine, NULL, NULL},
                          {"racing", OPTION_FLAG, &s->grid.racing, NULL, NULL},
                          {"again", OPTION_FLAG, &s->grid.again, NULL, NULL},
                          {"store", OPTION_FLAG, &s->store, NULL, NULL}};
    OPTIONS_ADD(&o, own);
    if (c->n_in < 1) return call_fail(c, "argument", "model_path is missing; expected a .mat file");
    if (!value_path(c, "model_path", c->in[0], &s->path) || !options_read(c, &o, 1)) return false;
    if (s->trials == -1) return true;
    if (s->trials < 1)
        return call_fail(c, "argument", "n_trials is %d; expected 1 or more", s->trials);
    return true;
}

/* Trials of another kind than those that the file says it was trained on say nothing about it. */
static bool other_task(const call *c)
{
    const srnn_task_def *def = srnn_task_get_def(c->task);
    const srnn_task_settings of_file = srnn_model_task_settings(c->model);
    bool other =
        *srnn_model_task_name(c->model) && strcmp(srnn_model_task_name(c->model), def->name);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double told = srnn_task_setting_get(&of_file, i);
        other |= told >= 0 && told != srnn_task_setting_get(&def->settings, i);
    }
    return other;
}

static double share(int correct, int n) { return n > 0 ? (double)correct / n : (double)NAN; }

static void tell(mxArray *out, const call *c, const search *s)
{
    field_text(out, "conversion", conversion_names[s->spiking.conversion]);
    field_text(out, "task", srnn_task_get_def(c->task)->name);
    field_number(out, "seed", (double)s->running.seed);
    field_number(out, "stored", s->store);
    if (s->spiking.params.use_readout)
        field_number(out, "readout_perf", share(s->readout.test_correct, s->readout.test_trials));
}

static bool refit(call *c, search *s)
{
    srnn_readout_options o = srnn_readout_options_default();
    if (!s->spiking.params.use_readout) return true;
    o.seed = s->running.seed;
    o.spiking = s->spiking.params;
    o.spiking.use_readout = false;
    if (!call_ok(c, srnn_fit_readout(c->ctx, c->model, c->task, &o, &s->readout), s->path))
        return false;
    return !s->store || call_ok(c, srnn_model_save_readout(c->ctx, s->path, c->model), NULL);
}

static bool find_scaling_factor(call *c, search *s)
{
    srnn_search_options *o = &s->grid;
    o->seed = s->running.seed;
    o->spiking = s->spiking.params;
    if (s->trials > 0) o->n_trials = o->test_trials = s->trials;
    if (s->test_trials >= 0) o->test_trials = s->test_trials;
    if (s->scaling_factors.x) {
        if (s->scaling_factors.n > INT_MAX)
            return call_fail(c, "argument", "scaling_factors has too many numbers");
        o->scaling_factors = s->scaling_factors.x;
        o->n = (int)s->scaling_factors.n;
    }
    if (!call_ok(c, srnn_search(c->ctx, c->model, c->task, o, &s->result), s->path) ||
        (s->store && !call_ok(c, srnn_model_save_search(c->ctx, s->path, &s->result), NULL)))
        return false;
    s->spiking.params.scaling_factor = s->result.scaling_factors[s->result.best];
    return refit(c, s);
}

static void give_scaling_factor(call *c, search *s)
{
    const srnn_search_result *r = &s->result;
    const size_t n = (size_t)r->n;
    double *perfs = call_new(c, n, sizeof *perfs, NULL);
    mxArray *out = c->out[0] = mxCreateStructMatrix(1, 1, 0, NULL);
    for (int i = 0; perfs && i < r->n; i++)
        perfs[i] = share(r->correct[i], r->trials ? r->trials[i] : r->n_trials);
    field_number(out, "opt_scaling_factor", r->scaling_factors[r->best]);
    field_matrix(out, "scaling_factors", 1, n, r->scaling_factors);
    field_matrix(out, "all_perfs", 1, n, perfs);
    field_number(out, "n_trials", r->n_trials);
    field_matrix(out, "score", 1, n, r->score);
    field_matrix(out, "loss", 1, n, r->loss);
    field_matrix(out, "mean_rate_hz", 1, n, r->rate_hz);
    field_number(out, "test_perf", share(r->test_correct, r->test_trials));
    field_number(out, "test_trials", r->test_trials);
    tell(out, c, s);
}

static bool find_operating_point(call *c, search *s)
{
    srnn_operating_options o = srnn_operating_options_default();
    o.seed = s->running.seed;
    o.spiking = s->spiking.params;
    if (s->trials > 0) o.n_trials = o.test_trials = s->trials;
    if (s->test_trials >= 0) o.test_trials = s->test_trials;
    s->spiking.params.conversion = SRNN_BY_OPERATING_POINT;
    return call_ok(c, srnn_find_operating_point(c->ctx, c->model, c->task, &o, &s->operating),
                   s->path) &&
           (!s->store ||
            call_ok(c, srnn_model_save_operating_point(c->ctx, s->path, c->model), NULL)) &&
           refit(c, s);
}

static void give_operating_point(call *c, search *s)
{
    const srnn_operating_result *r = &s->operating;
    const size_t n = (size_t)r->n;
    double *table = call_new(c, 5 * n, sizeof *table, NULL);
    mxArray *out = c->out[0] = mxCreateStructMatrix(1, 1, 0, NULL);
    for (size_t i = 0; table && i < n; i++) {
        const srnn_operating_candidate *k = &r->candidates[i];
        table[i] = k->widening;
        table[n + i] = k->shot_noise_cost;
        table[2 * n + i] = share(k->correct, r->n_trials);
        table[3 * n + i] = k->score;
        table[4 * n + i] = k->mean_rate_hz;
    }
    field_number(out, "best", r->best + 1);
    field_matrix(out, "widening", 1, n, table);
    field_matrix(out, "shot_noise_cost", 1, n, table ? table + n : NULL);
    field_matrix(out, "all_perfs", 1, n, table ? table + 2 * n : NULL);
    field_matrix(out, "score", 1, n, table ? table + 3 * n : NULL);
    field_matrix(out, "mean_rate_hz", 1, n, table ? table + 4 * n : NULL);
    field_number(out, "n_trials", r->n_trials);
    field_number(out, "test_perf", share(r->test_correct, r->test_trials));
    field_number(out, "test_trials", r->test_trials);
    tell(out, c, s);
}

bool command_search(call *c)
{
    search *s = call_new(c, 1, sizeof *s, search_release);
    if (!s || !read_arguments(c, s) || !running_open(c, &s->running) ||
        !call_ok(c, srnn_model_load(c->ctx, s->path, &c->model), NULL) ||
        !task_open(c, &s->task, s->path) || !spiking_finish(c, &s->spiking))
        return false;
    s->store &= !other_task(c);
    if (s->spiking.conversion == SRNN_BY_OPERATING_POINT) {
        if (!find_operating_point(c, s)) return false;
        give_operating_point(c, s);
    } else {
        if (!find_scaling_factor(c, s)) return false;
        give_scaling_factor(c, s);
    }
    return true;
}
