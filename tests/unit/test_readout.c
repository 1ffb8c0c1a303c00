/* The readout refitted to the spiking network: that it is the minimum it claims to be, that
   simulations use it, what it belongs to, and files. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

enum { N = 16, T = 50, TYPES = 2, OF_TYPE = 8, ALL = TYPES * OF_TYPE, STEPS = T - 1 };

typedef struct fixture {
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
    srnn_readout_options o;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f.ctx = new_ctx(NULL, 2);
    srnn_task_settings s = srnn_task_settings_default();
    s.T = T;
    s.stim_on = 5;
    s.stim_dur = 10;
    assert_ok(f.ctx, srnn_task_named(f.ctx, "go-nogo", &s, &f.task));
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.seed = 5;
    f.model = new_model(f.ctx, &p);
    srnn_train_options train = srnn_train_options_default();
    train.n_trials = 200;
    assert_ok(f.ctx, srnn_train(f.ctx, f.model, f.task, &train));
    f.o = srnn_readout_options_default();
    f.o.seed = 9;
    f.o.fit_trials = OF_TYPE;
    f.o.test_trials = 6;
    f.o.spiking.conversion.scaling_factor = 30;
    f.o.spiking.precision = SRNN_DOUBLE;
    *state = &f;
    return make_test_folder(NULL);
}

static int tear_down(void **state)
{
    fixture *f = *state;
    srnn_model_free(f->model);
    srnn_task_free(f->task);
    srnn_ctx_free(f->ctx);
    return remove_test_folder(NULL);
}

/* x[ALL][STEPS][N], o[ALL][STEPS] of the trials that the fit has. */
static void samples(const fixture *f, double *x, double *o)
{
    const srnn_operating_point p = srnn_model_get_operating_point(f->model);
    const bool scaled = f->o.spiking.conversion.by == SRNN_BY_SCALING_FACTOR;
    for (int k = 0; k < ALL; k++) {
        const srnn_trial_key key = {f->o.seed, SRNN_DOMAIN_CALIBRATE, (uint64_t)k};
        float u[T + 1], rate_o[T];
        assert_ok(f->ctx, srnn_task_trial(f->ctx, f->task, key, k % TYPES, T + 1, u, NULL, NULL));
        srnn_rate_input rate = srnn_rate_input_default();
        rate.T = T;
        rate.u = u;
        rate.key = key;
        assert_ok(f->ctx, srnn_rate_run(f->ctx, f->model, &rate, &(srnn_rate_output){.o = rate_o}));
        srnn_recording recording = srnn_recording_default();
        recording.what = SRNN_RECORD_R;
        const srnn_spiking_input input = {.C = T + 1, .u = u, .key = key};
        srnn_spiking_result s;
        assert_ok(f->ctx,
                  srnn_spiking_run(f->ctx, f->model, &f->o.spiking, &input, &recording, &s));
        for (int t = 0; t < STEPS; t++) {
            o[k * STEPS + t] = (double)rate_o[t];
            for (int i = 0; i < N; i++) {
                /* one of 5 ms's end, or the next of 0.05 ms */
                const double r = s.r[(size_t)(100 * (t + 1)) * N + (size_t)i < (size_t)s.nt * N
                                         ? (size_t)(100 * (t + 1)) * N + (size_t)i
                                         : (size_t)(100 * (t + 1) - 1) * N + (size_t)i];
                x[(size_t)(k * STEPS + t) * N + (size_t)i] =
                    scaled ? r / f->o.spiking.conversion.scaling_factor
                           : p.scale[i] * r + p.offset[i];
            }
        }
        srnn_spiking_result_free(&s);
    }
}

/* The gradient of the mean square error + shrinkage * mean variance * |w - w_out|^2 is zero. */
static void assert_minimum(const fixture *f, double shrinkage)
{
    double *x = calloc((size_t)ALL * STEPS * N, sizeof *x), o[ALL * STEPS];
    assert_non_null(x);
    samples(f, x, o);
    const srnn_model_view view = srnn_model_get_view(f->model);
    const srnn_readout readout = srnn_model_get_readout(f->model);
    double mean[N] = {0}, variance = 0, gradient[N] = {0}, bias = 0, scale = 0;
    const int n = ALL * STEPS;
    for (int s = 0; s < n; s++)
        for (int i = 0; i < N; i++) mean[i] += x[s * N + i] / n;
    for (int s = 0; s < n; s++) {
        double error = o[s] - (double)readout.b_out[0];
        for (int i = 0; i < N; i++) {
            variance += (x[s * N + i] - mean[i]) * (x[s * N + i] - mean[i]) / n / N;
            error -= (double)readout.w_out[i] * x[s * N + i];
        }
        bias += error / n;
        for (int i = 0; i < N; i++) {
            gradient[i] += error * x[s * N + i] / n;
            scale += fabs(o[s] * x[s * N + i]) / n / N;
        }
    }
    assert_near(bias, 0, 1e-5);
    double moved = 0;
    for (int i = 0; i < N; i++) {
        const double shift = (double)(readout.w_out[i] - view.w_out[i]);
        assert_near(gradient[i], shrinkage * variance * shift, 1e-4 * scale);
        moved += fabs(shift);
    }
    assert_true(moved > 0.01);
    free(x);
}

static void minimum(void **state)
{
    const fixture *f = *state;
    srnn_readout_result r;
    assert_ok(f->ctx, srnn_fit_readout(f->ctx, f->model, f->task, &f->o, &r));
    assert_true(r.rmse < r.rmse_before);
    assert_minimum(f, r.shrinkage);
    assert_int_equal(r.test_trials, 6);
    const srnn_readout readout = srnn_model_get_readout(f->model);
    assert_true(readout.scaling_factor == 30 && readout.n_trials == 6);
    assert_true(readout.perf == r.test_correct / 6.0);

    /* what it lacked before, over the trials held out: 3 and 7 of each type */
    double *x = calloc((size_t)ALL * STEPS * N, sizeof *x), o[ALL * STEPS], squares = 0;
    samples(f, x, o);
    const srnn_model_view view = srnn_model_get_view(f->model);
    for (int s = 0; s < ALL * STEPS; s++) {
        if (s / STEPS / TYPES % 4 != 3) continue;
        double error = o[s] - (double)view.b_out[0];
        for (int i = 0; i < N; i++) error -= (double)view.w_out[i] * x[s * N + i];
        squares += error * error / (ALL * STEPS / 4);
    }
    assert_near(r.rmse_before, sqrt(squares), 1e-3 * sqrt(squares));
    free(x);
}

/* out of every step from the recorded r. */
static void used(void **state)
{
    const fixture *f = *state;
    srnn_readout_result r;
    assert_ok(f->ctx, srnn_fit_readout(f->ctx, f->model, f->task, &f->o, &r));
    const srnn_readout readout = srnn_model_get_readout(f->model);
    srnn_spiking_params p = f->o.spiking;
    float u[T + 1] = {0};
    const srnn_spiking_input input = {.C = T + 1, .u = u, .key = {1, SRNN_DOMAIN_USER, 0}};
    srnn_recording recording = srnn_recording_default();
    recording.what = SRNN_RECORD_R;
    for (int k = 0; k < 2; k++) {
        p.conversion.use_readout = k;
        srnn_spiking_result s;
        assert_ok(f->ctx, srnn_spiking_run(f->ctx, f->model, &p, &input, &recording, &s));
        const float *w = k ? readout.w_out : srnn_model_get_view(f->model).w_out;
        for (int t = 0; t < s.nt; t += 97) {
            double out = k ? (double)readout.b_out[0] : 0;
            for (int i = 0; i < N; i++) out += (double)w[i] * s.r[(size_t)t * N + (size_t)i] / 30;
            assert_near(s.out[t], out, 1e-9 * (1 + fabs(out)));
        }
        srnn_spiking_result_free(&s);
    }
}

static void operating_point(void **state)
{
    fixture f = *(const fixture *)*state;
    double gain[N], bias[N], scale[N], offset[N];
    for (int i = 0; i < N; i++) {
        gain[i] = 1 + 0.1 * i;
        bias[i] = 0.2 * i;
        scale[i] = i == 3 ? 0 : 0.02;
        offset[i] = 0.05;
    }
    const srnn_operating_point point = {.gain = gain,
                                        .bias_mv = bias,
                                        .scale = scale,
                                        .offset = offset,
                                        .widening = NAN,
                                        .shot_noise_cost = NAN,
                                        .perf = NAN};
    assert_ok(f.ctx, srnn_model_set_operating_point(f.ctx, f.model, &point));
    f.o.spiking.conversion.by = SRNN_BY_OPERATING_POINT;
    srnn_readout_result r;
    assert_ok(f.ctx, srnn_fit_readout(f.ctx, f.model, f.task, &f.o, &r));
    assert_true(isnan(srnn_model_get_readout(f.model).scaling_factor));
    assert_minimum(&f, r.shrinkage);
    /* it is of that operating point, and goes with it */
    assert_ok(f.ctx, srnn_model_set_operating_point(f.ctx, f.model, &point));
    assert_null(srnn_model_get_readout(f.model).w_out);
    assert_ok(f.ctx, srnn_model_set_operating_point(f.ctx, f.model, NULL));
}

static void belongs(void **state)
{
    const fixture *f = *state;
    srnn_spiking_evaluation e;
    srnn_spiking_params p = f->o.spiking;
    p.conversion.use_readout = true;
    assert_ok(f->ctx, srnn_model_set_readout(f->ctx, f->model, NULL));
    assert_says(f->ctx, srnn_spiking_evaluate(f->ctx, f->model, f->task, &p, NULL, &e),
                SRNN_ERR_ARGUMENT,
                "the network has no refitted readout; expected one that a search with readout "
                "ridge found");
    srnn_readout_result r;
    assert_ok(f->ctx, srnn_fit_readout(f->ctx, f->model, f->task, &f->o, &r));
    p.conversion.scaling_factor = 31;
    assert_says(f->ctx, srnn_spiking_evaluate(f->ctx, f->model, f->task, &p, NULL, &e),
                SRNN_ERR_ARGUMENT,
                "the refitted readout is of scaling factor 30; expected that conversion");
    p.conversion.scaling_factor = 30;
    p.conversion.use_initial_weights = true;
    assert_int_equal(srnn_spiking_evaluate(f->ctx, f->model, f->task, &p, NULL, &e),
                     SRNN_ERR_ARGUMENT);
    srnn_readout_options bad = f->o;
    bad.fit_trials = 3;
    assert_says(f->ctx, srnn_fit_readout(f->ctx, f->model, f->task, &bad, &r), SRNN_ERR_ARGUMENT,
                "fit_trials is 3; expected 4 to 10000");
    assert_non_null(srnn_model_get_readout(f->model).w_out);
}

static void threads(void **state)
{
    const fixture *f = *state;
    srnn_readout_result r;
    float w[2][N];
    for (int k = 0; k < 2; k++) {
        srnn_ctx *ctx = new_ctx(k ? "baseline" : NULL, k ? 1 : 3);
        assert_ok(ctx, srnn_fit_readout(ctx, f->model, f->task, &f->o, &r));
        memcpy(w[k], srnn_model_get_readout(f->model).w_out, sizeof w[k]);
        srnn_ctx_free(ctx);
    }
    assert_memory_equal(w[0], w[1], sizeof w[0]);
}

static void files(void **state)
{
    const fixture *f = *state;
    srnn_readout_result r;
    assert_ok(f->ctx, srnn_fit_readout(f->ctx, f->model, f->task, &f->o, &r));
    const srnn_readout before = srnn_model_get_readout(f->model);
    assert_ok(f->ctx, srnn_model_save(f->ctx, f->model, at("saved.mat")));
    assert_ok(f->ctx, srnn_model_save_pth(f->ctx, f->model, at("saved.pth")));
    srnn_model *plain;
    assert_ok(f->ctx, srnn_model_load(f->ctx, at("saved.mat"), &plain));
    assert_ok(f->ctx, srnn_model_set_readout(f->ctx, plain, NULL));
    assert_ok(f->ctx, srnn_model_save(f->ctx, plain, at("added.mat")));
    assert_ok(f->ctx, srnn_model_save_readout(f->ctx, at("added.mat"), f->model));
    const char *const names[] = {"saved.mat", "saved.pth", "added.mat"};
    for (int k = 0; k < 3; k++) {
        srnn_model *model;
        assert_ok(f->ctx, srnn_model_load(f->ctx, at(names[k]), &model));
        const srnn_readout after = srnn_model_get_readout(model);
        assert_memory_equal(after.w_out, before.w_out, N * sizeof(float));
        assert_true(after.b_out[0] == before.b_out[0] && after.scaling_factor == 30);
        assert_true(after.perf == before.perf && after.n_trials == 6);
        assert_string_equal(after.settings, before.settings);
        srnn_model_free(model);
    }
    /* without one, the file's goes */
    assert_ok(f->ctx, srnn_model_save_readout(f->ctx, at("added.mat"), plain));
    srnn_model_free(plain);
    var_list list = read_list(at("added.mat"));
    for (size_t k = 0; k < list.n; k++) assert_true(strncmp(list.vars[k]->name, "readout", 7) != 0);
    /* half of one, or one that is no number */
    static const double no_number[N] = {[2] = (double)NAN};
    put(&list, new_doubles("readout_w_out", 1, N, no_number));
    write_list(at("half.mat"), &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    srnn_model *model;
    assert_int_equal(srnn_model_load(f->ctx, at("half.mat"), &model), SRNN_ERR_FORMAT);
    put(&list, new_doubles("readout_b_out", 1, 1, no_number));
    write_list(at("nan.mat"), &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    assert_int_equal(srnn_model_load(f->ctx, at("nan.mat"), &model), SRNN_ERR_FORMAT);
    assert_non_null(strstr(srnn_ctx_message(f->ctx), "'readout_w_out' has nan"));
    list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(minimum),         cmocka_unit_test(used),
                                       cmocka_unit_test(operating_point), cmocka_unit_test(belongs),
                                       cmocka_unit_test(threads),         cmocka_unit_test(files)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
