#define _GNU_SOURCE 1
#include "figure/study_names.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "figure/study_counts.h"
#include "core/json_text.h"
#include "core/text.h"

/* ---- names of conditions, in two lines ---- */

enum { LINE_CHARACTERS = 26, LINE_BYTES = 4 * LINE_CHARACTERS + 8 };

/* Bytes of the first n characters. */
static size_t name_bytes(const char *text, int n)
{
    size_t bytes = 0;
    for (int i = 0; i < n && text[bytes]; i++) {
        const size_t length = srnn__utf8_character(text + bytes);
        bytes += length ? length : 1;
    }
    return bytes;
}

/* At most a line of the text, cut at a space where it can be; returns what is left of it. */
static const char *take_line(const char *text, char line[LINE_BYTES])
{
    size_t n = name_bytes(text, LINE_CHARACTERS);
    if (text[n])
        for (size_t i = n; i > n / 2; i--)
            if (text[i] == ' ') {
                n = i;
                break;
            }
    snprintf(line, LINE_BYTES, "%.*s", (int)n, text);
    return text + n + (text[n] == ' ');
}

static void name_lines(const char *name, char first[LINE_BYTES], char second[LINE_BYTES])
{
    const char *rest = take_line(take_line(name, first), second);
    if (!*rest) return;
    second[name_bytes(second, LINE_CHARACTERS - 1)] = 0;
    strcat(second, "…");
}

/* Two arrays of text of the conditions. */
typedef void (*lines_of)(const srnn_study_view *v, int condition, char first[LINE_BYTES],
                         char second[LINE_BYTES]);

static void say_lines(srnn__plot *p, const srnn_study_view *v, const int *conditions, int n,
                      const char *name, const char *rest_name, lines_of of)
{
    char(*lines)[2][LINE_BYTES] = calloc((size_t)n + 1, sizeof *lines);
    const char **texts = calloc(2 * (size_t)n + 1, sizeof *texts);
    for (int c = 0; lines && texts && c < n; c++) {
        of(v, conditions ? conditions[c] : c, lines[c][0], lines[c][1]);
        texts[c] = lines[c][0];
        texts[n + c] = lines[c][1];
    }
    if (lines && texts) {
        srnn__say_texts(p, name, texts, n);
        srnn__say_texts(p, rest_name, texts + n, n);
    } else {
        p->no_memory = true;
    }
    free(lines);
    free(texts);
}

static void condition_lines(const srnn_study_view *v, int condition, char first[LINE_BYTES],
                            char second[LINE_BYTES])
{
    name_lines(v->conditions[condition].name, first, second);
}

void srnn__say_conditions(srnn__plot *p, const srnn_study_view *v, const int *conditions, int n)
{
    say_lines(p, v, conditions, n, "condition", "condition_rest", condition_lines);
}

/* ---- how many networks ---- */

static void add_count(char line[LINE_BYTES], int n, const char *words)
{
    const size_t at = strlen(line);
    if (n > 0) snprintf(line + at, LINE_BYTES - at, "%s%d %s", at ? ", " : "", n, words);
}

static void count_lines(const srnn_study_view *v, int condition, char first[LINE_BYTES],
                        char second[LINE_BYTES])
{
    srnn_condition_summary s;
    srnn__condition_count(v, condition, v->main_measure, &s);
    if (isnan(v->measures[v->main_measure].at_least))
        snprintf(first, LINE_BYTES, "n = %d", s.n);
    else if (s.n > 0)
        snprintf(first, LINE_BYTES, "%d of %d", s.reached, s.n);
    add_count(second, s.not_trained, "did not train");
    add_count(second, s.failed, "failed");
    add_count(*first ? second : first, s.left, "left");
}

void srnn__say_counts(srnn__plot *p, const srnn_study_view *v, int n)
{
    say_lines(p, v, NULL, n, "count", "count_rest", count_lines);
}

/* ---- the option, and the other ones ---- */

static int option_numbers(const srnn_study_view *v, int option)
{
    int n = 0;
    for (int c = 0; c < v->n_conditions; c++) {
        const double x = v->conditions[c].option_values[option];
        bool new = isfinite(x);
        for (int b = 0; b < c && new; b++) new = v->conditions[b].option_values[option] != x;
        n += new;
    }
    return n;
}

int srnn__study_option(const srnn_study_view *v)
{
    int best = -1, most = 1;
    for (int i = 0; i < v->n_varied; i++) {
        const int n = option_numbers(v, i);
        if (n > most) {
            most = n;
            best = i;
        }
    }
    return best;
}

static void write_value(FILE *to, const json_t *value)
{
    char *text = json_is_string(value) ? NULL : srnn__json_dumps(value, JSON_ENCODE_ANY);
    fputs(json_is_string(value) ? json_string_value(value) : text ? text : "?", to);
    free(text);
}

/* "gain 1.5, act relu": the condition's options but one, to be freed; NULL: out of memory. */
static char *series_name(const srnn_study_view *v, int condition, int option)
{
    char *name = NULL;
    size_t size;
    json_t *options = json_loads(v->conditions[condition].options, 0, NULL);
    FILE *to = open_memstream(&name, &size);
    const char *before = "";
    for (int i = 0; to && i < v->n_varied; i++) {
        const json_t *value = json_object_get(options, v->varied[i]);
        if (i == option || !value) continue;
        fprintf(to, "%s%s ", before, v->varied[i]);
        write_value(to, value);
        before = ", ";
    }
    json_decref(options);
    if (to && !fclose(to)) return name;
    free(name);
    return NULL;
}

void srnn__study_series_free(srnn__study_series *s)
{
    for (int i = 0; s->names && i < s->n_all; i++) free(s->names[i]);
    free(s->names);
    free(s->series);
    *s = (srnn__study_series){0};
}

/* Into the series of this name, which it takes; a new one where there is none. */
static int series_join(srnn__study_series *s, char *name)
{
    for (int i = 0; i < s->n_all; i++)
        if (!strcmp(s->names[i], name)) {
            free(name);
            return i;
        }
    s->names[s->n_all] = name;
    return s->n_all++;
}

bool srnn__study_series_of(const srnn_study_view *v, int option, srnn__study_series *out)
{
    const size_t n = (size_t)v->n_conditions + 1;
    *out = (srnn__study_series){.series = calloc(n, sizeof *out->series),
                                .names = calloc(n, sizeof *out->names)};
    bool good = out->series && out->names;
    for (int c = 0; good && c < v->n_conditions; c++) {
        const bool placed = isfinite(v->conditions[c].option_values[option]);
        char *name = placed ? series_name(v, c, option) : NULL;
        good = !placed || name;
        const int series = name ? series_join(out, name) : -1;
        out->series[c] = series < SRNN__SERIES_SHOWN ? series : -1;
    }
    out->n = srnn__at_most(out->n_all, SRNN__SERIES_SHOWN);
    return good;
}
