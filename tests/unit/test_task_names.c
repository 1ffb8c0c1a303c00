/* The names and units of a task's inputs and outputs: given, by default, declared, observed. */
#include "helpers.h"

static int first_type(void *user, srnn_rng *rng)
{
    (void)user;
    (void)rng;
    return 0;
}

static void zeros(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)user;
    (void)type;
    (void)rng;
    (void)n_cols;
    (void)u;
    (void)z;
}

static srnn_score never(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user;
    (void)type;
    (void)rng;
    (void)response;
    return (srnn_score){.margin = -1};
}

static const char *const one_type[] = {"all"};
static const double one_label[] = {0};

static srnn_task_def plain_def(int n_in, int n_out)
{
    return (srnn_task_def){.name = "plain",
                           .n_in = n_in,
                           .n_out = n_out,
                           .T = 20,
                           .n_types = 1,
                           .type_names = one_type,
                           .labels = one_label,
                           .settings = srnn_task_settings_default(),
                           .draw_type = first_type,
                           .generate = zeros,
                           .score = never};
}

static void by_default(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task_def def = plain_def(2, 1);
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    const srnn_task_def *made = srnn_task_get_def(task);
    assert_string_equal(made->input_names[0], "input 1");
    assert_string_equal(made->input_names[1], "input 2");
    assert_string_equal(made->output_names[0], "output");
    assert_string_equal(made->input_units[1], "");
    assert_string_equal(made->output_units[0], "");
    srnn_task_free(task);
    def = plain_def(1, 2);
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    assert_string_equal(srnn_task_get_def(task)->input_names[0], "input");
    assert_string_equal(srnn_task_get_def(task)->output_names[1], "output 2");
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* They are copied; what is missing among them has its default. */
static void given(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    char cue[] = "cue";
    const char *names[] = {cue, NULL, ""}, *units[] = {NULL, "%", "m/s"}, *choice[] = {"choice"};
    srnn_task_def def = plain_def(3, 1);
    def.input_names = names;
    def.input_units = units;
    def.output_names = choice;
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    const srnn_task_def *made = srnn_task_get_def(task);
    cue[0] = 'x';
    static const char *const expected[] = {"cue", "input 2", "input 3"};
    static const char *const expected_units[] = {"", "%", "m/s"};
    for (int i = 0; i < 3; i++) {
        assert_string_equal(made->input_names[i], expected[i]);
        assert_string_equal(made->input_units[i], expected_units[i]);
    }
    assert_string_equal(made->output_names[0], "choice");
    srnn_task_free(task);
    names[2] = "left, right";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'plain' has the input 'left, right'; expected a name without ', ', which "
                "files put between names");
    names[2] = "right";
    units[0] = "m\x1b";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'plain' has the text 'm\\x1B'; expected UTF-8 without control characters");
    units[0] = "m, s"; /* no list of units is kept */
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void parameters(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *names[] = {"cost", "limit"};
    double numbers[] = {0.5, 3};
    srnn_task_def def = plain_def(1, 1);
    def.n_parameters = 2;
    def.parameter_names = names;
    def.parameters = numbers;
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    numbers[1] = NAN;
    assert_string_equal(srnn_task_get_def(task)->parameter_names[1], "limit");
    assert_true(srnn_task_get_def(task)->parameters[1] == 3);
    srnn_task_free(task);
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'plain': its parameter limit is nan; expected a finite number");
    numbers[1] = 3;
    names[0] = "";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'plain': parameter 0 has no name");
    def.parameter_names = NULL;
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'plain' has 2 parameters without parameter_names or parameters");
    srnn_ctx_free(ctx);
}

/* ---- declared ---- */

#define DECLARED(channels, outputs)                                                                \
    "{\"name\": \"mine\", \"channels\": " channels ", \"outputs\": " outputs ",\n"                 \
    "\"settings\": {\"T\": 50}, \"factors\": {\"side\": {\"left\": -1, \"right\": 1}},\n"          \
    "\"inputs\": [{\"channel\": 2, \"value\": \"side\", \"from\": 5, \"to\": 9}],\n"               \
    "\"targets\": [{\"output\": \"speed\", \"from\": 20, \"value\": \"side\"}],\n"                 \
    "\"correct\": [{\"output\": 1, \"from\": 20, \"goes_beyond\": \"side\"}]}"

static void declared(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    assert_ok(ctx, srnn_task_from_json(
                       ctx,
                       DECLARED("[\"cue\", {\"name\": \"coherence\", \"unit\": \"%\"}, \"\"]",
                                "[{\"name\": \"speed\", \"unit\": \"m/s\"}, \"choice\"]"),
                       "t.json", NULL, &task));
    const srnn_task_def *def = srnn_task_get_def(task);
    assert_int_equal(def->n_in, 3);
    assert_string_equal(def->input_names[0], "cue");
    assert_string_equal(def->input_units[0], "");
    assert_string_equal(def->input_names[1], "coherence");
    assert_string_equal(def->input_units[1], "%");
    assert_string_equal(def->input_names[2], "input 3");
    assert_string_equal(def->output_names[0], "speed");
    assert_string_equal(def->output_units[0], "m/s");
    assert_string_equal(def->output_names[1], "choice");
    float u[50][3], z[50][2];
    const srnn_trial_key key = {1, SRNN_DOMAIN_USER, 0};
    assert_ok(ctx, srnn_task_trial(ctx, task, key, 1, 50, u[0], z[0], NULL));
    assert_true(u[5][1] == 1 && z[20][0] == 1 && z[20][1] == 0);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void refusals(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {DECLARED("[\"cue\", 2]", "[\"speed\"]"),
         "t.json:1: channels has a number in it; expected names, or objects such as {\"name\": "
         "\"coherence\", \"unit\": \"%\"}"},
        {DECLARED("[{\"unit\": \"%\"}]", "[\"speed\"]"),
         "t.json:1: the name of one of the channels is missing; expected a string"},
        {DECLARED("[{\"name\": \"a\", \"unit\": 3}]", "[\"speed\"]"),
         "t.json:1: the unit of 'a' is a number; expected a string"},
        {DECLARED("[{\"name\": \"a\", \"units\": \"%\"}]", "[\"speed\"]"),
         "t.json:1: channels has no 'units'; did you mean 'unit'?"},
        {DECLARED("[\"a, b\"]", "[\"speed\"]"),
         "t.json:1: channels has the name 'a, b'; expected one without control characters and "
         "', '"},
        {DECLARED("2", "[{\"name\": \"speed\", \"unit\": \"m\\n\"}]"),
         "t.json:1: the unit of 'speed' is 'm\\x0A'; expected one without control characters"},
        {DECLARED("2", "[\"speed\", {\"name\": \"speed\", \"unit\": \"m/s\"}]"),
         "t.json:1: outputs has 'speed' twice"},
        {DECLARED("2", "[{\"name\": \"sped\"}]"),
         "t.json:4: there is no such output; expected 1 to 1, or a name"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        srnn_task *task;
        assert_says(ctx, srnn_task_from_json(ctx, cases[i][0], "t.json", NULL, &task),
                    SRNN_ERR_FILE, cases[i][1]);
    }
    srnn_ctx_free(ctx);
}

static void built_in(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = 0; srnn_task_name_at(i); i++) {
        srnn_task *task;
        assert_ok(ctx, srnn_task_built_in(ctx, srnn_task_name_at(i), NULL, &task));
        const srnn_task_def *def = srnn_task_get_def(task);
        for (int k = 0; k < def->n_in; k++) assert_null(strstr(def->input_names[k], "input"));
        assert_null(strstr(def->output_names[0], "output"));
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* ---- observed ---- */

static void observed(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *names[] = {"cue", "coherence"}, *units[] = {"", "%"};
    srnn_task_def def = plain_def(2, 1);
    def.input_names = names;
    def.input_units = units;
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    srnn_model_params params = srnn_model_params_default();
    params.N = 8;
    params.n_in = 2;
    srnn_model *model = new_model(ctx, &params);
    srnn_observe_options options = srnn_observe_options_default();
    options.n_trials = 1;
    srnn_observation o;
    assert_ok(ctx, srnn_observe(ctx, model, task, &options, &o));
    srnn_task_free(task);
    assert_string_equal(o.input_names[1], "coherence");
    assert_string_equal(o.input_units[1], "%");
    assert_string_equal(o.output_names[0], "output");
    assert_string_equal(o.output_units[0], "");
    srnn_observation_free(&o);
    assert_null(o.input_names);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_default), cmocka_unit_test(given),
                                       cmocka_unit_test(parameters), cmocka_unit_test(declared),
                                       cmocka_unit_test(refusals),   cmocka_unit_test(built_in),
                                       cmocka_unit_test(observed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
