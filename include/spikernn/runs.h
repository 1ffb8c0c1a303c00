/* Any networks in one table: runs (folders with the record of an experiment), model files and
   studies, with the options in which they differ and what came out. Networks of equal options are a
   group, whatever their seeds, and groups are compared as the conditions of a study are. */
#ifndef SPIKERNN_RUNS_H
#define SPIKERNN_RUNS_H

#include "spikernn/study.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_runs srnn_runs;

/* None yet. The caller frees *out. */
srnn_status srnn_runs_create(srnn_ctx *ctx, srnn_runs **out);
void srnn_runs_free(srnn_runs *runs);

/* Adds the networks of a run's folder, a study's folder, a model file (.mat, .pth), or all of these
   below a folder; what was added before counts once. A file below a folder that cannot be read is a
   network that failed, with the sentence; of a .mat and a .pth file of one name the .mat is read.
   Errors: SRNN_ERR_FILE (not there, nothing of a network in it), SRNN_ERR_FORMAT (damaged, or of
   another program), SRNN_CANCELLED. */
srnn_status srnn_runs_add(srnn_ctx *ctx, srnn_runs *runs, const char *path);

/* Groups and compares what was added, in these measures, separated by commas: numbers of the
   records by name, "evaluation.spiking.accuracy", or by an end of it that no other has; "all";
   NULL: the usual ones, of which only the first is tested. Errors: SRNN_ERR_ARGUMENT (a measure
   that no network has: the sentence suggests the nearest). */
srnn_status srnn_runs_compare(srnn_ctx *ctx, srnn_runs *runs, const char *measures);

/* ---- after srnn_runs_compare(), valid until the next call with these runs ---- */

/* As a study whose conditions are the groups; key is what a table calls the network. */
srnn_study_view srnn_runs_get(const srnn_runs *runs);

/* The networks, groups, tests and what they mean (docs/json.md, compare). To be freed; NULL: out of
   memory. */
char *srnn_runs_json(srnn_ctx *ctx, const srnn_runs *runs);

typedef enum srnn_runs_table {
    SRNN_RUNS_NETWORKS = 0, /* a row a network, with all that is known of it: for a file */
    SRNN_RUNS_READER,       /* the same with less, for a reader */
    SRNN_RUNS_GROUPS,       /* for a reader: a row a measure and group */
    SRNN_RUNS_TESTS         /* for a reader: a row a measure and pair of groups */
} srnn_runs_table;

/* One without rows where there is nothing to show. Valid as long as what srnn_runs_compare() made;
   the caller frees it with srnn_runs_table_free(). Errors: SRNN_ERR_NO_MEMORY. */
srnn_status srnn_runs_table_of(srnn_ctx *ctx, const srnn_runs *runs, srnn_runs_table which,
                               srnn_table **out);
void srnn_runs_table_free(srnn_table *table);

#ifdef __cplusplus
}
#endif
#endif
