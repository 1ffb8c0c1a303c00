#define _POSIX_C_SOURCE 200809L
#include "convert/search_record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

/* NULL stays NULL, and is complete. */
static bool take_array(const void *from, size_t n, size_t size, void **to)
{
    *to = from ? srnn__copy(from, n, size) : NULL;
    return !from || *to;
}

srnn_status srnn__model_take_search(srnn_ctx *ctx, srnn_model *model,
                                    const srnn_search_result *search)
{
    const size_t n = (size_t)search->n, K = (size_t)search->K;
    srnn__search record = {.n = search->n,
                           .opt_scaling_factor = search->scaling_factors[search->best],
                           .all_perfs = srnn__search_accuracies(search, search->correct),
                           .n_trials = search->n_trials,
                           .test_perf = search->test_trials > 0
                                            ? (double)search->test_correct / search->test_trials
                                            : (double)NAN,
                           .test_two_sided_perf = srnn__test_two_sided_perf(search),
                           .test_trials = search->test_trials};
    void *factors, *trials, *values = NULL;
    bool complete = record.all_perfs != NULL;
    if (search->two_sided) {
        record.all_two_sided_perfs = srnn__search_accuracies(search, search->two_sided);
        complete &= record.all_two_sided_perfs != NULL;
    }
    complete &= take_array(search->scaling_factors, n, sizeof *search->scaling_factors, &factors);
    complete &= take_array(search->trials, n, sizeof *search->trials, &trials);
    record.scaling_factors = factors;
    record.trials = trials;
    bool whole = K > 0 && search->settings; /* all or none */
    for (int k = 0; k < SRNN_TRIAL_VALUES; k++) whole = whole && search->values[k];
    for (int k = 0; whole && k < SRNN_TRIAL_VALUES; k++) {
        complete &= take_array(search->values[k], n * K, sizeof(double), &values);
        record.values[k] = values;
    }
    record.K = whole ? search->K : 0;
    record.settings = search->settings ? strdup(search->settings) : NULL;
    complete &= !search->settings || record.settings;
    srnn__search_clear(complete ? &model->search : &record);
    if (!complete) return srnn__no_memory(ctx);
    model->search = record;
    return SRNN_OK;
}
