/* Lists of units. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool unit_in_population(const srnn_model_view *view, int unit, const char *name)
{
    return cli_same_name(name, srnn_population_name(srnn_unit_population(view, unit))) ||
           cli_same_name(name, srnn_population_name(SRNN_POPULATIONS)) ||
           (view->inh[unit] && cli_same_name(name, "inh"));
}

/* Chooses the units that one piece of a list names; false: it names none. */
static bool units_choose(const srnn_model_view *view, const char *piece, bool *chosen)
{
    bool any = false;
    for (int i = 0; i < view->N; i++)
        if (unit_in_population(view, i, piece)) any = chosen[i] = true;
    char *end;
    const long first = strtol(piece, &end, 10);
    if (*piece < '0' || *piece > '9') return any;
    const bool range = *end == ':' && end[1] >= '0' && end[1] <= '9';
    const long last = range ? strtol(end + 1, &end, 10) : first;
    if (*end || first < 1 || last < first || last > view->N) return false;
    for (long i = first; i <= last; i++) chosen[i - 1] = true;
    return true;
}

bool cli_parse_units(const cli_options *o, const char *option, const char *text,
                     const srnn_model_view *view, int **units, int *n)
{
    bool *chosen = calloc((size_t)view->N, sizeof *chosen);
    *units = malloc((size_t)view->N * sizeof **units);
    bool good = chosen && *units;
    if (!good) cli_error(o, "out of memory");
    for (const char *at = text; good; at++) {
        const char *end = strchrnul(at, ',');
        char piece[32];
        snprintf(piece, sizeof piece, "%.*s", (int)(end - at < 31 ? end - at : 31), at);
        good = units_choose(view, piece, chosen);
        if (!good)
            cli_error(o,
                      "%s is '%.100s', where '%s' names no unit; expected units from 1 to %d, "
                      "ranges as 3:7, exc, inh, pv, som or all, with commas between",
                      option, text, piece, view->N);
        if (!*end) break;
        at = end;
    }
    *n = 0;
    for (int i = 0; good && i < view->N; i++)
        if (chosen[i]) (*units)[(*n)++] = i;
    free(chosen);
    return good;
}
