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
    if (a->doubles) /* large, so not copied: they live as long as the call */
        return Mat_VarCreate(a->name, MAT_C_DOUBLE, MAT_T_DOUBLE, a->rank, dims,
                             (void *)(uintptr_t)a->doubles, MAT_F_DONT_COPY_DATA);
    double *values = malloc((n ? n : 1) * sizeof *values);
    if (!values) return NULL;
    for (size_t k = 0; k < n; k++) values[k] = (double)a->floats[k];
    matvar_t *v = Mat_VarCreate(a->name, MAT_C_DOUBLE, MAT_T_DOUBLE, a->rank, dims, values, 0);
    free(values);
    return v;
}

static srnn_status to_variable(srnn_ctx *ctx, const char *path, const srnn_array *a, matvar_t **v);

static srnn_status struct_variable(srnn_ctx *ctx, const char *path, const srnn_array *a,
                                   matvar_t **v)
{
    size_t dims[] = {1, 1};
    const char **names = malloc((a->n_fields + 1) * sizeof *names);
    for (size_t k = 0; names && k < a->n_fields; k++) names[k] = a->fields[k].name;
    *v = names ? Mat_VarCreateStruct(a->name, 2, dims, names, (unsigned)a->n_fields) : NULL;
    free(names);
    srnn_status status = *v ? SRNN_OK : srnn__no_memory(ctx);
    for (size_t k = 0; k < a->n_fields && !status; k++) {
        matvar_t *field;
        if (!(status = to_variable(ctx, path, &a->fields[k], &field)))
            Mat_VarSetStructFieldByIndex(*v, k, 0, field);
    }
    return status;
}

static srnn_status to_variable(srnn_ctx *ctx, const char *path, const srnn_array *a, matvar_t **v)
{
    if (a->fields) return struct_variable(ctx, path, a, v);
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
