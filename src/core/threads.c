/* How many threads the process can start. OpenMP ends the process when it cannot start one, and a
   thread that leaves its stack crashes, so both are looked at before. */
#define _DEFAULT_SOURCE 1 /* MAP_ANONYMOUS */
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "core/core.h"

enum { LEAST_STACK = 64 * 1024 };

static int processors(void)
{
#ifdef _OPENMP
    return omp_get_num_procs();
#else
    return 1;
#endif
}

/* OMP_STACKSIZE in bytes: a number with B, K, M or G, K without. 0: not set, or not understood, in
   which case OpenMP ignores it, too. */
static size_t openmp_stack(void)
{
    const char *text = getenv("OMP_STACKSIZE");
    if (!text) return 0;
    char *end;
    unsigned long long size = strtoull(text, &end, 10);
    while (isspace((unsigned char)*end)) end++;
    static const char units[] = "bkmg";
    const char *unit = *end ? strchr(units, tolower((unsigned char)*end)) : units + 1;
    if (!unit || end == text) return 0;
    const int shift = 10 * (int)(unit - units);
    return size <= SIZE_MAX >> shift ? (size_t)size << shift : SIZE_MAX;
}

static size_t thread_stack(void)
{
    size_t size = openmp_stack();
    pthread_attr_t attributes;
    if (size || pthread_attr_init(&attributes)) return size;
    pthread_attr_getstacksize(&attributes, &size);
    pthread_attr_destroy(&attributes);
    return size;
}

/* Is there room for the stacks of all but the calling thread? */
static bool have_room(int threads, size_t stack)
{
    const size_t others = (size_t)threads - 1;
    if (!others) return true;
    if (stack > SIZE_MAX / others) return false;
    void *room =
        mmap(NULL, others * stack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) return false;
    munmap(room, others * stack);
    return true;
}

srnn_status srnn__choose_threads(srnn_ctx *ctx, int asked)
{
    if (asked < 0 || asked > 1024)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "threads is %d; expected 0 (all processors) to 1024", asked);
    const size_t stack = thread_stack();
    int threads = asked ? asked : processors();
    if (threads > 1 && stack && stack < LEAST_STACK)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the stack of a thread (OMP_STACKSIZE or ulimit -s) is %zu bytes; "
                          "expected at least %d, or 1 thread",
                          stack, LEAST_STACK);
    if (!asked) /* the results are the same on fewer */
        while (!have_room(threads, stack)) threads /= 2;
    if (!have_room(threads, stack))
        return srnn__fail(ctx, SRNN_ERR_NO_MEMORY,
                          "threads is %d, but the process may not have their stacks of %zu bytes "
                          "(OMP_STACKSIZE or ulimit -s) each; expected fewer threads or a smaller "
                          "stack",
                          threads, stack);
    ctx->threads = threads;
    return SRNN_OK;
}
