#include <math.h>
#include <stdlib.h>

#include "spikernn/spikes.h"

static int in_ascending_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int srnn_quartiles(const double *values, int n, double quartiles[3])
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    int m = 0;
    for (int i = 0; sorted && i < n; i++)
        if (isfinite(values[i])) sorted[m++] = values[i];
    if (m > 0) qsort(sorted, (size_t)m, sizeof *sorted, in_ascending_order);
    for (int q = 0; q < 3; q++) {
        const double place = 0.25 * (q + 1) * (m - 1);
        const int low = (int)place, high = low + 1 < m ? low + 1 : low;
        quartiles[q] =
            m > 0 ? sorted[low] + (place - low) * (sorted[high] - sorted[low]) : (double)NAN;
    }
    free(sorted);
    return m;
}
