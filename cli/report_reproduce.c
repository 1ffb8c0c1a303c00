/* How to do a run, its evaluation and its page again: command lines, and the files there are. */
#define _GNU_SOURCE 1
#include "report.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void add_word(json_t *words, const char *word)
{
    json_array_append_new(words, cli_json_text(word));
}

/* Numbers and texts, with commas between those of a list. */
static void option_value_text(const json_t *value, char *text, size_t size)
{
    *text = '\0';
    if (json_is_number(value)) snprintf(text, size, "%.10g", json_number_value(value));
    if (json_is_string(value)) snprintf(text, size, "%s", json_string_value(value));
    if (json_is_boolean(value)) snprintf(text, size, "%s", json_is_true(value) ? "True" : "False");
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(value) && used + 8 < size; i++) {
        const json_t *item = json_array_get(value, i);
        if (i) text[used++] = ',';
        if (!json_is_array(item)) option_value_text(item, text + used, size - used);
        used += strlen(text + used);
    }
}

/* None where the value is null, or a flag is not true. */
static void add_option(json_t *words, const char *name, const json_t *value)
{
    const srnn_option *row = srnn_option_named(name);
    char option[80], text[8192]; /* a thousand scaling factors */
    if (!row || json_is_null(value) || (row->kind == SRNN_OPTION_FLAG && !json_is_true(value)))
        return;
    snprintf(option, sizeof option, "--%.64s", row->name);
    add_word(words, option);
    if (row->kind == SRNN_OPTION_FLAG) return;
    option_value_text(value, text, sizeof text);
    add_word(words, text);
}

/* A number option takes the place of the one that is there. */
static void set_number(json_t *words, const char *option, uint64_t value)
{
    json_t *number = json_sprintf("%llu", (unsigned long long)value), *word;
    size_t i;
    json_array_foreach(words, i, word)
    {
        if (strcmp(json_string_value(word), option) != 0) continue;
        json_array_set_new(words, i + 1, number);
        return;
    }
    add_word(words, option);
    json_array_append_new(words, number);
}

/* ---- command lines ---- */

static bool task_is_built_in(const json_t *summary)
{
    const char *name;
    for (int i = 0; (name = srnn_task_name_at(i)); i++)
        if (cli_same_name(name, cli_text_at(summary, "task.name")))
            return !cli_at(summary, "declaration");
    return false;
}

/* Only options that change results: a file must not add others, such as paths, to a command. */
static json_t *run_words(const json_t *summary)
{
    /* a summary of an earlier version has all options, but not which were given */
    const json_t *given = cli_at(summary, cli_at(summary, "given") ? "given" : "options");
    json_t *words = json_pack("[s]", "run"), *value;
    const char *name, *task = cli_text_at(summary, "task.name");
    json_array_append_new(words, task_is_built_in(summary) ? json_string(task)
                                                           : json_sprintf("./%s.json", task));
    if (cli_at(summary, "seed")) add_option(words, "seed", cli_at(summary, "seed"));
    json_object_foreach((json_t *)given, name, value)
    {
        const srnn_option *row = srnn_option_named(name);
        if (row && row->stages && strcmp(name, "seed") != 0 && strcmp(name, "task") != 0)
            add_option(words, name, value);
    }
    return words;
}

/* The command of another verb, with the seed and the spiking network of the run. */
static json_t *model_words(const json_t *run, const char *verb)
{
    json_t *words = json_pack("[ss]", verb, "model.mat"), *value;
    bool taken = false;
    size_t i;
    json_array_foreach((json_t *)run, i, value)
    {
        const char *word = json_string_value(value);
        const srnn_option *row = strncmp(word, "--", 2) ? NULL : srnn_option_named(word + 2);
        if (!strncmp(word, "--", 2))
            taken = row && (row->subject & (SRNN_OF_NEURON | SRNN_OF_CONVERSION) ||
                            !strcmp(row->name, "seed"));
        if (taken) json_array_append(words, value);
    }
    return words;
}

/* Adds the options of the page's analyses. Their trials may differ from those of the run. */
static void add_analysis(json_t *words, const cli_options *o, const json_t *summary, bool trials)
{
    json_t *given = cli_json_parsed(srnn_options_json(o->values, SRNN_STAGE_OBSERVE, true)), *value;
    const char *name;
    if ((double)o->s.seed != cli_number_at(summary, "seed")) set_number(words, "--seed", o->s.seed);
    if (trials || cli_given(o, "observed_trials"))
        set_number(words, "--n_trials", (uint64_t)o->s.observed_trials);
    json_object_foreach(given, name, value)
    {
        if (srnn_option_named(name)->subject == SRNN_OF_ANALYSIS) add_option(words, name, value);
    }
    json_decref(given);
}

static void add_command(json_t *commands, const char *what, json_t *words)
{
    json_array_append_new(commands, json_pack("{ssso}", "what", what, "words", words));
}

static json_t *commands_json(const cli_options *o, const json_t *summary)
{
    json_t *commands = json_array(), *run = run_words(summary), *words;
    const double trials = cli_number_at(summary, "options.test_trials");
    add_command(commands, "run", json_incref(run));
    if (cli_at(summary, "evaluation")) {
        words = model_words(run, cli_eval.name);
        if (trials >= 1 && trials <= 1e9) set_number(words, "--n_trials", (uint64_t)trials);
        add_command(commands, "evaluation", words);
    }
    words = model_words(run, cli_analyze.name);
    add_analysis(words, o, summary, true);
    add_command(commands, "analysis", words);
    words = json_pack("[ss]", "report", ".");
    add_analysis(words, o, summary, false);
    if (o->s.units) {
        add_word(words, "--units");
        add_word(words, o->s.units);
    }
    add_command(commands, "page", words);
    json_decref(run);
    return commands;
}

/* ---- files ---- */

static int is_other_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "report.html") != 0;
}

/* Bytes of a file, or of those in a folder, and how many they are. */
static long long count_bytes(const char *path, int *n)
{
    struct dirent **entries = NULL;
    struct stat info;
    long long bytes = 0;
    if (lstat(path, &info)) return 0;
    if (S_ISREG(info.st_mode)) return ++*n, (long long)info.st_size;
    const int found = S_ISDIR(info.st_mode) ? scandir(path, &entries, is_other_file, NULL) : 0;
    for (int i = 0; i < found; i++) {
        char *within;
        if (asprintf(&within, "%s/%s", path, entries[i]->d_name) >= 0) {
            bytes += count_bytes(within, n);
            free(within);
        }
        free(entries[i]);
    }
    free(entries);
    return bytes;
}

static json_t *files_json(const char *folder)
{
    struct dirent **entries;
    json_t *files = json_array();
    const int n = scandir(folder, &entries, is_other_file, alphasort);
    for (int i = 0; i < n; i++) {
        char *path;
        int count = 0;
        if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) >= 0) {
            const json_int_t bytes = (json_int_t)count_bytes(path, &count);
            json_array_append_new(files,
                                  json_pack("{sosIsi}", "name", cli_json_text(entries[i]->d_name),
                                            "bytes", bytes, "files", count));
            free(path);
        }
        free(entries[i]);
    }
    if (n >= 0) free(entries);
    return files;
}

json_t *cli_reproduce_json(const cli_options *o, const char *folder, const json_t *summary)
{
    return json_pack("{soso}", "commands", commands_json(o, summary), "files", files_json(folder));
}
