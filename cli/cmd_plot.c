/* spikernn plot: figures of a model or of spikes. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Into a terminal, or where there is none, as into one of the usual size. */
static int plot_show(cli_options *o, srnn_ctx *ctx, const cli_subject *subject)
{
    const srnn_figure_data data = cli_figure_data(o, subject);
    const srnn_figure *figures[CLI_FIGURES_MAX];
    int n;
    const int code = cli_figures_possible(o, &data, figures, &n);
    if (code) return code;
    struct winsize window = {.ws_row = 0};
    const bool colour = *cli_style_out(CLI_PLAIN) != '\0';
    const bool sized = isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
    const int columns = sized && window.ws_col >= 40 ? window.ws_col : 100;
    const int lines = sized && window.ws_row >= 16 ? window.ws_row - 2 : 30;
    const srnn_figure_options draw = cli_figure_options(o, NULL);
    for (int i = 0; i < n; i++) {
        char *text;
        const srnn_status status =
            srnn_figure_show(ctx, figures[i], &data, &draw, columns, lines, colour, &text);
        if (status) return cli_library_error(o, ctx, status);
        printf("%s%s\n%s\n", i ? "\n" : "", figures[i]->title, text);
        free(text);
    }
    return CLI_OK;
}

static json_t *figures_json(const cli_options *o, const cli_figures_drawn *drawn,
                            const char *folder)
{
    json_t *document = cli_json_document(o), *figures = json_array();
    for (int i = 0; i < drawn->n; i++)
        json_array_append_new(figures, json_pack("{ssssss}", "name", drawn->figures[i]->name,
                                                 "title", drawn->figures[i]->title, "caption",
                                                 drawn->figures[i]->caption));
    json_object_set_new(document, "folder", cli_json_text(folder));
    json_object_set_new(document, "scripts_only", json_boolean(drawn->scripts_only));
    json_object_set_new(document, "figures", figures);
    return document;
}

static int plot_draw(cli_options *o, srnn_ctx *ctx, const cli_subject *subject)
{
    char *folder = cli_figures_folder(o, o->args[0]);
    if (!folder) return cli_error(o, "out of memory");
    cli_figures_drawn drawn;
    int code = cli_draw_figures(o, ctx, subject, folder, &drawn);
    if (!code && o->json) {
        code = cli_json_result(o, figures_json(o, &drawn, folder));
    } else if (!code) {
        for (int i = 0; i < drawn.n; i++)
            printf("  %-12s %s\n", drawn.figures[i]->name, drawn.figures[i]->title);
        printf("figures: %s\n", folder);
    }
    if (!code && drawn.scripts_only) code = CLI_FAILED;
    free(folder);
    return code;
}

static int plot_list(const cli_options *o)
{
    if (o->json) {
        cli_figures_drawn all = {.n = 0};
        while (all.n < CLI_FIGURES_MAX && srnn_figure_at(all.n)) {
            all.figures[all.n] = srnn_figure_at(all.n);
            all.n++;
        }
        return cli_json_result(o, figures_json(o, &all, ""));
    }
    for (int i = 0; srnn_figure_at(i); i++)
        printf("%-14s %s\n", srnn_figure_at(i)->name, srnn_figure_at(i)->title);
    return CLI_OK;
}

static int plot_run(cli_options *o)
{
    if (o->list_figures) return plot_list(o);
    if (o->n_args == 0)
        return cli_error(o, "an argument is missing; expected %s", o->verb->args_doc);
    if (!cli_networks_fit(o)) return CLI_FAILED;
    if (!o->s.figures) o->all_figures = true;
    if (cli_figures_wanted(o) && !o->show && !cli_figures_folder_check(o, o->args[0]))
        return CLI_FAILED;
    return cli_with_subject(o, o->show ? plot_show : plot_draw);
}

static const cli_group plot_groups[] = {
    {NULL, "network +show +list"},
    {"Figures:", "@figures units"},
    {"What is drawn:", "@analysis n_trials=observed_trials scaling_factor conversion readout"},
    {"Spiking network:", "@neuron"},
    {"Stimulation:", "@stimulation"},
    {"Task (default: the file's):", "@task"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

const cli_verb cli_plot = {
    .name = "plot",
    .args_doc = "MODEL|SPIKES",
    .summary = "figures of a model, its trials and its analyses, or of a file of spikes",
    .doc = "Runs trials of both networks of a MODEL as `analyze` does and draws figures through "
           "gnuplot; or draws what a file of SPIKES (.mat or .csv of `simulate`, .nwb, .h5) "
           "allows. Beside each figure lie its script and its data: `gnuplot NAME.gp` draws it "
           "again (docs/figures.md).\v"
           "Example: spikernn plot model.mat --figures raster,outputs --formats pdf",
    .min_args = 0,
    .max_args = 1,
    .groups = plot_groups,
    .run = plot_run};
