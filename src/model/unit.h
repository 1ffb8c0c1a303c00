/* A unit of the rate network, in double; the hot loops have their own (kernels/). */
#ifndef SRNN_MODEL_UNIT_H
#define SRNN_MODEL_UNIT_H

#include "core/rng.h"
#include "core/units.h"
#include "spikernn/model.h"

static inline double srnn__sigmoid(double x) { return 1 / (1 + srnn__exp(-x)); }

/* r = f(x). *slope, where it is wanted: dr/dx, at a kink that of the flat side. */
static inline double srnn__activation(srnn_activation f, double x, double *slope)
{
    const double ceiling = 20, sigmoid = f == SRNN_CLIPPED_RELU ? 1 : srnn__sigmoid(x);
    if (f == SRNN_SIGMOID) {
        if (slope) *slope = sigmoid * (1 - sigmoid);
        return sigmoid;
    }
    double r = x;
    if (f == SRNN_SOFTPLUS && x <= 30) r = srnn__log(1 + srnn__exp(x)); /* beyond 30 it is x */
    const bool flat = !(r > 0 && r < ceiling);
    if (slope) *slope = flat ? 0 : sigmoid;
    return r < 0 ? 0 : r > ceiling ? ceiling : r;
}

/* Gains of operating points that a fit tries, mV for a unit of x. */
#define SRNN__GAIN_LEAST_MV 0.5
#define SRNN__GAIN_MOST_MV 8.0

/* Synaptic decay in rate steps. */
static inline double srnn__tau_steps(const double taus[2], int n_taus, double taus_gaus)
{
    return n_taus < 2 ? taus[0] : taus[0] + (taus[1] - taus[0]) / (1 + srnn__exp(-taus_gaus));
}

/* srnn_model_tau_ms() of other taus_gaus [N], such as those before training. */
void srnn__tau_ms(const srnn_model *model, const float *taus_gaus, double *tau_ms);

#endif
