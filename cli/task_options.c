/* The options of the task. Names and defaults come from the library's tasks, so
   that the help is right for every task it has. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>

enum { KEY_TASK = CLI_TASK_KEYS, KEY_T, KEY_STIM_ON, KEY_STIM_DUR, KEY_DELAY, KEY_AMP_THRESH };

static const struct argp_option options[] = {
    {"task", KEY_TASK, "TASK", 0, "the task:", 0},
    {"T", KEY_T, "STEPS", 0, "length of a trial in rate steps of 5 ms, 2 or more", 0},
    {"stim_on", KEY_STIM_ON, "STEPS", 0, "first rate step of the stimulus, 0 or more", 0},
    {"stim_dur", KEY_STIM_DUR, "STEPS", 0, "duration of the stimulus in rate steps, 1 or more", 0},
    {"delay", KEY_DELAY, "STEPS", 0,
     "rate steps between two stimuli, 0 or more, in a task that has two", 0},
    {"eval_amp_thresh", KEY_AMP_THRESH, "OUTPUT", 0,
     "output that counts as a response, above 0 (default 0.7)", 0},
    {0}};

void cli_task_names(char text[256])
{
    size_t length = 0;
    text[0] = '\0';
    const char *name;
    for (int i = 0; length < 256 && (name = srnn_task_name_at(i)); i++)
        length += (size_t)snprintf(text + length, 256 - length, "%s%s",
                                   !i                         ? ""
                                   : srnn_task_name_at(i + 1) ? ", "
                                                              : " or ",
                                   name);
}

/* An option that the task has no use for would be a mistake without a word. */
static srnn_task *if_options_fit(const cli_options *o, srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const srnn_task_settings *given = &o->settings, *taken = &def->settings;
    const struct {
        const char *option;
        int given, taken;
    } steps[] = {{"T", given->T, taken->T},
                 {"stim_on", given->stim_on, taken->stim_on},
                 {"stim_dur", given->stim_dur, taken->stim_dur},
                 {"delay", given->delay, taken->delay}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].given >= 0 && steps[i].taken < 0) {
            cli_error(o, "--%s is %d, but the task '%s' has none", steps[i].option, steps[i].given,
                      def->name);
            srnn_task_free(task);
            return NULL;
        }
    return task;
}

srnn_task *cli_new_task(const cli_options *o, srnn_ctx *ctx)
{
    srnn_task *task;
    const srnn_status status = srnn_task_named(ctx, o->task, &o->settings, &task);
    if (!status) return if_options_fit(o, task);
    cli_library_error(o, ctx, status);
    return NULL;
}

srnn_task *cli_model_task(const cli_options *o, srnn_ctx *ctx, const char *path,
                          const srnn_model *model)
{
    srnn_task *task;
    if (!o->task && !*srnn_model_task_name(model)) {
        char names[256];
        cli_task_names(names);
        cli_error(o, "%s does not tell its task; expected the option --task with %s", path, names);
        return NULL;
    }
    if (!srnn_model_task(ctx, model, o->task, &o->settings, &task)) return if_options_fit(o, task);
    cli_error(o, "%s: %s", path, srnn_ctx_message(ctx));
    return NULL;
}

static int64_t task_default(const srnn_task_def *def, cli_task_default which)
{
    switch (which) {
    case CLI_T: return def->T;
    case CLI_STIM_ON: return def->settings.stim_on;
    case CLI_STIM_DUR: return def->settings.stim_dur;
    case CLI_DELAY: return def->settings.delay;
    case CLI_MIN_TRIALS: return def->min_trials;
    }
    return -1;
}

char *cli_task_defaults_help(const char *text, cli_task_default which)
{
    char defaults[256] = "";
    size_t length = 0;
    srnn_ctx *ctx;
    if (srnn_ctx_create(NULL, &ctx)) {
        srnn_ctx_free(ctx);
        return (char *)text;
    }
    const char *name;
    for (int i = 0; length < sizeof defaults && (name = srnn_task_name_at(i)); i++) {
        srnn_task *task;
        if (srnn_task_named(ctx, name, NULL, &task)) continue;
        const int64_t value = task_default(srnn_task_get_def(task), which);
        srnn_task_free(task);
        if (value < 0) continue;
        length += (size_t)snprintf(defaults + length, sizeof defaults - length, "%s%s %lld",
                                   length ? ", " : "", name, (long long)value);
    }
    srnn_ctx_free(ctx);
    char *help;
    if (!length || asprintf(&help, "%s (default %s)", text, defaults) < 0) return (char *)text;
    return help;
}

static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    char names[256], *help;
    switch (key) {
    case KEY_TASK:
        cli_task_names(names);
        return asprintf(&help, "%s %s", text, names) < 0 ? (char *)text : help;
    case KEY_T: return cli_task_defaults_help(text, CLI_T);
    case KEY_STIM_ON: return cli_task_defaults_help(text, CLI_STIM_ON);
    case KEY_STIM_DUR: return cli_task_defaults_help(text, CLI_STIM_DUR);
    case KEY_DELAY: return cli_task_defaults_help(text, CLI_DELAY);
    default: return (char *)text;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    switch (key) {
    case KEY_TASK: o->task = arg; return 0;
    case KEY_T: return cli_parse_int(o, "--T", arg, 2, &o->settings.T);
    case KEY_STIM_ON: return cli_parse_int(o, "--stim_on", arg, 0, &o->settings.stim_on);
    case KEY_STIM_DUR: return cli_parse_int(o, "--stim_dur", arg, 1, &o->settings.stim_dur);
    case KEY_DELAY: return cli_parse_int(o, "--delay", arg, 0, &o->settings.delay);
    case KEY_AMP_THRESH:
        return cli_parse_positive(o, "--eval_amp_thresh", arg, &o->settings.eval_amp_thresh);
    default: return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_task_group = {
    .options = options, .parser = parse, .help_filter = help_filter};
