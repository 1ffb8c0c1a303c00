#include "io/mat_file.h"
srnn_status srnn__mat73_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                             const char *const *names)
{
    (void)bytes, (void)n, (void)names;
    return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s is truncated or damaged (level 7.3)",
                      mat->path);
}
srnn_status srnn__mat73_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                               size_t n, const srnn__mat_change *change, unsigned char **out,
                               size_t *n_out)
{
    (void)bytes, (void)n, (void)change, (void)out, (void)n_out;
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is truncated or damaged (level 7.3)", path);
}
