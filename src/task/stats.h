/* Sums over the trials of one type. */
#ifndef SRNN_TASK_STATS_H
#define SRNN_TASK_STATS_H

#include <math.h>

#include "spikernn/task.h"

typedef struct srnn__type_sums {
    int n, correct, two_sided, n_values; /* n_values: of them with a value */
    double mean, m2;                     /* Welford */
} srnn__type_sums;

/* Is the trial correct by the two-sided criterion, too? */
static inline bool srnn__two_sided(const srnn_score *score)
{
    return score->correct && !(score->other_side > 0);
}

static inline void srnn__type_add(srnn__type_sums *s, const srnn_score *score)
{
    s->n++;
    s->correct += score->correct;
    s->two_sided += srnn__two_sided(score);
    if (isnan(score->value)) return;
    s->n_values++;
    const double delta = score->value - s->mean;
    s->mean += delta / s->n_values;
    s->m2 += delta * (score->value - s->mean);
}

static inline srnn_type_stats srnn__type_stats(const srnn__type_sums *s)
{
    return (srnn_type_stats){.n = s->n,
                             .correct = s->correct,
                             .two_sided = s->two_sided,
                             .value_mean = s->n_values > 0 ? s->mean : NAN,
                             .value_sd = s->n_values > 1 ? sqrt(s->m2 / (s->n_values - 1)) : NAN};
}

#endif
