/* From a model to a .pth file (docs/files.md). torch's safe loader knows no floats outside
   tensors: a number is a tensor without axes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/archive.h"
#include "io/model_pth.h"
#include "io/pickle.h"
#include "io/whole_file.h"
#include "spikernn/file.h"

/* ---- entries of a dict ---- */

static void pth_begin(srnn__pickler *p, const char *key)
{
    srnn__put_text(p, key);
    srnn__put_dict_begin(p);
}

static void pth_add_number(srnn__pickler *p, const char *key, double value)
{
    srnn__put_text(p, key);
    srnn__put_tensor(p, 'f', sizeof value, 0, NULL, &value);
}

static void pth_add_known_number(srnn__pickler *p, const char *key, double value)
{
    if (isfinite(value)) pth_add_number(p, key, value);
}

static void add_int(srnn__pickler *p, const char *key, int64_t value)
{
    srnn__put_text(p, key);
    srnn__put_int(p, value);
}

static void add_bool(srnn__pickler *p, const char *key, bool value)
{
    srnn__put_text(p, key);
    srnn__put_bool(p, value);
}

static void pth_add_text(srnn__pickler *p, const char *key, const char *value)
{
    srnn__put_text(p, key);
    srnn__put_text(p, value);
}

static void pth_add_doubles(srnn__pickler *p, const char *key, size_t n, const double *values)
{
    if (!values) return;
    srnn__put_text(p, key);
    srnn__put_tensor(p, 'f', sizeof *values, 1, &n, values);
}

/* Ours lie a column after the other, torch's a row after the other. */
static void pth_transpose(const void *from, size_t size, size_t rows, size_t cols, void *to)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            memcpy((char *)to + (i * cols + j) * size, (const char *)from + (j * rows + i) * size,
                   size);
}

static void pth_add_matrix(srnn__pickler *p, const char *key, size_t rows, size_t cols,
                           const float *values)
{
    if (!values) return;
    float *turned = malloc(rows * cols * sizeof *turned);
    srnn__put_text(p, key);
    if (turned) {
        pth_transpose(values, sizeof *values, rows, cols, turned);
        srnn__put_tensor(p, 'f', sizeof *values, 2, (size_t[]){rows, cols}, turned);
    } else {
        p->complete = false;
    }
    free(turned);
}

/* ---- the parts ---- */

static void add_masks(srnn__pickler *p, const srnn_model *model)
{
    const size_t N = (size_t)model->params.N;
    float *mask = calloc(N * N, sizeof *mask);
    if (!mask) {
        p->complete = false;
        return;
    }
    for (size_t i = 0; i < N; i++) mask[i * N + i] = model->inh[i] ? -1 : 1;
    pth_add_matrix(p, "mask", N, N, mask);
    for (size_t k = 0; k < N * N; k++) mask[k] = model->som_m[k];
    pth_add_matrix(p, "som_mask", N, N, mask);
    free(mask);
}

/* w is rectified, so that w * mask o som_mask is the network. */
static void add_state(srnn__pickler *p, const srnn_model *model)
{
    const size_t N = (size_t)model->params.N;
    const size_t n_in = (size_t)model->params.n_in, n_out = (size_t)model->params.n_out;
    float *w = malloc(N * N * sizeof *w);
    for (size_t k = 0; w && k < N * N; k++)
        w[k] = model->params.apply_dale && !(model->w[k] > 0) ? 0 : model->w[k];
    p->complete &= w != NULL;
    pth_begin(p, "model_state_dict");
    pth_add_matrix(p, "w", N, N, w);
    pth_add_matrix(p, "w_out", n_out, N, model->w_out);
    pth_add_matrix(p, "b_out", n_out, 1, model->b_out);
    pth_add_matrix(p, "taus_gaus", N, 1, model->taus_gaus);
    pth_add_matrix(p, "w_in", N, n_in, model->w_in);
    add_masks(p, model);
    srnn__put_dict_end(p);
    free(w);
}

static void add_moments(srnn__pickler *p, const srnn_model *model, srnn__parameter k)
{
    const srnn__optimizer *o = &model->optimizer;
    size_t rows, cols;
    srnn__parameter_shape(model, k, &rows, &cols);
    const float step = (float)o->step;
    srnn__put_int(p, k);
    srnn__put_dict_begin(p);
    srnn__put_text(p, "step");
    srnn__put_tensor(p, 'f', sizeof step, 0, NULL, &step);
    pth_add_matrix(p, "exp_avg", rows, cols, o->m[k]);
    pth_add_matrix(p, "exp_avg_sq", rows, cols, o->v[k]);
    srnn__put_dict_end(p);
}

/* As the state_dict() of torch.optim.Adam([w, w_out, b_out, taus_gaus, w_in]), of which the last
   two may be missing. */
static void add_optimizer(srnn__pickler *p, const srnn_model *model)
{
    if (model->optimizer.step < 1) return;
    srnn_train_options o = model->training.options;
    if (o.n_trials == 0) o = srnn_train_options_default();
    pth_begin(p, "optimizer_state_dict");
    pth_begin(p, "state");
    for (int k = 0; k < SRNN__N_PARAMETERS; k++)
        if (srnn__parameter_size(model, (srnn__parameter)k))
            add_moments(p, model, (srnn__parameter)k);
    srnn__put_dict_end(p);
    srnn__put_text(p, "param_groups");
    srnn__put_list_begin(p);
    srnn__put_dict_begin(p);
    pth_add_number(p, "lr", o.lr);
    srnn__put_text(p, "betas");
    srnn__put_tuple_begin(p);
    srnn__put_tensor(p, 'f', sizeof o.beta1, 0, NULL, &o.beta1);
    srnn__put_tensor(p, 'f', sizeof o.beta2, 0, NULL, &o.beta2);
    srnn__put_tuple_end(p);
    pth_add_number(p, "eps", o.epsilon);
    add_int(p, "weight_decay", 0);
    static const char *const off[] = {"amsgrad", "maximize", "capturable", "differentiable"};
    for (size_t k = 0; k < sizeof off / sizeof *off; k++) add_bool(p, off[k], false);
    srnn__put_text(p, "foreach");
    srnn__put_none(p);
    srnn__put_text(p, "fused");
    srnn__put_none(p);
    srnn__put_text(p, "params");
    srnn__put_list_begin(p);
    for (int k = 0; k < SRNN__N_PARAMETERS; k++)
        if (srnn__parameter_size(model, (srnn__parameter)k)) srnn__put_int(p, k);
    srnn__put_list_end(p);
    srnn__put_dict_end(p);
    srnn__put_list_end(p);
    srnn__put_dict_end(p);
}

static void add_settings(srnn__pickler *p, const srnn_model *model)
{
    const srnn_model_params *params = &model->params;
    pth_begin(p, "settings");
    if (*model->task_name) pth_add_text(p, "task", model->task_name);
    if (model->task_json) pth_add_text(p, "task_json", model->task_json);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const srnn_task_setting *setting = srnn_task_setting_at(i);
        const double value = srnn_task_setting_get(&model->task_settings, i);
        if (value >= 0 && setting->whole)
            add_int(p, setting->name, (int64_t)value);
        else if (value >= 0)
            pth_add_number(p, setting->name, value);
    }
    pth_add_doubles(p, "taus", (size_t)params->n_taus, params->taus);
    pth_add_number(p, "DeltaT", params->DeltaT);
    pth_add_text(p, "activation", srnn__activation_name(params->activation));
    srnn__put_dict_end(p);
}

static void add_training_params(srnn__pickler *p, const srnn_train_options *o)
{
    if (o->n_trials == 0) return;
    pth_begin(p, "training_params");
    add_int(p, "seed", (int64_t)o->seed);
    add_int(p, "n_trials", o->n_trials);
    add_int(p, "batch", o->batch);
    add_int(p, "learn", o->learn);
    for (const srnn__real_option *r = srnn__real_options; r->name; r++) {
        double value;
        memcpy(&value, (const char *)o + r->offset, sizeof value);
        pth_add_known_number(p, r->name, value); /* no grad_clip: no limit */
    }
    pth_add_text(p, "w_gradient", srnn__w_gradient_names[o->w_gradient]);
    pth_add_text(p, "adam", srnn__adam_names[o->adam]);
    pth_add_text(p, "loss_fn", srnn__loss_names[o->loss]);
    add_int(p, "eval_freq", o->eval_freq);
    add_int(p, "eval_trials", o->eval_trials);
    add_int(p, "min_trials", o->min_trials);
    srnn__put_dict_end(p);
}

static void add_eval_os(srnn__pickler *p, const srnn__training *t, size_t n_out)
{
    const size_t trials = (size_t)t->eval_trials, T = (size_t)t->eval_T;
    double *turned = malloc(trials * T * n_out * sizeof *turned);
    p->complete &= turned != NULL;
    for (size_t k = 0; turned && k < trials * T * n_out; k++) { /* [trials][T][n_out] */
        const size_t trial = k / n_out / T, step = k / n_out % T, out = k % n_out;
        turned[k] = t->eval_os[(out * T + step) * trials + trial];
    }
    srnn__put_text(p, "eval_os");
    if (turned)
        srnn__put_tensor(p, 'f', sizeof *turned, n_out > 1 ? 3 : 2, (size_t[]){trials, T, n_out},
                         turned);
    free(turned);
}

/* Of the last trial the .mat file alone keeps x, r, u, target and o. */
static void pth_add_training(srnn__pickler *p, const srnn_model *model)
{
    const srnn__training *t = &model->training;
    if (t->tr < 0) return;
    const size_t N = (size_t)model->params.N, T = (size_t)t->T, n_evals = (size_t)t->n_evals;
    pth_add_doubles(p, "losses", (size_t)t->n_losses, t->losses);
    if (t->n_losses > 0) pth_add_number(p, "final_loss", t->losses[t->n_losses - 1]);
    add_int(p, "trial", t->tr);
    pth_begin(p, "training_record");
    add_bool(p, "reached", t->reached);
    pth_add_known_number(p, "eval_perf_mean", t->eval_perf_mean);
    pth_add_known_number(p, "eval_loss_mean", t->eval_loss_mean);
    pth_add_known_number(p, "eval_two_sided_mean", t->eval_two_sided_mean);
    if (t->options.loss_threshold > 0)
        pth_add_number(p, "loss_threshold", t->options.loss_threshold);
    if (t->options.perf_threshold > 0)
        pth_add_number(p, "perf_threshold", t->options.perf_threshold);
    if (n_evals > 0) {
        pth_add_doubles(p, "eval_tr", n_evals, t->eval_tr);
        pth_add_doubles(p, "eval_perf_curve", n_evals, t->eval_perf_curve);
        pth_add_doubles(p, "eval_loss_curve", n_evals, t->eval_loss_curve);
    }
    if (t->eval_trials > 0 && t->eval_os) {
        pth_add_doubles(p, "eval_labels", (size_t)t->eval_trials, t->eval_labels);
        add_eval_os(p, t, (size_t)model->params.n_out);
    }
    if (T >= 2) {
        pth_add_matrix(p, "x0", N, T, t->x0);
        pth_add_matrix(p, "r0", N, T, t->r0);
    }
    srnn__put_dict_end(p);
}

static void pth_add_search(srnn__pickler *p, const srnn__search *s)
{
    if (s->n < 1) return;
    pth_begin(p, "search");
    pth_add_known_number(p, "opt_scaling_factor", s->opt_scaling_factor);
    pth_add_doubles(p, "scaling_factors", (size_t)s->n, s->scaling_factors);
    pth_add_doubles(p, "all_perfs", (size_t)s->n, s->all_perfs);
    pth_add_doubles(p, "all_two_sided_perfs", (size_t)s->n, s->all_two_sided_perfs);
    double *trials = s->trials ? malloc((size_t)s->n * sizeof *trials) : NULL;
    for (int i = 0; trials && i < s->n; i++) trials[i] = s->trials[i];
    pth_add_doubles(p, "all_n_trials", (size_t)s->n, trials);
    free(trials);
    if (s->n_trials > 0) add_int(p, "search_n_trials", s->n_trials);
    if (s->settings) pth_add_text(p, "search_settings", s->settings);
    if (s->test_trials > 0) {
        pth_add_number(p, "search_test_perf", s->test_perf);
        pth_add_known_number(p, "search_test_two_sided_perf", s->test_two_sided_perf);
        add_int(p, "search_test_trials", s->test_trials);
    }
    srnn__put_dict_end(p);
}

static void pth_add_operating_point(srnn__pickler *p, const srnn_operating_point *point, size_t N)
{
    if (!point->gain) return;
    pth_begin(p, "operating_point");
    pth_add_doubles(p, "op_gain", N, point->gain);
    pth_add_doubles(p, "op_bias_mv", N, point->bias_mv);
    pth_add_doubles(p, "op_scale", N, point->scale);
    pth_add_doubles(p, "op_offset", N, point->offset);
    pth_add_known_number(p, "op_widening", point->widening);
    pth_add_known_number(p, "op_shot_noise_cost", point->shot_noise_cost);
    pth_add_known_number(p, "op_perf", point->perf);
    pth_add_known_number(p, "op_two_sided_perf", point->two_sided_perf);
    if (point->n_trials > 0) add_int(p, "op_n_trials", point->n_trials);
    if (point->settings) pth_add_text(p, "op_settings", point->settings);
    srnn__put_dict_end(p);
}

static void pth_add_readout(srnn__pickler *p, const srnn_model *model)
{
    const srnn_readout *r = &model->readout;
    if (!r->w_out) return;
    const size_t N = (size_t)model->params.N, n_out = (size_t)model->params.n_out;
    pth_begin(p, "readout");
    pth_add_matrix(p, "readout_w_out", n_out, N, r->w_out);
    pth_add_matrix(p, "readout_b_out", n_out, 1, r->b_out);
    pth_add_known_number(p, "readout_scaling_factor", r->scaling_factor);
    pth_add_known_number(p, "readout_perf", r->perf);
    pth_add_known_number(p, "readout_two_sided_perf", r->two_sided_perf);
    if (r->n_trials > 0) add_int(p, "readout_n_trials", r->n_trials);
    if (r->settings) pth_add_text(p, "readout_settings", r->settings);
    srnn__put_dict_end(p);
}

/* Below zero stands how far a weight is from being a connection again: with the moments
   alone a training would not go on as it was. */
static void add_unrectified(srnn__pickler *p, const srnn_model *model)
{
    const size_t N = (size_t)model->params.N;
    bool negative = false;
    for (size_t k = 0; k < N * N && !negative; k++) negative = model->w[k] < 0;
    if (model->params.apply_dale && negative) pth_add_matrix(p, "w_unrectified", N, N, model->w);
}

/* Which units are SOM, and which weights do not learn. */
static void add_flags(srnn__pickler *p, const srnn_model *model)
{
    const size_t N = (size_t)model->params.N;
    float *flags = malloc(N * N * sizeof *flags);
    p->complete &= flags != NULL;
    for (size_t i = 0; flags && i < N; i++) flags[i] = model->som[i];
    if (flags) pth_add_matrix(p, "som", N, 1, flags);
    for (size_t k = 0; flags && model->w_fixed && k < N * N; k++) flags[k] = model->w_fixed[k];
    if (flags && model->w_fixed) pth_add_matrix(p, "w_fixed", N, N, flags);
    free(flags);
}

static void add_origin(srnn__pickler *p, const srnn_model *model)
{
    const srnn_model_params *params = &model->params;
    const size_t N = (size_t)params->N;
    double *inh = malloc(2 * N * sizeof *inh), *exc = inh ? inh + N : NULL;
    p->complete &= inh != NULL;
    for (size_t i = 0; inh && i < N; i++) {
        inh[i] = model->inh[i];
        exc[i] = !model->inh[i];
    }
    add_int(p, "N", params->N);
    pth_add_doubles(p, "inh", N, inh);
    pth_add_doubles(p, "exc", N, exc);
    free(inh);
    add_int(p, "som_N", params->som_N);
    add_bool(p, "apply_dale", params->apply_dale);
    pth_add_known_number(p, "P_inh", params->P_inh);
    pth_add_known_number(p, "P_rec", params->P_rec);
    pth_add_known_number(p, "gain", params->gain);
    add_bool(p, "balanced", params->balanced);
    pth_add_number(p, "taus_gaus_mean", params->taus_gaus_mean);
    pth_add_text(p, "w_dist", params->w_dist == SRNN_W_GAMMA ? "gamma" : "gaus");
    add_int(p, "seed", (int64_t)params->seed);
    add_unrectified(p, model);
    add_flags(p, model);
    pth_add_matrix(p, "w_in0", N, (size_t)params->n_in, model->w_in0);
    pth_add_matrix(p, "w0", N, N, model->w0);
    pth_add_matrix(p, "taus_gaus0", N, 1, model->taus_gaus0);
}

static void pickle_model(srnn__pickler *p, const srnn_model *model)
{
    srnn__pickler_begin(p);
    srnn__put_dict_begin(p);
    add_state(p, model);
    add_optimizer(p, model);
    add_settings(p, model);
    add_training_params(p, &model->training.options);
    pth_add_training(p, model);
    pth_add_search(p, &model->search);
    pth_add_operating_point(p, &model->operating_point, (size_t)model->params.N);
    pth_add_readout(p, model);
    add_origin(p, model);
    add_int(p, "format_version", SRNN__PTH_VERSION);
    pth_add_text(p, "spikernn_version", srnn_version());
    srnn__put_dict_end(p);
    srnn__pickler_end(p);
}

/* ---- the file ---- */

static srnn_status write_archive(srnn_ctx *ctx, const char *path, const srnn__pickler *p)
{
    const size_t n = p->n_storages + 2;
    srnn__entry *entries = calloc(n, sizeof *entries);
    if (!entries) return srnn__no_memory(ctx);
    entries[0] = (srnn__entry){"data.pkl", p->bytes, p->n};
    for (size_t k = 0; k < p->n_storages; k++) {
        entries[k + 1] = (srnn__entry){"", p->storages[k].bytes, p->storages[k].n};
        snprintf(entries[k + 1].name, sizeof entries->name, "data/%zu", k);
    }
    entries[n - 1] = (srnn__entry){"version", "3\n", 2};
    size_t n_bytes;
    bool exists;
    unsigned char *bytes = srnn__archive_make(entries, n, &n_bytes);
    const srnn_status status =
        bytes ? srnn__write_whole(ctx, path, ".pth", bytes, n_bytes, true, &exists)
              : srnn__no_memory(ctx);
    free(bytes);
    free(entries);
    return status;
}

srnn_status srnn_model_save_pth(srnn_ctx *ctx, const srnn_model *model, const char *path)
{
    srnn__pickler p;
    pickle_model(&p, model);
    const srnn_status status = p.complete ? write_archive(ctx, path, &p) : srnn__no_memory(ctx);
    srnn__pickler_free(&p);
    return status;
}
