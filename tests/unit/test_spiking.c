/* The spiking network against a fresh derivation from the equations; the refractory
   rule, rates, noise, faults; float and double as two samples of one process; the
   search for the scaling factor. */
#include "helpers.h"

/* ---- seven units in plain C, written from the published update ---- */

enum { UNITS = 7, COLUMNS = 21, ALL_STEPS = 2000 };

typedef struct toy {
    float w[UNITS * UNITS], w_in[UNITS], w_out[UNITS], b_out[1], taus_gaus[UNITS];
    uint8_t inh[UNITS];
    float u[COLUMNS], v0[UNITS], noise[ALL_STEPS * UNITS];
} toy;

static srnn_model *toy_model(srnn_ctx *ctx, toy *t)
{
    srnn_rng rng = test_rng(1);
    for (int k = 0; k < UNITS * UNITS; k++) t->w[k] = (float)srnn_rng_uniform(&rng);
    for (int i = 0; i < UNITS; i++) {
        t->w_in[i] = (float)(4 * srnn_rng_normal(&rng));
        t->w_out[i] = (float)srnn_rng_normal(&rng);
        t->taus_gaus[i] = (float)srnn_rng_normal(&rng);
        t->inh[i] = i < 2;
        t->v0[i] = (float)(-65 + 95 * srnn_rng_uniform(&rng));
    }
    t->b_out[0] = 0.25f;
    for (int c = 0; c < COLUMNS; c++) t->u[c] = c > 3 && c < 15;
    for (int k = 0; k < ALL_STEPS * UNITS; k++) t->noise[k] = (float)(0.1 * srnn_rng_normal(&rng));
    const srnn_model_view view = {.N = UNITS,
                                  .n_in = 1,
                                  .n_out = 1,
                                  .apply_dale = true,
                                  .n_taus = 2,
                                  .taus = {4, 20},
                                  .DeltaT = 1,
                                  .w = t->w,
                                  .w_in = t->w_in,
                                  .w_out = t->w_out,
                                  .b_out = t->b_out,
                                  .taus_gaus = t->taus_gaus,
                                  .inh = t->inh};
    srnn_model *model;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    return model;
}

/* out[ALL_STEPS]; returns the number of spikes. */
static int derive(const toy *t, double lambda, double tr, double *out, double *last_v)
{
    const double dt = 5e-5, tref = 2e-3, tm = 1e-2;
    double v[UNITS], ipsc[UNITS] = {0}, h[UNITS] = {0}, r[UNITS] = {0}, hr[UNITS] = {0}, td[UNITS];
    int last[UNITS] = {0}, spikes = 0;
    for (int i = 0; i < UNITS; i++) {
        v[i] = (double)t->v0[i];
        td[i] = 5e-3 * (16 / (1 + exp(-(double)t->taus_gaus[i])) + 4);
    }
    for (int step = 1; step <= ALL_STEPS; step++) {
        const int column = (int)floor(step / 100.0 + 0.5);
        bool spike[UNITS];
        for (int i = 0; i < UNITS; i++) {
            const double current = ipsc[i] - 40 + (double)t->w_in[i] * (double)t->u[column];
            const bool is_free = step - last[i] > (int)(tref / dt + 0.5);
            v[i] +=
                dt * is_free * (-v[i] + current) / tm + (double)t->noise[(step - 1) * UNITS + i];
            spike[i] = v[i] >= -40;
        }
        out[step - 1] = 0;
        for (int i = 0; i < UNITS; i++) {
            double jd = 0;
            for (int j = 0; j < UNITS; j++)
                if (spike[j]) jd += (t->inh[j] ? -1 : 1) * (double)t->w[j * UNITS + i] / lambda;
            if (tr > 0) {
                ipsc[i] = ipsc[i] * exp(-dt / td[i]) + h[i] * dt;
                h[i] = h[i] * exp(-dt / tr) + jd / (tr * td[i]);
                r[i] = r[i] * exp(-dt / td[i]) + hr[i] * dt;
                hr[i] = hr[i] * exp(-dt / tr) + spike[i] / (tr * td[i]);
            } else {
                ipsc[i] = ipsc[i] * exp(-dt / td[i]) + jd / td[i];
                r[i] = r[i] * exp(-dt / td[i]) + spike[i] / td[i];
            }
            out[step - 1] += (double)t->w_out[i] / lambda * r[i];
        }
        for (int i = 0; i < UNITS; i++)
            if (spike[i]) {
                v[i] = -65;
                last[i] = step;
                spikes++;
            }
    }
    memcpy(last_v, v, sizeof v);
    return spikes;
}

static void fresh_derivation(void **state)
{
    (void)state;
    static toy t;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = toy_model(ctx, &t);
    double *out = zeroed(ALL_STEPS, sizeof *out), last_v[UNITS];
    for (int single = 0; single <= 1; single++) {
        srnn_spiking_params p = srnn_spiking_params_default();
        p.conversion.scaling_factor = 2;
        p.precision = SRNN_DOUBLE;
        if (single) p.neuron.tr_ms = 0;
        const srnn_spiking_input input = {.C = COLUMNS, .u = t.u, .v0 = t.v0, .noise = t.noise};
        srnn_recording voltages = srnn_recording_default();
        voltages.what = SRNN_RECORD_V;
        srnn_spiking_result r;
        assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, &voltages, &r));
        assert_int_equal(r.nt, ALL_STEPS);
        assert_int_equal(r.n_spikes, derive(&t, 2, single ? 0 : 2e-3, out, last_v));
        assert_true(r.n_spikes > 40);
        for (int k = 0; k < ALL_STEPS; k++) assert_near(r.out[k], out[k], 1e-9);
        for (int i = 0; i < UNITS; i++)
            if (r.v[(ALL_STEPS - 1) * UNITS + i] < 30)
                assert_near(r.v[(ALL_STEPS - 1) * UNITS + i], last_v[i], 1e-9);
        p.conversion.add_b_out = true;
        srnn_spiking_result biased;
        assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &biased));
        for (int k = 0; k < ALL_STEPS; k++) assert_near(biased.out[k], out[k] + 0.25, 1e-9);
        srnn_spiking_result_free(&biased);
        srnn_spiking_result_free(&r);
    }
    free(out);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* ---- one unit, driven hard ---- */

static srnn_model *one_unit(srnn_ctx *ctx, float w_in)
{
    const float zero[1] = {0};
    const uint8_t inh[1] = {0};
    const srnn_model_view view = {.N = 1,
                                  .n_in = 1,
                                  .n_out = 1,
                                  .apply_dale = true,
                                  .n_taus = 1,
                                  .taus = {4, 4},
                                  .DeltaT = 1,
                                  .w = zero,
                                  .w_in = &w_in,
                                  .w_out = zero,
                                  .b_out = zero,
                                  .inh = inh};
    srnn_model *model;
    assert_ok(ctx, srnn_model_from_view(ctx, &view, &model));
    return model;
}

static void refractory_rule(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = one_unit(ctx, 1e6f); /* spikes at the first free step */
    float u[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) u[c] = 1;
    const float v0[1] = {-65};
    static const struct {
        double tref_ms;
        int downsample, interval;
    } cases[] = {{2, 1, 41}, {2.02, 1, 41}, {2.05, 1, 42}, {0, 1, 1}, {2, 2, 21}, {50, 1, 1001}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        srnn_spiking_params p = srnn_spiking_params_default();
        p.conversion.scaling_factor = 1;
        p.neuron.noise_mv = 0;
        p.neuron.tref_ms = cases[k].tref_ms;
        p.downsample = cases[k].downsample;
        const srnn_spiking_input input = {.C = COLUMNS, .u = u, .v0 = v0};
        srnn_spiking_result r;
        assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r));
        assert_int_equal(r.nt, 2000 / cases[k].downsample);
        assert_int_equal(r.n_spikes, r.nt / cases[k].interval);
        int64_t counted = 0;
        for (int64_t q = 0; q < r.n_spikes; q++) {
            assert_int_equal(r.spike_step[q], (q + 1) * cases[k].interval);
            counted += r.spike_step[q] >= 10; /* rates are counted from the 10th step on */
        }
        assert_near(r.rates_hz[0], (double)counted / 0.1, 1e-9);
        srnn_spiking_result_free(&r);
    }
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void faults(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = one_unit(ctx, 1);
    float u[COLUMNS] = {[10] = NAN};
    srnn_spiking_params p = srnn_spiking_params_default();
    const srnn_spiking_input input = {.C = COLUMNS, .u = u};
    srnn_spiking_result r;
    assert_says(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_ARGUMENT,
                "scaling_factor is 0; expected a number above 0");
    p.conversion.scaling_factor = 1;
    assert_int_equal(srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_NUMERIC);
    assert_non_null(strstr(srnn_ctx_message(ctx), "of unit 0 is not finite at step 950"));
    const srnn_spiking_input endless = {.C = 42949674, .u = u}; /* more steps than can be counted */
    assert_says(ctx, srnn_spiking_run(ctx, model, &p, &endless, NULL, &r), SRNN_ERR_ARGUMENT,
                "the input has 42949674 columns; expected downsample + 1 = 2 to 10000000");
    p.precision = 7;
    assert_says(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_ARGUMENT,
                "precision is 7; expected float or double");
    p.precision = SRNN_FLOAT;
    p.neuron.v_reset_mv = -30;
    assert_says(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r), SRNN_ERR_ARGUMENT,
                "v_reset_mv is -30; expected a number below v_peak_mv");
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* ---- statistics and search on a small trained network ---- */

static srnn_model *trained(srnn_ctx *ctx, const srnn_task *task)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 60;
    p.seed = 4;
    srnn_model *model = new_model(ctx, &p);
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 900;
    o.min_trials = 0;
    assert_ok(ctx, srnn_train(ctx, model, task, &o));
    return model;
}

static void float_and_double(void **state)
{
    (void)state;
    enum { TRIALS = 40 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = trained(ctx, task);
    float u[201];
    double mean[2] = {0}, squares[2] = {0};
    for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++)
        for (int k = 0; k < TRIALS; k++) {
            srnn_spiking_params p = srnn_spiking_params_default();
            p.conversion.scaling_factor = 25;
            p.precision = (srnn_precision)precision;
            /* different trials: two independent samples */
            const srnn_trial_key key = {1, SRNN_DOMAIN_USER, (uint64_t)(k + TRIALS * precision)};
            assert_ok(ctx, srnn_task_trial(ctx, task, key, k % 2, 201, u, NULL, NULL));
            const srnn_spiking_input input = {.C = 201, .u = u, .key = key};
            srnn_spiking_result r;
            assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r));
            double rate = 0;
            for (int i = 0; i < r.N; i++) rate += r.rates_hz[i] / r.N;
            mean[precision] += rate / TRIALS;
            squares[precision] += rate * rate / TRIALS;
            srnn_spiking_result_free(&r);
        }
    const double variance = squares[0] - mean[0] * mean[0] + squares[1] - mean[1] * mean[1];
    assert_true(mean[0] > 0.5);
    assert_near(mean[0], mean[1], 4 * sqrt(variance / TRIALS));
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static int stop_at(void *user, const srnn_progress *progress)
{
    return progress->done >= *(const int64_t *)user;
}

static void search(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = trained(ctx, task);
    static const double twice[] = {30, 30, 25, 30};
    srnn_search_options o = srnn_search_options_default();
    o.n_trials = 12;
    o.n = 4;
    o.scaling_factors = twice;
    srnn_search_result r;
    assert_ok(ctx, srnn_search(ctx, model, task, &o, &r));
    assert_int_equal(r.n_trials, 12);
    assert_int_equal(r.n, 2); /* each once, ascending */
    assert_true(r.scaling_factors[0] == 25 && r.scaling_factors[1] == 30);
    assert_int_equal(r.best, r.correct[1] > r.correct[0]);

    /* what it counts is what an evaluation of these trials counts */
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 25;
    srnn_spiking_eval_options eval = srnn_spiking_eval_options_default();
    eval.domain = SRNN_DOMAIN_SEARCH;
    eval.n_trials = 12;
    srnn_spiking_evaluation e;
    assert_ok(ctx, srnn_spiking_evaluate(ctx, model, task, &p, &eval, &e));
    assert_int_equal(e.correct, r.correct[0]);
    assert_int_equal(e.types[0].n + e.types[1].n, 12);
    srnn_search_result_free(&r);

    /* with one thread it is known which trials are done when the search is stopped */
    srnn_ctx *one_thread = new_ctx(NULL, 1);
    int64_t limit = 10;
    o.n = 4;
    o.n_trials = 1000;
    srnn_ctx_set_progress(one_thread, stop_at, &limit);
    assert_int_equal(srnn_search(one_thread, model, task, &o, &r), SRNN_CANCELLED);
    assert_true(r.n_trials >= 1 && r.n_trials <= 10);
    assert_int_equal(r.trials[0], r.trials[1]);
    srnn_search_result_free(&r);
    srnn_ctx_free(one_thread);

    static const double bad[] = {30, -5};
    o.scaling_factors = bad;
    o.n = 2;
    assert_says(ctx, srnn_search(ctx, model, task, &o, &r), SRNN_ERR_ARGUMENT,
                "scaling_factor is -5; expected a number above 0");
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Against the score test inverted by bisection: |p - k/n| = z sqrt(p (1 - p) / n). */
static void wilson(void **state)
{
    (void)state;
    static const int cases[][2] = {{0, 10}, {5, 10}, {95, 100}, {100, 100}, {1, 1}, {999, 1000}};
    const double z = 1.959963984540054;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const int k = cases[c][0], n = cases[c][1];
        const double seen = (double)k / n;
        double low, high;
        srnn_wilson_interval(k, n, &low, &high);
        double outside = 0, inside = seen; /* the lower limit */
        for (int i = 0; i < 100; i++) {
            const double p = (outside + inside) / 2;
            if (seen - p > z * sqrt(p * (1 - p) / n))
                outside = p;
            else
                inside = p;
        }
        assert_near(low, inside, 1e-12);
        outside = 1;
        inside = seen;
        for (int i = 0; i < 100; i++) {
            const double p = (outside + inside) / 2;
            if (p - seen > z * sqrt(p * (1 - p) / n))
                outside = p;
            else
                inside = p;
        }
        assert_near(high, inside, 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh_derivation), cmocka_unit_test(refractory_rule),
        cmocka_unit_test(faults),           cmocka_unit_test(float_and_double),
        cmocka_unit_test(search),           cmocka_unit_test(wilson)};
    return cmocka_run_group_tests_name("spiking", tests, NULL, NULL);
}
