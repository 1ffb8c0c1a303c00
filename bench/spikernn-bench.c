/* spikernn-bench: how fast the hot paths run here, beside what the machine
   could do at most. Every case is a row of one table (cases.c); each is repeated
   for a time budget. */
#define _GNU_SOURCE 1
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

enum {
    KEY_N = 1000,
    KEY_THREADS,
    KEY_ISA,
    KEY_SECONDS,
    KEY_ONLY,
    KEY_LIST,
    KEY_JSON,
    KEY_SCALE,
    KEY_COMPARE
};

static const struct argp_option options[] = {
    {"N", KEY_N, "UNITS", 0,
     "units of the network, 10 to 10000 (default 200); with --scale the most (default 4000)", 0},
    {"threads", KEY_THREADS, "THREADS", 0, "of the cases that use all; 0 (default): all processors",
     0},
    {"isa", KEY_ISA, "NAME", 0, "baseline, avx2, avx512 or neon (default: the best)", 0},
    {"seconds", KEY_SECONDS, "S", 0, "time for each case, above 0 (default 1)", 0},
    {"only", KEY_ONLY, "NAME", 0, "this case alone", 0},
    {"list", KEY_LIST, NULL, 0, "name the cases", 0},
    {"json", KEY_JSON, NULL, 0, "one JSON document on stdout", 0},
    {"scale", KEY_SCALE, NULL, 0,
     "tables over units and steps, of train, rate and lif_float, in place of the cases", 0},
    {"compare", KEY_COMPARE, NULL, 0,
     "nothing is measured: the medians of two reports of --json, OLD and NEW, and their ratios", 0},
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

static int whole_number(struct argp_state *state, const char *option, const char *text, int least,
                        int most)
{
    char *end;
    const long value = strtol(text, &end, 10);
    if (end == text || *end || value < least || value > most)
        argp_error(state, "%s is '%s'; expected a whole number from %d to %d", option, text, least,
                   most);
    return (int)value;
}

typedef struct command {
    settings set;
    bool compare, given[KEY_COMPARE - KEY_N + 1]; /* by key */
    int files;
} command;

/* Refuses all options beside this one but the other. */
static void expect_alone(struct argp_state *state, const command *c, int key, int other,
                         const char *expected)
{
    for (const struct argp_option *o = options; o->name; o++)
        if (c->given[o->key - KEY_N] && o->key != key && o->key != other)
            argp_error(state, "--%s is given with %s", o->name, expected);
}

static void finish(struct argp_state *state, command *c)
{
    if (c->compare)
        expect_alone(state, c, KEY_COMPARE, KEY_JSON,
                     "--compare; expected two reports, and --json at most");
    if (c->set.list) expect_alone(state, c, KEY_LIST, KEY_LIST, "--list; expected it alone");
    if (c->compare != (c->files > 0) || (c->compare && c->files != 2))
        argp_error(state, "%d file%s given; expected two with --compare, none without", c->files,
                   c->files == 1 ? "" : "s");
    if (c->set.scale && c->set.N && c->set.N < 50)
        argp_error(state, "--N is '%d'; expected 50 or more with --scale", c->set.N);
    if (c->set.scale && c->set.only && !scale_has(c->set.only))
        argp_error(state, "--only is '%s'; expected train, rate or lif_float with --scale",
                   c->set.only);
    if (!c->set.N) c->set.N = c->set.scale ? 4000 : 200;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    command *c = state->input;
    settings *s = &c->set;
    if (key >= KEY_N && key <= KEY_COMPARE) c->given[key - KEY_N] = true;
    switch (key) {
    case KEY_N: s->N = whole_number(state, "--N", arg, 10, 10000); return 0;
    case KEY_THREADS: s->threads = whole_number(state, "--threads", arg, 0, 1024); return 0;
    case KEY_ISA: s->isa = arg; return 0;
    case KEY_SECONDS: s->seconds = number(state, "--seconds", arg, 1e-3, 3600); return 0;
    case KEY_LIST: s->list = true; return 0;
    case KEY_JSON: s->json = true; return 0;
    case KEY_SCALE: s->scale = true; return 0;
    case KEY_COMPARE: c->compare = true; return 0;
    case KEY_ONLY:
        if (!case_named(arg))
            argp_error(state, "--only is '%s'; expected a case that --list names", arg);
        s->only = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (c->files < 2) s->compared[c->files] = arg;
        c->files++;
        return 0;
    case ARGP_KEY_END: finish(state, c); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* At every exit, that of --help included. */
static void close_stdout(void)
{
    const bool broken = ferror(stdout);
    errno = 0;
    if (!fclose(stdout) && !broken) return;
    fprintf(stderr, "spikernn-bench: the results cannot be written to standard output: %s\n",
            errno ? strerror(errno) : "an earlier write failed");
    _exit(2);
}

int main(int argc, char **argv)
{
    atexit(close_stdout);
    const struct argp argp = {options,
                              parse,
                              "\n--compare OLD.json NEW.json",
                              "How fast the hot paths of SpikeRNN run here.",
                              NULL,
                              NULL,
                              NULL};
    command c = {.set = {.seconds = 1}};
    argp_err_exit_status = 2;
    argp_parse(&argp, argc, argv, 0, NULL, &c);
    bench b = {.set = c.set};
    if (c.set.isa) setenv("SPIKERNN_ISA", c.set.isa, 1); /* for the program */
    if (c.compare) return compare(c.set.compared[0], c.set.compared[1], c.set.json);
    for (int i = 0; c.set.list && i < N_CASES; i++)
        printf("%-16s %s\n", cases[i].name, cases[i].what);
    if (c.set.list) return 0;
    if (getloadavg(&b.load, 1) < 1) b.load = NAN;
    return c.set.scale ? report_scale(&b) : report_cases(&b);
}
