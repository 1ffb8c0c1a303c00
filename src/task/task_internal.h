#ifndef SRNN_TASK_INTERNAL_H
#define SRNN_TASK_INTERNAL_H

#include "core/core.h"
#include "spikernn/task.h"

struct srnn_task {
    srnn_task_def def; /* strings and arrays are the task's own copies */
    bool told;         /* name, settings and declaration tell all of it: no code of the user's */
    void *object;      /* the shared object that its functions are in; NULL: none */
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

/* ---- the built-in tasks: each checks its settings and makes the task ---- */

typedef srnn_status (*srnn__task_maker)(srnn_ctx *ctx, const srnn_task_settings *settings,
                                        srnn_task **out);

srnn_status srnn__go_nogo_create(srnn_ctx *ctx, const srnn_task_settings *settings,
                                 srnn_task **out);
srnn_status srnn__xor_create(srnn_ctx *ctx, const srnn_task_settings *settings, srnn_task **out);
srnn_status srnn__mante_create(srnn_ctx *ctx, const srnn_task_settings *settings, srnn_task **out);

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

/* Those of tasks/ that are built in. */
extern const char srnn__dms_json[], srnn__oscillation_json[];

/* ---- built_in.c: what they share ---- */

/* value if it was given (>= 0), else the default. */
static inline int srnn__setting(int value, int by_default)
{
    return value >= 0 ? value : by_default;
}

/* The threshold if it was given, else 0.7. */
double srnn__amp_thresh(const srnn_task_settings *given);

/* Durations and threshold, and room for a response from `pause` steps after stim_off on.
   Error: SRNN_ERR_ARGUMENT. */
srnn_status srnn__check_settings(srnn_ctx *ctx, const char *task, const srnn_task_settings *s,
                                 int64_t stim_off, int pause);

/* The first output must go beyond threshold towards the sign, in some sample from `from` on. */
srnn_score srnn__score_sign(const srnn_response *response, int from, double sign, double threshold);

/* srnn_task_create() for a def with the malloc'd user, which is freed when it fails or with
   the task. */
srnn_status srnn__create_owned(srnn_ctx *ctx, const srnn_task_def *def, srnn_task **out);

#endif
