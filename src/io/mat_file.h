/* MAT files through matio: reading what a hostile or foreign file may hold, and
   writing so that a reader sees the old file or the new one. */
#ifndef SRNN_MAT_FILE_H
#define SRNN_MAT_FILE_H

#include <matio.h>
#include <stdio.h>

#include "core/core.h"

/* ---- mat_check.c ---- */

/* Is the file there, a regular file, and, if it is of level 4 or 5, whole? Every size in
   it must fit into what it is the size of, before matio sees it. *unpacked: bytes that
   the file can hold at most. */
srnn_status srnn__mat_check(srnn_ctx *ctx, const char *path, uint64_t *unpacked);

uint32_t srnn__mat_word(const unsigned char *p, bool big_endian);

/* ---- mat_check5.c ---- */

/* The same, for a file of level 5 of `length` bytes. */
srnn_status srnn__mat_check5(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                             bool big_endian, uint64_t *unpacked);

/* ---- mat_read.c ---- */

typedef struct srnn__mat {
    srnn_ctx *ctx;
    const char *path;
    matvar_t **vars; /* [n], with data */
    size_t n;
    enum mat_ft version;
    char *missing; /* optional variables asked for and not there, ", " between; NULL: none */
} srnn__mat;

/* Reads the named variables (NULL-terminated), or all where names is NULL. */
srnn_status srnn__mat_open(srnn_ctx *ctx, const char *path, const char *const *names,
                           srnn__mat *mat);
void srnn__mat_close(srnn__mat *mat);
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
