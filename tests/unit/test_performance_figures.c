/* Figures of performance and of the conversion: their data, derived afresh. */
#define _POSIX_C_SOURCE 200809L
#include "figure_world.h"

/* ---- performance ---- */

static void noise_has_wilson_intervals(void **state)
{
    const world *w = *state;
    draw(w, "noise", 0);
    const block *b = read_block("noise", "noise");
    for (int i = 0; i < 3; i++) {
        const double p = 1 - 0.25 * i, z = 1.959963984540054, n = 20;
        const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
        const double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
        const double expected[] = {0.1 * i, p, middle - half, middle + half, 4 + i, i == 1};
        for (int c = 0; c < 6; c++) assert_close(b->at[i][c], expected[c]);
    }
    assert_close(number("noise", "noise_low", 0), 0.1);
    assert_int_equal(number("noise", "has_zero", 0), 1);
}

/* Columns: {left}, {right, no}, {right}, none, and what is in further sets. */
static void confusion_has_the_sets_of_both(void **state)
{
    static const int rate[TYPES][5] = {{7, 3, 0, 0, 0}, {1, 9, 0, 0, 0}, {0, 10, 0, 0, 0}};
    static const int spiking[TYPES][5] = {{0, 0, 4, 5, 1}, {0, 0, 10, 0, 0}, {0, 0, 8, 2, 0}};
    static const bool correct[TYPES][5] = {{true}, {false, true, true}, {false, true}};
    const world *w = *state;
    draw(w, "confusion", 0);
    for (int network = 0; network < 2; network++) {
        const block *b = read_block("confusion", network ? "spiking confusion" : "rate confusion");
        assert_int_equal(b->rows, 5 * TYPES);
        for (int i = 0; i < 5 * TYPES; i++) {
            const int type = i / 5, c = i % 5, n = (network ? spiking : rate)[type][c];
            const double expected[] = {type + 1, c + 1, n, n / 10.0, correct[type][c]};
            for (int at = 0; at < 5; at++) assert_close(b->at[i][at], expected[at]);
        }
    }
    assert_int_equal(number("confusion", "n_sets", 0), 5);
    assert_non_null(strstr(kept_contents("confusion", "var"), ", \"none\", \"others\"]"));
}

/* Motion has two clusters of 9 trials in each context; no bin spans both. */
static void answers_are_counted_by_input(void **state)
{
    const world *w = *state;
    draw(w, "psychometric", 0);
    for (int context = 0; context < 2; context++)
        for (int network = 0; network < 2; network++) {
            char name[64];
            int trials = 0;
            snprintf(name, sizeof name, "input 1 level %d %s", context + 1,
                     network ? "spiking" : "rate");
            const block *b = read_block("psychometric", name);
            for (int row = 0; row < b->rows; row++) {
                const double mean = b->at[row][0];
                assert_true(fabs(fabs(mean) - 1) < 0.4);
                trials += (int)b->at[row][4];
                if (context) assert_close(b->at[row][1], (mean > 0) != network);
            }
            assert_int_equal(trials, K / 2);
        }
    assert_non_null(strstr(kept_contents("psychometric", "var"), "context[1] = [\"context\"]"));
}

static void steps_of_an_input_are_no_curve(void **state)
{
    world *w = *state;
    const char *why = NULL;
    for (int i = 0; i < K * T; i++) w->o.u[i * N_IN] = (float)(i / T % 2);
    assert_false(srnn_figure_possible(srnn_figure_named("psychometric"), &w->data, &why));
    assert_string_equal(why, "no input takes three or more mean values during the stimulus");
}

/* ---- conversion ---- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static void conversion_has_the_units_curves(void **state)
{
    world *w = *state;
    draw(w, "conversion", 0);
    const int n = (int)number("conversion", "n_units", 0);
    assert_in_range(n, 3, 9);
    for (int i = 1; i <= n; i++) {
        const int unit = (int)number("conversion", "unit_number", i) - 1;
        const double gain = 0.5 * exp2(unit % 9 / 2.0);
        char name[32];
        float low = 1, high = 0;
        snprintf(name, sizeof name, "unit %d", i);
        const block *b = read_block("conversion", name);
        for (int k = 0; k < K; k++)
            for (int t = 10; t < T; t++) {
                low = fminf(low, w->o.r[(k * T + t) * N + unit]);
                high = fmaxf(high, w->o.r[(k * T + t) * N + unit]);
            }
        assert_near(sigmoid(b->at[0][0]), low, 1e-5);
        assert_near(sigmoid(b->at[b->rows - 1][0]), high, 1e-5);
        for (int row = 0; row < b->rows; row++) {
            const double y = fmin(fmax(gain * b->at[row][0] + unit, -5), 15);
            assert_near(b->at[row][1], 0.01 * 10 * (y + 5) + 0.05 * unit, 1e-3);
        }
    }
    int units = 0;
    static const char *const gains[] = {"gain exc", "gain PV", "gain SOM"};
    for (int k = 0; k < 3; k++)
        for (int row = 0; row < 9; row++)
            units += (int)read_block("conversion", gains[k])->at[row][1];
    assert_int_equal(units, N);
    w->data.scaling_factor = 50;
    draw(w, "conversion", 0);
    const block *b = read_block("conversion", "unit 1");
    for (int row = 0; row < b->rows; row++)
        assert_near(b->at[row][1], 10 * fmax(b->at[row][0] + 5, 0) / 50, 1e-3);
    const block *f = read_block("conversion", "activation");
    for (int row = 0; row < f->rows; row++)
        assert_near(f->at[row][1], sigmoid(f->at[row][0]), 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        figure_test(noise_has_wilson_intervals),      figure_test(confusion_has_the_sets_of_both),
        figure_test(answers_are_counted_by_input),    figure_test(steps_of_an_input_are_no_curve),
        figure_test(conversion_has_the_units_curves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
