/* Tasks declared in JSON: the built-in ones once more, what a declaration can say, and what is
   refused. */
#include "helpers.h"

static srnn_task *new_task(srnn_ctx *ctx, const char *name, const srnn_task_settings *settings)
{
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, name, settings, &task));
    return task;
}

static srnn_task *from_json(srnn_ctx *ctx, const char *json)
{
    srnn_task *task;
    assert_ok(ctx, srnn_task_from_json(ctx, json, "t.json", NULL, &task));
    return task;
}

/* ---- the built-in tasks ---- */

static uint64_t hash_def(uint64_t hash, const srnn_task_def *def)
{
    const int numbers[] = {def->n_in,           def->n_out,          def->T,
                           def->n_types,        def->stim_on,        def->stim_off,
                           def->response_on[0], def->response_on[1], (int)def->min_trials};
    hash = fnv_1a(hash, numbers, sizeof numbers);
    hash = fnv_1a(hash, def->labels, (size_t)def->n_types * sizeof *def->labels);
    for (int i = 0; i < def->n_types; i++)
        hash = fnv_1a(hash, def->type_names[i], strlen(def->type_names[i]));
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double value = srnn_task_setting_get(&def->settings, i);
        if (srnn_task_setting_at(i)->every) continue; /* the stored hashes are older */
        hash = fnv_1a(hash, &value, sizeof value);
    }
    return hash;
}

static uint64_t hash_trials(uint64_t hash, srnn_ctx *ctx, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    float *u = zeroed((size_t)(def->T + 1) * (size_t)def->n_in, sizeof *u);
    float *z = zeroed((size_t)def->T + 1, sizeof *z);
    for (uint64_t k = 0; k < 200; k++) {
        const srnn_trial_key each = {k % 7, SRNN_DOMAIN_TRAIN, k};
        const int type = k % 2 ? -1 : (int)k / 2 % def->n_types, n_cols = def->T + (int)(k / 5 % 2);
        int used;
        assert_ok(ctx, srnn_task_trial(ctx, task, each, type, n_cols, u, z, &used));
        hash = fnv_1a(hash, &used, sizeof used);
        hash = fnv_1a(hash, u, (size_t)n_cols * (size_t)def->n_in * sizeof *u);
        hash = fnv_1a(hash, z, (size_t)n_cols * sizeof *z);
    }
    free(u);
    free(z);
    return hash;
}

/* Of outputs that cross the thresholds now and then, of both networks. */
static uint64_t hash_scores(uint64_t hash, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    double *out = zeroed((size_t)def->T * 100, sizeof *out);
    srnn_rng rng = test_rng(1);
    int n_correct = 0, n = 0;
    for (uint64_t k = 0; k < 200; k++) {
        const int downsample = k % 4 ? 20 : 1;
        srnn_response r = {SRNN_RATE, def->T - 1, 1, out, 1};
        if (k % 2)
            r = (srnn_response){SRNN_SPIKING, def->T * 100 / downsample, 1, out,
                                100.0 / downsample};
        const double scale = 1.2 * srnn_rng_uniform(&rng);
        for (int i = 0; i < r.n; i++) out[i] = scale * (2 * srnn_rng_uniform(&rng) - 1);
        for (int type = 0; type < def->n_types; type++, n++) {
            const srnn_trial_key each = {3, SRNN_DOMAIN_EVAL, k};
            const srnn_score s = srnn_task_score(task, each, type, &r);
            n_correct += s.correct;
            hash = fnv_1a(hash, &s.correct, sizeof s.correct);
            hash = fnv_1a(hash, &s.value, sizeof s.value);
            hash = fnv_1a(hash, &s.margin, sizeof s.margin);
        }
    }
    assert_true(n_correct > n / 10 && n_correct < n - n / 10);
    free(out);
    return hash;
}

/* The stored hashes are those of an implementation of the three tasks in C. */
static void stored_trials_and_scores(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        srnn_task_settings settings;
        uint64_t hash;
    } cases[] = {{"go-nogo", {-1, -1, -1, -1, -1, -1, -1, -1}, UINT64_C(0x18a24fe5d2bb52d9)},
                 {"go-nogo", {420, 13, 31, -1, 0.4, -1, -1, -1}, UINT64_C(0x647d31fef1aea070)},
                 {"xor", {-1, -1, -1, -1, -1, -1, -1, -1}, UINT64_C(0x103b1f0079b2354b)},
                 {"xor", {420, 13, 31, 7, 0.4, -1, -1, -1}, UINT64_C(0xb9fe9a69852fc893)},
                 {"mante", {-1, -1, -1, -1, -1, -1, -1, -1}, UINT64_C(0x02b8bf11bda30480)},
                 {"mante", {420, 13, 31, -1, 0.4, 0.3, -1, -1}, UINT64_C(0xf91e8df0513e9ed6)},
                 {"mante", {420, 13, 31, -1, 0.4, 0.3, 1, -1}, UINT64_C(0xa19def093756c4fd)}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        srnn_task *task = new_task(ctx, cases[i].name, &cases[i].settings);
        uint64_t hash = hash_def(FNV_START, srnn_task_get_def(task));
        hash = hash_scores(hash_trials(hash, ctx, task), task);
        if (hash != cases[i].hash)
            fail_msg("case %zu: the hash of %s is 0x%016llx; stored is 0x%016llx", i, cases[i].name,
                     (unsigned long long)hash, (unsigned long long)cases[i].hash);
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* ---- what a declaration can say ---- */

/* A task with these variables, inputs, targets and rules. */
#define TASK(variables, inputs, targets, correct)                                                  \
    "{\"name\": \"mine\", \"channels\": 2, \"outputs\": [\"a\", \"b\"],\n"                         \
    "\"settings\": {\"T\": 100, \"scale\": 2},\n"                                                  \
    "\"factors\": {\"side\": {\"left\": {\"number\": -1, \"probability\": 0.25},\n"                \
    "\"right\": {\"number\": 1, \"probability\": 0.75}}},\n"                                       \
    "\"variables\": {\"one\": \"scale / 2\"" variables "},\n"                                      \
    "\"inputs\": [{\"channel\": 1, \"from\": \"10 * one\", \"to\": 20, \"value\": 1}" inputs       \
    "],\n"                                                                                         \
    "\"targets\": [{\"output\": \"b\", \"from\": 30, \"value\": \"side\"}" targets "],\n"          \
    "\"correct\": [{\"output\": 2, \"from\": 30, \"to\": 50, " correct "}]}\n"

static const srnn_trial_key key = {3, SRNN_DOMAIN_USER, 5};

static void pieces(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = from_json(
        ctx, TASK("",
                  ", {\"channel\": 2, \"from\": 40, \"duration\": 8, \"value\": 1, \"ramp_to\": 3}"
                  ", {\"channel\": 1, \"from\": 15, \"to\": 25, \"value\": 0.5}"
                  ", {\"channel\": 2, \"when\": {\"side\": \"left\"}, \"value\": 7}",
                  ", {\"output\": 1, \"from\": 50, \"value\": 2, \"period\": 10, \"phase\": 2.5}",
                  "\"goes_above\": 1"));
    const srnn_task_def *def = srnn_task_get_def(task);
    assert_string_equal(def->type_names[0], "left");
    assert_true(def->labels[0] == -1 && def->labels[1] == 1);
    assert_int_equal(def->stim_on, 10);
    assert_int_equal(def->stim_off, 48);
    assert_int_equal(def->response_on[SRNN_SPIKING], 30);
    float u[101][2], z[101][2];
    for (int type = 0; type < 2; type++) {
        assert_ok(ctx, srnn_task_trial(ctx, task, key, type, 101, u[0], z[0], NULL));
        for (int t = 0; t < 101; t++) {
            const double first = (t >= 10 && t < 20) + 0.5 * (t >= 15 && t < 25);
            const double ramp = t >= 40 && t < 48 ? 1 + 2 * (t - 40) / 8.0 : 0;
            const double wave = t >= 50 ? 2 * cos(2 * 3.14159265358979 * (t - 50) / 10.0) : 0;
            assert_near(u[t][0], first, 1e-7);
            assert_near(u[t][1], ramp + (type ? 0 : 7), 1e-6);
            assert_near(z[t][0], wave, 1e-6);
            assert_near(z[t][1], t >= 30 ? 2 * type - 1 : 0, 0);
        }
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Each distribution by its mean and spread, which the input shows. */
static void distributions(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    static const struct {
        const char *json;
        double mean, variance, least, most;
    } cases[] = {{"{\"whole\": [3, \"6 * one\"]}", 4.5, 1.25, 3, 6},
                 {"{\"uniform\": [-1, 3]}", 1, 16.0 / 12, -1, 3},
                 {"{\"normal\": [2, 0.5]}", 2, 0.25, -2, 6},
                 {"{\"exponential\": 4}", 4, 16, 0, 100}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[2048];
        snprintf(
            json, sizeof json,
            TASK(", \"x\": %s", ", {\"channel\": 2, \"value\": \"x\"}", "", "\"goes_above\": 1"),
            cases[i].json);
        srnn_task *task = from_json(ctx, json);
        enum { N = 4000 };
        double sum = 0, squares = 0;
        int n_left = 0;
        for (uint64_t k = 0; k < N; k++) {
            float u[100][2];
            int type;
            const srnn_trial_key each = {3, SRNN_DOMAIN_USER, k};
            assert_ok(ctx, srnn_task_trial(ctx, task, each, -1, 100, u[0], NULL, &type));
            const double x = (double)u[0][1];
            assert_true(x >= cases[i].least && x <= cases[i].most && u[99][1] == u[0][1]);
            assert_true(i > 0 || x == floor(x));
            sum += x;
            squares += (x - cases[i].mean) * (x - cases[i].mean);
            n_left += type == 0;
        }
        assert_near(sum / N, cases[i].mean, 4.5 * sqrt(cases[i].variance / N));
        assert_near(squares / N / cases[i].variance, 1,
                    4.5 * sqrt(8.0 / N)); /* kurtosis 9 at most */
        assert_near(n_left, N / 4.0, 4.5 * sqrt(N * 0.25 * 0.75));
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* Noise is drawn afresh in each step. */
static void noise(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = from_json(
        ctx, TASK("", ", {\"channel\": 2, \"from\": 20, \"to\": 100, \"value\": 1, \"noise\": 0.5}",
                  "", "\"goes_above\": 1"));
    double sum = 0, squares = 0, products = 0, before = 0;
    enum { N_TRIALS = 50, N = 80 * N_TRIALS };
    for (uint64_t k = 0; k < N_TRIALS; k++) {
        float u[100][2];
        const srnn_trial_key each = {3, SRNN_DOMAIN_USER, k};
        assert_ok(ctx, srnn_task_trial(ctx, task, each, -1, 100, u[0], NULL, NULL));
        assert_true(u[19][1] == 0);
        for (int t = 20; t < 100; t++) {
            const double x = ((double)u[t][1] - 1) / 0.5;
            sum += x;
            squares += x * x;
            products += x * before;
            before = x;
        }
    }
    assert_near(sum, 0, 4.5 * sqrt(N));
    assert_near(squares, N, 4.5 * sqrt(2.0 * N));
    assert_near(products, 0, 4.5 * sqrt(N));
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* ---- criteria ---- */

static void criteria(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    /* the output in the window is 0.25, 0.75, 0.25 ...; the target 1 */
    static const struct {
        const char *rule;
        double value, margin;
    } cases[] = {{"\"goes_above\": 0.7", 0.75, 0.05},
                 {"\"goes_below\": 0.3", 0.25, 0.05},
                 {"\"goes_beyond\": \"side\"", 0.75, -0.25},
                 {"\"goes_beyond\": \"-side\"", 0.25, -1.25},
                 {"\"stays_above\": 0.2", 0.25, 0.05},
                 {"\"stays_below\": 0.8", 0.75, 0.05},
                 {"\"stays_within\": 0.5", 0.75, -0.25},
                 {"\"mean_above\": 0.4", 0.5, 0.1},
                 {"\"mean_below\": 0.4", 0.5, -0.1},
                 {"\"error_below\": 0.6", 0.55901699437494745, 0.04098300562505255},
                 {"\"correlation_above\": 0.5", 0, -0.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int network = SRNN_RATE; network <= SRNN_SPIKING; network++) {
            char json[2048];
            snprintf(json, sizeof json, TASK("", "", "", "%s"), cases[i].rule);
            srnn_task *task = from_json(ctx, json);
            double out[200][2] = {{0}};
            const int per_step = network == SRNN_RATE ? 1 : 2;
            const int from = network == SRNN_RATE ? 30 : 59, n = 20 * per_step;
            for (int k = 0; k < 200; k++) {
                out[k][0] = 9;
                out[k][1] = k < from || k >= from + n ? -9 * (k % 2 ? 1 : -1) : k % 2 ? 0.75 : 0.25;
            }
            const srnn_response r = {(srnn_network)network, 99 * per_step, 2, out[0], per_step};
            const srnn_score s = srnn_task_score(task, key, 1, &r);
            assert_near(s.value, cases[i].value, 1e-15);
            assert_near(s.margin, cases[i].margin, 1e-15);
            assert_int_equal(s.correct, cases[i].margin > 0);
            srnn_task_free(task);
        }
    srnn_ctx_free(ctx);
}

/* The window of a trial follows what the trial has drawn; all rules must hold. */
static void drawn_windows(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = from_json(
        ctx, TASK(", \"go\": {\"whole\": [40, 80]}",
                  ", {\"channel\": 2, \"from\": \"go\", \"to\": 100, \"value\": 1}", "",
                  "\"stays_within\": 3}, {\"output\": 1, \"from\": \"go\", \"duration\": 1, "
                  "\"goes_above\": 0.5"));
    assert_int_equal(srnn_task_get_def(task)->response_on[SRNN_RATE], 30); /* the first rule */
    for (uint64_t k = 0; k < 50; k++) {
        float u[100][2];
        double out[99][2] = {{0}};
        const srnn_trial_key each = {3, SRNN_DOMAIN_USER, k};
        const srnn_response r = {SRNN_RATE, 99, 2, out[0], 1};
        assert_ok(ctx, srnn_task_trial(ctx, task, each, 0, 100, u[0], NULL, NULL));
        int go = 0;
        while (u[go][1] == 0) go++;
        out[go - 1][0] = out[go + 1][0] = 1;
        assert_false(srnn_task_score(task, each, 0, &r).correct);
        out[go][0] = 0.75;
        assert_true(srnn_task_score(task, each, 0, &r).correct);
        assert_near(srnn_task_score(task, each, 0, &r).margin, 0.25, 0);
        out[40][1] = -4;
        assert_false(srnn_task_score(task, each, 0, &r).correct);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* From the first step of any input on, to the end of the last; a part of a step is one. */
static void stimulus_window(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task =
        from_json(ctx, TASK("", ", {\"channel\": 2, \"from\": 15, \"to\": 30.5, \"value\": 1}", "",
                            "\"goes_above\": 1"));
    assert_int_equal(srnn_task_get_def(task)->stim_on, 10);
    assert_int_equal(srnn_task_get_def(task)->stim_off, 31);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* ---- expressions ---- */

static void expressions(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"1 + 2 * 3", 7},
                 {"(1 + 2) * 3", 9},
                 {"8 / 4 / 2", 1},
                 {"8 - 4 - 2", 2},
                 {"-2 * -3", 6},
                 {"- (1.5)", -1.5},
                 {"min(3, scale)", 2},
                 {"max(3,scale)", 3},
                 {"abs(-scale)", 2},
                 {"floor(-0.5)", -1},
                 {"ceil(0.1)", 1},
                 {"round(2.5)", 3},
                 {"0.1", 0.1},
                 {".5", 0.5},
                 {"123456.789", 123456.789},
                 {"side * scale - 1", 1},
                 {"2*(3+(4-1))/3", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[2048];
        snprintf(json, sizeof json,
                 TASK("", ", {\"channel\": 2, \"value\": \"%s\"}", "", "\"goes_above\": 1"),
                 cases[i].text);
        srnn_task *task = from_json(ctx, json);
        float u[100][2];
        assert_ok(ctx, srnn_task_trial(ctx, task, key, 1, 100, u[0], NULL, NULL));
        assert_true(u[0][1] == (float)cases[i].value);
        srnn_task_free(task);
    }
    srnn_ctx_free(ctx);
}

/* ---- refusals ---- */

/* The good task with `from` in its text replaced by `to`. */
static void refused(srnn_ctx *ctx, const char *from, const char *to, const char *sentence)
{
    static const char good[] =
        TASK(",\n\"x\": 1", ",\n{\"channel\": 2, \"value\": \"x\"}", "", "\"goes_above\": 1");
    char json[4096];
    const char *at = strstr(good, from);
    assert_non_null(at);
    snprintf(json, sizeof json, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    srnn_task *task;
    assert_says(ctx, srnn_task_from_json(ctx, json, "t.json", NULL, &task), SRNN_ERR_FILE,
                sentence);
    assert_null(task);
}

static void refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    static const char *const cases[][3] = {
        {"\"name\": \"mine\", ", "",
         "t.json:1: name is missing; expected 1 to 63 letters, digits, '-' and '_'"},
        {"\"name\"", "\"nam\"", "t.json:1: a task has no 'nam'; did you mean 'name'?"},
        {"\"channels\": 2", "\"channels\": 0",
         "t.json:1: channels is out of range; expected a whole number, 1 to 10000"},
        {"\"T\": 100", "\"T\": 1.5", "t.json:2: T is 1.5; expected a whole number, 2 to 10000000"},
        {"\"T\": 100", "\"X\": 1",
         "t.json:2: settings has no T; expected \"settings\": {\"T\": steps of a trial, ...}"},
        {"\"scale\": 2", "\"scale\": 2, \"more\": 1",
         "t.json:2: 'more' is used nowhere; expected it in an expression"},
        {"0.25}", "0.5}",
         "t.json:3: the probabilities of factor 'side' add up to 1.25; expected 1"},
        {"\"scale / 2\"", "\"scal / 2\"",
         "t.json:5: one is 'scal / 2': 'scal' is unknown; did you mean 'scale'?"},
        {"\"x\": 1", "\"x\": \"1 +\"",
         "t.json:6: x is '1 +': it ends where a number or a name is expected"},
        {"\"x\": 1", "\"x\": \"1 / (scale - 2)\"",
         "t.json:6: this variable is not finite in some left trial; expected no division by what "
         "may be 0"},
        {"\"scale\": 2", "\"scale\": 1e39", "t.json:2: scale is 1e+39; expected -1e9 to 1e9"},
        {"\"x\": 1", "\"x\": 1e308", "t.json:6: x is 1e+308; expected -1e9 to 1e9"},
        {"\"x\": 1", "\"x\": \"999999999 * 999999999\"",
         "t.json:6: this variable is 1e+18 in some left trial; expected -1e9 to 1e9"},
        {"\"x\": 1", "\"x\": {\"exponential\": 1e8}",
         "t.json:6: this variable is 2.3e+09 in some left trial; expected -1e9 to 1e9"},
        {"\"x\": 1", "\"x\": {\"exponential\": 0}",
         "t.json:6: the mean of exponential is 0; expected above 0"},
        {"\"x\": 1", "\"x\": {\"normal\": [0, -1e39]}",
         "t.json:6: normal is -1e+39; expected -1e9 to 1e9"},
        {"\"x\": 1", "\"x\": {\"whole\": [4, 3]}",
         "t.json:6: whole is 4 to 3 in some trial; expected a whole number between"},
        {"\"x\": 1", "\"x\": {\"normall\": [4, 3]}",
         "t.json:6: x has no 'normall'; did you mean 'normal'?"},
        {"\"to\": 20", "\"to\": 120",
         "t.json:7: T is 100; expected at least 120 steps: an input ends at step 120 in some left "
         "trial"},
        {"\"to\": 20", "\"to\": 101",
         "t.json:7: T is 100; expected at least 101 steps: an input ends at step 101 in some left "
         "trial"},
        {"\"to\": 20", "\"duration\": -1",
         "t.json:7: duration is -1 in some left trial; expected 0 or more"},
        {"\"to\": 20", "\"to\": 10",
         "t.json:7: an input ends at step 10, where it begins or before; expected beyond 10"},
        {"\"to\": 20", "\"to\": 3000000000", "t.json:7: to is 3e+09; expected -1e9 to 1e9"},
        {"\"to\": 20", "\"duration\": 2147483647",
         "t.json:7: duration is 2.14748e+09; expected -1e9 to 1e9"},
        {"\"to\": 20", "\"to\": \"50000 * 50000\"",
         "t.json:7: to is 2.5e+09 in some left trial; expected -1e9 to 1e9"},
        {"\"value\": \"x\"", "\"value\": \"x\", \"period\": 1e-300",
         "t.json:8: period is 1e-300 in some trial; expected 0.001 or more"},
        {"\"value\": \"x\"", "\"value\": \"x\", \"period\": 9, \"phase\": \"50000 * 50000\"",
         "t.json:8: phase is 2.5e+09 in some left trial; expected -1e9 to 1e9"},
        {"\"value\": \"x\"", "\"value\": \"x + (1 + side) * 1000000000\"",
         "t.json:8: value is 2e+09 in some right trial; expected -1e9 to 1e9"},
        {"\"value\": \"x\"", "\"value\": 1e39", "t.json:8: value is 1e+39; expected -1e9 to 1e9"},
        {"\"value\": \"x\"", "\"value\": \"x\", \"noise\": 2e9",
         "t.json:8: noise is 2e+09; expected -1e9 to 1e9"},
        {"\"value\": \"x\"", "\"to\": 90, \"value\": \"x\", \"ramp_to\": -1e308",
         "t.json:8: ramp_to is -1e+308; expected -1e9 to 1e9"},
        {"\"goes_above\": 1", "\"goes_above\": 1e300",
         "t.json:10: goes_above is 1e+300; expected -1e9 to 1e9"},
        {"\"channel\": 2", "\"channel\": 3", "t.json:8: there is no such channel; expected 1 to 2"},
        {"\"value\": \"x\"", "\"value\": true",
         "t.json:8: value is true; expected a number, or a string with an expression"},
        {"\"value\": \"x\"", "\"value\": \"x\", \"when\": {\"side\": \"lefd\"}",
         "t.json:8: when: side has no 'lefd'; did you mean 'left'?"},
        {"\"value\": \"x\"", "\"value\": \"x\", \"noise\": -1",
         "t.json:8: noise is -1 in some trial; expected 0 or more"},
        {"\"output\": \"b\"", "\"output\": \"c\"",
         "t.json:9: there is no such output; expected 1 to 2, or a name"},
        {"\"from\": 30, \"to\": 50", "\"from\": 99",
         "t.json:10: T is 100; expected more than 100 steps: the response window begins at step 99 "
         "in some left trial"},
        {"\"from\": 30, \"to\": 50", "\"from\": 50, \"to\": 50",
         "t.json:10: the response window ends at step 50, where it begins or before; expected "
         "beyond 50"},
        {"\"from\": 30, \"value\": \"side\"", "\"from\": 100, \"value\": \"side\"",
         "t.json:9: T is 100; expected more than 100 steps: a target begins at step 100 in some "
         "left "
         "trial"},
        {"\"goes_above\": 1", "\"when\": {\"network\": \"rate\"}, \"goes_above\": 1",
         "t.json:10: no rule is for left trials of the spiking network; expected one at least"},
        {"\"goes_above\": 1", "\"goes_above\": 1, \"goes_below\": 1",
         "t.json:10: a rule of correct has 2 criteria; expected one of goes_above, goes_below, "
         "goes_beyond, stays_above, stays_below, stays_within, mean_above, mean_below, "
         "error_below, "
         "correlation_above"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(ctx, cases[i][0], cases[i][1], cases[i][2]);
    srnn_task *task;
    static const char *const texts[][2] = {{"{\n\"name\": \"a\",\n}", "t.json:3: "},
                                           {"", "t.json:1: "},
                                           {"{\"name\": 1, \"name\": 2}", "t.json:1: dup"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(srnn_task_from_json(ctx, texts[i][0], "t.json", NULL, &task),
                         SRNN_ERR_FILE);
        assert_memory_equal(srnn_ctx_message(ctx), texts[i][1], strlen(texts[i][1]));
    }
    char deep[8000]; /* of brackets in an expression */
    memset(deep, '(', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    char json[10000];
    snprintf(json, sizeof json, TASK(", \"x\": \"%s\"", "", "", "\"goes_above\": 1"), deep);
    assert_int_equal(srnn_task_from_json(ctx, json, "t.json", NULL, &task), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "it goes too deep"));
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stored_trials_and_scores),
                                       cmocka_unit_test(pieces),
                                       cmocka_unit_test(distributions),
                                       cmocka_unit_test(noise),
                                       cmocka_unit_test(criteria),
                                       cmocka_unit_test(drawn_windows),
                                       cmocka_unit_test(stimulus_window),
                                       cmocka_unit_test(expressions),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests_name("declared", tests, NULL, NULL);
}
