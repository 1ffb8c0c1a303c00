/* HDF5 files that name other files, that claim more than they hold, or whose references do not fit:
   refused with a sentence, before libhdf5 follows them. */
#define _XOPEN_SOURCE 700
#include "hdf5_helpers.h"

#include <sys/wait.h>

/* ---- small NWB files ---- */

/* Two units, and all but the times, if they are to come in another way. */
static hid_t new_nwb(const char *path, hid_t times_type)
{
    static const double times[] = {0.1, 0.05, 0.2}, ends[] = {1, 3};
    const hid_t file = new_hdf5(path);
    H5Gclose(H5Gcreate2(file, "/units", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    put_list(file, ENDS, H5T_STD_I32LE, H5T_NATIVE_DOUBLE, 2, ends, H5P_DEFAULT);
    if (times_type >= 0)
        put_list(file, TIMES, times_type, H5T_NATIVE_DOUBLE, 3, times, H5P_DEFAULT);
    return file;
}

/* Numbers in single precision stand for decimal ones: 0.2 s, not 0.200000003. */
static void test_single_precision(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("single.nwb");
    assert_true(H5Fclose(new_nwb(path, H5T_IEEE_F32LE)) >= 0);
    srnn_spikes s;
    assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
    assert_true(s.T_ms == 200);
    assert_int_equal(s.n, 3);
    static const double times[] = {50, 100, 200};
    for (int q = 0; q < 3; q++) assert_near(s.time_ms[q], times[q], 1e-12);
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* HDF5 without spikes is no model either: the sentence says what is missing. */
static void test_without_units(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("empty.nwb");
    H5Fclose(new_hdf5(path));
    assert_true(srnn_spikes_file(ctx, path));
    assert_spikes_refused(
        ctx, path, ": it has neither /units (NWB) nor /spikes (SONATA); expected one of them");
    srnn_ctx_free(ctx);
}

/* Addresses of four bytes, which the checks of the heap do not know. */
static void test_short_addresses(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("short.h5");
    const hid_t how = H5Pcreate(H5P_FILE_CREATE);
    assert_true(H5Pset_sizes(how, 4, 4) >= 0);
    H5Fclose(H5Fcreate(path, H5F_ACC_TRUNC, how, H5P_DEFAULT));
    H5Pclose(how);
    assert_spikes_refused(ctx, path, " is not an HDF5 file with addresses of 8 bytes");
    srnn_ctx_free(ctx);
}

/* Numbers of no type that machines have. */
static void test_odd_numbers(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("odd.nwb");
    for (int k = 0; k < 2; k++) {
        const hid_t type = H5Tcopy(k ? H5T_STD_I32LE : H5T_IEEE_F64LE);
        assert_true((k ? H5Tset_precision(type, 31) : H5Tset_ebias(type, 1000)) >= 0);
        H5Fclose(new_nwb(path, type));
        H5Tclose(type);
        assert_spikes_refused(ctx, path, ": variable '" TIMES "' is not numeric");
    }
    srnn_ctx_free(ctx);
}

/* A chunk is allocated whole, however few of its numbers the list has. */
static void test_large_chunk(void **state)
{
    (void)state;
    const hsize_t n = 3, most = H5S_UNLIMITED, chunk = 1 << 28;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("chunk.nwb");
    const hid_t file = new_nwb(path, -1), space = H5Screate_simple(1, &n, &most);
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(how, 1, &chunk);
    const hid_t set = H5Dcreate2(file, TIMES, H5T_IEEE_F64LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    assert_true(set >= 0);
    H5Dclose(set);
    H5Pclose(how);
    H5Sclose(space);
    H5Fclose(file);
    assert_spikes_refused(ctx, path, ": variable '" TIMES "' " TAKES_MORE);
    srnn_ctx_free(ctx);
}

/* ---- numbers in other files ---- */

typedef void (*put_times)(hid_t file, const char *other);

static void put_external_link(hid_t file, const char *other)
{
    assert_true(H5Lcreate_external(other, "/x", file, TIMES, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static void put_soft_link(hid_t file, const char *other)
{
    assert_true(H5Lcreate_external(other, "/", file, "/out", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_true(H5Lcreate_soft("/out/x", file, TIMES, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static void put_external_storage(hid_t file, const char *other)
{
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_external(how, other, 0, 24) >= 0);
    put_list(file, TIMES, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 3, NULL, how);
    H5Pclose(how);
}

static void put_virtual(hid_t file, const char *other)
{
    const hsize_t n = 3;
    const hid_t how = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &n, NULL);
    assert_true(H5Pset_virtual(how, space, other, "/x", space) >= 0);
    put_list(file, TIMES, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 3, NULL, how);
    H5Sclose(space);
    H5Pclose(how);
}

/* The other file is there and has numbers; then it is a FIFO, at which a reader would wait. */
static void test_other_files(void **state)
{
    (void)state;
#define LINK ": variable '" TIMES "' is a link into another file; expected it in this file"
    static const struct {
        put_times put;
        const char *words;
    } cases[] = {{put_external_link, LINK},
                 {put_soft_link, LINK},
                 {put_external_storage, ": variable '" TIMES "' has external storage, in another "
                                        "file; expected its numbers in this file"},
                 {put_virtual, ": variable '" TIMES "' is a virtual dataset, of other files; "
                               "expected its numbers in this file"}};
#undef LINK
    static const double secret[] = {0.1, 0.05, 0.2};
    const char *other = at("other.h5"), *fifo = at("fifo"), *path = at("names.nwb");
    const hid_t file = new_hdf5(other);
    put_list(file, "/x", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 3, secret, H5P_DEFAULT);
    H5Fclose(file);
    assert_false(mkfifo(fifo, 0600));
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const hid_t nwb = new_nwb(path, -1);
        cases[i / 2].put(nwb, i % 2 ? fifo : other);
        H5Fclose(nwb);
        assert_spikes_refused(ctx, path, cases[i / 2].words);
    }
    srnn_ctx_free(ctx);
}

/* Filters other than gzip, shuffle and fletcher32 are plugins, or do not withstand damage. */
static void test_filters(void **state)
{
    (void)state;
    static const double times[] = {0.1, 0.05, 0.2};
    const hsize_t chunk = 3;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("filters.nwb");
    for (int k = 0; k < 4; k++) {
        const hid_t how = H5Pcreate(H5P_DATASET_CREATE), file = new_nwb(path, -1);
        H5Pset_chunk(how, 1, &chunk);
        if (k == 0) {
            assert_true(H5Pset_shuffle(how) >= 0 && H5Pset_deflate(how, 9) >= 0 &&
                        H5Pset_fletcher32(how) >= 0);
        } else if (k == 1) {
            H5Pset_scaleoffset(how, H5Z_SO_FLOAT_DSCALE, 6);
        } else if (k == 2) {
            H5Pset_filter(how, 32015, H5Z_FLAG_OPTIONAL, 0, NULL); /* a plugin's */
        } else {
            H5Pset_deflate(how, 9);
            H5Pset_filter(how, H5Z_FILTER_DEFLATE, 0, 1, (unsigned[]){9}); /* twice */
        }
        put_list(file, TIMES, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 3, times, how);
        H5Pclose(how);
        H5Fclose(file);
        srnn_spikes s;
        if (k == 0) {
            assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
            assert_near(s.T_ms, 200, 0);
            srnn_spikes_free(&s);
        } else {
            assert_spikes_refused(
                ctx, path,
                ": variable '" TIMES "' is packed by a filter other than "
                "gzip, shuffle and fletcher32; expected one of them, which `h5repack -f "
                "GZIP=4` makes");
        }
    }
    srnn_ctx_free(ctx);
}

/* ---- references into the heap ---- */

enum { LETTERS = 1000, REFERENCE = 16, OBJECT_SIZE = 24, OBJECT_INDEX = 16, HEAP_SIZE = 8 };

/* Populations of two units, the first one a long name; returns where the references are. */
static uint64_t put_populations(hid_t file, bool as_attribute)
{
    static char name[LETTERS + 1];
    const char *const texts[] = {memset(name, 'x', LETTERS), "pv"};
    const hsize_t n = 2;
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &n, NULL);
    uint64_t place = 0;
    H5Tset_size(type, H5T_VARIABLE);
    if (as_attribute) {
        const hid_t group = H5Gcreate2(file, "/general", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        const hid_t p = H5Gcreate2(group, "protocol", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        const hid_t a = H5Acreate2(p, "types", type, space, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Awrite(a, type, texts) >= 0);
        H5Aclose(a);
        H5Gclose(p);
        H5Gclose(group);
    } else {
        const hid_t set = H5Dcreate2(file, "/units/population", type, space, H5P_DEFAULT,
                                     H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0);
        place = H5Dget_offset(set);
        H5Dclose(set);
    }
    H5Sclose(space);
    H5Tclose(type);
    return place;
}

static unsigned char *heap_of(file_bytes file)
{
    for (size_t k = 0; k + 4 <= file.n; k++)
        if (!memcmp(file.data + k, "GCOL", 4)) return file.data + k;
    fail_msg("no heap");
    return NULL;
}

static void put_number(unsigned char *to, uint64_t number, int width)
{
    for (int k = 0; k < width; k++) to[k] = (unsigned char)(number >> 8 * k);
}

static const struct {
    size_t at; /* in the heap, or of the first reference */
    uint64_t number;
    int width;
    bool in_reference;
} damages[] = {{OBJECT_SIZE, 0, 8, false},
               {OBJECT_SIZE, UINT64_MAX, 8, false},
               {OBJECT_SIZE, UINT64_MAX - 30, 8, false},
               {OBJECT_SIZE, LETTERS + 1, 8, false},
               {OBJECT_SIZE, 4096, 8, false},
               {OBJECT_INDEX, 0, 2, false},
               {OBJECT_INDEX, 9, 2, false},
               {OBJECT_INDEX, 2, 2, false},
               {HEAP_SIZE, 0, 8, false},
               {HEAP_SIZE, 16, 8, false},
               {HEAP_SIZE, 1 << 20, 8, false},
               {0, 0, 4, false},
               {0, 10, 4, true}, /* shorter than what it refers to */
               {0, UINT32_MAX, 4, true},
               {4, 0, 8, true},
               {4, UINT64_MAX, 8, true},
               {12, 0, 4, true},
               {12, 77, 4, true}};
enum { N_DAMAGES = sizeof damages / sizeof *damages };

static void test_heaps(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("heap.nwb");
    const hid_t file = new_nwb(path, H5T_IEEE_F64LE);
    const uint64_t place = put_populations(file, false);
    H5Fclose(file);
    const file_bytes whole = read_bytes(path);
    srnn_spikes s;
    assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
    assert_int_equal(s.population[1], SRNN_PV);
    srnn_spikes_free(&s);
    for (int k = 0; k < N_DAMAGES; k++) {
        file_bytes damaged = {malloc(whole.n), whole.n};
        memcpy(damaged.data, whole.data, whole.n);
        unsigned char *start = damages[k].in_reference ? damaged.data + place : heap_of(damaged);
        put_number(start + damages[k].at, damages[k].number, damages[k].width);
        write_bytes(path, damaged.data, damaged.n);
        assert_spikes_refused(ctx, path, ": variable '/units/population' is damaged or truncated");
        free(damaged.data);
    }
    free(whole.data);
    srnn_ctx_free(ctx);
}

/* An attribute that cannot be had is as one that is not there. */
static void test_heaps_of_attributes(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("attribute.nwb");
    const hid_t file = new_nwb(path, H5T_IEEE_F64LE);
    put_populations(file, true);
    H5Fclose(file);
    const file_bytes whole = read_bytes(path);
    srnn_spikes s;
    assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
    assert_int_equal(s.n_types, 3); /* and "unknown" */
    srnn_spikes_free(&s);
    for (int k = 0; k < N_DAMAGES; k++) {
        if (damages[k].in_reference) continue;
        file_bytes damaged = {malloc(whole.n), whole.n};
        memcpy(damaged.data, whole.data, whole.n);
        put_number(heap_of(damaged) + damages[k].at, damages[k].number, damages[k].width);
        write_bytes(path, damaged.data, damaged.n);
        assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
        assert_int_equal(s.n_types, 1);
        srnn_spikes_free(&s);
        free(damaged.data);
    }
    free(whole.data);
    srnn_ctx_free(ctx);
}

/* Many references to one text claim more than the file has. */
static void test_one_text_many_times(void **state)
{
    (void)state;
    enum { N = 4096 };
    static double ends[N];
    static const char *texts[N];
    static char name[LETTERS + 1];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("claims.nwb");
    const hsize_t n = N;
    const double time = 0.1;
    for (int k = 0; k < N; k++) {
        ends[k] = 1;
        texts[k] = k ? "" : memset(name, 'x', LETTERS);
    }
    const hid_t file = new_hdf5(path);
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &n, NULL);
    H5Tset_size(type, H5T_VARIABLE);
    H5Gclose(H5Gcreate2(file, "/units", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    put_list(file, ENDS, H5T_STD_I32LE, H5T_NATIVE_DOUBLE, N, ends, H5P_DEFAULT);
    put_list(file, TIMES, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &time, H5P_DEFAULT);
    const hid_t set =
        H5Dcreate2(file, "/units/population", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0);
    const uint64_t place = H5Dget_offset(set);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
    file_bytes all = read_bytes(path);
    for (int k = 1; k < N; k++)
        memcpy(all.data + place + REFERENCE * k, all.data + place, REFERENCE);
    write_bytes(path, all.data, all.n);
    free(all.data);
    assert_spikes_refused(ctx, path, ": variable '/units/population' is damaged or truncated");
    srnn_ctx_free(ctx);
}

/* ---- the guard ---- */

typedef struct guard {
    srnn_guarded says;
    int calls;
    uint64_t bytes;
} guard;

static srnn_guarded try_in_child(void *user, void (*attempt)(void *), void *argument,
                                 uint64_t bytes)
{
    guard *g = user;
    int status;
    g->calls++;
    g->bytes = bytes;
    if (g->says) return g->says;
    const pid_t child = fork();
    if (!child) {
        attempt(argument);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    return SRNN_GUARDED_RETURNED;
}

static void test_guard(void **state)
{
    (void)state;
    static const struct {
        srnn_guarded says;
        srnn_status status;
        const char *words;
    } ends[] = {
        {SRNN_GUARDED_CRASHED, SRNN_ERR_FORMAT,
         ": reading it crashed the HDF5 library; the file is damaged"},
        {SRNN_GUARDED_STUCK, SRNN_ERR_FORMAT,
         ": reading it takes longer than a file of this size is given; it is damaged, or packed "
         "very tightly, which `h5repack -f NONE` undoes"},
        {SRNN_GUARDED_CANCELLED, SRNN_CANCELLED, ": interrupted"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("guarded.nwb"), *empty = at("guarded_empty.nwb");
    H5Fclose(new_nwb(path, H5T_IEEE_F64LE));
    H5Fclose(new_hdf5(empty));
    struct stat info;
    assert_false(stat(path, &info));
    guard g = {.calls = 0};
    srnn_spikes s;
    srnn_ctx_set_guard(ctx, try_in_child, &g);
    assert_ok(ctx, srnn_spikes_load(ctx, path, &s));
    assert_int_equal(s.n, 3);
    srnn_spikes_free(&s);
    assert_int_equal(g.calls, 1);
    assert_int_equal(g.bytes, info.st_size);
    assert_spikes_refused(
        ctx, empty, /* in the child already */
        ": it has neither /units (NWB) nor /spikes (SONATA); expected one of them");
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        char sentence[256];
        g.says = ends[k].says;
        snprintf(sentence, sizeof sentence, "%s%s", path, ends[k].words);
        assert_says(ctx, srnn_spikes_load(ctx, path, &s), ends[k].status, sentence);
    }
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_single_precision),
                                       cmocka_unit_test(test_without_units),
                                       cmocka_unit_test(test_short_addresses),
                                       cmocka_unit_test(test_odd_numbers),
                                       cmocka_unit_test(test_large_chunk),
                                       cmocka_unit_test(test_other_files),
                                       cmocka_unit_test(test_filters),
                                       cmocka_unit_test(test_heaps),
                                       cmocka_unit_test(test_heaps_of_attributes),
                                       cmocka_unit_test(test_one_text_many_times),
                                       cmocka_unit_test(test_guard)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
