/* Level 7.3 of MAT files: some variables out of a file, others into it, all else as it is. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_file.h"
#include "io/mat_bytes.h"

/* ---- attributes and datasets as MATLAB has them ---- */

static bool put_attribute(hid_t set, const char *name, hid_t type, const void *value)
{
    const hid_t scalar = H5Screate(H5S_SCALAR);
    const hid_t a = H5Acreate2(set, name, type, scalar, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = a >= 0 && H5Awrite(a, type, value) >= 0;
    if (a >= 0) H5Aclose(a);
    H5Sclose(scalar);
    return good;
}

static bool put_class(hid_t set, const char *name)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    const bool good =
        H5Tset_size(type, strlen(name)) >= 0 && put_attribute(set, "MATLAB_class", type, name);
    H5Tclose(type);
    return good;
}

/* How MATLAB reads an integer type that stands for something else: 1 logical, 2 char. */
static bool put_decode(hid_t set, int32_t how)
{
    return how == 0 || put_attribute(set, "MATLAB_int_decode", H5T_NATIVE_INT32, &how);
}

typedef struct mat73_content {
    const char *class_name;
    hid_t stored, values_type; /* in the file, in memory */
    const void *values;
    int32_t decode;
} mat73_content;

/* A dataset without elements has its axes as numbers. */
static bool put_dataset(hid_t file, const srnn__mat_var *v, const mat73_content *c)
{
    hsize_t axes[SRNN__MAT_RANK_MAX];
    uint64_t numbers[SRNN__MAT_RANK_MAX];
    const hsize_t rank = (hsize_t)v->rank;
    const uint8_t yes = 1;
    bool empty = false;
    for (int d = 0; d < v->rank; d++) {
        numbers[d] = v->dims[d];
        axes[v->rank - 1 - d] = v->dims[d];
        empty |= v->dims[d] == 0;
    }
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(how, false);
    const hid_t space =
        empty ? H5Screate_simple(1, &rank, NULL) : H5Screate_simple(v->rank, axes, NULL);
    const hid_t set = H5Dcreate2(file, v->name, empty ? H5T_STD_U64LE : c->stored, space,
                                 H5P_DEFAULT, how, H5P_DEFAULT);
    bool good = set >= 0 && put_class(set, c->class_name) && put_decode(set, c->decode);
    if (good && empty)
        good = put_attribute(set, "MATLAB_empty", H5T_NATIVE_UINT8, &yes) &&
               H5Dwrite(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0;
    else if (good)
        good = H5Dwrite(set, c->values_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, c->values) >= 0;
    if (set >= 0 && H5Dclose(set) < 0) good = false;
    H5Sclose(space);
    H5Pclose(how);
    return good;
}

static bool mat73_put_numbers(hid_t file, const srnn__mat_var *v)
{
    const struct {
        const char *name;
        hid_t type;
    } classes[] = {
        [SRNN__DOUBLE] = {"double", H5T_IEEE_F64LE}, [SRNN__SINGLE] = {"single", H5T_IEEE_F32LE},
        [SRNN__INT8] = {"int8", H5T_STD_I8LE},       [SRNN__UINT8] = {"uint8", H5T_STD_U8LE},
        [SRNN__INT16] = {"int16", H5T_STD_I16LE},    [SRNN__UINT16] = {"uint16", H5T_STD_U16LE},
        [SRNN__INT32] = {"int32", H5T_STD_I32LE},    [SRNN__UINT32] = {"uint32", H5T_STD_U32LE},
        [SRNN__INT64] = {"int64", H5T_STD_I64LE},    [SRNN__UINT64] = {"uint64", H5T_STD_U64LE}};
    const mat73_content c = {.class_name = v->is_logical ? "logical" : classes[v->numeric].name,
                             .stored = v->is_logical ? H5T_STD_U8LE : classes[v->numeric].type,
                             .values_type = H5T_NATIVE_DOUBLE,
                             .values = v->values,
                             .decode = v->is_logical};
    return put_dataset(file, v, &c);
}

static bool mat73_put_text(hid_t file, const srnn__mat_var *v)
{
    uint32_t type;
    srnn__mat_var row = {.name = v->name, .rank = 2, .dims = {1}};
    double *units = srnn__text_units(v->text, &type, &row.dims[1]);
    const mat73_content c = {.class_name = "char",
                             .stored = H5T_STD_U16LE,
                             .values_type = H5T_NATIVE_DOUBLE,
                             .values = units,
                             .decode = 2};
    if (row.dims[1] == 0) row.dims[0] = 0; /* as MATLAB has '' */
    const bool good = units && put_dataset(file, &row, &c);
    free(units);
    return good;
}

static bool mat73_put_variable(hid_t file, const srnn__mat_var *v)
{
    if (v->class_type == SRNN__MAT_TEXT) return mat73_put_text(file, v);
    return v->class_type == SRNN__MAT_NUMBERS && v->values && mat73_put_numbers(file, v);
}

/* ---- the file ---- */

typedef struct mat73_save {
    const char *path;
    const unsigned char *bytes;
    size_t n;
    const srnn__mat_change *change;
    srnn__mat_out *out;
} mat73_save;

static hid_t open_copy(const unsigned char *bytes, size_t n)
{
    enum { GROWTH = 1 << 20 };
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = -1;
    if (H5Pset_fapl_core(access, GROWTH, false) >= 0 &&
        H5Pset_file_image(access, (void *)(uintptr_t)bytes, n) >= 0)
        file = H5Fopen("memory", H5F_ACC_RDWR, access);
    H5Pclose(access);
    return file;
}

typedef struct mat73_names {
    const srnn__mat_change *change;
    char **list; /* of the links that go */
    size_t n;
    bool failed;
} mat73_names;

static herr_t collect_name(hid_t root, const char *name, const H5L_info_t *info, void *user)
{
    mat73_names *goes = user;
    (void)root, (void)info;
    if (!srnn__mat_goes(goes->change, name)) return 0;
    char **more = realloc(goes->list, (goes->n + 1) * sizeof *more);
    if (more) goes->list = more;
    if (!more || !(more[goes->n] = strdup(name))) return -1;
    goes->n++;
    return 0;
}

static bool delete_links(hid_t file, const srnn__mat_change *change)
{
    mat73_names goes = {.change = change};
    bool good = H5Literate(file, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, collect_name, &goes) >= 0;
    for (size_t k = 0; k < goes.n; k++) {
        good = good && H5Ldelete(file, goes.list[k], H5P_DEFAULT) >= 0;
        free(goes.list[k]);
    }
    free(goes.list);
    return good;
}

/* The image that libhdf5 gives is without what MATLAB writes before its own. */
static bool take_image(hid_t file, mat73_save *j)
{
    hsize_t before = 0;
    const hid_t how = H5Fget_create_plist(file);
    const bool known = how >= 0 && H5Pget_userblock(how, &before) >= 0 && before <= j->n;
    if (how >= 0) H5Pclose(how);
    if (!known) return false;
    srnn__put_bytes(j->out, j->bytes, (size_t)before);
    if (!srnn__hdf5_take_image(file, j->out)) return false;
    srnn__hdf5_fix_image(j->out->bytes + before, j->out->n - (size_t)before);
    return true;
}

static bool change_file(hid_t file, mat73_save *j)
{
    bool good = delete_links(file, j->change);
    for (size_t k = 0; k < j->change->n_vars && good; k++)
        good = mat73_put_variable(file, &j->change->vars[k]);
    return good && take_image(file, j);
}

/* Does the new file hold what was meant? A damaged one may come out as another. */
static bool same_variable(const srnn__mat_var *meant, const srnn__mat_var *held)
{
    if (!held || held->class_type != meant->class_type) return false;
    if (meant->class_type == SRNN__MAT_TEXT) return !strcmp(meant->text, held->text);
    const size_t n = srnn__mat_count(meant);
    return held->is_logical == meant->is_logical && held->numeric == meant->numeric &&
           held->rank == meant->rank &&
           !memcmp(held->dims, meant->dims, (size_t)meant->rank * sizeof *meant->dims) &&
           (n == 0 || !memcmp(held->values, meant->values, n * sizeof *meant->values));
}

static bool mat73_holds(srnn_ctx *ctx, const mat73_save *j)
{
    const srnn__mat_change *change = j->change;
    const char **asked = calloc(change->n_vars + 1, sizeof *asked);
    srnn__mat mat = {.ctx = ctx, .path = j->path};
    for (size_t k = 0; asked && k < change->n_vars; k++) asked[k] = change->vars[k].name;
    bool good = asked && !srnn__mat73_read_here(&mat, j->out->bytes, j->out->n, asked);
    for (size_t k = 0; k < change->n_vars && good; k++)
        good = same_variable(&change->vars[k], srnn__mat_find(&mat, asked[k]));
    srnn__mat_close(&mat);
    free(asked);
    return good;
}

static srnn_status mat73_update(srnn_ctx *ctx, void *user)
{
    mat73_save *j = user;
    srnn__hdf5_in in;
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    srnn_status status = srnn__hdf5_open(ctx, j->path, j->bytes, j->n, &in);
    srnn__hdf5_close(&in); /* opened to be checked */
    if (status == SRNN_ERR_FORMAT)
        status = srnn__fail(ctx, status, "%s is truncated or damaged (level 7.3)", j->path);
    const hid_t file = status ? -1 : open_copy(j->bytes, j->n);
    const bool changed = file >= 0 && change_file(file, j);
    if (file >= 0) H5Fclose(file);
    if (!status && !(changed && mat73_holds(ctx, j)))
        status = srnn__fail(ctx, SRNN_ERR_FORMAT,
                            "%s: its variables cannot be changed; the file is damaged", j->path);
    srnn__hdf5_restore(before);
    return status;
}

srnn_status srnn__mat73_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                               size_t n, const srnn__mat_change *change, srnn__mat_out *out)
{
    mat73_save j = {.path = path, .bytes = bytes, .n = n, .change = change, .out = out};
    return srnn__hdf5_guarded(ctx, path, n, mat73_update, &j);
}
