/* spikernn train: a rate network learns a task. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

bool cli_make_network(srnn_ctx *ctx, const cli_options *options, srnn_task **task,
                      srnn_model **model)
{
    *model = NULL;
    if (!(*task = cli_new_task(options, ctx))) return false;
    const srnn_task_def *def = srnn_task_get_def(*task);
    srnn_model_params params = options->model;
    params.n_in = def->n_in;
    params.n_out = def->n_out;
    params.seed = options->seed;
    const srnn_status status = srnn_model_create(ctx, &params, model);
    if (status) cli_library_error(options, ctx, status);
    return !status;
}

srnn_status cli_train_network(srnn_ctx *ctx, const cli_options *options, srnn_model *model,
                              const srnn_task *task)
{
    srnn_train_options train = options->train;
    train.seed = options->seed;
    return srnn_train(ctx, model, task, &train);
}

json_t *cli_json_training(const cli_options *options, const srnn_model *model, double seconds)
{
    const srnn_training_record r = srnn_model_get_training(model);
    return json_pack(
        "{sIsIsbsosososf}", "trials", (json_int_t)r.n_losses, "trials_at_most",
        (json_int_t)options->train.n_trials, "criterion_reached", r.reached, "accuracy",
        cli_json_real(r.eval_perf_mean), "loss", cli_json_real(r.eval_loss_mean), "last_trial_loss",
        cli_json_real(r.n_losses ? r.losses[r.n_losses - 1] : NAN), "seconds", seconds);
}

void cli_print_training(const cli_options *options, const srnn_model *model, double seconds)
{
    const srnn_training_record r = srnn_model_get_training(model);
    char duration[32];
    cli_duration(seconds, duration);
    printf("training: %lld of at most %lld trials, criterion %s, in %s\n", (long long)r.n_losses,
           (long long)options->train.n_trials, r.reached ? "reached" : "not reached", duration);
    if (r.n_evals > 0)
        printf("          last evaluation: accuracy %.2f, loss %.2f\n", r.eval_perf_mean,
               r.eval_loss_mean);
}

/* Its PyTorch form, beside a new .mat file; false: the sentence has been printed. */
static bool save_pth(const cli_options *o, srnn_ctx *ctx, const srnn_model *model, const char *mat,
                     char **path)
{
    if (asprintf(path, "%.*s.pth", (int)(strlen(mat) - strlen(".mat")), mat) < 0) {
        *path = NULL;
        return cli_error(o, "out of memory"), false;
    }
    struct stat info;
    if (!lstat(*path, &info))
        return cli_error(o, "%s exists already; the network is in %s", *path, mat), false;
    const srnn_status status = srnn_model_save_pth(ctx, model, *path);
    if (status) cli_error(o, "%s; the network is in %s", srnn_ctx_message(ctx), mat);
    return !status;
}

static int report(const cli_options *o, const srnn_model *model, const srnn_task *task,
                  const char *path, const char *pth, double seconds, bool cancelled)
{
    if (!o->json) {
        cli_print_training(o, model, seconds);
        printf("seed: %llu\nmodel: %s\n       %s\n", (unsigned long long)o->seed, path, pth);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "model", cli_json_text(path));
    json_object_set_new(document, "pytorch", cli_json_text(pth));
    json_object_set_new(document, "task", cli_json_task(srnn_task_get_def(task)));
    json_object_set_new(document, "seed", json_integer((json_int_t)o->seed));
    json_object_set_new(document, "training", cli_json_training(o, model, seconds));
    json_object_set_new(document, "interrupted", json_boolean(cancelled));
    return cli_json_print(o, document);
}

static int train_and_save(cli_options *o, srnn_ctx *ctx, cli_progress *progress, srnn_model *model,
                          const srnn_task *task, const char *path)
{
    const double started_s = cli_now_s();
    srnn_status status = cli_train_network(ctx, o, model, task);
    const double seconds = cli_now_s() - started_s;
    cli_progress_clear(progress);
    const bool cancelled = status == SRNN_CANCELLED;
    if (status && !cancelled) return cli_library_error(o, ctx, status);

    char *saved_as, *pth;
    if ((status = srnn_model_save_new(ctx, model, path, &saved_as)))
        return cli_library_error(o, ctx, status);
    int code = CLI_FAILED;
    if (save_pth(o, ctx, model, saved_as, &pth))
        code = report(o, model, task, saved_as, pth, seconds, cancelled);
    if (cancelled && code == CLI_OK) {
        cli_error(o, "interrupted after %lld trials; the network so far is in %s",
                  (long long)srnn_model_get_training(model).n_losses, saved_as);
        code = CLI_INTERRUPTED;
    }
    free(pth);
    free(saved_as);
    return code;
}

/* The folder is made and tried before the training, which may take long. */
static int train_into_folder(cli_options *o, srnn_ctx *ctx, cli_progress *progress,
                             srnn_model *model, const srnn_task *task)
{
    if (!o->output_dir) o->output_dir = ".";
    if (!cli_folder_check(o, o->output_dir)) return cli_error(o, "%s", o->error);
    const size_t existing = cli_existing_part(o->output_dir);
    char *path;
    const srnn_status status = srnn_model_default_path(ctx, model, srnn_task_get_def(task)->name,
                                                       o->output_dir, time(NULL), &path);
    if (status) return cli_library_error(o, ctx, status);
    char *folder = cli_folder_of(path);
    const int code = !cli_folder_check(o, folder)
                         ? cli_error(o, "%s", o->error)
                         : train_and_save(o, ctx, progress, model, task, path);
    if (code == CLI_FAILED) cli_folder_unmake(path, existing);
    free(folder);
    free(path);
    return code;
}

static int run(cli_options *o)
{
    if (!o->task) {
        char names[256];
        cli_task_names(names);
        return cli_error(o, "--task is missing; expected %s", names);
    }
    cli_options_new_seed(o);
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    srnn_task *task;
    srnn_model *model;
    const int code = cli_make_network(ctx, o, &task, &model)
                         ? train_into_folder(o, ctx, &progress, model, task)
                         : CLI_FAILED;
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
    return code;
}

enum { KEY_MODE = CLI_VERB_KEYS, KEY_OUTPUT_DIR, KEY_GPU };

static const struct argp_option options[] = {
    {"output_dir", KEY_OUTPUT_DIR, "DIR", 0,
     "the model goes to DIR/models/TASK/.../Task_TASK_N_....mat (default .)", 0},
    {"mode", KEY_MODE, "MODE", 0, "train; to evaluate a model see `spikernn eval`", 0},
    {"gpu", KEY_GPU, "ANY", 0, "accepted for older command lines, without effect", 0},
    {"gpu_frac", KEY_GPU, "ANY", 0, "accepted for older command lines, without effect", 0},
    {0}};

static error_t parse(cli_options *o, int key, char *arg)
{
    switch (key) {
    case KEY_OUTPUT_DIR: return cli_parse_folder(o, "--output_dir", arg, &o->output_dir);
    case KEY_GPU: return 0;
    case KEY_MODE:
        if (!strcasecmp(arg, "train")) return 0;
        if (!strcasecmp(arg, "eval"))
            return cli_refuse(o,
                              "--mode is '%s'; a trained network is evaluated by `spikernn eval "
                              "MODEL`",
                              arg);
        return cli_refuse(o, "--mode is '%s'; expected train", arg);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child groups[] = {
    {&cli_task_group, 0, "Task:", 1},         {&cli_model_group, 0, "Network:", 2},
    {&cli_training_group, 0, "Training:", 3}, {&cli_common_group, 0, "Running:", 4},
    {&cli_output_group, 0, "Output:", 5},     {0}};

const cli_verb cli_train = {
    .name = "train",
    .summary = "train a rate network on a task and save it",
    .doc = "Trains a rate network on a cognitive task until it meets the criterion, and saves it "
           "as a .mat file and, for PyTorch, a .pth file. Ctrl-C saves what has been reached.\v"
           "Example: spikernn train --task go-nogo --N 200 --seed 1",
    .options = options,
    .parse = parse,
    .groups = groups,
    .run = run};
