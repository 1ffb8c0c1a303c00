/* Principal components: closed forms, and against eigenvalues by Jacobi's rotations. */
#include "helpers.h"

static srnn_activity new_activity(int K, int n_bins, int N, int n_types)
{
    srnn_activity a = {.N = N, .K = K, .n_bins = n_bins, .bin_ms = 5, .n_types = n_types};
    a.values = zeroed((size_t)K * (size_t)n_bins * (size_t)N, sizeof *a.values);
    a.type = zeroed((size_t)K, sizeof *a.type);
    for (int k = 0; k < K; k++) a.type[k] = k % n_types;
    return a;
}

static srnn_activity noise(int K, int n_bins, int N, int n_types)
{
    srnn_activity a = new_activity(K, n_bins, N, n_types);
    srnn_rng rng = test_rng(1);
    for (int c = 0; c < K * n_bins * N; c++)
        a.values[c] = (1 + c % N) * srnn_rng_normal(&rng) + c % 3;
    return a;
}

/* ---- plain code ---- */

static void swap(double *a, double *b)
{
    const double c = *a;
    *a = *b;
    *b = c;
}

/* Eigenvalues of a symmetric a[n][n], descending, by Jacobi's rotations. */
static void jacobi(double *a, int n, double *values)
{
    for (int sweep = 0; sweep < 60; sweep++)
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) {
                if (fabs(a[p * n + q]) < 1e-300) continue;
                const double angle = 0.5 * atan2(2 * a[p * n + q], a[q * n + q] - a[p * n + p]);
                const double c = cos(angle), s = sin(angle);
                for (int k = 0; k < n; k++) {
                    const double x = a[k * n + p], y = a[k * n + q];
                    a[k * n + p] = c * x - s * y;
                    a[k * n + q] = s * x + c * y;
                }
                for (int k = 0; k < n; k++) {
                    const double x = a[p * n + k], y = a[q * n + k];
                    a[p * n + k] = c * x - s * y;
                    a[q * n + k] = s * x + c * y;
                }
            }
    for (int i = 0; i < n; i++) values[i] = a[i * n + i];
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++)
            if (values[j] > values[i]) swap(&values[i], &values[j]);
}

/* The samples that the components are of: rows[.][N]; returns how many. */
static int samples_of(const srnn_activity *a, bool by_trial, double *rows)
{
    int n = 0;
    for (int g = 0; g < (by_trial ? a->K : a->n_types); g++) {
        int trials = 0;
        for (int k = 0; k < a->K; k++) trials += by_trial ? k == g : a->type[k] == g;
        for (int b = 0; b < a->n_bins && trials > 0; b++, n++)
            for (int i = 0; i < a->N; i++) {
                rows[n * a->N + i] = 0;
                for (int k = 0; k < a->K; k++)
                    if (by_trial ? k == g : a->type[k] == g)
                        rows[n * a->N + i] += a->values[(k * a->n_bins + b) * a->N + i] / trials;
            }
    }
    return n;
}

/* Everything that a PCA must be, of any activity. */
static void assert_is_pca(const srnn_activity *a, bool by_trial, const srnn_pca *p)
{
    enum { MOST = 4096 };
    static double rows[MOST], covariance[MOST], values[MOST];
    const int N = a->N, n = samples_of(a, by_trial, rows);
    double total = 0, squares = 0, sum = 0;
    for (int i = 0; i < N; i++) {
        double mean = 0;
        for (int s = 0; s < n; s++) mean += rows[s * N + i] / n;
        assert_near(p->mean[i], mean, 1e-12);
        for (int s = 0; s < n; s++) rows[s * N + i] -= mean;
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            covariance[i * N + j] = 0;
            for (int s = 0; s < n; s++)
                covariance[i * N + j] += rows[s * N + i] * rows[s * N + j] / n;
        }
    /* each component is a direction of the variance that it is said to hold */
    for (int i = 0; i < N; i++) total += covariance[i * N + i];
    for (int k = 0; k < p->n_components; k++) {
        const double *c = p->components + k * N;
        int largest = 0;
        for (int i = 0; i < N; i++) {
            double along = 0;
            for (int j = 0; j < N; j++) along += covariance[i * N + j] * c[j];
            assert_near(along, p->explained[k] * total * c[i], 1e-11 * total);
            if (fabs(c[i]) > fabs(c[largest])) largest = i;
        }
        assert_true(c[largest] > 0);
        for (int l = 0; l <= k; l++) {
            double dot = 0;
            for (int i = 0; i < N; i++) dot += c[i] * p->components[l * N + i];
            assert_near(dot, k == l, 1e-12);
        }
    }
    jacobi(covariance, N, values);
    int n_for_90 = 0, n_for_95 = 0, n_for_99 = 0;
    for (int k = 0; k < N; k++) {
        assert_near(p->explained[k], values[k] / total, 1e-12);
        sum += p->explained[k];
        squares += values[k] * values[k];
        n_for_90 += sum - p->explained[k] < 0.90;
        n_for_95 += sum - p->explained[k] < 0.95;
        n_for_99 += sum - p->explained[k] < 0.99;
    }
    assert_near(sum, 1, 1e-12);
    assert_near(p->dimensionality, total * total / squares, 1e-9);
    assert_int_equal(p->n_for_90, n_for_90);
    assert_int_equal(p->n_for_95, n_for_95);
    assert_int_equal(p->n_for_99, n_for_99);
}

/* ---- tests ---- */

static void test_against_jacobi(void **state)
{
    (void)state;
    /* more samples than units, and fewer; types without trials */
    static const struct {
        int K, n_bins, N, n_types;
        bool by_trial;
    } cases[] = {{8, 10, 12, 2, false}, {8, 10, 12, 2, true}, {6, 3, 30, 3, false},
                 {6, 3, 30, 3, true},   {2, 5, 9, 4, false},  {1, 20, 3, 1, false}};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        srnn_activity a = noise(cases[c].K, cases[c].n_bins, cases[c].N, cases[c].n_types);
        const srnn_pca_options o = {
            .size = sizeof o, .n_components = 100, .by_trial = cases[c].by_trial};
        srnn_pca p;
        assert_ok(ctx, srnn_pca_of(ctx, &a, &o, &p));
        assert_is_pca(&a, o.by_trial, &p);
        for (int type = 0; type < a.n_types; type++)
            for (int b = 0; b < a.n_bins; b++)
                for (int k = 0; k < p.n_components; k++) {
                    double expected = 0;
                    int n = 0;
                    for (int trial = 0; trial < a.K; trial++) {
                        if (a.type[trial] != type) continue;
                        n++;
                        for (int i = 0; i < a.N; i++)
                            expected += (a.values[(trial * a.n_bins + b) * a.N + i] - p.mean[i]) *
                                        p.components[k * a.N + i];
                    }
                    const double got = p.trajectories[(type * a.n_bins + b) * p.n_components + k];
                    if (n == 0)
                        assert_true(isnan(got));
                    else
                        assert_near(got, expected / n, 1e-10);
                }
        srnn_pca_free(&p);
        srnn_activity_free(&a);
    }
    srnn_ctx_free(ctx);
}

/* Two waves along two directions at right angles, with a share of 0.8 and 0.2; in 3 units and
   in 40, where the samples are the fewer. */
static void test_plane(void **state)
{
    (void)state;
    enum { BINS = 16 };
    static const int sizes[] = {3, 40};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int v = 0; v < 2; v++) {
        const int N = sizes[v];
        srnn_activity a = new_activity(1, BINS, N, 1);
        for (int b = 0; b < BINS; b++) {
            const double angle = 2 * 3.14159265358979323846 * b / BINS;
            double *x = a.values + b * N;
            for (int i = 0; i < N; i++) x[i] = 7 + i;
            /* (-0.8, 0.6, 0) and (0, 0, 1) */
            x[0] -= 2 * 0.8 * cos(angle);
            x[1] += 2 * 0.6 * cos(angle);
            x[2] += sin(angle);
        }
        srnn_pca p;
        assert_ok(ctx, srnn_pca_of(ctx, &a, NULL, &p));
        assert_int_equal(p.n_components, 2); /* of the 10 asked for */
        assert_near(p.explained[0], 0.8, 1e-12);
        assert_near(p.explained[1], 0.2, 1e-12);
        assert_near(p.explained[2], 0, 0);
        assert_near(p.dimensionality, 1 / 0.68, 1e-12);
        assert_int_equal(p.n_for_90, 2);
        assert_near(p.components[0], 0.8, 1e-12);
        assert_near(p.components[1], -0.6, 1e-12);
        assert_near(p.components[N + 2], 1, 1e-12);
        for (int b = 0; b < BINS; b++) {
            const double angle = 2 * 3.14159265358979323846 * b / BINS;
            assert_near(p.trajectories[2 * b], -2 * cos(angle), 1e-11);
            assert_near(p.trajectories[2 * b + 1], sin(angle), 1e-11);
            for (int i = 0; i < N; i++) /* and they are all there is */
                assert_near(p.mean[i] + p.trajectories[2 * b] * p.components[i] +
                                p.trajectories[2 * b + 1] * p.components[N + i],
                            a.values[b * N + i], 1e-11);
        }
        srnn_pca_free(&p);
        srnn_activity_free(&a);
    }
    srnn_ctx_free(ctx);
}

/* A wave 10^-5 of another one is at right angles to it all the same, in either way to find it. */
static void test_weak_component(void **state)
{
    (void)state;
    enum { BINS = 16 };
    static const int sizes[] = {6, 40};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int v = 0; v < 2; v++) {
        const int N = sizes[v];
        srnn_activity a = new_activity(1, BINS, N, 1);
        for (int b = 0; b < BINS; b++)
            for (int i = 0; i < N; i++) {
                const double angle = 2 * 3.14159265358979323846 * b / BINS;
                a.values[b * N + i] = (1 + i % 3) * cos(angle) + 1e-5 * (i - 2) * sin(angle);
            }
        srnn_pca p;
        assert_ok(ctx, srnn_pca_of(ctx, &a, NULL, &p));
        assert_int_equal(p.n_components, 2);
        double along = 0, length = 0, rest = 0, weak = 0, strong = 0;
        for (int i = 0; i < N; i++) {
            along += p.components[i] * p.components[N + i];
            length += p.components[N + i] * p.components[N + i];
            strong += (1 + i % 3) * (1 + i % 3);
            rest += (i - 2) * (1 + i % 3);
            weak += (i - 2) * (i - 2);
        }
        assert_near(along, 0, 1e-14);
        assert_near(length, 1, 1e-14);
        const double share = 1e-10 * (weak - rest * rest / strong) / strong;
        assert_near(p.explained[1], share, 1e-4 * share);
        srnn_pca_free(&p);
        srnn_activity_free(&a);
    }
    srnn_ctx_free(ctx);
}

static void test_other_activity(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_activity a = noise(6, 8, 5, 2), b = noise(5, 4, 5, 3);
    srnn_pca p;
    double *trajectories = zeroed(2 * 8 * 5, sizeof *trajectories), explained[5];
    assert_ok(ctx, srnn_pca_of(ctx, &a, NULL, &p));
    assert_ok(ctx, srnn_pca_project(ctx, &p, &a, trajectories, explained));
    assert_memory_equal(trajectories, p.trajectories, 2 * 8 * 5 * sizeof(double));
    for (int k = 0; k < 5; k++) assert_near(explained[k], p.explained[k], 1e-12);

    assert_ok(ctx, srnn_pca_project(ctx, &p, &b, trajectories, explained));
    double rows[12 * 5], total = 0, sum = 0;
    assert_int_equal(samples_of(&b, false, rows), 12);
    for (int row = 0; row < 12; row++)
        for (int k = 0; k < 5; k++) {
            double along = 0;
            for (int i = 0; i < 5; i++)
                along += (rows[row * 5 + i] - p.mean[i]) * p.components[k * 5 + i];
            assert_near(trajectories[row * 5 + k], along, 1e-11);
        }
    double variance[5];
    for (int k = 0; k < 5; k++) {
        double mean = 0;
        variance[k] = 0;
        for (int row = 0; row < 12; row++) mean += trajectories[row * 5 + k] / 12;
        for (int row = 0; row < 12; row++)
            variance[k] += (trajectories[row * 5 + k] - mean) * (trajectories[row * 5 + k] - mean);
        total += variance[k];
    }
    for (int k = 0; k < 5; k++) { /* five components of five units hold all of it */
        assert_near(explained[k], variance[k] / total, 1e-12);
        sum += explained[k];
    }
    assert_near(sum, 1, 1e-12);
    assert_ok(ctx, srnn_pca_project(ctx, &p, &b, NULL, NULL));

    srnn_activity c = noise(2, 2, 4, 1);
    assert_says(ctx, srnn_pca_project(ctx, &p, &c, NULL, explained), SRNN_ERR_ARGUMENT,
                "the activity has 4 units; expected the 5 of the components");
    srnn_activity_free(&a);
    srnn_activity_free(&b);
    srnn_activity_free(&c);
    srnn_pca_free(&p);
    free(trajectories);
    srnn_ctx_free(ctx);
}

static void test_same_bits_on_any_number_of_threads(void **state)
{
    (void)state;
    srnn_activity a = noise(40, 20, 30, 4);
    const srnn_pca_options o = {.size = sizeof o, .n_components = 30, .by_trial = true};
    uint64_t hashes[2];
    for (int v = 0; v < 2; v++) {
        srnn_ctx *ctx = new_ctx(NULL, v == 0 ? 1 : 7);
        srnn_pca p;
        assert_ok(ctx, srnn_pca_of(ctx, &a, &o, &p));
        hashes[v] = fnv_1a(FNV_START, p.explained, 30 * sizeof(double));
        hashes[v] = fnv_1a(hashes[v], p.components, 30 * 30 * sizeof(double));
        srnn_pca_free(&p);
        srnn_ctx_free(ctx);
    }
    assert_true(hashes[0] == hashes[1]);
    srnn_activity_free(&a);
}

/* A thousandth is not a number of the binary system: its mean must not vary all the same. */
static void test_nothing_varies(void **state)
{
    (void)state;
    static const int sizes[][3] = {{1, 1, 1}, {3, 1, 1}, {3, 7, 4}, {5, 2, 40}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int v = 0; v < 4; v++) {
        srnn_activity a = new_activity(sizes[v][0], sizes[v][1], sizes[v][2], 1);
        for (int c = 0; c < a.K * a.n_bins * a.N; c++) a.values[c] = 0.001 * (1 + c % a.N);
        srnn_pca p;
        double shares[40];
        assert_ok(ctx, srnn_pca_of(ctx, &a, NULL, &p));
        assert_int_equal(p.n_components, 0);
        assert_int_equal(p.n_for_90, 0);
        assert_int_equal(p.n_for_99, 0);
        assert_true(isnan(p.dimensionality));
        for (int i = 0; i < a.N; i++) {
            assert_true(isnan(p.explained[i]));
            assert_near(p.mean[i], 0.001 * (1 + i), 0);
        }
        assert_ok(ctx, srnn_pca_project(ctx, &p, &a, NULL, shares));
        srnn_pca_free(&p);
        srnn_activity_free(&a);
    }
    srnn_activity one = new_activity(1, 2, 1, 1); /* one unit that varies */
    one.values[1] = 4;
    srnn_pca p;
    assert_ok(ctx, srnn_pca_of(ctx, &one, NULL, &p));
    assert_int_equal(p.n_components, 1);
    assert_near(p.explained[0], 1, 0);
    assert_near(p.components[0], 1, 0);
    assert_near(p.trajectories[0], -2, 0);
    srnn_pca_free(&p);
    srnn_activity_free(&one);
    srnn_ctx_free(ctx);
}

static void test_refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_activity a = noise(4, 3, 5, 2);
    srnn_pca_options o = srnn_pca_options_default();
    srnn_pca p;
    o.n_components = 0;
    assert_says(ctx, srnn_pca_of(ctx, &a, &o, &p), SRNN_ERR_ARGUMENT,
                "n_components is 0; expected at least 1");
    a.values[(2 * 3 + 1) * 5 + 4] = (double)NAN;
    assert_says(
        ctx, srnn_pca_of(ctx, &a, NULL, &p), SRNN_ERR_ARGUMENT,
        "activity of unit 4 in trial 2, bin 1 is nan; expected a number of at most 1e+100 in size");
    a.values[(2 * 3 + 1) * 5 + 4] = (double)-INFINITY;
    assert_says(ctx, srnn_pca_of(ctx, &a, NULL, &p), SRNN_ERR_ARGUMENT,
                "activity of unit 4 in trial 2, bin 1 is -inf; expected a number of at most 1e+100 "
                "in size");
    a.values[(2 * 3 + 1) * 5 + 4] = 0;
    a.type[3] = 2;
    assert_says(ctx, srnn_pca_of(ctx, &a, NULL, &p), SRNN_ERR_ARGUMENT,
                "type of trial 3 is 2; expected 0 to 1");
    a.type[3] = 0;
    const int N = a.N;
    a.N = 0;
    assert_says(ctx, srnn_pca_of(ctx, &a, NULL, &p), SRNN_ERR_ARGUMENT,
                "N is 0; expected at least 1");
    a.N = N;
    srnn_pca_free(&p); /* an error leaves nothing in it */
    srnn_pca_free(NULL);
    srnn_activity_free(&a);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_jacobi),
        cmocka_unit_test(test_plane),
        cmocka_unit_test(test_weak_component),
        cmocka_unit_test(test_other_activity),
        cmocka_unit_test(test_same_bits_on_any_number_of_threads),
        cmocka_unit_test(test_nothing_varies),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
