/* What figures know about trials, their types, their clock, and populations. */
#include "figure/plot.h"

#include <math.h>

#include "core/units.h"

const char *const srnn__population_labels[SRNN_POPULATIONS] = {"exc", "PV", "SOM"};
const char *const srnn__population_colors[SRNN_POPULATIONS] = {"exc_color", "pv_color",
                                                               "som_color"};

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

/* Tol's bright colours, which the colour blind can tell apart, and black. */
void srnn__say_types(srnn__plot *p, const srnn__types *types)
{
    srnn__say_texts(p, "type", types->names, types->n);
    srnn__say(p, "type_colors = '#4477AA #EE6677 #228833 #AA3377 #CCBB44 #66CCEE #000000 #BBBBBB'\n"
                 "color(i) = word(type_colors, (i - 1) %% 8 + 1)\n"
                 "dash(i) = (i - 1) / 8 + 1\n");
}

static int longest_name(const srnn__types *types)
{
    int longest = 1;
    for (int i = 0; i < types->n; i++) {
        int n = 0;
        for (const char *c = types->names[i]; *c; c++) n += (*c & 0xC0) != 0x80;
        if (n > longest) longest = n;
    }
    return longest;
}

static int key_columns(const srnn__types *types, double width_cm)
{
    const int columns = (int)(width_cm / (1.2 + 0.16 * longest_name(types)));
    return columns < 1 ? 1 : columns > types->n ? types->n : columns;
}

double srnn__key_cm(const srnn__types *types, double width_cm)
{
    const int columns = key_columns(types, width_cm);
    return 0.36 * ((types->n + columns - 1) / columns);
}

void srnn__say_key(srnn__plot *p, const srnn__types *types)
{
    char place[96];
    snprintf(place, sizeof place, "horizontal at screen 0.5, screen %.4f bottom center maxcols %d",
             0.05 / p->height_cm, key_columns(types, p->width_cm));
    if (srnn__key_panel(p, place))
        srnn__say(p,
                  "plot for [i=1:%d] NaN with lines lw thick lc rgb color(i) dt dash(i) "
                  "title type[i]\n",
                  types->n);
}

/* Is there input other than outside of the window, where a context, say, may be on? */
static bool stimulated(const srnn_observation *o, int t)
{
    const size_t T = (size_t)o->T, n_in = (size_t)o->n_in;
    const int outside = o->stim_on > 0 ? o->stim_on - 1 : o->stim_off;
    for (size_t k = 0; k < (size_t)o->K; k++)
        for (size_t i = 0; i < n_in; i++) {
            const float *u = o->u + k * T * n_in + i;
            if (u[(size_t)t * n_in] != (outside < o->T ? u[(size_t)outside * n_in] : 0))
                return true;
        }
    return false;
}

/* The stimuli in the window of all of them; where there are none, or too many, it is one. */
static void find_stimuli(const srnn_observation *o, srnn__clock *clock)
{
    bool before = false;
    int n = 0;
    for (int t = o->stim_on; t <= o->stim_off && o->u; t++) {
        const bool now = t < o->stim_off && t < o->T && stimulated(o, t);
        if (now && !before && ++n > SRNN__STIMULI) break;
        if (now && !before) clock->stim_on_ms[n - 1] = SRNN__RATE_STEP_MS * t - clock->shift_ms;
        if (!now && before) clock->stim_off_ms[n - 1] = SRNN__RATE_STEP_MS * t - clock->shift_ms;
        before = now;
    }
    if (n > 0 && n <= SRNN__STIMULI) {
        clock->n = n;
        return;
    }
    clock->n = 1;
    clock->stim_on_ms[0] = clock->on_ms;
    clock->stim_off_ms[0] = clock->off_ms;
}

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
    if (!isfinite(on) || !isfinite(off) || off <= on)
        return (srnn__clock){.on_ms = NAN, .off_ms = NAN};
    srnn__clock clock = {.shift_ms = on,
                         .off_ms = off - on,
                         .n = 1,
                         .stim_off_ms = {off - on}}; /* all that spikes give */
    if (d->observation) find_stimuli(d->observation, &clock);
    return clock;
}

void srnn__say_clock(srnn__plot *p, const srnn__clock *clock)
{
    if (isnan(clock->on_ms)) {
        srnn__say(p, "time_label = 'time (ms)'\nstimulus = ''\n");
        return;
    }
    srnn__say(p, "time_label = 'time from stimulus onset (ms)'\n");
    for (int i = 0; i < clock->n; i++)
        srnn__say(p, "stim_on_%d = %g\nstim_off_%d = %g\n", i + 1, clock->stim_on_ms[i], i + 1,
                  clock->stim_off_ms[i]);
    srnn__say(p, "stimulus = '");
    for (int i = 0; i < clock->n && !p->terminal; i++)
        srnn__say(p,
                  "%sset object rectangle from stim_on_%d, graph 0 to stim_off_%d, graph 1 behind "
                  "fc rgb shade fs solid noborder",
                  i ? "; " : "", i + 1, i + 1);
    srnn__say(p, "'\n");
}

void srnn__say_time(srnn__plot *p, const srnn__clock *clock, double T_ms, double n)
{
    const srnn__plot_range range = {-clock->shift_ms, T_ms - clock->shift_ms};
    srnn__say_range(p, 'x', range, 0);
    srnn__say_ticks(p, 'x', range, n);
}
