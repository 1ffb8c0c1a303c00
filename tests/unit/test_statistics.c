/* Rank tests, Holm's correction and intervals, against values derived by hand or in closed form.
   tests/python/test_statistics.py compares many samples with scipy. */
#include "helpers.h"

#define TINY 1e-12 /* rounding of a few operations */

static srnn_rank_test signed_rank_of(const double *a, const double *b, int n)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_rank_test t;
    assert_ok(ctx, srnn_signed_rank_test(ctx, a, b, n, &t));
    srnn_ctx_free(ctx);
    return t;
}

static srnn_rank_test rank_sum_of(const double *a, int n, const double *b, int m)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_rank_test t;
    assert_ok(ctx, srnn_rank_sum_test(ctx, a, n, b, m, &t));
    srnn_ctx_free(ctx);
    return t;
}

static srnn_sample_summary summary_of_values(const double *values, int n)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_sample_summary s;
    assert_ok(ctx, srnn_sample_summary_of(ctx, values, n, &s));
    srnn_ctx_free(ctx);
    return s;
}

static void assert_no_test(srnn_rank_test t)
{
    assert_true(isnan(t.p) && isnan(t.statistic) && isnan(t.effect));
    assert_false(t.exact);
}

/* Differences 1, 2, 3, -4, 5: W = 11. Of the 32 sets of ranks 7 have a sum of at most 15 - 11. */
static void test_pairs_exact(void **state)
{
    (void)state;
    const double a[] = {1, 2, NAN, 3, -4, 5, 0}, b[] = {0, 0, 1, 0, 0, 0, NAN};
    const srnn_rank_test t = signed_rank_of(a, b, 7);
    assert_int_equal(t.n, 5);
    assert_int_equal(t.m, 0);
    assert_true(t.exact);
    assert_near(t.statistic, 11, 0);
    assert_near(t.p, 14.0 / 32, TINY);
    assert_near(t.effect, 7.0 / 15, TINY);
    assert_near(t.difference, 2, 0);
}

/* Differences 1, 1, 2, 0: ranks 1.5, 1.5, 3, so W = 6 is 3 above its mean; its variance is
   3 4 7 / 24 less (2^3 - 2) / 48 for the tie. */
static void test_pairs_with_ties_are_normal(void **state)
{
    (void)state;
    const double a[] = {1, 1, 2, 0}, b[4] = {0};
    const srnn_rank_test t = signed_rank_of(a, b, 4);
    assert_int_equal(t.n, 3);
    assert_false(t.exact);
    assert_near(t.p, erfc(3 / sqrt(3.375) / sqrt(2)), TINY);
    assert_near(t.effect, 1, 0);
    assert_near(t.difference, 1, 0);
}

/* The same sizes but for rounding: 0.3 - 0.2 is less than 0.2 - 0.1. */
static void test_rounding_is_no_difference(void **state)
{
    (void)state;
    const double a[] = {0.3, 0.2, 0.4, 0.1 + 0.2}, b[] = {0.2, 0.1, 0.2, 0.3};
    assert_true(a[0] - b[0] < a[1] - b[1] && a[3] > b[3]);
    const srnn_rank_test t = signed_rank_of(a, b, 4);
    assert_int_equal(t.n, 3);
    assert_false(t.exact);
    assert_near(t.p, erfc(3 / sqrt(3.375) / sqrt(2)), TINY);
}

static void test_exact_up_to_50_pairs(void **state)
{
    (void)state;
    double a[51], b[51] = {0};
    for (int i = 0; i < 51; i++) a[i] = i + 1;
    assert_true(signed_rank_of(a, b, 50).exact);
    assert_near(signed_rank_of(a, b, 50).p / ldexp(1, -49), 1, TINY);
    assert_false(signed_rank_of(a, b, 51).exact);
}

static void test_pairs_without_a_test(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.5, NAN}, b[] = {0.5, 0.5, 1};
    assert_no_test(signed_rank_of(a, b, 3));
    assert_near(signed_rank_of(a, b, 3).difference, 0, 0);
    assert_no_test(signed_rank_of(a + 2, b + 2, 1));
    assert_no_test(signed_rank_of(a, b, 0));
    assert_true(isnan(signed_rank_of(a, b, 0).difference));
    const srnn_rank_test one = signed_rank_of(a, b + 2, 1);
    assert_near(one.p, 1, 0);
    assert_near(one.effect, -1, 0);
}

/* Only 4 > 3 of the 12 pairs: U = 1, and so 2 of the 35 orders have at most that. The differences
   are -6, -5, -5, -4, -4, -3, -3, -2, -2, -1, -1, 1. */
static void test_samples_exact(void **state)
{
    (void)state;
    const double a[] = {4, NAN, 1, 2}, b[] = {7, 3, 6, 5};
    const srnn_rank_test t = rank_sum_of(a, 4, b, 4);
    assert_int_equal(t.n, 3);
    assert_int_equal(t.m, 4);
    assert_true(t.exact);
    assert_near(t.statistic, 1, 0);
    assert_near(t.p, 4.0 / 35, TINY);
    assert_near(t.effect, 2.0 / 12 - 1, TINY);
    assert_near(t.difference, -3, 0);
    const srnn_rank_test other_way = rank_sum_of(b, 4, a, 4);
    assert_near(other_way.statistic, 11, 0);
    assert_near(other_way.p, 4.0 / 35, TINY);
    assert_near(other_way.difference, 3, 0);
}

/* 1, 2 and 2, 3: U = 1/2, which with the correction is 1 below its mean of 2; its variance is
   4 / 12 (5 - 6 / 12) = 1.5. */
static void test_samples_with_ties_are_normal(void **state)
{
    (void)state;
    const double a[] = {1, 2}, b[] = {2, 3};
    const srnn_rank_test t = rank_sum_of(a, 2, b, 2);
    assert_false(t.exact);
    assert_near(t.statistic, 0.5, 0);
    assert_near(t.p, erfc(1 / sqrt(1.5) / sqrt(2)), TINY);
    assert_near(t.difference, -1, 0);
}

/* p of the lowest U is 2 of 1 order in C(n + m, n); C(108, 8) = 352025629371. */
static void test_exact_if_one_sample_is_small(void **state)
{
    (void)state;
    double values[109];
    for (int i = 0; i < 109; i++) values[i] = i;
    const srnn_rank_test t = rank_sum_of(values, 8, values + 8, 100);
    assert_true(t.exact);
    assert_near(t.p * 352025629371.0, 2, TINY);
    assert_near(rank_sum_of(values + 8, 100, values, 8).p * 352025629371.0, 2, TINY);
    assert_false(rank_sum_of(values, 9, values + 9, 100).exact);
}

static void test_samples_without_a_test(void **state)
{
    (void)state;
    const double a[] = {1, 1, 1}, none[] = {NAN};
    assert_no_test(rank_sum_of(a, 3, none, 1));
    assert_no_test(rank_sum_of(none, 0, a, 3));
    assert_true(isnan(rank_sum_of(none, 0, a, 3).difference));
    const srnn_rank_test equal = rank_sum_of(a, 3, a, 2);
    assert_near(equal.p, 1, 0);
    assert_near(equal.effect, 0, 0);
    assert_near(equal.difference, 0, 0);
}

static void test_holm(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    double p[] = {0.01, NAN, 0.04, 0.03, 0.005}, large[] = {0.6, 0.7};
    const double expected[] = {0.03, NAN, 0.06, 0.06, 0.02};
    assert_ok(ctx, srnn_holm(ctx, p, 5));
    assert_true(isnan(p[1]));
    for (int i = 0; i < 5; i++)
        if (i != 1) assert_near(p[i], expected[i], TINY);
    assert_ok(ctx, srnn_holm(ctx, large, 2));
    assert_near(large[0], 1, 0);
    assert_near(large[1], 1, 0);
    assert_ok(ctx, srnn_holm(ctx, p, 0));
    srnn_ctx_free(ctx);
}

/* Student's quantiles of 1 and 2 degrees of freedom are tan(0.475 pi) and
   0.95 sqrt(2 / (1 - 0.95^2)). */
static void test_summary(void **state)
{
    (void)state;
    const double two[] = {NAN, 2, 0}, three[] = {1, -1, INFINITY, 0};
    const srnn_sample_summary a = summary_of_values(two, 3), b = summary_of_values(three, 4);
    assert_int_equal(a.n, 2);
    assert_near(a.mean, 1, 0);
    assert_near(a.sd, sqrt(2), TINY);
    assert_near(a.median, 1, 0);
    assert_near(a.low, 1 - 12.706204736174707, 1e-11);
    assert_near(a.high, 1 + 12.706204736174707, 1e-11);
    assert_int_equal(b.n, 3);
    assert_near(b.median, 0, 0);
    assert_near(b.high, 0.95 * sqrt(2 / (1 - 0.95 * 0.95)) / sqrt(3), TINY);
}

static void test_summary_of_few(void **state)
{
    (void)state;
    const double value = 3;
    const srnn_sample_summary none = summary_of_values(&value, 0);
    assert_int_equal(none.n, 0);
    assert_true(isnan(none.mean) && isnan(none.median) && isnan(none.sd) && isnan(none.low));
    const srnn_sample_summary one = summary_of_values(&value, 1);
    assert_near(one.mean, 3, 0);
    assert_near(one.median, 3, 0);
    assert_true(isnan(one.sd) && isnan(one.low) && isnan(one.high));
}

/* Of equal SDs and sizes Welch's degrees of freedom are 2 (n - 1). */
static void test_mean_difference(void **state)
{
    (void)state;
    double low, high;
    srnn_mean_difference(5, 1, 2, 2, 1, 2, &low, &high);
    assert_near(low, 3 - 0.95 * sqrt(2 / (1 - 0.95 * 0.95)), TINY);
    assert_near(high, 3 + 0.95 * sqrt(2 / (1 - 0.95 * 0.95)), TINY);
    srnn_mean_difference(5, 0, 3, 2, 0, 3, &low, &high);
    assert_near(low, 3, 0);
    assert_near(high, 3, 0);
    srnn_mean_difference(5, NAN, 1, 2, 1, 2, &low, &high);
    assert_true(isnan(low) && isnan(high));
}

/* Newcombe's example (Statistics in Medicine 17, 1998, method 10): 56/70 less 48/80. */
static void test_share_difference(void **state)
{
    (void)state;
    double low, high;
    srnn_share_difference(56, 70, 48, 80, &low, &high);
    assert_near(low, 0.0524, 5e-5);
    assert_near(high, 0.3339, 5e-5);
    srnn_share_difference(10, 10, 0, 10, &low, &high);
    assert_near(high, 1, 0);
    srnn_share_difference(0, 0, 48, 80, &low, &high);
    assert_true(isnan(low) && isnan(high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_exact),
        cmocka_unit_test(test_pairs_with_ties_are_normal),
        cmocka_unit_test(test_rounding_is_no_difference),
        cmocka_unit_test(test_exact_up_to_50_pairs),
        cmocka_unit_test(test_pairs_without_a_test),
        cmocka_unit_test(test_samples_exact),
        cmocka_unit_test(test_samples_with_ties_are_normal),
        cmocka_unit_test(test_exact_if_one_sample_is_small),
        cmocka_unit_test(test_samples_without_a_test),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_summary_of_few),
        cmocka_unit_test(test_mean_difference),
        cmocka_unit_test(test_share_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
