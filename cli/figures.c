/* Which figures are drawn, in which form, and where. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_FIGURES = CLI_FIGURE_KEYS, KEY_FORMATS, KEY_FOLDER, KEY_UNITS };

static const struct argp_option options[] = {
    {"figures", KEY_FIGURES, "LIST", 0,
     "names with commas between, all (those that the data allow), or none; `spikernn plot --list` "
     "tells them; of `run`, none leaves out the report, too",
     0},
    {"formats", KEY_FORMATS, "LIST", 0,
     "of png, svg, pdf (default png,svg), and for a report svg in any case; gnuplot's script and "
     "the "
     "data are always kept",
     0},
    {"figures_dir", KEY_FOLDER, "DIR", 0,
     "folder of the figures (default: MODEL without its ending and with _figures; of `run`, "
     "`figures` in its own)",
     0},
    {"units", KEY_UNITS, "LIST", 0,
     "units whose voltages are shown: 1,3:7, exc, inh, pv, som, all (default: those of the largest "
     "output weights)",
     0},
    {0}};

static error_t parse_formats(cli_options *o, const char *arg)
{
    static const char *const names[] = {"png", "svg", "pdf", NULL};
    static const unsigned formats[] = {SRNN_PNG, SRNN_SVG, SRNN_PDF};
    bool chosen[3];
    const error_t error = cli_parse_choices(o, "--formats", arg, names, chosen);
    o->formats = 0;
    for (int i = 0; i < 3 && !error; i++) o->formats |= chosen[i] ? formats[i] : 0;
    return error;
}

/* The names are looked at in time, before anything is run. */
static error_t parse_figures(cli_options *o, const char *arg)
{
    o->figures_given = true;
    o->all_figures = !strcmp(arg, "all");
    o->n_figures = 0;
    if (o->all_figures || !strcmp(arg, "none")) return 0;
    const char *names[CLI_FIGURES_MAX + 1];
    int n = 0;
    while (n < CLI_FIGURES_MAX && srnn_figure_at(n)) {
        names[n] = srnn_figure_at(n)->name;
        n++;
    }
    names[n] = NULL;
    bool chosen[CLI_FIGURES_MAX];
    const error_t error = cli_parse_choices(o, "--figures", arg, names, chosen);
    for (int i = 0; i < n && !error; i++)
        if (chosen[i]) o->figures[o->n_figures++] = srnn_figure_at(i);
    return error;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    switch (key) {
    case KEY_FIGURES: return parse_figures(o, arg);
    case KEY_FORMATS: return parse_formats(o, arg);
    case KEY_UNITS: o->units = arg; return 0;
    case KEY_FOLDER: return cli_parse_folder(o, "--figures_dir", arg, &o->figures_dir);
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_figures_group = {.options = options, .parser = parse};

srnn_figure_data cli_figure_data(const cli_options *o, const cli_subject *subject)
{
    const cli_analysis *a = &subject->analysis;
    const bool rate = a->pca[SRNN_RATE].N > 0, spiking = a->pca[SRNN_SPIKING].N > 0;
    return (srnn_figure_data){
        .model = subject->model,
        .observation = a->observation.K > 0 ? &a->observation : NULL,
        .spikes = a->spikes,
        .statistics = a->spikes ? &a->statistics : NULL,
        .comparison = a->observation.comparison.N > 0 ? &a->observation.comparison : NULL,
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
        .bin_ms = o->bin_ms};
}

bool cli_figures_wanted(const cli_options *o) { return o->all_figures || o->n_figures > 0; }

char *cli_figures_folder(const cli_options *o, const char *path)
{
    char *folder = NULL;
    if (o->figures_dir) return strdup(o->figures_dir);
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

int cli_draw_figures(const cli_options *o, srnn_ctx *ctx, const cli_subject *subject,
                     const char *folder, cli_figures_drawn *drawn)
{
    const srnn_figure_data data = cli_figure_data(o, subject);
    *drawn = (cli_figures_drawn){.n = 0};
    const int code = cli_figures_possible(o, &data, drawn->figures, &drawn->n);
    if (code || drawn->n == 0) return code;
    srnn_figure_options draw = srnn_figure_options_default();
    draw.folder = folder;
    draw.formats = o->formats;
    const srnn_status status = srnn_figures_draw(ctx, drawn->figures, drawn->n, &data, &draw);
    if (status && status != SRNN_ERR_PROGRAM) drawn->n = 0; /* which ones were, nobody knows */
    if (status && status != SRNN_ERR_PROGRAM) return cli_library_error(o, ctx, status);
    drawn->scripts_only = status == SRNN_ERR_PROGRAM;
    if (drawn->scripts_only) cli_error(o, "%s", srnn_ctx_message(ctx));
    return CLI_OK;
}
