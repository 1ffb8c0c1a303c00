#include "task/expression.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"

enum {
    NUMBER = 'n',
    SYMBOL = 's',
    NEGATE = '~',
    ABS = 'a',
    CEIL = 'c',
    OP_FLOOR = 'f',
    ROUND = 'r',
    MIN = '<',
    MAX = '>'
};

static const struct {
    const char *name;
    char operation;
    int arguments;
} functions[] = {{"abs", ABS, 1},     {"ceil", CEIL, 1}, {"floor", OP_FLOOR, 1},
                 {"round", ROUND, 1}, {"min", MIN, 2},   {"max", MAX, 2}};

enum { N_FUNCTIONS = sizeof functions / sizeof *functions };

/* ---- names ---- */

/* As in C, whatever the locale. */
static bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t parser_name_length(const char *text)
{
    size_t n = 0;
    if (begins_name(*text))
        while (begins_name(text[n]) || is_digit(text[n]) || text[n] == '_') n++;
    return n;
}

static int find_function(const char *name)
{
    for (int i = 0; i < N_FUNCTIONS; i++)
        if (!strcmp(functions[i].name, name)) return i;
    return -1;
}

bool srnn__is_symbol(const char *name)
{
    const size_t n = parser_name_length(name);
    return n > 0 && n < SRNN__SYMBOL_LENGTH && !name[n] && find_function(name) < 0;
}

int srnn__find_symbol(const srnn__symbols *symbols, const char *name)
{
    for (int i = 0; i < symbols->n; i++)
        if (!strcmp(symbols->names[i], name)) return i;
    return -1;
}

/* ---- parsing ---- */

typedef struct parser {
    const char *at;
    srnn__symbols *symbols;
    srnn__expression *out;
    char *wrong;
    int depth;
} parser;

SRNN__PRINTF(2, 3) static bool parser_refuse(parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->wrong, 160, format, args);
    va_end(args);
    return false;
}

static void parser_skip_space(parser *p) { p->at += strspn(p->at, " \t\r\n"); }

static bool accept(parser *p, char c)
{
    parser_skip_space(p);
    if (*p->at != c) return false;
    p->at++;
    return true;
}

static bool parser_emit(parser *p, char operation, int symbol, double number)
{
    srnn__expression *e = p->out;
    if (e->n == SRNN__EXPRESSION_STEPS)
        return parser_refuse(p, "it is too long; expected at most %d numbers, names and operations",
                             SRNN__EXPRESSION_STEPS);
    e->steps[e->n].operation = operation;
    e->steps[e->n].symbol = (signed char)symbol;
    e->steps[e->n++].number = number;
    return true;
}

/* Digits are a whole number below 2^53 over a power of ten below 10^22: both are exact, so the
   quotient is the nearest double. */
static bool parse_number(parser *p)
{
    const char *begin = p->at;
    double digits = 0, scale = 1;
    int n = 0;
    bool behind_point = false;
    for (; is_digit(*p->at) || (*p->at == '.' && !behind_point); p->at++) {
        if (*p->at == '.') {
            behind_point = true;
            continue;
        }
        digits = digits * 10 + (*p->at - '0');
        if (behind_point) scale *= 10;
        n += n > 0 || *p->at != '0' || behind_point;
    }
    if (n > 15 || p->at == begin + behind_point || begins_name(*p->at) || *p->at == '.')
        return parser_refuse(p, "'%.20s' is no number of at most 15 digits", begin);
    return parser_emit(p, NUMBER, 0, digits / scale);
}

static bool parse_sum(parser *p);
static bool parse_operand_inside(parser *p);

static bool parse_arguments(parser *p, int function)
{
    const int n = functions[function].arguments;
    bool good = accept(p, '(');
    for (int i = 0; i < n && good; i++) {
        if (i > 0 && !(good = accept(p, ','))) break;
        if (!parse_sum(p)) return false;
    }
    if (!good || !accept(p, ')'))
        return parser_refuse(p, "%s takes %d number%s in brackets", functions[function].name, n,
                             n > 1 ? "s, separated by ','," : "");
    return parser_emit(p, functions[function].operation, 0, 0);
}

static bool parse_name(parser *p)
{
    const size_t n = parser_name_length(p->at);
    char name[SRNN__SYMBOL_LENGTH];
    if (n >= sizeof name) return parser_refuse(p, "'%.40s' is unknown", p->at);
    memcpy(name, p->at, n);
    name[n] = '\0';
    p->at += n;
    const int function = find_function(name);
    if (function >= 0) return parse_arguments(p, function);
    const int symbol = srnn__find_symbol(p->symbols, name);
    if (symbol >= 0) {
        p->symbols->used[symbol] = true;
        return parser_emit(p, SYMBOL, symbol, 0);
    }
    const char *known[SRNN__SYMBOLS_MAX + 1] = {NULL};
    for (int i = 0; i < p->symbols->n; i++) known[i] = p->symbols->names[i];
    const char *near = srnn__nearest(name, known);
    if (near) return parser_refuse(p, "'%s' is unknown; did you mean '%s'?", name, near);
    return parser_refuse(
        p,
        "'%s' is unknown; expected a setting, a factor whose levels have numbers, or a "
        "variable from above",
        name);
}

static bool parse_operand(parser *p)
{
    if (++p->depth > SRNN__EXPRESSION_STEPS) return parser_refuse(p, "it goes too deep");
    const bool good = parse_operand_inside(p);
    p->depth--;
    return good;
}

static bool parse_operand_inside(parser *p)
{
    parser_skip_space(p);
    if (accept(p, '-')) return parse_operand(p) && parser_emit(p, NEGATE, 0, 0);
    if (is_digit(*p->at) || *p->at == '.') return parse_number(p);
    if (begins_name(*p->at)) return parse_name(p);
    if (accept(p, '('))
        return parse_sum(p) && (accept(p, ')') || parser_refuse(p, "')' is missing"));
    if (*p->at) return parser_refuse(p, "expected a number, a name or '(' before '%.20s'", p->at);
    return parser_refuse(p, "it ends where a number or a name is expected");
}

static bool parse_product(parser *p)
{
    if (!parse_operand(p)) return false;
    for (;;) {
        const char operation = accept(p, '*') ? '*' : accept(p, '/') ? '/' : '\0';
        if (!operation) return true;
        if (!parse_operand(p) || !parser_emit(p, operation, 0, 0)) return false;
    }
}

static bool parse_sum(parser *p)
{
    if (!parse_product(p)) return false;
    for (;;) {
        const char operation = accept(p, '+') ? '+' : accept(p, '-') ? '-' : '\0';
        if (!operation) return true;
        if (!parse_product(p) || !parser_emit(p, operation, 0, 0)) return false;
    }
}

bool srnn__expression_parse(const char *text, srnn__symbols *symbols, srnn__expression *out,
                            char wrong[160])
{
    out->n = 0;
    parser p = {text, symbols, out, wrong, 0};
    if (!parse_sum(&p)) return false;
    parser_skip_space(&p);
    return !*p.at || parser_refuse(&p, "'%.20s' is not expected there", p.at);
}

srnn__expression srnn__constant(double number)
{
    srnn__expression e = {.n = 1};
    e.steps[0].operation = NUMBER;
    e.steps[0].number = number;
    return e;
}

/* ---- evaluation ---- */

/* 0 times infinity is 0: bounds that have overflowed are refused as such. */
static srnn__bounds multiply(srnn__bounds a, srnn__bounds b)
{
    const double x[] = {a.low, a.high}, y[] = {b.low, b.high};
    srnn__bounds product = {INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        const double u = x[i / 2], v = y[i % 2], each = u == 0 || v == 0 ? 0 : u * v;
        product.low = fmin(product.low, each);
        product.high = fmax(product.high, each);
    }
    return product;
}

static srnn__bounds divide(srnn__bounds a, srnn__bounds b)
{
    if (b.low <= 0 && b.high >= 0) return srnn__point(NAN);
    const double x[] = {a.low, a.high}, y[] = {b.low, b.high};
    srnn__bounds quotient = {INFINITY, -INFINITY};
    for (int i = 0; i < 4; i++) {
        quotient.low = fmin(quotient.low, x[i / 2] / y[i % 2]);
        quotient.high = fmax(quotient.high, x[i / 2] / y[i % 2]);
    }
    return quotient;
}

static srnn__bounds absolute(srnn__bounds a)
{
    if (a.low >= 0) return a;
    if (a.high <= 0) return (srnn__bounds){-a.high, -a.low};
    return (srnn__bounds){0, fmax(-a.low, a.high)};
}

static srnn__bounds apply(char operation, srnn__bounds a, srnn__bounds b)
{
    if (isnan(a.low) || isnan(a.high) || isnan(b.low) || isnan(b.high)) return srnn__point(NAN);
    switch (operation) {
    case '+': return (srnn__bounds){a.low + b.low, a.high + b.high};
    case '-': return (srnn__bounds){a.low - b.high, a.high - b.low};
    case '*': return multiply(a, b);
    case '/': return divide(a, b);
    case MIN: return (srnn__bounds){fmin(a.low, b.low), fmin(a.high, b.high)};
    case MAX: return (srnn__bounds){fmax(a.low, b.low), fmax(a.high, b.high)};
    case NEGATE: return (srnn__bounds){-a.high, -a.low};
    case ABS: return absolute(a);
    case CEIL: return (srnn__bounds){ceil(a.low), ceil(a.high)};
    case OP_FLOOR: return (srnn__bounds){floor(a.low), floor(a.high)};
    default: /* ROUND */ return (srnn__bounds){floor(a.low + 0.5), floor(a.high + 0.5)};
    }
}

static bool takes_two(char operation) { return strchr("+-*/<>", operation) != NULL; }

srnn__bounds srnn__evaluate(const srnn__expression *expression, const srnn__bounds *values)
{
    srnn__bounds stack[SRNN__EXPRESSION_STEPS];
    int top = -1;
    for (int i = 0; i < expression->n; i++) {
        const char operation = expression->steps[i].operation;
        if (operation == NUMBER)
            stack[++top] = srnn__point(expression->steps[i].number);
        else if (operation == SYMBOL)
            stack[++top] = values[expression->steps[i].symbol];
        else if (takes_two(operation)) {
            top--;
            stack[top] = apply(operation, stack[top], stack[top + 1]);
        } else
            stack[top] = apply(operation, stack[top], srnn__point(0));
    }
    return stack[0];
}
