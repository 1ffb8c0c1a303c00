/* spikernn run: an experiment, its events as text, its figures and its page. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct run_state {
    cli_options *options;
    srnn_ctx *ctx;
    cli_progress *progress;
    char *folder;
    srnn_experiment *experiment;
    srnn_experiment_estimate estimate; /* zeros: not made */
    bool evaluated;                    /* its table was printed */
    cli_figures_drawn drawn;
    bool reported;
} run_state;

static char *run_path(const run_state *r, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", r->folder, name) < 0 ? NULL : path;
}

/* ---- events ---- */

static void run_print_training(const run_state *r)
{
    const srnn_model *model = srnn_experiment_model(r->experiment);
    const srnn_settings *s = srnn_options_settings(srnn_experiment_options(r->experiment));
    printf("%s, N %d, seed %llu, into %s\n",
           srnn_task_get_def(srnn_experiment_task(r->experiment))->name, s->network.N,
           (unsigned long long)s->seed, r->folder);
    cli_print_training(model, srnn_experiment_get_results(r->experiment).train_s);
}

static void run_print_search(const srnn_experiment_results *results)
{
    putchar('\n');
    if (results->search) cli_print_search(results->search);
}

static void print_point(const srnn_experiment_results *results)
{
    putchar('\n');
    cli_print_operating(results->operating);
}

static void print_evaluation(run_state *r, const srnn_experiment_results *results)
{
    const srnn_task_def *def = srnn_task_get_def(srnn_experiment_task(r->experiment));
    if (r->evaluated) {
        cli_print_spiking_evaluation(def, results->evaluation);
        return;
    }
    putchar('\n');
    cli_print_evaluation(def, results->evaluation, false);
    r->evaluated = true;
}

static void print_diagnosis(const run_state *r, const srnn_diagnosis *diagnosis)
{
    char *model = run_path(r, "model.mat"), *path = model ? cli_shell_word(model) : NULL;
    cli_print_diagnosis(diagnosis);
    if (path)
        printf("%s  %smore of it: spikernn eval %s%s\n", diagnosis->made ? "\n" : "",
               cli_style_out(CLI_DIM), path, cli_style_out(CLI_PLAIN));
    free(path);
    free(model);
}

static void print_done(run_state *r, const char *stage)
{
    const srnn_experiment_results results = srnn_experiment_get_results(r->experiment);
    if (!strcmp(stage, "training")) run_print_training(r);
    if (!strcmp(stage, "search")) run_print_search(&results);
    if (!strcmp(stage, "operating point")) print_point(&results);
    if (!strcmp(stage, "readout")) cli_print_readout(results.readout);
    if (!strcmp(stage, "evaluation")) print_evaluation(r, &results);
    if (!strcmp(stage, "diagnosis")) print_diagnosis(r, results.diagnosis);
    if (!strcmp(stage, "noise curve")) cli_print_noise_curve(results.noise_curve);
}

/* The estimate ends with the evaluation: an operating point is tried only if λ converts badly. */
static void announce_stage(const run_state *r, const char *stage)
{
    const double search_s = r->estimate.search_s, evaluate_s = r->estimate.evaluate_s;
    r->progress->stage = stage;
    r->progress->later_s = (double)NAN;
    if (evaluate_s > 0 && !strcmp(stage, "training")) r->progress->later_s = search_s + evaluate_s;
    if (evaluate_s > 0 && !strcmp(stage, "search")) r->progress->later_s = evaluate_s;
}

static void on_event(void *user, const srnn_experiment *experiment, const srnn_event *event)
{
    run_state *r = user;
    (void)experiment;
    if (event->kind == SRNN_EVENT_BEGUN) announce_stage(r, event->stage);
    if (event->kind == SRNN_EVENT_DECIDED && !strcmp(event->code, "not_learned"))
        cli_error(r->options, "%s", event->sentence);
    if (r->options->json) return;
    switch (event->kind) {
    case SRNN_EVENT_BEGUN: break;
    case SRNN_EVENT_DONE: print_done(r, event->stage); break;
    case SRNN_EVENT_KEPT:
        printf("%s: kept from an earlier run in %s\n", event->stage, r->folder);
        break;
    case SRNN_EVENT_DECIDED:
        if (strcmp(event->code, "not_learned")) printf("\n%s\n", event->sentence);
    }
    cli_flush();
}

/* ---- figures and the page ---- */

/* As `spikernn report` would from the files. */
static int illustrate(run_state *r)
{
    cli_options *o = r->options;
    const srnn_experiment_results results = srnn_experiment_get_results(r->experiment);
    char *figures = run_path(r, "figures"), *model = run_path(r, "model.mat");
    if (!figures || !model) return cli_error(o, "out of memory");
    cli_subject subject;
    o->rate_network = !results.observation->spiking;
    int code =
        cli_subject_observed(o, r->ctx, model, srnn_experiment_model(r->experiment),
                             srnn_experiment_task(r->experiment), results.observation, &subject);
    subject.scaling_factor = results.scaling_factor;
    subject.evaluation = results.evaluation;
    subject.noise_curve = results.noise_curve;
    if (!code)
        code = cli_draw_figures(o, r->ctx, &subject, o->s.figures_dir ? o->s.figures_dir : figures,
                                &r->drawn);
    if (!code) code = cli_write_report(o, r->folder, &subject, &r->drawn);
    r->reported = !code;
    cli_subject_close(&subject);
    free(figures);
    free(model);
    return code;
}

static void print_results(const run_state *r)
{
    const cli_options *o = r->options;
    printf("\nresults: %s/model.mat\n         %s/summary.json\n", r->folder, r->folder);
    if (r->drawn.n > 0 && o->s.figures_dir)
        printf("         %s/ (figures)\n", o->s.figures_dir);
    else if (r->drawn.n > 0)
        printf("         %s/figures/\n", r->folder);
    if (r->reported) printf("         %s/report.html\n", r->folder);
}

/* Of a run that came to its end, or was interrupted. */
static int conclude(run_state *r, bool interrupted)
{
    cli_options *o = r->options;
    json_t *summary = cli_json_parsed(srnn_experiment_json(r->experiment));
    int code = srnn_experiment_learned(r->experiment) ? CLI_OK : CLI_NOT_LEARNED;
    if (!interrupted && cli_figures_wanted(o)) {
        const int drawn = illustrate(r);
        if (drawn) code = drawn;
    }
    if (code == CLI_INTERRUPTED) { /* the sentence has been printed */
        char *path = run_path(r, "summary.json");
        json_object_set_new(summary, "interrupted", json_true());
        if (path) cli_json_save(o, path, summary);
        free(path);
    }
    if (!o->json) {
        print_results(r);
        json_decref(summary);
    } else {
        const int kept = cli_json_result(o, summary);
        if (!code) code = kept;
    }
    if (!interrupted) return code;
    cli_error(o, "interrupted in the %s; what was reached is in %s",
              srnn_experiment_stage(r->experiment), r->folder);
    return CLI_INTERRUPTED;
}

/* ---- the folder ---- */

/* runs/<task>_<YYYY_MM_DD_HHMMSS>, with _2, _3, ... where that is taken; made here, so that each of
   several runs that begin at once has its own. */
static char *default_folder(const cli_options *o, const char *task)
{
    char stamp[32], *folder = NULL;
    const time_t now = time(NULL);
    struct tm local;
    strftime(stamp, sizeof stamp, "%Y_%m_%d_%H%M%S", localtime_r(&now, &local));
    struct stat info;
    if (!o->dry_run) mkdir("runs", 0777);
    for (int i = 1; i < 1000; i++) {
        free(folder);
        const int length = i == 1 ? asprintf(&folder, "runs/%s_%s", task, stamp)
                                  : asprintf(&folder, "runs/%s_%s_%d", task, stamp, i);
        if (length < 0) return NULL;
        if (o->dry_run ? lstat(folder, &info) != 0 : !mkdir(folder, 0777) || errno != EEXIST) break;
    }
    return folder;
}

static bool name_folder(run_state *r)
{
    cli_options *o = r->options;
    if (o->s.output_dir) {
        r->folder = strdup(o->s.output_dir);
    } else {
        srnn_task *task = cli_new_task(o, r->ctx);
        if (!task) return false;
        r->folder = default_folder(o, srnn_task_get_def(task)->name);
        srnn_task_free(task);
    }
    if (!r->folder) return cli_error(o, "out of memory"), false;
    if (cli_folder_check(o, r->folder)) return true;
    return cli_error(o, "%s", o->error), false;
}

/* ---- the verb ---- */

static int run_experiment(run_state *r)
{
    cli_options *o = r->options;
    if (cli_terminal() && !o->quiet)
        srnn_experiment_estimate_time(r->ctx, r->experiment, &r->estimate);
    r->progress->quiet = o->quiet;
    const srnn_status status = srnn_experiment_run(r->ctx, r->experiment, on_event, r);
    r->progress->stage = NULL;
    return !status || status == SRNN_CANCELLED ? conclude(r, status == SRNN_CANCELLED)
                                               : cli_library_error(o, r->ctx, status);
}

/* The options as a file for --config on stdout; the time on stderr. */
static int print_plan(const run_state *r)
{
    cli_options *o = r->options;
    srnn_experiment_estimate t;
    const srnn_status status = srnn_experiment_estimate_time(r->ctx, r->experiment, &t);
    if (status) return cli_library_error(o, r->ctx, status);
    char train[32], search[32], evaluate[32];
    cli_duration(t.train_s, train);
    cli_duration(t.search_s, search);
    cli_duration(t.evaluate_s, evaluate);
    json_t *options = json_pack("{sssi}", "document", "options", "schema", SRNN_SCHEMA);
    json_object_update_new(options,
                           cli_json_parsed(srnn_options_json(srnn_experiment_options(r->experiment),
                                                             SRNN_STAGE_ALL, false)));
    /* what follows from other options does so again, where those are changed */
    static const char *const following[] = {"preset",    "gain",       "balanced", "taus_gaus_mean",
                                            "grad_clip", "w_gradient", "noise",    "v_reset_mv",
                                            "v_peak_mv", "bias_mv",    "dt_ms",    "min_trials",
                                            "decay_taus"};
    for (size_t i = 0; i < sizeof following / sizeof *following; i++)
        if (!cli_given(o, following[i])) json_object_set_new(options, following[i], json_null());
    if (!o->quiet)
        fprintf(stderr, "about: training %s at most, search %s, evaluation %s\n", train, search,
                evaluate);
    return cli_json_result(o, options);
}

static int run_in_folder(run_state *r)
{
    cli_options *o = r->options;
    srnn_status status = srnn_experiment_open(r->ctx, o->values, NULL, r->folder, &r->experiment);
    if (status) return cli_library_error(o, r->ctx, status);
    srnn_options_free(o->values); /* the experiment's win, whose folder may have brought some */
    status = srnn_options_copy(o->reader, srnn_experiment_options(r->experiment), &o->values);
    if (status) return cli_library_error(o, o->reader, status);
    const srnn_task *task = srnn_experiment_task(r->experiment);
    if (!cli_options_finish(o, srnn_task_get_def(task))) return cli_error(o, "%s", o->error);
    o->s.formats |= SRNN_SVG; /* which the report shows */
    if (o->dry_run) return print_plan(r);
    const int code = cli_figures_try(o, r->ctx, srnn_experiment_model(r->experiment), task);
    if (code) return code;
    srnn_experiment_hold(r->experiment); /* its figures and its page are still to come */
    if (cli_figures_wanted(o) &&
        (status = srnn_experiment_observe(r->ctx, r->experiment, o->shown, o->n_shown)))
        return cli_library_error(o, r->ctx, status);
    json_t *command = cli_json_command(o);
    char *text = json_dumps(command, JSON_COMPACT);
    if (text) srnn_experiment_note(r->experiment, "command", text);
    free(text);
    json_decref(command);
    return run_experiment(r);
}

static int run_run(cli_options *o)
{
    if (!cli_task_argument(o)) return CLI_FAILED;
    if (!o->s.task && !srnn_experiment_in(o->s.output_dir)) {
        char names[256];
        cli_task_names(names);
        return cli_error(o, "the task is missing; expected %s", names);
    }
    if (!o->s.figures) o->all_figures = true;
    cli_progress progress;
    run_state r = {.options = o, .progress = &progress, .ctx = cli_ctx_open(o, &progress)};
    if (!r.ctx) return CLI_FAILED;
    progress.quiet = true; /* the checks and timings before the run are not shown as progress */
    const size_t existing = cli_existing_part(o->s.output_dir ? o->s.output_dir : "runs");
    const int code = name_folder(&r) ? run_in_folder(&r) : CLI_FAILED;
    char *model = r.folder && code == CLI_FAILED ? run_path(&r, "model.mat") : NULL;
    if (model) cli_folder_unmake(model, existing); /* what nothing went into */
    free(model);
    srnn_experiment_free(r.experiment);
    free(r.folder);
    srnn_ctx_free(r.ctx);
    return code;
}

static const cli_group run_groups[] = {
    {NULL,
     "output_dir search_trials fresh_trials test_trials search_anyway checkpoint_every +dry_run"},
    {"Task:", "@task"},
    {"Network:", "@network"},
    {"Training:", "@training"},
    {"Conversion:", "conversion readout scaling_factors criterion refine racing"},
    {"Spiking network:", "@neuron diagnose noise_curve analyses"},
    {"Figures:", "@figures units"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

static const cli_help run_helps[] = {
    {"output_dir", "folder for model.mat, summary.json, figures and report.html; a run that was "
                   "interrupted there goes on (default runs/TASK_YYYY_MM_DD_HHMMSS)"},
    {"checkpoint_every", "save the training so far after every so many trials (default 1000)"},
    {0}};

const cli_verb cli_run = {
    .name = "run",
    .args_doc = "TASK",
    .summary = "train, search and evaluate in one go, into one folder",
    .doc = "Trains a network on TASK, searches the scaling factor of its "
           "spiking network (and, where its accuracy is below 0.95 or clearly below the rate "
           "network's, its operating point), evaluates both on "
           "fresh trials, and draws figures and a report. Everything goes into one folder. "
           "Ctrl-C keeps what has been reached; the same command with that --output_dir goes on "
           "from there. A network whose training did not reach its criterion is not converted, and "
           "`run` ends with exit code 3.\v"
           "Example: spikernn run go-nogo --N 200 --decay_taus 4 20 --seed 1",
    .max_args = 1,
    .groups = run_groups,
    .helps = run_helps,
    .run = run_run};
