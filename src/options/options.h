/* The table of options, and text of their values. */
#ifndef SRNN_OPTIONS_OPTIONS_H
#define SRNN_OPTIONS_OPTIONS_H

#include <jansson.h>

#include "core/core.h"
#include "spikernn/options.h"

enum { SRNN__N_OPTIONS = 111, SRNN__NUMBERS_MAX = 1000 };

struct srnn_options {
    srnn_settings settings;
    int given[SRNN__N_OPTIONS]; /* 0: not; else the order; < 0: by a configuration */
    int n_given;
    char called[SRNN__N_OPTIONS][32]; /* in sentences; "": by its name */
    char *texts[SRNN__N_OPTIONS];     /* as given; fields of text point to them */
    double *numbers[SRNN__N_OPTIONS]; /* lists of numbers */
};

static inline int srnn__option_place(const srnn_option *row)
{
    return (int)(row - srnn_option_at(0));
}

/* Number of the row's setting in the task room, whose ranges it has; -1: the row is of another
 * kind.
 */
int srnn__option_setting(const srnn_option *row);

/* "--no-autapses" names no_autapses: '-' is '_', but letters count. */
bool srnn__option_is(const char *option, const char *name);

/* The name that `name` was probably meant to be; NULL: none is near. */
const char *srnn__option_nearest(const char *name);

/* parse.c: text into the row's field; `name` is what sentences call it. After an error the set is
   as it was. */
srnn_status srnn__option_parse(srnn_ctx *ctx, srnn_options *options, const srnn_option *row,
                               const char *name, const char *text);

/* The values of a set without any given. */
srnn_settings srnn__options_usual(void);

/* "1 to 16000", "above 0", "0 or more"; "": any. */
void srnn__option_range(const srnn_option *row, char text[80]);
bool srnn__option_in_range(const srnn_option *row, double x);

/* "sigmoid, clipped_relu or softplus" */
enum { SRNN__CHOICES_MAX = 512 };
void srnn__option_choices(const srnn_option *row, char text[SRNN__CHOICES_MAX]);

/* Is every number of a part of srnn_settings in its option's range? The part stands `at` bytes from
   the beginning. Errors: SRNN_ERR_ARGUMENT, which names the option. */
srnn_status srnn__options_check(srnn_ctx *ctx, const void *part, size_t at, size_t size);
#define SRNN__CHECK_OPTIONS(ctx, part, field)                                                      \
    srnn__options_check(ctx, part, offsetof(srnn_settings, field), sizeof *(part))

/* json.c: a value of JSON as on a command line, to be freed; NULL: it has none there, as null, or
   no memory. */
char *srnn__option_value_text(const json_t *value);
/* The row's value as on a command line, "" where none; to be freed; NULL: no memory. */
char *srnn__option_text(const srnn_option *row, const srnn_settings *settings);

#endif
