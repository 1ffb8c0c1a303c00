#define _GNU_SOURCE 1
#include "study/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/whole_file.h"
#include "study/measures.h"
#include "task/task_internal.h"

/* ---- another study ---- */

srnn_status srnn__folder_check(srnn_ctx *ctx, const srnn_study *s)
{
    char *path;
    unsigned char *bytes = NULL;
    size_t n;
    if (asprintf(&path, "%s/study.json", s->folder) < 0) return srnn__no_memory(ctx);
    srnn_status status = access(path, F_OK) ? SRNN_OK : srnn__read_whole(ctx, path, &bytes, &n);
    json_t *json = bytes ? json_loadb((const char *)bytes, n, 0, NULL) : NULL;
    const char *name = json_string_value(json_object_get(json, "study"));
    if (bytes && (!name || strcmp(name, s->name) != 0))
        status = srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                            "%s holds the study '%.100s', not '%.100s'; expected a folder for each",
                            s->folder, name ? name : "?", s->name);
    json_decref(json);
    free(bytes);
    free(path);
    return status;
}

/* ---- what goes into it ---- */

static srnn_status put_file(srnn_ctx *ctx, char *path, const unsigned char *bytes, size_t n)
{
    unsigned char *old = NULL;
    size_t old_n = 0;
    bool exists;
    if (!path) return srnn__no_memory(ctx);
    const bool same = !access(path, F_OK) && !srnn__read_whole(ctx, path, &old, &old_n) &&
                      old_n == n && !memcmp(old, bytes, n);
    free(old);
    if (same) return SRNN_OK;
    const srnn_status status = srnn__make_folders(ctx, path);
    return status ? status : srnn__write_whole(ctx, path, ".json", bytes, n, true, &exists);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* taken: the files so far, by their names in the folder. */
static srnn_status copy_file(srnn_ctx *ctx, const srnn_study *s, const char *file, json_t *taken)
{
    const char *name = base_name(file);
    const char *other = json_string_value(json_object_get(taken, name));
    char *path = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    if (other && !strcmp(other, file)) return SRNN_OK;
    if (other)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s and %s have the same name; expected files of a study to have "
                          "different ones",
                          other, file);
    json_object_set_new(taken, name, json_string(file));
    srnn_status status = srnn__read_whole(ctx, file, &bytes, &n);
    if (!status && asprintf(&path, "%s/files/%s", s->folder, name) < 0) path = NULL;
    if (!status) status = put_file(ctx, path, bytes, n);
    free(bytes);
    free(path);
    return status;
}

static srnn_status copy_files(srnn_ctx *ctx, const srnn_study *s)
{
    json_t *taken = json_object();
    srnn_status status = SRNN_OK;
    for (int i = 0; i < s->n_conditions && !status; i++) {
        const srnn_settings *o = srnn_options_settings(s->conditions[i].options);
        if (srnn__is_json(o->task) || srnn__is_plugin(o->task))
            status = copy_file(ctx, s, o->task, taken);
        if (!status && o->connectivity) status = copy_file(ctx, s, o->connectivity, taken);
    }
    json_decref(taken);
    return status;
}

srnn_status srnn__folder_fill(srnn_ctx *ctx, const srnn_study *s)
{
    char *path;
    if (s->in_folder) return SRNN_OK;
    srnn_status status = copy_files(ctx, s);
    if (status) return status;
    if (asprintf(&path, "%s/study.json", s->folder) < 0) return srnn__no_memory(ctx);
    status = put_file(ctx, path, (const unsigned char *)s->text, strlen(s->text));
    free(path);
    return status;
}

/* ---- what is kept ---- */

/* The main measure, or the first accuracy where networks are not better for more or less of it. */
static int judged_measure(const srnn_study_view *v)
{
    if (v->n_measures == 0 || srnn__measure_better(v->measures[v->main_measure].name))
        return v->main_measure;
    for (int m = 0; m < v->n_measures; m++)
        if (!isnan(v->measures[m].at_least)) return m;
    return v->main_measure;
}

static void mark_best(const srnn_study_view *v, bool *keep)
{
    const int m = judged_measure(v);
    const double sign = v->n_measures && srnn__measure_better(v->measures[m].name) < 0 ? -1 : 1;
    for (int c = 0; c < v->n_conditions; c++) {
        int best = -1;
        for (int i = 0; i < v->n_networks; i++) {
            const double value = v->n_measures ? sign * v->networks[i].values[m] : (double)NAN;
            if (v->networks[i].condition == c && !isnan(value) &&
                (best < 0 || value > sign * v->networks[best].values[m]))
                best = i;
        }
        if (best >= 0) keep[best] = true;
    }
}

void srnn__folder_prune(const srnn_study *s)
{
    const srnn_study_view *v = &s->view;
    bool *keep = calloc((size_t)v->n_networks + 1, sizeof *keep);
    json_t *kept = json_object();
    if (keep) mark_best(v, keep);
    for (int i = 0; keep && i < v->n_networks; i++)
        if (keep[i]) json_object_set_new(kept, v->networks[i].key, json_true());
    for (int i = 0; keep && i < v->n_networks; i++)
        if (!json_object_get(kept, v->networks[i].key)) srnn__network_remove(s, v->networks[i].key);
    json_decref(kept);
    free(keep);
}
