/* spikernn run: train, search and evaluate into one folder. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How far a run has come, and what it found. */
typedef struct experiment {
    cli_options *options;
    srnn_ctx *ctx;
    cli_progress *progress;
    srnn_task *task;
    srnn_model *model;
    char *folder, *model_path, *summary_path, *report_path;
    const char *stage; /* the latest that was begun */
    bool searched, refitted, evaluated, interrupted;
    double train_s, search_s, evaluate_s;
    srnn_search_result search;
    srnn_operating_result operating;
    srnn_readout_result readout;
    double scaling_factor; /* of the network that is evaluated; NaN: by the operating point */
    srnn_evaluation evaluation;
    bool fell_short;        /* lambda did, so that an operating point was found, too ... */
    srnn_evaluation scaled; /* ... which is better than lambda with this evaluation; else empty */
    srnn_diagnosis diagnosis;
    cli_figures_drawn drawn;
    bool reported;
} experiment;

/* ---- the stages: CLI_OK, or the code to end with ---- */

static int library_failure(experiment *e, srnn_status status)
{
    cli_progress_clear(e->progress);
    return cli_library_error(e->options, e->ctx, status);
}

static int train(experiment *e)
{
    e->stage = "training";
    const double started_s = cli_now_s();
    srnn_status status = cli_train_network(e->ctx, e->options, e->model, e->task);
    e->train_s = cli_now_s() - started_s;
    e->interrupted = status == SRNN_CANCELLED;
    if (status && !e->interrupted) return library_failure(e, status);
    if ((status = srnn_model_save(e->ctx, e->model, e->model_path)))
        return library_failure(e, status);
    cli_progress_clear(e->progress);
    if (!e->options->json) {
        printf("%s, N %d, seed %llu, into %s\n", srnn_task_get_def(e->task)->name,
               e->options->s.network.N, (unsigned long long)e->options->s.seed, e->folder);
        cli_print_training(e->model, e->train_s);
        fflush(stdout);
    }
    return CLI_OK;
}

static int find_operating_point(experiment *e)
{
    e->stage = "search";
    const double started_s = cli_now_s();
    srnn_status status =
        cli_find_operating_point(e->ctx, e->options, e->model, e->task, &e->operating);
    e->search_s = cli_now_s() - started_s;
    e->interrupted = status == SRNN_CANCELLED;
    if (e->interrupted) return CLI_OK;
    if (!status) status = srnn_model_save_operating_point(e->ctx, e->model_path, e->model);
    if (status) return library_failure(e, status);
    e->searched = true;
    cli_progress_clear(e->progress);
    if (!e->options->json) {
        putchar('\n');
        cli_print_operating(&e->operating);
        fflush(stdout);
    }
    return CLI_OK;
}

static int search(experiment *e)
{
    e->stage = "search";
    const double started_s = cli_now_s();
    srnn_status status = cli_search_network(e->ctx, e->options, e->model, e->task, &e->search);
    e->search_s = cli_now_s() - started_s;
    e->interrupted = status == SRNN_CANCELLED;
    if (status && !e->interrupted) return library_failure(e, status);
    if (e->search.n_trials == 0) return CLI_OK;
    if ((status = srnn_model_save_search(e->ctx, e->model_path, &e->search)))
        return library_failure(e, status);
    e->searched = true;
    cli_progress_clear(e->progress);
    if (!e->options->json) {
        putchar('\n');
        cli_print_search(&e->search);
        fflush(stdout);
    }
    return CLI_OK;
}

static double share(int correct, int n) { return n > 0 ? (double)correct / n : (double)NAN; }

static srnn_status diagnose(experiment *e)
{
    const srnn_search_result *s = &e->search;
    double *perfs = malloc(((size_t)s->n + 1) * sizeof *perfs);
    if (!perfs) return SRNN_ERR_NO_MEMORY;
    for (int i = 0; i < s->n; i++) {
        const int trials = s->trials ? s->trials[i] : s->n_trials;
        perfs[i] = trials > 0 ? (double)s->correct[i] / trials : 0;
    }
    const srnn_search_record record = {.n = s->n,
                                       .opt_scaling_factor =
                                           s->n > 0 ? s->scaling_factors[s->best] : (double)NAN,
                                       .scaling_factors = s->scaling_factors,
                                       .all_perfs = perfs,
                                       .trials = s->trials,
                                       .n_trials = s->n_trials,
                                       .settings = s->settings ? s->settings : "",
                                       .test_perf = share(s->test_correct, s->test_trials),
                                       .test_trials = s->test_trials};
    const srnn_status status =
        cli_diagnose(e->ctx, e->options, e->model, e->task, &record, &e->evaluation, &e->diagnosis);
    free(perfs);
    return status;
}

static int refit_readout(experiment *e)
{
    e->stage = "refit of the readout";
    const double started_s = cli_now_s();
    srnn_status status =
        cli_fit_readout(e->ctx, e->options, e->model, e->task, e->scaling_factor, &e->readout);
    e->search_s += cli_now_s() - started_s;
    e->interrupted = status == SRNN_CANCELLED;
    if (e->interrupted) return CLI_OK;
    if (!status) status = srnn_model_save_readout(e->ctx, e->model_path, e->model);
    if (status) return library_failure(e, status);
    e->refitted = true;
    cli_progress_clear(e->progress);
    if (!e->options->json) {
        cli_print_readout(&e->readout);
        fflush(stdout);
    }
    return CLI_OK;
}

/* Where lambda converts badly and the options leave the conversion open, there is more to come. */
static bool may_do_better(const experiment *e)
{
    return !e->fell_short && cli_may_find_operating_point(e->options) &&
           srnn_converts_badly(&e->evaluation);
}

static int evaluate(experiment *e)
{
    e->stage = "evaluation";
    const double started_s = cli_now_s();
    srnn_status status = cli_evaluate_network(e->ctx, e->options, e->model, e->task,
                                              e->scaling_factor, NULL, &e->evaluation);
    e->evaluated = !status;
    const bool last = !may_do_better(e);
    if (!status && last) status = diagnose(e);
    e->evaluate_s += cli_now_s() - started_s;
    e->interrupted = status == SRNN_CANCELLED;
    if (status && !e->interrupted) return library_failure(e, status);
    cli_progress_clear(e->progress);
    if (!e->evaluated || e->options->json) return CLI_OK;
    if (e->fell_short) {
        cli_print_spiking_evaluation(srnn_task_get_def(e->task), &e->evaluation);
    } else {
        putchar('\n');
        cli_print_evaluation(srnn_task_get_def(e->task), &e->evaluation, false);
    }
    cli_print_diagnosis(&e->diagnosis);
    char *path = cli_shell_word(e->model_path);
    if (last && path)
        printf("%s  more of it: spikernn eval %s\n", e->diagnosis.made ? "\n" : "", path);
    free(path);
    fflush(stdout);
    return CLI_OK;
}

static int refit_and_evaluate(experiment *e)
{
    int code = CLI_OK;
    if (e->searched && e->options->s.spiking.use_readout) code = refit_readout(e);
    return code || e->interrupted || !e->searched ? code : evaluate(e);
}

/* What lambda was found to do is kept where the operating point does better, and comes back where
   it does not. */
static int try_operating_point(experiment *e)
{
    srnn_evaluation scaled = e->evaluation;
    const double lambda = e->scaling_factor;
    e->fell_short = true;
    if (!e->options->json)
        printf(
            "\nWith λ the spiking network is correct in %.2f of the trials (rate network: %.2f). "
            "Fitting a gain and a bias for each unit …\n",
            share(scaled.spiking.correct, scaled.spiking.n_trials),
            share(scaled.rate.correct, scaled.rate.n_trials));
    int code = find_operating_point(e);
    const bool found = !code && !e->interrupted;
    const bool better =
        found && cli_point_is_better(share(e->operating.test_correct, e->operating.test_trials),
                                     share(e->search.test_correct, e->search.test_trials));
    if (better) {
        e->scaling_factor = NAN;
        e->evaluated = false;
        e->evaluation = (srnn_evaluation){0};
        e->scaled = scaled;
        return refit_and_evaluate(e);
    }
    if (!found) return code;
    if (!e->options->json) printf("It does no better; λ = %g stays.\n", lambda);
    const srnn_status status = diagnose(e);
    e->interrupted = status == SRNN_CANCELLED;
    if (status && !e->interrupted) return library_failure(e, status);
    if (!e->options->json) cli_print_diagnosis(&e->diagnosis);
    return CLI_OK;
}

/* ---- the summary ---- */

/* "2026-11-25T05:02:11+0100" */
static json_t *date_json(void)
{
    char text[64];
    struct tm local;
    const time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &local));
    return json_string(text);
}

static json_t *summary_json(const experiment *e)
{
    json_t *json = cli_json_document(e->options);
    json_object_set_new(json, "date", date_json());
    json_object_set_new(json, "task", cli_json_parsed(srnn_task_summary_json(e->task)));
    json_object_set_new(json, "seed", json_integer((json_int_t)e->options->s.seed));
    json_object_set_new(json, "options", cli_json_options(e->options, false));
    json_object_set_new(json, "given", cli_json_options(e->options, true));
    json_object_set_new(json, "command", cli_json_command(e->options));
    json_object_set_new(json, "model", cli_json_text(e->model_path));
    json_object_set_new(json, "interrupted", json_boolean(e->interrupted));
    json_object_set_new(json, "training",
                        cli_json_parsed(srnn_training_json(e->model, e->train_s)));
    const bool by_point = e->search.n == 0;
    json_object_set_new(json, "search",
                        !e->searched ? json_null()
                        : by_point   ? cli_json_parsed(srnn_operating_json(&e->operating))
                                     : cli_json_parsed(srnn_search_json(&e->search)));
    json_object_set_new(json, "operating_point",
                        !by_point && e->operating.n > 0
                            ? cli_json_parsed(srnn_operating_json(&e->operating))
                            : json_null());
    json_object_set_new(json, "evaluation_by_scaling_factor",
                        e->scaled.n_trials > 0
                            ? cli_json_parsed(srnn_evaluation_json(e->task, &e->scaled))
                            : json_null());
    json_object_set_new(json, "readout",
                        e->refitted ? cli_json_parsed(srnn_readout_json(&e->readout))
                                    : json_null());
    json_object_set_new(json, "evaluation",
                        e->evaluated
                            ? cli_json_parsed(srnn_evaluation_json(e->task, &e->evaluation))
                            : json_null());
    json_object_set_new(json, "diagnosis", cli_json_parsed(srnn_diagnosis_json(&e->diagnosis)));
    json_object_set_new(json, "seconds",
                        json_pack("{sfsfsf}", "train", e->train_s, "search", e->search_s,
                                  "evaluate", e->evaluate_s));
    return json;
}

/* Figures and the page that shows them, from the files, as `spikernn report` would. */
static int illustrate(experiment *e, const json_t *summary)
{
    cli_options *o = e->options;
    e->stage = "drawing of figures";
    char *figures = NULL;
    if (!o->s.figures_dir && asprintf(&figures, "%s/figures", e->folder) < 0)
        return cli_error(o, "out of memory");
    cli_subject subject;
    int code = cli_subject_open(o, e->ctx, e->progress, e->model_path, &subject);
    if (!code)
        code =
            cli_draw_figures(o, e->ctx, &subject, figures ? figures : o->s.figures_dir, &e->drawn);
    if (!code) code = cli_write_report(o, e->folder, summary, &subject, &e->drawn);
    e->reported = !code;
    cli_subject_close(&subject);
    free(figures);
    return code;
}

static void print_results(const experiment *e)
{
    const cli_options *o = e->options;
    printf("\nresults: %s\n         %s\n", e->model_path, e->summary_path);
    if (e->drawn.n > 0 && o->s.figures_dir)
        printf("         %s/ (figures)\n", o->s.figures_dir);
    else if (e->drawn.n > 0)
        printf("         %s/figures/\n", e->folder);
    if (e->reported) printf("         %s\n", e->report_path);
}

static int conclude(experiment *e)
{
    cli_options *o = e->options;
    json_t *summary = summary_json(e);
    cli_progress_clear(e->progress);
    if (!cli_json_save(o, e->summary_path, summary)) {
        json_decref(summary);
        return cli_error(o, "%s", o->error);
    }
    int code = CLI_OK;
    if (e->evaluated && !e->interrupted && cli_figures_wanted(o)) code = illustrate(e, summary);
    if (code == CLI_INTERRUPTED) { /* the sentence has been printed */
        json_object_set_new(summary, "interrupted", json_true());
        cli_json_save(o, e->summary_path, summary);
    }
    if (!o->json) {
        print_results(e);
        json_decref(summary);
    } else {
        const int kept = cli_json_result(o, summary);
        if (!code) code = kept;
    }
    if (!e->interrupted) return code;
    cli_error(o, "interrupted in the %s; what was reached is in %s", e->stage, e->folder);
    return CLI_INTERRUPTED;
}

static int run_stages(experiment *e)
{
    int code = train(e);
    const bool by_point = e->options->s.conversion == SRNN_BY_OPERATING_POINT;
    if (!code && !e->interrupted) code = by_point ? find_operating_point(e) : search(e);
    e->scaling_factor = e->search.n > 0 ? e->search.scaling_factors[e->search.best] : (double)NAN;
    if (!code && !e->interrupted) code = refit_and_evaluate(e);
    if (!code && !e->interrupted && e->evaluated && may_do_better(e)) code = try_operating_point(e);
    return code ? code : conclude(e);
}

/* ---- the folder ---- */

/* runs/<task>_<YYYY_MM_DD_HHMMSS>, with _2, _3, ... where that is taken. */
static char *default_folder(const char *task)
{
    char stamp[32], *folder = NULL;
    const time_t now = time(NULL);
    struct tm local;
    strftime(stamp, sizeof stamp, "%Y_%m_%d_%H%M%S", localtime_r(&now, &local));
    struct stat info;
    for (int i = 1; i < 1000; i++) {
        free(folder);
        const int length = i == 1 ? asprintf(&folder, "runs/%s_%s", task, stamp)
                                  : asprintf(&folder, "runs/%s_%s_%d", task, stamp, i);
        if (length < 0) return NULL;
        if (lstat(folder, &info)) break;
    }
    return folder;
}

static bool name_files(experiment *e)
{
    cli_options *o = e->options;
    e->folder = o->s.output_dir ? strdup(o->s.output_dir)
                                : default_folder(srnn_task_get_def(e->task)->name);
    if (!e->folder || asprintf(&e->model_path, "%s/model.mat", e->folder) < 0 ||
        asprintf(&e->summary_path, "%s/summary.json", e->folder) < 0 ||
        asprintf(&e->report_path, "%s/report.html", e->folder) < 0)
        return cli_refuse(o, "out of memory"), false;
    const char *const taken[] = {e->model_path, e->summary_path, e->report_path};
    struct stat info;
    for (int i = 0; i < 3; i++)
        if (!lstat(taken[i], &info))
            return cli_refuse(o, "%s exists already; expected a folder without results of a run",
                              taken[i]),
                   false;
    return cli_folder_check(o, e->folder);
}

static int run_into_folder(experiment *e)
{
    cli_options *o = e->options;
    if (!name_files(e)) return cli_error(o, "%s", o->error);
    int code = cli_rehearse(o, e->ctx, e->progress, e->model, e->task);
    if (code) return code;
    const size_t existing = cli_existing_part(e->folder);
    if (!cli_folder_make(o, e->folder) || !cli_folder_check(o, e->folder))
        code = cli_error(o, "%s", o->error);
    else
        code = run_stages(e);
    if (code == CLI_FAILED) cli_folder_unmake(e->model_path, existing);
    return code;
}

/* ---- the verb ---- */

static int run(cli_options *o)
{
    if (!cli_task_argument(o)) return CLI_FAILED;
    if (!o->s.task) {
        char names[256];
        cli_task_names(names);
        return cli_error(o, "the task is missing; expected %s", names);
    }
    cli_options_new_seed(o);
    if (!o->s.figures) o->all_figures = true;
    cli_progress progress;
    experiment e = {.options = o, .progress = &progress, .ctx = cli_ctx_open(o, &progress)};
    if (!e.ctx) return CLI_FAILED;
    const bool made = cli_make_network(e.ctx, o, &e.task, &e.model);
    o->s.formats |= SRNN_SVG; /* which the report shows */
    const int code = made ? run_into_folder(&e) : CLI_FAILED;
    srnn_diagnosis_free(&e.diagnosis);
    srnn_search_result_free(&e.search);
    srnn_operating_result_free(&e.operating);
    srnn_evaluation_free(&e.evaluation);
    srnn_evaluation_free(&e.scaled);
    free(e.folder);
    free(e.model_path);
    free(e.summary_path);
    free(e.report_path);
    srnn_model_free(e.model);
    srnn_task_free(e.task);
    srnn_ctx_free(e.ctx);
    return code;
}

static const cli_group groups[] = {
    {NULL, "output_dir search_trials test_trials +dry_run"},
    {"Task:", "@task"},
    {"Network:", "@network"},
    {"Training:", "@training"},
    {"Conversion:", "conversion readout scaling_factors criterion refine racing search_anyway"},
    {"Spiking network:", "@neuron"},
    {"Figures:", "@figures units"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

static const cli_help helps[] = {
    {"output_dir", "folder for model.mat, summary.json, figures and report.html; a run that was "
                   "interrupted there goes on (default runs/TASK_YYYY_MM_DD_HHMMSS)"},
    {0}};

const cli_verb cli_run = {
    .name = "run",
    .args_doc = "TASK",
    .summary = "train, search and evaluate in one go, into one folder",
    .doc = "Trains a network on TASK, searches the scaling factor of its "
           "spiking network (and, where that falls short, its operating point), evaluates both on "
           "fresh trials, and draws figures and a report. Everything goes into one folder. "
           "Ctrl-C keeps what has been reached.\v"
           "Example: spikernn run go-nogo --N 200 --decay_taus 4 20 --seed 1",
    .max_args = 1,
    .groups = groups,
    .helps = helps,
    .run = run};
