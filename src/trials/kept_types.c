/* Are the types of trials still different in the columns that down-sampling keeps? */
#include "trials/kept_types.h"

#include <stdlib.h>
#include <string.h>

#include "task/task_internal.h"

/* The inputs of one trial as each type: [n_types][C][n_in]. */
typedef struct inputs {
    const float *u;
    int n_types, C, n_in;
} inputs;

static const float *input_column(const inputs *in, int type, int t)
{
    return in->u + ((size_t)type * (size_t)in->C + (size_t)t) * (size_t)in->n_in;
}

static bool column_differs(const inputs *in, int a, int b, int t)
{
    return memcmp(input_column(in, a, t), input_column(in, b, t),
                  (size_t)in->n_in * sizeof(float)) != 0;
}

/* Do the types differ in one of every `step` columns? */
static bool differ(const inputs *in, int a, int b, int step)
{
    for (int t = 0; t < in->C; t += step)
        if (column_differs(in, a, b, t)) return true;
    return false;
}

/* Where the types, which down-sampling makes one, do differ. */
static void describe_lost_input(const inputs *in, int a, int b, srnn__lost_input *lost)
{
    lost->first = -1;
    for (int t = 0; t < in->C; t++) {
        if (!column_differs(in, a, b, t)) continue;
        for (int c = in->n_in; lost->first < 0 && c-- > 0;)
            if (input_column(in, a, t)[c] != input_column(in, b, t)[c]) lost->channel = c;
        if (lost->first < 0) lost->first = t;
        lost->last = t;
    }
}

static bool types_lose(const inputs *in, int step, srnn__lost_input *lost)
{
    for (int a = 0; a < in->n_types; a++)
        for (int b = a + 1; b < in->n_types; b++)
            if (differ(in, a, b, 1) && !differ(in, a, b, step))
                return describe_lost_input(in, a, b, lost), true;
    return false;
}

srnn_status srnn__types_kept(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key,
                             int downsample)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const size_t C = (size_t)def->T + 1, size = C * (size_t)def->n_in;
    if (downsample == 1 || def->n_types == 1) return SRNN_OK;
    float *u = malloc((size_t)def->n_types * size * sizeof *u);
    float *z = malloc(C * (size_t)def->n_out * sizeof *z);
    srnn__run_fault fault = {.task = def->name, .lost = {.downsample = downsample}}, other;
    srnn__run_end end = u && z ? SRNN__RUN_OK : SRNN__RUN_NO_MEMORY;
    for (int type = 0; type < def->n_types && !end; type++)
        srnn__task_fill(ctx, task, key, type, def->T + 1, u + (size_t)type * size, z);
    const inputs in = {u, def->n_types, def->T + 1, def->n_in};
    if (!end && types_lose(&in, downsample, &fault.lost)) {
        end = SRNN__RUN_INPUT_LOST;
        fault.lost.fits = downsample - 1;
        while (fault.lost.fits > 1 && types_lose(&in, fault.lost.fits, &other.lost))
            fault.lost.fits--;
    }
    free(u);
    free(z);
    return srnn__fault_end(ctx, srnn__run_status(ctx, end, &fault));
}
