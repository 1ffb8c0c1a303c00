/* Figures that cannot be drawn are refused before the training, which takes long. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* A network that is not trained may fail in another way than the trained one will. */
static int refusal(const cli_options *o, srnn_ctx *ctx, cli_progress *progress, srnn_status status)
{
    cli_progress_clear(progress);
    const bool refused = status == SRNN_ERR_ARGUMENT || status == SRNN_CANCELLED;
    return refused ? cli_library_error(o, ctx, status) : CLI_OK;
}

static bool check_figures_options(cli_options *o, const srnn_model *model)
{
    if (o->s.figures_dir && !cli_folder_check(o, o->s.figures_dir))
        return cli_error(o, "%s", o->error), false;
    return cli_shown_units(o, model);
}

/* The training and the search are still to come. */
static bool comes_later(const cli_options *o, const srnn_figure *figure)
{
    const bool searched = o->s.conversion == SRNN_BY_SCALING_FACTOR;
    return !strcmp(figure->name, "training") || (searched && !strcmp(figure->name, "search"));
}

static int try_figures(cli_options *o, srnn_ctx *ctx, cli_progress *progress, srnn_model *model,
                       const srnn_task *task)
{
    int n = 0;
    for (int i = 0; i < o->n_figures; i++)
        if (!comes_later(o, o->figures[i])) o->figures[n++] = o->figures[i];
    o->n_figures = n;
    if (n == 0) return CLI_OK;
    cli_subject subject = {.model = model};
    const srnn_status status =
        cli_analyze_model(ctx, o, model, task, o->s.scaling_factors.x[0], &subject.analysis);
    int code = refusal(o, ctx, progress, status);
    const srnn_figure *figures[CLI_FIGURES_MAX];
    const srnn_figure_data data = cli_figure_data(o, &subject);
    if (!status) code = cli_figures_possible(o, &data, figures, &n);
    cli_analysis_free(&subject.analysis);
    return code;
}

int cli_rehearse_figures(cli_options *o, srnn_ctx *ctx, cli_progress *progress, srnn_model *model,
                         const srnn_task *task)
{
    if (!check_figures_options(o, model)) return CLI_FAILED;
    cli_options one = *o;
    one.s.observed_trials = 1;
    one.s.spiking.use_readout = false; /* there is none yet */
    return try_figures(&one, ctx, progress, model, task);
}
