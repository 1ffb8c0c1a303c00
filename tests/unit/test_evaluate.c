/* An evaluation of both networks is, bit by bit, what the functions of each give. */
#include "helpers.h"

enum { N = 24, T = 60 };

typedef struct network {
    srnn_ctx *ctx;
    srnn_model *model;
    srnn_task *task;
    srnn_spiking_params spiking;
    srnn_evaluate_options options;
} network;

static const int units[] = {7, 2, 19};

static void add_operating_point(network *n)
{
    float w[N];
    double gain[N], bias_mv[N], scale[N], offset[N];
    for (int i = 0; i < N; i++) {
        gain[i] = 20 + 0.1 * i;
        bias_mv[i] = -35 + 0.2 * i;
        scale[i] = 0.02;
        offset[i] = 0.01 * (i % 3);
        w[i] = 0.1F * (float)(i % 5 - 2);
    }
    const srnn_operating_point point = {.gain = gain,
                                        .bias_mv = bias_mv,
                                        .scale = scale,
                                        .offset = offset,
                                        .widening = 0.5,
                                        .shot_noise_cost = 0.3,
                                        .perf = NAN};
    assert_ok(n->ctx, srnn_model_set_operating_point(n->ctx, n->model, &point));
    const float b = 0.25F;
    const srnn_readout readout = {.w_out = w, .b_out = &b, .scaling_factor = NAN, .perf = NAN};
    assert_ok(n->ctx, srnn_model_set_readout(n->ctx, n->model, &readout));
}

static network open_network(const char *task, int threads)
{
    network n = {.ctx = new_ctx(NULL, threads)};
    assert_non_null(n.ctx);
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = T;
    settings.stim_on = 5;
    settings.stim_dur = 5;
    if (!strcmp(task, "xor")) settings.delay = 2;
    assert_ok(n.ctx, srnn_task_named(n.ctx, task, &settings, &n.task));
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = srnn_task_get_def(n.task)->n_in;
    p.som_N = 2;
    p.P_inh = 0.4;
    p.gain = 2;
    p.seed = 5;
    n.model = new_model(n.ctx, &p);
    add_operating_point(&n);
    n.spiking = srnn_spiking_params_default();
    n.spiking.conversion.scaling_factor = 3;
    n.options = srnn_evaluate_options_default();
    n.options.seed = 9;
    n.options.n_trials = 12;
    n.options.compared_trials = 3;
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

/* ---- the same numbers, NaN where NaN ---- */

#define assert_same(a, b, n) assert_memory_equal(a, b, (size_t)(n) * sizeof *(a))
#define assert_double(a, b) assert_memory_equal(&(a), &(b), sizeof(double))

static void assert_types(const srnn_type_stats *a, const srnn_type_stats *b,
                         const srnn_response_times *x, const srnn_response_times *y, int n_types)
{
    for (int i = 0; i < n_types; i++) {
        assert_int_equal(a[i].n, b[i].n);
        assert_int_equal(a[i].correct, b[i].correct);
        assert_double(a[i].value_mean, b[i].value_mean);
        assert_double(a[i].value_sd, b[i].value_sd);
        assert_int_equal(x[i].n, y[i].n);
        assert_double(x[i].median_ms, y[i].median_ms);
        assert_double(x[i].mean_ms, y[i].mean_ms);
        assert_double(x[i].sd_ms, y[i].sd_ms);
    }
}

static void assert_confusion(const srnn_confusion *a, const srnn_confusion *b, int n_types)
{
    assert_int_equal(a->n_sets, b->n_sets);
    assert_true(a->n_sets > 0);
    assert_same(a->sets, b->sets, a->n_sets);
    assert_same(a->counts, b->counts, n_types * a->n_sets);
    assert_same(a->others, b->others, n_types);
}

static void assert_comparison(const srnn_comparison *a, const srnn_comparison *b)
{
    assert_int_equal(a->n_trials, b->n_trials);
    assert_int_equal(a->N, b->N);
    assert_int_equal(a->n_bins, b->n_bins);
    assert_int_equal(a->n_silent, b->n_silent);
    assert_int_equal(a->n_saturated, b->n_saturated);
    assert_double(a->rmse, b->rmse);
    assert_double(a->ceiling_hz, b->ceiling_hz);
    assert_same(a->output_correlation, b->output_correlation, SRNN_TYPES_MAX);
    assert_same(a->across_units, b->across_units, SRNN_TYPES_MAX);
    if (!a->N) return;
    assert_same(a->unit_correlation, b->unit_correlation, N);
    assert_same(a->mean_r, b->mean_r, N);
    assert_same(a->mean_hz, b->mean_hz, N);
    assert_same(a->saturated, b->saturated, N);
}

static void assert_observation(const srnn_observation *a, const srnn_observation *b)
{
    assert_int_equal(a->K, b->K);
    assert_int_equal(a->spiking, b->spiking);
    const int K = a->K, outputs = K * (T - 1) * a->n_out;
    assert_same(a->type, b->type, K);
    assert_same(a->u, b->u, K * T * a->n_in);
    assert_same(a->z, b->z, K * T * a->n_out);
    assert_same(a->r, b->r, K * T * N);
    assert_same(a->o, b->o, outputs);
    for (int k = 0; k < K; k++) assert_double(a->rate_score[k].value, b->rate_score[k].value);
    if (!a->spiking) return;
    assert_same(a->out, b->out, outputs);
    for (int k = 0; k < K; k++) assert_double(a->spiking_score[k].value, b->spiking_score[k].value);
    assert_int_equal(a->spikes.n, b->spikes.n);
    assert_true(a->spikes.n > 0);
    assert_same(a->spikes.trial, b->spikes.trial, a->spikes.n);
    assert_same(a->spikes.unit, b->spikes.unit, a->spikes.n);
    assert_same(a->spikes.time_ms, b->spikes.time_ms, a->spikes.n);
    assert_int_equal(a->nt, b->nt);
    assert_int_equal(a->n_units, b->n_units);
    if (a->v) assert_same(a->v, b->v, a->n_types * a->nt * a->n_units);
    assert_comparison(&a->comparison, &b->comparison);
}

/* ---- the functions of each network ---- */

/* srnn_evaluate() by them; the status is that of the first that fails. */
static srnn_status separately(const network *n, srnn_evaluation *e, srnn_observation *observation)
{
    const srnn_evaluate_options *o = &n->options;
    srnn_rate_eval_options rate = srnn_rate_eval_options_default();
    rate.seed = o->seed;
    rate.n_trials = o->n_trials;
    rate.balanced = rate.answers = true;
    srnn_status status =
        srnn_rate_evaluate_trials(n->ctx, n->model, n->task, &rate, &e->rate, o->rate_trials);
    srnn_spiking_eval_options spiking = srnn_spiking_eval_options_default();
    spiking.seed = o->seed;
    spiking.n_trials = o->n_trials;
    spiking.balanced = spiking.answers = true;
    if (!status && o->spiking)
        status =
            srnn_spiking_evaluate(n->ctx, n->model, n->task, o->spiking, &spiking, &e->spiking);
    srnn_compare_options compare = srnn_compare_options_default();
    compare.seed = o->seed;
    compare.n_trials = o->compared_trials;
    if (!status && o->spiking && o->compared_trials)
        status = srnn_compare(n->ctx, n->model, n->task, o->spiking, &compare, &e->comparison);
    srnn_observe_options observe = srnn_observe_options_default();
    observe.seed = o->seed;
    observe.n_trials = o->observed_trials;
    observe.spiking = o->spiking;
    observe.units = o->units;
    observe.n_units = o->n_units;
    if (!status && o->observed_trials)
        status = srnn_observe(n->ctx, n->model, n->task, &observe, observation);
    return status;
}

static void assert_as_separately(network *n)
{
    static double o[2][3 * (T - 1) * 48], of_trial[2][4][48];
    srnn_rate_trials trials[2];
    for (int i = 0; i < 2; i++)
        trials[i] = (srnn_rate_trials){o[i], of_trial[i][0], of_trial[i][1], of_trial[i][2],
                                       of_trial[i][3]};
    const int n_types = srnn_task_get_def(n->task)->n_types;
    srnn_evaluation apart = {0}, e;
    srnn_observation seen_apart = {0}, seen;
    n->options.rate_trials = &trials[0];
    assert_ok(n->ctx, separately(n, &apart, &seen_apart));
    n->options.rate_trials = &trials[1];
    assert_ok(n->ctx, srnn_evaluate(n->ctx, n->model, n->task, &n->options, &e, &seen));
    assert_int_equal(e.n_trials, n->options.n_trials);
    assert_int_equal(e.rate.n_trials, n->options.n_trials * n_types);
    assert_int_equal(e.rate.correct, apart.rate.correct);
    assert_double(e.rate.loss_mean, apart.rate.loss_mean);
    assert_types(e.rate.types, apart.rate.types, e.rate.response_times, apart.rate.response_times,
                 n_types);
    assert_confusion(&e.rate.confusion, &apart.rate.confusion, n_types);
    assert_memory_equal(o[0], o[1], sizeof o[0]);
    assert_memory_equal(of_trial[0], of_trial[1], sizeof of_trial[0]);
    assert_int_equal(e.has_spiking, n->options.spiking != NULL);
    if (e.has_spiking) {
        assert_int_equal(e.spiking.correct, apart.spiking.correct);
        assert_double(e.spiking.mean_rate_hz, apart.spiking.mean_rate_hz);
        assert_true(e.spiking.mean_rate_hz > 0);
        assert_same(e.spiking.rates, apart.spiking.rates, n_types);
        assert_types(e.spiking.types, apart.spiking.types, e.spiking.response_times,
                     apart.spiking.response_times, n_types);
        assert_confusion(&e.spiking.confusion, &apart.spiking.confusion, n_types);
    }
    assert_comparison(&e.comparison, &apart.comparison);
    if (n->options.observed_trials) assert_observation(&seen, &seen_apart);
    srnn_evaluation_free(&e);
    srnn_evaluation_free(&apart);
    srnn_observation_free(&seen);
    srnn_observation_free(&seen_apart);
    n->options.rate_trials = NULL; /* they are this function's */
}

static void as_the_functions_of_each(void **state)
{
    (void)state;
    const struct {
        int n_trials, compared, observed;
    } cases[] = {{12, 3, 0}, {12, 0, 2}, {12, 2, 5}, {12, 5, 2}, {12, 0, 0}, {3, 3, 3}};
    static const char *const tasks[] = {"go-nogo", "xor"};
    for (int k = 0; k < 2; k++)
        for (int threads = 1; threads <= 3; threads += 2)
            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                network n = open_network(tasks[k], threads);
                n.options.spiking = &n.spiking;
                n.options.n_trials = cases[i].n_trials;
                n.options.compared_trials = cases[i].compared;
                n.options.observed_trials = cases[i].observed;
                assert_as_separately(&n);
                close_network(&n);
            }
}

static void of_every_conversion(void **state)
{
    (void)state;
    network n = open_network("xor", 2);
    n.options.observed_trials = 2;
    n.options.n_units = 0;
    assert_as_separately(&n); /* the rate network alone */
    n.options.spiking = &n.spiking;
    n.spiking.downsample = 3;
    n.spiking.precision = SRNN_DOUBLE;
    assert_as_separately(&n);
    n.spiking.conversion.by = SRNN_BY_OPERATING_POINT;
    assert_as_separately(&n);
    n.spiking.conversion.use_readout = true;
    assert_as_separately(&n);
    srnn_evaluation e;
    assert_ok(n.ctx, srnn_evaluate(n.ctx, n.model, n.task, &n.options, &e, NULL));
    assert_int_equal(e.conversion, SRNN_BY_OPERATING_POINT);
    assert_true(isnan(e.scaling_factor) && e.use_readout);
    assert_true(e.response_threshold == srnn_response_threshold(n.task));
    srnn_evaluation_free(&e);
    assert_null(e.comparison.mean_r);
    close_network(&n);
}

/* What is asked for beyond n_trials counts up to there. */
static void at_most_the_trials(void **state)
{
    (void)state;
    network n = open_network("go-nogo", 2);
    n.options.spiking = &n.spiking;
    n.options.n_trials = 2;
    n.options.compared_trials = 20;
    n.options.observed_trials = 9;
    srnn_evaluation e;
    srnn_observation seen;
    assert_ok(n.ctx, srnn_evaluate(n.ctx, n.model, n.task, &n.options, &e, &seen));
    assert_int_equal(e.comparison.n_trials, 2);
    assert_int_equal(seen.K, 4);
    srnn_evaluation_free(&e);
    srnn_observation_free(&seen);
    n.options.observed_trials = 0;
    assert_ok(n.ctx, srnn_evaluate(n.ctx, n.model, n.task, &n.options, &e, &seen));
    assert_null(seen.r);
    srnn_evaluation_free(&e);
    close_network(&n);
}

/* ---- how it ends ---- */

typedef struct watch {
    int64_t done, total, stop_at;
} watch;

static int watched(void *user, const srnn_progress *p)
{
    watch *w = user;
    assert_string_equal(p->phase, "evaluate");
    assert_true(p->done > w->done);
    w->done = p->done;
    w->total = p->total;
    return w->stop_at && p->done >= w->stop_at;
}

static void progress_and_cancellation(void **state)
{
    (void)state;
    network n = open_network("go-nogo", 1);
    n.options.spiking = &n.spiking;
    srnn_evaluation e;
    watch w = {0};
    srnn_ctx_set_progress(n.ctx, watched, &w);
    assert_ok(n.ctx, srnn_evaluate(n.ctx, n.model, n.task, &n.options, &e, NULL));
    srnn_evaluation_free(&e);
    assert_int_equal(w.total, 6 + 2 * 18); /* 3 of each type in both, 9 in either */
    assert_int_equal(w.done, w.total);
    static const int64_t in_each_part[] = {3, 8, 30};
    for (int i = 0; i < 3; i++) {
        n.options.observed_trials = 2;
        w = (watch){.stop_at = in_each_part[i]};
        srnn_observation seen;
        char says[64];
        assert_int_equal(srnn_evaluate(n.ctx, n.model, n.task, &n.options, &e, &seen),
                         SRNN_CANCELLED);
        snprintf(says, sizeof says, "interrupted after %d of 42 trials", (int)w.done);
        assert_string_equal(srnn_ctx_message(n.ctx), says);
        assert_int_equal(e.n_trials, 0);
        assert_null(e.comparison.mean_r);
        assert_null(seen.r);
    }
    close_network(&n);
}

/* Not a number in one of about 20 trials. */
static void generate_some(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const double wrong = *(const double *)user;
    const bool fails = srnn_rng_uniform(rng) < 0.05;
    for (int t = 0; t < n_cols; t++) {
        u[t] = t > 10 ? (float)type : 0;
        z[t] = 0;
    }
    if (fails) u[20] = (float)wrong;
}

static int draw_left(void *user, srnn_rng *rng)
{
    (void)user, (void)rng;
    return 0;
}

static srnn_score score_none(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user, (void)type, (void)rng, (void)response;
    return (srnn_score){.correct = true};
}

static void the_same_first_fault(void **state)
{
    (void)state;
    static const char *const names[] = {"left", "right"};
    static const double labels[] = {-1, 1};
    double wrong[] = {NAN, 3e37}; /* no input, and one beyond what the spiking network takes */
    static const char *const says[] = {"task 'mine': generate gave nan", "trial "};
    for (int threads = 1; threads <= 3; threads += 2)
        for (int i = 0; i < 2; i++)
            for (int compared = 0; compared <= 40; compared += 20) {
                network n = open_network("go-nogo", threads);
                srnn_task_free(n.task);
                const srnn_task_def def = {.name = "mine",
                                           .n_in = 1,
                                           .n_out = 1,
                                           .T = T,
                                           .n_types = 2,
                                           .type_names = names,
                                           .labels = labels,
                                           .stim_on = 10,
                                           .stim_off = 20,
                                           .settings = srnn_task_settings_default(),
                                           .user = &wrong[i],
                                           .draw_type = draw_left,
                                           .generate = generate_some,
                                           .score = score_none};
                assert_ok(n.ctx, srnn_task_create(n.ctx, &def, &n.task));
                n.options.n_trials = 40;
                n.options.compared_trials = compared;
                n.options.spiking = &n.spiking;
                n.spiking.conversion.by = SRNN_BY_OPERATING_POINT;
                srnn_evaluation e = {0};
                char apart[1024];
                const srnn_status status = separately(&n, &e, NULL);
                snprintf(apart, sizeof apart, "%s", srnn_ctx_message(n.ctx));
                srnn_evaluation_free(&e);
                assert_int_equal(status, i == 0 ? SRNN_ERR_ARGUMENT : SRNN_ERR_NUMERIC);
                assert_ptr_equal(strstr(apart, says[i]), apart);
                assert_says(n.ctx, srnn_evaluate(n.ctx, n.model, n.task, &n.options, &e, NULL),
                            status, apart);
                assert_int_equal(e.n_trials, 0);
                close_network(&n);
            }
}

/* Channel by channel, so that a column more makes other numbers of the second channel. */
static void generate_by_channel(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)user, (void)type;
    for (int c = 0; c < 2; c++)
        for (int t = 0; t < n_cols; t++) u[2 * t + c] = (float)srnn_rng_normal(rng);
    for (int t = 0; t < n_cols; t++) z[t] = (float)srnn_rng_normal(rng);
}

static srnn_score score_last(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user, (void)rng;
    const double value = response->out[response->n - 1];
    return (srnn_score){.correct = (value > 0.1) == type,
                        .value = value,
                        .margin = type ? value - 0.1 : 0.1 - value};
}

static void tasks_that_draw_by_channel(void **state)
{
    (void)state;
    static const char *const names[] = {"low", "high"};
    static const double labels[] = {-1, 1};
    const srnn_task_def def = {.name = "mine",
                               .n_in = 2,
                               .n_out = 1,
                               .T = T,
                               .n_types = 2,
                               .type_names = names,
                               .labels = labels,
                               .settings = srnn_task_settings_default(),
                               .draw_type = draw_left,
                               .generate = generate_by_channel,
                               .score = score_last};
    for (int threads = 1; threads <= 3; threads += 2) {
        network n = open_network("go-nogo", threads);
        srnn_task_free(n.task);
        srnn_model_free(n.model);
        const srnn_model_params params = {.size = sizeof params,
                                          .N = N,
                                          .n_in = 2,
                                          .n_out = 1,
                                          .P_inh = 0.3,
                                          .P_rec = 0.4,
                                          .gain = 1.5,
                                          .apply_dale = true,
                                          .n_taus = 2,
                                          .taus = {4, 20},
                                          .DeltaT = 1,
                                          .seed = 3};
        assert_ok(n.ctx, srnn_model_create(n.ctx, &params, &n.model));
        assert_ok(n.ctx, srnn_task_create(n.ctx, &def, &n.task));
        n.options.spiking = &n.spiking;
        assert_as_separately(&n);
        close_network(&n);
    }
}

static void refusals(void **state)
{
    (void)state;
    network n = open_network("go-nogo", 1);
    srnn_evaluate_options *o = &n.options;
    o->spiking = &n.spiking;
    srnn_evaluation e;
    srnn_observation seen;
#define REFUSED(field, value, sentence)                                                            \
    do {                                                                                           \
        const srnn_evaluate_options before = *o;                                                   \
        o->field = value;                                                                          \
        assert_says(n.ctx, srnn_evaluate(n.ctx, n.model, n.task, o, &e, &seen), SRNN_ERR_ARGUMENT, \
                    sentence);                                                                     \
        assert_int_equal(e.n_trials, 0);                                                           \
        assert_null(seen.r);                                                                       \
        *o = before;                                                                               \
    } while (0)
    REFUSED(n_trials, 0, "n_trials is 0; expected at least 1, at most 10000000 in all");
    REFUSED(noise, -1, "noise is -1; expected 0 or more");
    REFUSED(seed, UINT64_MAX, "seed is 1.84467e+19; expected 0 to 2^53");
    REFUSED(compared_trials, -1, "compared_trials is -1; expected 0 or more");
    REFUSED(observed_trials, 10001, "observed_trials is 10001; expected 0 to 10000");
    char size[128];
    snprintf(size, sizeof size,
             "size of srnn_evaluate_options is 0; expected %zu, as "
             "srnn_evaluate_options_default() sets it",
             sizeof *o);
    REFUSED(size, 0, size);
    o->observed_trials = 1;
    const int beyond = N;
    o->n_units = 1;
    REFUSED(units, &beyond,
            "unit 24 is one of the units to keep voltages of; expected units from 0 to 23");
    n.spiking.conversion.scaling_factor = 0;
    REFUSED(n_units, 1, "scaling_factor is 0; expected a number above 0");
    close_network(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_functions_of_each),
        cmocka_unit_test(of_every_conversion),
        cmocka_unit_test(at_most_the_trials),
        cmocka_unit_test(progress_and_cancellation),
        cmocka_unit_test(the_same_first_fault),
        cmocka_unit_test(tasks_that_draw_by_channel),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
