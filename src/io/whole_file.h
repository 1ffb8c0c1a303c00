/* Files that are there whole or not at all, and read once. */
#ifndef SRNN_WHOLE_FILE_H
#define SRNN_WHOLE_FILE_H

#include "core/core.h"

/* The bytes of a regular file, read once, with room for one more; the caller frees them.
   SRNN_ERR_FILE where one of them cannot be read. */
srnn_status srnn__read_whole(srnn_ctx *ctx, const char *path, unsigned char **bytes, size_t *n);

/* A regular file's bytes, which are not to be written: read, or, of a file that is large, mapped,
   so that only what is looked at takes memory. There is no status for a byte of a mapped file that
   cannot be read, or was cut off meanwhile: the process gets SIGBUS, in the program first the
   child that its guard has for this. */
typedef struct srnn__image {
    unsigned char *bytes;
    size_t n;
    bool mapped;
} srnn__image;

srnn_status srnn__image_open(srnn_ctx *ctx, const char *path, srnn__image *out);
void srnn__image_close(srnn__image *image);

/* A temporary file in the folder of path is written, read back, synchronised, and renamed. kind:
   ".mat", for the sentences. replace false: an existing file is an error, SRNN_ERR_FILE with
   *exists set. */
srnn_status srnn__write_whole(srnn_ctx *ctx, const char *path, const char *kind,
                              const unsigned char *bytes, size_t n, bool replace, bool *exists);

/* The folders above the file, as far as they are missing. */
srnn_status srnn__make_folders(srnn_ctx *ctx, char *path);

#endif
