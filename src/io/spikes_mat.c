/* Spikes as `spikernn simulate` keeps them in a .mat file. */
#define _POSIX_C_SOURCE 200809L
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/mat_file.h"
#include "io/spikes_file.h"
#include "spikernn/file.h"

/* `types` has the names with this between them, as people read them; where that does not keep every
   name, `type_names` has them as well, as a list in JSON. */
static const char between_types[] = ", ";

/* ---- writing ---- */

static bool survives(const char *name)
{
    return *name && srnn__is_plain(name) && !strstr(name, between_types);
}

static char *join_types(const srnn_spikes *s)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    for (int i = 0; to && i < s->n_types; i++) {
        char shown[1024];
        const bool whole = srnn__is_plain(s->type_names[i]);
        if (!whole) srnn_printable(s->type_names[i], shown, sizeof shown);
        fprintf(to, "%s%s", i ? between_types : "", whole ? s->type_names[i] : shown);
    }
    if (to && !fclose(to)) return text;
    free(text);
    return NULL;
}

/* The control character that JSON does not escape, and that text in a .mat file cannot have. */
static char *escape_delete(const char *json)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    for (; to && *json; json++)
        if (*json == 0x7f)
            fputs("\\u007f", to);
        else
            putc(*json, to);
    if (to && !fclose(to)) return text;
    free(text);
    return NULL;
}

/* *text stays NULL where `types` says it all. False: out of memory. */
static bool list_types(const srnn_spikes *s, char **text)
{
    bool needed = false;
    for (int i = 0; i < s->n_types; i++) needed = needed || !survives(s->type_names[i]);
    if (!needed) return true;
    json_t *list = json_array();
    bool good = list != NULL;
    for (int i = 0; i < s->n_types && good; i++)
        good = !json_array_append_new(list, json_string(s->type_names[i]));
    char *dumped = good ? json_dumps(list, JSON_ENSURE_ASCII) : NULL;
    if (dumped) *text = escape_delete(dumped);
    free(dumped);
    json_decref(list);
    return *text != NULL;
}

typedef struct mat_columns {
    double *spikes;                      /* [3][n] unit from 1, time, trial from 1 */
    double *population, *type, *correct; /* [N], [K] from 1, [K] */
    char *types, *type_names;            /* type_names NULL: not needed */
} mat_columns;

static bool fill_columns(const srnn_spikes *s, mat_columns *c)
{
    const size_t N = (size_t)s->N, K = (size_t)s->K, n = (size_t)s->n;
    *c = (mat_columns){.spikes = malloc((3 * n + 1) * sizeof *c->spikes),
                       .population = malloc(N * sizeof *c->population),
                       .type = malloc(K * sizeof *c->type),
                       .correct = malloc(K * sizeof *c->correct),
                       .types = join_types(s)};
    if (!c->spikes || !c->population || !c->type || !c->correct || !c->types ||
        !list_types(s, &c->type_names))
        return false;
    for (size_t q = 0; q < n; q++) {
        c->spikes[q] = s->unit[q] + 1;
        c->spikes[n + q] = s->time_ms[q];
        c->spikes[2 * n + q] = s->trial[q] + 1;
    }
    for (size_t i = 0; i < N; i++) c->population[i] = s->population[i];
    for (size_t k = 0; k < K; k++) {
        c->type[k] = s->type[k] + 1;
        if (s->correct) c->correct[k] = s->correct[k];
    }
    return true;
}

static srnn_array row(const char *name, size_t n, const double *values)
{
    return (srnn_array){.name = name, .rank = 2, .dims = {1, n}, .doubles = values};
}

static srnn_status save_columns(srnn_ctx *ctx, const srnn_spikes *s, const mat_columns *c,
                                const char *path)
{
    const size_t K = (size_t)s->K;
    const double dt = 1e-3 * s->dt_ms, T = 1e-3 * s->T_ms;
    const double window_ms[] = {s->stim_on_ms, s->stim_off_ms};
    const srnn_array params[] = {row("dt", 1, &dt), row("T", 1, &T)};
    srnn_array arrays[12] = {
        {.name = "params", .fields = params, .n_fields = 2},
        {.name = "spikes", .rank = 2, .dims = {(size_t)s->n, 3}, .doubles = c->spikes},
        {.name = "types", .text = c->types},
        {.name = "task", .text = s->task},
        row("population", (size_t)s->N, c->population),
        row("type", K, c->type),
        row("label", K, s->label),
        row("value", K, s->value),
        row("seed", 1, &s->seed),
        row("stim_window_ms", 2, window_ms)};
    size_t n = 10;
    if (s->correct) arrays[n++] = row("correct", K, c->correct);
    if (c->type_names) arrays[n++] = (srnn_array){.name = "type_names", .text = c->type_names};
    return srnn_arrays_save(ctx, path, arrays, n);
}

srnn_status srnn__spikes_save_mat(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path)
{
    mat_columns c;
    const srnn_status status =
        fill_columns(spikes, &c) ? save_columns(ctx, spikes, &c, path) : srnn__no_memory(ctx);
    free(c.spikes);
    free(c.population);
    free(c.type);
    free(c.correct);
    free(c.types);
    free(c.type_names);
    return status;
}

/* ---- reading ---- */

bool srnn__spikes_are_mat(srnn_ctx *ctx, const char *path)
{
    static const char *const names[] = {"spikes", NULL};
    srnn__mat mat;
    if (srnn__mat_open(ctx, path, names, &mat)) return false;
    const bool is = srnn__mat_find(&mat, *names) != NULL;
    srnn__mat_close(&mat);
    return is;
}

/* A number of params, in s; NaN where it is not there. */
static double params_ms(const srnn__mat *mat, const char *name)
{
    const srnn__mat_var *params = srnn__mat_find(mat, "params");
    const srnn__mat_var *field = params ? srnn__mat_field(params, name) : NULL;
    if (!field || !field->values || srnn__mat_count(field) != 1) return NAN;
    const double ms = 1e3 * *field->values;
    return rint(1e9 * ms) / 1e9; /* 5e-5 s are 0.05 ms */
}

static bool is_whole_number(double number, double least, double most)
{
    return number >= least && number <= most && number == floor(number);
}

/* N and K: what the variables of units and of trials have, else what the spikes need. */
static void count_units_and_trials(const srnn__array *spikes, const srnn__array *population,
                                   const srnn__array *all_fr, const srnn__array *type, double *N,
                                   double *K)
{
    const size_t n = spikes->rows;
    *N = *K = 1;
    for (size_t q = 0; q < n; q++) {
        *N = fmax(*N, spikes->values[q]);
        *K = fmax(*K, spikes->values[2 * n + q]);
    }
    if (type->values) *K = (double)type->cols;
    if (population->values)
        *N = (double)population->cols;
    else if (all_fr->values)
        *N = (double)all_fr->rows;
}

static srnn_status mat_take_spikes(srnn__mat *mat, const srnn__array *a, srnn_spikes *s)
{
    static const char *const names[] = {"unit", "time", "trial"};
    const size_t n = a->rows;
    double last_ms = 0;
    for (size_t q = 0; q < n; q++) {
        const double unit = a->values[q], ms = a->values[n + q], trial = a->values[2 * n + q];
        const bool good[] = {is_whole_number(unit, 1, s->N), ms > 0 && isfinite(ms),
                             is_whole_number(trial, 1, s->K)};
        for (int i = 0; i < 3; i++)
            if (!good[i])
                return srnn__fail(
                    mat->ctx, SRNN_ERR_FORMAT,
                    "%s: variable 'spikes' has the %s %g in row %zu; expected units 1 "
                    "to %d, times above 0 and trials 1 to %d",
                    mat->path, names[i], a->values[(size_t)i * n + q], q + 1, s->N, s->K);
        s->unit[q] = (int32_t)unit - 1;
        s->time_ms[q] = ms;
        s->trial[q] = (int32_t)trial - 1;
        last_ms = fmax(last_ms, ms);
    }
    if (!(s->T_ms > 0)) s->T_ms = srnn__spikes_span_ms(last_ms);
    return SRNN_OK;
}

/* A text of any length, to be freed; *text NULL: it is not there. */
static srnn_status mat_read_text(srnn__mat *mat, const char *name, char **text)
{
    const srnn__mat_var *v = srnn__mat_find(mat, name);
    *text = NULL;
    if (!v) return SRNN_OK;
    if (!v->text && v->n_parts > 0) v = v->parts; /* in a cell */
    const size_t size = v->text ? strlen(v->text) + 1 : 1;
    if (!(*text = malloc(size))) return srnn__no_memory(mat->ctx);
    return srnn__mat_text(mat, name, SRNN__OPTIONAL, *text, size);
}

/* Names in the order of the file, of which two may be the same: number[i] is that of the i-th,
   which is NULL where there are none. */
typedef struct name_list {
    int *number;
    int n;
} name_list;

static srnn_status add_name(srnn__mat *mat, const char *name, name_list *list, srnn_spikes *s)
{
    return (list->number[list->n++] = srnn__spikes_type(s, name)) < 0 ? srnn__no_memory(mat->ctx)
                                                                      : SRNN_OK;
}

static srnn_status split_names(srnn__mat *mat, char *text, name_list *list, srnn_spikes *s)
{
    list->number = malloc((strlen(text) + 1) * sizeof *list->number);
    srnn_status status = list->number ? SRNN_OK : srnn__no_memory(mat->ctx);
    for (char *name = text; name && !status;) {
        char *end = strstr(name, between_types);
        if (end) *end = '\0';
        status = add_name(mat, name, list, s);
        name = end ? end + strlen(between_types) : NULL;
    }
    return status;
}

static srnn_status parse_names(srnn__mat *mat, const char *text, name_list *list, srnn_spikes *s)
{
    json_t *names = json_loads(text, 0, NULL);
    const size_t n = json_array_size(names);
    bool good = n > 0;
    for (size_t i = 0; i < n && good; i++) good = json_is_string(json_array_get(names, i));
    list->number = malloc((n + 1) * sizeof *list->number);
    srnn_status status =
        !good          ? srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                                    "%s: variable 'type_names' is not a list of names in JSON", mat->path)
        : list->number ? SRNN_OK
                       : srnn__no_memory(mat->ctx);
    for (size_t i = 0; i < n && !status; i++)
        status = add_name(mat, json_string_value(json_array_get(names, i)), list, s);
    json_decref(names);
    return status;
}

/* Names that are missing are numbers. */
static srnn_status number_types(srnn__mat *mat, const srnn__array *type, const name_list *list,
                                srnn_spikes *s)
{
    for (int k = 0; k < s->K; k++) {
        const double number = type->values ? type->values[k] : 1;
        if (!is_whole_number(number, 1, SRNN__TRIALS_MAX))
            return srnn__mat_refuse(mat, "type", number, "whole numbers from 1");
        char name[32];
        snprintf(name, sizeof name, "%.0f", number);
        s->type[k] = number <= list->n ? list->number[(int)number - 1] : srnn__spikes_type(s, name);
        if (s->type[k] < 0) return srnn__no_memory(mat->ctx);
    }
    return SRNN_OK;
}

static srnn_status mat_take_types(srnn__mat *mat, const srnn__array *type, srnn_spikes *s)
{
    char *names = NULL, *types = NULL;
    name_list list = {0};
    srnn_status status = mat_read_text(mat, "type_names", &names);
    if (!status && !names) status = mat_read_text(mat, "types", &types);
    if (!status && names) status = parse_names(mat, names, &list, s);
    if (!status && types && *types) status = split_names(mat, types, &list, s);
    if (!status) status = number_types(mat, type, &list, s);
    free(names);
    free(types);
    free(list.number);
    return status;
}

static srnn_status take_populations(srnn__mat *mat, const srnn__array *a, srnn_spikes *s)
{
    for (int i = 0; a->values && i < s->N; i++) {
        if (!is_whole_number(a->values[i], 0, SRNN_POPULATIONS - 1))
            return srnn__mat_refuse(mat, "population", a->values[i], "0 (exc), 1 (pv) or 2 (som)");
        s->population[i] = (uint8_t)a->values[i];
    }
    return SRNN_OK;
}

static srnn_status mat_take_trials(srnn__mat *mat, srnn_spikes *s)
{
    const size_t K = (size_t)s->K;
    srnn__array label = {0}, value = {0}, correct = {0};
    srnn_status status = srnn__mat_matrix(mat, "label", SRNN__OPTIONAL, 1, K, &label);
    if (!status) status = srnn__mat_matrix(mat, "value", SRNN__OPTIONAL, 1, K, &value);
    if (!status) status = srnn__mat_matrix(mat, "correct", SRNN__OPTIONAL, 1, K, &correct);
    if (!status && !srnn__spikes_trials(s, label.values, value.values, correct.values))
        status = srnn__no_memory(mat->ctx);
    free(label.values);
    free(value.values);
    free(correct.values);
    return status;
}

static srnn_status mat_take_settings(srnn__mat *mat, srnn_spikes *s)
{
    char task[256];
    srnn__array window = {0};
    srnn_status status = srnn__mat_text(mat, "task", SRNN__OPTIONAL, task, sizeof task);
    if (!status && !srnn__spikes_task(s, task)) status = srnn__no_memory(mat->ctx);
    if (!status) status = srnn__mat_number(mat, "seed", SRNN__OPTIONAL, &s->seed);
    if (!status) status = srnn__mat_matrix(mat, "stim_window_ms", SRNN__OPTIONAL, 1, 2, &window);
    if (!status && window.values) {
        s->stim_on_ms = window.values[0];
        s->stim_off_ms = window.values[1];
    }
    free(window.values);
    return status;
}

static srnn_status mat_take(srnn__mat *mat, const srnn__array *spikes,
                            const srnn__array *population, const srnn__array *all_fr,
                            const srnn__array *type, srnn_spikes *out)
{
    double N, K;
    count_units_and_trials(spikes, population, all_fr, type, &N, &K);
    if (!type->values && K > srnn__trials_of_spikes(spikes->rows))
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'spikes' has the trial %g; expected at most %.0f for %zu "
                          "spikes",
                          mat->path, K, srnn__trials_of_spikes(spikes->rows), spikes->rows);
    srnn_status status = srnn__spikes_alloc(mat->ctx, mat->path, N, K, spikes->rows, out);
    if (status) return status;
    out->T_ms = params_ms(mat, "T");
    out->dt_ms = params_ms(mat, "dt");
    status = mat_take_spikes(mat, spikes, out);
    if (!status) status = mat_take_types(mat, type, out);
    if (!status) status = take_populations(mat, population, out);
    if (!status) status = mat_take_trials(mat, out);
    return status ? status : mat_take_settings(mat, out);
}

static srnn_status load_arrays(srnn__mat *mat, srnn_spikes *out)
{
    srnn__array spikes = {0}, population = {0}, all_fr = {0}, type = {0};
    srnn_status status = srnn__mat_array(mat, "spikes", SRNN__REQUIRED, &spikes);
    if (!status && spikes.rows > 0 && (spikes.cols != 3 || spikes.pages != 1))
        status = srnn__mat_refuse_shape(mat, "spikes", "any x 3: unit, time in ms, trial");
    if (!status) status = srnn__mat_matrix(mat, "population", SRNN__OPTIONAL, 1, 0, &population);
    if (!status) status = srnn__mat_array(mat, "all_fr", SRNN__OPTIONAL, &all_fr);
    if (!status) status = srnn__mat_matrix(mat, "type", SRNN__OPTIONAL, 1, 0, &type);
    if (!status) status = mat_take(mat, &spikes, &population, &all_fr, &type, out);
    free(spikes.values);
    free(population.values);
    free(all_fr.values);
    free(type.values);
    return status;
}

srnn_status srnn__spikes_load_mat(srnn_ctx *ctx, const char *path, srnn_spikes *out)
{
    static const char *const names[] = {
        "spikes", "population", "all_fr", "type",           "types", "type_names", "label",
        "value",  "correct",    "task",   "stim_window_ms", "seed",  "params",     NULL};
    srnn__mat mat;
    srnn_status status = srnn__mat_open(ctx, path, names, &mat);
    if (status) return status;
    status = load_arrays(&mat, out);
    srnn__mat_close(&mat);
    return status;
}
