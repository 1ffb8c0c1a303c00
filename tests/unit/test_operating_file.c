/* The operating point in model files: round trips, refusals, and what a search may leave. */
#define _XOPEN_SOURCE 700
#include "mat_refusals.h"

#include "model/model_internal.h"

enum { UNITS = 2 };

static const double gain[] = {1.5, 0.25}, bias_mv[] = {-2, 1.0 / 3}, scale[] = {0.01, 0},
                    offset[] = {-0.5, 1e-9};

static srnn_model *new_converted(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = UNITS;
    srnn_model *model = new_model(ctx, &p);
    const srnn_operating_point point = {.gain = gain,
                                        .bias_mv = bias_mv,
                                        .scale = scale,
                                        .offset = offset,
                                        .widening = 0.5,
                                        .shot_noise_cost = 0.3,
                                        .perf = 0.97,
                                        .n_trials = 100,
                                        .settings = "{\"seed\":7}"};
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
    return model;
}

static void assert_loads_the_same(srnn_ctx *ctx, const char *path)
{
    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, path, &model));
    const srnn_operating_point p = srnn_model_get_operating_point(model);
    assert_non_null(p.gain);
    assert_memory_equal(p.gain, gain, sizeof gain);
    assert_memory_equal(p.bias_mv, bias_mv, sizeof bias_mv);
    assert_memory_equal(p.scale, scale, sizeof scale);
    assert_memory_equal(p.offset, offset, sizeof offset);
    assert_true(p.widening == 0.5 && p.shot_noise_cost == 0.3 && p.perf == 0.97);
    assert_int_equal(p.n_trials, 100);
    assert_string_equal(p.settings, "{\"seed\":7}");
    srnn_model_free(model);
}

static void test_round_trips(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = new_converted(ctx);
    assert_ok(ctx, srnn_model_save(ctx, model, at("whole.mat")));
    assert_loads_the_same(ctx, at("whole.mat"));
    assert_ok(ctx, srnn_model_save_pth(ctx, model, at("whole.pth")));
    assert_loads_the_same(ctx, at("whole.pth"));

    /* into a file that has none, beside a search */
    srnn_model *plain = new_converted(ctx);
    assert_ok(ctx, srnn_model_set_operating_point(ctx, plain, NULL));
    assert_ok(ctx, srnn_model_save(ctx, plain, at("later.mat")));
    assert_int_equal(srnn_model_save_operating_point(ctx, at("later.mat"), plain),
                     SRNN_ERR_ARGUMENT);
    assert_ok(ctx, save_a_search(ctx, at("later.mat")));
    assert_ok(ctx, srnn_model_save_operating_point(ctx, at("later.mat"), model));
    assert_loads_the_same(ctx, at("later.mat"));
    assert_ok(ctx, save_a_search(ctx, at("later.mat")));
    assert_loads_the_same(ctx, at("later.mat"));
    srnn_model_free(plain);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* A search with a test, and one without it that follows: no test of another search stays. */
static void test_fresh_trials_of_a_search(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = new_converted(ctx);
    assert_ok(ctx, srnn_model_save(ctx, model, at("tested.mat")));
    srnn_model_free(model);
    double factor = 30;
    int correct = 9;
    srnn_search_result search = {.n = 1,
                                 .scaling_factors = &factor,
                                 .correct = &correct,
                                 .n_trials = 10,
                                 .test_correct = 3,
                                 .test_trials = 4};
    assert_ok(ctx, srnn_model_save_search(ctx, at("tested.mat"), &search));
    for (int k = 0; k < 2; k++) {
        const char *path = at(k ? "tested.pth" : "tested.mat");
        assert_ok(ctx, srnn_model_load(ctx, path, &model));
        const srnn_search_record r = srnn_model_get_search(model);
        assert_true(r.test_perf == 0.75 && r.test_trials == 4 && r.all_perfs[0] == 0.9);
        if (!k) assert_ok(ctx, srnn_model_save_pth(ctx, model, at("tested.pth")));
        srnn_model_free(model);
    }
    search.test_trials = 0;
    assert_ok(ctx, srnn_model_save_search(ctx, at("tested.mat"), &search));
    assert_ok(ctx, srnn_model_load(ctx, at("tested.mat"), &model));
    const srnn_search_record r = srnn_model_get_search(model);
    assert_true(isnan(r.test_perf) && r.test_trials == 0);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_bad_files(void **state)
{
    (void)state;
    static const double bad_gain[] = {1, -1}, nan_bias[] = {NAN, 0}, long_scale[] = {1, 2, 3},
                        perf[] = {1.5};
    static const struct {
        const char *name, *words;
        const double *values;
        size_t n;
    } cases[] = {
        {"op_gain", ": 'op_gain' is -1 for unit 1; expected numbers above 0", bad_gain, 2},
        {"op_bias_mv", ": 'op_bias_mv' is nan for unit 0; expected finite numbers", nan_bias, 2},
        {"op_scale", ": variable 'op_scale' is 3 x 1; expected 2 x 1", long_scale, 3},
        {"op_perf", ": 'op_perf' is 1.5; expected an accuracy, 0 to 1", perf, 1},
        {"op_offset", NULL, NULL, 0},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = new_converted(ctx);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_ok(ctx, srnn_model_save(ctx, model, at("bad.mat")));
        const var_list good = read_list(at("bad.mat"));
        var_list bad = {.n = 0};
        for (size_t i = 0; i < good.n; i++) {
            if (strcmp(good.vars[i]->name, cases[k].name)) {
                put(&bad, good.vars[i]);
                continue;
            }
            Mat_VarFree(good.vars[i]);
            if (cases[k].values)
                put(&bad, new_doubles(cases[k].name, cases[k].n, 1, cases[k].values));
        }
        write_list(at("bad.mat"), &bad, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
        const char *words = assert_load_fails(ctx, at("bad.mat"), SRNN_ERR_FORMAT);
        if (cases[k].words)
            assert_string_equal(words, cases[k].words);
        else
            assert_non_null(strstr(words, "'op_offset'"));
        list_free(&bad);
    }
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_fresh_trials_of_a_search),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
