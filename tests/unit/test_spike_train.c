/* Measures of one spike train and rates over time, against closed forms and plain code. Bounds from
   the theory of samples are five standard errors wide. */
#include "spike_helpers.h"

enum { SIGMAS = 5 };

/* ---- intervals and counts ---- */

static void test_regular_and_alternating(void **state)
{
    (void)state;
    enum { N_TIMES = 401 };
    double times[N_TIMES], isi[N_TIMES];
    for (int k = 0; k < N_TIMES; k++) times[k] = 0.05 * (200 * k + 7);
    assert_int_equal(srnn_isi(times, N_TIMES, isi), N_TIMES - 1);
    for (int k = 0; k < N_TIMES - 1; k++) assert_near(isi[k], 10, 1e-11);
    assert_near(srnn_cv(isi, N_TIMES - 1), 0, 1e-12);
    assert_near(srnn_cv2(isi, N_TIMES - 1), 0, 1e-12);
    assert_near(srnn_lv(isi, N_TIMES - 1), 0, 1e-12);
    /* bursts of two: intervals a, b, a, b, ... */
    static const double a[] = {2, 3, 0.05, 70}, b[] = {38, 4, 99.95, 70};
    for (int pair = 0; pair < 4; pair++) {
        for (int k = 0; k < N_TIMES - 1; k++) isi[k] = k % 2 ? b[pair] : a[pair];
        const double contrast = fabs(a[pair] - b[pair]) / (a[pair] + b[pair]);
        assert_same(srnn_cv(isi, N_TIMES - 1), contrast);
        assert_same(srnn_cv2(isi, N_TIMES - 1), 2 * contrast);
        assert_same(srnn_lv(isi, N_TIMES - 1), 3 * contrast * contrast);
    }
}

/* By hand: 10, 30, 20 have mean 20, variance 200 / 3; neighbours 20 / 40 and 10 / 50. */
static void test_three_intervals(void **state)
{
    (void)state;
    const double times[] = {5, 15, 45, 65};
    double isi[3];
    assert_int_equal(srnn_isi(times, 4, isi), 3);
    assert_same(srnn_cv(isi, 3), sqrt(200.0 / 3) / 20);
    assert_same(srnn_cv2(isi, 3), 0.5 + 0.2);
    assert_same(srnn_lv(isi, 3), 1.5 * (0.25 + 0.04));
    assert_same(srnn_cv(isi, 2), 0.5);
    assert_same(srnn_cv2(isi, 2), 1);
    assert_same(srnn_lv(isi, 2), 0.75);
    const double counts[] = {4, 1, 4, 7};
    assert_same(srnn_fanofactor(counts, 4), 4.5 / 4);
}

static void test_too_few(void **state)
{
    (void)state;
    double isi[] = {7, 0, 0};
    assert_int_equal(srnn_isi(isi, 0, isi), 0);
    assert_int_equal(srnn_isi(isi, 1, isi), 0);
    for (size_t n = 0; n < 2; n++) {
        assert_true(isnan(srnn_cv(isi, n)));
        assert_true(isnan(srnn_cv2(isi, n)));
        assert_true(isnan(srnn_lv(isi, n)));
        assert_true(isnan(srnn_fanofactor(isi, n)));
    }
    assert_true(isnan(srnn_fanofactor(isi + 1, 2))); /* mean 0 */
    assert_true(isnan(srnn_cv(isi + 1, 2)));
    assert_true(srnn_cv2(isi + 1, 2) == 0); /* alike */
    assert_true(srnn_lv(isi + 1, 2) == 0);
}

/* Intervals of a gamma process of shape k have CV 1 / sqrt(k) and LV 3 / (2 k + 1) (Shinomoto et
   al. 2003); k = 1 is Poisson's, with CV2 1. With c = (a - b) / (a + b), E c^2 = 1 / (2 k + 1) and
   E c^4 = 3 / ((2 k + 1) (2 k + 3)); means of terms of which only neighbours depend on each other
   have at most three times the variance of as many independent ones. */
static void test_gamma_intervals(void **state)
{
    (void)state;
    enum { N_ISI = 40000 };
    double *isi = zeroed(N_ISI, sizeof *isi);
    for (int k = 1; k <= 5; k += 2) {
        srnn_rng rng = test_rng((uint64_t)k);
        for (int i = 0; i < N_ISI; i++) isi[i] = gamma_interval(&rng, k, 40);
        /* delta method on mean and SD, with skewness 2 / sqrt(k) and kurtosis 3 + 6 / k */
        const double cv_error = sqrt((0.5 + 0.5 / k) / k / N_ISI);
        assert_near(srnn_cv(isi, N_ISI), 1 / sqrt(k), SIGMAS * cv_error);
        const double c2 = 1.0 / (2 * k + 1), c4 = 3 * c2 / (2 * k + 3);
        assert_near(srnn_lv(isi, N_ISI), 3 * c2, SIGMAS * 3 * sqrt(3 * (c4 - c2 * c2) / N_ISI));
        if (k == 1) /* |c| is uniform */
            assert_near(srnn_cv2(isi, N_ISI), 1, SIGMAS * sqrt(3 * (1.0 / 3) / N_ISI));
    }
    free(isi);
}

static void test_fanofactor(void **state)
{
    (void)state;
    enum { N_COUNTS = 5000 };
    double *counts = zeroed(N_COUNTS, sizeof *counts);
    for (int k = 0; k < N_COUNTS; k++) counts[k] = 13;
    assert_true(srnn_fanofactor(counts, N_COUNTS) == 0);
    for (int k = 0; k < N_COUNTS; k++) counts[k] = k % 2 ? 3 : 9;
    assert_same(srnn_fanofactor(counts, N_COUNTS), 9.0 / 6);
    srnn_rng rng = test_rng(2);
    for (int k = 0; k < N_COUNTS; k++) {
        counts[k] = 0;
        for (double t = 0; (t += gamma_interval(&rng, 1, 1)) < 8;) counts[k]++;
    }
    /* of Poisson counts: 1 with variance 2 / n */
    assert_near(srnn_fanofactor(counts, N_COUNTS), 1, SIGMAS * sqrt(2.0 / N_COUNTS));
    free(counts);
}

/* ---- over time ---- */

/* A spike in every step: each bin has as many as steps fit, however rounding moves the times. */
static void test_bins_hold_their_steps(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    static const struct {
        double dt_ms, bin_ms;
        int steps, per_bin;
    } cases[] = {{0.05, 5, 20000, 100},  {0.05, 0.05, 3000, 1}, {0.15, 4.5, 3020, 30},
                 {0.35, 2.45, 2850, 7},  {0.1, 0.3, 9999, 3},   {0.05, 1000, 20000, 20000},
                 {0.05, 1000, 19999, 0}, {1, 7, 50, 7}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int way = 0; way < 3; way++) {
            const double dt_ms = cases[c].dt_ms;
            double sum = 0;
            srnn_spikes s = new_spikes(1, 1, cases[c].steps * dt_ms, 1);
            for (int step = 1; step <= cases[c].steps; step++) {
                sum += dt_ms;
                char text[32];
                snprintf(text, sizeof text, "%.10g", step * dt_ms);
                spike(&s, 0, 0, way == 0 ? step * dt_ms : way == 1 ? sum : strtod(text, NULL));
            }
            order(ctx, &s);
            const int n_bins = srnn_n_bins(&s, cases[c].bin_ms);
            assert_int_equal(n_bins, cases[c].per_bin ? cases[c].steps / cases[c].per_bin : 0);
            double *rate_hz = zeroed((size_t)n_bins, sizeof *rate_hz);
            srnn_time_histogram(&s, 0, SRNN_EXC, cases[c].bin_ms, rate_hz);
            for (int b = 0; b < n_bins; b++) assert_same(rate_hz[b], 1e3 / dt_ms);
            srnn_instantaneous_rate(&s, 0, 0, cases[c].bin_ms, 0, rate_hz);
            for (int b = 0; b < n_bins; b++) assert_same(rate_hz[b], 1e3 / dt_ms);
            free(rate_hz);
            srnn_spikes_free(&s);
        }
    srnn_ctx_free(ctx);
}

static void test_number_of_bins(void **state)
{
    (void)state;
    srnn_spikes s = new_spikes(1, 1, 100, 1);
    static const struct {
        double bin_ms;
        int n;
    } cases[] = {{100, 1}, {100.001, 0}, {30, 3}, {0.3, 333}, {0, 0}, {-1, 0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        assert_int_equal(srnn_n_bins(&s, cases[c].bin_ms), cases[c].n);
    assert_int_equal(srnn_n_bins(&s, (double)NAN), 0);
    assert_int_equal(srnn_n_bins(&s, (double)INFINITY), 0);
    assert_int_equal(srnn_n_bins(&s, 1e-300), INT32_MAX);
    srnn_spikes_free(&s);
}

/* Trials of types 0, 1, 0, 1, 0 and none of type 2; four units, two of them SOM, no PV. */
static srnn_spikes mixed(srnn_ctx *ctx)
{
    srnn_spikes s = new_spikes(4, 5, 103, 3);
    for (int k = 0; k < 5; k++) s.type[k] = k % 2;
    s.population[1] = s.population[3] = SRNN_SOM;
    srnn_rng rng = test_rng(3);
    for (int k = 0; k < 5; k++)
        for (int i = 0; i < 4; i++) poisson_train(&rng, &s, k, i, 40 + 30 * i);
    order(ctx, &s);
    return s;
}

static void test_time_histogram(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = mixed(ctx);
    enum { N_BINS = 5 };
    assert_int_equal(srnn_n_bins(&s, 20), N_BINS);
    double all_hz[3][SRNN_POPULATIONS + 1][N_BINS];
    assert_int_equal(s.n_types, 3);
    assert_ok(ctx, srnn_time_histograms(ctx, &s, 20, **all_hz));
    for (int type = -1; type < 3; type++)
        for (int p = 0; p <= SRNN_POPULATIONS; p++) {
            double rate_hz[N_BINS];
            srnn_time_histogram(&s, type, (srnn_population)p, 20, rate_hz);
            const int trials[] = {5, 3, 2, 0}, units[] = {2, 0, 2, 4};
            for (int b = 0; b < N_BINS; b++) {
                double n = 0;
                for (int64_t q = 0; q < s.n; q++)
                    n += s.time_ms[q] > 20 * b && s.time_ms[q] <= 20 * (b + 1) &&
                         (type < 0 || s.trial[q] % 2 == type) &&
                         (p == SRNN_POPULATIONS || (s.unit[q] % 2 ? SRNN_SOM : SRNN_EXC) == p);
                const double cells = trials[type + 1] * units[p];
                assert_same(rate_hz[b], cells > 0 ? n / cells / 0.02 : (double)NAN);
                if (type >= 0) assert_memory_equal(&all_hz[type][p][b], &rate_hz[b], 8);
            }
        }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* The kernel's integral, but for its height, by Simpson's rule. */
static double kernel_integral(double from, double to, double t, double sd)
{
    const int parts = 10 * (int)(to - from + 0.5);
    double sum = 0;
    for (int k = 0; k <= parts; k++) {
        const double z = (from + (to - from) * k / parts - t) / sd;
        sum += (k == 0 || k == parts ? 1 : k % 2 ? 4 : 2) * exp(-z * z / 2);
    }
    return sum * (to - from) / (3 * parts);
}

/* What the kernels of spikes everywhere in a trial of 103 ms, one a ms, hold in one bin: of a
   kernel at t, what lies within the trial, over all t of the bin. */
static double covered(int bin, double bin_ms, double sd)
{
    const int parts = 2000;
    double sum = 0;
    for (int k = 0; k <= parts; k++) {
        const double t = (bin + (double)k / parts) * bin_ms;
        const double within = (erf(t / sd / sqrt(2)) + erf((103 - t) / sd / sqrt(2))) / 2;
        sum += (k == 0 || k == parts ? 1 : k % 2 ? 4 : 2) * within;
    }
    return sum * bin_ms / (3 * parts);
}

/* As many spikes everywhere: the rate is the same up to the trial's ends. */
static void test_constant_rate(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(1, 1, 200, 1);
    for (int k = 0; k < 400; k++) spike(&s, 0, 0, 0.25 + 0.5 * k);
    order(ctx, &s);
    for (int c = 0; c < 3; c++) {
        double rate_hz[20];
        srnn_instantaneous_rate(&s, 0, 0, 10, (double[]){2, 20, 400}[c], rate_hz);
        for (int b = 0; b < 20; b++) assert_near(rate_hz[b], 2000, 1);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

static void test_instantaneous_rate(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = mixed(ctx);
    spike(&s, 4, 3, 1e-3); /* at the very ends */
    spike(&s, 4, 3, 103);
    order(ctx, &s);
    static const double bins_ms[] = {1, 5, 103}, kernels_ms[] = {0.7, 8, 60, 5000};
    for (int c = 0; c < 3 * 4; c++) {
        const double bin_ms = bins_ms[c / 4], kernel_ms = kernels_ms[c % 4];
        const double height = 1 / (kernel_ms * sqrt(2 * acos(-1)));
        const int n_bins = srnn_n_bins(&s, bin_ms);
        double rate_hz[103];
        for (int trial = 0; trial < s.K; trial++)
            for (int unit = 0; unit < s.N; unit++) {
                srnn_instantaneous_rate(&s, trial, unit, bin_ms, kernel_ms, rate_hz);
                double n = 0;
                double expected[103] = {0};
                for (int64_t q = 0; q < s.n; q++) {
                    if (s.trial[q] != trial || s.unit[q] != unit) continue;
                    for (int b = 0; b < n_bins; b++)
                        expected[b] += height * kernel_integral(b * bin_ms, (b + 1) * bin_ms,
                                                                s.time_ms[q], kernel_ms);
                    n++;
                }
                for (int b = 0; b < n_bins; b++) {
                    const double hz = 1e3 * expected[b] / covered(b, bin_ms, kernel_ms);
                    assert_near(rate_hz[b], hz, 1e-5 * (1e3 * n / bin_ms + hz));
                }
            }
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* A kernel much shorter than the bins is none; a spike beyond the last whole bin is in none. */
static void test_short_kernels(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(2, 1, 50, 1);
    spike(&s, 0, 1, 12);
    spike(&s, 0, 1, 18.5);
    spike(&s, 0, 1, 33);
    spike(&s, 0, 1, 49);
    order(ctx, &s);
    for (int c = 0; c < 3; c++) {
        double rate_hz[4] = {-1, -1, -1, -1};
        srnn_instantaneous_rate(&s, 0, 1, 15, (double[]){0, 1e-4, 0.1}[c], rate_hz);
        assert_near(rate_hz[0], 1 / 0.015,
                    c == 2 ? 0.2 : 1e-3); /* a little lies before the trial */
        assert_same(rate_hz[1], 1 / 0.015);
        assert_same(rate_hz[2], 1 / 0.015);
        assert_true(rate_hz[3] < 0); /* there is no such bin */
        srnn_instantaneous_rate(&s, 0, 0, 15, 1, rate_hz);
        for (int b = 0; b < 3; b++) assert_true(rate_hz[b] == 0);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regular_and_alternating),
        cmocka_unit_test(test_three_intervals),
        cmocka_unit_test(test_too_few),
        cmocka_unit_test(test_gamma_intervals),
        cmocka_unit_test(test_fanofactor),
        cmocka_unit_test(test_bins_hold_their_steps),
        cmocka_unit_test(test_number_of_bins),
        cmocka_unit_test(test_time_histogram),
        cmocka_unit_test(test_constant_rate),
        cmocka_unit_test(test_instantaneous_rate),
        cmocka_unit_test(test_short_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
