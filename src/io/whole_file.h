/* Files that are there whole or not at all. */
#ifndef SRNN_WHOLE_FILE_H
#define SRNN_WHOLE_FILE_H

#include "core/core.h"

/* Writes the file and reads it back; false: it does not hold what it should. */
typedef bool (*srnn__write_fn)(void *user, const char *path);

/* A temporary file beside path is written, synchronised, and renamed. kind: ".mat", for the
   sentences. replace false: an existing file is an error of its own, SRNN_ERR_FILE with
   *exists set. */
srnn_status srnn__write_whole(srnn_ctx *ctx, const char *path, const char *kind,
                              srnn__write_fn write, void *user, bool replace, bool *exists);

#endif
