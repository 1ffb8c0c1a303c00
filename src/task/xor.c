/* XOR ([K] Fig. 5): were two pulses of the same sign? */
#include "task/task_internal.h"

#include <math.h>
#include <stdlib.h>

typedef struct xor_task {
    int on[2], dur; /* both pulses */
    int end;        /* of the second one */
    double threshold;
} xor_task;

/* The target begins after a pause and lasts; the answer is looked at from a little later. */
enum { TARGET_PAUSE = 10, TARGET_DUR = 100, RESPONSE_PAUSE = 40 };

/* Types by the signs of the two pulses. */
static const char *const type_names[] = {"++", "+-", "-+", "--"};
static const double labels[] = {1, -1, -1, 1}; /* same: 1, different: -1 */

static bool negative(int type, int pulse) { return type >> (1 - pulse) & 1; }

static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    const int first = srnn_rng_uniform(rng) >= 0.5, second = srnn_rng_uniform(rng) >= 0.5;
    return 2 * first + second;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const xor_task *task = user;
    (void)rng;
    for (int pulse = 0; pulse < 2; pulse++)
        for (int t = task->on[pulse]; t < task->on[pulse] + task->dur; t++)
            u[2 * t + pulse] = negative(type, pulse) ? -1 : 1;
    const int from = task->end + TARGET_PAUSE;
    for (int t = from; t < from + TARGET_DUR && t < n_cols; t++) z[t] = (float)labels[type];
}

static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const xor_task *task = user;
    (void)rng;
    const int from = srnn_response_sample(response, task->end + RESPONSE_PAUSE);
    return srnn__score_sign(response, from, labels[type], task->threshold);
}

srnn_status srnn__xor_create(srnn_ctx *ctx, const srnn_task_settings *given, srnn_task **out)
{
    const srnn_task_settings s = {.T = srnn__setting(given->T, 300),
                                  .stim_on = srnn__setting(given->stim_on, 50),
                                  .stim_dur = srnn__setting(given->stim_dur, 50),
                                  .delay = srnn__setting(given->delay, 10),
                                  .eval_amp_thresh = srnn__amp_thresh(given),
                                  .offset = -1,
                                  .constant = -1};
    const int64_t second = (int64_t)s.stim_on + s.stim_dur + s.delay, end = second + s.stim_dur;
    const srnn_status status = srnn__check_settings(ctx, "xor", &s, end, RESPONSE_PAUSE);
    if (status) return status;
    xor_task *task = malloc(sizeof *task);
    if (!task) return srnn__no_memory(ctx);
    *task = (xor_task){{s.stim_on, (int)second}, s.stim_dur, (int)end, s.eval_amp_thresh};
    const srnn_task_def def = {
        .name = "xor",
        .n_in = 2,
        .n_out = 1,
        .T = s.T,
        .n_types = 4,
        .type_names = type_names,
        .labels = labels,
        .stim_on = s.stim_on,
        .stim_off = (int)end,
        .response_on = {(int)end + RESPONSE_PAUSE, (int)end + RESPONSE_PAUSE},
        .settings = s,
        .stimulus = "a pulse of 1 or -1 on each channel, stim_dur long, the "
                    "second one delay after the first",
        .target = "1 for two pulses of one sign, else -1, from 10 to 110 "
                  "steps after the second pulse",
        .criterion = "some output beyond eval_amp_thresh on the side of the "
                     "target",
        .user = task,
        .draw_type = draw_type,
        .generate = generate,
        .score = score};
    return srnn__create_owned(ctx, &def, out);
}
