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

/* A table that is being made; its memory goes when the table is freed. */
typedef struct builder {
    srnn_table *table;
    int columns_max, rows_max;
    bool complete;
} builder;

static builder begin_table(srnn_table *table, const char *name, int columns, int rows)
{
    const size_t n = (size_t)columns, m = (size_t)rows;
    *table = (srnn_table){.name = name,
                          .columns = calloc(n + 1, sizeof(srnn_column)),
                          .cells = calloc(n * m + 1, sizeof(srnn_cell))};
    return (builder){table, columns, rows, table->columns && table->cells};
}

/* Copies the name. */
static void add_column(builder *b, const char *name, const char *unit, srnn_column_kind kind,
                       int digits)
{
    srnn_column *column = (srnn_column *)(uintptr_t)&b->table->columns[b->table->n_columns];
    char *own = b->complete ? strdup(name) : NULL;
    b->complete = own != NULL;
    if (!own) return;
    *column = (srnn_column){own, unit, kind, digits};
    b->table->n_columns++;
}

/* Copies the text; NULL: empty. */
static void put_cell(builder *b, int row, int column, const char *text, double number)
{
    if (!b->complete) return;
    srnn_cell *cell = (srnn_cell *)(uintptr_t)&b->table->cells[row * b->table->n_columns + column];
    cell->text = text ? strdup(text) : NULL;
    cell->number = number;
    b->complete = !text || cell->text;
}

/* ---- options of a condition ---- */

/* A number of all conditions: a column of numbers; else of text. */
static bool varies_in_numbers(const srnn_study_view *v, int option)
{
    bool numbers = true;
    for (int i = 0; i < v->n_conditions; i++) {
        const json_t *json = json_loads(v->conditions[i].options, 0, NULL);
        const json_t *value = json_object_get(json, v->varied[option]);
        numbers &= json_is_null(value) || json_is_number(value);
        json_decref((json_t *)(uintptr_t)json);
    }
    return numbers;
}

static void add_option_columns(builder *b, const srnn_study_view *v)
{
    for (int k = 0; k < v->n_varied; k++)
        add_column(b, v->varied[k], "",
                   varies_in_numbers(v, k) ? SRNN_COLUMN_REAL : SRNN_COLUMN_TEXT, 3);
}

static void put_options(builder *b, const srnn_study_view *v, int row, int first, int condition)
{
    json_t *json = json_loads(v->conditions[condition].options, 0, NULL);
    for (int k = 0; k < v->n_varied; k++) {
        const json_t *value = json_object_get(json, v->varied[k]);
        char *text = value && !json_is_null(value) && !json_is_string(value)
                         ? srnn__json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY)
                         : NULL;
        const bool number = b->table->columns[first + k].kind == SRNN_COLUMN_REAL;
        put_cell(b, row, first + k,
                 number ? NULL
                 : text ? text
                        : json_string_value(value),
                 number && json_is_number(value) ? json_number_value(value) : (double)NAN);
        free(text);
    }
    json_decref(json);
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

static bool network_table(const srnn_study_view *v, srnn_table *table)
{
    builder b = begin_table(table, "network", 5 + v->n_varied + v->n_measures, v->n_networks);
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

static srnn_status condition_table(srnn_ctx *ctx, const srnn_study_view *v, srnn_table *table)
{
    builder b = begin_table(table, "condition", 5 + v->n_varied + SUMMARIES * v->n_measures,
                            v->n_conditions);
    srnn_status status = SRNN_OK;
    char name[500];
    add_column(&b, "condition", "", SRNN_COLUMN_TEXT, 0);
    add_option_columns(&b, v);
    for (int k = 0; k < 4; k++)
        add_column(&b, srnn__network_state_name((srnn_network_state)k), "", SRNN_COLUMN_WHOLE, 0);
    for (int k = 0; k < v->n_measures; k++)
        for (int i = 0; i < (int)SUMMARIES; i++) {
            const bool whole = i == 0 || i == SUMMARIES - 2;
            snprintf(name, sizeof name, "%s %s", v->measures[k].name, summary_names[i]);
            add_column(&b, name, whole || i == SUMMARIES - 1 ? "" : v->measures[k].unit,
                       whole ? SRNN_COLUMN_WHOLE : SRNN_COLUMN_REAL, v->measures[k].digits);
        }
    table->n_rows = b.complete ? v->n_conditions : 0;
    for (int i = 0; i < table->n_rows && !status; i++) status = put_condition(ctx, &b, v, i);
    return status || b.complete ? status : srnn__no_memory(ctx);
}

/* ---- measure, version ---- */

/* A row a number, for databases. */
static bool measure_table(const srnn_study_view *v, srnn_table *table)
{
    size_t n = 0;
    for (int i = 0; i < v->n_networks; i++)
        for (int k = 0; k < v->n_measures; k++) n += !isnan(v->networks[i].values[k]);
    if (n > INT_MAX / 4) return false;
    builder b = begin_table(table, "measure", 4, (int)n);
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

static bool version_table(const srnn_study_view *v, srnn_table *table)
{
    json_t *list = json_loads(v->versions, 0, NULL);
    builder b = begin_table(table, "version", 2, (int)json_array_size(list));
    add_column(&b, "spikernn", "", SRNN_COLUMN_TEXT, 0);
    add_column(&b, "commit", "", SRNN_COLUMN_TEXT, 0);
    for (size_t i = 0; i < json_array_size(list) && b.complete; i++) {
        const json_t *one = json_array_get(list, i);
        table->n_rows++;
        put_cell(&b, (int)i, 0, json_string_value(json_object_get(one, "spikernn")), (double)NAN);
        put_cell(&b, (int)i, 1, json_string_value(json_object_get(one, "commit")), (double)NAN);
    }
    json_decref(list);
    return b.complete;
}

/* ---- all ---- */

srnn_status srnn_study_tables(srnn_ctx *ctx, const srnn_study *s, srnn_table **out)
{
    srnn_table *tables = *out = calloc(SRNN_STUDY_TABLES, sizeof *tables);
    if (!tables) return srnn__no_memory(ctx);
    const srnn_study_view *v = &s->view;
    srnn_status status = condition_table(ctx, v, &tables[1]);
    if (!status && !(network_table(v, &tables[0]) && measure_table(v, &tables[2]) &&
                     version_table(v, &tables[3])))
        status = srnn__no_memory(ctx);
    if (!status) return SRNN_OK;
    srnn_study_tables_free(tables);
    *out = NULL;
    return status;
}

void srnn_study_tables_free(srnn_table *tables)
{
    for (int t = 0; tables && t < SRNN_STUDY_TABLES; t++) {
        const srnn_table *table = &tables[t];
        const int n = table->n_rows * table->n_columns;
        for (int i = 0; table->cells && i < n; i++) free((void *)(uintptr_t)table->cells[i].text);
        for (int i = 0; table->columns && i < table->n_columns; i++)
            free((void *)(uintptr_t)table->columns[i].name);
        free((void *)(uintptr_t)table->cells);
        free((void *)(uintptr_t)table->columns);
    }
    free(tables);
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
