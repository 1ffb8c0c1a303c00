/* Arithmetic over named numbers, for declared tasks: + - * / ( ), and the functions abs, ceil,
   floor, round, min, max. An expression is evaluated over ranges: bounds of what it can be, or
   with ranges of one point its value. */
#ifndef SRNN_TASK_EXPRESSION_H
#define SRNN_TASK_EXPRESSION_H

#include <stdbool.h>

typedef struct srnn__bounds {
    double low, high; /* both NaN where something is divided by what may be 0 */
} srnn__bounds;

static inline srnn__bounds srnn__point(double value) { return (srnn__bounds){value, value}; }

enum { SRNN__EXPRESSION_STEPS = 32, SRNN__SYMBOLS_MAX = 64, SRNN__SYMBOL_LENGTH = 32 };

/* In postfix. */
typedef struct srnn__expression {
    int n;
    struct {
        char operation;
        signed char symbol;
        double number;
    } steps[SRNN__EXPRESSION_STEPS];
} srnn__expression;

typedef struct srnn__symbols {
    int n;
    char names[SRNN__SYMBOLS_MAX][SRNN__SYMBOL_LENGTH];
    bool used[SRNN__SYMBOLS_MAX]; /* in some expression */
} srnn__symbols;

/* May this be the name of a number: letters, digits and '_', no digit first, no function? */
bool srnn__is_symbol(const char *name);
int srnn__find_symbol(const srnn__symbols *symbols, const char *name); /* -1: none */

srnn__expression srnn__constant(double number);

/* False: wrong[160] says what is wrong with the text. */
bool srnn__expression_parse(const char *text, srnn__symbols *symbols, srnn__expression *out,
                            char wrong[160]);

/* values: of the symbols. */
srnn__bounds srnn__evaluate(const srnn__expression *expression, const srnn__bounds *values);

#endif
