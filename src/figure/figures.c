/* The figures one by one, and how a set of them is drawn. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figure/plot.h"

srnn_figure_options srnn_figure_options_default(void)
{
    return (srnn_figure_options){.formats = SRNN_PNG | SRNN_SVG, .gnuplot = "gnuplot"};
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

static const struct {
    unsigned format;
    const char *name, *end;
} formats[] = {{SRNN_PNG, "png", ".png"}, {SRNN_SVG, "svg", ".svg"}, {SRNN_PDF, "pdf", ".pdf"}};
enum { N_FORMATS = sizeof formats / sizeof *formats };

/* ---- script and data ---- */

static char *path_in(const char *folder, const char *name, const char *end)
{
    const size_t room = strlen(folder) + strlen(name) + strlen(end) + 2;
    char *path = malloc(room);
    if (path) snprintf(path, room, "%s/%s%s", folder, name, end);
    return path;
}

/* What became of a figure; threads draw several. */
typedef struct outcome {
    srnn_status status;
    char message[700];
} outcome;

static void tell(outcome *o, srnn_status status, const char *format, ...) SRNN__PRINTF(3, 4);
static void tell(outcome *o, srnn_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(o->message, sizeof o->message, format, args);
    va_end(args);
    o->status = status;
}

static void cannot_write(outcome *o, const char *path, int reason)
{
    tell(o, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(reason));
}

static int close_file(FILE *file, int error)
{
    errno = 0;
    const bool bad = ferror(file);
    const bool closed = !fclose(file);
    if (error) return error;
    return bad || !closed ? (errno ? errno : EIO) : 0;
}

/* Numbers are written with a point, whatever the program's language. */
static void draw_in_c(const srnn__drawing *drawing, srnn__plot *plot, const srnn_figure_data *data)
{
    const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    const locale_t before = plain ? uselocale(plain) : (locale_t)0;
    drawing->draw(plot, data);
    if (!plain) return;
    uselocale(before);
    freelocale(plain);
}

static void write_files(srnn__plot *plot, const srnn__drawing *drawing,
                        const srnn_figure_data *data, const char *script, const char *numbers,
                        outcome *o)
{
    plot->figure = &drawing->figure;
    plot->script = fopen(script, "w");
    if (!plot->script) {
        cannot_write(o, script, errno);
        return;
    }
    plot->data = fopen(numbers, "w");
    if (!plot->data) {
        cannot_write(o, numbers, errno);
        fclose(plot->script);
        return;
    }
    draw_in_c(drawing, plot, data);
    const int script_error = close_file(plot->script, plot->error);
    const int data_error = close_file(plot->data, plot->error);
    if (plot->no_memory) {
        tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (script_error || data_error) {
        cannot_write(o, script_error ? script : numbers, script_error ? script_error : data_error);
    }
    if (!o->status) return;
    unlink(script); /* half a figure is none */
    unlink(numbers);
}

static void write_figure(srnn__plot *plot, const srnn__drawing *drawing,
                         const srnn_figure_data *data, const char *folder, outcome *o)
{
    char *script = path_in(folder, drawing->figure.name, ".gp");
    char *numbers = path_in(folder, drawing->figure.name, ".dat");
    if (script && numbers) {
        write_files(plot, drawing, data, script, numbers, o);
    } else {
        tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    }
    free(script);
    free(numbers);
}

/* ---- gnuplot ---- */

static void run_gnuplot(const char *gnuplot, const char *folder, const char *name, char **text,
                        outcome *o)
{
    char words[256], script[64];
    snprintf(script, sizeof script, "%s.gp", name);
    switch (srnn__gnuplot(gnuplot, folder, script, text, words)) {
    case SRNN__DRAWN: break;
    case SRNN__NOT_STARTED:
        tell(o, SRNN_ERR_PROGRAM,
             "gnuplot is not there, or cannot be started as '%s' (%s): install it, on Debian or "
             "Ubuntu with `apt-get install gnuplot-nox`",
             gnuplot, words);
        break;
    case SRNN__NOT_DRAWN:
        tell(o, SRNN_ERR_FILE, "gnuplot failed on %s/%s: %s", folder, script, words);
    }
}

/* Figures of an earlier time must not pass for new ones where gnuplot fails. */
static void remove_drawn(const char *folder, const char *name, unsigned wanted)
{
    for (int k = 0; k < N_FORMATS; k++) {
        char *path = wanted & formats[k].format ? path_in(folder, name, formats[k].end) : NULL;
        if (path) unlink(path);
        free(path);
    }
}

static void check_drawn(const char *folder, const char *name, unsigned wanted, outcome *o)
{
    for (int k = 0; k < N_FORMATS; k++) {
        char *path = wanted & formats[k].format ? path_in(folder, name, formats[k].end) : NULL;
        struct stat info;
        if (path && !o->status && (stat(path, &info) || info.st_size == 0))
            tell(o, SRNN_ERR_FILE, "gnuplot wrote no %s", path);
        free(path);
    }
}

static void draw_one(const srnn__drawing *drawing, const srnn_figure_data *data,
                     const srnn_figure_options *options, outcome *o)
{
    const char *name = drawing->figure.name;
    srnn__plot plot = {0};
    const unsigned listed = options->formats ? options->formats : SRNN_PNG | SRNN_SVG;
    for (int k = 0; k < N_FORMATS; k++)
        if (listed & formats[k].format) {
            if (*plot.formats) strcat(plot.formats, " ");
            strcat(plot.formats, formats[k].name);
        }
    remove_drawn(options->folder, name, options->formats);
    write_figure(&plot, drawing, data, options->folder, o);
    if (o->status || !options->formats) return;
    run_gnuplot(options->gnuplot, options->folder, name, NULL, o);
    check_drawn(options->folder, name, options->formats, o);
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

srnn_status srnn_figures_draw(srnn_ctx *ctx, const srnn_figure *const *figures, int n,
                              const srnn_figure_data *data, const srnn_figure_options *options)
{
    if (!options || !options->folder || !*options->folder)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "folder is not given; expected one for figures");
    if (options->formats & ~(unsigned)(SRNN_PNG | SRNN_SVG | SRNN_PDF))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "formats is %u; expected a sum of SRNN_PNG, SRNN_SVG, SRNN_PDF",
                          options->formats);
    srnn_figure_options o = *options;
    if (!o.gnuplot) o.gnuplot = srnn_figure_options_default().gnuplot;
    for (int i = 0; i < n; i++) {
        const srnn_status status = check_possible(ctx, figures[i], data);
        if (status) return status;
    }
    const srnn_status status = make_folder(ctx, o.folder);
    if (status || n <= 0) return status;
    outcome *outcomes = calloc((size_t)n, sizeof *outcomes);
    if (!outcomes) return srnn__no_memory(ctx);
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic) if (n > 1)
    for (int i = 0; i < n; i++) draw_one(drawing_of(figures[i]), data, &o, &outcomes[i]);
    int first = 0;
    while (first < n && !outcomes[first].status) first++;
    const srnn_status end =
        first < n ? srnn__fail(ctx, outcomes[first].status, "%s", outcomes[first].message)
                  : SRNN_OK;
    free(outcomes);
    return end;
}

/* ---- in a terminal ---- */

static void show_in(const char *folder, const srnn__drawing *drawing, const srnn_figure_data *data,
                    const char *gnuplot, srnn__plot *plot, char **text, outcome *o)
{
    write_figure(plot, drawing, data, folder, o);
    if (o->status) return;
    run_gnuplot(gnuplot, folder, drawing->figure.name, text, o);
    static const char *const ends[] = {".gp", ".dat"};
    for (int k = 0; k < 2; k++) {
        char *path = path_in(folder, drawing->figure.name, ends[k]);
        if (path) unlink(path);
        free(path);
    }
}

srnn_status srnn_figure_show(srnn_ctx *ctx, const srnn_figure *figure, const srnn_figure_data *data,
                             const srnn_figure_options *options, int columns, int lines, bool color,
                             char **text)
{
    *text = NULL;
    const srnn__check checks[] = {
        {"columns", columns, columns >= 20 && columns <= 1000, "20 to 1000"},
        {"lines", lines, lines >= 8 && lines <= 1000, "8 to 1000"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = check_possible(ctx, figure, data);
    if (status) return status;
    const char *gnuplot =
        options && options->gnuplot ? options->gnuplot : srnn_figure_options_default().gnuplot;
    const char *root = getenv("TMPDIR");
    char *folder = path_in(root && *root ? root : "/tmp", "spikernn-XXXXXX", "");
    if (!folder) return srnn__no_memory(ctx);
    outcome o = {0};
    if (mkdtemp(folder)) {
        srnn__plot plot = {.formats = "dumb",
                           .terminal = true,
                           .color = color,
                           .columns = columns,
                           .lines = lines};
        show_in(folder, drawing_of(figure), data, gnuplot, &plot, text, &o);
        rmdir(folder);
    } else {
        tell(&o, SRNN_ERR_FILE, "folder %s cannot be made: %s", folder, strerror(errno));
    }
    free(folder);
    if (!o.status && !*text) tell(&o, SRNN_ERR_FILE, "gnuplot drew nothing");
    return o.status ? srnn__fail(ctx, o.status, "%s", o.message) : SRNN_OK;
}
