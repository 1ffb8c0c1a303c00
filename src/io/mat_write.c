#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700 /* realpath */
#include "io/mat_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- does the file hold what was written? ---- */

static size_t count_elements(const matvar_t *v)
{
    size_t n = 1;
    for (int d = 0; d < v->rank; d++) n *= v->dims[d];
    return n;
}

static bool same_variable(const matvar_t *a, const matvar_t *b);

static bool same_children(const matvar_t *a, const matvar_t *b, size_t n)
{
    matvar_t *const *of_a = a->data, *const *of_b = b->data;
    for (size_t k = 0; k < n; k++) {
        if (!of_a[k] || !of_b[k]) {
            /* an empty cell may come back as an empty variable */
            const matvar_t *there = of_a[k] ? of_a[k] : of_b[k];
            if (there && count_elements(there) != 0) return false;
        } else if (!same_variable(of_a[k], of_b[k])) {
            return false;
        }
    }
    return true;
}

/* Real, or the two parts of complex numbers. */
static bool same_numbers(const matvar_t *a, const void *of_a, const void *of_b, size_t bytes)
{
    if (!a->isComplex) return !memcmp(of_a, of_b, bytes);
    const mat_complex_split_t *s = of_a, *t = of_b;
    return !memcmp(s->Re, t->Re, bytes) && !memcmp(s->Im, t->Im, bytes);
}

static bool same_sparse(const matvar_t *a, const matvar_t *b)
{
    const mat_sparse_t *s = a->data, *t = b->data;
    return a->data_type == b->data_type && s->njc == t->njc && s->nir == t->nir &&
           s->ndata == t->ndata && !memcmp(s->jc, t->jc, s->njc * sizeof *s->jc) &&
           !memcmp(s->ir, t->ir, s->nir * sizeof *s->ir) &&
           same_numbers(a, s->data, t->data, s->ndata * Mat_SizeOf(a->data_type));
}

static bool same_data(const matvar_t *a, const matvar_t *b)
{
    const size_t n = count_elements(a), bytes = n * (size_t)a->data_size;
    if (n == 0) return true;
    if (!a->data || !b->data) return a->data == b->data;
    if (a->class_type == MAT_C_CELL) return same_children(a, b, n);
    if (a->class_type == MAT_C_STRUCT) {
        const unsigned fields = Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)a);
        return fields == Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)b) &&
               same_children(a, b, n * fields);
    }
    if (a->class_type == MAT_C_SPARSE) return same_sparse(a, b);
    return a->data_size == b->data_size && same_numbers(a, a->data, b->data, bytes);
}

static bool same_variable(const matvar_t *a, const matvar_t *b)
{
    return a->class_type == b->class_type && a->rank == b->rank && !a->isComplex == !b->isComplex &&
           !a->isLogical == !b->isLogical &&
           !memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) && same_data(a, b);
}

static bool holds(const char *path, matvar_t *const *vars, size_t n)
{
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    if (!file) return false;
    size_t same = 0;
    for (size_t k = 0; k < n; k++) {
        matvar_t *back = Mat_VarRead(file, vars[k]->name);
        same += back && same_variable(vars[k], back);
        Mat_VarFree(back);
    }
    Mat_Close(file);
    return same == n;
}

/* ---- writing ---- */

/* Numbers are packed. What may hold text is not: matio 1.5 states wrong sizes for packed
   text of more than one byte a character. */
static enum matio_compression packing(const matvar_t *v)
{
    const bool may_hold_text =
        v->class_type == MAT_C_CHAR || v->class_type == MAT_C_CELL || v->class_type == MAT_C_STRUCT;
    return may_hold_text ? MAT_COMPRESSION_NONE : MAT_COMPRESSION_ZLIB;
}

static bool write_variables(const char *path, enum mat_ft version, matvar_t *const *vars, size_t n)
{
    mat_t *file =
        Mat_CreateVer(path, "MATLAB MAT-file, written by SpikeRNN in C " SRNN_VERSION, version);
    if (!file) return false;
    bool good = true;
    for (size_t k = 0; k < n && good; k++) good = !Mat_VarWrite(file, vars[k], packing(vars[k]));
    return !Mat_Close(file) && good;
}

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

static srnn_status write_and_place(srnn_ctx *ctx, const char *path, const char *temporary,
                                   enum mat_ft version, matvar_t *const *vars, size_t n,
                                   bool replace, bool *exists)
{
    errno = 0;
    srnn__mat_extent extent;
    if (!write_variables(temporary, version, vars, n) || !synchronise(temporary, O_RDWR) ||
        srnn__mat_check(ctx, temporary, &extent) || !holds(temporary, vars, n))
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s cannot be written completely%s%s; is the disk full?", path,
                          errno ? ": " : "", errno ? strerror(errno) : "");
    if (!place(temporary, path, replace)) {
        *exists = errno == EEXIST;
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    }
    synchronise_folder(path);
    return SRNN_OK;
}

srnn_status srnn__mat_write(srnn_ctx *ctx, const char *path, enum mat_ft version,
                            matvar_t *const *vars, size_t n, bool replace, bool *exists)
{
    *exists = false;
    struct stat info;
    if (stat(path, &info) && !lstat(path, &info) && S_ISLNK(info.st_mode))
        return srnn__fail(
            ctx, SRNN_ERR_FILE,
            "%s is a link to a file that is not there; expected a place for a .mat file", path);
    if (!stat(path, &info) && !S_ISREG(info.st_mode))
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s is not a regular file; expected a place for a .mat file", path);
    char *target = realpath(path, NULL); /* the file behind a link, where there is one */
    char *temporary = make_temporary(target ? target : path);
    if (!temporary) {
        free(target);
        return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be written: %s", path, strerror(errno));
    }
    const srnn__hdf5_errors before = srnn__hdf5_silence();
    const srnn_status status =
        write_and_place(ctx, target ? target : path, temporary, version, vars, n, replace, exists);
    srnn__hdf5_restore(before);
    if (status) unlink(temporary);
    free(temporary);
    free(target);
    return status;
}
