/* The share of a study that a process takes, from the environment of its launcher. The settings are
   those that SLURM 22.05, Open MPI 4.1 and MPICH 4.0 make. */
#define _POSIX_C_SOURCE 200809L
#include "helpers.h"

#include "spikernn/study.h"

static const char *const variables[] = {"SLURM_ARRAY_TASK_ID",
                                        "SLURM_ARRAY_TASK_COUNT",
                                        "SLURM_ARRAY_TASK_MIN",
                                        "SLURM_ARRAY_TASK_MAX",
                                        "SLURM_ARRAY_TASK_STEP",
                                        "SLURM_PROCID",
                                        "SLURM_NTASKS",
                                        "SLURM_STEP_NUM_TASKS",
                                        "OMPI_COMM_WORLD_RANK",
                                        "OMPI_COMM_WORLD_SIZE",
                                        "PMI_RANK",
                                        "PMI_SIZE"};

static int clear_variables(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof variables / sizeof *variables; v++) unsetenv(variables[v]);
    return 0;
}

/* "NAME=value NAME=value": no others are set. */
static void set_variables(const char *settings)
{
    char text[512], *rest = text, *name;
    clear_variables(NULL);
    snprintf(text, sizeof text, "%s", settings);
    while ((name = strtok_r(rest, " ", &rest))) {
        char *value = strchr(name, '=');
        assert_non_null(value);
        *value = '\0';
        setenv(name, value + 1, 1);
    }
}

static void check_shard(const char *settings, int shard, int n_shards)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_study_options options = {.size = sizeof options, .shard = 7, .n_shards = 9};
    set_variables(settings);
    assert_ok(ctx, srnn_study_shard_of_environment(ctx, &options));
    if (options.shard != shard || options.n_shards != n_shards)
        fail_msg("%s: %d of %d; expected %d of %d", settings, options.shard, options.n_shards,
                 shard, n_shards);
    srnn_ctx_free(ctx);
}

static void check_refused(const char *settings, const char *sentence)
{
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_study_options options = {.size = sizeof options, .shard = 7, .n_shards = 9};
    set_variables(settings);
    assert_says(ctx, srnn_study_shard_of_environment(ctx, &options), SRNN_ERR_ARGUMENT, sentence);
    assert_int_equal(options.shard, 7);
    assert_int_equal(options.n_shards, 9);
    srnn_ctx_free(ctx);
}

#define ARRAY(id, count, min, max, step)                                                           \
    "SLURM_ARRAY_TASK_ID=" #id " SLURM_ARRAY_TASK_COUNT=" #count " SLURM_ARRAY_TASK_MIN=" #min     \
    " SLURM_ARRAY_TASK_MAX=" #max " SLURM_ARRAY_TASK_STEP=" #step " "
#define STEP(rank, n) "SLURM_PROCID=" #rank " SLURM_NTASKS=" #n " SLURM_STEP_NUM_TASKS=" #n " "

static void test_alone(void **state)
{
    (void)state;
    check_shard("", 7, 9);
    check_shard("SLURM_NTASKS=4 ", 7, 9);                /* salloc */
    check_shard("SLURM_PROCID=0 SLURM_NTASKS=4 ", 7, 9); /* sbatch, without srun */
    check_shard(STEP(0, 1), 1, 1);                       /* srun --pty */
    /* its shell, where salloc makes a step: NTASKS is the job's */
    check_shard("SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=1 ", 1, 1);
}

static void test_array(void **state)
{
    (void)state;
    check_shard(ARRAY(0, 4, 0, 3, 1), 1, 4);
    check_shard(ARRAY(3, 4, 0, 3, 1), 4, 4);
    check_shard(ARRAY(1, 4, 1, 4, 1) "SLURM_PROCID=0 ", 1, 4);
    check_shard(ARRAY(1, 4, 1, 10, 3), 1, 4); /* 1-10:3 */
    check_shard(ARRAY(7, 4, 1, 10, 3), 3, 4);
    check_shard(ARRAY(10, 4, 1, 10, 3), 4, 4);
    check_shard(ARRAY(3, 3, 1, 5, 1), 2, 3); /* 1,3,5: its step is 1 */
    check_shard(ARRAY(5, 1, 5, 5, 1), 1, 1); /* one that is sent again: all that is left */
    check_shard(ARRAY(6, 2, 2, 6, 1), 2, 2);
    check_refused(ARRAY(5, 3, 0, 7, 1), /* 0,5,7 */
                  "the environment variable SLURM_ARRAY_TASK_ID is 5 in an array of 3 tasks from 0 "
                  "to 7; expected evenly spaced ids, such as 1-3");
    check_refused(ARRAY(0, 3, 0, 7, 1),
                  "the environment variable SLURM_ARRAY_TASK_ID is 0 in an array of 3 tasks from 0 "
                  "to 7; expected evenly spaced ids, such as 1-3");
    check_refused(ARRAY(3, 4, 0, 6, 1), /* 0,2,3,6 */
                  "the environment variable SLURM_ARRAY_TASK_ID is 3 in an array of 4 tasks from 0 "
                  "to 6; expected evenly spaced ids, such as 1-4");
}

static void test_ranks(void **state)
{
    (void)state;
    check_shard(STEP(0, 2), 1, 2);
    check_shard(STEP(1, 2), 2, 2);
    check_shard("OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 ", 4, 4);
    check_shard("PMI_RANK=0 PMI_SIZE=4 ", 1, 4);
    /* mpirun in the script of sbatch */
    check_shard("SLURM_PROCID=0 SLURM_NTASKS=2 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 ", 2,
                2);
    /* MPICH starts a proxy on each node through srun */
    check_shard("SLURM_PROCID=0 SLURM_NTASKS=2 SLURM_STEP_NUM_TASKS=1 PMI_RANK=1 PMI_SIZE=2 ", 2,
                2);
    check_shard(STEP(1, 2) "PMI_RANK=1 PMI_SIZE=2 ", 2, 2); /* srun --mpi=pmi2 */
}

static void test_array_of_ranks(void **state)
{
    (void)state;
    check_shard(ARRAY(1, 3, 1, 5, 2) STEP(0, 2), 1, 6);
    check_shard(ARRAY(1, 3, 1, 5, 2) STEP(1, 2), 2, 6);
    check_shard(ARRAY(5, 3, 1, 5, 2) STEP(1, 2), 6, 6);
    check_shard(ARRAY(2, 2, 1, 2, 1) "OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=8 ", 9, 16);
    check_refused(ARRAY(1, 100000, 1, 100000, 1) "PMI_RANK=0 PMI_SIZE=100000 ",
                  "SLURM_ARRAY_TASK_COUNT times PMI_SIZE is 10000000000; expected at most "
                  "2147483647");
}

static void test_bad_values(void **state)
{
    (void)state;
    check_refused("PMI_RANK=x PMI_SIZE=4 ", "the environment variable PMI_RANK is 'x'; expected a "
                                            "whole number from 0 to 3");
    check_refused("PMI_RANK=4 PMI_SIZE=4 ", "the environment variable PMI_RANK is '4'; expected a "
                                            "whole number from 0 to 3");
    check_refused("PMI_RANK=-1 PMI_SIZE=4 ", "the environment variable PMI_RANK is '-1'; expected "
                                             "a whole number from 0 to 3");
    check_refused("PMI_RANK=0 PMI_SIZE=0 ", "the environment variable PMI_SIZE is '0'; expected a "
                                            "whole number from 1 to 2147483647");
    check_refused("PMI_RANK=0 PMI_SIZE=99999999999999999999 ",
                  "the environment variable PMI_SIZE is '99999999999999999999'; expected a whole "
                  "number from 1 to 2147483647");
    check_refused("PMI_RANK=0 PMI_SIZE= ", "the environment variable PMI_SIZE is ''; expected a "
                                           "whole number from 1 to 2147483647");
    check_refused("PMI_RANK=0 PMI_SIZE=4\x1b ", "the environment variable PMI_SIZE is '4\\x1B'; "
                                                "expected a whole number from 1 to 2147483647");
    check_refused("OMPI_COMM_WORLD_SIZE=4 ",
                  "the environment variable OMPI_COMM_WORLD_RANK is not set, although "
                  "OMPI_COMM_WORLD_SIZE is; expected both or neither");
    check_refused("SLURM_ARRAY_TASK_ID=2 ",
                  "the environment variable SLURM_ARRAY_TASK_COUNT is not set, although "
                  "SLURM_ARRAY_TASK_ID is; expected both or neither");
    check_refused(ARRAY(9, 4, 1, 4, 1), "the environment variable SLURM_ARRAY_TASK_ID is '9'; "
                                        "expected a whole number from 1 to 4");
    check_refused(ARRAY(1, 4, 1, 3, 1), "the environment variable SLURM_ARRAY_TASK_MAX is '3'; "
                                        "expected a whole number from 4 to 2147483647");
    check_refused(ARRAY(one, 4, 1, 4, 1), "the environment variable SLURM_ARRAY_TASK_ID is 'one'; "
                                          "expected a whole number from 1 to 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_alone, clear_variables),
        cmocka_unit_test_teardown(test_array, clear_variables),
        cmocka_unit_test_teardown(test_ranks, clear_variables),
        cmocka_unit_test_teardown(test_array_of_ranks, clear_variables),
        cmocka_unit_test_teardown(test_bad_values, clear_variables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
