/* An observation is what single runs and evaluations of the same trials give. */
#include "helpers.h"

enum { N = 24, T = 60, TRIALS = 5, TYPES = 4, K = TRIALS * TYPES, STEPS = 100 * T };

typedef struct network {
    srnn_ctx *ctx;
    srnn_model *model;
    srnn_task *task;
    srnn_spiking_params spiking;
    srnn_observe_options options;
} network;

static const int units[] = {7, 2, 19};

static network open_network(int threads)
{
    network n = {.ctx = new_ctx(NULL, threads)};
    assert_non_null(n.ctx);
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = 2;
    p.som_N = 2;
    p.P_inh = 0.4;
    p.gain = 2;
    p.seed = 5;
    n.model = new_model(n.ctx, &p);
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = T;
    settings.stim_on = 5;
    settings.stim_dur = 5;
    settings.delay = 2;
    assert_ok(n.ctx, srnn_task_named(n.ctx, "xor", &settings, &n.task));
    n.spiking = srnn_spiking_params_default();
    n.spiking.conversion.scaling_factor = 3;
    n.options = srnn_observe_options_default();
    n.options.seed = 9;
    n.options.n_trials = TRIALS;
    n.options.units = units;
    n.options.n_units = 3;
    return n;
}

static void close_network(network *n)
{
    srnn_task_free(n->task);
    srnn_model_free(n->model);
    srnn_ctx_free(n->ctx);
}

static srnn_observation observe(network *n)
{
    n->options.spiking = &n->spiking;
    srnn_observation o;
    assert_ok(n->ctx, srnn_observe(n->ctx, n->model, n->task, &n->options, &o));
    return o;
}

static void check_rate_trial(const network *n, const srnn_observation *o, int k)
{
    static float u[(T + 1) * 2], z[T + 1], r[T * N], out[T - 1];
    const srnn_trial_key key = {9, SRNN_DOMAIN_EVAL, (uint64_t)k};
    assert_ok(n->ctx, srnn_task_trial(n->ctx, n->task, key, k % TYPES, T + 1, u, z, NULL));
    assert_memory_equal(o->u + (size_t)k * T * 2, u, T * 2 * sizeof *u);
    assert_memory_equal(o->z + (size_t)k * T, z, T * sizeof *z);
    const srnn_rate_input input = {.size = sizeof input, .T = T, .u = u, .key = key, .noise = 0.1};
    const srnn_rate_output output = {.r = r, .o = out};
    assert_ok(n->ctx, srnn_rate_run(n->ctx, n->model, &input, &output));
    assert_memory_equal(o->r + (size_t)k * T * N, r, sizeof r);
    assert_memory_equal(o->o + (size_t)k * (T - 1), out, sizeof out);
}

/* Returns how many of the observation's spikes are of this trial; those before are of others. */
static int64_t check_spiking_trial(const network *n, const srnn_observation *o, int k, int64_t at)
{
    static float u[(T + 1) * 2];
    const srnn_trial_key key = {9, SRNN_DOMAIN_EVAL, (uint64_t)k};
    assert_ok(n->ctx, srnn_task_trial(n->ctx, n->task, key, k % TYPES, T + 1, u, NULL, NULL));
    const srnn_spiking_input input = {.C = T + 1, .u = u, .key = key};
    const srnn_recording recording = {
        .size = sizeof recording, .what = SRNN_RECORD_V, .units = units, .n_units = 3, .every = 1};
    srnn_spiking_result alone;
    assert_ok(n->ctx, srnn_spiking_run(n->ctx, n->model, &n->spiking, &input, &recording, &alone));
    assert_true(at + alone.n_spikes <= o->spikes.n);
    for (int64_t q = 0; q < alone.n_spikes; q++) {
        assert_int_equal(o->spikes.trial[at + q], k);
        assert_int_equal(o->spikes.unit[at + q], alone.spike_unit[q]);
        assert_near(o->spikes.time_ms[at + q], alone.spike_step[q] * 0.05, 1e-9);
    }
    for (int t = 0; t < T - 1; t++)
        assert_true(o->out[k * (T - 1) + t] == alone.out[(t + 1) * 100 - 1]);
    for (int i = 0; k < TYPES && i < STEPS * 3; i++)
        assert_true(o->v[(size_t)k * STEPS * 3 + (size_t)i] == (float)alone.v[i]);
    const int64_t n_spikes = alone.n_spikes;
    srnn_spiking_result_free(&alone);
    return n_spikes;
}

static void as_single_runs(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        network n = open_network(threads);
        srnn_observation o = observe(&n);
        assert_int_equal(o.K, K);
        assert_int_equal(o.nt, STEPS);
        assert_near(o.spikes.T_ms, 5 * T, 1e-9);
        assert_near(o.spikes.stim_on_ms, 25, 0);
        assert_near(o.spikes.stim_off_ms, 5.0 * o.stim_off, 0);
        assert_string_equal(o.type_names[1], "+-");
        assert_string_equal(o.spikes.type_names[2], "-+");
        int64_t at = 0;
        for (int k = 0; k < K; k++) {
            assert_int_equal(o.type[k], k % TYPES);
            check_rate_trial(&n, &o, k);
            at += check_spiking_trial(&n, &o, k, at);
        }
        assert_true(at > 0);
        assert_int_equal(at, o.spikes.n);
        assert_ok(n.ctx, srnn_spikes_check(n.ctx, &o.spikes));
        srnn_observation_free(&o);
        assert_null(o.r);
        close_network(&n);
    }
}

/* A balanced evaluation of the same seed scores the same trials. */
static void as_evaluated(void **state)
{
    (void)state;
    network n = open_network(2);
    srnn_observation o = observe(&n);
    srnn_rate_eval_options rate = srnn_rate_eval_options_default();
    srnn_spiking_eval_options spiking = srnn_spiking_eval_options_default();
    rate.seed = spiking.seed = 9;
    rate.n_trials = spiking.n_trials = TRIALS;
    rate.balanced = spiking.balanced = true;
    srnn_rate_evaluation of_rate;
    srnn_spiking_evaluation of_spiking;
    assert_ok(n.ctx, srnn_rate_evaluate(n.ctx, n.model, n.task, &rate, &of_rate));
    assert_ok(n.ctx,
              srnn_spiking_evaluate(n.ctx, n.model, n.task, &n.spiking, &spiking, &of_spiking));
    for (int type = 0; type < TYPES; type++) {
        double rate_sum = 0, spiking_sum = 0;
        int correct = 0;
        for (int k = type; k < K; k += TYPES) {
            rate_sum += o.rate_score[k].value;
            spiking_sum += o.spiking_score[k].value;
            assert_true(o.spikes.value[k] == o.spiking_score[k].value);
            assert_int_equal(o.spikes.correct[k], o.spiking_score[k].correct);
            correct += o.spiking_score[k].correct;
        }
        assert_near(rate_sum / TRIALS, of_rate.types[type].value_mean, 1e-12);
        assert_near(spiking_sum / TRIALS, of_spiking.types[type].value_mean, 1e-12);
        assert_int_equal(correct, of_spiking.types[type].correct);
    }
    srnn_observation_free(&o);
    close_network(&n);
}

static void populations_and_rate_alone(void **state)
{
    (void)state;
    network n = open_network(1);
    n.options.n_trials = 1;
    srnn_observation o;
    assert_ok(n.ctx, srnn_observe(n.ctx, n.model, n.task, &n.options, &o));
    const srnn_model_view view = srnn_model_get_view(n.model);
    int n_som = 0;
    for (int i = 0; i < N; i++) {
        const int expected = view.som[i] ? SRNN_SOM : view.inh[i] ? SRNN_PV : SRNN_EXC;
        assert_int_equal(o.population[i], expected);
        n_som += expected == SRNN_SOM;
    }
    assert_int_equal(n_som, 2);
    assert_false(o.spiking);
    assert_null(o.out);
    assert_null(o.spikes.time_ms);
    assert_null(o.v);
    check_rate_trial(&n, &o, 0);
    srnn_observation_free(&o);
    close_network(&n);
}

static int stop_at_6(void *user, const srnn_progress *p)
{
    return p->done >= 6 && !strcmp(p->phase, user);
}

static void refusals(void **state)
{
    (void)state;
    network n = open_network(1);
    srnn_observation o;
    n.options.spiking = &n.spiking;
    n.options.n_trials = 0;
    assert_says(n.ctx, srnn_observe(n.ctx, n.model, n.task, &n.options, &o), SRNN_ERR_ARGUMENT,
                "n_trials is 0; expected 1 to 10000");
    n.options.n_trials = TRIALS;
    n.options.noise = -1;
    assert_says(n.ctx, srnn_observe(n.ctx, n.model, n.task, &n.options, &o), SRNN_ERR_ARGUMENT,
                "noise is -1; expected 0 or more");
    n.options.noise = 0.1;
    const int beyond = N;
    n.options.units = &beyond;
    n.options.n_units = 1;
    assert_says(n.ctx, srnn_observe(n.ctx, n.model, n.task, &n.options, &o), SRNN_ERR_ARGUMENT,
                "unit 24 is one of the units to keep voltages of; expected units from 0 to 23");
    n.options.n_units = 0;
    n.spiking.conversion.scaling_factor = 0;
    assert_int_equal(srnn_observe(n.ctx, n.model, n.task, &n.options, &o), SRNN_ERR_ARGUMENT);
    n.spiking.conversion.scaling_factor = 3;
    srnn_task *other = new_go_nogo(n.ctx);
    assert_says(n.ctx, srnn_observe(n.ctx, n.model, other, &n.options, &o), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has 1 input channels, but the network's w_in has 2");
    srnn_task_free(other);
    static char observe_phase[] = "observe";
    srnn_ctx_set_progress(n.ctx, stop_at_6, observe_phase);
    assert_says(n.ctx, srnn_observe(n.ctx, n.model, n.task, &n.options, &o), SRNN_CANCELLED,
                "interrupted after 10 of 20 trials of both networks");
    assert_null(o.r);
    close_network(&n);
}

/* The same trials; the network's own factor gives the observation itself, another gives another. */
static void scaling_factors_share_trials(void **state)
{
    (void)state;
    network n = open_network(1);
    const srnn_observation own = observe(&n);
    srnn_factor_observations all;
    assert_ok(n.ctx, srnn_observe_factors(n.ctx, n.model, n.task, &n.options, 3, &all));
    assert_int_equal(all.n, SRNN_OBSERVED_FACTORS);
    static const double factors[] = {1, 1.5, 3, 6};
    for (int i = 0; i < 4; i++) {
        assert_near(all.scaling_factor[i], factors[i], 0);
        assert_memory_equal(all.observation[i].u, own.u, K * T * 2 * sizeof *own.u);
        const bool same = !memcmp(all.observation[i].out, own.out, K * (T - 1) * sizeof *own.out);
        assert_int_equal(same, i == 2);
    }
    srnn_factor_observations_free(&all);
    n.options.spiking = NULL;
    assert_says(n.ctx, srnn_observe_factors(n.ctx, n.model, n.task, &n.options, 3, &all),
                SRNN_ERR_ARGUMENT, "the spiking network or its scaling factor is not given");
    srnn_factor_observations_free(&all);
    srnn_observation observation = own;
    srnn_observation_free(&observation);
    close_network(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_single_runs), cmocka_unit_test(as_evaluated),
        cmocka_unit_test(populations_and_rate_alone), cmocka_unit_test(refusals),
        cmocka_unit_test(scaling_factors_share_trials)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
