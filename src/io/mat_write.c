#include <string.h>

#include "io/mat_file.h"
#include "io/whole_file.h"

/* ---- does the file hold what was written? ---- */

static size_t count_elements(const matvar_t *v)
{
    size_t n = 1;
    for (int d = 0; d < v->rank; d++) n *= v->dims[d];
    return n;
}

static bool same_variable(const matvar_t *a, const matvar_t *b);

static bool same_children(const matvar_t *a, const matvar_t *b, size_t n)
{
    matvar_t *const *of_a = a->data, *const *of_b = b->data;
    for (size_t k = 0; k < n; k++) {
        if (!of_a[k] || !of_b[k]) {
            /* an empty cell may come back as an empty variable */
            const matvar_t *there = of_a[k] ? of_a[k] : of_b[k];
            if (there && count_elements(there) != 0) return false;
        } else if (!same_variable(of_a[k], of_b[k])) {
            return false;
        }
    }
    return true;
}

/* Real, or the two parts of complex numbers. */
static bool same_numbers(const matvar_t *a, const void *of_a, const void *of_b, size_t bytes)
{
    if (!a->isComplex) return !memcmp(of_a, of_b, bytes);
    const mat_complex_split_t *s = of_a, *t = of_b;
    return !memcmp(s->Re, t->Re, bytes) && !memcmp(s->Im, t->Im, bytes);
}

static bool same_sparse(const matvar_t *a, const matvar_t *b)
{
    const mat_sparse_t *s = a->data, *t = b->data;
    return a->data_type == b->data_type && s->njc == t->njc && s->nir == t->nir &&
           s->ndata == t->ndata && !memcmp(s->jc, t->jc, s->njc * sizeof *s->jc) &&
           !memcmp(s->ir, t->ir, s->nir * sizeof *s->ir) &&
           same_numbers(a, s->data, t->data, s->ndata * Mat_SizeOf(a->data_type));
}

static bool same_data(const matvar_t *a, const matvar_t *b)
{
    const size_t n = count_elements(a), bytes = n * (size_t)a->data_size;
    if (n == 0) return true;
    if (!a->data || !b->data) return a->data == b->data;
    if (a->class_type == MAT_C_CELL) return same_children(a, b, n);
    if (a->class_type == MAT_C_STRUCT) {
        const unsigned fields = Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)a);
        return fields == Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)b) &&
               same_children(a, b, n * fields);
    }
    if (a->class_type == MAT_C_SPARSE) return same_sparse(a, b);
    return a->data_size == b->data_size && same_numbers(a, a->data, b->data, bytes);
}

static bool same_variable(const matvar_t *a, const matvar_t *b)
{
    return a->class_type == b->class_type && a->rank == b->rank && !a->isComplex == !b->isComplex &&
           !a->isLogical == !b->isLogical &&
           !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) && same_data(a, b);
}

static bool holds(const char *path, matvar_t *const *vars, size_t n)
{
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    if (!file) return false;
    size_t same = 0;
    for (size_t k = 0; k < n; k++) {
        matvar_t *back = Mat_VarRead(file, vars[k]->name);
        same += back && same_variable(vars[k], back);
        Mat_VarFree(back);
    }
    Mat_Close(file);
    return same == n;
}

/* ---- writing ---- */

/* Numbers are packed. What may hold text is not: matio 1.5 states wrong sizes for packed
   text of more than one byte a character. */
static enum matio_compression packing(const matvar_t *v)
{
    const bool may_hold_text =
        v->class_type == MAT_C_CHAR || v->class_type == MAT_C_CELL || v->class_type == MAT_C_STRUCT;
    return may_hold_text ? MAT_COMPRESSION_NONE : MAT_COMPRESSION_ZLIB;
}

static bool write_variables(const char *path, enum mat_ft version, matvar_t *const *vars, size_t n)
{
    mat_t *file =
        Mat_CreateVer(path, "MATLAB MAT-file, written by SpikeRNN in C " SRNN_VERSION, version);
    if (!file) return false;
    bool good = true;
    for (size_t k = 0; k < n && good; k++) good = !Mat_VarWrite(file, vars[k], packing(vars[k]));
    return !Mat_Close(file) && good;
}

typedef struct content {
    srnn_ctx *ctx;
    enum mat_ft version;
    matvar_t *const *vars;
    size_t n;
} content;

static bool write_and_check(void *user, const char *path)
{
    const content *c = user;
    srnn__mat_extent extent;
    return write_variables(path, c->version, c->vars, c->n) &&
           !srnn__mat_check(c->ctx, path, &extent) && holds(path, c->vars, c->n);
}

srnn_status srnn__mat_write(srnn_ctx *ctx, const char *path, enum mat_ft version,
                            matvar_t *const *vars, size_t n, bool replace, bool *exists)
{
    content c = {ctx, version, vars, n};
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    const srnn_status status =
        srnn__write_whole(ctx, path, ".mat", write_and_check, &c, replace, exists);
    srnn__hdf5_restore(before);
    return status;
}
