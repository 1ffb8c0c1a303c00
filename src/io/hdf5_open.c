/* HDF5 from bytes in memory: no other file is opened, and no more is read than the file can hold.
 */
#define _DEFAULT_SOURCE 1 /* MAP_ANONYMOUS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "io/hdf5_file.h"

/* Deflate, the filter that packs most, gets 1032 bytes out of one. */
static const uint64_t packed_at_most = 1032;

static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

/* ---- the guard ---- */

typedef struct attempt {
    srnn_ctx ctx;
    srnn__hdf5_parse parse;
    void *job;
    struct outcome {
        srnn_status status;
        char message[sizeof((srnn_ctx *)NULL)->message];
    } * outcome; /* in memory that processes share */
} attempt;

/* Ends with what the end of a program does to libhdf5, which may crash, too. */
static void attempt_run(void *argument)
{
    attempt *a = argument;
    a->outcome->status = a->parse(&a->ctx, a->job);
    memcpy(a->outcome->message, a->ctx.message, sizeof a->ctx.message);
    H5close();
}

static srnn_status guarded_end(srnn_ctx *ctx, const char *path, srnn_guarded end,
                               const struct outcome *outcome)
{
    switch (end) {
    case SRNN_GUARDED_RETURNED:
        if (!outcome->status) return SRNN_OK;
        return srnn__fail(ctx, outcome->status, "%s", outcome->message);
    case SRNN_GUARDED_CANCELLED: return srnn__fail(ctx, SRNN_CANCELLED, "%s: interrupted", path);
    case SRNN_GUARDED_CRASHED:
        return srnn__fail(ctx, SRNN_ERR_FORMAT,
                          "%s: reading it crashed the HDF5 library; the file is damaged", path);
    default:
        return srnn__fail(ctx, SRNN_ERR_FORMAT,
                          "%s: reading it takes longer than a file of this size is given; it is "
                          "damaged, or packed very tightly, which `h5repack -f NONE` undoes",
                          path);
    }
}

/* What the attempt refuses is refused: here it could take more memory than it could there. */
srnn_status srnn__hdf5_guarded(srnn_ctx *ctx, const char *path, size_t n, srnn__hdf5_parse parse,
                               void *job)
{
    if (!ctx->guard) return parse(ctx, job);
    attempt a = {.ctx = *ctx, .parse = parse, .job = job};
    a.ctx.progress = NULL;
    a.ctx.guard = NULL;
    a.outcome =
        mmap(NULL, sizeof *a.outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (a.outcome == MAP_FAILED) return srnn__no_memory(ctx);
    const srnn_guarded end = ctx->guard(ctx->guard_user, attempt_run, &a, n);
    const srnn_status status = guarded_end(ctx, path, end, a.outcome);
    munmap(a.outcome, sizeof *a.outcome);
    return status ? status : parse(ctx, job);
}

/* ---- the file ---- */

bool srnn__hdf5_file(const char *path)
{
    unsigned char start[sizeof signature];
    struct stat info;
    if (stat(path, &info) || !S_ISREG(info.st_mode)) return false;
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    const bool same = fread(start, 1, sizeof start, file) == sizeof start &&
                      !memcmp(start, signature, sizeof signature);
    fclose(file);
    return same;
}

static hid_t open_memory(const srnn__hdf5_in *in)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS), driver = srnn__hdf5_memory();
    const srnn__hdf5_bytes bytes = {in->bytes, in->n};
    hid_t file = -1;
    if (driver >= 0 && H5Pset_driver(access, driver, &bytes) >= 0)
        file = H5Fopen("memory", H5F_ACC_RDONLY, access);
    if (driver >= 0) H5FDunregister(driver); /* the open file keeps it */
    H5Pclose(access);
    return file;
}

static herr_t refuse_link(const char *parent_file, const char *parent, const char *file,
                          const char *object, unsigned *flags, hid_t access, void *outside)
{
    (void)parent_file, (void)parent, (void)file, (void)object, (void)flags, (void)access;
    *(bool *)outside = true;
    return -1;
}

/* It is at 0, 512, 1024, 2048 ... */
static bool find_superblock(srnn__hdf5_in *in)
{
    enum { SUPERBLOCK_MIN = 48, FIRST = 512 };
    uint64_t at = 0;
    for (; in->n >= SUPERBLOCK_MIN && at <= in->n - SUPERBLOCK_MIN; at = at ? 2 * at : FIRST) {
        const unsigned char *p = in->bytes + at;
        if (memcmp(p, signature, sizeof signature)) continue;
        const int sizes = p[8] < 2 ? 13 : 9;
        in->base = at;
        return p[sizes] == 8 && p[sizes + 1] == 8;
    }
    return false;
}

srnn_status srnn__hdf5_open(srnn_ctx *ctx, const char *path, const unsigned char *bytes, size_t n,
                            srnn__hdf5_in *in)
{
    enum { FLOOR = 1 << 28 };
    *in = (srnn__hdf5_in){.ctx = ctx,
                          .path = path,
                          .file = -1,
                          .links = -1,
                          .bytes = bytes,
                          .n = n,
                          .stored = 4 * (uint64_t)n,
                          .unpacked = FLOOR + packed_at_most * n};
    if (!find_superblock(in))
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is not an HDF5 file with addresses of 8 bytes",
                          path);
    in->links = H5Pcreate(H5P_DATASET_ACCESS); /* which is one for links, too */
    if (in->links < 0 || H5Pset_elink_cb(in->links, refuse_link, &in->outside) < 0)
        return srnn__no_memory(ctx);
    in->file = open_memory(in);
    if (in->file >= 0) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: its HDF5 is damaged or truncated", path);
}

void srnn__hdf5_close(srnn__hdf5_in *in)
{
    if (in->file >= 0) H5Fclose(in->file);
    if (in->links >= 0) H5Pclose(in->links);
    in->file = in->links = -1;
    srnn__hdf5_heaps_free(&in->heaps);
}

void srnn__hdf5_refuse_later(srnn__hdf5_in *in, const char *name)
{
    if (!in->refused)
        in->refused = srnn__hdf5_refuse(in, name,
                                        in->outside ? SRNN__HDF5_OUTSIDE
                                                    : "is damaged, or a link that leads nowhere");
}

static bool has_part(srnn__hdf5_in *in, const char *name)
{
    in->outside = false;
    const htri_t there = H5Lexists(in->file, name, in->links);
    if (there < 0) srnn__hdf5_refuse_later(in, name);
    return there > 0;
}

/* Every part of the name must be asked for: HDF5 fails where an earlier one is missing. */
bool srnn__hdf5_has(srnn__hdf5_in *in, const char *name)
{
    char part[512];
    if (snprintf(part, sizeof part, "%s", name) >= (int)sizeof part) return false;
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool there = has_part(in, part);
        *slash = '/';
        if (!there) return false;
    }
    return has_part(in, part);
}

srnn_status srnn__hdf5_refuse(const srnn__hdf5_in *in, const char *name, const char *what)
{
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' %s", in->path, name, what);
}

/* ---- datasets ---- */

static bool whole_integer(hid_t type)
{
    const size_t size = H5Tget_size(type);
    return (size == 1 || size == 2 || size == 4 || size == 8) &&
           H5Tget_precision(type) == 8 * size && H5Tget_offset(type) == 0;
}

static bool ieee_float(hid_t type)
{
    static const struct {
        size_t size, exponent_at, exponent, mantissa, bias;
    } kinds[] = {{2, 10, 5, 10, 15}, {4, 23, 8, 23, 127}, {8, 52, 11, 52, 1023}};
    size_t sign, exponent_at, exponent, mantissa_at, mantissa;
    if (H5Tget_fields(type, &sign, &exponent_at, &exponent, &mantissa_at, &mantissa) < 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (H5Tget_size(type) == kinds[i].size && H5Tget_precision(type) == 8 * kinds[i].size &&
            H5Tget_offset(type) == 0 && sign == 8 * kinds[i].size - 1 && mantissa_at == 0 &&
            exponent_at == kinds[i].exponent_at && exponent == kinds[i].exponent &&
            mantissa == kinds[i].mantissa && H5Tget_ebias(type) == kinds[i].bias)
            return true;
    return false;
}

bool srnn__hdf5_numeric(hid_t type)
{
    switch (H5Tget_class(type)) {
    case H5T_INTEGER: return whole_integer(type);
    case H5T_FLOAT: return ieee_float(type);
    case H5T_ENUM: {
        const hid_t base = H5Tget_super(type);
        const bool whole = H5Tget_class(base) == H5T_INTEGER && whole_integer(base);
        H5Tclose(base);
        return whole;
    }
    default: return false;
    }
}

/* Why its numbers cannot be had; NULL: they can. Other filters than these would be loaded as
   plugins, or are not proof against damaged files. */
static const char *unreadable(hid_t set, bool *packed)
{
    const hid_t how = H5Dget_create_plist(set);
    const H5D_layout_t layout = H5Pget_layout(how);
    const char *why = NULL;
    if (layout == H5D_VIRTUAL)
        why = "is a virtual dataset, of other files; expected its numbers in this file";
    else if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
        why = "is damaged";
    else if (H5Pget_external_count(how) != 0)
        why = "has external storage, in another file; expected its numbers in this file";
    const int n_filters = H5Pget_nfilters(how);
    int deflated = 0;
    *packed = n_filters > 0;
    for (int k = 0; k < n_filters && !why; k++) {
        unsigned flags, setting;
        size_t n_settings = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(how, (unsigned)k, &flags, &n_settings, NULL, 0, NULL, &setting);
        deflated += filter == H5Z_FILTER_DEFLATE;
        if (deflated > 1 || (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
                             filter != H5Z_FILTER_FLETCHER32))
            why = "is packed by a filter other than gzip, shuffle and fletcher32; expected one of "
                  "them, which `h5repack -f GZIP=4` makes";
    }
    H5Pclose(how);
    return why;
}

uint64_t srnn__hdf5_chunk(hid_t set)
{
    const hid_t how = H5Dget_create_plist(set);
    hsize_t dims[H5S_MAX_RANK];
    const int rank = H5Pget_layout(how) == H5D_CHUNKED ? H5Pget_chunk(how, H5S_MAX_RANK, dims) : 0;
    uint64_t n = rank > 0;
    for (int d = 0; d < rank; d++) n = dims[d] > UINT32_MAX / n ? UINT64_MAX : n * dims[d];
    H5Pclose(how);
    return n;
}

/* Why the file cannot hold them, too; NULL: it can. Chunks that nobody wrote, or a whole list, take
   no bytes of it, so that these are bounded by the memory alone. */
static const char *take_space(srnn__hdf5_in *in, const srnn__hdf5_set *set, uint64_t count)
{
    static const char damaged[] = "is damaged or truncated";
    static const char large[] =
        "takes more memory, with what was read before it, than is given to a file of this size: "
        "256 MiB and 1032 times its bytes; where most of its values were never written, "
        "`h5repack -f NONE -l CONTI` writes them";
    const uint64_t stored = H5Dget_storage_size(set->set), size = H5Tget_size(set->type);
    const uint64_t chunk = srnn__hdf5_chunk(set->set);
    if (count == 0) return NULL;
    if (size == 0 || stored > in->n || (!chunk && stored && count > stored / size)) return damaged;
    const uint64_t width = size > sizeof(double) ? size : sizeof(double);
    const uint64_t most = in->unpacked / width;
    if (stored > in->stored || count > most || chunk > most) return large;
    in->stored -= stored;
    in->unpacked -= count * width;
    return NULL;
}

static srnn_status measure_set(srnn__hdf5_in *in, const char *name, srnn__hdf5_set *out)
{
    const char *why = unreadable(out->set, &out->packed);
    if (why) return srnn__hdf5_refuse(in, name, why);
    const hid_t space = H5Dget_space(out->set);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    out->rank = H5Sget_simple_extent_ndims(space);
    const bool simple = out->rank >= 0 && H5Sget_simple_extent_dims(space, out->dims, NULL) >= 0;
    H5Sclose(space);
    out->type = H5Dget_type(out->set);
    if (!simple || count < 0 || out->type < 0)
        return srnn__hdf5_refuse(in, name, "is damaged or truncated");
    why = take_space(in, out, (uint64_t)count);
    if (why) return srnn__hdf5_refuse(in, name, why);
    out->n = (size_t)count;
    return SRNN_OK;
}

srnn_status srnn__hdf5_take_set(srnn__hdf5_in *in, const char *name, hid_t set, srnn__hdf5_set *out)
{
    *out = (srnn__hdf5_set){.set = set, .type = -1};
    const srnn_status status = measure_set(in, name, out);
    if (status) srnn__hdf5_close_set(out);
    return status;
}

srnn_status srnn__hdf5_open_set(srnn__hdf5_in *in, const char *name, srnn__hdf5_set *out)
{
    in->outside = false;
    const hid_t set = H5Dopen2(in->file, name, in->links);
    if (set >= 0) return srnn__hdf5_take_set(in, name, set, out);
    return srnn__hdf5_refuse(in, name,
                             in->outside ? SRNN__HDF5_OUTSIDE : "is not a dataset, or damaged");
}

void srnn__hdf5_close_set(srnn__hdf5_set *set)
{
    if (set->type >= 0) H5Tclose(set->type);
    if (set->set >= 0) H5Dclose(set->set);
    set->type = set->set = -1;
}
