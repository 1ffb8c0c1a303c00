/* spikernn search: the scaling factor with which the spiking network does the task best. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct search_job {
    cli_options *options;
    srnn_ctx *ctx;
    json_t *models; /* of the JSON document */
} search_job;

/* ---- what is stored ---- */

static void search_report(const search_job *j, const char *path, const srnn_task *task,
                          const srnn_search_result *search, bool stored)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    if (j->options->json) {
        json_t *entry = cli_json_parsed(srnn_search_json(search));
        json_object_set_new(entry, "model", cli_json_text(path));
        json_object_set_new(entry, "task", cli_json_parsed(srnn_task_summary_json(task)));
        json_object_set_new(entry, "stored", json_boolean(stored));
        json_array_append_new(j->models, entry);
    } else {
        printf("%s: %s\n", cli_shown(path), def->name);
        cli_print_search(search);
        cli_flush();
    }
}

/* After the search, whose entry is the latest of the JSON document. */
static int search_refit_readout(const search_job *j, const char *path, srnn_model *model,
                                const srnn_task *task, double scaling_factor, bool store)
{
    cli_options *o = j->options;
    srnn_readout_result result;
    const srnn_readout_options how = srnn_options_readout(o->values, scaling_factor);
    srnn_status status = srnn_fit_readout(j->ctx, model, task, &how, &result);
    if (status == SRNN_CANCELLED) {
        cli_error(o, "interrupted; the readout of %s is as it was", path);
        return CLI_INTERRUPTED;
    }
    if (status) return cli_error(o, "%s: %s", path, srnn_ctx_message(j->ctx));
    if (o->json)
        json_object_set_new(json_array_get(j->models, json_array_size(j->models) - 1), "readout",
                            cli_json_parsed(srnn_readout_json(&result)));
    else
        cli_print_readout(&result);
    status = store ? srnn_model_save_readout(j->ctx, path, model) : SRNN_OK;
    return status ? cli_library_error(o, j->ctx, status) : CLI_OK;
}

static int search_with_task(const search_job *j, const char *path, srnn_model *model,
                            const srnn_task *task)
{
    cli_options *o = j->options;
    srnn_search_result search;
    const srnn_search_options how = srnn_options_search(o->values);
    srnn_status status = srnn_search(j->ctx, model, task, &how, &search);
    const bool cancelled = status == SRNN_CANCELLED;
    if (status && !cancelled) return cli_error(o, "%s: %s", path, srnn_ctx_message(j->ctx));

    int code = cancelled ? CLI_INTERRUPTED : CLI_OK;
    const srnn_search_worth worth = srnn_search_worth_storing(model, task, &search, cancelled);
    const bool other = worth == SRNN_SEARCH_OTHER_TASK || worth == SRNN_SEARCH_OTHER_TASK_ALONE;
    const bool store = worth == SRNN_SEARCH_KEPT;
    status = store ? srnn_model_save_search(j->ctx, path, &search) : SRNN_OK;
    if (search.n_trials > 0) search_report(j, path, task, &search, store && !status);
    if (other && !o->json)
        printf("not stored: these are not the trials that %s was trained on\n", cli_shown(path));
    if (status) {
        code = cli_library_error(o, j->ctx, status);
    } else if (cancelled) {
        cli_error(o, "interrupted after %d of %d trials for each scaling factor; %s %s",
                  search.n_trials, o->s.search_trials, path,
                  store                          ? "keeps these"
                  : worth == SRNN_SEARCH_SHORTER ? "keeps those of its earlier search"
                                                 : "is as it was");
    } else if (o->s.spiking.conversion.use_readout) {
        code =
            search_refit_readout(j, path, model, task, search.scaling_factors[search.best], store);
    }
    srnn_search_result_free(&search);
    return code;
}

static int find_point_with_task(const search_job *j, const char *path, srnn_model *model,
                                const srnn_task *task)
{
    cli_options *o = j->options;
    srnn_operating_result result;
    const srnn_operating_options how = srnn_options_operating(o->values);
    srnn_status status = srnn_find_operating_point(j->ctx, model, task, &how, &result);
    if (status == SRNN_CANCELLED)
        return cli_error(o, "interrupted; %s is as it was", path), CLI_INTERRUPTED;
    if (status) return cli_error(o, "%s: %s", path, srnn_ctx_message(j->ctx));
    const bool other = !srnn_model_same_task(model, task);
    if (!other) status = srnn_model_save_operating_point(j->ctx, path, model);
    if (o->json) {
        json_t *entry = cli_json_parsed(srnn_operating_json(&result));
        json_object_set_new(entry, "model", cli_json_text(path));
        json_object_set_new(entry, "task", cli_json_parsed(srnn_task_summary_json(task)));
        json_object_set_new(entry, "stored", json_boolean(!other && !status));
        json_array_append_new(j->models, entry);
    } else {
        printf("%s: %s\n", cli_shown(path), srnn_task_get_def(task)->name);
        cli_print_operating(&result);
        if (other)
            printf("not stored: these are not the trials that %s was trained on\n",
                   cli_shown(path));
        cli_flush();
    }
    srnn_operating_result_free(&result);
    if (status) return cli_library_error(o, j->ctx, status);
    return o->s.spiking.conversion.use_readout
               ? search_refit_readout(j, path, model, task, (double)NAN, !other)
               : CLI_OK;
}

static int search_file(const search_job *j, const char *path)
{
    cli_options *o = j->options;
    const srnn_status status = srnn_model_save_check(j->ctx, path);
    if (status) return cli_library_error(o, j->ctx, status);
    srnn_model *model;
    int code = cli_model_load(o, j->ctx, path, &model);
    if (code) return code;
    code = CLI_FAILED;
    srnn_task *task = cli_model_task(o, j->ctx, path, model);
    char *folder = cli_folder_of(path);
    if (task && !cli_folder_check(o, folder))
        cli_error(o, "%s", o->error);
    else if (task)
        code = o->s.conversion == SRNN_BY_OPERATING_POINT
                   ? find_point_with_task(j, path, model, task)
                   : search_with_task(j, path, model, task);
    free(folder);
    srnn_task_free(task);
    srnn_model_free(model);
    return code;
}

/* Of a file that failed: in its entry, where the search came so far, or in one without a result. */
static void add_failure(const search_job *j, const char *path, size_t before)
{
    json_t *failure = cli_json_failure(path);
    if (json_array_size(j->models) == before)
        json_array_append(j->models, failure);
    else
        json_object_update(json_array_get(j->models, before), failure);
    json_decref(failure);
}

static int search_models(const search_job *j, const cli_paths *paths)
{
    cli_options *o = j->options;
    int code = CLI_OK;
    for (size_t i = 0; i < paths->n && code != CLI_INTERRUPTED; i++) {
        const size_t before = json_array_size(j->models);
        const int file_code = cli_interrupted() ? CLI_INTERRUPTED : search_file(j, paths->paths[i]);
        if (file_code == CLI_FAILED) add_failure(j, paths->paths[i], before);
        if (file_code != CLI_OK) code = file_code;
    }
    if (!o->json) return code;
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "seed", json_integer((json_int_t)o->s.seed));
    json_object_set_new(document, "spiking_params",
                        cli_json_parsed(srnn_spiking_params_json(&o->s.spiking)));
    json_object_set(document, "models", j->models);
    json_object_set_new(document, "interrupted", json_boolean(code == CLI_INTERRUPTED));
    const int kept = cli_json_result(o, document);
    return code ? code : kept;
}

/* The files of a folder, from `from` on, but for those that hold results of other verbs. */
static bool keep_models(cli_options *o, srnn_ctx *ctx, cli_paths *paths, size_t from,
                        const char *folder)
{
    size_t n = from;
    for (size_t i = from; i < paths->n; i++) {
        char *path = paths->paths[i];
        if (srnn_results_file(ctx, path)) continue;
        paths->paths[i] = paths->paths[n]; /* which is none */
        paths->paths[n++] = path;
    }
    if (n == from) return cli_refuse(o, "folder %s holds no network", folder), false;
    while (paths->n > n) {
        char *path = paths->paths[--paths->n];
        if (!o->json) printf("%s: passed over, as it holds no network\n", cli_shown(path));
        free(path);
    }
    if (n - from > 1 && !o->json) printf("%s: %zu model files\n", cli_shown(folder), n - from);
    return true;
}

static bool find_models(cli_options *o, srnn_ctx *ctx, cli_paths *paths)
{
    for (int i = 0; i < o->n_args; i++) {
        const size_t before = paths->n;
        struct stat info;
        if (!cli_paths_add(o, paths, o->args[i])) return false;
        const bool folder = !stat(o->args[i], &info) && S_ISDIR(info.st_mode);
        if (folder && !keep_models(o, ctx, paths, before, o->args[i])) return false;
    }
    return true;
}

static int search_run(cli_options *o)
{
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    cli_paths paths = {0};
    int code = CLI_FAILED;
    if (!find_models(o, ctx, &paths))
        cli_error(o, "%s", o->error);
    else {
        const search_job j = {o, ctx, json_array()};
        code = search_models(&j, &paths);
        json_decref(j.models);
    }
    srnn_ctx_free(ctx);
    cli_paths_free(&paths);
    return code;
}

static const cli_group search_groups[] = {
    {NULL, "n_trials=search_trials fresh_trials again conversion readout scaling_factors criterion "
           "refine racing"},
    {"Task (default: the file's):", "@task"},
    {"Spiking network:", "@neuron"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

const cli_verb cli_search = {
    .name = "search",
    .args_doc = "MODEL_OR_DIR...",
    .summary = "find the scaling factor of the spiking network and store it in the model file",
    .doc =
        "Turns a trained network into a spiking network with each scaling factor (lambda), "
        "measures its accuracy, and stores the curve and the best one in the file; not where "
        "the task's options make other trials than those it was trained on. Then the best one "
        "does fresh trials, as the best of many is a little too good on its own. With "
        "--conversion operating-point it finds the operating point of every unit instead and "
        "stores that in addition to the curve. Of a folder, every "
        ".mat file below it that holds a network is searched. Ctrl-C stores the trials done so "
        "far, unless the file "
        "holds a search of more; the same command then goes on from there. An operating point that "
        "was not found to the end is not stored.\v"
        "Example: spikernn search --racing --refine models/go-nogo",
    .min_args = 1,
    .max_args = INT_MAX,
    .groups = search_groups,
    .run = search_run};
