/* Summaries of a made-up study, and the study as JSON: values derived by hand. */
#include "helpers.h"
#include "study_world.h"

#include <jansson.h>

/* ---- summaries ---- */

/* Six networks: three finished, one each failed, not trained, and left with a value already. */
static study_world *six_networks(void)
{
    study_world *w = new_study(2, 6, 0, NULL);
    study_finish(w, 0, 0.9, 1, 500);
    study_finish(w, 1, 0.95, 1, 600);
    study_finish(w, 2, 1, 1, 700);
    study_fail(w, 3, SRNN_NETWORK_FAILED, "it failed");
    study_finish(w, 4, 0.5, NAN, 800);
    study_fail(w, 4, SRNN_NETWORK_NOT_TRAINED, "it did not learn");
    study_finish(w, 5, 1, 1, 900);
    w->networks[5].state = SRNN_NETWORK_LEFT;
    return w;
}

static void a_share_is_of_all_that_ended(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    study_world *w = six_networks();
    srnn_condition_summary s;
    assert_ok(ctx, srnn_study_summary(ctx, &w->view, 0, ACCURACY, &s));
    assert_int_equal(s.n, 5);
    assert_int_equal(s.not_trained, 1);
    assert_int_equal(s.failed, 1);
    assert_int_equal(s.left, 1);
    assert_int_equal(s.reached, 2);
    const double z = 1.959963984540054, n = 5, p = 0.4;
    const double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    assert_near(s.share, p, 1e-15);
    assert_near(s.low, middle - half, 1e-12);
    assert_near(s.high, middle + half, 1e-12);
    /* 0.9, 0.95, 1 and 0.5: deviations 0.0625, 0.1125, 0.1625, -0.3375; t of 3: 3.182446 */
    assert_int_equal(s.values.n, 4);
    assert_near(s.values.mean, 0.8375, 1e-12);
    assert_near(s.values.sd, sqrt(0.156875 / 3), 1e-12);
    assert_near(s.values.median, 0.925, 1e-12);
    assert_near(s.values.low, 0.8375 - 3.182446305 * sqrt(0.156875 / 3) / 2, 1e-8);
    study_free(w);
    srnn_ctx_free(ctx);
}

static void nothing_is_no_share(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    study_world *w = six_networks();
    srnn_condition_summary s;
    assert_ok(ctx, srnn_study_summary(ctx, &w->view, 1, ACCURACY, &s)); /* all are left */
    assert_int_equal(s.n, 0);
    assert_int_equal(s.left, 6);
    assert_true(isnan(s.share) && isnan(s.low) && isnan(s.high) && isnan(s.values.mean));
    assert_ok(ctx, srnn_study_summary(ctx, &w->view, 0, TRIALS, &s)); /* without a criterion */
    assert_int_equal(s.n, 5);
    assert_true(isnan(s.share) && isnan(s.low));
    assert_near(s.values.mean, 650, 1e-9);
    assert_says(ctx, srnn_study_summary(ctx, &w->view, 2, 0, &s), SRNN_ERR_ARGUMENT,
                "condition is 2; the study has 2, from 0");
    assert_says(ctx, srnn_study_summary(ctx, &w->view, 0, -1, &s), SRNN_ERR_ARGUMENT,
                "measure is -1; the study has 3, from 0");
    study_free(w);
    srnn_ctx_free(ctx);
}

/* ---- JSON ---- */

static json_t *study_document(const srnn_study_view *view)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    char *text = srnn_study_json(ctx, view);
    assert_non_null(text);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    free(text);
    srnn_ctx_free(ctx);
    return json;
}

static const json_t *item(const json_t *list, size_t i) { return json_array_get(list, i); }

static double real_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

#define assert_text(object, key, expected)                                                         \
    assert_string_equal(json_string_value(json_object_get(object, key)), expected)

static void a_study_is_all_there(void **state)
{
    (void)state;
    study_world *w = six_networks();
    study_give_curves(w, 0, 0.9, 40);
    w->networks[0].n_evals = 2;
    w->networks[0].n_factors = 1;
    study_name(w, 1, "other", "{\"N\": 20, \"act\": \"softplus\"}");
    w->networks[3].sentence = "file \xff cannot be read";
    w->view.about = "why?";
    w->view.versions = "[{\"spikernn\": \"0.1\"}]";
    w->expectations[0] = (srnn_expectation){.measure = ACCURACY,
                                            .mean = 0.9,
                                            .sd = NAN,
                                            .about = "",
                                            .source = "a paper",
                                            .verdict = "agrees",
                                            .sentence = "as expected"};
    w->view.n_expectations = 1;
    json_t *j = study_document(&w->view);
    assert_text(j, "spikernn", srnn_version());
    assert_text(j, "document", "study");
    assert_text(j, "about", "why?");
    assert_text(j, "main_measure", "evaluation.spiking.accuracy");
    assert_int_equal(json_array_size(json_object_get(j, "seeds")), 6);
    assert_int_equal(json_array_size(json_object_get(j, "networks")), 12);
    const json_t *c = item(json_object_get(j, "conditions"), 0);
    static const char *const counts[] = {"networks",    "n",      "finished",
                                         "not_trained", "failed", "left"};
    static const int expected[] = {6, 5, 3, 1, 1, 1};
    for (int i = 0; i < 6; i++) assert_near(real_at(c, counts[i]), expected[i], 0);
    const json_t *s =
        json_object_get(json_object_get(c, "measures"), "evaluation.spiking.accuracy");
    assert_near(real_at(s, "mean"), 0.8375, 1e-12);
    assert_near(real_at(s, "share"), 0.4, 1e-12);
    s = json_object_get(json_object_get(c, "measures"), "training.trials");
    assert_null(json_object_get(s, "share")); /* without a criterion */
    c = item(json_object_get(j, "conditions"), 1);
    assert_text(json_object_get(c, "options"), "act", "softplus");
    const json_t *n = item(json_object_get(j, "networks"), 0);
    assert_near(json_number_value(item(json_object_get(n, "values"), TRIALS)), 500, 0);
    assert_int_equal(json_array_size(json_object_get(n, "eval_loss")), 2);
    assert_near(real_at(n, "eval_every"), 100, 0);
    assert_int_equal(json_array_size(json_object_get(n, "scaling_factors")), 1);
    n = item(json_object_get(j, "networks"), 3);
    assert_text(n, "state", "failed");
    assert_text(n, "sentence", "file \\xFF cannot be read");
    assert_true(json_is_null(item(json_object_get(n, "values"), ACCURACY)));
    assert_null(json_object_get(n, "eval_loss"));
    const json_t *e = item(json_object_get(j, "expectations"), 0);
    assert_text(e, "measure", "evaluation.spiking.accuracy");
    assert_true(json_is_null(json_object_get(e, "sd")) && json_is_null(json_object_get(e, "n")));
    assert_text(item(json_object_get(j, "versions"), 0), "spikernn", "0.1");
    json_decref(j);
    study_free(w);
}

static void the_folder_is_left_out(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    study_world *w = six_networks();
    char *here = srnn_study_json(ctx, &w->view);
    w->view.folder = "/on/another/machine";
    char *there = srnn_study_json(ctx, &w->view);
    assert_string_equal(here, there);
    free(here);
    free(there);
    study_free(w);
    srnn_ctx_free(ctx);
}

/* ---- tests between conditions ---- */

/* Five networks a condition; the first condition is better in every seed, by 0.01 to 0.05. */
static study_world *apart(int n_conditions)
{
    study_world *w = new_study(n_conditions, 5, 0, NULL);
    for (int i = 0; i < w->view.n_networks; i++)
        study_finish(w, i, i < 5 ? 0.9 : 0.89 - 0.01 * (i % 5) - 0.1 * (i / 5 - 1), i % 3, i);
    return w;
}

static void equal_seeds_are_pairs(void **state)
{
    (void)state;
    study_world *w = apart(2);
    json_t *j = study_document(&w->view);
    const json_t *tests = json_object_get(j, "tests"), *t = item(tests, 0);
    assert_int_equal(json_array_size(tests), 1); /* the main measure alone */
    assert_text(t, "test", "signed-rank");
    assert_near(real_at(t, "shared_seeds"), 5, 0);
    assert_near(real_at(t, "n"), 5, 0);
    assert_near(real_at(t, "statistic"), 15, 0); /* 1 + 2 + 3 + 4 + 5 */
    assert_near(real_at(t, "p"), 2 / 32.0, 1e-12);
    assert_near(real_at(t, "p_holm"), 2 / 32.0, 1e-12);
    assert_near(real_at(t, "effect"), 1, 1e-12);
    assert_near(real_at(t, "difference"), 0.03, 1e-12);
    json_decref(j);
    study_free(w);
}

static void other_seeds_are_two_samples(void **state)
{
    (void)state;
    study_world *w = apart(2);
    for (int i = 0; i < 5; i++) {
        w->networks[5 + i].seed += 100;
        study_finish(w, i, 0.91 + 0.01 * i, 0, 0); /* no ties */
    }
    json_t *j = study_document(&w->view);
    const json_t *t = item(json_object_get(j, "tests"), 0);
    assert_text(t, "test", "rank-sum");
    assert_near(real_at(t, "shared_seeds"), 0, 0);
    assert_near(real_at(t, "n"), 5, 0);
    assert_near(real_at(t, "m"), 5, 0);
    assert_near(real_at(t, "statistic"), 25, 0);
    assert_near(real_at(t, "p"), 2 / 252.0, 1e-12); /* of 10 over 5 orders */
    json_decref(j);
    study_free(w);
}

/* A pair without one of its values is none; a network that is not finished has none. */
static void pairs_need_both_values(void **state)
{
    (void)state;
    study_world *w = apart(2);
    study_finish(w, 2, NAN, 1, 1);
    w->networks[8].state = SRNN_NETWORK_LEFT;
    json_t *j = study_document(&w->view);
    const json_t *t = item(json_object_get(j, "tests"), 0);
    assert_text(t, "test", "signed-rank");
    assert_near(real_at(t, "n"), 3, 0);
    assert_near(real_at(t, "p"), 2 / 8.0, 1e-12);
    json_decref(j);
    study_free(w);
}

static void many_conditions_are_tested_against_the_first(void **state)
{
    (void)state;
    static const int conditions[] = {3, 8, 9}, expected[] = {3, 28, 8};
    for (int k = 0; k < 3; k++) {
        study_world *w = apart(conditions[k]);
        w->expectations[0] = (srnn_expectation){
            .measure = TRIALS, .about = "", .source = "", .verdict = "agrees", .sentence = ""};
        w->view.n_expectations = 1;
        json_t *j = study_document(&w->view);
        const json_t *tests = json_object_get(j, "tests");
        assert_int_equal(json_array_size(tests), 2 * expected[k]); /* and the expected measure */
        const json_t *t = item(tests, (size_t)expected[k] - 1);
        assert_text(t, "measure", "evaluation.spiking.accuracy");
        assert_near(real_at(t, "p_holm"), fmin(1, real_at(t, "p") * expected[k]), 1e-12);
        json_decref(j);
        study_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_is_of_all_that_ended),
        cmocka_unit_test(nothing_is_no_share),
        cmocka_unit_test(a_study_is_all_there),
        cmocka_unit_test(the_folder_is_left_out),
        cmocka_unit_test(equal_seeds_are_pairs),
        cmocka_unit_test(other_seeds_are_two_samples),
        cmocka_unit_test(pairs_need_both_values),
        cmocka_unit_test(many_conditions_are_tested_against_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
