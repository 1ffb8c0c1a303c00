/* The transfer curve of an isolated unit of the spiking network. */
#ifndef SRNN_TRANSFER_H
#define SRNN_TRANSFER_H

#include "core/core.h"
#include "spikernn/spiking.h"

enum { SRNN__TRANSFER_TDS = 4 };

/* At drive bias_mv + y with y = first_mv + i * step_mv, i < n. */
typedef struct srnn__transfer {
    int n;
    double first_mv, step_mv;
    double threshold_mv;               /* the y at which the drive is v_peak_mv */
    double td_s[SRNN__TRANSFER_TDS];   /* ascending */
    double *rate_hz;                   /* [n] phi, not falling */
    double *noise[SRNN__TRANSFER_TDS]; /* [n] phi F, Hz: the train filtered with td has the
                                          variance phi F / (2 td) */
} srnn__transfer;

/* Simulated with the voltage noise, the refractory time, and the synapse of params; td between
   td_low_s and td_high_s. Frees with srnn__transfer_free, which takes a zeroed one too. */
srnn_status srnn__transfer_init(srnn_ctx *ctx, const srnn_spiking_params *params, double td_low_s,
                                double td_high_s, uint64_t seed, srnn__transfer *transfer);
void srnn__transfer_free(srnn__transfer *transfer);

/* phi F of a unit's td, into noise[n]. */
void srnn__transfer_noise(const srnn__transfer *transfer, double td_s, double *noise);

/* Linear between the points, constant beyond them. table: [n]. */
static inline double srnn__transfer_at(const srnn__transfer *t, const double *table, double y_mv)
{
    double place = (y_mv - t->first_mv) / t->step_mv;
    place = place > 0 ? place : 0;
    place = place < t->n - 1 ? place : t->n - 1;
    int i = (int)place;
    i = i < t->n - 2 ? i : t->n - 2;
    return table[i] + (place - i) * (table[i + 1] - table[i]);
}

#endif
