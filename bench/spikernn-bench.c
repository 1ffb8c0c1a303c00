/* spikernn-bench: how fast the hot paths run here. Every case is a row of one
   table; each is warmed up, then repeated for a time budget, and the best, the
   median and the worst repetition are shown. */
#define _GNU_SOURCE 1
#include <argp.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernels/kernels.h"
#include "spikernn/spikernn.h"

#ifdef __clang__
#define COMPILER "Clang " __clang_version__
#else
#define COMPILER "GCC " __VERSION__
#endif

typedef struct settings {
    int N, threads;
    const char *isa, *only;
    double seconds;
    bool json, list;
} settings;

/* What the cases work on: a network that was trained on Go-NoGo. */
typedef struct bench {
    settings set;
    srnn_ctx *ctx, *ctx_all; /* one thread; the threads asked for */
    srnn_task *task;
    srnn_model *model;
    double scaling_factor, mean_rate_hz;
    float *normals; /* [STEPS][Np] */
} bench;

enum { SEED = 1, TRAINED_TRIALS = 1502, STEPS = 25 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(const bench *b, srnn_status status)
{
    if (!status) return;
    fprintf(stderr, "spikernn-bench: %s\n", srnn_ctx_message(b->ctx));
    exit(2);
}

/* ---- the cases: each does its work once and returns the units of work done ---- */

static double train_updates(bench *b)
{
    enum { UPDATES = 50 };
    srnn_model_params params = srnn_model_params_default();
    params.N = b->set.N;
    params.seed = SEED;
    srnn_model *model;
    must(b, srnn_model_create(b->ctx, &params, &model));
    srnn_train_options train = srnn_train_options_default();
    train.seed = SEED;
    train.n_trials = UPDATES;
    train.eval_freq = UPDATES + 1; /* updates alone: one evaluation, of one trial */
    train.eval_trials = 1;
    must(b, srnn_train(b->ctx, model, b->task, &train));
    srnn_model_free(model);
    return UPDATES;
}

static double rate_trials(bench *b)
{
    srnn_rate_evaluation result;
    must(b, srnn_rate_evaluate(b->ctx, b->model, b->task, NULL, &result));
    return result.n_trials;
}

static double lif_trials(bench *b, srnn_precision precision)
{
    srnn_spiking_params params = srnn_spiking_params_default();
    params.scaling_factor = b->scaling_factor;
    params.precision = precision;
    srnn_spiking_eval_options options = srnn_spiking_eval_options_default();
    options.n_trials = 10;
    srnn_spiking_evaluation result;
    must(b, srnn_spiking_evaluate(b->ctx, b->model, b->task, &params, &options, &result));
    b->mean_rate_hz = result.mean_rate_hz;
    return result.n_trials;
}

static double lif_float(bench *b) { return lif_trials(b, SRNN_FLOAT); }
static double lif_double(bench *b) { return lif_trials(b, SRNN_DOUBLE); }

static double search_trials(bench *b, srnn_ctx *ctx)
{
    srnn_search_options options = srnn_search_options_default();
    options.n_trials = 4;
    options.test_trials = 0; /* those of the grid alone are counted */
    srnn_search_result result;
    must(b, srnn_search(ctx, b->model, b->task, &options, &result));
    const double done = (double)result.n * result.n_trials;
    srnn_search_result_free(&result);
    return done;
}

static double search_one(bench *b) { return search_trials(b, b->ctx); }
static double search_all(bench *b) { return search_trials(b, b->ctx_all); }

static double normal_numbers(bench *b)
{
    enum { BLOCKS = 40 };
    const int Np = srnn__padded(b->set.N);
    srnn__stream stream;
    srnn__stream_init(&stream, SEED, SRNN_DOMAIN_USER, SRNN__FOR_LIF_NOISE);
    const srnn__normal_kernels *kernels = srnn__normal_kernels_for(b->ctx->isa);
    for (int k = 0; k < BLOCKS; k++)
        kernels->normals(&stream, 0, (uint32_t)(k * STEPS), STEPS, Np, b->normals);
    return (double)BLOCKS * STEPS * Np;
}

static const struct bench_case {
    const char *name, *what, *unit;
    double per_second; /* seconds to the unit */
    double (*run)(bench *);
} cases[] = {
    {"train", "training update, T 200, two taus, Dale", "ms", 1e3, train_updates},
    {"rate", "rate evaluation, a trial of a batch of 100", "ms", 1e3, rate_trials},
    {"lif_float", "LIF trial of 20,000 steps, float", "ms", 1e3, lif_float},
    {"lif_double", "LIF trial of 20,000 steps, double", "ms", 1e3, lif_double},
    {"search", "search, a LIF trial, one thread", "ms", 1e3, search_one},
    {"search_threads", "search, a LIF trial, all threads", "ms", 1e3, search_all},
    {"normal", "normal number", "ns", 1e9, normal_numbers},
};
enum { N_CASES = sizeof cases / sizeof *cases };

/* ---- measuring ---- */

typedef struct timing {
    double best, median, worst; /* units of the case */
    int repetitions;
} timing;

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static timing measure(bench *b, const struct bench_case *c)
{
    enum { MOST = 10000, LEAST = 3 };
    static double seconds[MOST];
    int n = 0;
    c->run(b);
    for (const double begin = now_s(); n < MOST && (n < LEAST || now_s() - begin < b->set.seconds);
         n++) {
        const double started = now_s();
        const double work = c->run(b);
        seconds[n] = (now_s() - started) / work;
    }
    qsort(seconds, (size_t)n, sizeof *seconds, ascending);
    const double median = n % 2 ? seconds[n / 2] : (seconds[n / 2 - 1] + seconds[n / 2]) / 2;
    return (timing){seconds[0] * c->per_second, median * c->per_second,
                    seconds[n - 1] * c->per_second, n};
}

/* Peak memory of a process that searches, MB; NaN where it cannot be told. One
   thread: OpenMP's threads do not live on in a forked process. */
static double search_memory_mb(bench *b)
{
    const pid_t child = fork();
    if (child == 0) {
        search_one(b);
        _exit(0);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) return NAN;
    return (double)usage.ru_maxrss / 1024;
}

static void cpu_model(char text[128])
{
    snprintf(text, 128, "unknown processor");
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "model name : %127[^\n]", text) == 1) break;
    if (file) fclose(file);
}

/* ---- the network ---- */

static void prepare(bench *b)
{
    const srnn_ctx_options one = {.threads = 1, .isa = b->set.isa};
    const srnn_ctx_options all = {.threads = b->set.threads, .isa = b->set.isa};
    must(b, srnn_ctx_create(&one, &b->ctx));
    must(b, srnn_ctx_create(&all, &b->ctx_all));
    must(b, srnn_task_named(b->ctx, "go-nogo", NULL, &b->task));
    srnn_model_params params = srnn_model_params_default();
    params.N = b->set.N;
    params.seed = SEED;
    must(b, srnn_model_create(b->ctx, &params, &b->model));
    srnn_train_options train = srnn_train_options_default();
    train.seed = SEED;
    train.n_trials = TRAINED_TRIALS;
    must(b, srnn_train(b->ctx, b->model, b->task, &train));
    b->scaling_factor = 30;
    b->normals = srnn__alloc((size_t)STEPS * (size_t)srnn__padded(b->set.N), sizeof *b->normals);
    if (!b->normals) exit(2);
}

static void tidy(bench *b)
{
    free(b->normals);
    srnn_model_free(b->model);
    srnn_task_free(b->task);
    srnn_ctx_free(b->ctx_all);
    srnn_ctx_free(b->ctx);
}

/* ---- the report ---- */

static void report_text(bench *b)
{
    char cpu[128];
    cpu_model(cpu);
    printf("spikernn %s, %s, %ld processors, ISA %s, %s\nN %d, trained for %d trials, seed %d\n\n",
           srnn_version(), cpu, sysconf(_SC_NPROCESSORS_ONLN), srnn_ctx_isa(b->ctx), COMPILER,
           b->set.N, TRAINED_TRIALS, SEED);
    printf("%-44s %10s %10s %10s      n\n", "", "best", "median", "worst");
    double median[N_CASES] = {0};
    for (int i = 0; i < N_CASES; i++) {
        const struct bench_case *c = &cases[i];
        if (b->set.only && strcmp(b->set.only, c->name)) continue;
        const timing t = measure(b, c);
        median[i] = t.median;
        printf("%-44s %7.3f %s %7.3f %s %7.3f %s %6d\n", c->what, t.best, c->unit, t.median,
               c->unit, t.worst, c->unit, t.repetitions);
        fflush(stdout);
    }
    if (b->set.only) return;
    printf(
        "\nmean rate %.1f Hz at scaling factor %g; %d threads search %.2f times as fast as one\n",
        b->mean_rate_hz, b->scaling_factor, srnn_ctx_threads(b->ctx_all), median[4] / median[5]);
    printf("peak memory of a search %.1f MB\n", search_memory_mb(b));
}

static int report_json(bench *b)
{
    char cpu[128];
    cpu_model(cpu);
    json_t *rows = json_array();
    for (int i = 0; i < N_CASES; i++) {
        const struct bench_case *c = &cases[i];
        if (b->set.only && strcmp(b->set.only, c->name)) continue;
        const timing t = measure(b, c);
        json_array_append_new(rows, json_pack("{sssssssfsfsfsi}", "name", c->name, "what", c->what,
                                              "unit", c->unit, "best", t.best, "median", t.median,
                                              "worst", t.worst, "repetitions", t.repetitions));
    }
    json_t *document = json_pack(
        "{sssssisssssisisfsfso}", "version", srnn_version(), "processor", cpu, "processors",
        (int)sysconf(_SC_NPROCESSORS_ONLN), "isa", srnn_ctx_isa(b->ctx), "compiler", COMPILER, "N",
        b->set.N, "threads", srnn_ctx_threads(b->ctx_all), "mean_rate_hz", b->mean_rate_hz,
        "search_memory_mb", search_memory_mb(b), "cases", rows);
    const bool failed = !document || json_dumpf(document, stdout, JSON_INDENT(2)) || puts("") < 0;
    json_decref(document);
    return failed ? 2 : 0;
}

/* ---- options ---- */

enum { KEY_N = 1000, KEY_THREADS, KEY_ISA, KEY_SECONDS, KEY_ONLY, KEY_LIST, KEY_JSON };

static const struct argp_option options[] = {
    {"N", KEY_N, "UNITS", 0, "units of the network, 10 to 10000 (default 200)", 0},
    {"threads", KEY_THREADS, "THREADS", 0, "of the last search case; 0 (default): all processors",
     0},
    {"isa", KEY_ISA, "NAME", 0, "baseline, avx2, avx512 or neon (default: the best)", 0},
    {"seconds", KEY_SECONDS, "S", 0, "time for each case, above 0 (default 1)", 0},
    {"only", KEY_ONLY, "NAME", 0, "this case alone", 0},
    {"list", KEY_LIST, NULL, 0, "name the cases", 0},
    {"json", KEY_JSON, NULL, 0, "one JSON document on stdout", 0},
    {0}};

static double number(struct argp_state *state, const char *option, const char *text, double least,
                     double most)
{
    char *end;
    const double value = strtod(text, &end);
    if (end == text || *end || !(value >= least && value <= most))
        argp_error(state, "%s is '%s'; expected a number from %g to %g", option, text, least, most);
    return value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    settings *s = state->input;
    switch (key) {
    case KEY_N: s->N = (int)number(state, "--N", arg, 10, 10000); return 0;
    case KEY_THREADS: s->threads = (int)number(state, "--threads", arg, 0, 1024); return 0;
    case KEY_ISA: s->isa = arg; return 0;
    case KEY_SECONDS: s->seconds = number(state, "--seconds", arg, 1e-3, 3600); return 0;
    case KEY_LIST: s->list = true; return 0;
    case KEY_JSON: s->json = true; return 0;
    case KEY_ONLY:
        for (int i = 0; i < N_CASES; i++)
            if (!strcmp(arg, cases[i].name)) s->only = arg;
        if (!s->only) argp_error(state, "--only is '%s'; expected a case that --list names", arg);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    const struct argp argp = {options, parse, NULL, "How fast the hot paths of SpikeRNN run here.",
                              NULL,    NULL,  NULL};
    bench b = {.set = {.N = 200, .seconds = 1}};
    argp_err_exit_status = 2;
    argp_parse(&argp, argc, argv, 0, NULL, &b.set);
    for (int i = 0; b.set.list && i < N_CASES; i++)
        printf("%-16s %s\n", cases[i].name, cases[i].what);
    if (b.set.list) return 0;
    prepare(&b);
    int code = 0;
    if (b.set.json)
        code = report_json(&b);
    else
        report_text(&b);
    tidy(&b);
    return code;
}
