/* The trainer: schedule of evaluations, stopping, what learns and what does not,
   interruption; the loss. */
#include "helpers.h"
#include "model/model_internal.h"

static srnn_model *network(srnn_ctx *ctx, int n_taus)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 30;
    p.n_taus = n_taus;
    p.seed = 2;
    return new_model(ctx, &p);
}

static srnn_train_options options(int64_t n_trials)
{
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = n_trials;
    o.eval_trials = 10;
    return o;
}

/* The outputs and labels on record are those of the last evaluation. */
static void assert_outputs_give_evaluation(const srnn_training_record *r)
{
    int correct = 0;
    double loss = 0;
    for (int k = 0; k < 10; k++) {
        double most = 0, squares = 0;
        const bool go = r->eval_labels[k] == 1;
        for (int t = 0; t < 199; t++) {
            const double o = r->eval_os[t * 10 + k], error = o - (go && t >= 75);
            if (t >= 75) most = fmax(most, go ? o : fabs(o));
            squares += error * error;
        }
        correct += go ? most > 0.7 : most < 0.3;
        loss += sqrt(squares);
    }
    assert_near(r->eval_perf_mean, correct / 10.0, 1e-12);
    assert_near(r->eval_loss_mean, loss / 10, 1e-9);
}

static void schedule_of_evaluations(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 2);
    srnn_train_options o = options(202);
    assert_ok(ctx, srnn_train(ctx, model, task, &o));
    const srnn_training_record r = srnn_model_get_training(model);
    assert_int_equal(r.n_losses, 202);
    assert_int_equal(r.tr, 201);
    assert_int_equal(r.n_evals, 3);
    for (int k = 0; k < 3; k++) assert_true(r.eval_tr[k] == 1 + 100 * k);
    assert_true(r.eval_perf_mean == r.eval_perf_curve[2]);
    assert_true(r.eval_loss_mean == r.eval_loss_curve[2]);
    assert_outputs_give_evaluation(&r);
    assert_int_equal(r.eval_trials, 10);
    assert_int_equal(r.eval_T, 199);
    assert_int_equal(r.T, 200);
    for (int k = 0; k < 10; k++) assert_true(r.eval_labels[k] == 0 || r.eval_labels[k] == 1);
    for (int k = 0; k < 202; k++) assert_true(r.losses[k] > 0 && isfinite(r.losses[k]));
    assert_string_equal(srnn_model_task_name(model), "go-nogo");

    /* every evaluation draws trials of its own */
    srnn_model *shorter = network(ctx, 2);
    o.n_trials = 102;
    assert_ok(ctx, srnn_train(ctx, shorter, task, &o));
    const double *labels = srnn_model_get_training(shorter).eval_labels;
    assert_true(memcmp(labels, r.eval_labels, 10 * sizeof *labels) != 0);
    srnn_model_free(shorter);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* SPEC section 3's rule over the evaluations of a training that went to its end. */
static int64_t stops_at(const srnn_training_record *r, int64_t min_trials, double loss, double perf)
{
    for (int k = 0; k < r->n_evals; k++)
        if (r->eval_loss_curve[k] < loss && r->eval_perf_curve[k] > perf &&
            r->eval_tr[k] > (double)min_trials)
            return (int64_t)r->eval_tr[k];
    return -1;
}

/* Mean loss below, accuracy above, the trial index above: each decides once, and
   none of them is "or equal". */
static void stopping_rule(void **state)
{
    (void)state;
    enum { N_TRIALS = 450 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    assert_int_equal(srnn_task_get_def(task)->min_trials, 1500);
    srnn_model *whole = network(ctx, 2);
    srnn_train_options o = options(N_TRIALS);
    o.loss_threshold = 1e-9;
    assert_ok(ctx, srnn_train(ctx, whole, task, &o));
    const srnn_training_record all = srnn_model_get_training(whole);
    assert_int_equal(all.n_evals, 5);
    assert_int_equal(all.tr, N_TRIALS - 1);
    assert_false(all.reached);
    double least_loss = INFINITY, best_perf = 0;
    for (int k = 1; k < 4; k++) {
        least_loss = fmin(least_loss, all.eval_loss_curve[k]);
        best_perf = fmax(best_perf, all.eval_perf_curve[k]);
    }
    assert_true(all.eval_perf_curve[1] > 0 && best_perf < 1);
    const struct {
        int64_t min_trials;
        double loss, perf;
    } cases[] = {{0, 1e9, 0},
                 {100, 1e9, 0},
                 {101, 1e9, 0},
                 {0, least_loss, 0},
                 {0, nextafter(least_loss, INFINITY), 0},
                 {0, 1e9, best_perf},
                 {0, 1e9, nextafter(best_perf, 0)},
                 {-1, 1e9, 0}};
    int64_t stops[sizeof cases / sizeof *cases];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        o.min_trials = cases[k].min_trials;
        o.loss_threshold = cases[k].loss;
        o.perf_threshold = cases[k].perf;
        srnn_model *model = network(ctx, 2);
        assert_ok(ctx, srnn_train(ctx, model, task, &o));
        const srnn_training_record r = srnn_model_get_training(model);
        stops[k] = stops_at(&all, o.min_trials < 0 ? 1500 : o.min_trials, o.loss_threshold,
                            o.perf_threshold);
        assert_int_equal(r.reached, stops[k] >= 0);
        assert_int_equal(r.tr, stops[k] >= 0 ? stops[k] : N_TRIALS - 1);
        srnn_model_free(model);
    }
    assert_true(stops[1] == 101 && stops[2] == 201); /* the index decides */
    assert_true(stops[4] >= 101 && stops[3] != stops[4]);
    assert_true(stops[6] >= 101 && stops[5] != stops[6]);
    assert_int_equal(stops[7], -1);
    srnn_model_free(whole);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* Absent connections stay absent under Dale's principle, w_in never learns,
   taus_gaus only with two taus; everything else does. */
static void what_learns(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    for (int n_taus = 1; n_taus <= 2; n_taus++) {
        srnn_model *before = network(ctx, n_taus), *after = network(ctx, n_taus);
        after->search.opt_scaling_factor = 30; /* of the weights before */
        srnn_train_options o = options(30);
        assert_ok(ctx, srnn_train(ctx, after, task, &o));
        const srnn_model_view b = srnn_model_get_view(before), a = srnn_model_get_view(after);
        int changed = 0, present = 0;
        for (int k = 0; k < 30 * 30; k++) {
            if (b.w[k] == 0) assert_true(a.w[k] == 0);
            present += b.w[k] != 0;
            changed += a.w[k] != b.w[k];
        }
        assert_true(changed > present / 2);
        assert_memory_equal(a.w_in, b.w_in, 30 * sizeof *a.w_in);
        assert_memory_equal(a.w0, b.w, 30 * 30 * sizeof *a.w);
        assert_memory_equal(a.taus_gaus0, b.taus_gaus, 30 * sizeof *a.taus_gaus);
        assert_true(a.b_out[0] != b.b_out[0]);
        assert_true(isnan(srnn_model_get_search(after).opt_scaling_factor));
        for (int i = 0; i < 30; i++) {
            assert_true(a.w_out[i] != b.w_out[i]);
            assert_int_equal(a.taus_gaus[i] != b.taus_gaus[i], n_taus == 2);
        }
        srnn_model_free(before);
        srnn_model_free(after);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* The first losses of a training are those of its trials run one by one. */
static void what_is_held_fixed(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    for (unsigned learn = 1; learn <= SRNN_LEARN_ALL; learn++) {
        srnn_model *before = network(ctx, 2), *after = network(ctx, 2);
        srnn_train_options o = options(4);
        o.learn = learn;
        assert_ok(ctx, srnn_train(ctx, after, task, &o));
        const srnn_model_view b = srnn_model_get_view(before), a = srnn_model_get_view(after);
        assert_int_equal(memcmp(a.w, b.w, 30 * 30 * sizeof *a.w) != 0, learn & 1);
        assert_int_equal(memcmp(a.w_out, b.w_out, 30 * sizeof *a.w_out) != 0, learn >> 1 & 1);
        assert_int_equal(a.b_out[0] != b.b_out[0], learn >> 2 & 1);
        assert_int_equal(memcmp(a.taus_gaus, b.taus_gaus, 30 * sizeof *a.taus_gaus) != 0,
                         learn >> 3 & 1);
        assert_int_equal(memcmp(a.w_in, b.w_in, 30 * sizeof *a.w_in) != 0, learn >> 4);
        assert_memory_equal(a.w_in0, b.w_in, 30 * sizeof *a.w_in);
        srnn_model_free(before);
        srnn_model_free(after);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void nothing_can_learn(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 1);
    srnn_train_options o = options(2);
    o.learn = SRNN_LEARN_TAUS;
    assert_int_equal(srnn_train(ctx, model, task, &o), SRNN_ERR_ARGUMENT);
    assert_non_null(strstr(srnn_ctx_message(ctx), "learn is taus alone"));
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void loss_is_the_root_of_the_sum(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    for (int loss = SRNN_L2; loss <= SRNN_L1; loss++) {
        srnn_model *model = network(ctx, 2), *trained = network(ctx, 2);
        srnn_train_options train = options(1);
        train.seed = 9;
        train.loss = (srnn_loss)loss;
        assert_ok(ctx, srnn_train(ctx, trained, task, &train));
        float u[200], z[200], o[199], x0[200 * 30];
        srnn_rate_input input = srnn_rate_input_default();
        input.T = 200;
        input.u = u;
        input.key = (srnn_trial_key){9, SRNN_DOMAIN_TRAIN, 0};
        assert_ok(ctx, srnn_task_trial(ctx, task, input.key, -1, 200, u, z, NULL));
        const srnn_rate_output output = {.x = x0, .o = o};
        assert_ok(ctx, srnn_rate_run(ctx, model, &input, &output));
        double sum = 0;
        for (int k = 0; k < 199; k++) {
            const double error = (double)o[k] - (double)z[k];
            sum += loss == SRNN_L1 ? fabs(error) : error * error;
        }
        const srnn_training_record r = srnn_model_get_training(trained);
        assert_near(r.losses[0], loss == SRNN_L1 ? sum : sqrt(sum), 1e-12 * sum);
        assert_memory_equal(r.x0, x0, sizeof x0);
        /* the record's last trial is the trained network's */
        assert_ok(ctx, srnn_rate_run(ctx, trained, &input, &output));
        assert_memory_equal(r.x, x0, sizeof x0);
        assert_memory_equal(r.o, o, sizeof o);
        assert_memory_equal(r.u, u, sizeof u);
        assert_memory_equal(r.target, z, sizeof z);
        srnn_model_free(model);
        srnn_model_free(trained);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static int stop_after(void *user, const srnn_progress *progress)
{
    assert_string_equal(progress->phase, "train");
    return progress->done >= *(const int64_t *)user;
}

static void interruption(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 2), *whole = network(ctx, 2);
    srnn_train_options o = options(100);
    int64_t limit = 40;
    srnn_ctx_set_progress(ctx, stop_after, &limit);
    assert_int_equal(srnn_train(ctx, model, task, &o), SRNN_CANCELLED);
    srnn_ctx_set_progress(ctx, NULL, NULL);
    const srnn_training_record r = srnn_model_get_training(model);
    assert_true(r.n_losses >= 40 && r.n_losses < 100);
    /* it is where a training of so many trials ends */
    o.n_trials = r.n_losses;
    assert_ok(ctx, srnn_train(ctx, whole, task, &o));
    assert_memory_equal(srnn_model_get_view(model).w, srnn_model_get_view(whole).w,
                        30 * 30 * sizeof(float));
    assert_memory_equal(r.x, srnn_model_get_training(whole).x, 200 * 30 * sizeof(float));
    srnn_model_free(model);
    srnn_model_free(whole);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static int stop_at_once(void *user, const srnn_progress *progress)
{
    assert_string_equal(progress->phase, "evaluate");
    assert_int_equal(progress->total, 1000);
    ++*(int *)user;
    return 1;
}

static void evaluation_stops_too(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 2);
    srnn_rate_eval_options o = srnn_rate_eval_options_default();
    o.n_trials = 1000;
    int calls = 0;
    srnn_ctx_set_progress(ctx, stop_at_once, &calls);
    srnn_rate_evaluation e;
    assert_int_equal(srnn_rate_evaluate(ctx, model, task, &o, &e), SRNN_CANCELLED);
    assert_non_null(strstr(srnn_ctx_message(ctx), "of 1000 rate trials"));
    assert_int_equal(calls, 1);
    srnn_ctx_set_progress(ctx, NULL, NULL);
    assert_ok(ctx, srnn_rate_evaluate(ctx, model, task, &o, &e));
    assert_int_equal(e.n_trials, 1000);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void bad_options(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *model = network(ctx, 2);
#define REFUSED(field, given, sentence)                                                            \
    do {                                                                                           \
        srnn_train_options o = options(1);                                                         \
        o.field = given;                                                                           \
        assert_says(ctx, srnn_train(ctx, model, task, &o), SRNN_ERR_ARGUMENT, sentence);           \
    } while (0)
    REFUSED(n_trials, 0, "n_trials is 0; expected 1 to 1000000000");
    REFUSED(lr, 0, "lr is 0; expected a number above 0");
    REFUSED(lr, INFINITY, "lr is inf; expected a number above 0");
    REFUSED(beta1, 1, "beta1 is 1; expected 0 to below 1");
    REFUSED(eval_freq, 0, "eval_freq is 0; expected 1 or more");
    REFUSED(eval_trials, 0, "eval_trials is 0; expected 1 to 1000000");
    REFUSED(loss_threshold, -7, "loss_threshold is -7; expected a number above 0");
    REFUSED(noise, -0.1, "noise is -0.1; expected 0 or more");
    REFUSED(learn, 32, "learn is 32; expected 1 to 31");
    REFUSED(learn, 0, "learn is 0; expected 1 to 31");
    REFUSED(w_gradient, 3, "w_gradient is 3; expected masked, straight or initial");
    REFUSED(penalties.L1_rec, -1, "L1_rec is -1; expected 0 or more");
    REFUSED(penalties.L2_firing_rate, INFINITY, "L2_firing_rate is inf; expected 0 or more");
    REFUSED(adam, 5, "adam is 5; expected standard or tensorflow");
    REFUSED(loss, 9, "loss_fn is 9; expected l2 or l1");
#undef REFUSED
    srnn_rate_evaluation evaluation;
    srnn_rate_eval_options e = srnn_rate_eval_options_default();
    e.noise = NAN;
    assert_says(ctx, srnn_rate_evaluate(ctx, model, task, &e, &evaluation), SRNN_ERR_ARGUMENT,
                "noise is nan; expected 0 or more");
    e = srnn_rate_eval_options_default();
    e.loss = 9;
    assert_says(ctx, srnn_rate_evaluate(ctx, model, task, &e, &evaluation), SRNN_ERR_ARGUMENT,
                "loss is 9; expected l2 or l1");
    assert_int_equal(srnn_model_get_training(model).tr, -1); /* still untrained */
    srnn_train_options wild = options(200);
    wild.lr = 1e38;
    assert_int_equal(srnn_train(ctx, model, task, &wild), SRNN_ERR_NUMERIC);
    assert_non_null(strstr(srnn_ctx_message(ctx), "training trial"));
    wild.n_trials = 1; /* nothing follows that would show it */
    assert_int_equal(srnn_train(ctx, model, task, &wild), SRNN_ERR_NUMERIC);
    for (int k = 0; k < 30 * 30; k++) assert_true(isfinite(model->w[k]));
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* A gradient of 1e21 leaves weights and first moments finite, but its square is beyond float. */
static void second_moment_overflows(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    srnn_model *model;
    srnn_model_params params = srnn_model_params_default();
    params.N = 10;
    assert_int_equal(srnn_task_named(ctx, "go-nogo", NULL, &task), SRNN_OK);
    assert_int_equal(srnn_model_create(ctx, &params, &model), SRNN_OK);
    srnn_train_options o = options(1);
    o.learn = SRNN_LEARN_W_OUT;
    o.penalties.L2_out = 1e23;
    assert_int_equal(srnn_train(ctx, model, task, &o), SRNN_ERR_NUMERIC);
    assert_non_null(strstr(srnn_ctx_message(ctx), "training trial 0: the network is not finite"));
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(schedule_of_evaluations),
                                       cmocka_unit_test(stopping_rule),
                                       cmocka_unit_test(what_learns),
                                       cmocka_unit_test(what_is_held_fixed),
                                       cmocka_unit_test(nothing_can_learn),
                                       cmocka_unit_test(loss_is_the_root_of_the_sum),
                                       cmocka_unit_test(interruption),
                                       cmocka_unit_test(evaluation_stops_too),
                                       cmocka_unit_test(bad_options),
                                       cmocka_unit_test(second_moment_overflows)};
    return cmocka_run_group_tests_name("train", tests, NULL, NULL);
}
