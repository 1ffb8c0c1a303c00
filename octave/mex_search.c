/* spikernn_search: the spiking network of a model, found and stored in its file. */
#include "call.h"

#include <math.h>

typedef struct search_call {
    bool store;
    char *path;
    double scaling_factor; /* that was found; NaN: the operating point */
    srnn_search_result result;
    srnn_operating_result operating;
    srnn_readout_result readout;
} search_call;

static void search_release(void *memory)
{
    search_call *s = memory;
    srnn_search_result_free(&s->result);
    srnn_operating_result_free(&s->operating);
}

static bool search_read_arguments(call *c, search_call *s)
{
    s->store = true;
    const own_option own[] = {{"quiet", OWN_FLAG, &c->quiet}, {"store", OWN_FLAG, &s->store}};
    const accepted options = {SRNN_OF_TASK | SRNN_OF_SEARCH | SRNN_OF_NEURON,
                              "seed threads conversion readout n_trials=search_trials fresh_trials",
                              own, 2};
    if (c->n_in < 1) return call_fail(c, "argument", "model_path is missing; expected a .mat file");
    return value_path(c, "model_path", c->in[0], &s->path) && options_read(c, &options, 1);
}

/* NaN: no trials, or not known. */
static double share(int correct, int n)
{
    return n > 0 && correct >= 0 ? (double)correct / n : (double)NAN;
}

static void search_tell(mxArray *out, const call *c, const search_call *s)
{
    field_text(out, "conversion", srnn_option_choice("conversion", c->s.conversion));
    field_text(out, "task", srnn_task_get_def(c->task)->name);
    field_number(out, "seed", (double)c->s.seed);
    field_number(out, "stored", s->store);
    if (!c->s.spiking.conversion.use_readout) return;
    const srnn_readout_result *r = &s->readout;
    field_number(out, "readout_perf", share(r->test_correct, r->test_trials));
    field_number(out, "readout_two_sided_perf", share(r->test_two_sided, r->test_trials));
}

static bool refit(call *c, search_call *s)
{
    if (!c->s.spiking.conversion.use_readout) return true;
    const srnn_readout_options o = srnn_options_readout(c->values, s->scaling_factor);
    if (!call_ok(c, srnn_fit_readout(c->ctx, c->model, c->task, &o, &s->readout), s->path))
        return false;
    return !s->store || call_ok(c, srnn_model_save_readout(c->ctx, s->path, c->model), NULL);
}

static bool find_scaling_factor(call *c, search_call *s)
{
    const srnn_search_options o = srnn_options_search(c->values);
    const srnn_status status = srnn_search(c->ctx, c->model, c->task, &o, &s->result);
    if (status && status != SRNN_CANCELLED) return call_ok(c, status, s->path);
    const srnn_search_worth worth =
        srnn_search_worth_storing(c->model, c->task, &s->result, status != SRNN_OK);
    s->store &= worth == SRNN_SEARCH_KEPT;
    if (s->store && !call_ok(c, srnn_model_save_search(c->ctx, s->path, &s->result), NULL))
        return false;
    if (status)
        return call_fail(c, "interrupted",
                         "interrupted after %d of %d trials for each scaling factor; %s %s",
                         s->result.n_trials, o.n_trials, s->path,
                         s->store                       ? "keeps these"
                         : worth == SRNN_SEARCH_SHORTER ? "keeps those of its earlier search"
                                                        : "is as it was");
    s->scaling_factor = s->result.scaling_factors[s->result.best];
    return refit(c, s);
}

static void give_scaling_factor(call *c, search_call *s)
{
    const srnn_search_result *r = &s->result;
    const size_t n = (size_t)r->n;
    double *perfs = call_new(c, 2 * n, sizeof *perfs, NULL);
    mxArray *out = c->out[0] = mxCreateStructMatrix(1, 1, 0, NULL);
    for (int i = 0; perfs && i < r->n; i++) {
        const int trials = r->trials ? r->trials[i] : r->n_trials;
        perfs[i] = share(r->correct[i], trials);
        perfs[n + (size_t)i] = share(r->two_sided ? r->two_sided[i] : -1, trials);
    }
    field_number(out, "opt_scaling_factor", r->scaling_factors[r->best]);
    field_matrix(out, "scaling_factors", 1, n, r->scaling_factors);
    field_matrix(out, "all_perfs", 1, n, perfs);
    field_matrix(out, "all_two_sided_perfs", 1, n, perfs ? perfs + n : NULL);
    field_number(out, "n_trials", r->n_trials);
    field_matrix(out, "score", 1, n, r->score);
    field_matrix(out, "loss", 1, n, r->loss);
    field_matrix(out, "mean_rate_hz", 1, n, r->rate_hz);
    field_number(out, "test_perf", share(r->test_correct, r->test_trials));
    field_number(out, "test_two_sided_perf", share(r->test_two_sided, r->test_trials));
    field_number(out, "test_trials", r->test_trials);
    search_tell(out, c, s);
}

static bool find_operating_point(call *c, search_call *s)
{
    const srnn_operating_options o = srnn_options_operating(c->values);
    s->scaling_factor = (double)NAN;
    s->store &= srnn_model_same_task(c->model, c->task);
    return call_ok(c, srnn_find_operating_point(c->ctx, c->model, c->task, &o, &s->operating),
                   s->path) &&
           (!s->store ||
            call_ok(c, srnn_model_save_operating_point(c->ctx, s->path, c->model), NULL)) &&
           refit(c, s);
}

static void give_operating_point(call *c, search_call *s)
{
    const srnn_operating_result *r = &s->operating;
    const size_t n = (size_t)r->n;
    double *table = call_new(c, 6 * n, sizeof *table, NULL);
    mxArray *out = c->out[0] = mxCreateStructMatrix(1, 1, 0, NULL);
    for (size_t i = 0; table && i < n; i++) {
        const srnn_operating_candidate *k = &r->candidates[i];
        table[i] = k->widening;
        table[n + i] = k->shot_noise_cost;
        table[2 * n + i] = share(k->correct, r->n_trials);
        table[3 * n + i] = k->score;
        table[4 * n + i] = k->mean_rate_hz;
        table[5 * n + i] = share(k->two_sided, r->n_trials);
    }
    field_number(out, "best", r->best + 1);
    field_matrix(out, "widening", 1, n, table);
    field_matrix(out, "shot_noise_cost", 1, n, table ? table + n : NULL);
    field_matrix(out, "all_perfs", 1, n, table ? table + 2 * n : NULL);
    field_matrix(out, "all_two_sided_perfs", 1, n, table ? table + 5 * n : NULL);
    field_matrix(out, "score", 1, n, table ? table + 3 * n : NULL);
    field_matrix(out, "mean_rate_hz", 1, n, table ? table + 4 * n : NULL);
    field_number(out, "n_trials", r->n_trials);
    field_number(out, "test_perf", share(r->test_correct, r->test_trials));
    field_number(out, "test_two_sided_perf", share(r->test_two_sided, r->test_trials));
    field_number(out, "test_trials", r->test_trials);
    search_tell(out, c, s);
}

bool command_search(call *c)
{
    search_call *s = call_new(c, 1, sizeof *s, search_release);
    if (!s || !search_read_arguments(c, s) || !context_open(c) ||
        (s->store && !call_ok(c, srnn_model_save_check(c->ctx, s->path), NULL)) ||
        !call_ok(c, srnn_model_load(c->ctx, s->path, &c->model), NULL) || !task_open(c, s->path))
        return false;
    if (c->s.conversion == SRNN_BY_OPERATING_POINT) {
        if (!find_operating_point(c, s)) return false;
        give_operating_point(c, s);
    } else {
        if (!find_scaling_factor(c, s)) return false;
        give_scaling_factor(c, s);
    }
    return true;
}
