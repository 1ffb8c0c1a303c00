/* Confusion and response times of the evaluations: a task whose verdicts are known by
   construction, and response times derived afresh from single runs. */
#include "helpers.h"

enum { N = 24, T = 40, N_OUT = 2 };

/* A rate step, in spiking steps of 0.05 ms. */
enum { STEP_MS = 5 };

static int draw_first(void *user, srnn_rng *rng)
{
    (void)user;
    (void)rng;
    return 0;
}

/* The case of a trial: one of four, its number in the first input. */
static int draw_case(srnn_rng *rng) { return (int)(4 * srnn_rng_uniform(rng)); }

static void generate_case(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)user;
    (void)type;
    (void)n_cols;
    (void)z;
    u[0] = (float)draw_case(rng);
}

/* Types a and b are always judged alike, c otherwise, d never correct. */
enum { A = 1, B = 2, C = 4, D = 8 };
static const uint64_t case_sets[] = {C, A | B, 0, A | B | C};

static srnn_score score_case(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user;
    (void)response;
    const bool correct = case_sets[draw_case(rng)] >> type & 1;
    return (srnn_score){.correct = correct, .value = 0, .margin = correct - 0.5};
}

static const char *const four_names[] = {"a", "b", "c", "d"};
static const double labels[SRNN_TYPES_MAX];

static srnn_task_def case_def(void)
{
    return (srnn_task_def){.name = "cases",
                           .n_in = 1,
                           .n_out = N_OUT,
                           .T = T,
                           .n_types = 4,
                           .type_names = four_names,
                           .labels = labels,
                           .stim_on = 7,
                           .stim_off = 9,
                           .settings = srnn_task_settings_default(),
                           .draw_type = draw_first,
                           .generate = generate_case,
                           .score = score_case};
}

/* Outputs that swing beyond 0.7 now and then. */
static srnn_model *swinging_model(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_out = N_OUT;
    p.seed = 5;
    srnn_model *plain = new_model(ctx, &p), *model;
    srnn_model_view view = srnn_model_get_view(plain);
    static float w_out[N * N_OUT], w_in[N];
    const float b_out[N_OUT] = {-0.2f, 0.1f};
    for (int i = 0; i < N; i++) {
        w_out[N_OUT * i] = 0.12f * (float)(i % 5 - 2);
        w_out[N_OUT * i + 1] = 0.09f * (float)(i % 7 - 3);
        w_in[i] = 2 * view.w_in[i];
    }
    view.w_out = w_out;
    view.w_in = w_in;
    view.b_out = b_out;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    srnn_model_free(plain);
    return model;
}

typedef struct evaluations {
    srnn_rate_evaluation rate;
    srnn_spiking_evaluation spiking;
} evaluations;

static evaluations evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                            const srnn_spiking_params *params, int n_trials)
{
    evaluations e;
    srnn_rate_eval_options rate = srnn_rate_eval_options_default();
    rate.seed = 3;
    rate.n_trials = n_trials;
    rate.balanced = rate.answers = true;
    assert_ok(ctx, srnn_rate_evaluate(ctx, model, task, &rate, &e.rate));
    srnn_spiking_eval_options spiking = srnn_spiking_eval_options_default();
    spiking.seed = 3;
    spiking.n_trials = n_trials;
    spiking.balanced = spiking.answers = true;
    assert_ok(ctx, srnn_spiking_evaluate(ctx, model, task, params, &spiking, &e.spiking));
    return e;
}

static void evaluations_free(evaluations *e)
{
    srnn_rate_evaluation_free(&e->rate);
    srnn_spiking_evaluation_free(&e->spiking);
}

static srnn_spiking_params scaled(double lambda)
{
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = lambda;
    return p;
}

static void assert_cases(srnn_ctx *ctx, const srnn_task *task, int n_trials,
                         const srnn_confusion *confusion, const srnn_type_stats *types)
{
    const uint64_t order[] = {C, A | B, A | B | C, 0};
    assert_int_equal(confusion->n_sets, 4);
    int expected[4][4] = {{0}};
    for (int k = 0; k < 4 * n_trials; k++) {
        float u[T];
        assert_ok(ctx,
                  srnn_task_trial(ctx, task, (srnn_trial_key){3, SRNN_DOMAIN_EVAL, (uint64_t)k},
                                  k % 4, T, u, NULL, NULL));
        const uint64_t set = case_sets[(int)u[0]];
        for (int s = 0; s < 4; s++) expected[k % 4][s] += order[s] == set;
    }
    for (int type = 0; type < 4; type++) {
        int sum = 0, correct = 0;
        for (int s = 0; s < 4; s++) {
            assert_true(confusion->sets[s] == order[s]);
            assert_int_equal(confusion->counts[type * 4 + s], expected[type][s]);
            assert_true(expected[type][s] > 0);
            sum += confusion->counts[type * 4 + s];
            if (order[s] >> type & 1) correct += confusion->counts[type * 4 + s];
        }
        assert_int_equal(sum, n_trials);
        assert_int_equal(confusion->others[type], 0);
        assert_int_equal(correct, types[type].correct);
    }
}

static void test_confusion_known_by_construction(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = swinging_model(ctx);
    const srnn_task_def def = case_def();
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    const srnn_spiking_params p = scaled(30);
    evaluations e = evaluate(ctx, model, task, &p, 30);
    assert_cases(ctx, task, 30, &e.rate.confusion, e.rate.types);
    assert_cases(ctx, task, 30, &e.spiking.confusion, e.spiking.types);

    srnn_spiking_eval_options o = srnn_spiking_eval_options_default();
    o.n_trials = 4;
    srnn_spiking_evaluation unasked;
    assert_ok(ctx, srnn_spiking_evaluate(ctx, model, task, &p, &o, &unasked));
    assert_int_equal(unasked.confusion.n_sets, 0);
    assert_null(unasked.response_times);
    evaluations_free(&e);
    assert_null(e.spiking.confusion.counts);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* A set of its own for every trial. */
static srnn_score score_bits(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user;
    (void)response;
    bool correct = false;
    for (int i = 0; i <= type; i++) correct = srnn_rng_uniform(rng) < 0.5;
    return (srnn_score){.correct = correct};
}

static bool in_order(uint64_t a, uint64_t b)
{
    int more = 0, first = 0; /* types of b less those of a; who has the first that differs */
    for (int i = 0; i < SRNN_TYPES_MAX; i++) {
        const int differ = (int)(b >> i & 1) - (int)(a >> i & 1);
        more += differ;
        if (!first) first = differ;
    }
    return more > 0 || (more == 0 && first < 0);
}

static void test_more_sets_than_there_is_room_for(void **state)
{
    (void)state;
    const char *names[SRNN_TYPES_MAX];
    for (int i = 0; i < SRNN_TYPES_MAX; i++) names[i] = "x";
    srnn_task_def def = case_def();
    def.n_types = SRNN_TYPES_MAX;
    def.type_names = names;
    def.score = score_bits;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = swinging_model(ctx);
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    const srnn_spiking_params p = scaled(30);
    evaluations e = evaluate(ctx, model, task, &p, 2);
    const srnn_confusion *c = &e.spiking.confusion;
    assert_int_equal(c->n_sets, SRNN_TYPES_MAX);
    for (int s = 1; s < SRNN_TYPES_MAX; s++) assert_true(in_order(c->sets[s - 1], c->sets[s]));
    int others = 0;
    for (int type = 0; type < SRNN_TYPES_MAX; type++) {
        int sum = c->others[type];
        for (int s = 0; s < SRNN_TYPES_MAX; s++) sum += c->counts[type * SRNN_TYPES_MAX + s];
        assert_int_equal(sum, 2);
        others += c->others[type];
    }
    assert_int_equal(others, SRNN_TYPES_MAX);
    const srnn_confusion *of_rate = &e.rate.confusion;
    assert_int_equal(of_rate->n_sets, SRNN_TYPES_MAX);
    assert_memory_equal(c->sets, of_rate->sets, SRNN_TYPES_MAX * sizeof *c->sets);
    assert_memory_equal(c->counts, of_rate->counts,
                        SRNN_TYPES_MAX * SRNN_TYPES_MAX * sizeof *c->counts);
    assert_memory_equal(c->others, of_rate->others, SRNN_TYPES_MAX * sizeof *c->others);
    evaluations_free(&e);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* ---- response times ---- */

/* out: [n][N_OUT], sample k at the time (k + 1) * dt_ms. */
static double first_beyond(const double *out, int n, double dt_ms, double onset_ms,
                           double threshold)
{
    for (int k = 0; k < n; k++) {
        const double t_ms = (k + 1) * dt_ms;
        if (t_ms < onset_ms - 1e-6) continue;
        for (int c = 0; c < N_OUT; c++)
            if (out[k * N_OUT + c] > threshold || out[k * N_OUT + c] < -threshold)
                return t_ms - onset_ms;
    }
    return (double)NAN;
}

static double derive_time(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_spiking_params *params, int k, int n_types, double threshold)
{
    const srnn_trial_key key = {3, SRNN_DOMAIN_EVAL, (uint64_t)k};
    const double onset_ms = STEP_MS * srnn_task_get_def(task)->stim_on;
    float u[T + 1];
    assert_ok(ctx, srnn_task_trial(ctx, task, key, k % n_types, T + 1, u, NULL, NULL));
    if (params) {
        const srnn_spiking_input input = {.C = T + 1, .u = u, .key = key};
        srnn_spiking_result r;
        assert_ok(ctx, srnn_spiking_run(ctx, model, params, &input, NULL, &r));
        const double ms = first_beyond(r.out, r.nt, 1e3 * r.dt_s, onset_ms, threshold);
        srnn_spiking_result_free(&r);
        return ms;
    }
    float o[(T - 1) * N_OUT];
    double out[(T - 1) * N_OUT];
    srnn_rate_input input = srnn_rate_input_default();
    input.T = T;
    input.u = u;
    input.key = key;
    assert_ok(ctx, srnn_rate_run(ctx, model, &input, &(srnn_rate_output){.o = o}));
    for (int i = 0; i < (T - 1) * N_OUT; i++) out[i] = (double)o[i];
    return first_beyond(out, T - 1, STEP_MS, onset_ms, threshold);
}

static int ascending(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static void assert_times(const srnn_response_times *got, double *ms, int n)
{
    assert_int_equal(got->n, n);
    if (n == 0) {
        assert_true(isnan(got->median_ms) && isnan(got->mean_ms) && isnan(got->sd_ms));
        return;
    }
    qsort(ms, (size_t)n, sizeof *ms, ascending);
    double mean = 0, squares = 0;
    for (int i = 0; i < n; i++) mean += ms[i] / n;
    for (int i = 0; i < n; i++) squares += (ms[i] - mean) * (ms[i] - mean);
    assert_near(got->median_ms, n % 2 ? ms[n / 2] : (ms[n / 2 - 1] + ms[n / 2]) / 2, 1e-9);
    assert_near(got->mean_ms, mean, 1e-9);
    if (n > 1)
        assert_near(got->sd_ms, sqrt(squares / (n - 1)), 1e-9);
    else
        assert_true(isnan(got->sd_ms));
}

/* Two types, of an input and of none; the case says how strong. */
static void generate_pulse(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)user;
    (void)z;
    (void)n_cols;
    const float strength = (float)draw_case(rng);
    for (int t = 7; t < 20; t++) u[t] = type == 0 ? strength : 0;
}

static void check_times(double eval_amp_thresh, const srnn_spiking_params *params, int responses[4])
{
    enum { TRIALS = 20 };
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = swinging_model(ctx);
    srnn_task_def def = case_def();
    def.n_types = 2;
    def.generate = generate_pulse;
    def.settings.eval_amp_thresh = eval_amp_thresh;
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    const double threshold = eval_amp_thresh;
    assert_true(srnn_response_threshold(task) == threshold);
    evaluations e = evaluate(ctx, model, task, params, TRIALS);
    for (int network = 0; network < 2; network++)
        for (int type = 0; type < 2; type++) {
            double ms[TRIALS];
            int n = 0;
            for (int k = type; k < 2 * TRIALS; k += 2) {
                ms[n] = derive_time(ctx, model, task, network ? params : NULL, k, 2, threshold);
                n += !isnan(ms[n]);
            }
            assert_times(network ? &e.spiking.response_times[type] : &e.rate.response_times[type],
                         ms, n);
            responses[2 * network + type] = n;
        }
    evaluations_free(&e);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_response_times_against_single_runs(void **state)
{
    (void)state;
    srnn_spiking_params p = scaled(25);
    int n[4], some = 0, missing = 0;
    for (int variant = 0; variant < 4; variant++) {
        p.downsample = variant == 1 ? 3 : variant == 2 ? 7 : 1;
        p.neuron.tr_ms = variant == 3 ? 0 : 2;
        check_times(variant == 1 ? 0.45 : 0.7, &p, n);
        for (int i = 0; i < 4; i++) {
            some += n[i] > 0;
            missing += n[i] < 20;
        }
    }
    assert_true(some >= 8 && missing >= 4);
}

/* Samples of the two clocks at, before and after the onset, 7 steps or 35 ms. */
static void test_clocks(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task_def def = case_def();
    def.settings.eval_amp_thresh = 0.7;
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    static double out[4000 * N_OUT];
    const struct {
        srnn_network network;
        double samples_per_step;
        int k; /* the sample beyond the threshold */
        double ms;
    } cases[] = {{SRNN_RATE, 1, 5, NAN},
                 {SRNN_RATE, 1, 6, 0},
                 {SRNN_RATE, 1, 7, 5},
                 {SRNN_SPIKING, 100, 698, NAN},
                 {SRNN_SPIKING, 100, 699, 0},
                 {SRNN_SPIKING, 100, 700, 0.05},
                 {SRNN_SPIKING, 5, 34, 0},
                 {SRNN_SPIKING, 100.0 / 3, 232, NAN},
                 {SRNN_SPIKING, 100.0 / 3, 233, 0.1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const srnn_response r = {cases[i].network, 4000, N_OUT, out, cases[i].samples_per_step};
        out[cases[i].k * N_OUT + 1] = -0.71;
        const double ms = srnn_response_time_ms(task, &r);
        if (isnan(cases[i].ms))
            assert_true(isnan(ms));
        else
            assert_near(ms, cases[i].ms, 1e-9);
        out[cases[i].k * N_OUT + 1] = -0.7;
        assert_true(isnan(srnn_response_time_ms(task, &r)));
        out[cases[i].k * N_OUT + 1] = 0;
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Where no output counts as a response there is no time of one. */
static void test_no_threshold(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_task_def def = case_def();
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    assert_true(isnan(srnn_response_threshold(task)));
    static double out[100 * N_OUT];
    for (int k = 0; k < 100 * N_OUT; k++) out[k] = 5;
    const srnn_response r = {SRNN_RATE, 100, N_OUT, out, 1};
    assert_true(isnan(srnn_response_time_ms(task, &r)));
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_confusion_known_by_construction),
        cmocka_unit_test(test_more_sets_than_there_is_room_for),
        cmocka_unit_test(test_response_times_against_single_runs),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_no_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
