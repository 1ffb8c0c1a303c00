/* spikernn report: one page about a run. */
#define _GNU_SOURCE 1
#include "report.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The folder's summary; NULL: the sentence has been printed. */
static json_t *load_summary(const cli_options *o, const char *folder)
{
    char *text = cli_folder_text(o, folder, "summary.json", "a folder that `spikernn run` made");
    json_t *summary = text ? cli_run_summary(o, folder, text) : NULL;
    free(text);
    return summary;
}

/* The options of the run on which its spiking network and its trials depend, as a configuration. */
static json_t *run_options(const json_t *summary)
{
    const json_t *options = cli_at(summary, "options"), *seed = cli_at(summary, "seed");
    const double low = cli_number_at(options, "v0_low_mv");
    json_t *taken = json_object(), *value;
    const char *name;
    json_object_foreach((json_t *)options, name, value)
    {
        const srnn_option *row = srnn_option_named(name);
        if (row && row->subject == SRNN_OF_NEURON) json_object_set(taken, name, value);
    }
    if (!cli_at(options, "v0") && low == cli_number_at(options, "v_reset_mv"))
        json_object_set_new(taken, "v0", json_string("reset"));
    else if (!cli_at(options, "v0") && low == cli_number_at(options, "bias_mv"))
        json_object_set_new(taken, "v0", json_string("rest"));
    if (seed) json_object_set(taken, "seed", (json_t *)seed);
    const char *conversion = cli_text_at(summary, "search.conversion");
    if (!strcmp(conversion, srnn_option_choice("conversion", SRNN_BY_OPERATING_POINT)))
        json_object_set_new(taken, "conversion", json_string(conversion));
    if (cli_at(summary, "readout")) json_object_set_new(taken, "readout", json_string("ridge"));
    return taken;
}

static bool take_options(cli_options *o, const char *path, const json_t *summary)
{
    json_t *taken = run_options(summary);
    char *text = json_dumps(taken, 0);
    json_decref(taken);
    const srnn_status status =
        text ? srnn_options_set_json(o->reader, o->values, text, path) : SRNN_ERR_NO_MEMORY;
    free(text);
    if (status) return cli_error(o, "%s", srnn_ctx_message(o->reader)), false;
    if (!cli_options_finish(o, NULL)) return cli_error(o, "%s", o->error), false;
    if (isnan(o->s.scaling_factor))
        o->s.scaling_factor = cli_number_at(summary, "evaluation.scaling_factor");
    o->rate_network = !cli_at(summary, "search");
    const double evaluated = cli_number_at(summary, "evaluation.trials_of_each_type");
    if (cli_figure_wanted(o, "confusion") && evaluated >= 1 && evaluated <= INT_MAX)
        o->evaluated_trials = (int)evaluated;
    o->s.formats |= SRNN_SVG; /* which the page shows */
    return true;
}

/* An earlier page stays where the figures of this one cannot be drawn. */
static int write_report(cli_options *o, srnn_ctx *ctx, const char *folder, const char *figures,
                        const cli_subject *subject)
{
    cli_figures_drawn drawn;
    if (!cli_folder_check(o, figures)) return cli_error(o, "%s", o->error);
    int code = cli_draw_figures(o, ctx, subject, figures, &drawn);
    if (!code) code = cli_write_report(o, folder, subject, &drawn);
    return code ? code : cli_report_written(o, folder);
}

static int report_results(cli_options *o, srnn_ctx *ctx, const char *folder)
{
    char *summary_path = NULL, *model_path = NULL, *figures = NULL;
    if (asprintf(&summary_path, "%s/summary.json", folder) < 0 ||
        asprintf(&model_path, "%s/model.mat", folder) < 0 ||
        asprintf(&figures, "%s/figures", folder) < 0)
        return cli_error(o, "out of memory");
    int code = CLI_FAILED;
    json_t *summary = load_summary(o, folder);
    if (summary && (!cli_folder_check(o, folder) ||
                    (o->s.figures_dir && !cli_folder_check(o, o->s.figures_dir))))
        cli_error(o, "%s", o->error);
    else if (summary && take_options(o, summary_path, summary))
        code = CLI_OK;
    if (!code) {
        cli_subject subject;
        code = cli_subject_open(o, ctx, model_path, &subject);
        if (!code)
            code = write_report(o, ctx, folder, o->s.figures_dir ? o->s.figures_dir : figures,
                                &subject);
        cli_subject_close(&subject);
    }
    json_decref(summary);
    free(summary_path);
    free(model_path);
    free(figures);
    return code;
}

static bool is_folder(const cli_options *o, const char *folder)
{
    struct stat info;
    if (stat(folder, &info))
        cli_error(o, "%s: %s; expected the folder of a run", folder, strerror(errno));
    else if (!S_ISDIR(info.st_mode))
        cli_error(o, "%s is not a folder; expected the folder of a run", folder);
    else
        return true;
    return false;
}

static int report_run(cli_options *o)
{
    const char *folder;
    if (cli_parse_folder(o, "DIR", o->args[0], &folder)) return cli_error(o, "%s", o->error);
    if (!is_folder(o, folder)) return CLI_FAILED;
    bool whole = false;
    const int followed = o->follow ? cli_follow_run(o, folder, &whole) : CLI_OK;
    if (followed) return followed;
    /* with options the page would be another one */
    if (whole && !cli_latest(o, ~0u, "threads")) return cli_report_written(o, folder);
    if (!o->s.figures) o->all_figures = true;
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    const int code = report_results(o, ctx, folder);
    srnn_ctx_free(ctx);
    return code;
}

static const cli_group report_groups[] = {{"What is shown:", "@analysis n_trials=observed_trials"},
                                          {"Figures:", "@figures units"},
                                          {"Running:", "+follow seed threads +quiet +config"},
                                          {"Output:", "+json +help"},
                                          {0}};

const cli_verb cli_report = {
    .name = "report",
    .args_doc = "DIR",
    .summary = "one page about a run: figures, tables, plots to look into, how to repeat it",
    .doc = "Writes DIR/report.html from a folder that `run` made: what was trained, how it was "
           "converted, its performance, activity and dynamics, with all figures, and the commands "
           "that make it again. The page holds everything within itself, opens in any browser and "
           "needs no network. Trials are run as in the run: its seed, its spiking network. With "
           "--follow the page shows a run while it goes on: loss and accuracy, λ, the time left.\v"
           "Example: spikernn report runs/first",
    .min_args = 1,
    .max_args = 1,
    .groups = report_groups,
    .run = report_run};
