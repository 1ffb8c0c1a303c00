/* Loops that do one thing as fast as the processor can. Compiled for every
   instruction set, in float and in double, as the kernels are. */
#ifndef SPIKERNN_BENCH_PEAK_LOOPS_H
#define SPIKERNN_BENCH_PEAK_LOOPS_H

#include <stddef.h>

typedef struct peak_loops {
    /* At least n flops in independent fused multiply-adds; returns how many. *sum: keeps the
       compiler from leaving them out. */
    double (*multiply_add)(double n, double *sum);
    /* Reads the bytes, a multiple of 2048 at an address that is a multiple of 64, so often. */
    void (*read)(const void *array, size_t bytes, size_t times, double *sum);
} peak_loops;

#endif
