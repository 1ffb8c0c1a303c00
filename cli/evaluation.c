/* What an evaluation says, as text and as JSON: docs/evaluation.md. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cli_evaluation_free(cli_evaluation *evaluation)
{
    srnn_evaluation_free(evaluation);
}

/* ---- JSON ---- */

static json_t *type_json(const char *name, const srnn_type_stats *type,
                         const srnn_response_times *times)
{
    json_t *json = json_pack("{ss}", "type", name);
    json_object_update_new(json, cli_json_accuracy(type->correct, type->n));
    json_object_set_new(json, "value_mean", cli_json_real(type->value_mean));
    json_object_set_new(json, "value_sd", cli_json_real(type->value_sd));
    json_object_set_new(
        json, "response_times",
        json_pack("{sisososo}", "n", times->n, "median_ms", cli_json_real(times->median_ms),
                  "mean_ms", cli_json_real(times->mean_ms), "sd_ms", cli_json_real(times->sd_ms)));
    return json;
}

static json_t *names_json(const srnn_task_def *def, uint64_t set)
{
    json_t *names = json_array();
    for (int i = 0; i < def->n_types; i++)
        if (set >> i & 1) json_array_append_new(names, cli_json_text(def->type_names[i]));
    return names;
}

static json_t *confusion_json(const srnn_task_def *def, const srnn_confusion *confusion)
{
    json_t *sets = json_array(), *rows = json_array();
    bool others = false;
    for (int i = 0; i < def->n_types; i++) others |= confusion->others[i] > 0;
    for (int s = 0; s < confusion->n_sets; s++)
        json_array_append_new(sets, names_json(def, confusion->sets[s]));
    if (others) json_array_append_new(sets, json_null());
    for (int i = 0; i < def->n_types; i++) {
        json_t *row = json_array();
        for (int s = 0; s < confusion->n_sets; s++)
            json_array_append_new(row, json_integer(confusion->counts[i][s]));
        if (others) json_array_append_new(row, json_integer(confusion->others[i]));
        json_array_append_new(rows, row);
    }
    return json_pack("{sososo}", "types", names_json(def, UINT64_MAX), "correct_as", sets, "trials",
                     rows);
}

static json_t *comparison_json(const srnn_task_def *def, const srnn_comparison *c)
{
    json_t *types = json_array(), *silent = json_array(), *saturated = json_array();
    for (int i = 0; i < c->n_types; i++)
        json_array_append_new(types, json_pack("{sssoso}", "type", def->type_names[i],
                                               "output_correlation",
                                               cli_json_real(c->output_correlation[i]),
                                               "across_units", cli_json_real(c->across_units[i])));
    for (int i = 0; i < c->N; i++) { /* units counted from 1 */
        if (c->mean_hz[i] <= 0) json_array_append_new(silent, json_integer(i + 1));
        if (c->saturated[i]) json_array_append_new(saturated, json_integer(i + 1));
    }
    double quartiles[3];
    cli_quartiles(c->unit_correlation, c->N, quartiles);
    json_t *units =
        json_pack("{sososososo}", "correlation", cli_json_reals(c->unit_correlation, c->N),
                  "mean_r", cli_json_reals(c->mean_r, c->N), "mean_hz",
                  cli_json_reals(c->mean_hz, c->N), "silent", silent, "saturated", saturated);
    return json_pack("{sisosososfso}", "trials_of_each_type", c->n_trials, "rmse",
                     cli_json_real(c->rmse), "types", types, "unit_correlation_quartiles",
                     cli_json_reals(quartiles, 3), "ceiling_hz", c->ceiling_hz, "units", units);
}

static json_t *rate_json(const srnn_task_def *def, const srnn_rate_evaluation *e)
{
    json_t *json = cli_json_accuracy(e->correct, e->n_trials), *types = json_array();
    for (int i = 0; i < def->n_types; i++)
        json_array_append_new(types,
                              type_json(def->type_names[i], &e->types[i], &e->response_times[i]));
    json_object_set_new(json, "loss", cli_json_real(e->loss_mean));
    json_object_set_new(json, "types", types);
    json_object_set_new(json, "confusion", confusion_json(def, &e->confusion));
    return json;
}

static json_t *spiking_json(const srnn_task_def *def, const srnn_spiking_evaluation *e)
{
    json_t *json = cli_json_accuracy(e->correct, e->n_trials), *types = json_array();
    for (int i = 0; i < def->n_types; i++) {
        json_t *type = type_json(def->type_names[i], &e->types[i], &e->response_times[i]);
        json_object_set_new(type, "exc_hz", cli_json_real(e->rates[i].exc_hz));
        json_object_set_new(type, "pv_hz", cli_json_real(e->rates[i].pv_hz));
        json_object_set_new(type, "som_hz", cli_json_real(e->rates[i].som_hz));
        json_array_append_new(types, type);
    }
    json_object_set_new(json, "mean_rate_hz", cli_json_real(e->mean_rate_hz));
    json_object_set_new(json, "types", types);
    json_object_set_new(json, "confusion", confusion_json(def, &e->confusion));
    return json;
}

json_t *cli_json_evaluation(const srnn_task_def *def, const cli_evaluation *e)
{
    json_t *conversion = json_null(), *spiking = json_null(), *comparison = json_null();
    if (e->has_spiking) {
        const bool scaled = !isnan(e->scaling_factor);
        conversion = json_string(srnn_option_choice(
            "conversion", scaled ? SRNN_BY_SCALING_FACTOR : SRNN_BY_OPERATING_POINT));
        spiking = spiking_json(def, &e->spiking);
        comparison = comparison_json(def, &e->comparison);
    }
    return json_pack("{sososisosososo}", "conversion", conversion, "scaling_factor",
                     !e->has_spiking ? json_null() : cli_json_real(e->scaling_factor),
                     "trials_of_each_type", e->n_trials, "response_threshold",
                     cli_json_real(e->response_threshold), "rate", rate_json(def, &e->rate),
                     "spiking", spiking, "comparison", comparison);
}

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

/* hz: NULL for the rate network. */
static void print_type(const srnn_task_def *def, int i, const srnn_type_stats *type,
                       const srnn_population_rates *hz)
{
    char accuracy[48];
    cli_accuracy(type->correct, type->n, accuracy);
    fputs("  ", stdout);
    cli_print_left(def->type_names[i], types_width(def));
    printf(" %6d  %s ", type->n, accuracy);
    cli_print_number(type->value_mean, 8, 3);
    printf(" ± ");
    cli_print_number(type->value_sd, 5, 3);
    if (hz) {
        cli_print_number(hz->exc_hz, 10, 1);
        cli_print_number(hz->pv_hz, 8, 1);
        cli_print_number(hz->som_hz, 8, 1);
    }
    putchar('\n');
}

static void print_total(const srnn_task_def *def, int correct, int n)
{
    char accuracy[48];
    cli_accuracy(correct, n, accuracy);
    printf("  %-*s %6d  %s\n", types_width(def), "all", n, accuracy);
}

static const char type_head[] = "trials  " CLI_ACCURACY_HEAD "   output ± SD";

static void print_rate(const srnn_task_def *def, const cli_evaluation *e)
{
    printf("rate network, mean loss %.2f\n  %-*s %s\n", e->rate.loss_mean, types_width(def), "type",
           type_head);
    for (int i = 0; i < def->n_types; i++) print_type(def, i, &e->rate.types[i], NULL);
    print_total(def, e->rate.correct, e->rate.n_trials);
}

static void print_spiking(const srnn_task_def *def, const cli_evaluation *e)
{
    char by[32] = "at its operating point";
    if (!isnan(e->scaling_factor)) snprintf(by, sizeof by, "λ = %g", e->scaling_factor);
    printf("\nspiking network, %s%s, mean rate %.1f Hz\n  %-*s %s     exc Hz   PV Hz  SOM Hz\n", by,
           e->use_readout ? ", readout refitted" : "", e->spiking.mean_rate_hz, types_width(def),
           "type", type_head);
    for (int i = 0; i < def->n_types; i++)
        print_type(def, i, &e->spiking.types[i], &e->spiking.rates[i]);
    print_total(def, e->spiking.correct, e->spiking.n_trials);
}

/* ---- confusion ---- */

enum { PAGE_WIDTH = 100, CONFUSION_COLUMNS = 12, NARROW = 6, OTHERS = 8 };

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
            n += confusion->counts[i][s];
    return n;
}

static int trials_of_type_in(const srnn_confusion *confusion, int type, uint64_t set)
{
    for (int s = 0; s < confusion->n_sets; s++)
        if (confusion->sets[s] == set) return confusion->counts[type][s];
    return 0;
}

/* The columns of both networks: sets in the order of the first and then those that only the second
   has; the empty one is the last. Where there are more than fit, the rarest are left out. */
typedef struct columns {
    int n;
    uint64_t sets[2 * SRNN_TYPES_MAX + 1];
    char *names[CONFUSION_COLUMNS];
    int width;     /* of each; 0: as its name needs */
    bool left_out; /* some are */
} columns;

static void add_sets(columns *c, const srnn_confusion *confusion)
{
    for (int s = 0; s < confusion->n_sets; s++) {
        bool known = confusion->sets[s] == 0;
        for (int i = 0; i < c->n; i++) known |= c->sets[i] == confusion->sets[s];
        if (!known) c->sets[c->n++] = confusion->sets[s];
    }
}

static columns confusion_columns(const srnn_task_def *def, const cli_evaluation *e)
{
    columns c = {0};
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
static void print_column_head(const columns *c, int i)
{
    const char letter[] = {(char)('A' + i), '\0'};
    const char *name = c->names[i] ? c->names[i] : letter;
    cli_print_right(c->width && c->sets[i] ? letter : name,
                    c->width ? c->width : 3 + cli_larger(5, cli_width(name)));
}

static void print_confusion_rows(const srnn_task_def *def, const columns *c, const char *network,
                                 const srnn_confusion *confusion, const srnn_type_stats *types)
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

static void print_confusion(const srnn_task_def *def, const cli_evaluation *e)
{
    columns c = confusion_columns(def, e);
    puts("\nconfusion: trials by the types as which their output would have been correct");
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

static void print_response_times(const srnn_task_def *def, const cli_evaluation *e)
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
    const int n = cli_quartiles(c->unit_correlation, c->N, q);
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

void cli_print_spiking_evaluation(const srnn_task_def *def, const cli_evaluation *e)
{
    print_spiking(def, e);
    printf("  output against the rate network's: RMSE %.3f over %d trials\n", e->comparison.rmse,
           e->comparison.n_trials * def->n_types);
}

void cli_print_evaluation(const srnn_task_def *def, const cli_evaluation *e, bool whole)
{
    print_rate(def, e);
    if (!whole && e->has_spiking) cli_print_spiking_evaluation(def, e);
    if (!whole) return;
    if (e->has_spiking) print_spiking(def, e);
    print_confusion(def, e);
    print_response_times(def, e);
    if (e->has_spiking) print_comparison(def, &e->comparison);
}
