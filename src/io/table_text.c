#define _GNU_SOURCE 1 /* wcwidth, newlocale */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/core.h"
#include "core/json_text.h"
#include "spikernn/table.h"

typedef bool (*table_writer)(const srnn_table *table, FILE *to);

/* What the writer writes, with a decimal point and UTF-8 whatever the locale of the caller. NULL:
   out of memory. */
static char *table_written(const srnn_table *table, table_writer write)
{
    char *text = NULL;
    size_t size;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const locale_t utf8 = plain ? newlocale(LC_CTYPE_MASK, "C.UTF-8", plain) : plain;
    if (utf8) plain = utf8;
    FILE *to = plain ? open_memstream(&text, &size) : NULL;
    if (to) {
        const locale_t before = uselocale(plain);
        const bool failed = !write(table, to) || ferror(to);
        uselocale(before);
        if (fclose(to) || failed) {
            free(text);
            text = NULL;
        }
    }
    if (plain) freelocale(plain);
    return text;
}

static const srnn_cell *table_row(const srnn_table *table, int row)
{
    return table->cells + (size_t)row * table->n_columns;
}

static bool cell_is_empty(const srnn_column *column, const srnn_cell *cell)
{
    return column->kind == SRNN_COLUMN_TEXT ? !cell->text : isnan(cell->number);
}

/* ---- for a reader ---- */

/* Columns on a terminal. A locale without UTF-8 knows no character beyond ASCII: one column each.
 */
static int text_width(const char *text)
{
    int width = 0;
    mbstate_t state = {0};
    while (*text) {
        wchar_t c;
        const size_t n = mbrtowc(&c, text, 8, &state);
        if (n > 8) return width + (int)strlen(text);
        const int columns = wcwidth(c);
        width += columns < 0 ? 1 : columns;
        text += n;
    }
    return width;
}

/* The text of a cell as one line, to be freed; NULL: out of memory. */
static char *cell_shown(const srnn_column *column, const srnn_cell *cell)
{
    const size_t room = column->kind == SRNN_COLUMN_TEXT && cell->text
                            ? 4 * strlen(cell->text) + 1
                            : 512; /* the largest number has 309 digits */
    char *shown = malloc(room);
    if (!shown) return NULL;
    if (cell_is_empty(column, cell))
        strcpy(shown, "-");
    else if (column->kind == SRNN_COLUMN_TEXT)
        srnn_printable(cell->text, shown, room);
    else
        snprintf(shown, room, "%.*f", column->kind == SRNN_COLUMN_REAL ? column->digits : 0,
                 cell->number);
    return shown;
}

static bool text_widen(const srnn_table *table, int k, int *width)
{
    const srnn_column *column = &table->columns[k];
    const int name = text_width(column->name), unit = text_width(column->unit);
    *width = name > unit ? name : unit;
    for (int r = 0; r < table->n_rows; r++) {
        char *shown = cell_shown(column, &table_row(table, r)[k]);
        if (!shown) return false;
        const int cell = text_width(shown);
        if (cell > *width) *width = cell;
        free(shown);
    }
    return true;
}

/* Numbers end, texts begin in one line. blanks: what is to be written before the next text of the
   line, so that no line ends with blanks. */
static void text_put(const srnn_column *column, int width, const char *shown, int *blanks, FILE *to)
{
    const int more = width - text_width(shown);
    const bool number = column->kind != SRNN_COLUMN_TEXT;
    if (!*shown) {
        *blanks += width + 2;
        return;
    }
    fprintf(to, "%*s%s", *blanks + (number ? more : 0), "", shown);
    *blanks = 2 + (number ? 0 : more);
}

static void text_put_head(const srnn_table *table, const int *widths, FILE *to)
{
    bool units = false;
    int blanks = 0;
    for (int k = 0; k < table->n_columns; k++) {
        text_put(&table->columns[k], widths[k], table->columns[k].name, &blanks, to);
        units |= *table->columns[k].unit != '\0';
    }
    putc('\n', to);
    if (!units) return;
    blanks = 0;
    for (int k = 0; k < table->n_columns; k++)
        text_put(&table->columns[k], widths[k], table->columns[k].unit, &blanks, to);
    putc('\n', to);
}

static bool text_put_row(const srnn_table *table, int row, const int *widths, FILE *to)
{
    int blanks = 0;
    for (int k = 0; k < table->n_columns; k++) {
        char *shown = cell_shown(&table->columns[k], &table_row(table, row)[k]);
        if (!shown) return false;
        text_put(&table->columns[k], widths[k], shown, &blanks, to);
        free(shown);
    }
    putc('\n', to);
    return true;
}

static bool text_write(const srnn_table *table, FILE *to)
{
    int *widths = srnn__alloc(table->n_columns, sizeof *widths);
    bool good = widths != NULL;
    for (int k = 0; good && k < table->n_columns; k++) good = text_widen(table, k, &widths[k]);
    if (good) text_put_head(table, widths, to);
    for (int r = 0; good && r < table->n_rows; r++) good = text_put_row(table, r, widths, to);
    free(widths);
    return good;
}

char *srnn_table_text(const srnn_table *table) { return table_written(table, text_write); }

/* ---- CSV ---- */

static void csv_put_quoted(const char *text, FILE *to)
{
    const bool quoted = !*text || strpbrk(text, ",\"\r\n");
    if (quoted) putc('"', to);
    for (; *text; text++) {
        if (*text == '"') putc('"', to);
        putc(*text, to);
    }
    if (quoted) putc('"', to);
}

static void csv_put_cell(const srnn_column *column, const srnn_cell *cell, FILE *to)
{
    char number[32];
    if (cell_is_empty(column, cell)) return;
    switch (column->kind) {
    case SRNN_COLUMN_TEXT: csv_put_quoted(cell->text, to); break;
    case SRNN_COLUMN_WHOLE: fprintf(to, "%.0f", cell->number); break;
    case SRNN_COLUMN_REAL:
        srnn__shortest_real(cell->number, number);
        fputs(number, to);
        break;
    }
}

static bool csv_write(const srnn_table *table, FILE *to)
{
    for (int k = 0; k < table->n_columns; k++) {
        if (k) putc(',', to);
        csv_put_quoted(table->columns[k].name, to);
    }
    putc('\n', to);
    for (int r = 0; r < table->n_rows; r++) {
        for (int k = 0; k < table->n_columns; k++) {
            if (k) putc(',', to);
            csv_put_cell(&table->columns[k], &table_row(table, r)[k], to);
        }
        /* an empty line is no row to most readers */
        if (table->n_columns == 1 && cell_is_empty(table->columns, table_row(table, r)))
            fputs("\"\"", to);
        putc('\n', to);
    }
    return true;
}

char *srnn_table_csv(const srnn_table *table) { return table_written(table, csv_write); }

/* ---- JSON ---- */

static json_t *json_cell(const srnn_column *column, const srnn_cell *cell)
{
    if (column->kind == SRNN_COLUMN_TEXT) return cell->text ? json_string(cell->text) : json_null();
    if (!isfinite(cell->number)) return json_null();
    return column->kind == SRNN_COLUMN_WHOLE ? json_integer((json_int_t)cell->number)
                                             : json_real(cell->number);
}

static bool json_put_row(const srnn_table *table, int row, FILE *to)
{
    json_t *object = json_object();
    bool good = object != NULL;
    for (int k = 0; good && k < table->n_columns; k++)
        good = !json_object_set_new(object, table->columns[k].name,
                                    json_cell(&table->columns[k], &table_row(table, row)[k]));
    char *text = good ? srnn__json_dumps(object, 0) : NULL;
    if (text) fprintf(to, "%s\n  %s", row ? "," : "", text);
    json_decref(object);
    free(text);
    return text != NULL;
}

static bool json_write(const srnn_table *table, FILE *to)
{
    putc('[', to);
    for (int r = 0; r < table->n_rows; r++)
        if (!json_put_row(table, r, to)) return false;
    fputs(table->n_rows ? "\n]\n" : "]\n", to);
    return true;
}

char *srnn_table_json(const srnn_table *table) { return table_written(table, json_write); }
