/* Preloaded into the program: runs it again and again, each time in a process and a folder of its
   own, and lets one allocation fail: for each way in which the functions call one another to an
   allocation, the first and the last; of these every FAIL_STEP-th (1). FAIL_AFTER: from that
   allocation on all fail; FAIL_ONLY: that one alone. The runs' folders are made below FAIL_FOLDER,
   and removed after runs that ended well: with 0, or with 2 and one line on stderr. Each other is a
   line on stdout, which begins with "ours" or, where a library crashed or ended the process, with
   "theirs". The exit code is 1 if one is ours, or if the run without a failure does not end with 0.
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static long count, fail_at; /* 0: none fails */
static bool fail_after;
enum { MOST_WAYS = 20000, DEPTH = 12 };
typedef struct way {
    unsigned long hash;
    long first, last; /* allocation, from 1 */
} way;
static struct shared {
    long count;
    bool theirs; /* where it ended: not in the program */
    int n_ways;
    way ways[MOST_WAYS];
    char where[2000];
} * shared;
static bool recording;

static void record(long n)
{
    void *frames[DEPTH];
    static __thread bool inside;
    if (inside) return;
    inside = true;
    const int depth = backtrace(frames, DEPTH);
    inside = false;
    unsigned long hash = 1;
    for (int i = 0; i < depth; i++) hash = (hash ^ (unsigned long)frames[i]) * 0x100000001b3;
    way *w = shared->ways;
    while (w < shared->ways + shared->n_ways && w->hash != hash) w++;
    if (w == shared->ways + MOST_WAYS) abort();
    if (w == shared->ways + shared->n_ways) {
        shared->n_ways++;
        *w = (way){.hash = hash, .first = n};
    }
    w->last = n;
}

static bool fails(void)
{
    const long n = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    if (recording) record(n);
    if (!fail_at || (fail_after ? n < fail_at : n != fail_at)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}
int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (fails()) return ENOMEM;
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

/* ---- one run ---- */

/* Of libc, or this file, which libraries call for memory. */
static bool of_libc(const char *file)
{
    return strstr(file, "libc.so") || strstr(file, "/ld-") || strstr(file, "fail.so");
}

static bool of_another(const char *file)
{
    return strstr(file, ".so") && !strstr(file, "libspikernn") && !of_libc(file);
}

/* libhdf5 ends the process where it cannot free what it no longer can use. */
void exit(int code)
{
    Dl_info info = {0};
    dladdr(__builtin_return_address(0), &info);
    if (shared && info.dli_fname && of_another(info.dli_fname)) shared->theirs = true;
    void (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "exit");
    real(code);
    _exit(code);
}

/* The instruction that crashed. A library that wrote over the heap may leave no way back from it.
 */
static void note_place(const ucontext_t *context)
{
#ifdef __x86_64__
    Dl_info info = {0};
    dladdr((void *)context->uc_mcontext.gregs[REG_RIP], &info);
    if (info.dli_fname && of_another(info.dli_fname)) shared->theirs = true;
#else
    (void)context;
#endif
}

static void crashed(int number, siginfo_t *why, void *context)
{
    (void)why;
    void *frames[40];
    fail_at = 0;
    note_place(context);
    const int n = backtrace(frames, 40);
    size_t used = 0;
    bool found = false;
    for (int i = 2; i < n && (i < 10 || !found); i++) {
        Dl_info info = {0};
        dladdr(frames[i], &info);
        const char *file = info.dli_fname ? info.dli_fname : "?";
        const char *slash = strrchr(file, '/');
        if (!of_libc(file) && !found) shared->theirs = of_another(file);
        found |= !of_libc(file);
        if (i >= 10 && !found) continue;
        used += (size_t)snprintf(shared->where + used, sizeof shared->where - used, " %s:%s+%#lx",
                                 slash ? slash + 1 : file, info.dli_sname ? info.dli_sname : "",
                                 (unsigned long)((char *)frames[i] - (char *)info.dli_fbase));
        if (used >= sizeof shared->where) break;
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void in_folder(const char *folder)
{
    mkdir(folder, 0777);
    if (chdir(folder) || !freopen("stdout", "w", stdout) || !freopen("stderr", "w", stderr) ||
        !freopen("/dev/null", "r", stdin))
        _exit(99);
    setvbuf(stderr, NULL, _IONBF, 0);
}

static int (*program)(int, char **, char **);

static void report_count(void)
{
    if (recording) shared->count = count;
    recording = false;
}

static int run(const char *folder, long k, int argc, char **argv, char **environment)
{
    shared->where[0] = 0;
    shared->theirs = false;
    const pid_t child = fork();
    if (child) {
        int status = 0;
        waitpid(child, &status, 0);
        return status;
    }
    in_folder(folder);
    static char stack[1 << 16]; /* of the handler: the run's own may be what ran over */
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i],
                  &(struct sigaction){.sa_sigaction = crashed, .sa_flags = SA_ONSTACK | SA_SIGINFO},
                  NULL);
    alarm(60);
    atexit(report_count);
    count = 0;
    fail_at = k;
    const int code = program(argc, argv, environment);
    report_count();
    fail_at = 0;
    exit(code);
}

/* ---- all of them ---- */

static void read_stderr(const char *folder, char *text, size_t room)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/stderr", folder);
    const int fd = open(path, O_RDONLY);
    const ssize_t n = fd < 0 ? 0 : read(fd, text, room - 1);
    if (fd >= 0) close(fd);
    text[n > 0 ? n : 0] = 0;
}

static bool one_sentence(const char *text)
{
    return !strncmp(text, "spikernn", 8) && strchr(text, '\n') == text + strlen(text) - 1;
}

/* libgomp, libgfortran and libhdf5 have lines of their own, and may end the process with them. */
static bool said_by_library(const char *text)
{
    return strstr(text, "libgomp: ") || strstr(text, "Operating system error: ") ||
           strstr(text, "HDF5: infinite loop") || strstr(text, "HDF5-DIAG: ");
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info;
    (void)kind;
    (void)at;
    return remove(path);
}

/* The run in which allocation k fails is not one that the program spoiled. */
static bool ends_well(const char *base, long k, int argc, char **argv, char **environment)
{
    char folder[3000], text[8192];
    snprintf(folder, sizeof folder, "%s/%ld", base, k);
    const int status = run(folder, k, argc, argv, environment);
    read_stderr(folder, text, sizeof text);
    const bool exited = WIFEXITED(status);
    const int code = exited ? WEXITSTATUS(status) : -1;
    if (code == 0 || (k && code == 2 && one_sentence(text))) {
        nftw(folder, remove_entry, 10, FTW_DEPTH | FTW_PHYS);
        return true;
    }
    const bool theirs = shared->theirs || (exited && said_by_library(text));
    printf("%s: allocation %ld of %ld: status %#x%s\n", theirs ? "theirs" : "ours", k,
           shared->count, (unsigned)status, shared->where);
    fflush(stdout);
    return theirs;
}

static int hunt(int argc, char **argv, char **environment)
{
    const char *base = getenv("FAIL_FOLDER"), *step_text = getenv("FAIL_STEP");
    const int step = step_text ? atoi(step_text) : 1;
    const bool after = getenv("FAIL_AFTER");
    unsetenv("LD_PRELOAD");
    void *warm[4];
    backtrace(warm, 4); /* it loads a library at first */
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    recording = true;
    bool good = ends_well(base, 0, argc, argv, environment);
    recording = false;
    if (getenv("FAIL_ONLY"))
        return !ends_well(base, atol(getenv("FAIL_ONLY")), argc, argv, environment);
    fail_after = after;
    for (int i = 0; i < shared->n_ways; i += step) {
        const way w = shared->ways[i];
        if (!ends_well(base, w.first, argc, argv, environment)) good = false;
        if (w.last > w.first && !ends_well(base, w.last, argc, argv, environment)) good = false;
    }
    printf("%d ways to %ld allocations\n", shared->n_ways, shared->count);
    return !good;
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*ldso_fini)(void), void *stack_end)
{
    int (*start)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                 void (*)(void), void *) = dlsym(RTLD_NEXT, "__libc_start_main");
    program = main;
    return start(hunt, argc, argv, init, fini, ldso_fini, stack_end);
}
