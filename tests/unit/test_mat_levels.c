/* What files of level 4 and 5 may be like: a variable that stands twice, either byte order,
   sparse flags, types of data that other tools use. */
#define _XOPEN_SOURCE 700
#include "io/mat_bytes.h"
#include "mat_refusals.h"

/* ---- files as words ---- */

static void put_words(srnn__mat_out *out, const uint32_t *words, size_t n)
{
    for (size_t k = 0; k < n; k++) srnn__put_word(out, words[k]);
}

#define PUT_WORDS(out, ...)                                                                        \
    put_words(out, (const uint32_t[]){__VA_ARGS__},                                                \
              sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* The least network and what is in `more`, of level 5 or 4. */
static void write_with(const char *path, enum mat_ft version, const srnn__mat_out *more)
{
    var_list list = least_network();
    write_list(path, &list, version, MAT_COMPRESSION_NONE);
    list_free(&list);
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(more->bytes, 1, more->n, file), more->n);
    assert_int_equal(fclose(file), 0);
}

static srnn_model *load(srnn_ctx *ctx, const char *path)
{
    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, path, &model));
    return model;
}

/* ---- a variable that stands twice ---- */

/* The file of least_network() and after it NaN, then 35. */
static void write_twice(const char *path, const level *l)
{
    static const double values[] = {NAN, 35};
    var_list list = least_network();
    write_list(path, &list, l->version, l->compression);
    for (int k = 0; k < 2; k++) {
        file_bytes whole = read_bytes(path);
        var_list one = {.n = 0};
        put(&one, new_doubles("opt_scaling_factor", 1, 1, &values[k]));
        write_list(at("one.mat"), &one, l->version, l->compression);
        const file_bytes more = read_bytes(at("one.mat"));
        const size_t header = l->version == MAT_FT_MAT4 ? 0 : 128, n = more.n - header;
        whole.data = realloc(whole.data, whole.n + n);
        memcpy(whole.data + whole.n, more.data + header, n);
        write_bytes(path, whole.data, whole.n + n);
        list_free(&one);
        free(whole.data);
        free(more.data);
    }
    list_free(&list);
}

static int count(const char *path, const char *name)
{
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    assert_non_null(file);
    int n = 0;
    for (matvar_t *v; (v = Mat_VarReadNextInfo(file)); Mat_VarFree(v)) n += !strcmp(v->name, name);
    Mat_Close(file);
    return n;
}

static void test_last_counts(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = FOUR; i <= FIVE_PACKED; i++) {
        const char *path = at(levels[i].name);
        write_twice(path, &levels[i]);
        assert_int_equal(count(path, "opt_scaling_factor"), 2);
        srnn_model *model = load(ctx, path);
        assert_true(srnn_model_get_search(model).opt_scaling_factor == 35);
        srnn_model_free(model);
        /* and neither outlives a search */
        assert_ok(ctx, save_a_search(ctx, path));
        assert_int_equal(count(path, "opt_scaling_factor"), 1);
        model = load(ctx, path);
        assert_true(srnn_model_get_search(model).opt_scaling_factor == 30);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

/* ---- byte order ---- */

static srnn__mat_var numbers(const char *name, size_t rows, size_t cols, double *values)
{
    return (srnn__mat_var){
        .name = (char *)(uintptr_t)name, .rank = 2, .dims = {rows, cols}, .values = values};
}

/* Level 4 as MATLAB wrote it on big-endian machines. */
static void put_level_4(srnn__mat_out *out, const srnn__mat_var *v)
{
    const size_t length = strlen(v->name) + 1;
    PUT_WORDS(out, 1000, (uint32_t)v->dims[0], (uint32_t)v->dims[1], 0, (uint32_t)length);
    srnn__put_bytes(out, v->name, length);
    srnn__put_doubles(out, SRNN__MI_DOUBLE, v->values, v->dims[0] * v->dims[1]);
}

static void test_big_endian(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    double w[] = {0, 1.5, 2, 0}, ones[] = {1, 2}, taus[] = {4, 20}, inh[] = {0, 1};
    const srnn__mat_var vars[] = {
        numbers("w", 2, 2, w),       numbers("w_in", 2, 1, ones),      numbers("w_out", 1, 2, ones),
        numbers("taus", 1, 2, taus), numbers("taus_gaus", 2, 1, ones), numbers("inh", 2, 1, inh)};
    for (int level_5 = 0; level_5 < 2; level_5++) {
        srnn__mat_out out = {.big_endian = true};
        if (level_5) srnn__mat5_begin(&out);
        for (size_t k = 0; k < sizeof vars / sizeof *vars; k++)
            if (!level_5)
                put_level_4(&out, &vars[k]);
            else
                assert_ok(ctx, srnn__mat5_put(ctx, "big.mat", &vars[k], &out));
        write_bytes(at("big.mat"), out.bytes, out.n);
        assert_ok(ctx, save_a_search(ctx, at("big.mat")));
        const file_bytes after = read_bytes(at("big.mat"));
        assert_memory_equal(after.data, out.bytes, out.n);
        srnn_model *model = load(ctx, at("big.mat"));
        assert_true(model->w[1] == 1.5f && model->inh[1] && !model->inh[0]);
        assert_true(srnn_model_get_search(model).opt_scaling_factor == 30);
        srnn_model_free(model);
        var_list list = read_list(at("big.mat")); /* matio, too */
        assert_true(*(double *)find(&list, "opt_scaling_factor")->data == 30);
        assert_true(((double *)find(&list, "w")->data)[1] == 1.5);
        list_free(&list);
        free(after.data);
        free(out.bytes);
    }
    srnn_ctx_free(ctx);
}

/* ---- sparse flags ---- */

enum { LOGICAL_SPARSE = 0x205 };

/* som_m with a 1 in each of its 16 places but (2, 2): of a logical one MATLAB says 15 doubles and
   writes 15 bytes, others write doubles. */
static void put_sparse_som_m(srnn__mat_out *out, uint32_t type, uint32_t flags, bool bytes,
                             bool wanted)
{
    const uint32_t data = bytes ? 16 : 120, size = 16 + 16 + 16 + (8 + 64) + (8 + 24) + 8 + data;
    PUT_WORDS(out, 14, size, 6, 8, flags, 15, 5, 8, 4, 4, 1, 5);
    srnn__put_bytes(out, wanted ? "som_m\0\0\0" : "other\0\0\0", 8);
    PUT_WORDS(out, 5, 60);
    for (uint32_t k = 0; k < 16; k++)
        if (k != 5) srnn__put_word(out, k % 4);
    PUT_WORDS(out, 0, 5, 20, 0, 4, 7, 11, 15, 0, type, bytes ? 15 : 120);
    for (uint32_t k = 0; k < 15; k++)
        if (bytes)
            srnn__put_bytes(out, "\1", 1);
        else
            srnn__put_doubles(out, SRNN__MI_DOUBLE, (const double[]){1}, 1);
    if (bytes) srnn__put_bytes(out, "", 1);
}

static void test_sparse_flags(void **state)
{
    (void)state;
    static const struct {
        uint32_t type, flags;
        bool bytes, wanted;
    } cases[] = {{9, LOGICAL_SPARSE, 1, 1},
                 {2, LOGICAL_SPARSE, 1, 1},
                 {9, LOGICAL_SPARSE, 0, 1},
                 {9, 5, 0, 1},
                 {9, LOGICAL_SPARSE, 1, 0}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        srnn__mat_out out = {0};
        put_sparse_som_m(&out, cases[k].type, cases[k].flags, cases[k].bytes, cases[k].wanted);
        write_with(at("sparse.mat"), MAT_FT_MAT5, &out);
        srnn_model *model = load(ctx, at("sparse.mat"));
        for (int i = 0; i < 16; i++) assert_int_equal(model->som_m[i], !cases[k].wanted || i != 5);
        srnn_model_free(model);
        free(out.bytes);
    }
    srnn_ctx_free(ctx);
}

/* Level 4: a row for each entry, and one with the sizes. */
static void test_sparse_level_4(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    PUT_WORDS(&out, 2, 3, 3, 0, 6);
    srnn__put_bytes(&out, "b_out", 6);
    static const double table[] = {1, 1, 1, 1, 1, 1, 0.5, 0.25, 0}; /* the last of two counts */
    srnn__put_doubles(&out, SRNN__MI_DOUBLE, table, 9);
    write_with(at("sparse4.mat"), MAT_FT_MAT4, &out);
    srnn_model *model = load(ctx, at("sparse4.mat"));
    assert_true(model->b_out[0] == 0.25f);
    srnn_model_free(model);
    free(out.bytes);
    static const struct {
        uint32_t cols;
        double table[8]; /* two rows: an entry, the sizes */
        const char *words;
    } bad[] = {
        {3, {2, 1, 1, 1, 1, 0}, " is damaged: the sparse variable 'b_out' has entries outside it"},
        {3, {1, 1, 2, 1, 1, 0}, " is damaged: the sparse variable 'b_out' has entries outside it"},
        {4, {1, 1, 1, 1, 1, 0, 1, 0}, ": variable 'b_out' is complex; expected real numbers"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        out = (srnn__mat_out){0};
        PUT_WORDS(&out, 2, 2, bad[k].cols, 0, 6);
        srnn__put_bytes(&out, "b_out", 6);
        srnn__put_doubles(&out, SRNN__MI_DOUBLE, bad[k].table, 2 * bad[k].cols);
        write_with(at("sparse4.mat"), MAT_FT_MAT4, &out);
        assert_refused(ctx, at("sparse4.mat"), SRNN_ERR_FORMAT, bad[k].words);
        free(out.bytes);
    }
    srnn_ctx_free(ctx);
}

/* So many numbers that their bytes are 2^64, which as a number of bytes is 0. */
static void test_size_overflows(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    PUT_WORDS(&out, 0, 1u << 31, 1u << 30, 0, 4);
    srnn__put_bytes(&out, "x\0\0", 4);
    write_bytes(at("overflow.mat"), out.bytes, out.n);
    assert_refused(ctx, at("overflow.mat"), SRNN_ERR_FORMAT,
                   " is truncated: the variable at byte 0 is 2147483648 x 1073741824, 4 bytes are "
                   "left");
    free(out.bytes);
    srnn_ctx_free(ctx);
}

/* ---- cells ---- */

/* The beginning of a cell of n parts, whose name has no letters or 8; size: of name and parts. */
static void put_cell(srnn__mat_out *out, uint32_t size, uint32_t n, const char *name)
{
    PUT_WORDS(out, 14, 40 + size, 6, 8, 1, 0, 5, 8, 1, n, 1, *name ? 8 : 0);
    if (*name) srnn__put_bytes(out, name, 8);
}

/* Cells of cells: the outermost one and 64 within each other at most. */
static void test_depth(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (uint32_t depth = SRNN__MAT_DEPTH_MAX; depth <= SRNN__MAT_DEPTH_MAX + 1; depth++) {
        srnn__mat_out out = {0};
        srnn__mat mat;
        srnn__mat5_begin(&out);
        put_cell(&out, 16 + 48 * depth, 1, "the_cell");
        for (uint32_t k = depth; k-- > 0;) put_cell(&out, 8 + 48 * k, 1, "");
        PUT_WORDS(&out, 14, 0);
        write_bytes(at("deep.mat"), out.bytes, out.n);
        const srnn_status status = srnn__mat_open(ctx, at("deep.mat"), NULL, &mat);
        assert_int_equal(status, depth > SRNN__MAT_DEPTH_MAX ? SRNN_ERR_FORMAT : SRNN_OK);
        if (!status) srnn__mat_close(&mat);
        free(out.bytes);
    }
    srnn_ctx_free(ctx);
}

/* Parts are bounded for the whole file; what has more is passed over. */
static void test_many_parts(void **state)
{
    (void)state;
    enum { PARTS = SRNN__MAT_PARTS_MAX - 1 };
    static const char names[2][9] = {"the_cell", "the_next"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    srnn__mat mat;
    srnn__mat5_begin(&out);
    for (int k = 0; k < 2; k++) {
        put_cell(&out, 8 + 8 * PARTS, PARTS, names[k]);
        for (int part = 0; part < PARTS; part++) PUT_WORDS(&out, 14, 0);
    }
    write_bytes(at("parts.mat"), out.bytes, out.n);
    assert_ok(ctx, srnn__mat_open(ctx, at("parts.mat"), NULL, &mat));
    assert_int_equal(srnn__mat_find(&mat, names[0])->n_parts, PARTS);
    assert_int_equal(srnn__mat_find(&mat, names[1])->class_type, SRNN__MAT_OTHER);
    srnn__mat_close(&mat);
    free(out.bytes);
    srnn_ctx_free(ctx);
}

/* ---- other tools' types ---- */

/* Dimensions as UINT32, the name as UTF8; a struct in which a field stands twice; a last element
   without its padding. */
static void test_other_types(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    PUT_WORDS(&out, 14, 56, 6, 8, 6, 0, 6, 8, 1, 1, 4 << 16 | 16,
              'g' | 'a' << 8 | 'i' << 16 | 'n' << 24, 9, 8, 0, 0x3fe00000);
    PUT_WORDS(&out, 14, 0, 6, 8, 2, 0, 5, 8, 1, 1, 1 << 16 | 1, 's', 4 << 16 | 5, 2, 1, 4,
              'a' | 'a' << 16, 0);
    for (uint32_t k = 1; k <= 2; k++)
        PUT_WORDS(&out, 14, 48, 6, 8, 9, 0, 5, 8, 1, 1, 1, 0, 1 << 16 | 2, k);
    srnn__set_word(&out, 64 + 4, (uint32_t)(out.n - 64 - 8));
    PUT_WORDS(&out, 14, 16 + 16 + 16 + 8 + 1, 6, 8, 6, 0, 5, 8, 1, 1, 1, 5);
    srnn__put_bytes(&out, "b_out\0\0\0", 8);
    PUT_WORDS(&out, 2, 1);
    srnn__put_bytes(&out, "\7", 1);
    write_with(at("types.mat"), MAT_FT_MAT5, &out);
    srnn_model *model = load(ctx, at("types.mat"));
    assert_true(srnn_model_get_params(model).gain == 0.5);
    assert_true(model->b_out[0] == 7);
    srnn_model_free(model);
    static const char *const names[] = {"s", NULL};
    srnn__mat mat;
    assert_ok(ctx, srnn__mat_open(ctx, at("types.mat"), names, &mat));
    const srnn__mat_var *field = srnn__mat_field(srnn__mat_find(&mat, "s"), "a");
    assert_true(field && field->values && *field->values == 2);
    srnn__mat_close(&mat);
    free(out.bytes);
    srnn_ctx_free(ctx);
}

/* ---- text ---- */

static void test_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"xor",
                                        "λ μ 🧠",
                                        "\xff",
                                        "a\033[1mb\nc",
                                        "",
                                        ("\x7f\xc2\x9b"
                                         "1m\xc2\xa0"),
                                        "\xc0\xaf\xe0\x80\x80"};
    static const char *const expected[] = {"xor", "λ μ 🧠",   "?", "a?[1mb c",
                                           "",    "??1m\xc2\xa0", "??"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        const srnn_array array = {.name = "text", .text = texts[k]};
        unlink(at("text.mat"));
        assert_ok(ctx, srnn_arrays_save(ctx, at("text.mat"), &array, 1));
        srnn__mat mat;
        char text[32], cut[8];
        assert_ok(ctx, srnn__mat_open(ctx, at("text.mat"), NULL, &mat));
        assert_ok(ctx, srnn__mat_text(&mat, "text", SRNN__REQUIRED, text, sizeof text));
        assert_string_equal(text, expected[k]);
        assert_ok(ctx, srnn__mat_text(&mat, "text", SRNN__REQUIRED, cut, sizeof cut));
        if (k == 1) assert_string_equal(cut, "λ μ "); /* no half letter */
        srnn__mat_close(&mat);
    }
    const srnn_array no_name = {.text = "x"};
    assert_says_of(ctx, srnn_arrays_save(ctx, at("none.mat"), &no_name, 1), SRNN_ERR_ARGUMENT,
                   at("none.mat"), "an array has no name; expected one");
    srnn_ctx_free(ctx);
}

/* Five letters by its axes, of which four are there. */
static void test_text_too_short(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    srnn__mat5_begin(&out);
    PUT_WORDS(&out, 14, 16 + 16 + 16 + 8, 6, 8, 4, 0, 5, 8, 1, 5, 1, 4);
    srnn__put_bytes(&out, "task\0\0\0\0", 8);
    PUT_WORDS(&out, 4 << 16 | 16, 'm' | 'a' << 8 | 'n' << 16 | 't' << 24);
    write_bytes(at("short.mat"), out.bytes, out.n);
    assert_refused(ctx, at("short.mat"), SRNN_ERR_FORMAT,
                   " is damaged: the variable at byte 128 ('task') does not hold together");
    free(out.bytes);
    srnn_ctx_free(ctx);
}

/* Halves of letters in UTF-16 are none. */
static void test_half_letters(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    srnn__mat mat;
    srnn__mat5_begin(&out);
    PUT_WORDS(&out, 14, 16 + 16 + 8 + 16, 6, 8, 4, 0, 5, 8, 1, 4, 1 << 16 | 1, 't', 4, 8,
              0xd83d | 'x' << 16, 0xde00 | 0xd83du << 16);
    write_bytes(at("halves.mat"), out.bytes, out.n);
    assert_ok(ctx, srnn__mat_open(ctx, at("halves.mat"), NULL, &mat));
    assert_string_equal(srnn__mat_find(&mat, "t")->text, "?x??");
    srnn__mat_close(&mat);
    free(out.bytes);
    srnn_ctx_free(ctx);
}

/* What Octave's save -append does to a file of level 5 without an option. */
static void test_appended_text(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("appended.mat");
    var_list list = least_network();
    write_list(path, &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    list_free(&list);
    const file_bytes b = read_bytes(path);
    FILE *file = fopen(path, "ab");
    assert_true(file && fputs("# name: x\n# type: scalar\n1\n", file) >= 0 && !fclose(file));
    char words[160];
    snprintf(words, sizeof words,
             " has text at byte %zu, which Octave's save appended; expected save_default_options "
             "('-v7') before it",
             b.n);
    assert_refused(ctx, path, SRNN_ERR_FORMAT, words);
    assert_search_refused(ctx, path, SRNN_ERR_FORMAT, words);
    free(b.data);
    srnn_ctx_free(ctx);
}

/* ---- MATLAB's own classes ---- */

/* The header of a file has the place of what they need; it moves where a variable before it
   goes. */
static void test_subsystem(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn__mat_out out = {0};
    const char *path = at("subsystem.mat");
    var_list list = least_network();
    const double old = 20;
    put(&list, new_doubles("opt_scaling_factor", 1, 1, &old));
    write_list(path, &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    list_free(&list);
    file_bytes b = read_bytes(path);
    PUT_WORDS(&out, 14, 56, 6, 8, 9, 0, 5, 8, 1, 8, 1, 0, 2, 8, 0x11111111, 0x22222222);
    srnn__mat_out place = {0};
    PUT_WORDS(&place, (uint32_t)b.n, 0);
    memcpy(b.data + 116, place.bytes, 8);
    b.data = realloc(b.data, b.n + out.n);
    memcpy(b.data + b.n, out.bytes, out.n);
    write_bytes(path, b.data, b.n + out.n);
    assert_ok(ctx, save_a_search(ctx, path));
    const file_bytes after = read_bytes(path);
    const uint32_t now = srnn__mat_word(after.data + 116, false);
    assert_true(now < b.n && now + out.n < after.n);
    assert_memory_equal(after.data + now, out.bytes, out.n);
    free(after.data);
    free(b.data);
    free(out.bytes);
    free(place.bytes);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_counts),    cmocka_unit_test(test_big_endian),
        cmocka_unit_test(test_sparse_flags),   cmocka_unit_test(test_sparse_level_4),
        cmocka_unit_test(test_other_types),    cmocka_unit_test(test_text),
        cmocka_unit_test(test_appended_text),  cmocka_unit_test(test_subsystem),
        cmocka_unit_test(test_size_overflows), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_many_parts),     cmocka_unit_test(test_text_too_short),
        cmocka_unit_test(test_half_letters),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
