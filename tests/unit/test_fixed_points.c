/* Fixed points: roots by bisection, rotations, dx/dt and its Jacobian in plain code. */
#include "helpers.h"

enum { STEP_S_INVERSE = 200, TAU = 10 }; /* rate steps a second; of the small networks */

/* w[n][n] from row to column, without Dale's principle; the input is drive[n] times u = 1. */
static srnn_model *small_network(srnn_ctx *ctx, int n, const float *w, const float *drive,
                                 srnn_activation activation)
{
    const float zero[4] = {0};
    const uint8_t none[4] = {0}, all[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const srnn_model_view view = {.N = n,
                                  .n_in = 1,
                                  .n_out = 1,
                                  .n_taus = 1,
                                  .taus = {TAU, TAU},
                                  .DeltaT = 1,
                                  .activation = activation,
                                  .w = w,
                                  .w_in = drive,
                                  .w_out = zero,
                                  .b_out = zero,
                                  .taus_gaus = zero,
                                  .inh = none,
                                  .som_m = all};
    srnn_model *model;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    return model;
}

/* ---- plain code ---- */

static double rate(srnn_activation a, double x)
{
    if (a == SRNN_SIGMOID) return 1 / (1 + exp(-x));
    if (a == SRNN_SOFTPLUS) x = log1p(exp(x));
    return x < 0 ? 0 : x > 20 ? 20 : x;
}

/* dx/dt per rate step, from the arrays that the model shows. */
static void find_speed(const srnn_model *model, const float *u, const double *x, double *out)
{
    const srnn_model_view v = srnn_model_get_view(model);
    for (int i = 0; i < v.N; i++) {
        double sum = -x[i], tau = v.taus[0];
        if (v.n_taus == 2) tau += (v.taus[1] - v.taus[0]) / (1 + exp(-(double)v.taus_gaus[i]));
        for (int j = 0; j < v.N; j++) {
            const double w = (double)v.w[j * v.N + i];
            sum += (!v.apply_dale ? w
                    : w < 0       ? 0
                    : v.inh[j]    ? -w
                                  : w) *
                   v.som_m[j * v.N + i] * rate(v.activation, x[j]);
        }
        for (int c = 0; c < v.n_in; c++) sum += (double)v.w_in[c * v.N + i] * (double)u[c];
        out[i] = sum / tau;
    }
}

static double root_mean_square(const double *x, int n)
{
    double squares = 0;
    for (int i = 0; i < n; i++) squares += x[i] * x[i] / n;
    return sqrt(squares);
}

/* ---- one unit ---- */

static void assert_roots(srnn_activation a, float w, float drive, int n_roots)
{
    enum { STARTS = 90 };
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = small_network(ctx, 1, &w, &drive, a);
    float starts[STARTS];
    for (int k = 0; k < STARTS; k++) starts[k] = (float)(-10.1 + k * 60.0 / STARTS);
    const float one = 1;
    srnn_fixed_points p;
    assert_ok(ctx, srnn_find_fixed_points(ctx, model, &one, starts, STARTS, NULL, &p));
    int n = 0;
    for (double left = -12.003; left < 60; left += 0.01) {
        double low = left, high = left + 0.01;
        double at_low = (double)w * rate(a, low) + (double)drive - low;
        const double at_high = (double)w * rate(a, high) + (double)drive - high;
        if ((at_low > 0) == (at_high > 0)) continue;
        for (int k = 0; k < 100; k++) {
            const double middle = (low + high) / 2;
            const double at = (double)w * rate(a, middle) + (double)drive - middle;
            if ((at > 0) == (at_low > 0))
                low = middle;
            else
                high = middle;
        }
        int index = -1;
        for (int q = 0; q < p.n; q++)
            if (p.fixed[q] && fabs(p.x[q] - low) < 1e-6) index = q;
        if (index < 0) fail_msg("the root at %g was not found", low);
        const double h = 1e-5, slope = (rate(a, low + h) - rate(a, low - h)) / (2 * h);
        assert_near(p.eigen_re[index], ((double)w * slope - 1) / TAU * STEP_S_INVERSE, 1e-5);
        assert_near(p.eigen_im[index], 0, 0);
        assert_int_equal(p.n_unstable[index], (double)w * slope > 1);
        assert_true(p.found[index] > 0);
        n++;
    }
    int n_fixed = 0;
    for (int q = 0; q < p.n; q++) n_fixed += p.fixed[q];
    assert_int_equal(n, n_roots);
    assert_int_equal(n_fixed, n_roots);
    srnn_fixed_points_free(&p);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_one_unit(void **state)
{
    (void)state;
    assert_roots(SRNN_SIGMOID, 8, -4.1f, 3);
    assert_roots(SRNN_SIGMOID, 2, -1, 1);
    assert_roots(SRNN_CLIPPED_RELU, 2, -3, 3); /* -3, 3 and 37 */
    assert_roots(SRNN_SOFTPLUS, 2, -3, 3);
    assert_roots(SRNN_SOFTPLUS, -2, 1, 1);
}

static void test_order_of_the_starts(void **state)
{
    (void)state;
    const float w = 8, drive = -4, one = 1, starts[3] = {5, -5, 4};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = small_network(ctx, 1, &w, &drive, SRNN_SIGMOID);
    for (int first = 0; first < 2; first++) {
        srnn_fixed_points p;
        assert_ok(ctx, srnn_find_fixed_points(ctx, model, &one, starts + first, 2, NULL, &p));
        assert_int_equal(p.n, 2);
        assert_true(p.x[0] * (double)starts[first] > 0 && p.x[1] * p.x[0] < 0);
        srnn_fixed_points_free(&p);
    }
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Just beyond where two points have met, the flow is slow and goes on. */
static void test_slow_point(void **state)
{
    (void)state;
    const double sigmoid = (1 - sqrt(0.5)) / 2; /* where 8 dr/dx = 1 */
    const double at = log(sigmoid / (1 - sigmoid)), gap = 1e-3;
    const float w = 8, drive = (float)(at - 8 * sigmoid + gap), start = -1.9f, one = 1;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_network(ctx, 1, &w, &drive, SRNN_SIGMOID);
    srnn_fixed_options o = srnn_fixed_options_default();
    srnn_fixed_points p;
    assert_ok(ctx, srnn_find_fixed_points(ctx, model, &one, &start, 1, &o, &p));
    assert_int_equal(p.n, 1);
    assert_int_equal(p.n_lost, 0);
    assert_int_equal(p.fixed[0], 0);
    assert_near(p.x[0], at, 1e-2);
    assert_near(p.speed[0], gap / TAU, 1e-6); /* drive is a float */
    assert_near(p.eigen_re[0], 0, 0.1);
    srnn_fixed_points_free(&p);
    const float starts[] = {start, 6, start, start}; /* a fixed point stands before a slow one */
    assert_ok(ctx, srnn_find_fixed_points(ctx, model, &one, starts, 4, &o, &p));
    assert_int_equal(p.n, 2);
    assert_int_equal(p.fixed[0], 1);
    assert_int_equal(p.found[0], 1);
    assert_near(p.x[0], 8 / (1 + exp(-p.x[0])) + (double)drive, 1e-7);
    assert_int_equal(p.fixed[1], 0);
    assert_int_equal(p.found[1], 3);
    srnn_fixed_points_free(&p);
    o.slow_speed = 0.9 * gap / TAU;
    assert_ok(ctx, srnn_find_fixed_points(ctx, model, &one, &start, 1, &o, &p));
    assert_int_equal(p.n, 0);
    assert_int_equal(p.n_lost, 1);
    srnn_fixed_points_free(&p);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Two units that turn about x = 0, where dr/dx is 1/4: unstable spiral, centre, stable spiral. */
static void test_rotation(void **state)
{
    (void)state;
    static const float a[] = {6, 4, 1}, b = 8;
    for (int v = 0; v < 3; v++) {
        srnn_ctx *ctx = new_ctx(NULL, 1);
        const float w[4] = {a[v], b, -b, a[v]}, drive[2] = {-(a[v] - b) / 2, -(a[v] + b) / 2};
        const float start[2] = {0.2f, -0.3f}, one = 1;
        srnn_model *model = small_network(ctx, 2, w, drive, SRNN_SIGMOID);
        srnn_fixed_points p;
        assert_ok(ctx, srnn_find_fixed_points(ctx, model, &one, start, 1, NULL, &p));
        assert_int_equal(p.n, 1);
        assert_int_equal(p.fixed[0], 1);
        for (int i = 0; i < 2; i++) {
            assert_near(p.x[i], 0, 1e-7);
            assert_near(p.eigen_re[i], ((double)a[v] / 4 - 1) / TAU * STEP_S_INVERSE, 1e-6);
            assert_near(p.eigen_im[i], (i == 0 ? 1 : -1) * (double)b / 4 / TAU * STEP_S_INVERSE,
                        1e-6);
        }
        if (v != 1) assert_int_equal(p.n_unstable[0], v == 0 ? 2 : 0);
        srnn_fixed_points_free(&p);
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
}

/* ---- a random network ---- */

enum { N = 50, N_IN = 2, STARTS = 12 };
static const float u_given[N_IN] = {0.7f, -0.4f};

/* centred: w_in u makes x = 0 a fixed point, from which a strong network runs away. */
static srnn_model *random_network(srnn_ctx *ctx, srnn_activation activation, double gain,
                                  bool centred)
{
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    params.n_in = N_IN;
    params.som_N = centred ? 0 : 3;
    params.apply_dale = !centred;
    params.activation = activation;
    params.gain = gain;
    params.seed = 4;
    srnn_model *plain = new_model(ctx, &params), *model;
    if (!centred) return plain;
    srnn_model_view view = srnn_model_get_view(plain);
    float w_in[N_IN * N];
    for (int i = 0; i < N; i++) {
        double sum = 0;
        for (int j = 0; j < N; j++) sum += (double)view.w[j * N + i] / 2;
        w_in[i] = (float)(-sum / (double)u_given[0]);
        w_in[N + i] = 0;
    }
    view.w_in = w_in;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    srnn_model_free(plain);
    return model;
}

/* States in which the network comes without noise, sooner and later, from anywhere. */
static void find_starts(srnn_ctx *ctx, const srnn_model *model, float starts[STARTS * N])
{
    enum { T = 240 };
    static float inputs[T * N_IN], path[T * N];
    srnn_rng rng = test_rng(21);
    for (int t = 0; t < T; t++) memcpy(inputs + t * N_IN, u_given, sizeof u_given);
    for (int k = 0; k < STARTS; k++) {
        float x0[N];
        for (int i = 0; i < N; i++) x0[i] = (float)srnn_rng_normal(&rng) / 4;
        srnn_rate_input input = srnn_rate_input_default();
        input.T = T;
        input.u = inputs;
        input.x0 = x0;
        input.noise = 0;
        assert_ok(ctx, srnn_rate_run(ctx, model, &input, &(srnn_rate_output){.x = path}));
        memcpy(starts + k * N, path + k * (T / STARTS) * N, N * sizeof *starts);
    }
}

/* The sums of the k-th powers of the eigenvalues are the traces of the Jacobian's powers, by
   differences of dx/dt. */
static void assert_eigenvalues(const srnn_model *model, const float *u, const srnn_fixed_points *p,
                               int q)
{
    static double jacobian[N * N], power[N * N], next[N * N];
    double x[N], up[N], down[N];
    const double h = 1e-5;
    memcpy(x, p->x + q * N, sizeof x);
    for (int j = 0; j < N; j++) {
        const double at = x[j];
        x[j] = at + h;
        find_speed(model, u, x, up);
        x[j] = at - h;
        find_speed(model, u, x, down);
        x[j] = at;
        for (int i = 0; i < N; i++)
            jacobian[i * N + j] = (up[i] - down[i]) / (2 * h) * STEP_S_INVERSE;
    }
    memcpy(power, jacobian, sizeof power);
    for (int k = 1; k <= 5; k++) {
        double trace = 0, sum_re = 0, sum_im = 0, size = 0;
        for (int i = 0; i < N; i++) {
            double re = 1, im = 0;
            for (int m = 0; m < k; m++) {
                const double old = re;
                re = re * p->eigen_re[q * N + i] - im * p->eigen_im[q * N + i];
                im = old * p->eigen_im[q * N + i] + im * p->eigen_re[q * N + i];
            }
            trace += power[i * N + i];
            sum_re += re;
            sum_im += im;
            size += hypot(re, im);
        }
        assert_near(sum_re, trace, 1e-6 * size);
        assert_near(sum_im, 0, 1e-9 * size);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                next[i * N + j] = 0;
                for (int l = 0; l < N; l++)
                    next[i * N + j] += power[i * N + l] * jacobian[l * N + j];
            }
        memcpy(power, next, sizeof power);
    }
    int unstable = 0;
    for (int i = 0; i < N; i++) {
        unstable += p->eigen_re[q * N + i] > 0;
        assert_true(i == 0 || p->eigen_re[q * N + i] <= p->eigen_re[q * N + i - 1]);
    }
    assert_int_equal(p->n_unstable[q], unstable);
}

/* Without noise the network stays where it was put, but for its rounding to float. */
static void assert_stays(srnn_ctx *ctx, const srnn_model *model, const float *u, const double *x)
{
    enum { T = 5 };
    float x0[N], inputs[T * N_IN], path[T * N];
    for (int i = 0; i < N; i++) x0[i] = (float)x[i];
    for (int t = 0; t < T; t++) memcpy(inputs + t * N_IN, u, N_IN * sizeof *u);
    srnn_rate_input input = srnn_rate_input_default();
    input.T = T;
    input.u = inputs;
    input.x0 = x0;
    input.noise = 0;
    assert_ok(ctx, srnn_rate_run(ctx, model, &input, &(srnn_rate_output){.x = path}));
    for (int t = 0; t < T; t++)
        for (int i = 0; i < N; i++) assert_near(path[t * N + i], x[i], 1e-4 * (1 + fabs(x[i])));
}

static void test_random_networks(void **state)
{
    (void)state;
    static const struct {
        srnn_activation activation;
        double gain;
        bool centred;
    } cases[] = {{SRNN_SIGMOID, 1.5, false},
                 {SRNN_CLIPPED_RELU, 1.2, false},
                 {SRNN_SOFTPLUS, 1.2, false},
                 {SRNN_SIGMOID, 10, true}};
    const float *u = u_given;
    float starts[STARTS * N];
    srnn_ctx *ctx = new_ctx(NULL, 2);
    for (int c = 0; c < 4; c++) {
        srnn_model *model =
            random_network(ctx, cases[c].activation, cases[c].gain, cases[c].centred);
        find_starts(ctx, model, starts);
        srnn_fixed_points p;
        assert_ok(ctx, srnn_find_fixed_points(ctx, model, u, starts, STARTS, NULL, &p));
        assert_int_equal(p.N, N);
        assert_int_equal(p.n_starts, STARTS);
        assert_true(p.n > 0 && p.fixed[0]);
        int found = 0, n_centre = 0;
        for (int q = 0; q < p.n; q++) {
            double speed[N], difference[N];
            find_speed(model, u, p.x + q * N, speed);
            assert_near(p.speed[q], root_mean_square(speed, N), 1e-12);
            assert_int_equal(p.fixed[q], p.speed[q] < 1e-9);
            assert_true(p.speed[q] < 1e-3);
            assert_true(q == 0 || p.fixed[q - 1] >= p.fixed[q]);
            found += p.found[q];
            for (int other = 0; other < q; other++) {
                for (int i = 0; i < N; i++) difference[i] = p.x[q * N + i] - p.x[other * N + i];
                assert_true(root_mean_square(difference, N) >= 1e-3);
            }
            assert_eigenvalues(model, u, &p, q);
            if (p.fixed[q]) assert_stays(ctx, model, u, p.x + q * N);
            if (cases[c].centred && p.fixed[q])
                n_centre += root_mean_square(p.x + q * N, N) < 1e-5 && p.n_unstable[q] > 1;
        }
        assert_int_equal(n_centre, cases[c].centred);
        assert_int_equal(found + p.n_lost, STARTS);
        srnn_fixed_points_free(&p);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

static void test_same_bits_on_any_number_of_threads(void **state)
{
    (void)state;
    float starts[STARTS * N];
    uint64_t hashes[2];
    for (int v = 0; v < 2; v++) {
        srnn_ctx *ctx = new_ctx(NULL, v == 0 ? 1 : 5);
        srnn_model *model = random_network(ctx, SRNN_SIGMOID, 10, true);
        find_starts(ctx, model, starts);
        srnn_fixed_points p;
        assert_ok(ctx, srnn_find_fixed_points(ctx, model, u_given, starts, STARTS, NULL, &p));
        hashes[v] = fnv_1a(FNV_START, p.x, (size_t)(p.n * N) * sizeof(double));
        hashes[v] = fnv_1a(hashes[v], p.found, (size_t)p.n * sizeof(int));
        hashes[v] = fnv_1a(hashes[v], p.eigen_im, (size_t)(p.n * N) * sizeof(double));
        srnn_fixed_points_free(&p);
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
    assert_true(hashes[0] == hashes[1]);
}

static int stop_later(void *user, const srnn_progress *p)
{
    assert_string_equal(p->phase, "fixed points");
    assert_int_equal(p->total, STARTS);
    return ++*(int *)user > 3;
}

static void test_cancellation_and_refusals(void **state)
{
    (void)state;
    float u[N_IN] = {0.7f, -0.4f}, starts[STARTS * N];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = random_network(ctx, SRNN_SIGMOID, 10, true);
    find_starts(ctx, model, starts);
    srnn_fixed_options o = srnn_fixed_options_default();
    srnn_fixed_points p;
    int calls = 0;
    srnn_ctx_set_progress(ctx, stop_later, &calls);
    assert_int_equal(srnn_find_fixed_points(ctx, model, u, starts, STARTS, NULL, &p),
                     SRNN_CANCELLED);
    assert_int_equal(calls, 5); /* in the fourth iteration, and as the search ends */
    assert_null(p.x);
    srnn_ctx_set_progress(ctx, NULL, NULL);

    assert_says(ctx, srnn_find_fixed_points(ctx, model, u, starts, 0, NULL, &p), SRNN_ERR_ARGUMENT,
                "n_starts is 0; expected at least 1");
    o.tolerance = 0;
    assert_says(ctx, srnn_find_fixed_points(ctx, model, u, starts, 1, &o, &p), SRNN_ERR_ARGUMENT,
                "tolerance is 0; expected a number above 0");
    o.tolerance = 1e-9;
    o.max_iterations = 0;
    assert_says(ctx, srnn_find_fixed_points(ctx, model, u, starts, 1, &o, &p), SRNN_ERR_ARGUMENT,
                "max_iterations is 0; expected at least 1");
    starts[N + 4] = NAN;
    assert_says(ctx, srnn_find_fixed_points(ctx, model, u, starts, 2, NULL, &p), SRNN_ERR_ARGUMENT,
                "x of unit 4 in start 1 is nan; expected a finite number");
    u[1] = INFINITY;
    assert_says(ctx, srnn_find_fixed_points(ctx, model, u, starts, 1, NULL, &p), SRNN_ERR_ARGUMENT,
                "input of channel 2 is inf; expected a finite number");
    srnn_fixed_points_free(NULL);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_unit),
        cmocka_unit_test(test_order_of_the_starts),
        cmocka_unit_test(test_slow_point),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_random_networks),
        cmocka_unit_test(test_same_bits_on_any_number_of_threads),
        cmocka_unit_test(test_cancellation_and_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
