/* Level 4: for each variable five words (type, rows, columns, complex, length of the name),
   the name, the numbers. The type's decimal digits are byte order, 0, format and kind of
   matrix. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "io/mat_bytes.h"

enum { MAT4_HEADER = 20 };
enum { MAT4_FULL, MAT4_TEXT, MAT4_SPARSE }; /* kinds of matrix */

static const uint32_t mat4_types[] = {SRNN__MI_DOUBLE, SRNN__MI_SINGLE, SRNN__MI_INT32,
                                      SRNN__MI_INT16,  SRNN__MI_UINT16, SRNN__MI_UINT8};
static const srnn__mat_numeric numerics[] = {SRNN__DOUBLE, SRNN__SINGLE, SRNN__INT32,
                                             SRNN__INT16,  SRNN__UINT16, SRNN__UINT8};

typedef struct file4 {
    srnn_ctx *ctx;
    const char *path;
    const unsigned char *bytes;
    size_t n;
    bool big_endian;
} file4;

typedef struct variable4 {
    uint32_t rows, cols, format, kind, name_length;
    bool is_complex;
    const unsigned char *name, *numbers;
    size_t end; /* where the next one begins */
} variable4;

static file4 mat4_open(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n)
{
    return (file4){ctx, path, bytes, n, srnn__mat_word(bytes, false) >= 5000};
}

static srnn_status mat4_next_variable(const file4 *f, size_t at, variable4 *v)
{
    if (f->n - at < MAT4_HEADER)
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT, "%s is truncated: it ends at byte %zu", f->path,
                          f->n);
    uint32_t w[5];
    for (int k = 0; k < 5; k++) w[k] = srnn__mat_word(f->bytes + at + 4 * k, f->big_endian);
    *v = (variable4){w[1], w[2], w[0] / 10 % 10, w[0] % 10, w[4], w[3] == 1, NULL, NULL, 0};
    /* sparse: a row a nonzero, and one of sizes: 3 or 4 numbers */
    const bool no_sparse = v->kind == MAT4_SPARSE && (v->rows < 1 || v->cols < 3 || v->cols > 4);
    if (w[0] / 1000 != f->big_endian || w[0] / 100 % 10 != 0 || v->format > 5 ||
        v->kind > MAT4_SPARSE || w[3] > 1 || w[4] == 0 || no_sparse)
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT, "%s is damaged: no variable begins at byte %zu",
                          f->path, at);
    const uint64_t left = f->n - at - MAT4_HEADER, numbers = (uint64_t)v->rows * v->cols;
    const uint64_t width = srnn__mi_width(mat4_types[v->format]) * (v->is_complex ? 2 : 1);
    if (w[4] > left || numbers > left || numbers * width > left - w[4])
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                          "%s is truncated: the variable at byte %zu is %u x %u, %llu bytes "
                          "are left",
                          f->path, at, v->rows, v->cols, (unsigned long long)left);
    v->name = f->bytes + at + MAT4_HEADER;
    v->numbers = v->name + v->name_length;
    v->end = at + MAT4_HEADER + v->name_length + (size_t)(numbers * width);
    return SRNN_OK;
}

/* Rows of row and column from 1, number; the last has the matrix's sizes. */
static srnn_status set_sparse(const file4 *f, const double *table, size_t n, srnn__mat_var *v)
{
    const double *cols = table + n, *numbers = table + 2 * n;
    v->is_sparse = true;
    for (int d = 0; d < 2; d++) {
        const double axis = table[(size_t)d * n + n - 1];
        if (!(axis >= 0 && axis <= INT32_MAX)) return SRNN_ERR_FORMAT;
        v->dims[d] = (size_t)axis;
    }
    const size_t count = srnn__mat_count(v);
    if (count > SRNN__MAT_SPARSE_MAX || v->is_complex) return SRNN_OK;
    if (!(v->values = calloc(count + 1, sizeof *v->values))) return srnn__no_memory(f->ctx);
    for (size_t k = 0; k + 1 < n; k++) {
        if (!(table[k] >= 1 && table[k] <= (double)v->dims[0] && cols[k] >= 1 &&
              cols[k] <= (double)v->dims[1]))
            return SRNN_ERR_FORMAT;
        v->values[((size_t)cols[k] - 1) * v->dims[0] + (size_t)table[k] - 1] = numbers[k];
    }
    return SRNN_OK;
}

static srnn_status mat4_fill(const file4 *f, const variable4 *stored, srnn__mat_var *v)
{
    const size_t n = (size_t)stored->rows * stored->cols;
    double *values = malloc((n + 1) * sizeof *values);
    if (!values) return srnn__no_memory(f->ctx);
    srnn__mi_doubles(stored->numbers, mat4_types[stored->format], f->big_endian, n, values);
    v->rank = 2;
    v->dims[0] = stored->rows;
    v->dims[1] = stored->cols;
    v->is_complex = stored->is_complex || (stored->kind == MAT4_SPARSE && stored->cols == 4);
    v->numeric = numerics[stored->format];
    srnn_status status = SRNN_OK;
    if (stored->kind == MAT4_TEXT) {
        v->class_type = SRNN__MAT_TEXT;
        if (!srnn__mi_text(v, mat4_types[stored->format], values, n))
            status = srnn__no_memory(f->ctx);
    } else if (stored->kind == MAT4_SPARSE) {
        status = set_sparse(f, values, stored->rows, v);
    } else if (!v->is_complex) {
        v->values = values;
        values = NULL;
    }
    free(values);
    if (status == SRNN_ERR_FORMAT)
        return srnn__fail(f->ctx, status,
                          "%s is damaged: the sparse variable '%s' has entries "
                          "outside it",
                          f->path, v->name);
    return status;
}

srnn_status srnn__mat4_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                            const char *const *names)
{
    const file4 f = mat4_open(mat->ctx, mat->path, bytes, n);
    variable4 stored;
    srnn_status status = SRNN_OK;
    for (size_t at = 0; at < n && !status; at = stored.end) {
        if ((status = mat4_next_variable(&f, at, &stored))) break;
        srnn__mat_var v = {.name = strndup((const char *)stored.name, stored.name_length)};
        if (!v.name)
            status = srnn__no_memory(f.ctx);
        else if (srnn__mat_wanted(v.name, names) && !(status = mat4_fill(&f, &stored, &v)))
            status = srnn__mat_keep(mat, &v);
        srnn__mat_var_free(&v);
    }
    return status;
}

/* ---- changing ---- */

static void mat4_put_variable(srnn__mat_out *out, const srnn__mat_var *v)
{
    uint32_t type = SRNN__MI_DOUBLE, format = 0;
    const bool text = v->class_type == SRNN__MAT_TEXT;
    size_t n = text ? 0 : srnn__mat_count(v);
    double *units = text ? srnn__text_units(v->text, &type, &n) : NULL;
    if (text) format = type == SRNN__MI_UTF8 ? 5 : 4;
    const size_t rows = text || n == 0 ? 1 : v->dims[0];
    srnn__put_word(out,
                   (out->big_endian ? 1000 : 0) + 10 * format + (text ? MAT4_TEXT : MAT4_FULL));
    srnn__put_word(out, (uint32_t)rows);
    srnn__put_word(out, (uint32_t)(n / rows));
    srnn__put_word(out, 0);
    srnn__put_word(out, (uint32_t)strlen(v->name) + 1);
    srnn__put_bytes(out, v->name, strlen(v->name) + 1);
    if (text && !units) out->failed = true;
    srnn__put_doubles(out, mat4_types[format], text ? units : v->values, n);
    free(units);
}

srnn_status srnn__mat4_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                              const srnn__mat_change *change, srnn__mat_out *out)
{
    const file4 f = mat4_open(ctx, path, bytes, n);
    variable4 stored;
    srnn_status status = SRNN_OK;
    out->big_endian = f.big_endian;
    for (size_t at = 0; at < n && !status; at = stored.end) {
        if ((status = mat4_next_variable(&f, at, &stored))) break;
        char *name = strndup((const char *)stored.name, stored.name_length);
        if (name && !srnn__mat_goes(change, name))
            srnn__put_bytes(out, bytes + at, stored.end - at);
        out->failed |= !name;
        free(name);
    }
    for (size_t k = 0; k < change->n_vars && !status; k++) mat4_put_variable(out, &change->vars[k]);
    return status;
}
