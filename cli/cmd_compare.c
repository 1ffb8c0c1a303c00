/* spikernn compare: any networks in one table. */
#define _GNU_SOURCE 1
#include "report.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* CMake makes it from report/. */
extern const char cli_compare_page[];
static const cli_template compare_page = {cli_compare_page, "compare"};

/* ---- text ---- */

static int compare_print_table(const cli_options *o, srnn_ctx *ctx, const srnn_runs *runs,
                               srnn_runs_table which, const char *heading)
{
    srnn_table *table;
    const srnn_status status = srnn_runs_table_of(ctx, runs, which, &table);
    if (status) return cli_library_error(o, ctx, status);
    char *text = table->n_rows > 0 ? srnn_table_text(table) : strdup("");
    if (text && *text) printf("%s%s", heading, text);
    srnn_runs_table_free(table);
    free(text);
    return text ? CLI_OK : cli_error(o, "out of memory");
}

static void compare_print_notes(const json_t *notes)
{
    size_t i;
    const json_t *note;
    if (json_array_size(notes)) putchar('\n');
    json_array_foreach(notes, i, note) printf("%s\n", cli_shown(json_string_value(note)));
}

static int compare_print(const cli_options *o, srnn_ctx *ctx, const srnn_runs *runs,
                         const json_t *document)
{
    int code = compare_print_table(o, ctx, runs, SRNN_RUNS_READER, "");
    if (!code) code = compare_print_table(o, ctx, runs, SRNN_RUNS_GROUPS, "\n");
    if (!code) code = compare_print_table(o, ctx, runs, SRNN_RUNS_TESTS, "\n");
    if (!code) compare_print_notes(cli_at(document, "notes"));
    return code;
}

/* ---- files ---- */

static bool names_are_good(cli_options *o)
{
    const char *out = o->s.out;
    if (out && !cli_ends_in(out, ".csv") && !cli_ends_in(out, ".json"))
        return cli_error(o, "--out is %s; expected a name that ends in .csv or .json", out), false;
    if (o->report && !cli_ends_in(o->report, ".html"))
        return cli_error(o, "--report is %s; expected a name that ends in .html", o->report), false;
    return !out || cli_new_file(o, out);
}

static int compare_save_csv(cli_options *o, srnn_ctx *ctx, const srnn_runs *runs)
{
    srnn_table *table;
    const srnn_status status = srnn_runs_table_of(ctx, runs, SRNN_RUNS_NETWORKS, &table);
    if (status) return cli_library_error(o, ctx, status);
    char *text = srnn_table_csv(table);
    srnn_runs_table_free(table);
    int code = CLI_OK;
    if (!text)
        code = cli_error(o, "out of memory");
    else if (!cli_text_save(o, o->s.out, text))
        code = cli_error(o, "%s", o->error);
    free(text);
    return code;
}

static int compare_save_page(cli_options *o, const json_t *document)
{
    char *record = json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(17));
    const int code = record ? cli_save_page_as(o, &compare_page, o->report, record,
                                               json_pack("{siss}", "schema", CLI_PAGE_SCHEMA,
                                                         "spikernn", srnn_version()))
                            : cli_error(o, "out of memory");
    free(record);
    return code;
}

static int compare_save(cli_options *o, srnn_ctx *ctx, const srnn_runs *runs,
                        const json_t *document)
{
    if (o->s.out && cli_ends_in(o->s.out, ".csv")) {
        const int code = compare_save_csv(o, ctx, runs);
        if (code) return code;
    } else if (o->s.out && !cli_json_save(o, o->s.out, document)) {
        return cli_error(o, "%s", o->error);
    }
    return o->report ? compare_save_page(o, document) : CLI_OK;
}

/* ---- the verb ---- */

static json_t *compare_document(const cli_options *o, srnn_ctx *ctx, const srnn_runs *runs)
{
    json_t *document = cli_json_document(o), *found = cli_json_parsed(srnn_runs_json(ctx, runs));
    if (!found || json_object_update(document, found)) {
        json_decref(document);
        document = NULL;
    }
    json_decref(found);
    if (document) json_object_set_new(document, "command", cli_json_command(o));
    return document;
}

static int compare_show(cli_options *o, srnn_ctx *ctx, const srnn_runs *runs)
{
    json_t *document = compare_document(o, ctx, runs);
    if (!document) return cli_error(o, "out of memory");
    int code = compare_save(o, ctx, runs, document);
    if (!code && !o->json) code = compare_print(o, ctx, runs, document);
    if (!code && !o->json && o->s.out) printf("\ntable: %s\n", cli_shown(o->s.out));
    if (!code && !o->json && o->report) printf("\nreport: %s\n", cli_shown(o->report));
    if (!code && o->json) return cli_json_result(o, document);
    json_decref(document);
    return code;
}

static int compare_run(cli_options *o)
{
    cli_progress progress;
    srnn_runs *runs = NULL;
    if (!names_are_good(o)) return CLI_FAILED;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    srnn_status status = srnn_runs_create(ctx, &runs);
    for (int i = 0; i < o->n_args && !status; i++) status = srnn_runs_add(ctx, runs, o->args[i]);
    if (!status) status = srnn_runs_compare(ctx, runs, o->measure);
    const int code = status ? cli_library_error(o, ctx, status) : compare_show(o, ctx, runs);
    srnn_runs_free(runs);
    srnn_ctx_free(ctx);
    return code;
}

static const cli_group compare_groups[] = {
    {NULL, "+measure"}, {"Running:", "+quiet"}, {"Output:", "out +report +json +help"}, {0}};

static const cli_help compare_helps[] = {
    {"out", "the table of the networks as a new file: .csv, or .json with all that --json prints"},
    {0}};

const cli_verb cli_compare = {
    .name = "compare",
    .args_doc = "RUN|STUDY|MODEL...",
    .summary = "put any runs, studies and model files into one table",
    .doc = "Puts networks into one table: the options in which they differ, and what came out. RUN "
           "and STUDY are folders that `spikernn run` and `spikernn study` made, MODEL is a model "
           "file; a folder of any of these stands for all below it. Networks that differ in their "
           "seeds alone are a group, and groups of several networks are compared by rank tests.\v"
           "Example: spikernn compare runs/ --measure spiking.accuracy --report runs.html",
    .min_args = 1,
    .max_args = INT_MAX,
    .groups = compare_groups,
    .helps = compare_helps,
    .run = compare_run};
