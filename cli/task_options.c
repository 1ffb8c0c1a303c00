/* The options of the task. Names and defaults come from the library's tasks, so
   that the help is right for every task it has. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <string.h>

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
    if (!srnn_options_fit(o->reader, o->values, srnn_task_get_def(task))) return task;
    cli_error(o, "%s", srnn_ctx_message(o->reader));
    srnn_task_free(task);
    return NULL;
}

bool cli_task_argument(cli_options *o)
{
    if (o->n_args && srnn_options_given(o->values, "task") > 0) {
        cli_error(o, "the task is given twice, '%s' and --task '%s'", o->args[0], o->s.task);
        return false;
    }
    if (o->n_args && srnn_options_set(o->reader, o->values, "task", o->args[0])) {
        cli_error(o, "%s", srnn_ctx_message(o->reader));
        return false;
    }
    o->s.task = srnn_options_settings(o->values)->task;
    return true;
}

srnn_task *cli_new_task(const cli_options *o, srnn_ctx *ctx)
{
    srnn_task *task;
    const srnn_status status = srnn_task_named(ctx, o->s.task, &o->s.task_settings, &task);
    if (!status) return if_options_fit(o, task);
    cli_library_error(o, ctx, status);
    return NULL;
}

srnn_task *cli_model_task(const cli_options *o, srnn_ctx *ctx, const char *path,
                          const srnn_model *model)
{
    srnn_task *task;
    if (!o->s.task && !srnn_model_has_task(model)) {
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
    if (!srnn_model_task(ctx, model, o->s.task, &o->s.task_settings, &task)) {
        if (!o->s.task && srnn_model_task_guessed(model))
            fprintf(stderr, "spikernn %s: %s names no task; guessed from the file's name: %s\n",
                    o->verb->name, cli_shown(path), srnn_task_get_def(task)->name);
        return if_options_fit(o, task);
    }
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
        return NULL;
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
    if (setting != CLI_MIN_TRIALS && srnn_task_setting_at(setting)->every)
        snprintf(defaults, sizeof defaults, "0");
    char *help;
    if (!*defaults || asprintf(&help, "%s (default %s)", text, defaults) < 0) return NULL;
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

char *cli_target_name(const char *output, int n_out)
{
    char *name;
    if (n_out == 1) return strdup("target");
    return asprintf(&name, "target of %s", output) < 0 ? NULL : name;
}

void cli_print_channel(const char *name, const char *unit)
{
    printf(*unit ? "%s (%s)" : "%s", name, unit);
}

void cli_print_channels(const char *const *names, const char *const *units, int n)
{
    enum { SHOWN = 12 };
    for (int i = 0; i < n && i < SHOWN; i++) {
        if (i) fputs(", ", stdout);
        cli_print_channel(names[i], units[i]);
    }
    if (n > SHOWN) printf(", …");
}

int cli_unknown_type(const cli_options *o, const char *option, const char *given,
                     const srnn_task_def *def)
{
    char names[CLI_TYPE_NAMES_MAX];
    cli_type_names(def, names);
    return cli_error(o, "%s is '%s'; expected a trial type of %s: %s", option, given, def->name,
                     names);
}

char *cli_task_help(const char *text, const char *option)
{
    char names[256], *help;
    cli_task_names(names);
    if (!strcmp(option, "task")) return asprintf(&help, "%s: %s", text, names) < 0 ? NULL : help;
    for (int i = 0; srnn_task_setting_at(i); i++)
        if (!strcmp(srnn_task_setting_at(i)->name, option)) return cli_task_defaults_help(text, i);
    return NULL;
}
