#include "convert/samples.h"

#include <stdlib.h>
#include <string.h>

#include "task/task_internal.h"
#include "trials/trials.h"

enum { MOMENTS = 40 };
enum { VISITS_FROM = 1000000 }; /* trial numbers beyond those of the rate network */

/* Of the rate network, or of a spiking one at an operating point. */
typedef struct sampler {
    srnn__samples *samples;
    int every, moments; /* steps from one to the next; of each trial */
    int had;            /* samples from elsewhere, before the first trial's */
    const srnn__rate_net *rate;
    const srnn__spiking_net *spiking;
    const srnn_operating_point *point;
    int downsample;
} sampler;

static float *sample_place(const sampler *s, int unit, int trial, int moment)
{
    return s->samples->x + (size_t)unit * (size_t)s->samples->n +
           (size_t)(s->had + trial * s->moments + moment);
}

static srnn_status take_x(void *user, const srnn__trial *trial)
{
    const sampler *s = user;
    for (int m = 0; m < s->moments; m++) {
        const real *x =
            srnn__pass_row(s->rate, trial->pass, trial->pass->x, (m + 1) * s->every - 1, trial->b);
        for (int i = 0; i < s->rate->N; i++) *sample_place(s, i, trial->k, m) = (float)x[i];
    }
    return SRNN_OK;
}

srnn_status srnn__samples_take(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                               uint64_t seed, int n_trials, srnn__samples *samples)
{
    *samples = (srnn__samples){0};
    srnn__rate_net net;
    srnn_status status = srnn__rate_net_init(ctx, model, &net);
    if (status) return status;
    const int T = srnn_task_get_def(task)->T, every = T > MOMENTS ? T / MOMENTS : 1;
    sampler s = {.samples = samples, .every = every, .moments = T / every, .rate = &net};
    const srnn__trials trials = {.task = task,
                                 .seed = seed,
                                 .domain = SRNN_DOMAIN_CALIBRATE,
                                 .n = n_trials,
                                 .rate = &net,
                                 .noise = 0.1,
                                 .history = true,
                                 .reduce = take_x,
                                 .user = &s};
    *samples = (srnn__samples){.N = net.N, .n = n_trials * s.moments};
    samples->x = malloc((size_t)net.N * (size_t)samples->n * sizeof *samples->x);
    status = samples->x ? srnn__trials_run(ctx, &trials, NULL) : srnn__no_memory(ctx);
    if (status) srnn__samples_free(samples);
    srnn__rate_net_free(&net);
    return status;
}

static srnn_status take_visits(void *user, const srnn__trial *trial)
{
    const sampler *s = user;
    const srnn__spiking_net *net = s->spiking;
    for (int m = 0; m < s->moments; m++) {
        const double *ipsc = trial->result->ipsc + (size_t)(m + 1) * (size_t)net->N;
        const int step = 1 + (m + 1) * s->every; /* of 100 to a column, which is due half before */
        const int column =
            (step + SRNN__STEPS_PER_COLUMN / 2) / SRNN__STEPS_PER_COLUMN * s->downsample;
        const float *u = trial->u + (size_t)column * (size_t)net->n_in;
        for (int i = 0; i < net->N; i++)
            *sample_place(s, i, trial->k, m) =
                (float)srnn__x_of_drive(net, s->point, i, ipsc[i], u);
    }
    return SRNN_OK;
}

srnn_status srnn__samples_add_visited(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                      const srnn_spiking_params *params,
                                      const srnn_operating_point *point, uint64_t seed,
                                      int n_trials, const srnn__samples *rate, srnn__samples *both)
{
    *both = (srnn__samples){0};
    srnn__spiking_net net;
    srnn_status status = srnn__spiking_net_init(ctx, model, &params->conversion, point, &net);
    if (status) return status;
    const int nt = srnn_spiking_steps(srnn_task_get_def(task)->T + 1, params->downsample);
    const int every = nt > 2 * MOMENTS ? nt / (MOMENTS + 1) : 1, moments = (nt - 1) / every;
    sampler s = {.samples = both,
                 .every = every,
                 .moments = moments,
                 .had = rate->n,
                 .spiking = &net,
                 .point = point,
                 .downsample = params->downsample};
    const srnn_recording recording = {
        .size = sizeof recording, .what = SRNN_RECORD_IPSC, .every = every};
    const srnn__variant variant = {&net, *params};
    const srnn__trials trials = {.task = task,
                                 .seed = seed,
                                 .first = VISITS_FROM,
                                 .domain = SRNN_DOMAIN_CALIBRATE,
                                 .n = n_trials,
                                 .variants = &variant,
                                 .n_variants = 1,
                                 .recording = &recording,
                                 .reduce = take_visits,
                                 .user = &s};
    *both = (srnn__samples){.N = rate->N, .n = rate->n + n_trials * moments};
    const size_t had = (size_t)rate->n, n = (size_t)both->n;
    both->x = malloc((size_t)both->N * n * sizeof *both->x);
    if (both->x) {
        for (size_t i = 0; i < (size_t)both->N; i++)
            memcpy(both->x + i * n, rate->x + i * had, had * sizeof *both->x);
        status = srnn__trials_run(ctx, &trials, NULL);
    } else {
        status = srnn__no_memory(ctx);
    }
    if (status) srnn__samples_free(both);
    srnn__spiking_net_free(&net);
    return status;
}

void srnn__samples_free(srnn__samples *samples)
{
    free(samples->x);
    *samples = (srnn__samples){0};
}
