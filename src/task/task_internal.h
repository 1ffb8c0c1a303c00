#ifndef SRNN_TASK_INTERNAL_H
#define SRNN_TASK_INTERNAL_H

#include "core/core.h"
#include "spikernn/task.h"

struct srnn_task {
    srnn_task_def def; /* strings and arrays are the task's own copies */
};

/* srnn_task_trial for the hot loops: nothing to fail, z needed. Returns the type. */
int srnn__task_fill(const srnn_task *task, srnn_trial_key key, int type, int n_cols, float *u,
                    float *z);

/* The built-in tasks. Each checks its settings and makes the task. */
typedef srnn_status (*srnn__task_maker)(srnn_ctx *ctx, const srnn_task_settings *settings,
                                        srnn_task **out);

srnn_status srnn__go_nogo_create(srnn_ctx *ctx, const srnn_task_settings *settings,
                                 srnn_task **out);

/* value if it was given (>= 0), else the default. */
static inline int srnn__setting(int value, int by_default)
{
    return value >= 0 ? value : by_default;
}

#endif
