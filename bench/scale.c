/* How time and memory grow with the units, the steps and the
   connections. Each row is measured
   in a process of its own, so that its peak memory is its own. The networks are
   as they are made: the time does not depend on the training. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static const struct scaled {
    const char *name, *what;
    bool makes_network; /* of its own */
    double per_unit;    /* 2: the time grows with N^2, 1: with N */
    double steps_per_T;
    const char *growth;
} tables[] = {
    {"train", "training update, two taus, Dale", true, 2, 1, "ps/(N² T)"},
    {"rate", "rate trial of a batch of 16", false, 2, 1, "ps/(N² T)"},
    {"lif_float", "LIF trial, float, 100 steps to one of T", false, 1, 100, "ps/(N step)"},
};
enum { N_TABLES = sizeof tables / sizeof *tables };

static const struct size {
    int N, T;
    double P_rec;
} sizes[] = {{50, 200, 0.2},   {100, 200, 0.2},  {200, 200, 0.2},  {400, 200, 0.2}, {800, 200, 0.2},
             {1600, 200, 0.2}, {4000, 200, 0.2}, {200, 100, 0.2},  {200, 400, 0.2}, {200, 800, 0.2},
             {200, 200, 0.05}, {200, 200, 1},    {800, 200, 0.05}, {800, 200, 1}};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

typedef struct measurement {
    const bench *b;
    const struct scaled *table;
    struct size size;
} measurement;

/* Enough work that its beginning and end do not count, and no more. */
static int repeated(double most, int N, int least)
{
    const double n = most * 200 * 200 / ((double)N * N);
    return n > most ? (int)most : n < least ? least : (int)n;
}

static void measure_row(void *argument, void *result)
{
    const measurement *m = argument;
    bench b = {.set = m->b->set, .peaks = m->b->peaks};
    b.set.seconds /= 2;
    prepare(&b, m->size.N, m->size.T);
    b.P_rec = m->size.P_rec;
    b.updates = repeated(b.updates, m->size.N, 4);
    b.rate_trials = 96;
    b.least_repetitions = 1;
    /* So that the units fire about as often as trained ones, however many they are. */
    b.balanced = true;
    b.scaling_factor = 60;
    b.bias_mv = -42;
    if (!m->table->makes_network) prepare_model(&b, false);
    const row r = measure(&b, case_named(m->table->name));
    memcpy(result, &r, sizeof r);
    tidy(&b);
}

static double growth_ps(const struct scaled *table, const row *r)
{
    return r->median * 1e12 / (pow(r->N, table->per_unit) * r->T * table->steps_per_T);
}

static void print_header(const struct scaled *table)
{
    printf("%s\n%6s %5s %5s %12s %5s %12s %6s  %-20s %12s %10s %6s\n", table->what, "N", "T",
           "P_rec", "median", "n", "bound", "share", "reached", table->growth, "memory", "rate");
}

static void print_row(const struct scaled *table, const row *r)
{
    const bench_case *c = r->c;
    char reached[32];
    snprintf(reached, sizeof reached, "%.3g %s%s%s", reached_of(r), r->bound.by,
             *r->bound.from ? " " : "", r->bound.from);
    printf("%6d %5d %5g %9.3f %s %5d %9.3f %s %4.0f %%  %-20s %11.2f %7.1f MB", r->N, r->T,
           r->P_rec, r->median * c->per_second, c->unit, r->repetitions,
           r->bound.seconds * c->per_second, c->unit, 100 * share_of(r), reached,
           growth_ps(table, r), r->memory_mb);
    if (isfinite(r->mean_rate_hz)) printf(" %4.1f Hz", r->mean_rate_hz);
    printf("\n");
}

bool scale_has(const char *name)
{
    for (int k = 0; k < N_TABLES; k++)
        if (!strcmp(name, tables[k].name)) return true;
    return false;
}

int report_scale(bench *b)
{
    prepare(b, b->set.N, 200);
    b->peaks = measure_peaks(b->ctx, b->set.seconds / 5);
    json_t *document = machine_json(b), *rows = json_array();
    json_object_set_new(document, "cases", rows);
    if (!b->set.json) print_machine(b);
    bool complete = true;
    for (int k = 0; k < N_TABLES; k++) {
        const struct scaled *table = &tables[k];
        if (b->set.only && strcmp(b->set.only, table->name)) continue;
        if (!b->set.json) print_header(table);
        for (int i = 0; i < N_SIZES; i++) {
            if (sizes[i].N > b->set.N) continue;
            measurement m = {b, table, sizes[i]};
            row r;
            const double memory_mb = in_child(measure_row, &m, &r, sizeof r);
            if (isnan(memory_mb)) {
                fprintf(stderr, "spikernn-bench: no result for %s with N %d, T %d\n", table->name,
                        m.size.N, m.size.T);
                complete = false;
                continue;
            }
            r.memory_mb = memory_mb;
            r.what = table->what;
            if (b->set.json)
                json_array_append_new(rows, row_json(&r, true));
            else
                print_row(table, &r);
        }
        if (!b->set.json) printf("\n");
    }
    tidy(b);
    if (b->set.json) return print_json(document) || !complete ? 2 : 0;
    json_decref(document);
    return complete ? 0 : 2;
}
