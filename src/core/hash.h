/* A hash of bytes: FNV-1a of 64 bits. */
#ifndef SRNN_CORE_HASH_H
#define SRNN_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define SRNN__HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Goes on from h, which is SRNN__HASH_BEGIN at first. */
static inline uint64_t srnn__hash(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++) h = (h ^ b[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* So that hashes of texts that differ in one letter differ in every digit (the end of SplitMix64).
 */
static inline uint64_t srnn__hash_mix(uint64_t h)
{
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

#endif
