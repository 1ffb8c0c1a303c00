/* The trainer ([K] Methods: one random trial an update, Adam). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "task/task_internal.h"
#include "train/train.h"
#include "trials/evaluate.h"
#include "options/options.h"

srnn_train_options srnn_train_options_default(void)
{
    return (srnn_train_options){.size = sizeof(srnn_train_options),
                                .seed = 0,
                                .n_trials = 6000,
                                .batch = 1,
                                .lr = 0.01,
                                .learn = SRNN_LEARN_DEFAULT,
                                .grad_clip = INFINITY,
                                .beta1 = 0.9,
                                .beta2 = 0.999,
                                .epsilon = 1e-8,
                                .adam = SRNN_ADAM_STANDARD,
                                .loss = SRNN_L2,
                                .noise = 0.1,
                                .eval_freq = 100,
                                .eval_trials = 100,
                                .loss_threshold = 7,
                                .perf_threshold = 0.95,
                                .min_trials = -1};
}

void srnn_preset_apply(srnn_preset preset, srnn_model_params *params, srnn_train_options *options)
{
    if (preset == SRNN_PUBLISHED) return;
    params->gain = 2;
    params->balanced = true;
    params->taus_gaus_mean = 2;
    const double slowest = params->taus[params->n_taus == 2];
    options->grad_clip =
        preset == SRNN_STANDARD || slowest <= 10 || !params->apply_dale ? 1 : INFINITY;
    if (preset == SRNN_ROBUST) return;
    options->w_gradient = SRNN_GRADIENT_STRAIGHT;
    options->noise = 0.3;
}

static srnn_status train_check_options(srnn_ctx *ctx, const srnn_train_options *o)
{
    const srnn__check checks[] = {
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
        {"beta1", o->beta1, o->beta1 >= 0 && o->beta1 < 1, "0 to below 1"},
        {"beta2", o->beta2, o->beta2 >= 0 && o->beta2 < 1, "0 to below 1"},
        {"epsilon", o->epsilon, o->epsilon > 0, "a number above 0"},
    };
    const srnn_status status = SRNN__CHECK_OPTIONS(ctx, o, training);
    return status ? status : srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

/* taus_gaus alone, where there is one tau. */
static srnn_status check_learning(srnn_ctx *ctx, const srnn_model *model,
                                  const srnn_train_options *o)
{
    if (model->params.n_taus == 2 || o->learn != SRNN_LEARN_TAUS) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "learn is taus alone, but the decay time is fixed at %g; expected something "
                      "that can learn",
                      model->params.taus[0]);
}

/* What the record keeps must fit a .mat file of level 5: variables below 2^31 bytes. */
static srnn_status check_record(srnn_ctx *ctx, const srnn_model *model, const srnn_task_def *def,
                                const srnn_train_options *o)
{
    const double most = (1 << 28) - 1;
    const double x = (double)model->params.N * def->T;
    const double eval_os = (double)o->eval_trials * (def->T - 1) * def->n_out;
    const srnn__check checks[] = {
        {"N x T", x, x <= most, "below 2^28, the numbers of a variable in a model file"},
        {"eval_trials x (T - 1) x outputs", eval_os, eval_os <= most,
         "below 2^28, the numbers of a variable in a model file"},
    };
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

/* The trials of an update in parts, which threads share: each part is summed from 0, then added
   to the gradient in its turn, so that the sum does not depend on the threads. */
enum { TRIALS_AT_ONCE = 4 }; /* measured: docs/performance.md */

/* What the trials of one part need. */
typedef struct train_worker {
    srnn__rate_pass pass;
    srnn__params sums;
    float *u, *z; /* [PART][T][n_in], [PART][T][n_out] */
    real *d_o;    /* [PART][T-1][n_out] */
} train_worker;

typedef struct trainer {
    srnn_ctx *ctx;
    srnn_model *model;
    const srnn_task *task;
    const srnn_task_def *def;
    const srnn_train_options *options;
    srnn__rate_net net;
    int n_workers;
    train_worker *workers;
    srnn__params gradient;
    srnn__adam_state adam;
    double losses[SRNN__BATCH_MAX]; /* of the update's trials */
    double *eval_os, *eval_labels;  /* of the evaluation that is running */
    char *task_json;                /* the task's declaration, for the model; NULL: none */
    srnn__training *record;
} trainer;

static void trainer_free(trainer *t)
{
    for (int i = 0; i < t->n_workers; i++) {
        train_worker *w = &t->workers[i];
        srnn__rate_pass_free(&w->pass);
        free(w->sums.flat);
        free(w->u);
        free(w->z);
        free(w->d_o);
    }
    free(t->workers);
    srnn__adam_free(&t->adam);
    srnn__rate_net_free(&t->net);
    free(t->gradient.flat);
    free(t->eval_os);
    free(t->eval_labels);
    free(t->task_json);
}

/* The record of a training so far: what goes on from it begins with. */
static void copy_record(const srnn__training *from, srnn__training *to, size_t T_N, size_t outputs)
{
    const struct {
        const void *from;
        void *to;
        size_t bytes;
    } arrays[] = {
        {from->losses, to->losses, (size_t)from->n_losses * sizeof(double)},
        {from->eval_tr, to->eval_tr, (size_t)from->n_evals * sizeof(double)},
        {from->eval_perf_curve, to->eval_perf_curve, (size_t)from->n_evals * sizeof(double)},
        {from->eval_loss_curve, to->eval_loss_curve, (size_t)from->n_evals * sizeof(double)},
        {from->eval_os, to->eval_os, outputs * (size_t)from->eval_trials * sizeof(double)},
        {from->eval_labels, to->eval_labels, (size_t)from->eval_trials * sizeof(double)},
        {from->x0, to->x0, T_N * sizeof(float)},
        {from->r0, to->r0, T_N * sizeof(float)}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i].from) memcpy(arrays[i].to, arrays[i].from, arrays[i].bytes);
    to->n_losses = from->n_losses;
    to->tr = from->tr;
    to->reached = from->reached;
    to->eval_perf_mean = from->eval_perf_mean;
    to->eval_loss_mean = from->eval_loss_mean;
    to->eval_two_sided_mean = from->eval_two_sided_mean;
    to->n_evals = from->n_evals;
    to->eval_trials = from->eval_trials;
    to->eval_T = from->eval_T;
}

/* A record with room for all trials in place of the model's; with resume its beginning. */
static srnn_status record_alloc(trainer *t)
{
    srnn__training old = *t->record, *r = t->record;
    *r = (srnn__training){.options = *t->options,
                          .tr = -1,
                          .eval_perf_mean = NAN,
                          .eval_loss_mean = NAN,
                          .eval_two_sided_mean = NAN,
                          .T = t->def->T};
    const size_t N = (size_t)t->net.N, T = (size_t)t->def->T;
    const size_t n_in = (size_t)t->net.n_in, n_out = (size_t)t->net.n_out;
    const size_t n_trials = (size_t)t->options->n_trials, n_eval = (size_t)t->options->eval_trials;
    const size_t n_evals = n_trials / (size_t)t->options->eval_freq + 1;
    const struct {
        void *array;
        size_t count, size;
    } arrays[] = {{&r->losses, n_trials, sizeof(double)},
                  {&r->eval_tr, n_evals, sizeof(double)},
                  {&r->eval_perf_curve, n_evals, sizeof(double)},
                  {&r->eval_loss_curve, n_evals, sizeof(double)},
                  {&r->eval_os, n_out * (T - 1) * n_eval, sizeof(double)},
                  {&r->eval_labels, n_eval, sizeof(double)},
                  {&r->x0, T * N, sizeof(float)},
                  {&r->r0, T * N, sizeof(float)},
                  {&r->x, T * N, sizeof(float)},
                  {&r->r, T * N, sizeof(float)},
                  {&r->u, T * n_in, sizeof(float)},
                  {&r->target, T * n_out, sizeof(float)},
                  {&r->o, (T - 1) * n_out, sizeof(float)}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        void *p = calloc(arrays[i].count, arrays[i].size);
        memcpy(arrays[i].array, &p, sizeof p);
        if (!p) {
            srnn__training_clear(r);
            *r = old;
            return srnn__no_memory(t->ctx);
        }
    }
    if (t->options->resume) copy_record(&old, r, T * N, n_out * (T - 1));
    srnn__training_clear(&old);
    return SRNN_OK;
}

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static int n_parts(const trainer *t)
{
    return (t->options->batch + TRIALS_AT_ONCE - 1) / TRIALS_AT_ONCE;
}

static srnn_status worker_init(const trainer *t, train_worker *w)
{
    const size_t T = (size_t)t->def->T, n_in = (size_t)t->def->n_in, n_out = (size_t)t->def->n_out;
    const int B = t->options->batch < TRIALS_AT_ONCE ? t->options->batch : TRIALS_AT_ONCE;
    w->d_o = srnn__alloc(TRIALS_AT_ONCE * (T - 1) * n_out, sizeof *w->d_o);
    w->u = malloc(TRIALS_AT_ONCE * T * n_in * sizeof *w->u);
    w->z = malloc(TRIALS_AT_ONCE * T * n_out * sizeof *w->z);
    if (!w->d_o || !w->u || !w->z || !srnn__params_alloc(&t->net, &w->sums))
        return srnn__no_memory(t->ctx);
    return srnn__rate_pass_init(t->ctx, &t->net, B, t->def->T, true, true, &w->pass);
}

static srnn_status trainer_init(trainer *t)
{
    const size_t T = (size_t)t->def->T, n_out = (size_t)t->def->n_out;
    srnn_status status = srnn__rate_net_init(t->ctx, t->model, &t->net);
    if (status) return status;
    t->net.w_gradient = t->options->w_gradient;
    t->n_workers = n_parts(t) < t->ctx->threads ? n_parts(t) : t->ctx->threads;
    if (!(t->workers = calloc((size_t)t->n_workers, sizeof *t->workers))) t->n_workers = 0;
    for (int i = 0; i < t->n_workers && !status; i++) status = worker_init(t, &t->workers[i]);
    if (status) return status;
    if (*t->def->json && !(t->task_json = copy_text(t->def->json))) return srnn__no_memory(t->ctx);
    const size_t n_eval = (size_t)t->options->eval_trials;
    t->eval_os = calloc(n_out * (T - 1) * n_eval, sizeof *t->eval_os);
    t->eval_labels = calloc(n_eval, sizeof *t->eval_labels);
    if (!t->n_workers || !t->eval_os || !t->eval_labels ||
        !srnn__params_alloc(&t->net, &t->gradient) || !srnn__adam_alloc(&t->net, &t->adam))
        return srnn__no_memory(t->ctx);
    if (t->options->resume) srnn__adam_load(&t->net, t->options, &t->model->optimizer, &t->adam);
    status = record_alloc(t);
    return status || t->options->resume ? status : srnn__optimizer_alloc(t->ctx, t->model);
}

/* x and r of the first trial in a pass. */
static void copy_trial(const trainer *t, const srnn__rate_pass *pass, float *x, float *r)
{
    const size_t N = (size_t)t->net.N;
    for (int step = 0; step < t->def->T; step++) {
        const real *x_t = srnn__pass_row(&t->net, pass, pass->x, step, 0);
        const real *r_t = srnn__pass_row(&t->net, pass, pass->r, step, 0);
        for (size_t i = 0; i < N; i++) {
            x[(size_t)step * N + i] = (float)x_t[i];
            r[(size_t)step * N + i] = (float)r_t[i];
        }
    }
}

/* n trials of update tr, from its trial `first` on, through the network as it is now. */
static void train_run_trials(const trainer *t, train_worker *w, int64_t tr, int first, int n,
                             const float *u[TRIALS_AT_ONCE])
{
    const size_t T = (size_t)t->def->T, n_in = (size_t)t->def->n_in, n_out = (size_t)t->def->n_out;
    srnn__rate_draws draws[TRIALS_AT_ONCE];
    for (int b = 0; b < n; b++) {
        const uint64_t trial = (uint64_t)(tr * t->options->batch + first + b);
        const srnn_trial_key key = {t->options->seed, SRNN_DOMAIN_TRAIN, trial};
        float *u_b = w->u + (size_t)b * T * n_in;
        srnn__task_fill(t->ctx, t->task, key, -1, t->def->T, u_b, w->z + (size_t)b * T * n_out);
        draws[b] = (srnn__rate_draws){.key = key, .sd = t->options->noise};
        u[b] = u_b;
    }
    w->pass.B = n;
    srnn__rate_forward(&t->net, &w->pass, u, draws);
}

/* Losses of n trials of an update, from its trial `first` on, and their gradient, added. */
static void add_trials(trainer *t, train_worker *w, int64_t tr, int first, int n)
{
    const srnn_train_options *o = t->options;
    const size_t z_of_trial = (size_t)t->def->T * (size_t)t->def->n_out;
    const size_t o_of_trial = (size_t)(t->def->T - 1) * (size_t)t->def->n_out;
    const float *u[TRIALS_AT_ONCE];
    train_run_trials(t, w, tr, first, n, u);
    if (tr == 0 && first == 0) copy_trial(t, &w->pass, t->record->x0, t->record->r0);
    for (int b = 0; b < n; b++)
        t->losses[first + b] = srnn__rate_loss(&t->net, &w->pass, b, w->z + (size_t)b * z_of_trial,
                                               o->loss, w->d_o + (size_t)b * o_of_trial);
    for (size_t k = 0; o->batch > 1 && k < (size_t)n * o_of_trial; k++) w->d_o[k] /= (real)o->batch;
    srnn__rate_backward(&t->net, &w->pass, o->learn & SRNN_LEARN_W_IN ? u : NULL, w->d_o,
                        srnn__rate_penalty_slope(&t->net, o->batch, t->def->T, &o->penalties),
                        &w->sums);
}

static void run_part(trainer *t, train_worker *w, int64_t tr, int part)
{
    const int first = part * TRIALS_AT_ONCE, left = t->options->batch - first;
    const int n = left < TRIALS_AT_ONCE ? left : TRIALS_AT_ONCE;
    /* dense products share the reading of weights, sparse ones gain from short histories */
    const int together = t->net.sparse ? 2 : TRIALS_AT_ONCE;
    srnn__rate_clear(&t->net, &w->sums);
    for (int b = 0; b < n; b += together)
        add_trials(t, w, tr, first + b, n - b < together ? n - b : together);
}

/* Without a gradient Adam's moments stay 0, and so does its step. */
static void hold_fixed(const trainer *t)
{
    const unsigned learn = t->options->learn;
    const srnn__params *g = &t->gradient;
    const size_t w = (size_t)(g->w_out - g->w), w_out = (size_t)(g->taus_gaus - g->w_out);
    const size_t taus = (size_t)(g->b_out - g->taus_gaus), b_out = (size_t)(g->w_in - g->b_out);
    if (!(learn & SRNN_LEARN_W)) memset(g->w, 0, w * sizeof *g->w);
    if (!(learn & SRNN_LEARN_W_OUT)) memset(g->w_out, 0, w_out * sizeof *g->w_out);
    if (!(learn & SRNN_LEARN_TAUS)) memset(g->taus_gaus, 0, taus * sizeof *g->taus_gaus);
    if (!(learn & SRNN_LEARN_B_OUT)) memset(g->b_out, 0, b_out * sizeof *g->b_out);
    if (!(learn & SRNN_LEARN_W_IN))
        memset(g->w_in, 0, (t->net.n_flat - w - w_out - taus - b_out) * sizeof *g->w_in);
    const uint8_t *fixed = t->model->w_fixed;
    const bool initial = t->net.dale && t->options->w_gradient == SRNN_GRADIENT_INITIAL;
    const size_t N = (size_t)t->net.N, Np = (size_t)t->net.Np;
    for (size_t k = 0; (fixed || initial) && k < N * N; k++)
        if ((fixed && fixed[k]) || (initial && !(t->model->w0[k] > 0)))
            g->w[k / N * Np + k % N] = 0;
}

/* The gradient of mean loss and penalties with respect to all that learns; the mean loss. */
static double find_gradient(trainer *t, int64_t tr)
{
    memset(t->gradient.flat, 0, t->net.n_flat * sizeof(real));
    srnn__penalty_gradient(&t->net, &t->options->penalties, &t->gradient);
    /* a worker is free for its next part when the last one's has been added */
#pragma omp parallel for ordered schedule(static, 1) num_threads(t->n_workers) if (t->n_workers > 1)
    for (int part = 0; part < n_parts(t); part++) {
        train_worker *w = &t->workers[part % t->n_workers];
        run_part(t, w, tr, part);
#pragma omp ordered
        srnn__rate_collect(&t->net, &w->sums, &t->gradient);
    }
    srnn__rate_finish_gradient(&t->net, &t->gradient);
    hold_fixed(t);
    double sum = 0;
    for (int b = 0; b < t->options->batch; b++) sum += t->losses[b];
    return sum / t->options->batch;
}

/* Scales the gradient down to the norm asked for. Sixteen sums, then their sum. */
static void clip(const trainer *t)
{
    double lanes[16] = {0}, sum = 0;
    for (size_t k = 0; k < t->net.n_flat; k++) {
        const double g = (double)t->gradient.flat[k];
        lanes[k % 16] += g * g;
    }
    for (int l = 0; l < 16; l++) sum += lanes[l];
    const double norm = sqrt(sum);
    if (!(norm > t->options->grad_clip)) return;
    const real scale = (real)(t->options->grad_clip / norm);
    for (size_t k = 0; k < t->net.n_flat; k++) t->gradient.flat[k] *= scale;
}

/* Says why the loss of update tr is not finite. */
static srnn_status fail_update(trainer *t, int64_t tr)
{
    train_worker *w = t->workers;
    const float *u[TRIALS_AT_ONCE];
    int step, unit;
    for (int b = 0; b < t->options->batch; b++) {
        if (isfinite(t->losses[b])) continue;
        train_run_trials(t, w, tr, b, 1, u);
        if (srnn__rate_find_nonfinite(&t->net, &w->pass, 0, &step, &unit))
            return srnn__fail(t->ctx, SRNN_ERR_NUMERIC,
                              "training trial %lld: x of unit %d is not finite at step %d; "
                              "expected a smaller lr, gain or penalty to keep it finite",
                              (long long)tr, unit, step);
    }
    return srnn__fail(t->ctx, SRNN_ERR_NUMERIC, "training trial %lld: the loss is not finite",
                      (long long)tr);
}

static srnn_status train_update(trainer *t, int64_t tr)
{
    const srnn_train_options *o = t->options;
    const double loss = find_gradient(t, tr);
    const srnn_status given = srnn__fault_end(t->ctx, SRNN_OK);
    if (given) return given;
    if (!isfinite(loss)) return fail_update(t, tr);
    if (isfinite(o->grad_clip)) clip(t);
    srnn__adam_update(&t->net, o, &t->gradient, &t->adam);
    srnn__rate_net_update(&t->net);
    t->record->losses[tr] = loss;
    t->record->n_losses = tr + 1;
    t->record->tr = tr;
    return SRNN_OK;
}

static srnn_progress progress(const trainer *t)
{
    return (srnn_progress){.phase = "train",
                           .done = t->record->n_losses,
                           .total = t->options->n_trials,
                           .loss = t->record->eval_loss_mean,
                           .accuracy = t->record->eval_perf_mean};
}

static void train_swap(double **a, double **b)
{
    double *kept = *a;
    *a = *b;
    *b = kept;
}

/* An interrupted evaluation leaves no trace. */
static srnn_status train_evaluate(trainer *t, int64_t tr)
{
    srnn__training *r = t->record;
    const srnn_train_options *o = t->options;
    const srnn_rate_eval_options eval = {.size = sizeof eval,
                                         .seed = o->seed,
                                         .domain = SRNN_DOMAIN_TRAIN_EVAL,
                                         .n_trials = o->eval_trials,
                                         .noise = o->noise,
                                         .loss = o->loss};
    const srnn_progress during = progress(t);
    const srnn_rate_trials trials = {.o = t->eval_os, .label = t->eval_labels};
    srnn_rate_evaluation result;
    const srnn_status status =
        srnn__rate_evaluate_net(t->ctx, &t->net, t->task, &eval, &during,
                                (uint64_t)tr << SRNN__EVAL_TRIAL_BITS, &result, &trials);
    if (status) return status;
    train_swap(&r->eval_os, &t->eval_os);
    train_swap(&r->eval_labels, &t->eval_labels);
    r->eval_trials = o->eval_trials;
    r->eval_T = t->def->T - 1;
    r->eval_perf_mean = (double)result.correct / result.n_trials;
    r->eval_loss_mean = result.loss_mean;
    r->eval_two_sided_mean = (double)result.two_sided / result.n_trials;
    r->eval_tr[r->n_evals] = (double)tr;
    r->eval_perf_curve[r->n_evals] = r->eval_perf_mean;
    r->eval_loss_curve[r->n_evals++] = r->eval_loss_mean;
    const int64_t min_trials = o->min_trials >= 0 ? o->min_trials : t->def->min_trials;
    r->reached = r->eval_loss_mean < o->loss_threshold && r->eval_perf_mean > o->perf_threshold &&
                 tr > min_trials;
    return SRNN_OK;
}

/* At trial index 1, 1 + eval_freq, ... */
static bool evaluation_due(const trainer *t, int64_t tr)
{
    const srnn__training *r = t->record;
    return tr >= 1 && (tr - 1) % t->options->eval_freq == 0 &&
           !(r->n_evals && r->eval_tr[r->n_evals - 1] == (double)tr);
}

static srnn_status train(trainer *t)
{
    enum { REPORT_EVERY = 10 };
    const srnn_train_options *o = t->options;
    const srnn__training *r = t->record;
    srnn__progress_start(t->ctx, r->n_losses);
    srnn_status status = SRNN_OK;
    if (evaluation_due(t, r->tr)) status = train_evaluate(t, r->tr); /* it was interrupted */
    while (!status && !r->reached && r->n_losses < o->n_trials) {
        const int64_t tr = r->n_losses;
        status = train_update(t, tr);
        if (!status && evaluation_due(t, tr)) status = train_evaluate(t, tr);
        if (tr + 1 == o->pause_at) break;
        const srnn_progress p = progress(t);
        if (!status && tr % REPORT_EVERY == 0 &&
            srnn__progress(t->ctx, p.phase, p.done, p.total, p.loss, p.accuracy))
            status = SRNN_CANCELLED;
    }
    return status;
}

static bool train_all_finite(const real *values, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!isfinite(values[k])) return false;
    return true;
}

/* What has been reached into the model, also after an interruption. Reruns the last trial after the
   last update, so that the record matches the saved weights. */
static srnn_status train_finish(trainer *t)
{
    srnn__training *r = t->record;
    train_worker *w = t->workers;
    const float *u[TRIALS_AT_ONCE];
    int step, unit;
    train_run_trials(t, w, r->tr, 0, 1, u);
    const srnn_status given = srnn__fault_end(t->ctx, SRNN_OK);
    if (given) return given;
    if (!train_all_finite(t->net.params.flat, t->net.n_flat) ||
        !train_all_finite(t->adam.m.flat, t->net.n_flat) ||
        !train_all_finite(t->adam.v.flat, t->net.n_flat) ||
        srnn__rate_find_nonfinite(&t->net, &w->pass, 0, &step, &unit))
        return srnn__fail(
            t->ctx, SRNN_ERR_NUMERIC,
            "training trial %lld: the network is not finite after its update; expected "
            "a smaller lr, gain or penalty to keep it finite",
            (long long)r->tr);
    srnn__rate_net_store(&t->net, t->model);
    srnn__adam_store(&t->net, &t->adam, &t->model->optimizer);
    copy_trial(t, &w->pass, r->x, r->r);
    memcpy(r->u, w->u, (size_t)r->T * (size_t)t->net.n_in * sizeof *r->u);
    memcpy(r->target, w->z, (size_t)r->T * (size_t)t->net.n_out * sizeof *r->target);
    for (size_t k = 0; k < (size_t)(r->T - 1) * (size_t)t->net.n_out; k++)
        r->o[k] = (float)w->pass.o[k];
    srnn__search_clear(&t->model->search);
    srnn__operating_point_clear(&t->model->operating_point);
    srnn__readout_clear(&t->model->readout);
    snprintf(t->model->task_name, sizeof t->model->task_name, "%s", t->def->name);
    t->model->task_guessed = false;
    free(t->model->task_json);
    t->model->task_json = t->task_json;
    t->task_json = NULL;
    t->model->task_settings = t->def->settings;
    return SRNN_OK;
}

/* The options of the training so far, to go on with. */
static srnn_status resume_options(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  srnn_train_options *o)
{
    const srnn__training *r = &model->training;
    const srnn_task_def *def = srnn_task_get_def(task);
    bool same_task = srnn__same_name(model->task_name, def->name) && def->T == r->T &&
                     !strcmp(srnn_model_task_json(model), def->json);
    for (int i = 0; srnn_task_setting_at(i); i++)
        same_task = same_task && srnn_task_setting_get(&model->task_settings, i) ==
                                     srnn_task_setting_get(&def->settings, i);
    if (model->optimizer.step == 0 || r->options.n_trials == 0)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the model has no optimizer state; expected that of a .pth file whose "
                          "training can go on");
    if (!same_task)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s' is not that of the training so far, or has other settings; "
                          "expected '%s' with the same",
                          def->name, model->task_name);
    if (r->reached)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the training reached its criterion in trial %lld; expected one that was "
                          "interrupted",
                          (long long)r->tr);
    const int64_t n_trials = o->n_trials, pause_at = o->pause_at;
    *o = r->options;
    if (n_trials > 0) o->n_trials = n_trials;
    o->pause_at = pause_at;
    o->resume = true;
    if (r->n_losses != model->optimizer.step)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the model has the losses of %lld training trials, but the optimizer "
                          "state of %lld; expected those of all",
                          (long long)r->n_losses, (long long)model->optimizer.step);
    if (r->n_losses >= o->n_trials)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "n_trials is %lld; expected more than the %lld trials that are done",
                          (long long)o->n_trials, (long long)r->n_losses);
    return SRNN_OK;
}

static srnn_status train_with(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                              const srnn_train_options *o)
{
    srnn_status status = train_check_options(ctx, o);
    if (!status) status = check_learning(ctx, model, o);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (!status) status = check_record(ctx, model, srnn_task_get_def(task), o);
    if (status) return status;
    trainer t = {.ctx = ctx,
                 .model = model,
                 .task = task,
                 .def = srnn_task_get_def(task),
                 .options = o,
                 .record = &model->training};
    status = trainer_init(&t);
    if (!status) status = train(&t);
    srnn_status finished = status;
    if (!status || status == SRNN_CANCELLED) finished = train_finish(&t);
    trainer_free(&t);
    if (finished) {
        srnn__training_clear(&model->training);
        srnn__optimizer_clear(&model->optimizer);
        return finished;
    }
    if (status == SRNN_CANCELLED)
        srnn__fail(ctx, status, "interrupted after %lld training trials",
                   (long long)model->training.n_losses);
    return status;
}

srnn_status srnn_train(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                       const srnn_train_options *options)
{
    srnn_train_options o = srnn_train_options_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_train_options, options, resume, &o);
    if (!status && o.resume) status = resume_options(ctx, model, task, &o);
    return status ? status : train_with(ctx, model, task, &o);
}

srnn_status srnn__train_last_trial(srnn_ctx *ctx, srnn_model *model, const srnn_task *task)
{
    srnn_train_options o = model->training.options;
    o.resume = true;
    return train_with(ctx, model, task, &o);
}
