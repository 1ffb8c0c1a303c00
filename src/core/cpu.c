/* What this machine can run. */
#include "core/core.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#elif defined(__x86_64__)
#include <cpuid.h>

/* The operating system must save the wide registers, too: XCR0 says whether it does. */
static unsigned long long xcr0(void)
{
    unsigned eax, edx;
    __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
    return ((unsigned long long)edx << 32) | eax;
}

typedef struct features {
    bool aes, avx2, avx512, vaes;
} features;

static features detect(void)
{
    features f = {0};
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return f;
    f.aes = c & bit_AES;
    const bool osxsave = c & bit_OSXSAVE, fma = c & bit_FMA;
    if (!osxsave) return f;
    const unsigned long long saved = xcr0();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return f;
    const unsigned avx2_needs = bit_AVX2 | bit_BMI2;
    const unsigned avx512_needs = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
    f.avx2 = (saved & 0x6) == 0x6 && fma && f.aes && (b & avx2_needs) == avx2_needs;
    f.avx512 = f.avx2 && (saved & 0xe6) == 0xe6 && (b & avx512_needs) == avx512_needs;
    f.vaes = f.avx2 && (c & bit_VAES);
    return f;
}
#endif

bool srnn__isa_available(srnn__isa isa)
{
    switch (isa) {
    case SRNN__BASELINE: return true;
#if defined(SRNN__HAVE_AVX2)
    case SRNN__AVX2: return detect().avx2;
#endif
#if defined(SRNN__HAVE_AVX512)
    case SRNN__AVX512: return detect().avx512;
#endif
#if defined(SRNN__HAVE_NEON)
    case SRNN__NEON: return true;
#endif
    default: return false;
    }
}

bool srnn__has_vaes(void)
{
#if defined(__x86_64__)
    return detect().vaes;
#else
    return false;
#endif
}

bool srnn__has_arm_aes(void)
{
#if defined(__aarch64__)
    return getauxval(AT_HWCAP) & HWCAP_AES;
#else
    return false;
#endif
}
