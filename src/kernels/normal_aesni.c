/* Normal numbers with AES instructions and AVX2 (contract: kernels.h). Same bits as
   normal.c. The eight octaves that hold 127 of 128 numbers are looked up in
   registers; a vector with a number beyond them is done one by one. */
#include <immintrin.h>

#include "kernels/tables.h"

enum { BLOCKS = 4 }; /* in flight: covers the latency of the AES instruction */

static inline __m256 eight_normals(__m256i words, const __m256 table[5])
{
    const __m256i tail = _mm256_or_si256(_mm256_and_si256(words, _mm256_set1_epi32(0x7fffffff)),
                                         _mm256_set1_epi32(1));
    const __m256i bits = _mm256_castps_si256(_mm256_cvtepi32_ps(tail));
    const __m256i octave = _mm256_sub_epi32(_mm256_srli_epi32(bits, 23), _mm256_set1_epi32(127));
    if (_mm256_movemask_epi8(_mm256_cmpgt_epi32(_mm256_set1_epi32(24), octave))) {
        uint32_t word[8];
        float z[8];
        _mm256_storeu_si256((__m256i *)word, words);
        for (int l = 0; l < 8; l++) z[l] = srnn__normal_from_word(word[l]);
        return _mm256_loadu_ps(z);
    }
    const __m256 t = _mm256_castsi256_ps(_mm256_or_si256(
        _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffff)), _mm256_set1_epi32(0x3f800000)));
    __m256 z = _mm256_permutevar8x32_ps(table[4], octave);
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(table[3], octave));
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(table[2], octave));
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(table[1], octave));
    z = _mm256_fmadd_ps(z, t, _mm256_permutevar8x32_ps(table[0], octave));
    return _mm256_xor_ps(z, _mm256_and_ps(_mm256_castsi256_ps(words), _mm256_set1_ps(-0.0f)));
}

static void normals(const srnn__stream *stream, uint64_t trial, uint32_t first_step, int n_steps,
                    int Np, float *out)
{
    __m128i key[SRNN__ARS_ROUNDS + 1];
    for (int k = 0; k <= SRNN__ARS_ROUNDS; k++)
        key[k] = _mm_loadu_si128((const __m128i *)stream->round_key[k]);
    __m256 table[5];
    for (int k = 0; k < 5; k++) table[k] = _mm256_loadu_ps(srnn__normal_table[k] + 24);

    for (int s = 0; s < n_steps; s++) {
        uint32_t first[4];
        srnn__counter(first, 0, first_step + (uint32_t)s, trial);
        __m128i counter = _mm_loadu_si128((const __m128i *)first);
        for (int i = 0; i < Np; i += 4 * BLOCKS, out += 4 * BLOCKS) {
            __m128i state[BLOCKS];
            for (int b = 0; b < BLOCKS; b++) {
                state[b] = _mm_xor_si128(counter, key[0]);
                counter = _mm_add_epi32(counter, _mm_set_epi32(0, 0, 0, 1));
            }
            for (int k = 1; k < SRNN__ARS_ROUNDS; k++)
                for (int b = 0; b < BLOCKS; b++) state[b] = _mm_aesenc_si128(state[b], key[k]);
            for (int b = 0; b < BLOCKS; b++)
                state[b] = _mm_aesenclast_si128(state[b], key[SRNN__ARS_ROUNDS]);
            for (int b = 0; b < BLOCKS; b += 2)
                _mm256_store_ps(out + 4 * b,
                                eight_normals(_mm256_set_m128i(state[b + 1], state[b]), table));
        }
    }
}

const srnn__normal_kernels srnn__normal_aesni = {.normals = normals};
