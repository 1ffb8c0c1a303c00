/* Wilcoxon's tests and Holm's correction. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/sorted.h"
#include "core/core.h"
#include "spikernn/statistics.h"

/* The largest samples with an exact p, those of scipy. */
enum { EXACT_PAIRS = 50, EXACT_SAMPLE = 8 };

static const srnn_rank_test no_test = {
    .statistic = NAN, .p = NAN, .effect = NAN, .difference = NAN};

typedef struct ranked {
    double value;
    bool first; /* of the group whose ranks are summed */
} ranked;

typedef struct rank_sums {
    double first;
    double ties; /* t^3 - t, over sets of t equal values */
} rank_sums;

static int ranked_ascending(const void *a, const void *b)
{
    return srnn__ascending(&((const ranked *)a)->value, &((const ranked *)b)->value);
}

/* Equal values have the mean of their ranks. */
static rank_sums sum_ranks(ranked *values, size_t n)
{
    rank_sums sums = {0};
    qsort(values, n, sizeof *values, ranked_ascending);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && values[to].value == values[from].value;) to++;
        const double t = (double)(to - from);
        for (size_t i = from; i < to; i++)
            if (values[i].first) sums.first += ((double)(from + to) + 1) / 2;
        sums.ties += t * t * t - t;
    }
    return sums;
}

static double two_sided(double tail) { return tail < 0.5 ? 2 * tail : 1; }

static double normal_tail(double distance, double variance)
{
    return variance > 0 ? erfc(distance / sqrt(2 * variance)) / 2 : 1;
}

static double sum_up_to(const double *counts, size_t last)
{
    double sum = 0;
    for (size_t k = 0; k <= last; k++) sum += counts[k];
    return sum;
}

/* ---- pairs ---- */

/* P(W <= w) of n pairs into *tail. That many sets of ranks have the sum k: the coefficient of q^k
   in (1 + q)(1 + q^2)...(1 + q^n). */
static srnn_status signed_rank_tail(srnn_ctx *ctx, int n, double w, double *tail)
{
    const size_t last = (size_t)w;
    double *sets = srnn__alloc(last + 1, sizeof *sets);
    if (!sets) return srnn__no_memory(ctx);
    sets[0] = 1;
    for (size_t i = 1; i <= (size_t)n; i++)
        for (size_t k = last + 1; k-- > i;) sets[k] += sets[k - i];
    *tail = ldexp(sum_up_to(sets, last), -n);
    free(sets);
    return SRNN_OK;
}

static srnn_status signed_rank(srnn_ctx *ctx, ranked *pairs, int n, bool all_differ,
                               srnn_rank_test *out)
{
    const rank_sums sums = sum_ranks(pairs, (size_t)n);
    const double N = n, total = N * (N + 1) / 2, w = fmin(sums.first, total - sums.first);
    double tail = normal_tail(total / 2 - w, (total * (2 * N + 1) - sums.ties / 4) / 12);
    out->exact = n <= EXACT_PAIRS && all_differ && sums.ties == 0;
    const srnn_status status = out->exact ? signed_rank_tail(ctx, n, w, &tail) : SRNN_OK;
    out->statistic = sums.first;
    out->effect = 2 * sums.first / total - 1;
    out->p = two_sided(tail);
    return status;
}

/* Differences that are closer are equal: 0.3 - 0.2 is not 0.2 - 0.1 in doubles. */
static double rounding_of(const double *a, const double *b, int n)
{
    double largest = 0;
    for (int i = 0; i < n; i++)
        if (isfinite(a[i] - b[i])) largest = fmax(largest, fmax(fabs(a[i]), fabs(b[i])));
    return largest > 0 ? ldexp(1, ilogb(largest) - 40) : 1;
}

srnn_status srnn_signed_rank_test(srnn_ctx *ctx, const double *a, const double *b, int n,
                                  srnn_rank_test *out)
{
    double *differences = srnn__alloc((size_t)n, sizeof *differences);
    ranked *pairs = srnn__alloc((size_t)n, sizeof *pairs);
    srnn_status status = differences && pairs ? SRNN_OK : srnn__no_memory(ctx);
    *out = no_test;
    if (!status) {
        for (int i = 0; i < n; i++) differences[i] = a[i] - b[i];
        const int found = srnn__sort_finite(differences, n, differences);
        const double unit = rounding_of(a, b, n);
        for (int i = 0; i < found; i++) {
            const double size = rint(fabs(differences[i]) / unit);
            if (size > 0) pairs[out->n++] = (ranked){size, differences[i] > 0};
        }
        out->difference = srnn__sorted_quantile(differences, found, 0.5);
        if (out->n > 0) status = signed_rank(ctx, pairs, out->n, out->n == found, out);
    }
    free(pairs);
    free(differences);
    return status;
}

/* ---- independent samples ---- */

/* P(U <= u) of samples of n and m values into *tail. That many of their orders have the U k: the
   coefficient of q^k in the product of (1 - q^(m+i)) / (1 - q^i) over i = 1...n. */
static srnn_status rank_sum_tail(srnn_ctx *ctx, size_t n, size_t m, double u, double *tail)
{
    const size_t last = (size_t)u;
    double *orders = srnn__alloc(last + 1, sizeof *orders), all = 1;
    if (!orders) return srnn__no_memory(ctx);
    orders[0] = 1;
    for (size_t i = 1; i <= n; i++) {
        for (size_t k = last + 1; k-- > m + i;) orders[k] -= orders[k - m - i];
        for (size_t k = i; k <= last; k++) orders[k] += orders[k - i];
        all *= (double)(m + i) / (double)i;
    }
    *tail = sum_up_to(orders, last) / all;
    free(orders);
    return SRNN_OK;
}

/* A double's place among all doubles, and back. */
static uint64_t place_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double at_place(uint64_t place)
{
    const uint64_t bits = place >> 63 ? place & ~(UINT64_C(1) << 63) : ~place;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef struct two_samples {
    double *a, *b; /* [n], [m] sorted */
    int n, m;
} two_samples;

/* How many of the differences a - b are at most this. */
static int64_t differences_up_to(const two_samples *s, double most)
{
    int64_t count = 0;
    for (int i = 0, j = 0; i < s->n; i++) {
        while (j < s->m && s->a[i] - s->b[j] > most) j++;
        count += s->m - j;
    }
    return count;
}

/* The k-th smallest difference, from 1, without the n m differences in memory: halves the doubles
   between the smallest and the largest. */
static double kth_difference(const two_samples *s, int64_t k)
{
    uint64_t low = place_of(s->a[0] - s->b[s->m - 1]), high = place_of(s->a[s->n - 1] - s->b[0]);
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (differences_up_to(s, at_place(middle)) < k)
            low = middle + 1;
        else
            high = middle;
    }
    return at_place(low) + 0.0; /* not -0 */
}

static double median_difference(const two_samples *s)
{
    const int64_t all = (int64_t)s->n * s->m;
    return kth_difference(s, (all + 1) / 2) / 2 + kth_difference(s, all / 2 + 1) / 2;
}

static srnn_status rank_sum(srnn_ctx *ctx, ranked *values, int n_given, int m_given,
                            srnn_rank_test *out)
{
    const double n = n_given, m = m_given, all = n * m;
    const rank_sums sums = sum_ranks(values, (size_t)n_given + (size_t)m_given);
    const double u = sums.first - n * (n + 1) / 2, smaller = fmin(u, all - u);
    const double variance = all / 12 * (n + m + 1 - sums.ties / ((n + m) * (n + m - 1)));
    double tail = normal_tail(all / 2 - smaller - 0.5, variance);
    const int least = n_given < m_given ? n_given : m_given;
    out->exact = least <= EXACT_SAMPLE && sums.ties == 0;
    const srnn_status status =
        out->exact ? rank_sum_tail(ctx, (size_t)least, (size_t)fmax(n, m), smaller, &tail)
                   : SRNN_OK;
    out->statistic = u;
    out->effect = 2 * u / all - 1;
    out->p = two_sided(tail);
    return status;
}

srnn_status srnn_rank_sum_test(srnn_ctx *ctx, const double *a, int n, const double *b, int m,
                               srnn_rank_test *out)
{
    const size_t both = (size_t)n + (size_t)m;
    ranked *values = srnn__alloc(both, sizeof *values);
    two_samples s = {.a = srnn__alloc((size_t)n, sizeof *s.a),
                     .b = srnn__alloc((size_t)m, sizeof *s.b)};
    srnn_status status = values && s.a && s.b ? SRNN_OK : srnn__no_memory(ctx);
    *out = no_test;
    if (!status) {
        out->n = s.n = srnn__sort_finite(a, n, s.a);
        out->m = s.m = srnn__sort_finite(b, m, s.b);
        for (int i = 0; i < s.n; i++) values[i] = (ranked){s.a[i], true};
        for (int j = 0; j < s.m; j++) values[s.n + j] = (ranked){s.b[j], false};
    }
    if (!status && s.n > 0 && s.m > 0) {
        out->difference = median_difference(&s);
        status = rank_sum(ctx, values, s.n, s.m, out);
    }
    free(s.b);
    free(s.a);
    free(values);
    return status;
}

/* ---- many tests ---- */

typedef struct holm_p {
    double p;
    int at;
} holm_p;

static int holm_ascending(const void *a, const void *b)
{
    return srnn__ascending(&((const holm_p *)a)->p, &((const holm_p *)b)->p);
}

srnn_status srnn_holm(srnn_ctx *ctx, double *p, int n)
{
    holm_p *sorted = srnn__alloc((size_t)n, sizeof *sorted);
    double so_far = 0;
    int tests = 0;
    if (!sorted) return srnn__no_memory(ctx);
    for (int i = 0; i < n; i++)
        if (!isnan(p[i])) sorted[tests++] = (holm_p){p[i], i};
    qsort(sorted, (size_t)tests, sizeof *sorted, holm_ascending);
    for (int i = 0; i < tests; i++) {
        so_far = fmax(so_far, fmin(1, (tests - i) * sorted[i].p));
        p[sorted[i].at] = so_far;
    }
    free(sorted);
    return SRNN_OK;
}
