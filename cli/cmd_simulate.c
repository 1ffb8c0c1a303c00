/* spikernn simulate: trials of one of the two networks into a file. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool trials_alloc(cli_trials *t)
{
    const size_t K = (size_t)t->K;
    t->type = calloc(K, sizeof *t->type);
    t->label = calloc(K, sizeof *t->label);
    t->correct = calloc(K, sizeof *t->correct);
    t->value = calloc(K, sizeof *t->value);
    return t->type && t->label && t->correct && t->value;
}

static void trials_free(cli_trials *t)
{
    free(t->type);
    free(t->label);
    free(t->correct);
    free(t->value);
}

void cli_trial_scored(cli_trials *t, int k, srnn_score score)
{
    const int type = cli_trial_type(t, k);
    t->type[k] = type + 1;
    t->label[k] = t->def->labels[type];
    t->correct[k] = score.correct;
    t->value[k] = score.value;
}

void cli_trial_arrays(const cli_trials *t, const char *types, const double *seed,
                      srnn_array *arrays)
{
    const size_t K = (size_t)t->K;
    const srnn_array all[CLI_TRIAL_ARRAYS] = {
        {.name = "type", .rank = 2, .dims = {1, K}, .doubles = t->type},
        {.name = "label", .rank = 2, .dims = {1, K}, .doubles = t->label},
        {.name = "correct", .rank = 2, .dims = {1, K}, .doubles = t->correct},
        {.name = "value", .rank = 2, .dims = {1, K}, .doubles = t->value},
        {.name = "seed", .rank = 2, .dims = {1, 1}, .doubles = seed},
        {.name = "task", .text = t->def->name},
        {.name = "types", .text = types}};
    memcpy(arrays, all, sizeof all);
}

static int report(const cli_options *o, const cli_trials *t)
{
    json_t *types = json_array();
    for (int i = t->first_type; i < t->first_type + t->n_types; i++) {
        int correct = 0;
        for (int k = 0; k < t->K; k++) correct += t->type[k] == i + 1 && t->correct[k] != 0;
        if (o->json)
            json_array_append_new(types, json_pack("{sssisi}", "type", t->def->type_names[i], "n",
                                                   t->trials_of_type, "correct", correct));
        else
            printf("%s: %d of %d correct\n", t->def->type_names[i], correct, t->trials_of_type);
    }
    if (!o->json) {
        json_decref(types);
        printf("trials: %s\n", o->out);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "file", cli_json_text(o->out));
    json_object_set_new(document, "network", json_string(o->rate_network ? "rate" : "spiking"));
    if (!o->rate_network) {
        json_object_set_new(document, "conversion",
                            json_string(cli_conversion_names[o->spiking.conversion]));
        json_object_set_new(document, "scaling_factor", cli_json_real(o->spiking.scaling_factor));
        json_object_set_new(document, "spiking", cli_json_spiking(&o->spiking));
    }
    json_object_set_new(document, "seed", json_integer((json_int_t)o->seed));
    json_object_set_new(document, "types", types);
    return cli_json_result(o, document);
}

static int simulate(cli_options *o, srnn_ctx *ctx, cli_progress *progress, const srnn_model *model,
                    const srnn_task *task)
{
    cli_trials t = {.task = task,
                    .def = srnn_task_get_def(task),
                    .domain = o->simulated,
                    .trials_of_type = o->recorded_trials};
    t.n_types = t.def->n_types;
    if (o->trial_type) {
        t.first_type = srnn_task_type_index(task, o->trial_type);
        t.n_types = 1;
        if (t.first_type < 0) return cli_unknown_type(o, "--trial", o->trial_type, t.def);
    }
    const double K = (double)t.n_types * t.trials_of_type;
    if (K >= 1e7)
        return cli_error(o, "--n_trials is %d, %g in all; expected below 10000000",
                         t.trials_of_type, K);
    t.K = (int)K;
    int code = CLI_FAILED;
    if (!trials_alloc(&t))
        cli_error(o, "out of memory");
    else
        code = o->rate_network ? cli_simulate_rate(o, ctx, model, &t)
                               : cli_simulate_spiking(o, ctx, progress, model, &t);
    if (!code) code = report(o, &t);
    trials_free(&t);
    return code;
}

/* Options that do not go together. True: the sentence has been printed. */
static bool contradictory(const cli_options *o)
{
    const bool spikes_alone = cli_for_spikes_alone(o->out);
    const bool traces = o->record[CLI_V] || o->record[CLI_IPSC] || o->record[CLI_R];
    if (!spikes_alone && !cli_ends_in(o->out, ".mat"))
        cli_error(o,
                  "--out is %s; expected a name that ends in .mat, or .csv, .nwb or .h5 for spikes",
                  o->out);
    else if (o->rate_network && o->spiking_option)
        cli_error(o, "--%s is of the spiking network; expected it without --network rate",
                  o->spiking_option);
    else if (o->rate_network && spikes_alone)
        cli_error(o, "--out is %s; expected a .mat file for the rate network, which has no spikes",
                  o->out);
    else if (!o->rate_network && o->noise_given)
        cli_error(o, "--noise is of the rate network; expected --noise_mv, or --network rate");
    else if (spikes_alone && traces)
        cli_error(o, "--record has more than spikes, but --out is %s; expected a .mat file",
                  o->out);
    else if (!traces && (o->units || o->every != 1))
        cli_error(o, "--%s chooses what --record keeps; expected --record with v, ipsc or r",
                  o->units ? "units" : "every");
    else if (o->simulated == SRNN_DOMAIN_EVAL && o->trial_type)
        cli_error(o,
                  "--trial is '%s'; expected none with --trials_of eval, whose types come in turn",
                  o->trial_type);
    else
        return false;
    return true;
}

static int run(cli_options *o)
{
    if (!o->out)
        return cli_error(o, "--out is missing; expected the name of a new .mat file, or .csv, .nwb "
                            "or .h5");
    if (contradictory(o) || !cli_new_file(o, o->out)) return CLI_FAILED;
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    srnn_model *model = NULL;
    srnn_task *task = NULL;
    int code = cli_model_load(o, ctx, &progress, o->args[0], &model);
    if (!code)
        code = (task = cli_model_task(o, ctx, o->args[0], model))
                   ? simulate(o, ctx, &progress, model, task)
                   : CLI_FAILED;
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return code;
}

enum {
    KEY_TRIALS = CLI_VERB_KEYS,
    KEY_TRIAL,
    KEY_TRIALS_OF,
    KEY_OUT,
    KEY_NETWORK,
    KEY_RATE_NOISE,
    KEY_SPIKING_ONLY, /* from here on */
    KEY_SCALING_FACTOR = KEY_SPIKING_ONLY,
    KEY_RECORD,
    KEY_UNITS,
    KEY_EVERY
};

static const struct argp_option options[] = {
    {"out", KEY_OUT, "FILE", 0,
     "the new file: .mat; of spikes alone .csv, .nwb (NWB 2) or .h5 (SONATA)", 0},
    {"network", KEY_NETWORK, "NAME", 0, "spiking or rate (default spiking)", 0},
    {"trial", KEY_TRIAL, "TYPE", 0, "trials of this type only", 0},
    {"n_trials", KEY_TRIALS, "TRIALS", 0, "trials of each type, 1 or more (default 1)", 0},
    {"trials_of", KEY_TRIALS_OF, "VERB", 0,
     "simulate: its own trials, one type after the other; eval: the trials of `eval` and `analyze` "
     "with the same seed, types in turn (default simulate)",
     0},
    {"noise", KEY_RATE_NOISE, "SD", 0, "noise of the rate network, 0 or more (default 0.1)", 0},
    {"scaling_factor", KEY_SCALING_FACTOR, "LAMBDA", 0,
     "scaling factor of the spiking network, above 0 (default: the file's opt_scaling_factor)", 0},
    {"record", KEY_RECORD, "LIST", 0,
     "of spikes, v, ipsc, r, or all; spikes are always kept (default spikes)", 0},
    {"units", KEY_UNITS, "LIST", 0,
     "units whose v, ipsc and r are kept: 1,3:7, exc, inh, pv, som, all (default all)", 0},
    {"every", KEY_EVERY, "STEPS", 0,
     "keep v, ipsc and r of steps 1, 1 + STEPS, 1 + 2 STEPS, ... (default 1)", 0},
    {0}};

static error_t parse_record(cli_options *o, const char *arg)
{
    static const char *const names[] = {"spikes", "v", "ipsc", "r", "all", NULL};
    bool *chosen = o->record;
    const error_t error = cli_parse_choices(o, "--record", arg, names, chosen);
    for (int i = 0; i < CLI_ALL; i++) chosen[i] |= chosen[CLI_ALL];
    /* the published function's outputs bring the IPSCs in params */
    chosen[CLI_IPSC] |= chosen[CLI_SPIKES] && chosen[CLI_V] && chosen[CLI_R];
    return error;
}

static error_t parse_spiking(cli_options *o, int key, char *arg)
{
    switch (key) {
    case KEY_SCALING_FACTOR:
        return cli_parse_positive(o, "--scaling_factor", arg, &o->scaling_factor);
    case KEY_RECORD: return parse_record(o, arg);
    case KEY_UNITS: o->units = arg; return 0;
    case KEY_EVERY: return cli_parse_int(o, "--every", arg, 1, &o->every);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(cli_options *o, int key, char *arg)
{
    static const char *const networks[] = {"spiking", "rate", NULL};
    static const char *const verbs[] = {"simulate", "eval", NULL};
    int index = 0;
    error_t error;
    if (key >= KEY_SPIKING_ONLY)
        for (const struct argp_option *option = options; option->name; option++)
            if (option->key == key) o->spiking_option = option->name;
    switch (key) {
    case KEY_TRIALS: return cli_parse_int(o, "--n_trials", arg, 1, &o->recorded_trials);
    case KEY_TRIAL: o->trial_type = arg; return 0;
    case KEY_TRIALS_OF:
        error = cli_parse_choice(o, "--trials_of", arg, verbs, &index);
        o->simulated = index ? SRNN_DOMAIN_EVAL : SRNN_DOMAIN_USER;
        return error;
    case KEY_OUT: o->out = arg; return 0;
    case KEY_NETWORK:
        error = cli_parse_choice(o, "--network", arg, networks, &index);
        o->rate_network = index;
        return error;
    case KEY_RATE_NOISE:
        o->noise_given = true;
        return cli_parse_number(o, "--noise", arg, &o->train.noise);
    default: return parse_spiking(o, key, arg);
    }
}

static const struct argp_child groups[] = {{&cli_conversion_group, 0, NULL, 0},
                                           {&cli_spiking_group, 0, "Spiking network:", 1},
                                           {&cli_stimulation_group, 0, "Stimulation:", 2},
                                           {&cli_task_group, 0, "Task (default: the file's):", 3},
                                           {&cli_common_group, 0, "Running:", 4},
                                           {&cli_output_group, 0, "Output:", 5},
                                           {0}};

const cli_verb cli_simulate = {
    .name = "simulate",
    .args_doc = "MODEL",
    .summary = "run trials of the spiking or the rate network and keep what happens in a file",
    .doc = "Runs trials of a model and writes them to a file. Of the spiking network: out, all_fr, "
           "W, params and the spike times, and with --record v, ipsc and r. Of the rate network: "
           "input u, target, synaptic currents x, rates r and output o. Of both: type, label, "
           "correct and value (what the criterion looks at) of every trial. Several trials lie "
           "along the last axis.\v"
           "Units are counted from 1, as in MATLAB.\n"
           "Example: spikernn simulate model.mat --trial go --record spikes,v,r --out go.mat",
    .min_args = 1,
    .max_args = 1,
    .options = options,
    .parse = parse,
    .groups = groups,
    .run = run};
