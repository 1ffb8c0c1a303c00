/* Python's pickles as data: what torch.save writes is read into a tree of values, and a
   tree of ours is written. Nothing is ever called: the few functions that torch and numpy
   name in their pickles stand for arrays, and any other name is refused. */
#ifndef SRNN_PICKLE_H
#define SRNN_PICKLE_H

#include "core/core.h"

typedef enum srnn__kind {
    SRNN__NONE,
    SRNN__BOOL,
    SRNN__INT,
    SRNN__FLOAT,
    SRNN__TEXT,
    SRNN__BYTES,
    SRNN__LIST,  /* or tuple */
    SRNN__DICT,  /* in the file's order */
    SRNN__ARRAY, /* a tensor, a numpy array or one of numpy's numbers */
    SRNN__STORAGE,
    SRNN__DTYPE,
    SRNN__NAME /* parts of arrays, while they are read */
} srnn__kind;

/* The upper half of a single-precision number: torch's bfloat16. */
#define SRNN__BFLOAT 't'

/* What the elements of an array are. */
typedef struct srnn__element {
    char kind; /* 'f', 'i', 'u', 'b' (bool), SRNN__BFLOAT; 0: not numeric */
    uint8_t size;
    bool big_endian;
} srnn__element;

enum { SRNN__AXES_MAX = 8 };

typedef struct srnn__tensor {
    srnn__element element;
    int rank;
    uint64_t shape[SRNN__AXES_MAX], stride[SRNN__AXES_MAX]; /* stride, offset: elements */
    uint64_t offset;
    bool stored;       /* in the entry data/<key>; else its bytes are in the pickle */
    char key[24];      /* digits */
    const char *bytes; /* [n_bytes] */
    size_t n_bytes;
} srnn__tensor;

typedef struct srnn__value srnn__value;
struct srnn__value {
    srnn__kind kind;
    int depth; /* of containers within containers */
    union {
        int64_t whole; /* of a bool too */
        double number;
        struct {
            const char *bytes; /* [n], no zero at the end; within the pickle or its tree */
            size_t n;
        } text;
        struct {
            srnn__value **items; /* [n]; of a dict: key, value, key, value, ... */
            size_t n, room;
        } list;
        srnn__tensor *tensor; /* of a storage (offset: its elements) and a dtype too */
        const struct srnn__name *name;
    };
};

/* ---- pickle_read.c ---- */

typedef struct srnn__pickle {
    const srnn__value *root;
    void *blocks; /* what the tree is made of */
} srnn__pickle;

/* `bytes` must outlive the tree. Protocols 2 to 5; errors are sentences about `path`. */
srnn_status srnn__pickle_read(srnn_ctx *ctx, const char *path, const void *bytes, size_t n,
                              srnn__pickle *pickle);
void srnn__pickle_free(srnn__pickle *pickle);

/* The value of a dict's key, the latest where there are several; a key of digits is a
   whole number's too. NULL: not there, or `dict` is none. */
const srnn__value *srnn__pickle_get(const srnn__value *dict, const char *key);

bool srnn__pickle_is_text(const srnn__value *value, const char *text);

/* ---- pickle_arrays.c ---- */

/* What a call to a name makes. */
typedef enum srnn__maker {
    SRNN__MAKES_DICT,
    SRNN__MAKES_TENSOR,
    SRNN__MAKES_PARAMETER,
    SRNN__MAKES_NDARRAY, /* empty; what is in it follows */
    SRNN__MAKES_NUMBER,
    SRNN__MAKES_NDARRAY_OF_BUFFER,
    SRNN__MAKES_DTYPE,
    SRNN__MAKES_ENCODED_TEXT,
    SRNN__MAKES_BYTES,
    SRNN__MAKES_NOTHING /* a type, which is an argument */
} srnn__maker;

typedef struct srnn__name {
    const char *module, *name;
    srnn__maker maker;
    srnn__element element; /* of a type of torch's storages */
} srnn__name;

/* NULL: not among those that arrays need. */
const srnn__name *srnn__pickle_name(const char *module, size_t module_n, const char *name,
                                    size_t name_n);

/* Each fills `made`; false: these arguments make none. */
bool srnn__make_tensor(const srnn__value *arguments, srnn__value *made);
bool srnn__make_dtype(const srnn__value *arguments, srnn__value *made);
bool srnn__make_number(const srnn__value *arguments, srnn__value *made);
bool srnn__make_of_buffer(const srnn__value *arguments, srnn__value *made);
bool srnn__make_storage(const srnn__value *id, srnn__value *made);
/* What follows an empty numpy array, and a dtype. */
bool srnn__fill_ndarray(const srnn__value *state, srnn__value *array);
bool srnn__fill_dtype(const srnn__value *state, srnn__value *dtype);

/* Elements of an array; UINT64_MAX where they are beyond counting. */
uint64_t srnn__tensor_size(const srnn__tensor *tensor);

/* All elements as doubles in MATLAB's order, the first axis fastest, into values[size]. The
   bytes are those of the tensor, or of its storage. False: they do not hold it, or its
   elements are not numeric. An expanded tensor has more elements than its storage: the caller
   bounds them. */
bool srnn__tensor_doubles(const srnn__tensor *tensor, const void *bytes, size_t n, double *values);

/* ---- pickle_write.c ---- */

typedef struct srnn__stored {
    void *bytes;
    size_t n;
} srnn__stored;

/* A pickle of protocol 2 that grows, and the storages of its tensors. Dicts, lists and
   tuples are what stands between _begin and _end; a dict takes text, value, text, value. */
typedef struct srnn__pickler {
    unsigned char *bytes;
    size_t n, room;
    srnn__stored *storages; /* [n_storages] */
    size_t n_storages;
    bool complete; /* false: memory ran out */
} srnn__pickler;

void srnn__pickler_begin(srnn__pickler *p);
void srnn__pickler_end(srnn__pickler *p);
void srnn__pickler_free(srnn__pickler *p);
void srnn__put_dict_begin(srnn__pickler *p);
void srnn__put_dict_end(srnn__pickler *p);
void srnn__put_list_begin(srnn__pickler *p);
void srnn__put_list_end(srnn__pickler *p);
void srnn__put_tuple_begin(srnn__pickler *p);
void srnn__put_tuple_end(srnn__pickler *p);
void srnn__put_none(srnn__pickler *p);
void srnn__put_bool(srnn__pickler *p, bool value);
void srnn__put_int(srnn__pickler *p, int64_t value);
void srnn__put_text(srnn__pickler *p, const char *text);
/* kind 'f' (size 4 or 8) or 'u' (size 1); the values are copied, slowest axis first. */
void srnn__put_tensor(srnn__pickler *p, char kind, size_t size, int rank, const size_t *shape,
                      const void *values);

#endif
