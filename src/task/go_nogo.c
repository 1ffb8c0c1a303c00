/* Go-NoGo ([K] Fig. 1): answer a pulse, stay silent without one. */
#include "task/task_internal.h"

#include <math.h>
#include <stdlib.h>

enum { GO, NOGO };

typedef struct go_nogo {
    int stim_on, stim_off;
    double threshold;
} go_nogo;

static const double nogo_threshold = 0.3;

/* The spiking response is looked at from 125 ms after the stimulus. */
enum { SPIKING_PAUSE = 25 };

static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    return srnn_rng_uniform(rng) < 0.5 ? GO : NOGO;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const go_nogo *task = user;
    (void)rng;
    if (type == NOGO) return;
    for (int t = task->stim_on; t < task->stim_off; t++) u[t] = 1;
    for (int t = task->stim_off; t < n_cols; t++) z[t] = 1;
}

static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const go_nogo *task = user;
    (void)rng;
    const bool spiking = response->network == SRNN_SPIKING;
    const int from = srnn_response_sample(response, task->stim_off + (spiking ? SPIKING_PAUSE : 0));
    /* a NoGo trial of the rate network must stay small on both sides */
    const bool both_sides = type == NOGO && !spiking;
    double most = -INFINITY;
    for (int k = from; k < response->n; k++) {
        const double out = response->out[(size_t)k * (size_t)response->n_out];
        most = fmax(most, both_sides ? fabs(out) : out);
    }
    const double margin = type == GO ? most - task->threshold : nogo_threshold - most;
    return (srnn_score){.correct = margin > 0, .value = most, .margin = margin};
}

srnn_status srnn__go_nogo_create(srnn_ctx *ctx, const srnn_task_settings *given, srnn_task **out)
{
    static const char *const type_names[] = {[GO] = "go", [NOGO] = "nogo"};
    static const double labels[] = {[GO] = 1, [NOGO] = 0};
    const srnn_task_settings s = {.T = srnn__setting(given->T, 200),
                                  .stim_on = srnn__setting(given->stim_on, 50),
                                  .stim_dur = srnn__setting(given->stim_dur, 25),
                                  .delay = -1,
                                  .eval_amp_thresh = srnn__amp_thresh(given),
                                  .offset = -1,
                                  .constant = -1};
    const int64_t stim_off = (int64_t)s.stim_on + s.stim_dur;
    const srnn_status status = srnn__check_settings(ctx, "go-nogo", &s, stim_off, SPIKING_PAUSE);
    if (status) return status;
    go_nogo *task = malloc(sizeof *task);
    if (!task) return srnn__no_memory(ctx);
    *task = (go_nogo){s.stim_on, (int)stim_off, s.eval_amp_thresh};
    const srnn_task_def def = {.name = "go-nogo",
                               .n_in = 1,
                               .n_out = 1,
                               .T = s.T,
                               .n_types = 2,
                               .type_names = type_names,
                               .labels = labels,
                               .stim_on = s.stim_on,
                               .stim_off = (int)stim_off,
                               .response_on = {(int)stim_off, (int)stim_off + SPIKING_PAUSE},
                               .min_trials = 1500,
                               .stimulus = "go: 1 in the stimulus window; nogo: 0",
                               .target = "go: 1 from the end of the stimulus on; nogo: 0",
                               .criterion =
                                   "go: some output above eval_amp_thresh; nogo: all below "
                                   "0.3 (rate network: on both sides of 0)",
                               .settings = s,
                               .user = task,
                               .draw_type = draw_type,
                               .generate = generate,
                               .score = score};
    return srnn__create_owned(ctx, &def, out);
}
