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

/* strtod and its relatives skip leading blanks; we refuse them. */
static bool starts_well(const char *text) { return *text && !isspace((unsigned char)*text); }

error_t cli_parse_whole(cli_options *options, const char *option, const char *text, int64_t min,
                        int64_t max, int64_t *value)
{
    char *end;
    errno = 0;
    const long long parsed = strtoll(text, &end, 10);
    if (!starts_well(text) || *end)
        return cli_refuse(options, "%s is '%s'; expected a whole number", option, text);
    if (parsed < min)
        return cli_refuse(options, "%s is %s; expected %lld or more", option, text, (long long)min);
    if (errno || parsed > max)
        return cli_refuse(options, "%s is %s; expected at most %lld", option, text, (long long)max);
    *value = parsed;
    return 0;
}

error_t cli_parse_int(cli_options *options, const char *option, const char *text, int min,
                      int *value)
{
    int64_t parsed = 0;
    const error_t error = cli_parse_whole(options, option, text, min, INT_MAX, &parsed);
    if (!error) *value = (int)parsed;
    return error;
}

error_t cli_parse_number(cli_options *options, const char *option, const char *text, double *value)
{
    char *end;
    const double parsed = strtod(text, &end);
    if (!starts_well(text) || *end || !isfinite(parsed))
        return cli_refuse(options, "%s is '%s'; expected a finite number", option, text);
    *value = parsed;
    return 0;
}

error_t cli_parse_positive(cli_options *options, const char *option, const char *text,
                           double *value)
{
    double parsed = 0;
    const error_t error = cli_parse_number(options, option, text, &parsed);
    if (error) return error;
    if (!(parsed > 0))
        return cli_refuse(options, "%s is %s; expected a number above 0", option, text);
    *value = parsed;
    return 0;
}

error_t cli_parse_bool(cli_options *options, const char *option, const char *text, bool *value)
{
    static const char *const words[2][6] = {{"false", "no", "f", "n", "0", NULL},
                                            {"true", "yes", "t", "y", "1", NULL}};
    for (int i = 0; i < 2; i++)
        for (const char *const *word = words[i]; *word; word++)
            if (!strcasecmp(text, *word)) {
                *value = i;
                return 0;
            }
    return cli_refuse(options, "%s is '%s'; expected True or False", option, text);
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

error_t cli_parse_choice(cli_options *options, const char *option, const char *text,
                         const char *const *names, int *index)
{
    char known[256] = "";
    size_t length = 0;
    for (int i = 0; names[i]; i++) {
        if (cli_same_name(text, names[i])) {
            *index = i;
            return 0;
        }
        const char *separator = !i ? "" : names[i + 1] ? ", " : " or ";
        const int n = snprintf(known + length, sizeof known - length, "%s%s", separator, names[i]);
        length += (size_t)n;
    }
    const char *nearest = cli_nearest(text, names);
    return cli_refuse(options, "%s is '%s'; expected %s%s%s%s", option, text, known,
                      nearest ? " (did you mean " : "", nearest ? nearest : "",
                      nearest ? "?)" : "");
}

error_t cli_parse_network(cli_options *o, const char *text)
{
    static const char *const networks[] = {"both", "rate", NULL};
    int index;
    const error_t error = cli_parse_choice(o, "--network", text, networks, &index);
    if (!error) o->rate_network = index == 1;
    return error;
}

error_t cli_parse_choices(cli_options *options, const char *option, const char *text,
                          const char *const *names, bool *chosen)
{
    for (int i = 0; names[i]; i++) chosen[i] = false;
    for (const char *at = text;; at++) {
        const char *end = strchrnul(at, ',');
        char name[32];
        int index;
        snprintf(name, sizeof name, "%.*s", (int)(end - at < 31 ? end - at : 31), at);
        const error_t error = cli_parse_choice(options, option, name, names, &index);
        if (error) return error;
        chosen[index] = true;
        if (!*end) return 0;
        at = end;
    }
}

/* Cuts `text` at the separators; false if a piece is not a number. */
static error_t split_numbers(cli_options *options, const char *option, const char *text,
                             char separator, int max, double *values, int *n)
{
    char piece[64];
    *n = 0;
    for (const char *at = text;; at++) {
        const char *end = strchrnul(at, separator);
        if (*n == max)
            return cli_refuse(options, "%s is '%.100s'; expected at most %d numbers", option, text,
                              max);
        if ((size_t)(end - at) >= sizeof piece)
            return cli_refuse(options, "%s has '%.100s'; expected a finite number", option, at);
        memcpy(piece, at, (size_t)(end - at));
        piece[end - at] = '\0';
        const error_t error = cli_parse_number(options, option, piece, &values[*n]);
        if (error) {
            return text == at && !*end
                       ? error
                       : cli_refuse(options, "%s is '%.100s', where '%s' is not a finite number",
                                    option, text, piece);
        }
        ++*n;
        if (!*end) return 0;
        at = end;
    }
}

error_t cli_parse_list(cli_options *options, const char *option, const char *text, int max,
                       double *values, int *n)
{
    return split_numbers(options, option, text, ',', max, values, n);
}

static error_t expand_range(cli_options *options, const char *option, const char *text, int max,
                            double *values, int *n)
{
    double range[3];
    int parts;
    const error_t error = split_numbers(options, option, text, ':', 3, range, &parts);
    if (error) return error;
    if (parts != 3)
        return cli_refuse(options, "%s is '%s'; expected START:STOP:STEP", option, text);
    const double start = range[0], stop = range[1], step = range[2];
    if (!(step > 0))
        return cli_refuse(options, "%s is '%s' with the step %g; expected a step above 0", option,
                          text, step);
    if (!(start <= stop))
        return cli_refuse(options,
                          "%s is '%s', an empty range; expected a start not above the stop", option,
                          text);
    const double last =
        floor((stop - start) / step + 1e-9); /* 1:2:0.1 ends at 2 in spite of rounding */
    if (!(last < max))
        return cli_refuse(options, "%s is '%s', %.0f values; expected at most %d", option, text,
                          last + 1, max);
    *n = (int)last + 1;
    for (int i = 0; i < *n; i++) values[i] = start + i * step;
    return 0;
}

error_t cli_parse_grid(cli_options *options, const char *option, const char *text, int max,
                       double *values, int *n)
{
    const error_t error = strchr(text, ':') ? expand_range(options, option, text, max, values, n)
                                            : cli_parse_list(options, option, text, max, values, n);
    if (error) return error;
    for (int i = 0; i < *n; i++)
        if (!(values[i] > 0))
            return cli_refuse(options,
                              "%s is '%.100s', which holds %g; expected scaling factors above 0",
                              option, text, values[i]);
    return 0;
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
