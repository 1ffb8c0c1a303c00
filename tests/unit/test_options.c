/* The table of options: every row has a value that it prints and takes again; ranges,
   configurations and what depends on several options. */
#include "helpers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "options/options.h"

static srnn_ctx *ctx;
static srnn_options *options;

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(srnn_ctx_create(NULL, &ctx), SRNN_OK);
    assert_int_equal(srnn_options_create(ctx, &options), SRNN_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    srnn_options_free(options);
    srnn_ctx_free(ctx);
    return 0;
}

static void takes(const char *name, const char *text)
{
    assert_int_equal(srnn_options_set(ctx, options, name, text), SRNN_OK);
}

static void refuses(const char *name, const char *text, const char *sentence)
{
    char *before = srnn_options_json(options, SRNN_STAGE_ALL, false);
    assert_int_equal(srnn_options_set(ctx, options, name, text), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx), sentence);
    char *after = srnn_options_json(options, SRNN_STAGE_ALL, false);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static const srnn_settings *finished(const srnn_task_def *def)
{
    assert_int_equal(srnn_options_finish(ctx, options, def), SRNN_OK);
    return srnn_options_settings(options);
}

static void no_name_stands_for_two_options(void **state)
{
    (void)state;
    for (int i = 0; srnn_option_at(i); i++)
        assert_ptr_equal(srnn_option_named(srnn_option_at(i)->name), srnn_option_at(i));
    assert_ptr_equal(srnn_option_named("bias"), srnn_option_named("bias_mv"));
    assert_ptr_equal(srnn_option_named("no-autapses"), srnn_option_named("no_autapses"));
    assert_null(srnn_option_named("n"));
    assert_null(srnn_option_named(""));
}

static void enumerations_have_the_names_of_their_choices(void **state)
{
    (void)state;
    assert_string_equal(srnn_option_choice("act", SRNN_SOFTPLUS), "softplus");
    assert_string_equal(srnn_option_choice("neuron", SRNN_QIF), "qif");
    assert_string_equal(srnn_option_choice("conversion", SRNN_BY_OPERATING_POINT),
                        "operating-point");
    assert_string_equal(srnn_option_choice("stim_mode", SRNN_STIM_INH), "inh");
    assert_null(srnn_option_choice("act", 3));
    assert_null(srnn_option_choice("N", 0));
}

static void defaults_are_those_of_the_structs(void **state)
{
    (void)state;
    const srnn_train_options training = srnn_train_options_default();
    const srnn_search_options search = srnn_search_options_default(),
                              of_options = srnn_options_search(options);
    finished(NULL);
    const srnn_train_options given = srnn_options_training(options);
    assert_true(given.lr == training.lr && given.n_trials == training.n_trials &&
                given.learn == training.learn && given.grad_clip == training.grad_clip &&
                given.noise == training.noise && given.min_trials == training.min_trials);
    assert_int_equal(of_options.n, search.n);
    assert_memory_equal(of_options.scaling_factors, search.scaling_factors,
                        (size_t)search.n * sizeof(double));
    assert_int_equal(of_options.test_trials, search.test_trials);
    assert_int_equal(srnn_options_operating(options).n_trials,
                     srnn_operating_options_default().n_trials);
}

static void values_outside_their_range_are_refused(void **state)
{
    (void)state;
    refuses("N", "0", "N is 0; expected 1 or more");
    refuses("N", "16001", "N is 16001; expected at most 16000");
    refuses("N", "20.5", "N is '20.5'; expected a whole number");
    refuses("N", "99999999999999999999", "N is 99999999999999999999; expected at most 16000");
    refuses("seed", "9007199254740993",
            "seed is 9007199254740993; expected at most 9007199254740992");
    refuses("P_rec", "0", "P_rec is 0; expected a number above 0, up to 1");
    refuses("P_inh", "1.5", "P_inh is 1.5; expected 0 to 1");
    refuses("perf_threshold", "1", "perf_threshold is 1; expected 0 to below 1");
    refuses("lr", "nan", "lr is 'nan'; expected a finite number");
    refuses("lr", " 1", "lr is ' 1'; expected a finite number");
    refuses("lr", "-0.1", "lr is -0.1; expected a number above 0");
    refuses("noise_mv", "-1", "noise_mv is -1; expected 0 or more");
    refuses("act", "relu",
            "act is 'relu'; expected sigmoid, clipped_relu or softplus (did you mean "
            "clipped_relu?)");
    refuses("scaling_factors", "20:10:5",
            "scaling_factors is '20:10:5', an empty range; expected a start not above the stop");
    refuses("scaling_factors", "20,0",
            "scaling_factors is '20,0', which holds 0; expected numbers above 0");
    refuses("stim_window", "9:3", "stim_window is 9:3; expected OFF after ON");
    refuses("no_such", "1", "option 'no_such' is unknown");
    refuses("n_trails", "1", "option 'n_trails' is unknown; did you mean 'n_trials'?");
    srnn_ctx_set_option_prefix(ctx, "--");
    srnn_options_call(options, "search_trials", "n_trials");
    refuses("search_trials", "0", "--n_trials is 0; expected 1 or more");
}

/* All options of one set, through JSON into another. */
static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const char *const given[][2] = {{"N", "37"},
                                           {"act", "softplus"},
                                           {"decay_taus", "4,17.5"},
                                           {"learn", "w,w_in"},
                                           {"balanced", "True"},
                                           {"no_autapses", NULL},
                                           {"lr", "0.0123456789012"},
                                           {"seed", "9007199254740992"},
                                           {"scaling_factors", "20:30:0.1"},
                                           {"stim_mode", "exc"},
                                           {"stim_window", "3:9"},
                                           {"stim_units", "1,3:7"},
                                           {"window_ms", "250.0000000001:1000"},
                                           {"neuron", "qif"},
                                           {"v0", "reset"},
                                           {"dt_ms", "0.1"},
                                           {"noise_curve", "0,0.3"},
                                           {"analyses", "components"},
                                           {"T", "120"},
                                           {"eval_amp_thresh", "0.61"},
                                           {"connectivity", "a \"b\".mat"}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) takes(given[i][0], given[i][1]);
    finished(NULL);
    char *first = srnn_options_json(options, SRNN_STAGE_ALL, false);
    srnn_options *again;
    assert_int_equal(srnn_options_create(ctx, &again), SRNN_OK);
    assert_int_equal(srnn_options_set_json(ctx, again, first, "first"), SRNN_OK);
    assert_int_equal(srnn_options_finish(ctx, again, NULL), SRNN_OK);
    char *second = srnn_options_json(again, SRNN_STAGE_ALL, false);
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "\"decay_taus\":[4.0,17.5]"));
    assert_non_null(strstr(first, "\"v_peak_mv\":30.0"));
    assert_non_null(strstr(first, "\"lr\":0.0123456789012,"));
    assert_non_null(strstr(first, "\"250.0000000001:1000\""));
    assert_int_equal(srnn_options_settings(again)->scaling_factors.n, 101);
    free(first);
    free(second);
    first = srnn_options_json(options, SRNN_STAGE_ALL, true);
    assert_null(strstr(first, "v_peak_mv"));
    free(first);
    srnn_options_free(again);
}

static void a_configuration_stands_behind_what_is_set(void **state)
{
    (void)state;
    takes("N", "40");
    assert_int_equal(
        srnn_options_set_json(ctx, options, "{\"N\": 50, \"gain\": 2, \"lr\": null}", "c.json"),
        SRNN_OK);
    assert_int_equal(srnn_options_settings(options)->network.N, 40);
    assert_true(srnn_options_settings(options)->network.gain == 2);
    assert_int_equal(srnn_options_given(options, "lr"), 0);
    assert_true(srnn_options_given(options, "gain") < 0 && srnn_options_given(options, "N") > 0);
    assert_int_equal(srnn_options_set_json(ctx, options, "{\"gain\": 4}", "d.json"), SRNN_OK);
    assert_true(srnn_options_settings(options)->network.gain == 2); /* of two, the first one's */
    takes("gain", "3");
    assert_true(srnn_options_settings(options)->network.gain == 3);
}

static void refuses_configuration(const char *json, const char *sentence)
{
    assert_int_equal(srnn_options_set_json(ctx, options, json, "c.json"), SRNN_ERR_FORMAT);
    assert_string_equal(srnn_ctx_message(ctx), sentence);
}

static void what_is_wrong_in_a_configuration_is_said(void **state)
{
    (void)state;
    srnn_ctx_set_option_prefix(ctx, "--");
    refuses_configuration("{\"gian\": 2}",
                          "c.json: option 'gian' is unknown; did you mean 'gain'?");
    refuses_configuration("{\"N\": 0}", "c.json: N is 0; expected 1 or more");
    refuses_configuration("{\"N\": {}}", "c.json: N has a value that no option takes; expected a "
                                         "number, true or false, text or a list");
    refuses_configuration("{\"no_autapses\": 1}",
                          "c.json: no_autapses is not a boolean; expected true or false");
    refuses_configuration("{\"bias\": 1, \"N\": 7, \"bias_mv\": -40}",
                          "c.json: bias_mv is given twice, also by another spelling; expected it "
                          "once");
    srnn_options_forget(options, "bias_mv");
    refuses_configuration("{\"scaling-factor\": 20, \"scaling_factor\": 20}",
                          "c.json: scaling_factor is given twice, also by another spelling; "
                          "expected it once");
    refuses_configuration("[1]", "c.json is no JSON object; expected options by name");
    assert_int_equal(srnn_options_set_json(ctx, options, "{\"N\": 1, \"N\": 2}", "c.json"),
                     SRNN_ERR_FORMAT);
}

static void options_that_were_given_win_over_preset_neuron_and_task(void **state)
{
    (void)state;
    const srnn_task_def def = {.decay_taus = {5, 50}, .min_trials = 7};
    takes("preset", "robust");
    takes("gain", "1.25");
    takes("neuron", "qif");
    takes("bias_mv", "3");
    const srnn_settings *s = finished(&def);
    assert_true(s->network.gain == 1.25 && s->network.balanced && s->network.taus_gaus_mean == 2);
    assert_true(isinf(s->training.grad_clip)); /* the task's taus are above 10 */
    assert_true(s->network.taus[1] == 50 && s->training.min_trials == 7);
    assert_true(s->spiking.neuron.bias_mv == 3 && s->spiking.neuron.v_peak_mv == 30);
    takes("decay_taus", "4,10");
    takes("min_trials", "9");
    s = finished(&def);
    assert_true(s->training.grad_clip == 1 && s->network.taus[1] == 10);
    assert_true(s->training.min_trials == 9);
}

/* The task's preset where none was given, also after that of another task. */
static void preset_of_the_task(void **state)
{
    (void)state;
    const srnn_task_def plain = {.min_trials = 1}, slow = {.preset = SRNN_ROBUST},
                        published = {.preset = SRNN_PUBLISHED};
    takes("noise", "0.25");
    const srnn_settings *s = finished(NULL);
    assert_true(s->network.gain == 1.5 && s->training.w_gradient == SRNN_GRADIENT_MASKED);
    s = finished(&plain);
    assert_true(s->preset == SRNN_STANDARD && s->network.gain == 2 && s->network.balanced);
    assert_true(s->training.w_gradient == SRNN_GRADIENT_STRAIGHT && s->training.grad_clip == 1);
    assert_true(s->training.noise == 0.25);
    s = finished(&slow);
    assert_true(s->preset == SRNN_ROBUST && s->network.gain == 2 && isinf(s->training.grad_clip));
    assert_true(s->training.w_gradient == SRNN_GRADIENT_MASKED);
    s = finished(&published);
    assert_true(s->preset == SRNN_PUBLISHED && s->network.gain == 1.5 && !s->network.balanced);
    takes("preset", "standard");
    takes("w_gradient", "initial");
    s = finished(&slow);
    assert_true(s->preset == SRNN_STANDARD && s->training.grad_clip == 1);
    assert_true(s->training.w_gradient == SRNN_GRADIENT_INITIAL);
}

static void fails(const char *sentence)
{
    assert_int_equal(srnn_options_finish(ctx, options, NULL), SRNN_ERR_ARGUMENT);
    assert_string_equal(srnn_ctx_message(ctx), sentence);
}

static void options_that_exclude_each_other_are_refused(void **state)
{
    (void)state;
    takes("v_reset_mv", "-30");
    fails("v_reset_mv is -30; expected a voltage below v_peak_mv, -40");
    takes("v_reset_mv", "-65");
    takes("downsample", "3");
    takes("dt_ms", "0.1");
    fails("downsample is 3, but dt_ms is 0.1; expected 0.05 x 3 = 0.15");
    takes("dt_ms", "0.15");
    takes("stim_mv", "1");
    fails("stim_mv needs a stimulation; expected stim_mode exc or inh");
    takes("stim_mode", "exc");
    fails("stim_window is missing; expected ON:OFF in steps for stim_mode");
    takes("stim_window", "1:2");
    fails("stim_units is missing; expected units, as 1,3:7 or pv, for stim_mode");
    takes("stim_units", "pv");
    takes("conversion", "operating-point");
    finished(NULL);
    takes("racing", NULL);
    fails("racing is of the search for the scaling factor; expected it without conversion "
          "operating-point");
}

static void help_has_range_and_default(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"N", "units, 1 to 16000 (default 200)"},
        {"lr", "learning rate, above 0 (default 0.01)"},
        {"w_dist", "distribution of the initial weights: gaus or gamma (default gaus)"},
        {"T", "length of a trial in rate steps of 5 ms, 2 or more"},
        {"no_autapses", "no unit may connect to itself"}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *help = srnn_option_help(srnn_option_named(lines[i][0]));
        assert_string_equal(help, lines[i][1]);
        free(help);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_name_stands_for_two_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(enumerations_have_the_names_of_their_choices, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(defaults_are_those_of_the_structs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_outside_their_range_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_written_is_read_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_configuration_stands_behind_what_is_set, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_in_a_configuration_is_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(preset_of_the_task, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_that_were_given_win_over_preset_neuron_and_task,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_that_exclude_each_other_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(help_has_range_and_default, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
