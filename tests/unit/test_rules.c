/* The rules of a task: their words, how each fares in an evaluation, and what is refused. */
#include "helpers.h"

#define RULED                                                                                      \
    "{\"name\": \"mine\", \"outputs\": [\"choice\", {\"name\": \"speed\", \"unit\": \"m/s\"}],\n"  \
    "\"settings\": {\"T\": 60, \"stim_on\": 10}, \"factors\": {\"side\": {\"left\": -1, "          \
    "\"right\": 1}},\n"                                                                            \
    "\"variables\": {\"wait\": {\"whole\": [5, 15]}, \"go\": \"20 + wait\"},\n"                    \
    "\"inputs\": [{\"from\": \"stim_on\", \"to\": 20, \"value\": \"side\"}],\n"                    \
    "\"targets\": [{\"output\": 1, \"from\": \"go\", \"value\": \"side\"}],\n"                     \
    "\"correct\": [\n"                                                                             \
    "{\"output\": 1, \"to\": \"go\", \"stays_within\": 0.0687},\n"                                 \
    "{\"output\": 1, \"from\": \"go\", \"to\": 45, \"goes_beyond\": \"side * 0.25\"},\n"           \
    "{\"when\": {\"network\": \"spiking\"}, \"output\": 2, \"from\": 45, \"duration\": 5,\n"       \
    "\"mean_below\": 3},\n"                                                                        \
    "{\"when\": {\"side\": \"right\"}, \"output\": 2, \"error_below\": \"wait / 4\"},\n"           \
    "{\"when\": {\"side\": \"right\", \"network\": \"rate\"}, \"output\": 2, \"from\": 0,\n"       \
    "\"correlation_above\": 0.5}]}"

static srnn_task *ruled_task(srnn_ctx *ctx)
{
    srnn_task *task;
    assert_ok(ctx, srnn_task_from_json(ctx, RULED, "t.json", NULL, &task));
    return task;
}

static void words(void **state)
{
    (void)state;
    static const struct {
        int type;
        srnn_network network;
        const char *words;
    } expected[] = {
        {0, SRNN_RATE, "choice stays within ±0.0687 from -50 to 75…125 ms after onset"},
        {0, SRNN_RATE, "choice goes beyond -0.25 from 75…125 to 175 ms after onset"},
        {0, SRNN_SPIKING, "choice stays within ±0.0687 from -50 to 75…125 ms after onset"},
        {0, SRNN_SPIKING, "choice goes beyond -0.25 from 75…125 to 175 ms after onset"},
        {0, SRNN_SPIKING, "speed has a mean below 3 m/s from 175 to 200 ms after onset"},
        {1, SRNN_RATE, "choice stays within ±0.0687 from -50 to 75…125 ms after onset"},
        {1, SRNN_RATE, "choice goes beyond 0.25 from 75…125 to 175 ms after onset"},
        {1, SRNN_RATE, "speed has an RMS error below 1.25…3.75 m/s"},
        {1, SRNN_RATE, "speed correlates with its target above 0.5 from -50 ms after onset"},
        {1, SRNN_SPIKING, "choice stays within ±0.0687 from -50 to 75…125 ms after onset"},
        {1, SRNN_SPIKING, "choice goes beyond 0.25 from 75…125 to 175 ms after onset"},
        {1, SRNN_SPIKING, "speed has a mean below 3 m/s from 175 to 200 ms after onset"},
        {1, SRNN_SPIKING, "speed has an RMS error below 1.25…3.75 m/s"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = ruled_task(ctx);
    const srnn_task_def *def = srnn_task_get_def(task);
    assert_int_equal(def->n_rules, sizeof expected / sizeof *expected);
    for (int i = 0; i < def->n_rules; i++) {
        assert_int_equal(def->rules[i].type, expected[i].type);
        assert_int_equal(def->rules[i].network, expected[i].network);
        assert_string_equal(def->rules[i].words, expected[i].words);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* ---- evaluation ---- */

enum { N_TRIALS = 40, T = 60 };

static srnn_model *small_model(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 20;
    p.n_out = 2;
    p.gain = 2;
    p.seed = 4;
    return new_model(ctx, &p);
}

/* What the first rule of the left type looks at: how far choice strays before `go`, which the
   target shows. */
static double strayed(const double *o, int k, const float *z)
{
    int go = 0;
    while (go < T && z[2 * go] == 0) go++;
    double most = 0;
    for (int t = 0; t < go; t++) {
        const double value = fabs(o[(size_t)t * N_TRIALS * 2 + (size_t)k]);
        if (value > most) most = value;
    }
    return most;
}

static void each_rule_by_itself(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 3);
    srnn_task *task = ruled_task(ctx);
    srnn_model *model = small_model(ctx);
    srnn_rate_eval_options options = srnn_rate_eval_options_default();
    options.n_trials = N_TRIALS;
    options.balanced = true;
    options.answers = true;
    double *o = zeroed((size_t)2 * (T - 1) * 2 * N_TRIALS, sizeof *o), correct[2 * N_TRIALS];
    srnn_rate_trials trials = {.o = o, .correct = correct};
    srnn_rate_evaluation e;
    assert_ok(ctx, srnn_rate_evaluate_trials(ctx, model, task, &options, &e, &trials));
    assert_int_equal(e.n_rules, 6);
    double sum = 0, squares = 0;
    int met = 0;
    for (int k = 0; k < 2 * N_TRIALS; k += 2) { /* left, right, left, ... */
        float u[T], z[2 * T];
        const srnn_trial_key key = {options.seed, options.domain, (uint64_t)k};
        assert_ok(ctx, srnn_task_trial(ctx, task, key, 0, T, u, z, NULL));
        const double value = strayed(o, k, z);
        met += value < 0.0687;
        sum += value;
        squares += value * value;
    }
    const srnn_rule_stats *first = &e.rules[0];
    assert_int_equal(first->type, 0);
    assert_int_equal(first->n, N_TRIALS);
    assert_int_equal(first->met, met);
    assert_true(met > 0 && met < N_TRIALS);
    assert_near(first->value_mean, sum / N_TRIALS, 1e-9);
    assert_near(first->value_sd, sqrt((squares - sum * sum / N_TRIALS) / (N_TRIALS - 1)), 1e-9);
    assert_string_equal(first->words, srnn_task_get_def(task)->rules[0].words);
    for (int i = 0; i < e.n_rules; i++)
        assert_true(e.rules[i].met >= e.types[e.rules[i].type].correct);
    srnn_rate_evaluation_free(&e);
    assert_null(e.rules);
    options.answers = false;
    assert_ok(ctx, srnn_rate_evaluate_trials(ctx, model, task, &options, &e, NULL));
    assert_true(!e.rules && e.n_rules == 0);
    srnn_model_free(model);
    srnn_task_free(task);
    free(o);
    srnn_ctx_free(ctx);
}

static void on_any_number_of_threads(void **state)
{
    (void)state;
    srnn_evaluation e[2];
    srnn_ctx *ctx[2];
    srnn_task *task[2];
    for (int i = 0; i < 2; i++) {
        ctx[i] = new_ctx(NULL, 1 + 2 * i);
        task[i] = ruled_task(ctx[i]);
        srnn_model *model = small_model(ctx[i]);
        srnn_spiking_params params = srnn_spiking_params_default();
        params.conversion.scaling_factor = 20;
        srnn_evaluate_options options = srnn_evaluate_options_default();
        options.n_trials = 8;
        options.compared_trials = 2;
        options.spiking = &params;
        assert_ok(ctx[i], srnn_evaluate(ctx[i], model, task[i], &options, &e[i], NULL));
        srnn_model_free(model);
    }
    assert_int_equal(e[0].spiking.n_rules, 7);
    for (int r = 0; r < e[0].spiking.n_rules; r++) {
        const srnn_rule_stats *a = &e[0].spiking.rules[r], *b = &e[1].spiking.rules[r];
        assert_string_equal(a->words, b->words);
        assert_int_equal(a->n, 8);
        assert_int_equal(a->met, b->met);
        assert_true(a->value_mean == b->value_mean && a->value_sd == b->value_sd);
    }
    for (int i = 0; i < 2; i++) {
        srnn_evaluation_free(&e[i]);
        srnn_task_free(task[i]);
        srnn_ctx_free(ctx[i]);
    }
}

/* Where a type has one rule its numbers are the type's. */
static void one_rule(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *go_nogo = new_go_nogo(ctx), *in_c;
    srnn_task_def def = *srnn_task_get_def(go_nogo);
    def.destroy = NULL;
    def.n_rules = 0;
    def.score_rules = NULL;
    assert_ok(ctx, srnn_task_create(ctx, &def, &in_c));
    srnn_model_params p = srnn_model_params_default();
    p.N = 20;
    srnn_model *model = new_model(ctx, &p);
    srnn_rate_eval_options options = srnn_rate_eval_options_default();
    options.answers = true;
    const srnn_task *const tasks[] = {go_nogo, in_c};
    static const char *const rules[] = {"response goes above 0.7 from 125 ms after onset",
                                        "go: some output above eval_amp_thresh; nogo: all below "
                                        "0.3 (rate network: on both sides of 0)"};
    for (int i = 0; i < 2; i++) {
        srnn_rate_evaluation e;
        assert_ok(ctx, srnn_rate_evaluate(ctx, model, tasks[i], &options, &e));
        assert_int_equal(e.n_rules, 2);
        assert_string_equal(e.rules[0].words, rules[i]);
        for (int type = 0; type < 2; type++) {
            assert_int_equal(e.rules[type].type, type);
            assert_int_equal(e.rules[type].n, e.types[type].n);
            assert_int_equal(e.rules[type].met, e.types[type].correct);
            assert_true(e.rules[type].value_mean == e.types[type].value_mean);
            assert_true(e.rules[type].value_sd == e.types[type].value_sd);
        }
        srnn_rate_evaluation_free(&e);
    }
    srnn_model_free(model);
    srnn_task_free(in_c);
    srnn_task_free(go_nogo);
    srnn_ctx_free(ctx);
}

/* ---- a task in C ---- */

static void refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *go_nogo = new_go_nogo(ctx), *task;
    srnn_task_def def = *srnn_task_get_def(go_nogo);
    def.destroy = NULL;
    char said[] = "goes";
    srnn_rule rules[] = {{0, SRNN_RATE, said},
                         {0, SRNN_SPIKING, "goes"},
                         {1, SRNN_RATE, "stays"},
                         {1, SRNN_SPIKING, "stays"}};
    def.rules = rules;
    def.n_rules = 4;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    said[0] = 'x';
    assert_string_equal(srnn_task_get_def(task)->rules[0].words, "goes");
    srnn_task_free(task);
    def.n_rules = 3;
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has 0 rules for type 'nogo' in the spiking network; expected 1 to "
                "256");
    def.n_rules = 4;
    rules[3].type = 2;
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo': rule 3 is for type 2 and network 1; expected 0 to 1 and a "
                "srnn_network");
    rules[3].type = 1;
    rules[3].words = "a\nb";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo': rule 3 is 'a\\x0Ab'; expected UTF-8 without control characters");
    rules[3].words = "stays";
    def.score_rules = NULL;
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has 4 rules; expected n_rules, rules and score_rules, or none of "
                "them");
    srnn_task_free(go_nogo);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words),
                                       cmocka_unit_test(each_rule_by_itself),
                                       cmocka_unit_test(on_any_number_of_threads),
                                       cmocka_unit_test(one_rule), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
