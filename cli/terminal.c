/* Colours, and the progress line, which changes in place. All output passes through here, so that
   the progress line is removed before anything is printed. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct {
    bool line;      /* it is there */
    bool colour[3]; /* by file descriptor */
} terminal;

static int descriptors[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

static void terminal_put(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0) return; /* nobody can see the line */
}

int cli_terminal_width(void)
{
    enum { WIDEST = 180 };
    struct winsize window;
    if (!cli_terminal() || ioctl(STDERR_FILENO, TIOCGWINSZ, &window) || window.ws_col < 2)
        return WIDEST;
    /* a line that wraps cannot be removed */
    return window.ws_col <= WIDEST ? window.ws_col - 1 : WIDEST;
}

/* Bytes of the first `characters` characters of UTF-8. */
static int bytes_of(const char *text, int characters)
{
    int n = 0;
    for (; text[n]; n++)
        if ((text[n] & 0xc0) != 0x80 && characters-- == 0) break;
    return n;
}

void cli_terminal_line(const char *text)
{
    char line[256];
    if (!text) {
        if (terminal.line) terminal_put("\r\033[K");
        terminal.line = false;
        return;
    }
    snprintf(line, sizeof line, "\r%.*s\033[K", bytes_of(text, cli_terminal_width()), text);
    terminal_put(line);
    terminal.line = true;
}

/* 0: an error, as fopencookie() takes it. */
static ssize_t write_after_line(void *descriptor, const char *bytes, size_t n)
{
    size_t done = 0;
    cli_terminal_line(NULL);
    while (done < n) {
        const ssize_t written = write(*(int *)descriptor, bytes + done, n - done);
        if (written < 0) return 0;
        done += (size_t)written;
    }
    return (ssize_t)n;
}

static int close_descriptor(void *descriptor) { return close(*(int *)descriptor); }

/* Of the stream as it was, where memory is short. */
static FILE *stream_after_line(FILE *stream, int descriptor, int mode)
{
    const cookie_io_functions_t functions = {.write = write_after_line, .close = close_descriptor};
    FILE *other = fopencookie(&descriptors[descriptor], "w", functions);
    if (!other) return stream;
    setvbuf(other, NULL, mode, BUFSIZ);
    return other;
}

static bool is_dumb(void)
{
    const char *kind = getenv("TERM");
    return kind && !strcmp(kind, "dumb");
}

/* https://no-color.org */
static bool wants_colour(int descriptor)
{
    const char *no = getenv("NO_COLOR");
    return isatty(descriptor) && !(no && *no) && getenv("TERM") && !is_dumb();
}

void cli_terminal_open(void)
{
    terminal.colour[STDOUT_FILENO] = wants_colour(STDOUT_FILENO);
    terminal.colour[STDERR_FILENO] = wants_colour(STDERR_FILENO);
    if (!cli_terminal()) return;
    stdout = stream_after_line(stdout, STDOUT_FILENO, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF);
    stderr = stream_after_line(stderr, STDERR_FILENO, _IONBF);
}

bool cli_terminal(void) { return isatty(STDERR_FILENO) && !is_dumb(); }

static const char *style_code(int descriptor, cli_style style)
{
    static const char *const codes[] = {[CLI_PLAIN] = "\033[0m",
                                        [CLI_BOLD] = "\033[1m",
                                        [CLI_DIM] = "\033[2m",
                                        [CLI_RED] = "\033[31m",
                                        [CLI_GREEN] = "\033[32m"};
    return terminal.colour[descriptor] ? codes[style] : "";
}

const char *cli_style_out(cli_style style) { return style_code(STDOUT_FILENO, style); }
const char *cli_style_err(cli_style style) { return style_code(STDERR_FILENO, style); }
