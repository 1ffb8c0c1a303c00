/* The arrays in a pickle, as torch and numpy describe them there. */
#include <math.h>
#include <string.h>

#include "io/pickle.h"

static const srnn__name array_names[] = {
    {"collections", "OrderedDict", SRNN__MAKES_DICT, {0}},
    {"torch._utils", "_rebuild_tensor_v2", SRNN__MAKES_TENSOR, {0}},
    {"torch._utils", "_rebuild_parameter", SRNN__MAKES_PARAMETER, {0}},
    {"torch", "FloatStorage", SRNN__MAKES_NOTHING, {'f', 4, false}},
    {"torch", "DoubleStorage", SRNN__MAKES_NOTHING, {'f', 8, false}},
    {"torch", "HalfStorage", SRNN__MAKES_NOTHING, {'f', 2, false}},
    {"torch", "BFloat16Storage", SRNN__MAKES_NOTHING, {SRNN__BFLOAT, 2, false}},
    {"torch", "LongStorage", SRNN__MAKES_NOTHING, {'i', 8, false}},
    {"torch", "IntStorage", SRNN__MAKES_NOTHING, {'i', 4, false}},
    {"torch", "ShortStorage", SRNN__MAKES_NOTHING, {'i', 2, false}},
    {"torch", "CharStorage", SRNN__MAKES_NOTHING, {'i', 1, false}},
    {"torch", "ByteStorage", SRNN__MAKES_NOTHING, {'u', 1, false}},
    {"torch", "BoolStorage", SRNN__MAKES_NOTHING, {'b', 1, false}},
    {"numpy", "ndarray", SRNN__MAKES_NOTHING, {0}},
    {"numpy", "dtype", SRNN__MAKES_DTYPE, {0}},
    {"numpy.core.multiarray", "_reconstruct", SRNN__MAKES_NDARRAY, {0}},
    {"numpy._core.multiarray", "_reconstruct", SRNN__MAKES_NDARRAY, {0}},
    {"numpy.core.multiarray", "scalar", SRNN__MAKES_NUMBER, {0}},
    {"numpy._core.multiarray", "scalar", SRNN__MAKES_NUMBER, {0}},
    {"numpy.core.numeric", "_frombuffer", SRNN__MAKES_NDARRAY_OF_BUFFER, {0}},
    {"numpy._core.numeric", "_frombuffer", SRNN__MAKES_NDARRAY_OF_BUFFER, {0}},
    {"_codecs", "encode", SRNN__MAKES_ENCODED_TEXT, {0}},
    {"__builtin__", "bytes", SRNN__MAKES_BYTES, {0}},
    {"builtins", "bytes", SRNN__MAKES_BYTES, {0}},
};

static bool same_text(const char *text, const char *bytes, size_t n)
{
    return strlen(text) == n && !memcmp(text, bytes, n);
}

const srnn__name *srnn__pickle_name(const char *module, size_t module_n, const char *name,
                                    size_t name_n)
{
    for (size_t k = 0; k < sizeof array_names / sizeof *array_names; k++)
        if (same_text(array_names[k].module, module, module_n) &&
            same_text(array_names[k].name, name, name_n))
            return &array_names[k];
    return NULL;
}

/* ---- shapes ---- */

static bool natural(const srnn__value *v, uint64_t *value)
{
    if (v->kind != SRNN__INT || v->whole < 0) return false;
    *value = (uint64_t)v->whole;
    return true;
}

static bool axes(const srnn__value *list, uint64_t values[SRNN__AXES_MAX], int *n)
{
    if (list->kind != SRNN__LIST || list->list.n > SRNN__AXES_MAX) return false;
    *n = (int)list->list.n;
    for (int d = 0; d < *n; d++)
        if (!natural(list->list.items[d], &values[d])) return false;
    return true;
}

uint64_t srnn__tensor_size(const srnn__tensor *t)
{
    uint64_t n = 1;
    for (int d = 0; d < t->rank; d++)
        if (t->shape[d] == 0) return 0;
    for (int d = 0; d < t->rank; d++) {
        if (n > UINT64_MAX / 64 / t->shape[d]) return UINT64_MAX;
        n *= t->shape[d];
    }
    return n;
}

/* numpy's arrays lie without gaps, the last axis fastest or the first. */
static void fill_strides(srnn__tensor *t, bool first_fastest)
{
    uint64_t stride = 1;
    for (int k = 0; k < t->rank; k++) {
        const int d = first_fastest ? k : t->rank - 1 - k;
        t->stride[d] = stride;
        stride *= t->shape[d];
    }
}

/* ---- torch ---- */

bool srnn__make_storage(const srnn__value *id, srnn__value *made)
{
    if (id->kind != SRNN__LIST || id->list.n < 5) return false;
    srnn__value *const *items = id->list.items;
    const srnn__value *type = items[1], *key = items[2];
    if (!srnn__pickle_is_text(items[0], "storage") || type->kind != SRNN__NAME ||
        !type->name->element.size || key->kind != SRNN__TEXT || key->text.n < 1 ||
        key->text.n >= sizeof made->tensor->key || !natural(items[4], &made->tensor->offset))
        return false;
    memcpy(made->tensor->key, key->text.bytes, key->text.n);
    made->tensor->stored = true;
    made->tensor->element = type->name->element;
    return strspn(made->tensor->key, "0123456789") == key->text.n;
}

/* (storage, offset, size, stride, ...) */
bool srnn__make_tensor(const srnn__value *arguments, srnn__value *made)
{
    if (arguments->list.n < 4) return false;
    srnn__value *const *items = arguments->list.items;
    if (items[0]->kind != SRNN__STORAGE) return false;
    srnn__tensor *t = made->tensor;
    *t = *items[0]->tensor;
    int n_strides;
    return natural(items[1], &t->offset) && axes(items[2], t->shape, &t->rank) &&
           axes(items[3], t->stride, &n_strides) && n_strides == t->rank;
}

/* ---- numpy ---- */

/* ("f8", ...): the kind, the bytes of an element */
bool srnn__make_dtype(const srnn__value *arguments, srnn__value *made)
{
    if (arguments->list.n < 1 || arguments->list.items[0]->kind != SRNN__TEXT) return false;
    const char *text = arguments->list.items[0]->text.bytes;
    size_t n = arguments->list.items[0]->text.n;
    if (n && strchr("<>|=", *text)) {
        made->tensor->element.big_endian = *text == '>';
        text++, n--;
    }
    const bool numeric = n == 2 && ((*text == 'f' && strchr("248", text[1])) ||
                                    (strchr("iu", *text) && strchr("1248", text[1])) ||
                                    (*text == 'b' && text[1] == '1'));
    if (!numeric) return true; /* of text or objects: nothing that a model needs */
    made->tensor->element.kind = *text;
    made->tensor->element.size = (uint8_t)(text[1] - '0');
    return true;
}

/* (version, byte order, ...) */
bool srnn__fill_dtype(const srnn__value *state, srnn__value *dtype)
{
    if (state->kind != SRNN__LIST || state->list.n < 2) return false;
    dtype->tensor->element.big_endian = srnn__pickle_is_text(state->list.items[1], ">");
    return true;
}

static bool take_bytes(const srnn__value *bytes, srnn__tensor *t)
{
    if (!t->element.kind) return true; /* text or objects: never looked at */
    if (bytes->kind != SRNN__BYTES) return false;
    t->bytes = bytes->text.bytes;
    t->n_bytes = bytes->text.n;
    const uint64_t n = srnn__tensor_size(t);
    return n <= t->n_bytes && n * t->element.size == t->n_bytes;
}

/* (dtype, bytes) */
bool srnn__make_number(const srnn__value *arguments, srnn__value *made)
{
    if (arguments->list.n != 2 || arguments->list.items[0]->kind != SRNN__DTYPE) return false;
    made->tensor->element = arguments->list.items[0]->tensor->element;
    return take_bytes(arguments->list.items[1], made->tensor);
}

/* (version, shape, dtype, first axis fastest, bytes) */
bool srnn__fill_ndarray(const srnn__value *state, srnn__value *array)
{
    srnn__tensor *t = array->tensor;
    if (state->kind != SRNN__LIST || state->list.n != 5 || t->stored || t->bytes) return false;
    srnn__value *const *items = state->list.items;
    if (!axes(items[1], t->shape, &t->rank) || items[2]->kind != SRNN__DTYPE ||
        items[3]->kind != SRNN__BOOL)
        return false;
    t->element = items[2]->tensor->element;
    fill_strides(t, items[3]->whole);
    return take_bytes(items[4], t);
}

/* (bytes, dtype, shape, "C" or "F") */
bool srnn__make_of_buffer(const srnn__value *arguments, srnn__value *made)
{
    if (arguments->list.n != 4 || arguments->list.items[1]->kind != SRNN__DTYPE) return false;
    srnn__tensor *t = made->tensor;
    if (!axes(arguments->list.items[2], t->shape, &t->rank)) return false;
    t->element = arguments->list.items[1]->tensor->element;
    fill_strides(t, srnn__pickle_is_text(arguments->list.items[3], "F"));
    return take_bytes(arguments->list.items[0], t);
}

/* ---- elements ---- */

/* Do n bytes hold all of a tensor? Some of them may be of several elements: an expanded axis has
   the stride 0. */
static bool tensor_held(const srnn__tensor *t, size_t n_bytes)
{
    const uint64_t room = n_bytes / t->element.size;
    uint64_t last = t->offset;
    if (last >= room) return false;
    for (int d = 0; d < t->rank; d++) {
        const uint64_t steps = t->shape[d] - 1;
        if (steps && t->stride[d] > room / steps) return false;
        last += steps * t->stride[d];
        if (last >= room) return false;
    }
    return true;
}

static double as_float(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/* IEEE's half precision: a sign, 5 bits of exponent, 10 of fraction. */
static double half(uint32_t bits)
{
    const uint32_t exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    const double size = exponent == 31  ? as_float(0x7f800000 | fraction << 13)
                        : exponent == 0 ? ldexp(fraction, -24)
                                        : ldexp(0x400 + fraction, (int)exponent - 25);
    return bits >> 15 ? -size : size;
}

static double tensor_element(const unsigned char *p, srnn__element e)
{
    uint64_t bits = 0;
    for (int k = 0; k < e.size; k++)
        bits |= (uint64_t)p[e.big_endian ? e.size - 1 - k : k] << 8 * k;
    if (e.kind == 'f' && e.size == 8) {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (e.kind == 'f') return e.size == 4 ? as_float((uint32_t)bits) : half((uint32_t)bits);
    if (e.kind == SRNN__BFLOAT) return as_float((uint32_t)bits << 16);
    if (e.kind != 'i') return (double)bits;
    const int unused = 64 - 8 * e.size;
    return (double)((int64_t)(bits << unused) >> unused);
}

bool srnn__tensor_doubles(const srnn__tensor *t, const void *bytes, size_t n, double *values)
{
    const uint64_t size = srnn__tensor_size(t);
    if (!t->element.kind || (size && !tensor_held(t, n))) return false;
    uint64_t index[SRNN__AXES_MAX] = {0}, at = t->offset;
    for (uint64_t k = 0; k < size; k++) {
        values[k] = tensor_element((const unsigned char *)bytes + at * t->element.size, t->element);
        for (int d = 0; d < t->rank; d++) { /* the next one, the first axis fastest */
            at += t->stride[d];
            if (++index[d] < t->shape[d]) break;
            at -= t->stride[d] * t->shape[d];
            index[d] = 0;
        }
    }
    return true;
}
