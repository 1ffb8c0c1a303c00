/* Any text as a declared task: an error with a sentence, or a task whose trials are finite and
   can be scored. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spikernn/task.h"

static void insist(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz_task: %s\n", what);
    abort();
}

static void assert_finite(const float *values, size_t n)
{
    for (size_t k = 0; k < n; k++)
        insist(isfinite(values[k]), "an input or a target is not finite");
}

static void use(srnn_ctx *ctx, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const size_t T = (size_t)def->T, n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    if ((T + 1) * (n_in + n_out) > 20000) return;
    float *u = malloc((T + 1) * n_in * sizeof *u), *z = malloc((T + 1) * n_out * sizeof *z);
    double *out = calloc(2 * T * n_out, sizeof *out);
    insist(u && z && out, "out of memory");
    const srnn_response responses[] = {{SRNN_RATE, def->T - 1, def->n_out, out, 1},
                                       {SRNN_SPIKING, 2 * def->T, def->n_out, out, 2}};
    for (int type = 0; type < def->n_types; type++) {
        const srnn_trial_key key = {1, SRNN_DOMAIN_USER, (uint64_t)type};
        const int n_cols = def->T + type % 2;
        insist(isfinite(def->labels[type]), "a label is not finite");
        insist(!srnn_task_trial(ctx, task, key, type, n_cols, u, z, NULL), "no trial");
        assert_finite(u, (size_t)n_cols * n_in);
        assert_finite(z, (size_t)n_cols * n_out);
        for (int k = 0; k < 2; k++)
            insist(!isnan(srnn_task_score(task, key, type, &responses[k]).margin), "no margin");
    }
    free(u);
    free(z);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    insist(text != NULL, "out of memory");
    if (size) memcpy(text, data, size);
    text[size] = '\0';
    srnn_ctx *ctx;
    srnn_task *task;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    const srnn_status status = srnn_task_from_json(ctx, text, "task.json", NULL, &task);
    insist(!task == (status != SRNN_OK), "a task beside an error, or none without");
    insist(!status || !strncmp(srnn_ctx_message(ctx), "task.json:", 10), "a sentence without line");
    if (task) use(ctx, task);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
    free(text);
    return 0;
}
