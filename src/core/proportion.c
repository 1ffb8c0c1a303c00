/* How certain a measured proportion is. */
#include <math.h>

#include "spikernn/ctx.h"

void srnn_wilson_interval(int correct, int n, double *low, double *high)
{
    const double z = 1.959963984540054, p = (double)correct / n;
    const double centre = p + z * z / (2.0 * n);
    const double half = z * sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
    const double scale = 1 / (1 + z * z / n);
    *low = correct == 0 ? 0 : (centre - half) * scale;
    *high = correct == n ? 1 : (centre + half) * scale;
}
