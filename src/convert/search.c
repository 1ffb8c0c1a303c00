/* The search for the scaling factor lambda ([K] Methods): the spiking network does the same
   trials with each value of a grid, and the best one wins. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "convert/criterion.h"
#include "convert/trial_settings.h"
#include "convert/test_choice.h"
#include "model/model_internal.h"
#include "spikernn/convert.h"
#include "task/stats.h"
#include "trials/outcomes.h"

enum {
    RACE_EVERY = 10, /* trials between eliminations */
    ROOM = 100000,   /* trials at a time, of all together */
    BETWEEN = 3,     /* scaling factors looked at between the best and each of its neighbours */
    BEYOND = 2,      /* at a time, beyond an end of the grid */
    FURTHEST = 12    /* in all */
};

static const double default_grid[] = {20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75};

srnn_search_options srnn_search_options_default(void)
{
    return (srnn_search_options){.size = sizeof(srnn_search_options),
                                 .seed = 0,
                                 .test_trials = 100,
                                 .n_trials = 100,
                                 .n = sizeof default_grid / sizeof *default_grid,
                                 .scaling_factors = default_grid,
                                 .criterion = SRNN_BY_ACCURACY,
                                 .spiking = srnn_spiking_params_default()};
}

void srnn_search_result_free(srnn_search_result *result)
{
    if (!result) return;
    free(result->scaling_factors);
    free(result->correct);
    free(result->two_sided);
    free(result->trials);
    free(result->score);
    free(result->loss);
    free(result->rate_hz);
    for (int k = 0; k < SRNN_TRIAL_VALUES; k++) free(result->values[k]);
    free(result->settings);
    *result = (srnn_search_result){0};
}

static srnn_status search_check_options(srnn_ctx *ctx, const srnn_model *model,
                                        srnn_search_options *o)
{
    const srnn__check checks[] = {
        {"n_trials", o->n_trials, o->n_trials >= 1 && o->n_trials <= 1000000, "1 to 1000000"},
        {"test_trials", o->test_trials, o->test_trials >= 0 && o->test_trials <= 1000000,
         "0 to 1000000"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (status) return status;
    if (o->n < 1 || o->n > 1000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "scaling_factors has %d values; expected 1 to 1000", o->n);
    for (int i = 0; i < o->n && !status; i++) {
        o->spiking.conversion.scaling_factor = o->scaling_factors[i];
        status = srnn__spiking_params_take(ctx, model, &o->spiking, &o->spiking);
    }
    return status;
}

/* ---- who takes part ---- */

typedef struct candidate {
    double scaling_factor;
    srnn__outcome *outcomes; /* [n_trials] */
    int done;                /* those that count, from the first on */
    int round;               /* 0: of the grid; else of those added later */
    bool dropped;
    atomic_uint_fast64_t tally; /* trials << 32 | correct ones, while they run */
} candidate;

typedef struct lambda_search {
    srnn_ctx *ctx;
    const srnn_model *model;
    const srnn_task *task;
    srnn_search_options o;
    char *settings;            /* NULL: JSON cannot describe them */
    int round;                 /* of those that enter now */
    const srnn__search *known; /* a record with the same settings; NULL: none */
    candidate *candidates;     /* [n] ascending */
    int n;
    int64_t run, kept; /* trials */
} lambda_search;

static void search_free(lambda_search *s)
{
    for (int i = 0; i < s->n; i++) free(s->candidates[i].outcomes);
    free(s->candidates);
    free(s->settings);
}

/* Trials that the record holds need not be run again; nothing else depends on it. */
static void take_known(lambda_search *s, candidate *c)
{
    const srnn__search *known = s->known;
    int column = 0;
    while (known && column < known->n && known->scaling_factors[column] != c->scaling_factor)
        column++;
    if (!known || column == known->n) return;
    for (int trial = 0; trial < known->K && trial < s->o.n_trials; trial++) {
        double value[SRNN_TRIAL_VALUES];
        for (int k = 0; k < SRNN_TRIAL_VALUES; k++)
            value[k] = known->values[k][(size_t)trial * (size_t)known->n + (size_t)column];
        c->outcomes[trial] = (srnn__outcome){.done = !isnan(value[SRNN_TRIAL_CORRECT]),
                                             .score = {.correct = value[SRNN_TRIAL_CORRECT] == 1,
                                                       .margin = value[SRNN_TRIAL_MARGIN],
                                                       .other_side = value[SRNN_TRIAL_OTHER_SIDE]},
                                             .loss = value[SRNN_TRIAL_LOSS],
                                             .mean_rate_hz = value[SRNN_TRIAL_RATE_HZ]};
    }
}

/* Once each. */
static srnn_status search_enter(lambda_search *s, double scaling_factor)
{
    int at = 0;
    while (at < s->n && s->candidates[at].scaling_factor < scaling_factor) at++;
    if (at < s->n && s->candidates[at].scaling_factor == scaling_factor) return SRNN_OK;
    candidate *more = realloc(s->candidates, (size_t)(s->n + 1) * sizeof *more);
    if (!more) return srnn__no_memory(s->ctx);
    s->candidates = more;
    candidate c = {.scaling_factor = scaling_factor,
                   .round = s->round,
                   .outcomes = calloc((size_t)s->o.n_trials, sizeof *c.outcomes)};
    if (!c.outcomes) return srnn__no_memory(s->ctx);
    take_known(s, &c);
    memmove(more + at + 1, more + at, (size_t)(s->n - at) * sizeof *more);
    more[at] = c;
    s->n++;
    return SRNN_OK;
}

/* ---- who is best ---- */

static double score_of(const lambda_search *s, const srnn__outcome *o)
{
    return srnn__trial_score(s->o.criterion, o->score.correct, o->score.margin, o->loss);
}

/* The candidate with the highest score over its first `n` trials, among those that have as many.
   Ties: earliest round, then smallest lambda. -1: none has. */
static int best_over(const lambda_search *s, int n)
{
    int best = -1;
    double most = 0;
    for (int i = 0; i < s->n; i++) {
        const candidate *c = &s->candidates[i];
        if (c->dropped || c->done < n) continue;
        double sum = 0;
        for (int k = 0; k < n; k++) sum += score_of(s, &c->outcomes[k]);
        const bool earlier = best >= 0 && c->round < s->candidates[best].round;
        if (best >= 0 && (earlier ? sum < most : sum <= most)) continue;
        best = i;
        most = sum;
    }
    return best;
}

static int most_trials(const lambda_search *s)
{
    int most = 0;
    for (int i = 0; i < s->n; i++)
        if (!s->candidates[i].dropped && s->candidates[i].done > most) most = s->candidates[i].done;
    return most;
}

static void drop_worse(lambda_search *s, int n)
{
    const candidate *best = &s->candidates[best_over(s, n)];
    for (int i = 0; i < s->n; i++) {
        candidate *c = &s->candidates[i];
        if (c == best || c->dropped || c->done != n) continue;
        double mean = 0, squares = 0;
        for (int k = 0; k < n; k++) {
            const double ahead = score_of(s, &best->outcomes[k]) - score_of(s, &c->outcomes[k]);
            mean += ahead / n;
            squares += ahead * ahead / n;
        }
        const double variance = (squares - mean * mean) / (n - 1); /* of the mean */
        c->dropped = mean > 0 && mean * mean > 4 * variance;
    }
}

/* ---- trials ---- */

/* Trials of a search that run together. */
typedef struct search_block {
    lambda_search *s;
    const int *who; /* candidates */
} search_block;

/* Counts the trial. The new number of trials, and of correct ones. */
static int tally_add(candidate *c, bool right, int *correct)
{
    const uint64_t one = (uint64_t)1 << 32 | right, now = atomic_fetch_add(&c->tally, one) + one;
    *correct = (int)(now & UINT32_MAX);
    return (int)(now >> 32);
}

/* Reports the accuracy so far, about ten times for each candidate. */
static void search_follow(void *user, int variant, const srnn__outcome *outcome)
{
    const search_block *b = user;
    candidate *c = &b->s->candidates[b->who[variant]];
    int correct;
    const int n = tally_add(c, outcome->score.correct, &correct);
    if (n == b->s->o.n_trials || n % ((b->s->o.n_trials + 9) / 10) == 0)
        srnn__tried(b->s->ctx, "scaling_factor", c->scaling_factor, correct, n);
}

/* The trials from ... until - 1 of the candidates who[n]. */
static srnn_status run_block(lambda_search *s, const int *who, int n, int from, int until)
{
    const size_t width = (size_t)n, n_jobs = (size_t)(until - from) * width;
    double *factors = malloc(width * sizeof *factors);
    srnn__conversions t = {.phase = "search",
                           .before = s->run + s->kept,
                           .total = s->run + s->kept + (int64_t)(s->o.n_trials - from) * n,
                           .model = s->model,
                           .task = s->task,
                           .params = s->o.spiking,
                           .seed = s->o.seed,
                           .domain = SRNN_DOMAIN_SEARCH,
                           .first_trial = from,
                           .n_trials = until - from,
                           .n_variants = n,
                           .scaling_factors = factors,
                           .outcomes = malloc(n_jobs * sizeof *t.outcomes)};
    search_block block = {s, who};
    t.followed = search_follow;
    t.user = &block;
    srnn_status status = factors && t.outcomes ? SRNN_OK : srnn__no_memory(s->ctx);
    for (size_t i = 0; i < width && !status; i++) {
        candidate *c = &s->candidates[who[i]];
        factors[i] = c->scaling_factor;
        for (size_t k = i; k < n_jobs; k += width) {
            t.outcomes[k] = c->outcomes[(size_t)from + k / width];
            int correct;
            if (t.outcomes[k].done) tally_add(c, t.outcomes[k].score.correct, &correct);
            s->kept += t.outcomes[k].done;
            s->run -= t.outcomes[k].done;
        }
    }
    if (!status) {
        status = srnn__conversions_run(s->ctx, &t);
        size_t complete = 0;
        for (size_t k = 0; k < n_jobs; k++) {
            s->candidates[who[k % width]].outcomes[(size_t)from + k / width] = t.outcomes[k];
            s->run += t.outcomes[k].done;
            complete += complete == k && t.outcomes[k].done;
        }
        for (int i = 0; i < n; i++) s->candidates[who[i]].done = from + (int)(complete / width);
    }
    free(t.outcomes);
    free(factors);
    return status;
}

/* Everyone still in it gets its first `until` trials; nobody gets more than another when
   this is stopped. */
static srnn_status run_until(lambda_search *s, int until)
{
    int *who = malloc((size_t)s->n * sizeof *who), n = 0, from = until;
    if (!who) return srnn__no_memory(s->ctx);
    for (int i = 0; i < s->n; i++) {
        const candidate *c = &s->candidates[i];
        if (c->dropped || c->done >= until) continue;
        from = c->done;
        who[n++] = i;
    }
    const srnn_status status = n > 0 ? run_block(s, who, n, from, until) : SRNN_OK;
    free(who);
    return status;
}

static srnn_status search_run_all(lambda_search *s)
{
    const int step = s->o.racing ? RACE_EVERY : ROOM / s->n + 1;
    srnn_status status = SRNN_OK;
    for (int64_t until = step; !status; until += step) {
        const int now = until < s->o.n_trials ? (int)until : s->o.n_trials;
        status = run_until(s, now);
        if (now == s->o.n_trials) break;
        if (!status && s->o.racing) drop_worse(s, now);
    }
    return status;
}

/* ---- a finer grid ---- */

/* While the best lies at an end, on from there; it does no more once nothing better comes. */
static srnn_status go_beyond(lambda_search *s)
{
    srnn_status status = SRNN_OK;
    for (int added = 0; added < FURTHEST && !status; added += BEYOND) {
        const int best = best_over(s, s->o.n_trials), last = s->n - 1;
        if (best != 0 && best != last) break;
        s->round++;
        const double end = s->candidates[best].scaling_factor;
        const double step = s->n == 1 ? end / 5
                            : best    ? end - s->candidates[last - 1].scaling_factor
                                      : s->candidates[1].scaling_factor - end;
        for (int k = 1; k <= BEYOND && !status; k++) {
            /* towards zero no further than by halves */
            if (best == 0) status = search_enter(s, fmax(end - k * step, ldexp(end, -k)));
            if (best == last && !status) status = search_enter(s, end + k * step);
        }
        if (!status) status = search_run_all(s);
    }
    return status;
}

static srnn_status look_between(lambda_search *s)
{
    s->round++;
    const int best = best_over(s, s->o.n_trials);
    const double at = s->candidates[best].scaling_factor;
    const double below = best > 0 ? s->candidates[best - 1].scaling_factor : at;
    const double above = best < s->n - 1 ? s->candidates[best + 1].scaling_factor : at;
    srnn_status status = SRNN_OK;
    for (int k = 1; k <= BETWEEN && !status; k++) {
        const double share = (double)k / (BETWEEN + 1);
        status = search_enter(s, at + share * (below - at));
        if (!status) status = search_enter(s, at + share * (above - at));
    }
    return status ? status : search_run_all(s);
}

/* ---- what comes of it ---- */

static bool search_result_alloc(srnn_search_result *r)
{
    const size_t n = (size_t)r->n;
    r->scaling_factors = malloc(n * sizeof *r->scaling_factors);
    r->correct = calloc(n, sizeof *r->correct);
    r->two_sided = calloc(n, sizeof *r->two_sided);
    r->trials = malloc(n * sizeof *r->trials);
    r->score = calloc(n, sizeof *r->score);
    r->loss = calloc(n, sizeof *r->loss);
    r->rate_hz = calloc(n, sizeof *r->rate_hz);
    bool complete = r->scaling_factors && r->correct && r->two_sided && r->trials && r->score &&
                    r->loss && r->rate_hz;
    for (int k = 0; k < SRNN_TRIAL_VALUES; k++) {
        r->values[k] = malloc((n * (size_t)r->K + 1) * sizeof *r->values[k]);
        complete = complete && r->values[k];
    }
    return complete;
}

/* -1 once it is not known in one trial. */
static void count_two_sided(const srnn_score *score, int *n)
{
    if (isnan(score->other_side))
        *n = -1;
    else if (*n >= 0)
        *n += srnn__two_sided(score);
}

static srnn_status search_summarize(lambda_search *s, srnn_search_result *r)
{
    *r = (srnn_search_result){.n = s->n,
                              .n_trials = most_trials(s),
                              .settings = s->settings,
                              .trials_run = s->run,
                              .trials_kept = s->kept};
    s->settings = NULL;
    const size_t n = (size_t)s->n;
    for (int i = 0; i < s->n; i++)
        if (s->candidates[i].done > r->K) r->K = s->candidates[i].done;
    if (!search_result_alloc(r)) {
        srnn_search_result_free(r);
        return srnn__no_memory(s->ctx);
    }
    for (size_t i = 0; i < n; i++) {
        const candidate *c = &s->candidates[i];
        r->scaling_factors[i] = c->scaling_factor;
        r->trials[i] = c->done;
        for (int k = 0; k < r->K; k++) {
            const srnn__outcome *o = &c->outcomes[k];
            const double values[] = {[SRNN_TRIAL_CORRECT] = o->score.correct,
                                     [SRNN_TRIAL_MARGIN] = o->score.margin,
                                     [SRNN_TRIAL_LOSS] = o->loss,
                                     [SRNN_TRIAL_RATE_HZ] = o->mean_rate_hz,
                                     [SRNN_TRIAL_OTHER_SIDE] = o->score.other_side};
            for (int v = 0; v < SRNN_TRIAL_VALUES; v++)
                r->values[v][(size_t)k * n + i] = k < c->done ? values[v] : (double)NAN;
            if (k >= c->done) continue;
            r->correct[i] += o->score.correct;
            count_two_sided(&o->score, &r->two_sided[i]);
            r->score[i] +=
                srnn__trial_score(SRNN_BY_MARGIN, o->score.correct, o->score.margin, 0) / c->done;
            r->loss[i] += o->loss / c->done;
            r->rate_hz[i] += o->mean_rate_hz / c->done;
        }
    }
    r->best = best_over(s, r->n_trials);
    return SRNN_OK;
}

srnn_status srnn__test_choice(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                              const srnn_spiking_params *params, uint64_t seed, int n_trials,
                              srnn__test *out)
{
    *out = (srnn__test){0};
    if (n_trials == 0) return SRNN_OK;
    const srnn_spiking_eval_options o = {
        .size = sizeof o, .seed = seed, .domain = SRNN_DOMAIN_TEST, .n_trials = n_trials};
    srnn_spiking_evaluation e;
    const srnn_status status = srnn_spiking_evaluate(ctx, model, task, params, &o, &e);
    if (status) return status;
    *out = (srnn__test){e.n_trials, e.correct, e.two_sided};
    return SRNN_OK;
}

static srnn_status test_best(const lambda_search *s, srnn_search_result *r)
{
    srnn_spiking_params chosen = s->o.spiking;
    chosen.conversion.scaling_factor = r->scaling_factors[r->best];
    const srnn__search *known = s->known;
    if (known && known->opt_scaling_factor == chosen.conversion.scaling_factor &&
        known->test_trials == s->o.test_trials) {
        r->test_trials = known->test_trials;
        if (known->test_trials > 0)
            r->test_correct = (int)lround(known->test_perf * known->test_trials);
        r->test_two_sided = isnan(known->test_two_sided_perf)
                                ? -1
                                : (int)lround(known->test_two_sided_perf * known->test_trials);
        return SRNN_OK;
    }
    srnn__test test;
    const srnn_status status =
        srnn__test_choice(s->ctx, s->model, s->task, &chosen, s->o.seed, s->o.test_trials, &test);
    r->test_correct = test.correct;
    r->test_two_sided = test.two_sided;
    r->test_trials = test.n_trials;
    return status;
}

static srnn_status search_begin(lambda_search *s)
{
    srnn_status status =
        srnn__trial_settings(s->ctx, s->model, s->task, &s->o.spiking, s->o.seed, &s->settings);
    const srnn__search *record = &s->model->search;
    if (!s->o.again && s->settings && record->settings && record->n > 0 && record->K > 0 &&
        !strcmp(record->settings, s->settings))
        s->known = record;
    for (int i = 0; i < s->o.n && !status; i++) status = search_enter(s, s->o.scaling_factors[i]);
    return status;
}

srnn_status srnn_search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                        const srnn_search_options *options, srnn_search_result *result)
{
    *result = (srnn_search_result){0};
    lambda_search s = {
        .ctx = ctx, .model = model, .task = task, .o = srnn_search_options_default()};
    srnn_status status =
        SRNN__TAKE_OPTIONS(ctx, srnn_search_options, options, spiking.precision, &s.o);
    s.o.spiking.conversion.by = SRNN_BY_SCALING_FACTOR;
    s.o.spiking.conversion.use_readout = false;
    if (!status) status = search_check_options(ctx, model, &s.o);
    if (!status) status = srnn__task_fits(ctx, model, task);
    if (!status) status = search_begin(&s);
    if (!status) status = search_run_all(&s);
    if (!status && s.o.refine) status = go_beyond(&s);
    if (!status && s.o.refine) status = look_between(&s);
    if (!status || status == SRNN_CANCELLED) {
        const srnn_status summarized = search_summarize(&s, result);
        if (summarized) status = summarized;
    }
    if (!status) status = test_best(&s, result);
    if (status && status != SRNN_CANCELLED) srnn_search_result_free(result);
    search_free(&s);
    return status;
}
