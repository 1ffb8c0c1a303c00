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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused_spikes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
