/* Random numbers: ARS-4x32-7, the counter-based generator of Salmon et al.,
   "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), as in Random123.
   Key: seed, domain and purpose. Counter: block of four units, step, trial.
   A number depends on nothing else, so the order, the threads and the batch in
   which numbers are made do not matter. */
#ifndef SRNN_RNG_H
#define SRNN_RNG_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/fused.h"
#include "spikernn/task.h"

enum { SRNN__ARS_ROUNDS = 7 };

/* What a number is for. Values are part of "same seed, same bits": append only. */
typedef enum srnn__purpose {
    SRNN__FOR_INH = 1,
    SRNN__FOR_CONNECTION,
    SRNN__FOR_W,
    SRNN__FOR_W_IN,
    SRNN__FOR_W_OUT,
    SRNN__FOR_TAUS,
    SRNN__FOR_TASK,
    SRNN__FOR_X0,
    SRNN__FOR_RATE_NOISE,
    SRNN__FOR_V0,
    SRNN__FOR_LIF_NOISE,
    SRNN__FOR_LESION,
    SRNN__FOR_STIMULATION,
    SRNN__FOR_WIDENING,
    SRNN__FOR_PAIRS,
    SRNN__FOR_FOLDS = 16
} srnn__purpose;

/* The domain of the draws that make a network, in addition to those of srnn_domain. */
enum { SRNN__DOMAIN_INIT = 0 };

/* The key schedule of one (seed, domain, purpose). */
typedef struct srnn__stream {
    uint32_t round_key[SRNN__ARS_ROUNDS + 1][4];
} srnn__stream;

void srnn__stream_init(srnn__stream *stream, uint64_t seed, unsigned domain, srnn__purpose purpose);

/* From any 128-bit key; for the known answers. */
void srnn__stream_from_key(srnn__stream *stream, const uint32_t key[4]);

/* One block, on any machine. */
void srnn__ars(const srnn__stream *stream, const uint32_t counter[4], uint32_t out[4]);

static inline void srnn__counter(uint32_t counter[4], uint32_t block, uint32_t step, uint64_t trial)
{
    counter[0] = block;
    counter[1] = step;
    counter[2] = (uint32_t)trial;
    counter[3] = (uint32_t)(trial >> 32);
}

/* The inverse normal distribution function as a quartic in the mantissa for
   each octave of the probability (tools/make-normal-table writes the table;
   largest error stated there). Row e: coefficients of t^0 ... t^4. */
extern const float srnn__normal_table[5][32];

/* A 32-bit word to N(0,1): bit 31 is the sign, the odd number in bits 0-30 over
   2^32 the tail probability. Every normal kernel gives these bits. */
static inline float srnn__normal_from_word(uint32_t word)
{
    const float p = (float)(int32_t)((word & 0x7fffffffu) | 1u);
    uint32_t bits;
    memcpy(&bits, &p, sizeof bits);
    const uint32_t octave = (bits >> 23) - 127u;
    bits = (bits & 0x7fffffu) | 0x3f800000u;
    float t;
    memcpy(&t, &bits, sizeof t);
    float z = srnn__normal_table[4][octave];
    for (int k = 3; k >= 0; k--) z = fused_f32(z, t, srnn__normal_table[k][octave]);
    memcpy(&bits, &z, sizeof bits);
    bits ^= word & 0x80000000u;
    memcpy(&z, &bits, sizeof z);
    return z;
}

/* A sequence of numbers, for draws outside the hot loops. */
struct srnn_rng {
    srnn__stream stream;
    uint32_t counter[4];
    uint32_t words[4];
    int used;    /* words of the current block */
    bool failed; /* the task's functions said so */
};

void srnn__rng_init(srnn_rng *rng, uint64_t seed, unsigned domain, srnn__purpose purpose,
                    uint64_t trial);
uint32_t srnn__rng_word(srnn_rng *rng);

/* exp, log and sine in double from basic operations alone, so that their last bit
   does not depend on the C library; errors of exp and log below 2 units in the last place. */
double srnn__exp(double x);
double srnn__log(double x);
double srnn__sin_turns(double x); /* sin(2 pi x); absolute error below 2^-51 */

#endif
