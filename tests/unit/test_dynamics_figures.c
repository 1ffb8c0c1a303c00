/* Figures of dynamics and of both networks: their data, derived afresh; all of these are drawn. */
#define _POSIX_C_SOURCE 200809L
#include "figure_world.h"

/* ---- comparison ---- */

static double mean_in_bin(const world *w, bool spiking, int type, int bin, int unit)
{
    double sum = 0;
    for (int k = type; k < K && !spiking; k += TYPES)
        sum += (double)w->o.r[(k * T + bin + 1) * N + unit] * TYPES / K;
    for (int64_t i = 0; i < w->o.spikes.n && spiking; i++)
        sum += w->o.spikes.trial[i] % TYPES == type && w->o.spikes.unit[i] == unit &&
                       (int)ceil(w->o.spikes.time_ms[i] / 5) - 1 == bin
                   ? 1e3 / 5 * TYPES / K
                   : 0;
    return sum;
}

static void units_are_the_same_in_both_maps(void **state)
{
    const world *w = *state;
    draw(w, "comparison", 0);
    int units[N], seen[N] = {0};
    const block *first = read_block("comparison", "type 1 r");
    assert_int_equal(first->rows, N);
    for (int row = 0; row < N; row++) {
        units[row] = -1;
        for (int unit = 0; unit < N; unit++) {
            bool same = true;
            for (int b = 0; b < COLUMNS_MAX; b++)
                same &= fabs(first->at[row][b] - mean_in_bin(w, false, 0, b, unit)) < 1e-5;
            if (same) units[row] = unit;
        }
        assert_in_range(units[row], 0, N - 1);
        assert_int_equal(seen[units[row]]++, 0);
        if (row) assert_true(w->o.population[units[row]] >= w->o.population[units[row - 1]]);
    }
    double most = 0; /* from the onset on, which is before 100 ms */
    for (int type = 0; type < TYPES; type++) {
        char name[32];
        snprintf(name, sizeof name, "type %d rate (Hz)", type + 1);
        const block *map = read_block("comparison", name);
        for (int row = 0; row < N; row++) {
            for (int b = 0; b < COLUMNS_MAX; b++)
                assert_close(map->at[row][b], mean_in_bin(w, true, type, b, units[row]));
            for (int b = 10; b < 40; b++)
                most = fmax(most, mean_in_bin(w, true, type, b, units[row]));
        }
    }
    assert_close(number("comparison", "most_hz", 0), most);
    assert_close(number("comparison", "bin_ms", 0), 5);
    assert_close(number("comparison", "correlation", 1), 0.5);
    assert_close(number("comparison", "correlation", 2), 0.75);
}

/* The rates that follow the start are not what the colours are for. */
static void the_start_sets_no_scale(void **state)
{
    world *w = *state;
    for (int i = 0; i < N; i++) w->o.r[1 * N + i] = 90;
    for (int bin = 0; bin < 2; bin++) w->pca.trajectories[bin * 3] = 1000;
    draw(w, "comparison", 0);
    assert_true(number("comparison", "most_r", 0) < 1);
    draw(w, "pca", 0); /* the onset is at 50 ms: the third bin is the first that is after it */
    assert_true(number("pca", "rate1_high", 0) < 2);
    assert_int_equal(read_block("pca", "rate path")->rows, TYPES * (BINS - 3));
    assert_close(number("pca", "first_ms", 0), 3.5 * bin_ms - 50);
    assert_close(read_block("pca", "rate first")->at[0][0], w->pca.trajectories[3 * 3]);
    assert_close(read_block("pca", "rate end")->at[1][1], w->pca.trajectories[(BINS + 5) * 3 + 1]);
    assert_close(read_block("pca", "rate explained")->at[2][1], 0.5 + 0.25 + 0.5 / 3);
}

/* Of three variables the last is a target: it comes first. */
static void the_choice_is_the_first_axis(void **state)
{
    const world *w = *state;
    static const int shown[] = {2, 0, 1};
    draw(w, "axes", 0);
    const block *b = read_block("axes", "spiking path");
    for (int type = 0; type < TYPES; type++)
        for (int bin = 3; bin < BINS; bin++)
            for (int a = 0; a < 3; a++)
                assert_close(b->at[type * (BINS - 3) + bin - 3][a],
                             w->axes.trajectories[(type * BINS + bin) * 3 + shown[a]]);
    assert_non_null(
        strstr(kept_contents("axes", "var"), "[\"con\\047text\", \"motion\", \"context\"]"));
    assert_close(number("axes", "has_choice", 2), 1);
}

static void bins_above_chance_are_marked(void **state)
{
    world *w = *state;
    w->decoding.accuracy[4] = 0.5; /* just above */
    draw(w, "decoding", 0);
    const block *b = read_block("decoding", "rate accuracy");
    assert_int_equal(b->rows, BINS);
    for (int bin = 0; bin < BINS; bin++) {
        assert_close(b->at[bin][0], (bin + 0.5) * bin_ms - 50);
        assert_close(b->at[bin][1], w->decoding.accuracy[bin]);
        assert_int_equal(b->at[bin][4], w->decoding.accuracy[bin] >= 0.5);
    }
    assert_int_equal(b->at[4][4], 1);
    assert_close(number("decoding", "above", 2), 0.5);
    w->decoding.above = INFINITY; /* too few trials */
    draw(w, "decoding", 0);
    assert_true(isnan(number("decoding", "above", 1)));
    assert_int_equal(read_block("decoding", "rate accuracy")->at[4][4], 0);
}

static void fixed_points_are_projected(void **state)
{
    static const char *const kinds[] = {"stable", "unstable", "slow"};
    const world *w = *state;
    char name[32];
    draw(w, "fixed-points", 0);
    for (int i = 0; i < 3; i++) { /* one of each kind */
        snprintf(name, sizeof name, "%s points", kinds[i]);
        const block *b = read_block("fixed-points", name);
        assert_int_equal(b->rows, 1);
        for (int c = 0; c < 2; c++) {
            double sum = 0;
            for (int j = 0; j < N; j++)
                sum += w->pca.components[c * N + j] *
                       (1 / (1 + exp(-w->fixed.x[i * N + j])) - w->pca.mean[j]);
            assert_close(b->at[0][c], sum);
        }
        snprintf(name, sizeof name, "%s eigenvalues", kinds[i]);
        assert_int_equal(read_block("fixed-points", name)->rows, N);
    }
    assert_int_equal(number("fixed-points", "held_type", 0), 2);
    assert_non_null(strstr(kept_contents("fixed-points", "var"), "array held[1] = [\"right "));
}

/* ---- drawn ---- */

static const char *const mine[] = {"conversion", "confusion",  "psychometric",
                                   "noise",      "comparison", "pca",
                                   "axes",       "decoding",   "fixed-points"};
enum { MINE = sizeof mine / sizeof *mine };

static void all_are_drawn(void **state)
{
    static const char *const words[MINE] = {
        "gain k (mV)",         "correct as",           "mean of motion",
        "noise of the model",  "bins of 5 ms",         "variance explained, cumulative",
        "context axis (a.u.)", "threshold, corrected", "1 unstable"};
    const world *w = *state;
    for (int i = 0; i < MINE; i++) {
        draw(w, mine[i], SRNN_SVG);
        const char *svg = kept_contents(mine[i], "svg");
        assert_non_null(strstr(svg, "</svg>"));
        if (!strstr(svg, words[i])) fail_msg("%s says no '%s'", mine[i], words[i]);
    }
    char path[128];
    snprintf(path, sizeof path, "%s/HACKED", folder);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* Nothing to see, or next to nothing: still a picture. */
static void empty_data_are_drawn(void **state)
{
    world *w = *state;
    for (int k = 0; k < K; k++) w->o.type[k] = 1; /* two types without a trial */
    for (int i = 0; i < N; i++) w->o.population[i] = SRNN_PV;
    w->o.spikes.n = 0;
    w->o.stim_off = w->o.stim_on;
    w->evaluation.has_spiking = w->o.spiking;
    for (int i = 1; i < BINS; i++) w->decoding.accuracy[i] = NAN;
    for (int i = 0; i < TYPES * BINS * 3; i++) w->pca.trajectories[i] = w->axes.trajectories[i] = 0;
    for (int i = 0; i < 3; i++) w->pca.explained[i] = NAN;
    w->noise.n = 1; /* of no noise */
    w->fixed.n = 1;
    w->data.spiking_pca = NULL;
    w->data.rate_axes = NULL;
    w->data.rate_decoding = NULL;
    w->data.fixed_type = NULL;
    for (int i = 0; i < MINE; i++) draw(w, mine[i], SRNN_SVG);
    w->data.scaling_factor = 30;
    draw(w, "conversion", SRNN_SVG);
    const char *why;
    w->decoding.accuracy[0] = NAN;
    assert_false(srnn_figure_possible(srnn_figure_named("decoding"), &w->data, &why));
    assert_string_equal(why, "trials are too few to decode the type");
}

static void a_terminal_shows_them(void **state)
{
    const world *w = *state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = 0; i < MINE; i++) {
        char *text;
        assert_ok(ctx, srnn_figure_show(ctx, srnn_figure_named(mine[i]), &w->data, NULL, 80, 24,
                                        false, &text));
        assert_true(strlen(text) > 400);
        free(text);
    }
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        figure_test(units_are_the_same_in_both_maps),
        figure_test(the_start_sets_no_scale),
        figure_test(the_choice_is_the_first_axis),
        figure_test(bins_above_chance_are_marked),
        figure_test(fixed_points_are_projected),
        figure_test(all_are_drawn),
        figure_test(empty_data_are_drawn),
        figure_test(a_terminal_shows_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
