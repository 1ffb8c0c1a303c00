#include "figure/png.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { HEAD = 8 + 4 + 4 + 13 + 4 /* signature and the chunk IHDR */, CHUNK = 4 + 4 + 9 + 4 };

static void put32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) to[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void resolution_chunk(double dpi, unsigned char chunk[CHUNK])
{
    const uint32_t dots_a_meter = (uint32_t)lround(dpi / 0.0254);
    put32(chunk, 9);
    memcpy(chunk + 4, "pHYs", 4);
    put32(chunk + 8, dots_a_meter);
    put32(chunk + 12, dots_a_meter);
    chunk[16] = 1; /* the unit is the meter */
    put32(chunk + 17, (uint32_t)crc32(0, chunk + 4, 13));
}

/* The whole file, to be freed; NULL: errno. */
static unsigned char *png_read(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    unsigned char *bytes = NULL;
    long size = -1;
    if (!fseek(file, 0, SEEK_END)) size = ftell(file);
    rewind(file);
    if (size >= HEAD) bytes = malloc((size_t)size);
    *n = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
    fclose(file);
    if (bytes && *n == (size_t)size) return bytes;
    free(bytes);
    errno = EIO;
    return NULL;
}

bool srnn__png_set_dpi(const char *path, double dpi)
{
    size_t n;
    unsigned char chunk[CHUNK], *bytes = png_read(path, &n);
    if (!bytes) return false;
    resolution_chunk(dpi, chunk);
    FILE *file = fopen(path, "r+b");
    bool good = file && !fseek(file, HEAD, SEEK_SET) && fwrite(chunk, CHUNK, 1, file) == 1 &&
                fwrite(bytes + HEAD, 1, n - HEAD, file) == n - HEAD;
    if (file && fclose(file)) good = false;
    free(bytes);
    return good;
}
