/* The columns of a sparse spiking network, packed for srnn__lif_kernels.membranes. */
#ifndef SRNN_COLUMNS_H
#define SRNN_COLUMNS_H

#include "kernels/kernels.h"

/* Packs the elements of W [N][Np] that are not 0. False, and an empty packing: they are
   too many for it to pay, or out of memory. */
bool srnn__columns_pack(int N, int Np, const float *W, srnn__columns *columns);
void srnn__columns_free(srnn__columns *columns);

#endif
