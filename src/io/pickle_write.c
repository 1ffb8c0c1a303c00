/* Trees into pickles of protocol 2, with the few instructions that torch's safe loader
   knows. Tensors are calls to torch's own function, their numbers are entries of the archive. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/pickle.h"

static void put(srnn__pickler *p, const void *bytes, size_t n)
{
    if (p->complete && n > p->room - p->n) {
        const size_t room = 2 * p->room + n + 1024;
        unsigned char *more = realloc(p->bytes, room);
        p->complete = more != NULL;
        if (more) {
            p->bytes = more;
            p->room = room;
        }
    }
    if (!p->complete) return;
    memcpy(p->bytes + p->n, bytes, n);
    p->n += n;
}

static void put_word(srnn__pickler *p, uint64_t word, int width)
{
    unsigned char bytes[8];
    for (int k = 0; k < width; k++) bytes[k] = (unsigned char)(word >> 8 * k);
    put(p, bytes, (size_t)width);
}

#define PUT(p, literal) put(p, literal, sizeof literal - 1)

void srnn__pickler_begin(srnn__pickler *p)
{
    *p = (srnn__pickler){.complete = true};
    PUT(p, "\x80\x02");
}

void srnn__pickler_end(srnn__pickler *p) { PUT(p, "."); }

void srnn__pickler_free(srnn__pickler *p)
{
    for (size_t k = 0; k < p->n_storages; k++) free(p->storages[k].bytes);
    free(p->storages);
    free(p->bytes);
    *p = (srnn__pickler){0};
}

void srnn__put_dict_begin(srnn__pickler *p) { PUT(p, "}("); }
void srnn__put_dict_end(srnn__pickler *p) { PUT(p, "u"); }
void srnn__put_list_begin(srnn__pickler *p) { PUT(p, "]("); }
void srnn__put_list_end(srnn__pickler *p) { PUT(p, "e"); }
void srnn__put_tuple_begin(srnn__pickler *p) { PUT(p, "("); }
void srnn__put_tuple_end(srnn__pickler *p) { PUT(p, "t"); }
void srnn__put_none(srnn__pickler *p) { PUT(p, "N"); }

void srnn__put_bool(srnn__pickler *p, bool value)
{
    if (value)
        PUT(p, "\x88");
    else
        PUT(p, "\x89");
}

void srnn__put_int(srnn__pickler *p, int64_t value)
{
    const bool small = value >= INT32_MIN && value <= INT32_MAX;
    if (small)
        PUT(p, "J");
    else
        PUT(p, "\x8a\x08");
    put_word(p, (uint64_t)value, small ? 4 : 8);
}

void srnn__put_text(srnn__pickler *p, const char *text)
{
    const size_t n = strlen(text);
    PUT(p, "X");
    put_word(p, n, 4);
    put(p, text, n);
}

/* A copy of the numbers. False: memory ran out. */
static bool add_storage(srnn__pickler *p, const void *values, size_t n)
{
    srnn__stored *more = realloc(p->storages, (p->n_storages + 1) * sizeof *more);
    if (!more) return false;
    p->storages = more;
    void *bytes = malloc(n ? n : 1);
    if (!bytes) return false;
    if (n) memcpy(bytes, values, n);
    more[p->n_storages++] = (srnn__stored){bytes, n};
    return true;
}

static void put_axes(srnn__pickler *p, int rank, const size_t *values)
{
    srnn__put_tuple_begin(p);
    for (int d = 0; d < rank; d++) srnn__put_int(p, (int64_t)values[d]);
    srnn__put_tuple_end(p);
}

void srnn__put_tensor(srnn__pickler *p, char kind, size_t size, int rank, const size_t *shape,
                      const void *values)
{
    size_t n = 1, stride[SRNN__AXES_MAX];
    for (int d = rank; d-- > 0; n *= shape[d]) stride[d] = n;
    char key[24];
    snprintf(key, sizeof key, "%zu", p->n_storages);
    if (p->complete) p->complete = add_storage(p, values, n * size);
    PUT(p, "ctorch._utils\n_rebuild_tensor_v2\n((");
    srnn__put_text(p, "storage");
    if (kind == 'u')
        PUT(p, "ctorch\nByteStorage\n");
    else if (size == 4)
        PUT(p, "ctorch\nFloatStorage\n");
    else
        PUT(p, "ctorch\nDoubleStorage\n");
    srnn__put_text(p, key);
    srnn__put_text(p, "cpu");
    srnn__put_int(p, (int64_t)n);
    PUT(p, "tQ");
    srnn__put_int(p, 0);
    put_axes(p, rank, shape);
    put_axes(p, rank, stride);
    srnn__put_bool(p, false);
    PUT(p, "ccollections\nOrderedDict\n)RtR");
}
