/* The same trials with several scaling factors. */
#include "core/core.h"
#include "spikernn/observe.h"

srnn_status srnn_observe_factors(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                 const srnn_observe_options *options, double own,
                                 srnn_factor_observations *out)
{
    const double factors[SRNN_OBSERVED_FACTORS] = {1, own / 2, own, 2 * own};
    *out = (srnn_factor_observations){.n = 0};
    if (!options || !options->spiking || !(own > 0))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the spiking network or its scaling factor is not given");
    srnn_spiking_params params = *options->spiking;
    srnn_observe_options one = *options;
    one.spiking = &params;
    srnn_status status = SRNN_OK;
    for (int i = 0; i < SRNN_OBSERVED_FACTORS && !status; i++) {
        out->scaling_factor[i] = factors[i];
        params.conversion.by = SRNN_BY_SCALING_FACTOR;
        params.conversion.scaling_factor = factors[i];
        status = srnn_observe(ctx, model, task, &one, &out->observation[i]);
        out->n = i + 1;
    }
    return status;
}

void srnn_factor_observations_free(srnn_factor_observations *observations)
{
    for (int i = 0; i < observations->n; i++) srnn_observation_free(&observations->observation[i]);
    *observations = (srnn_factor_observations){.n = 0};
}
