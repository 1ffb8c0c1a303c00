/* Which table serves an ISA. */
#include "kernels/tables.h"

#if defined(SRNN__HAVE_AVX512)
#define FOR_AVX512(table)                                                                          \
    case SRNN__AVX512:                                                                             \
        return &table;
#else
#define FOR_AVX512(table)
#endif
#if defined(SRNN__HAVE_AVX2)
#define FOR_AVX2(table)                                                                            \
    case SRNN__AVX2:                                                                               \
        return &table;
#else
#define FOR_AVX2(table)
#endif
#if defined(SRNN__HAVE_NEON)
#define FOR_NEON(table)                                                                            \
    case SRNN__NEON:                                                                               \
        return &table;
#else
#define FOR_NEON(table)
#endif

const srnn__normal_kernels *srnn__normal_kernels_for(srnn__isa isa)
{
    switch (isa) {
#if defined(SRNN__HAVE_AVX512)
    case SRNN__AVX512: return srnn__has_vaes() ? &srnn__normal_avx512_vaes : &srnn__normal_avx2;
#endif
#if defined(SRNN__HAVE_AVX2)
    case SRNN__AVX2: return srnn__has_vaes() ? &srnn__normal_avx2_vaes : &srnn__normal_avx2;
#endif
#if defined(SRNN__HAVE_NEON)
    case SRNN__NEON: return srnn__has_arm_aes() ? &srnn__normal_arm_aes : &srnn__normal_baseline;
#endif
    default: return &srnn__normal_baseline;
    }
}

const srnn__rate_kernels *srnn__rate_kernels_for(srnn__isa isa)
{
    switch (isa) {
        FOR_AVX512(srnn__rate_avx512)
        FOR_AVX2(srnn__rate_avx2)
        FOR_NEON(srnn__rate_neon)
    default: return &srnn__rate_baseline;
    }
}

const srnn__lif_kernels *srnn__lif_kernels_f32_for(srnn__isa isa)
{
    switch (isa) {
        FOR_AVX512(srnn__lif_f32_avx512)
        FOR_AVX2(srnn__lif_f32_avx2)
        FOR_NEON(srnn__lif_f32_neon)
    default: return &srnn__lif_f32_baseline;
    }
}

const srnn__lif_kernels *srnn__lif_kernels_f64_for(srnn__isa isa)
{
    switch (isa) {
        FOR_AVX512(srnn__lif_f64_avx512)
        FOR_AVX2(srnn__lif_f64_avx2)
        FOR_NEON(srnn__lif_f64_neon)
    default: return &srnn__lif_f64_baseline;
    }
}
