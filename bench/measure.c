/* Repetitions, and the bounds that the machine sets (docs/performance.md). */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double once(bench *b, const bench_case *c)
{
    b->began_s = now_s();
    const double units = c->run(b);
    return (now_s() - b->began_s) / units;
}

row measure(bench *b, const bench_case *c)
{
    enum { MOST = 10000 };
    static double seconds[MOST];
    double begin = now_s();
    seconds[0] = once(b, c);
    int n = now_s() - begin > b->set.seconds;
    if (!n) begin = now_s(); /* that was to warm up */
    for (; n < MOST && (n < b->least_repetitions || now_s() - begin < b->set.seconds); n++)
        seconds[n] = once(b, c);
    qsort(seconds, (size_t)n, sizeof *seconds, ascending);
    return (row){.c = c,
                 .what = c->what,
                 .N = b->N,
                 .T = b->T,
                 .P_rec = b->P_rec,
                 .best = seconds[0],
                 .median = (seconds[n / 2] + seconds[(n - 1) / 2]) / 2,
                 .worst = seconds[n - 1],
                 .repetitions = n,
                 .bound = bound_of(b, c),
                 .mean_rate_hz = b->mean_rate_hz > 0 ? b->mean_rate_hz : NAN,
                 .memory_mb = NAN};
}

/* Seconds to read the bytes out of arrays of `of` bytes, as much of which as fits lies in each
   level; *last: the one that holds the rest. */
static double reading_s(const peaks *p, double bytes, double of, const level **last)
{
    double seconds = 0, nearer = 0;
    for (int k = 0; k < p->n_levels && nearer < of; k++) {
        *last = &p->levels[k];
        const double upto = k == p->n_levels - 1 ? of : fmin(of, p->levels[k].bytes);
        if (upto > nearer) seconds += bytes * (upto - nearer) / of / p->levels[k].bytes_per_s;
        nearer = fmax(nearer, upto);
    }
    return seconds;
}

static void take_longer(bound *limit, double amount, double seconds, const char *by,
                        const char *from)
{
    if (seconds > 0 && !(seconds <= limit->seconds)) *limit = (bound){seconds, amount, by, from};
}

bound bound_of(const bench *b, const bench_case *c)
{
    bound limit = {NAN, 0, "", ""};
    if (!c->takes) return limit;
    const work w = c->takes(b);
    const peaks *p = &b->peaks;
    const double cores = c->all_threads ? srnn_ctx_threads(b->ctx_all) : 1;
    const double flops_per_s = w.in_double ? p->flops_per_s_double : p->flops_per_s;
    take_longer(&limit, w.flops, w.flops / (cores * flops_per_s), "GFLOP/s", "");
    take_longer(&limit, w.normals, w.normals / (cores * p->normals_per_s), "normals/ns", "");
    for (size_t k = 0; k < sizeof w.reads / sizeof *w.reads; k++) {
        const level *last = &p->levels[0];
        const double seconds = reading_s(p, w.reads[k].bytes, w.reads[k].of, &last) / cores;
        take_longer(&limit, w.reads[k].bytes, seconds, "GB/s", last->name);
    }
    return limit;
}

double share_of(const row *r) { return r->bound.seconds / r->median; }
double reached_of(const row *r) { return r->bound.amount / r->median / 1e9; }
double target_of(const row *r) { return r->c->target > 0 && r->N == 200 ? r->c->target : NAN; }

double in_child(void (*function)(void *, void *), void *argument, void *result, size_t size)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends)) return NAN;
    const pid_t child = fork();
    if (child == 0) {
        function(argument, result);
        _exit(write(ends[1], result, size) == (ssize_t)size ? 0 : 2);
    }
    close(ends[1]);
    int status = -1;
    struct rusage usage;
    const bool whole = child > 0 && read(ends[0], result, size) == (ssize_t)size;
    const bool ended = child > 0 && wait4(child, &status, 0, &usage) > 0 && status == 0;
    close(ends[0]);
    return whole && ended ? (double)usage.ru_maxrss / 1024 : NAN;
}
