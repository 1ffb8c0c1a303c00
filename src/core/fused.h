/* Multiply-add rounded once, on every machine. */
#ifndef SRNN_FUSED_H
#define SRNN_FUSED_H

#include <stdint.h>
#include <string.h>

/* a * b + c. Without fused instructions: the product is exact in double, the sum
   is rounded to odd, so that rounding it to float is right; written so that the
   compiler can turn a loop over it into vectors. */
static inline float fused_f32(float a, float b, float c)
{
#if defined(__FMA__) || defined(__aarch64__)
    return __builtin_fmaf(a, b, c);
#else
    const double product = (double)a * (double)b, addend = (double)c;
    const double sum = product + addend;
    const double added = sum - product;
    const double error = (product - (sum - added)) + (addend - added);
    int64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    const int64_t inexact = (error > 0) | (error < 0);
    const int64_t toward = (error > 0) == (sum > 0) ? 1 : -1;
    bits += (inexact & ~bits & 1) * toward;
    double odd;
    memcpy(&odd, &bits, sizeof odd);
    return (float)odd;
#endif
}

static inline double fused_f64(double a, double b, double c) { return __builtin_fma(a, b, c); }

#endif
