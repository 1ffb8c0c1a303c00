/* New MAT files, and new variables in those that there are. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "io/mat_bytes.h"
#include "io/whole_file.h"
#include "spikernn/file.h"

srnn_status srnn__mat_write(srnn_ctx *ctx, const char *path, const srnn__mat_var *vars, size_t n,
                            bool replace, bool *exists)
{
    srnn__mat_out out = {0};
    srnn_status status = SRNN_OK;
    *exists = false;
    srnn__mat5_begin(&out);
    for (size_t k = 0; k < n && !status; k++) status = srnn__mat5_put(ctx, path, &vars[k], &out);
    if (!status && out.failed) status = srnn__no_memory(ctx);
    if (!status) status = srnn__write_whole(ctx, path, ".mat", out.bytes, out.n, replace, exists);
    free(out.bytes);
    return status;
}

bool srnn__mat_goes(const srnn__mat_change *change, const char *name)
{
    for (size_t k = 0; k < change->n_vars; k++)
        if (!strcmp(name, change->vars[k].name)) return true;
    return change->drop && srnn__mat_wanted(name, change->drop);
}

/* A .pth file is a zip container, whatever its name. */
static bool begins_as_pth(const void *bytes, size_t n)
{
    return n >= 4 && !memcmp(bytes, "PK\3\4", 4);
}

static srnn_status refuse_pth(srnn_ctx *ctx, const char *path)
{
    return srnn__fail(ctx, SRNN_ERR_FORMAT,
                      "%s is a .pth file, which takes no results; expected it converted to a .mat "
                      "file",
                      path);
}

srnn_status srnn_model_save_check(srnn_ctx *ctx, const char *path)
{
    char start[4] = "";
    FILE *file;
    const srnn_status status = srnn__open_regular(ctx, NULL, path, &file);
    if (status) return status;
    const bool pth = begins_as_pth(start, fread(start, 1, sizeof start, file));
    fclose(file);
    if (pth) return refuse_pth(ctx, path);
    if (!access(path, W_OK)) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FILE,
                      "%s cannot be written: %s; expected a file to store the result in", path,
                      strerror(errno));
}

srnn_status srnn__mat_update(srnn_ctx *ctx, const char *path, const srnn__mat_change *change)
{
    unsigned char *bytes;
    size_t n;
    int level;
    bool exists;
    srnn__mat_out changed = {0};
    srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    if (status) return status;
    if (begins_as_pth(bytes, n))
        status = refuse_pth(ctx, path);
    else if (!(status = srnn__mat_level(ctx, path, bytes, n, &level)))
        status = (level == 4   ? srnn__mat4_update
                  : level == 5 ? srnn__mat5_update
                               : srnn__mat73_update)(ctx, path, bytes, n, change, &changed);
    free(bytes);
    if (!status && changed.failed) status = srnn__no_memory(ctx);
    if (!status)
        status = srnn__write_whole(ctx, path, ".mat", changed.bytes, changed.n, true, &exists);
    free(changed.bytes);
    return status;
}
