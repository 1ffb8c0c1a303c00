/* The cases: each does its work once and returns the units of work done, and
   says what a unit takes at least (docs/performance.md has the reasons). */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "program.h"

enum {
    TRAINED_TRIALS = 1502,
    MINIBATCH = 16,
    EVALUATED_TOGETHER = 16, /* rate trials that share the reading of the weights */
    GRID = 12,
    SEARCH_TRIALS = 100, /* of the search that is spoken of */
    SEARCHED_TRIALS = 20 /* of the one that is run */
};

static const double rate_step_s = 5e-3;

static srnn_model *new_network(const bench *b)
{
    srnn_model_params params = srnn_model_params_default();
    params.N = b->N;
    params.seed = SEED;
    params.P_rec = b->P_rec;
    params.balanced = b->balanced;
    srnn_model *model;
    must(b, srnn_model_create(b->ctx, &params, &model));
    return model;
}

static double train(bench *b, int batch, int updates)
{
    srnn_model *model = new_network(b);
    srnn_train_options options = srnn_train_options_default();
    options.seed = SEED;
    options.batch = batch;
    options.n_trials = updates;
    options.eval_freq = updates + 1; /* updates alone: one evaluation, of one trial */
    options.eval_trials = 1;
    b->began_s = now_s();
    must(b, srnn_train(b->ctx, model, b->task, &options));
    const double began_s = b->began_s, took = now_s() - began_s;
    srnn_model_free(model);
    b->began_s = now_s() - took;
    return (double)updates * batch;
}

static double connections(const bench *b) { return (double)b->N * b->N; }
static double steps(const bench *b) { return b->T - 1; }

/* A trial forward, backward, and its share of the gradient and the update; and of the trials
   behind the last update and of the evaluation, one each, which are forward alone. At most four
   trials of a minibatch read the weights together, two where products are sparse. */
static work train_takes(const bench *b, int batch, int updates)
{
    const double forward = 1 + 2.0 / ((double)batch * updates);
    const int together = batch < 4 ? batch : 4;
    const double weights = sizeof(float) * connections(b);
    return (work){.flops = 2 * connections(b) * steps(b) * (forward + 2),
                  .normals = b->N * steps(b) * forward,
                  .reads = {{weights * steps(b) * (forward + 1) / together, weights},
                            {5 * weights / batch, 7 * weights}}};
}

static int batches(const bench *b) { return b->updates >= 8 ? b->updates / 8 : 1; }

static double train_updates(bench *b) { return train(b, 1, b->updates); }
static work train_updates_takes(const bench *b) { return train_takes(b, 1, b->updates); }
static double train_batches(bench *b) { return train(b, MINIBATCH, batches(b)); }
static work train_batches_takes(const bench *b) { return train_takes(b, MINIBATCH, batches(b)); }

static double rate_trials(bench *b)
{
    srnn_rate_eval_options options = srnn_rate_eval_options_default();
    options.n_trials = b->rate_trials;
    srnn_rate_evaluation result;
    must(b, srnn_rate_evaluate(b->ctx, b->model, b->task, &options, &result));
    return result.n_trials;
}

static work rate_takes(const bench *b)
{
    const double weights = sizeof(float) * connections(b);
    return (work){.flops = 2 * connections(b) * steps(b),
                  .normals = b->N * steps(b),
                  .reads = {{weights * steps(b) / EVALUATED_TOGETHER, weights}}};
}

static double lif_trials(bench *b, srnn_precision precision)
{
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = b->scaling_factor;
    params.neuron.bias_mv = b->bias_mv;
    params.precision = precision;
    srnn_spiking_eval_options options = srnn_spiking_eval_options_default();
    options.n_trials = b->lif_trials;
    srnn_spiking_evaluation result;
    must(b, srnn_spiking_evaluate(b->ctx, b->model, b->task, &params, &options, &result));
    b->mean_rate_hz = result.mean_rate_hz;
    return result.n_trials;
}

/* A unit and step: 7 flops for v, 3 for ipsc and h, 3 for r and hr, 2 for out; read are the noise
   and, once for two steps, refractory time, and v, ipsc, h, drive and decay in the precision.
   A spike: its column. */
static work lif_takes(const bench *b, srnn_precision precision)
{
    const double real = precision == SRNN_DOUBLE ? sizeof(double) : sizeof(float);
    const double unit_steps = (double)b->N * srnn_spiking_steps(b->T + 1, 1);
    const double spikes = b->mean_rate_hz * b->T * rate_step_s * b->N;
    const double state = b->N * (5 * real + 4), noise = b->N * sizeof(float) * NORMAL_STEPS;
    return (work){.flops = 15 * unit_steps + 2 * spikes * b->N,
                  .in_double = precision == SRNN_DOUBLE,
                  .normals = unit_steps,
                  .reads = {{unit_steps * (sizeof(float) + (5 * real + 4) / 2), state + noise},
                            {spikes * b->N * sizeof(float), connections(b) * sizeof(float)}}};
}

static double lif_float(bench *b) { return lif_trials(b, SRNN_FLOAT); }
static double lif_double(bench *b) { return lif_trials(b, SRNN_DOUBLE); }
static work lif_float_takes(const bench *b) { return lif_takes(b, SRNN_FLOAT); }
static work lif_double_takes(const bench *b) { return lif_takes(b, SRNN_DOUBLE); }

static double search(bench *b, srnn_ctx *ctx)
{
    srnn_search_options options = srnn_search_options_default();
    options.n_trials = SEARCHED_TRIALS;
    options.test_trials = 0; /* those of the grid alone are counted */
    srnn_search_result result;
    must(b, srnn_search(ctx, b->model, b->task, &options, &result));
    const double done = (double)result.n * result.n_trials;
    srnn_search_result_free(&result);
    return done / (GRID * SEARCH_TRIALS);
}

static work search_takes(const bench *b)
{
    const double n = GRID * SEARCH_TRIALS;
    work w = lif_float_takes(b);
    w.flops *= n;
    w.normals *= SEARCH_TRIALS; /* which all of the grid share */
    for (size_t k = 0; k < sizeof w.reads / sizeof *w.reads; k++) w.reads[k].bytes *= n;
    return w;
}

static double search_one(bench *b) { return search(b, b->ctx); }
static double search_all(bench *b) { return search(b, b->ctx_all); }

static double normal_numbers(bench *b)
{
    enum { BLOCKS = 2000 };
    return draw_normals(srnn__normal_kernels_for(b->ctx->isa), BLOCKS, srnn__padded(b->N),
                        b->normals);
}

const bench_case cases[N_CASES] = {
    {"train", "training update, T 200, two taus, Dale", "ms", 1e3, 0.5, train_updates,
     train_updates_takes, false},
    {"train_batch", "the same in minibatches of 16, a trial", "ms", 1e3, 0.35, train_batches,
     train_batches_takes, false},
    {"rate", "rate evaluation in batches, a trial", "ms", 1e3, 0.15, rate_trials, rate_takes,
     false},
    {"lif_float", "LIF trial of 20,000 steps, float", "ms", 1e3, 2.3, lif_float, lif_float_takes,
     false},
    {"lif_double", "LIF trial of 20,000 steps, double", "ms", 1e3, 5, lif_double, lif_double_takes,
     false},
    {"search", "search of 12 x 100 trials, one thread", "s ", 1, 0, search_one, search_takes,
     false},
    {"search_threads", "search of 12 x 100 trials, all threads", "s ", 1, 2, search_all,
     search_takes, true},
    {"normal", "normal number", "ns", 1e9, 0, normal_numbers, NULL, false},
    {"start", "program start to first work", "ms", 1e3, 20, program_start, NULL, false},
    {"run", "`run go-nogo` without figures, all threads", "s ", 1, 5, program_run, NULL, true},
};

const bench_case *case_named(const char *name)
{
    for (int i = 0; i < N_CASES; i++)
        if (!strcmp(name, cases[i].name)) return &cases[i];
    return NULL;
}

/* ---- what they work on ---- */

void must(const bench *b, srnn_status status)
{
    if (!status) return;
    fprintf(stderr, "spikernn-bench: %s\n", srnn_ctx_message(b->ctx));
    exit(2);
}

void prepare(bench *b, int N, int T)
{
    const srnn_ctx_options one = {.size = sizeof one, .threads = 1, .isa = b->set.isa};
    const srnn_ctx_options all = {.size = sizeof all, .threads = b->set.threads, .isa = b->set.isa};
    must(b, srnn_ctx_create(&one, &b->ctx));
    must(b, srnn_ctx_create(&all, &b->ctx_all));
    srnn_task_settings of_task = srnn_task_settings_default();
    of_task.T = T;
    of_task.stim_on = T / 4; /* as usual where T is */
    of_task.stim_dur = T / 8;
    must(b, srnn_task_named(b->ctx, "go-nogo", &of_task, &b->task));
    b->N = N;
    b->T = T;
    b->P_rec = srnn_model_params_default().P_rec;
    b->updates = 48;
    b->rate_trials = 100;
    b->lif_trials = 10;
    b->least_repetitions = b->set.seconds < 0.1 ? 1 : 3;
    b->scaling_factor = 30;
    b->bias_mv = srnn_spiking_params_default().neuron.bias_mv;
    b->normals = srnn__alloc(NORMAL_STEPS * (size_t)srnn__padded(N), sizeof *b->normals);
    if (!b->normals) exit(2);
}

void prepare_model(bench *b, bool trained)
{
    b->model = new_network(b);
    srnn_train_options options = srnn_train_options_default();
    options.seed = SEED;
    options.n_trials = TRAINED_TRIALS;
    if (trained) must(b, srnn_train(b->ctx, b->model, b->task, &options));
}

void tidy(bench *b)
{
    free(b->normals);
    srnn_model_free(b->model);
    srnn_task_free(b->task);
    srnn_ctx_free(b->ctx_all);
    srnn_ctx_free(b->ctx);
    b->normals = NULL;
    b->model = NULL;
    b->task = NULL;
    b->ctx = b->ctx_all = NULL;
}
