#ifndef SRNN_TASK_INTERNAL_H
#define SRNN_TASK_INTERNAL_H

#include "core/core.h"
#include "spikernn/task.h"

struct srnn_task {
    srnn_task_def def; /* strings and arrays are the task's own copies */
    bool declarative; /* fully described by name, settings and declaration: no code of the user's */
    void *object;     /* the shared object that its functions are in; NULL: none */
};

/* Key of trial k of the evaluation at training trial n: n << bits | k. */
enum { SRNN__EVAL_TRIAL_BITS = 20 };

/* srnn_task_trial for threads of a parallel region: z is needed, and srnn__fault_end() reports
   invalid values of the task's functions. Returns the type, 0 where the one drawn is invalid. */
int srnn__task_fill(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type, int n_cols,
                    float *u, float *z);

/* The same of srnn_task_score; ctx NULL: a trial that failed is not reported. */
srnn_score srnn__task_score(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                            const srnn_response *response);

/* Scores of the rules of the type in the response's network, into scores[SRNN_RULES_MAX]. */
void srnn__task_score_rules(srnn_ctx *ctx, const srnn_task *task, srnn_trial_key key, int type,
                            const srnn_response *response, srnn_score *scores);

/* ---- rules.c ---- */

srnn_status srnn__rules_check(srnn_ctx *ctx, const srnn_task_def *def);
/* Into to->rules, which srnn__rules_free() frees. False: out of memory. */
bool srnn__rules_copy(const srnn_task_def *from, srnn_task_def *to);
void srnn__rules_free(srnn_task_def *def);
/* The words of those for the type and the network; their number, 1 at least. */
int srnn__rules_of(const srnn_task_def *def, int type, srnn_network network,
                   const char *words[SRNN_RULES_MAX]);
/* The largest such number. */
int srnn__rules_most(const srnn_task_def *def, srnn_network network);

/* ---- plugin.c ---- */

/* Is this the path of a shared object, not a name? */
bool srnn__is_plugin(const char *name);
srnn_status srnn__plugin_create(srnn_ctx *ctx, const char *path, const srnn_task_settings *settings,
                                srnn_task **out);

/* ---- declared.c ---- */

/* Is this the path of a declaration? */
bool srnn__is_json(const char *name);
srnn_status srnn__declared_create(srnn_ctx *ctx, const char *path,
                                  const srnn_task_settings *settings, srnn_task **out);

/* A built-in task. Its sentences name the settings given, and files keep its name alone. */
srnn_status srnn__declared_built_in(srnn_ctx *ctx, const char *json,
                                    const srnn_task_settings *settings, srnn_task **out);

#endif
