/* Names of networks, measures, options and groups, as short as they still differ. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"
#include "options/options.h"
#include "study/runs.h"

/* ---- networks ---- */

static size_t common_begin(const char *a, const char *b)
{
    size_t folder = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '/') folder = i + 1;
    return folder;
}

/* Without the bytes before `begin` of either. */
static size_t common_end(const char *a, const char *b, size_t begin)
{
    const size_t n_a = strlen(a), n_b = strlen(b);
    size_t end = 0;
    for (size_t i = 1; i + begin < n_a && i + begin < n_b && a[n_a - i] == b[n_b - i]; i++)
        if (a[n_a - i] == '/') end = i;
    return end;
}

/* Lengths of what the paths begin with (whole folders) and end with, as far as something of each
   is left between. */
static void paths_common(const char *const *paths, int n, size_t *begin, size_t *end)
{
    const char *slash = n > 0 ? strrchr(paths[0], '/') : NULL;
    *begin = slash ? (size_t)(slash - paths[0]) + 1 : 0;
    *end = n > 0 ? strlen(paths[0]) : 0;
    for (int i = 1; i < n; i++) {
        const size_t common = common_begin(paths[0], paths[i]);
        if (strcmp(paths[0], paths[i]) != 0 && common < *begin) *begin = common;
    }
    for (int i = 0; i < n; i++) {
        const size_t common = common_end(paths[0], paths[i], *begin);
        if (common < *end) *end = common;
    }
}

/* As it can be printed anywhere; to be freed. NULL: out of memory. */
static char *path_name(const char *path, size_t begin, size_t end)
{
    char shown[1024], *part = strndup(path + begin, strlen(path) - begin - end);
    if (part) srnn_printable(part, shown, sizeof shown);
    free(part);
    return part ? strdup(shown) : NULL;
}

srnn_status srnn__runs_name(srnn_ctx *ctx, srnn_runs *runs)
{
    const char **paths = malloc((size_t)runs->n * sizeof *paths);
    size_t begin, end;
    srnn_status status = paths ? SRNN_OK : srnn__no_memory(ctx);
    if (status) return status;
    for (int i = 0; i < runs->n; i++) paths[i] = runs->all[i].path;
    paths_common(paths, runs->n, &begin, &end);
    for (int i = 0; i < runs->n && !status; i++)
        if (!(runs->all[i].name = path_name(paths[i], begin, end))) status = srnn__no_memory(ctx);
    free(paths);
    return status;
}

/* ---- measures ---- */

static bool name_has_end(const char *name, const char *end)
{
    const size_t n = strlen(name), length = strlen(end);
    return n >= length && !strcmp(name + n - length, end) &&
           (n == length || name[n - length - 1] == '.');
}

static bool name_is_unique(const char *const *names, int n, const char *end)
{
    int found = 0;
    for (int i = 0; i < n; i++) found += name_has_end(names[i], end);
    return found == 1;
}

const char *srnn__name_short(const char *const *names, int n, int i)
{
    for (const char *dot = names[i] + strlen(names[i]); dot-- > names[i];)
        if (*dot == '.' && name_is_unique(names, n, dot + 1)) return dot + 1;
    return names[i];
}

/* ---- values of options ---- */

/* "20:75:5", as it can be given, of four numbers or more that are evenly spaced; NULL: of others.
 */
static char *grid_text(const json_t *list)
{
    const size_t n = json_array_size(list);
    char first[32], last[32], step[32], *text;
    if (n < 4) return NULL;
    const double from = json_number_value(json_array_get(list, 0)),
                 by = json_number_value(json_array_get(list, 1)) - from;
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_array_get(list, i);
        if (!json_is_number(value) ||
            fabs(json_number_value(value) - from - (double)i * by) > 1e-9 * fabs(by))
            return NULL;
    }
    srnn__shortest_real(from, first);
    srnn__shortest_real(json_number_value(json_array_get(list, n - 1)), last);
    snprintf(step, sizeof step, "%.6g", by);
    return asprintf(&text, "%s:%s:%s", first, last, step) < 0 ? NULL : text;
}

/* What paths of files, which an option has in several groups, begin with. */
static size_t option_folder(const srnn_runs *runs, int option)
{
    const srnn_option *row = srnn_option_named(runs->varied[option]);
    const char *first = NULL;
    size_t begin = 0;
    for (int g = 0; row && row->kind == SRNN_OPTION_TEXT && g < runs->view.n_conditions; g++) {
        const char *path =
            json_string_value(json_object_get(runs->of_group[g]->options, row->name));
        size_t both, end;
        if (!path) continue;
        if (!first) first = path;
        paths_common((const char *const[]){first, path}, 2, &both, &end);
        if (path == first || both < begin) begin = both;
    }
    return begin;
}

/* To be freed; NULL: not known, or out of memory. */
static char *option_text(const srnn_runs *runs, int group, int option)
{
    char shown[256];
    const json_t *value = json_object_get(runs->of_group[group]->options, runs->varied[option]);
    if (json_is_null(value)) return strdup("none");
    char *text = json_is_array(value) ? grid_text(value) : NULL;
    if (value && !text) text = srnn__option_value_text(value);
    const size_t begin = text && json_is_string(value) ? option_folder(runs, option) : 0;
    if (text) srnn_printable(text + (begin < strlen(text) ? begin : 0), shown, sizeof shown);
    free(text);
    return text ? strdup(shown) : NULL;
}

/* ---- groups ---- */

/* The condition of a study, where no other group has networks of a condition of that name. */
static const char *condition_of(const srnn_runs *runs, int group)
{
    const char *name = runs->of_group[group]->condition;
    for (int i = 0; i < runs->n && name; i++) {
        const char *other = runs->run_of[i]->condition;
        const bool same = other && !strcmp(other, name);
        if (same != (runs->networks[i].condition == group)) name = NULL;
    }
    return name;
}

/* "N=200, act=softplus", of the options with a mark. */
static char *options_name(const srnn_runs *runs, int group, const bool *marks)
{
    char *name = NULL;
    size_t size;
    FILE *to = open_memstream(&name, &size);
    if (!to) return NULL;
    const char *before = "";
    for (int k = 0; k < runs->view.n_varied; k++) {
        const char *text = srnn__group_text(runs, group, k);
        if (!marks[k] || !text) continue;
        fprintf(to, "%s%s=%s", before, runs->varied[k], text);
        before = ", ";
    }
    if (!*before) fputs(runs->view.n_conditions > 1 ? "options not known" : "all", to);
    if (!fclose(to)) return name;
    free(name);
    return NULL;
}

/* How many names these options give; -1: out of memory. */
static int names_of_options(const srnn_runs *runs, const bool *marks)
{
    json_t *names = json_object();
    bool good = names != NULL;
    for (int g = 0; g < runs->view.n_conditions && good; g++) {
        char *name = options_name(runs, g, marks);
        good = name && !json_object_set_new(names, name, json_true());
        free(name);
    }
    const int n = good ? (int)json_object_size(names) : -1;
    json_decref(names);
    return n;
}

/* Marks the options that names need: each makes more names differ than those before it. */
static bool mark_options(const srnn_runs *runs, bool *marks)
{
    int differing = 1;
    for (int k = 0; k < runs->view.n_varied && differing > 0; k++) {
        marks[k] = true;
        const int now = names_of_options(runs, marks);
        marks[k] = now > differing;
        if (now > differing || now < 0) differing = now;
    }
    return differing > 0;
}

/* The varied options of the group that are known, as text of JSON. */
static char *group_json(const srnn_runs *runs, int group)
{
    json_t *options = json_object();
    for (int k = 0; k < runs->view.n_varied; k++) {
        json_t *value = json_object_get(runs->of_group[group]->options, runs->varied[k]);
        if (value) json_object_set(options, runs->varied[k], value);
    }
    char *text = options ? srnn__json_dumps(options, JSON_COMPACT) : NULL;
    json_decref(options);
    return text;
}

static bool describe_group(const srnn_runs *runs, int group, const bool *marks,
                           srnn_study_condition *out)
{
    const char *condition = condition_of(runs, group);
    const size_t n = (size_t)runs->view.n_varied;
    *out = (srnn_study_condition){.name = condition ? strdup(condition)
                                                    : options_name(runs, group, marks),
                                  .options = group_json(runs, group),
                                  .option_values = malloc((n + 1) * sizeof *out->option_values)};
    for (size_t k = 0; k < n && out->option_values; k++) {
        const json_t *value = json_object_get(runs->of_group[group]->options, runs->varied[k]);
        out->option_values[k] = json_is_number(value) ? json_number_value(value) : (double)NAN;
    }
    return out->name && out->options && out->option_values;
}

srnn_status srnn__runs_name_groups(srnn_ctx *ctx, srnn_runs *runs)
{
    const int n_groups = runs->view.n_conditions, n_varied = runs->view.n_varied;
    bool *marks = calloc((size_t)n_varied + 1, sizeof *marks);
    runs->groups = calloc((size_t)n_groups, sizeof *runs->groups);
    runs->texts = calloc((size_t)n_groups * (size_t)n_varied + 1, sizeof *runs->texts);
    bool good = marks && runs->groups && runs->texts;
    for (int k = 0; k < n_groups * n_varied && good; k++)
        runs->texts[k] = option_text(runs, k / n_varied, k % n_varied);
    good = good && mark_options(runs, marks);
    for (int g = 0; g < n_groups && good; g++)
        good = describe_group(runs, g, marks, &runs->groups[g]);
    free(marks);
    return good ? SRNN_OK : srnn__no_memory(ctx);
}
