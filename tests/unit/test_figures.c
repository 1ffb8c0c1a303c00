/* Figures: what their data files hold, derived afresh; scripts, gnuplot, and what is not possible.
 */
#define _POSIX_C_SOURCE 200809L
#include "helpers.h"

#include <ctype.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figure/plot.h"
#include "model/model_internal.h"

enum { N = 12, K = 7, TYPES = 3, T = 41, N_OUT = 2, BINS = 10, NT = 4000, UNITS = 2 };
static const double T_ms = 200, bin_ms = 20;

/* Text that would be commands, markup or formats somewhere. */
static char *hostile[TYPES] = {"++ {x}_a^b %d 'q' \"d\"", "<b> & &#65; \\n `touch HACKED` @m",
                               "''; system('touch HACKED') #\n!touch HACKED"};

typedef struct world {
    srnn_model *model;
    srnn_observation o;
    srnn_spike_statistics statistics;
    srnn_comparison comparison;
    srnn_pca pca;
    srnn_decoding decoding;
    srnn_axes axes;
    srnn_fixed_points fixed;
    srnn_figure_data data;
} world;

static double *doubles(size_t n)
{
    double *values = calloc(n, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < n; i++) values[i] = sin(0.7 * (double)i) + 0.01 * (double)(i % 17);
    return values;
}

static float *floats(size_t n)
{
    float *values = calloc(n, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < n; i++) values[i] = (float)(0.5 + 0.4 * sin(0.31 * (double)i));
    return values;
}

static void give_records(srnn_model *m)
{
    m->training.options.n_trials = 3000;
    m->training.options.loss_threshold = 2;
    m->training.options.perf_threshold = 0.9;
    m->training.n_losses = 2500;
    m->training.losses = doubles(2500);
    for (int i = 0; i < 2500; i++) m->training.losses[i] += 3;
    m->training.n_evals = 3;
    m->training.eval_tr = doubles(3);
    m->training.eval_perf_curve = doubles(3);
    m->training.eval_loss_curve = doubles(3);
    m->search.n = 3;
    m->search.opt_scaling_factor = 30;
    m->search.scaling_factors = doubles(3);
    m->search.all_perfs = doubles(3);
    for (int i = 0; i < 3; i++) {
        m->search.scaling_factors[i] = 25 + 5 * i;
        m->search.all_perfs[i] = 0.1 * i + 0.7;
        m->training.eval_tr[i] = 1000 * i + 1;
    }
    m->search.n_trials = 40;
    m->search.test_perf = 0.85;
    m->search.test_trials = 20;
}

/* Two spikes of unit i of a trial at 10 i + k + 3 and 10 i + 60; the last unit is silent. */
static void give_spikes(srnn_spikes *s)
{
    *s = (srnn_spikes){.N = N,
                       .K = K,
                       .T_ms = T_ms,
                       .dt_ms = 0.05,
                       .n_types = TYPES,
                       .type_names = hostile,
                       .stim_on_ms = 50,
                       .stim_off_ms = 100,
                       .trial = calloc(2 * N * K, sizeof(int32_t)),
                       .unit = calloc(2 * N * K, sizeof(int32_t)),
                       .time_ms = calloc(2 * N * K, sizeof(double)),
                       .population = calloc(N, 1),
                       .type = calloc(K, sizeof(int))};
    for (int i = 0; i < N; i++)
        s->population[i] = (uint8_t)(i % 3 == 1 ? SRNN_PV : i == 5 ? SRNN_SOM : SRNN_EXC);
    for (int k = 0; k < K; k++) {
        s->type[k] = k % TYPES;
        for (int ms = 0; ms <= (int)T_ms; ms++)
            for (int i = 0; i < N - 1; i++)
                if (ms == 10 * i + k + 3 || ms == 10 * i + 60) {
                    s->trial[s->n] = k;
                    s->unit[s->n] = i;
                    s->time_ms[s->n++] = ms;
                }
    }
}

static world new_world(srnn_ctx *ctx)
{
    world w = {0};
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_out = N_OUT;
    p.P_inh = 0.5;
    p.seed = 3;
    w.model = new_model(ctx, &p);
    give_records(w.model);
    w.o = (srnn_observation){.N = N,
                             .n_in = 1,
                             .n_out = N_OUT,
                             .T = T,
                             .K = K,
                             .n_types = TYPES,
                             .type_names = hostile,
                             .stim_on = 10,
                             .stim_off = 20,
                             .threshold = 0.7,
                             .z = floats(K * T * N_OUT),
                             .r = floats(K * T * N),
                             .o = floats(K * (T - 1) * N_OUT),
                             .spiking = true,
                             .out = doubles(K * (T - 1) * N_OUT),
                             .n_units = UNITS,
                             .nt = NT,
                             .dt_ms = 0.05,
                             .units = calloc(UNITS, sizeof(int)),
                             .v = floats(TYPES * NT * UNITS)};
    w.o.units[1] = 7;
    for (int type = 0; type < TYPES; type++) /* one spike a unit */
        for (int u = 0; u < UNITS; u++) w.o.v[(type * NT + 1234 + u) * UNITS + u] = 30;
    give_spikes(&w.o.spikes);
    w.o.population = w.o.spikes.population;
    w.o.type = w.o.spikes.type;
    w.statistics = (srnn_spike_statistics){.N = N, .K = K, .n_types = TYPES};
    for (int i = 0; i < SRNN_UNIT_MEASURES; i++) {
        w.statistics.unit[i] = doubles(N);
        w.statistics.unit[i][2] = NAN;
    }
    w.comparison = (srnn_comparison){.n_types = TYPES, .N = N, .across_units = {0.5, NAN, 0.75}};
    w.pca = (srnn_pca){.N = N,
                       .n_bins = BINS,
                       .n_types = TYPES,
                       .n_components = 3,
                       .mean = doubles(N),
                       .explained = doubles(3),
                       .components = doubles(3 * N),
                       .trajectories = doubles(TYPES * BINS * 3)};
    for (int i = 0; i < 3; i++) w.pca.explained[i] = 0.5 / (i + 1);
    w.decoding = (srnn_decoding){.n_bins = BINS,
                                 .n_classes = TYPES,
                                 .chance = 1.0 / 3,
                                 .accuracy = doubles(BINS),
                                 .low = doubles(BINS),
                                 .high = doubles(BINS)};
    w.axes = (srnn_axes){.N = N,
                         .n_bins = BINS,
                         .n_types = TYPES,
                         .n_variables = 2,
                         .variable = calloc(2, sizeof(int)),
                         .trajectories = doubles(TYPES * BINS * 2)};
    w.axes.variable[1] = 2;
    w.fixed = (srnn_fixed_points){.n = 3,
                                  .N = N,
                                  .x = doubles(3 * N),
                                  .speed = doubles(3),
                                  .fixed = calloc(3, 1),
                                  .eigen_re = doubles(3 * N),
                                  .eigen_im = doubles(3 * N),
                                  .n_unstable = calloc(3, sizeof(int))};
    w.fixed.fixed[0] = w.fixed.fixed[1] = 1;
    w.fixed.n_unstable[1] = 2;
    return w;
}

/* After w is where it stays. */
static void point_to(world *w)
{
    static const char *const variables[] = {"motion", "not shown", "con'text"};
    w->data = (srnn_figure_data){.model = w->model,
                                 .observation = &w->o,
                                 .spikes = &w->o.spikes,
                                 .statistics = &w->statistics,
                                 .comparison = &w->comparison,
                                 .rate_pca = &w->pca,
                                 .spiking_pca = &w->pca,
                                 .rate_decoding = &w->decoding,
                                 .spiking_decoding = &w->decoding,
                                 .rate_axes = &w->axes,
                                 .spiking_axes = &w->axes,
                                 .variable_names = variables,
                                 .fixed_points = &w->fixed,
                                 .fixed_pca = &w->pca,
                                 .bin_ms = bin_ms};
}

static void free_world(world *w)
{
    srnn_model_free(w->model);
    void *all[] = {w->o.z,
                   w->o.r,
                   w->o.o,
                   w->o.out,
                   w->o.units,
                   w->o.v,
                   w->o.spikes.trial,
                   w->o.spikes.unit,
                   w->o.spikes.time_ms,
                   w->o.spikes.population,
                   w->o.spikes.type,
                   w->pca.mean,
                   w->pca.explained,
                   w->pca.components,
                   w->pca.trajectories,
                   w->decoding.accuracy,
                   w->decoding.low,
                   w->decoding.high,
                   w->axes.variable,
                   w->axes.trajectories,
                   w->fixed.x,
                   w->fixed.speed,
                   w->fixed.fixed,
                   w->fixed.eigen_re,
                   w->fixed.eigen_im,
                   w->fixed.n_unstable};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    for (int i = 0; i < SRNN_UNIT_MEASURES; i++) free(w->statistics.unit[i]);
}

/* ---- files ---- */

static char folder[64];

static int new_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test-figures-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static const char *const ends[] = {"gp", "dat", "png", "svg", "pdf"};

static const char *path_of(const char *name, const char *end)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, end);
    return path;
}

static int remove_folder(void **state)
{
    (void)state;
    for (int i = 0; srnn_figure_at(i); i++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
            unlink(path_of(srnn_figure_at(i)->name, ends[k]));
    return rmdir(folder);
}

static bool is_there(const char *name, const char *end)
{
    struct stat info;
    return !stat(path_of(name, end), &info) && info.st_size > 0;
}

/* The caller frees it. */
static char *contents(const char *name, const char *end, size_t *n)
{
    FILE *file = fopen(path_of(name, end), "rb");
    if (!file) fail_msg("%s is not there", path_of(name, end));
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *text = calloc((size_t)size + 1, 1);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    if (n) *n = (size_t)size;
    return text;
}

enum { ROWS_MAX = 3000, COLUMNS_MAX = 16 };

typedef struct block {
    int rows, columns;
    double at[ROWS_MAX][COLUMNS_MAX];
} block;

/* Block i as gnuplot counts them: two blank lines between. */
static block *read_block(const char *name, int index)
{
    static block b;
    memset(&b, 0, sizeof b);
    FILE *file = fopen(path_of(name, "dat"), "r");
    assert_non_null(file);
    char line[4096];
    int blank = 0, at = 0;
    bool rows_before = false;
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#') continue;
        if (line[0] == '\n') {
            blank++;
            continue;
        }
        if (blank >= 2 && rows_before) at++;
        blank = 0;
        rows_before = true;
        if (at != index) continue;
        char *rest = line;
        b.columns = 0;
        for (char *end; b.columns < COLUMNS_MAX; rest = end) {
            const double value = strtod(rest, &end);
            if (end == rest) break;
            b.at[b.rows][b.columns++] = value;
        }
        b.rows++;
    }
    fclose(file);
    assert_true(at >= index);
    return &b;
}

static srnn_status draw(srnn_ctx *ctx, const char *name, const world *w, unsigned formats)
{
    const srnn_figure *figure = srnn_figure_named(name);
    assert_non_null(figure);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = formats;
    return srnn_figures_draw(ctx, &figure, 1, &w->data, &options);
}

#define assert_close(got, expected)                                                                \
    assert_near(got, expected, 1e-5 * (1 + fabs((double)(expected))))

/* ---- the table ---- */

static void names_are_unique(void **state)
{
    (void)state;
    int n = 0;
    for (; srnn_figure_at(n); n++) {
        const srnn_figure *f = srnn_figure_at(n);
        assert_true(strlen(f->title) > 0 && strlen(f->caption) > 20);
        assert_null(strchr(f->caption, '\n'));
        assert_ptr_equal(srnn_figure_named(f->name), f); /* the first of this name */
    }
    assert_true(n >= 15);
    assert_null(srnn_figure_at(-1));
    assert_null(srnn_figure_named("no such figure"));
}

static void impossible_ones_say_why(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_figure_data nothing = {0};
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    for (int i = 0; srnn_figure_at(i); i++) {
        const srnn_figure *f = srnn_figure_at(i);
        const char *why = NULL;
        assert_false(srnn_figure_possible(f, &nothing, &why));
        assert_non_null(why);
        assert_false(srnn_figure_possible(f, &nothing, NULL));
        assert_int_equal(srnn_figures_draw(ctx, &f, 1, &nothing, &options), SRNN_ERR_ARGUMENT);
        assert_non_null(strstr(srnn_ctx_message(ctx), why));
        assert_non_null(strstr(srnn_ctx_message(ctx), f->name));
        assert_false(is_there(f->name, "gp"));
    }
    world w = new_world(ctx);
    point_to(&w);
    const char *why;
    w.model->search.n = 0;
    assert_false(srnn_figure_possible(srnn_figure_named("search"), &w.data, &why));
    assert_string_equal(why, "the model holds no search for lambda");
    w.fixed.n = 0;
    assert_false(srnn_figure_possible(srnn_figure_named("fixed-points"), &w.data, &why));
    assert_string_equal(why, "no fixed or slow point was found");
    options.folder = NULL;
    const srnn_figure *taus = srnn_figure_named("taus");
    assert_says(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_ARGUMENT,
                "folder is not given; expected one for figures");
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* ---- the numbers ---- */

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
                const block *b = read_block("outputs", (network * N_OUT + c) * TYPES + type);
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
        const block *b = read_block("psth", type);
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
            const block *b = read_block("raster", (SRNN_POPULATIONS + 1) * type + p);
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
    static const int shown[] = {SRNN_UNIT_CV, SRNN_UNIT_CV2, SRNN_UNIT_LV, SRNN_UNIT_FANOFACTOR};
    for (int m = 0; m < 4; m++)
        for (int p = 0; p < SRNN_POPULATIONS; p++) {
            const block *b = read_block("statistics", m * SRNN_POPULATIONS + p);
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
    for (int index = 0; index < 2; index++) {
        const block *b = read_block("taus", index);
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
    for (int index = 0; index < 3; index++) {
        const block *b = read_block("search", index);
        assert_int_equal(b->rows, index == 0 ? 3 : 1);
        const double n = index == 2 ? 20 : 40;
        for (int row = 0; row < b->rows; row++) {
            const double f = index == 2 ? 0.85 : index == 1 ? 0.8 : 0.7 + 0.1 * row;
            const double middle = (f + z * z / (2 * n)) / (1 + z * z / n);
            const double half = z / (1 + z * z / n) * sqrt(f * (1 - f) / n + z * z / (4 * n * n));
            assert_close(b->at[row][0], index ? 30 : 25 + 5 * row);
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

static void points_need_no_bars(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const char point[] = "'#gpPt6' transform"; /* the filled circle */
    assert_ok(ctx, draw(ctx, "search", &w, SRNN_SVG));
    char *known = contents("search", "svg", NULL);
    w.model->search.n_trials = 0;
    w.model->search.test_perf = NAN;
    assert_ok(ctx, draw(ctx, "search", &w, SRNN_SVG));
    char *unknown = contents("search", "svg", NULL);
    assert_int_equal(times_in(known, point), 6); /* three, the best, and two in the key */
    assert_int_equal(times_in(unknown, point), 6);
    assert_int_equal(times_in(known, "fresh trials") > 0, 1);
    assert_int_equal(times_in(unknown, "fresh trials") > 0, 0);
    free(known);
    free(unknown);
    free_world(&w);
    srnn_ctx_free(ctx);
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
        assert_int_equal(times_in(svg, ">accuracy<") > 0, known);
        assert_int_equal(times_in(svg, ">evaluations<") > 0, known);
        assert_int_equal(times_in(svg, ">loss<") > 0, 1);
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
    const block *b = read_block("training", 0);
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
    const block *b = read_block("weights", 0);
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
        const block *b = read_block("voltages", index);
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

/* Mean of r or Hz of a unit in the trials of a type, in bin b of 5 ms. */
static double mean_in_bin(const world *w, bool spiking, int type, int b, int unit)
{
    double sum = 0;
    int n = 0;
    for (int k = type; k < K; k += TYPES, n++) {
        if (!spiking) sum += (double)w->o.r[(k * T + b + 1) * N + unit];
        for (int64_t i = 0; spiking && i < w->o.spikes.n; i++)
            if (w->o.spikes.trial[i] == k && w->o.spikes.unit[i] == unit &&
                w->o.spikes.time_ms[i] > 5 * b && w->o.spikes.time_ms[i] <= 5 * (b + 1))
                sum += 200;
    }
    return sum / n;
}

/* The unit that a row of the maps shows. */
static int unit_of_row(const world *w, const double *row)
{
    for (int unit = 0; unit < N; unit++) {
        int same = 0;
        for (int b = 0; b < COLUMNS_MAX; b++)
            same += fabs(row[b] - mean_in_bin(w, false, 0, b, unit)) < 1e-5;
        if (same == COLUMNS_MAX) return unit;
    }
    return -1;
}

static void units_are_the_same_in_both_maps(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "comparison", &w, 0));
    int units[N], seen[N] = {0};
    const block *first = read_block("comparison", 0);
    assert_int_equal(first->rows, N);
    for (int row = 0; row < N; row++) {
        units[row] = unit_of_row(&w, first->at[row]);
        assert_in_range(units[row], 0, N - 1);
        assert_int_equal(seen[units[row]]++, 0);
        if (row) assert_true(w.o.population[units[row]] >= w.o.population[units[row - 1]]);
    }
    for (int type = 0; type < TYPES; type++)
        for (int spiking = 0; spiking < 2; spiking++) {
            const block *map = read_block("comparison", 2 * type + spiking);
            for (int row = 0; row < N; row++)
                for (int b = 0; b < COLUMNS_MAX; b++)
                    assert_close(map->at[row][b], mean_in_bin(&w, spiking, type, b, units[row]));
        }
    for (int p = 0; p < SRNN_POPULATIONS; p++) {
        const block *b = read_block("comparison", 2 * TYPES + p);
        for (int row = 0; row < b->rows; row++) {
            const int unit = (int)b->at[row][2] - 1;
            double sum = 0, spikes = 0;
            for (int k = 0; k < K; k++)
                for (int t = 1; t < T; t++) sum += (double)w.o.r[(k * T + t) * N + unit];
            for (int64_t i = 0; i < w.o.spikes.n; i++) spikes += w.o.spikes.unit[i] == unit;
            assert_close(b->at[row][0], sum / (K * (T - 1)));
            assert_close(b->at[row][1], spikes / (K * T_ms * 1e-3));
        }
    }
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Where units are ordered the axis says so, and the first is on top. */
static void sorted_units_are_called_so(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    static const struct {
        const char *name, *label, *range;
    } sorted[] = {{"raster", "'unit (sorted)'", "set yrange [12:-1]"},
                  {"weights", "'postsynaptic unit (sorted)'", "set yrange [12:0]"},
                  {"comparison", "'spiking: unit (sorted)'", "set yrange [12:0]"}};
    for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++) {
        assert_ok(ctx, draw(ctx, sorted[i].name, &w, 0));
        char *script = contents(sorted[i].name, "gp", NULL);
        assert_non_null(strstr(script, sorted[i].label));
        assert_non_null(strstr(script, sorted[i].range));
        free(script);
    }
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void narrow_panels_have_a_scale(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    char *names[K];
    for (int k = 0; k < K; k++) {
        w.o.type[k] = k;
        names[k] = "a type";
    }
    w.o.n_types = w.o.spikes.n_types = K;
    w.o.type_names = w.o.spikes.type_names = names;
    w.comparison.across_units[0] = 0.986;
    w.comparison.across_units[1] = NAN;
    w.comparison.across_units[2] = 0.994; /* both are 0.99 */
    assert_ok(ctx, draw(ctx, "comparison", &w, 0));
    char *script = contents("comparison", "gp", NULL);
    assert_non_null(strstr(script, "set title 'correlation 0.99'"));
    assert_int_equal(times_in(script, "set xtics (0, tick_ms)"), 2 * K);
    assert_non_null(strstr(script, "\ntick_ms = 100\n")); /* of 150 ms after the onset */
    free(script);
    free_world(&w);
    srnn_ctx_free(ctx);
}

static void fixed_points_are_projected(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    assert_ok(ctx, draw(ctx, "fixed-points", &w, 0));
    for (int i = 0; i < 3; i++) { /* one of each kind */
        const block *b = read_block("fixed-points", i);
        assert_int_equal(b->rows, 1);
        for (int c = 0; c < 2; c++) {
            double sum = 0;
            for (int j = 0; j < N; j++)
                sum += w.pca.components[c * N + j] *
                       (1 / (1 + exp(-w.fixed.x[i * N + j])) - w.pca.mean[j]);
            assert_close(b->at[0][c], sum);
        }
        assert_int_equal(read_block("fixed-points", 3 + i)->rows, N);
    }
    assert_ok(ctx, draw(ctx, "pca", &w, 0));
    const block *b = read_block("pca", 0);
    assert_close(b->at[2][1], 0.5 + 0.25 + 0.5 / 3);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Five variables, the last two of them targets: the first target goes up, inputs go across. */
static void the_choice_is_an_axis(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    enum { VARIABLES = 5 };
    static const char *const names[] = {"in 1", "in 2", "in 3", "in 4", "target 1", "target 2"};
    int variable[VARIABLES] = {0, 1, 3, 4, 5};
    double *all = doubles(TYPES * BINS * VARIABLES);
    srnn_axes axes = w.axes;
    axes.n_variables = VARIABLES;
    axes.variable = variable;
    axes.trajectories = all;
    w.data.rate_axes = &axes;
    w.data.spiking_axes = NULL;
    w.data.variable_names = names;
    for (int target = 1; target >= 0; target--) {
        static const int shown[2][4] = {{0, 1, 2, 3}, {3, 0, 1, 2}};
        w.o.n_in = target ? 4 : 6; /* of six inputs: no target has an axis */
        assert_ok(ctx, draw(ctx, "axes", &w, 0));
        const block *b = read_block("axes", 0);
        for (int row = 0; row < TYPES * BINS; row++)
            for (int a = 0; a < 4; a++)
                assert_close(b->at[row][a], all[row * VARIABLES + shown[target][a]]);
        char *script = contents("axes", "gp", NULL);
        assert_non_null(strstr(script, target ? "[\"target 1\", \"in 1\", \"in 2\", \"in 4\"]"
                                              : "[\"in 1\", \"in 2\", \"in 4\", \"target 1\"]"));
        for (int a = 2; a <= 4; a++) {
            char across[64], up[64];
            snprintf(across, sizeof across, "set xlabel rate_axis[%d]", target ? a : 1);
            snprintf(up, sizeof up, "set ylabel rate_axis[%d]", target ? 1 : a);
            assert_non_null(strstr(script, across));
            assert_non_null(strstr(script, up));
            snprintf(across, sizeof across, "using %d:%d with lines", target ? a : 1,
                     target ? 1 : a);
            assert_non_null(strstr(script, across));
        }
        free(script);
    }
    free(all);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Two pulses of different channels with a pause, and a context that is on all the time. */
static void pauses_are_no_stimulus(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    enum { IN = 3 };
    float *u = calloc(K * T * IN, sizeof *u);
    assert_non_null(u);
    for (int k = 0; k < K; k++)
        for (int t = 0; t < T; t++) {
            u[(k * T + t) * IN] = k && t >= 10 && t < 13 ? 1 : 0; /* not in the first trial */
            u[(k * T + t) * IN + 1] = t >= 16 && t < 20 ? -1 : 0;
            u[(k * T + t) * IN + 2] = k % 2 ? 1 : 0;
        }
    w.o.u = u;
    w.o.n_in = IN;
    static const char *const names[] = {"outputs",  "raster",   "psth",
                                        "voltages", "decoding", "comparison"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_ok(ctx, draw(ctx, names[i], &w, i ? 0 : SRNN_SVG));
        char *script = contents(names[i], "gp", NULL);
        assert_non_null(strstr(script, "\nstim_on_1 = 0\nstim_off_1 = 15\nstim_on_2 = 30\n"
                                       "stim_off_2 = 50\n"));
        assert_null(strstr(script, "stim_on_3"));
        free(script);
    }
    for (int k = 0; k < K; k++) /* ten pulses are shown as one */
        for (int t = 10; t < 20; t++) u[(k * T + t) * IN + 1] = (float)(t % 2);
    w.o.stim_on = 1;
    w.o.stim_off = 40;
    for (int t = 0; t < T; t++) u[t * IN] = (float)(t % 2);
    assert_ok(ctx, draw(ctx, "psth", &w, 0));
    char *script = contents("psth", "gp", NULL);
    assert_non_null(strstr(script, "\nstim_on_1 = 0\nstim_off_1 = 195\nstimulus"));
    free(script);
    free(u);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* ---- gnuplot ---- */

static void a_missing_gnuplot_is_told(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *figures[] = {srnn_figure_named("taus"), srnn_figure_named("weights")};
    FILE *old = fopen(path_of("taus", "png"), "w");
    fputs("of an earlier time", old);
    fclose(old);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.gnuplot = "no-such-gnuplot";
    assert_says(ctx, srnn_figures_draw(ctx, figures, 2, &w.data, &options), SRNN_ERR_PROGRAM,
                "gnuplot is not there, or cannot be started as 'no-such-gnuplot' (No such file or "
                "directory): install it, on Debian or Ubuntu with `apt-get install gnuplot-nox`");
    for (int i = 0; i < 2; i++) {
        assert_true(is_there(figures[i]->name, "gp"));
        assert_true(is_there(figures[i]->name, "dat"));
        assert_false(is_there(figures[i]->name, "png"));
    }
    options.gnuplot = "false"; /* starts, and fails without a word */
    assert_int_equal(srnn_figures_draw(ctx, figures, 1, &w.data, &options), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "taus.gp: it gave no reason"));
    options.gnuplot = "true"; /* says nothing, draws nothing */
    assert_int_equal(srnn_figures_draw(ctx, figures, 1, &w.data, &options), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "gnuplot wrote no whole "));
    char *text;
    assert_int_equal(srnn_figure_show(ctx, figures[0], &w.data,
                                      &(srnn_figure_options){.size = sizeof(srnn_figure_options),
                                                             .gnuplot = "no-such-gnuplot"},
                                      80, 24, false, &text),
                     SRNN_ERR_PROGRAM);
    assert_null(text);
    options.folder = "/dev/null/figures";
    assert_says(ctx, srnn_figures_draw(ctx, figures, 1, &w.data, &options), SRNN_ERR_FILE,
                "folder /dev/null/figures cannot be made: Not a directory");
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* A program in gnuplot's place, in the folder. */
static const char *pretender(const char *commands)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/pretender", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", commands);
    fclose(file);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

static void write_old(const char *name)
{
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        FILE *file = fopen(path_of(name, ends[k]), "w");
        assert_non_null(file);
        fputs("of an earlier time", file);
        fclose(file);
    }
}

static void check_old(const char *name)
{
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        char *text = contents(name, ends[k], NULL);
        assert_string_equal(text, "of an earlier time");
        free(text);
    }
}

/* Whatever gnuplot leaves half done, what was there stays. */
static void pictures_cut_short_replace_none(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *taus = srnn_figure_named("taus");
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    static const char *const cuts[] = {
        "printf '\\211PNG\\r\\n' >taus.png; echo '<svg></svg>' >taus.svg",
        "printf 'IEND' >taus.png; : >taus.svg",
        "printf 'IEND' >taus.png; echo '<svg></svg>' >taus.svg; exit 1",
    };
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        write_old("taus");
        options.gnuplot = pretender(cuts[i]);
        assert_int_equal(srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_FILE);
        check_old("taus");
    }
    options.gnuplot = pretender("printf 'IEND' >taus.png; echo '<svg></svg>' >taus.svg");
    assert_ok(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options));
    char *png = contents("taus", "png", NULL), *svg = contents("taus", "svg", NULL);
    assert_string_equal(png, "IEND");
    assert_string_equal(svg, "<svg></svg>\n");
    assert_false(is_there("taus", "pdf")); /* it is not of these numbers */
    free(png);
    free(svg);
    unlink(options.gnuplot);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* What it prints is kept in memory, up to a bound. */
static void a_gnuplot_without_end_is_ended(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *taus = srnn_figure_named("taus");
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    static const char *const commands[] = {"exec yes", "exec yes >&2"};
    for (int i = 0; i < 2; i++) {
        write_old("taus");
        options.gnuplot = pretender(commands[i]);
        assert_says(ctx, srnn_figures_draw(ctx, &taus, 1, &w.data, &options), SRNN_ERR_FILE,
                    "gnuplot failed on taus.gp: it printed more than 32 MiB, or memory is short");
        check_old("taus");
    }
    unlink(options.gnuplot);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Asks to stop when a gnuplot draws; looks at its group. */
static int stop_when_drawing(void *user, const srnn_progress *p)
{
    pid_t *drawing = user;
    assert_string_equal(p->phase, "figures");
    assert_int_equal(p->total, 2);
    char path[128];
    snprintf(path, sizeof path, "%s/pid", folder);
    FILE *file = *drawing ? NULL : fopen(path, "r");
    int pid;
    if (file && fscanf(file, "%d\n", &pid) == 1) {
        *drawing = pid;
        assert_int_equal(getpgid(pid), pid); /* Ctrl-C does not reach it */
    }
    if (file) fclose(file);
    return *drawing != 0;
}

static void a_stop_ends_gnuplot_and_keeps_figures(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        srnn_ctx *ctx = new_ctx(NULL, threads);
        world w = new_world(ctx);
        point_to(&w);
        const srnn_figure *figures[] = {srnn_figure_named("taus"), srnn_figure_named("weights")};
        for (int i = 0; i < 2; i++) write_old(figures[i]->name);
        srnn_figure_options options = srnn_figure_options_default();
        options.folder = folder;
        options.gnuplot = pretender("echo half >${2%.gp}.png; [ -e ../pid ] || { echo $$ >../.pid; "
                                    "mv ../.pid ../pid; }; sleep 600; :");
        pid_t drawing = 0;
        srnn_ctx_set_progress(ctx, stop_when_drawing, &drawing);
        assert_says(ctx, srnn_figures_draw(ctx, figures, 2, &w.data, &options), SRNN_CANCELLED,
                    "interrupted after 0 of 2 figures; the others are as they were");
        assert_int_equal(kill(drawing, 0), -1);
        for (int i = 0; i < 2; i++) check_old(figures[i]->name);
        unlink(options.gnuplot);
        char path[128];
        snprintf(path, sizeof path, "%s/pid", folder);
        assert_int_equal(unlink(path), 0);
        snprintf(path, sizeof path, "%s/.pid", folder);
        unlink(path); /* of a second one, which did not get so far */
        free_world(&w);
        srnn_ctx_free(ctx);
    }
}

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* No & or < but those of markup: tags are balanced. */
static void check_xml(const char *text)
{
    int depth = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            assert_true(!strncmp(c, "&amp;", 5) || !strncmp(c, "&lt;", 4) ||
                        !strncmp(c, "&gt;", 4));
        if (*c != '<') continue;
        const char *end = strchr(c, '>');
        assert_non_null(end);
        assert_true(c[1] == '?' || c[1] == '!' || c[1] == '/' || isalpha((unsigned char)c[1]));
        if (c[1] == '/')
            depth--;
        else if (end[-1] != '/' && c[1] != '?' && c[1] != '!')
            depth++;
        assert_true(depth >= 0);
    }
    assert_int_equal(depth, 0);
}

static void all_are_drawn(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    world w = new_world(ctx);
    point_to(&w);
    const srnn_figure *figures[64];
    int n = 0;
    for (; srnn_figure_at(n); n++) figures[n] = srnn_figure_at(n);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_PNG | SRNN_SVG | SRNN_PDF;
    assert_ok(ctx, srnn_figures_draw(ctx, figures, n, &w.data, &options));
    for (int i = 0; i < n; i++) {
        size_t size;
        char *png = contents(figures[i]->name, "png", &size);
        assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
        const uint32_t width = big_endian((unsigned char *)png + 16);
        const uint32_t height = big_endian((unsigned char *)png + 20);
        assert_true(width >= 1003 && width <= 2067); /* 8.5 to 17.5 cm at 300 dpi */
        assert_true(height >= 400 && height <= 4000);
        free(png);
        char *pdf = contents(figures[i]->name, "pdf", &size);
        assert_memory_equal(pdf, "%PDF", 4);
        free(pdf);
        char *svg = contents(figures[i]->name, "svg", &size);
        check_xml(svg);
        char words[256];
        char script[64];
        snprintf(script, sizeof script, "%s.gp", figures[i]->name);
        assert_int_equal(srnn__gnuplot("gnuplot", folder, script, NULL, NULL, words), SRNN__DRAWN);
        char *again = contents(figures[i]->name, "svg", NULL);
        assert_string_equal(again, svg);
        free(again);
        free(svg);
    }
    char *svg = contents("outputs", "svg", NULL);
    assert_non_null(strstr(svg, "++ {x}_a^b %d 'q' \"d\""));
    assert_non_null(strstr(svg, "&lt;b> &amp; &amp;#65; \\n `touch HACKED` @m"));
    assert_non_null(strstr(svg, "''; system('touch HACKED') # !touch HACKED"));
    free(svg);
    char path[128];
    snprintf(path, sizeof path, "%s/HACKED", folder);
    assert_int_not_equal(access(path, F_OK), 0);
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Nothing to see, or next to nothing: still a picture. */
static void empty_data_are_drawn(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    world w = new_world(ctx);
    point_to(&w);
    const int n_o = K * (T - 1) * N_OUT;
    for (int i = 0; i < n_o; i++) {
        w.o.o[i] = NAN;
        w.o.out[i] = INFINITY;
    }
    for (int k = 0; k < K; k++) w.o.type[k] = 1; /* two types without a trial */
    for (int i = 0; i < N; i++) {
        w.o.population[i] = SRNN_PV;
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++) w.statistics.unit[m][i] = NAN;
    }
    w.o.spikes.n = 0;
    w.o.stim_off = w.o.stim_on;
    for (int i = 0; i < BINS; i++) w.decoding.accuracy[i] = NAN;
    for (int i = 0; i < TYPES * BINS * 3; i++) w.pca.trajectories[i] = NAN;
    for (int i = 0; i < TYPES * BINS * 2; i++) w.axes.trajectories[i] = 0;
    for (int i = 0; i < 3; i++) w.pca.explained[i] = NAN;
    w.model->training.n_losses = 0;
    w.model->training.options.loss_threshold = 0;
    w.model->training.options.perf_threshold = NAN;
    w.model->search.all_perfs[0] = NAN;
    w.model->search.n_trials = 0;
    w.fixed.n = 1;
    memset(w.model->w, 0, N * N * sizeof *w.model->w);
    const srnn_figure *figures[64];
    int n = 0;
    for (; srnn_figure_at(n); n++) figures[n] = srnn_figure_at(n);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_SVG;
    assert_ok(ctx, srnn_figures_draw(ctx, figures, n, &w.data, &options));
    free_world(&w);
    srnn_ctx_free(ctx);
}

/* Of a file: no observation, one unit, more types than there is room for, no known stimulus. */
static void spikes_alone_are_drawn(void **state)
{
    (void)state;
    enum { MANY = 20 };
    srnn_ctx *ctx = new_ctx(NULL, 2);
    char *names[MANY];
    int type[MANY];
    for (int i = 0; i < MANY; i++) {
        names[i] = hostile[i % TYPES];
        type[i] = MANY - 1 - i;
    }
    int32_t trial = 3, unit = 0;
    double time_ms = 1.5, rate = 3;
    uint8_t population = SRNN_SOM;
    const srnn_spikes spikes = {.N = 1,
                                .K = MANY,
                                .T_ms = 2,
                                .dt_ms = NAN,
                                .n = 1,
                                .trial = &trial,
                                .unit = &unit,
                                .time_ms = &time_ms,
                                .population = &population,
                                .n_types = MANY,
                                .type_names = names,
                                .type = type,
                                .stim_on_ms = NAN,
                                .stim_off_ms = NAN};
    srnn_spike_statistics statistics = {.N = 1, .K = MANY, .n_types = MANY};
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) statistics.unit[m] = &rate;
    const srnn_figure_data data = {.spikes = &spikes, .statistics = &statistics};
    const srnn_figure *figures[] = {srnn_figure_named("raster"), srnn_figure_named("psth"),
                                    srnn_figure_named("rates"), srnn_figure_named("statistics")};
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = SRNN_SVG;
    assert_ok(ctx, srnn_figures_draw(ctx, figures, 4, &data, &options));
    char *svg = contents("raster", "svg", NULL);
    assert_non_null(strstr(svg, "the first 12 of 20 trial types"));
    assert_non_null(strstr(svg, "time (ms)"));
    free(svg);
    srnn_ctx_free(ctx);
}

static void a_terminal_shows_figures(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    setenv("TMPDIR", folder, 1);
    for (int i = 0; srnn_figure_at(i); i++) {
        char *text;
        assert_ok(ctx,
                  srnn_figure_show(ctx, srnn_figure_at(i), &w.data, NULL, 80, 24, i % 2, &text));
        int lines = 0;
        for (const char *c = text; *c; c++) lines += *c == '\n';
        assert_in_range(lines, 20, 26);
        assert_int_equal(strstr(text, "\x1b[") != NULL, i % 2);
        free(text);
    }
    char *text;
    assert_says(ctx, srnn_figure_show(ctx, srnn_figure_at(0), &w.data, NULL, 5, 24, false, &text),
                SRNN_ERR_ARGUMENT, "columns is 5; expected 20 to 1000");
    assert_null(text);
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(folder), 0); /* it is empty */
    assert_int_equal(mkdir(folder, 0700), 0);
    free_world(&w);
    srnn_ctx_free(ctx);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, new_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        in_folder(impossible_ones_say_why),
        in_folder(outputs_are_means_and_sds),
        in_folder(population_rates_are_counts),
        in_folder(rasters_hold_every_spike),
        in_folder(histograms_count_units),
        in_folder(searches_have_wilson_intervals),
        in_folder(points_need_no_bars),
        in_folder(no_evaluations_no_panel),
        in_folder(losses_are_thinned_by_means),
        in_folder(weights_are_sorted),
        in_folder(voltages_lose_no_spike),
        in_folder(units_are_the_same_in_both_maps),
        in_folder(sorted_units_are_called_so),
        in_folder(narrow_panels_have_a_scale),
        in_folder(fixed_points_are_projected),
        in_folder(the_choice_is_an_axis),
        in_folder(pauses_are_no_stimulus),
        in_folder(a_missing_gnuplot_is_told),
        in_folder(pictures_cut_short_replace_none),
        in_folder(a_stop_ends_gnuplot_and_keeps_figures),
        in_folder(a_gnuplot_without_end_is_ended),
        in_folder(all_are_drawn),
        in_folder(empty_data_are_drawn),
        in_folder(spikes_alone_are_drawn),
        in_folder(a_terminal_shows_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
