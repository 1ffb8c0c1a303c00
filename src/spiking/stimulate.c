#include "spiking/stimulate.h"

#include <string.h>

srnn_status srnn__stimulation_check(srnn_ctx *ctx, const srnn_stimulation *s, int N)
{
    if (s->mode == SRNN_STIM_NONE) return SRNN_OK;
    const srnn__check checks[] = {
        {"stimulation.mode", s->mode, (unsigned)s->mode <= SRNN_STIM_INH, "none, exc or inh"},
        {"stimulation.on", s->on, s->on >= 1 && s->on < s->off,
         "a step of 1 or more, before stimulation.off"},
        {"stimulation.probability", s->probability, s->probability >= 0 && s->probability <= 1,
         "0 to 1"},
        {"stimulation.amplitude_mv", s->amplitude_mv, s->amplitude_mv >= 0, "0 or more"},
    };
    const srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    return status ? status : srnn__units_check(ctx, "to stimulate", s->units, s->n_units, N);
}

void srnn__stimulation_start(srnn__simulator *sim, const srnn_stimulation *s)
{
    srnn__lif_block *b = &sim->block;
    b->stimulus = NULL;
    if (s->mode == SRNN_STIM_NONE) return;
    b->stimulus = sim->stimulus;
    for (int i = 0; i < b->Np; i++) srnn__simulator_put(sim, b->stimulus, i, 0);
    for (int k = 0; k < s->n_units; k++)
        srnn__simulator_put(sim, b->stimulus, s->units[k],
                            s->mode == SRNN_STIM_EXC ? s->amplitude_mv : -s->amplitude_mv);
}

static bool heads(const srnn__stream *stream, uint64_t trial, int step, double probability)
{
    uint32_t counter[4], words[4];
    srnn__counter(counter, 0, (uint32_t)step, trial);
    srnn__ars(stream, counter, words);
    return words[0] * 0x1p-32 < probability;
}

void srnn__stimulation_coins(srnn__simulator *sim, const srnn_stimulation *s,
                             const srnn__stream *stream, uint64_t trial, const uint8_t *injected,
                             int first, int n)
{
    for (int k = 0; s->mode != SRNN_STIM_NONE && k < n; k++) {
        const int step = first + k;
        const bool inside = step >= s->on && step < s->off;
        sim->coin[k] =
            inside && (injected ? injected[step - 1] : heads(stream, trial, step, s->probability));
    }
}
