/* How good one spiking trial is, to those who choose between conversions. */
#ifndef SRNN_CRITERION_H
#define SRNN_CRITERION_H

#include <math.h>

#include "core/rng.h"
#include "spikernn/convert.h"

/* The higher the better. */
static inline double srnn__trial_score(srnn_criterion criterion, bool correct, double margin,
                                       double loss)
{
    if (criterion == SRNN_BY_LOSS) return -loss;
    const bool weighed = criterion == SRNN_BY_MARGIN && !isnan(margin);
    const double sure = weighed ? 1 / (1 + srnn__exp(-margin / 0.1)) : 0;
    return (correct ? 1 : 0) + 0.1 * sure;
}

#endif
