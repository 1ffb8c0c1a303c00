/* Level 5 (MathWorks, "MAT-File Format") element by element, compressed ones too: matio
   believes every size that it reads. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "io/mat_file.h"

enum { HEADER = 128, TAG = 8, MAX_RANK = 32, MAX_DEPTH = 64 };
enum { MI_INT8 = 1, MI_INT32 = 5, MI_UINT32 = 6, MI_MATRIX = 14, MI_COMPRESSED = 15 };
enum { MX_CELL = 1, MX_STRUCT, MX_OBJECT, MX_CHAR, MX_SPARSE, MX_DOUBLE, MX_UINT64 = 15 };
enum { MX_FUNCTION = 16, MX_OPAQUE };

/* One variable: its bytes in the file, and the stream that unpacks them. */
typedef struct source {
    FILE *file;
    bool big_endian, packed;
    uint32_t left; /* of its bytes in the file */
    z_stream z;
    unsigned char in[16384];
    uint64_t unpacked;
    bool opaque; /* holds something of MATLAB's own classes */
    char name[64];
} source;

static uint32_t word(const source *s, const unsigned char *p)
{
    return srnn__mat_word(p, s->big_endian);
}

/* ---- reading; false: the bytes are not there ---- */

static bool inflate_some(source *s, void *to, uint32_t n, int *code)
{
    s->z.next_out = to;
    s->z.avail_out = n;
    do {
        if (s->z.avail_in == 0 && s->left > 0) {
            const size_t want = s->left < sizeof s->in ? s->left : sizeof s->in;
            if (fread(s->in, 1, want, s->file) != want) return false;
            s->left -= (uint32_t)want;
            s->z.next_in = s->in;
            s->z.avail_in = (uInt)want;
        }
        *code = inflate(&s->z, Z_NO_FLUSH);
    } while (*code == Z_OK && s->z.avail_out > 0);
    return true;
}

static bool take(source *s, void *to, uint32_t n)
{
    if (n == 0) return true;
    s->unpacked += n;
    if (s->packed) {
        int code;
        return inflate_some(s, to, n, &code) && s->z.avail_out == 0;
    }
    if (n > s->left || fread(to, 1, n, s->file) != n) return false;
    s->left -= n;
    return true;
}

static bool skip(source *s, uint64_t n)
{
    unsigned char scratch[16384];
    for (; n > sizeof scratch; n -= sizeof scratch)
        if (!take(s, scratch, sizeof scratch)) return false;
    return take(s, scratch, (uint32_t)n);
}

/* The packed stream ends here, and its checksum is right. */
static bool ends(source *s)
{
    unsigned char beyond;
    int code;
    return inflate_some(s, &beyond, 1, &code) && code == Z_STREAM_END && s->z.avail_out == 1;
}

/* ---- elements; *left: bytes of the matrix that they are in ---- */

typedef struct element {
    uint32_t type, size;
    bool small; /* up to four bytes of data within the tag */
    unsigned char data[4];
} element;

static bool take_tag(source *s, uint32_t *left, element *e)
{
    unsigned char tag[TAG];
    if (*left < TAG || !take(s, tag, TAG)) return false;
    *left -= TAG;
    const uint32_t first = word(s, tag);
    e->small = first >> 16 != 0;
    e->type = e->small ? first & 0xffff : first;
    e->size = e->small ? first >> 16 : word(s, tag + 4);
    memcpy(e->data, tag + 4, 4);
    return e->small ? e->size <= 4 : e->size <= *left;
}

/* The first n bytes of its data, n at most the size; the rest and the padding are skipped. */
static bool take_data(source *s, uint32_t *left, const element *e, void *to, uint32_t n)
{
    if (e->small) {
        memcpy(to, e->data, n);
        return true;
    }
    const uint32_t padding = (8 - e->size % 8) % 8, rest = *left - e->size;
    const uint32_t whole = e->size + (padding < rest ? padding : rest);
    *left -= whole;
    return take(s, to, n) && skip(s, whole - n);
}

static bool skip_data(source *s, uint32_t *left, const element *e)
{
    unsigned char nothing;
    return take_data(s, left, e, &nothing, 0);
}

static uint32_t type_width(uint32_t type)
{
    static const uint8_t widths[19] = {
        [1] = 1, [2] = 1,  [3] = 2,  [4] = 2,  [5] = 4,  [6] = 4, [7] = 4,
        [9] = 8, [12] = 8, [13] = 8, [16] = 1, [17] = 2, [18] = 4};
    return type < sizeof widths ? widths[type] : 0;
}

/* An element of numbers of this width (0: any); *count of them. */
static bool walk_numbers_of(source *s, uint32_t *left, uint32_t expected_width, uint64_t *count)
{
    element e;
    if (!take_tag(s, left, &e)) return false;
    const uint32_t width = type_width(e.type);
    if (width == 0 || e.size % width != 0) return false;
    if (expected_width && width != expected_width) return false;
    *count = e.size / width;
    return skip_data(s, left, &e);
}

static bool walk_numbers(source *s, uint32_t *left, uint64_t *count)
{
    return walk_numbers_of(s, left, 0, count);
}

/* ---- matrices ---- */

static bool walk_matrix(source *s, uint32_t size, int depth);

static bool walk_parts(source *s, uint32_t *left, uint64_t n, int depth)
{
    for (; n > 0; n--) {
        element e;
        if (!take_tag(s, left, &e) || e.type != MI_MATRIX || e.small) return false;
        *left -= e.size;
        if (!walk_matrix(s, e.size, depth + 1)) return false;
    }
    return true;
}

static bool walk_struct(source *s, uint32_t *left, uint64_t n, bool object, int depth)
{
    element e;
    if (object && !(take_tag(s, left, &e) && e.type == MI_INT8 && skip_data(s, left, &e)))
        return false;
    unsigned char length[4];
    if (!take_tag(s, left, &e) || e.type != MI_INT32 || e.size != 4) return false;
    if (!take_data(s, left, &e, length, 4)) return false;
    const uint32_t name_length = word(s, length);
    if (!take_tag(s, left, &e) || e.type != MI_INT8 || !skip_data(s, left, &e)) return false;
    if (e.size == 0) return true;
    if (name_length == 0 || name_length > e.size || e.size % name_length != 0) return false;
    const uint32_t fields = e.size / name_length;
    return n <= UINT32_MAX && walk_parts(s, left, n * fields, depth);
}

static bool walk_sparse(source *s, uint32_t *left, uint64_t columns, bool complex_numbers)
{
    uint64_t rows_given, starts, reals, imaginaries;
    /* matio counts the indices in fours whatever their type, and loses its place otherwise */
    if (!walk_numbers_of(s, left, 4, &rows_given) || !walk_numbers_of(s, left, 4, &starts))
        return false;
    if (starts != columns + 1 || !walk_numbers(s, left, &reals)) return false;
    return !complex_numbers || (walk_numbers(s, left, &imaginaries) && imaginaries == reals);
}

/* A class that matio does not look into: its elements must fit, no more. */
static bool walk_anything(source *s, uint32_t *left, int depth)
{
    while (*left > 0) {
        element e;
        if (!take_tag(s, left, &e)) return false;
        if (e.type == MI_MATRIX && !e.small) {
            *left -= e.size;
            if (!walk_matrix(s, e.size, depth + 1)) return false;
        } else if (!skip_data(s, left, &e)) {
            return false;
        }
    }
    return true;
}

/* Dimensions: *n elements in all. */
static bool walk_dims(source *s, uint32_t *left, uint64_t *n, uint64_t *columns)
{
    element e;
    unsigned char dims[4 * MAX_RANK];
    if (!take_tag(s, left, &e) || e.type != MI_INT32) return false;
    if (e.size < 8 || e.size > sizeof dims || e.size % 4 != 0) return false;
    if (!take_data(s, left, &e, dims, e.size)) return false;
    *n = 1;
    *columns = word(s, dims + 4);
    for (uint32_t d = 0; d < e.size; d += 4) {
        const uint32_t axis = word(s, dims + d);
        if (axis > INT32_MAX || (axis != 0 && *n > (UINT64_C(1) << 60) / axis)) return false;
        *n *= axis;
    }
    return true;
}

static bool walk_name(source *s, uint32_t *left, int depth)
{
    element e;
    char name[sizeof s->name] = "";
    if (!take_tag(s, left, &e) || e.type != MI_INT8) return false;
    const uint32_t length = e.size < sizeof name - 1 ? e.size : (uint32_t)sizeof name - 1;
    if (!take_data(s, left, &e, name, length)) return false;
    if (depth == 0) memcpy(s->name, name, sizeof name);
    return true;
}

/* The `size` bytes within a matrix element. */
static bool walk_matrix(source *s, uint32_t size, int depth)
{
    if (size == 0) return depth > 0; /* an empty part */
    if (depth > MAX_DEPTH) return false;
    uint32_t left = size;
    element e;
    unsigned char flags[8];
    if (!take_tag(s, &left, &e) || e.type != MI_UINT32 || e.size != 8 || e.small) return false;
    if (!take_data(s, &left, &e, flags, 8)) return false;
    const uint32_t class_type = word(s, flags) & 0xff;
    const bool complex_numbers = word(s, flags) & 0x800;
    if (class_type == MX_OPAQUE) {
        s->opaque = true;
        return walk_anything(s, &left, depth);
    }
    if (complex_numbers && class_type < MX_SPARSE) return false;
    uint64_t n, columns, reals, imaginaries;
    if (!walk_dims(s, &left, &n, &columns) || !walk_name(s, &left, depth)) return false;
    /* matio 1.5 states wrong sizes for packed text; it ends where its stream ends */
    const bool size_unsure = class_type == MX_CHAR && s->packed && depth == 0;
    if (size_unsure) left = UINT32_MAX;
    bool whole;
    switch (class_type) {
    case MX_FUNCTION:
    case MX_CELL: whole = walk_parts(s, &left, n, depth); break;
    case MX_STRUCT:
    case MX_OBJECT: whole = walk_struct(s, &left, n, class_type == MX_OBJECT, depth); break;
    case MX_CHAR: whole = walk_numbers(s, &left, &reals) && reals >= n; break;
    case MX_SPARSE: whole = walk_sparse(s, &left, columns, complex_numbers); break;
    default:
        whole = class_type >= MX_DOUBLE && class_type <= MX_UINT64 &&
                walk_numbers(s, &left, &reals) && reals == n &&
                (!complex_numbers || (walk_numbers(s, &left, &imaginaries) && imaginaries == n));
    }
    return whole && (left == 0 || size_unsure);
}

static bool walk_packed(source *s)
{
    if (inflateInit(&s->z) != Z_OK) return false;
    uint32_t left = UINT32_MAX;
    element e;
    const bool whole = take_tag(s, &left, &e) && e.type == MI_MATRIX && !e.small &&
                       walk_matrix(s, e.size, 0) && ends(s);
    inflateEnd(&s->z);
    return whole;
}

srnn_status srnn__mat_check5(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                             bool big_endian, srnn__mat_extent *extent)
{
    *extent = (srnn__mat_extent){0};
    for (uint64_t at = HEADER; at < length; extent->variables++) {
        unsigned char tag[TAG];
        const uint64_t left = length - at;
        if (fseeko(file, (off_t)at, SEEK_SET) || left < TAG || fread(tag, 1, TAG, file) != TAG)
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s is truncated: it ends within a tag at byte %llu", path,
                              (unsigned long long)at);
        source s = {.file = file, .big_endian = big_endian};
        const uint32_t type = word(&s, tag), size = word(&s, tag + 4);
        if (type != MI_MATRIX && type != MI_COMPRESSED)
            return srnn__fail(
                ctx, SRNN_ERR_FORMAT,
                "%s is damaged: the element at byte %llu has type %u; expected a matrix", path,
                (unsigned long long)at, type);
        if (size > left - TAG)
            return srnn__fail(
                ctx, SRNN_ERR_FORMAT,
                "%s is truncated: the variable at byte %llu needs %u bytes, %llu are left", path,
                (unsigned long long)at, size, (unsigned long long)(left - TAG));
        s.left = size;
        s.packed = type == MI_COMPRESSED;
        if (!(s.packed ? walk_packed(&s) : walk_matrix(&s, size, 0)))
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s is damaged: the variable at byte %llu%s%s%s does not %s", path,
                              (unsigned long long)at, *s.name ? " ('" : "", s.name,
                              *s.name ? "')" : "", s.packed ? "unpack" : "hold together");
        extent->unpacked += s.unpacked;
        extent->opaque |= s.opaque;
        at += TAG + size;
    }
    return SRNN_OK;
}
