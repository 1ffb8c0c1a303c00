#define _POSIX_C_SOURCE 200809L
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *file_type_name(mode_t mode)
{
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a FIFO";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

/* mode: of what stands there; 0: errno says why it cannot be opened. */
static srnn_status refuse_open(srnn_ctx *ctx, const char *kind, const char *path, mode_t mode)
{
    const char *space = kind ? " " : "";
    if (!kind) kind = "";
    if (mode)
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s%s%s is %s; expected a regular file", kind, space,
                          path, file_type_name(mode));
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s%s%s cannot be opened: %s", kind, space, path,
                      strerror(errno));
}

srnn_status srnn__open_regular(srnn_ctx *ctx, const char *kind, const char *path, FILE **out)
{
    struct stat info = {0};
    *out = NULL;
    /* Without O_NONBLOCK open() itself waits for the writer of a FIFO. */
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        const bool socket = errno == ENXIO && !stat(path, &info) && S_ISSOCK(info.st_mode);
        return refuse_open(ctx, kind, path, socket ? info.st_mode : 0);
    }
    const bool other = !fstat(fd, &info) && !S_ISREG(info.st_mode);
    if (!other && (*out = fdopen(fd, "rb"))) return SRNN_OK;
    const srnn_status status = refuse_open(ctx, kind, path, other ? info.st_mode : 0);
    close(fd);
    return status;
}
