#include "spiking/recording.h"

#include <limits.h>
#include <stdlib.h>

enum { SPIKE_MV = 30 }; /* stands for the spike in a trace of v */

srnn_recording srnn_recording_default(void)
{
    return (srnn_recording){.size = sizeof(srnn_recording), .every = 1};
}

static int kept_steps(const srnn_recording *recording, int nt)
{
    return nt < 1 || recording->every < 1 ? 0 : (nt - 1) / recording->every + 1;
}

static int kept_units(const srnn_recording *recording, int N)
{
    return recording->units ? recording->n_units : N;
}

uint64_t srnn_recording_bytes(const srnn_recording *recording, int N, int nt)
{
    const int n_steps = kept_steps(recording, nt), n_units = kept_units(recording, N);
    uint64_t traces = 0;
    for (unsigned bit = SRNN_RECORD_V; bit <= SRNN_RECORD_R; bit <<= 1)
        traces += (recording->what & bit) != 0;
    if (n_units < 1) return 0;
    const uint64_t numbers = (uint64_t)n_steps * (uint64_t)n_units, each = traces * sizeof(double);
    return each && numbers > UINT64_MAX / each ? UINT64_MAX : numbers * each;
}

srnn_status srnn__recording_take(srnn_ctx *ctx, const srnn_recording *given, int N,
                                 srnn_recording *recording)
{
    *recording = srnn_recording_default();
    const srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_recording, given, every, recording);
    if (status) return status;
    if (recording->what > (SRNN_RECORD_V | SRNN_RECORD_IPSC | SRNN_RECORD_R))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "what to record is %u; expected a sum of SRNN_RECORD_V, _IPSC and _R",
                          recording->what);
    if (recording->every < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "every is %d; expected 1 or more steps from one record to the next",
                          recording->every);
    return recording->units
               ? srnn__units_check(ctx, "to record", recording->units, recording->n_units, N)
               : SRNN_OK;
}

bool srnn__recording_alloc(const srnn_recording *recording, int N, int nt,
                           srnn_spiking_result *result)
{
    result->n_recorded = kept_steps(recording, nt);
    result->n_units = kept_units(recording, N);
    double **const traces[] = {&result->v, &result->ipsc, &result->r};
    bool complete = true;
    for (int k = 0; k < 3; k++) {
        if (!(recording->what & 1u << k)) continue;
        *traces[k] =
            malloc((size_t)result->n_recorded * (size_t)result->n_units * sizeof **traces[k]);
        complete &= *traces[k] != NULL;
    }
    return complete;
}

bool srnn__recording_keeps(const srnn_recording *recording, int step, int *quiet)
{
    *quiet = INT_MAX;
    if (!recording || !recording->what) return false;
    const int since = (step - 1) % recording->every;
    *quiet = recording->every - since;
    return since == 0;
}

/* The row of the block's step, of an array in the simulator's precision. */
static void record_keep(const srnn__simulator *sim, const srnn_recording *recording,
                        const void *array, int n_units, double *trace)
{
    if (!trace) return;
    const size_t row = (size_t)((sim->block.first_step - 1) / recording->every);
    for (int k = 0; k < n_units; k++) {
        const int unit = recording->units ? recording->units[k] : k;
        trace[row * (size_t)n_units + (size_t)k] = srnn__simulator_get(sim, array, unit);
    }
}

static void mark_spikes(const srnn__simulator *sim, const srnn_recording *recording,
                        srnn_spiking_result *result)
{
    const srnn__lif_block *b = &sim->block;
    const size_t row = (size_t)((b->first_step - 1) / recording->every);
    for (int k = 0; result->v && b->n_spikes > 0 && k < result->n_units; k++) {
        const int unit = recording->units ? recording->units[k] : k;
        if (b->free_from[unit] == b->first_step + b->free_after)
            result->v[row * (size_t)result->n_units + (size_t)k] = SPIKE_MV;
    }
}

void srnn__record_before(const srnn__simulator *sim, const srnn_recording *recording,
                         srnn_spiking_result *result)
{
    record_keep(sim, recording, sim->block.ipsc, result->n_units, result->ipsc);
}

void srnn__record_after(const srnn__simulator *sim, const srnn_recording *recording,
                        srnn_spiking_result *result)
{
    record_keep(sim, recording, sim->block.v, result->n_units, result->v);
    mark_spikes(sim, recording, result);
    record_keep(sim, recording, sim->block.r, result->n_units, result->r);
}
