/* Text that comes from files: is it UTF-8, and how is it shown? */
#ifndef SRNN_CORE_TEXT_H
#define SRNN_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Length of the character at the start of a text that ends with a zero byte, 1 to 4; 0: there is
   none, or the bytes are not UTF-8. */
size_t srnn__utf8_character(const char *text);

/* UTF-8 without control characters: a name that can be printed as it is. */
bool srnn__is_plain(const char *text);

/* What is kept in files is UTF-8; text that is not is refused. */
bool srnn__is_utf8(const char *text);

/* Has the file's name this ending, ".mat", in capitals or not? */
bool srnn__ends_in(const char *path, const char *ending);

#endif
