/* summary.json: what an experiment was asked for, what it found, and how far it has come. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/json_text.h"
#include "experiment/experiment.h"
#include "experiment/results_json.h"
#include "task/task_internal.h"
#include "io/whole_file.h"

/* ---- pieces ---- */

void srnn__record_put(srnn_experiment *e, const char *name, json_t *value)
{
    json_object_set_new(e->record, name, value ? value : json_null());
}

const json_t *srnn__record_get(const srnn_experiment *e, const char *name)
{
    const json_t *value = json_object_get(e->record, name);
    return json_is_null(value) ? NULL : value;
}

static size_t stage_place(const json_t *done, const char *stage)
{
    size_t i = 0;
    while (i < json_array_size(done) &&
           strcmp(json_string_value(json_array_get(done, i)), stage) != 0)
        i++;
    return i;
}

bool srnn__record_done(const srnn_experiment *e, const char *stage)
{
    const json_t *done = json_object_get(e->record, "done");
    return stage_place(done, stage) < json_array_size(done);
}

void srnn__record_finish(srnn_experiment *e, const char *stage)
{
    if (!srnn__record_done(e, stage))
        json_array_append_new(json_object_get(e->record, "done"), json_string(stage));
}

void srnn__record_reopen(srnn_experiment *e, const char *stage)
{
    json_t *done = json_object_get(e->record, "done");
    json_array_remove(done, stage_place(done, stage));
}

static void record_read_count(const json_t *accuracy, int *correct, int *n)
{
    *correct = (int)json_integer_value(json_object_get(accuracy, "correct"));
    *n = (int)json_integer_value(json_object_get(accuracy, "n"));
}

srnn_evaluation srnn__record_evaluation(const srnn_experiment *e)
{
    const json_t *json = json_object_get(e->record, "evaluation");
    srnn_evaluation evaluation = {.has_spiking = json_is_object(json_object_get(json, "spiking"))};
    record_read_count(json_object_get(json, "rate"), &evaluation.rate.correct,
                      &evaluation.rate.n_trials);
    record_read_count(json_object_get(json, "spiking"), &evaluation.spiking.correct,
                      &evaluation.spiking.n_trials);
    return evaluation;
}

/* ---- the file ---- */

/* "2026-11-25T05:02:11+0100" */
static json_t *date_json(void)
{
    char text[64];
    struct tm local;
    const time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &local));
    return json_string(text);
}

/* With the spiking network's parameters as they became. */
static json_t *options_json(const srnn_options *options, bool given)
{
    char *text = srnn_options_json(options, SRNN_STAGE_ALL, given);
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    json_t *params =
        given ? NULL : srnn__spiking_params_json(&srnn_options_settings(options)->spiking);
    if (json && params) json_object_update_missing(json, params);
    json_decref(params);
    return json;
}

const char *const srnn__record_results[] = {"training",
                                            "network",
                                            "search",
                                            "operating_point",
                                            "readout",
                                            "evaluation",
                                            "evaluation_by_scaling_factor",
                                            "diagnosis",
                                            "noise_curve",
                                            "noise_tolerated_mv",
                                            "components",
                                            NULL};

void srnn__record_restart(srnn_experiment *e)
{
    for (const char *const *name = srnn__record_results; *name; name++)
        srnn__record_put(e, *name, json_null());
    if (!srnn__record_get(e, "seconds")) srnn__record_put(e, "seconds", json_null());
    srnn__record_put(e, "done", json_array());
    srnn__record_put(e, "decisions", json_array());
}

void srnn__record_decide(srnn_experiment *e, const char *code, const char *sentence)
{
    json_t *list = json_object_get(e->record, "decisions");
    json_t *decision = json_pack("{ssssss}", "stage", e->stage, "code", code, "sentence", sentence);
    if (!json_is_array(list)) /* an earlier version has kept none */
        srnn__record_put(e, "decisions", list = json_array());
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *was = json_object_get(json_array_get(list, i), "code");
        if (!json_is_string(was) || strcmp(json_string_value(was), code) != 0) continue;
        json_array_set_new(list, i, decision);
        return;
    }
    json_array_append_new(list, decision);
}

/* As the task has it; null: its name says all; false: it is code that a record cannot keep. */
static json_t *declaration_json(const srnn_task *task)
{
    const char *json = srnn_task_get_def(task)->json;
    return *json ? json_string(json) : task->declarative ? json_null() : json_false();
}

srnn_status srnn__record_begin(srnn_ctx *ctx, srnn_experiment *e)
{
    e->record =
        json_pack("{sssssi}", "spikernn", SRNN_VERSION, "verb", "run", "schema", SRNN_SCHEMA);
    if (!e->record) return srnn__no_memory(ctx);
    srnn__record_put(e, "date", date_json());
    srnn__record_put(e, "task", srnn__task_summary_json(e->task));
    srnn__record_put(e, "declaration", declaration_json(e->task));
    srnn__record_put(e, "seed", json_integer((json_int_t)e->s->seed));
    srnn__record_put_options(e);
    srnn__record_put(e, "interrupted", json_true());
    srnn__record_restart(e);
    return SRNN_OK;
}

/* Something that another program, or an earlier version, left. */
static srnn_status taken(srnn_ctx *ctx, const char *path)
{
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%s exists already; expected a folder without results of a run", path);
}

static srnn_status check_free(srnn_ctx *ctx, const srnn_experiment *e)
{
    static const char *const names[] = {"model.mat", "model.pth", "summary.json", "report.html"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = NULL;
        struct stat info;
        /* the page of a run that ended before its first record */
        if (!strcmp(names[i], "report.html") && !access(e->progress_path, F_OK)) continue;
        if (asprintf(&path, "%s/%s", e->folder, names[i]) < 0) return srnn__no_memory(ctx);
        const srnn_status status = lstat(path, &info) ? SRNN_OK : taken(ctx, path);
        free(path);
        if (status) return status;
    }
    return SRNN_OK;
}

/* All that is read of it has the right type; results are read with care. */
static bool record_is_whole(const json_t *record)
{
    const json_t *done = json_object_get(record, "done");
    bool whole = json_is_array(done) && json_is_object(json_object_get(record, "options")) &&
                 json_is_object(json_object_get(record, "given")) &&
                 json_is_integer(json_object_get(record, "seed"));
    for (size_t i = 0; i < json_array_size(done); i++)
        whole = whole && json_is_string(json_array_get(done, i));
    return whole;
}

/* Earlier versions called the published preset otherwise. */
static void rename_preset(json_t *options)
{
    const char *name = json_string_value(json_object_get(options, "preset"));
    if (name && !strcmp(name, "paper"))
        json_object_set_new(options, "preset", json_string("published"));
}

srnn_status srnn__record_load(srnn_ctx *ctx, srnn_experiment *e)
{
    struct stat info;
    unsigned char *bytes;
    size_t n;
    if (lstat(e->record_path, &info)) return check_free(ctx, e);
    if (!S_ISREG(info.st_mode)) return taken(ctx, e->record_path);
    const srnn_status status = srnn__read_whole(ctx, e->record_path, &bytes, &n);
    if (status) return status;
    json_t *json = json_loadb((const char *)bytes, n, JSON_REJECT_DUPLICATES, NULL);
    free(bytes);
    const json_int_t schema = json_integer_value(json_object_get(json, "schema"));
    e->record = json;
    if (json && schema < SRNN_SCHEMA) return taken(ctx, e->record_path);
    if (json && schema > SRNN_SCHEMA)
        return srnn__fail(ctx, SRNN_ERR_FORMAT,
                          "%s is of a later version (schema %lld); expected schema %d",
                          e->record_path, (long long)schema, SRNN_SCHEMA);
    if (json && record_is_whole(json)) {
        rename_preset(json_object_get(json, "options"));
        rename_preset(json_object_get(json, "given"));
        return SRNN_OK;
    }
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is damaged; expected the record of an experiment",
                      e->record_path);
}

srnn_status srnn__record_save(srnn_ctx *ctx, srnn_experiment *e)
{
    if (!e->folder) return SRNN_OK;
    srnn__record_put(e, "date", date_json());
    srnn__record_put(e, "build", srnn__build_json(ctx));
    srnn__record_put(e, "seconds",
                     json_pack("{sfsfsf}", "train", e->train_s, "search", e->search_s, "evaluate",
                               e->evaluate_s));
    char *text = srnn__json_dumps(e->record, JSON_INDENT(2)), *line = NULL;
    const int n = text ? asprintf(&line, "%s\n", text) : -1;
    bool exists;
    const srnn_status status =
        n < 0 ? srnn__no_memory(ctx)
              : srnn__write_whole(ctx, e->record_path, ".json", (const unsigned char *)line,
                                  (size_t)n, true, &exists);
    free(text);
    if (n >= 0) free(line);
    return status;
}

/* ---- an experiment that is there already ---- */

/* Earlier versions wrote numbers of more than ten digits as text. NaN: no number. */
static double option_number(const json_t *value)
{
    if (json_is_string(value)) return strtod(json_string_value(value), NULL);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* Whole or not, numbers of options are exact in the record. */
static bool record_same(const json_t *a, const json_t *b)
{
    if (json_is_number(a) || json_is_number(b)) return option_number(a) == option_number(b);
    if (!json_is_array(a) || !json_is_array(b)) return json_equal(a, b);
    if (json_array_size(a) != json_array_size(b)) return false;
    for (size_t i = 0; i < json_array_size(a); i++)
        if (!record_same(json_array_get(a, i), json_array_get(b, i))) return false;
    return true;
}

/* What analyses and figures look at, whether more is done, and how the task is spelt. */
static bool may_change(const srnn_option *row)
{
    return row->stages == SRNN_STAGE_OBSERVE || !strcmp(row->name, "task") ||
           (row->subject == SRNN_OF_RUNNING && strcmp(row->name, "seed") != 0);
}

void srnn__record_put_options(srnn_experiment *e)
{
    srnn__record_put(e, "options", options_json(e->options, false));
    srnn__record_put(e, "given", options_json(e->options, true));
    srnn__record_put(e, "model", e->folder ? json_string(e->model_path) : json_null());
}

/* Its name where that is another, else all that there is to it. */
static char *task_text(const json_t *task, bool name)
{
    return json_dumps(name ? json_object_get(task, "name") : task,
                      JSON_ENCODE_ANY | JSON_REAL_PRECISION(10) | JSON_SORT_KEYS);
}

/* Both are JSON, if they are there. */
static bool same_declaration(const json_t *was, const json_t *is)
{
    json_t *a = json_loads(json_is_string(was) ? json_string_value(was) : "{}", 0, NULL);
    json_t *b = json_loads(json_is_string(is) ? json_string_value(is) : "{}", 0, NULL);
    const bool same = json_equal(a, b);
    json_decref(a);
    json_decref(b);
    return same;
}

static srnn_status check_declaration(srnn_ctx *ctx, const srnn_experiment *e)
{
    json_t *declaration = declaration_json(e->task);
    const bool same = same_declaration(json_object_get(e->record, "declaration"), declaration);
    json_decref(declaration);
    if (same) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%s holds a run of the task '%s' as it was declared then; expected the same "
                      "declaration, or another folder",
                      e->folder, srnn_task_get_def(e->task)->name);
}

/* The settings in a task's summary: records of before the names were kept have no more. */
static json_t *record_task_settings(const json_t *summary)
{
    static const char *const others[] = {"inputs", "outputs", "types", "parameters"};
    json_t *settings = json_copy((json_t *)summary);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        json_object_del(settings, others[i]);
    return settings;
}

static srnn_status check_task(srnn_ctx *ctx, const srnn_experiment *e)
{
    json_t *task = srnn__task_settings_json(e->task);
    json_t *then = record_task_settings(json_object_get(e->record, "task"));
    const bool name = !json_equal(json_object_get(then, "name"), json_object_get(task, "name"));
    char *is = task_text(task, name), *was = task_text(then, name);
    const bool other = !is || !was || strcmp(is, was) != 0;
    if (other)
        srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "%s holds a run of the task %s, not %s; expected the same task, or another folder",
            e->folder, was ? was : "null", is ? is : "null");
    json_decref(task);
    json_decref(then);
    free(is);
    free(was);
    return other ? SRNN_ERR_ARGUMENT : check_declaration(ctx, e);
}

static srnn_status check_recorded_option(srnn_ctx *ctx, const srnn_experiment *e, const char *name,
                                         const json_t *value)
{
    const json_t *before = json_object_get(json_object_get(e->record, "options"), name);
    const srnn_option *row = srnn_option_named(name);
    if (!row || may_change(row) || record_same(before, value)) return SRNN_OK;
    /* an option that the version of then did not have */
    if (!before && !srnn_options_given(e->options, name)) return SRNN_OK;
    char *was = before ? srnn__json_dumps(before, JSON_ENCODE_ANY) : NULL;
    char *is = srnn__json_dumps(value, JSON_ENCODE_ANY);
    const srnn_status status = srnn__fail(
        ctx, SRNN_ERR_ARGUMENT,
        "%s holds a run with %s%s %s, not %s; expected the same options, or another folder",
        e->folder, srnn__option_prefix(ctx), name, was ? was : "null", is ? is : "null");
    free(was);
    free(is);
    return status;
}

srnn_status srnn__record_check(srnn_ctx *ctx, const srnn_experiment *e)
{
    json_t *now = options_json(e->options, false), *value;
    const char *name;
    srnn_status status = now ? check_task(ctx, e) : srnn__no_memory(ctx);
    if (!status && srnn_options_given(e->options, "preset")) /* before what it sets */
        status = check_recorded_option(ctx, e, "preset", json_object_get(now, "preset"));
    json_object_foreach(now, name, value)
    {
        if (!status) status = check_recorded_option(ctx, e, name, value);
    }
    json_decref(now);
    return status;
}
