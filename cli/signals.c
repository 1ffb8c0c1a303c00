/* Ctrl-C and the other signals that ask the program to stop, and its clock. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <signal.h>
#include <time.h>

static volatile sig_atomic_t signals_interrupted; /* the first one; 0: none */

/* The first signal asks to stop and save; the second one ends the program at once. But
   the terminal that is closed sends SIGHUP more than once. */
static void on_signal(int number)
{
    if (!signals_interrupted) signals_interrupted = number;
    if (number == SIGHUP || number == SIGUSR1) return;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

void cli_catch_signals(void)
{
    const struct sigaction action = {.sa_handler = on_signal};
    struct sigaction hangup;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN) /* nohup */
        sigaction(SIGHUP, &action, NULL);
}

void cli_catch_time_limit(void)
{
    const struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
}

bool cli_interrupted(void) { return signals_interrupted; }

bool cli_out_of_time(void)
{
    return signals_interrupted == SIGTERM || signals_interrupted == SIGUSR1;
}

double cli_now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
