/* Regression axes: planted directions are found again, what has none is left out. */
#include "helpers.h"

enum { N = 20, K = 48, BINS = 10, TYPES = 8 };

/* Three variables of +-1, all eight mixtures of them, as of the Mante task. */
static void make_variables(double variables[K][3])
{
    for (int k = 0; k < K; k++)
        for (int v = 0; v < 3; v++) variables[k][v] = k >> v & 1 ? 1 : -1;
}

/* Variable v moves the units along directions[v], most in bin 2 v + 1; something that no variable
   tells goes on in time, and noise. */
static srnn_activity planted(double directions[3][N], double variables[K][3], double noise)
{
    srnn_activity a = {.N = N, .K = K, .n_bins = BINS, .bin_ms = 5, .n_types = TYPES};
    a.values = zeroed(K * BINS * N, sizeof *a.values);
    a.type = zeroed(K, sizeof *a.type);
    srnn_rng rng = test_rng(11);
    for (int k = 0; k < K; k++) {
        a.type[k] = k % TYPES;
        for (int b = 0; b < BINS; b++)
            for (int i = 0; i < N; i++) {
                double *x = &a.values[(k * BINS + b) * N + i];
                *x = 5 + sin(b + i) + noise * srnn_rng_normal(&rng);
                for (int v = 0; v < 3; v++)
                    *x += variables[k][v] * directions[v][i] / (1 + abs(b - 2 * v - 1));
            }
    }
    return a;
}

/* Every fourth unit from v on, so that they are at right angles; of length `length`. */
static void right_angles(double directions[3][N], double length)
{
    for (int v = 0; v < 3; v++)
        for (int i = 0; i < N; i++)
            directions[v][i] = i % 4 == v ? (i % 8 < 4 ? length : -length) / sqrt(5) : 0;
}

static srnn_axes found(const srnn_activity *a, const double *variables, int n, int n_components)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_axes_options o = {.size = sizeof o, .n_components = n_components};
    srnn_axes axes;
    assert_ok(ctx, srnn_regression_axes(ctx, a, variables, n, &o, &axes));
    srnn_ctx_free(ctx);
    return axes;
}

static double dot(const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < N; i++) sum += a[i] * b[i];
    return sum;
}

static void test_planted_directions(void **state)
{
    (void)state;
    double variables[K][3], directions[3][N];
    make_variables(variables);
    right_angles(directions, 2);
    srnn_activity a = planted(directions, variables, 0);
    srnn_axes axes = found(&a, &variables[0][0], 3, N);
    assert_int_equal(axes.n_variables, 3);
    for (int v = 0; v < 3; v++) {
        assert_int_equal(axes.variable[v], v);
        assert_int_equal(axes.bin[v], 2 * v + 1);
        for (int i = 0; i < N; i++) assert_near(axes.axes[v * N + i], directions[v][i] / 2, 1e-10);
        for (int b = 0; b < BINS; b++)
            assert_near(axes.strength[v * BINS + b], 2.0 / (1 + abs(b - 2 * v - 1)), 1e-10);
        for (int type = 0; type < TYPES; type++)
            for (int b = 0; b < BINS; b++) {
                double rest = 0, mean = 0; /* what goes on in time */
                for (int t = 0; t < BINS; t++)
                    for (int i = 0; i < N; i++) mean += sin(t + i) * directions[v][i] / 2 / BINS;
                for (int i = 0; i < N; i++) rest += sin(b + i) * directions[v][i] / 2;
                assert_near(axes.trajectories[(type * BINS + b) * 3 + v],
                            variables[type][v] * 2 / (1 + abs(b - 2 * v - 1)) + rest - mean, 1e-9);
            }
    }
    srnn_axes_free(&axes);
    srnn_activity_free(&a);

    /* under noise of a tenth, the components of the means keep most of it out */
    a = planted(directions, variables, 0.2);
    axes = found(&a, &variables[0][0], 3, 5);
    assert_int_equal(axes.n_variables, 3);
    for (int v = 0; v < 3; v++) {
        assert_int_equal(axes.bin[v], 2 * v + 1);
        assert_true(dot(axes.axes + v * N, directions[v]) / 2 > 0.98);
        for (int w = 0; w <= v; w++)
            assert_near(dot(axes.axes + v * N, axes.axes + w * N), v == w, 1e-12);
    }
    srnn_axes_free(&axes);
    srnn_activity_free(&a);
}

/* Any scale and offset of a variable, correlated variables, directions at any angle: by the normal
   equations with an intercept, and Gram's and Schmidt's way, in plain code. */
static void test_against_plain_code(void **state)
{
    (void)state;
    double variables[K][3], directions[3][N];
    srnn_rng rng = test_rng(12);
    for (int k = 0; k < K; k++) {
        variables[k][0] = 100 + 3 * srnn_rng_normal(&rng);
        variables[k][1] = variables[k][0] + 2 * srnn_rng_normal(&rng);
        variables[k][2] = k % 2 + 0.01 * variables[k][1];
    }
    for (int v = 0; v < 3; v++)
        for (int i = 0; i < N; i++) directions[v][i] = srnn_rng_normal(&rng);
    srnn_activity a = planted(directions, variables, 0.5);
    srnn_axes axes = found(&a, &variables[0][0], 3, N); /* all components: no denoising */
    assert_int_equal(axes.n_variables, 3);

    long double sd[3];
    for (int v = 0; v < 3; v++) {
        long double mean = 0;
        sd[v] = 0;
        for (int k = 0; k < K; k++) mean += (long double)variables[k][v] / K;
        for (int k = 0; k < K; k++) sd[v] += powl((long double)variables[k][v] - mean, 2) / K;
        sd[v] = sqrtl(sd[v]);
    }
    static double beta[3][BINS][N];
    for (int b = 0; b < BINS; b++)
        for (int i = 0; i < N; i++) {
            long double m[4][5] = {{0}};
            for (int k = 0; k < K; k++) {
                const long double row[5] = {
                    1, (long double)variables[k][0], (long double)variables[k][1],
                    (long double)variables[k][2], (long double)a.values[(k * BINS + b) * N + i]};
                for (int p = 0; p < 4; p++)
                    for (int q = 0; q < 5; q++) m[p][q] += row[p] * row[q];
            }
            for (int p = 0; p < 4; p++)
                for (int r = 0; r < 4; r++) {
                    if (r == p) continue;
                    const long double f = m[r][p] / m[p][p];
                    for (int q = 0; q < 5; q++) m[r][q] -= f * m[p][q];
                }
            for (int v = 0; v < 3; v++)
                beta[v][b][i] = (double)(m[v + 1][4] / m[v + 1][v + 1] * sd[v]);
        }
    double expected[3][N];
    for (int v = 0; v < 3; v++) {
        int best = 0;
        for (int b = 0; b < BINS; b++) {
            const double length = sqrt(dot(beta[v][b], beta[v][b]));
            assert_near(axes.strength[v * BINS + b], length, 1e-8 * length);
            if (length > sqrt(dot(beta[v][best], beta[v][best]))) best = b;
        }
        assert_int_equal(axes.bin[v], best);
        memcpy(expected[v], beta[v][best], sizeof expected[v]);
        for (int w = 0; w < v; w++) {
            const double along = dot(expected[v], expected[w]);
            for (int i = 0; i < N; i++) expected[v][i] -= along * expected[w][i];
        }
        const double length = sqrt(dot(expected[v], expected[v]));
        for (int i = 0; i < N; i++) {
            expected[v][i] /= length;
            assert_near(axes.axes[v * N + i], expected[v][i], 1e-7);
        }
    }
    srnn_axes_free(&axes);
    srnn_activity_free(&a);
}

/* Constant ones, mixtures of earlier ones, and those that move nothing have no axis. */
static void test_left_out(void **state)
{
    (void)state;
    enum { GIVEN = 7 };
    double variables[K][3], given[K][GIVEN], directions[3][N];
    make_variables(variables);
    right_angles(directions, 1);
    for (int i = 0; i < N; i++) directions[2][i] = 0; /* moves nothing */
    srnn_activity a = planted(directions, variables, 0);
    for (int k = 0; k < K; k++) {
        given[k][0] = 0.1;
        given[k][1] = variables[k][0];
        given[k][2] = 1 - 0.3 * variables[k][0];
        given[k][3] = variables[k][2];
        given[k][4] = variables[k][1];
        given[k][5] = variables[k][0] + 2 * variables[k][1] - 0.7 * variables[k][2];
        given[k][6] = variables[k][0] * variables[k][1]; /* no mixture, but moves nothing */
    }
    srnn_axes axes = found(&a, &given[0][0], GIVEN, 12);
    assert_int_equal(axes.n_variables, 2);
    assert_int_equal(axes.variable[0], 1);
    assert_int_equal(axes.variable[1], 4);
    assert_int_equal(axes.bin[0], 1);
    assert_int_equal(axes.bin[1], 3);
    for (int i = 0; i < N; i++) {
        assert_near(axes.axes[i], directions[0][i], 1e-9);
        assert_near(axes.axes[N + i], directions[1][i], 1e-9);
    }
    srnn_axes_free(&axes);

    /* two variables that move the units along the same line have one axis */
    right_angles(directions, 1);
    for (int i = 0; i < N; i++) directions[1][i] = -3 * directions[0][i];
    srnn_activity line = planted(directions, variables, 0);
    axes = found(&line, &variables[0][0], 3, 12);
    assert_int_equal(axes.n_variables, 2);
    assert_int_equal(axes.variable[0], 0);
    assert_int_equal(axes.variable[1], 2);
    srnn_axes_free(&axes);
    srnn_activity_free(&line);

    /* nothing varies; all trials alike; one trial, one bin, one unit */
    for (int c = 0; c < K * BINS * N; c++) a.values[c] = 0.1;
    axes = found(&a, &variables[0][0], 3, 12);
    assert_int_equal(axes.n_variables, 0);
    srnn_axes_free(&axes);
    for (int c = 0; c < K * BINS * N; c++) a.values[c] = 0.1 * (c % (BINS * N));
    axes = found(&a, &variables[0][0], 3, 12);
    assert_int_equal(axes.n_variables, 0);
    srnn_axes_free(&axes);
    a.K = a.n_bins = a.N = 1;
    axes = found(&a, &variables[0][0], 3, 12);
    assert_int_equal(axes.n_variables, 0);
    srnn_axes_free(&axes);
    srnn_activity_free(&a);
}

/* Of the Mante task: both offsets, the context, the choice. */
static void test_task_variables(void **state)
{
    (void)state;
    enum { T = 500, PER_TYPE = 4, TRIALS = 8 * PER_TYPE };
    static float u[TRIALS * T * 4], z[TRIALS * T];
    double variables[TRIALS][5];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    srnn_task_settings settings = srnn_task_settings_default();
    settings.constant = 1;
    assert_ok(ctx, srnn_task_named(ctx, "mante", &settings, &task));
    const srnn_task_def *def = srnn_task_get_def(task);
    assert_int_equal(def->T, T);
    for (int k = 0; k < TRIALS; k++)
        assert_ok(ctx,
                  srnn_task_trial(ctx, task, (srnn_trial_key){1, SRNN_DOMAIN_USER, (uint64_t)k},
                                  k % 8, T, u + k * T * 4, z + k * T, NULL));
    srnn_task_variables(u, z, TRIALS, T, 4, 1, def->stim_on, def->stim_off, &variables[0][0]);
    for (int k = 0; k < TRIALS; k++) {
        assert_near(fabs(variables[k][0]), 0.5, 1e-12);
        assert_near(fabs(variables[k][1]), 0.5, 1e-12);
        assert_near(variables[k][2] + variables[k][3], 1, 1e-12);
        assert_near(variables[k][4], 2 * variables[k][variables[k][2] > 0.5 ? 0 : 1], 1e-12);
    }
    srnn_task_free(task);

    /* a target that ends before the trial does; an empty stimulus */
    float target[6] = {0, 0.25f, -1, 0.75f, 0, 0}, input[6] = {1, 2, 3, 4, 5, 6};
    double of_one[2];
    srnn_task_variables(input, target, 1, 6, 1, 1, 2, 4, of_one);
    assert_near(of_one[0], 3.5, 1e-12);
    assert_near(of_one[1], -1, 0);
    srnn_task_variables(input, target, 1, 6, 1, 1, 0, 0, of_one);
    assert_near(of_one[0], 3.5, 1e-12);
    srnn_task_variables(input, target, 1, 6, 1, 1, 4, 99, of_one);
    assert_near(of_one[0], 5.5, 1e-12);
    srnn_ctx_free(ctx);
}

static void test_refusals(void **state)
{
    (void)state;
    double variables[K][3], directions[3][N];
    make_variables(variables);
    right_angles(directions, 1);
    srnn_activity a = planted(directions, variables, 0);
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_axes_options o = srnn_axes_options_default();
    srnn_axes axes;
    assert_says(ctx, srnn_regression_axes(ctx, &a, &variables[0][0], 0, NULL, &axes),
                SRNN_ERR_ARGUMENT, "n is 0; expected at least 1 variable");
    o.n_components = 0;
    assert_says(ctx, srnn_regression_axes(ctx, &a, &variables[0][0], 3, &o, &axes),
                SRNN_ERR_ARGUMENT, "n_components is 0; expected at least 1");
    variables[4][1] = (double)INFINITY;
    assert_says(ctx, srnn_regression_axes(ctx, &a, &variables[0][0], 3, NULL, &axes),
                SRNN_ERR_ARGUMENT, "variable 1 of trial 4 is inf; expected a finite number");
    a.values[0] = (double)NAN;
    assert_int_equal(srnn_regression_axes(ctx, &a, &variables[0][0], 3, NULL, &axes),
                     SRNN_ERR_ARGUMENT);
    assert_null(axes.axes);
    srnn_axes_free(NULL);
    srnn_activity_free(&a);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planted_directions), cmocka_unit_test(test_against_plain_code),
        cmocka_unit_test(test_left_out),           cmocka_unit_test(test_task_variables),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
