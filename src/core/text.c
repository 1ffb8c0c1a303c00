#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "spikernn/ctx.h"

/* The smallest code point that needs so many bytes: a longer form of it is not valid. */
static const unsigned long least_of_length[] = {0, 0, 0x80, 0x800, 0x10000};

/* Of a character of n bytes. */
static unsigned long code_point(const unsigned char *p, size_t n)
{
    if (n == 1) return *p;
    unsigned long code = *p & (0x7fu >> n);
    for (size_t k = 1; k < n; k++) code = code << 6 | (p[k] & 0x3f);
    return code;
}

size_t srnn__utf8_character(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    if (*p < 0x80) return *p != 0;
    const size_t n = *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc2 ? 2 : 0;
    if (n == 0 || *p > 0xf4) return 0;
    for (size_t k = 1; k < n; k++)
        if ((p[k] & 0xc0) != 0x80) return 0;
    const unsigned long code = code_point(p, n);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    return code >= least_of_length[n] && code <= 0x10ffff && !surrogate ? n : 0;
}

bool srnn__is_utf8(const char *text)
{
    size_t n;
    while ((n = srnn__utf8_character(text))) text += n;
    return *text == '\0';
}

/* C0, DEL and C1, by which a terminal can be led to do what it should not; and what is not seen,
   but turns the text around it, breaks its line or makes two names look the same. */
static bool is_control(const char *character, size_t n)
{
    static const unsigned long ranges[][2] = {
        {0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},
        {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a}, {0xe0000, 0xe007f}};
    const unsigned long code = code_point((const unsigned char *)character, n);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1]) return true;
    return false;
}

bool srnn__is_plain(const char *text)
{
    size_t n;
    while ((n = srnn__utf8_character(text)) && !is_control(text, n)) text += n;
    return *text == '\0';
}

size_t srnn_printable(const char *text, char *shown, size_t size)
{
    size_t length = 0;
    while (*text) {
        const size_t n = srnn__utf8_character(text), bytes = n ? n : 1;
        const bool plain = n > 0 && !is_control(text, n);
        const size_t needed = plain ? n : 4 * bytes;
        if (length + needed >= size) break;
        for (size_t k = 0; k < bytes && !plain; k++)
            snprintf(shown + length + 4 * k, 5, "\\x%02X", (unsigned char)text[k]);
        if (plain) memcpy(shown + length, text, n);
        length += needed;
        text += bytes;
    }
    if (size > 0) shown[length] = '\0';
    return length;
}

bool srnn__ends_in(const char *path, const char *ending)
{
    const size_t length = strlen(path), n = strlen(ending);
    return length > n && !strcasecmp(path + length - n, ending);
}
