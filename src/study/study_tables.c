/* The tables of a study. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "io/whole_file.h"
#include "spikernn/file.h"
#include "study/study.h"
#include "study/study_json.h"

/* The tables, whose texts are the study's or these. */
typedef struct table_set {
    srnn_table tables[SRNN_STUDY_TABLES];
    char **owned;
    int n_owned, room;
    srnn_cell *options; /* [n_conditions][n_varied] */
} table_set;

/* A table that is being made. */
typedef struct builder {
    table_set *set;
    srnn_table *table;
    bool complete;
} builder;

/* The set frees the text; false: it is NULL, or there is no memory. */
static bool own_text(table_set *set, char *text)
{
    if (text && set->n_owned == set->room) {
        char **longer = realloc(set->owned, (size_t)(2 * set->room + 64) * sizeof *longer);
        if (!longer) return free(text), false;
        set->owned = longer;
        set->room = 2 * set->room + 64;
    }
    if (text) set->owned[set->n_owned++] = text;
    return text != NULL;
}

static builder begin_table(table_set *set, int place, const char *name, int columns, int rows)
{
    const size_t n = (size_t)columns, m = (size_t)rows;
    srnn_table *table = &set->tables[place];
    *table = (srnn_table){.name = name,
                          .columns = calloc(n + 1, sizeof(srnn_column)),
                          .cells = calloc(n * m + 1, sizeof(srnn_cell))};
    return (builder){set, table, table->columns && table->cells};
}

/* The name is the study's or the set's. */
static void add_column(builder *b, const char *name, const char *unit, srnn_column_kind kind,
                       int digits)
{
    srnn_column *columns = (srnn_column *)(uintptr_t)b->table->columns;
    if (b->complete) columns[b->table->n_columns++] = (srnn_column){name, unit, kind, digits};
}

/* NULL: empty; the text is the study's or the set's. */
static void put_cell(builder *b, int row, int column, const char *text, double number)
{
    srnn_cell *cells = (srnn_cell *)(uintptr_t)b->table->cells;
    if (b->complete)
        cells[(size_t)row * (size_t)b->table->n_columns + (size_t)column] =
            (srnn_cell){text, number};
}

/* ---- options of a condition ---- */

/* Is it a number in all conditions? Then its column is one of numbers. */
static bool varies_in_numbers(const srnn_study_view *v, const table_set *set, int option)
{
    for (int i = 0; i < v->n_conditions; i++)
        if (set->options[i * v->n_varied + option].text) return false;
    return true;
}

static bool option_cell(table_set *set, const json_t *value, srnn_cell *out)
{
    *out = (srnn_cell){NULL, json_is_number(value) ? json_number_value(value) : (double)NAN};
    if (!value || json_is_null(value) || json_is_number(value)) return true;
    char *text = json_is_string(value) ? strdup(json_string_value(value))
                                       : srnn__json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    out->text = text;
    return own_text(set, text);
}

static bool read_options(const srnn_study_view *v, table_set *set)
{
    set->options = calloc((size_t)v->n_conditions * (size_t)v->n_varied + 1, sizeof *set->options);
    bool complete = set->options != NULL;
    for (int i = 0; i < v->n_conditions && complete; i++) {
        json_t *json = json_loads(v->conditions[i].options, 0, NULL);
        for (int k = 0; k < v->n_varied && complete; k++)
            complete = option_cell(set, json_object_get(json, v->varied[k]),
                                   &set->options[i * v->n_varied + k]);
        json_decref(json);
    }
    return complete;
}

static void add_option_columns(builder *b, const srnn_study_view *v)
{
    for (int k = 0; k < v->n_varied; k++)
        add_column(b, v->varied[k], "",
                   varies_in_numbers(v, b->set, k) ? SRNN_COLUMN_REAL : SRNN_COLUMN_TEXT, 3);
}

/* A number among texts is written as it would stand alone. */
static void put_options(builder *b, const srnn_study_view *v, int row, int first, int condition)
{
    for (int k = 0; k < v->n_varied && b->complete; k++) {
        const srnn_cell *cell = &b->set->options[condition * v->n_varied + k];
        const bool number = b->table->columns[first + k].kind == SRNN_COLUMN_REAL;
        char text[32];
        if (number || cell->text || isnan(cell->number)) {
            put_cell(b, row, first + k, cell->text, cell->number);
            continue;
        }
        srnn__shortest_real(cell->number, text);
        char *own = strdup(text);
        b->complete = own_text(b->set, own);
        put_cell(b, row, first + k, own, (double)NAN);
    }
}

/* ---- network ---- */

static void put_network(builder *b, const srnn_study_view *v, int row)
{
    const srnn_study_network *n = &v->networks[row];
    const int options = 3, measures = options + v->n_varied;
    put_cell(b, row, 0, v->conditions[n->condition].name, (double)NAN);
    put_cell(b, row, 1, NULL, (double)n->seed);
    put_cell(b, row, 2, srnn__network_state_name(n->state), (double)NAN);
    put_options(b, v, row, options, n->condition);
    for (int k = 0; k < v->n_measures; k++) put_cell(b, row, measures + k, NULL, n->values[k]);
    put_cell(b, row, measures + v->n_measures, n->key, (double)NAN);
    put_cell(b, row, measures + v->n_measures + 1, *n->sentence ? n->sentence : NULL, (double)NAN);
}

static bool network_table(const srnn_study_view *v, table_set *set)
{
    srnn_table *table = &set->tables[0];
    builder b = begin_table(set, 0, "network", 5 + v->n_varied + v->n_measures, v->n_networks);
    add_column(&b, "condition", "", SRNN_COLUMN_TEXT, 0);
    add_column(&b, "seed", "", SRNN_COLUMN_WHOLE, 0);
    add_column(&b, "state", "", SRNN_COLUMN_TEXT, 0);
    add_option_columns(&b, v);
    for (int k = 0; k < v->n_measures; k++)
        add_column(&b, v->measures[k].name, v->measures[k].unit, SRNN_COLUMN_REAL,
                   v->measures[k].digits);
    add_column(&b, "key", "", SRNN_COLUMN_TEXT, 0);
    add_column(&b, "sentence", "", SRNN_COLUMN_TEXT, 0);
    table->n_rows = b.complete ? v->n_networks : 0;
    for (int i = 0; i < table->n_rows; i++) put_network(&b, v, i);
    return b.complete;
}

/* ---- condition ---- */

static const char *const summary_names[] = {"n",   "mean", "sd",      "median",
                                            "low", "high", "reached", "share"};
enum { SUMMARIES = sizeof summary_names / sizeof *summary_names };

static srnn_status put_summaries(srnn_ctx *ctx, builder *b, const srnn_study_view *v, int row,
                                 int first)
{
    srnn_status status = SRNN_OK;
    for (int k = 0; k < v->n_measures && !status; k++) {
        srnn_condition_summary m;
        status = srnn_study_summary(ctx, v, row, k, &m);
        const bool shares = !isnan(v->measures[k].at_least);
        const double values[SUMMARIES] = {m.values.n,
                                          m.values.mean,
                                          m.values.sd,
                                          m.values.median,
                                          m.values.low,
                                          m.values.high,
                                          shares ? m.reached : (double)NAN,
                                          m.share};
        for (int i = 0; i < (int)SUMMARIES; i++)
            put_cell(b, row, first + k * (int)SUMMARIES + i, NULL, values[i]);
    }
    return status;
}

static srnn_status put_condition(srnn_ctx *ctx, builder *b, const srnn_study_view *v, int row)
{
    const int counts = 1 + v->n_varied;
    int of_state[4] = {0};
    for (int i = 0; i < v->n_networks; i++)
        if (v->networks[i].condition == row) of_state[v->networks[i].state]++;
    put_cell(b, row, 0, v->conditions[row].name, (double)NAN);
    put_options(b, v, row, 1, row);
    for (int k = 0; k < 4; k++) put_cell(b, row, counts + k, NULL, of_state[k]);
    return put_summaries(ctx, b, v, row, counts + 4);
}

static srnn_status condition_table(srnn_ctx *ctx, const srnn_study_view *v, table_set *set)
{
    srnn_table *table = &set->tables[1];
    builder b = begin_table(set, 1, "condition", 5 + v->n_varied + SUMMARIES * v->n_measures,
                            v->n_conditions);
    srnn_status status = SRNN_OK;
    add_column(&b, "condition", "", SRNN_COLUMN_TEXT, 0);
    add_option_columns(&b, v);
    for (int k = 0; k < 4; k++)
        add_column(&b, srnn__network_state_name((srnn_network_state)k), "", SRNN_COLUMN_WHOLE, 0);
    for (int k = 0; k < v->n_measures; k++)
        for (int i = 0; i < (int)SUMMARIES; i++) {
            const bool whole = i == 0 || i == SUMMARIES - 2;
            char *name = NULL;
            if (asprintf(&name, "%s %s", v->measures[k].name, summary_names[i]) < 0) name = NULL;
            b.complete = own_text(set, name) && b.complete;
            add_column(&b, name, whole || i == SUMMARIES - 1 ? "" : v->measures[k].unit,
                       whole ? SRNN_COLUMN_WHOLE : SRNN_COLUMN_REAL, v->measures[k].digits);
        }
    table->n_rows = b.complete ? v->n_conditions : 0;
    for (int i = 0; i < table->n_rows && !status; i++) status = put_condition(ctx, &b, v, i);
    return status || b.complete ? status : srnn__no_memory(ctx);
}

/* ---- measure, version ---- */

/* A row a number, for databases. */
static bool measure_table(const srnn_study_view *v, table_set *set)
{
    srnn_table *table = &set->tables[2];
    size_t n = 0;
    for (int i = 0; i < v->n_networks; i++)
        for (int k = 0; k < v->n_measures; k++) n += !isnan(v->networks[i].values[k]);
    if (n > INT_MAX / 4) return false;
    builder b = begin_table(set, 2, "measure", 4, (int)n);
    add_column(&b, "condition", "", SRNN_COLUMN_TEXT, 0);
    add_column(&b, "seed", "", SRNN_COLUMN_WHOLE, 0);
    add_column(&b, "measure", "", SRNN_COLUMN_TEXT, 0);
    add_column(&b, "value", "", SRNN_COLUMN_REAL, 3);
    for (int i = 0; i < v->n_networks; i++)
        for (int k = 0; k < v->n_measures && b.complete; k++) {
            const srnn_study_network *network = &v->networks[i];
            if (isnan(network->values[k])) continue;
            const int row = table->n_rows++;
            put_cell(&b, row, 0, v->conditions[network->condition].name, (double)NAN);
            put_cell(&b, row, 1, NULL, (double)network->seed);
            put_cell(&b, row, 2, v->measures[k].name, (double)NAN);
            put_cell(&b, row, 3, NULL, network->values[k]);
        }
    return b.complete;
}

static bool put_version(builder *b, int row, const json_t *one)
{
    static const char *const names[] = {"spikernn", "commit"};
    for (int k = 0; k < 2; k++) {
        srnn_cell cell;
        if (!option_cell(b->set, json_object_get(one, names[k]), &cell)) return false;
        put_cell(b, row, k, cell.text, cell.number);
    }
    return true;
}

static bool version_table(const srnn_study_view *v, table_set *set)
{
    json_t *list = json_loads(v->versions, 0, NULL);
    builder b = begin_table(set, 3, "version", 2, (int)json_array_size(list));
    add_column(&b, "spikernn", "", SRNN_COLUMN_TEXT, 0);
    add_column(&b, "commit", "", SRNN_COLUMN_TEXT, 0);
    for (size_t i = 0; i < json_array_size(list) && b.complete; i++) {
        set->tables[3].n_rows++;
        b.complete = put_version(&b, (int)i, json_array_get(list, i));
    }
    json_decref(list);
    return b.complete;
}

/* ---- all ---- */

srnn_status srnn_study_tables(srnn_ctx *ctx, const srnn_study *s, srnn_table **out)
{
    table_set *set = calloc(1, sizeof *set);
    const srnn_study_view *v = &s->view;
    *out = NULL;
    srnn_status status = set && read_options(v, set) ? SRNN_OK : srnn__no_memory(ctx);
    if (!status) status = condition_table(ctx, v, set);
    if (!status && !(network_table(v, set) && measure_table(v, set) && version_table(v, set)))
        status = srnn__no_memory(ctx);
    if (status)
        srnn_study_tables_free(set ? set->tables : NULL);
    else
        *out = set->tables;
    return status;
}

/* The tables are the first in their set. */
void srnn_study_tables_free(srnn_table *tables)
{
    table_set *set = (table_set *)tables;
    for (int t = 0; set && t < SRNN_STUDY_TABLES; t++) {
        free((void *)(uintptr_t)tables[t].cells);
        free((void *)(uintptr_t)tables[t].columns);
    }
    for (int i = 0; set && i < set->n_owned; i++) free(set->owned[i]);
    if (set) free(set->owned);
    if (set) free(set->options);
    free(set);
}

static bool table_ends(const char *path, const char *ending)
{
    const size_t n = strlen(path), m = strlen(ending);
    return n > m && !strcmp(path + n - m, ending);
}

static srnn_status save_text(srnn_ctx *ctx, const char *path, char *text)
{
    const srnn_status status = text ? srnn_text_save(ctx, path, text) : srnn__no_memory(ctx);
    free(text);
    return status;
}

srnn_status srnn_study_save_table(srnn_ctx *ctx, const srnn_study *s, const char *path)
{
    const bool csv = table_ends(path, ".csv"), json = table_ends(path, ".json"),
               sqlite = table_ends(path, ".sqlite") || table_ends(path, ".db");
    if (!csv && !json && !sqlite)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s has no ending of a table; expected .csv, .json, .sqlite or .db",
                          path);
    srnn_table *tables;
    srnn_status status = srnn_study_tables(ctx, s, &tables);
    if (status) return status;
    if (csv) status = save_text(ctx, path, srnn_table_csv(&tables[0]));
    if (json) status = save_text(ctx, path, srnn_table_json(&tables[0]));
    if (sqlite) status = srnn_tables_save_sqlite(ctx, tables, SRNN_STUDY_TABLES, path);
    srnn_study_tables_free(tables);
    return status;
}
