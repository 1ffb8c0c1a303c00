/* Text of the command line to values. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

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

static char cli_folded(char c) { return c == '_' ? '-' : (char)tolower((unsigned char)c); }

bool cli_same_name(const char *a, const char *b)
{
    while (*a && cli_folded(*a) == cli_folded(*b)) a++, b++;
    return cli_folded(*a) == cli_folded(*b);
}
