#include "rate/sparse.h"

#include <stdlib.h>

enum {
    SPARSE_LANES = SRNN__SPARSE_LANES,
    SPARSE_STEPS = SRNN__SPARSE_STEPS,
    MOST_UNITS = SRNN__SPARSE_GROUPS * SPARSE_LANES /* in a chunk */
};

/* A matrix by its rows or by its columns. */
typedef struct sparse_matrix {
    int N, Np;
    const srnn__real *w;
    size_t of_pre, of_post, end;
} sparse_matrix;

static size_t sparse_element(const sparse_matrix *m, int pre, int post)
{
    return (size_t)pre * m->of_pre + (size_t)post * m->of_post;
}

/* The first unit from `pre` on that is connected to `post`; N: none. */
static int next_pre(const sparse_matrix *m, int pre, int post)
{
    if (post >= m->N) return m->N;
    while (pre < m->N && m->w[sparse_element(m, pre, post)] == 0) pre++;
    return pre;
}

/* Where the parts of a chunk go. NULL: nowhere. */
typedef struct room {
    int32_t *windows, *from;
    uint32_t *places;
} room;

/* Puts the connections to a chunk's units into steps: each unit takes its next one
   if it is in the step's window, which begins at that which has waited longest.
   Returns the number of steps. */
static int pack_chunk(const sparse_matrix *m, const srnn__sparse_chunk *chunk, const room *to)
{
    const int n_units = chunk->n_groups * SPARSE_LANES, first_unit = chunk->group * SPARSE_LANES;
    int next[MOST_UNITS];
    for (int l = 0; l < n_units; l++) next[l] = next_pre(m, 0, first_unit + l);
    for (int step = 0;; step++) {
        int least = m->N;
        for (int l = 0; l < n_units; l++) least = next[l] < least ? next[l] : least;
        if (least == m->N && step % SPARSE_STEPS == 0) return step;
        int window = least / SPARSE_LANES * SPARSE_LANES;
        if (window > m->Np - SRNN__SPARSE_WINDOW) window = m->Np - SRNN__SPARSE_WINDOW;
        if (to->windows) to->windows[step] = window;
        for (int l = 0; l < n_units; l++) {
            const int pre = next[l];
            const bool takes = pre < m->N && pre < window + SRNN__SPARSE_WINDOW;
            if (to->from)
                to->from[(size_t)step * (size_t)n_units + (size_t)l] =
                    (int32_t)(takes ? sparse_element(m, pre, first_unit + l) : m->end);
            if (takes && to->places)
                to->places[(size_t)(step / SPARSE_STEPS) * (size_t)n_units + (size_t)l] |=
                    (uint32_t)(pre - window) << step % SPARSE_STEPS * SRNN__SPARSE_BITS;
            if (takes) next[l] = next_pre(m, pre + 1, first_unit + l);
        }
    }
}

static bool make_room(srnn__sparse *sparse, size_t n_steps)
{
    sparse->windows = srnn__alloc(n_steps, sizeof *sparse->windows);
    sparse->places = srnn__alloc(sparse->n_values / SPARSE_STEPS, sizeof *sparse->places);
    sparse->values = srnn__alloc(sparse->n_values, sizeof *sparse->values);
    sparse->from = srnn__alloc(sparse->n_values, sizeof *sparse->from);
    return sparse->windows && sparse->places && sparse->values && sparse->from;
}

bool srnn__sparse_pack(int N, int Np, const srnn__real *w, size_t of_pre, size_t of_post,
                       size_t end, srnn__sparse *sparse)
{
    const sparse_matrix m = {N, Np, w, of_pre, of_post, end};
    const size_t most_values = (size_t)N * (size_t)Np / 2; /* measured: docs/performance.md */
    const int n_groups = Np / SPARSE_LANES;
    const int n_chunks = (n_groups + SRNN__SPARSE_GROUPS - 1) / SRNN__SPARSE_GROUPS;
    *sparse = (srnn__sparse){.n_chunks = n_chunks};
    if (Np < SRNN__SPARSE_WINDOW || end > INT32_MAX) return false;
    if (!(sparse->chunks = malloc((size_t)n_chunks * sizeof *sparse->chunks))) return false;
    size_t n_steps = 0;
    for (int c = 0; c < n_chunks && sparse->n_values <= most_values; c++) {
        const int first = c * n_groups / n_chunks, after = (c + 1) * n_groups / n_chunks;
        srnn__sparse_chunk *chunk = &sparse->chunks[c];
        *chunk = (srnn__sparse_chunk){.group = first, .n_groups = after - first};
        chunk->n_steps = pack_chunk(&m, chunk, &(room){0});
        n_steps += (size_t)chunk->n_steps;
        sparse->n_values += (size_t)chunk->n_steps * (size_t)chunk->n_groups * SPARSE_LANES;
    }
    if (sparse->n_values > most_values || !make_room(sparse, n_steps)) {
        srnn__sparse_free(sparse);
        return false;
    }
    room to = {sparse->windows, sparse->from, sparse->places};
    for (int c = 0; c < n_chunks; c++) {
        const srnn__sparse_chunk *chunk = &sparse->chunks[c];
        pack_chunk(&m, chunk, &to);
        const size_t n = (size_t)chunk->n_steps * (size_t)chunk->n_groups * SPARSE_LANES;
        to.windows += chunk->n_steps;
        to.from += n;
        to.places += n / SPARSE_STEPS;
    }
    sparse->n_connections = srnn__sparse_refill(sparse, w);
    return true;
}

void srnn__sparse_free(srnn__sparse *sparse)
{
    free(sparse->chunks);
    free(sparse->windows);
    free(sparse->places);
    free(sparse->values);
    free(sparse->from);
    *sparse = (srnn__sparse){0};
}

size_t srnn__sparse_refill(srnn__sparse *sparse, const srnn__real *w)
{
    size_t n = 0;
    for (size_t k = 0; k < sparse->n_values; k++) {
        sparse->values[k] = w[sparse->from[k]];
        n += sparse->values[k] != 0;
    }
    return n;
}

void srnn__sparse_add(const srnn__sparse *sparse, const srnn__real *values, size_t end,
                      srnn__real *w)
{
    for (size_t k = 0; k < sparse->n_values; k++)
        if ((size_t)sparse->from[k] != end) w[sparse->from[k]] += values[k];
}
