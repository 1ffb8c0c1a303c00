/* Activity of many units: from spikes and from rates, derived afresh in plain code. */
#include "helpers.h"

enum { N = 4, K = 3, TYPES = 2 };

/* Times of a few spikes on steps of 0.05 ms; unit 2 stays silent, trial 1 is empty. */
static srnn_spikes some_spikes(double T_ms)
{
    static int32_t trial[64], unit[64];
    static double time_ms[64];
    static uint8_t population[N];
    static int type[K] = {0, 1, 0};
    srnn_rng rng = test_rng(3);
    srnn_spikes s = {.N = N, .K = K, .T_ms = T_ms, .dt_ms = 0.05, .n_types = TYPES};
    for (int k = 0; k < K; k += 2)
        for (double t = 0; s.n < (k + 1) * 20; s.n++) {
            t += 0.05 * (1 + (int)(40 * srnn_rng_uniform(&rng)));
            trial[s.n] = k;
            unit[s.n] = s.n % 3 == 2 ? 3 : (int)(s.n % 3);
            time_ms[s.n] = s.n % 20 == 19 ? T_ms : t;
        }
    s.trial = trial;
    s.unit = unit;
    s.time_ms = time_ms;
    s.population = population;
    s.type = type;
    return s;
}

static void test_of_spikes(void **state)
{
    (void)state;
    static const struct {
        double T_ms, bin_ms, kernel_ms;
        int n_bins;
    } cases[] = {{60, 5, 0, 12}, {60, 7, 0, 8}, {60, 5, 12, 12}, {60, 60, 3, 1}};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    for (int c = 0; c < 4; c++) {
        const srnn_spikes s = some_spikes(cases[c].T_ms);
        srnn_activity a;
        assert_ok(ctx, srnn_activity_of_spikes(ctx, &s, cases[c].bin_ms, cases[c].kernel_ms, &a));
        assert_int_equal(a.N, N);
        assert_int_equal(a.K, K);
        assert_int_equal(a.n_bins, cases[c].n_bins);
        assert_int_equal(a.n_types, TYPES);
        assert_near(a.bin_ms, cases[c].bin_ms, 0);
        for (int k = 0; k < K; k++) {
            assert_int_equal(a.type[k], s.type[k]);
            for (int i = 0; i < N; i++) {
                double rate[12];
                srnn_instantaneous_rate(&s, k, i, cases[c].bin_ms, cases[c].kernel_ms, rate);
                for (int b = 0; b < a.n_bins; b++)
                    assert_near(a.values[(k * a.n_bins + b) * N + i], rate[b], 0);
            }
        }
        if (!(cases[c].kernel_ms > 0)) /* counts, by hand */
            for (int k = 0; k < K; k++)
                for (int b = 0; b < a.n_bins; b++)
                    for (int i = 0; i < N; i++) {
                        int n = 0;
                        for (int q = 0; q < s.n; q++)
                            n += s.trial[q] == k && s.unit[q] == i &&
                                 s.time_ms[q] > b * a.bin_ms + 1e-6 &&
                                 s.time_ms[q] <= (b + 1) * a.bin_ms + 1e-6;
                        assert_near(a.values[(k * a.n_bins + b) * N + i], 1e3 * n / a.bin_ms, 1e-9);
                    }
        srnn_activity_free(&a);
    }
    srnn_spikes none = some_spikes(60);
    none.n = 0;
    srnn_activity a;
    assert_ok(ctx, srnn_activity_of_spikes(ctx, &none, 10, 5, &a));
    for (int c = 0; c < K * a.n_bins * N; c++) assert_near(a.values[c], 0, 0);
    srnn_activity_free(&a);
    srnn_ctx_free(ctx);
}

/* r is the step, plus something of the unit and the trial. */
static void test_of_rates(void **state)
{
    (void)state;
    enum { T = 11 };
    static float r[K * T * N];
    static const int type[K] = {1, 0, 1};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int k = 0; k < K; k++)
        for (int t = 0; t < T; t++)
            for (int i = 0; i < N; i++)
                r[(k * T + t) * N + i] = (float)(t == 0 ? 1000 : t + 100 * i + 1000 * k);
    for (int steps = 1; steps <= T - 1; steps++) {
        srnn_activity a;
        assert_ok(ctx, srnn_activity_of_rates(ctx, r, K, T, N, TYPES, type, 5 * steps, &a));
        assert_int_equal(a.n_bins, (T - 1) / steps);
        for (int k = 0; k < K; k++) {
            assert_int_equal(a.type[k], type[k]);
            for (int b = 0; b < a.n_bins; b++)
                for (int i = 0; i < N; i++) /* the middle of steps b s + 1 ... (b + 1) s */
                    assert_near(a.values[(k * a.n_bins + b) * N + i],
                                b * steps + 0.5 * (1 + steps) + 100 * i + 1000 * k, 1e-9);
        }
        srnn_activity_free(&a);
    }
    srnn_ctx_free(ctx);
}

static void test_refusals(void **state)
{
    (void)state;
    static float r[2 * 5 * N];
    int type[2] = {0, 1};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_activity a;
    assert_says(ctx, srnn_activity_of_rates(ctx, r, 2, 5, N, 2, type, 7, &a), SRNN_ERR_ARGUMENT,
                "bin_ms is 7; expected a multiple of 5");
    assert_says(ctx, srnn_activity_of_rates(ctx, r, 2, 5, N, 2, type, 0, &a), SRNN_ERR_ARGUMENT,
                "bin_ms is 0; expected a multiple of 5");
    assert_says(ctx, srnn_activity_of_rates(ctx, r, 2, 5, N, 2, type, 25, &a), SRNN_ERR_ARGUMENT,
                "bin_ms is 25; expected at most the length of a trial");
    assert_says(ctx, srnn_activity_of_rates(ctx, r, 2, 1, N, 2, type, 5, &a), SRNN_ERR_ARGUMENT,
                "T is 1; expected at least 2, as step 0 is left out");
    assert_says(ctx, srnn_activity_of_rates(ctx, r, 2, 5, N, 1, type, 5, &a), SRNN_ERR_ARGUMENT,
                "type of trial 1 is 1; expected 0 to 0");
    r[(5 + 3) * N + 1] = NAN;
    assert_says(
        ctx, srnn_activity_of_rates(ctx, r, 2, 5, N, 2, type, 10, &a), SRNN_ERR_ARGUMENT,
        "activity of unit 1 in trial 1, bin 1 is nan; expected a number of at most 1e+100 in size");
    assert_null(a.values);

    const srnn_spikes s = some_spikes(60);
    assert_says(ctx, srnn_activity_of_spikes(ctx, &s, 61, 0, &a), SRNN_ERR_ARGUMENT,
                "bin_ms is 61; expected at most the 60 ms of a trial");
    assert_says(ctx, srnn_activity_of_spikes(ctx, &s, 0, 0, &a), SRNN_ERR_ARGUMENT,
                "bin_ms is 0; expected a number above 0");
    assert_says(ctx, srnn_activity_of_spikes(ctx, &s, 5, -1, &a), SRNN_ERR_ARGUMENT,
                "kernel_ms is -1; expected 0 or more");
    assert_says(ctx, srnn_activity_of_spikes(ctx, &s, 5, (double)NAN, &a), SRNN_ERR_ARGUMENT,
                "kernel_ms is nan; expected 0 or more");
    srnn_activity_free(&a);
    srnn_activity_free(NULL);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_spikes),
        cmocka_unit_test(test_of_rates),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
