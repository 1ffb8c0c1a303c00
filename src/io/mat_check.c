#define _POSIX_C_SOURCE 200809L
#include "io/mat_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* Level 5 (MathWorks, "MAT-File Format"): 128 bytes of header, then elements, each
   with a tag of type and size. */
enum { HEADER = 128, TAG = 8, MI_MATRIX = 14, MI_COMPRESSED = 15 };

static bool is_hdf5(const unsigned char *header, size_t got)
{
    return got >= 128 && header[124] == 0 && header[125] == 2;
}

static uint32_t word(const unsigned char *p, bool big_endian)
{
    return big_endian ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Inflates one element; false: damaged. */
static bool inflate_element(FILE *file, uint32_t size, uint64_t *unpacked)
{
    unsigned char in[16384], out[65536];
    z_stream z = {0};
    if (inflateInit(&z) != Z_OK) return false;
    int code = Z_OK;
    while (size > 0 && code == Z_OK) {
        const size_t want = size < sizeof in ? size : sizeof in;
        if (fread(in, 1, want, file) != want) break;
        size -= (uint32_t)want;
        z.next_in = in;
        z.avail_in = (uInt)want;
        do {
            z.next_out = out;
            z.avail_out = sizeof out;
            code = inflate(&z, Z_NO_FLUSH);
            *unpacked += sizeof out - z.avail_out;
        } while (code == Z_OK && (z.avail_in > 0 || z.avail_out == 0));
        if (code == Z_BUF_ERROR) code = Z_OK; /* wants more input */
    }
    inflateEnd(&z);
    return code == Z_STREAM_END && (size == 0 || !fseeko(file, (off_t)size, SEEK_CUR));
}

static srnn_status check_elements(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                                  bool big_endian, uint64_t *unpacked)
{
    for (uint64_t at = HEADER; at < length;) {
        unsigned char tag[TAG];
        const uint64_t left = length - at;
        if (left < TAG || fread(tag, 1, TAG, file) != TAG)
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s is truncated: it ends within a tag at byte %llu", path,
                              (unsigned long long)at);
        const uint32_t type = word(tag, big_endian), size = word(tag + 4, big_endian);
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
        if (type == MI_MATRIX) {
            *unpacked += size;
            if (fseeko(file, (off_t)size, SEEK_CUR))
                return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s", path,
                                  strerror(errno));
        } else if (!inflate_element(file, size, unpacked)) {
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s is damaged: the compressed variable at byte %llu does not unpack",
                              path, (unsigned long long)at);
        }
        at += TAG + size;
    }
    return SRNN_OK;
}

static srnn_status check_file(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                              uint64_t *unpacked)
{
    unsigned char header[HEADER];
    const size_t got = fread(header, 1, HEADER, file);
    *unpacked = length;
    if (got < 20) /* the header of level 4, the shortest there is */
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s has %llu bytes; expected a MAT file", path,
                          (unsigned long long)length);
    if (is_hdf5(header, got)) {
        *unpacked = 2000 * length; /* deflate's limit is below 1,100 */
        return SRNN_OK;
    }
    const bool little = got == HEADER && header[126] == 'I' && header[127] == 'M';
    const bool big = got == HEADER && header[126] == 'M' && header[127] == 'I';
    if (!little && !big) { /* level 4 begins with its type: below 5000 in either byte order */
        if (word(header, false) < 5000 || word(header, true) < 5000) return SRNN_OK;
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is not a MAT file (level 4, 5 or 7.3)", path);
    }
    return check_elements(ctx, path, file, length, big, unpacked);
}

srnn_status srnn__mat_check(srnn_ctx *ctx, const char *path, uint64_t *unpacked)
{
    struct stat info;
    if (stat(path, &info))
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be opened: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s is %s; expected a .mat file", path,
                          S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
    FILE *file = fopen(path, "rb");
    if (!file)
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be opened: %s", path, strerror(errno));
    const srnn_status status = check_file(ctx, path, file, (uint64_t)info.st_size, unpacked);
    fclose(file);
    return status;
}
