/* A small world of results for the tests of figures, and what a figure wrote about it. */
#ifndef FIGURE_WORLD_H
#define FIGURE_WORLD_H

#include "figure_files.h"

#include "figure/plot.h"

enum { N = 12, K = 36, TYPES = 3, T = 41, N_IN = 2, N_OUT = 2, BINS = 10, SETS = 2 };
static const double bin_ms = 20;
static char *type_names[TYPES] = {"left {x}_a 'q' \"d\"", "right `touch HACKED` @m", "no"};
static char *input_names[N_IN] = {"motion", "context"};

typedef struct world {
    srnn_model *model;
    srnn_observation o;
    srnn_comparison comparison;
    srnn_pca pca;
    srnn_decoding decoding;
    srnn_axes axes;
    srnn_fixed_points fixed;
    srnn_evaluation evaluation;
    srnn_noise_curve noise;
    srnn_transfer_curve transfer;
    srnn_figure_data data;
} world;

static void *kept[64]; /* arrays of the world, freed with it */
static int n_kept;

static inline void *keep(void *array)
{
    assert_non_null(array);
    kept[n_kept++] = array;
    return array;
}

static inline double *doubles(size_t n)
{
    double *values = keep(calloc(n, sizeof *values));
    for (size_t i = 0; i < n; i++) values[i] = sin(0.7 * (double)i) + 0.01 * (double)(i % 17);
    return values;
}

static inline float *floats(size_t n)
{
    float *values = keep(calloc(n, sizeof *values));
    for (size_t i = 0; i < n; i++) values[i] = (float)(0.5 + 0.4 * sin(0.31 * (double)i));
    return values;
}

static int *ints(size_t n) { return keep(calloc(n, sizeof(int))); }

/* Two spikes of unit i of a trial, at 10 i + k + 3 and 10 i + 60 ms. */
static inline void give_spikes(srnn_observation *o)
{
    srnn_spikes *s = &o->spikes;
    *s = (srnn_spikes){.N = N,
                       .K = K,
                       .T_ms = 200,
                       .dt_ms = 0.05,
                       .n_types = TYPES,
                       .type_names = type_names,
                       .type = o->type,
                       .population = o->population,
                       .trial = ints(2 * N * K),
                       .unit = ints(2 * N * K),
                       .time_ms = doubles(2 * N * K)};
    for (int k = 0; k < K; k++)
        for (int ms = 1; ms <= 200; ms++)
            for (int i = 0; i < N; i++)
                if (ms == 10 * i + k + 3 || ms == 10 * i + 60) {
                    s->trial[s->n] = k;
                    s->unit[s->n] = i;
                    s->time_ms[s->n++] = ms;
                }
}

/* Motion is -1 or 1 and a little more in each trial, context 0 or 1; the first output has the sign
   of motion in context 1, of the trial's number else. */
static inline void give_trials(srnn_observation *o)
{
    o->input_names = input_names;
    o->u = floats(K * T * N_IN);
    o->o = floats(K * (T - 1) * N_OUT);
    o->out = doubles(K * (T - 1) * N_OUT);
    for (int k = 0; k < K; k++) {
        const double motion = (k % 2 ? 1 : -1) + 0.01 * k, context = k / 2 % 2;
        const double answer = context > 0 ? motion : k % 3 - 1.5;
        for (int t = 0; t < T; t++) {
            o->u[(k * T + t) * N_IN] = (float)motion;
            o->u[(k * T + t) * N_IN + 1] = (float)context;
        }
        for (int t = 0; t < T - 1; t++) {
            o->o[(k * (T - 1) + t) * N_OUT] = (float)(t < 20 ? -9 : answer);
            o->out[(k * (T - 1) + t) * N_OUT] = t < 20 ? 9 : -answer;
            o->o[(k * (T - 1) + t) * N_OUT + 1] = 0.1f;
            o->out[(k * (T - 1) + t) * N_OUT + 1] = 0.1;
        }
    }
}

static inline srnn_observation new_observation(void)
{
    srnn_observation o = {.N = N,
                          .n_in = N_IN,
                          .n_out = N_OUT,
                          .T = T,
                          .K = K,
                          .n_types = TYPES,
                          .type_names = type_names,
                          .stim_on = 10,
                          .stim_off = 20,
                          .response_on = {21, 21},
                          .threshold = 0.7,
                          .type = ints(K),
                          .population = keep(calloc(N, 1)),
                          .z = floats(K * T * N_OUT),
                          .r = floats(K * T * N),
                          .spiking = true};
    for (int i = 0; i < N; i++)
        o.population[i] = (uint8_t)(i % 3 == 1 ? SRNN_PV : i == 5 ? SRNN_SOM : SRNN_EXC);
    for (int k = 0; k < K; k++) o.type[k] = k % TYPES;
    give_trials(&o);
    give_spikes(&o);
    return o;
}

static inline srnn_evaluation new_evaluation(void)
{
    static uint64_t rate_sets[SETS] = {1, 6}, spiking_sets[SETS] = {2, 0};
    static int rate_counts[TYPES * SETS] = {7, 3, 1, 9, 0, 10};
    static int spiking_counts[TYPES * SETS] = {4, 5, 10, 0, 8, 2};
    static int none[TYPES], others[TYPES] = {1, 0, 0};
    srnn_evaluation e = {.n_trials = 10, .has_spiking = true};
    e.rate.confusion = (srnn_confusion){SETS, rate_sets, rate_counts, none};
    e.spiking.confusion = (srnn_confusion){SETS, spiking_sets, spiking_counts, others};
    return e;
}

/* phi(y) = 10 (y + 5) from -5 to 15 mV. */
static inline srnn_transfer_curve new_transfer(void)
{
    srnn_transfer_curve c = {.n = 21, .drive_mv = doubles(21), .rate_hz = doubles(21)};
    for (int i = 0; i < c.n; i++) {
        c.drive_mv[i] = i - 5;
        c.rate_hz[i] = 10 * i;
    }
    return c;
}

static inline void give_operating_point(srnn_ctx *ctx, srnn_model *model)
{
    double gain[N], bias[N], scale[N], offset[N];
    for (int i = 0; i < N; i++) {
        gain[i] = 0.5 * exp2(i % 9 / 2.0);
        bias[i] = i;
        scale[i] = 0.01;
        offset[i] = 0.05 * i;
    }
    const srnn_operating_point point = {.gain = gain,
                                        .bias_mv = bias,
                                        .scale = scale,
                                        .offset = offset,
                                        .widening = NAN,
                                        .shot_noise_cost = NAN,
                                        .perf = NAN};
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
}

static inline void give_dynamics(world *w)
{
    w->comparison = (srnn_comparison){.n_types = TYPES, .N = N, .across_units = {0.5, NAN, 0.75}};
    w->pca = (srnn_pca){.N = N,
                        .n_bins = BINS,
                        .n_types = TYPES,
                        .n_components = 3,
                        .mean = doubles(N),
                        .explained = doubles(3),
                        .components = doubles(3 * N),
                        .trajectories = doubles(TYPES * BINS * 3)};
    for (int i = 0; i < 3; i++) w->pca.explained[i] = 0.5 / (i + 1);
    w->decoding = (srnn_decoding){.n_bins = BINS,
                                  .chance = 1.0 / 3,
                                  .above = 0.5,
                                  .accuracy = doubles(BINS),
                                  .low = doubles(BINS),
                                  .high = doubles(BINS)};
    w->axes = (srnn_axes){.N = N,
                          .n_bins = BINS,
                          .n_types = TYPES,
                          .n_variables = 3,
                          .variable = ints(3),
                          .trajectories = doubles(TYPES * BINS * 3)};
    w->axes.variable[1] = 1;
    w->axes.variable[2] = 3;
    w->fixed = (srnn_fixed_points){.n = 3,
                                   .N = N,
                                   .x = doubles(3 * N),
                                   .speed = doubles(3),
                                   .fixed = keep(calloc(3, 1)),
                                   .eigen_re = doubles(3 * N),
                                   .eigen_im = doubles(3 * N),
                                   .n_unstable = ints(3)};
    w->fixed.fixed[0] = w->fixed.fixed[1] = 1;
    w->fixed.n_unstable[1] = 2;
}

static inline void give_noise(srnn_noise_curve *curve)
{
    *curve = (srnn_noise_curve){
        .own_mv = 0.1, .n = 3, .points = keep(calloc(3, sizeof(srnn_noise_point)))};
    for (int i = 0; i < 3; i++)
        curve->points[i] = (srnn_noise_point){
            .noise_mv = 0.1 * i, .n_trials = 20, .correct = 20 - 5 * i, .mean_rate_hz = 4 + i};
}

static inline int begin(void **state)
{
    static world w;
    static const char *const variables[] = {"motion", "context", "not shown", "con'text"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = N_IN;
    p.n_out = N_OUT;
    p.P_inh = 0.5;
    p.seed = 3;
    n_kept = 0;
    w = (world){.o = new_observation(), .evaluation = new_evaluation(), .transfer = new_transfer()};
    assert_ok(ctx, srnn_model_create(ctx, &p, &w.model));
    give_operating_point(ctx, w.model);
    give_dynamics(&w);
    give_noise(&w.noise);
    srnn_ctx_free(ctx);
    w.data = (srnn_figure_data){.model = w.model,
                                .observation = &w.o,
                                .spikes = &w.o.spikes,
                                .comparison = &w.comparison,
                                .evaluation = &w.evaluation,
                                .noise_curve = &w.noise,
                                .transfer = &w.transfer,
                                .scaling_factor = NAN,
                                .rate_pca = &w.pca,
                                .spiking_pca = &w.pca,
                                .rate_decoding = &w.decoding,
                                .spiking_decoding = &w.decoding,
                                .rate_axes = &w.axes,
                                .spiking_axes = &w.axes,
                                .variable_names = variables,
                                .fixed_points = &w.fixed,
                                .fixed_pca = &w.pca,
                                .fixed_type = type_names[1],
                                .bin_ms = bin_ms};
    *state = &w;
    return new_folder(state);
}

static inline int finish(void **state)
{
    world *w = *state;
    srnn_model_free(w->model);
    for (int i = 0; i < n_kept; i++) free(kept[i]);
    return remove_folder(state);
}

static inline void draw(const world *w, const char *name, unsigned formats)
{
    srnn_ctx *ctx = new_ctx(NULL, 2);
    const srnn_figure *figure = srnn_figure_named(name);
    assert_non_null(figure);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = formats;
    assert_ok(ctx, srnn_figures_draw(ctx, &figure, 1, &w->data, &options));
    srnn_ctx_free(ctx);
}

/* Freed with the world. */
static inline const char *kept_contents(const char *name, const char *end)
{
    return keep(contents(name, end, NULL));
}

#define figure_test(test) cmocka_unit_test_setup_teardown(test, begin, finish)

#endif
