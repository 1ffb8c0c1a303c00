/* The diagnosis of a conversion, without the program: verdicts, sentences, numbers. The network is
   ten units without connections, which answer the stimulus of Go-NoGo at once. */
#include "helpers.h"

#include "experiment/findings.h"

enum { N = 10, OF_TYPE = 12 };

typedef struct fixture {
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    static float w[N * N], w_in[N], w_out[N], taus_gaus[N];
    static const float b_out[] = {-1};
    static uint8_t inh[N];
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = 60;
    settings.stim_on = 10;
    settings.stim_dur = 20;
    for (int i = 0; i < N; i++) {
        w_in[i] = 100;
        w_out[i] = 2.0f / N; /* the sigmoid goes from 0.5 to 1, out from 0 to 1 */
    }
    const srnn_model_view view = {.N = N,
                                  .n_in = 1,
                                  .n_out = 1,
                                  .apply_dale = true,
                                  .n_taus = 1,
                                  .taus = {20},
                                  .DeltaT = 1,
                                  .activation = SRNN_SIGMOID,
                                  .w = w,
                                  .w_in = w_in,
                                  .w_out = w_out,
                                  .b_out = b_out,
                                  .taus_gaus = taus_gaus,
                                  .inh = inh};
    f.ctx = new_ctx(NULL, 2);
    assert_ok(f.ctx, srnn_task_named(f.ctx, "go-nogo", &settings, &f.task));
    assert_ok(f.ctx, srnn_model_from_view(f.ctx, &view, &f.model));
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    srnn_model_free(f->model);
    srnn_task_free(f->task);
    srnn_ctx_free(f->ctx);
    return 0;
}

static srnn_spiking_params working(double noise_mv)
{
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = 120;
    params.neuron.bias_mv = -42;
    params.neuron.noise_mv = noise_mv;
    return params;
}

/* With compared_trials 0 there is nothing to be freed. */
static srnn_evaluation evaluated(const fixture *f, const srnn_spiking_params *params,
                                 srnn_domain domain, int compared_trials)
{
    srnn_evaluation e = {.n_trials = OF_TYPE,
                         .response_threshold = srnn_response_threshold(f->task),
                         .has_spiking = true,
                         .conversion = params->conversion.by,
                         .scaling_factor = params->conversion.scaling_factor};
    srnn_rate_eval_options rate = srnn_rate_eval_options_default();
    srnn_spiking_eval_options spiking = srnn_spiking_eval_options_default();
    srnn_compare_options compare = srnn_compare_options_default();
    rate.n_trials = spiking.n_trials = OF_TYPE;
    rate.domain = spiking.domain = compare.domain = domain;
    rate.balanced = spiking.balanced = true;
    compare.n_trials = compared_trials;
    assert_ok(f->ctx, srnn_rate_evaluate(f->ctx, f->model, f->task, &rate, &e.rate));
    assert_ok(f->ctx,
              srnn_spiking_evaluate(f->ctx, f->model, f->task, params, &spiking, &e.spiking));
    if (compared_trials > 0)
        assert_ok(f->ctx, srnn_compare(f->ctx, f->model, f->task, params, &compare, &e.comparison));
    return e;
}

static void assert_codes(const srnn_diagnosis *d, const char *expected)
{
    char codes[512] = "";
    for (int i = 0; i < d->n; i++) {
        if (i > 0) strcat(codes, " ");
        strcat(codes, d->findings[i].code);
    }
    assert_string_equal(codes, expected);
}

static void assert_holds(const char *text, const char *part)
{
    if (!text || !strstr(text, part)) fail_msg("'%s' lacks '%s'", text ? text : "NULL", part);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part)) fail_msg("'%s' has '%s'", text, part);
}

/* ---- verdicts ---- */

static srnn_evaluation counted(int rate_correct, int spiking_correct)
{
    return (srnn_evaluation){.n_trials = 100,
                             .has_spiking = true,
                             .rate = {.n_trials = 200, .correct = rate_correct},
                             .spiking = {.n_trials = 200, .correct = spiking_correct}};
}

static void test_verdicts(void **state)
{
    (void)state;
    const struct {
        int rate, spiking;
        bool learned, short_of, badly;
    } cases[] = {
        {200, 200, true, false, false}, {190, 190, true, false, false}, /* 0.95 is enough */
        {190, 189, true, true, true},   {200, 190, true, true, true},   /* 0.95, clearly below 1 */
        {189, 189, false, true, false}, {100, 95, false, true, false},
        {150, 100, false, true, true},  {100, 200, false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        srnn_evaluation e = counted(cases[i].rate, cases[i].spiking);
        assert_int_equal(srnn_rate_reaches_criterion(&e.rate), cases[i].learned);
        assert_int_equal(srnn_falls_short(&e), cases[i].short_of);
        assert_int_equal(srnn_converts_badly(&e), cases[i].badly);
        e.has_spiking = false;
        assert_false(srnn_falls_short(&e));
        assert_false(srnn_converts_badly(&e));
    }
}

/* ---- findings ---- */

static void test_shortfall_has_both_numbers_and_the_rule(void **state)
{
    (void)state;
    char text[320];
    srnn_evaluation e = counted(200, 186);
    srnn__describe_shortfall(&e, text);
    assert_string_equal(text, "With λ the spiking network is correct in 0.930 of 200 trials (95 % "
                              "interval 0.886 – 0.958), the rate network in 1.000 (0.981 – 1.000): "
                              "below 0.95");
    e = counted(200, 190);
    e.conversion = SRNN_BY_OPERATING_POINT;
    srnn__describe_shortfall(&e, text);
    assert_string_equal(text, "With its operating point the spiking network is correct in 0.950 of "
                              "200 trials (95 % interval 0.910 – 0.973), the rate network in 1.000 "
                              "(0.981 – 1.000): clearly below it, as the intervals do not overlap");
}

static void test_when(void **state)
{
    const fixture *f = *state;
    const srnn_spiking_params good = working(0), noisy = working(3);
    const srnn_evaluation well = evaluated(f, &good, SRNN_DOMAIN_EVAL, 0);
    const srnn_evaluation badly = evaluated(f, &noisy, SRNN_DOMAIN_EVAL, 0);
    srnn_diagnose_options o = srnn_diagnose_options_default();
    assert_int_equal(o.size, sizeof o);
    srnn_diagnosis d;
    assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, NULL, &good, &well, &d));
    assert_false(d.made);
    assert_int_equal(d.n, 0);
    o.when = SRNN_DIAGNOSE_ALWAYS;
    assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, &o, &good, &well, &d));
    assert_true(d.made);
    assert_codes(&d, "too_few_trials");
    assert_holds(d.findings[0].sentence, "about 73 trials are needed: 37 of each type.");
    srnn_diagnosis_free(&d);
    assert_false(d.made);
    o.when = SRNN_DIAGNOSE_NEVER;
    assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, &o, &noisy, &badly, &d));
    assert_false(d.made);
    srnn_evaluation rate_only = badly;
    rate_only.has_spiking = false;
    o.when = SRNN_DIAGNOSE_ALWAYS;
    assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, &o, &noisy, &rate_only, &d));
    assert_false(d.made);
}

static void test_sentences_name_options(void **state)
{
    const fixture *f = *state;
    const srnn_spiking_params params = working(3);
    const srnn_evaluation e = evaluated(f, &params, SRNN_DOMAIN_EVAL, 0);
    const char *const prefixes[] = {"", "--"};
    for (int i = 0; i < 2; i++) {
        srnn_diagnosis d;
        srnn_ctx_set_option_prefix(f->ctx, prefixes[i]);
        assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, NULL, &params, &e, &d));
        srnn_ctx_set_option_prefix(f->ctx, "");
        assert_codes(&d, "voltage_noise no_operating_point");
        assert_holds(d.findings[0].sentence, i ? " `--noise_mv`" : " `noise_mv`");
        assert_holds(d.findings[1].sentence,
                     i ? "(`--conversion operating-point`)" : "(`conversion operating-point`)");
        for (int k = 0; k < d.n; k++) {
            assert_lacks(d.findings[k].sentence, "spikernn");
            if (i == 0) assert_lacks(d.findings[k].sentence, "--");
        }
        srnn_diagnosis_free(&d);
    }
}

static void test_numbers(void **state)
{
    const fixture *f = *state;
    const srnn_spiking_params params = working(3);
    const srnn_evaluation e = evaluated(f, &params, SRNN_DOMAIN_EVAL, 0);
    srnn_diagnosis d;
    assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, NULL, &params, &e, &d));
    assert_holds(d.findings[0].numbers, "\"accuracy_changed\":1.0,\"types\":[");
    assert_holds(d.findings[0].numbers,
                 "{\"type\":\"nogo\",\"n\":12,\"wrong\":12,\"wrong_changed\":0}");
    char *json = srnn_diagnosis_json(&d);
    assert_holds(json, "[{\"code\":\"voltage_noise\",\"sentence\":\"Without voltage noise ");
    assert_holds(json, "{\"code\":\"no_operating_point\",");
    free(json);
    srnn_diagnosis_free(&d);
}

static const char *numbers_of(const srnn_diagnosis *d, const char *code)
{
    for (int i = 0; i < d->n; i++)
        if (!strcmp(d->findings[i].code, code)) return d->findings[i].numbers;
    return NULL;
}

/* The changed network runs the evaluation's trials: as many are correct as in an evaluation with
   the change. */
static void test_same_trials(void **state)
{
    const fixture *f = *state;
    const srnn_spiking_params params = working(0.2);
    srnn_spiking_params reset = params;
    reset.neuron.v0_low_mv = reset.neuron.v0_high_mv = params.neuron.v_reset_mv;
    int correct[2];
    for (int k = 0; k < 2; k++) {
        srnn_diagnose_options o = srnn_diagnose_options_default();
        o.domain = k ? SRNN_DOMAIN_USER : SRNN_DOMAIN_EVAL;
        srnn_evaluation e = evaluated(f, &params, o.domain, 0);
        e.spiking.correct = 0; /* whatever changes is better */
        correct[k] = evaluated(f, &reset, o.domain, 0).spiking.correct;
        char expected[64];
        snprintf(expected, sizeof expected, "\"accuracy_changed\":%.16g,",
                 correct[k] / (2.0 * OF_TYPE));
        srnn_diagnosis d;
        assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, &o, &params, &e, &d));
        assert_holds(numbers_of(&d, "initial_transient"), expected);
        srnn_diagnosis_free(&d);
    }
    assert_int_not_equal(correct[0], correct[1]);
}

/* A search that is given counts instead of the model's; what is not known in it explains nothing.
 */
static void test_search_record(void **state)
{
    const fixture *f = *state;
    const srnn_spiking_params params = working(0);
    const srnn_evaluation e = evaluated(f, &params, SRNN_DOMAIN_EVAL, 0);
    const double factors[] = {60, 120, 240}, perfs[] = {0.5, 1, 0.5};
    srnn_search_record record = {.n = 3,
                                 .opt_scaling_factor = 120,
                                 .scaling_factors = factors,
                                 .all_perfs = perfs,
                                 .n_trials = 10,
                                 .settings = "",
                                 .test_trials = 10};
    const struct {
        double perf;
        const char *codes;
    } cases[] = {{0.6, "choice too_few_trials"}, {NAN, "too_few_trials"}, {1, "too_few_trials"}};
    srnn_diagnose_options o = srnn_diagnose_options_default();
    o.when = SRNN_DIAGNOSE_ALWAYS;
    o.search = &record;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        srnn_diagnosis d;
        record.test_perf = cases[i].perf;
        assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, &o, &params, &e, &d));
        assert_codes(&d, cases[i].codes);
        srnn_diagnosis_free(&d);
    }
}

/* Without a comparison nothing is known of the units. */
static void test_no_comparison(void **state)
{
    const fixture *f = *state;
    srnn_spiking_params params = working(0);
    params.neuron.bias_mv = -300;
    for (int compared = 0; compared < 2; compared++) {
        srnn_evaluation e = evaluated(f, &params, SRNN_DOMAIN_EVAL, compared);
        srnn_diagnosis d;
        assert_ok(f->ctx, srnn_diagnose(f->ctx, f->model, f->task, NULL, &params, &e, &d));
        assert_codes(&d, compared ? "conversion silent_units no_operating_point"
                                  : "conversion no_operating_point");
        char *json = srnn_evaluation_json(f->task, &e);
        assert_holds(json, compared ? "\"comparison\":{\"trials_of_each_type\":1,"
                                    : "\"comparison\":null}");
        assert_holds(json, "\"response_times\":null,\"rules\":null}],\"confusion\":null");
        free(json);
        srnn_comparison_free(&e.comparison);
        srnn_diagnosis_free(&d);
    }
}

static void test_failure_leaves_nothing(void **state)
{
    const fixture *f = *state;
    srnn_spiking_params params = working(3);
    const srnn_evaluation e = evaluated(f, &params, SRNN_DOMAIN_EVAL, 0);
    params.conversion.use_initial_weights = true; /* a finding */
    params.conversion.use_readout = true;         /* an error: the model has none */
    srnn_diagnosis d;
    assert_int_equal(srnn_diagnose(f->ctx, f->model, f->task, NULL, &params, &e, &d),
                     SRNN_ERR_ARGUMENT);
    assert_false(d.made);
    assert_int_equal(d.n, 0);
    assert_null(d.findings);
}

/* ---- JSON of results ---- */

static void assert_json(char *text, const char *expected)
{
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_json_text(void **state)
{
    const fixture *f = *state;
    assert_json(srnn_accuracy_json(0, 0, 0),
                "{\"correct\":0,\"n\":0,\"accuracy\":null,\"interval\":null,"
                "\"two_sided_accuracy\":null}");
    assert_json(srnn_diagnosis_json(&(srnn_diagnosis){0}), "null");
    assert_json(srnn_diagnosis_json(&(srnn_diagnosis){.made = true}), "[]");
    assert_json(srnn_readout_json(&(srnn_readout_result){
                    .shrinkage = 0.1 + 0.2, .rmse_before = INFINITY, .rmse = NAN}),
                "{\"shrinkage\":0.30000000000000004,\"rmse_trained\":null,\"rmse_refitted\":null,"
                "\"fresh\":null}");
    assert_json(
        srnn_operating_json(&(srnn_operating_result){
            .n = 1,
            .candidates = &(srnn_operating_candidate){.widening = 0.5, .score = NAN, .correct = 1},
            .n_trials = 2}),
        "{\"conversion\":\"operating-point\",\"n_trials\":2,\"best\":0,\"table\":[{"
        "\"widening\":0.5,\"shot_noise_cost\":0.0,\"visit_trials\":0,\"score\":null,"
        "\"mean_rate_hz\":0.0,\"correct\":1,\"n\":2,\"accuracy\":0.5,\"interval\":["
        "0.09453120573423072,0.9054687942657693],\"two_sided_accuracy\":0.0}],"
        "\"fresh\":null}");
    assert_json(srnn_search_json(&(srnn_search_result){0}),
                "{\"conversion\":\"scaling-factor\",\"n_trials\":0,\"opt_scaling_factor\":null,"
                "\"table\":[],\"trials_run\":0,\"trials_kept\":0,\"fresh\":null}");
    assert_json(
        srnn_training_json(f->model, 1.5),
        "{\"trials\":0,\"trials_at_most\":0,\"criterion_reached\":false,\"accuracy\":null,"
        "\"two_sided_accuracy\":null,\"loss\":null,\"last_trial_loss\":null,\"seconds\":1.5}");
    assert_json(srnn_task_summary_json(f->task),
                "{\"name\":\"go-nogo\",\"T\":60,\"n_in\":1,\"n_out\":1,\"stim_on\":10,"
                "\"stim_dur\":20,\"eval_amp_thresh\":0.7,\"inputs\":[{\"name\":"
                "\"stimulus\",\"unit\":\"\"}],\"outputs\":[{\"name\":\"response\",\"unit\":"
                "\"\"}],\"types\":[\"go\",\"nogo\"],\"parameters\":{}}");
    const int units[] = {0, 4};
    srnn_spiking_params params = srnn_spiking_params_default();
    params.stimulation.mode = SRNN_STIM_EXC;
    params.stimulation.units = units;
    params.stimulation.n_units = 2;
    char *text = srnn_spiking_params_json(&params);
    assert_holds(text, "\"units\":[1,5]"); /* counted from 1 */
    free(text);
}

static void test_quartiles(void **state)
{
    (void)state;
    double q[3];
    assert_int_equal(srnn_quartiles((const double[]){4, NAN, 1, 3, 2, INFINITY}, 6, q), 4);
    assert_true(q[0] == 1.75 && q[1] == 2.5 && q[2] == 3.25);
    assert_int_equal(srnn_quartiles((const double[]){NAN}, 1, q), 0);
    assert_true(isnan(q[0]) && isnan(q[1]) && isnan(q[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_shortfall_has_both_numbers_and_the_rule),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_sentences_name_options),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_same_trials),
        cmocka_unit_test(test_search_record),
        cmocka_unit_test(test_no_comparison),
        cmocka_unit_test(test_failure_leaves_nothing),
        cmocka_unit_test(test_json_text),
        cmocka_unit_test(test_quartiles),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
