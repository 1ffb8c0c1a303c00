#define _POSIX_C_SOURCE 200809L
#include "io/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 100000 };

/* ---- reading ---- */

static srnn_status refuse_entry(const srnn__archive *a, const char *name, const char *what)
{
    return srnn__fail(a->ctx, SRNN_ERR_FORMAT, "%s: its entry '%.100s' %s", a->path, name, what);
}

/* "<folder>/<name>", of one folder for all entries, and nothing that leads out of it */
static bool archive_good_name(const srnn__archive *a, const char *name)
{
    const size_t n = strlen(a->folder);
    return !strncmp(name, a->folder, n) && name[n] && !strstr(name, "..") && !strchr(name, '\\');
}

/* What an entry claims, against the `left` bytes of the file that others have not. */
static srnn_status check_entry(srnn__archive *a, zip_uint64_t index, uint64_t *left)
{
    zip_stat_t s;
    const zip_uint64_t known =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if (zip_stat_index(a->zip, index, 0, &s) || (s.valid & known) != known)
        return srnn__fail(a->ctx, SRNN_ERR_FORMAT, "%s is damaged: entry %llu has no description",
                          a->path, (unsigned long long)index);
    if (!a->folder) {
        const char *slash = strchr(s.name, '/');
        if (!(a->folder = strndup(s.name, slash ? (size_t)(slash - s.name) + 1 : 0)))
            return srnn__no_memory(a->ctx);
    }
    if (strlen(a->folder) < 2 || !archive_good_name(a, s.name))
        return refuse_entry(a, s.name, "is not where torch.save puts one; expected one folder");
    if (zip_name_locate(a->zip, s.name, 0) != (zip_int64_t)index)
        return refuse_entry(a, s.name, "is there twice; expected it once");
    if (s.comp_method != ZIP_CM_STORE ||
        (s.valid & ZIP_STAT_ENCRYPTION_METHOD && s.encryption_method != ZIP_EM_NONE))
        return refuse_entry(a, s.name,
                            "is packed or encrypted; expected it as torch.save stores it");
    if (s.size != s.comp_size || s.size > *left)
        return refuse_entry(a, s.name, "claims more bytes than the file has");
    *left -= s.size;
    return SRNN_OK;
}

static srnn_status check_entries(srnn__archive *a, uint64_t length)
{
    const zip_int64_t n = zip_get_num_entries(a->zip, 0);
    if (n < 1 || n > ENTRIES_MAX)
        return srnn__fail(a->ctx, SRNN_ERR_FORMAT, "%s has %lld entries; expected 1 to %d", a->path,
                          (long long)n, ENTRIES_MAX);
    srnn_status status = SRNN_OK;
    for (zip_int64_t k = 0; k < n && !status; k++)
        status = check_entry(a, (zip_uint64_t)k, &length);
    return status;
}

srnn_status srnn__archive_open(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                               size_t n, srnn__archive *a)
{
    *a = (srnn__archive){.ctx = ctx, .path = path};
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &error);
    a->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    const bool enough_memory = zip_error_code_zip(&error) != ZIP_ER_MEMORY;
    zip_error_fini(&error);
    if (!a->zip) {
        zip_source_free(source);
        if (!enough_memory) return srnn__no_memory(ctx);
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is truncated or damaged (a zip archive)", path);
    }
    a->length = n;
    const srnn_status status = check_entries(a, n);
    if (status) srnn__archive_close(a);
    return status;
}

void srnn__archive_close(srnn__archive *a)
{
    if (a->zip) zip_discard(a->zip);
    free(a->folder);
    *a = (srnn__archive){0};
}

/* Its place in the archive, or -1. */
static zip_int64_t locate(const srnn__archive *a, const char *name)
{
    const size_t room = strlen(a->folder) + strlen(name) + 1;
    char *full = malloc(room);
    if (!full) return -1;
    snprintf(full, room, "%s%s", a->folder, name);
    const zip_int64_t index = zip_name_locate(a->zip, full, 0);
    free(full);
    return index;
}

bool srnn__archive_has(const srnn__archive *a, const char *name) { return locate(a, name) >= 0; }

/* All n bytes, and the end after them, where libzip compares the checksum. */
static bool archive_read_all(zip_file_t *file, unsigned char *bytes, size_t n)
{
    size_t got = 0;
    while (got < n) {
        const zip_int64_t more = zip_fread(file, bytes + got, n - got);
        if (more <= 0) return false;
        got += (size_t)more;
    }
    unsigned char one;
    return zip_fread(file, &one, 1) == 0;
}

srnn_status srnn__archive_read(const srnn__archive *a, const char *name, unsigned char **bytes,
                               size_t *n)
{
    *bytes = NULL;
    const zip_int64_t index = locate(a, name);
    zip_stat_t s;
    if (index < 0 || zip_stat_index(a->zip, (zip_uint64_t)index, 0, &s))
        return srnn__fail(a->ctx, SRNN_ERR_FORMAT,
                          "%s has no entry '%s'; expected a file of torch.save", a->path, name);
    *n = (size_t)s.size;
    zip_file_t *file = zip_fopen_index(a->zip, (zip_uint64_t)index, 0);
    *bytes = malloc(*n ? *n : 1);
    const bool good = file && *bytes && archive_read_all(file, *bytes, *n);
    if (file) zip_fclose(file);
    if (good) return SRNN_OK;
    const bool memory = *bytes != NULL;
    free(*bytes);
    *bytes = NULL;
    return memory ? refuse_entry(a, name, "is truncated or damaged") : srnn__no_memory(a->ctx);
}

/* ---- writing ---- */

static const char folder[] = "archive/"; /* as torch.save names it where there is no file name */

/* torch maps the numbers of a file into memory: they begin at multiples of 64. What fills the
   gap is an extra field of the header, of the kind that torch writes. */
static bool align(zip_t *zip, zip_uint64_t index, size_t name_n, uint64_t *at)
{
    enum { HEADER = 30, FIELD = 4, PADDING = 0x4246 };
    static const unsigned char zeros[64];
    const uint64_t begin = *at + HEADER + name_n + FIELD;
    const zip_uint16_t gap = (zip_uint16_t)((64 - begin % 64) % 64);
    *at = begin + gap;
    return !zip_file_extra_field_set(zip, index, PADDING, ZIP_EXTRA_FIELD_NEW, zeros, gap,
                                     ZIP_FL_LOCAL);
}

static bool archive_add(zip_t *zip, const srnn__entry *e, uint64_t *at)
{
    char name[sizeof folder + sizeof e->name];
    snprintf(name, sizeof name, "%s%s", folder, e->name);
    zip_source_t *source = zip_source_buffer(zip, e->bytes, e->n, 0);
    const zip_int64_t index = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (source && index < 0) zip_source_free(source);
    if (index < 0) return false;
    const zip_uint16_t first_day = 1 << 5 | 1; /* of 1980: the same entries give the same bytes */
    if (zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) ||
        zip_file_set_dostime(zip, (zip_uint64_t)index, 0, first_day, 0) ||
        !align(zip, (zip_uint64_t)index, strlen(name), at))
        return false;
    *at += e->n;
    return true;
}

/* Takes what has been written; NULL: out of memory. */
static unsigned char *archive_bytes(zip_source_t *written, size_t *n)
{
    zip_stat_t s;
    if (zip_source_stat(written, &s) || zip_source_open(written)) return NULL;
    unsigned char *bytes = malloc(s.size);
    *n = (size_t)s.size;
    if (bytes && zip_source_read(written, bytes, s.size) != (zip_int64_t)s.size) {
        free(bytes);
        bytes = NULL;
    }
    zip_source_close(written);
    return bytes;
}

unsigned char *srnn__archive_make(const srnn__entry *entries, size_t n_entries, size_t *n)
{
    zip_source_t *written = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = written ? zip_open_from_source(written, ZIP_TRUNCATE, NULL) : NULL;
    if (zip) zip_source_keep(written);
    bool good = zip != NULL;
    uint64_t at = 0;
    for (size_t k = 0; k < n_entries && good; k++) good = archive_add(zip, &entries[k], &at);
    const bool closed = good && !zip_close(zip);
    if (zip && !closed) zip_discard(zip);
    unsigned char *bytes = closed ? archive_bytes(written, n) : NULL;
    zip_source_free(written);
    return bytes;
}
