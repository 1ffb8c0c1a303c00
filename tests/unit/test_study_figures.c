/* The data of the figures of a study, derived by hand. */
#define _POSIX_C_SOURCE 200809L
#include "figure_files.h"
#include "study_world.h"

static void draw_study(const study_world *w, const char *name, unsigned formats)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_figure *figure = srnn_figure_named(name);
    const srnn_figure_data data = {.study = &w->view};
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = formats;
    assert_ok(ctx, srnn_figures_draw(ctx, &figure, 1, &data, &options));
    srnn_ctx_free(ctx);
}

static const char *why_not(const study_world *w, const char *name)
{
    const srnn_figure_data data = {.study = &w->view};
    const char *why = NULL;
    srnn_figure_possible(srnn_figure_named(name), &data, &why);
    return why;
}

/* ---- by condition ---- */

static void points_are_all_networks_with_a_value(void **state)
{
    (void)state;
    study_world *w = new_study(2, 5, 0, NULL);
    static const double values[] = {0.6, 0.7, 0.8, 0.9, 1};
    for (int i = 0; i < 5; i++) study_finish(w, i, values[i], 1, 1);
    study_fail(w, 1, SRNN_NETWORK_NOT_TRAINED, "it did not learn");
    study_fail(w, 5, SRNN_NETWORK_FAILED, "it failed");
    study_finish(w, 6, 0.5, 1, 1);
    w->networks[6].state = SRNN_NETWORK_LEFT; /* its value may not stay */
    w->expectations[0] = (srnn_expectation){
        .measure = ACCURACY, .mean = 0.9, .sd = 0.2, .at_least = NAN, .share = NAN};
    w->expectations[1] = (srnn_expectation){.kind = SRNN_EXPECTED_SHARE,
                                            .measure = ACCURACY,
                                            .mean = NAN,
                                            .sd = NAN,
                                            .at_least = 0.95,
                                            .share = 0.5};
    w->view.n_expectations = 2;
    draw_study(w, "study-points", 0);
    const block *b = read_block("study-points", "points");
    assert_int_equal(b->rows, 5);
    for (int i = 0; i < 5; i++) {
        const double row[] = {1, values[i], 0, i != 1};
        for (int c = 0; c < 4; c++) assert_close(b->at[i][c], row[c]);
    }
    b = read_block("study-points", "summary");
    assert_int_equal(b->rows, 2);
    double low, high;
    srnn_wilson_interval(1, 5, &low, &high);
    const double row[] = {1, 0.7, 0.8, 0.9, 0.8, sqrt(0.1 / 4), 0.2, low, high, 5};
    for (int c = 0; c < 10; c++) assert_close(b->at[0][c], row[c]);
    assert_true(isnan(b->at[1][2]));
    assert_close(b->at[1][6], 0); /* 0 of 1 */
    b = read_block("study-points", "expected");
    assert_int_equal(b->rows, 1);
    assert_close(b->at[0][1], 0.9);
    assert_close(b->at[0][3], 0.5);
    assert_string_equal(variable("study-points", "count"), "[\"1 of 5\", \"0 of 1\"]");
    assert_string_equal(variable("study-points", "count_rest"),
                        "[\"1 did not train\", \"1 failed, 4 left\"]");
    assert_close(number("study-points", "value_low", 0), 0.6); /* the least value */
    assert_close(number("study-points", "value_high", 0), 1);  /* a share ends at 1 */
    study_free(w);
}

static void equal_values_stand_above_each_other(void **state)
{
    (void)state;
    study_world *w = new_study(1, 4, 0, NULL);
    for (int i = 0; i < 4; i++) study_finish(w, i, i < 3 ? 0.5 : 1, 1, 1);
    draw_study(w, "study-points", 0);
    const block *b = read_block("study-points", "points");
    assert_close(b->at[0][2], 0);
    assert_close(b->at[1][2], -0.12);
    assert_close(b->at[2][2], 0.12);
    assert_close(b->at[3][2], 0);
    study_free(w);
}

static void long_names_take_two_lines(void **state)
{
    (void)state;
    study_world *w = new_study(70, 1, 0, NULL);
    study_name(w, 0, "a name of a condition that does not fit into one line, nor into two", "{}");
    study_name(w, 1, "\xc3\xa4\xc3\xb6\xc3\xbc 26 characters, no more\xc3\x9f", "{}");
    draw_study(w, "study-points", 0);
    assert_close(number("study-points", "n_conditions", 0), 60);
    assert_close(number("study-points", "n_all_conditions", 0), 70);
    static const char names[] = "[\"a name of a condition that\", \"\xc3\xa4\xc3\xb6\xc3\xbc 26";
    assert_memory_equal(variable("study-points", "condition"), names, sizeof names - 1);
    static const char rest[] = "[\"does not fit into one\xe2\x80\xa6\", \"more\xc3\x9f\"";
    assert_memory_equal(variable("study-points", "condition_rest"), rest, sizeof rest - 1);
    assert_string_equal(why_not(w, "study-learning"), "no network of the study has been evaluated");
    assert_string_equal(why_not(w, "study-lambda"), "no network of the study has a search for λ");
    assert_string_equal(why_not(w, "study-option"),
                        "no option of the study takes two numbers or more");
    w->view.n_measures = 0;
    assert_string_equal(why_not(w, "study-points"), "no network of the study is finished");
    study_free(w);
}

/* ---- against an option ---- */

/* N by gain, two networks each: 0.5 + N / 1000 without and with 0.1. */
static study_world *grid(int n, const double *N)
{
    static const char *const varied[] = {"gain", "N"};
    study_world *w = new_study(2 * n, 2, 2, varied);
    for (int c = 0; c < 2 * n; c++) {
        char name[64], options[64];
        w->conditions[c].option_values[0] = c % 2 + 1;
        w->conditions[c].option_values[1] = N[c / 2];
        snprintf(name, sizeof name, "N %g, gain %d", N[c / 2], c % 2 + 1);
        snprintf(options, sizeof options, "{\"N\": %g, \"gain\": %d}", N[c / 2], c % 2 + 1);
        study_name(w, c, name, options);
        for (int i = 0; i < 2; i++)
            study_finish(w, 2 * c + i, 0.5 + N[c / 2] / 1000 + 0.1 * i, 1, 1);
    }
    return w;
}

static void decades_are_logarithmic(void **state)
{
    (void)state;
    static const double decades[] = {100, 10, 30}, steps[] = {10, 55, 100};
    for (int even = 0; even < 2; even++) {
        study_world *w = grid(3, even ? steps : decades);
        draw_study(w, "study-option", 0);
        assert_string_equal(variable("study-option", "option_name"), "[\"N\"]");
        assert_string_equal(variable("study-option", "series"), "[\"gain 1\", \"gain 2\"]");
        assert_close(number("study-option", "option_log", 0), !even);
        const block *b = read_block("study-option", "means 1");
        assert_int_equal(b->rows, 3);
        for (int i = 0; i < 3; i++) { /* in the order of the values */
            static const double of_decades[] = {10, 30, 100};
            const double N = even ? steps[i] : of_decades[i];
            assert_true(b->at[i][0] < N && b->at[i][0] > 0.7 * N - 10); /* left of it */
            assert_close(b->at[i][1], 0.55 + N / 1000);
            assert_close(b->at[i][2], sqrt(0.005));
            assert_close(b->at[i][3], 2);
            assert_true(b->at[i][4] < b->at[i][0] && isnan(b->at[i][5])); /* nothing is expected */
        }
        assert_int_equal(read_block("study-option", "points 2")->rows, 6);
        study_free(w);
    }
}

/* Accuracies are 0.5 + N / 1000 and 0.1 more: at N 400 one of two reaches 0.95, at 800 both. */
static void shares_are_of_networks_that_reach_the_criterion(void **state)
{
    (void)state;
    static const double N[] = {100, 400, 800};
    study_world *w = grid(3, N);
    w->expectations[0] = (srnn_expectation){.kind = SRNN_EXPECTED_SHARE,
                                            .condition = 2, /* N 400, gain 1 */
                                            .measure = ACCURACY,
                                            .mean = NAN,
                                            .at_least = 0.95,
                                            .share = 0.7};
    w->view.n_expectations = 1;
    draw_study(w, "study-share", 0);
    const block *b = read_block("study-share", "shares 1");
    assert_int_equal(b->rows, 3);
    for (int i = 0; i < 3; i++) {
        double low, high;
        srnn_wilson_interval(i, 2, &low, &high);
        const double row[] = {i / 2.0, low, high, 2};
        for (int k = 0; k < 4; k++) assert_close(b->at[i][k + 1], row[k]);
    }
    assert_true(isnan(b->at[0][6]));
    assert_close(b->at[1][6], 0.7);
    assert_close(number("study-share", "has_expected", 0), 1);
    assert_close(number("study-share", "yes_or_no", 0), 0);
    w->view.main_measure = TRIALS;
    assert_string_equal(why_not(w, "study-share"),
                        "the study's main measure has no criterion that networks can reach");
    study_free(w);
}

/* ---- curves ---- */

/* Three networks: after 100, 200, 300 trials; the second ends after 200. */
static study_world *learners(void)
{
    static const double loss[3][3] = {{9, 8, 6.5}, {5, 4, 0}, {3, 2, 1}},
                        share[3][3] = {{0.1, 0.2, 0.2}, {0.5, 0.6, 0}, {0.7, 0.8, 0.9}},
                        factors[3][3] = {{20, 30, 40}, {20, 30, 0}, {20, 25, 0}},
                        accuracy[3][3] = {{0.3, 0.6, 0.5}, {0.5, 0.8, 0}, {0.7, 0.9, 0}};
    study_world *w = new_study(2, 3, 0, NULL);
    for (int i = 0; i < 6; i++) {
        srnn_study_network *n = &w->networks[i];
        study_finish(w, i, 0.9, 1, 1);
        n->n_evals = n->n_factors = i % 3 == 0 ? 3 : 2;
        if (i % 3 == 2) n->n_evals = 3;
        n->eval_first = n->eval_every = 100;
        n->eval_loss = loss[i % 3];
        n->eval_accuracy = share[i % 3];
        n->factors = factors[i % 3];
        n->factor_accuracy = accuracy[i % 3];
        n->key = i < 3 ? "a" : "b";
    }
    return w;
}

static void a_median_holds_what_has_ended(void **state)
{
    (void)state;
    study_world *w = learners();
    draw_study(w, "study-learning", 0);
    static const double median[3][3] = {{100, 5, 0.5}, {200, 4, 0.6}, {300, 4, 0.6}};
    const block *b = read_block("study-learning", "median 2");
    assert_int_equal(b->rows, 3);
    for (int i = 0; i < 3; i++)
        for (int c = 0; c < 3; c++) assert_close(b->at[i][c], median[i][c]);
    assert_int_equal(read_block("study-learning", "curves 1")->rows, 3 + 2 + 3);
    assert_close(number("study-learning", "trial_high", 0), 300);
    assert_close(number("study-learning", "loss_low", 0), 1);
    assert_close(number("study-learning", "loss_high", 0), 9);
    assert_close(number("study-learning", "n_panels", 0), 2);
    for (int i = 0; i < 6; i++) w->networks[i].key = "the same";
    draw_study(w, "study-learning", 0);
    assert_close(number("study-learning", "n_panels", 0), 1);
    assert_close(number("study-learning", "alike", 1), 1);
    study_free(w);
}

static void means_are_of_what_most_have_tried(void **state)
{
    (void)state;
    study_world *w = learners();
    draw_study(w, "study-lambda", 0);
    static const double mean[2][3] = {{20, 0.5, 3}, {30, 0.7, 2}}; /* 25 and 40: one of three */
    const block *b = read_block("study-lambda", "mean 1");
    assert_int_equal(b->rows, 2);
    for (int i = 0; i < 2; i++)
        for (int c = 0; c < 3; c++) assert_close(b->at[i][c], mean[i][c]);
    assert_close(number("study-lambda", "at_least", 0), 0.95);
    assert_close(number("study-lambda", "lambda_low", 2), 20);
    assert_close(number("study-lambda", "lambda_high", 1), 40);
    assert_close(number("study-lambda", "same_lambdas", 0), 1);
    w->networks[3].n_factors = 2; /* 40 is no factor of the second condition */
    draw_study(w, "study-lambda", 0);
    assert_close(number("study-lambda", "lambda_high", 2), 30);
    assert_close(number("study-lambda", "same_lambdas", 0), 0);
    w->view.main_measure = TRIALS; /* its criterion, if any, is none of accuracies */
    draw_study(w, "study-lambda", 0);
    assert_true(isnan(number("study-lambda", "at_least", 0)));
    study_free(w);
}

static void many_curves_are_thinned(void **state)
{
    (void)state;
    study_world *w = new_study(1, 201, 0, NULL);
    static const double one[] = {1};
    for (int i = 0; i < 201; i++) {
        w->networks[i].n_evals = w->networks[i].eval_first = w->networks[i].eval_every = 1;
        w->networks[i].eval_loss = w->networks[i].eval_accuracy = one;
    }
    draw_study(w, "study-learning", 0);
    assert_int_equal(read_block("study-learning", "curves 1")->rows, 67); /* every third */
    assert_close(number("study-learning", "every", 0), 3);
    study_free(w);
}

/* One network, a thousand, forty conditions, none with a value: all can be drawn. */
static void all_sizes_are_drawn(void **state)
{
    (void)state;
    static const int conditions[] = {1, 1, 40, 5}, seeds[] = {1, 1000, 5, 2},
                     values[] = {1, 1, 1, 0};
    for (int k = 0; k < 4; k++) {
        study_world *w = new_study(conditions[k], seeds[k], 0, NULL);
        for (int i = 0; i < w->view.n_networks && values[k]; i++) {
            study_finish(w, i, study_noise(i, 1), 1, 1);
            if (i < 200) study_give_curves(w, i, 0.9, 40);
        }
        draw_study(w, "study-points", SRNN_SVG);
        assert_true(is_there("study-points", "svg"));
        if (values[k]) draw_study(w, "study-learning", SRNN_SVG);
        if (values[k]) draw_study(w, "study-lambda", SRNN_SVG);
        study_free(w);
    }
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, new_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(points_are_all_networks_with_a_value),
        in_folder(equal_values_stand_above_each_other),
        in_folder(long_names_take_two_lines),
        in_folder(decades_are_logarithmic),
        in_folder(shares_are_of_networks_that_reach_the_criterion),
        in_folder(a_median_holds_what_has_ended),
        in_folder(means_are_of_what_most_have_tried),
        in_folder(many_curves_are_thinned),
        in_folder(all_sizes_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
