/* One figure: writes its files into a temporary folder, draws it, then replaces the old files. */
#define _POSIX_C_SOURCE 200809L

#include "figure/one_figure.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/temporary.h"
#include "figure/png.h"
#include "figure/scripts.h"

static const struct {
    unsigned format;
    const char *name, *end;
    const char *last; /* of a whole one, near its end */
} figure_formats[] = {{SRNN_PNG, "png", ".png", "IEND"},
                      {SRNN_SVG, "svg", ".svg", "</svg>"},
                      {SRNN_PDF, "pdf", ".pdf", "%%EOF"}};
enum { N_FORMATS = sizeof figure_formats / sizeof *figure_formats };

/* ---- files ---- */

char *srnn__figure_path(const char *folder, const char *name, const char *end)
{
    const size_t room = strlen(folder) + strlen(name) + strlen(end) + 2;
    char *path = malloc(room);
    if (path) snprintf(path, room, "%s/%s%s", folder, name, end);
    return path;
}

void srnn__figure_fail(srnn__figure_outcome *o, srnn_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(o->message, sizeof o->message, format, args);
    va_end(args);
    o->status = status;
}

static void cannot_write(srnn__figure_outcome *o, const char *path, int reason)
{
    srnn__figure_fail(o, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(reason));
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
static void write_in_c(const srnn__drawing *drawing, srnn__plot *plot, const srnn_figure_data *data,
                       const srnn__figure_how *how)
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
                               const srnn_figure_data *data, const srnn__figure_how *how,
                               const char *numbers, const char *variables, srnn__figure_outcome *o)
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
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (data_error || variables_error) {
        cannot_write(o, data_error ? numbers : variables,
                     data_error ? data_error : variables_error);
    }
}

static void write_text(const char *path, const char *text, srnn__figure_outcome *o)
{
    FILE *file = fopen(path, "w");
    if (file) fputs(text, file);
    const int reason = file ? close_file(file, 0) : errno;
    if (reason) cannot_write(o, path, reason);
}

static void write_figure(const srnn__drawing *drawing, const srnn_figure_data *data,
                         const srnn__figure_how *how, const char *script, const char *folder,
                         srnn__figure_outcome *o)
{
    const char *name = drawing->figure.name;
    char *script_path = srnn__figure_path(folder, name, ".gp");
    char *style_path = srnn__figure_path(folder, "style", ".gp");
    char *numbers = srnn__figure_path(folder, name, ".dat"),
         *variables = srnn__figure_path(folder, name, ".var");
    if (script_path && style_path && numbers && variables) {
        srnn__plot plot = {0};
        write_text(script_path, script, o);
        if (!o->status) write_text(style_path, how->style, o);
        if (!o->status) figure_write_files(&plot, drawing, data, how, numbers, variables, o);
    } else {
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    }
    free(script_path);
    free(style_path);
    free(numbers);
    free(variables);
}

/* ---- gnuplot ---- */

static void run_gnuplot(const char *gnuplot, const char *folder, const char *name,
                        const srnn__stop *stop, char **text, srnn__figure_outcome *o)
{
    char words[256], script[64];
    snprintf(script, sizeof script, "%s.gp", name);
    switch (srnn__gnuplot(gnuplot, folder, script, stop, text, words)) {
    case SRNN__DRAWN: break;
    case SRNN__NOT_STARTED:
        srnn__figure_fail(
            o, SRNN_ERR_PROGRAM,
            "gnuplot is not there, or cannot be started as '%s' (%s): install it, on Debian or "
            "Ubuntu with `apt-get install gnuplot-nox`",
            gnuplot, words);
        break;
    case SRNN__NOT_DRAWN:
        srnn__figure_fail(o, SRNN_ERR_FILE, "gnuplot failed on %s: %s", script, words);
        break;
    case SRNN__STOPPED: srnn__figure_fail(o, SRNN_CANCELLED, "interrupted");
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
                        srnn__figure_outcome *o)
{
    for (int k = 0; k < N_FORMATS && !o->status; k++) {
        if (!(wanted & figure_formats[k].format)) continue;
        char *path = srnn__figure_path(from, name, figure_formats[k].end);
        if (!path)
            srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
        else if (!picture_is_whole(path, figure_formats[k].last))
            srnn__figure_fail(o, SRNN_ERR_FILE, "gnuplot wrote no whole %s/%s%s; is the disk full?",
                              folder, name, figure_formats[k].end);
        free(path);
    }
}

/* gnuplot does not say how large a PNG is. */
static void mark_resolution(const char *folder, const char *name, const char *style,
                            srnn__figure_outcome *o)
{
    const double dpi = srnn__style_dpi(style);
    char *path = srnn__figure_path(folder, name, ".png");
    if (!path)
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    else if (dpi > 0 && !srnn__png_set_dpi(path, dpi))
        cannot_write(o, path, errno);
    free(path);
}

/* ---- a figure ---- */

/* Not synchronised before, as fifty files would take their time: it can be drawn again. */
static void move_file(const char *from, const char *folder, const char *name, const char *end,
                      srnn__figure_outcome *o)
{
    char *new = srnn__figure_path(from, name, end), *path = srnn__figure_path(folder, name, end);
    if (!new || !path)
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    else if (rename(new, path))
        cannot_write(o, path, errno);
    free(new);
    free(path);
}

/* Does the file exist with other text? */
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

/* A script that differs from the new one may have been edited: keep it as NAME.gp~. */
static void move_script(const char *from, const char *folder, const char *name,
                        srnn__figure_outcome *o)
{
    char *new = srnn__figure_path(from, name, ".gp"),
         *path = srnn__figure_path(folder, name, ".gp");
    char *kept = srnn__figure_path(folder, name, ".gp~");
    if (!new || !path || !kept)
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    else if (was_changed(path, new) && rename(path, kept))
        cannot_write(o, kept, errno);
    free(new);
    free(path);
    free(kept);
    if (!o->status) move_file(from, folder, name, ".gp", o);
}

static void remove_file(const char *folder, const char *name, const char *end)
{
    char *path = srnn__figure_path(folder, name, end);
    if (path) unlink(path);
    free(path);
}

/* Pictures of an earlier time, in formats that were not drawn now, must not pass for new ones. */
static void move_figure(const char *from, const char *folder, const char *name, unsigned drawn,
                        srnn__figure_outcome *o)
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
                    const srnn__figure_how *how, const char *script, srnn__figure_outcome *o)
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
        srnn__figure_outcome moved = {0};
        move_figure(from, folder, name, 0, &moved);
        if (moved.status) *o = moved;
    }
}

void srnn__figure_draw(const srnn__drawing *drawing, const srnn_figure_data *data,
                       const srnn__figure_how *how, const char *script, srnn__figure_outcome *o)
{
    const char *name = drawing->figure.name, *folder = how->options->folder;
    char begin[40], mark[SRNN__MARK_SIZE], hidden[96];
    snprintf(begin, sizeof begin, ".%s", name);
    srnn__temporary_mark(mark);
    snprintf(hidden, sizeof hidden, "%s.%s-XXXXXX", begin, mark);
    srnn__temporary_clean(folder, begin);
    char *from = srnn__figure_path(folder, hidden, "");
    if (!from) {
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (!mkdtemp(from)) {
        srnn__figure_fail(o, SRNN_ERR_FILE, "folder %s cannot be made: %s", from, strerror(errno));
    } else {
        draw_in(from, drawing, data, how, script, o);
        clean_up(from, name);
    }
    free(from);
}

/* A new page of the terminal begins with a form feed. */
static void without_form_feeds(char *text)
{
    char *to = text;
    for (const char *c = text; *c; c++)
        if (*c != '\f') *to++ = *c;
    *to = 0;
}

void srnn__figure_show(const char *folder, const srnn__drawing *drawing,
                       const srnn_figure_data *data, const srnn__figure_how *how,
                       const char *script, char **text, srnn__figure_outcome *o)
{
    write_figure(drawing, data, how, script, folder, o);
    if (!o->status)
        run_gnuplot(how->options->gnuplot, folder, drawing->figure.name, how->stop, text, o);
    if (*text) without_form_feeds(*text);
    clean_up(folder, drawing->figure.name);
}

/* The style of all figures in the folder. */
void srnn__figure_place_style(const srnn__figure_how *how, srnn__figure_outcome *o)
{
    char *from = srnn__figure_path(how->options->folder, ".style-XXXXXX", "");
    if (!from) {
        srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
    } else if (!mkdtemp(from)) {
        srnn__figure_fail(o, SRNN_ERR_FILE, "folder %s cannot be made: %s", from, strerror(errno));
    } else {
        char *path = srnn__figure_path(from, "style", ".gp");
        if (path)
            write_text(path, how->style, o);
        else
            srnn__figure_fail(o, SRNN_ERR_NO_MEMORY, "out of memory");
        free(path);
        if (!o->status) move_script(from, how->options->folder, "style", o);
        clean_up(from, "style");
    }
    free(from);
}

void srnn__figure_formats(unsigned formats, char text[16])
{
    *text = 0;
    if (!formats) formats = SRNN_PNG | SRNN_SVG;
    for (int k = 0; k < N_FORMATS; k++)
        if (formats & figure_formats[k].format)
            strcat(strcat(text, *text ? " " : ""), figure_formats[k].name);
}
