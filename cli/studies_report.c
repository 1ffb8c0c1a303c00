/* Studies side by side: the folders of a folder, on one page and in one table. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "spikernn/study.h"

/* CMake makes it from report/. */
extern const char cli_studies_page[];
static const cli_template studies_page = {cli_studies_page, "studies"};

/* What the library says, with the command that computes each study; NULL: out of memory. */
static json_t *commanded_studies(const srnn_studies *studies, const char *folder)
{
    json_t *document = cli_json_parsed(srnn_studies_json(studies)), *study;
    size_t i;
    json_array_foreach(json_object_get(document, "studies"), i, study)
    {
        char *path;
        if (asprintf(&path, "%s/%s", folder, srnn_studies_name(studies, (int)i)) < 0) continue;
        json_object_set_new(study, "command",
                            json_pack("[sso]", "study", "run", cli_json_text(path)));
        free(path);
    }
    return document;
}

/* ---- the page ---- */

static int save_published(cli_options *o, const char *folder, const json_t *document)
{
    char *path;
    if (asprintf(&path, "%s/published.json", folder) < 0) return cli_error(o, "out of memory");
    const bool saved = cli_json_save(o, path, document);
    free(path);
    return saved ? CLI_OK : cli_error(o, "%s", o->error);
}

/* figures: [studies][figures that the file lists] */
static int save_studies_page(cli_options *o, const char *folder, const json_t *document,
                             json_t *figures)
{
    char *record = document ? json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    int code = record ? cli_save_page(o, &studies_page, folder, record,
                                      json_pack("{sisssO}", "schema", CLI_PAGE_SCHEMA, "spikernn",
                                                srnn_version(), "figures", figures))
                      : cli_error(o, "out of memory");
    if (!code) code = save_published(o, folder, document);
    free(record);
    return code;
}

/* The page of each study, then that of all. */
static int studies_pages(cli_options *o, srnn_ctx *ctx, const srnn_studies *studies,
                         const char *folder, json_t *figures)
{
    int code = CLI_OK;
    for (int i = 0; i < srnn_studies_count(studies) && !code; i++) {
        json_t *listed = json_array();
        cli_options one = *o;
        code = cli_study_report(&one, ctx, srnn_studies_at(studies, i), listed);
        json_array_append_new(figures, listed);
    }
    if (code) return code;
    json_t *document = commanded_studies(studies, folder);
    code = save_studies_page(o, folder, document, figures);
    json_decref(document);
    return code;
}

int cli_studies_report(cli_options *o, srnn_ctx *ctx, const srnn_studies *studies,
                       const char *folder)
{
    if (o->s.figures_dir)
        return cli_error(o, "--figures_dir is %s, but %s has several studies; expected one",
                         o->s.figures_dir, folder);
    json_t *figures = json_array();
    const int code = studies_pages(o, ctx, studies, folder, figures);
    json_decref(figures);
    return code ? code : cli_report_written(o, folder);
}

/* ---- how far they are ---- */

static void print_verdicts(const json_t *verdicts)
{
    const char *name, *between = "  ";
    const json_t *n;
    json_object_foreach((json_t *)verdicts, name, n)
    {
        if (!json_integer_value(n)) continue;
        printf("%s%lld %s", between, (long long)json_integer_value(n), name);
        between = ", ";
    }
    putchar('\n');
}

static void print_studies(const json_t *document)
{
    const json_t *studies = json_object_get(document, "studies"), *study;
    int width = cli_width("study");
    size_t i;
    json_array_foreach((json_t *)studies, i, study) width =
        cli_larger(width, cli_width(cli_text_at(study, "folder")));
    cli_print_left("study", width);
    printf("  networks    left  verdicts\n");
    json_array_foreach((json_t *)studies, i, study)
    {
        cli_print_left(cli_text_at(study, "folder"), width);
        printf("  %8.0f  %6.0f", cli_number_at(study, "networks"), cli_number_at(study, "left"));
        print_verdicts(json_object_get(study, "verdicts"));
    }
    cli_print_left("all", width);
    printf("  %8s  %6s", "", "");
    print_verdicts(json_object_get(document, "verdicts"));
}

int cli_studies_status(const cli_options *o, const srnn_studies *studies, const char *folder)
{
    json_t *found = commanded_studies(studies, folder);
    if (!found) return cli_error(o, "out of memory");
    if (!o->json) {
        print_studies(found);
        json_decref(found);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_update_missing_new(document, found);
    return cli_json_result(o, document);
}
