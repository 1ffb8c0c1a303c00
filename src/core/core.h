/* What every room may use: the context, its message, progress, memory. */
#ifndef SRNN_CORE_H
#define SRNN_CORE_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spikernn/ctx.h"

#if defined(__GNUC__)
#define SRNN__PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define SRNN__PRINTF(at, first)
#endif

typedef enum srnn__isa {
    SRNN__BASELINE = 0,
    SRNN__AVX2,
    SRNN__AVX512,
    SRNN__NEON,
    SRNN__N_ISAS
} srnn__isa;

/* The first fault, by trial, that threads found in what a user's code gave. */
typedef struct srnn__fault {
    atomic_flag busy; /* a thread is at it */
    atomic_bool found;
    uint64_t trial;
    char sentence[512];
} srnn__fault;

struct srnn_ctx {
    int threads;
    srnn__isa isa;
    srnn_progress_fn progress;
    void *progress_user;
    void (*tried)(void *user, const char *name, double value, int correct, int n);
    void *tried_user; /* srnn__tried() */
    srnn_guard_fn guard;
    void *guard_user;
    double started_s; /* monotonic clock when the running call began */
    int64_t done_before;
    char option_prefix[8]; /* before the names of options in sentences */
    char message[1024];
    srnn__fault fault;
};

/* Keeps the sentence in the context and returns status. The context's sentence of before may be
   among the arguments. */
srnn_status srnn__fail(srnn_ctx *ctx, srnn_status status, const char *format, ...)
    SRNN__PRINTF(3, 4);
srnn_status srnn__no_memory(srnn_ctx *ctx);
/* How sentences begin the name of an option. */
static inline const char *srnn__option_prefix(const srnn_ctx *ctx) { return ctx->option_prefix; }
srnn_status srnn__interrupted(srnn_ctx *ctx);

/* For threads of a parallel region, which cannot fail by themselves: keeps the sentence, of all
   trials with one that of the first. */
void srnn__fault_keep(srnn_ctx *ctx, uint64_t trial, const char *format, ...) SRNN__PRINTF(3, 4);
/* Has one been kept of this trial or of one before it? */
bool srnn__fault_found(srnn_ctx *ctx, uint64_t trial);
/* Forgets the kept one: another error came first. */
void srnn__fault_drop(srnn_ctx *ctx);
/* After the region: SRNN_ERR_ARGUMENT and the sentence where one was kept, else status. */
srnn_status srnn__fault_end(srnn_ctx *ctx, srnn_status status);

/* How far a parallel loop goes. Items before the one that ends it still run, so that the error is
   the first one on any number of threads. The loop's schedule has to be monotonic. */
typedef struct srnn__loop {
    atomic_int last;
} srnn__loop;
#define SRNN__LOOP ((srnn__loop){INT_MAX})

/* `item` -1: nothing more runs. */
void srnn__loop_end_at(srnn__loop *loop, int item);
bool srnn__loop_reaches(const srnn__loop *loop, int item);

/* One number that a caller gave: is it good, and if not, what was expected. */
typedef struct srnn__check {
    const char *name;
    double value;
    bool good;
    const char *expected;
} srnn__check;

/* The first that is not good or not finite is an SRNN_ERR_ARGUMENT that names it. */
srnn_status srnn__check_all(srnn_ctx *ctx, const srnn__check *checks, size_t n);

double srnn__now_s(void); /* of a clock that only runs forward */
/* Takes what a caller gave of a struct of options, whose first field is its size, into *own, which
   holds the defaults: fields that the struct of an older caller does not have keep them. NULL
   given: all do. first: the size of the oldest version; size: that of *own. */
srnn_status srnn__take_options(srnn_ctx *ctx, const char *type, const void *given, size_t first,
                               size_t size, void *own);
/* `last`: the last field of the oldest version, which all versions have. */
#define SRNN__TAKE_OPTIONS(ctx, type, given, last, own)                                            \
    srnn__take_options(ctx, #type, given, offsetof(type, last) + sizeof(own)->last, sizeof *(own), \
                       own)

/* A long call starts its clock (`before`: trials done by earlier calls), then reports;
   true: the user asks to stop.
   In a parallel region threads that did not make the call report nothing. */
void srnn__progress_start(srnn_ctx *ctx, int64_t before);
bool srnn__progress(srnn_ctx *ctx, const char *phase, int64_t done, int64_t total, double loss,
                    double accuracy);

/* Reports that a candidate was correct in `correct` of n trials so far. On any thread. */
static inline void srnn__tried(const srnn_ctx *ctx, const char *name, double value, int correct,
                               int n)
{
    if (ctx->tried) ctx->tried(ctx->tried_user, name, value, correct, n);
}

/* Zeroed memory for count elements of the given size, aligned to 64 bytes and
   safe to read to the next multiple of 64; NULL when out of memory or when the
   size overflows. Free with free(). */
void *srnn__alloc(size_t count, size_t size);

/* A copy of n elements, to be freed; NULL when out of memory. */
void *srnn__copy(const void *from, size_t n, size_t size);

/* For qsort() of doubles, none of them NaN. */
int srnn__ascending(const void *a, const void *b);

/* N rounded up to whole groups of 16 lanes: the stride of every per-unit array
   in the kernels. */
static inline int srnn__padded(int N) { return (N + 15) & ~15; }

/* Case and '_' against '-' do not count. */
bool srnn__same_name(const char *a, const char *b);

/* The known name nearest to `name` by edit distance of the same kind,
   or NULL if none is near. names is NULL-terminated. */
const char *srnn__nearest(const char *name, const char *const *names);

/* A double as Python prints it ("4.0", "0.2", "1e-05"), into text[32]. */
void srnn__python_float(double value, char text[32]);

/* Sets ctx->threads to the number asked for; 0: all processors, as far as there is room for the
   stacks of their threads. */
srnn_status srnn__choose_threads(srnn_ctx *ctx, int asked);

/* ISAs that this machine can run. */
bool srnn__isa_available(srnn__isa isa);
bool srnn__has_vaes(void);    /* AES instructions on registers as wide as the ISA's */
bool srnn__has_arm_aes(void); /* AES instructions, which arm64 may lack */

#endif
