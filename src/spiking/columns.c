#include "spiking/columns.h"

#include <stdlib.h>

enum { COLUMN_LANES = 16 };

bool srnn__columns_pack(int N, int Np, const float *W, srnn__columns *columns)
{
    const size_t n_units = (size_t)N, n = n_units * (size_t)Np;
    size_t n_values = 0;
    for (size_t k = 0; k < n; k++) n_values += W[k] != 0;
    *columns = (srnn__columns){0};
    if (n_values > n / 2) return false;
    columns->first = malloc(n_units * sizeof *columns->first);
    columns->connected = malloc(n / COLUMN_LANES * sizeof *columns->connected);
    columns->values = malloc((n_values + 1) * sizeof *columns->values);
    if (!columns->first || !columns->connected || !columns->values) {
        srnn__columns_free(columns);
        return false;
    }
    size_t next = 0;
    for (size_t k = 0; k < n; k += COLUMN_LANES) {
        if (k % (size_t)Np == 0) columns->first[k / (size_t)Np] = next;
        unsigned lanes = 0;
        for (size_t l = 0; l < COLUMN_LANES; l++) { /* no branches: which are connected is random */
            const unsigned connected = W[k + l] != 0;
            lanes |= connected << l;
            columns->values[next] = W[k + l];
            next += connected;
        }
        columns->connected[k / COLUMN_LANES] = (uint16_t)lanes;
    }
    return true;
}

void srnn__columns_free(srnn__columns *columns)
{
    free(columns->first);
    free(columns->connected);
    free(columns->values);
    *columns = (srnn__columns){0};
}
