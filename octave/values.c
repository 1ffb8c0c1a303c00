/* Octave's values: of any class that holds the number or text that is wanted, and of no other. */
#include "call.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void value_describe(const mxArray *a, char text[80])
{
    if (!a) {
        snprintf(text, 80, "missing");
    } else if (mxIsSparse(a)) {
        snprintf(text, 80, "sparse");
    } else if (mxIsComplex(a)) {
        snprintf(text, 80, "complex");
    } else if (mxIsEmpty(a)) {
        snprintf(text, 80, "empty");
    } else if (mxGetNumberOfDimensions(a) > 2) {
        snprintf(text, 80, "a %s with %d dimensions", mxGetClassName(a),
                 (int)mxGetNumberOfDimensions(a));
    } else {
        snprintf(text, 80, "a %.0f x %.0f %s", (double)mxGetM(a), (double)mxGetN(a),
                 mxGetClassName(a));
    }
}

bool value_is_empty(const mxArray *a) { return mxIsNumeric(a) && mxIsEmpty(a); }

static bool wrong(call *c, const char *name, const mxArray *a, const char *expected)
{
    char is[80];
    value_describe(a, is);
    return call_fail(c, "argument", "%s is %s; expected %s", name, is, expected);
}

#define COPY(type)                                                                                 \
    for (size_t i = 0; i < n; i++) x[i] = (double)((const type *)data)[i];                         \
    return true

static bool copy(const mxArray *a, double *x, size_t n)
{
    const void *data = mxGetData(a);
    switch (mxGetClassID(a)) {
    case mxDOUBLE_CLASS: COPY(double);
    case mxSINGLE_CLASS: COPY(float);
    case mxLOGICAL_CLASS: COPY(mxLogical);
    case mxINT8_CLASS: COPY(int8_t);
    case mxUINT8_CLASS: COPY(uint8_t);
    case mxINT16_CLASS: COPY(int16_t);
    case mxUINT16_CLASS: COPY(uint16_t);
    case mxINT32_CLASS: COPY(int32_t);
    case mxUINT32_CLASS: COPY(uint32_t);
    case mxINT64_CLASS: COPY(int64_t);
    case mxUINT64_CLASS: COPY(uint64_t);
    default: return false;
    }
}

bool value_numbers(call *c, const char *name, const mxArray *a, const char *expected, double **x,
                   size_t *n)
{
    if (!a || mxIsSparse(a) || mxIsComplex(a) || mxIsEmpty(a) ||
        !(mxIsNumeric(a) || mxIsLogical(a)))
        return wrong(c, name, a, expected);
    *n = mxGetNumberOfElements(a);
    *x = call_new(c, *n, sizeof **x, NULL);
    return *x && (copy(a, *x, *n) || wrong(c, name, a, expected));
}

bool value_number(call *c, const char *name, const mxArray *a, double *x)
{
    double *all;
    size_t n;
    if (!value_numbers(c, name, a, "a number", &all, &n)) return false;
    if (n != 1) return wrong(c, name, a, "one number");
    *x = *all;
    return true;
}

bool value_whole(call *c, const char *name, const mxArray *a, double low, double high, double *x)
{
    if (!value_number(c, name, a, x)) return false;
    if (*x >= low && *x <= high && *x == floor(*x)) return true;
    if (low < 0) return call_fail(c, "argument", "%s is %g; expected a whole number", name, *x);
    return call_fail(c, "argument", "%s is %.17g; expected a whole number from %.17g to %.17g",
                     name, *x, low, high);
}

bool value_flag(call *c, const char *name, const mxArray *a, bool *x)
{
    double number;
    if (!value_number(c, name, a, &number)) return false;
    if (number != 0 && number != 1)
        return call_fail(c, "argument", "%s is %g; expected true or false", name, number);
    *x = number != 0;
    return true;
}

bool value_text(call *c, const char *name, const mxArray *a, char **text)
{
    if (!a || !mxIsChar(a) || mxIsEmpty(a) || mxGetM(a) != 1 || mxGetNumberOfDimensions(a) > 2)
        return wrong(c, name, a, "a row of text, 'in quotes'");
    const size_t n = mxGetNumberOfElements(a) + 1;
    *text = call_new(c, n, 1, NULL);
    if (!*text) return false;
    if (mxGetString(a, *text, n) || strlen(*text) != n - 1)
        return call_fail(c, "argument", "%s holds a character that is no text", name);
    return true;
}

bool value_path(call *c, const char *name, const mxArray *a, char **path)
{
    char *given;
    if (!value_text(c, name, a, &given)) return false;
    const char *home = getenv("HOME");
    *path = given;
    if (!home || given[0] != '~' || (given[1] && given[1] != '/')) return true;
    const size_t n = strlen(home) + strlen(given);
    if (!(*path = call_new(c, n, 1, NULL))) return false;
    snprintf(*path, n, "%s%s", home, given + 1);
    return true;
}

bool value_choice(call *c, const char *name, const mxArray *a, const char *const *names, int *index)
{
    char *text, all[256] = "";
    if (!value_text(c, name, a, &text)) return false;
    for (int i = 0; names[i]; i++) {
        if (!strcasecmp(text, names[i])) {
            *index = i;
            return true;
        }
        const size_t n = strlen(all);
        snprintf(all + n, sizeof all - n, "%s'%s'", i ? names[i + 1] ? ", " : " or " : "",
                 names[i]);
    }
    return call_fail(c, "argument", "%s is '%.100s'; expected %s", name, text, all);
}

/* ---- options ---- */

void options_add(options *o, const option *list, int n)
{
    for (int i = 0; i < n && o->n < OPTIONS_MAX; i++) o->list[o->n++] = list[i];
}

static bool unknown(call *c, const options *o, const char *name)
{
    char names[1024] = "";
    for (int i = 0; i < o->n; i++) {
        const size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", o->list[i].name);
    }
    return call_fail(c, "argument", "the option '%.100s' of %s is unknown; expected one of %s",
                     name, c->function, names);
}

static bool take(call *c, const option *o, const mxArray *a)
{
    double x = 0;
    bool good = false;
    switch (o->kind) {
    case OPTION_NUMBER: good = value_number(c, o->name, a, o->value); break;
    case OPTION_WHOLE:
        if ((good = value_whole(c, o->name, a, INT_MIN, INT_MAX, &x))) *(int *)o->value = (int)x;
        break;
    case OPTION_LONG:
        good = value_whole(c, o->name, a, -(double)SRNN_SEED_MAX, (double)SRNN_SEED_MAX, &x);
        if (good) *(int64_t *)o->value = (int64_t)x;
        break;
    case OPTION_SEED:
        good = value_whole(c, o->name, a, 0, (double)SRNN_SEED_MAX, &x);
        if (good) *(uint64_t *)o->value = (uint64_t)x;
        break;
    case OPTION_FLAG: good = value_flag(c, o->name, a, o->value); break;
    case OPTION_CHOICE: good = value_choice(c, o->name, a, o->names, o->value); break;
    case OPTION_PATH: good = value_path(c, o->name, a, o->value); break;
    case OPTION_NUMBERS: {
        numbers *list = o->value;
        good = value_numbers(c, o->name, a, "numbers", &list->x, &list->n);
        break;
    }
    case OPTION_ANY:
        *(const mxArray **)o->value = a;
        good = true;
        break;
    }
    if (good && o->given) *o->given = true;
    return good;
}

static bool take_by_name(call *c, const options *o, const char *name, const mxArray *a)
{
    for (int i = 0; i < o->n; i++)
        if (!strcmp(o->list[i].name, name)) return take(c, &o->list[i], a);
    return unknown(c, o, name);
}

bool options_read(call *c, const options *o, int first)
{
    for (int k = first; k < c->n_in; k++) {
        const mxArray *a = c->in[k];
        char *name;
        if (mxIsStruct(a)) {
            if (mxGetNumberOfElements(a) != 1)
                return wrong(c, "the struct of options", a, "a 1 x 1 struct");
            for (int i = 0; i < mxGetNumberOfFields(a); i++)
                if (!take_by_name(c, o, mxGetFieldNameByNumber(a, i), mxGetFieldByNumber(a, 0, i)))
                    return false;
            continue;
        }
        if (!mxIsChar(a)) return wrong(c, "an option's name", a, "text, or a struct of options");
        if (!value_text(c, "an option's name", a, &name)) return false;
        if (k + 1 == c->n_in)
            return call_fail(c, "argument",
                             "the option '%.100s' has no value; expected one after it", name);
        if (!take_by_name(c, o, name, c->in[++k])) return false;
    }
    return true;
}
