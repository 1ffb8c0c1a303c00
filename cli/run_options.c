/* The options that a run's summary has, by which it can be made again. */
#define _GNU_SOURCE 1
#include "cli.h"

/* What learns, how, and at what price. */
static json_t *learning_json(const srnn_train_options *t)
{
    const srnn_penalties *p = &t->penalties;
    json_t *learn = json_array();
    for (int i = 0; i < CLI_LEARN_NAMES; i++)
        if (t->learn >> i & 1) json_array_append_new(learn, json_string(cli_learn_names[i]));
    return json_pack("{sosssfsfsfsfsfsfsf}", "learn", learn, "w_gradient",
                     cli_w_gradient_names[t->w_gradient], "L1_in", p->L1_in, "L1_rec", p->L1_rec,
                     "L1_out", p->L1_out, "L2_in", p->L2_in, "L2_rec", p->L2_rec, "L2_out",
                     p->L2_out, "L2_firing_rate", p->L2_firing_rate);
}

json_t *cli_json_run_options(const cli_options *o, const srnn_task_def *def)
{
    const srnn_model_params *p = &o->model;
    const srnn_train_options *t = &o->train;
    json_t *taus = json_array(), *grid = json_array();
    for (int i = 0; i < p->n_taus; i++) json_array_append_new(taus, json_real(p->taus[i]));
    for (int i = 0; i < o->n_scaling_factors; i++)
        json_array_append_new(grid, json_real(o->scaling_factors[i]));
    json_t *json = json_pack(
        "{sbsbsfsisfsfsisfsssbsoss}", "no_autapses", p->no_autapses, "balanced", p->balanced,
        "taus_gaus_mean", p->taus_gaus_mean, "N", p->N, "P_inh", p->P_inh, "P_rec", p->P_rec,
        "som_N", p->som_N, "gain", p->gain, "w_dist", cli_w_dist_names[p->w_dist], "apply_dale",
        p->apply_dale, "decay_taus", taus, "act", cli_act_names[p->activation]);
    json_object_update_new(
        json, json_pack("{sssisosfsIsfsssssIsisfsfsI}", "preset", cli_preset_names[o->preset],
                        "batch", t->batch, "grad_clip", cli_json_real(t->grad_clip), "noise",
                        t->noise, "n_trials", (json_int_t)t->n_trials, "lr", t->lr, "loss_fn",
                        cli_loss_names[t->loss], "adam", cli_adam_names[t->adam], "eval_freq",
                        (json_int_t)t->eval_freq, "eval_trials", t->eval_trials, "loss_threshold",
                        t->loss_threshold, "perf_threshold", t->perf_threshold, "min_trials",
                        (json_int_t)(t->min_trials >= 0 ? t->min_trials : def->min_trials)));
    json_object_update_new(json, json_pack("{sosssbsbsisi}", "scaling_factors", grid, "criterion",
                                           cli_criterion_names[o->criterion], "refine", o->refine,
                                           "racing", o->racing, "search_trials", o->search_trials,
                                           "test_trials", o->test_trials));
    json_object_update_new(json, learning_json(t));
    json_object_set_new(json, "connectivity",
                        o->connectivity ? cli_json_text(o->connectivity) : json_null());
    json_object_update_new(json, cli_json_spiking(&o->spiking));
    return json;
}
