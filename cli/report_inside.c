/* Spike-train statistics and population dynamics. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>

/* The columns: all units, then each population. */
static const int shown_on_page[] = {SRNN_POPULATIONS, SRNN_EXC, SRNN_PV, SRNN_SOM};
enum { N_SHOWN_ON_PAGE = sizeof shown_on_page / sizeof *shown_on_page };
static const char *const heads_of_populations[N_SHOWN_ON_PAGE + 1] = {"", "all", "exc", "PV",
                                                                      "SOM"};
/* ---- spike trains ---- */

static void write_counts(FILE *to, const char *name, const int counts[SRNN_POPULATIONS + 1])
{
    cli_row_open(to, name, false);
    for (int c = 0; c < N_SHOWN_ON_PAGE; c++) cli_cell(to, "%d", counts[shown_on_page[c]]);
    cli_row_close(to);
}

static void write_summaries(FILE *to, const char *name, const char *unit, int decimals,
                            const srnn_summary *const of[N_SHOWN_ON_PAGE])
{
    char head[128];
    snprintf(head, sizeof head, *unit ? "%.80s (%.16s)" : "%.80s", name, unit);
    cli_row_open(to, head, false);
    for (int c = 0; c < N_SHOWN_ON_PAGE; c++) cli_cell_spread(to, of[c]->mean, of[c]->sd, decimals);
    cli_row_close(to);
}

static void write_measures(FILE *to, const srnn_spike_statistics *s)
{
    const srnn_summary *of[N_SHOWN_ON_PAGE];
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) {
        const bool rough = m == SRNN_UNIT_RATE_HZ || m == SRNN_UNIT_ISI_MS || m == SRNN_UNIT_N_ISI;
        for (int c = 0; c < N_SHOWN_ON_PAGE; c++) of[c] = &s->measures[shown_on_page[c]][m];
        write_summaries(to, srnn_unit_measure_name(m), srnn_unit_measure_unit(m), rough ? 1 : 3,
                        of);
    }
    for (int c = 0; c < N_SHOWN_ON_PAGE; c++) of[c] = &s->correlation[shown_on_page[c]];
    write_summaries(to, "correlation of pairs", "", 4, of);
    for (int c = 0; c < N_SHOWN_ON_PAGE; c++) of[c] = &s->noise_correlation[shown_on_page[c]];
    write_summaries(to, "noise correlation", "", 4, of);
    cli_row_open(to, "synchrony", false);
    for (int c = 0; c < N_SHOWN_ON_PAGE; c++)
        cli_cell_number(to, s->synchrony[shown_on_page[c]], 3);
    cli_row_close(to);
}

static void write_trains(const cli_page *page)
{
    const cli_analysis *a = &page->subject->analysis;
    const srnn_spike_statistics *s = &a->statistics;
    FILE *to = page->to;
    fputs("<h3>Spike trains</h3>\n", to);
    char caption[160];
    snprintf(
        caption, sizeof caption,
        "%d trials, %g – %g ms of each: mean ± SD over the units, or pairs, where it is defined",
        s->K, a->spike_options.from_ms, a->spike_options.from_ms + s->duration_ms);
    cli_table_open(to, caption, heads_of_populations, N_SHOWN_ON_PAGE + 1);
    write_counts(to, "units", s->n_units);
    write_counts(to, "silent", s->n_silent);
    write_measures(to, s);
    for (int type = 0; type < s->n_types && s->n_types > 1; type++) {
        const srnn_summary *of[N_SHOWN_ON_PAGE];
        char name[96];
        snprintf(name, sizeof name, "rate in %.60s", a->spikes->type_names[type]);
        for (int c = 0; c < N_SHOWN_ON_PAGE; c++) of[c] = &s->type_rate_hz[type][shown_on_page[c]];
        write_summaries(to, name, "Hz", 1, of);
    }
    cli_table_close(to);
}

/* ---- populations ---- */

static void write_components(const cli_page *page)
{
    static const char *const heads[] = {"network", "PC1",      "PC2",      "PC3",
                                        "PC1–3",   "for 90 %", "for 99 %", "dimensionality"};
    const cli_analysis *a = &page->subject->analysis;
    FILE *to = page->to;
    char caption[160];
    if (a->pca[0].N + a->pca[1].N == 0) return;
    snprintf(caption, sizeof caption,
             "Principal components of the types' mean activity, bins of %g ms: share of variance, "
             "components that hold so much of it, participation ratio",
             page->options->s.bin_ms);
    fputs("<h3>Population dynamics</h3>\n", to);
    cli_table_open(to, caption, heads, sizeof heads / sizeof *heads);
    for (int network = 0; network < 2; network++) {
        const srnn_pca *p = &a->pca[network];
        double sum = 0;
        if (p->N == 0) continue;
        cli_row_open(to, cli_network_names[network], false);
        for (int i = 0; i < 3; i++) {
            const double share = i < p->N ? p->explained[i] : (double)NAN;
            if (i < p->N) sum += share;
            cli_cell_number(to, share, 3);
        }
        cli_cell_number(to, sum, 3);
        cli_cell(to, "%d", p->n_for_90);
        cli_cell(to, "%d", p->n_for_99);
        cli_cell_number(to, p->dimensionality, 2);
        cli_row_close(to);
    }
    cli_table_close(to);
    int n;
    const double held = cli_in_rate_space(a, &n);
    if (n == 3)
        fprintf(to,
                "<p>Along the rate network's first three components lies %.3f of the variance "
                "of the spiking activity.</p>\n",
                held);
}

static void write_decoding(const cli_page *page)
{
    static const char *const heads[] = {"network", "chance", "best", "at (ms)",
                                        "longest above chance (ms)"};
    const cli_analysis *a = &page->subject->analysis;
    FILE *to = page->to;
    if (a->decoding[0].n_bins + a->decoding[1].n_bins == 0) return;
    cli_table_open(to, "Decoding of the trial's type from the units, cross-validated", heads,
                   sizeof heads / sizeof *heads);
    for (int network = 0; network < 2; network++) {
        const srnn_decoding *d = &a->decoding[network];
        int first, last;
        if (d->n_bins == 0) continue;
        const int best = cli_best_bin(d);
        const double bin_ms = page->options->s.bin_ms;
        cli_row_open(to, cli_network_names[network], false);
        cli_cell_number(to, d->chance, 3);
        cli_cell_number(to, d->accuracy[best], 3);
        cli_cell_number(to, isnan(d->accuracy[best]) ? (double)NAN : (best + 0.5) * bin_ms, 0);
        if (cli_above_chance(d, &first, &last))
            cli_cell(to, "%.0f – %.0f", first * bin_ms, (last + 1) * bin_ms);
        else
            cli_cell(to, "–");
        cli_row_close(to);
    }
    cli_table_close(to);
}

static void write_likeness(const cli_page *page)
{
    static const char *const heads[] = {"type", "across units", "output over time"};
    const cli_analysis *a = &page->subject->analysis;
    const srnn_comparison *c = &a->observation->comparison;
    FILE *to = page->to;
    if (c->N == 0) return;
    cli_table_open(to, "Correlation of the rate network with the spiking one", heads,
                   sizeof heads / sizeof *heads);
    for (int type = 0; type < c->n_types; type++) {
        cli_row_open(to, a->observation->type_names[type], false);
        cli_cell_number(to, c->across_units[type], 3);
        cli_cell_number(to, c->output_correlation[type], 3);
        cli_row_close(to);
    }
    cli_table_close(to);
    double q[3];
    if (!srnn_quartiles(c->unit_correlation, c->N, q)) return;
    fprintf(to,
            "<p>Of a unit's rate over time and types: median %.3f (quartiles %.3f – %.3f).</p>\n",
            q[1], q[0], q[2]);
}

void cli_page_inside(cli_page *page)
{
    const cli_analysis *a = &page->subject->analysis;
    if (a->observation->K > 0)
        fprintf(page->to, "<p>From %d trials of each type, seed %llu.</p>\n",
                a->observation->K / a->observation->n_types,
                (unsigned long long)a->observation->seed);
    if (a->spikes) write_trains(page);
    write_components(page);
    write_decoding(page);
    write_likeness(page);
    cli_page_figures(page, CLI_INSIDE);
}
