/* The command lines that made a run, from its summary: every option whose value is not what the
   program takes by itself. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a command line without options gives ---- */

static void add_word(json_t *words, const char *word)
{
    json_array_append_new(words, cli_json_text(word));
}

static void add_option(json_t *words, const char *name, const char *value)
{
    char option[80];
    snprintf(option, sizeof option, "--%.64s", name);
    add_word(words, option);
    if (value) add_word(words, value);
}

bool cli_options_of_words(cli_options *o, const cli_verb *verb, const json_t *words)
{
    const int n = (int)json_array_size(words);
    char **argv = calloc((size_t)n + 1, sizeof *argv);
    for (int i = 0; argv && i < n; i++)
        argv[i] = (char *)json_string_value(json_array_get(words, (size_t)i));
    const bool good =
        argv ? cli_options_parse(o, verb, n, argv)
             : (*o = (cli_options){.verb = verb}, cli_refuse(o, "out of memory"), false);
    free(argv);
    return good;
}

/* The options that change what others are by themselves. */
static const char *const leading[] = {"preset", "neuron"};
enum { N_LEADING = sizeof leading / sizeof *leading };

static bool is_leading(const char *name)
{
    for (int i = 0; i < N_LEADING; i++)
        if (!strcmp(name, leading[i])) return true;
    return false;
}

/* The options of a run, as its summary has them, with these words alone. NULL: it has none. */
static json_t *usual_options(const json_t *words, const srnn_task_def *def)
{
    cli_options o;
    json_t *json = NULL;
    if (cli_options_of_words(&o, &cli_run, words)) {
        cli_suit_task(&o, def);
        json = cli_json_run_options(&o, def);
    }
    cli_options_free(&o);
    return json;
}

/* ---- differences ---- */

/* The summary's numbers have ten digits. */
static bool same(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)) {
        const double x = json_number_value(a), y = json_number_value(b);
        return fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y));
    }
    if (!json_is_array(a) || !json_is_array(b)) return json_equal(a, b);
    if (json_array_size(a) != json_array_size(b)) return false;
    for (size_t i = 0; i < json_array_size(a); i++)
        if (!same(json_array_get(a, i), json_array_get(b, i))) return false;
    return true;
}

static const struct argp_option *find(const struct argp_option *options, const char *name)
{
    for (; options && options->name; options++)
        if (!strcmp(options->name, name)) return options;
    return NULL;
}

static const struct argp_option *option_of_run(const char *name)
{
    const struct argp_option *found = find(cli_run.options, name);
    for (const struct argp_child *group = cli_run.groups; group->argp && !found; group++)
        found = find(group->argp->options, name);
    return found;
}

static void add_difference(json_t *words, const char *name, const json_t *value)
{
    const struct argp_option *option = option_of_run(name);
    char text[8192]; /* a thousand scaling factors */
    if (!option || json_is_null(value)) return;
    if (!option->arg && !json_is_true(value)) return;
    cli_value_text(value, ",", text, sizeof text);
    add_option(words, name, option->arg ? text : NULL);
}

/* Voltages at the start are one option, and two numbers in the summary. */
static void add_v0(json_t *words, const json_t *options, const json_t *usual)
{
    const double low = cli_number_at(options, "v0_low_mv");
    if (isnan(low) ||
        same(json_object_get(options, "v0_low_mv"), json_object_get(usual, "v0_low_mv")))
        return;
    const bool reset = low == cli_number_at(options, "v_reset_mv");
    add_option(words, "v0", reset ? "reset" : "rest");
}

/* Only options that a summary keeps: a file must not give others to those who repeat the run. */
static void add_differences(json_t *words, const json_t *options, const json_t *usual)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)options, name, value)
    {
        const json_t *kept = json_object_get(usual, name);
        if (kept && !is_leading(name) && !same(value, kept)) add_difference(words, name, value);
    }
    add_v0(words, options, usual);
}

/* What stands outside of the summary's options. */
static void add_conversion(json_t *words, const json_t *summary)
{
    const char *conversion = cli_text_at(summary, "search.conversion");
    if (*conversion && !cli_same_name(conversion, cli_conversion_names[0]))
        add_option(words, "conversion", conversion);
    if (cli_at(summary, "readout")) add_option(words, "readout", "ridge");
}

/* ---- the task ---- */

/* What the task's settings are by themselves; a task of one's own has them in its file, to which
   they need not be equal: all are told. */
static void add_settings(json_t *words, const json_t *summary, const char *name, bool built_in)
{
    srnn_ctx *ctx = NULL;
    srnn_task *task = NULL;
    if (built_in && !srnn_ctx_create(NULL, &ctx)) srnn_task_named(ctx, name, NULL, &task);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const char *setting = srnn_task_setting_at(i)->name;
        const double value = cli_number_at(cli_at(summary, "task"), setting);
        const double usual =
            task ? srnn_task_setting_get(&srnn_task_get_def(task)->settings, i) : (double)NAN;
        char text[32];
        if (isnan(value) || fabs(value - usual) <= 1e-9 * fabs(value)) continue;
        snprintf(text, sizeof text, "%.10g", value);
        add_option(words, setting, text);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

/* ---- command lines ---- */

json_t *cli_run_words(const json_t *summary, const srnn_task_def *def, bool built_in)
{
    const json_t *options = cli_at(summary, "options"), *seed = cli_at(summary, "seed");
    const char *name = cli_text_at(summary, "task.name");
    json_t *words = json_array();
    char text[128];
    add_word(words, cli_run.name);
    snprintf(text, sizeof text, built_in ? "%.100s" : "./%.100s.json", name);
    add_word(words, text);
    if (seed) {
        cli_value_text(seed, ",", text, sizeof text);
        add_option(words, "seed", text);
    }
    json_t *usual = usual_options(words, def);
    for (int i = 0; i < N_LEADING; i++) {
        const json_t *value = cli_at(options, leading[i]);
        if (value && !same(value, cli_at(usual, leading[i])))
            add_difference(words, leading[i], value);
    }
    json_decref(usual);
    usual = usual_options(words, def);
    add_conversion(words, summary);
    add_settings(words, summary, name, built_in);
    if (usual) add_differences(words, options, usual);
    json_decref(usual);
    return words;
}

static bool of_spiking_network(const char *word)
{
    return !strncmp(word, "--", 2) && (find(cli_spiking_group.options, word + 2) ||
                                       find(cli_conversion_group.options, word + 2));
}

json_t *cli_model_words(const json_t *run_words, const char *verb, const char *argument)
{
    json_t *words = json_array();
    add_word(words, verb);
    add_word(words, argument);
    bool taken = false;
    size_t i;
    json_t *value;
    json_array_foreach((json_t *)run_words, i, value)
    {
        const char *word = json_string_value(value);
        if (!strncmp(word, "--", 2)) taken = of_spiking_network(word) || !strcmp(word, "--seed");
        if (taken) json_array_append(words, value);
    }
    return words;
}

void cli_html_command(FILE *to, const json_t *words)
{
    fputs("<pre class=\"command\"><code>spikernn", to);
    size_t i;
    json_t *value;
    json_array_foreach((json_t *)words, i, value)
    {
        char *word = cli_shell_word(json_string_value(value));
        cli_html(to, " %s", word ? word : "");
        free(word);
    }
    fputs("</code></pre>\n", to);
}
