/* Normal numbers with 512-bit AES (contract: kernels.h). Same bits as normal.c.
   Sixteen octaves are looked up in registers; the one vector in 2,048 with a
   number beyond them is done one by one. */
#include <immintrin.h>

#include "kernels/tables.h"

static __attribute__((noinline, cold)) __m512 one_by_one(__m512i words)
{
    uint32_t word[16];
    float z[16];
    _mm512_storeu_si512(word, words);
    for (int l = 0; l < 16; l++) z[l] = srnn__normal_from_word(word[l]);
    return _mm512_loadu_ps(z);
}

static inline __m512 sixteen_normals(__m512i words, const __m512 table[5])
{
    const __m512i tail = _mm512_or_si512(_mm512_and_si512(words, _mm512_set1_epi32(0x7fffffff)),
                                         _mm512_set1_epi32(1));
    const __m512i bits = _mm512_castps_si512(_mm512_cvtepi32_ps(tail));
    /* the exponent's low bits: 127 + octave = octave - 1 (mod 16) */
    const __m512i index = _mm512_srli_epi32(bits, 23);
    if (_mm512_cmplt_epi32_mask(bits, _mm512_set1_epi32((127 + 16) << 23)))
        return one_by_one(words);
    const __m512 t = _mm512_castsi512_ps(_mm512_or_si512(
        _mm512_and_si512(bits, _mm512_set1_epi32(0x7fffff)), _mm512_set1_epi32(0x3f800000)));
    __m512 z = _mm512_permutexvar_ps(index, table[4]);
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, table[3]));
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, table[2]));
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, table[1]));
    z = _mm512_fmadd_ps(z, t, _mm512_permutexvar_ps(index, table[0]));
    return _mm512_castsi512_ps(_mm512_xor_si512(
        _mm512_castps_si512(z), _mm512_and_si512(words, _mm512_set1_epi32((int)0x80000000u))));
}

static inline __attribute__((always_inline)) void some_words(int vectors, __m512i *counter,
                                                             const __m512i key[], __m512i state[])
{
#pragma GCC unroll 4
    for (int b = 0; b < vectors; b++) {
        state[b] = _mm512_xor_si512(*counter, key[0]);
        *counter = _mm512_add_epi32(*counter, _mm512_set4_epi32(0, 0, 0, 4));
    }
#pragma GCC unroll 8
    for (int k = 1; k < SRNN__ARS_ROUNDS; k++)
#pragma GCC unroll 4
        for (int b = 0; b < vectors; b++) state[b] = _mm512_aesenc_epi128(state[b], key[k]);
#pragma GCC unroll 4
    for (int b = 0; b < vectors; b++)
        state[b] = _mm512_aesenclast_epi128(state[b], key[SRNN__ARS_ROUNDS]);
}

static void normals(const srnn__stream *stream, uint64_t trial, uint32_t first_step, int n_steps,
                    int Np, float *out)
{
    enum { VECTORS = 4 }; /* in flight: covers the latency of the AES instruction */
    __m512i key[SRNN__ARS_ROUNDS + 1], state[VECTORS];
    for (int k = 0; k <= SRNN__ARS_ROUNDS; k++)
        key[k] = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)stream->round_key[k]));
    __m512 table[5];
    for (int k = 0; k < 5; k++) { /* entry 16 + o at place (o - 1) mod 16: see `index` */
        float rotated[16];
        for (int o = 0; o < 16; o++) rotated[(o + 15) & 15] = srnn__normal_table[k][16 + o];
        table[k] = _mm512_loadu_ps(rotated);
    }
    const __m512i blocks = _mm512_set_epi32(0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0);

    for (int s = 0; s < n_steps; s++) {
        uint32_t first[4];
        srnn__counter(first, 0, first_step + (uint32_t)s, trial);
        __m512i counter = _mm512_add_epi32(
            _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)first)), blocks);
        int i = 0;
        for (; i + 16 * VECTORS <= Np; i += 16 * VECTORS, out += 16 * VECTORS) {
            some_words(VECTORS, &counter, key, state);
#pragma GCC unroll 4
            for (int b = 0; b < VECTORS; b++)
                _mm512_store_ps(out + 16 * b, sixteen_normals(state[b], table));
        }
        for (; i < Np; i += 16, out += 16) {
            some_words(1, &counter, key, state);
            _mm512_store_ps(out, sixteen_normals(state[0], table));
        }
    }
}

const srnn__normal_kernels srnn__normal_vaes = {.normals = normals};
