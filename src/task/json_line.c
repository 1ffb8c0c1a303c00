#include "task/json_line.h"

#include <stdbool.h>
#include <string.h>

/* Place of the value in root and its children in their order, from 0; -1: not there.
 *before counts the values that were passed. */
static int value_place(const json_t *value, const json_t *wanted, int *before)
{
    if (value == wanted) return *before;
    ++*before;
    int place = -1;
    const char *key;
    json_t *child;
    size_t i;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, child)
        {
            if ((place = value_place(child, wanted, before)) >= 0) break;
        }
    } else
        json_array_foreach(value, i, child)
        {
            if ((place = value_place(child, wanted, before)) >= 0) break;
        }
    return place;
}

/* Behind the string that begins here. */
static const char *skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1]) at++;
    return *at ? at + 1 : at;
}

int srnn__json_line(const char *text, const json_t *root, const json_t *wanted)
{
    int before = 0;
    int place = value_place(root, wanted, &before);
    int line = 1;
    const char *at = text;
    while (*at) {
        const char *begin = at;
        bool value = true;
        at += strspn(at, " \t\r\n,:]}");
        for (const char *c = begin; c < at; c++) line += *c == '\n';
        if (!*at) break;
        if (*at == '"') {
            at = skip_string(at);
            value = at[strspn(at, " \t\r\n")] != ':'; /* else it is a name */
        } else if (*at == '[' || *at == '{')
            at++;
        else
            at += strcspn(at, " \t\r\n,:]}");
        if (value && place-- == 0) return line;
    }
    return 1;
}
