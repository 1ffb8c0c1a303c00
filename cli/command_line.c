/* Reading a command line: the verb's options are rows of the library's table of options. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* ---- options that only the program has ---- */

typedef struct cli_flag {
    const char *name, *value, *help;
    size_t field; /* of cli_options: bool, or const char * where there is a value */
    char key;     /* its short form; 0: none */
} cli_flag;

static const cli_flag flags[] = {
    {"help", NULL, "help, with the options that most users need", offsetof(cli_options, help), 'h'},
    {"help_all", NULL, "help with every option", offsetof(cli_options, help_all), 0},
    {"json", NULL,
     "one JSON document on stdout instead of text; after a failure none, or one with `error`",
     offsetof(cli_options, json), 0},
    {"quiet", NULL, "no progress on stderr", offsetof(cli_options, quiet), 0},
    {"show", NULL, "draw in the terminal, and write no files", offsetof(cli_options, show), 0},
    {"dry_run", NULL,
     "print the options as a file for --config and an estimate of time; run nothing",
     offsetof(cli_options, dry_run), 0},
    {"plot", NULL, "draw the inputs and targets of each trial type", offsetof(cli_options, plot),
     0},
    {"follow", NULL,
     "write the page again and again while a run works in DIR, until that has ended; the page in "
     "the "
     "browser keeps up",
     offsetof(cli_options, follow), 0},
    {"list", NULL, "print the names of the figures", offsetof(cli_options, list_figures), 0},
    {"shard", "K/N",
     "this process takes every N-th network, beginning with the K-th (default: from SLURM or "
     "mpirun, "
     "else 1/1)",
     offsetof(cli_options, shard), 0},
    {"max_hours", "HOURS",
     "stop after so long, with trainings saved; 0: compute nothing, print what is recorded",
     offsetof(cli_options, max_hours), 0},
    {"seeds", "LIST", "only these of the study's seeds: 1:5 or 1,4", offsetof(cli_options, seeds),
     0},
    {"array", "N", "tasks of the job (default 10)", offsetof(cli_options, array), 0},
    {"hours", "H", "time limit of each (default 4)", offsetof(cli_options, hours), 0},
    {"retry", NULL, "run networks again that failed", offsetof(cli_options, retry), 0},
    {"measure", "NAME,...",
     "numbers of the records that are compared, by name or the end of a name that no other has: "
     "spiking.accuracy; `all`: every one",
     offsetof(cli_options, measure), 0},
    {"report", "FILE.html", "write a page with the table, to be sorted in a browser",
     offsetof(cli_options, report), 0},
    {"config", "FILE.json",
     "options by name, as `run --dry_run` prints them; those of the command line win",
     offsetof(cli_options, config), 0}};
enum { N_FLAGS = sizeof flags / sizeof *flags };

/* ---- a verb's options, for argp ---- */

enum { OPTIONS_MAX = 160, FLAG_KEYS = 500, OPTION_KEYS = 1000 };

typedef struct cli_table {
    int n;
    struct argp_option options[OPTIONS_MAX];
    char names[OPTIONS_MAX][32];
    const srnn_option *rows[OPTIONS_MAX]; /* NULL: a flag or a heading */
    char *helps[OPTIONS_MAX];
} cli_table;

static void add_flag(cli_table *t, const char *name, int group)
{
    for (int i = 0; i < N_FLAGS; i++)
        if (!strcmp(flags[i].name, name) ||
            (!strcmp(name, "help") && !strcmp(flags[i].name, "help_all")))
            t->options[t->n++] =
                (struct argp_option){flags[i].name,  flags[i].key ? flags[i].key : FLAG_KEYS + i,
                                     flags[i].value, 0,
                                     flags[i].help,  group};
}

/* `name` "n_trials=test_trials": the verb calls test_trials so. */
static void add_row(cli_table *t, const char *name, int group)
{
    const char *is = strchr(name, '=');
    const srnn_option *row = srnn_option_named(is ? is + 1 : name);
    if (!row || t->n + 2 >= OPTIONS_MAX) return;
    snprintf(t->names[t->n], sizeof t->names[0], "%.*s", (int)strcspn(name, "="), name);
    t->rows[t->n] = row;
    const bool curve = row->kind == SRNN_OPTION_NUMBERS && !strcmp(row->name, "noise_curve");
    const int key = OPTION_KEYS + t->n;
    t->options[t->n] = (struct argp_option){
        t->names[t->n], key, row->value, curve ? OPTION_ARG_OPTIONAL : 0, NULL, group};
    t->n++;
    const char *also = is ? row->name : row->alias;
    if (also) t->options[t->n++] = (struct argp_option){also, key, NULL, OPTION_ALIAS, NULL, group};
}

static void add_subject(cli_table *t, const char *name, int group)
{
    /* by srnn_subject */
    static const char *const subjects[] = {
        "task",       "network",   "training", "conversion", "search",  "neuron", "stimulation",
        "evaluation", "diagnosis", "analysis", "recording",  "figures", "lesion"};
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        for (int k = 0; !strcmp(subjects[i], name) && srnn_option_at(k); k++)
            if (srnn_option_at(k)->subject == 1u << i) add_row(t, srnn_option_at(k)->name, group);
}

static cli_table *table_of(const cli_verb *verb)
{
    cli_table *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    int number = 1; /* argp takes 0 for no group */
    for (const cli_group *group = verb->groups; group->options; group++, number++) {
        char words[2048];
        if (group->heading)
            t->options[t->n++] = (struct argp_option){.doc = group->heading, .group = number};
        snprintf(words, sizeof words, "%s", group->options);
        char *rest = words;
        for (const char *word; (word = strsep(&rest, " "));) {
            if (*word == '+')
                add_flag(t, word + 1, number);
            else if (*word == '@')
                add_subject(t, word + 1, number);
            else if (*word)
                add_row(t, word, number);
        }
    }
    return t;
}

/* ---- help ---- */

/* What the program can add to the table's lines. */
static const cli_help common_helps[] = {
    {"figures",
     "names with commas between, all (those that the data allow), or none; `spikernn plot "
     "--list` prints them; of `run`, none leaves out the report, too"},
    {"figures_dir",
     "folder of the figures (default: MODEL without its ending and with _figures; of "
     "`run`, `figures` in its own)"},
    {"mode", "train; to evaluate a model see `spikernn eval`"},
    {0}};

static const char *own_help(const cli_verb *verb, const char *name)
{
    for (const cli_help *help = verb->helps; help && help->name; help++)
        if (!strcmp(help->name, name)) return help->text;
    for (const cli_help *help = common_helps; help->name; help++)
        if (!strcmp(help->name, name)) return help->text;
    return NULL;
}

static char *help_of(const cli_verb *verb, const srnn_option *row, const char *name)
{
    const char *own = own_help(verb, name);
    char *text = own ? strdup(own) : srnn_option_help(row), *whole = NULL;
    if (text && row->subject == SRNN_OF_TASK) whole = cli_task_help(text, row->name);
    if (text && !strcmp(row->name, "min_trials"))
        whole = cli_task_defaults_help(text, CLI_MIN_TRIALS);
    if (!whole) return text;
    free(text);
    return whole;
}

static struct argp argp_of(const cli_verb *verb, const cli_table *t, argp_parser_t parser)
{
    return (struct argp){
        .options = t->options, .parser = parser, .args_doc = verb->args_doc, .doc = verb->doc};
}

/* Does the short help show it? Yes, if it is common or has no row in the table. */
static bool is_common(const cli_table *t, int i)
{
    for (int k = i; k >= 0; k--) /* an alias follows its row */
        if (t->rows[k] && t->options[k].key == t->options[i].key) return t->rows[k]->common;
    return true;
}

/* Removes the options that are not common, and empty headings; returns how many options it removed.
 */
static int shorten(cli_table *t)
{
    int n = 0, left_out = 0;
    for (int i = 0; i < t->n; i++) {
        const bool heading = !t->options[i].name, row = t->rows[i] != NULL;
        if (!heading && !is_common(t, i)) {
            left_out += row;
            continue;
        }
        if (n > 0 && !t->options[n - 1].name && heading) n--; /* there was nothing under it */
        t->options[n] = t->options[i];
        t->rows[n++] = t->rows[i];
    }
    if (n > 0 && !t->options[n - 1].name) n--;
    memset(&t->options[n], 0, sizeof t->options[n]);
    t->n = n;
    return left_out;
}

/* Usage and headings, which begin with a capital and end with a colon, are bold. */
static void print_help_text(FILE *to, char *text)
{
    char *rest = text;
    for (const char *line; (line = strsep(&rest, "\n"));) {
        const size_t length = strlen(line), blank = *line == ' ';
        const bool heading =
            length > 1 && isupper((unsigned char)line[blank]) && line[length - 1] == ':';
        const size_t bold = heading ? length : !strncmp(line, "Usage:", 6) ? 6 : 0;
        if (bold)
            fprintf(to, "%s%.*s%s%s", cli_style_out(CLI_BOLD), (int)bold, line,
                    cli_style_out(CLI_PLAIN), line + bold);
        else
            fputs(line, to);
        if (rest) putc('\n', to);
    }
}

void cli_verb_help(const cli_verb *verb, bool all, FILE *to)
{
    char name[32], *text = NULL;
    size_t size;
    cli_table *t = table_of(verb);
    FILE *memory = t ? open_memstream(&text, &size) : NULL;
    const int left_out = t && !all ? shorten(t) : 0;
    for (int i = 0; memory && i < t->n; i++) {
        struct argp_option *option = &t->options[i];
        if (t->rows[i])
            option->doc = t->helps[i] = help_of(verb, t->rows[i], option->name);
        else if (option->name && own_help(verb, option->name))
            option->doc = own_help(verb, option->name);
    }
    if (memory) {
        snprintf(name, sizeof name, "spikernn %s", verb->name);
        const struct argp root = argp_of(verb, t, NULL);
        argp_help(&root, memory, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
        if (!fclose(memory)) print_help_text(to, text);
        if (left_out)
            fprintf(to, "\n%s`spikernn %s --help_all` shows %d more options.%s\n",
                    cli_style_out(CLI_DIM), verb->name, left_out, cli_style_out(CLI_PLAIN));
    }
    free(text);
    for (int i = 0; t && i < t->n; i++) free(t->helps[i]);
    free(t);
}

/* ---- what is wrong with a word that argp refuses ---- */

static error_t explain_long(cli_options *o, const char *given, bool last, bool *takes_next)
{
    const struct argp_option *match = NULL, *other = NULL;
    const char *names[OPTIONS_MAX + 1];
    const char *name = given + 2;
    const size_t length = strcspn(name, "=");
    int n = 0;
    for (int i = 0; i < o->table->n; i++) {
        const struct argp_option *option = &o->table->options[i];
        if (!option->name) continue;
        names[n++] = option->name;
        if (strncmp(name, option->name, length) || (match && match->key == option->key)) continue;
        const bool exact = strlen(option->name) == length;
        other = exact ? NULL : match;
        match = option;
        if (exact || other) break;
    }
    names[n] = NULL;
    if (other)
        return cli_refuse(o, "option '%s' is ambiguous; expected for example --%s or --%s", given,
                          other->name, match->name);
    if (match) {
        const char *value = match->arg;
        for (int i = 0; i < o->table->n && !value; i++) /* an alias has its option's */
            if (o->table->options[i].key == match->key) value = o->table->options[i].arg;
        *takes_next = value && !(match->flags & OPTION_ARG_OPTIONAL) && !name[length];
        if (*takes_next && last)
            return cli_refuse(o, "option '--%s' has no value; expected %s", match->name, value);
        if (!value && name[length])
            return cli_refuse(o, "option '--%s' takes no value, but has '%s'", match->name,
                              name + length + 1);
        return 0;
    }
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : sizeof text - 1),
             name);
    const char *nearest = srnn_nearest_name(text, names);
    if (nearest)
        return cli_refuse(o, "option '--%s' is unknown; did you mean '--%s'?", text, nearest);
    return cli_refuse(o, "option '--%s' is unknown; see `spikernn %s --help`", text, o->verb->name);
}

/* argp only says that an option was wrong; this finds out which and how. */
static error_t explain(cli_options *o, int argc, char **argv)
{
    error_t error = 0;
    for (int i = 1; i < argc && !error && strcmp(argv[i], "--"); i++) {
        bool takes_next = false;
        if (!strncmp(argv[i], "--", 2))
            error = explain_long(o, argv[i], i + 1 == argc, &takes_next);
        else if (argv[i][0] == '-' && argv[i][1])
            error = cli_refuse(o, "option '%s' is unknown; see `spikernn %s --help`", argv[i],
                               o->verb->name);
        i += takes_next;
    }
    return error;
}

/* ---- words to values ---- */

static bool looks_like_number(const char *text)
{
    if (*text == '-' || *text == '+') text++;
    if (*text == '.') text++;
    return isdigit((unsigned char)*text);
}

/* "--decay_taus 4 20", as the older program took it, is "4,20". NULL: more than two numbers follow,
   and the sentence is there. */
static char *join_taus(cli_options *o, const char *arg, struct argp_state *state)
{
    char *joined = strdup(arg);
    int n = strchr(arg, ',') ? 2 : 1;
    while (joined && state->next < state->argc && looks_like_number(state->argv[state->next])) {
        char *longer = NULL;
        const char *next = state->argv[state->next++];
        if (n++ == 2) {
            cli_refuse(o, "--decay_taus has '%s' after %s; expected one or two numbers", next,
                       joined);
            free(joined);
            return NULL;
        }
        if (asprintf(&longer, "%s,%s", joined, next) < 0) longer = NULL;
        free(joined);
        joined = longer;
    }
    return joined;
}

static error_t parse_row(cli_options *o, int place, char *arg, struct argp_state *state)
{
    const srnn_option *row = o->table->rows[place];
    char *joined = NULL;
    if (!strcmp(row->name, "decay_taus") && !(joined = join_taus(o, arg, state))) return EINVAL;
    if (!strcmp(row->name, "noise_curve") && !arg) {
        o->valueless = "noise_curve";
        arg = "0,0.01,0.03,0.1,0.2,0.3,0.5,1";
    }
    srnn_options_call(o->values, row->name, o->table->names[place]);
    const srnn_status status =
        srnn_options_set(o->reader, o->values, row->name, joined ? joined : arg);
    free(joined);
    return status ? cli_refuse(o, "%s", srnn_ctx_message(o->reader)) : 0;
}

static error_t parse_flag(cli_options *o, const cli_flag *flag, char *arg, struct argp_state *state)
{
    void *field = (char *)o + flag->field;
    if (flag->value && *(const char **)field)
        return cli_refuse(o, "--%s is given twice; expected one", flag->name);
    if (flag->value)
        *(const char **)field = arg;
    else
        *(bool *)field = true;
    if (o->help || o->help_all) state->next = state->argc; /* ignore the other arguments */
    return 0;
}

static error_t parse_key(int key, char *arg, struct argp_state *state)
{
    cli_options *o = state->input;
    for (int i = 0; i < N_FLAGS; i++)
        if (key == (flags[i].key ? flags[i].key : FLAG_KEYS + i))
            return parse_flag(o, &flags[i], arg, state);
    if (key >= OPTION_KEYS && key < OPTION_KEYS + o->table->n)
        return parse_row(o, key - OPTION_KEYS, arg, state);
    switch (key) {
    case ARGP_KEY_ARG:
        if (o->n_args == o->verb->max_args && o->valueless)
            return cli_refuse(o,
                              "argument '%s' was not expected; --%s takes a value only as --%s=...",
                              arg, o->valueless, o->valueless);
        if (o->n_args == o->verb->max_args)
            return cli_refuse(o, "argument '%s' was not expected; see `spikernn %s --help`", arg,
                              o->verb->name);
        o->args[o->n_args++] = arg;
        return 0;
    case ARGP_KEY_ERROR:
        if (!*o->error) explain(o, state->argc, state->argv);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* "--no-autapses" is "--no_autapses". */
static void spell(const cli_table *t, char *word)
{
    char name[40];
    if (strncmp(word, "--", 2)) return;
    const size_t length = strcspn(word + 2, "=");
    if (length >= sizeof name) return;
    memcpy(name, word + 2, length);
    name[length] = '\0';
    for (char *c = name; *c; c++)
        if (*c == '-') *c = '_';
    for (int i = 0; i < t->n; i++)
        if (t->options[i].name && !strncmp(t->options[i].name, name, length))
            memcpy(word + 2, name, length);
}

static bool options_read_words(cli_options *o, int argc, char **argv)
{
    o->words = calloc((size_t)argc + 1, sizeof *o->words);
    for (int i = 0; i < argc && o->words; i++) {
        if (!(o->words[i] = strdup(argv[i]))) return cli_refuse(o, "out of memory"), false;
        if (i > 0) spell(o->table, o->words[i]);
    }
    if (!o->words) return cli_refuse(o, "out of memory"), false;
    const struct argp root = argp_of(o->verb, o->table, parse_key);
    const unsigned how = ARGP_NO_ERRS | ARGP_NO_EXIT | ARGP_NO_HELP | ARGP_IN_ORDER;
    const error_t error = argp_parse(&root, argc, o->words, how, NULL, o);
    if (error && !*o->error) cli_refuse(o, "%s", strerror(error));
    return !error;
}

/* ---- a configuration file ---- */

static bool has_row(const cli_table *t, const srnn_option *row)
{
    for (int i = 0; i < t->n; i++)
        if (t->rows[i] == row) return true;
    return false;
}

static bool read_config(cli_options *o)
{
    enum { CONFIG_MAX = 1 << 20 };
    if (!o->config) return true;
    FILE *file = cli_open_regular(NULL, o->config, NULL);
    if (!file)
        return cli_refuse(o,
                          "--config is %s, which cannot be read; expected a file of options in "
                          "JSON",
                          o->config),
               false;
    char *text = calloc(1, CONFIG_MAX + 1);
    const size_t n = text ? fread(text, 1, CONFIG_MAX, file) : 0;
    fclose(file);
    bool good = n > 0 && n < CONFIG_MAX && strlen(text) == n;
    if (!good)
        cli_refuse(o, "%s has %s; expected options in JSON", o->config,
                   n == CONFIG_MAX ? "more than 1 MiB"
                   : n             ? "a zero byte"
                                   : "no text");
    if (good && srnn_options_set_json(o->reader, o->values, text, o->config)) {
        cli_refuse(o, "%s", srnn_ctx_message(o->reader));
        good = false;
    }
    free(text);
    for (int i = 0; good && srnn_option_at(i); i++)
        if (!has_row(o->table, srnn_option_at(i)))
            srnn_options_forget(o->values, srnn_option_at(i)->name); /* of other verbs */
    return good;
}

/* ---- all of it ---- */

bool cli_given(const cli_options *o, const char *name)
{
    return srnn_options_given(o->values, name) != 0;
}

const char *cli_latest(const cli_options *o, unsigned subjects, const char *except)
{
    const char *latest = NULL;
    int order = 0;
    for (int i = 0; srnn_option_at(i); i++) {
        const srnn_option *row = srnn_option_at(i);
        const int given = srnn_options_given(o->values, row->name);
        if (given <= order || !(row->subject & subjects)) continue;
        if (except && !strcmp(row->name, except)) continue;
        order = given;
        latest = row->name;
    }
    return latest;
}

json_t *cli_json_command(const cli_options *o)
{
    json_t *words = json_array();
    for (int i = 0; i < o->argc; i++) json_array_append_new(words, cli_json_text(o->argv[i]));
    return words;
}

bool cli_options_finish(cli_options *o, const srnn_task_def *def)
{
    const srnn_status status = srnn_options_finish(o->reader, o->values, def);
    if (status) return cli_refuse(o, "%s", srnn_ctx_message(o->reader)), false;
    o->s = *srnn_options_settings(o->values);
    /* a verb has one of the two */
    o->rate_network = o->s.simulated_network == 1 || o->s.networks == 1;
    return true;
}

bool cli_options_parse(cli_options *o, const cli_verb *verb, int argc, char **argv)
{
    const srnn_ctx_options alone = {.size = sizeof alone, .threads = 1};
    *o = (cli_options){.verb = verb,
                       .args = calloc((size_t)argc, sizeof(char *)),
                       .argc = argc,
                       .argv = argv,
                       .table = table_of(verb)};
    if (!o->args || !o->table || srnn_ctx_create(&alone, &o->reader) ||
        srnn_options_create(o->reader, &o->values))
        return cli_refuse(o, "%s", o->reader ? srnn_ctx_message(o->reader) : "out of memory"),
               false;
    srnn_ctx_set_option_prefix(o->reader, "--");
    if (!options_read_words(o, argc, argv)) return false;
    if (o->help || o->help_all) return true;
    if (!read_config(o) || !cli_options_finish(o, NULL) || !cli_figures_choose(o)) return false;
    if (o->n_args < verb->min_args)
        return cli_refuse(o, "an argument is missing; expected %s", verb->args_doc), false;
    return true;
}

void cli_options_free(cli_options *o)
{
    for (int i = 0; o->words && i < o->argc; i++) free(o->words[i]);
    free(o->words);
    free(o->args);
    free(o->stimulated);
    free(o->shown);
    free(o->table);
    srnn_options_free(o->values);
    srnn_ctx_free(o->reader);
}
