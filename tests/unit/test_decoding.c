/* Decoding: against a discriminant analysis in plain code, and what no classifier can do. */
#include "helpers.h"

#include "analysis/decoding.h"

static srnn_activity new_activity(int K, int n_bins, int N, int n_types)
{
    srnn_activity a = {.N = N, .K = K, .n_bins = n_bins, .bin_ms = 5, .n_types = n_types};
    a.values = zeroed((size_t)K * (size_t)n_bins * (size_t)N, sizeof *a.values);
    a.type = zeroed((size_t)K, sizeof *a.type);
    for (int k = 0; k < K; k++) a.type[k] = k % n_types;
    return a;
}

/* Noise of another size in every unit; the first two tell the type by `signal` SD. */
static srnn_activity noise(int K, int n_bins, int N, int n_types, double signal)
{
    srnn_activity a = new_activity(K, n_bins, N, n_types);
    srnn_rng rng = test_rng(7);
    for (int k = 0; k < K; k++)
        for (int b = 0; b < n_bins; b++)
            for (int i = 0; i < N; i++) {
                const double told = i < 2 ? signal * cos(2 * a.type[k] + 1.5 * i) : 0;
                a.values[(k * n_bins + b) * N + i] =
                    (1 + i % 5) * (told + srnn_rng_normal(&rng)) + 3 * i;
            }
    return a;
}

static srnn_decoding decoded(const srnn_activity *a, const srnn_decoding_options *options)
{
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_decoding d;
    assert_ok(ctx, srnn_decode(ctx, a, options, &d));
    srnn_ctx_free(ctx);
    return d;
}

/* ---- plain code ---- */

enum { N_MAX = 40, C_MAX = 4 };

/* a x = b by Gauss-Jordan elimination with pivots, in place of b. */
static void eliminate(long double a[N_MAX][N_MAX], long double *b, int n)
{
    for (int c = 0; c < n; c++) {
        int pivot = c;
        for (int r = c + 1; r < n; r++)
            if (fabsl(a[r][c]) > fabsl(a[pivot][c])) pivot = r;
        for (int j = 0; j < n; j++) {
            const long double t = a[c][j];
            a[c][j] = a[pivot][j];
            a[pivot][j] = t;
        }
        const long double t = b[c];
        b[c] = b[pivot];
        b[pivot] = t;
        for (int r = 0; r < n; r++) {
            if (r == c) continue;
            const long double f = a[r][c] / a[c][c];
            for (int j = 0; j < n; j++) a[r][j] -= f * a[c][j];
            b[r] -= f * b[c];
        }
    }
    for (int c = 0; c < n; c++) b[c] /= a[c][c];
}

/* The trials of a fold that are told right in a bin, by the textbook's formula: the class of the
   largest z S^-1 m - m S^-1 m / 2 + log prior. fold: [K] */
static int count_right(const srnn_activity *a, const int *fold, int f, int bin, double shrinkage)
{
    static long double z[128][N_MAX], covariance[N_MAX][N_MAX], copy[N_MAX][N_MAX];
    long double m[C_MAX][N_MAX] = {{0}};
    int members[C_MAX] = {0}, n = 0, right = 0;
    for (int k = 0; k < a->K; k++) {
        n += fold[k] != f;
        members[a->type[k]] += fold[k] != f;
    }
    for (int i = 0; i < a->N; i++) {
        long double mean = 0, variance = 0, class_mean[C_MAX] = {0};
        for (int k = 0; k < a->K; k++) {
            z[k][i] = (long double)a->values[(k * a->n_bins + bin) * a->N + i];
            if (fold[k] == f) continue;
            mean += z[k][i] / n;
            class_mean[a->type[k]] += z[k][i] / members[a->type[k]];
        }
        for (int k = 0; k < a->K; k++)
            if (fold[k] != f) variance += powl(z[k][i] - class_mean[a->type[k]], 2) / n;
        for (int k = 0; k < a->K; k++) z[k][i] = (z[k][i] - mean) / sqrtl(variance);
        for (int k = 0; k < a->K; k++)
            if (fold[k] != f) m[a->type[k]][i] += z[k][i] / members[a->type[k]];
    }
    long double trace = 0;
    for (int i = 0; i < a->N; i++)
        for (int j = 0; j < a->N; j++) {
            covariance[i][j] = 0;
            for (int k = 0; k < a->K; k++)
                if (fold[k] != f)
                    covariance[i][j] +=
                        (z[k][i] - m[a->type[k]][i]) * (z[k][j] - m[a->type[k]][j]) / n;
            trace += i == j ? covariance[i][j] : 0;
        }
    for (int i = 0; i < a->N; i++)
        for (int j = 0; j < a->N; j++)
            covariance[i][j] = (1 - (long double)shrinkage) * covariance[i][j] +
                               (i == j ? (long double)shrinkage * trace / a->N : 0);
    long double weights[C_MAX][N_MAX];
    for (int c = 0; c < a->n_types; c++) {
        memcpy(copy, covariance, sizeof copy);
        memcpy(weights[c], m[c], sizeof m[c]);
        eliminate(copy, weights[c], a->N);
    }
    for (int k = 0; k < a->K; k++) {
        if (fold[k] != f) continue;
        int best = 0;
        long double scores[C_MAX];
        for (int c = 0; c < a->n_types; c++) {
            scores[c] = logl((long double)members[c] / n);
            for (int i = 0; i < a->N; i++) scores[c] += (z[k][i] - m[c][i] / 2) * weights[c][i];
            if (scores[c] > scores[best]) best = c;
        }
        right += best == a->type[k];
    }
    return right;
}

/* Fewer trials than units and more, so that both ways to solve are taken. */
static void test_against_plain_code(void **state)
{
    (void)state;
    static const struct {
        int K, N, n_types, folds;
        double shrinkage;
    } cases[] = {{24, 40, 2, 5, 0.1},
                 {90, 11, 4, 5, 0.1},
                 {50, 40, 4, 10, 0.3},
                 {33, 6, 3, 2, 0.02},
                 {25, 30, 2, 3, 1}};
    for (size_t v = 0; v < sizeof cases / sizeof *cases; v++) {
        enum { BINS = 6 };
        srnn_activity a = noise(cases[v].K, BINS, cases[v].N, cases[v].n_types, 0.8);
        int fold[128], scratch[128];
        srnn_decoding_options o = srnn_decoding_options_default();
        o.folds = cases[v].folds;
        o.shrinkage = cases[v].shrinkage;
        o.seed = 5;
        srnn__deal_folds(a.type, a.K, a.n_types, o.folds, o.seed, fold, scratch);
        srnn_decoding d = decoded(&a, &o);
        assert_int_equal(d.folds, o.folds);
        assert_int_equal(d.n_trials, a.K);
        assert_int_equal(d.n_classes, a.n_types);
        for (int b = 0; b < BINS; b++) {
            int right = 0;
            for (int f = 0; f < o.folds; f++) right += count_right(&a, fold, f, b, o.shrinkage);
            assert_near(d.accuracy[b], (double)right / a.K, 1e-12);
            /* the bounds solve (p - share)^2 = z^2 p (1 - p) / n */
            const double bounds[] = {d.low[b], d.high[b]}, z = 1.959963984540054;
            for (int s = 0; s < 2; s++)
                assert_near(pow(bounds[s] - d.accuracy[b], 2),
                            z * z * bounds[s] * (1 - bounds[s]) / a.K, 1e-12);
            assert_true(d.low[b] <= d.accuracy[b] && d.accuracy[b] <= d.high[b]);
        }
        srnn_decoding_free(&d);
        srnn_activity_free(&a);
    }
}

/* Each class is dealt as evenly as can be, so that classes of one size are so in every fit. */
static void test_folds(void **state)
{
    (void)state;
    enum { K = 47, CLASSES = 3, FOLDS = 4 };
    int classes[K], fold[K], other[K], scratch[K], count[CLASSES][FOLDS] = {{0}};
    for (int k = 0; k < K; k++) classes[k] = k % 7 == 0 ? 2 : k % 2;
    srnn__deal_folds(classes, K, CLASSES, FOLDS, 1, fold, scratch);
    srnn__deal_folds(classes, K, CLASSES, FOLDS, 2, other, scratch);
    for (int k = 0; k < K; k++) count[classes[k]][fold[k]]++;
    for (int c = 0; c < CLASSES; c++)
        for (int f = 1; f < FOLDS; f++)
            assert_true(count[c][f] == count[c][0] || count[c][f] == count[c][0] - 1 ||
                        count[c][f] == count[c][f - 1]);
    assert_true(memcmp(fold, other, sizeof fold) != 0);
    srnn__deal_folds(classes, K, CLASSES, FOLDS, 1, other, scratch);
    assert_memory_equal(fold, other, sizeof fold);
}

static void test_separable_and_noise(void **state)
{
    (void)state;
    enum { K = 60, BINS = 100, N = 90 };
    /* far apart: never wrong */
    srnn_activity a = noise(K, 4, N, 2, 40);
    srnn_decoding d = decoded(&a, NULL);
    assert_near(d.chance, 0.5, 0);
    for (int b = 0; b < 4; b++) {
        assert_near(d.accuracy[b], 1, 0);
        assert_near(d.high[b], 1, 1e-15);
    }
    srnn_decoding_free(&d);
    srnn_activity_free(&a);

    /* More units than trials: a classifier that has seen the trials tells all of them, one that has
       not tells half. Over all bins within 4 SD of the binomial distribution; neighbours in a fold
       share a fit, which widens it by less than 1.5. */
    a = noise(K, BINS, N, 2, 0);
    const srnn_decoding_options o = {.size = sizeof o, .folds = 5, .shrinkage = 0.01};
    d = decoded(&a, &o);
    double mean = 0;
    for (int b = 0; b < BINS; b++) mean += d.accuracy[b] / BINS;
    assert_near(mean, 0.5, 4 * 1.5 * sqrt(0.25 / (K * BINS)));
    srnn_decoding_free(&d);
    srnn_activity_free(&a);
}

/* Chances to reach a share or more by luck, by adding up the binomial distribution. */
static void test_above_chance(void **state)
{
    (void)state;
    enum { BINS = 100 };
    for (int K = 8; K <= 60; K += 26) {
        srnn_activity a = noise(K, BINS, 3, 2, 0);
        srnn_decoding d = decoded(&a, NULL);
        long double row[61] = {1}; /* of n trials, k right: Pascal's triangle, halved */
        for (int n = 1; n <= K; n++)
            for (int k = n; k >= 0; k--) row[k] = ((k < n ? row[k] : 0) + (k ? row[k - 1] : 0)) / 2;
        long double tail = 0;
        int least = K + 1;
        for (int k = K; k >= 0 && (tail += row[k]) < 0.05L / BINS; k--) least = k;
        if (least > K)
            assert_true(isinf(d.above));
        else
            assert_near(d.above, (double)least / K, 1e-12);
        srnn_decoding_free(&d);
        srnn_activity_free(&a);
    }
}

/* Trials alike tell nothing, and the rounding of their means neither: chance to the digit. Two
   kinds of trials without noise are told by the nearest mean. */
static void test_without_noise(void **state)
{
    (void)state;
    srnn_activity a = new_activity(12, 3, 4, 2);
    for (int c = 0; c < 12 * 3 * 4; c++) a.values[c] = 0.1 + c % 4;
    srnn_decoding d = decoded(&a, NULL);
    for (int b = 0; b < 3; b++) assert_near(d.accuracy[b], d.chance, 0);
    srnn_decoding_free(&d);
    for (int k = 0; k < 12; k++) a.values[(k * 3 + 1) * 4 + 2] += 1e-9 * a.type[k];
    d = decoded(&a, NULL);
    assert_near(d.accuracy[0], 0.5, 0);
    assert_near(d.accuracy[1], 1, 0);
    assert_near(d.accuracy[2], 0.5, 0);
    srnn_decoding_free(&d);
    srnn_activity_free(&a);
}

/* Classes given by hand are the types by another name; those left out do not count. */
static void test_classes(void **state)
{
    (void)state;
    enum { K = 40, N = 6, BINS = 5 };
    srnn_activity a = noise(K, BINS, N, 4, 1), part = new_activity(20, BINS, N, 2);
    int classes[K];
    for (int k = 0, to = 0; k < K; k++) {
        classes[k] = a.type[k] < 2 ? 2 * a.type[k] + 1 : -1; /* 1, 3: class 0 and 2 are empty */
        if (classes[k] < 0) continue;
        memcpy(part.values + to * BINS * N, a.values + k * BINS * N, BINS * N * sizeof(double));
        part.type[to++] = a.type[k];
    }
    srnn_decoding_options o = srnn_decoding_options_default();
    srnn_decoding by_type = decoded(&part, &o);
    o.classes = classes;
    o.n_classes = 4;
    srnn_decoding by_class = decoded(&a, &o);
    assert_int_equal(by_class.n_trials, 20);
    assert_int_equal(by_class.n_classes, 2);
    assert_near(by_class.chance, 0.5, 0);
    assert_memory_equal(by_class.accuracy, by_type.accuracy, BINS * sizeof(double));
    srnn_decoding_free(&by_class);

    for (int k = 0; k < K; k++) classes[k] = k == 7 ? 1 : k < 20 ? 0 : -1;
    by_class = decoded(&a, &o); /* one trial in a class */
    assert_int_equal(by_class.folds, 0);
    assert_near(by_class.chance, 0.95, 1e-15);
    for (int b = 0; b < BINS; b++) {
        assert_true(isnan(by_class.accuracy[b]));
        assert_true(isnan(by_class.low[b]) && isnan(by_class.high[b]));
    }
    srnn_decoding_free(&by_class);
    classes[8] = 1; /* two: as many folds */
    by_class = decoded(&a, &o);
    assert_int_equal(by_class.folds, 2);
    assert_true(by_class.accuracy[0] >= 0);
    srnn_decoding_free(&by_class);
    for (int k = 0; k < K; k++) classes[k] = -1;
    by_class = decoded(&a, &o); /* none at all */
    assert_true(isnan(by_class.chance) && isnan(by_class.accuracy[0]));
    srnn_decoding_free(&by_class);
    srnn_decoding_free(&by_type);
    srnn_activity_free(&part);
    srnn_activity_free(&a);

    a = noise(1, 1, 1, 1, 0); /* one trial, bin, unit */
    by_class = decoded(&a, NULL);
    assert_true(isnan(by_class.accuracy[0]));
    srnn_decoding_free(&by_class);
    srnn_activity_free(&a);
}

static int stop_at_once(void *user, const srnn_progress *p)
{
    *(int *)user += 1;
    assert_string_equal(p->phase, "decode");
    assert_int_equal(p->total, 50);
    return 1;
}

static void test_cancellation_and_refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_activity a = noise(20, 50, 4, 2, 1);
    srnn_decoding_options o = srnn_decoding_options_default();
    srnn_decoding d;
    int calls = 0;
    srnn_ctx_set_progress(ctx, stop_at_once, &calls);
    assert_says(ctx, srnn_decode(ctx, &a, NULL, &d), SRNN_CANCELLED,
                "interrupted after 1 of 50 bins");
    assert_int_equal(calls, 1);
    srnn_ctx_set_progress(ctx, NULL, NULL);
    o.folds = 1;
    assert_says(ctx, srnn_decode(ctx, &a, &o, &d), SRNN_ERR_ARGUMENT,
                "folds is 1; expected at least 2");
    o.folds = 2;
    o.shrinkage = 0;
    assert_says(ctx, srnn_decode(ctx, &a, &o, &d), SRNN_ERR_ARGUMENT,
                "shrinkage is 0; expected a number above 0, at most 1");
    o.shrinkage = 0.5;
    int classes[20] = {0};
    o.classes = classes;
    o.n_classes = 1;
    assert_says(ctx, srnn_decode(ctx, &a, &o, &d), SRNN_ERR_ARGUMENT,
                "n_classes is 1; expected at least 2");
    o.n_classes = 2;
    classes[4] = 2;
    assert_says(ctx, srnn_decode(ctx, &a, &o, &d), SRNN_ERR_ARGUMENT,
                "class of trial 4 is 2; expected -1 (none) to 1");
    a.values[3] = (double)NAN;
    assert_says(ctx, srnn_decode(ctx, &a, NULL, &d), SRNN_ERR_ARGUMENT,
                "activity of unit 3 in trial 0, bin 0 is nan; expected a number of at most 1e+100 "
                "in size");
    assert_null(d.accuracy);
    srnn_decoding_free(NULL);
    srnn_activity_free(&a);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_plain_code),
        cmocka_unit_test(test_folds),
        cmocka_unit_test(test_separable_and_noise),
        cmocka_unit_test(test_above_chance),
        cmocka_unit_test(test_without_noise),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_cancellation_and_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
