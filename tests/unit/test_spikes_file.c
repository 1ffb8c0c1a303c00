/* Files of spikes: what is written comes back, whatever the format; what cannot be is refused. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "io/hdf5_file.h"

static const char *const formats[] = {"mat", "nwb", "h5", "csv"};
enum { N_FORMATS = 4, CSV = 3 };

/* ---- spikes to write, by hand ---- */

static void *copy_of(const void *values, size_t bytes)
{
    void *copy = malloc(bytes + 1);
    assert_non_null(copy);
    return memcpy(copy, values, bytes);
}

/* Five units, the last of which are silent; four trials of three types, the third one silent;
   spikes at the first and at the last step of a trial, and two at once. */
static srnn_spikes new_spikes(const char *third_type)
{
    static const int32_t trial[] = {0, 0, 0, 0, 1, 1, 3, 3}, unit[] = {1, 0, 2, 2, 0, 2, 1, 0};
    static const int step[] = {1, 7, 7, 300, 300, 300, 1, 299};
    static const uint8_t population[] = {0, 1, 2, 0, 2}, correct[] = {1, 0, 0, 1};
    static const int type[] = {0, 2, 1, 2};
    static const double label[] = {1, -1, 0.5, -1}, value[] = {0.25, NAN, 3, -7};
    const char *const names[] = {"go", "nogo", third_type};
    const double dt_ms = 0.05 * 3;
    srnn_spikes s = {.N = 5,
                     .K = 4,
                     .T_ms = 300 * dt_ms,
                     .dt_ms = dt_ms,
                     .n = 8,
                     .trial = copy_of(trial, sizeof trial),
                     .unit = copy_of(unit, sizeof unit),
                     .time_ms = malloc(8 * sizeof *s.time_ms),
                     .population = copy_of(population, sizeof population),
                     .n_types = 3,
                     .type_names = malloc(3 * sizeof *s.type_names),
                     .type = copy_of(type, sizeof type),
                     .label = copy_of(label, sizeof label),
                     .value = copy_of(value, sizeof value),
                     .correct = copy_of(correct, sizeof correct),
                     .task = strdup("go-nogo"),
                     .stim_on_ms = 10,
                     .stim_off_ms = 35,
                     .seed = 42};
    for (int q = 0; q < 8; q++) s.time_ms[q] = step[q] * dt_ms;
    for (int i = 0; i < 3; i++) s.type_names[i] = strdup(names[i]);
    return s;
}

/* One unit, one trial, no spike, nothing known of it. */
static srnn_spikes new_silence(void)
{
    const double unknown = NAN;
    srnn_spikes s = {.N = 1,
                     .K = 1,
                     .T_ms = 5,
                     .dt_ms = NAN,
                     .population = calloc(1, 1),
                     .n_types = 1,
                     .type_names = malloc(sizeof *s.type_names),
                     .type = calloc(1, sizeof *s.type),
                     .label = copy_of(&unknown, sizeof unknown),
                     .value = copy_of(&unknown, sizeof unknown),
                     .task = strdup(""),
                     .stim_on_ms = NAN,
                     .stim_off_ms = NAN,
                     .seed = NAN};
    s.type_names[0] = strdup("unknown");
    return s;
}

static void assert_same_number(double got, double expected)
{
    if (isnan(expected))
        assert_true(isnan(got));
    else
        assert_near(got, expected, 1e-12 * fabs(expected));
}

static void assert_same_spikes(const srnn_spikes *a, const srnn_spikes *b)
{
    assert_int_equal(a->n, b->n);
    for (int64_t q = 0; q < b->n; q++) {
        assert_int_equal(a->trial[q], b->trial[q]);
        assert_int_equal(a->unit[q], b->unit[q]);
        assert_same_number(a->time_ms[q], b->time_ms[q]);
    }
}

static void assert_same(const srnn_spikes *a, const srnn_spikes *b)
{
    assert_same_spikes(a, b);
    assert_int_equal(a->N, b->N);
    assert_int_equal(a->K, b->K);
    assert_int_equal(a->n_types, b->n_types);
    for (int i = 0; i < b->n_types; i++) assert_string_equal(a->type_names[i], b->type_names[i]);
    for (int i = 0; i < b->N; i++) assert_int_equal(a->population[i], b->population[i]);
    assert_true(!a->correct == !b->correct);
    for (int k = 0; k < b->K; k++) {
        assert_int_equal(a->type[k], b->type[k]);
        assert_same_number(a->label[k], b->label[k]);
        assert_same_number(a->value[k], b->value[k]);
        if (b->correct) assert_int_equal(a->correct[k], b->correct[k]);
    }
    assert_same_number(a->T_ms, b->T_ms);
    assert_same_number(a->dt_ms, b->dt_ms);
    assert_same_number(a->stim_on_ms, b->stim_on_ms);
    assert_same_number(a->stim_off_ms, b->stim_off_ms);
    assert_same_number(a->seed, b->seed);
    assert_string_equal(a->task, b->task);
}

static const char *file_named(const char *name, const char *ending)
{
    char text[48];
    snprintf(text, sizeof text, "%s.%s", name, ending);
    return at(text);
}

/* ---- there and back ---- */

static void test_round_trip(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int f = 0; f < CSV; f++) {
        srnn_spikes s = new_spikes("a, \"b\"\nc é"), back;
        const char *path = file_named("all", formats[f]);
        assert_false(srnn_spikes_file(ctx, path));
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        assert_true(srnn_spikes_file(ctx, path));
        assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
        assert_same(&back, &s);
        srnn_spikes_free(&back);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

/* Every name of a type comes back from a .mat file; `types` is for people and older programs. */
static void test_mat_types(void **state)
{
    (void)state;
    static const char *const names[] = {
        "third", "café", "a, b", "", "a\x1b\t\x7f", "\\, \"", "go", "\xf0\x9f\xa7\xa0", " x,"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        srnn_spikes s = new_spikes(names[i]), back;
        unlink(at("types.mat"));
        assert_ok(ctx, srnn_spikes_save(ctx, &s, at("types.mat")));
        assert_ok(ctx, srnn_spikes_load(ctx, at("types.mat"), &back));
        for (int k = 0; k < s.K; k++) /* of two types of one name there is one */
            assert_string_equal(back.type_names[back.type[k]], s.type_names[s.type[k]]);
        srnn_spikes_free(&back);
        srnn_spikes_free(&s);
    }
    const double spike[] = {1, 1, 1}, type = 2;
    static const char *const wrong[] = {"", "go, nogo", "{}", "[]", "[1]", "[\"a\", 2]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const srnn_array arrays[] = {
            {.name = "spikes", .rank = 2, .dims = {1, 3}, .doubles = spike},
            {.name = "type", .rank = 2, .dims = {1, 1}, .doubles = &type},
            {.name = "type_names", .text = wrong[i]}};
        srnn_spikes s;
        unlink(at("types.mat"));
        assert_ok(ctx, srnn_arrays_save(ctx, at("types.mat"), arrays, 3));
        assert_int_equal(srnn_spikes_load(ctx, at("types.mat"), &s), SRNN_ERR_FORMAT);
        assert_non_null(strstr(srnn_ctx_message(ctx), "'type_names' is not a list of names"));
    }
    srnn_ctx_free(ctx);
}

/* Of two types of one name there is one, whatever their order. */
static void test_same_names(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (int twice = 1; twice < 3; twice++) {
            srnn_spikes s = new_spikes("third"), back;
            char path[300];
            snprintf(path, sizeof path, "%s%d.%s", at("same_names"), twice, formats[f]);
            free(s.type_names[twice]);
            s.type_names[twice] = strdup("go");
            assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
            assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
            for (int k = 0; k < s.K; k++)
                if (k != 2 || f != 3) /* a CSV file does not name a silent trial's type */
                    assert_string_equal(back.type_names[back.type[k]], s.type_names[s.type[k]]);
            srnn_spikes_free(&back);
            srnn_spikes_free(&s);
        }
    srnn_ctx_free(ctx);
}

/* As many types as the format holds come back; one more is refused. */
static void test_many_types(void **state)
{
    (void)state;
    enum { MOST = 4000 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (int n = MOST; n <= MOST + 1; n++) {
            srnn_spikes s = new_spikes("third"), back;
            char path[300], name[32];
            snprintf(path, sizeof path, "%s%d.%s", at("many_types"), n, formats[f]);
            char **grown = realloc(s.type_names, (size_t)n * sizeof *grown);
            assert_non_null(grown);
            s.type_names = grown;
            for (int i = s.n_types; i < n; i++) {
                snprintf(name, sizeof name, "type %d", i);
                s.type_names[i] = strdup(name);
            }
            s.n_types = n;
            const bool hdf5 = !strcmp(formats[f], "nwb") || !strcmp(formats[f], "h5");
            const srnn_status status = srnn_spikes_save(ctx, &s, path);
            if (hdf5 && n > MOST) {
                assert_int_equal(status, SRNN_ERR_ARGUMENT);
                assert_non_null(
                    strstr(srnn_ctx_message(ctx),
                           "the spikes have 4001 types of trials; expected at most 4000"));
            } else {
                assert_ok(ctx, status);
                assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
                assert_string_equal(back.type_names[back.type[0]], s.type_names[s.type[0]]);
                srnn_spikes_free(&back);
            }
            srnn_spikes_free(&s);
        }
    srnn_ctx_free(ctx);
}

/* A line tells a spike, its trial's type and its unit's population, no more. */
static void test_csv(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("a, \"b\"\nc"), back;
    assert_ok(ctx, srnn_spikes_save(ctx, &s, at("some.csv")));
    file_bytes text = read_bytes(at("some.csv"));
    static const char start[] =
        "trial,type,unit,time_ms,population\n1,go,2,0.15,pv\n1,go,1,1.05,exc\n"
        "1,go,3,1.05,som\n1,go,3,45,som\n2,\"a, \"\"b\"\"\nc\",1,45,exc\n";
    assert_true(text.n > strlen(start));
    assert_memory_equal(text.data, start, strlen(start));
    assert_true(srnn_spikes_file(ctx, at("some.csv")));
    assert_ok(ctx, srnn_spikes_load(ctx, at("some.csv"), &back));
    assert_same_spikes(&back, &s);
    assert_int_equal(back.N, 3);
    assert_int_equal(back.K, 4);
    assert_near(back.T_ms, 45, 0);
    assert_true(isnan(back.dt_ms) && isnan(back.seed) && isnan(back.label[0]) && !back.correct);
    for (int i = 0; i < 3; i++) assert_int_equal(back.population[i], s.population[i]);
    static const char *const types[] = {"go", "a, \"b\"\nc", "unknown", "a, \"b\"\nc"};
    for (int k = 0; k < 4; k++) assert_string_equal(back.type_names[back.type[k]], types[k]);
    srnn_spikes_free(&back);
    srnn_spikes_free(&s);
    free(text.data);
    srnn_ctx_free(ctx);
}

static void test_silence(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int f = 0; f < N_FORMATS; f++) {
        srnn_spikes s = new_silence(), back;
        const char *path = file_named("silent", formats[f]);
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
        assert_same(&back, &s);
        srnn_spikes_free(&back);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

/* The clock of a long session: at the end of 10000 trials a spike still has its step and trial. */
static void test_long_session(void **state)
{
    (void)state;
    enum { TRIALS = 10000 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_silence(), back;
    s.K = TRIALS;
    s.n = 2 * TRIALS;
    s.dt_ms = 0.05;
    s.T_ms = 19999 * 0.05; /* not a number that binary has */
    s.trial = malloc(2 * TRIALS * sizeof *s.trial);
    s.unit = calloc(2 * TRIALS, sizeof *s.unit);
    s.time_ms = malloc(2 * TRIALS * sizeof *s.time_ms);
    s.type = realloc(s.type, TRIALS * sizeof *s.type);
    s.label = realloc(s.label, TRIALS * sizeof *s.label);
    s.value = realloc(s.value, TRIALS * sizeof *s.value);
    for (int k = 0; k < TRIALS; k++) {
        s.type[k] = 0;
        s.label[k] = s.value[k] = k;
        s.trial[2 * k] = s.trial[2 * k + 1] = k;
        s.time_ms[2 * k] = (k % 19998 + 1) * 0.05;
        s.time_ms[2 * k + 1] = s.T_ms;
    }
    for (int f = 1; f < CSV; f++) {
        const char *path = file_named("long", formats[f]);
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
        assert_same(&back, &s);
        srnn_spikes_free(&back);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* Lengths that are no round numbers of seconds in binary. */
static void test_tidy_lengths(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int f = 0; f < CSV; f++) {
        srnn_spikes s = new_silence(), back;
        const char *path = file_named("tidy", formats[f]);
        s.dt_ms = 0.03;
        s.T_ms = 1001;
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
        assert_true(back.dt_ms == 0.03 && back.T_ms == 1001);
        srnn_spikes_free(&back);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

static herr_t assert_timeless(hid_t file, const char *name, const H5O_info_t *info, void *user)
{
    (void)file;
    (void)user;
    if (info->mtime || info->ctime || info->btime) fail_msg("'%s' bears a time", name);
    return 0;
}

static void test_same_bytes(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("third");
    for (int f = 1; f < N_FORMATS; f++) {
        assert_ok(ctx, srnn_spikes_save(ctx, &s, file_named("first", formats[f])));
        assert_ok(ctx, srnn_spikes_save(ctx, &s, file_named("second", formats[f])));
        file_bytes a = read_bytes(file_named("first", formats[f]));
        file_bytes b = read_bytes(file_named("second", formats[f]));
        assert_int_equal(a.n, b.n);
        assert_memory_equal(a.data, b.data, a.n);
        free(a.data);
        free(b.data);
        if (f == CSV) continue;
        const hid_t file = H5Fopen(file_named("first", formats[f]), H5F_ACC_RDONLY, H5P_DEFAULT);
        assert_true(file >= 0);
#if H5_VERSION_GE(1, 12, 0)
        H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, assert_timeless, NULL, H5O_INFO_TIME);
#else
        H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, assert_timeless, NULL);
#endif
        H5Fclose(file);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* ---- files of others, and damaged ones ---- */

/* A list of an HDF5 file that another program might have written. */
typedef struct list {
    const char *name;
    size_t n;
    double values[4];
} list;

static void put_lists(srnn__hdf5_out *out, const void *content)
{
    const list *lists = content;
    const bool nwb = !strncmp(lists->name, "/units", 6);
    srnn__hdf5_group(out, nwb ? "/units" : "/spikes");
    if (!nwb) srnn__hdf5_group(out, "/spikes/lgn");
    for (; lists->name; lists++) {
        const hsize_t n = lists->n;
        srnn__hdf5_put(out, lists->name, H5T_NATIVE_DOUBLE, 1, &n, lists->values);
    }
}

static const char *hdf5_of(srnn_ctx *ctx, const list *lists)
{
    const char *path = at("other.hdf5");
    unlink(path);
    assert_ok(ctx, srnn__hdf5_write(ctx, path, ".hdf5", put_lists, lists));
    return path;
}

static void assert_refused(srnn_ctx *ctx, const char *path, const char *words)
{
    srnn_spikes s;
    const srnn_status status = srnn_spikes_load(ctx, path, &s);
    if (status != SRNN_ERR_FORMAT) fail_msg("'%s' was not refused", words);
    const char *sentence = srnn_ctx_message(ctx);
    assert_memory_equal(sentence, path, strlen(path));
    if (!strstr(sentence, words)) fail_msg("no '%s' in: %s", words, sentence);
    assert_null(s.time_ms);
}

static void test_foreign(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const list nwb[] = {{"/units/spike_times", 3, {0.5, 0.0123, 0.02}},
                        {"/units/spike_times_index", 3, {1, 1, 3}},
                        {.name = NULL}};
    const list sonata[] = {{"/spikes/lgn/timestamps", 3, {500, 12.3, 20}},
                           {"/spikes/lgn/node_ids", 3, {0, 2, 2}},
                           {.name = NULL}};
    for (int f = 0; f < 2; f++) {
        srnn_spikes s;
        assert_ok(ctx, srnn_spikes_load(ctx, hdf5_of(ctx, f ? sonata : nwb), &s));
        assert_int_equal(s.N, 3);
        assert_int_equal(s.K, 1);
        assert_int_equal(s.n, 3);
        assert_near(s.T_ms, 500, 0);
        static const double times[] = {12.3, 20, 500};
        static const int units[] = {2, 2, 0};
        for (int q = 0; q < 3; q++) {
            assert_near(s.time_ms[q], times[q], 1e-9);
            assert_int_equal(s.unit[q], units[q]);
        }
        assert_true(isnan(s.dt_ms) && isnan(s.seed) && !s.correct && !*s.task);
        srnn_spikes_free(&s);
    }
    srnn_ctx_free(ctx);
}

static void test_bad_hdf5(void **state)
{
    (void)state;
    static const char times[] = "/units/spike_times", ends[] = "/units/spike_times_index";
    static const char stamps[] = "/spikes/lgn/timestamps", nodes[] = "/spikes/lgn/node_ids";
    static const struct {
        list lists[3];
        const char *words;
    } bad[] = {
        {{{times, 1, {1}}}, "no variable '/units/spike_times_index'"},
        {{{ends, 1, {1}}}, "no variable '/units/spike_times'"},
        {{{times, 1, {NAN}}, {ends, 1, {1}}}, "'/units/spike_times' has nan s for unit 0"},
        {{{times, 1, {-1}}, {ends, 1, {1}}}, "'/units/spike_times' has -1 s"},
        {{{times, 1, {INFINITY}}, {ends, 1, {1}}}, "'/units/spike_times' has inf s"},
        {{{times, 2, {1, 2}}, {ends, 1, {1}}}, "'/units/spike_times_index' is 1 for unit 0"},
        {{{times, 2, {1, 2}}, {ends, 2, {3, 2}}}, "'/units/spike_times_index' is 3 for unit 0"},
        {{{times, 2, {1, 2}}, {ends, 3, {1, 0, 2}}}, "'/units/spike_times_index' is 0 for unit 1"},
        {{{times, 2, {1, 2}}, {ends, 2, {1.5, 2}}}, "'/units/spike_times_index' is 1.5 for unit 0"},
        {{{times, 0, {0}}, {ends, 0, {0}}}, "0 units"},
        {{{stamps, 1, {1}}}, "no variable '/spikes/lgn/node_ids'"},
        {{{stamps, 2, {1, 2}}, {nodes, 1, {0}}}, "'/spikes/lgn/node_ids' has 1 values"},
        {{{stamps, 1, {1}}, {nodes, 1, {-1}}}, "'/spikes/lgn/node_ids' has -1"},
        {{{stamps, 1, {1}}, {nodes, 1, {0.5}}}, "'/spikes/lgn/node_ids' has 0.5"},
        {{{stamps, 1, {1}}, {nodes, 1, {NAN}}}, "'/spikes/lgn/node_ids' has nan"},
        {{{stamps, 1, {1}}, {nodes, 1, {1e15}}}, "1e+15 units"},
        {{{stamps, 1, {NAN}}, {nodes, 1, {0}}}, "'/spikes/lgn/timestamps' has nan"},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(ctx, hdf5_of(ctx, bad[i].lists), bad[i].words);
    srnn_ctx_free(ctx);
}

/* One dataset of our own file is made something else. */
static void test_changed_hdf5(void **state)
{
    (void)state;
    static const struct {
        const char *ending, *name; /* deleted */
        const char *words;
    } changes[] = {
        {"nwb", "/units/spike_times_index", "no variable '/units/spike_times_index'"},
        {"nwb", "/intervals/trials/stop_time", "no variable '/intervals/trials/stop_time'"},
        {"nwb", "/units", "neither /units (NWB) nor /spikes (SONATA)"},
        {"h5", "/spikernn/population", "no variable '/spikernn/population'"},
        {"h5", "/spikernn/type", "no variable '/spikernn/type'"},
        {"h5", "/spikes/network", "'/spikes' has no population"}};
    static const struct {
        const char *ending, *name;
        hsize_t n;
        double value; /* n times */
        const char *words;
    } others[] = {{"nwb", "/intervals/trials/start_time", 4, 0, "'/intervals/trials/stop_time'"},
                  {"nwb", "/intervals/trials/start_time", 3, 0, "has 3 values; expected 4"},
                  {"nwb", "/units/spike_times", 8, 1e6, "has 1e+06 s for unit 0"},
                  {"nwb", "/units/population", 5, 0, "is not text"},
                  {"nwb", "/intervals/trials/type", 4, 0, "is not text"},
                  {"h5", "/spikernn/type", 4, 3, "'/spikernn/type' has 3"},
                  {"h5", "/spikernn/label", 2, 0, "'/spikernn/label' has 2 values; expected 4"},
                  {"h5", "/spikernn/population", 5, 7, "'/spikernn/population' has 7"},
                  {"h5", "/spikernn/population", 2, 0, "'/spikes/network/node_ids' has 2"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("third");
    const size_t n_changes = sizeof changes / sizeof *changes;
    for (size_t i = 0; i < n_changes + sizeof others / sizeof *others; i++) {
        const bool deleted = i < n_changes;
        const size_t k = deleted ? i : i - n_changes;
        const char *path = file_named("changed", deleted ? changes[k].ending : others[k].ending);
        unlink(path);
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        srnn__hdf5_out out = {.file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT)};
        assert_true(out.file >= 0);
        assert_true(H5Ldelete(out.file, deleted ? changes[k].name : others[k].name, H5P_DEFAULT) >=
                    0);
        double values[8];
        for (int j = 0; j < 8; j++) values[j] = deleted ? 0 : others[k].value;
        if (!deleted)
            srnn__hdf5_put(&out, others[k].name, H5T_NATIVE_DOUBLE, 1, &others[k].n, values);
        assert_false(out.failed);
        assert_true(H5Fclose(out.file) >= 0);
        assert_refused(ctx, path, deleted ? changes[k].words : others[k].words);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* Numbers of our own group that make no sense: the length of a trial is needed, the step is not. */
static void test_changed_lengths(void **state)
{
    (void)state;
    static const char *const names[] = {"T_ms", "dt_ms"};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("third"), back;
    for (int k = 0; k < 2; k++) {
        const char *path = at("lengths.h5");
        const double none = 0;
        unlink(path);
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        srnn__hdf5_out out = {.file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT)};
        assert_true(H5Adelete_by_name(out.file, "/spikernn", names[k], H5P_DEFAULT) >= 0);
        srnn__hdf5_attribute(&out, "/spikernn", names[k], H5T_NATIVE_DOUBLE, 0, &none);
        assert_false(out.failed);
        assert_true(H5Fclose(out.file) >= 0);
        if (k == 0) {
            assert_refused(ctx, path, "'/spikernn/T_ms' has 0; expected a length above 0");
        } else {
            assert_ok(ctx, srnn_spikes_load(ctx, path, &back));
            assert_true(isnan(back.dt_ms) && back.T_ms == s.T_ms);
            srnn_spikes_free(&back);
        }
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* Trials of one length of which the second begins within the first. */
static void test_trials_overlap(void **state)
{
    (void)state;
    static const double start[] = {0, 0.03, 0.09, 0.135}, stop[] = {0.045, 0.075, 0.135, 0.18};
    const hsize_t n = 4;
    const char *path = at("overlap.nwb");
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("third");
    assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
    srnn__hdf5_out out = {.file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT)};
    H5Ldelete(out.file, "/intervals/trials/start_time", H5P_DEFAULT);
    H5Ldelete(out.file, "/intervals/trials/stop_time", H5P_DEFAULT);
    srnn__hdf5_put(&out, "/intervals/trials/start_time", H5T_NATIVE_DOUBLE, 1, &n, start);
    srnn__hdf5_put(&out, "/intervals/trials/stop_time", H5T_NATIVE_DOUBLE, 1, &n, stop);
    assert_false(out.failed);
    assert_true(H5Fclose(out.file) >= 0);
    assert_refused(ctx, path,
                   "trial 1 is from 0.03 to 0.075 s; expected 45 ms, after the trial "
                   "before");
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* More elements than the file has bytes: nothing of that size is asked for. */
static void test_claimed_size(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const char *path = at("claims.nwb");
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t n = (hsize_t)1 << 40, chunk = 1 << 20;
    const hid_t space = H5Screate_simple(1, &n, NULL), properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, 1, &chunk);
    H5Gclose(H5Gcreate2(file, "/units", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Dclose(H5Dcreate2(file, "/units/spike_times", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT,
                        properties, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(properties);
    H5Fclose(file);
    assert_refused(ctx, path, "'/units/spike_times' takes more memory");
    srnn_ctx_free(ctx);
}

static void test_truncated(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("third"), back;
    for (int f = 0; f < CSV; f++) {
        const char *path = file_named("whole", formats[f]);
        assert_ok(ctx, srnn_spikes_save(ctx, &s, path));
        file_bytes all = read_bytes(path);
        const char *part = file_named("part", formats[f]);
        for (size_t n = 0; n < all.n; n += all.n / 7) {
            FILE *file = fopen(part, "wb");
            assert_true(file && fwrite(all.data, 1, n, file) == n && !fclose(file));
            assert_int_not_equal(srnn_spikes_load(ctx, part, &back), SRNN_OK);
            assert_non_null(strstr(srnn_ctx_message(ctx), part));
        }
        free(all.data);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* The longest trials are read again from all formats, to the last spike. */
static void test_longest_trials(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    FILE *file = fopen(at("long.csv"), "w");
    fprintf(file, "trial,type,unit,time_ms,population\n1,go,1,0.05,exc\n1,go,1,1e9,exc\n");
    fclose(file);
    srnn_spikes s, back;
    assert_ok(ctx, srnn_spikes_load(ctx, at("long.csv"), &s));
    assert_near(s.T_ms, 1e9, 0);
    for (int f = 0; f < N_FORMATS; f++) {
        char name[32];
        snprintf(name, sizeof name, "longest.%s", formats[f]);
        assert_ok(ctx, srnn_spikes_save(ctx, &s, at(name)));
        assert_ok(ctx, srnn_spikes_load(ctx, at(name), &back));
        assert_near(back.T_ms, 1e9, 1e-6);
        assert_int_equal(back.n, 2);
        assert_near(back.time_ms[0], 0.05, 1e-9);
        assert_near(back.time_ms[1], 1e9, 1e-6);
        srnn_spikes_free(&back);
    }
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

static void test_bad_csv(void **state)
{
    (void)state;
    static const char head[] = "trial,type,unit,time_ms,population\n";
    static const struct {
        const char *lines, *words;
    } bad[] = {{"0,go,1,1,exc\n", "line 2: trial is '0'; expected a whole number"},
               {"1,go,1,1,exc\n1.5,go,1,1,exc\n", "line 3: trial is '1.5'"},
               {"99999999,go,1,1,exc\n", "line 2: trial is '99999999'"},
               {"1,go,-1,1,exc\n", "line 2: unit is '-1'"},
               {"1,go,1000001,1,exc\n", "line 2: unit is '1000001'"},
               {"1,go,99999999999999999999,1,exc\n", "line 2: unit is"},
               {"1,go,1,nan,exc\n", "line 2: time_ms is 'nan'; expected a number above 0"},
               {"1,go,1,inf,exc\n", "line 2: time_ms is 'inf'"},
               {"1,go,1,0,exc\n", "line 2: time_ms is '0'"},
               {"1,go,1,1e300,exc\n",
                "line 2: time_ms is '1e300'; expected a number above 0, at most 1e9"},
               {"1,go,1,2e9,exc\n", "line 2: time_ms is '2e9'"},
               {"1,go,1,12ms,exc\n", "line 2: time_ms is '12ms'"},
               {"+1,go,1,1,exc\n", "line 2: trial is '+1'"},
               {"1,\"a\nb\",1,1,exc\n0,go,1,1,exc\n", "line 4: trial is '0'"},
               {"1,go,1,,exc\n", "line 2: time_ms is ''"},
               {"1,go,1,1,inh\n", "line 2: population is 'inh'; expected exc, pv or som"},
               {"1,go,1,1\n", "line 2 does not have the columns"},
               {"1,go,1,1,exc,2\n", "line 2 does not have the columns"},
               {"\n", "line 2 does not have the columns"},
               {"1,\"go,1,1,exc\n", "line 2 does not have the columns"},
               {"1,go,1,1,exc\n1,nogo,1,2,exc\n", "line 3: type is 'nogo'"},
               {"1,go,1,1,exc\n2,go,1,2,pv\n", "line 3: population is 'pv'"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        FILE *file = fopen(at("bad.csv"), "w");
        fprintf(file, "%s%s", head, bad[i].lines);
        fclose(file);
        assert_refused(ctx, at("bad.csv"), bad[i].words);
    }
    FILE *file = fopen(at("bad.csv"), "w"); /* not in order, and no line feed at the end */
    fprintf(file, "%s2,b,1,3,exc\r\n1,\"a\",2,7,som\r\n1,a,2,1,som", head);
    fclose(file);
    srnn_spikes s;
    assert_ok(ctx, srnn_spikes_load(ctx, at("bad.csv"), &s));
    assert_int_equal(s.n, 3);
    assert_near(s.time_ms[0], 1, 0);
    assert_near(s.T_ms, 10, 0);
    assert_int_equal(s.trial[2], 1);
    assert_string_equal(s.type_names[s.type[0]], "a");
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

static void test_bad_mat(void **state)
{
    (void)state;
    static const struct {
        double spikes[3]; /* unit, time, trial */
        double population[2], type[2];
        const char *words;
    } bad[] = {
        {{3, 1, 1}, {0, 0}, {1, 1}, "'spikes' has the unit 3 in row 1; expected units 1 to 2"},
        {{0, 1, 1}, {0, 0}, {1, 1}, "'spikes' has the unit 0"},
        {{1, 1, 3}, {0, 0}, {1, 1}, "'spikes' has the trial 3"},
        {{1, 1, 1.5}, {0, 0}, {1, 1}, "'spikes' has the trial 1.5"},
        {{1, NAN, 1}, {0, 0}, {1, 1}, "'spikes' has the time nan"},
        {{1, INFINITY, 1}, {0, 0}, {1, 1}, "'spikes' has the time inf"},
        {{NAN, 1, 1}, {0, 0}, {1, 1}, "'spikes' has the unit nan"},
        {{1, -1, 1}, {0, 0}, {1, 1}, "'spikes' has the time -1"},
        {{1, 1, 1}, {0, 3}, {1, 1}, "'population' is 3"},
        {{1, 1, 1}, {0, 0}, {1, 0}, "'type' is 0"}};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const srnn_array arrays[] = {
            {.name = "spikes", .rank = 2, .dims = {1, 3}, .doubles = bad[i].spikes},
            {.name = "population", .rank = 2, .dims = {1, 2}, .doubles = bad[i].population},
            {.name = "type", .rank = 2, .dims = {1, 2}, .doubles = bad[i].type}};
        unlink(at("bad.mat"));
        assert_ok(ctx, srnn_arrays_save(ctx, at("bad.mat"), arrays, 3));
        assert_refused(ctx, at("bad.mat"), bad[i].words);
    }
    const double pair[] = {1, 2};
    const srnn_array narrow = {.name = "spikes", .rank = 2, .dims = {1, 2}, .doubles = pair};
    unlink(at("bad.mat"));
    assert_ok(ctx, srnn_arrays_save(ctx, at("bad.mat"), &narrow, 1));
    assert_refused(ctx, at("bad.mat"), "'spikes' is 1 x 2; expected any x 3");
    const double late[] = {1, 1, 1e6};
    const srnn_array claim = {.name = "spikes", .rank = 2, .dims = {1, 3}, .doubles = late};
    unlink(at("bad.mat"));
    assert_ok(ctx, srnn_arrays_save(ctx, at("bad.mat"), &claim, 1));
    assert_refused(ctx, at("bad.mat"), "has the trial 1e+06; expected at most 100100 for 1 spikes");
    const srnn_array none = {.name = "x", .rank = 2, .dims = {1, 2}, .doubles = pair};
    unlink(at("bad.mat"));
    assert_ok(ctx, srnn_arrays_save(ctx, at("bad.mat"), &none, 1));
    assert_false(srnn_spikes_file(ctx, at("bad.mat")));
    assert_refused(ctx, at("bad.mat"), "no variable 'spikes'");
    srnn_ctx_free(ctx);
}

/* Files of `simulate` before it told the populations: N is that of all_fr. */
static void test_older_mat(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    const double rates[3] = {0}, spike[] = {2, 7, 1}, dt = 5e-5, T = 0.3, type = 2;
    const srnn_array params[] = {{.name = "dt", .rank = 2, .dims = {1, 1}, .doubles = &dt},
                                 {.name = "T", .rank = 2, .dims = {1, 1}, .doubles = &T}};
    const srnn_array arrays[] = {{.name = "params", .fields = params, .n_fields = 2},
                                 {.name = "spikes", .rank = 2, .dims = {1, 3}, .doubles = spike},
                                 {.name = "all_fr", .rank = 2, .dims = {3, 1}, .doubles = rates},
                                 {.name = "type", .rank = 2, .dims = {1, 1}, .doubles = &type},
                                 {.name = "types", .text = "go, nogo"}};
    srnn_spikes s;
    assert_ok(ctx, srnn_arrays_save(ctx, at("older.mat"), arrays, 5));
    assert_ok(ctx, srnn_spikes_load(ctx, at("older.mat"), &s));
    assert_int_equal(s.N, 3);
    assert_near(s.dt_ms, 0.05, 0);
    assert_near(s.T_ms, 300, 0);
    assert_string_equal(s.type_names[s.type[0]], "nogo");
    assert_int_equal(s.population[2], SRNN_EXC);
    assert_true(isnan(s.stim_on_ms) && isnan(s.seed) && !s.correct);
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* ---- what cannot be written ---- */

static bool empty_folder(const char *folder)
{
    char command[160];
    snprintf(command, sizeof command, "test -z \"$(ls -A '%s')\"", folder);
    return !system(command);
}

static void test_unwritable(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_spikes s = new_spikes("third");
    for (int f = 0; f < N_FORMATS; f++) {
        const char *taken = file_named("taken", formats[f]);
        FILE *file = fopen(taken, "w");
        assert_true(file && fputs("mine", file) >= 0 && !fclose(file));
        assert_int_equal(srnn_spikes_save(ctx, &s, taken), SRNN_ERR_FILE);
        assert_non_null(strstr(srnn_ctx_message(ctx), taken));
        file_bytes left = read_bytes(taken);
        assert_int_equal(left.n, 4);
        free(left.data);
        char nowhere[64];
        snprintf(nowhere, sizeof nowhere, "/proc/spikes.%s", formats[f]);
        assert_int_equal(srnn_spikes_save(ctx, &s, nowhere), SRNN_ERR_FILE);
        assert_non_null(strstr(srnn_ctx_message(ctx), nowhere));
    }
    assert_int_equal(srnn_spikes_save(ctx, &s, at("spikes.txt")), SRNN_ERR_ARGUMENT);
    assert_non_null(strstr(srnn_ctx_message(ctx), "spikes.txt"));
    s.unit[0] = 5;
    assert_says(ctx, srnn_spikes_save(ctx, &s, at("wrong.nwb")), SRNN_ERR_ARGUMENT,
                "unit[0] is 5; expected 0 to 4");
    srnn_spikes_free(&s);
    srnn_ctx_free(ctx);
}

/* A limit on the size of files stands for a full disk. */
static void test_full_disk(void **state)
{
    (void)state;
    const char *folder = at("full");
    assert_false(mkdir(folder, 0777));
    for (int f = 0; f < N_FORMATS; f++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            srnn_ctx *ctx = new_ctx(NULL, 1);
            srnn_spikes s = new_spikes("third");
            const struct rlimit limit = {100, 100};
            char path[160];
            snprintf(path, sizeof path, "%s/spikes.%s", folder, formats[f]);
            signal(SIGXFSZ, SIG_IGN);
            if (setrlimit(RLIMIT_FSIZE, &limit)) _exit(99);
            const srnn_status status = srnn_spikes_save(ctx, &s, path);
            const bool told = strstr(srnn_ctx_message(ctx), path) != NULL;
            srnn_spikes_free(&s);
            srnn_ctx_free(ctx);
            _exit(status == SRNN_ERR_FILE && told ? 0 : 1);
        }
        int code;
        assert_int_equal(waitpid(child, &code, 0), child);
        assert_int_equal(code, 0);
        assert_true(empty_folder(folder));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),      cmocka_unit_test(test_csv),
        cmocka_unit_test(test_silence),         cmocka_unit_test(test_long_session),
        cmocka_unit_test(test_same_bytes),      cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_bad_hdf5),        cmocka_unit_test(test_changed_hdf5),
        cmocka_unit_test(test_claimed_size),    cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_longest_trials),  cmocka_unit_test(test_bad_csv),
        cmocka_unit_test(test_bad_mat),         cmocka_unit_test(test_older_mat),
        cmocka_unit_test(test_mat_types),       cmocka_unit_test(test_same_names),
        cmocka_unit_test(test_many_types),      cmocka_unit_test(test_unwritable),
        cmocka_unit_test(test_full_disk),       cmocka_unit_test(test_tidy_lengths),
        cmocka_unit_test(test_changed_lengths), cmocka_unit_test(test_trials_overlap)};
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
