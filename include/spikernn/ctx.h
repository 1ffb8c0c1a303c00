/* The context: how to compute (threads, instruction set), where messages and
   progress go. Every other call takes one. A context serves one call at a
   time; use one context per thread of yours. */
#ifndef SPIKERNN_CTX_H
#define SPIKERNN_CTX_H

#include <stddef.h>
#include <stdint.h>

#include "spikernn/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SRNN_VERSION "0.2.0"
/* Goes up with every version that gives other results for the same seed and options. */
#define SRNN_NUMERICS 1

typedef struct srnn_ctx srnn_ctx;

typedef struct srnn_ctx_options {
    size_t size; /* of the struct; set by srnn_ctx_options_default() */
    int threads; /* threads over trials and networks, at most 1024; 0 (default): all processors, or
                    fewer where the process may not have the memory of their stacks */
    const char *isa; /* "baseline", "avx2", "avx512" or "neon"; NULL (default): the
                        environment variable SPIKERNN_ISA, else the best this machine has.
                        The choice never changes a result, only the speed. */
} srnn_ctx_options;

srnn_ctx_options srnn_ctx_options_default(void);

/* Creates a context in *out. options NULL means the defaults. On an error *out
   is still a context (unless memory ran out: NULL), good for
   srnn_ctx_message() and srnn_ctx_free() only.
   Errors: SRNN_ERR_ARGUMENT (unknown or unavailable isa, threads out of range, a thread's stack
   below 64 KiB), SRNN_ERR_NO_MEMORY (no room for the stacks of the threads asked for). */
srnn_status srnn_ctx_create(const srnn_ctx_options *options, srnn_ctx **out);
void srnn_ctx_free(srnn_ctx *ctx);

/* The sentence of the latest failed call: names the file, variable or option,
   its value and what was expected. "" if none failed. Owned by the context,
   valid until its next call. */
const char *srnn_ctx_message(const srnn_ctx *ctx);

/* How sentences of this context write the names of options: with this before them, "--" for a
   program. At most 7 bytes count; "" (default): as they are. Copied. */
void srnn_ctx_set_option_prefix(srnn_ctx *ctx, const char *prefix);

int srnn_ctx_threads(const srnn_ctx *ctx);
const char *srnn_ctx_isa(const srnn_ctx *ctx);

/* The version of the linked library; SRNN_VERSION is that of the headers. */
const char *srnn_version(void);

/* Text of a file, or its name, as it can be printed anywhere: one line of UTF-8 in which control
   characters, those that are not seen but turn the text around them, and bytes that are not UTF-8
   stand as \xNN (text of .mat files has '?' for control
   characters already when it is read). Into shown[size], cut between characters
   where it is longer; returns the length. Messages of the context are like that already. */
size_t srnn_printable(const char *text, char *shown, size_t size);

/* The "schema" of all JSON documents; it changes when the meaning of a key changes. */
enum { SRNN_SCHEMA = 1 };

/* JSON text as all documents are written: numbers in the fewest digits that are read as the same
   double, and '<' in strings as \u003c, so that the text can stand in a page as it is. Frees the
   text, which is valid JSON. To be freed; NULL: text is NULL, or memory ran out. */
char *srnn_json_shortest(char *text);

/* 95 % Wilson score interval of `correct` out of `n` (n >= 1). */
void srnn_wilson_interval(int correct, int n, double *low, double *high);

typedef struct srnn_progress {
    const char *phase; /* "train", "search", "evaluate", "compare", "simulate", "observe", "decode",
                          "fixed points", "figures", "read", "spikes", "activity", "study" */
    int64_t done;      /* trials done (of "figures": figures, "read": bytes or networks, "spikes":
                          units or bins, "study": networks) */
    int64_t total;     /* of these at most */
    int64_t before;    /* of those done, done before the call began */
    double loss;       /* mean loss of the latest evaluation; NaN where there is none */
    double accuracy;   /* fraction correct, the latest; NaN where there is none */
    double elapsed_s;  /* since this part of the call began */
} srnn_progress;

/* Called now and then, on the thread that made the call. A nonzero return asks
   the call to stop soon: it ends with SRNN_CANCELLED. Training and search then hold
   what they have reached; an evaluation has no result. */
typedef int (*srnn_progress_fn)(void *user, const srnn_progress *progress);

/* fn NULL: no callback. */
void srnn_ctx_set_progress(srnn_ctx *ctx, srnn_progress_fn fn, void *user);

/* ---- a guard for damaged HDF5 files ---- */

typedef enum srnn_guarded {
    SRNN_GUARDED_RETURNED = 0,
    SRNN_GUARDED_CRASHED,
    SRNN_GUARDED_STUCK,    /* did not return in time, or took too much memory */
    SRNN_GUARDED_CANCELLED /* the user asked to stop */
} srnn_guarded;

/* Runs attempt(argument) in another process, which then ends: what it leaves in memory is not
   usable. Returns how it ended. bytes: size of the file that it reads, which is in memory. */
typedef srnn_guarded (*srnn_guard_fn)(void *user, void (*attempt)(void *argument), void *argument,
                                      uint64_t bytes);

/* Files of MATLAB's level 7.3, NWB and SONATA are read by libhdf5, which a damaged file can crash
   or keep busy without end. The library checks what it can before. With a guard it also lets the
   guard try first (a forked child with limits, say), and refuses a file over which that crashed or
   got stuck: SRNN_ERR_FORMAT. fn NULL (default): no guard. */
void srnn_ctx_set_guard(srnn_ctx *ctx, srnn_guard_fn fn, void *user);

#ifdef __cplusplus
}
#endif
#endif
