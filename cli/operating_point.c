/* The operating-point conversion in `search`, `eval`, `run` and `simulate`. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>

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

bool cli_point_is_better(double point_perf, double factor_perf) { return point_perf > factor_perf; }

static bool suits_an_operating_point(const cli_options *o)
{
    return o->s.spiking.neuron == SRNN_LIF && !o->s.spiking.use_initial_weights;
}

bool cli_may_find_operating_point(const cli_options *o)
{
    return !cli_given(o, "conversion") && suits_an_operating_point(o);
}

bool cli_spiking_choice(const cli_options *o, const char *path, const srnn_model *model,
                        double *scaling_factor)
{
    const srnn_operating_point point = srnn_model_get_operating_point(model);
    const bool has_point = point.gain != NULL, factor_given = !isnan(o->s.scaling_factor);
    const bool may_be_point = has_point && !factor_given && cli_may_find_operating_point(o);
    *scaling_factor =
        factor_given ? o->s.scaling_factor : srnn_model_get_search(model).opt_scaling_factor;
    if (cli_given(o, "conversion") && o->s.conversion == SRNN_BY_OPERATING_POINT) {
        *scaling_factor = (double)NAN;
        if (factor_given)
            cli_error(o, "--conversion operating-point has no --scaling_factor; expected one of "
                         "the two options");
        else if (!has_point)
            cli_error(o,
                      "%s holds no operating point; expected one from `spikernn search "
                      "--conversion operating-point`",
                      path);
        return has_point && !factor_given;
    }
    if (may_be_point && cli_point_is_better(point.perf, srnn_model_get_search(model).test_perf))
        *scaling_factor = (double)NAN;
    if (!isnan(*scaling_factor) || may_be_point) return true;
    cli_error(o,
              "%s holds no opt_scaling_factor; expected one from `spikernn search`, or the option "
              "--scaling_factor",
              path);
    return false;
}
