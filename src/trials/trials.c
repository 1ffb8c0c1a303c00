#include "trials/trials.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "spiking/spiking_run.h"
#include "task/task_internal.h"
#include "trials/kept_types.h"

/* An item of work is a batch of trials by a group of variants: of one trial, or of one variant. */
enum {
    RATE_BATCH = 16,    /* trials side by side in the rate network alone; at most SRNN__BATCH_MAX */
    BATCH_HISTORY = 8,  /* the same where all steps are kept, or a spiking network follows */
    TOGETHER_MAX = 16,  /* variants of a group, which share the noise of a trial */
    ITEMS_A_THREAD = 4, /* at least, for groups */
    UNITS_A_THREAD = 32000,   /* of its simulators, about 400 bytes each */
    UNITS_AN_ITEM = 8000,     /* of both networks, so that a user who interrupts does not wait */
    RECORDED_BYTES = 64 << 20 /* of v, ipsc and r that an item of both networks keeps */
};

/* Why an item was the last one. */
typedef struct failure {
    enum { NO_FAULT, NO_MEMORY, OF_RATE, OF_OUTPUT, OF_SPIKING, OF_REDUCER } what;
    int item;
    uint64_t trial;
    srnn_status status; /* the reducer's */
    srnn__run_end end;  /* the spiking network's */
    srnn__run_fault fault;
} failure;

typedef struct engine {
    srnn_ctx *ctx;
    const srnn__trials *t;
    const srnn_task_def *def;
    int columns; /* of u and z */
    int batch, n_batches;
    int together, n_groups; /* variants of a group; 0 and one group without a spiking network */
    int64_t total;
    srnn__loop loop;
    atomic_llong n_done;
    atomic_bool cancelled;
    failure failed; /* of the first item that did */
} engine;

/* Of one thread. */
typedef struct trial_worker {
    bool open;
    float *u, *z; /* [batch][columns][...] */
    double *o;    /* [batch][T-1][n_out] */
    srnn__rate_pass pass;
    srnn__simulator sims[TOGETHER_MAX];
    /* the item at hand */
    int first, n; /* its trials */
    srnn_trial_key keys[RATE_BATCH];
    int types[RATE_BATCH];
    srnn_score rate_scores[RATE_BATCH], spiking_scores[TOGETHER_MAX];
    int n_finite; /* before the first whose rate network is not */
    /* its trials by its variants, in simulators of their own */
    int n_runs, n_skipped;
    struct {
        int b, variant;
    } of_run[TOGETHER_MAX];
    srnn__run runs[TOGETHER_MAX];
    srnn_spiking_result results[TOGETHER_MAX];
    failure failed;
} trial_worker;

static bool worker_open(const engine *e, trial_worker *w)
{
    const srnn__trials *t = e->t;
    const size_t B = (size_t)e->batch, C = (size_t)e->columns, n_out = (size_t)e->def->n_out;
    w->u = malloc(B * C * (size_t)e->def->n_in * sizeof *w->u);
    w->z = malloc(B * C * n_out * sizeof *w->z);
    w->o = malloc(B * C * n_out * sizeof *w->o);
    w->open = w->u && w->z && w->o;
    if (t->rate)
        w->open = w->open && !srnn__rate_pass_init(e->ctx, t->rate, e->batch, e->def->T, t->history,
                                                   false, &w->pass);
    for (int k = 0; k < e->together * e->batch && w->open; k++)
        w->open =
            srnn__simulator_init(t->variants[0].net, e->columns, t->variants[0].params.downsample,
                                 t->variants[0].params.precision, &w->sims[k]);
    return w->open;
}

static void worker_close(trial_worker *w)
{
    srnn__rate_pass_free(&w->pass);
    for (int k = 0; k < TOGETHER_MAX; k++) srnn__simulator_free(&w->sims[k]);
    free(w->u);
    free(w->z);
    free(w->o);
}

static float *inputs_of(const engine *e, const trial_worker *w, int b)
{
    return w->u + (size_t)b * (size_t)e->columns * (size_t)e->def->n_in;
}

static float *target_of(const engine *e, const trial_worker *w, int b)
{
    return w->z + (size_t)b * (size_t)e->columns * (size_t)e->def->n_out;
}

static double *output_of(const engine *e, const trial_worker *w, int b)
{
    return w->o + (size_t)b * (size_t)(e->def->T - 1) * (size_t)e->def->n_out;
}

/* ---- one item ---- */

static void add_run(const engine *e, trial_worker *w, int b, int variant)
{
    if (e->t->skip && e->t->skip(e->t->user, w->first + b, variant)) {
        w->n_skipped++;
        return;
    }
    const int i = w->n_runs++;
    w->sims[i].net = e->t->variants[variant].net;
    w->runs[i] = (srnn__run){.sim = &w->sims[i], .params = &e->t->variants[variant].params};
    w->of_run[i].b = b;
    w->of_run[i].variant = variant;
}

/* The trials of the item and those of its variants that are not known. */
static void choose_trials(const engine *e, trial_worker *w, int item)
{
    const srnn__trials *t = e->t;
    const int from = item % e->n_groups * e->together, rest = t->n_variants - from;
    w->first = t->from + item / e->n_groups * e->batch;
    w->n = w->n_finite = t->n - w->first < e->batch ? t->n - w->first : e->batch;
    w->n_runs = w->n_skipped = 0;
    for (int b = 0; b < w->n; b++)
        for (int v = from; v < from + (rest < e->together ? rest : e->together); v++)
            add_run(e, w, b, v);
}

static void fill_inputs(const engine *e, trial_worker *w)
{
    const srnn__trials *t = e->t;
    for (int b = 0; b < w->n; b++) {
        const int k = w->first + b, in_turn = t->drawn ? -1 : k % e->def->n_types;
        w->keys[b] = (srnn_trial_key){t->seed, t->domain, t->first + (uint64_t)k};
        w->types[b] = srnn__task_fill(e->ctx, t->task, w->keys[b], t->types ? t->types[k] : in_turn,
                                      e->columns, inputs_of(e, w, b), target_of(e, w, b));
    }
}

/* Is what the rate network did in trial b finite? */
static bool rate_finite(const engine *e, trial_worker *w, int b)
{
    const size_t n = (size_t)(e->def->T - 1) * (size_t)e->def->n_out;
    const double *o = output_of(e, w, b);
    failure f = {.what = OF_RATE, .trial = w->keys[b].trial};
    bool finite = !e->t->history ||
                  !srnn__rate_find_nonfinite(e->t->rate, &w->pass, b, &f.fault.step, &f.fault.unit);
    if (finite) f.what = OF_OUTPUT;
    for (size_t i = 0; i < n && finite; i++) finite = isfinite(o[i]);
    if (!finite) w->failed = f;
    return finite;
}

static void run_rate(const engine *e, trial_worker *w)
{
    const srnn__trials *t = e->t;
    const int samples = e->def->T - 1, n_out = e->def->n_out;
    const float *u[RATE_BATCH];
    srnn__rate_draws draws[RATE_BATCH];
    w->pass.B = w->n;
    for (int b = 0; b < w->n; b++) {
        u[b] = inputs_of(e, w, b);
        draws[b] = (srnn__rate_draws){.key = w->keys[b], .sd = t->noise};
    }
    srnn__rate_forward(t->rate, &w->pass, u, draws);
    const size_t n = (size_t)w->n * (size_t)samples * (size_t)n_out;
    for (size_t i = 0; i < n; i++) w->o[i] = (double)w->pass.o[i];
    for (int b = 0; b < w->n; b++) {
        if (!rate_finite(e, w, b)) {
            w->n_finite = b;
            return;
        }
        const srnn_response response = {SRNN_RATE, samples, n_out, output_of(e, w, b), 1};
        w->rate_scores[b] = srnn__task_score(e->ctx, t->task, w->keys[b], w->types[b], &response);
    }
}

static void simulate_item(const engine *e, trial_worker *w)
{
    const srnn_recording *recording = e->t->recording;
    srnn_spiking_input input = {.C = e->columns};
    for (int i = 0; i < w->n_runs; i += e->together) {
        srnn__run *run = &w->runs[i];
        const int b = w->of_run[i].b;
        if (b >= w->n_finite) return;
        input.u = inputs_of(e, w, b);
        input.key = w->keys[b];
        if (recording)
            run->end = srnn__run_trial(run->sim, run->params, &input, recording, &w->results[i],
                                       &run->fault);
        else
            srnn__simulate_together(w->n_runs < e->together ? w->n_runs : e->together, run, &input);
    }
}

static void run_spiking(const engine *e, trial_worker *w)
{
    simulate_item(e, w);
    for (int i = 0; i < w->n_runs && w->of_run[i].b < w->n_finite; i++) {
        const srnn__run *run = &w->runs[i];
        const int b = w->of_run[i].b, downsample = run->params->downsample;
        const srnn_response response = {SRNN_SPIKING, srnn_spiking_steps(e->columns, downsample),
                                        e->def->n_out, run->sim->out, 100.0 / downsample};
        if (!run->end) {
            w->spiking_scores[i] =
                srnn__task_score(e->ctx, e->t->task, w->keys[b], w->types[b], &response);
            continue;
        }
        if (w->failed.what == OF_SPIKING) continue;
        w->failed = (failure){
            .what = OF_SPIKING, .trial = w->keys[b].trial, .end = run->end, .fault = run->fault};
        w->failed.fault.task = e->def->name;
    }
}

static void fail(engine *e, trial_worker *w, int item)
{
    w->failed.item = item;
#pragma omp critical(srnn__trials_failure)
    if (!e->failed.what || item < e->failed.item) e->failed = w->failed;
    srnn__loop_end_at(&e->loop, item);
}

/* False: nothing to hand over. */
static bool run_item(engine *e, trial_worker *w, int item)
{
    if (!srnn__loop_reaches(&e->loop, item)) return false;
    w->failed = (failure){.what = NO_FAULT};
    if (!w->open && !worker_open(e, w)) {
        w->failed.what = NO_MEMORY;
        fail(e, w, item);
        return false;
    }
    choose_trials(e, w, item);
    if (e->t->rate || w->n_runs > 0) fill_inputs(e, w);
    if (e->t->rate) run_rate(e, w);
    if (w->n_runs > 0) run_spiking(e, w);
    if (w->failed.what) fail(e, w, item);
    if (!srnn__fault_found(e->ctx, e->t->first + (uint64_t)(w->first + w->n - 1))) return true;
    srnn__loop_end_at(&e->loop, item);
    return false;
}

/* ---- what becomes of it ---- */

static bool trials_asked_to_stop(const engine *e, int64_t done)
{
    const srnn__trials *t = e->t;
    const srnn_progress *p = t->during;
    if (p) return srnn__progress(e->ctx, p->phase, p->done, p->total, p->loss, p->accuracy);
    return t->phase && srnn__progress(e->ctx, t->phase, t->before + done, e->total, NAN, NAN);
}

/* Before the item waits for its turn, so that the user does not. */
static void report_trials(engine *e, const trial_worker *w, int item)
{
    const int done = e->t->n_variants > 0 ? w->n_runs + w->n_skipped : w->n;
    if (!trials_asked_to_stop(e, atomic_fetch_add(&e->n_done, done) + done)) return;
    atomic_store(&e->cancelled, true);
    srnn__loop_end_at(&e->loop, item);
}

/* run: -1 of the rate network alone. */
static srnn_status reduce_trial(const engine *e, trial_worker *w, int b, int run)
{
    srnn__trial trial = {.k = w->first + b,
                         .type = w->types[b],
                         .key = w->keys[b],
                         .u = inputs_of(e, w, b),
                         .z = target_of(e, w, b)};
    if (e->t->rate) {
        trial.net = e->t->rate;
        trial.pass = &w->pass;
        trial.b = b;
        trial.o = output_of(e, w, b);
        trial.rate_score = w->rate_scores[b];
    }
    if (run >= 0) {
        trial.variant = w->of_run[run].variant;
        trial.sim = w->runs[run].sim;
        trial.spiking_score = w->spiking_scores[run];
        if (e->t->recording) trial.result = &w->results[run];
    }
    return e->t->reduce(e->t->user, &trial);
}

/* Of an item in which a trial failed the other trials are handed over. */
static void hand_item_over(engine *e, trial_worker *w, int item)
{
    if (!srnn__loop_reaches(&e->loop, item)) return;
    const bool spiking = e->t->n_variants > 0;
    for (int i = 0; i < (spiking ? w->n_runs : w->n); i++) {
        const int b = spiking ? w->of_run[i].b : i;
        if (b >= w->n_finite || (spiking && w->runs[i].end)) continue;
        const srnn_status status = reduce_trial(e, w, b, spiking ? i : -1);
        if (!status) continue;
        w->failed = (failure){.what = e->t->in_order ? OF_REDUCER : OF_OUTPUT,
                              .trial = w->keys[b].trial,
                              .status = status};
        fail(e, w, item);
        return;
    }
}

static void item_end(trial_worker *w)
{
    for (int i = 0; i < w->n_runs; i++) srnn_spiking_result_free(&w->results[i]);
    w->n_runs = 0;
}

static void run_items(engine *e)
{
    const int n = e->n_batches * e->n_groups;
    const int threads = e->ctx->threads < n ? e->ctx->threads : n;
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        trial_worker w = {.open = false};
        if (e->t->in_order) {
#pragma omp for ordered schedule(monotonic : dynamic)
            for (int item = 0; item < n; item++) {
                const bool ran = run_item(e, &w, item);
                if (ran) report_trials(e, &w, item);
#pragma omp ordered
                if (ran) hand_item_over(e, &w, item);
                item_end(&w);
            }
        } else {
#pragma omp for schedule(monotonic : dynamic)
            for (int item = 0; item < n; item++) {
                if (run_item(e, &w, item)) {
                    report_trials(e, &w, item);
                    hand_item_over(e, &w, item);
                }
                item_end(&w);
            }
        }
        worker_close(&w);
    }
}

static srnn_status of_spiking(srnn_ctx *ctx, const failure *f)
{
    const srnn_status status = srnn__run_status(ctx, f->end, &f->fault);
    if (f->end != SRNN__RUN_NOT_FINITE) return status;
    char what[sizeof ctx->message];
    memcpy(what, ctx->message, sizeof what);
    return srnn__fail(ctx, status, "trial %llu: %.900s", (unsigned long long)f->trial, what);
}

static srnn_status sentence(const engine *e)
{
    srnn_ctx *ctx = e->ctx;
    const failure *f = &e->failed;
    const char *networks = !e->t->rate        ? "spiking trials"
                           : e->t->n_variants ? "trials of both networks"
                                              : "rate trials";
    switch (f->what) {
    case NO_MEMORY: return srnn__no_memory(ctx);
    case OF_RATE:
        return srnn__fail(ctx, SRNN_ERR_NUMERIC,
                          "x of unit %d of the rate network is not finite at step %d",
                          f->fault.unit, f->fault.step);
    case OF_OUTPUT:
        return srnn__fail(ctx, SRNN_ERR_NUMERIC, "the rate network's output is not finite");
    case OF_SPIKING: return of_spiking(ctx, f);
    case OF_REDUCER: return f->status;
    case NO_FAULT: break;
    }
    if (!atomic_load(&e->cancelled)) return SRNN_OK;
    return srnn__fail(ctx, SRNN_CANCELLED, "interrupted after %lld of %lld %s",
                      (long long)e->t->before + atomic_load(&e->n_done), (long long)e->total,
                      networks);
}

static int between(int low, int x, int high) { return x < low ? low : x > high ? high : x; }

/* Trials of both networks whose records an item may keep at a time, at most BATCH_HISTORY. */
static int most_recorded(const engine *e)
{
    const srnn__trials *t = e->t;
    if (!t->recording) return BATCH_HISTORY;
    const int nt = srnn_spiking_steps(e->columns, t->variants[0].params.downsample);
    const uint64_t bytes = srnn_recording_bytes(t->recording, t->rate->N, nt);
    return bytes > RECORDED_BYTES / BATCH_HISTORY
               ? between(1, (int)(RECORDED_BYTES / bytes), BATCH_HISTORY)
               : BATCH_HISTORY;
}

/* As many variants together, or trials side by side, as there may be, but for enough items to keep
   the threads busy. */
static void share_out(engine *e)
{
    const srnn__trials *t = e->t;
    const int N = t->rate ? t->rate->N : t->variants[0].net->N,
              busy = ITEMS_A_THREAD * e->ctx->threads;
    const bool both = t->rate && t->n_variants;
    const int n = t->n - t->from;
    const int widest = both         ? between(1, UNITS_AN_ITEM / N, most_recorded(e))
                       : !t->rate   ? 1
                       : t->history ? BATCH_HISTORY
                                    : RATE_BATCH;
    e->batch = both ? between(1, n / busy, widest) : between(1, n, widest);
    e->n_batches = (n + e->batch - 1) / e->batch;
    e->together = t->n_variants;
    e->n_groups = 1;
    if (t->rate) return;
    const int most = between(1, UNITS_A_THREAD / N, TOGETHER_MAX);
    const int least = (t->n_variants + most - 1) / most;
    const int groups = between(least, (busy + n - 1) / n, t->n_variants);
    e->together = (t->n_variants + groups - 1) / groups;
    e->n_groups = (t->n_variants + e->together - 1) / e->together;
}

srnn_status srnn__trials_run(srnn_ctx *ctx, const srnn__trials *t, int64_t *done)
{
    const srnn_task_def *def = srnn_task_get_def(t->task);
    engine e = {.ctx = ctx,
                .t = t,
                .def = def,
                .columns = def->T + (t->n_variants > 0),
                .total = t->total ? t->total
                                  : (int64_t)(t->n - t->from) * (t->n_variants ? t->n_variants : 1),
                .loop = SRNN__LOOP};
    const int downsample = t->n_variants ? t->variants[0].params.downsample : 1;
    if (def->T < downsample)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "T of task '%s' is %d; expected downsample, %d, or more", def->name,
                          def->T, downsample);
    const srnn_trial_key first = {t->seed, t->domain, t->first};
    const srnn_status kept = srnn__types_kept(ctx, t->task, first, downsample);
    if (kept) return kept;
    share_out(&e);
    if (t->phase && !t->during) srnn__progress_start(ctx, t->before);
    run_items(&e);
    if (done) *done = atomic_load(&e.n_done);
    if (e.failed.what && !srnn__fault_found(ctx, e.failed.trial)) {
        srnn__fault_drop(ctx);
        return sentence(&e);
    }
    return srnn__fault_found(ctx, UINT64_MAX) ? srnn__fault_end(ctx, SRNN_OK) : sentence(&e);
}

srnn_status srnn__networks_init(srnn_ctx *ctx, const srnn_model *model,
                                const srnn_spiking_params *spiking, srnn__networks *networks)
{
    *networks = (srnn__networks){.variant.net = &networks->spiking};
    srnn_status status = srnn__rate_net_init(ctx, model, &networks->rate);
    if (status || !spiking) return status;
    networks->variant.params = *spiking;
    networks->n_variants = 1;
    return srnn__spiking_net_init(ctx, model, &spiking->conversion, NULL, &networks->spiking);
}

void srnn__networks_free(srnn__networks *networks)
{
    srnn__rate_net_free(&networks->rate);
    srnn__spiking_net_free(&networks->spiking);
}
