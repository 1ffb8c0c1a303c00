/* A task of your own for spikernn: was the pulse short or long?

   Copy this file, change it, and build it with

       cc -shared -fPIC my_task.c $(pkg-config --cflags spikernn) -o my_task.so

   Then give its path wherever a task is asked for:

       spikernn run ./my_task.so
       spikernn tasks ./my_task.so --show long
       spikernn eval --task ./my_task.so model.mat

   What each field and function must do is in spikernn/task.h. Steps are of 5 ms. */
#include <stdlib.h>

#include <spikernn/task.h>

enum { SHORT, LONG };
static const char *const type_names[] = {"short", "long"};
static const char *const input_names[] = {"pulse"}, *const output_names[] = {"choice"};
static const double labels[] = {-1, 1}; /* kept in model files; here the target, too */
static const int duration[] = {15, 45};

typedef struct my_task {
    int stim_on, answer_on;
    double threshold;
} my_task;

static int draw_type(void *user, srnn_rng *rng)
{
    (void)user;
    return srnn_rng_uniform(rng) < 0.5 ? SHORT : LONG;
}

/* u and z come zeroed: u[step * n_in + channel], z[step * n_out + output]. */
static void generate(void *user, int type, srnn_rng *rng, int n_cols, float *u, float *z)
{
    const my_task *task = user;
    for (int t = task->stim_on; t < task->stim_on + duration[type]; t++)
        u[t] = 1 + 0.1f * (float)srnn_rng_normal(rng);
    for (int t = task->answer_on; t < n_cols; t++) z[t] = (float)labels[type];
}

/* Correct where the output goes beyond the threshold on the side of the label. The option two_sided
   also demands that it is never beyond that of the other side. */
static srnn_score score(void *user, int type, srnn_rng *rng, const srnn_response *response)
{
    const my_task *task = user;
    (void)rng; /* draws again what generate drew */
    double most = -1e300, least = 1e300;
    for (int k = srnn_response_sample(response, task->answer_on + 20); k < response->n; k++) {
        const double towards = labels[type] * response->out[k];
        if (towards > most) most = towards;
        if (towards < least) least = towards;
    }
    const double margin = most - task->threshold;
    return (srnn_score){.correct = margin > 0,
                        .value = labels[type] * most,
                        .margin = margin,
                        .other_side = -least - task->threshold};
}

/* The version of the headers that this is built with. */
const char spikernn_plugin_version[] = SRNN_VERSION;

/* Fills def; a setting below 0 was not given. Returns NULL, or what is wrong. */
const char *spikernn_task(const srnn_task_settings *given, srnn_task_def *def)
{
    srnn_task_settings s = srnn_task_settings_default();
    s.T = given->T >= 0 ? given->T : 200;
    s.stim_on = given->stim_on >= 0 ? given->stim_on : 30;
    s.eval_amp_thresh = given->eval_amp_thresh >= 0 ? given->eval_amp_thresh : 0.7;
    const int stim_off = s.stim_on + duration[LONG];
    if (stim_off + 40 > s.T) return "T is too short; expected at least stim_on + 85 steps";

    my_task *task = malloc(sizeof *task);
    if (!task) return "out of memory";
    *task = (my_task){.stim_on = s.stim_on, .answer_on = stim_off, .threshold = s.eval_amp_thresh};
    *def =
        (srnn_task_def){.name = "pulse-length",
                        .n_in = 1,
                        .n_out = 1,
                        .input_names = input_names, /* in figures and tables */
                        .output_names = output_names,
                        .T = s.T,
                        .n_types = 2,
                        .type_names = type_names,
                        .labels = labels,
                        .stim_on = s.stim_on,
                        .stim_off = stim_off,
                        .response_on = {stim_off + 20, stim_off + 20},
                        .settings = s,
                        .stimulus = "a noisy pulse of 15 or 45 steps",
                        .target = "-1 for the short one, 1 for the long one, when the long one "
                                  "would be over",
                        .criterion = "some output beyond eval_amp_thresh on the side of the target",
                        .user = task,
                        .destroy = free,
                        .draw_type = draw_type,
                        .generate = generate,
                        .score = score};
    return NULL;
}
