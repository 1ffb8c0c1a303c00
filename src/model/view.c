/* Reading a network: views, populations, the effective weights, time constants, records. */
#include "model/model_internal.h"

#include <math.h>
#include <stdlib.h>

#include "model/unit.h"

const char *srnn__activation_name(srnn_activation activation)
{
    switch (activation) {
    case SRNN_SIGMOID: return "sigmoid";
    case SRNN_CLIPPED_RELU: return "clipped_relu";
    case SRNN_SOFTPLUS: return "softplus";
    }
    return "unknown";
}

srnn_model_view srnn_model_get_view(const srnn_model *m)
{
    const srnn_model_params *p = &m->params;
    return (srnn_model_view){.N = p->N,
                             .n_in = p->n_in,
                             .n_out = p->n_out,
                             .apply_dale = p->apply_dale,
                             .n_taus = p->n_taus,
                             .taus = {p->taus[0], p->taus[1]},
                             .DeltaT = p->DeltaT,
                             .activation = p->activation,
                             .w = m->w,
                             .w_in = m->w_in,
                             .w_out = m->w_out,
                             .b_out = m->b_out,
                             .taus_gaus = m->taus_gaus,
                             .w0 = m->w0,
                             .w_in0 = m->w_in0,
                             .taus_gaus0 = m->taus_gaus0,
                             .inh = m->inh,
                             .som = m->som,
                             .som_m = m->som_m,
                             .w_fixed = m->w_fixed};
}

const char *srnn_population_name(srnn_population population)
{
    switch (population) {
    case SRNN_EXC: return "exc";
    case SRNN_PV: return "pv";
    case SRNN_SOM: return "som";
    case SRNN_POPULATIONS: return "all";
    }
    return "unknown";
}

srnn_population srnn_unit_population(const srnn_model_view *view, int unit)
{
    if (view->som && view->som[unit]) return SRNN_SOM;
    return view->inh[unit] ? SRNN_PV : SRNN_EXC;
}

srnn_model_params srnn_model_get_params(const srnn_model *m) { return m->params; }

void srnn_model_w_eff(const srnn_model *m, bool initial, float *w_eff)
{
    const size_t N = (size_t)m->params.N;
    const float *w = initial ? m->w0 : m->w;
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++) {
            const size_t k = pre * N + post;
            const float rectified = m->params.apply_dale && !(w[k] > 0) ? 0 : w[k];
            w_eff[k] = m->som_m[k] ? (m->inh[pre] ? -rectified : rectified) : 0;
        }
}

srnn_pathway srnn__pathway(const srnn_model *m, size_t pre, size_t post)
{
    return m->inh[pre] ? (m->inh[post] ? SRNN_I_TO_I : SRNN_I_TO_E)
                       : (m->inh[post] ? SRNN_E_TO_I : SRNN_E_TO_E);
}

/* |W_eff| of a weight; 0: no connection. */
static double connection_size(const srnn_model *m, const float *w, size_t k)
{
    if (!m->som_m[k] || (m->params.apply_dale && !(w[k] > 0))) return 0;
    return fabs((double)w[k]);
}

static double share_of(double part, double whole) { return whole > 0 ? part / whole : (double)NAN; }

static void share_of_pathways(const srnn_model *m, double *shares)
{
    const size_t N = (size_t)m->params.N;
    double pairs[SRNN_PATHWAYS] = {0}, present[SRNN_PATHWAYS] = {0};
    for (size_t pre = 0; pre < N; pre++)
        for (size_t post = 0; post < N; post++) {
            const srnn_pathway kind = srnn__pathway(m, pre, post);
            pairs[kind]++;
            present[kind] += connection_size(m, m->w, pre * N + post) > 0;
        }
    for (int kind = 0; kind < SRNN_PATHWAYS; kind++)
        shares[kind] = share_of(present[kind], pairs[kind]);
}

srnn_connections srnn_model_connections(const srnn_model *m)
{
    const size_t n = (size_t)m->params.N * (size_t)m->params.N;
    double pairs = 0, now = 0, before = 0, both = 0, size_now = 0, size_before = 0;
    for (size_t k = 0; k < n; k++) {
        const double is = connection_size(m, m->w, k), was = connection_size(m, m->w0, k);
        pairs += m->som_m[k] != 0;
        now += is > 0;
        before += was > 0;
        both += is > 0 && was > 0;
        size_now += is;
        size_before += was;
    }
    srnn_connections c = {.share = share_of(now, pairs),
                          .share_at_start = share_of(before, pairs),
                          .gone = share_of(before - both, before),
                          .grown = share_of(now - both, now),
                          .weight = share_of(size_now, now),
                          .weight_at_start = share_of(size_before, before)};
    share_of_pathways(m, c.pathways);
    return c;
}

void srnn__tau_ms(const srnn_model *m, const float *taus_gaus, double *tau_ms)
{
    const srnn_model_params *p = &m->params;
    for (int i = 0; i < p->N; i++)
        tau_ms[i] = SRNN__RATE_STEP_MS * srnn__tau_steps(p->taus, p->n_taus, (double)taus_gaus[i]);
}

void srnn_model_tau_ms(const srnn_model *m, double *tau_ms)
{
    srnn__tau_ms(m, m->taus_gaus, tau_ms);
}

const char *srnn_model_task_json(const srnn_model *m) { return m->task_json ? m->task_json : ""; }

const char *srnn_model_task_name(const srnn_model *m) { return m->task_name; }

srnn_task_settings srnn_model_task_settings(const srnn_model *m) { return m->task_settings; }
const char *srnn_model_key_prefix(const srnn_model *m) { return m->key_prefix; }
const char *srnn_model_missing(const srnn_model *m) { return m->missing ? m->missing : ""; }
int64_t srnn_model_n_rectified(const srnn_model *m) { return m->n_rectified; }

static double known_above_0(double value) { return value > 0 ? value : (double)NAN; }

srnn_training_record srnn_model_get_training(const srnn_model *m)
{
    const srnn__training *t = &m->training;
    return (srnn_training_record){.n_trials = t->options.n_trials,
                                  .n_losses = t->n_losses,
                                  .losses = t->losses,
                                  .tr = t->tr,
                                  .reached = t->reached,
                                  .eval_perf_mean = t->eval_perf_mean,
                                  .eval_loss_mean = t->eval_loss_mean,
                                  .eval_two_sided_mean = t->eval_two_sided_mean,
                                  .loss_threshold = known_above_0(t->options.loss_threshold),
                                  .perf_threshold = known_above_0(t->options.perf_threshold),
                                  .n_evals = t->n_evals,
                                  .eval_tr = t->eval_tr,
                                  .eval_perf_curve = t->eval_perf_curve,
                                  .eval_loss_curve = t->eval_loss_curve,
                                  .eval_trials = t->eval_trials,
                                  .eval_T = t->eval_T,
                                  .eval_os = t->eval_os,
                                  .eval_labels = t->eval_labels,
                                  .T = t->T,
                                  .x0 = t->x0,
                                  .r0 = t->r0,
                                  .x = t->x,
                                  .r = t->r,
                                  .u = t->u,
                                  .target = t->target,
                                  .o = t->o};
}

srnn_search_record srnn_model_get_search(const srnn_model *m)
{
    const srnn__search *s = &m->search;
    return (srnn_search_record){.n = s->n,
                                .opt_scaling_factor = s->opt_scaling_factor,
                                .scaling_factors = s->scaling_factors,
                                .all_perfs = s->all_perfs,
                                .all_two_sided_perfs = s->all_two_sided_perfs,
                                .trials = s->trials,
                                .n_trials = s->n_trials,
                                .settings = s->settings ? s->settings : "",
                                .test_perf = s->test_perf,
                                .test_two_sided_perf = s->test_two_sided_perf,
                                .test_trials = s->test_trials};
}

void srnn__training_clear(srnn__training *t)
{
    free(t->losses);
    free(t->eval_tr);
    free(t->eval_perf_curve);
    free(t->eval_loss_curve);
    free(t->eval_os);
    free(t->eval_labels);
    free(t->x0);
    free(t->r0);
    free(t->x);
    free(t->r);
    free(t->u);
    free(t->target);
    free(t->o);
    *t = (srnn__training){
        .tr = -1, .eval_perf_mean = NAN, .eval_loss_mean = NAN, .eval_two_sided_mean = NAN};
}

size_t srnn__parameter_size(const srnn_model *m, srnn__parameter parameter)
{
    const size_t N = (size_t)m->params.N, n_out = (size_t)m->params.n_out;
    switch (parameter) {
    case SRNN__W: return N * N;
    case SRNN__W_OUT: return N * n_out;
    case SRNN__B_OUT: return n_out;
    case SRNN__TAUS: return m->params.n_taus == 2 ? N : 0;
    case SRNN__W_IN:
        return m->training.options.learn & SRNN_LEARN_W_IN ? (size_t)m->params.n_in * N : 0;
    case SRNN__N_PARAMETERS: break;
    }
    return 0;
}

srnn_status srnn__optimizer_alloc(srnn_ctx *ctx, srnn_model *model)
{
    srnn__optimizer *o = &model->optimizer;
    srnn__optimizer_clear(o);
    for (int k = 0; k < SRNN__N_PARAMETERS; k++) {
        const size_t n = srnn__parameter_size(model, (srnn__parameter)k);
        if (!n) continue;
        o->m[k] = calloc(n, sizeof(float));
        o->v[k] = calloc(n, sizeof(float));
        if (o->m[k] && o->v[k]) continue;
        srnn__optimizer_clear(o);
        return srnn__no_memory(ctx);
    }
    return SRNN_OK;
}

void srnn__optimizer_clear(srnn__optimizer *o)
{
    for (int k = 0; k < SRNN__N_PARAMETERS; k++) {
        free(o->m[k]);
        free(o->v[k]);
    }
    *o = (srnn__optimizer){0};
}

const char *const srnn__search_value_names[SRNN_TRIAL_VALUES] = {
    [SRNN_TRIAL_CORRECT] = "search_correct",
    [SRNN_TRIAL_MARGIN] = "search_margins",
    [SRNN_TRIAL_LOSS] = "search_losses",
    [SRNN_TRIAL_RATE_HZ] = "search_rates_hz",
    [SRNN_TRIAL_OTHER_SIDE] = "search_other_sides"};

void srnn__search_clear(srnn__search *s)
{
    free(s->scaling_factors);
    free(s->all_perfs);
    free(s->all_two_sided_perfs);
    free(s->trials);
    for (int k = 0; k < SRNN_TRIAL_VALUES; k++) free(s->values[k]);
    free(s->settings);
    *s = (srnn__search){.opt_scaling_factor = NAN, .test_perf = NAN, .test_two_sided_perf = NAN};
}

double *srnn__search_accuracies(const srnn_search_result *search, const int *correct)
{
    double *perfs = malloc((size_t)search->n * sizeof *perfs);
    for (int i = 0; perfs && i < search->n; i++) {
        const int n = search->trials ? search->trials[i] : search->n_trials;
        perfs[i] = n > 0 && correct[i] >= 0 ? (double)correct[i] / n : (double)NAN;
    }
    return perfs;
}

double srnn__test_two_sided_perf(const srnn_search_result *search)
{
    const bool known = search->test_trials > 0 && search->test_two_sided >= 0;
    return known ? (double)search->test_two_sided / search->test_trials : (double)NAN;
}
