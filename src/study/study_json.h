/* A study as JSON: pieces, to be freed with json_decref(); NULL: out of memory. */
#ifndef SRNN_STUDY_STUDY_JSON_H
#define SRNN_STUDY_STUDY_JSON_H

#include <jansson.h>

#include "spikernn/study.h"

/* Tests between conditions, in the main measure and in those that are expected: of each pair, or
   with more than SRNN__PAIRED_CONDITIONS of each condition with the first. comparisons.c */
enum { SRNN__PAIRED_CONDITIONS = 8 };
json_t *srnn__study_tests_json(srnn_ctx *ctx, const srnn_study_view *view);

/* "left", "finished", "not_trained", "failed" */
const char *srnn__network_state_name(srnn_network_state state);

#endif
