/* Lesions: connections removed at random. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "model/model_internal.h"

srnn_lesion srnn_lesion_default(void)
{
    return (srnn_lesion){.size = sizeof(srnn_lesion), .pathways = {true, true, true, true}};
}

static bool exists(const srnn_model *m, size_t k)
{
    return m->som_m[k] && (m->params.apply_dale ? m->w[k] > 0 : m->w[k] != 0);
}

/* The places in w of the connections of these pathways; returns how many. */
static size_t list_connections(const srnn_model *m, const bool pathways[SRNN_PATHWAYS],
                               size_t *places)
{
    const size_t N = (size_t)m->params.N;
    size_t n = 0;
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++)
            if (pathways[srnn__pathway(m, pre, post)] && exists(m, pre * N + post))
                places[n++] = pre * N + post;
    return n;
}

/* Removes round(share * n) of the n connections, each set of them as likely as any other. */
static void remove_some(srnn_model *m, size_t *places, size_t n, double share, srnn_rng *rng,
                        int64_t *removed)
{
    const size_t N = (size_t)m->params.N, n_removed = (size_t)llround(share * (double)n);
    for (size_t k = 0; k < n_removed; k++) {
        const size_t pick = k + (size_t)(srnn_rng_uniform(rng) * (double)(n - k));
        const size_t place = places[pick];
        places[pick] = places[k];
        m->w[place] = 0;
        removed[srnn__pathway(m, place / N, place % N)]++;
    }
}

/* What was the intact network's doing and would be read as this one's. */
static void forget_last_trial(srnn_model *m)
{
    srnn__training *t = &m->training;
    float **const arrays[] = {&t->x, &t->r, &t->u, &t->target, &t->o, &t->x0, &t->r0};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        free(*arrays[i]);
        *arrays[i] = NULL;
    }
    t->T = 0;
}

srnn_status srnn_model_lesion(srnn_ctx *ctx, srnn_model *model, const srnn_lesion *given,
                              int64_t *removed)
{
    int64_t counts[SRNN_PATHWAYS] = {0};
    srnn_lesion own = srnn_lesion_default();
    const srnn_lesion *lesion = &own;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_lesion, given, seed, &own);
    if (status) return status;
    const srnn__check checks[] = {
        {"share", lesion->share, lesion->share >= 0 && lesion->share <= 1, "0 to 1"},
        {"seed", (double)lesion->seed, lesion->seed <= SRNN_SEED_MAX, "0 to 2^53"},
    };
    status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (status) return status;
    const size_t N = (size_t)model->params.N;
    size_t *places = malloc(N * N * sizeof *places);
    if (!places) return srnn__no_memory(ctx);
    srnn_rng rng;
    srnn__rng_init(&rng, lesion->seed, SRNN__DOMAIN_INIT, SRNN__FOR_LESION, 0);
    for (int k = 0; k < (lesion->by_pathway ? SRNN_PATHWAYS : 1); k++) {
        bool chosen[SRNN_PATHWAYS];
        for (int p = 0; p < SRNN_PATHWAYS; p++)
            chosen[p] = lesion->pathways[p] && (!lesion->by_pathway || p == k);
        const size_t n = list_connections(model, chosen, places);
        remove_some(model, places, n, lesion->share, &rng, counts);
    }
    free(places);
    forget_last_trial(model);
    srnn__optimizer_clear(&model->optimizer);
    if (removed) memcpy(removed, counts, sizeof counts);
    return SRNN_OK;
}
