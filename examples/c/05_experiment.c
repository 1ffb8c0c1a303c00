/* Lesson 5: a whole experiment into a folder, with its events as they come.
   Usage: 05_experiment TASK FOLDER [OPTION VALUE]..., for example go-nogo first N 100 seed 1 */
#include <spikernn/spikernn.h>

#include <stdio.h>

static void show(void *user, const srnn_experiment *experiment, const srnn_event *event)
{
    static const char *const kinds[] = {"begun", "done", "kept from an earlier run", "decided"};
    (void)user, (void)experiment;
    printf("%s: %s %.60s%s\n", event->stage, kinds[event->kind], event->json, event->sentence);
}

int main(int argc, char **argv)
{
    srnn_ctx *ctx = NULL;
    srnn_options *options = NULL;
    srnn_experiment *experiment = NULL;
    srnn_status status = argc < 3 ? SRNN_ERR_ARGUMENT : srnn_ctx_create(NULL, &ctx);
    if (!status) status = srnn_options_create(ctx, &options);
    if (!status) status = srnn_options_set(ctx, options, "task", argv[1]);
    for (int i = 3; i + 1 < argc && !status; i += 2)
        status = srnn_options_set(ctx, options, argv[i], argv[i + 1]);
    if (!status) status = srnn_experiment_open(ctx, options, NULL, argv[2], &experiment);
    if (!status) status = srnn_experiment_run(ctx, experiment, show, NULL);
    if (status) fprintf(stderr, "%s\n", ctx ? srnn_ctx_message(ctx) : "expected TASK and FOLDER");
    srnn_experiment_free(experiment);
    srnn_options_free(options);
    srnn_ctx_free(ctx);
    return status != SRNN_OK;
}
