/* Tasks: creating, checking, generating and scoring trials. */
#include "task/task_internal.h"

#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/text.h"

/* The files of tasks/, which CMake makes arrays of. */
extern const char srnn__go_nogo_json[], srnn__xor_json[], srnn__mante_json[], srnn__dms_json[],
    srnn__oscillation_json[];

static const struct {
    const char *name, *json;
} built_in[] = {{"go-nogo", srnn__go_nogo_json},
                {"xor", srnn__xor_json},
                {"mante", srnn__mante_json},
                {"dms", srnn__dms_json},
                {"oscillation", srnn__oscillation_json}};

enum { N_BUILT_IN = sizeof built_in / sizeof *built_in };

const char *srnn_task_name_at(int i) { return i >= 0 && i < N_BUILT_IN ? built_in[i].name : NULL; }

srnn_status srnn_task_built_in(srnn_ctx *ctx, const char *name, const srnn_task_settings *settings,
                               srnn_task **out)
{
    *out = NULL;
    const srnn_task_settings s = settings ? *settings : srnn_task_settings_default();
    const char *names[N_BUILT_IN + 1] = {NULL};
    for (int i = 0; i < N_BUILT_IN; i++) {
        if (srnn__same_name(name, built_in[i].name))
            return srnn__declared_built_in(ctx, built_in[i].json, &s, out);
        names[i] = built_in[i].name;
    }
    const char *near = srnn__nearest(name, names);
    if (near)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "task '%s' is unknown; did you mean '%s'?", name,
                          near);
    char known[256] = "";
    for (size_t i = 0, n = 0; i < N_BUILT_IN && n < sizeof known; i++)
        n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", i ? ", " : "", names[i]);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "task '%s' is unknown; the known ones are: %s", name,
                      known);
}

srnn_status srnn_task_named(srnn_ctx *ctx, const char *name, const srnn_task_settings *settings,
                            srnn_task **out)
{
    *out = NULL;
    const srnn_task_settings s = settings ? *settings : srnn_task_settings_default();
    if (srnn__is_json(name)) return srnn__declared_create(ctx, name, &s, out);
    if (srnn__is_plugin(name)) return srnn__plugin_create(ctx, name, &s, out);
    return srnn_task_built_in(ctx, name, &s, out);
}

/* NULL becomes "". */
static char *copy_string(const char *s)
{
    if (!s) s = "";
    char *copy = malloc(strlen(s) + 1);
    return copy ? strcpy(copy, s) : NULL;
}

static srnn_status check_numbers(srnn_ctx *ctx, const srnn_task_def *d)
{
    const struct {
        const char *what;
        int value, least, most;
    } counts[] = {{"T", d->T, 2, 10000000},
                  {"n_in", d->n_in, 1, 100000},
                  {"n_out", d->n_out, 1, 100000},
                  {"n_types", d->n_types, 1, SRNN_TYPES_MAX},
                  {"n_parameters", d->n_parameters, 0, 100000},
                  {"response_on of the rate network", d->response_on[SRNN_RATE], 0, d->T},
                  {"response_on of the spiking network", d->response_on[SRNN_SPIKING], 0, d->T}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i].value < counts[i].least || counts[i].value > counts[i].most)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "task '%s': %s is %d; expected %d to %d",
                              d->name, counts[i].what, counts[i].value, counts[i].least,
                              counts[i].most);
    if (d->min_trials < 0)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s': min_trials is %lld; expected 0 or more", d->name,
                          (long long)d->min_trials);
    if ((unsigned)d->preset > SRNN_ROBUST)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s': preset is %d; expected SRNN_STANDARD, SRNN_PUBLISHED or "
                          "SRNN_ROBUST",
                          d->name, (int)d->preset);
    const double *taus = d->decay_taus;
    if ((taus[0] == 0 && taus[1] == 0) || (taus[0] > 0 && taus[0] < taus[1] && isfinite(taus[1])))
        return SRNN_OK;
    return srnn__fail(
        ctx, SRNN_ERR_ARGUMENT,
        "task '%s': decay_taus is %g, %g; expected two rising numbers above 0, or 0, 0", d->name,
        taus[0], taus[1]);
}

static srnn_status check_settings(srnn_ctx *ctx, const srnn_task_def *d)
{
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const srnn_task_setting *setting = srnn_task_setting_at(i);
        const double value = srnn_task_setting_get(&d->settings, i);
        if (value < 0 ||
            (isfinite(value) &&
             (setting->whole ? value >= setting->least && value <= setting->most : value > 0)))
            continue;
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s': its setting %s is %g; expected what files can keep, or "
                          "srnn_task_settings_default() for none",
                          d->name, setting->name, value);
    }
    return SRNN_OK;
}

static srnn_status task_check_types(srnn_ctx *ctx, const srnn_task_def *d)
{
    for (int i = 0; i < d->n_types; i++) {
        if (!d->type_names[i] || !*d->type_names[i])
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "task '%s': type %d has no name", d->name, i);
        if (!isfinite(d->labels[i]))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "task '%s': the label of type '%s' is %g; expected a finite number",
                              d->name, d->type_names[i], d->labels[i]);
    }
    return SRNN_OK;
}

static srnn_status task_check_parameters(srnn_ctx *ctx, const srnn_task_def *d)
{
    if (d->n_parameters && (!d->parameter_names || !d->parameters))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s' has %d parameters without parameter_names or parameters",
                          d->name, d->n_parameters);
    for (int i = 0; i < d->n_parameters; i++) {
        const char *name = d->parameter_names[i];
        if (!name || !*name)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "task '%s': parameter %d has no name",
                              d->name, i);
        if (!isfinite(d->parameters[i]))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "task '%s': its parameter %s is %g; expected a finite number",
                              d->name, name, d->parameters[i]);
    }
    return SRNN_OK;
}

static srnn_status check_def(srnn_ctx *ctx, const srnn_task_def *d)
{
    if (!d->name || !*d->name || strlen(d->name) > 63)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "a task needs a name of 1 to 63 characters");
    if (!d->type_names || !d->labels || !d->draw_type || !d->generate ||
        !(d->score || d->score_into))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s' lacks type_names, labels, draw_type, generate or score",
                          d->name);
    srnn_status status = check_numbers(ctx, d);
    if (!status) status = check_settings(ctx, d);
    if (!status) status = task_check_types(ctx, d);
    return status ? status : task_check_parameters(ctx, d);
}

static srnn_status task_refuse_text(srnn_ctx *ctx, const srnn_task_def *d, const char *text)
{
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "task '%s' has the text '%.100s'; expected UTF-8 without control characters",
                      d->name, text);
}

/* Of n names, which may be NULL: the first that is not plain, or has ", " where that may not be. */
static const char *task_bad_name(const char *const *names, int n, bool list)
{
    for (int i = 0; names && i < n; i++)
        if (names[i] && (!srnn__is_plain(names[i]) || (list && strstr(names[i], ", "))))
            return names[i];
    return NULL;
}

static srnn_status task_check_names(srnn_ctx *ctx, const srnn_task_def *d)
{
    const struct {
        const char *what;
        const char *const *names;
        int n;
        bool list;
    } lists[] = {{"type", d->type_names, d->n_types, true},
                 {"input", d->input_names, d->n_in, true},
                 {"output", d->output_names, d->n_out, true},
                 {"parameter", d->parameter_names, d->n_parameters, false},
                 {"unit", d->input_units, d->n_in, false},
                 {"unit", d->output_units, d->n_out, false}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *bad = task_bad_name(lists[i].names, lists[i].n, lists[i].list);
        if (!bad) continue;
        if (!srnn__is_plain(bad)) return task_refuse_text(ctx, d, bad);
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s' has the %s '%s'; expected a name without ', ', which files "
                          "put between names",
                          d->name, lists[i].what, bad);
    }
    return SRNN_OK;
}

/* Texts of a task go to terminals, tables and files. */
static srnn_status check_texts(srnn_ctx *ctx, const srnn_task_def *d)
{
    const char *const texts[] = {d->name, d->stimulus, d->target, d->criterion};
    const char *bad = task_bad_name(texts, sizeof texts / sizeof *texts, false);
    if (bad) return task_refuse_text(ctx, d, bad);
    const srnn_status status = task_check_names(ctx, d);
    return status ? status : srnn__rules_check(ctx, d);
}

/* The name given, else `what`, with its number where there are several; what NULL: "". */
static char *task_name_of(const char *given, const char *what, int n, int i)
{
    char numbered[32];
    if (given && *given) return copy_string(given);
    if (!what || n == 1) return copy_string(what);
    snprintf(numbered, sizeof numbered, "%s %d", what, i + 1);
    return copy_string(numbered);
}

static const char *const *task_copy_names(const char *const *given, int n, const char *what)
{
    char **names = calloc((size_t)n + 1, sizeof *names);
    for (int i = 0; names && i < n; i++)
        names[i] = task_name_of(given ? given[i] : NULL, what, n, i);
    return (const char *const *)names;
}

static const double *task_copy_numbers(const double *given, int n)
{
    double *numbers = calloc((size_t)n + 1, sizeof *numbers);
    if (numbers && n) memcpy(numbers, given, (size_t)n * sizeof *numbers);
    return numbers;
}

static bool task_names_complete(const char *const *names, int n)
{
    for (int i = 0; names && i < n; i++)
        if (!names[i]) return false;
    return names != NULL;
}

static void task_free_names(const char *const *names, int n)
{
    for (int i = 0; names && i < n; i++) free((void *)(uintptr_t)names[i]);
    free((void *)(uintptr_t)names);
}

static int clamp_step(int step, int least, int most)
{
    return step < least ? least : step > most ? most : step;
}

static bool task_complete(const srnn_task_def *d)
{
    return d->name && d->stimulus && d->target && d->criterion && d->json && d->labels &&
           d->parameters && task_names_complete(d->parameter_names, d->n_parameters) &&
           task_names_complete(d->type_names, d->n_types) &&
           task_names_complete(d->input_names, d->n_in) &&
           task_names_complete(d->input_units, d->n_in) &&
           task_names_complete(d->output_names, d->n_out) &&
           task_names_complete(d->output_units, d->n_out);
}

srnn_status srnn_task_create(srnn_ctx *ctx, const srnn_task_def *def, srnn_task **out)
{
    *out = NULL;
    srnn_status status = check_def(ctx, def);
    if (!status) status = check_texts(ctx, def);
    if (status) return status;
    srnn_task *task = calloc(1, sizeof *task);
    if (!task) return srnn__no_memory(ctx);
    srnn_task_def *d = &task->def;
    *d = *def;
    d->settings.two_sided = def->settings.two_sided > 0 ? 1 : -1;
    d->stim_on = clamp_step(def->stim_on, 0, def->T);
    d->stim_off = clamp_step(def->stim_off, d->stim_on, def->T);
    d->name = copy_string(def->name);
    d->stimulus = copy_string(def->stimulus);
    d->target = copy_string(def->target);
    d->criterion = copy_string(def->criterion);
    d->json = copy_string(def->json);
    d->labels = task_copy_numbers(def->labels, d->n_types);
    d->parameter_names = task_copy_names(def->parameter_names, d->n_parameters, NULL);
    d->parameters = task_copy_numbers(def->parameters, d->n_parameters);
    d->type_names = task_copy_names(def->type_names, d->n_types, NULL);
    d->input_names = task_copy_names(def->input_names, d->n_in, "input");
    d->input_units = task_copy_names(def->input_units, d->n_in, NULL);
    d->output_names = task_copy_names(def->output_names, d->n_out, "output");
    d->output_units = task_copy_names(def->output_units, d->n_out, NULL);
    const bool ruled = srnn__rules_copy(def, d);
    if (!ruled || !task_complete(d)) {
        d->destroy = NULL; /* user stays the caller's */
        srnn_task_free(task);
        return srnn__no_memory(ctx);
    }
    *out = task;
    return SRNN_OK;
}

void srnn_task_free(srnn_task *task)
{
    if (!task) return;
    const srnn_task_def *d = &task->def;
    if (d->destroy) d->destroy(d->user);
    srnn__rules_free(&task->def);
    task_free_names(d->type_names, d->n_types);
    task_free_names(d->parameter_names, d->n_parameters);
    task_free_names(d->input_names, d->n_in);
    task_free_names(d->input_units, d->n_in);
    task_free_names(d->output_names, d->n_out);
    task_free_names(d->output_units, d->n_out);
    const void *const copies[] = {d->labels, d->parameters, d->name, d->stimulus,
                                  d->target, d->criterion,  d->json};
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) free((void *)(uintptr_t)copies[i]);
    if (task->object) dlclose(task->object);
    free(task);
}

const srnn_task_def *srnn_task_get_def(const srnn_task *task) { return &task->def; }

int srnn_task_type_index(const srnn_task *task, const char *type_name)
{
    for (int i = 0; i < task->def.n_types; i++)
        if (!strcmp(task->def.type_names[i], type_name)) return i;
    return -1;
}

/* The type is drawn even when it is given: the rest of the trial then is the same. */
static int begin_trial(const srnn_task_def *def, srnn_trial_key key, srnn_rng *rng)
{
    srnn__rng_init(rng, key.seed, key.domain, SRNN__FOR_TASK, key.trial);
    return def->draw_type(def->user, rng);
}

/* ---- what the task's functions give is checked here, whoever called them ---- */

/* As users count it, into text[80]. */
static const char *trial_name(srnn_trial_key key, char *text)
{
    const unsigned long long trial = key.trial, n = 1ull << SRNN__EVAL_TRIAL_BITS;
    if (key.domain == SRNN_DOMAIN_TRAIN_EVAL)
        snprintf(text, 80, "%llu of the evaluation at training trial %llu", trial % n, trial / n);
    else
        snprintf(text, 80, "%llu", trial);
    return text;
}

static int checked_type(srnn_ctx *ctx, const srnn_task_def *d, srnn_trial_key key, int type)
{
    if (type >= 0 && type < d->n_types) return type;
    char trial[80];
    srnn__fault_keep(ctx, key.trial, "task '%s': draw_type gave %d in trial %s; expected 0 to %d",
                     d->name, type, trial_name(key, trial), d->n_types - 1);
    return 0;
}

static void check_signal(srnn_ctx *ctx, const srnn_task_def *d, srnn_trial_key key,
                         const char *what, int n_cols, int width, const float *values)
{
    for (int t = 0; t < n_cols; t++)
        for (int c = 0; c < width; c++) {
            const float value = values[(size_t)t * (size_t)width + (size_t)c];
            if (isfinite(value)) continue;
            char trial[80];
            srnn__fault_keep(ctx, key.trial,
                             "task '%s': generate gave %g as %s[%d][%d] in trial %s; expected "
                             "finite numbers",
                             d->name, (double)value, what, t, c, trial_name(key, trial));
            return;
        }
}

static void check_failed(srnn_ctx *ctx, const srnn_task_def *d, srnn_trial_key key,
                         const srnn_rng *rng)
{
    char trial[80];
    if (rng->failed)
        srnn__fault_keep(ctx, key.trial, "task '%s' failed in trial %s", d->name,
                         trial_name(key, trial));
}

int srnn__task_fill(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type, int n_cols,
                    float *u, float *z)
{
    const srnn_task_def *d = &task->def;
    srnn_rng rng;
    const int drawn = begin_trial(d, key, &rng);
    const int used = type < 0 ? checked_type(ctx, d, key, drawn) : type;
    memset(u, 0, (size_t)n_cols * (size_t)d->n_in * sizeof *u);
    memset(z, 0, (size_t)n_cols * (size_t)d->n_out * sizeof *z);
    d->generate(d->user, used, &rng, n_cols, u, z);
    check_failed(ctx, d, key, &rng);
    check_signal(ctx, d, key, "u", n_cols, d->n_in, u);
    check_signal(ctx, d, key, "z", n_cols, d->n_out, z);
    return used;
}

srnn_status srnn_task_trial(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                            int n_cols, float *u, float *z, int *type_out)
{
    const srnn_task_def *d = &task->def;
    if (type < -1 || type >= d->n_types)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "trial type %d of task '%s'; expected -1 to %d",
                          type, d->name, d->n_types - 1);
    if (n_cols < d->T || n_cols > d->T + 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n_cols is %d; expected T = %d or T + 1", n_cols,
                          d->T);
    float *unwanted = NULL;
    if (!z && !(z = unwanted = malloc((size_t)n_cols * (size_t)d->n_out * sizeof *z)))
        return srnn__no_memory(ctx);
    const int used = srnn__task_fill(ctx, task, key, type, n_cols, u, z);
    free(unwanted);
    if (type_out) *type_out = used;
    return srnn__fault_end(ctx, SRNN_OK);
}

/* What the setting two_sided demands of every score. A margin NaN stays. */
static srnn_score task_two_sided(const srnn_task_def *d, srnn_score score)
{
    if (d->settings.two_sided < 0 || !(score.other_side > 0)) return score;
    score.correct = false;
    if (score.margin > -score.other_side) score.margin = -score.other_side;
    return score;
}

srnn_score srnn__task_score(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                            const srnn_response *response)
{
    const srnn_task_def *d = &task->def;
    srnn_score score = {0};
    srnn_rng rng;
    if (response->n < 1 || type < 0 || type >= d->n_types)
        return (srnn_score){.correct = false, .value = NAN, .margin = NAN};
    begin_trial(d, key, &rng);
    if (d->score)
        score = d->score(d->user, type, &rng, response);
    else
        d->score_into(d->user, type, &rng, response, &score);
    if (ctx) check_failed(ctx, d, key, &rng);
    return task_two_sided(d, score);
}

void srnn__task_score_rules(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                            const srnn_response *response, srnn_score *scores)
{
    const srnn_task_def *d = &task->def;
    const char *words[SRNN_RULES_MAX];
    srnn_rng rng;
    const int n = srnn__rules_of(d, type, response->network, words);
    for (int i = 0; i < n; i++)
        scores[i] = (srnn_score){.correct = false, .value = NAN, .margin = NAN};
    if (response->n < 1) return;
    begin_trial(d, key, &rng);
    d->score_rules(d->user, type, &rng, response, scores);
    for (int i = 0; i < n; i++) scores[i] = task_two_sided(d, scores[i]);
    check_failed(ctx, d, key, &rng);
}

srnn_score srnn_task_score(const srnn_task *task, srnn_trial_key key, int type,
                           const srnn_response *response)
{
    return srnn__task_score(NULL, task, key, type, response);
}

int srnn_response_sample(const srnn_response *response, double step)
{
    const double sample = response->network == SRNN_RATE
                              ? ceil(step)
                              : ceil(step * response->samples_per_step - 1e-9) - 1;
    if (sample >= INT_MAX) return INT_MAX;
    if (response->network == SRNN_RATE) return sample > INT_MIN ? (int)sample : INT_MIN;
    return sample > 0 ? (int)sample : 0;
}
