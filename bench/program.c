#define _GNU_SOURCE 1
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

static void die(const char *what, const char *path)
{
    fprintf(stderr, "spikernn-bench: %s: %s\n", path, what);
    exit(2);
}

static void find_program(char path[PATH_MAX])
{
    const char *name = "spikernn";
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    char *slash = strrchr(path, '/');
    char *end = slash ? slash + 1 : path;
    if (end - path + strlen(name) >= PATH_MAX) die("the path is too long", path);
    strcpy(end, name);
    if (access(path, X_OK)) die("expected the program beside spikernn-bench; build it first", path);
}

/* To its end, silently. */
enum { NOT_LEARNED = 3 }; /* the whole run was done all the same */

static void run_program(char *const argv[])
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int status = -1;
    const int failed = posix_spawn(&child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    const bool ended = !failed && waitpid(child, &status, 0) == child && WIFEXITED(status);
    if (ended && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == NOT_LEARNED)) return;
    fprintf(stderr, "spikernn-bench: %s %s: expected it to end with 0\n", argv[0], argv[1]);
    exit(2);
}

double program_start(bench *b)
{
    (void)b;
    enum { STARTS = 5 };
    char path[PATH_MAX];
    find_program(path);
    for (int k = 0; k < STARTS; k++) run_program((char *[]){path, "tasks", "go-nogo", NULL});
    return STARTS;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

double program_run(bench *b)
{
    char path[PATH_MAX], folder[PATH_MAX / 2], results[PATH_MAX], N[16], threads[16];
    find_program(path);
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/spikernn-bench-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) die("cannot make the folder", folder);
    snprintf(results, sizeof results, "%s/run", folder);
    snprintf(N, sizeof N, "%d", b->N);
    snprintf(threads, sizeof threads, "%d", b->set.threads);
    const double started = now_s();
    run_program((char *[]){path, "run", "go-nogo", "--preset", "published", "--search_anyway",
                           "--figures", "none", "--seed", "1", "--N", N, "--threads", threads,
                           "--output_dir", results, NULL});
    const double took = now_s() - started;
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    b->began_s = now_s() - took; /* the folder's making and end are not the program's */
    return 1;
}
