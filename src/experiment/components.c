/* Principal components of what both networks did in the trials that were observed. */
#include "experiment/experiment.h"
#include "experiment/results_json.h"
#include "spikernn/dynamics.h"

static json_t *component_counts_json(const srnn_pca *pca)
{
    double three = 0; /* NaN: nothing varies */
    for (int k = 0; k < pca->N && k < 3; k++) three += pca->explained[k];
    return json_pack("{sosisiso}", "three", srnn__json_real(three), "for_95", pca->n_for_95,
                     "for_99", pca->n_for_99, "dimensionality",
                     srnn__json_real(pca->dimensionality));
}

static srnn_status components_of(srnn_ctx *ctx, const srnn_activity *activity, json_t **out)
{
    srnn_pca pca;
    const srnn_status status = srnn_pca_of(ctx, activity, NULL, &pca);
    if (status) return status;
    *out = component_counts_json(&pca);
    srnn_pca_free(&pca);
    return SRNN_OK;
}

static srnn_status rate_components(srnn_ctx *ctx, const srnn_experiment *e, json_t **out)
{
    const srnn_observation *o = &e->observation;
    srnn_activity activity = {0};
    srnn_status status = srnn_activity_of_rates(ctx, o->r, o->K, o->T, o->N, o->n_types, o->type,
                                                e->s->bin_ms, &activity);
    if (!status) status = components_of(ctx, &activity, out);
    srnn_activity_free(&activity);
    return status;
}

static srnn_status spiking_components(srnn_ctx *ctx, const srnn_experiment *e, json_t **out)
{
    srnn_activity activity = {0};
    srnn_status status = srnn_activity_of_spikes(ctx, &e->observation.spikes, e->s->bin_ms,
                                                 e->s->kernel_ms, &activity);
    if (!status) status = components_of(ctx, &activity, out);
    srnn_activity_free(&activity);
    return status;
}

srnn_status srnn__components_json(srnn_ctx *ctx, const srnn_experiment *e, json_t **out)
{
    const srnn_observation *o = &e->observation;
    json_t *rate = NULL, *spiking = NULL;
    srnn_status status = rate_components(ctx, e, &rate);
    if (!status && o->spiking) status = spiking_components(ctx, e, &spiking);
    if (status)
        json_decref(rate);
    else
        *out = json_pack("{sisoso?}", "trials_of_each_type", o->K / o->n_types, "rate", rate,
                         "spiking", spiking);
    return status;
}
