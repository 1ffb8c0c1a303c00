#define _POSIX_C_SOURCE 200809L

#include "figure/scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "figure/drawings.h"

enum { SCRIPT_MAX = 1 << 20 };

void srnn__scripts_free(srnn__scripts *s)
{
    free(s->style);
    for (int i = 0; s->script && i < s->n; i++) free(s->script[i]);
    free(s->script);
    *s = (srnn__scripts){0};
}

static srnn_status cannot_read(srnn_ctx *ctx, const char *path, const char *why)
{
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s cannot be read: %s; expected a script of gnuplot",
                      path, why);
}

static srnn_status script_read(srnn_ctx *ctx, const char *path, char **text)
{
    struct stat info;
    if (stat(path, &info)) return cannot_read(ctx, path, strerror(errno));
    if (!S_ISREG(info.st_mode)) return cannot_read(ctx, path, "it is not a file");
    if (info.st_size > SCRIPT_MAX) return cannot_read(ctx, path, "it is larger than 1 MiB");
    FILE *file = fopen(path, "r");
    if (!file) return cannot_read(ctx, path, strerror(errno));
    *text = calloc(SCRIPT_MAX + 1, 1);
    if (*text) (*text)[fread(*text, 1, SCRIPT_MAX, file)] = 0;
    const bool failed = ferror(file);
    fclose(file);
    if (!*text) return srnn__no_memory(ctx);
    return failed ? cannot_read(ctx, path, strerror(EIO)) : SRNN_OK;
}

/* The user's own folder: NULL: there is none, or out of memory. */
static char *users_folder(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    const bool set = config && *config == '/';
    if (!set && !(home && *home == '/')) return NULL;
    static const char format[] = "%s/%sspikernn/figures";
    const char *root = set ? config : home, *below = set ? "" : ".config/";
    const size_t room = strlen(root) + strlen(below) + sizeof format;
    char *folder = malloc(room);
    if (folder) snprintf(folder, room, format, root, below);
    return folder;
}

/* The one in the folder (may be NULL), where there is one, else the library's. */
static srnn_status script_find(srnn_ctx *ctx, const char *folder, const char *name, const char *own,
                               char **text)
{
    struct stat info;
    const size_t room = (folder ? strlen(folder) : 0) + strlen(name) + sizeof "/.gp";
    char *path = malloc(room);
    if (!path) return srnn__no_memory(ctx);
    snprintf(path, room, "%s/%s.gp", folder ? folder : "", name);
    srnn_status status = SRNN_OK;
    if (folder && !stat(path, &info))
        status = script_read(ctx, path, text);
    else if (!(*text = strdup(own)))
        status = srnn__no_memory(ctx);
    free(path);
    return status;
}

static const char style_mark[] = "# ==== ";

/* The library's settings, then the user's, then the functions: a style of one line is enough, and a
   copy from an earlier version changes settings alone. Frees `given`. */
static srnn_status style_with(srnn_ctx *ctx, char *given, char **style)
{
    const char *mark = strstr(srnn__style_script, style_mark);
    const size_t settings = (size_t)(mark - srnn__style_script);
    char *end = strstr(given, style_mark);
    if (end) *end = 0;
    const size_t room = strlen(srnn__style_script) + strlen(given) + 64;
    *style = malloc(room);
    if (*style)
        snprintf(*style, room, "%.*s%s%s%s%s", (int)settings, srnn__style_script,
                 *given ? "# ---- yours ----\n" : "", given, *given ? "\n" : "", mark);
    free(given);
    return *style ? SRNN_OK : srnn__no_memory(ctx);
}

static srnn_status style_find(srnn_ctx *ctx, const char *file, const char *folder, char **style)
{
    char *given = NULL;
    const srnn_status status =
        file ? script_read(ctx, file, &given) : script_find(ctx, folder, "style", "", &given);
    return status ? status : style_with(ctx, given, style);
}

srnn_status srnn__scripts_find(srnn_ctx *ctx, const srnn__drawing *const *drawings, int n,
                               const srnn_figure_options *options, srnn__scripts *out)
{
    *out = (srnn__scripts){.n = n, .script = calloc((size_t)n + 1, sizeof *out->script)};
    if (!out->script) return srnn__no_memory(ctx);
    struct stat info;
    if (options->scripts && (stat(options->scripts, &info) || !S_ISDIR(info.st_mode)))
        return srnn__fail(ctx, SRNN_ERR_FILE,
                          "%s is not a folder; expected one with scripts of figures",
                          options->scripts);
    char *users = options->scripts ? NULL : users_folder();
    const char *folder = options->scripts ? options->scripts : users;
    srnn_status status = style_find(ctx, options->style, folder, &out->style);
    for (int i = 0; i < n && !status; i++)
        status = script_find(ctx, folder, drawings[i]->figure.name, drawings[i]->script,
                             &out->script[i]);
    free(users);
    return status;
}

double srnn__style_dpi(const char *style)
{
    static const char word[] = "png_dpi =";
    double dpi = 0;
    for (const char *at = style; (at = strstr(at, word)); at++) /* the last one counts */
        dpi = strtod(at + sizeof word - 1, NULL);
    return dpi;
}
