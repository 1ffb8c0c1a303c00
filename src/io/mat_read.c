#include "io/mat_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool wanted(const char *name, const char *const *names)
{
    if (!names) return true;
    for (; *names; names++)
        if (!strcmp(name, *names)) return true;
    return false;
}

/* Could the file hold what the variable and its parts claim, of the elements that are
   left? Each takes a byte at least. */
static bool plausible(const matvar_t *v, uint64_t *left)
{
    if (v->rank < 1 || v->rank > 32 || !v->dims) return false;
    uint64_t elements = 1;
    for (int d = 0; d < v->rank; d++) {
        if (v->dims[d] != 0 && elements > UINT64_MAX / 64 / v->dims[d]) return false;
        elements *= v->dims[d];
    }
    if (v->class_type == MAT_C_CELL || v->class_type == MAT_C_STRUCT) {
        matvar_t *const *parts = v->data;
        const size_t n = parts ? v->nbytes / sizeof(matvar_t *) : 0;
        for (size_t k = 0; k < n; k++)
            if (parts[k] && !plausible(parts[k], left)) return false;
        return true;
    }
    if (v->class_type == MAT_C_SPARSE) return true;
    if (elements > *left) return false;
    *left -= elements;
    return true;
}

static srnn_status keep(srnn__mat *mat, matvar_t *v)
{
    matvar_t **more = realloc(mat->vars, (mat->n + 1) * sizeof *more);
    if (!more) {
        Mat_VarFree(v);
        return srnn__no_memory(mat->ctx);
    }
    mat->vars = more;
    mat->vars[mat->n++] = v;
    return SRNN_OK;
}

static srnn_status read_variables(srnn__mat *mat, mat_t *file, const char *const *names,
                                  const srnn__mat_extent *extent)
{
    uint64_t unpacked = extent->unpacked;
    matvar_t *v;
    while ((v = Mat_VarReadNextInfo(file))) {
        if (!v->name || !wanted(v->name, names)) {
            Mat_VarFree(v);
            continue;
        }
        if (!plausible(v, &unpacked) || Mat_VarReadDataAll(file, v)) {
            const srnn_status status =
                srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is damaged or truncated",
                           mat->path, v->name);
            Mat_VarFree(v);
            return status;
        }
        const srnn_status status = keep(mat, v);
        if (status) return status;
    }
    /* matio ends at what it does not understand, and gives some variables no name */
    if (names || mat->n == extent->variables) return SRNN_OK;
    return srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                      "%s: only %zu of its %llu variables can be read; expected all of them",
                      mat->path, mat->n, (unsigned long long)extent->variables);
}

srnn__hdf5_errors srnn__hdf5_silence(void)
{
    srnn__hdf5_errors before = {0};
    H5Eget_auto2(H5E_DEFAULT, &before.print, &before.data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return before;
}

void srnn__hdf5_restore(srnn__hdf5_errors before)
{
    H5Eset_auto2(H5E_DEFAULT, before.print, before.data);
}

static srnn_status open_checked(srnn__mat *mat, const char *const *names)
{
    srnn__mat_extent extent;
    srnn_status status = srnn__mat_check(mat->ctx, mat->path, &extent);
    if (status) return status;
    if (extent.opaque && !names)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                          "%s: some of its variables are of MATLAB's own classes (string, table); "
                          "expected a file without them",
                          mat->path);
    mat_t *file = Mat_Open(mat->path, MAT_ACC_RDONLY);
    if (!file)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                          "%s is not a MAT file (level 4, 5 or 7.3), or damaged", mat->path);
    mat->version = Mat_GetVersion(file);
    status = read_variables(mat, file, names, &extent);
    Mat_Close(file);
    return status;
}

srnn_status srnn__mat_open(srnn_ctx *ctx, const char *path, const char *const *names,
                           srnn__mat *mat)
{
    *mat = (srnn__mat){.ctx = ctx, .path = path};
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    const srnn_status status = open_checked(mat, names);
    srnn__hdf5_restore(before);
    if (status) srnn__mat_close(mat);
    return status;
}

void srnn__mat_close(srnn__mat *mat)
{
    for (size_t i = 0; i < mat->n; i++) Mat_VarFree(mat->vars[i]);
    free(mat->vars);
    free(mat->missing);
    *mat = (srnn__mat){0};
}

matvar_t *srnn__mat_find(const srnn__mat *mat, const char *name)
{
    for (size_t i = 0; i < mat->n; i++)
        if (!strcmp(mat->vars[i]->name, name)) return mat->vars[i];
    return NULL;
}

static srnn_status not_there(srnn__mat *mat, const char *name, srnn__need need)
{
    if (need == SRNN__REQUIRED)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s has no variable '%s'", mat->path, name);
    const size_t had = mat->missing ? strlen(mat->missing) : 0;
    char *more = realloc(mat->missing, had + strlen(name) + 3);
    if (!more) return srnn__no_memory(mat->ctx);
    sprintf(more + had, "%s%s", had ? ", " : "", name);
    mat->missing = more;
    return SRNN_OK;
}

#define COPY_AS(type)                                                                              \
    for (size_t k = 0; k < n; k++) to[k] = (double)((const type *)from)[k];                        \
    return true

/* False: the class is not numeric. */
static bool copy_as_double(enum matio_classes class_type, const void *from, size_t n, double *to)
{
    switch (class_type) {
    case MAT_C_DOUBLE: COPY_AS(double);
    case MAT_C_SINGLE: COPY_AS(float);
    case MAT_C_INT8: COPY_AS(int8_t);
    case MAT_C_UINT8: COPY_AS(uint8_t);
    case MAT_C_INT16: COPY_AS(int16_t);
    case MAT_C_UINT16: COPY_AS(uint16_t);
    case MAT_C_INT32: COPY_AS(int32_t);
    case MAT_C_UINT32: COPY_AS(uint32_t);
    case MAT_C_INT64: COPY_AS(int64_t);
    case MAT_C_UINT64: COPY_AS(uint64_t);
    default: return false;
    }
}

static bool copy_sparse(const matvar_t *v, size_t rows, size_t cols, double *to)
{
    const mat_sparse_t *s = v->data;
    if (!s || s->njc != cols + 1 || s->nir > s->ndata || v->data_type != MAT_T_DOUBLE) return false;
    for (size_t j = 0; j < cols; j++)
        for (mat_uint32_t k = s->jc[j]; k < s->jc[j + 1]; k++) {
            if (k >= s->nir || s->ir[k] >= rows) return false;
            to[j * rows + s->ir[k]] = ((const double *)s->data)[k];
        }
    return true;
}

srnn_status srnn__mat_array(srnn__mat *mat, const char *name, srnn__need need, srnn__array *out)
{
    *out = (srnn__array){0};
    const matvar_t *v = srnn__mat_find(mat, name);
    if (!v) return not_there(mat, name, need);
    if (v->isComplex)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                          "%s: variable '%s' is complex; expected real numbers", mat->path, name);
    out->rows = v->dims[0];
    out->cols = v->rank > 1 ? v->dims[1] : 1;
    out->pages = 1;
    for (int d = 2; d < v->rank; d++) out->pages *= v->dims[d];
    const size_t n = out->rows * out->cols * out->pages;
    const bool sparse = v->class_type == MAT_C_SPARSE;
    if (sparse && (out->pages != 1 || out->rows > 100000 || out->cols > 100000))
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is sparse and %zu x %zu",
                          mat->path, name, out->rows, out->cols);
    if (!(out->values = calloc(n ? n : 1, sizeof *out->values))) return srnn__no_memory(mat->ctx);
    const bool held = sparse || n == 0 ||
                      (v->data && v->nbytes / (size_t)(v->data_size > 0 ? v->data_size : 1) >= n);
    if (held && (sparse ? copy_sparse(v, out->rows, out->cols, out->values)
                        : copy_as_double(v->class_type, v->data, n, out->values)))
        return SRNN_OK;
    free(out->values);
    out->values = NULL;
    return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is not numeric", mat->path,
                      name);
}

static void size_text(size_t n, char text[32])
{
    if (n)
        snprintf(text, 32, "%zu", n);
    else
        snprintf(text, 32, "any");
}

srnn_status srnn__mat_matrix(srnn__mat *mat, const char *name, srnn__need need, size_t rows,
                             size_t cols, srnn__array *out)
{
    const srnn_status status = srnn__mat_array(mat, name, need, out);
    if (status || !out->values) return status;
    if ((rows == 1 || cols == 1) && (out->rows == 1 || out->cols == 1) && out->pages == 1) {
        const size_t n = out->rows * out->cols; /* a vector: N x 1 and 1 x N are the same */
        out->rows = rows == 1 ? 1 : n;
        out->cols = rows == 1 ? n : 1;
    }
    if (out->pages == 1 && out->rows && out->cols && (!rows || out->rows == rows) &&
        (!cols || out->cols == cols))
        return SRNN_OK;
    free(out->values);
    out->values = NULL;
    char expected_rows[32], expected_cols[32], expected[80];
    size_text(rows, expected_rows);
    size_text(cols, expected_cols);
    snprintf(expected, sizeof expected, "%s x %s", expected_rows, expected_cols);
    return srnn__mat_refuse_shape(mat, name, expected);
}

srnn_status srnn__mat_number(srnn__mat *mat, const char *name, srnn__need need, double *value)
{
    srnn__array a;
    const srnn_status status = srnn__mat_matrix(mat, name, need, 1, 1, &a);
    if (!status && a.values) *value = a.values[0];
    free(a.values);
    return status;
}

srnn_status srnn__mat_refuse(const srnn__mat *mat, const char *name, double value,
                             const char *expected)
{
    return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is %g; expected %s", mat->path,
                      name, value, expected);
}

srnn_status srnn__mat_refuse_shape(const srnn__mat *mat, const char *name, const char *expected)
{
    const matvar_t *v = srnn__mat_find(mat, name);
    char shape[128] = "";
    for (int d = 0, n = 0; d < v->rank && n < (int)sizeof shape; d++)
        n += snprintf(shape + n, sizeof shape - (size_t)n, "%s%zu", d ? " x " : "", v->dims[d]);
    return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is %s; expected %s", mat->path,
                      name, shape, expected);
}

srnn_status srnn__mat_whole(srnn__mat *mat, const char *name, int least, int *value)
{
    double number = *value;
    const srnn_status status = srnn__mat_number(mat, name, SRNN__OPTIONAL, &number);
    if (status || !srnn__mat_find(mat, name)) return status;
    if (!(number >= least && number <= 1e9 && number == floor(number)))
        return srnn__mat_refuse(mat, name, number,
                                least ? "a whole number, 1 or more" : "a whole number, 0 or more");
    *value = (int)number;
    return SRNN_OK;
}

srnn_status srnn__mat_text(srnn__mat *mat, const char *name, srnn__need need, char *text,
                           size_t size)
{
    *text = '\0';
    const matvar_t *v = srnn__mat_find(mat, name);
    if (!v) return not_there(mat, name, need);
    if (v->class_type == MAT_C_CELL && v->data && v->nbytes >= sizeof(matvar_t *) && v->dims[0] > 0)
        v = *(matvar_t *const *)v->data;
    size_t n = 1;
    for (int d = 0; v && d < v->rank; d++) n *= v->dims[d];
    const bool is_text = v && v->class_type == MAT_C_CHAR && (v->data || n == 0) &&
                         (v->data_size == 1 || v->data_size == 2) && v->nbytes >= n;
    if (!is_text)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is not text", mat->path,
                          name);
    size_t k = 0;
    for (; k < n && k + 1 < size; k++) {
        const unsigned c = v->data_size == 1    ? ((const uint8_t *)v->data)[k]
                           : v->nbytes >= 2 * n ? ((const uint16_t *)v->data)[k]
                                                : 0;
        text[k] = (char)(c < 32 || c > 126 ? '?' : c);
    }
    text[k] = '\0';
    return SRNN_OK;
}
