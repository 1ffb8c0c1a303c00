/* spikernn train: a rate network learns a task. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

void cli_print_training(const srnn_model *model, double seconds)
{
    const srnn_training_record r = srnn_model_get_training(model);
    char duration[32];
    cli_duration(seconds, duration);
    printf("training: %lld of at most %lld trials, %scriterion %s%s, in %s\n",
           (long long)r.n_losses, (long long)r.n_trials,
           cli_style_out(r.reached ? CLI_GREEN : CLI_RED), r.reached ? "reached" : "not reached",
           cli_style_out(CLI_PLAIN), duration);
    if (r.n_evals < 1) return;
    printf("          last evaluation: accuracy %.2f", r.eval_perf_mean);
    if (!isnan(r.eval_two_sided_mean)) printf(" (two-sided %.2f)", r.eval_two_sided_mean);
    printf(", loss %.4g\n", r.eval_loss_mean);
}

/* ---- a training and its files ---- */

typedef struct train_state {
    cli_options *options;
    srnn_ctx *ctx;
    srnn_task *task;
    srnn_model *model;
    char *path;      /* that the .mat file should have */
    char *mat, *pth; /* as saved; NULL: not yet */
    uint64_t seed;
    double seconds;
} train_state;

/* The first time under a new name, the .mat file and the .pth file beside it. */
static bool train_name_files(train_state *t)
{
    if (srnn_model_save_new(t->ctx, t->model, t->path, &t->mat))
        return cli_error(t->options, "%s", srnn_ctx_message(t->ctx)), false;
    if (asprintf(&t->pth, "%.*s.pth", (int)(strlen(t->mat) - strlen(".mat")), t->mat) < 0) {
        t->pth = NULL;
        return cli_error(t->options, "out of memory"), false;
    }
    struct stat info;
    if (!lstat(t->pth, &info))
        return cli_error(t->options, "%s exists already; the network is in %s", t->pth, t->mat),
               false;
    return true;
}

static bool train_save(train_state *t)
{
    if (t->mat && srnn_model_save(t->ctx, t->model, t->mat))
        return cli_error(t->options, "%s", srnn_ctx_message(t->ctx)), false;
    if (!t->mat && !train_name_files(t)) return false;
    if (srnn_model_save_pth(t->ctx, t->model, t->pth))
        return cli_error(t->options, "%s; the network is in %s", srnn_ctx_message(t->ctx), t->mat),
               false;
    return true;
}

/* In one go, or in parts with a checkpoint after each, to the same bits. */
static srnn_status train_parts(train_state *t)
{
    const cli_options *o = t->options;
    const int64_t every = o->s.checkpoint_every;
    srnn_train_options train = srnn_options_training(o->values);
    if (o->s.resume)
        train = (srnn_train_options){.size = sizeof(srnn_train_options), .resume = true};
    if (o->s.resume && cli_given(o, "n_trials")) train.n_trials = o->s.training.n_trials;
    for (;;) {
        srnn_training_record r = srnn_model_get_training(t->model);
        const int64_t done = train.resume ? r.n_losses : 0;
        train.pause_at = every ? (done / every + 1) * every : 0;
        const srnn_status status = srnn_train(t->ctx, t->model, t->task, &train);
        r = srnn_model_get_training(t->model);
        if (status || r.reached || r.n_losses >= r.n_trials) return status;
        train_save(t); /* where it fails the training still goes on */
        train = (srnn_train_options){.size = sizeof(srnn_train_options), .resume = true};
    }
}

static int train_report(const train_state *t, bool cancelled)
{
    const cli_options *o = t->options;
    if (!o->json) {
        cli_print_training(t->model, t->seconds);
        printf("seed: %llu\nmodel: %s\n       %s\n", (unsigned long long)t->seed, t->mat, t->pth);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "model", cli_json_text(t->mat));
    json_object_set_new(document, "pytorch", cli_json_text(t->pth));
    json_object_set_new(document, "task", cli_json_parsed(srnn_task_summary_json(t->task)));
    json_object_set_new(document, "seed", json_integer((json_int_t)t->seed));
    json_object_set_new(document, "training",
                        cli_json_parsed(srnn_training_json(t->model, t->seconds)));
    json_object_set_new(document, "interrupted", json_boolean(cancelled));
    return cli_json_result(o, document);
}

static int train_model(train_state *t)
{
    const double started_s = cli_now_s();
    const srnn_status status = train_parts(t);
    t->seconds = cli_now_s() - started_s;
    const bool cancelled = status == SRNN_CANCELLED;
    if (status && !cancelled && t->options->s.resume)
        return cli_error(t->options, "%s: %s", t->options->s.resume, srnn_ctx_message(t->ctx));
    if (status && !cancelled) return cli_library_error(t->options, t->ctx, status);
    int code = train_save(t) ? train_report(t, cancelled) : CLI_FAILED;
    if (cancelled && code == CLI_OK) {
        cli_error(t->options, "interrupted after %lld trials; the network so far is in %s",
                  (long long)srnn_model_get_training(t->model).n_losses, t->mat);
        code = CLI_INTERRUPTED;
    }
    return code;
}

/* The folder is made and tried before the training, which may take long. */
static int train_into_folder(train_state *t)
{
    cli_options *o = t->options;
    if (!o->s.output_dir) o->s.output_dir = ".";
    if (!cli_folder_check(o, o->s.output_dir)) return cli_error(o, "%s", o->error);
    const size_t existing = cli_existing_part(o->s.output_dir);
    const char *task = srnn_task_get_def(t->task)->name;
    const srnn_status status =
        srnn_model_default_path(t->ctx, t->model, task, o->s.output_dir, time(NULL), &t->path);
    if (status) return cli_library_error(o, t->ctx, status);
    char *folder = cli_folder_of(t->path);
    const int code = cli_folder_check(o, folder) ? train_model(t) : cli_error(o, "%s", o->error);
    if (code == CLI_FAILED) cli_folder_unmake(t->path, existing);
    free(folder);
    return code;
}

/* ---- the verb ---- */

/* An untrained network for the options' task, with the decay times that suit it where none are
 * given. */
static bool train_make_network(srnn_ctx *ctx, cli_options *options, srnn_task **task,
                               srnn_model **model)
{
    *model = NULL;
    if (!(*task = cli_new_task(options, ctx))) return false;
    const srnn_task_def *def = srnn_task_get_def(*task);
    if (!cli_options_finish(options, def)) return cli_error(options, "%s", options->error), false;
    const srnn_model_params params = srnn_options_network(options->values, def);
    srnn_status status = srnn_model_create(ctx, &params, model);
    if (!status && options->s.connectivity)
        status = srnn_model_connect_file(ctx, *model, options->s.connectivity);
    if (status) cli_library_error(options, ctx, status);
    return !status;
}

static int train_start(train_state *t)
{
    cli_options *o = t->options;
    const srnn_status status = srnn_options_new_seed(o->reader, o->values);
    if (status) return cli_library_error(o, o->reader, status);
    if (!train_make_network(t->ctx, o, &t->task, &t->model)) return CLI_FAILED;
    t->seed = o->s.seed;
    return CLI_OK;
}

static int go_on(train_state *t)
{
    const cli_options *o = t->options;
    const int code = cli_model_load(o, t->ctx, o->s.resume, &t->model);
    if (code) return code;
    t->seed = srnn_model_get_params(t->model).seed;
    return (t->task = cli_model_task(o, t->ctx, o->s.resume, t->model)) ? CLI_OK : CLI_FAILED;
}

/* The older program evaluated, too. */
static bool right_mode(const cli_options *o)
{
    const char *mode = srnn_options_given(o->values, "mode") ? o->s.mode : "train";
    if (!strcasecmp(mode, "train")) return true;
    if (!strcasecmp(mode, "eval"))
        cli_error(o,
                  "--mode is '%s'; a trained network is evaluated by `spikernn eval --network rate "
                  "MODEL`",
                  mode);
    else
        cli_error(o, "--mode is '%s'; expected train", mode);
    return false;
}

static int train_run(cli_options *o)
{
    const char *other = cli_latest(o, SRNN_OF_NETWORK | SRNN_OF_TRAINING, "n_trials");
    if (!other && srnn_options_given(o->values, "seed") > 0) other = "seed";
    if (o->s.resume && other)
        return cli_error(o, "--%s is given with --resume; expected the settings of %s to stay",
                         other, o->s.resume);
    if (!right_mode(o)) return CLI_FAILED;
    if (!o->s.task && !o->s.resume) {
        char names[256];
        cli_task_names(names);
        return cli_error(o, "--task is missing; expected %s", names);
    }
    cli_progress progress;
    train_state t = {.options = o, .ctx = cli_ctx_open(o, &progress)};
    if (!t.ctx) return CLI_FAILED;
    int code = o->s.resume ? go_on(&t) : train_start(&t);
    if (!code) code = train_into_folder(&t);
    free(t.path);
    free(t.mat);
    free(t.pth);
    srnn_model_free(t.model);
    srnn_task_free(t.task);
    srnn_ctx_free(t.ctx);
    return code;
}

static const cli_group train_groups[] = {
    {NULL, "output_dir resume checkpoint_every mode gpu gpu_frac"},
    {"Task:", "@task"},
    {"Network:", "@network"},
    {"Training:", "@training"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

static const cli_help train_helps[] = {
    {"output_dir", "the model goes to DIR/models/TASK/.../Task_TASK_N_....mat (default .)"}, {0}};

const cli_verb cli_train = {
    .name = "train",
    .summary = "train a rate network on a task and save it",
    .doc = "Trains a rate network on a cognitive task until it meets the criterion, and saves it "
           "as a .mat file and, for PyTorch, a .pth file. Ctrl-C saves what has been reached.\v"
           "Example: spikernn train --task go-nogo --N 200 --seed 1",
    .groups = train_groups,
    .helps = train_helps,
    .run = train_run};
