#include "io/mat_bytes.h"

#include <stdlib.h>
#include <string.h>

uint32_t srnn__mi_width(uint32_t type)
{
    static const uint8_t widths[19] = {
        [1] = 1, [2] = 1,  [3] = 2,  [4] = 2,  [5] = 4,  [6] = 4, [7] = 4,
        [9] = 8, [12] = 8, [13] = 8, [16] = 1, [17] = 2, [18] = 4};
    return type < sizeof widths ? widths[type] : 0;
}

uint32_t srnn__mat_word(const unsigned char *p, bool big_endian)
{
    return big_endian ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint64_t take_bits(const unsigned char *p, uint32_t width, bool big_endian)
{
    uint64_t bits = 0;
    for (uint32_t k = 0; k < width; k++)
        bits |= (uint64_t)p[big_endian ? width - 1 - k : k] << 8 * k;
    return bits;
}

static double to_double(uint64_t bits, uint32_t type)
{
    double value;
    float single;
    const uint32_t half = (uint32_t)bits;
    switch (type) {
    case SRNN__MI_DOUBLE: memcpy(&value, &bits, sizeof value); return value;
    case SRNN__MI_SINGLE: memcpy(&single, &half, sizeof single); return (double)single;
    case SRNN__MI_INT8: return (double)(int8_t)bits;
    case SRNN__MI_INT16: return (double)(int16_t)bits;
    case SRNN__MI_INT32: return (double)(int32_t)bits;
    case SRNN__MI_INT64: return (double)(int64_t)bits;
    default: return (double)bits;
    }
}

void srnn__mi_doubles(const unsigned char *p, uint32_t type, bool big_endian, size_t n, double *to)
{
    const uint32_t width = srnn__mi_width(type);
    for (size_t k = 0; k < n; k++)
        to[k] = to_double(take_bits(p + k * width, width, big_endian), type);
}

bool srnn__mi_text(srnn__mat_var *v, uint32_t type, const double *values, size_t n)
{
    uint32_t *units = malloc((n + 1) * sizeof *units);
    if (!units) return false;
    for (size_t k = 0; k < n; k++)
        units[k] = values[k] >= 0 && values[k] < 0x110000 ? (uint32_t)values[k] : UINT32_MAX;
    if (type == SRNN__MI_UTF8) n = srnn__utf8_to_letters(units, n);
    const bool good = srnn__mat_set_text(v, units, n);
    free(units);
    return good;
}

/* ---- a buffer that grows ---- */

bool srnn__make_room(srnn__mat_out *out, size_t n)
{
    if (out->failed || n <= out->room - out->n) return !out->failed;
    const size_t room = out->room + (n > out->room ? n : out->room);
    unsigned char *more = realloc(out->bytes, room);
    if (!more) {
        out->failed = true;
        return false;
    }
    out->bytes = more;
    out->room = room;
    return true;
}

void srnn__put_bytes(srnn__mat_out *out, const void *bytes, size_t n)
{
    if (n == 0 || !srnn__make_room(out, n)) return;
    memcpy(out->bytes + out->n, bytes, n);
    out->n += n;
}

static void put_bits(unsigned char *to, uint64_t bits, uint32_t width, bool big_endian)
{
    for (uint32_t k = 0; k < width; k++)
        to[big_endian ? width - 1 - k : k] = (unsigned char)(bits >> 8 * k);
}

void srnn__put_word(srnn__mat_out *out, uint32_t word)
{
    unsigned char bytes[4];
    put_bits(bytes, word, 4, out->big_endian);
    srnn__put_bytes(out, bytes, 4);
}

void srnn__set_word(srnn__mat_out *out, size_t at, uint32_t word)
{
    if (!out->failed) put_bits(out->bytes + at, word, 4, out->big_endian);
}

static uint64_t to_bits(double value, uint32_t type)
{
    uint64_t bits;
    uint32_t half;
    const float single = type == SRNN__MI_SINGLE ? (float)value : 0;
    switch (type) {
    case SRNN__MI_DOUBLE: memcpy(&bits, &value, sizeof bits); return bits;
    case SRNN__MI_SINGLE: memcpy(&half, &single, sizeof half); return half;
    default: return (uint64_t)(int64_t)value;
    }
}

void srnn__put_doubles(srnn__mat_out *out, uint32_t type, const double *values, size_t n)
{
    const uint32_t width = srnn__mi_width(type);
    if (!srnn__make_room(out, n * width)) return;
    for (size_t k = 0; k < n; k++)
        put_bits(out->bytes + out->n + k * width, to_bits(values[k], type), width, out->big_endian);
    out->n += n * width;
}

double *srnn__text_units(const char *text, uint32_t *type, size_t *n)
{
    const size_t bytes = strlen(text);
    uint32_t *letters = malloc((bytes + 1) * sizeof *letters);
    double *units = malloc((2 * bytes + 1) * sizeof *units);
    *type = SRNN__MI_UTF8;
    *n = 0;
    for (size_t k = 0; letters && k < bytes; k++) {
        letters[k] = (unsigned char)text[k];
        if (letters[k] > 127) *type = SRNN__MI_UTF16;
    }
    const size_t count = letters ? srnn__utf8_to_letters(letters, bytes) : 0;
    for (size_t k = 0; units && k < count; k++) {
        const uint32_t c = letters[k] > 0x10ffff ? '?' : letters[k];
        if (c >= 0x10000) units[(*n)++] = 0xd7c0 + (c >> 10);
        units[(*n)++] = c < 0x10000 ? c : 0xdc00 + (c & 0x3ff);
    }
    if (!letters) {
        free(units);
        units = NULL;
    }
    free(letters);
    return units;
}
