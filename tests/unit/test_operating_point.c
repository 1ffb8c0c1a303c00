/* The operating-point conversion: transfer curve, algebra, bits, checks. */
#include "helpers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert/samples.h"
#include "convert/transfer.h"
#include "core/rng.h"
#include "model/model_internal.h"

enum { N = 48, COLUMNS = 61 };

static srnn_model *random_model(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.seed = 4;
    srnn_model *model;
    assert_ok(ctx, srnn_model_create(ctx, &p, &model));
    for (int i = 0; i < N; i++) model->w_out[i] = 0.1f * (float)(i % 7 - 3);
    model->b_out[0] = 0.25f;
    return model;
}

typedef struct point_arrays {
    double gain[N], bias_mv[N], scale[N], offset[N];
} point_arrays;

static srnn_operating_point point_of(const point_arrays *a)
{
    return (srnn_operating_point){.gain = a->gain,
                                  .bias_mv = a->bias_mv,
                                  .scale = a->scale,
                                  .offset = a->offset,
                                  .widening = 1,
                                  .shot_noise_cost = 0.1,
                                  .perf = 0.5,
                                  .n_trials = 10};
}

static point_arrays plain_point(double lambda)
{
    point_arrays a;
    for (int i = 0; i < N; i++) {
        a.gain[i] = 1;
        a.bias_mv[i] = a.offset[i] = 0;
        a.scale[i] = 1 / lambda;
    }
    return a;
}

static srnn_spiking_result run_network(srnn_ctx *ctx, const srnn_model *model,
                                       const srnn_spiking_params *p, double drive)
{
    float u[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) u[c] = (float)(c > 10 ? drive : 0);
    const srnn_spiking_input input = {.C = COLUMNS, .u = u, .key = {7, SRNN_DOMAIN_USER, 3}};
    srnn_spiking_result r;
    assert_ok(ctx, srnn_spiking_run(ctx, model, p, &input, NULL, &r));
    return r;
}

static void assert_same_spikes(const srnn_spiking_result *a, const srnn_spiking_result *b)
{
    assert_true(a->n_spikes > 50);
    assert_int_equal(a->n_spikes, b->n_spikes);
    assert_memory_equal(a->spike_unit, b->spike_unit, (size_t)a->n_spikes * sizeof *a->spike_unit);
    assert_memory_equal(a->spike_step, b->spike_step, (size_t)a->n_spikes * sizeof *a->spike_step);
}

/* A power of two divides without rounding, so the two ways must agree bit by bit. */
static void test_scaling_factor_is_a_special_case(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = random_model(ctx);
    const point_arrays arrays = plain_point(32);
    const srnn_operating_point point = point_of(&arrays);
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
    for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++) {
        srnn_spiking_params p = srnn_spiking_params_default();
        p.precision = (srnn_precision)precision;
        p.conversion.scaling_factor = 32;
        p.conversion.add_b_out = true;
        srnn_spiking_result plain = run_network(ctx, model, &p, 1.5);
        p.conversion.by = SRNN_BY_OPERATING_POINT;
        p.conversion.add_b_out = false; /* it comes with the operating point */
        srnn_spiking_result other = run_network(ctx, model, &p, 1.5);
        assert_same_spikes(&plain, &other);
        assert_memory_equal(plain.out, other.out, (size_t)plain.nt * sizeof *plain.out);
        srnn_spiking_result_free(&plain);
        srnn_spiking_result_free(&other);
    }
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* gain, bias and offset against the same network with its weights changed by hand. Powers of two
   again, and offsets of which W_eff needs no more bits than double precision has. */
static void test_affine_map_is_undone(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = random_model(ctx), *by_hand = random_model(ctx);
    point_arrays a = plain_point(16);
    float w_eff[N * N];
    srnn_model_w_eff(model, false, w_eff);
    double bias[N] = {0}, b_out = 0.25;
    for (int j = 0; j < N; j++) {
        a.gain[j] = j % 3 ? 2 : 0.5;
        a.scale[j] = 1.0 / (j % 2 ? 16 : 32);
        a.offset[j] = j % 5 * 0.25;
        a.bias_mv[j] = j % 4 * 0.5;
    }
    for (int j = 0; j < N; j++) {
        for (int i = 0; i < N; i++) {
            bias[i] += a.gain[i] * (double)w_eff[j * N + i] * a.offset[j];
            by_hand->w[j * N + i] *= (float)(a.gain[i] * a.scale[j]);
        }
        b_out += (double)model->w_out[j] * a.offset[j];
        by_hand->w_out[j] *= (float)a.scale[j];
        by_hand->w_in[j] *= (float)a.gain[j];
    }
    const srnn_operating_point point = point_of(&a);
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
    srnn_spiking_params p = srnn_spiking_params_default();
    p.neuron.noise_mv = 0;
    p.precision = SRNN_DOUBLE;
    p.conversion.by = SRNN_BY_OPERATING_POINT;
    float u[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) u[c] = 1;
    const srnn_spiking_input input = {.C = COLUMNS, .u = u, .key = {7, SRNN_DOMAIN_USER, 3}};
    srnn_spiking_result other;
    assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &other));
    /* As the input is constant, the biases come in by the same way. */
    for (int i = 0; i < N; i++) by_hand->w_in[i] += (float)(bias[i] + a.bias_mv[i]);
    p.conversion.by = SRNN_BY_SCALING_FACTOR;
    p.conversion.scaling_factor = 1;
    srnn_spiking_result expected;
    assert_ok(ctx, srnn_spiking_run(ctx, by_hand, &p, &input, NULL, &expected));
    assert_true(expected.n_spikes > 50);
    /* w_in rounds to float: spikes may shift a step, counts hardly */
    assert_true(llabs(expected.n_spikes - other.n_spikes) <= 2);
    for (int s = 0; s < expected.nt; s += 100)
        assert_true(fabs(expected.out[s] + b_out - other.out[s]) < 0.02);
    srnn_spiking_result_free(&other);
    srnn_spiking_result_free(&expected);
    srnn_model_free(model);
    srnn_model_free(by_hand);
    srnn_ctx_free(ctx);
}

/* An unconnected network in which unit i has the drive y[i], for the curve by another way. */
static void test_transfer_against_long_runs(void **state)
{
    (void)state;
    enum { UNITS = 64, PLACES = 4, C = 2401 }; /* 12 s */
    static const float y[PLACES] = {-1, 0.5, 3, 12};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model_params mp = srnn_model_params_default();
    mp.N = UNITS;
    mp.n_taus = 1;
    mp.taus[0] = 8; /* 40 ms */
    srnn_model *model;
    assert_ok(ctx, srnn_model_create(ctx, &mp, &model));
    memset(model->w, 0, UNITS * UNITS * sizeof *model->w);
    for (int i = 0; i < UNITS; i++) model->w_in[i] = y[i % PLACES];
    for (int i = 0; i < UNITS; i++) model->w_out[i] = 0;
    model->w_out[2] = 1; /* out is the train of a unit at 3 mV */
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 1;
    float *u = malloc(C * sizeof *u);
    for (int c = 0; c < C; c++) u[c] = 1;
    const srnn_spiking_input input = {.C = C, .u = u, .key = {1, SRNN_DOMAIN_USER, 0}};
    srnn_spiking_result r;
    assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r));
    srnn__transfer t;
    assert_ok(ctx, srnn__transfer_init(ctx, &p, 0.02, 0.05, 5, &t));
    for (int k = 0; k < PLACES; k++) {
        double rate = 0;
        for (int i = k; i < UNITS; i += PLACES) rate += r.rates_hz[i] * PLACES / UNITS;
        const double phi = srnn__transfer_at(&t, t.rate_hz, (double)y[k]);
        /* 16 x 12 s against 68 s: about 1 % at 10 Hz, and the reset's transient */
        assert_true(fabs(phi - rate) < 0.04 * rate + 0.2);
    }
    for (int i = 1; i < t.n; i++) assert_true(t.rate_hz[i] >= t.rate_hz[i - 1]);
    assert_true(t.rate_hz[0] == 0 && t.rate_hz[t.n - 1] > 150);
    double mean = 0, square = 0;
    const int from = 20000;
    for (int s = from; s < r.nt; s++) {
        mean += r.out[s] / (r.nt - from);
        square += r.out[s] * r.out[s] / (r.nt - from);
    }
    double *noise = malloc((size_t)t.n * sizeof *noise);
    srnn__transfer_noise(&t, 0.04, noise);
    const double variance = srnn__transfer_at(&t, noise, 3) / (2 * 0.04);
    const double measured = square - mean * mean;
    assert_true(variance > 0.7 * measured && variance < 1.4 * measured);
    free(noise);
    free(u);
    srnn__transfer_free(&t);
    srnn_spiking_result_free(&r);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* What reaches a unit is its input and the others' output, by the weights; here the input has none.
   The affine maps must not show: gain and bias are the unit's own, scale and offset the others'. */
static void test_visited_is_what_the_units_get(void **state)
{
    (void)state;
    enum { TRIALS = 20, HAD = 3 };
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = random_model(ctx);
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
    for (int i = 0; i < N; i++) model->w_in[i] = 0;
    point_arrays a = plain_point(25);
    for (int i = 0; i < N; i++) {
        a.gain[i] = i % 3 ? 1.5 : 0.5;
        a.bias_mv[i] = 2 + i % 4;
        a.offset[i] = 0.3 * (i % 2);
        a.scale[i] *= i % 2 ? 2 : 1;
    }
    const srnn_operating_point point = point_of(&a);
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.by = SRNN_BY_OPERATING_POINT;
    float before[HAD * N];
    for (int k = 0; k < HAD * N; k++) before[k] = (float)k;
    const srnn__samples rate = {.N = N, .n = HAD, .x = before};
    srnn__samples both;
    assert_ok(ctx,
              srnn__samples_add_visited(ctx, model, task, &p, &point, 3, TRIALS, &rate, &both));
    float u[201] = {0};
    double rates[N] = {0};
    for (int k = 0; k < TRIALS; k++) {
        const srnn_spiking_input input = {
            .C = 201, .u = u, .key = {8, SRNN_DOMAIN_USER, (uint64_t)k}};
        srnn_spiking_result r;
        assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r));
        for (int i = 0; i < N; i++) rates[i] += r.rates_hz[i] / TRIALS;
        srnn_spiking_result_free(&r);
    }
    float w_eff[N * N];
    srnn_model_w_eff(model, false, w_eff);
    double error = 0, square = 0;
    for (int i = 0; i < N; i++) {
        double expected = 0, visited = 0;
        for (int j = 0; j < N; j++)
            expected += (double)w_eff[j * N + i] * (a.scale[j] * rates[j] + a.offset[j]);
        for (int k = HAD; k < both.n; k++)
            visited += (double)both.x[i * both.n + k] / (both.n - HAD);
        assert_memory_equal(both.x + i * both.n, before + i * HAD, HAD * sizeof *before);
        error += (visited - expected) * (visited - expected);
        square += expected * expected;
    }
    assert_true(square > 1);
    assert_true(error < 0.01 * square); /* 20 trials of 1 s: a few per cent of each */
    srnn__samples_free(&both);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static srnn_operating_options quick_options(void)
{
    static const double widening[] = {1, 2}, cost[] = {0.1, 0.3};
    static const int visits[] = {3, 0};
    srnn_operating_options o = srnn_operating_options_default();
    o.n = 2;
    o.n_reserve = 0;
    o.widening = widening;
    o.shot_noise_cost = cost;
    o.visit_trials = visits;
    o.fit_trials = 4;
    o.n_trials = 3;
    o.test_trials = 3;
    return o;
}

static void test_same_bits(void **state)
{
    (void)state;
    /* of the instruction sets the quick ones: test_determinism.c has the kernels in all of them */
    const struct {
        const char *isa;
        int threads;
    } ways[] = {{NULL, 1}, {NULL, 3}, {srnn__isa_available(SRNN__AVX2) ? "avx2" : NULL, 2}};
    double first[4][N];
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        srnn_ctx *ctx = new_ctx(ways[k].isa, ways[k].threads);
        srnn_model *model = random_model(ctx);
        srnn_task *task;
        assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
        const srnn_operating_options o = quick_options();
        srnn_operating_result r;
        assert_ok(ctx, srnn_find_operating_point(ctx, model, task, &o, &r));
        const srnn_operating_point p = srnn_model_get_operating_point(model);
        const double *const arrays[] = {p.gain, p.bias_mv, p.scale, p.offset};
        for (int a = 0; a < 4; a++)
            if (k == 0)
                memcpy(first[a], arrays[a], sizeof first[a]);
            else
                assert_memory_equal(first[a], arrays[a], sizeof first[a]);
        assert_int_equal(p.n_trials, 3);
        assert_true(p.perf == r.test_correct / 3.0);
        srnn_operating_result_free(&r);
        srnn_task_free(task);
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
}

/* With no slack the highest score, with much of it the quietest. */
static void check_choice(srnn_ctx *ctx, srnn_model *model, const srnn_task *task)
{
    static const double widening[] = {0.5, 1, 0.5}, cost[] = {1, 0.1, 0.3};
    srnn_operating_options o = srnn_operating_options_default();
    o.n = 3;
    o.n_reserve = 0;
    o.widening = widening;
    o.shot_noise_cost = cost;
    o.visit_trials = NULL;
    o.n_trials = 10;
    o.test_trials = 0;
    int chosen[2];
    for (int k = 0; k < 2; k++) {
        o.score_slack = 10 * k;
        srnn_operating_result r;
        assert_ok(ctx, srnn_find_operating_point(ctx, model, task, &o, &r));
        const srnn_operating_candidate *c = &r.candidates[r.best];
        for (int i = 0; i < r.n; i++)
            assert_true(k ? c->mean_rate_hz <= r.candidates[i].mean_rate_hz
                          : c->score >= r.candidates[i].score);
        chosen[k] = r.best;
        srnn_operating_result_free(&r);
    }
    assert_int_not_equal(chosen[0], chosen[1]);
}

/* accuracy + 0.1 mean logistic(margin / 0.1) with twice the noise, on the second set of trials */
static double noisy_score(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task, int n)
{
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.by = SRNN_BY_OPERATING_POINT;
    p.neuron.noise_mv = 0.2;
    const int C = srnn_task_get_def(task)->T + 1;
    float u[201];
    double score = 0;
    for (int k = 0; k < n; k++) {
        const srnn_trial_key key = {0, SRNN_DOMAIN_SEARCH, (uint64_t)k};
        int type;
        assert_ok(ctx, srnn_task_trial(ctx, task, key, -1, C, u, NULL, &type));
        const srnn_spiking_input input = {.C = C, .u = u, .key = key};
        srnn_spiking_result s;
        assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &s));
        const srnn_response response = {SRNN_SPIKING, s.nt, 1, s.out, 100};
        const srnn_score trial = srnn_task_score(task, key, type, &response);
        score += (trial.correct + 0.1 / (1 + exp(-trial.margin / 0.1))) / n;
        srnn_spiking_result_free(&s);
    }
    return score;
}

/* The quietest of those that are good enough and bear twice the noise as the best does. */
static void check_quiet_choice(srnn_ctx *ctx, srnn_model *model, const srnn_task *task)
{
    enum { N_CANDIDATES = 5, N_TRIALS = 20 };
    static const double widening[] = {0.5, 0.5, 1, 1, 2}, cost[] = {0.1, 1, 0.1, 1, 0.3};
    srnn_operating_options o = srnn_operating_options_default();
    o.n_reserve = o.test_trials = 0;
    o.visit_trials = NULL;
    o.n_trials = N_TRIALS;
    o.score_slack = 0.1;
    srnn_operating_result r;
    double score[N_CANDIDATES], noisy[N_CANDIDATES], rate[N_CANDIDATES];
    int best = 0, quietest = -1, expected = -1;
    for (int i = 0; i < N_CANDIDATES; i++) {
        o.n = 1;
        o.widening = &widening[i];
        o.shot_noise_cost = &cost[i];
        assert_ok(ctx, srnn_find_operating_point(ctx, model, task, &o, &r));
        score[i] = r.candidates[0].score;
        rate[i] = r.candidates[0].mean_rate_hz;
        noisy[i] = noisy_score(ctx, model, task, N_TRIALS);
        srnn_operating_result_free(&r);
        if (score[i] > score[best]) best = i;
    }
    for (int i = 0; i < N_CANDIDATES; i++) {
        const bool enough = score[i] >= score[best] - 0.1;
        const bool bears = i == best || noisy[i] >= noisy[best] - 0.1;
        if (enough && (quietest < 0 || rate[i] < rate[quietest])) quietest = i;
        if (enough && bears && (expected < 0 || rate[i] < rate[expected])) expected = i;
    }
    o.n = N_CANDIDATES;
    o.widening = widening;
    o.shot_noise_cost = cost;
    assert_ok(ctx, srnn_find_operating_point(ctx, model, task, &o, &r));
    assert_int_equal(r.best, expected);
    assert_true(expected != quietest && expected != best); /* else nothing is shown */
    srnn_operating_result_free(&r);
}

/* A network that the scaling factor does not bring over; taken from training with these settings.
 */
static void test_converts_where_the_scaling_factor_fails(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model_params mp = srnn_model_params_default();
    mp.N = 60;
    mp.taus[1] = 10;
    mp.activation = SRNN_CLIPPED_RELU;
    mp.seed = 1;
    srnn_task *task;
    srnn_model *model;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
    assert_ok(ctx, srnn_model_create(ctx, &mp, &model));
    srnn_train_options train = srnn_train_options_default();
    train.seed = 1;
    train.min_trials = 600;
    assert_ok(ctx, srnn_train(ctx, model, task, &train));
    assert_true(srnn_model_get_training(model).reached);
    static const double factors[] = {4, 8, 12, 16, 20, 26};
    srnn_search_options search = srnn_search_options_default();
    search.n = 6;
    search.scaling_factors = factors;
    search.n_trials = 30;
    search.test_trials = 60;
    srnn_search_result s;
    assert_ok(ctx, srnn_search(ctx, model, task, &search, &s));
    assert_int_equal(s.test_trials, 60);
    assert_true(s.test_correct <= 48);
    srnn_operating_options o = srnn_operating_options_default();
    o.n_trials = 30;
    o.test_trials = 60;
    srnn_operating_result r;
    assert_ok(ctx, srnn_find_operating_point(ctx, model, task, &o, &r));
    assert_true(r.test_correct >= 54);
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.by = SRNN_BY_OPERATING_POINT;
    srnn_compare_options compare = srnn_compare_options_default();
    compare.n_trials = 4;
    srnn_comparison c;
    assert_ok(ctx, srnn_compare(ctx, model, task, &p, &compare, &c));
    assert_true(c.rmse > 0.005 && c.rmse < 0.5 && c.output_correlation[0] > 0.9);
    srnn_comparison_free(&c);
    check_choice(ctx, model, task);
    check_quiet_choice(ctx, model, task);
    train.n_trials = 1; /* the network is another one then */
    assert_ok(ctx, srnn_train(ctx, model, task, &train));
    assert_null(srnn_model_get_operating_point(model).gain);
    srnn_search_result_free(&s);
    srnn_operating_result_free(&r);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* A network whose units, fitted to the rate network's x, drift to where nothing was fitted; taken
   from training with these settings. */
static void test_visits_bring_a_drifting_network_back(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model_params mp = srnn_model_params_default();
    mp.N = 60;
    mp.taus[1] = 10;
    mp.activation = SRNN_SOFTPLUS;
    mp.seed = 3;
    srnn_task *task;
    srnn_model *model;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
    assert_ok(ctx, srnn_model_create(ctx, &mp, &model));
    srnn_train_options train = srnn_train_options_default();
    train.seed = 3;
    train.min_trials = 600;
    assert_ok(ctx, srnn_train(ctx, model, task, &train));
    static const double widening = 0.5, cost = 1;
    srnn_operating_options o = srnn_operating_options_default();
    o.n = 1;
    o.n_reserve = 0;
    o.widening = &widening;
    o.shot_noise_cost = &cost;
    o.n_trials = 1;
    o.test_trials = 60;
    int correct[2];
    for (int k = 0; k < 2; k++) {
        const int visits = 16 * k;
        o.visit_trials = &visits;
        srnn_operating_result r;
        assert_ok(ctx, srnn_find_operating_point(ctx, model, task, &o, &r));
        assert_int_equal(r.candidates[0].visit_trials, visits);
        correct[k] = r.test_correct;
        srnn_operating_result_free(&r);
    }
    assert_true(correct[0] <= 45);
    assert_true(correct[1] >= 54);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void test_checks(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = random_model(ctx);
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.by = SRNN_BY_OPERATING_POINT;
    float u[COLUMNS] = {0};
    const srnn_spiking_input input = {.C = COLUMNS, .u = u};
    srnn_spiking_result r;
    assert_int_equal(srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx),
                        "the network has no operating point; expected one that a search with "
                        "conversion operating-point found");
    p.conversion.use_initial_weights = true;
    assert_int_equal(srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_ARGUMENT);
    p.conversion.use_initial_weights = false;
    p.neuron.model = SRNN_QIF;
    assert_int_equal(srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx),
                        "neuron is QIF; expected LIF, whose units an operating point is of");

    static const int visits[] = {0, -1};
    srnn_operating_options o = quick_options();
    srnn_operating_result result;
    o.visit_trials = visits;
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
    assert_int_equal(srnn_find_operating_point(ctx, model, task, &o, &result), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx), "visit_trials is -1; expected 0 to 10000");
    o = quick_options();
    o.score_slack = -1;
    assert_int_equal(srnn_find_operating_point(ctx, model, task, &o, &result), SRNN_ERR_ARGUMENT);
    srnn_task_free(task);

    point_arrays a = plain_point(30);
    srnn_operating_point point = point_of(&a);
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
    a.gain[4] = -1;
    assert_int_equal(srnn_model_set_operating_point(ctx, model, &point), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx), "the operating point: 'op_gain' is -1 for unit 4; "
                                               "expected numbers above 0");
    a.gain[4] = 1;
    a.offset[0] = NAN;
    assert_int_equal(srnn_model_set_operating_point(ctx, model, &point), SRNN_ERR_ARGUMENT);
    point.scale = NULL;
    assert_int_equal(srnn_model_set_operating_point(ctx, model, &point), SRNN_ERR_ARGUMENT);
    assert_true(srnn_model_get_operating_point(model).gain[4] == 1); /* the earlier one stays */
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, NULL));
    assert_null(srnn_model_get_operating_point(model).gain);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scaling_factor_is_a_special_case),
        cmocka_unit_test(test_affine_map_is_undone),
        cmocka_unit_test(test_transfer_against_long_runs),
        cmocka_unit_test(test_visited_is_what_the_units_get),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_converts_where_the_scaling_factor_fails),
        cmocka_unit_test(test_visits_bring_a_drifting_network_back),
        cmocka_unit_test(test_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
