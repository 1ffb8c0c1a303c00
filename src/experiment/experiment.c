/* The stages of an experiment and the decisions between them. */
#define _GNU_SOURCE 1
#include "experiment/experiment.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "convert/search_record.h"
#include "core/json_text.h"
#include "experiment/findings.h"
#include "experiment/results_json.h"
#include "io/whole_file.h"
#include "spiking/simulator.h"
#include "spikernn/file.h"
#include "train/train.h"

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
    static const char *const words[] = {
        [SRNN_EVENT_BEGUN] = "begun", [SRNN_EVENT_DONE] = "done", [SRNN_EVENT_KEPT] = "kept"};
    if (kind == SRNN_EVENT_DECIDED)
        srnn__progress_say(e, "sentence", event.sentence);
    else
        srnn__progress_say(e, "event", words[kind]);
    if (e->fn) e->fn(e->user, e, &event);
}

static void begin_stage(srnn_experiment *e, const char *stage)
{
    e->stage = stage;
    experiment_emit(e, SRNN_EVENT_BEGUN, NULL, NULL, NULL);
}

static void decide(srnn_experiment *e, const char *code, const char *sentence)
{
    srnn__record_decide(e, code, sentence);
    experiment_emit(e, SRNN_EVENT_DECIDED, code, sentence, NULL);
}

static void emit_result(srnn_experiment *e, srnn_event_kind kind, const json_t *result)
{
    char *text = srnn__json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);
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

/* What a stage has found is in the file; the model gets it as every reader of the file does. In
   memory it has it already. */
static srnn_status reload(srnn_ctx *ctx, srnn_experiment *e)
{
    srnn_model *model;
    if (!e->folder) return SRNN_OK;
    const srnn_status status = srnn_model_load(ctx, e->model_path, &model);
    if (status) return status;
    srnn_model_free(e->model);
    e->model = model;
    return SRNN_OK;
}

/* ---- training ---- */

static srnn_status checkpoint(srnn_ctx *ctx, srnn_experiment *e)
{
    if (!e->folder) return e->checkpoint ? e->checkpoint(ctx, e, e->checkpoint_user) : SRNN_OK;
    srnn__record_put(e, "training", srnn__training_json(e->model, e->train_s));
    srnn_status status = srnn__record_save(ctx, e); /* a .pth alone has no options */
    if (status) return status;
    status = srnn_model_save_pth(ctx, e->model, e->pth_path);
    if (status && access(e->pth_path, F_OK)) unlink(e->record_path); /* nothing to go on from */
    return status;
}

/* In parts with a checkpoint after each, to the same bits as in one go. */
static srnn_status experiment_train(srnn_ctx *ctx, srnn_experiment *e)
{
    const int64_t every = e->s->checkpoint_every ? e->s->checkpoint_every : CHECKPOINT_TRIALS;
    srnn_train_options train = srnn_options_training(e->options);
    /* an earlier call of srnn_experiment_run() may have begun it, too */
    if (e->goes_on || srnn_model_get_training(e->model).n_losses > 0)
        train = (srnn_train_options){.size = sizeof(srnn_train_options), .resume = true};
    for (;;) {
        srnn_training_record r = srnn_model_get_training(e->model);
        /* an earlier call may have ended between its training and the record of it */
        if (train.resume && (r.reached || r.n_losses >= e->s->training.n_trials))
            return srnn__train_last_trial(ctx, e->model, e->task);
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

/* Records of earlier versions lack it. */
static void measure_connections(srnn_experiment *e)
{
    if (!srnn__record_get(e, "network"))
        srnn__record_put(e, "network", srnn__connections_json(e->model));
}

static srnn_status train_network(srnn_ctx *ctx, srnn_experiment *e)
{
    if (srnn__record_done(e, "training")) measure_connections(e);
    if (kept(e, "training", "training")) return SRNN_OK;
    begin_stage(e, "training");
    const srnn_status trained = experiment_train(ctx, e);
    if (trained && trained != SRNN_CANCELLED) return trained;
    /* first: the .mat file alone cannot go on */
    srnn_status status = e->folder || trained ? checkpoint(ctx, e) : SRNN_OK;
    if (!status && e->folder) status = srnn_model_save(ctx, e->model, e->model_path);
    if (status || trained) return status ? status : srnn__interrupted(ctx);
    measure_connections(e);
    status = end_stage(ctx, e, "training", srnn__training_json(e->model, e->train_s));
    return status ? status : reload(ctx, e);
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
    if (e->s->preset != SRNN_ROBUST) /* the start that lets most networks learn */
        snprintf(preset, sizeof preset, "`%spreset robust` or ", prefix);
    if (!e->s->search_anyway)
        snprintf(convert, sizeof convert, " It is not converted; `%ssearch_anyway` converts it.",
                 prefix);
    snprintf(sentence, sizeof sentence,
             "The rate network did not reach its criterion in %lld trials (accuracy %.2f, loss "
             "%.4g). Try %s`%sn_trials %lld`.%s",
             (long long)r.n_losses, r.eval_perf_mean, r.eval_loss_mean, preset, prefix,
             2 * (long long)e->s->training.n_trials, convert);
    decide(e, "not_learned", sentence);
}

/* ---- conversion ---- */

static srnn_status search_factor(srnn_ctx *ctx, srnn_experiment *e)
{
    if (kept(e, "search", "search")) return SRNN_OK;
    begin_stage(e, "search");
    const double started_s = srnn__now_s();
    const srnn_search_options o = srnn_options_search(e->options);
    srnn_search_result_free(&e->search);
    const srnn_status searched = srnn_search(ctx, e->model, e->task, &o, &e->search);
    e->search_s += srnn__now_s() - started_s;
    if (searched && searched != SRNN_CANCELLED) return searched;
    e->searched = e->search.n_trials > 0;
    srnn_status status = SRNN_OK;
    if (e->searched)
        status = e->folder ? srnn_model_save_search(ctx, e->model_path, &e->search)
                           : srnn__model_take_search(ctx, e->model, &e->search);
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
    srnn_operating_result_free(&e->operating);
    srnn_status status = srnn_find_operating_point(ctx, e->model, e->task, &o, &e->operating);
    e->search_s += srnn__now_s() - started_s;
    e->found_point = !status;
    if (!status && e->folder)
        status = srnn_model_save_operating_point(ctx, e->model_path, e->model);
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
    if (!status && e->folder) status = srnn_model_save_readout(ctx, e->model_path, e->model);
    return status ? status : end_stage(ctx, e, "readout", srnn__readout_json(&e->readout));
}

/* ---- evaluation ---- */

static bool finds_components(const srnn_experiment *e)
{
    return e->s->analyses & SRNN_ANALYSE_COMPONENTS && !srnn__record_done(e, "components");
}

/* params NULL: the rate network alone. own: room for units that the options do not name. */
static srnn_observe_options observe_options(const srnn_experiment *e,
                                            const srnn_spiking_params *params,
                                            int own[SRNN_LOUDEST_UNITS])
{
    srnn_observe_options o = srnn_options_observation(e->options, params);
    o.units = e->units ? e->units : own;
    o.n_units = e->units ? e->n_units : srnn_loudest_units(e->model, own);
    return o;
}

/* With the observation, where it is wanted and the evaluation has all of its trials. */
static srnn_status evaluate_and_observe(srnn_ctx *ctx, srnn_experiment *e,
                                        const srnn_spiking_params *params)
{
    int own[SRNN_LOUDEST_UNITS];
    const srnn_observe_options observe = observe_options(e, params, own);
    srnn_evaluate_options o = srnn_options_evaluation(e->options, params);
    if ((e->observes || finds_components(e)) && observe.n_trials <= o.n_trials) {
        o.observed_trials = observe.n_trials;
        o.units = observe.units;
        o.n_units = observe.n_units;
    }
    srnn_observation_free(&e->observation);
    srnn_evaluation_free(&e->evaluation);
    return srnn_evaluate(ctx, e->model, e->task, &o, &e->evaluation, &e->observation);
}

static srnn_status experiment_evaluate(srnn_ctx *ctx, srnn_experiment *e, bool spiking)
{
    if (spiking && !srnn__record_evaluation(e).has_spiking) srnn__record_reopen(e, "evaluation");
    if (kept(e, "evaluation", "evaluation")) return SRNN_OK;
    begin_stage(e, "evaluation");
    const double started_s = srnn__now_s();
    const srnn_spiking_params params = srnn_options_spiking(e->options, e->scaling_factor);
    const srnn_status status = evaluate_and_observe(ctx, e, spiking ? &params : NULL);
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
        status = evaluate_and_observe(ctx, e, &params);
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

/* On the trials of the evaluation. */
static srnn_status measure_noise(srnn_ctx *ctx, srnn_experiment *e)
{
    if (!e->s->noise_curve.n || kept(e, "noise curve", "noise_curve")) return SRNN_OK;
    begin_stage(e, "noise curve");
    const double started_s = srnn__now_s();
    const srnn_spiking_params params = srnn_options_spiking(e->options, e->scaling_factor);
    const srnn_spiking_eval_options how = srnn_options_noise_curve(e->options);
    srnn_noise_curve_free(&e->noise_curve);
    const srnn_status status =
        srnn_noise_curve_of(ctx, e->model, e->task, &params, &how, e->s->noise_curve.x,
                            e->s->noise_curve.n, &e->noise_curve);
    e->evaluate_s += srnn__now_s() - started_s;
    e->noise_measured = !status;
    if (status) return status;
    srnn__record_put(e, "noise_tolerated_mv", srnn__json_real(e->noise_curve.tolerated_mv));
    return end_stage(ctx, e, "noise_curve", srnn__noise_curve_json(e->task, &e->noise_curve));
}

/* What no evaluation of this call has. */
static srnn_status observe(srnn_ctx *ctx, srnn_experiment *e)
{
    if ((!e->observes && !finds_components(e)) || e->observation.K > 0) return SRNN_OK;
    begin_stage(e, "observation");
    const srnn_spiking_params params = srnn_options_spiking(e->options, e->scaling_factor);
    const bool spiking = srnn__record_evaluation(e).has_spiking;
    int own[SRNN_LOUDEST_UNITS];
    const srnn_observe_options o = observe_options(e, spiking ? &params : NULL, own);
    const srnn_status status = srnn_observe(ctx, e->model, e->task, &o, &e->observation);
    if (!status) experiment_emit(e, SRNN_EVENT_DONE, NULL, NULL, NULL);
    return status == SRNN_CANCELLED && srnn__record_save(ctx, e) ? SRNN_ERR_FILE : status;
}

static srnn_status find_components(srnn_ctx *ctx, srnn_experiment *e)
{
    if (!(e->s->analyses & SRNN_ANALYSE_COMPONENTS) || kept(e, "components", "components"))
        return SRNN_OK;
    begin_stage(e, "components");
    json_t *components;
    const srnn_status status = srnn__components_json(ctx, e, &components);
    return status ? status : end_stage(ctx, e, "components", components);
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
    srnn_evaluation_free(&e->by_factor);
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
    char shortfall[320], sentence[512];
    srnn__describe_shortfall(&evaluation, shortfall);
    snprintf(sentence, sizeof sentence,
             "%s. Fitting a gain and a bias for each unit: its operating point.", shortfall);
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
             "The operating point is correct in %.3f of fresh trials, no more than λ = %g (%.3f), "
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
    if (!status && chosen && !by_point) kept(e, "operating point", "operating_point");
    if (!status) status = refit_and_evaluate(ctx, e);
    if (!status && !by_point && !chosen && may_do_better(e)) {
        status = try_point(ctx, e);
        if (!status && isnan(e->scaling_factor)) status = refit_and_evaluate(ctx, e);
    }
    if (!status) status = diagnose(ctx, e);
    return status ? status : measure_noise(ctx, e);
}

static srnn_status run_stages(srnn_ctx *ctx, srnn_experiment *e)
{
    srnn__record_put(e, "interrupted", json_true());
    srnn_status status = train_network(ctx, e);
    if (e->trains_only) return status;
    if (!status && !srnn_experiment_learned(e)) decide_not_learned(ctx, e);
    if (!status)
        status = srnn_experiment_learned(e) || e->s->search_anyway
                     ? convert(ctx, e)
                     : experiment_evaluate(ctx, e, false);
    if (!status) status = observe(ctx, e);
    if (!status) status = find_components(ctx, e);
    if (status) return status;
    srnn__record_put(e, "interrupted", json_false());
    return srnn__record_save(ctx, e);
}

/* One process at a time writes into a folder. The lock is the folder's and ends with the process;
   where folders cannot be locked there is none. */
static srnn_status lock_folder(srnn_ctx *ctx, srnn_experiment *e)
{
    enum { TRIES = 5 }; /* srnn_experiment_running() holds it for a moment */
    if (e->lock >= 0) return SRNN_OK;
    const struct timespec moment = {.tv_nsec = 20000000};
    e->lock = open(e->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool taken = e->lock >= 0;
    for (int i = 0; i < TRIES && taken; i++) {
        if (i > 0) nanosleep(&moment, NULL);
        taken = flock(e->lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
    }
    if (taken)
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s is being written by another run; expected a folder for each",
                          e->folder);
    if (e->fresh && access(e->record_path, F_OK) == 0)
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s got another run meanwhile; expected a folder for each", e->folder);
    e->fresh = false;
    return SRNN_OK;
}

bool srnn_experiment_running(const char *folder)
{
    const int lock = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    const bool running = lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    if (lock >= 0) close(lock);
    return running;
}

void srnn__experiment_unlock(srnn_experiment *e)
{
    if (e->lock >= 0) close(e->lock);
    e->lock = -1;
}

void srnn_experiment_hold(srnn_experiment *e) { e->holds = true; }

srnn_status srnn_experiment_run(srnn_ctx *ctx, srnn_experiment *e, srnn_event_fn fn, void *user)
{
    if (!e->model || e->running)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the experiment %s; expected one that was opened",
                          e->running ? "is running already" : "was refused when it was opened");
    e->fn = fn;
    e->user = user;
    srnn_status status = e->folder ? srnn__make_folders(ctx, e->record_path) : SRNN_OK;
    if (!status && e->folder) status = lock_folder(ctx, e);
    e->running = true;
    if (!status) {
        if (e->folder) srnn__progress_open(ctx, e);
        status = run_stages(ctx, e);
        if (e->folder) srnn__progress_close(ctx, e, !status);
    }
    e->running = false;
    if (!e->holds) srnn__experiment_unlock(e);
    return status;
}

/* ---- what there is ---- */

srnn_model *srnn_experiment_model(const srnn_experiment *e) { return e->model; }
const srnn_task *srnn_experiment_task(const srnn_experiment *e) { return e->task; }
const srnn_options *srnn_experiment_options(const srnn_experiment *e) { return e->options; }
const char *srnn_experiment_stage(const srnn_experiment *e) { return e->stage; }

srnn_experiment_results srnn_experiment_get_results(const srnn_experiment *e)
{
    return (srnn_experiment_results){.search = e->searched ? &e->search : NULL,
                                     .operating = e->found_point ? &e->operating : NULL,
                                     .readout = e->refitted ? &e->readout : NULL,
                                     .evaluation = e->evaluated ? &e->evaluation : NULL,
                                     .by_factor = e->by_factor.n_trials > 0 ? &e->by_factor : NULL,
                                     .diagnosis = e->diagnosed ? &e->diagnosis : NULL,
                                     .noise_curve = e->noise_measured ? &e->noise_curve : NULL,
                                     .observation = e->observation.K > 0 ? &e->observation : NULL,
                                     .scaling_factor = e->scaling_factor,
                                     .train_s = e->train_s,
                                     .search_s = e->search_s,
                                     .evaluate_s = e->evaluate_s};
}

srnn_status srnn_experiment_observe(srnn_ctx *ctx, srnn_experiment *e, const int *units,
                                    int n_units)
{
    const int N = srnn_model_get_params(e->model).N;
    const srnn_status status =
        units ? srnn__units_check(ctx, "to observe", units, n_units, N) : SRNN_OK;
    if (status) return status;
    e->observes = true;
    free(e->units);
    e->units = NULL;
    if (!units) return SRNN_OK;
    e->n_units = n_units;
    e->units = srnn__alloc((size_t)n_units, sizeof *units);
    if (!e->units) return srnn__no_memory(ctx);
    memcpy(e->units, units, (size_t)n_units * sizeof *units);
    return SRNN_OK;
}

void srnn_experiment_note(srnn_experiment *e, const char *name, const char *json)
{
    srnn__record_put(e, name, json_loads(json, JSON_DECODE_ANY, NULL));
}

char *srnn_experiment_json(const srnn_experiment *e)
{
    return srnn__json_dumps(e->record, JSON_COMPACT);
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
    train.eval_freq = 2 * UPDATES; /* one evaluation, of a trial */
    train.eval_trials = 1;
    *seconds = 0;
    for (int n = 1; !status && n <= UPDATES && *seconds < 0.2; n += UPDATES - 1) {
        train.n_trials = n; /* one is enough where an update takes long */
        const double started_s = srnn__now_s();
        status = srnn_train(ctx, model, e->task, &train);
        *seconds = srnn__now_s() - started_s;
    }
    *seconds *= updates / (double)train.n_trials;
    srnn_model_free(model);
    return status;
}

srnn_status srnn_experiment_estimate_time(srnn_ctx *ctx, const srnn_experiment *e,
                                          srnn_experiment_estimate *out)
{
    const int n_types = srnn_task_get_def(e->task)->n_types;
    srnn_spiking_params params = srnn_options_spiking(e->options, e->s->scaling_factors.x[0]);
    params.conversion.use_readout = false; /* there is none yet */
    srnn_evaluate_options o = srnn_options_evaluation(e->options, &params);
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
    out->search_s = fmax(all_s - rate_s, 0) * e->s->search_trials * (e->s->scaling_factors.n + 1);
    out->evaluate_s = all_s * e->s->test_trials * n_types;
    if (e->s->noise_curve.n > 0)
        out->evaluate_s +=
            fmax(all_s - rate_s, 0) * e->s->test_trials * n_types * (e->s->noise_curve.n + 1);
    return SRNN_OK;
}
