/* Text of a value into its field. */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "options/options.h"

typedef struct reading {
    srnn_ctx *ctx;
    const srnn_option *row;
    const char *name; /* as the user writes it */
    const char *text;
} reading;

/* ---- numbers ---- */

/* strtod and its relatives skip leading blanks, which are refused here. */
static bool starts_well(const char *text) { return *text && !isspace((unsigned char)*text); }

static srnn_status read_whole(const reading *r, const char *text, double least, double most,
                              int64_t *value)
{
    char *end;
    errno = 0;
    const long long parsed = strtoll(text, &end, 10);
    if (!starts_well(text) || *end)
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s'; expected a whole number", r->name,
                          text);
    if (parsed < (int64_t)least)
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is %s; expected %.0f or more", r->name,
                          text, least);
    if (errno || parsed > (int64_t)most)
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is %s; expected at most %.0f", r->name,
                          text, most);
    *value = parsed;
    return SRNN_OK;
}

static srnn_status read_number(const reading *r, const char *text, double *value)
{
    char *end;
    const double parsed = strtod(text, &end);
    if (!starts_well(text) || *end || !isfinite(parsed))
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s'; expected a finite number",
                          r->name, text);
    *value = parsed;
    return SRNN_OK;
}

static srnn_status read_real(const reading *r, double *value)
{
    double parsed = 0;
    char range[80];
    const srnn_status status = read_number(r, r->text, &parsed);
    if (status) return status;
    srnn__option_range(r->row, range);
    if (!srnn__option_in_range(r->row, parsed))
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is %s; expected %s%s", r->name, r->text,
                          r->row->above_least ? "a number " : "", range);
    *value = parsed;
    return SRNN_OK;
}

/* ---- lists of numbers ---- */

/* Cuts the text at the separators. */
static srnn_status split_numbers(const reading *r, char separator, int max, double *values, int *n)
{
    char piece[64];
    *n = 0;
    for (const char *at = r->text;; at++) {
        const char *end = strchrnul(at, separator);
        if (*n == max)
            return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT,
                              "%s is '%.100s'; expected at most %d numbers", r->name, r->text, max);
        if ((size_t)(end - at) >= sizeof piece)
            return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT,
                              "%s has '%.100s'; expected a finite number", r->name, at);
        memcpy(piece, at, (size_t)(end - at));
        piece[end - at] = '\0';
        const srnn_status status = read_number(r, piece, &values[*n]);
        if (status && (at > r->text || *end))
            return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT,
                              "%s is '%.100s', where '%s' is not a finite number", r->name, r->text,
                              piece);
        if (status) return status;
        ++*n;
        if (!*end) return SRNN_OK;
        at = end;
    }
}

static srnn_status read_range(const reading *r, int max, double *values, int *n)
{
    double range[3];
    int parts;
    const srnn_status status = split_numbers(r, ':', 3, range, &parts);
    if (status) return status;
    if (parts != 3)
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s'; expected START:STOP:STEP",
                          r->name, r->text);
    const double start = range[0], stop = range[1], step = range[2];
    if (!(step > 0))
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT,
                          "%s is '%s' with the step %g; expected a step above 0", r->name, r->text,
                          step);
    if (!(start <= stop))
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT,
                          "%s is '%s', an empty range; expected a start not above the stop",
                          r->name, r->text);
    const double last =
        floor((stop - start) / step + 1e-9); /* 1:2:0.1 ends at 2 in spite of rounding */
    if (!(last < max))
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s', %.0f values; expected at most %d",
                          r->name, r->text, last + 1, max);
    *n = (int)last + 1;
    for (int i = 0; i < *n; i++) values[i] = start + i * step;
    return SRNN_OK;
}

/* Every number has to be above, or not below, row->least. */
static srnn_status option_read_numbers(const reading *r, srnn_numbers *value, double **kept)
{
    double *values = malloc(SRNN__NUMBERS_MAX * sizeof *values);
    if (!values) return srnn__no_memory(r->ctx);
    const int max = (int)r->row->most;
    int n = 0;
    const bool range = r->row->kind == SRNN_OPTION_GRID && strchr(r->text, ':');
    srnn_status status =
        range ? read_range(r, max, values, &n) : split_numbers(r, ',', max, values, &n);
    for (int i = 0; i < n && !status; i++) {
        const bool above = r->row->above_least;
        if (above ? values[i] > r->row->least : values[i] >= r->row->least) continue;
        status =
            srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%.100s', which holds %g; expected %s%g%s",
                       r->name, r->text, values[i], above ? "numbers above " : "", r->row->least,
                       above ? "" : " or more");
    }
    if (status) {
        free(values);
        return status;
    }
    free(*kept);
    *kept = values;
    *value = (srnn_numbers){n, values};
    return SRNN_OK;
}

/* ---- two values ---- */

static srnn_status read_steps(const reading *r, int *value)
{
    char on[16] = "", off[16] = "", rest;
    int64_t first = 0, end = 0;
    if (sscanf(r->text, "%15[0-9]:%15[0-9]%c", on, off, &rest) != 2)
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s'; expected ON:OFF, two steps",
                          r->name, r->text);
    srnn_status status = read_whole(r, on, r->row->least, r->row->most, &first);
    if (!status) status = read_whole(r, off, r->row->least, r->row->most, &end);
    if (status) return status;
    if (end <= first)
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is %s; expected OFF after ON", r->name,
                          r->text);
    value[0] = (int)first;
    value[1] = (int)end;
    return SRNN_OK;
}

static srnn_status read_times(const reading *r, double *value)
{
    double from, to;
    int length = 0;
    if (sscanf(r->text, "%lf:%lf%n", &from, &to, &length) != 2 || r->text[length] || !(from >= 0) ||
        !(to > from))
        return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT,
                          "%s is '%s'; expected FROM:TO, two times in ms, as 250:1000", r->name,
                          r->text);
    value[0] = from;
    value[1] = to;
    return SRNN_OK;
}

/* ---- words ---- */

static srnn_status read_truth(const reading *r, bool *value)
{
    static const char *const words[2][6] = {{"false", "no", "f", "n", "0", NULL},
                                            {"true", "yes", "t", "y", "1", NULL}};
    for (int i = 0; i < 2; i++)
        for (const char *const *word = words[i]; *word; word++)
            if (!strcasecmp(r->text, *word)) {
                *value = i;
                return SRNN_OK;
            }
    return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s'; expected True or False", r->name,
                      r->text);
}

const char *srnn_nearest_name(const char *text, const char *const *names)
{
    const char *nearest = srnn__nearest(text, names);
    for (; !nearest && *names && strlen(text) >= 3; names++)
        if (strcasestr(*names, text)) nearest = *names; /* "relu" for clipped_relu */
    return nearest;
}

static srnn_status read_choice(const reading *r, const char *text, int *index)
{
    char known[SRNN__CHOICES_MAX];
    const char *const *names = r->row->choices;
    for (int i = 0; names[i]; i++)
        if (srnn__same_name(text, names[i])) {
            *index = i;
            return SRNN_OK;
        }
    srnn__option_choices(r->row, known);
    const char *nearest = srnn_nearest_name(text, names);
    return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is '%s'; expected %s%s%s%s", r->name, text,
                      known, nearest ? " (did you mean " : "", nearest ? nearest : "",
                      nearest ? "?)" : "");
}

static srnn_status option_read_set(const reading *r, unsigned *value)
{
    unsigned set = 0;
    for (const char *at = r->text;; at++) {
        const char *end = strchrnul(at, ',');
        char name[32];
        int index = 0;
        snprintf(name, sizeof name, "%.*s", (int)(end - at < 31 ? end - at : 31), at);
        const srnn_status status = read_choice(r, name, &index);
        if (status) return status;
        set |= 1u << index;
        if (!*end) break;
        at = end;
    }
    *value = set;
    return SRNN_OK;
}

static srnn_status option_read_text(const reading *r, const char **value, char **kept)
{
    char *text = strdup(r->text);
    if (!text) return srnn__no_memory(r->ctx);
    if (r->row->kind == SRNN_OPTION_FOLDER) {
        size_t length = strlen(text);
        if (!length) {
            free(text);
            return srnn__fail(r->ctx, SRNN_ERR_ARGUMENT, "%s is ''; expected a folder", r->name);
        }
        while (length > 1 && text[length - 1] == '/') text[--length] = '\0';
    }
    free(*kept);
    *value = *kept = text;
    return SRNN_OK;
}

/* ---- settings of a task, whose ranges are the task room's ---- */

static srnn_status read_setting(reading *r, srnn_task_settings *settings)
{
    const int i = srnn__option_setting(r->row);
    const srnn_task_setting *setting = srnn_task_setting_at(i);
    srnn_option row = *r->row;
    int64_t whole = 0;
    double real = 0;
    row.kind = SRNN_OPTION_REAL;
    row.above_least = true;
    row.most = HUGE_VAL;
    r->row = &row;
    const srnn_status status = setting->whole
                                   ? read_whole(r, r->text, setting->least, setting->most, &whole)
                                   : read_real(r, &real);
    if (!status) srnn_task_setting_put(settings, i, setting->whole ? (double)whole : real);
    return status;
}

static srnn_status read_value(srnn_ctx *ctx, srnn_options *o, const srnn_option *row,
                              const char *name, const char *text)
{
    reading r = {.ctx = ctx, .row = row, .name = name, .text = text ? text : "true"};
    const int i = srnn__option_place(row);
    void *field = (char *)&o->settings + row->field;
    int64_t whole = 0;
    srnn_status status;
    switch (row->kind) {
    case SRNN_OPTION_FLAG:
    case SRNN_OPTION_BOOL: return read_truth(&r, field);
    case SRNN_OPTION_WHOLE:
        status = read_whole(&r, r.text, row->least, row->most, &whole);
        if (!status) *(int *)field = (int)whole;
        return status;
    case SRNN_OPTION_LONG: return read_whole(&r, r.text, row->least, row->most, field);
    case SRNN_OPTION_REAL: return read_real(&r, field);
    case SRNN_OPTION_CHOICE: return read_choice(&r, r.text, field);
    case SRNN_OPTION_SET: return option_read_set(&r, field);
    case SRNN_OPTION_NUMBERS:
    case SRNN_OPTION_GRID: return option_read_numbers(&r, field, &o->numbers[i]);
    case SRNN_OPTION_STEPS: return read_steps(&r, field);
    case SRNN_OPTION_TIMES: return read_times(&r, field);
    case SRNN_OPTION_SETTING: return read_setting(&r, &o->settings.task_settings);
    case SRNN_OPTION_TEXT:
    case SRNN_OPTION_FOLDER: return option_read_text(&r, field, &o->texts[i]);
    }
    return SRNN_OK;
}

srnn_status srnn__option_parse(srnn_ctx *ctx, srnn_options *o, const srnn_option *row,
                               const char *name, const char *text)
{
    const int i = srnn__option_place(row);
    const bool kept = row->kind == SRNN_OPTION_TEXT || row->kind == SRNN_OPTION_FOLDER;
    char *copy = kept ? NULL : strdup(text ? text : "true");
    if (!kept && !copy) return srnn__no_memory(ctx);
    const srnn_status status = read_value(ctx, o, row, name, text);
    if (status || kept) {
        free(copy);
    } else {
        free(o->texts[i]);
        o->texts[i] = copy;
    }
    return status;
}
