/* Where in a text a JSON value stands; jansson does not keep it. */
#ifndef SRNN_TASK_JSON_LINE_H
#define SRNN_TASK_JSON_LINE_H

#include <jansson.h>

/* Line (from 1) of the value `wanted` in the text, which has been decoded to root without
   duplicate names; 1 if it is not in there. */
int srnn__json_line(const char *text, const json_t *root, const json_t *wanted);

#endif
