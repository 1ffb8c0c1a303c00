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
    int block; /* of the lines; the two after it are starts and ends of the stimulus */
} paths;

/* The first bin that is wholly after this time since the start of the trial; -1: not known. */
static int bin_after(const srnn_figure_data *d, double ms, int n_bins)
{
    if (!(d->bin_ms > 0) || !isfinite(ms)) return -1;
    const int bin = (int)floor(ms / d->bin_ms);
    return bin < n_bins ? bin : n_bins - 1;
}

static void write_point(srnn__plot *p, const paths *w, int type, int bin)
{
    double row[AXES_SHOWN + 1];
    for (int a = 0; a < w->n_shown; a++)
        row[a] = w->values[((size_t)type * (size_t)w->n_bins + (size_t)bin) * (size_t)w->n_axes +
                           (size_t)w->shown[a]];
    row[w->n_shown] = type + 1;
    srnn__write_row(p, row, (size_t)w->n_shown + 1);
}

static void write_paths(srnn__plot *p, const srnn_figure_data *d, const char *network, paths *w)
{
    const srnn__clock clock = srnn__clock_of(d);
    const int end = bin_after(d, clock.shift_ms + clock.off_ms, w->n_bins);
    w->block =
        srnn__block(p, "%s network, trajectories of each type: %d axes, type", network, w->n_shown);
    for (int type = 0; type < w->n_types; type++) {
        for (int bin = 0; bin < w->n_bins; bin++) write_point(p, w, type, bin);
        srnn__end_curve(p);
    }
    srnn__block(p, "%s network, starts", network);
    for (int type = 0; type < w->n_types; type++) write_point(p, w, type, 0);
    srnn__block(p, "%s network, ends of the stimulus", network);
    for (int type = 0; type < w->n_types && end >= 0; type++) write_point(p, w, type, end);
}

static srnn__plot_range range_of(const paths *w, int shown)
{
    srnn__plot_range range = SRNN__NO_RANGE;
    const size_t rows = (size_t)w->n_types * (size_t)w->n_bins;
    for (size_t i = 0; i < rows; i++)
        srnn__see(&range, w->values[i * (size_t)w->n_axes + (size_t)w->shown[shown]]);
    return range;
}

/* Axis y over axis x of those shown, from 0; a column has the type. */
static void plot_paths(srnn__plot *p, const paths *w, int x, int y, bool titles)
{
    srnn__say_range(p, 'x', range_of(w, x), 0.06);
    srnn__say_ticks(p, 'x', srnn__wider(range_of(w, x), 0), 4);
    srnn__say_range(p, 'y', range_of(w, y), 0.06);
    srnn__say_ticks(p, 'y', srnn__wider(range_of(w, y), 0), 5);
    srnn__say(p,
              "plot for [i=1:%d] data index %d every :::(i-1)::(i-1) using %d:%d with lines lw "
              "thick lc rgb color(i) dt dash(i) %s, \\\n",
              w->n_types, w->block, x + 1, y + 1, titles ? "title type[i]" : "notitle");
    srnn__say(p,
              "     for [i=1:%d] '' index %d every ::(i-1)::(i-1) using %d:%d with points pt 6 "
              "ps 0.6 * dots lw thick lc rgb color(i) notitle, \\\n",
              w->n_types, w->block + 1, x + 1, y + 1);
    srnn__say(p,
              "     for [i=1:%d] '' index %d every ::(i-1)::(i-1) using %d:%d with points pt 7 "
              "ps 0.6 * dots lc rgb color(i) notitle\n",
              w->n_types, w->block + 2, x + 1, y + 1);
}

static paths paths_of_pca(const srnn_pca *pca)
{
    return (paths){.values = pca->trajectories,
                   .n_types = pca->n_types,
                   .n_bins = pca->n_bins,
                   .n_axes = pca->n_components,
                   .shown = {0, 1, 2},
                   .n_shown = pca->n_components < PCA_SHOWN ? pca->n_components : PCA_SHOWN};
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
               .n_types = axes->n_types,
               .n_bins = axes->n_bins,
               .n_axes = axes->n_variables};
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
    srnn__block(p, "%s network, variance explained: components cumulative_share", network);
    for (int i = 0; i < pca->n_components && i < COMPONENTS_MAX; i++) {
        sum += pca->explained[i];
        srnn__plot_row(p, i + 1, sum);
    }
}

static const char *const network_names[] = {"rate", "spiking"};

static void plot_explained(srnn__plot *p, const srnn_pca *const pcas[2], const int blocks[2])
{
    static const char *const looks[] = {"pt 7 ps 0.4 * dots lw thick lc rgb 'black'",
                                        "pt 6 ps 0.5 * dots lw thick dt 2 lc rgb grey"};
    int most = 2;
    for (int k = 0; k < 2; k++)
        if (pcas[k] && pcas[k]->n_components > most) most = pcas[k]->n_components;
    if (most > COMPONENTS_MAX) most = COMPONENTS_MAX;
    srnn__say(p, "set xrange [0.5:%d.5]; set yrange [0:1.03]\nset xtics %d\nset ytics 0.25\n", most,
              most > 5 ? 2 : 1);
    srnn__say(p, "set xlabel 'number of components'\nset ylabel 'variance explained, cumulative' "
                 "offset 1.6,0\n");
    srnn__say(p, "set key at graph 1, graph 0.08 right bottom\nplot ");
    const char *between = "";
    for (int k = 0; k < 2; k++) {
        if (!pcas[k]) continue;
        srnn__say(p, "%sdata index %d with linespoints %s title '%s network'", between, blocks[k],
                  looks[k], network_names[k]);
        between = ", \\\n     ";
    }
    srnn__say(p, "\n");
}

void srnn__draw_pca(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_pca *const pcas[] = {d->rate_pca, d->spiking_pca};
    static const char *const units[] = {"r (a.u.", "rates (Hz"};
    const srnn__types types = srnn__types_of(d);
    paths shown[2] = {{0}};
    int explained[2] = {0}, columns = 1, rows = 1;
    for (int k = 0; k < 2; k++) {
        if (!pcas[k]) continue;
        explained[k] = p->n_blocks;
        write_explained(p, network_names[k], pcas[k]);
        shown[k] = paths_of_pca(pcas[k]);
        write_paths(p, d, network_names[k], &shown[k]);
        if (pcas[k]->n_components > 2) rows = 2;
        columns++;
    }
    const double width_cm = 0.1 * SRNN__PAGE_MM * (columns == 3 ? 1 : 0.7);
    const bool key_aside = rows == 2 && types.n <= 12; /* there is a cell for it */
    const srnn__grid grid = {.columns = columns,
                             .rows = rows,
                             .left = 1.3,
                             .right = 0.3,
                             .top = 0.5,
                             .bottom = 0.95 + (key_aside ? 0 : srnn__key_cm(&types, width_cm)),
                             .gap_x = 1.45,
                             .gap_y = 1.1};
    srnn__size(p, width_cm, grid.top + grid.bottom + 3.9 * rows + grid.gap_y * (rows - 1));
    srnn__say_types(p, &types);
    srnn__begin(p);
    if (srnn__panel(p, &grid, 0, 0)) plot_explained(p, pcas, explained);
    int column = 1;
    for (int k = 0; k < 2; k++) {
        if (!pcas[k]) continue;
        for (int row = 0; row < rows && row + 2 <= pcas[k]->n_components; row++) {
            if (!srnn__panel(p, &grid, column, row)) continue;
            if (row == 0) srnn__say(p, "set title '%s network'\n", network_names[k]);
            srnn__say(p, "set xlabel 'PC1 of %s, %.0f %%)'\nset ylabel 'PC%d of %s, %.0f %%)'\n",
                      units[k], 100 * pcas[k]->explained[0], row + 2, units[k],
                      100 * pcas[k]->explained[row + 1]);
            plot_paths(p, &shown[k], 0, row + 1, column == 1 && row == 0);
        }
        column++;
    }
    if (key_aside) {
        char place[96];
        snprintf(place, sizeof place, "at screen %.4f, screen %.4f left top vertical maxrows 12",
                 grid.left / p->width_cm, (grid.bottom + 3.5) / p->height_cm);
        if (srnn__key_panel(p, place))
            srnn__say(p,
                      "plot for [i=1:%d] NaN with lines lw thick lc rgb color(i) dt dash(i) "
                      "title type[i]\n",
                      types.n);
    } else {
        srnn__say_key(p, &types);
    }
    srnn__end(p);
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

void srnn__draw_axes(srnn__plot *p, const srnn_figure_data *d)
{
    const srnn_axes *const axes[] = {d->rate_axes, d->spiking_axes};
    const srnn__types types = srnn__types_of(d);
    paths shown[2] = {{0}};
    int columns = 0, rows = 1;
    for (int k = 0; k < 2; k++) {
        if (!axes[k]) continue;
        shown[k] = paths_of_axes(d, axes[k]);
        write_paths(p, d, network_names[k], &shown[k]);
        if (shown[k].n_shown - 1 > rows) rows = shown[k].n_shown - 1;
        columns++;
    }
    const double width_cm = columns == 1 ? 8.5 : 13;
    const srnn__grid grid = {.columns = columns,
                             .rows = rows,
                             .left = 1.4,
                             .right = 0.3,
                             .top = 0.5,
                             .bottom = 0.95 + srnn__key_cm(&types, width_cm),
                             .gap_x = 1.5,
                             .gap_y = 1.1};
    srnn__size(p, width_cm, grid.top + grid.bottom + 4.5 * rows + grid.gap_y * (rows - 1));
    srnn__say_types(p, &types);
    for (int k = 0; k < 2; k++)
        if (axes[k]) say_variables(p, network_names[k], axes[k], &shown[k], d->variable_names);
    srnn__begin(p);
    int column = 0;
    for (int k = 0; k < 2; k++) {
        if (!axes[k]) continue;
        const bool choice = choice_of(d, axes[k]) >= 0; /* it goes up, as in the papers */
        for (int row = 0; row + 1 < shown[k].n_shown; row++) {
            const int x = choice ? row + 1 : 0, y = choice ? 0 : row + 1;
            if (!srnn__panel(p, &grid, column, row)) continue;
            if (row == 0) srnn__say(p, "set title '%s network'\n", network_names[k]);
            srnn__say(p,
                      "set xlabel %s_axis[%d].' axis (a.u.)' noenhanced\n"
                      "set ylabel %s_axis[%d].' axis (a.u.)' noenhanced\n",
                      network_names[k], x + 1, network_names[k], y + 1);
            plot_paths(p, &shown[k], x, y, column == 0 && row == 0);
        }
        column++;
    }
    srnn__say_key(p, &types);
    srnn__end(p);
}

/* ---- decoding ---- */

const char *srnn__decoding_missing(const srnn_figure_data *d)
{
    if (!d->rate_decoding && !d->spiking_decoding) return "nothing was decoded";
    return d->bin_ms > 0 ? NULL : "the width of its bins is not known";
}

void srnn__draw_decoding(srnn__plot *p, const srnn_figure_data *d)
{
    static const char *const colors[] = {"rate_color", "spiking_color"};
    const srnn_decoding *const decodings[] = {d->rate_decoding, d->spiking_decoding};
    const srnn__clock clock = srnn__clock_of(d);
    int blocks[2] = {0}, n_bins = 1;
    double chance = NAN;
    for (int k = 0; k < 2; k++) {
        const srnn_decoding *c = decodings[k];
        if (!c) continue;
        if (c->n_bins > n_bins) n_bins = c->n_bins;
        chance = c->chance;
        blocks[k] = srnn__block(p, "%s network: time_ms accuracy low high (95 %% Wilson interval)",
                                network_names[k]);
        for (int bin = 0; bin < c->n_bins; bin++)
            srnn__plot_row(p, (bin + 0.5) * d->bin_ms - clock.shift_ms, c->accuracy[bin],
                           c->low[bin], c->high[bin]);
    }
    const srnn__grid grid = {
        .columns = 1, .rows = 1, .left = 1.3, .right = 0.35, .top = 0.5, .bottom = 0.95};
    srnn__size(p, 0.1 * SRNN__COLUMN_MM, 5.2);
    srnn__say_clock(p, &clock);
    srnn__say(p, "rate_color = 'black'\nspiking_color = exc_color\nchance = %.6g\n",
              isfinite(chance) ? chance : 0);
    srnn__begin(p);
    if (srnn__panel(p, &grid, 0, 0)) {
        srnn__say_time(p, &clock, n_bins * d->bin_ms, 6);
        srnn__say(p, "set yrange [0:1.03]\nset ytics 0.25\neval stimulus\n");
        srnn__say(p, "set xlabel time_label\nset ylabel 'decoding accuracy' offset 1.6,0\n");
        srnn__say(p,
                  "set arrow from graph 0, first chance to graph 1, first chance nohead lw guide "
                  "dt 2\nplot ");
        for (int k = 0; k < 2 && !p->terminal; k++)
            if (decodings[k])
                srnn__say(p,
                          "data index %d using 1:3:4 with filledcurves fs transparent solid 0.2 "
                          "fc rgb %s notitle, \\\n     ",
                          blocks[k], colors[k]);
        for (int k = 0; k < 2; k++)
            if (decodings[k])
                srnn__say(p,
                          "data index %d using 1:2 with lines lw thick lc rgb %s title '%s', "
                          "\\\n     ",
                          blocks[k], colors[k], network_names[k]);
        srnn__say(p, "NaN with lines lw guide dt 2 lc rgb 'black' title 'chance'\n");
    }
    if (srnn__key_panel(p, "horizontal top right")) {
        srnn__say(p, "plot ");
        for (int k = 0; k < 2; k++)
            if (decodings[k])
                srnn__say(p, "NaN with lines lw thick lc rgb %s title '%s', ", colors[k],
                          network_names[k]);
        srnn__say(p, "\\\n     NaN with lines lw guide dt 2 lc rgb 'black' title 'chance'\n");
    }
    srnn__end(p);
}

/* ---- fixed points ---- */

enum { POINTS_MAX = 40 };

const char *srnn__fixed_points_missing(const srnn_figure_data *d)
{
    if (!d->model) return "it needs a model";
    if (!d->fixed_points) return "nothing was searched for fixed points";
    if (d->fixed_points->n == 0) return "no fixed or slow point was found";
    if (!d->fixed_pca) return "it needs principal components to show fixed points along";
    return d->fixed_pca->n_components >= 2 ? NULL : "it needs two principal components or more";
}

enum { STABLE, UNSTABLE, SLOW, KINDS };

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

void srnn__draw_fixed_points(srnn__plot *p, const srnn_figure_data *d)
{
    static const char *const names[KINDS] = {"stable", "unstable", "slow"};
    static const char *const looks[KINDS] = {"pt 7 ps 0.6 * dots lc rgb pv_color",
                                             "pt 6 ps 0.6 * dots lw thick lc rgb exc_color",
                                             "pt 8 ps 0.5 * dots lw thick lc rgb som_color"};
    const srnn_fixed_points *f = d->fixed_points;
    const srnn_pca *pca = d->fixed_pca;
    const srnn_activation activation = srnn_model_get_view(d->model).activation;
    srnn__plot_range x = SRNN__NO_RANGE, y = SRNN__NO_RANGE, re = {0, 0}, im = {0, 0};
    int n[KINDS] = {0};
    for (int kind = 0; kind < KINDS; kind++) {
        srnn__block(p, "%s points: pc1 pc2 speed unstable_directions", names[kind]);
        for (int i = 0; i < f->n; i++) {
            if (kind_of(f, i) != kind) continue;
            const double *at = f->x + (size_t)i * (size_t)f->N;
            const double pc1 = along(pca, 0, activation, at), pc2 = along(pca, 1, activation, at);
            srnn__plot_row(p, pc1, pc2, f->speed[i], f->n_unstable[i]);
            srnn__see(&x, pc1);
            srnn__see(&y, pc2);
            n[kind]++;
        }
    }
    for (int kind = 0; kind < KINDS; kind++) {
        srnn__block(p, "eigenvalues at %s points: real imaginary (1/s)", names[kind]);
        int shown = 0;
        for (int i = 0; i < f->n && shown < POINTS_MAX; i++) {
            if (kind_of(f, i) != kind) continue;
            shown++;
            for (int k = 0; k < f->N; k++) {
                const size_t at = (size_t)i * (size_t)f->N + (size_t)k;
                srnn__plot_row(p, f->eigen_re[at], f->eigen_im[at]);
                srnn__see(&re, f->eigen_re[at]);
                srnn__see(&im, f->eigen_im[at]);
            }
        }
    }
    const int trajectories = srnn__block(p, "trajectories of each type: pc1 pc2");
    for (int type = 0; type < pca->n_types; type++) {
        for (int bin = 0; bin < pca->n_bins; bin++) {
            const double *at =
                pca->trajectories +
                ((size_t)type * (size_t)pca->n_bins + (size_t)bin) * (size_t)pca->n_components;
            srnn__plot_row(p, at[0], at[1]);
            srnn__see(&x, at[0]);
            srnn__see(&y, at[1]);
        }
        srnn__end_curve(p);
    }
    const srnn__grid grid = {.columns = 2,
                             .rows = 1,
                             .left = 1.35,
                             .right = 0.3,
                             .top = 0.55,
                             .bottom = 0.95,
                             .gap_x = 1.5};
    srnn__size(p, 13, 6.3);
    srnn__begin(p);
    if (srnn__panel(p, &grid, 0, 0)) {
        srnn__say_range(p, 'x', x, 0.06);
        srnn__say_ticks(p, 'x', srnn__wider(x, 0), 4);
        srnn__say_range(p, 'y', y, 0.06);
        srnn__say(p, "set xlabel 'PC1 of r (a.u.)'\nset ylabel 'PC2 of r (a.u.)'\n");
        srnn__say(p, "plot data index %d with lines lw thin lc rgb '#B0B0B0' notitle",
                  trajectories);
        for (int kind = KINDS - 1; kind >= 0; kind--)
            if (n[kind])
                srnn__say(p, ", \\\n     '' index %d with points %s title '%d %s'", kind,
                          looks[kind], n[kind], names[kind]);
        srnn__say(p, "\n");
    }
    if (srnn__panel(p, &grid, 1, 0)) {
        srnn__say_range(p, 'x', re, 0.06);
        srnn__say_ticks(p, 'x', srnn__wider(re, 0), 4);
        srnn__say_range(p, 'y', im, 0.06);
        srnn__say(p, "set xlabel 'real part of eigenvalues (1/s)'\nset ylabel 'imaginary part "
                     "(1/s)'\n");
        srnn__say(p, "set arrow from 0, graph 0 to 0, graph 1 nohead back lw guide dt 2\n");
        srnn__say(p, "plot ");
        const char *between = "";
        for (int kind = KINDS - 1; kind >= 0; kind--) {
            if (!n[kind]) continue;
            srnn__say(p, "%sdata index %d with points %s notitle", between, KINDS + kind,
                      kind == STABLE     ? "pt 7 ps 0.3 * dots lc rgb pv_color"
                      : kind == UNSTABLE ? "pt 6 ps 0.3 * dots lw thin lc rgb exc_color"
                                         : "pt 8 ps 0.3 * dots lw thin lc rgb som_color");
            between = ", \\\n     ";
        }
        srnn__say(p, "\n");
    }
    if (srnn__key_panel(p, "horizontal top center")) {
        const char *between = "plot";
        for (int kind = KINDS - 1; kind >= 0; kind--) {
            if (!n[kind]) continue;
            srnn__say(p, "%s NaN with points %s title '%d %s'", between, looks[kind], n[kind],
                      names[kind]);
            between = ", \\\n    ";
        }
        srnn__say(p, "\n");
    }
    srnn__end(p);
}
