/* The networks of a study among others. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/results_json.h"
#include "study/runs.h"
#include "study/study.h"

/* All options of a condition, which its networks share. */
static json_t *condition_options(const srnn__condition *condition)
{
    char *text = srnn_options_json(
        condition->options, SRNN_STAGE_TRAIN | SRNN_STAGE_CONVERT | SRNN_STAGE_EVALUATE, false);
    json_t *options = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    return options;
}

static void take_condition(srnn__listed *run, const srnn__condition *condition)
{
    json_t *options = condition_options(condition);
    json_t *task = srnn__task_summary_json(condition->task);
    srnn__run_take_options(run, options);
    srnn__run_take_task(run, task);
    json_decref(task);
    json_decref(options);
}

/* As many as the options say: the records do not repeat them. */
static void take_study_trials(srnn__listed *run, const srnn__condition *condition)
{
    const srnn_settings *s = srnn_options_settings(condition->options);
    const int n = s->test_trials * srnn_task_get_def(condition->task)->n_types;
    const int fresh = s->fresh_trials < 0 ? s->search_trials : s->fresh_trials;
    srnn__run_take_trials(run, "evaluation.spiking.accuracy", n);
    srnn__run_take_trials(run, "evaluation.spiking.two_sided_accuracy", n);
    srnn__run_take_trials(run, "evaluation.rate.accuracy", n);
    srnn__run_take_trials(run, "evaluation.rate.two_sided_accuracy", n);
    srnn__run_take_trials(run, "search.fresh.accuracy", fresh);
    srnn__run_take_trials(run, "search.fresh.two_sided_accuracy", fresh);
}

static void take_study_values(srnn__listed *run, const srnn_study_view *view,
                              const srnn_study_network *network)
{
    for (int k = 0; k < view->n_measures; k++)
        if (isfinite(network->values[k]))
            json_object_set_new(run->values, view->measures[k].name, json_real(network->values[k]));
}

static srnn_status add_study_network(srnn_ctx *ctx, srnn_runs *runs, const srnn_study *study,
                                     const srnn_study_network *network, json_t *options)
{
    const srnn__condition *condition = &study->conditions[network->condition];
    srnn__listed *run = srnn__run_new(runs, study->folder);
    if (!run) return srnn__no_memory(ctx);
    run->seed = network->seed;
    run->has_seed = true;
    run->state = network->state;
    run->condition = strdup(condition->name);
    run->sentence = strdup(network->sentence);
    if (options) {
        json_decref(run->options);
        run->options = json_incref(options);
    } else {
        take_condition(run, condition);
    }
    take_study_trials(run, condition);
    take_study_values(run, &study->view, network);
    return run->condition && run->sentence ? SRNN_OK : srnn__no_memory(ctx);
}

srnn_status srnn__runs_read_study(srnn_ctx *ctx, srnn_runs *runs, const char *folder)
{
    srnn_study *study;
    srnn_status status = srnn_study_open(ctx, NULL, folder, &study);
    json_t *options = NULL; /* of the condition, networks of which come one after the other */
    for (int i = 0; !status && i < study->n_networks; i++) {
        const srnn_study_network *network = &study->view.networks[i];
        if (i > 0 && network->condition != network[-1].condition) options = NULL;
        status = add_study_network(ctx, runs, study, network, options);
        options = runs->all[runs->n - 1].options;
    }
    srnn_study_free(study);
    return status;
}
