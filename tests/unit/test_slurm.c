/* The script for sbatch: what it says, and that names with anything in them stay words of it.
   tests/cluster sends one to SLURM. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

#include <sys/wait.h>

#include "spikernn/study.h"

static srnn_study_view view_of(const char *name, const char *folder)
{
    return (srnn_study_view){.name = name, .about = "", .folder = folder, .n_networks = 40};
}

static char *script_of(const char *name, const char *folder, const srnn_slurm_options *options)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_study_view view = view_of(name, folder);
    char *script;
    assert_ok(ctx, srnn_study_slurm_script(ctx, &view, options, &script));
    srnn_ctx_free(ctx);
    return script;
}

static void assert_has(const char *script, const char *line)
{
    if (!strstr(script, line)) fail_msg("there is no %s in:\n%s", line, script);
}

static void test_script(void **state)
{
    (void)state;
    char *script = script_of("fig. 7C: activation", "/usr/./bin", NULL);
    assert_has(script, "#!/bin/sh\n#SBATCH --job-name=fig._7C__activation\n"
                       "#SBATCH --array=1-10\n");
    assert_has(script, " --cpus-per-task=1 ");
    assert_has(script, "--time=4:00:00 --signal=B:USR1@120\n");
    assert_has(script, " --output=%x-%A_%a.out\n");
    assert_has(script, "\nexec 'spikernn' study run '/usr/bin' --threads \"$SLURM_CPUS_PER_TASK\" "
                       "--max_hours 3.9333\n");
    free(script);
    const srnn_slurm_options options = {sizeof options, "/opt/it's here/spikernn", 3, 8, 0.05};
    script = script_of("short", "/usr", &options);
    assert_has(script, "#SBATCH --array=1-3\n");
    assert_has(script, " --cpus-per-task=8 ");
    assert_has(script, "--time=0:03:00 --signal=B:USR1@18\n");
    assert_has(script, "\nexec '/opt/it'\\''s here/spikernn' study run '/usr' ");
    assert_has(script, " --max_hours 0.0400\n");
    free(script);
}

/* The shell runs the script: the program is another one that says its arguments. */
static void test_words(void **state)
{
    (void)state;
    static const char *const folders[] = {"with blanks", "it's; touch $HOME `x` \"$(y)\" \\",
                                          "# *"};
    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
        const char *folder = at(folders[f]);
        assert_int_equal(mkdir(folder, 0777), 0);
        const srnn_slurm_options options = {sizeof options, at("say it"), 1, 2, 1};
        static const char says[] = "#!/bin/sh\nprintf '%s|' \"$@\" >\"${0%/*}/said\"\n";
        write_bytes(options.program, says, sizeof says - 1);
        assert_int_equal(chmod(options.program, 0755), 0);
        char *script = script_of("words", folder, &options);
        write_bytes(at("script"), script, strlen(script));
        free(script);
        char command[256], expected[256];
        snprintf(command, sizeof command, "SLURM_CPUS_PER_TASK=2 sh %s", at("script"));
        assert_int_equal(system(command), 0);
        file_bytes said = read_bytes(at("said"));
        snprintf(expected, sizeof expected, "study|run|%s|--threads|2|--max_hours|0.9333|", folder);
        assert_int_equal(said.n, strlen(expected));
        assert_memory_equal(said.data, expected, said.n);
        free(said.data);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        srnn_slurm_options options;
        const char *sentence;
    } bad[] = {
        {{sizeof bad[0].options, "spikernn", 0, 1, 1}, "array is 0; expected 1 to 1000000"},
        {{sizeof bad[0].options, "spikernn", 1, 0, 1}, "cpus is 0; expected 1 to 1024"},
        {{sizeof bad[0].options, "spikernn", 1, 1, 0.01}, "hours is 0.01; expected 0.05 to 8760"},
        {{sizeof bad[0].options, "spikernn", 1, 1, NAN}, "hours is nan; expected 0.05 to 8760"},
        {{sizeof bad[0].options, "a\nrm b", 1, 1, 1},
         "program is 'a\\x0Arm b'; a script takes a name in UTF-8 without control characters"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const srnn_study_view view = view_of("x", "/usr"), nowhere = view_of("x", "/no/folder");
    char *script;
    for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        assert_says(ctx, srnn_study_slurm_script(ctx, &view, &bad[b].options, &script),
                    SRNN_ERR_ARGUMENT, bad[b].sentence);
        assert_null(script);
    }
    assert_says(ctx, srnn_study_slurm_script(ctx, &nowhere, NULL, &script), SRNN_ERR_FILE,
                "folder /no/folder cannot be opened: No such file or directory");
    const char *folder = at("two\nlines");
    assert_int_equal(mkdir(folder, 0777), 0);
    const srnn_study_view lines = view_of("x", folder);
    assert_int_equal(srnn_study_slurm_script(ctx, &lines, NULL, &script), SRNN_ERR_ARGUMENT);
    assert_non_null(strstr(srnn_ctx_message(ctx), "two\\x0Alines'; a script takes a name"));
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_script), cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
