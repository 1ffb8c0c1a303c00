#define _GNU_SOURCE 1
#include "convert/trial_settings.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "model/model_internal.h"
#include "task/task_internal.h"

static json_t *hash_json(uint64_t h)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, h);
    return json_string(text);
}

/* Of all that a spiking network takes from the model; the operating point not. */
static json_t *network_json(const srnn_model *model, bool initial)
{
    const size_t N = (size_t)model->params.N, n_in = (size_t)model->params.n_in,
                 n_out = (size_t)model->params.n_out;
    float *w_eff = malloc(N * N * sizeof *w_eff);
    double *tau_ms = malloc(N * sizeof *tau_ms);
    json_t *json = NULL;
    if (w_eff && tau_ms) {
        srnn_model_w_eff(model, initial, w_eff);
        srnn_model_tau_ms(model, tau_ms);
        uint64_t h = srnn__hash(SRNN__HASH_BEGIN, w_eff, N * N * sizeof *w_eff);
        h = srnn__hash(h, tau_ms, N * sizeof *tau_ms);
        h = srnn__hash(h, model->w_in, n_in * N * sizeof *model->w_in);
        h = srnn__hash(h, model->w_out, N * n_out * sizeof *model->w_out);
        json = hash_json(srnn__hash(h, model->b_out, n_out * sizeof *model->b_out));
    }
    free(w_eff);
    free(tau_ms);
    return json;
}

static json_t *settings_task_json(const srnn_task_def *def)
{
    json_t *json = json_pack("{ss}", "name", def->name);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double value = srnn_task_setting_get(&def->settings, i);
        if (value >= 0) json_object_set_new(json, srnn_task_setting_at(i)->name, json_real(value));
    }
    if (def->json && *def->json)
        json_object_set_new(json, "declaration",
                            hash_json(srnn__hash(SRNN__HASH_BEGIN, def->json, strlen(def->json))));
    return json;
}

static json_t *settings_spiking_json(const srnn_spiking_params *p)
{
    return json_pack(
        "{sssisfsfsfsfsfsfsfsfsfsbsbss}", "neuron", p->neuron.model == SRNN_QIF ? "qif" : "lif",
        "downsample", p->downsample, "tref_ms", p->neuron.tref_ms, "tm_ms", p->neuron.tm_ms,
        "tr_ms", p->neuron.tr_ms, "v_reset_mv", p->neuron.v_reset_mv, "v_peak_mv",
        p->neuron.v_peak_mv, "bias_mv", p->neuron.bias_mv, "noise_mv", p->neuron.noise_mv,
        "v0_low_mv", p->neuron.v0_low_mv, "v0_high_mv", p->neuron.v0_high_mv, "use_initial_weights",
        p->conversion.use_initial_weights, "add_b_out", p->conversion.add_b_out, "precision",
        p->precision == SRNN_DOUBLE ? "double" : "float");
}

srnn_status srnn__trial_settings(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                 const srnn_spiking_params *params, uint64_t seed, char **text)
{
    *text = NULL;
    if (!task->declarative || params->stimulation.mode != SRNN_STIM_NONE) return SRNN_OK;
    json_t *json = json_pack("{sssIsososo}", "spikernn", SRNN_VERSION, "seed", (json_int_t)seed,
                             "task", settings_task_json(srnn_task_get_def(task)), "spiking",
                             settings_spiking_json(params), "network",
                             network_json(model, params->conversion.use_initial_weights));
    if (json) *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(json);
    return *text ? SRNN_OK : srnn__no_memory(ctx);
}
