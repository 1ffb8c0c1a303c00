/* Lesson 2: one Go trial of a trained spiking network with and without optogenetic inhibition of
   its excitatory units, everything else the same; voltages of the first three units.
   Usage: 02_record_and_stimulate MODEL [scaling factor]; lesson 1 makes a model. */
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

static void report(const char *name, const srnn_spiking_result *r)
{
    double highest = r->out[0];
    for (int step = 0; step < r->nt; step++)
        if (r->out[step * r->n_out] > highest) highest = r->out[step * r->n_out];
    printf("%-10s %6lld spikes, highest output %.3f; v of 3 units at the end:", name,
           (long long)r->n_spikes, highest);
    for (int i = 0; i < r->n_units; i++)
        printf(" %.1f", r->v[(r->n_recorded - 1) * r->n_units + i]);
    puts(" mV");
}

int main(int argc, char **argv)
{
    srnn_model *model;
    srnn_task *task;
    if (argc < 2) {
        fprintf(stderr, "usage: 02_record_and_stimulate MODEL [scaling factor]\n");
        return 1;
    }
    must(srnn_ctx_create(NULL, &ctx));
    must(srnn_model_load(ctx, argv[1], &model));
    must(srnn_model_task(ctx, model, NULL, NULL, &task)); /* the one that the file tells */

    /* the input of a trial; the key says which trial, of input and noise alike */
    const srnn_model_view view = srnn_model_get_view(model);
    const int C = srnn_task_get_def(task)->T + 1, type = srnn_task_type_index(task, "go");
    const srnn_trial_key key = {.seed = 1, .domain = SRNN_DOMAIN_USER, .trial = 0};
    float *u = calloc((size_t)C * (size_t)view.n_in, sizeof *u);
    int *excitatory = calloc((size_t)view.N, sizeof *excitatory);
    if (!u || !excitatory) return 1;
    must(srnn_task_trial(ctx, task, key, type < 0 ? 0 : type, C, u, NULL, NULL));
    const srnn_spiking_input input = {.C = C, .u = u, .key = key};

    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor =
        argc > 2 ? atof(argv[2]) : srnn_model_get_search(model).opt_scaling_factor;

    const int watched[] = {0, 1, 2}; /* units count from 0 */
    srnn_recording recording = srnn_recording_default();
    recording.what = SRNN_RECORD_V;
    recording.units = watched;
    recording.n_units = view.N < 3 ? view.N : 3;
    recording.every = 20; /* steps of 0.05 ms */

    srnn_spiking_result result;
    must(srnn_spiking_run(ctx, model, &params, &input, &recording, &result));
    report("control", &result);
    srnn_spiking_result_free(&result);

    srnn_stimulation *light = &params.stimulation;
    for (int i = 0; i < view.N; i++)
        if (srnn_unit_population(&view, i) == SRNN_EXC) excitatory[light->n_units++] = i;
    light->mode = SRNN_STIM_INH;
    light->units = excitatory;
    light->on = 1;
    light->off = srnn_spiking_steps(C, params.downsample);
    light->amplitude_mv = 1;
    must(srnn_spiking_run(ctx, model, &params, &input, &recording, &result));
    report("inhibited", &result);
    srnn_spiking_result_free(&result);

    free(excitatory);
    free(u);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return 0;
}
