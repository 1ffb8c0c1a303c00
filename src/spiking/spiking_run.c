/* One trial of the spiking network, for users and bindings. */
#include "spiking/spiking_run.h"
#include "core/units.h"

#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "spiking/recording.h"

static bool spiking_result_alloc(const srnn__spiking_net *net, int nt, double dt_s,
                                 const srnn_recording *recording, srnn_spiking_result *r)
{
    *r = (srnn_spiking_result){
        .N = net->N, .n_out = net->n_out, .nt = nt, .dt_s = dt_s, .T_s = nt * dt_s};
    r->out = malloc((size_t)nt * (size_t)net->n_out * sizeof *r->out);
    r->rates_hz = malloc((size_t)net->N * sizeof *r->rates_hz);
    const bool complete = srnn__recording_alloc(recording, net->N, nt, r);
    return complete && r->out && r->rates_hz;
}

void srnn_spiking_result_free(srnn_spiking_result *r)
{
    if (!r) return;
    free(r->spike_unit);
    free(r->spike_step);
    free(r->out);
    free(r->rates_hz);
    free(r->v);
    free(r->ipsc);
    free(r->r);
    *r = (srnn_spiking_result){0};
}

srnn__run_end srnn__run_trial(srnn__simulator *sim, const srnn_spiking_params *params,
                              const srnn_spiking_input *input, const srnn_recording *recording,
                              srnn_spiking_result *result, srnn__run_fault *fault)
{
    const srnn__spiking_net *net = sim->net;
    const int nt = srnn_spiking_steps(input->C, params->downsample);
    srnn__run_end end = SRNN__RUN_NO_MEMORY;
    if (spiking_result_alloc(net, nt, SRNN__STEP_S * params->downsample, recording, result))
        end = srnn__simulate(sim, params, input, recording, result, fault);
    if (end) {
        srnn_spiking_result_free(result);
        return end;
    }
    memcpy(result->out, sim->out, (size_t)nt * (size_t)net->n_out * sizeof *sim->out);
    for (int i = 0; i < net->N; i++) result->rates_hz[i] = (double)sim->counts[i] / result->T_s;
    return end;
}

srnn_status srnn_spiking_run(srnn_ctx *ctx, const srnn_model *model,
                             const srnn_spiking_params *params, const srnn_spiking_input *input,
                             const srnn_recording *recording, srnn_spiking_result *result)
{
    *result = (srnn_spiking_result){0};
    srnn_spiking_params own;
    srnn_recording record;
    srnn_status status = srnn__spiking_params_take(ctx, model, params, &own);
    if (!status) status = srnn__recording_take(ctx, recording, model->params.N, &record);
    if (status) return status;
    params = &own;
    if (!input->u || input->C < params->downsample + 1 || input->C > 10000000)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the input has %d columns; expected downsample + 1 = %d to 10000000",
                          input->C, params->downsample + 1);
    srnn__spiking_net net;
    srnn__simulator sim = {0};
    srnn__run_fault fault;
    if ((status = srnn__spiking_net_init(ctx, model, &own.conversion, NULL, &net))) return status;
    if (srnn__simulator_init(&net, input->C, params->downsample, params->precision, &sim))
        status = srnn__run_status(
            ctx, srnn__run_trial(&sim, params, input, &record, result, &fault), &fault);
    else
        status = srnn__no_memory(ctx);
    srnn__simulator_free(&sim);
    srnn__spiking_net_free(&net);
    return status;
}
