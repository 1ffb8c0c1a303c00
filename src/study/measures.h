/* What is measured of a network: names, words and units. */
#ifndef SRNN_STUDY_MEASURES_H
#define SRNN_STUDY_MEASURES_H

#include <jansson.h>

#include "spikernn/study.h"

/* Calls found(user, name, value) for every number of a record's result, under its name in
   summary.json: "evaluation.spiking.accuracy". False where one of the calls gave it. */
bool srnn__measures_of(const json_t *result,
                       bool (*found)(void *user, const char *name, double value), void *user);

/* What is known about the measure of that name. The caller frees out->title; name is not copied.
 * False: out of memory. */
bool srnn__measure_describe(const char *name, double at_least, srnn_measure *out);

/* The order in which measures are shown: lower first; unknown ones last. */
int srnn__measure_rank(const char *name);

/* 1: the more the better; -1: the less; 0: neither. */
int srnn__measure_better(const char *name);
/* Can a network have a measure of that name? */
bool srnn__measure_possible(const char *name);
/* The known one that `name` was probably meant to be; NULL: none is near. */
const char *srnn__measure_nearest(const char *name);

#endif
