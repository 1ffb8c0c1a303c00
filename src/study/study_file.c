/* The study file: JSON into conditions with their options, and seeds. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/json_text.h"
#include "core/text.h"
#include "options/options.h"
#include "study/study.h"
#include "task/json_line.h"
#include "task/task_internal.h"

enum { CONDITIONS_MAX = 100000, NETWORKS_MAX = 10000000 };

/* ---- sentences ---- */

srnn_status srnn__study_fail(srnn_ctx *ctx, const srnn_study *s, const json_t *at,
                             const char *format, ...)
{
    char sentence[sizeof ctx->message];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s:%d: %s", s->source,
                      srnn__json_line(s->text, s->json, at), sentence);
}

srnn_status srnn__study_unknown(srnn_ctx *ctx, const srnn_study *s, const json_t *at,
                                const char *what, const char *name, const char *nearest)
{
    return srnn__study_fail(ctx, s, at, "%s '%.100s'%s%s%s", what, name,
                            nearest ? "; did you mean '" : "", nearest ? nearest : "",
                            nearest ? "'?" : "");
}

srnn_status srnn__study_check_names(srnn_ctx *ctx, const srnn_study *s, const json_t *object,
                                    const char *what, const char *const *names)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        int i = 0;
        while (names[i] && strcmp(names[i], name) != 0) i++;
        if (!names[i])
            return srnn__study_unknown(ctx, s, value, what, name, srnn__nearest(name, names));
    }
    return SRNN_OK;
}

/* ---- seeds ---- */

static void write_item(FILE *to, const json_t *item)
{
    char *text = json_is_string(item) ? NULL : json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *shown = text ? text : json_string_value(item);
    fputs(shown ? shown : "", to);
    free(text);
}

/* A number, text or a list of them, as text. */
static char *seeds_text(const json_t *seeds)
{
    char *text = NULL;
    size_t size, i;
    FILE *to = open_memstream(&text, &size);
    if (!to) return NULL;
    json_t *list = json_is_array(seeds) ? json_incref((json_t *)seeds) : json_pack("[O]", seeds);
    for (i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (i) fputc(',', to);
        write_item(to, item);
    }
    json_decref(list);
    return fclose(to) ? free(text), NULL : text;
}

static srnn_status read_seeds(srnn_ctx *ctx, srnn_study *s)
{
    const json_t *seeds = json_object_get(s->json, "seeds");
    if (!seeds)
        return srnn__study_fail(ctx, s, s->json, "'seeds' is missing; expected \"1:100\", say");
    char *text = seeds_text(seeds);
    if (!text) return srnn__no_memory(ctx);
    srnn_status status = srnn__seeds_parse(ctx, text, "'seeds'", &s->seeds, &s->n_seeds);
    free(text);
    return status == SRNN_ERR_ARGUMENT ? srnn__study_fail(ctx, s, seeds, "%s", ctx->message)
                                       : status;
}

/* ---- options of a condition ---- */

/* Those of a run's stages that a study's file may set. */
static bool option_varies(const srnn_option *row)
{
    static const char *const others[] = {"seed", "scaling_factor", NULL};
    for (int i = 0; others[i]; i++)
        if (!strcmp(row->name, others[i])) return false;
    return row->stages & (SRNN_STAGE_TRAIN | SRNN_STAGE_CONVERT | SRNN_STAGE_EVALUATE) &&
           row->subject != SRNN_OF_STIMULATION;
}

static srnn_status check_option(srnn_ctx *ctx, const srnn_study *s, const char *name,
                                const json_t *value)
{
    const srnn_option *row = srnn_option_named(name);
    if (!row) {
        const char *nearest = srnn__option_nearest(name);
        return srnn__study_fail(ctx, s, value, "option '%.60s' is unknown%s%s%s", name,
                                nearest ? "; did you mean '" : "", nearest ? nearest : "",
                                nearest ? "'?" : "");
    }
    if (option_varies(row)) return SRNN_OK;
    return srnn__study_fail(
        ctx, s, value,
        "'%s' is not for networks of a study; expected an option of `run` for the "
        "task, the network, its training, its conversion or its evaluation",
        row->name);
}

/* A file that the study names, from the folder of the study file. */
static char *named_file(const srnn_study *s, const char *name)
{
    char *path = NULL;
    const char *slash = strrchr(name, '/');
    if (s->in_folder && slash) name = slash + 1;
    if (*name == '/') return strdup(name);
    return asprintf(&path, "%s/%s", s->files, name) < 0 ? NULL : path;
}

static bool names_file(const char *option, const char *value)
{
    if (!strcmp(option, "task")) return srnn__is_json(value) || srnn__is_plugin(value);
    return !strcmp(option, "connectivity");
}

/* What was set before stays. */
static srnn_status set_option(srnn_ctx *ctx, const srnn_study *s, srnn_options *options,
                              const char *name, const json_t *value)
{
    const srnn_option *row = srnn_option_named(name);
    char *path = row && json_is_string(value) && names_file(row->name, json_string_value(value))
                     ? named_file(s, json_string_value(value))
                     : NULL;
    json_t *one = path ? json_pack("{ss}", name, path) : json_pack("{sO}", name, value);
    char *text = one ? json_dumps(one, JSON_COMPACT) : NULL, *source = NULL;
    srnn_status status = check_option(ctx, s, name, value);
    if (!status && (!text || asprintf(&source, "%s:%d", s->source,
                                      srnn__json_line(s->text, s->json, value)) < 0))
        status = srnn__no_memory(ctx);
    if (!status) status = srnn_options_set_json(ctx, options, text, source);
    free(source);
    free(text);
    free(path);
    json_decref(one);
    return status;
}

/* condition: whose name is no option. */
static srnn_status set_options(srnn_ctx *ctx, const srnn_study *s, srnn_options *options,
                               const json_t *object, bool condition)
{
    const char *name;
    json_t *value;
    srnn_status status = SRNN_OK;
    json_object_foreach((json_t *)object, name, value)
    {
        if (status) break;
        if (!condition || strcmp(name, "name") != 0)
            status = set_option(ctx, s, options, name, value);
    }
    return status;
}

static srnn_status finish_condition(srnn_ctx *ctx, const srnn_study *s, const json_t *at,
                                    srnn__condition *c)
{
    const srnn_settings *settings = srnn_options_settings(c->options);
    if (!settings->task)
        return srnn__study_fail(ctx, s, at, "'task' is missing; expected a task's name or file");
    srnn_status status = srnn_task_named(ctx, settings->task, &settings->task_settings, &c->task);
    if (!status) status = srnn_options_fit(ctx, c->options, srnn_task_get_def(c->task));
    if (!status) status = srnn_options_finish(ctx, c->options, srnn_task_get_def(c->task));
    if (status != SRNN_ERR_ARGUMENT && status != SRNN_ERR_FILE) return status;
    return srnn__study_fail(ctx, s, at, "condition '%.100s': %s", c->name, ctx->message);
}

/* ---- conditions and grid ---- */

/* "4-10" of a list, else the value as it is. */
static void print_value(FILE *to, const json_t *value)
{
    char number[32];
    size_t i;
    const json_t *item;
    json_array_foreach((json_t *)value, i, item)
    {
        if (i) fputc('-', to);
        print_value(to, item);
    }
    if (json_is_string(value)) fputs(json_string_value(value), to);
    if (json_is_boolean(value)) fputs(json_is_true(value) ? "true" : "false", to);
    if (json_is_number(value)) {
        srnn__shortest_real(json_number_value(value), number);
        fputs(number, to);
    }
}

/* place: of its value in each option of the grid. */
static char *condition_name(const char *study, const json_t *condition, const json_t *grid,
                            const size_t *place)
{
    char *text = NULL;
    size_t size, i = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to) return NULL;
    const char *own = json_string_value(json_object_get(condition, "name")), *option;
    const json_t *values;
    if (own) fputs(own, to);
    if (!own && json_object_size(grid) == 0) fputs(study, to); /* the only condition */
    json_object_foreach((json_t *)grid, option, values)
    {
        fprintf(to, "%s%s ", own || i ? ", " : "", option);
        print_value(to, json_array_get(values, place[i++]));
    }
    return fclose(to) ? free(text), NULL : text;
}

/* An option of its own, by the name that it has in the table. */
static void keep_own(const srnn__condition *c, const char *option, json_t *value)
{
    const srnn_option *row = srnn_option_named(option);
    if (row && !json_object_get(c->own, row->name)) json_object_set(c->own, row->name, value);
}

static srnn_status add_condition(srnn_ctx *ctx, srnn_study *s, const json_t *condition,
                                 const size_t *place)
{
    const json_t *grid = json_object_get(s->json, "grid"), *values;
    srnn__condition *c = &s->conditions[s->n_conditions++];
    const char *option;
    size_t i = 0;
    c->name = condition_name(s->name, condition, grid, place);
    c->own = json_object();
    if (!c->name || !c->own) return srnn__no_memory(ctx);
    srnn_status status = srnn_options_create(ctx, &c->options);
    json_object_foreach((json_t *)grid, option, values)
    {
        json_t *value = json_array_get(values, place[i++]);
        if (!status) status = set_option(ctx, s, c->options, option, value);
        keep_own(c, option, value);
    }
    if (!status) status = set_options(ctx, s, c->options, condition, true);
    json_t *own;
    json_object_foreach((json_t *)condition, option, own) keep_own(c, option, own);
    if (!status)
        status = set_options(ctx, s, c->options, json_object_get(s->json, "options"), false);
    const json_t *task = json_object_get(s->json, "task");
    if (!status && task) status = set_option(ctx, s, c->options, "task", task);
    return status ? status : finish_condition(ctx, s, condition ? condition : s->json, c);
}

/* The next place in the grid, the last option fastest; false: that was the last one. */
static bool next_place(const json_t *grid, size_t *place)
{
    const size_t n = json_object_size(grid);
    for (size_t i = n; i-- > 0;) {
        void *iter = json_object_iter((json_t *)grid);
        for (size_t k = 0; k < i; k++) iter = json_object_iter_next((json_t *)grid, iter);
        if (++place[i] < json_array_size(json_object_iter_value(iter))) return true;
        place[i] = 0;
    }
    return false;
}

static srnn_status check_grid(srnn_ctx *ctx, const srnn_study *s, double *n)
{
    const json_t *grid = json_object_get(s->json, "grid"), *conditions, *values;
    const char *option;
    size_t i;
    conditions = json_object_get(s->json, "conditions");
    *n = json_array_size(conditions) > 0 ? (double)json_array_size(conditions) : 1;
    if (grid && !json_is_object(grid))
        return srnn__study_fail(ctx, s, grid,
                                "'grid' is no object; expected options with lists of values");
    json_object_foreach((json_t *)grid, option, values)
    {
        const json_t *condition;
        if (!json_is_array(values) || json_array_size(values) == 0)
            return srnn__study_fail(ctx, s, values,
                                    "'%.60s' of the grid is no list; expected its values", option);
        *n *= (double)json_array_size(values);
        json_array_foreach((json_t *)conditions, i, condition)
        {
            if (json_object_get(condition, option))
                return srnn__study_fail(
                    ctx, s, json_object_get(condition, option),
                    "'%.60s' is in this condition and in the grid; expected one of them", option);
        }
    }
    if (*n <= CONDITIONS_MAX) return SRNN_OK;
    return srnn__study_fail(ctx, s, grid ? grid : s->json,
                            "there are %.0f conditions; expected at most %d", *n, CONDITIONS_MAX);
}

static srnn_status check_conditions(srnn_ctx *ctx, const srnn_study *s)
{
    const json_t *conditions = json_object_get(s->json, "conditions"), *condition;
    size_t i, k;
    if (conditions && json_array_size(conditions) == 0)
        return srnn__study_fail(ctx, s, conditions, "'conditions' is no list of conditions");
    json_array_foreach((json_t *)conditions, i, condition)
    {
        const json_t *name = json_object_get(condition, "name");
        if (!json_is_object(condition) || !json_is_string(name) || !*json_string_value(name))
            return srnn__study_fail(
                ctx, s, condition,
                "condition %zu has no 'name'; expected {\"name\": \"...\", options}", i + 1);
        if (!srnn__is_plain(json_string_value(name)))
            return srnn__study_fail(ctx, s, name, "the name of condition %zu is no line of text",
                                    i + 1);
        for (k = 0; k < i; k++)
            if (json_equal(name, json_object_get(json_array_get(conditions, k), "name")))
                return srnn__study_fail(ctx, s, name, "two conditions are called '%.100s'",
                                        json_string_value(name));
    }
    return SRNN_OK;
}

static srnn_status read_conditions(srnn_ctx *ctx, srnn_study *s)
{
    enum { GRID_MAX = 16 };
    const json_t *grid = json_object_get(s->json, "grid");
    const json_t *conditions = json_object_get(s->json, "conditions");
    double n;
    srnn_status status = check_conditions(ctx, s);
    if (!status) status = check_grid(ctx, s, &n);
    if (status) return status;
    if (json_object_size(grid) > GRID_MAX)
        return srnn__study_fail(ctx, s, grid, "the grid has %zu options; expected at most %d",
                                json_object_size(grid), GRID_MAX);
    s->conditions = calloc((size_t)n, sizeof *s->conditions);
    if (!s->conditions) return srnn__no_memory(ctx);
    const size_t given = json_array_size(conditions);
    for (size_t i = 0; i < (given ? given : 1) && !status; i++) {
        size_t place[GRID_MAX] = {0};
        do status = add_condition(ctx, s, json_array_get(conditions, i), place);
        while (!status && next_place(grid, place));
    }
    return status;
}

/* ---- the whole ---- */

static srnn_status read_study_text(srnn_ctx *ctx, srnn_study *s, const char *name, const char **out)
{
    const json_t *value = json_object_get(s->json, name);
    *out = json_is_string(value) ? json_string_value(value) : "";
    if (!value || (json_is_string(value) && srnn__is_plain(*out))) return SRNN_OK;
    return srnn__study_fail(ctx, s, value, "'%s' is no line of text", name);
}

static srnn_status read_keep(srnn_ctx *ctx, srnn_study *s)
{
    static const char *const names[] = {"all", "best", "none"};
    const json_t *keep = json_object_get(s->json, "keep");
    for (int i = 0; keep && i < 3; i++)
        if (json_is_string(keep) && !strcmp(json_string_value(keep), names[i])) {
            s->keep = (srnn__keep)i;
            return SRNN_OK;
        }
    return keep ? srnn__study_fail(ctx, s, keep,
                                   "'keep' is unknown; expected \"all\", \"best\" or \"none\"")
                : SRNN_OK;
}

static srnn_status read_until(srnn_ctx *ctx, srnn_study *s)
{
    const json_t *until = json_object_get(s->json, "until");
    const char *stage = json_string_value(until);
    s->n_stages = until ? 1 : SRNN__STUDY_STAGES;
    if (!until || (stage && !strcmp(stage, "training"))) return SRNN_OK;
    return srnn__study_fail(ctx, s, until,
                            "'until' is unknown; expected \"training\", or nothing for all stages");
}

/* "a" of "a/b" and "..", though there may be no a/b yet. To be freed; NULL: out of memory. */
static char *path_from(const char *folder, const char *path)
{
    size_t n = strlen(folder);
    while (!strncmp(path, "..", 2) && (path[2] == '/' || !path[2])) {
        size_t end = n, begin;
        while (end > 1 && folder[end - 1] == '/') end--;
        for (begin = end; begin > 0 && folder[begin - 1] != '/'; begin--) {
        }
        if (strspn(folder + begin, ".") >= end - begin) break; /* "/", "." and ".." */
        n = begin;
        path += path[2] ? 3 : 2;
    }
    char *whole;
    const char *middle = n == 0 ? "./" : folder[n - 1] == '/' ? "" : "/";
    return asprintf(&whole, "%.*s%s%s", (int)n, folder, middle, path) < 0 ? NULL : whole;
}

static srnn_status read_store(srnn_ctx *ctx, srnn_study *s)
{
    const json_t *store = json_object_get(s->json, "store");
    const char *path = json_string_value(store);
    s->shared = store != NULL;
    if (store && (!path || !*path || *path == '/'))
        return srnn__study_fail(ctx, s, store,
                                "'store' is %s%.60s%s; expected a path from the folder of the "
                                "results, such as \"..\"",
                                path ? "'" : "", path ? path : "no text", path ? "'" : "");
    if (!s->folder) return SRNN_OK;
    s->store = store ? path_from(s->folder, path) : strdup(s->folder);
    return s->store ? SRNN_OK : srnn__no_memory(ctx);
}

static srnn_status read_head(srnn_ctx *ctx, srnn_study *s)
{
    static const char *const names[] = {"study",   "about",    "task",   "options", "conditions",
                                        "grid",    "seeds",    "expect", "figures", "keep",
                                        "measure", "at_least", "until",  "store",   "document",
                                        "schema",  NULL};
    if (!json_is_object(s->json))
        return srnn__study_fail(ctx, s, s->json, "this is no JSON object; expected a study");
    srnn_status status = srnn__study_check_names(ctx, s, s->json, "a study has no", names);
    if (!status) status = read_study_text(ctx, s, "study", &s->name);
    if (!status) status = read_study_text(ctx, s, "about", &s->about);
    if (!status) status = read_study_text(ctx, s, "task", &s->task);
    if (status) return status;
    if (!*s->name || *s->name == '.' || strchr(s->name, '/'))
        return srnn__study_fail(ctx, s, json_object_get(s->json, "study"),
                                "'study' is %s%.60s%s; expected a name that a folder can have",
                                *s->name ? "'" : "", *s->name ? s->name : "missing",
                                *s->name ? "'" : "");
    const json_t *at_least = json_object_get(s->json, "at_least"),
                 *options = json_object_get(s->json, "options");
    s->at_least = at_least ? json_number_value(at_least) : 0.95;
    if (at_least && !(json_is_number(at_least) && s->at_least >= 0 && s->at_least <= 1))
        return srnn__study_fail(ctx, s, at_least, "'at_least' is no accuracy; expected 0 to 1");
    if (options && !json_is_object(options))
        return srnn__study_fail(ctx, s, options,
                                "'options' is no object; expected options by name");
    status = read_until(ctx, s);
    if (!status) status = read_store(ctx, s);
    return status ? status : read_keep(ctx, s);
}

/* Values of the grid that are equal make conditions of one name. */
static srnn_status check_condition_names(srnn_ctx *ctx, const srnn_study *s)
{
    json_t *names = json_object();
    srnn_status status = names ? SRNN_OK : srnn__no_memory(ctx);
    for (int i = 0; i < s->n_conditions && !status; i++) {
        const char *name = s->conditions[i].name;
        if (json_object_get(names, name))
            status = srnn__study_fail(ctx, s, json_object_get(s->json, "grid"),
                                      "two conditions are called '%.100s'", name);
        json_object_set_new(names, name, json_true());
    }
    json_decref(names);
    return status;
}

static srnn_status list_networks(srnn_ctx *ctx, srnn_study *s)
{
    if ((double)s->n_conditions * s->n_seeds > NETWORKS_MAX)
        return srnn__study_fail(ctx, s, s->json,
                                "there are %d conditions with %d seeds; expected at most "
                                "%d networks",
                                s->n_conditions, s->n_seeds, NETWORKS_MAX);
    s->n_networks = s->n_conditions * s->n_seeds;
    s->networks = calloc((size_t)s->n_networks, sizeof *s->networks);
    if (!s->networks) return srnn__no_memory(ctx);
    for (int i = 0; i < s->n_networks; i++)
        s->networks[i] =
            (srnn__network){.condition = i / s->n_seeds, .seed = s->seeds[i % s->n_seeds]};
    return SRNN_OK;
}

static srnn_status read_all(srnn_ctx *ctx, srnn_study *s)
{
    json_error_t error;
    s->json = json_loads(s->text, JSON_REJECT_DUPLICATES, &error);
    if (!s->json)
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s:%d: %s", s->source, error.line, error.text);
    srnn_status status = read_head(ctx, s);
    if (!status) status = read_seeds(ctx, s);
    if (!status) status = read_conditions(ctx, s);
    if (!status) status = check_condition_names(ctx, s);
    if (!status) status = srnn__expectations_check(ctx, s);
    if (!status) status = srnn__study_figures_check(ctx, s);
    return status ? status : list_networks(ctx, s);
}

/* A file writes options without what a command line writes before them. */
srnn_status srnn__study_read(srnn_ctx *ctx, srnn_study *s)
{
    char prefix[sizeof ctx->option_prefix];
    memcpy(prefix, ctx->option_prefix, sizeof prefix);
    *ctx->option_prefix = '\0';
    const srnn_status status = read_all(ctx, s);
    memcpy(ctx->option_prefix, prefix, sizeof prefix);
    return status;
}
