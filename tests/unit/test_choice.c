/* What the library decides for all front ends: the conversion, the task of a model, what a search
   leaves in its file. */
#define _POSIX_C_SOURCE 200809L
#include "helpers.h"

#include <sys/stat.h>
#include <unistd.h>

#include "model/model_internal.h"

enum { N = 20 };

static srnn_model *small_model(srnn_ctx *ctx)
{
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    params.seed = 3;
    return new_model(ctx, &params);
}

static void give_point(srnn_ctx *ctx, srnn_model *model, double perf)
{
    double ones[N], zeros[N] = {0};
    for (int i = 0; i < N; i++) ones[i] = 1;
    const srnn_operating_point point = {.gain = ones,
                                        .bias_mv = zeros,
                                        .scale = ones,
                                        .offset = zeros,
                                        .widening = 1,
                                        .shot_noise_cost = 0.1,
                                        .perf = perf,
                                        .n_trials = 10};
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
}

static void give_search(srnn_model *model, double lambda, double test_perf)
{
    model->search.opt_scaling_factor = lambda;
    model->search.test_perf = test_perf;
}

/* ---- which conversion ---- */

static void test_conversion(void **state)
{
    (void)state;
    enum { SCALED = SRNN_BY_SCALING_FACTOR, POINT = SRNN_BY_OPERATING_POINT, OPEN = -1 };
    static const struct {
        bool has_point;
        double point_perf, lambda, test_perf; /* of the model */
        int asked;
        double factor;
        bool suits;
        int chosen;
        double chosen_factor;
    } rows[] = {
        {false, 0, 40, 0.9, OPEN, NAN, true, SCALED, 40},
        {false, 0, 40, 0.9, OPEN, 30, true, SCALED, 30},
        {true, 0.95, 40, 0.9, OPEN, NAN, true, POINT, 40},
        {true, 0.9, 40, 0.9, OPEN, NAN, true, SCALED, 40}, /* ties */
        {true, 0.95, 40, 0.9, OPEN, NAN, false, SCALED, 40},
        {true, 0.95, 40, 0.9, OPEN, 30, true, SCALED, 30},
        {true, 0.95, 40, 0.9, SCALED, NAN, true, SCALED, 40},
        {true, 0.5, 40, 0.9, POINT, NAN, true, POINT, 40},
        {true, 0.5, NAN, NAN, OPEN, NAN, true, POINT, NAN}, /* there is nothing else */
        {true, NAN, 40, 0.9, OPEN, NAN, true, SCALED, 40},
        {true, 0.9, 40, NAN, OPEN, NAN, true, SCALED, 40}, /* what is not known is not worse */
        {false, 0, NAN, NAN, SCALED, 25, true, SCALED, 25},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        srnn_model *model = small_model(ctx);
        give_search(model, rows[k].lambda, rows[k].test_perf);
        if (rows[k].has_point) give_point(ctx, model, rows[k].point_perf);
        const srnn_conversion asked = (srnn_conversion)rows[k].asked;
        srnn_spiking_params params = srnn_spiking_params_default();
        params.conversion.use_initial_weights = !rows[k].suits;
        assert_ok(ctx, srnn_choose_conversion(ctx, model, rows[k].asked == OPEN ? NULL : &asked,
                                              rows[k].factor, &params));
        if ((int)params.conversion.by != rows[k].chosen) fail_msg("row %zu: the other one", k);
        if (params.conversion.scaling_factor != rows[k].chosen_factor &&
            !isnan(rows[k].chosen_factor))
            fail_msg("row %zu: scaling factor %g", k, params.conversion.scaling_factor);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

static void test_an_operating_point_is_of_lif_units(void **state)
{
    (void)state;
    srnn_spiking_params params = srnn_spiking_params_default();
    assert_true(srnn_operating_point_suits(&params));
    params.neuron.model = SRNN_QIF;
    assert_false(srnn_operating_point_suits(&params));
}

static void test_no_conversion(void **state)
{
    (void)state;
    const srnn_conversion point = SRNN_BY_OPERATING_POINT, scaled = SRNN_BY_SCALING_FACTOR;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = 7;
    assert_says(ctx, srnn_choose_conversion(ctx, model, NULL, NAN, &params), SRNN_ERR_ARGUMENT,
                "the model holds no opt_scaling_factor; expected one that a search found, or the "
                "option scaling_factor");
    assert_int_equal(srnn_choose_conversion(ctx, model, &scaled, NAN, &params), SRNN_ERR_ARGUMENT);
    assert_says(ctx, srnn_choose_conversion(ctx, model, &point, NAN, &params), SRNN_ERR_ARGUMENT,
                "the network has no operating point; expected one that a search with conversion "
                "operating-point found");
    srnn_ctx_set_option_prefix(ctx, "--");
    assert_says(ctx, srnn_choose_conversion(ctx, model, &point, 30, &params), SRNN_ERR_ARGUMENT,
                "--scaling_factor is 30, but an operating point has none; expected only one of "
                "--scaling_factor and --conversion operating-point");
    assert_true(params.conversion.scaling_factor == 7 &&
                params.conversion.by == SRNN_BY_SCALING_FACTOR);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* ---- the same task ---- */

static srnn_task *new_task(srnn_ctx *ctx, const char *name, int stim_dur)
{
    srnn_task_settings settings = srnn_task_settings_default();
    settings.stim_dur = stim_dur;
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, name, &settings, &task));
    return task;
}

static void test_same_task(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    srnn_task *task = new_task(ctx, "go-nogo", 25), *longer = new_task(ctx, "go-nogo", 30);
    assert_true(srnn_model_same_task(model, task)); /* the model does not say */
    static const char *const names[] = {"go-nogo", "go_nogo", "Go-NoGo", "GO_NOGO"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        strcpy(model->task_name, names[k]);
        assert_true(srnn_model_same_task(model, task));
    }
    model->task_settings.stim_dur = 25;
    model->task_settings.delay = 10; /* which go-nogo does not have */
    assert_true(srnn_model_same_task(model, task));
    assert_false(srnn_model_same_task(model, longer));
    strcpy(model->task_name, "xor");
    assert_false(srnn_model_same_task(model, task));
    srnn_task_free(longer);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* ---- the task of a file ---- */

static void test_the_task_is_guessed_from_the_name(void **state)
{
    (void)state;
    static const struct {
        const char *file, *task; /* "": none */
    } rows[] = {{"Task_go-nogo_N_200_Taus_4.0_20.0_Act_sigmoid_2021_07_09_173315.mat", "go-nogo"},
                {"P_rec_0.2_Task_Go_NoGo_N_20.pth", "go-nogo"},
                {"Task_mine_N_20.mat", "mine"}, /* no built-in one, but it is said which */
                {"Task_xor_seed_1.mat", "xor"},
                {"Task_mante.mat", "mante"},
                {"Task_xorbit_1.mat", ""},
                {"Task_.mat", ""},
                {"xor.mat", ""}};
    char folder[] = "/tmp/spikernn-Task_xor_N_2-XXXXXX", path[160]; /* folders do not count */
    assert_non_null(mkdtemp(folder));
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        srnn_model *model = small_model(ctx);
        snprintf(path, sizeof path, "%s/%s", folder, rows[k].file);
        assert_ok(ctx,
                  (strstr(path, ".pth") ? srnn_model_save_pth : srnn_model_save)(ctx, model, path));
        srnn_model_free(model);
        assert_ok(ctx, srnn_model_load(ctx, path, &model));
        assert_string_equal(srnn_model_task_name(model), rows[k].task);
        assert_true(srnn_model_task_guessed(model) == (*rows[k].task != '\0'));

        strcpy(model->task_name, "xor"); /* what is in the file is no guess */
        assert_ok(ctx, srnn_model_save(ctx, model, path));
        srnn_model_free(model);
        assert_ok(ctx, srnn_model_load(ctx, path, &model));
        assert_string_equal(srnn_model_task_name(model), "xor");
        assert_false(srnn_model_task_guessed(model));
        srnn_model_free(model);
        unlink(path);
    }
    rmdir(folder);
    srnn_ctx_free(ctx);
}

/* ---- what a search leaves in its file ---- */

static int stop_after_some(void *user, const srnn_progress *progress)
{
    (void)user;
    return progress->done >= 20;
}

static srnn_status search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          srnn_search_result *result)
{
    static const double factors[] = {30, 40};
    srnn_search_options o = srnn_search_options_default();
    o.scaling_factors = factors;
    o.n = 2;
    o.n_trials = 100000;
    o.test_trials = 0;
    return srnn_search(ctx, model, task, &o, result);
}

static void test_a_cancelled_search(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    srnn_task *task = new_task(ctx, "go-nogo", 25);
    srnn_search_result result;
    srnn_ctx_set_progress(ctx, stop_after_some, NULL);
    assert_int_equal(search(ctx, model, task, &result), SRNN_CANCELLED);
    assert_true(result.n_trials >= 1 && result.n_trials < 100000);
    assert_int_equal(srnn_search_worth_storing(model, task, &result, true), SRNN_SEARCH_KEPT);

    give_search(model, 50, 0.9);
    const struct {
        int held;
        bool cancelled;
        srnn_search_worth worth;
    } rows[] = {{result.n_trials + 1, true, SRNN_SEARCH_SHORTER},
                {result.n_trials + 1, false, SRNN_SEARCH_KEPT},
                {result.n_trials, true, SRNN_SEARCH_KEPT},
                {0, true, SRNN_SEARCH_SHORTER}, /* a finished one of an older file */
                {0, false, SRNN_SEARCH_KEPT}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        model->search.n_trials = rows[k].held;
        assert_int_equal(srnn_search_worth_storing(model, task, &result, rows[k].cancelled),
                         rows[k].worth);
    }
    result.n_trials = 0;
    assert_int_equal(srnn_search_worth_storing(model, task, &result, true), SRNN_SEARCH_EMPTY);
    srnn_search_result_free(&result);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_a_search_of_another_task(void **state)
{
    (void)state;
    static char other[] = "{\"task\": {\"name\": \"go-nogo\", \"stim_dur\": 30.0}}",
                own[] = "{\"task\": {\"name\": \"Go_NoGo\", \"stim_dur\": 25.0}}", bad[] = "{",
                number[] = "{\"task\": 3}";
    const struct {
        char *settings; /* of the search that the file holds */
        srnn_search_worth worth;
    } rows[] = {{own, SRNN_SEARCH_OTHER_TASK},
                {other, SRNN_SEARCH_OTHER_TASK_ALONE},
                {bad, SRNN_SEARCH_OTHER_TASK},
                {number, SRNN_SEARCH_OTHER_TASK},
                {NULL, SRNN_SEARCH_OTHER_TASK}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    srnn_task *task = new_task(ctx, "go-nogo", 30);
    const srnn_search_result result = {.n_trials = 10};
    strcpy(model->task_name, "go-nogo");
    model->task_settings.stim_dur = 25;
    assert_int_equal(srnn_search_worth_storing(model, task, &result, false),
                     SRNN_SEARCH_OTHER_TASK_ALONE); /* not searched */
    give_search(model, 50, 0.9);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        model->search.settings = rows[k].settings;
        assert_int_equal(srnn_search_worth_storing(model, task, &result, false), rows[k].worth);
    }
    model->search.settings = NULL;
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_a_file_that_takes_no_results(void **state)
{
    (void)state;
    char folder[] = "/tmp/spikernn-choice-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    snprintf(path, sizeof path, "%s/model.mat", folder);
    assert_int_equal(srnn_model_save_check(ctx, path), SRNN_ERR_FILE);
    assert_ok(ctx, srnn_model_save_pth(ctx, model, path)); /* whatever its name */
    assert_int_equal(srnn_model_save_check(ctx, path), SRNN_ERR_FORMAT);
    assert_non_null(strstr(srnn_ctx_message(ctx), "is a .pth file, which takes no results"));
    assert_ok(ctx, srnn_model_save(ctx, model, path));
    assert_ok(ctx, srnn_model_save_check(ctx, path));
    assert_int_equal(chmod(path, 0400), 0);
    if (access(path, W_OK)) { /* root may write */
        assert_int_equal(srnn_model_save_check(ctx, path), SRNN_ERR_FILE);
        assert_non_null(strstr(srnn_ctx_message(ctx), "cannot be written"));
    }
    unlink(path);
    rmdir(folder);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversion),
        cmocka_unit_test(test_an_operating_point_is_of_lif_units),
        cmocka_unit_test(test_no_conversion),
        cmocka_unit_test(test_same_task),
        cmocka_unit_test(test_the_task_is_guessed_from_the_name),
        cmocka_unit_test(test_a_cancelled_search),
        cmocka_unit_test(test_a_search_of_another_task),
        cmocka_unit_test(test_a_file_that_takes_no_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
