/* report.html: the template of report/ with what it shows, as JSON; it needs no other file. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char data_mark[] = "<!-- data -->"; /* in a template: the data replace it */

/* CMake makes it from report/ and third_party/uplot/. */
extern const char cli_report_page[];
const cli_template cli_run_page = {cli_report_page, "summary"};

/* ---- what the page shows ---- */

json_t *cli_page_figures_json(const cli_options *o, const char *folder,
                              const cli_figures_drawn *drawn)
{
    json_t *figures = json_array();
    for (int i = 0; i < drawn->n && !drawn->scripts_only; i++) {
        const srnn_figure *figure = drawn->figures[i];
        char name[80];
        snprintf(name, sizeof name, o->s.figures_dir ? "%.64s.svg" : "figures/%.64s.svg",
                 figure->name);
        char *text = cli_folder_text(o, o->s.figures_dir ? o->s.figures_dir : folder, name, NULL);
        json_t *svg = text ? json_string(text) : NULL;
        if (svg)
            json_array_append_new(figures,
                                  json_pack("{sssssssO}", "name", figure->name, "title",
                                            figure->title, "caption", figure->caption, "svg", svg));
        json_decref(svg);
        free(text);
    }
    return figures;
}

/* As `analyze --json` prints it. */
static json_t *page_analysis_json(const cli_options *o, const cli_subject *subject)
{
    json_t *analysis = cli_json_analysis(o, subject);
    json_object_set_new(analysis, "verb", json_string(cli_analyze.name));
    return analysis;
}

static json_t *page_json(const cli_options *o, const char *folder, const json_t *summary,
                         const cli_subject *subject, const cli_figures_drawn *drawn)
{
    return json_pack("{sisssososososo}", "schema", CLI_PAGE_SCHEMA, "spikernn", srnn_version(),
                     "task", cli_json_task(subject->task), "analysis",
                     page_analysis_json(o, subject), "trials",
                     cli_trials_json(subject->analysis.observation), "figures",
                     cli_page_figures_json(o, folder, drawn), "reproduce",
                     cli_reproduce_json(o, folder, summary));
}

/* ---- the file ---- */

/* Another program may have written a '<' into the summary; in JSON it stands within strings alone.
 */
static void write_data(FILE *to, const char *id, const char *json)
{
    fprintf(to, "<script type=\"application/json\" id=\"%s\">", id);
    for (const char *c = json; *c; c++) {
        if (*c == '<')
            fputs("\\u003c", to);
        else
            putc(*c, to);
    }
    fputs("</script>\n", to);
}

/* "2026-11-25T05:02:11+0100" */
static json_t *page_time_json(void)
{
    char text[64];
    struct tm local;
    const time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &local));
    return json_string(text);
}

int cli_save_page_as(cli_options *o, const cli_template *template, const char *path,
                     const char *record, json_t *page)
{
    json_object_set_new(page, "written", page_time_json());
    char *json =
        page ? srnn_json_shortest(json_dumps(page, JSON_COMPACT | JSON_REAL_PRECISION(17))) : NULL;
    char *text = NULL;
    size_t size;
    FILE *to = json ? open_memstream(&text, &size) : NULL;
    const char *mark = strstr(template->text, data_mark);
    bool good = to != NULL;
    if (good) {
        fwrite(template->text, 1, (size_t)(mark - template->text), to);
        write_data(to, template->record, record);
        write_data(to, "page", json);
        fputs(mark + strlen(data_mark), to);
    }
    if (to && (fclose(to) || !text)) good = false;
    json_decref(page);
    int code = CLI_OK;
    if (!good)
        code = cli_error(o, "out of memory");
    else if (!cli_text_save(o, path, text))
        code = cli_error(o, "%s", o->error);
    free(json);
    free(text);
    return code;
}

int cli_save_page(cli_options *o, const cli_template *template, const char *folder,
                  const char *record, json_t *page)
{
    char *path;
    if (asprintf(&path, "%s/report.html", folder) < 0) {
        json_decref(page);
        return cli_error(o, "out of memory");
    }
    const int code = cli_save_page_as(o, template, path, record, page);
    free(path);
    return code;
}

int cli_report_written(const cli_options *o, const char *folder)
{
    if (!o->json) {
        printf("report: %s/report.html\n", folder);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    char path[4096];
    snprintf(path, sizeof path, "%s/report.html", folder);
    json_object_set_new(document, "report", cli_json_text(path));
    return cli_json_result(o, document);
}

int cli_write_report(cli_options *o, const char *folder, const cli_subject *subject,
                     const cli_figures_drawn *drawn)
{
    char *text = cli_folder_text(o, folder, "summary.json", "the record of the run");
    json_t *summary = text ? cli_run_summary(o, folder, text) : NULL;
    const int code = summary ? cli_save_page(o, &cli_run_page, folder, text,
                                             page_json(o, folder, summary, subject, drawn))
                             : CLI_FAILED;
    json_decref(summary);
    free(text);
    return code;
}
