/* The model of a study's network. */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "convert/search_record.h"
#include "spikernn/file.h"
#include "study/study.h"

char *srnn__network_path(const srnn_study *s, const char *key, const char *name)
{
    char *path;
    return asprintf(&path, "%s/networks/%s/%s", s->store, key, name) < 0 ? NULL : path;
}

char *srnn__network_stage_path(const srnn_study *s, const srnn__network *network,
                               srnn__study_stage stage)
{
    char name[sizeof(srnn__key) + 4];
    snprintf(name, sizeof name, "%s.mat", network->keys[stage]);
    return srnn__network_path(s, network->keys[SRNN__TRAIN], name);
}

srnn_status srnn_study_model_path(srnn_ctx *ctx, const srnn_study *s, int i, char **out)
{
    *out = NULL;
    if (i < 0 || i >= s->n_networks)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "network is %d; expected 0 to %d", i,
                          s->n_networks - 1);
    const srnn__network *network = &s->networks[i];
    for (int k = SRNN__EVALUATE; s->store && k >= SRNN__TRAIN; k--) {
        *out = k == SRNN__TRAIN ? srnn__network_path(s, network->keys[k], "model.mat")
                                : srnn__network_stage_path(s, network, (srnn__study_stage)k);
        if (!*out) return srnn__no_memory(ctx);
        if (!access(*out, F_OK)) return SRNN_OK;
        free(*out);
        *out = NULL;
    }
    return srnn__fail(ctx, SRNN_ERR_FILE,
                      "%s has no file of condition '%.100s', seed %llu: it is not trained yet, or "
                      "'keep' leaves it out",
                      s->store ? s->store : "a study without a folder",
                      s->conditions[network->condition].name, (unsigned long long)network->seed);
}

/* Of a training with several conversions the file has no search: it is in the records. */
static srnn_status take_recorded_search(srnn_ctx *ctx, const srnn_study *s,
                                        const srnn__network *network, srnn_model *model)
{
    json_t *record = srnn__records_get(s, network->keys[SRNN__CONVERT]);
    const json_t *search = json_object_get(json_object_get(record, "result"), "search");
    srnn_search_result result;
    srnn_status status = SRNN_OK;
    if (search && srnn__search_restore(search, &result)) {
        status = srnn__model_take_search(ctx, model, &result);
        srnn_search_result_free(&result);
    }
    json_decref(record);
    return status;
}

srnn_status srnn_study_load_model(srnn_ctx *ctx, const srnn_study *s, int i, srnn_model **out)
{
    char *path;
    *out = NULL;
    srnn_status status = srnn_study_model_path(ctx, s, i, &path);
    if (!status) status = srnn_model_load(ctx, path, out);
    free(path);
    return status ? status : take_recorded_search(ctx, s, &s->networks[i], *out);
}
