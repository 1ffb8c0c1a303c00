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

static bool values_copy(const mxArray *a, double *x, size_t n)
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
    return *x && (values_copy(a, *x, *n) || wrong(c, name, a, expected));
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

/* The library's option of this name, as the function has it; NULL: it has none. */
static const srnn_option *row_of(const accepted *a, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = a->names; *at;) {
        const size_t word = strcspn(at, " "), called = strcspn(at, " =");
        char row[32];
        snprintf(row, sizeof row, "%.*s", (int)(called < word ? word - called - 1 : word),
                 called < word ? at + called + 1 : at);
        if (called == length && !strncmp(at, name, length)) return srnn_option_named(row);
        at += word + (at[word] == ' ');
    }
    const srnn_option *row = srnn_option_named(name);
    return row && row->subject & a->subjects ? row : NULL;
}

static bool values_unknown(call *c, const accepted *a, const char *name)
{
    char names[2048] = "";
    for (const char *at = a->names; *at;) {
        const size_t word = strcspn(at, " "), n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%.*s", n ? ", " : "", (int)strcspn(at, " ="), at);
        at += word + (at[word] == ' ');
    }
    for (int i = 0; i < a->n_own; i++) {
        const size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, ", %s", a->own[i].name);
    }
    for (int i = 0; srnn_option_at(i); i++) {
        const size_t n = strlen(names);
        if (srnn_option_at(i)->subject & a->subjects)
            snprintf(names + n, sizeof names - n, ", %s", srnn_option_at(i)->name);
    }
    return call_fail(c, "argument", "the option '%.100s' of %s is unknown; expected one of %s",
                     name, c->function, names);
}

/* The shortest decimal that is read as the same number. */
static void number_text(double x, char text[32])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, x);
        if (strtod(text, NULL) == x) return;
    }
}

static bool numbers_text(call *c, const char *name, const mxArray *a, char **text)
{
    double *x;
    size_t n, length = 0;
    if (!value_numbers(c, name, a, "numbers", &x, &n)) return false;
    if (n > 100000) return call_fail(c, "argument", "%s has too many numbers", name);
    if (!(*text = call_new(c, n, 32, NULL))) return false;
    for (size_t i = 0; i < n; i++) {
        char one[32];
        number_text(x[i], one);
        length += (size_t)sprintf(*text + length, "%s%s", i ? "," : "", one);
    }
    return true;
}

/* One name, or a cell of names. */
static bool names_text(call *c, const char *name, const mxArray *a, char **text)
{
    if (!mxIsCell(a)) return value_text(c, name, a, text);
    size_t size = 1;
    const size_t n = mxGetNumberOfElements(a);
    for (size_t i = 0; i < n; i++) {
        if (!value_text(c, name, mxGetCell(a, i), text)) return false;
        size += strlen(*text) + 1;
    }
    char *all = call_new(c, size, 1, NULL);
    for (size_t i = 0; all && i < n; i++) {
        if (!value_text(c, name, mxGetCell(a, i), text)) return false;
        strcat(strcat(all, i ? "," : ""), *text);
    }
    *text = all;
    return all != NULL;
}

/* A value as it would stand on a command line. */
static bool row_text(call *c, const srnn_option *row, const char *name, const mxArray *a,
                     char **text)
{
    double x;
    bool flag;
    switch (row->kind) {
    case SRNN_OPTION_FLAG:
    case SRNN_OPTION_BOOL:
        *text = "True";
        if (!value_flag(c, name, a, &flag)) return false;
        if (!flag) *text = "False";
        return true;
    case SRNN_OPTION_WHOLE:
    case SRNN_OPTION_LONG:
    case SRNN_OPTION_REAL:
    case SRNN_OPTION_SETTING:
        if (!value_number(c, name, a, &x) || !(*text = call_new(c, 1, 32, NULL))) return false;
        number_text(x, *text);
        return true;
    case SRNN_OPTION_NUMBERS:
    case SRNN_OPTION_GRID: return numbers_text(c, name, a, text);
    case SRNN_OPTION_TEXT:
    case SRNN_OPTION_FOLDER: return value_path(c, name, a, text);
    default: return names_text(c, name, a, text);
    }
}

static bool take_own(call *c, const own_option *o, const mxArray *a)
{
    double x = 0;
    switch (o->kind) {
    case OWN_FLAG: return value_flag(c, o->name, a, o->value);
    case OWN_ANY: *(const mxArray **)o->value = a; return true;
    case OWN_LONG:
        if (!value_whole(c, o->name, a, -(double)SRNN_SEED_MAX, (double)SRNN_SEED_MAX, &x))
            return false;
        *(int64_t *)o->value = (int64_t)x;
        return true;
    }
    return false;
}

static bool take_row(call *c, const srnn_option *row, const char *name, const mxArray *a)
{
    char *text;
    if (!row_text(c, row, name, a, &text)) return false;
    srnn_options_call(c->values, row->name, name);
    if (!srnn_options_set(c->reader, c->values, row->name, text)) return true;
    return call_fail(c, "argument", "%s", srnn_ctx_message(c->reader));
}

bool option_take(call *c, const char *name, const mxArray *a)
{
    return take_row(c, srnn_option_named(name), name, a);
}

/* '-' is the same as '_'. */
static bool take_by_name(call *c, const accepted *accepts, const char *given, const mxArray *a)
{
    char name[64];
    snprintf(name, sizeof name, "%s", given);
    for (char *at = name; *at; at++)
        if (*at == '-') *at = '_';
    for (int i = 0; i < accepts->n_own; i++)
        if (!strcmp(accepts->own[i].name, name)) return take_own(c, &accepts->own[i], a);
    const srnn_option *row = row_of(accepts, name);
    return row ? take_row(c, row, name, a) : values_unknown(c, accepts, given);
}

static bool values_read_all(call *c, const accepted *accepts, int first)
{
    for (int k = first; k < c->n_in; k++) {
        const mxArray *a = c->in[k];
        char *name;
        if (mxIsStruct(a)) {
            if (mxGetNumberOfElements(a) != 1)
                return wrong(c, "the struct of options", a, "a 1 x 1 struct");
            for (int i = 0; i < mxGetNumberOfFields(a); i++)
                if (!take_by_name(c, accepts, mxGetFieldNameByNumber(a, i),
                                  mxGetFieldByNumber(a, 0, i)))
                    return false;
            continue;
        }
        if (!mxIsChar(a)) return wrong(c, "an option's name", a, "text, or a struct of options");
        if (!value_text(c, "an option's name", a, &name)) return false;
        if (k + 1 == c->n_in)
            return call_fail(c, "argument",
                             "the option '%.100s' has no value; expected one after it", name);
        if (!take_by_name(c, accepts, name, c->in[++k])) return false;
    }
    return true;
}

bool options_read(call *c, const accepted *accepts, int first)
{
    const srnn_ctx_options alone = {.size = sizeof alone, .threads = 1};
    if (srnn_ctx_create(&alone, &c->reader) || srnn_options_create(c->reader, &c->values))
        return call_fail(c, "memory", "out of memory");
    return values_read_all(c, accepts, first) && options_finish(c);
}

bool options_finish(call *c)
{
    const srnn_task_def *def = c->task ? srnn_task_get_def(c->task) : NULL;
    if (srnn_options_finish(c->reader, c->values, def))
        return call_fail(c, "argument", "%s", srnn_ctx_message(c->reader));
    c->s = *srnn_options_settings(c->values);
    return true;
}

bool option_given(const call *c, const char *name)
{
    return srnn_options_given(c->values, name) != 0;
}
