/* What spiking trials depend on, except the conversion and their own numbers. */
#ifndef SRNN_TRIAL_SETTINGS_H
#define SRNN_TRIAL_SETTINGS_H

#include "spikernn/spiking.h"

/* In JSON, one line, to be freed; the same text, the same trials. *text NULL: JSON cannot describe
   it, as the task is code of the user's own, or there is stimulation. Error: SRNN_ERR_NO_MEMORY. */
srnn_status srnn__trial_settings(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                 const srnn_spiking_params *params, uint64_t seed, char **text);

#endif
