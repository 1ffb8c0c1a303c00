/* One vector register of `real`: the few words in which the register-blocked
   loops are spoken. VL lanes; REGS is how many of them a loop may hold.
   vfused rounds once. vfused_from is that where step >= from, else c. vmost is the larger,
   or b where a is no number. vexpand_float (AVX-512) has numbers one after the other in the
   given lanes, 0 in the others. vwhere_large is a, but 0 where its magnitude is below that.
   bit l of vat_least says whether lane l of a is at least that of b. */
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
static inline vreg vadd(vreg a, vreg b) { return _mm512_add_pd(a, b); }
static inline vreg vsub(vreg a, vreg b) { return _mm512_sub_pd(a, b); }
static inline vreg vmul(vreg a, vreg b) { return _mm512_mul_pd(a, b); }
static inline vreg vdiv(vreg a, vreg b) { return _mm512_div_pd(a, b); }
static inline vreg vsqrt(vreg a) { return _mm512_sqrt_pd(a); }
static inline vreg vwhere_large(vreg a, vreg least)
{
    return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(_mm512_abs_pd(a), least, _CMP_NLT_UQ), a);
}
static inline vreg vload_float(const float *p) { return _mm512_cvtps_pd(_mm256_load_ps(p)); }
static inline vreg vexpand_float(const float *p, unsigned lanes)
{
    return _mm512_cvtps_pd(_mm256_maskz_expandloadu_ps((__mmask8)lanes, p));
}
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    const __m256i at = _mm256_load_si256((const __m256i *)from);
    return _mm512_mask3_fmadd_pd(a, b, c, _mm256_cmple_epi32_mask(at, _mm256_set1_epi32(step)));
}
static inline vreg vmost(vreg a, vreg b) { return _mm512_max_pd(a, b); }
static inline unsigned vat_least(vreg a, vreg b) { return _mm512_cmp_pd_mask(a, b, _CMP_GE_OQ); }
#else
enum { VL = 16 };
typedef __m512 vreg;
static inline vreg vexpand_float(const float *p, unsigned lanes)
{
    return _mm512_maskz_expandloadu_ps((__mmask16)lanes, p);
}
static inline vreg vload(const real *p) { return _mm512_load_ps(p); }
static inline void vstore(real *p, vreg a) { _mm512_store_ps(p, a); }
static inline vreg vset1(real x) { return _mm512_set1_ps(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return _mm512_fmadd_ps(a, b, c); }
static inline vreg vadd(vreg a, vreg b) { return _mm512_add_ps(a, b); }
static inline vreg vsub(vreg a, vreg b) { return _mm512_sub_ps(a, b); }
static inline vreg vmul(vreg a, vreg b) { return _mm512_mul_ps(a, b); }
static inline vreg vdiv(vreg a, vreg b) { return _mm512_div_ps(a, b); }
static inline vreg vsqrt(vreg a) { return _mm512_sqrt_ps(a); }
static inline vreg vwhere_large(vreg a, vreg least)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(_mm512_abs_ps(a), least, _CMP_NLT_UQ), a);
}
static inline vreg vload_float(const float *p) { return vload(p); }
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    const __m512i at = _mm512_load_si512(from);
    return _mm512_mask3_fmadd_ps(a, b, c, _mm512_cmple_epi32_mask(at, _mm512_set1_epi32(step)));
}
static inline vreg vmost(vreg a, vreg b) { return _mm512_max_ps(a, b); }
static inline unsigned vat_least(vreg a, vreg b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }
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
static inline vreg vadd(vreg a, vreg b) { return _mm256_add_pd(a, b); }
static inline vreg vsub(vreg a, vreg b) { return _mm256_sub_pd(a, b); }
static inline vreg vmul(vreg a, vreg b) { return _mm256_mul_pd(a, b); }
static inline vreg vdiv(vreg a, vreg b) { return _mm256_div_pd(a, b); }
static inline vreg vsqrt(vreg a) { return _mm256_sqrt_pd(a); }
static inline vreg vwhere_large(vreg a, vreg least)
{
    const vreg magnitude = _mm256_andnot_pd(vset1((real)-0.0), a);
    return _mm256_and_pd(_mm256_cmp_pd(magnitude, least, _CMP_NLT_UQ), a);
}
static inline vreg vload_float(const float *p) { return _mm256_cvtps_pd(_mm_load_ps(p)); }
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    const __m128i at = _mm_load_si128((const __m128i *)from);
    const __m256i before = _mm256_cvtepi32_epi64(_mm_cmpgt_epi32(at, _mm_set1_epi32(step)));
    return _mm256_blendv_pd(vfused(a, b, c), c, _mm256_castsi256_pd(before));
}
static inline vreg vmost(vreg a, vreg b) { return _mm256_max_pd(a, b); }
static inline unsigned vat_least(vreg a, vreg b)
{
    return (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_GE_OQ));
}
#else
enum { VL = 8 };
typedef __m256 vreg;
static inline vreg vload(const real *p) { return _mm256_load_ps(p); }
static inline void vstore(real *p, vreg a) { _mm256_store_ps(p, a); }
static inline vreg vset1(real x) { return _mm256_set1_ps(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return _mm256_fmadd_ps(a, b, c); }
static inline vreg vadd(vreg a, vreg b) { return _mm256_add_ps(a, b); }
static inline vreg vsub(vreg a, vreg b) { return _mm256_sub_ps(a, b); }
static inline vreg vmul(vreg a, vreg b) { return _mm256_mul_ps(a, b); }
static inline vreg vdiv(vreg a, vreg b) { return _mm256_div_ps(a, b); }
static inline vreg vsqrt(vreg a) { return _mm256_sqrt_ps(a); }
static inline vreg vwhere_large(vreg a, vreg least)
{
    const vreg magnitude = _mm256_andnot_ps(vset1((real)-0.0), a);
    return _mm256_and_ps(_mm256_cmp_ps(magnitude, least, _CMP_NLT_UQ), a);
}
static inline vreg vload_float(const float *p) { return vload(p); }
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    const __m256i at = _mm256_load_si256((const __m256i *)from);
    const __m256i before = _mm256_cmpgt_epi32(at, _mm256_set1_epi32(step));
    return _mm256_blendv_ps(vfused(a, b, c), c, _mm256_castsi256_ps(before));
}
static inline vreg vmost(vreg a, vreg b) { return _mm256_max_ps(a, b); }
static inline unsigned vat_least(vreg a, vreg b)
{
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GE_OQ));
}
#endif

#elif defined(SRNN__VREG_NEON)
#include <arm_neon.h>
enum { REGS = 32 };
#if SRNN__KERNEL_DOUBLE
enum { VL = 2 };
typedef float64x2_t vreg;
static inline vreg vload(const real *p) { return vld1q_f64(p); }
static inline void vstore(real *p, vreg a) { vst1q_f64(p, a); }
static inline vreg vset1(real x) { return vdupq_n_f64(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return vfmaq_f64(c, a, b); }
static inline vreg vadd(vreg a, vreg b) { return vaddq_f64(a, b); }
static inline vreg vsub(vreg a, vreg b) { return vsubq_f64(a, b); }
static inline vreg vmul(vreg a, vreg b) { return vmulq_f64(a, b); }
static inline vreg vdiv(vreg a, vreg b) { return vdivq_f64(a, b); }
static inline vreg vsqrt(vreg a) { return vsqrtq_f64(a); }
static inline vreg vwhere_large(vreg a, vreg least)
{
    const uint64x2_t small = vcltq_f64(vabsq_f64(a), least);
    return vreinterpretq_f64_u64(vbicq_u64(vreinterpretq_u64_f64(a), small));
}
static inline vreg vload_float(const float *p) { return vcvt_f64_f32(vld1_f32(p)); }
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    const uint64x2_t reached = vcgeq_s64(vdupq_n_s64(step), vmovl_s32(vld1_s32(from)));
    return vbslq_f64(reached, vfused(a, b, c), c);
}
static inline vreg vmost(vreg a, vreg b) { return vmaxnmq_f64(a, b); }
static inline unsigned vat_least(vreg a, vreg b)
{
    const uint64x2_t lanes = {1, 2};
    return (unsigned)vaddvq_u64(vandq_u64(vcgeq_f64(a, b), lanes));
}
#else
enum { VL = 4 };
typedef float32x4_t vreg;
static inline vreg vload(const real *p) { return vld1q_f32(p); }
static inline void vstore(real *p, vreg a) { vst1q_f32(p, a); }
static inline vreg vset1(real x) { return vdupq_n_f32(x); }
static inline vreg vfused(vreg a, vreg b, vreg c) { return vfmaq_f32(c, a, b); }
static inline vreg vadd(vreg a, vreg b) { return vaddq_f32(a, b); }
static inline vreg vsub(vreg a, vreg b) { return vsubq_f32(a, b); }
static inline vreg vmul(vreg a, vreg b) { return vmulq_f32(a, b); }
static inline vreg vdiv(vreg a, vreg b) { return vdivq_f32(a, b); }
static inline vreg vsqrt(vreg a) { return vsqrtq_f32(a); }
static inline vreg vwhere_large(vreg a, vreg least)
{
    const uint32x4_t small = vcltq_f32(vabsq_f32(a), least);
    return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(a), small));
}
static inline vreg vload_float(const float *p) { return vload(p); }
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    const uint32x4_t reached = vcgeq_s32(vdupq_n_s32(step), vld1q_s32(from));
    return vbslq_f32(reached, vfused(a, b, c), c);
}
static inline vreg vmost(vreg a, vreg b) { return vmaxnmq_f32(a, b); }
static inline unsigned vat_least(vreg a, vreg b)
{
    const uint32x4_t lanes = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcgeq_f32(a, b), lanes));
}
#endif

#else
/* Portable: a short row of lanes, left to the compiler. */
#if SRNN__KERNEL_DOUBLE
#define SQRT __builtin_sqrt
#else
#define SQRT __builtin_sqrtf
#endif
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
static inline vreg vadd(vreg a, vreg b)
{
    for (int l = 0; l < VL; l++) a.lane[l] += b.lane[l];
    return a;
}
static inline vreg vsub(vreg a, vreg b)
{
    for (int l = 0; l < VL; l++) a.lane[l] -= b.lane[l];
    return a;
}
static inline vreg vmul(vreg a, vreg b)
{
    for (int l = 0; l < VL; l++) a.lane[l] *= b.lane[l];
    return a;
}
static inline vreg vdiv(vreg a, vreg b)
{
    for (int l = 0; l < VL; l++) a.lane[l] /= b.lane[l];
    return a;
}
static inline vreg vsqrt(vreg a)
{
    for (int l = 0; l < VL; l++) a.lane[l] = SQRT(a.lane[l]);
    return a;
}
static inline vreg vwhere_large(vreg a, vreg least)
{
    for (int l = 0; l < VL; l++)
        a.lane[l] = (a.lane[l] < 0 ? -a.lane[l] : a.lane[l]) < least.lane[l] ? 0 : a.lane[l];
    return a;
}
static inline vreg vload_float(const float *p)
{
    vreg a;
    for (int l = 0; l < VL; l++) a.lane[l] = p[l];
    return a;
}
static inline vreg vfused_from(const int32_t *from, int step, vreg a, vreg b, vreg c)
{
    for (int l = 0; l < VL; l++) {
        const real sum = fused(a.lane[l], b.lane[l], c.lane[l]);
        c.lane[l] = step >= from[l] ? sum : c.lane[l];
    }
    return c;
}
static inline vreg vmost(vreg a, vreg b)
{
    for (int l = 0; l < VL; l++) b.lane[l] = a.lane[l] > b.lane[l] ? a.lane[l] : b.lane[l];
    return b;
}
static inline unsigned vat_least(vreg a, vreg b)
{
    unsigned lanes = 0;
    for (int l = 0; l < VL; l++) lanes |= (unsigned)(a.lane[l] >= b.lane[l]) << l;
    return lanes;
}
#endif

#endif
