/* References from text of variable length into HDF5's global heap. libhdf5 believes them: one that
   does not fit its heap makes it write beyond its memory or read without end, and many to one text
   claim as much memory as they like. So they are checked in the bytes of the file before. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/hdf5_file.h"

enum { REFERENCE = 16, COLLECTION_HEADER = 16, OBJECT_HEADER = 16, COLLECTION_MIN = 4096 };

typedef struct heap_object {
    uint64_t size;
    uint32_t index;
} heap_object;

struct srnn__hdf5_collection {
    uint64_t at;          /* from the start of the file */
    heap_object *objects; /* [n] by index */
    size_t n;
};

static uint64_t little_endian(const unsigned char *p, int width)
{
    uint64_t value = 0;
    for (int k = width; k-- > 0;) value = value << 8 | p[k];
    return value;
}

static int compare_objects(const void *a, const void *b)
{
    const heap_object *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

/* Objects of `size` bytes that fill them; false: they do not, or memory runs out. Those of index 0
   are free space, the length of which includes their header. */
static bool read_objects(const unsigned char *bytes, uint64_t size, struct srnn__hdf5_collection *c)
{
    if (!(c->objects = malloc(size / OBJECT_HEADER * sizeof *c->objects))) return false;
    for (uint64_t at = COLLECTION_HEADER; size - at >= OBJECT_HEADER;) {
        const uint64_t index = little_endian(bytes + at, 2);
        const uint64_t length = little_endian(bytes + at + 8, 8), left = size - at;
        if (length > left) return false;
        const uint64_t need = index ? OBJECT_HEADER + (length + 7) / 8 * 8 : length;
        if (need > left || need < OBJECT_HEADER) return false;
        if (index) c->objects[c->n++] = (heap_object){length, (uint32_t)index};
        at += need;
    }
    qsort(c->objects, c->n, sizeof *c->objects, compare_objects);
    for (size_t k = 1; k < c->n; k++)
        if (c->objects[k].index == c->objects[k - 1].index) return false;
    return true;
}

/* Where the collection at this place is among those that are known, or belongs. */
static size_t heap_place(const srnn__hdf5_heaps *heaps, uint64_t at)
{
    size_t low = 0, high = heaps->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (heaps->collections[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool add_collection(srnn__hdf5_in *in, size_t place, uint64_t at)
{
    srnn__hdf5_heaps *heaps = &in->heaps;
    if (in->n < COLLECTION_MIN || at > in->n - COLLECTION_MIN) return false;
    const unsigned char *bytes = in->bytes + at;
    const uint64_t size = little_endian(bytes + 8, 8);
    const bool fits = !memcmp(bytes, "GCOL\1", 5) && size >= COLLECTION_MIN && size <= in->n - at;
    if (!fits || size > in->n - heaps->bytes) return false; /* they do not overlap */
    struct srnn__hdf5_collection c = {.at = at};
    struct srnn__hdf5_collection *more = realloc(heaps->collections, (heaps->n + 1) * sizeof *more);
    if (more) heaps->collections = more;
    if (!more || !read_objects(bytes, size, &c)) {
        free(c.objects);
        return false;
    }
    memmove(more + place + 1, more + place, (heaps->n - place) * sizeof *more);
    more[place] = c;
    heaps->n++;
    heaps->bytes += size;
    return true;
}

/* The length of the text at this reference; UINT64_MAX: it does not fit. */
static uint64_t text_length(srnn__hdf5_in *in, const unsigned char *reference)
{
    const uint64_t length = little_endian(reference, 4);
    const uint64_t address = little_endian(reference + 4, 8);
    if (length == 0) return 0;
    if (address > in->n) return UINT64_MAX;
    const uint64_t at = in->base + address;
    const size_t place = heap_place(&in->heaps, at);
    if ((place == in->heaps.n || in->heaps.collections[place].at != at) &&
        !add_collection(in, place, at))
        return UINT64_MAX;
    const struct srnn__hdf5_collection *c = &in->heaps.collections[place];
    const heap_object key = {.index = (uint32_t)little_endian(reference + 12, 4)};
    const heap_object *found = bsearch(&key, c->objects, c->n, sizeof key, compare_objects);
    return found && found->size == length ? length : UINT64_MAX;
}

/* n references in a row; *total: bytes of the texts so far. All of a list or an attribute together
   are no longer than the file. */
static bool check_references(srnn__hdf5_in *in, const unsigned char *references, uint64_t n,
                             uint64_t *total)
{
    for (uint64_t k = 0; k < n; k++) {
        const uint64_t length = text_length(in, references + k * REFERENCE);
        if (length > in->n || *total > in->n - length) return false;
        *total += length;
    }
    return true;
}

/* The same of those that are in the file, from this place on. */
static bool check_stored(srnn__hdf5_in *in, uint64_t at, uint64_t n, uint64_t *total)
{
    return at <= in->n && n <= (in->n - at) / REFERENCE &&
           check_references(in, in->bytes + at, n, total);
}

/* Would parts that nobody wrote have a text that is not checked? */
static bool fills_with_text(hid_t set)
{
    const hid_t how = H5Dget_create_plist(set);
    H5D_fill_value_t fill = H5D_FILL_VALUE_ERROR;
    const bool known = H5Pfill_value_defined(how, &fill) >= 0;
    H5Pclose(how);
    return !known || (fill != H5D_FILL_VALUE_UNDEFINED && fill != H5D_FILL_VALUE_DEFAULT);
}

/* Chunks of references through filters, which are undone as libhdf5 undoes them later. */
typedef struct unpacking {
    unsigned char *chunk, *other; /* [room] each */
    uint64_t room;                /* a chunk and a little more */
    hid_t how;
} unpacking;

/* What is shuffled has the first bytes of all elements first; the width is the filter's setting. */
static bool unshuffle(unpacking *u, unsigned width, uint64_t size)
{
    const uint64_t n = width ? size / width : 0;
    for (uint64_t k = 0; k < n * width; k++) u->other[k % n * width + k / n] = u->chunk[k];
    memcpy(u->chunk, u->other, n * width);
    return width > 0;
}

static bool inflate_chunk(unpacking *u, uint64_t *size)
{
    uLongf n = u->room;
    if (uncompress(u->other, &n, u->chunk, *size) != Z_OK) return false;
    memcpy(u->chunk, u->other, n);
    *size = n;
    return true;
}

/* The last filter is undone first; bits of `skipped` are of those that were not applied. */
static bool undo_filters(unpacking *u, unsigned skipped, uint64_t *size)
{
    bool good = true;
    for (int k = H5Pget_nfilters(u->how); k-- > 0 && good;) {
        unsigned flags, width = 0, setting;
        size_t n_settings = 1;
        if (skipped >> k & 1) continue;
        switch (
            H5Pget_filter2(u->how, (unsigned)k, &flags, &n_settings, &width, 0, NULL, &setting)) {
        case H5Z_FILTER_DEFLATE: good = inflate_chunk(u, size); break;
        case H5Z_FILTER_SHUFFLE: good = unshuffle(u, width, *size); break;
        default: good = false; /* libhdf5 has no others for text of variable length */
        }
    }
    return good;
}

/* A chunk of `bytes` at this place, of n references. */
static bool check_packed(srnn__hdf5_in *in, unpacking *u, uint64_t at, uint64_t bytes, uint64_t n,
                         unsigned skipped, uint64_t *total)
{
    if (at > in->n || bytes > in->n - at || bytes > u->room) return false;
    memcpy(u->chunk, in->bytes + at, bytes);
    return undo_filters(u, skipped, &bytes) && bytes == n * REFERENCE &&
           check_references(in, u->chunk, n, total);
}

static const char bad_texts[] = "is damaged or truncated";
static const char other_layout[] = "is text of variable length that is laid out in a way that is "
                                   "not read; `h5repack -l CONTI` makes it one that is";

/* n: references in each. */
static const char *check_each_chunk(srnn__hdf5_in *in, const srnn__hdf5_set *list, uint64_t n,
                                    unpacking *u)
{
    const hid_t space = H5Dget_space(list->set);
    hsize_t n_chunks = 0, offset[H5S_MAX_RANK], bytes;
    uint64_t total = 0;
    bool good = H5Dget_num_chunks(list->set, space, &n_chunks) >= 0;
    for (hsize_t k = 0; k < n_chunks && good; k++) {
        unsigned skipped;
        haddr_t at;
        good = H5Dget_chunk_info(list->set, space, k, offset, &skipped, &at, &bytes) >= 0 &&
               (list->packed ? check_packed(in, u, at, bytes, n, skipped, &total)
                             : check_stored(in, at, n, &total));
    }
    H5Sclose(space);
    if (!good) return bad_texts;
    const bool all = n_chunks >= (list->n + n - 1) / n; /* of a list, or of one */
    return all || !fills_with_text(list->set) ? NULL : other_layout;
}

/* libhdf5 1.10 leaves the user block out of the addresses of chunks, later ones do not; with
   options some chunks are not packed. A packed chunk may be larger than it is unpacked, by little.
 */
static const char *check_chunks(srnn__hdf5_in *in, const srnn__hdf5_set *list)
{
    const uint64_t n = srnn__hdf5_chunk(list->set), spare = n * REFERENCE / 8 + 1024;
    unpacking u = {.room = n * REFERENCE + spare, .how = H5Dget_create_plist(list->set)};
    const char *why = NULL;
    unsigned options = 0;
    if (n == 0 || in->base != 0 || H5Pget_chunk_opts(u.how, &options) < 0 || options)
        why = other_layout;
    if (list->packed && !why) {
        u.chunk = malloc(u.room);
        u.other = malloc(u.room);
        if (!u.chunk || !u.other) why = "takes more memory than there is";
    }
    if (!why) why = check_each_chunk(in, list, n, &u);
    H5Pclose(u.how);
    free(u.chunk);
    free(u.other);
    return why;
}

const char *srnn__hdf5_check_texts(srnn__hdf5_in *in, const srnn__hdf5_set *set)
{
    uint64_t total = 0;
    if (set->n == 0) return NULL;
    if (H5Dget_storage_size(set->set) == 0) return fills_with_text(set->set) ? other_layout : NULL;
    const haddr_t at = H5Dget_offset(set->set);
    if (at == HADDR_UNDEF) return check_chunks(in, set);
    return check_stored(in, at, set->n, &total) ? NULL : bad_texts;
}

/* ---- attributes: libhdf5 does not say where they are ---- */

/* Elements of the axes in a dataspace message. */
static uint64_t count_of(const unsigned char *space, uint64_t size)
{
    if (size < 4) return 0;
    const uint64_t rank = space[1], before = space[0] == 1 ? 8 : 4;
    uint64_t n = 1;
    if (rank > H5S_MAX_RANK || before + 8 * rank > size) return UINT64_MAX;
    for (uint64_t d = 0; d < rank; d++) {
        const uint64_t axis = little_endian(space + before + 8 * d, 8);
        if (axis && n > UINT64_MAX / axis) return UINT64_MAX;
        n *= axis;
    }
    return n;
}

/* An attribute message, of which the name is at this place: version, a byte, the sizes of name,
   type and axes; in version 3 a byte more; then these, padded in version 1; then its texts. */
static bool attribute_at(srnn__hdf5_in *in, uint64_t name, uint64_t length, bool *fits)
{
    enum { TEXT_OF_VARIABLE_LENGTH = 9 };
    const unsigned char *p = in->bytes + name;
    const bool third = name >= 9 && p[-9] == 3 && little_endian(p - 7, 2) == length;
    const bool earlier =
        name >= 8 && (p[-8] == 1 || p[-8] == 2) && little_endian(p - 6, 2) == length;
    if (!third && !earlier) return false;
    const uint64_t pad = !third && p[-8] == 1 ? 8 : 1, sizes = third ? 5 : 4;
    const uint64_t type_size = little_endian(p - sizes, 2),
                   space_size = little_endian(p - sizes + 2, 2);
    const uint64_t type = name + (length + pad - 1) / pad * pad;
    const uint64_t space = type + (type_size + pad - 1) / pad * pad;
    const uint64_t texts = space + (space_size + pad - 1) / pad * pad;
    uint64_t total = 0;
    if (texts > in->n || (in->bytes[type] & 15) != TEXT_OF_VARIABLE_LENGTH) return false;
    *fits = check_stored(in, texts, count_of(in->bytes + space, space_size), &total);
    return true;
}

static bool search_attributes(srnn__hdf5_in *in, const char *attribute)
{
    const uint64_t length = strlen(attribute) + 1;
    bool found = false;
    for (uint64_t at = 0; at + length <= in->n; at++) {
        const unsigned char *here = memchr(in->bytes + at, *attribute, in->n - length + 1 - at);
        if (!here) break;
        at = (uint64_t)(here - in->bytes);
        bool fits = true;
        if (!memcmp(here, attribute, length) && attribute_at(in, at, length, &fits)) found = true;
        if (!fits) return false;
    }
    return found;
}

bool srnn__hdf5_attribute_fits(srnn__hdf5_in *in, const char *attribute)
{
    for (int k = 0; k < in->n_known; k++)
        if (!strcmp(in->known[k].attribute, attribute)) return in->known[k].fits;
    const bool fits = search_attributes(in, attribute);
    if (in->n_known < SRNN__HDF5_KNOWN)
        in->known[in->n_known++] = (srnn__hdf5_known){attribute, fits};
    return fits;
}

void srnn__hdf5_heaps_free(srnn__hdf5_heaps *heaps)
{
    for (size_t k = 0; k < heaps->n; k++) free(heaps->collections[k].objects);
    free(heaps->collections);
    *heaps = (srnn__hdf5_heaps){0};
}
