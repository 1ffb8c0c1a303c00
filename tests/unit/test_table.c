/* Tables as text, CSV, JSON and SQLite. tests/python/test_table.py reads them with other readers.
 */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

#include <locale.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const srnn_column columns[] = {{"condition", "", SRNN_COLUMN_TEXT, 0},
                                      {"seed", "", SRNN_COLUMN_WHOLE, 0},
                                      {"accuracy", "", SRNN_COLUMN_REAL, 3},
                                      {"reaction", "ms", SRNN_COLUMN_REAL, 1},
                                      {"sentence", "", SRNN_COLUMN_TEXT, 0}};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

#define TEXT(t)                                                                                    \
    {                                                                                              \
        .text = (t)                                                                                \
    }
#define NUMBER(x)                                                                                  \
    {                                                                                              \
        .number = (x)                                                                              \
    }

static const srnn_cell cells[][N_COLUMNS] = {
    {TEXT("ReLU"), NUMBER(1), NUMBER(0.7), NUMBER(312.25), TEXT(NULL)},
    {TEXT("caf\xc3\xa9 \xce\xbb"), NUMBER(9007199254740992.), NUMBER(1), NUMBER(NAN), TEXT("")},
    {TEXT("\xe7\xb5\x90\xe6\x9e\x9c"), NUMBER(NAN), NUMBER(1e-7), NUMBER(-1.05),
     TEXT("says \"no\", twice\nor </script>")}};

static srnn_table new_table(const char *name)
{
    return (srnn_table){name, N_COLUMNS, sizeof cells / sizeof *cells, columns, cells[0]};
}

static void check_written(char *text, const char *expected)
{
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_text(void **state)
{
    (void)state;
    const srnn_table table = new_table("network");
    check_written(srnn_table_text(&table),
                  "condition              seed  accuracy  reaction  sentence\n"
                  "                                             ms\n"
                  "ReLU                      1     0.700     312.2  -\n"
                  "caf\xc3\xa9 \xce\xbb     9007199254740992     1.000         -\n"
                  "\xe7\xb5\x90\xe6\x9e\x9c                      -     0.000      -1.1  "
                  "says \"no\", twice\\x0Aor </script>\n");
}

static void test_csv(void **state)
{
    (void)state;
    const srnn_table table = new_table("network");
    check_written(srnn_table_csv(&table), "condition,seed,accuracy,reaction,sentence\n"
                                          "ReLU,1,0.7,312.25,\n"
                                          "caf\xc3\xa9 \xce\xbb,9007199254740992,1,,\"\"\n"
                                          "\xe7\xb5\x90\xe6\x9e\x9c,,1e-07,-1.05,"
                                          "\"says \"\"no\"\", twice\nor </script>\"\n");
    const srnn_column odd = {"a,b \"c\"", "", SRNN_COLUMN_REAL, 0};
    const srnn_cell alone[] = {NUMBER(NAN), NUMBER(-INFINITY)};
    check_written(srnn_table_csv(&(srnn_table){"t", 1, 2, &odd, alone}),
                  "\"a,b \"\"c\"\"\"\n\"\"\n-inf\n");
}

static void test_json(void **state)
{
    (void)state;
    const srnn_table table = new_table("network"), none = {"none", N_COLUMNS, 0, columns, NULL};
    check_written(
        srnn_table_json(&table),
        "[\n"
        "  {\"condition\": \"ReLU\", \"seed\": 1, \"accuracy\": 0.7, \"reaction\": 312.25, "
        "\"sentence\": null},\n"
        "  {\"condition\": \"caf\xc3\xa9 \xce\xbb\", \"seed\": 9007199254740992, \"accuracy\": "
        "1.0, \"reaction\": null, \"sentence\": \"\"},\n"
        "  {\"condition\": \"\xe7\xb5\x90\xe6\x9e\x9c\", \"seed\": null, \"accuracy\": 1e-07, "
        "\"reaction\": -1.05, \"sentence\": \"says \\\"no\\\", twice\\nor \\u003c/script>\"}\n"
        "]\n");
    check_written(srnn_table_json(&none), "[]\n");
    const srnn_column real = {"x", "", SRNN_COLUMN_REAL, 0};
    const srnn_cell infinite = NUMBER(INFINITY);
    check_written(srnn_table_json(&(srnn_table){"t", 1, 1, &real, &infinite}),
                  "[\n  {\"x\": null}\n]\n");
}

/* The decimal point stays one where the program that calls has another. */
static void test_locale(void **state)
{
    (void)state;
    const srnn_table table = new_table("network");
    char *(*const writers[])(const srnn_table *) = {srnn_table_text, srnn_table_csv,
                                                    srnn_table_json};
    for (size_t w = 0; w < sizeof writers / sizeof *writers; w++) {
        char *plain = writers[w](&table);
        if (!setlocale(LC_ALL, "de_DE.UTF-8")) setlocale(LC_ALL, "C.UTF-8");
        char *german = writers[w](&table);
        setlocale(LC_ALL, "C");
        assert_string_equal(plain, german);
        free(plain);
        free(german);
    }
}

/* ---- SQLite ---- */

static void save(srnn_ctx *ctx, const char *first, const char *second, const char *path)
{
    const srnn_table tables[] = {new_table(first), new_table(second)};
    assert_ok(ctx, srnn_tables_save_sqlite(ctx, tables, 2, path));
}

/* Each row of the query as one line: "type:value|type:value". */
static void check_query(const char *path, const char *sql, const char *expected)
{
    sqlite3 *db;
    sqlite3_stmt *query;
    char found[2048] = "";
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW)
        for (int k = 0; k < sqlite3_column_count(query); k++) {
            const char *text = (const char *)sqlite3_column_text(query, k);
            const size_t n = strlen(found);
            snprintf(found + n, sizeof found - n, "%s%s", text ? text : "NULL",
                     k + 1 < sqlite3_column_count(query) ? "|" : "\n");
        }
    sqlite3_finalize(query);
    sqlite3_close(db);
    assert_string_equal(found, expected);
}

static void test_sqlite(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("a.sqlite");
    save(ctx, "network", "an \"odd\" name, select", path);
    check_query(path, "SELECT * FROM network",
                "ReLU|1|0.7|312.25|NULL\n"
                "caf\xc3\xa9 \xce\xbb|9007199254740992|1.0|NULL|\n"
                "\xe7\xb5\x90\xe6\x9e\x9c|NULL|1.0e-07|-1.05|says \"no\", twice\nor </script>\n");
    check_query(path,
                "SELECT typeof(condition), typeof(seed), typeof(accuracy), typeof(reaction), "
                "typeof(sentence) FROM network",
                "text|integer|real|real|null\ntext|integer|real|null|text\n"
                "text|null|real|real|text\n");
    check_query(path, "SELECT count(*) FROM \"an \"\"odd\"\" name, select\"", "3\n");
    check_query(path, "SELECT name, type FROM pragma_table_info('network')",
                "condition|TEXT\nseed|INTEGER\naccuracy|REAL\nreaction|REAL\nsentence|TEXT\n");
    check_query(path, "PRAGMA integrity_check", "ok\n");
    unlink(path);
    srnn_ctx_free(ctx);
}

/* Also over another file. */
static void test_same_bytes(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("a.sqlite");
    save(ctx, "network", "condition", path);
    file_bytes first = read_bytes(path);
    save(ctx, "other", "tables", path);
    file_bytes other = read_bytes(path);
    assert_true(first.n != other.n || memcmp(first.data, other.data, first.n));
    save(ctx, "network", "condition", path);
    assert_file_holds(path, first);
    free(first.data);
    free(other.data);
    unlink(path);
    srnn_ctx_free(ctx);
}

static void test_names(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_table twice[] = {new_table("network"), new_table("Network")};
    const srnn_column same[] = {{"gain", "", SRNN_COLUMN_REAL, 0},
                                {"GAIN", "", SRNN_COLUMN_REAL, 0}};
    const srnn_table columns_twice = {"network", 2, 0, same, NULL}, theirs = new_table("sqlite_x");
    assert_says(ctx, srnn_tables_save_sqlite(ctx, twice, 2, "/nowhere/a.db"), SRNN_ERR_ARGUMENT,
                "/nowhere/a.db: two tables are named Network; expected a name for each");
    assert_says(ctx, srnn_tables_save_sqlite(ctx, &columns_twice, 1, "/nowhere/a.db"),
                SRNN_ERR_ARGUMENT,
                "/nowhere/a.db: two columns of table network are named GAIN; expected a name for "
                "each");
    assert_says(ctx, srnn_tables_save_sqlite(ctx, &theirs, 1, "/nowhere/a.db"), SRNN_ERR_ARGUMENT,
                "/nowhere/a.db: SQLite does not take the tables: object name reserved for internal "
                "use: sqlite_x");
    assert_says(ctx, srnn_tables_save_sqlite(ctx, NULL, 0, "/nowhere/a.db"), SRNN_ERR_ARGUMENT,
                "/nowhere/a.db: there are 0 tables; expected at least 1");
    srnn_ctx_free(ctx);
}

static void test_no_place(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_table table = new_table("network");
    assert_says(ctx, srnn_tables_save_sqlite(ctx, &table, 1, "/nowhere/a.db"), SRNN_ERR_FILE,
                "/nowhere/a.db cannot be written: No such file or directory");
    assert_int_equal(srnn_tables_save_sqlite(ctx, &table, 1, "/proc/a.db"), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "/proc/a.db cannot be written"));
    assert_says(ctx, srnn_tables_save_sqlite(ctx, &table, 1, "/tmp"), SRNN_ERR_FILE,
                "/tmp is not a regular file; expected a place for a .sqlite file");
    srnn_ctx_free(ctx);
}

/* Run in a child: a limit on the size of files stands for a full disk. */
static int save_on_full_disk(const char *path)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_table table = new_table("other");
    const struct rlimit limit = {5000, 5000};
    char expected[160];
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit)) return 99;
    const srnn_status status = srnn_tables_save_sqlite(ctx, &table, 1, path);
    snprintf(expected, sizeof expected,
             "%s cannot be written completely: File too large; is the disk full?", path);
    const bool said = !strcmp(srnn_ctx_message(ctx), expected);
    if (!said) fprintf(stderr, "%s\n", srnn_ctx_message(ctx));
    srnn_ctx_free(ctx);
    return status == SRNN_ERR_FILE && said ? 0 : 1;
}

/* The file that was there stays, and nothing of the new one. */
static void test_full_disk(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("a.sqlite");
    save(ctx, "network", "condition", path);
    file_bytes first = read_bytes(path);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (!child) _exit(save_on_full_disk(path));
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    assert_file_holds(path, first);
    free(first.data);
    unlink(path);
    assert_int_equal(rmdir(test_folder), 0);
    assert_int_equal(mkdir(test_folder, 0777), 0);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),      cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),      cmocka_unit_test(test_locale),
        cmocka_unit_test(test_sqlite),    cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_names),     cmocka_unit_test(test_no_place),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
