/* The text of JSON documents. Jansson writes all numbers with the same number of digits: 0.7 would
   be 0.69999999999999996. */
#define _GNU_SOURCE 1
#include "core/json_text.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spikernn/ctx.h"

void srnn__shortest_real(double x, char text[32])
{
    int digits =
        isnormal(x) ? 15 : 1; /* 15 digits survive in any normal number, fewer in a subnormal one */
    do snprintf(text, 32, "%.*g", digits, x);
    while (strtod(text, NULL) != x && ++digits <= 17);
}

static void write_real(FILE *to, double x)
{
    char text[32];
    srnn__shortest_real(x, text);
    fprintf(to, strpbrk(text, ".e") ? "%s" : "%s.0", text); /* whole numbers stay reals */
}

/* Writes the number, or a character of anything else, that the text begins with; its length. */
static size_t write_outside_string(FILE *to, const char *text)
{
    const bool number = *text == '-' || (*text >= '0' && *text <= '9');
    const size_t length = number ? strspn(text, "+-.0123456789eE") : 1;
    if (number && strcspn(text, ".eE") < length)
        write_real(to, strtod(text, NULL));
    else
        fwrite(text, 1, length, to);
    return length;
}

/* The same inside a string. "</script>" in a string must not end the script of a page. */
static size_t write_in_string(FILE *to, const char *text)
{
    const size_t length = *text == '\\' ? 2 : 1;
    if (*text == '<')
        fputs("\\u003c", to);
    else
        fwrite(text, 1, length, to);
    return length;
}

static void json_write_shortest(FILE *to, const char *text)
{
    for (bool string = false; *text;) {
        if (*text == '"') string = !string;
        text += string ? write_in_string(to, text) : write_outside_string(to, text);
    }
}

char *srnn_json_shortest(char *text)
{
    char *shortest = NULL;
    size_t size;
    /* a program may have set another decimal point */
    const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    FILE *to = text && plain ? open_memstream(&shortest, &size) : NULL;
    if (to) {
        const locale_t before = uselocale(plain);
        json_write_shortest(to, text);
        uselocale(before);
        const bool failed = ferror(to);
        if (fclose(to) || failed) {
            free(shortest);
            shortest = NULL;
        }
    }
    if (plain) freelocale(plain);
    free(text);
    return shortest;
}

char *srnn__json_dumps(const json_t *json, size_t flags)
{
    return srnn_json_shortest(json_dumps(json, flags | JSON_REAL_PRECISION(17)));
}
