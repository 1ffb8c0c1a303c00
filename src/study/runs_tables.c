/* Tables of networks, groups and tests. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/runs.h"
#include "study/study_json.h"

/* A table that is being made: columns, then its cells row after row. */
typedef struct runs_table {
    srnn_table table; /* what the caller gets */
    srnn_column *columns;
    srnn_cell *cells;
    size_t n_cells;
    char **strings; /* [n_strings] of cells and columns */
    size_t n_strings, room;
    bool failed;
} runs_table;

void srnn_runs_table_free(srnn_table *table)
{
    runs_table *t = (runs_table *)table;
    if (!t) return;
    for (size_t i = 0; i < t->n_strings; i++) free(t->strings[i]);
    free(t->strings);
    free(t->columns);
    free(t->cells);
    free(t);
}

static runs_table *new_table(const char *name, int columns, int rows)
{
    runs_table *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->columns = calloc((size_t)columns, sizeof *t->columns);
    t->cells = calloc((size_t)columns * (size_t)rows + 1, sizeof *t->cells);
    t->failed = !t->columns || !t->cells;
    t->table = (srnn_table){name, 0, 0, t->columns, t->cells};
    return t;
}

/* A string that lives as long as the table. */
static const char *runs_string(runs_table *t, const char *format, ...) SRNN__PRINTF(2, 3);

static const char *runs_string(runs_table *t, const char *format, ...)
{
    char *string;
    va_list args;
    if (t->n_strings == t->room) {
        const size_t room = 2 * t->room + 64;
        char **strings = realloc(t->strings, room * sizeof *strings);
        if (!strings) return t->failed = true, NULL;
        t->strings = strings;
        t->room = room;
    }
    va_start(args, format);
    const int n = vasprintf(&string, format, args);
    va_end(args);
    if (n < 0) return t->failed = true, NULL;
    return t->strings[t->n_strings++] = string;
}

static void runs_column(runs_table *t, const char *name, const char *unit, srnn_column_kind kind,
                        int digits)
{
    if (!t->failed) t->columns[t->table.n_columns++] = (srnn_column){name, unit, kind, digits};
}

static void runs_cell(runs_table *t, const char *text, double number)
{
    if (!t->failed) t->cells[t->n_cells++] = (srnn_cell){text, number};
}

static srnn_status finish_table(srnn_ctx *ctx, runs_table *t, srnn_table **out)
{
    *out = NULL;
    if (!t) return srnn__no_memory(ctx);
    if (t->failed) {
        srnn_runs_table_free(&t->table);
        return srnn__no_memory(ctx);
    }
    if (t->table.n_columns) t->table.n_rows = (int)(t->n_cells / (size_t)t->table.n_columns);
    *out = &t->table;
    return SRNN_OK;
}

/* ---- a row a network ---- */

static bool all_finished(const srnn_runs *runs)
{
    for (int i = 0; i < runs->n; i++)
        if (runs->networks[i].state != SRNN_NETWORK_FINISHED) return false;
    return true;
}

/* Numbers stay numbers in a file. */
static bool option_is_number(const srnn_runs *runs, int option)
{
    for (int g = 0; g < runs->view.n_conditions; g++)
        if (srnn__group_text(runs, g, option) && isnan(runs->groups[g].option_values[option]))
            return false;
    return true;
}

/* Is the measure a share of trials? Then it has an interval in each network. */
static bool has_interval(const srnn_runs *runs, int measure)
{
    double n = NAN, low, high;
    for (int i = 0; i < runs->n && isnan(n); i++)
        srnn__run_interval(runs->run_of[i], runs->measures[measure].name, &n, &low, &high);
    return !isnan(n);
}

/* What the table of networks shows. */
typedef struct network_columns {
    bool file;  /* all that is known */
    bool state; /* of the networks */
    bool *wide; /* [n_measures] with an interval: of a reader's table the first that has one */
} network_columns;

static bool choose_columns(const srnn_runs *runs, bool file, network_columns *c)
{
    bool found = false;
    *c = (network_columns){file, file || !all_finished(runs),
                           calloc((size_t)runs->view.n_measures + 1, sizeof *c->wide)};
    for (int k = 0; c->wide && k < runs->view.n_measures; k++)
        if (file || !found) found = c->wide[k] = has_interval(runs, k);
    return c->wide != NULL;
}

static void measure_columns(runs_table *t, const srnn_runs *runs, const network_columns *c, int k)
{
    const srnn_measure *m = &runs->measures[k];
    runs_column(t, c->file ? m->name : runs->short_names[k], m->unit, SRNN_COLUMN_REAL, m->digits);
    if (!c->wide[k]) return;
    if (c->file) runs_column(t, runs_string(t, "%s.n", m->name), "", SRNN_COLUMN_WHOLE, 0);
    runs_column(t, c->file ? runs_string(t, "%s.low", m->name) : "low", "", SRNN_COLUMN_REAL,
                m->digits);
    runs_column(t, c->file ? runs_string(t, "%s.high", m->name) : "high", "", SRNN_COLUMN_REAL,
                m->digits);
}

static void measure_cells(runs_table *t, const srnn_runs *runs, const network_columns *c, int i,
                          int k)
{
    double n, low, high;
    runs_cell(t, NULL, runs->networks[i].values[k]);
    if (!c->wide[k]) return;
    srnn__run_interval(runs->run_of[i], runs->measures[k].name, &n, &low, &high);
    if (c->file) runs_cell(t, NULL, n);
    runs_cell(t, NULL, low);
    runs_cell(t, NULL, high);
}

static void network_columns_into(runs_table *t, const srnn_runs *runs, const network_columns *c)
{
    runs_column(t, "network", "", SRNN_COLUMN_TEXT, 0);
    if (c->file) runs_column(t, "group", "", SRNN_COLUMN_TEXT, 0);
    for (int k = 0; k < runs->view.n_varied; k++) {
        const bool number = c->file && option_is_number(runs, k);
        runs_column(t, runs->varied[k], "", number ? SRNN_COLUMN_REAL : SRNN_COLUMN_TEXT, 0);
    }
    runs_column(t, "seed", "", SRNN_COLUMN_WHOLE, 0);
    for (int k = 0; k < runs->view.n_measures; k++) measure_columns(t, runs, c, k);
    if (c->state) runs_column(t, "state", "", SRNN_COLUMN_TEXT, 0);
    if (c->file) runs_column(t, "sentence", "", SRNN_COLUMN_TEXT, 0);
}

static void network_row(runs_table *t, const srnn_runs *runs, const network_columns *c, int i)
{
    const srnn_study_network *network = &runs->networks[i];
    const int group = network->condition;
    runs_cell(t, network->key, 0);
    if (c->file) runs_cell(t, runs->groups[group].name, 0);
    for (int k = 0; k < runs->view.n_varied; k++)
        runs_cell(t, srnn__group_text(runs, group, k), runs->groups[group].option_values[k]);
    runs_cell(t, NULL, runs->run_of[i]->has_seed ? (double)network->seed : (double)NAN);
    for (int k = 0; k < runs->view.n_measures; k++) measure_cells(t, runs, c, i, k);
    if (c->state) runs_cell(t, srnn__network_state_name(network->state), 0);
    if (c->file) runs_cell(t, *network->sentence ? network->sentence : NULL, 0);
}

static runs_table *networks_table(const srnn_runs *runs, bool file)
{
    enum { OTHERS = 5, OF_MEASURE = 4 };
    network_columns c;
    runs_table *t = new_table(
        "network", OTHERS + runs->view.n_varied + OF_MEASURE * runs->view.n_measures, runs->n);
    if (!t || !choose_columns(runs, file, &c)) return t ? srnn_runs_table_free(&t->table), NULL : t;
    network_columns_into(t, runs, &c);
    for (int i = 0; i < runs->n; i++) network_row(t, runs, &c, i);
    free(c.wide);
    return t;
}

/* ---- a row a measure and group ---- */

static srnn_status group_row(srnn_ctx *ctx, runs_table *t, const srnn_runs *runs, int k, int group)
{
    srnn_condition_summary s;
    const srnn_status status = srnn_study_summary(ctx, &runs->view, group, k, &s);
    runs_cell(t, runs->short_names[k], 0);
    runs_cell(t, runs->groups[group].name, 0);
    runs_cell(t, NULL, s.n + s.left);
    runs_cell(t, NULL, s.values.n);
    runs_cell(t, NULL, s.values.mean);
    runs_cell(t, NULL, s.values.sd);
    runs_cell(t, NULL, s.values.median);
    runs_cell(t, NULL, s.values.low);
    runs_cell(t, NULL, s.values.high);
    return status;
}

static const srnn_column group_columns[] = {
    {"measure", "", SRNN_COLUMN_TEXT, 0},   {"group", "", SRNN_COLUMN_TEXT, 0},
    {"networks", "", SRNN_COLUMN_WHOLE, 0}, {"n", "", SRNN_COLUMN_WHOLE, 0},
    {"mean", "", SRNN_COLUMN_REAL, 3},      {"SD", "", SRNN_COLUMN_REAL, 3},
    {"median", "", SRNN_COLUMN_REAL, 3},    {"low", "", SRNN_COLUMN_REAL, 3},
    {"high", "", SRNN_COLUMN_REAL, 3}};
enum { N_GROUP_COLUMNS = sizeof group_columns / sizeof *group_columns };

/* Where each group is one network, the table of networks has all. */
static runs_table *groups_table(srnn_ctx *ctx, const srnn_runs *runs)
{
    const int n_groups = runs->view.n_conditions < runs->n ? runs->view.n_conditions : 0;
    runs_table *t = new_table("group", N_GROUP_COLUMNS, n_groups * runs->view.n_measures);
    if (!t) return NULL;
    for (int k = 0; k < N_GROUP_COLUMNS; k++)
        runs_column(t, group_columns[k].name, "", group_columns[k].kind, group_columns[k].digits);
    for (int k = 0; k < runs->view.n_measures; k++)
        for (int g = 0; g < n_groups; g++)
            if (group_row(ctx, t, runs, k, g)) t->failed = true;
    return t;
}

/* ---- a row a test ---- */

static const char *const test_columns[] = {"a", "b", "test"};
static const char *const test_reals[] = {"effect", "difference"};

static int measure_named(const srnn_runs *runs, const char *name)
{
    int k = 0;
    while (k + 1 < runs->view.n_measures && strcmp(runs->measures[k].name, name) != 0) k++;
    return k;
}

static double test_number(const json_t *test, const char *name)
{
    const json_t *value = json_object_get(test, name);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* Small ones, too, with two digits. */
static const char *p_text(runs_table *t, const json_t *test, const char *name)
{
    const double p = test_number(test, name);
    return isnan(p) ? NULL : runs_string(t, p < 0.001 ? "%.1e" : "%.3f", p);
}

static runs_table *tests_table(const srnn_runs *runs)
{
    size_t i;
    const json_t *test;
    runs_table *t = new_table("test", 10, (int)json_array_size(runs->tests));
    if (!t) return NULL;
    runs_column(t, "measure", "", SRNN_COLUMN_TEXT, 0);
    for (int k = 0; k < 3; k++) runs_column(t, test_columns[k], "", SRNN_COLUMN_TEXT, 0);
    runs_column(t, "n", "", SRNN_COLUMN_WHOLE, 0);
    runs_column(t, "m", "", SRNN_COLUMN_WHOLE, 0);
    for (int k = 0; k < 2; k++) runs_column(t, test_reals[k], "", SRNN_COLUMN_REAL, 3);
    runs_column(t, "p", "", SRNN_COLUMN_TEXT, 0);
    runs_column(t, "p_holm", "", SRNN_COLUMN_TEXT, 0);
    json_array_foreach(runs->tests, i, test)
    {
        const char *measure = json_string_value(json_object_get(test, "measure"));
        runs_cell(t, runs->short_names[measure_named(runs, measure)], 0);
        for (int k = 0; k < 3; k++)
            runs_cell(t, json_string_value(json_object_get(test, test_columns[k])), 0);
        runs_cell(t, NULL, test_number(test, "n"));
        runs_cell(t, NULL, test_number(test, "m") > 0 ? test_number(test, "m") : (double)NAN);
        for (int k = 0; k < 2; k++) runs_cell(t, NULL, test_number(test, test_reals[k]));
        runs_cell(t, p_text(t, test, "p"), 0);
        runs_cell(t, p_text(t, test, "p_holm"), 0);
    }
    return t;
}

srnn_status srnn_runs_table_of(srnn_ctx *ctx, const srnn_runs *runs, srnn_runs_table which,
                               srnn_table **out)
{
    switch (which) {
    case SRNN_RUNS_NETWORKS: return finish_table(ctx, networks_table(runs, true), out);
    case SRNN_RUNS_READER: return finish_table(ctx, networks_table(runs, false), out);
    case SRNN_RUNS_GROUPS: return finish_table(ctx, groups_table(ctx, runs), out);
    case SRNN_RUNS_TESTS: break;
    }
    return finish_table(ctx, tests_table(runs), out);
}
