/* Verdicts on what a study file expects: intervals derived by hand. */
#include "helpers.h"
#include "study/study.h"
#include "study_world.h"

/* Accuracies of condition 1 are 0.90, 0.92 ... 0.98: mean 0.94, SD sqrt(0.001); t of 4 degrees of
   freedom is 2.776445, so that the mean's interval is 0.94 ± 0.0392649. */
static const double half = 2.776445105 * 0.0316227766 / 2.2360679775;

static study_world *five_networks(void)
{
    study_world *w = new_study(2, 5, 0, NULL);
    for (int i = 0; i < 5; i++) study_finish(w, i, 0.90 + 0.02 * i, 1, 100);
    return w;
}

static const srnn_expectation nothing = {.kind = SRNN_EXPECTED_MEAN,
                                         .mean = NAN,
                                         .sd = NAN,
                                         .at_least = NAN,
                                         .share = NAN,
                                         .read_off = NAN,
                                         .within = NAN,
                                         .about = "",
                                         .source = ""};

static srnn_expectation judged(const study_world *w, srnn_expectation e)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    assert_ok(ctx, srnn__expectation_judge(ctx, &w->view, &e));
    srnn_ctx_free(ctx);
    return e;
}

#define assert_judged(expected_verdict, expected_low, expected_high, ...)                          \
    do {                                                                                           \
        srnn_expectation wanted_ = nothing;                                                        \
        __VA_ARGS__;                                                                               \
        const srnn_expectation e_ = judged(w, wanted_);                                            \
        assert_string_equal(e_.verdict, expected_verdict);                                         \
        assert_near(e_.difference_low, expected_low, 1e-7);                                        \
        assert_near(e_.difference_high, expected_high, 1e-7);                                      \
        free((char *)(uintptr_t)e_.sentence);                                                      \
    } while (0)

static void a_mean_against_a_fixed_number(void **state)
{
    (void)state;
    study_world *w = five_networks();
    assert_judged("differs", -0.05 - half, -0.05 + half, wanted_.mean = 0.99);
    /* it holds 0, but reaches further than half an SD, 0.016 */
    assert_judged("cannot be told", -0.03 - half, -0.03 + half, wanted_.mean = 0.97);
    assert_judged("agrees", -0.03 - half, -0.03 + half, wanted_.mean = 0.97; wanted_.within = 0.04);
    assert_judged("cannot be told", -0.03 - half, -0.03 + half, wanted_.mean = 0.97;
                  wanted_.within = 0.039);
    /* read off a figure: 0.0107 from 0 is near enough for 0.02, not for 0.01 */
    assert_judged("agrees", -0.05 - half, -0.05 + half, wanted_.mean = 0.99; wanted_.within = 0.04;
                  wanted_.read_off = 0.02);
    assert_judged("differs", -0.05 - half, -0.05 + half, wanted_.mean = 0.99; wanted_.within = 0.04;
                  wanted_.read_off = 0.01);
    study_free(w);
}

/* Squared errors of the means are 0.001 / 5 and 0.05^2 / 100, Welch's degrees of freedom 5.0593,
   t 2.561545. */
static void a_mean_of_many_published_networks(void **state)
{
    (void)state;
    study_world *w = five_networks();
    const double welch = 2.561544969 * 0.015;
    assert_judged("cannot be told", -0.03 - welch, -0.03 + welch, wanted_.mean = 0.97;
                  wanted_.sd = 0.05; wanted_.n = 100);
    assert_judged("differs", -0.05 - welch, -0.05 + welch, wanted_.mean = 0.99; wanted_.sd = 0.05;
                  wanted_.n = 100);
    /* half of the published SD */
    assert_judged("cannot be told", -0.03 - half * sqrt(1.05), -0.03 + half * sqrt(1.05),
                  wanted_.mean = 0.97;
                  wanted_.n = 100); /* without their SD ours */
    study_free(w);
}

/* 95 % of single networks lie within t sqrt(0.001 (1 + 1 / 5)) of the mean. */
static void one_published_network_lies_among_ours(void **state)
{
    (void)state;
    study_world *w = five_networks();
    const double one = 2.776445105 * sqrt(0.001 * 1.2);
    assert_judged("agrees", 0.08 - one, 0.08 + one, wanted_.mean = 0.86; wanted_.n = 1);
    assert_judged("differs", 0.14 - one, 0.14 + one, wanted_.mean = 0.80; wanted_.n = 1);
    study_free(w);
}

/* 4 of 5 reach 0.92: Wilson's interval is 0.3755 to 0.9638. Of 5 of 10 it is 0.2366 to 0.7634. */
static void a_share(void **state)
{
    (void)state;
    study_world *w = five_networks();
    double low, high, low_b, high_b;
    srnn_wilson_interval(4, 5, &low, &high);
    srnn_wilson_interval(5, 10, &low_b, &high_b);
    assert_near(low, 0.3755, 1e-4);
    assert_near(high, 0.9638, 1e-4);
#define SHARE(limit, expected)                                                                     \
    wanted_.kind = SRNN_EXPECTED_SHARE;                                                            \
    wanted_.at_least = limit;                                                                      \
    wanted_.share = expected
    assert_judged("differs", low - 0.3, high - 0.3, SHARE(0.92, 0.3));
    assert_judged("cannot be told", low - 0.5, high - 0.5, SHARE(0.92, 0.5));
    assert_judged("agrees", low - 0.5, high - 0.5, SHARE(0.92, 0.5); wanted_.within = 0.3);
    /* Newcombe: the distances to the intervals' ends, as the sides of right triangles */
    assert_judged("cannot be told", 0.3 - sqrt(pow(0.8 - low, 2) + pow(high_b - 0.5, 2)),
                  0.3 + sqrt(pow(high - 0.8, 2) + pow(0.5 - low_b, 2)), SHARE(0.92, 0.5);
                  wanted_.n = 10);
    study_free(w);
}

/* Condition 1 is better in each of 5 seeds, by 0.01, 0.02 ... 0.05: mean 0.03, SD sqrt(0.00025),
   p = 2 / 2^5. */
static void two_conditions(void **state)
{
    (void)state;
    study_world *w = five_networks();
    const double pairs = 2.776445105 * sqrt(0.00025 / 5);
    for (int i = 0; i < 5; i++) study_finish(w, 5 + i, 0.89 + 0.01 * i, 1, 100);
#define PAIR(says)                                                                                 \
    wanted_.kind = SRNN_EXPECTED_COMPARISON;                                                       \
    wanted_.than = 1;                                                                              \
    wanted_.differs = says
    /* the SD of the pairs' first values is 0.0316, half of it 0.0158: too wide */
    assert_judged("differs", 0.03 - pairs, 0.03 + pairs, PAIR(false));
    assert_judged("agrees", 0.03 - pairs, 0.03 + pairs, PAIR(true));
    study_free(w);
    /* differences -0.02 ... 0.02, SD sqrt(0.00025); the SD of the first values is 0.0316, half of
       it 0.0158: too wide */
    w = five_networks();
    for (int i = 0; i < 5; i++) study_finish(w, 5 + i, 0.92 + 0.01 * i, 1, 100);
    assert_judged("cannot be told", -pairs, pairs, PAIR(false));
    assert_judged("cannot be told", -pairs, pairs, PAIR(true));
    assert_judged("agrees", -pairs, pairs, PAIR(false); wanted_.within = 0.02);
    assert_judged("differs", -pairs, pairs, PAIR(true); wanted_.within = 0.02);
    study_free(w);
    /* six pairs: p = 2 / 2^6; differences 0.01 ... 0.06, SD sqrt(0.00035), t of 5 2.570582 */
    w = new_study(2, 6, 0, NULL);
    for (int i = 0; i < 6; i++) {
        study_finish(w, i, 0.9, 1, 100);
        study_finish(w, 6 + i, 0.89 - 0.01 * i, 1, 100);
    }
    const double six = 2.570581836 * sqrt(0.00035 / 6);
    assert_judged("agrees", 0.035 - six, 0.035 + six, PAIR(true));
    assert_judged("differs", 0.035 - six, 0.035 + six, PAIR(false));
    study_free(w);
}

static void equal_pairs_do_not_differ(void **state)
{
    (void)state;
    study_world *w = new_study(2, 5, 0, NULL);
    for (int i = 0; i < 10; i++) study_finish(w, i, 1, 1, 100);
    assert_judged("agrees", 0, 0, PAIR(false));
    assert_judged("differs", 0, 0, PAIR(true));
    study_free(w);
}

/* Five are enough while another is left, four are not. */
static void verdict_of_the_networks_so_far(void **state)
{
    (void)state;
    study_world *w = new_study(1, 6, 0, NULL);
    srnn_expectation e = nothing;
    for (int i = 0; i < 5; i++) study_finish(w, i, 0.9 + 0.02 * i, 1, 100);
    e.mean = 0.5;
    e = judged(w, e);
    assert_string_equal(e.verdict, "differs");
    assert_int_equal(e.measured_n, 5);
    assert_non_null(strstr(e.sentence, "1 network is left"));
    free((char *)(uintptr_t)e.sentence);
    study_free(w);

    w = five_networks();
    w->networks[4].state = SRNN_NETWORK_LEFT;
    e = nothing;
    e.mean = 0.5;
    e = judged(w, e);
    assert_string_equal(e.verdict, "not yet");
    assert_int_equal(e.measured_n, 4);
    free((char *)(uintptr_t)e.sentence);
    e = nothing;
    e.kind = SRNN_EXPECTED_SHARE;
    e.at_least = 0.92;
    e.share = 0.3;
    e = judged(w, e);
    assert_string_equal(e.verdict, "not yet");
    free((char *)(uintptr_t)e.sentence);
    for (int i = 0; i < 4; i++) /* one network is finished, and it has no interval */
        study_fail(w, i, SRNN_NETWORK_FAILED, "it failed"),
            w->values[i * MEASURES + ACCURACY] = NAN;
    w->networks[4].state = SRNN_NETWORK_FINISHED;
    e = nothing;
    e.mean = 0.5;
    e = judged(w, e);
    assert_string_equal(e.verdict, "cannot be told");
    free((char *)(uintptr_t)e.sentence);
    study_free(w);
}

static void a_sentence_has_both_numbers_and_the_interval(void **state)
{
    (void)state;
    study_world *w = five_networks();
    srnn_expectation e = nothing;
    e.mean = 0.99;
    e.read_off = 0;
    e = judged(w, e);
    assert_string_equal(e.sentence, "mean 0.940 of 5 networks, expected ≈0.990; difference -0.050, "
                                    "95 % interval -0.089 to -0.011 does not hold 0");
    free((char *)(uintptr_t)e.sentence);
    e = nothing;
    e.kind = SRNN_EXPECTED_SHARE;
    e.at_least = 0.92;
    e.share = 0.5;
    e = judged(w, e);
    assert_string_equal(e.sentence, "4 of 5 networks at 0.92 or above, expected 50 %; difference "
                                    "30, 95 % interval -12 to 46 is wider than ±15");
    free((char *)(uintptr_t)e.sentence);
    e = nothing;
    e.kind = SRNN_EXPECTED_WORDS;
    e.about = "works";
    e = judged(w, e);
    assert_string_equal(e.verdict, "see the figure");
    assert_string_equal(e.sentence, "mean 0.940 of 5 networks");
    free((char *)(uintptr_t)e.sentence);
    study_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_against_a_fixed_number),
        cmocka_unit_test(a_mean_of_many_published_networks),
        cmocka_unit_test(one_published_network_lies_among_ours),
        cmocka_unit_test(a_share),
        cmocka_unit_test(two_conditions),
        cmocka_unit_test(equal_pairs_do_not_differ),
        cmocka_unit_test(verdict_of_the_networks_so_far),
        cmocka_unit_test(a_sentence_has_both_numbers_and_the_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
