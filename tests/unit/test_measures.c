/* What is measured of a network: its connections, from weights that are made by hand, and the names
   that numbers of a record have. */
#include "helpers.h"
#include "experiment/results_json.h"
#include "study/measures.h"
#include "study/study.h"

/* [N_pre][N_post] */
static const float before[9] = {0.5f, 0, 0.3f, 0.2f, -0.4f, 0, 9, 0.6f, 0};
static const float after[9] = {0.7f, 0.1f, -0.3f, 0.4f, 0, 0.2f, 9, 0.9f, 0};

static srnn_connections connections_of(bool dale, const float *w0, const float *w)
{
    static const uint8_t inh[3] = {0, 0, 1}, none[3] = {0},
                         allowed[9] = {1, 1, 1, 1, 1, 1, 0, 1, 1};
    static const float w_in[3] = {1, 1, 1}, w_out[3] = {1, 1, 1}, b_out[1] = {0};
    const srnn_model_view view = {.N = 3,
                                  .n_in = 1,
                                  .n_out = 1,
                                  .apply_dale = dale,
                                  .n_taus = 1,
                                  .taus = {4},
                                  .DeltaT = 1,
                                  .w = w,
                                  .w0 = w0,
                                  .w_in = w_in,
                                  .w_out = w_out,
                                  .b_out = b_out,
                                  .inh = dale ? inh : none,
                                  .som_m = allowed};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    const srnn_connections c = srnn_model_connections(model);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return c;
}

static const double rounding = 1e-7; /* of weights in float */

/* Under Dale's principle a weight below zero is no connection. */
static void connections_with_dale(void **state)
{
    (void)state;
    const srnn_connections c = connections_of(true, before, after);
    assert_near(c.share_at_start, 4.0 / 8, 0);
    assert_near(c.share, 5.0 / 8, 0);
    assert_near(c.gone, 1.0 / 4, 0);
    assert_near(c.grown, 2.0 / 5, 0);
    assert_near(c.weight_at_start, 1.6 / 4, rounding);
    assert_near(c.weight, 2.3 / 5, rounding);
    assert_near(c.pathways[SRNN_E_TO_E], 3.0 / 4, 0);
    assert_near(c.pathways[SRNN_E_TO_I], 1.0 / 2, 0);
    assert_near(c.pathways[SRNN_I_TO_E], 1.0 / 2, 0);
    assert_near(c.pathways[SRNN_I_TO_I], 0, 0);
}

static void connections_without_dale(void **state)
{
    (void)state;
    const srnn_connections c = connections_of(false, before, after);
    assert_near(c.share_at_start, 5.0 / 8, 0);
    assert_near(c.share, 6.0 / 8, 0);
    assert_near(c.gone, 1.0 / 5, 0);
    assert_near(c.grown, 2.0 / 6, 0);
    assert_near(c.weight_at_start, 2.0 / 5, rounding);
    assert_near(c.weight, 2.6 / 6, rounding);
    assert_near(c.pathways[SRNN_E_TO_E], 6.0 / 9, 0);
    assert_true(isnan(c.pathways[SRNN_I_TO_E]));
}

static void no_connections(void **state)
{
    (void)state;
    static const float none[9] = {0};
    const srnn_connections c = connections_of(true, none, after);
    assert_true(isnan(c.gone) && isnan(c.weight_at_start));
    assert_near(c.share_at_start, 0, 0);
    assert_near(c.grown, 1, 0);
}

/* ---- names ---- */

static bool keep_number(void *user, const char *name, double value)
{
    json_object_set_new(user, name, json_real(value));
    return true;
}

/* By name; NaN: there is none. */
static double number_of(const json_t *result, const char *name)
{
    json_t *numbers = json_object(), *value;
    assert_true(srnn__measures_of(result, keep_number, numbers));
    value = json_object_get(numbers, name);
    const double number = value ? json_real_value(value) : (double)NAN;
    json_decref(numbers);
    return number;
}

static json_t *read(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    return json;
}

static void trials_to_the_criterion(void **state)
{
    (void)state;
    json_t *reached = read("{\"training\": {\"trials\": 702, \"criterion_reached\": true}}"),
           *not_reached = read("{\"training\": {\"trials\": 6000, \"criterion_reached\": false}}");
    assert_near(number_of(reached, "training.trials_to_criterion"), 702, 0);
    assert_true(isnan(number_of(not_reached, "training.trials_to_criterion")));
    assert_near(number_of(not_reached, "training.trials"), 6000, 0);
    json_decref(reached);
    json_decref(not_reached);
}

static void a_noise_curve_by_its_noise(void **state)
{
    (void)state;
    json_t *list = read("[{\"noise_mv\": 0, \"own\": false, \"n\": 8, \"accuracy\": 1.0, "
                        "\"mean_rate_hz\": 3.25, \"types\": [{\"type\": \"go\", \"accuracy\": 1}]},"
                        " {\"noise_mv\": 0.25, \"own\": true, \"n\": 8, \"accuracy\": 0.875, "
                        "\"mean_rate_hz\": null}]");
    json_t *result = json_pack("{so}", "noise_curve", srnn__result_compact(list));
    assert_near(number_of(result, "noise_curve.0mV.accuracy"), 1, 0);
    assert_near(number_of(result, "noise_curve.0mV.mean_rate_hz"), 3.25, 0);
    assert_near(number_of(result, "noise_curve.0.25mV.accuracy"), 0.875, 0);
    assert_true(isnan(number_of(result, "noise_curve.0.25mV.mean_rate_hz")));
    assert_int_equal(
        json_object_size(json_object_get(json_object_get(result, "noise_curve"), "0mV")), 2);
    json_decref(result);
    json_decref(list);
}

static void measures_have_titles(void **state)
{
    (void)state;
    srnn_measure m;
    assert_true(srnn__measure_describe("noise_curve.0.25mV.accuracy", 0.95, &m));
    assert_string_equal(m.title, "accuracy of the spiking network with a noise of 0.25mV");
    assert_near(m.at_least, 0.95, 0);
    free((void *)(uintptr_t)m.title);
    static const char *const names[] = {"network.gone",
                                        "noise_tolerated_mv",
                                        "noise_curve.0.2mV.mean_rate_hz",
                                        "components.rate.three",
                                        "components.spiking.for_99",
                                        "evaluation.accuracy_difference",
                                        "training.trials_to_criterion"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(srnn__measure_possible(names[i]));
    assert_int_equal(srnn__measure_better("noise_tolerated_mv"), 1);
    assert_int_equal(srnn__measure_better("training.trials_to_criterion"), -1);
}

static void the_difference_of_accuracies(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    assert_ok(ctx, srnn_task_built_in(ctx, "go-nogo", NULL, &task));
    static const srnn_type_stats rate_types[2], spiking_types[2];
    srnn_evaluation e = {.n_trials = 4, .has_spiking = true, .scaling_factor = 50};
    memcpy(e.rate.types, rate_types, sizeof rate_types);
    memcpy(e.spiking.types, spiking_types, sizeof spiking_types);
    e.rate.n_trials = e.spiking.n_trials = 8;
    e.rate.correct = 8;
    e.spiking.correct = 5;
    json_t *json = srnn__evaluation_json(task, &e);
    assert_near(json_number_value(json_object_get(json, "accuracy_difference")), 0.375, 0);
    json_decref(json);
    e.has_spiking = false;
    json = srnn__evaluation_json(task, &e);
    assert_true(json_is_null(json_object_get(json, "accuracy_difference")));
    json_decref(json);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(connections_with_dale),
                                       cmocka_unit_test(connections_without_dale),
                                       cmocka_unit_test(no_connections),
                                       cmocka_unit_test(trials_to_the_criterion),
                                       cmocka_unit_test(a_noise_curve_by_its_noise),
                                       cmocka_unit_test(measures_have_titles),
                                       cmocka_unit_test(the_difference_of_accuracies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
