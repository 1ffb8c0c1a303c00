/* Finding networks: in the folder of a run or a study, in a file, below a folder. */
#define _GNU_SOURCE 1
#include "study/runs.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "experiment/results_json.h"
#include "spikernn/experiment.h"
#include "spikernn/file.h"

srnn_status srnn_runs_create(srnn_ctx *ctx, srnn_runs **out)
{
    srnn_runs *runs = *out = calloc(1, sizeof *runs);
    if (runs) runs->seen = json_object();
    if (runs && runs->seen) return SRNN_OK;
    free(runs);
    *out = NULL;
    return srnn__no_memory(ctx);
}

static void run_clear(srnn__listed *run)
{
    free(run->path);
    free(run->condition);
    free(run->sentence);
    json_decref(run->options);
    json_decref(run->values);
    json_decref(run->trials);
}

void srnn_runs_free(srnn_runs *runs)
{
    if (!runs) return;
    srnn__runs_ungroup(runs);
    for (int i = 0; i < runs->n; i++) run_clear(&runs->all[i]);
    free(runs->all);
    json_decref(runs->seen);
    free(runs);
}

srnn__listed *srnn__run_new(srnn_runs *runs, const char *path)
{
    if (runs->n == runs->room) {
        const int room = runs->room ? 2 * runs->room : 16;
        srnn__listed *all = realloc(runs->all, (size_t)room * sizeof *all);
        if (!all) return NULL;
        runs->all = all;
        runs->room = room;
    }
    srnn__listed *run = &runs->all[runs->n];
    *run = (srnn__listed){.path = strdup(path),
                          .options = json_object(),
                          .values = json_object(),
                          .trials = json_object(),
                          .state = SRNN_NETWORK_FINISHED};
    runs->n++;
    if (run->path && run->options && run->values && run->trials) return run;
    srnn__runs_cut(runs, runs->n - 1);
    return NULL;
}

void srnn__runs_cut(srnn_runs *runs, int n)
{
    while (runs->n > n) run_clear(&runs->all[--runs->n]);
}

/* ---- paths ---- */

/* The file in the folder, to be freed; NULL: it has none, or memory ran out. */
static char *file_in(const char *folder, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0) return NULL;
    if (!access(path, F_OK)) return path;
    free(path);
    return NULL;
}

static bool has_file(const char *folder, const char *name)
{
    char *path = file_in(folder, name);
    free(path);
    return path != NULL;
}

/* "a" of "a/model.mat" where that folder has the record of the run that wrote the file: the record
   says more. To be freed. NULL: not so. */
static char *folder_of_run(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (strcmp(name, "model.mat") != 0 && strcmp(name, "model.pth") != 0) return NULL;
    char *folder = slash ? strndup(path, (size_t)(slash - path)) : strdup(".");
    if (folder && srnn_experiment_in(folder)) return folder;
    free(folder);
    return NULL;
}

/* ---- adding ---- */

static srnn_status add_network(srnn_ctx *ctx, srnn_runs *runs, const char *path, bool folder)
{
    char *real = realpath(path, NULL);
    const bool again = real && json_object_get(runs->seen, real);
    if (real && !again) json_object_set_new(runs->seen, real, json_true());
    free(real);
    runs->met++;
    if (again) return SRNN_OK;
    if (!folder) return srnn__runs_read_model(ctx, runs, path);
    return has_file(path, "study.json") ? srnn__runs_read_study(ctx, runs, path)
                                        : srnn__runs_read_record(ctx, runs, path);
}

/* Below a folder one network that cannot be read does not end it. */
static srnn_status add_below(srnn_ctx *ctx, srnn_runs *runs, const char *path, bool folder)
{
    const srnn_status status = add_network(ctx, runs, path, folder);
    if (status != SRNN_ERR_FILE && status != SRNN_ERR_FORMAT && status != SRNN_ERR_ARGUMENT)
        return status;
    srnn__listed *run = srnn__run_new(runs, path);
    if (!run || !(run->sentence = strdup(ctx->message))) return srnn__no_memory(ctx);
    run->state = SRNN_NETWORK_FAILED;
    return SRNN_OK;
}

/* Is it the same network as the .mat file of that name? */
static bool has_twin(const char *path)
{
    char *twin;
    if (!srnn__ends_in(path, ".pth")) return false;
    if (asprintf(&twin, "%.*s.mat", (int)strlen(path) - 4, path) < 0) return false;
    const bool there = !access(twin, F_OK);
    free(twin);
    return there;
}

static srnn_status add_file_below(srnn_ctx *ctx, srnn_runs *runs, const char *path)
{
    const bool mat = srnn__ends_in(path, ".mat");
    if (!mat && !srnn__ends_in(path, ".pth")) return SRNN_OK;
    if (has_twin(path) || (mat && srnn_results_file(ctx, path))) return SRNN_OK;
    return add_below(ctx, runs, path, false);
}

static bool is_folder_of_networks(const char *path)
{
    return has_file(path, "study.json") || srnn_experiment_in(path);
}

static int not_hidden(const struct dirent *entry) { return *entry->d_name != '.'; }

static srnn_status add_folder_below(srnn_ctx *ctx, srnn_runs *runs, const char *folder)
{
    struct dirent **entries;
    const int n = scandir(folder, &entries, not_hidden, versionsort);
    if (n < 0)
        return srnn__fail(ctx, SRNN_ERR_FILE, "folder %s cannot be read: %s", folder,
                          strerror(errno));
    srnn_status status = SRNN_OK;
    for (int i = 0; i < n; i++) {
        struct stat info;
        char *path = status ? NULL : file_in(folder, entries[i]->d_name);
        if (!path || lstat(path, &info)) {  /* gone meanwhile */
        } else if (S_ISDIR(info.st_mode)) { /* a link could lead round in circles */
            status = is_folder_of_networks(path) ? add_below(ctx, runs, path, true)
                                                 : add_folder_below(ctx, runs, path);
        } else {
            status = add_file_below(ctx, runs, path);
        }
        free(path);
        free(entries[i]);
        if (!status && srnn__progress(ctx, "read", runs->n, runs->n, NAN, NAN))
            status = srnn__interrupted(ctx);
    }
    free(entries);
    return status;
}

static const char expected[] =
    "expected a run's or a study's folder, a model file (.mat, .pth), or "
    "a folder of these";

srnn_status srnn_runs_add(srnn_ctx *ctx, srnn_runs *runs, const char *path)
{
    struct stat info;
    srnn__runs_ungroup(runs);
    runs->met = 0;
    if (stat(path, &info))
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s: %s; %s", path, strerror(errno), expected);
    if (!S_ISDIR(info.st_mode)) {
        char *folder = folder_of_run(path);
        const srnn_status status = add_network(ctx, runs, folder ? folder : path, folder != NULL);
        free(folder);
        return status;
    }
    if (is_folder_of_networks(path)) return add_network(ctx, runs, path, true);
    const srnn_status status = add_folder_below(ctx, runs, path);
    if (status || runs->met > 0) return status;
    return srnn__fail(ctx, SRNN_ERR_FILE, "folder %s holds no network; %s", path, expected);
}
