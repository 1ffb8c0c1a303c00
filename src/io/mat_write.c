/* New MAT files, and new variables in those that there are. */
#include <stdlib.h>
#include <string.h>

#include "io/mat_bytes.h"
#include "io/whole_file.h"

srnn_status srnn__mat_write(srnn_ctx *ctx, const char *path, const srnn__mat_var *vars, size_t n,
                            bool replace, bool *exists)
{
    srnn__mat_out out = {0};
    srnn_status status = SRNN_OK;
    *exists = false;
    srnn__mat5_begin(&out);
    for (size_t k = 0; k < n && !status; k++) status = srnn__mat5_put(ctx, path, &vars[k], &out);
    if (!status && out.failed) status = srnn__no_memory(ctx);
    if (!status) status = srnn__write_bytes(ctx, path, ".mat", out.bytes, out.n, replace, exists);
    free(out.bytes);
    return status;
}

bool srnn__mat_goes(const srnn__mat_change *change, const char *name)
{
    for (size_t k = 0; k < change->n_vars; k++)
        if (!strcmp(name, change->vars[k].name)) return true;
    return change->drop && srnn__mat_wanted(name, change->drop);
}

srnn_status srnn__mat_update(srnn_ctx *ctx, const char *path, const srnn__mat_change *change)
{
    unsigned char *bytes, *changed = NULL;
    size_t n, n_changed = 0;
    int level;
    bool exists;
    srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    if (status) return status;
    if (n >= 4 && !memcmp(bytes, "PK\3\4", 4))
        status =
            srnn__fail(ctx, SRNN_ERR_FORMAT,
                       "%s is a .pth file; expected a .mat file, which alone takes a search", path);
    else if (!(status = srnn__mat_level(ctx, path, bytes, n, &level)))
        status =
            (level == 4   ? srnn__mat4_update
             : level == 5 ? srnn__mat5_update
                          : srnn__mat73_update)(ctx, path, bytes, n, change, &changed, &n_changed);
    free(bytes);
    if (!status) status = srnn__write_bytes(ctx, path, ".mat", changed, n_changed, true, &exists);
    free(changed);
    return status;
}
