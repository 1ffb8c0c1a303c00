/* gnuplot as a child process, without a shell. */
#define _GNU_SOURCE 1     /* pipe2 */
#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figure/plot.h"

enum { PIPE_OUT, PIPE_ERR, PIPE_START, N_PIPES }; /* what it prints; why it did not start */
enum { LOOK_MS = 50 };                            /* between two looks at whether to stop */
enum { MOST_BYTES = 32 << 20 }; /* a drawing of 1000 x 1000 coloured characters has fewer */

typedef struct gnuplot_output {
    char *text;
    size_t n, room;
} gnuplot_output;

static bool gnuplot_append(gnuplot_output *o, const char *bytes, size_t n)
{
    if (o->n + n > MOST_BYTES) return false;
    if (o->n + n + 1 > o->room) {
        const size_t room = 2 * (o->n + n) + 1;
        char *text = realloc(o->text, room);
        if (!text) return false;
        o->text = text;
        o->room = room;
    }
    memcpy(o->text + o->n, bytes, n);
    o->n += n;
    o->text[o->n] = 0;
    return true;
}

/* Only calls that are safe after fork in a program with threads. In a process group apart, Ctrl-C
   in the terminal reaches this program alone, which then decides. */
static void be_gnuplot(char *const *arguments, const char *folder, int pipes[N_PIPES][2])
{
    setpgid(0, 0);
    const int nothing = open("/dev/null", O_RDONLY);
    int good = nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
               dup2(pipes[PIPE_OUT][1], STDOUT_FILENO) >= 0 &&
               dup2(pipes[PIPE_ERR][1], STDERR_FILENO) >= 0 && !chdir(folder);
    if (good) execvp(arguments[0], arguments);
    const int reason = errno;
    const ssize_t told = write(pipes[PIPE_START][1], &reason, sizeof reason);
    _exit(told == sizeof reason ? 127 : 126);
}

/* Until the child has closed all of them. False: it is to be stopped, for *stopped or because of
   too much output. */
static bool gnuplot_read_all(int pipes[N_PIPES][2], gnuplot_output outputs[N_PIPES],
                             const srnn__stop *stop, bool *stopped)
{
    struct pollfd open_ones[N_PIPES];
    for (int i = 0; i < N_PIPES; i++)
        open_ones[i] = (struct pollfd){.fd = pipes[i][0], .events = POLLIN};
    for (int left = N_PIPES; left > 0;) {
        const int ready = poll(open_ones, N_PIPES, LOOK_MS);
        if (ready < 0 && errno != EINTR) return false;
        if (stop && (*stopped = stop->asked(stop->user))) return false;
        if (ready <= 0) continue;
        for (int i = 0; i < N_PIPES; i++) {
            if (open_ones[i].fd < 0 || !open_ones[i].revents) continue;
            char bytes[4096];
            const ssize_t n = read(open_ones[i].fd, bytes, sizeof bytes);
            if (n < 0 && errno == EINTR) continue;
            if (n > 0) {
                if (!gnuplot_append(&outputs[i], bytes, (size_t)n)) return false;
            } else {
                open_ones[i].fd = -1;
                left--;
            }
        }
    }
    return true;
}

/* Of what it said, the last line that says something: `"x.gp" line 3: ...`. */
static void last_words(const gnuplot_output *said, char words[256])
{
    const char *best = "it gave no reason";
    size_t length = strlen(best);
    for (const char *line = said->text ? said->text : ""; *line;) {
        const size_t n = strcspn(line, "\n");
        if (strspn(line, " \t^") < n) {
            best = line;
            length = n;
        }
        line += n + (line[n] == '\n');
    }
    snprintf(words, 256, "%.*s", (int)(length < 255 ? length : 255), best);
}

/* NULL: out of memory. A path is one from here, not from the folder. */
static char *from_here(const char *program)
{
    char *path = strchr(program, '/') ? realpath(program, NULL) : NULL;
    return path ? path : strdup(program);
}

static srnn__gnuplot_end gnuplot_run(const char *program, const char *folder, const char *script,
                                     int pipes[N_PIPES][2], gnuplot_output outputs[N_PIPES],
                                     const srnn__stop *stop, char words[256])
{
    char *path = from_here(program);
    char option[] = "--default-settings"; /* no settings of the user's own */
    char *file = strdup(script);
    char *const arguments[] = {path, option, file, NULL};
    const pid_t child = path && file ? fork() : -1;
    if (child == 0) be_gnuplot(arguments, folder, pipes);
    const int fork_error = errno;
    for (int i = 0; i < N_PIPES; i++) close(pipes[i][1]);
    srnn__gnuplot_end end = SRNN__NOT_STARTED;
    int status = 0;
    if (child < 0) {
        snprintf(words, 256, "%s", strerror(fork_error));
    } else {
        setpgid(child, child); /* here, too: the group is there whichever of both comes first */
        bool stopped = false;
        const bool whole = gnuplot_read_all(pipes, outputs, stop, &stopped);
        if (!whole) kill(-child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
        int reason;
        if (outputs[PIPE_START].n == sizeof reason) {
            memcpy(&reason, outputs[PIPE_START].text, sizeof reason);
            snprintf(words, 256, "%s", strerror(reason));
        } else if (stopped) {
            end = SRNN__STOPPED;
        } else if (!whole) {
            end = SRNN__NOT_DRAWN;
            snprintf(words, 256, "it printed more than %d MiB, or memory is short",
                     MOST_BYTES >> 20);
        } else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
            end = SRNN__NOT_DRAWN;
            last_words(&outputs[PIPE_ERR], words);
        } else {
            end = SRNN__DRAWN;
        }
    }
    for (int i = 0; i < N_PIPES; i++) close(pipes[i][0]);
    free(path);
    free(file);
    return end;
}

srnn__gnuplot_end srnn__gnuplot(const char *program, const char *folder, const char *script,
                                const srnn__stop *stop, char **text, char words[256])
{
    int pipes[N_PIPES][2];
    for (int i = 0; i < N_PIPES; i++)
        if (pipe2(pipes[i], O_CLOEXEC)) { /* no other thread's program may keep them open */
            snprintf(words, 256, "%s", strerror(errno));
            while (--i >= 0) {
                close(pipes[i][0]);
                close(pipes[i][1]);
            }
            return SRNN__NOT_STARTED;
        }
    gnuplot_output outputs[N_PIPES] = {{0}};
    const srnn__gnuplot_end end = gnuplot_run(program, folder, script, pipes, outputs, stop, words);
    if (text && end == SRNN__DRAWN && outputs[PIPE_OUT].text) {
        *text = outputs[PIPE_OUT].text;
        outputs[PIPE_OUT].text = NULL;
    }
    for (int i = 0; i < N_PIPES; i++) free(outputs[i].text);
    return end;
}
