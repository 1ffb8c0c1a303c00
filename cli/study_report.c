/* The page of a study: FOLDER/report.html, with its figures in FOLDER/figures. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>

#include "spikernn/study.h"

/* CMake makes it from report/. */
extern const char cli_study_page[];
static const cli_template study_page = {cli_study_page, "study"};

static json_t *study_command_json(const char *what, json_t *words)
{
    return json_pack("{ssso}", "what", what, "words", words);
}

static json_t *study_commands_json(const char *folder)
{
    json_t *shown = cli_json_text(folder);
    json_t *commands = json_pack(
        "[ooo]",
        study_command_json("What is left of it:", json_pack("[ssO]", "study", "run", shown)),
        study_command_json("All of it again, in another folder, from the study file below:",
                           json_pack("[sssss]", "study", "run", "study.json", "--dir", "again")),
        study_command_json("Its figures and this page:",
                           json_pack("[ssO]", "study", "report", shown)));
    json_decref(shown);
    return commands;
}

/* The study file as it was given; null where there is none. */
static json_t *study_file_json(const cli_options *o, const char *folder)
{
    char *text = cli_folder_text(o, folder, "study.json", NULL);
    json_t *json = text ? cli_json_text(text) : json_null();
    free(text);
    return json;
}

static json_t *study_page_json(const cli_options *o, const char *folder,
                               const cli_figures_drawn *drawn, json_t *listed)
{
    return json_pack("{sisssosososo}", "schema", CLI_PAGE_SCHEMA, "spikernn", srnn_version(),
                     "listed", listed, "figures", cli_page_figures_json(o, folder, drawn),
                     "commands", study_commands_json(folder), "file", study_file_json(o, folder));
}

static int study_page_save(cli_options *o, srnn_ctx *ctx, const srnn_study_view *view,
                           const cli_figures_drawn *drawn, json_t *listed)
{
    char *record = srnn_study_json(ctx, view);
    const int code = record ? cli_save_page(o, &study_page, view->folder, record,
                                            study_page_json(o, view->folder, drawn, listed))
                            : cli_error(o, "out of memory");
    free(record);
    return code;
}

/* listed: what the page shows of the figures that the study file lists. */
static int study_report_in(cli_options *o, srnn_ctx *ctx, const srnn_study *study,
                           const char *figures, json_t *listed)
{
    const srnn_study_view view = srnn_study_get(study);
    const srnn_figure_data data = {.study = &view};
    cli_figures_drawn drawn;
    if (!cli_folder_check(o, figures)) return cli_error(o, "%s", o->error);
    int code = cli_draw_data(o, ctx, &data, figures, &drawn);
    if (!code && !drawn.scripts_only && !o->s.figures)
        code = cli_study_figures(o, ctx, study, figures, listed);
    return code ? code : study_page_save(o, ctx, &view, &drawn, json_incref(listed));
}

int cli_study_report(cli_options *o, srnn_ctx *ctx, const srnn_study *study, json_t *listed)
{
    char *figures = NULL;
    const srnn_study_view view = srnn_study_get(study);
    if (!o->s.figures) o->all_figures = true;
    o->s.formats |= SRNN_SVG; /* which the page shows */
    if (asprintf(&figures, "%s/figures", view.folder) < 0) return cli_error(o, "out of memory");
    const int code =
        study_report_in(o, ctx, study, o->s.figures_dir ? o->s.figures_dir : figures, listed);
    free(figures);
    return code;
}
