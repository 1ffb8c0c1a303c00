/* From the variables of a .mat file, or of what stands for one, to a model (docs/files.md). */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/mat_file.h"
#include "io/model_pth.h"
#include "io/model_records.h"
#include "io/whole_file.h"
#include "model/model_internal.h"
#include "spikernn/file.h"

static const char *const known_variables[] = {
    /* the network */
    "N", "w", "w0", "w_in", "w_in0", "w_out", "b_out", "m", "inh", "exc", "som", "som_m", "w_fixed",
    "som_N", "taus", "taus_gaus", "taus_gaus0", "activation", "apply_dale", "P_inh", "P_rec",
    "gain", "w_dist", "balanced", "taus_gaus_mean", "DeltaT", "seed",
    /* its task */
    "task", "task_json", "T", "stim_on", "stim_dur", "delay", "eval_amp_thresh", "offset",
    "constant", "two_sided",
    /* its training */
    "losses", "tr", "reached", "eval_perf_mean", "eval_loss_mean", "eval_two_sided_mean",
    "loss_threshold", "perf_threshold", "eval_tr", "eval_perf_curve", "eval_loss_curve", "eval_os",
    "eval_labels", "x0", "r0", "x", "r", "u", "target", "o",
    /* the search */
    "opt_scaling_factor", "all_perfs", "all_two_sided_perfs", "scaling_factors", "search_n_trials",
    "all_n_trials", "search_correct", "search_margins", "search_losses", "search_rates_hz",
    "search_other_sides", "search_settings", "search_test_perf", "search_test_two_sided_perf",
    "search_test_trials",
    /* the operating point */
    "op_gain", "op_bias_mv", "op_scale", "op_offset", "op_widening", "op_shot_noise_cost",
    "op_perf", "op_two_sided_perf", "op_n_trials", "op_settings",
    /* the readout */
    "readout_w_out", "readout_b_out", "readout_scaling_factor", "readout_perf",
    "readout_two_sided_perf", "readout_n_trials", "readout_settings", NULL};
const char *const *const srnn__model_variables = known_variables;

typedef struct loader {
    srnn_ctx *ctx;
    srnn__mat mat;
    srnn_model_params params;
    srnn_model *model;
} loader;

/* ---- sizes and settings ---- */

static srnn_status load_taus(loader *l)
{
    srnn__array taus;
    const srnn_status status = srnn__mat_array(&l->mat, "taus", SRNN__REQUIRED, &taus);
    if (status) return status;
    const size_t n = taus.rows * taus.cols * taus.pages;
    if (n == 1 || n == 2) {
        l->params.n_taus = (int)n;
        l->params.taus[0] = taus.values[0];
        l->params.taus[1] = taus.values[n - 1];
    }
    free(taus.values);
    if (n != 1 && n != 2)
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'taus' has %zu elements; expected 1 or 2", l->mat.path, n);
    for (size_t k = 0; k < n; k++)
        if (!(l->params.taus[k] > 0 && isfinite(l->params.taus[k])))
            return srnn__mat_refuse(&l->mat, "taus", l->params.taus[k],
                                    "decay times above 0 (rate steps)");
    if (n == 2 && !(l->params.taus[0] < l->params.taus[1]))
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'taus' is %g %g; expected the smaller one first",
                          l->mat.path, l->params.taus[0], l->params.taus[1]);
    return SRNN_OK;
}

static srnn_status load_activation(loader *l)
{
    char text[64];
    const srnn_status status =
        srnn__mat_text(&l->mat, "activation", SRNN__OPTIONAL, text, sizeof text);
    if (status || !srnn__mat_find(&l->mat, "activation")) return status;
    const char *names[SRNN_SOFTPLUS + 2] = {NULL};
    for (int k = 0; k <= SRNN_SOFTPLUS; k++) {
        names[k] = srnn__activation_name((srnn_activation)k);
        if (strcmp(text, names[k])) continue;
        l->params.activation = (srnn_activation)k;
        return SRNN_OK;
    }
    const char *near = srnn__nearest(text, names);
    if (near)
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'activation' is '%s'; did you mean '%s'?", l->mat.path,
                          text, near);
    return srnn__fail(
        l->ctx, SRNN_ERR_FORMAT,
        "%s: variable 'activation' is '%s'; expected sigmoid, clipped_relu or softplus",
        l->mat.path, text);
}

/* N, n_in and n_out, from the shapes of w, w_in and w_out. */
static srnn_status load_sizes(loader *l)
{
    srnn__array a;
    srnn_status status = srnn__mat_array(&l->mat, "w", SRNN__REQUIRED, &a);
    if (status) return status;
    free(a.values);
    if (a.rows != a.cols || a.pages != 1 || a.rows < 1 || a.rows > 16000)
        return srnn__mat_refuse_shape(&l->mat, "w", "N x N, N 1 to 16000");
    l->params.N = (int)a.rows;
    int N = l->params.N;
    if ((status = srnn__mat_whole(&l->mat, "N", SRNN__OPTIONAL, 1, &N))) return status;
    if (N != l->params.N)
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'w' is %d x %d; expected N x N with 'N' = %d", l->mat.path,
                          l->params.N, l->params.N, N);
    if ((status = srnn__mat_array(&l->mat, "w_in", SRNN__REQUIRED, &a))) return status;
    free(a.values);
    if (a.rows == 1 && a.cols == (size_t)N && a.pages == 1) { /* 1 x N for one channel */
        a.rows = (size_t)N;
        a.cols = 1;
    }
    char expected[64];
    if (a.rows != (size_t)N || a.cols < 1 || a.cols > 100000 || a.pages != 1) {
        snprintf(expected, sizeof expected, "%d (N) x channels, 1 to 100000", N);
        return srnn__mat_refuse_shape(&l->mat, "w_in", expected);
    }
    l->params.n_in = (int)a.cols;
    if ((status = srnn__mat_array(&l->mat, "w_out", SRNN__REQUIRED, &a))) return status;
    free(a.values);
    const bool turned = a.cols == 1 && a.rows == (size_t)N; /* N x 1 for one output */
    if (a.pages != 1 || a.rows < 1 || a.rows > 100000 || (a.cols != (size_t)N && !turned)) {
        snprintf(expected, sizeof expected, "outputs, 1 to 100000, x %d (N)", N);
        return srnn__mat_refuse_shape(&l->mat, "w_out", expected);
    }
    l->params.n_out = turned ? 1 : (int)a.rows;
    return SRNN_OK;
}

static srnn_status load_probability(loader *l, const char *name, double *p)
{
    const srnn_status status = srnn__mat_number(&l->mat, name, SRNN__OPTIONAL, p);
    if (status || isnan(*p) || (*p >= 0 && *p <= 1)) return status; /* NaN: not known */
    return srnn__mat_refuse(&l->mat, name, *p, "a probability, 0 to 1");
}

static srnn_status load_provenance(loader *l)
{
    srnn_model_params *p = &l->params;
    srnn_status status = load_probability(l, "P_inh", &p->P_inh);
    if (!status) status = load_probability(l, "P_rec", &p->P_rec);
    if (!status) status = srnn__mat_number(&l->mat, "gain", SRNN__OPTIONAL, &p->gain);
    if (!status) status = srnn__mat_number(&l->mat, "DeltaT", SRNN__OPTIONAL, &p->DeltaT);
    if (status) return status;
    if (!(p->DeltaT > 0 && isfinite(p->DeltaT)))
        return srnn__mat_refuse(&l->mat, "DeltaT", p->DeltaT, "a step above 0 (rate steps)");
    double seed = 0;
    if ((status = srnn__mat_number(&l->mat, "seed", SRNN__OPTIONAL, &seed))) return status;
    if (!(seed >= 0 && seed <= (double)SRNN_SEED_MAX && seed == floor(seed)))
        return srnn__mat_refuse(&l->mat, "seed", seed, "a whole number, 0 to 2^53");
    p->seed = (uint64_t)seed;
    double balanced = p->balanced; /* older tools have neither */
    status = srnn__mat_number(&l->mat, "balanced", SRNN__UNLISTED, &balanced);
    p->balanced = balanced > 0;
    if (!status)
        status = srnn__mat_number(&l->mat, "taus_gaus_mean", SRNN__UNLISTED, &p->taus_gaus_mean);
    if (status) return status;
    char text[64];
    status = srnn__mat_text(&l->mat, "w_dist", SRNN__OPTIONAL, text, sizeof text);
    p->w_dist = strcmp(text, "gamma") ? SRNN_W_GAUS : SRNN_W_GAMMA;
    if (!status && *text && strcmp(text, "gamma") && strcmp(text, "gaus"))
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'w_dist' is '%s'; expected gaus or gamma", l->mat.path,
                          text);
    if (!isnan(p->gain) && !(p->gain > 0 && isfinite(p->gain)))
        return srnn__mat_refuse(&l->mat, "gain", p->gain, "a number above 0");
    return status;
}

/* ---- weights and populations, into l->model ---- */

static srnn_status load_weights(loader *l)
{
    srnn_model *m = l->model;
    const int N = l->params.N, n_in = l->params.n_in, n_out = l->params.n_out;
    const size_t NN = (size_t)N * (size_t)N;
    bool found;
    srnn_status status = srnn__mat_floats(&l->mat, "w", SRNN__REQUIRED, N, N, m->w, NULL);
    if (!status) status = srnn__mat_floats(&l->mat, "w_in", SRNN__REQUIRED, N, n_in, m->w_in, NULL);
    if (!status)
        status = srnn__mat_floats(&l->mat, "w_out", SRNN__REQUIRED, n_out, N, m->w_out, NULL);
    if (!status)
        status = srnn__mat_floats(&l->mat, "b_out", SRNN__OPTIONAL, n_out, 1, m->b_out, NULL);
    if (!status) status = srnn__mat_floats(&l->mat, "w0", SRNN__OPTIONAL, N, N, m->w0, &found);
    if (!status && !found) memcpy(m->w0, m->w, NN * sizeof *m->w);
    if (!status)
        status = srnn__mat_floats(&l->mat, "w_in0", SRNN__UNLISTED, N, n_in, m->w_in0, &found);
    if (!status && !found) memcpy(m->w_in0, m->w_in, (size_t)n_in * (size_t)N * sizeof *m->w_in);
    const srnn__need need = l->params.n_taus == 2 ? SRNN__REQUIRED : SRNN__OPTIONAL;
    if (!status) status = srnn__mat_floats(&l->mat, "taus_gaus", need, N, 1, m->taus_gaus, NULL);
    if (!status)
        status =
            srnn__mat_floats(&l->mat, "taus_gaus0", SRNN__OPTIONAL, N, 1, m->taus_gaus0, &found);
    if (!status && !found) memcpy(m->taus_gaus0, m->taus_gaus, (size_t)N * sizeof *m->taus_gaus);
    return status;
}

/* Signs from m, which must be a diagonal of +-1. */
static srnn_status signs_from_m(loader *l, const double *m, uint8_t *inh)
{
    const size_t N = (size_t)l->params.N;
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++) {
            const double value = m[pre * N + post];
            if (pre == post ? fabs(value) == 1 : value == 0) continue;
            return srnn__fail(
                l->ctx, SRNN_ERR_FORMAT,
                "%s: variable 'm' is %g at (%zu, %zu); expected a diagonal of 1 and -1",
                l->mat.path, value, post + 1, pre + 1);
        }
    for (size_t i = 0; i < N; i++) inh[i] = m[i * N + i] < 0;
    return SRNN_OK;
}

/* inh, or the complement of exc; where m gave the signs already, they must agree. */
static srnn_status signs_from_vector(loader *l, const char *name, bool marks_inh, bool known,
                                     bool *found)
{
    srnn__array a;
    const srnn_status status =
        srnn__mat_matrix(&l->mat, name, SRNN__OPTIONAL, (size_t)l->params.N, 1, &a);
    *found = !status && a.values;
    srnn_status refused = SRNN_OK;
    for (int i = 0; *found && i < l->params.N && !refused; i++) {
        const uint8_t inh = (a.values[i] != 0) == marks_inh;
        if (a.values[i] != 0 && a.values[i] != 1)
            refused = srnn__mat_refuse(&l->mat, name, a.values[i], "0 or 1 everywhere");
        else if (known && inh != l->model->inh[i])
            refused = srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                                 "%s: variables '%s' and '%s' disagree about unit %d", l->mat.path,
                                 srnn__mat_find(&l->mat, "m") ? "m" : "inh", name, i);
        l->model->inh[i] = inh;
    }
    free(a.values);
    return status ? status : refused;
}

static srnn_status load_signs(loader *l)
{
    const size_t N = (size_t)l->params.N;
    srnn__array m;
    srnn_status status = srnn__mat_matrix(&l->mat, "m", SRNN__OPTIONAL, N, N, &m);
    if (status) return status;
    const bool from_m = m.values != NULL;
    if (from_m) status = signs_from_m(l, m.values, l->model->inh);
    free(m.values);
    bool from_inh = false, from_exc = false;
    if (!status) status = signs_from_vector(l, "inh", true, from_m, &from_inh);
    if (!status) status = signs_from_vector(l, "exc", false, from_m || from_inh, &from_exc);
    if (!status && !from_m && !from_inh && !from_exc)
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s has no variable 'm', 'inh' or 'exc'; expected one that tells the "
                          "inhibitory units",
                          l->mat.path);
    return status;
}

/* SOM units are the inhibitory ones that receive no inhibition from others; where there are no
   others som_N decides. */
static void find_som(srnn_model *m, int n_inh, bool any_som)
{
    const size_t N = (size_t)m->params.N;
    for (size_t i = 0; i < N; i++) {
        m->som[i] = m->inh[i] && (n_inh > 1 || (any_som && !m->som_m[i * N + i]));
        for (size_t j = 0; j < N && m->som[i]; j++)
            m->som[i] = j == i || !(m->inh[j] && m->som_m[j * N + i]);
    }
}

/* N x N (flags of connections) or N x 1 (of units), 0 or 1 everywhere; *found: it is there. */
static srnn_status load_flags(loader *l, const char *name, srnn__need need, size_t cols,
                              uint8_t *flags, bool *found)
{
    const size_t N = (size_t)l->params.N;
    srnn__array a;
    srnn_status status = srnn__mat_matrix(&l->mat, name, need, N, cols, &a);
    *found = a.values != NULL;
    for (size_t k = 0; !status && *found && k < N * cols; k++) {
        if (a.values[k] != 0 && a.values[k] != 1)
            status = srnn__mat_refuse(&l->mat, name, a.values[k], "0 or 1 everywhere");
        flags[k] = a.values[k] != 0;
    }
    free(a.values);
    return status;
}

static srnn_status load_som_units(loader *l)
{
    const srnn_model *m = l->model;
    bool found;
    const srnn_status status = load_flags(l, "som", SRNN__REQUIRED, 1, l->model->som, &found);
    for (int i = 0; !status && i < m->params.N; i++)
        if (m->som[i] && !m->inh[i])
            return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                              "%s: variable 'som' marks unit %d, which is not inhibitory; expected "
                              "SOM units among the inhibitory ones",
                              l->mat.path, i);
    return status;
}

static srnn_status load_w_fixed(loader *l)
{
    srnn_model *m = l->model;
    const size_t N = (size_t)m->params.N;
    if (!srnn__mat_find(&l->mat, "w_fixed")) return SRNN_OK;
    if (!(m->w_fixed = malloc(N * N))) return srnn__no_memory(l->ctx);
    bool found;
    return load_flags(l, "w_fixed", SRNN__REQUIRED, N, m->w_fixed, &found);
}

static srnn_status load_som(loader *l)
{
    srnn_model *m = l->model;
    const size_t N = (size_t)l->params.N;
    int som_N = 0;
    bool given;
    srnn_status status = load_flags(l, "som_m", SRNN__OPTIONAL, N, m->som_m, &given);
    if (!status) status = srnn__mat_whole(&l->mat, "som_N", SRNN__OPTIONAL, 0, &som_N);
    if (status) return status;
    int n_inh = 0;
    for (size_t i = 0; i < N; i++) n_inh += m->inh[i];
    /* the older tools kept a som_N without meaning where Dale's principle was off */
    if (som_N > n_inh && (n_inh > 0 || !given))
        return srnn__fail(l->ctx, SRNN_ERR_FORMAT,
                          "%s: variable 'som_N' is %d; expected at most the %d inhibitory units",
                          l->mat.path, som_N, n_inh);
    int left = som_N;
    if (srnn__mat_find(&l->mat, "som"))
        status = load_som_units(l);
    else if (given)
        find_som(m, n_inh, !srnn__mat_find(&l->mat, "som_N") || som_N > 0);
    else
        for (size_t i = 0; i < N; i++) m->som[i] = m->inh[i] && left > 0 && left--;
    if (status) return status;
    if (!given) srnn__model_som_m((int)N, m->inh, m->som, m->som_m);
    m->params.som_N = 0;
    for (size_t i = 0; i < N; i++) m->params.som_N += m->som[i];
    return SRNN_OK;
}

/* Under Dale's principle a negative w is no connection; the older port saved such. */
static srnn_status load_dale(loader *l)
{
    srnn_model *m = l->model;
    const size_t N = (size_t)m->params.N;
    double dale = 0;
    for (size_t i = 0; i < N; i++) dale = m->inh[i] ? 1 : dale;
    const srnn_status status = srnn__mat_number(&l->mat, "apply_dale", SRNN__OPTIONAL, &dale);
    if (status) return status;
    if (dale != 0 && dale != 1) return srnn__mat_refuse(&l->mat, "apply_dale", dale, "0 or 1");
    for (size_t i = 0; i < N && dale == 0; i++)
        if (m->inh[i])
            return srnn__fail(
                l->ctx, SRNN_ERR_FORMAT,
                "%s: variable 'apply_dale' is 0, but unit %zu is inhibitory; expected "
                "no inhibitory unit without Dale's principle",
                l->mat.path, i);
    m->params.apply_dale = dale != 0;
    for (size_t k = 0; m->params.apply_dale && k < N * N; k++)
        if (m->w[k] < 0) {
            m->w[k] = 0;
            m->n_rectified++;
        }
    return SRNN_OK;
}

/* ---- task ---- */

static srnn_status load_setting(loader *l, int i)
{
    const srnn_task_setting *setting = srnn_task_setting_at(i);
    const srnn__need need = setting->usual ? SRNN__OPTIONAL : SRNN__UNLISTED;
    double value = srnn_task_setting_get(&l->model->task_settings, i);
    int whole = (int)value;
    const srnn_status status =
        setting->whole ? srnn__mat_whole(&l->mat, setting->name, need, setting->least > 0, &whole)
                       : srnn__mat_number(&l->mat, setting->name, need, &value);
    if (!status && !setting->whole && srnn__mat_find(&l->mat, setting->name) &&
        !(value > 0 && isfinite(value)))
        return srnn__mat_refuse(&l->mat, setting->name, value, "a number above 0");
    if (!status && setting->whole && whole > setting->most)
        return srnn__mat_refuse(&l->mat, setting->name, whole, "0 or 1");
    srnn_task_setting_put(&l->model->task_settings, i, setting->whole ? whole : value);
    return status;
}

static srnn_status load_task_json(loader *l)
{
    if (!srnn__mat_find(&l->mat, "task_json")) return SRNN_OK;
    char *text = malloc(SRNN_TASK_JSON_MAX);
    if (!text) return srnn__no_memory(l->mat.ctx);
    const srnn_status status =
        srnn__mat_text(&l->mat, "task_json", SRNN__OPTIONAL, text, SRNN_TASK_JSON_MAX);
    if (status || !*text) {
        free(text);
        return status;
    }
    l->model->task_json = text;
    return SRNN_OK;
}

static srnn_status load_task(loader *l)
{
    srnn_model *m = l->model;
    srnn_status status =
        srnn__mat_text(&l->mat, "task", SRNN__OPTIONAL, m->task_name, sizeof m->task_name);
    if (!status) status = load_task_json(l);
    if (!status && !*m->task_name && !m->task_json) srnn__guess_task(m, l->mat.path);
    for (char *c = m->task_name; *c; c++) *c = (char)(*c == '_' ? '-' : tolower((unsigned char)*c));
    for (int i = 0; !status && srnn_task_setting_at(i); i++) status = load_setting(l, i);
    return status;
}

/* ---- all of it ---- */

static srnn_status mat_load(loader *l)
{
    l->params = srnn_model_params_default();
    l->params.P_inh = l->params.P_rec = l->params.gain = NAN;
    srnn_status status = load_sizes(l);
    if (!status) status = load_taus(l);
    if (!status) status = load_activation(l);
    if (!status) status = load_provenance(l);
    if (!status) status = srnn__model_alloc(l->ctx, &l->params, &l->model);
    if (!status) status = load_weights(l);
    if (!status) status = srnn__model_check_finite(l->ctx, l->model, l->mat.path);
    if (!status) status = load_signs(l);
    if (!status) status = load_som(l);
    if (!status) status = load_w_fixed(l);
    if (!status) status = load_dale(l);
    if (!status) status = load_task(l);
    if (!status) status = srnn__load_records(&l->mat, l->model);
    return status;
}

srnn_status srnn__model_from_variables(srnn__mat *mat, srnn_model **out)
{
    *out = NULL;
    loader l = {.ctx = mat->ctx, .mat = *mat};
    *mat = (srnn__mat){0};
    const srnn_status status = mat_load(&l);
    if (status) {
        srnn_model_free(l.model);
    } else {
        l.model->missing = l.mat.missing;
        l.mat.missing = NULL;
        *out = l.model;
    }
    srnn__mat_close(&l.mat);
    return status;
}

static bool begins_with(const unsigned char *bytes, size_t n, const char beginning[4])
{
    return n >= 4 && !memcmp(bytes, beginning, 4);
}

srnn_status srnn_model_load(srnn_ctx *ctx, const char *path, srnn_model **out)
{
    *out = NULL;
    unsigned char *bytes;
    size_t n;
    srnn_status status = srnn__read_whole(ctx, path, &bytes, &n);
    if (status) return status;
    srnn__mat mat;
    if (begins_with(bytes, n, "PK\3\4"))
        status = srnn__model_load_pth(ctx, path, bytes, n, out);
    else if (begins_with(bytes, n, "\x80\2\x8a\x0a"))
        status =
            srnn__fail(ctx, SRNN_ERR_FORMAT,
                       "%s is of the form that torch.save wrote before PyTorch 1.6; expected the "
                       "zip form (load and save it with a newer PyTorch)",
                       path);
    else if (!(status = srnn__mat_read(ctx, path, bytes, n, srnn__model_variables, &mat)))
        status = srnn__model_from_variables(&mat, out);
    free(bytes);
    return status;
}

bool srnn_results_file(srnn_ctx *ctx, const char *path)
{
    static const char *const names[] = {"w", NULL};
    srnn__mat mat;
    if (srnn__mat_open(ctx, path, names, &mat)) return false;
    const bool without = !srnn__mat_find(&mat, *names);
    srnn__mat_close(&mat);
    return without;
}
