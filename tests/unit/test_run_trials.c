/* Whole trials of a task: in order, as alone, on any number of threads; how they end. */
#include "helpers.h"

enum { N = 20, TRIALS = 7 };

typedef struct network {
    srnn_ctx *ctx;
    srnn_model *model;
    srnn_task *task;
    srnn_spiking_params params;
    srnn_spiking_trials_options options;
} network;

static network open_network(int threads)
{
    network n = {.ctx = new_ctx(NULL, threads)};
    assert_non_null(n.ctx);
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.seed = 3;
    n.model = new_model(n.ctx, &p);
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = 60;
    settings.stim_on = 10;
    settings.stim_dur = 20;
    assert_ok(n.ctx, srnn_task_named(n.ctx, "go-nogo", &settings, &n.task));
    n.params = srnn_spiking_params_default();
    n.params.conversion.scaling_factor = 10;
    n.options = srnn_spiking_trials_options_default();
    n.options.seed = 4;
    n.options.n_trials = TRIALS;
    return n;
}

static void close_network(network *n)
{
    srnn_task_free(n->task);
    srnn_model_free(n->model);
    srnn_ctx_free(n->ctx);
}

typedef struct seen {
    const network *n;
    const int *types;
    int next, end_at;
    bool recorded;
} seen;

static srnn_status against_single_run(void *user, const srnn_spiking_trial *t)
{
    seen *s = user;
    const network *n = s->n;
    assert_int_equal(t->trial, s->next++);
    assert_int_equal(t->type, s->types ? s->types[t->trial] : t->trial % 2);
    float u[61];
    const srnn_trial_key key = {4, SRNN_DOMAIN_USER, (uint64_t)t->trial};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    assert_ok(ctx, srnn_task_trial(ctx, n->task, key, t->type, 61, u, NULL, NULL));
    assert_memory_equal(u, t->u, sizeof u);
    const srnn_spiking_input input = {.C = 61, .u = u, .key = key};
    srnn_recording recording = {.size = sizeof recording, .what = SRNN_RECORD_V, .every = 10};
    srnn_spiking_result alone;
    assert_ok(ctx, srnn_spiking_run(ctx, n->model, &n->params, &input, &recording, &alone));
    const srnn_spiking_result *r = t->result;
    assert_true(alone.n_spikes > 0);
    assert_int_equal(r->n_spikes, alone.n_spikes);
    const size_t spikes = (size_t)alone.n_spikes, steps = (size_t)alone.nt;
    assert_memory_equal(r->spike_unit, alone.spike_unit, spikes * sizeof *r->spike_unit);
    assert_memory_equal(r->spike_step, alone.spike_step, spikes * sizeof *r->spike_step);
    assert_memory_equal(r->out, alone.out, steps * sizeof *r->out);
    assert_memory_equal(r->rates_hz, alone.rates_hz, N * sizeof *r->rates_hz);
    assert_memory_equal(r->v, alone.v, steps / 10 * N * sizeof *r->v);
    const srnn_response response = {SRNN_SPIKING, r->nt, 1, r->out, 100};
    const srnn_score score = srnn_task_score(n->task, key, t->type, &response);
    assert_true(score.correct == t->score.correct && score.value == t->score.value);
    srnn_spiking_result_free(&alone);
    srnn_ctx_free(ctx);
    return SRNN_OK;
}

static void in_order_as_alone(void **state)
{
    (void)state;
    const int types[TRIALS] = {1, 1, 1, 0, 0, 1, 0};
    for (int threads = 1; threads <= 4; threads += 3) {
        network n = open_network(threads);
        const srnn_recording recording = {
            .size = sizeof recording, .what = SRNN_RECORD_V, .every = 10};
        for (int given = 0; given < 2; given++) {
            seen s = {.n = &n, .types = given ? types : NULL};
            n.options.types = s.types;
            assert_ok(n.ctx, srnn_spiking_run_trials(n.ctx, n.model, n.task, &n.params, &n.options,
                                                     &recording, against_single_run, &s));
            assert_int_equal(s.next, TRIALS);
        }
        close_network(&n);
    }
}

static srnn_status end_at(void *user, const srnn_spiking_trial *t)
{
    seen *s = user;
    s->next++;
    return t->trial == s->end_at ? SRNN_ERR_FILE : SRNN_OK;
}

static srnn_status run(network *n, seen *s)
{
    return srnn_spiking_run_trials(n->ctx, n->model, n->task, &n->params, &n->options, NULL, end_at,
                                   s);
}

static int stop_at_3(void *user, const srnn_progress *p)
{
    (void)user;
    assert_string_equal(p->phase, "simulate");
    assert_int_equal(p->total, TRIALS);
    return p->done >= 3;
}

static void ends(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        network n = open_network(threads);
        seen s = {.end_at = 2};
        assert_int_equal(run(&n, &s), SRNN_ERR_FILE);
        assert_int_equal(s.next, 3);

        s = (seen){.end_at = -1};
        srnn_ctx_set_progress(n.ctx, stop_at_3, NULL);
        /* of many threads the one that made the call may get no trial after the third */
        const srnn_status status = run(&n, &s);
        assert_true(status == SRNN_CANCELLED || (threads > 1 && s.next == TRIALS));
        /* and those that are handed over, in order, may be fewer than those that are done */
        assert_true(threads > 1 || s.next == 3);
        srnn_ctx_set_progress(n.ctx, NULL, NULL);

        s = (seen){.end_at = -1};
        n.params.conversion.scaling_factor = 1e-40; /* weights beyond the range of float */
        assert_int_equal(run(&n, &s), SRNN_ERR_NUMERIC);
        assert_int_equal(s.next, 0);
        assert_ptr_equal(strstr(srnn_ctx_message(n.ctx), "trial 0: v or IPSC of unit"),
                         srnn_ctx_message(n.ctx));
        close_network(&n);
    }
}

static void refusals(void **state)
{
    (void)state;
    network n = open_network(1);
    seen s = {.end_at = -1};
    n.options.n_trials = 0;
    assert_says(n.ctx, run(&n, &s), SRNN_ERR_ARGUMENT, "n_trials is 0; expected 1 to 10000000");
    n.options.n_trials = 2;
    n.options.types = (const int[]){0, 2};
    assert_says(n.ctx, run(&n, &s), SRNN_ERR_ARGUMENT,
                "types has 2; expected 0 to 1 of task 'go-nogo'");
    n.options.types = NULL;
    n.params.neuron.tm_ms = 0;
    assert_int_equal(run(&n, &s), SRNN_ERR_ARGUMENT);
    assert_int_equal(s.next, 0);
    close_network(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_as_alone),
        cmocka_unit_test(ends),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
