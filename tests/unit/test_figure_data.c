/* The numbers and variables of figures, derived afresh. */
#include "figure_helpers.h"

static const char *const populations[SRNN_POPULATIONS] = {"exc", "PV", "SOM"};

static void outputs_are_means_and_sds(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "outputs", &w, 0));
    assert_true(is_there("outputs", "gp"));
    assert_false(is_there("outputs", "png"));
    for (int network = 0; network < 2; network++)
        for (int c = 0; c < N_OUT; c++)
            for (int type = 0; type < TYPES; type++) {
                const block *b = read_block("outputs", "%s %d %d", network ? "spiking" : "rate",
                                            c + 1, type + 1);
                assert_int_equal(b->rows, T - 1);
                for (int t = 0; t < T - 1; t++) {
                    double sum = 0, square = 0, target = 0;
                    int n = 0;
                    for (int k = type; k < K; k += TYPES, n++) {
                        const int at = (k * (T - 1) + t) * N_OUT + c;
                        const double v = network ? w.o.out[at] : (double)w.o.o[at];
                        sum += v;
                        square += v * v;
                        target += (double)w.o.z[(k * T + t + 1) * N_OUT + c];
                    }
                    const double mean = sum / n;
                    assert_close(b->at[t][0], 5 * (t + 1) - 50);
                    assert_close(b->at[t][1], mean);
                    assert_near(b->at[t][2], sqrt((square - n * mean * mean) / (n - 1)), 1e-5);
                    assert_close(b->at[t][3], target / n);
                }
            }
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void population_rates_are_counts(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_spikes *s = &w.o.spikes;
    assert_ok(ctx, draw(ctx, "psth", &w, 0));
    int units[SRNN_POPULATIONS] = {0};
    for (int i = 0; i < N; i++) units[s->population[i]]++;
    for (int type = 0; type < TYPES; type++) {
        const block *b = read_block("psth", "rates %d", type + 1);
        const double bin = T_ms / b->rows;
        assert_close(bin, 5); /* 1, 2 or 5 times a power of ten, at most 50 bins */
        for (int row = 0; row < b->rows; row++)
            for (int p = 0; p < SRNN_POPULATIONS; p++) {
                double sum = 0, square = 0;
                int n = 0;
                for (int k = type; k < K; k += TYPES, n++) {
                    double count = 0;
                    for (int64_t i = 0; i < s->n; i++)
                        count += s->trial[i] == k && s->population[s->unit[i]] == p &&
                                 s->time_ms[i] > row * bin && s->time_ms[i] <= (row + 1) * bin;
                    count *= 1000 / (bin * units[p]);
                    sum += count;
                    square += count * count;
                }
                const double mean = sum / n;
                assert_close(b->at[row][1 + 2 * p], mean);
                assert_near(b->at[row][2 + 2 * p], sqrt((square - n * mean * mean) / (n - 1)),
                            2e-3);
            }
    }
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void rasters_hold_every_spike(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_spikes *s = &w.o.spikes;
    assert_ok(ctx, draw(ctx, "raster", &w, 0));
    for (int type = 0; type < TYPES; type++)
        for (int p = 0; p < SRNN_POPULATIONS; p++) {
            const block *b = read_block("raster", "spikes %d %s", type + 1, populations[p]);
            int row = 0;
            for (int64_t i = 0; i < s->n; i++) {
                if (s->trial[i] != type || s->population[s->unit[i]] != p) continue;
                assert_close(b->at[row][0], s->time_ms[i] - 50);
                assert_int_equal((int)b->at[row][2], s->unit[i] + 1);
                int below = 0; /* units of earlier populations, then those before it in its own */
                for (int j = 0; j < N; j++)
                    below += s->population[j] < p || (s->population[j] == p && j < s->unit[i]);
                assert_int_equal((int)b->at[row][1], below);
                row++;
            }
            assert_int_equal(b->rows, row);
        }
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void histograms_count_units(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "statistics", &w, 0));
    static const char *const measures[] = {"cv", "cv2", "lv", "fano"};
    static const int shown[] = {SRNN_UNIT_CV, SRNN_UNIT_CV2, SRNN_UNIT_LV, SRNN_UNIT_FANOFACTOR};
    for (int m = 0; m < 4; m++)
        for (int p = 0; p < SRNN_POPULATIONS; p++) {
            const block *b = read_block("statistics", "%s %s", measures[m], populations[p]);
            for (int row = 0; row < b->rows; row++) {
                int n = 0;
                for (int i = 0; i < N; i++) {
                    const double v = w.statistics.unit[shown[m]][i];
                    n += w.o.population[i] == p && v >= b->at[row][0] && v < b->at[row][1];
                }
                assert_int_equal((int)b->at[row][2], n);
            }
        }
    assert_ok(ctx, draw(ctx, "taus", &w, 0));
    int units = 0, before = 0;
    for (int index = 0; index < SRNN_POPULATIONS; index++) {
        const block *b = read_block("taus", "tau %s", populations[index]);
        for (int row = 0; row < b->rows; row++) {
            units += (int)b->at[row][2];
            before += (int)b->at[row][3];
        }
    }
    assert_int_equal(units, N);
    assert_int_equal(before, N);
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void searches_have_wilson_intervals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "search", &w, 0));
    const double z = 1.959963984540054;
    static const char *const blocks[] = {"search", "best", "fresh"};
    for (int index = 0; index < 3; index++) {
        const block *b = read_block("search", "%s", blocks[index]);
        assert_int_equal(b->rows, index == 0 ? 3 : 1);
        const double n = index == 2 ? 20 : 40;
        for (int row = 0; row < b->rows; row++) {
            const double f = index == 2 ? 0.85 : index == 1 ? 0.8 : 0.7 + 0.1 * row;
            const double middle = (f + z * z / (2 * n)) / (1 + z * z / n);
            const double half = z / (1 + z * z / n) * sqrt(f * (1 - f) / n + z * z / (4 * n * n));
            assert_close(b->at[row][0], index == 2 ? 1 : index ? 30 : 25 + 5 * row);
            assert_close(b->at[row][1], f);
            assert_close(b->at[row][2], middle - half);
            assert_close(b->at[row][3], middle + half);
        }
    }
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* How often it is in a picture's text. */
static int times_in(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at++) n++;
    return n;
}

/* As of a model that was trained elsewhere: losses alone. */
static void no_evaluations_no_panel(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    for (int known = 1; known >= 0; known--) {
        if (!known) w.model->training.n_evals = 0;
        assert_ok(ctx, draw(ctx, "training", &w, SRNN_SVG));
        char *svg = contents("training", "svg", NULL);
        assert_int_equal(times_in(svg, ">correct trials<") > 0, known);
        assert_int_equal(times_in(svg, ">evaluations<") > 0, known);
        assert_int_equal(times_in(svg, ">loss<") > 0, 1);
        assert_int_equal(times_in(svg, ">criterion<") > 0, 1);
        assert_int_equal(times_in(svg, ">trial<") > 0, 1);
        free(svg);
    }
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void losses_are_thinned_by_means(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "training", &w, 0));
    const block *b = read_block("training", "losses");
    assert_int_equal(b->rows, 834); /* 2500 losses, three a row */
    const double *losses = w.model->training.losses;
    assert_close(b->at[1][0], 5);
    assert_close(b->at[1][1], (losses[3] + losses[4] + losses[5]) / 3);
    assert_close(b->at[833][1], losses[2499]);
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void weights_are_sorted(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "weights", &w, 0));
    const block *b = read_block("weights", "weights");
    assert_int_equal(b->rows, N);
    float w_eff[N * N];
    srnn_model_w_eff(w.model, false, w_eff);
    const uint8_t *inh = srnn_model_get_view(w.model).inh;
    int order[N], n = 0;
    for (int sign = 0; sign < 2; sign++)
        for (int i = 0; i < N; i++)
            if (inh[i] == sign) order[n++] = i;
    for (int post = 0; post < N; post++)
        for (int pre = 0; pre < N; pre++)
            assert_close(b->at[post][pre], (double)w_eff[order[pre] * N + order[post]]);
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void voltages_lose_no_spike(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "voltages", &w, 0));
    for (int index = 0; index < TYPES * UNITS; index++) {
        const block *b =
            read_block("voltages", "trace %d %d", index / UNITS + 1, index % UNITS + 1);
        assert_true(b->rows < NT);
        int spikes = 0;
        for (int row = 0; row < b->rows; row++) {
            if (row) assert_true(b->at[row][0] > b->at[row - 1][0]);
            if (b->at[row][1] < 30) continue;
            spikes++;
            assert_close(b->at[row][0], (1234 + index % UNITS + 1) * 0.05 - 50);
        }
        assert_int_equal(spikes, 1);
    }
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* A criterion that is not known has no line, and no place in the key. */
static void a_known_criterion_is_drawn(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "training", &w, 0));
    assert_string_equal(variable("training", "loss_criterion"), "2");
    assert_string_equal(variable("training", "accuracy_criterion"), "0.9");
    w.model->training.options = (srnn_train_options){0};
    assert_ok(ctx, draw(ctx, "training", &w, SRNN_SVG));
    assert_string_equal(variable("training", "loss_criterion"), "NaN");
    char *svg = contents("training", "svg", NULL);
    assert_int_equal(times_in(svg, "criterion"), 0);
    free(svg);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* The operating point is shown after lambda, if there is one. */
static void the_operating_point_is_in_the_search(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    double one[N], zero[N] = {0};
    for (int i = 0; i < N; i++) one[i] = 1;
    const srnn_operating_point point = {.gain = one,
                                        .bias_mv = zero,
                                        .scale = one,
                                        .offset = zero,
                                        .widening = NAN,
                                        .shot_noise_cost = NAN,
                                        .perf = 0.95,
                                        .n_trials = 60};
    assert_ok(ctx, srnn_model_set_operating_point(ctx, w.model, &point));
    assert_ok(ctx, draw(ctx, "search", &w, SRNN_SVG));
    const block *b = read_block("search", "fresh");
    assert_int_equal(b->rows, 2);
    assert_close(b->at[0][1], 0.85);
    assert_close(b->at[1][1], 0.95);
    assert_close(b->at[1][0], 2);
    char *svg = contents("search", "svg", NULL);
    assert_non_null(strstr(svg, "operating"));
    free(svg);
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void the_task_is_means_and_one_trial(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    w.o.u[(3 * T + 12) * 1] = 4; /* in the second trial of the first type */
    assert_ok(ctx, draw(ctx, "task", &w, SRNN_SVG));
    for (int type = 0; type < TYPES; type++)
        for (int channel = 0; channel < 1 + N_OUT; channel++) {
            const block *b = read_block("task", "channel %d %d", channel + 1, type + 1);
            assert_int_equal(b->rows, T);
            for (int t = 0; t < T; t++) {
                double sum = 0;
                int n = 0;
                for (int k = type; k < K; k += TYPES, n++)
                    sum += (double)(channel ? w.o.z[(k * T + t) * N_OUT + channel - 1]
                                            : w.o.u[k * T + t]);
                assert_close(b->at[t][0], 5 * t - 50);
                assert_close(b->at[t][1], sum / n);
                assert_close(b->at[t][2],
                             (double)(channel ? w.o.z[(type * T + t) * N_OUT + channel - 1]
                                              : w.o.u[type * T + t]));
            }
        }
    assert_string_equal(variable("task", "varied"), "[1, 1, 1]");
    char *svg = contents("task", "svg", NULL);
    assert_non_null(strstr(svg, "motion"));
    assert_non_null(strstr(svg, "left {a}_b")); /* as it is, not as markup */
    free(svg);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Numbers of an array in the figure's variables. */
static int numbers_of(const char *figure, const char *name, double *values, int most)
{
    const char *at = variable(figure, name);
    assert_non_null(at);
    int n = 0;
    for (at++; n < most; at++) {
        char *end;
        values[n++] = strtod(at, &end);
        at = end;
        if (*at != ',') break;
    }
    return n;
}

enum { STIMULI = 64 };

/* "on-off on-off" of a type; 0: all. */
static const char *shaded(const char *figure, int type)
{
    static char text[256];
    double of[STIMULI], on[STIMULI], off[STIMULI];
    const int n = numbers_of(figure, "stimulus_type", of, STIMULI);
    numbers_of(figure, "stimulus_on", on, STIMULI);
    numbers_of(figure, "stimulus_off", off, STIMULI);
    *text = 0;
    for (int i = 0; i < n; i++)
        if ((int)of[i] == type) {
            const size_t at = strlen(text);
            snprintf(text + at, sizeof text - at, "%s%g-%g", at ? " " : "", on[i], off[i]);
        }
    return text;
}

/* Each type has its own stimuli: pulses of two channels with a pause, a context that is on all the
   time, and a pulse whose time is drawn. */
static void stimuli_are_those_of_the_type(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    enum { IN = 3 };
    char *names[IN] = {inputs[0], inputs[0], inputs[0]}, *units[IN] = {"", "", ""};
    float *u = calloc(K * T * IN, sizeof *u);
    assert_non_null(u);
    for (int k = 0; k < K; k++) /* types 0, 1, 2, 0, 1, 2, 0 */
        for (int t = 0; t < T; t++) {
            const int late = k == 3; /* of the three trials of type 0 one is 10 ms late */
            u[(k * T + t) * IN] = k % TYPES == 0 && t >= 10 + 2 * late && t < 13 + 2 * late;
            u[(k * T + t) * IN + 1] = k % TYPES && t >= 16 && t < 20 ? -1 : 0;
            u[(k * T + t) * IN + 2] = k % 2 ? 1 : 0;
        }
    float *before = w.o.u;
    w.o.u = u;
    w.o.n_in = IN;
    w.o.input_names = names;
    w.o.input_units = units;
    static const char *const figures[] = {"outputs", "raster", "psth", "voltages"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        assert_ok(ctx, draw(ctx, figures[i], &w, 0));
        assert_string_equal(shaded(figures[i], 1), "0-15");
        assert_string_equal(shaded(figures[i], 2), "30-50");
        assert_string_equal(shaded(figures[i], 3), "30-50");
        assert_string_equal(shaded(figures[i], 0), "30-50"); /* in most trials of all */
    }
    for (int k = 0; k < K;
         k++) /* a type without a stimulus, as nogo: no field, but where all are */
        for (int t = 0; t < T; t++) u[(k * T + t) * IN + 1] = 0;
    assert_ok(ctx, draw(ctx, "psth", &w, 0));
    assert_string_equal(shaded("psth", 1), "0-15");
    assert_string_equal(shaded("psth", 2), "");
    assert_string_equal(shaded("psth", 0), "0-15");
    for (int k = 0; k < K; k++) /* ten pulses with pauses are shown as one */
        for (int t = 0; t < T; t++) u[(k * T + t) * IN + 1] = t % 4 == 1;
    w.o.stim_on = 1;
    w.o.stim_off = 40;
    assert_ok(ctx, draw(ctx, "psth", &w, 0));
    assert_string_equal(shaded("psth", 2), "0-195");
    w.o.u = before;
    free(u);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* The start of a trial, before activity settles, does not set the scale. */
static void the_start_does_not_set_the_scale(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "psth", &w, 0));
    double settled = 0, all = 0;
    for (int type = 0; type < TYPES; type++) {
        const block *b = read_block("psth", "rates %d", type + 1);
        for (int row = 0; row < b->rows; row++)
            for (int p = 0; p < SRNN_POPULATIONS; p++) {
                const double sd = b->at[row][2 + 2 * p],
                             high = b->at[row][1 + 2 * p] + (isnan(sd) ? 0 : sd);
                all = fmax(all, high);
                if (b->at[row][0] > 0)
                    settled = fmax(settled, high); /* the stimulus is on at 50 ms */
            }
    }
    assert_close(strtod(variable("psth", "rate_most"), NULL), settled);
    assert_close(strtod(variable("psth", "start_most"), NULL), all);
    free_world(&w);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(outputs_are_means_and_sds),      in_folder(the_task_is_means_and_one_trial),
        in_folder(population_rates_are_counts),    in_folder(the_start_does_not_set_the_scale),
        in_folder(rasters_hold_every_spike),       in_folder(histograms_count_units),
        in_folder(searches_have_wilson_intervals), in_folder(the_operating_point_is_in_the_search),
        in_folder(no_evaluations_no_panel),        in_folder(a_known_criterion_is_drawn),
        in_folder(losses_are_thinned_by_means),    in_folder(weights_are_sorted),
        in_folder(voltages_lose_no_spike),         in_folder(stimuli_are_those_of_the_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
