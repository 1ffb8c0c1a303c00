/* Lesson 4: how irregular, how variable and how correlated a spiking network fires, over many
   trials of its task; docs/analysis.md has the definitions.
   Usage: 04_spike_statistics MODEL [trials of each type [scaling factor]] */
#include <spikernn/spikernn.h>

#include <stdio.h>
#include <stdlib.h>

static srnn_ctx *ctx;

static void must(srnn_status status)
{
    if (status == SRNN_OK) return;
    fprintf(stderr, "%s\n", srnn_ctx_message(ctx));
    exit(1);
}

int main(int argc, char **argv)
{
    srnn_model *model;
    srnn_task *task;
    if (argc < 2) {
        fprintf(stderr,
                "usage: 04_spike_statistics MODEL [trials of each type [scaling factor]]\n");
        return 1;
    }
    must(srnn_ctx_create(NULL, &ctx));
    must(srnn_model_load(ctx, argv[1], &model));
    must(srnn_model_task(ctx, model, NULL, NULL, &task));

    /* both networks on the same trials; here only the spikes are looked at */
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor =
        argc > 3 ? atof(argv[3]) : srnn_model_get_search(model).opt_scaling_factor;
    srnn_observe_options options = srnn_observe_options_default();
    options.spiking = &params;
    options.n_trials = argc > 2 ? atoi(argv[2]) : 10;
    srnn_observation observation;
    must(srnn_observe(ctx, model, task, &options, &observation));
    const srnn_spikes *spikes = &observation.spikes;
    printf("%d trials, %d units, %lld spikes\n", spikes->K, spikes->N, (long long)spikes->n);

    /* from the onset of the stimulus on */
    srnn_spike_options of = srnn_spike_options_default();
    of.from_ms = spikes->stim_on_ms;
    srnn_spike_statistics s;
    must(srnn_spike_statistics_of(ctx, spikes, &of, &s));
    puts("population  units  silent     Hz    cv   lv  fano  noise correlation");
    for (int p = 0; p <= SRNN_POPULATIONS; p++)
        printf("%-10s %6d %7d %6.1f %5.2f %4.2f %5.2f %12.3f\n",
               srnn_population_name((srnn_population)p), s.n_units[p], s.n_silent[p],
               s.measures[p][SRNN_UNIT_RATE_HZ].mean, s.measures[p][SRNN_UNIT_CV].mean,
               s.measures[p][SRNN_UNIT_LV].mean, s.measures[p][SRNN_UNIT_FANOFACTOR].mean,
               s.noise_correlation[p].mean);
    for (int type = 0; type < s.n_types; type++)
        printf("%s: %.1f Hz\n", spikes->type_names[type],
               s.type_rate_hz[type][SRNN_POPULATIONS].mean);

    srnn_spike_statistics_free(&s);
    srnn_observation_free(&observation);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return 0;
}
