/* Tasks from shared objects. */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "task/task_internal.h"

bool srnn__is_plugin(const char *name)
{
    const size_t length = strlen(name);
    return strchr(name, '/') || (length > 3 && !strcmp(name + length - 3, ".so"));
}

static srnn_status plugin_refuse(srnn_ctx *ctx, const char *path, const char *what)
{
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s %s", path, what);
}

/* dlopen looks for a name without '/' among the system's libraries. */
static void *open_object(const char *path)
{
    const size_t room = strlen(path) + 3;
    char *name = malloc(room);
    if (!name) return NULL;
    snprintf(name, room, "%s%s", strchr(path, '/') ? "" : "./", path);
    void *object = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    free(name);
    return object;
}

static srnn_status plugin_make(srnn_ctx *ctx, const char *path, void *object,
                               const srnn_task_settings *settings, srnn_task **out)
{
    const char *version = dlsym(object, "spikernn_plugin_version");
    srnn_task_plugin plugin;
    void *symbol = dlsym(object, "spikernn_task");
    memcpy(&plugin, &symbol, sizeof plugin); /* ISO C has no cast between the two */
    if (!version || !plugin)
        return plugin_refuse(ctx, path,
                             "is no task; expected a shared object with spikernn_task and "
                             "spikernn_plugin_version");
    if (strcmp(version, srnn_version()))
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s was built for version %.20s; expected %s: build it again", path,
                          version, srnn_version());
    srnn_task_def def = {0};
    const char *wrong = plugin(settings, &def);
    if (wrong) return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s: %s", path, wrong);
    if (settings->two_sided >= 0) def.settings.two_sided = settings->two_sided;
    const srnn_status status = srnn_task_create(ctx, &def, out);
    if (status && def.destroy) def.destroy(def.user);
    return status;
}

srnn_status srnn__plugin_create(srnn_ctx *ctx, const char *path, const srnn_task_settings *settings,
                                srnn_task **out)
{
    FILE *file; /* its reason is clearer than dlopen's, which would wait at a FIFO */
    const srnn_status opened = srnn__open_regular(ctx, "task file", path, &file);
    if (opened) return opened;
    fclose(file);
    void *object = open_object(path);
    if (!object)
        return srnn__fail(ctx, SRNN_ERR_FILE, "task file %s cannot be loaded: %s", path, dlerror());
    const srnn_status status = plugin_make(ctx, path, object, settings, out);
    if (status)
        dlclose(object);
    else
        (*out)->object = object;
    return status;
}
