/* Which task a model belongs to. */
#include <stdio.h>
#include <string.h>

#include "model/model_internal.h"

srnn_status srnn__task_fits(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const srnn_model_params *p = &model->params;
    if (def->n_in != p->n_in)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s' has %d input channels, but the network's w_in has %d",
                          def->name, def->n_in, p->n_in);
    if (def->n_out != p->n_out)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "task '%s' has %d outputs, but the network's w_out has %d", def->name,
                          def->n_out, p->n_out);
    return SRNN_OK;
}

bool srnn__is_task_of(const srnn_model *model, const char *name, const srnn_task_settings *settings)
{
    if (*model->task_name && !srnn__same_name(name, model->task_name)) return false;
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const bool every = srnn_task_setting_at(i)->every;
        const double own = srnn_task_setting_get(&model->task_settings, i);
        const double other = srnn_task_setting_get(settings, i);
        if (every && (own > 0) != (other > 0)) return false;
        if (!every && own >= 0 && other >= 0 && own != other) return false;
    }
    return true;
}

bool srnn_model_same_task(const srnn_model *model, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    return srnn__is_task_of(model, def->name, &def->settings);
}

/* Length of the longest built-in name that the text begins with, up to '_', '.' or the end. */
static size_t built_in_length(const char *text)
{
    size_t longest = 0;
    const char *known;
    for (int i = 0; (known = srnn_task_name_at(i)); i++) {
        const size_t n = strlen(known);
        char start[SRNN__TASK_NAME_MAX];
        snprintf(start, sizeof start, "%.*s", (int)n, text);
        if (n > longest && srnn__same_name(start, known) && (!text[n] || strchr("_.", text[n])))
            longest = n;
    }
    return longest;
}

void srnn__guess_task(srnn_model *model, const char *path)
{
    const char *slash = strrchr(path, '/'), *at = strstr(slash ? slash : path, "Task_");
    if (!at) return;
    const char *name = at + strlen("Task_"), *end = strstr(name, "_N_");
    const size_t length = end ? (size_t)(end - name) : built_in_length(name);
    if (length == 0 || length >= sizeof model->task_name) return;
    snprintf(model->task_name, sizeof model->task_name, "%.*s", (int)length, name);
    model->task_guessed = true;
}

bool srnn_model_task_guessed(const srnn_model *model) { return model->task_guessed; }

static bool is_built_in(const char *name)
{
    const char *known;
    for (int i = 0; (known = srnn_task_name_at(i)); i++)
        if (srnn__same_name(name, known)) return true;
    return false;
}

bool srnn_model_has_task(const srnn_model *model)
{
    return *srnn_model_task_json(model) || is_built_in(model->task_name);
}

/* name: the user's, or NULL. What a file names is data: never a path to open or code to run. */
static srnn_status find_task(srnn_ctx *ctx, const srnn_model *model, const char *name,
                             const srnn_task_settings *settings, srnn_task **out)
{
    const char *json = srnn_model_task_json(model);
    if (name) return srnn_task_named(ctx, name, settings, out);
    if (*json) return srnn_task_from_json(ctx, json, "its task_json", settings, out);
    return srnn_task_built_in(ctx, model->task_name, settings, out);
}

static srnn_status no_task(srnn_ctx *ctx, const srnn_model *model)
{
    if (!*model->task_name)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the network's task is not known; name the task");
    return srnn__fail(
        ctx, SRNN_ERR_ARGUMENT,
        "the network was trained on '%s', which is not a built-in task; name the task "
        "or its file",
        model->task_name);
}

srnn_status srnn_model_task(srnn_ctx *ctx, const srnn_model *model, const char *name_override,
                            const srnn_task_settings *settings, srnn_task **out)
{
    *out = NULL;
    if (!name_override && !srnn_model_has_task(model)) return no_task(ctx, model);
    srnn_task *named; /* the file of a path has the task's name */
    srnn_status status = find_task(ctx, model, name_override, NULL, &named);
    if (status) return status;
    const bool other = !srnn__same_name(srnn_task_get_def(named)->name, model->task_name);
    srnn_task_free(named);
    srnn_task_settings s = other ? srnn_task_settings_default() : model->task_settings;
    for (int i = 0; settings && srnn_task_setting_at(i); i++)
        if (srnn_task_setting_get(settings, i) >= 0)
            srnn_task_setting_put(&s, i, srnn_task_setting_get(settings, i));
    status = find_task(ctx, model, name_override, &s, out);
    if (!status && (status = srnn__task_fits(ctx, model, *out))) {
        srnn_task_free(*out);
        *out = NULL;
    }
    return status;
}
