/* The generator against Random123 itself, on processors with AES instructions. */
#include "helpers.h"

#if defined(__AES__)
#include <Random123/ars.h>

static void ten_thousand_blocks(void **state)
{
    (void)state;
    if (!srnn__isa_available(SRNN__AVX2)) skip(); /* the ISA that comes with AES */
    srnn_rng rng = test_rng(0);
    for (int k = 0; k < 10000; k++) {
        uint32_t key[4], counter[4], block[4];
        ars4x32_key_t user_key;
        ars4x32_ctr_t theirs;
        for (int c = 0; c < 4; c++) {
            user_key.v[c] = key[c] = srnn__rng_word(&rng);
            theirs.v[c] = counter[c] = srnn__rng_word(&rng);
        }
        theirs = ars4x32_R(7, theirs, ars4x32keyinit(user_key));
        srnn__stream stream;
        srnn__stream_from_key(&stream, key);
        srnn__ars(&stream, counter, block);
        assert_memory_equal(block, theirs.v, sizeof block);
    }
}
#else
static void ten_thousand_blocks(void **state)
{
    (void)state;
    skip(); /* Random123 has no ARS without AES instructions */
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ten_thousand_blocks)};
    return cmocka_run_group_tests_name("random123", tests, NULL, NULL);
}
