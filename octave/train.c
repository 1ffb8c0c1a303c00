/* spikernn_train: a rate network learns a task and goes into a file. */
#include "call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const act_names[] = {"sigmoid", "clipped_relu", "softplus", NULL};
static const char *const w_dist_names[] = {"gaus", "gamma", NULL};
static const char *const preset_names[] = {"paper", "robust", NULL};
static const char *const w_gradient_names[] = {"masked", "straight", NULL};
static const char *const loss_names[] = {"l2", "l1", NULL};
static const char *const adam_names[] = {"standard", "tensorflow", NULL};
static const char *const learn_names[] = {"w", "w_out", "b_out", "taus", "w_in", NULL};

typedef struct training {
    running running;
    task_options task;
    srnn_model_params network;
    srnn_train_options train;
    int preset;
    numbers taus;
    bool taus_given, grad_clip_given;
    const mxArray *learn;
    char *connectivity, *output_dir;
    char *path, *saved_as; /* the library's */
} training;

static void free_text(void *memory)
{
    training *t = memory;
    free(t->path);
    free(t->saved_as);
}

static void add_network(options *o, training *t)
{
    srnn_model_params *p = &t->network;
    const option list[] = {{"preset", OPTION_CHOICE, &t->preset, preset_names, NULL},
                           {"N", OPTION_WHOLE, &p->N, NULL, NULL},
                           {"P_inh", OPTION_NUMBER, &p->P_inh, NULL, NULL},
                           {"P_rec", OPTION_NUMBER, &p->P_rec, NULL, NULL},
                           {"som_N", OPTION_WHOLE, &p->som_N, NULL, NULL},
                           {"gain", OPTION_NUMBER, &p->gain, NULL, NULL},
                           {"w_dist", OPTION_CHOICE, &p->w_dist, w_dist_names, NULL},
                           {"no_autapses", OPTION_FLAG, &p->no_autapses, NULL, NULL},
                           {"connectivity", OPTION_PATH, &t->connectivity, NULL, NULL},
                           {"balanced", OPTION_FLAG, &p->balanced, NULL, NULL},
                           {"taus_gaus_mean", OPTION_NUMBER, &p->taus_gaus_mean, NULL, NULL},
                           {"apply_dale", OPTION_FLAG, &p->apply_dale, NULL, NULL},
                           {"decay_taus", OPTION_NUMBERS, &t->taus, NULL, &t->taus_given},
                           {"act", OPTION_CHOICE, &p->activation, act_names, NULL}};
    OPTIONS_ADD(o, list);
}

static void add_training(options *o, training *t)
{
    srnn_train_options *p = &t->train;
    const option list[] = {
        {"n_trials", OPTION_LONG, &p->n_trials, NULL, NULL},
        {"batch", OPTION_WHOLE, &p->batch, NULL, NULL},
        {"learn", OPTION_ANY, &t->learn, NULL, NULL},
        {"w_gradient", OPTION_CHOICE, &p->w_gradient, w_gradient_names, NULL},
        {"L1_in", OPTION_NUMBER, &p->penalties.L1_in, NULL, NULL},
        {"L1_rec", OPTION_NUMBER, &p->penalties.L1_rec, NULL, NULL},
        {"L1_out", OPTION_NUMBER, &p->penalties.L1_out, NULL, NULL},
        {"L2_in", OPTION_NUMBER, &p->penalties.L2_in, NULL, NULL},
        {"L2_rec", OPTION_NUMBER, &p->penalties.L2_rec, NULL, NULL},
        {"L2_out", OPTION_NUMBER, &p->penalties.L2_out, NULL, NULL},
        {"L2_firing_rate", OPTION_NUMBER, &p->penalties.L2_firing_rate, NULL, NULL},
        {"grad_clip", OPTION_NUMBER, &p->grad_clip, NULL, &t->grad_clip_given},
        {"noise", OPTION_NUMBER, &p->noise, NULL, NULL},
        {"lr", OPTION_NUMBER, &p->lr, NULL, NULL},
        {"loss_fn", OPTION_CHOICE, &p->loss, loss_names, NULL},
        {"adam", OPTION_CHOICE, &p->adam, adam_names, NULL},
        {"eval_freq", OPTION_LONG, &p->eval_freq, NULL, NULL},
        {"eval_trials", OPTION_WHOLE, &p->eval_trials, NULL, NULL},
        {"loss_threshold", OPTION_NUMBER, &p->loss_threshold, NULL, NULL},
        {"perf_threshold", OPTION_NUMBER, &p->perf_threshold, NULL, NULL},
        {"min_trials", OPTION_LONG, &p->min_trials, NULL, NULL},
        {"output_dir", OPTION_PATH, &t->output_dir, NULL, NULL}};
    OPTIONS_ADD(o, list);
}

static bool read_taus(call *c, training *t)
{
    if (!t->taus_given) return true;
    if (t->taus.n > 2)
        return call_fail(c, "argument", "decay_taus has %zu numbers; expected one or two",
                         t->taus.n);
    t->network.n_taus = (int)t->taus.n;
    memcpy(t->network.taus, t->taus.x, t->taus.n * sizeof *t->taus.x);
    return true;
}

static bool read_learn(call *c, training *t)
{
    int name;
    char *text;
    if (!t->learn) return true;
    t->train.learn = 0;
    if (!mxIsCell(t->learn)) {
        if (!value_choice(c, "learn", t->learn, learn_names, &name)) return false;
        t->train.learn = 1u << name;
        return true;
    }
    for (size_t i = 0; i < mxGetNumberOfElements(t->learn); i++) {
        const mxArray *piece = mxGetCell(t->learn, i);
        if (!value_text(c, "learn", piece, &text) ||
            !value_choice(c, "learn", piece, learn_names, &name))
            return false;
        t->train.learn |= 1u << name;
    }
    return true;
}

/* The task's own decay times stand behind the options; the preset looks at the decay times and
   stands behind the options, too, which are therefore read once more. */
static bool suit_task(call *c, training *t, const options *o)
{
    const srnn_task_def *def = srnn_task_get_def(c->task);
    if (!t->taus_given && def->decay_taus[1] > 0) {
        t->network.n_taus = 2;
        memcpy(t->network.taus, def->decay_taus, sizeof def->decay_taus);
    }
    if (t->preset == 1) {
        srnn_preset_robust(&t->network, &t->train);
        if (!options_read(c, o, 1)) return false;
    }
    t->network.n_in = def->n_in;
    t->network.n_out = def->n_out;
    t->network.seed = t->train.seed = t->running.seed;
    return true;
}

static mxArray *record_of(const call *c, const training *t)
{
    const srnn_training_record r = srnn_model_get_training(c->model);
    const size_t n = (size_t)r.n_evals;
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_text(s, "model_path", t->saved_as);
    field_text(s, "task", srnn_task_get_def(c->task)->name);
    field_number(s, "seed", (double)t->running.seed);
    field_number(s, "trials", (double)r.n_losses);
    field_number(s, "criterion_reached", r.reached);
    field_number(s, "eval_perf_mean", r.eval_perf_mean);
    field_number(s, "eval_loss_mean", r.eval_loss_mean);
    field_matrix(s, "losses", 1, (size_t)r.n_losses, r.losses);
    field_matrix(s, "eval_tr", 1, n, r.eval_tr);
    field_matrix(s, "eval_perf_curve", 1, n, r.eval_perf_curve);
    field_matrix(s, "eval_loss_curve", 1, n, r.eval_loss_curve);
    return s;
}

static bool train_and_save(call *c, training *t)
{
    /* makes the folder, so that one that cannot be made is known before the training */
    srnn_status status =
        srnn_model_default_path(c->ctx, c->model, srnn_task_get_def(c->task)->name,
                                t->output_dir ? t->output_dir : ".", time(NULL), &t->path);
    if (!call_ok(c, status, NULL)) return false;
    const srnn_status trained = srnn_train(c->ctx, c->model, c->task, &t->train);
    if (trained != SRNN_CANCELLED && !call_ok(c, trained, NULL)) return false;
    status = srnn_model_save_new(c->ctx, c->model, t->path, &t->saved_as);
    if (!call_ok(c, status, NULL)) return false;
    if (trained == SRNN_OK) return true;
    return call_fail(c, "interrupted", "interrupted after %lld trials; the network so far is in %s",
                     (long long)srnn_model_get_training(c->model).n_losses, t->saved_as);
}

bool command_train(call *c)
{
    training *t = call_new(c, 1, sizeof *t, free_text);
    if (!t) return false;
    t->network = srnn_model_params_default();
    t->train = srnn_train_options_default();
    options o = {0};
    running_options(&o, &t->running);
    task_options_add(&o, &t->task, false);
    add_network(&o, t);
    add_training(&o, t);
    if (c->n_in < 1) return call_fail(c, "argument", "the task is missing; expected its name");
    if (!value_path(c, "task", c->in[0], &t->task.name) || !options_read(c, &o, 1) ||
        !read_taus(c, t) || !read_learn(c, t) || !running_draw_seed(c, &t->running) ||
        !running_open(c, &t->running) || !task_open(c, &t->task, NULL) || !suit_task(c, t, &o) ||
        !call_ok(c, srnn_model_create(c->ctx, &t->network, &c->model), NULL))
        return false;
    if (t->connectivity &&
        !call_ok(c, srnn_model_connect_file(c->ctx, c->model, t->connectivity), NULL))
        return false;
    if (!train_and_save(c, t)) return false;
    c->out[0] = mxCreateString(t->saved_as);
    if (c->n_out > 1) c->out[1] = record_of(c, t);
    return true;
}
