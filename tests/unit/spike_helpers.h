/* What the tests of spike trains share: recordings made spike by spike, random intervals. */
#ifndef SPIKE_HELPERS_H
#define SPIKE_HELPERS_H

#include "helpers.h"

static inline char *copied(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    assert_non_null(copy);
    return strcpy(copy, text);
}

/* Without spikes; trial k is of type k % n_types, all units are exc. */
static inline srnn_spikes new_spikes(int N, int K, double T_ms, int n_types)
{
    srnn_spikes s = {.N = N,
                     .K = K,
                     .T_ms = T_ms,
                     .dt_ms = NAN,
                     .population = zeroed((size_t)N, 1),
                     .n_types = n_types,
                     .type_names = zeroed((size_t)n_types, sizeof(char *)),
                     .type = zeroed((size_t)K, sizeof(int)),
                     .label = zeroed((size_t)K, sizeof(double)),
                     .value = zeroed((size_t)K, sizeof(double)),
                     .task = copied(""),
                     .stim_on_ms = NAN,
                     .stim_off_ms = NAN,
                     .seed = NAN};
    for (int t = 0; t < n_types; t++) s.type_names[t] = copied("type");
    for (int k = 0; k < K; k++) s.type[k] = k % n_types;
    return s;
}

/* In any order; order() follows. */
static inline void spike(srnn_spikes *s, int trial, int unit, double time_ms)
{
    if ((s->n & (s->n - 1)) == 0) { /* full at powers of two */
        const size_t room = s->n ? 2 * (size_t)s->n : 1;
        s->trial = realloc(s->trial, room * sizeof *s->trial);
        s->unit = realloc(s->unit, room * sizeof *s->unit);
        s->time_ms = realloc(s->time_ms, room * sizeof *s->time_ms);
        assert_true(s->trial && s->unit && s->time_ms);
    }
    s->trial[s->n] = trial;
    s->unit[s->n] = unit;
    s->time_ms[s->n++] = time_ms;
}

typedef struct one_spike {
    int trial, unit;
    double time_ms;
} one_spike;

static inline int spike_order(const void *a, const void *b)
{
    const one_spike *x = a, *y = b;
    if (x->trial != y->trial) return x->trial < y->trial ? -1 : 1;
    if (x->time_ms < y->time_ms) return -1;
    if (x->time_ms > y->time_ms) return 1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static inline void order(srnn_ctx *ctx, srnn_spikes *s)
{
    one_spike *all = zeroed((size_t)s->n, sizeof *all);
    for (int64_t q = 0; q < s->n; q++) all[q] = (one_spike){s->trial[q], s->unit[q], s->time_ms[q]};
    qsort(all, (size_t)s->n, sizeof *all, spike_order);
    for (int64_t q = 0; q < s->n; q++) {
        s->trial[q] = all[q].trial;
        s->unit[q] = all[q].unit;
        s->time_ms[q] = all[q].time_ms;
    }
    free(all);
    assert_ok(ctx, srnn_spikes_check(ctx, s));
}

/* Gamma with a whole-number shape and this mean: the sum of exponentials. */
static inline double gamma_interval(srnn_rng *rng, int shape, double mean)
{
    double sum = 0;
    for (int k = 0; k < shape; k++) sum -= log(srnn_rng_uniform(rng));
    return sum * mean / shape;
}

static inline void poisson_train(srnn_rng *rng, srnn_spikes *s, int trial, int unit, double rate_hz)
{
    for (double t = 0; (t += gamma_interval(rng, 1, 1e3 / rate_hz)) <= s->T_ms;)
        spike(s, trial, unit, t);
}

#define assert_same(got, expected)                                                                 \
    do {                                                                                           \
        const double same_got_ = (got), same_expected_ = (expected);                               \
        if (isnan(same_got_) != isnan(same_expected_) ||                                           \
            fabs(same_got_ - same_expected_) > 1e-10 * (1 + fabs(same_expected_)))                 \
            fail_msg("%s is %.17g; expected %.17g", #got, same_got_, same_expected_);              \
    } while (0)

#endif
