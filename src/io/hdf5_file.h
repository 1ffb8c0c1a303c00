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

/* Adds the bytes of an open file in memory. */
struct srnn__mat_out;
bool srnn__hdf5_take_image(hid_t file, struct srnn__mat_out *out);

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

/* ---- hdf5_memory.c ---- */

typedef struct srnn__hdf5_bytes {
    const unsigned char *bytes;
    uint64_t n;
} srnn__hdf5_bytes;

/* A driver of libhdf5 whose file are srnn__hdf5_bytes, to be read; H5FDunregister(). */
hid_t srnn__hdf5_memory(void);

/* ---- hdf5_open.c: a file in memory ---- */

/* Collections of the file's global heap that have been checked, by place. */
typedef struct srnn__hdf5_heaps {
    struct srnn__hdf5_collection *collections;
    size_t n;
    uint64_t bytes; /* of all */
} srnn__hdf5_heaps;

/* What a search of the whole file has said of the attributes of one name. */
typedef struct srnn__hdf5_known {
    const char *attribute;
    bool fits;
} srnn__hdf5_known;

enum { SRNN__HDF5_KNOWN = 8 };

typedef struct srnn__hdf5_in {
    srnn_ctx *ctx;
    const char *path;
    hid_t file;
    hid_t links;         /* access properties: links to other files are not followed */
    bool outside;        /* one of them was met */
    srnn_status refused; /* the first refusal by what returns no status; its sentence is said */
    const unsigned char *bytes;
    uint64_t n;        /* of the file */
    uint64_t base;     /* where its addresses begin: after what MATLAB writes first */
    uint64_t stored;   /* bytes of the file that may still be read: each counts every time */
    uint64_t unpacked; /* bytes of doubles that may still come of them */
    srnn__hdf5_heaps heaps;
    srnn__hdf5_known known[SRNN__HDF5_KNOWN];
    int n_known;
} srnn__hdf5_in;

/* Is it HDF5, by its first bytes? */
bool srnn__hdf5_file(const char *path);

/* Opens a file's n bytes, which stay the caller's and must outlive *in. Nothing else is read: not
   other files, which links, external storage and virtual datasets name. */
srnn_status srnn__hdf5_open(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                            srnn__hdf5_in *in);
void srnn__hdf5_close(srnn__hdf5_in *in);

/* Parses in the guard of the context first (srnn_ctx_set_guard()), then, where that came back,
   here. */
typedef srnn_status (*srnn__hdf5_parse)(srnn_ctx *ctx, void *job);
srnn_status srnn__hdf5_guarded(srnn_ctx *ctx, const char *path, size_t n, srnn__hdf5_parse parse,
                               void *job);

/* What leads into another file, or nowhere, is not there and sets in->refused. */
bool srnn__hdf5_has(srnn__hdf5_in *in, const char *name);
void srnn__hdf5_refuse_later(srnn__hdf5_in *in, const char *name);
#define SRNN__HDF5_OUTSIDE "is a link into another file; expected it in this file"

/* "PATH: variable 'NAME' WHAT", SRNN_ERR_FORMAT. */
srnn_status srnn__hdf5_refuse(const srnn__hdf5_in *in, const char *name, const char *what);

/* An open dataset whose numbers can be read. */
typedef struct srnn__hdf5_set {
    hid_t set, type;
    int rank;
    hsize_t dims[H5S_MAX_RANK]; /* slowest axis first */
    size_t n;    /* elements; with all that was read before, the file can hold them */
    bool packed; /* through filters */
} srnn__hdf5_set;

/* By its name, or of an open object, which it takes over; name is then for the sentences. */
srnn_status srnn__hdf5_open_set(srnn__hdf5_in *in, const char *name, srnn__hdf5_set *out);
srnn_status srnn__hdf5_take_set(srnn__hdf5_in *in, const char *name, hid_t set,
                                srnn__hdf5_set *out);
void srnn__hdf5_close_set(srnn__hdf5_set *set);

/* Elements of the part that libhdf5 reads at a time; 0: they are not in chunks. */
uint64_t srnn__hdf5_chunk(hid_t set);

/* Integers of 1, 2, 4 or 8 bytes and IEEE's floats of 2, 4 and 8; HDF5's enumerations, too. */
bool srnn__hdf5_numeric(hid_t type);

/* ---- hdf5_image.c ---- */

/* Recomputes the checksum of an image that H5Fget_file_image() gave of an open file. */
void srnn__hdf5_fix_image(unsigned char *image, size_t n);

/* ---- hdf5_heap.c: before libhdf5 reads texts of variable length ---- */

/* Why the dataset's texts cannot be had; NULL: its references into the heap are right, and its
   texts no longer than the file. */
const char *srnn__hdf5_check_texts(srnn__hdf5_in *in, const srnn__hdf5_set *set);
/* Is it so for all attributes of that name, a constant, that are such texts? The file is searched
   once for each of the first names. */
bool srnn__hdf5_attribute_fits(srnn__hdf5_in *in, const char *attribute);
void srnn__hdf5_heaps_free(srnn__hdf5_heaps *heaps);

/* ---- hdf5_read.c ---- */

/* Reports progress now and then, and is SRNN_CANCELLED where the user wants no more. */
srnn_status srnn__hdf5_go_on(srnn__hdf5_in *in, uint64_t done, uint64_t total);

/* The name of the only link in a group, to be freed; NULL: there are more, or none. */
char *srnn__hdf5_only(srnn__hdf5_in *in, const char *group);

/* A list of numbers (or of HDF5's enumerations) of any class, as doubles; those of single
   precision as the shortest decimal number that they are the nearest to: 0.2, not
   0.200000003. *values NULL: it is not there, and optional. The caller frees them. */
srnn_status srnn__hdf5_doubles(srnn__hdf5_in *in, const char *name, srnn__need need,
                               double **values, size_t *n);
/* A list of texts of variable length; srnn__hdf5_free_texts(). */
srnn_status srnn__hdf5_texts(srnn__hdf5_in *in, const char *name, srnn__need need, char ***texts,
                             size_t *n);
void srnn__hdf5_free_texts(char **texts, size_t n);

/* What is not there, or is something else, is NaN or NULL: *text and *texts to be freed. */
double srnn__hdf5_attribute_number(srnn__hdf5_in *in, const char *name, const char *attribute);
char **srnn__hdf5_attribute_list(srnn__hdf5_in *in, const char *name, const char *attribute,
                                 size_t *n);

/* Of an open object: one text, fixed or of variable length, "" where it is not there or is
   something else; one number, false where it is not. */
void srnn__hdf5_object_text(srnn__hdf5_in *in, hid_t object, const char *name, char text[32]);
bool srnn__hdf5_object_number(hid_t object, const char *name, double *value);

#endif
