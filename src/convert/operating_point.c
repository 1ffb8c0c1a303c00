/* The operating-point conversion (docs/conversion.md): candidates are fitted, tried on spiking
   trials, and the best one is kept and tested. */
#include <math.h>
#include <stdlib.h>

#include "convert/criterion.h"
#include "convert/fit.h"
#include "convert/trial_settings.h"
#include "convert/test_choice.h"
#include "model/model_internal.h"
#include "spikernn/convert.h"
#include "task/stats.h"
#include "trials/outcomes.h"

static const double default_widening[] = {0.5, 0.5, 0.5, 1, 1, 1, 2, 2, 0.5, 0.5, 0.5, 0.5};
static const double default_cost[] = {0.3, 0.3, 1, 0.1, 0.3, 1, 0.3, 1, 0.3, 1, 0.3, 1};
static const int default_visits[] = {0, 16, 16, 16, 16, 16, 0, 0, 24, 24, 8, 8};
enum { CANDIDATES_MAX = 100 };
static const double enough_accuracy = 0.98; /* to leave the reserve alone */

srnn_operating_options srnn_operating_options_default(void)
{
    return (srnn_operating_options){.size = sizeof(srnn_operating_options),
                                    .fit_trials = 40,
                                    .n = sizeof default_cost / sizeof *default_cost,
                                    .widening = default_widening,
                                    .shot_noise_cost = default_cost,
                                    .visit_trials = default_visits,
                                    .n_reserve = 4,
                                    .n_trials = 50,
                                    .score_slack = 0.01,
                                    .test_trials = 100,
                                    .spiking = srnn_spiking_params_default()};
}

void srnn_operating_result_free(srnn_operating_result *result)
{
    if (!result) return;
    free(result->candidates);
    *result = (srnn_operating_result){0};
}

static srnn_status operating_check_options(srnn_ctx *ctx, const srnn_model *model,
                                           srnn_operating_options *o)
{
    const srnn__check checks[] = {
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
        {"fit_trials", o->fit_trials, o->fit_trials >= 1 && o->fit_trials <= 10000, "1 to 10000"},
        {"n_trials", o->n_trials, o->n_trials >= 1 && o->n_trials <= 1000000, "1 to 1000000"},
        {"test_trials", o->test_trials, o->test_trials >= 0 && o->test_trials <= 1000000,
         "0 to 1000000"},
        {"n_reserve", o->n_reserve, o->n_reserve >= 0 && o->n_reserve < o->n,
         "0 or more, fewer than the candidates"},
        {"score_slack", o->score_slack, o->score_slack >= 0, "0 or more"},
        {"the number of candidates", o->n, o->n >= 1 && o->n <= CANDIDATES_MAX, "1 to 100"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    for (int i = 0; i < o->n && !status; i++) {
        const int visits = o->visit_trials ? o->visit_trials[i] : 0;
        const srnn__check candidate[] = {
            {"widening", o->widening[i], o->widening[i] >= 0, "0 or more"},
            {"shot_noise_cost", o->shot_noise_cost[i], o->shot_noise_cost[i] >= 0, "0 or more"},
            {"visit_trials", visits, visits >= 0 && visits <= 10000, "0 to 10000"}};
        status = srnn__check_all(ctx, candidate, 3);
    }
    return status ? status : srnn__spiking_params_take(ctx, model, &o->spiking, &o->spiking);
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
                                  .perf = NAN,
                                  .two_sided_perf = NAN};
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

static void finder_summarize(const srnn__conversions *t, int variant, srnn_operating_candidate *c)
{
    c->correct = c->two_sided = 0;
    c->score = c->mean_rate_hz = 0;
    for (int k = 0; k < t->n_trials; k++) {
        const srnn__outcome *o = &t->outcomes[k * t->n_variants + variant];
        c->correct += o->score.correct;
        c->two_sided += srnn__two_sided(&o->score);
        c->score +=
            srnn__trial_score(SRNN_BY_MARGIN, o->score.correct, o->score.margin, 0) / t->n_trials;
        c->mean_rate_hz += o->mean_rate_hz / t->n_trials;
    }
}

/* Fitted to the rate network's samples; where it asks for that, once more to what the units of
   its spiking network visit, too. */
static srnn_status fit_candidate(finder *f, int i)
{
    const srnn_operating_candidate *c = &f->result->candidates[i];
    srnn_status status = srnn__fit(f->ctx, f->model, &f->transfer, &f->samples, c->widening,
                                   c->shot_noise_cost, f->o.seed, &f->fits[i]);
    if (status || c->visit_trials == 0) return status;
    const srnn_operating_point point = point_of(f, i);
    srnn__samples both;
    status = srnn__samples_add_visited(f->ctx, f->model, f->task, &f->o.spiking, &point, f->o.seed,
                                       c->visit_trials, &f->samples, &both);
    if (!status)
        status = srnn__fit(f->ctx, f->model, &f->transfer, &both, c->widening, c->shot_noise_cost,
                           f->o.seed, &f->fits[i]);
    srnn__samples_free(&both);
    return status;
}

/* Fitted candidates on the o.n_trials trials of the domain, side by side. points, results: [n]. */
static srnn_status run_candidates(finder *f, int n, const srnn_operating_point *points,
                                  srnn_domain domain, double noise_mv,
                                  srnn_operating_candidate *results)
{
    srnn__conversions t = {.phase = "search",
                           .model = f->model,
                           .task = f->task,
                           .params = f->o.spiking,
                           .seed = f->o.seed,
                           .domain = domain,
                           .n_trials = f->o.n_trials,
                           .n_variants = n,
                           .points = points,
                           .outcomes =
                               calloc((size_t)n * (size_t)f->o.n_trials, sizeof *t.outcomes)};
    if (!t.outcomes) return srnn__no_memory(f->ctx);
    t.params.neuron.noise_mv = noise_mv;
    const srnn_status status = srnn__conversions_run(f->ctx, &t);
    for (int k = 0; k < n && !status; k++) finder_summarize(&t, k, &results[k]);
    free(t.outcomes);
    return status;
}

/* The candidates from ... until - 1. */
static srnn_status try_candidates(finder *f, int from, int until)
{
    srnn_operating_point points[CANDIDATES_MAX] = {{0}};
    srnn_operating_candidate *results = f->result->candidates + from;
    srnn_status status = SRNN_OK;
    for (int i = from; i < until && !status; i++) {
        srnn_operating_candidate *c = &f->result->candidates[i];
        c->widening = f->o.widening[i];
        c->shot_noise_cost = f->o.shot_noise_cost[i];
        c->visit_trials = f->o.visit_trials ? f->o.visit_trials[i] : 0;
        status = fit_candidate(f, i);
        points[i - from] = point_of(f, i);
    }
    if (status) return status;
    status = run_candidates(f, until - from, points, SRNN_DOMAIN_CHOOSE,
                            f->o.spiking.neuron.noise_mv, results);
    for (int i = from; i < until && !status; i++)
        srnn__tried(f->ctx, "candidate", i, f->result->candidates[i].correct, f->o.n_trials);
    return status;
}

static int of_highest_score(const srnn_operating_result *r)
{
    int best = 0;
    for (int i = 1; i < r->n; i++)
        if (r->candidates[i].score > r->candidates[best].score) best = i;
    return best;
}

/* The next one of those with `enough` score, in the order of the rates; -1: there is none. */
static int next_quietest(const srnn_operating_result *r, double enough, int after)
{
    int next = -1;
    for (int i = 0; i < r->n; i++) {
        const srnn_operating_candidate *c = r->candidates;
        const bool later = after < 0 || c[i].mean_rate_hz > c[after].mean_rate_hz ||
                           (c[i].mean_rate_hz == c[after].mean_rate_hz && i > after);
        if (c[i].score >= enough && later && (next < 0 || c[i].mean_rate_hz < c[next].mean_rate_hz))
            next = i;
    }
    return next;
}

/* Fifty trials without an error do not tell 96 % from 100 %, and quiet networks may bear no noise
   but their own: the quieter ones have to do as well as the best on another set, with twice the
   noise. */
static srnn_status prefer_quiet(finder *f)
{
    srnn_operating_result *r = f->result;
    const double enough = r->candidates[r->best].score - f->o.score_slack;
    const double noise_mv = 2 * f->o.spiking.neuron.noise_mv;
    srnn_operating_candidate
        pair[2]; /* a quiet one; the best, which runs beside the first of them */
    srnn_status status = SRNN_OK;
    const int first = next_quietest(r, enough, -1);
    for (int i = first; !status && i >= 0 && i != r->best; i = next_quietest(r, enough, i)) {
        const srnn_operating_point points[] = {point_of(f, i), point_of(f, r->best)};
        status = run_candidates(f, i == first ? 2 : 1, points, SRNN_DOMAIN_SEARCH, noise_mv, pair);
        if (status || pair[0].score < pair[1].score - f->o.score_slack) continue;
        r->best = i;
        break;
    }
    return status;
}

static srnn_status finder_choose(finder *f)
{
    srnn_operating_result *r = f->result;
    const int n_sure = f->o.n - f->o.n_reserve;
    r->n_trials = f->o.n_trials;
    srnn_status status = SRNN_OK;
    bool enough_of_them = false;
    while (r->n < f->o.n && !enough_of_them && !status) {
        const int until = r->n < n_sure ? n_sure : r->n + 1;
        status = try_candidates(f, r->n, until);
        r->n = until;
        r->best = of_highest_score(r);
        enough_of_them = r->candidates[r->best].correct >= enough_accuracy * r->n_trials;
    }
    return status ? status : prefer_quiet(f);
}

/* Puts the best one into the model, tested; the one before comes back if that fails. */
static srnn_status finder_keep(finder *f)
{
    const srnn_operating_point before = f->model->operating_point;
    srnn_operating_point point = point_of(f, f->result->best);
    srnn__test test;
    f->model->operating_point = point;
    srnn_status status = srnn__test_choice(f->ctx, f->model, f->task, &f->o.spiking, f->o.seed,
                                           f->o.test_trials, &test);
    f->model->operating_point = before;
    if (status) return status;
    f->result->test_correct = test.correct;
    f->result->test_two_sided = test.two_sided;
    f->result->test_trials = test.n_trials;
    char *settings;
    if ((status =
             srnn__trial_settings(f->ctx, f->model, f->task, &f->o.spiking, f->o.seed, &settings)))
        return status;
    point.settings = settings;
    point.n_trials = test.n_trials;
    if (test.n_trials > 0) {
        point.perf = (double)test.correct / test.n_trials;
        point.two_sided_perf = (double)test.two_sided / test.n_trials;
    }
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
                .o = srnn_operating_options_default(),
                .result = result};
    srnn_status status =
        SRNN__TAKE_OPTIONS(ctx, srnn_operating_options, options, spiking.precision, &f.o);
    f.o.spiking.conversion.by = SRNN_BY_OPERATING_POINT;
    f.o.spiking.conversion.use_readout = false;
    if (!status) status = operating_check_options(ctx, model, &f.o);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    if (!fits_alloc(&f)) status = srnn__no_memory(ctx);
    if (!status) status = measure(&f);
    if (!status) status = finder_choose(&f);
    if (!status) status = finder_keep(&f);
    if (status) srnn_operating_result_free(result);
    finder_free(&f);
    return status;
}
