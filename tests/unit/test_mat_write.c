/* Where and how files are written: names, links, permissions; whatever goes wrong, the old
   file is whole and nothing else is left. */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/temporary.h"
#include "mat_helpers.h"

static srnn_model *small_model(srnn_ctx *ctx, uint64_t seed)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = 40;
    p.seed = seed;
    return new_model(ctx, &p);
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(lstat(path, &info), 0);
    return info.st_mode;
}

/* Names in a folder, sorted, with a space behind each. */
static const char *names_in(const char *folder)
{
    static char names[512];
    struct dirent **entries;
    const int n = scandir(folder, &entries, NULL, alphasort);
    assert_true(n >= 2);
    *names = '\0';
    for (int k = 0; k < n; k++) {
        if (*entries[k]->d_name != '.') {
            strcat(names, entries[k]->d_name);
            strcat(names, " ");
        }
        free(entries[k]);
    }
    free(entries);
    return names;
}

static const char *new_folder(const char *name)
{
    const char *path = at(name);
    assert_int_equal(mkdir(path, 0777), 0);
    return path;
}

static uint64_t seed_in(srnn_ctx *ctx, const char *path)
{
    srnn_model *m;
    assert_ok(ctx, srnn_model_load(ctx, path, &m));
    const uint64_t seed = srnn_model_get_params(m).seed;
    srnn_model_free(m);
    return seed;
}

/* ---- names ---- */

static void test_save_replaces(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *a = small_model(ctx, 1), *b = small_model(ctx, 2);
    const char *folder = new_folder("replace");
    assert_ok(ctx, srnn_model_save(ctx, a, at("replace/m.mat")));
    assert_ok(ctx, srnn_model_save(ctx, b, at("replace/m.mat")));
    assert_int_equal(seed_in(ctx, at("replace/m.mat")), 2);
    assert_string_equal(names_in(folder), "m.mat ");
    srnn_model_free(a);
    srnn_model_free(b);
    srnn_ctx_free(ctx);
}

static void test_save_new_numbers(void **state)
{
    (void)state;
    static const char *const asked[] = {"new/m.mat", "new/m.mat", "new/m.mat", "new/plain",
                                        "new/plain"};
    static const char *const expected[] = {"new/m.mat", "new/m_2.mat", "new/m_3.mat", "new/plain",
                                           "new/plain_2"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *folder = new_folder("new");
    for (uint64_t k = 0; k < sizeof asked / sizeof *asked; k++) {
        srnn_model *m = small_model(ctx, k);
        char *saved_as;
        assert_ok(ctx, srnn_model_save_new(ctx, m, at(asked[k]), &saved_as));
        assert_string_equal(saved_as, at(expected[k]));
        assert_int_equal(seed_in(ctx, saved_as), k);
        free(saved_as);
        srnn_model_free(m);
    }
    for (uint64_t k = 0; k < 3; k++) assert_int_equal(seed_in(ctx, at(expected[k])), k);
    /* the first free number, not the next */
    assert_int_equal(unlink(at("new/m_2.mat")), 0);
    srnn_model *m = small_model(ctx, 9);
    char *saved_as;
    assert_ok(ctx, srnn_model_save_new(ctx, m, at("new/m.mat"), &saved_as));
    assert_string_equal(saved_as, at("new/m_2.mat"));
    free(saved_as);
    assert_string_equal(names_in(folder), "m.mat m_2.mat m_3.mat plain plain_2 ");
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

static void test_default_path(void **state)
{
    (void)state;
    const struct {
        const char *task, *expected;
        srnn_model_params p;
    } cases[] = {
        {"go-nogo",
         "models/go-nogo/P_rec_0.2_Taus_4.0_20.0/"
         "Task_go-nogo_N_40_Taus_4.0_20.0_Act_sigmoid_2021_07_09_173315.mat",
         {.n_taus = 2, .taus = {4, 20}, .P_rec = 0.2, .apply_dale = true}},
        {"xor",
         "models/xor/NoDale/P_rec_0.35_Tau_12.5/"
         "Task_xor_N_40_Tau_12.5_Act_clipped_relu_2021_07_09_173315.mat",
         {.n_taus = 1, .taus = {12.5}, .P_rec = 0.35, .activation = SRNN_CLIPPED_RELU}},
        {"mante",
         "models/mante/P_rec_1.0_Taus_0.1_1e+16/"
         "Task_mante_N_40_Taus_0.1_1e+16_Act_softplus_2021_07_09_173315.mat",
         {.n_taus = 2,
          .taus = {0.1, 1e16},
          .P_rec = 1,
          .apply_dale = true,
          .activation = SRNN_SOFTPLUS}},
    };
    setenv("TZ", "UTC", 1);
    tzset();
    const time_t when = 1625852 * 1000 - 5; /* 2021-07-09 17:33:15 UTC */
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        srnn_model_params p = cases[k].p;
        p.size = sizeof p;
        p.N = 40;
        p.n_in = p.n_out = 1;
        p.DeltaT = p.gain = 1;
        srnn_model *m = new_model(ctx, &p);
        /* a folder within a folder that is not there, with slashes at its end */
        static const char *const folders[] = {"out/deep", "out/deep//"};
        for (int i = 0; i < 2; i++) {
            char *path, *saved_as;
            assert_ok(ctx,
                      srnn_model_default_path(ctx, m, cases[k].task, at(folders[i]), when, &path));
            char expected[512];
            snprintf(expected, sizeof expected, "%s/%s", at("out/deep"), cases[k].expected);
            assert_string_equal(path, expected);
            assert_ok(ctx, srnn_model_save_new(ctx, m, path, &saved_as));
            assert_int_equal(strcmp(saved_as, path) != 0, i);
            free(saved_as);
            free(path);
        }
        srnn_model_free(m);
    }
    srnn_ctx_free(ctx);
}

static void test_default_path_refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = small_model(ctx, 0);
    char *path, expected[400];
    write_bytes(at("file"), "x", 1);
    snprintf(expected, sizeof expected, "folder %s cannot be made: File exists", at("file"));
    assert_says(ctx, srnn_model_default_path(ctx, m, "xor", at("file"), 0, &path), SRNN_ERR_FILE,
                expected);
    assert_null(path);
    static const char *const tasks[] = {"", "../xor"};
    for (int k = 0; k < 2; k++) {
        snprintf(expected, sizeof expected,
                 "the task is '%s' and the folder 'out'; expected a name without '/' and a folder",
                 tasks[k]);
        assert_says(ctx, srnn_model_default_path(ctx, m, tasks[k], "out", 0, &path),
                    SRNN_ERR_ARGUMENT, expected);
        assert_null(path);
    }
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

/* ---- links and permissions ---- */

static void test_link_is_followed(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *a = small_model(ctx, 1), *b = small_model(ctx, 2);
    const char *there = new_folder("there"), *here = new_folder("here");
    assert_ok(ctx, srnn_model_save(ctx, a, at("there/m.mat")));
    assert_int_equal(symlink("../there/m.mat", at("here/link.mat")), 0);
    assert_ok(ctx, srnn_model_save(ctx, b, at("here/link.mat")));
    assert_true(S_ISLNK(mode_of(at("here/link.mat"))));
    assert_true(S_ISREG(mode_of(at("there/m.mat"))));
    assert_int_equal(seed_in(ctx, at("there/m.mat")), 2);
    assert_string_equal(names_in(there), "m.mat ");
    assert_string_equal(names_in(here), "link.mat ");

    assert_int_equal(symlink("nothing.mat", at("here/dangling.mat")), 0);
    char expected[400];
    snprintf(expected, sizeof expected,
             "%s is a link to a file that is not there; expected a place for a .mat file",
             at("here/dangling.mat"));
    assert_says(ctx, srnn_model_save(ctx, b, at("here/dangling.mat")), SRNN_ERR_FILE, expected);
    assert_string_equal(names_in(here), "dangling.mat link.mat ");
    srnn_model_free(a);
    srnn_model_free(b);
    srnn_ctx_free(ctx);
}

static void test_permissions(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = small_model(ctx, 1);
    const mode_t before = umask(027);
    assert_ok(ctx, srnn_model_save(ctx, m, at("mode.mat")));
    assert_int_equal(mode_of(at("mode.mat")) & 07777, 0640);
    umask(0);
    assert_ok(ctx, srnn_model_save(ctx, m, at("open.mat")));
    assert_int_equal(mode_of(at("open.mat")) & 07777, 0666);
    /* a replaced file keeps its own, whatever the umask */
    assert_int_equal(chmod(at("open.mat"), 0604), 0);
    assert_ok(ctx, srnn_model_save(ctx, m, at("open.mat")));
    assert_int_equal(mode_of(at("open.mat")) & 07777, 0604);
    const srnn_search_result search = {
        .n = 1, .scaling_factors = (double[]){30}, .correct = (int[]){1}, .n_trials = 1};
    assert_ok(ctx, srnn_model_save_search(ctx, at("open.mat"), &search));
    assert_int_equal(mode_of(at("open.mat")) & 07777, 0604);
    umask(before);
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

/* "new.mat", the mark of this machine and of the process, and what follows */
static const char *temporary_of(const char *file, long process, const char *rest)
{
    static char name[8][128];
    static int k;
    char mark[SRNN__MARK_SIZE];
    srnn__temporary_mark(mark);
    *strchr(mark, '-') = '\0';
    k = (k + 1) % 8;
    snprintf(name[k], sizeof name[k], "%s.%s-%ld-%s", file, mark, process, rest);
    return name[k];
}

static long ended_process(void)
{
    const pid_t child = fork();
    if (child == 0) _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return (long)child;
}

/* What this process or one that goes on has there is not in the way, and stays; so does what has
   another name. What a process left that has ended goes. */
static void test_temporary_left(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = small_model(ctx, 1);
    const long dead = ended_process();
    char older[64];
    snprintf(older, sizeof older, "new.mat.%ld-0.tmp", dead);
    const char *const stay[] = {temporary_of("new.mat", (long)getpid(), "0.tmp"),
                                temporary_of("new.mat", 1, "0.tmp"),
                                temporary_of("newer.mat", dead, "0.tmp"), older};
    const char *const go[] = {temporary_of("new.mat", dead, "0.tmp"),
                              temporary_of("new.mat", dead, "1.tmp.a1b2c3")};
    for (int i = 0; i < 4; i++) write_bytes(at(stay[i]), "mine", 4);
    for (int i = 0; i < 2; i++) write_bytes(at(go[i]), "left", 4);
    assert_ok(ctx, srnn_model_save(ctx, m, at("new.mat")));
    for (int i = 0; i < 4; i++)
        assert_file_holds(at(stay[i]), (file_bytes){(unsigned char *)"mine", 4});
    for (int i = 0; i < 2; i++) assert_int_not_equal(access(at(go[i]), F_OK), 0);
    for (int i = 0; i < 4; i++) unlink(at(stay[i]));
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

/* ---- what goes wrong ---- */

static void test_no_place(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = small_model(ctx, 1);
    write_bytes(at("no_folder"), "precious", 8);
    new_folder("folder.mat");
    const struct {
        const char *path, *words;
    } cases[] = {
        {at("no_folder/m.mat"), "cannot be written: Not a directory"},
        {at("nowhere/m.mat"), "cannot be written: No such file or directory"},
        {at("folder.mat"), "is not a regular file; expected a place for a .mat file"},
        {"/dev/null", "is not a regular file; expected a place for a .mat file"},
        {"", "cannot be written: No such file or directory"},
    };
    char *saved_as;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char expected[512];
        snprintf(expected, sizeof expected, "%s %s", cases[k].path, cases[k].words);
        assert_says(ctx, srnn_model_save(ctx, m, cases[k].path), SRNN_ERR_FILE, expected);
        assert_says(ctx, srnn_model_save_new(ctx, m, cases[k].path, &saved_as), SRNN_ERR_FILE,
                    expected);
        assert_null(saved_as);
    }
    const file_bytes b = {(unsigned char *)(uintptr_t) "precious", 8};
    assert_file_holds(at("no_folder"), b);
    assert_string_equal(names_in(at("folder.mat")), "");
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

enum { KEPT_WHOLE = 0, NO_ERROR = 1, OTHER_ERROR = 2, OTHER_SENTENCE = 3 };

typedef srnn_status (*writer)(srnn_ctx *ctx, const srnn_model *model, const char *path);

static srnn_status write_search(srnn_ctx *ctx, const srnn_model *model, const char *path)
{
    (void)model;
    const srnn_search_result search = {
        .n = 1, .scaling_factors = (double[]){30}, .correct = (int[]){1}, .n_trials = 1};
    return srnn_model_save_search(ctx, path, &search);
}

/* The temporary's name is longer than the file's, but no name may be longer than 255 bytes. */
static void test_long_names(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = small_model(ctx, 1);
    new_folder("long");
    for (int length = 245; length <= 256; length++) {
        char path[400], expected[500];
        snprintf(path, sizeof path, "%s/%0*d.mat", at("long"), length - 4, 0);
        if (length <= 255) {
            assert_ok(ctx, srnn_model_save(ctx, m, path));
            assert_ok(ctx, write_search(ctx, m, path));
            assert_int_equal(seed_in(ctx, path), 1);
            assert_int_equal(unlink(path), 0);
        } else {
            snprintf(expected, sizeof expected, "%s cannot be written: File name too long", path);
            assert_says(ctx, srnn_model_save(ctx, m, path), SRNN_ERR_FILE, expected);
        }
        assert_string_equal(names_in(at("long")), "");
    }
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

/* In a process of its own, where no file may grow beyond `room` bytes. */
static int write_with_room(srnn_ctx *ctx, const srnn_model *model, const char *path, writer write,
                           size_t room)
{
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit limit = {room, room};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit)) _exit(99);
        const srnn_status status = write(ctx, model, path);
        const bool sentence = strstr(srnn_ctx_message(ctx), path) == srnn_ctx_message(ctx) &&
                              strstr(srnn_ctx_message(ctx), "cannot be written completely");
        _exit(status == SRNN_OK         ? NO_ERROR
              : status != SRNN_ERR_FILE ? OTHER_ERROR
              : sentence                ? KEPT_WHOLE
                                        : OTHER_SENTENCE);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status)) fail_msg("with %zu bytes of room the writer crashed", room);
    return WEXITSTATUS(status);
}

/* Every length that a full disk may leave of the file, in about 40 steps. */
static void check_full_disk(srnn_ctx *ctx, const srnn_model *model, const char *name, writer write)
{
    const char *path = at(name);
    const file_bytes old = read_bytes(path);
    assert_ok(ctx, write(ctx, model, path));
    const file_bytes whole = read_bytes(path);
    assert_true(whole.n > 1000);
    for (size_t step = 0; step <= 40; step++) {
        const size_t room = step < 40 ? step * whole.n / 40 : whole.n - 1;
        write_bytes(path, old.data, old.n);
        const int outcome = write_with_room(ctx, model, path, write, room);
        if (outcome != KEPT_WHOLE) fail_msg("%zu bytes of room: outcome %d", room, outcome);
        assert_file_holds(path, old);
        char expected[64];
        snprintf(expected, sizeof expected, "%s ", strrchr(path, '/') + 1);
        assert_string_equal(names_in(at("full")), expected);
    }
    assert_int_equal(write_with_room(ctx, model, path, write, whole.n + 4096), NO_ERROR);
    assert_int_equal(unlink(path), 0);
    free(old.data);
    free(whole.data);
}

static void test_full_disk(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = small_model(ctx, 1);
    new_folder("full");
    assert_ok(ctx, srnn_model_save(ctx, m, at("full/m.mat")));
    check_full_disk(ctx, m, "full/m.mat", srnn_model_save);
    assert_ok(ctx, srnn_model_save(ctx, m, at("full/s.mat")));
    check_full_disk(ctx, m, "full/s.mat", write_search);
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

static void test_full_disk_7_3(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    if (access(at("full"), F_OK)) new_folder("full");
    var_list list = least_network();
    write_list(at("full/hdf.mat"), &list, MAT_FT_MAT73, MAT_COMPRESSION_NONE);
    check_full_disk(ctx, NULL, "full/hdf.mat", write_search);
    list_free(&list);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_save_replaces),    cmocka_unit_test(test_save_new_numbers),
        cmocka_unit_test(test_default_path),     cmocka_unit_test(test_default_path_refusals),
        cmocka_unit_test(test_link_is_followed), cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_temporary_left),   cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_no_place),         cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_full_disk_7_3),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
