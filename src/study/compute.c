/* The networks of one training: what is recorded is taken, the rest is computed and recorded. */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment/experiment.h"
#include "io/whole_file.h"
#include "spikernn/file.h"
#include "study/study.h"

/* A network that is being computed. */
typedef struct computed {
    srnn__worker *worker;
    const srnn__network *network;
    srnn_experiment *experiment;
    bool alone;          /* no other conversion of the same training */
    bool by_point;       /* the option `conversion` wants an operating point */
    double saved_s;      /* when the training was saved last */
    double stage_s;      /* when the stage began */
    srnn_status status;  /* of what an event has to do */
    char sentence[1024]; /* of that */
} computed;

static char *own_path(const computed *c, const char *name)
{
    return srnn__network_path(c->worker->study, c->network->keys[SRNN__TRAIN], name);
}

static char *converted_path(const computed *c, srnn__study_stage stage)
{
    return srnn__network_stage_path(c->worker->study, c->network, stage);
}

/* ---- records ---- */

/* To be freed with json_decref(). NULL: none. */
static json_t *computed_record(const computed *c, srnn__study_stage stage)
{
    const srnn__worker *w = c->worker;
    pthread_mutex_lock(w->records);
    json_t *record = srnn__records_get(w->study, c->network->keys[stage]);
    pthread_mutex_unlock(w->records);
    return record;
}

static srnn_status append_record(const computed *c, json_t *record)
{
    const srnn__worker *w = c->worker;
    pthread_mutex_lock(w->records);
    const srnn_status status = srnn__records_append(w->ctx, w->study, record);
    pthread_mutex_unlock(w->records);
    return status;
}

static const char *const stage_names[] = {"train", "convert", "evaluate"};

/* Takes the result. */
static srnn_status record_result(computed *c, srnn__study_stage stage, json_t *result)
{
    const double now_s = srnn__now_s();
    json_t *record =
        json_pack("{sssssoso}", "key", c->network->keys[stage], "stage", stage_names[stage],
                  "seconds", json_real(round(1e3 * (now_s - c->stage_s)) / 1e3), "result", result);
    c->stage_s = now_s;
    return append_record(c, record);
}

static srnn_status record_failure(const computed *c, srnn__study_stage stage)
{
    const srnn__worker *w = c->worker;
    pthread_mutex_lock(w->records);
    const json_int_t attempt = srnn__records_attempt(w->study, c->network->keys[stage]);
    json_t *record =
        json_pack("{sssssssI}", "key", c->network->keys[stage], "stage", stage_names[stage],
                  "error", srnn_ctx_message(w->ctx), "attempt", attempt);
    const srnn_status status = srnn__records_append(w->ctx, w->study, record);
    pthread_mutex_unlock(w->records);
    return status;
}

/* ---- files ---- */

static srnn_status save_model(const computed *c, char *path)
{
    srnn_ctx *ctx = c->worker->ctx;
    const srnn_status status =
        path ? srnn_model_save(ctx, srnn_experiment_model(c->experiment), path)
             : srnn__no_memory(ctx);
    free(path);
    return status;
}

/* Of a training that may take long: now and then, and where it is interrupted. */
static srnn_status save_checkpoint(srnn_ctx *ctx, srnn_experiment *e, void *user)
{
    static const double every_s = 60;
    computed *c = user;
    const double now_s = srnn__now_s();
    if (!*c->worker->stop && now_s - c->saved_s < every_s) return SRNN_OK;
    c->saved_s = now_s;
    char *path = own_path(c, "model.pth");
    const srnn_status status =
        path ? srnn_model_save_pth(ctx, e->model, path) : srnn__no_memory(ctx);
    free(path);
    return status;
}

static void remove_checkpoint(const computed *c)
{
    char *path = own_path(c, "model.pth");
    if (path) unlink(path);
    free(path);
}

/* NULL: there is none that can be read. */
static srnn_model *load_model(const computed *c, char *path)
{
    srnn_model *model = NULL;
    if (path && !access(path, F_OK) && srnn_model_load(c->worker->ctx, path, &model)) {
        srnn_model_free(model);
        model = NULL;
    }
    free(path);
    return model;
}

/* ---- stages that end ---- */

static srnn_status end_training(computed *c)
{
    const srnn_model *model = srnn_experiment_model(c->experiment);
    const json_t *training = srnn__record_get(c->experiment, "training");
    const json_t *network = srnn__record_get(c->experiment, "network");
    srnn_status status = save_model(c, own_path(c, "model.mat"));
    if (!status)
        status =
            record_result(c, SRNN__TRAIN,
                          json_pack("{soso}", "training", srnn__training_compact(model, training),
                                    "network", srnn__result_compact(network)));
    if (!status) remove_checkpoint(c);
    return status;
}

/* A network with one conversion has it in its file, as `run` would store it. */
static srnn_status store_search(const computed *c)
{
    char *path = own_path(c, "model.mat");
    const srnn_search_result *search = srnn_experiment_get_results(c->experiment).search;
    const srnn_status status = path ? srnn_model_save_search(c->worker->ctx, path, search)
                                    : srnn__no_memory(c->worker->ctx);
    free(path);
    return status;
}

static srnn_status end_conversion(computed *c)
{
    const json_t *search = srnn__record_get(c->experiment, "search");
    srnn_status status = SRNN_OK;
    if (c->by_point)
        status = save_model(c, converted_path(c, SRNN__CONVERT));
    else if (c->alone)
        status = store_search(c);
    return status ? status
                  : record_result(c, SRNN__CONVERT,
                                  json_pack("{so}", "search", srnn__search_compact(search)));
}

/* What later stages need is stored as soon as it is there. */
static void on_stage(void *user, const srnn_experiment *experiment, const srnn_event *event)
{
    computed *c = user;
    if (c->status || event->kind != SRNN_EVENT_DONE) return;
    if (!srnn__record_done(experiment, event->stage)) return; /* interrupted */
    const bool converted = !strcmp(event->stage, c->by_point ? "operating point" : "search");
    if (!strcmp(event->stage, "training")) c->status = end_training(c);
    if (converted) c->status = end_conversion(c);
    if (c->status)
        snprintf(c->sentence, sizeof c->sentence, "%s", srnn_ctx_message(c->worker->ctx));
}

/* Records of trainings that earlier versions computed lack it. */
static bool has_network(const computed *c)
{
    json_t *record = computed_record(c, SRNN__TRAIN);
    const bool has = json_object_get(json_object_get(record, "result"), "network") != NULL;
    json_decref(record);
    return has;
}

static srnn_status end_evaluation(computed *c)
{
    static const char *const names[] = {"evaluation",         "operating_point", "readout",
                                        "noise_tolerated_mv", "noise_curve",     "components"};
    const srnn_experiment_results results = srnn_experiment_get_results(c->experiment);
    json_t *result = json_object();
    const json_t *by_factor = srnn__record_get(c->experiment, "evaluation_by_scaling_factor");
    srnn_status status = SRNN_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *value = srnn__record_get(c->experiment, names[i]);
        if (value) json_object_set_new(result, names[i], srnn__result_compact(value));
    }
    if (!has_network(c))
        json_object_set_new(result, "network",
                            srnn__result_compact(srnn__record_get(c->experiment, "network")));
    if (by_factor) /* the accuracy says how much the operating point gains */
        json_object_set_new(
            result, "evaluation_by_scaling_factor",
            json_pack("{s{sO}}", "spiking", "accuracy",
                      json_object_get(json_object_get(by_factor, "spiking"), "accuracy")));
    if ((results.operating && !c->by_point) || results.readout)
        status = save_model(c, converted_path(c, SRNN__EVALUATE));
    if (!status) return record_result(c, SRNN__EVALUATE, result);
    json_decref(result);
    return status;
}

/* ---- a network ---- */

/* The network of which the stages are recorded. *trained, *converted: which of them count, as the
   network has their results. NULL: a new one. */
static srnn_model *recorded_model(const computed *c, bool *trained, bool *converted)
{
    srnn_model *model = NULL;
    if (*converted && c->by_point) {
        model = load_model(c, converted_path(c, SRNN__CONVERT));
        *converted = model != NULL;
    }
    if (!model) model = load_model(c, own_path(c, *trained ? "model.mat" : "model.pth"));
    *trained = *trained && model;
    *converted = *converted && *trained;
    return model;
}

/* A search that is damaged is done again. */
static srnn_status restore_search(computed *c, json_t *search)
{
    srnn_search_result result;
    srnn_status status = SRNN_OK;
    if (!c->by_point) {
        if (!srnn__search_restore(search, &result)) return SRNN_OK;
        status = srnn__experiment_restore_search(c->worker->ctx, c->experiment, &result);
        srnn_search_result_free(&result);
    }
    if (!status)
        srnn__experiment_restore(c->experiment, c->by_point ? "operating point" : "search",
                                 "search", json_deep_copy(search));
    return status;
}

/* records: of training and conversion; NULL: none. */
static srnn_status restore_stages(computed *c, const json_t *trained, const json_t *converted)
{
    json_t *training = json_object_get(json_object_get(trained, "result"), "training"),
           *search = json_object_get(json_object_get(converted, "result"), "search");
    if (training)
        srnn__experiment_restore(c->experiment, "training", "training", json_deep_copy(training));
    return search ? restore_search(c, search) : SRNN_OK;
}

static srnn_status begin_network(computed *c, const srnn_options *options, const srnn_task *task)
{
    json_t *trained = computed_record(c, SRNN__TRAIN),
           *converted = computed_record(c, SRNN__CONVERT);
    bool has_training = trained != NULL, has_conversion = converted != NULL;
    srnn_model *model = recorded_model(c, &has_training, &has_conversion);
    srnn_status status =
        srnn__experiment_begin(c->worker->ctx, options, task, model, &c->experiment);
    if (!status) {
        c->experiment->checkpoint = save_checkpoint;
        c->experiment->checkpoint_user = c;
        c->experiment->trains_only = c->worker->study->n_stages == 1;
        status =
            restore_stages(c, has_training ? trained : NULL, has_conversion ? converted : NULL);
    }
    json_decref(converted);
    json_decref(trained);
    return status;
}

static srnn__study_stage stage_of(const computed *c)
{
    const char *stage = srnn_experiment_stage(c->experiment);
    if (!strcmp(stage, "training") || !*stage) return SRNN__TRAIN;
    return !strcmp(stage, c->by_point ? "operating point" : "search") ? SRNN__CONVERT
                                                                      : SRNN__EVALUATE;
}

/* These end a worker: they are of the machine, not of the network. */
static bool is_fatal(srnn_status status)
{
    return status == SRNN_ERR_FILE || status == SRNN_ERR_NO_MEMORY || status == SRNN_CANCELLED;
}

static srnn_status run_network(computed *c, const srnn_options *options, const srnn_task *task)
{
    srnn_ctx *ctx = c->worker->ctx;
    srnn_status status = begin_network(c, options, task);
    c->saved_s = c->stage_s = srnn__now_s();
    if (!status) status = srnn_experiment_run(ctx, c->experiment, on_stage, c);
    if (c->status) return srnn__fail(ctx, c->status, "%s", c->sentence);
    if (!status) return c->worker->study->n_stages == 1 ? SRNN_OK : end_evaluation(c);
    return is_fatal(status) || !c->experiment ? status : record_failure(c, stage_of(c));
}

static int on_worker_progress(void *user, const srnn_progress *progress)
{
    const computed *c = user;
    (void)progress;
    return *c->worker->stop || c->status;
}

/* Is there nothing to do? */
static bool is_settled(const computed *c)
{
    const srnn__worker *w = c->worker;
    json_t *records[SRNN__STUDY_STAGES];
    srnn_network_state state;
    pthread_mutex_lock(w->records);
    srnn__network_records(w->study, c->network, records);
    pthread_mutex_unlock(w->records);
    free(srnn__network_state(w->study, records, &state));
    srnn__network_forget(records);
    return state != SRNN_NETWORK_LEFT;
}

static srnn_status compute_network(srnn__worker *w, int place, bool alone)
{
    const srnn__network *network = &w->study->networks[place];
    const srnn__condition *condition = &w->study->conditions[network->condition];
    computed c = {.worker = w, .network = network, .alone = alone};
    if (is_settled(&c)) return SRNN_OK;
    c.by_point = srnn_options_settings(condition->options)->conversion == SRNN_BY_OPERATING_POINT;
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)network->seed);
    srnn_options *options = NULL;
    srnn_status status = srnn_options_copy(w->ctx, condition->options, &options);
    if (!status) status = srnn_options_set(w->ctx, options, "seed", seed);
    srnn_ctx_set_progress(w->ctx, on_worker_progress, &c);
    if (!status) status = run_network(&c, options, condition->task);
    srnn_ctx_set_progress(w->ctx, NULL, NULL);
    srnn_experiment_free(c.experiment);
    srnn_options_free(options);
    if (!status) w->finished(w->user, place);
    return status;
}

/* ---- the networks of one training ---- */

/* The lock of their folder, which ends with the process, keeps two processes from computing the
   same; where folders cannot be locked they might, to the same results. -1: none. *fresh: there was
   no such folder, so that no other process has computed them. */
static srnn_status lock_network(srnn__worker *w, const char *key, int *lock, bool *busy,
                                bool *fresh)
{
    char *path = srnn__network_path(w->study, key, "");
    *lock = -1;
    *busy = *fresh = false;
    if (!path) return srnn__no_memory(w->ctx);
    *fresh = access(path, F_OK) != 0;
    srnn_status status = srnn__make_folders(w->ctx, path);
    if (!status) *lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(path);
    if (*lock < 0 || !flock(*lock, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) return status;
    *busy = true;
    close(*lock);
    *lock = -1;
    return status;
}

static bool one_conversion(const srnn_study *s, const int *networks, int n)
{
    for (int i = 1; i < n; i++)
        if (strcmp(s->networks[networks[i]].keys[SRNN__CONVERT],
                   s->networks[networks[0]].keys[SRNN__CONVERT]) != 0)
            return false;
    return true;
}

void srnn__network_remove(const srnn_study *s, const char *key)
{
    char *path = srnn__network_path(s, key, "");
    DIR *folder = path ? opendir(path) : NULL;
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder) closedir(folder);
    if (path) rmdir(path);
    free(path);
}

srnn_status srnn__compute(srnn__worker *w, const int *networks, int n, bool *busy)
{
    const char *key = w->study->networks[networks[0]].keys[SRNN__TRAIN];
    const bool alone = !w->study->shared && one_conversion(w->study, networks, n);
    const bool removes = w->study->keep == SRNN__KEEP_NONE;
    bool fresh;
    int lock;
    srnn_status status = lock_network(w, key, &lock, busy, &fresh);
    if (status || *busy) return status;
    pthread_mutex_lock(w->records);
    if (!fresh || removes) /* another process may have just done it */
        status = srnn__records_read(w->ctx, w->study);
    for (int i = 0; w->retry && i < n; i++)
        for (int k = 0; k < SRNN__STUDY_STAGES; k++)
            srnn__records_retry(w->study, w->study->networks[networks[i]].keys[k]);
    pthread_mutex_unlock(w->records);
    for (int i = 0; i < n && !status; i++) status = compute_network(w, networks[i], alone);
    if (!status && removes) srnn__network_remove(w->study, key);
    if (lock >= 0) close(lock);
    return status;
}
