/* A read that fails, or gives less than was asked for: a file is read whole or refused. */
#define _XOPEN_SOURCE 700
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>

#include "mat_refusals.h"

typedef enum fault { NONE, FAILS, IS_SHORT, ENDS } fault;

/* The read number `due`, from 1, of a file of models has the fault. */
static struct {
    fault fault;
    int due, seen;
} reads;

static bool of_a_model(int fd)
{
    char link[64], path[256] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return readlink(link, path, sizeof path - 1) > 0 && strstr(path, test_folder);
}

static bool is_due(int fd)
{
    return reads.fault != NONE && of_a_model(fd) && ++reads.seen == reads.due;
}

/* In the place of the C library's. */
ssize_t read(int fd, void *to, size_t n)
{
    const fault now = is_due(fd) ? reads.fault : NONE;
    if (now == ENDS) return 0;
    if (now == FAILS) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_read, fd, to, now == IS_SHORT && n > 1 ? n / 2 : n);
}

static size_t (*own_fread)(void *, size_t, size_t, FILE *);

size_t fread(void *to, size_t size, size_t n, FILE *file)
{
    if (!own_fread) *(void **)&own_fread = dlsym(RTLD_NEXT, "fread");
    const fault now = is_due(fileno(file)) ? reads.fault : NONE;
    if (now == ENDS || now == FAILS) {
        errno = EIO;
        return 0;
    }
    return own_fread(to, size, now == IS_SHORT && n > 1 ? n / 2 : n, file);
}

static bool same(const srnn_model *a, const srnn_model *b)
{
    const size_t N = (size_t)a->params.N;
    return a->params.N == b->params.N && !memcmp(a->w, b->w, N * N * sizeof *a->w) &&
           !memcmp(a->taus_gaus, b->taus_gaus, N * sizeof *a->w) &&
           !memcmp(a->w_out, b->w_out, N * sizeof *a->w) &&
           a->task_settings.stim_on == b->task_settings.stim_on;
}

/* For every read of the file: the right network, or none. */
static void check_reads(srnn_ctx *ctx, const char *path, const srnn_model *expected)
{
    int refused = 0;
    for (fault f = FAILS; f <= ENDS; f++)
        for (int k = 1; k <= 1000; k++) {
            reads.fault = f;
            reads.due = k;
            reads.seen = 0;
            srnn_model *model;
            const srnn_status status = srnn_model_load(ctx, path, &model);
            reads.fault = NONE;
            if (!status) {
                assert_true(same(model, expected));
                if (f != IS_SHORT && reads.seen >= k)
                    fail_msg("%s: read %d is not noticed", path, k);
            } else {
                assert_true(status == SRNN_ERR_FILE || status == SRNN_ERR_FORMAT);
                assert_non_null(strstr(srnn_ctx_message(ctx), path));
                refused++;
            }
            srnn_model_free(model);
            if (reads.seen < k) break; /* it has no more */
        }
    assert_true(refused > 0);
}

static void test_models(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    const double stim_on = 50;
    put(&list, new_doubles("stim_on", 1, 1, &stim_on));
    for (int i = 0; i < N_LEVELS; i++) {
        const char *path = at(levels[i].name);
        write_list(path, &list, levels[i].version, levels[i].compression);
        srnn_model *model;
        assert_ok(ctx, srnn_model_load(ctx, path, &model));
        check_reads(ctx, path, model);
        if (i == FIVE) {
            assert_ok(ctx, srnn_model_save_pth(ctx, model, at("model.pth")));
            check_reads(ctx, at("model.pth"), model);
        }
        srnn_model_free(model);
    }
    list_free(&list);
    srnn_ctx_free(ctx);
}

/* A search reads the file that it changes: then that stays as it was. */
static void test_search(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list list = least_network();
    for (int i = 0; i < N_LEVELS; i++) {
        const char *path = at(levels[i].name);
        write_list(path, &list, levels[i].version, levels[i].compression);
        const file_bytes before = read_bytes(path);
        reads.fault = FAILS;
        reads.due = 1;
        reads.seen = 0;
        char expected[256];
        snprintf(expected, sizeof expected, "%s cannot be read at byte 0 of %zu: %s", path,
                 before.n, strerror(EIO));
        const srnn_status status = save_a_search(ctx, path);
        reads.fault = NONE;
        assert_int_equal(status, SRNN_ERR_FILE);
        assert_string_equal(srnn_ctx_message(ctx), expected);
        assert_file_holds(path, before);
        free(before.data);
    }
    list_free(&list);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_models),
                                       cmocka_unit_test(test_search)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
