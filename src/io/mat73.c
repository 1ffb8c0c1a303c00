/* Level 7.3 of MAT files: HDF5, in which attributes say what MATLAB calls each dataset and group.
   Arrays lie as in memory, so that the axes are in the other order. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_file.h"

static const char class_attribute[] = "MATLAB_class";

typedef struct mat73_reader {
    srnn__hdf5_in in;
    srnn__mat *mat;
    const char *const *names;
    const char *name; /* of the top-level variable, for the sentences */
    haddr_t ancestors[SRNN__MAT_DEPTH_MAX];
    uint64_t parts;   /* that may still be added: the file has 8 bytes at least for each */
    uint64_t visited; /* objects, some of them again */
    uint64_t objects; /* at most: each has a header with axes, type and place */
    srnn_status status;
} mat73_reader;

static srnn_status mat73_refuse(mat73_reader *r, const char *what)
{
    return srnn__hdf5_refuse(&r->in, r->name, what);
}

static srnn_status read_object(mat73_reader *r, hid_t object, int depth, srnn__mat_var *v);

/* ---- numbers and text ---- */

static const struct {
    const char *name;
    srnn__mat_numeric numeric;
} numeric_names[] = {{"double", SRNN__DOUBLE}, {"single", SRNN__SINGLE}, {"int8", SRNN__INT8},
                     {"uint8", SRNN__UINT8},   {"int16", SRNN__INT16},   {"uint16", SRNN__UINT16},
                     {"int32", SRNN__INT32},   {"uint32", SRNN__UINT32}, {"int64", SRNN__INT64},
                     {"uint64", SRNN__UINT64}, {"logical", SRNN__UINT8}};
enum { N_NUMERIC_NAMES = sizeof numeric_names / sizeof *numeric_names };

/* false: it is not one of numbers. */
static bool take_class(const char *name, srnn__mat_var *v)
{
    for (int k = 0; k < N_NUMERIC_NAMES; k++)
        if (!strcmp(name, numeric_names[k].name)) {
            v->numeric = numeric_names[k].numeric;
            v->is_logical = k == N_NUMERIC_NAMES - 1;
            return true;
        }
    return false;
}

/* What MATLAB would call numbers of this type. */
static srnn__mat_numeric numeric_of_type(hid_t type)
{
    static const srnn__mat_numeric integers[2][9] = {
        {[1] = SRNN__UINT8, [2] = SRNN__UINT16, [4] = SRNN__UINT32, [8] = SRNN__UINT64},
        {[1] = SRNN__INT8, [2] = SRNN__INT16, [4] = SRNN__INT32, [8] = SRNN__INT64}};
    const size_t size = H5Tget_size(type);
    if (H5Tget_class(type) == H5T_FLOAT) return size <= 4 ? SRNN__SINGLE : SRNN__DOUBLE;
    return integers[H5Tget_sign(type) == H5T_SGN_2][size <= 8 ? size : 8];
}

/* Two axes or more, the fastest first. */
static void take_axes(const srnn__hdf5_set *set, srnn__mat_var *v)
{
    v->rank = set->rank < 2 ? 2 : set->rank;
    for (int d = 0; d < v->rank; d++)
        v->dims[d] = d < set->rank ? (size_t)set->dims[set->rank - 1 - d] : 1;
}

/* All elements as doubles; to be freed. */
static srnn_status mat73_read_numbers(mat73_reader *r, const srnn__hdf5_set *set, double **values)
{
    if (!(*values = calloc(set->n + 1, sizeof **values))) return srnn__no_memory(r->in.ctx);
    if (!set->n ||
        H5Dread(set->set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *values) >= 0)
        return SRNN_OK;
    free(*values);
    *values = NULL;
    return mat73_refuse(r, "is damaged or truncated");
}

/* An array without elements keeps its axes in their place. */
static srnn_status read_empty(mat73_reader *r, const srnn__hdf5_set *set, srnn__mat_var *v)
{
    double *dims;
    const bool list = set->n >= 1 && set->n <= SRNN__MAT_RANK_MAX;
    if (!list || !srnn__hdf5_numeric(set->type)) return mat73_refuse(r, "is damaged");
    const srnn_status status = mat73_read_numbers(r, set, &dims);
    if (status) return status;
    bool empty = false;
    v->rank = set->n < 2 ? 2 : (int)set->n;
    for (int d = 0; d < v->rank; d++) {
        const double length = (size_t)d < set->n ? dims[d] : 1;
        v->dims[d] = length >= 0 && length < 4294967296.0 ? (size_t)length : 0;
        empty |= v->dims[d] == 0;
    }
    free(dims);
    return empty ? SRNN_OK : mat73_refuse(r, "is damaged");
}

static srnn_status read_array(mat73_reader *r, const srnn__hdf5_set *set, srnn__mat_var *v)
{
    v->class_type = SRNN__MAT_NUMBERS;
    if (H5Tget_class(set->type) == H5T_COMPOUND) {
        v->is_complex = true;
        return SRNN_OK;
    }
    if (!srnn__hdf5_numeric(set->type)) {
        v->class_type = SRNN__MAT_OTHER;
        return SRNN_OK;
    }
    return mat73_read_numbers(r, set, &v->values);
}

/* Letters of 16 bits are UTF-16, of 32 Unicode, rows of 8 UTF-8. */
static srnn_status read_letters(mat73_reader *r, const srnn__hdf5_set *set, srnn__mat_var *v)
{
    v->class_type = SRNN__MAT_OTHER;
    if (H5Tget_class(set->type) != H5T_INTEGER || !srnn__hdf5_numeric(set->type)) return SRNN_OK;
    uint32_t *units = calloc(set->n + 1, sizeof *units);
    if (!units) return srnn__no_memory(r->in.ctx);
    srnn_status status = SRNN_OK;
    if (set->n && H5Dread(set->set, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, units) < 0)
        status = mat73_refuse(r, "is damaged or truncated");
    size_t n = set->n;
    if (H5Tget_size(set->type) == 1 && v->dims[0] == 1 && v->rank == 2)
        v->dims[1] = n = srnn__utf8_to_letters(units, n);
    v->class_type = SRNN__MAT_TEXT;
    if (!status && !srnn__mat_set_text(v, units, n)) status = srnn__no_memory(r->in.ctx);
    free(units);
    return status;
}

/* Text as HDF5 has it itself, one piece. */
static srnn_status read_string(mat73_reader *r, const srnn__hdf5_set *set, srnn__mat_var *v)
{
    v->class_type = SRNN__MAT_OTHER;
    if (set->n != 1) return SRNN_OK;
    const bool variable = H5Tis_variable_str(set->type) > 0;
    const char *why = variable ? srnn__hdf5_check_texts(&r->in, set) : NULL;
    if (why) return mat73_refuse(r, why);
    char *fixed = variable ? NULL : calloc(H5Tget_size(set->type) + 1, 1), *theirs = NULL;
    if (!variable && !fixed) return srnn__no_memory(r->in.ctx);
    const bool good = H5Dread(set->set, set->type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                              variable ? (void *)&theirs : fixed) >= 0;
    const char *text = variable ? theirs ? theirs : "" : fixed;
    srnn_status status = SRNN_OK;
    if (!good)
        status = mat73_refuse(r, "is damaged or truncated");
    else if (!srnn__mat_set_row(v, text, strlen(text)))
        status = srnn__no_memory(r->in.ctx);
    H5free_memory(theirs);
    free(fixed);
    return status;
}

/* ---- cells, structs, sparse matrices ---- */

static srnn__mat_var *mat73_add_part(mat73_reader *r, srnn__mat_var *v)
{
    if (r->parts == 0) {
        mat73_refuse(r, "has more parts than the file can hold");
        return NULL;
    }
    r->parts--;
    srnn__mat_var *part = srnn__mat_add_part(v);
    if (!part) srnn__no_memory(r->in.ctx);
    return part;
}

/* Parts of a cell that have been read, by a digest of their references. */
enum { SEEN = 61, SEEN_VALUES = 64 };
typedef struct seen_part {
    hobj_ref_t reference; /* 0: none */
    size_t part;
} seen_part;

/* MATLAB has one array without elements for all empty parts: it is read once. What is large is
   read again, so that it counts again. */
static bool copy_seen(srnn__mat_var *v, const seen_part *seen, srnn__mat_var *to)
{
    const srnn__mat_var *from = &v->parts[seen->part];
    const size_t n = from->values ? srnn__mat_count(from) : 0;
    if (from->n_parts || from->text || n > SEEN_VALUES) return false;
    double *values = from->values ? calloc(n + 1, sizeof *values) : NULL;
    if (from->values && !values) return false;
    if (n) memcpy(values, from->values, n * sizeof *values);
    *to = *from;
    to->values = values;
    return true;
}

static srnn_status read_reference(mat73_reader *r, hid_t set, hobj_ref_t reference, int depth,
                                  srnn__mat_var *part)
{
    if (!reference) return mat73_refuse(r, "has a part that nobody wrote; expected all of them");
    const hid_t object = H5Rdereference2(set, H5P_DEFAULT, H5R_OBJECT, &reference);
    if (object < 0) return mat73_refuse(r, "has a part that is not there; the file is damaged");
    const srnn_status status = read_object(r, object, depth + 1, part);
    H5Oclose(object);
    return status;
}

static srnn_status read_references(mat73_reader *r, hid_t set, size_t n,
                                   const hobj_ref_t *references, int depth, srnn__mat_var *v)
{
    seen_part seen[SEEN] = {{0}};
    srnn_status status = SRNN_OK;
    for (size_t k = 0; k < n && !status; k++) {
        srnn__mat_var *part = mat73_add_part(r, v);
        if (!part) return SRNN_ERR_FORMAT;
        seen_part *before = &seen[references[k] % SEEN];
        const bool again = before->reference && before->reference == references[k];
        if (again && copy_seen(v, before, part)) continue;
        status = read_reference(r, set, references[k], depth, part);
        *before = (seen_part){references[k], k};
    }
    return status;
}

static srnn_status mat73_read_cell(mat73_reader *r, const srnn__hdf5_set *set, int depth,
                                   srnn__mat_var *v)
{
    if (H5Tget_class(set->type) != H5T_REFERENCE || !(H5Tequal(set->type, H5T_STD_REF_OBJ) > 0)) {
        v->class_type = SRNN__MAT_OTHER;
        return SRNN_OK;
    }
    v->class_type = SRNN__MAT_CELL;
    hobj_ref_t *references = calloc(set->n + 1, sizeof *references);
    if (!references) return srnn__no_memory(r->in.ctx);
    srnn_status status = SRNN_OK;
    if (set->n && H5Dread(set->set, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, references) < 0)
        status = mat73_refuse(r, "is damaged or truncated");
    if (!status) status = read_references(r, set->set, set->n, references, depth, v);
    free(references);
    return status;
}

typedef struct fields {
    mat73_reader *r;
    srnn__mat_var *v;
    int depth;
    srnn_status status;
} fields;

static herr_t mat73_read_field(hid_t group, const char *name, const H5L_info_t *info, void *user)
{
    fields *f = user;
    mat73_reader *r = f->r;
    (void)info;
    srnn__mat_var *part = mat73_add_part(r, f->v);
    if (!part) {
        f->status = SRNN_ERR_FORMAT;
        return 1;
    }
    part->name = strdup(name);
    r->in.outside = false;
    const hid_t object = H5Oopen(group, name, r->in.links);
    if (!part->name)
        f->status = srnn__no_memory(r->in.ctx);
    else if (object < 0 && r->in.outside)
        f->status = mat73_refuse(r, SRNN__HDF5_OUTSIDE);
    else if (object < 0)
        part->class_type = SRNN__MAT_OTHER;
    else
        f->status = read_object(r, object, f->depth + 1, part);
    if (object >= 0) H5Oclose(object);
    return f->status != SRNN_OK;
}

static srnn_status mat73_read_struct(mat73_reader *r, hid_t group, int depth, srnn__mat_var *v)
{
    fields f = {r, v, depth, SRNN_OK};
    v->class_type = SRNN__MAT_STRUCT;
    v->rank = 2;
    v->dims[0] = v->dims[1] = 1;
    const herr_t end = H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, mat73_read_field, &f);
    if (f.status) return f.status;
    return end < 0 ? mat73_refuse(r, "is damaged or truncated") : SRNN_OK;
}

/* The list of that name in the group; n 0 where it is not there. */
static srnn_status read_sparse_list(mat73_reader *r, hid_t group, const char *name, double **values,
                                    size_t *n)
{
    *n = 0;
    *values = NULL;
    if (!(H5Lexists(group, name, r->in.links) > 0)) return SRNN_OK;
    srnn__hdf5_set set;
    r->in.outside = false;
    const hid_t list = H5Dopen2(group, name, r->in.links);
    if (list < 0) return mat73_refuse(r, r->in.outside ? SRNN__HDF5_OUTSIDE : "is damaged");
    srnn_status status = srnn__hdf5_take_set(&r->in, r->name, list, &set);
    if (status) return status;
    if (srnn__hdf5_numeric(set.type))
        status = mat73_read_numbers(r, &set, values);
    else
        status = mat73_refuse(r, "is complex and sparse, or damaged; expected real numbers");
    *n = set.n;
    srnn__hdf5_close_set(&set);
    return status;
}

static srnn_status fill_sparse(mat73_reader *r, double rows, double *const lists[3],
                               const size_t n[3], srnn__mat_var *v)
{
    const size_t cols = n[0] ? n[0] - 1 : 0;
    if (!(rows >= 0 && rows <= UINT32_MAX) || cols > UINT32_MAX || n[1] != n[2])
        return mat73_refuse(r, "is damaged");
    v->rank = 2;
    v->dims[0] = (size_t)rows;
    v->dims[1] = cols;
    const size_t count = srnn__mat_count(v);
    if (count <= SRNN__MAT_SPARSE_MAX && count > r->in.unpacked / sizeof(double))
        return mat73_refuse(r, "is sparse and much larger than the file");
    const srnn_status status = srnn__mat_set_sparse(v, n[1], lists[1], lists[0], lists[2]);
    if (status == SRNN_ERR_NO_MEMORY) return srnn__no_memory(r->in.ctx);
    if (status) return mat73_refuse(r, "is damaged");
    if (v->values) r->in.unpacked -= count * sizeof(double);
    return SRNN_OK;
}

/* Columns: where each begins, the rows of its nonzeros, the numbers. */
static srnn_status mat73_read_sparse(mat73_reader *r, hid_t group, double rows, srnn__mat_var *v)
{
    static const char *const names[] = {"jc", "ir", "data"};
    double *lists[3] = {NULL};
    size_t n[3] = {0};
    srnn_status status = SRNN_OK;
    v->class_type = SRNN__MAT_NUMBERS;
    for (int k = 0; k < 3 && !status; k++)
        status = read_sparse_list(r, group, names[k], &lists[k], &n[k]);
    if (!status) status = fill_sparse(r, rows, lists, n, v);
    for (int k = 0; k < 3; k++) free(lists[k]);
    return status;
}

/* ---- objects ---- */

static srnn_status read_group(mat73_reader *r, hid_t group, int depth, srnn__mat_var *v)
{
    double rows;
    char class_name[32];
    srnn__hdf5_object_text(&r->in, group, class_attribute, class_name);
    if (srnn__hdf5_object_number(group, "MATLAB_sparse", &rows)) {
        take_class(class_name, v);
        return mat73_read_sparse(r, group, rows, v);
    }
    if (*class_name && strcmp(class_name, "struct")) return SRNN_OK; /* a function handle */
    return mat73_read_struct(r, group, depth, v);
}

static srnn_status mat73_read_set(mat73_reader *r, const srnn__hdf5_set *set,
                                  const char *class_name, int depth, srnn__mat_var *v)
{
    double empty = 0;
    take_axes(set, v);
    const bool is_empty = srnn__hdf5_object_number(set->set, "MATLAB_empty", &empty) && empty != 0;
    srnn_status status = is_empty ? read_empty(r, set, v) : SRNN_OK;
    const srnn__hdf5_set none = {.set = set->set, .type = set->type, .rank = set->rank};
    const srnn__hdf5_set *rest = is_empty ? &none : set;
    if (status) return status;
    if (!strcmp(class_name, "char")) return read_letters(r, rest, v);
    if (!strcmp(class_name, "cell")) {
        v->class_type = SRNN__MAT_CELL;
        return is_empty ? SRNN_OK : mat73_read_cell(r, rest, depth, v);
    }
    if (take_class(class_name, v)) return read_array(r, rest, v);
    v->class_type = SRNN__MAT_OTHER;
    if (*class_name) return SRNN_OK; /* objects, function handles */
    if (H5Tget_class(set->type) == H5T_STRING) return read_string(r, rest, v);
    if (!srnn__hdf5_numeric(set->type)) return SRNN_OK;
    v->numeric = numeric_of_type(set->type);
    v->is_logical = H5Tget_class(set->type) == H5T_ENUM;
    return read_array(r, rest, v);
}

static srnn_status read_dataset(mat73_reader *r, hid_t dataset, int depth, srnn__mat_var *v)
{
    char class_name[32];
    srnn__hdf5_set set;
    srnn__hdf5_object_text(&r->in, dataset, class_attribute, class_name);
    H5Iinc_ref(dataset); /* the caller closes it, too */
    srnn_status status = srnn__hdf5_take_set(&r->in, r->name, dataset, &set);
    if (status) return status;
    status = mat73_read_set(r, &set, class_name, depth, v);
    srnn__hdf5_close_set(&set);
    return status;
}

/* An object that is its own part, or parts of parts without end, are refused. */
static srnn_status mat73_enter(mat73_reader *r, hid_t object, int depth)
{
    H5O_info_t info;
    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0) return mat73_refuse(r, "is damaged");
    for (int k = 0; k < depth; k++)
        if (r->ancestors[k] == info.addr)
            return mat73_refuse(r, "contains itself; the file is damaged");
    if (depth == SRNN__MAT_DEPTH_MAX)
        return mat73_refuse(r, "has parts within parts more than 64 deep");
    r->ancestors[depth] = info.addr;
    return SRNN_OK;
}

static srnn_status read_object(mat73_reader *r, hid_t object, int depth, srnn__mat_var *v)
{
    srnn_status status = srnn__hdf5_go_on(&r->in, r->visited, r->objects);
    if (status) return status;
    if (r->visited++ == r->objects) return mat73_refuse(r, "has more parts than the file can hold");
    status = mat73_enter(r, object, depth);
    if (status) return status;
    v->class_type = SRNN__MAT_OTHER;
    switch (H5Iget_type(object)) {
    case H5I_GROUP: return read_group(r, object, depth, v);
    case H5I_DATASET: return read_dataset(r, object, depth, v);
    default: return SRNN_OK;
    }
}

/* ---- the file ---- */

static srnn_status keep_link(mat73_reader *r, hid_t root, const char *name)
{
    srnn__mat_var v = {.class_type = SRNN__MAT_OTHER};
    srnn_status status = SRNN_OK;
    if (!(v.name = strdup(name))) return srnn__no_memory(r->in.ctx);
    r->name = name;
    r->in.outside = false;
    const hid_t object = H5Oopen(root, name, r->in.links);
    if (object >= 0)
        status = read_object(r, object, 0, &v);
    else
        status = mat73_refuse(r, r->in.outside ? SRNN__HDF5_OUTSIDE
                                               : "is damaged, or a link that leads nowhere");
    if (object >= 0) H5Oclose(object);
    if (status == SRNN_ERR_FORMAT && !r->names) { /* one of all */
        srnn__mat_var_free(&v);
        v = (srnn__mat_var){.name = strdup(name), .class_type = SRNN__MAT_OTHER};
        status = v.name ? SRNN_OK : srnn__no_memory(r->in.ctx);
    }
    if (!status) return srnn__mat_keep(r->mat, &v);
    srnn__mat_var_free(&v);
    return status;
}

/* MATLAB keeps what is no variable under names that begin with '#'. */
static herr_t visit_link(hid_t root, const char *name, const H5L_info_t *info, void *user)
{
    mat73_reader *r = user;
    (void)info;
    if (*name != '#' && srnn__mat_wanted(name, r->names)) r->status = keep_link(r, root, name);
    return r->status != SRNN_OK;
}

typedef struct mat73_load {
    srnn__mat *mat;
    const unsigned char *bytes;
    size_t n;
    const char *const *names;
} mat73_load;

static srnn_status mat73_damaged(srnn_ctx *ctx, const char *path)
{
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is truncated or damaged (level 7.3)", path);
}

static srnn_status read_file(srnn_ctx *ctx, void *user)
{
    const mat73_load *j = user;
    mat73_reader r = {
        .mat = j->mat, .names = j->names, .parts = 1000 + j->n / 8, .objects = 1000 + j->n / 64};
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    srnn__progress_start(ctx, 0);
    srnn_status status = srnn__hdf5_open(ctx, j->mat->path, j->bytes, j->n, &r.in);
    if (status == SRNN_ERR_FORMAT) status = mat73_damaged(ctx, j->mat->path);
    if (!status) {
        const herr_t end =
            H5Literate(r.in.file, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visit_link, &r);
        status = r.status ? r.status : end < 0 ? mat73_damaged(ctx, j->mat->path) : SRNN_OK;
    }
    srnn__hdf5_close(&r.in);
    srnn__hdf5_restore(before);
    return status;
}

srnn_status srnn__mat73_read_here(srnn__mat *mat, const unsigned char *bytes, size_t n,
                                  const char *const *names)
{
    mat73_load j = {mat, bytes, n, names};
    return read_file(mat->ctx, &j);
}

srnn_status srnn__mat73_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                             const char *const *names)
{
    mat73_load j = {mat, bytes, n, names};
    return srnn__hdf5_guarded(mat->ctx, mat->path, n, read_file, &j);
}
