/* What figures know about trials, their types, their clock, and populations. */
#include "figure/plot.h"

#include <stdlib.h>

#include "core/units.h"

const char *const srnn__population_labels[SRNN_POPULATIONS] = {"exc", "PV", "SOM"};
const char *const srnn__network_labels[2] = {"rate", "spiking"};

double srnn__median(srnn__plot *p, const double *values, int n)
{
    double quartiles[3];
    bool some = false;
    for (int i = 0; i < n && !some; i++) some = isfinite(values[i]);
    if (!some) return NAN;
    if (srnn_quartiles(values, n, quartiles) == 0) p->no_memory = true;
    return quartiles[1];
}

const srnn_spikes *srnn__spikes_of(const srnn_figure_data *d)
{
    if (d->spikes) return d->spikes;
    return d->observation && d->observation->spiking ? &d->observation->spikes : NULL;
}

srnn__types srnn__types_of(const srnn_figure_data *d)
{
    const srnn_observation *o = d->observation;
    if (o) return (srnn__types){o->n_types, o->K, (const char *const *)o->type_names, o->type};
    const srnn_spikes *s = d->spikes;
    if (s) return (srnn__types){s->n_types, s->K, (const char *const *)s->type_names, s->type};
    return (srnn__types){0};
}

const uint8_t *srnn__populations_of(const srnn_figure_data *d)
{
    if (d->observation) return d->observation->population;
    return d->spikes ? d->spikes->population : NULL;
}

int srnn__first_trial(const srnn__types *types, int type)
{
    for (int k = 0; k < types->K; k++)
        if (types->type[k] == type) return k;
    return -1;
}

int srnn__n_units(const uint8_t *population, int N, int which)
{
    int n = 0;
    for (int i = 0; i < N; i++) n += population[i] == which;
    return n;
}

int srnn__say_types(srnn__plot *p, const srnn__types *types)
{
    const int shown = srnn__at_most(types->n, SRNN__TYPES_SHOWN);
    srnn__say(p, "n_types", shown);
    srnn__say(p, "n_all_types", types->n);
    srnn__say_texts(p, "type", types->names, shown);
    return shown;
}

void srnn__say_populations(srnn__plot *p, const uint8_t *population, int N)
{
    double n[SRNN_POPULATIONS];
    for (int k = 0; k < SRNN_POPULATIONS; k++) n[k] = srnn__n_units(population, N, k);
    srnn__say_numbers(p, "units", n, SRNN_POPULATIONS);
}

/* ---- time ---- */

srnn__clock srnn__clock_of(const srnn_figure_data *d)
{
    double on = NAN, off = NAN;
    if (d->observation) {
        on = SRNN__RATE_STEP_MS * d->observation->stim_on;
        off = SRNN__RATE_STEP_MS * d->observation->stim_off;
    } else if (d->spikes) {
        on = d->spikes->stim_on_ms;
        off = d->spikes->stim_off_ms;
    }
    if (!isfinite(on) || !isfinite(off) || off <= on) return (srnn__clock){.off_ms = NAN};
    return (srnn__clock){.shift_ms = on, .off_ms = off - on};
}

double srnn__settled_ms(const srnn_figure_data *d)
{
    const double usual_ms = 100;
    const srnn__clock clock = srnn__clock_of(d);
    return isnan(clock.off_ms) ? usual_ms : fmin(usual_ms, clock.shift_ms);
}

enum { STIMULI_MAX = 8, STIMULI_GAP = 2 /* steps, in which a wave may cross 0 */ };

/* What is shaded, of each type and, type 0, of all. */
typedef struct stimuli {
    int n;
    double type[(SRNN__TYPES_SHOWN + 1) * STIMULI_MAX], on[(SRNN__TYPES_SHOWN + 1) * STIMULI_MAX],
        off[(SRNN__TYPES_SHOWN + 1) * STIMULI_MAX];
} stimuli;

static void stimuli_add(stimuli *s, int type, double on_ms, double off_ms)
{
    s->type[s->n] = type;
    s->on[s->n] = on_ms;
    s->off[s->n++] = off_ms;
}

/* Is there input other than outside of the window, where a context, say, may be on? */
static bool stimulated(const srnn_observation *o, int trial, int t)
{
    const size_t n_in = (size_t)o->n_in;
    const float *u = o->u + (size_t)trial * (size_t)o->T * n_in;
    const int outside = o->stim_on > 0 ? o->stim_on - 1 : o->stim_off;
    for (size_t i = 0; i < n_in; i++)
        if (u[(size_t)t * n_in + i] != (outside < o->T ? u[(size_t)outside * n_in + i] : 0))
            return true;
    return false;
}

/* When a trial is stimulated: [n], in steps. */
typedef struct stretches {
    int n, on[STIMULI_MAX], off[STIMULI_MAX];
} stretches;

/* More than STIMULI_MAX are one, from the first to the last. */
static stretches stretches_of(const srnn_observation *o, int trial)
{
    stretches s = {.n = 0};
    for (int t = o->stim_on; t < o->stim_off && t < o->T; t++) {
        if (!stimulated(o, trial, t)) continue;
        if (s.n == 0 || t - s.off[s.n - 1] > STIMULI_GAP) {
            if (s.n == STIMULI_MAX) {
                s.n = 1;
                s.off[0] = o->stim_off;
                return s;
            }
            s.on[s.n++] = t;
        }
        s.off[s.n - 1] = t + 1;
    }
    return s;
}

/* The type's (< 0: all) stimuli, as many as most of its trials have (of all: most that have any),
   from the median of their onsets to that of their ends. all: [K]; steps: [K]. */
static void find_stimuli(srnn__plot *p, const srnn_observation *o, int type, const stretches *all,
                         double *steps, const srnn__clock *clock, stimuli *s)
{
    int trials[STIMULI_MAX + 1] = {0}, n = 0;
    for (int k = 0; k < o->K; k++)
        if (type < 0 || o->type[k] == type) trials[all[k].n]++;
    for (int i = 1; i <= STIMULI_MAX; i++)
        if (trials[i] > (n == 0 && type < 0 ? 0 : trials[n]))
            n = i; /* all types: one with stimuli */
    for (int i = 0; i < n; i++) {
        double edge[2];
        for (int end = 0; end < 2; end++) {
            int m = 0;
            for (int k = 0; k < o->K; k++)
                if ((type < 0 || o->type[k] == type) && all[k].n == n)
                    steps[m++] = end ? all[k].off[i] : all[k].on[i];
            edge[end] = SRNN__RATE_STEP_MS * srnn__median(p, steps, m) - clock->shift_ms;
        }
        stimuli_add(s, type + 1, edge[0], edge[1]);
    }
}

static void stimuli_of(srnn__plot *p, const srnn_figure_data *d, const srnn__clock *clock,
                       stimuli *s)
{
    const srnn_observation *o = d->observation;
    const int n_types = srnn__at_most(srnn__types_of(d).n, SRNN__TYPES_SHOWN);
    if (isnan(clock->off_ms)) return;
    if (!o || !o->u) {
        for (int type = -1; type < n_types; type++)
            stimuli_add(s, type + 1, 0, clock->off_ms); /* all that spikes give */
        return;
    }
    stretches *all = malloc((size_t)o->K * sizeof *all);
    double *steps = malloc((size_t)o->K * sizeof *steps);
    for (int k = 0; all && k < o->K; k++) all[k] = stretches_of(o, k);
    for (int type = -1; all && steps && type < n_types; type++)
        find_stimuli(p, o, type, all, steps, clock, s);
    if (!all || !steps) p->no_memory = true;
    free(all);
    free(steps);
}

void srnn__say_time(srnn__plot *p, const srnn_figure_data *d, double T_ms)
{
    const srnn__clock clock = srnn__clock_of(d);
    stimuli s = {.n = 0};
    stimuli_of(p, d, &clock, &s);
    srnn__say(p, "has_onset", !isnan(clock.off_ms));
    srnn__say(p, "t_from", -clock.shift_ms);
    srnn__say(p, "t_to", T_ms - clock.shift_ms);
    srnn__say(p, "n_stimuli", s.n);
    srnn__say_numbers(p, "stimulus_type", s.type, s.n);
    srnn__say_numbers(p, "stimulus_on", s.on, s.n);
    srnn__say_numbers(p, "stimulus_off", s.off, s.n);
}
