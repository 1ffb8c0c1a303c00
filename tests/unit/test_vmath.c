/* The arithmetic under the loops: multiply-add rounded once, exp and log, each
   within the error that its comment states. */
#include "helpers.h"

#include <float.h>

#define SRNN__KERNEL_DOUBLE 0
#include "kernels/vmath.h"

static float float_of(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* ---- fused_f32: without fused instructions it is emulated, and must equal fmaf ---- */

static void check_fused(float a, float b, float c)
{
    const float got = fused_f32(a, b, c), expected = fmaf(a, b, c);
    if (isnan(expected) ? !isnan(got) : memcmp(&got, &expected, sizeof got) != 0)
        fail_msg("%a * %a + %a is %a; expected %a", (double)a, (double)b, (double)c, (double)got,
                 (double)expected);
}

static void fused_any_bits(void **state)
{
    (void)state;
    srnn_rng rng = test_rng(0);
    for (int k = 0; k < 2000000; k++) {
        const float a = float_of(srnn__rng_word(&rng)), b = float_of(srnn__rng_word(&rng));
        check_fused(a, b, float_of(srnn__rng_word(&rng)));
    }
}

/* c near -a b in size: sums that cancel, round and tie at every place. */
static void fused_near_cancellation(void **state)
{
    (void)state;
    srnn_rng rng = test_rng(1);
    for (int k = 0; k < 2000000; k++) {
        const uint32_t words[4] = {srnn__rng_word(&rng), srnn__rng_word(&rng), srnn__rng_word(&rng),
                                   srnn__rng_word(&rng)};
        /* from few mantissa bits, so that exact ties are common, to all 23 */
        const uint32_t mantissa = 0x7fffffu & ~(0x7fffffu >> (words[3] & 31));
        const float a = float_of((words[0] & (0x80000000u | mantissa)) | 0x3f800000u);
        const float b = float_of((words[1] & (0x80000000u | mantissa)) | 0x3f800000u);
        const int exponent = (int)(words[3] >> 8 & 63) - 31;
        check_fused(a, b, ldexpf(float_of((words[2] & 0x807fffffu) | 0x3f800000u), exponent));
        check_fused(a, b, -(a * b));
        check_fused(a, b, nextafterf(-(a * b), 0));
        /* results among the subnormals */
        check_fused(ldexpf(a, -75), ldexpf(b, -70), ldexpf(a, exponent - 145));
    }
}

/* 1 + 2^-24 lies halfway between two floats; a little more or less decides. */
static void fused_ties(void **state)
{
    (void)state;
    static const float halves[] = {0x1p-12f, 0x1.8p-12f};
    static const float little[] = {0x1p-149f, 0x1p-126f, 0x1p-60f, 0x1p-40f, 0x1p-30f};
    for (int h = 0; h < 2; h++)
        for (float sign = -1; sign <= 1; sign += 2)
            for (uint32_t odd = 0; odd < 2; odd++) {
                const float c = sign * float_of(0x3f800000u + odd);
                check_fused(halves[h], 0x1p-12f, c);
                check_fused(-halves[h], 0x1p-12f, c);
            }
    /* a b = (1 + 2^-12)^2 times 2^24 has a tail of its own; c a distant little */
    for (size_t k = 0; k < sizeof little / sizeof *little; k++)
        for (float sign = -1; sign <= 1; sign += 2) {
            check_fused(0x1.001p+0f, 0x1.001p+0f, sign * little[k]);
            check_fused(0x1.000002p+0f, 0x1.8p+0f, sign * little[k]);
            check_fused(0x1.000006p+0f, -0x1.8p+0f, sign * little[k]);
            check_fused(16777217.0f, 0x1.8p+0f, sign * little[k]);
        }
}

static void fused_extremes(void **state)
{
    (void)state;
    const float values[] = {0.0f,
                            -0.0f,
                            1.0f,
                            -1.0f,
                            0x1p-149f,
                            -0x1p-149f,
                            0x1p-126f,
                            0x1.fffffcp-127f,
                            0x1p-75f,
                            0x1p-74f,
                            0x1p+64f,
                            -0x1p+64f,
                            0x1p+63f,
                            0x1.fffffep+63f,
                            0x1.fffffep+127f,
                            -0x1.fffffep+127f,
                            INFINITY,
                            -INFINITY,
                            NAN,
                            3.0f,
                            0x1.fffffep-1f};
    enum { N = sizeof values / sizeof *values };
    for (int a = 0; a < N; a++)
        for (int b = 0; b < N; b++)
            for (int c = 0; c < N; c++) check_fused(values[a], values[b], values[c]);
}

/* ---- exp and log ---- */

/* Largest relative error of f against exact over n points of (low, high). */
static double largest_error(double (*f)(double), long double (*exact)(long double), double low,
                            double high, int n)
{
    double largest = 0;
    srnn_rng rng = test_rng(2);
    for (int k = 0; k < n; k++) {
        const double x = low + (high - low) * (k + srnn_rng_uniform(&rng)) / n;
        const long double y = exact((long double)x);
        const double error = (double)fabsl(((long double)f(x) - y) / y);
        if (!(error <= largest)) largest = error;
    }
    return largest;
}

static double exp_of_float(double x) { return (double)exp_f32((float)x); }
static double log1p_of_float(double x) { return (double)log1p_f32((float)x); }
static long double expl_of_float(long double x) { return expl((long double)(float)x); }
static long double log1pl_of_float(long double x) { return log1pl((long double)(float)x); }
static double exp_of_double(double x) { return exp_f64(x); }
static double log1p_of_double(double x) { return log1p_f64(x); }

static void kernels_exp(void **state)
{
    (void)state;
    assert_near(largest_error(exp_of_float, expl_of_float, -87, 88, 2000000), 0, 2.4e-7);
    assert_near(largest_error(exp_of_float, expl_of_float, -1, 1, 1000000), 0, 2.4e-7);
    assert_near(largest_error(exp_of_double, expl, -708, 709, 1000000), 0, 4e-16);
    assert_near(largest_error(exp_of_double, expl, -1, 1, 1000000), 0, 4e-16);
    assert_true(exp_f32(0) == 1 && exp_f64(0) == 1);
    assert_true(exp_f32(-INFINITY) == exp_f32(-87) && exp_f64(-INFINITY) == exp_f64(-708));
    assert_true(exp_f32(1e30f) == exp_f32(88) && isfinite(exp_f32(88)));
    assert_true(exp_f64(1e300) == exp_f64(709) && isfinite(exp_f64(709)));
    assert_true(exp_f32(-87) >= FLT_MIN && exp_f64(-708) >= DBL_MIN);
    assert_true(isnan(exp_f32(NAN)) && isnan(exp_f64(NAN)));
}

static void kernels_log1p(void **state)
{
    (void)state;
    assert_near(largest_error(log1p_of_float, log1pl_of_float, 0, 1, 2000000), 0, 2.4e-7);
    assert_near(largest_error(log1p_of_float, log1pl_of_float, 0, 1e-6, 100000), 0, 2.4e-7);
    assert_near(largest_error(log1p_of_double, log1pl, 0, 1, 1000000), 0, 5e-16);
    assert_near(largest_error(log1p_of_double, log1pl, 0, 1e-6, 100000), 0, 5e-16);
    assert_true(log1p_f32(0) == 0 && log1p_f64(0) == 0);
}

/* |got - exact| in units of the last place of exact. */
static double ulps(double got, long double exact)
{
    int e;
    frexp((double)exact, &e);
    return (double)(fabsl((long double)got - exact) / ldexpl(1, (e < -1021 ? -1021 : e) - 53));
}

static void own_exp(void **state)
{
    (void)state;
    srnn_rng rng = test_rng(3);
    for (int k = 0; k < 1000000; k++) {
        const double range = k % 2 ? 708 : 2, x = range * (2 * srnn_rng_uniform(&rng) - 1);
        if (!(ulps(srnn__exp(x), expl((long double)x)) < 2)) fail_msg("exp(%.17g)", x);
    }
    assert_true(srnn__exp(0) == 1);
    assert_true(srnn__exp(-INFINITY) == 0 && srnn__exp(-800) == 0);
    assert_true(isinf(srnn__exp(INFINITY)) && isinf(srnn__exp(710)));
    assert_true(isnan(srnn__exp(NAN)));
}

static void own_log(void **state)
{
    (void)state;
    srnn_rng rng = test_rng(4);
    for (int k = 0; k < 1000000; k++) {
        double x = 1 + srnn_rng_uniform(&rng);
        if (k % 3 == 0) x = ldexp(x, (int)(srnn__rng_word(&rng) % 2097) - 1074);
        if (k % 3 == 1) x = 0.5 + srnn_rng_uniform(&rng); /* around 1, where log is small */
        if (k % 3 == 2) x = 1 + ldexp(x - 1.5, -(int)(srnn__rng_word(&rng) % 40));
        const long double exact = logl((long double)x);
        if (!(x == 1 ? srnn__log(x) == 0 : ulps(srnn__log(x), exact) < 2))
            fail_msg("log(%.17g) is %.17g; expected %.17g", x, srnn__log(x), (double)exact);
    }
    assert_true(srnn__log(1) == 0);
    assert_true(isinf(srnn__log(0)) && srnn__log(0) < 0);
    assert_true(isinf(srnn__log(INFINITY)));
    assert_true(isnan(srnn__log(-1)) && isnan(srnn__log(NAN)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fused_any_bits), cmocka_unit_test(fused_near_cancellation),
        cmocka_unit_test(fused_ties),     cmocka_unit_test(fused_extremes),
        cmocka_unit_test(kernels_exp),    cmocka_unit_test(kernels_log1p),
        cmocka_unit_test(own_exp),        cmocka_unit_test(own_log),
    };
    return cmocka_run_group_tests_name("vmath", tests, NULL, NULL);
}
