/* Whatever a task's functions give, a call that needs them ends with a sentence about it. */
#include "helpers.h"

#include <limits.h>

enum { T = 60 };

typedef struct wrong {
    int type;             /* that draw_type gives in some trials; 0: none */
    float u, z;           /* the value of a step of theirs */
    double value, margin; /* of the score */
    enum { NOWHERE, IN_GENERATE, IN_SCORE } fails; /* in some trials */
} wrong;

static int draw_type(void *user, srnn_rng *rng)
{
    const wrong *w = user;
    const double u = srnn_rng_uniform(rng);
    return u > 0.7 && w->type ? w->type : u > 0.5;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const wrong *w = user;
    for (int t = 10; t < 20; t++) u[2 * t + type] = 1;
    for (int t = 30; t < n_cols; t++) z[t] = type ? 1 : -1;
    if (srnn_rng_uniform(rng) < 0.5) return; /* not in every trial */
    u[2 * 15 + 1] = w->u;
    z[40] = w->z;
    if (w->fails == IN_GENERATE) srnn_rng_fail(rng);
}

static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)type, (void)response;
    const wrong *w = user;
    if (w->fails == IN_SCORE && srnn_rng_uniform(rng) < 0.5) srnn_rng_fail(rng);
    return (srnn_score){.correct = true, .value = w->value, .margin = w->margin};
}

typedef struct fixture {
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
} fixture;

static srnn_status do_train(const fixture *f)
{
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 40;
    o.batch = 8;
    o.eval_trials = 20;
    return srnn_train(f->ctx, f->model, f->task, &o);
}

static srnn_status do_evaluate_rate(const fixture *f)
{
    srnn_rate_evaluation e;
    return srnn_rate_evaluate(f->ctx, f->model, f->task, NULL, &e);
}

static srnn_spiking_params spiking_params(void)
{
    srnn_spiking_params p = srnn_spiking_params_default();
    p.conversion.scaling_factor = 40;
    return p;
}

static srnn_status do_evaluate_spiking(const fixture *f)
{
    const srnn_spiking_params p = spiking_params();
    srnn_spiking_eval_options o = srnn_spiking_eval_options_default();
    srnn_spiking_evaluation e;
    o.n_trials = 12;
    return srnn_spiking_evaluate(f->ctx, f->model, f->task, &p, &o, &e);
}

static srnn_status do_search(const fixture *f)
{
    srnn_search_options o = srnn_search_options_default();
    srnn_search_result r = {0};
    o.n_trials = 12;
    o.n = 2;
    const srnn_status status = srnn_search(f->ctx, f->model, f->task, &o, &r);
    srnn_search_result_free(&r);
    return status;
}

static srnn_status keep_nothing(void *user, const srnn_spiking_trial *trial)
{
    for (int k = 0; k < (T + 1) * 2; k++)
        if (!isfinite(trial->u[k])) ++*(int *)user;
    return SRNN_OK;
}

static srnn_status do_run_trials(const fixture *f)
{
    const srnn_spiking_params p = spiking_params();
    srnn_spiking_trials_options o = srnn_spiking_trials_options_default();
    int handed_over = 0;
    o.n_trials = 12;
    const srnn_status status = srnn_spiking_run_trials(f->ctx, f->model, f->task, &p, &o, NULL,
                                                       keep_nothing, &handed_over);
    assert_int_equal(handed_over, 0);
    return status;
}

static srnn_status do_compare(const fixture *f)
{
    const srnn_spiking_params p = spiking_params();
    srnn_compare_options o = srnn_compare_options_default();
    srnn_comparison c = {0};
    o.n_trials = 6;
    const srnn_status status = srnn_compare(f->ctx, f->model, f->task, &p, &o, &c);
    if (!status) srnn_comparison_free(&c);
    return status;
}

static srnn_status do_observe(const fixture *f)
{
    const srnn_spiking_params p = spiking_params();
    srnn_observe_options o = srnn_observe_options_default();
    srnn_observation out = {0};
    o.n_trials = 6;
    o.spiking = &p;
    const srnn_status status = srnn_observe(f->ctx, f->model, f->task, &o, &out);
    if (!status) srnn_observation_free(&out);
    return status;
}

static srnn_status do_evaluate(const fixture *f)
{
    const srnn_spiking_params params = spiking_params();
    srnn_evaluate_options o = srnn_evaluate_options_default();
    srnn_evaluation e;
    o.n_trials = 12;
    o.compared_trials = 2;
    o.spiking = &params;
    const srnn_status status = srnn_evaluate(f->ctx, f->model, f->task, &o, &e, NULL);
    srnn_evaluation_free(&e);
    return status;
}

static srnn_status do_operating_point(const fixture *f)
{
    static const double widening = 0.5, cost = 0.3;
    static const int visits = 4;
    srnn_operating_options o = srnn_operating_options_default();
    srnn_operating_result r = {0};
    o.fit_trials = o.n_trials = 8;
    o.n = 1;
    o.n_reserve = 0;
    o.widening = &widening;
    o.shot_noise_cost = &cost;
    o.visit_trials = &visits;
    o.test_trials = 0;
    const srnn_status status = srnn_find_operating_point(f->ctx, f->model, f->task, &o, &r);
    if (!status) srnn_operating_result_free(&r);
    return status;
}

static srnn_status do_readout(const fixture *f)
{
    srnn_readout_options o = srnn_readout_options_default();
    srnn_readout_result r;
    o.fit_trials = 4;
    o.test_trials = 4;
    o.spiking = spiking_params();
    return srnn_fit_readout(f->ctx, f->model, f->task, &o, &r);
}

static srnn_status do_trial(const fixture *f)
{
    float u[T * 2], z[T];
    srnn_status status = SRNN_OK;
    for (uint64_t k = 0; k < 12 && !status; k++)
        status = srnn_task_trial(f->ctx, f->task, (srnn_trial_key){0, SRNN_DOMAIN_USER, k}, -1, T,
                                 u, z, NULL);
    return status;
}

enum { NEITHER = 0, DRAWS = 1, SCORES = 2, SLOW = 4 }; /* needs besides generate; SLOW: one case */

static const struct {
    const char *name;
    srnn_status (*call)(const fixture *f);
    int needs;
} calls[] = {{"train", do_train, DRAWS | SCORES},
             {"rate_evaluate", do_evaluate_rate, DRAWS | SCORES},
             {"spiking_evaluate", do_evaluate_spiking, DRAWS | SCORES},
             {"search", do_search, DRAWS | SCORES},
             {"run_trials", do_run_trials, SCORES},
             {"compare", do_compare, NEITHER},
             {"observe", do_observe, SCORES},
             {"evaluate", do_evaluate, SCORES},
             {"operating_point", do_operating_point, SLOW},
             {"readout", do_readout, DRAWS | SCORES},
             {"trial", do_trial, DRAWS}};
enum { N_CALLS = sizeof calls / sizeof *calls };

static srnn_task_def definition(wrong *w)
{
    static const char *const names[] = {"left", "right"};
    static const double labels[] = {-1, 1};
    return (srnn_task_def){.name = "mine",
                           .n_in = 2,
                           .n_out = 1,
                           .T = T,
                           .n_types = 2,
                           .type_names = names,
                           .labels = labels,
                           .stim_on = 10,
                           .stim_off = 20,
                           .settings = srnn_task_settings_default(),
                           .user = w,
                           .draw_type = draw_type,
                           .generate = generate,
                           .score = score};
}

/* The sentence of the call with these values; "" where it ends well. */
static void sentence_of(int call, wrong w, int threads, char text[1024])
{
    fixture f = {.ctx = new_ctx(NULL, threads)};
    srnn_model_params p = srnn_model_params_default();
    p.N = 20;
    p.n_in = 2;
    const srnn_task_def def = definition(&w);
    assert_ok(f.ctx, srnn_task_create(f.ctx, &def, &f.task));
    f.model = new_model(f.ctx, &p);
    const srnn_status status = calls[call].call(&f);
    snprintf(text, 1024, "%s", status ? srnn_ctx_message(f.ctx) : "");
    assert_true(status == SRNN_OK || status == SRNN_ERR_ARGUMENT);
    srnn_model_free(f.model);
    srnn_task_free(f.task);
    srnn_ctx_free(f.ctx);
}

static void wrong_values_are_named(void **state)
{
    (void)state;
    const struct {
        wrong w;
        int needs;
        const char *says;
    } cases[] = {
        {{0, 1, 1, 1, 1, NOWHERE}, NEITHER, ""},
        {{100000, 1, 1, 1, 1, NOWHERE}, DRAWS, "task 'mine': draw_type gave 100000 in trial "},
        {{-1, 1, 1, 1, 1, NOWHERE}, DRAWS, "task 'mine': draw_type gave -1 in trial "},
        {{0, NAN, 1, 1, 1, NOWHERE},
         NEITHER,
         "task 'mine': generate gave nan as u[15][1] in trial "},
        {{0, -INFINITY, 1, 1, 1, NOWHERE},
         NEITHER,
         "task 'mine': generate gave -inf as u[15][1] in trial "},
        {{0, 1, INFINITY, 1, 1, NOWHERE},
         NEITHER,
         "task 'mine': generate gave inf as z[40][0] in trial "},
        {{0, 1, 1, NAN, NAN, NOWHERE}, SCORES, ""},
        {{0, 1, 1, 1, 1, IN_GENERATE}, NEITHER, "task 'mine' failed in trial "},
        {{0, 1, 1, 1, 1, IN_SCORE}, SCORES, "task 'mine' failed in trial "},
    };
    for (int call = 0; call < N_CALLS; call++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            char one[1024], many[1024];
            if (cases[i].needs & ~calls[call].needs) continue;
            if (calls[call].needs == SLOW && !isnan(cases[i].w.u)) continue;
            sentence_of(call, cases[i].w, 1, one);
            sentence_of(call, cases[i].w, 3, many); /* of the first trial, too */
            const size_t n = strlen(cases[i].says);
            if (strncmp(one, cases[i].says, n) || (!n && *one))
                fail_msg("%s: '%s'; expected '%s...'", calls[call].name, one, cases[i].says);
            assert_string_equal(one, many);
        }
}

/* ---- a score without a response ---- */

/* No response in about half of the trials; correct anyhow. */
static srnn_score score_some(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user, (void)type, (void)response;
    const double u = srnn_rng_uniform(rng), x = u < 0.5 ? (double)NAN : u;
    return (srnn_score){.correct = true, .value = x, .margin = x - 0.7};
}

static srnn_score score_of_trial(const fixture *f, srnn_domain domain, int k, int *type)
{
    static const double out[1] = {0};
    const srnn_response response = {SRNN_RATE, 1, 1, out, 1};
    const srnn_trial_key key = {0, domain, (uint64_t)k};
    float u[2 * T], z[T];
    assert_ok(f->ctx, srnn_task_trial(f->ctx, f->task, key, -1, T, u, z, type));
    return srnn_task_score(f->task, key, *type, &response);
}

/* Mean and SD of the values that are numbers. */
static void assert_stats(const fixture *f, const srnn_type_stats *stats, int type)
{
    enum { TRIALS = 40 };
    double values[TRIALS], mean = 0, squares = 0;
    int n = 0, n_type = 0, drawn;
    for (int k = 0; k < TRIALS; k++) {
        const double value = score_of_trial(f, SRNN_DOMAIN_EVAL, k, &drawn).value;
        n_type += drawn == type;
        if (drawn == type && !isnan(value)) values[n++] = value;
    }
    for (int k = 0; k < n; k++) mean += values[k] / n;
    for (int k = 0; k < n; k++) squares += (values[k] - mean) * (values[k] - mean);
    assert_true(n > 1 && n < n_type);
    assert_int_equal(stats->n, n_type);
    assert_int_equal(stats->correct, n_type);
    assert_near(stats->value_mean, mean, 1e-12);
    assert_near(stats->value_sd, sqrt(squares / (n - 1)), 1e-12);
}

static void no_response_counts_as_least(void **state)
{
    (void)state;
    wrong w = {0, 1, 1, 1, 1, NOWHERE};
    fixture f = {.ctx = new_ctx(NULL, 1)};
    srnn_model_params p = srnn_model_params_default();
    p.N = 20;
    p.n_in = 2;
    srnn_task_def def = definition(&w);
    def.score = score_some;
    assert_ok(f.ctx, srnn_task_create(f.ctx, &def, &f.task));
    f.model = new_model(f.ctx, &p);

    srnn_rate_eval_options rate = srnn_rate_eval_options_default();
    srnn_rate_evaluation e;
    rate.n_trials = 40;
    assert_ok(f.ctx, srnn_rate_evaluate(f.ctx, f.model, f.task, &rate, &e));
    for (int type = 0; type < 2; type++) assert_stats(&f, &e.types[type], type);

    srnn_search_options o = srnn_search_options_default();
    srnn_search_result r = {0};
    o.n_trials = 12;
    o.n = 2;
    o.criterion = SRNN_BY_MARGIN;
    assert_ok(f.ctx, srnn_search(f.ctx, f.model, f.task, &o, &r));
    double expected = 0;
    for (int k = 0; k < o.n_trials; k++) {
        int type;
        const double margin = score_of_trial(&f, SRNN_DOMAIN_SEARCH, k, &type).margin;
        expected += (1 + (isnan(margin) ? 0 : 0.1 / (1 + exp(-margin / 0.1)))) / o.n_trials;
    }
    for (int i = 0; i < r.n; i++) assert_near(r.score[i], expected, 1e-12);
    assert_int_equal(r.best, 0); /* equal: the smallest */
    srnn_search_result_free(&r);
    srnn_model_free(f.model);
    srnn_task_free(f.task);
    srnn_ctx_free(f.ctx);
}

/* The trial is named as users count it, not by the number of its draws. */
static void a_trial_of_an_evaluation_is_named(void **state)
{
    (void)state;
    wrong w = {-1, 1, 1, 1, 1, NOWHERE};
    fixture f = {.ctx = new_ctx(NULL, 1)};
    const srnn_task_def def = definition(&w);
    assert_ok(f.ctx, srnn_task_create(f.ctx, &def, &f.task));
    float u[2 * T], z[T];
    srnn_trial_key key = {0, SRNN_DOMAIN_TRAIN_EVAL, UINT64_C(301) << 20};
    while (srnn_task_trial(f.ctx, f.task, key, -1, T, u, z, NULL) == SRNN_OK) key.trial++;
    char says[128];
    snprintf(says, sizeof says,
             "task 'mine': draw_type gave -1 in trial %d of the evaluation at training trial 301; "
             "expected 0 to 1",
             (int)(key.trial - (UINT64_C(301) << 20)));
    assert_string_equal(srnn_ctx_message(f.ctx), says);
    srnn_task_free(f.task);
    srnn_ctx_free(f.ctx);
}

static void a_context_goes_on(void **state)
{
    (void)state;
    wrong w = {0, NAN, 1, 1, 1, NOWHERE};
    fixture f = {.ctx = new_ctx(NULL, 2)};
    const srnn_task_def def = definition(&w);
    assert_ok(f.ctx, srnn_task_create(f.ctx, &def, &f.task));
    assert_int_equal(do_trial(&f), SRNN_ERR_ARGUMENT);
    w.u = 1;
    assert_ok(f.ctx, do_trial(&f));
    srnn_task_free(f.task);
    srnn_ctx_free(f.ctx);
}

static void wrong_definitions_are_named(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    wrong w = {0};
    srnn_task *task;
    static const char *const no_name[] = {"left", NULL};
    static const double no_label[] = {-1, NAN};
    srnn_task_def cases[7];
    for (int i = 0; i < 7; i++) cases[i] = definition(&w);
    cases[0].response_on[SRNN_SPIKING] = -5;
    cases[1].min_trials = -1;
    cases[2].decay_taus[1] = NAN;
    cases[3].type_names = no_name;
    cases[4].labels = no_label;
    cases[5].n_types = 1000000;
    cases[6].preset = (srnn_preset)3;
    static const char *const says[] = {
        "task 'mine': response_on of the spiking network is -5; expected 0 to 60",
        "task 'mine': min_trials is -1; expected 0 or more",
        "task 'mine': decay_taus is 0, nan; expected two rising numbers above 0, or 0, 0",
        "task 'mine': type 1 has no name",
        "task 'mine': the label of type 'right' is nan; expected a finite number",
        "task 'mine': n_types is 1000000; expected 1 to 64",
        "task 'mine': preset is 3; expected SRNN_STANDARD, SRNN_PUBLISHED or SRNN_ROBUST"};
    for (int i = 0; i < 7; i++)
        assert_says(ctx, srnn_task_create(ctx, &cases[i], &task), SRNN_ERR_ARGUMENT, says[i]);
    srnn_ctx_free(ctx);
}

/* It is for figures and reports alone, so a task is never refused for it. */
static void the_stimulation_is_within_the_trial(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    wrong w = {0};
    static const int cases[][4] = {/* given, kept */
                                   {10, 20, 10, 20},     {-1, -1, 0, 0},    {-5, 20, 0, 20},
                                   {10, INT_MAX, 10, T}, {10, -1, 10, 10},  {30, 20, 30, 30},
                                   {70, 80, T, T},       {INT_MIN, 5, 0, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        srnn_task *task;
        srnn_task_def def = definition(&w);
        def.stim_on = cases[i][0];
        def.stim_off = cases[i][1];
        assert_ok(ctx, srnn_task_create(ctx, &def, &task));
        assert_int_equal(srnn_task_get_def(task)->stim_on, cases[i][2]);
        assert_int_equal(srnn_task_get_def(task)->stim_off, cases[i][3]);
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(no_response_counts_as_least),
        cmocka_unit_test(a_trial_of_an_evaluation_is_named),
        cmocka_unit_test(a_context_goes_on),
        cmocka_unit_test(wrong_definitions_are_named),
        cmocka_unit_test(the_stimulation_is_within_the_trial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
