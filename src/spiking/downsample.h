/* What the spiking network does not see of an input of which every downsample-th column is kept. */
#ifndef SRNN_DOWNSAMPLE_H
#define SRNN_DOWNSAMPLE_H

#include <stdbool.h>

/* Columns first to last of an input channel: something other than before and after them. */
typedef struct srnn__lost_input {
    int channel, first, last;
    int downsample; /* that loses them */
    int fits;       /* the largest below it that loses nothing */
} srnn__lost_input;

/* True where a stimulus of u[C][n_in] lies between two kept columns, or after the last: a run of
   columns between two backgrounds of one value, or a level between two others, each held for three
   columns. Noise, waves and ramps are none. *lost is the first. */
bool srnn__downsample_loses(const float *u, int C, int n_in, int downsample,
                            srnn__lost_input *lost);

#endif
