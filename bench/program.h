/* The cases that start the program `spikernn`, which lies beside the bench. */
#ifndef SPIKERNN_BENCH_PROGRAM_H
#define SPIKERNN_BENCH_PROGRAM_H

#include "bench.h"

double program_start(bench *b);
double program_run(bench *b);

#endif
