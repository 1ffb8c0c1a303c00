/* The records of training and search, kept where their shapes make sense. */
#include "io/model_records.h"

#include <math.h>
#include <stdlib.h>

enum { SETTINGS_MAX = 4096 }; /* of a search, with the end; they are below 1000 */

/* Text is left out: the older tools keep the labels of some tasks as words. */
static srnn_status load_record(srnn__mat *mat, const char *name, srnn__need need, srnn__array *out)
{
    const srnn__mat_var *v = srnn__mat_find(mat, name);
    *out = (srnn__array){0};
    if (v && (v->class_type == SRNN__MAT_TEXT || v->class_type == SRNN__MAT_CELL)) return SRNN_OK;
    return srnn__mat_array(mat, name, need, out);
}

/* All elements, in the file's order; n and values stay as they are where it is not there. */
static srnn_status load_series(srnn__mat *mat, const char *name, srnn__need need, double **values,
                               size_t *n)
{
    srnn__array a;
    const srnn_status status = load_record(mat, name, need, &a);
    if (status || !a.values) return status;
    *values = a.values;
    *n = a.rows * a.cols * a.pages;
    return SRNN_OK;
}

static srnn_status load_evaluations(srnn__mat *mat, srnn_model *model)
{
    srnn__training *t = &model->training;
    size_t n_tr = 0, n_perf = 0, n_loss = 0, n_labels = 0;
    srnn_status status = load_series(mat, "eval_tr", SRNN__OPTIONAL, &t->eval_tr, &n_tr);
    if (!status)
        status = load_series(mat, "eval_perf_curve", SRNN__OPTIONAL, &t->eval_perf_curve, &n_perf);
    if (!status)
        status = load_series(mat, "eval_loss_curve", SRNN__OPTIONAL, &t->eval_loss_curve, &n_loss);
    if (!status)
        status = load_series(mat, "eval_labels", SRNN__OPTIONAL, &t->eval_labels, &n_labels);
    t->n_evals = n_tr == n_perf && n_tr == n_loss && n_tr < 1000000000 ? (int)n_tr : 0;
    srnn__array os = {0};
    if (!status) status = srnn__mat_array(mat, "eval_os", SRNN__OPTIONAL, &os);
    const bool fits = os.values && os.pages == (size_t)model->params.n_out && os.rows == n_labels &&
                      os.rows < 1000000000 && os.cols < 1000000000;
    if (fits) {
        t->eval_os = os.values;
        t->eval_trials = (int)os.rows;
        t->eval_T = (int)os.cols;
    } else {
        free(os.values);
    }
    return status;
}

static srnn_status load_training(srnn__mat *mat, srnn_model *model)
{
    srnn__training *t = &model->training;
    size_t n_losses = 0;
    double tr = -1, reached = NAN;
    srnn_status status = load_series(mat, "losses", SRNN__OPTIONAL, &t->losses, &n_losses);
    if (!status) status = srnn__mat_number(mat, "tr", SRNN__OPTIONAL, &tr);
    if (!status) status = srnn__mat_number(mat, "reached", SRNN__OPTIONAL, &reached);
    if (!status)
        status = srnn__mat_number(mat, "eval_perf_mean", SRNN__OPTIONAL, &t->eval_perf_mean);
    if (!status)
        status = srnn__mat_number(mat, "eval_loss_mean", SRNN__OPTIONAL, &t->eval_loss_mean);
    if (!status)
        status =
            srnn__mat_number(mat, "eval_two_sided_mean", SRNN__UNLISTED, &t->eval_two_sided_mean);
    if (!status)
        status =
            srnn__mat_number(mat, "loss_threshold", SRNN__UNLISTED, &t->options.loss_threshold);
    if (!status)
        status =
            srnn__mat_number(mat, "perf_threshold", SRNN__UNLISTED, &t->options.perf_threshold);
    if (status) return status;
    t->tr = tr >= 0 && tr < 1e15 ? (int64_t)tr : -1;
    /* the older tools keep one loss for every trial that could have been */
    t->n_losses = (int64_t)n_losses;
    if (t->tr >= 0 && t->n_losses > t->tr + 1) t->n_losses = t->tr + 1;
    t->reached = isnan(reached) ? t->eval_loss_mean < 7 && t->eval_perf_mean > 0.95 : reached != 0;
    return load_evaluations(mat, model);
}

/* rows x cols of the file, or cols x rows, into floats [cols][rows]. Where both fit, time_first
   decides; an array that does not fit is left out. */
static srnn_status load_trial_array(srnn__mat *mat, const char *name, size_t rows, size_t cols,
                                    bool time_first, float **to)
{
    srnn__array a;
    const srnn_status status = srnn__mat_array(mat, name, SRNN__OPTIONAL, &a);
    if (status || !a.values) return status;
    const bool upright = a.pages == 1 && a.rows == rows && a.cols == cols;
    const bool turned = a.pages == 1 && a.rows == cols && a.cols == rows;
    srnn_status result = SRNN_OK;
    if (upright || turned) {
        const bool turn = turned && (!upright || time_first);
        if (!(*to = malloc(rows * cols * sizeof **to))) result = srnn__no_memory(mat->ctx);
        for (size_t k = 0; *to && k < rows * cols; k++)
            (*to)[k] = (float)a.values[turn ? k % rows * cols + k / rows : k];
    }
    free(a.values);
    return result;
}

/* The older tools keep x, r and o as lists over time: T x N x 1, (T - 1) x 1 x 1. Where
   T is N only o shows it. */
static bool lists_over_time(const srnn__mat *mat, const srnn_model *model)
{
    const srnn__mat_var *o = srnn__mat_find(mat, "o");
    const size_t n_out = (size_t)model->params.n_out;
    return o && o->dims[1] == n_out && o->dims[0] != n_out;
}

static srnn_status load_last_trial(srnn__mat *mat, srnn_model *model)
{
    srnn__training *t = &model->training;
    const size_t N = (size_t)model->params.N;
    const srnn__mat_var *x = srnn__mat_find(mat, "x");
    if (!x) x = srnn__mat_find(mat, "x0"); /* a .pth file has the first trial only */
    if (!x) return SRNN_OK;
    const bool lists = lists_over_time(mat, model);
    const bool time_first = x->dims[1] == N && (x->dims[0] != N || lists);
    const size_t T = x->dims[time_first ? 0 : 1];
    if (T < 2 || T > 100000000) return SRNN_OK;
    const size_t n_in = (size_t)model->params.n_in, n_out = (size_t)model->params.n_out;
    srnn_status status = load_trial_array(mat, "x0", N, T, lists, &t->x0);
    if (!status) status = load_trial_array(mat, "r0", N, T, lists, &t->r0);
    if (!status) status = load_trial_array(mat, "x", N, T, lists, &t->x);
    if (!status) status = load_trial_array(mat, "r", N, T, lists, &t->r);
    if (!status) status = load_trial_array(mat, "u", n_in, T, false, &t->u);
    if (!status) status = load_trial_array(mat, "target", n_out, T, false, &t->target);
    if (!status) status = load_trial_array(mat, "o", n_out, T - 1, false, &t->o);
    t->T = (int)T;
    return status;
}

/* NULL where it is not there. */
static srnn_status load_settings(srnn__mat *mat, const char *name, char **text)
{
    if (!srnn__mat_find(mat, name)) return SRNN_OK;
    if (!(*text = malloc(SETTINGS_MAX))) return srnn__no_memory(mat->ctx);
    return srnn__mat_text(mat, name, SRNN__OPTIONAL, *text, SETTINGS_MAX);
}

/* One invalid number of trials discards the array. */
static srnn_status load_trial_numbers(srnn__mat *mat, srnn__search *s)
{
    double *trials = NULL;
    size_t n = 0;
    srnn_status status = load_series(mat, "all_n_trials", SRNN__UNLISTED, &trials, &n);
    bool good = !status && n == (size_t)s->n;
    for (size_t i = 0; good && i < n; i++) good = trials[i] >= 0 && trials[i] <= 1e9;
    if (good && !(s->trials = malloc(n * sizeof *s->trials))) status = srnn__no_memory(mat->ctx);
    for (size_t i = 0; s->trials && i < n; i++) s->trials[i] = (int)trials[i];
    free(trials);
    return status;
}

static srnn_status unknown_sides(srnn__mat *mat, srnn__search *s)
{
    const size_t n = (size_t)s->n * (size_t)s->K;
    double *sides = malloc(n * sizeof *sides);
    for (size_t i = 0; sides && i < n; i++) sides[i] = NAN;
    s->values[SRNN_TRIAL_OTHER_SIDE] = sides;
    return sides ? SRNN_OK : srnn__no_memory(mat->ctx);
}

/* What a search can go on from: all of the values, or none (K 0). */
static srnn_status load_search_trials(srnn__mat *mat, srnn__search *s)
{
    srnn_status status = load_trial_numbers(mat, s);
    bool all = true;
    for (int k = 0; k < SRNN_TRIAL_VALUES && !status; k++) {
        srnn__array a;
        status = load_record(mat, srnn__search_value_names[k], SRNN__UNLISTED, &a);
        s->values[k] = a.values;
        if (k == SRNN_TRIAL_OTHER_SIDE && all && !a.values) continue; /* an older record */
        all = all && a.values && a.pages == 1 && a.rows == (size_t)s->n && a.cols < 1000000000 &&
              (k == 0 || a.cols == (size_t)s->K);
        s->K = all ? (int)a.cols : 0;
    }
    if (!status && !s->values[SRNN_TRIAL_OTHER_SIDE] && s->K > 0) status = unknown_sides(mat, s);
    return status ? status : load_settings(mat, "search_settings", &s->settings);
}

static srnn_status load_search(srnn__mat *mat, srnn_model *model)
{
    srnn__search *s = &model->search;
    size_t n_factors = 0, n_perfs = 0, n_two_sided = 0;
    srnn__array opt;
    srnn_status status = srnn__mat_array(mat, "opt_scaling_factor", SRNN__OPTIONAL, &opt);
    /* anything but one number above 0, for example [] or 0: none was found */
    if (!status && opt.values && opt.rows * opt.cols * opt.pages == 1 && opt.values[0] > 0 &&
        isfinite(opt.values[0]))
        s->opt_scaling_factor = opt.values[0];
    free(opt.values);
    if (!status)
        status =
            load_series(mat, "scaling_factors", SRNN__OPTIONAL, &s->scaling_factors, &n_factors);
    if (!status) status = load_series(mat, "all_perfs", SRNN__OPTIONAL, &s->all_perfs, &n_perfs);
    if (!status)
        status = load_series(mat, "all_two_sided_perfs", SRNN__UNLISTED, &s->all_two_sided_perfs,
                             &n_two_sided);
    if (n_two_sided != n_factors) {
        free(s->all_two_sided_perfs);
        s->all_two_sided_perfs = NULL;
    }
    if (!status) status = srnn__mat_whole(mat, "search_n_trials", SRNN__OPTIONAL, 0, &s->n_trials);
    if (!status && srnn__mat_find(mat, "search_test_perf")) {
        status = srnn__mat_number(mat, "search_test_perf", SRNN__REQUIRED, &s->test_perf);
        if (!status && !(s->test_perf >= 0 && s->test_perf <= 1))
            status = srnn__mat_refuse(mat, "search_test_perf", s->test_perf, "0 to 1");
        if (!status)
            status = srnn__mat_whole(mat, "search_test_trials", SRNN__OPTIONAL, 0, &s->test_trials);
        if (!status)
            status = srnn__mat_number(mat, "search_test_two_sided_perf", SRNN__UNLISTED,
                                      &s->test_two_sided_perf);
        if (!status && (s->test_two_sided_perf < 0 || s->test_two_sided_perf > 1))
            status = srnn__mat_refuse(mat, "search_test_two_sided_perf", s->test_two_sided_perf,
                                      "0 to 1");
    }
    s->n = n_factors == n_perfs && n_factors < 1000000 ? (int)n_factors : 0;
    if (!status && s->n > 0) status = load_search_trials(mat, s);
    return status;
}

/* All of its four arrays, or none of them. */
static srnn_status load_operating_point(srnn__mat *mat, srnn_model *model)
{
    static const char *const arrays[] = {"op_gain", "op_bias_mv", "op_scale", "op_offset"};
    static const char *const numbers[] = {"op_widening", "op_shot_noise_cost", "op_perf",
                                          "op_two_sided_perf"};
    srnn_operating_point p = model->operating_point;
    const double **const to[] = {&p.gain, &p.bias_mv, &p.scale, &p.offset};
    double *const number[] = {&p.widening, &p.shot_noise_cost, &p.perf, &p.two_sided_perf};
    bool any = false;
    for (size_t k = 0; k < 4; k++) any |= srnn__mat_find(mat, arrays[k]) != NULL;
    if (!any) return SRNN_OK;
    srnn_status status = SRNN_OK;
    for (size_t k = 0; k < 4 && !status; k++) {
        srnn__array a;
        status = srnn__mat_matrix(mat, arrays[k], SRNN__REQUIRED, (size_t)model->params.N, 1, &a);
        if (!status) *to[k] = a.values;
    }
    for (size_t k = 0; k < 4 && !status; k++)
        status = srnn__mat_number(mat, numbers[k], SRNN__UNLISTED, number[k]);
    if (!status) status = srnn__mat_whole(mat, "op_n_trials", SRNN__UNLISTED, 0, &p.n_trials);
    char *settings = NULL;
    if (!status) status = load_settings(mat, "op_settings", &settings);
    p.settings = settings;
    if (!status)
        status =
            srnn__operating_point_check(mat->ctx, &p, model->params.N, SRNN_ERR_FORMAT, mat->path);
    model->operating_point = p; /* to be freed with the model, after an error too */
    return status;
}

static srnn_status load_new_floats(srnn__mat *mat, const char *name, int rows, int cols,
                                   const float **to)
{
    float *values = malloc((size_t)rows * (size_t)cols * sizeof *values);
    *to = values;
    return values ? srnn__mat_floats(mat, name, SRNN__REQUIRED, rows, cols, values, NULL)
                  : srnn__no_memory(mat->ctx);
}

/* Both of its arrays, or neither. */
static srnn_status load_readout(srnn__mat *mat, srnn_model *model)
{
    const int N = model->params.N, n_out = model->params.n_out;
    if (!srnn__mat_find(mat, "readout_w_out") && !srnn__mat_find(mat, "readout_b_out"))
        return SRNN_OK;
    srnn_readout *r = &model->readout; /* freed with the model, after an error too */
    srnn_status status = load_new_floats(mat, "readout_w_out", n_out, N, &r->w_out);
    if (!status) status = load_new_floats(mat, "readout_b_out", n_out, 1, &r->b_out);
    if (!status)
        status =
            srnn__mat_number(mat, "readout_scaling_factor", SRNN__UNLISTED, &r->scaling_factor);
    if (!status) status = srnn__mat_number(mat, "readout_perf", SRNN__UNLISTED, &r->perf);
    if (!status)
        status =
            srnn__mat_number(mat, "readout_two_sided_perf", SRNN__UNLISTED, &r->two_sided_perf);
    if (!status) status = srnn__mat_whole(mat, "readout_n_trials", SRNN__UNLISTED, 0, &r->n_trials);
    char *settings = NULL;
    if (!status) status = load_settings(mat, "readout_settings", &settings);
    r->settings = settings;
    return status ? status : srnn__readout_check(mat->ctx, r, N, n_out, SRNN_ERR_FORMAT, mat->path);
}

srnn_status srnn__load_records(srnn__mat *mat, srnn_model *model)
{
    srnn_status status = load_training(mat, model);
    if (!status) status = load_last_trial(mat, model);
    if (!status) status = load_search(mat, model);
    if (!status) status = load_operating_point(mat, model);
    if (!status) status = load_readout(mat, model);
    return status;
}
