/* What the unit tests share. */
#ifndef HELPERS_H
#define HELPERS_H

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants the above first */
#include <setjmp.h>
#include <cmocka.h>

#include "core/core.h"
#include "core/rng.h"
#include "spikernn/spikernn.h"

/* Every ISA there is; those that new_ctx cannot have are not this machine's. */
static const char *const isa_names[] = {"baseline", "avx2", "avx512", "neon"};
enum { N_ISA_NAMES = sizeof isa_names / sizeof *isa_names };

/* NULL where this machine lacks the ISA; isa NULL: the best it has. */
static inline srnn_ctx *new_ctx(const char *isa, int threads)
{
    const srnn_ctx_options options = {.size = sizeof options, .threads = threads, .isa = isa};
    srnn_ctx *ctx;
    if (srnn_ctx_create(&options, &ctx) == SRNN_OK) return ctx;
    srnn_ctx_free(ctx);
    return NULL;
}

#define assert_ok(ctx, call)                                                                       \
    do {                                                                                           \
        if ((call) != SRNN_OK) fail_msg("%s: %s", #call, srnn_ctx_message(ctx));                   \
    } while (0)

/* The call ends with this status and this sentence. */
#define assert_says(ctx, call, status, sentence)                                                   \
    do {                                                                                           \
        assert_int_equal(call, status);                                                            \
        assert_string_equal(srnn_ctx_message(ctx), sentence);                                      \
    } while (0)

#define assert_near(got, expected, tolerance)                                                      \
    do {                                                                                           \
        const double got_ = (double)(got), expected_ = (double)(expected);                         \
        if (!(fabs(got_ - expected_) <= (tolerance)))                                              \
            fail_msg("%s is %.17g; expected %.17g within %g", #got, got_, expected_,               \
                     (double)(tolerance));                                                         \
    } while (0)

/* Zeroed, aligned to 64 bytes. */
static inline void *zeroed(size_t count, size_t size)
{
    void *p = srnn__alloc(count, size);
    assert_non_null(p);
    return p;
}

static inline srnn_rng test_rng(uint64_t trial)
{
    srnn_rng rng;
    srnn__rng_init(&rng, 20250101, SRNN_DOMAIN_USER, SRNN__FOR_TASK, trial);
    return rng;
}

static inline srnn_model *new_model(srnn_ctx *ctx, const srnn_model_params *params)
{
    srnn_model *model;
    assert_ok(ctx, srnn_model_create(ctx, params, &model));
    return model;
}

static inline srnn_task *new_go_nogo(srnn_ctx *ctx)
{
    srnn_task *task;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
    return task;
}

/* FNV-1a, 64 bits; start from FNV_START. */
#define FNV_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t fnv_1a(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *p = data;
    for (size_t k = 0; k < bytes; k++) hash = (hash ^ p[k]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
