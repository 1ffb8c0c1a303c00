/* The small pieces of tables: columns, numbers, quartiles. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>

int cli_larger(int a, int b) { return a > b ? a : b; }

int cli_width(const char *text)
{
    int n = 0;
    for (text = cli_shown(text); *text; text++) n += (*text & 0xc0) != 0x80;
    return n;
}

void cli_print_left(const char *text, int width)
{
    printf("%s%*s", cli_shown(text), cli_larger(width - cli_width(text), 0), "");
}

void cli_print_right(const char *text, int width)
{
    printf("%*s%s", cli_larger(width - cli_width(text), 0), "", cli_shown(text));
}

void cli_print_number(double value, int width, int decimals)
{
    if (isfinite(value))
        printf("%*.*f", width, decimals, value);
    else
        printf("%*s", width, "-");
}

json_t *cli_json_reals(const double *values, int n)
{
    json_t *json = json_array();
    for (int i = 0; i < n; i++) json_array_append_new(json, cli_json_real(values[i]));
    return json;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int cli_quartiles(const double *values, int n, double quartiles[3])
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    int m = 0;
    for (int i = 0; sorted && i < n; i++)
        if (isfinite(values[i])) sorted[m++] = values[i];
    if (m > 0) qsort(sorted, (size_t)m, sizeof *sorted, ascending);
    for (int q = 0; q < 3; q++) {
        const double place = 0.25 * (q + 1) * (m - 1);
        const int low = (int)place, high = low + 1 < m ? low + 1 : low;
        quartiles[q] =
            m > 0 ? sorted[low] + (place - low) * (sorted[high] - sorted[low]) : (double)NAN;
    }
    free(sorted);
    return m;
}
