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

/* ---- script and data ---- */

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

static void figure_write_files(srnn__plot *plot, const srnn__drawing *drawing,
                               const srnn_figure_data *data, const char *script,
                               const char *numbers, figure_outcome *o)
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
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (script_error || data_error) {
        cannot_write(o, script_error ? script : numbers, script_error ? script_error : data_error);
    }
}

static void write_figure(srnn__plot *plot, const srnn__drawing *drawing,
                         const srnn_figure_data *data, const char *folder, figure_outcome *o)
{
    char *script = figure_path(folder, drawing->figure.name, ".gp");
    char *numbers = figure_path(folder, drawing->figure.name, ".dat");
    if (script && numbers) {
        figure_write_files(plot, drawing, data, script, numbers, o);
    } else {
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    }
    free(script);
    free(numbers);
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
    move_file(from, folder, name, ".dat", o);
    if (!o->status) move_file(from, folder, name, ".gp", o);
    for (int k = 0; k < N_FORMATS && !o->status; k++)
        if (drawn & figure_formats[k].format)
            move_file(from, folder, name, figure_formats[k].end, o);
        else
            remove_file(folder, name, figure_formats[k].end);
}

static void draw_in(const char *from, const srnn__drawing *drawing, const srnn_figure_data *data,
                    const srnn_figure_options *options, const srnn__stop *stop, figure_outcome *o)
{
    const char *name = drawing->figure.name;
    srnn__plot plot = {0};
    const unsigned listed = options->formats ? options->formats : SRNN_PNG | SRNN_SVG;
    for (int k = 0; k < N_FORMATS; k++)
        if (listed & figure_formats[k].format) {
            if (*plot.formats) strcat(plot.formats, " ");
            strcat(plot.formats, figure_formats[k].name);
        }
    write_figure(&plot, drawing, data, from, o);
    if (!o->status && options->formats) run_gnuplot(options->gnuplot, from, name, stop, NULL, o);
    if (!o->status) {
        check_drawn(from, options->folder, name, options->formats, o);
        if (!o->status) move_figure(from, options->folder, name, options->formats, o);
    } else if (o->status == SRNN_ERR_PROGRAM) {
        figure_outcome moved = {0};
        move_figure(from, options->folder, name, 0, &moved);
        if (moved.status) *o = moved;
    }
}

/* In a folder next to the figures, whose files take their places when all of them are good. */
static void draw_one(const srnn__drawing *drawing, const srnn_figure_data *data,
                     const srnn_figure_options *options, const srnn__stop *stop, figure_outcome *o)
{
    const char *name = drawing->figure.name;
    char begin[40], mark[SRNN__MARK_SIZE], hidden[96];
    snprintf(begin, sizeof begin, ".%s", name);
    srnn__temporary_mark(mark);
    snprintf(hidden, sizeof hidden, "%s.%s-XXXXXX", begin, mark);
    srnn__temporary_clean(options->folder, begin);
    char *from = figure_path(options->folder, hidden, "");
    if (!from) {
        outcome_tell(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (!mkdtemp(from)) {
        outcome_tell(o, SRNN_ERR_FILE, "folder %s cannot be made: %s", from, strerror(errno));
    } else {
        draw_in(from, drawing, data, options, stop, o);
        remove_file(from, name, ".gp");
        remove_file(from, name, ".dat");
        for (int k = 0; k < N_FORMATS; k++) remove_file(from, name, figure_formats[k].end);
        rmdir(from);
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
                     const srnn_figure_options *options, figure_outcome *outcomes)
{
    const srnn__stop stop = {figures_asked_to_stop, j};
    srnn__progress_start(j->ctx, 0);
#pragma omp parallel num_threads(j->ctx->threads) if (j->n > 1)
    {
#pragma omp for schedule(dynamic) nowait
        for (int i = 0; i < j->n; i++) {
            if (figures_asked_to_stop(j))
                outcomes[i].status = SRNN_CANCELLED;
            else
                draw_one(drawing_of(figures[i]), data, options, &stop, &outcomes[i]);
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
    figure_outcome *outcomes = calloc((size_t)n, sizeof *outcomes);
    if (!outcomes) return srnn__no_memory(ctx);
    figure_job j = {.ctx = ctx, .n = n};
    draw_all(&j, figures, data, &o, outcomes);
    int first = 0;
    while (first < n && !outcomes[first].status) first++;
    srnn_status end = SRNN_OK;
    if (j.stop && j.done < n)
        end = srnn__fail(ctx, SRNN_CANCELLED,
                         "interrupted after %d of %d figures; the others are as they were", j.done,
                         n);
    else if (first < n)
        end = srnn__fail(ctx, outcomes[first].status, "%s", outcomes[first].message);
    free(outcomes);
    return end;
}

/* ---- in a terminal ---- */

static void show_in(const char *folder, const srnn__drawing *drawing, const srnn_figure_data *data,
                    const char *gnuplot, const srnn__stop *stop, srnn__plot *plot, char **text,
                    figure_outcome *o)
{
    write_figure(plot, drawing, data, folder, o);
    if (!o->status) run_gnuplot(gnuplot, folder, drawing->figure.name, stop, text, o);
    remove_file(folder, drawing->figure.name, ".gp");
    remove_file(folder, drawing->figure.name, ".dat");
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
    srnn_figure_options how;
    srnn_status status = figure_take_options(ctx, options, &how);
    if (!status) status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = check_possible(ctx, figure, data);
    if (status) return status;
    const char *root = getenv("TMPDIR");
    char *folder = figure_path(root && *root ? root : "/tmp", "spikernn-XXXXXX", "");
    if (!folder) return srnn__no_memory(ctx);
    figure_outcome o = {0};
    figure_job j = {.ctx = ctx, .n = 1};
    srnn__progress_start(ctx, 0);
    if (mkdtemp(folder)) {
        srnn__plot plot = {.formats = "dumb",
                           .terminal = true,
                           .color = color,
                           .columns = columns,
                           .lines = lines};
        show_in(folder, drawing_of(figure), data, how.gnuplot,
                &(srnn__stop){figures_asked_to_stop, &j}, &plot, text, &o);
        rmdir(folder);
    } else {
        outcome_tell(&o, SRNN_ERR_FILE, "folder %s cannot be made: %s", folder, strerror(errno));
    }
    free(folder);
    if (!o.status && !*text) outcome_tell(&o, SRNN_ERR_FILE, "gnuplot drew nothing");
    return o.status ? srnn__fail(ctx, o.status, "%s", o.message) : SRNN_OK;
}
