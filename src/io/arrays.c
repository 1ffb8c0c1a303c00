/* A caller's arrays in a .mat file. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "io/mat_file.h"
#include "spikernn/file.h"

enum { LENGTH_MAX = 1 << 28 };

static double *as_doubles(const srnn_array *a, size_t n)
{
    double *values = malloc((n + 1) * sizeof *values);
    for (size_t k = 0; values && k < n; k++)
        values[k] = a->doubles ? a->doubles[k] : (double)a->floats[k];
    return values;
}

static srnn_status array_to_numbers(srnn_ctx *ctx, const char *path, const srnn_array *a,
                                    srnn__mat_var *v)
{
    if (a->rank < 2 || a->rank > SRNN_AXES_MAX || (!a->floats && !a->doubles))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "array '%s' has rank %d; expected 2 to %d, and floats, doubles or text",
                          a->name, a->rank, SRNN_AXES_MAX);
    v->rank = a->rank;
    memcpy(v->dims, a->dims, sizeof a->dims);
    const size_t n = srnn__mat_count(v);
    if (n >= LENGTH_MAX)
        return srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "%s: array '%s' has %g numbers; expected below 2^28, as many as a .mat file "
            "keeps of a variable",
            path, a->name, (double)n);
    v->values = as_doubles(a, n);
    return v->values ? SRNN_OK : srnn__no_memory(ctx);
}

/* One more part of `all`. */
static srnn_status arrays_add(srnn_ctx *ctx, const char *path, const srnn_array *a,
                              srnn__mat_var *all)
{
    if (!a->name || !*a->name)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s: an array has no name; expected one", path);
    srnn__mat_var *v = srnn__mat_add_part(all);
    if (!v || !(v->name = strdup(a->name))) return srnn__no_memory(ctx);
    if (!a->text && !a->fields) return array_to_numbers(ctx, path, a, v);
    v->class_type = a->fields ? SRNN__MAT_STRUCT : SRNN__MAT_TEXT;
    if (!a->fields) return (v->text = strdup(a->text)) ? SRNN_OK : srnn__no_memory(ctx);
    srnn_status status = SRNN_OK;
    for (size_t k = 0; k < a->n_fields && !status; k++)
        status = arrays_add(ctx, path, &a->fields[k], v);
    return status;
}

srnn_status srnn_arrays_save(srnn_ctx *ctx, const char *path, const srnn_array *arrays, size_t n)
{
    srnn__mat_var all = {0};
    srnn_status status = SRNN_OK;
    for (size_t k = 0; k < n && !status; k++) status = arrays_add(ctx, path, &arrays[k], &all);
    bool exists = false;
    if (!status) status = srnn__mat_write(ctx, path, all.parts, all.n_parts, false, &exists);
    srnn__mat_var_free(&all);
    return status;
}
