/* A study as JSON: pieces, to be freed with json_decref(); NULL: out of memory. */
#ifndef SRNN_STUDY_STUDY_JSON_H
#define SRNN_STUDY_STUDY_JSON_H

#include <jansson.h>

#include "spikernn/study.h"

/* Tests between conditions, in the main measure and in those that are expected: of each pair, or
   with more than SRNN__PAIRED_CONDITIONS of each condition with the first. comparisons.c */
enum { SRNN__PAIRED_CONDITIONS = 8 };
json_t *srnn__study_tests_json(srnn_ctx *ctx, const srnn_study_view *view);

/* Two conditions in one measure: the rank test of what they share, and their means. */
typedef struct srnn__pair_test {
    bool paired; /* by equal seeds: n pairs have both values; else n is 0 */
    int n;
    srnn_rank_test test;
    srnn_sample_summary a, b;     /* paired: of these pairs */
    double difference, low, high; /* of the means, a - b, with its 95 % interval */
} srnn__pair_test;
srnn_status srnn__study_pair_test(srnn_ctx *ctx, const srnn_study_view *view, int measure, int a,
                                  int b, srnn__pair_test *out);

json_t *srnn__measure_json(const srnn_measure *measure);
json_t *srnn__expectation_json(const srnn_study_view *view, const srnn_expectation *expectation);

/* "left", "finished", "not_trained", "failed" */
const char *srnn__network_state_name(srnn_network_state state);

#endif
