/* What the files of spikernn-bench share: the cases, the machine's peaks, what
   was measured, and the reports. Times are in seconds until they are printed. */
#ifndef SPIKERNN_BENCH_H
#define SPIKERNN_BENCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "core/core.h"
#include "kernels/kernels.h"
#include "spikernn/spikernn.h"

enum { SEED = 1 };

typedef struct settings {
    int N, threads;
    const char *isa, *only;
    double seconds;
    bool json, list, scale;
    const char *compared[2]; /* files; NULL: measure */
} settings;

/* ---- the machine ---- */

enum { LEVELS_MAX = 4 };

/* A cache, or the memory, whose size is infinite. */
typedef struct level {
    const char *name;
    double bytes, bytes_per_s; /* read by one core */
} level;

/* What one core reaches with the instruction set of the context. */
typedef struct peaks {
    double flops_per_s, flops_per_s_double; /* multiply-adds count twice */
    double normals_per_s;
    int n_levels;
    level levels[LEVELS_MAX];
} peaks;

/* Takes about `seconds` for each number. */
peaks measure_peaks(const srnn_ctx *ctx, double seconds);

void cpu_model(char text[128]);

/* Normal numbers as the spiking network draws them, block after block; returns how many. */
double draw_normals(const srnn__normal_kernels *kernels, int blocks, int Np, float *numbers);
enum { NORMAL_STEPS = 25 }; /* numbers: [NORMAL_STEPS][Np], of the latest block */

/* ---- the cases ---- */

/* What a unit of a case's work takes at least (docs/performance.md). */
typedef struct work {
    double flops, normals;
    bool in_double;
    struct {
        double bytes; /* read */
        double of;    /* size of the arrays that they are read from again and again */
    } reads[2];
} work;

/* What the cases work on. */
typedef struct bench {
    settings set;
    peaks peaks;
    double load;             /* processors that were busy in the minute before; NaN: not known */
    srnn_ctx *ctx, *ctx_all; /* one thread; the threads asked for */
    srnn_task *task;
    srnn_model *model; /* trained on Go-NoGo */
    int N, T;
    double P_rec;
    bool balanced;                        /* its excitation and inhibition before any training */
    int updates, rate_trials, lif_trials; /* of a repetition */
    int least_repetitions;
    double scaling_factor, bias_mv;
    double mean_rate_hz; /* of the LIF trials so far */
    double began_s;      /* a case sets it anew when its preparations are done */
    float *normals;
} bench;

typedef struct bench_case {
    const char *name, *what, *unit;
    double per_second;            /* units of time to the second */
    double target;                /* units of time, for 200 units, trained; 0: none */
    double (*run)(bench *);       /* does the work once, returns how many units of it */
    work (*takes)(const bench *); /* a unit of it; NULL: no bound is known */
    bool all_threads;
} bench_case;

enum { N_CASES = 10 };
extern const bench_case cases[N_CASES];
const bench_case *case_named(const char *name); /* NULL: there is none */

/* Ends the program with the context's sentence unless all went well. */
void must(const bench *b, srnn_status status);

/* Contexts and task; then the network: trained, or as it is made. */
void prepare(bench *b, int N, int T);
void prepare_model(bench *b, bool trained);
void tidy(bench *b);

double now_s(void);

/* ---- measuring ---- */

/* A lower limit of the time, and what sets it. */
typedef struct bound {
    double seconds;   /* NaN: none is known */
    double amount;    /* of what sets it: flops, bytes or numbers */
    const char *by;   /* "GFLOP/s", "GB/s", "normals/ns": the unit of amount / time / 1e9 */
    const char *from; /* the level that is read from, or "" */
} bound;

typedef struct row {
    const bench_case *c;
    const char *what;
    int N, T;
    double P_rec;
    double best, median, worst; /* seconds */
    int repetitions;
    bound bound;
    double mean_rate_hz, memory_mb; /* NaN: not known */
} row;

bound bound_of(const bench *b, const bench_case *c);
row measure(bench *b, const bench_case *c);
double share_of(const row *r);   /* bound / median; NaN where there is none */
double reached_of(const row *r); /* in the unit bound.by */
double target_of(const row *r);  /* units of the case; NaN: none */

/* Runs the function in a process of its own; returns that one's peak memory in MB, NaN where it
   failed. What it writes to `result` comes back. Start no threads before. */
double in_child(void (*function)(void *argument, void *result), void *argument, void *result,
                size_t size);

/* ---- the reports: 0, or the program's exit code ---- */

int report_cases(bench *b);
int report_scale(bench *b);
bool scale_has(const char *name); /* a table of that case */
int compare(const char *old_path, const char *new_path, bool json);

void print_machine(const bench *b);
json_t *machine_json(const bench *b);
json_t *row_json(const row *r, bool scale);
json_t *number_json(double x); /* null where it is not finite */
int print_json(json_t *document);

#endif
