/* The same seed gives the same bits: on every ISA, on any number of threads, alone or
   in a batch. Two stored hashes hold the numbers to those of every machine and
   every release. With SRNN__RATE_DOUBLE the rate network has hashes of its own. */
#include "helpers.h"

#include "rate/network.h"
#include "trials/outcomes.h"
#include "task/stats.h"

#if defined(SRNN__RATE_DOUBLE)
enum { IN_DOUBLE = 1 };
static const uint64_t weights_hash = UINT64_C(0x6da3d1371a66a4c3);
#else
enum { IN_DOUBLE = 0 };
static const uint64_t weights_hash = UINT64_C(0x4c3d6428f3b2e11b);
#endif
static const uint64_t spikes_hash = UINT64_C(0x5bdc9a9d50ec6244);

enum { MOST_THREADS = 3 };

static void check_stored(const char *what, uint64_t hash, uint64_t stored, const char *isa)
{
    if (hash != stored)
        fail_msg("the hash of the %s on %s is 0x%016llx; stored is 0x%016llx", what, isa,
                 (unsigned long long)hash, (unsigned long long)stored);
}

static srnn_model *small_model(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 40;
    p.som_N = 2;
    p.seed = 7;
    return new_model(ctx, &p);
}

/* ---- training ---- */

static srnn_model *trained_model(srnn_ctx *ctx, const srnn_task *task)
{
    srnn_train_options o = srnn_train_options_default();
    o.seed = 7;
    o.n_trials = 120;
    o.eval_trials = 20;
    srnn_model *model = small_model(ctx);
    assert_ok(ctx, srnn_train(ctx, model, task, &o));
    return model;
}

static uint64_t hash_weights(const srnn_model *model)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const size_t N = (size_t)v.N;
    uint64_t hash = fnv_1a(FNV_START, v.w, N * N * sizeof *v.w);
    hash = fnv_1a(hash, v.w_out, N * v.n_out * sizeof *v.w_out);
    hash = fnv_1a(hash, v.b_out, v.n_out * sizeof *v.b_out);
    return fnv_1a(hash, v.taus_gaus, N * sizeof *v.taus_gaus);
}

static uint64_t hash_record(const srnn_model *model)
{
    const srnn_training_record r = srnn_model_get_training(model);
    const size_t N = (size_t)srnn_model_get_view(model).N, n_evals = (size_t)r.n_evals;
    uint64_t hash = fnv_1a(FNV_START, r.losses, (size_t)r.n_losses * sizeof *r.losses);
    hash = fnv_1a(hash, r.eval_perf_curve, n_evals * sizeof *r.eval_perf_curve);
    hash = fnv_1a(hash, r.eval_loss_curve, n_evals * sizeof *r.eval_loss_curve);
    hash = fnv_1a(hash, r.eval_os, (size_t)r.eval_T * r.eval_trials * sizeof *r.eval_os);
    hash = fnv_1a(hash, r.eval_labels, (size_t)r.eval_trials * sizeof *r.eval_labels);
    hash = fnv_1a(hash, r.x0, (size_t)r.T * N * sizeof *r.x0);
    return fnv_1a(hash, r.r, (size_t)r.T * N * sizeof *r.r);
}

static void training(void **state)
{
    (void)state;
    uint64_t first_record = 0;
    for (int i = 0; i < N_ISA_NAMES; i++)
        for (int threads = 1; threads <= MOST_THREADS; threads++) {
            srnn_ctx *ctx = new_ctx(isa_names[i], threads);
            if (!ctx) break;
            srnn_task *task = new_go_nogo(ctx);
            srnn_model *model = trained_model(ctx, task);
            check_stored("trained weights", hash_weights(model), weights_hash, isa_names[i]);
            if (!first_record) first_record = hash_record(model);
            assert_true(hash_record(model) == first_record);
            assert_int_equal(srnn_model_get_training(model).n_evals, 2);
            srnn_model_free(model);
            srnn_task_free(task);
            srnn_ctx_free(ctx);
        }
}

/* ---- the spiking network ---- */

static uint64_t hash_spikes(const srnn_spiking_result *r)
{
    uint64_t hash = FNV_START;
    for (int64_t q = 0; q < r->n_spikes; q++) {
        const uint32_t spike[2] = {(uint32_t)r->spike_unit[q], (uint32_t)r->spike_step[q]};
        hash = fnv_1a(hash, spike, sizeof spike);
    }
    return hash;
}

static void one_spiking_trial(void **state)
{
    (void)state;
    enum { COLUMNS = 101 };
    float u[COLUMNS] = {0};
    for (int c = 25; c < 50; c++) u[c] = 1;
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 10;
    const srnn_spiking_input input = {.C = COLUMNS, .u = u, .key = {7, SRNN_DOMAIN_USER, 3}};
    uint64_t first_out[2] = {0};
    for (int i = 0; i < N_ISA_NAMES; i++) {
        srnn_ctx *ctx = new_ctx(isa_names[i], 1);
        if (!ctx) continue;
        srnn_model *model = small_model(ctx);
        for (int precision = SRNN_FLOAT; precision <= SRNN_DOUBLE; precision++) {
            srnn_spiking_result r;
            p.precision = precision;
            assert_ok(ctx, srnn_spiking_run(ctx, model, &p, &input, NULL, &r));
            assert_true(r.n_spikes > 1000);
            if (precision == SRNN_FLOAT)
                check_stored("spikes", hash_spikes(&r), spikes_hash, isa_names[i]);
            const uint64_t hash = fnv_1a(hash_spikes(&r), r.out, (size_t)r.nt * sizeof *r.out);
            if (!first_out[precision]) first_out[precision] = hash;
            assert_true(hash == first_out[precision]);
            srnn_spiking_result_free(&r);
        }
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
    assert_true(first_out[SRNN_FLOAT] != first_out[SRNN_DOUBLE]);
}

/* A go-nogo of 60 steps, so that the portable generator has time for it. */
static srnn_task *short_task(srnn_ctx *ctx)
{
    srnn_task_settings settings = srnn_task_settings_default();
    settings.T = 60;
    settings.stim_on = 10;
    settings.stim_dur = 20;
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", &settings, &task));
    return task;
}

static uint64_t hash_evaluation(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                srnn_precision precision)
{
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 10;
    p.precision = precision;
    const srnn_spiking_eval_options o = {
        .size = sizeof o, .seed = 3, .domain = SRNN_DOMAIN_EVAL, .n_trials = 5};
    srnn_spiking_evaluation e;
    assert_ok(ctx, srnn_spiking_evaluate(ctx, model, task, &p, &o, &e));
    assert_true(e.mean_rate_hz > 1);
    const double numbers[] = {e.correct,        e.types[0].value_mean, e.types[1].value_mean,
                              e.mean_rate_hz,   e.rates[0].exc_hz,     e.rates[0].pv_hz,
                              e.rates[1].som_hz};
    return fnv_1a(FNV_START, numbers, sizeof numbers);
}

/* Trials of a search by n_variants scaling factors into outcomes, none of which is done. */
static srnn__conversions search_trials(const srnn_model *model, const srnn_task *task, int n_trials,
                                       int n_variants, const double *factors,
                                       srnn__outcome *outcomes)
{
    memset(outcomes, 0, (size_t)n_trials * (size_t)n_variants * sizeof *outcomes);
    return (srnn__conversions){.phase = "search",
                               .model = model,
                               .task = task,
                               .params = srnn_spiking_params_default(),
                               .domain = SRNN_DOMAIN_SEARCH,
                               .n_trials = n_trials,
                               .n_variants = n_variants,
                               .scaling_factors = factors,
                               .outcomes = outcomes};
}

static uint64_t hash_search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task)
{
    enum { FACTORS = 3, TRIALS = 4 };
    static const double factors[FACTORS] = {5, 10, 20};
    srnn__outcome outcomes[FACTORS * TRIALS];
    const srnn__conversions trials = search_trials(model, task, TRIALS, FACTORS, factors, outcomes);
    assert_ok(ctx, srnn__conversions_run(ctx, &trials));
    uint64_t hash = FNV_START;
    for (int k = 0; k < FACTORS * TRIALS; k++) {
        const double numbers[] = {outcomes[k].type, outcomes[k].score.value,
                                  outcomes[k].score.margin, outcomes[k].mean_rate_hz};
        assert_true(outcomes[k].done);
        hash = fnv_1a(hash, numbers, sizeof numbers);
    }
    return hash;
}

static void spiking_trials(void **state)
{
    (void)state;
    uint64_t first[3] = {0};
    for (int i = 0; i < N_ISA_NAMES; i++)
        for (int threads = 1; threads <= MOST_THREADS; threads++) {
            srnn_ctx *ctx = new_ctx(isa_names[i], threads);
            if (!ctx) break;
            srnn_model *model = small_model(ctx);
            srnn_task *task = short_task(ctx);
            const uint64_t hashes[3] = {hash_evaluation(ctx, model, task, SRNN_FLOAT),
                                        hash_evaluation(ctx, model, task, SRNN_DOUBLE),
                                        hash_search(ctx, model, task)};
            if (!first[0]) memcpy(first, hashes, sizeof first);
            assert_memory_equal(hashes, first, sizeof first);
            srnn_task_free(task);
            srnn_model_free(model);
            srnn_ctx_free(ctx);
        }
    assert_true(first[0] != first[1]); /* float and double are two computations */
}

/* ---- conversions side by side, which share their trials' noise ---- */

enum { VARIANTS = 32, VARIANT_TRIALS = 4 }; /* more than go together */

/* The outcomes of variants from ... from + n - 1 of the n_variants = VARIANTS. */
static srnn_status run_variants(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                srnn_spiking_params params, const double *factors,
                                const srnn_operating_point *points, int from, int n,
                                srnn__outcome *outcomes)
{
    srnn__conversions trials =
        search_trials(model, task, VARIANT_TRIALS, n, factors + from, outcomes);
    params.conversion.by = points ? SRNN_BY_OPERATING_POINT : SRNN_BY_SCALING_FACTOR;
    trials.params = params;
    trials.points = points ? points + from : NULL;
    return srnn__conversions_run(ctx, &trials);
}

static void assert_same_outcome(const srnn__outcome *a, const srnn__outcome *b)
{
    assert_true(a->done && b->done);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->score.correct, b->score.correct);
    const double of_a[] = {a->score.value, a->score.margin, a->loss, a->mean_rate_hz};
    const double of_b[] = {b->score.value, b->score.margin, b->loss, b->mean_rate_hz};
    assert_memory_equal(of_a, of_b, sizeof of_a);
    assert_memory_equal(&a->rates, &b->rates, sizeof a->rates);
}

static void assert_as_alone(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                            const srnn_spiking_params *p, const double *factors,
                            const srnn_operating_point *points)
{
    srnn__outcome all[VARIANT_TRIALS * VARIANTS], alone[VARIANT_TRIALS];
    assert_ok(ctx, run_variants(ctx, model, task, *p, factors, points, 0, VARIANTS, all));
    for (int v = 0; v < VARIANTS; v++) {
        assert_ok(ctx, run_variants(ctx, model, task, *p, factors, points, v, 1, alone));
        for (int k = 0; k < VARIANT_TRIALS; k++)
            assert_same_outcome(&all[k * VARIANTS + v], &alone[k]);
    }
    assert_true(all[0].mean_rate_hz > 1 && all[0].mean_rate_hz != all[1].mean_rate_hz);
}

/* More of them than go together, with every kind of conversion, precision and stimulation. */
static void variants_are_as_alone(void **state)
{
    (void)state;
    enum { N = 40 };
    double factors[VARIANTS], numbers[VARIANTS][3][N], offset[N];
    srnn_operating_point points[VARIANTS];
    for (int v = 0; v < VARIANTS; v++) {
        factors[v] = 5 + 2 * v;
        for (int i = 0; i < N; i++) {
            numbers[v][0][i] = 1 + 0.1 * v;
            numbers[v][1][i] = 10;
            numbers[v][2][i] = 0.02 + 0.001 * (v + i);
            offset[i] = 0.01 * i;
        }
        points[v] = (srnn_operating_point){.gain = numbers[v][0],
                                           .bias_mv = numbers[v][1],
                                           .scale = numbers[v][2],
                                           .offset = offset};
    }
    const int stimulated[] = {1, 3};
    for (int threads = 1; threads <= MOST_THREADS; threads += MOST_THREADS - 1) {
        srnn_ctx *ctx = new_ctx(NULL, threads);
        srnn_model *model = small_model(ctx);
        assert_int_equal(srnn_model_get_view(model).N, N);
        srnn_task *task = short_task(ctx);
        srnn_spiking_params p = srnn_spiking_params_default();
        assert_as_alone(ctx, model, task, &p, factors, NULL);
        assert_as_alone(ctx, model, task, &p, factors, points);
        p.precision = SRNN_DOUBLE;
        p.stimulation = (srnn_stimulation){.mode = SRNN_STIM_EXC,
                                           .on = 1000,
                                           .off = 3000,
                                           .n_units = 2,
                                           .units = stimulated,
                                           .probability = 0.5,
                                           .amplitude_mv = 5};
        assert_as_alone(ctx, model, task, &p, factors, NULL);
        srnn_task_free(task);
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
}

/* One that does not stay finite leaves the others alone wherever it stands, and is told of as
   alone: the first of two. */
static void a_fault_among_variants(void **state)
{
    (void)state;
    enum { N_FACTORS = 6 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    srnn_task *task = short_task(ctx);
    const srnn_spiking_params p = srnn_spiking_params_default();
    for (int fault = 0; fault < N_FACTORS; fault++) {
        double factors[N_FACTORS] = {10, 15, 20, 25, 30, 35};
        factors[fault] = 1e-39;
        if (fault + 1 < N_FACTORS) factors[fault + 1] = 1e-37; /* goes on for longer */
        srnn__outcome all[VARIANT_TRIALS * N_FACTORS], alone[VARIANT_TRIALS];
        assert_int_equal(run_variants(ctx, model, task, p, factors, NULL, 0, N_FACTORS, all),
                         SRNN_ERR_NUMERIC);
        assert_non_null(strstr(srnn_ctx_message(ctx), "of unit 0 is not finite at step 2;"));
        for (int v = 0; v < N_FACTORS; v++) {
            if (v == fault || v == fault + 1) continue;
            assert_ok(ctx, run_variants(ctx, model, task, p, factors, NULL, v, 1, alone));
            assert_same_outcome(&all[v], &alone[0]);
        }
    }
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Outcomes that are there already stay, and the others are those of their trials. */
static void what_is_done_stays(void **state)
{
    (void)state;
    enum { N_FACTORS = 5, N = N_FACTORS * VARIANT_TRIALS };
    static const double factors[N_FACTORS] = {10, 15, 20, 25, 30};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = small_model(ctx);
    srnn_task *task = short_task(ctx);
    srnn__outcome all[N], rest[N];
    srnn__conversions t = search_trials(model, task, VARIANT_TRIALS, N_FACTORS, factors, all);
    assert_ok(ctx, srnn__conversions_run(ctx, &t));
    t = search_trials(model, task, VARIANT_TRIALS, N_FACTORS, factors, rest);
    for (int k = 0; k < N; k += 3) rest[k] = (srnn__outcome){.done = true, .loss = -1};
    assert_ok(ctx, srnn__conversions_run(ctx, &t));
    for (int k = 0; k < N; k++)
        if (k % 3)
            assert_same_outcome(&rest[k], &all[k]);
        else
            assert_true(rest[k].loss == -1 && rest[k].mean_rate_hz == 0);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* ---- alone or in a batch ---- */

static void a_batch_is_its_trials(void **state)
{
    (void)state;
    enum { B = 17, T = 40 };
    for (int i = 0; i < N_ISA_NAMES; i++) {
        srnn_ctx *ctx = new_ctx(isa_names[i], 1);
        if (!ctx) continue;
        srnn_model *model = small_model(ctx);
        srnn__rate_net net;
        srnn__rate_pass together, alone;
        assert_ok(ctx, srnn__rate_net_init(ctx, model, &net));
        assert_ok(ctx, srnn__rate_pass_init(ctx, &net, B, T, false, false, &together));
        assert_ok(ctx, srnn__rate_pass_init(ctx, &net, 1, T, true, false, &alone));
        float u[B][T];
        const float *rows[B];
        srnn__rate_draws draws[B];
        for (int b = 0; b < B; b++) {
            for (int t = 0; t < T; t++) u[b][t] = t > b ? 1 : 0;
            rows[b] = u[b];
            draws[b] = (srnn__rate_draws){.key = {9, SRNN_DOMAIN_EVAL, (uint64_t)b}, .sd = 0.1};
        }
        srnn__rate_forward(&net, &together, rows, draws);
        for (int b = 0; b < B; b++) {
            srnn__rate_forward(&net, &alone, &rows[b], &draws[b]);
            assert_memory_equal(alone.o, together.o + b * (T - 1), (T - 1) * sizeof *alone.o);
        }
        srnn__rate_pass_free(&together);
        srnn__rate_pass_free(&alone);
        srnn__rate_net_free(&net);
        srnn_model_free(model);
        srnn_ctx_free(ctx);
    }
}

/* The evaluation of n trials by single runs of the same keys. */
static void check_evaluation(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task, int n)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const size_t T = (size_t)def->T;
    srnn_rate_eval_options options = srnn_rate_eval_options_default();
    options.seed = 5;
    options.n_trials = n;
    srnn_rate_evaluation batched;
    assert_ok(ctx, srnn_rate_evaluate(ctx, model, task, &options, &batched));

    float *u = zeroed(T, sizeof *u), *z = zeroed(T, sizeof *z), *o = zeroed(T, sizeof *o);
    double *out = zeroed(T, sizeof *out), loss = 0;
    srnn__type_sums sums[2] = {{0}};
    for (int k = 0; k < n; k++) {
        srnn_rate_input input = srnn_rate_input_default();
        input.T = def->T;
        input.u = u;
        input.key = (srnn_trial_key){5, SRNN_DOMAIN_EVAL, (uint64_t)k};
        int type;
        assert_ok(ctx, srnn_task_trial(ctx, task, input.key, -1, def->T, u, z, &type));
        assert_ok(ctx, srnn_rate_run(ctx, model, &input, &(srnn_rate_output){.o = o}));
        double sum = 0;
        for (size_t t = 0; t + 1 < T; t++) {
            out[t] = (double)o[t];
            sum += (out[t] - (double)z[t]) * (out[t] - (double)z[t]);
        }
        loss += sqrt(sum);
        const srnn_response response = {SRNN_RATE, def->T - 1, 1, out, 1};
        const srnn_score score = srnn_task_score(task, input.key, type, &response);
        srnn__type_add(&sums[type], &score);
    }
    const double rounding = IN_DOUBLE ? 1e-6 : 0; /* srnn_rate_run gives floats */
    assert_int_equal(batched.n_trials, n);
    assert_int_equal(batched.correct, sums[0].correct + sums[1].correct);
    assert_near(batched.loss_mean, loss / n, rounding);
    for (int type = 0; type < 2; type++) {
        assert_int_equal(batched.types[type].n, sums[type].n);
        if (sums[type].n > 0)
            assert_near(batched.types[type].value_mean, sums[type].mean, rounding);
    }
    free(u);
    free(z);
    free(o);
    free(out);
}

static void an_evaluation_is_its_runs(void **state)
{
    (void)state;
    static const int n_trials[] = {1, 16, 17};
    for (int threads = 1; threads <= MOST_THREADS; threads++) {
        srnn_ctx *ctx = new_ctx(NULL, threads);
        srnn_task *task = new_go_nogo(ctx);
        srnn_model *model = small_model(ctx);
        for (int k = 0; k < 3; k++) check_evaluation(ctx, model, task, n_trials[k]);
        srnn_model_free(model);
        srnn_task_free(task);
        srnn_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training),
        cmocka_unit_test(one_spiking_trial),
        cmocka_unit_test(spiking_trials),
        cmocka_unit_test(variants_are_as_alone),
        cmocka_unit_test(a_fault_among_variants),
        cmocka_unit_test(what_is_done_stays),
        cmocka_unit_test(a_batch_is_its_trials),
        cmocka_unit_test(an_evaluation_is_its_runs),
    };
    return cmocka_run_group_tests_name("determinism", tests, NULL, NULL);
}
