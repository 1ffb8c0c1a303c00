/* Normal numbers with the AES instructions of arm64 (contract: kernels.h). Same bits
   as normal.c. The eight octaves that hold 127 of 128 numbers are looked up in
   registers; a vector with a number beyond them is done one by one. */
#include <arm_neon.h>

#include "kernels/tables.h"

enum { AES_BLOCKS = 4 }; /* in flight: covers the latency of the AES instruction */

typedef struct arm_aes_generator {
    uint8x16_t key[SRNN__ARS_ROUNDS + 1];
    uint8x16x2_t table[5]; /* the last eight octaves of each row */
} arm_aes_generator;

static inline float32x4_t look_up(uint8x16x2_t row, uint8x16_t bytes)
{
    return vreinterpretq_f32_u8(vqtbl2q_u8(row, bytes));
}

static inline void four_normals(const arm_aes_generator *g, uint32x4_t words, float *out)
{
    const uint32x4_t tail = vorrq_u32(vandq_u32(words, vdupq_n_u32(0x7fffffff)), vdupq_n_u32(1));
    const uint32x4_t bits = vreinterpretq_u32_f32(vcvtq_f32_u32(tail));
    const uint32x4_t octave = vsubq_u32(vshrq_n_u32(bits, 23), vdupq_n_u32(127));
    if (vminvq_u32(octave) < 24) {
        uint32_t word[4];
        vst1q_u32(word, words);
        for (int l = 0; l < 4; l++) out[l] = srnn__normal_from_word(word[l]);
        return;
    }
    /* bytes 4 k ... 4 k + 3 of a row are its entry 24 + k */
    const uint32x4_t entry = vsubq_u32(octave, vdupq_n_u32(24));
    const uint8x16_t bytes =
        vreinterpretq_u8_u32(vmlaq_u32(vdupq_n_u32(0x03020100), entry, vdupq_n_u32(0x04040404)));
    const float32x4_t t = vreinterpretq_f32_u32(
        vorrq_u32(vandq_u32(bits, vdupq_n_u32(0x7fffff)), vdupq_n_u32(0x3f800000)));
    float32x4_t z = look_up(g->table[4], bytes);
    for (int k = 3; k >= 0; k--) z = vfmaq_f32(look_up(g->table[k], bytes), z, t);
    const uint32x4_t sign = vandq_u32(words, vdupq_n_u32(0x80000000));
    vst1q_f32(out, vreinterpretq_f32_u32(veorq_u32(vreinterpretq_u32_f32(z), sign)));
}

static void normals_arm_aes(const srnn__stream *stream, uint64_t trial, uint32_t first_step,
                            int n_steps, int Np, float *out)
{
    arm_aes_generator g;
    for (int k = 0; k <= SRNN__ARS_ROUNDS; k++)
        g.key[k] = vreinterpretq_u8_u32(vld1q_u32(stream->round_key[k]));
    for (int k = 0; k < 5; k++)
        for (int half = 0; half < 2; half++)
            g.table[k].val[half] =
                vreinterpretq_u8_f32(vld1q_f32(srnn__normal_table[k] + 24 + 4 * half));
    const uint32x4_t next_block = {1, 0, 0, 0};

    for (int s = 0; s < n_steps; s++) {
        uint32_t first[4];
        srnn__counter(first, 0, first_step + (uint32_t)s, trial);
        uint32x4_t counter = vld1q_u32(first);
        for (int i = 0; i < Np; i += 4 * AES_BLOCKS, out += 4 * AES_BLOCKS) {
            uint8x16_t state[AES_BLOCKS];
            for (int b = 0; b < AES_BLOCKS; b++) {
                state[b] = vreinterpretq_u8_u32(counter);
                counter = vaddq_u32(counter, next_block);
            }
            /* the key comes before the round here, after it in the definition */
            for (int k = 0; k < SRNN__ARS_ROUNDS - 1; k++)
                for (int b = 0; b < AES_BLOCKS; b++)
                    state[b] = vaesmcq_u8(vaeseq_u8(state[b], g.key[k]));
            for (int b = 0; b < AES_BLOCKS; b++) {
                state[b] = vaeseq_u8(state[b], g.key[SRNN__ARS_ROUNDS - 1]);
                state[b] = veorq_u8(state[b], g.key[SRNN__ARS_ROUNDS]);
                four_normals(&g, vreinterpretq_u32_u8(state[b]), out + 4 * b);
            }
        }
    }
}

const srnn__normal_kernels srnn__normal_arm_aes = {.normals = normals_arm_aes};
