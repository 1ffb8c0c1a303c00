/* An input of which every downsample-th column is kept: what would be lost is refused. */
#include "helpers.h"

#include <math.h>

#include "spiking/downsample.h"

enum { C = 41 };

static void is_refused(const float *u, int n_in, int downsample, int channel, int first, int last,
                       int fits)
{
    srnn__lost_input lost = {0};
    assert_true(srnn__downsample_loses(u, C, n_in, downsample, &lost));
    assert_int_equal(lost.channel, channel);
    assert_int_equal(lost.first, first);
    assert_int_equal(lost.last, last);
    assert_int_equal(lost.downsample, downsample);
    assert_int_equal(lost.fits, fits);
}

static void is_kept(const float *u, int n_in, int downsample)
{
    srnn__lost_input lost;
    assert_false(srnn__downsample_loses(u, C, n_in, downsample, &lost));
}

static void fill(float *u, int n_in, int channel, int from, int to, float value)
{
    for (int t = from; t < to; t++) u[t * n_in + channel] = value;
}

static void pulses(void **state)
{
    (void)state;
    float u[2 * C] = {0};
    is_kept(u, 1, 20);
    fill(u, 1, 0, 21, 29, 1); /* in columns 21 to 28 */
    is_kept(u, 1, 1);
    is_kept(u, 1, 8);                    /* 24 */
    is_kept(u, 1, 14);                   /* 28 */
    is_refused(u, 1, 10, 0, 21, 28, 9);  /* 20, 30; 27 */
    is_refused(u, 1, 15, 0, 21, 28, 14); /* 15, 30 */
    is_refused(u, 1, 20, 0, 21, 28, 14); /* 19: 19, 38; ...; 15 */
    fill(u, 1, 0, 0, C, 0);
    fill(u, 1, 0, 20, 21, -1); /* a single column */
    is_kept(u, 1, 10);
    is_refused(u, 1, 9, 0, 20, 20, 5);
    fill(u, 1, 0, 20, 21, 0);
    fill(u, 1, 0, 23, 24, 1); /* which neither 3 nor 2 keeps */
    is_refused(u, 1, 3, 0, 23, 23, 1);
    fill(u, 1, 0, 0, C, 0.5f);
    fill(u, 1, 0, 13, 19, 2); /* over a background */
    is_refused(u, 1, 20, 0, 13, 18, 18);
    fill(u, 1, 0, 13, 19, 0); /* a gap */
    is_refused(u, 1, 20, 0, 13, 18, 18);
    memset(u, 0, sizeof u);
    fill(u, 2, 1, 23, 25, 1); /* the second channel of two */
    is_refused(u, 2, 20, 1, 23, 24, 12);
}

/* Levels of 0, 1, 2, 3 from these columns on. */
static void stairs(float *u, int one, int two, int three)
{
    for (int t = 0; t < C; t++) u[t] = (float)((t >= one) + (t >= two) + (t >= three));
}

static void staircases(void **state)
{
    (void)state;
    float u[C];
    stairs(u, 12, 15, C); /* 1 in columns 12 to 14 */
    is_kept(u, 1, 2);
    is_kept(u, 1, 7); /* 14 */
    is_refused(u, 1, 10, 0, 12, 14, 7);
    stairs(u, 20, 26, C); /* a kept column sees a level, and the levels around it are seen, too */
    is_kept(u, 1, 10);
    stairs(u, 11, 15, 18); /* two of them between 10 and 20 */
    is_refused(u, 1, 10, 0, 11, 14, 4);
    stairs(u, 5, 23, 28);
    is_refused(u, 1, 10, 0, 23, 27, 9);
    for (int t = 0; t < C; t++) u[t] = -u[t];
    is_refused(u, 1, 10, 0, 23, 27, 9);
    stairs(u, 5, 23, 25); /* an edge of a few columns, as of a filter, is no level */
    is_kept(u, 1, 10);
    for (int t = 0; t < C; t++) u[t] = t < 11 ? 0 : t < 19 ? 0.1f * (float)(t - 10) : 0.9f;
    is_kept(u, 1, 10);
    stairs(u, 5, 37, C); /* 2 is after the last kept column, 36 */
    is_refused(u, 1, 12, 0, 37, 40, 10);
    fill(u, 1, 0, 24, 27, 2); /* ... unless it was seen before */
    is_kept(u, 1, 12);
}

static void edges(void **state)
{
    (void)state;
    float u[C] = {0};
    fill(u, 1, 0, 3, 38, 1); /* longer than any gap: its ends may lie between */
    is_kept(u, 1, 20);
    memset(u, 0, sizeof u);
    fill(u, 1, 0, 37, C, 1); /* after the last that 12 keeps, 36 */
    is_refused(u, 1, 12, 0, 37, 40, 10);
    fill(u, 1, 0, 0, C, 1);
    fill(u, 1, 0, 37, C, 0); /* a stimulus that ends there is seen */
    is_kept(u, 1, 12);
    const double pi = 3.14159265358979323846; /* waves, symmetric about their tops */
    for (int period = 3; period < 60; period++) {
        for (int t = 0; t < C; t++) u[t] = (float)sin(2 * pi * (t + 0.25 * period) / period);
        is_kept(u, 1, 20);
    }
    for (int t = 0; t < C; t++) u[t] = 0.1f * (float)t; /* a ramp */
    is_kept(u, 1, 20);
    srnn_rng rng = test_rng(3); /* noise all the time; what every column holds is a draw */
    for (int t = 0; t < C; t++) u[t] = (float)srnn_rng_normal(&rng);
    is_kept(u, 1, 20);
    u[25] = u[28]; /* a draw that comes twice is no background */
    is_kept(u, 1, 20);
    fill(u, 1, 0, 0, C, 0);
    fill(u, 1, 0, 22, 24, 1); /* two columns of 0 are no background after it, either */
    fill(u, 1, 0, 26, C, 1);
    is_kept(u, 1, 20);
    for (int t = 0; t < C; t++) u[t] = (float)srnn_rng_normal(&rng);
    fill(u, 1, 0, 0, 22, 0);
    fill(u, 1, 0, 30, C, 0); /* noise of columns 22 to 29 alone */
    is_refused(u, 1, 20, 0, 22, 29, 14);
}

/* Every way to a spiking trial ends with the sentence; where it is seen, types differ. */
static void trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task_settings settings = srnn_task_settings_default();
    settings.stim_dur = 10; /* columns 50 to 59 */
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", &settings, &task));
    srnn_model_params m = srnn_model_params_default();
    m.N = 20;
    srnn_model *model = new_model(ctx, &m);
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 40;
    p.downsample = 20;
    const srnn_task_def *def = srnn_task_get_def(task);
    float u[201], z[201];
    assert_int_equal(def->T, 200);
    const srnn_trial_key key = {.domain = SRNN_DOMAIN_USER};
    assert_ok(ctx, srnn_task_trial(ctx, task, key, 0, 201, u, z, NULL));
    const srnn_spiking_input input = {.C = 201, .u = u, .key = key};
    srnn_spiking_result result;
#define LOST                                                                                       \
    "the stimulus of input channel 1 in steps 50 to 59 lies between the steps that downsample 20 " \
    "(dt_ms 1) keeps; expected downsample 19 (dt_ms 0.95), the next that loses nothing"
    assert_says(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &result), SRNN_ERR_ARGUMENT,
                LOST);
    assert_null(result.out);
    srnn_spiking_evaluation evaluation;
    assert_says(ctx, srnn_spiking_evaluate(ctx, model, task, &p, NULL, &evaluation),
                SRNN_ERR_ARGUMENT, "task 'go-nogo': " LOST);
    srnn_search_options search = srnn_search_options_default();
    srnn_search_result found = {0};
    search.spiking.downsample = 20;
    assert_says(ctx, srnn_search(ctx, model, task, &search, &found), SRNN_ERR_ARGUMENT,
                "task 'go-nogo': " LOST);
    srnn_comparison comparison;
    assert_says(ctx, srnn_compare(ctx, model, task, &p, NULL, &comparison), SRNN_ERR_ARGUMENT,
                "task 'go-nogo': " LOST);
    srnn_observe_options observe = srnn_observe_options_default();
    srnn_observation observation;
    observe.spiking = &p;
    assert_says(ctx, srnn_observe(ctx, model, task, &observe, &observation), SRNN_ERR_ARGUMENT,
                "task 'go-nogo': " LOST);
    p.downsample = 10;
    double out[2];
    for (int type = 0; type < 2; type++) {
        assert_ok(ctx, srnn_task_trial(ctx, task, key, type, 201, u, z, NULL));
        assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &result));
        out[type] = result.out[result.nt / 2 - 1];
        srnn_spiking_result_free(&result);
    }
    assert_true(out[0] != out[1]);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static int any_type(void *user, srnn_rng *rng)
{
    (void)user;
    return srnn_rng_uniform(rng) < 0.5;
}

/* Noise in every column and, in trials of type 1, a pulse from `user` on. */
static void noisy(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const int from = *(const int *)user;
    (void)z;
    for (int t = 0; t < n_cols; t++) {
        u[t] = 0.1f * (float)srnn_rng_normal(rng);
        if (type && t >= from && t < from + 10) u[t] += 1;
    }
}

static srnn_score no_score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user, (void)type, (void)rng, (void)response;
    return (srnn_score){.correct = true};
}

/* Noise hides a lost pulse from a look at the input: the types tell it. */
static void types_in_noise(void **state)
{
    (void)state;
    static const char *const names[] = {"nothing", "pulse"};
    static const double labels[] = {0, 1};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params m = srnn_model_params_default();
    m.N = 20;
    srnn_model *model = new_model(ctx, &m);
    for (int from = 41; from <= 51; from += 10) { /* column 60 is kept */
        srnn_task_def def = {.name = "noisy",
                             .n_in = 1,
                             .n_out = 1,
                             .T = 100,
                             .n_types = 2,
                             .type_names = names,
                             .labels = labels,
                             .stim_on = from,
                             .stim_off = from + 10,
                             .settings = srnn_task_settings_default(),
                             .user = &from,
                             .draw_type = any_type,
                             .generate = noisy,
                             .score = no_score};
        srnn_task *task;
        assert_ok(ctx, srnn_task_create(ctx, &def, &task));
        srnn_spiking_params p = srnn_spiking_params_default();
        p.conversion.scaling_factor = 40;
        p.downsample = 20;
        srnn_spiking_evaluation evaluation;
        if (from == 41)
            assert_says(ctx, srnn_spiking_evaluate(ctx, model, task, &p, NULL, &evaluation),
                        SRNN_ERR_ARGUMENT,
                        "task 'noisy': the stimulus of input channel 1 in steps 41 to 50 lies "
                        "between the steps that downsample 20 (dt_ms 1) keeps; expected downsample "
                        "16 (dt_ms 0.8), the next that loses nothing");
        else
            assert_ok(ctx, srnn_spiking_evaluate(ctx, model, task, &p, NULL, &evaluation));
        srnn_task_free(task);
    }
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pulses), cmocka_unit_test(staircases),
                                       cmocka_unit_test(edges), cmocka_unit_test(trials),
                                       cmocka_unit_test(types_in_noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
