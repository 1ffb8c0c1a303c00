/* A folder of figures, and what their files hold. */
#ifndef FIGURE_FILES_H
#define FIGURE_FILES_H

#include "helpers.h"

#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static inline int new_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test-figures-XXXXXX");
    setenv("XDG_CONFIG_HOME", "/no-such-folder", 1); /* no user's scripts */
    return mkdtemp(folder) ? 0 : -1;
}

static const char *const ends[] = {"gp", "dat", "var", "png", "svg", "pdf"};

static inline const char *path_of(const char *name, const char *end)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, end);
    return path;
}

static inline int remove_folder(void **state)
{
    (void)state;
    for (int i = 0; srnn_figure_at(i); i++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
            unlink(path_of(srnn_figure_at(i)->name, ends[k]));
    for (int i = 0; srnn_figure_at(i); i++) unlink(path_of(srnn_figure_at(i)->name, "gp~"));
    unlink(path_of("style", "gp"));
    return rmdir(folder);
}

static inline bool is_there(const char *name, const char *end)
{
    struct stat info;
    return !stat(path_of(name, end), &info) && info.st_size > 0;
}

/* The caller frees it. */
static inline char *contents(const char *name, const char *end, size_t *n)
{
    FILE *file = fopen(path_of(name, end), "rb");
    if (!file) fail_msg("%s is not there", path_of(name, end));
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *text = calloc((size_t)size + 1, 1);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    if (n) *n = (size_t)size;
    return text;
}

enum { ROWS_MAX = 3000, COLUMNS_MAX = 16 };

typedef struct block {
    int rows, columns;
    double at[ROWS_MAX][COLUMNS_MAX];
} block;

/* The block of this name: rows after its heading, to the next one. */
static inline const block *read_block(const char *figure, const char *format, ...)
{
    static block b;
    char heading[128] = "# ", line[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(heading + 2, sizeof heading - 3, format, args);
    va_end(args);
    strcat(heading, "\n");
    FILE *file = fopen(path_of(figure, "dat"), "r");
    assert_non_null(file);
    bool found = false;
    b = (block){0};
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#') {
            if (found && b.rows) break;
            found = found || !strcmp(line, heading);
            continue;
        }
        if (!found || line[0] == '\n') continue;
        char *rest = line;
        b.columns = 0;
        for (char *end; b.columns < COLUMNS_MAX; rest = end) {
            const double value = strtod(rest, &end);
            if (end == rest) break;
            b.at[b.rows][b.columns++] = value;
        }
        b.rows++;
    }
    fclose(file);
    if (!found) fail_msg("%s.dat has no block \"%s\"", figure, heading);
    return &b;
}

/* What stands after `name = ` in the figure's variables; NULL: it is not there. */
static inline const char *variable(const char *figure, const char *name)
{
    static char line[4096];
    char begin[64];
    const size_t n = (size_t)snprintf(begin, sizeof begin, "%s = ", name);
    FILE *file = fopen(path_of(figure, "var"), "r");
    assert_non_null(file);
    const char *value = NULL;
    while (!value && fgets(line, sizeof line, file)) {
        char *at = strncmp(line, "array ", 6) ? line : line + 6; /* array name[2] = [1, 2] */
        char *bracket = strchr(at, '['), *equal = strstr(at, " = ");
        if (at != line && bracket && equal && bracket < equal)
            memmove(bracket, equal, strlen(equal) + 1);
        if (!strncmp(at, begin, n)) value = at + n;
    }
    fclose(file);
    if (value) line[strcspn(line, "\n")] = 0;
    return value;
}

/* A number of them, or one of an array, from 1. */
static inline double number(const char *figure, const char *name, int index)
{
    const char *at = variable(figure, name);
    if (!at) fail_msg("%s has no %s", path_of(figure, "var"), name);
    if (index) at++;
    for (int i = 1; i < index; i++) at = strchr(at, ',') + 1;
    return strtod(at, NULL);
}

#define assert_close(got, expected)                                                                \
    assert_near(got, expected, 1e-5 * (1 + fabs((double)(expected))))

#endif
