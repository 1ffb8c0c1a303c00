/* What running a study would compute, and how long it takes. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment/experiment.h"
#include "spikernn/file.h"
#include "study/study.h"

/* Of a network of a condition, on one core. */
typedef struct stage_cost {
    double s[SRNN__STUDY_STAGES];
    double bytes;
} stage_cost;

/* ---- measured costs ---- */

/* Mean seconds of the condition's stages that are recorded; NaN: none is. */
static double recorded_seconds(const srnn_study *s, int condition, int stage)
{
    double sum = 0;
    int n = 0;
    for (int i = condition * s->n_seeds; i < (condition + 1) * s->n_seeds; i++) {
        json_t *record = srnn__records_get(s, s->networks[i].keys[stage]);
        const json_t *seconds = json_object_get(record, "seconds");
        if (json_is_number(seconds)) {
            sum += json_number_value(seconds);
            n++;
        }
        json_decref(record);
    }
    return n > 0 ? sum / n : (double)NAN;
}

/* Of the file of a network after one update, which has all that a trained one's has. */
static double file_bytes(srnn_ctx *ctx, srnn_experiment *e)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%.4000s/spikernn-XXXXXX.mat", folder ? folder : "/tmp");
    struct stat info = {.st_size = 0};
    const int file = mkstemps(path, 4);
    srnn_train_options train = srnn_options_training(srnn_experiment_options(e));
    train.n_trials = 1;
    if (file < 0) return (double)NAN;
    const bool saved =
        !srnn_train(ctx, srnn_experiment_model(e), srnn_experiment_task(e), &train) &&
        !srnn_model_save(ctx, srnn_experiment_model(e), path) && !stat(path, &info);
    close(file);
    unlink(path);
    return saved ? (double)info.st_size : (double)NAN;
}

static srnn_status time_condition(srnn_ctx *ctx, const srnn_study *s, int condition,
                                  stage_cost *cost)
{
    const srnn__condition *c = &s->conditions[condition];
    srnn_experiment *e = NULL;
    srnn_experiment_estimate estimate;
    srnn_status status = srnn__experiment_begin(ctx, c->options, c->task, NULL, &e);
    if (!status) status = srnn_experiment_estimate_time(ctx, e, &estimate);
    if (status == SRNN_ERR_NUMERIC) { /* all of its networks will fail */
        *cost = (stage_cost){{(double)NAN, (double)NAN, (double)NAN}, 0};
        status = SRNN_OK;
    } else if (!status) {
        const double seconds[] = {estimate.train_s, estimate.search_s, estimate.evaluate_s};
        for (int k = 0; k < SRNN__STUDY_STAGES; k++) {
            const double recorded = recorded_seconds(s, condition, k);
            cost->s[k] = isnan(recorded) ? seconds[k] : recorded;
        }
        cost->bytes = s->keep == SRNN__KEEP_NONE ? 0 : file_bytes(ctx, e);
    }
    srnn_experiment_free(e);
    return status;
}

/* ---- counting ---- */

static bool is_recorded(const srnn_study *s, const char *key, bool retry)
{
    json_t *record = srnn__records_get(s, key);
    const bool recorded = record && !(retry && srnn__record_error(record));
    json_decref(record);
    return recorded;
}

/* Its evaluation is left, but the trained network was not kept. */
static bool lost_model(const srnn_study *s, const srnn__network *network, bool retry)
{
    if (s->n_stages == 1 || is_recorded(s, network->keys[SRNN__EVALUATE], retry) || !s->folder)
        return false;
    char *path = srnn__network_path(s, network->keys[SRNN__TRAIN], "model.mat");
    const bool lost = path && access(path, F_OK);
    free(path);
    return lost;
}

/* A network that was evaluated without a conversion did not reach its training's criterion. */
static bool stage_left(const srnn_study *s, const srnn__network *network, int stage, bool retry)
{
    if (stage != SRNN__EVALUATE && lost_model(s, network, retry)) return true;
    if (is_recorded(s, network->keys[stage], retry)) return false;
    return stage != SRNN__CONVERT || !is_recorded(s, network->keys[SRNN__EVALUATE], retry);
}

/* Every stage once, by its key; one network that needs it is enough. */
static void count_stages(const srnn_study *s, const int *places, int n, bool retry,
                         const stage_cost *costs, srnn_study_plan *out)
{
    json_t *seen = json_object(); /* key: is it left */
    double seconds = 0;
    for (int i = 0; i < n; i++) {
        const srnn__network *network = &s->networks[places[i]];
        const stage_cost *cost = costs ? &costs[network->condition] : NULL;
        for (int k = 0; k < s->n_stages; k++) {
            const char *key = network->keys[k];
            const json_t *before = json_object_get(seen, key);
            if (!before) out->stages[k]++;
            if (!before && cost && k == SRNN__TRAIN) out->bytes += cost->bytes;
            if (json_is_true(before)) continue;
            const bool left = stage_left(s, network, k, retry);
            json_object_set_new(seen, key, json_boolean(left));
            out->left[k] += left;
            if (cost && left) seconds += cost->s[k];
        }
    }
    if (costs) out->hours = seconds / 3600;
    json_decref(seen);
}

enum { ENOUGH_S = 20 }; /* conditions beyond are taken to cost what these do, in turn */

static srnn_status time_conditions(srnn_ctx *ctx, const srnn_study *s, stage_cost *costs)
{
    srnn_ctx *one = NULL;
    const srnn_ctx_options options = {
        .size = sizeof options, .threads = 1, .isa = srnn_ctx_isa(ctx)};
    srnn_status status = srnn_ctx_create(&options, &one);
    const double started_s = srnn__now_s();
    int timed = 0;
    for (; !status && timed < s->n_conditions && srnn__now_s() - started_s < ENOUGH_S; timed++)
        status = time_condition(one, s, timed, &costs[timed]);
    for (int i = timed; i < s->n_conditions; i++) costs[i] = costs[i % timed];
    if (status) srnn__fail(ctx, status, "%s", one ? srnn_ctx_message(one) : "out of memory");
    srnn_ctx_free(one);
    return status;
}

srnn_status srnn_study_plan_of(srnn_ctx *ctx, const srnn_study *s, const srnn_study_options *given,
                               bool timed, srnn_study_plan *out)
{
    srnn_study_options options = srnn_study_options_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_study_options, given, retry, &options);
    srnn__group *groups = NULL;
    int *places = NULL, n_groups = 0;
    *out = (srnn_study_plan){.hours = (double)NAN, .bytes = timed ? 0 : (double)NAN};
    if (!status) status = srnn__study_groups(ctx, s, &options, &groups, &n_groups, &places);
    for (int g = 0; !status && g < n_groups; g++) out->networks += groups[g].n;
    stage_cost *costs = timed ? calloc((size_t)s->n_conditions + 1, sizeof *costs) : NULL;
    if (!status && timed && !costs) status = srnn__no_memory(ctx);
    if (!status && timed) status = time_conditions(ctx, s, costs);
    if (!status) count_stages(s, places, out->networks, options.retry, costs, out);
    free(costs);
    free(groups);
    free(places);
    return status;
}
