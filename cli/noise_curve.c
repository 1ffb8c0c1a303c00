/* eval --noise_curve: accuracy and rate of the spiking network against its voltage noise. */
#define _GNU_SOURCE 1
#include "cli.h"

srnn_status cli_noise_curve(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                            const srnn_task *task, double scaling_factor, srnn_noise_curve *curve)
{
    const srnn_spiking_params params = cli_converted(o, scaling_factor);
    srnn_spiking_eval_options how = srnn_spiking_eval_options_default();
    how.seed = o->s.seed;
    how.n_trials = o->s.test_trials;
    how.balanced = true; /* on the trials, and with the draws, of the evaluation */
    return srnn_noise_curve_of(ctx, model, task, &params, &how, o->s.noise_curve.x,
                               o->s.noise_curve.n, curve);
}

json_t *cli_json_noise_curve(const srnn_task_def *def, const srnn_noise_curve *curve)
{
    json_t *rows = json_array();
    for (int i = 0; i < curve->n; i++) {
        const srnn_noise_point *point = &curve->points[i];
        json_t *row = json_pack("{sfsb}", "noise_mv", point->noise_mv, "own",
                                point->noise_mv == curve->own_mv);
        json_object_update_new(
            row, cli_json_parsed(srnn_accuracy_json(point->correct, point->n_trials)));
        json_object_set_new(row, "mean_rate_hz", cli_json_real(point->mean_rate_hz));
        json_t *types = json_array();
        for (int k = 0; k < def->n_types; k++) {
            const srnn_type_stats *type = &point->types[k];
            json_t *of_type = json_pack("{ss}", "type", def->type_names[k]);
            json_object_update_new(of_type,
                                   cli_json_parsed(srnn_accuracy_json(type->correct, type->n)));
            json_array_append_new(types, of_type);
        }
        json_object_set_new(row, "types", types);
        json_array_append_new(rows, row);
    }
    return rows;
}

void cli_print_noise_curve(const srnn_noise_curve *curve)
{
    puts("\nspiking network on the same trials with other voltage noise\n"
         "  noise, mV  " CLI_ACCURACY_HEAD "   mean Hz");
    for (int i = 0; i < curve->n; i++) {
        const srnn_noise_point *point = &curve->points[i];
        char accuracy[48];
        cli_accuracy(point->correct, point->n_trials, accuracy);
        printf("  %9g  %s %9.1f%s\n", point->noise_mv, accuracy, point->mean_rate_hz,
               point->noise_mv == curve->own_mv ? "   as above" : "");
    }
}
