/* How JSON documents are written. */
#ifndef SRNN_CORE_JSON_TEXT_H
#define SRNN_CORE_JSON_TEXT_H

#include <jansson.h>

/* The shortest decimal that is read as the same number. */
void srnn__shortest_real(double x, char text[32]);

/* srnn_json_shortest() of any value; flags are those of json_dumps(). To be freed; NULL: out of
   memory. */
char *srnn__json_dumps(const json_t *json, size_t flags);

#endif
