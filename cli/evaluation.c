/* An evaluation as tables; docs/evaluation.md explains them. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- pieces of tables ---- */

/* Of the column of types. */
static int types_width(const srnn_task_def *def)
{
    int width = 8;
    for (int i = 0; i < def->n_types; i++) width = cli_larger(width, cli_width(def->type_names[i]));
    return width;
}

/* The beginning of a row: the network in its first one. */
static void print_network(const srnn_task_def *def, const char *network, int type)
{
    printf("  %-7s  ", type == 0 ? network : "");
    cli_print_left(def->type_names[type], types_width(def));
}

static void print_heads(const srnn_task_def *def)
{
    fputs("  network  ", stdout);
    cli_print_left("type", types_width(def));
}

/* ---- accuracies ---- */

static void print_spread(double mean, double sd)
{
    cli_print_number(mean, 9, 3);
    printf(" ± ");
    cli_print_number(sd, 5, 3);
}

enum { PAGE_WIDTH = 100, BESIDE_TYPES = 86 };

/* Is there room for the two-sided accuracies of the types? Else that of all is under the table. */
static bool two_sided_column(const srnn_task_def *def)
{
    return types_width(def) + BESIDE_TYPES <= PAGE_WIDTH;
}

/* two_sided -1: of a rule, which has none. */
static void print_accuracy(const srnn_task_def *def, const char *name, int correct, int two_sided,
                           int n)
{
    char accuracy[48];
    cli_accuracy(correct, two_sided_column(def) ? two_sided : CLI_NO_COLUMN, n, accuracy);
    fputs("  ", stdout);
    cli_print_left(name, types_width(def));
    printf(" %6d  %s", n, accuracy);
}

static int rules_of_type(const srnn_rule_stats *rules, int n, int type)
{
    int of_type = 0;
    for (int i = 0; i < n; i++) of_type += rules[i].type == type;
    return of_type;
}

/* A line for each rule, in the columns of the types, with its words at the end. */
static void print_rules(const srnn_task_def *def, int type, const srnn_rule_stats *rules, int n)
{
    for (const srnn_rule_stats *rule = rules; rule < rules + n; rule++) {
        if (rule->type != type) continue;
        print_accuracy(def, "", rule->met, -1, rule->n);
        print_spread(rule->value_mean, rule->value_sd);
        printf("  %s\n", rule->words);
    }
}

/* hz: NULL for the rate network. With several rules, the value of a trial is that of the rule with
   the smallest margin, which differs between trials: then each rule is printed instead. */
static void print_type(const srnn_task_def *def, int i, const srnn_type_stats *type,
                       const srnn_population_rates *hz, const srnn_rule_stats *rules, int n_rules)
{
    const bool several = rules_of_type(rules, n_rules, i) > 1;
    print_accuracy(def, def->type_names[i], type->correct, type->two_sided, type->n);
    if (!several) print_spread(type->value_mean, type->value_sd);
    if (several && hz) printf("%17s", "");
    if (hz) {
        cli_print_number(hz->exc_hz, 10, 1);
        cli_print_number(hz->pv_hz, 8, 1);
        cli_print_number(hz->som_hz, 8, 1);
    }
    putchar('\n');
    if (several) print_rules(def, i, rules, n_rules);
}

static void print_total(const srnn_task_def *def, int correct, int two_sided, int n)
{
    char accuracy[48];
    const bool column = two_sided_column(def);
    cli_accuracy(correct, column ? two_sided : CLI_NO_COLUMN, n, accuracy);
    printf("  %-*s %6d  %s\n", types_width(def), "all", n, accuracy);
    if (!column) printf("  two-sided: %.3f\n", (double)two_sided / n);
}

static void print_type_heads(const srnn_task_def *def, const char *more)
{
    printf("  %-*s trials  %s   output ± SD%s\n", types_width(def), "type",
           two_sided_column(def) ? CLI_ACCURACY_HEAD : CLI_INTERVAL_HEAD, more);
}

static void print_rate(const srnn_task_def *def, const srnn_evaluation *e)
{
    printf("rate network, mean loss %.2f\n", e->rate.loss_mean);
    print_type_heads(def, "");
    for (int i = 0; i < def->n_types; i++)
        print_type(def, i, &e->rate.types[i], NULL, e->rate.rules, e->rate.n_rules);
    print_total(def, e->rate.correct, e->rate.two_sided, e->rate.n_trials);
}

static void print_spiking(const srnn_task_def *def, const srnn_evaluation *e)
{
    char by[32] = "at its operating point";
    if (!isnan(e->scaling_factor)) snprintf(by, sizeof by, "λ = %g", e->scaling_factor);
    printf("\nspiking network, %s%s, mean rate %.1f Hz\n", by,
           e->use_readout ? ", readout refitted" : "", e->spiking.mean_rate_hz);
    print_type_heads(def, "     exc Hz   PV Hz  SOM Hz");
    for (int i = 0; i < def->n_types; i++)
        print_type(def, i, &e->spiking.types[i], &e->spiking.rates[i], e->spiking.rules,
                   e->spiking.n_rules);
    print_total(def, e->spiking.correct, e->spiking.two_sided, e->spiking.n_trials);
}

/* ---- confusion ---- */

enum { CONFUSION_COLUMNS = 12, NARROW = 6, OTHERS = 8 };

/* "++/--", "a…f/h" where types follow each other, "all", "none"; to be freed. */
static char *set_name(const srnn_task_def *def, uint64_t set)
{
    const uint64_t every = UINT64_MAX >> (SRNN_TYPES_MAX - def->n_types);
    if (!set) return strdup("none");
    if (set == every && def->n_types > 2) return strdup("all");
    char *name = NULL;
    size_t size;
    FILE *to = open_memstream(&name, &size);
    const char *between = "";
    for (int i = 0; to && i < def->n_types; i++) {
        if (!(set >> i & 1)) continue;
        int last = i;
        while (last + 1 < def->n_types && set >> (last + 1) & 1) last++;
        fprintf(to, "%s%s", between, def->type_names[i]);
        between = "/";
        if (last - i < 3) continue;
        fprintf(to, "…%s", def->type_names[last]);
        i = last;
    }
    if (to) fclose(to);
    return name;
}

/* What a letter stands for, in lines that fit the page as far as names do. */
static void print_meaning(char letter, const char *name)
{
    printf("  %c: ", letter);
    int at = 5;
    while (*name) {
        char part[128];
        const size_t length = strcspn(name, "/") + (name[strcspn(name, "/")] == '/');
        snprintf(part, sizeof part, "%.*s", (int)length, name);
        if (at > 5 && at + cli_width(part) > PAGE_WIDTH) {
            printf("\n     ");
            at = 5;
        }
        fwrite(name, 1, length, stdout);
        at += cli_width(part);
        name += length;
    }
    putchar('\n');
}

static int trials_in(const srnn_task_def *def, const srnn_confusion *confusion, uint64_t set)
{
    int n = 0;
    for (int s = 0; s < confusion->n_sets; s++)
        for (int i = 0; i < def->n_types && confusion->sets[s] == set; i++)
            n += confusion->counts[i * confusion->n_sets + s];
    return n;
}

static int trials_of_type_in(const srnn_confusion *confusion, int type, uint64_t set)
{
    for (int s = 0; s < confusion->n_sets; s++)
        if (confusion->sets[s] == set) return confusion->counts[type * confusion->n_sets + s];
    return 0;
}

/* The columns of both networks: sets in the order of the first and then those that only the second
   has; the empty one is the last. Where there are more than fit, the rarest are left out. */
typedef struct table_columns {
    int n;
    uint64_t sets[2 * SRNN_TYPES_MAX + 1];
    char *names[CONFUSION_COLUMNS];
    int width;     /* of each; 0: as its name needs */
    bool left_out; /* some are */
} table_columns;

static void add_sets(table_columns *c, const srnn_confusion *confusion)
{
    for (int s = 0; s < confusion->n_sets; s++) {
        bool known = confusion->sets[s] == 0;
        for (int i = 0; i < c->n; i++) known |= c->sets[i] == confusion->sets[s];
        if (!known) c->sets[c->n++] = confusion->sets[s];
    }
}

static table_columns confusion_columns(const srnn_task_def *def, const srnn_evaluation *e)
{
    table_columns c = {0};
    add_sets(&c, &e->rate.confusion);
    add_sets(&c, &e->spiking.confusion);
    const int before = 11 + types_width(def), fit = (PAGE_WIDTH - before - OTHERS) / NARROW;
    const int most = fit < 4 ? 4 : fit < CONFUSION_COLUMNS ? fit : CONFUSION_COLUMNS;
    for (; c.n > most - 1; c.n--) {
        int rarest = 0, least = INT32_MAX;
        for (int i = c.n - 1; i >= 0; i--) {
            const int n = trials_in(def, &e->rate.confusion, c.sets[i]) +
                          trials_in(def, &e->spiking.confusion, c.sets[i]);
            if (n >= least) continue;
            least = n;
            rarest = i;
        }
        memmove(c.sets + rarest, c.sets + rarest + 1, (size_t)(c.n - 1 - rarest) * sizeof *c.sets);
        c.left_out = true;
    }
    c.sets[c.n++] = 0;
    int width = before + OTHERS;
    for (int i = 0; i < c.n; i++) {
        c.names[i] = set_name(def, c.sets[i]);
        width += 3 + cli_larger(5, c.names[i] ? cli_width(c.names[i]) : 0);
    }
    if (width > PAGE_WIDTH) c.width = NARROW;
    return c;
}

/* A letter instead of the name where the names are too wide. */
static void print_column_head(const table_columns *c, int i)
{
    const char letter[] = {(char)('A' + i), '\0'};
    const char *name = c->names[i] ? c->names[i] : letter;
    cli_print_right(c->width && c->sets[i] ? letter : name,
                    c->width ? c->width : 3 + cli_larger(5, cli_width(name)));
}

static void print_confusion_rows(const srnn_task_def *def, const table_columns *c,
                                 const char *network, const srnn_confusion *confusion,
                                 const srnn_type_stats *types)
{
    for (int type = 0; type < def->n_types; type++) {
        print_network(def, network, type);
        int rest = types[type].n;
        for (int i = 0; i < c->n; i++) {
            const int n = trials_of_type_in(confusion, type, c->sets[i]);
            const int named = c->names[i] ? cli_width(c->names[i]) : 1;
            printf("%*d", c->width ? c->width : 3 + cli_larger(5, named), n);
            rest -= n;
        }
        if (c->left_out) printf("%*d", OTHERS, rest);
        putchar('\n');
    }
}

static void print_confusion(const srnn_task_def *def, const srnn_evaluation *e)
{
    table_columns c = confusion_columns(def, e);
    puts("\nconfusion: trials by the types whose criterion each output meets");
    print_heads(def);
    for (int i = 0; i < c.n; i++) print_column_head(&c, i);
    puts(c.left_out ? "  others" : "");
    print_confusion_rows(def, &c, "rate", &e->rate.confusion, e->rate.types);
    if (e->has_spiking)
        print_confusion_rows(def, &c, "spiking", &e->spiking.confusion, e->spiking.types);
    for (int i = 0; i < c.n && c.width; i++)
        if (c.sets[i]) print_meaning((char)('A' + i), c.names[i] ? c.names[i] : "");
    for (int i = 0; i < c.n; i++) free(c.names[i]);
}

/* ---- response times ---- */

static void print_response_rows(const srnn_task_def *def, const char *network,
                                const srnn_type_stats *types, const srnn_response_times *times)
{
    for (int i = 0; i < def->n_types; i++) {
        print_network(def, network, i);
        printf(" %6d  %9d", types[i].n, times[i].n);
        cli_print_number(times[i].median_ms, 10, 1);
        cli_print_number(times[i].mean_ms, 10, 1);
        if (times[i].n > 0) {
            fputs(" ± ", stdout);
            cli_print_number(times[i].sd_ms, 5, 1);
        }
        putchar('\n');
    }
}

static void print_response_times(const srnn_task_def *def, const srnn_evaluation *e)
{
    if (isnan(e->response_threshold)) return;
    printf(
        "\nresponse times, ms from the onset of stimulation (step %d) until some |output| is above "
        "%g\n",
        def->stim_on, e->response_threshold);
    print_heads(def);
    puts(" trials  responses    median      mean ± SD");
    print_response_rows(def, "rate", e->rate.types, e->rate.response_times);
    if (e->has_spiking)
        print_response_rows(def, "spiking", e->spiking.types, e->spiking.response_times);
}

/* ---- comparison ---- */

static void print_comparison(const srnn_task_def *def, const srnn_comparison *c)
{
    const int width = types_width(def);
    printf("\ncomparison with the rate network, %d trials of each type: correlations\n",
           c->n_trials);
    printf("  %-*s   output over time   mean rates across units\n", width, "type");
    for (int i = 0; i < def->n_types; i++) {
        fputs("  ", stdout);
        cli_print_left(def->type_names[i], width);
        cli_print_number(c->output_correlation[i], 19, 3);
        cli_print_number(c->across_units[i], 26, 3);
        putchar('\n');
    }
    double q[3];
    const int n = srnn_quartiles(c->unit_correlation, c->N, q);
    fputs("  rate of each unit over time and types, bins of 50 ms: median ", stdout);
    cli_print_number(q[1], 0, 3);
    fputs(", quartiles ", stdout);
    cli_print_number(q[0], 0, 3);
    fputs(" – ", stdout);
    cli_print_number(q[2], 0, 3);
    printf("\n  units: %d; not varying %d, silent %d, saturated (above 80 %% of %.0f Hz in a bin) "
           "%d\n",
           c->N, c->N - n, c->n_silent, c->ceiling_hz, c->n_saturated);
    printf("  output: RMSE %.3f\n", c->rmse);
}

void cli_print_spiking_evaluation(const srnn_task_def *def, const srnn_evaluation *e)
{
    print_spiking(def, e);
    printf("  output against the rate network's: RMSE %.3f over %d trials\n", e->comparison.rmse,
           e->comparison.n_trials * def->n_types);
}

void cli_print_evaluation(const srnn_task_def *def, const srnn_evaluation *e, bool whole)
{
    print_rate(def, e);
    if (!whole && e->has_spiking) cli_print_spiking_evaluation(def, e);
    if (!whole) return;
    if (e->has_spiking) print_spiking(def, e);
    print_confusion(def, e);
    print_response_times(def, e);
    if (e->has_spiking) print_comparison(def, &e->comparison);
}
