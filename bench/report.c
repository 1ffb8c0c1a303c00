/* The table of the cases, as text and as JSON. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#ifdef __clang__
#define COMPILER "Clang " __clang_version__
#else
#define COMPILER "GCC " __VERSION__
#endif

static long processors(void) { return sysconf(_SC_NPROCESSORS_ONLN); }

void print_machine(const bench *b)
{
    const peaks *p = &b->peaks;
    char cpu[128];
    cpu_model(cpu);
    printf("spikernn-bench %s, %s, %ld processors, ISA %s, %s\n", srnn_version(), cpu, processors(),
           srnn_ctx_isa(b->ctx), COMPILER);
    printf("one core: %.0f GFLOP/s float, %.0f double; %.2f normals/ns; GB/s read:",
           p->flops_per_s / 1e9, p->flops_per_s_double / 1e9, p->normals_per_s / 1e9);
    for (int k = 0; k < p->n_levels; k++)
        printf("%s %s %.0f", k ? "," : "", p->levels[k].name, p->levels[k].bytes_per_s / 1e9);
    printf("\nload before: %.1f of %ld processors\n\n", b->load, processors());
}

json_t *number_json(double x) { return isfinite(x) ? json_real(x) : json_null(); }

json_t *machine_json(const bench *b)
{
    const peaks *p = &b->peaks;
    char cpu[128];
    cpu_model(cpu);
    json_t *levels = json_array();
    for (int k = 0; k < p->n_levels; k++)
        json_array_append_new(levels, json_pack("{sssoso}", "name", p->levels[k].name, "bytes",
                                                number_json(p->levels[k].bytes), "gb_per_s",
                                                number_json(p->levels[k].bytes_per_s / 1e9)));
    json_t *core =
        json_pack("{sosososo}", "gflops_float", number_json(p->flops_per_s / 1e9), "gflops_double",
                  number_json(p->flops_per_s_double / 1e9), "normals_per_ns",
                  number_json(p->normals_per_s / 1e9), "levels", levels);
    return json_pack("{sssssisssssisisoso}", "version", srnn_version(), "processor", cpu,
                     "processors", (int)processors(), "isa", srnn_ctx_isa(b->ctx), "compiler",
                     COMPILER, "threads", srnn_ctx_threads(b->ctx_all), "seed", SEED, "load",
                     number_json(b->load), "one_core", core);
}

/* The unit without the blank that keeps the columns of the table. */
static json_t *unit_json(const char *unit) { return json_stringn(unit, strcspn(unit, " ")); }

json_t *row_json(const row *r, bool scale)
{
    const bench_case *c = r->c;
    char name[80];
    snprintf(name, sizeof name, "%s N %d T %d P_rec %g", c->name, r->N, r->T, r->P_rec);
    json_t *bounded = json_null();
    if (isfinite(r->bound.seconds))
        bounded = json_pack("{sosssssoso}", "time", number_json(r->bound.seconds * c->per_second),
                            "by", r->bound.by, "from", r->bound.from, "reached",
                            number_json(reached_of(r)), "share", number_json(share_of(r)));
    json_t *object = json_pack("{sssssosfsfsfsisoso}", "name", scale ? name : c->name, "what",
                               r->what, "unit", unit_json(c->unit), "best", r->best * c->per_second,
                               "median", r->median * c->per_second, "worst",
                               r->worst * c->per_second, "repetitions", r->repetitions, "target",
                               number_json(scale ? NAN : target_of(r)), "bound", bounded);
    if (scale)
        json_object_update_new(object,
                               json_pack("{sisisfsoso}", "N", r->N, "T", r->T, "P_rec", r->P_rec,
                                         "mean_rate_hz", number_json(r->mean_rate_hz), "memory_mb",
                                         number_json(r->memory_mb)));
    return object;
}

int print_json(json_t *document)
{
    const bool failed = !document ||
                        json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) ||
                        puts("") < 0;
    json_decref(document);
    return failed ? 2 : 0;
}

static void print_header(void)
{
    printf("%-43s %11s %11s %8s %5s %11s %6s  %s\n", "", "median", "best", "target", "n", "bound",
           "share", "reached");
}

static void print_row(const row *r)
{
    const bench_case *c = r->c;
    const double target = target_of(r);
    printf("%-43s %8.3f %s %8.3f %s ", r->what, r->median * c->per_second, c->unit,
           r->best * c->per_second, c->unit);
    isnan(target) ? printf("%8s", "-") : printf("%5.4g %s", target, c->unit);
    printf(" %5d ", r->repetitions);
    if (isnan(r->bound.seconds))
        printf("%11s %6s\n", "-", "-");
    else
        printf("%8.3f %s %4.0f %%  %.3g %s%s%s\n", r->bound.seconds * c->per_second, c->unit,
               100 * share_of(r), reached_of(r), r->bound.by, *r->bound.from ? " " : "",
               r->bound.from);
    fflush(stdout);
}

static void search_one(void *argument, void *nothing)
{
    (void)nothing;
    case_named("search")->run(argument);
}

/* Of the process that searches, on one thread: OpenMP's do not live on in a child. */
static double search_memory_mb(bench *b)
{
    char nothing;
    return in_child(search_one, b, &nothing, 1);
}

static double median_of(const row *rows, int n, const char *name)
{
    for (int k = 0; k < n; k++)
        if (!strcmp(rows[k].c->name, name)) return rows[k].median;
    return NAN;
}

static json_t *cases_json(const bench *b, const row *rows, int n, double speedup, double memory_mb)
{
    json_t *list = json_array();
    for (int k = 0; k < n; k++) json_array_append_new(list, row_json(&rows[k], false));
    json_t *document = machine_json(b);
    json_object_update_new(document,
                           json_pack("{sisososososo}", "N", b->N, "mean_rate_hz",
                                     number_json(b->mean_rate_hz > 0 ? b->mean_rate_hz : NAN),
                                     "scaling_factor", number_json(b->scaling_factor),
                                     "search_speedup", number_json(speedup), "search_memory_mb",
                                     number_json(memory_mb), "cases", list));
    return document;
}

int report_cases(bench *b)
{
    prepare(b, b->set.N, 200);
    prepare_model(b, true);
    const double memory_mb = search_memory_mb(b);
    b->peaks = measure_peaks(b->ctx, b->set.seconds / 5);
    if (!b->set.json) {
        print_machine(b);
        printf("N %d, trained, T %d, seed %d\n", b->N, b->T, SEED);
        print_header();
    }
    row rows[N_CASES];
    int n = 0;
    for (int i = 0; i < N_CASES; i++) {
        if (b->set.only && strcmp(b->set.only, cases[i].name)) continue;
        rows[n] = measure(b, &cases[i]);
        if (!b->set.json) print_row(&rows[n]);
        n++;
    }
    const double speedup = median_of(rows, n, "search") / median_of(rows, n, "search_threads");
    int code = 0;
    if (b->set.json)
        code = print_json(cases_json(b, rows, n, speedup, memory_mb));
    else if (!b->set.only)
        printf("\nmean rate %.1f Hz at scaling factor %g; peak memory of a search %.1f MB\n"
               "%d threads search %.2f times as fast as one (target: two 1.9 times)\n",
               b->mean_rate_hz, b->scaling_factor, memory_mb, srnn_ctx_threads(b->ctx_all),
               speedup);
    tidy(b);
    return code;
}
