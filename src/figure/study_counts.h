/* The networks of a condition of a study. */
#ifndef SRNN_FIGURE_STUDY_COUNTS_H
#define SRNN_FIGURE_STUDY_COUNTS_H

#include "spikernn/study.h"

/* All of *out but the summary of its values; measure < 0: the networks alone. */
void srnn__condition_count(const srnn_study_view *view, int condition, int measure,
                           srnn_condition_summary *out);

/* The measure of the condition's networks that have it, into values[n_networks]; returns how many
   these are. */
int srnn__condition_values(const srnn_study_view *view, int condition, int measure, double *values);

#endif
