/* Results as JSON: the objects of summary.json and of the program's --json, as docs/json.md and
   schemas/results.schema.json describe them. null stands for a number that is not defined. Units
   count from 1. */
#ifndef SPIKERNN_RECORD_H
#define SPIKERNN_RECORD_H

#include "spikernn/convert.h"
#include "spikernn/diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each returns one line of JSON text, to be freed with free(); NULL: out of memory. */

/* What made the results: {"compiler", "commit", "isa", "lapack", "host"}; commit: of the sources
   when the build was configured, null: not known. */
char *srnn_build_json(const srnn_ctx *ctx);
/* {"name", "T", "n_in", "n_out"}, the settings that the task has, "inputs" and "outputs" (a list
   of {"name", "unit"} each), "types" (names) and "parameters" (further settings of a declaration,
   by name). */
char *srnn_task_summary_json(const srnn_task *task);
/* Parameters of the neurons, and the stimulation or null. */
char *srnn_spiking_params_json(const srnn_spiking_params *params);
/* {"correct", "n", "accuracy", "interval", "two_sided_accuracy"}, the latter three null where n is
   0. two_sided: trials that are correct by the two-sided criterion; -1: not known, null. */
char *srnn_accuracy_json(int correct, int two_sided, int n);

/* The connections of the network, now and before training. */
char *srnn_connections_json(const srnn_model *model);
/* seconds: how long the training took. */
char *srnn_training_json(const srnn_model *model, double seconds);
char *srnn_search_json(const srnn_search_result *result);
char *srnn_operating_json(const srnn_operating_result *result);
char *srnn_readout_json(const srnn_readout_result *result);
char *srnn_evaluation_json(const srnn_task *task, const srnn_evaluation *evaluation);
/* A list of points, by their noise. */
char *srnn_noise_curve_json(const srnn_task *task, const srnn_noise_curve *curve);
/* A list of findings; null where no diagnosis was made. */
char *srnn_diagnosis_json(const srnn_diagnosis *diagnosis);

#ifdef __cplusplus
}
#endif
#endif
