/* A study and its folder. */
#define _GNU_SOURCE 1
#include "study/study.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/whole_file.h"
#include "spikernn/file.h"
#include "study/folder.h"

/* ---- opening ---- */

static srnn_status read_study_file(srnn_ctx *ctx, const char *path, char **out)
{
    unsigned char *bytes;
    size_t n;
    const srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    *out = NULL;
    if (status) return status;
    bytes[n] = '\0';
    *out = (char *)bytes;
    if (strlen(*out) == n) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s has a zero byte; expected a study in JSON", path);
}

/* Where the file's own names of files begin: its folder. */
static char *folder_of_file(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? strndup(file, (size_t)(slash - file) + (slash == file)) : strdup(".");
}

static srnn_status study_name_files(srnn_ctx *ctx, srnn_study *s, const char *file,
                                    const char *folder)
{
    s->in_folder = !file;
    if (file ? !(s->source = strdup(file)) : asprintf(&s->source, "%s/study.json", folder) < 0) {
        s->source = NULL;
        return srnn__no_memory(ctx);
    }
    if (file ? !(s->files = folder_of_file(file)) : asprintf(&s->files, "%s/files", folder) < 0) {
        s->files = NULL;
        return srnn__no_memory(ctx);
    }
    return SRNN_OK;
}

static srnn_status study_new(srnn_ctx *ctx, const char *folder, srnn_study **out)
{
    srnn_study *s = *out = calloc(1, sizeof *s);
    if (!s) return srnn__no_memory(ctx);
    s->records = (srnn__records){.by_key = json_object(),
                                 .read = json_object(),
                                 .versions = json_object(),
                                 .failed = json_object(),
                                 .changed = true,
                                 .file = -1};
    return folder && !(s->folder = strdup(folder)) ? srnn__no_memory(ctx) : SRNN_OK;
}

/* Its text is there. */
static srnn_status study_take_text(srnn_ctx *ctx, srnn_study *s)
{
    srnn_status status = srnn__study_read(ctx, s);
    if (!status && s->folder && !s->in_folder) status = srnn__folder_check(ctx, s);
    if (!status) status = srnn__study_keys(ctx, s);
    return status ? status : srnn_study_refresh(ctx, s);
}

srnn_status srnn_study_open(srnn_ctx *ctx, const char *file, const char *folder, srnn_study **out)
{
    srnn_status status = study_new(ctx, folder, out);
    if (!status && !file && !folder)
        status = srnn__fail(ctx, SRNN_ERR_ARGUMENT, "neither a study file nor a folder is given");
    if (!status) status = study_name_files(ctx, *out, file, folder);
    if (!status) status = read_study_file(ctx, (*out)->source, &(*out)->text);
    return status ? status : study_take_text(ctx, *out);
}

srnn_status srnn_study_open_text(srnn_ctx *ctx, const char *text, const char *folder,
                                 srnn_study **out)
{
    srnn_status status = study_new(ctx, folder, out);
    srnn_study *s = *out;
    if (status) return status;
    s->source = strdup("the study");
    s->files = strdup(".");
    s->text = strdup(text);
    return s->source && s->files && s->text ? study_take_text(ctx, s) : srnn__no_memory(ctx);
}

srnn_status srnn_study_refresh(srnn_ctx *ctx, srnn_study *s)
{
    srnn_status status = s->folder ? srnn__records_read(ctx, s) : SRNN_OK;
    if (status || !s->records.changed) return status;
    status = srnn__view_build(ctx, s);
    s->records.changed = status != SRNN_OK;
    return status;
}

srnn_status srnn_study_prepare(srnn_ctx *ctx, srnn_study *s)
{
    if (s->folder) return srnn__folder_fill(ctx, s);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the study has no folder; expected one to be made");
}

void srnn_study_free(srnn_study *s)
{
    if (!s) return;
    srnn__view_free(&s->view);
    srnn__records_free(&s->records);
    for (int i = 0; i < s->n_conditions; i++) {
        free(s->conditions[i].name);
        srnn_options_free(s->conditions[i].options);
        srnn_task_free(s->conditions[i].task);
        json_decref(s->conditions[i].own);
    }
    free(s->conditions);
    free(s->networks);
    free(s->seeds);
    json_decref(s->json);
    free(s->source);
    free(s->text);
    free(s->files);
    free(s->folder);
    free(s->store);
    free(s);
}
