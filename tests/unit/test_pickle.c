/* Pickles: what is written is read back; what torch and numpy write is read; anything else,
   and any pickle cut short, is refused with one sentence. */
#include "helpers.h"
#include "io/pickle.h"

typedef struct tree {
    srnn_ctx *ctx;
    srnn__pickle pickle;
} tree;

static srnn_status read_pickle(tree *t, const char *bytes, size_t n)
{
    return srnn__pickle_read(t->ctx, "x.pth", bytes, n, &t->pickle);
}

#define PICKLE(literal) literal, sizeof(literal) - 1

static void assert_text(const srnn__value *v, const char *text)
{
    assert_non_null(v);
    assert_true(srnn__pickle_is_text(v, text));
}

static void assert_int(const srnn__value *v, srnn__kind kind, int64_t value)
{
    assert_non_null(v);
    assert_int_equal(v->kind, kind);
    assert_int_equal(v->whole, value);
}

/* ---- ours ---- */

static const int64_t integers[] = {0,         -1,         255,       65536,    INT32_MAX,
                                   INT32_MIN, 2147483648, INT64_MAX, INT64_MIN};
enum { N_INTEGERS = sizeof integers / sizeof *integers };

static void write_tree(srnn__pickler *p)
{
    static const float matrix[6] = {1, 2, 3, 4, 5, -0.0f};
    static const double number = 1.0 / 3;
    srnn__pickler_begin(p);
    srnn__put_dict_begin(p);
    srnn__put_text(p, "integers");
    srnn__put_list_begin(p);
    for (int k = 0; k < N_INTEGERS; k++) srnn__put_int(p, integers[k]);
    srnn__put_list_end(p);
    srnn__put_int(p, 7);
    srnn__put_text(p, "seven");
    srnn__put_text(p, "empty");
    srnn__put_dict_begin(p);
    srnn__put_dict_end(p);
    srnn__put_text(p, "none");
    srnn__put_none(p);
    srnn__put_text(p, "pair");
    srnn__put_tuple_begin(p);
    srnn__put_bool(p, true);
    srnn__put_bool(p, false);
    srnn__put_tuple_end(p);
    srnn__put_text(p, "number");
    srnn__put_tensor(p, 'f', 8, 0, NULL, &number);
    srnn__put_text(p, "matrix");
    srnn__put_tensor(p, 'f', 4, 2, (size_t[]){2, 3}, matrix);
    srnn__put_dict_end(p);
    srnn__pickler_end(p);
    assert_true(p->complete);
}

static void assert_tree(const srnn__value *root, const srnn__pickler *p)
{
    assert_int_equal(root->kind, SRNN__DICT);
    const srnn__value *list = srnn__pickle_get(root, "integers");
    assert_int_equal(list->list.n, N_INTEGERS);
    for (int k = 0; k < N_INTEGERS; k++) assert_int(list->list.items[k], SRNN__INT, integers[k]);
    assert_text(srnn__pickle_get(root, "7"), "seven");
    assert_int_equal(srnn__pickle_get(root, "empty")->list.n, 0);
    assert_int_equal(srnn__pickle_get(root, "none")->kind, SRNN__NONE);
    assert_int(srnn__pickle_get(root, "pair")->list.items[0], SRNN__BOOL, 1);
    assert_int(srnn__pickle_get(root, "pair")->list.items[1], SRNN__BOOL, 0);
    assert_null(srnn__pickle_get(root, "nothing"));
    double values[6];
    const srnn__tensor *number = srnn__pickle_get(root, "number")->tensor;
    assert_string_equal(number->key, "0");
    assert_true(srnn__tensor_doubles(number, p->storages[0].bytes, p->storages[0].n, values));
    assert_true(values[0] == 1.0 / 3);
    const srnn__tensor *matrix = srnn__pickle_get(root, "matrix")->tensor;
    assert_true(matrix->rank == 2 && matrix->shape[0] == 2 && matrix->shape[1] == 3);
    assert_true(srnn__tensor_doubles(matrix, p->storages[1].bytes, p->storages[1].n, values));
    static const double turned[6] = {1, 4, 2, 5, 3, -0.0};
    assert_memory_equal(values, turned, sizeof turned);
    assert_false(srnn__tensor_doubles(matrix, p->storages[1].bytes, 20, values));
}

static void test_round_trip(void **state)
{
    (void)state;
    tree t = {.ctx = new_ctx(NULL, 1)};
    srnn__pickler p;
    write_tree(&p);
    assert_ok(t.ctx, read_pickle(&t, (const char *)p.bytes, p.n));
    assert_tree(t.pickle.root, &p);
    srnn__pickle_free(&t.pickle);
    srnn__pickler_free(&p);
    srnn_ctx_free(t.ctx);
}

static void test_cut_everywhere(void **state)
{
    (void)state;
    tree t = {.ctx = new_ctx(NULL, 1)};
    srnn__pickler p;
    write_tree(&p);
    for (size_t n = 0; n < p.n; n++) {
        char *cut = malloc(n ? n : 1); /* exact: an overrun must show */
        memcpy(cut, p.bytes, n);
        assert_says(t.ctx, read_pickle(&t, cut, n), SRNN_ERR_FORMAT,
                    "x.pth is truncated: its pickle ends within a value");
        assert_null(t.pickle.root);
        free(cut);
    }
    srnn__pickler_free(&p);
    srnn_ctx_free(t.ctx);
}

/* ---- those of Python ---- */

static void test_protocol_4(void **state)
{
    (void)state;
    tree t = {.ctx = new_ctx(NULL, 1)};
    /* {"a": [1.5, True, b"xy"], "b": the same list again} */
    assert_ok(t.ctx, read_pickle(&t, PICKLE("\x80\4\x95\x1e\0\0\0\0\0\0\0}\x94(\x8c\1a\x94]\x94(G"
                                            "\x3f\xf8\0\0\0\0\0\0\x88"
                                            "C\2xy\x94"
                                            "e\x8c\1b\x94h\2u.")));
    const srnn__value *a = srnn__pickle_get(t.pickle.root, "a");
    assert_true(a->list.items[0]->number == 1.5);
    assert_int_equal(a->list.items[2]->kind, SRNN__BYTES);
    assert_ptr_equal(a, srnn__pickle_get(t.pickle.root, "b"));
    srnn__pickle_free(&t.pickle);
    srnn_ctx_free(t.ctx);
}

static void test_short_integers(void **state)
{
    (void)state;
    tree t = {.ctx = new_ctx(NULL, 1)};
    assert_ok(t.ctx, read_pickle(&t, PICKLE("\x80\2(\x8a\0\x8a\1\xff\x8a\2\xff\0t.")));
    static const int64_t expected[] = {0, -1, 255};
    for (int k = 0; k < 3; k++) assert_int(t.pickle.root->list.items[k], SRNN__INT, expected[k]);
    srnn__pickle_free(&t.pickle);
    srnn_ctx_free(t.ctx);
}

#define DTYPE_IN(order, name)                                                                      \
    "cnumpy\ndtype\nX\2\0\0\0" name "\x89\x88\x87R(K\3X\1\0\0\0" order                             \
    "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"
#define DTYPE(name) DTYPE_IN("<", name)

static void test_numpy(void **state)
{
    (void)state;
    tree t = {.ctx = new_ctx(NULL, 1)};
    double values[2];
    /* numpy.array([1, 2]); bytes above 127 are two in UTF-8 */
    assert_ok(
        t.ctx,
        read_pickle(
            &t, PICKLE("\x80\2cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"
                       "K\0\x85X\1\0\0\0b\x87R(K\1K\2\x85" DTYPE(
                           "u1") "\x89"
                                 "c_codecs\nencode\nX\3\0\0\0\1\xc3\xbfX\6\0\0\0latin1\x86Rtb.")));
    const srnn__tensor *array = t.pickle.root->tensor;
    assert_true(array->rank == 1 && array->shape[0] == 2 && !array->stored);
    assert_true(srnn__tensor_doubles(array, array->bytes, array->n_bytes, values));
    assert_true(values[0] == 1 && values[1] == 255);
    srnn__pickle_free(&t.pickle);
    /* numpy.int16(-2), in either byte order */
#define NUMBER(order, bytes)                                                                       \
    PICKLE("\x80\3cnumpy.core.multiarray\nscalar\n" DTYPE_IN(order, "i2") bytes "\x86R.")
    for (int big = 0; big < 2; big++) {
        assert_ok(t.ctx, big ? read_pickle(&t, NUMBER(">", "C\2\xff\xfe"))
                             : read_pickle(&t, NUMBER("<", "C\2\xfe\xff")));
        const srnn__tensor *number = t.pickle.root->tensor;
        assert_true(srnn__tensor_doubles(number, number->bytes, number->n_bytes, values));
        assert_true(values[0] == -2);
        srnn__pickle_free(&t.pickle);
    }
    srnn_ctx_free(t.ctx);
}

/* ---- refused ---- */

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } cases[] = {
        {PICKLE("\x80\2cos\nsystem\nX\4\0\0\0true\x85R."),
         "its pickle names 'os.system'; expected numbers, text and tensors only"},
        {PICKLE("\x80\4\x8c\10builtins\x8c\4eval\x93\x8c\1"
                "1\x85R."),
         "its pickle names 'builtins.eval'; expected numbers, text and tensors only"},
        {PICKLE("\x80\2ctorch\nload\n)R."),
         "its pickle names 'torch.load'; expected numbers, text and tensors only"},
        {PICKLE("\x80\2(K\1ios\nsystem\n."),
         "its pickle has the instruction 0x69 at byte 5; expected those of numbers, text and "
         "tensors only"},
        {PICKLE("\x80\2ccollections\nOrderedDict\n)\x81."),
         "its pickle has the instruction 0x81 at byte 28; expected those of numbers, text and "
         "tensors only"},
        {PICKLE("\x80\6N."), "its pickle is of protocol 6; expected 2 to 5"},
        {PICKLE("\x80\2\x8a\11\0\0\0\0\0\0\0\0\1."),
         "its pickle holds a whole number beyond 64 bits"},
        {PICKLE("\x80\2Nr\xff\xff\xff\xff."),
         "its pickle keeps value 4294967295; expected fewer than 16777216"},
    };
    static const struct {
        const char *bytes;
        size_t n, at;
    } senseless[] = {
        {PICKLE("\x80\2."), 3},         /* nothing on the stack */
        {PICKLE("\x80\2t."), 3},        /* no mark */
        {PICKLE("\x80\2N(0s."), 6},     /* below the mark; POP takes the mark */
        {PICKLE("\x80\2K\1(."), 6},     /* the mark is open at the end */
        {PICKLE("\x80\2Nq\5h\6."), 7},  /* nothing kept there */
        {PICKLE("\x80\2h\5."), 4},      /* nothing kept there */
        {PICKLE("\x80\2]K\1K\2s."), 8}, /* a list is no dict */
        {PICKLE("\x80\2}(K\1u."), 7},   /* a key without a value */
        {PICKLE("\x80\2K\1)R."), 6},    /* a number is not called */
        {PICKLE("\x80\2K\1Nb."), 6},    /* nor filled */
        {PICKLE("\x80\2ccollections\nOrderedDict\n]K\1aR."), 32},
        {PICKLE("\x80\2ctorch\nFloatStorage\n)R."), 24}, /* a type makes nothing */
        {PICKLE("\x80\2(X\7\0\0\0storagectorch\nFloatStorage\nX\7\0\0\0../etc/X\3\0\0\0cpuK\1tQ."),
         59},
        {NUMBER("<", "C\4\xfe\xff\0\0"), 90}, /* two numbers in place of one */
        {PICKLE("\x80\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\n"
                "X\1\0\0\0"
                "0X\3\0\0\0cpuK\1tQK\0K\1\x85K\1K\1\x86tR."),
         99}, /* one axis, two strides */
    };
    tree t = {.ctx = new_ctx(NULL, 1)};
    char sentence[256];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        snprintf(sentence, sizeof sentence, "x.pth: %s", cases[k].words);
        assert_says(t.ctx, read_pickle(&t, cases[k].bytes, cases[k].n), SRNN_ERR_FORMAT, sentence);
    }
    for (size_t k = 0; k < sizeof senseless / sizeof *senseless; k++) {
        snprintf(sentence, sizeof sentence,
                 "x.pth is damaged: its pickle makes no sense at byte %zu", senseless[k].at);
        assert_says(t.ctx, read_pickle(&t, senseless[k].bytes, senseless[k].n), SRNN_ERR_FORMAT,
                    sentence);
    }
    srnn_ctx_free(t.ctx);
}

/* What a few bytes would unpack to without end. */
static void test_bombs(void **state)
{
    (void)state;
    enum { N = 1 << 20 };
    tree t = {.ctx = new_ctx(NULL, 1)};
    char *bytes = malloc(N);
    memset(bytes, ']', N);
    memset(bytes + N / 2, 'a', N / 2);
    memcpy(bytes, "\x80\2", 2);
    bytes[N - 1] = '.';
    assert_says(t.ctx, read_pickle(&t, bytes, N), SRNN_ERR_FORMAT,
                "x.pth: its pickle is nested more than 64 deep");
    memset(bytes, ')', N);
    memcpy(bytes, "\x80\2", 2);
    assert_says(t.ctx, read_pickle(&t, bytes, N), SRNN_ERR_FORMAT,
                "x.pth is damaged: its pickle unpacks to far more than the file holds");
    /* a text, decoded again and again */
    static const char head[] = "\x80\2c_codecs\nencode\nq\0X\0\0\4\0";
    static const char again[] = "h\0h\1X\6\0\0\0latin1\x86R";
    memset(bytes, 'x', N);
    memcpy(bytes, head, sizeof head - 1);
    size_t at = sizeof head - 1 + (4 << 16);
    memcpy(bytes + at, "q\1", 2);
    for (at += 2; at + sizeof again < N; at += sizeof again - 1)
        memcpy(bytes + at, again, sizeof again - 1);
    assert_says(t.ctx, read_pickle(&t, bytes, N), SRNN_ERR_FORMAT,
                "x.pth is damaged: its pickle unpacks to far more than the file holds");
    free(bytes);
    /* a list that holds itself */
    assert_ok(t.ctx, read_pickle(&t, PICKLE("\x80\2]q\0h\0a.")));
    srnn__pickle_free(&t.pickle);
    srnn_ctx_free(t.ctx);
}

/* Shapes and strides that lead out of the storage, or over it many times. */
static void test_held(void **state)
{
    (void)state;
    static const struct {
        uint64_t shape[2], stride[2], offset;
        bool held;
    } cases[] = {{{2, 3}, {3, 1}, 0, true},           {{2, 3}, {1, 2}, 0, true},
                 {{2, 3}, {3, 1}, 1, false},          {{2, 2}, {3, 1}, 1, true},
                 {{2, 3}, {4, 1}, 0, false},          {{7, 1}, {0, 0}, 5, true},
                 {{2, 1}, {UINT64_MAX, 1}, 0, false}, {{3, 1}, {UINT64_C(1) << 63, 1}, 0, false},
                 {{1, 1}, {1, 1}, UINT64_MAX, false}, {{0, 3}, {3, 1}, 0, true}};
    static const float numbers[6];
    double values[7];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        srnn__tensor t = {.element = {'f', 4, false}, .rank = 2, .offset = cases[k].offset};
        memcpy(t.shape, cases[k].shape, sizeof cases[k].shape);
        memcpy(t.stride, cases[k].stride, sizeof cases[k].stride);
        if (srnn__tensor_doubles(&t, numbers, sizeof numbers, values) != cases[k].held)
            fail_msg("case %zu", k);
    }
    const srnn__tensor huge = {.rank = 3, .shape = {1u << 31, 1u << 31, 1u << 31}};
    assert_true(srnn__tensor_size(&huge) == UINT64_MAX);
}

/* Numbers of two bytes: IEEE's half precision, and torch's bfloat16. */
static void test_small_floats(void **state)
{
    (void)state;
    static const struct {
        uint16_t bits;
        double half, bfloat;
    } cases[] = {{0x3c00, 1, 0x1p-7},
                 {0x3f80, 1.875, 1},
                 {0xc049, -2.142578125, -3.140625},
                 {0x7bff, 65504, 0x1.fep120},
                 {0x0001, 0x1p-24, 0x1p-133},
                 {0x83ff, -0x1.ff8p-15, -0x1.fep-120},
                 {0x8000, -0.0, -0.0}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        for (int kind = 0; kind < 2; kind++)
            for (int big = 0; big < 2; big++) {
                const srnn__tensor t = {.element = {kind ? SRNN__BFLOAT : 'f', 2, big},
                                        .rank = 1,
                                        .shape = {1},
                                        .stride = {1}};
                const unsigned char bytes[] = {
                    (unsigned char)(big ? cases[k].bits >> 8 : cases[k].bits & 0xff),
                    (unsigned char)(big ? cases[k].bits & 0xff : cases[k].bits >> 8)};
                double value;
                assert_true(srnn__tensor_doubles(&t, bytes, 2, &value));
                assert_near(value, kind ? cases[k].bfloat : cases[k].half, 0);
            }
    const unsigned char infinite[] = {0, 0x7c, 0, 0xfc, 1, 0x7c};
    const srnn__tensor t = {.element = {'f', 2, false}, .rank = 1, .shape = {3}, .stride = {1}};
    double values[3];
    assert_true(srnn__tensor_doubles(&t, infinite, 6, values));
    assert_true(isinf(values[0]) && values[0] > 0 && isinf(values[1]) && values[1] < 0);
    assert_true(isnan(values[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_cut_everywhere),
        cmocka_unit_test(test_protocol_4),   cmocka_unit_test(test_short_integers),
        cmocka_unit_test(test_numpy),        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bombs),        cmocka_unit_test(test_held),
        cmocka_unit_test(test_small_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
