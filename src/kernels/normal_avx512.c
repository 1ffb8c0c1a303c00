/* Normal numbers with 512-bit AES (contract: kernels.h). Same bits as normal.c.
   Sixteen octaves are looked up in registers; the one vector in 2,048 with a
   number beyond them is done again, one by one. */
#include <immintrin.h>

#include "kernels/tables.h"

typedef struct avx512_generator {
    __m512i key[SRNN__ARS_ROUNDS]; /* of the rounds after the first */
    __m512 table[5];
} avx512_generator;

enum { AVX512_VECTORS = 4 }; /* in flight: covers the latency of the AES instruction */

enum { AND_OR = 0xea }; /* (a & b) | c in one instruction */

static inline __m512i avx512_tails(__m512i words)
{
    return _mm512_ternarylogic_epi32(words, _mm512_set1_epi32(0x7fffffff), _mm512_set1_epi32(1),
                                     AND_OR);
}

/* Right where the tail is in one of the sixteen octaves. */
static inline __m512 sixteen_normals(const avx512_generator *g, __m512i words, __m512i tail)
{
    const __m512i bits = _mm512_castps_si512(_mm512_cvtepi32_ps(tail));
    /* the exponent's low bits: 127 + octave = octave - 1 (mod 16) */
    const __m512i index = _mm512_srli_epi32(bits, 23);
    const __m512 t = _mm512_castsi512_ps(_mm512_ternarylogic_epi32(
        bits, _mm512_set1_epi32(0x7fffff), _mm512_set1_epi32(0x3f800000), AND_OR));
    __m512 z = _mm512_permutexvar_ps(index, g->table[4]);
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, g->table[3]));
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, g->table[2]));
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, g->table[1]));
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, g->table[0]));
    return _mm512_castsi512_ps(_mm512_xor_si512(
        _mm512_castps_si512(z), _mm512_and_si512(words, _mm512_set1_epi32((int)0x80000000u))));
}

/* Numbers beyond the sixteen octaves again, among those of one vector. */
static __attribute__((noinline, cold)) void avx512_far_tails(__m512i words, float *out)
{
    uint32_t word[16];
    _mm512_storeu_si512(word, words);
    for (int l = 0; l < 16; l++) out[l] = srnn__normal_from_word(word[l]);
}

/* n vectors of numbers from their counters, already added to the first key;
   vector b goes to out + b * stride. */
static inline __attribute__((always_inline)) void
some_numbers(const avx512_generator *g, int n, __m512i state[], float *out, size_t stride)
{
#pragma GCC unroll 8
    for (int k = 0; k < SRNN__ARS_ROUNDS - 1; k++)
#pragma GCC unroll 4
        for (int b = 0; b < n; b++) state[b] = _mm512_aesenc_epi128(state[b], g->key[k]);
    __m512i least = _mm512_set1_epi32(0x7fffffff);
#pragma GCC unroll 4
    for (int b = 0; b < n; b++) {
        state[b] = _mm512_aesenclast_epi128(state[b], g->key[SRNN__ARS_ROUNDS - 1]);
        const __m512i tail = avx512_tails(state[b]);
        least = _mm512_min_epu32(least, tail);
        _mm512_store_ps(out + (size_t)b * stride, sixteen_normals(g, state[b], tail));
    }
    const __m512i nearest = _mm512_set1_epi32(0x7fff0000); /* a tail without these bits is far */
    if (__builtin_expect(_mm512_testn_epi32_mask(least, nearest), 0))
        for (int b = 0; b < n; b++)
            if (_mm512_testn_epi32_mask(state[b], nearest))
                avx512_far_tails(state[b], out + (size_t)b * stride);
}

static void normals_avx512(const srnn__stream *stream, uint64_t trial, uint32_t first_step,
                           int n_steps, int Np_, float *out)
{
    const size_t Np = (size_t)Np_;
    avx512_generator g;
    for (int k = 0; k < SRNN__ARS_ROUNDS; k++)
        g.key[k] =
            _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)stream->round_key[k + 1]));
    for (int k = 0; k < 5; k++) { /* entry 16 + o at place (o - 1) mod 16: see `index` */
        float rotated[16];
        for (int o = 0; o < 16; o++) rotated[(o + 15) & 15] = srnn__normal_table[k][16 + o];
        g.table[k] = _mm512_loadu_ps(rotated);
    }
    /* The counter's words are block, step and two of the trial: each is added on its own. */
    const __m512i of_trial = _mm512_xor_si512(
        _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)stream->round_key[0])),
        _mm512_broadcast_i32x4(_mm_set_epi32((int)(trial >> 32), (int)trial, 0, 0)));
    const __m512i first_blocks = _mm512_set_epi32(0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0);
    const __m512i next_blocks = _mm512_set4_epi32(0, 0, 0, 4);
    const __mmask16 step_word = 0x2222;

    int s = 0;
    for (; s + AVX512_VECTORS <= n_steps;
         s += AVX512_VECTORS) { /* a vector of each of four steps */
        __m512i of_step[AVX512_VECTORS], blocks = first_blocks;
        for (int b = 0; b < AVX512_VECTORS; b++)
            of_step[b] = _mm512_xor_si512(
                of_trial,
                _mm512_maskz_set1_epi32(step_word, (int)(first_step + (uint32_t)(s + b))));
        for (size_t i = 0; i < Np; i += 16) {
            __m512i state[AVX512_VECTORS];
#pragma GCC unroll 4
            for (int b = 0; b < AVX512_VECTORS; b++)
                state[b] = _mm512_xor_si512(of_step[b], blocks);
            blocks = _mm512_add_epi32(blocks, next_blocks);
            some_numbers(&g, AVX512_VECTORS, state, out + (size_t)s * Np + i, Np);
        }
    }
    for (; s < n_steps; s++) { /* four vectors of one step */
        const __m512i of_step = _mm512_xor_si512(
            of_trial, _mm512_maskz_set1_epi32(step_word, (int)(first_step + (uint32_t)s)));
        __m512i blocks = first_blocks;
        float *row = out + (size_t)s * Np;
        size_t i = 0;
        for (; i + 16 * AVX512_VECTORS <= Np; i += 16 * AVX512_VECTORS) {
            __m512i state[AVX512_VECTORS];
#pragma GCC unroll 4
            for (int b = 0; b < AVX512_VECTORS; b++) {
                state[b] = _mm512_xor_si512(of_step, blocks);
                blocks = _mm512_add_epi32(blocks, next_blocks);
            }
            some_numbers(&g, AVX512_VECTORS, state, row + i, 16);
        }
        for (; i < Np; i += 16) {
            __m512i state[1] = {_mm512_xor_si512(of_step, blocks)};
            blocks = _mm512_add_epi32(blocks, next_blocks);
            some_numbers(&g, 1, state, row + i, 16);
        }
    }
}

const srnn__normal_kernels SRNN__JOIN(srnn__normal_, SRNN__ISA_NAME) = {.normals = normals_avx512};
