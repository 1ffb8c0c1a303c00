/* The noise curve is srnn_spiking_evaluate() at each noise; the transfer curve is that of LIF
 * units. */
#include "helpers.h"

static srnn_model *random_network(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 24;
    p.seed = 5;
    srnn_model *model;
    assert_ok(ctx, srnn_model_create(ctx, &p, &model));
    return model;
}

static srnn_task *short_task(srnn_ctx *ctx)
{
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = 60;
    settings.stim_on = 5;
    settings.stim_dur = 10;
    srnn_task *task;
    assert_ok(ctx, srnn_task_built_in(ctx, "go-nogo", &settings, &task));
    return task;
}

static void noise_is_evaluated_point_by_point(void **state)
{
    (void)state;
    static const double given[] = {2, 0.5, 0, 2}, expected[] = {0, 0.25, 0.5, 2};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = random_network(ctx);
    srnn_task *task = short_task(ctx);
    srnn_spiking_params params = srnn_spiking_params_default();
    srnn_spiking_eval_options options = srnn_spiking_eval_options_default();
    params.conversion.scaling_factor = 5;
    params.neuron.noise_mv = 0.25;
    options.n_trials = 6;
    options.seed = 11;
    options.answers = true; /* not read */
    srnn_noise_curve curve;
    assert_ok(ctx, srnn_noise_curve_of(ctx, model, task, &params, &options, given, 4, &curve));
    assert_int_equal(curve.n, 4);
    assert_near(curve.own_mv, 0.25, 0);
    options.answers = false;
    double rates = 0;
    for (int i = 0; i < 4; i++) {
        const srnn_noise_point *point = &curve.points[i];
        srnn_spiking_evaluation e;
        params.neuron.noise_mv = expected[i];
        assert_ok(ctx, srnn_spiking_evaluate(ctx, model, task, &params, &options, &e));
        assert_near(point->noise_mv, expected[i], 0);
        assert_near(point->mean_rate_hz, e.mean_rate_hz, 0);
        assert_int_equal(point->n_trials, 6);
        assert_int_equal(point->correct, e.correct);
        for (int type = 0; type < 2; type++)
            assert_int_equal(point->types[type].n, e.types[type].n);
        assert_true(point->mean_rate_hz != rates);
        rates = point->mean_rate_hz;
    }
    double tolerated_mv = NAN;
    for (int i = 0; i < 4; i++)
        if (20 * curve.points[i].correct >= 19 * curve.points[i].n_trials)
            tolerated_mv = curve.points[i].noise_mv;
    if (isnan(tolerated_mv))
        assert_true(isnan(curve.tolerated_mv));
    else
        assert_near(curve.tolerated_mv, tolerated_mv, 0);
    srnn_noise_curve_free(&curve);
    assert_null(curve.points);
    static const double negative[] = {0.1, -1};
    assert_int_equal(srnn_noise_curve_of(ctx, model, task, &params, &options, negative, 2, &curve),
                     SRNN_ERR_ARGUMENT);
    assert_null(curve.points);
    assert_int_equal(curve.n, 0);
    assert_int_equal(srnn_noise_curve_of(ctx, model, task, &params, &options, given, -1, &curve),
                     SRNN_ERR_ARGUMENT);
    srnn_noise_curve_free(NULL);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Without noise a LIF unit fires every tref + tm ln((bias + y - reset) / (bias + y - peak)). */
static void transfer_is_that_of_lif_units(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = random_network(ctx);
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = 50;
    params.neuron.bias_mv = -42;
    params.downsample = 10; /* steps of 0.5 ms are enough here */
    params.neuron.noise_mv = 0.01;
    srnn_transfer_curve curve, other;
    assert_ok(ctx, srnn_transfer_curve_of(ctx, model, &params, 1, &curve));
    assert_near(curve.threshold_mv, 2, 1e-12);
    int far = 0;
    for (int i = 0; i < curve.n; i++) {
        const double y = curve.drive_mv[i];
        if (i) assert_true(y > curve.drive_mv[i - 1] && curve.rate_hz[i] >= curve.rate_hz[i - 1]);
        if (y < 1) assert_near(curve.rate_hz[i], 0, 0.1);
        if (y < 5) continue;
        const double period_ms = 2 + 10 * log((y - 42 + 65) / (y - 42 + 40));
        assert_near(curve.rate_hz[i], 1e3 / period_ms, 0.1 * 1e3 / period_ms); /* steps: 0.5 ms */
        far++;
    }
    assert_true(far > 10);
    srnn_ctx *three = new_ctx(NULL, 3);
    assert_ok(three, srnn_transfer_curve_of(three, model, &params, 1, &other));
    assert_memory_equal(curve.rate_hz, other.rate_hz, (size_t)curve.n * sizeof *curve.rate_hz);
    srnn_transfer_curve_free(&other);
    srnn_transfer_curve_free(&curve);
    assert_null(curve.rate_hz);
    params = srnn_spiking_params_of(SRNN_QIF);
    params.conversion.scaling_factor = 50;
    assert_says(ctx, srnn_transfer_curve_of(ctx, model, &params, 1, &curve), SRNN_ERR_ARGUMENT,
                "neuron is QIF; expected LIF");
    assert_int_equal(curve.n, 0);
    srnn_ctx_free(three);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_evaluated_point_by_point),
        cmocka_unit_test(transfer_is_that_of_lif_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
