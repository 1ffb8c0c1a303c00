/* The checksum of an image's superblock: H5Fget_file_image() takes the mark of an open file out of
   one of version 3 and leaves the checksum over it as it was. */
#include "io/hdf5_file.h"
#include "io/mat_bytes.h"

enum { WORDS = 11 }; /* of four bytes, which the checksum follows; addresses have 8 */

static uint32_t turn(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

/* Jenkins' lookup3, which HDF5 uses for its metadata. */
static uint32_t checksum(const uint32_t words[WORDS])
{
    static const int mix[] = {4, 6, 8, 16, 19, 4}, end[] = {14, 11, 25, 16, 4, 14, 24};
    uint32_t s[3];
    for (int k = 0; k < 3; k++) s[k] = 0xdeadbeef + 4 * WORDS;
    for (int block = 0; block + 3 < WORDS; block += 3) {
        for (int k = 0; k < 3; k++) s[k] += words[block + k];
        for (int k = 0; k < 6; k++) {
            uint32_t *x = &s[k % 3], *y = &s[(k + 2) % 3];
            *x = (*x - *y) ^ turn(*y, mix[k]);
            *y += s[(k + 1) % 3];
        }
    }
    s[0] += words[WORDS - 2];
    s[1] += words[WORDS - 1];
    for (int k = 0; k < 7; k++) {
        uint32_t *x = &s[(k + 2) % 3], *y = &s[(k + 1) % 3];
        *x = (*x ^ *y) - turn(*y, end[k]);
    }
    return s[2];
}

void srnn__hdf5_fix_image(unsigned char *image, size_t n)
{
    if (n < 4 * (WORDS + 1) || image[8] != 3) return;
    uint32_t words[WORDS];
    for (int k = 0; k < WORDS; k++) words[k] = srnn__mat_word(image + 4 * k, false);
    const uint32_t sum = checksum(words);
    for (int k = 0; k < 4; k++) image[4 * WORDS + k] = (unsigned char)(sum >> 8 * k);
}
