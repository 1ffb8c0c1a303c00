#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700 /* realpath */
#include "io/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/temporary.h"
#include "spikernn/file.h"

enum { AT_ONCE = 1 << 24, NAME_KEPT = 200 };
static const uint64_t size_max = UINT64_C(1) << 36; /* 64 GiB */

/* ---- reading ---- */

static srnn_status read_open(srnn_ctx *ctx, const char *path, int fd, unsigned char **bytes,
                             size_t *n)
{
    struct stat info;
    if (fstat(fd, &info))
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
    const uint64_t size = (uint64_t)info.st_size;
    if (size > size_max)
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s has %llu bytes; expected at most %llu (64 GiB), as all of it is read "
                          "into memory: save what is needed into a smaller file",
                          path, (unsigned long long)size, (unsigned long long)size_max);
    if (!(*bytes = malloc((size_t)size + 1))) return srnn__no_memory(ctx);
    while (*n < size) {
        const size_t left = (size_t)size - *n;
        const ssize_t got = read(fd, *bytes + *n, left < AT_ONCE ? left : AT_ONCE);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read at byte %zu of %llu: %s", path,
                              *n, (unsigned long long)size,
                              got ? strerror(errno) : "it became shorter");
        *n += (size_t)got;
    }
    return SRNN_OK;
}

srnn_status srnn__read_whole(srnn_ctx *ctx, const char *path, unsigned char **bytes, size_t *n)
{
    *bytes = NULL;
    *n = 0;
    FILE *file;
    srnn_status status = srnn__open_regular(ctx, NULL, path, &file);
    if (status) return status;
    status = read_open(ctx, path, fileno(file), bytes, n);
    fclose(file);
    if (status) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

static srnn_status map_open(srnn_ctx *ctx, const char *path, int fd, srnn__image *out)
{
    void *bytes = mmap(NULL, out->n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s", path, strerror(errno));
    out->bytes = bytes;
    out->mapped = true;
    return SRNN_OK;
}

srnn_status srnn__image_open(srnn_ctx *ctx, const char *path, srnn__image *out)
{
    static const uint64_t read_at_most = UINT64_C(1) << 28; /* 256 MiB */
    FILE *file;
    struct stat info;
    *out = (srnn__image){0};
    srnn_status status = srnn__open_regular(ctx, NULL, path, &file);
    if (status) return status;
    if (!fstat(fileno(file), &info) && (uint64_t)info.st_size > read_at_most) {
        out->n = (size_t)info.st_size;
        status = map_open(ctx, path, fileno(file), out);
    } else {
        status = read_open(ctx, path, fileno(file), &out->bytes, &out->n);
    }
    fclose(file);
    if (status) srnn__image_close(out);
    return status;
}

void srnn__image_close(srnn__image *image)
{
    if (image->mapped)
        munmap(image->bytes, image->n);
    else
        free(image->bytes);
    *image = (srnn__image){0};
}

/* ---- writing ---- */

static bool synchronise(const char *path, int flags)
{
    const int fd = open(path, flags);
    if (fd < 0) return false;
    const bool good = !fsync(fd);
    return !close(fd) && good;
}

/* The folder of path, with the slash; and of a name as long as can be, a part. NULL: no memory. */
static char *folder_of(const char *path, char begin[NAME_KEPT + 1])
{
    const char *slash = strrchr(path, '/');
    snprintf(begin, NAME_KEPT + 1, "%s", slash ? slash + 1 : path);
    return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("./");
}

/* A new empty file in the folder of path, whose name begins as that of path, with the mode of the
   file that it will replace, or else what umask leaves. The caller frees the name. */
static char *make_temporary(const char *path)
{
    char begin[NAME_KEPT + 1], mark[SRNN__MARK_SIZE];
    char *folder = folder_of(path, begin);
    const size_t room = strlen(path) + sizeof mark + 16;
    char *name = folder ? malloc(room) : NULL;
    struct stat old;
    const bool replaces = !stat(path, &old);
    srnn__temporary_mark(mark);
    if (name) srnn__temporary_clean(folder, begin);
    for (int attempt = 0; name && attempt < 1000; attempt++) {
        snprintf(name, room, "%s%s.%s-%d.tmp", folder, begin, mark, attempt);
        const int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0666);
        if (fd < 0 && errno == EEXIST) continue;
        if (fd < 0) break;
        const bool good = !replaces || !fchmod(fd, old.st_mode & 07777);
        if (!close(fd) && good) {
            free(folder);
            return name;
        }
        unlink(name);
        break;
    }
    free(folder);
    free(name);
    return NULL;
}

static void synchronise_folder(const char *path)
{
    char begin[NAME_KEPT + 1], *folder = folder_of(path, begin);
    if (folder) synchronise(folder, O_RDONLY); /* not every file system can; the data is safe */
    free(folder);
}

/* Puts the finished temporary in its place. */
static bool whole_place(const char *temporary, const char *path, bool replace)
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

/* A file that does not hold what was written has no errno. */
static srnn_status incomplete(srnn_ctx *ctx, const char *path)
{
    const bool known = errno && errno != ENOSPC && errno != EDQUOT && errno != EFBIG;
    if (errno == ENOMEM) return srnn__no_memory(ctx);
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written completely%s%s%s", path,
                      errno ? ": " : "", errno ? strerror(errno) : "",
                      known ? "" : "; is the disk full?");
}

typedef struct whole_content {
    const unsigned char *bytes;
    size_t n;
} whole_content;

static bool whole_holds(const char *path, const whole_content *c)
{
    unsigned char chunk[1 << 14];
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    size_t at = 0, got;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        if (got > c->n - at || memcmp(chunk, c->bytes + at, got)) break;
        at += got;
    }
    const bool same = got == 0 && at == c->n && !ferror(file);
    fclose(file);
    return same;
}

static bool write_and_check(const char *path, const whole_content *c)
{
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    const bool written = fwrite(c->bytes, 1, c->n, file) == c->n;
    return !fclose(file) && written && whole_holds(path, c);
}

static srnn_status write_and_place(srnn_ctx *ctx, const char *path, const char *temporary,
                                   const whole_content *content, bool replace, bool *exists)
{
    errno = 0;
    if (!write_and_check(temporary, content) || !synchronise(temporary, O_RDWR))
        return incomplete(ctx, path);
    if (!whole_place(temporary, path, replace)) {
        *exists = errno == EEXIST;
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    }
    synchronise_folder(path);
    return SRNN_OK;
}

srnn_status srnn__write_whole(srnn_ctx *ctx, const char *path, const char *kind,
                              const unsigned char *bytes, size_t n, bool replace, bool *exists)
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
    char *target = realpath(path, NULL); /* the file that a link leads to */
    char *temporary = make_temporary(target ? target : path);
    if (!temporary) {
        free(target);
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    }
    const whole_content content = {bytes, n};
    const srnn_status status =
        write_and_place(ctx, target ? target : path, temporary, &content, replace, exists);
    if (status) unlink(temporary);
    free(temporary);
    free(target);
    return status;
}

srnn_status srnn_text_save(srnn_ctx *ctx, const char *path, const char *text)
{
    bool exists;
    return srnn__write_whole(ctx, path, "text", (const unsigned char *)text, strlen(text), true,
                             &exists);
}

/* ---- folders ---- */

srnn_status srnn__make_folders(srnn_ctx *ctx, char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        struct stat info;
        const bool failed =
            mkdir(path, 0777) && (errno != EEXIST || stat(path, &info) || !S_ISDIR(info.st_mode));
        if (failed) {
            const srnn_status status = srnn__fail(
                ctx, SRNN_ERR_FILE, "folder %s cannot be made: %s", path, strerror(errno));
            *slash = '/';
            return status;
        }
        *slash = '/';
    }
    return SRNN_OK;
}
