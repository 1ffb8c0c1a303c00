/* The connections of a sparse network, packed for srnn__rate_kernels.matvec_sparse. */
#ifndef SRNN_SPARSE_H
#define SRNN_SPARSE_H

#include "kernels/kernels.h"

/* Packs the elements of w that are not 0: the connection from unit j to unit i is
   w[j * of_pre + i * of_post]; w[end] holds a 0. False, and an empty packing: they
   are too many for it to pay, or out of memory. */
bool srnn__sparse_pack(int N, int Np, const srnn__real *w, size_t of_pre, size_t of_post,
                       size_t end, srnn__sparse *sparse);
void srnn__sparse_free(srnn__sparse *sparse);

/* New values of the same connections. Returns how many of them are not 0. */
size_t srnn__sparse_refill(srnn__sparse *sparse, const srnn__real *w);

/* Adds numbers that lie as the values of a packing do to the elements these are from;
   `end` as it was packed with. */
void srnn__sparse_add(const srnn__sparse *sparse, const srnn__real *values, size_t end,
                      srnn__real *w);

#endif
