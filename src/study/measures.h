/* What is measured of a network: names, words and units. */
#ifndef SRNN_STUDY_MEASURES_H
#define SRNN_STUDY_MEASURES_H

#include <jansson.h>

#include "spikernn/study.h"

/* Calls found(user, name, value) for every number of a record's result, under its name in
   summary.json: "evaluation.spiking.accuracy"; and "training.trials_to_criterion", the trials of a
   training that reached its criterion. False where one of the calls gave it. */
bool srnn__measures_of(const json_t *result,
                       bool (*found)(void *user, const char *name, double value), void *user);

/* What is known about the measure of that name. The caller frees out->title; name is not copied.
 * False: out of memory. */
bool srnn__measure_describe(const char *name, double at_least, srnn_measure *out);

/* For qsort() of names (const char *): in the order in which measures are shown. */
int srnn__measure_names_order(const void *a, const void *b);
/* Its place in the view; -1: it is not there, or NULL. */
int srnn__measure_place(const srnn_study_view *view, const char *name);

/* 1: the more the better; -1: the less; 0: neither. */
int srnn__measure_better(const char *name);
/* Can a network have a measure of that name? */
bool srnn__measure_possible(const char *name);
/* The known one that `name` was probably meant to be; NULL: none is near. */
const char *srnn__measure_nearest(const char *name);

#endif
