/* Studies of a folder: which there are, in which order, and their expected numbers as one table. */
#define _GNU_SOURCE 1
#include "helpers.h"
#include "spikernn/study.h"

#include <ftw.h>
#include <jansson.h>
#include <sys/stat.h>

static char folder[] = "studies_XXXXXX";

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    (void)info, (void)kind, (void)at;
    return remove(path);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "studies_XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_study(const char *name, const char *expected)
{
    char path[512], text[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(path, sizeof path, "%s/%s/study.json", folder, name);
    snprintf(text, sizeof text,
             "{\"study\": \"of %s\", \"task\": \"go-nogo\", \"seeds\": \"1:3\", "
             "\"conditions\": [{\"name\": \"a\"}, {\"name\": \"b\", \"N\": 20}], \"expect\": [%s]}",
             name, expected);
    write_text(path, text);
}

/* Folders fig10, fig2, and one that is none. */
static void three_folders(void)
{
    char path[512];
    make_study("fig10", "{\"condition\": \"b\", \"measure\": \"search.accuracy\", \"mean\": 0.9, "
                        "\"share_at_least\": [0.95, 0.5], \"source\": \"fig. 10\"}");
    make_study("fig2", "{\"about\": \"works\"}, {\"condition\": \"a\", \"than\": \"b\", "
                       "\"measure\": \"training.trials\", \"differs\": false}");
    snprintf(path, sizeof path, "%s/figures", folder);
    assert_int_equal(mkdir(path, 0777), 0);
}

static void refused(srnn_ctx *ctx, srnn_status status, const char *sentence)
{
    srnn_studies *s;
    assert_int_equal(srnn_studies_open(ctx, folder, &s), status);
    assert_non_null(strstr(srnn_ctx_message(ctx), sentence));
    srnn_studies_free(s);
}

static void names_are(const srnn_studies *s, const char *const *names, int n)
{
    assert_int_equal(srnn_studies_count(s), n);
    for (int i = 0; i < n; i++) assert_string_equal(srnn_studies_name(s, i), names[i]);
    assert_null(srnn_studies_at(s, n));
    assert_null(srnn_studies_name(s, -1));
}

static void names_have_their_natural_order_or_that_of_a_list(void **state)
{
    (void)state;
    static const char *const natural[] = {"fig2", "fig10"}, *const listed[] = {"fig10", "fig2"};
    char path[512];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_studies *s;
    three_folders();
    assert_ok(ctx, srnn_studies_open(ctx, folder, &s));
    names_are(s, natural, 2);
    srnn_studies_free(s);
    snprintf(path, sizeof path, "%s/studies.json", folder);
    write_text(path, "[\"fig10\", \"not-begun\", \"../fig2\", \"fig10\"]");
    assert_ok(ctx, srnn_studies_open(ctx, folder, &s));
    names_are(s, listed, 2);
    srnn_studies_free(s);
    write_text(path, "{}");
    refused(ctx, SRNN_ERR_FORMAT, "studies.json is no list");
    write_text(path, "[3]");
    refused(ctx, SRNN_ERR_FORMAT, "entry 1 is no text");
    srnn_ctx_free(ctx);
}

static void a_folder_without_studies_is_refused(void **state)
{
    (void)state;
    char there[sizeof folder];
    srnn_ctx *ctx = new_ctx(NULL, 1);
    strcpy(there, folder);
    refused(ctx, SRNN_ERR_FILE, "has neither study.json nor folders of studies");
    strcpy(folder, "studies_XXXXXY");
    refused(ctx, SRNN_ERR_FILE, "cannot be read: No such file");
    strcpy(folder, there);
    srnn_ctx_free(ctx);
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void all_numbers_stand_in_one_table(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_studies *s;
    three_folders();
    assert_ok(ctx, srnn_studies_open(ctx, folder, &s));
    char *text = srnn_studies_json(s);
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    const json_t *published = json_object_get(j, "published"), *verdicts, *row = NULL;
    static const char *const conditions[] = {NULL, "a", "b", "b"},
                             *const kinds[] = {"words", "comparison", "mean", "share"},
                             *const said[] = {"see the figure", "not yet", "not yet", "not yet"};
    assert_int_equal(json_array_size(published), 4);
    for (size_t i = 0; i < 4; i++) {
        row = json_array_get(published, i);
        const json_t *e = json_object_get(row, "expectation");
        assert_int_equal(json_integer_value(json_object_get(row, "study")), i / 2);
        assert_string_equal(text_at(e, "kind"), kinds[i]);
        assert_string_equal(text_at(e, "verdict"), said[i]);
        if (conditions[i]) assert_string_equal(text_at(row, "condition"), conditions[i]);
    }
    assert_string_equal(text_at(json_array_get(published, 1), "than"), "b");
    assert_string_equal(text_at(json_object_get(row, "measure"), "name"), "search.accuracy");
    verdicts = json_object_get(j, "verdicts");
    assert_int_equal(json_integer_value(json_object_get(verdicts, "not yet")), 3);
    assert_int_equal(json_integer_value(json_object_get(verdicts, "see the figure")), 1);
    const json_t *study = json_array_get(json_object_get(j, "studies"), 0);
    assert_string_equal(text_at(study, "study"), "of fig2");
    assert_int_equal(json_integer_value(json_object_get(study, "networks")), 6);
    assert_int_equal(json_integer_value(json_object_get(study, "left")), 6);
    json_decref(j);
    free(text);
    srnn_studies_free(s);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_have_their_natural_order_or_that_of_a_list,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_folder_without_studies_is_refused, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(all_numbers_stand_in_one_table, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
