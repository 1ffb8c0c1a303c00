/* The zip container of torch.save: entries of one folder, none of them packed. */
#ifndef SRNN_ARCHIVE_H
#define SRNN_ARCHIVE_H

#include <zip.h>

#include "core/core.h"

typedef struct srnn__archive {
    srnn_ctx *ctx;
    const char *path;
    zip_t *zip;
    char *folder;    /* of all entries, with its slash */
    uint64_t length; /* bytes of the file */
} srnn__archive;

/* Of the n bytes of a file, which must outlive the archive; whatever it claims is held against
   n. Errors: SRNN_ERR_FORMAT; after one there is nothing to close. */
srnn_status srnn__archive_open(srnn_ctx *ctx, const char *path, const unsigned char *bytes,
                               size_t n, srnn__archive *archive);
void srnn__archive_close(srnn__archive *archive);

bool srnn__archive_has(const srnn__archive *archive, const char *name);

/* The bytes of an entry by its name within the folder; the caller frees them. */
srnn_status srnn__archive_read(const srnn__archive *archive, const char *name,
                               unsigned char **bytes, size_t *n);

typedef struct srnn__entry {
    char name[32];
    const void *bytes; /* [n] */
    size_t n;
} srnn__entry;

/* A new archive's n bytes, to be freed; the same entries give the same bytes. NULL: out of
   memory. */
unsigned char *srnn__archive_make(const srnn__entry *entries, size_t n_entries, size_t *n);

#endif
