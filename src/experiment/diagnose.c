#define _GNU_SOURCE 1
#include "spikernn/diagnose.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/findings.h"
#include "experiment/results_json.h"
#include "spikernn/convert.h"
#include "spiking/simulator.h"

static const double criterion = 0.95;      /* of the paper */
static const double many_silent = 1.0 / 3; /* networks that do their task have up to 0.3 */
static const double some_saturated = 0.05; /* they have none */
static const double trials_at_most = 1e6;  /* beyond, no number of trials is recommended */

/* ---- how well the networks do ---- */

static bool reaches_criterion(int correct, int n) { return correct >= criterion * n; }

static bool clearly_below_rate(const srnn_evaluation *e)
{
    double rate_low, spiking_high, other;
    srnn_wilson_interval(e->rate.correct, e->rate.n_trials, &rate_low, &other);
    srnn_wilson_interval(e->spiking.correct, e->spiking.n_trials, &other, &spiking_high);
    return spiking_high < rate_low;
}

bool srnn_rate_reaches_criterion(const srnn_rate_evaluation *rate)
{
    return reaches_criterion(rate->correct, rate->n_trials);
}

bool srnn_falls_short(const srnn_evaluation *e)
{
    return e->has_spiking &&
           (!reaches_criterion(e->spiking.correct, e->spiking.n_trials) || clearly_below_rate(e));
}

bool srnn_converts_badly(const srnn_evaluation *e)
{
    return srnn_falls_short(e) && (srnn_rate_reaches_criterion(&e->rate) || clearly_below_rate(e));
}

void srnn__describe_shortfall(const srnn_evaluation *e, char text[320])
{
    const int n = e->spiking.n_trials;
    double low, high, rate_low, rate_high;
    srnn_wilson_interval(e->spiking.correct, n, &low, &high);
    srnn_wilson_interval(e->rate.correct, e->rate.n_trials, &rate_low, &rate_high);
    snprintf(text, 320,
             "With %s the spiking network is correct in %.3f of %d trials (95 %% interval %.3f – "
             "%.3f), the rate network in %.3f (%.3f – %.3f): %s",
             e->conversion == SRNN_BY_SCALING_FACTOR ? "λ" : "its operating point",
             (double)e->spiking.correct / n, n, low, high,
             (double)e->rate.correct / e->rate.n_trials, rate_low, rate_high,
             reaches_criterion(e->spiking.correct, n)
                 ? "clearly below it, as the intervals do not overlap"
                 : "below 0.95");
}

/* ---- findings ---- */

void srnn__finding_add(srnn__diagnosing *d, const char *code, json_t *numbers, const char *format,
                       ...)
{
    char text[1024], sentence[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    srnn_printable(text, sentence, sizeof sentence); /* names of types may have been cut */
    srnn_finding *more = realloc(d->out->findings, (size_t)(d->out->n + 1) * sizeof *more);
    if (more) {
        d->out->findings = more;
        more += d->out->n++;
        *more = (srnn_finding){strdup(code), strdup(sentence), srnn__json_text_of(numbers)};
    } else {
        json_decref(numbers);
    }
    if (!more || !more->code || !more->sentence || !more->numbers)
        d->status = srnn__no_memory(d->ctx);
}

/* ---- the same trials with one thing changed ---- */

/* +1, -1: clearly more or fewer of n trials are correct than were; 0: neither. */
static int compare_correct(int was, int now, int n)
{
    double low, high;
    srnn_wilson_interval(now, n, &low, &high);
    return (low > (double)was / n) - (high < (double)was / n);
}

/* Errors by type, before and with the change. *best, *worst: the types that gain and lose most. */
static json_t *changed_types_json(const srnn__diagnosing *d, const srnn_type_stats *now, int *best,
                                  int *worst)
{
    const srnn_type_stats *was = d->e->spiking.types;
    json_t *types = json_array();
    *best = *worst = 0;
    for (int i = 0; i < d->def->n_types; i++) {
        const int gain = now[i].correct - was[i].correct;
        if (gain > now[*best].correct - was[*best].correct) *best = i;
        if (gain < now[*worst].correct - was[*worst].correct) *worst = i;
        types = srnn__json_append(types, json_pack("{sssisisi}", "type", d->def->type_names[i], "n",
                                                   now[i].n, "wrong", was[i].n - was[i].correct,
                                                   "wrong_changed", now[i].n - now[i].correct));
    }
    return types;
}

typedef struct changed_run {
    double accuracy;
    json_t *numbers; /* NULL: memory ran out */
    char wrong[160]; /* of the type that gains most: "wrong nogo trials: 0 instead of 18 of 100" */
} changed_run;

static void describe_wrong(const srnn__diagnosing *d, const srnn_type_stats *now, int type,
                           char text[160])
{
    const int n = now[type].n;
    snprintf(text, 160, "wrong %.60s trials: %d instead of %d of %d", d->def->type_names[type],
             n - now[type].correct, n - d->e->spiking.types[type].correct, n);
}

/* False: it failed, or the network diverged. */
static bool run_changed(srnn__diagnosing *d, const srnn_spiking_params *changed,
                        srnn_spiking_evaluation *result)
{
    if (d->status) return false;
    srnn_spiking_eval_options options = srnn_spiking_eval_options_default();
    options.seed = d->o->seed;
    options.domain = d->o->domain;
    options.n_trials = d->e->n_trials;
    options.balanced = true;
    d->status = srnn_spiking_evaluate(d->ctx, d->model, d->task, changed, &options, result);
    const bool diverged = d->status == SRNN_ERR_NUMERIC;
    if (diverged) d->status = SRNN_OK;
    return !diverged && !d->status;
}

/* Is the changed network clearly better, its 95 % interval above the accuracy before? Then the
   numbers of *run are the caller's. Where it is not, but one type gains what another loses, that
   is a finding itself. */
static bool is_better(srnn__diagnosing *d, const srnn_spiking_params *changed, const char *name,
                      changed_run *run)
{
    srnn_spiking_evaluation r;
    if (!run_changed(d, changed, &r)) return false;
    run->accuracy = (double)r.correct / r.n_trials;
    const size_t length = strlen(d->unexplained);
    snprintf(d->unexplained + length, sizeof d->unexplained - length, "%s%s %.3f",
             length ? ", " : "", name, run->accuracy);

    const srnn_type_stats *was = d->e->spiking.types;
    int best, worst;
    json_t *types = changed_types_json(d, r.types, &best, &worst);
    describe_wrong(d, r.types, best, run->wrong);
    run->numbers = json_pack("{sfsfso}", "accuracy", d->accuracy, "accuracy_changed", run->accuracy,
                             "types", types);
    if (compare_correct(d->e->spiking.correct, r.correct, r.n_trials) > 0)
        return d->any_better = true;
    if (d->short_of &&
        compare_correct(was[best].correct, r.types[best].correct, r.types[best].n) > 0 &&
        compare_correct(was[worst].correct, r.types[worst].correct, r.types[worst].n) < 0) {
        char lost[sizeof run->wrong];
        describe_wrong(d, r.types, worst, lost);
        srnn__finding_add(d, "trade_off",
                          srnn__json_with(run->numbers, "change", json_string(name)),
                          "With %s the errors move from one trial type to another (%s; %s).", name,
                          run->wrong, lost);
    } else {
        json_decref(run->numbers);
    }
    return false;
}

static void diagnose_stimulation(srnn__diagnosing *d)
{
    srnn_spiking_params changed = d->params;
    changed_run run;
    changed.stimulation.mode = SRNN_STIM_NONE;
    if (d->params.stimulation.mode == SRNN_STIM_NONE ||
        !is_better(d, &changed, "no stimulation", &run))
        return;
    if (run.accuracy >= criterion) d->conversion_at_fault = false; /* the conversion is good */
    srnn__finding_add(
        d, "stimulation", run.numbers,
        "Without the stimulation %.3f of the same trials are correct, with it %.3f (%s).",
        run.accuracy, d->accuracy, run.wrong);
}

static void diagnose_noise(srnn__diagnosing *d)
{
    srnn_spiking_params changed = d->params;
    changed_run run;
    changed.neuron.noise_mv = 0;
    if (!(d->params.neuron.noise_mv > 0) || !is_better(d, &changed, "no voltage noise", &run))
        return;
    srnn__finding_add(
        d, "voltage_noise",
        srnn__json_with(run.numbers, "noise_mv", json_real(d->params.neuron.noise_mv)),
        "Without voltage noise %.3f of the same trials are correct, with %g mV per step "
        "%.3f (%s): noise causes these responses. `%snoise_curve` measures accuracy against "
        "noise. Search with a smaller `%snoise_mv`, or train with a larger `%snoise`.",
        run.accuracy, d->params.neuron.noise_mv, d->accuracy, run.wrong, d->prefix, d->prefix,
        d->prefix);
}

static double share_above_threshold(const srnn_spiking_params *q)
{
    const double above = q->neuron.v0_high_mv - q->neuron.v_peak_mv,
                 width = q->neuron.v0_high_mv - q->neuron.v0_low_mv;
    if (above < 0) return 0;
    return above >= width ? 1 : above / width;
}

static void diagnose_start(srnn__diagnosing *d)
{
    srnn_spiking_params changed = d->params;
    changed_run run;
    char name[32];
    snprintf(name, sizeof name, "`%sv0 reset`", d->prefix);
    changed.neuron.v0_low_mv = changed.neuron.v0_high_mv = d->params.neuron.v_reset_mv;
    if (d->params.neuron.v0_low_mv == d->params.neuron.v_reset_mv &&
        d->params.neuron.v0_high_mv == d->params.neuron.v_reset_mv)
        return;
    if (!is_better(d, &changed, name, &run)) return;
    const double share = share_above_threshold(&d->params);
    srnn__finding_add(
        d, "initial_transient",
        srnn__json_with(run.numbers, "share_above_threshold", json_real(share)),
        "%.0f %% of the units start at or above the threshold. With all units started at "
        "v_reset_mv, %.3f of the same trials are correct instead of %.3f (%s): the initial "
        "transient decides. Try %s (v_reset_mv) or rest (bias_mv), in the search too.",
        100 * share, run.accuracy, d->accuracy, run.wrong, name);
}

static void diagnose_b_out(srnn__diagnosing *d)
{
    srnn_spiking_params changed = d->params;
    changed_run run;
    char name[32];
    snprintf(name, sizeof name, "`%sadd_b_out`", d->prefix);
    changed.conversion.add_b_out = true;
    if (!d->scaled || d->params.conversion.add_b_out || d->params.conversion.use_readout ||
        !is_better(d, &changed, name, &run))
        return;
    srnn__finding_add(
        d, "b_out", run.numbers,
        "With the rate network's b_out added to the output, %.3f of the same trials are "
        "correct instead of %.3f (%s). Try %s, in the search too.",
        run.accuracy, d->accuracy, run.wrong, name);
}

/* After the other changes. */
static void diagnose_rest(srnn__diagnosing *d)
{
    if (!d->conversion_at_fault || d->any_better || !*d->unexplained) return;
    char shortfall[320];
    srnn__describe_shortfall(d->e, shortfall);
    srnn__finding_add(d, "conversion", json_pack("{sf}", "accuracy", d->accuracy),
                      "%s. None of the causes tested explains it; correct of the same trials with "
                      "one thing changed: %s.",
                      shortfall, d->unexplained);
}

/* ---- the units ---- */

static void diagnose_silent_units(srnn__diagnosing *d, const srnn_comparison *c)
{
    const double share = (double)c->n_silent / c->N;
    if (share < many_silent) return;
    char advice[160] = "Search for an operating point with these parameters.";
    if (d->scaled)
        snprintf(
            advice, sizeof advice,
            "Try larger `%sscaling_factors`, which weaken inhibition, or a higher `%sbias_mv`.",
            d->prefix, d->prefix);
    srnn__finding_add(d, "silent_units", json_pack("{sf}", "share", share),
                      "%.0f %% of the units are silent: no spike in %d trials of each type. %s%s",
                      100 * share, c->n_trials,
                      d->params.neuron.noise_mv > 0
                          ? ""
                          : "Without voltage noise a unit without drive never "
                            "fires. ",
                      advice);
}

static void diagnose_saturated_units(srnn__diagnosing *d, const srnn_comparison *c)
{
    const double share = (double)c->n_saturated / c->N;
    if (share < some_saturated) return;
    char factors[40] = "";
    if (d->scaled) snprintf(factors, sizeof factors, "larger `%sscaling_factors`, ", d->prefix);
    srnn__finding_add(
        d, "saturated_units", json_pack("{sf}", "share", share),
        "%.0f %% of the units are saturated: at times they fire above 80 %% of the %.0f Hz "
        "that the refractory time allows, and cannot follow a stronger drive. Try %sa "
        "lower `%sbias_mv` or a shorter `%stref_ms`.",
        100 * share, c->ceiling_hz, factors, d->prefix, d->prefix);
}

static void diagnose_units(srnn__diagnosing *d)
{
    const srnn_comparison *c = &d->e->comparison;
    if (!d->short_of || c->n_trials < 1) return;
    diagnose_silent_units(d, c);
    diagnose_saturated_units(d, c);
}

/* ---- what needs no further run ---- */

static void diagnose_networks(srnn__diagnosing *d)
{
    double low, high;
    srnn_wilson_interval(d->e->rate.correct, d->e->rate.n_trials, &low, &high);
    if (d->short_of && high < criterion)
        srnn__finding_add(
            d, "rate_network", json_pack("{sf}", "accuracy", d->rate_accuracy),
            "The rate network did not learn the task: %.3f of its %d trials are correct (95 %% "
            "interval %.3f – %.3f), clearly below %g. Retrain it, for example with `%spreset "
            "robust`.",
            d->rate_accuracy, d->e->rate.n_trials, low, high, criterion, d->prefix);
    if (d->short_of && d->params.conversion.use_initial_weights)
        srnn__finding_add(d, "initial_weights", json_object(),
                          "These are the weights before training (`%suse_initial_weights`).",
                          d->prefix);
}

/* As many trials are needed as make the Wilson interval about this accuracy end at the criterion.
 */
static void diagnose_trials(srnn__diagnosing *d)
{
    const int correct = d->e->spiking.correct, n = d->e->spiking.n_trials;
    const double z = 1.959963984540054, away = d->accuracy - criterion;
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    if (low >= criterion || high <= criterion) return;
    const double needed = floor(z * z * criterion * (1 - criterion) / (away * away)) + 1;
    const bool possible = needed <= trials_at_most; /* not where away is 0 */
    char advice[160] = "At this distance from the criterion even a million trials are too few.";
    if (possible)
        snprintf(advice, sizeof advice,
                 "With this accuracy about %.0f trials are needed: %.0f of each type.", needed,
                 ceil(needed / d->def->n_types));
    srnn__finding_add(
        d, "too_few_trials",
        json_pack("{sfs[ff]siso}", "accuracy", d->accuracy, "interval", low, high, "n", n,
                  "n_needed", possible ? json_integer((json_int_t)needed) : json_null()),
        "The 95 %% interval, %.3f – %.3f, contains %g: %d trials are too few to decide "
        "whether the network reaches it. %s",
        low, high, criterion, n, advice);
}

/* ---- all of it ---- */

srnn_diagnose_options srnn_diagnose_options_default(void)
{
    return (srnn_diagnose_options){.size = sizeof(srnn_diagnose_options),
                                   .domain = SRNN_DOMAIN_EVAL};
}

static bool is_needed(const srnn_diagnose_options *o, const srnn_evaluation *e)
{
    return e->has_spiking && (o->when == SRNN_DIAGNOSE_ALWAYS ||
                              (o->when == SRNN_DIAGNOSE_AUTO && srnn_falls_short(e)));
}

srnn_status srnn_diagnose(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_diagnose_options *options, const srnn_spiking_params *given,
                          const srnn_evaluation *e, srnn_diagnosis *out)
{
    static void (*const causes[])(srnn__diagnosing *) = {
        diagnose_networks, diagnose_stimulation, diagnose_noise, diagnose_start,
        diagnose_b_out,    diagnose_rest,        diagnose_units, srnn__diagnose_conversion,
        diagnose_trials};
    srnn_diagnose_options own = srnn_diagnose_options_default();
    const srnn_diagnose_options *o = &own;
    srnn_spiking_params params;
    *out = (srnn_diagnosis){0};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_diagnose_options, options, search, &own);
    if (status || !is_needed(o, e)) return status;
    if ((status = srnn__spiking_params_take(ctx, model, given, &params))) return status;
    out->made = true;
    srnn__diagnosing d = {.ctx = ctx,
                          .o = o,
                          .model = model,
                          .task = task,
                          .def = srnn_task_get_def(task),
                          .search = o->search ? *o->search : srnn_model_get_search(model),
                          .e = e,
                          .params = params,
                          .prefix = srnn__option_prefix(ctx),
                          .rate_accuracy = (double)e->rate.correct / e->rate.n_trials,
                          .accuracy = (double)e->spiking.correct / e->spiking.n_trials,
                          .scaled = params.conversion.by == SRNN_BY_SCALING_FACTOR,
                          .short_of = srnn_falls_short(e),
                          .conversion_at_fault = srnn_converts_badly(e),
                          .out = out};
    for (size_t i = 0; i < sizeof causes / sizeof *causes && !d.status; i++) causes[i](&d);
    if (d.status) srnn_diagnosis_free(out);
    return d.status;
}

void srnn_diagnosis_free(srnn_diagnosis *diagnosis)
{
    for (int i = 0; i < diagnosis->n; i++) {
        free(diagnosis->findings[i].code);
        free(diagnosis->findings[i].sentence);
        free(diagnosis->findings[i].numbers);
    }
    free(diagnosis->findings);
    *diagnosis = (srnn_diagnosis){0};
}
