#include "figure/study_counts.h"

#include <math.h>

static void condition_count_network(const srnn_study_network *network, int measure, double at_least,
                                    srnn_condition_summary *out)
{
    out->left += network->state == SRNN_NETWORK_LEFT;
    out->failed += network->state == SRNN_NETWORK_FAILED;
    out->not_trained += network->state == SRNN_NETWORK_NOT_TRAINED;
    if (network->state == SRNN_NETWORK_LEFT) return;
    out->n++;
    if (measure >= 0 && network->values[measure] >= at_least) out->reached++;
}

void srnn__condition_count(const srnn_study_view *view, int condition, int measure,
                           srnn_condition_summary *out)
{
    const double at_least = measure < 0 ? (double)NAN : view->measures[measure].at_least;
    *out = (srnn_condition_summary){.share = NAN, .low = NAN, .high = NAN};
    for (int i = 0; i < view->n_networks; i++)
        if (view->networks[i].condition == condition)
            condition_count_network(&view->networks[i], measure, at_least, out);
    if (isnan(at_least) || out->n == 0) return;
    out->share = (double)out->reached / out->n;
    srnn_wilson_interval(out->reached, out->n, &out->low, &out->high);
}

/* A network that is not finished may have some values already: a share leaves it out, and so do
   means. */
int srnn__condition_values(const srnn_study_view *view, int condition, int measure, double *values)
{
    int n = 0;
    for (int i = 0; i < view->n_networks; i++) {
        const srnn_study_network *network = &view->networks[i];
        if (network->condition == condition && network->state != SRNN_NETWORK_LEFT &&
            isfinite(network->values[measure]))
            values[n++] = network->values[measure];
    }
    return n;
}
