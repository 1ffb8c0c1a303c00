#include "trials/outcomes.h"
#include "core/units.h"

#include <math.h>
#include <stdlib.h>

#include "task/task_internal.h"

enum { NET_BYTES = 64 << 20 }; /* of the networks that are there at a time, if more than one */

/* ---- one trial ---- */

static srnn_population_rates rates_of_counts(const srnn_model_view *view, const int64_t *counts,
                                             double T_s)
{
    double sum[SRNN_POPULATIONS] = {0};
    int n[SRNN_POPULATIONS] = {0};
    for (int i = 0; i < view->N; i++) {
        const srnn_population population = srnn_unit_population(view, i);
        sum[population] += (double)counts[i] / T_s;
        n[population]++;
    }
    for (int k = 0; k < SRNN_POPULATIONS; k++) sum[k] = n[k] > 0 ? sum[k] / n[k] : NAN;
    return (srnn_population_rates){
        .exc_hz = sum[SRNN_EXC], .pv_hz = sum[SRNN_PV], .som_hz = sum[SRNN_SOM]};
}

srnn_response srnn__spiking_response(const srnn_task *task, const srnn_spiking_params *params,
                                     const srnn__trial *trial)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    return (srnn_response){SRNN_SPIKING, srnn_spiking_steps(def->T + 1, params->downsample),
                           def->n_out, trial->sim->out, 100.0 / params->downsample};
}

/* sqrt of the sum of (z - out)^2 at the end of every rate step, as the rate network's L2 loss. */
static double loss(const srnn_response *response, int T, int downsample, const float *z)
{
    double sum = 0;
    for (int k = 0; k < T - 1; k++) {
        const int sample = srnn__step_end(k, downsample, response->n);
        for (int c = 0; c < response->n_out; c++) {
            const size_t at = (size_t)k * (size_t)response->n_out + (size_t)c;
            const double error =
                response->out[(size_t)sample * (size_t)response->n_out + (size_t)c] - (double)z[at];
            sum += error * error;
        }
    }
    return sqrt(sum);
}

srnn__outcome srnn__spiking_outcome(const srnn_model *model, const srnn_task *task,
                                    const srnn_spiking_params *params, const srnn__trial *trial)
{
    const srnn_response response = srnn__spiking_response(task, params, trial);
    const double T_s = response.n * SRNN__STEP_S * params->downsample;
    const srnn_model_view view = srnn_model_get_view(model);
    double sum = 0;
    for (int i = 0; i < view.N; i++) sum += (double)trial->sim->counts[i];
    return (srnn__outcome){
        .done = true,
        .type = trial->type,
        .score = trial->spiking_score,
        .loss = loss(&response, srnn_task_get_def(task)->T, params->downsample, trial->z),
        .rates = rates_of_counts(&view, trial->sim->counts, T_s),
        .mean_rate_hz = sum / view.N / T_s};
}

/* ---- conversions side by side ---- */

typedef struct outcomes_turn {
    const srnn__conversions *c;
    int first; /* the variant that the turn begins with */
} outcomes_turn;

static srnn__outcome *outcome_place(const outcomes_turn *t, int k, int variant)
{
    return &t->c->outcomes[(size_t)k * (size_t)t->c->n_variants + (size_t)(t->first + variant)];
}

static bool is_done(void *user, int k, int variant)
{
    return outcome_place(user, k, variant)->done;
}

static srnn_status outcomes_keep(void *user, const srnn__trial *trial)
{
    const outcomes_turn *t = user;
    const srnn__outcome outcome =
        srnn__spiking_outcome(t->c->model, t->c->task, &t->c->params, trial);
    *outcome_place(t, trial->k, trial->variant) = outcome;
    if (t->c->followed) t->c->followed(t->c->user, t->first + trial->variant, &outcome);
    return SRNN_OK;
}

/* n variants from the turn's first on, which are known: of one network, or of a network each. */
static srnn_status run_turn(srnn_ctx *ctx, outcomes_turn *t, int n, int64_t *done)
{
    const srnn__conversions *c = t->c;
    const bool scaled = c->params.conversion.by == SRNN_BY_SCALING_FACTOR;
    const int n_nets = scaled ? 1 : n;
    srnn__spiking_net *nets = calloc((size_t)n_nets, sizeof *nets);
    srnn__variant *variants = calloc((size_t)n, sizeof *variants);
    srnn_status status = nets && variants ? SRNN_OK : srnn__no_memory(ctx);
    int made = 0;
    for (; made < n_nets && !status; made++)
        status = srnn__spiking_net_init(ctx, c->model, &c->params.conversion,
                                        scaled ? NULL : &c->points[t->first + made], &nets[made]);
    for (int v = 0; v < n && !status; v++) {
        variants[v] = (srnn__variant){&nets[scaled ? 0 : v], c->params};
        if (scaled) variants[v].params.conversion.scaling_factor = c->scaling_factors[t->first + v];
    }
    const int64_t all = (int64_t)c->n_trials * c->n_variants;
    const srnn__trials trials = {.task = c->task,
                                 .seed = c->seed,
                                 .first = (uint64_t)c->first_trial,
                                 .domain = c->domain,
                                 .n = c->n_trials,
                                 .drawn = true,
                                 .variants = variants,
                                 .n_variants = n,
                                 .reduce = outcomes_keep,
                                 .skip = is_done,
                                 .user = t,
                                 .phase = c->phase,
                                 .before = c->before + *done,
                                 .total = c->total > 0 ? c->total : all};
    int64_t more = 0;
    if (!status) status = srnn__trials_run(ctx, &trials, &more);
    *done += more;
    for (int k = 0; k < made; k++) srnn__spiking_net_free(&nets[k]);
    free(nets);
    free(variants);
    return status;
}

srnn_status srnn__conversions_run(srnn_ctx *ctx, const srnn__conversions *c)
{
    const size_t N = (size_t)srnn_model_get_view(c->model).N;
    const size_t fit = NET_BYTES / (N * N * sizeof(float));
    const bool all =
        c->params.conversion.by == SRNN_BY_SCALING_FACTOR || fit > (size_t)c->n_variants;
    const int most = all ? c->n_variants : fit > 1 ? (int)fit : 1;
    outcomes_turn t = {.c = c};
    srnn_status status = SRNN_OK;
    int64_t done = 0;
    for (; t.first < c->n_variants && !status; t.first += most) {
        const int left = c->n_variants - t.first;
        status = run_turn(ctx, &t, left < most ? left : most, &done);
    }
    return status;
}
