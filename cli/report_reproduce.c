/* How to make all of it again: commands, the task's declaration, files, the paper. */
#define _GNU_SOURCE 1
#include "report.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *declaration(const cli_page *page)
{
    return srnn_model_task_json(page->subject->model);
}

/* The program knows the task by its name. */
static bool task_is_built_in(const json_t *summary, const srnn_model *model)
{
    const char *json = srnn_model_task_json(model), *name;
    srnn_ctx *ctx = NULL;
    srnn_task *task = NULL;
    bool built_in = false;
    for (int i = 0; (name = srnn_task_name_at(i)); i++)
        built_in |= cli_same_name(name, cli_text_at(summary, "task.name"));
    if (!built_in || !json || !*json) return built_in;
    if (!srnn_ctx_create(NULL, &ctx) &&
        !srnn_task_named(ctx, cli_text_at(summary, "task.name"), NULL, &task)) {
        const char *own = srnn_task_get_def(task)->json;
        built_in = own && !strcmp(own, json);
    }
    srnn_task_free(task);
    srnn_ctx_free(ctx);
    return built_in;
}

static void write_number_option(json_t *words, const char *option, int value)
{
    json_array_append_new(words, json_string(option));
    json_array_append_new(words, json_sprintf("%d", value));
}

static void add_words(json_t *words, const char *option, const char *value)
{
    json_array_append_new(words, json_string(option));
    json_array_append_new(words, json_string(value));
}

/* The page's trials may be others than the run's. */
static void set_seed(json_t *words, uint64_t seed)
{
    size_t i;
    json_t *word;
    json_array_foreach(words, i, word)
    {
        if (!strcmp(json_string_value(word), "--seed")) {
            json_array_set_new(words, i + 1, json_sprintf("%llu", (unsigned long long)seed));
            return;
        }
    }
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
    add_words(words, "--seed", text);
}

/* What the page's own options say of its analyses, apart from the seed. */
static void add_analysis(json_t *words, const cli_options *o, bool trials)
{
    if (trials || cli_given(o, "observed_trials"))
        write_number_option(words, "--n_trials", o->s.observed_trials);
    char *text = srnn_options_json(o->values, SRNN_STAGE_OBSERVE, true);
    json_t *given = text ? json_loads(text, 0, NULL) : NULL;
    const char *name;
    json_t *value;
    json_object_foreach(given, name, value)
    {
        if (srnn_option_named(name)->subject == SRNN_OF_ANALYSIS)
            cli_add_option(words, name, value);
    }
    json_decref(given);
    free(text);
}

static void write_commands(const cli_page *page)
{
    FILE *to = page->to;
    const bool built_in = task_is_built_in(page->summary, page->subject->model);
    json_t *run = cli_run_words(page->summary, built_in);
    fputs("<h3>Commands</h3>\n<p>The same version and seed give the same numbers, on any processor "
          "and number of threads. The run:</p>\n",
          to);
    cli_html_command(to, run);
    if (!built_in && *declaration(page)) {
        fputs("<details><summary>The task's declaration, ", to);
        cli_html(to, "%s.json", page->def->name);
        fputs("</summary>\n<pre><code>", to);
        cli_html_text(to, declaration(page));
        fputs("</code></pre></details>\n", to);
    }
    if (cli_at(page->summary, "evaluation")) {
        fputs("<p>In the folder of the run, its evaluation:</p>\n", to);
        json_t *words = cli_model_words(run, cli_eval.name, "model.mat");
        const double trials = cli_number_at(page->summary, "options.test_trials");
        if (trials >= 1 && trials <= 1e9) write_number_option(words, "--n_trials", (int)trials);
        cli_html_command(to, words);
        json_decref(words);
    }
    fputs("<p>Statistics and population dynamics of this page:</p>\n", to);
    json_t *words = cli_model_words(run, cli_analyze.name, "model.mat");
    const cli_options *o = page->options;
    const bool other_trials = (double)o->s.seed != cli_number_at(page->summary, "seed");
    if (other_trials) set_seed(words, o->s.seed);
    add_analysis(words, o, true);
    cli_html_command(to, words);
    json_decref(words);
    fputs("<p>Figures and this page:</p>\n", to);
    words = json_pack("[ss]", "report", ".");
    if (other_trials) set_seed(words, o->s.seed);
    add_analysis(words, o, false);
    if (o->s.units) add_words(words, "--units", o->s.units);
    cli_html_command(to, words);
    json_decref(words);
    json_decref(run);
    fputs("<p>Made with spikernn ", to);
    cli_html_text(to, cli_text_at(page->summary, "spikernn"));
    fputs(", this page with spikernn ", to);
    cli_html_text(to, srnn_version());
    fputs(".</p>\n", to);
}

/* ---- files ---- */

static int page_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "report.html") != 0;
}

static void write_size(FILE *to, long long bytes)
{
    if (bytes < 10000)
        cli_cell(to, "%lld bytes", bytes);
    else if (bytes < 10000000)
        cli_cell(to, "%.0f kB", (double)bytes / 1e3);
    else
        cli_cell(to, "%.1f MB", (double)bytes / 1e6);
}

/* A line for each file; those of a folder within are counted. */
static void write_entry(FILE *to, const char *folder, const char *name, int depth, long long *total)
{
    char *path;
    struct stat info;
    if (asprintf(&path, "%s/%s", folder, name) < 0) return;
    struct dirent **entries = NULL;
    if (lstat(path, &info)) {
    } else if (S_ISREG(info.st_mode)) {
        *total += (long long)info.st_size;
        if (depth == 0) {
            cli_row_open(to, name, false);
            write_size(to, (long long)info.st_size);
            cli_row_close(to);
        }
    } else if (depth == 0 && S_ISDIR(info.st_mode)) {
        long long bytes = 0;
        const int n = scandir(path, &entries, page_visible, alphasort);
        for (int i = 0; i < n; i++) {
            write_entry(to, path, entries[i]->d_name, depth + 1, &bytes);
            free(entries[i]);
        }
        char head[300];
        snprintf(head, sizeof head, "%.255s/ (%d files)", name, n > 0 ? n : 0);
        cli_row_open(to, head, false);
        write_size(to, bytes);
        cli_row_close(to);
    }
    free(entries);
    free(path);
}

static void reproduce_write_files(const cli_page *page)
{
    static const char *const heads[] = {"file", "size"};
    struct dirent **entries;
    const int n = scandir(page->folder, &entries, page_visible, alphasort);
    long long total = 0;
    if (n < 0) return;
    fputs("<h3>Files</h3>\n", page->to);
    cli_table_open(page->to, "Other files in the folder of the run", heads, 2);
    for (int i = 0; i < n; i++) {
        write_entry(page->to, page->folder, entries[i]->d_name, 0, &total);
        free(entries[i]);
    }
    free(entries);
    cli_table_close(page->to);
}

void cli_page_reproduce(cli_page *page)
{
    write_commands(page);
    reproduce_write_files(page);
    fputs("<h3>Method</h3>\n<p>R. Kim, Y. Li and T. J. Sejnowski (2019). Simple framework for "
          "constructing functional spiking recurrent neural networks. <cite>Proceedings of the "
          "National Academy of Sciences</cite> 116 (45), 22811–22820. "
          "doi:10.1073/pnas.1905926116</p>\n",
          page->to);
}
