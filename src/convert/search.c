/* The search for the scaling factor lambda ([K] Methods): the accuracy of the
   spiking network for each value of a grid; the first maximum wins. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert/test_choice.h"
#include "model/model_internal.h"
#include "spikernn/convert.h"
#include "spiking/trials.h"

static const double default_grid[] = {20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75};

srnn_search_options srnn_search_options_default(void)
{
    return (srnn_search_options){.seed = 0,
                                 .test_trials = 100,
                                 .n_trials = 100,
                                 .n = sizeof default_grid / sizeof *default_grid,
                                 .scaling_factors = default_grid,
                                 .spiking = srnn_spiking_params_default()};
}

void srnn_search_result_free(srnn_search_result *result)
{
    if (!result) return;
    free(result->scaling_factors);
    free(result->correct);
    *result = (srnn_search_result){0};
}

void srnn_wilson_interval(int correct, int n, double *low, double *high)
{
    const double z = 1.959963984540054, p = (double)correct / n;
    const double centre = p + z * z / (2 * n);
    const double half = z * sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
    const double scale = 1 / (1 + z * z / n);
    *low = correct == 0 ? 0 : (centre - half) * scale;
    *high = correct == n ? 1 : (centre + half) * scale;
}

static srnn_status check_options(srnn_ctx *ctx, const srnn_model *model,
                                 const srnn_search_options *o)
{
    if (o->n_trials < 1 || o->n_trials > 1000000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n_trials is %d; expected 1 to 1000000",
                          o->n_trials);
    if (o->test_trials < 0 || o->test_trials > 1000000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "test_trials is %d; expected 0 to 1000000",
                          o->test_trials);
    if (o->n < 1 || o->n > 1000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "scaling_factors has %d values; expected 1 to 1000", o->n);
    for (int i = 0; i < o->n; i++) {
        srnn_spiking_params params = o->spiking;
        params.scaling_factor = o->scaling_factors[i];
        const srnn_status status = srnn__spiking_params_check(ctx, model, &params);
        if (status) return status;
    }
    return SRNN_OK;
}

/* Trials, from the first, that every scaling factor has had. */
static int complete_trials(const srnn__spiking_trials *t)
{
    for (int trial = 0; trial < t->n_trials; trial++)
        for (int i = 0; i < t->n_factors; i++)
            if (!t->outcomes[trial * t->n_factors + i].done) return trial;
    return t->n_trials;
}

static srnn_status summarize(srnn_ctx *ctx, const srnn__spiking_trials *t, srnn_search_result *r)
{
    *r = (srnn_search_result){.n = t->n_factors, .n_trials = complete_trials(t)};
    r->scaling_factors = malloc((size_t)r->n * sizeof *r->scaling_factors);
    r->correct = calloc((size_t)r->n, sizeof *r->correct);
    if (!r->scaling_factors || !r->correct) {
        srnn_search_result_free(r);
        return srnn__no_memory(ctx);
    }
    memcpy(r->scaling_factors, t->scaling_factors, (size_t)r->n * sizeof *r->scaling_factors);
    for (int i = 0; i < r->n; i++) {
        for (int trial = 0; trial < r->n_trials; trial++)
            r->correct[i] += t->outcomes[trial * t->n_factors + i].score.correct;
        if (r->correct[i] > r->correct[r->best]) r->best = i;
    }
    return SRNN_OK;
}

srnn_status srnn__test_choice(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                              const srnn_spiking_params *params, uint64_t seed, int n_trials,
                              int *correct, int *done)
{
    *correct = *done = 0;
    if (n_trials == 0) return SRNN_OK;
    const srnn_spiking_eval_options o = {
        .seed = seed, .domain = SRNN_DOMAIN_TEST, .n_trials = n_trials};
    srnn_spiking_evaluation e;
    const srnn_status status = srnn_spiking_evaluate(ctx, model, task, params, &o, &e);
    if (status) return status;
    *correct = e.correct;
    *done = e.n_trials;
    return SRNN_OK;
}

srnn_status srnn_search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                        const srnn_search_options *options, srnn_search_result *result)
{
    *result = (srnn_search_result){0};
    srnn_search_options o = options ? *options : srnn_search_options_default();
    o.spiking.conversion = SRNN_BY_SCALING_FACTOR;
    srnn_status status = check_options(ctx, model, &o);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    const size_t n_jobs = (size_t)o.n_trials * (size_t)o.n;
    srnn__spiking_trials t = {.phase = "search",
                              .model = model,
                              .task = task,
                              .params = o.spiking,
                              .seed = o.seed,
                              .domain = SRNN_DOMAIN_SEARCH,
                              .n_trials = o.n_trials,
                              .n_factors = o.n,
                              .scaling_factors = o.scaling_factors,
                              .outcomes = calloc(n_jobs, sizeof *t.outcomes)};
    if (!t.outcomes) return srnn__no_memory(ctx);
    status = srnn__spiking_trials_run(ctx, &t);
    if (!status || status == SRNN_CANCELLED) {
        const srnn_status summarized = summarize(ctx, &t, result);
        if (summarized) status = summarized;
    }
    free(t.outcomes);
    if (status) return status;
    srnn_spiking_params chosen = o.spiking;
    chosen.scaling_factor = result->scaling_factors[result->best];
    status = srnn__test_choice(ctx, model, task, &chosen, o.seed, o.test_trials,
                               &result->test_correct, &result->test_trials);
    if (status && status != SRNN_CANCELLED) srnn_search_result_free(result);
    return status;
}
