/* How trials are dealt to the folds of a cross-validation. */
#ifndef SRNN_DECODING_H
#define SRNN_DECODING_H

#include <stdint.h>

/* fold[n] from 0, of trials of the given classes[n] from 0: each class is shuffled by seed and
   dealt to the folds in turn. scratch: [n] */
void srnn__deal_folds(const int *classes, int n, int n_classes, int folds, uint64_t seed, int *fold,
                      int *scratch);

#endif
