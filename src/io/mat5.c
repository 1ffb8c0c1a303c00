/* Level 5 (MathWorks, "MAT-File Format"), element by element, packed ones too. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/mat_bytes.h"

enum { TAG = 8, NAME_MAX_READ = 255, FIELD_NAMES_MAX = 1 << 20, MAT5_CHUNK = 16384 };

/* The bytes of one variable in the file, and the stream that unpacks them. */
typedef struct source {
    const unsigned char *next;
    uint32_t left;
    bool big_endian, packed;
    z_stream z;
    bool no_memory;
    size_t parts; /* of cells and structs, so far */
} source;

static uint32_t word(const source *s, const unsigned char *p)
{
    return srnn__mat_word(p, s->big_endian);
}

/* ---- reading; false: the bytes are not there ---- */

static bool mat5_take(source *s, void *to, uint32_t n)
{
    if (n == 0) return true;
    if (s->packed) {
        s->z.next_out = to;
        s->z.avail_out = n;
        inflate(&s->z, Z_NO_FLUSH);
        return s->z.avail_out == 0;
    }
    if (n > s->left) return false;
    memcpy(to, s->next, n);
    s->next += n;
    s->left -= n;
    return true;
}

static bool skip(source *s, uint64_t n)
{
    unsigned char scratch[MAT5_CHUNK];
    for (; n > sizeof scratch; n -= sizeof scratch)
        if (!mat5_take(s, scratch, sizeof scratch)) return false;
    return mat5_take(s, scratch, (uint32_t)n);
}

/* The packed stream ends, with the right checksum, after at most this many more bytes. */
static bool ends_within(source *s, uint64_t n)
{
    unsigned char scratch[MAT5_CHUNK];
    uint64_t more = 0;
    int code = Z_OK;
    while (code == Z_OK && more <= n) {
        s->z.next_out = scratch;
        s->z.avail_out = sizeof scratch;
        code = inflate(&s->z, Z_NO_FLUSH);
        more += sizeof scratch - s->z.avail_out;
    }
    return code == Z_STREAM_END && more <= n;
}

/* ---- elements; *left: bytes of the matrix that they are in ---- */

typedef struct mat5_element {
    uint32_t type, size;
    bool small; /* up to four bytes of data within the tag */
    unsigned char data[4];
} mat5_element;

static bool take_tag(source *s, uint32_t *left, mat5_element *e)
{
    unsigned char tag[TAG];
    if (*left < TAG || !mat5_take(s, tag, TAG)) return false;
    *left -= TAG;
    const uint32_t first = word(s, tag);
    e->small = first >> 16 != 0;
    e->type = e->small ? first & 0xffff : first;
    e->size = e->small ? first >> 16 : word(s, tag + 4);
    memcpy(e->data, tag + 4, 4);
    return e->small ? e->size <= 4 : e->size <= *left;
}

/* The next n bytes of its data. */
static bool take_data(source *s, const mat5_element *e, void *to, uint32_t n)
{
    if (!e->small) return mat5_take(s, to, n);
    memcpy(to, e->data, n);
    return true;
}

/* What follows the first n bytes of its data, and the padding. */
static bool skip_rest(source *s, uint32_t *left, const mat5_element *e, uint32_t n)
{
    if (e->small) return true;
    const uint32_t padding = (8 - e->size % 8) % 8, rest = *left - e->size;
    const uint32_t whole = e->size + (padding < rest ? padding : rest);
    *left -= whole;
    return skip(s, whole - n);
}

/* A tag, and all of its data where they are n bytes at most. */
static bool take_element(source *s, uint32_t *left, mat5_element *e, void *to, uint32_t n)
{
    if (!take_tag(s, left, e)) return false;
    const uint32_t taken = e->size < n ? e->size : n;
    return take_data(s, e, to, taken) && skip_rest(s, left, e, taken);
}

typedef struct mat5_numbers {
    uint32_t type;
    uint64_t n;
    double *values;
} mat5_numbers;

static bool take_numbers(source *s, const mat5_element *e, mat5_numbers *out)
{
    const uint32_t width = srnn__mi_width(out->type);
    unsigned char chunk[MAT5_CHUNK];
    /* deflate packs 1,032 bytes into one at most: what a stream cannot hold is not allocated */
    if (s->packed && e->size / 1032 > (uint64_t)s->z.avail_in + MAT5_CHUNK) return false;
    if (!(out->values = malloc((out->n + 1) * sizeof *out->values))) {
        s->no_memory = true;
        return false;
    }
    const uint32_t at_once = MAT5_CHUNK / width;
    for (uint64_t k = 0; k < out->n; k += at_once) {
        const uint32_t n = out->n - k < at_once ? (uint32_t)(out->n - k) : at_once;
        if (!take_data(s, e, chunk, n * width)) return false;
        srnn__mi_doubles(chunk, out->type, s->big_endian, n, out->values + k);
    }
    return true;
}

/* An element of numbers; after failure there is nothing to free. Of a sparse logical matrix
   with `bytes` nonzeros MATLAB says double, and writes a byte each. */
static bool mat5_read_numbers(source *s, uint32_t *left, uint64_t bytes, mat5_numbers *out)
{
    mat5_element e;
    *out = (mat5_numbers){0};
    if (!take_tag(s, left, &e)) return false;
    out->type = e.type == SRNN__MI_DOUBLE && e.size / 8 < bytes ? SRNN__MI_UINT8 : e.type;
    const uint32_t width = srnn__mi_width(out->type);
    if (width == 0 || e.size % width != 0) return false;
    out->n = e.size / width;
    if (take_numbers(s, &e, out) && skip_rest(s, left, &e, e.size)) return true;
    free(out->values);
    out->values = NULL;
    return false;
}

/* ---- matrices ---- */

static bool read_part(source *s, uint32_t *left, int depth, srnn__mat_var *part);

static srnn__mat_var *mat5_add_part(source *s, srnn__mat_var *v)
{
    srnn__mat_var *part = srnn__mat_add_part(v);
    s->no_memory |= !part;
    return part;
}

/* Whatever it is; it lies within *left. */
static bool pass_over(source *s, uint32_t *left, srnn__mat_var *v)
{
    v->class_type = SRNN__MAT_OTHER;
    const uint32_t n = *left;
    *left = 0;
    return skip(s, n);
}

static bool mat5_read_cell(source *s, uint32_t *left, size_t n, int depth, srnn__mat_var *v)
{
    if (n > SRNN__MAT_PARTS_MAX - s->parts) return pass_over(s, left, v);
    s->parts += n;
    v->class_type = SRNN__MAT_CELL;
    for (size_t k = 0; k < n; k++) {
        srnn__mat_var *part = mat5_add_part(s, v);
        if (!part || !read_part(s, left, depth, part)) return false;
    }
    return true;
}

static bool is_name(uint32_t type) /* INT8 but in files of other tools */
{
    return type == SRNN__MI_INT8 || type == SRNN__MI_UINT8 || type == SRNN__MI_UTF8;
}

static bool is_int32(uint32_t type) { return type == SRNN__MI_INT32 || type == SRNN__MI_UINT32; }

static bool mat5_read_field(source *s, uint32_t *left, const char *name, uint32_t length, int depth,
                            srnn__mat_var *v)
{
    srnn__mat_var *field = mat5_add_part(s, v);
    if (!field) return false;
    s->no_memory |= !(field->name = strndup(name, length));
    return field->name && read_part(s, left, depth, field);
}

/* The names of the fields lie `length` bytes apart. */
static bool mat5_read_struct(source *s, uint32_t *left, int depth, srnn__mat_var *v)
{
    mat5_element e;
    unsigned char length_bytes[4];
    v->class_type = SRNN__MAT_STRUCT;
    if (!take_element(s, left, &e, length_bytes, 4) || !is_int32(e.type) || e.size != 4)
        return false;
    const uint32_t length = word(s, length_bytes);
    if (!take_tag(s, left, &e) || !is_name(e.type)) return false;
    if (e.size > 0 && (length == 0 || e.size % length != 0)) return false;
    const uint32_t n = e.size ? e.size / length : 0;
    if (n > SRNN__MAT_PARTS_MAX - s->parts || e.size > FIELD_NAMES_MAX)
        return skip_rest(s, left, &e, 0) && pass_over(s, left, v);
    s->parts += n;
    char *names = malloc(e.size + 1);
    s->no_memory |= !names;
    bool whole = names && take_data(s, &e, names, e.size) && skip_rest(s, left, &e, e.size);
    for (uint32_t k = 0; whole && k < n; k++)
        whole = mat5_read_field(s, left, names + k * length, length, depth, v);
    free(names);
    return whole;
}

static bool mat5_read_text(source *s, uint32_t *left, size_t n, srnn__mat_var *v)
{
    mat5_numbers units;
    v->class_type = SRNN__MAT_TEXT;
    if (!mat5_read_numbers(s, left, 0, &units)) return false;
    const bool whole = units.n >= n;
    if (whole) s->no_memory |= !srnn__mi_text(v, units.type, units.values, (size_t)units.n);
    free(units.values);
    return whole && !s->no_memory;
}

/* Real parts into *re, imaginary ones nowhere; `bytes` as above. */
static bool read_values(source *s, uint32_t *left, uint64_t bytes, bool is_complex,
                        mat5_numbers *re)
{
    mat5_numbers im = {0};
    if (!mat5_read_numbers(s, left, bytes, re)) return false;
    if (!is_complex) return true;
    const bool whole = mat5_read_numbers(s, left, bytes, &im) && im.n == re->n;
    free(im.values);
    free(re->values);
    re->values = NULL;
    return whole;
}

static bool read_full(source *s, uint32_t *left, size_t n, srnn__mat_var *v)
{
    mat5_numbers re;
    if (!read_values(s, left, 0, v->is_complex, &re)) return false;
    v->values = re.values;
    return re.n == n;
}

static bool mat5_read_sparse(source *s, uint32_t *left, srnn__mat_var *v)
{
    mat5_numbers rows = {0}, starts = {0}, re = {0};
    v->is_sparse = true;
    bool whole = v->rank == 2 && mat5_read_numbers(s, left, 0, &rows) &&
                 mat5_read_numbers(s, left, 0, &starts) && starts.n == v->dims[1] + 1 &&
                 read_values(s, left, v->is_logical ? rows.n : 0, v->is_complex, &re);
    if (whole && re.values) {
        const size_t n = (size_t)(re.n < rows.n ? re.n : rows.n);
        const srnn_status status =
            srnn__mat_set_sparse(v, n, rows.values, starts.values, re.values);
        s->no_memory |= status == SRNN_ERR_NO_MEMORY;
        whole = !status;
    }
    free(rows.values);
    free(starts.values);
    free(re.values);
    return whole;
}

static bool read_dims(source *s, uint32_t *left, srnn__mat_var *v)
{
    mat5_element e;
    unsigned char dims[4 * SRNN__MAT_RANK_MAX];
    if (!take_element(s, left, &e, dims, sizeof dims) || !is_int32(e.type)) return false;
    if (e.size < 8 || e.size > sizeof dims || e.size % 4 != 0) return false;
    v->rank = (int)e.size / 4;
    for (int d = 0; d < v->rank; d++) {
        v->dims[d] = word(s, dims + 4 * d);
        if (v->dims[d] > INT32_MAX) return false;
    }
    return true;
}

/* Flags, dimensions and name, which a part has not and which is cut at NAME_MAX_READ. */
static bool mat5_read_header(source *s, uint32_t *left, srnn__mat_var *v, uint32_t *mx_class)
{
    mat5_element e;
    unsigned char flags[8];
    char name[NAME_MAX_READ + 1] = "";
    if (!take_element(s, left, &e, flags, 8) || e.type != SRNN__MI_UINT32 || e.size != 8)
        return false;
    *mx_class = word(s, flags) & 0xff;
    v->is_complex = word(s, flags) & SRNN__MX_COMPLEX;
    v->is_logical = word(s, flags) & SRNN__MX_LOGICAL;
    if (*mx_class != SRNN__MX_OPAQUE && !read_dims(s, left, v)) return false; /* that has none */
    if (!take_element(s, left, &e, name, NAME_MAX_READ) || !is_name(e.type)) return false;
    if (*name) s->no_memory |= !v->name && !(v->name = strdup(name));
    return !s->no_memory;
}

/* What follows the header of a matrix at this depth. */
static bool read_body(source *s, uint32_t left, uint32_t mx_class, int depth, srnn__mat_var *v)
{
    const size_t n = srnn__mat_count(v);
    if (mx_class == SRNN__MX_OPAQUE || mx_class == SRNN__MX_OBJECT ||
        mx_class == SRNN__MX_FUNCTION || (mx_class == SRNN__MX_STRUCT && n != 1))
        return pass_over(s, &left, v);
    /* matio 1.5 states wrong sizes for packed text; it ends where its stream ends */
    const bool size_unsure = mx_class == SRNN__MX_CHAR && s->packed && depth == 0;
    if (size_unsure) left = UINT32_MAX;
    bool whole;
    switch (mx_class) {
    case SRNN__MX_CELL: whole = mat5_read_cell(s, &left, n, depth, v); break;
    case SRNN__MX_STRUCT: whole = mat5_read_struct(s, &left, depth, v); break;
    case SRNN__MX_CHAR: whole = mat5_read_text(s, &left, n, v); break;
    case SRNN__MX_SPARSE: whole = mat5_read_sparse(s, &left, v); break;
    default:
        v->numeric = (srnn__mat_numeric)(mx_class - SRNN__MX_DOUBLE);
        whole =
            mx_class >= SRNN__MX_DOUBLE && mx_class <= SRNN__MX_UINT64 && read_full(s, &left, n, v);
    }
    return whole && (left == 0 || size_unsure);
}

static bool read_part(source *s, uint32_t *left, int depth, srnn__mat_var *part)
{
    mat5_element e;
    uint32_t mx_class;
    part->rank = 2; /* an empty one has nothing else */
    if (!take_tag(s, left, &e) || e.type != SRNN__MI_MATRIX || e.small) return false;
    *left -= e.size;
    if (e.size == 0) return true;
    return depth < SRNN__MAT_DEPTH_MAX && mat5_read_header(s, &e.size, part, &mx_class) &&
           read_body(s, e.size, mx_class, depth + 1, part);
}

/* A variable of `size` bytes; of one that is not wanted the name. */
static bool mat5_read_variable(source *s, uint32_t size, const char *const *names, srnn__mat_var *v,
                               bool *wanted)
{
    uint32_t left = size, mx_class;
    v->rank = 2;
    if (!mat5_read_header(s, &left, v, &mx_class)) return false;
    *wanted = v->name && srnn__mat_wanted(v->name, names);
    return !*wanted || read_body(s, left, mx_class, 0, v);
}

static bool read_packed(source *s, const char *const *names, srnn__mat_var *v, bool *wanted)
{
    uint32_t left = UINT32_MAX;
    mat5_element e;
    s->z.next_in = (unsigned char *)(uintptr_t)s->next;
    s->z.avail_in = s->left;
    if (inflateInit(&s->z) != Z_OK) return false;
    const bool whole = take_tag(s, &left, &e) && e.type == SRNN__MI_MATRIX && !e.small &&
                       mat5_read_variable(s, e.size, names, v, wanted) &&
                       ends_within(s, *wanted ? 0 : UINT64_MAX);
    inflateEnd(&s->z);
    return whole;
}

/* ---- the file ---- */

typedef struct file5 {
    srnn_ctx *ctx;
    const char *path;
    const unsigned char *bytes;
    size_t n, parts;
    bool big_endian;
} file5;

static file5 mat5_open(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n)
{
    return (file5){
        .ctx = ctx, .path = path, .bytes = bytes, .n = n, .big_endian = bytes[126] == 'M'};
}

static srnn_status mat5_damaged(const file5 *f, size_t at, const source *s, const srnn__mat_var *v)
{
    return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                      "%s is damaged: the variable at byte %zu%s%s%s does not %s", f->path, at,
                      v->name ? " ('" : "", v->name ? v->name : "", v->name ? "')" : "",
                      s->packed ? "unpack" : "hold together");
}

/* The variable at byte `at`, and where the next one begins. The caller frees what v holds. */
static srnn_status mat5_next_variable(file5 *f, size_t at, const char *const *names,
                                      srnn__mat_var *v, bool *wanted, size_t *end)
{
    *v = (srnn__mat_var){0};
    *end = f->n;
    const size_t left = f->n - at;
    if (left < TAG)
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                          "%s is truncated: it ends within a tag at byte %zu", f->path, at);
    source s = {.next = f->bytes + at + TAG, .big_endian = f->big_endian, .parts = f->parts};
    const uint32_t type = word(&s, f->bytes + at);
    s.left = word(&s, f->bytes + at + 4);
    if (!memcmp(f->bytes + at, "# name: ", TAG) || !memcmp(f->bytes + at, "# Create", TAG))
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                          "%s has text at byte %zu, which Octave's save appended; expected "
                          "save_default_options ('-v7') before it",
                          f->path, at);
    if (type != SRNN__MI_MATRIX && type != SRNN__MI_COMPRESSED)
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                          "%s is damaged: the element at byte %zu has type %u; expected a matrix",
                          f->path, at, type);
    if (s.left > left - TAG)
        return srnn__fail(f->ctx, SRNN_ERR_FORMAT,
                          "%s is truncated: the variable at byte %zu needs %u bytes, %zu are left",
                          f->path, at, s.left, left - TAG);
    *end = at + TAG + s.left;
    s.packed = type == SRNN__MI_COMPRESSED;
    const bool whole = s.packed ? read_packed(&s, names, v, wanted)
                                : mat5_read_variable(&s, s.left, names, v, wanted);
    f->parts = s.parts;
    if (s.no_memory) return srnn__no_memory(f->ctx);
    return whole ? SRNN_OK : mat5_damaged(f, at, &s, v);
}

srnn_status srnn__mat5_read(srnn__mat *mat, const unsigned char *bytes, size_t n,
                            const char *const *names)
{
    file5 f = mat5_open(mat->ctx, mat->path, bytes, n);
    srnn_status status = SRNN_OK;
    for (size_t at = SRNN__MAT5_HEADER; at < n && !status;) {
        srnn__mat_var v;
        bool wanted = false;
        status = mat5_next_variable(&f, at, names, &v, &wanted, &at);
        if (!status && wanted) status = srnn__mat_keep(mat, &v);
        srnn__mat_var_free(&v);
    }
    return status;
}

/* ---- changing ---- */

/* Where MATLAB keeps what its own classes need: the file's header has the place of that
   variable, which may move. */
static void follow_subsystem(const file5 *f, size_t at, srnn__mat_out *out)
{
    double place;
    srnn__mi_doubles(f->bytes + 116, SRNN__MI_UINT64, f->big_endian, 1, &place);
    if (place != (double)at) return;
    srnn__mat_out moved = {.big_endian = f->big_endian};
    place = (double)out->n;
    srnn__put_doubles(&moved, SRNN__MI_UINT64, &place, 1);
    out->failed |= moved.failed;
    if (!out->failed) memcpy(out->bytes + 116, moved.bytes, moved.n);
    free(moved.bytes);
}

static srnn_status copy_kept(file5 *f, const srnn__mat_change *change, srnn__mat_out *out)
{
    static const char *const none[] = {NULL};
    srnn_status status = SRNN_OK;
    for (size_t at = SRNN__MAT5_HEADER, end; at < f->n && !status; at = end) {
        srnn__mat_var v;
        bool wanted = false;
        status = mat5_next_variable(f, at, none, &v, &wanted, &end);
        if (!status && !(v.name && srnn__mat_goes(change, v.name))) {
            follow_subsystem(f, at, out);
            srnn__put_bytes(out, f->bytes + at, end - at);
        }
        srnn__mat_var_free(&v);
    }
    return status;
}

srnn_status srnn__mat5_update(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                              const srnn__mat_change *change, srnn__mat_out *out)
{
    file5 f = mat5_open(ctx, path, bytes, n);
    out->big_endian = f.big_endian;
    srnn__put_bytes(out, bytes, SRNN__MAT5_HEADER);
    srnn_status status = copy_kept(&f, change, out);
    for (size_t k = 0; k < change->n_vars && !status; k++)
        status = srnn__mat5_put(ctx, path, &change->vars[k], out);
    return status;
}
