/* MAT files of level 7.3: classes and shapes as h5py, MATLAB and matio write them; objects that
   contain themselves; variables put into a file, which keeps all else. */
#define _XOPEN_SOURCE 700
#include "hdf5_helpers.h"

#include "io/mat_file.h"

/* ---- files as other programs write them ---- */

enum { BLOCK = 512 };

/* MATLAB writes 128 bytes of its own before the HDF5. */
static void put_header(const char *path)
{
    unsigned char header[128];
    memset(header, ' ', sizeof header);
    memcpy(header, "MATLAB 7.3 MAT-file", 19);
    memcpy(header + 116, "\0\0\0\0\0\0\0\0\0\2IM", 12);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fwrite(header, 1, sizeof header, file), sizeof header);
    assert_int_equal(fclose(file), 0);
}

static hid_t new_file(const char *path)
{
    const hid_t how = H5Pcreate(H5P_FILE_CREATE);
    assert_true(H5Pset_userblock(how, BLOCK) >= 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, how, H5P_DEFAULT);
    assert_true(file >= 0);
    H5Pclose(how);
    return file;
}

static void close_file(hid_t file, const char *path)
{
    assert_true(H5Fclose(file) >= 0);
    put_header(path);
}

static void put_attribute(hid_t object, const char *name, hid_t type, const void *value)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t a = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(a >= 0 && H5Awrite(a, type, value) >= 0);
    H5Aclose(a);
    H5Sclose(space);
}

typedef enum padding { EXACT, TERMINATED, NULLS, SPACES, VARIABLE, N_PADDINGS } padding;

static void put_class(hid_t object, const char *name, padding how)
{
    char text[16];
    const hid_t type = H5Tcopy(H5T_C_S1);
    const char *pointer = name;
    memset(text, how == SPACES ? ' ' : 0, sizeof text);
    memcpy(text, name, strlen(name));
    if (how == NULLS) H5Tset_strpad(type, H5T_STR_NULLPAD);
    if (how == SPACES) H5Tset_strpad(type, H5T_STR_SPACEPAD);
    H5Tset_size(type, how == VARIABLE     ? H5T_VARIABLE
                      : how == EXACT      ? strlen(name)
                      : how == TERMINATED ? strlen(name) + 1
                                          : sizeof text);
    put_attribute(object, "MATLAB_class", type, how == VARIABLE ? (void *)&pointer : text);
    H5Tclose(type);
}

/* rows x cols, column by column; class_name NULL: no attribute. */
static hid_t put_set(hid_t place, const char *name, const char *class_name, hid_t stored,
                     hid_t type, hsize_t rows, hsize_t cols, const void *values)
{
    const hsize_t dims[] = {cols, rows};
    const hid_t space = H5Screate_simple(2, dims, NULL);
    const hid_t set = H5Dcreate2(place, name, stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    if (class_name) put_class(set, class_name, EXACT);
    H5Sclose(space);
    return set;
}

static void put_doubles(hid_t place, const char *name, const char *class_name, hsize_t rows,
                        hsize_t cols, const double *values)
{
    H5Dclose(
        put_set(place, name, class_name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rows, cols, values));
}

static hid_t put_group(hid_t place, const char *name, const char *class_name)
{
    const hid_t group = H5Gcreate2(place, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(group >= 0);
    if (class_name) put_class(group, class_name, EXACT);
    return group;
}

/* ---- reading ---- */

static srnn__mat open_mat(srnn_ctx *ctx, const char *path)
{
    srnn__mat mat;
    assert_ok(ctx, srnn__mat_open(ctx, path, NULL, &mat));
    return mat;
}

static const srnn__mat_var *variable(const srnn__mat *mat, const char *name,
                                     srnn__mat_class class_type, size_t rows, size_t cols)
{
    const srnn__mat_var *v = srnn__mat_find(mat, name);
    if (!v) fail_msg("no variable %s", name);
    assert_int_equal(v->class_type, class_type);
    assert_int_equal(v->rank, 2);
    assert_int_equal(v->dims[0], rows);
    assert_int_equal(v->dims[1], cols);
    return v;
}

static void assert_values(const srnn__mat_var *v, size_t n, const double *expected)
{
    assert_int_equal(srnn__mat_count(v), n);
    assert_non_null(v->values);
    for (size_t k = 0; k < n; k++) assert_true(v->values[k] == expected[k]);
}

static const double six[] = {1, 2, 3, 4, 5, 6};

static void test_paddings(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("padding.mat");
    for (int k = 0; k < N_PADDINGS; k++) {
        const hid_t file = new_file(path);
        const hid_t set = put_set(file, "w", NULL, H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE, 2, 3, six);
        put_class(set, "single", (padding)k);
        H5Dclose(set);
        close_file(file, path);
        srnn__mat mat = open_mat(ctx, path);
        const srnn__mat_var *w = variable(&mat, "w", SRNN__MAT_NUMBERS, 2, 3);
        assert_values(w, 6, six);
        assert_int_equal(w->numeric, SRNN__SINGLE);
        srnn__mat_close(&mat);
    }
    srnn_ctx_free(ctx);
}

/* Groups and function handles that come before it are no hindrance. */
static void test_groups_before(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("groups.mat");
    const hid_t file = new_file(path);
    hid_t group = put_group(file, "a_group", NULL);
    put_doubles(group, "x", NULL, 2, 3, six);
    H5Gclose(group);
    group = put_group(file, "a_handle", "function_handle");
    put_doubles(group, "function", "double", 1, 1, six);
    H5Gclose(group);
    put_doubles(file, "an_object", "table", 2, 3, six);
    put_doubles(file, "w", NULL, 2, 3, six);
    close_file(file, path);
    static const char *const names[] = {"w", NULL};
    srnn__mat mat;
    assert_ok(ctx, srnn__mat_open(ctx, path, names, &mat));
    assert_int_equal(mat.n, 1);
    assert_values(variable(&mat, "w", SRNN__MAT_NUMBERS, 2, 3), 6, six);
    srnn__mat_close(&mat);
    mat = open_mat(ctx, path);
    assert_int_equal(mat.n, 4);
    assert_int_equal(srnn__mat_find(&mat, "a_handle")->class_type, SRNN__MAT_OTHER);
    assert_int_equal(srnn__mat_find(&mat, "an_object")->class_type, SRNN__MAT_OTHER);
    assert_values(srnn__mat_field(srnn__mat_find(&mat, "a_group"), "x"), 6, six);
    srnn__mat_close(&mat);
    srnn_ctx_free(ctx);
}

static void put_sparse(hid_t file, const char *name, const char *class_name, hid_t stored,
                       double row)
{
    const uint64_t rows = 3;
    const double jc[] = {0, 1, 3}, ir[] = {1, 0, row}, data[] = {1, 5, 1};
    const hid_t group = put_group(file, name, class_name);
    put_attribute(group, "MATLAB_sparse", H5T_NATIVE_UINT64, &rows);
    put_list(group, "jc", H5T_STD_U64LE, H5T_NATIVE_DOUBLE, 3, jc, H5P_DEFAULT);
    put_list(group, "ir", H5T_STD_U64LE, H5T_NATIVE_DOUBLE, 3, ir, H5P_DEFAULT);
    put_list(group, "data", stored, H5T_NATIVE_DOUBLE, 3, data, H5P_DEFAULT);
    H5Gclose(group);
}

static void test_classes(void **state)
{
    (void)state;
    static const uint16_t letters[] = {'g', 0xe9, 0xd83d, 0xde00};
    static const uint8_t utf8[] = {'g', 0xc3, 0xa9};
    static const double full[] = {0, 1, 0, 5, 0, 1};
    static const uint64_t axes[] = {0, 3}, not_empty[] = {2, 3};
    static const struct {
        const char *name;
        srnn__mat_numeric numeric;
        hid_t *stored;
    } integers[] = {
        {"int8", SRNN__INT8, &H5T_STD_I8LE_g},    {"uint8", SRNN__UINT8, &H5T_STD_U8LE_g},
        {"int16", SRNN__INT16, &H5T_STD_I16LE_g}, {"uint16", SRNN__UINT16, &H5T_STD_U16LE_g},
        {"int32", SRNN__INT32, &H5T_STD_I32LE_g}, {"uint32", SRNN__UINT32, &H5T_STD_U32LE_g},
        {"int64", SRNN__INT64, &H5T_STD_I64LE_g}, {"uint64", SRNN__UINT64, &H5T_STD_U64LE_g}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("classes.mat");
    const hid_t file = new_file(path);
    for (size_t k = 0; k < 8; k++)
        H5Dclose(put_set(file, integers[k].name, integers[k].name, *integers[k].stored,
                         H5T_NATIVE_DOUBLE, 2, 3, six));
    H5Dclose(put_set(file, "inh", "logical", H5T_STD_U8LE, H5T_NATIVE_DOUBLE, 2, 3, full));
    H5Dclose(put_set(file, "task", "char", H5T_STD_U16LE, H5T_NATIVE_UINT16, 1, 4, letters));
    H5Dclose(put_set(file, "w_dist", "char", H5T_STD_U8LE, H5T_NATIVE_UINT8, 1, 3, utf8));
    put_sparse(file, "som_m", "logical", H5T_STD_U8LE, 2);
    put_sparse(file, "bad", "double", H5T_IEEE_F64LE, 3);
    const hid_t empty =
        put_set(file, "none", "double", H5T_STD_U64LE, H5T_NATIVE_UINT64, 2, 1, axes);
    put_attribute(empty, "MATLAB_empty", H5T_NATIVE_UINT8, &(uint8_t){1});
    H5Dclose(empty);
    const hid_t full_empty =
        put_set(file, "full", "double", H5T_STD_U64LE, H5T_NATIVE_UINT64, 2, 1, not_empty);
    put_attribute(full_empty, "MATLAB_empty", H5T_NATIVE_UINT8, &(uint8_t){1});
    H5Dclose(full_empty);
    close_file(file, path);
    srnn__mat mat = open_mat(ctx, path);
    for (size_t k = 0; k < 8; k++) {
        const srnn__mat_var *v = variable(&mat, integers[k].name, SRNN__MAT_NUMBERS, 2, 3);
        assert_int_equal(v->numeric, integers[k].numeric);
        assert_values(v, 6, six);
    }
    assert_true(variable(&mat, "inh", SRNN__MAT_NUMBERS, 2, 3)->is_logical);
    assert_string_equal(variable(&mat, "task", SRNN__MAT_TEXT, 1, 4)->text,
                        "g\xc3\xa9\xf0\x9f\x98\x80");
    assert_string_equal(variable(&mat, "w_dist", SRNN__MAT_TEXT, 1, 2)->text, "g\xc3\xa9");
    const srnn__mat_var *sparse = variable(&mat, "som_m", SRNN__MAT_NUMBERS, 3, 2);
    assert_true(sparse->is_sparse && sparse->is_logical);
    assert_values(sparse, 6, full);
    variable(&mat, "none", SRNN__MAT_NUMBERS, 0, 3);
    assert_int_equal(srnn__mat_find(&mat, "bad")->class_type, SRNN__MAT_OTHER);
    assert_int_equal(srnn__mat_find(&mat, "full")->class_type, SRNN__MAT_OTHER);
    srnn__mat_close(&mat);
    srnn_ctx_free(ctx);
}

/* Each of them would fit; nobody wrote the numbers of the first, which take no space. */
static void test_memory_of_all(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("memory.mat");
    const hsize_t n = 18000000; /* numbers, 144 MB */
    const uint64_t rows = n;
    const double starts[] = {0, 0};
    const char *const first[] = {"sparse_a", "sparse_b"};
    for (int k = 0; k < 2; k++) {
        const hid_t file = new_file(path), space = H5Screate_simple(1, &n, NULL);
        if (k == 0)
            H5Dclose(H5Dcreate2(file, "full", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                                H5P_DEFAULT));
        for (int i = 0; i <= k; i++) {
            const hid_t group = put_group(file, first[i], "double");
            put_attribute(group, "MATLAB_sparse", H5T_NATIVE_UINT64, &rows);
            put_list(group, "jc", H5T_STD_U64LE, H5T_NATIVE_DOUBLE, 2, starts, H5P_DEFAULT);
            H5Gclose(group);
        }
        H5Sclose(space);
        close_file(file, path);
        const char *const names[] = {k ? "sparse_a" : "full", first[k], NULL};
        char sentence[256];
        srnn__mat mat;
        snprintf(sentence, sizeof sentence,
                 "%s: variable '%s' is sparse and much larger than the file", path, first[k]);
        assert_says(ctx, srnn__mat_open(ctx, path, names, &mat), SRNN_ERR_FORMAT, sentence);
        assert_ok(ctx, srnn__mat_open(ctx, path, names + 1, &mat));
        srnn__mat_close(&mat);
    }
    srnn_ctx_free(ctx);
}

/* ---- references ---- */

static hid_t put_references(hid_t place, const char *name, hsize_t n, const hobj_ref_t *references)
{
    return put_set(place, name, "cell", H5T_STD_REF_OBJ, H5T_STD_REF_OBJ, 1, n, references);
}

static void assert_cell_refused(srnn_ctx *ctx, const char *path, const char *name,
                                const char *words)
{
    const char *const names[] = {name, NULL};
    char sentence[256];
    srnn__mat mat;
    snprintf(sentence, sizeof sentence, "%s: variable '%s' %s", path, name, words);
    assert_says(ctx, srnn__mat_open(ctx, path, names, &mat), SRNN_ERR_FORMAT, sentence);
}

static void test_contain_themselves(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("itself.mat");
    const hid_t file = new_file(path);
    hobj_ref_t reference = 0;
    hid_t cell = put_references(file, "c", 1, &reference);
    assert_true(H5Rcreate(&reference, file, "c", H5R_OBJECT, -1) >= 0);
    assert_true(H5Dwrite(cell, H5T_STD_REF_OBJ, H5S_ALL, H5S_ALL, H5P_DEFAULT, &reference) >= 0);
    H5Dclose(cell);
    reference = 0;
    H5Dclose(put_references(file, "unwritten", 1, &reference));
    reference = 1 << 20;
    H5Dclose(put_references(file, "nowhere", 1, &reference));
    hid_t group = put_group(file, "s", "struct");
    assert_true(H5Lcreate_hard(file, "s", group, "inner", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    H5Gclose(group);
    put_doubles(file, "w", "double", 2, 3, six);
    close_file(file, path);
    assert_cell_refused(ctx, path, "c", "contains itself; the file is damaged");
    assert_cell_refused(ctx, path, "s", "contains itself; the file is damaged");
    assert_cell_refused(ctx, path, "unwritten",
                        "has a part that nobody wrote; expected all of them");
    assert_cell_refused(ctx, path, "nowhere", "has a part that is not there; the file is damaged");
    srnn__mat mat = open_mat(ctx, path); /* the others can be read */
    assert_values(variable(&mat, "w", SRNN__MAT_NUMBERS, 2, 3), 6, six);
    assert_int_equal(srnn__mat_find(&mat, "c")->class_type, SRNN__MAT_OTHER);
    srnn__mat_close(&mat);
    srnn_ctx_free(ctx);
}

/* Cells of cells, each with `width` references to the next. */
static void put_chain(hid_t file, int depth, hsize_t width)
{
    hobj_ref_t references[2];
    const hid_t hidden = put_group(file, "#refs#", NULL);
    put_doubles(hidden, "last", "double", 1, 1, six);
    char name[32] = "#refs#/last";
    for (int k = 0; k <= depth; k++) {
        for (hsize_t i = 0; i < width; i++)
            assert_true(H5Rcreate(&references[i], file, name, H5R_OBJECT, -1) >= 0);
        snprintf(name, sizeof name, k == depth ? "c" : "#refs#/%d", k);
        H5Dclose(put_references(file, name, width, references));
    }
    H5Gclose(hidden);
}

/* What many parts refer to is read at once, however many there are: both small things, of which
   there is one copy, and larger ones, the class of which is text in the heap. */
static void test_many_to_one(void **state)
{
    (void)state;
    enum { N = 10000, LETTERS = 3000000, LARGE = 100 };
    static hobj_ref_t references[N];
    static uint8_t letters[LETTERS];
    static double large[LARGE];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("many.mat");
    const hid_t file = new_file(path), hidden = put_group(file, "#refs#", NULL);
    memset(letters, 'M', LETTERS); /* as MATLAB_class begins */
    large[LARGE - 1] = 7;
    H5Dclose(put_set(hidden, "letters", "uint8", H5T_NATIVE_UINT8, H5T_NATIVE_UINT8, 1, LETTERS,
                     letters));
    put_doubles(hidden, "small", "double", 2, 3, six);
    const hid_t set =
        put_set(hidden, "large", NULL, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, LARGE, large);
    put_class(set, "double", VARIABLE);
    H5Dclose(set);
    for (int k = 0; k < N; k++)
        assert_true(H5Rcreate(&references[k], file, k % 2 ? "#refs#/small" : "#refs#/large",
                              H5R_OBJECT, -1) >= 0);
    H5Dclose(put_references(file, "c", N, references));
    H5Gclose(hidden);
    close_file(file, path);
    srnn__mat mat = open_mat(ctx, path);
    const srnn__mat_var *v = variable(&mat, "c", SRNN__MAT_CELL, 1, N);
    for (int k = 0; k < N; k++) assert_values(&v->parts[k], k % 2 ? 6 : LARGE, k % 2 ? six : large);
    srnn__mat_close(&mat);
    srnn_ctx_free(ctx);
}

/* Each part is what its own reference says, and a large one counts as often as it is read. */
static void test_many_parts(void **state)
{
    (void)state;
    enum { N = 100, LARGE = 100000, MANY = 20 };
    static uint8_t large[LARGE];
    hobj_ref_t references[N];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("parts.mat");
    const hid_t file = new_file(path), hidden = put_group(file, "#refs#", NULL);
    for (int k = 0; k < N; k++) {
        char name[16];
        snprintf(name, sizeof name, "%d", k);
        put_doubles(hidden, name, "double", 1, 1, &(double){k});
        assert_true(H5Rcreate(&references[k], hidden, name, H5R_OBJECT, -1) >= 0);
    }
    H5Dclose(put_references(file, "c", N, references));
    H5Dclose(
        put_set(hidden, "large", "uint8", H5T_NATIVE_UINT8, H5T_NATIVE_UINT8, 1, LARGE, large));
    for (int k = 0; k < MANY; k++)
        assert_true(H5Rcreate(&references[k], hidden, "large", H5R_OBJECT, -1) >= 0);
    H5Dclose(put_references(file, "often", MANY, references));
    H5Gclose(hidden);
    close_file(file, path);
    srnn__mat mat = open_mat(ctx, path);
    assert_int_equal(mat.n, 2); /* no '#refs#' */
    const srnn__mat_var *v = variable(&mat, "c", SRNN__MAT_CELL, 1, N);
    for (int k = 0; k < N; k++) assert_values(&v->parts[k], 1, &(double){k});
    srnn__mat_close(&mat);
    assert_cell_refused(ctx, path, "often", TAKES_MORE);
    srnn_ctx_free(ctx);
}

static void test_stop(void **state)
{
    (void)state;
    int calls = 0;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("stop.mat");
    const hid_t file = new_file(path);
    put_chain(file, 3, 2);
    close_file(file, path);
    srnn__mat mat;
    srnn_ctx_set_progress(ctx, stop_reading, &calls);
    assert_says(ctx, srnn__mat_open(ctx, path, NULL, &mat), SRNN_CANCELLED, "interrupted");
    assert_int_equal(calls, 1);
    srnn_ctx_free(ctx);
}

/* A field in another file is not one that is not there. */
static void test_field_elsewhere(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("field.mat");
    const hid_t file = new_file(path), group = put_group(file, "s", "struct");
    H5Lcreate_external("other.h5", "/x", group, "x", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(group);
    close_file(file, path);
    assert_cell_refused(ctx, path, "s", "is a link into another file; expected it in this file");
    srnn_ctx_free(ctx);
}

static void test_depth(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("deep.mat");
    hid_t file = new_file(path);
    put_chain(file, 100, 1);
    close_file(file, path);
    assert_cell_refused(ctx, path, "c", "has parts within parts more than 64 deep");
    file = new_file(path);
    put_chain(file, 40, 2); /* 2^41 parts */
    close_file(file, path);
    assert_cell_refused(ctx, path, "c", "has more parts than the file can hold");
    file = new_file(path);
    put_chain(file, 3, 2);
    close_file(file, path);
    srnn__mat mat = open_mat(ctx, path);
    const srnn__mat_var *v = variable(&mat, "c", SRNN__MAT_CELL, 1, 2);
    for (int k = 0; k < 4; k++) v = &v->parts[1];
    assert_values(v, 1, six);
    srnn__mat_close(&mat);
    srnn_ctx_free(ctx);
}

/* ---- changing a file ---- */

static void test_update(void **state)
{
    (void)state;
    static char a[] = "all_perfs", b[] = "N", c[] = "inh", d[] = "task", e[] = "none",
                f[] = "empty";
    static char text[] = "go-nogo \xc3\xa9\xf0\x9f\x98\x80", nothing[] = "";
    double values[6];
    memcpy(values, six, sizeof values);
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("update.mat");
    const hid_t file = new_file(path);
    hid_t group = put_group(file, "z_handle", "function_handle");
    put_doubles(group, "function", "double", 1, 1, six);
    H5Gclose(group);
    put_doubles(file, "w", "double", 2, 3, six);
    put_doubles(file, "N", "double", 1, 1, six);
    put_doubles(file, "old", "double", 1, 1, six);
    put_chain(file, 1, 2);
    close_file(file, path);
    const srnn__mat_var vars[] = {
        {.name = a, .rank = 2, .dims = {2, 3}, .values = values},
        {.name = b, .numeric = SRNN__INT64, .rank = 2, .dims = {1, 1}, .values = values + 5},
        {.name = c,
         .numeric = SRNN__UINT8,
         .is_logical = true,
         .rank = 2,
         .dims = {1, 1},
         .values = values},
        {.name = d, .class_type = SRNN__MAT_TEXT, .rank = 2, .dims = {1, 10}, .text = text},
        {.name = e, .rank = 2, .dims = {0, 3}, .values = values},
        {.name = f, .class_type = SRNN__MAT_TEXT, .rank = 2, .dims = {0, 0}, .text = nothing}};
    const char *const drop[] = {"old", "never", NULL};
    const srnn__mat_change change = {drop, vars, sizeof vars / sizeof *vars};
    for (int k = 0; k < 2; k++) { /* the second time over what the first one wrote */
        assert_ok(ctx, srnn__mat_update(ctx, path, &change));
        const file_bytes all = read_bytes(path);
        assert_memory_equal(all.data, "MATLAB 7.3 MAT-file", 19);
        free(all.data);
        srnn__mat mat = open_mat(ctx, path);
        assert_values(variable(&mat, a, SRNN__MAT_NUMBERS, 2, 3), 6, six);
        assert_values(variable(&mat, "w", SRNN__MAT_NUMBERS, 2, 3), 6, six);
        assert_values(variable(&mat, b, SRNN__MAT_NUMBERS, 1, 1), 1, six + 5);
        assert_int_equal(srnn__mat_find(&mat, b)->numeric, SRNN__INT64);
        assert_true(variable(&mat, c, SRNN__MAT_NUMBERS, 1, 1)->is_logical);
        assert_string_equal(srnn__mat_find(&mat, d)->text, text);
        variable(&mat, e, SRNN__MAT_NUMBERS, 0, 3);
        assert_string_equal(variable(&mat, f, SRNN__MAT_TEXT, 0, 0)->text, "");
        variable(&mat, "c", SRNN__MAT_CELL, 1, 2);
        assert_null(srnn__mat_find(&mat, "old"));
        srnn__mat_close(&mat);
    }
    const hid_t again =
        H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT); /* what is not understood stays */
    assert_true(H5Lexists(again, "z_handle/function", H5P_DEFAULT) > 0);
    assert_true(H5Aexists_by_name(again, d, "MATLAB_int_decode", H5P_DEFAULT) > 0);
    H5O_info_t info; /* the same bytes at any time */
    assert_true(H5Oget_info_by_name2(again, a, &info, H5O_INFO_TIME, H5P_DEFAULT) >= 0);
    assert_true(info.mtime == 0 && info.ctime == 0);
    H5Fclose(again);
    mat_t *other = Mat_Open(path, MAT_ACC_RDONLY); /* another reader, which ends at a
                                                      function handle */
    assert_non_null(other);
    matvar_t *perfs = Mat_VarRead(other, a), *inh = Mat_VarRead(other, c);
    assert_true(perfs && perfs->class_type == MAT_C_DOUBLE && perfs->dims[0] == 2);
    assert_memory_equal(perfs->data, six, sizeof six);
    assert_true(inh && inh->isLogical && *(uint8_t *)inh->data == 1);
    Mat_VarFree(perfs);
    Mat_VarFree(inh);
    Mat_Close(other);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paddings),    cmocka_unit_test(test_groups_before),
        cmocka_unit_test(test_classes),     cmocka_unit_test(test_contain_themselves),
        cmocka_unit_test(test_depth),       cmocka_unit_test(test_update),
        cmocka_unit_test(test_stop),        cmocka_unit_test(test_field_elsewhere),
        cmocka_unit_test(test_many_to_one), cmocka_unit_test(test_memory_of_all),
        cmocka_unit_test(test_many_parts)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
