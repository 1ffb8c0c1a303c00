/* spikernn report: one page about a run. */
#define _GNU_SOURCE 1
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder's summary; NULL: the sentence has been printed. */
static json_t *load_summary(const cli_options *o, const char *folder, const char *path)
{
    struct stat info;
    json_error_t error;
    if (stat(folder, &info))
        return cli_error(o, "%s: %s; expected the folder of a run", folder, strerror(errno)), NULL;
    if (!S_ISDIR(info.st_mode))
        return cli_error(o, "%s is not a folder; expected the folder of a run", folder), NULL;
    FILE *file = cli_open_regular(o, path, "a folder that `spikernn run` made");
    if (!file) return NULL;
    json_t *summary = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    fclose(file);
    if (!summary)
        cli_error(o, "%s is damaged: line %d: %s", path, error.line, error.text);
    else if (!cli_same_name(cli_text_at(summary, "verb"), cli_run.name) ||
             !*cli_text_at(summary, "task.name"))
        cli_error(o, "%s is not the summary of a run; expected what `spikernn run` wrote", path);
    else
        return summary;
    json_decref(summary);
    return NULL;
}

/* The run's spiking network, seed and conversion become the options'. words must outlive them. */
static bool take_options(cli_options *o, const char *path, const json_t *summary,
                         const json_t *words)
{
    cli_options run;
    const bool good = cli_options_of_words(&run, &cli_run, words);
    if (!good) {
        cli_error(o, "%s has options that are none: %s", path, run.error);
    } else {
        if (!o->seed_given) o->seed = run.seed;
        o->settings = run.settings;
        o->spiking = run.spiking;
        o->conversion = run.conversion;
        o->conversion_given = run.conversion_given;
        if (isnan(o->scaling_factor))
            o->scaling_factor = cli_number_at(summary, "evaluation.scaling_factor");
        o->rate_network = !cli_at(summary, "search");
    }
    cli_options_free(&run);
    return good;
}

/* An earlier page stays where the figures of this one cannot be drawn. */
static int write_report(cli_options *o, srnn_ctx *ctx, const char *folder, const char *figures,
                        const json_t *summary, const cli_subject *subject)
{
    cli_figures_drawn drawn;
    if (!cli_folder_make(o, figures) || !cli_folder_check(o, figures))
        return cli_error(o, "%s", o->error);
    int code = cli_draw_figures(o, ctx, subject, figures, &drawn);
    if (!code) code = cli_write_report(o, folder, summary, subject, &drawn);
    if (code) return code;
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

/* The task of the model by its name and file alone: what the run's options were is not known yet.
 */
static int words_of(cli_options *o, srnn_ctx *ctx, cli_progress *progress, const char *model_path,
                    const json_t *summary, json_t **words)
{
    srnn_model *model;
    int code = cli_model_load(o, ctx, progress, model_path, &model);
    if (code) return code;
    srnn_task *task = cli_model_task(o, ctx, model_path, model);
    if (task)
        *words =
            cli_run_words(summary, srnn_task_get_def(task), cli_task_is_built_in(summary, model));
    srnn_task_free(task);
    srnn_model_free(model);
    return *words ? CLI_OK : CLI_FAILED;
}

static int report_run(cli_options *o, srnn_ctx *ctx, cli_progress *progress, const char *folder)
{
    char *summary_path = NULL, *model_path = NULL, *figures = NULL;
    if (asprintf(&summary_path, "%s/summary.json", folder) < 0 ||
        asprintf(&model_path, "%s/model.mat", folder) < 0 ||
        asprintf(&figures, "%s/figures", folder) < 0)
        return cli_error(o, "out of memory");
    int code = CLI_FAILED;
    json_t *summary = load_summary(o, folder, summary_path), *words = NULL;
    if (summary &&
        (!cli_folder_check(o, folder) || (o->figures_dir && !cli_folder_check(o, o->figures_dir))))
        cli_error(o, "%s", o->error);
    else if (summary)
        code = words_of(o, ctx, progress, model_path, summary, &words);
    if (words && !take_options(o, summary_path, summary, words)) code = CLI_FAILED;
    if (!code) {
        cli_subject subject;
        code = cli_subject_open(o, ctx, progress, model_path, &subject);
        if (!code)
            code = write_report(o, ctx, folder, o->figures_dir ? o->figures_dir : figures, summary,
                                &subject);
        cli_subject_close(&subject);
    }
    json_decref(words);
    json_decref(summary);
    free(summary_path);
    free(model_path);
    free(figures);
    return code;
}

static int run(cli_options *o)
{
    const char *folder;
    if (cli_parse_folder(o, "DIR", o->args[0], &folder)) return cli_error(o, "%s", o->error);
    if (!isnan(o->scaling_factor))
        return cli_error(o,
                         "--scaling_factor is %g; expected none: the page is about the run's own "
                         "spiking network",
                         o->scaling_factor);
    if (!o->figures_given) o->all_figures = true;
    o->formats |= SRNN_SVG; /* which the page shows */
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    const int code = report_run(o, ctx, &progress, folder);
    srnn_ctx_free(ctx);
    return code;
}

static const struct argp_child groups[] = {{&cli_analysis_group, 0, "What is shown:", 1},
                                           {&cli_figures_group, 0, "Figures:", 2},
                                           {&cli_common_group, 0, "Running:", 3},
                                           {&cli_output_group, 0, "Output:", 4},
                                           {0}};

const cli_verb cli_report = {
    .name = "report",
    .args_doc = "DIR",
    .summary = "one page about a run: figures, tables, plots to look into, how to repeat it",
    .doc = "Writes DIR/report.html from a folder that `run` made: what was trained, how it was "
           "converted, how it does and what it does inside, with all figures, and the commands "
           "that make it again. The page holds everything within itself, opens in any browser and "
           "needs no network. Trials are run as in the run: its seed, its spiking network.\v"
           "Example: spikernn report runs/first",
    .min_args = 1,
    .max_args = 1,
    .groups = groups,
    .run = run};
