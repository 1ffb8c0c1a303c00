/* spikernn simulate: trials of one of the two networks into a file. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Whose trials are run: its own, or those of `eval`. */
static srnn_domain simulated_domain(const cli_options *o)
{
    return o->s.trials_of ? SRNN_DOMAIN_EVAL : SRNN_DOMAIN_USER;
}

static int simulate_report(const cli_options *o, const cli_trials *t)
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
        printf("trials: %s\n", o->s.out);
        return CLI_OK;
    }
    json_t *document = cli_json_document(o);
    json_object_set_new(document, "file", cli_json_text(o->s.out));
    json_object_set_new(document, "network", json_string(o->rate_network ? "rate" : "spiking"));
    if (!o->rate_network) {
        json_object_set_new(
            document, "conversion",
            json_string(srnn_option_choice("conversion", o->s.spiking.conversion.by)));
        json_object_set_new(document, "scaling_factor",
                            cli_json_real(o->s.spiking.conversion.scaling_factor));
        json_object_set_new(document, "spiking",
                            cli_json_parsed(srnn_spiking_params_json(&o->s.spiking)));
    }
    json_object_set_new(document, "seed", json_integer((json_int_t)o->s.seed));
    json_object_set_new(document, "types", types);
    return cli_json_result(o, document);
}

static int simulate_trials(cli_options *o, srnn_ctx *ctx, const srnn_model *model,
                           const srnn_task *task)
{
    cli_trials t = {.task = task,
                    .def = srnn_task_get_def(task),
                    .domain = simulated_domain(o),
                    .trials_of_type = o->s.recorded_trials};
    t.n_types = t.def->n_types;
    if (o->s.trial_type) {
        t.first_type = srnn_task_type_index(task, o->s.trial_type);
        t.n_types = 1;
        if (t.first_type < 0) return cli_unknown_type(o, "--trial", o->s.trial_type, t.def);
    }
    const double K = (double)t.n_types * t.trials_of_type;
    if (K >= 1e7)
        return cli_error(o, "--n_trials is %d, %g in all; expected below 10000000",
                         t.trials_of_type, K);
    t.K = (int)K;
    int code = CLI_FAILED;
    if (!cli_trials_alloc(&t))
        cli_error(o, "out of memory");
    else
        code = o->rate_network ? cli_simulate_rate(o, ctx, model, &t)
                               : cli_simulate_spiking(o, ctx, model, &t);
    if (!code) code = simulate_report(o, &t);
    cli_trials_free(&t);
    return code;
}

/* The published function's outputs bring the IPSCs in params. */
static unsigned simulate_records(const cli_options *o)
{
    const unsigned published = SRNN_KEEP_SPIKES | SRNN_KEEP_V | SRNN_KEEP_R;
    unsigned record = o->s.record;
    if (record & SRNN_KEEP_ALL) record |= published;
    return (record & published) == published ? record | SRNN_KEEP_IPSC : record;
}

/* An option on the command line that only the spiking network has; NULL: none. */
static const char *spiking_option(const cli_options *o)
{
    static const char *const names[] = {"record", "units", "every"};
    for (int i = 0; i < 3; i++)
        if (srnn_options_given(o->values, names[i]) > 0) return names[i];
    return cli_latest(o, CLI_OF_SPIKING, NULL);
}

/* Options that do not go together. True: the sentence has been printed. */
static bool contradictory(const cli_options *o)
{
    const bool spikes_alone = cli_for_spikes_alone(o->s.out);
    const bool traces = (o->s.record & SRNN_KEEP_V) || (o->s.record & SRNN_KEEP_IPSC) ||
                        (o->s.record & SRNN_KEEP_R);
    if (!spikes_alone && !cli_ends_in(o->s.out, ".mat"))
        cli_error(o,
                  "--out is %s; expected a name that ends in .mat, or .csv, .nwb or .h5 for spikes",
                  o->s.out);
    else if (o->rate_network && spiking_option(o))
        cli_error(o, "--%s is of the spiking network; expected it without --network rate",
                  spiking_option(o));
    else if (o->rate_network && spikes_alone)
        cli_error(o, "--out is %s; expected a .mat file for the rate network, which has no spikes",
                  o->s.out);
    else if (!o->rate_network && srnn_options_given(o->values, "noise") > 0)
        cli_error(o, "--noise is of the rate network; expected --noise_mv, or --network rate");
    else if (spikes_alone && traces)
        cli_error(o, "--record has more than spikes, but --out is %s; expected a .mat file",
                  o->s.out);
    else if (!traces && (o->s.units || o->s.every != 1))
        cli_error(o, "--%s chooses what --record keeps; expected --record with v, ipsc or r",
                  o->s.units ? "units" : "every");
    else if (simulated_domain(o) == SRNN_DOMAIN_EVAL && o->s.trial_type)
        cli_error(o,
                  "--trial is '%s'; expected none with --trials_of eval, whose types come in turn",
                  o->s.trial_type);
    else
        return false;
    return true;
}

static int simulate_run(cli_options *o)
{
    o->s.record = simulate_records(o);
    if (!o->s.out)
        return cli_error(o, "--out is missing; expected the name of a new .mat file, or .csv, .nwb "
                            "or .h5");
    if (contradictory(o) || !cli_new_file(o, o->s.out)) return CLI_FAILED;
    return cli_with_model(o, simulate_trials);
}

static const cli_group simulate_groups[] = {
    {NULL, "out network=simulated_network trial n_trials=recorded_trials trials_of noise "
           "scaling_factor record units every conversion readout"},
    {"Spiking network:", "@neuron"},
    {"Stimulation:", "@stimulation"},
    {"Task (default: the file's):", "@task"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

static const cli_help simulate_helps[] = {
    {"out", "the new file: .mat; of spikes alone .csv, .nwb (NWB 2) or .h5 (SONATA)"}, {0}};

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
    .groups = simulate_groups,
    .helps = simulate_helps,
    .run = simulate_run};
