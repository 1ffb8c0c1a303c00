/* Making, copying and freeing networks. */
#include "model/model_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "options/options.h"

srnn_model_params srnn_model_params_default(void)
{
    return (srnn_model_params){.size = sizeof(srnn_model_params),
                               .N = 200,
                               .n_in = 1,
                               .n_out = 1,
                               .P_inh = 0.2,
                               .P_rec = 0.2,
                               .som_N = 0,
                               .gain = 1.5,
                               .w_dist = SRNN_W_GAUS,
                               .apply_dale = true,
                               .n_taus = 2,
                               .taus = {4, 20},
                               .DeltaT = 1,
                               .activation = SRNN_SIGMOID,
                               .seed = 0};
}

static srnn_status check_shape(srnn_ctx *ctx, const srnn_model_params *p)
{
    const bool two = p->n_taus == 2;
    const srnn__check checks[] = {
        {"N", p->N, p->N >= 1 && p->N <= 16000, "1 to 16000 units"},
        {"n_in", p->n_in, p->n_in >= 1 && p->n_in <= 100000, "1 to 100000 channels"},
        {"n_out", p->n_out, p->n_out >= 1 && p->n_out <= 100000, "1 to 100000 outputs"},
        {"the number of taus", p->n_taus, p->n_taus == 1 || two, "1 (fixed) or 2 (trained)"},
        {"taus", p->taus[0], p->taus[0] > 0, "a decay time above 0 (rate steps)"},
        {"taus", two ? p->taus[1] : 1, !two || p->taus[1] > 0, "a decay time above 0 (rate steps)"},
        {"inh_N", p->inh_N, p->inh_N <= p->N, "at most N units"},
        {"inh_N", p->inh_N, p->inh_N < 1 || p->apply_dale, "0 without Dale's principle"},
        {"DeltaT", p->DeltaT, p->DeltaT > 0, "a step above 0 (rate steps)"},
        {"activation", p->activation, (unsigned)p->activation <= SRNN_SOFTPLUS,
         "sigmoid, clipped_relu or softplus"},
    };
    const srnn_status status = srnn__check_all(ctx, checks, sizeof checks / sizeof *checks);
    if (status || !two || p->taus[0] < p->taus[1]) return status;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "taus are %g %g; expected the smaller one first (taus min < max)", p->taus[0],
                      p->taus[1]);
}

static srnn_status model_check_params(srnn_ctx *ctx, const srnn_model_params *p)
{
    const srnn__check seed = {"seed", (double)p->seed, p->seed <= SRNN_SEED_MAX, "0 to 2^53"};
    srnn_status status = check_shape(ctx, p);
    if (!status) status = SRNN__CHECK_OPTIONS(ctx, p, network);
    return status ? status : srnn__check_all(ctx, &seed, 1);
}

srnn_status srnn__model_alloc(srnn_ctx *ctx, const srnn_model_params *params, srnn_model **out)
{
    const size_t N = (size_t)params->N, NN = N * N;
    const size_t n_in = (size_t)params->n_in, n_out = (size_t)params->n_out;
    srnn_model *m = *out = calloc(1, sizeof *m);
    if (!m) return srnn__no_memory(ctx);
    m->params = *params;
    m->task_settings = srnn_task_settings_default();
    srnn__training_clear(&m->training);
    srnn__search_clear(&m->search);
    srnn__operating_point_clear(&m->operating_point);
    srnn__readout_clear(&m->readout);
    const struct {
        float **array;
        size_t count;
    } floats[] = {
        {&m->w, NN},           {&m->w0, NN},           {&m->w_in, n_in * N},
        {&m->w_in0, n_in * N}, {&m->w_out, N * n_out}, {&m->taus_gaus, N},
        {&m->taus_gaus0, N},   {&m->b_out, n_out},
    };
    bool complete = true;
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        complete &= (*floats[i].array = calloc(floats[i].count, sizeof(float))) != NULL;
    complete &= (m->inh = calloc(N, 1)) != NULL;
    complete &= (m->som = calloc(N, 1)) != NULL;
    complete &= (m->som_m = calloc(NN, 1)) != NULL;
    if (complete) return SRNN_OK;
    srnn_model_free(m);
    *out = NULL;
    return srnn__no_memory(ctx);
}

void srnn_model_free(srnn_model *m)
{
    if (!m) return;
    srnn__training_clear(&m->training);
    srnn__optimizer_clear(&m->optimizer);
    srnn__search_clear(&m->search);
    srnn__operating_point_clear(&m->operating_point);
    srnn__readout_clear(&m->readout);
    free(m->w);
    free(m->w_in);
    free(m->w_out);
    free(m->b_out);
    free(m->taus_gaus);
    free(m->w0);
    free(m->w_in0);
    free(m->taus_gaus0);
    free(m->inh);
    free(m->som);
    free(m->som_m);
    free(m->w_fixed);
    free(m->task_json);
    free(m->missing);
    free(m);
}

void srnn__model_som_m(int N, const uint8_t *inh, const uint8_t *som, uint8_t *som_m)
{
    for (int pre = 0; pre < N; pre++)
        for (int post = 0; post < N; post++)
            som_m[(size_t)pre * (size_t)N + (size_t)post] = !(inh[pre] && som[post]);
}

/* With inh_N every set of so many units is as likely as any other. */
static void draw_populations(srnn_model *m, srnn_rng *rng)
{
    const srnn_model_params *p = &m->params;
    srnn__rng_init(rng, p->seed, SRNN__DOMAIN_INIT, SRNN__FOR_INH, 0);
    int som_left = p->som_N, inh_left = p->inh_N;
    for (int i = 0; i < p->N; i++) {
        const double P_inh = p->inh_N > 0 ? (double)inh_left / (p->N - i) : p->P_inh;
        m->inh[i] = p->apply_dale && srnn_rng_uniform(rng) < P_inh;
        inh_left -= m->inh[i];
        m->som[i] = m->inh[i] && som_left > 0 && som_left--;
    }
    srnn__model_som_m(p->N, m->inh, m->som, m->som_m);
    for (size_t i = 0; i < (size_t)p->N && p->no_autapses; i++) m->som_m[i * (size_t)p->N + i] = 0;
}

static void model_draw_weights(srnn_model *m, srnn_rng *connection, srnn_rng *weight)
{
    const srnn_model_params *p = &m->params;
    const double scale = p->gain / sqrt(p->N * p->P_rec);
    srnn__rng_init(connection, p->seed, SRNN__DOMAIN_INIT, SRNN__FOR_CONNECTION, 0);
    srnn__rng_init(weight, p->seed, SRNN__DOMAIN_INIT, SRNN__FOR_W, 0);
    for (size_t k = 0; k < (size_t)p->N * (size_t)p->N; k++) {
        if (srnn_rng_uniform(connection) >= p->P_rec) continue;
        double w;
        if (p->w_dist == SRNN_W_GAUS) {
            w = srnn_rng_normal(weight) * scale;
        } else { /* Gamma(2, 0.003): the sum of two exponentials */
            w = -0.003 * srnn__log(srnn_rng_uniform(weight));
            w += -0.003 * srnn__log(srnn_rng_uniform(weight));
        }
        if (p->balanced && m->inh[k / (size_t)p->N]) w *= (1 - p->P_inh) / p->P_inh;
        const bool autapse = k % ((size_t)p->N + 1) == 0;
        m->w[k] = autapse && p->no_autapses ? 0 : (float)(p->apply_dale ? fabs(w) : w);
    }
}

static void draw_normals(float *array, size_t count, double mean, double sd, uint64_t seed,
                         srnn__purpose purpose)
{
    srnn_rng rng;
    srnn__rng_init(&rng, seed, SRNN__DOMAIN_INIT, purpose, 0);
    for (size_t k = 0; k < count; k++) array[k] = (float)(srnn_rng_normal(&rng) * sd + mean);
}

srnn_status srnn_model_create(srnn_ctx *ctx, const srnn_model_params *params, srnn_model **out)
{
    *out = NULL;
    srnn_model_params own = srnn_model_params_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_model_params, params, seed, &own);
    params = &own;
    if (!status) status = model_check_params(ctx, params);
    if (status) return status;
    if (own.inh_N > 0) own.P_inh = (double)own.inh_N / own.N;
    srnn_model *m;
    if ((status = srnn__model_alloc(ctx, params, &m))) return status;
    const size_t N = (size_t)params->N;
    srnn_rng a, b;
    draw_populations(m, &a);
    int n_inh = 0, n_som = 0;
    for (size_t i = 0; i < N; i++) {
        n_inh += m->inh[i];
        n_som += m->som[i];
    }
    if (n_som < params->som_N) {
        srnn_model_free(m);
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "som_N is %d; expected at most the %d inhibitory units of this network",
                          params->som_N, n_inh);
    }
    model_draw_weights(m, &a, &b);
    draw_normals(m->w_in, (size_t)params->n_in * N, 0, 1, params->seed, SRNN__FOR_W_IN);
    draw_normals(m->w_out, N * (size_t)params->n_out, 0, 0.01, params->seed, SRNN__FOR_W_OUT);
    draw_normals(m->taus_gaus, N, params->taus_gaus_mean, 1, params->seed, SRNN__FOR_TAUS);
    memcpy(m->w0, m->w, N * N * sizeof(float));
    memcpy(m->w_in0, m->w_in, (size_t)params->n_in * N * sizeof(float));
    memcpy(m->taus_gaus0, m->taus_gaus, N * sizeof(float));
    *out = m;
    return SRNN_OK;
}

/* Of `rows` rows, a column after the other, as in a file. */
static srnn_status check_finite(srnn_ctx *ctx, const char *where, const char *name,
                                const float *array, size_t rows, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(array[k]))
            return srnn__fail(ctx, SRNN_ERR_FORMAT,
                              "%s: %s(%zu, %zu) is %g; expected a finite number", where, name,
                              k % rows + 1, k / rows + 1, (double)array[k]);
    return SRNN_OK;
}

srnn_status srnn__model_check_finite(srnn_ctx *ctx, const srnn_model *m, const char *where)
{
    const size_t N = (size_t)m->params.N;
    const size_t n_in = (size_t)m->params.n_in, n_out = (size_t)m->params.n_out;
    srnn_status status;
    if ((status = check_finite(ctx, where, "w", m->w, N, N * N))) return status;
    if ((status = check_finite(ctx, where, "w0", m->w0, N, N * N))) return status;
    if ((status = check_finite(ctx, where, "w_in", m->w_in, N, n_in * N))) return status;
    if ((status = check_finite(ctx, where, "w_in0", m->w_in0, N, n_in * N))) return status;
    if ((status = check_finite(ctx, where, "w_out", m->w_out, n_out, N * n_out))) return status;
    if ((status = check_finite(ctx, where, "b_out", m->b_out, n_out, n_out))) return status;
    if ((status = check_finite(ctx, where, "taus_gaus0", m->taus_gaus0, N, N))) return status;
    return check_finite(ctx, where, "taus_gaus", m->taus_gaus, N, N);
}

srnn_status srnn_model_set_weights(srnn_ctx *ctx, srnn_model *m, const srnn_model_view *v)
{
    srnn_model_params p = m->params;
    p.n_taus = v->n_taus;
    p.taus[0] = v->taus[0];
    p.taus[1] = v->n_taus == 2 ? v->taus[1] : v->taus[0];
    p.DeltaT = v->DeltaT;
    p.activation = v->activation;
    srnn_status status = check_shape(ctx, &p);
    if (status) return status;
    const size_t N = (size_t)p.N, n_in = (size_t)p.n_in, n_out = (size_t)p.n_out;
    const struct {
        const char *name;
        const float *from;
        float *to;
        size_t rows, count;
    } arrays[] = {{"w", v->w, m->w, N, N * N},
                  {"w_in", v->w_in, m->w_in, N, n_in * N},
                  {"w_out", v->w_out, m->w_out, n_out, N * n_out},
                  {"b_out", v->b_out, m->b_out, n_out, n_out},
                  {"taus_gaus", v->taus_gaus, m->taus_gaus, N, N},
                  {"w0", v->w0, m->w0, N, N * N},
                  {"w_in0", v->w_in0, m->w_in0, N, n_in * N},
                  {"taus_gaus0", v->taus_gaus0, m->taus_gaus0, N, N}};
    enum { N_ARRAYS = sizeof arrays / sizeof *arrays };
    for (int i = 0; i < N_ARRAYS; i++)
        if (arrays[i].from && check_finite(ctx, "the network", arrays[i].name, arrays[i].from,
                                           arrays[i].rows, arrays[i].count))
            return SRNN_ERR_ARGUMENT;
    for (int i = 0; i < N_ARRAYS; i++)
        if (arrays[i].from) memmove(arrays[i].to, arrays[i].from, arrays[i].count * sizeof(float));
    m->params = p;
    srnn__optimizer_clear(&m->optimizer);
    return SRNN_OK;
}

srnn_status srnn__model_check_units(srnn_ctx *ctx, bool apply_dale, const uint8_t *inh,
                                    const uint8_t *som, size_t N)
{
    for (size_t i = 0; i < N; i++) {
        if (!apply_dale && inh[i])
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "apply_dale is off, but unit %zu is inhibitory; expected no "
                              "inhibitory unit without Dale's principle",
                              i);
        if (som && som[i] && !inh[i])
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                              "unit %zu is SOM but not inhibitory; expected SOM units among the "
                              "inhibitory ones",
                              i);
    }
    return SRNN_OK;
}

srnn_status srnn_model_from_view(srnn_ctx *ctx, const srnn_model_view *v, srnn_model **out)
{
    *out = NULL;
    srnn_model_params p = {.size = sizeof p,
                           .N = v->N,
                           .n_in = v->n_in,
                           .n_out = v->n_out,
                           .P_inh = NAN,
                           .P_rec = NAN,
                           .gain = NAN,
                           .apply_dale = v->apply_dale,
                           .n_taus = v->n_taus,
                           .taus = {v->taus[0], v->n_taus == 2 ? v->taus[1] : v->taus[0]},
                           .DeltaT = v->DeltaT,
                           .activation = v->activation};
    srnn_status status = check_shape(ctx, &p);
    if (status) return status;
    const struct {
        const void *array;
        const char *name;
    } needed[] = {{v->w, "w"},         {v->w_in, "w_in"},
                  {v->w_out, "w_out"}, {v->b_out, "b_out"},
                  {v->inh, "inh"},     {p.n_taus == 2 ? v->taus_gaus : v->w, "taus_gaus"}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].array)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s is NULL; expected an array",
                              needed[i].name);
    srnn_model *m;
    if ((status = srnn__model_alloc(ctx, &p, &m))) return status;
    const size_t N = (size_t)p.N, NN = N * N;
    memcpy(m->w, v->w, NN * sizeof(float));
    memcpy(m->w0, v->w0 ? v->w0 : v->w, NN * sizeof(float));
    memcpy(m->w_in, v->w_in, (size_t)p.n_in * N * sizeof(float));
    memcpy(m->w_in0, v->w_in0 ? v->w_in0 : v->w_in, (size_t)p.n_in * N * sizeof(float));
    memcpy(m->w_out, v->w_out, N * (size_t)p.n_out * sizeof(float));
    memcpy(m->b_out, v->b_out, (size_t)p.n_out * sizeof(float));
    if (v->taus_gaus) memcpy(m->taus_gaus, v->taus_gaus, N * sizeof(float));
    memcpy(m->taus_gaus0, v->taus_gaus0 ? v->taus_gaus0 : m->taus_gaus, N * sizeof(float));
    memcpy(m->inh, v->inh, N);
    if (v->som) memcpy(m->som, v->som, N);
    if (v->som_m)
        memcpy(m->som_m, v->som_m, NN);
    else
        srnn__model_som_m(p.N, m->inh, m->som, m->som_m);
    for (size_t i = 0; i < N; i++) m->params.som_N += m->som[i];
    if (v->w_fixed && !(m->w_fixed = malloc(NN))) {
        srnn_model_free(m);
        return srnn__no_memory(ctx);
    }
    if (v->w_fixed) memcpy(m->w_fixed, v->w_fixed, NN);
    status = srnn__model_check_finite(ctx, m, "the network") ? SRNN_ERR_ARGUMENT : SRNN_OK;
    if (!status) status = srnn__model_check_units(ctx, p.apply_dale, m->inh, m->som, N);
    if (status) {
        srnn_model_free(m);
        return status;
    }
    *out = m;
    return SRNN_OK;
}
