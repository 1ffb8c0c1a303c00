/* Any networks in one table: which options differ, which networks are a group, what is tested. */
#define _GNU_SOURCE 1
#include "helpers.h"

#include <ftw.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spikernn/runs.h"

static srnn_ctx *ctx;
static srnn_runs *runs;
static char folder[] = "runs_XXXXXX";

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *at)
{
    (void)info, (void)flag, (void)at;
    return remove(path);
}

static int set_up(void **state)
{
    (void)state;
    ctx = new_ctx(NULL, 1);
    assert_ok(ctx, srnn_runs_create(ctx, &runs));
    strcpy(folder, "runs_XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    srnn_runs_free(runs);
    srnn_ctx_free(ctx);
    return 0;
}

/* folder/name; good for the next call but one. */
static const char *in_folder(const char *name)
{
    static char paths[2][256];
    static int next;
    next = !next;
    snprintf(paths[next], sizeof paths[0], "%s/%s", folder, name);
    return paths[next];
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* The record of a run with these options, correct in so many of 100 trials; < 0: not trained. */
static void write_run(const char *name, int seed, const char *options, int correct)
{
    char text[2048], path[300];
    assert_int_equal(mkdir(in_folder(name), 0777), 0);
    snprintf(path, sizeof path, "%s/summary.json", in_folder(name));
    const int n =
        snprintf(text, sizeof text,
                 "{\"spikernn\": \"0\", \"verb\": \"run\", \"schema\": 1, \"seed\": %d, \"task\": "
                 "{\"name\": \"xor\", \"T\": 300}, \"options\": {\"seed\": %d, \"T\": null%s}, "
                 "\"training\": {\"trials\": 500, \"criterion_reached\": %s}",
                 seed, seed, options, correct < 0 ? "false" : "true");
    snprintf(text + n, sizeof text - (size_t)n,
             correct < 0 ? ", \"evaluation\": null}"
                         : ", \"evaluation\": {\"spiking\": {\"correct\": %d, \"n\": 100, "
                           "\"accuracy\": %g, \"types\": [{\"accuracy\": 7}]}}}",
             correct, correct / 100.0);
    write_file(path, text);
}

static json_t *compared(const char *measures)
{
    assert_ok(ctx, srnn_runs_compare(ctx, runs, measures));
    char *text = srnn_runs_json(ctx, runs);
    assert_non_null(text);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    free(text);
    return json;
}

static json_t *item(const json_t *json, const char *list, size_t i)
{
    return json_array_get(json_object_get(json, list), i);
}

static const char *text_of(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static void assert_numbers(const json_t *list, const char *name, const char *text)
{
    char found[256] = "";
    size_t i;
    const json_t *one;
    json_array_foreach(list, i, one)
    {
        const size_t n = strlen(found);
        snprintf(found + n, sizeof found - n, "%s%g", i ? " " : "",
                 json_number_value(json_object_get(one, name)));
    }
    assert_string_equal(found, text);
}

/* Seeds are no difference; the network that did not train counts in its group. */
static void test_groups_and_paired_tests(void **state)
{
    (void)state;
    static const int a[] = {90, 91, 92, 93, -1}, b[] = {92, 95, 98, 94, 99};
    for (int seed = 1; seed <= 5; seed++) {
        char name[16];
        snprintf(name, sizeof name, "a%d", seed);
        write_run(name, seed, ", \"N\": 50, \"lr\": 0.01, \"threads\": 3", a[seed - 1]);
        snprintf(name, sizeof name, "b%d", seed);
        write_run(name, seed, ", \"N\": 100, \"lr\": 0.01, \"threads\": 4", b[seed - 1]);
    }
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    json_t *json = compared(NULL);
    assert_int_equal(json_array_size(json_object_get(json, "options")), 1);
    assert_string_equal(json_string_value(item(json, "options", 0)), "N");
    assert_string_equal(text_of(item(json, "groups", 0), "group"), "N=50");
    assert_string_equal(text_of(item(json, "groups", 1), "group"), "N=100");
    assert_numbers(json_object_get(json, "groups"), "networks", "5 5");
    assert_numbers(json_object_get(json, "groups"), "not_trained", "1 0");
    assert_numbers(json_object_get(json, "networks"), "seed", "1 2 3 4 5 1 2 3 4 5");
    assert_string_equal(text_of(item(json, "networks", 4), "state"), "not_trained");
    assert_string_equal(text_of(item(json, "networks", 4), "network"), "a5");
    assert_int_equal(json_array_size(json_object_get(json, "tests")), 1);
    const json_t *test = item(json, "tests", 0);
    assert_string_equal(text_of(test, "test"), "signed-rank");
    assert_int_equal(json_integer_value(json_object_get(test, "n")), 4);
    /* differences -2, -4, -6, -1: 2 of 16 sets of ranks are as far apart */
    assert_near(json_number_value(json_object_get(test, "p")), 2.0 / 16, 1e-12);
    assert_near(json_number_value(json_object_get(test, "effect")), -1, 0);
    json_decref(json);
}

static void test_other_seeds_are_no_pairs(void **state)
{
    (void)state;
    write_run("a1", 1, ", \"act\": \"sigmoid\"", 90);
    write_run("a2", 2, ", \"act\": \"sigmoid\"", 91);
    write_run("b3", 3, ", \"act\": \"softplus\"", 95);
    write_run("b4", 4, ", \"act\": \"softplus\"", 96);
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    json_t *json = compared(NULL);
    assert_string_equal(text_of(item(json, "tests", 0), "test"), "rank-sum");
    assert_near(json_number_value(json_object_get(item(json, "tests", 0), "p")), 2.0 / 6, 1e-12);
    json_decref(json);
    json = compared("spiking.accuracy,training.trials");
    assert_int_equal(json_array_size(json_object_get(json, "tests")), 2);
    json_decref(json);
}

/* 20 and 20.0 are the same; what a record does not have differs from nothing, and makes no group of
   its own; a task's setting is what it became. */
static void test_options_that_differ(void **state)
{
    (void)state;
    write_run("a", 1, ", \"decay_taus\": [4, 20], \"gain\": 2", 90);
    write_run("b", 2, ", \"decay_taus\": [4.0, 20.0], \"gain\": 2.0, \"lr\": 0.1", 91);
    write_run("c", 3, ", \"decay_taus\": [4, 20], \"scaling_factor\": null", 92);
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    assert_ok(ctx, srnn_runs_compare(ctx, runs, NULL));
    assert_int_equal(srnn_runs_get(runs).n_varied, 0);
    assert_int_equal(srnn_runs_get(runs).n_conditions, 1);
    assert_string_equal(srnn_runs_get(runs).conditions[0].name, "all");
    write_run("d", 4, ", \"scaling_factor\": 50", 93);
    assert_ok(ctx, srnn_runs_add(ctx, runs, in_folder("d")));
    json_t *json = compared(NULL);
    assert_string_equal(json_string_value(item(json, "options", 0)), "scaling_factor");
    assert_int_equal(json_array_size(json_object_get(json, "groups")), 3);
    assert_string_equal(text_of(item(json, "groups", 0), "group"), "options not known");
    assert_string_equal(text_of(item(json, "groups", 1), "group"), "scaling_factor=none");
    assert_string_equal(text_of(item(json, "groups", 2), "group"), "scaling_factor=50");
    json_decref(json);
}

/* A path, and a path below the same folder, count once. */
static void test_nothing_counts_twice(void **state)
{
    (void)state;
    char slash[300];
    write_run("a", 1, "", 90);
    write_file(in_folder("a/model.mat"), "not looked at");
    snprintf(slash, sizeof slash, "%s/", in_folder("a"));
    assert_ok(ctx, srnn_runs_add(ctx, runs, in_folder("a")));
    assert_ok(ctx, srnn_runs_add(ctx, runs, slash));
    assert_ok(ctx, srnn_runs_add(ctx, runs, in_folder("a/model.mat")));
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    assert_ok(ctx, srnn_runs_compare(ctx, runs, NULL));
    assert_int_equal(srnn_runs_get(runs).n_networks, 1);
    assert_string_equal(srnn_runs_get(runs).networks[0].key, "a");
}

static void test_model_files(void **state)
{
    (void)state;
    srnn_model_params p = srnn_model_params_default();
    srnn_model *model;
    p.N = 6;
    p.seed = 9;
    assert_ok(ctx, srnn_model_create(ctx, &p, &model));
    assert_ok(ctx, srnn_model_save(ctx, model, in_folder("x.mat")));
    assert_ok(ctx, srnn_model_save_pth(ctx, model, in_folder("x.pth")));
    assert_ok(ctx, srnn_model_save_pth(ctx, model, in_folder("y.pth")));
    srnn_model_free(model);
    write_file(in_folder("notes.txt"), "no network");
    write_run("run", 1, ", \"N\": 7", 90);
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    json_t *json = compared("evaluation.spiking.accuracy");
    assert_string_equal(json_string_value(item(json, "options", 0)), "N");
    assert_numbers(json_object_get(json, "networks"), "seed", "9 9 1");
    assert_string_equal(text_of(item(json, "networks", 0), "network"), "x.mat");
    assert_string_equal(text_of(item(json, "networks", 1), "network"), "y.pth");
    json_decref(json);
}

static void test_damaged(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"verb\": ", "[1]", "{\"schema\": 1, \"verb\": \"eval\"}",
                                        "{\"schema\": 2, \"verb\": \"run\", \"options\": {}}"};
    static const char *const words[] = {
        "summary.json is damaged: line 1: ", "is not the record of a run",
        "is not the record of a run", "is of another version (schema 2); expected schema 1"};
    for (int i = 0; i < 4; i++) {
        char name[16];
        snprintf(name, sizeof name, "d%d", i);
        assert_int_equal(mkdir(in_folder(name), 0777), 0);
        snprintf(name, sizeof name, "d%d/summary.json", i);
        write_file(in_folder(name), texts[i]);
        name[2] = '\0';
        assert_int_equal(srnn_runs_add(ctx, runs, in_folder(name)), SRNN_ERR_FORMAT);
        assert_non_null(strstr(srnn_ctx_message(ctx), words[i]));
    }
    assert_int_equal(srnn_runs_add(ctx, runs, in_folder("none")), SRNN_ERR_FILE);
    assert_int_equal(mkdir(in_folder("empty"), 0777), 0);
    assert_int_equal(srnn_runs_add(ctx, runs, in_folder("empty")), SRNN_ERR_FILE);
    write_file(in_folder("x.mat"), "no model");
    assert_int_equal(srnn_runs_add(ctx, runs, in_folder("x.mat")), SRNN_ERR_FORMAT);
    assert_says(ctx, srnn_runs_compare(ctx, runs, NULL), SRNN_ERR_ARGUMENT,
                "there are no networks; expected one or more");
}

/* Below a folder a record that cannot be read is a network that failed. */
static void test_damaged_below(void **state)
{
    (void)state;
    write_run("a", 1, ", \"N\": 50", 90);
    write_run("b", 2, ", \"N\": 60", 90);
    write_run("c", 3, "", 90);
    write_file(in_folder("c/summary.json"), "{");
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    json_t *json = compared(NULL);
    assert_string_equal(text_of(item(json, "networks", 2), "state"), "failed");
    assert_non_null(
        strstr(text_of(item(json, "networks", 2), "sentence"), "c/summary.json is damaged"));
    assert_numbers(json_object_get(json, "groups"), "failed", "0 0 1");
    json_decref(json);
}

static void test_measures(void **state)
{
    (void)state;
    write_run("a", 1, "", 90);
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    assert_says(ctx, srnn_runs_compare(ctx, runs, "spiking.acuracy"), SRNN_ERR_ARGUMENT,
                "measure 'spiking.acuracy' is unknown; did you mean "
                "'spiking.accuracy'?");
    assert_int_equal(srnn_runs_compare(ctx, runs, "zzzzzzzzzzzzzzzzzz"), SRNN_ERR_ARGUMENT);
    json_t *json = compared("accuracy,evaluation.spiking.accuracy");
    assert_int_equal(json_array_size(json_object_get(json, "measures")), 1);
    const json_t *value = json_object_get(json_object_get(item(json, "networks", 0), "values"),
                                          "evaluation.spiking.accuracy");
    assert_near(json_number_value(json_object_get(value, "value")), 0.9, 0);
    assert_int_equal(json_integer_value(json_object_get(value, "n")), 100);
    double low, high;
    srnn_wilson_interval(90, 100, &low, &high);
    assert_near(json_number_value(json_array_get(json_object_get(value, "interval"), 0)), low, 0);
    json_decref(json);
}

/* 62 groups of two: the first 61 are compared, each with the first. */
static void test_many_groups(void **state)
{
    (void)state;
    for (int i = 0; i < 124; i++) {
        char name[16], options[32];
        snprintf(name, sizeof name, "r%d", i);
        snprintf(options, sizeof options, ", \"N\": %d", 10 + i / 2);
        write_run(name, i % 2, options, 50 + i % 50);
    }
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    json_t *json = compared(NULL);
    assert_int_equal(json_array_size(json_object_get(json, "tests")), 60);
    const size_t last = json_array_size(json_object_get(json, "notes")) - 1;
    assert_string_equal(json_string_value(item(json, "notes", last)),
                        "62 groups have more than one network; only the first 61 are tested");
    json_decref(json);
}

static void test_tables(void **state)
{
    (void)state;
    write_run("a", 1, ", \"N\": 50", 90);
    write_run("b", 2, ", \"N\": 60", -1);
    assert_ok(ctx, srnn_runs_add(ctx, runs, folder));
    assert_ok(ctx, srnn_runs_compare(ctx, runs, "spiking.accuracy"));
    srnn_table *table;
    assert_ok(ctx, srnn_runs_table_of(ctx, runs, SRNN_RUNS_NETWORKS, &table));
    char *text = srnn_table_csv(table);
    assert_string_equal(text,
                        "network,group,N,seed,evaluation.spiking.accuracy,"
                        "evaluation.spiking.accuracy.n,evaluation.spiking.accuracy.low,"
                        "evaluation.spiking.accuracy.high,state,sentence\n"
                        "a,N=50,50,1,0.9,100,0.8256343384950866,0.9447708629393249,finished,\n"
                        "b,N=60,60,2,,,,,not_trained,"
                        "the training did not reach its criterion\n");
    free(text);
    srnn_runs_table_free(table);
    assert_ok(ctx, srnn_runs_table_of(ctx, runs, SRNN_RUNS_READER, &table));
    text = srnn_table_text(table);
    assert_string_equal(text, "network  N   seed  accuracy    low   high  state\n"
                              "a        50     1     0.900  0.826  0.945  finished\n"
                              "b        60     2         -      -      -  not_trained\n");
    free(text);
    srnn_runs_table_free(table);
    for (int which = SRNN_RUNS_GROUPS; which <= SRNN_RUNS_TESTS; which++) {
        assert_ok(ctx, srnn_runs_table_of(ctx, runs, (srnn_runs_table)which, &table));
        assert_int_equal(table->n_rows, 0);
        srnn_runs_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_groups_and_paired_tests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_seeds_are_no_pairs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_options_that_differ, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_counts_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_model_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_below, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_measures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tables, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
