/* Normal numbers with AES instructions and AVX2 (contract: kernels.h), once for AES on
   128-bit registers and once for that on 256-bit registers. Same bits as normal.c. The eight
   octaves that hold 127 of 128 numbers are looked up in registers. A branch for the others
   would be guessed wrongly too often: groups with one of them are listed, and those numbers
   made one by one when the list is full. */
#include <immintrin.h>

#include "kernels/tables.h"

enum { AVX2_VECTORS = 2, GROUPS = 64 }; /* of a group; of the list */

typedef struct avx2_generator {
    __m256i key[SRNN__ARS_ROUNDS]; /* of the rounds after the first */
    __m256 table[5];
} avx2_generator;

typedef struct far_groups {
    float *out[GROUPS]; /* where their numbers go */
    __m256i words[GROUPS][AVX2_VECTORS];
} far_groups;

/* Two blocks of the cipher. */
#if defined(__VAES__)
typedef __m256i blocks;
static inline blocks blocks_of(__m256i counters) { return counters; }
static inline blocks next_round(blocks b, __m256i key) { return _mm256_aesenc_epi128(b, key); }
static inline __m256i last_round(blocks b, __m256i key) { return _mm256_aesenclast_epi128(b, key); }
#else
typedef struct blocks {
    __m128i low, high;
} blocks;
static inline blocks blocks_of(__m256i counters)
{
    return (blocks){_mm256_castsi256_si128(counters), _mm256_extracti128_si256(counters, 1)};
}
static inline blocks next_round(blocks b, __m256i key)
{
    const __m128i one = _mm256_castsi256_si128(key);
    return (blocks){_mm_aesenc_si128(b.low, one), _mm_aesenc_si128(b.high, one)};
}
static inline __m256i last_round(blocks b, __m256i key)
{
    const __m128i one = _mm256_castsi256_si128(key);
    return _mm256_set_m128i(_mm_aesenclast_si128(b.high, one), _mm_aesenclast_si128(b.low, one));
}
#endif

static inline __m256i avx2_tails(__m256i words)
{
    return _mm256_or_si256(_mm256_and_si256(words, _mm256_set1_epi32(0x7fffffff)),
                           _mm256_set1_epi32(1));
}

/* By lane, whether a tail is beyond the eight octaves. */
static inline unsigned far_lanes(__m256i tail)
{
    const __m256i far = _mm256_cmpgt_epi32(_mm256_set1_epi32(1 << 24), tail);
    return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(far));
}

/* Right where the tail is in one of the eight octaves. */
static inline __m256 eight_normals(const avx2_generator *g, __m256i words, __m256i tail)
{
    const __m256i bits = _mm256_castps_si256(_mm256_cvtepi32_ps(tail));
    /* the exponent's low bits: 127 + octave = octave - 1 (mod 8) */
    const __m256i index = _mm256_srli_epi32(bits, 23);
    const __m256 t = _mm256_castsi256_ps(_mm256_or_si256(
        _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffff)), _mm256_set1_epi32(0x3f800000)));
    __m256 z = _mm256_permutevar8x32_ps(g->table[4], index);
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(g->table[3], index));
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(g->table[2], index));
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(g->table[1], index));
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(g->table[0], index));
    return _mm256_xor_ps(z, _mm256_and_ps(_mm256_castsi256_ps(words), _mm256_set1_ps(-0.0f)));
}

/* The numbers of the list that are beyond the eight octaves. */
static __attribute__((noinline)) void avx2_far_tails(int n, const far_groups *far)
{
    for (int q = 0; q < n; q++)
        for (int b = 0; b < AVX2_VECTORS; b++)
            for (unsigned lanes = far_lanes(avx2_tails(far->words[q][b])); lanes;
                 lanes &= lanes - 1) {
                const int l = __builtin_ctz(lanes);
                uint32_t word[8];
                _mm256_storeu_si256((__m256i *)word, far->words[q][b]);
                far->out[q][8 * b + l] = srnn__normal_from_word(word[l]);
            }
}

/* A group of numbers from their counters, already added to the first key. Returns how many
   groups are listed of which n were before. */
static inline int avx2_group(const avx2_generator *g, const __m256i counters[AVX2_VECTORS],
                             float *out, int n, far_groups *far)
{
    blocks state[AVX2_VECTORS];
    for (int b = 0; b < AVX2_VECTORS; b++) state[b] = blocks_of(counters[b]);
#pragma GCC unroll 8
    for (int k = 0; k < SRNN__ARS_ROUNDS - 1; k++)
        for (int b = 0; b < AVX2_VECTORS; b++) state[b] = next_round(state[b], g->key[k]);
    __m256i least = _mm256_set1_epi32(0x7fffffff);
    for (int b = 0; b < AVX2_VECTORS; b++) {
        const __m256i words = last_round(state[b], g->key[SRNN__ARS_ROUNDS - 1]);
        const __m256i tail = avx2_tails(words);
        least = _mm256_min_epi32(least, tail);
        _mm256_store_ps(out + 8 * b, eight_normals(g, words, tail));
        far->words[n][b] = words;
    }
    far->out[n] = out;
    n += far_lanes(least) != 0;
    if (n < GROUPS) return n;
    avx2_far_tails(n, far);
    return 0;
}

static void normals_avx2(const srnn__stream *stream, uint64_t trial, uint32_t first_step,
                         int n_steps, int Np, float *out)
{
    avx2_generator g;
    for (int k = 0; k < SRNN__ARS_ROUNDS; k++)
        g.key[k] =
            _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)stream->round_key[k + 1]));
    for (int k = 0; k < 5; k++) { /* entry 24 + o at place (o - 1) mod 8: see `index` */
        float rotated[8];
        for (int o = 0; o < 8; o++) rotated[(o + 7) & 7] = srnn__normal_table[k][24 + o];
        g.table[k] = _mm256_loadu_ps(rotated);
    }
    far_groups far;
    int n_far = 0;
    const __m256i next_blocks = _mm256_set_epi32(0, 0, 0, 2, 0, 0, 0, 2);
    for (int s = 0; s < n_steps; s++) {
        uint32_t first[4];
        srnn__counter(first, 0, first_step + (uint32_t)s, trial);
        /* the block is added on its own */
        const __m256i of_step = _mm256_broadcastsi128_si256(
            _mm_xor_si128(_mm_loadu_si128((const __m128i *)first),
                          _mm_loadu_si128((const __m128i *)stream->round_key[0])));
        __m256i block = _mm256_set_epi32(0, 0, 0, 1, 0, 0, 0, 0);
        for (int i = 0; i < Np; i += 8 * AVX2_VECTORS, out += 8 * AVX2_VECTORS) {
            __m256i counters[AVX2_VECTORS];
            for (int b = 0; b < AVX2_VECTORS; b++) {
                counters[b] = _mm256_xor_si256(of_step, block);
                block = _mm256_add_epi32(block, next_blocks);
            }
            n_far = avx2_group(&g, counters, out, n_far, &far);
        }
    }
    avx2_far_tails(n_far, &far);
}

const srnn__normal_kernels SRNN__JOIN(srnn__normal_, SRNN__ISA_NAME) = {.normals = normals_avx2};
