/* Which task a model belongs to. */
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

static srnn_status find_task(srnn_ctx *ctx, const char *name, const char *json,
                             const srnn_task_settings *settings, srnn_task **out)
{
    if (*json) return srnn_task_from_json(ctx, json, "its task_json", settings, out);
    return srnn_task_named(ctx, name, settings, out);
}

srnn_status srnn_model_task(srnn_ctx *ctx, const srnn_model *model, const char *name_override,
                            const srnn_task_settings *settings, srnn_task **out)
{
    *out = NULL;
    const char *name = name_override ? name_override : model->task_name;
    if (!*name)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the model does not tell its task; expected the task's name to be given");
    srnn_task *named; /* a path tells the task's name only when it is loaded */
    const char *json = name_override ? "" : srnn_model_task_json(model);
    srnn_status status = find_task(ctx, name, json, NULL, &named);
    if (status) return status;
    const bool other = !srnn__same_name(srnn_task_get_def(named)->name, model->task_name);
    srnn_task_free(named);
    srnn_task_settings s = other ? srnn_task_settings_default() : model->task_settings;
    for (int i = 0; settings && srnn_task_setting_at(i); i++)
        if (srnn_task_setting_get(settings, i) >= 0)
            srnn_task_setting_put(&s, i, srnn_task_setting_get(settings, i));
    status = find_task(ctx, name, json, &s, out);
    if (!status && (status = srnn__task_fits(ctx, model, *out))) {
        srnn_task_free(*out);
        *out = NULL;
    }
    return status;
}
