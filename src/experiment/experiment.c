/* The stages of an experiment and the decisions between them. */
#define _GNU_SOURCE 1
#include "experiment/experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiment/results_json.h"
#include "io/whole_file.h"
#include "spikernn/file.h"

enum { CHECKPOINT_TRIALS = 1000 }; /* between two saves of a training */

/* ---- events ---- */

static void experiment_emit(srnn_experiment *e, srnn_event_kind kind, const char *code,
                            const char *sentence, const char *json)
{
    const srnn_event event = {.kind = kind,
                              .stage = e->stage,
                              .code = code ? code : "",
                              .sentence = sentence ? sentence : "",
                              .json = json ? json : ""};
    if (e->fn) e->fn(e->user, e, &event);
}

static void begin_stage(srnn_experiment *e, const char *stage)
{
    e->stage = stage;
    experiment_emit(e, SRNN_EVENT_BEGUN, NULL, NULL, NULL);
}

static void decide(srnn_experiment *e, const char *code, const char *sentence)
{
    experiment_emit(e, SRNN_EVENT_DECIDED, code, sentence, NULL);
}

static void emit_result(srnn_experiment *e, srnn_event_kind kind, const json_t *result)
{
    char *text = json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    experiment_emit(e, kind, NULL, NULL, text);
    free(text);
}

/* The record has the stage's result, under `name`. */
static srnn_status end_stage(srnn_ctx *ctx, srnn_experiment *e, const char *name, json_t *result)
{
    srnn__record_put(e, name, result);
    srnn__record_finish(e, e->stage);
    const srnn_status status = srnn__record_save(ctx, e);
    if (!status) emit_result(e, SRNN_EVENT_DONE, json_object_get(e->record, name));
    return status;
}

/* Was the stage done before in this folder? */
static bool kept(srnn_experiment *e, const char *stage, const char *name)
{
    if (!srnn__record_done(e, stage)) return false;
    e->stage = stage;
    emit_result(e, SRNN_EVENT_KEPT, json_object_get(e->record, name));
    return true;
}

/* ---- training ---- */

static srnn_status checkpoint(srnn_ctx *ctx, srnn_experiment *e)
{
    srnn__record_put(e, "training", srnn__training_json(e->model, e->train_s));
    const srnn_status status = srnn__record_save(ctx, e); /* first: a .pth alone has no options */
    return status ? status : srnn_model_save_pth(ctx, e->model, e->pth_path);
}

/* In parts with a checkpoint after each, to the same bits as in one go. */
static srnn_status experiment_train(srnn_ctx *ctx, srnn_experiment *e)
{
    const int64_t every = e->s->checkpoint_every ? e->s->checkpoint_every : CHECKPOINT_TRIALS;
    srnn_train_options train = srnn_options_training(e->options);
    if (e->goes_on)
        train = (srnn_train_options){.size = sizeof(srnn_train_options), .resume = true};
    for (;;) {
        srnn_training_record r = srnn_model_get_training(e->model);
        /* an earlier call may have ended between its training and the record of it */
        if (train.resume && (r.reached || r.n_losses >= e->s->training.n_trials)) return SRNN_OK;
        const int64_t done = train.resume ? r.n_losses : 0;
        const double started_s = srnn__now_s();
        train.pause_at = (done / every + 1) * every;
        srnn_status status = srnn_train(ctx, e->model, e->task, &train);
        e->train_s += srnn__now_s() - started_s;
        r = srnn_model_get_training(e->model);
        if (status || r.reached || r.n_losses >= r.n_trials) return status;
        if ((status = checkpoint(ctx, e))) return status;
        train = (srnn_train_options){.size = sizeof(srnn_train_options), .resume = true};
    }
}

static srnn_status train_network(srnn_ctx *ctx, srnn_experiment *e)
{
    if (kept(e, "training", "training")) return SRNN_OK;
    begin_stage(e, "training");
    const srnn_status trained = experiment_train(ctx, e);
    if (trained && trained != SRNN_CANCELLED) return trained;
    srnn_status status = srnn_model_save(ctx, e->model, e->model_path);
    if (!status) status = checkpoint(ctx, e);
    if (status || trained) return status ? status : srnn__interrupted(ctx);
    return end_stage(ctx, e, "training", srnn__training_json(e->model, e->train_s));
}

bool srnn_experiment_learned(const srnn_experiment *e)
{
    return json_is_true(
        json_object_get(json_object_get(e->record, "training"), "criterion_reached"));
}

static void decide_not_learned(srnn_ctx *ctx, srnn_experiment *e)
{
    const srnn_training_record r = srnn_model_get_training(e->model);
    const char *prefix = srnn__option_prefix(ctx);
    char sentence[512], preset[64] = "", convert[128] = "";
    if (e->s->preset != SRNN_ROBUST)
        snprintf(preset, sizeof preset, "%spreset robust, or ", prefix);
    if (!e->s->search_anyway)
        snprintf(convert, sizeof convert, " It is not converted; %ssearch_anyway converts it.",
                 prefix);
    snprintf(sentence, sizeof sentence,
             "The rate network did not reach its criterion in %lld trials (accuracy %.2f, loss "
             "%.4g). Try %s%sn_trials %lld.%s",
             (long long)r.n_losses, r.eval_perf_mean, r.eval_loss_mean, preset, prefix,
             2 * (long long)e->s->training.n_trials, convert);
    decide(e, "not_learned", sentence);
}

/* ---- conversion ---- */

/* The record of a search is in the file; the model gets it as every reader of the file does. */
static srnn_status reload(srnn_ctx *ctx, srnn_experiment *e)
{
    srnn_model *model;
    const srnn_status status = srnn_model_load(ctx, e->model_path, &model);
    if (status) return status;
    srnn_model_free(e->model);
    e->model = model;
    return SRNN_OK;
}

static srnn_status search_factor(srnn_ctx *ctx, srnn_experiment *e)
{
    if (kept(e, "search", "search")) return SRNN_OK;
    begin_stage(e, "search");
    const double started_s = srnn__now_s();
    const srnn_search_options o = srnn_options_search(e->options);
    const srnn_status searched = srnn_search(ctx, e->model, e->task, &o, &e->search);
    e->search_s += srnn__now_s() - started_s;
    if (searched && searched != SRNN_CANCELLED) return searched;
    e->searched = e->search.n_trials > 0;
    srnn_status status = SRNN_OK;
    if (e->searched) status = srnn_model_save_search(ctx, e->model_path, &e->search);
    if (!status && searched && e->searched) {
        srnn__record_put(e, "search", srnn__search_json(&e->search));
        status = srnn__record_save(ctx, e);
        if (!status) emit_result(e, SRNN_EVENT_DONE, srnn__record_get(e, "search"));
    }
    if (status || searched) return status ? status : srnn__interrupted(ctx);
    status = reload(ctx, e);
    return status ? status : end_stage(ctx, e, "search", srnn__search_json(&e->search));
}

/* name: of its result in the record. */
static srnn_status find_point(srnn_ctx *ctx, srnn_experiment *e, const char *name)
{
    if (kept(e, "operating point", name)) return SRNN_OK;
    begin_stage(e, "operating point");
    const double started_s = srnn__now_s();
    const srnn_operating_options o = srnn_options_operating(e->options);
    srnn_status status = srnn_find_operating_point(ctx, e->model, e->task, &o, &e->operating);
    e->search_s += srnn__now_s() - started_s;
    e->found_point = !status;
    if (!status) status = srnn_model_save_operating_point(ctx, e->model_path, e->model);
    return status ? status : end_stage(ctx, e, name, srnn__operating_json(&e->operating));
}

static srnn_status experiment_refit_readout(srnn_ctx *ctx, srnn_experiment *e)
{
    if (!e->s->spiking.conversion.use_readout || kept(e, "readout", "readout")) return SRNN_OK;
    begin_stage(e, "readout");
    const double started_s = srnn__now_s();
    const srnn_readout_options o = srnn_options_readout(e->options, e->scaling_factor);
    srnn_status status = srnn_fit_readout(ctx, e->model, e->task, &o, &e->readout);
    e->search_s += srnn__now_s() - started_s;
    e->refitted = !status;
    if (!status) status = srnn_model_save_readout(ctx, e->model_path, e->model);
    return status ? status : end_stage(ctx, e, "readout", srnn__readout_json(&e->readout));
}

/* ---- evaluation ---- */

/* params NULL: the rate network alone. */
static srnn_evaluate_options evaluate_options(const srnn_experiment *e,
                                              const srnn_spiking_params *params)
{
    srnn_evaluate_options o = srnn_evaluate_options_default();
    o.seed = e->s->seed;
    o.n_trials = e->s->test_trials;
    o.spiking = params;
    return o;
}

static srnn_status experiment_evaluate(srnn_ctx *ctx, srnn_experiment *e, bool spiking)
{
    if (spiking && !srnn__record_evaluation(e).has_spiking) srnn__record_reopen(e, "evaluation");
    if (kept(e, "evaluation", "evaluation")) return SRNN_OK;
    begin_stage(e, "evaluation");
    const double started_s = srnn__now_s();
    const srnn_spiking_params params = srnn_options_spiking(e->options, e->scaling_factor);
    const srnn_evaluate_options o = evaluate_options(e, spiking ? &params : NULL);
    const srnn_status status = srnn_evaluate(ctx, e->model, e->task, &o, &e->evaluation, NULL);
    e->evaluate_s += srnn__now_s() - started_s;
    e->evaluated = !status;
    return status ? status
                  : end_stage(ctx, e, "evaluation", srnn__evaluation_json(e->task, &e->evaluation));
}

static srnn_status diagnose(srnn_ctx *ctx, srnn_experiment *e)
{
    if (kept(e, "diagnosis", "diagnosis")) return SRNN_OK;
    begin_stage(e, "diagnosis");
    const double started_s = srnn__now_s();
    const srnn_spiking_params params = srnn_options_spiking(e->options, e->scaling_factor);
    srnn_status status = SRNN_OK;
    if (!e->evaluated) { /* an earlier call did, and kept its JSON alone */
        const srnn_evaluate_options o = evaluate_options(e, &params);
        status = srnn_evaluate(ctx, e->model, e->task, &o, &e->evaluation, NULL);
        e->evaluated = !status;
    }
    srnn_diagnose_options o = srnn_diagnose_options_default();
    o.seed = e->s->seed;
    o.when = (srnn_diagnose_when)e->s->diagnose;
    const srnn_search_record search = srnn_model_get_search(e->model);
    o.search = &search;
    if (!status)
        status = srnn_diagnose(ctx, e->model, e->task, &o, &params, &e->evaluation, &e->diagnosis);
    e->evaluate_s += srnn__now_s() - started_s;
    e->diagnosed = !status;
    return status ? status : end_stage(ctx, e, "diagnosis", srnn__diagnosis_json(&e->diagnosis));
}

/* ---- the choice between conversions ---- */

static bool may_do_better(const srnn_experiment *e)
{
    const srnn_evaluation evaluation = srnn__record_evaluation(e);
    return !srnn_options_given(e->options, "conversion") &&
           srnn_operating_point_suits(&e->s->spiking) && srnn_converts_badly(&evaluation);
}

/* The record keeps both evaluations. */
static void prefer_point(srnn_experiment *e)
{
    e->by_factor = e->evaluation;
    e->evaluation = (srnn_evaluation){0};
    e->evaluated = false;
    srnn__record_put(e, "evaluation_by_scaling_factor",
                     json_incref(json_object_get(e->record, "evaluation")));
    srnn__record_put(e, "evaluation", json_null());
    srnn__record_put(e, "readout", json_null());
    srnn__record_reopen(e, "evaluation");
    srnn__record_reopen(e, "readout");
}

static srnn_status try_point(srnn_ctx *ctx, srnn_experiment *e)
{
    const srnn_evaluation evaluation = srnn__record_evaluation(e);
    char sentence[256];
    snprintf(sentence, sizeof sentence,
             "With λ the spiking network is correct in %.2f of the trials (rate network: %.2f). "
             "Fitting a gain and a bias for each unit: its operating point.",
             (double)evaluation.spiking.correct / evaluation.spiking.n_trials,
             (double)evaluation.rate.correct / evaluation.rate.n_trials);
    if (!srnn__record_done(e, "operating point")) decide(e, "converts_badly", sentence);
    const srnn_status status = find_point(ctx, e, "operating_point");
    if (status) return status;
    const double point = srnn_model_get_operating_point(e->model).perf,
                 factor = srnn_model_get_search(e->model).test_perf;
    if (srnn_operating_point_is_better(point, factor)) {
        e->scaling_factor = (double)NAN;
        prefer_point(e);
        return SRNN_OK;
    }
    snprintf(sentence, sizeof sentence,
             "The operating point is correct in %.2f of fresh trials, no more than λ = %g (%.2f), "
             "which stays.",
             point, e->scaling_factor, factor);
    decide(e, "factor_stays", sentence);
    return SRNN_OK;
}

static srnn_status refit_and_evaluate(srnn_ctx *ctx, srnn_experiment *e)
{
    const srnn_status status = experiment_refit_readout(ctx, e);
    return status ? status : experiment_evaluate(ctx, e, true);
}

static srnn_status convert(srnn_ctx *ctx, srnn_experiment *e)
{
    const bool by_point = e->s->conversion == SRNN_BY_OPERATING_POINT;
    srnn_status status = by_point ? find_point(ctx, e, "search") : search_factor(ctx, e);
    const bool chosen = srnn__record_get(e, "evaluation_by_scaling_factor") != NULL;
    e->scaling_factor =
        by_point || chosen ? (double)NAN : srnn_model_get_search(e->model).opt_scaling_factor;
    if (!status) status = refit_and_evaluate(ctx, e);
    if (!status && !by_point && !chosen && may_do_better(e)) {
        status = try_point(ctx, e);
        if (!status) status = refit_and_evaluate(ctx, e);
    }
    return status ? status : diagnose(ctx, e);
}

srnn_status srnn_experiment_run(srnn_ctx *ctx, srnn_experiment *e, srnn_event_fn fn, void *user)
{
    e->fn = fn;
    e->user = user;
    srnn__record_put(e, "interrupted", json_true());
    srnn_status status = srnn__make_folders(ctx, e->record_path);
    if (!status) status = train_network(ctx, e);
    if (!status && !srnn_experiment_learned(e)) decide_not_learned(ctx, e);
    if (!status)
        status = srnn_experiment_learned(e) || e->s->search_anyway
                     ? convert(ctx, e)
                     : experiment_evaluate(ctx, e, false);
    if (status) return status;
    srnn__record_put(e, "interrupted", json_false());
    return srnn__record_save(ctx, e);
}

/* ---- opening ---- */

static srnn_status experiment_name_files(srnn_ctx *ctx, srnn_experiment *e, const char *folder)
{
    if (!folder || !*folder)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the folder has no name; expected one");
    e->folder = strdup(folder);
    if (!e->folder || asprintf(&e->model_path, "%s/model.mat", folder) < 0 ||
        asprintf(&e->pth_path, "%s/model.pth", folder) < 0 ||
        asprintf(&e->record_path, "%s/summary.json", folder) < 0)
        return srnn__no_memory(ctx);
    return SRNN_OK;
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

static srnn_status refuse_without_task(srnn_ctx *ctx, const srnn_experiment *e)
{
    const json_t *of_record = json_object_get(json_object_get(e->record, "task"), "name");
    const char *prefix = srnn__option_prefix(ctx), *name = json_string_value(of_record);
    if (!name)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%stask is missing; expected its name or file",
                          prefix);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%stask is missing; expected '%s', an object that %s does not keep", prefix,
                      name, e->folder);
}

static srnn_status open_task(srnn_ctx *ctx, srnn_experiment *e)
{
    srnn_status status = SRNN_OK;
    if (!e->task && !e->s->task) return refuse_without_task(ctx, e);
    if (!e->task) {
        status = srnn_task_named(ctx, e->s->task, &e->s->task_settings, &e->own_task);
        e->task = e->own_task;
    }
    if (!status) status = srnn_options_fit(ctx, e->options, srnn_task_get_def(e->task));
    return status ? status : srnn_options_finish(ctx, e->options, srnn_task_get_def(e->task));
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

static srnn_status open_model(srnn_ctx *ctx, srnn_experiment *e)
{
    if (e->record && !srnn__record_done(e, "training")) take_finished(ctx, e);
    if (e->model) return SRNN_OK;
    const bool trained = e->record && srnn__record_done(e, "training");
    e->goes_on = e->record && !trained && access(e->pth_path, F_OK) == 0;
    if (trained || e->goes_on)
        return experiment_load_model(ctx, e, trained ? e->model_path : e->pth_path);
    const srnn_model_params params = srnn_options_network(e->options, srnn_task_get_def(e->task));
    const srnn_status status = srnn_model_create(ctx, &params, &e->model);
    if (status || !e->s->connectivity) return status;
    return srnn_model_connect_file(ctx, e->model, e->s->connectivity);
}

static srnn_status check_counts(srnn_ctx *ctx, const srnn_experiment *e)
{
    const int most = 10000000 / srnn_task_get_def(e->task)->n_types;
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
    srnn_evaluate_options o = evaluate_options(e, &params);
    o.n_trials = 1;
    srnn_evaluation evaluation;
    status = srnn_evaluate(ctx, e->model, e->task, &o, &evaluation, NULL);
    srnn_evaluation_free(&evaluation);
    return status == SRNN_ERR_ARGUMENT || status == SRNN_CANCELLED ? status : SRNN_OK;
}

srnn_status srnn_experiment_open(srnn_ctx *ctx, const srnn_options *options, const srnn_task *task,
                                 const char *folder, srnn_experiment **out)
{
    srnn_experiment *e = *out = calloc(1, sizeof *e);
    if (!e) return srnn__no_memory(ctx);
    e->stage = "";
    e->task = task;
    e->scaling_factor = (double)NAN;
    srnn_status status = srnn_options_copy(ctx, options, &e->options);
    if (status) return status;
    e->s = srnn_options_settings(e->options);
    status = check_only_task(ctx, e);
    if (!status) status = experiment_name_files(ctx, e, folder);
    if (!status) status = srnn__record_load(ctx, e);
    if (!status && e->record) status = take_recorded(ctx, e);
    if (!status) status = open_task(ctx, e);
    if (!status && e->record) status = srnn__record_check(ctx, e);
    if (!status && e->record) srnn__record_put_options(e);
    if (!status) status = open_model(ctx, e);
    if (!status && !e->record) status = try_stages(ctx, e);
    if (!status && !e->record) status = srnn__record_begin(ctx, e);
    const json_t *seconds = status ? NULL : json_object_get(e->record, "seconds");
    e->train_s = json_number_value(json_object_get(seconds, "train"));
    e->search_s = json_number_value(json_object_get(seconds, "search"));
    e->evaluate_s = json_number_value(json_object_get(seconds, "evaluate"));
    return status;
}

void srnn_experiment_free(srnn_experiment *e)
{
    if (!e) return;
    srnn_search_result_free(&e->search);
    srnn_operating_result_free(&e->operating);
    srnn_evaluation_free(&e->evaluation);
    srnn_evaluation_free(&e->by_factor);
    srnn_diagnosis_free(&e->diagnosis);
    json_decref(e->record);
    srnn_model_free(e->model);
    srnn_task_free(e->own_task);
    srnn_options_free(e->options);
    free(e->folder);
    free(e->model_path);
    free(e->pth_path);
    free(e->record_path);
    free(e);
}

/* ---- what there is ---- */

srnn_model *srnn_experiment_model(const srnn_experiment *e) { return e->model; }
const srnn_task *srnn_experiment_task(const srnn_experiment *e) { return e->task; }
const srnn_options *srnn_experiment_options(const srnn_experiment *e) { return e->options; }
const char *srnn_experiment_folder(const srnn_experiment *e) { return e->folder; }
const char *srnn_experiment_stage(const srnn_experiment *e) { return e->stage; }

srnn_experiment_results srnn_experiment_get_results(const srnn_experiment *e)
{
    return (srnn_experiment_results){.search = e->searched ? &e->search : NULL,
                                     .operating = e->found_point ? &e->operating : NULL,
                                     .readout = e->refitted ? &e->readout : NULL,
                                     .evaluation = e->evaluated ? &e->evaluation : NULL,
                                     .by_factor = e->by_factor.n_trials > 0 ? &e->by_factor : NULL,
                                     .diagnosis = e->diagnosed ? &e->diagnosis : NULL,
                                     .scaling_factor = e->scaling_factor,
                                     .train_s = e->train_s,
                                     .search_s = e->search_s,
                                     .evaluate_s = e->evaluate_s};
}

void srnn_experiment_note(srnn_experiment *e, const char *name, const char *json)
{
    srnn__record_put(e, name, json_loads(json, JSON_DECODE_ANY, NULL));
}

char *srnn_experiment_json(const srnn_experiment *e)
{
    return json_dumps(e->record, JSON_COMPACT | JSON_REAL_PRECISION(17));
}

/* ---- an estimate of time ---- */

static srnn_status time_training(srnn_ctx *ctx, const srnn_experiment *e, double *seconds)
{
    enum { UPDATES = 20 };
    const srnn_model_params params = srnn_options_network(e->options, srnn_task_get_def(e->task));
    srnn_model *model;
    srnn_train_options train = srnn_options_training(e->options);
    const double updates = (double)train.n_trials;
    srnn_status status = srnn_model_create(ctx, &params, &model);
    train.n_trials = UPDATES;
    train.eval_freq = 2 * UPDATES; /* one evaluation, of a trial */
    train.eval_trials = 1;
    const double started_s = srnn__now_s();
    if (!status) status = srnn_train(ctx, model, e->task, &train);
    *seconds = updates / UPDATES * (srnn__now_s() - started_s);
    srnn_model_free(model);
    return status;
}

srnn_status srnn_experiment_estimate_time(srnn_ctx *ctx, const srnn_experiment *e,
                                          srnn_experiment_estimate *out)
{
    const int n_types = srnn_task_get_def(e->task)->n_types;
    const srnn_spiking_params params = srnn_options_spiking(e->options, e->s->scaling_factors.x[0]);
    srnn_evaluate_options o = evaluate_options(e, &params);
    srnn_evaluation evaluation;
    double all_s, rate_s;
    *out = (srnn_experiment_estimate){0};
    srnn_status status = time_training(ctx, e, &out->train_s);
    if (status) return status;
    o.n_trials = 2 * srnn_ctx_threads(ctx);
    double started_s = srnn__now_s();
    if ((status = srnn_evaluate(ctx, e->model, e->task, &o, &evaluation, NULL))) return status;
    srnn_evaluation_free(&evaluation);
    all_s = (srnn__now_s() - started_s) / (o.n_trials * n_types);
    o.spiking = NULL;
    started_s = srnn__now_s();
    if ((status = srnn_evaluate(ctx, e->model, e->task, &o, &evaluation, NULL))) return status;
    srnn_evaluation_free(&evaluation);
    rate_s = (srnn__now_s() - started_s) / (o.n_trials * n_types);
    out->train_s += rate_s * e->s->training.eval_trials *
                    (double)(e->s->training.n_trials / e->s->training.eval_freq);
    out->search_s = (all_s - rate_s) * e->s->search_trials * (e->s->scaling_factors.n + 1);
    out->evaluate_s = all_s * e->s->test_trials * n_types;
    return SRNN_OK;
}
