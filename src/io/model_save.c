/* From a model to the variables of a .mat file (docs/files.md). */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/mat_file.h"
#include "io/model_pth.h"
#include "io/whole_file.h"
#include "model/model_internal.h"
#include "spikernn/file.h"

enum { DROP_MAX = 32 };

/* The variables to be written, and those that a file is to lose. complete turns false when
   memory runs out. */
typedef struct bundle {
    srnn__mat_var all; /* its parts */
    const char *drop[DROP_MAX + 1];
    int n_drop;
    bool complete;
} bundle;

static srnn__mat_var *mat_add(bundle *b, const char *name)
{
    srnn__mat_var *v = srnn__mat_add_part(&b->all);
    if (v) v->name = strdup(name);
    b->complete &= v && v->name;
    return v && v->name ? v : NULL;
}

/* A variable whose values are to be filled in; NULL: none. */
static double *mat_add_array(bundle *b, const char *name, int rank, const size_t *dims,
                             srnn__mat_numeric numeric)
{
    srnn__mat_var *v = mat_add(b, name);
    if (!v) return NULL;
    v->numeric = numeric;
    v->rank = rank;
    memcpy(v->dims, dims, (size_t)rank * sizeof *dims);
    v->values = malloc((srnn__mat_count(v) + 1) * sizeof *v->values);
    b->complete &= v->values != NULL;
    return v->values;
}

static double *mat_add_matrix(bundle *b, const char *name, size_t rows, size_t cols)
{
    return mat_add_array(b, name, 2, (size_t[]){rows, cols}, SRNN__DOUBLE);
}

static void mat_add_doubles(bundle *b, const char *name, size_t rows, size_t cols,
                            const double *values)
{
    double *to = values ? mat_add_matrix(b, name, rows, cols) : NULL;
    if (to) memcpy(to, values, rows * cols * sizeof *to);
}

static void mat_add_number(bundle *b, const char *name, double value)
{
    mat_add_doubles(b, name, 1, 1, &value);
}

static void mat_add_whole(bundle *b, const char *name, int value)
{
    double *to = mat_add_array(b, name, 2, (size_t[]){1, 1}, SRNN__INT64);
    if (to) *to = value;
}

static void mat_add_text(bundle *b, const char *name, const char *text)
{
    srnn__mat_var *v = mat_add(b, name);
    if (!v) return;
    v->class_type = SRNN__MAT_TEXT;
    v->text = strdup(text);
    b->complete &= v->text != NULL;
}

static void add_floats(bundle *b, const char *name, size_t rows, size_t cols, const float *values)
{
    double *to = values ? mat_add_matrix(b, name, rows, cols) : NULL;
    for (size_t k = 0; to && k < rows * cols; k++) to[k] = (double)values[k];
}

static void add_bytes(bundle *b, const char *name, size_t rows, size_t cols, const uint8_t *values)
{
    double *to = values ? mat_add_matrix(b, name, rows, cols) : NULL;
    for (size_t k = 0; to && k < rows * cols; k++) to[k] = values[k];
}

/* N x 1 logical: which units are (or are not) marked. Scripts index with it. */
static void add_units(bundle *b, const char *name, size_t N, const uint8_t *flags, bool marked)
{
    double *to = mat_add_array(b, name, 2, (size_t[]){N, 1}, SRNN__UINT8);
    if (to) b->all.parts[b->all.n_parts - 1].is_logical = true;
    for (size_t i = 0; to && i < N; i++) to[i] = (flags[i] != 0) == marked;
}

/* ---- the parts ---- */

/* w is stored rectified, so that w * m o som_m is the network. */
static void add_weights(bundle *b, const srnn_model *model)
{
    const size_t N = (size_t)model->params.N;
    const size_t n_in = (size_t)model->params.n_in, n_out = (size_t)model->params.n_out;
    double *w = mat_add_matrix(b, "w", N, N);
    for (size_t k = 0; w && k < N * N; k++)
        w[k] = model->params.apply_dale && !(model->w[k] > 0) ? 0 : (double)model->w[k];
    add_floats(b, "w0", N, N, model->w0);
    add_floats(b, "w_in", N, n_in, model->w_in);
    add_floats(b, "w_in0", N, n_in, model->w_in0);
    add_floats(b, "w_out", n_out, N, model->w_out);
    add_floats(b, "b_out", n_out, 1, model->b_out);
    add_floats(b, "taus_gaus", N, 1, model->taus_gaus);
    add_floats(b, "taus_gaus0", N, 1, model->taus_gaus0);
    mat_add_doubles(b, "taus", 1, (size_t)model->params.n_taus, model->params.taus);
}

static void add_populations(bundle *b, const srnn_model *model)
{
    const size_t N = (size_t)model->params.N;
    double *m = mat_add_matrix(b, "m", N, N);
    for (size_t k = 0; m && k < N * N; k++) m[k] = 0;
    for (size_t i = 0; m && i < N; i++) m[i * N + i] = model->inh[i] ? -1 : 1;
    add_bytes(b, "som_m", N, N, model->som_m);
    add_units(b, "inh", N, model->inh, true);
    add_units(b, "exc", N, model->inh, false);
    add_units(b, "som", N, model->som, true);
    add_bytes(b, "w_fixed", N, N, model->w_fixed);
    mat_add_whole(b, "N", model->params.N);
    mat_add_whole(b, "som_N", model->params.som_N);
    mat_add_number(b, "apply_dale", model->params.apply_dale);
}

static void mat_add_known_number(bundle *b, const char *name, double value)
{
    if (isfinite(value)) mat_add_number(b, name, value);
}

static void add_provenance(bundle *b, const srnn_model *model)
{
    const srnn_model_params *p = &model->params;
    mat_add_text(b, "activation", srnn__activation_name(p->activation));
    mat_add_number(b, "DeltaT", p->DeltaT);
    mat_add_known_number(b, "P_inh", p->P_inh);
    mat_add_known_number(b, "P_rec", p->P_rec);
    mat_add_known_number(b, "gain", p->gain);
    mat_add_number(b, "balanced", p->balanced);
    mat_add_number(b, "taus_gaus_mean", p->taus_gaus_mean);
    mat_add_text(b, "w_dist", p->w_dist == SRNN_W_GAMMA ? "gamma" : "gaus");
    mat_add_number(b, "seed", (double)p->seed);
    mat_add_text(b, "spikernn_version", srnn_version());
    if (*model->task_name) mat_add_text(b, "task", model->task_name);
    if (model->task_json) mat_add_text(b, "task_json", model->task_json);
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double value = srnn_task_setting_get(&model->task_settings, i);
        if (value >= 0) mat_add_number(b, srnn_task_setting_at(i)->name, value);
    }
}

static void mat_add_training(bundle *b, const srnn_model *model)
{
    const srnn__training *t = &model->training;
    if (t->tr < 0) return;
    const size_t N = (size_t)model->params.N, T = (size_t)t->T, n_evals = (size_t)t->n_evals;
    const size_t n_in = (size_t)model->params.n_in, n_out = (size_t)model->params.n_out;
    mat_add_number(b, "tr", (double)t->tr);
    mat_add_number(b, "reached", t->reached);
    mat_add_doubles(b, "losses", 1, (size_t)t->n_losses, t->losses);
    mat_add_known_number(b, "eval_perf_mean", t->eval_perf_mean);
    mat_add_known_number(b, "eval_loss_mean", t->eval_loss_mean);
    mat_add_known_number(b, "eval_two_sided_mean", t->eval_two_sided_mean);
    if (t->options.loss_threshold > 0)
        mat_add_number(b, "loss_threshold", t->options.loss_threshold);
    if (t->options.perf_threshold > 0)
        mat_add_number(b, "perf_threshold", t->options.perf_threshold);
    if (n_evals > 0) {
        mat_add_doubles(b, "eval_tr", 1, n_evals, t->eval_tr);
        mat_add_doubles(b, "eval_perf_curve", 1, n_evals, t->eval_perf_curve);
        mat_add_doubles(b, "eval_loss_curve", 1, n_evals, t->eval_loss_curve);
    }
    if (t->eval_trials > 0 && t->eval_os) {
        const size_t trials = (size_t)t->eval_trials;
        mat_add_doubles(b, "eval_labels", 1, trials, t->eval_labels);
        const size_t dims[] = {trials, (size_t)t->eval_T, n_out};
        double *os = mat_add_array(b, "eval_os", n_out > 1 ? 3 : 2, dims, SRNN__DOUBLE);
        if (os) memcpy(os, t->eval_os, trials * dims[1] * n_out * sizeof *os);
    }
    if (T < 2) return;
    add_floats(b, "x0", N, T, t->x0);
    add_floats(b, "r0", N, T, t->r0);
    add_floats(b, "x", N, T, t->x);
    add_floats(b, "r", N, T, t->r);
    add_floats(b, "u", n_in, T, t->u);
    add_floats(b, "target", n_out, T, t->target);
    add_floats(b, "o", n_out, T - 1, t->o);
}

/* A variable of an earlier result that this one does not have. */
static void drop(bundle *b, const char *name)
{
    if (b->n_drop < DROP_MAX) b->drop[b->n_drop++] = name;
}

static void add_tested(bundle *b, const char *perf_name, double perf, const char *two_sided_name,
                       double two_sided, const char *trials_name, int n_trials)
{
    if (n_trials > 0 && isfinite(two_sided))
        mat_add_number(b, two_sided_name, two_sided);
    else
        drop(b, two_sided_name);
    if (n_trials > 0) {
        mat_add_number(b, perf_name, perf);
        mat_add_number(b, trials_name, n_trials);
    } else {
        drop(b, perf_name);
        drop(b, trials_name);
    }
}

/* What an earlier search left, and this one does not have, is dropped. */
static void add_search_trials(bundle *b, const srnn__search *s)
{
    double *trials = s->trials ? mat_add_matrix(b, "all_n_trials", (size_t)s->n, 1) : NULL;
    for (int i = 0; trials && i < s->n; i++) trials[i] = s->trials[i];
    if (!s->trials) drop(b, "all_n_trials");
    for (int k = 0; k < SRNN_TRIAL_VALUES; k++)
        if (s->K > 0 && s->values[k])
            mat_add_doubles(b, srnn__search_value_names[k], (size_t)s->n, (size_t)s->K,
                            s->values[k]);
        else
            drop(b, srnn__search_value_names[k]);
    if (s->settings)
        mat_add_text(b, "search_settings", s->settings);
    else
        drop(b, "search_settings");
}

static void mat_add_search(bundle *b, const srnn__search *s)
{
    mat_add_number(b, "opt_scaling_factor", s->opt_scaling_factor);
    mat_add_doubles(b, "scaling_factors", 1, (size_t)s->n, s->scaling_factors);
    mat_add_doubles(b, "all_perfs", (size_t)s->n, 1, s->all_perfs);
    mat_add_doubles(b, "all_two_sided_perfs", (size_t)s->n, 1, s->all_two_sided_perfs);
    if (!s->all_two_sided_perfs) drop(b, "all_two_sided_perfs");
    if (s->n_trials > 0) mat_add_number(b, "search_n_trials", s->n_trials);
    add_search_trials(b, s);
    add_tested(b, "search_test_perf", s->test_perf, "search_test_two_sided_perf",
               s->test_two_sided_perf, "search_test_trials", s->test_trials);
}

static void mat_add_operating_point(bundle *b, const srnn_operating_point *p, size_t N)
{
    mat_add_doubles(b, "op_gain", N, 1, p->gain);
    mat_add_doubles(b, "op_bias_mv", N, 1, p->bias_mv);
    mat_add_doubles(b, "op_scale", N, 1, p->scale);
    mat_add_doubles(b, "op_offset", N, 1, p->offset);
    mat_add_known_number(b, "op_widening", p->widening);
    mat_add_known_number(b, "op_shot_noise_cost", p->shot_noise_cost);
    if (p->settings)
        mat_add_text(b, "op_settings", p->settings);
    else
        drop(b, "op_settings");
    add_tested(b, "op_perf", p->perf, "op_two_sided_perf", p->two_sided_perf, "op_n_trials",
               p->n_trials);
}

/* Variables of a readout that the model has no more are dropped. */
static void mat_add_readout(bundle *b, const srnn_readout *r, size_t N, size_t n_out)
{
    static const char *const names[] = {"readout_w_out", "readout_b_out", "readout_scaling_factor",
                                        "readout_settings"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) drop(b, names[k]);
    if (r->w_out) {
        add_floats(b, "readout_w_out", n_out, N, r->w_out);
        add_floats(b, "readout_b_out", n_out, 1, r->b_out);
        mat_add_known_number(b, "readout_scaling_factor", r->scaling_factor);
        if (r->settings) mat_add_text(b, "readout_settings", r->settings);
    }
    add_tested(b, "readout_perf", r->perf, "readout_two_sided_perf", r->two_sided_perf,
               "readout_n_trials", r->w_out ? r->n_trials : 0);
}

static void bundle_model(bundle *b, const srnn_model *model)
{
    add_weights(b, model);
    add_populations(b, model);
    add_provenance(b, model);
    mat_add_training(b, model);
    if (model->search.n > 0) mat_add_search(b, &model->search);
    if (model->operating_point.gain)
        mat_add_operating_point(b, &model->operating_point, (size_t)model->params.N);
    mat_add_readout(b, &model->readout, (size_t)model->params.N, (size_t)model->params.n_out);
}

/* ---- the files ---- */

static srnn_status mat_save(srnn_ctx *ctx, const srnn_model *model, const char *path, bool replace,
                            bool *exists)
{
    bundle b = {.complete = true};
    bundle_model(&b, model);
    *exists = false;
    const srnn_status status =
        b.complete ? srnn__mat_write(ctx, path, b.all.parts, b.all.n_parts, replace, exists)
                   : srnn__no_memory(ctx);
    srnn__mat_var_free(&b.all);
    return status;
}

srnn_status srnn_model_save(srnn_ctx *ctx, const srnn_model *model, const char *path)
{
    bool exists;
    return mat_save(ctx, model, path, true, &exists);
}

/* path with _<number> before its .mat; the caller frees it. */
static char *numbered(const char *path, int number)
{
    const size_t length = strlen(path);
    const size_t stem = length > 4 && !strcmp(path + length - 4, ".mat") ? length - 4 : length;
    char *name = malloc(length + 16);
    if (name && number > 1)
        sprintf(name, "%.*s_%d%s", (int)stem, path, number, path + stem);
    else if (name)
        strcpy(name, path);
    return name;
}

srnn_status srnn_model_save_new(srnn_ctx *ctx, const srnn_model *model, const char *path,
                                char **saved_as)
{
    *saved_as = NULL;
    bool exists = true;
    for (int number = 1; exists && number < 10000; number++) {
        char *name = numbered(path, number);
        if (!name) return srnn__no_memory(ctx);
        const srnn_status status = mat_save(ctx, model, name, false, &exists);
        if (!status) {
            *saved_as = name;
            return SRNN_OK;
        }
        free(name);
        if (!exists) return status;
    }
    return srnn__fail(ctx, SRNN_ERR_FILE, "%s and all its numbered names exist already", path);
}

static srnn_status mat_update(srnn_ctx *ctx, const char *path, bundle *b)
{
    const srnn__mat_change change = {b->drop, b->all.parts, b->all.n_parts};
    const srnn_status status =
        b->complete ? srnn__mat_update(ctx, path, &change) : srnn__no_memory(ctx);
    srnn__mat_var_free(&b->all);
    return status;
}

/* Is the result one that srnn_search() could give? */
static srnn_status check_search(srnn_ctx *ctx, const srnn_search_result *s)
{
    if (s->n < 1 || s->n_trials < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the search has %d scaling factors and %d trials; "
                          "expected at least one of each",
                          s->n, s->n_trials);
    srnn_status status = SRNN_OK;
    for (int i = 0; i < s->n && !status; i++) {
        const int trials = s->trials ? s->trials[i] : s->n_trials;
        const srnn__check checks[] = {
            {"scaling_factor", s->scaling_factors[i], s->scaling_factors[i] > 0,
             "a number above 0"},
            {"trials of a scaling factor", trials, trials >= 0, "a number from 0"},
            {"correct trials of a scaling factor", s->correct[i],
             s->correct[i] >= 0 && s->correct[i] <= trials, "at most its trials"},
            {"two-sided correct trials of a scaling factor", s->two_sided ? s->two_sided[i] : 0,
             !s->two_sided || s->two_sided[i] <= s->correct[i], "at most its correct trials"}};
        status = srnn__check_all(ctx, checks, 4);
    }
    const srnn__check checks[] = {
        {"best", s->best, s->best >= 0 && s->best < s->n, "the index of a scaling factor"},
        {"test_trials", s->test_trials, s->test_trials >= 0, "a number from 0"},
        {"test_correct", s->test_correct,
         s->test_trials == 0 || (s->test_correct >= 0 && s->test_correct <= s->test_trials),
         "at most test_trials"},
        {"test_two_sided", s->test_two_sided,
         s->test_trials == 0 || s->test_two_sided <= s->test_correct, "at most test_correct"},
        {"K", s->K, s->K >= 0, "a number from 0"}};
    return status ? status : srnn__check_all(ctx, checks, 5);
}

srnn_status srnn_model_save_search(srnn_ctx *ctx, const char *path,
                                   const srnn_search_result *search)
{
    const srnn_status status = check_search(ctx, search);
    if (status) return status;
    bundle b = {.complete = true};
    double *perfs = srnn__search_accuracies(search, search->correct);
    double *two_sided =
        search->two_sided ? srnn__search_accuracies(search, search->two_sided) : NULL;
    srnn__search record = {.n = search->n,
                           .opt_scaling_factor = search->scaling_factors[search->best],
                           .scaling_factors = search->scaling_factors,
                           .all_perfs = perfs,
                           .all_two_sided_perfs = two_sided,
                           .trials = search->trials,
                           .n_trials = search->n_trials,
                           .test_perf = (double)search->test_correct /
                                        (search->test_trials > 0 ? search->test_trials : 1),
                           .test_two_sided_perf = srnn__test_two_sided_perf(search),
                           .test_trials = search->test_trials,
                           .K = search->K,
                           .settings = search->settings};
    memcpy(record.values, search->values, sizeof record.values);
    b.complete = perfs && (two_sided || !search->two_sided);
    if (b.complete) mat_add_search(&b, &record);
    free(perfs);
    free(two_sided);
    return mat_update(ctx, path, &b);
}

srnn_status srnn_model_save_operating_point(srnn_ctx *ctx, const char *path,
                                            const srnn_model *model)
{
    if (!model->operating_point.gain)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "the network has no operating point to be saved");
    bundle b = {.complete = true};
    mat_add_operating_point(&b, &model->operating_point, (size_t)model->params.N);
    mat_add_readout(&b, &model->readout, (size_t)model->params.N, (size_t)model->params.n_out);
    return mat_update(ctx, path, &b);
}

srnn_status srnn_model_save_readout(srnn_ctx *ctx, const char *path, const srnn_model *model)
{
    bundle b = {.complete = true};
    mat_add_readout(&b, &model->readout, (size_t)model->params.N, (size_t)model->params.n_out);
    return mat_update(ctx, path, &b);
}

/* ---- the name of a model file ---- */

srnn_status srnn_model_default_path(srnn_ctx *ctx, const srnn_model *model, const char *task_name,
                                    const char *output_dir, time_t when, char **out)
{
    *out = NULL;
    if (!*task_name || strchr(task_name, '/') || !*output_dir)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "the task is '%s' and the folder '%s'; expected a name without '/' and a "
                          "folder",
                          task_name, output_dir);
    const srnn_model_params *p = &model->params;
    char P_rec[32], tau_0[32], tau_1[32], taus[80], stamp[32];
    srnn__python_float(p->P_rec, P_rec);
    srnn__python_float(p->taus[0], tau_0);
    srnn__python_float(p->taus[1], tau_1);
    if (p->n_taus == 2)
        snprintf(taus, sizeof taus, "Taus_%s_%s", tau_0, tau_1);
    else
        snprintf(taus, sizeof taus, "Tau_%s", tau_0);
    struct tm local;
    strftime(stamp, sizeof stamp, "%Y_%m_%d_%H%M%S", localtime_r(&when, &local));
    const size_t room = strlen(output_dir) + 2 * strlen(task_name) + 400;
    char *path = malloc(room);
    if (!path) return srnn__no_memory(ctx);
    size_t folder = strlen(output_dir); /* without the slashes at its end */
    while (folder > 1 && output_dir[folder - 1] == '/') folder--;
    snprintf(path, room, "%.*s/models/%s/%sP_rec_%s_%s/Task_%s_N_%d_%s_Act_%s_%s.mat", (int)folder,
             output_dir, task_name, p->apply_dale ? "" : "NoDale/", P_rec, taus, task_name, p->N,
             taus, srnn__activation_name(p->activation), stamp);
    const srnn_status status = srnn__make_folders(ctx, path);
    if (status) {
        free(path);
        return status;
    }
    *out = path;
    return SRNN_OK;
}
