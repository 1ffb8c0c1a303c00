/* Arithmetic for the kernels, on scalars, written so that the compiler turns a
   loop over it into vectors: no branches, no library calls. `real` is the type
   of the including file (SRNN__KERNEL_DOUBLE). */
#ifndef SRNN_VMATH_H
#define SRNN_VMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/fused.h"

#if SRNN__KERNEL_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#if SRNN__KERNEL_DOUBLE
#define fused fused_f64
#else
#define fused fused_f32
#endif

/* Of 16 lanes, added in halves. */
static inline real sum_of_lanes(const real *lane)
{
    real a[8], b[4], c[2];
    for (int l = 0; l < 8; l++) a[l] = lane[l] + lane[l + 8];
    for (int l = 0; l < 4; l++) b[l] = a[l] + a[l + 4];
    for (int l = 0; l < 2; l++) c[l] = b[l] + b[l + 2];
    return c[0] + c[1];
}

/* e^x, relative error below 2.4e-7 (float), 4e-16 (double); x is taken into the
   range whose results are normal numbers. Cody-Waite reduction, Taylor series. */
static inline float exp_f32(float x)
{
    const float rounder = 0x1.8p23f;
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    const float shifted = fused_f32(x, 0x1.715476p+0f, rounder);
    const float n = shifted - rounder;
    float r = fused_f32(n, -0x1.62e4p-1f, x);
    r = fused_f32(n, -0x1.7f7d1cp-20f, r);
    float p = 0x1.6c16c2p-10f;
    p = fused_f32(p, r, 0x1.111112p-7f);
    p = fused_f32(p, r, 0x1.555556p-5f);
    p = fused_f32(p, r, 0x1.555556p-3f);
    p = fused_f32(p, r, 0.5f);
    p = fused_f32(p, r, 1.0f);
    p = fused_f32(p, r, 1.0f);
    uint32_t power, bits;
    memcpy(&power, &shifted, sizeof power);
    memcpy(&bits, &p, sizeof bits);
    bits += power << 23;
    memcpy(&p, &bits, sizeof p);
    return p;
}

static inline double exp_f64(double x)
{
    const double rounder = 0x1.8p52;
    x = x < -708.0 ? -708.0 : x;
    x = x > 709.0 ? 709.0 : x;
    const double shifted = fused_f64(x, 0x1.71547652b82fep+0, rounder);
    const double n = shifted - rounder;
    double r = fused_f64(n, -0x1.62e42fefa39efp-1, x);
    r = fused_f64(n, -0x1.abc9e3b39803fp-56, r);
    double p = 0x1.1eed8eff8d898p-29; /* 1/12!, 1/11!, ... */
    p = fused_f64(p, r, 0x1.ae64567f544e4p-26);
    p = fused_f64(p, r, 0x1.27e4fb7789f5cp-22);
    p = fused_f64(p, r, 0x1.71de3a556c734p-19);
    p = fused_f64(p, r, 0x1.a01a01a01a01ap-16);
    p = fused_f64(p, r, 0x1.a01a01a01a01ap-13);
    p = fused_f64(p, r, 0x1.6c16c16c16c17p-10);
    p = fused_f64(p, r, 0x1.1111111111111p-7);
    p = fused_f64(p, r, 0x1.5555555555555p-5);
    p = fused_f64(p, r, 0x1.5555555555555p-3);
    p = fused_f64(p, r, 0.5);
    p = fused_f64(p, r, 1.0);
    p = fused_f64(p, r, 1.0);
    uint64_t power, bits;
    memcpy(&power, &shifted, sizeof power);
    memcpy(&bits, &p, sizeof bits);
    bits += power << 52;
    memcpy(&p, &bits, sizeof p);
    return p;
}

/* log(1 + q) for 0 <= q <= 1, relative error below 2.4e-7 (float), 5e-16 (double);
   by 2 atanh(q / (2 + q)). */
static inline float log1p_f32(float q)
{
    const float s = q / (2 + q), s2 = s * s;
    float p = 1.0f / 13;
    p = fused_f32(p, s2, 1.0f / 11);
    p = fused_f32(p, s2, 1.0f / 9);
    p = fused_f32(p, s2, 1.0f / 7);
    p = fused_f32(p, s2, 1.0f / 5);
    p = fused_f32(p, s2, 1.0f / 3);
    p = fused_f32(p, s2, 1.0f);
    return 2 * s * p;
}

static inline double log1p_f64(double q)
{
    const double s = q / (2 + q), s2 = s * s;
    double p = 0;
    for (int k = 33; k >= 1; k -= 2) p = fused_f64(p, s2, 1.0 / k);
    return 2 * s * p;
}

#if SRNN__KERNEL_DOUBLE
#define exp_real exp_f64
#define log1p_real log1p_f64
#else
#define exp_real exp_f32
#define log1p_real log1p_f32
#endif

#endif
