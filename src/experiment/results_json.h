/* Results as JSON values, to be freed with json_decref(); NULL: out of memory. What they hold:
   spikernn/record.h. */
#ifndef SRNN_EXPERIMENT_RESULTS_JSON_H
#define SRNN_EXPERIMENT_RESULTS_JSON_H

#include <jansson.h>

#include "spikernn/record.h"

/* task_json.c; the settings: what makes it this task and not another of the same name */
json_t *srnn__task_settings_json(const srnn_task *task);
json_t *srnn__build_json(const srnn_ctx *ctx); /* build.c */
json_t *srnn__task_summary_json(const srnn_task *task);
/* results_json.c */
json_t *srnn__spiking_params_json(const srnn_spiking_params *params);
json_t *srnn__accuracy_json(int correct, int two_sided, int n);
json_t *srnn__connections_json(const srnn_model *model);
json_t *srnn__training_json(const srnn_model *model, double seconds);
json_t *srnn__search_json(const srnn_search_result *result);
json_t *srnn__operating_json(const srnn_operating_result *result);
json_t *srnn__readout_json(const srnn_readout_result *result);
json_t *srnn__diagnosis_json(const srnn_diagnosis *diagnosis);
/* evaluation_json.c */
json_t *srnn__evaluation_json(const srnn_task *task, const srnn_evaluation *evaluation);
json_t *srnn__noise_curve_json(const srnn_task *task, const srnn_noise_curve *curve);

/* ---- pieces; each takes the JSON values given to it, and is NULL where one of them is ---- */

json_t *srnn__json_real(double value); /* null where it is not finite */
json_t *srnn__json_append(json_t *array, json_t *value);
json_t *srnn__json_with(json_t *object, const char *name, json_t *value);
json_t *srnn__json_join(json_t *object, json_t *more); /* the names of both */
char *srnn__json_text_of(json_t *value);               /* one line, to be freed */

#endif
