/* The two-sided criterion: how far an output is beyond the other side, what the setting makes of
   it, and how it is counted and kept. */
#define _GNU_SOURCE 1
#include <unistd.h>

#include "helpers.h"

/* One type whose rules are given; its window is the whole trial. */
#define ONE_TYPE                                                                                   \
    "{\"name\": \"mine\", \"settings\": {\"T\": 20}, \"factors\": {\"trial\": {\"a\": null}},\n"   \
    "\"inputs\": [{\"value\": 1}], \"targets\": [{\"value\": 1}], \"correct\": [%s]}"

static const srnn_trial_key first = {1, SRNN_DOMAIN_EVAL, 0};

static srnn_task *one_type(srnn_ctx *ctx, const char *rules, const srnn_task_settings *settings)
{
    char json[1024];
    srnn_task *task;
    snprintf(json, sizeof json, ONE_TYPE, rules);
    assert_ok(ctx, srnn_task_from_json(ctx, json, "t.json", settings, &task));
    return task;
}

static srnn_task_settings two_sided_settings(void)
{
    srnn_task_settings s = srnn_task_settings_default();
    s.two_sided = 1;
    return s;
}

static srnn_task *built_in(srnn_ctx *ctx, const char *name, bool two_sided)
{
    const srnn_task_settings s = two_sided_settings();
    srnn_task *task;
    assert_ok(ctx, srnn_task_built_in(ctx, name, two_sided ? &s : NULL, &task));
    return task;
}

/* ---- scores ---- */

/* Of an output that goes from -0.75 to 1.5. */
static srnn_score score_swing(const srnn_task *task)
{
    double out[19] = {0};
    out[5] = -0.75;
    out[12] = 1.5;
    const srnn_response r = {SRNN_RATE, 19, 1, out, 1};
    return srnn_task_score(task, first, 0, &r);
}

static void each_criterion(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        double other_side; /* by hand; 0: there is none */
    } cases[] = {{"\"goes_above\": 0.5", 0.25},  {"\"goes_above\": 1", -0.25},
                 {"\"goes_above\": -0.5", 0},    {"\"goes_below\": -0.5", 1},
                 {"\"goes_below\": -2", -0.5},   {"\"goes_below\": 0.5", 0},
                 {"\"goes_beyond\": 0.5", 0.25}, {"\"goes_beyond\": -0.5", 1},
                 {"\"goes_beyond\": 0", 0},      {"\"stays_below\": 0.25", 0.5},
                 {"\"stays_below\": -0.25", 0},  {"\"stays_above\": -0.25", 1.25},
                 {"\"stays_above\": 0.25", 0},   {"\"stays_within\": 0.25", 0},
                 {"\"mean_above\": 0.5", 0},     {"\"mean_below\": 0.5", 0},
                 {"\"error_below\": 0.5", 0},    {"\"correlation_above\": 0.5", 0}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char rule[64];
        snprintf(rule, sizeof rule, "{%s}", cases[i].rule);
        srnn_task *task = one_type(ctx, rule, NULL);
        assert_true(score_swing(task).other_side == cases[i].other_side);
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* Only the rule's window counts; of several rules the furthest beyond. */
static void windows_and_several_rules(void **state)
{
    (void)state;
    static const struct {
        const char *rules;
        double other_side;
    } cases[] = {{"{\"from\": 8, \"goes_above\": 0.5}", -0.5},
                 {"{\"goes_above\": 1}, {\"goes_above\": 0.5}, {\"mean_above\": -9}", 0.25},
                 {"{\"goes_above\": 1}, {\"mean_above\": -9}, {\"goes_above\": 1.25}", -0.25},
                 {"{\"from\": 8, \"goes_above\": 0.5}, {\"to\": 10, \"stays_below\": 0.5}", 0.25}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        srnn_task *task = one_type(ctx, cases[i].rules, NULL);
        assert_true(score_swing(task).other_side == cases[i].other_side);
        assert_true(score_swing(task).correct);
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* An output that crosses both thresholds within the response window. */
static void xor_beyond_both(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    double out[299] = {0};
    out[230] = 0.875;
    out[260] = -1.25;
    const srnn_response r = {SRNN_RATE, 299, 1, out, 1};
    for (int two_sided = 0; two_sided < 2; two_sided++) {
        srnn_task *task = built_in(ctx, "xor", two_sided);
        const srnn_score same = srnn_task_score(task, first, 0, &r),
                         differ = srnn_task_score(task, first, 1, &r);
        assert_near(same.other_side, 0.55, 1e-15);
        assert_near(differ.other_side, 0.175, 1e-15);
        assert_near(same.value, 0.875, 0);
        assert_true(same.correct == !two_sided && differ.correct == !two_sided);
        assert_near(same.margin, two_sided ? -0.55 : 0.175, 1e-15);
        assert_near(differ.margin, two_sided ? -0.175 : 0.55, 1e-15);
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* ---- tasks of a user's own ---- */

static int draw_first(void *user, srnn_rng *rng)
{
    (void)user, (void)rng;
    return 0;
}

static void generate_nothing(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)user, (void)type, (void)rng, (void)n_cols, (void)u, (void)z;
}

static void score_into(void *user, int type, srnn_rng *rng, const srnn_response *response,
                       srnn_score *score)
{
    (void)type, (void)rng, (void)response;
    *score = *(const srnn_score *)user;
}

static void callbacks(void **state)
{
    (void)state;
    static const char *const types[] = {"a"};
    static const double labels[] = {0};
    srnn_score given = {.correct = true, .value = 1, .margin = 0.5};
    srnn_task_def def = {.name = "mine",
                         .n_in = 1,
                         .n_out = 1,
                         .T = 20,
                         .n_types = 1,
                         .type_names = types,
                         .labels = labels,
                         .settings = two_sided_settings(),
                         .user = &given,
                         .draw_type = draw_first,
                         .generate = generate_nothing,
                         .score_into = score_into};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    assert_true(score_swing(task).correct); /* other_side 0: there is none */
    given.other_side = 0.25;
    assert_false(score_swing(task).correct);
    assert_near(score_swing(task).margin, -0.25, 0);
    given.margin = -1; /* further from its criterion by its own side */
    assert_near(score_swing(task).margin, -1, 0);
    given.margin = NAN;
    assert_true(isnan(score_swing(task).margin));
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* ---- the setting ---- */

static void setting(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task_settings s = two_sided_settings();
    srnn_task *off = built_in(ctx, "xor", false), *on = built_in(ctx, "xor", true), *task;
    const int at = 7;
    assert_string_equal(srnn_task_setting_at(at)->name, "two_sided");
    assert_true(srnn_task_setting_get(&srnn_task_get_def(off)->settings, at) < 0);
    assert_true(srnn_task_setting_get(&srnn_task_get_def(on)->settings, at) == 1);
    char *json = srnn_task_summary_json(off); /* keys of studies are made of it */
    assert_null(strstr(json, "two_sided"));
    free(json);
    json = srnn_task_summary_json(on);
    assert_non_null(strstr(json, "\"two_sided\":1"));
    free(json);
    assert_string_equal(srnn_task_get_def(on)->rules[0].words,
                        "response goes beyond 0.7 from 750 ms after onset, never below -0.7");
    assert_string_equal(srnn_task_get_def(off)->rules[0].words,
                        "response goes beyond 0.7 from 750 ms after onset");
    srnn_task_free(on);
    srnn_task_free(off);
    assert_ok(ctx, srnn_task_from_json(ctx,
                                       "{\"name\": \"mine\", \"settings\": {\"T\": 20, "
                                       "\"two_sided\": 1}, \"factors\": {\"trial\": {\"a\": null}},"
                                       "\"inputs\": [{\"value\": 1}], \"targets\": [{\"value\": "
                                       "1}], \"correct\": [{\"goes_above\": 0.5}]}",
                                       "t.json", NULL, &task));
    assert_false(score_swing(task).correct);
    srnn_task_free(task);
    s.two_sided = 2;
    assert_int_equal(srnn_task_built_in(ctx, "xor", &s, &task), SRNN_ERR_ARGUMENT);
    assert_non_null(
        strstr(srnn_ctx_message(ctx), "two_sided is 2; expected a whole number, 0 to 1"));
    srnn_ctx_free(ctx);
}

/* ---- networks ---- */

enum { N = 20, N_TRIALS = 30 };

/* Short trials, and a threshold so low that a network without training is often beyond both. */
static srnn_task *low_xor(srnn_ctx *ctx, bool two_sided)
{
    srnn_task_settings s = srnn_task_settings_default();
    s.T = 120;
    s.stim_on = 10;
    s.stim_dur = 10;
    s.delay = 5;
    s.eval_amp_thresh = 0.005;
    s.two_sided = two_sided;
    srnn_task *task;
    assert_ok(ctx, srnn_task_built_in(ctx, "xor", &s, &task));
    return task;
}

static srnn_model *xor_model(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = 2;
    p.gain = 2;
    p.seed = 3;
    return new_model(ctx, &p);
}

typedef struct pair {
    srnn_ctx *ctx;
    srnn_task *off, *on;
    srnn_model *model;
} pair;

static pair pair_new(void)
{
    srnn_ctx *ctx = new_ctx(NULL, 2);
    return (pair){ctx, low_xor(ctx, false), low_xor(ctx, true), xor_model(ctx)};
}

static void pair_free(pair *p)
{
    srnn_task_free(p->off);
    srnn_task_free(p->on);
    srnn_model_free(p->model);
    srnn_ctx_free(p->ctx);
}

static srnn_evaluation evaluate(const pair *p, const srnn_task *task)
{
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = 10;
    srnn_evaluate_options o = srnn_evaluate_options_default();
    o.n_trials = N_TRIALS;
    o.compared_trials = 0;
    o.noise = 2;
    o.spiking = &params;
    srnn_evaluation e;
    assert_ok(p->ctx, srnn_evaluate(p->ctx, p->model, task, &o, &e, NULL));
    return e;
}

/* With the setting `correct` is what two_sided counts without it. */
static void evaluations(void **state)
{
    (void)state;
    pair p = pair_new();
    srnn_evaluation off = evaluate(&p, p.off), on = evaluate(&p, p.on);
    assert_true(off.rate.two_sided < off.rate.correct);
    assert_true(off.spiking.two_sided < off.spiking.correct && off.spiking.two_sided > 0);
    assert_int_equal(on.rate.correct, off.rate.two_sided);
    assert_int_equal(on.spiking.correct, off.spiking.two_sided);
    assert_int_equal(on.spiking.two_sided, off.spiking.two_sided);
    int rate = 0, spiking = 0;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(on.rate.types[i].correct, off.rate.types[i].two_sided);
        assert_int_equal(on.spiking.types[i].correct, off.spiking.types[i].two_sided);
        rate += off.rate.types[i].two_sided;
        spiking += off.spiking.types[i].two_sided;
    }
    assert_int_equal(rate, off.rate.two_sided);
    assert_int_equal(spiking, off.spiking.two_sided);
    srnn_evaluation_free(&off);
    srnn_evaluation_free(&on);
    pair_free(&p);
}

static void noise_curve(void **state)
{
    (void)state;
    pair p = pair_new();
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = 10;
    srnn_spiking_eval_options o = srnn_spiking_eval_options_default();
    o.n_trials = N_TRIALS;
    srnn_noise_curve off, on;
    assert_ok(p.ctx, srnn_noise_curve_of(p.ctx, p.model, p.off, &params, &o, NULL, 0, &off));
    assert_ok(p.ctx, srnn_noise_curve_of(p.ctx, p.model, p.on, &params, &o, NULL, 0, &on));
    assert_true(off.points[0].two_sided < off.points[0].correct);
    assert_int_equal(on.points[0].correct, off.points[0].two_sided);
    srnn_noise_curve_free(&off);
    srnn_noise_curve_free(&on);
    pair_free(&p);
}

/* The criterion of training looks at it. */
static void training(void **state)
{
    (void)state;
    pair p = pair_new();
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 3;
    o.lr = 1e-9;
    o.perf_threshold = 0.5;
    o.noise = 2;
    o.loss_threshold = 100;
    o.min_trials = 0;
    assert_ok(p.ctx, srnn_train(p.ctx, p.model, p.off, &o));
    const srnn_training_record off = srnn_model_get_training(p.model);
    assert_true(off.reached && off.eval_perf_mean > 0.5 && off.eval_two_sided_mean < 0.5);
    srnn_model *again = xor_model(p.ctx);
    assert_ok(p.ctx, srnn_train(p.ctx, again, p.on, &o));
    const srnn_training_record on = srnn_model_get_training(again);
    assert_false(on.reached);
    assert_true(on.eval_perf_curve[0] == off.eval_two_sided_mean);
    assert_true(on.eval_perf_mean == on.eval_two_sided_mean);
    assert_int_equal(srnn_model_task_settings(again).two_sided, 1);
    srnn_model_free(again);
    pair_free(&p);
}

static srnn_search_result search(const pair *p, const srnn_task *task)
{
    static const double factors[] = {10, 12};
    srnn_search_options o = srnn_search_options_default();
    o.n_trials = o.test_trials = N_TRIALS;
    o.n = 2;
    o.scaling_factors = factors;
    srnn_search_result r;
    assert_ok(p->ctx, srnn_search(p->ctx, p->model, task, &o, &r));
    return r;
}

static void searches(void **state)
{
    (void)state;
    pair p = pair_new();
    srnn_search_result off = search(&p, p.off), on = search(&p, p.on);
    for (int i = 0; i < 2; i++) {
        assert_true(off.two_sided[i] < off.correct[i]);
        assert_int_equal(on.correct[i], off.two_sided[i]);
        int two_sided = 0;
        for (int k = 0; k < N_TRIALS; k++)
            two_sided += off.values[SRNN_TRIAL_CORRECT][2 * k + i] == 1 &&
                         !(off.values[SRNN_TRIAL_OTHER_SIDE][2 * k + i] > 0);
        assert_int_equal(off.two_sided[i], two_sided);
    }
    assert_true(off.test_two_sided < off.test_correct);
    assert_int_equal(on.test_two_sided, on.test_correct);
    srnn_search_result_free(&off);
    srnn_search_result_free(&on);
    pair_free(&p);
}

/* ---- files ---- */

static char *new_file(void)
{
    static char path[] = "two_sided_XXXXXX.mat";
    strcpy(path, "two_sided_XXXXXX.mat");
    close(mkstemps(path, 4));
    return path;
}

static srnn_model *load(srnn_ctx *ctx, const char *path)
{
    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, path, &model));
    return model;
}

/* Trials that the file holds are not run again, and count the same. A file of an earlier version
   does not say how far they were beyond the other side. */
static void records(void **state)
{
    (void)state;
    pair p = pair_new();
    const char *path = new_file();
    srnn_search_result r = search(&p, p.off);
    assert_ok(p.ctx, srnn_model_save(p.ctx, p.model, path));
    assert_ok(p.ctx, srnn_model_save_search(p.ctx, path, &r));
    srnn_model_free(p.model);
    p.model = load(p.ctx, path);
    const srnn_search_record record = srnn_model_get_search(p.model);
    for (int i = 0; i < 2; i++)
        assert_near(record.all_two_sided_perfs[i], (double)r.two_sided[i] / N_TRIALS, 0);
    assert_near(record.test_two_sided_perf, (double)r.test_two_sided / N_TRIALS, 0);
    srnn_search_result kept = search(&p, p.off);
    assert_int_equal(kept.trials_run, 0);
    assert_int_equal(kept.two_sided[1], r.two_sided[1]);
    assert_int_equal(kept.test_two_sided, r.test_two_sided);
    srnn_search_result_free(&kept);

    free(r.two_sided);
    free(r.values[SRNN_TRIAL_OTHER_SIDE]);
    r.two_sided = NULL;
    r.values[SRNN_TRIAL_OTHER_SIDE] = NULL;
    r.test_two_sided = -1;
    assert_ok(p.ctx, srnn_model_save_search(p.ctx, path, &r)); /* drops what it lacks */
    srnn_model_free(p.model);
    p.model = load(p.ctx, path);
    assert_null(srnn_model_get_search(p.model).all_two_sided_perfs);
    assert_true(isnan(srnn_model_get_search(p.model).test_two_sided_perf));
    kept = search(&p, p.off);
    assert_int_equal(kept.trials_run, 0);
    assert_int_equal(kept.correct[1], r.correct[1]);
    assert_int_equal(kept.two_sided[1], -1);
    assert_int_equal(kept.test_two_sided, -1);
    char *json = srnn_search_json(&kept);
    assert_non_null(strstr(json, "\"two_sided_accuracy\":null"));
    free(json);
    srnn_search_result_free(&kept);
    srnn_search_result_free(&r);
    unlink(path);
    pair_free(&p);
}

/* The file of a network keeps the setting of its training; a value given wins over it. */
static void kept_in_files(void **state)
{
    (void)state;
    pair p = pair_new();
    const char *path = new_file();
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 2;
    assert_ok(p.ctx, srnn_train(p.ctx, p.model, p.on, &o));
    assert_ok(p.ctx, srnn_model_save(p.ctx, p.model, path));
    const double two_sided = srnn_model_get_training(p.model).eval_two_sided_mean;
    srnn_model_free(p.model);
    p.model = load(p.ctx, path);
    assert_true(srnn_model_get_training(p.model).eval_two_sided_mean == two_sided);
    srnn_task *task;
    assert_ok(p.ctx, srnn_model_task(p.ctx, p.model, NULL, NULL, &task));
    assert_int_equal(srnn_task_get_def(task)->settings.two_sided, 1);
    assert_true(srnn_model_same_task(p.model, task));
    assert_false(srnn_model_same_task(p.model, p.off));
    srnn_task_free(task);
    srnn_task_settings none = srnn_task_settings_default();
    none.two_sided = 0;
    assert_ok(p.ctx, srnn_model_task(p.ctx, p.model, NULL, &none, &task));
    assert_true(srnn_task_get_def(task)->settings.two_sided < 0);
    srnn_task_free(task);
    unlink(path);
    pair_free(&p);
}

static srnn_score score_by_chance(void *user, int type, srnn_rng *rng,
                                  const srnn_response *response)
{
    (void)user, (void)type, (void)response;
    return (srnn_score){.correct = true, .other_side = srnn_rng_uniform(rng) - 0.5};
}

/* Trials of p->off, of which about half are beyond the other side. */
static srnn_task *by_chance(const pair *p, bool two_sided)
{
    srnn_task_def def = *srnn_task_get_def(p->off);
    srnn_task *task;
    def.destroy = NULL;
    def.n_rules = 0;
    def.score_rules = NULL;
    def.score = score_by_chance;
    def.settings.two_sided = two_sided;
    assert_ok(p->ctx, srnn_task_create(p->ctx, &def, &task));
    return task;
}

/* Operating points count it, and so does the test of a readout; models keep both. */
static void operating_points(void **state)
{
    (void)state;
    pair p = pair_new();
    srnn_operating_options o = srnn_operating_options_default();
    o.fit_trials = 4;
    o.n = 1;
    o.n_reserve = 0;
    o.visit_trials = NULL;
    o.n_trials = o.test_trials = N_TRIALS;
    srnn_operating_result r[2];
    srnn_readout_options readout = srnn_readout_options_default();
    readout.fit_trials = 4;
    readout.test_trials = N_TRIALS;
    readout.spiking.conversion.by = SRNN_BY_OPERATING_POINT;
    srnn_readout_result refitted;
    for (int i = 0; i < 2; i++) {
        srnn_task *task = by_chance(&p, i == 1);
        assert_ok(p.ctx, srnn_find_operating_point(p.ctx, p.model, task, &o, &r[i]));
        assert_ok(p.ctx, srnn_fit_readout(p.ctx, p.model, task, &readout, &refitted));
        srnn_task_free(task);
        assert_near(srnn_model_get_operating_point(p.model).two_sided_perf,
                    (double)r[i].test_two_sided / N_TRIALS, 0);
        assert_near(srnn_model_get_readout(p.model).two_sided_perf,
                    (double)refitted.test_two_sided / N_TRIALS, 0);
        assert_int_equal(refitted.test_two_sided, r[i].test_two_sided); /* the same trials */
    }
    assert_int_equal(r[0].candidates[0].correct, N_TRIALS);
    assert_true(r[0].candidates[0].two_sided > 0 && r[0].candidates[0].two_sided < N_TRIALS);
    assert_int_equal(r[1].candidates[0].correct, r[0].candidates[0].two_sided);
    assert_int_equal(r[1].test_correct, r[0].test_two_sided);
    for (int i = 0; i < 2; i++) srnn_operating_result_free(&r[i]);
    pair_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_criterion),  cmocka_unit_test(windows_and_several_rules),
        cmocka_unit_test(xor_beyond_both), cmocka_unit_test(callbacks),
        cmocka_unit_test(setting),         cmocka_unit_test(evaluations),
        cmocka_unit_test(noise_curve),     cmocka_unit_test(training),
        cmocka_unit_test(searches),        cmocka_unit_test(records),
        cmocka_unit_test(kept_in_files),   cmocka_unit_test(operating_points)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
