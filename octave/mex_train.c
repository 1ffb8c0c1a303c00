/* spikernn_train: a rate network learns a task and goes into a file. */
#include "call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct train_call {
    char *path, *saved_as; /* the library's */
} train_call;

static void free_text(void *memory)
{
    train_call *t = memory;
    free(t->path);
    free(t->saved_as);
}

static bool train_read_arguments(call *c)
{
    char *task;
    const own_option own[] = {{"quiet", OWN_FLAG, &c->quiet}};
    const accepted options = {SRNN_OF_TASK | SRNN_OF_NETWORK | SRNN_OF_TRAINING,
                              "seed threads output_dir", own, 1};
    if (c->n_in < 1) return call_fail(c, "argument", "the task is missing; expected its name");
    if (!value_path(c, "task", c->in[0], &task) || !options_read(c, &options, 1)) return false;
    if (option_given(c, "task")) return call_fail(c, "argument", "the task is given twice");
    return !srnn_options_set(c->reader, c->values, "task", task) && draw_seed(c);
}

/* Of the call's task. */
static bool make_network(call *c)
{
    if (!options_finish(c)) return false;
    const srnn_task_def *def = srnn_task_get_def(c->task);
    const srnn_model_params params = srnn_options_network(c->values, def);
    return call_ok(c, srnn_model_create(c->ctx, &params, &c->model), NULL) &&
           (!c->s.connectivity ||
            call_ok(c, srnn_model_connect_file(c->ctx, c->model, c->s.connectivity), NULL));
}

static mxArray *record_of(const call *c, const train_call *t)
{
    const srnn_training_record r = srnn_model_get_training(c->model);
    const size_t n = (size_t)r.n_evals;
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_text(s, "model_path", t->saved_as);
    field_text(s, "task", srnn_task_get_def(c->task)->name);
    field_number(s, "seed", (double)c->s.seed);
    field_number(s, "trials", (double)r.n_losses);
    field_number(s, "criterion_reached", r.reached);
    field_number(s, "eval_perf_mean", r.eval_perf_mean);
    field_number(s, "eval_loss_mean", r.eval_loss_mean);
    field_number(s, "eval_two_sided_mean", r.eval_two_sided_mean);
    field_matrix(s, "losses", 1, (size_t)r.n_losses, r.losses);
    field_matrix(s, "eval_tr", 1, n, r.eval_tr);
    field_matrix(s, "eval_perf_curve", 1, n, r.eval_perf_curve);
    field_matrix(s, "eval_loss_curve", 1, n, r.eval_loss_curve);
    return s;
}

static bool train_new(call *c, train_call *t)
{
    /* makes the folder, so that one that cannot be made is known before the training */
    srnn_status status =
        srnn_model_default_path(c->ctx, c->model, srnn_task_get_def(c->task)->name,
                                c->s.output_dir ? c->s.output_dir : ".", time(NULL), &t->path);
    if (!call_ok(c, status, NULL)) return false;
    const srnn_train_options options = srnn_options_training(c->values);
    const srnn_status trained = srnn_train(c->ctx, c->model, c->task, &options);
    if (trained != SRNN_CANCELLED && !call_ok(c, trained, NULL)) return false;
    status = srnn_model_save_new(c->ctx, c->model, t->path, &t->saved_as);
    if (!call_ok(c, status, NULL)) return false;
    if (trained == SRNN_OK) return true;
    return call_fail(c, "interrupted", "interrupted after %lld trials; the network so far is in %s",
                     (long long)srnn_model_get_training(c->model).n_losses, t->saved_as);
}

bool command_train(call *c)
{
    train_call *t = call_new(c, 1, sizeof *t, free_text);
    if (!t || !train_read_arguments(c) || !options_finish(c) || !context_open(c) ||
        !task_open(c, NULL) || !make_network(c) || !train_new(c, t))
        return false;
    c->out[0] = mxCreateString(t->saved_as);
    if (c->n_out > 1) c->out[1] = record_of(c, t);
    return true;
}
