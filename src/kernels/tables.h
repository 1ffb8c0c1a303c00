/* The tables by ISA. Each is defined by the compilation of rate.c, lif.c,
   normal.c for that ISA, which the build names in SRNN__ISA_NAME. */
#ifndef SRNN_TABLES_H
#define SRNN_TABLES_H

#include "kernels/kernels.h"

extern const srnn__rate_kernels srnn__rate_baseline, srnn__rate_avx2, srnn__rate_avx512,
    srnn__rate_neon;
extern const srnn__lif_kernels srnn__lif_f32_baseline, srnn__lif_f32_avx2, srnn__lif_f32_avx512,
    srnn__lif_f32_neon;
extern const srnn__lif_kernels srnn__lif_f64_baseline, srnn__lif_f64_avx2, srnn__lif_f64_avx512,
    srnn__lif_f64_neon;
extern const srnn__normal_kernels srnn__normal_baseline, srnn__normal_avx2, srnn__normal_avx2_vaes,
    srnn__normal_avx512_vaes, srnn__normal_arm_aes;

#define SRNN__PASTE(a, b) a##b
#define SRNN__JOIN(a, b) SRNN__PASTE(a, b)
#define SRNN__RATE_TABLE SRNN__JOIN(srnn__rate_, SRNN__ISA_NAME)
#if defined(SRNN__REAL_DOUBLE) && SRNN__REAL_DOUBLE
#define SRNN__LIF_TABLE SRNN__JOIN(srnn__lif_f64_, SRNN__ISA_NAME)
#else
#define SRNN__LIF_TABLE SRNN__JOIN(srnn__lif_f32_, SRNN__ISA_NAME)
#endif

#endif
