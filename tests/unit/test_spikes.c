/* The struct of spikes: what is good, and what is told of what is not. */
#include "spike_helpers.h"

static void test_refused_spikes(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes good = new_spikes(2, 2, 500, 1);
    spike(&good, 0, 0, 3);
    spike(&good, 0, 1, 3);
    spike(&good, 1, 1, 1);
    spike(&good, 1, 0, 500);
    order(ctx, &good);
#define assert_refused(change, sentence)                                                           \
    do {                                                                                           \
        srnn_spikes s = good;                                                                      \
        change;                                                                                    \
        assert_says(ctx, srnn_spikes_check(ctx, &s), SRNN_ERR_ARGUMENT, sentence);                 \
    } while (0)
    assert_refused(s.N = 0, "N is 0; expected 1 or more");
    assert_refused(s.K = 0, "K is 0; expected 1 or more");
    assert_refused(s.T_ms = (double)NAN, "T_ms is nan; expected a number above 0, at most 1e9");
    assert_refused(s.T_ms = (double)INFINITY,
                   "T_ms is inf; expected a number above 0, at most 1e9");
    assert_refused(s.T_ms = 1.1e9, "T_ms is 1.1e+09; expected a number above 0, at most 1e9");
    assert_refused(s.dt_ms = 0, "dt_ms is 0; expected a number above 0, or NaN");
    assert_refused(s.n = -1, "n is -1; expected 0 or more");
    assert_refused(s.n_types = 0, "n_types is 0; expected 1 or more");
    assert_refused(s.trial = NULL, "trial is NULL; expected an array");
    assert_refused(s.time_ms = NULL, "time_ms is NULL; expected an array");
    assert_refused(s.population = NULL, "population is NULL; expected an array");
    assert_refused(s.task = NULL, "task is NULL; expected an array");
    assert_refused(s.type_names = ((char *[]){NULL}), "type_names[0] is NULL; expected a name");
    assert_refused(s.type_names = ((char *[]){"caf\xe9"}),
                   "type_names[0] is 'caf\\xE9'; expected UTF-8");
    assert_refused(s.task = "\xff", "task is '\\xFF'; expected UTF-8");
    assert_refused(s.population = ((uint8_t[]){0, 3}), "population[1] is 3; expected 0 to 2");
    assert_refused(s.type = ((int[]){0, 1}), "type[1] is 1; expected 0 to 0");
    assert_refused(s.type = ((int[]){-1, 0}), "type[0] is -1; expected 0 to 0");
    assert_refused(s.trial = ((int32_t[]){0, 0, 1, 2}), "trial[3] is 2; expected 0 to 1");
    assert_refused(s.trial = ((int32_t[]){-1, 0, 1, 1}), "trial[0] is -1; expected 0 to 1");
    assert_refused(s.unit = ((int32_t[]){0, 1, 1, 2}), "unit[3] is 2; expected 0 to 1");
    assert_refused(s.unit = ((int32_t[]){0, -1, 1, 0}), "unit[1] is -1; expected 0 to 1");
    assert_refused(s.time_ms = ((double[]){0, 3, 1, 500}),
                   "time_ms[0] is 0; expected above 0, at most T_ms, 500");
    assert_refused(s.time_ms = ((double[]){3, 3, 1, 501}),
                   "time_ms[3] is 501; expected above 0, at most T_ms, 500");
    assert_refused(s.time_ms = ((double[]){3, (double)NAN, 1, 500}),
                   "time_ms[1] is nan; expected above 0, at most T_ms, 500");
    assert_refused(s.unit = ((int32_t[]){1, 0, 1, 0}),
                   "spike 1 (trial 0, 3 ms, unit 0) is out of order; expected them by trial, then "
                   "time, then unit");
    assert_refused(s.time_ms = ((double[]){3, 2, 1, 500}),
                   "spike 1 (trial 0, 2 ms, unit 1) is out of order; expected them by trial, then "
                   "time, then unit");
    assert_refused(s.trial = ((int32_t[]){0, 1, 0, 1}),
                   "spike 2 (trial 0, 1 ms, unit 1) is out of order; expected them by trial, then "
                   "time, then unit");
    srnn_spikes_free(&good);
    srnn_ctx_free(ctx);
}

static int stop(void *user, const srnn_progress *progress)
{
    assert_non_null(progress->phase);
    return ++*(int *)user == 2; /* a loop is asked more than once */
}

/* Every function that goes through the spikes of a file can be interrupted. */
static void test_interrupted(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes(4, 6, 500, 2);
    for (int k = 0; k < 6; k++)
        for (int i = 0; i < 4; i++) spike(&s, k, i, 3 + 100 * i + 7 * k);
    order(ctx, &s);
    srnn_activity activity, again;
    assert_ok(ctx, srnn_activity_of_spikes(ctx, &s, 10, 20, &activity));
    srnn_spike_statistics statistics;
    srnn_pca pca;
    double matrix[16];
    for (int what = 0; what < 4; what++) {
        int calls = 0;
        srnn_ctx_set_progress(ctx, stop, &calls);
        const srnn_status status =
            what == 0   ? srnn_spike_statistics_of(ctx, &s, NULL, &statistics)
            : what == 1 ? srnn_correlation_coefficient(ctx, &s, SRNN_TOTAL_CORRELATION, NULL, NULL,
                                                       0, matrix)
            : what == 2 ? srnn_activity_of_spikes(ctx, &s, 10, 20, &again)
                        : srnn_pca_of(ctx, &activity, NULL, &pca);
        if (status != SRNN_CANCELLED) fail_msg("function %d ended with %d", what, status);
        assert_int_equal(calls, 2);
        assert_string_equal(srnn_ctx_message(ctx), "interrupted");
    }
    assert_null(statistics.rate_hz);
    assert_null(again.values);
    assert_null(pca.mean);
    srnn_activity_free(&activity);
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused_spikes),
                                       cmocka_unit_test(test_interrupted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
