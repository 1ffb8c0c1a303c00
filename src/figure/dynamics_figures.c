/* Figures of what many units do together. */
#include "figure/drawings.h"

#include <math.h>
#include <stdlib.h>

#include "model/unit.h"

/* ---- trajectories in a plane ---- */

enum { PCA_SHOWN = 3, AXES_SHOWN = 4 }; /* axes in the data, at most */

/* Of one network: mean trajectories of trial types along some axes. */
typedef struct paths {
    const double *values; /* [n_types][n_bins][n_axes] */
    int n_types, n_bins, n_axes;
    int shown[AXES_SHOWN], n_shown; /* axes as the data have them: one against each of the others */
    int first;                      /* bin that is shown */
} paths;

/* The first bin that is wholly after this time since the start of the trial; -1: not known. */
static int bin_after(const srnn_figure_data *d, double ms, int n_bins)
{
    if (!(d->bin_ms > 0) || !isfinite(ms)) return -1;
    return srnn__at_most((int)ceil(ms / d->bin_ms - 1e-9), n_bins - 1);
}

static int settled_bin(const srnn_figure_data *d, int n_bins)
{
    const int bin = bin_after(d, srnn__settled_ms(d), n_bins);
    return bin > 0 ? bin : 0;
}

static double path_at(const paths *w, int type, int bin, int shown)
{
    return w->values[((size_t)type * (size_t)w->n_bins + (size_t)bin) * (size_t)w->n_axes +
                     (size_t)w->shown[shown]];
}

static void write_point(srnn__plot *p, const paths *w, int type, int bin)
{
    double row[AXES_SHOWN + 1];
    for (int a = 0; a < w->n_shown; a++) row[a] = path_at(w, type, bin, a);
    row[w->n_shown] = type + 1;
    srnn__write_row(p, row, (size_t)w->n_shown + 1);
}

/* Variables NETWORKI_low and _high of axis I, from 1. */
static void say_path_ranges(srnn__plot *p, const char *network, const paths *w)
{
    for (int a = 0; a < w->n_shown; a++) {
        char name[24];
        srnn__plot_range range = SRNN__NO_RANGE;
        for (int type = 0; type < w->n_types; type++)
            for (int bin = w->first; bin < w->n_bins; bin++)
                srnn__see(&range, path_at(w, type, bin, a));
        snprintf(name, sizeof name, "%s%d", network, a + 1);
        srnn__say_range(p, name, range);
    }
}

/* Blocks "NETWORK path", "NETWORK first", "NETWORK end"; variables of their axes. */
static void write_paths(srnn__plot *p, const srnn_figure_data *d, const char *network,
                        const paths *w)
{
    const srnn__clock clock = srnn__clock_of(d);
    const int end = bin_after(d, clock.shift_ms + clock.off_ms, w->n_bins);
    srnn__block(p, "axes ... type", "%s path", network);
    for (int type = 0; type < w->n_types; type++) {
        for (int bin = w->first; bin < w->n_bins; bin++) write_point(p, w, type, bin);
        srnn__end_curve(p);
    }
    srnn__block(p, "axes ... type", "%s first", network);
    for (int type = 0; type < w->n_types; type++) write_point(p, w, type, w->first);
    srnn__block(p, "axes ... type", "%s end", network);
    for (int type = 0; type < w->n_types && end >= 0; type++) write_point(p, w, type, end);
    say_path_ranges(p, network, w);
}

/* Variables n_types, type[], and first_ms, the middle of the first bin shown. */
static void say_path_types(srnn__plot *p, const srnn_figure_data *d, int n_bins)
{
    const srnn__types types = srnn__types_of(d);
    srnn__say_types(p, &types);
    srnn__say_time(p, d, n_bins * d->bin_ms);
    srnn__say(p, "first_ms",
              (settled_bin(d, n_bins) + 0.5) * d->bin_ms - srnn__clock_of(d).shift_ms);
}

static paths paths_of_pca(const srnn_figure_data *d, const srnn_pca *pca)
{
    return (paths){.values = pca->trajectories,
                   .n_types = srnn__at_most(pca->n_types, SRNN__TYPES_SHOWN),
                   .n_bins = pca->n_bins,
                   .n_axes = pca->n_components,
                   .shown = {0, 1, 2},
                   .n_shown = srnn__at_most(pca->n_components, PCA_SHOWN),
                   .first = settled_bin(d, pca->n_bins)};
}

/* The first axis that is a target's (its value is the choice), -1: none, or it is not known. */
static int choice_of(const srnn_figure_data *d, const srnn_axes *axes)
{
    for (int a = 0; d->observation && a < axes->n_variables; a++)
        if (axes->variable[a] >= d->observation->n_in) return a;
    return -1;
}

/* The choice first, then the others. */
static paths paths_of_axes(const srnn_figure_data *d, const srnn_axes *axes)
{
    paths w = {.values = axes->trajectories,
               .n_types = srnn__at_most(axes->n_types, SRNN__TYPES_SHOWN),
               .n_bins = axes->n_bins,
               .n_axes = axes->n_variables,
               .first = settled_bin(d, axes->n_bins)};
    const int choice = choice_of(d, axes);
    if (choice >= 0) w.shown[w.n_shown++] = choice;
    for (int a = 0; a < axes->n_variables && w.n_shown < AXES_SHOWN; a++)
        if (a != choice) w.shown[w.n_shown++] = a;
    return w;
}

/* Names for the types where nothing but their number is known. */
static bool types_known(const srnn_figure_data *d, int n_types)
{
    return srnn__types_of(d).n == n_types;
}

static const char no_types[] = "it needs an observation or spikes, for the names of the types";

/* ---- principal components ---- */

enum { COMPONENTS_MAX = 10 };

const char *srnn__pca_missing(const srnn_figure_data *d)
{
    const srnn_pca *pca = d->rate_pca ? d->rate_pca : d->spiking_pca;
    if (!pca) return "it needs principal components";
    if (pca->n_components < 2 || (d->spiking_pca && d->spiking_pca->n_components < 2))
        return "it needs two principal components or more";
    return types_known(d, pca->n_types) ? NULL : no_types;
}

static void write_explained(srnn__plot *p, const char *network, const srnn_pca *pca)
{
    double sum = 0;
    const int shown = srnn__at_most(pca->n_components, COMPONENTS_MAX);
    srnn__block(p, "components cumulative_share", "%s explained", network);
    for (int i = 0; i < shown; i++) {
        sum += pca->explained[i];
        srnn__plot_row(p, i + 1, sum);
    }
}

void srnn__write_pca(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_pca *const pcas[] = {d->rate_pca, d->spiking_pca};
    double components[2] = {0}, has[2] = {0}, most = 2;
    int n_bins = 1;
    for (int k = 0; k < 2; k++) {
        const srnn_pca *pca = pcas[k];
        if (!pca) continue;
        const paths w = paths_of_pca(d, pca);
        char name[24];
        has[k] = 1;
        components[k] = w.n_shown;
        n_bins = pca->n_bins;
        most = fmax(most, srnn__at_most(pca->n_components, COMPONENTS_MAX));
        write_explained(p, srnn__network_labels[k], pca);
        write_paths(p, d, srnn__network_labels[k], &w);
        snprintf(name, sizeof name, "%s_share", srnn__network_labels[k]);
        srnn__say_numbers(p, name, pca->explained, w.n_shown);
    }
    srnn__say_numbers(p, "has", has, 2);
    srnn__say_numbers(p, "components", components, 2);
    srnn__say(p, "components_most", most);
    say_path_types(p, d, n_bins);
}

/* ---- regression axes ---- */

const char *srnn__axes_missing(const srnn_figure_data *d)
{
    const srnn_axes *axes = d->rate_axes ? d->rate_axes : d->spiking_axes;
    if (!axes) return "it needs regression axes";
    if (axes->n_variables < 2 || (d->spiking_axes && d->spiking_axes->n_variables < 2))
        return "it needs two variables that vary between trials";
    return types_known(d, axes->n_types) ? NULL : no_types;
}

/* Variable NETWORK_axis[]: the names of the axes shown. */
static void say_variables(srnn__plot *p, const char *network, const srnn_axes *axes, const paths *w,
                          const char *const *names)
{
    static const char *const plain[AXES_SHOWN] = {"variable 1", "variable 2", "variable 3",
                                                  "variable 4"};
    const char *shown[AXES_SHOWN];
    for (int a = 0; a < w->n_shown; a++)
        shown[a] = names ? names[axes->variable[w->shown[a]]] : plain[w->shown[a] % AXES_SHOWN];
    char array[32];
    snprintf(array, sizeof array, "%s_axis", network);
    srnn__say_texts(p, array, shown, w->n_shown);
}

void srnn__write_axes(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_axes *const axes[] = {d->rate_axes, d->spiking_axes};
    double shown[2] = {0}, choice[2] = {0};
    int n_bins = 1;
    for (int k = 0; k < 2; k++) {
        if (!axes[k]) continue;
        const paths w = paths_of_axes(d, axes[k]);
        shown[k] = w.n_shown;
        choice[k] = choice_of(d, axes[k]) >= 0;
        n_bins = axes[k]->n_bins;
        write_paths(p, d, srnn__network_labels[k], &w);
        say_variables(p, srnn__network_labels[k], axes[k], &w, d->variable_names);
    }
    srnn__say_numbers(p, "axes_shown", shown, 2);
    srnn__say_numbers(p, "has", (double[]){axes[0] != NULL, axes[1] != NULL}, 2);
    srnn__say_numbers(p, "has_choice", choice, 2);
    say_path_types(p, d, n_bins);
}

/* ---- decoding ---- */

static bool was_decoded(const srnn_decoding *c)
{
    for (int bin = 0; c && bin < c->n_bins; bin++)
        if (isfinite(c->accuracy[bin])) return true;
    return false;
}

const char *srnn__decoding_missing(const srnn_figure_data *d)
{
    if (!d->rate_decoding && !d->spiking_decoding) return "nothing was decoded";
    if (!was_decoded(d->rate_decoding) && !was_decoded(d->spiking_decoding))
        return "trials are too few to decode the type";
    return d->bin_ms > 0 ? NULL : "the width of its bins is not known";
}

void srnn__write_decoding(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_decoding *const decodings[] = {d->rate_decoding, d->spiking_decoding};
    const double shift_ms = srnn__clock_of(d).shift_ms;
    double has[2] = {0}, above[2] = {NAN, NAN}, chance = NAN;
    int n_bins = 1;
    for (int k = 0; k < 2; k++) {
        const srnn_decoding *c = decodings[k];
        if (!c) continue;
        has[k] = 1;
        above[k] = c->above;
        chance = c->chance;
        if (c->n_bins > n_bins) n_bins = c->n_bins;
        srnn__block(p, "time_ms accuracy low high above_chance", "%s accuracy",
                    srnn__network_labels[k]);
        for (int bin = 0; bin < c->n_bins; bin++)
            srnn__plot_row(p, (bin + 0.5) * d->bin_ms - shift_ms, c->accuracy[bin], c->low[bin],
                           c->high[bin], c->accuracy[bin] >= c->above);
    }
    srnn__say_time(p, d, n_bins * d->bin_ms);
    srnn__say(p, "bin_ms", d->bin_ms);
    srnn__say(p, "chance", chance);
    srnn__say_numbers(p, "has", has, 2);
    srnn__say_numbers(p, "above", above, 2);
}

/* ---- fixed points ---- */

enum { POINTS_MAX = 40 };

const char *srnn__fixed_points_missing(const srnn_figure_data *d)
{
    if (!d->model) return "it needs a model";
    if (!d->fixed_points) return "nothing was searched for fixed points";
    if (d->fixed_points->n == 0) return "no fixed or slow point was found";
    if (!d->fixed_pca) return "it needs principal components to show fixed points along";
    if (!types_known(d, d->fixed_pca->n_types)) return no_types;
    return d->fixed_pca->n_components >= 2 ? NULL : "it needs two principal components or more";
}

enum { STABLE, UNSTABLE, SLOW, KINDS };
static const char *const kind_blocks[KINDS] = {"stable", "unstable", "slow"};

static int kind_of(const srnn_fixed_points *f, int i)
{
    return !f->fixed[i] ? SLOW : f->n_unstable[i] ? UNSTABLE : STABLE;
}

/* The rates at x, along a component. */
static double along(const srnn_pca *pca, int component, srnn_activation activation, const double *x)
{
    double sum = 0;
    for (int i = 0; i < pca->N; i++)
        sum += pca->components[(size_t)component * (size_t)pca->N + (size_t)i] *
               (srnn__activation(activation, x[i], NULL) - pca->mean[i]);
    return sum;
}

/* Returns how many. */
static int write_fixed_points(srnn__plot *p, const srnn_figure_data *d, int kind,
                              srnn__plot_range *x, srnn__plot_range *y)
{
    const srnn_fixed_points *f = d->fixed_points;
    const srnn_activation activation = srnn_model_get_view(d->model).activation;
    int n = 0;
    srnn__block(p, "pc1 pc2 speed unstable_directions", "%s points", kind_blocks[kind]);
    for (int i = 0; i < f->n; i++) {
        if (kind_of(f, i) != kind) continue;
        const double *at = f->x + (size_t)i * (size_t)f->N;
        const double pc1 = along(d->fixed_pca, 0, activation, at);
        const double pc2 = along(d->fixed_pca, 1, activation, at);
        srnn__plot_row(p, pc1, pc2, f->speed[i], f->n_unstable[i]);
        srnn__see(x, pc1);
        srnn__see(y, pc2);
        n++;
    }
    return n;
}

static void write_eigenvalues(srnn__plot *p, const srnn_fixed_points *f, int kind,
                              srnn__plot_range *re, srnn__plot_range *im)
{
    int shown = 0;
    srnn__block(p, "real_1/s imaginary_1/s", "%s eigenvalues", kind_blocks[kind]);
    for (int i = 0; i < f->n && shown < POINTS_MAX; i++) {
        if (kind_of(f, i) != kind) continue;
        shown++;
        for (int k = 0; k < f->N; k++) {
            const size_t at = (size_t)i * (size_t)f->N + (size_t)k;
            srnn__plot_row(p, f->eigen_re[at], f->eigen_im[at]);
            srnn__see(re, f->eigen_re[at]);
            srnn__see(im, f->eigen_im[at]);
        }
    }
}

/* The type whose input was held, from 1; 0: not known, or not shown. */
static int held_type(const srnn_figure_data *d, int shown)
{
    const srnn__types types = srnn__types_of(d);
    for (int i = 0; d->fixed_type && i < shown; i++)
        if (srnn__same_name(types.names[i], d->fixed_type)) return i + 1;
    return 0;
}

void srnn__write_fixed_points(srnn__plot *p, const srnn_figure_data *d)
{
    const paths w = paths_of_pca(d, d->fixed_pca);
    const char *const held = d->fixed_type ? d->fixed_type : "";
    srnn__plot_range x = SRNN__NO_RANGE, y = SRNN__NO_RANGE, re = {0, 0}, im = {0, 0};
    double n[KINDS];
    for (int kind = 0; kind < KINDS; kind++) n[kind] = write_fixed_points(p, d, kind, &x, &y);
    for (int kind = 0; kind < KINDS; kind++) write_eigenvalues(p, d->fixed_points, kind, &re, &im);
    write_paths(p, d, "rate", &w);
    for (int type = 0; type < w.n_types; type++)
        for (int bin = w.first; bin < w.n_bins; bin++) {
            srnn__see(&x, path_at(&w, type, bin, 0));
            srnn__see(&y, path_at(&w, type, bin, 1));
        }
    srnn__say_numbers(p, "points", n, KINDS);
    srnn__say_texts(p, "held", &held, 1);
    srnn__say(p, "held_type", held_type(d, w.n_types));
    srnn__say_range(p, "x", x);
    srnn__say_range(p, "y", y);
    srnn__say_range(p, "real", re);
    srnn__say_range(p, "imaginary", im);
    say_path_types(p, d, w.n_bins);
}
