/* A training that stopped goes on to the bits of one that did not. */
#include "helpers.h"
#include "model/model_internal.h"

enum { N = 30, T = 120, N_TRIALS = 140 };

static srnn_model *network(srnn_ctx *ctx, int n_taus, bool dale)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.n_in = 2;
    p.n_taus = n_taus;
    p.apply_dale = dale;
    p.seed = 4;
    return new_model(ctx, &p);
}

static srnn_task *short_xor(srnn_ctx *ctx)
{
    srnn_task *task;
    srnn_task_settings s = srnn_task_settings_default();
    s.T = T;
    s.stim_on = 5;
    s.stim_dur = 20;
    s.delay = 5;
    assert_ok(ctx, srnn_task_named(ctx, "xor", &s, &task));
    return task;
}

static srnn_train_options options(void)
{
    srnn_train_options o = srnn_train_options_default();
    o.seed = 9;
    o.n_trials = N_TRIALS;
    o.eval_freq = 30;
    o.eval_trials = 6;
    return o;
}

static void rectify(srnn_model *m)
{
    for (int k = 0; k < N * N && m->params.apply_dale; k++) m->w[k] = m->w[k] > 0 ? m->w[k] : 0;
}

static void assert_same_training(srnn_model *a, srnn_model *b)
{
    rectify(a); /* as in a file: what is below zero makes no difference */
    rectify(b);
    assert_memory_equal(a->w, b->w, N * N * sizeof(float));
    assert_memory_equal(a->w_out, b->w_out, N * sizeof(float));
    assert_memory_equal(a->b_out, b->b_out, sizeof(float));
    assert_memory_equal(a->taus_gaus, b->taus_gaus, N * sizeof(float));
    assert_int_equal(a->optimizer.step, b->optimizer.step);
    for (int k = 0; k < SRNN__N_PARAMETERS; k++) {
        const size_t bytes = srnn__parameter_size(a, (srnn__parameter)k) * sizeof(float);
        if (!bytes) continue;
        assert_memory_equal(a->optimizer.m[k], b->optimizer.m[k], bytes);
        assert_memory_equal(a->optimizer.v[k], b->optimizer.v[k], bytes);
    }
    const srnn__training *r = &a->training, *s = &b->training;
    assert_int_equal(r->n_losses, s->n_losses);
    assert_memory_equal(r->losses, s->losses, (size_t)r->n_losses * sizeof(double));
    assert_int_equal(r->tr, s->tr);
    assert_int_equal(r->reached, s->reached);
    assert_int_equal(r->n_evals, s->n_evals);
    const size_t evals = (size_t)r->n_evals * sizeof(double);
    assert_memory_equal(r->eval_tr, s->eval_tr, evals);
    assert_memory_equal(r->eval_perf_curve, s->eval_perf_curve, evals);
    assert_memory_equal(r->eval_loss_curve, s->eval_loss_curve, evals);
    assert_true(r->eval_perf_mean == s->eval_perf_mean && r->eval_loss_mean == s->eval_loss_mean);
    assert_int_equal(r->eval_trials, s->eval_trials);
    assert_int_equal(r->eval_T, s->eval_T);
    assert_memory_equal(r->eval_os, s->eval_os, 6 * (T - 1) * sizeof(double));
    assert_memory_equal(r->eval_labels, s->eval_labels, 6 * sizeof(double));
    assert_memory_equal(r->x0, s->x0, N * T * sizeof(float));
    assert_memory_equal(r->r0, s->r0, N * T * sizeof(float));
    assert_memory_equal(r->x, s->x, N * T * sizeof(float));
    assert_memory_equal(r->r, s->r, N * T * sizeof(float));
    assert_memory_equal(r->u, s->u, 2 * T * sizeof(float));
    assert_memory_equal(r->target, s->target, T * sizeof(float));
    assert_memory_equal(r->o, s->o, (T - 1) * sizeof(float));
}

/* Before and behind the first trial, around evaluations, and in many steps. */
static void same_bits(void **state)
{
    (void)state;
    static const int64_t pauses[][4] = {{1}, {2}, {31}, {32}, {139}, {1, 2, 3, 100}, {31, 61, 62}};
    srnn_ctx *ctx = new_ctx(NULL, 2);
    srnn_task *task = short_xor(ctx);
    for (int kind = 0; kind < 3; kind++) {
        const int n_taus = kind == 1 ? 1 : 2;
        srnn_model *whole = network(ctx, n_taus, kind != 2);
        srnn_train_options o = options();
        o.adam = kind == 1 ? SRNN_ADAM_TENSORFLOW : SRNN_ADAM_STANDARD;
        o.loss = kind == 2 ? SRNN_L1 : SRNN_L2;
        assert_ok(ctx, srnn_train(ctx, whole, task, &o));
        for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
            srnn_model *m = network(ctx, n_taus, kind != 2);
            srnn_train_options part = o;
            for (int k = 0; k < 4 && pauses[i][k]; k++) {
                part.pause_at = pauses[i][k];
                assert_ok(ctx, srnn_train(ctx, m, task, &part));
                assert_int_equal(m->training.n_losses, pauses[i][k]);
                rectify(m);
                part = (srnn_train_options){.size = sizeof(srnn_train_options), .resume = true};
            }
            assert_ok(ctx, srnn_train(ctx, m, task, &part));
            assert_same_training(m, whole);
            srnn_model_free(m);
        }
        srnn_model_free(whole);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* ---- interrupted at any time the user is asked, within evaluations too ---- */

typedef struct stopper {
    int calls, stop_at;
    int64_t done; /* at the last call */
} stopper;

static int stop(void *user, const srnn_progress *p)
{
    stopper *s = user;
    assert_string_equal(p->phase, "train");
    assert_int_equal(p->total, N_TRIALS);
    assert_true(p->done >= s->done && p->done > p->before);
    s->done = p->done;
    return ++s->calls == s->stop_at;
}

static void any_interruption(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = short_xor(ctx);
    srnn_model *whole = network(ctx, 2, true);
    const srnn_train_options o = options();
    assert_ok(ctx, srnn_train(ctx, whole, task, &o));
    const srnn_train_options resume = {.size = sizeof resume, .resume = true};
    int within_evaluations = 0, k = 1;
    for (; k < 100; k++) {
        srnn_model *m = network(ctx, 2, true);
        stopper s = {.stop_at = k};
        srnn_ctx_set_progress(ctx, stop, &s);
        const srnn_status status = srnn_train(ctx, m, task, &o);
        srnn_ctx_set_progress(ctx, NULL, NULL);
        if (status == SRNN_OK) {
            srnn_model_free(m);
            break;
        }
        assert_int_equal(status, SRNN_CANCELLED);
        assert_int_equal(m->training.n_losses, s.done);
        within_evaluations += s.done % 30 == 2 && m->training.n_evals == s.done / 30;
        assert_ok(ctx, srnn_train(ctx, m, task, &resume));
        assert_same_training(m, whole);
        srnn_model_free(m);
    }
    assert_true(k > 15);
    assert_int_equal(within_evaluations, 5); /* all of them, at 1, 31, ... 121 */
    srnn_model_free(whole);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* More trials than were asked for at first; and the criterion still ends it. */
static void more_trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = short_xor(ctx);
    srnn_model *whole = network(ctx, 2, true), *m = network(ctx, 2, true);
    srnn_train_options o = options();
    o.loss_threshold = 1e9;
    o.perf_threshold = 0;
    o.min_trials = 90;
    assert_ok(ctx, srnn_train(ctx, whole, task, &o));
    o.n_trials = 50;
    assert_ok(ctx, srnn_train(ctx, m, task, &o));
    assert_false(m->training.reached);
    const srnn_train_options more = {.size = sizeof more, .resume = true, .n_trials = N_TRIALS};
    assert_ok(ctx, srnn_train(ctx, m, task, &more));
    assert_same_training(m, whole);
    srnn_model_free(whole);
    srnn_model_free(m);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

static void refused(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = short_xor(ctx), *other;
    assert_ok(ctx, srnn_task_named(ctx, "xor", NULL, &other));
    srnn_model *m = network(ctx, 2, true);
    const srnn_train_options resume = {.size = sizeof resume, .resume = true};
    assert_says(ctx, srnn_train(ctx, m, task, &resume), SRNN_ERR_ARGUMENT,
                "the model has no optimizer state; expected that of a .pth file whose training can "
                "go on");
    srnn_train_options o = options();
    o.n_trials = 5;
    assert_ok(ctx, srnn_train(ctx, m, task, &o));
    assert_says(ctx, srnn_train(ctx, m, task, &resume), SRNN_ERR_ARGUMENT,
                "n_trials is 5; expected more than the 5 trials that are done");
    assert_says(ctx, srnn_train(ctx, m, other, &resume), SRNN_ERR_ARGUMENT,
                "task 'xor' is not that of the training so far, or has other settings; expected "
                "'xor' with the same");
    m->training.reached = true;
    assert_says(ctx, srnn_train(ctx, m, task, &resume), SRNN_ERR_ARGUMENT,
                "the training reached its criterion in trial 4; expected one that was interrupted");
    assert_int_equal(m->training.n_losses, 5);
    m->training.reached = false;
    m->training.n_losses = 0; /* a .pth file without losses */
    assert_says(ctx, srnn_train(ctx, m, task, &resume), SRNN_ERR_ARGUMENT,
                "the model has the losses of 0 training trials, but the optimizer state of 5; "
                "expected those of all");
    srnn_model_free(m);
    srnn_task_free(task);
    srnn_task_free(other);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_bits),
                                       cmocka_unit_test(any_interruption),
                                       cmocka_unit_test(more_trials), cmocka_unit_test(refused)};
    return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
