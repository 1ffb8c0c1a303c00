/* spikernn simulate: trials of the rate network with all that happens in them, into a file. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <stdlib.h>
#include <sys/stat.h>

/* K trials, arrays slowest axis first. */
typedef struct recording {
    const srnn_task_def *def;
    int N, K, trials_of_type, first_type, n_types; /* types first_type ... are run */
    float *u, *target;                             /* [K][T][n_in], [K][T][n_out] */
    float *x, *r, *o;                              /* [K][T][N] twice, [K][T-1][n_out] */
    double *type, *label, *correct, *value;        /* [K]; types counted from 1 */
} recording;

static bool recording_alloc(recording *rec)
{
    const size_t K = (size_t)rec->K, T = (size_t)rec->def->T, N = (size_t)rec->N;
    const size_t n_in = (size_t)rec->def->n_in, n_out = (size_t)rec->def->n_out;
    rec->u = calloc(K * T * n_in, sizeof *rec->u);
    rec->target = calloc(K * T * n_out, sizeof *rec->target);
    rec->x = calloc(K * T * N, sizeof *rec->x);
    rec->r = calloc(K * T * N, sizeof *rec->r);
    rec->o = calloc(K * (T - 1) * n_out, sizeof *rec->o);
    rec->type = calloc(K, sizeof *rec->type);
    rec->label = calloc(K, sizeof *rec->label);
    rec->correct = calloc(K, sizeof *rec->correct);
    rec->value = calloc(K, sizeof *rec->value);
    return rec->u && rec->target && rec->x && rec->r && rec->o && rec->type && rec->label &&
           rec->correct && rec->value;
}

static void recording_free(recording *rec)
{
    void *const arrays[] = {rec->u,    rec->target, rec->x,       rec->r,    rec->o,
                            rec->type, rec->label,  rec->correct, rec->value};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
}

static srnn_status run_trial(const cli_options *o, srnn_ctx *ctx, const srnn_model *model,
                             const srnn_task *task, recording *rec, int k)
{
    const srnn_task_def *def = rec->def;
    const size_t T = (size_t)def->T, n_out = (size_t)def->n_out, at = (size_t)k;
    const int type = rec->first_type + k / rec->trials_of_type;
    float *u = rec->u + at * T * (size_t)def->n_in, *out = rec->o + at * (T - 1) * n_out;
    srnn_rate_input input = srnn_rate_input_default();
    input.T = def->T;
    input.u = u;
    input.noise = o->train.noise;
    input.key = (srnn_trial_key){o->seed, SRNN_DOMAIN_USER, (uint64_t)k};
    const srnn_rate_output output = {
        .x = rec->x + at * T * (size_t)rec->N, .r = rec->r + at * T * (size_t)rec->N, .o = out};
    srnn_status status =
        srnn_task_trial(ctx, task, input.key, type, def->T, u, rec->target + at * T * n_out, NULL);
    if (!status) status = srnn_rate_run(ctx, model, &input, &output);
    double *doubles = malloc((T - 1) * n_out * sizeof *doubles);
    if (status || !doubles) {
        free(doubles);
        return status ? status : SRNN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < (T - 1) * n_out; i++) doubles[i] = (double)out[i];
    const srnn_response response = {SRNN_RATE, def->T - 1, def->n_out, doubles, 1};
    const srnn_score score = srnn_task_score(task, input.key, type, &response);
    free(doubles);
    rec->type[k] = type + 1;
    rec->label[k] = def->labels[type];
    rec->correct[k] = score.correct;
    rec->value[k] = score.value;
    return SRNN_OK;
}

static srnn_status save(const cli_options *o, srnn_ctx *ctx, const recording *rec)
{
    const srnn_task_def *def = rec->def;
    const size_t K = (size_t)rec->K, T = (size_t)def->T, N = (size_t)rec->N;
    const size_t n_in = (size_t)def->n_in, n_out = (size_t)def->n_out;
    const double seed = (double)o->seed;
    char types[CLI_TYPE_NAMES_MAX];
    cli_type_names(def, types);
    const srnn_array arrays[] = {{"u", NULL, 3, {n_in, T, K}, rec->u, NULL},
                                 {"target", NULL, 3, {n_out, T, K}, rec->target, NULL},
                                 {"x", NULL, 3, {N, T, K}, rec->x, NULL},
                                 {"r", NULL, 3, {N, T, K}, rec->r, NULL},
                                 {"o", NULL, 3, {n_out, T - 1, K}, rec->o, NULL},
                                 {"type", NULL, 2, {1, K}, NULL, rec->type},
                                 {"label", NULL, 2, {1, K}, NULL, rec->label},
                                 {"correct", NULL, 2, {1, K}, NULL, rec->correct},
                                 {"value", NULL, 2, {1, K}, NULL, rec->value},
                                 {"seed", NULL, 2, {1, 1}, NULL, &seed},
                                 {"task", def->name, 0, {0}, NULL, NULL},
                                 {"types", types, 0, {0}, NULL, NULL}};
    return srnn_arrays_save(ctx, o->args[1], arrays, sizeof arrays / sizeof *arrays);
}

static int report(const cli_options *o, const recording *rec)
{
    json_t *types = json_array();
    for (int i = rec->first_type; i < rec->first_type + rec->n_types; i++) {
        int correct = 0;
        for (int k = 0; k < rec->K; k++) correct += rec->type[k] == i + 1 && rec->correct[k] != 0;
        if (o->json)
            json_array_append_new(types, json_pack("{sssisi}", "type", rec->def->type_names[i], "n",
                                                   rec->trials_of_type, "correct", correct));
        else
            printf("%s: %d of %d correct\n", rec->def->type_names[i], correct, rec->trials_of_type);
    }
    if (!o->json) {
        json_decref(types);
        printf("trials: %s\n", o->args[1]);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "file", cli_json_text(o->args[1]));
    json_object_set_new(document, "seed", json_integer((json_int_t)o->seed));
    json_object_set_new(document, "types", types);
    return cli_json_print(o, document);
}

static int record(cli_options *o, srnn_ctx *ctx, const srnn_model *model, const srnn_task *task)
{
    recording rec = {.def = srnn_task_get_def(task), .trials_of_type = o->recorded_trials};
    rec.N = srnn_model_get_view(model).N;
    rec.n_types = rec.def->n_types;
    if (o->trial_type) {
        rec.first_type = srnn_task_type_index(task, o->trial_type);
        rec.n_types = 1;
        if (rec.first_type < 0) return cli_unknown_type(o, "--type", rec.def);
    }
    const double K = (double)rec.n_types * rec.trials_of_type;
    if (K * rec.N * rec.def->T >= (double)(1 << 28))
        return cli_error(o, "--n_trials is %d, so x has %g numbers; expected below 2^28",
                         rec.trials_of_type, K * rec.N * rec.def->T);
    rec.K = (int)K;
    srnn_status status = recording_alloc(&rec) ? SRNN_OK : SRNN_ERR_NO_MEMORY;
    for (int k = 0; k < rec.K && !status && !cli_interrupted(); k++)
        status = run_trial(o, ctx, model, task, &rec, k);
    int code = CLI_INTERRUPTED;
    if (cli_interrupted())
        cli_error(o, "interrupted; %s was not written", o->args[1]);
    else if (status || (status = save(o, ctx, &rec)))
        code = cli_library_error(o, ctx, status);
    else
        code = report(o, &rec);
    recording_free(&rec);
    return code;
}

static int run(cli_options *o)
{
    struct stat info;
    if (!lstat(o->args[1], &info))
        return cli_error(o, "%s exists already; expected the name of a new file", o->args[1]);
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    srnn_model *model = NULL;
    srnn_task *task = NULL;
    int code = CLI_FAILED;
    const srnn_status status = srnn_model_load(ctx, o->args[0], &model);
    if (status)
        cli_library_error(o, ctx, status);
    else if ((task = cli_model_task(o, ctx, o->args[0], model)))
        code = record(o, ctx, model, task);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return code;
}

enum { KEY_TRIALS = CLI_VERB_KEYS, KEY_TYPE, KEY_NOISE };

static const struct argp_option options[] = {
    {"n_trials", KEY_TRIALS, "TRIALS", 0, "trials of each type, 1 or more (default 1)", 0},
    {"type", KEY_TYPE, "TYPE", 0, "trials of this type only", 0},
    {"noise", KEY_NOISE, "SD", 0, "noise of the network, 0 or more (default 0.1)", 0},
    {0}};

static error_t parse(cli_options *o, int key, char *arg)
{
    switch (key) {
    case KEY_TRIALS: return cli_parse_int(o, "--n_trials", arg, 1, &o->recorded_trials);
    case KEY_TYPE: o->trial_type = arg; return 0;
    case KEY_NOISE: return cli_parse_number(o, "--noise", arg, &o->train.noise);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child groups[] = {{&cli_task_group, 0, "Task (default: the file's):", 1},
                                           {&cli_common_group, 0, "Running:", 2},
                                           {&cli_output_group, 0, "Output:", 3},
                                           {0}};

const cli_verb cli_simulate = {
    .name = "simulate",
    .args_doc = "MODEL NEW_FILE",
    .summary = "run trials of the rate network and keep everything in a .mat file",
    .doc = "Runs the rate network and writes its trials to a .mat file: input u, target, synaptic "
           "currents x, rates r and output o, with the trial along the third axis; type, label, "
           "correct and value (what the criterion looks at) of every trial.\v"
           "Example: spikernn simulate --type go --n_trials 5 model.mat trials.mat",
    .min_args = 2,
    .max_args = 2,
    .options = options,
    .parse = parse,
    .groups = groups,
    .run = run};
