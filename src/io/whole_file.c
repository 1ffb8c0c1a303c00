#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700 /* realpath */
#include "io/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool synchronise(const char *path, int flags)
{
    const int fd = open(path, flags);
    if (fd < 0) return false;
    const bool good = !fsync(fd);
    return !close(fd) && good;
}

/* A new empty file in the folder of path, with the mode of the file that it will
   replace, or else what umask leaves. The caller frees the name. */
static char *make_temporary(const char *path)
{
    const size_t room = strlen(path) + 48;
    char *name = malloc(room);
    struct stat old;
    const bool replaces = !stat(path, &old);
    for (int attempt = 0; name && attempt < 1000; attempt++) {
        snprintf(name, room, "%s.%ld-%d.tmp", path, (long)getpid(), attempt);
        const int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0666);
        if (fd < 0 && errno == EEXIST) continue;
        if (fd < 0) break;
        const bool good = !replaces || !fchmod(fd, old.st_mode & 07777);
        if (!close(fd) && good) return name;
        unlink(name);
        break;
    }
    free(name);
    return NULL;
}

static void synchronise_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (folder) synchronise(folder, O_RDONLY); /* not every file system can; the data is safe */
    free(folder);
}

/* Puts the finished temporary in its place. */
static bool place(const char *temporary, const char *path, bool replace)
{
    if (replace) return !rename(temporary, path);
    if (!link(temporary, path)) { /* link never replaces */
        unlink(temporary);
        return true;
    }
    if (errno == EEXIST) return false;
    struct stat info; /* a file system without links: as good as can be */
    if (!lstat(path, &info)) {
        errno = EEXIST;
        return false;
    }
    return !rename(temporary, path);
}

/* The libraries below do not always say why. */
static srnn_status incomplete(srnn_ctx *ctx, const char *path)
{
    const bool told = errno && errno != ENOSPC && errno != EDQUOT && errno != EFBIG;
    if (errno == ENOMEM) return srnn__no_memory(ctx);
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written completely%s%s%s", path,
                      errno ? ": " : "", errno ? strerror(errno) : "",
                      told ? "" : "; is the disk full?");
}

static srnn_status write_and_place(srnn_ctx *ctx, const char *path, const char *temporary,
                                   srnn__write_fn write, void *user, bool replace, bool *exists)
{
    errno = 0;
    if (!write(user, temporary) || !synchronise(temporary, O_RDWR)) return incomplete(ctx, path);
    if (!place(temporary, path, replace)) {
        *exists = errno == EEXIST;
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    }
    synchronise_folder(path);
    return SRNN_OK;
}

srnn_status srnn__write_whole(srnn_ctx *ctx, const char *path, const char *kind,
                              srnn__write_fn write, void *user, bool replace, bool *exists)
{
    *exists = false;
    struct stat info;
    if (stat(path, &info) && !lstat(path, &info) && S_ISLNK(info.st_mode))
        return srnn__fail(
            ctx, SRNN_ERR_FILE,
            "%s is a link to a file that is not there; expected a place for a %s file", path, kind);
    if (!stat(path, &info) && !S_ISREG(info.st_mode))
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s is not a regular file; expected a place for a %s file", path, kind);
    if (!lstat(path, &info) && access(path, W_OK)) /* a rename would not ask */
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    char *target = realpath(path, NULL); /* the file behind a link, where there is one */
    char *temporary = make_temporary(target ? target : path);
    if (!temporary) {
        free(target);
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    }
    const srnn_status status =
        write_and_place(ctx, target ? target : path, temporary, write, user, replace, exists);
    if (status) unlink(temporary);
    free(temporary);
    free(target);
    return status;
}
