/* What the built-in tasks share. */
#include <math.h>
#include <stdlib.h>

#include "task/task_internal.h"

double srnn__amp_thresh(const srnn_task_settings *given)
{
    return given->eval_amp_thresh >= 0 ? given->eval_amp_thresh : 0.7;
}

srnn_status srnn__check_settings(srnn_ctx *ctx, const char *task, const srnn_task_settings *s,
                                 int64_t stim_off, int pause)
{
    const srnn__check checks[] = {
        {"stim_dur", s->stim_dur, s->stim_dur >= 1, "at least 1 step"},
        {"eval_amp_thresh", s->eval_amp_thresh, s->eval_amp_thresh > 0 || s->eval_amp_thresh == -1,
         "a number above 0"},
    };
    const srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    const int64_t first = stim_off + pause; /* an output; there are T - 1 */
    if (status || first < s->T - 1) return status;
    return srnn__fail(
        ctx, SRNN_ERR_ARGUMENT,
        "T is %d; expected more than %lld steps: %s's response window begins %d steps "
        "after the stimulation (stim_on %d, stim_dur %d) ends at step %lld",
        s->T, (long long)first + 1, task, pause, s->stim_on, s->stim_dur, (long long)stim_off);
}

srnn_score srnn__score_sign(const srnn_response *response, int from, double sign, double threshold)
{
    double most = -INFINITY;
    for (int k = from; k < response->n; k++)
        most = fmax(most, sign * response->out[(size_t)k * (size_t)response->n_out]);
    return (srnn_score){
        .correct = most > threshold, .value = sign * most, .margin = most - threshold};
}

srnn_status srnn__create_owned(srnn_ctx *ctx, const srnn_task_def *def, srnn_task **out)
{
    srnn_task_def owned = *def;
    owned.destroy = free;
    const srnn_status status = srnn_task_create(ctx, &owned, out);
    if (status)
        free(def->user);
    else
        (*out)->told = true;
    return status;
}
