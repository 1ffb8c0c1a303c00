/* MAT files of level 4, 5 and 7.3. A file is read once into memory; what is in it is checked
   and understood there, and a file that gets new variables keeps the bytes of all others. */
#ifndef SRNN_MAT_FILE_H
#define SRNN_MAT_FILE_H

#include <hdf5.h>

#include "core/core.h"

/* ---- one variable, whatever the level of its file ---- */

typedef enum srnn__mat_class {
    SRNN__MAT_NUMBERS,
    SRNN__MAT_TEXT,
    SRNN__MAT_CELL,
    SRNN__MAT_STRUCT,
    SRNN__MAT_OTHER /* objects, function handles, arrays of structs: kept, not understood */
} srnn__mat_class;

typedef enum srnn__mat_numeric {
    SRNN__DOUBLE,
    SRNN__SINGLE,
    SRNN__INT8,
    SRNN__UINT8,
    SRNN__INT16,
    SRNN__UINT16,
    SRNN__INT32,
    SRNN__UINT32,
    SRNN__INT64,
    SRNN__UINT64
} srnn__mat_numeric;

enum { SRNN__MAT_RANK_MAX = 32, SRNN__MAT_DEPTH_MAX = 64, SRNN__MAT_PARTS_MAX = 1 << 16 };
enum { SRNN__MAT_SPARSE_MAX = 16000 * 16000 }; /* rows x columns of a sparse matrix that is read */

/* values, text and parts belong to the variable; NULL where the class has none. */
typedef struct srnn__mat_var {
    char *name; /* of the variable or the field; NULL: a part of a cell */
    srnn__mat_class class_type;
    srnn__mat_numeric numeric; /* class of the numbers in the file */
    bool is_logical, is_complex, is_sparse;
    int rank; /* 2 or more */
    size_t dims[SRNN__MAT_RANK_MAX];
    double *values; /* [product of dims] column-major; sparse ones are made full. NULL: none, or
                       complex, or sparse beyond SRNN__MAT_SPARSE_MAX */
    char *text;     /* valid UTF-8 without control characters, row after row */
    struct srnn__mat_var *parts; /* elements of a cell, fields of a 1 x 1 struct */
    size_t n_parts;
} srnn__mat_var;

/* ---- mat_var.c ---- */

void srnn__mat_var_free(srnn__mat_var *v); /* what it holds, not itself */

/* The product of its axes; SIZE_MAX where it is beyond 2^48. */
size_t srnn__mat_count(const srnn__mat_var *v);

/* One more part, zeroed; NULL: out of memory. Earlier ones may move. */
srnn__mat_var *srnn__mat_add_part(srnn__mat_var *v);

/* The field of that name (the last of them), or NULL. */
const srnn__mat_var *srnn__mat_field(const srnn__mat_var *v, const char *name);

/* Text of v's dims from n units of UTF-16 or letters of Unicode, column-major. What is no
   letter becomes '?'. false: out of memory. */
bool srnn__mat_set_text(srnn__mat_var *v, const uint32_t *units, size_t n);

/* Bytes of UTF-8, a unit each, to letters in the same place; returns how many. */
size_t srnn__utf8_to_letters(uint32_t *units, size_t n);

/* The values of a sparse matrix of v's dims from n nonzeros: their rows, where each column of
   them begins [columns + 1], and the numbers. None are made beyond SRNN__MAT_SPARSE_MAX.
   Returns SRNN_ERR_FORMAT, SRNN_ERR_NO_MEMORY without a message. */
srnn_status srnn__mat_set_sparse(srnn__mat_var *v, size_t n, const double *rows,
                                 const double *starts, const double *values);

/* A row of text from n bytes of UTF-8; sets v's class and dims, too. */
bool srnn__mat_set_row(srnn__mat_var *v, const char *bytes, size_t n);

/* ---- mat_read.c: what stands in a file ---- */

typedef struct srnn__mat {
    srnn_ctx *ctx;
    const char *path;
    srnn__mat_var *vars; /* [n], each name once */
    size_t n;
    char *missing; /* optional variables asked for and not there, ", " between; NULL: none */
} srnn__mat;

/* Reads the named variables (NULL-terminated), or all where names is NULL. */
srnn_status srnn__mat_open(srnn_ctx *ctx, const char *path, const char *const *names,
                           srnn__mat *mat);
/* The same of a file's n bytes. */
srnn_status srnn__mat_read(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                           const char *const *names, srnn__mat *mat);
void srnn__mat_close(srnn__mat *mat);

/* The level of a file by its first bytes: 4, 5 or 7. */
srnn_status srnn__mat_level(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                            int *level);

/* Takes over what v holds, in the place of an earlier variable of its name. */
srnn_status srnn__mat_keep(srnn__mat *mat, srnn__mat_var *v);

/* Is it among the names? NULL: all are. */
bool srnn__mat_wanted(const char *name, const char *const *names);

const srnn__mat_var *srnn__mat_find(const srnn__mat *mat, const char *name); /* NULL: not there */

/* What it is where a variable is missing: an entry in `missing`, nothing, an error. */
typedef enum srnn__need { SRNN__OPTIONAL, SRNN__UNLISTED, SRNN__REQUIRED } srnn__need;

/* A real numeric array of any class as doubles, column-major, trailing singleton
   axes dropped: always at least two. */
typedef struct srnn__array {
    size_t rows, cols, pages; /* pages: product of all axes from the third on */
    double *values;           /* NULL: the (optional) variable is not there */
} srnn__array;

/* Errors: required and missing; not numeric, complex. The caller frees values. */
srnn_status srnn__mat_array(srnn__mat *mat, const char *name, srnn__need need, srnn__array *out);

/* Exactly rows x cols (0: any number, not none); a vector may lie the other way. */
srnn_status srnn__mat_matrix(srnn__mat *mat, const char *name, srnn__need need, size_t rows,
                             size_t cols, srnn__array *out);

/* The same into floats that have the room; *found (may be NULL): it is there. */
srnn_status srnn__mat_floats(srnn__mat *mat, const char *name, srnn__need need, int rows, int cols,
                             float *to, bool *found);

srnn_status srnn__mat_number(srnn__mat *mat, const char *name, srnn__need need, double *value);

/* A whole number from `least` (0 or 1) to 1e9. */
srnn_status srnn__mat_whole(srnn__mat *mat, const char *name, srnn__need need, int least,
                            int *value);

/* The sentence about a number that cannot be. */
srnn_status srnn__mat_refuse(const srnn__mat *mat, const char *name, double value,
                             const char *expected);

/* The sentence about a variable whose shape cannot be. */
srnn_status srnn__mat_refuse_shape(const srnn__mat *mat, const char *name, const char *expected);

/* A char row or a cell that holds one, into text[size] as UTF-8; "" where it is not there. */
srnn_status srnn__mat_text(srnn__mat *mat, const char *name, srnn__need need, char *text,
                           size_t size);

/* ---- the levels: mat4.c, mat5.c, mat73.c ----
   Readers check the whole file and keep the wanted variables of mat->ctx, mat->path in mat.
   One that is not wanted is an error only where the file is truncated or damaged.
   Updates make new bytes of a file's: without the variables that are dropped or replaced, with
   the new ones (numbers but complex or sparse ones, text, and at level 5 structs of these) at
   the end, and all others as they are. The caller frees out->bytes, after an error too, and
   looks at out->failed. */

srnn_status srnn__mat4_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                            const char *const *names);
srnn_status srnn__mat5_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                            const char *const *names);
srnn_status srnn__mat73_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                             const char *const *names);
/* Without the context's guard. */
srnn_status srnn__mat73_read_here(srnn__mat *mat, const unsigned char *bytes, size_t n,
                                  const char *const *names);

typedef struct srnn__mat_change {
    const char *const *drop; /* names of variables to be taken out; NULL-terminated */
    const srnn__mat_var *vars;
    size_t n_vars;
} srnn__mat_change;

/* Is the file's variable of this name to go: dropped, or replaced? */
bool srnn__mat_goes(const srnn__mat_change *change, const char *name);

struct srnn__mat_out;
srnn_status srnn__mat4_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                              const srnn__mat_change *change, struct srnn__mat_out *out);
srnn_status srnn__mat5_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                              const srnn__mat_change *change, struct srnn__mat_out *out);
srnn_status srnn__mat73_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                               size_t n, const srnn__mat_change *change, struct srnn__mat_out *out);

/* HDF5 prints its errors on stderr by default; afterwards the caller's way is
   put back. */
typedef struct srnn__hdf5_errors {
    H5E_auto2_t print;
    void *data;
} srnn__hdf5_errors;
srnn__hdf5_errors srnn__hdf5_silence(void);
void srnn__hdf5_restore(srnn__hdf5_errors before);

/* ---- mat_write.c ---- */

/* Writes the variables to path, level 5, packed: temporary file in its folder, read back and
   compared, synchronised, renamed. replace false: an existing file is an error,
   SRNN_ERR_FILE with *exists set. */
srnn_status srnn__mat_write(srnn_ctx *ctx, const char *path, const srnn__mat_var *vars, size_t n,
                            bool replace, bool *exists);

/* Changes an existing file of any level, and nothing else in it. */
srnn_status srnn__mat_update(srnn_ctx *ctx, const char *path, const srnn__mat_change *change);

#endif
