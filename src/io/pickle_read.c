/* Pickles into trees. A pickle is a program for a stack machine; of its instructions those
   are known here that build data. */
#include <stdlib.h>
#include <string.h>

#include "io/pickle.h"

enum { DEPTH_MAX = 64, MEMO_MAX = 1 << 24 };

/* The instructions, by the letters of the format. */
enum { PROTO = 0x80, FRAME = 0x95, STOP = '.' };
enum { MARK = '(', POP = '0' };
enum { PUSH_NONE = 'N', NEWTRUE = 0x88, NEWFALSE = 0x89 };
enum { BININT = 'J', BININT1 = 'K', BININT2 = 'M', LONG1 = 0x8a, BINFLOAT = 'G' };
enum { BINUNICODE = 'X', SHORT_BINUNICODE = 0x8c, BINUNICODE8 = 0x8d };
enum { SHORT_BINBYTES = 'C', BINBYTES = 'B', BINBYTES8 = 0x8e, BYTEARRAY8 = 0x96 };
enum { EMPTY_LIST = ']', APPEND = 'a', APPENDS = 'e' };
enum { EMPTY_TUPLE = ')', TUPLE = 't', TUPLE1 = 0x85, TUPLE2 = 0x86, TUPLE3 = 0x87 };
enum { EMPTY_DICT = '}', SETITEM = 's', SETITEMS = 'u' };
enum { GLOBAL = 'c', STACK_GLOBAL = 0x93, REDUCE = 'R', BUILD = 'b', BINPERSID = 'Q' };
enum { BINPUT = 'q', LONG_BINPUT = 'r', MEMOIZE = 0x94, BINGET = 'h', LONG_BINGET = 'j' };

/* Everything that a tree is made of, freed together. */
typedef union pickle_block {
    union pickle_block *next;
    double align;
} pickle_block;

typedef struct pickle_reader {
    srnn_ctx *ctx;
    const char *path;
    const unsigned char *start, *at, *end;
    pickle_block *blocks;
    uint64_t budget;    /* bytes that the tree may still take */
    srnn__value stack;  /* a list */
    srnn__value **memo; /* [n_memo] NULL: nothing kept */
    size_t n_memo, n_kept;
    size_t *marks; /* [n_marks] heights of the stack */
    size_t n_marks, marks_room;
    srnn_status status;
} pickle_reader;

static srnn__value nothing = {.kind = SRNN__NONE}; /* stands in after an error; never changed */

/* The first fault counts. */
#define PICKLE_REFUSE(r, ...)                                                                      \
    do {                                                                                           \
        if (!(r)->status) (r)->status = srnn__fail((r)->ctx, SRNN_ERR_FORMAT, __VA_ARGS__);        \
    } while (0)

static void refuse_damaged(pickle_reader *r)
{
    PICKLE_REFUSE(r, "%s is damaged: its pickle makes no sense at byte %zu", r->path,
                  (size_t)(r->at - r->start));
}

static void *pickle_take(pickle_reader *r, size_t bytes)
{
    if (r->status) return NULL;
    if (bytes > r->budget || sizeof(pickle_block) > r->budget - bytes) {
        PICKLE_REFUSE(r, "%s is damaged: its pickle unpacks to far more than the file holds",
                      r->path);
        return NULL;
    }
    pickle_block *b = malloc(sizeof *b + bytes);
    if (!b) {
        r->status = srnn__no_memory(r->ctx);
        return NULL;
    }
    r->budget -= sizeof *b + bytes;
    b->next = r->blocks;
    r->blocks = b;
    return b + 1;
}

static srnn__value *new_value(pickle_reader *r, srnn__kind kind)
{
    srnn__value *v = pickle_take(r, sizeof *v);
    if (!v) return &nothing;
    memset(v, 0, sizeof *v);
    v->kind = kind;
    if (kind != SRNN__ARRAY && kind != SRNN__STORAGE && kind != SRNN__DTYPE) return v;
    v->tensor = pickle_take(r, sizeof *v->tensor);
    if (!v->tensor) return &nothing;
    memset(v->tensor, 0, sizeof *v->tensor);
    return v;
}

/* ---- the stack ---- */

static void pickle_append(pickle_reader *r, srnn__value *list, srnn__value *item)
{
    if (r->status) return;
    if (list->list.n == list->list.room) {
        const size_t room = list->list.room ? 2 * list->list.room : 4;
        srnn__value **items = pickle_take(r, room * sizeof(srnn__value *));
        if (!items) return;
        if (list->list.n) memcpy(items, list->list.items, list->list.n * sizeof *items);
        list->list.items = items;
        list->list.room = room;
    }
    list->list.items[list->list.n++] = item;
    if (list == &r->stack || item->depth < list->depth) return;
    list->depth = item->depth + 1;
    if (list->depth > DEPTH_MAX)
        PICKLE_REFUSE(r, "%s: its pickle is nested more than %d deep", r->path, DEPTH_MAX);
}

static void push(pickle_reader *r, srnn__value *v) { pickle_append(r, &r->stack, v); }

static size_t stack_floor(const pickle_reader *r)
{
    return r->n_marks ? r->marks[r->n_marks - 1] : 0;
}

static srnn__value *pop(pickle_reader *r)
{
    if (!r->status && r->stack.list.n > stack_floor(r))
        return r->stack.list.items[--r->stack.list.n];
    refuse_damaged(r);
    return &nothing;
}

static srnn__value *top(pickle_reader *r)
{
    srnn__value *v = pop(r);
    push(r, v);
    return v;
}

static void mark(pickle_reader *r)
{
    if (r->n_marks == r->marks_room) {
        const size_t room = r->marks_room ? 2 * r->marks_room : 16;
        size_t *marks = pickle_take(r, room * sizeof *marks);
        if (!marks) return;
        if (r->n_marks) memcpy(marks, r->marks, r->n_marks * sizeof *marks);
        r->marks = marks;
        r->marks_room = room;
    }
    r->marks[r->n_marks++] = r->stack.list.n;
}

/* The items above the latest mark; they stay where they are until the next push. */
static srnn__value **pop_mark(pickle_reader *r, size_t *n)
{
    *n = 0;
    if (r->status || !r->n_marks) {
        refuse_damaged(r);
        return NULL;
    }
    const size_t height = r->marks[--r->n_marks];
    *n = r->stack.list.n - height;
    r->stack.list.n = height;
    return *n ? r->stack.list.items + height : NULL;
}

/* ---- the bytes ---- */

static const unsigned char *bytes(pickle_reader *r, uint64_t n)
{
    if (n > (uint64_t)(r->end - r->at)) {
        PICKLE_REFUSE(r, "%s is truncated: its pickle ends within a value", r->path);
        return NULL;
    }
    r->at += n;
    return r->at - n;
}

static uint64_t pickle_whole(pickle_reader *r, int width)
{
    const unsigned char *p = bytes(r, (uint64_t)width);
    uint64_t value = 0;
    for (int k = 0; p && k < width; k++) value |= (uint64_t)p[k] << 8 * k;
    return value;
}

static void push_whole(pickle_reader *r, srnn__kind kind, int64_t value)
{
    srnn__value *v = new_value(r, kind);
    if (!r->status) v->whole = value;
    push(r, v);
}

/* Python's integers, of any length; those beyond 64 bits are no numbers of a model. */
static void push_long(pickle_reader *r)
{
    const uint64_t n = pickle_whole(r, 1);
    const unsigned char *p = bytes(r, n);
    if (n > 8) PICKLE_REFUSE(r, "%s: its pickle holds a whole number beyond 64 bits", r->path);
    if (!p || r->status) return;
    uint64_t value = n && p[n - 1] & 0x80 ? UINT64_MAX : 0;
    for (uint64_t k = n; k-- > 0;) value = value << 8 | p[k];
    push_whole(r, SRNN__INT, (int64_t)value);
}

static void push_double(pickle_reader *r)
{
    const unsigned char *p = bytes(r, 8);
    uint64_t bits = 0;
    for (int k = 0; p && k < 8; k++) bits = bits << 8 | p[k];
    srnn__value *v = new_value(r, SRNN__FLOAT);
    if (!r->status) memcpy(&v->number, &bits, sizeof bits);
    push(r, v);
}

static void push_text(pickle_reader *r, srnn__kind kind, int width)
{
    const uint64_t n = pickle_whole(r, width);
    const unsigned char *p = bytes(r, n);
    srnn__value *v = new_value(r, kind);
    if (!r->status) {
        v->text.bytes = (const char *)p;
        v->text.n = (size_t)n;
    }
    push(r, v);
}

/* ---- containers ---- */

static void push_tuple(pickle_reader *r, srnn__value *const *items, size_t n)
{
    srnn__value *tuple = new_value(r, SRNN__LIST);
    for (size_t k = 0; k < n && !r->status; k++) pickle_append(r, tuple, items[k]);
    push(r, tuple);
}

static void push_short_tuple(pickle_reader *r, size_t n)
{
    srnn__value *items[3];
    for (size_t k = n; k-- > 0;) items[k] = pop(r);
    push_tuple(r, items, n);
}

/* Items above the mark, or the top one, into the list or dict below them. */
static void extend(pickle_reader *r, srnn__kind kind, size_t one)
{
    srnn__value *few[2], **items = few;
    size_t n = one;
    if (one)
        for (size_t k = one; k-- > 0;) few[k] = pop(r);
    else
        items = pop_mark(r, &n);
    srnn__value *container = top(r);
    if (container->kind != kind || (kind == SRNN__DICT && n % 2)) refuse_damaged(r);
    for (size_t k = 0; k < n && !r->status; k++) pickle_append(r, container, items[k]);
}

static void pickle_keep(pickle_reader *r, uint64_t index)
{
    srnn__value *v = top(r);
    if (index >= MEMO_MAX)
        PICKLE_REFUSE(r, "%s: its pickle keeps value %llu; expected fewer than %d", r->path,
                      (unsigned long long)index, MEMO_MAX);
    if (r->status) return;
    if (index >= r->n_memo) {
        size_t room = r->n_memo ? r->n_memo : 64;
        while (room <= index) room *= 2;
        srnn__value **memo = pickle_take(r, room * sizeof(srnn__value *));
        if (!memo) return;
        if (r->n_memo) memcpy(memo, r->memo, r->n_memo * sizeof *memo);
        for (size_t k = r->n_memo; k < room; k++) memo[k] = NULL;
        r->memo = memo;
        r->n_memo = room;
    }
    r->n_kept += r->memo[index] == NULL;
    r->memo[index] = v;
}

static void recall(pickle_reader *r, uint64_t index)
{
    if (index < r->n_memo && r->memo[index])
        push(r, r->memo[index]);
    else
        refuse_damaged(r);
}

/* ---- names and what is made of them ---- */

static void push_name(pickle_reader *r, const char *module, size_t module_n, const char *name,
                      size_t name_n)
{
    srnn__value *v = new_value(r, SRNN__NAME);
    if (!r->status && !(v->name = srnn__pickle_name(module, module_n, name, name_n)))
        PICKLE_REFUSE(r,
                      "%s: its pickle names '%.*s.%.*s'; expected numbers, text and tensors only",
                      r->path, (int)(module_n < 100 ? module_n : 100), module,
                      (int)(name_n < 100 ? name_n : 100), name);
    push(r, v);
}

static const char *pickle_line(pickle_reader *r, size_t *n)
{
    const unsigned char *end =
        r->at < r->end ? memchr(r->at, '\n', (size_t)(r->end - r->at)) : NULL;
    *n = end ? (size_t)(end - r->at) : 0;
    return (const char *)bytes(r, end ? *n + 1 : UINT64_MAX);
}

static void push_name_of_lines(pickle_reader *r)
{
    size_t module_n, name_n;
    const char *module = pickle_line(r, &module_n), *name = pickle_line(r, &name_n);
    if (!r->status) push_name(r, module, module_n, name, name_n);
}

static void push_name_of_texts(pickle_reader *r)
{
    const srnn__value *name = pop(r), *module = pop(r);
    if (name->kind != SRNN__TEXT || module->kind != SRNN__TEXT)
        refuse_damaged(r);
    else
        push_name(r, module->text.bytes, module->text.n, name->text.bytes, name->text.n);
}

/* Text of the characters up to 255 as bytes: how protocol 2 keeps them. */
static bool encode(pickle_reader *r, const srnn__value *arguments, srnn__value *made)
{
    if (arguments->list.n != 2) return false;
    const srnn__value *text = arguments->list.items[0], *code = arguments->list.items[1];
    if (text->kind != SRNN__TEXT ||
        !(srnn__pickle_is_text(code, "latin1") || srnn__pickle_is_text(code, "latin-1")))
        return false;
    unsigned char *to = pickle_take(r, text->text.n);
    if (!to) return false;
    const unsigned char *from = (const unsigned char *)text->text.bytes;
    size_t n = 0;
    for (size_t k = 0; k < text->text.n; k++)
        if (from[k] < 0x80)
            to[n++] = from[k];
        else if ((from[k] & 0xfe) == 0xc2 && k + 1 < text->text.n && (from[k + 1] & 0xc0) == 0x80)
            to[n++] = (unsigned char)(from[k] << 6 | (from[k + 1] & 0x3f)), k++;
        else
            return false;
    made->text.bytes = (const char *)to;
    made->text.n = n;
    return true;
}

static srnn__kind kind_made(srnn__maker maker)
{
    switch (maker) {
    case SRNN__MAKES_DICT: return SRNN__DICT;
    case SRNN__MAKES_ENCODED_TEXT:
    case SRNN__MAKES_BYTES: return SRNN__BYTES;
    case SRNN__MAKES_DTYPE: return SRNN__DTYPE;
    default: return SRNN__ARRAY;
    }
}

static bool pickle_make(pickle_reader *r, srnn__maker maker, const srnn__value *arguments,
                        srnn__value *made)
{
    switch (maker) {
    case SRNN__MAKES_DICT:
    case SRNN__MAKES_BYTES: return arguments->list.n == 0;
    case SRNN__MAKES_ENCODED_TEXT: return encode(r, arguments, made);
    case SRNN__MAKES_PARAMETER:
        if (arguments->list.n < 1 || arguments->list.items[0]->kind != SRNN__ARRAY) return false;
        *made->tensor = *arguments->list.items[0]->tensor;
        return true;
    case SRNN__MAKES_TENSOR: return srnn__make_tensor(arguments, made);
    case SRNN__MAKES_NDARRAY: return true;
    case SRNN__MAKES_NUMBER: return srnn__make_number(arguments, made);
    case SRNN__MAKES_NDARRAY_OF_BUFFER: return srnn__make_of_buffer(arguments, made);
    case SRNN__MAKES_DTYPE: return srnn__make_dtype(arguments, made);
    case SRNN__MAKES_NOTHING: break;
    }
    return false;
}

/* A call: of the names it can be of, none is ever called. */
static void pickle_reduce(pickle_reader *r)
{
    const srnn__value *arguments = pop(r), *called = pop(r);
    if (arguments->kind != SRNN__LIST || called->kind != SRNN__NAME) {
        refuse_damaged(r);
        return;
    }
    srnn__value *made = new_value(r, kind_made(called->name->maker));
    if (!r->status && !pickle_make(r, called->name->maker, arguments, made)) refuse_damaged(r);
    push(r, made);
}

/* What is set after a call: a numpy array's content, a dtype's byte order. */
static void build(pickle_reader *r)
{
    const srnn__value *state = pop(r);
    srnn__value *v = top(r);
    const bool good = v->kind == SRNN__ARRAY   ? srnn__fill_ndarray(state, v)
                      : v->kind == SRNN__DTYPE ? srnn__fill_dtype(state, v)
                                               : v->kind == SRNN__DICT; /* its own marks: nothing */
    if (!good) refuse_damaged(r);
}

static void push_storage(pickle_reader *r)
{
    const srnn__value *id = pop(r);
    srnn__value *made = new_value(r, SRNN__STORAGE);
    if (!r->status && !srnn__make_storage(id, made)) refuse_damaged(r);
    push(r, made);
}

/* ---- the machine ---- */

static void pop_one(pickle_reader *r)
{
    if (r->n_marks && r->stack.list.n == stack_floor(r))
        r->n_marks--;
    else
        pop(r);
}

static void pickle_step(pickle_reader *r, int code)
{
    size_t n;
    srnn__value **items;
    switch (code) {
    case PROTO:
        if ((n = pickle_whole(r, 1)) > 5)
            PICKLE_REFUSE(r, "%s: its pickle is of protocol %zu; expected 2 to 5", r->path, n);
        break;
    case FRAME: pickle_whole(r, 8); break;
    case MARK: mark(r); break;
    case POP: pop_one(r); break;
    case PUSH_NONE: push(r, new_value(r, SRNN__NONE)); break;
    case NEWTRUE: push_whole(r, SRNN__BOOL, 1); break;
    case NEWFALSE: push_whole(r, SRNN__BOOL, 0); break;
    case BININT: push_whole(r, SRNN__INT, (int32_t)pickle_whole(r, 4)); break;
    case BININT1: push_whole(r, SRNN__INT, (int64_t)pickle_whole(r, 1)); break;
    case BININT2: push_whole(r, SRNN__INT, (int64_t)pickle_whole(r, 2)); break;
    case LONG1: push_long(r); break;
    case BINFLOAT: push_double(r); break;
    case SHORT_BINUNICODE: push_text(r, SRNN__TEXT, 1); break;
    case BINUNICODE: push_text(r, SRNN__TEXT, 4); break;
    case BINUNICODE8: push_text(r, SRNN__TEXT, 8); break;
    case SHORT_BINBYTES: push_text(r, SRNN__BYTES, 1); break;
    case BINBYTES: push_text(r, SRNN__BYTES, 4); break;
    case BINBYTES8:
    case BYTEARRAY8: push_text(r, SRNN__BYTES, 8); break;
    case EMPTY_LIST:
    case EMPTY_TUPLE: push(r, new_value(r, SRNN__LIST)); break;
    case EMPTY_DICT: push(r, new_value(r, SRNN__DICT)); break;
    case TUPLE:
        items = pop_mark(r, &n);
        push_tuple(r, items, n);
        break;
    case TUPLE1: push_short_tuple(r, 1); break;
    case TUPLE2: push_short_tuple(r, 2); break;
    case TUPLE3: push_short_tuple(r, 3); break;
    case APPEND: extend(r, SRNN__LIST, 1); break;
    case APPENDS: extend(r, SRNN__LIST, 0); break;
    case SETITEM: extend(r, SRNN__DICT, 2); break;
    case SETITEMS: extend(r, SRNN__DICT, 0); break;
    case GLOBAL: push_name_of_lines(r); break;
    case STACK_GLOBAL: push_name_of_texts(r); break;
    case REDUCE: pickle_reduce(r); break;
    case BUILD: build(r); break;
    case BINPERSID: push_storage(r); break;
    case BINPUT: pickle_keep(r, pickle_whole(r, 1)); break;
    case LONG_BINPUT: pickle_keep(r, pickle_whole(r, 4)); break;
    case MEMOIZE: pickle_keep(r, r->n_kept); break;
    case BINGET: recall(r, pickle_whole(r, 1)); break;
    case LONG_BINGET: recall(r, pickle_whole(r, 4)); break;
    default:
        PICKLE_REFUSE(
            r,
            "%s: its pickle has the instruction 0x%02x at byte %zu; expected those of numbers, "
            "text and tensors only",
            r->path, (unsigned)code, (size_t)(r->at - r->start) - 1);
    }
}

srnn_status srnn__pickle_read(srnn_ctx *ctx, const char *path, const void *data, size_t n,
                              srnn__pickle *pickle)
{
    *pickle = (srnn__pickle){0};
    const unsigned char *start = data;
    pickle_reader r = {.ctx = ctx,
                       .path = path,
                       .start = start,
                       .at = start,
                       .end = start + n,
                       .budget = ((uint64_t)1 << 24) + 32 * (uint64_t)n};
    r.stack.kind = SRNN__LIST;
    int code = 0;
    while (!r.status && code != STOP) {
        code = (int)pickle_whole(&r, 1);
        if (!r.status && code != STOP) pickle_step(&r, code);
    }
    const srnn__value *root = r.status ? NULL : pop(&r);
    pickle->blocks = r.blocks;
    pickle->root = root;
    if (r.status) srnn__pickle_free(pickle);
    return r.status;
}

void srnn__pickle_free(srnn__pickle *pickle)
{
    for (pickle_block *b = pickle->blocks; b;) {
        pickle_block *next = b->next;
        free(b);
        b = next;
    }
    *pickle = (srnn__pickle){0};
}

/* ---- looking things up ---- */

bool srnn__pickle_is_text(const srnn__value *value, const char *text)
{
    return value->kind == SRNN__TEXT && value->text.n == strlen(text) &&
           !memcmp(value->text.bytes, text, value->text.n);
}

const srnn__value *srnn__pickle_get(const srnn__value *dict, const char *key)
{
    if (!dict || dict->kind != SRNN__DICT) return NULL;
    const bool digits = *key && !key[strspn(key, "0123456789")];
    for (size_t k = dict->list.n; k >= 2; k -= 2) {
        const srnn__value *name = dict->list.items[k - 2];
        if (srnn__pickle_is_text(name, key) ||
            (digits && name->kind == SRNN__INT && name->whole == atoll(key)))
            return dict->list.items[k - 1];
    }
    return NULL;
}
