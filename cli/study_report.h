/* What `spikernn study` shows: a page, tables, JSON. */
#ifndef SPIKERNN_CLI_STUDY_REPORT_H
#define SPIKERNN_CLI_STUDY_REPORT_H

#include "cli.h"
#include "spikernn/study.h"

/* FOLDER/report.html with figures in FOLDER/figures. */
int cli_study_report(cli_options *o, srnn_ctx *ctx, const srnn_study *study);

/* A row a network, with the measures that most look at first; as JSON with all of them. */
int cli_study_table(const cli_options *o, srnn_ctx *ctx, const srnn_study *study);

/* The verb's documents. */
int cli_study_json(const cli_options *o, srnn_ctx *ctx, const srnn_study_view *view);
int cli_study_plan_json(const cli_options *o, const srnn_study_view *view,
                        const srnn_study_plan *plan);

#endif
