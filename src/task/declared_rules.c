/* What the rules of a declared task look at, in words. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/units.h"
#include "task/declared.h"

static const char *const rule_sentences[SRNN__N_CRITERIA] = {
    [SRNN__GOES_ABOVE] = "goes above",
    [SRNN__GOES_BELOW] = "goes below",
    [SRNN__GOES_BEYOND] = "goes beyond",
    [SRNN__STAYS_ABOVE] = "stays above",
    [SRNN__STAYS_BELOW] = "stays below",
    [SRNN__STAYS_WITHIN] = "stays within ±",
    [SRNN__MEAN_ABOVE] = "has a mean above",
    [SRNN__MEAN_BELOW] = "has a mean below",
    [SRNN__ERROR_BELOW] = "has an RMS error below",
    [SRNN__CORRELATION_ABOVE] = "correlates with its target above"};

/* "0.7", or "0.5…0.9" where it is drawn. */
static void put_bounds(FILE *to, srnn__bounds b, double scale, double less)
{
    fprintf(to, "%.6g", scale * (b.low - less) + 0.0); /* no -0 */
    if (b.high > b.low) fprintf(to, "…%.6g", scale * (b.high - less) + 0.0);
}

/* " from 125 to 300 ms after onset"; nothing where it is the whole trial. */
static void put_window(FILE *to, const srnn__step_window *w, const srnn__bounds *values, int T,
                       int onset)
{
    const srnn__bounds from = srnn__evaluate(&w->from, values);
    srnn__bounds end = srnn__point(T);
    if (w->has_to || w->has_duration) end = srnn__evaluate(&w->to, values);
    if (w->has_duration) end = (srnn__bounds){from.low + end.low, from.high + end.high};
    const bool ends = end.low < T;
    if (!w->has_from && !ends) return;
    fputs(" from ", to);
    put_bounds(to, from, SRNN__RATE_STEP_MS, onset);
    if (ends) fputs(" to ", to);
    if (ends) put_bounds(to, end, SRNN__RATE_STEP_MS, onset);
    fputs(onset > 0 ? " ms after onset" : " ms after the start", to);
}

int srnn__declared_other_side(srnn__criterion criterion, double limit)
{
    switch (criterion) {
    case SRNN__GOES_ABOVE:
    case SRNN__STAYS_BELOW: return limit > 0 ? -1 : 0;
    case SRNN__GOES_BELOW:
    case SRNN__STAYS_ABOVE: return limit < 0 ? 1 : 0;
    case SRNN__GOES_BEYOND: return limit > 0 ? -1 : limit < 0 ? 1 : 0;
    default: return 0;
    }
}

/* ", never below -0.7": what the setting two_sided adds. */
static void put_other_side(FILE *to, srnn__criterion criterion, srnn__bounds limit)
{
    const int side = srnn__declared_other_side(criterion, limit.low);
    if (!side || side != srnn__declared_other_side(criterion, limit.high)) return;
    fputs(side < 0 ? ", never below " : ", never above ", to);
    put_bounds(to, (srnn__bounds){-limit.high, -limit.low}, 1, 0);
}

/* To be freed; NULL: out of memory. */
static char *rule_in_words(const srnn__rule *rule, const srnn__bounds *values,
                           const srnn_task_def *def)
{
    const bool whole = rule->criterion == SRNN__CORRELATION_ABOVE; /* without a unit */
    const char *unit = whole ? "" : def->output_units[rule->output];
    char *words = NULL;
    size_t size;
    FILE *to = open_memstream(&words, &size);
    const srnn__bounds limit = srnn__evaluate(&rule->limit, values);
    if (!to) return NULL;
    fprintf(to, "%s %s%s", def->output_names[rule->output], rule_sentences[rule->criterion],
            rule->criterion == SRNN__STAYS_WITHIN ? "" : " ");
    put_bounds(to, limit, 1, 0);
    fprintf(to, "%s%s", *unit ? " " : "", unit);
    put_window(to, &rule->window, values, def->T, def->stim_on);
    if (def->settings.two_sided > 0) put_other_side(to, rule->criterion, limit);
    if (!fclose(to)) return words;
    free(words);
    return NULL;
}

bool srnn__declared_rule_is_for(const srnn__rule *rule, int type, srnn_network network)
{
    return rule->when.types[type] && rule->when.networks >> network & 1;
}

/* Those of one type and network, into rules[def->n_rules] and on. False: out of memory. */
static bool add_rules(const srnn__declared *task, const srnn__bounds *values, int type,
                      srnn_network network, srnn_task_def *def, srnn_rule *rules)
{
    for (int i = 0; i < task->n_rules; i++) {
        if (!srnn__declared_rule_is_for(&task->rules[i], type, network)) continue;
        char *words = rule_in_words(&task->rules[i], values, def);
        if (!words) return false;
        rules[def->n_rules++] = (srnn_rule){type, network, words};
    }
    return true;
}

srnn_status srnn__declared_list_rules(const srnn__declaration *d, const srnn__declared *task,
                                      srnn_task_def *def)
{
    srnn_rule *rules = calloc((size_t)(2 * def->n_types * task->n_rules), sizeof *rules);
    if (!rules) return srnn__no_memory(d->ctx);
    def->rules = rules;
    for (int type = 0; type < def->n_types; type++) {
        srnn__bounds values[SRNN__SYMBOLS_MAX];
        if (!srnn__declared_bounds(d, task, type, values)) return *d->failed;
        if (!add_rules(task, values, type, SRNN_RATE, def, rules) ||
            !add_rules(task, values, type, SRNN_SPIKING, def, rules))
            return srnn__no_memory(d->ctx);
    }
    return SRNN_OK;
}
