/* What figures call the conditions of a study. */
#ifndef SRNN_FIGURE_STUDY_NAMES_H
#define SRNN_FIGURE_STUDY_NAMES_H

#include "figure/plot.h"
#include "spikernn/study.h"

/* Variables condition[] and, for a second line, condition_rest[], of n conditions; NULL: the first
   ones. */
void srnn__say_conditions(srnn__plot *plot, const srnn_study_view *view, const int *conditions,
                          int n);

/* Variables count[], "94 of 100", and count_rest[], "3 failed". */
void srnn__say_counts(srnn__plot *plot, const srnn_study_view *view, int n);

/* The varied option with the most numbers, at least two; -1: none. */
int srnn__study_option(const srnn_study_view *view);

/* Conditions that differ in that option alone are a series. */
typedef struct srnn__study_series {
    int n, n_all; /* shown, there are */
    int *series;  /* [n_conditions] from 0; -1: not shown */
    char **names; /* [n] "gain 1.5, act relu" */
} srnn__study_series;
enum { SRNN__SERIES_SHOWN = 8 };

/* Free it in any case. False: out of memory. */
bool srnn__study_series_of(const srnn_study_view *view, int option, srnn__study_series *out);
void srnn__study_series_free(srnn__study_series *series);

#endif
