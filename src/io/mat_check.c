#define _POSIX_C_SOURCE 200809L
#include "io/mat_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HEADER = 128, LEVEL_4_HEADER = 20 };

uint32_t srnn__mat_word(const unsigned char *p, bool big_endian)
{
    return big_endian ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Level 4: for each variable five words (type, rows, columns, complex, length of the
   name), the name, the numbers. The type's decimal digits are byte order, 0, format
   and kind of matrix. */
static srnn_status check4(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                          bool big_endian, srnn__mat_extent *extent)
{
    static const uint8_t widths[6] = {8, 4, 4, 2, 2, 1};
    for (uint64_t at = 0; at < length; extent->variables++) {
        unsigned char header[LEVEL_4_HEADER];
        if (fseeko(file, (off_t)at, SEEK_SET) ||
            fread(header, 1, sizeof header, file) != sizeof header)
            return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is truncated: it ends at byte %llu", path,
                              (unsigned long long)length);
        uint32_t w[5];
        for (int k = 0; k < 5; k++) w[k] = srnn__mat_word(header + 4 * k, big_endian);
        const uint32_t format = w[0] / 10 % 10;
        const bool sparse = w[0] % 10 == 2; /* a row a nonzero, and one of sizes: 3 or 4 numbers */
        if (w[0] / 1000 != big_endian || w[0] / 100 % 10 != 0 || format > 5 || w[0] % 10 > 2 ||
            w[3] > 1 || w[4] == 0 || (sparse && (w[1] < 1 || w[2] < 3 || w[2] > 4)))
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s is damaged: no variable begins at byte %llu", path,
                              (unsigned long long)at);
        at += sizeof header;
        const uint64_t left = length - at, numbers = (uint64_t)w[1] * w[2];
        if (w[4] > left || numbers > left || numbers * widths[format] * (1 + w[3]) > left - w[4])
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s is truncated: the variable at byte %llu is %u x %u, %llu bytes "
                              "are left",
                              path, (unsigned long long)(at - sizeof header), w[1], w[2],
                              (unsigned long long)left);
        at += w[4] + numbers * widths[format] * (1 + w[3]);
    }
    return SRNN_OK;
}

/* MATLAB keeps what is no variable under names that begin with '#'. */
static herr_t count_link(hid_t group, const char *name, const H5L_info_t *info, void *extent)
{
    (void)group, (void)info;
    ((srnn__mat_extent *)extent)->variables += *name != '#';
    return 0;
}

/* Level 7.3, which is HDF5. */
static srnn_status check73(srnn_ctx *ctx, const char *path, uint64_t length,
                           srnn__mat_extent *extent)
{
    extent->unpacked = 2000 * length; /* deflate's limit is below 1,100 */
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const bool whole =
        file >= 0 && H5Literate(file, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, count_link, extent) >= 0;
    if (file >= 0) H5Fclose(file);
    if (whole) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is truncated or damaged (level 7.3)", path);
}

static srnn_status check_file(srnn_ctx *ctx, const char *path, FILE *file, uint64_t length,
                              srnn__mat_extent *extent)
{
    unsigned char header[HEADER];
    const size_t got = fread(header, 1, HEADER, file);
    *extent = (srnn__mat_extent){.unpacked = length};
    if (got < LEVEL_4_HEADER)
        return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s has %llu bytes; expected a MAT file", path,
                          (unsigned long long)length);
    const bool little = got == HEADER && header[126] == 'I' && header[127] == 'M';
    const bool big = got == HEADER && header[126] == 'M' && header[127] == 'I';
    if (little || big) {
        const int version = header[little ? 125 : 124];
        if (version == 1 && header[little ? 124 : 125] == 0)
            return srnn__mat_check5(ctx, path, file, length, big, extent);
        if (version == 2) return check73(ctx, path, length, extent);
    } else { /* level 4 begins with its type: below 5000 in one of the byte orders */
        const bool not_little = srnn__mat_word(header, false) >= 5000;
        if (!not_little || srnn__mat_word(header, true) < 5000)
            return check4(ctx, path, file, length, not_little, extent);
    }
    return srnn__fail(ctx, SRNN_ERR_FORMAT, "%s is not a MAT file (level 4, 5 or 7.3)", path);
}

srnn_status srnn__mat_check(srnn_ctx *ctx, const char *path, srnn__mat_extent *extent)
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
    const srnn_status status = check_file(ctx, path, file, (uint64_t)info.st_size, extent);
    fclose(file);
    return status;
}
