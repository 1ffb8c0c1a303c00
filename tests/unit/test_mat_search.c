/* A search is stored: everything else in the file stays to the bit, known to us or not. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

/* ---- the same variable ---- */

static void assert_same_data(const char *name, const void *a, const void *b, bool complex_numbers,
                             size_t bytes)
{
    if (bytes == 0) return;
    const mat_complex_split_t *s = a, *t = b;
    const int differs = complex_numbers ? memcmp(s->Re, t->Re, bytes) || memcmp(s->Im, t->Im, bytes)
                                        : memcmp(a, b, bytes);
    if (differs) fail_msg("%s differs", name);
}

static void assert_same_variable(const matvar_t *a, const matvar_t *b);

static void assert_same_parts(const matvar_t *a, const matvar_t *b)
{
    matvar_t *const *of_a = a->data, *const *of_b = b->data;
    for (size_t k = 0; k < a->nbytes / sizeof *of_a; k++) {
        assert_true(!of_a[k] == !of_b[k]);
        if (of_a[k]) assert_same_variable(of_a[k], of_b[k]);
    }
}

static void assert_same_variable(const matvar_t *a, const matvar_t *b)
{
    const char *name = a->name ? a->name : "a part";
    assert_true(!a->name == !b->name);
    if (a->name) assert_string_equal(a->name, b->name);
    if (a->class_type != b->class_type || a->data_type != b->data_type ||
        !a->isComplex != !b->isComplex || !a->isLogical != !b->isLogical || a->rank != b->rank ||
        a->nbytes != b->nbytes)
        fail_msg("%s is of another class or size", name);
    assert_memory_equal(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims);
    if (a->class_type == MAT_C_STRUCT) {
        const unsigned n = Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)a);
        assert_int_equal(n, Mat_VarGetNumberOfFields((matvar_t *)(uintptr_t)b));
        for (unsigned k = 0; k < n; k++)
            assert_string_equal(Mat_VarGetStructFieldnames(a)[k], Mat_VarGetStructFieldnames(b)[k]);
    }
    if (a->class_type == MAT_C_CELL || a->class_type == MAT_C_STRUCT) {
        assert_same_parts(a, b);
    } else if (a->class_type == MAT_C_SPARSE) {
        const mat_sparse_t *s = a->data, *t = b->data;
        assert_int_equal(s->nir, t->nir);
        assert_int_equal(s->njc, t->njc);
        assert_int_equal(s->ndata, t->ndata);
        assert_same_data(name, s->ir, t->ir, false, s->nir * sizeof *s->ir);
        assert_same_data(name, s->jc, t->jc, false, s->njc * sizeof *s->jc);
        assert_same_data(name, s->data, t->data, a->isComplex, s->ndata * Mat_SizeOf(a->data_type));
    } else {
        assert_same_data(name, a->data, b->data, a->isComplex, a->nbytes);
    }
}

/* ---- every kind of variable ---- */

static matvar_t *new_cell(const char *name, size_t rows, size_t cols, matvar_t **parts)
{
    return new_array(name, MAT_C_CELL, MAT_T_CELL, rows, cols, parts, 0);
}

static matvar_t *new_struct(const char *name, const char **fields, unsigned n, size_t length)
{
    size_t dims[] = {1, length};
    matvar_t *v = Mat_VarCreateStruct(name, 2, dims, fields, n);
    assert_non_null(v);
    return v;
}

static void put_numbers(var_list *list)
{
    static const int64_t i64[] = {INT64_MIN, -1, INT64_MAX};
    static const uint64_t u64[] = {UINT64_MAX};
    static const int8_t i8[] = {-128, 127};
    static const uint8_t flags[] = {0, 1, 1, 0};
    static const float single[] = {1.1f, -0.0f, 3e-45f};
    static const double cube[24] = {1, 2, 3, [23] = -24};
    static float re[] = {1, 2}, im[] = {-3, 4.5f};
    static double re2[] = {0.1}, im2[] = {-0.2};
    mat_complex_split_t z = {re, im}, z2 = {re2, im2};
    put(list, new_array("an_int64", MAT_C_INT64, MAT_T_INT64, 1, 3, i64, 0));
    put(list, new_array("an_uint64", MAT_C_UINT64, MAT_T_UINT64, 1, 1, u64, 0));
    put(list, new_array("an_int8", MAT_C_INT8, MAT_T_INT8, 2, 1, i8, 0));
    put(list, new_array("logical", MAT_C_UINT8, MAT_T_UINT8, 2, 2, flags, MAT_F_LOGICAL));
    put(list, new_array("single", MAT_C_SINGLE, MAT_T_SINGLE, 3, 1, single, 0));
    put(list, new_array("complex_single", MAT_C_SINGLE, MAT_T_SINGLE, 1, 2, &z, MAT_F_COMPLEX));
    put(list, new_array("complex_double", MAT_C_DOUBLE, MAT_T_DOUBLE, 1, 1, &z2, MAT_F_COMPLEX));
    put(list, new_doubles("empty", 0, 0, NULL));
    put(list, new_doubles("no_rows", 0, 3, NULL));
    put(list, Mat_VarCreate("cube", MAT_C_DOUBLE, MAT_T_DOUBLE, 3, (size_t[]){2, 3, 4},
                            (void *)(uintptr_t)cube, 0));
}

static void put_sparse(var_list *list)
{
    static mat_uint32_t ir[] = {0, 2, 1}, jc[] = {0, 1, 1, 3};
    static double values[] = {1.5, -2, 1e-300}, im[] = {1, 2, 3};
    mat_sparse_t real = {3, ir, 3, jc, 4, 3, values};
    mat_complex_split_t parts = {values, im};
    mat_sparse_t complex_numbers = {3, ir, 3, jc, 4, 3, &parts};
    put(list, new_array("sparse", MAT_C_SPARSE, MAT_T_DOUBLE, 3, 3, &real, 0));
    put(list, new_array("complex_sparse", MAT_C_SPARSE, MAT_T_DOUBLE, 3, 3, &complex_numbers,
                        MAT_F_COMPLEX));
}

/* Text of any length to 17 within each: matio rounds and pads by eights. */
static void put_text(var_list *list)
{
    static const char letters[] = "abcdefghijklmnopq";
    static char names[18][16];
    for (size_t n = 1; n < sizeof letters; n++) {
        snprintf(names[n], sizeof names[n], "text_%zu", n);
        put(list, new_array(names[n], MAT_C_CHAR, MAT_T_UTF8, 1, n, letters, 0));
    }
    static const uint16_t greek[] = {0x3bb, 0x3bc, 0x20, 0x41, 0x3bd};
    put(list, new_array("utf16", MAT_C_CHAR, MAT_T_UINT16, 1, 5, greek, 0));
    put(list, new_array("two_rows", MAT_C_CHAR, MAT_T_UTF8, 2, 3, "adbecf", 0));
}

static void put_containers(var_list *list)
{
    static const double one[] = {1};
    matvar_t *inner[] = {new_text(NULL, "within a cell within a cell"),
                         new_doubles(NULL, 1, 1, one)};
    matvar_t *parts[] = {new_doubles(NULL, 1, 1, one), new_text(NULL, "eight by"),
                         new_doubles(NULL, 0, 0, NULL), new_cell(NULL, 1, 2, inner)};
    put(list, new_cell("cell", 2, 2, parts));

    const char *deep_fields[] = {"value", "unit"}, *fields[] = {"deep", "note"};
    matvar_t *deep = new_struct("deep", deep_fields, 2, 1);
    Mat_VarSetStructFieldByName(deep, "value", 0, new_doubles("value", 1, 1, one));
    Mat_VarSetStructFieldByName(deep, "unit", 0, new_text("unit", "mV"));
    matvar_t *nested = new_struct("nested", fields, 2, 1);
    Mat_VarSetStructFieldByName(nested, "deep", 0, deep);
    Mat_VarSetStructFieldByName(nested, "note", 0, new_text("note", "keep this, too"));
    put(list, nested);

    matvar_t *array = new_struct("array", deep_fields, 2, 3);
    for (size_t k = 0; k < 3; k++) {
        const double value = (double)k;
        Mat_VarSetStructFieldByName(array, "value", k, new_doubles("value", 1, 1, &value));
        Mat_VarSetStructFieldByName(array, "unit", k, new_text("unit", k == 1 ? "ms" : "s"));
    }
    put(list, array);
}

/* ---- searches ---- */

static srnn_search_result first_search(void)
{
    static double factors[] = {20, 27.5, 35};
    static int correct[] = {3, 9, 9};
    return (srnn_search_result){
        .n = 3, .scaling_factors = factors, .correct = correct, .n_trials = 12, .best = 1};
}

static srnn_search_result second_search(void)
{
    static double factors[] = {50, 60};
    static int correct[] = {1, 7};
    return (srnn_search_result){
        .n = 2, .scaling_factors = factors, .correct = correct, .n_trials = 7, .best = 1};
}

static void assert_search_in(const var_list *list, const srnn_search_result *s)
{
    const matvar_t *factors = find(list, "scaling_factors"), *perfs = find(list, "all_perfs");
    const matvar_t *opt = find(list, "opt_scaling_factor"), *n = find(list, "search_n_trials");
    assert_true(factors && perfs && opt && n);
    assert_true(factors->dims[0] == 1 && factors->dims[1] == (size_t)s->n);
    assert_true(perfs->dims[0] == (size_t)s->n && perfs->dims[1] == 1);
    assert_memory_equal(factors->data, s->scaling_factors, (size_t)s->n * sizeof(double));
    for (int k = 0; k < s->n; k++)
        assert_true(((double *)perfs->data)[k] == (double)s->correct[k] / s->n_trials);
    assert_true(*(double *)opt->data == s->scaling_factors[s->best]);
    assert_true(*(double *)n->data == s->n_trials);
}

/* Level 5 keeps the order; HDF5 has none but the names'. */
static void assert_kept(const var_list *before, const var_list *after)
{
    for (size_t k = 0; k < before->n; k++) {
        const matvar_t *v = before->vars[k], *now = find(after, v->name);
        if (!now) fail_msg("%s is lost", v->name);
        assert_same_variable(v, now);
        if (after->version == MAT_FT_MAT5) assert_string_equal(after->vars[k]->name, v->name);
    }
}

static void check_search(srnn_ctx *ctx, const var_list *list, enum mat_ft version,
                         enum mat_ft expected_version, enum matio_compression compression)
{
    const char *path = at("search.mat");
    write_list(path, list, version, compression);
    var_list before = read_list(path);
    assert_int_equal(before.n, list->n);
    const srnn_search_result first = first_search(), second = second_search();
    assert_ok(ctx, srnn_model_save_search(ctx, path, &first));
    var_list after = read_list(path);
    assert_int_equal(after.version, expected_version);
    assert_int_equal(after.n, before.n + 4);
    assert_kept(&before, &after);
    assert_search_in(&after, &first);

    assert_ok(ctx, srnn_model_save_search(ctx, path, &second));
    var_list again = read_list(path);
    assert_int_equal(again.version, expected_version);
    assert_int_equal(again.n, after.n);
    assert_kept(&before, &again);
    assert_search_in(&again, &second);
    for (size_t k = 0; k < after.n; k++)
        assert_string_equal(again.vars[k]->name, after.vars[k]->name);

    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, path, &model));
    const srnn_search_record s = srnn_model_get_search(model);
    assert_int_equal(s.n, 2);
    assert_true(s.opt_scaling_factor == 60 && s.all_perfs[1] == 1 && s.n_trials == 7);
    srnn_model_free(model);
    list_free(&before);
    list_free(&after);
    list_free(&again);
}

static void test_level_5(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = {.n = 0}, network = least_network();
    put_numbers(&list); /* before, between and behind what we know */
    for (size_t k = 0; k < network.n; k++) put(&list, network.vars[k]);
    put_sparse(&list);
    put_text(&list);
    put_containers(&list);
    check_search(ctx, &list, MAT_FT_MAT5, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    check_search(ctx, &list, MAT_FT_MAT5, MAT_FT_MAT5, MAT_COMPRESSION_ZLIB);
    list_free(&list);
    srnn_ctx_free(ctx);
}

static void test_level_7_3(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    put_numbers(&list);
    put_sparse(&list);
    put_text(&list);
    put_containers(&list);
    check_search(ctx, &list, MAT_FT_MAT73, MAT_FT_MAT73, MAT_COMPRESSION_NONE);
    list_free(&list);
    srnn_ctx_free(ctx);
}

static void test_level_4(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    static const double extra[] = {1, 2, 3, 4, 5, 6};
    put(&list, new_doubles("extra", 2, 3, extra));
    put(&list, new_array("activation", MAT_C_CHAR, MAT_T_UINT8, 1, 7, "sigmoid", 0));
    write_list(at("four.mat"), &list, MAT_FT_MAT4, MAT_COMPRESSION_NONE);
    var_list before = read_list(at("four.mat"));
    assert_int_equal(before.version, MAT_FT_MAT4);
    const srnn_search_result first = first_search();
    assert_ok(ctx, srnn_model_save_search(ctx, at("four.mat"), &first));
    var_list after = read_list(at("four.mat"));
    assert_int_equal(after.version, MAT_FT_MAT4);
    assert_int_equal(after.n, before.n + 4);
    for (size_t k = 0; k < before.n; k++) {
        assert_string_equal(after.vars[k]->name, before.vars[k]->name);
        assert_int_equal(after.vars[k]->class_type, before.vars[k]->class_type);
        assert_int_equal(after.vars[k]->nbytes, before.vars[k]->nbytes);
        assert_memory_equal(after.vars[k]->data, before.vars[k]->data, before.vars[k]->nbytes);
    }
    assert_search_in(&after, &first);
    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, at("four.mat"), &model));
    srnn_model_free(model);
    list_free(&list);
    list_free(&before);
    list_free(&after);
    srnn_ctx_free(ctx);
}

/* ---- what nobody understands ---- */

/* Elements that matio does not write, as little-endian words: an object without fields,
   and what MATLAB keeps of a string array or a table. */
static const struct {
    uint32_t words[28], n;
} foreign[] = {
    {{14, 64, 6, 8, 3, 0, 5, 8, 1, 1, 2 << 16 | 1, 'b' << 8 | 'o', 1 << 16 | 1, 'c', 4 << 16 | 5, 8,
      1, 0},
     18},
    {{14,          104,
      6,           8,
      17,          0,
      2 << 16 | 1, 'p' << 8 | 'o',
      4 << 16 | 1, 'S' << 24 | 'O' << 16 | 'C' << 8 | 'M',
      1 << 16 | 1, 'c',
      14,          56,
      6,           8,
      13,          0,
      5,           8,
      2,           1,
      1,           0,
      6,           8,
      1,           2},
     28},
};

/* They stay, byte for byte: what the first search adds follows them, and the second
   replaces that. */
static void test_foreign_classes(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    const char *path = at("foreign.mat");
    const srnn_search_result searches[] = {first_search(), second_search()};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        write_list(path, &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
        file_bytes b = read_bytes(path);
        b.data = realloc(b.data, b.n + 4 * foreign[i].n);
        for (uint32_t k = 0; k < 4 * foreign[i].n; k++)
            b.data[b.n++] = (unsigned char)(foreign[i].words[k / 4] >> 8 * (k % 4));
        write_bytes(path, b.data, b.n);
        for (int k = 0; k < 2; k++) {
            assert_ok(ctx, srnn_model_save_search(ctx, path, &searches[k]));
            const file_bytes now = read_bytes(path);
            assert_true(now.n > b.n);
            assert_memory_equal(now.data, b.data, b.n);
            free(now.data);
            srnn_model *model;
            assert_ok(ctx, srnn_model_load(ctx, path, &model));
            assert_true(srnn_model_get_search(model).n == searches[k].n);
            srnn_model_free(model);
        }
        free(b.data);
    }
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* ---- what is no search ---- */

static void test_no_search(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    write_list(at("least.mat"), &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    const file_bytes b = read_bytes(at("least.mat"));
    srnn_search_result search = first_search();
    search.n_trials = 0; /* stopped before its first trial */
    assert_says(ctx, srnn_model_save_search(ctx, at("least.mat"), &search), SRNN_ERR_ARGUMENT,
                "the search has 3 scaling factors and 0 trials; expected at least one of each");
    assert_file_holds(at("least.mat"), b);
    search = first_search();
    assert_says(ctx, srnn_model_save_search(ctx, "/nowhere/x.mat", &search), SRNN_ERR_FILE,
                "/nowhere/x.mat cannot be opened: No such file or directory");
    write_bytes(at("model.pth"), "PK\3\4", 4);
    char expected[200];
    snprintf(expected, sizeof expected,
             "%s is a .pth file, which takes no results; expected it converted to a .mat file",
             at("model.pth"));
    assert_says(ctx, srnn_model_save_search(ctx, at("model.pth"), &search), SRNN_ERR_FORMAT,
                expected);
    free(b.data);
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* No number that a search cannot give gets into a file. */
static void test_wrong_results(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    const char *path = at("wrong.mat");
    write_list(path, &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    const file_bytes b = read_bytes(path);
    static const double factors[] = {-1, 0, NAN, INFINITY};
    static const char *const words[] = {"-1", "0", "nan", "inf"};
    char expected[128];
    for (int k = 0; k < 4; k++) {
        double lambda[] = {20, factors[k], 35};
        srnn_search_result search = first_search();
        search.scaling_factors = lambda;
        snprintf(expected, sizeof expected, "scaling_factor is %s; expected a number above 0",
                 words[k]);
        assert_says(ctx, srnn_model_save_search(ctx, path, &search), SRNN_ERR_ARGUMENT, expected);
    }
    int correct[] = {3, 13, 9}, trials[] = {12, -1, 12};
    srnn_search_result searches[6];
    for (int k = 0; k < 6; k++) searches[k] = first_search();
    searches[0].correct = correct;
    searches[1].trials = trials;
    searches[2].best = 3;
    searches[3].best = -1;
    searches[4].test_trials = -1;
    searches[5].test_trials = 2, searches[5].test_correct = 3;
    for (int k = 0; k < 6; k++)
        assert_int_equal(srnn_model_save_search(ctx, path, &searches[k]), SRNN_ERR_ARGUMENT);
    assert_file_holds(path, b);
    free(b.data);
    list_free(&list);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_level_5),   cmocka_unit_test(test_level_7_3),
        cmocka_unit_test(test_level_4),   cmocka_unit_test(test_foreign_classes),
        cmocka_unit_test(test_no_search), cmocka_unit_test(test_wrong_results),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
