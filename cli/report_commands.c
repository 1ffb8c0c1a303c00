/* The command lines that make a run again, from its summary. */
#define _GNU_SOURCE 1
#include "report.h"

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

json_t *cli_run_words(const json_t *summary, bool built_in)
{
    /* a summary of an earlier version has all options, but not which were given */
    const char *options = cli_at(summary, "given") ? "given" : "options";
    const json_t *seed = cli_at(summary, "seed");
    json_t *words = json_array();
    char task[128];
    snprintf(task, sizeof task, built_in ? "%.100s" : "./%.100s.json",
             cli_text_at(summary, "task.name"));
    add_word(words, "run");
    add_word(words, task);
    if (seed) cli_add_option(words, "seed", seed);
    add_given(words, cli_at(summary, options));
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
