/* Escaped text, tables, lists, and what the summary holds. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NONE "–"

void cli_html_text(FILE *to, const char *text)
{
    for (const char *c = text; *c; c++) {
        switch (*c) {
        case '&': fputs("&amp;", to); break;
        case '<': fputs("&lt;", to); break;
        case '>': fputs("&gt;", to); break;
        case '"': fputs("&quot;", to); break;
        case '\'': fputs("&#39;", to); break;
        default: putc((unsigned char)*c < ' ' && *c != '\n' && *c != '\t' ? '?' : *c, to);
        }
    }
}

static void print_escaped(FILE *to, const char *format, va_list args)
{
    char *text;
    if (vasprintf(&text, format, args) < 0) return;
    cli_html_text(to, text);
    free(text);
}

void cli_html(FILE *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_escaped(to, format, args);
    va_end(args);
}

void cli_html_number(FILE *to, double value, int decimals)
{
    if (!isfinite(value))
        fputs(NONE, to);
    else if (decimals < 0)
        fprintf(to, "%.4g", value);
    else
        fprintf(to, "%.*f", decimals, value);
}

/* ---- tables ---- */

void cli_table_open(FILE *to, const char *caption, const char *const *heads, int n)
{
    fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", to);
    cli_html_text(to, caption);
    fputs("\"><table><caption><span>", to);
    cli_html_text(to, caption);
    fputs("</span></caption><thead><tr>", to);
    for (int i = 0; i < n; i++) {
        fputs("<th scope=\"col\">", to);
        cli_html_text(to, heads[i]);
        fputs("</th>", to);
    }
    fputs("</tr></thead><tbody>\n", to);
}

void cli_row_open(FILE *to, const char *head, bool chosen)
{
    fprintf(to, "<tr%s><th scope=\"row\">", chosen ? " class=\"chosen\"" : "");
    cli_html_text(to, head);
    fputs("</th>", to);
}

void cli_cell(FILE *to, const char *format, ...)
{
    va_list args;
    fputs("<td>", to);
    va_start(args, format);
    print_escaped(to, format, args);
    va_end(args);
    fputs("</td>", to);
}

void cli_cell_number(FILE *to, double value, int decimals)
{
    fputs("<td>", to);
    cli_html_number(to, value, decimals);
    fputs("</td>", to);
}

void cli_cell_spread(FILE *to, double mean, double sd, int decimals)
{
    fputs("<td>", to);
    cli_html_number(to, mean, decimals);
    if (isfinite(mean) && isfinite(sd)) fprintf(to, " ± %.*f", decimals, sd);
    fputs("</td>", to);
}

void cli_cell_accuracy(FILE *to, const json_t *accuracy)
{
    const json_t *interval = cli_at(accuracy, "interval");
    fputs("<td>", to);
    cli_html_number(to, cli_number_at(accuracy, "accuracy"), 3);
    if (json_array_size(interval) == 2)
        fprintf(to, " <span class=\"interval\">(" CLI_RANGE ")</span>",
                json_number_value(json_array_get(interval, 0)),
                json_number_value(json_array_get(interval, 1)));
    fputs("</td>", to);
}

void cli_row_close(FILE *to) { fputs("</tr>\n", to); }

void cli_table_close(FILE *to) { fputs("</tbody></table></div>\n", to); }

void cli_facts_open(FILE *to) { fputs("<dl class=\"facts\">\n", to); }

void cli_fact(FILE *to, const char *term, const char *key, const char *format, ...)
{
    fputs("<div><dt>", to);
    cli_html_text(to, term);
    if (key) {
        fputs(*term ? " <code>" : "<code>", to);
        cli_html_text(to, key);
        fputs("</code>", to);
    }
    fputs("</dt><dd>", to);
    va_list args;
    va_start(args, format);
    print_escaped(to, format, args);
    va_end(args);
    fputs("</dd></div>\n", to);
}

void cli_facts_close(FILE *to) { fputs("</dl>\n", to); }

/* ---- the summary ---- */

const json_t *cli_at(const json_t *document, const char *path)
{
    while (document && *path) {
        char key[64];
        const size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)(length < sizeof key ? length : sizeof key - 1),
                 path);
        document = json_object_get(document, key);
        path += length + (path[length] == '.');
    }
    return json_is_null(document) ? NULL : document;
}

double cli_number_at(const json_t *document, const char *path)
{
    const json_t *value = cli_at(document, path);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

const char *cli_text_at(const json_t *document, const char *path)
{
    const char *text = json_string_value(cli_at(document, path));
    return text ? text : "";
}

void cli_value_text(const json_t *value, const char *separator, char *text, size_t size)
{
    *text = '\0';
    if (json_is_integer(value))
        snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_number(value))
        snprintf(text, size, "%.10g", json_number_value(value));
    else if (json_is_string(value))
        snprintf(text, size, "%s", json_string_value(value));
    else if (json_is_boolean(value))
        snprintf(text, size, "%s", json_is_true(value) ? "True" : "False");
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(value) && used + 8 < size; i++) {
        const json_t *item = json_array_get(value, i);
        if (i) used += (size_t)snprintf(text + used, size - used, "%s", separator);
        if (!json_is_array(item)) cli_value_text(item, separator, text + used, size - used);
        used += strlen(text + used);
    }
}
