/* Damaged HDF5 files: libhdf5 tries each file in a child process first, which may crash, hang or
   take all the memory that it can get. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GUARD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GUARD_SANITIZED 1
#endif
#endif
#ifndef GUARD_SANITIZED
#define GUARD_SANITIZED 0
#endif

static void limit(int resource, uint64_t value)
{
    struct rlimit now;
    if (getrlimit(resource, &now)) return;
    if (value > now.rlim_max) value = now.rlim_max;
    const struct rlimit lower = {.rlim_cur = value, .rlim_max = value};
    setrlimit(resource, &lower);
}

/* Pages in use, from /proc/self/statm; 0: not known. */
static uint64_t address_space(void)
{
    char text[32] = "";
    const int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    const bool got = read(fd, text, sizeof text - 1) > 0;
    close(fd);
    return got ? strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Files are read at 10 MB/s at least, and what gzip may have packed, a thousandfold at most, at
   50 MB/s; for that there are two minutes. */
static uint64_t seconds_for(uint64_t bytes)
{
    const uint64_t whole = bytes / 10000000, packed = bytes / 50000;
    return 5 + whole + (packed < 120 ? packed : 120);
}

static void guard_child(void (*attempt)(void *), void *argument, uint64_t bytes)
{
    static const int signals[] = {SIGINT,  SIGTERM, SIGHUP, SIGSEGV, SIGBUS,
                                  SIGABRT, SIGFPE,  SIGILL, SIGXCPU};
    const uint64_t room = UINT64_C(4) << 30, in_use = address_space();
    for (size_t k = 0; k < sizeof signals / sizeof *signals; k++) signal(signals[k], SIG_DFL);
    const int nothing = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= STDERR_FILENO; fd++) dup2(nothing, fd);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CPU, seconds_for(bytes));
    /* the sanitizers' shadow takes terabytes of addresses */
    if (in_use && !GUARD_SANITIZED) limit(RLIMIT_AS, in_use + room + 16 * bytes);
    attempt(argument);
    _exit(0); /* what the program would do at its end is not the child's to do */
}

/* Waits for the child's end of the pipe to be closed; false: too long, or the user asked to stop.
 */
static bool guard_wait(int end, uint64_t seconds)
{
    const double until = cli_now_s() + 3 * (double)seconds;
    while (!cli_interrupted() && cli_now_s() < until) {
        struct pollfd p = {.fd = end, .events = POLLIN};
        if (poll(&p, 1, 50) > 0) return true;
    }
    return false;
}

static srnn_guarded guard_end(int status)
{
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (number == SIGINT || number == SIGTERM || number == SIGHUP || cli_interrupted())
        return SRNN_GUARDED_CANCELLED;
    if (number == SIGXCPU || number == SIGKILL) return SRNN_GUARDED_STUCK;
    return number || WEXITSTATUS(status) ? SRNN_GUARDED_CRASHED : SRNN_GUARDED_RETURNED;
}

/* Where no process can be made, the file is read without a guard. */
static srnn_guarded guard(void *user, void (*attempt)(void *), void *argument, uint64_t bytes)
{
    (void)user;
    int pipes[2], status = 0;
    if (pipe2(pipes, O_CLOEXEC)) return SRNN_GUARDED_RETURNED;
    const pid_t child = fork();
    if (child == 0) guard_child(attempt, argument, bytes);
    close(pipes[1]);
    if (child > 0 && !guard_wait(pipes[0], seconds_for(bytes))) kill(child, SIGKILL);
    close(pipes[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 ? guard_end(status) : SRNN_GUARDED_RETURNED;
}

srnn_status cli_ctx_create(const srnn_ctx_options *options, srnn_ctx **ctx)
{
    const srnn_status status = srnn_ctx_create(options, ctx);
    if (status) return status;
    srnn_ctx_set_guard(*ctx, guard, NULL);
    srnn_ctx_set_option_prefix(*ctx, "--");
    return SRNN_OK;
}
