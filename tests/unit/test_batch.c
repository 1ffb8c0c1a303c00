/* Updates from several trials: their mean gradient, its largest norm. In both precisions
   (SRNN__RATE_DOUBLE). */
#include "helpers.h"

#include "rate/network.h"

#if defined(SRNN__RATE_DOUBLE)
static const double rounding = 1e-12;
#else
static const double rounding = 2e-4; /* of sums of some thousand products */
#endif

enum { N = 30, N_IN = 2, N_OUT = 2, T = 60, B = 5 };

static srnn_model *network(srnn_ctx *ctx, int n_taus, bool dale, int n_in, int n_out)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = n_in;
    p.n_out = n_out;
    p.P_inh = 0.4;
    p.som_N = dale ? 2 : 0;
    p.apply_dale = dale;
    p.n_taus = n_taus;
    p.seed = 6;
    return new_model(ctx, &p);
}

typedef struct trials {
    float u[B][T * N_IN], z[B][T * N_OUT];
    const float *rows[B];
    srnn__rate_draws draws[B];
} trials;

static void draw_trials(trials *t)
{
    srnn_rng rng = test_rng(3);
    for (int b = 0; b < B; b++) {
        for (int k = 0; k < T * N_IN; k++) t->u[b][k] = (float)srnn_rng_normal(&rng);
        for (int k = 0; k < T * N_OUT; k++) t->z[b][k] = (float)srnn_rng_normal(&rng);
        t->rows[b] = t->u[b];
        t->draws[b] = (srnn__rate_draws){.key = {1, SRNN_DOMAIN_TRAIN, (uint64_t)b}, .sd = 0.1};
    }
}

/* The gradient of trials first ... first + n - 1, run as one batch, is added. */
static void add_gradient(srnn_ctx *ctx, const srnn__rate_net *net, const trials *t, int first,
                         int n, double *sum)
{
    srnn__rate_pass pass;
    srnn__params sums, gradient;
    assert_ok(ctx, srnn__rate_pass_init(ctx, net, n, T, true, true, &pass));
    assert_true(srnn__params_alloc(net, &sums) && srnn__params_alloc(net, &gradient));
    real *d_o = zeroed((size_t)(n * (T - 1) * N_OUT), sizeof *d_o);
    srnn__rate_forward(net, &pass, t->rows + first, t->draws + first);
    for (int b = 0; b < n; b++)
        srnn__rate_loss(net, &pass, b, t->z[first + b], SRNN_L2, d_o + b * (T - 1) * N_OUT);
    srnn__rate_backward(net, &pass, NULL, d_o, 0, &sums);
    srnn__rate_collect(net, &sums, &gradient);
    srnn__rate_finish_gradient(net, &gradient);
    for (size_t k = 0; k < net->n_flat; k++) sum[k] += (double)gradient.flat[k];
    free(d_o);
    free(sums.flat);
    free(gradient.flat);
    srnn__rate_pass_free(&pass);
}

static void the_gradient_is_the_sum(void **state)
{
    (void)state;
    static trials t;
    draw_trials(&t);
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int kind = 0; kind < 4; kind++) {
        srnn_model *model = network(ctx, 1 + kind % 2, kind / 2, N_IN, N_OUT);
        srnn__rate_net net;
        assert_ok(ctx, srnn__rate_net_init(ctx, model, &net));
        double *together = zeroed(net.n_flat, sizeof *together);
        double *alone = zeroed(net.n_flat, sizeof *alone);
        add_gradient(ctx, &net, &t, 0, B, together);
        for (int b = 0; b < B; b++) add_gradient(ctx, &net, &t, b, 1, alone);
        double most = 0;
        for (size_t k = 0; k < net.n_flat; k++) most = fmax(most, fabs(alone[k]));
        assert_true(most > 0.01);
        for (size_t k = 0; k < net.n_flat; k++) assert_near(together[k], alone[k], rounding * most);
        free(together);
        free(alone);
        srnn__rate_net_free(&net);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

/* ---- the trainer ---- */

static srnn_train_options options(int batch, int64_t n_trials)
{
    srnn_train_options o = srnn_train_options_default();
    o.seed = 3;
    o.batch = batch;
    o.n_trials = n_trials;
    o.eval_trials = 2;
    return o;
}

/* Loss of training trial k by the network as it is, and its gradient, through public functions. */
static double loss_of_trial(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                            uint64_t k, float *dw_out)
{
    float u[200], z[200];
    srnn_rate_input input = srnn_rate_input_default();
    input.T = 200;
    input.u = u;
    input.key = (srnn_trial_key){3, SRNN_DOMAIN_TRAIN, k};
    srnn_rate_gradient gradient = {.dw_out = dw_out};
    assert_ok(ctx, srnn_task_trial(ctx, task, input.key, -1, 200, u, z, NULL));
    assert_ok(ctx, srnn_rate_backward(ctx, model, &input, z, SRNN_L2, &gradient));
    return gradient.loss;
}

/* Update tr has trials tr * batch ... and keeps their mean loss. */
static void every_update_has_its_trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_train_options o = options(3, 2);
    o.lr = 1e-30; /* the network stays as it is */
    srnn_model *model = network(ctx, 2, true, 1, 1);
    double losses[6];
    for (uint64_t k = 0; k < 6; k++) losses[k] = loss_of_trial(ctx, model, task, k, NULL);
    assert_ok(ctx, srnn_train(ctx, model, task, &o));
    const srnn_training_record r = srnn_model_get_training(model);
    assert_int_equal(r.n_losses, 2);
    for (int tr = 0; tr < 2; tr++) {
        const double *l = losses + 3 * tr;
        assert_near(r.losses[tr], (l[0] + l[1] + l[2]) / 3, 1e-6);
    }
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* How far one update moves the parameters. With a large epsilon Adam's step is lr / epsilon
   times the gradient, so with lr = epsilon it shows the gradient itself. */
static double first_step(srnn_ctx *ctx, const srnn_task *task, int batch, double grad_clip,
                         float *w_out)
{
    srnn_train_options o = options(batch, 1);
    o.lr = o.epsilon = 1e6;
    o.grad_clip = grad_clip;
    srnn_model *model = network(ctx, 2, true, 1, 1), *before = network(ctx, 2, true, 1, 1);
    assert_ok(ctx, srnn_train(ctx, model, task, &o));
    double sum = 0;
    const float *const pairs[][2] = {{model->w, before->w},
                                     {model->w_out, before->w_out},
                                     {model->b_out, before->b_out},
                                     {model->taus_gaus, before->taus_gaus}};
    const int counts[] = {N * N, N, 1, N};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < counts[i]; k++)
            sum += pow((double)pairs[i][0][k] - (double)pairs[i][1][k], 2);
    for (int k = 0; k < N; k++) w_out[k] = model->w_out[k] - before->w_out[k];
    srnn_model_free(model);
    srnn_model_free(before);
    return sqrt(sum);
}

static void the_mean_is_used(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 2, true, 1, 1);
    for (int batch = 2; batch <= 9; batch += 7) {
        float step[N], dw_out[N];
        double mean[N] = {0};
        first_step(ctx, task, batch, INFINITY, step);
        for (int b = 0; b < batch; b++) {
            loss_of_trial(ctx, model, task, (uint64_t)b, dw_out);
            for (int k = 0; k < N; k++) mean[k] += (double)dw_out[k] / batch;
        }
        for (int k = 0; k < N; k++) /* Adam shrinks it by |mean|/epsilon */
            assert_near(step[k], -mean[k], 1e-5 + 2e-5 * fabs(mean[k]));
    }
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void clipping(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    for (int batch = 1; batch <= 4; batch += 3) {
        float whole[N], clipped[N];
        const double norm = first_step(ctx, task, batch, INFINITY, whole);
        assert_true(norm > 0.1);
        assert_near(first_step(ctx, task, batch, 1.01 * norm, clipped), norm, 0);
        assert_near(first_step(ctx, task, batch, norm / 1.5, clipped), norm / 1.5, 1e-4 * norm);
        assert_near(first_step(ctx, task, batch, norm / 4, clipped), norm / 4, 1e-4 * norm);
        for (int k = 0; k < N; k++) assert_near(clipped[k], whole[k] / 4, 1e-5 * norm);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Threads and instruction set make no difference. */
static void same_bits_with(int batch, srnn_w_gradient w_gradient, double penalty)
{
    srnn_model *first = NULL;
    for (int i = 0; i < N_ISA_NAMES; i++)
        for (int threads = 1; threads <= 3; threads++) {
            srnn_ctx *ctx = new_ctx(isa_names[i], threads);
            if (!ctx) continue;
            srnn_task *task = new_go_nogo(ctx);
            srnn_train_options o = options(batch, 12);
            o.grad_clip = 0.5;
            o.w_gradient = w_gradient;
            o.penalties.L1_rec = o.penalties.L2_firing_rate = penalty;
            srnn_model *model = network(ctx, 2, true, 1, 1);
            assert_ok(ctx, srnn_train(ctx, model, task, &o));
            if (!first) first = model;
            assert_memory_equal(model->w, first->w, N * N * sizeof(float));
            assert_memory_equal(model->w_out, first->w_out, N * sizeof(float));
            assert_memory_equal(model->training.losses, first->training.losses,
                                12 * sizeof(double));
            if (model != first) srnn_model_free(model);
            srnn_task_free(task);
            srnn_ctx_free(ctx);
        }
    srnn_model_free(first);
}

static void same_bits(void **state)
{
    (void)state;
    for (int batch = 1; batch <= 9; batch += 8)
        for (int penalty = 0; penalty < 2; penalty++) {
            same_bits_with(batch, SRNN_GRADIENT_MASKED, penalty);
            same_bits_with(batch, SRNN_GRADIENT_STRAIGHT, penalty);
        }
}

/* Every trial of an evaluation is that trial run alone. */
static void evaluated_trials(void **state)
{
    (void)state;
    enum { K = 40, STEPS = 200 };
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 2, true, 1, 1);
    static double o[(STEPS - 1) * K];
    double label[K], type[K], correct[K], value[K], loss = 0;
    srnn_rate_eval_options options = srnn_rate_eval_options_default();
    options.seed = 8;
    options.n_trials = K / 2;
    options.balanced = true;
    srnn_rate_evaluation result, same;
    const srnn_rate_trials every = {o, label, type, correct, value};
    assert_ok(ctx, srnn_rate_evaluate_trials(ctx, model, task, &options, &result, &every));
    assert_ok(ctx, srnn_rate_evaluate(ctx, model, task, &options, &same));
    assert_memory_equal(&same, &result, sizeof same);
    int n_correct = 0;
    for (int k = 0; k < K; k++) {
        float u[STEPS], z[STEPS], alone[STEPS - 1];
        srnn_rate_input input = srnn_rate_input_default();
        input.T = STEPS;
        input.u = u;
        input.key = (srnn_trial_key){8, SRNN_DOMAIN_EVAL, (uint64_t)k};
        assert_ok(ctx, srnn_task_trial(ctx, task, input.key, k % 2, STEPS, u, z, NULL));
        assert_ok(ctx, srnn_rate_run(ctx, model, &input, &(srnn_rate_output){.o = alone}));
        double square = 0;
        for (int t = 0; t < STEPS - 1; t++) {
            assert_true((float)o[t * K + k] == alone[t]);
            square += pow((double)alone[t] - (double)z[t], 2);
        }
        loss += sqrt(square) / K;
        assert_true(type[k] == k % 2 && label[k] == srnn_task_get_def(task)->labels[k % 2]);
        if (k % 2 == 0) assert_int_equal(value[k] > 0.7, correct[k] == 1); /* go */
        n_correct += correct[k] == 1;
    }
    assert_int_equal(n_correct, result.correct);
    assert_near(loss, result.loss_mean, 1e-5);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_gradient_is_the_sum),
                                       cmocka_unit_test(every_update_has_its_trials),
                                       cmocka_unit_test(the_mean_is_used),
                                       cmocka_unit_test(clipping),
                                       cmocka_unit_test(same_bits),
                                       cmocka_unit_test(evaluated_trials)};
    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
