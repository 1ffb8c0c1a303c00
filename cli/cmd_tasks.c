/* spikernn tasks: the built-in tasks, and what their trials look like. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdlib.h>
#include <string.h>

/* ---- one task ---- */

/* The rules of the type, each with its networks; without any the criterion is the one rule. */
static json_t *task_rules_json(const srnn_task_def *def, int type)
{
    json_t *rules = json_array();
    for (int i = 0; i < def->n_rules; i++) {
        if (def->rules[i].type != type) continue;
        json_t *network = json_string(cli_network_names[def->rules[i].network]), *same = NULL, *one;
        size_t k;
        json_array_foreach(rules, k, one)
        {
            if (!strcmp(cli_text_at(one, "rule"), def->rules[i].words)) same = one;
        }
        if (same)
            json_array_append_new(json_object_get(same, "networks"), network);
        else
            json_array_append_new(
                rules, json_pack("{sss[o]}", "rule", def->rules[i].words, "networks", network));
    }
    if (def->n_rules == 0 && *def->criterion)
        json_array_append_new(rules, json_pack("{sss[ss]}", "rule", def->criterion, "networks",
                                               cli_network_names[SRNN_RATE],
                                               cli_network_names[SRNN_SPIKING]));
    return rules;
}

json_t *cli_json_task(const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    json_t *json = cli_json_parsed(srnn_task_summary_json(task)), *types = json_array();
    for (int i = 0; i < def->n_types; i++)
        json_array_append_new(types, json_pack("{sssfso}", "type", def->type_names[i], "label",
                                               def->labels[i], "rules", task_rules_json(def, i)));
    json_object_set_new(json, "types", types);
    if (def->decay_taus[1] > 0)
        json_object_set_new(json, "decay_taus",
                            json_pack("[ff]", def->decay_taus[0], def->decay_taus[1]));
    json_object_update_new(
        json,
        json_pack("{sssssssss[ii]s{sisi}sI}", "preset",
                  srnn_option_choice("preset", (int)def->preset), "stimulus", def->stimulus,
                  "target", def->target, "criterion", def->criterion, "stimulation", def->stim_on,
                  def->stim_off, "scored_from", "rate", def->response_on[SRNN_RATE], "spiking",
                  def->response_on[SRNN_SPIKING], "min_trials", (json_int_t)def->min_trials));
    return json;
}

/* Those of a task of one's own may be missing. */
static void print_words(const char *what, const char *words)
{
    if (*words) printf("  %-11s %s\n", what, words);
}

/* A line for each, with the network where it is of one alone. */
static void print_rules_of_types(const srnn_task_def *def)
{
    for (int i = 0; i < def->n_types && def->n_rules > 0; i++) {
        json_t *rules = task_rules_json(def, i), *rule;
        size_t k;
        json_array_foreach(rules, k, rule)
        {
            const json_t *networks = json_object_get(rule, "networks");
            printf("  %-11s %s: %s", i || k ? "" : "rules", def->type_names[i],
                   cli_text_at(rule, "rule"));
            if (json_array_size(networks) == 1)
                printf(" (%s network)", json_string_value(json_array_get(networks, 0)));
            putchar('\n');
        }
        json_decref(rules);
    }
}

static void tasks_print(const srnn_task_def *def, bool rules)
{
    printf("%s: %d input%s, %d output%s", def->name, def->n_in, def->n_in == 1 ? "" : "s",
           def->n_out, def->n_out == 1 ? "" : "s");
    printf("\n  inputs      ");
    cli_print_channels(def->input_names, def->input_units, def->n_in);
    printf("\n  outputs     ");
    cli_print_channels(def->output_names, def->output_units, def->n_out);
    printf("\n  settings    ");
    cli_print_settings(def);
    printf(" (steps of 5 ms)\n  types      ");
    for (int i = 0; i < def->n_types; i++)
        printf(" %s (%g)%s", def->type_names[i], def->labels[i], i + 1 < def->n_types ? "," : "");
    putchar('\n');
    print_words("stimulus", def->stimulus);
    printf("  stimulation steps %d to %d\n", def->stim_on, def->stim_off - 1);
    print_words("target", def->target);
    print_words("correct", def->criterion);
    if (rules) print_rules_of_types(def);
    printf("  scored      rate network from step %d on, spiking network from %d on\n",
           def->response_on[SRNN_RATE], def->response_on[SRNN_SPIKING]);
    if (def->min_trials > 0)
        printf("  training    beyond trial %lld\n", (long long)def->min_trials);
    if (def->decay_taus[1] > 0)
        printf("  decay_taus  %g %g\n", def->decay_taus[0], def->decay_taus[1]);
    printf("  preset      %s\n", srnn_option_choice("preset", (int)def->preset));
}

/* ---- one trial ---- */

/* A row of values for each step. */
static json_t *series_json(const float *values, int n, int width)
{
    json_t *rows = json_array();
    for (int t = 0; t < n; t++) {
        json_t *row = json_array();
        for (int k = 0; k < width; k++)
            json_array_append_new(row, cli_json_float(values[t * width + k]));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* The columns of a trial. */
static void print_columns(const srnn_task_def *def)
{
    printf("# step");
    for (int k = 0; k < def->n_in; k++) {
        putchar('\t');
        cli_print_channel(def->input_names[k], def->input_units[k]);
    }
    for (int k = 0; k < def->n_out; k++) {
        char *name = cli_target_name(def->output_names[k], def->n_out);
        putchar('\t');
        cli_print_channel(name ? name : "target", def->output_units[k]);
        free(name);
    }
    putchar('\n');
}

static int print_trial(const cli_options *o, const srnn_task *task, int type, const float *u,
                       const float *z)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    if (o->json) {
        json_t *document = cli_json_document(o);
        json_object_set_new(document, "task", cli_json_task(task));
        json_object_set_new(document, "type", json_string(def->type_names[type]));
        json_object_set_new(document, "u", series_json(u, def->T, def->n_in));
        json_object_set_new(document, "target", series_json(z, def->T, def->n_out));
        return cli_json_result(o, document);
    }
    printf("# %s, %s\n", def->name, def->type_names[type]);
    print_columns(def);
    for (int t = 0; t < def->T; t++) {
        printf("%d", t);
        for (int k = 0; k < def->n_in; k++) printf("\t%g", (double)u[t * def->n_in + k]);
        for (int k = 0; k < def->n_out; k++) printf("\t%g", (double)z[t * def->n_out + k]);
        putchar('\n');
    }
    return CLI_OK;
}

static int tasks_show(cli_options *o, srnn_ctx *ctx, const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const int type = srnn_task_type_index(task, o->s.trial_type);
    if (type < 0) return cli_unknown_type(o, "--show", o->s.trial_type, def);
    float *u = malloc((size_t)def->T * (size_t)def->n_in * sizeof *u);
    float *z = malloc((size_t)def->T * (size_t)def->n_out * sizeof *z);
    const srnn_trial_key key = {o->s.seed, SRNN_DOMAIN_USER, 0};
    int code = CLI_FAILED;
    if (!u || !z)
        cli_error(o, "out of memory");
    else if (srnn_task_trial(ctx, task, key, type, def->T, u, z, NULL))
        cli_error(o, "%s", srnn_ctx_message(ctx));
    else
        code = print_trial(o, task, type, u, z);
    free(u);
    free(z);
    return code;
}

/* ---- a figure ---- */

static int tasks_draw(const cli_options *o, srnn_ctx *ctx, const srnn_task *task,
                      const char *folder)
{
    srnn_observe_options options = srnn_observe_options_default();
    options.seed = o->s.seed;
    options.domain = SRNN_DOMAIN_USER;
    srnn_observation trials;
    srnn_status status = srnn_observe_task(ctx, task, &options, &trials);
    const srnn_figure *figure = srnn_figure_named("task");
    const srnn_figure_data data = {.observation = &trials};
    const srnn_figure_options draw = cli_figure_options(o, folder);
    if (!status) status = srnn_figures_draw(ctx, &figure, 1, &data, &draw);
    srnn_observation_free(&trials);
    if (status) return cli_library_error(o, ctx, status);
    if (!o->json) return printf("figures: %s\n", folder), CLI_OK;
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "folder", cli_json_text(folder));
    return cli_json_result(o, document);
}

static int tasks_plot(cli_options *o, srnn_ctx *ctx, const srnn_task *task)
{
    char *folder = cli_figures_folder(o, srnn_task_get_def(task)->name);
    if (!folder) return cli_error(o, "out of memory");
    int code = cli_folder_check(o, folder) ? CLI_OK : cli_error(o, "%s", o->error);
    if (!code) code = tasks_draw(o, ctx, task, folder);
    free(folder);
    return code;
}

/* ---- the verb ---- */

static int tasks_describe(const cli_options *o, const srnn_task *task, bool alone, json_t *tasks)
{
    if (!task) return CLI_FAILED;
    if (o->json)
        json_array_append_new(tasks, cli_json_task(task));
    else
        tasks_print(srnn_task_get_def(task), alone);
    return CLI_OK;
}

/* The one that is named, or all. */
static int tasks_list(cli_options *o, srnn_ctx *ctx)
{
    json_t *tasks = json_array();
    int code = CLI_OK;
    const char *const given = o->s.task;
    for (int i = 0; !code && (given ? i < 1 : srnn_task_name_at(i) != NULL); i++) {
        o->s.task = given ? given : srnn_task_name_at(i);
        srnn_task *task = cli_new_task(o, ctx);
        if (i > 0 && !o->json) putchar('\n');
        code = tasks_describe(o, task, given != NULL, tasks);
        srnn_task_free(task);
    }
    if (!code && o->json) {
        json_t *document = cli_json_document(o);
        json_object_set(document, "tasks", tasks);
        code = cli_json_result(o, document);
    }
    json_decref(tasks);
    return code;
}

static int tasks_run(cli_options *o)
{
    if (!cli_task_argument(o)) return CLI_FAILED;
    if (!o->s.task && o->s.trial_type)
        return cli_error(o, "--show is '%s'; expected the task's name before it", o->s.trial_type);
    if (!o->s.task && o->plot) return cli_error(o, "--plot: expected the name of a task before it");
    if (o->plot && o->s.trial_type)
        return cli_error(o, "--plot draws all trial types; expected it without --show");
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    int code = CLI_FAILED;
    srnn_task *task = NULL;
    if (!o->s.trial_type && !o->plot)
        code = tasks_list(o, ctx);
    else if ((task = cli_new_task(o, ctx)))
        code = o->plot ? tasks_plot(o, ctx, task) : tasks_show(o, ctx, task);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
    return code;
}

static const cli_group tasks_groups[] = {
    {NULL, "show=trial +plot"}, {"Figure:", "formats figures_dir style figure_scripts"},
    {"Task:", "@task"},         {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"}, {0}};

static const cli_help tasks_helps[] = {
    {"show", "print a trial of this type: step, inputs and targets, separated by tabs"}, {0}};

const cli_verb cli_tasks = {
    .name = "tasks",
    .args_doc = "[TASK]",
    .summary = "list the tasks, or show a trial of one",
    .doc =
        "Lists the built-in tasks, or TASK alone: its settings, trial types with the labels that "
        "files keep, stimulus, target, and when a trial is correct; --plot draws its inputs and "
        "targets.\v"
        "Example: spikernn tasks mante --show 1+- --seed 1",
    .max_args = 1,
    .groups = tasks_groups,
    .helps = tasks_helps,
    .run = tasks_run};
