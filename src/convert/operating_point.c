/* The operating-point conversion (docs/conversion.md): candidates are fitted, tried on spiking
   trials, and the best one is kept and tested. */
#include <math.h>
#include <stdlib.h>

#include "convert/fit.h"
#include "convert/settings.h"
#include "convert/test_choice.h"
#include "core/rng.h"
#include "model/model_internal.h"
#include "spikernn/convert.h"
#include "spiking/trials.h"

static const double default_widening[] = {0.5, 0.5, 1, 1, 2, 2, 2.5};
static const double default_cost[] = {0.1, 0.3, 0.1, 0.3, 0.3, 1, 0.3};

srnn_operating_options srnn_operating_options_default(void)
{
    return (srnn_operating_options){.fit_trials = 64,
                                    .n = sizeof default_cost / sizeof *default_cost,
                                    .widening = default_widening,
                                    .shot_noise_cost = default_cost,
                                    .n_trials = 50,
                                    .test_trials = 100,
                                    .spiking = srnn_spiking_params_default()};
}

void srnn_operating_result_free(srnn_operating_result *result)
{
    if (!result) return;
    free(result->candidates);
    *result = (srnn_operating_result){0};
}

static srnn_status check_options(srnn_ctx *ctx, const srnn_model *model,
                                 const srnn_operating_options *o)
{
    const srnn__check checks[] = {
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
        {"fit_trials", o->fit_trials, o->fit_trials >= 1 && o->fit_trials <= 10000, "1 to 10000"},
        {"n_trials", o->n_trials, o->n_trials >= 1 && o->n_trials <= 1000000, "1 to 1000000"},
        {"test_trials", o->test_trials, o->test_trials >= 0 && o->test_trials <= 1000000,
         "0 to 1000000"},
        {"the number of candidates", o->n, o->n >= 1 && o->n <= 100, "1 to 100"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    for (int i = 0; i < o->n && !status; i++) {
        const srnn__check pair[] = {
            {"widening", o->widening[i], o->widening[i] >= 0, "0 or more"},
            {"shot_noise_cost", o->shot_noise_cost[i], o->shot_noise_cost[i] >= 0, "0 or more"}};
        status = srnn__check_all(ctx, pair, 2);
    }
    return status ? status : srnn__spiking_params_check(ctx, model, &o->spiking);
}

typedef struct finder {
    srnn_ctx *ctx;
    srnn_model *model;
    const srnn_task *task;
    srnn_operating_options o;
    srnn__transfer transfer;
    srnn__samples samples;
    srnn__fit_arrays *fits; /* [o.n] */
    srnn_operating_result *result;
} finder;

static srnn_operating_point point_of(const finder *f, int i)
{
    const srnn__fit_arrays *a = &f->fits[i];
    return (srnn_operating_point){.gain = a->gain,
                                  .bias_mv = a->bias_mv,
                                  .scale = a->scale,
                                  .offset = a->offset,
                                  .widening = f->o.widening[i],
                                  .shot_noise_cost = f->o.shot_noise_cost[i],
                                  .perf = NAN};
}

static bool fits_alloc(finder *f)
{
    const size_t N = (size_t)f->model->params.N;
    f->fits = calloc((size_t)f->o.n, sizeof *f->fits);
    f->result->candidates = calloc((size_t)f->o.n, sizeof *f->result->candidates);
    bool complete = f->fits && f->result->candidates;
    for (int i = 0; complete && i < f->o.n; i++) {
        double *arrays = malloc(4 * N * sizeof *arrays);
        f->fits[i] = arrays ? (srnn__fit_arrays){arrays, arrays + N, arrays + 2 * N, arrays + 3 * N}
                            : (srnn__fit_arrays){0};
        complete = arrays != NULL;
    }
    return complete;
}

static void finder_free(finder *f)
{
    for (int i = 0; f->fits && i < f->o.n; i++) free(f->fits[i].gain);
    free(f->fits);
    srnn__transfer_free(&f->transfer);
    srnn__samples_free(&f->samples);
}

static srnn_status measure(finder *f)
{
    const int N = f->model->params.N;
    double *tau_ms = malloc((size_t)N * sizeof *tau_ms);
    if (!tau_ms) return srnn__no_memory(f->ctx);
    srnn_model_tau_ms(f->model, tau_ms);
    double low = tau_ms[0], high = tau_ms[0];
    for (int i = 1; i < N; i++) {
        low = tau_ms[i] < low ? tau_ms[i] : low;
        high = tau_ms[i] > high ? tau_ms[i] : high;
    }
    free(tau_ms);
    srnn_status status = srnn__transfer_init(f->ctx, &f->o.spiking, 1e-3 * low, 1e-3 * high,
                                             f->o.seed, &f->transfer);
    if (!status)
        status =
            srnn__samples_take(f->ctx, f->model, f->task, f->o.seed, f->o.fit_trials, &f->samples);
    return status;
}

static void summarize(const srnn__spiking_trials *t, srnn_operating_candidate *c)
{
    c->correct = 0;
    c->score = c->mean_rate_hz = 0;
    for (int k = 0; k < t->n_trials; k++) {
        const srnn__spiking_outcome *o = &t->outcomes[k];
        const double sure = 1 / (1 + srnn__exp(-o->score.margin / 0.1));
        c->correct += o->score.correct;
        c->score += ((o->score.correct ? 1 : 0) + 0.1 * sure) / t->n_trials;
        c->mean_rate_hz += o->mean_rate_hz / t->n_trials;
    }
}

/* The candidate of index i on the trials that all of them have. */
static srnn_status try_candidate(finder *f, int i)
{
    static const double unused_factor = 1;
    srnn_operating_candidate *c = &f->result->candidates[i];
    c->widening = f->o.widening[i];
    c->shot_noise_cost = f->o.shot_noise_cost[i];
    srnn_status status = srnn__fit(f->ctx, f->model, &f->transfer, &f->samples, c->widening,
                                   c->shot_noise_cost, f->o.seed, &f->fits[i]);
    if (status) return status;
    const srnn_operating_point point = point_of(f, i);
    srnn__spiking_trials t = {.phase = "search",
                              .model = f->model,
                              .task = f->task,
                              .params = f->o.spiking,
                              .point = &point,
                              .seed = f->o.seed,
                              .domain = SRNN_DOMAIN_CHOOSE,
                              .n_trials = f->o.n_trials,
                              .n_factors = 1,
                              .scaling_factors = &unused_factor,
                              .outcomes = calloc((size_t)f->o.n_trials, sizeof *t.outcomes)};
    if (!t.outcomes) return srnn__no_memory(f->ctx);
    status = srnn__spiking_trials_run(f->ctx, &t);
    if (!status) summarize(&t, c);
    free(t.outcomes);
    return status;
}

static srnn_status choose(finder *f)
{
    srnn_operating_result *r = f->result;
    r->n = f->o.n;
    r->n_trials = f->o.n_trials;
    srnn_status status = SRNN_OK;
    for (int i = 0; i < r->n && !status; i++) {
        status = try_candidate(f, i);
        if (!status && r->candidates[i].score > r->candidates[r->best].score) r->best = i;
    }
    return status;
}

/* Puts the best one into the model, tested; the one before comes back if that fails. */
static srnn_status keep(finder *f)
{
    const srnn_operating_point before = f->model->operating_point;
    srnn_operating_point point = point_of(f, f->result->best);
    f->model->operating_point = point;
    srnn_status status =
        srnn__test_choice(f->ctx, f->model, f->task, &f->o.spiking, f->o.seed, f->o.test_trials,
                          &f->result->test_correct, &f->result->test_trials);
    f->model->operating_point = before;
    if (status) return status;
    char *settings;
    if ((status =
             srnn__trial_settings(f->ctx, f->model, f->task, &f->o.spiking, f->o.seed, &settings)))
        return status;
    point.settings = settings;
    point.n_trials = f->result->test_trials;
    if (point.n_trials > 0) point.perf = (double)f->result->test_correct / point.n_trials;
    status = srnn_model_set_operating_point(f->ctx, f->model, &point);
    free(settings);
    return status;
}

srnn_status srnn_find_operating_point(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                                      const srnn_operating_options *options,
                                      srnn_operating_result *result)
{
    *result = (srnn_operating_result){0};
    finder f = {.ctx = ctx,
                .model = model,
                .task = task,
                .o = options ? *options : srnn_operating_options_default(),
                .result = result};
    f.o.spiking.conversion = SRNN_BY_OPERATING_POINT;
    f.o.spiking.use_readout = false;
    srnn_status status = check_options(ctx, model, &f.o);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    if (!fits_alloc(&f)) status = srnn__no_memory(ctx);
    if (!status) status = measure(&f);
    if (!status) status = choose(&f);
    if (!status) status = keep(&f);
    if (status) srnn_operating_result_free(result);
    finder_free(&f);
    return status;
}
