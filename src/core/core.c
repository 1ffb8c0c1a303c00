#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "core/core.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef _OPENMP
#include <omp.h>
#endif

static const char *const isa_names[SRNN__N_ISAS + 1] = {"baseline", "avx2", "avx512", "neon", NULL};

const char *srnn_status_name(srnn_status status)
{
    switch (status) {
    case SRNN_OK: return "ok";
    case SRNN_ERR_NO_MEMORY: return "out of memory";
    case SRNN_ERR_ARGUMENT: return "bad argument";
    case SRNN_ERR_FILE: return "file error";
    case SRNN_ERR_FORMAT: return "bad file content";
    case SRNN_ERR_NUMERIC: return "numeric error";
    case SRNN_ERR_PROGRAM: return "a program is missing";
    case SRNN_CANCELLED: return "cancelled";
    }
    return "unknown status";
}

const char *srnn_version(void) { return SRNN_VERSION; }

srnn_ctx_options srnn_ctx_options_default(void)
{
    return (srnn_ctx_options){.size = sizeof(srnn_ctx_options), .threads = 0, .isa = NULL};
}

static srnn_status choose_isa(srnn_ctx *ctx, const char *name)
{
    const char *source = "isa";
    if (!name) {
        name = getenv("SPIKERNN_ISA");
        source = "SPIKERNN_ISA";
    }
    if (!name || !*name) {
        static const srnn__isa best_first[] = {SRNN__AVX512, SRNN__AVX2, SRNN__NEON,
                                               SRNN__BASELINE};
        int i = 0;
        while (!srnn__isa_available(best_first[i])) i++;
        ctx->isa = best_first[i];
        return SRNN_OK;
    }
    for (int i = 0; i < SRNN__N_ISAS; i++) {
        if (strcmp(name, isa_names[i])) continue;
        if (!srnn__isa_available((srnn__isa)i))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s '%s' is not available on this machine",
                              source, name);
        ctx->isa = (srnn__isa)i;
        return SRNN_OK;
    }
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%s '%s' is unknown; expected baseline, avx2, avx512 or neon", source, name);
}

srnn_status srnn_ctx_create(const srnn_ctx_options *options, srnn_ctx **out)
{
    srnn_ctx_options o = srnn_ctx_options_default();
    srnn_ctx *ctx = *out = calloc(1, sizeof *ctx);
    if (!ctx) return SRNN_ERR_NO_MEMORY;
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_ctx_options, options, isa, &o);
    if (!status) status = srnn__choose_threads(ctx, o.threads);
    return status ? status : choose_isa(ctx, o.isa);
}

void srnn_ctx_free(srnn_ctx *ctx) { free(ctx); }

const char *srnn_ctx_message(const srnn_ctx *ctx) { return ctx ? ctx->message : ""; }
void srnn_ctx_set_option_prefix(srnn_ctx *ctx, const char *prefix)
{
    snprintf(ctx->option_prefix, sizeof ctx->option_prefix, "%s", prefix);
}

int srnn_ctx_threads(const srnn_ctx *ctx) { return ctx->threads; }
const char *srnn_ctx_isa(const srnn_ctx *ctx) { return isa_names[ctx->isa]; }

void srnn_ctx_set_progress(srnn_ctx *ctx, srnn_progress_fn fn, void *user)
{
    ctx->progress = fn;
    ctx->progress_user = user;
}

void srnn_ctx_set_guard(srnn_ctx *ctx, srnn_guard_fn fn, void *user)
{
    ctx->guard = fn;
    ctx->guard_user = user;
}

srnn_status srnn__fail(srnn_ctx *ctx, srnn_status status, const char *format, ...)
{
    char sentence[sizeof ctx->message];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    srnn_printable(sentence, ctx->message, sizeof ctx->message); /* names may hold anything */
    return status;
}

srnn_status srnn__no_memory(srnn_ctx *ctx)
{
    return srnn__fail(ctx, SRNN_ERR_NO_MEMORY, "out of memory");
}

srnn_status srnn__interrupted(srnn_ctx *ctx)
{
    return srnn__fail(ctx, SRNN_CANCELLED, "interrupted");
}

void srnn__fault_keep(srnn_ctx *ctx, uint64_t trial, const char *format, ...)
{
    srnn__fault *f = &ctx->fault;
    va_list args;
    va_start(args, format);
    while (atomic_flag_test_and_set(&f->busy)) continue;
    if (!atomic_load(&f->found) || trial < f->trial) {
        vsnprintf(f->sentence, sizeof f->sentence, format, args);
        f->trial = trial;
        atomic_store(&f->found, true);
    }
    atomic_flag_clear(&f->busy);
    va_end(args);
}

bool srnn__fault_found(srnn_ctx *ctx, uint64_t trial)
{
    srnn__fault *f = &ctx->fault;
    if (!atomic_load(&f->found)) return false;
    while (atomic_flag_test_and_set(&f->busy)) continue;
    const bool found = f->trial <= trial;
    atomic_flag_clear(&f->busy);
    return found;
}

void srnn__fault_drop(srnn_ctx *ctx) { atomic_store(&ctx->fault.found, false); }

srnn_status srnn__fault_end(srnn_ctx *ctx, srnn_status status)
{
    if (!atomic_exchange(&ctx->fault.found, false)) return status;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s", ctx->fault.sentence);
}

void srnn__loop_end_at(srnn__loop *loop, int item)
{
    int last = atomic_load(&loop->last);
    while (item < last && !atomic_compare_exchange_weak(&loop->last, &last, item)) continue;
}

bool srnn__loop_reaches(const srnn__loop *loop, int item)
{
    return item <= atomic_load(&loop->last);
}

srnn_status srnn__check_all(srnn_ctx *ctx, const srnn__check *checks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!checks[i].good || !isfinite(checks[i].value))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s is %g; expected %s", checks[i].name,
                              checks[i].value, checks[i].expected);
    return SRNN_OK;
}

srnn_status srnn__take_options(srnn_ctx *ctx, const char *type, const void *given, size_t first,
                               size_t size, void *own)
{
    size_t length;
    if (!given) return SRNN_OK;
    memcpy(&length, given, sizeof length);
    if (length < first || length > size)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "size of %s is %zu; expected %zu, as %s_default() sets it", type, length,
                          size, type);
    memcpy((char *)own + sizeof size, (const char *)given + sizeof size, length - sizeof size);
    return SRNN_OK;
}

double srnn__now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool on_calling_thread(void)
{
#ifdef _OPENMP
    return omp_get_thread_num() == 0;
#else
    return true;
#endif
}

void srnn__progress_start(srnn_ctx *ctx, int64_t before)
{
    ctx->started_s = srnn__now_s();
    ctx->done_before = before;
}

bool srnn__progress(srnn_ctx *ctx, const char *phase, int64_t done, int64_t total, double loss,
                    double accuracy)
{
    if (!ctx->progress || !on_calling_thread()) return false;
    const srnn_progress p = {.phase = phase,
                             .done = done,
                             .total = total,
                             .before = ctx->done_before,
                             .loss = loss,
                             .accuracy = accuracy,
                             .elapsed_s = srnn__now_s() - ctx->started_s};
    return ctx->progress(ctx->progress_user, &p) != 0;
}

void *srnn__alloc(size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - 64) / size) return NULL;
    const size_t bytes = (count * size + 63) / 64 * 64;
    void *p = aligned_alloc(64, bytes ? bytes : 64);
    if (p) memset(p, 0, bytes ? bytes : 64);
    return p;
}

void *srnn__copy(const void *from, size_t n, size_t size)
{
    void *copy = malloc(n * size);
    return copy ? memcpy(copy, from, n * size) : NULL;
}

int srnn__ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static char name_folded(char c) { return c == '_' ? '-' : (char)tolower((unsigned char)c); }

bool srnn__same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (name_folded(*a) != name_folded(*b)) return false;
    return *a == *b;
}

/* Levenshtein distance; names longer than the table count as far. */
static int edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    const size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST) return INT_MAX;
    int row[LONGEST + 1];
    for (size_t j = 0; j <= m; j++) row[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            const int substituted = diagonal + (name_folded(a[i - 1]) != name_folded(b[j - 1]));
            diagonal = row[j];
            const int shifted = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = substituted < shifted ? substituted : shifted;
        }
    }
    return row[m];
}

const char *srnn__nearest(const char *name, const char *const *names)
{
    const char *best = NULL;
    int least = 1 + (int)strlen(name) / 2;
    for (; *names; names++) {
        const int d = edit_distance(name, *names);
        if (d < least) {
            least = d;
            best = *names;
        }
    }
    return best;
}

void srnn__python_float(double value, char text[32])
{
    if (!isfinite(value)) {
        snprintf(text, 32, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return;
    }
    char digits[32];
    for (int precision = 0; precision <= 16; precision++) { /* the shortest that reads back */
        snprintf(digits, sizeof digits, "%.*e", precision, value);
        if (strtod(digits, NULL) == value) break;
    }
    const int exponent = atoi(strchr(digits, 'e') + 1);
    const int significant =
        (int)(strchr(digits, 'e') - digits) - (digits[0] == '-') - (strchr(digits, '.') != NULL);
    if (exponent < -4 || exponent >= 16) {
        snprintf(text, 32, "%.*e", significant - 1, value);
        return;
    }
    const int decimals = significant - 1 - exponent;
    snprintf(text, 32, "%.*f", decimals > 0 ? decimals : 1, value);
}
