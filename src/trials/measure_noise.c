/* Accuracy and rate of the spiking network against its voltage noise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "spiking/simulator.h"
#include "spikernn/evaluate.h"

void srnn_noise_curve_free(srnn_noise_curve *curve)
{
    if (!curve) return;
    free(curve->points);
    *curve = (srnn_noise_curve){0};
}

/* Into ascending order, each once. */
static void curve_add(srnn_noise_curve *curve, double noise_mv)
{
    int at = 0;
    while (at < curve->n && curve->points[at].noise_mv < noise_mv) at++;
    if (at < curve->n && curve->points[at].noise_mv == noise_mv) return;
    memmove(&curve->points[at + 1], &curve->points[at],
            (size_t)(curve->n - at) * sizeof *curve->points);
    curve->points[at] = (srnn_noise_point){.noise_mv = noise_mv};
    curve->n++;
}

static srnn_status curve_measure(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                 srnn_spiking_params params,
                                 const srnn_spiking_eval_options *options, srnn_noise_point *point)
{
    srnn_spiking_evaluation e;
    params.neuron.noise_mv = point->noise_mv;
    const srnn_status status = srnn_spiking_evaluate(ctx, model, task, &params, options, &e);
    if (status) return status;
    point->n_trials = e.n_trials;
    point->correct = e.correct;
    point->two_sided = e.two_sided;
    point->mean_rate_hz = e.mean_rate_hz;
    memcpy(point->types, e.types, sizeof e.types);
    return SRNN_OK;
}

static double curve_tolerated_mv(const srnn_noise_curve *curve)
{
    double noise_mv = (double)NAN;
    for (const srnn_noise_point *p = curve->points; p < curve->points + curve->n; p++)
        if (p->correct >= 0.95 * p->n_trials) noise_mv = p->noise_mv;
    return noise_mv;
}

srnn_status srnn_noise_curve_of(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                const srnn_spiking_params *params,
                                const srnn_spiking_eval_options *options, const double *noise_mv,
                                int n, srnn_noise_curve *out)
{
    *out = (srnn_noise_curve){0};
    srnn_spiking_params own;
    srnn_spiking_eval_options how = srnn_spiking_eval_options_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_spiking_eval_options, options, answers, &how);
    if (!status) status = srnn__spiking_params_take(ctx, model, params, &own);
    if (status) return status;
    if (n < 0) return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n is %d; expected 0 or more", n);
    how.answers = false;
    *out = (srnn_noise_curve){.own_mv = own.neuron.noise_mv,
                              .points = calloc((size_t)n + 1, sizeof *out->points)};
    if (!out->points) return srnn__no_memory(ctx);
    curve_add(out, out->own_mv);
    for (int i = 0; i < n; i++) curve_add(out, noise_mv[i]);
    for (int i = 0; i < out->n && !status; i++)
        status = curve_measure(ctx, model, task, own, &how, &out->points[i]);
    if (status)
        srnn_noise_curve_free(out);
    else
        out->tolerated_mv = curve_tolerated_mv(out);
    return status;
}
