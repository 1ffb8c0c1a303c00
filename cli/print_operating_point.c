/* The operating-point conversion in `search`, `eval`, `run` and `simulate`. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>

srnn_spiking_params cli_converted(const cli_options *options, double scaling_factor)
{
    srnn_spiking_params params = options->s.spiking;
    params.conversion.by = isnan(scaling_factor) ? SRNN_BY_OPERATING_POINT : SRNN_BY_SCALING_FACTOR;
    params.conversion.scaling_factor = scaling_factor;
    return params;
}

srnn_status cli_find_operating_point(srnn_ctx *ctx, const cli_options *options, srnn_model *model,
                                     const srnn_task *task, srnn_operating_result *result)
{
    const srnn_operating_options o = srnn_options_operating(options->values);
    return srnn_find_operating_point(ctx, model, task, &o, result);
}

void cli_print_fresh(int correct, int n)
{
    if (n < 1) return;
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    printf("on %d fresh trial%s: %.3f (%.3f – %.3f)\n", n, n == 1 ? "" : "s", (double)correct / n,
           low, high);
}

void cli_print_operating(const srnn_operating_result *r)
{
    printf(" widening  noise cost  visits  %s     score  mean Hz   (%d trial%s each)\n",
           CLI_ACCURACY_HEAD, r->n_trials, r->n_trials == 1 ? "" : "s");
    for (int i = 0; i < r->n; i++) {
        const srnn_operating_candidate *c = &r->candidates[i];
        char accuracy[48];
        cli_accuracy(c->correct, r->n_trials, accuracy);
        printf("%9g %11g %7d  %s %9.3f %8.1f%s\n", c->widening, c->shot_noise_cost, c->visit_trials,
               accuracy, c->score, c->mean_rate_hz, i == r->best ? "   chosen" : "");
    }
    cli_print_fresh(r->test_correct, r->test_trials);
}

bool cli_spiking_choice(const cli_options *o, srnn_ctx *ctx, const char *path,
                        const srnn_model *model, double *scaling_factor)
{
    srnn_spiking_params params = o->s.spiking;
    const srnn_conversion *asked = cli_given(o, "conversion") ? &o->s.conversion : NULL;
    if (srnn_choose_conversion(ctx, model, asked, o->s.scaling_factor, &params)) {
        cli_error(o, "%s: %s", path, srnn_ctx_message(ctx));
        return false;
    }
    const bool by_point = params.conversion.by == SRNN_BY_OPERATING_POINT;
    *scaling_factor = by_point ? (double)NAN : params.conversion.scaling_factor;
    return true;
}
