/* Text of the command line to values. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

error_t cli_refuse(cli_options *options, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(options->error, sizeof options->error, format, args);
    va_end(args);
    return EINVAL;
}

error_t cli_parse_folder(cli_options *options, const char *option, char *text, const char **folder)
{
    size_t length = strlen(text);
    if (!length) return cli_refuse(options, "%s is ''; expected a folder", option);
    while (length > 1 && text[length - 1] == '/') text[--length] = '\0';
    *folder = text;
    return 0;
}

static char folded(char c) { return c == '_' ? '-' : (char)tolower((unsigned char)c); }

bool cli_same_name(const char *a, const char *b)
{
    while (*a && folded(*a) == folded(*b)) a++, b++;
    return folded(*a) == folded(*b);
}

/* Levenshtein distance, one row at a time. */
static size_t edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    const size_t n = strlen(a), m = strlen(b);
    if (n >= LONGEST || m >= LONGEST) return SIZE_MAX;
    size_t row[LONGEST];
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const size_t substituted = diagonal + (folded(a[i - 1]) != folded(b[j - 1]));
            const size_t shifted = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = substituted < shifted ? substituted : shifted;
        }
    }
    return row[m];
}

const char *cli_nearest(const char *text, const char *const *names)
{
    const char *best = NULL;
    size_t least = strlen(text) / 2 + 1;
    for (const char *const *name = names; *name; name++) {
        const size_t distance = edit_distance(text, *name);
        if (distance < least) {
            least = distance;
            best = *name;
        }
    }
    for (; !best && *names && strlen(text) >= 3; names++)
        if (strcasestr(*names, text)) best = *names; /* "relu" for clipped_relu */
    return best;
}
