/* The data and the variables of figures. */
#include "figure/plot.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void keep_error(srnn__plot *p, bool good)
{
    if (!good && !p->error) p->error = errno ? errno : EIO;
}

/* ---- data ---- */

void srnn__end_blocks(srnn__plot *p)
{
    if (p->n_blocks > 0 && !p->n_rows)
        srnn__plot_row(p, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN); /* else gnuplot finds no block */
}

void srnn__block(srnn__plot *p, const char *columns, const char *name_format, ...)
{
    srnn__end_blocks(p);
    if (p->n_blocks++ > 0) keep_error(p, fputs("\n\n", p->data) >= 0);
    p->n_rows = 0;
    keep_error(p, fprintf(p->data, "# %s\n# ", columns) >= 0);
    va_list args;
    va_start(args, name_format);
    keep_error(p, vfprintf(p->data, name_format, args) >= 0);
    va_end(args);
    keep_error(p, fputc('\n', p->data) >= 0);
}

static void write_number(srnn__plot *p, FILE *to, double value)
{
    keep_error(p, (isfinite(value) ? fprintf(to, "%.9g", value) : fputs("NaN", to)) >= 0);
}

void srnn__write_row(srnn__plot *p, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        keep_error(p, (isfinite(values[i]) ? fprintf(p->data, "%.6g", values[i])
                                           : fputs("NaN", p->data)) >= 0 &&
                          fputc(i + 1 < n ? ' ' : '\n', p->data) >= 0);
    p->n_rows++;
}

void srnn__end_curve(srnn__plot *p) { keep_error(p, fputc('\n', p->data) >= 0); }

/* ---- variables ---- */

static void say(srnn__plot *p, const char *format, ...) SRNN__PRINTF(2, 3);
static void say(srnn__plot *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    keep_error(p, vfprintf(p->variables, format, args) >= 0);
    va_end(args);
}

void srnn__say_formats(srnn__plot *p, const char *formats)
{
    say(p, "if (!exists('formats')) formats = '%s'\n", formats);
}

void srnn__say(srnn__plot *p, const char *name, double value)
{
    say(p, "%s = ", name);
    write_number(p, p->variables, value);
    say(p, "\n");
}

/* gnuplot has no array of nothing. */
void srnn__say_numbers(srnn__plot *p, const char *name, const double *values, int n)
{
    say(p, "array %s[%d] = [", name, n > 1 ? n : 1);
    for (int i = 0; i < n || i == 0; i++) {
        if (i) say(p, ", ");
        write_number(p, p->variables, n ? values[i] : NAN);
    }
    say(p, "]\n");
}

/* Bytes of the character of UTF-8 at text; 0: it is none. */
static size_t utf8(const unsigned char *text)
{
    const size_t n = text[0] < 0x80             ? 1
                     : (text[0] & 0xE0) == 0xC0 ? 2
                     : (text[0] & 0xF0) == 0xE0 ? 3
                     : (text[0] & 0xF8) == 0xF0 ? 4
                                                : 0;
    uint32_t code = n == 1 ? text[0] : (uint32_t)text[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xC0) != 0x80) return 0;
        code = code << 6 | (text[i] & 0x3Fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool good = n && code >= least[n] && code <= 0x10FFFF && (code & ~0x7FFu) != 0xD800 &&
                      (code & ~1u) != 0xFFFE;
    return good ? n : 0;
}

/* What means something to gnuplot somewhere (quotes, @macros, `commands`) stands as \ooo, whatever
   the rules of where. A control character or a broken one would break the XML of an SVG. */
static void say_text(srnn__plot *p, const char *text)
{
    bool coded = false; /* the character before */
    say(p, "\"");
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        const size_t n = utf8(c);
        const bool plain = n > 1 || (isalpha(*c) && *c < 0x80) || (isdigit(*c) && !coded) ||
                           strchr(" +-_.,:/()<>=*", *c);
        coded = false;
        if (n == 0 || *c == 0x7F) {
            say(p, "?");
        } else if (*c < ' ') {
            say(p, " ");
        } else if (plain) {
            say(p, "%.*s", (int)n, (const char *)c);
        } else {
            say(p, "\\%03o", (unsigned)*c);
            coded = true;
        }
        c += n ? n : 1;
    }
    say(p, "\"");
}

void srnn__say_texts(srnn__plot *p, const char *name, const char *const *texts, int n)
{
    say(p, "array %s[%d] = [", name, n > 1 ? n : 1);
    for (int i = 0; i < n || i == 0; i++) {
        if (i) say(p, ", ");
        say_text(p, n ? texts[i] : "");
    }
    say(p, "]\n");
}

/* ---- ranges ---- */

void srnn__see(srnn__plot_range *range, double value)
{
    if (!isfinite(value)) return;
    if (value < range->low) range->low = value;
    if (value > range->high) range->high = value;
}

void srnn__say_range(srnn__plot *p, const char *name, srnn__plot_range range)
{
    if (range.low > range.high) range = (srnn__plot_range){0, 1};
    double margin = 0;
    if (!(range.high - range.low > 1e-9 * fabs(range.high)))
        margin = range.high != 0 ? 0.1 * fabs(range.high) : 1;
    say(p, "%s_low = %.9g\n%s_high = %.9g\n", name, range.low - margin, name, range.high + margin);
}

double srnn__round_step(double least)
{
    if (!(least > 0) || !isfinite(least)) return 1;
    const double power = pow(10, floor(log10(least)));
    const double digit = least / power * (1 - 1e-9);
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}
