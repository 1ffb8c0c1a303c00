#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/hdf5_file.h"

/* Deflate, the filter that packs most, gets 1032 bytes out of one. */
static const uint64_t packed_at_most = 1032;

bool srnn__hdf5_file(const char *path)
{
    static const char signature[8] = "\x89HDF\r\n\x1a\n";
    char start[sizeof signature];
    struct stat info;
    if (stat(path, &info) || !S_ISREG(info.st_mode)) return false;
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    const bool same =
        fread(start, 1, sizeof start, file) == sizeof start && !memcmp(start, signature, 8);
    fclose(file);
    return same;
}

srnn_status srnn__hdf5_open(srnn_ctx *ctx, const char *path, srnn__hdf5_in *in)
{
    *in = (srnn__hdf5_in){.ctx = ctx, .path = path, .file = -1};
    struct stat info;
    if (stat(path, &info))
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
    in->bytes = (uint64_t)info.st_size;
    in->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (in->file >= 0) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: its HDF5 is damaged or truncated", path);
}

void srnn__hdf5_close(srnn__hdf5_in *in)
{
    if (in->file >= 0) H5Fclose(in->file);
    in->file = -1;
}

/* Every part of the name must be asked for: HDF5 fails where an earlier one is missing. */
bool srnn__hdf5_has(const srnn__hdf5_in *in, const char *name)
{
    char part[512];
    if (snprintf(part, sizeof part, "%s", name) >= (int)sizeof part) return false;
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool there = H5Lexists(in->file, part, H5P_DEFAULT) > 0;
        *slash = '/';
        if (!there) return false;
    }
    return H5Lexists(in->file, part, H5P_DEFAULT) > 0;
}

static herr_t keep_only(hid_t group, const char *name, const H5L_info_t *info, void *user)
{
    char **only = user;
    (void)group;
    (void)info;
    const bool another = *only != NULL;
    free(*only);
    *only = another ? NULL : strdup(name);
    return another || !*only;
}

char *srnn__hdf5_only(const srnn__hdf5_in *in, const char *group)
{
    char *name = NULL;
    hsize_t at = 0;
    H5Literate_by_name(in->file, group, H5_INDEX_NAME, H5_ITER_INC, &at, keep_only, &name,
                       H5P_DEFAULT);
    return name;
}

/* ---- datasets ---- */

static srnn_status refuse(const srnn__hdf5_in *in, const char *name, const char *what)
{
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' %s", in->path, name, what);
}

/* A list whose elements the file can hold; -1: not a list, or it cannot. */
static hssize_t length_of(const srnn__hdf5_in *in, hid_t set, hid_t type)
{
    const hid_t space = H5Dget_space(set);
    const int rank = H5Sget_simple_extent_ndims(space);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    const uint64_t stored = H5Dget_storage_size(set), size = H5Tget_size(type);
    if (rank != 1 || n < 0 || size == 0) return -1;
    if (stored > in->bytes || (uint64_t)n > packed_at_most * stored / size) return n == 0 ? 0 : -1;
    return n;
}

typedef srnn_status (*read_fn)(const srnn__hdf5_in *in, const char *name, hid_t set, hid_t type,
                               size_t n, void *out);

static srnn_status read_list(const srnn__hdf5_in *in, const char *name, srnn__need need,
                             read_fn read, size_t *n, void *out)
{
    *n = 0;
    if (!srnn__hdf5_has(in, name))
        return need == SRNN__OPTIONAL ? SRNN_OK
                                      : srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                                                   "%s has no variable '%s'", in->path, name);
    const hid_t set = H5Dopen2(in->file, name, H5P_DEFAULT);
    if (set < 0) return refuse(in, name, "is not a dataset, or damaged");
    const hid_t type = H5Dget_type(set);
    const hssize_t length = length_of(in, set, type);
    srnn_status status;
    if (length < 0)
        status = refuse(in, name, "is not a list, or damaged; expected a dataset with one axis");
    else
        status = read(in, name, set, type, *n = (size_t)length, out);
    if (status) *n = 0;
    H5Tclose(type);
    H5Dclose(set);
    return status;
}

static bool numeric(hid_t type)
{
    const H5T_class_t class = H5Tget_class(type);
    return class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM;
}

static srnn_status read_doubles(const srnn__hdf5_in *in, const char *name, hid_t set, hid_t type,
                                size_t n, void *out)
{
    double **values = out;
    if (!numeric(type)) return refuse(in, name, "is not numeric");
    if (!(*values = calloc(n + 1, sizeof **values))) return srnn__no_memory(in->ctx);
    if (!n || H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *values) >= 0)
        return SRNN_OK;
    free(*values);
    *values = NULL;
    return refuse(in, name, "is damaged or truncated");
}

srnn_status srnn__hdf5_doubles(const srnn__hdf5_in *in, const char *name, srnn__need need,
                               double **values, size_t *n)
{
    *values = NULL;
    return read_list(in, name, need, read_doubles, n, values);
}

void srnn__hdf5_free_texts(char **texts, size_t n)
{
    for (size_t k = 0; texts && k < n; k++) free(texts[k]);
    free(texts);
}

static bool is_text(hid_t type)
{
    return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
}

/* HDF5 allocates each of them, and leaves NULL for one that is empty. */
static bool own_texts(char **texts, size_t n)
{
    bool good = true;
    for (size_t k = 0; k < n; k++) {
        char *theirs = texts[k];
        texts[k] = good ? strdup(theirs ? theirs : "") : NULL;
        good = good && texts[k];
        H5free_memory(theirs);
    }
    return good;
}

static srnn_status read_texts(const srnn__hdf5_in *in, const char *name, hid_t set, hid_t type,
                              size_t n, void *out)
{
    char ***texts = out;
    if (!is_text(type)) return refuse(in, name, "is not text of variable length");
    if (!(*texts = calloc(n + 1, sizeof **texts))) return srnn__no_memory(in->ctx);
    if (n && H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *texts) < 0) {
        free(*texts);
        *texts = NULL;
        return refuse(in, name, "is damaged or truncated");
    }
    if (own_texts(*texts, n)) return SRNN_OK;
    srnn__hdf5_free_texts(*texts, n);
    *texts = NULL;
    return srnn__no_memory(in->ctx);
}

srnn_status srnn__hdf5_texts(const srnn__hdf5_in *in, const char *name, srnn__need need,
                             char ***texts, size_t *n)
{
    *texts = NULL;
    return read_list(in, name, need, read_texts, n, texts);
}

/* ---- attributes ---- */

static hid_t open_attribute(const srnn__hdf5_in *in, const char *name, const char *attribute)
{
    if (strcmp(name, "/") && !srnn__hdf5_has(in, name)) return -1;
    if (H5Aexists_by_name(in->file, name, attribute, H5P_DEFAULT) <= 0) return -1;
    return H5Aopen_by_name(in->file, name, attribute, H5P_DEFAULT, H5P_DEFAULT);
}

static size_t attribute_length(const srnn__hdf5_in *in, hid_t a)
{
    const hid_t space = H5Aget_space(a);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    return n > 0 && (uint64_t)n <= in->bytes ? (size_t)n : 0;
}

double srnn__hdf5_attribute_number(const srnn__hdf5_in *in, const char *name, const char *attribute)
{
    double value = NAN;
    const hid_t a = open_attribute(in, name, attribute);
    if (a < 0) return value;
    const hid_t type = H5Aget_type(a);
    if (!numeric(type) || attribute_length(in, a) != 1 || H5Aread(a, H5T_NATIVE_DOUBLE, &value) < 0)
        value = NAN;
    H5Tclose(type);
    H5Aclose(a);
    return value;
}

char **srnn__hdf5_attribute_list(const srnn__hdf5_in *in, const char *name, const char *attribute,
                                 size_t *n)
{
    char **texts = NULL;
    *n = 0;
    const hid_t a = open_attribute(in, name, attribute);
    if (a < 0) return NULL;
    const hid_t type = H5Aget_type(a);
    const size_t length = is_text(type) ? attribute_length(in, a) : 0;
    if (length && (texts = calloc(length + 1, sizeof *texts))) {
        if (H5Aread(a, type, texts) < 0) {
            free(texts);
            texts = NULL;
        } else if (own_texts(texts, length)) {
            *n = length;
        } else {
            srnn__hdf5_free_texts(texts, length);
            texts = NULL;
        }
    }
    H5Tclose(type);
    H5Aclose(a);
    return texts;
}
