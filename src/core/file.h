/* Files that are read. */
#ifndef SRNN_CORE_FILE_H
#define SRNN_CORE_FILE_H

#include <stdio.h>

#include "core/core.h"

/* Opens a regular file for reading. Anything else is refused at once: a FIFO or a terminal would
   wait for a writer. kind: what the file is, "task file", for the sentence; NULL: the path alone.
   On an error *out is NULL and the status SRNN_ERR_FILE. */
srnn_status srnn__open_regular(srnn_ctx *ctx, const char *kind, const char *path, FILE **out);

#endif
