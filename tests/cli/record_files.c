/* Preloaded into the program: writes into the file FILES_LOG, a line each, in which order files are
   made safe and get their names. `placed synced PATH`: the name was given to a file whose content
   was on the disk by then, as fsync left it; `placed unsynced PATH`; `folder PATH`: a folder was
   synchronised; `removed PATH`; `emptied PATH`: one that was there was opened to be written again.
   With FILES_KEEP, a folder, every placed file stays there, too, as 0, 1, ... and the path's
   extension. Nothing waits for the disk. With FILES_FAIL=fsync no file can be made safe; =content
   what is written under a temporary name comes out as something else, and nothing says so. */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct stat synced[4096];
static int n_synced;

static void say(const char *what, const char *path)
{
    char line[PATH_MAX + 64];
    const char *log = getenv("FILES_LOG");
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    const int n = snprintf(line, sizeof line, "%s %s\n", what, path);
    const int fd = log ? real(log, O_WRONLY | O_APPEND | O_CREAT, 0666) : -1;
    if (fd < 0 || write(fd, line, (size_t)n) != n) abort();
    close(fd);
}

static bool fails(const char *how)
{
    const char *now = getenv("FILES_FAIL");
    return now && !strcmp(now, how);
}

static void path_of(int fd, char path[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t n = readlink(link, path, PATH_MAX - 1);
    path[n > 0 ? n : 0] = 0;
}

static bool as_synced(const struct stat *s)
{
    for (int i = n_synced - 1; i >= 0; i--)
        if (synced[i].st_ino == s->st_ino && synced[i].st_dev == s->st_dev)
            return synced[i].st_size == s->st_size &&
                   synced[i].st_mtim.tv_sec == s->st_mtim.tv_sec &&
                   synced[i].st_mtim.tv_nsec == s->st_mtim.tv_nsec;
    return false;
}

static void keep(const char *from, const char *to)
{
    static int n;
    char name[PATH_MAX];
    const char *folder = getenv("FILES_KEEP"), *end = strrchr(to, '.');
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "link");
    if (!folder) return;
    snprintf(name, sizeof name, "%s/%d%s", folder, n++, end ? end : "");
    if (real(from, name)) abort();
}

static void placed(const char *from, const char *to)
{
    struct stat s;
    if (stat(from, &s)) return;
    say(as_synced(&s) ? "placed synced" : "placed unsynced", to);
    keep(from, to);
}

int fsync(int fd)
{
    struct stat s;
    char path[PATH_MAX];
    if (fstat(fd, &s)) return -1;
    path_of(fd, path);
    if (!S_ISDIR(s.st_mode) && fails("fsync")) {
        errno = EIO;
        return -1;
    }
    if (S_ISDIR(s.st_mode))
        say("folder", path);
    else if (n_synced < 4096)
        synced[n_synced++] = s;
    return 0;
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    placed(from, to);
    return real(from, to);
}

int link(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "link");
    const int code = real(from, to);
    if (!code) placed(from, to);
    return code;
}

int unlink(const char *path)
{
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    const int code = real(path);
    if (!code) say("removed", path);
    return code;
}

static void opened(const char *path, bool empties)
{
    struct stat s;
    if (empties && !stat(path, &s) && S_ISREG(s.st_mode) && s.st_size > 0) say("emptied", path);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);                             \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                            \
        va_end(rest);                                                                              \
        opened(path, flags &O_TRUNC);                                                              \
        return real(path, flags, mode);                                                            \
    }
OPEN(open)
OPEN(open64)

#define FOPEN(name)                                                                                \
    FILE *name(const char *path, const char *mode)                                                 \
    {                                                                                              \
        FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, #name);                       \
        opened(path, *mode == 'w');                                                                \
        return real(path, mode);                                                                   \
    }
FOPEN(fopen)
FOPEN(fopen64)

int fclose(FILE *file)
{
    char path[PATH_MAX];
    int (*real)(FILE *) = dlsym(RTLD_NEXT, "fclose");
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    path_of(fileno(file), path);
    const bool written = (fcntl(fileno(file), F_GETFL) & O_ACCMODE) != O_RDONLY;
    const int code = real(file);
    const char *end = strrchr(path, '.');
    if (fails("content") && written && end && !strcmp(end, ".tmp")) {
        const int fd = real_open(path, O_WRONLY);
        if (fd < 0 || pwrite(fd, "?", 1, 200) != 1) abort();
        close(fd);
    }
    return code;
}
