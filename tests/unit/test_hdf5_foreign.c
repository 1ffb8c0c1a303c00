/* HDF5 files as other programs write them: what they keep elsewhere is refused, never left out, and
   parts that nobody wrote, packed text and single precision are read as they are. */
#define _GNU_SOURCE 1 /* wait4 */
#define _XOPEN_SOURCE 700
#include "hdf5_helpers.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <zlib.h>

#define PROTOCOL "/general/protocol"

static void put_doubles(hid_t file, const char *name, hsize_t n, const double *values)
{
    put_list(file, name, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, n, values, H5P_DEFAULT);
}

/* Two units with three spikes. */
static void put_units(hid_t file)
{
    static const double times[] = {0.1, 0.05, 0.2}, ends[] = {1, 3};
    put_doubles(file, TIMES, 3, times);
    put_doubles(file, ENDS, 2, ends);
}

static void put_sonata(hid_t file)
{
    static const double times[] = {1, 2}, nodes[] = {0, 1};
    put_doubles(file, "/spikes/net/timestamps", 2, times);
    put_doubles(file, "/spikes/net/node_ids", 2, nodes);
}

/* ---- what is elsewhere ---- */

static void put_group(hid_t file, const char *name)
{
    H5Gclose(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
}

/* Optional groups, too: without the trials the spikes would be those of one trial. */
static void test_links_of_groups(void **state)
{
    (void)state;
#define OUTSIDE "' is a link into another file; expected it in this file"
#define NOWHERE "' is damaged, or a link that leads nowhere"
    static const struct {
        const char *within, *link, *words;
        bool sonata, soft;
    } cases[] = {{NULL, "/units", ": variable '" TIMES OUTSIDE, false, false},
                 {"/intervals", "/intervals/trials", ": variable '/intervals/trials/type" OUTSIDE,
                  false, false},
                 {NULL, "/intervals", ": variable '/intervals/trials" OUTSIDE, false, false},
                 {"/intervals", "/intervals/trials", ": variable '/intervals/trials/type" NOWHERE,
                  false, true},
                 {NULL, "/general", ": variable '" PROTOCOL OUTSIDE, false, false},
                 {"/general", PROTOCOL, ": variable '" PROTOCOL OUTSIDE, false, false},
                 {NULL, "/spikes", ": variable '/spikes" OUTSIDE, false, false},
                 {NULL, "/spikernn", ": variable '/spikernn/population" OUTSIDE, true, false}};
#undef OUTSIDE
#undef NOWHERE
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("links.nwb");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const hid_t file = new_hdf5(path);
        const char *link = cases[k].link;
        if (cases[k].sonata)
            put_sonata(file);
        else if (strcmp(link, "/units") && strcmp(link, "/spikes"))
            put_units(file);
        if (cases[k].within) put_group(file, cases[k].within);
        if (cases[k].soft)
            H5Lcreate_soft("/nowhere", file, link, H5P_DEFAULT, H5P_DEFAULT);
        else
            H5Lcreate_external("other.nwb", "/x", file, link, H5P_DEFAULT, H5P_DEFAULT);
        H5Fclose(file);
        assert_spikes_refused(ctx, path, cases[k].words);
    }
    srnn_ctx_free(ctx);
}

/* ---- SONATA ---- */

static void put_text_attribute(hid_t file, const char *name, const char *attribute,
                               const char *text, bool variable)
{
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, variable ? H5T_VARIABLE : strlen(text));
    const hid_t a = H5Acreate_by_name(file, name, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT,
                                      H5P_DEFAULT);
    assert_true(a >= 0 && H5Awrite(a, type, variable ? (const void *)&text : text) >= 0);
    H5Aclose(a);
    H5Sclose(space);
    H5Tclose(type);
}

/* Units are told in text of either kind; one population of several is never taken for all. */
static void test_sonata(void **state)
{
    (void)state;
    static const char stamps[] = "/spikes/net/timestamps";
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("sonata.h5");
    for (int k = 0; k < 4; k++) {
        const hid_t file = new_hdf5(path);
        put_sonata(file);
        put_text_attribute(file, stamps, "units", k / 2 ? "ms" : "s", k % 2);
        H5Fclose(file);
        srnn_spikes s;
        if (k / 2) {
            assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
            assert_near(s.T_ms, 5, 0);
            srnn_spikes_free(&s);
        } else {
            assert_spikes_refused(
                ctx, path, ": variable '/spikes/net/timestamps' has the units 's'; expected ms");
        }
    }
    const hid_t file = new_hdf5(path);
    put_sonata(file);
    put_group(file, "/spikes/other");
    H5Fclose(file);
    assert_spikes_refused(ctx, path,
                          ": '/spikes' has no population of nodes, or several; expected one");
    srnn_ctx_free(ctx);
}

/* ---- what nobody wrote ---- */

static hid_t in_chunks(hsize_t chunk, int packed)
{
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    if (chunk) H5Pset_chunk(how, 1, &chunk);
    if (packed) assert_true(H5Pset_shuffle(how) >= 0 && H5Pset_deflate(how, packed) >= 0);
    return how;
}

/* One number in a list of n that are 0.25 or 0 otherwise. */
static void put_sparsely(hid_t file, const char *name, hsize_t n, hsize_t at, hid_t how)
{
    static const double written = 0.5, fill = 0.25;
    H5Pset_fill_value(how, H5T_NATIVE_DOUBLE, &fill);
    put_list(file, name, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, n, NULL, how);
    H5Pclose(how);
    if (at >= n) return;
    const hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(set);
    const hid_t one = H5Screate(H5S_SCALAR);
    H5Sselect_elements(space, H5S_SELECT_SET, 1, &at);
    assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, one, space, H5P_DEFAULT, &written) >= 0);
    H5Sclose(one);
    H5Sclose(space);
    H5Dclose(set);
}

/* A list of which nothing, or one chunk, was written is the fill value there. */
static void test_unwritten(void **state)
{
    (void)state;
    enum { N = 100000 };
    static const struct {
        hsize_t chunk, at;
        int packed;
    } cases[] = {{0, N, 0}, {10, N, 0}, {10, N, 9}, {10, 15, 0}, {10, 15, 9}, {10, N - 1, 1}};
    static const double end = N;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("unwritten.nwb");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const hid_t file = new_hdf5(path);
        put_sparsely(file, TIMES, N, cases[k].at, in_chunks(cases[k].chunk, cases[k].packed));
        put_doubles(file, ENDS, 1, &end);
        H5Fclose(file);
        srnn_spikes s;
        assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
        assert_int_equal(s.n, N);
        assert_near(s.time_ms[0], 250, 0);
        assert_near(s.time_ms[N - 1], cases[k].at < N ? 500 : 250, 0);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

/* It may claim as much as memory is given for, and no more: the file is not damaged. */
static void test_unwritten_too_large(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("too_large.nwb");
    for (int k = 0; k < 3; k++) {
        const hid_t file = new_hdf5(path);
        put_sparsely(file, TIMES, (hsize_t)1 << 40, (hsize_t)1 << 40,
                     in_chunks(k ? 1 << 20 : 0, k == 2));
        H5Fclose(file);
        assert_spikes_refused(ctx, path, ": variable '" TIMES "' " TAKES_MORE);
    }
    srnn_ctx_free(ctx);
}

/* ---- packed text ---- */

enum { N_TEXTS = 500, PER_CHUNK = 64, REFERENCE = 16 };

/* As many units as texts, the last with all spikes. */
static hid_t new_file_of_units(const char *path)
{
    static const double times[] = {0.1, 0.2};
    static double ends[N_TEXTS];
    const hid_t file = new_hdf5(path);
    ends[N_TEXTS - 1] = 2;
    put_doubles(file, TIMES, 2, times);
    put_doubles(file, ENDS, N_TEXTS, ends);
    return file;
}

static void put_populations(hid_t file, hsize_t written, hid_t how)
{
    const char *texts[N_TEXTS];
    const hid_t type = text_type();
    for (int k = 0; k < N_TEXTS; k++) texts[k] = k % 3 ? k % 3 == 1 ? "pv" : "som" : "exc";
    put_list(file, "/units/population", type, type, N_TEXTS, written ? texts : NULL, how);
    H5Pclose(how);
    H5Tclose(type);
}

static hid_t filters(int which)
{
    const hsize_t chunk = PER_CHUNK;
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(how, 1, &chunk);
    if (which & 1) H5Pset_shuffle(how);
    if (which & 2) H5Pset_deflate(how, 4);
    return how;
}

static void test_packed_text(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("packed.nwb");
    for (int which = 0; which < 4; which++) {
        const hid_t file = new_file_of_units(path);
        put_populations(file, N_TEXTS, filters(which));
        H5Fclose(file);
        srnn_spikes s;
        assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
        for (int k = 0; k < N_TEXTS; k++)
            assert_int_equal(s.population[k], k % 3 ? k % 3 == 1 ? SRNN_PV : SRNN_SOM : SRNN_EXC);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

#define OTHER_LAYOUT                                                                               \
    ": variable '/units/population' is text of variable length that is laid out in a way that is " \
    "not read; `h5repack -l CONTI` makes it one that is"

/* Texts that nobody wrote are empty; what would be instead of them is not checked, and refused. */
static void test_unwritten_text(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("no_text.nwb"), *fill = "pv";
    const hid_t type = text_type();
    for (int k = 0; k < 4; k++) {
        const hid_t file = new_file_of_units(path);
        const hid_t how = k % 2 ? filters(2) : H5Pcreate(H5P_DATASET_CREATE);
        if (k >= 2) assert_true(H5Pset_fill_value(how, type, &fill) >= 0);
        if (k == 2) H5Pset_alloc_time(how, H5D_ALLOC_TIME_LATE);
        put_populations(file, 0, how);
        H5Fclose(file);
        srnn_spikes s;
        if (k >= 2) {
            assert_spikes_refused(ctx, path, OTHER_LAYOUT);
        } else {
            assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
            assert_int_equal(s.N, N_TEXTS);
            srnn_spikes_free(&s);
        }
    }
    /* of some chunks, too */
    const hsize_t written = PER_CHUNK, from = 0;
    const char *texts[PER_CHUNK];
    for (int k = 0; k < PER_CHUNK; k++) texts[k] = "pv";
    const hid_t file = new_file_of_units(path), how = filters(2);
    assert_true(H5Pset_fill_value(how, type, &fill) >= 0);
    put_populations(file, 0, how);
    const hid_t set = H5Dopen2(file, "/units/population", H5P_DEFAULT), all = H5Dget_space(set);
    const hid_t part = H5Screate_simple(1, &written, NULL);
    H5Sselect_hyperslab(all, H5S_SELECT_SET, &from, NULL, &written, NULL);
    assert_true(H5Dwrite(set, type, part, all, H5P_DEFAULT, texts) >= 0);
    H5Sclose(part);
    H5Sclose(all);
    H5Dclose(set);
    H5Fclose(file);
    assert_spikes_refused(ctx, path, OTHER_LAYOUT);
    H5Tclose(type);
    srnn_ctx_free(ctx);
}

/* A text for each unit. */
static void test_fewer_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {"pv", "pv"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("fewer.nwb");
    const hid_t file = new_file_of_units(path), type = text_type();
    put_list(file, "/units/population", type, type, 2, texts, H5P_DEFAULT);
    H5Tclose(type);
    H5Fclose(file);
    char words[128];
    snprintf(words, sizeof words,
             ": variable '/units/population' has 2 values; expected %d, one a row of its table",
             (int)N_TEXTS);
    assert_spikes_refused(ctx, path, words);
    srnn_ctx_free(ctx);
}

/* References in a packed chunk that do not fit are refused before libhdf5 follows them. */
static void test_damaged_packed_text(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("bad_text.nwb");
    static const struct {
        int at, by;
        unsigned char value;
    } damages[] = {{0, 0, 9}, {4, 5, 1}, {12, 1, 250}, {3, 0, 127}};
    for (size_t k = 0; k < sizeof damages / sizeof *damages; k++) {
        const hid_t file = new_file_of_units(path);
        put_populations(file, N_TEXTS, filters(2));
        const hid_t set = H5Dopen2(file, "/units/population", H5P_DEFAULT);
        unsigned char packed[4096], references[PER_CHUNK * REFERENCE];
        uLongf n = sizeof references, n_packed = sizeof packed;
        const hsize_t offset = 0;
        hsize_t stored;
        uint32_t skipped;
        assert_true(H5Dget_chunk_storage_size(set, &offset, &stored) >= 0);
        assert_true(H5Dread_chunk(set, H5P_DEFAULT, &offset, &skipped, packed) >= 0);
        assert_int_equal(uncompress(references, &n, packed, stored), Z_OK);
        references[2 * REFERENCE + damages[k].at + damages[k].by] = damages[k].value;
        assert_int_equal(compress(packed, &n_packed, references, n), Z_OK);
        assert_true(H5Dwrite_chunk(set, H5P_DEFAULT, 0, &offset, n_packed, packed) >= 0);
        H5Dclose(set);
        H5Fclose(file);
        assert_spikes_refused(ctx, path, ": variable '/units/population' is damaged or truncated");
    }
    srnn_ctx_free(ctx);
}

/* ---- single precision ---- */

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* As printing and reading has it: digits 6 to 9, the first that give the number. */
static double printed(float value)
{
    char text[32];
    double decimal = value;
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if ((float)(decimal = strtod(text, NULL)) == value) break;
    }
    return decimal;
}

static void test_single_precision(void **state)
{
    (void)state;
    enum { N = 40000 };
    static float times[N];
    static double expected[N];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("single.nwb");
    uint32_t noise = 1;
    for (int k = 0; k < N; k++) {
        noise = 1664525 * noise + 1013904223;
        const double part = ldexp(noise, -32), scale = pow(10, k % 11 - 5); /* 1e-5 to 1e5 s */
        times[k] = (float)(k % 2 ? rint(part * scale * 1e4) / 1e4 + 1e-4 : part * scale + 1e-9);
    }
    for (int k = 0; k < N; k++) expected[k] = 1e3 * printed(times[k]);
    const hid_t file = new_hdf5(path);
    const double end = N;
    put_list(file, TIMES, H5T_NATIVE_FLOAT, H5T_NATIVE_FLOAT, N, times, H5P_DEFAULT);
    put_doubles(file, ENDS, 1, &end);
    H5Fclose(file);
    srnn_spikes s;
    assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
    qsort(expected, N, sizeof *expected, compare_doubles);
    for (int k = 0; k < N; k++) assert_true(s.time_ms[k] == expected[k]);
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* ---- large files ---- */

/* KiB of a process that loads the file; NULL: none. */
static long memory_of(const char *path)
{
    const pid_t child = fork();
    if (!child) { /* its peak of memory starts at 0 */
        srnn_ctx *ctx = new_ctx(NULL, 1);
        srnn_spikes s;
        _exit(path && (srnn_spikes_load(ctx, path, &s) || s.n != 3));
    }
    struct rusage use;
    int status;
    assert_int_equal(wait4(child, &status, 0, &use), child);
    assert_int_equal(status, 0);
    return use.ru_maxrss;
}

/* Gigabytes of recordings in the same file are not read. Here they are a hole. */
static void test_large(void **state)
{
    (void)state;
    enum { KIB = 1024, LARGE = 400 * KIB * KIB };
    const char *path = at("large.nwb");
    const hid_t file = new_hdf5(path), how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_alloc_time(how, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(how, H5D_FILL_TIME_NEVER);
    put_list(file, "/acquisition/data", H5T_NATIVE_INT8, H5T_NATIVE_INT8, LARGE, NULL, how);
    H5Pclose(how);
    put_units(file);
    H5Fclose(file);
    struct stat info;
    assert_false(stat(path, &info));
    assert_true(info.st_size > LARGE);
    assert_true(memory_of(path) - memory_of(NULL) < LARGE / KIB / 2);
}

/* ---- stopping ---- */

static void test_stop(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("stop.nwb");
    int calls = 0;
    srnn_ctx_set_progress(ctx, stop_reading, &calls);
    for (int k = 0; k < 2; k++) {
        const hid_t file = new_hdf5(path);
        if (k == 0)
            put_units(file);
        else
            put_sonata(file);
        H5Fclose(file);
        srnn_spikes s;
        assert_says(ctx, srnn_spikes_load(ctx, path, &s), SRNN_CANCELLED, "interrupted");
        assert_null(s.time_ms);
        assert_int_equal(calls, k + 1);
    }
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_links_of_groups),
                                       cmocka_unit_test(test_sonata),
                                       cmocka_unit_test(test_fewer_texts),
                                       cmocka_unit_test(test_unwritten),
                                       cmocka_unit_test(test_unwritten_too_large),
                                       cmocka_unit_test(test_packed_text),
                                       cmocka_unit_test(test_unwritten_text),
                                       cmocka_unit_test(test_damaged_packed_text),
                                       cmocka_unit_test(test_single_precision),
                                       cmocka_unit_test(test_large),
                                       cmocka_unit_test(test_stop)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
