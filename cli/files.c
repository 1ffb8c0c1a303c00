/* Folders and files of the program itself; model files are the library's. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *cli_open_regular(const cli_options *o, const char *path, const char *expected)
{
    struct stat info = {0};
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    const bool other = fd >= 0 && !fstat(fd, &info) && !S_ISREG(info.st_mode);
    FILE *file = fd < 0 || other ? NULL : fdopen(fd, "rb");
    if (file) return file;
    if (o && other)
        cli_error(o, "%s is %s; expected %s", path,
                  S_ISFIFO(info.st_mode)  ? "a FIFO"
                  : S_ISDIR(info.st_mode) ? "a folder"
                                          : "a device",
                  expected);
    else if (o)
        cli_error(o, "%s cannot be opened: %s; expected %s", path, strerror(errno), expected);
    if (fd >= 0) close(fd);
    return NULL;
}

bool cli_ends_in(const char *path, const char *extension)
{
    const size_t length = strlen(path), n = strlen(extension);
    return length > n && !strcasecmp(path + length - n, extension);
}

bool cli_for_spikes_alone(const char *path)
{
    return cli_ends_in(path, ".csv") || cli_ends_in(path, ".nwb") || cli_ends_in(path, ".h5");
}

cli_save_fn cli_new_model(const cli_options *o, const char *path)
{
    const bool mat = cli_ends_in(path, ".mat");
    struct stat info;
    if (!mat && !cli_ends_in(path, ".pth"))
        cli_error(o, "%s is no name of a model file; expected one that ends in .mat or .pth", path);
    else if (!lstat(path, &info))
        cli_error(o, "%s exists already; expected the name of a new file", path);
    else if (errno != ENOENT)
        cli_error(o, "%s cannot be written: %s", path, strerror(errno));
    else
        return mat ? srnn_model_save : srnn_model_save_pth;
    return NULL;
}

bool cli_new_file(cli_options *o, const char *path)
{
    struct stat info;
    char *folder = cli_folder_of(path);
    bool good = false;
    if (!lstat(path, &info))
        cli_error(o, "%s exists already; expected the name of a new file", path);
    else if (!folder)
        cli_error(o, "out of memory");
    else if (stat(folder, &info))
        cli_error(o, "%s cannot be written: folder %s: %s", path, folder, strerror(errno));
    else if (!cli_folder_check(o, folder))
        cli_error(o, "%s", o->error);
    else
        good = true;
    free(folder);
    return good;
}

char *cli_folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    if (!slash) return strdup(".");
    return strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

/* Length of the path without its last component: 0 where there is none, "/" stays. */
static size_t parent_length(const char *path, size_t length)
{
    while (length > 1 && path[length - 1] == '/') length--;
    while (length > 0 && path[length - 1] != '/') length--;
    while (length > 1 && path[length - 1] == '/') length--;
    return length;
}

size_t cli_existing_part(const char *path)
{
    size_t length = strlen(path);
    char *part = strdup(path);
    struct stat info;
    while (part && length > 0 && lstat(part, &info)) {
        length = length == 1 ? 0 : parent_length(path, length);
        part[length] = '\0';
    }
    free(part);
    return length;
}

void cli_folder_unmake(const char *file, size_t keep)
{
    char *folder = strdup(file);
    size_t length = folder ? parent_length(folder, strlen(folder)) : 0;
    for (; length > keep; length = parent_length(folder, length)) {
        folder[length] = '\0';
        if (rmdir(folder)) break;
    }
    free(folder);
}

static bool out_of_memory(cli_options *options)
{
    return cli_refuse(options, "out of memory"), false;
}

/* Access rights alone do not tell: root passes them, and /proc still takes no file. */
static bool probe_folder(cli_options *options, const char *folder)
{
    struct stat info;
    if (stat(folder, &info))
        return cli_refuse(options, "%s: %s; expected a writable folder", folder, strerror(errno)),
               false;
    if (!S_ISDIR(info.st_mode))
        return cli_refuse(options, "%s is not a folder; expected a writable folder", folder), false;
    char *probe;
    if (asprintf(&probe, "%s/.spikernn-XXXXXX", folder) < 0) return out_of_memory(options);
    const int fd = mkstemp(probe);
    if (fd < 0) {
        cli_refuse(options, "folder %s takes no file: %s; expected a writable folder", folder,
                   strerror(errno));
    } else {
        close(fd);
        unlink(probe);
    }
    free(probe);
    return fd >= 0;
}

bool cli_folder_check(cli_options *options, const char *folder)
{
    if (!folder) return out_of_memory(options); /* of cli_folder_of() */
    const size_t length = cli_existing_part(folder);
    char *existing = length ? strndup(folder, length) : strdup(".");
    const bool fine = existing ? probe_folder(options, existing) : out_of_memory(options);
    free(existing);
    return fine;
}

static bool append_path(cli_options *options, cli_paths *paths, const char *path)
{
    char **grown = realloc(paths->paths, (paths->n + 1) * sizeof *grown);
    if (grown) paths->paths = grown;
    if (!grown || !(paths->paths[paths->n] = strdup(path))) return out_of_memory(options);
    paths->n++;
    return true;
}

/* Hidden entries stay out. */
static int files_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static bool add_folder(cli_options *options, cli_paths *paths, const char *folder)
{
    struct dirent **entries;
    const int n = scandir(folder, &entries, files_visible, alphasort);
    if (n < 0)
        return cli_refuse(options, "folder %s cannot be read: %s", folder, strerror(errno)), false;
    bool fine = true;
    const size_t slash = strlen(folder) > 0 && folder[strlen(folder) - 1] == '/';
    for (int i = 0; i < n; i++) {
        char *path;
        struct stat info;
        if (!fine) {
        } else if (asprintf(&path, "%s%s%s", folder, slash ? "" : "/", entries[i]->d_name) < 0) {
            fine = out_of_memory(options);
        } else {
            const size_t length = strlen(path);
            if (!lstat(path, &info) &&
                S_ISDIR(info.st_mode)) /* a link could lead round in circles */
                fine = add_folder(options, paths, path);
            else if (length > 4 && !strcasecmp(path + length - 4, ".mat"))
                fine = append_path(options, paths, path);
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    return fine;
}

bool cli_paths_add(cli_options *options, cli_paths *paths, const char *path)
{
    struct stat info;
    if (stat(path, &info)) {
        const bool number = *path && !path[strspn(path, "0123456789.")];
        cli_refuse(options, "%s: %s; expected a model file or a folder of them%s", path,
                   strerror(errno), number ? " (--scaling_factors takes 20,30,40)" : "");
        return false;
    }
    if (!S_ISDIR(info.st_mode)) return append_path(options, paths, path);
    const size_t before = paths->n;
    if (!add_folder(options, paths, path)) return false;
    if (paths->n == before) return cli_refuse(options, "folder %s holds no .mat file", path), false;
    return true;
}

void cli_paths_free(cli_paths *paths)
{
    for (size_t i = 0; i < paths->n; i++) free(paths->paths[i]);
    free(paths->paths);
}

bool cli_text_save(cli_options *options, const char *path, const char *text)
{
    if (!srnn_text_save(options->reader, path, text)) return true;
    return cli_refuse(options, "%s", srnn_ctx_message(options->reader)), false;
}

bool cli_json_save(cli_options *options, const char *path, const json_t *document)
{
    char *text = cli_json_lines(document);
    if (!text) return out_of_memory(options);
    const bool saved = cli_text_save(options, path, text);
    free(text);
    return saved;
}
