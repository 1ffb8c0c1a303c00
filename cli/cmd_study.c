/* spikernn study: many networks as one thing. */
#define _GNU_SOURCE 1
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spikernn/study.h"
#include "study_table.h"

typedef struct study_state {
    cli_options *options;
    srnn_ctx *ctx;
    srnn_study *study;
    srnn_studies *studies; /* those of a folder; NULL: one study */
    char *folder;
    double shown_s;
    int left; /* networks of this process that are not done; -1: not known yet */
} study_state;

/* ---- opening ---- */

static bool is_a_folder(const char *path)
{
    struct stat info;
    return !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* The argument without what ends it; false: the sentence has been printed. */
static bool take_folder(study_state *r)
{
    cli_options *o = r->options;
    const char *name;
    if (cli_parse_folder(o, "DIR", o->args[o->n_args - 1], &name))
        return cli_error(o, "%s", o->error), false;
    r->folder = strdup(name);
    return r->folder || (cli_error(o, "out of memory"), false);
}

/* A folder, or a file whose results go to --dir, else to runs/NAME. */
static int open_study(study_state *r, const char *path, bool folder_alone)
{
    cli_options *o = r->options;
    const bool folder = is_a_folder(path);
    if (folder_alone && !folder)
        return cli_error(o, "%s is no folder; expected one that `spikernn study run` made", path);
    if (folder && o->s.output_dir)
        return cli_error(o, "--dir is %s, but %s is a folder itself; expected one of them",
                         o->s.output_dir, path);
    if (folder) {
        if (!take_folder(r)) return CLI_FAILED;
    } else if (o->s.output_dir) {
        r->folder = strdup(o->s.output_dir);
    } else { /* the name is in the file */
        const srnn_status status = srnn_study_open(r->ctx, path, NULL, &r->study);
        if (status) return cli_library_error(o, r->ctx, status);
        if (asprintf(&r->folder, "runs/%s", srnn_study_get(r->study).name) < 0) r->folder = NULL;
        srnn_study_free(r->study);
        r->study = NULL;
    }
    if (!r->folder) return cli_error(o, "out of memory");
    const srnn_status status = srnn_study_open(r->ctx, folder ? NULL : path, r->folder, &r->study);
    return status ? cli_library_error(o, r->ctx, status) : CLI_OK;
}

/* A folder with a study, or with folders of studies, which r->studies then are. */
static int open_studies(study_state *r)
{
    const char *path = r->options->args[1];
    char *file;
    if (!is_a_folder(path)) return open_study(r, path, true);
    if (asprintf(&file, "%s/study.json", path) < 0) return cli_error(r->options, "out of memory");
    const bool one = !access(file, F_OK);
    free(file);
    if (one) return open_study(r, path, true);
    if (!take_folder(r)) return CLI_FAILED;
    const srnn_status status = srnn_studies_open(r->ctx, r->folder, &r->studies);
    return status ? cli_library_error(r->options, r->ctx, status) : CLI_OK;
}

/* ---- what a study has so far ---- */

static const char *plural(int n) { return n == 1 ? "" : "s"; }

static void print_states(const srnn_study_view *v)
{
    int of_state[4] = {0};
    for (int i = 0; i < v->n_networks; i++) of_state[v->networks[i].state]++;
    printf("%d network%s: %d finished", v->n_networks, plural(v->n_networks),
           of_state[SRNN_NETWORK_FINISHED]);
    if (of_state[SRNN_NETWORK_NOT_TRAINED])
        printf(", %d not trained", of_state[SRNN_NETWORK_NOT_TRAINED]);
    if (of_state[SRNN_NETWORK_FAILED]) printf(", %d failed", of_state[SRNN_NETWORK_FAILED]);
    printf(", %d left\n", of_state[SRNN_NETWORK_LEFT]);
}

static void print_share(const srnn_condition_summary *m)
{
    char text[64] = "-";
    if (!isnan(m->share))
        snprintf(text, sizeof text, "%d of %d (%.0f-%.0f %%)", m->reached, m->n, 100 * m->low,
                 100 * m->high);
    printf("  %-22s", text);
}

/* A line a condition. */
static int print_conditions(const study_state *r, const srnn_study_view *v)
{
    const srnn_measure *measure = &v->measures[v->main_measure];
    int width = cli_width("condition");
    for (int i = 0; i < v->n_conditions; i++)
        width = cli_larger(width, cli_width(v->conditions[i].name));
    printf("\n%s%s%s%s\n", measure->title, *measure->unit ? " (" : "", measure->unit,
           *measure->unit ? ")" : "");
    cli_print_left("condition", width);
    printf("      n    mean      SD  median");
    if (!isnan(measure->at_least)) printf("  at least %-13g", measure->at_least);
    printf("  not trained  failed  left\n");
    for (int i = 0; i < v->n_conditions; i++) {
        srnn_condition_summary m;
        const srnn_status status = srnn_study_summary(r->ctx, v, i, v->main_measure, &m);
        if (status) return cli_library_error(r->options, r->ctx, status);
        cli_print_left(v->conditions[i].name, width);
        printf("  %5d", m.values.n);
        cli_print_number(m.values.mean, 8, measure->digits);
        cli_print_number(m.values.sd, 8, measure->digits);
        cli_print_number(m.values.median, 8, measure->digits);
        if (!isnan(measure->at_least)) print_share(&m);
        printf("  %11d  %6d  %4d\n", m.not_trained, m.failed, m.left);
    }
    return CLI_OK;
}

static void print_expectations(const srnn_study_view *v)
{
    if (v->n_expectations) printf("\nexpected\n");
    for (int i = 0; i < v->n_expectations; i++) {
        const srnn_expectation *e = &v->expectations[i];
        const char *condition = e->condition < 0 ? "" : v->conditions[e->condition].name;
        const char *measure = e->measure < 0 ? e->about : v->measures[e->measure].title;
        printf("  %s%s%s: %s%s%s%s%s%s\n", condition, *condition && *measure ? ", " : "", measure,
               e->verdict, *e->sentence ? " (" : "", e->sentence, *e->sentence ? ")" : "",
               *e->source ? ", " : "", e->source);
    }
}

static int show_status(const study_state *r)
{
    const srnn_study_view v = srnn_study_get(r->study);
    if (r->options->json) return cli_study_json(r->options, r->ctx, &v);
    printf("%s%s%s\n", v.name, *v.about ? ": " : "", v.about);
    print_states(&v);
    const int code = v.n_measures > 0 ? print_conditions(r, &v) : CLI_OK;
    print_expectations(&v);
    return code;
}

/* ---- running ---- */

static const char *network_name(const srnn_study_view *v, int network, char name[256])
{
    snprintf(name, 256, "%s, seed %llu", v->conditions[v->networks[network].condition].name,
             (unsigned long long)v->networks[network].seed);
    return name;
}

static void show_progress(study_state *r, const srnn_study_event *e)
{
    const double now = cli_now_s();
    if (r->options->quiet || now - r->shown_s < (cli_terminal() ? 0.1 : 10)) return;
    r->shown_s = now;
    char text[192], left[32];
    int n = snprintf(text, sizeof text, "%d/%d networks", e->done, e->total);
    if (isfinite(e->per_hour)) {
        cli_duration(e->left_s, left);
        n += snprintf(text + n, sizeof text - (size_t)n, "  %.3g an hour  about %s left",
                      e->per_hour, left);
    }
    if (e->not_trained)
        n += snprintf(text + n, sizeof text - (size_t)n, "  %d not trained", e->not_trained);
    if (e->failed) snprintf(text + n, sizeof text - (size_t)n, "  %d failed", e->failed);
    if (cli_terminal())
        cli_terminal_line(text);
    else
        fprintf(stderr, "%s\n", text);
}

static int on_study(void *user, const srnn_study *study, const srnn_study_event *event)
{
    study_state *r = user;
    const srnn_study_view v = srnn_study_get(study);
    char name[256];
    if (event->kind == SRNN_STUDY_NETWORK && *event->sentence && !r->options->quiet)
        fprintf(stderr, "%s: %s\n", network_name(&v, event->network, name), event->sentence);
    r->left = event->total - event->done;
    show_progress(r, event);
    return cli_interrupted();
}

static bool number_from_0(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && !*end && *out >= 0;
}

static bool positive_number(const char *text, double *out)
{
    return number_from_0(text, out) && *out > 0;
}

static bool parse_shard(const char *text, srnn_study_options *options)
{
    char end;
    return sscanf(text, "%d/%d%c", &options->shard, &options->n_shards, &end) == 2 &&
           options->shard >= 1 && options->n_shards >= options->shard;
}

static int take_study_options(const study_state *r, srnn_study_options *options)
{
    const cli_options *o = r->options;
    *options = srnn_study_options_default();
    options->seeds = o->seeds;
    options->retry = o->retry;
    if (o->shard && !parse_shard(o->shard, options))
        return cli_error(o, "--shard is '%s'; expected K/N with K from 1 to N", o->shard);
    if (!o->shard && srnn_study_shard_of_environment(r->ctx, options))
        return cli_error(o, "%s", srnn_ctx_message(r->ctx));
    if (!o->max_hours) return CLI_OK;
    if (number_from_0(o->max_hours, &options->max_hours)) return CLI_OK;
    return cli_error(o, "--max_hours is '%s'; expected a number, 0 or above", o->max_hours);
}

static void print_plan_line(const char *what, const srnn_study_plan *plan, int stage)
{
    printf("  %-11s %d to compute", what, plan->left[stage]);
    if (plan->stages[stage] > plan->left[stage])
        printf(", %d recorded", plan->stages[stage] - plan->left[stage]);
    putchar('\n');
}

static int show_plan(const study_state *r, const srnn_study_options *options)
{
    const srnn_study_view v = srnn_study_get(r->study);
    const int threads = srnn_ctx_threads(r->ctx);
    srnn_study_plan plan;
    char all[32], one[32];
    const srnn_status status = srnn_study_plan_of(r->ctx, r->study, options, true, &plan);
    if (status) return cli_library_error(r->options, r->ctx, status);
    if (r->options->json) return cli_study_plan_json(r->options, &v, &plan);
    printf("%s: %d network%s (%d condition%s) in %s\n", v.name, plan.networks,
           plural(plan.networks), v.n_conditions, plural(v.n_conditions), r->folder);
    for (int i = 0; i < v.n_conditions && i < 20; i++) printf("  %s\n", v.conditions[i].name);
    if (v.n_conditions > 20) printf("  ... %d more\n", v.n_conditions - 20);
    print_plan_line("trainings", &plan, 0);
    print_plan_line("conversions", &plan, 1);
    print_plan_line("evaluations", &plan, 2);
    if (isnan(plan.hours)) {
        printf("the time is not known: a condition fails at its first trials\n");
        return CLI_OK;
    }
    cli_duration(3600 * plan.hours, one);
    cli_duration(3600 * plan.hours / threads, all);
    printf("about %s on one core, %s on %d (a training with all its trials where none is "
           "recorded)\n",
           one, all, threads);
    printf("about %.3g MB of model files\n", plan.bytes / 1e6);
    return CLI_OK;
}

/* "7 networks are left", of a process of several with its share. */
static void say_left(const study_state *r, const srnn_study_options *options, char text[96])
{
    char share[48] = "";
    if (options->n_shards > 1)
        snprintf(share, sizeof share, " of share %d/%d", options->shard, options->n_shards);
    snprintf(text, 96, "%d network%s%s %s left", r->left, plural(r->left), share,
             r->left == 1 ? "is" : "are");
}

static int count_left(const study_state *r)
{
    const srnn_study_view v = srnn_study_get(r->study);
    int left = 0;
    for (int i = 0; i < v.n_networks; i++) left += v.networks[i].state == SRNN_NETWORK_LEFT;
    return left;
}

static int end_run(study_state *r, const srnn_study_options *options, srnn_status status)
{
    const cli_options *o = r->options;
    char left[96];
    if (status && status != SRNN_CANCELLED) return cli_library_error(o, r->ctx, status);
    const int shown = show_status(r);
    if (shown) return shown;
    if (!o->json) printf("\nresults: %s\n", r->folder);
    if (r->left < 0) r->left = count_left(r); /* it was stopped before it began */
    say_left(r, options, left);
    if (status && cli_interrupted() && !cli_out_of_time())
        return cli_error(o, "interrupted; %s: the same command goes on", left), CLI_INTERRUPTED;
    if (r->left > 0 && !o->quiet)
        fprintf(stderr, "%s; `spikernn study run %s` goes on\n", left, r->folder);
    return CLI_OK;
}

static int study_run(study_state *r)
{
    cli_options *o = r->options;
    cli_catch_time_limit();
    srnn_study_options options;
    int code = take_study_options(r, &options);
    if (!code) code = open_study(r, o->args[1], false);
    if (code) return code;
    if (o->dry_run) return show_plan(r, &options);
    return end_run(r, &options, srnn_study_run(r->ctx, r->study, &options, on_study, r));
}

/* ---- the other actions ---- */

static int study_status(study_state *r)
{
    const int code = open_studies(r);
    if (!code && r->studies) return cli_studies_status(r->options, r->studies, r->folder);
    return code ? code : show_status(r);
}

static int study_report(study_state *r)
{
    int code = open_studies(r);
    if (!code && r->studies) return cli_studies_report(r->options, r->ctx, r->studies, r->folder);
    json_t *listed = json_array();
    if (!code) code = cli_study_report(r->options, r->ctx, r->study, listed);
    json_decref(listed);
    return code ? code : cli_report_written(r->options, r->folder);
}

static int study_table(study_state *r)
{
    const cli_options *o = r->options;
    const int code = open_study(r, o->args[1], true);
    if (code) return code;
    if (!o->s.out) return cli_study_table(o, r->ctx, r->study);
    const srnn_status status = srnn_study_save_table(r->ctx, r->study, o->s.out);
    if (status) return cli_library_error(o, r->ctx, status);
    if (!o->json) printf("table: %s\n", o->s.out);
    return CLI_OK;
}

static int take_slurm_options(const cli_options *o, srnn_slurm_options *options)
{
    double array = 0;
    *options = srnn_slurm_options_default();
    if (o->array && (!positive_number(o->array, &array) || array != floor(array) || array > 100000))
        return cli_error(o, "--array is '%s'; expected a number of tasks, 1 to 100000", o->array);
    if (o->array) options->array = (int)array;
    if (o->hours && !positive_number(o->hours, &options->hours))
        return cli_error(o, "--hours is '%s'; expected a number above 0", o->hours);
    return CLI_OK;
}

/* script slurm FILE|DIR: makes the folder; to be read and sent by the user. */
static int study_script(study_state *r)
{
    const cli_options *o = r->options;
    srnn_slurm_options options;
    char *text;
    if (strcmp(o->args[1], "slurm") != 0)
        return cli_error(o, "expected `spikernn study script slurm FILE|DIR`");
    int code = take_slurm_options(o, &options);
    if (!code) code = open_study(r, o->args[2], false);
    if (code) return code;
    const srnn_study_view v = srnn_study_get(r->study);
    srnn_status status = srnn_study_prepare(r->ctx, r->study);
    if (!status) status = srnn_study_slurm_script(r->ctx, &v, &options, &text);
    if (status) return cli_library_error(o, r->ctx, status);
    fputs(text, stdout);
    free(text);
    return CLI_OK;
}

static const struct {
    const char *name;
    const char *usage;
    int (*act)(study_state *r);
} actions[] = {{"run", "run FILE|DIR", study_run},
               {"status", "status DIR", study_status},
               {"report", "report DIR", study_report},
               {"table", "table DIR", study_table},
               {"script", "script slurm FILE|DIR", study_script}};
enum { N_ACTIONS = sizeof actions / sizeof *actions };

static int unknown_action(const cli_options *o, const char *name)
{
    const char *names[N_ACTIONS + 1] = {NULL};
    for (int i = 0; i < N_ACTIONS; i++) names[i] = actions[i].name;
    const char *nearest = srnn_nearest_name(name, names);
    if (nearest) return cli_error(o, "'%s' is unknown; did you mean '%s'?", name, nearest);
    return cli_error(o, "'%s' is unknown; expected run, status, report, table or script", name);
}

static int study_act(study_state *r)
{
    const cli_options *o = r->options;
    int i = 0;
    if (o->n_args == 0)
        return cli_error(o,
                         "an argument is missing; expected run, status, table, report or script");
    while (i < N_ACTIONS && strcmp(actions[i].name, o->args[0]) != 0) i++;
    if (i == N_ACTIONS) return unknown_action(o, o->args[0]);
    const int expected = actions[i].act == study_script ? 3 : 2;
    if (o->n_args == expected) return actions[i].act(r);
    if (o->n_args > expected)
        return cli_error(o, "argument '%s' was not expected; expected one %s", o->args[expected],
                         i ? "folder" : "file or folder");
    return cli_error(o, "an argument is missing; expected `spikernn study %s`", actions[i].usage);
}

static int run_study(cli_options *o)
{
    cli_progress progress;
    study_state r = {.options = o, .left = -1, .ctx = cli_ctx_open(o, &progress)};
    if (!r.ctx) return CLI_FAILED;
    progress.quiet = true; /* networks are counted */
    const int code = study_act(&r);
    srnn_study_free(r.study);
    srnn_studies_free(r.studies);
    free(r.folder);
    srnn_ctx_free(r.ctx);
    return code;
}

static const cli_group study_groups[] = {
    {"run:", "dir=output_dir +shard +max_hours +seeds +retry +dry_run threads"},
    {"table:", "out"},
    {"script:", "+array +hours"},
    {"report:", "@figures"},
    {NULL, "+quiet +json +help"},
    {0}};

static const cli_help study_helps[] = {
    {"dir", "folder of the results (default runs/NAME, after the study's name)"},
    {"dry_run", "print what would be computed and how long it takes; run nothing"},
    {"threads", "networks at a time, each on one core; 0: all processors"},
    {"out", "the table as a file: .csv or .json (a row a network), .sqlite or .db (all tables)"},
    {0}};

const cli_verb cli_study = {
    .name = "study",
    .args_doc = "run FILE|DIR\nstatus DIR\ntable DIR\nreport DIR\nscript slurm FILE|DIR",
    .summary = "many networks as one thing: conditions, seeds, one table",
    .doc =
        "`run` trains, converts and evaluates all networks of a study file: conditions, each with "
        "all seeds. What is recorded in the folder is not computed again, so that the same command "
        "goes on after Ctrl-C, a crash or a time limit, and computes what a changed file adds. Any "
        "number of processes may work on one folder; on a cluster each takes its share. `status` "
        "says how far it is, `table` has a row a network, `report` writes one page, `script slurm` "
        "prints a job for SLURM. Where DIR has folders of studies, `status` and `report` are about "
        "all of them.\v"
        "Example: spikernn study run studies/activation.json --seeds 1:5",
    .min_args = 0,
    .max_args = 3,
    .groups = study_groups,
    .helps = study_helps,
    .run = run_study};
