#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_file.h"

srnn_status srnn__hdf5_go_on(srnn__hdf5_in *in, uint64_t done, uint64_t total)
{
    enum { SELDOM = 1024 };
    if (done % SELDOM) return SRNN_OK;
    const bool stop = srnn__progress(in->ctx, "read", (int64_t)done, (int64_t)total, NAN, NAN);
    return stop ? srnn__interrupted(in->ctx) : SRNN_OK;
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

char *srnn__hdf5_only(srnn__hdf5_in *in, const char *group)
{
    char *name = NULL;
    hsize_t at = 0;
    in->outside = false;
    if (H5Literate_by_name(in->file, group, H5_INDEX_NAME, H5_ITER_INC, &at, keep_only, &name,
                           in->links) < 0)
        srnn__hdf5_refuse_later(in, group);
    return name;
}

/* ---- datasets ---- */

typedef srnn_status (*read_fn)(srnn__hdf5_in *in, const char *name, const srnn__hdf5_set *set,
                               void *out);

static srnn_status read_list(srnn__hdf5_in *in, const char *name, srnn__need need, read_fn read,
                             size_t *n, void *out)
{
    *n = 0;
    const bool there = srnn__hdf5_has(in, name);
    if (in->refused) return in->refused;
    if (!there)
        return need == SRNN__REQUIRED
                   ? srnn__fail(in->ctx, SRNN_ERR_FORMAT, "%s has no variable '%s'", in->path, name)
                   : SRNN_OK;
    srnn__hdf5_set set;
    srnn_status status = srnn__hdf5_open_set(in, name, &set);
    if (status) return status;
    if (set.rank != 1)
        status = srnn__hdf5_refuse(in, name, "is not a list; expected a dataset with one axis");
    else
        status = read(in, name, &set, out);
    if (!status) *n = set.n;
    srnn__hdf5_close_set(&set);
    return status;
}

static double shortest_printed(double value)
{
    char text[32];
    double decimal = value;
    for (int digits = 6; digits <= 9 && isfinite(value); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if ((float)(decimal = strtod(text, NULL)) == (float)value) break;
    }
    return decimal;
}

/* The shortest decimal number that single precision holds as this one. Nine digits are always
   enough, and whole numbers of them over a power of ten, which is exact, give it as reading its
   digits does, much faster. */
static double shortest(double value)
{
    const double whole = 1 << 24, nine_digits = 1e9, last_power = 1e22;
    if (!(fabs(value) < whole)) return shortest_printed(value);
    for (double power = 1; power <= last_power; power *= 10) {
        const double digits = rint(value * power);
        if (fabs(digits) >= nine_digits) break;
        if ((float)(digits / power) == (float)value) return digits / power;
    }
    return shortest_printed(value);
}

static srnn_status read_doubles(srnn__hdf5_in *in, const char *name, const srnn__hdf5_set *set,
                                void *out)
{
    double **values = out;
    if (!srnn__hdf5_numeric(set->type)) return srnn__hdf5_refuse(in, name, "is not numeric");
    if (!(*values = calloc(set->n + 1, sizeof **values))) return srnn__no_memory(in->ctx);
    if (!set->n ||
        H5Dread(set->set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *values) >= 0) {
        const bool single =
            H5Tget_class(set->type) == H5T_FLOAT && H5Tget_size(set->type) == sizeof(float);
        for (size_t k = 0; single && k < set->n; k++) (*values)[k] = shortest((*values)[k]);
        return SRNN_OK;
    }
    free(*values);
    *values = NULL;
    return srnn__hdf5_refuse(in, name, "is damaged or truncated");
}

srnn_status srnn__hdf5_doubles(srnn__hdf5_in *in, const char *name, srnn__need need,
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

static srnn_status read_texts(srnn__hdf5_in *in, const char *name, const srnn__hdf5_set *set,
                              void *out)
{
    char ***texts = out;
    if (!is_text(set->type)) return srnn__hdf5_refuse(in, name, "is not text of variable length");
    const char *why = srnn__hdf5_check_texts(in, set);
    if (why) return srnn__hdf5_refuse(in, name, why);
    if (!(*texts = calloc(set->n + 1, sizeof **texts))) return srnn__no_memory(in->ctx);
    if (set->n && H5Dread(set->set, set->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *texts) < 0) {
        free(*texts);
        *texts = NULL;
        return srnn__hdf5_refuse(in, name, "is damaged or truncated");
    }
    if (own_texts(*texts, set->n)) return SRNN_OK;
    srnn__hdf5_free_texts(*texts, set->n);
    *texts = NULL;
    return srnn__no_memory(in->ctx);
}

srnn_status srnn__hdf5_texts(srnn__hdf5_in *in, const char *name, srnn__need need, char ***texts,
                             size_t *n)
{
    *texts = NULL;
    return read_list(in, name, need, read_texts, n, texts);
}

/* ---- attributes ---- */

static hid_t open_attribute(srnn__hdf5_in *in, const char *name, const char *attribute)
{
    if (strcmp(name, "/") && !srnn__hdf5_has(in, name)) return -1;
    in->outside = false;
    const htri_t there = H5Aexists_by_name(in->file, name, attribute, in->links);
    if (there < 0) srnn__hdf5_refuse_later(in, name);
    if (there <= 0) return -1;
    return H5Aopen_by_name(in->file, name, attribute, H5P_DEFAULT, in->links);
}

static size_t attribute_length(srnn__hdf5_in *in, hid_t a)
{
    const hid_t space = H5Aget_space(a);
    const hssize_t n = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    return n > 0 && (uint64_t)n <= in->n ? (size_t)n : 0;
}

double srnn__hdf5_attribute_number(srnn__hdf5_in *in, const char *name, const char *attribute)
{
    double value = NAN;
    const hid_t a = open_attribute(in, name, attribute);
    if (a < 0) return value;
    const hid_t type = H5Aget_type(a);
    if (!srnn__hdf5_numeric(type) || attribute_length(in, a) != 1 ||
        H5Aread(a, H5T_NATIVE_DOUBLE, &value) < 0)
        value = NAN;
    H5Tclose(type);
    H5Aclose(a);
    return value;
}

char **srnn__hdf5_attribute_list(srnn__hdf5_in *in, const char *name, const char *attribute,
                                 size_t *n)
{
    char **texts = NULL;
    *n = 0;
    const hid_t a = open_attribute(in, name, attribute);
    if (a < 0) return NULL;
    const hid_t type = H5Aget_type(a);
    const size_t length =
        is_text(type) && srnn__hdf5_attribute_fits(in, attribute) ? attribute_length(in, a) : 0;
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

void srnn__hdf5_object_text(srnn__hdf5_in *in, hid_t object, const char *name, char text[32])
{
    enum { TEXT_MAX = 32 };
    memset(text, 0, TEXT_MAX);
    const hid_t a = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (a < 0) return;
    const hid_t type = H5Aget_type(a), space = H5Aget_space(a);
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) {
    } else if (H5Tis_variable_str(type) > 0) {
        char *theirs = NULL;
        if (srnn__hdf5_attribute_fits(in, name) && H5Aread(a, type, &theirs) >= 0 && theirs)
            strncpy(text, theirs, TEXT_MAX - 1);
        H5free_memory(theirs);
    } else if (H5Tget_size(type) < TEXT_MAX && H5Aread(a, type, text) < 0) {
        *text = '\0';
    }
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' ';) text[--n] = '\0';
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(a);
}

bool srnn__hdf5_object_number(hid_t object, const char *name, double *value)
{
    const hid_t a = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (a < 0) return false;
    const hid_t type = H5Aget_type(a), space = H5Aget_space(a);
    const bool good = srnn__hdf5_numeric(type) && H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Aread(a, H5T_NATIVE_DOUBLE, value) >= 0;
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(a);
    return good;
}
