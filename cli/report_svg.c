/* Pictures that become a part of the page. Only what gnuplot draws with is let in: a list of
   elements, no attribute that could run or load something. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const drawn[] = {
    "svg",         "g",        "path",          "polygon",        "polyline",
    "line",        "rect",     "circle",        "ellipse",        "use",
    "text",        "tspan",    "defs",          "filter",         "feFlood",
    "feComposite", "marker",   "pattern",       "linearGradient", "radialGradient",
    "stop",        "clipPath", "feColorMatrix", "mask",           "symbol",
    "image",       NULL};
/* Without content on the page: their words would be shown when the mouse rests on a curve. */
static const char *const skipped[] = {"title", "desc", "metadata", NULL};

static bool is_one_of(const char *name, size_t length, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == length && !strncmp(*names, name, length)) return true;
    return false;
}

typedef struct picture {
    FILE *to;
    const char *at; /* what has not been read */
    const char *prefix, *label;
    double width; /* of the outermost <svg>, in pixels; 0: it does not say */
    bool rooted;  /* the outermost <svg> has been written */
    int depth;    /* open elements */
} picture;

static size_t picture_name_length(const char *at)
{
    return strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:-.");
}

static bool contains(const char *text, size_t length, const char *word)
{
    const size_t n = strlen(word);
    for (size_t i = 0; i + n <= length; i++)
        if (!strncasecmp(text + i, word, n)) return true;
    return false;
}

/* A value in which every url(#id) gets the prefix; any other url is refused. */
static bool picture_write_value(picture *p, const char *value, size_t length)
{
    static const char url[] = "url(";
    for (size_t i = 0; i < length; i++) {
        putc(value[i], p->to);
        if (i + 1 < sizeof url - 1 || strncasecmp(value + i + 2 - sizeof url, url, sizeof url - 1))
            continue;
        if (i + 1 >= length || value[i + 1] != '#') return false;
        fprintf(p->to, "#%s", p->prefix);
        i++;
    }
    return true;
}

static bool write_attribute(picture *p, const char *name, size_t n, const char *value,
                            size_t length)
{
    static const char png[] = "data:image/png;base64,";
    static const char *const ids[] = {"id", NULL}, *const links[] = {"href", "xlink:href", NULL};
    const bool id = is_one_of(name, n, ids), link = is_one_of(name, n, links);
    if (!strncasecmp(name, "on", 2) || contains(value, length, "javascript") ||
        contains(value, length, "&#") || contains(value, length, "<") ||
        contains(value, length, "\\") || contains(value, length, "@import"))
        return false;
    const bool picture_within = link && !strncmp(value, png, sizeof png - 1);
    if (link && !picture_within && *value != '#') return false;
    const char quote = memchr(value, '"', length) ? '\'' : '"';
    fprintf(p->to, " %.*s=%c", (int)n, name, quote);
    if (picture_within) {
        fwrite(value, 1, length, p->to);
    } else if (id || link) {
        fprintf(p->to, "%s%s%.*s", link ? "#" : "", p->prefix, (int)(length - link), value + link);
    } else if (!picture_write_value(p, value, length)) {
        return false;
    }
    putc(quote, p->to);
    return true;
}

static void picture_skip_space(picture *p) { p->at += strspn(p->at, " \t\r\n"); }

static bool read_attributes(picture *p, bool root)
{
    static const char *const sizes[] = {"width", "height", NULL}; /* the page's style has them */
    for (picture_skip_space(p); *p->at && *p->at != '>' && *p->at != '/'; picture_skip_space(p)) {
        const char *name = p->at;
        const size_t n = picture_name_length(name);
        p->at += n;
        picture_skip_space(p);
        if (n == 0 || *p->at++ != '=') return false;
        picture_skip_space(p);
        const char quote = *p->at;
        if (quote != '"' && quote != '\'') return false;
        const char *value = ++p->at, *end = strchr(value, quote);
        if (!end) return false;
        p->at = end + 1;
        if (root && n == 5 && *name == 'w') p->width = strtod(value, NULL);
        if (root && is_one_of(name, n, sizes)) continue;
        if (!write_attribute(p, name, n, value, (size_t)(end - value))) return false;
    }
    return true;
}

/* Past <name ...>...</name>, whose content is no element. */
static bool skip_element(picture *p, const char *name, size_t n)
{
    char end[32];
    snprintf(end, sizeof end, "</%.*s", (int)n, name);
    const char *close = strchr(p->at, '>');
    if (close && close[-1] != '/') {
        close = strstr(p->at, end);
        if (close) close = strchr(close, '>');
    }
    if (!close) return false;
    p->at = close + 1;
    return true;
}

static bool read_tag(picture *p)
{
    const bool closing = p->at[1] == '/';
    const char *name = p->at + 1 + closing;
    const size_t n = picture_name_length(name);
    if (n < sizeof "metadata" && !closing && is_one_of(name, n, skipped))
        return skip_element(p, name, n);
    const bool root = !p->rooted;
    if (!is_one_of(name, n, drawn) || (root && (closing || strncmp(name, "svg", n)))) return false;
    p->at = name + n;
    fprintf(p->to, "<%s%.*s", closing ? "/" : "", (int)n, name);
    if (root) {
        fputs(" role=\"img\" aria-label=\"", p->to);
        cli_html_text(p->to, p->label);
        putc('"', p->to);
    }
    p->rooted = true;
    if (!read_attributes(p, root)) return false;
    if (root && p->width >= 1 && p->width <= 1e4)
        fprintf(p->to, " style=\"min-width:min(%.0fpx,32rem)\"", p->width);
    p->depth += closing ? -1 : *p->at != '/';
    if (*p->at == '/') putc(*p->at++, p->to);
    if (*p->at != '>') return false;
    putc(*p->at++, p->to);
    return true;
}

/* Prolog, document type and comments go. */
static bool skip_past(picture *p, const char *end)
{
    const char *found = strstr(p->at, end);
    if (found) p->at = found + strlen(end);
    return found != NULL;
}

static bool picture_copy(picture *p)
{
    while (*p->at) {
        bool good = true;
        if (!strncmp(p->at, "<!--", 4))
            good = skip_past(p, "-->");
        else if (!strncmp(p->at, "<?", 2))
            good = skip_past(p, "?>");
        else if (!strncmp(p->at, "<!DOCTYPE", 9))
            good = skip_past(p, ">");
        else if (*p->at == '<')
            good = read_tag(p);
        else if (p->depth > 0)
            putc(*p->at++, p->to);
        else
            p->at++;
        if (!good || p->depth < 0) return false;
    }
    return p->rooted && p->depth == 0;
}

bool cli_svg_inline(FILE *to, const char *svg, const char *prefix, const char *label, double *width)
{
    char *text = NULL;
    size_t size = 0;
    picture p = {.to = open_memstream(&text, &size), .at = svg, .prefix = prefix, .label = label};
    const bool copied = p.to && picture_copy(&p);
    const bool good = p.to && !fclose(p.to) && copied;
    if (good) fwrite(text, 1, size, to);
    *width = p.width;
    free(text);
    return good;
}
