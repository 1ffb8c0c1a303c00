/* Figures of a small made-up world, and what their files hold. */
#ifndef FIGURE_HELPERS_H
#define FIGURE_HELPERS_H

#define _POSIX_C_SOURCE 200809L
#include "figure_files.h"

#include "model/model_internal.h"
#include "study_world.h"

enum { N = 12, K = 7, TYPES = 3, T = 41, N_OUT = 2, BINS = 10, NT = 4000, UNITS = 2 };
static const double T_ms = 200, bin_ms = 20;

/* Text that would be commands, markup or formats somewhere. */
static char *hostile[TYPES] = {"++ {x}_a^b %d 'q' \"d\"", "<b> & &#65; \\n `touch HACKED` @m",
                               "''; system('touch HACKED') #\n!touch HACKED"};

static char *inputs[] = {"motion"}, *outputs[N_OUT] = {"left {a}_b", "right"},
            *no_units[N_OUT] = {"", "mV"};

typedef struct world {
    srnn_model *model;
    srnn_observation o;
    srnn_spike_statistics statistics;
    srnn_comparison comparison;
    srnn_pca pca;
    srnn_decoding decoding;
    srnn_axes axes;
    srnn_fixed_points fixed;
    srnn_evaluation evaluation;
    srnn_noise_curve noise;
    srnn_transfer_curve transfer;
    srnn_factor_observations by_factor; /* of o's arrays */
    study_world *study;
    srnn_figure_data data;
} world;

static inline double *doubles(size_t n)
{
    double *values = calloc(n, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < n; i++) values[i] = sin(0.7 * (double)i) + 0.01 * (double)(i % 17);
    return values;
}

static inline float *floats(size_t n)
{
    float *values = calloc(n, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < n; i++) values[i] = (float)(0.5 + 0.4 * sin(0.31 * (double)i));
    return values;
}

static inline void give_records(srnn_model *m)
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
static inline void give_spikes(srnn_spikes *s)
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

static inline void give_performance(world *w)
{
    static uint64_t sets[2] = {1, 6};
    static int counts[TYPES * 2] = {7, 3, 1, 9, 0, 10}, others[TYPES];
    static srnn_noise_point points[2] = {{.noise_mv = 0, .n_trials = 20, .correct = 20},
                                         {.noise_mv = 0.1, .n_trials = 20, .correct = 15}};
    w->evaluation = (srnn_evaluation){.n_trials = 10, .has_spiking = true};
    w->evaluation.rate.confusion = (srnn_confusion){2, sets, counts, others};
    w->evaluation.spiking.confusion = (srnn_confusion){2, sets, counts, others};
    w->noise = (srnn_noise_curve){.own_mv = 0.1, .n = 2, .points = points};
    w->transfer = (srnn_transfer_curve){.n = 9, .drive_mv = doubles(9), .rate_hz = doubles(9)};
    for (int i = 0; i < 9; i++) {
        w->transfer.drive_mv[i] = 2 * i - 5;
        w->transfer.rate_hz[i] = 10 * i;
    }
}

/* A condition of a hostile name each; one network failed, one was not trained. */
static inline study_world *hostile_study(void)
{
    static const char *const varied[] = {"N", "act"};
    static srnn_measure measures[MEASURES];
    study_world *w = new_study(TYPES, 4, 2, varied);
    for (int c = 0; c < TYPES; c++) {
        study_name(w, c, hostile[c], c ? "{\"N\": 20, \"act\": \"<b>'\"}" : "{\"N\": 10}");
        w->conditions[c].option_values[0] = c ? 20 : 10;
    }
    for (int i = 0; i < w->view.n_networks; i++) {
        study_finish(w, i, 0.5 + 0.04 * i, 1, 100 * i);
        study_give_curves(w, i, 0.9, 40);
    }
    study_fail(w, 0, SRNN_NETWORK_FAILED, "it failed");
    study_fail(w, 5, SRNN_NETWORK_NOT_TRAINED, "it did not learn");
    w->expectations[0] = (srnn_expectation){.condition = 1,
                                            .measure = ACCURACY,
                                            .mean = 0.9,
                                            .sd = 0.1,
                                            .at_least = 0.95,
                                            .share = 0.5};
    w->view.n_expectations = 1;
    memcpy(measures, study_measures, sizeof measures);
    measures[ACCURACY].title = hostile[0];
    measures[ACCURACY].unit = hostile[1];
    w->view.measures = measures;
    return w;
}

static inline world new_world(srnn_ctx *ctx)
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
                             .input_names = inputs,
                             .input_units = no_units,
                             .output_names = outputs,
                             .output_units = no_units,
                             .u = floats(K * T),
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
    for (int k = 0; k < K; k++) /* a pulse in the window of stimulation */
        for (int t = 0; t < T; t++)
            w.o.u[k * T + t] = t >= 10 && t < 20 ? 1 + 0.25f * (float)(k % TYPES) : 0;
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
    give_performance(&w);
    w.study = hostile_study();
    return w;
}

/* After w is where it stays. */
static inline void point_to(world *w)
{
    static const char *const variables[] = {"motion", "not shown", "con'text"};
    w->by_factor =
        (srnn_factor_observations){.n = 2, .scaling_factor = {1, 30}, .observation = {w->o, w->o}};
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
                                 .evaluation = &w->evaluation,
                                 .noise_curve = &w->noise,
                                 .transfer = &w->transfer,
                                 .scaling_factor = 30,
                                 .study = &w->study->view,
                                 .by_factor = &w->by_factor,
                                 .fixed_points = &w->fixed,
                                 .fixed_pca = &w->pca,
                                 .bin_ms = bin_ms};
}

static inline void free_world(world *w)
{
    srnn_model_free(w->model);
    study_free(w->study);
    void *all[] = {w->transfer.drive_mv,
                   w->transfer.rate_hz,
                   w->o.u,
                   w->o.z,
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

static inline srnn_status draw(srnn_ctx *ctx, const char *name, const world *w, unsigned formats)
{
    const srnn_figure *figure = srnn_figure_named(name);
    assert_non_null(figure);
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = formats;
    return srnn_figures_draw(ctx, &figure, 1, &w->data, &options);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, new_folder, remove_folder)

#endif
