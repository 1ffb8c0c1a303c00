/* eval --noise_curve: accuracy and rate of the spiking network against its voltage noise. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>

srnn_status cli_noise_curve(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                            const srnn_task *task, double scaling_factor, srnn_noise_curve *curve)
{
    const srnn_spiking_params params = cli_converted(o, scaling_factor);
    const srnn_spiking_eval_options how = srnn_options_noise_curve(o->values);
    return srnn_noise_curve_of(ctx, model, task, &params, &how, o->s.noise_curve.x,
                               o->s.noise_curve.n, curve);
}

void cli_print_noise_curve(const srnn_noise_curve *curve)
{
    puts("\nspiking network on the same trials with other voltage noise\n"
         "  noise, mV  " CLI_ACCURACY_HEAD "   mean Hz");
    for (int i = 0; i < curve->n; i++) {
        const srnn_noise_point *point = &curve->points[i];
        char accuracy[48];
        cli_accuracy(point->correct, point->two_sided, point->n_trials, accuracy);
        printf("  %9g  %s %9.1f%s\n", point->noise_mv, accuracy, point->mean_rate_hz,
               point->noise_mv == curve->own_mv ? "   as above" : "");
    }
    if (isfinite(curve->tolerated_mv))
        printf("  the largest noise with an accuracy of at least 0.95: %g mV\n",
               curve->tolerated_mv);
    else
        puts("  the accuracy is below 0.95 with each noise");
}
