/* Spikes as text, as other programs write it: read, or refused with the reason and the line. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

#define HEAD "trial,type,unit,time_ms,population\n"

static const char *csv_of(const char *bytes, size_t n)
{
    const char *path = at("some.csv");
    write_bytes(path, bytes, n);
    return path;
}

#define csv(text) csv_of(text, sizeof(text) - 1)

static void assert_refused(srnn_ctx *ctx, const char *path, const char *words)
{
    srnn_spikes s;
    assert_true(srnn_spikes_file(ctx, path));
    assert_int_equal(srnn_spikes_load(ctx, path, &s), SRNN_ERR_FORMAT);
    const char *sentence = srnn_ctx_message(ctx);
    assert_memory_equal(sentence, path, strlen(path));
    if (!strstr(sentence, words)) fail_msg("no '%s' in: %s", words, sentence);
    assert_null(s.time_ms);
}

/* Two spikes of two trials, whatever the form of the text. */
static void test_forms(void **state)
{
    (void)state;
    static const char *const forms[] = {
        HEAD "1,caf\xc3\xa9,2,0.5,pv\n2,go,1,7,exc\n",
        "\xef\xbb\xbf" HEAD "1,caf\xc3\xa9,2,0.5,pv\n2,go,1,7,exc\n",
        "trial;type;unit;time_ms;population\n1;caf\xc3\xa9;2;0.5;pv\n2;go;1;7;exc\n",
        "trial\ttype\tunit\ttime_ms\tpopulation\n1\tcaf\xc3\xa9\t2\t0.5\tpv\n2\tgo\t1\t7\texc\n",
        "trial,type,unit,time_ms,population\r\n1,caf\xc3\xa9,2,0.5,pv\r\n2,go,1,7,exc\r\n",
        "trial,type,unit,time_ms,population\r1,caf\xc3\xa9,2,0.5,pv\r2,go,1,7,exc\r",
        "time_ms,population,unit,trial,type\n0.5,pv,2,1,caf\xc3\xa9\n7,exc,1,2,go",
        ("\"trial\",\"type\",\"unit\",\"time_ms\",\"population\"\n"
         "2,\"go\",1,7,\"exc\"\n1,\"caf\xc3\xa9\",2,0.5,\"pv\"\n")};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        srnn_spikes s;
        const char *path = csv_of(forms[i], strlen(forms[i]));
        assert_true(srnn_spikes_file(ctx, path));
        assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
        assert_int_equal(s.n, 2);
        assert_int_equal(s.unit[0], 1);
        assert_true(s.time_ms[0] == 0.5 && s.time_ms[1] == 7);
        assert_int_equal(s.population[1], SRNN_PV);
        assert_string_equal(s.type_names[s.type[0]], "caf\xc3\xa9");
        assert_string_equal(s.type_names[s.type[1]], "go");
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

/* The first letters of a header, in a file. */
static const char *csv_in_utf32(bool big_endian, bool mark)
{
    static const char text[] = "trial,time_ms\n";
    char bytes[4 * sizeof text] = {0};
    size_t n = 0;
    if (mark) memcpy(bytes, big_endian ? "\0\0\xfe\xff" : "\xff\xfe\0\0", n = 4);
    for (const char *p = text; *p; p++, n += 4) bytes[n + (big_endian ? 3 : 0)] = *p;
    return csv_of(bytes, n);
}

static void test_refused(void **state)
{
    (void)state;
    static const char latin1[] = HEAD "1,go,1,1,exc\n1,caf\xe9,2,0.5,pv\n";
    static const char le[] = "\xff\xfet\0r\0i\0a\0l\0,\0t\0i\0m\0e\0_\0m\0s\0\n";
    static const char be[] = "\0t\0r\0i\0a\0l\0,\0t\0i\0m\0e\0_\0m\0s\0\n";
    static const char zero[] = HEAD "1,g\0o,1,1,exc\n";
    srnn_ctx *ctx = new_ctx(NULL, 1);
    assert_refused(ctx, csv(latin1), "line 3 has the byte 0xE9, which is not text in UTF-8");
    assert_refused(ctx, csv(le), "is in UTF-16; expected UTF-8");
    assert_refused(ctx, csv(be), "is in UTF-16; expected UTF-8");
    for (int i = 0; i < 4; i++)
        assert_refused(ctx, csv_in_utf32(i % 2, i / 2),
                       "is in UTF-32; expected UTF-8, which "
                       "`iconv -f UTF-32 -t UTF-8` makes");
    assert_refused(ctx, csv(zero), "line 2 has the byte 0x00");
    assert_refused(ctx, csv("a,b\n1,2\n"), "line 1 has the column 'a'; expected the columns trial");
    assert_refused(ctx, csv(""), "line 1 has the column ''");
    assert_refused(ctx, csv("trial,type,unit,time_ms\n"), "line 1 lacks the column 'population'");
    assert_refused(ctx, csv("trial,type,unit,time_ms,population,trial\n"),
                   "line 1 has twice the column 'trial'");
    assert_refused(ctx, csv("trial,time_ms,\"type\n"), "line 1 has a quote that is not closed");
    assert_refused(ctx, csv("trial;type;unit;time_ms;population\n1;go;1;0,5;exc\n"),
                   "line 2: time_ms is '0,5'; expected a decimal point");
    assert_refused(ctx, csv(HEAD "1;go;1;1;exc\n"), "line 2 does not have the columns of line 1");
    srnn_ctx_free(ctx);
}

/* What one line claims costs no more than what is there is worth. */
static void test_claims(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s;
    assert_refused(ctx, csv(HEAD "1,go,1,1,exc\n10000000,go,1,1,exc\n"),
                   "line 3: trial is 10000000; expected at most 100200 trials for 2 spikes");
    assert_ok(ctx, srnn_spikes_load(ctx, csv(HEAD "100100,go,1000000,1,exc\n"), &s));
    assert_int_equal(s.K, 100100);
    assert_int_equal(s.N, 1000000);
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* A file of n trials, each of its own type. */
static void write_types(const char *path, int n)
{
    FILE *file = fopen(path, "w");
    fputs(HEAD, file);
    for (int k = 0; k < n; k++) fprintf(file, "%d,type %d,1,%d,exc\n", k + 1, n - k, k % 9 + 1);
    for (int k = 0; k < n; k++) fprintf(file, "%d,type %d,2,5,exc\n", k + 1, n - k);
    assert_int_equal(fclose(file), 0);
}

static void test_many_types(void **state)
{
    (void)state;
    enum { TYPES = 20000 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s;
    write_types(at("types.csv"), TYPES);
    assert_ok(ctx, srnn_spikes_load(ctx, at("types.csv"), &s));
    assert_int_equal(s.n_types, TYPES);
    for (int k = 0; k < TYPES; k++) {
        char name[32];
        snprintf(name, sizeof name, "type %d", TYPES - k);
        assert_string_equal(s.type_names[s.type[k]], name);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

static int stop_reading(void *user, const srnn_progress *progress)
{
    assert_string_equal(progress->phase, "read");
    assert_true(progress->done <= progress->total);
    return ++*(int *)user == 3;
}

static void test_interrupted(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s;
    int calls = 0;
    write_types(at("types.csv"), 5000);
    srnn_ctx_set_progress(ctx, stop_reading, &calls);
    assert_int_equal(srnn_spikes_load(ctx, at("types.csv"), &s), SRNN_CANCELLED);
    assert_int_equal(calls, 3);
    assert_null(s.time_ms);
    srnn_ctx_free(ctx);
}

/* A file with a hole: nothing of its size is asked for. */
static void test_too_large(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s;
    const char *path = csv(HEAD);
    assert_false(truncate(path, ((off_t)1 << 36) + 1));
    assert_int_equal(srnn_spikes_load(ctx, path, &s), SRNN_ERR_FILE);
    assert_non_null(
        strstr(srnn_ctx_message(ctx), "has 68719476737 bytes; expected at most 68719476736"));
    unlink(path);
    srnn_ctx_free(ctx);
}

static void test_fifo(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s;
    assert_false(mkfifo(at("fifo.csv"), 0600));
    assert_false(srnn_spikes_file(ctx, at("fifo.csv")));
    assert_int_equal(srnn_spikes_load(ctx, at("fifo.csv"), &s), SRNN_ERR_FILE);
    assert_non_null(strstr(srnn_ctx_message(ctx), "fifo.csv is a FIFO; expected a regular file"));
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_claims),      cmocka_unit_test(test_many_types),
        cmocka_unit_test(test_interrupted), cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_too_large)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
