/* One vector register of `real`: the few words in which the register-blocked
   loops are spoken. VL lanes; REGS is how many of them a loop may hold. */
#ifndef SRNN_VREG_H
#define SRNN_VREG_H

#include "kernels/vmath.h"

#if defined(__AVX512F__)
#include <immintrin.h>
enum { REGS = 32 };
#if SRNN__KERNEL_DOUBLE
enum { VL = 8 };
typedef __m512d vreg;
static inline vreg vload(const real *p) { return _mm512_load_pd(p); }
static inline void vstore(real *p, vreg a) { _mm512_store_pd(p, a); }
static inline vreg vset1(real x) { return _mm512_set1_pd(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return _mm512_fmadd_pd(a, b, c); }
#else
enum { VL = 16 };
typedef __m512 vreg;
static inline vreg vload(const real *p) { return _mm512_load_ps(p); }
static inline void vstore(real *p, vreg a) { _mm512_store_ps(p, a); }
static inline vreg vset1(real x) { return _mm512_set1_ps(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return _mm512_fmadd_ps(a, b, c); }
#endif

#elif defined(__AVX2__)
#include <immintrin.h>
enum { REGS = 16 };
#if SRNN__KERNEL_DOUBLE
enum { VL = 4 };
typedef __m256d vreg;
static inline vreg vload(const real *p) { return _mm256_load_pd(p); }
static inline void vstore(real *p, vreg a) { _mm256_store_pd(p, a); }
static inline vreg vset1(real x) { return _mm256_set1_pd(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return _mm256_fmadd_pd(a, b, c); }
#else
enum { VL = 8 };
typedef __m256 vreg;
static inline vreg vload(const real *p) { return _mm256_load_ps(p); }
static inline void vstore(real *p, vreg a) { _mm256_store_ps(p, a); }
static inline vreg vset1(real x) { return _mm256_set1_ps(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return _mm256_fmadd_ps(a, b, c); }
#endif

#else
/* Portable: a short row of lanes, left to the compiler. */
enum { REGS = 16, VL = 4 };
typedef struct vreg {
    real lane[VL];
} vreg;
static inline vreg vload(const real *p)
{
    vreg a;
    memcpy(&a, p, sizeof a);
    return a;
}
static inline void vstore(real *p, vreg a) { memcpy(p, &a, sizeof a); }
static inline vreg vset1(real x)
{
    vreg a;
    for (int l = 0; l < VL; l++) a.lane[l] = x;
    return a;
}
static inline vreg vfused(vreg a, vreg b, vreg c)
{
    for (int l = 0; l < VL; l++) c.lane[l] = fused(a.lane[l], b.lane[l], c.lane[l]);
    return c;
}
#endif

#endif
