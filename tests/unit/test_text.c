/* Text of files: what is UTF-8, and how anything is shown as one harmless line. */
#include "helpers.h"

#include "core/text.h"

static void test_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "plain",
                                       "caf\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\xa7\xa0",
                                       "\xf4\x8f\xbf\xbf",
                                       "\xed\x9f\xbf"};
    static const char *const bad[] = {"caf\xe9",          /* Latin-1 */
                                      "\x80",             /* no first byte */
                                      "\xc3",             /* cut */
                                      "\xe2\x82",         /* cut */
                                      "\xc0\xaf",         /* '/' in two bytes */
                                      "\xc1\xbf",         /* the same */
                                      "\xe0\x80\xaf",     /* in three */
                                      "\xf0\x80\x80\xaf", /* in four */
                                      "\xed\xa0\x80",     /* half of a UTF-16 pair */
                                      "\xf4\x90\x80\x80", /* beyond Unicode */
                                      "\xf8\x88\x80\x80\x80",
                                      "\xff"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(srnn__is_utf8(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(srnn__is_utf8(bad[i]));
}

static void test_printable(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"go/n\xc3\xb6go \\ \"x\"", "go/n\xc3\xb6go \\ \"x\""},
        {"a\x1b[2Jb", "a\\x1B[2Jb"},
        {"one\ntwo\t\r\x7f", "one\\x0Atwo\\x09\\x0D\\x7F"},
        {"\xc2\x9b" /* C1: an escape sequence begins */ "31m\xc2\xa0", "\\xC2\\x9B31m\xc2\xa0"},
        {"caf\xe9!", "caf\\xE9!"},
        {"a\xe2\x80\xae" /* U+202E */ "b", "a\\xE2\\x80\\xAE"
                                           "b"},
        {"\xe2\x81\xa6\xef\xbb\xbf", "\\xE2\\x81\\xA6\\xEF\\xBB\\xBF"}, /* U+2066, U+FEFF */
        {"\xf3\xa0\x81\x81", "\\xF3\\xA0\\x81\\x81"},                   /* a tag, U+E0041 */
        {"\xe2\x80\xa7\xe2\x80\x94\xf0\x9f\xa7\xa0", "\xe2\x80\xa7\xe2\x80\x94\xf0\x9f\xa7\xa0"},
        {"\xe2\x82", "\\xE2\\x82"}};
    char shown[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(srnn_printable(cases[i][0], shown, sizeof shown), strlen(cases[i][1]));
        assert_string_equal(shown, cases[i][1]);
    }
    /* cut where a character, or what stands for a byte, ends */
    assert_int_equal(srnn_printable("ab\xc3\xb6", shown, 4), 2);
    assert_string_equal(shown, "ab");
    assert_int_equal(srnn_printable("ab\n", shown, 6), 2);
    assert_string_equal(shown, "ab");
    assert_int_equal(srnn_printable("ab\n", shown, 7), 6);
    assert_int_equal(srnn_printable("a", shown, 1), 0);
    assert_string_equal(shown, "");
}

/* A file's name, too, is anything. */
static void test_message(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__fail(ctx, SRNN_ERR_FORMAT, "%s: bad", "a\x1b]0;x\x07\nb\xff");
    assert_string_equal(srnn_ctx_message(ctx), "a\\x1B]0;x\\x07\\x0Ab\\xFF: bad");
    srnn_ctx_free(ctx);
}

/* The texts of a task go to terminals and files. */
static void test_task_texts(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *go_nogo = new_go_nogo(ctx), *task;
    srnn_task_def def = *srnn_task_get_def(go_nogo);
    def.destroy = NULL;
    const char *names[] = {"caf\xc3\xa9", "no go"};
    def.type_names = names;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    srnn_task_free(task);
    names[1] = "b\x1b[2J";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has the text 'b\\x1B[2J'; expected UTF-8 without control "
                "characters");
    names[1] = "no, go";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has the type 'no, go'; expected a name without ', ', which files "
                "put between names");
    names[1] = "nogo";
    def.stimulus = "caf\xe9";
    assert_says(ctx, srnn_task_create(ctx, &def, &task), SRNN_ERR_ARGUMENT,
                "task 'go-nogo' has the text 'caf\\xE9'; expected UTF-8 without control "
                "characters");
    srnn_task_free(go_nogo);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8), cmocka_unit_test(test_printable),
        cmocka_unit_test(test_message), cmocka_unit_test(test_task_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
