/* spikernn analyze: what the spikes and the populations of a network do. */
#define _GNU_SOURCE 1
#include "cli.h"

static int report(cli_options *o, srnn_ctx *ctx, const cli_subject *subject)
{
    if (o->out) {
        const int code = cli_save_analysis(o, ctx, subject);
        if (code) return code;
    }
    if (o->json) return cli_json_result(o, cli_json_analysis(o, subject));
    cli_print_analysis(o, subject);
    if (o->out) printf("\nanalysis: %s\n", o->out);
    return CLI_OK;
}

static int run(cli_options *o)
{
    if (o->rate_network && o->spiking_option)
        return cli_error(o, "--%s is of the spiking network; expected it without --network rate",
                         o->spiking_option);
    if (o->out && !cli_ends_in(o->out, ".mat") && !cli_ends_in(o->out, ".json") &&
        !cli_ends_in(o->out, ".csv"))
        return cli_error(o, "--out is %s; expected a name that ends in .mat, .json or .csv",
                         o->out);
    if (o->out && !cli_new_file(o, o->out)) return CLI_FAILED;
    cli_progress progress;
    srnn_ctx *ctx = cli_ctx_open(o, &progress);
    if (!ctx) return CLI_FAILED;
    cli_subject subject;
    int code = cli_subject_open(o, ctx, &progress, o->args[0], &subject);
    if (!code) code = report(o, ctx, &subject);
    cli_subject_close(&subject);
    srnn_ctx_free(ctx);
    return code;
}

enum { KEY_OUT = CLI_VERB_KEYS, KEY_NETWORK };

static const struct argp_option options[] = {
    {"out", KEY_OUT, "FILE", 0,
     "a new file: .mat or .json with everything, .csv with a line a unit", 0},
    {"network", KEY_NETWORK, "NAME", 0, "both, or rate: the rate network alone (default both)", 0},
    {0}};

static error_t parse(cli_options *o, int key, char *arg)
{
    switch (key) {
    case KEY_OUT: o->out = arg; return 0;
    case KEY_NETWORK: return cli_parse_network(o, arg);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child groups[] = {{&cli_analysis_group, 0, "Analysis:", 1},
                                           {&cli_conversion_group, 0, NULL, 1},
                                           {&cli_spiking_group, 0, "Spiking network:", 2},
                                           {&cli_stimulation_group, 0, "Stimulation:", 3},
                                           {&cli_task_group, 0, "Task (default: the file's):", 4},
                                           {&cli_common_group, 0, "Running:", 5},
                                           {&cli_output_group, 0, "Output:", 6},
                                           {0}};

const cli_verb cli_analyze = {
    .name = "analyze",
    .args_doc = "MODEL|SPIKES",
    .summary = "spike-train statistics and population dynamics",
    .doc =
        "Of a MODEL: runs trials of the rate network and of the spiking network and tells rates, "
        "intervals, their irregularity (CV, CV2, LV), Fano factors, correlations and synchrony "
        "by population; principal components of both networks, how well the trial's type can be "
        "decoded over time, axes of the task's variables, and how alike the networks are. Of a "
        "file of SPIKES (.mat or .csv of `simulate`, .nwb, .h5): all that spikes tell.\v"
        "Example: spikernn analyze model.mat --window_ms 250:1000 --out analysis.mat",
    .min_args = 1,
    .max_args = 1,
    .options = options,
    .parse = parse,
    .groups = groups,
    .run = run};
