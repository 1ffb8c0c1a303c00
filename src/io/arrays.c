/* Results of one's own in a .mat file. */
#include <stdlib.h>
#include <string.h>

#include "io/mat_file.h"
#include "spikernn/file.h"

static matvar_t *text_variable(const srnn_array *a)
{
    size_t dims[] = {1, strlen(a->text)};
    return Mat_VarCreate(a->name, MAT_C_CHAR, MAT_T_UTF8, 2, dims, (void *)(uintptr_t)a->text, 0);
}

static matvar_t *numeric_variable(const srnn_array *a, size_t n)
{
    size_t dims[SRNN_AXES_MAX];
    memcpy(dims, a->dims, sizeof dims);
    double *values = NULL;
    if (!a->doubles) {
        if (!(values = malloc(n * sizeof *values))) return NULL;
        for (size_t k = 0; k < n; k++) values[k] = (double)a->floats[k];
    }
    const void *data = a->doubles ? a->doubles : values;
    matvar_t *v = Mat_VarCreate(a->name, MAT_C_DOUBLE, MAT_T_DOUBLE, a->rank, dims,
                                (void *)(uintptr_t)data, 0);
    free(values);
    return v;
}

static srnn_status to_variable(srnn_ctx *ctx, const char *path, const srnn_array *a, matvar_t **v)
{
    double n = 1;
    for (int d = 0; d < a->rank && !a->text; d++) n *= (double)a->dims[d];
    if (!a->text && (a->rank < 2 || a->rank > SRNN_AXES_MAX || (!a->floats && !a->doubles)))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "array '%s' has rank %d; expected 2 to %d, and floats, doubles or text",
                          a->name, a->rank, SRNN_AXES_MAX);
    if (n >= (double)(1 << 28))
        return srnn__fail(
            ctx, SRNN_ERR_ARGUMENT,
            "%s: array '%s' has %g numbers; expected below 2^28, as many as a .mat file "
            "keeps of a variable",
            path, a->name, n);
    *v = a->text ? text_variable(a) : numeric_variable(a, (size_t)n);
    return *v ? SRNN_OK : srnn__no_memory(ctx);
}

srnn_status srnn_arrays_save(srnn_ctx *ctx, const char *path, const srnn_array *arrays, size_t n)
{
    matvar_t **vars = calloc(n ? n : 1, sizeof(matvar_t *));
    srnn_status status = vars ? SRNN_OK : srnn__no_memory(ctx);
    for (size_t k = 0; k < n && !status; k++) status = to_variable(ctx, path, &arrays[k], &vars[k]);
    bool exists = false;
    if (!status) status = srnn__mat_write(ctx, path, MAT_FT_MAT5, vars, n, false, &exists);
    for (size_t k = 0; vars && k < n; k++) Mat_VarFree(vars[k]);
    free(vars);
    return status;
}
