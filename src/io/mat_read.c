/* What stands in a MAT file, whatever its level: the file as a whole, and its variables as
   arrays, numbers and text. */
#include "io/mat_bytes.h"
#include "io/whole_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL_4_HEADER = 20 };

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

/* ---- the file ---- */

srnn_status srnn__mat_level(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                            int *level)
{
    if (n < LEVEL_4_HEADER)
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s has %zu bytes; expected a MAT file", path, n);
    const bool whole = n >= SRNN__MAT5_HEADER;
    const bool little = whole && !memcmp(bytes + 126, "IM", 2);
    const bool big = whole && !memcmp(bytes + 126, "MI", 2);
    *level = 0;
    if (little || big) {
        const int version = bytes[little ? 125 : 124];
        *level = version == 2 ? 7 : version == 1 && bytes[little ? 124 : 125] == 0 ? 5 : 0;
    } else if (srnn__mat_word(bytes, false) < 5000 || srnn__mat_word(bytes, true) < 5000) {
        *level = 4; /* begins with its type, in one of the byte orders */
    }
    if (*level) return SRNN_OK;
    if (!memcmp(bytes, "# Created by Octave ", LEVEL_4_HEADER))
        return srnn__fail(ctx, SRNN_ERR_FORMAT,
                          "%s is text, as Octave saves by default; expected a MAT file: "
                          "save_default_options ('-v7') before save",
                          path);
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is not a MAT file (level 4, 5 or 7.3)", path);
}

srnn_status srnn__mat_read(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                           const char *const *names, srnn__mat *mat)
{
    int level;
    *mat = (srnn__mat){.ctx = ctx, .path = path};
    srnn_status status = srnn__mat_level(ctx, path, bytes, n, &level);
    if (status) return status;
    switch (level) {
    case 4: status = srnn__mat4_read(mat, bytes, n, names); break;
    case 5: status = srnn__mat5_read(mat, bytes, n, names); break;
    default: status = srnn__mat73_read(mat, bytes, n, names);
    }
    if (status) srnn__mat_close(mat);
    return status;
}

srnn_status srnn__mat_open(srnn_ctx *ctx, const char *path, const char *const *names,
                           srnn__mat *mat)
{
    unsigned char *bytes;
    size_t n;
    *mat = (srnn__mat){0};
    srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    if (status) return status;
    status = srnn__mat_read(ctx, path, bytes, n, names, mat);
    free(bytes);
    return status;
}

void srnn__mat_close(srnn__mat *mat)
{
    for (size_t i = 0; i < mat->n; i++) srnn__mat_var_free(&mat->vars[i]);
    free(mat->vars);
    free(mat->missing);
    *mat = (srnn__mat){0};
}

/* ---- its variables ---- */

bool srnn__mat_wanted(const char *name, const char *const *names)
{
    if (!names) return true;
    for (; *names; names++)
        if (!strcmp(name, *names)) return true;
    return false;
}

const srnn__mat_var *srnn__mat_find(const srnn__mat *mat, const char *name)
{
    for (size_t i = 0; i < mat->n; i++)
        if (!strcmp(mat->vars[i].name, name)) return &mat->vars[i];
    return NULL;
}

srnn_status srnn__mat_keep(srnn__mat *mat, srnn__mat_var *v)
{
    srnn__mat_var *place = NULL;
    for (size_t i = 0; i < mat->n; i++)
        if (!strcmp(mat->vars[i].name, v->name)) place = &mat->vars[i];
    if (place) {
        srnn__mat_var_free(place);
    } else {
        srnn__mat_var *more = realloc(mat->vars, (mat->n + 1) * sizeof *more);
        if (!more) return srnn__no_memory(mat->ctx);
        mat->vars = more;
        place = &mat->vars[mat->n++];
    }
    *place = *v;
    *v = (srnn__mat_var){0};
    return SRNN_OK;
}

static srnn_status not_there(srnn__mat *mat, const char *name, srnn__need need)
{
    if (need == SRNN__REQUIRED)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s has no variable '%s'", mat->path, name);
    if (need == SRNN__UNLISTED) return SRNN_OK;
    const size_t had = mat->missing ? strlen(mat->missing) : 0;
    char *more = realloc(mat->missing, had + strlen(name) + 3);
    if (!more) return srnn__no_memory(mat->ctx);
    sprintf(more + had, "%s%s", had ? ", " : "", name);
    mat->missing = more;
    return SRNN_OK;
}

srnn_status srnn__mat_array(srnn__mat *mat, const char *name, srnn__need need, srnn__array *out)
{
    *out = (srnn__array){0};
    const srnn__mat_var *v = srnn__mat_find(mat, name);
    if (!v) return not_there(mat, name, need);
    if (v->class_type != SRNN__MAT_NUMBERS)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is not numeric", mat->path,
                          name);
    if (v->is_complex)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT,
                          "%s: variable '%s' is complex; expected real numbers", mat->path, name);
    out->rows = v->dims[0];
    out->cols = v->dims[1];
    out->pages = 1;
    for (int d = 2; d < v->rank; d++) out->pages *= v->dims[d];
    const size_t n = srnn__mat_count(v);
    if (!v->values && n)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is sparse and %zu x %zu",
                          mat->path, name, out->rows, out->cols);
    if (!(out->values = malloc((n + 1) * sizeof *out->values))) return srnn__no_memory(mat->ctx);
    if (n) memcpy(out->values, v->values, n * sizeof *out->values);
    return SRNN_OK;
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

srnn_status srnn__mat_floats(srnn__mat *mat, const char *name, srnn__need need, int rows, int cols,
                             float *to, bool *found)
{
    srnn__array a;
    const srnn_status status = srnn__mat_matrix(mat, name, need, (size_t)rows, (size_t)cols, &a);
    for (size_t k = 0; a.values && k < (size_t)rows * (size_t)cols; k++) to[k] = (float)a.values[k];
    if (found) *found = a.values != NULL;
    free(a.values);
    return status;
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
    const srnn__mat_var *v = srnn__mat_find(mat, name);
    char shape[128] = "";
    for (int d = 0, n = 0; d < v->rank && n < (int)sizeof shape; d++)
        n += snprintf(shape + n, sizeof shape - (size_t)n, "%s%zu", d ? " x " : "", v->dims[d]);
    return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is %s; expected %s", mat->path,
                      name, shape, expected);
}

srnn_status srnn__mat_whole(srnn__mat *mat, const char *name, srnn__need need, int least,
                            int *value)
{
    double number = *value;
    const srnn_status status = srnn__mat_number(mat, name, need, &number);
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
    const srnn__mat_var *v = srnn__mat_find(mat, name);
    if (!v) return not_there(mat, name, need);
    if (v->class_type == SRNN__MAT_CELL && v->n_parts > 0) v = v->parts;
    if (v->class_type != SRNN__MAT_TEXT)
        return srnn__fail(mat->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' is not text", mat->path,
                          name);
    size_t n = strlen(v->text);
    if (n >= size)
        for (n = size - 1; n > 0 && (v->text[n] & 0xc0) == 0x80;) n--; /* no half letter */
    memcpy(text, v->text, n);
    text[n] = '\0';
    return SRNN_OK;
}
