/* The small pieces of tables: columns, numbers. */
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
