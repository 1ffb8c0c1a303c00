/* The gradient of backpropagation through time against central differences of the
   loss. With SRNN__RATE_DOUBLE the two agree to a millionth; in float the
   differences themselves are rough, and only smooth cases are compared. */
#include "helpers.h"

#include "train/train.h"

#if defined(SRNN__RATE_DOUBLE)
enum { IN_DOUBLE = 1 };
static const double nudge = 1e-5, tolerance = 1e-6, floor_of_scale = 1e-2;
#else
enum { IN_DOUBLE = 0 };
static const double nudge = 1e-2, tolerance = 2e-2, floor_of_scale = 1e-1;
#endif

enum { N = 20, T = 30, N_IN = 2, SAMPLES = 8 };

typedef struct setting {
    srnn_activation activation;
    srnn_loss loss;
    int n_taus, n_out;
    bool dale, straight, penalized;
} setting;

static const srnn_penalties all_penalties = {.L1_in = 0.3,
                                             .L1_rec = 2,
                                             .L1_out = 0.5,
                                             .L2_in = 0.7,
                                             .L2_rec = 3,
                                             .L2_out = 0.4,
                                             .L2_firing_rate = 0.2};

typedef struct workspace {
    setting setting;
    srnn_penalties penalties;
    srnn_model *model;
    srnn__rate_net net;
    srnn__rate_pass pass;
    srnn__params gradient;
    real *d_o;
    float u[T * N_IN], z[T * 2], x0[N], noise[(T - 1) * N];
    int compared, skipped;
} workspace;

static void setup(srnn_ctx *ctx, const setting *s, workspace *w)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = N_IN;
    p.n_out = s->n_out;
    p.P_inh = 0.4;
    p.P_rec = 0.5;
    p.som_N = s->dale ? 2 : 0;
    p.apply_dale = s->dale;
    p.n_taus = s->n_taus;
    p.activation = s->activation;
    p.seed = 11;
    *w = (workspace){.setting = *s, .model = new_model(ctx, &p)};
    assert_ok(ctx, srnn__rate_net_init(ctx, w->model, &w->net));
    w->net.w_gradient = s->straight ? SRNN_GRADIENT_STRAIGHT : SRNN_GRADIENT_MASKED;
    w->penalties = s->penalized ? all_penalties : (srnn_penalties){0};
    assert_ok(ctx, srnn__rate_pass_init(ctx, &w->net, 1, T, true, true, &w->pass));
    assert_true(srnn__params_alloc(&w->net, &w->gradient));
    w->d_o = zeroed((size_t)(T - 1) * s->n_out, sizeof *w->d_o);
    srnn_rng rng = test_rng(0);
    /* a readout that matters, and input strong enough for the ceiling of 20 */
    for (int k = 0; k < s->n_out * w->net.Np; k++) w->net.params.w_out[k] *= 30;
    for (int t = 5; t < 20; t++) w->u[t * N_IN] = 15;
    for (int t = 0; t < T; t++) w->u[t * N_IN + 1] = (float)srnn_rng_normal(&rng);
    for (int k = 0; k < T * s->n_out; k++) w->z[k] = (float)srnn_rng_normal(&rng);
    for (int i = 0; i < N; i++) w->x0[i] = (float)srnn_rng_normal(&rng);
    for (int k = 0; k < (T - 1) * N; k++) w->noise[k] = (float)(0.1 * srnn_rng_normal(&rng));
}

static void teardown(workspace *w)
{
    srnn__rate_pass_free(&w->pass);
    srnn__rate_net_free(&w->net);
    srnn_model_free(w->model);
    free(w->gradient.flat);
    free(w->d_o);
}

/* The loss, and on which side of every kink the run lies. */
static double loss_at(workspace *w, uint64_t *sides)
{
    const srnn__rate_draws draws = {.x0 = w->x0, .noise_xt = w->noise};
    const float *u = w->u;
    srnn__rate_net_update(&w->net);
    srnn__rate_forward(&w->net, &w->pass, &u, &draws);
    *sides = FNV_START;
    for (int t = 0; t < T; t++)
        for (int i = 0; i < N; i++) {
            const real x = w->pass.x[t * w->net.Np + i], r = w->pass.r[t * w->net.Np + i];
            const unsigned char side = (unsigned char)(x < 0 ? 0 : r < 20 ? 1 : 2);
            if (w->setting.activation != SRNN_SIGMOID) *sides = fnv_1a(*sides, &side, 1);
        }
    for (int k = 0; k < (T - 1) * w->setting.n_out; k++) {
        const unsigned char side = w->pass.o[k] > (real)w->z[k];
        if (w->setting.loss == SRNN_L1) *sides = fnv_1a(*sides, &side, 1);
    }
    return srnn__rate_loss(&w->net, &w->pass, 0, w->z, w->setting.loss, w->d_o) +
           srnn__penalty(&w->net, &w->penalties) +
           srnn__rate_penalty(&w->net, &w->pass, &w->penalties);
}

/* Of the run that loss_at() made. */
static void find_gradient(workspace *w)
{
    const float *u = w->u;
    const real r_slope = srnn__rate_penalty_slope(&w->net, 1, T, &w->penalties);
    srnn__params sums;
    assert_true(srnn__params_alloc(&w->net, &sums));
    srnn__penalty_gradient(&w->net, &w->penalties, &w->gradient);
    srnn__rate_backward(&w->net, &w->pass, &u, w->d_o, r_slope, &sums);
    srnn__rate_collect(&w->net, &sums, &w->gradient);
    srnn__rate_finish_gradient(&w->net, &w->gradient);
    free(sums.flat);
}

static void compare(workspace *w, const char *what, real *parameter, real gradient, double scale)
{
    const real kept = *parameter;
    uint64_t sides, sides_more, sides_less;
    loss_at(w, &sides);
    *parameter = (real)((double)kept + nudge);
    const double more = (double)*parameter, loss_more = loss_at(w, &sides_more);
    *parameter = (real)((double)kept - nudge);
    const double less = (double)*parameter, loss_less = loss_at(w, &sides_less);
    *parameter = kept;
    if (sides_more != sides || sides_less != sides) { /* the difference spans a kink */
        w->skipped++;
        return;
    }
    const double difference = (loss_more - loss_less) / (more - less);
    const double error = fabs(difference - (double)gradient);
    if (!(error <= tolerance * (fabs(difference) + floor_of_scale * scale)))
        fail_msg(
            "%s, activation %d, loss %d, %d taus, n_out %d, Dale %d, straight %d, penalties %d: "
            "gradient %.9g, difference %.9g, largest %g",
            what, w->setting.activation, w->setting.loss, w->setting.n_taus, w->setting.n_out,
            w->setting.dale, w->setting.straight, w->setting.penalized, (double)gradient,
            difference, scale);
    w->compared++;
}

static double largest(const real *array, int n)
{
    double most = 0;
    for (int k = 0; k < n; k++) most = fmax(most, fabs((double)array[k]));
    return most;
}

/* Straight through the rectifier: the gradient is that of the weight's becoming a connection. */
static void compare_absent(workspace *w, int k)
{
    const real kept = w->net.params.w[k];
    uint64_t sides, sides_more;
    const double loss = loss_at(w, &sides);
    w->net.params.w[k] = (real)((double)kept + nudge);
    const double more = (double)w->net.params.w[k] - (double)kept;
    const double slope = (loss_at(w, &sides_more) - loss) / more;
    w->net.params.w[k] = kept;
    const double step = w->penalties.L1_rec / (N * N); /* |w| has no slope at 0 */
    if (!IN_DOUBLE || sides != sides_more) return;
    assert_near(w->gradient.w[k], slope - step, 1e-3 * largest(w->gradient.w, N * w->net.Np));
}

/* Recurrent weights: connections, absent ones and masked ones. */
static void compare_w(workspace *w, srnn_rng *rng)
{
    const int Np = w->net.Np;
    const double scale = largest(w->gradient.w, N * Np);
    int present = 0, absent = 0, masked = 0;
    assert_true(scale > 0);
    while (present < SAMPLES || absent < SAMPLES || (w->setting.dale && masked < SAMPLES)) {
        const int k = (int)(srnn__rng_word(rng) % N) * Np + (int)(srnn__rng_word(rng) % N);
        const bool is_masked = w->net.mask[k] == 0, is_absent = w->net.params.w[k] == 0;
        if (is_masked || (w->setting.dale && is_absent && !w->setting.straight)) {
            assert_true(w->gradient.w[k] == 0); /* can never act, must never change */
            masked += is_masked;
            absent += is_absent;
        } else if (is_absent && w->setting.dale) {
            compare_absent(w, k);
            absent++;
        } else if (is_absent) {
            compare(w, "an absent w", &w->net.params.w[k], w->gradient.w[k], scale);
            absent++;
        } else if (!w->setting.dale || (double)w->net.params.w[k] > nudge) {
            compare(w, "w", &w->net.params.w[k], w->gradient.w[k], scale);
            present++;
        }
    }
}

static void compare_others(workspace *w, srnn_rng *rng)
{
    const int Np = w->net.Np, n_out = w->setting.n_out;
    const double w_out_scale = largest(w->gradient.w_out, n_out * Np);
    const double b_out_scale = largest(w->gradient.b_out, n_out);
    const double taus_scale = largest(w->gradient.taus_gaus, N);
    for (int s = 0; s < SAMPLES; s++) {
        const int k = (int)(srnn__rng_word(rng) % n_out) * Np + (int)(srnn__rng_word(rng) % N);
        compare(w, "w_out", &w->net.params.w_out[k], w->gradient.w_out[k], w_out_scale);
    }
    for (int o = 0; o < n_out; o++)
        compare(w, "b_out", &w->net.params.b_out[o], w->gradient.b_out[o], b_out_scale);
    assert_true((taus_scale > 0) == (w->setting.n_taus == 2));
    for (int i = 0; i < N && w->setting.n_taus == 2; i++)
        compare(w, "taus_gaus", &w->net.params.taus_gaus[i], w->gradient.taus_gaus[i], taus_scale);
    const double w_in_scale = largest(w->gradient.w_in, N_IN * Np);
    for (int s = 0; s < SAMPLES; s++) {
        const int k = (int)(srnn__rng_word(rng) % N_IN) * Np + (int)(srnn__rng_word(rng) % N);
        compare(w, "w_in", &w->net.params.w_in[k], w->gradient.w_in[k], w_in_scale);
    }
    for (int i = N; i < Np; i++) { /* padded lanes do not learn */
        for (int o = 0; o < n_out; o++) assert_true(w->gradient.w_out[o * Np + i] == 0);
        for (int j = 0; j < N; j++) assert_true(w->gradient.w[j * Np + i] == 0);
        for (int c = 0; c < N_IN; c++) assert_true(w->gradient.w_in[c * Np + i] == 0);
        assert_true(w->gradient.taus_gaus[i] == 0);
    }
}

static void check_setting(srnn_ctx *ctx, const setting *s)
{
    workspace w;
    uint64_t sides;
    setup(ctx, s, &w);
    loss_at(&w, &sides);
    find_gradient(&w);
    if (s->activation != SRNN_SIGMOID) assert_true(largest(w.pass.r, T * w.net.Np) == 20);
    srnn_rng rng = test_rng(1);
    compare_w(&w, &rng);
    compare_others(&w, &rng);
    if (IN_DOUBLE || (s->activation == SRNN_SIGMOID && s->loss == SRNN_L2))
        assert_true(w.compared > 9 * w.skipped);
    teardown(&w);
}

static void gradient_is_the_slope_of_the_loss(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int activation = SRNN_SIGMOID; activation <= SRNN_SOFTPLUS; activation++)
        for (int loss = SRNN_L2; loss <= SRNN_L1; loss++)
            for (int n_taus = 1; n_taus <= 2; n_taus++)
                for (int n_out = 1; n_out <= 2; n_out++)
                    for (int dale = 0; dale < 2; dale++)
                        check_setting(
                            ctx, &(setting){activation, loss, n_taus, n_out, dale, false, false});
    srnn_ctx_free(ctx);
}

static void penalties_and_straight_gradients(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int k = 1; k < 4; k++)
        for (int dale = 0; dale < 2; dale++)
            check_setting(ctx, &(setting){SRNN_SIGMOID, SRNN_L2, 2, 2, dale, k & 1, k >> 1});
    srnn_ctx_free(ctx);
}

/* The public function gives what the trainer uses. */
static void public_gradient(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    workspace w;
    uint64_t sides;
    setup(ctx, &(setting){SRNN_SIGMOID, SRNN_L2, 2, 2, true, false, false}, &w);
    srnn__rate_net_store(&w.net, w.model);
    const double loss = loss_at(&w, &sides);
    find_gradient(&w);
    float dw[N * N], dw_out[N * 2], db_out[2], dtaus_gaus[N], dw_in[N_IN * N];
    srnn_rate_gradient got = {
        .dw = dw, .dw_out = dw_out, .db_out = db_out, .dtaus_gaus = dtaus_gaus, .dw_in = dw_in};
    srnn_rate_input input = srnn_rate_input_default();
    input.T = T;
    input.u = w.u;
    input.x0 = w.x0;
    input.noise_xt = w.noise;
    assert_ok(ctx, srnn_rate_backward(ctx, w.model, &input, w.z, SRNN_L2, &got));
    const double rounding = IN_DOUBLE ? 1e-5 : 0; /* the model keeps floats */
    assert_near(got.loss, loss, rounding);
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++)
            assert_near(dw[j * N + i], (float)w.gradient.w[j * w.net.Np + i], rounding);
    for (int i = 0; i < N; i++) {
        assert_near(dtaus_gaus[i], (float)w.gradient.taus_gaus[i], rounding);
        for (int o = 0; o < 2; o++)
            assert_near(dw_out[i * 2 + o], (float)w.gradient.w_out[o * w.net.Np + i], rounding);
    }
    for (int c = 0; c < N_IN; c++)
        for (int i = 0; i < N; i++)
            assert_near(dw_in[c * N + i], (float)w.gradient.w_in[c * w.net.Np + i], rounding);
    for (int o = 0; o < 2; o++) assert_near(db_out[o], (float)w.gradient.b_out[o], rounding);
    teardown(&w);
    srnn_ctx_free(ctx);
}

/* L = sum of slopes times x, r and o: with the slopes as weights its gradient is known by
   differences alone. */
typedef struct outside {
    float d_x[T * N], d_r[T * N], d_o[(T - 1) * 2];
} outside;

static double weighted_sum(workspace *w, const outside *slopes)
{
    uint64_t sides;
    loss_at(w, &sides);
    double sum = 0;
    for (int t = 1; t < T; t++)
        for (int i = 0; i < N; i++)
            sum += (double)slopes->d_x[t * N + i] * (double)w->pass.x[t * w->net.Np + i] +
                   (double)slopes->d_r[t * N + i] * (double)w->pass.r[t * w->net.Np + i];
    for (int k = 0; k < (T - 1) * 2; k++) sum += (double)slopes->d_o[k] * (double)w->pass.o[k];
    return sum;
}

static void compare_sum(workspace *w, const outside *slopes, real *parameter, double gradient,
                        double scale)
{
    const real kept = *parameter;
    *parameter = (real)((double)kept + nudge);
    const double more = (double)*parameter, sum_more = weighted_sum(w, slopes);
    *parameter = (real)((double)kept - nudge);
    const double less = (double)*parameter, sum_less = weighted_sum(w, slopes);
    *parameter = kept;
    /* the public gradient is in float */
    assert_near(gradient, (sum_more - sum_less) / (more - less), (IN_DOUBLE ? 1e-5 : 2e-2) * scale);
}

static void gradient_of_any_function(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    workspace w;
    setup(ctx, &(setting){SRNN_SIGMOID, SRNN_L2, 2, 2, true, false, false}, &w);
    srnn__rate_net_store(&w.net, w.model);
    srnn__rate_net_free(&w.net); /* the floats that the model keeps */
    assert_ok(ctx, srnn__rate_net_init(ctx, w.model, &w.net));
    srnn_rng rng = test_rng(3);
    outside slopes;
    for (int k = 0; k < T * N; k++) {
        slopes.d_x[k] = (float)srnn_rng_normal(&rng);
        slopes.d_r[k] = (float)srnn_rng_normal(&rng);
    }
    for (int k = 0; k < (T - 1) * 2; k++) slopes.d_o[k] = (float)srnn_rng_normal(&rng);
    float dw[N * N], dtaus[N], db[2], dw_out[N * 2];
    srnn_rate_gradient got = {.dw = dw, .dtaus_gaus = dtaus, .db_out = db, .dw_out = dw_out};
    srnn_rate_input input = srnn_rate_input_default();
    input.T = T;
    input.u = w.u;
    input.x0 = w.x0;
    input.noise_xt = w.noise;
    const srnn_rate_slopes all = {slopes.d_x, slopes.d_r, slopes.d_o};
    assert_ok(ctx, srnn_rate_gradient_of(ctx, w.model, &input, &all, &got));
    double scale = 0, taus_scale = 0;
    for (int k = 0; k < N * N; k++) scale = fmax(scale, fabs((double)dw[k]));
    for (int i = 0; i < N; i++) taus_scale = fmax(taus_scale, fabs((double)dtaus[i]));
    for (int compared = 0; compared < SAMPLES;) {
        const int j = (int)(srnn__rng_word(&rng) % N), i = (int)(srnn__rng_word(&rng) % N);
        real *weight = &w.net.params.w[j * w.net.Np + i];
        if ((double)*weight <= nudge) continue;
        compare_sum(&w, &slopes, weight, (double)dw[j * N + i], scale);
        compared++;
    }
    for (int i = 0; i < N; i++)
        compare_sum(&w, &slopes, &w.net.params.taus_gaus[i], (double)dtaus[i], taus_scale);
    for (int o = 0; o < 2; o++)
        compare_sum(&w, &slopes, &w.net.params.b_out[o], (double)db[o], fabs((double)db[o]) + 1);
    const srnn_rate_slopes none = {0};
    assert_ok(ctx, srnn_rate_gradient_of(ctx, w.model, &input, &none, &got));
    for (int k = 0; k < N * N; k++) assert_true(dw[k] == 0);
    teardown(&w);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_is_the_slope_of_the_loss),
        cmocka_unit_test(penalties_and_straight_gradients),
        cmocka_unit_test(public_gradient),
        cmocka_unit_test(gradient_of_any_function),
    };
    return cmocka_run_group_tests_name("gradient", tests, NULL, NULL);
}
