/* Lesson 1: train a rate network on the Go-NoGo task, find the scaling factor of
   its spiking twin, keep both in a .mat file.
   Usage: 01_train_and_convert [trials at most] */
#include <spikernn/spikernn.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static srnn_ctx *ctx;

static void must(srnn_status status)
{
    if (status == SRNN_OK) return;
    fprintf(stderr, "%s\n", srnn_ctx_message(ctx));
    exit(1);
}

int main(int argc, char **argv)
{
    srnn_task *task;
    srnn_model *model;
    srnn_search_result search;
    char *path;
    must(srnn_ctx_create(NULL, &ctx));

    must(srnn_task_named(ctx, "go-nogo", NULL, &task));
    srnn_model_params network = srnn_model_params_default();
    network.N = 100;
    network.seed = 1;
    must(srnn_model_create(ctx, &network, &model));

    srnn_train_options training = srnn_train_options_default();
    training.seed = 1;
    if (argc > 1) training.n_trials = atoi(argv[1]);
    must(srnn_train(ctx, model, task, &training));
    must(srnn_model_default_path(ctx, model, "go-nogo", ".", time(NULL), &path));
    must(srnn_model_save(ctx, model, path));

    srnn_search_options lambdas = srnn_search_options_default();
    lambdas.seed = 1;
    lambdas.n_trials = 20;
    must(srnn_search(ctx, model, task, &lambdas, &search));
    for (int i = 0; i < search.n; i++)
        printf("lambda %2g: %2d of %d trials correct%s\n", search.scaling_factors[i],
               search.correct[i], search.n_trials, i == search.best ? "  <- best" : "");
    must(srnn_model_save_search(ctx, path, &search));
    printf("%s\n", path);

    srnn_search_result_free(&search);
    free(path);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
    return 0;
}
