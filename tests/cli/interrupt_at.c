/* Preloaded: one SIGINT, or the signal INTERRUPT_WITH, comes when the program opens the file named
   by INTERRUPT_AT, or puts a file there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void interrupt_at(const char *path)
{
    static int came;
    const char *at = getenv("INTERRUPT_AT"), *with = getenv("INTERRUPT_WITH");
    const size_t length = strlen(path), n = at ? strlen(at) : 0;
    if (n > 0 && length >= n && !strcmp(path + length - n, at) && !came++)
        raise(with ? atoi(with) : SIGINT);
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);                             \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                            \
        va_end(rest);                                                                              \
        interrupt_at(path);                                                                        \
        return real(path, flags, mode);                                                            \
    }
OPEN(open)
OPEN(open64)

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    interrupt_at(to);
    return real(from, to);
}

int link(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "link");
    interrupt_at(to);
    return real(from, to);
}
