/* The bytes of MAT files of level 4 and 5: numbers in either byte order. */
#ifndef SRNN_MAT_BYTES_H
#define SRNN_MAT_BYTES_H

#include "io/mat_file.h"

/* Level 5's types of data. */
enum {
    SRNN__MI_INT8 = 1,
    SRNN__MI_UINT8,
    SRNN__MI_INT16,
    SRNN__MI_UINT16,
    SRNN__MI_INT32,
    SRNN__MI_UINT32,
    SRNN__MI_SINGLE,
    SRNN__MI_DOUBLE = 9,
    SRNN__MI_INT64 = 12,
    SRNN__MI_UINT64,
    SRNN__MI_MATRIX,
    SRNN__MI_COMPRESSED,
    SRNN__MI_UTF8,
    SRNN__MI_UTF16,
    SRNN__MI_UTF32
};

/* Level 5's classes of variables, and flags. */
enum {
    SRNN__MX_CELL = 1,
    SRNN__MX_STRUCT,
    SRNN__MX_OBJECT,
    SRNN__MX_CHAR,
    SRNN__MX_SPARSE,
    SRNN__MX_DOUBLE, /* the numbers, in the order of srnn__mat_numeric */
    SRNN__MX_UINT64 = 15,
    SRNN__MX_FUNCTION,
    SRNN__MX_OPAQUE,
    SRNN__MX_LOGICAL = 0x200,
    SRNN__MX_COMPLEX = 0x800
};

enum { SRNN__MAT5_HEADER = 128 };

/* Of a number of this type; 0: it is none. */
uint32_t srnn__mi_width(uint32_t type);

uint32_t srnn__mat_word(const unsigned char *p, bool big_endian);

/* n numbers of this type. */
void srnn__mi_doubles(const unsigned char *p, uint32_t type, bool big_endian, size_t n, double *to);

/* Text from such numbers; consumes them. */
bool srnn__mi_text(srnn__mat_var *v, uint32_t type, const double *values, size_t n);

/* ---- a buffer that grows ---- */

typedef struct srnn__mat_out {
    unsigned char *bytes;
    size_t n, room;
    bool big_endian, failed; /* failed: out of memory; nothing more is added */
} srnn__mat_out;

/* Room for n more bytes; false where failed. */
bool srnn__make_room(srnn__mat_out *out, size_t n);
void srnn__put_bytes(srnn__mat_out *out, const void *bytes, size_t n);
void srnn__put_word(srnn__mat_out *out, uint32_t word);
void srnn__set_word(srnn__mat_out *out, size_t at, uint32_t word);
void srnn__put_doubles(srnn__mat_out *out, uint32_t type, const double *values, size_t n);

/* A text's units: UTF-16, or bytes (*type SRNN__MI_UTF8) where it is all ASCII. The caller
   frees them; NULL: out of memory. */
double *srnn__text_units(const char *text, uint32_t *type, size_t *n);

/* ---- mat5_write.c ---- */

/* The first bytes of a file of level 5. */
void srnn__mat5_begin(srnn__mat_out *out);

/* A variable, packed; path is for the sentence about one that is too large. */
srnn_status srnn__mat5_put(srnn_ctx *ctx, const char *path, const srnn__mat_var *v,
                           srnn__mat_out *out);

#endif
