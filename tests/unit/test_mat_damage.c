/* Files that are no MAT files, not whole or damaged: each is refused with a sentence that
   names it, and stays as it is. */
#define _XOPEN_SOURCE 700
#include "hdf5_helpers.h"
#include "mat_refusals.h"

/* ---- what is no MAT file ---- */

static void test_not_a_mat_file(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t n;
        const char *words;
    } cases[] = {
        {"empty.mat", "", 0, " has 0 bytes; expected a MAT file"},
        {"short.mat", "MATLAB 5.0 MAT-file", 19, " has 19 bytes; expected a MAT file"},
        {"text.mat", "This is a text, and not a short one.\n", 37,
         " is not a MAT file (level 4, 5 or 7.3)"},
        {"octave.mat", "# Created by Octave 8.4.0, Sun\n# name: w\n", 41,
         " is text, as Octave saves by default; expected a MAT file: save_default_options "
         "('-v7') before save"},
        {"zeros.mat", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24,
         " is damaged: no variable begins at byte 0"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *path = at(cases[k].name);
        write_bytes(path, cases[k].bytes, cases[k].n);
        assert_refused(ctx, path, SRNN_ERR_FORMAT, cases[k].words);
        assert_search_refused(ctx, path, SRNN_ERR_FORMAT, cases[k].words);
        const file_bytes written = {(unsigned char *)(uintptr_t)cases[k].bytes, cases[k].n};
        assert_file_holds(path, written);
    }
    srnn_ctx_free(ctx);
}

/* HDF5 without MATLAB's header, and the header without HDF5 behind it. */
static void test_half_of_level_7_3(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *const paths[] = {at("plain.h5"), at("header.mat")};
    static const char *const words[] = {" is not a MAT file (level 4, 5 or 7.3)",
                                        " is truncated or damaged (level 7.3)"};
    const hid_t file = H5Fcreate(paths[0], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0 && H5Fclose(file) >= 0);
    unsigned char header[512] = "MATLAB 7.3 MAT-file";
    memcpy(header + 124, "\0\2IM", 4);
    write_bytes(paths[1], header, sizeof header);
    for (int k = 0; k < 2; k++) {
        const file_bytes before = read_bytes(paths[k]);
        assert_refused(ctx, paths[k], SRNN_ERR_FORMAT, words[k]);
        assert_search_refused(ctx, paths[k], SRNN_ERR_FORMAT, words[k]);
        assert_file_holds(paths[k], before);
        free(before.data);
    }
    srnn_ctx_free(ctx);
}

static void test_no_file(void **state)
{
    (void)state;
    assert_int_equal(mkdir(at("folder.mat"), 0777), 0);
    assert_int_equal(symlink("nowhere", at("dangling.mat")), 0);
    assert_int_equal(mkfifo(at("fifo.mat"), 0666), 0);
    write_bytes(at("a_file"), "", 0);
    static const char *const cases[][2] = {
        {"none.mat", " cannot be opened: No such file or directory"},
        {"dangling.mat", " cannot be opened: No such file or directory"},
        {"a_file/model.mat", " cannot be opened: Not a directory"},
        {"folder.mat", " is a folder; expected a regular file"},
        {"fifo.mat", " is a FIFO; expected a regular file"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_refused(ctx, at(cases[k][0]), SRNN_ERR_FILE, cases[k][1]);
        assert_search_refused(ctx, at(cases[k][0]), SRNN_ERR_FILE, cases[k][1]);
    }
    struct stat info; /* a search makes no file */
    assert_int_not_equal(stat(at("none.mat"), &info), 0);
    assert_int_not_equal(stat(at("nowhere"), &info), 0);
    srnn_ctx_free(ctx);
}

/* ---- damage ---- */

/* The least network with w behind all others: no file that lost its end is a network. */
static var_list network_ending_in_w(void)
{
    static const double w[16] = {0, 1, 2, 3, 4, 0, 6, 7, 8, 9, 0, 11, 12, 13, 14, 0};
    var_list list = least_network();
    drop(&list, "w");
    put(&list, new_doubles("w", 4, 4, w));
    return list;
}

static file_bytes bytes_of(const var_list *list, const level *l)
{
    write_list(at(l->name), list, l->version, l->compression);
    return read_bytes(at(l->name));
}

/* Cut between two variables a file of level 4 or 5 is one with fewer of them; any other cut
   leaves nothing to load or to add to. */
static void test_cuts(void **state)
{
    (void)state;
    enum { CUTS = 60 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = network_ending_in_w();
    for (size_t i = 0; i < N_LEVELS; i++) {
        const file_bytes whole = bytes_of(&list, &levels[i]);
        const char *path = at("cut.mat");
        int between_variables = 0;
        for (size_t k = 0; k <= CUTS; k++) {
            const file_bytes cut = {whole.data, k < CUTS ? whole.n * k / CUTS : whole.n - 1};
            write_bytes(path, cut.data, cut.n);
            char words[256];
            snprintf(words, sizeof words, "%s", assert_load_fails(ctx, path, SRNN_ERR_FORMAT));
            if (!strcmp(words, " has no variable 'w'"))
                between_variables++;
            else
                assert_search_refused(ctx, path, SRNN_ERR_FORMAT, words);
            assert_file_holds(path, cut);
        }
        assert_true(between_variables < CUTS / 10);
        free(whole.data);
    }
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* What the network computes with is finite. */
static void assert_usable(const srnn_model *model)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const size_t N = (size_t)v.N;
    float *w_eff = zeroed(N * N, sizeof *w_eff);
    double *tau_ms = zeroed(N, sizeof *tau_ms), sum = 0;
    srnn_model_w_eff(model, false, w_eff);
    srnn_model_tau_ms(model, tau_ms);
    for (size_t k = 0; k < N * N; k++) sum += fabs((double)w_eff[k]);
    for (size_t k = 0; k < N * (size_t)v.n_in; k++) sum += fabs((double)v.w_in[k]);
    for (size_t k = 0; k < N * (size_t)v.n_out; k++) sum += fabs((double)v.w_out[k]);
    for (size_t i = 0; i < N; i++) {
        assert_true(tau_ms[i] > 0);
        sum += tau_ms[i];
    }
    assert_true(isfinite(sum));
    free(w_eff);
    free(tau_ms);
}

static void assert_is_network(const srnn_model *model, const srnn_model *expected)
{
    const srnn_model_view a = srnn_model_get_view(model), b = srnn_model_get_view(expected);
    assert_true(a.N == 4 && a.n_in == 1 && a.n_out == 1 && a.n_taus == 2);
    assert_memory_equal(a.taus, b.taus, 2 * sizeof *a.taus);
    assert_memory_equal(a.w, b.w, 16 * sizeof *a.w);
    assert_memory_equal(a.w_in, b.w_in, 4 * sizeof *a.w_in);
    assert_memory_equal(a.w_out, b.w_out, 4 * sizeof *a.w_out);
    assert_memory_equal(a.taus_gaus, b.taus_gaus, 4 * sizeof *a.taus_gaus);
    assert_memory_equal(a.inh, b.inh, 4 * sizeof *a.inh);
}

/* Each byte of the file with one bit, then with all of them turned. Behind level 7.3 is
   HDF5's own reader, which may overrun its memory on such files. */
static void flip_all(srnn_ctx *ctx, const level *l, const srnn_model *expected, int *refused,
                     int *loaded)
{
    var_list list = network_ending_in_w();
    const file_bytes b = bytes_of(&list, l);
    const char *path = at("flipped.mat");
    *refused = *loaded = 0;
    for (size_t k = 0; k < 2 * b.n; k++) {
        const unsigned char kept = b.data[k / 2];
        b.data[k / 2] ^= (unsigned char)(k % 2 ? 0xff : 1 << k / 2 % 8);
        write_bytes(path, b.data, b.n);
        srnn_model *model;
        if (srnn_model_load(ctx, path, &model)) {
            assert_load_fails(ctx, path, SRNN_ERR_FORMAT);
            (*refused)++;
        } else {
            assert_usable(model);
            if (l->compression) assert_is_network(model, expected); /* there are checksums */
            srnn_model_free(model);
            (*loaded)++;
        }
        assert_file_holds(path, b);
        b.data[k / 2] = kept;
    }
    list_free(&list);
    free(b.data);
}

static void test_flips(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    srnn_model *expected;
    write_list(at("whole.mat"), &list, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    assert_ok(ctx, srnn_model_load(ctx, at("whole.mat"), &expected));
    for (int i = FOUR; i <= FIVE_PACKED; i++) {
        int refused, loaded;
        flip_all(ctx, &levels[i], expected, &refused, &loaded);
        print_message("    %s: %d refused, %d loaded\n", levels[i].name, refused, loaded);
        assert_true(refused > 0 && loaded > 0);
    }
    srnn_model_free(expected);
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* ---- damage, place by place ---- */

/* Files of one variable, as little-endian words, and what each word of them may not be. */
enum { WORDS_MAX = 24 };
static const uint32_t level_4_words[] = {0, 1, 1, 0, 4, 'w', 0, 0};
static const uint32_t level_5_words[] = {14, 56, 6,           8,   6, 0, 5, 8,
                                         1,  1,  1 << 16 | 1, 'w', 9, 8, 0, 0};
static const uint32_t sparse_words[] = {14,  80,          6, 8, 5, 1, 5, 8, 1, 1, 1 << 16 | 1,
                                        'w', 4 << 16 | 5, 0, 5, 8, 0, 1, 9, 8, 0, 0};

/* Level 5 begins with 128 bytes, of which the last four count. */
static void write_words(const char *path, bool level_5, const uint32_t *words, size_t n)
{
    unsigned char bytes[128 + 4 * WORDS_MAX] = "";
    unsigned char *end = bytes;
    if (level_5) {
        memcpy(bytes + 124, "\0\1IM", 4);
        end += 128;
    }
    for (size_t k = 0; k < 4 * n; k++) *end++ = (unsigned char)(words[k / 4] >> 8 * (k % 4));
    write_bytes(path, bytes, (size_t)(end - bytes));
}

typedef struct edit {
    size_t at; /* a word; as many as there are: one more of them */
    uint32_t word;
    const char *words;
} edit;

/* A search keeps what it need not understand: the result follows all that the file has, true,
   or the file stays as it is. */
static bool passed_over(srnn_ctx *ctx, const char *path)
{
    const file_bytes before = read_bytes(path);
    const srnn_status status = save_a_search(ctx, path);
    const file_bytes after = read_bytes(path);
    assert_int_equal(after.n > before.n, status == SRNN_OK);
    assert_true(status == SRNN_OK || (status == SRNN_ERR_FORMAT && after.n == before.n));
    assert_memory_equal(after.data, before.data, before.n);
    free(before.data);
    free(after.data);
    return status == SRNN_OK;
}

static void check_edits(srnn_ctx *ctx, bool level_5, const uint32_t *words, size_t n,
                        const char *whole, const edit *edits, size_t n_edits, int n_passed)
{
    const char *path = at("words.mat");
    write_words(path, level_5, words, n);
    assert_refused(ctx, path, SRNN_ERR_FORMAT, whole);
    for (size_t k = 0; k < n_edits; k++) {
        uint32_t edited[WORDS_MAX];
        memcpy(edited, words, n * sizeof *words);
        edited[edits[k].at] = edits[k].word;
        write_words(path, level_5, edited, edits[k].at == n ? n + 1 : n);
        assert_refused(ctx, path, SRNN_ERR_FORMAT, edits[k].words);
        n_passed -= passed_over(ctx, path);
    }
    assert_int_equal(n_passed, 0);
}

#define CHECK_EDITS(ctx, level_5, words, whole, edits, n_passed)                                   \
    check_edits(ctx, level_5, words, sizeof(words) / sizeof *(words), whole, edits,                \
                sizeof(edits) / sizeof *(edits), n_passed)

static void test_damaged_level_4(void **state)
{
    (void)state;
    static const edit edits[] = {
        {0, 60, " is damaged: no variable begins at byte 0"},   /* format of the numbers */
        {0, 3, " is damaged: no variable begins at byte 0"},    /* kind of matrix */
        {0, 2, " is damaged: no variable begins at byte 0"},    /* sparse, of one column */
        {0, 100, " is damaged: no variable begins at byte 0"},  /* always 0 */
        {0, 1000, " is damaged: no variable begins at byte 0"}, /* byte order */
        {1, 2, " is truncated: the variable at byte 0 is 2 x 1, 12 bytes are left"},
        {2, 0x80000000,
         " is truncated: the variable at byte 0 is 1 x 2147483648, 12 bytes are left"},
        {3, 1, " is truncated: the variable at byte 0 is 1 x 1, 12 bytes are left"},
        {3, 2, " is damaged: no variable begins at byte 0"},
        {4, 0, " is damaged: no variable begins at byte 0"},
        {4, 5, " is truncated: the variable at byte 0 is 1 x 1, 12 bytes are left"},
        {8, 0, " is truncated: it ends at byte 36"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    CHECK_EDITS(ctx, false, level_4_words, " has no variable 'w_in'", edits, 0);
    srnn_ctx_free(ctx);
}

#define DAMAGED(name) " is damaged: the variable at byte 128" name " does not hold together"

static void test_damaged_level_5(void **state)
{
    (void)state;
    static const edit edits[] = {
        {0, 13, " is damaged: the element at byte 128 has type 13; expected a matrix"},
        {0, 15, " is damaged: the variable at byte 128 does not unpack"},
        {1, 64, " is truncated: the variable at byte 128 needs 64 bytes, 56 are left"},
        {1, 48, DAMAGED(" ('w')")},
        {1, 0, DAMAGED("")},
        {2, 5, DAMAGED("")}, /* flags: type, size, class */
        {3, 4, DAMAGED("")},
        {4, 0, DAMAGED(" ('w')")},
        {4, 18, DAMAGED(" ('w')")},
        {4, 0x806, DAMAGED(" ('w')")}, /* complex */
        {6, 4, DAMAGED("")},           /* dimensions: type, size, rows */
        {7, 4, DAMAGED("")},
        {7, 132, DAMAGED("")},
        {8, 2, DAMAGED(" ('w')")},
        {8, 0xffffffff, DAMAGED("")},
        {10, 1 << 16 | 3, DAMAGED("")}, /* name: type, size */
        {10, 5 << 16 | 1, DAMAGED("")},
        {12, 7, DAMAGED(" ('w')")}, /* numbers: type, size */
        {12, 8, DAMAGED(" ('w')")},
        {12, 4 << 16 | 7, DAMAGED(" ('w')")}, /* within the tag: what follows is too much */
        {13, 16, DAMAGED(" ('w')")},
        {13, 7, DAMAGED(" ('w')")},
        {0, '#' | ' ' << 8 | 'n' << 16 | 'a' << 24,
         " is damaged: the element at byte 128 has "
         "type 1634607139; expected a matrix"},
        {16, 14, " is truncated: it ends within a tag at byte 192"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    CHECK_EDITS(ctx, true, level_5_words, " has no variable 'w_in'", edits, 9);
    srnn_ctx_free(ctx);
}

static void test_damaged_sparse(void **state)
{
    (void)state;
    static const edit edits[] = {
        {13, 1, DAMAGED(" ('w')")},          /* a row beyond the last */
        {17, 2, DAMAGED(" ('w')")},          /* a column's end beyond the numbers */
        {16, 0xffffffff, DAMAGED(" ('w')")}, /* a column's start before them */
        {9, 2, DAMAGED(" ('w')")},           /* columns */
        {14, 13, DAMAGED(" ('w')")},         /* column starts: type, size */
        {15, 4, DAMAGED(" ('w')")},          {18, 20, DAMAGED(" ('w')")}, /* numbers */
        {4, 0x805, DAMAGED(" ('w')")}                                     /* complex */
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    CHECK_EDITS(ctx, true, sparse_words, " has no variable 'w_in'", edits, 8);
    srnn_ctx_free(ctx);
}

/* A link to nothing is no variable; a search leaves it there. */
static void test_dangling_link(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("link.mat");
    var_list list = network_ending_in_w();
    write_list(path, &list, MAT_FT_MAT73, MAT_COMPRESSION_NONE);
    list_free(&list);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Lcreate_soft("/nowhere", file, "link", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Fclose(file) >= 0);
    assert_ok(ctx, save_a_search(ctx, path));
    srnn_model *model;
    assert_ok(ctx, srnn_model_load(ctx, path, &model));
    assert_true(srnn_model_get_search(model).opt_scaling_factor == 30);
    srnn_model_free(model);
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(H5Lexists(file, "link", H5P_DEFAULT) > 0);
    assert_true(H5Fclose(file) >= 0);
    srnn_ctx_free(ctx);
}

/* HDF5 keeps 80 GB that were never written in no space at all. */
static void test_more_than_the_file_can_hold(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("huge.mat");
    var_list list = network_ending_in_w();
    drop(&list, "w");
    write_list(path, &list, MAT_FT_MAT73, MAT_COMPRESSION_NONE);
    list_free(&list);
    const hsize_t dims[] = {100000, 100000}, chunk[] = {1000, 1000};
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(2, dims, NULL), scalar = H5Screate(H5S_SCALAR);
    const hid_t layout = H5Pcreate(H5P_DATASET_CREATE), text = H5Tcopy(H5T_C_S1);
    assert_true(H5Pset_chunk(layout, 2, chunk) >= 0 && H5Tset_size(text, 6) >= 0);
    const hid_t w =
        H5Dcreate2(file, "w", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
    const hid_t class_type = H5Acreate2(w, "MATLAB_class", text, scalar, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Awrite(class_type, text, "double") >= 0);
    H5Aclose(class_type);
    H5Dclose(w);
    H5Tclose(text);
    H5Pclose(layout);
    H5Sclose(scalar);
    H5Sclose(space);
    assert_true(H5Fclose(file) >= 0);
    assert_refused(ctx, path, SRNN_ERR_FORMAT, ": variable 'w' " TAKES_MORE);
    srnn_ctx_free(ctx);
}

/* Nearly all of it was never written. */
static void test_too_large(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("large.mat");
    write_bytes(path, "MATLAB 7.3 MAT-file", 19);
    assert_int_equal(truncate(path, ((off_t)1 << 36) + 1), 0);
    assert_refused(ctx, path, SRNN_ERR_FILE,
                   " has 68719476737 bytes; expected at most 68719476736 (64 GiB), as all of it is "
                   "read into memory: save what is needed into a smaller file");
    assert_int_equal(unlink(path), 0);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_a_mat_file),  cmocka_unit_test(test_half_of_level_7_3),
        cmocka_unit_test(test_no_file),         cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_flips),           cmocka_unit_test(test_damaged_level_4),
        cmocka_unit_test(test_damaged_level_5), cmocka_unit_test(test_damaged_sparse),
        cmocka_unit_test(test_dangling_link),   cmocka_unit_test(test_more_than_the_file_can_hold),
        cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
