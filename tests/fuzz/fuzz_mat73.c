/* Any bytes as a MAT file of level 7.3: an error with a sentence, or variables of which every
   number and letter can be read; and the same bytes with variables added and taken out. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hdf5_limits.h"
#include "io/mat_bytes.h"

static volatile double seen; /* so that every read happens */

static void insist(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz_mat73: %s\n", what);
    abort();
}

static double use(const srnn__mat_var *v)
{
    const size_t n = v->values ? srnn__mat_count(v) : 0;
    double sum = v->text ? (double)strlen(v->text) : 0;
    for (size_t k = 0; k < n; k++) sum += v->values[k];
    for (size_t k = 0; k < v->n_parts; k++) sum += use(&v->parts[k]);
    return sum;
}

/* Are all of them there? */
static bool read_variables(srnn_ctx *ctx, const uint8_t *data, size_t size,
                           const char *const *names)
{
    srnn__mat mat = {.ctx = ctx, .path = "file.mat"};
    const srnn_status status = srnn__mat73_read(&mat, data, size, names);
    insist(!status || strstr(srnn_ctx_message(ctx), "file.mat") || status == SRNN_ERR_NO_MEMORY,
           "the sentence does not name the file");
    for (size_t k = 0; k < mat.n; k++) seen = use(&mat.vars[k]);
    srnn__mat_close(&mat);
    return !status;
}

/* A file that libhdf5 cannot finish writing stays open: in another process. */
static srnn_guarded try_in_child(void *user, void (*attempt)(void *), void *argument,
                                 uint64_t bytes)
{
    int status = 1;
    (void)user, (void)bytes;
    const pid_t child = fork();
    if (!child) {
        attempt(argument);
        _exit(0);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    } /* libFuzzer's clock */
    return status ? SRNN_GUARDED_CRASHED : SRNN_GUARDED_RETURNED;
}

static void update(srnn_ctx *ctx, const uint8_t *data, size_t size)
{
    static char name[] = "all_perfs", text[] = "text", label[] = "label";
    static double values[] = {1, 2};
    static const char *const drop[] = {"w", "c", NULL};
    const srnn__mat_var vars[] = {
        {.name = name,
         .class_type = SRNN__MAT_NUMBERS,
         .rank = 2,
         .dims = {1, 2},
         .values = values},
        {.name = label, .class_type = SRNN__MAT_TEXT, .rank = 2, .dims = {1, 4}, .text = text}};
    const srnn__mat_change change = {drop, vars, 2};
    srnn__mat_out out = {0};
    srnn_ctx_set_guard(ctx, try_in_child, NULL);
    if (!srnn__mat73_update(ctx, "file.mat", data, size, &change, &out)) {
        static const char *const names[] = {"all_perfs", "label", "w", NULL};
        srnn__mat mat = {.ctx = ctx, .path = "file.mat"};
        insist(out.bytes && !out.failed, "neither a file nor an error");
        insist(!srnn__mat73_read(&mat, out.bytes, out.n, names), srnn_ctx_message(ctx));
        insist(mat.n == 2 && use(srnn__mat_find(&mat, "all_perfs")) == 3, "a variable is lost");
        srnn__mat_close(&mat);
    }
    free(out.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"w", "c", "text", NULL};
    srnn_ctx *ctx;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    const bool good = read_variables(ctx, data, size, NULL);
    read_variables(ctx, data, size, names);
    /* that takes processes: of damaged files one size in eight */
    if (good || size % 8 == 0) update(ctx, data, size);
    srnn_ctx_free(ctx);
    return 0;
}
