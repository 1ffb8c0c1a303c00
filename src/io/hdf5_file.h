/* HDF5 files of our own, group by group: writing them whole or not at all, and reading what a
   hostile or foreign file may hold. Names are absolute: "/units/id". */
#ifndef SRNN_HDF5_FILE_H
#define SRNN_HDF5_FILE_H

#include <hdf5.h>

#include "core/core.h"
#include "io/mat_file.h" /* srnn__need, srnn__hdf5_silence() */

/* ---- hdf5_write.c: an open file; after the first call that fails the others do nothing ---- */

typedef struct srnn__hdf5_out {
    hid_t file;
    bool failed;
} srnn__hdf5_out;

typedef void (*srnn__hdf5_fill)(srnn__hdf5_out *out, const void *content);

/* A new file with what fill() puts there; an existing one is an error. */
srnn_status srnn__hdf5_write(srnn_ctx *ctx, const char *path, const char *kind,
                             srnn__hdf5_fill fill, const void *content);

void srnn__hdf5_group(srnn__hdf5_out *out, const char *name);
/* rank 0: a scalar; values are of `type`, as they are in memory. */
void srnn__hdf5_put(srnn__hdf5_out *out, const char *name, hid_t type, int rank,
                    const hsize_t *dims, const void *values);
void srnn__hdf5_put_text(srnn__hdf5_out *out, const char *name, const char *text);
void srnn__hdf5_put_texts(srnn__hdf5_out *out, const char *name, size_t n,
                          const char *const *texts);
/* Attributes of a group or dataset; n 0: a scalar. */
void srnn__hdf5_attribute(srnn__hdf5_out *out, const char *name, const char *attribute, hid_t type,
                          size_t n, const void *values);
void srnn__hdf5_attribute_text(srnn__hdf5_out *out, const char *name, const char *attribute,
                               const char *text);
void srnn__hdf5_attribute_texts(srnn__hdf5_out *out, const char *name, const char *attribute,
                                size_t n, const char *const *texts);
void srnn__hdf5_attribute_reference(srnn__hdf5_out *out, const char *name, const char *attribute,
                                    const char *target);
/* A copy of the 1-byte integer type with these names for 0, 1, ...; the caller closes it. */
hid_t srnn__hdf5_enum(size_t n, const char *const *names);

/* ---- hdf5_read.c ---- */

typedef struct srnn__hdf5_in {
    srnn_ctx *ctx;
    const char *path;
    hid_t file;
    uint64_t bytes; /* size of the file */
} srnn__hdf5_in;

/* Is it one, by its first bytes? */
bool srnn__hdf5_file(const char *path);
srnn_status srnn__hdf5_open(srnn_ctx *ctx, const char *path, srnn__hdf5_in *in);
void srnn__hdf5_close(srnn__hdf5_in *in);

bool srnn__hdf5_has(const srnn__hdf5_in *in, const char *name);
/* The name of the only link in a group, to be freed; NULL: there are more, or none. */
char *srnn__hdf5_only(const srnn__hdf5_in *in, const char *group);

/* A list of numbers (or of HDF5's enumerations) of any class, as doubles. *values NULL: it is
   not there, and optional. The caller frees them. */
srnn_status srnn__hdf5_doubles(const srnn__hdf5_in *in, const char *name, srnn__need need,
                               double **values, size_t *n);
/* A list of texts of variable length; srnn__hdf5_free_texts(). */
srnn_status srnn__hdf5_texts(const srnn__hdf5_in *in, const char *name, srnn__need need,
                             char ***texts, size_t *n);
void srnn__hdf5_free_texts(char **texts, size_t n);

/* What is not there, or is something else, is NaN or NULL: *text and *texts to be freed. */
double srnn__hdf5_attribute_number(const srnn__hdf5_in *in, const char *name,
                                   const char *attribute);
char **srnn__hdf5_attribute_list(const srnn__hdf5_in *in, const char *name, const char *attribute,
                                 size_t *n);

#endif
