/* Any networks in one table. */
#ifndef SRNN_STUDY_RUNS_H
#define SRNN_STUDY_RUNS_H

#include <jansson.h>

#include "core/core.h"
#include "spikernn/runs.h"

typedef struct srnn__listed {
    char *path;
    char *name;      /* the part of the path in which it differs; srnn_runs_compare() */
    char *condition; /* of its study; NULL: none */
    json_t *options; /* by name; null: not given; one that is not in it is not known */
    json_t *values;  /* numbers by measure */
    json_t *trials;  /* numbers of trials, by the measures that are shares of them */
    uint64_t seed;
    bool has_seed;
    srnn_network_state state;
    char *sentence; /* NOT_TRAINED, FAILED: why; NULL: "" */
    int group;      /* its place in the view */
} srnn__listed;

struct srnn_runs {
    srnn__listed *all;
    int n, room;
    int met;      /* networks that the latest srnn_runs_add() met, new or not */
    json_t *seen; /* an object whose names are the paths that were added */

    /* ---- srnn_runs_compare(); the view's arrays are of this struct ---- */
    srnn_study_view view;
    const char **varied;           /* [view.n_varied] names in the table of options or in `all` */
    srnn_study_condition *groups;  /* [view.n_conditions] */
    char **texts;                  /* [view.n_conditions][view.n_varied] srnn__group_text() */
    srnn_study_network *networks;  /* [n] */
    const srnn__listed **run_of;   /* [n] of each of these */
    const srnn__listed **of_group; /* [view.n_conditions] its first one */
    srnn_measure *measures;        /* [view.n_measures] */
    const char **short_names;      /* [view.n_measures] ends of their names that differ */
    double *values;                /* [n][view.n_measures] */
    json_t *tests, *notes;         /* lists, as srnn_runs_json() has them */
};

/* ---- runs.c ---- */

/* A new one, the last of runs->all; NULL: out of memory. */
srnn__listed *srnn__run_new(srnn_runs *runs, const char *path);
/* Keeps the first n. */
void srnn__runs_cut(srnn_runs *runs, int n);

/* ---- runs_compare.c ---- */

/* As if srnn_runs_compare() had not been called. */
void srnn__runs_ungroup(srnn_runs *runs);

/* ---- runs_read.c, runs_study.c: add what they read ---- */

srnn_status srnn__runs_read_record(srnn_ctx *ctx, srnn_runs *runs, const char *folder);
srnn_status srnn__runs_read_model(srnn_ctx *ctx, srnn_runs *runs, const char *path);
srnn_status srnn__runs_read_study(srnn_ctx *ctx, srnn_runs *runs, const char *folder);
/* Of these, those that can change a network or its results. */
void srnn__run_take_options(srnn__listed *run, const json_t *options);
/* Of the task as it became: its name, settings and further parameters. */
void srnn__run_take_task(srnn__listed *run, const json_t *task);
/* Every number below the object, by its name. */
void srnn__run_take_results(srnn__listed *run, const json_t *results);
/* n < 1: not known. */
void srnn__run_take_trials(srnn__listed *run, const char *measure, int n);

/* ---- runs_groups.c ---- */

/* The options in which runs differ, the groups, and the order of the networks. */
srnn_status srnn__runs_group(srnn_ctx *ctx, srnn_runs *runs);
/* The value of an option in a group; "none": null. NULL: not known. */
static inline const char *srnn__group_text(const srnn_runs *runs, int group, int option)
{
    return runs->texts[(size_t)group * (size_t)runs->view.n_varied + (size_t)option];
}

/* ---- runs_measures.c ---- */

/* The measures of these names, and the networks' values. */
srnn_status srnn__runs_measure(srnn_ctx *ctx, srnn_runs *runs, const char *names);
/* The number of trials of an accuracy of a network, and its 95 % interval; NaN: none. */
void srnn__run_interval(const srnn__listed *run, const char *measure, double *n, double *low,
                        double *high);

/* ---- runs_names.c ---- */

/* Networks, by the parts in which their paths differ. */
srnn_status srnn__runs_name(srnn_ctx *ctx, srnn_runs *runs);
/* Groups, with the texts of their options. */
srnn_status srnn__runs_name_groups(srnn_ctx *ctx, srnn_runs *runs);
/* The shortest end of name i, after a full stop, which no other of them has. */
const char *srnn__name_short(const char *const *names, int n, int i);

#endif
