/* Means, differences and their intervals. */
#include <math.h>
#include <stdlib.h>

#include "analysis/mean_sd.h"
#include "analysis/sorted.h"
#include "core/core.h"
#include "spikernn/statistics.h"

/* Student's P(|T| > t), t^2 >= 3.8, of at most MANY degrees of freedom: the incomplete beta
   function I_x(a, 1/2), by its continued fraction (NIST's DLMF, 8.17.22), which then converges
   fast. */
enum { MANY = 300, FRACTIONS = 200 };
static double student_tails(double freedom, double t)
{
    const double pi = 3.141592653589793, a = freedom / 2, b = 0.5, x = freedom / (freedom + t * t);
    double fraction = 1;
    for (int m = FRACTIONS; m-- > 0;) {
        const double at = a + 2 * m;
        fraction = 1 + (m + 1) * (b - m - 1) * x / ((at + 1) * (at + 2)) / fraction;
        fraction = 1 - (a + m) * (a + b + m) * x / (at * (at + 1)) / fraction;
    }
    const double beta = tgamma(a) * sqrt(pi) / tgamma(a + b);
    return pow(x, a) * sqrt(1 - x) / (a * beta) / fraction;
}

/* Of many degrees of freedom: the normal quantile and its corrections (Abramowitz and Stegun,
   26.7.5). */
static double student_of_many(double freedom)
{
    const double z = 1.959963984540054, z2 = z * z, r = 1 / freedom;
    const double g1 = z * (z2 + 1) / 4, g2 = z * ((5 * z2 + 16) * z2 + 3) / 96,
                 g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
                 g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return z + r * (g1 + r * (g2 + r * (g3 + r * g4)));
}

/* Student's quantile at 0.975 of 1 or more degrees of freedom, by halving. */
static double student_quantile(double freedom)
{
    double low = 1.95, high = 13;
    if (freedom > MANY) return student_of_many(freedom);
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;
        if (student_tails(freedom, middle) > 0.05)
            low = middle;
        else
            high = middle;
    }
    return high;
}

srnn_status srnn_sample_summary_of(srnn_ctx *ctx, const double *values, int n,
                                   srnn_sample_summary *out)
{
    double *sorted = srnn__alloc((size_t)n, sizeof *sorted);
    *out = (srnn_sample_summary){.mean = NAN, .sd = NAN, .median = NAN, .low = NAN, .high = NAN};
    if (!sorted) return srnn__no_memory(ctx);
    const int m = out->n = srnn__sort_finite(values, n, sorted);
    out->median = srnn__sorted_quantile(sorted, m, 0.5);
    srnn__mean_and_sd(sorted, m, &out->mean, &out->sd);
    if (m > 1) {
        const double half = student_quantile(m - 1) * out->sd / sqrt(m);
        out->low = out->mean - half;
        out->high = out->mean + half;
    }
    free(sorted);
    return SRNN_OK;
}

void srnn_mean_difference(double mean_a, double sd_a, int n_a, double mean_b, double sd_b, int n_b,
                          double *low, double *high)
{
    *low = *high = NAN;
    if (n_a < 2 || n_b < 2) return;
    const double a = sd_a * sd_a / n_a, b = sd_b * sd_b / n_b; /* squared errors of the means */
    const double share = a + b > 0 ? a / (a + b) : 0.5;
    const double freedom = 1 / (share * share / (n_a - 1) + (1 - share) * (1 - share) / (n_b - 1));
    const double half = student_quantile(freedom) * sqrt(a + b);
    *low = mean_a - mean_b - half;
    *high = mean_a - mean_b + half;
}

void srnn_share_difference(int k_a, int n_a, int k_b, int n_b, double *low, double *high)
{
    double low_a, high_a, low_b, high_b;
    *low = *high = NAN;
    if (n_a < 1 || n_b < 1) return;
    srnn_wilson_interval(k_a, n_a, &low_a, &high_a);
    srnn_wilson_interval(k_b, n_b, &low_b, &high_b);
    const double a = (double)k_a / n_a, b = (double)k_b / n_b;
    *low = a - b - hypot(a - low_a, high_b - b);
    *high = a - b + hypot(high_a - a, b - low_b);
}
