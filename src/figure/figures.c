/* The figures one by one, and how a set of them is drawn. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/temporary.h"
#include "figure/plot.h"
#include "figure/png.h"
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

static const struct {
    unsigned format;
    const char *name, *end;
    const char *last; /* of a whole one, near its end */
} figure_formats[] = {{SRNN_PNG, "png", ".png", "IEND"},
                      {SRNN_SVG, "svg", ".svg", "</svg>"},
                      {SRNN_PDF, "pdf", ".pdf", "%%EOF"}};
enum { N_FORMATS = sizeof figure_formats / sizeof *figure_formats };

/* ---- files ---- */

static char *figure_path(const char *folder, const char *name, const char *end)
{
    const size_t room = strlen(folder) + strlen(name) + strlen(end) + 2;
    char *path = malloc(room);
    if (path) snprintf(path, room, "%s/%s%s", folder, name, end);
    return path;
}

/* What became of a figure; threads draw several. */
typedef struct figure_outcome {
    srnn_status status;
    char message[700];
} figure_outcome;

static void outcome_tell(figure_outcome *o, srnn_status status, const char *format, ...)
    SRNN__PRINTF(3, 4);
static void outcome_tell(figure_outcome *o, srnn_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(o->message, sizeof o->message, format, args);
    va_end(args);
    o->status = status;
}

static void cannot_write(figure_outcome *o, const char *path, int reason)
{
    outcome_tell(o, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(reason));
}

static int close_file(FILE *file, int error)
{
    errno = 0;
    const bool bad = ferror(file);
    const bool closed = !fclose(file);
    if (error) return error;
    return bad || !closed ? (errno ? errno : EIO) : 0;
}

/* How figures are drawn in one call. */
typedef struct figure_how {
    const srnn_figure_options *options;
    const char *style;   /* text of style.gp */
    const char *formats; /* "png svg", "dumb" */
    int columns, lines;  /* of "dumb", characters */
    bool color;          /* of "dumb" */
    const srnn__stop *stop;
} figure_how;

/* Numbers are written with a point, whatever the program's language. */
static void write_in_c(const srnn__drawing *drawing, srnn__plot *plot, const srnn_figure_data *data,
                       const figure_how *how)
{
    const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    const locale_t before = plain ? uselocale(plain) : (locale_t)0;
    srnn__say_formats(plot, how->formats);
    if (how->columns) {
        srnn__say(plot, "text_columns", how->columns);
        srnn__say(plot, "text_lines", how->lines);
        srnn__say(plot, "text_color", how->color);
    }
    drawing->write(plot, data);
    srnn__end_blocks(plot);
    if (!plain) return;
    uselocale(before);
    freelocale(plain);
}

static void figure_write_files(srnn__plot *plot, const srnn__drawing *drawing,
                               const srnn_figure_data *data, const figure_how *how,
                               const char *numbers, const char *variables, figure_outcome *o)
{
    plot->data = fopen(numbers, "w");
    if (!plot->data) {
        cannot_write(o, numbers, errno);
        return;
    }
    plot->variables = fopen(variables, "w");
    if (!plot->variables) {
        cannot_write(o, variables, errno);
        fclose(plot->data);
        return;
    }
    write_in_c(drawing, plot, data, how);
    const int data_error = close_file(plot->data, plot->error);
    const int variables_error = close_file(plot->variables, plot->error);
    if (plot->no_memory) {
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (data_error || variables_error) {
        cannot_write(o, data_error ? numbers : variables,
                     data_error ? data_error : variables_error);
    }
}

static void write_text(const char *path, const char *text, figure_outcome *o)
{
    FILE *file = fopen(path, "w");
    if (file) fputs(text, file);
    const int reason = file ? close_file(file, 0) : errno;
    if (reason) cannot_write(o, path, reason);
}

static void write_figure(const srnn__drawing *drawing, const srnn_figure_data *data,
                         const figure_how *how, const char *script, const char *folder,
                         figure_outcome *o)
{
    const char *name = drawing->figure.name;
    char *script_path = figure_path(folder, name, ".gp");
    char *style_path = figure_path(folder, "style", ".gp");
    char *numbers = figure_path(folder, name, ".dat"),
         *variables = figure_path(folder, name, ".var");
    if (script_path && style_path && numbers && variables) {
        srnn__plot plot = {0};
        write_text(script_path, script, o);
        if (!o->status) write_text(style_path, how->style, o);
        if (!o->status) figure_write_files(&plot, drawing, data, how, numbers, variables, o);
    } else {
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    }
    free(script_path);
    free(style_path);
    free(numbers);
    free(variables);
}

/* ---- gnuplot ---- */

static void run_gnuplot(const char *gnuplot, const char *folder, const char *name,
                        const srnn__stop *stop, char **text, figure_outcome *o)
{
    char words[256], script[64];
    snprintf(script, sizeof script, "%s.gp", name);
    switch (srnn__gnuplot(gnuplot, folder, script, stop, text, words)) {
    case SRNN__DRAWN: break;
    case SRNN__NOT_STARTED:
        outcome_tell(
            o, SRNN_ERR_PROGRAM,
            "gnuplot is not there, or cannot be started as '%s' (%s): install it, on Debian or "
            "Ubuntu with `apt-get install gnuplot-nox`",
            gnuplot, words);
        break;
    case SRNN__NOT_DRAWN:
        outcome_tell(o, SRNN_ERR_FILE, "gnuplot failed on %s: %s", script, words);
        break;
    case SRNN__STOPPED: outcome_tell(o, SRNN_CANCELLED, "interrupted");
    }
}

/* A full disk cuts a picture off, and gnuplot says nothing. */
static bool picture_is_whole(const char *path, const char *last)
{
    char bytes[33] = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    if (fseek(file, 1 - (long)sizeof bytes, SEEK_END)) rewind(file);
    const size_t n = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    const size_t length = strlen(last);
    for (size_t i = 0; i + length <= n; i++)
        if (!memcmp(bytes + i, last, length)) return true;
    return false;
}

static void check_drawn(const char *from, const char *folder, const char *name, unsigned wanted,
                        figure_outcome *o)
{
    for (int k = 0; k < N_FORMATS && !o->status; k++) {
        if (!(wanted & figure_formats[k].format)) continue;
        char *path = figure_path(from, name, figure_formats[k].end);
        if (!path)
            outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
        else if (!picture_is_whole(path, figure_formats[k].last))
            outcome_tell(o, SRNN_ERR_FILE, "gnuplot wrote no whole %s/%s%s; is the disk full?",
                         folder, name, figure_formats[k].end);
        free(path);
    }
}

/* gnuplot does not say how large a PNG is. */
static void mark_resolution(const char *folder, const char *name, const char *style,
                            figure_outcome *o)
{
    const double dpi = srnn__style_dpi(style);
    char *path = figure_path(folder, name, ".png");
    if (!path)
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    else if (dpi > 0 && !srnn__png_set_dpi(path, dpi))
        cannot_write(o, path, errno);
    free(path);
}

/* ---- a figure ---- */

/* Not synchronised before, as fifty files would take their time: it can be drawn again. */
static void move_file(const char *from, const char *folder, const char *name, const char *end,
                      figure_outcome *o)
{
    char *new = figure_path(from, name, end), *path = figure_path(folder, name, end);
    if (!new || !path)
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    else if (rename(new, path))
        cannot_write(o, path, errno);
    free(new);
    free(path);
}

/* Is there already such a file with other text? */
static bool was_changed(const char *path, const char *new)
{
    FILE *old = fopen(path, "r"), *file = fopen(new, "r");
    bool changed = false;
    for (int a = 0, b = 0; old && file && !changed && a != EOF; changed = a != b) {
        a = getc(old);
        b = getc(file);
    }
    if (old) fclose(old);
    if (file) fclose(file);
    return changed;
}

/* A script that was there and is another may be someone's work: it stays as NAME.gp~. */
static void move_script(const char *from, const char *folder, const char *name, figure_outcome *o)
{
    char *new = figure_path(from, name, ".gp"), *path = figure_path(folder, name, ".gp");
    char *kept = figure_path(folder, name, ".gp~");
    if (!new || !path || !kept)
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    else if (was_changed(path, new) && rename(path, kept))
        cannot_write(o, kept, errno);
    free(new);
    free(path);
    free(kept);
    if (!o->status) move_file(from, folder, name, ".gp", o);
}

static void remove_file(const char *folder, const char *name, const char *end)
{
    char *path = figure_path(folder, name, end);
    if (path) unlink(path);
    free(path);
}

/* Pictures of an earlier time, in formats that were not drawn now, must not pass for new ones. */
static void move_figure(const char *from, const char *folder, const char *name, unsigned drawn,
                        figure_outcome *o)
{
    static const char *const always[] = {".dat", ".var"};
    for (size_t i = 0; i < sizeof always / sizeof *always && !o->status; i++)
        move_file(from, folder, name, always[i], o);
    if (!o->status) move_script(from, folder, name, o);
    for (int k = 0; k < N_FORMATS && !o->status; k++)
        if (drawn & figure_formats[k].format)
            move_file(from, folder, name, figure_formats[k].end, o);
        else
            remove_file(folder, name, figure_formats[k].end);
}

static void clean_up(const char *from, const char *name)
{
    static const char *const ends[] = {".gp", ".dat", ".var", ".png", ".svg", ".pdf"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) remove_file(from, name, ends[i]);
    remove_file(from, "style", ".gp");
    rmdir(from);
}

static void draw_in(const char *from, const srnn__drawing *drawing, const srnn_figure_data *data,
                    const figure_how *how, const char *script, figure_outcome *o)
{
    const char *name = drawing->figure.name, *folder = how->options->folder;
    const unsigned formats = how->options->formats;
    write_figure(drawing, data, how, script, from, o);
    if (!o->status && formats) run_gnuplot(how->options->gnuplot, from, name, how->stop, NULL, o);
    const bool no_gnuplot = o->status == SRNN_ERR_PROGRAM;
    if (!o->status) check_drawn(from, folder, name, formats, o);
    if (!o->status && formats & SRNN_PNG) mark_resolution(from, name, how->style, o);
    if (!o->status) {
        move_figure(from, folder, name, formats, o);
    } else if (no_gnuplot) {
        figure_outcome moved = {0};
        move_figure(from, folder, name, 0, &moved);
        if (moved.status) *o = moved;
    }
}

/* In a folder next to the figures, whose files take their places when all of them are good. */
static void draw_one(const srnn__drawing *drawing, const srnn_figure_data *data,
                     const figure_how *how, const char *script, figure_outcome *o)
{
    const char *name = drawing->figure.name, *folder = how->options->folder;
    char begin[40], mark[SRNN__MARK_SIZE], hidden[96];
    snprintf(begin, sizeof begin, ".%s", name);
    srnn__temporary_mark(mark);
    snprintf(hidden, sizeof hidden, "%s.%s-XXXXXX", begin, mark);
    srnn__temporary_clean(folder, begin);
    char *from = figure_path(folder, hidden, "");
    if (!from) {
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (!mkdtemp(from)) {
        outcome_tell(o, SRNN_ERR_FILE, "folder %s cannot be made: %s", from, strerror(errno));
    } else {
        draw_in(from, drawing, data, how, script, o);
        clean_up(from, name);
    }
    free(from);
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
                     const figure_how *how, char *const *scripts, figure_outcome *outcomes)
{
    srnn__progress_start(j->ctx, 0);
#pragma omp parallel num_threads(j->ctx->threads) if (j->n > 1)
    {
#pragma omp for schedule(dynamic) nowait
        for (int i = 0; i < j->n; i++) {
            if (figures_asked_to_stop(j))
                outcomes[i].status = SRNN_CANCELLED;
            else
                draw_one(drawing_of(figures[i]), data, how, scripts[i], &outcomes[i]);
            if (outcomes[i].status != SRNN_CANCELLED) j->done++;
        }
#pragma omp master
        wait_for_others(j);
    }
}

/* The style of all figures in the folder. */
static void place_style(const figure_how *how, figure_outcome *o)
{
    char *from = figure_path(how->options->folder, ".style-XXXXXX", "");
    if (!from) {
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (!mkdtemp(from)) {
        outcome_tell(o, SRNN_ERR_FILE, "folder %s cannot be made: %s", from, strerror(errno));
    } else {
        char *path = figure_path(from, "style", ".gp");
        if (path)
            write_text(path, how->style, o);
        else
            outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
        free(path);
        if (!o->status) move_script(from, how->options->folder, "style", o);
        clean_up(from, "style");
    }
    free(from);
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

static srnn_status figures_end(srnn_ctx *ctx, const figure_job *j, const figure_how *how,
                               figure_outcome *outcomes)
{
    int first = 0, drawn = 0;
    for (int i = 0; i < j->n; i++)
        drawn += !outcomes[i].status || outcomes[i].status == SRNN_ERR_PROGRAM;
    while (first < j->n && !outcomes[first].status) first++;
    figure_outcome end = first < j->n ? outcomes[first] : (figure_outcome){0};
    figure_outcome placed = {0};
    if (drawn) place_style(how, &placed);
    if (placed.status) end = placed;
    if (j->stop && j->done < j->n)
        return srnn__fail(ctx, SRNN_CANCELLED,
                          "interrupted after %d of %d figures; the others are as they were",
                          j->done, j->n);
    return end.status ? srnn__fail(ctx, end.status, "%s", end.message) : SRNN_OK;
}

static void list_formats(unsigned formats, char text[16])
{
    *text = 0;
    if (!formats) formats = SRNN_PNG | SRNN_SVG;
    for (int k = 0; k < N_FORMATS; k++)
        if (formats & figure_formats[k].format)
            strcat(strcat(text, *text ? " " : ""), figure_formats[k].name);
}

static srnn_status draw_figures(srnn_ctx *ctx, const srnn_figure *const *figures, int n,
                                const srnn_figure_data *data, const srnn_figure_options *options)
{
    figure_job j = {.ctx = ctx, .n = n};
    srnn__scripts scripts = {0};
    char formats[16];
    list_formats(options->formats, formats);
    figure_outcome *outcomes = calloc((size_t)n, sizeof *outcomes);
    srnn_status status =
        outcomes ? figures_scripts(ctx, figures, n, options, &scripts) : srnn__no_memory(ctx);
    if (!status) {
        const figure_how how = {.options = options,
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

/* A new page of the terminal begins with a form feed. */
static void without_form_feeds(char *text)
{
    char *to = text;
    for (const char *c = text; *c; c++)
        if (*c != '\f') *to++ = *c;
    *to = 0;
}

static void show_in(const char *folder, const srnn__drawing *drawing, const srnn_figure_data *data,
                    const figure_how *how, const char *script, char **text, figure_outcome *o)
{
    write_figure(drawing, data, how, script, folder, o);
    if (!o->status)
        run_gnuplot(how->options->gnuplot, folder, drawing->figure.name, how->stop, text, o);
    if (*text) without_form_feeds(*text);
    clean_up(folder, drawing->figure.name);
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
    srnn_figure_options given;
    srnn_status status = figure_take_options(ctx, options, &given);
    if (!status) status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = check_possible(ctx, figure, data);
    if (status) return status;
    const char *root = getenv("TMPDIR");
    char *folder = figure_path(root && *root ? root : "/tmp", "spikernn-XXXXXX", "");
    if (!folder) return srnn__no_memory(ctx);
    figure_outcome o = {0};
    figure_job j = {.ctx = ctx, .n = 1};
    srnn__scripts scripts = {0};
    srnn__progress_start(ctx, 0);
    if ((status = figures_scripts(ctx, &figure, 1, &given, &scripts))) {
        srnn__scripts_free(&scripts);
        free(folder);
        return status;
    }
    if (mkdtemp(folder)) {
        const figure_how how = {.options = &given,
                                .style = scripts.style,
                                .formats = "dumb",
                                .columns = columns,
                                .lines = lines,
                                .color = color,
                                .stop = &(srnn__stop){figures_asked_to_stop, &j}};
        show_in(folder, drawing_of(figure), data, &how, scripts.script[0], text, &o);
    } else {
        outcome_tell(&o, SRNN_ERR_FILE, "folder %s cannot be made: %s", folder, strerror(errno));
    }
    srnn__scripts_free(&scripts);
    free(folder);
    if (!o.status && !*text) outcome_tell(&o, SRNN_ERR_FILE, "gnuplot drew nothing");
    return o.status ? srnn__fail(ctx, o.status, "%s", o.message) : SRNN_OK;
}
