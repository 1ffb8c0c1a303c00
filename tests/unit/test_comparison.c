/* The comparison of the two networks, derived afresh in plain code from single runs. */
#include "helpers.h"

#include <omp.h>
#include <sched.h>
#include <stdatomic.h>

enum { N = 20, N_IN = 1, N_OUT = 3, TYPES = 3, TRIALS = 4, T_MAX = 64, BINS_MAX = 8 };
enum { STEP_MS = 5, BIN_MS = 50 };

static int draw_any(void *user, srnn_rng *rng)
{
    (void)user;
    return (int)(TYPES * srnn_rng_uniform(rng));
}

/* Threads that did not make the call wait for it, so that this one has its share of the trials. */
static atomic_bool others_wait;

/* A pulse up, none, or a noisy one down. With a user some take long to make. */
static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)z;
    while (omp_get_thread_num() > 0 && atomic_load(&others_wait)) sched_yield();
    const bool slow = user && srnn_rng_uniform(rng) < 0.3;
    for (volatile int i = 0; slow && i < 2000000; i++) continue;
    for (int t = 8; t < 20 && t < n_cols; t++)
        u[t] = (float)(type == 0 ? 1 : type == 1 ? 0 : -1 + 0.2 * srnn_rng_normal(rng));
}

static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user;
    (void)type;
    (void)rng;
    (void)response;
    return (srnn_score){0};
}

static srnn_task *new_task(srnn_ctx *ctx, int T, int n_types, void *user)
{
    static const char *const names[TYPES] = {"up", "none", "down"};
    static const double labels[TYPES];
    const srnn_task_def def = {.name = "pulses",
                               .n_in = N_IN,
                               .n_out = N_OUT,
                               .T = T,
                               .n_types = n_types,
                               .type_names = names,
                               .labels = labels,
                               .settings = srnn_task_settings_default(),
                               .user = user,
                               .draw_type = draw_any,
                               .generate = generate,
                               .score = score};
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    return task;
}

/* The last output is b_out, whatever happens. */
static srnn_model *new_network(srnn_ctx *ctx, float w_in_factor)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_out = N_OUT;
    p.seed = 9;
    srnn_model *plain = new_model(ctx, &p), *model;
    srnn_model_view view = srnn_model_get_view(plain);
    float w_out[N * N_OUT], w_in[N];
    const float b_out[N_OUT] = {0.1f, -0.3f, 0.4f};
    for (int i = 0; i < N; i++) {
        w_out[N_OUT * i] = 0.1f * (float)(i % 5 - 2);
        w_out[N_OUT * i + 1] = 0.07f * (float)(i % 7 - 3);
        w_out[N_OUT * i + 2] = 0;
        w_in[i] = w_in_factor * view.w_in[i];
    }
    view.w_out = w_out;
    view.w_in = w_in;
    view.b_out = b_out;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    srnn_model_free(plain);
    return model;
}

/* ---- plain code ---- */

/* By the moments of the textbook; NaN where either is constant. */
static double pearson(const double *a, const double *b, int n)
{
    long double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    bool va = false, vb = false;
    for (int i = 0; i < n; i++) {
        sa += (long double)a[i];
        sb += (long double)b[i];
        saa += (long double)a[i] * (long double)a[i];
        sbb += (long double)b[i] * (long double)b[i];
        sab += (long double)a[i] * (long double)b[i];
        va |= fabs(a[i] - a[0]) > 0;
        vb |= fabs(b[i] - b[0]) > 0;
    }
    if (!va || !vb) return (double)NAN;
    return (double)((n * sab - sa * sb) / sqrtl((n * saa - sa * sa) * (n * sbb - sb * sb)));
}

typedef struct derived {
    int n_bins;
    double squares, out_sum[TYPES];
    int out_n[TYPES];
    double r[TYPES][BINS_MAX][N], hz[TYPES][BINS_MAX][N]; /* means over trials */
    double mean_r[TYPES][N], mean_hz[TYPES][N];
} derived;

static double bin_length_ms(int bin, int n_bins, double both_ms)
{
    return bin < n_bins - 1 ? BIN_MS : both_ms - BIN_MS * (n_bins - 1);
}

/* Bins are open where they begin: (0, 50], (50, 100], ... ms; -1 beyond the last. */
static int bin_at(double t_ms, int n_bins, double both_ms)
{
    if (t_ms > both_ms + 1e-6) return -1;
    const int bin = (int)ceil((t_ms - 1e-6) / BIN_MS) - 1;
    return bin < n_bins - 1 ? bin : n_bins - 1;
}

static void derive_trial(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_spiking_params *params, int k, derived *d)
{
    static float u[(T_MAX + 1) * N_IN], r[T_MAX * N], o[(T_MAX - 1) * N_OUT];
    const int T = srnn_task_get_def(task)->T, type = k % TYPES;
    const srnn_trial_key key = {6, SRNN_DOMAIN_EVAL, (uint64_t)k};
    assert_ok(ctx, srnn_task_trial(ctx, task, key, type, T + 1, u, NULL, NULL));
    srnn_rate_input input = srnn_rate_input_default();
    input.T = T;
    input.u = u;
    input.key = key;
    assert_ok(ctx, srnn_rate_run(ctx, model, &input, &(srnn_rate_output){.r = r, .o = o}));
    const srnn_spiking_input spiking = {.C = T + 1, .u = u, .key = key};
    srnn_spiking_result s;
    assert_ok(ctx, srnn_spiking_run(ctx, model, params, &spiking, NULL, &s));

    const double dt_ms = 1e3 * s.dt_s, spiking_ms = STEP_MS * floor(s.nt * dt_ms / STEP_MS + 1e-6);
    const double both_ms = fmin(STEP_MS * (T - 1), spiking_ms);
    d->n_bins = both_ms < BIN_MS ? 1 : (int)(both_ms / BIN_MS);
    for (int t = 1; t < T; t++) {
        const int bin = bin_at(STEP_MS * t, d->n_bins, both_ms);
        for (int i = 0; i < N && bin >= 0; i++) {
            const double length_ms = bin_length_ms(bin, d->n_bins, both_ms);
            d->r[type][bin][i] += (double)r[t * N + i] * STEP_MS / length_ms / TRIALS;
            d->mean_r[type][i] += (double)r[t * N + i] * STEP_MS / both_ms / TRIALS;
        }
    }
    for (int64_t q = 0; q < s.n_spikes; q++) {
        if (s.spike_step[q] < 10) continue;
        const int bin = bin_at(s.spike_step[q] * dt_ms, d->n_bins, both_ms);
        if (bin >= 0)
            d->hz[type][bin][s.spike_unit[q]] +=
                1e3 / bin_length_ms(bin, d->n_bins, both_ms) / TRIALS;
    }
    for (int i = 0; i < N; i++) d->mean_hz[type][i] += s.rates_hz[i] / TRIALS;

    double sum = 0;
    int n = 0;
    for (int c = 0; c < N_OUT; c++) {
        double a[T_MAX], b[T_MAX];
        for (int step = 1; step < T; step++) {
            int sample = 0; /* the last one that is not later */
            while (sample + 1 < s.nt && (sample + 2) * dt_ms < STEP_MS * step + 1e-6) sample++;
            a[step - 1] = s.out[sample * N_OUT + c];
            b[step - 1] = (double)o[(step - 1) * N_OUT + c];
            d->squares += (a[step - 1] - b[step - 1]) * (a[step - 1] - b[step - 1]);
        }
        const double correlation = pearson(a, b, T - 1);
        if (isnan(correlation)) continue;
        sum += correlation;
        n++;
    }
    if (n > 0) {
        d->out_sum[type] += sum / n;
        d->out_n[type]++;
    }
    srnn_spiking_result_free(&s);
}

static void assert_same(double got, double expected)
{
    if (isnan(expected))
        assert_true(isnan(got));
    else
        assert_near(got, expected, 1e-8 * (1 + fabs(expected)));
}

static void assert_units(const srnn_comparison *c, const derived *d, double ceiling_hz)
{
    int silent = 0, saturated = 0;
    for (int i = 0; i < N; i++) {
        double a[TYPES * BINS_MAX], b[TYPES * BINS_MAX], r = 0, hz = 0;
        bool above = false;
        int n = 0;
        for (int type = 0; type < TYPES; type++) {
            r += d->mean_r[type][i] / TYPES;
            hz += d->mean_hz[type][i] / TYPES;
            for (int bin = 0; bin < d->n_bins; bin++, n++) {
                a[n] = d->r[type][bin][i];
                b[n] = d->hz[type][bin][i];
                above |= b[n] > 0.8 * ceiling_hz;
            }
        }
        assert_same(c->unit_correlation[i], pearson(a, b, n));
        assert_same(c->mean_r[i], r);
        assert_same(c->mean_hz[i], hz);
        assert_int_equal(c->saturated[i], above);
        silent += fabs(hz) <= 0;
        saturated += above;
    }
    assert_int_equal(c->n_silent, silent);
    assert_int_equal(c->n_saturated, saturated);
}

static srnn_comparison compared(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                const srnn_spiking_params *params, int n_trials)
{
    srnn_compare_options o = srnn_compare_options_default();
    o.seed = 6;
    o.n_trials = n_trials;
    srnn_comparison c;
    assert_ok(ctx, srnn_compare(ctx, model, task, params, &o, &c));
    return c;
}

static void set_point(srnn_ctx *ctx, srnn_model *model)
{
    double gain[N], bias[N], scale[N], offset[N];
    for (int i = 0; i < N; i++) {
        gain[i] = 1.5 + 0.1 * i;
        bias[i] = 3 + 0.2 * i;
        scale[i] = 0.01;
        offset[i] = 0.05;
    }
    const srnn_operating_point point = {.gain = gain,
                                        .bias_mv = bias,
                                        .scale = scale,
                                        .offset = offset,
                                        .widening = 1,
                                        .shot_noise_cost = 0.1,
                                        .perf = 1,
                                        .n_trials = 1};
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
}

typedef struct variant {
    const char *name;
    int T, n_bins;
    double ceiling_hz;
    bool silent, saturated; /* some units are */
    srnn_spiking_params params;
} variant;

enum { VARIANTS = 9 };

static void make_variants(variant v[VARIANTS])
{
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 30;
    for (int i = 0; i < VARIANTS; i++)
        v[i] = (variant){"as it is", 47, 4, 1000 / 2.05, false, false, p};
    v[1].name = "every seventh column: the spiking trial ends earlier";
    v[1].params.downsample = 7;
    v[1].ceiling_hz = 1000 / 2.1; /* 0.35 ms a step */
    v[2] = (variant){"QIF, single exponential",       64, 6, 1000 / 2.05, false, false,
                     srnn_spiking_params_of(SRNN_QIF)};
    v[2].params.conversion.scaling_factor = 50;
    v[2].params.neuron.tr_ms = 0;
    v[2].params.precision = SRNN_DOUBLE;
    v[3].name = "operating point";
    v[3].params.conversion.by = SRNN_BY_OPERATING_POINT;
    v[4].name = "a bin at most";
    v[4].T = 8;
    v[4].n_bins = 1;
    v[5].name = "driven to the ceiling";
    v[5].params.neuron.bias_mv = 470;
    v[5].saturated = true;
    v[6].name = "without refractory time the step is the ceiling";
    v[6].params.neuron.tref_ms = 0;
    v[6].params.downsample = 2;
    v[6].params.neuron.bias_mv = 6000;
    v[6].ceiling_hz = 10000;
    v[6].saturated = true;
    v[7].name = "hardly a spike";
    v[7].params.neuron.bias_mv = -44;
    v[7].silent = true;
    v[8].name = "none at all";
    v[8].params.neuron.bias_mv = -300;
    v[8].params.neuron.noise_mv = 0;
    v[8].silent = true;
}

static void test_against_single_runs(void **state)
{
    (void)state;
    variant variants[VARIANTS];
    make_variants(variants);
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = new_network(ctx, 3);
    set_point(ctx, model);
    for (int v = 0; v < VARIANTS; v++) {
        const variant *a = &variants[v];
        srnn_task *task = new_task(ctx, a->T, TYPES, NULL);
        static derived d;
        d = (derived){0};
        for (int k = 0; k < TYPES * TRIALS; k++) derive_trial(ctx, model, task, &a->params, k, &d);
        srnn_comparison c = compared(ctx, model, task, &a->params, TRIALS);
        assert_int_equal(d.n_bins, a->n_bins);
        assert_int_equal(c.n_bins, a->n_bins);
        assert_int_equal(c.n_trials, TRIALS);
        assert_int_equal(c.N, N);
        assert_same(c.ceiling_hz, a->ceiling_hz);
        assert_same(c.rmse, sqrt(d.squares / (TYPES * TRIALS * (a->T - 1) * N_OUT)));
        for (int type = 0; type < TYPES; type++) {
            assert_same(c.output_correlation[type],
                        d.out_n[type] ? d.out_sum[type] / d.out_n[type] : (double)NAN);
            assert_same(c.across_units[type], pearson(d.mean_r[type], d.mean_hz[type], N));
        }
        assert_units(&c, &d, a->ceiling_hz);
        if ((c.n_silent > 0) != a->silent || (c.n_saturated > 0) != a->saturated)
            fail_msg("%s: %d silent, %d saturated units", a->name, c.n_silent, c.n_saturated);
        srnn_comparison_free(&c);
        srnn_task_free(task);
    }
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Every number of it, bit by bit. */
static uint64_t hash(const srnn_comparison *c)
{
    const double numbers[] = {c->rmse, c->ceiling_hz, c->n_silent, c->n_saturated};
    uint64_t h = fnv_1a(FNV_START, numbers, sizeof numbers);
    h = fnv_1a(h, c->output_correlation, sizeof c->output_correlation);
    h = fnv_1a(h, c->across_units, sizeof c->across_units);
    h = fnv_1a(h, c->unit_correlation, N * sizeof *c->unit_correlation);
    h = fnv_1a(h, c->mean_r, N * sizeof *c->mean_r);
    h = fnv_1a(h, c->mean_hz, N * sizeof *c->mean_hz);
    return fnv_1a(h, c->saturated, N);
}

/* Trials that are done sooner than those before them, too. */
static void test_same_bits_on_any_number_of_threads(void **state)
{
    (void)state;
    uint64_t first = 0;
    for (int threads = 1; threads <= 3; threads++) {
        srnn_ctx *ctx = new_ctx(NULL, threads);
        srnn_model *model = new_network(ctx, 3);
        srnn_task *task = new_task(ctx, 24, 1, &first);
        srnn_spiking_params p = srnn_spiking_params_default();
        p.conversion.scaling_factor = 20;
        for (int again = 0; again < 2; again++) {
            srnn_comparison c = compared(ctx, model, task, &p, 90);
            if (!first) first = hash(&c);
            assert_true(hash(&c) == first);
            srnn_comparison_free(&c);
        }
        srnn_task_free(task);
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
}

typedef struct watch {
    int calls, stop_at;
    int64_t done, total;
} watch;

static int watched(void *user, const srnn_progress *progress)
{
    watch *w = user;
    assert_string_equal(progress->phase, "compare");
    assert_true(progress->done > w->done);
    w->done = progress->done;
    w->total = progress->total;
    atomic_store(&others_wait, false);
    return ++w->calls == w->stop_at;
}

static void test_progress_and_cancellation(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = new_network(ctx, 3);
    srnn_task *task = new_task(ctx, 30, TYPES, NULL);
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 20;
    watch w = {0};
    srnn_ctx_set_progress(ctx, watched, &w);
    srnn_comparison c = compared(ctx, model, task, &p, TRIALS);
    srnn_comparison_free(&c);
    assert_int_equal(w.done, TYPES * TRIALS);
    assert_int_equal(w.total, TYPES * TRIALS);
    w = (watch){.stop_at = 5};
    assert_says(ctx, srnn_compare(ctx, model, task, &p, NULL, &c), SRNN_CANCELLED,
                "interrupted after 40 of 60 trials of both networks");
    assert_null(c.mean_r);
    srnn_ctx_free(ctx);
    ctx = new_ctx(NULL, 3); /* trials in flight are waited for */
    w = (watch){.stop_at = 1};
    atomic_store(&others_wait, true);
    srnn_ctx_set_progress(ctx, watched, &w);
    assert_int_equal(srnn_compare(ctx, model, task, &p, NULL, &c), SRNN_CANCELLED);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void test_refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_model *model = new_network(ctx, 3);
    srnn_task *task = new_task(ctx, 12, TYPES, NULL);
    srnn_spiking_params p = srnn_spiking_params_default();
    srnn_comparison c;
    assert_says(ctx, srnn_compare(ctx, model, task, &p, NULL, &c), SRNN_ERR_ARGUMENT,
                "scaling_factor is 0; expected a number above 0");
    p.conversion.scaling_factor = 20;
    srnn_compare_options o = srnn_compare_options_default();
    o.n_trials = 0;
    assert_says(ctx, srnn_compare(ctx, model, task, &p, &o, &c), SRNN_ERR_ARGUMENT,
                "n_trials is 0; expected at least 1, at most 10000000 in all");
    o.n_trials = 1;
    o.noise = -1;
    assert_says(ctx, srnn_compare(ctx, model, task, &p, &o, &c), SRNN_ERR_ARGUMENT,
                "noise is -1; expected 0 or more");
    o.noise = 0;
    p.downsample = 13;
    assert_says(ctx, srnn_compare(ctx, model, task, &p, &o, &c), SRNN_ERR_ARGUMENT,
                "T of task 'pulses' is 12; expected downsample, 13, or more");
    p.downsample = 12;
    assert_ok(ctx, srnn_compare(ctx, model, task, &p, &o, &c));
    srnn_comparison_free(&c);
    p.conversion.by = SRNN_BY_OPERATING_POINT;
    assert_int_equal(srnn_compare(ctx, model, task, &p, &o, &c), SRNN_ERR_ARGUMENT);
    p.conversion.by = SRNN_BY_SCALING_FACTOR;
    p.downsample = 1;
    p.conversion.scaling_factor = 1e-38;
    assert_int_equal(srnn_compare(ctx, model, task, &p, &o, &c), SRNN_ERR_NUMERIC);
    assert_non_null(strstr(srnn_ctx_message(ctx), "v or IPSC of unit"));
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_single_runs),
        cmocka_unit_test(test_same_bits_on_any_number_of_threads),
        cmocka_unit_test(test_progress_and_cancellation),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
