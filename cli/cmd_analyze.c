/* spikernn analyze: what the spikes and the populations of a network do. */
#define _GNU_SOURCE 1
#include "cli.h"

static int analyze_report(cli_options *o, srnn_ctx *ctx, const cli_subject *subject)
{
    if (o->s.out) {
        const int code = cli_save_analysis(o, ctx, subject);
        if (code) return code;
    }
    if (o->json) return cli_json_result(o, cli_json_analysis(o, subject));
    cli_print_analysis(o, subject);
    if (o->s.out) printf("\nanalysis: %s\n", o->s.out);
    return CLI_OK;
}

static int analyze_run(cli_options *o)
{
    if (!cli_networks_fit(o)) return CLI_FAILED;
    if (o->s.out && !cli_ends_in(o->s.out, ".mat") && !cli_ends_in(o->s.out, ".json") &&
        !cli_ends_in(o->s.out, ".csv"))
        return cli_error(o, "--out is %s; expected a name that ends in .mat, .json or .csv",
                         o->s.out);
    if (o->s.out && !cli_new_file(o, o->s.out)) return CLI_FAILED;
    return cli_with_subject(o, analyze_report);
}

static const cli_group analyze_groups[] = {
    {NULL, "out network"},
    {"Analysis:", "@analysis n_trials=observed_trials scaling_factor conversion readout"},
    {"Spiking network:", "@neuron"},
    {"Stimulation:", "@stimulation"},
    {"Task (default: the file's):", "@task"},
    {"Running:", "seed threads +quiet +config"},
    {"Output:", "+json +help"},
    {0}};

static const cli_help analyze_helps[] = {
    {"out", "a new file: .mat or .json with everything, .csv with a line a unit"}, {0}};

const cli_verb cli_analyze = {
    .name = "analyze",
    .args_doc = "MODEL|SPIKES",
    .summary = "spike-train statistics and population dynamics",
    .doc =
        "Of a MODEL: runs trials of the rate network and of the spiking network and reports rates, "
        "intervals, their irregularity (CV, CV2, LV), Fano factors, correlations and synchrony "
        "by population; principal components of both networks, how well the trial's type can be "
        "decoded over time, axes of the task's variables, and how alike the networks are. Of a "
        "file of SPIKES (.mat or .csv of `simulate`, .nwb, .h5): all measures of spikes.\v"
        "Example: spikernn analyze model.mat --window_ms 250:1000 --out analysis.mat",
    .min_args = 1,
    .max_args = 1,
    .groups = analyze_groups,
    .helps = analyze_helps,
    .run = analyze_run};
