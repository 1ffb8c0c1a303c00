/* Which values a row of the table allows. */
#include <math.h>
#include <stdio.h>

#include "options/options.h"

void srnn__option_range(const srnn_option *row, char text[80])
{
    const bool top = isfinite(row->most) && row->most < INT_MAX;
    const char *above = row->above_least ? "above " : "", *below = row->below_most ? "below " : "";
    *text = '\0';
    if (row->kind == SRNN_OPTION_REAL && !isfinite(row->least)) return;
    if (!top && row->above_least)
        snprintf(text, 80, "above %g", row->least);
    else if (!top)
        snprintf(text, 80, "%g or more", row->least);
    else if (row->above_least)
        snprintf(text, 80, "%s%g, %s %g", above, row->least, row->below_most ? "below" : "up to",
                 row->most);
    else
        snprintf(text, 80, "%g to %s%.10g", row->least, below, row->most);
}

bool srnn__option_in_range(const srnn_option *row, double x)
{
    return (row->above_least ? x > row->least : x >= row->least) &&
           (row->below_most ? x < row->most : x <= row->most);
}

void srnn__option_choices(const srnn_option *row, char text[SRNN__CHOICES_MAX])
{
    size_t length = 0;
    *text = '\0';
    for (int i = 0; row->choices[i]; i++) {
        const char *separator = !i ? "" : row->choices[i + 1] ? ", " : " or ";
        length += (size_t)snprintf(text + length, SRNN__CHOICES_MAX - length, "%s%s", separator,
                                   row->choices[i]);
    }
}

/* ---- values that did not come as text ---- */

/* Of a kind that has a range as numbers; choices as numbers, too. */
static bool as_numbers(const srnn_option *row, srnn_option *range)
{
    int n = 0;
    *range = *row;
    while (row->choices && row->choices[n]) n++;
    if (row->kind == SRNN_OPTION_CHOICE) range->most = n - 1;
    if (row->kind == SRNN_OPTION_SET) range->least = 1, range->most = (1 << n) - 1;
    return row->kind == SRNN_OPTION_WHOLE || row->kind == SRNN_OPTION_LONG ||
           row->kind == SRNN_OPTION_REAL || row->kind == SRNN_OPTION_CHOICE ||
           row->kind == SRNN_OPTION_SET;
}

static double number_in(const srnn_option *row, const void *field)
{
    switch (row->kind) {
    case SRNN_OPTION_LONG: return (double)*(const int64_t *)field;
    case SRNN_OPTION_REAL: return *(const double *)field;
    case SRNN_OPTION_SET: return *(const unsigned *)field;
    default: return *(const int *)field;
    }
}

static srnn_status range_refuse(srnn_ctx *ctx, const srnn_option *range, double x)
{
    char expected[SRNN__CHOICES_MAX] = "a finite number", bounds[80];
    srnn__option_range(range, bounds);
    if (*bounds)
        snprintf(expected, sizeof expected, "%s%s", range->above_least ? "a number " : "", bounds);
    if (range->kind == SRNN_OPTION_CHOICE) srnn__option_choices(range, expected);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s%s is %g; expected %s", srnn__option_prefix(ctx),
                      range->name, x, expected);
}

srnn_status srnn__options_check(srnn_ctx *ctx, const void *part, size_t at, size_t size)
{
    const srnn_settings usual = srnn__options_usual();
    srnn_option range;
    for (int i = 0; i < SRNN__N_OPTIONS; i++) {
        const srnn_option *row = srnn_option_at(i);
        if (row->field < at || row->field >= at + size || !as_numbers(row, &range)) continue;
        const double x = number_in(row, (const char *)part + (row->field - at));
        if (isfinite(x) && srnn__option_in_range(&range, x)) continue;
        /* a default may mean what no value does: no limit, the task's own */
        if (x != number_in(row, (const char *)&usual + row->field))
            return range_refuse(ctx, &range, x);
    }
    return SRNN_OK;
}
