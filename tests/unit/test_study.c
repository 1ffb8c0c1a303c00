/* A study: its files, the keys of its stages, what its records keep. */
#define _GNU_SOURCE 1
#include "helpers.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "study/study.h"

static srnn_ctx *ctx;
static char folder[] = "study_XXXXXX";

static int set_up(void **state)
{
    (void)state;
    ctx = new_ctx(NULL, 1);
    strcpy(folder, "study_XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    srnn_ctx_free(ctx);
    DIR *open_folder = opendir(folder);
    for (const struct dirent *entry; open_folder && (entry = readdir(open_folder));)
        unlinkat(dirfd(open_folder), entry->d_name, 0);
    closedir(open_folder);
    return rmdir(folder);
}

/* A study of these conditions and this about options, seeds 1 and 2. */
static srnn_study *study_of(const char *options, const char *conditions)
{
    char path[64], *text;
    srnn_study *study;
    snprintf(path, sizeof path, "%s/study.json", folder);
    assert_true(asprintf(&text,
                         "{\"study\": \"s\", \"task\": \"go-nogo\", \"options\": {%s}, "
                         "\"conditions\": [%s], \"seeds\": [2, 1]}",
                         options, conditions) > 0);
    assert_ok(ctx, srnn_text_save(ctx, path, text));
    free(text);
    assert_ok(ctx, srnn_study_open(ctx, path, NULL, &study));
    return study;
}

static const char *key_of(const srnn_study *s, int condition, int stage)
{
    return s->networks[condition * s->n_seeds].keys[stage];
}

/* Which stages of the two conditions differ, a bit each. */
static unsigned differing(const char *options, const char *a, const char *b)
{
    char conditions[400];
    snprintf(conditions, sizeof conditions, "{\"name\": \"a\"%s}, {\"name\": \"b\"%s}", a, b);
    srnn_study *s = study_of(options, conditions);
    unsigned bits = 0;
    for (int k = 0; k < SRNN__STUDY_STAGES; k++)
        if (strcmp(key_of(s, 0, k), key_of(s, 1, k)) != 0) bits |= 1u << k;
    srnn_study_free(s);
    return bits;
}

enum { TRAINS = 1, CONVERTS = 2, EVALUATES = 4 };

static void test_keys(void **state)
{
    (void)state;
    const unsigned all = TRAINS | CONVERTS | EVALUATES, after = CONVERTS | EVALUATES;
    assert_int_equal(differing("", "", ""), 0);
    /* what a stage does not depend on */
    assert_int_equal(differing("", ", \"test_trials\": 50", ""), EVALUATES);
    assert_int_equal(differing("", ", \"diagnose\": \"never\"", ""), EVALUATES);
    assert_int_equal(differing("", ", \"noise_curve\": [0, 0.2]", ""), EVALUATES);
    assert_int_equal(differing("", ", \"analyses\": \"components\"", ""), EVALUATES);
    assert_int_equal(differing("", ", \"analyses\": null, \"noise_curve\": null", ""), 0);
    assert_int_equal(differing("", ", \"tref_ms\": 3", ", \"tref_ms\": 4"), after);
    assert_int_equal(differing("", ", \"scaling_factors\": [20, 30]", ""), after);
    assert_int_equal(differing("", ", \"search_trials\": 40", ""), after);
    assert_int_equal(differing("", ", \"conversion\": \"operating-point\"", ""), after);
    /* what all do */
    assert_int_equal(differing("", ", \"N\": 50", ""), all);
    assert_int_equal(differing("", ", \"act\": \"softplus\"", ""), all);
    assert_int_equal(differing("", ", \"n_trials\": 50", ""), all);
    assert_int_equal(differing("", ", \"task\": \"xor\"", ""), all);
    assert_int_equal(differing("", ", \"T\": 210", ""), all);
    /* a default that is written, another way of writing, and where it stands */
    assert_int_equal(differing("", ", \"N\": 200", ""), 0);
    assert_int_equal(differing("", ", \"tref_ms\": 2", ""), 0);
    assert_int_equal(differing("", ", \"T\": 200", ""), 0);
    assert_int_equal(
        differing("", ", \"scaling_factors\": \"20:30:5\"", ", \"scaling_factors\": [20, 25, 30]"),
        0);
    assert_int_equal(differing("\"gain\": 1.25", ", \"gain\": 2", ", \"gain\": 2"), 0);
    assert_int_equal(differing("\"gain\": 1.25", ", \"gain\": 1.25", ""), 0);
}

/* Of a preset what it sets, and nothing of the published one: records of earlier versions stay. */
static void test_keys_of_presets(void **state)
{
    (void)state;
    assert_int_equal(differing("", ", \"preset\": \"standard\"", ""), 0);
    assert_int_equal(differing("", ", \"preset\": \"published\"", ""), 7);
    assert_int_equal(differing("\"preset\": \"published\", \"gain\": 2, \"balanced\": true",
                               ", \"taus_gaus_mean\": 2, \"grad_clip\": 1, \"noise\": 0.3, "
                               "\"w_gradient\": \"straight\"",
                               ", \"preset\": \"standard\""),
                     0);
    srnn_study *s = study_of("\"preset\": \"published\", \"N\": 10, \"n_trials\": 2, "
                             "\"eval_trials\": 2",
                             "{\"name\": \"a\"}");
    assert_string_equal(key_of(s, 0, SRNN__TRAIN), "e1d97d23d27d3641");
    srnn_study_free(s);
}

static void test_keys_of_seeds(void **state)
{
    (void)state;
    srnn_study *s = study_of("", "{\"name\": \"a\"}, {\"name\": \"b\", \"tref_ms\": 0}");
    assert_int_equal(s->n_networks, 4);
    assert_true(s->networks[0].seed == 2 && s->networks[1].seed == 1);
    assert_string_not_equal(s->networks[0].keys[SRNN__TRAIN], s->networks[1].keys[SRNN__TRAIN]);
    assert_string_equal(s->networks[0].keys[SRNN__TRAIN], s->networks[2].keys[SRNN__TRAIN]);
    srnn_study_free(s);
}

/* A shard has every other training, with all conditions of it. */
static void test_groups(void **state)
{
    (void)state;
    srnn_study *s = study_of("", "{\"name\": \"a\"}, {\"name\": \"b\", \"tref_ms\": 0}, "
                                 "{\"name\": \"c\", \"N\": 50}");
    srnn_study_options o = srnn_study_options_default();
    bool seen[6] = {false};
    for (o.shard = 1, o.n_shards = 3; o.shard <= 3; o.shard++) {
        srnn__group *groups;
        int n, *places;
        assert_ok(ctx, srnn__study_groups(ctx, s, &o, &groups, &n, &places));
        for (int g = 0; g < n; g++)
            for (int i = 0; i < groups[g].n; i++) {
                const int place = groups[g].networks[i];
                assert_false(seen[place]);
                seen[place] = true;
                assert_string_equal(s->networks[place].keys[SRNN__TRAIN],
                                    s->networks[groups[g].networks[0]].keys[SRNN__TRAIN]);
            }
        free(groups);
        free(places);
    }
    for (int i = 0; i < 6; i++) assert_true(seen[i]);
    o.shard = 4;
    srnn__group *groups;
    int n, *places;
    assert_int_equal(srnn__study_groups(ctx, s, &o, &groups, &n, &places), SRNN_ERR_ARGUMENT);
    srnn_study_free(s);
}

static void test_grid(void **state)
{
    (void)state;
    char path[64];
    srnn_study *s;
    snprintf(path, sizeof path, "%s/study.json", folder);
    assert_ok(ctx, srnn_text_save(
                       ctx, path,
                       "{\"study\": \"s\", \"task\": \"go-nogo\", \"seeds\": 1, "
                       "\"conditions\": [{\"name\": \"x\"}, {\"name\": \"y\", \"P_inh\": 0.3}], "
                       "\"grid\": {\"N\": [10, 20], \"decay_taus\": [[4, 10], [4, 20]]}}"));
    assert_ok(ctx, srnn_study_open(ctx, path, NULL, &s));
    static const char *const names[] = {"x, N 10, decay_taus 4-10", "x, N 10, decay_taus 4-20",
                                        "x, N 20, decay_taus 4-10", "x, N 20, decay_taus 4-20",
                                        "y, N 10, decay_taus 4-10", "y, N 10, decay_taus 4-20",
                                        "y, N 20, decay_taus 4-10", "y, N 20, decay_taus 4-20"};
    assert_int_equal(s->n_conditions, 8);
    for (int i = 0; i < 8; i++) {
        assert_string_equal(s->conditions[i].name, names[i]);
        const srnn_settings *o = srnn_options_settings(s->conditions[i].options);
        assert_int_equal(o->network.N, i / 2 % 2 ? 20 : 10);
        assert_true(o->network.taus[1] == (i % 2 ? 20 : 10));
        assert_true(o->network.P_inh == (i < 4 ? 0.2 : 0.3));
    }
    srnn_study_free(s);
}

static void seeds_are(const char *text, int n, const uint64_t *expected)
{
    uint64_t *seeds;
    int got;
    assert_ok(ctx, srnn__seeds_parse(ctx, text, "seeds", &seeds, &got));
    assert_int_equal(got, n);
    for (int i = 0; i < n; i++) assert_true(seeds[i] == expected[i]);
    free(seeds);
}

static void test_seeds(void **state)
{
    (void)state;
    seeds_are("7", 1, (const uint64_t[]){7});
    seeds_are("1:3", 3, (const uint64_t[]){1, 2, 3});
    seeds_are("1:6:2", 3, (const uint64_t[]){1, 3, 5});
    seeds_are("5,1:2,9007199254740992", 4, (const uint64_t[]){5, 1, 2, UINT64_C(1) << 53});
    static const char *const bad[] = {
        "",      "a",   "1:",        "3:1", "1,1", "1:3,2",           "-1",
        "1:5:0", "1 2", "1:1000001", "1,",  ",1",  "9007199254740993"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t *seeds;
        int n;
        assert_int_equal(srnn__seeds_parse(ctx, bad[i], "seeds", &seeds, &n), SRNN_ERR_ARGUMENT);
        assert_non_null(strstr(srnn_ctx_message(ctx), "seeds is '"));
        assert_null(seeds);
    }
}

/* λ comes back exact, whatever is kept of the rest. */
static void test_search_restored(void **state)
{
    (void)state;
    json_t *search =
        json_loads("{\"conversion\": \"scaling-factor\", \"n_trials\": 7, "
                   "\"opt_scaling_factor\": 33.333333333333336, \"table\": ["
                   "{\"scaling_factor\": 20.0, \"correct\": 3, \"n\": 5, \"accuracy\": 0.6, "
                   "\"score\": 0.61234567, \"loss\": 3.0, \"mean_rate_hz\": 2.5},"
                   "{\"scaling_factor\": 33.333333333333336, \"correct\": 7, \"n\": 7, "
                   "\"accuracy\": 1.0, \"score\": 1.1, \"loss\": 1.0, \"mean_rate_hz\": 3.5}],"
                   "\"fresh\": {\"correct\": 8, \"n\": 9, \"accuracy\": 0.88888888888}}",
                   0, NULL);
    assert_non_null(search);
    json_t *compact = srnn__search_compact(search);
    srnn_search_result result;
    assert_true(srnn__search_restore(compact, &result));
    assert_int_equal(result.n, 2);
    assert_int_equal(result.best, 1);
    assert_true(result.scaling_factors[1] == 33.333333333333336);
    assert_true(result.correct[0] == 3 && result.trials[0] == 5 && result.trials[1] == 7);
    assert_true(result.n_trials == 7 && result.test_correct == 8 && result.test_trials == 9);
    assert_true(json_number_value(json_object_get(compact, "accuracy")) == 1);
    assert_true(json_number_value(json_object_get(compact, "mean_rate_hz")) == 3.5);
    srnn_search_result_free(&result);
    json_decref(compact);
    json_decref(search);
}

/* Those that come with the sources are well formed. */
static void test_study_files(void **state)
{
    (void)state;
    const char *path = STUDIES_DIR;
    DIR *studies = opendir(path);
    int n = 0;
    assert_non_null(studies);
    for (const struct dirent *entry; (entry = readdir(studies));) {
        char file[600];
        srnn_study *study;
        if (!strstr(entry->d_name, ".json")) continue;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        assert_ok(ctx, srnn_study_open(ctx, file, NULL, &study));
        const srnn_study_view v = srnn_study_get(study);
        assert_true(v.n_networks > 0 && *v.about);
        snprintf(file, sizeof file, "%s.json", v.name);
        assert_string_equal(file, entry->d_name);
        srnn_study_free(study);
        n++;
    }
    closedir(studies);
    assert_true(n >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_of_presets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_of_seeds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_grid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seeds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_search_restored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_study_files, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
