/* What the fuzzers of files share: a file in memory that goes at the end, and insist(). */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/dev/shm/fuzz_XXXXXX";
static char path[sizeof folder + 16]; /* the file; "" before open_folder() */
static char copy[sizeof folder + 16]; /* for one more */

static void clean_up(void)
{
    unlink(path);
    unlink(copy);
    rmdir(folder);
}

static void insist(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

static void open_folder(const char *name)
{
    if (*path) return;
    insist(mkdtemp(folder) != NULL, "no folder in /dev/shm");
    snprintf(path, sizeof path, "%s/%s", folder, name);
    atexit(clean_up);
}

/* The head and the bytes into the file of this name. */
static void write_file(const char *name, const char *head, const uint8_t *data, size_t size)
{
    open_folder(name);
    FILE *file = fopen(path, "wb");
    insist(file && fputs(head, file) >= 0 && fwrite(data, 1, size, file) == size && !fclose(file),
           "no file in /dev/shm");
}

#endif
