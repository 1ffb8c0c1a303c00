/* Traces of chosen units at chosen steps. */
#ifndef SRNN_RECORDING_H
#define SRNN_RECORDING_H

#include "spiking/simulator.h"

/* What a caller gave (NULL: spikes alone), checked. Errors name what cannot be recorded. */
srnn_status srnn__recording_take(srnn_ctx *ctx, const srnn_recording *given, int N,
                                 srnn_recording *recording);

/* The result's arrays, as far as they are asked for. */
bool srnn__recording_alloc(const srnn_recording *recording, int N, int nt,
                           srnn_spiking_result *result);

/* Is the step kept? If not, *quiet steps from it on are not. */
bool srnn__recording_keeps(const srnn_recording *recording, int step, int *quiet);

/* Around the one step of sim's block: what is recorded before it, and after it. */
void srnn__record_before(const srnn__simulator *sim, const srnn_recording *recording,
                         srnn_spiking_result *result);
void srnn__record_after(const srnn__simulator *sim, const srnn_recording *recording,
                        srnn_spiking_result *result);

#endif
