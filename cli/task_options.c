/* The options of the task. Names and defaults come from the library's tasks, so
   that the help is right for every task it has. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* A key is CLI_TASK_KEYS and the place in this table. */
enum { KEY_TASK = CLI_TASK_KEYS };

static const struct argp_option options[] = {
    {"task", KEY_TASK, "TASK", 0,
     "the task, by name or by the path of your own, my_task.json or ./my_task.so:", 0},
    {"T", KEY_TASK + 1, "STEPS", 0, "length of a trial in rate steps of 5 ms, 2 or more", 0},
    {"stim_on", KEY_TASK + 2, "STEPS", 0, "first rate step of the stimulus, 0 or more", 0},
    {"stim_dur", KEY_TASK + 3, "STEPS", 0,
     "duration of the stimulus (of each) in rate steps, 1 or more", 0},
    {"delay", KEY_TASK + 4, "STEPS", 0, "rate steps between two stimuli, 0 or more", 0},
    {"eval_amp_thresh", KEY_TASK + 5, "OUTPUT", 0, "output that counts as a response, above 0", 0},
    {"offset", KEY_TASK + 6, "INPUT", 0, "mean of the inputs, towards either sign, above 0", 0},
    {"constant", KEY_TASK + 7, "0|1", 0, "1: the inputs are their means, without noise", 0},
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
    for (int i = 0; srnn_task_setting_at(i); i++)
        if (srnn_task_setting_get(&o->settings, i) >= 0 &&
            srnn_task_setting_get(&def->settings, i) < 0) {
            cli_error(o, "--%s is %g, but the task '%s' has none", srnn_task_setting_at(i)->name,
                      srnn_task_setting_get(&o->settings, i), def->name);
            srnn_task_free(task);
            return NULL;
        }
    return task;
}

bool cli_task_argument(cli_options *o)
{
    if (o->n_args && o->task) {
        cli_error(o, "the task is given twice, '%s' and --task '%s'", o->args[0], o->task);
        return false;
    }
    if (o->n_args) o->task = o->args[0];
    return true;
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
    if (!o->task && !srnn_model_has_task(model)) {
        const char *name = srnn_model_task_name(model);
        char names[256];
        cli_task_names(names);
        if (*name)
            cli_error(o,
                      "%s was trained on '%s', which is not a built-in task; expected --task with "
                      "its file",
                      path, name);
        else
            cli_error(o, "%s names no task; expected --task with %s", path, names);
        return NULL;
    }
    if (!srnn_model_task(ctx, model, o->task, &o->settings, &task)) return if_options_fit(o, task);
    cli_error(o, "%s: %s", path, srnn_ctx_message(ctx));
    return NULL;
}

char *cli_task_defaults_help(const char *text, int setting)
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
        const srnn_task_def *def = srnn_task_get_def(task);
        const double value = setting == CLI_MIN_TRIALS
                                 ? (double)def->min_trials
                                 : srnn_task_setting_get(&def->settings, setting);
        srnn_task_free(task);
        if (value < 0) continue;
        length += (size_t)snprintf(defaults + length, sizeof defaults - length, "%s%s %g",
                                   length ? ", " : "", name, value);
    }
    srnn_ctx_free(ctx);
    char *help;
    if (!length || asprintf(&help, "%s (default %s)", text, defaults) < 0) return (char *)text;
    return help;
}

void cli_type_names(const srnn_task_def *def, char text[CLI_TYPE_NAMES_MAX])
{
    size_t length = 0;
    *text = '\0';
    for (int i = 0; i < def->n_types && length < CLI_TYPE_NAMES_MAX; i++)
        length += (size_t)snprintf(text + length, CLI_TYPE_NAMES_MAX - length, "%s%s",
                                   i ? ", " : "", def->type_names[i]);
}

int cli_unknown_type(const cli_options *o, const char *option, const char *given,
                     const srnn_task_def *def)
{
    char names[CLI_TYPE_NAMES_MAX];
    cli_type_names(def, names);
    return cli_error(o, "%s is '%s'; expected a trial type of %s: %s", option, given, def->name,
                     names);
}

/* The number of the option's setting in the library; -1: of none. */
static int setting_of(int key)
{
    const int place = key - KEY_TASK;
    if (place < 1 || place >= (int)(sizeof options / sizeof *options) - 1) return -1;
    for (int i = 0; srnn_task_setting_at(i); i++)
        if (!strcmp(srnn_task_setting_at(i)->name, options[place].name)) return i;
    return -1;
}

static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    char names[256], *help;
    if (setting_of(key) >= 0) return cli_task_defaults_help(text, setting_of(key));
    if (key != KEY_TASK) return (char *)text;
    cli_task_names(names);
    return asprintf(&help, "%s %s", text, names) < 0 ? (char *)text : help;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    if (key == KEY_TASK) {
        o->task = arg;
        return 0;
    }
    const srnn_task_setting *setting = srnn_task_setting_at(setting_of(key));
    if (!setting) return ARGP_ERR_UNKNOWN;
    char option[32];
    snprintf(option, sizeof option, "--%s", setting->name);
    int whole = 0;
    double value = 0;
    const error_t error = setting->whole ? cli_parse_int(o, option, arg, setting->least, &whole)
                                         : cli_parse_positive(o, option, arg, &value);
    if (!error)
        srnn_task_setting_put(&o->settings, setting_of(key), setting->whole ? whole : value);
    return error;
}

const struct argp cli_task_group = {
    .options = options, .parser = parse, .help_filter = help_filter};
