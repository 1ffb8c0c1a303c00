/* Context-dependent integration ([K] Fig. 6; Mante, Sussillo, Shenoy & Newsome, Nature 503:78,
   2013): which sign has the modality that the context asks for? */
#include "task/task_internal.h"

#include <math.h>
#include <stdlib.h>

typedef struct mante {
    int T, stim_on, stim_off;
    double threshold, offset;
    bool constant;
} mante;

/* The rate network answers in the last steps of a trial, the spiking one from a pause after the
   stimulus on, as in the published code. */
enum { RATE_WINDOW = 200, SPIKING_PAUSE = 10 };

/* Types by context, sign of the first modality, sign of the second. */
static const char *const type_names[] = {"1++", "1+-", "1-+", "1--", "2++", "2+-", "2-+", "2--"};
static const double labels[] = {1, 1, -1, -1, 1, -1, 1, -1};

static int context(int type) { return type >> 2; }

static double sign(int type, int modality) { return type >> (1 - modality) & 1 ? -1 : 1; }

static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    int type = 0;
    for (int i = 0; i < 3; i++) type = 2 * type + (srnn_rng_uniform(rng) >= 0.5);
    return type;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const mante *task = user;
    for (int t = task->stim_on; t < task->stim_off; t++)
        for (int modality = 0; modality < 2; modality++) {
            const double coherence = sign(type, modality) * task->offset;
            u[4 * t + modality] =
                (float)(task->constant ? coherence : srnn_rng_normal(rng) + coherence);
        }
    for (int t = 0; t < n_cols; t++) u[4 * t + 2 + context(type)] = 1;
    for (int t = task->stim_off; t < n_cols; t++) z[t] = (float)labels[type];
}

/* The T - 1 outputs of the rate network are numbered from 0. */
static int rate_response_on(int T, int stim_off)
{
    return T - 1 - RATE_WINDOW > stim_off ? T - 1 - RATE_WINDOW : stim_off;
}

static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const mante *task = user;
    (void)rng;
    const int on = response->network == SRNN_RATE ? rate_response_on(task->T, task->stim_off)
                                                  : task->stim_off + SPIKING_PAUSE;
    const int from = srnn_response_sample(response, on);
    return srnn__score_sign(response, from, labels[type], task->threshold);
}

srnn_status srnn__mante_create(srnn_ctx *ctx, const srnn_task_settings *given, srnn_task **out)
{
    const srnn_task_settings s = {.T = srnn__setting(given->T, 500),
                                  .stim_on = srnn__setting(given->stim_on, 50),
                                  .stim_dur = srnn__setting(given->stim_dur, 200),
                                  .delay = -1,
                                  .eval_amp_thresh = srnn__amp_thresh(given),
                                  .offset = given->offset >= 0 ? given->offset : 0.5,
                                  .constant = srnn__setting(given->constant, 0)};
    const int64_t stim_off = (int64_t)s.stim_on + s.stim_dur;
    srnn_status status = srnn__check_settings(ctx, "mante", &s, stim_off, SPIKING_PAUSE);
    const srnn__check checks[] = {
        {"offset", s.offset, s.offset > 0, "a number above 0"},
        {"constant", s.constant, s.constant <= 1, "0 or 1"},
    };
    if (!status) status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (status) return status;
    mante *task = malloc(sizeof *task);
    if (!task) return srnn__no_memory(ctx);
    *task = (mante){s.T, s.stim_on, (int)stim_off, s.eval_amp_thresh, s.offset, s.constant > 0};
    const srnn_task_def def = {
        .name = "mante",
        .n_in = 4,
        .n_out = 1,
        .T = s.T,
        .n_types = 8,
        .type_names = type_names,
        .labels = labels,
        .stim_on = s.stim_on,
        .stim_off = (int)stim_off,
        .response_on = {rate_response_on(s.T, (int)stim_off), (int)stim_off + SPIKING_PAUSE},
        .settings = s,
        .stimulus = "channels 1, 2 (modalities): N(0,1) + or - offset in each "
                    "step of the stimulus; 3, 4 (context): 1 all the time in "
                    "the one that says which modality counts",
        .target = "sign of that modality's offset, from the end of the "
                  "stimulus on",
        .criterion = "some output beyond eval_amp_thresh on the side of the "
                     "target",
        .user = task,
        .draw_type = draw_type,
        .generate = generate,
        .score = score};
    return srnn__create_owned(ctx, &def, out);
}
