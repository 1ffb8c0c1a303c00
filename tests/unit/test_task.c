/* Go-NoGo as the paper has it, its scoring at the thresholds, and a task of one's own. */
#include "helpers.h"

enum { GO = 0, NOGO = 1 };

static const srnn_trial_key key = {3, SRNN_DOMAIN_USER, 5};

static void trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    assert_int_equal(srnn_task_type_index(task, "go"), GO);
    assert_int_equal(srnn_task_type_index(task, "nogo"), NOGO);
    assert_int_equal(srnn_task_type_index(task, "maybe"), -1);
    float u[201], z[201];
    for (int n_cols = 200; n_cols <= 201; n_cols++)
        for (int type = GO; type <= NOGO; type++) {
            int used;
            assert_ok(ctx, srnn_task_trial(ctx, task, key, type, n_cols, u, z, &used));
            assert_int_equal(used, type);
            for (int t = 0; t < n_cols; t++) {
                assert_true(u[t] == (type == GO && t >= 50 && t < 75));
                assert_true(z[t] == (type == GO && t >= 75));
            }
        }
    assert_says(ctx, srnn_task_trial(ctx, task, key, GO, 199, u, z, NULL), SRNN_ERR_ARGUMENT,
                "n_cols is 199; expected T = 200 or T + 1");
    int n_go = 0;
    for (uint64_t k = 0; k < 2000; k++) {
        int used;
        const srnn_trial_key each = {3, SRNN_DOMAIN_USER, k};
        assert_ok(ctx, srnn_task_trial(ctx, task, each, -1, 200, u, NULL, &used));
        n_go += used == GO;
    }
    assert_near(n_go, 1000, 4.5 * sqrt(2000 * 0.25));
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static srnn_score score(const srnn_task *task, int type, const srnn_response *response)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    return def->score(def->user, type, response);
}

/* The rate network answers from output 75 on: above 0.7, or within 0.3 on both sides. */
static void rate_scores(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    double o[199] = {0};
    const srnn_response r = {SRNN_RATE, 199, 1, o, 1};
    o[74] = 1; /* too early for a Go, and no harm in a NoGo trial */
    assert_false(score(task, GO, &r).correct);
    assert_true(score(task, NOGO, &r).correct);
    o[75] = 0.7;
    assert_false(score(task, GO, &r).correct); /* at the threshold is not above it */
    o[75] = 0.701;
    assert_true(score(task, GO, &r).correct);
    assert_near(score(task, GO, &r).value, 0.701, 0);
    assert_near(score(task, GO, &r).margin, 0.001, 1e-15);
    o[75] = 0;
    o[198] = -0.3;
    assert_false(score(task, NOGO, &r).correct);
    o[198] = nextafter(-0.3, 0);
    assert_true(score(task, NOGO, &r).correct);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* The spiking network answers from the 10,000th step of 0.05 ms on, or the one at the
   same time when it is downsampled; a NoGo output may be negative. */
static void spiking_scores(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    double *out = zeroed(20000, sizeof *out);
    for (int downsample = 1; downsample <= 2; downsample++) {
        const int first = 10000 / downsample - 1;
        const srnn_response r = {SRNN_SPIKING, 20000 / downsample, 1, out, 100.0 / downsample};
        assert_int_equal(srnn_response_sample(&r, 100), first);
        out[first - 1] = 5;
        assert_false(score(task, GO, &r).correct);
        assert_true(score(task, NOGO, &r).correct);
        out[first - 1] = 0;
        out[first] = 0.8;
        assert_true(score(task, GO, &r).correct);
        assert_false(score(task, NOGO, &r).correct);
        out[first] = -5;
        assert_true(score(task, NOGO, &r).correct);
        out[first] = 0;
    }
    free(out);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void settings(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    srnn_task_settings s = srnn_task_settings_default();
    s.T = 120;
    s.stim_on = 10;
    s.stim_dur = 30;
    s.eval_amp_thresh = 0.3;
    assert_ok(ctx, srnn_task_named(ctx, "Go_NoGo", &s, &task));
    float u[120], z[120];
    assert_ok(ctx, srnn_task_trial(ctx, task, key, GO, 120, u, z, NULL));
    for (int t = 0; t < 120; t++) {
        assert_true(u[t] == (t >= 10 && t < 40));
        assert_true(z[t] == (t >= 40));
    }
    double o[119] = {[60] = 0.31};
    const srnn_response r = {SRNN_RATE, 119, 1, o, 1};
    assert_true(score(task, GO, &r).correct);
    srnn_task_free(task);
    s.T = 65;
    assert_int_equal(srnn_task_named(ctx, "go-nogo", &s, &task), SRNN_ERR_ARGUMENT);
    assert_null(task);
    assert_says(ctx, srnn_task_named(ctx, "go-no", NULL, &task), SRNN_ERR_ARGUMENT,
                "task 'go-no' is unknown; did you mean 'go-nogo'?");
    srnn_ctx_free(ctx);
}

/* ---- a task of one's own: three channels, two outputs; say which channel is on ---- */

static int freed;

static void free_mine(void *user)
{
    (void)user;
    freed++;
}

static int draw_mine(void *user, srnn_rng *rng)
{
    (void)user;
    return (int)(3 * srnn_rng_uniform(rng));
}

static void generate_mine(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const float *strength = user;
    for (int t = 5; t < 15; t++) u[3 * t + type] = *strength + 0.1f * (float)srnn_rng_normal(rng);
    for (int t = 15; t < n_cols; t++) {
        z[2 * t] = (float)(type - 1);
        z[2 * t + 1] = 1;
    }
}

static srnn_score score_mine(void *user, int type, const srnn_response *response)
{
    (void)user;
    const int last = response->n - 1;
    const double value = response->out[2 * last] - (type - 1);
    return (srnn_score){fabs(value) < 0.5, value, 0.5 - fabs(value)};
}

static void own_task(void **state)
{
    (void)state;
    static const char *const names[] = {"left", "middle", "right"};
    static const double labels[] = {-1, 0, 1};
    float strength = 2;
    const srnn_task_def def = {.name = "where",
                               .n_in = 3,
                               .n_out = 2,
                               .T = 40,
                               .n_types = 3,
                               .type_names = names,
                               .labels = labels,
                               .stim_on = 5,
                               .stim_off = 15,
                               .min_trials = 20,
                               .settings = srnn_task_settings_default(),
                               .user = &strength,
                               .destroy = free_mine,
                               .draw_type = draw_mine,
                               .generate = generate_mine,
                               .score = score_mine};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    srnn_model_params p = srnn_model_params_default();
    p.N = 60;
    p.n_in = 3;
    p.n_out = 2;
    p.seed = 5;
    srnn_model *model = new_model(ctx, &p);
    srnn_train_options train = srnn_train_options_default();
    train.n_trials = 800;
    train.loss_threshold = 3;
    assert_ok(ctx, srnn_train(ctx, model, task, &train));
    assert_true(srnn_model_get_training(model).eval_perf_mean > 0.6); /* chance: 1/3 */
    assert_string_equal(srnn_model_task_name(model), "where");

    srnn_rate_eval_options balanced = srnn_rate_eval_options_default();
    balanced.balanced = true;
    balanced.n_trials = 20;
    srnn_rate_evaluation rate;
    assert_ok(ctx, srnn_rate_evaluate(ctx, model, task, &balanced, &rate));
    assert_int_equal(rate.n_trials, 60);
    for (int i = 0; i < 3; i++) assert_int_equal(rate.types[i].n, 20);
    srnn_search_options search = srnn_search_options_default();
    search.n_trials = 5;
    srnn_search_result result;
    assert_ok(ctx, srnn_search(ctx, model, task, &search, &result));
    assert_int_equal(result.n_trials, 5);
    srnn_search_result_free(&result);

    srnn_task *other = new_go_nogo(ctx);
    assert_says(ctx, srnn_rate_evaluate(ctx, model, other, NULL, &rate), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has 1 input channels, but the network's w_in has 3");
    srnn_task_free(other);
    srnn_model_free(model);
    freed = 0;
    srnn_task_free(task);
    assert_int_equal(freed, 1);

    srnn_task_def bad = def;
    bad.n_types = 0;
    assert_says(ctx, srnn_task_create(ctx, &bad, &task), SRNN_ERR_ARGUMENT,
                "task 'where': n_types is 0; expected 1 to 64");
    bad = def;
    bad.score = NULL;
    assert_int_equal(srnn_task_create(ctx, &bad, &task), SRNN_ERR_ARGUMENT);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(trials), cmocka_unit_test(rate_scores),
                                       cmocka_unit_test(spiking_scores), cmocka_unit_test(settings),
                                       cmocka_unit_test(own_task)};
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
