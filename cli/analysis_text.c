/* What an analysis says, as text. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <string.h>

enum { NAME_WIDTH = 24, COLUMN = 18 };

/* ---- spike trains ---- */

/* The columns: all units, then each population. */
static const int shown_in_text[] = {SRNN_POPULATIONS, SRNN_EXC, SRNN_PV, SRNN_SOM};
enum { N_SHOWN_IN_TEXT = sizeof shown_in_text / sizeof *shown_in_text };

static void print_name(const char *name, const char *unit)
{
    char text[96];
    snprintf(text, sizeof text, "  %.64s%s%.16s", name, *unit ? " " : "", unit);
    cli_print_left(text, NAME_WIDTH);
}

static void print_summary(const srnn_summary *s, int decimals)
{
    char text[64];
    if (isnan(s->mean))
        snprintf(text, sizeof text, "-");
    else if (isnan(s->sd))
        snprintf(text, sizeof text, "%.*f", decimals, s->mean);
    else
        snprintf(text, sizeof text, "%.*f ± %.*f", decimals, s->mean, decimals, s->sd);
    cli_print_right(text, COLUMN);
}

static void print_counts(const char *name, const int counts[SRNN_POPULATIONS + 1])
{
    print_name(name, "");
    for (int c = 0; c < N_SHOWN_IN_TEXT; c++) printf("%*d", COLUMN, counts[shown_in_text[c]]);
    putchar('\n');
}

static void print_trains(const cli_analysis *a)
{
    const srnn_spike_statistics *s = &a->statistics;
    printf("\nspike trains: %d trial%s, %g – %g ms of each\n%*s%*s", s->K, s->K == 1 ? "" : "s",
           a->spike_options.from_ms, a->spike_options.from_ms + s->duration_ms, NAME_WIDTH, "",
           COLUMN, "all");
    for (int c = 1; c < N_SHOWN_IN_TEXT; c++)
        cli_print_right(srnn_population_name((srnn_population)shown_in_text[c]), COLUMN);
    putchar('\n');
    print_counts("units", s->n_units);
    print_counts("silent", s->n_silent);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) {
        const bool rough = m == SRNN_UNIT_RATE_HZ || m == SRNN_UNIT_ISI_MS || m == SRNN_UNIT_N_ISI;
        print_name(srnn_unit_measure_name(m), srnn_unit_measure_unit(m));
        for (int c = 0; c < N_SHOWN_IN_TEXT; c++)
            print_summary(&s->measures[shown_in_text[c]][m], rough ? 1 : 3);
        putchar('\n');
    }
    print_name("correlation", "");
    for (int c = 0; c < N_SHOWN_IN_TEXT; c++) print_summary(&s->correlation[shown_in_text[c]], 4);
    putchar('\n');
    print_name("noise correlation", "");
    for (int c = 0; c < N_SHOWN_IN_TEXT; c++)
        print_summary(&s->noise_correlation[shown_in_text[c]], 4);
    putchar('\n');
    print_name("synchrony", "");
    for (int c = 0; c < N_SHOWN_IN_TEXT; c++)
        cli_print_number(s->synchrony[shown_in_text[c]], COLUMN, 3);
    putchar('\n');
    for (int type = 0; type < s->n_types && s->n_types > 1; type++) {
        char name[256];
        snprintf(name, sizeof name, "rate %.200s", a->spikes->type_names[type]);
        print_name(name, "Hz");
        for (int c = 0; c < N_SHOWN_IN_TEXT; c++)
            print_summary(&s->type_rate_hz[type][shown_in_text[c]], 1);
        putchar('\n');
    }
    printf(
        "  (mean ± SD over the units, or pairs of units, in which it is defined; correlations and "
        "synchrony\n  in bins of %g ms; docs/analysis.md)\n",
        a->spike_options.correlation_bin_ms);
}

/* ---- population dynamics ---- */

static double share_held(const double *explained, int n, int N)
{
    double sum = 0;
    for (int i = 0; i < n && i < N; i++) sum += explained[i];
    return sum;
}

static void print_components(const cli_analysis *a, double bin_ms)
{
    if (a->pca[SRNN_RATE].N + a->pca[SRNN_SPIKING].N == 0) return;
    printf("\nprincipal components of the types' mean activity, bins of %g ms: share of variance\n"
           "  network      PC1     PC2     PC3   PC1-3  for 90 %%  for 99 %%  dimensionality\n",
           bin_ms);
    for (int network = 0; network < 2; network++) {
        const srnn_pca *p = &a->pca[network];
        if (p->N == 0) continue;
        printf("  %-8s", cli_network_names[network]);
        for (int i = 0; i < 3; i++)
            cli_print_number(i < p->N ? p->explained[i] : (double)NAN, 8, 3);
        cli_print_number(share_held(p->explained, 3, p->N), 8, 3);
        cli_print_number(p->n_for_90 ? p->n_for_90 : (double)NAN, 10, 0);
        cli_print_number(p->n_for_99 ? p->n_for_99 : (double)NAN, 10, 0);
        cli_print_number(p->dimensionality, 16, 2);
        putchar('\n');
    }
    int n;
    const double shared = cli_in_rate_space(a, &n);
    if (n == 1)
        printf("  spiking activity along the rate network's PC1: %.3f of its variance\n", shared);
    else if (n > 1)
        printf("  spiking activity along the rate network's PC1-%d: %.3f of its variance\n", n,
               shared);
}

static void print_decoding(const cli_analysis *a, double bin_ms)
{
    if (a->spikes && a->spikes->n_types > CLI_DECODED_TYPES_MAX)
        printf("\ndecoding: none, of %d types of trials; expected at most %d\n", a->spikes->n_types,
               CLI_DECODED_TYPES_MAX);
    if (a->decoding[SRNN_RATE].n_bins + a->decoding[SRNN_SPIKING].n_bins == 0) return;
    puts("\ndecoding of the trial's type, cross-validated\n"
         "  network   chance    best  at ms   longest above chance, ms");
    for (int network = 0; network < 2; network++) {
        const srnn_decoding *d = &a->decoding[network];
        if (d->n_bins == 0) continue;
        const int best = cli_best_bin(d);
        int first, last;
        printf("  %-8s", cli_network_names[network]);
        cli_print_number(d->chance, 8, 3);
        cli_print_number(d->accuracy[best], 8, 3);
        cli_print_number(isnan(d->accuracy[best]) ? (double)NAN : (best + 0.5) * bin_ms, 7, 0);
        if (cli_above_chance(d, &first, &last))
            printf("   %.0f – %.0f\n", first * bin_ms, (last + 1) * bin_ms);
        else
            puts("   -");
    }
}

static void print_axes(const cli_analysis *a, double bin_ms)
{
    if (a->axes[SRNN_RATE].n_variables + a->axes[SRNN_SPIKING].n_variables == 0) return;
    puts("\naxes of the task's variables (orthogonal), where the regression is strongest");
    for (int network = 0; network < 2; network++) {
        const srnn_axes *x = &a->axes[network];
        if (x->n_variables == 0) continue;
        printf("  %-8s", cli_network_names[network]);
        for (int v = 0; v < x->n_variables; v++)
            printf("%s %s at %.0f ms", v ? "," : "", a->variable_names[x->variable[v]],
                   (x->bin[v] + 0.5) * bin_ms);
        putchar('\n');
    }
}

static void print_fixed_points(const cli_options *o, const srnn_fixed_points *f)
{
    if (f->N == 0) return;
    printf("\nfixed and slow points of the rate network, input as at the end of %s trials: %d from "
           "%d starts, %d of which were lost\n",
           o->s.fixed_points, f->n, f->n_starts, f->n_lost);
    if (f->n > 0) puts("  point  kind   starts      speed  unstable  leading eigenvalue (1/s)");
    for (int i = 0; i < f->n; i++) {
        const size_t at = (size_t)i * (size_t)f->N;
        printf("  %5d  %-5s%8d%11.2g%10d  %.2f", i + 1, f->fixed[i] ? "fixed" : "slow", f->found[i],
               f->speed[i], f->n_unstable[i], f->eigen_re[at]);
        if (f->eigen_im[at] != 0) printf(" ± %.2fi", fabs(f->eigen_im[at]));
        putchar('\n');
    }
}

static void print_likeness(const cli_analysis *a)
{
    const srnn_comparison *c = &a->observation->comparison;
    if (c->N == 0) return;
    double q[3];
    srnn_quartiles(c->unit_correlation, c->N, q);
    fputs("\nrate against spiking network: correlation across units", stdout);
    for (int type = 0; type < c->n_types; type++) {
        printf("%s %s ", type ? "," : "", a->observation->type_names[type]);
        cli_print_number(c->across_units[type], 0, 3);
    }
    fputs("\n  of a unit's rate over time and types: median ", stdout);
    cli_print_number(q[1], 0, 3);
    fputs(" (quartiles ", stdout);
    cli_print_number(q[0], 0, 3);
    fputs(" – ", stdout);
    cli_print_number(q[2], 0, 3);
    fputs("); of outputs over time", stdout);
    for (int type = 0; type < c->n_types; type++) {
        printf("%s %s ", type ? "," : "", a->observation->type_names[type]);
        cli_print_number(c->output_correlation[type], 0, 3);
    }
    putchar('\n');
}

void cli_print_analysis(const cli_options *o, const cli_subject *subject)
{
    const cli_analysis *a = &subject->analysis;
    printf("%s", cli_shown(subject->path));
    if (subject->model) {
        printf(": %s", a->observation->task);
        if (!o->rate_network && isnan(subject->scaling_factor))
            printf(", spiking network at the operating point");
        else if (!o->rate_network)
            printf(", spiking network with λ = %g", subject->scaling_factor);
        printf(", %d trials of each type", o->s.observed_trials);
    } else if (*a->spikes->task) {
        printf(": %s", cli_shown(a->spikes->task));
    }
    putchar('\n');
    if (a->spikes) print_trains(a);
    print_components(a, o->s.bin_ms);
    print_decoding(a, o->s.bin_ms);
    print_axes(a, o->s.bin_ms);
    print_fixed_points(o, &a->fixed);
    print_likeness(a);
}
