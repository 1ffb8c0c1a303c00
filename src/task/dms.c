/* Delayed match-to-sample: were two pulses, a while apart, of the same sign? */
#include "task/task_internal.h"

#include <math.h>
#include <stdlib.h>

/* The longest delay is the setting, the shortest half of it; the answer is due at the same
   time whatever the delay was. */
typedef struct dms {
    int stim_on, stim_dur, delay;
    int end; /* of the second pulse after the longest delay */
    double threshold;
} dms;

enum { TARGET_PAUSE = 10, TARGET_DUR = 100, RESPONSE_PAUSE = 40 };

/* By the signs of the two pulses. */
static const char *const type_names[] = {"++", "+-", "-+", "--"};
static const double labels[] = {1, -1, -1, 1}; /* match: 1, no match: -1 */

static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    const int sample = srnn_rng_uniform(rng) >= 0.5, probe = srnn_rng_uniform(rng) >= 0.5;
    return 2 * sample + probe;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const dms *task = user;
    const int shortest = (task->delay + 1) / 2;
    const int delay = shortest + (int)(srnn_rng_uniform(rng) * (task->delay - shortest + 1));
    const int on[2] = {task->stim_on, task->stim_on + task->stim_dur + delay};
    for (int pulse = 0; pulse < 2; pulse++)
        for (int t = on[pulse]; t < on[pulse] + task->stim_dur; t++)
            u[t] = type >> (1 - pulse) & 1 ? -1 : 1;
    const int from = task->end + TARGET_PAUSE;
    for (int t = from; t < from + TARGET_DUR && t < n_cols; t++) z[t] = (float)labels[type];
}

static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const dms *task = user;
    (void)rng;
    const int from = srnn_response_sample(response, task->end + RESPONSE_PAUSE);
    return srnn__score_sign(response, from, labels[type], task->threshold);
}

srnn_status srnn__dms_create(srnn_ctx *ctx, const srnn_task_settings *given, srnn_task **out)
{
    const srnn_task_settings s = {.T = srnn__setting(given->T, 400),
                                  .stim_on = srnn__setting(given->stim_on, 50),
                                  .stim_dur = srnn__setting(given->stim_dur, 50),
                                  .delay = srnn__setting(given->delay, 100),
                                  .eval_amp_thresh = srnn__amp_thresh(given),
                                  .offset = -1,
                                  .constant = -1};
    const int64_t end = (int64_t)s.stim_on + 2 * (int64_t)s.stim_dur + s.delay;
    const srnn_status status = srnn__check_settings(ctx, "dms", &s, end, RESPONSE_PAUSE);
    if (status) return status;
    dms *task = malloc(sizeof *task);
    if (!task) return srnn__no_memory(ctx);
    *task = (dms){s.stim_on, s.stim_dur, s.delay, (int)end, s.eval_amp_thresh};
    const srnn_task_def def = {
        .name = "dms",
        .n_in = 1,
        .n_out = 1,
        .T = s.T,
        .n_types = 4,
        .type_names = type_names,
        .labels = labels,
        .stim_on = s.stim_on,
        .stim_off = (int)end,
        .response_on = {(int)end + RESPONSE_PAUSE, (int)end + RESPONSE_PAUSE},
        .settings = s,
        .stimulus = "two pulses of 1 or -1, stim_dur long; between them a "
                    "delay drawn from delay/2 to delay",
        .target = "1 for two pulses of one sign, else -1, from 10 to 110 "
                  "steps after the latest end of the second pulse",
        .criterion = "some output beyond eval_amp_thresh on the side of the "
                     "target",
        .user = task,
        .draw_type = draw_type,
        .generate = generate,
        .score = score};
    return srnn__create_owned(ctx, &def, out);
}
