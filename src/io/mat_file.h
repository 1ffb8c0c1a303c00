/* MAT files through matio: reading what a hostile or foreign file may hold, and
   writing so that a reader sees the old file or the new one. */
#ifndef SRNN_MAT_FILE_H
#define SRNN_MAT_FILE_H

#include <hdf5.h>
#include <matio.h>
#include <stdio.h>

#include "core/core.h"

/* What a file has, before it is read. */
typedef struct srnn__mat_extent {
    uint64_t unpacked;  /* bytes that it can hold at most */
    uint64_t variables; /* top-level variables */
    bool opaque;        /* level 5: some are of MATLAB's own classes, as string and table are */
} srnn__mat_extent;

/* ---- mat_check.c ---- */

/* Is the file there, a regular file, and, if it is of level 4 or 5, whole? Every size in
   it must fit into what it is the size of, before matio sees it. A file of level 7.3
   must open and list its variables. */
srnn_status srnn__mat_check(srnn_ctx *ctx, const char *path, srnn__mat_extent *extent);

uint32_t srnn__mat_word(const unsigned char *p, bool big_endian);

/* ---- mat_check5.c ---- */

/* The same, for a file of level 5 of `length` bytes. */
srnn_status srnn__mat_check5(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                             bool big_endian, srnn__mat_extent *extent);

/* ---- mat_read.c ---- */

typedef struct srnn__mat {
    srnn_ctx *ctx;
    const char *path;
    matvar_t **vars; /* [n], with data */
    size_t n;
    enum mat_ft version;
    char *missing; /* optional variables asked for and not there, ", " between; NULL: none */
} srnn__mat;

/* Reads the named variables (NULL-terminated), or all where names is NULL: then one that
   matio cannot read is an error. */
srnn_status srnn__mat_open(srnn_ctx *ctx, const char *path, const char *const *names,
                           srnn__mat *mat);
void srnn__mat_close(srnn__mat *mat);

/* HDF5 prints its errors on stderr unless told otherwise; afterwards the caller's way is
   put back. */
typedef struct srnn__hdf5_errors {
    H5E_auto2_t print;
    void *data;
} srnn__hdf5_errors;
srnn__hdf5_errors srnn__hdf5_silence(void);
void srnn__hdf5_restore(srnn__hdf5_errors before);

matvar_t *srnn__mat_find(const srnn__mat *mat, const char *name); /* NULL: not there */

typedef enum srnn__need { SRNN__OPTIONAL, SRNN__REQUIRED } srnn__need;

/* A real numeric array of any class as doubles, column-major, trailing singleton
   axes dropped: always at least two. */
typedef struct srnn__array {
    size_t rows, cols, pages; /* pages: product of all axes from the third on */
    double *values;           /* NULL: the (optional) variable is not there */
} srnn__array;

/* Errors: required and missing; not numeric, complex, damaged. The caller frees values. */
srnn_status srnn__mat_array(srnn__mat *mat, const char *name, srnn__need need, srnn__array *out);

/* Exactly rows x cols (0: any number, not none); a vector may lie the other way. */
srnn_status srnn__mat_matrix(srnn__mat *mat, const char *name, srnn__need need, size_t rows,
                             size_t cols, srnn__array *out);

srnn_status srnn__mat_number(srnn__mat *mat, const char *name, srnn__need need, double *value);

/* An optional whole number from `least` (0 or 1) to 1e9. */
srnn_status srnn__mat_whole(srnn__mat *mat, const char *name, int least, int *value);

/* The sentence about a number that cannot be. */
srnn_status srnn__mat_refuse(const srnn__mat *mat, const char *name, double value,
                             const char *expected);

/* The sentence about a variable whose shape cannot be. */
srnn_status srnn__mat_refuse_shape(const srnn__mat *mat, const char *name, const char *expected);

/* A char row or a cell that holds one, into text[size]; "" where it is not there. */
srnn_status srnn__mat_text(srnn__mat *mat, const char *name, srnn__need need, char *text,
                           size_t size);

/* ---- mat_write.c ---- */

/* Writes the variables to path: temporary file beside it, read back and compared,
   synchronised, renamed. replace false: an existing file is an error of its own,
   SRNN_ERR_FILE with *exists set. */
srnn_status srnn__mat_write(srnn_ctx *ctx, const char *path, enum mat_ft version,
                            matvar_t *const *vars, size_t n, bool replace, bool *exists);

#endif
