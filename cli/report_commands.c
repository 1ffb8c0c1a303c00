/* The command lines that make a run again, from its summary. */
#define _GNU_SOURCE 1
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_word(json_t *words, const char *word)
{
    json_array_append_new(words, cli_json_text(word));
}

void cli_add_option(json_t *words, const char *name, const json_t *value)
{
    const srnn_option *row = srnn_option_named(name);
    char option[80], text[8192]; /* a thousand scaling factors */
    if (!row || json_is_null(value) || (row->kind == SRNN_OPTION_FLAG && !json_is_true(value)))
        return;
    snprintf(option, sizeof option, "--%.64s", row->name);
    add_word(words, option);
    if (row->kind == SRNN_OPTION_FLAG) return;
    cli_value_text(value, ",", text, sizeof text);
    add_word(words, text);
}

/* ---- summaries of before version 0.3, which have all options, but not which were given ---- */

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

/* All options, where no other than the preset and the neuron of the run are given. */
static json_t *usual_options(const json_t *options, const srnn_task_def *def)
{
    static const char *const leading[] = {"preset", "neuron"};
    srnn_ctx *ctx = NULL;
    srnn_options *usual = NULL;
    json_t *json = NULL;
    srnn_status status = srnn_ctx_create(NULL, &ctx);
    if (!status) status = srnn_options_create(ctx, &usual);
    for (int i = 0; i < 2 && !status; i++) {
        const char *value = cli_text_at(options, leading[i]);
        if (*value) status = srnn_options_set(ctx, usual, leading[i], value);
    }
    if (!status) status = srnn_options_finish(ctx, usual, def);
    char *text = status ? NULL : srnn_options_json(usual, SRNN_STAGE_ALL, false);
    if (text) json = json_loads(text, 0, NULL);
    free(text);
    srnn_options_free(usual);
    srnn_ctx_free(ctx);
    return json;
}

static void add_differences(json_t *words, const json_t *summary, const srnn_task_def *def)
{
    const json_t *options = cli_at(summary, "options");
    json_t *usual = usual_options(options, def), *value;
    const char *name;
    json_object_foreach((json_t *)options, name, value)
    {
        const json_t *kept = json_object_get(usual, name);
        if ((kept && !same(value, kept)) || !strcmp(name, "preset") || !strcmp(name, "neuron"))
            cli_add_option(words, name, value);
    }
    json_decref(usual);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const char *setting = srnn_task_setting_at(i)->name;
        const json_t *its = cli_at(cli_at(summary, "task"), setting);
        if (its) cli_add_option(words, setting, its);
    }
    const char *conversion = cli_text_at(summary, "search.conversion");
    json_t *wanted = json_string(conversion), *ridge = json_string("ridge");
    if (!strcmp(conversion, srnn_option_choice("conversion", SRNN_BY_OPERATING_POINT)))
        cli_add_option(words, "conversion", wanted);
    if (cli_at(summary, "readout")) cli_add_option(words, "readout", ridge);
    json_decref(wanted);
    json_decref(ridge);
}

/* ---- command lines ---- */

/* Only options that a result depends on: a file must not give others to those who repeat the run.
 */
static void add_given(json_t *words, const json_t *given)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)given, name, value)
    {
        const srnn_option *row = srnn_option_named(name);
        if (row && row->stages && strcmp(name, "seed") && strcmp(name, "task"))
            cli_add_option(words, name, value);
    }
}

json_t *cli_run_words(const json_t *summary, const srnn_task_def *def, bool built_in)
{
    const json_t *given = cli_at(summary, "given"), *seed = cli_at(summary, "seed");
    json_t *words = json_array();
    char task[128];
    snprintf(task, sizeof task, built_in ? "%.100s" : "./%.100s.json",
             cli_text_at(summary, "task.name"));
    add_word(words, cli_run.name);
    add_word(words, task);
    if (seed) cli_add_option(words, "seed", seed);
    if (given)
        add_given(words, given);
    else
        add_differences(words, summary, def);
    return words;
}

static bool of_model(const char *word)
{
    const srnn_option *row = strncmp(word, "--", 2) ? NULL : srnn_option_named(word + 2);
    return row &&
           (row->subject & (SRNN_OF_NEURON | SRNN_OF_CONVERSION) || !strcmp(row->name, "seed"));
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
        if (!strncmp(word, "--", 2)) taken = of_model(word);
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
