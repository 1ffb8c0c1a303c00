#include "experiment/results_json.h"

#include <math.h>
#include <stdlib.h>

#include "core/json_text.h"
#include "spikernn/options.h"

/* ---- pieces ---- */

json_t *srnn__json_real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

/* The value, or NULL after a failure. */
static json_t *unless_failed(json_t *value, int failed)
{
    if (!failed) return value;
    json_decref(value);
    return NULL;
}

json_t *srnn__json_append(json_t *array, json_t *value)
{
    return unless_failed(array, json_array_append_new(array, value));
}

json_t *srnn__json_with(json_t *object, const char *name, json_t *value)
{
    return unless_failed(object, json_object_set_new(object, name, value));
}

json_t *srnn__json_join(json_t *object, json_t *more)
{
    return unless_failed(object, json_object_update_new(object, more));
}

char *srnn__json_text_of(json_t *value)
{
    char *text = srnn__json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(value);
    return text;
}

/* ---- parameters ---- */

/* Units counted from 1. */
static json_t *stimulation_json(const srnn_stimulation *s)
{
    if (s->mode == SRNN_STIM_NONE) return json_null();
    json_t *units = json_array();
    for (int i = 0; i < s->n_units; i++)
        units = srnn__json_append(units, json_integer(s->units[i] + 1));
    return json_pack("{sss[ii]sososo}", "mode", srnn_option_choice("stim_mode", s->mode), "window",
                     s->on, s->off, "units", units, "probability", srnn__json_real(s->probability),
                     "amplitude_mv", srnn__json_real(s->amplitude_mv));
}

json_t *srnn__spiking_params_json(const srnn_spiking_params *p)
{
    return json_pack(
        "{sssosososososososososisbsbssso}", "neuron", srnn_option_choice("neuron", p->neuron.model),
        "tref_ms", srnn__json_real(p->neuron.tref_ms), "tm_ms", srnn__json_real(p->neuron.tm_ms),
        "tr_ms", srnn__json_real(p->neuron.tr_ms), "v_reset_mv",
        srnn__json_real(p->neuron.v_reset_mv), "v_peak_mv", srnn__json_real(p->neuron.v_peak_mv),
        "bias_mv", srnn__json_real(p->neuron.bias_mv), "noise_mv",
        srnn__json_real(p->neuron.noise_mv), "v0_low_mv", srnn__json_real(p->neuron.v0_low_mv),
        "v0_high_mv", srnn__json_real(p->neuron.v0_high_mv), "downsample", p->downsample,
        "use_initial_weights", p->conversion.use_initial_weights, "add_b_out",
        p->conversion.add_b_out, "precision", srnn_option_choice("precision", p->precision),
        "stimulation", stimulation_json(&p->stimulation));
}

json_t *srnn__accuracy_json(int correct, int two_sided, int n)
{
    if (n < 1)
        return json_pack("{sisisnsnsn}", "correct", 0, "n", 0, "accuracy", "interval",
                         "two_sided_accuracy");
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    return json_pack("{sisisfs[ff]so}", "correct", correct, "n", n, "accuracy", (double)correct / n,
                     "interval", low, high, "two_sided_accuracy",
                     two_sided >= 0 ? json_real((double)two_sided / n) : json_null());
}

/* ---- results ---- */

json_t *srnn__connections_json(const srnn_model *model)
{
    const srnn_connections c = srnn_model_connections(model);
    return json_pack(
        "{sosososososososososo}", "connections", srnn__json_real(c.share), "connections_at_start",
        srnn__json_real(c.share_at_start), "gone", srnn__json_real(c.gone), "grown",
        srnn__json_real(c.grown), "weight", srnn__json_real(c.weight), "weight_at_start",
        srnn__json_real(c.weight_at_start), "E_to_E", srnn__json_real(c.pathways[SRNN_E_TO_E]),
        "E_to_I", srnn__json_real(c.pathways[SRNN_E_TO_I]), "I_to_E",
        srnn__json_real(c.pathways[SRNN_I_TO_E]), "I_to_I",
        srnn__json_real(c.pathways[SRNN_I_TO_I]));
}

json_t *srnn__training_json(const srnn_model *model, double seconds)
{
    const srnn_training_record r = srnn_model_get_training(model);
    return json_pack("{sIsIsbsososososo}", "trials", (json_int_t)r.n_losses, "trials_at_most",
                     (json_int_t)r.n_trials, "criterion_reached", r.reached, "accuracy",
                     srnn__json_real(r.eval_perf_mean), "two_sided_accuracy",
                     srnn__json_real(r.eval_two_sided_mean), "loss",
                     srnn__json_real(r.eval_loss_mean), "last_trial_loss",
                     srnn__json_real(r.n_losses ? r.losses[r.n_losses - 1] : (double)NAN),
                     "seconds", srnn__json_real(seconds));
}

/* Of what was chosen, on fresh trials; null without any. */
static json_t *fresh_json(int correct, int two_sided, int n)
{
    return n > 0 ? srnn__accuracy_json(correct, two_sided, n) : json_null();
}

static json_t *factor_json(const srnn_search_result *r, int i)
{
    json_t *row = json_pack("{so}", "scaling_factor", srnn__json_real(r->scaling_factors[i]));
    const int two_sided = r->two_sided ? r->two_sided[i] : -1;
    row = srnn__json_join(row, srnn__accuracy_json(r->correct[i], two_sided, r->trials[i]));
    return srnn__json_join(row, json_pack("{sososo}", "score", srnn__json_real(r->score[i]), "loss",
                                          srnn__json_real(r->loss[i]), "mean_rate_hz",
                                          srnn__json_real(r->rate_hz[i])));
}

json_t *srnn__search_json(const srnn_search_result *r)
{
    json_t *table = json_array();
    for (int i = 0; i < r->n; i++) table = srnn__json_append(table, factor_json(r, i));
    return json_pack(
        "{sssisososIsIso}", "conversion", srnn_option_choice("conversion", SRNN_BY_SCALING_FACTOR),
        "n_trials", r->n_trials, "opt_scaling_factor",
        r->n_trials > 0 ? json_real(r->scaling_factors[r->best]) : json_null(), "table", table,
        "trials_run", (json_int_t)r->trials_run, "trials_kept", (json_int_t)r->trials_kept, "fresh",
        fresh_json(r->test_correct, r->test_two_sided, r->test_trials));
}

static json_t *candidate_json(const srnn_operating_candidate *c, int n_trials)
{
    json_t *row =
        json_pack("{sososisoso}", "widening", srnn__json_real(c->widening), "shot_noise_cost",
                  srnn__json_real(c->shot_noise_cost), "visit_trials", c->visit_trials, "score",
                  srnn__json_real(c->score), "mean_rate_hz", srnn__json_real(c->mean_rate_hz));
    return srnn__json_join(row, srnn__accuracy_json(c->correct, c->two_sided, n_trials));
}

json_t *srnn__operating_json(const srnn_operating_result *r)
{
    json_t *table = json_array();
    for (int i = 0; i < r->n; i++)
        table = srnn__json_append(table, candidate_json(&r->candidates[i], r->n_trials));
    return json_pack("{sssisisoso}", "conversion",
                     srnn_option_choice("conversion", SRNN_BY_OPERATING_POINT), "n_trials",
                     r->n_trials, "best", r->best, "table", table, "fresh",
                     fresh_json(r->test_correct, r->test_two_sided, r->test_trials));
}

json_t *srnn__readout_json(const srnn_readout_result *r)
{
    return json_pack("{sosososo}", "shrinkage", srnn__json_real(r->shrinkage), "rmse_trained",
                     srnn__json_real(r->rmse_before), "rmse_refitted", srnn__json_real(r->rmse),
                     "fresh", fresh_json(r->test_correct, r->test_two_sided, r->test_trials));
}

static json_t *finding_json(const srnn_finding *f)
{
    return srnn__json_join(json_pack("{ssss}", "code", f->code, "sentence", f->sentence),
                           json_loads(f->numbers, 0, NULL));
}

json_t *srnn__diagnosis_json(const srnn_diagnosis *diagnosis)
{
    json_t *findings = diagnosis->made ? json_array() : json_null();
    for (int i = 0; i < diagnosis->n; i++)
        findings = srnn__json_append(findings, finding_json(&diagnosis->findings[i]));
    return findings;
}

/* ---- as text ---- */

char *srnn_build_json(const srnn_ctx *ctx) { return srnn__json_text_of(srnn__build_json(ctx)); }

char *srnn_spiking_params_json(const srnn_spiking_params *params)
{
    return srnn__json_text_of(srnn__spiking_params_json(params));
}

char *srnn_accuracy_json(int correct, int two_sided, int n)
{
    return srnn__json_text_of(srnn__accuracy_json(correct, two_sided, n));
}

char *srnn_connections_json(const srnn_model *model)
{
    return srnn__json_text_of(srnn__connections_json(model));
}

char *srnn_training_json(const srnn_model *model, double seconds)
{
    return srnn__json_text_of(srnn__training_json(model, seconds));
}

char *srnn_search_json(const srnn_search_result *result)
{
    return srnn__json_text_of(srnn__search_json(result));
}

char *srnn_operating_json(const srnn_operating_result *result)
{
    return srnn__json_text_of(srnn__operating_json(result));
}

char *srnn_readout_json(const srnn_readout_result *result)
{
    return srnn__json_text_of(srnn__readout_json(result));
}

char *srnn_evaluation_json(const srnn_task *task, const srnn_evaluation *evaluation)
{
    return srnn__json_text_of(srnn__evaluation_json(task, evaluation));
}

char *srnn_noise_curve_json(const srnn_task *task, const srnn_noise_curve *curve)
{
    return srnn__json_text_of(srnn__noise_curve_json(task, curve));
}

char *srnn_diagnosis_json(const srnn_diagnosis *diagnosis)
{
    return srnn__json_text_of(srnn__diagnosis_json(diagnosis));
}
