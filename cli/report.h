/* The page of a run: the template of report/ with what it shows, as JSON. */
#ifndef SPIKERNN_CLI_REPORT_H
#define SPIKERNN_CLI_REPORT_H

#include "cli.h"

enum { CLI_PAGE_SCHEMA = 1 };

/* ---- report_summary.c ---- */

/* What the folder's file holds, as text to be freed; NULL: the sentence has been printed, unless
   expected is NULL. */
char *cli_folder_text(const cli_options *options, const char *folder, const char *name,
                      const char *expected);
/* The folder's summary as a value; NULL: the sentence has been printed. */
json_t *cli_run_summary(const cli_options *options, const char *folder, const char *text);

/* What is at "key.key" in the document: NULL, NaN, "" where there is no such thing. */
const json_t *cli_at(const json_t *document, const char *path);
double cli_number_at(const json_t *document, const char *path);
const char *cli_text_at(const json_t *document, const char *path);

/* ---- report_page.c ---- */

typedef struct cli_template {
    const char *text;   /* of the page, with a mark where its data stand */
    const char *record; /* what the page calls its record */
} cli_template;
extern const cli_template cli_run_page;

/* Writes the file, or FOLDER/report.html, with the text of the record, JSON, and `page`, the other
   data, which is freed. Returns CLI_OK, or after an error, whose sentence has been printed, the
   exit code. */
int cli_save_page_as(cli_options *options, const cli_template *template, const char *path,
                     const char *record, json_t *page);
int cli_save_page(cli_options *options, const cli_template *template, const char *folder,
                  const char *record, json_t *page);

/* What the verb prints about the page. */
int cli_report_written(const cli_options *options, const char *folder);

/* The figures that were just drawn: the folder may hold older ones. */
json_t *cli_page_figures_json(const cli_options *options, const char *folder,
                              const cli_figures_drawn *drawn);

/* Writes the page of a run again and again until the run has ended. *whole: the run itself has
   written its page since. Returns as cli_save_page(). report_follow.c */
int cli_follow_run(cli_options *options, const char *folder, bool *whole);

/* ---- draw_listed.c ---- */

typedef struct srnn_study srnn_study; /* spikernn/study.h */
/* Draws the figures that the study file lists into FOLDER/1 and so on, and appends what its page
   shows of each. Ends as cli_draw_data(). */
int cli_study_figures(const cli_options *options, srnn_ctx *ctx, const srnn_study *study,
                      const char *folder, json_t *list);

/* ---- study_report.c ---- */

/* Draws the figures of the study into its folder and writes FOLDER/report.html, of what there is so
   far. listed: takes what the page shows of the figures that the study file lists. Ends as
   cli_save_page(). */
int cli_study_report(cli_options *options, srnn_ctx *ctx, const srnn_study *study, json_t *listed);

/* ---- studies_report.c ---- */

typedef struct srnn_studies srnn_studies; /* spikernn/study.h */
/* The page of each study, FOLDER/report.html of all of them, and FOLDER/published.json with what
   they expect. Ends as cli_save_page(). */
int cli_studies_report(cli_options *options, srnn_ctx *ctx, const srnn_studies *studies,
                       const char *folder);
/* A line a study; or the document. */
int cli_studies_status(const cli_options *options, const srnn_studies *studies, const char *folder);

/* ---- what the page shows besides the summary ---- */

/* The task as `tasks --json` has it. cmd_tasks.c */
json_t *cli_json_task(const srnn_task *task);
/* Trials to look into; null where there are none. report_data.c */
json_t *cli_trials_json(const srnn_observation *observation);
/* How to do all of it again: commands as lists of words, and the folder's files.
   report_reproduce.c */
json_t *cli_reproduce_json(const cli_options *options, const char *folder, const json_t *summary);

#endif
