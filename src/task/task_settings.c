/* The settings of the built-in tasks, one by one. */
#include <limits.h>
#include <stddef.h>

#include "spikernn/task.h"

static const struct {
    srnn_task_setting setting;
    size_t at; /* in srnn_task_settings */
} all[] = {
    {{"T", true, 2, INT_MAX, true, false}, offsetof(srnn_task_settings, T)},
    {{"stim_on", true, 0, INT_MAX, true, false}, offsetof(srnn_task_settings, stim_on)},
    {{"stim_dur", true, 1, INT_MAX, true, false}, offsetof(srnn_task_settings, stim_dur)},
    {{"delay", true, 0, INT_MAX, false, false}, offsetof(srnn_task_settings, delay)},
    {{"eval_amp_thresh", false, 0, 0, true, false}, offsetof(srnn_task_settings, eval_amp_thresh)},
    {{"offset", false, 0, 0, false, false}, offsetof(srnn_task_settings, offset)},
    {{"constant", true, 0, INT_MAX, false, false}, offsetof(srnn_task_settings, constant)},
    {{"two_sided", true, 0, 1, false, true}, offsetof(srnn_task_settings, two_sided)},
};

enum { N_ALL = sizeof all / sizeof *all };

srnn_task_settings srnn_task_settings_default(void)
{
    srnn_task_settings settings;
    for (int i = 0; i < N_ALL; i++) srnn_task_setting_put(&settings, i, -1);
    return settings;
}

const srnn_task_setting *srnn_task_setting_at(int i)
{
    return i >= 0 && i < N_ALL ? &all[i].setting : NULL;
}

double srnn_task_setting_get(const srnn_task_settings *settings, int i)
{
    if (!srnn_task_setting_at(i)) return -1;
    const void *value = (const char *)settings + all[i].at;
    return all[i].setting.whole ? *(const int *)value : *(const double *)value;
}

void srnn_task_setting_put(srnn_task_settings *settings, int i, double value)
{
    if (!srnn_task_setting_at(i)) return;
    void *place = (char *)settings + all[i].at;
    if (all[i].setting.whole)
        *(int *)place = value < INT_MAX ? value > INT_MIN ? (int)value : INT_MIN : INT_MAX;
    else
        *(double *)place = value;
}
