/* Opening an experiment: its folder, and what an earlier run has left there. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "convert/search_record.h"
#include "experiment/experiment.h"
#include "experiment/results_json.h"
#include "spikernn/file.h"

static srnn_status experiment_name_files(srnn_ctx *ctx, srnn_experiment *e, const char *folder)
{
    if (!folder || !*folder)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the folder has no name; expected one");
    e->folder = strdup(folder);
    if (!e->folder || asprintf(&e->model_path, "%s/model.mat", folder) < 0 ||
        asprintf(&e->pth_path, "%s/model.pth", folder) < 0 ||
        asprintf(&e->record_path, "%s/summary.json", folder) < 0 ||
        asprintf(&e->progress_path, "%s/progress.jsonl", folder) < 0)
        return srnn__no_memory(ctx);
    return SRNN_OK;
}

/* ---- what the folder has ---- */

bool srnn_experiment_in(const char *folder)
{
    char *path;
    if (!folder || asprintf(&path, "%s/summary.json", folder) < 0) return false;
    const bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

/* The seed and the options of the folder's experiment, where they are not given now. */
static srnn_status take_recorded(srnn_ctx *ctx, srnn_experiment *e)
{
    json_t *given = json_deep_copy(json_object_get(e->record, "given"));
    json_object_set(given, "seed", json_object_get(e->record, "seed"));
    char *text = given ? json_dumps(given, JSON_COMPACT) : NULL;
    json_decref(given);
    const srnn_status status =
        text ? srnn_options_set_json(ctx, e->options, text, e->record_path) : srnn__no_memory(ctx);
    free(text);
    return status;
}

/* A task that was given as an object is whole. */
static srnn_status check_only_task(srnn_ctx *ctx, const srnn_experiment *e)
{
    const char *name = e->task && e->s->task ? "task" : NULL;
    for (int i = 0; e->task && !name && srnn_task_setting_at(i); i++)
        if (srnn_task_setting_get(&e->s->task_settings, i) >= 0)
            name = srnn_task_setting_at(i)->name;
    if (!name) return SRNN_OK;
    return srnn__fail(
        ctx, SRNN_ERR_ARGUMENT,
        "%s%s is given besides the task '%s', which has its own; expected one of them",
        srnn__option_prefix(ctx), name, srnn_task_get_def(e->task)->name);
}

/* What a record names is data: never a path to open or code to run. */
static srnn_status recorded_task(srnn_ctx *ctx, srnn_experiment *e)
{
    const json_t *declaration = srnn__record_get(e, "declaration");
    const char *name = json_string_value(json_object_get(srnn__record_get(e, "task"), "name"));
    const srnn_task_settings *settings = &e->s->task_settings;
    if (json_is_string(declaration))
        return srnn_task_from_json(ctx, json_string_value(declaration), e->record_path, settings,
                                   &e->own_task);
    if (name && !json_is_false(declaration) &&
        !srnn_task_built_in(ctx, name, settings, &e->own_task))
        return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%s holds a run of the task '%s', but not the task itself; expected %stask, "
                      "its file or object",
                      e->folder, name ? name : "", srnn__option_prefix(ctx));
}

/* The folder's, where none is given: the default can be another one by now. */
static srnn_status keep_preset(srnn_ctx *ctx, srnn_experiment *e)
{
    const char *name =
        json_string_value(json_object_get(json_object_get(e->record, "options"), "preset"));
    if (!name || srnn_options_given(e->options, "preset") ||
        !strcmp(name, srnn_option_choice("preset", (int)e->s->preset)))
        return SRNN_OK;
    json_t *json = json_pack("{ss}", "preset", name);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    srnn_status status =
        text ? srnn_options_set_json(ctx, e->options, text, e->record_path) : srnn__no_memory(ctx);
    free(text);
    return status ? status : srnn_options_finish(ctx, e->options, srnn_task_get_def(e->task));
}

/* recorded: where none is given now, the folder's. */
static srnn_status open_task(srnn_ctx *ctx, srnn_experiment *e, bool recorded)
{
    srnn_status status = SRNN_OK;
    if (!e->task && recorded)
        status = recorded_task(ctx, e);
    else if (!e->task && e->s->task)
        status = srnn_task_named(ctx, e->s->task, &e->s->task_settings, &e->own_task);
    else if (!e->task)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%stask is missing; expected its name or file",
                          srnn__option_prefix(ctx));
    if (!e->task) e->task = e->own_task;
    if (!status) status = srnn_options_fit(ctx, e->options, srnn_task_get_def(e->task));
    if (!status) status = srnn_options_finish(ctx, e->options, srnn_task_get_def(e->task));
    return status || !e->record ? status : keep_preset(ctx, e);
}

static srnn_status experiment_load_model(srnn_ctx *ctx, srnn_experiment *e, const char *path)
{
    const srnn_status status = srnn_model_load(ctx, path, &e->model);
    if (status) return status;
    const srnn_model_params is = srnn_model_get_params(e->model);
    if (is.N == e->s->network.N && is.seed == e->s->seed) return SRNN_OK;
    return srnn__fail(
        ctx, SRNN_ERR_FORMAT,
        "%s is another network, of %d units and seed %llu; expected that of the run, %d "
        "and %llu",
        path, is.N, (unsigned long long)is.seed, e->s->network.N, (unsigned long long)e->s->seed);
}

/* The training came to its end, but the record of it did not. */
static void take_finished(srnn_ctx *ctx, srnn_experiment *e)
{
    if (access(e->model_path, F_OK) || experiment_load_model(ctx, e, e->model_path)) {
        srnn_model_free(e->model);
        e->model = NULL;
        return;
    }
    const srnn_training_record r = srnn_model_get_training(e->model);
    if (r.reached || r.n_losses >= e->s->training.n_trials) {
        json_t *training = srnn__training_json(e->model, e->train_s);
        json_object_set_new(training, "trials_at_most", /* a .mat file has it not */
                            json_integer((json_int_t)e->s->training.n_trials));
        srnn__record_put(e, "training", training);
        srnn__record_finish(e, "training");
    } else {
        srnn_model_free(e->model);
        e->model = NULL;
    }
}

/* Without its network only the training is left of what was done. */
static bool lost_network(const srnn_experiment *e)
{
    return srnn__record_done(e, "training") && access(e->model_path, F_OK) &&
           !access(e->pth_path, F_OK);
}

static srnn_status create_model(srnn_ctx *ctx, srnn_experiment *e)
{
    const srnn_model_params params = srnn_options_network(e->options, srnn_task_get_def(e->task));
    const srnn_status status = srnn_model_create(ctx, &params, &e->model);
    if (status || !e->s->connectivity) return status;
    return srnn_model_connect_file(ctx, e->model, e->s->connectivity);
}

static srnn_status open_model(srnn_ctx *ctx, srnn_experiment *e)
{
    if (e->record && lost_network(e)) srnn__record_restart(e);
    if (e->record && !srnn__record_done(e, "training")) take_finished(ctx, e);
    if (e->model) return SRNN_OK;
    const bool trained = e->record && srnn__record_done(e, "training");
    e->goes_on = e->record && !trained && access(e->pth_path, F_OK) == 0;
    if (trained || e->goes_on)
        return experiment_load_model(ctx, e, trained ? e->model_path : e->pth_path);
    return create_model(ctx, e);
}

/* ---- opening ---- */

static srnn_status check_counts(srnn_ctx *ctx, const srnn_experiment *e)
{
    const int most = 10000000 / srnn_task_get_def(e->task)->n_types;
    if (e->s->fresh_trials == 0 && !srnn_options_given(e->options, "conversion"))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sfresh_trials is 0; expected 1 or more, which the better of two "
                          "conversions is chosen by, or %sconversion",
                          srnn__option_prefix(ctx), srnn__option_prefix(ctx));
    if (e->s->test_trials <= most) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%stest_trials is %d; expected at most %d of each type",
                      srnn__option_prefix(ctx), e->s->test_trials, most);
}

/* A trial of each type in both networks: what a later stage would refuse is refused before the
   training, which takes long. A network that is not trained may fail in other ways than the trained
   one will. */
static srnn_status try_stages(srnn_ctx *ctx, const srnn_experiment *e)
{
    srnn_status status = check_counts(ctx, e);
    if (status) return status;
    srnn_spiking_params params = srnn_options_spiking(e->options, e->s->scaling_factors.x[0]);
    params.conversion.use_readout = false; /* there is none yet */
    srnn_evaluate_options o = srnn_options_evaluation(e->options, &params);
    o.n_trials = 1;
    srnn_evaluation evaluation;
    status = srnn_evaluate(ctx, e->model, e->task, &o, &evaluation, NULL);
    srnn_evaluation_free(&evaluation);
    return status == SRNN_ERR_ARGUMENT || status == SRNN_CANCELLED ? status : SRNN_OK;
}

/* What earlier runs took. */
static void take_seconds(srnn_experiment *e)
{
    const json_t *seconds = json_object_get(e->record, "seconds");
    e->train_s = json_number_value(json_object_get(seconds, "train"));
    e->search_s = json_number_value(json_object_get(seconds, "search"));
    e->evaluate_s = json_number_value(json_object_get(seconds, "evaluate"));
}

static srnn_status begin_experiment(srnn_ctx *ctx, const srnn_options *options,
                                    const srnn_task *task, srnn_experiment **out)
{
    srnn_experiment *e = *out = calloc(1, sizeof *e);
    if (!e) return srnn__no_memory(ctx);
    e->stage = "";
    e->lock = e->progress.file = -1;
    e->task = task;
    e->scaling_factor = (double)NAN;
    const srnn_status status = srnn_options_copy(ctx, options, &e->options);
    if (!status) e->s = srnn_options_settings(e->options);
    return status;
}

srnn_status srnn__experiment_begin(srnn_ctx *ctx, const srnn_options *options,
                                   const srnn_task *task, srnn_model *model, srnn_experiment **out)
{
    srnn_status status = begin_experiment(ctx, options, task, out);
    if (!*out) {
        srnn_model_free(model);
        return status;
    }
    (*out)->model = model;
    if (!status) status = srnn_options_finish(ctx, (*out)->options, srnn_task_get_def(task));
    if (!status && !model) status = create_model(ctx, *out);
    return status ? status : srnn__record_begin(ctx, *out);
}

srnn_status srnn__experiment_try(srnn_ctx *ctx, const srnn_options *options, const srnn_task *task)
{
    srnn_experiment *e;
    srnn_status status = srnn__experiment_begin(ctx, options, task, NULL, &e);
    if (!status) status = try_stages(ctx, e);
    srnn_experiment_free(e);
    return status;
}

void srnn__experiment_restore(srnn_experiment *e, const char *stage, const char *name,
                              json_t *result)
{
    srnn__record_put(e, name, result);
    srnn__record_finish(e, stage);
}

srnn_status srnn__experiment_restore_search(srnn_ctx *ctx, srnn_experiment *e,
                                            const srnn_search_result *search)
{
    return srnn__model_take_search(ctx, e->model, search);
}

srnn_status srnn_experiment_open(srnn_ctx *ctx, const srnn_options *options, const srnn_task *task,
                                 const char *folder, srnn_experiment **out)
{
    srnn_status status = begin_experiment(ctx, options, task, out);
    if (status) return status;
    srnn_experiment *e = *out;
    const bool named = e->s->task != NULL;
    status = check_only_task(ctx, e);
    if (!status) status = experiment_name_files(ctx, e, folder);
    if (!status) status = srnn__record_load(ctx, e);
    if (!status && e->record) status = take_recorded(ctx, e);
    if (!status) status = srnn_options_new_seed(ctx, e->options);
    if (!status) status = open_task(ctx, e, e->record && !named);
    if (!status && e->record) status = srnn__record_check(ctx, e);
    if (!status && e->record) srnn__record_put_options(e);
    if (!status && e->record) take_seconds(e);
    e->fresh = !e->record;
    if (!status) status = open_model(ctx, e);
    if (!status && !e->record) status = try_stages(ctx, e);
    if (!status && !e->record) status = srnn__record_begin(ctx, e);
    return status;
}

void srnn_experiment_free(srnn_experiment *e)
{
    if (!e) return;
    srnn__experiment_unlock(e);
    if (e->progress.file >= 0) close(e->progress.file); /* a call did not return */
    srnn_search_result_free(&e->search);
    srnn_operating_result_free(&e->operating);
    srnn_evaluation_free(&e->evaluation);
    srnn_evaluation_free(&e->by_factor);
    srnn_diagnosis_free(&e->diagnosis);
    srnn_noise_curve_free(&e->noise_curve);
    srnn_observation_free(&e->observation);
    free(e->units);
    json_decref(e->record);
    srnn_model_free(e->model);
    srnn_task_free(e->own_task);
    srnn_options_free(e->options);
    free(e->folder);
    free(e->model_path);
    free(e->pth_path);
    free(e->record_path);
    free(e->progress_path);
    free(e);
}
