/* Only regular files are read; a FIFO does not wait for its writer. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "helpers.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "model/model_internal.h"

static char here[256], folder[] = "/tmp/test_file_XXXXXX";

static int enter_folder(void **state)
{
    (void)state;
    return getcwd(here, sizeof here) && mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    return chdir(here) || rmdir(folder);
}

static void only_regular_files(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    FILE *file = fopen("regular", "w");
    assert_non_null(file);
    fputs("abc", file);
    fclose(file);
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_ok(ctx, srnn__open_regular(ctx, "task file", "regular", &file));
    assert_int_equal(fgetc(file), 'a');
    fclose(file);
    const struct {
        const char *kind, *path, *says;
    } cases[] = {
        {"task file", "fifo", "task file fifo is a FIFO; expected a regular file"},
        {NULL, "fifo", "fifo is a FIFO; expected a regular file"},
        {"spikes", ".", "spikes . is a folder; expected a regular file"},
        {"spikes", "/dev/null", "spikes /dev/null is a device; expected a regular file"},
        {"spikes", "none", "spikes none cannot be opened: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_says(ctx, srnn__open_regular(ctx, cases[i].kind, cases[i].path, &file),
                    SRNN_ERR_FILE, cases[i].says);
        assert_null(file);
    }
    unlink("fifo");
    unlink("regular");
    srnn_ctx_free(ctx);
}

static void tasks_are_regular_files(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task;
    static const char *const paths[] = {"./fifo.json", "./fifo.so"};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(mkfifo(paths[i], 0600), 0);
        assert_int_equal(srnn_task_named(ctx, paths[i], NULL, &task), SRNN_ERR_FILE);
        assert_non_null(strstr(srnn_ctx_message(ctx), "is a FIFO; expected a regular file"));
        unlink(paths[i]);
    }
    srnn_ctx_free(ctx);
}

/* A file that a model names stays closed, even where it is a good task. */
static void a_model_opens_no_task(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params params = srnn_model_params_default();
    params.N = 20;
    srnn_model *model = new_model(ctx, &params);
    srnn_task *task;
    assert_false(srnn_model_has_task(model));
    assert_says(ctx, srnn_model_task(ctx, model, NULL, NULL, &task), SRNN_ERR_ARGUMENT,
                "the network's task is not known; name the task");
    strcpy(model->task_name, "xor");
    assert_true(srnn_model_has_task(model));
    static const char path[] = TASKS_DIR "/xor.json";
    assert_int_equal(symlink(path, "xor.json"), 0);
    strcpy(model->task_name, "xor.json");
    assert_false(srnn_model_has_task(model));
    assert_says(ctx, srnn_model_task(ctx, model, NULL, NULL, &task), SRNN_ERR_ARGUMENT,
                "the network was trained on 'xor.json', which is not a built-in task; name the "
                "task or its file");
    assert_int_equal(srnn_task_built_in(ctx, "./xor.json", NULL, &task), SRNN_ERR_ARGUMENT);
    assert_ok(ctx, srnn_task_named(ctx, "xor.json", NULL, &task));
    srnn_task_free(task);
    unlink("xor.json");
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_regular_files),
        cmocka_unit_test(tasks_are_regular_files),
        cmocka_unit_test(a_model_opens_no_task),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
