/* Both networks on the same trials, each of which runs once. */
#include "trials/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "spikernn/evaluate.h"
#include "task/task_internal.h"
#include "trials/observer.h"

srnn_evaluate_options srnn_evaluate_options_default(void)
{
    return (srnn_evaluate_options){.size = sizeof(srnn_evaluate_options),
                                   .seed = 0,
                                   .domain = SRNN_DOMAIN_EVAL,
                                   .n_trials = 100,
                                   .noise = 0.1,
                                   .compared_trials = 20};
}

void srnn_evaluation_free(srnn_evaluation *evaluation)
{
    if (!evaluation) return;
    srnn_rate_evaluation_free(&evaluation->rate);
    srnn_spiking_evaluation_free(&evaluation->spiking);
    srnn_comparison_free(&evaluation->comparison);
    *evaluation = (srnn_evaluation){0};
}

typedef struct evaluator {
    srnn_ctx *ctx;
    const srnn_model *model;
    const srnn_task *task;
    const srnn_evaluate_options *options;
    srnn_observe_options observe;
    int n_compared, n_observed; /* trials, the first ones */
    srnn__networks networks;
    srnn__tally rate, spiking;
    srnn__comparer comparer;
    srnn__observer observer;
    float *u, *z;        /* [T][n_in], [T][n_out] of a trial */
    bool other_columns;  /* the task's trials of T columns are not the first ones of T + 1 */
    int64_t done, total; /* runs, for progress */
} evaluator;

/* ---- one trial ---- */

/* In one network or both; on any thread. */
static srnn_status keep_scores(void *user, const srnn__trial *trial)
{
    const evaluator *e = user;
    if (trial->sim) srnn__spiking_keep(&e->spiking, e->model, e->options->spiking, trial);
    if (!trial->net) return SRNN_OK;
    return srnn__rate_keep(&e->rate, SRNN_L2, e->options->rate_trials, trial);
}

/* Both networks get T + 1 columns here, the rate network alone gets T: a task that draws channel by
   channel gives it other numbers then. */
static void look_at_columns(evaluator *e, const srnn__trial *trial)
{
    const srnn_task_def *def = srnn_task_get_def(e->task);
    const size_t T = (size_t)def->T, n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    if (e->other_columns || !trial->sim) return;
    srnn__task_fill(e->ctx, e->task, trial->key, trial->type, def->T, e->u, e->z);
    e->other_columns = memcmp(e->u, trial->u, T * n_in * sizeof *e->u) != 0 ||
                       memcmp(e->z, trial->z, (T - 1) * n_out * sizeof *e->z) != 0;
}

/* In order. */
static srnn_status keep_whole(void *user, const srnn__trial *trial)
{
    evaluator *e = user;
    if (keep_scores(user, trial))
        return srnn__fail(e->ctx, SRNN_ERR_NUMERIC, "the rate network's output is not finite");
    look_at_columns(e, trial);
    if (trial->k < e->n_compared) srnn__comparer_add(&e->comparer, trial);
    return trial->k < e->n_observed ? srnn__observer_add(&e->observer, trial) : SRNN_OK;
}

/* ---- all trials ---- */

static srnn_status evaluator_run(evaluator *e, srnn__trials trials)
{
    if (trials.from == trials.n) return SRNN_OK;
    trials.task = e->task;
    trials.seed = e->options->seed;
    trials.domain = e->options->domain;
    trials.noise = e->options->noise;
    trials.user = e;
    trials.phase = "evaluate";
    trials.before = e->done;
    trials.total = e->total;
    int64_t more = 0;
    const srnn_status status = srnn__trials_run(e->ctx, &trials, &more);
    e->done += more;
    if (status != SRNN_CANCELLED) return status;
    return srnn__fail(e->ctx, status, "interrupted after %lld of %lld trials", (long long)e->done,
                      (long long)e->total);
}

/* Trials that are compared or observed run in both networks together. The rest run in the rate
   network, then in the spiking one, which is faster. */
static srnn_status evaluator_run_all(evaluator *e)
{
    const int n = e->rate.n_trials, n_variants = e->networks.n_variants;
    const int whole = e->n_compared > e->n_observed ? e->n_compared : e->n_observed;
    e->total = whole + (int64_t)(n - whole) * (1 + n_variants);
    srnn_recording recording;
    srnn_status status =
        evaluator_run(e, (srnn__trials){.n = whole,
                                        .rate = &e->networks.rate,
                                        .history = true,
                                        .variants = &e->networks.variant,
                                        .n_variants = n_variants,
                                        .recording = srnn__observed(&e->observe, &recording),
                                        .reduce = keep_whole,
                                        .in_order = true});
    if (!status)
        status = evaluator_run(e, (srnn__trials){.n = n,
                                                 .from = e->other_columns ? 0 : whole,
                                                 .rate = &e->networks.rate,
                                                 .reduce = keep_scores});
    if (!status && n_variants)
        status = evaluator_run(e, (srnn__trials){.n = n,
                                                 .from = whole,
                                                 .variants = &e->networks.variant,
                                                 .n_variants = n_variants,
                                                 .reduce = keep_scores});
    return status;
}

/* ---- beginning and end ---- */

static srnn_status evaluator_check(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                   const srnn_evaluate_options *o)
{
    const srnn_status status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    const srnn__check checks[] = {
        {"n_trials", o->n_trials,
         o->n_trials >= 1 && (int64_t)o->n_trials * srnn_task_get_def(task)->n_types <= 10000000,
         "at least 1, at most 10000000 in all"},
        {"noise", o->noise, o->noise >= 0, "0 or more"},
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
        {"compared_trials", o->compared_trials, o->compared_trials >= 0, "0 or more"},
        {"observed_trials", o->observed_trials,
         o->observed_trials >= 0 && o->observed_trials <= 10000, "0 to 10000"},
    };
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

static int smaller(int a, int b) { return a < b ? a : b; }

static srnn_status evaluator_begin(evaluator *e, srnn_observation *observation)
{
    const srnn_evaluate_options *o = e->options;
    const int n_types = srnn_task_get_def(e->task)->n_types, n = o->n_trials * n_types;
    const int compared = o->spiking ? smaller(o->compared_trials, o->n_trials) : 0;
    const int observed = observation ? smaller(o->observed_trials, o->n_trials) : 0;
    e->n_compared = compared * n_types;
    e->n_observed = observed * n_types;
    e->observe = (srnn_observe_options){.size = sizeof e->observe,
                                        .seed = o->seed,
                                        .domain = o->domain,
                                        .n_trials = observed,
                                        .noise = o->noise,
                                        .spiking = o->spiking,
                                        .units = observed ? o->units : NULL,
                                        .n_units = observed ? o->n_units : 0};
    const srnn_task_def *def = srnn_task_get_def(e->task);
    e->u = srnn__alloc((size_t)def->T * (size_t)def->n_in, sizeof *e->u);
    e->z = srnn__alloc((size_t)def->T * (size_t)def->n_out, sizeof *e->z);
    srnn_status status = e->u && e->z ? SRNN_OK : srnn__no_memory(e->ctx);
    if (!status) status = srnn__tally_init(e->ctx, e->task, SRNN_RATE, n, true, &e->rate);
    if (!status && o->spiking)
        status = srnn__tally_init(e->ctx, e->task, SRNN_SPIKING, n, true, &e->spiking);
    if (!status && compared)
        status = srnn__comparer_init(e->ctx, e->task, o->spiking, srnn_model_get_view(e->model).N,
                                     compared, &e->comparer);
    if (!status && observed)
        status =
            srnn__observer_init(e->ctx, e->model, e->task, &e->observe, observation, &e->observer);
    return status ? status : srnn__networks_init(e->ctx, e->model, o->spiking, &e->networks);
}

static srnn_status evaluator_finish(evaluator *e, srnn_evaluation *out)
{
    const srnn_evaluate_options *o = e->options;
    *out = (srnn_evaluation){.n_trials = o->n_trials,
                             .response_threshold = srnn_response_threshold(e->task),
                             .has_spiking = o->spiking != NULL};
    srnn_status status = srnn__rate_summarize(e->ctx, &e->rate, o->rate_trials, &out->rate);
    if (!status && o->spiking) {
        out->conversion = o->spiking->conversion.by;
        out->scaling_factor = out->conversion == SRNN_BY_SCALING_FACTOR
                                  ? o->spiking->conversion.scaling_factor
                                  : (double)NAN;
        out->use_readout = o->spiking->conversion.use_readout;
        status = srnn__spiking_summarize(e->ctx, &e->spiking, &out->spiking);
    }
    if (!status && e->n_compared) status = srnn__comparer_finish(&e->comparer, &out->comparison);
    return status || !e->n_observed ? status : srnn__observer_finish(&e->observer);
}

static void end(evaluator *e)
{
    srnn__tally_free(&e->rate);
    srnn__tally_free(&e->spiking);
    srnn__comparer_free(&e->comparer);
    srnn__observer_free(&e->observer);
    srnn__networks_free(&e->networks);
    free(e->u);
    free(e->z);
}

srnn_status srnn_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_evaluate_options *options, srnn_evaluation *out,
                          srnn_observation *observation)
{
    *out = (srnn_evaluation){0};
    if (observation) *observation = (srnn_observation){0};
    srnn_evaluate_options o = srnn_evaluate_options_default();
    srnn_spiking_params spiking;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_evaluate_options, options, rate_trials, &o);
    if (!status) status = evaluator_check(ctx, model, task, &o);
    if (!status && o.spiking) status = srnn__spiking_params_take(ctx, model, o.spiking, &spiking);
    if (o.spiking) o.spiking = &spiking;
    if (status) return status;
    evaluator e = {.ctx = ctx, .model = model, .task = task, .options = &o};
    status = evaluator_begin(&e, observation);
    if (!status) status = evaluator_run_all(&e);
    if (!status) status = evaluator_finish(&e, out);
    end(&e);
    if (!status) return SRNN_OK;
    srnn_evaluation_free(out);
    srnn_observation_free(observation);
    return status;
}
