/* A study as a table and as JSON. */
#ifndef SPIKERNN_CLI_STUDY_TABLE_H
#define SPIKERNN_CLI_STUDY_TABLE_H

#include "cli.h"
#include "spikernn/study.h"

/* A row a network, with the measures that most look at first; as JSON with all of them. */
int cli_study_table(const cli_options *o, srnn_ctx *ctx, const srnn_study *study);

/* The verb's documents. */
int cli_study_json(const cli_options *o, srnn_ctx *ctx, const srnn_study_view *view);
int cli_study_plan_json(const cli_options *o, const srnn_study_view *view,
                        const srnn_study_plan *plan);

#endif
