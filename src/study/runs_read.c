/* What the records of runs and model files say of a network: its options, and numbers by the names
   that they have in a record. */
#define _GNU_SOURCE 1
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "experiment/experiment.h"
#include "experiment/results_json.h"
#include "io/whole_file.h"
#include "spikernn/file.h"
#include "study/measures.h"
#include "study/runs.h"
#include "study/study.h"

/* ---- options ---- */

/* Can it change the network or its results? */
static bool counts_as_option(const srnn_option *row)
{
    const unsigned subjects = SRNN_OF_TASK | SRNN_OF_NETWORK | SRNN_OF_TRAINING |
                              SRNN_OF_CONVERSION | SRNN_OF_SEARCH | SRNN_OF_NEURON |
                              SRNN_OF_STIMULATION | SRNN_OF_EVALUATION;
    return row && (row->subject & subjects);
}

/* Settings that are not given are the task's. */
void srnn__run_take_options(srnn__listed *run, const json_t *options)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)options, name, value)
    {
        const srnn_option *row = srnn_option_named(name);
        const bool open = json_is_null(value) && row && row->kind == SRNN_OPTION_SETTING;
        if (counts_as_option(row) && !open && !json_is_object(value))
            json_object_set(run->options, row->name, value);
    }
}

void srnn__run_take_task(srnn__listed *run, const json_t *task)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)task, name, value)
    {
        const srnn_option *row = srnn_option_named(name);
        if (row && row->kind == SRNN_OPTION_SETTING && json_is_number(value))
            json_object_set(run->options, name, value);
    }
    json_object_foreach(json_object_get(task, "parameters"), name, value)
    {
        if (json_is_number(value) && !srnn_option_named(name))
            json_object_set(run->options, name, value);
    }
    json_t *named = json_object_get(task, "name");
    if (json_is_string(named)) json_object_set(run->options, "task", named);
}

/* ---- results ---- */

/* One that can be printed: names of trial types are in it. */
static bool take_value(void *user, const char *name, double value)
{
    srnn__listed *run = user;
    if (srnn__is_plain(name)) json_object_set_new(run->values, name, srnn__json_real(value));
    return true;
}

void srnn__run_take_results(srnn__listed *run, const json_t *results)
{
    srnn__measures_of(results, take_value, run);
}

void srnn__run_take_trials(srnn__listed *run, const char *measure, int n)
{
    if (n > 0) json_object_set_new(run->trials, measure, json_integer(n));
}

/* The trials of every accuracy in the object. */
static void take_trials(srnn__listed *run, const char *path, const json_t *object)
{
    const json_t *n = json_object_get(object, "n");
    const char *name;
    json_t *value;
    char longer[128];
    static const char *const accuracies[] = {"accuracy", "two_sided_accuracy"};
    for (size_t i = 0; i < sizeof accuracies / sizeof *accuracies; i++) {
        const int length = snprintf(longer, sizeof longer, "%s.%s", path, accuracies[i]);
        if (length >= (int)sizeof longer) return;
        if (json_object_get(object, accuracies[i]) && json_integer_value(n) <= INT_MAX)
            srnn__run_take_trials(run, longer, (int)json_integer_value(n));
    }
    json_object_foreach((json_t *)object, name, value)
    {
        if (snprintf(longer, sizeof longer, "%s.%s", path, name) < (int)sizeof longer)
            take_trials(run, longer, value);
    }
}

static void take_part(srnn__listed *run, const json_t *record, const char *name)
{
    const json_t *part = json_object_get(record, name);
    const json_t *row = json_array_get(json_object_get(part, "table"), 0);
    const bool search = json_is_number(json_object_get(row, "accuracy"));
    json_t *compact = search ? srnn__search_compact(part) : srnn__result_compact(part);
    json_t *named = json_pack("{so}", name, compact);
    srnn__run_take_results(run, named);
    json_decref(named);
    take_trials(run, name, part);
}

static void take_results(srnn__listed *run, const json_t *record)
{
    for (const char *const *name = srnn__record_results; *name; name++)
        if (strcmp(*name, "diagnosis") != 0) take_part(run, record, *name); /* has no measures */
}

static srnn_status not_trained(srnn_ctx *ctx, srnn__listed *run)
{
    run->state = SRNN_NETWORK_NOT_TRAINED;
    run->sentence = strdup("the training did not reach its criterion");
    return run->sentence ? SRNN_OK : srnn__no_memory(ctx);
}

/* ---- the record of a run ---- */

static srnn_status check_run_record(srnn_ctx *ctx, const char *path, const json_t *record)
{
    const char *verb = json_string_value(json_object_get(record, "verb"));
    const json_int_t schema = json_integer_value(json_object_get(record, "schema"));
    if (!verb || strcmp(verb, "run") != 0 || !json_is_object(json_object_get(record, "options")))
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is not the record of a run; expected one",
                          path);
    if (schema == SRNN_SCHEMA) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FORMAT,
                      "%s is of another version (schema %lld); expected schema %d", path,
                      (long long)schema, SRNN_SCHEMA);
}

static srnn_status load_run_record(srnn_ctx *ctx, const char *path, json_t **out)
{
    unsigned char *bytes;
    size_t n;
    json_error_t error;
    const srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    if (status) return status;
    *out = json_loadb((const char *)bytes, n, JSON_REJECT_DUPLICATES, &error);
    free(bytes);
    if (*out) return check_run_record(ctx, path, *out);
    return srnn__fail(ctx, SRNN_ERR_FORMAT,
                      "%s is damaged: line %d: %s; expected the record of a run", path, error.line,
                      error.text);
}

static srnn_status take_run_record(srnn_ctx *ctx, srnn_runs *runs, const char *folder,
                                   const json_t *record)
{
    srnn__listed *run = srnn__run_new(runs, folder);
    if (!run) return srnn__no_memory(ctx);
    const json_t *seed = json_object_get(record, "seed");
    run->has_seed = json_is_integer(seed);
    run->seed = (uint64_t)json_integer_value(seed);
    srnn__run_take_options(run, json_object_get(record, "options"));
    srnn__run_take_task(run, json_object_get(record, "task"));
    take_results(run, record);
    if (json_is_false(json_object_get(json_object_get(record, "training"), "criterion_reached")))
        return not_trained(ctx, run);
    if (json_is_true(json_object_get(record, "interrupted"))) run->state = SRNN_NETWORK_LEFT;
    return SRNN_OK;
}

srnn_status srnn__runs_read_record(srnn_ctx *ctx, srnn_runs *runs, const char *folder)
{
    char *path;
    json_t *record = NULL;
    if (asprintf(&path, "%s/summary.json", folder) < 0) return srnn__no_memory(ctx);
    srnn_status status = load_run_record(ctx, path, &record);
    if (!status) status = take_run_record(ctx, runs, folder, record);
    json_decref(record);
    free(path);
    return status;
}

/* ---- a model file ---- */

/* Is `name` among the variables that the file lacks, "a, b, c"? */
static bool model_lacks(const srnn_model *model, const char *name)
{
    const size_t length = strlen(name);
    for (const char *word = srnn_model_missing(model); *word; word += strspn(word, ", ")) {
        const size_t n = strcspn(word, ",");
        if (n == length && !strncmp(word, name, n)) return true;
        word += n;
    }
    return false;
}

static json_t *taus_list(const srnn_model_params *p)
{
    return p->n_taus == 2 ? json_pack("[ff]", p->taus[0], p->taus[1])
                          : json_pack("[f]", p->taus[0]);
}

static void take_network(srnn__listed *run, const srnn_model *model)
{
    const srnn_model_params p = srnn_model_get_params(model);
    json_t *options = json_pack(
        "{sososososisosssbsbsbsoso}", "N", json_integer(p.N), "P_inh", srnn__json_real(p.P_inh),
        "P_rec", srnn__json_real(p.P_rec), "gain", srnn__json_real(p.gain), "som_N", p.som_N,
        "taus_gaus_mean", srnn__json_real(p.taus_gaus_mean), "w_dist",
        srnn_option_choice("w_dist", p.w_dist), "no_autapses", p.no_autapses, "balanced",
        p.balanced, "apply_dale", p.apply_dale, "decay_taus", taus_list(&p), "act",
        json_string(srnn_option_choice("act", p.activation)));
    const char *name;
    void *next;
    json_t *value;
    json_object_foreach_safe(options, next, name, value)
    {
        if (json_is_null(value) || model_lacks(model, name)) json_object_del(options, name);
    }
    srnn__run_take_options(run, options);
    json_decref(options);
    run->has_seed = !model_lacks(model, "seed");
    run->seed = p.seed;
}

static void take_model_task(srnn__listed *run, const srnn_model *model)
{
    const srnn_task_settings settings = srnn_model_task_settings(model);
    const char *name = srnn_model_task_name(model);
    if (*name) json_object_set_new(run->options, "task", json_string(name));
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double value = srnn_task_setting_get(&settings, i);
        if (value >= 0)
            json_object_set_new(run->options, srnn_task_setting_at(i)->name, json_real(value));
    }
}

static json_t *fresh_result(double perf, double two_sided_perf, int n)
{
    if (n < 1 || !isfinite(perf)) return json_null();
    const int two_sided = isfinite(two_sided_perf) ? (int)lround(two_sided_perf * n) : -1;
    return srnn__accuracy_json((int)lround(perf * n), two_sided, n);
}

/* What the file keeps of a record. */
static json_t *record_of_model(const srnn_model *model)
{
    const srnn_search_record search = srnn_model_get_search(model);
    const srnn_operating_point point = srnn_model_get_operating_point(model);
    const srnn_readout readout = srnn_model_get_readout(model);
    const bool trained = srnn_model_get_training(model).n_losses > 0;
    return json_pack(
        "{sos{soso}s{so}s{so}}", "training",
        trained ? srnn__training_json(model, NAN) : json_null(), "search", "opt_scaling_factor",
        srnn__json_real(search.opt_scaling_factor), "fresh",
        fresh_result(search.test_perf, search.test_two_sided_perf, search.test_trials),
        "operating_point", "fresh",
        fresh_result(point.perf, point.two_sided_perf, point.gain ? point.n_trials : 0), "readout",
        "fresh",
        fresh_result(readout.perf, readout.two_sided_perf, readout.w_out ? readout.n_trials : 0));
}

srnn_status srnn__runs_read_model(srnn_ctx *ctx, srnn_runs *runs, const char *path)
{
    srnn_model *model;
    srnn_status status = srnn_model_load(ctx, path, &model);
    if (status) return status;
    srnn__listed *run = srnn__run_new(runs, path);
    if (run) {
        const srnn_training_record training = srnn_model_get_training(model);
        take_network(run, model);
        take_model_task(run, model);
        json_t *record = record_of_model(model);
        take_results(run, record);
        json_decref(record);
        if (training.n_losses > 0 && !training.reached) status = not_trained(ctx, run);
    } else {
        status = srnn__no_memory(ctx);
    }
    srnn_model_free(model);
    return status;
}
