/* The conversion to a spiking network: which one, and what a search for it has found, as text. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>

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

srnn_spiking_params cli_converted(const cli_options *options, double scaling_factor)
{
    srnn_spiking_params params = options->s.spiking;
    params.conversion.by = isnan(scaling_factor) ? SRNN_BY_OPERATING_POINT : SRNN_BY_SCALING_FACTOR;
    params.conversion.scaling_factor = scaling_factor;
    return params;
}

/* What a search has chosen, on fresh trials; nothing where n is 0. */
static void print_fresh(int correct, int two_sided, int n)
{
    if (n < 1) return;
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    printf("on %d fresh trial%s: %.3f (%.3f – %.3f)", n, n == 1 ? "" : "s", (double)correct / n,
           low, high);
    if (two_sided >= 0) printf(", two-sided %.3f", (double)two_sided / n);
    putchar('\n');
}

void cli_print_operating(const srnn_operating_result *r)
{
    printf("%s widening  noise cost  visits  %s     score  mean Hz%s   (%d trial%s each)\n",
           cli_style_out(CLI_BOLD), CLI_ACCURACY_HEAD, cli_style_out(CLI_PLAIN), r->n_trials,
           r->n_trials == 1 ? "" : "s");
    for (int i = 0; i < r->n; i++) {
        const srnn_operating_candidate *c = &r->candidates[i];
        char accuracy[48];
        cli_accuracy(c->correct, c->two_sided, r->n_trials, accuracy);
        printf("%9g %11g %7d  %s %9.3f %8.1f%s\n", c->widening, c->shot_noise_cost, c->visit_trials,
               accuracy, c->score, c->mean_rate_hz, i == r->best ? "   chosen" : "");
    }
    print_fresh(r->test_correct, r->test_two_sided, r->test_trials);
}

void cli_print_search(const srnn_search_result *search)
{
    printf("%s        λ  trials  %s   score    loss  mean Hz%s\n", cli_style_out(CLI_BOLD),
           CLI_ACCURACY_HEAD, cli_style_out(CLI_PLAIN));
    for (int i = 0; i < search->n; i++) {
        if (search->trials[i] == 0) continue;
        char accuracy[48];
        cli_accuracy(search->correct[i], search->two_sided ? search->two_sided[i] : -1,
                     search->trials[i], accuracy);
        printf("%9g %7d  %s %7.3f %7.2f %8.1f%s\n", search->scaling_factors[i], search->trials[i],
               accuracy, search->score[i], search->loss[i], search->rate_hz[i],
               i == search->best ? "   best" : "");
    }
    if (search->trials_kept > 0)
        printf("%lld of these trials are of an earlier search of the file\n",
               (long long)search->trials_kept);
    print_fresh(search->test_correct, search->test_two_sided, search->test_trials);
    if (search->n > 1 && (search->best == 0 || search->best == search->n - 1))
        printf("%sλ = %g is the %s value tried; --refine tries %s ones.%s\n",
               cli_style_out(CLI_DIM), search->scaling_factors[search->best],
               search->best == 0 ? "smallest" : "largest", search->best == 0 ? "smaller" : "larger",
               cli_style_out(CLI_PLAIN));
}

void cli_print_readout(const srnn_readout_result *r)
{
    printf("readout refitted (shrinkage %g): out against the rate network's, RMSE %.3f, was %.3f\n"
           "with it ",
           r->shrinkage, r->rmse, r->rmse_before);
    if (r->test_trials > 0)
        print_fresh(r->test_correct, r->test_two_sided, r->test_trials);
    else
        puts("no fresh trials were run");
}
