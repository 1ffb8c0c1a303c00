#include <math.h>
#include <stdlib.h>

#include "core/core.h"
#include "spikernn/spikes.h"

int srnn_quartiles(const double *values, int n, double quartiles[3])
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    int m = 0;
    for (int i = 0; sorted && i < n; i++)
        if (isfinite(values[i])) sorted[m++] = values[i];
    if (m > 0) qsort(sorted, (size_t)m, sizeof *sorted, srnn__ascending);
    for (int q = 0; q < 3; q++) {
        const double place = 0.25 * (q + 1) * (m - 1);
        const int low = (int)place, high = low + 1 < m ? low + 1 : low;
        quartiles[q] =
            m > 0 ? sorted[low] + (place - low) * (sorted[high] - sorted[low]) : (double)NAN;
    }
    free(sorted);
    return m;
}
