/* Variables as level 5 keeps them. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/mat_bytes.h"

static const uint32_t mat5_types[] = {
    [SRNN__DOUBLE] = SRNN__MI_DOUBLE, [SRNN__SINGLE] = SRNN__MI_SINGLE,
    [SRNN__INT8] = SRNN__MI_INT8,     [SRNN__UINT8] = SRNN__MI_UINT8,
    [SRNN__INT16] = SRNN__MI_INT16,   [SRNN__UINT16] = SRNN__MI_UINT16,
    [SRNN__INT32] = SRNN__MI_INT32,   [SRNN__UINT32] = SRNN__MI_UINT32,
    [SRNN__INT64] = SRNN__MI_INT64,   [SRNN__UINT64] = SRNN__MI_UINT64};

static void put_tag(srnn__mat_out *out, uint32_t type, size_t size)
{
    srnn__put_word(out, type);
    srnn__put_word(out, (uint32_t)size);
}

static void put_padding(srnn__mat_out *out, size_t n)
{
    static const char zeros[8] = {0};
    srnn__put_bytes(out, zeros, (8 - n % 8) % 8);
}

/* n numbers; up to four bytes of them stand within the tag. */
static void mat5_put_numbers(srnn__mat_out *out, uint32_t type, const double *values, size_t n)
{
    const size_t size = n * srnn__mi_width(type), within_tag = size > 0 && size <= 4;
    if (within_tag)
        srnn__put_word(out, (uint32_t)size << 16 | type);
    else
        put_tag(out, type, size);
    srnn__put_doubles(out, type, values, n);
    put_padding(out, within_tag ? size + 4 : size);
}

static void put_chars(srnn__mat_out *out, const char *text, size_t n)
{
    put_tag(out, SRNN__MI_INT8, n);
    srnn__put_bytes(out, text, n);
    put_padding(out, n);
}

static void mat5_put_header(srnn__mat_out *out, const char *name, uint32_t mx_class, int rank,
                            const size_t *dims)
{
    double axes[SRNN__MAT_RANK_MAX];
    for (int d = 0; d < rank; d++) axes[d] = (double)dims[d];
    put_tag(out, SRNN__MI_UINT32, 8);
    put_tag(out, mx_class, 0);
    mat5_put_numbers(out, SRNN__MI_INT32, axes, (size_t)rank);
    put_chars(out, name, strlen(name));
}

static void mat5_put_text(srnn__mat_out *out, const char *name, const char *text)
{
    uint32_t type;
    size_t n;
    double *units = srnn__text_units(text, &type, &n);
    mat5_put_header(out, name, SRNN__MX_CHAR, 2, (size_t[]){1, n});
    if (units)
        mat5_put_numbers(out, type, units, n);
    else
        out->failed = true;
    free(units);
}

static void put_matrix(srnn__mat_out *out, const srnn__mat_var *v, const char *name);

static void put_struct(srnn__mat_out *out, const srnn__mat_var *v, const char *name)
{
    size_t length = 1;
    for (size_t k = 0; k < v->n_parts; k++)
        if (length <= strlen(v->parts[k].name)) length = strlen(v->parts[k].name) + 1;
    const double shown = (double)length;
    char *names = calloc(v->n_parts + 1, length);
    for (size_t k = 0; names && k < v->n_parts; k++)
        memcpy(names + k * length, v->parts[k].name, strlen(v->parts[k].name));
    mat5_put_header(out, name, SRNN__MX_STRUCT, 2, (size_t[]){1, 1});
    mat5_put_numbers(out, SRNN__MI_INT32, &shown, 1);
    if (names)
        put_chars(out, names, v->n_parts * length);
    else
        out->failed = true;
    free(names);
    for (size_t k = 0; k < v->n_parts; k++) put_matrix(out, &v->parts[k], "");
}

static void put_matrix(srnn__mat_out *out, const srnn__mat_var *v, const char *name)
{
    const size_t begin = out->n;
    const uint32_t number = v->is_logical ? SRNN__UINT8 : v->numeric;
    put_tag(out, SRNN__MI_MATRIX, 0);
    if (v->class_type == SRNN__MAT_TEXT) {
        mat5_put_text(out, name, v->text);
    } else if (v->class_type == SRNN__MAT_STRUCT) {
        put_struct(out, v, name);
    } else {
        mat5_put_header(out, name,
                        (SRNN__MX_DOUBLE + number) | (v->is_logical ? SRNN__MX_LOGICAL : 0),
                        v->rank, v->dims);
        mat5_put_numbers(out, mat5_types[number], v->values, srnn__mat_count(v));
    }
    srnn__set_word(out, begin + 4, (uint32_t)(out->n - begin - 8));
}

void srnn__mat5_begin(srnn__mat_out *out)
{
    char header[SRNN__MAT5_HEADER + 1];
    snprintf(header, sizeof header, "%-124s",
             "MATLAB 5.0 MAT-file, written by SpikeRNN in C " SRNN_VERSION);
    memset(header + 116, 0, 8);
    memcpy(header + 124, out->big_endian ? "\1\0MI" : "\0\1IM", 4);
    srnn__put_bytes(out, header, SRNN__MAT5_HEADER);
}

srnn_status srnn__mat5_put(srnn_ctx *ctx, const char *path, const srnn__mat_var *v,
                           srnn__mat_out *out)
{
    srnn__mat_out raw = {.big_endian = out->big_endian};
    put_matrix(&raw, v, v->name);
    uLongf n = compressBound(raw.n);
    const bool too_large = n > UINT32_MAX, room = !raw.failed && srnn__make_room(out, n + 8);
    if (!too_large && room) {
        put_tag(out, SRNN__MI_COMPRESSED, 0);
        out->failed = compress(out->bytes + out->n, &n, raw.bytes, raw.n) != Z_OK;
        srnn__set_word(out, out->n - 4, (uint32_t)n);
        out->n += n;
    }
    free(raw.bytes);
    if (too_large)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s: variable '%s' has %zu bytes; expected below 2^32, as many as a .mat "
                          "file keeps of a variable",
                          path, v->name, raw.n);
    return room && !out->failed ? SRNN_OK : srnn__no_memory(ctx);
}
