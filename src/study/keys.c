/* Keys: a hash of all that the result of a stage depends on. Options that have their defaults, or
   those of the preset published, do not count, so that an option that a later version adds changes
   no key. */
#define _GNU_SOURCE 1
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/json_text.h"
#include "experiment/results_json.h"
#include "io/whole_file.h"
#include "study/study.h"
#include "task/task_internal.h"

static srnn_status hash_file(srnn_ctx *ctx, const char *path, json_t **out)
{
    unsigned char *bytes;
    size_t n;
    const srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    if (status) return status;
    *out = json_sprintf("%016" PRIx64, srnn__hash(SRNN__HASH_BEGIN, bytes, n));
    free(bytes);
    return SRNN_OK;
}

/* Its name and settings, with its declaration or, of a shared object, the bytes. */
static srnn_status task_identity(srnn_ctx *ctx, const srnn__condition *c, json_t **out)
{
    const srnn_task_def *def = srnn_task_get_def(c->task);
    json_t *content = json_null();
    if (!c->task->declarative) {
        const srnn_status status =
            hash_file(ctx, srnn_options_settings(c->options)->task, &content);
        if (status) return status;
    } else if (*def->json) {
        content = json_loads(def->json, 0, NULL);
    }
    *out = json_pack("{soso}", "settings", srnn__task_settings_json(c->task), "content", content);
    return SRNN_OK;
}

static json_t *options_of(const srnn_options *options, srnn__study_stage stage)
{
    static const unsigned bits[] = {[SRNN__TRAIN] = SRNN_STAGE_TRAIN,
                                    [SRNN__CONVERT] = SRNN_STAGE_TRAIN | SRNN_STAGE_CONVERT,
                                    [SRNN__EVALUATE] = SRNN_STAGE_TRAIN | SRNN_STAGE_CONVERT |
                                                       SRNN_STAGE_EVALUATE};
    char *text = srnn_options_json(options, bits[stage], false);
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    return json;
}

/* Those that are not as published, but for the task and the seed; of the preset what it sets. */
static json_t *changed_options(const srnn_options *options, const srnn_options *usual,
                               srnn__study_stage stage)
{
    json_t *json = options_of(options, stage), *as_usual = options_of(usual, stage), *value;
    const char *name;
    void *next;
    json_object_foreach_safe(json, next, name, value)
    {
        const srnn_option *row = srnn_option_named(name);
        if (!row) { /* out of memory: jansson leaves characters out then */
            json_decref(json);
            json = NULL;
            break;
        }
        if (row->subject == SRNN_OF_TASK || !strcmp(name, "seed") ||
            !strcmp(name, "connectivity") || !strcmp(name, "preset") ||
            json_equal(value, json_object_get(as_usual, name)))
            json_object_del(json, name);
    }
    json_decref(as_usual);
    return json;
}

static srnn_status condition_hashes(srnn_ctx *ctx, srnn__condition *c)
{
    json_t *task = NULL, *connectivity = json_null();
    const char *file = srnn_options_settings(c->options)->connectivity;
    srnn_options *usual = NULL;
    srnn_status status = task_identity(ctx, c, &task);
    if (!status && file) status = hash_file(ctx, file, &connectivity);
    if (!status) status = srnn_options_create(ctx, &usual);
    if (!status) status = srnn_options_set(ctx, usual, "preset", "published");
    if (!status) status = srnn_options_finish(ctx, usual, srnn_task_get_def(c->task));
    for (int k = 0; k < SRNN__STUDY_STAGES && !status; k++) {
        json_t *json = json_pack("{sisisOsOso}", "numerics", SRNN_NUMERICS, "stage", k, "task",
                                 task, "connectivity", connectivity, "options",
                                 changed_options(c->options, usual, (srnn__study_stage)k));
        char *text = json ? srnn__json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
        if (text)
            c->hash[k] = srnn__hash(SRNN__HASH_BEGIN, text, strlen(text));
        else
            status = srnn__no_memory(ctx);
        free(text);
        json_decref(json);
    }
    srnn_options_free(usual);
    json_decref(connectivity);
    json_decref(task);
    return status;
}

srnn_status srnn__study_keys(srnn_ctx *ctx, srnn_study *s)
{
    for (int i = 0; i < s->n_conditions; i++) {
        const srnn_status status = condition_hashes(ctx, &s->conditions[i]);
        if (status) return status;
    }
    for (int i = 0; i < s->n_networks; i++) {
        srnn__network *network = &s->networks[i];
        char seed[24];
        const int n = snprintf(seed, sizeof seed, "%" PRIu64, network->seed);
        for (int k = 0; k < SRNN__STUDY_STAGES; k++)
            snprintf(network->keys[k], sizeof network->keys[k], "%016" PRIx64,
                     srnn__hash_mix(
                         srnn__hash(s->conditions[network->condition].hash[k], seed, (size_t)n)));
    }
    return SRNN_OK;
}
