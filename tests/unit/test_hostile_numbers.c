/* Every number of every public options struct, in turn replaced by what no user means: the call
   ends, and where it does not end well with a sentence. Under the sanitizers no cast or sum
   overflows on the way. */
#include "helpers.h"

#include <limits.h>

enum { T = 60, N = 8, K = 12 };

typedef struct world {
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
    srnn_spikes spikes;
    srnn_activity activity;
} world;

typedef struct field {
    const char *name;
    enum { INT, INT64, DOUBLE } kind;
    size_t at;
} field;

#define I(type, name)                                                                              \
    {                                                                                              \
#name, INT, offsetof(type, name)                                                           \
    }
#define L(type, name)                                                                              \
    {                                                                                              \
#name, INT64, offsetof(type, name)                                                         \
    }
#define D(type, name)                                                                              \
    {                                                                                              \
#name, DOUBLE, offsetof(type, name)                                                        \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, INT, 0                                                                               \
    }

static const int ints[] = {INT_MIN, -2, -1, 0, INT_MAX};
static const double doubles[] = {NAN, -INFINITY, INFINITY, -1e308, -1, 0, 1e-308, 1e300};
enum { N_INTS = sizeof ints / sizeof *ints, N_DOUBLES = sizeof doubles / sizeof *doubles };

/* Hostile number i into the field; false: there is none. */
static bool spoil(const field *f, int i, void *options)
{
    void *place = (char *)options + f->at;
    if (i >= (f->kind == DOUBLE ? N_DOUBLES : N_INTS)) return false;
    if (f->kind == DOUBLE)
        *(double *)place = doubles[i];
    else if (f->kind == INT)
        *(int *)place = ints[i];
    else
        *(int64_t *)place = ints[i] == INT_MIN   ? INT64_MIN
                            : ints[i] == INT_MAX ? INT64_MAX
                                                 : ints[i];
    return true;
}

/* Calls that would be long end at once. */
static int stop(void *user, const srnn_progress *p)
{
    (void)user;
    return p->done > 20;
}

typedef srnn_status (*act_fn)(const world *w, const void *options);

/* options: good ones, of `size` bytes. */
static void try_all(const world *w, const char *what, const field *fields, const void *options,
                    size_t size, act_fn act)
{
    char spoilt[1024];
    assert_true(size <= sizeof spoilt);
    memcpy(spoilt, options, size);
    if (act(w, spoilt)) fail_msg("%s: %s", what, srnn_ctx_message(w->ctx));
    for (const field *f = fields; f->name; f++)
        for (int i = 0; memcpy(spoilt, options, size), spoil(f, i, spoilt); i++) {
            strcpy(w->ctx->message, "");
            const srnn_status status = act(w, spoilt);
            if (status && !*srnn_ctx_message(w->ctx))
                fail_msg("%s: %s, number %d: no sentence", what, f->name, i);
        }
}

#define TRY(w, type, good, act, ...)                                                               \
    do {                                                                                           \
        const field fields[] = {__VA_ARGS__, END};                                                 \
        try_all(w, #type, fields, &(good), sizeof(good), act);                                     \
    } while (0)

/* ---- tasks and models ---- */

static srnn_status make_tasks(const world *w, const void *options)
{
    srnn_status all = SRNN_OK;
    for (int i = 0; srnn_task_name_at(i); i++) {
        srnn_task *task;
        const srnn_status status = srnn_task_built_in(w->ctx, srnn_task_name_at(i), options, &task);
        srnn_task_free(task);
        if (!all) all = status;
    }
    return all;
}

static srnn_status make_model(const world *w, const void *options)
{
    srnn_model *model;
    const srnn_status status = srnn_model_create(w->ctx, options, &model);
    srnn_model_free(model);
    return status;
}

static srnn_status lesion(const world *w, const void *options)
{
    int64_t removed[SRNN_PATHWAYS];
    return srnn_model_lesion(w->ctx, w->model, options, removed);
}

static void tasks_and_models(void **state)
{
    const world *w = *state;
    const srnn_task_settings settings = srnn_task_settings_default();
    TRY(w, srnn_task_settings, settings, make_tasks, I(srnn_task_settings, T),
        I(srnn_task_settings, stim_on), I(srnn_task_settings, stim_dur),
        I(srnn_task_settings, delay), I(srnn_task_settings, constant),
        D(srnn_task_settings, eval_amp_thresh), D(srnn_task_settings, offset));
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    TRY(w, srnn_model_params, params, make_model, I(srnn_model_params, N),
        I(srnn_model_params, n_in), I(srnn_model_params, n_out), I(srnn_model_params, som_N),
        I(srnn_model_params, n_taus), I(srnn_model_params, w_dist),
        I(srnn_model_params, activation), D(srnn_model_params, P_inh), D(srnn_model_params, P_rec),
        D(srnn_model_params, gain), D(srnn_model_params, taus[0]), D(srnn_model_params, taus[1]),
        D(srnn_model_params, taus_gaus_mean), D(srnn_model_params, DeltaT),
        L(srnn_model_params, seed));
    srnn_lesion l = srnn_lesion_default();
    TRY(w, srnn_lesion, l, lesion, D(srnn_lesion, share), L(srnn_lesion, seed));
}

/* ---- the rate network ---- */

static srnn_status train(const world *w, const void *options)
{
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    srnn_model *model = new_model(w->ctx, &params);
    const srnn_status status = srnn_train(w->ctx, model, w->task, options);
    srnn_model_free(model);
    return status;
}

static srnn_status evaluate_rate(const world *w, const void *options)
{
    srnn_rate_evaluation e;
    return srnn_rate_evaluate(w->ctx, w->model, w->task, options, &e);
}

static void rate_network(void **state)
{
    const world *w = *state;
    srnn_train_options t = srnn_train_options_default();
    t.n_trials = 4;
    t.eval_trials = 2;
    TRY(w, srnn_train_options, t, train, I(srnn_train_options, batch), I(srnn_train_options, learn),
        I(srnn_train_options, w_gradient), I(srnn_train_options, adam), I(srnn_train_options, loss),
        I(srnn_train_options, eval_trials), L(srnn_train_options, seed),
        L(srnn_train_options, n_trials), L(srnn_train_options, eval_freq),
        L(srnn_train_options, min_trials), L(srnn_train_options, pause_at),
        D(srnn_train_options, lr), D(srnn_train_options, penalties.L1_rec),
        D(srnn_train_options, penalties.L2_firing_rate), D(srnn_train_options, grad_clip),
        D(srnn_train_options, beta1), D(srnn_train_options, beta2), D(srnn_train_options, epsilon),
        D(srnn_train_options, noise), D(srnn_train_options, loss_threshold),
        D(srnn_train_options, perf_threshold));
    srnn_rate_eval_options e = srnn_rate_eval_options_default();
    e.n_trials = 2;
    TRY(w, srnn_rate_eval_options, e, evaluate_rate, I(srnn_rate_eval_options, n_trials),
        I(srnn_rate_eval_options, domain), I(srnn_rate_eval_options, loss),
        L(srnn_rate_eval_options, seed), D(srnn_rate_eval_options, noise));
}

/* ---- the spiking network ---- */

typedef struct simulation {
    srnn_spiking_params params;
    srnn_recording recording;
    srnn_spiking_trials_options trials;
    srnn_spiking_eval_options eval;
} simulation;

static srnn_status ignore(void *user, const srnn_spiking_trial *trial)
{
    (void)user, (void)trial;
    return SRNN_OK;
}

static srnn_status simulate(const world *w, const void *options)
{
    const simulation *s = options;
    srnn_spiking_evaluation e;
    const srnn_status status = srnn_spiking_run_trials(w->ctx, w->model, w->task, &s->params,
                                                       &s->trials, &s->recording, ignore, NULL);
    return status ? status
                  : srnn_spiking_evaluate(w->ctx, w->model, w->task, &s->params, &s->eval, &e);
}

static srnn_status search(const world *w, const void *options)
{
    srnn_search_result r = {0};
    const srnn_status status = srnn_search(w->ctx, w->model, w->task, options, &r);
    if (!status) srnn_search_result_free(&r);
    return status;
}

static srnn_status compare(const world *w, const void *options)
{
    srnn_spiking_params p = srnn_spiking_params_default();
    srnn_comparison c;
    p.conversion.scaling_factor = 40;
    const srnn_status status = srnn_compare(w->ctx, w->model, w->task, &p, options, &c);
    if (!status) srnn_comparison_free(&c);
    return status;
}

static srnn_status observe(const world *w, const void *options)
{
    srnn_observation o;
    const srnn_status status = srnn_observe(w->ctx, w->model, w->task, options, &o);
    if (!status) srnn_observation_free(&o);
    return status;
}

static void spiking_network(void **state)
{
    const world *w = *state;
    simulation s = {srnn_spiking_params_default(), srnn_recording_default(),
                    srnn_spiking_trials_options_default(), srnn_spiking_eval_options_default()};
    static const int unit = 2;
    s.params.conversion.scaling_factor = 40;
    s.params.stimulation.mode = SRNN_STIM_EXC;
    s.params.stimulation.units = &unit;
    s.params.stimulation.n_units = 1;
    s.params.stimulation.on = 1;
    s.params.stimulation.off = 50;
    s.recording.what = SRNN_RECORD_V;
    s.trials.n_trials = s.eval.n_trials = 2;
    TRY(w, srnn_spiking, s, simulate, I(simulation, params.conversion.by),
        I(simulation, params.neuron.model), I(simulation, params.downsample),
        I(simulation, params.precision), I(simulation, params.stimulation.mode),
        I(simulation, params.stimulation.on), I(simulation, params.stimulation.off),
        I(simulation, recording.every), I(simulation, recording.what),
        I(simulation, trials.n_trials), I(simulation, trials.domain), I(simulation, eval.n_trials),
        L(simulation, trials.seed), L(simulation, eval.seed),
        D(simulation, params.conversion.scaling_factor), D(simulation, params.neuron.tref_ms),
        D(simulation, params.neuron.tm_ms), D(simulation, params.neuron.tr_ms),
        D(simulation, params.neuron.v_reset_mv), D(simulation, params.neuron.v_peak_mv),
        D(simulation, params.neuron.bias_mv), D(simulation, params.neuron.noise_mv),
        D(simulation, params.neuron.v0_low_mv), D(simulation, params.neuron.v0_high_mv),
        D(simulation, params.stimulation.probability),
        D(simulation, params.stimulation.amplitude_mv));
    srnn_search_options o = srnn_search_options_default();
    o.n_trials = o.test_trials = 2;
    o.n = 2;
    TRY(w, srnn_search_options, o, search, I(srnn_search_options, n_trials),
        I(srnn_search_options, test_trials), I(srnn_search_options, criterion),
        L(srnn_search_options, seed), D(srnn_search_options, spiking.neuron.tm_ms));
    static double factors[2] = {40, 50};
    o.scaling_factors = factors;
    for (int i = 0; i < N_DOUBLES; i++) {
        factors[1] = doubles[i];
        assert_true(!search(w, &o) || *srnn_ctx_message(w->ctx));
    }
    srnn_compare_options c = srnn_compare_options_default();
    c.n_trials = 2;
    TRY(w, srnn_compare_options, c, compare, I(srnn_compare_options, n_trials),
        I(srnn_compare_options, domain), L(srnn_compare_options, seed),
        D(srnn_compare_options, noise));
    srnn_observe_options b = srnn_observe_options_default();
    b.n_trials = 2;
    b.spiking = &s.params;
    TRY(w, srnn_observe_options, b, observe, I(srnn_observe_options, n_trials),
        I(srnn_observe_options, domain), L(srnn_observe_options, seed),
        D(srnn_observe_options, noise));
}

/* ---- analyses ---- */

static srnn_status count(const world *w, const void *options)
{
    srnn_spike_statistics s;
    const srnn_status status = srnn_spike_statistics_of(w->ctx, &w->spikes, options, &s);
    if (!status) srnn_spike_statistics_free(&s);
    return status;
}

static srnn_status bin(const world *w, const void *options)
{
    const double *of = options;
    srnn_activity a;
    const srnn_status status = srnn_activity_of_spikes(w->ctx, &w->spikes, of[0], of[1], &a);
    if (!status) srnn_activity_free(&a);
    return status;
}

static srnn_status reduce(const world *w, const void *options)
{
    srnn_pca p;
    const srnn_status status = srnn_pca_of(w->ctx, &w->activity, options, &p);
    if (!status) srnn_pca_free(&p);
    return status;
}

static srnn_status decode(const world *w, const void *options)
{
    srnn_decoding d;
    const srnn_status status = srnn_decode(w->ctx, &w->activity, options, &d);
    if (!status) srnn_decoding_free(&d);
    return status;
}

static srnn_status find_fixed(const world *w, const void *options)
{
    static const float u[1] = {0}, starts[2 * N] = {0.5f};
    srnn_fixed_points p;
    const srnn_status status = srnn_find_fixed_points(w->ctx, w->model, u, starts, 2, options, &p);
    if (!status) srnn_fixed_points_free(&p);
    return status;
}

static void analyses(void **state)
{
    const world *w = *state;
    srnn_ctx_set_progress(w->ctx, NULL, NULL); /* they are short, however large a number */
    const srnn_spike_options s = srnn_spike_options_default();
    TRY(w, srnn_spike_options, s, count, I(srnn_spike_options, max_units),
        L(srnn_spike_options, seed), D(srnn_spike_options, from_ms), D(srnn_spike_options, to_ms),
        D(srnn_spike_options, count_window_ms), D(srnn_spike_options, correlation_bin_ms));
    const struct {
        double bin_ms, kernel_ms;
    } bins = {10, 20};
    const field of_bins[] = {{"bin_ms", DOUBLE, 0}, {"kernel_ms", DOUBLE, sizeof(double)}, END};
    try_all(w, "srnn_activity_of_spikes", of_bins, &bins, sizeof bins, bin);
    const srnn_pca_options p = srnn_pca_options_default();
    TRY(w, srnn_pca_options, p, reduce, I(srnn_pca_options, n_components));
    const srnn_decoding_options d = srnn_decoding_options_default();
    TRY(w, srnn_decoding_options, d, decode, I(srnn_decoding_options, folds),
        I(srnn_decoding_options, n_classes), D(srnn_decoding_options, shrinkage),
        L(srnn_decoding_options, seed));
    srnn_fixed_options f = srnn_fixed_options_default();
    f.max_iterations = 50;
    TRY(w, srnn_fixed_options, f, find_fixed, D(srnn_fixed_options, tolerance),
        D(srnn_fixed_options, slow_speed), D(srnn_fixed_options, distance));
}

/* ---- functions that return no status ---- */

static void plain_functions(void **state)
{
    const world *w = *state;
    assert_int_equal(srnn_spiking_steps(201, 1), 20000);
    assert_int_equal(srnn_spiking_steps(201, 20), 1000);
    assert_int_equal(srnn_spiking_steps(200, 20), 900);
    assert_int_equal(srnn_spiking_steps(1, 1), 0);
    assert_int_equal(srnn_spiking_steps(201, 0), 0);
    assert_int_equal(srnn_spiking_steps(201, -1), 0);
    assert_int_equal(srnn_spiking_steps(0, 1), 0);
    assert_int_equal(srnn_spiking_steps(INT_MIN, INT_MIN), 0);
    assert_int_equal(srnn_spiking_steps(INT_MAX, 1), INT_MAX);
    assert_int_equal(srnn_spiking_steps(INT_MAX, INT_MAX), 0);

    srnn_recording r = srnn_recording_default();
    r.what = SRNN_RECORD_V | SRNN_RECORD_R;
    assert_true(srnn_recording_bytes(&r, 10, 100) == 2 * 10 * 100 * 8);
    assert_true(srnn_recording_bytes(&r, INT_MAX, INT_MAX) == UINT64_MAX);
    assert_true(srnn_recording_bytes(&r, -1, 100) == 0);
    assert_true(srnn_recording_bytes(&r, 10, INT_MIN) == 0);
    r.every = 0;
    assert_true(srnn_recording_bytes(&r, 10, 100) == 0);

    srnn_task_settings s = srnn_task_settings_default(), kept = s;
    srnn_task_setting_put(&s, -1, 5);
    srnn_task_setting_put(&s, INT_MAX, 5);
    assert_memory_equal(&s, &kept, sizeof s);
    assert_true(srnn_task_setting_get(&s, -1) == -1 && srnn_task_setting_get(&s, 1000) == -1);
    srnn_task_setting_put(&s, 0, 1e300);
    assert_int_equal(s.T, INT_MAX);
    srnn_task_setting_put(&s, 0, -1e300);
    assert_int_equal(s.T, INT_MIN);

    const double out[T] = {0};
    srnn_response response = {SRNN_SPIKING, T, 1, out, 100};
    for (int i = 0; i < N_DOUBLES; i++) {
        response.samples_per_step = doubles[i];
        assert_true(srnn_response_sample(&response, 10) >= 0);
        assert_true(isnan(srnn_response_time_ms(w->task, &response)));
        response.samples_per_step = 100;
        assert_true(srnn_response_sample(&response, doubles[i]) >= 0);
    }
    response.n = 0;
    const srnn_trial_key key = {.domain = SRNN_DOMAIN_USER};
    assert_false(srnn_task_score(w->task, key, 0, &response).correct);
    response.n = T;
    assert_false(srnn_task_score(w->task, key, INT_MAX, &response).correct);
    assert_false(srnn_task_score(w->task, key, -1, &response).correct);
    for (int i = 0; i < N_DOUBLES; i++) assert_true(srnn_n_bins(&w->spikes, doubles[i]) >= 0);
    double low, high;
    for (int i = 0; i < N_INTS; i++)
        srnn_wilson_interval(ints[i], ints[N_INTS - 1 - i], &low, &high);
}

/* ---- the world ---- */

static void make_spikes(world *w)
{
    srnn_spikes *s = &w->spikes;
    static char *names[] = {"a", "b"};
    static double label[K], value[K];
    static uint8_t population[N];
    static int type[K];
    static int32_t trial[K * N], unit[K * N];
    static double time_ms[K * N];
    for (int k = 0; k < K; k++) type[k] = k % 2;
    for (int q = 0; q < K * N; q++) {
        trial[q] = q / N;
        unit[q] = q % N;
        time_ms[q] = 3 + 10 * (q % N) + 5 * (q / N % 3);
    }
    *s = (srnn_spikes){.N = N,
                       .K = K,
                       .T_ms = 150,
                       .dt_ms = 0.05,
                       .n = K * N,
                       .trial = trial,
                       .unit = unit,
                       .time_ms = time_ms,
                       .population = population,
                       .n_types = 2,
                       .type_names = names,
                       .type = type,
                       .label = label,
                       .value = value,
                       .stim_on_ms = 20,
                       .stim_off_ms = 50,
                       .task = ""};
    assert_ok(w->ctx, srnn_spikes_check(w->ctx, s));
    assert_ok(w->ctx, srnn_activity_of_spikes(w->ctx, s, 10, 0, &w->activity));
}

static int open_world(void **state)
{
    static world w;
    w.ctx = new_ctx(NULL, 1);
    srnn_ctx_set_progress(w.ctx, stop, NULL);
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = T;
    settings.stim_on = 5;
    settings.stim_dur = 5;
    assert_ok(w.ctx, srnn_task_built_in(w.ctx, "go-nogo", &settings, &w.task));
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    w.model = new_model(w.ctx, &params);
    make_spikes(&w);
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    world *w = *state;
    srnn_activity_free(&w->activity);
    srnn_model_free(w->model);
    srnn_task_free(w->task);
    srnn_ctx_free(w->ctx);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_and_models), cmocka_unit_test(rate_network),
        cmocka_unit_test(spiking_network),  cmocka_unit_test(analyses),
        cmocka_unit_test(plain_functions),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
