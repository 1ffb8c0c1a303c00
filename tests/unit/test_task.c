/* Go-NoGo as the paper has it, its scoring at the thresholds, and a task of one's own. */
#include "helpers.h"

static const double pi = 3.14159265358979324;

enum { GO = 0, NOGO = 1 };

static const srnn_trial_key key = {3, SRNN_DOMAIN_USER, 5};

static void trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    assert_int_equal(srnn_task_type_index(task, "go"), GO);
    assert_int_equal(srnn_task_type_index(task, "nogo"), NOGO);
    assert_int_equal(srnn_task_type_index(task, "maybe"), -1);
    float u[201], z[201];
    for (int n_cols = 200; n_cols <= 201; n_cols++)
        for (int type = GO; type <= NOGO; type++) {
            int used;
            assert_ok(ctx, srnn_task_trial(ctx, task, key, type, n_cols, u, z, &used));
            assert_int_equal(used, type);
            for (int t = 0; t < n_cols; t++) {
                assert_true(u[t] == (type == GO && t >= 50 && t < 75));
                assert_true(z[t] == (type == GO && t >= 75));
            }
        }
    assert_says(ctx, srnn_task_trial(ctx, task, key, GO, 199, u, z, NULL), SRNN_ERR_ARGUMENT,
                "n_cols is 199; expected T = 200 or T + 1");
    int n_go = 0;
    for (uint64_t k = 0; k < 2000; k++) {
        int used;
        const srnn_trial_key each = {3, SRNN_DOMAIN_USER, k};
        assert_ok(ctx, srnn_task_trial(ctx, task, each, -1, 200, u, NULL, &used));
        n_go += used == GO;
    }
    assert_near(n_go, 1000, 4.5 * sqrt(2000 * 0.25));
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static srnn_score score(const srnn_task *task, int type, const srnn_response *response)
{
    return srnn_task_score(task, key, type, response);
}

/* The rate network answers from output 75 on: above 0.7, or within 0.3 on both sides. */
static void rate_scores(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    double o[199] = {0};
    const srnn_response r = {SRNN_RATE, 199, 1, o, 1};
    o[74] = 1; /* too early for a Go, and no harm in a NoGo trial */
    assert_false(score(task, GO, &r).correct);
    assert_true(score(task, NOGO, &r).correct);
    o[75] = 0.7;
    assert_false(score(task, GO, &r).correct); /* at the threshold is not above it */
    o[75] = 0.701;
    assert_true(score(task, GO, &r).correct);
    assert_near(score(task, GO, &r).value, 0.701, 0);
    assert_near(score(task, GO, &r).margin, 0.001, 1e-15);
    o[75] = 0;
    o[198] = -0.3;
    assert_false(score(task, NOGO, &r).correct);
    o[198] = nextafter(-0.3, 0);
    assert_true(score(task, NOGO, &r).correct);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* The spiking network answers from the 10,000th step of 0.05 ms on, or the one at the
   same time when it is downsampled; a NoGo output may be negative. */
static void spiking_scores(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    double *out = zeroed(20000, sizeof *out);
    for (int downsample = 1; downsample <= 2; downsample++) {
        const int first = 10000 / downsample - 1;
        const srnn_response r = {SRNN_SPIKING, 20000 / downsample, 1, out, 100.0 / downsample};
        assert_int_equal(srnn_response_sample(&r, 100), first);
        out[first - 1] = 5;
        assert_false(score(task, GO, &r).correct);
        assert_true(score(task, NOGO, &r).correct);
        out[first - 1] = 0;
        out[first] = 0.8;
        assert_true(score(task, GO, &r).correct);
        assert_false(score(task, NOGO, &r).correct);
        out[first] = -5;
        assert_true(score(task, NOGO, &r).correct);
        out[first] = 0;
    }
    free(out);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void settings(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    srnn_task_settings s = srnn_task_settings_default();
    s.T = 120;
    s.stim_on = 10;
    s.stim_dur = 30;
    s.eval_amp_thresh = 0.3;
    assert_ok(ctx, srnn_task_named(ctx, "Go_NoGo", &s, &task));
    float u[120], z[120];
    assert_ok(ctx, srnn_task_trial(ctx, task, key, GO, 120, u, z, NULL));
    for (int t = 0; t < 120; t++) {
        assert_true(u[t] == (t >= 10 && t < 40));
        assert_true(z[t] == (t >= 40));
    }
    double o[119] = {[60] = 0.31};
    const srnn_response r = {SRNN_RATE, 119, 1, o, 1};
    assert_true(score(task, GO, &r).correct);
    srnn_task_free(task);
    s.T = 65;
    assert_int_equal(srnn_task_named(ctx, "go-nogo", &s, &task), SRNN_ERR_ARGUMENT);
    assert_null(task);
    assert_says(ctx, srnn_task_named(ctx, "go-no", NULL, &task), SRNN_ERR_ARGUMENT,
                "task 'go-no' is unknown; did you mean 'go-nogo'?");
    srnn_ctx_free(ctx);
}

/* ---- xor and mante ---- */

static srnn_task *new_task(srnn_ctx *ctx, const char *name, const srnn_task_settings *settings)
{
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, name, settings, &task));
    return task;
}

/* Every type is as likely as any other. */
static void assert_types_even(srnn_ctx *ctx, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    enum { N_TRIALS = 4000 };
    int counts[SRNN_TYPES_MAX] = {0};
    float *u = zeroed((size_t)(def->T * def->n_in), sizeof *u);
    for (uint64_t k = 0; k < N_TRIALS; k++) {
        int type;
        const srnn_trial_key each = {8, SRNN_DOMAIN_USER, k};
        assert_ok(ctx, srnn_task_trial(ctx, task, each, -1, def->T, u, NULL, &type));
        counts[type]++;
    }
    const double p = 1.0 / def->n_types;
    for (int type = 0; type < def->n_types; type++)
        assert_near(counts[type], N_TRIALS * p, 4.5 * sqrt(N_TRIALS * p * (1 - p)));
    free(u);
}

static void xor_trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_task(ctx, "XOR", NULL);
    static const struct {
        const char *type;
        float first, second, target;
    } types[] = {{"++", 1, 1, 1}, {"+-", 1, -1, -1}, {"-+", -1, 1, -1}, {"--", -1, -1, 1}};
    float u[301][2], z[301];
    for (int n_cols = 300; n_cols <= 301; n_cols++)
        for (int k = 0; k < 4; k++) {
            const int type = srnn_task_type_index(task, types[k].type);
            assert_ok(ctx, srnn_task_trial(ctx, task, key, type, n_cols, u[0], z, NULL));
            assert_true(srnn_task_get_def(task)->labels[type] == types[k].target);
            for (int t = 0; t < n_cols; t++) {
                assert_true(u[t][0] == (t >= 50 && t < 100 ? types[k].first : 0));
                assert_true(u[t][1] == (t >= 110 && t < 160 ? types[k].second : 0));
                assert_true(z[t] == (t >= 170 && t < 270 ? types[k].target : 0));
            }
        }
    assert_types_even(ctx, task);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Beyond the threshold towards the label's sign, from sample `from` on and not before. */
static void assert_sign_score(const srnn_task *task, int type, srnn_response r, double *out,
                              int from)
{
    const double sign = srnn_task_get_def(task)->labels[type];
    out[from - 1] = 2 * sign;
    assert_false(score(task, type, &r).correct);
    out[from - 1] = 0;
    const int places[] = {from, r.n - 1};
    for (int i = 0; i < 2; i++) {
        out[places[i]] = 0.7 * sign; /* at the threshold is not beyond it */
        assert_false(score(task, type, &r).correct);
        out[places[i]] = 0.8 * sign;
        assert_true(score(task, type, &r).correct);
        assert_near(score(task, type, &r).value, 0.8 * sign, 0);
        assert_near(score(task, type, &r).margin, 0.1, 1e-15);
        out[places[i]] = -0.8 * sign;
        assert_false(score(task, type, &r).correct);
        out[places[i]] = 0;
    }
}

/* In both networks; spiking samples are counted as in the paper's code, 1-based, in steps of
   0.05 ms. */
static void assert_windows(const char *name, int rate_from, int spiking_from)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_task(ctx, name, NULL);
    const srnn_task_def *def = srnn_task_get_def(task);
    double *out = zeroed((size_t)def->T * 100, sizeof *out);
    for (int type = 0; type < def->n_types; type++) {
        const srnn_response rate = {SRNN_RATE, def->T - 1, 1, out, 1};
        assert_sign_score(task, type, rate, out, rate_from);
        for (int downsample = 1; downsample <= 2; downsample++) {
            const srnn_response spiking = {SRNN_SPIKING, def->T * 100 / downsample, 1, out,
                                           100.0 / downsample};
            assert_sign_score(task, type, spiking, out, spiking_from / downsample - 1);
        }
    }
    free(out);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void xor_scores(void **state)
{
    (void)state;
    assert_windows("xor", 200, 20000);
}

static void mante_scores(void **state)
{
    (void)state;
    assert_windows("mante", 499 - 200, 26000);
}

static void mante_trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task_settings s = srnn_task_settings_default();
    s.constant = 1;
    s.offset = 0.25;
    srnn_task *noisy = new_task(ctx, "mante", NULL), *constant = new_task(ctx, "mante", &s);
    float u[501][4], z[501];
    for (int type = 0; type < 8; type++) {
        const char *name = srnn_task_get_def(noisy)->type_names[type];
        const int context = name[0] - '1';
        const double signs[2] = {name[1] == '+' ? 1 : -1, name[2] == '+' ? 1 : -1};
        assert_true(srnn_task_get_def(noisy)->labels[type] == signs[context]);
        double sum[2] = {0}, squares[2] = {0}, product = 0;
        enum { N_TRIALS = 20 };
        for (uint64_t k = 0; k < N_TRIALS; k++) {
            const srnn_trial_key each = {8, SRNN_DOMAIN_USER, k};
            assert_ok(ctx, srnn_task_trial(ctx, noisy, each, type, 501, u[0], z, NULL));
            for (int t = 0; t < 501; t++) {
                const bool on = t >= 50 && t < 250;
                assert_true(u[t][2 + context] == 1 && u[t][3 - context] == 0);
                assert_true(z[t] == (t >= 250 ? signs[context] : 0));
                double noise[2] = {0};
                for (int m = 0; m < 2; m++) {
                    if (!on) assert_true(u[t][m] == 0);
                    if (on) noise[m] = u[t][m] - 0.5 * signs[m];
                    sum[m] += noise[m];
                    squares[m] += noise[m] * noise[m];
                }
                product += noise[0] * noise[1];
            }
        }
        const double n = N_TRIALS * 200; /* N(0, 1), a fresh draw each step and channel */
        for (int m = 0; m < 2; m++) {
            assert_near(sum[m], 0, 4.5 * sqrt(n));
            assert_near(squares[m], n, 4.5 * sqrt(2 * n));
        }
        assert_near(product, 0, 4.5 * sqrt(n));
        assert_ok(ctx, srnn_task_trial(ctx, constant, key, type, 500, u[0], z, NULL));
        for (int t = 0; t < 500; t++)
            for (int m = 0; m < 2; m++)
                assert_true(u[t][m] == (t >= 50 && t < 250 ? 0.25 * signs[m] : 0));
    }
    assert_types_even(ctx, noisy);
    srnn_task_free(noisy);
    srnn_task_free(constant);
    srnn_ctx_free(ctx);
}

static void dms_trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_task(ctx, "dms", NULL);
    int delays[101] = {0};
    float u[401], z[401];
    enum { N_TRIALS = 3000 };
    for (uint64_t k = 0; k < N_TRIALS; k++) {
        const srnn_trial_key each = {8, SRNN_DOMAIN_USER, k};
        int type;
        assert_ok(ctx, srnn_task_trial(ctx, task, each, -1, 401, u, z, &type));
        const char *name = srnn_task_get_def(task)->type_names[type];
        const float sample = name[0] == '+' ? 1 : -1, probe = name[1] == '+' ? 1 : -1;
        int second = 100;
        while (u[second] == 0) second++;
        assert_true(second >= 150 && second <= 200); /* a delay of 50 to 100 */
        delays[second - 100]++;
        for (int t = 0; t < 401; t++) {
            const bool on = t >= 50 && t < 100, again = t >= second && t < second + 50;
            assert_true(u[t] == (on ? sample : again ? probe : 0));
            assert_true(z[t] == (t >= 260 && t < 360 ? sample * probe : 0));
        }
    }
    double chi_squared = 0;
    for (int d = 50; d <= 100; d++) chi_squared += pow(delays[d] - N_TRIALS / 51.0, 2);
    chi_squared /= N_TRIALS / 51.0;
    assert_near(chi_squared, 50, 4.5 * sqrt(100)); /* 50 degrees of freedom */
    assert_types_even(ctx, task);
    srnn_task_free(task);
    assert_windows("dms", 290, 29000);
    srnn_ctx_free(ctx);
}

/* A response that is a wave of this amplitude, offset and phase (steps). */
static srnn_score score_wave(const srnn_task *task, srnn_network network, int downsample,
                             double amplitude, double offset, double phase)
{
    const double per_step = network == SRNN_RATE ? 1 : 100.0 / downsample;
    const int n = network == SRNN_RATE ? 399 : (int)(400 * per_step);
    double *out = zeroed((size_t)n, sizeof *out);
    for (int k = 0; k < n; k++) {
        const double step = (k + (network == SRNN_SPIKING)) / per_step;
        out[k] = offset + (step >= 45 ? amplitude * sin(2 * pi * (step - 45 - phase) / 100) : 9);
    }
    const srnn_response r = {network, n, 1, out, per_step};
    const srnn_score s = score(task, 0, &r);
    free(out);
    return s;
}

static void oscillation(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_task(ctx, "oscillation", NULL);
    float u[401], z[401];
    assert_ok(ctx, srnn_task_trial(ctx, task, key, -1, 401, u, z, NULL));
    for (int t = 0; t < 401; t++) {
        assert_true(u[t] == (t >= 20 && t < 45));
        assert_near(z[t], t >= 45 ? sin(2 * pi * (t - 45) / 100) : 0, 1e-6);
    }
    for (int downsample = 0; downsample <= 2; downsample++) {
        const srnn_network network = downsample ? SRNN_SPIKING : SRNN_RATE;
        const srnn_score same = score_wave(task, network, downsample, 0.2, 3, 0);
        assert_true(same.correct);
        assert_near(same.value, 1, 2e-3); /* scale and offset do not matter */
        const srnn_score late = score_wave(task, network, downsample, 1, 0, 100.0 / 8);
        assert_near(late.value, sqrt(0.5), 0.02);
        assert_false(late.correct);
        assert_near(late.margin, late.value - 0.8, 1e-12);
        assert_true(score_wave(task, network, downsample, 1, 0, 9).correct); /* cos .56 = .84 */
        assert_near(score_wave(task, network, downsample, -1, 0, 0).value, -1, 2e-3);
        assert_near(score_wave(task, network, downsample, 0, 1, 0).value, 0, 0);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Windows move with the stimulus; what does not fit is refused. */
static void other_settings(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task_settings s = srnn_task_settings_default();
    s.T = 102;
    s.stim_on = 5;
    s.stim_dur = 20;
    s.delay = 15;
    srnn_task *task = new_task(ctx, "xor", &s);
    float u[102][2], z[102];
    assert_ok(ctx, srnn_task_trial(ctx, task, key, 3, 102, u[0], z, NULL));
    for (int t = 0; t < 102; t++) {
        assert_true(u[t][0] == (t >= 5 && t < 25 ? -1 : 0));
        assert_true(u[t][1] == (t >= 40 && t < 60 ? -1 : 0));
        assert_true(z[t] == (t >= 70)); /* to the end: it is shorter than the target */
    }
    double o[101] = {[99] = 1};
    const srnn_response r = {SRNN_RATE, 101, 1, o, 1};
    assert_false(score(task, 3, &r).correct); /* only from 60 + 40 on */
    o[100] = 1;
    assert_true(score(task, 3, &r).correct);
    srnn_task_free(task);
    s.T = 101;
    assert_says(
        ctx, srnn_task_named(ctx, "xor", &s, &task), SRNN_ERR_ARGUMENT,
        "task 'xor' with stim_on 5, stim_dur 20, delay 15: T is 101; expected more than 101 steps: "
        "the response window begins at step 100 in some ++ trial");
    s = srnn_task_settings_default();
    s.T = 300;
    task = new_task(ctx, "mante", &s); /* the last 200 steps would begin in the stimulus */
    double out[299] = {[249] = 1};
    const srnn_response short_r = {SRNN_RATE, 299, 1, out, 1};
    assert_false(score(task, 0, &short_r).correct);
    out[250] = 1;
    assert_true(score(task, 0, &short_r).correct);
    srnn_task_free(task);
    s.offset = 0;
    assert_says(ctx, srnn_task_named(ctx, "mante", &s, &task), SRNN_ERR_ARGUMENT,
                "offset is 0; expected a number above 0");
    s.offset = 1;
    s.constant = 2;
    assert_says(ctx, srnn_task_named(ctx, "mante", &s, &task), SRNN_ERR_ARGUMENT,
                "task 'mante' with offset 1, constant 2: noise is -1 in some trial; expected 0 or "
                "more");
    s.constant = -1;
    s.eval_amp_thresh = INFINITY;
    assert_says(ctx, srnn_task_named(ctx, "mante", &s, &task), SRNN_ERR_ARGUMENT,
                "eval_amp_thresh is inf; expected a number above 0");
    s.stim_dur = 0;
    assert_says(ctx, srnn_task_named(ctx, "dms", &s, &task), SRNN_ERR_ARGUMENT,
                "stim_dur is 0; expected a whole number, 1 to 10000000");
    srnn_ctx_free(ctx);
}

/* ---- a task of one's own: three channels, two outputs; say which channel is on ---- */

static int freed;

static void free_mine(void *user)
{
    (void)user;
    freed++;
}

static int draw_mine(void *user, srnn_rng *rng)
{
    (void)user;
    return (int)(3 * srnn_rng_uniform(rng));
}

static void generate_mine(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const float *strength = user;
    for (int t = 5; t < 15; t++) u[3 * t + type] = *strength + 0.1f * (float)srnn_rng_normal(rng);
    for (int t = 15; t < n_cols; t++) {
        z[2 * t] = (float)(type - 1);
        z[2 * t + 1] = 1;
    }
}

/* The margin is the first input above its mean: the draws of generate come again. */
static srnn_score score_mine(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user;
    const int last = response->n - 1;
    const double value = response->out[2 * last] - (type - 1);
    return (srnn_score){
        .correct = fabs(value) < 0.5, .value = value, .margin = srnn_rng_normal(rng)};
}

static void score_mine_into(void *user, int type, srnn_rng *rng, const srnn_response *response,
                            srnn_score *score)
{
    *score = score_mine(user, type, rng, response);
}

static void own_task(void **state)
{
    (void)state;
    static const char *const names[] = {"left", "middle", "right"};
    static const double labels[] = {-1, 0, 1};
    float strength = 2;
    const srnn_task_def def = {.name = "where",
                               .n_in = 3,
                               .n_out = 2,
                               .T = 40,
                               .n_types = 3,
                               .type_names = names,
                               .labels = labels,
                               .stim_on = 5,
                               .stim_off = 15,
                               .min_trials = 20,
                               .settings = srnn_task_settings_default(),
                               .user = &strength,
                               .destroy = free_mine,
                               .draw_type = draw_mine,
                               .generate = generate_mine,
                               .score = score_mine};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    float u[40 * 3];
    const double silent[39 * 2] = {0};
    const srnn_response nothing = {SRNN_RATE, 39, 2, silent, 1};
    assert_ok(ctx, srnn_task_trial(ctx, task, key, 2, 40, u, NULL, NULL));
    const double drawn = srnn_task_score(task, key, 2, &nothing).margin;
    assert_near(drawn, ((double)u[3 * 5 + 2] - 2) / 0.1, 1e-5);
    srnn_task_def other_way = def;
    other_way.destroy = NULL;
    other_way.score = NULL;
    srnn_task *same;
    assert_says(ctx, srnn_task_create(ctx, &other_way, &same), SRNN_ERR_ARGUMENT,
                "task 'where' lacks type_names, labels, draw_type, generate or score");
    other_way.score_into = score_mine_into;
    assert_ok(ctx, srnn_task_create(ctx, &other_way, &same));
    const srnn_score into = srnn_task_score(same, key, 2, &nothing);
    assert_true(into.margin == drawn);
    srnn_task_free(same);

    srnn_model_params p = srnn_model_params_default();
    p.N = 60;
    p.n_in = 3;
    p.n_out = 2;
    p.seed = 5;
    srnn_model *model = new_model(ctx, &p);
    srnn_train_options train = srnn_train_options_default();
    train.n_trials = 800;
    train.loss_threshold = 3;
    assert_ok(ctx, srnn_train(ctx, model, task, &train));
    assert_true(srnn_model_get_training(model).eval_perf_mean > 0.6); /* chance: 1/3 */
    assert_string_equal(srnn_model_task_name(model), "where");

    srnn_rate_eval_options balanced = srnn_rate_eval_options_default();
    balanced.balanced = true;
    balanced.n_trials = 20;
    srnn_rate_evaluation rate;
    assert_ok(ctx, srnn_rate_evaluate(ctx, model, task, &balanced, &rate));
    assert_int_equal(rate.n_trials, 60);
    for (int i = 0; i < 3; i++) assert_int_equal(rate.types[i].n, 20);
    srnn_search_options search = srnn_search_options_default();
    search.n_trials = 5;
    srnn_search_result result;
    assert_ok(ctx, srnn_search(ctx, model, task, &search, &result));
    assert_int_equal(result.n_trials, 5);
    srnn_search_result_free(&result);

    srnn_task *other = new_go_nogo(ctx);
    assert_says(ctx, srnn_rate_evaluate(ctx, model, other, NULL, &rate), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has 1 input channels, but the network's w_in has 3");
    srnn_task_free(other);
    srnn_model_free(model);
    freed = 0;
    srnn_task_free(task);
    assert_int_equal(freed, 1);

    srnn_task_def bad = def;
    bad.n_types = 0;
    assert_says(ctx, srnn_task_create(ctx, &bad, &task), SRNN_ERR_ARGUMENT,
                "task 'where': n_types is 0; expected 1 to 64");
    bad = def;
    bad.settings = (srnn_task_settings){0}; /* would make files that cannot be read */
    assert_says(ctx, srnn_task_create(ctx, &bad, &task), SRNN_ERR_ARGUMENT,
                "task 'where': its setting T is 0; expected what files can keep, or "
                "srnn_task_settings_default() for none");
    bad = def;
    bad.settings.offset = NAN;
    assert_int_equal(srnn_task_create(ctx, &bad, &task), SRNN_ERR_ARGUMENT);
    bad = def;
    bad.score = NULL;
    assert_int_equal(srnn_task_create(ctx, &bad, &task), SRNN_ERR_ARGUMENT);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials),         cmocka_unit_test(rate_scores),
        cmocka_unit_test(spiking_scores), cmocka_unit_test(settings),
        cmocka_unit_test(xor_trials),     cmocka_unit_test(xor_scores),
        cmocka_unit_test(mante_trials),   cmocka_unit_test(mante_scores),
        cmocka_unit_test(dms_trials),     cmocka_unit_test(oscillation),
        cmocka_unit_test(other_settings), cmocka_unit_test(own_task)};
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
