/* JSON text as documents are written: the fewest digits, and nothing that ends a page's script. */
#define _GNU_SOURCE 1
#include "helpers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_text.h"

static void writes(const char *text, const char *expected)
{
    char *written = srnn_json_shortest(strdup(text));
    assert_non_null(written);
    assert_string_equal(written, expected);
    free(written);
}

static void test_numbers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"0.69999999999999996", "0.7"},
                                           {"[1, -2, 0]", "[1, -2, 0]"},
                                           {"1.0", "1.0"},
                                           {"-0.0", "-0.0"},
                                           {"1e300", "1e+300"},
                                           {"5e-324", "5e-324"},
                                           {"0.10000000000000001", "0.1"},
                                           {"0.30000000000000004", "0.30000000000000004"},
                                           {"9007199254740993", "9007199254740993"},
                                           {"123456789012345680.0", "1.2345678901234568e+17"},
                                           {"true", "true"},
                                           {"{\"e\": null}", "{\"e\": null}"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) writes(cases[i][0], cases[i][1]);
    assert_null(srnn_json_shortest(NULL));
}

static void test_strings(void **state)
{
    (void)state;
    writes("[\"0.69999999999999996\", \"</script>\"]",
           "[\"0.69999999999999996\", \"\\u003c/script>\"]");
    writes("{\"a\\\"<\": \"\\\\\", \"b\": 0.69999999999999996}",
           "{\"a\\\"\\u003c\": \"\\\\\", \"b\": 0.7}");
}

/* Of numbers of every size: read back they are the same, and with a digit less they are not. */
static void test_same_number(void **state)
{
    (void)state;
    uint64_t bits = UINT64_C(88172645463325252);
    for (int i = 0; i < 20000; i++) {
        double x;
        char text[32], shorter[64];
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x)) continue;
        srnn__shortest_real(x, text);
        const double read = strtod(text, NULL);
        assert_memory_equal(&read, &x, sizeof x);
        int digits = 0;
        for (const char *c = text; *c && *c != 'e'; c++)
            digits += *c >= (digits ? '0' : '1') && *c <= '9';
        snprintf(shorter, sizeof shorter, "%.*e", digits > 1 ? digits - 2 : 0, x);
        const bool zeros = x == trunc(x); /* 1200 has four digits */
        assert_true(zeros || digits == 1 || strtod(shorter, NULL) != x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_strings),
                                       cmocka_unit_test(test_same_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
