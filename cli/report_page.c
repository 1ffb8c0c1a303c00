/* report.html: the template of report/ with what it shows, as JSON; it needs no other file. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_SCHEMA = 1 };

/* report/ and third_party/uplot/, by CMake, and where the data go. */
extern const char cli_report_page[];
static const char data_mark[] = "<!-- data -->";

/* ---- what the folder holds ---- */

char *cli_folder_text(const cli_options *o, const char *folder, const char *name,
                      const char *expected)
{
    char *path, *text = NULL;
    size_t size = 0;
    if (asprintf(&path, "%s/%s", folder, name) < 0) return NULL;
    FILE *file = cli_open_regular(expected ? o : NULL, path, expected);
    FILE *to = file ? open_memstream(&text, &size) : NULL;
    char part[4096];
    for (size_t n; to && (n = fread(part, 1, sizeof part, file)) > 0;) fwrite(part, 1, n, to);
    if (file) fclose(file);
    if (to) fclose(to);
    free(path);
    return text;
}

json_t *cli_run_summary(const cli_options *o, const char *folder, const char *text)
{
    json_error_t error;
    json_t *summary = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!summary)
        cli_error(o, "%s/summary.json is damaged: line %d: %s", folder, error.line, error.text);
    else if (!cli_same_name(cli_text_at(summary, "verb"), "run") ||
             !*cli_text_at(summary, "task.name"))
        cli_error(o,
                  "%s/summary.json is not the summary of a run; expected what `spikernn run` wrote",
                  folder);
    else
        return summary;
    json_decref(summary);
    return NULL;
}

const json_t *cli_at(const json_t *document, const char *path)
{
    while (document && *path) {
        char key[64];
        const size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        document = json_object_get(document, key);
        path += length + (path[length] == '.');
    }
    return json_is_null(document) ? NULL : document;
}

double cli_number_at(const json_t *document, const char *path)
{
    const json_t *value = cli_at(document, path);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

const char *cli_text_at(const json_t *document, const char *path)
{
    const char *text = json_string_value(cli_at(document, path));
    return text ? text : "";
}

/* ---- what the page shows ---- */

/* Those just drawn; what the folder has from before is not this page's. */
static json_t *figures_json(const cli_options *o, const char *folder,
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
    return json_pack("{sisssosososo}", "schema", PAGE_SCHEMA, "spikernn", srnn_version(),
                     "analysis", page_analysis_json(o, subject), "trials",
                     cli_trials_json(subject->analysis.observation), "figures",
                     figures_json(o, folder, drawn), "reproduce",
                     cli_reproduce_json(o, folder, summary));
}

/* ---- the file ---- */

/* Within <script>, where only '<' could end it; in JSON it stands within strings alone. */
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

int cli_save_page(cli_options *o, const char *folder, const char *summary, json_t *page)
{
    char *json = page ? json_dumps(page, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
    char *path = NULL, *text = NULL;
    size_t size;
    FILE *to = json ? open_memstream(&text, &size) : NULL;
    const char *mark = strstr(cli_report_page, data_mark);
    bool good = to && asprintf(&path, "%s/report.html", folder) >= 0;
    if (good) {
        fwrite(cli_report_page, 1, (size_t)(mark - cli_report_page), to);
        write_data(to, "summary", summary);
        write_data(to, "page", json);
        fputs(mark + strlen(data_mark), to);
    }
    if (to && fclose(to)) good = false;
    json_decref(page);
    int code = CLI_OK;
    if (!good)
        code = cli_error(o, "out of memory");
    else if (!cli_text_save(o, path, text))
        code = cli_error(o, "%s", o->error);
    free(json);
    free(text);
    free(path);
    return code;
}

int cli_write_report(cli_options *o, const char *folder, const cli_subject *subject,
                     const cli_figures_drawn *drawn)
{
    char *text = cli_folder_text(o, folder, "summary.json", "the record of the run");
    json_t *summary = text ? cli_run_summary(o, folder, text) : NULL;
    const int code =
        summary ? cli_save_page(o, folder, text, page_json(o, folder, summary, subject, drawn))
                : CLI_FAILED;
    json_decref(summary);
    free(text);
    return code;
}
