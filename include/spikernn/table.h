/* Tables of results: rows of named columns, as text, CSV, JSON or a SQLite database. */
#ifndef SPIKERNN_TABLE_H
#define SPIKERNN_TABLE_H

#include "spikernn/ctx.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum srnn_column_kind {
    SRNN_COLUMN_TEXT = 0,
    SRNN_COLUMN_WHOLE, /* whole numbers of at most 2^53 */
    SRNN_COLUMN_REAL
} srnn_column_kind;

typedef struct srnn_column {
    const char *name; /* unique in its table */
    const char *unit; /* "": none */
    srnn_column_kind kind;
    int digits; /* of REAL, after the point, in text for a reader; files have all digits */
} srnn_column;

/* text (UTF-8) of a TEXT column, NULL: empty; number of the others, NaN: empty. */
typedef struct srnn_cell {
    const char *text;
    double number;
} srnn_cell;

typedef struct srnn_table {
    const char *name; /* a word, unique in its file */
    int n_columns, n_rows;
    const srnn_column *columns; /* [n_columns] */
    const srnn_cell *cells;     /* [n_rows][n_columns] */
} srnn_table;

/* For a reader: aligned columns under their names and units. Each of these is to be freed; NULL:
   out of memory. */
char *srnn_table_text(const srnn_table *table);
/* A line of names, then a line a row, which ends with "\n"; quoted as RFC 4180 says. Numbers are as
   short as they can be read back; an empty text is "", an empty cell nothing. */
char *srnn_table_csv(const srnn_table *table);
/* A list of objects, one a row: null where a cell is empty or infinite. */
char *srnn_table_json(const srnn_table *table);

/* A new SQLite database with these tables, in place of an existing file; the same tables give the
   same bytes. Columns are INTEGER, REAL or TEXT; an empty cell is NULL. Errors: SRNN_ERR_FILE
   (folder, permission, disk full; the existing file stays), SRNN_ERR_ARGUMENT (no table, a name that
   is used twice or that SQLite does not take). */
srnn_status srnn_tables_save_sqlite(srnn_ctx *ctx, const srnn_table *tables, int n_tables,
                                    const char *path);

#ifdef __cplusplus
}
#endif
#endif
