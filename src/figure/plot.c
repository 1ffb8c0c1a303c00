/* Scripts and data of figures, and panels in them. */
#include "figure/plot.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void keep_error(srnn__plot *p, bool good)
{
    if (!good && !p->error) p->error = errno ? errno : EIO;
}

/* ---- data ---- */

int srnn__block(srnn__plot *p, const char *format, ...)
{
    if (p->n_blocks > 0) {
        if (!p->n_rows)
            srnn__plot_row(p, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN); /* else no block */
        keep_error(p, fputs("\n\n", p->data) >= 0);
    }
    p->n_rows = 0;
    keep_error(p, fputs("# ", p->data) >= 0);
    va_list args;
    va_start(args, format);
    keep_error(p, vfprintf(p->data, format, args) >= 0);
    va_end(args);
    keep_error(p, fputc('\n', p->data) >= 0);
    return p->n_blocks++;
}

void srnn__write_row(srnn__plot *p, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *space = i + 1 < n ? " " : "\n";
        keep_error(p, (isfinite(values[i]) ? fprintf(p->data, "%.6g%s", values[i], space)
                                           : fprintf(p->data, "NaN%s", space)) >= 0);
    }
    p->n_rows++;
}

void srnn__end_curve(srnn__plot *p) { keep_error(p, fputc('\n', p->data) >= 0); }

/* ---- script ---- */

void srnn__say(srnn__plot *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    keep_error(p, vfprintf(p->script, format, args) >= 0);
    va_end(args);
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
    srnn__say(p, "\"");
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        const size_t n = utf8(c);
        const bool plain = n > 1 || (isalpha(*c) && *c < 0x80) || (isdigit(*c) && !coded) ||
                           strchr(" +-_.,:/()<>=*", *c);
        coded = false;
        if (n == 0 || *c == 0x7F) {
            srnn__say(p, "?");
        } else if (*c < ' ') {
            srnn__say(p, " ");
        } else if (plain) {
            srnn__say(p, "%.*s", (int)n, (const char *)c);
        } else {
            srnn__say(p, "\\%03o", (unsigned)*c);
            coded = true;
        }
        c += n ? n : 1;
    }
    srnn__say(p, "\"");
}

void srnn__say_texts(srnn__plot *p, const char *name, const char *const *texts, int n)
{
    srnn__say(p, "array %s[%d] = [", name, n);
    for (int i = 0; i < n; i++) {
        if (i) srnn__say(p, ", ");
        say_text(p, texts[i]);
    }
    srnn__say(p, "]\n");
}

void srnn__size(srnn__plot *p, double width_cm, double height_cm)
{
    p->width_cm = width_cm;
    p->height_cm = height_cm;
    const char *name = p->figure->name;
    srnn__say(p, "# %s. %s\n", p->figure->title, p->figure->caption);
    srnn__say(p, "# By spikernn, of the numbers in %s.dat. In its folder\n", name);
    srnn__say(p, "#     gnuplot %s.gp\n", name);
    srnn__say(
        p, "# draws it again, with  -e \"formats = 'pdf'\"  before the name in other formats.\n");
    srnn__say(p, "if (!exists('formats')) formats = '%s'\n\n", p->formats);
    srnn__say(p, "# ---- style ----\n");
    srnn__say(p, "width_cm = %g\nheight_cm = %g\n", width_cm, height_cm);
    srnn__say(p,
              "png_font = 'DejaVu Sans'\nsvg_font = 'sans-serif'\npdf_font = 'DejaVu Sans'\n"
              "font_pt = %d\npng_dpi = 300\n",
              p->terminal ? 10 : 7);
    srnn__say(p,
              "thin = 0.5                  # widths of lines, points\nthick = 1.0\n"
              "guide = 0.6                 # dashed ones; as wide as the axes they come out whole "
              "in SVG\n");
    srnn__say(p, "exc_color = '#D55E00'\npv_color = '#0072B2'\nsom_color = '#E69F00'\n"
                 "grey = '#808080'\nshade = '#E6E6E6'\n");
    srnn__say(p, "axes = 'set border 3 lw thin; set tics out nomirror scale 0.4 offset 0,0.2; "
                 "set ytics offset 0.3,0; set key noenhanced reverse Left samplen 1.5 spacing 1.1; "
                 "unset key; "
                 "set datafile missing \"NaN\"; set style fill noborder; set encoding utf8; "
                 "set xlabel offset 0,0.5; set ylabel offset 0.8,0; set title offset 0,-0.5'\n\n");
    srnn__say(p, "# ---- what is drawn ----\n");
    srnn__say(p, "name = '%s'\ndata = name.'.dat'\n", name);
}

void srnn__begin(srnn__plot *p)
{
    srnn__say(p, "\ndo for [format in formats] {\n");
    if (p->terminal) {
        srnn__say(p, "set terminal dumb size %d,%d noenhanced aspect 2,1 %s\n", p->columns,
                  p->lines, p->color ? "ansi256" : "mono");
    } else {
        char id[64]; /* of the SVG's elements, so that several can be in one page */
        snprintf(id, sizeof id, "%s", p->figure->name);
        for (char *c = id; *c; c++)
            if (*c == '-') *c = '_';
        srnn__say(p, "if (format eq 'png') { set terminal pngcairo "
                     "size width_cm / 2.54 * png_dpi, height_cm / 2.54 * png_dpi "
                     "font png_font.','.font_pt fontscale png_dpi / 96. linewidth png_dpi / 72. "
                     "pointscale png_dpi / 72. background '#FFFFFF' }\n");
        srnn__say(p,
                  "if (format eq 'svg') { set terminal svg "
                  "size width_cm / 2.54 * 96, height_cm / 2.54 * 96 fixed enhanced "
                  "font svg_font.','.font_pt fontscale 96 / 72. linewidth 96 / 72. "
                  "name '%s' background '#FFFFFF' }\n",
                  id);
        srnn__say(p, "if (format eq 'pdf') { set terminal pdfcairo "
                     "size width_cm / 2.54, height_cm / 2.54 font pdf_font.','.font_pt "
                     "fontscale 0.75 linewidth 2 pointscale 1.2 background '#FFFFFF' }\n");
        srnn__say(p, "set output name.'.'.format\n");
    }
    srnn__say(p, "dots = format eq 'svg' ? 1.6 : 1   # points of as many are alike in all formats\n"
                 "set multiplot\n");
}

void srnn__end(srnn__plot *p)
{
    srnn__say(p, "\nunset multiplot\nunset output\n}\n");
    if (p->n_blocks && !p->n_rows) srnn__plot_row(p, NAN, NAN, NAN, NAN);
}

/* A terminal has room for so many panels of 40 columns and 12 lines. */
static bool terminal_panel(srnn__plot *p, const srnn__grid *g, int column, int row)
{
    const int columns = srnn__at_most(g->columns, p->columns < 80 ? 1 : p->columns / 40);
    const int rows = srnn__at_most(g->rows, p->lines < 24 ? 1 : p->lines / 12);
    if (column >= columns || row >= rows) return false;
    srnn__say(
        p,
        "\nreset; eval axes; set tics scale 1 offset 0,0; set key on tmargin center horizontal\n");
    srnn__say(p, "set origin %g, %g; set size %g, %g\n", (double)column / columns,
              (double)(rows - 1 - row) / rows, 1.0 / columns, 1.0 / rows);
    return true;
}

bool srnn__panel(srnn__plot *p, const srnn__grid *g, int column, int row)
{
    if (p->terminal) return terminal_panel(p, g, column, row);
    const double odd = g->odd > 0 ? g->odd : 1, pair_gap = g->odd > 0 ? g->pair_gap : g->gap_y;
    const int n_odd = g->rows / 2, n_even = g->rows - n_odd;
    const double width =
        (p->width_cm - g->left - g->right - (g->columns - 1) * g->gap_x) / g->columns;
    const double gaps = n_odd * pair_gap + (n_even - 1) * g->gap_y;
    const double height = (p->height_cm - g->top - g->bottom - gaps) / (n_even + n_odd * odd);
    const int pairs = row / 2;
    double top = g->top + pairs * (height * (1 + odd) + pair_gap + g->gap_y);
    if (row % 2) top += height + pair_gap;
    const double bottom = top + (row % 2 ? odd * height : height);
    const double left = g->left + column * (width + g->gap_x);
    srnn__say(p, "\nreset; eval axes\n");
    srnn__say(p, "set lmargin at screen %.4f; set rmargin at screen %.4f\n", left / p->width_cm,
              (left + width) / p->width_cm);
    srnn__say(p, "set tmargin at screen %.4f; set bmargin at screen %.4f\n", 1 - top / p->height_cm,
              1 - bottom / p->height_cm);
    return true;
}

bool srnn__key_panel(srnn__plot *p, const char *place)
{
    if (p->terminal) return false;
    srnn__say(p,
              "\nreset; eval axes; unset border; unset tics\n"
              "set lmargin at screen 0; set rmargin at screen 0.99\n"
              "set tmargin at screen 1; set bmargin at screen 0\n"
              "set xrange [0:1]; set yrange [0:1]\nset key %s\n",
              place);
    return true;
}

/* ---- ranges ---- */

void srnn__see(srnn__plot_range *range, double value)
{
    if (!isfinite(value)) return;
    if (value < range->low) range->low = value;
    if (value > range->high) range->high = value;
}

srnn__plot_range srnn__wider(srnn__plot_range range, double share)
{
    if (range.low > range.high) return (srnn__plot_range){0, 1};
    double margin = share * (range.high - range.low);
    if (!(range.high - range.low > 1e-9 * fabs(range.high)))
        margin = range.high != 0 ? 0.1 * fabs(range.high) : 1;
    return (srnn__plot_range){range.low - margin, range.high + margin};
}

void srnn__say_range(srnn__plot *p, char axis, srnn__plot_range range, double share)
{
    range = srnn__wider(range, share);
    srnn__say(p, "set %crange [%.6g:%.6g]\n", axis, range.low, range.high);
}

void srnn__say_ticks(srnn__plot *p, char axis, srnn__plot_range range, double n)
{
    if (p->terminal) n = 4;
    const double step = srnn__round_step((range.high - range.low) / n);
    srnn__say(p, "set %ctics %g\n", axis, step);
}

double srnn__round_step(double least)
{
    if (!(least > 0) || !isfinite(least)) return 1;
    const double power = pow(10, floor(log10(least)));
    const double digit = least / power * (1 - 1e-9);
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}
