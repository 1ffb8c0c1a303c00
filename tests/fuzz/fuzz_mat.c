/* Any bytes as a .mat file: an error with a sentence, or a network that can be
   used and that survives a search. Level 7.3 has a fuzzer to itself. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>

#include "fuzz_file.h"
#include "io/mat_file.h"
#include "spikernn/file.h"

static volatile double seen; /* so that every read happens */

/* What the network computes with, summed: the sanitizers see every read. */
static double use(const srnn_model *model)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const size_t N = (size_t)v.N, n_in = (size_t)v.n_in, n_out = (size_t)v.n_out;
    float *w = malloc(N * N * sizeof *w);
    double *tau_ms = malloc(N * sizeof *tau_ms), sum = 0;
    insist(w && tau_ms, "out of memory");
    srnn_model_w_eff(model, false, w);
    srnn_model_tau_ms(model, tau_ms);
    for (size_t k = 0; k < N * N; k++) sum += (double)w[k];
    for (size_t k = 0; k < N; k++) sum += tau_ms[k];
    for (size_t k = 0; k < n_in * N; k++) sum += (double)v.w_in[k];
    for (size_t k = 0; k < n_out * N; k++) sum += (double)v.w_out[k];
    for (size_t k = 0; k < n_out; k++) sum += (double)v.b_out[k];
    free(w);
    free(tau_ms);
    return sum;
}

/* The records have the lengths that they claim. */
static double read_records(const srnn_model *model)
{
    const srnn_model_view v = srnn_model_get_view(model);
    const srnn_training_record t = srnn_model_get_training(model);
    const srnn_search_record s = srnn_model_get_search(model);
    double sum = 0;
    for (int64_t k = 0; k < t.n_losses; k++) sum += t.losses[k];
    for (int k = 0; k < t.n_evals; k++)
        sum += t.eval_tr[k] + t.eval_perf_curve[k] + t.eval_loss_curve[k];
    for (int k = 0; t.eval_os && k < v.n_out * t.eval_T * t.eval_trials; k++) sum += t.eval_os[k];
    for (int k = 0; k < t.eval_trials; k++) sum += t.eval_labels[k];
    const struct {
        const float *values;
        int n;
    } arrays[] = {{t.x0, t.T * v.N},         {t.r0, t.T * v.N},   {t.x, t.T * v.N},
                  {t.r, t.T * v.N},          {t.u, t.T * v.n_in}, {t.target, t.T * v.n_out},
                  {t.o, (t.T - 1) * v.n_out}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        for (int k = 0; arrays[i].values && k < arrays[i].n; k++)
            sum += (double)arrays[i].values[k];
    for (int k = 0; k < s.n; k++) sum += s.scaling_factors[k] + s.all_perfs[k];
    return sum;
}

static void search(srnn_ctx *ctx, double expected)
{
    const double factor = 30;
    const int correct = 1;
    const srnn_search_result result = {
        .n = 1, .scaling_factors = (double *)&factor, .correct = (int *)&correct, .n_trials = 2};
    const srnn_status status = srnn_model_save_search(ctx, path, &result);
    insist(status == SRNN_OK, "a file with a network takes no search");
    srnn_model *model;
    insist(!srnn_model_load(ctx, path, &model), "a network is lost after its search");
    insist(use(model) == expected, "a network is another after its search");
    const srnn_search_record s = srnn_model_get_search(model);
    insist(s.n == 1 && s.opt_scaling_factor == factor, "a stored search is lost");
    srnn_model_free(model);
}

/* Every variable, asked for or not. */
static double read_all(srnn_ctx *ctx, const uint8_t *data, size_t size)
{
    srnn__mat mat;
    double sum = 0;
    if (srnn__mat_read(ctx, path, data, size, NULL, &mat)) return 0;
    for (size_t k = 0; k < mat.n; k++) {
        const srnn__mat_var *v = &mat.vars[k];
        const size_t n = srnn__mat_count(v);
        for (size_t i = 0; v->values && i < n; i++) sum += v->values[i];
        if (v->text) sum += (double)strlen(v->text);
        if (srnn__mat_field(v, "a")) sum++;
    }
    srnn__mat_close(&mat);
    return sum;
}

static bool level_7_3(const uint8_t *data, size_t size)
{
    return size >= 128 && data[data[126] == 'I' ? 125 : 124] == 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (level_7_3(data, size)) return 0;
    srnn_ctx *ctx;
    srnn_model *model;
    insist(!srnn_ctx_create(NULL, &ctx), "no context");
    write_file("model.mat", "", data, size);
    const srnn_status status = srnn_model_load(ctx, path, &model);
    insist(!model == (status != SRNN_OK), "a model beside an error, or none without");
    insist(!status || strstr(srnn_ctx_message(ctx), path), "the sentence does not name the file");
    seen = read_all(ctx, data, size);
    if (model) {
        const double sum = use(model);
        insist(isfinite(sum), "a network with NaN or infinity");
        seen = read_records(model);
        srnn_model_free(model);
        search(ctx, sum);
    }
    srnn_ctx_free(ctx);
    return 0;
}
