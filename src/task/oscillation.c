/* Autonomous oscillation: a pulse starts a sine wave that goes on by itself. */
#include "task/task_internal.h"

#include <math.h>
#include <stdlib.h>

typedef struct oscillation {
    int stim_on, stim_off;
    float wave[100]; /* one period */
} oscillation;

enum { PERIOD = 100 }; /* steps: 2 Hz */

/* The output follows the wave where their correlation is above this. */
static const double correlation_threshold = 0.8;

static const char *const type_names[] = {"wave"};
static const double labels[] = {1};

static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    (void)rng;
    return 0;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const oscillation *task = user;
    (void)type;
    (void)rng;
    for (int t = task->stim_on; t < task->stim_off; t++) u[t] = 1;
    for (int t = task->stim_off; t < n_cols; t++) z[t] = task->wave[(t - task->stim_off) % PERIOD];
}

/* Behind the first period. The scale of the output does not matter, its phase does. */
static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const oscillation *task = user;
    (void)rng;
    (void)type;
    const int from = srnn_response_sample(response, task->stim_off + PERIOD);
    double n = 0, o = 0, z = 0, oo = 0, zz = 0, oz = 0;
    for (int k = from; k < response->n; k++) {
        const double step = (k + (response->network == SRNN_SPIKING)) / response->samples_per_step;
        const double out = response->out[(size_t)k * (size_t)response->n_out];
        const double wave = (double)task->wave[((int)step - task->stim_off) % PERIOD];
        n++;
        o += out;
        z += wave;
        oo += out * out;
        zz += wave * wave;
        oz += out * wave;
    }
    const double spread = sqrt((oo - o * o / n) * (zz - z * z / n));
    const double correlation = spread > 0 ? (oz - o * z / n) / spread : 0;
    const double margin = correlation - correlation_threshold;
    return (srnn_score){.correct = margin > 0, .value = correlation, .margin = margin};
}

/* sin(2 pi k / 100) by rotation: the last bit does not depend on the C library. */
static void fill_wave(float wave[PERIOD])
{
    const double c = 0.99802672842827156, s = 0.062790519529313376; /* of 2 pi / 100 */
    double x = 1, y = 0;
    for (int k = 0; k < PERIOD; k++) {
        wave[k] = (float)y;
        const double turned = x * c - y * s;
        y = x * s + y * c;
        x = turned;
    }
}

srnn_status srnn__oscillation_create(srnn_ctx *ctx, const srnn_task_settings *given,
                                     srnn_task **out)
{
    const srnn_task_settings s = {.T = srnn__setting(given->T, 400),
                                  .stim_on = srnn__setting(given->stim_on, 20),
                                  .stim_dur = srnn__setting(given->stim_dur, 25),
                                  .delay = -1,
                                  .eval_amp_thresh = -1,
                                  .offset = -1,
                                  .constant = -1};
    const int64_t stim_off = (int64_t)s.stim_on + s.stim_dur;
    const srnn_status status = srnn__check_settings(ctx, "oscillation", &s, stim_off, 2 * PERIOD);
    if (status) return status;
    oscillation *task = malloc(sizeof *task);
    if (!task) return srnn__no_memory(ctx);
    *task = (oscillation){.stim_on = s.stim_on, .stim_off = (int)stim_off};
    fill_wave(task->wave);
    const srnn_task_def def = {.name = "oscillation",
                               .n_in = 1,
                               .n_out = 1,
                               .T = s.T,
                               .n_types = 1,
                               .type_names = type_names,
                               .labels = labels,
                               .stim_on = s.stim_on,
                               .stim_off = (int)stim_off,
                               .response_on = {(int)stim_off + PERIOD, (int)stim_off + PERIOD},
                               .settings = s,
                               .stimulus = "a pulse of 1",
                               .target =
                                   "sine wave of period 100 steps from the end of the pulse on",
                               .criterion = "correlation of output and target above 0.8, from the "
                                            "second period on",
                               .user = task,
                               .draw_type = draw_type,
                               .generate = generate,
                               .score = score};
    return srnn__create_owned(ctx, &def, out);
}
