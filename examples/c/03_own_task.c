/* Lesson 3: a task of your own in C: does the pulse point up or down? It trains, converts and is
   evaluated as a built-in one. examples/plugin/my_task.c is one that the program loads.
   Usage: 03_own_task [trials at most] */
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

enum { UP, DOWN };
static const char *const type_names[] = {"up", "down"};
static const double labels[] = {1, -1}; /* here the target, too */

typedef struct pulse {
    int on, off; /* rate steps of 5 ms */
    double threshold;
} pulse;

/* The callbacks run on several threads at once: they only read what `user` points to. */
static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    return srnn_rng_uniform(rng) < 0.5 ? UP : DOWN;
}

static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const pulse *p = user;
    for (int t = p->on; t < p->off; t++) u[t] = (float)(labels[type] + 0.2 * srnn_rng_normal(rng));
    for (int t = p->off; t < n_cols; t++) z[t] = (float)labels[type];
}

/* Correct where some output after the pulse goes beyond the threshold on its side. */
static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const pulse *p = user;
    (void)rng;
    double most = -1e300;
    for (int k = srnn_response_sample(response, p->off); k < response->n; k++)
        if (labels[type] * response->out[k] > most) most = labels[type] * response->out[k];
    const double margin = most - p->threshold;
    return (srnn_score){.correct = margin > 0, .value = labels[type] * most, .margin = margin};
}

static int on_progress(void *user, const srnn_progress *p)
{
    (void)user;
    if (p->done % 100 == 1)
        fprintf(stderr, "%s %lld of at most %lld\n", p->phase, (long long)p->done,
                (long long)p->total);
    return 0; /* another number would stop it */
}

int main(int argc, char **argv)
{
    pulse p = {.on = 20, .off = 40, .threshold = 0.7};
    const srnn_task_def def = {.name = "up-or-down",
                               .n_in = 1,
                               .n_out = 1,
                               .T = 100,
                               .n_types = 2,
                               .type_names = type_names,
                               .labels = labels,
                               .stim_on = p.on,
                               .stim_off = p.off,
                               .response_on = {p.off, p.off},
                               .settings = srnn_task_settings_default(),
                               .user = &p,
                               .draw_type = draw_type,
                               .generate = generate,
                               .score = score};
    srnn_task *task;
    srnn_model *model;
    must(srnn_ctx_create(NULL, &ctx));
    srnn_ctx_set_progress(ctx, on_progress, NULL);
    must(srnn_task_create(ctx, &def, &task));

    srnn_model_params network = srnn_model_params_default();
    srnn_train_options training = srnn_train_options_default();
    network.N = 80;
    network.seed = training.seed = 1;
    srnn_preset_apply(SRNN_ROBUST, &network, &training);
    if (argc > 1) training.n_trials = atoi(argv[1]);
    must(srnn_model_create(ctx, &network, &model));
    must(srnn_train(ctx, model, task, &training));
    const srnn_training_record record = srnn_model_get_training(model);
    printf("%lld trials, accuracy %.2f\n", (long long)record.n_losses, record.eval_perf_mean);

    srnn_operating_options options = srnn_operating_options_default();
    srnn_operating_result point;
    options.n_trials = options.test_trials = 20;
    must(srnn_find_operating_point(ctx, model, task, &options, &point));
    printf("spiking network: %d of %d fresh trials correct, %.1f Hz\n", point.test_correct,
           point.test_trials, point.candidates[point.best].mean_rate_hz);

    srnn_operating_result_free(&point);
    srnn_model_free(model);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
    return 0;
}
