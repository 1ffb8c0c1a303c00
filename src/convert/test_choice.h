/* The accuracy of what was chosen, on trials that had no part in the choice. */
#ifndef SRNN_TEST_CHOICE_H
#define SRNN_TEST_CHOICE_H

#include "spikernn/spiking.h"

typedef struct srnn__test {
    int n_trials, correct, two_sided;
} srnn__test;

/* n_trials 0: none. *out: all 0 then, and after an error. */
srnn_status srnn__test_choice(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                              const srnn_spiking_params *params, uint64_t seed, int n_trials,
                              srnn__test *out);

#endif
