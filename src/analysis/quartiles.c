#include <math.h>
#include <stdlib.h>

#include "analysis/sorted.h"
#include "core/core.h"
#include "spikernn/spikes.h"

int srnn__sort_finite(const double *values, int n, double *sorted)
{
    int m = 0;
    for (int i = 0; i < n; i++)
        if (isfinite(values[i])) sorted[m++] = values[i];
    if (m > 0) qsort(sorted, (size_t)m, sizeof *sorted, srnn__ascending);
    return m;
}

double srnn__sorted_quantile(const double *sorted, int n, double place)
{
    if (n == 0) return NAN;
    place *= n - 1;
    const int low = (int)place, high = low + 1 < n ? low + 1 : low;
    return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

int srnn_quartiles(const double *values, int n, double quartiles[3])
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    const int m = sorted ? srnn__sort_finite(values, n, sorted) : 0;
    for (int q = 0; q < 3; q++) quartiles[q] = srnn__sorted_quantile(sorted, m, 0.25 * (q + 1));
    free(sorted);
    return m;
}
