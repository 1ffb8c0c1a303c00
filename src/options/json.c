/* Values of options as JSON, and out of it. */
#define _GNU_SOURCE 1
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "options/options.h"

/* ---- out ---- */

static json_t *set_json(const srnn_option *row, unsigned set)
{
    json_t *names = json_array();
    for (int i = 0; row->choices[i]; i++)
        if (set >> i & 1) json_array_append_new(names, json_string(row->choices[i]));
    return set ? names : (json_decref(names), json_null());
}

static json_t *numbers_json(srnn_numbers numbers)
{
    json_t *list = json_array();
    for (int i = 0; i < numbers.n; i++) json_array_append_new(list, json_real(numbers.x[i]));
    return numbers.n > 0 ? list : (json_decref(list), json_null());
}

static json_t *pair_json(double from, double to)
{
    char first[32], last[32], text[sizeof first + sizeof last];
    srnn__shortest_real(from, first);
    srnn__shortest_real(to, last);
    snprintf(text, sizeof text, "%s:%s", first, last);
    return to > from && isfinite(to) ? json_string(text) : json_null();
}

static json_t *setting_json(const srnn_option *row, const srnn_settings *settings)
{
    const int i = srnn__option_setting(row);
    const double value = srnn_task_setting_get(&settings->task_settings, i);
    if (!(value >= 0)) return json_null();
    return srnn_task_setting_at(i)->whole ? json_integer((json_int_t)value) : json_real(value);
}

/* null where it stands for the default of another room. */
static json_t *whole_json(const srnn_option *row, int64_t value)
{
    return (double)value < row->least ? json_null() : json_integer((json_int_t)value);
}

static json_t *value_json(const srnn_option *row, const srnn_settings *settings)
{
    const void *field = (const char *)settings + row->field;
    switch (row->kind) {
    case SRNN_OPTION_FLAG:
    case SRNN_OPTION_BOOL: return json_boolean(*(const bool *)field);
    case SRNN_OPTION_WHOLE: return whole_json(row, *(const int *)field);
    case SRNN_OPTION_LONG: return whole_json(row, *(const int64_t *)field);
    case SRNN_OPTION_REAL: {
        const double x = *(const double *)field;
        return isfinite(x) ? json_real(x) : json_null();
    }
    case SRNN_OPTION_CHOICE: return json_string(row->choices[*(const int *)field]);
    case SRNN_OPTION_SET: return set_json(row, *(const unsigned *)field);
    case SRNN_OPTION_NUMBERS:
    case SRNN_OPTION_GRID: return numbers_json(*(const srnn_numbers *)field);
    case SRNN_OPTION_STEPS: return pair_json(((const int *)field)[0], ((const int *)field)[1]);
    case SRNN_OPTION_TIMES:
        return pair_json(((const double *)field)[0], ((const double *)field)[1]);
    case SRNN_OPTION_SETTING: return setting_json(row, settings);
    case SRNN_OPTION_TEXT:
    case SRNN_OPTION_FOLDER: {
        const char *text = *(const char *const *)field;
        json_t *json = text ? json_string(text) : json_null();
        return json ? json : json_null(); /* not UTF-8 */
    }
    }
    return json_null();
}

char *srnn_options_json(const srnn_options *o, unsigned stages, bool only_given)
{
    json_t *json = json_object();
    for (int i = 0; i < SRNN__N_OPTIONS; i++) {
        const srnn_option *row = srnn_option_at(i);
        if (!(row->stages & stages) || (only_given && !o->given[i])) continue;
        json_object_set_new(json, row->name,
                            row->open && !o->given[i] ? json_null()
                                                      : value_json(row, &o->settings));
    }
    char *text = srnn__json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

/* ---- values as text of a command line ---- */

/* False: no text of a command line is like it. */
static bool json_write_value(FILE *to, const json_t *value)
{
    char text[32];
    switch (json_typeof(value)) {
    case JSON_STRING: return fputs(json_string_value(value), to) >= 0;
    case JSON_INTEGER: return fprintf(to, "%lld", (long long)json_integer_value(value)) > 0;
    case JSON_REAL: srnn__shortest_real(json_real_value(value), text); return fputs(text, to) >= 0;
    case JSON_TRUE: return fputs("True", to) >= 0;
    case JSON_FALSE: return fputs("False", to) >= 0;
    case JSON_ARRAY: {
        size_t i;
        const json_t *item;
        bool good = json_array_size(value) > 0;
        json_array_foreach((json_t *)value, i, item)
        {
            if (i) fputc(',', to);
            good = good && !json_is_array(item) && json_write_value(to, item);
        }
        return good;
    }
    default: return false;
    }
}

char *srnn__option_value_text(const json_t *value)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (!to) return NULL;
    const bool good = json_write_value(to, value);
    if (fclose(to) || !good) {
        free(text);
        return NULL;
    }
    return text;
}

char *srnn__option_text(const srnn_option *row, const srnn_settings *settings)
{
    json_t *json = value_json(row, settings);
    char *text = json_is_null(json) ? strdup("") : srnn__option_value_text(json);
    json_decref(json);
    return text;
}

/* ---- in ---- */

/* The context's sentence, after the name of where it comes from. */
static srnn_status fail_in(srnn_ctx *ctx, const char *source)
{
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: %s", source, ctx->message);
}

static srnn_status unknown_in(srnn_ctx *ctx, const char *name, const char *source)
{
    const char *nearest = srnn__option_nearest(name);
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: option '%s' is unknown%s%s%s", source, name,
                      nearest ? "; did you mean '" : "", nearest ? nearest : "",
                      nearest ? "'?" : "");
}

typedef struct json_source {
    const char *name; /* its sentences begin with it */
    int sign;         /* of the places in the order of options: -1 for a configuration, else 1 */
    int before;       /* options that were given before it */
} json_source;

static srnn_status set_one(srnn_ctx *ctx, srnn_options *o, const char *name, const json_t *value,
                           const json_source *from)
{
    const char *source = from->name;
    const srnn_option *row = srnn_option_named(name);
    if (json_is_null(value)) return SRNN_OK;
    if (!row) return unknown_in(ctx, name, source);
    const int given = o->given[srnn__option_place(row)];
    if (from->sign * given > from->before)
        return srnn__fail(ctx, SRNN_ERR_FORMAT,
                          "%s: %s is given twice, also by another spelling; expected it once",
                          source, row->name);
    if (given) return SRNN_OK;
    if (row->kind == SRNN_OPTION_FLAG && !json_is_boolean(value))
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: %s is not a boolean; expected true or false",
                          source, name);
    char *text = srnn__option_value_text(value);
    if (!text)
        return srnn__fail(ctx, SRNN_ERR_FORMAT,
                          "%s: %s has a value that no option takes; expected a number, true or "
                          "false, text or a list",
                          source, name);
    const srnn_status status = srnn__option_parse(ctx, o, row, row->name, text);
    free(text);
    if (status == SRNN_ERR_ARGUMENT) return fail_in(ctx, source);
    if (!status) o->given[srnn__option_place(row)] = from->sign * ++o->n_given;
    return status;
}

/* What a configuration says of itself. */
static bool in_head(const char *name)
{
    return !strcmp(name, "document") || !strcmp(name, "schema");
}

static srnn_status check_head(srnn_ctx *ctx, const char *name, const json_t *value,
                              const char *source)
{
    const bool good = !strcmp(name, "schema")
                          ? json_integer_value(value) == SRNN_SCHEMA
                          : json_is_string(value) && !strcmp(json_string_value(value), "options");
    if (good) return SRNN_OK;
    char *is = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    srnn__fail(ctx, SRNN_ERR_FORMAT,
               "%s: %s is %.100s; expected \"document\": \"options\", \"schema\": %d", source, name,
               is ? is : "null", SRNN_SCHEMA);
    free(is);
    return SRNN_ERR_FORMAT;
}

srnn_status srnn_options_set_json(srnn_ctx *ctx, srnn_options *o, const char *text,
                                  const char *source)
{
    const json_source from = {source ? source : "options", source ? -1 : 1, o->n_given};
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s:%d: %s", from.name, error.line, error.text);
    srnn_status status = SRNN_OK;
    if (!json_is_object(json))
        status = srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is no JSON object; expected options by name",
                            from.name);
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        if (status) break;
        status = source && in_head(name) ? check_head(ctx, name, value, source)
                                         : set_one(ctx, o, name, value, &from);
    }
    json_decref(json);
    return status;
}
