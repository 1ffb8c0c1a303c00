/* How alike the rate network and the spiking network are. */
#include <math.h>
#include <stdlib.h>

#include "model/model_internal.h"
#include "spikernn/convert.h"

typedef struct trial {
    float *u; /* [T + 1][n_in] */
    float *o; /* [T - 1][n_out] */
} trial;

/* Sum of squares over one trial. o of step k + 1 stands beside out at that step's end. */
static srnn_status compare(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                           const srnn_spiking_params *params, srnn_trial_key key, int type,
                           trial *t, double *squares)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    srnn_status status = srnn_task_trial(ctx, task, key, type, def->T + 1, t->u, NULL, NULL);
    if (status) return status;
    srnn_rate_input rate = srnn_rate_input_default();
    rate.T = def->T;
    rate.u = t->u;
    rate.key = key;
    if ((status = srnn_rate_run(ctx, model, &rate, &(srnn_rate_output){.o = t->o}))) return status;
    const srnn_spiking_input spiking = {.C = def->T + 1, .u = t->u, .key = key};
    srnn_spiking_result r;
    if ((status = srnn_spiking_run(ctx, model, params, &spiking, NULL, &r))) return status;
    *squares = 0;
    for (int k = 0; k < def->T - 1; k++) {
        int sample = (int)((k + 1) * 100.0 / params->downsample) - 1;
        sample = sample < r.nt ? sample : r.nt - 1;
        for (int c = 0; c < def->n_out; c++) {
            const double error = r.out[(size_t)sample * (size_t)def->n_out + (size_t)c] -
                                 (double)t->o[(size_t)k * (size_t)def->n_out + (size_t)c];
            *squares += error * error;
        }
    }
    srnn_spiking_result_free(&r);
    return SRNN_OK;
}

srnn_status srnn_fidelity(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_spiking_params *params, uint64_t seed, srnn_domain domain,
                          int n_trials, double *rmse)
{
    *rmse = NAN;
    srnn_status status = srnn__task_fits(ctx, model, task);
    if (status) return status;
    if (n_trials < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n_trials is %d; expected at least 1", n_trials);
    const srnn_task_def *def = srnn_task_get_def(task);
    const size_t T = (size_t)def->T, n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    trial t = {.u = malloc((T + 1) * n_in * sizeof *t.u),
               .o = malloc((T - 1) * n_out * sizeof *t.o)};
    if (!t.u || !t.o) status = srnn__no_memory(ctx);
    double sum = 0;
    for (int k = 0; k < n_trials && !status; k++) {
        double squares = 0;
        const srnn_trial_key key = {seed, domain, (uint64_t)k};
        status = compare(ctx, model, task, params, key, k % def->n_types, &t, &squares);
        sum += squares;
    }
    free(t.u);
    free(t.o);
    if (!status) *rmse = sqrt(sum / (n_trials * (double)((T - 1) * n_out)));
    return status;
}
