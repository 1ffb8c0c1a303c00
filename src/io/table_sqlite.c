#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "core/core.h"
#include "io/whole_file.h"
#include "spikernn/table.h"

/* The database is made in memory and its bytes are written as any other file. So SQLite itself
   opens no file, of which closing would end the caller's own locks. */

/* ---- names; SQLite's do not differ by case ---- */

static srnn_status sqlite_check_names(srnn_ctx *ctx, const srnn_table *tables, int n,
                                      const char *path)
{
    if (n < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s: there are %d tables; expected at least 1",
                          path, n);
    for (int t = 0; t < n; t++) {
        for (int s = 0; s < t; s++)
            if (!sqlite3_stricmp(tables[t].name, tables[s].name))
                return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                                  "%s: two tables are named %s; expected a name for each", path,
                                  tables[t].name);
        for (int k = 0; k < tables[t].n_columns; k++)
            for (int j = 0; j < k; j++)
                if (!sqlite3_stricmp(tables[t].columns[k].name, tables[t].columns[j].name))
                    return srnn__fail(
                        ctx, SRNN_ERR_ARGUMENT,
                        "%s: two columns of table %s are named %s; expected a name for each", path,
                        tables[t].name, tables[t].columns[k].name);
    }
    return SRNN_OK;
}

/* ---- statements ---- */

static bool sqlite_do(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* CREATE TABLE "condition" ("name" TEXT, "n" INTEGER, "mean" REAL) */
static bool sqlite_create(sqlite3 *db, const srnn_table *table)
{
    static const char *const types[] = {"TEXT", "INTEGER", "REAL"};
    sqlite3_str *text = sqlite3_str_new(db);
    sqlite3_str_appendf(text, "CREATE TABLE \"%w\" (", table->name);
    for (int k = 0; k < table->n_columns; k++)
        sqlite3_str_appendf(text, "%s\"%w\" %s", k ? ", " : "", table->columns[k].name,
                            types[table->columns[k].kind]);
    sqlite3_str_appendall(text, ")");
    char *sql = sqlite3_str_finish(text);
    const bool good = sql && sqlite_do(db, sql);
    sqlite3_free(sql);
    return good;
}

/* NULL: an error. */
static sqlite3_stmt *sqlite_insertion(sqlite3 *db, const srnn_table *table)
{
    sqlite3_stmt *insertion = NULL;
    sqlite3_str *text = sqlite3_str_new(db);
    sqlite3_str_appendf(text, "INSERT INTO \"%w\" VALUES (", table->name);
    for (int k = 0; k < table->n_columns; k++) sqlite3_str_appendall(text, k ? ", ?" : "?");
    sqlite3_str_appendall(text, ")");
    char *sql = sqlite3_str_finish(text);
    if (sql) sqlite3_prepare_v2(db, sql, -1, &insertion, NULL);
    sqlite3_free(sql);
    return insertion;
}

static int sqlite_bind(sqlite3_stmt *insertion, int k, srnn_column_kind kind, const srnn_cell *cell)
{
    if (kind == SRNN_COLUMN_TEXT) /* NULL is NULL */
        return sqlite3_bind_text(insertion, k, cell->text, -1, SQLITE_STATIC);
    if (kind == SRNN_COLUMN_WHOLE && isfinite(cell->number))
        return sqlite3_bind_int64(insertion, k, (sqlite3_int64)cell->number);
    return sqlite3_bind_double(insertion, k, cell->number); /* NaN is NULL */
}

static bool sqlite_fill(sqlite3 *db, const srnn_table *table)
{
    sqlite3_stmt *insertion = sqlite_insertion(db, table);
    bool good = insertion != NULL;
    const srnn_cell *cell = table->cells;
    for (int r = 0; good && r < table->n_rows; r++) {
        for (int k = 0; good && k < table->n_columns; k++, cell++)
            good = !sqlite_bind(insertion, k + 1, table->columns[k].kind, cell);
        good =
            good && sqlite3_step(insertion) == SQLITE_DONE && sqlite3_reset(insertion) == SQLITE_OK;
    }
    sqlite3_finalize(insertion);
    return good;
}

static bool sqlite_put_tables(sqlite3 *db, const srnn_table *tables, int n)
{
    if (!sqlite_do(db, "BEGIN")) return false;
    for (int t = 0; t < n; t++)
        if (!sqlite_create(db, &tables[t]) || !sqlite_fill(db, &tables[t])) return false;
    return sqlite_do(db, "COMMIT");
}

/* ---- the file ---- */

static srnn_status sqlite_failed(srnn_ctx *ctx, sqlite3 *db, const char *path)
{
    const int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
    if (code == SQLITE_OK || code == SQLITE_NOMEM) return srnn__no_memory(ctx);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s: SQLite does not take the tables: %s", path,
                      sqlite3_errmsg(db));
}

srnn_status srnn_tables_save_sqlite(srnn_ctx *ctx, const srnn_table *tables, int n_tables,
                                    const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_int64 size;
    unsigned char *bytes = NULL;
    bool exists;
    srnn_status status = sqlite_check_names(ctx, tables, n_tables, path);
    if (status) return status;
    if (!sqlite3_open(":memory:", &db) && sqlite_put_tables(db, tables, n_tables))
        bytes = sqlite3_serialize(db, "main", &size, 0);
    status = bytes ? srnn__write_whole(ctx, path, ".sqlite", bytes, (size_t)size, true, &exists)
                   : sqlite_failed(ctx, db, path);
    sqlite3_free(bytes);
    sqlite3_close(db);
    return status;
}
