/* Comparing groups of networks: rank tests, effect sizes, intervals. Values that are not finite are
   left out. */
#ifndef SPIKERNN_STATISTICS_H
#define SPIKERNN_STATISTICS_H

#include <stdbool.h>

#include "spikernn/ctx.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_rank_test {
    int n;            /* pairs that differ, or values of the first sample */
    int m;            /* values of the second sample; pairs: 0 */
    double statistic; /* the sum of ranks where a > b (pairs), or Mann-Whitney's U of a; NaN: no
                         test */
    double p;         /* two-sided; NaN: no test */
    bool exact;       /* p is from the exact distribution, else from the normal one */
    double effect;    /* rank-biserial correlation, -1 to 1: above 0 where a is larger; NaN: none */
    double difference; /* median of a - b (pairs), or of all differences (Hodges-Lehmann) */
} srnn_rank_test;

/* Wilcoxon's signed-rank test of the pairs a[i], b[i]; pairs that do not differ are left out, and
   differences that are equal but for rounding, 1e-12 of the largest value, are ties. Exact up to 50
   pairs that all differ, without ties; else normal, without continuity correction (as
   scipy.stats.wilcoxon of the rounded differences; with ties its method "approx": what "auto" does
   depends on its version). Errors: SRNN_ERR_NO_MEMORY. */
srnn_status srnn_signed_rank_test(srnn_ctx *ctx, const double *a, const double *b, int n,
                                  srnn_rank_test *out);

/* Wilcoxon's rank-sum test (Mann and Whitney's U) of two independent samples. Exact where one
   sample has at most 8 values and there are no ties, else normal with continuity correction (as
   scipy.stats.mannwhitneyu). Errors: SRNN_ERR_NO_MEMORY. */
srnn_status srnn_rank_sum_test(srnn_ctx *ctx, const double *a, int n, const double *b, int m,
                               srnn_rank_test *out);

/* Holm's correction of n p-values, in place; NaN stay and do not count. Errors:
   SRNN_ERR_NO_MEMORY. */
srnn_status srnn_holm(srnn_ctx *ctx, double *p, int n);

typedef struct srnn_sample_summary {
    int n;
    double mean, sd /* of n - 1 */, median;
    double low, high; /* 95 % interval of the mean, Student's t; NaN: n < 2 */
} srnn_sample_summary;
/* Errors: SRNN_ERR_NO_MEMORY. */
srnn_status srnn_sample_summary_of(srnn_ctx *ctx, const double *values, int n,
                                   srnn_sample_summary *out);

/* 95 % interval of the difference of two means, a - b, of samples with these SDs (Welch's t); NaN
   where one has n < 2. */
void srnn_mean_difference(double mean_a, double sd_a, int n_a, double mean_b, double sd_b, int n_b,
                          double *low, double *high);
/* 95 % interval of the difference of two proportions, a - b (Newcombe, from Wilson's). */
void srnn_share_difference(int k_a, int n_a, int k_b, int n_b, double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
