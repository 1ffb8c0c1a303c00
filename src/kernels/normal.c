/* Normal numbers, portable (contract: kernels.h). */
#include "kernels/tables.h"

static void normals_baseline(const srnn__stream *stream, uint64_t trial, uint32_t first_step,
                             int n_steps, int Np, float *out)
{
    for (int t = 0; t < n_steps; t++)
        for (int i = 0; i < Np; i += 4) {
            uint32_t counter[4], words[4];
            srnn__counter(counter, (uint32_t)i / 4, first_step + (uint32_t)t, trial);
            srnn__ars(stream, counter, words);
            for (int k = 0; k < 4; k++) *out++ = srnn__normal_from_word(words[k]);
        }
}

const srnn__normal_kernels SRNN__JOIN(srnn__normal_,
                                      SRNN__ISA_NAME) = {.normals = normals_baseline};
