/* Lesson 6: many networks as one thing. Run it again, and it goes on where it ended.
   Usage: 06_study STUDY.json FOLDER */
#include <spikernn/spikernn.h>

#include <stdio.h>

/* A line a network. The view changes when the run has ended. */
static int show(void *user, const srnn_study *study, const srnn_study_event *event)
{
    const srnn_study_view v = srnn_study_get(study);
    (void)user;
    if (event->kind == SRNN_STUDY_NETWORK)
        printf("%d of %d: %s, seed %d %s\n", event->done, event->total,
               v.conditions[v.networks[event->network].condition].name,
               (int)v.networks[event->network].seed, event->sentence);
    return 0;
}

/* Of each condition mean and SD of what the study compares first. */
static srnn_status print_conditions(srnn_ctx *ctx, const srnn_study_view *v)
{
    srnn_status status = SRNN_OK;
    if (v->n_measures > 0) printf("%s\n", v->measures[v->main_measure].title);
    for (int i = 0; i < v->n_conditions && v->n_measures > 0 && !status; i++) {
        srnn_condition_summary s;
        status = srnn_study_summary(ctx, v, i, v->main_measure, &s);
        if (!status)
            printf("%s: %.3f, SD %.3f, of %d networks; %d not trained, %d failed\n",
                   v->conditions[i].name, s.values.mean, s.values.sd, s.values.n, s.not_trained,
                   s.failed);
    }
    return status;
}

int main(int argc, char **argv)
{
    srnn_ctx *ctx = NULL;
    srnn_study *study = NULL;
    srnn_status status = argc != 3 ? SRNN_ERR_ARGUMENT : srnn_ctx_create(NULL, &ctx);
    if (!status) status = srnn_study_open(ctx, argv[1], argv[2], &study);
    if (!status) status = srnn_study_run(ctx, study, NULL, show, NULL);
    if (!status) {
        const srnn_study_view view = srnn_study_get(study);
        status = print_conditions(ctx, &view);
    }
    if (status) fprintf(stderr, "%s\n", ctx ? srnn_ctx_message(ctx) : "expected STUDY and FOLDER");
    srnn_study_free(study);
    srnn_ctx_free(ctx);
    return status != SRNN_OK;
}
