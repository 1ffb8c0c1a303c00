#define SRNN__KERNEL_DOUBLE SRNN__REAL_DOUBLE

#include "peak_loops.h"

#include "kernels/vreg.h"

#define UNROLL _Pragma("GCC unroll 32")

/* As many sums as hide the latency of two units, and leave registers for the factors. */
enum { SUMS = 12, ROUNDS = 1000 };

static double multiply_add(double n, double *sum)
{
    const vreg factor = vset1((real)0.5), addend = vset1((real)0.5);
    vreg sums[SUMS];
    UNROLL for (int k = 0; k < SUMS; k++) sums[k] = vset1((real)k);
    double done = 0;
    for (; done < n; done += 2.0 * SUMS * VL * ROUNDS)
        for (int round = 0; round < ROUNDS; round++)
            UNROLL for (int k = 0; k < SUMS; k++) sums[k] = vfused(sums[k], factor, addend);
    for (int k = 0; k < SUMS; k++) {
        _Alignas(64) real values[VL];
        vstore(values, sums[k]);
        *sum += (double)values[0];
    }
    return done;
}

typedef real wide __attribute__((vector_size(VL * sizeof(real))));

static void read_all(const void *array, size_t bytes, size_t times, double *sum)
{
    enum { STREAMS = 8 };
    const wide *p = array;
    wide sums[STREAMS] = {{0}};
    for (size_t time = 0; time < times; time++)
        for (size_t i = 0; i < bytes / sizeof *p; i += STREAMS)
            UNROLL for (int k = 0; k < STREAMS; k++) sums[k] += p[i + (size_t)k];
    for (int k = 0; k < STREAMS; k++) *sum += (double)sums[k][0];
}

#define PASTE(a, b, c) a##b##c
#define NAME(prefix, isa) PASTE(peak_loops_, prefix, isa)
#if SRNN__REAL_DOUBLE
#define TABLE(isa) NAME(f64_, isa)
#else
#define TABLE(isa) NAME(f32_, isa)
#endif

extern const peak_loops TABLE(SRNN__ISA_NAME);
const peak_loops TABLE(SRNN__ISA_NAME) = {.multiply_add = multiply_add, .read = read_all};
