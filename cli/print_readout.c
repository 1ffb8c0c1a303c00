/* The readout refitted to the spiking network in `search` and `run`. */
#define _GNU_SOURCE 1
#include "cli.h"

srnn_status cli_fit_readout(srnn_ctx *ctx, const cli_options *options, srnn_model *model,
                            const srnn_task *task, double scaling_factor,
                            srnn_readout_result *result)
{
    const srnn_readout_options o = srnn_options_readout(options->values, scaling_factor);
    return srnn_fit_readout(ctx, model, task, &o, result);
}

void cli_print_readout(const srnn_readout_result *r)
{
    printf("readout refitted (shrinkage %g): out against the rate network's, RMSE %.3f, was %.3f\n"
           "with it ",
           r->shrinkage, r->rmse, r->rmse_before);
    if (r->test_trials > 0)
        cli_print_fresh(r->test_correct, r->test_trials);
    else
        puts("no fresh trials were run");
}
