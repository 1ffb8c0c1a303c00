/* spikernn eval: the rate network and the spiking network side by side. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>

/* trials: where every trial of the rate network goes; NULL: nowhere. observation: what figures show
   of the first trials; NULL: nothing. */
static srnn_status run_trials(srnn_ctx *ctx, const cli_options *options, const srnn_model *model,
                              const srnn_task *task, double scaling_factor,
                              const srnn_rate_trials *trials, srnn_evaluation *evaluation,
                              srnn_observation *observation)
{
    const srnn_spiking_params params = cli_converted(options, scaling_factor);
    srnn_evaluate_options o =
        srnn_options_evaluation(options->values, options->rate_network ? NULL : &params);
    int loudest[SRNN_LOUDEST_UNITS];
    o.rate_trials = trials;
    o.observed_trials = options->s.observed_trials;
    o.units = options->shown ? options->shown : loudest;
    o.n_units = options->shown ? options->n_shown : srnn_loudest_units(model, loudest);
    return srnn_evaluate(ctx, model, task, &o, evaluation, observation);
}

/* ---- every trial of the rate network, into a file ---- */

/* Room for K trials; arrays->o is the block. */
static bool eval_trials_alloc(const srnn_task_def *def, size_t K, srnn_rate_trials *trials)
{
    const size_t outputs = (size_t)def->n_out * (size_t)(def->T - 1) * K;
    double *block = calloc(outputs + 4 * K, sizeof *block);
    if (block)
        *trials = (srnn_rate_trials){block, block + outputs, block + outputs + K,
                                     block + outputs + 2 * K, block + outputs + 3 * K};
    return block != NULL;
}

static srnn_status save_trials(const cli_options *o, srnn_ctx *ctx, const srnn_task_def *def,
                               const srnn_evaluation *e, srnn_rate_trials *trials)
{
    const size_t K = (size_t)e->rate.n_trials, n_out = (size_t)def->n_out;
    const double seed = (double)o->s.seed, perf = (double)e->rate.correct / (double)K;
    char types[CLI_TYPE_NAMES_MAX];
    cli_type_names(def, types);
    for (size_t k = 0; k < K; k++) trials->type[k]++; /* counted from 1 in files */
    const int rank = n_out > 1 ? 3 : 2;
    const srnn_array arrays[] = {
        {.name = "eval_os",
         .rank = rank,
         .dims = {K, (size_t)def->T - 1, n_out},
         .doubles = trials->o},
        {.name = "eval_labels", .rank = 2, .dims = {1, K}, .doubles = trials->label},
        {.name = "type", .rank = 2, .dims = {1, K}, .doubles = trials->type},
        {.name = "correct", .rank = 2, .dims = {1, K}, .doubles = trials->correct},
        {.name = "value", .rank = 2, .dims = {1, K}, .doubles = trials->value},
        {.name = "eval_perf_mean", .rank = 2, .dims = {1, 1}, .doubles = &perf},
        {.name = "eval_loss_mean", .rank = 2, .dims = {1, 1}, .doubles = &e->rate.loss_mean},
        {.name = "seed", .rank = 2, .dims = {1, 1}, .doubles = &seed},
        {.name = "task", .text = def->name},
        {.name = "types", .text = types}};
    return srnn_arrays_save(ctx, o->s.out, arrays, sizeof arrays / sizeof *arrays);
}

/* ---- the verb ---- */

/* What comes with the evaluation, as far as it was asked for. */
typedef struct extras {
    const srnn_noise_curve *curve;
    srnn_diagnosis diagnosis;
} extras;

static int eval_report(const cli_options *o, const srnn_task *task,
                       const srnn_evaluation *evaluation, const extras *more)
{
    const char *path = o->args[0];
    const srnn_task_def *def = srnn_task_get_def(task);
    if (o->json) {
        json_t *document = cli_json_document(o);
        json_object_set_new(document, "seed", json_integer((json_int_t)o->s.seed));
        json_object_set_new(document, "model", cli_json_text(path));
        json_object_set_new(document, "task", cli_json_parsed(srnn_task_summary_json(task)));
        json_object_update_new(document, cli_json_parsed(srnn_evaluation_json(task, evaluation)));
        json_object_set_new(document, "spiking_params",
                            o->rate_network
                                ? json_null()
                                : cli_json_parsed(srnn_spiking_params_json(&o->s.spiking)));
        if (o->s.noise_curve.n) {
            json_object_set_new(document, "noise_curve",
                                cli_json_parsed(srnn_noise_curve_json(task, more->curve)));
            json_object_set_new(document, "noise_tolerated_mv",
                                cli_json_real(more->curve->tolerated_mv));
        }
        json_object_set_new(document, "diagnosis",
                            cli_json_parsed(srnn_diagnosis_json(&more->diagnosis)));
        if (o->s.out) json_object_set_new(document, "file", cli_json_text(o->s.out));
        return cli_json_result(o, document);
    }
    printf("%s: %s\n", cli_shown(path), def->name);
    cli_print_stimulation(&o->s.spiking.stimulation);
    cli_print_evaluation(def, evaluation, true);
    if (o->s.noise_curve.n) cli_print_noise_curve(more->curve);
    cli_print_diagnosis(&more->diagnosis);
    if (o->s.out) printf("trials of the rate network: %s\n", o->s.out);
    return CLI_OK;
}

static int eval_evaluate(const cli_options *o, srnn_ctx *ctx, const srnn_model *model,
                         const srnn_task *task, double scaling_factor, srnn_rate_trials *trials,
                         srnn_evaluation *evaluation, srnn_observation *observation,
                         srnn_noise_curve *curve)
{
    const char *path = o->args[0];
    const srnn_task_def *def = srnn_task_get_def(task);
    extras more = {.curve = curve};
    srnn_status status = run_trials(ctx, o, model, task, scaling_factor, o->s.out ? trials : NULL,
                                    evaluation, observation);
    if (!status && o->s.noise_curve.n)
        status = cli_noise_curve(ctx, o, model, task, scaling_factor, curve);
    if (!status) status = cli_diagnose(ctx, o, model, task, evaluation, &more.diagnosis);
    if (status == SRNN_CANCELLED) {
        cli_error(o, "interrupted; %s was not evaluated to the end", path);
        return CLI_INTERRUPTED;
    }
    if (status) return cli_error(o, "%s: %s", path, srnn_ctx_message(ctx));
    const bool unsaved = o->s.out && save_trials(o, ctx, def, evaluation, trials);
    const int code = unsaved ? cli_error(o, "%s", srnn_ctx_message(ctx))
                             : eval_report(o, task, evaluation, &more);
    srnn_diagnosis_free(&more.diagnosis);
    return code;
}

static int eval_draw(cli_options *o, srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                     const srnn_evaluation *evaluation, const srnn_observation *observation,
                     const srnn_noise_curve *curve)
{
    char *folder = cli_figures_folder(o, o->args[0]);
    if (!folder) return cli_error(o, "out of memory");
    cli_subject subject;
    cli_figures_drawn drawn;
    int code = cli_subject_observed(o, ctx, o->args[0], model, task, observation, &subject);
    subject.evaluation = evaluation;
    subject.noise_curve = curve->n > 0 ? curve : NULL;
    if (!code) code = cli_draw_figures(o, ctx, &subject, folder, &drawn);
    if (!code && !o->json) printf("\nfigures: %s\n", folder);
    cli_subject_close(&subject);
    free(folder);
    return code;
}

static int evaluate_with_task(cli_options *o, srnn_ctx *ctx, const srnn_model *model,
                              const srnn_task *task)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    double scaling_factor = NAN;
    if (!o->rate_network && !cli_spiking_choice(o, ctx, o->args[0], model, &scaling_factor))
        return CLI_FAILED;
    if (!cli_stimulation_choice(o, model, task) || !cli_shown_units(o, model)) return CLI_FAILED;
    const double K = (double)o->s.test_trials * def->n_types;
    if (o->s.out && K * (def->T - 1) * def->n_out >= (double)(1 << 28))
        return cli_error(o, "--n_trials is %d, so eval_os has %g numbers; expected below 2^28",
                         o->s.test_trials, K * (def->T - 1) * def->n_out);
    srnn_rate_trials trials = {0};
    if (o->s.out && !eval_trials_alloc(def, (size_t)K, &trials))
        return cli_error(o, "out of memory");
    srnn_evaluation evaluation = {0};
    srnn_observation observation = {0};
    srnn_noise_curve curve = {0};
    const bool drawn = cli_figures_wanted(o);
    int code = eval_evaluate(o, ctx, model, task, scaling_factor, &trials, &evaluation,
                             drawn ? &observation : NULL, &curve);
    if (!code && drawn) code = eval_draw(o, ctx, model, task, &evaluation, &observation, &curve);
    srnn_evaluation_free(&evaluation);
    srnn_observation_free(&observation);
    srnn_noise_curve_free(&curve);
    free(trials.o);
    return code;
}

static int eval_run(cli_options *o)
{
    if (!cli_networks_fit(o)) return CLI_FAILED;
    if (o->s.out && !cli_ends_in(o->s.out, ".mat"))
        return cli_error(o, "--out is %s; expected a name that ends in .mat", o->s.out);
    if (o->s.out && !cli_new_file(o, o->s.out)) return CLI_FAILED;
    if (cli_figures_wanted(o) && !cli_figures_folder_check(o, o->args[0])) return CLI_FAILED;
    return cli_with_model(o, evaluate_with_task);
}

static const cli_group eval_groups[] = {
    {NULL,
     "n_trials=test_trials scaling_factor network out diagnose noise_curve conversion readout"},
    {"Task (default: the file's):", "@task"},
    {"Spiking network:", "@neuron"},
    {"Stimulation:", "@stimulation"},
    {"Figures (default: none):", "@figures units"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

static const cli_help eval_helps[] = {
    {"out", "a new .mat file with the rate network's output in every trial, eval_os, and whether "
            "it was correct"},
    {0}};

const cli_verb cli_eval = {
    .name = "eval",
    .args_doc = "MODEL",
    .summary = "evaluate the rate network and the spiking network side by side",
    .doc = "Runs the rate network and the spiking network on fresh trials, the same number of "
           "every type, and shows accuracy, output and mean rates of each type; the types whose "
           "criterion each output meets; response times; and how alike the two "
           "networks are, in their outputs and unit by unit (docs/evaluation.md).\v"
           "Output is what the task's criterion looks at, e.g. the maximum in the response "
           "window: mean over trials and standard deviation. --network rate needs no scaling "
           "factor.\n"
           "Example: spikernn eval --n_trials 200 model.mat",
    .min_args = 1,
    .max_args = 1,
    .groups = eval_groups,
    .helps = eval_helps,
    .run = eval_run};
