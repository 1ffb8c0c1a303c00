/* Optogenetic stimulation of chosen units. */
#ifndef SRNN_STIMULATE_H
#define SRNN_STIMULATE_H

#include "core/rng.h"
#include "spiking/simulator.h"

/* Errors name the field, its value and its range. */
srnn_status srnn__stimulation_check(srnn_ctx *ctx, const srnn_stimulation *stimulation, int N);

/* The stimulus of the units in sim's block, or none. */
void srnn__stimulation_start(srnn__simulator *sim, const srnn_stimulation *stimulation);

/* The coins of steps first ... first + n - 1 into sim->coin: `injected` of all steps, or of the
   stream. */
void srnn__stimulation_coins(srnn__simulator *sim, const srnn_stimulation *stimulation,
                             const srnn__stream *stream, uint64_t trial, const uint8_t *injected,
                             int first, int n);

#endif
