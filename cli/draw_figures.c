/* The figures of an analysis: their data, their folder, and how they are drawn. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

srnn_figure_data cli_figure_data(const cli_options *o, const cli_subject *subject)
{
    const cli_analysis *a = &subject->analysis;
    const bool rate = a->pca[SRNN_RATE].N > 0, spiking = a->pca[SRNN_SPIKING].N > 0;
    const srnn_evaluation *evaluation = subject->evaluation                   ? subject->evaluation
                                        : a->own_evaluation.rate.n_trials > 0 ? &a->own_evaluation
                                                                              : NULL;
    return (srnn_figure_data){
        .model = subject->model,
        .evaluation = evaluation,
        .noise_curve = subject->noise_curve,
        .transfer = a->transfer.n > 0 ? &a->transfer : NULL,
        .by_factor = a->by_factor.n > 0 ? &a->by_factor : NULL,
        .scaling_factor = evaluation ? evaluation->scaling_factor : (double)NAN,
        .observation = a->observation->K > 0 ? a->observation : NULL,
        .spikes = a->spikes,
        .statistics = a->spikes ? &a->statistics : NULL,
        .comparison = a->observation->comparison.N > 0 ? &a->observation->comparison : NULL,
        .rate_pca = rate ? &a->pca[SRNN_RATE] : NULL,
        .spiking_pca = spiking ? &a->pca[SRNN_SPIKING] : NULL,
        .rate_decoding = a->decoding[SRNN_RATE].n_bins > 0 ? &a->decoding[SRNN_RATE] : NULL,
        .spiking_decoding =
            a->decoding[SRNN_SPIKING].n_bins > 0 ? &a->decoding[SRNN_SPIKING] : NULL,
        .rate_axes = a->axes[SRNN_RATE].N > 0 ? &a->axes[SRNN_RATE] : NULL,
        .spiking_axes = a->axes[SRNN_SPIKING].N > 0 ? &a->axes[SRNN_SPIKING] : NULL,
        .variable_names = (const char *const *)a->variable_names,
        .fixed_points = a->fixed.N > 0 ? &a->fixed : NULL,
        .fixed_pca = rate ? &a->pca[SRNN_RATE] : NULL,
        .fixed_type = o->s.fixed_points,
        .bin_ms = o->s.bin_ms,
        .spike_mv = o->s.spiking.neuron.v_peak_mv};
}

char *cli_figures_folder(const cli_options *o, const char *path)
{
    char *folder = NULL;
    if (o->s.figures_dir) return strdup(o->s.figures_dir);
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    const int length = (int)(dot && (!slash || dot > slash) ? dot - path : (long)strlen(path));
    return asprintf(&folder, "%.*s_figures", length, path) < 0 ? NULL : folder;
}

bool cli_figures_folder_check(cli_options *o, const char *path)
{
    char *folder = cli_figures_folder(o, path);
    const bool fine = cli_folder_check(o, folder);
    if (!fine) cli_error(o, "%s", o->error);
    free(folder);
    return fine;
}

int cli_figures_possible(const cli_options *o, const srnn_figure_data *data,
                         const srnn_figure *figures[CLI_FIGURES_MAX], int *n)
{
    const char *why;
    *n = 0;
    for (int i = 0; i < o->n_figures; i++) {
        if (!srnn_figure_possible(o->figures[i], data, &why))
            return cli_error(o, "--figures has %s, which cannot be drawn: %s", o->figures[i]->name,
                             why);
        figures[(*n)++] = o->figures[i];
    }
    for (int i = 0; o->all_figures && i < CLI_FIGURES_MAX && srnn_figure_at(i); i++)
        if (srnn_figure_possible(srnn_figure_at(i), data, &why))
            figures[(*n)++] = srnn_figure_at(i);
    return CLI_OK;
}

srnn_figure_options cli_figure_options(const cli_options *o, const char *folder)
{
    srnn_figure_options options = srnn_figure_options_default();
    options.folder = folder;
    options.formats = o->s.formats;
    options.style = o->s.style;
    options.scripts = o->s.figure_scripts;
    return options;
}

int cli_draw_data(const cli_options *o, srnn_ctx *ctx, const srnn_figure_data *data,
                  const char *folder, cli_figures_drawn *drawn)
{
    *drawn = (cli_figures_drawn){.n = 0};
    const int code = cli_figures_possible(o, data, drawn->figures, &drawn->n);
    if (code || drawn->n == 0) return code;
    const srnn_figure_options draw = cli_figure_options(o, folder);
    const srnn_status status = srnn_figures_draw(ctx, drawn->figures, drawn->n, data, &draw);
    if (status && status != SRNN_ERR_PROGRAM) drawn->n = 0; /* which ones were, nobody knows */
    if (status && status != SRNN_ERR_PROGRAM) return cli_library_error(o, ctx, status);
    drawn->scripts_only = status == SRNN_ERR_PROGRAM;
    if (drawn->scripts_only) cli_error(o, "%s", srnn_ctx_message(ctx));
    return CLI_OK;
}

int cli_draw_figures(const cli_options *o, srnn_ctx *ctx, const cli_subject *subject,
                     const char *folder, cli_figures_drawn *drawn)
{
    const srnn_figure_data data = cli_figure_data(o, subject);
    return cli_draw_data(o, ctx, &data, folder, drawn);
}

/* ---- before there is a trained network ---- */

/* A network that is not trained may fail in another way than the trained one will. */
static int refusal(const cli_options *o, srnn_ctx *ctx, srnn_status status)
{
    const bool refused = status == SRNN_ERR_ARGUMENT || status == SRNN_CANCELLED;
    return refused ? cli_library_error(o, ctx, status) : CLI_OK;
}

static bool figures_options_fit(cli_options *o, const srnn_model *model)
{
    if (o->s.figures_dir && !cli_folder_check(o, o->s.figures_dir))
        return cli_error(o, "%s", o->error), false;
    return cli_shown_units(o, model);
}

/* The training, the search and the noise curve are still to come. */
static bool comes_later(const cli_options *o, const srnn_figure *figure)
{
    const bool searched = o->s.conversion == SRNN_BY_SCALING_FACTOR;
    return !strcmp(figure->name, "training") || (searched && !strcmp(figure->name, "search")) ||
           (o->s.noise_curve.n > 0 && !strcmp(figure->name, "noise"));
}

static int try_named_figures(cli_options *o, srnn_ctx *ctx, srnn_model *model,
                             const srnn_task *task)
{
    int n = 0;
    for (int i = 0; i < o->n_figures; i++)
        if (!comes_later(o, o->figures[i])) o->figures[n++] = o->figures[i];
    o->n_figures = n;
    if (n == 0) return CLI_OK;
    cli_subject subject = {.model = model};
    const srnn_status status =
        cli_analyze_model(ctx, o, model, task, o->s.scaling_factors.x[0], NULL, &subject.analysis);
    int code = refusal(o, ctx, status);
    const srnn_figure *figures[CLI_FIGURES_MAX];
    const srnn_figure_data data = cli_figure_data(o, &subject);
    if (!status) code = cli_figures_possible(o, &data, figures, &n);
    cli_analysis_free(&subject.analysis);
    return code;
}

int cli_figures_try(cli_options *o, srnn_ctx *ctx, srnn_model *model, const srnn_task *task)
{
    if (!figures_options_fit(o, model)) return CLI_FAILED;
    cli_options one = *o;
    one.s.spiking.conversion.use_readout = false; /* there is none yet */
    return try_named_figures(&one, ctx, model, task);
}
