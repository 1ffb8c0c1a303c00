/* Lists of seeds: "1:100", "1:99:2", "1,5,8". */
#include <errno.h>
#include <stdlib.h>

#include "study/study.h"

enum { SEEDS_MAX = 1000000 };

static bool parse_whole(const char **text, uint64_t *out)
{
    char *end;
    if (**text < '0' || **text > '9') return false;
    errno = 0;
    *out = strtoull(*text, &end, 10);
    if (errno || *out > SRNN_SEED_MAX) return false;
    *text = end;
    return true;
}

/* FROM, FROM:TO or FROM:TO:STEP */
static bool parse_seeds_part(const char **text, uint64_t **seeds, int *n)
{
    uint64_t from, to, step = 1;
    if (!parse_whole(text, &from)) return false;
    to = from;
    if (**text == ':' && (++*text, !parse_whole(text, &to) || to < from)) return false;
    if (**text == ':' && (++*text, !parse_whole(text, &step) || step < 1)) return false;
    if ((to - from) / step >= (uint64_t)(SEEDS_MAX - *n)) return false;
    const size_t more = (size_t)((to - from) / step) + 1;
    uint64_t *longer = realloc(*seeds, ((size_t)*n + more) * sizeof **seeds);
    if (!longer) return false;
    *seeds = longer;
    for (size_t i = 0; i < more; i++) longer[(*n)++] = from + i * step;
    return true;
}

static int compare_seeds(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool seeds_repeat(const uint64_t *seeds, int n)
{
    uint64_t *sorted = n > 0 ? srnn__copy(seeds, (size_t)n, sizeof *seeds) : NULL;
    bool repeats = false;
    if (sorted) qsort(sorted, (size_t)n, sizeof *sorted, compare_seeds);
    for (int i = 1; sorted && i < n; i++) repeats |= sorted[i] == sorted[i - 1];
    free(sorted);
    return repeats;
}

srnn_status srnn__seeds_parse(srnn_ctx *ctx, const char *text, const char *where, uint64_t **out,
                              int *n)
{
    const char *c = text;
    *out = NULL;
    *n = 0;
    bool good = parse_seeds_part(&c, out, n);
    while (good && *c == ',') c++, good = parse_seeds_part(&c, out, n);
    if (good && !*c && !seeds_repeat(*out, *n)) return SRNN_OK;
    free(*out);
    *out = NULL;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%s is '%.60s'; expected whole numbers from 0 to 2^53, each once, as 1:100, "
                      "1:99:2 or 1,5,8: at most %d",
                      where, text, SEEDS_MAX);
}
