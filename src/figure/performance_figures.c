/* Figures of how well the networks do the task: confusion, psychometric curves, noise. */
#define _POSIX_C_SOURCE 200809L
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- noise ---- */

const char *srnn__noise_missing(const srnn_figure_data *d)
{
    return d->noise_curve && d->noise_curve->n > 0
               ? NULL
               : "nothing was measured with other voltage noise (eval --noise_curve)";
}

void srnn__write_noise(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_noise_curve *c = d->noise_curve;
    srnn__plot_range noise = SRNN__NO_RANGE, rate = {0, 0};
    bool zero = false;
    srnn__block(p, "noise_mv accuracy low high mean_rate_hz own", "noise");
    for (int i = 0; i < c->n; i++) {
        const srnn_noise_point *point = &c->points[i];
        double low, high;
        srnn_wilson_interval(point->correct, point->n_trials, &low, &high);
        srnn__plot_row(p, point->noise_mv, (double)point->correct / point->n_trials, low, high,
                       point->mean_rate_hz, point->noise_mv == c->own_mv);
        if (point->noise_mv > 0) srnn__see(&noise, point->noise_mv);
        zero = zero || point->noise_mv == 0;
        srnn__see(&rate, point->mean_rate_hz);
    }
    if (noise.low > noise.high) noise = (srnn__plot_range){0.1, 1}; /* of a logarithmic axis */
    srnn__say(p, "has_zero", zero);
    srnn__say(p, "n_trials", c->points[0].n_trials);
    srnn__say_range(p, "noise", noise);
    srnn__say_range(p, "rate", rate);
}

/* ---- confusion ---- */

enum { SETS_SHOWN = 12, SET_NAME_MAX = 96 };

const char *srnn__confusion_missing(const srnn_figure_data *d)
{
    if (!d->evaluation || d->evaluation->rate.confusion.n_sets == 0)
        return "it needs an evaluation of the networks";
    return srnn__types_of(d).n > 0 ? NULL : "it needs an observation, for the names of the types";
}

static int confusion_count(const srnn_confusion *c, int type, uint64_t set)
{
    for (int s = 0; s < c->n_sets; s++)
        if (c->sets[s] == set) return c->counts[type * c->n_sets + s];
    return 0;
}

/* Sets of either network, the empty one last; where there are too many, the rarest are left out. */
typedef struct confusion_sets {
    int n;
    uint64_t sets[2 * SRNN_TYPES_MAX + 1];
} confusion_sets;

static int64_t set_trials(const srnn_evaluation *e, int n_types, uint64_t set)
{
    int64_t n = 0;
    for (int type = 0; type < n_types; type++)
        n += confusion_count(&e->rate.confusion, type, set) +
             confusion_count(&e->spiking.confusion, type, set);
    return n;
}

static void sets_add(confusion_sets *c, const srnn_confusion *confusion)
{
    for (int s = 0; s < confusion->n_sets; s++) {
        bool known = confusion->sets[s] == 0;
        for (int i = 0; i < c->n; i++) known = known || c->sets[i] == confusion->sets[s];
        if (!known) c->sets[c->n++] = confusion->sets[s];
    }
}

static confusion_sets sets_of(const srnn_evaluation *e, int n_types)
{
    confusion_sets c = {.n = 0};
    sets_add(&c, &e->rate.confusion);
    if (e->has_spiking) sets_add(&c, &e->spiking.confusion);
    for (; c.n > SETS_SHOWN; c.n--) {
        int rarest = 0;
        for (int i = 1; i < c.n; i++)
            if (set_trials(e, n_types, c.sets[i]) <= set_trials(e, n_types, c.sets[rarest]))
                rarest = i;
        memmove(c.sets + rarest, c.sets + rarest + 1, (size_t)(c.n - 1 - rarest) * sizeof *c.sets);
    }
    if (set_trials(e, n_types, 0) > 0) c.sets[c.n++] = 0;
    return c;
}

/* In two lines: "++" and "--"; of many the first two and the number of the others. */
static void confusion_name(const srnn__types *types, uint64_t set, char lines[2][SET_NAME_MAX])
{
    int n = 0;
    *lines[0] = *lines[1] = 0;
    for (int i = 0; i < types->n; i++)
        if (set >> i & 1 && n++ < 2) snprintf(lines[n - 1], SET_NAME_MAX, "%.40s", types->names[i]);
    const size_t at = strlen(lines[1]);
    if (n > 2) snprintf(lines[1] + at, SET_NAME_MAX - at, " + %d", n - 2);
    if (!set) snprintf(lines[0], SET_NAME_MAX, "none");
}

static void say_sets(srnn__plot *p, const srnn__types *types, const confusion_sets *c, bool others)
{
    char names[SETS_SHOWN + 1][2][SET_NAME_MAX];
    const char *said[2][SETS_SHOWN + 2] = {{NULL}};
    for (int i = 0; i < c->n; i++) {
        confusion_name(types, c->sets[i], names[i]);
        for (int line = 0; line < 2; line++) said[line][i] = names[i][line];
    }
    said[0][c->n] = "others";
    said[1][c->n] = "";
    srnn__say(p, "n_sets", c->n + others);
    srnn__say_texts(p, "set", said[0], c->n + others);
    srnn__say_texts(p, "set_and", said[1], c->n + others);
}

/* Returns whether some trials are in none of the sets. */
static bool write_confusion(srnn__plot *p, const char *network, const srnn_confusion *confusion,
                            int n_types, const confusion_sets *c)
{
    bool others = false;
    srnn__block(p, "row column trials share correct; the last column: further sets", "%s confusion",
                network);
    for (int type = 0; type < n_types; type++) {
        int all = confusion->others[type], shown = 0;
        for (int s = 0; s < confusion->n_sets; s++)
            all += confusion->counts[type * confusion->n_sets + s];
        for (int i = 0; i < c->n; i++) {
            const int n = confusion_count(confusion, type, c->sets[i]);
            shown += n;
            srnn__plot_row(p, type + 1, i + 1, n, all ? (double)n / all : (double)NAN,
                           (double)(c->sets[i] >> type & 1));
        }
        srnn__plot_row(p, type + 1, c->n + 1, all - shown,
                       all ? (double)(all - shown) / all : (double)NAN, 0);
        others = others || all > shown;
    }
    return others;
}

void srnn__write_confusion(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_evaluation *e = d->evaluation;
    const srnn__types types = srnn__types_of(d);
    const int n = srnn__at_most(types.n, SRNN_TYPES_MAX);
    const confusion_sets c = sets_of(e, n);
    bool others = write_confusion(p, srnn__network_labels[0], &e->rate.confusion, n, &c);
    if (e->has_spiking)
        others |= write_confusion(p, srnn__network_labels[1], &e->spiking.confusion, n, &c);
    const double has[] = {1, e->has_spiking};
    srnn__say_numbers(p, "has", has, 2);
    srnn__say(p, "n_types", n);
    srnn__say_texts(p, "type", types.names, n);
    say_sets(p, &types, &c, others);
}

/* ---- psychometric curves ---- */

enum { CURVE_BINS = 9, CHANNELS_SHOWN = 4, LEVELS = 2 };

/* A trial: mean of an input, the level that it belongs to, and its answers. */
typedef struct psych_trial {
    double mean;
    int level; /* of the input with two levels, from 0 */
    int positive[2];
} psych_trial;

static int by_mean(const void *a, const void *b)
{
    const psych_trial *x = a, *y = b;
    return (x->mean > y->mean) - (x->mean < y->mean);
}

/* The mean of an input over the steps of the stimulus at which it differs from its value before;
   that value if it never differs, as a context. */
static double input_mean(const srnn_observation *o, int k, int input)
{
    const size_t n_in = (size_t)o->n_in;
    const float *u = o->u + (size_t)k * (size_t)o->T * n_in + (size_t)input;
    const int to = o->stim_off > o->stim_on ? o->stim_off : o->T;
    const int from = o->stim_off > o->stim_on ? o->stim_on : 0;
    const double rest = from > 0 ? (double)u[(size_t)(from - 1) * n_in] : 0;
    double sum = 0;
    int n = 0;
    for (int t = from; t < to && t < o->T; t++) {
        const double value = (double)u[(size_t)t * n_in];
        if (value == rest) continue;
        sum += value;
        n++;
    }
    return n ? sum / n : rest;
}

/* [K][n_in]; NULL: out of memory. */
static double *trial_variables(const srnn_observation *o)
{
    double *means = malloc((size_t)o->K * (size_t)o->n_in * sizeof *means);
    for (int k = 0; means && k < o->K; k++)
        for (int i = 0; i < o->n_in; i++)
            means[(size_t)k * (size_t)o->n_in + (size_t)i] = input_mean(o, k, i);
    return means;
}

static double variable_at(const srnn_observation *o, const double *variables, int k, int input)
{
    return variables[(size_t)k * (size_t)o->n_in + (size_t)input];
}

/* Equal up to rounding. */
static bool same_mean(double a, double b) { return fabs(a - b) <= 1e-9 * (1 + fabs(a)); }

/* Different values of an input, counted up to three. levels: the lowest and the highest. */
static int count_levels(const srnn_observation *o, const double *variables, int input,
                        double levels[LEVELS])
{
    int n = 0;
    levels[0] = INFINITY;
    levels[1] = -INFINITY;
    for (int k = 0; k < o->K; k++) {
        const double value = variable_at(o, variables, k, input);
        levels[0] = fmin(levels[0], value);
        levels[1] = fmax(levels[1], value);
    }
    n = same_mean(levels[0], levels[1]) ? 1 : 2;
    for (int k = 0; k < o->K && n == 2; k++) {
        const double value = variable_at(o, variables, k, input);
        if (!same_mean(value, levels[0]) && !same_mean(value, levels[1])) n = 3;
    }
    return n;
}

const char *srnn__psychometric_missing(const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    if (!o) return "it needs an observation of the networks";
    if (!o->u || !o->z) return "it needs the inputs of the trials";
    double *variables = trial_variables(o), levels[LEVELS];
    bool graded = false;
    for (int i = 0; variables && i < o->n_in; i++)
        graded = graded || count_levels(o, variables, i, levels) > 2;
    free(variables);
    return graded ? NULL : "no input takes three or more mean values during the stimulus";
}

/* What the task's rule looks at; of several outputs, which have several rules, the output of
   largest size from the beginning of the response on, with its sign. */
static double answer_of(const srnn_observation *o, int k, int network)
{
    const srnn_score *scores = network == SRNN_RATE ? o->rate_score : o->spiking_score;
    if (o->n_out == 1 && scores && isfinite(scores[k].value)) return scores[k].value;
    const int from = o->response_on[network] > 1 ? o->response_on[network] : 1;
    double answer = 0;
    for (int t = from; t < o->T; t++)
        for (int c = 0; c < o->n_out; c++) {
            const size_t at =
                ((size_t)k * (size_t)(o->T - 1) + (size_t)(t - 1)) * (size_t)o->n_out + (size_t)c;
            const double out = network == SRNN_RATE ? (double)o->o[at] : o->out[at];
            if (fabs(out) > fabs(answer)) answer = out;
        }
    return answer;
}

/* Where the bin that begins at `from` of the sorted trials ends: equal means stay together. */
static int bin_end(const psych_trial *trials, int n, int from, int bin, int n_bins)
{
    int to = (int)((int64_t)(bin + 1) * n / n_bins);
    if (to <= from) return from;
    while (to < n && same_mean(trials[to].mean, trials[to - 1].mean)) to++;
    return to;
}

/* Width of the widest of n_bins bins. */
static double widest_bin(const psych_trial *trials, int n, int n_bins)
{
    double widest = 0;
    int from = 0;
    for (int bin = 0; bin < n_bins; bin++) {
        const int to = bin_end(trials, n, from, bin, n_bins);
        if (to > from) widest = fmax(widest, trials[to - 1].mean - trials[from].mean);
        from = to;
    }
    return widest;
}

/* The number of bins whose widest is narrowest, so that no bin spans the gap between two strengths
   of a stimulus. Ties: the largest number. */
static int choose_bins(const psych_trial *trials, int n)
{
    int best = CURVE_BINS;
    for (int n_bins = CURVE_BINS - 1; n_bins > 1; n_bins--)
        if (widest_bin(trials, n, n_bins) < widest_bin(trials, n, best)) best = n_bins;
    return best;
}

static void write_curve(srnn__plot *p, const psych_trial *trials, int n, int network)
{
    const int n_bins = choose_bins(trials, n);
    const double gap = n ? (trials[n - 1].mean - trials[0].mean) / 3 : 0;
    double before = NAN;
    for (int bin = 0, from = 0; bin < n_bins; bin++) {
        const int to = bin_end(trials, n, from, bin, n_bins);
        double mean = 0, low, high;
        int positive = 0;
        for (int i = from; i < to; i++) {
            mean += trials[i].mean / (to - from);
            positive += trials[i].positive[network];
        }
        if (to == from) continue;
        srnn_wilson_interval(positive, to - from, &low, &high);
        if (mean - before > gap) srnn__end_curve(p); /* there were no trials between */
        before = mean;
        srnn__plot_row(p, mean, (double)positive / (to - from), low, high, to - from);
        from = to;
    }
}

/* Blocks "input I level L rate" and "... spiking". trials, picked: [K]. */
static void write_curves(srnn__plot *p, const srnn_observation *o, int input, int n_levels,
                         const psych_trial *trials, psych_trial *picked)
{
    for (int level = 0; level < n_levels; level++) {
        int n = 0;
        for (int k = 0; k < o->K; k++)
            if (trials[k].level == level) picked[n++] = trials[k];
        qsort(picked, (size_t)n, sizeof *picked, by_mean);
        for (int network = 0; network < 1 + o->spiking; network++) {
            srnn__block(p, "mean_input share_positive low high trials", "input %d level %d %s",
                        input + 1, level + 1, srnn__network_labels[network]);
            write_curve(p, picked, n, network);
        }
    }
}

typedef struct psych_inputs {
    int n, shown[CHANNELS_SHOWN]; /* those with three or more means, from 0 */
    int context;                  /* the first one with two; -1: none */
    double levels[LEVELS];        /* of the context */
} psych_inputs;

static psych_inputs choose_inputs(const srnn_observation *o, const double *variables)
{
    psych_inputs c = {.context = -1};
    for (int i = 0; i < o->n_in; i++) {
        double levels[LEVELS];
        const int n = count_levels(o, variables, i, levels);
        if (n > 2 && c.n < CHANNELS_SHOWN) c.shown[c.n++] = i;
        if (n != 2 || c.context >= 0) continue;
        c.context = i;
        memcpy(c.levels, levels, sizeof levels);
    }
    return c;
}

static void say_inputs(srnn__plot *p, const srnn_observation *o, const psych_inputs *c,
                       const double *variables)
{
    const char *names[CHANNELS_SHOWN], *units[CHANNELS_SHOWN];
    const char *context = c->context < 0 ? "" : o->input_names[c->context];
    double number[CHANNELS_SHOWN], low[CHANNELS_SHOWN], high[CHANNELS_SHOWN];
    for (int i = 0; i < c->n; i++) {
        double levels[LEVELS];
        count_levels(o, variables, c->shown[i], levels);
        names[i] = o->input_names[c->shown[i]];
        units[i] = o->input_units ? o->input_units[c->shown[i]] : "";
        number[i] = c->shown[i] + 1;
        low[i] = levels[0];
        high[i] = levels[1];
    }
    srnn__say(p, "n_inputs", c->n);
    srnn__say_texts(p, "input", names, c->n);
    srnn__say_texts(p, "input_unit", units, c->n);
    srnn__say_numbers(p, "input_number", number, c->n);
    srnn__say_numbers(p, "input_low", low, c->n);
    srnn__say_numbers(p, "input_high", high, c->n);
    srnn__say(p, "n_levels", c->context < 0 ? 1 : LEVELS);
    srnn__say_texts(p, "context", &context, 1);
    srnn__say_numbers(p, "level", c->levels, LEVELS);
}

void srnn__write_psychometric(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    double *variables = trial_variables(o);
    psych_trial *trials = calloc((size_t)o->K, sizeof *trials);
    psych_trial *picked = calloc((size_t)o->K, sizeof *picked);
    if (variables && trials && picked) {
        const psych_inputs c = choose_inputs(o, variables);
        for (int k = 0; k < o->K; k++) {
            trials[k].level =
                c.context >= 0 && same_mean(variable_at(o, variables, k, c.context), c.levels[1]);
            for (int network = 0; network < 1 + o->spiking; network++)
                trials[k].positive[network] = answer_of(o, k, network) > 0;
        }
        for (int i = 0; i < c.n; i++) {
            for (int k = 0; k < o->K; k++)
                trials[k].mean = variable_at(o, variables, k, c.shown[i]);
            write_curves(p, o, c.shown[i], c.context < 0 ? 1 : LEVELS, trials, picked);
        }
        const double has[] = {1, o->spiking};
        srnn__say_numbers(p, "has", has, 2);
        say_inputs(p, o, &c, variables);
    } else {
        p->no_memory = true;
    }
    free(variables);
    free(trials);
    free(picked);
}
