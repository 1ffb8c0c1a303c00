/* spikernn VERB ...: finds the verb, reads its options, runs it. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const cli_verb *const verbs[] = {
    &cli_train,    &cli_search,  &cli_eval,    &cli_info, &cli_run,    &cli_tasks, &cli_lesion,
    &cli_simulate, &cli_convert, &cli_analyze, &cli_plot, &cli_report, &cli_study, &cli_compare};
enum { N_VERBS = sizeof verbs / sizeof *verbs };

static const cli_options no_verb; /* for sentences before a verb is known */

static const cli_verb *find_verb(const char *name)
{
    for (int i = 0; i < N_VERBS; i++)
        if (!strcmp(name, verbs[i]->name)) return verbs[i];
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *names[N_VERBS + 2] = {"help"};
    for (int i = 0; i < N_VERBS; i++) names[i + 1] = verbs[i]->name;
    const char *nearest = srnn_nearest_name(name, names);
    if (nearest)
        return cli_error(&no_verb, "verb '%s' is unknown; did you mean '%s'?", name, nearest);
    return cli_error(&no_verb, "verb '%s' is unknown; see `spikernn --help`", name);
}

static int missing_verb(void)
{
    char names[256] = "";
    size_t length = 0;
    for (int i = 0; i < N_VERBS && length < sizeof names; i++)
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "",
                                   verbs[i]->name);
    return cli_error(&no_verb, "a verb is missing; expected one of %s (see `spikernn --help`)",
                     names);
}

static void print_help(void)
{
    puts("Usage: spikernn VERB [OPTION...] [ARGUMENT...]\n"
         "Trains a rate RNN on a cognitive task, turns it one-to-one into a spiking network and\n"
         "studies both.\n");
    for (int i = 0; i < N_VERBS; i++) printf("  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
    puts("  help     this help; with a verb, the verb's help\n\n"
         "  --help     this help\n"
         "  --version  the version\n\n"
         "`spikernn VERB --help` shows the options that most users need, --help_all every one.\n"
         "First steps:\n\n"
         "  spikernn run go-nogo --N 200 --seed 1\n\n"
         "Results go to stdout, progress and errors to stderr. Exit codes: 0 all is well, 2 bad\n"
         "input or failure, 3 the training of `run` did not reach its criterion, 130 interrupted "
         "by\n"
         "Ctrl-C, SIGTERM or a closed terminal (what was reached is saved).\n"
         "SPIKERNN_ISA=baseline, avx2, avx512 or neon forces the instruction set; the results are\n"
         "the same.");
}

static int help(int argc, char **argv)
{
    if (argc < 2 || !strcmp(argv[1], "help") || !strcmp(argv[1], "--help")) {
        print_help();
        return CLI_OK;
    }
    const cli_verb *verb = find_verb(argv[1]);
    if (!verb) return unknown_verb(argv[1]);
    cli_verb_help(verb, false, stdout);
    return CLI_OK;
}

static int main_run_verb(const cli_verb *verb, int argc, char **argv)
{
    cli_options options;
    int code = CLI_OK;
    cli_catch_signals();
    if (!cli_options_parse(&options, verb, argc, argv))
        code = cli_error(&options, "%s", options.error);
    else if (options.help || options.help_all)
        cli_verb_help(verb, options.help_all, stdout);
    else
        code = cli_json_print(&options, verb->run(&options));
    cli_options_free(&options);
    return code;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) return missing_verb();
    const char *name = argv[1];
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
        printf("spikernn %s\n", srnn_version());
        return CLI_OK;
    }
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help") ||
        cli_same_name(name, "--help_all"))
        return help(argc - 1, argv + 1);
    const cli_verb *verb = find_verb(name);
    return verb ? main_run_verb(verb, argc - 1, argv + 1) : unknown_verb(name);
}

/* A model file must never be opened as the stdout or stderr that the caller closed. */
static bool occupy_standard_files(void)
{
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0) return false;
    int fd;
    do fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) close(fd);
    return true;
}

/* What the verbs keep on the stack would run over a smaller one. */
static int small_stack(void)
{
    enum { EXPECTED = 1024 * 1024 };
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) || stack.rlim_cur >= EXPECTED) return CLI_OK;
    return cli_error(&no_verb, "the stack is limited to %llu KiB (ulimit -s); expected at least %d",
                     (unsigned long long)stack.rlim_cur / 1024, EXPECTED / 1024);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* failures of writing come back as errors, with a sentence */
    signal(SIGXFSZ, SIG_IGN);
    mallopt(M_TRIM_THRESHOLD, 1 << 28); /* threads would give back what the next trial needs */
    setenv("OPENBLAS_NUM_THREADS", "1", 0); /* same last digits on any number of processors */
    if (!occupy_standard_files()) return cli_error(&no_verb, "standard output is closed");
    cli_terminal_open();
    if (small_stack()) return CLI_FAILED;
    const int code = dispatch(argc, argv);
    cli_terminal_line(NULL); /* where nothing was printed after it */
    const bool broken = ferror(stdout);
    errno = 0;
    if ((fclose(stdout) || broken) && (code == CLI_OK || code == CLI_NOT_LEARNED)) {
        const cli_options named = {.verb = argc > 1 ? find_verb(argv[1]) : NULL};
        return cli_lost_results(&named, errno);
    }
    return code;
}
