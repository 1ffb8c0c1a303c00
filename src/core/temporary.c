#define _GNU_SOURCE 1
#include "core/temporary.h"
#include "core/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Identifies this machine and its process numbering: folders may be shared among machines and
   containers. */
static uint64_t machine_hash(void)
{
    char text[256] = "", id[64] = "";
    FILE *file = fopen("/etc/machine-id", "re");
    if (file) {
        if (!fgets(id, sizeof id, file)) *id = '\0';
        fclose(file);
    }
    struct stat processes = {.st_ino = 0};
    stat("/proc/self/ns/pid", &processes);
    gethostname(text, 128);
    text[127] = '\0';
    const size_t length = strlen(text);
    snprintf(text + length, sizeof text - length, " %llu %s", (unsigned long long)processes.st_ino,
             id);
    return srnn__hash(SRNN__HASH_BEGIN, text, strlen(text));
}

static void put_mark(long process, char mark[SRNN__MARK_SIZE])
{
    snprintf(mark, SRNN__MARK_SIZE, "%016llx-%ld", (unsigned long long)machine_hash(), process);
}

void srnn__temporary_mark(char mark[SRNN__MARK_SIZE]) { put_mark((long)getpid(), mark); }

/* after_begin: of a name, from its mark on. */
static int is_left(const char *after_begin)
{
    char mark[SRNN__MARK_SIZE];
    const char *dash = strchr(after_begin, '-');
    const long process = dash ? strtol(dash + 1, NULL, 10) : 0;
    if (process <= 0) return 0;
    put_mark(process, mark);
    const size_t n = strlen(mark);
    return !strncmp(after_begin, mark, n) && after_begin[n] == '-' && kill((pid_t)process, 0) &&
           errno == ESRCH;
}

static void remove_from(int folder, const char *name)
{
    if (!unlinkat(folder, name, 0) || (errno != EISDIR && errno != EPERM)) return;
    const int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *inside = fd < 0 ? NULL : fdopendir(fd);
    for (const struct dirent *entry; inside && (entry = readdir(inside));)
        unlinkat(fd, entry->d_name, 0);
    if (inside) closedir(inside);
    unlinkat(folder, name, AT_REMOVEDIR);
}

void srnn__temporary_clean(const char *folder, const char *begin)
{
    const size_t n = strlen(begin);
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        const char *name = entry->d_name;
        if (!strncmp(name, begin, n) && name[n] == '.' && is_left(name + n + 1))
            remove_from(dirfd(entries), name);
    }
    if (entries) closedir(entries);
}
