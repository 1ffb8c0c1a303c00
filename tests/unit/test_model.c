/* New networks: populations, distributions, masks; given arrays; bad parameters. */
#include "helpers.h"
#include "model/model_internal.h"

static srnn_model_params large(void)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 400;
    p.P_rec = 0.3;
    p.seed = 11;
    return p;
}

typedef struct moments {
    double n, mean, variance;
} moments;

/* Of the nonzero elements. */
static moments nonzero_moments(const float *a, size_t n)
{
    double count = 0, sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++) {
        count += a[k] != 0;
        sum += (double)a[k];
        squares += (double)a[k] * (double)a[k];
    }
    const double mean = sum / count;
    return (moments){count, mean, squares / count - mean * mean};
}

static void gaussian_without_dale(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.apply_dale = false;
    srnn_model *model = new_model(ctx, &p);
    const srnn_model_view v = srnn_model_get_view(model);
    const double NN = 400.0 * 400.0, sd = p.gain / sqrt(400 * p.P_rec);
    const moments w = nonzero_moments(v.w, (size_t)NN);
    assert_near(w.n / NN, p.P_rec, 4.5 * sqrt(p.P_rec * (1 - p.P_rec) / NN));
    assert_near(w.mean, 0, 4.5 * sd / sqrt(w.n));
    assert_near(w.variance, sd * sd, 4.5 * sd * sd * sqrt(2 / w.n));
    for (int i = 0; i < 400; i++) assert_int_equal(v.inh[i], 0);
    const moments w_in = nonzero_moments(v.w_in, 400), w_out = nonzero_moments(v.w_out, 400);
    assert_near(w_in.variance, 1, 4.5 * sqrt(2.0 / 400));
    assert_near(w_out.variance, 1e-4, 4.5e-4 * sqrt(2.0 / 400));
    const moments taus = nonzero_moments(v.taus_gaus, 400);
    assert_near(taus.mean, 0, 4.5 / sqrt(400));
    assert_near(taus.variance, 1, 4.5 * sqrt(2.0 / 400));
    assert_true(v.b_out[0] == 0);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void gamma_weights(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.w_dist = SRNN_W_GAMMA;
    p.gain = 7; /* has no part in it */
    srnn_model *model = new_model(ctx, &p);
    const moments w = nonzero_moments(srnn_model_get_view(model).w, 400 * 400);
    /* Gamma(k, s): mean ks, variance k s^2, fourth central moment (3k^2 + 6k) s^4 */
    const double variance = 2 * 0.003 * 0.003;
    assert_near(w.mean, 0.006, 4.5 * sqrt(variance / w.n));
    assert_near(w.variance, variance, 4.5 * variance * sqrt((24.0 / 4 - 1) / w.n));
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* The same draws, but inhibitory weights (1 - P_inh) / P_inh as large and slower synapses. */
static void robust_start(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.P_inh = 0.25;
    srnn_model *plain = new_model(ctx, &p);
    srnn_train_options o = srnn_train_options_default();
    srnn_preset_apply(SRNN_ROBUST, &p, &o);
    assert_true(p.balanced && p.gain == 2 && p.taus_gaus_mean == 2 && o.grad_clip == INFINITY);
    p.gain = 1.5;
    srnn_model *robust = new_model(ctx, &p);
    const srnn_model_view a = srnn_model_get_view(plain), b = srnn_model_get_view(robust);
    assert_memory_equal(a.inh, b.inh, 400);
    for (size_t k = 0; k < 400 * 400; k++)
        assert_near(b.w[k], (double)a.w[k] * (a.inh[k / 400] ? 3 : 1), 1e-6);
    for (int i = 0; i < 400; i++) assert_near(b.taus_gaus[i], (double)a.taus_gaus[i] + 2, 1e-6);
    p.taus[1] = 10;
    srnn_preset_apply(SRNN_ROBUST, &p, &o);
    assert_true(o.grad_clip == 1);
    p.n_taus = 1;
    p.taus[0] = 10.5;
    srnn_preset_apply(SRNN_ROBUST, &p, &o);
    assert_true(o.grad_clip == INFINITY);
    assert_true(o.w_gradient == SRNN_GRADIENT_MASKED && o.noise == 0.1);
    p = large();
    srnn_preset_apply(SRNN_STANDARD, &p, &o);
    assert_true(p.balanced && p.gain == 2 && p.taus_gaus_mean == 2 && o.grad_clip == 1);
    assert_true(o.w_gradient == SRNN_GRADIENT_STRAIGHT && o.noise == 0.3);
    const srnn_train_options published = srnn_train_options_default();
    o = published;
    srnn_preset_apply(SRNN_PUBLISHED, &p, &o);
    assert_memory_equal(&o, &published, sizeof o);
    srnn_model_free(plain);
    srnn_model_free(robust);
    srnn_ctx_free(ctx);
}

/* The same network but for the diagonal, through training and conversion to W_eff, too. */
static void no_autapses(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 3;
    o.eval_trials = 1;
    for (int dale = 0; dale < 2; dale++) {
        srnn_model_params p = srnn_model_params_default();
        p.N = 40;
        p.apply_dale = dale;
        p.som_N = dale ? 2 : 0;
        p.seed = 3;
        srnn_model *plain = new_model(ctx, &p);
        p.no_autapses = true;
        srnn_model *model = new_model(ctx, &p);
        const srnn_model_view a = srnn_model_get_view(plain), b = srnn_model_get_view(model);
        int autapses = 0;
        for (int k = 0; k < 1600; k++) {
            const bool diagonal = k % 41 == 0;
            autapses += diagonal && a.w[k] != 0;
            assert_true(b.w[k] == (diagonal ? 0 : a.w[k]));
            assert_int_equal(b.som_m[k], !diagonal && a.som_m[k]);
        }
        assert_true(autapses > 2);
        assert_ok(ctx, srnn_train(ctx, model, task, &o));
        float w_eff[1600];
        srnn_model_w_eff(model, false, w_eff);
        int others = 0;
        for (int k = 0; k < 1600; k++) {
            if (k % 41 == 0) assert_true(w_eff[k] == 0);
            others += w_eff[k] != 0;
        }
        assert_true(others > 100);
        srnn_model_free(plain);
        srnn_model_free(model);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void dale_and_som(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.som_N = 20;
    srnn_model *model = new_model(ctx, &p);
    const srnn_model_view v = srnn_model_get_view(model);
    float *w_eff = zeroed(400 * 400, sizeof *w_eff);
    srnn_model_w_eff(model, false, w_eff);
    int n_inh = 0, n_som = 0;
    for (int i = 0; i < 400; i++) {
        /* the first som_N inhibitory units */
        assert_int_equal(v.som[i], v.inh[i] && n_inh < 20);
        assert_string_equal(srnn_population_name(srnn_unit_population(&v, i)), !v.inh[i]    ? "exc"
                                                                               : n_inh < 20 ? "som"
                                                                                            : "pv");
        n_inh += v.inh[i];
        n_som += v.som[i];
    }
    assert_int_equal(n_som, 20);
    assert_near(n_inh / 400.0, 0.2, 4.5 * sqrt(0.16 / 400));
    for (size_t pre = 0; pre < 400; pre++)
        for (size_t post = 0; post < 400; post++) {
            const size_t k = pre * 400 + post;
            const bool forbidden = v.inh[pre] && v.som[post];
            assert_true(v.w[k] >= 0);
            assert_int_equal(v.som_m[k], !forbidden);
            assert_true(w_eff[k] == (forbidden ? 0 : v.inh[pre] ? -v.w[k] : v.w[k]));
        }
    free(w_eff);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Weights below zero are absent connections under Dale's principle, and signed
   connections without it. */
static void effective_weights(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const float w[4] = {0.5f, -0.25f, -1, 2}, zeros[2] = {0}, b_out[1] = {0};
    const uint8_t inh[2] = {0, 1}, none[2] = {0};
    srnn_model_view v = {.N = 2,
                         .n_in = 1,
                         .n_out = 1,
                         .apply_dale = true,
                         .n_taus = 1,
                         .taus = {7, 0},
                         .DeltaT = 1,
                         .w = w,
                         .w_in = zeros,
                         .w_out = zeros,
                         .b_out = b_out,
                         .inh = inh};
    srnn_model *model;
    float w_eff[4];
    assert_ok(ctx, srnn_model_from_view(ctx, &v, &model));
    srnn_model_w_eff(model, false, w_eff);
    const float with_dale[4] = {0.5f, 0, 0, -2};
    for (int k = 0; k < 4; k++) assert_true(w_eff[k] == with_dale[k]);
    double tau_ms[2];
    srnn_model_tau_ms(model, tau_ms);
    assert_true(tau_ms[0] == 35 && tau_ms[1] == 35);
    srnn_model_free(model);

    v.apply_dale = false;
    v.inh = none;
    assert_ok(ctx, srnn_model_from_view(ctx, &v, &model));
    srnn_model_w_eff(model, false, w_eff);
    assert_memory_equal(w_eff, w, sizeof w);
    assert_memory_equal(srnn_model_get_view(model).w0, w, sizeof w); /* not given: as w */
    srnn_model_free(model);

    const float broken[4] = {0, NAN, 0, 0};
    v.w = broken;
    assert_says(ctx, srnn_model_from_view(ctx, &v, &model), SRNN_ERR_ARGUMENT,
                "the network: w(2, 1) is nan; expected a finite number");
    assert_null(model);
    v.w = NULL;
    assert_says(ctx, srnn_model_from_view(ctx, &v, &model), SRNN_ERR_ARGUMENT,
                "w is NULL; expected an array");
    srnn_ctx_free(ctx);
}

static void other_weights(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.N = 4;
    srnn_model *model = new_model(ctx, &p);
    const srnn_model_view before = srnn_model_get_view(model);
    float w[16], b_out[1] = {0.5f}, w0[16], w_in[4];
    memcpy(w0, before.w, sizeof w0);
    memcpy(w_in, before.w_in, sizeof w_in);
    for (int k = 0; k < 16; k++) w[k] = (float)k;
    srnn_model_view view = {.n_taus = 1,
                            .taus = {7},
                            .DeltaT = 0.5,
                            .activation = SRNN_SOFTPLUS,
                            .w = w,
                            .b_out = b_out};
    assert_ok(ctx, srnn__optimizer_alloc(ctx, model)); /* its moments are of other weights */
    assert_ok(ctx, srnn_model_set_weights(ctx, model, &view));
    assert_null(model->optimizer.m[SRNN__W]);
    const srnn_model_view v = srnn_model_get_view(model);
    const srnn_model_params got = srnn_model_get_params(model);
    assert_memory_equal(v.w, w, sizeof w);
    assert_memory_equal(v.w0, w0, sizeof w0);
    assert_memory_equal(v.w_in, w_in, sizeof w_in);
    view.w_in0 = w;
    assert_ok(ctx, srnn_model_set_weights(ctx, model, &view));
    assert_memory_equal(v.w_in0, w, sizeof w_in);
    assert_true(v.b_out[0] == 0.5f && v.n_taus == 1 && v.taus[0] == 7 && v.taus[1] == 7);
    assert_true(v.DeltaT == 0.5 && v.activation == SRNN_SOFTPLUS && got.P_rec == p.P_rec);

    w[6] = NAN;
    b_out[0] = 1;
    view.activation = SRNN_SIGMOID;
    assert_says(ctx, srnn_model_set_weights(ctx, model, &view), SRNN_ERR_ARGUMENT,
                "the network: w(3, 2) is nan; expected a finite number");
    w[6] = 6;
    view.DeltaT = -1;
    assert_says(ctx, srnn_model_set_weights(ctx, model, &view), SRNN_ERR_ARGUMENT,
                "DeltaT is -1; expected a step above 0 (rate steps)");
    const srnn_model_view after = srnn_model_get_view(model);
    assert_memory_equal(after.w, w, sizeof w);
    assert_true(after.b_out[0] == 0.5f && after.activation == SRNN_SOFTPLUS);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void other_masks(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.N = 3;
    p.som_N = 0;
    srnn_model *model = new_model(ctx, &p);
    const float w[9] = {1, -2, 3, 4, 5, 6, 7, 8, 9};
    const uint8_t inh[3] = {0, 1, 1}, som[3] = {0, 1, 0}, som_m[9] = {1, 1, 0, 1, 0, 1, 0, 1, 1};
    srnn_model_view view = srnn_model_get_view(model);
    view.w = w;
    assert_ok(ctx, srnn_model_set_weights(ctx, model, &view));
    const srnn_model_view masks = {.apply_dale = true, .inh = inh, .som = som, .som_m = som_m};
    assert_ok(ctx, srnn__optimizer_alloc(ctx, model));
    assert_ok(ctx, srnn_model_set_masks(ctx, model, &masks));
    assert_null(model->optimizer.m[SRNN__W]);
    float w_eff[9];
    const float expected[9] = {1, 0, 0, -4, 0, -6, 0, -8, -9};
    srnn_model_w_eff(model, false, w_eff);
    assert_memory_equal(w_eff, expected, sizeof expected);
    assert_int_equal(srnn_model_get_params(model).som_N, 1);
    assert_int_equal(srnn_unit_population(&(srnn_model_view){.inh = inh, .som = som}, 1), SRNN_SOM);

    const uint8_t all_exc[3] = {0, 0, 1};
    assert_ok(ctx, srnn_model_set_masks(ctx, model,
                                        &(srnn_model_view){.apply_dale = true, .inh = all_exc}));
    srnn_model_w_eff(model, false, w_eff);
    assert_true(w_eff[1] == 0 && w_eff[3] == 4 && w_eff[7] == -8 && w_eff[4] == 0);
    assert_int_equal(srnn_model_get_params(model).som_N, 0); /* it is not inhibitory any more */

    const uint8_t two[9] = {1, 2, 1, 1, 1, 1, 1, 1, 1};
    assert_says(ctx, srnn_model_set_masks(ctx, model, &(srnn_model_view){.som_m = two}),
                SRNN_ERR_ARGUMENT, "som_m(2, 1) is 2; expected 0 or 1");
    assert_says(ctx, srnn_model_set_masks(ctx, model, &(srnn_model_view){.som = som}),
                SRNN_ERR_ARGUMENT,
                "unit 1 is SOM but not inhibitory; expected SOM units among the inhibitory ones");
    assert_says(ctx, srnn_model_set_masks(ctx, model, &(srnn_model_view){.apply_dale = false}),
                SRNN_ERR_ARGUMENT,
                "apply_dale is off, but unit 2 is inhibitory; expected no inhibitory unit without "
                "Dale's principle");
    assert_true(srnn_model_get_view(model).apply_dale);
    const uint8_t none[3] = {0};
    assert_ok(ctx, srnn_model_set_masks(ctx, model, &(srnn_model_view){.inh = none}));
    srnn_model_w_eff(model, false, w_eff);
    assert_true(w_eff[1] == -2 && w_eff[3] == 4);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* The settings of a network's own task are not those of another. */
static void settings_of_another_task(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = large();
    p.N = 4;
    p.n_in = 2;
    srnn_model *model = new_model(ctx, &p);
    strcpy(model->task_name, "xor");
    model->task_settings.T = 777;
    srnn_task *task;
    assert_ok(ctx, srnn_model_task(ctx, model, "xor", NULL, &task));
    assert_int_equal(srnn_task_get_def(task)->T, 777);
    srnn_task_free(task);
    strcpy(model->task_name, "go-nogo");
    assert_ok(ctx, srnn_model_task(ctx, model, "xor", NULL, &task));
    assert_int_equal(srnn_task_get_def(task)->T, 300);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Exactly so many, and each unit as often as any other. */
static void a_number_of_inhibitory_units(void **state)
{
    (void)state;
    enum { N = 20, INH = 7, SOM = 3, NETWORKS = 600 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.inh_N = INH;
    p.som_N = SOM;
    int n_of_unit[N] = {0};
    for (p.seed = 1; p.seed <= NETWORKS; p.seed++) {
        srnn_model *model = new_model(ctx, &p);
        const srnn_model_view v = srnn_model_get_view(model);
        int n_inh = 0, n_som = 0;
        for (int i = 0; i < N; i++) {
            n_inh += v.inh[i];
            n_som += v.som[i];
            n_of_unit[i] += v.inh[i];
        }
        assert_int_equal(n_inh, INH);
        assert_int_equal(n_som, SOM);
        assert_near(srnn_model_get_params(model).P_inh, (double)INH / N, 0);
        srnn_model_free(model);
    }
    const double P = (double)INH / N, sd = sqrt(P * (1 - P) / NETWORKS);
    for (int i = 0; i < N; i++) assert_near((double)n_of_unit[i] / NETWORKS, P, 4.5 * sd);
    srnn_ctx_free(ctx);
}

static void decay_times(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_model_params p = large();
    srnn_model *model = new_model(ctx, &p);
    const srnn_model_view v = srnn_model_get_view(model);
    double tau_ms[400];
    srnn_model_tau_ms(model, tau_ms);
    for (int i = 0; i < 400; i++)
        assert_near(tau_ms[i], 5 * (16 / (1 + exp(-(double)v.taus_gaus[i])) + 4), 1e-12);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void bad_parameters(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model;
#define REFUSED(field, given, sentence)                                                            \
    do {                                                                                           \
        srnn_model_params p = srnn_model_params_default();                                         \
        p.field = given;                                                                           \
        assert_says(ctx, srnn_model_create(ctx, &p, &model), SRNN_ERR_ARGUMENT, sentence);         \
        assert_null(model);                                                                        \
    } while (0)
    REFUSED(N, 0, "N is 0; expected 1 to 16000 units");
    REFUSED(n_in, 0, "n_in is 0; expected 1 to 100000 channels");
    REFUSED(n_out, -1, "n_out is -1; expected 1 to 100000 outputs");
    REFUSED(P_inh, 1.5, "P_inh is 1.5; expected 0 to 1");
    REFUSED(P_inh, NAN, "P_inh is nan; expected 0 to 1");
    REFUSED(inh_N, -1, "inh_N is -1; expected 0 or more");
    REFUSED(inh_N, 201, "inh_N is 201; expected at most N units");
    REFUSED(P_rec, 0, "P_rec is 0; expected a number above 0, up to 1");
    REFUSED(gain, -1, "gain is -1; expected a number above 0");
    REFUSED(DeltaT, 0, "DeltaT is 0; expected a step above 0 (rate steps)");
    REFUSED(taus[0], -4, "taus is -4; expected a decay time above 0 (rate steps)");
    REFUSED(taus[0], 30, "taus are 30 20; expected the smaller one first (taus min < max)");
    REFUSED(seed, SRNN_SEED_MAX + 2, "seed is 9.0072e+15; expected 0 to 2^53");
#undef REFUSED
    srnn_model_params p = srnn_model_params_default();
    p.N = 5;
    p.P_inh = 0;
    p.inh_N = 2;
    p.apply_dale = false;
    assert_says(ctx, srnn_model_create(ctx, &p, &model), SRNN_ERR_ARGUMENT,
                "inh_N is 2; expected 0 without Dale's principle");
    p.inh_N = 0;
    p.apply_dale = true;
    p.som_N = 3;
    assert_says(ctx, srnn_model_create(ctx, &p, &model), SRNN_ERR_ARGUMENT,
                "som_N is 3; expected at most the 0 inhibitory units of this network");
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gaussian_without_dale),
                                       cmocka_unit_test(gamma_weights),
                                       cmocka_unit_test(robust_start),
                                       cmocka_unit_test(no_autapses),
                                       cmocka_unit_test(dale_and_som),
                                       cmocka_unit_test(effective_weights),
                                       cmocka_unit_test(a_number_of_inhibitory_units),
                                       cmocka_unit_test(decay_times),
                                       cmocka_unit_test(settings_of_another_task),
                                       cmocka_unit_test(bad_parameters),
                                       cmocka_unit_test(other_weights),
                                       cmocka_unit_test(other_masks)};
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
