#include <stdlib.h>

#include "io/hdf5_file.h"
#include "io/mat_bytes.h"
#include "io/whole_file.h"

/* ---- the file ---- */

bool srnn__hdf5_take_image(hid_t file, srnn__mat_out *out)
{
    const ssize_t size =
        H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    if (size <= 0 || !srnn__make_room(out, (size_t)size)) return false;
    if (H5Fget_file_image(file, out->bytes + out->n, (size_t)size) != size) return false;
    out->n += (size_t)size;
    return true;
}

/* A file in memory: of one that cannot be written to its end HDF5 keeps a broken handle, over which
   it falls when the program ends. */
static bool make_image(srnn__hdf5_fill fill, const void *content, srnn__mat_out *out)
{
    enum { GROWTH = 1 << 20 };
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, GROWTH, false);
    srnn__hdf5_out file = {.file = H5Fcreate("spikes", H5F_ACC_TRUNC, H5P_DEFAULT, access)};
    H5Pclose(access);
    if (file.file < 0) return false;
    fill(&file, content);
    const bool taken = !file.failed && srnn__hdf5_take_image(file.file, out);
    return H5Fclose(file.file) >= 0 && taken;
}

srnn_status srnn__hdf5_write(srnn_ctx *ctx, const char *path, const char *kind,
                             srnn__hdf5_fill fill, const void *content)
{
    srnn__mat_out image = {0};
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    const bool made = make_image(fill, content, &image);
    srnn__hdf5_restore(before);
    bool exists;
    const srnn_status status =
        made ? srnn__write_whole(ctx, path, kind, image.bytes, image.n, false, &exists)
             : srnn__no_memory(ctx);
    free(image.bytes);
    return status;
}

/* ---- groups and datasets ---- */

/* Without the time of creation: the same content gives the same bytes. */
static hid_t timeless(hid_t class)
{
    const hid_t properties = H5Pcreate(class);
    H5Pset_obj_track_times(properties, false);
    return properties;
}

static hid_t text_type(void)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static hid_t list_space(size_t n)
{
    const hsize_t length = n;
    return n ? H5Screate_simple(1, &length, NULL) : H5Screate(H5S_SCALAR);
}

void srnn__hdf5_group(srnn__hdf5_out *out, const char *name)
{
    if (out->failed) return;
    const hid_t properties = timeless(H5P_GROUP_CREATE);
    const hid_t group = H5Gcreate2(out->file, name, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Pclose(properties);
    out->failed = group < 0 || H5Gclose(group) < 0;
}

void srnn__hdf5_put(srnn__hdf5_out *out, const char *name, hid_t type, int rank,
                    const hsize_t *dims, const void *values)
{
    if (out->failed) return;
    const hid_t properties = timeless(H5P_DATASET_CREATE);
    const hid_t space = rank ? H5Screate_simple(rank, dims, NULL) : H5Screate(H5S_SCALAR);
    const hid_t set =
        H5Dcreate2(out->file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    out->failed = set < 0;
    if (!out->failed && H5Sget_simple_extent_npoints(space) > 0)
        out->failed = H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0;
    if (set >= 0 && H5Dclose(set) < 0) out->failed = true;
    H5Sclose(space);
    H5Pclose(properties);
}

void srnn__hdf5_put_texts(srnn__hdf5_out *out, const char *name, size_t n, const char *const *texts)
{
    const hsize_t dims = n;
    const hid_t type = text_type();
    srnn__hdf5_put(out, name, type, 1, &dims, texts);
    H5Tclose(type);
}

void srnn__hdf5_put_text(srnn__hdf5_out *out, const char *name, const char *text)
{
    const hid_t type = text_type();
    srnn__hdf5_put(out, name, type, 0, NULL, &text);
    H5Tclose(type);
}

/* ---- attributes ---- */

void srnn__hdf5_attribute(srnn__hdf5_out *out, const char *name, const char *attribute, hid_t type,
                          size_t n, const void *values)
{
    if (out->failed) return;
    const hid_t object = H5Oopen(out->file, name, H5P_DEFAULT), space = list_space(n);
    const hid_t a =
        object < 0 ? -1 : H5Acreate2(object, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    out->failed = a < 0 || H5Awrite(a, type, values) < 0;
    if (a >= 0 && H5Aclose(a) < 0) out->failed = true;
    if (object >= 0) H5Oclose(object);
    H5Sclose(space);
}

void srnn__hdf5_attribute_texts(srnn__hdf5_out *out, const char *name, const char *attribute,
                                size_t n, const char *const *texts)
{
    const hid_t type = text_type();
    srnn__hdf5_attribute(out, name, attribute, type, n, texts);
    H5Tclose(type);
}

void srnn__hdf5_attribute_text(srnn__hdf5_out *out, const char *name, const char *attribute,
                               const char *text)
{
    srnn__hdf5_attribute_texts(out, name, attribute, 0, &text);
}

void srnn__hdf5_attribute_reference(srnn__hdf5_out *out, const char *name, const char *attribute,
                                    const char *target)
{
    hobj_ref_t reference;
    if (out->failed) return;
    if (H5Rcreate(&reference, out->file, target, H5R_OBJECT, -1) < 0)
        out->failed = true;
    else
        srnn__hdf5_attribute(out, name, attribute, H5T_STD_REF_OBJ, 0, &reference);
}

hid_t srnn__hdf5_enum(size_t n, const char *const *names)
{
    const hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    for (int8_t k = 0; k < (int8_t)n; k++) H5Tenum_insert(type, names[k], &k);
    return type;
}
