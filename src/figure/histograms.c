/* Distributions over the units of each population. */
#include "figure/plot.h"

#include <math.h>
#include <stdlib.h>

enum { HISTOGRAM_BINS_MAX = 60 };

typedef struct bins {
    double start, width;
    int n;
} bins;

static bins bins_of(const srnn__histogram *h, int N)
{
    srnn__plot_range range = h->range;
    for (int i = 0; i < N; i++) {
        srnn__see(&range, h->values[i]);
        if (h->before) srnn__see(&range, h->before[i]);
    }
    if (range.low > range.high) range = (srnn__plot_range){0, 1};
    const double width = srnn__round_step((range.high - range.low) / 25);
    const double start = floor(range.low / width) * width;
    int n = (int)ceil((range.high - start) / width - 1e-9);
    n = n < 1 ? 1 : n > HISTOGRAM_BINS_MAX ? HISTOGRAM_BINS_MAX : n;
    return (bins){start, width, n};
}

/* Returns how many have a number. A bin is [from, to). */
static int histogram_count(const bins *b, const double *values, const uint8_t *population, int N,
                           int which, int counts[HISTOGRAM_BINS_MAX])
{
    int n = 0;
    for (int k = 0; k < HISTOGRAM_BINS_MAX; k++) counts[k] = 0;
    for (int i = 0; i < N; i++) {
        if (population[i] != which || !isfinite(values[i])) continue;
        int k = (int)floor((values[i] - b->start) / b->width + 1e-9);
        k = k < 0 ? 0 : k >= b->n ? b->n - 1 : k;
        counts[k]++;
        n++;
    }
    return n;
}

/* scratch: [N]. */
static double median(const double *values, const uint8_t *population, int N, int which,
                     double *scratch)
{
    size_t n = 0;
    for (int i = 0; i < N; i++)
        if (population[i] == which && isfinite(values[i])) scratch[n++] = values[i];
    if (n == 0) return NAN;
    qsort(scratch, n, sizeof *scratch, srnn__ascending);
    return n % 2 ? scratch[n / 2] : (scratch[n / 2 - 1] + scratch[n / 2]) / 2;
}

static void panel(srnn__plot *p, const srnn__histogram *h, const bins *b, const uint8_t *population,
                  int N, int which, bool first_column, bool first_row, bool last_row,
                  double n_ticks, double *scratch)
{
    int counts[HISTOGRAM_BINS_MAX], before[HISTOGRAM_BINS_MAX] = {0}, most = 1;
    const int n = histogram_count(b, h->values, population, N, which, counts);
    if (h->before) histogram_count(b, h->before, population, N, which, before);
    const int block = srnn__block(p, "%s, %s, %d of %d units: from to units%s", h->label,
                                  srnn__population_labels[which], n,
                                  srnn__n_units(population, N, which), h->before ? " before" : "");
    for (int k = 0; k < b->n; k++) {
        srnn__plot_row(p, b->start + k * b->width, b->start + (k + 1) * b->width, counts[k],
                       before[k]);
        if (counts[k] > most) most = counts[k];
        if (before[k] > most) most = before[k];
    }
    const double middle = median(h->values, population, N, which, scratch);
    srnn__say(p, "set xrange [%.6g:%.6g]; set yrange [0:%g]\n", b->start,
              b->start + b->n * b->width, 1.15 * most);
    srnn__say_ticks(p, 'x', (srnn__plot_range){b->start, b->start + b->n * b->width}, n_ticks);
    srnn__say(p, "set ytics %g\n", fmax(1, srnn__round_step(most / 3.5)));
    if (last_row) srnn__say(p, "set xlabel '%s'\n", h->label);
    if (!last_row) srnn__say(p, "set format x ''\n");
    if (first_column) srnn__say(p, "set ylabel '%s units'\n", srnn__population_labels[which]);
    if (isfinite(middle))
        srnn__say(p, "set arrow from %.6g, 0 to %.6g, graph 1 nohead front lw guide dt 2\n", middle,
                  middle);
    if (h->before && first_row)
        srnn__say(p,
                  "set key at graph 1, graph 1.05 right bottom horizontal maxrows 1 samplen 1\n");
    srnn__say(p,
              "plot data index %d using (($1 + $2) / 2):3:(%.6g) with boxes fs solid 0.75 "
              "fc rgb %s title 'trained'",
              block, b->width, srnn__population_colors[which]);
    if (h->before)
        srnn__say(
            p,
            ", \\\n     '' index %d using (($1 + $2) / 2):4 with histeps lw thick lc rgb 'black' "
            "title 'initial'",
            block);
    srnn__say(p, "\n");
}

void srnn__draw_histograms(srnn__plot *p, const srnn__histogram *histograms, int n,
                           const uint8_t *population, int N, double width_cm)
{
    double *scratch = malloc((size_t)N * sizeof *scratch);
    if (!scratch) {
        p->no_memory = true;
        return;
    }
    int shown[SRNN_POPULATIONS], rows = 0;
    for (int k = 0; k < SRNN_POPULATIONS; k++)
        if (srnn__n_units(population, N, k)) shown[rows++] = k;
    const srnn__grid grid = {.columns = n,
                             .rows = rows,
                             .left = 1.2,
                             .right = 0.3,
                             .top = histograms[0].before ? 0.5 : 0.15,
                             .bottom = 0.95,
                             .gap_x = 0.8,
                             .gap_y = 0.35};
    srnn__size(p, width_cm, grid.top + grid.bottom + 2.1 * rows + grid.gap_y * (rows - 1));
    srnn__begin(p);
    for (int column = 0; column < n; column++) {
        const bins b = bins_of(&histograms[column], N);
        for (int row = 0; row < rows; row++)
            if (srnn__panel(p, &grid, column, row))
                panel(p, &histograms[column], &b, population, N, shown[row], column == 0, row == 0,
                      row == rows - 1 || p->terminal, n > 2 ? 4 : 6, scratch);
    }
    srnn__end(p);
    free(scratch);
}
