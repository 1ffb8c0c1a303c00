/* The figures that there are, and how a set of them is drawn. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "figure/one_figure.h"
#include "figure/scripts.h"

srnn_figure_options srnn_figure_options_default(void)
{
    return (srnn_figure_options){
        .size = sizeof(srnn_figure_options), .formats = SRNN_PNG | SRNN_SVG, .gnuplot = "gnuplot"};
}

const srnn_figure *srnn_figure_at(int i)
{
    return i >= 0 && i < srnn__n_drawings ? &srnn__drawings[i].figure : NULL;
}

const srnn_figure *srnn_figure_named(const char *name)
{
    for (int i = 0; i < srnn__n_drawings; i++)
        if (srnn__same_name(name, srnn__drawings[i].figure.name)) return srnn_figure_at(i);
    return NULL;
}

static const srnn__drawing *drawing_of(const srnn_figure *figure)
{
    for (int i = 0; i < srnn__n_drawings; i++)
        if (figure == &srnn__drawings[i].figure) return &srnn__drawings[i];
    return NULL;
}

bool srnn_figure_possible(const srnn_figure *figure, const srnn_figure_data *data, const char **why)
{
    const srnn__drawing *drawing = drawing_of(figure);
    const char *missing =
        drawing ? drawing->missing(data) : "it is not one of the figures there are";
    if (why) *why = missing;
    return !missing;
}

/* ---- a set of them ---- */

typedef struct figure_job {
    srnn_ctx *ctx;
    int n;
    atomic_int done;
    atomic_bool stop;
} figure_job;

/* Only the calling thread's progress is heard; it asks for all. */
static bool figures_asked_to_stop(void *user)
{
    figure_job *j = user;
    if (!j->stop && srnn__progress(j->ctx, "figures", j->done, j->n, NAN, NAN)) j->stop = true;
    return j->stop;
}

static void wait_for_others(figure_job *j)
{
    const struct timespec look = {.tv_nsec = 20 * 1000 * 1000};
    while (j->done < j->n && !figures_asked_to_stop(j)) nanosleep(&look, NULL);
}

static void draw_all(figure_job *j, const srnn_figure *const *figures, const srnn_figure_data *data,
                     const srnn__figure_how *how, char *const *scripts,
                     srnn__figure_outcome *outcomes)
{
    srnn__progress_start(j->ctx, 0);
#pragma omp parallel num_threads(j->ctx->threads) if (j->n > 1)
    {
#pragma omp for schedule(dynamic) nowait
        for (int i = 0; i < j->n; i++) {
            if (figures_asked_to_stop(j))
                outcomes[i].status = SRNN_CANCELLED;
            else
                srnn__figure_draw(drawing_of(figures[i]), data, how, scripts[i], &outcomes[i]);
            if (outcomes[i].status != SRNN_CANCELLED) j->done++;
        }
#pragma omp master
        wait_for_others(j);
    }
}

/* With the folders above it. */
static srnn_status make_folder(srnn_ctx *ctx, const char *folder)
{
    char *path = strdup(folder);
    if (!path) return srnn__no_memory(ctx);
    int reason = 0;
    for (char *end = path + 1; !reason; end++) {
        if (*end && *end != '/') continue;
        const char kept = *end;
        *end = 0;
        struct stat info;
        if (mkdir(path, 0777) && errno != EEXIST) reason = errno;
        if (!reason && (stat(path, &info) || !S_ISDIR(info.st_mode))) reason = ENOTDIR;
        *end = kept;
        if (!kept) break;
    }
    free(path);
    return reason ? srnn__fail(ctx, SRNN_ERR_FILE, "folder %s cannot be made: %s", folder,
                               strerror(reason))
                  : SRNN_OK;
}

static srnn_status check_possible(srnn_ctx *ctx, const srnn_figure *figure,
                                  const srnn_figure_data *data)
{
    const char *why;
    if (srnn_figure_possible(figure, data, &why)) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the figure '%s' is not possible: %s",
                      drawing_of(figure) ? figure->name : "?", why);
}

static srnn_status figure_take_options(srnn_ctx *ctx, const srnn_figure_options *given,
                                       srnn_figure_options *o)
{
    *o = srnn_figure_options_default();
    const char *gnuplot = o->gnuplot;
    const srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_figure_options, given, gnuplot, o);
    if (!o->gnuplot) o->gnuplot = gnuplot;
    return status;
}

static srnn_status figures_scripts(srnn_ctx *ctx, const srnn_figure *const *figures, int n,
                                   const srnn_figure_options *options, srnn__scripts *scripts)
{
    const srnn__drawing **drawings = malloc((size_t)n * sizeof *drawings);
    if (!drawings) return srnn__no_memory(ctx);
    for (int i = 0; i < n; i++) drawings[i] = drawing_of(figures[i]);
    const srnn_status status = srnn__scripts_find(ctx, drawings, n, options, scripts);
    free(drawings);
    return status;
}

static srnn_status figures_end(srnn_ctx *ctx, const figure_job *j, const srnn__figure_how *how,
                               srnn__figure_outcome *outcomes)
{
    int first = 0, drawn = 0;
    for (int i = 0; i < j->n; i++)
        drawn += !outcomes[i].status || outcomes[i].status == SRNN_ERR_PROGRAM;
    while (first < j->n && !outcomes[first].status) first++;
    srnn__figure_outcome end = first < j->n ? outcomes[first] : (srnn__figure_outcome){0};
    srnn__figure_outcome placed = {0};
    if (drawn) srnn__figure_place_style(how, &placed);
    if (placed.status) end = placed;
    if (j->stop && j->done < j->n)
        return srnn__fail(ctx, SRNN_CANCELLED,
                          "interrupted after %d of %d figures; the others are as they were",
                          j->done, j->n);
    return end.status ? srnn__fail(ctx, end.status, "%s", end.message) : SRNN_OK;
}

static srnn_status draw_figures(srnn_ctx *ctx, const srnn_figure *const *figures, int n,
                                const srnn_figure_data *data, const srnn_figure_options *options)
{
    figure_job j = {.ctx = ctx, .n = n};
    srnn__scripts scripts = {0};
    char formats[16];
    srnn__figure_formats(options->formats, formats);
    srnn__figure_outcome *outcomes = calloc((size_t)n, sizeof *outcomes);
    srnn_status status =
        outcomes ? figures_scripts(ctx, figures, n, options, &scripts) : srnn__no_memory(ctx);
    if (!status) {
        const srnn__figure_how how = {.options = options,
                                      .style = scripts.style,
                                      .formats = formats,
                                      .stop = &(srnn__stop){figures_asked_to_stop, &j}};
        draw_all(&j, figures, data, &how, scripts.script, outcomes);
        status = figures_end(ctx, &j, &how, outcomes);
    }
    srnn__scripts_free(&scripts);
    free(outcomes);
    return status;
}

srnn_status srnn_figures_draw(srnn_ctx *ctx, const srnn_figure *const *figures, int n,
                              const srnn_figure_data *data, const srnn_figure_options *options)
{
    srnn_figure_options o;
    srnn_status status = figure_take_options(ctx, options, &o);
    if (status) return status;
    if (!o.folder || !*o.folder)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "folder is not given; expected one for figures");
    if (o.formats & ~(unsigned)(SRNN_PNG | SRNN_SVG | SRNN_PDF))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "formats is %u; expected a sum of SRNN_PNG, SRNN_SVG, SRNN_PDF",
                          o.formats);
    for (int i = 0; i < n && !status; i++) status = check_possible(ctx, figures[i], data);
    if (!status) status = make_folder(ctx, o.folder);
    if (status || n <= 0) return status;
    return draw_figures(ctx, figures, n, data, &o);
}

/* ---- in a terminal ---- */

srnn_status srnn_figure_show(srnn_ctx *ctx, const srnn_figure *figure, const srnn_figure_data *data,
                             const srnn_figure_options *options, int columns, int lines, bool color,
                             char **text)
{
    *text = NULL;
    const srnn__check checks[] = {
        {"columns", columns, columns >= 20 && columns <= 1000, "20 to 1000"},
        {"lines", lines, lines >= 8 && lines <= 1000, "8 to 1000"},
    };
    srnn_figure_options given;
    srnn_status status = figure_take_options(ctx, options, &given);
    if (!status) status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = check_possible(ctx, figure, data);
    if (status) return status;
    const char *root = getenv("TMPDIR");
    char *folder = srnn__figure_path(root && *root ? root : "/tmp", "spikernn-XXXXXX", "");
    if (!folder) return srnn__no_memory(ctx);
    srnn__figure_outcome o = {0};
    figure_job j = {.ctx = ctx, .n = 1};
    srnn__scripts scripts = {0};
    srnn__progress_start(ctx, 0);
    if ((status = figures_scripts(ctx, &figure, 1, &given, &scripts))) {
        srnn__scripts_free(&scripts);
        free(folder);
        return status;
    }
    if (mkdtemp(folder)) {
        const srnn__figure_how how = {.options = &given,
                                      .style = scripts.style,
                                      .formats = "dumb",
                                      .columns = columns,
                                      .lines = lines,
                                      .color = color,
                                      .stop = &(srnn__stop){figures_asked_to_stop, &j}};
        srnn__figure_show(folder, drawing_of(figure), data, &how, scripts.script[0], text, &o);
    } else {
        srnn__figure_fail(&o, SRNN_ERR_FILE, "folder %s cannot be made: %s", folder,
                          strerror(errno));
    }
    srnn__scripts_free(&scripts);
    free(folder);
    if (!o.status && !*text) srnn__figure_fail(&o, SRNN_ERR_FILE, "gnuplot drew nothing");
    return o.status ? srnn__fail(ctx, o.status, "%s", o.message) : SRNN_OK;
}
