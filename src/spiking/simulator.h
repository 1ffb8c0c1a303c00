/* Simulation of trials of one spiking network. */
#ifndef SRNN_SIMULATOR_H
#define SRNN_SIMULATOR_H

#include "spiking/conversion.h"
#include "spiking/downsample.h"

enum { SRNN__STEPS_PER_COLUMN = 100 }; /* steps of the simulation to a column of the input */

/* The sample, from 0, at the end of rate step k + 1; the last of nt where the simulation, of every
   downsample-th column, ends before. */
static inline int srnn__step_end(int k, int downsample, int nt)
{
    const int64_t end = ((int64_t)k + 1) * SRNN__STEPS_PER_COLUMN / downsample;
    return (int)(end < nt ? end : nt) - 1;
}

/* The refractory rule is exact: a unit that spiked at step k is free from the first step i with
   (i - k) dt > tref: i = k + this. */
int srnn__free_after(double tref_ms, double dt_ms);

/* What a caller gave, checked, into *own, which may be the same struct. Errors name the parameter,
   its value and its range. */
srnn_status srnn__spiking_params_take(srnn_ctx *ctx, const srnn_model *model,
                                      const srnn_spiking_params *given, srnn_spiking_params *own);

/* A list of units "to ..." */
srnn_status srnn__units_check(srnn_ctx *ctx, const char *purpose, const int *units, int n, int N);

/* State and scratch of one trial at a time, of at most C input columns. */
typedef struct srnn__simulator {
    const srnn__spiking_net *net;
    srnn_precision precision;
    int C;
    srnn__lif_block block; /* owns its arrays */
    float *noise;
    void *stimulus;    /* [Np] */
    uint8_t *coin;     /* of the steps of a block */
    double *out;       /* [nt][n_out] of the latest trial */
    int64_t *counts;   /* [N] spikes from the 10th step on of the latest trial */
    size_t spike_room; /* of the lists of the trial being recorded */
} srnn__simulator;

/* False: out of memory. Free in any case. */
bool srnn__simulator_init(const srnn__spiking_net *net, int C, int downsample,
                          srnn_precision precision, srnn__simulator *sim);
void srnn__simulator_free(srnn__simulator *sim);

typedef enum srnn__run_end {
    SRNN__RUN_OK,
    SRNN__RUN_NO_MEMORY,
    SRNN__RUN_NOT_FINITE,
    SRNN__RUN_INPUT_LOST
} srnn__run_end;

/* Where a run stopped being finite, or what it would not see of its input. */
typedef struct srnn__run_fault {
    int step, unit;
    srnn__lost_input lost;
    const char *task; /* whose input it is, for those who know; NULL: not known */
} srnn__run_fault;

/* Arrays of the simulator's precision. */
static inline size_t srnn__simulator_width(const srnn__simulator *sim)
{
    return sim->precision == SRNN_DOUBLE ? sizeof(double) : sizeof(float);
}

static inline double srnn__simulator_get(const srnn__simulator *sim, const void *array, int i)
{
    return sim->precision == SRNN_DOUBLE ? ((const double *)array)[i]
                                         : (double)((const float *)array)[i];
}

static inline void srnn__simulator_put(const srnn__simulator *sim, const void *array, int i,
                                       double value)
{
    void *target = (void *)(uintptr_t)array; /* the block's inputs are const for the kernels */
    if (sim->precision == SRNN_DOUBLE)
        ((double *)target)[i] = value;
    else
        ((float *)target)[i] = (float)value;
}

/* One trial into sim->out and sim->counts. result NULL, or one to which spikes are appended
   and whose v, ipsc, r (where not NULL) get what `recording` asks for. */
srnn__run_end srnn__simulate(srnn__simulator *sim, const srnn_spiking_params *params,
                             const srnn_spiking_input *input, const srnn_recording *recording,
                             srnn_spiking_result *result, srnn__run_fault *fault);

/* A trial in one simulator. */
typedef struct srnn__run {
    srnn__simulator *sim;
    const srnn_spiking_params *params;
    srnn__run_end end;     /* result */
    srnn__run_fault fault; /* result where it does not end well */
} srnn__run;

/* The same trial in n simulators: noise is drawn once for all. Their networks have the same
   units, inputs and outputs, their parameters differ in the scaling factor alone. What each
   gives does not depend on the others. */
void srnn__simulate_together(int n, srnn__run *runs, const srnn_spiking_input *input);

/* The end of a run as a status with its sentence. */
srnn_status srnn__run_status(srnn_ctx *ctx, srnn__run_end end, const srnn__run_fault *fault);

#endif
