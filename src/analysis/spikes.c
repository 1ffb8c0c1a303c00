/* The spikes of many trials: their struct, and whether it holds what it should. */
#include <math.h>
#include <stdlib.h>

#include "analysis/counts.h"
#include "core/core.h"
#include "core/text.h"

void srnn_spikes_free(srnn_spikes *spikes)
{
    if (!spikes) return;
    for (int i = 0; spikes->type_names && i < spikes->n_types; i++) free(spikes->type_names[i]);
    void *const arrays[] = {spikes->trial,      spikes->unit, spikes->time_ms, spikes->population,
                            spikes->type_names, spikes->type, spikes->label,   spikes->value,
                            spikes->correct,    spikes->task};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    *spikes = (srnn_spikes){0};
}

static srnn_status check_sizes(srnn_ctx *ctx, const srnn_spikes *s)
{
    const bool step_known = !isnan(s->dt_ms);
    const srnn__check checks[] = {
        {"N", s->N, s->N >= 1, "1 or more"},
        {"K", s->K, s->K >= 1, "1 or more"},
        {"T_ms", s->T_ms, s->T_ms > 0 && s->T_ms <= SRNN__TRIAL_MAX_MS,
         "a number above 0, at most 1e9"},
        {"dt_ms", step_known ? s->dt_ms : 0, !step_known || s->dt_ms > 0,
         "a number above 0, or NaN"},
        {"n", (double)s->n, s->n >= 0, "0 or more"},
        {"n_types", s->n_types, s->n_types >= 1, "1 or more"},
    };
    return srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
}

static srnn_status check_arrays(srnn_ctx *ctx, const srnn_spikes *s)
{
    const struct {
        const char *name;
        const void *array;
    } needed[] = {{"trial", s->trial},
                  {"unit", s->unit},
                  {"time_ms", s->time_ms},
                  {"population", s->population},
                  {"type_names", s->type_names},
                  {"type", s->type},
                  {"label", s->label},
                  {"value", s->value},
                  {"task", s->task}};
    const int of_spikes = 3; /* the first of them may be missing where there are no spikes */
    for (int i = s->n > 0 ? 0 : of_spikes; i < (int)(sizeof needed / sizeof *needed); i++)
        if (!needed[i].array)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s is NULL; expected an array",
                              needed[i].name);
    for (int i = 0; i < s->n_types; i++)
        if (!s->type_names[i])
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "type_names[%d] is NULL; expected a name", i);
    for (int i = 0; i < s->n_types; i++)
        if (!srnn__is_utf8(s->type_names[i]))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "type_names[%d] is '%.80s'; expected UTF-8",
                              i, s->type_names[i]);
    if (!srnn__is_utf8(s->task))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "task is '%.80s'; expected UTF-8", s->task);
    for (int i = 0; i < s->N; i++)
        if (s->population[i] >= SRNN_POPULATIONS)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "population[%d] is %d; expected 0 to %d", i,
                              s->population[i], SRNN_POPULATIONS - 1);
    for (int k = 0; k < s->K; k++)
        if (s->type[k] < 0 || s->type[k] >= s->n_types)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "type[%d] is %d; expected 0 to %d", k,
                              s->type[k], s->n_types - 1);
    return SRNN_OK;
}

static bool in_order(const srnn_spikes *s, int64_t a, int64_t b)
{
    if (s->trial[a] != s->trial[b]) return s->trial[a] < s->trial[b];
    if (s->time_ms[a] < s->time_ms[b]) return true;
    return s->time_ms[a] <= s->time_ms[b] && s->unit[a] <= s->unit[b];
}

static srnn_status check_spikes(srnn_ctx *ctx, const srnn_spikes *s)
{
    for (int64_t q = 0; q < s->n; q++) {
        if (s->trial[q] < 0 || s->trial[q] >= s->K)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "trial[%lld] is %d; expected 0 to %d",
                              (long long)q, s->trial[q], s->K - 1);
        if (s->unit[q] < 0 || s->unit[q] >= s->N)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "unit[%lld] is %d; expected 0 to %d",
                              (long long)q, s->unit[q], s->N - 1);
        if (!(s->time_ms[q] > 0 && s->time_ms[q] <= s->T_ms + SRNN__SLACK_MS))
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "time_ms[%lld] is %g; expected above 0, at most T_ms, %g",
                              (long long)q, s->time_ms[q], s->T_ms);
        if (q > 0 && !in_order(s, q - 1, q))
            return srnn__fail(
                ctx, SRNN_ERR_ARGUMENT,
                "spike %lld (trial %d, %g ms, unit %d) is out of order; expected them "
                "by trial, then time, then unit",
                (long long)q, s->trial[q], s->time_ms[q], s->unit[q]);
    }
    return SRNN_OK;
}

srnn_status srnn_spikes_check(srnn_ctx *ctx, const srnn_spikes *spikes)
{
    srnn_status status = check_sizes(ctx, spikes);
    if (!status) status = check_arrays(ctx, spikes);
    return status ? status : check_spikes(ctx, spikes);
}
