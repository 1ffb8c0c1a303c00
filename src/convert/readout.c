/* The readout refitted to the spiking network by ridge regression (docs/conversion.md, whose
   symbols are the names here). */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert/trial_settings.h"
#include "convert/test_choice.h"
#include "core/cholesky.h"
#include "model/model_internal.h"
#include "spikernn/convert.h"
#include "trials/trials.h"

/* From one in four trials of each type the fit learns nothing: they choose the shrinkage. */
enum { HELD_OUT = 4 };
static const double shrinkages[] = {0.001, 0.01, 0.1, 1, 10};
enum { N_SHRINKAGES = sizeof shrinkages / sizeof *shrinkages };

srnn_readout_options srnn_readout_options_default(void)
{
    return (srnn_readout_options){.size = sizeof(srnn_readout_options),
                                  .fit_trials = 24,
                                  .test_trials = 100,
                                  .spiking = srnn_spiking_params_default()};
}

/* Sums over samples; x: what the spiking network knows of the units' r; e: what the trained
   readout lacks to the rate network's output. */
typedef struct moments {
    double n;
    double *x;  /* [N] */
    double *xx; /* [N][N] lower triangle */
    double *e;  /* [n_out] */
    double *ee; /* [n_out] */
    double *xe; /* [n_out][N] */
} moments;

static bool moments_alloc(moments *m, size_t N, size_t n_out)
{
    m->n = 0;
    m->x = calloc(N, sizeof *m->x);
    m->xx = calloc(N * N, sizeof *m->xx);
    m->e = calloc(n_out, sizeof *m->e);
    m->ee = calloc(n_out, sizeof *m->ee);
    m->xe = calloc(n_out * N, sizeof *m->xe);
    return m->x && m->xx && m->e && m->ee && m->xe;
}

static void moments_free(moments *m)
{
    free(m->x);
    free(m->xx);
    free(m->e);
    free(m->ee);
    free(m->xe);
}

static void moments_add(moments *m, const moments *other, size_t N, size_t n_out)
{
    m->n += other->n;
    for (size_t i = 0; i < N; i++) m->x[i] += other->x[i];
    for (size_t i = 0; i < N * N; i++) m->xx[i] += other->xx[i];
    for (size_t c = 0; c < n_out; c++) m->e[c] += other->e[c];
    for (size_t c = 0; c < n_out; c++) m->ee[c] += other->ee[c];
    for (size_t i = 0; i < n_out * N; i++) m->xe[i] += other->xe[i];
}

typedef struct fitter {
    const srnn_model *model;
    int N, n_out, T, n_types;
    int every, downsample;      /* of the recording, of the simulation */
    double lambda;              /* NaN: at the operating point */
    srnn_operating_point point; /* of the model */
    double *x;                  /* [N] of one sample */
    moments fit, check;         /* of the trials that are fitted, and of those held out */
} fitter;

/* o: [n_out] of the rate network. */
static void add_sample(const fitter *f, moments *m, const double *r, const double *o)
{
    const size_t N = (size_t)f->N, n_out = (size_t)f->n_out;
    for (size_t i = 0; i < N; i++) f->x[i] = srnn__r_of_spikes(f->lambda, &f->point, (int)i, r[i]);
    m->n++;
    for (size_t i = 0; i < N; i++) {
        m->x[i] += f->x[i];
        if (f->x[i] == 0) continue;
        double *row = m->xx + i * N;
        for (size_t j = 0; j <= i; j++) row[j] += f->x[i] * f->x[j];
    }
    for (size_t c = 0; c < n_out; c++) {
        double e = o[c] - (double)f->model->b_out[c];
        for (size_t i = 0; i < N; i++) e -= (double)f->model->w_out[i * n_out + c] * f->x[i];
        m->e[c] += e;
        m->ee[c] += e * e;
        for (size_t i = 0; i < N; i++) m->xe[c * N + i] += e * f->x[i];
    }
}

/* o of rate step k + 1 stands beside r at its end, or a step of the simulation later. */
static srnn_status readout_add_trial(void *user, const srnn__trial *trial)
{
    fitter *f = user;
    const bool held_out = trial->k / f->n_types % HELD_OUT == HELD_OUT - 1;
    const srnn_spiking_result *s = trial->result;
    for (int k = 0; k < f->T - 1; k++) {
        const int end = srnn__step_end(k, f->downsample, INT_MAX);
        const int sample = (end + f->every - 1) / f->every;
        if (sample < s->n_recorded)
            add_sample(f, held_out ? &f->check : &f->fit, s->r + (size_t)sample * (size_t)f->N,
                       trial->o + (size_t)k * (size_t)f->n_out);
    }
    return SRNN_OK;
}

/* What is to be added to the weights and the bias of output c. A: [N][N] scratch. */
static bool readout_fit(const moments *m, size_t N, size_t c, double shrinkage, double *A,
                        double *delta, double *bias)
{
    double spread = 0;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j <= i; j++)
            A[j * N + i] = m->xx[i * N + j] / m->n - m->x[i] / m->n * (m->x[j] / m->n);
        spread += A[i * N + i] / (double)N;
        delta[i] = m->xe[c * N + i] / m->n - m->x[i] / m->n * (m->e[c] / m->n);
    }
    for (size_t i = 0; i < N; i++) A[i * N + i] += shrinkage * spread + 1e-12;
    if (!srnn__solve_positive(A, delta, (int)N, 1)) return false;
    *bias = m->e[c] / m->n;
    for (size_t i = 0; i < N; i++) *bias -= delta[i] * (m->x[i] / m->n);
    return true;
}

/* Mean square of e - delta x - bias over the samples. */
static double rest(const moments *m, size_t N, size_t c, const double *delta, double bias)
{
    double sum = m->ee[c] + m->n * bias * bias - 2 * bias * m->e[c];
    for (size_t i = 0; i < N; i++) {
        double row = m->xx[i * N + i] * delta[i] / 2;
        for (size_t j = 0; j < i; j++) row += m->xx[i * N + j] * delta[j];
        sum += 2 * delta[i] * (row + bias * m->x[i] - m->xe[c * N + i]);
    }
    return sum / m->n;
}

/* The shrinkage of least error on the trials held out, then all trials. w: [N][n_out]. */
static srnn_status fit_all(srnn_ctx *ctx, fitter *f, float *w, float *b, srnn_readout_result *r)
{
    const size_t N = (size_t)f->N, n_out = (size_t)f->n_out;
    double *A = malloc(N * N * sizeof *A), *delta = calloc(N, sizeof *delta), bias = 0;
    bool good = A && delta;
    double least = INFINITY;
    for (size_t c = 0; c < n_out && good; c++)
        r->rmse_before += rest(&f->check, N, c, delta, 0) / (double)n_out;
    for (size_t k = 0; k < N_SHRINKAGES && good; k++) {
        double error = 0;
        for (size_t c = 0; c < n_out && good; c++) {
            good = readout_fit(&f->fit, N, c, shrinkages[k], A, delta, &bias);
            if (good) error += rest(&f->check, N, c, delta, bias) / (double)n_out;
        }
        if (!(error < least)) continue;
        least = error;
        r->shrinkage = shrinkages[k];
    }
    r->rmse_before = sqrt(fmax(r->rmse_before, 0));
    r->rmse = sqrt(fmax(least, 0));
    moments_add(&f->fit, &f->check, N, n_out);
    for (size_t c = 0; c < n_out && good; c++) {
        good = readout_fit(&f->fit, N, c, r->shrinkage, A, delta, &bias);
        for (size_t i = 0; i < N && good; i++)
            w[i * n_out + c] = (float)((double)f->model->w_out[i * n_out + c] + delta[i]);
        b[c] = (float)((double)f->model->b_out[c] + bias);
    }
    const bool memory = A && delta;
    free(A);
    free(delta);
    if (!memory) return srnn__no_memory(ctx);
    if (!good)
        return srnn__fail(ctx, SRNN_ERR_NUMERIC,
                          "the readout cannot be fitted: the filtered spike trains are not finite");
    return SRNN_OK;
}

/* Of both networks on the same trials. */
static srnn_status take_moments(srnn_ctx *ctx, fitter *f, const srnn_task *task,
                                const srnn_readout_options *o)
{
    f->x = malloc((size_t)f->N * sizeof *f->x);
    const bool room = moments_alloc(&f->fit, (size_t)f->N, (size_t)f->n_out);
    if (!moments_alloc(&f->check, (size_t)f->N, (size_t)f->n_out) || !room || !f->x)
        return srnn__no_memory(ctx);
    srnn__networks networks;
    srnn_status status = srnn__networks_init(ctx, f->model, &o->spiking, &networks);
    srnn_recording recording = srnn_recording_default();
    recording.what = SRNN_RECORD_R;
    recording.every = f->every;
    const srnn__trials trials = {.task = task,
                                 .seed = o->seed,
                                 .domain = SRNN_DOMAIN_CALIBRATE,
                                 .n = o->fit_trials * f->n_types,
                                 .rate = &networks.rate,
                                 .noise = srnn_rate_eval_options_default().noise,
                                 .variants = &networks.variant,
                                 .n_variants = 1,
                                 .recording = &recording,
                                 .reduce = readout_add_trial,
                                 .in_order = true,
                                 .user = f,
                                 .phase = "simulate"};
    if (!status) status = srnn__trials_run(ctx, &trials, NULL);
    srnn__networks_free(&networks);
    return status;
}

static srnn_status readout_check_options(srnn_ctx *ctx, const srnn_model *model,
                                         const srnn_task *task, srnn_readout_options *o)
{
    const srnn__check checks[] = {
        {"seed", (double)o->seed, o->seed <= SRNN_SEED_MAX, "0 to 2^53"},
        {"fit_trials", o->fit_trials, o->fit_trials >= HELD_OUT && o->fit_trials <= 10000,
         "4 to 10000"},
        {"test_trials", o->test_trials, o->test_trials >= 0 && o->test_trials <= 1000000,
         "0 to 1000000"},
        {"use_initial_weights", o->spiking.conversion.use_initial_weights,
         !o->spiking.conversion.use_initial_weights,
         "0: a readout is refitted to the trained weights"},
    };
    srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (!status) status = srnn__task_fits(ctx, model, task);
    return status ? status : srnn__spiking_params_take(ctx, model, &o->spiking, &o->spiking);
}

/* Fitted into `to`, then tried in the model's place; the one before comes back. */
static srnn_status fit_and_test(srnn_ctx *ctx, fitter *f, srnn_model *model, const srnn_task *task,
                                const srnn_readout_options *o, float *w, float *b,
                                srnn_readout_result *result)
{
    srnn_status status = take_moments(ctx, f, task, o);
    if (!status) status = fit_all(ctx, f, w, b, result);
    if (status) return status;
    const srnn_readout before = model->readout;
    srnn_readout fitted = {
        .w_out = w, .b_out = b, .scaling_factor = f->lambda, .perf = NAN, .two_sided_perf = NAN};
    srnn_spiking_params params = o->spiking;
    params.conversion.use_readout = true;
    model->readout = fitted;
    srnn__test test;
    status = srnn__test_choice(ctx, model, task, &params, o->seed, o->test_trials, &test);
    model->readout = before;
    if (status) return status;
    result->test_correct = test.correct;
    result->test_two_sided = test.two_sided;
    result->test_trials = fitted.n_trials = test.n_trials;
    if (test.n_trials > 0) {
        fitted.perf = (double)test.correct / test.n_trials;
        fitted.two_sided_perf = (double)test.two_sided / test.n_trials;
    }
    char *settings;
    if ((status = srnn__trial_settings(ctx, model, task, &o->spiking, o->seed, &settings)))
        return status;
    fitted.settings = settings;
    status = srnn_model_set_readout(ctx, model, &fitted);
    free(settings);
    return status;
}

srnn_status srnn_fit_readout(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                             const srnn_readout_options *options, srnn_readout_result *result)
{
    *result = (srnn_readout_result){0};
    srnn_readout_options o = srnn_readout_options_default();
    srnn_status status =
        SRNN__TAKE_OPTIONS(ctx, srnn_readout_options, options, spiking.precision, &o);
    o.spiking.conversion.use_readout = false;
    if (!status) status = readout_check_options(ctx, model, task, &o);
    if (status) return status;
    const srnn_task_def *def = srnn_task_get_def(task);
    const int downsample = o.spiking.downsample;
    const bool scaled = o.spiking.conversion.by == SRNN_BY_SCALING_FACTOR;
    const bool whole = downsample > 0 && SRNN__STEPS_PER_COLUMN % downsample == 0;
    fitter f = {.model = model,
                .N = model->params.N,
                .n_out = def->n_out,
                .T = def->T,
                .n_types = def->n_types,
                .every = whole ? SRNN__STEPS_PER_COLUMN / downsample : 1,
                .downsample = downsample,
                .lambda = scaled ? o.spiking.conversion.scaling_factor : (double)NAN,
                .point = model->operating_point};
    float *w = malloc((size_t)f.N * (size_t)f.n_out * sizeof *w);
    float *b = malloc((size_t)f.n_out * sizeof *b);
    status = w && b ? fit_and_test(ctx, &f, model, task, &o, w, b, result) : srnn__no_memory(ctx);
    free(w);
    free(b);
    free(f.x);
    moments_free(&f.fit);
    moments_free(&f.check);
    return status;
}
