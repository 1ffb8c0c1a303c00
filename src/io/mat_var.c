/* A variable of a MAT file in memory: its parts and its text. */
#include <stdlib.h>
#include <string.h>

#include "io/mat_file.h"

void srnn__mat_var_free(srnn__mat_var *v)
{
    for (size_t k = 0; k < v->n_parts; k++) srnn__mat_var_free(&v->parts[k]);
    free(v->parts);
    free(v->name);
    free(v->values);
    free(v->text);
    *v = (srnn__mat_var){0};
}

size_t srnn__mat_count(const srnn__mat_var *v)
{
    const uint64_t most = UINT64_C(1) << 48;
    uint64_t n = 1;
    for (int d = 0; d < v->rank; d++)
        if (v->dims[d] == 0) return 0;
    for (int d = 0; d < v->rank; d++) {
        if (v->dims[d] > most / n) return SIZE_MAX;
        n *= v->dims[d];
    }
    return (size_t)n;
}

srnn__mat_var *srnn__mat_add_part(srnn__mat_var *v)
{
    if ((v->n_parts & (v->n_parts - 1)) == 0) { /* room for 1, 2, 4, ... */
        const size_t room = v->n_parts ? 2 * v->n_parts : 1;
        srnn__mat_var *more = realloc(v->parts, room * sizeof *more);
        if (!more) return NULL;
        v->parts = more;
    }
    v->parts[v->n_parts] = (srnn__mat_var){0};
    return &v->parts[v->n_parts++];
}

const srnn__mat_var *srnn__mat_field(const srnn__mat_var *v, const char *name)
{
    for (size_t k = v->class_type == SRNN__MAT_STRUCT ? v->n_parts : 0; k > 0; k--)
        if (v->parts[k - 1].name && !strcmp(v->parts[k - 1].name, name)) return &v->parts[k - 1];
    return NULL;
}

srnn_status srnn__mat_set_sparse(srnn__mat_var *v, size_t n, const double *rows,
                                 const double *starts, const double *values)
{
    const size_t height = v->dims[0], width = v->dims[1];
    const size_t count = v->rank == 2 ? srnn__mat_count(v) : SIZE_MAX;
    v->is_sparse = true;
    if (count > SRNN__MAT_SPARSE_MAX) return SRNN_OK;
    if (!(v->values = calloc(count ? count : 1, sizeof *v->values))) return SRNN_ERR_NO_MEMORY;
    for (size_t j = 0; j < width; j++) {
        if (!(starts[j] >= 0 && starts[j + 1] <= (double)n)) return SRNN_ERR_FORMAT;
        for (size_t k = (size_t)starts[j]; (double)k < starts[j + 1]; k++) {
            if (!(rows[k] >= 0 && rows[k] < (double)height)) return SRNN_ERR_FORMAT;
            v->values[j * height + (size_t)rows[k]] = values[k];
        }
    }
    return SRNN_OK;
}

/* ---- text ---- */

static size_t put_letter(uint32_t c, char *to)
{
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    if (c < 32 || (c > 126 && c < 160) || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff) c = '?';
    const size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3; /* bytes */
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    to[0] = (char)(first[more] | c >> 6 * more);
    for (size_t k = 1; k <= more; k++) to[k] = (char)(0x80 | (c >> 6 * (more - k) & 0x3f));
    return more + 1;
}

bool srnn__mat_set_text(srnn__mat_var *v, const uint32_t *units, size_t n)
{
    const size_t rows = srnn__mat_count(v) == n && n ? v->dims[0] : 1, cols = n / rows;
    free(v->text);
    v->text = n < SIZE_MAX / 8 ? malloc(4 * n + 1) : NULL;
    if (!v->text) return false;
    char *end = v->text;
    for (size_t k = 0; k < n; k++) {
        uint32_t c = units[k % cols * rows + k / cols];
        const uint32_t low = k + 1 < n ? units[(k + 1) % cols * rows + (k + 1) / cols] : 0;
        if (c >> 10 == 0xd800 >> 10 && low >> 10 == 0xdc00 >> 10) { /* two units, one letter */
            c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
            k++;
        }
        end += put_letter(c, end);
    }
    *end = '\0';
    return true;
}

size_t srnn__utf8_to_letters(uint32_t *units, size_t n)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    size_t letters = 0;
    for (size_t k = 0, bytes; k < n; k += bytes) {
        const uint32_t c = units[k];
        const size_t more = c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        uint32_t letter = more ? c & (0x3fu >> more) : c < 0x80 ? c : UINT32_MAX;
        for (bytes = 1; bytes <= more && k + bytes < n && units[k + bytes] >> 6 == 2; bytes++)
            letter = letter << 6 | (units[k + bytes] & 0x3f);
        const bool good = bytes == more + 1 && c < 0xf8 && letter >= least[more];
        units[letters++] = good ? letter : UINT32_MAX;
    }
    return letters;
}

bool srnn__mat_set_row(srnn__mat_var *v, const char *bytes, size_t n)
{
    uint32_t *units = malloc((n + 1) * sizeof *units);
    if (!units) return false;
    for (size_t k = 0; k < n; k++) units[k] = (unsigned char)bytes[k];
    const size_t letters = srnn__utf8_to_letters(units, n);
    v->class_type = SRNN__MAT_TEXT;
    v->rank = 2;
    v->dims[0] = 1;
    v->dims[1] = letters;
    const bool good = srnn__mat_set_text(v, units, letters);
    free(units);
    return good;
}
