/* What figures know about trials, their types, their clock, and populations. */
#include "figure/plot.h"

#include <math.h>

const char *const srnn__population_labels[SRNN_POPULATIONS] = {"exc", "PV", "SOM"};
const char *const srnn__population_colors[SRNN_POPULATIONS] = {"exc_color", "pv_color",
                                                               "som_color"};
static const double step_ms = 5; /* of the rate network */

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

srnn__clock srnn__clock_of(const srnn_figure_data *d)
{
    double on = NAN, off = NAN;
    if (d->observation) {
        on = step_ms * d->observation->stim_on;
        off = step_ms * d->observation->stim_off;
    } else if (d->spikes) {
        on = d->spikes->stim_on_ms;
        off = d->spikes->stim_off_ms;
    }
    if (!isfinite(on) || !isfinite(off) || off <= on) return (srnn__clock){0, NAN, NAN};
    return (srnn__clock){on, 0, off - on};
}

void srnn__say_clock(srnn__plot *p, const srnn__clock *clock)
{
    if (isnan(clock->on_ms)) {
        srnn__say(p, "time_label = 'time (ms)'\nstimulus = ''\n");
        return;
    }
    srnn__say(p, "time_label = 'time from stimulus onset (ms)'\nstim_on = %g\nstim_off = %g\n",
              clock->on_ms, clock->off_ms);
    srnn__say(p, "stimulus = '%s'\n",
              p->terminal ? ""
                          : "set object rectangle from stim_on, graph 0 to stim_off, graph 1 "
                            "behind fc rgb shade fs solid noborder");
}

void srnn__say_time(srnn__plot *p, const srnn__clock *clock, double T_ms, double n)
{
    const srnn__range range = {-clock->shift_ms, T_ms - clock->shift_ms};
    srnn__say_range(p, 'x', range, 0);
    srnn__say_ticks(p, 'x', range, n);
}
