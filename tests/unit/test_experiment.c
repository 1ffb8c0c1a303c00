/* An experiment: which events come in which order, cancellation in every stage, and going on to the
   same record. */
#define _GNU_SOURCE 1
#include "helpers.h"

#include <sys/stat.h>
#include <unistd.h>

enum { EVENTS = 64 };

typedef struct seen {
    int n;
    srnn_event_kind kind[EVENTS];
    char stage[EVENTS][32], code[EVENTS][32];
    bool result[EVENTS]; /* it had JSON */
} seen;

static srnn_ctx *ctx;
static srnn_options *options;
static const srnn_task *run_task; /* NULL: that of the options */
static char folder[] = "experiment_XXXXXX";

static void on_event(void *user, const srnn_experiment *experiment, const srnn_event *event)
{
    seen *s = user;
    assert_non_null(srnn_experiment_model(experiment));
    assert_true(s->n < EVENTS);
    s->kind[s->n] = event->kind;
    snprintf(s->stage[s->n], sizeof s->stage[0], "%s", event->stage);
    snprintf(s->code[s->n], sizeof s->code[0], "%s", event->code);
    s->result[s->n++] = *event->json != '\0';
}

static int set_up(void **state)
{
    (void)state;
    static const char *const given[][2] = {{"task", "go-nogo"},
                                           {"N", "12"},
                                           {"seed", "4"},
                                           {"n_trials", "30"},
                                           {"eval_trials", "4"},
                                           {"eval_freq", "10"},
                                           {"scaling_factors", "30,50"},
                                           {"search_trials", "3"},
                                           {"test_trials", "2"},
                                           {"T", "60"},
                                           {"stim_on", "10"},
                                           {"stim_dur", "10"}};
    ctx = new_ctx(NULL, 2);
    assert_ok(ctx, srnn_options_create(ctx, &options));
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        assert_ok(ctx, srnn_options_set(ctx, options, given[i][0], given[i][1]));
    strcpy(folder, "experiment_XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"model.mat", "model.pth", "summary.json"};
    for (int i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    srnn_options_free(options);
    srnn_ctx_free(ctx);
    return 0;
}

static void set(const char *name, const char *text)
{
    assert_ok(ctx, srnn_options_set(ctx, options, name, text));
}

/* Takes out number or text of the name, wherever it stands. */
static void blank(char *json, const char *name)
{
    for (char *at = json; (at = strstr(at, name)); at++) {
        char *from = at + strlen(name), *to = from + strcspn(from, ",}");
        memmove(from, to, strlen(to) + 1);
    }
}

/* summary.json of the experiment, run in the folder, but for what differs from time to time: when,
   how long, and how many trials of the search were there before. */
static char *run(seen *s, srnn_status expected)
{
    static const char *const names[] = {"\"date\"",       "\"seconds\": 0", "\"train\"",
                                        "\"search\": 0",  "\"evaluate\"",   "\"trials_run\"",
                                        "\"trials_kept\""};
    srnn_experiment *experiment;
    char path[64], *json = calloc(1, 1 << 20);
    *s = (seen){0};
    assert_ok(ctx, srnn_experiment_open(ctx, options, run_task, folder, &experiment));
    assert_int_equal(srnn_experiment_run(ctx, experiment, on_event, s), expected);
    srnn_experiment_free(experiment);
    snprintf(path, sizeof path, "%s/summary.json", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(json, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) blank(json, names[i]);
    return json;
}

static void is_event(const seen *s, int i, srnn_event_kind kind, const char *stage)
{
    assert_true(i < s->n);
    assert_int_equal(s->kind[i], kind);
    assert_string_equal(s->stage[i], stage);
    assert_int_equal(s->result[i], kind == SRNN_EVENT_DONE || kind == SRNN_EVENT_KEPT);
}

static void stages_come_in_order_and_are_kept(void **state)
{
    (void)state;
    static const char *const stages[] = {"training", "search", "readout", "evaluation",
                                         "diagnosis"};
    seen s;
    set("search_anyway", NULL);
    set("conversion", "scaling-factor");
    set("readout", "ridge");
    char *first = run(&s, SRNN_OK);
    assert_int_equal(s.n, 11);
    for (int k = 0, i = 0; k < 5; k++) {
        is_event(&s, i++, SRNN_EVENT_BEGUN, stages[k]);
        is_event(&s, i++, SRNN_EVENT_DONE, stages[k]);
        if (k == 0) assert_string_equal(s.code[i], "not_learned");
        i += k == 0;
    }
    char *second = run(&s, SRNN_OK);
    assert_int_equal(s.n, 6);
    is_event(&s, 0, SRNN_EVENT_KEPT, "training");
    for (int k = 1; k < 5; k++) is_event(&s, k + 1, SRNN_EVENT_KEPT, stages[k]);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void a_network_that_did_not_learn_is_not_converted(void **state)
{
    (void)state;
    seen s;
    free(run(&s, SRNN_OK));
    assert_int_equal(s.n, 5);
    assert_string_equal(s.code[2], "not_learned");
    is_event(&s, 4, SRNN_EVENT_DONE, "evaluation");
}

/* Stops the nth time that it is asked. */
static int stop(void *user, const srnn_progress *progress)
{
    (void)progress;
    return --*(int *)user <= 0;
}

/* Wherever it is stopped, it comes to the same record as in one go. */
static void an_interrupted_experiment_goes_on(void **state)
{
    (void)state;
    seen s;
    set("search_anyway", NULL);
    set("checkpoint_every", "7");
    char *straight = run(&s, SRNN_OK);
    tear_down(NULL);
    int interrupted = 0;
    for (int n = 1; n < 400; n = n * 3 / 2 + 1) {
        set_up(NULL);
        set("search_anyway", NULL);
        set("checkpoint_every", "7");
        int left = n;
        srnn_experiment *experiment;
        assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment));
        srnn_ctx_set_progress(ctx, stop, &left);
        const srnn_status status = srnn_experiment_run(ctx, experiment, NULL, NULL);
        assert_true(status == SRNN_OK || status == SRNN_CANCELLED);
        interrupted += status == SRNN_CANCELLED;
        srnn_ctx_set_progress(ctx, NULL, NULL);
        if (n % 2)
            assert_ok(ctx, srnn_experiment_run(ctx, experiment, NULL, NULL)); /* in one process */
        srnn_experiment_free(experiment);
        char *went_on = run(&s, SRNN_OK);
        char *of_straight = strstr(straight, "\"training\""),
             *of_this = strstr(went_on, "\"training\"");
        assert_string_equal(of_straight, of_this); /* before it are the folder's name and options */
        free(went_on);
        tear_down(NULL);
    }
    assert_true(interrupted >= 3);
    free(straight);
    set_up(NULL);
}

static void other_options_are_refused(void **state)
{
    (void)state;
    seen s;
    srnn_experiment *experiment;
    char sentence[256];
    free(run(&s, SRNN_OK));
    set("noise_mv", "0.2");
    snprintf(sentence, sizeof sentence,
             "%s holds a run with noise_mv 0.1, not 0.2; expected the same options, or another "
             "folder",
             folder);
    assert_says(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment),
                SRNN_ERR_ARGUMENT, sentence);
    srnn_experiment_free(experiment);
}

static void what_the_evaluation_would_refuse_is_refused_at_once(void **state)
{
    (void)state;
    srnn_experiment *experiment;
    struct stat info;
    char path[64];
    set("test_trials", "5000001");
    assert_says(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment),
                SRNN_ERR_ARGUMENT, "test_trials is 5000001; expected at most 5000000 of each type");
    srnn_experiment_free(experiment);
    set("test_trials", "2");
    set("delay", "3");
    assert_says(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment),
                SRNN_ERR_ARGUMENT, "delay is 3, but the task 'go-nogo' has none");
    srnn_experiment_free(experiment);
    snprintf(path, sizeof path, "%s/summary.json", folder);
    assert_true(stat(path, &info) != 0);
}

/* Runs the folder's experiment and compares what it observed with srnn_observe(). units NULL: the
   loudest ones. */
static void observe(seen *s, const int *units, int n_units)
{
    srnn_experiment *experiment;
    srnn_observation apart;
    *s = (seen){0};
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment));
    assert_ok(ctx, srnn_experiment_observe(ctx, experiment, units, n_units));
    assert_ok(ctx, srnn_experiment_run(ctx, experiment, on_event, s));
    const srnn_experiment_results results = srnn_experiment_get_results(experiment);
    const srnn_observation *o = results.observation;
    assert_non_null(o);
    const srnn_options *own = srnn_experiment_options(experiment);
    const srnn_spiking_params params = srnn_options_spiking(own, results.scaling_factor);
    srnn_observe_options how = srnn_options_observation(own, o->spiking ? &params : NULL);
    int loudest[SRNN_LOUDEST_UNITS];
    how.n_units = units ? n_units : srnn_loudest_units(srnn_experiment_model(experiment), loudest);
    how.units = units ? units : loudest;
    assert_ok(ctx, srnn_observe(ctx, srnn_experiment_model(experiment),
                                srnn_experiment_task(experiment), &how, &apart));
    assert_int_equal(o->K, apart.K);
    assert_memory_equal(o->r, apart.r, (size_t)(o->K * o->T * o->N) * sizeof *o->r);
    assert_int_equal(o->spiking, apart.spiking);
    assert_int_equal(o->n_units, apart.n_units);
    if (o->spiking) {
        const size_t voltages = (size_t)o->n_types * (size_t)o->nt * (size_t)o->n_units;
        assert_memory_equal(o->units, apart.units, (size_t)o->n_units * sizeof *o->units);
        assert_memory_equal(o->v, apart.v, voltages * sizeof *o->v);
        assert_int_equal(o->spikes.n, apart.spikes.n);
        assert_memory_equal(o->spikes.time_ms, apart.spikes.time_ms,
                            (size_t)o->spikes.n * sizeof(double));
    }
    srnn_observation_free(&apart);
    srnn_experiment_free(experiment);
}

static bool begun(const seen *s, const char *stage)
{
    for (int i = 0; i < s->n; i++)
        if (s->kind[i] == SRNN_EVENT_BEGUN && !strcmp(s->stage[i], stage)) return true;
    return false;
}

/* Trials run again only where an evaluation of this call has not run them. */
static void the_evaluation_gives_the_observation(void **state)
{
    (void)state;
    static const int units[] = {3, 5};
    seen s;
    set("search_anyway", NULL);
    set("observed_trials", "2");
    observe(&s, units, 2);
    assert_true(begun(&s, "evaluation") && !begun(&s, "observation"));
    observe(&s, NULL, 0);
    assert_true(!begun(&s, "evaluation") && begun(&s, "observation"));
    set("observed_trials", "3"); /* the evaluation has 2 */
    observe(&s, NULL, 0);
    assert_true(!begun(&s, "evaluation") && begun(&s, "observation"));
}

static void what_cannot_be_observed_or_chosen_is_refused_at_once(void **state)
{
    (void)state;
    static const int none[] = {12};
    srnn_experiment *experiment;
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment));
    assert_says(ctx, srnn_experiment_observe(ctx, experiment, none, 1), SRNN_ERR_ARGUMENT,
                "unit 12 is one of the units to observe; expected units from 0 to 11");
    assert_says(ctx, srnn_experiment_observe(ctx, experiment, none, 0), SRNN_ERR_ARGUMENT,
                "there are no units to observe; expected 1 or more");
    srnn_experiment_free(experiment);
    set("fresh_trials", "0");
    assert_says(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment),
                SRNN_ERR_ARGUMENT,
                "fresh_trials is 0; expected 1 or more, which the better of two conversions is "
                "chosen by, or conversion");
    srnn_experiment_free(experiment);
    srnn_options_forget(options, "fresh_trials");
}

typedef struct nested {
    srnn_experiment *same, *other;
    char sentences[2][256];
} nested;

static void run_others(void *user, const srnn_experiment *experiment, const srnn_event *event)
{
    nested *n = user;
    (void)experiment, (void)event;
    srnn_ctx *own = new_ctx(NULL, 1);
    srnn_experiment *const them[] = {n->same, n->other};
    for (int i = 0; i < 2; i++) {
        assert_int_not_equal(srnn_experiment_run(own, them[i], NULL, NULL), SRNN_OK);
        snprintf(n->sentences[i], sizeof n->sentences[i], "%s", srnn_ctx_message(own));
    }
    srnn_ctx_free(own);
}

static void one_run_at_a_time_is_in_a_folder(void **state)
{
    (void)state;
    nested n;
    char sentence[256];
    set("test_trials", "1");
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &n.same));
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &n.other));
    assert_ok(ctx, srnn_experiment_run(ctx, n.same, run_others, &n));
    assert_string_equal(n.sentences[0],
                        "the experiment is running already; expected one that was opened");
    snprintf(sentence, sizeof sentence,
             "%s is being written by another run; expected a folder for each", folder);
    assert_string_equal(n.sentences[1], sentence);
    snprintf(sentence, sizeof sentence, "%s got another run meanwhile; expected a folder for each",
             folder);
    assert_says(ctx, srnn_experiment_run(ctx, n.other, NULL, NULL), SRNN_ERR_FILE, sentence);
    srnn_experiment_free(n.same);
    srnn_experiment_free(n.other);
    set("task", "no_such_task");
    assert_int_not_equal(srnn_experiment_open(ctx, options, NULL, "new", &n.same), SRNN_OK);
    assert_says(ctx, srnn_experiment_run(ctx, n.same, NULL, NULL), SRNN_ERR_ARGUMENT,
                "the experiment was refused when it was opened; expected one that was opened");
    srnn_experiment_free(n.same);
}

/* For a front end that writes further files. */
static void a_folder_that_is_held_stays_locked_until_the_end(void **state)
{
    (void)state;
    srnn_experiment *experiment, *other;
    set("test_trials", "1");
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment));
    srnn_experiment_hold(experiment);
    assert_false(srnn_experiment_running(folder));
    for (int i = 0; i < 2; i++) {
        assert_ok(ctx, srnn_experiment_run(ctx, experiment, NULL, NULL));
        assert_true(srnn_experiment_running(folder));
    }
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &other));
    assert_int_equal(srnn_experiment_run(ctx, other, NULL, NULL), SRNN_ERR_FILE);
    srnn_experiment_free(experiment);
    assert_false(srnn_experiment_running(folder));
    assert_ok(ctx, srnn_experiment_run(ctx, other, NULL, NULL));
    assert_false(srnn_experiment_running(folder));
    srnn_experiment_free(other);
}

/* Given in one call, options exclude each other as on a command line. */
static void options_of_a_call_are_no_configuration(void **state)
{
    (void)state;
    static const char json[] = "{\"conversion\": \"operating-point\", \"refine\": true}";
    for (int call = 0; call < 2; call++) {
        srnn_options *own;
        assert_ok(ctx, srnn_options_create(ctx, &own));
        assert_ok(ctx, srnn_options_set_json(ctx, own, json, call ? NULL : "a.json"));
        assert_int_equal(srnn_options_finish(ctx, own, NULL), call ? SRNN_ERR_ARGUMENT : SRNN_OK);
        srnn_options_free(own);
    }
}

static void a_rate_network_alone_is_observed(void **state)
{
    (void)state;
    seen s;
    srnn_experiment *experiment;
    set("observed_trials", "1");
    observe(&s, NULL, 0);
    assert_false(begun(&s, "observation"));
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment));
    assert_ok(ctx, srnn_experiment_run(ctx, experiment, NULL, NULL));
    assert_null(srnn_experiment_get_results(experiment).observation); /* not asked for */
    srnn_experiment_free(experiment);
}

/* ---- a task of the caller's ---- */

static int draw_side(void *user, srnn_rng *rng)
{
    (void)user;
    return srnn_rng_uniform(rng) > 0.5;
}

static void show_side(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    (void)user, (void)rng;
    for (int t = 10; t < 20; t++) u[t] = type ? 1 : -1;
    for (int t = 20; t < n_cols; t++) z[t] = type ? 1 : -1;
}

static srnn_score score_side(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    (void)user, (void)rng;
    const double out = response->out[(response->n - 1) * response->n_out];
    const double margin = (type ? out : -out) - 0.5;
    return (srnn_score){.correct = margin > 0, .value = out, .margin = margin};
}

static srnn_task *new_task(const char *name, int steps)
{
    static const char *const sides[] = {"left", "right"};
    static const double labels[] = {-1, 1};
    const srnn_task_def def = {.name = name,
                               .n_in = 1,
                               .n_out = 1,
                               .T = steps,
                               .n_types = 2,
                               .type_names = sides,
                               .labels = labels,
                               .stim_on = 10,
                               .stim_off = 20,
                               .settings = srnn_task_settings_default(),
                               .draw_type = draw_side,
                               .generate = show_side,
                               .score = score_side};
    srnn_task *task;
    assert_ok(ctx, srnn_task_create(ctx, &def, &task));
    return task;
}

/* Opened with the task it is refused with a sentence that begins and ends so, with the folder
   between. */
static void is_refused(const srnn_task *task, const char *begins, const char *ends)
{
    srnn_experiment *experiment;
    char sentence[256];
    snprintf(sentence, sizeof sentence, "%s%s%s", begins, *ends ? folder : "", ends);
    assert_says(ctx, srnn_experiment_open(ctx, options, task, folder, &experiment),
                SRNN_ERR_ARGUMENT, sentence);
    srnn_experiment_free(experiment);
}

static void a_task_of_the_callers_is_given_again(void **state)
{
    (void)state;
    static const char *const settings[] = {"T", "stim_on", "stim_dur"};
    srnn_task *task = new_task("sides", 40), *other = new_task("sides", 50),
              *renamed = new_task("edges", 40);
    is_refused(task,
               "task is given besides the task 'sides', which has its own; expected one of "
               "them",
               "");
    srnn_options_forget(options, "task");
    is_refused(task, "T is given besides the task 'sides', which has its own; expected one of them",
               "");
    for (int i = 0; i < 3; i++) srnn_options_forget(options, settings[i]);
    set("search_anyway", NULL);
    run_task = task;
    seen s;
    char *first = run(&s, SRNN_OK), *again = run(&s, SRNN_OK);
    assert_string_equal(first, again);
    is_event(&s, 0, SRNN_EVENT_KEPT, "training");
    is_refused(NULL, "",
               " holds a run of the task 'sides', but not the task itself; expected task, its file "
               "or object");
    is_refused(renamed, "",
               " holds a run of the task \"sides\", not \"edges\"; expected the same "
               "task, or another folder");
    is_refused(other, "",
               " holds a run of the task {\"T\": 40, \"n_in\": 1, \"n_out\": 1, "
               "\"name\": \"sides\"}, not {\"T\": 50, \"n_in\": 1, \"n_out\": 1, "
               "\"name\": \"sides\"}; expected the same task, or another folder");
    run_task = NULL;
    srnn_task_free(task);
    srnn_task_free(other);
    srnn_task_free(renamed);
    free(first);
    free(again);
}

static void time_is_estimated(void **state)
{
    (void)state;
    srnn_experiment *experiment;
    srnn_experiment_estimate t;
    assert_ok(ctx, srnn_experiment_open(ctx, options, NULL, folder, &experiment));
    assert_ok(ctx, srnn_experiment_estimate_time(ctx, experiment, &t));
    assert_true(t.train_s > 0 && t.search_s > 0 && t.evaluate_s > 0);
    srnn_experiment_free(experiment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stages_come_in_order_and_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_network_that_did_not_learn_is_not_converted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_experiment_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_options_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_evaluation_would_refuse_is_refused_at_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_evaluation_gives_the_observation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_observed_or_chosen_is_refused_at_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_is_held_stays_locked_until_the_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_run_at_a_time_is_in_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_of_a_call_are_no_configuration, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rate_network_alone_is_observed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_task_of_the_callers_is_given_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(time_is_estimated, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
