/* The context and the small things every room uses. */
#define _POSIX_C_SOURCE 200809L /* setenv */

#include "helpers.h"

static void defaults(void **state)
{
    (void)state;
    unsetenv("SPIKERNN_ISA");
    srnn_ctx *ctx;
    assert_int_equal(srnn_ctx_create(NULL, &ctx), SRNN_OK);
    assert_true(srnn_ctx_threads(ctx) >= 1);
    assert_string_equal(srnn_ctx_message(ctx), "");
    assert_string_equal(srnn_version(), SRNN_VERSION);
    /* the best of this machine: no other that it has comes later in this list */
    static const char *const worst_first[] = {"baseline", "neon", "avx2", "avx512"};
    const char *best = NULL;
    for (int i = 0; i < 4; i++) {
        srnn_ctx *other = new_ctx(worst_first[i], 1);
        if (other) best = srnn_ctx_isa(other);
        srnn_ctx_free(other);
    }
    assert_string_equal(srnn_ctx_isa(ctx), best);
    srnn_ctx_free(ctx);
    srnn_ctx_free(NULL);
    assert_string_equal(srnn_ctx_message(NULL), "");
}

static void check_refusal(const srnn_ctx_options *options, const char *sentence)
{
    srnn_ctx *ctx;
    assert_int_equal(srnn_ctx_create(options, &ctx), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx), sentence);
    srnn_ctx_free(ctx);
}

static void threads_in_range(void **state)
{
    (void)state;
    static const int good[] = {1, 3, 1024};
    for (int k = 0; k < 3; k++) {
        srnn_ctx *ctx = new_ctx("baseline", good[k]);
        assert_int_equal(srnn_ctx_threads(ctx), good[k]);
        srnn_ctx_free(ctx);
    }
    check_refusal(&(srnn_ctx_options){.size = sizeof(srnn_ctx_options), .threads = -1},
                  "threads is -1; expected 0 (all processors) to 1024");
    check_refusal(&(srnn_ctx_options){.size = sizeof(srnn_ctx_options), .threads = 1025},
                  "threads is 1025; expected 0 (all processors) to 1024");
}

static void isa_by_option(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx("baseline", 1);
    assert_string_equal(srnn_ctx_isa(ctx), "baseline");
    srnn_ctx_free(ctx);
    check_refusal(&(srnn_ctx_options){.size = sizeof(srnn_ctx_options), .isa = "sse9"},
                  "isa 'sse9' is unknown; expected baseline, avx2, avx512 or neon");
#if defined(__x86_64__)
    check_refusal(&(srnn_ctx_options){.size = sizeof(srnn_ctx_options), .isa = "neon"},
                  "isa 'neon' is not available on this machine");
#else
    check_refusal(&(srnn_ctx_options){.size = sizeof(srnn_ctx_options), .isa = "avx2"},
                  "isa 'avx2' is not available on this machine");
#endif
}

static void isa_by_environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("SPIKERNN_ISA", "baseline", 1), 0);
    srnn_ctx *ctx = new_ctx(NULL, 1);
    assert_string_equal(srnn_ctx_isa(ctx), "baseline");
    srnn_ctx_free(ctx);
    setenv("SPIKERNN_ISA", "sse9", 1);
    check_refusal(NULL, "SPIKERNN_ISA 'sse9' is unknown; expected baseline, avx2, avx512 or neon");
    ctx = new_ctx("baseline", 1); /* the option wins */
    assert_non_null(ctx);
    srnn_ctx_free(ctx);
    setenv("SPIKERNN_ISA", "", 1);
    ctx = new_ctx(NULL, 1);
    assert_non_null(ctx);
    srnn_ctx_free(ctx);
    unsetenv("SPIKERNN_ISA");
}

static void message_of_the_latest_failure(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx("baseline", 1);
    assert_int_equal(srnn__fail(ctx, SRNN_ERR_FILE, "%s is %d", "one", 1), SRNN_ERR_FILE);
    assert_string_equal(srnn_ctx_message(ctx), "one is 1");
    assert_int_equal(srnn__no_memory(ctx), SRNN_ERR_NO_MEMORY);
    assert_string_equal(srnn_ctx_message(ctx), "out of memory");
    /* longer than there is room for: cut, not overrun */
    char word[3000];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = 0;
    srnn__fail(ctx, SRNN_ERR_FILE, "%s", word);
    assert_int_equal(strlen(srnn_ctx_message(ctx)), sizeof ctx->message - 1);
    srnn_ctx_free(ctx);
}

static void status_names(void **state)
{
    (void)state;
    for (int a = SRNN_OK; a <= SRNN_CANCELLED; a++) {
        assert_true(*srnn_status_name((srnn_status)a));
        for (int b = SRNN_OK; b <= SRNN_CANCELLED + 1; b++) /* one past: "unknown status" */
            if (a != b)
                assert_string_not_equal(srnn_status_name((srnn_status)a),
                                        srnn_status_name((srnn_status)b));
    }
}

static int count_calls(void *user, const srnn_progress *progress)
{
    (void)progress;
    return ++*(int *)user == 2;
}

static void progress_reports(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx("baseline", 1);
    int calls = 0;
    srnn__progress_start(ctx, 0);
    assert_false(srnn__progress(ctx, "train", 1, 3, NAN, NAN)); /* nobody listens */
    srnn_ctx_set_progress(ctx, count_calls, &calls);
    assert_false(srnn__progress(ctx, "train", 1, 3, NAN, NAN));
    assert_true(srnn__progress(ctx, "train", 2, 3, NAN, NAN)); /* asked to stop */
    srnn_ctx_set_progress(ctx, NULL, NULL);
    assert_false(srnn__progress(ctx, "train", 3, 3, NAN, NAN));
    assert_int_equal(calls, 2);
    srnn_ctx_free(ctx);
}

static void memory_is_aligned_zeroed_and_padded(void **state)
{
    (void)state;
    for (size_t count = 0; count < 40; count++) {
        unsigned char *p = srnn__alloc(count, 3);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t k = 0; k < (count * 3 + 63) / 64 * 64; k++) assert_int_equal(p[k], 0);
        free(p);
    }
    assert_null(srnn__alloc(SIZE_MAX / 2, 3));
    assert_null(srnn__alloc(SIZE_MAX - 10, 1));
    assert_int_equal(srnn__padded(1), 16);
    assert_int_equal(srnn__padded(16), 16);
    assert_int_equal(srnn__padded(17), 32);
}

static void nearest_name(void **state)
{
    (void)state;
    static const char *const names[] = {"go-nogo", "xor", "mante", NULL};
    assert_string_equal(srnn__nearest("go-nog", names), "go-nogo");
    assert_string_equal(srnn__nearest("GO_NOGO", names), "go-nogo");
    assert_string_equal(srnn__nearest("manta", names), "mante");
    assert_string_equal(srnn__nearest("xorr", names), "xor");
    assert_null(srnn__nearest("delayed match to sample", names));
    char word[200];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = 0;
    assert_null(srnn__nearest(word, names));
    assert_null(srnn__nearest("", names));
}

static void floats_as_python_prints_them(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text; /* repr() of Python 3 */
    } cases[] = {
        {4.0, "4.0"},
        {0.2, "0.2"},
        {1e-05, "1e-05"},
        {0.0001, "0.0001"},
        {1e+16, "1e+16"},
        {1e15, "1000000000000000.0"},
        {1.2345678901234568e+17, "1.2345678901234568e+17"},
        {-0.0, "-0.0"},
        {1.0 / 3, "0.3333333333333333"},
        {-7.25, "-7.25"},
        {1e+22, "1e+22"},
        {1.5e-07, "1.5e-07"},
        {100000.0, "100000.0"},
        {1e+300, "1e+300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e+308, "1.7976931348623157e+308"},
        {9007199254740992.0, "9007199254740992.0"},
        {0.1 + 0.2, "0.30000000000000004"},
        {NAN, "nan"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[32];
        srnn__python_float(cases[k].value, text);
        assert_string_equal(text, cases[k].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(threads_in_range),
        cmocka_unit_test(isa_by_option),
        cmocka_unit_test(isa_by_environment),
        cmocka_unit_test(message_of_the_latest_failure),
        cmocka_unit_test(status_names),
        cmocka_unit_test(progress_reports),
        cmocka_unit_test(memory_is_aligned_zeroed_and_padded),
        cmocka_unit_test(nearest_name),
        cmocka_unit_test(floats_as_python_prints_them),
    };
    return cmocka_run_group_tests_name("ctx", tests, NULL, NULL);
}
