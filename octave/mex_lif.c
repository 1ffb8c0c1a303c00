/* LIF_network_fnc: one trial of the spiking network, with the outputs of the published function. */
#include "call.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { W, REC, SPK, RS, ALL_FR, OUTPUT, PARAMS, N_OUTPUTS };
enum { PATH, SCALING_FACTOR, U, STIMS, DOWNSAMPLE, USE_INITIAL_WEIGHTS, FIRST_OPTION };

typedef struct lif {
    srnn_spiking_params params;
    const mxArray *v0, *noise, *coin; /* injected; NULL: drawn */
    const mxArray *stims;             /* NULL: none */
    int64_t trial;                    /* from 1 */
    char *path;
    srnn_spiking_input input;
    srnn_spiking_network network;
    srnn_spiking_result result;
} lif;

static void lif_release(void *memory)
{
    lif *l = memory;
    srnn_spiking_network_free(&l->network);
    srnn_spiking_result_free(&l->result);
}

/* ---- arguments ---- */

static const mxArray *argument(const call *c, int i)
{
    return i < c->n_in && !value_is_empty(c->in[i]) ? c->in[i] : NULL;
}

static bool lif_read_options(call *c, lif *l)
{
    const own_option own[] = {{"quiet", OWN_FLAG, &c->quiet}, {"trial", OWN_LONG, &l->trial},
                              {"v0", OWN_ANY, &l->v0},        {"noise", OWN_ANY, &l->noise},
                              {"coin", OWN_ANY, &l->coin},    {"stims", OWN_ANY, &l->stims}};
    const accepted options = {SRNN_OF_NEURON, "seed threads conversion readout", own, 6};
    l->trial = 1;
    if (!options_read(c, &options, FIRST_OPTION)) return false;
    if (l->trial < 1)
        return call_fail(c, "argument", "trial is %lld; expected 1 or more", (long long)l->trial);
    /* v0 is the name of a distribution, or the voltages themselves */
    if (!l->v0 || !mxIsChar(l->v0)) return true;
    const mxArray *v0 = l->v0;
    l->v0 = NULL;
    return option_take(c, "v0", v0);
}

static bool read_positional(call *c, lif *l, double *scaling_factor)
{
    const mxArray *a;
    *scaling_factor = (double)NAN;
    if (!value_path(c, "model_path", c->in[PATH], &l->path)) return false;
    if ((a = argument(c, SCALING_FACTOR)) && !value_number(c, "scaling_factor", a, scaling_factor))
        return false;
    if (a && isnan(*scaling_factor))
        return call_fail(c, "argument", "scaling_factor is NaN; expected a number above 0");
    if ((a = argument(c, STIMS))) l->stims = a;
    if ((a = argument(c, DOWNSAMPLE)) && !option_take(c, "downsample", a)) return false;
    if ((a = argument(c, USE_INITIAL_WEIGHTS)) && !option_take(c, "use_initial_weights", a))
        return false;
    return options_finish(c);
}

/* A matrix of `rows` x `columns` (< 0: as many as there are) as floats; they are in the library's
   order already. */
static float *read_matrix(call *c, const char *name, const mxArray *a, int rows, int columns)
{
    double *x;
    size_t n;
    if (!value_numbers(c, name, a, "a full matrix of numbers", &x, &n)) return NULL;
    const bool fits = mxGetNumberOfDimensions(a) == 2 && mxGetM(a) == (size_t)rows &&
                      (columns < 0 || mxGetN(a) == (size_t)columns);
    if (!fits) {
        char is[80], many[32] = "C, a column every 5 ms";
        value_describe(a, is);
        if (columns >= 0) snprintf(many, sizeof many, "%d", columns);
        call_fail(c, "argument", "%s is %s; expected %d x %s", name, is, rows, many);
        return NULL;
    }
    float *floats = call_new(c, n, sizeof *floats, NULL);
    for (size_t i = 0; floats && i < n; i++) {
        floats[i] = (float)x[i];
        if (isfinite(floats[i])) continue;
        call_fail(c, "argument", "%s has %g in column %zu; expected finite numbers", name, x[i],
                  i / (size_t)rows + 1);
        return NULL;
    }
    return floats;
}

static bool read_coin(call *c, lif *l, int nt)
{
    float *x = read_matrix(c, "coin", l->coin, 1, nt);
    uint8_t *coin = x ? call_new(c, (size_t)nt, 1, NULL) : NULL;
    for (int i = 0; coin && i < nt; i++) coin[i] = x[i] != 0;
    l->input.coin = coin;
    return coin != NULL;
}

static bool read_input(call *c, lif *l)
{
    const srnn_model_view view = srnn_model_get_view(c->model);
    const int downsample = l->params.downsample;
    srnn_spiking_input *input = &l->input;
    if (!(input->u = read_matrix(c, "u", c->in[U], view.n_in, -1))) return false;
    if (mxGetN(c->in[U]) > INT_MAX)
        return call_fail(c, "argument", "u has %g columns", (double)mxGetN(c->in[U]));
    input->C = (int)mxGetN(c->in[U]);
    input->key = (srnn_trial_key){c->s.seed, SRNN_DOMAIN_USER, (uint64_t)l->trial - 1};
    if (!l->v0 && !l->noise && !l->coin) return true;
    /* what the library refuses anyway has no number of steps */
    const int nt = downsample > 0 && input->C > 0 && input->C < INT_MAX / 100
                       ? srnn_spiking_steps(input->C, downsample)
                       : 0;
    if (l->v0 && !(input->v0 = read_matrix(c, "v0", l->v0, view.N, 1))) return false;
    if (l->noise && !(input->noise = read_matrix(c, "noise", l->noise, view.N, nt))) return false;
    return !l->coin || read_coin(c, l, nt);
}

/* ---- results ---- */

static mxArray *raster(const srnn_spiking_result *r)
{
    mxArray *a = mxCreateDoubleMatrix((size_t)r->N, (size_t)r->nt, mxREAL);
    for (int64_t q = 0; q < r->n_spikes; q++)
        mxGetPr(a)[(size_t)(r->spike_step[q] - 1) * (size_t)r->N + (size_t)r->spike_unit[q]] = 1;
    return a;
}

static mxArray *params_of(const call *c, const lif *l)
{
    const srnn_spiking_network *net = &l->network;
    const srnn_spiking_result *r = &l->result;
    const size_t N = (size_t)net->N, nt = (size_t)r->nt;
    mxArray *s = mxCreateStructMatrix(1, 1, 0, NULL);
    field_number(s, "dt", r->dt_s);
    field_number(s, "T", r->T_s);
    field_number(s, "nt", r->nt);
    field_matrix(s, "w_out", (size_t)net->n_out, N, net->w_out);
    field_matrix(s, "td", N, 1, net->td_s);
    field_matrix(s, "td0", N, 1, net->td0_s);
    field_matrix(s, "IPSCs", N, nt, r->ipsc);
    field_matrix(s, "w_in", N, (size_t)net->n_in, net->w_in);
    field_matrix(s, "bias", N, 1, net->bias_mv);
    field_matrix(s, "b_out", (size_t)net->n_out, 1, net->b_out);
    field_text(s, "conversion", srnn_option_choice("conversion", l->params.conversion.by));
    if (l->params.conversion.by == SRNN_BY_SCALING_FACTOR)
        field_number(s, "scaling_factor", l->params.conversion.scaling_factor);
    field_number(s, "seed", (double)c->s.seed);
    field_number(s, "trial", (double)l->trial);
    return s;
}

static void lif_give(call *c, const lif *l)
{
    const srnn_spiking_result *r = &l->result;
    const size_t N = (size_t)r->N, nt = (size_t)r->nt;
    c->out[W] = matrix_of(N, N, l->network.W);
    if (c->n_out > REC) c->out[REC] = matrix_of(N, nt, r->v);
    if (c->n_out > SPK) c->out[SPK] = raster(r);
    if (c->n_out > RS) c->out[RS] = matrix_of(N, nt, r->r);
    if (c->n_out > ALL_FR) c->out[ALL_FR] = matrix_of(N, 1, r->rates_hz);
    if (c->n_out > OUTPUT) c->out[OUTPUT] = matrix_of((size_t)r->n_out, nt, r->out);
    if (c->n_out > PARAMS) c->out[PARAMS] = params_of(c, l);
}

bool command_lif(call *c)
{
    double scaling_factor;
    lif *l = call_new(c, 1, sizeof *l, lif_release);
    if (!l) return false;
    if (c->n_in <= U || c->n_out > N_OUTPUTS)
        return call_fail(c, "argument",
                         "LIF_network_fnc has %d arguments and %d outputs; expected model_path, "
                         "scaling_factor, u or more, and up to %d outputs",
                         c->n_in, c->n_out, N_OUTPUTS);
    if (!lif_read_options(c, l) || !read_positional(c, l, &scaling_factor) || !draw_seed(c) ||
        !context_open(c) || !call_ok(c, srnn_model_load(c->ctx, l->path, &c->model), NULL) ||
        !spiking_open(c, l->stims, &l->params) ||
        !spiking_convert(c, &l->params, scaling_factor, l->path) || !read_input(c, l))
        return false;
    const srnn_spiking_params *params = &l->params;
    srnn_recording recording = srnn_recording_default();
    if (c->n_out > REC) recording.what |= SRNN_RECORD_V;
    if (c->n_out > RS) recording.what |= SRNN_RECORD_R;
    if (c->n_out > PARAMS) recording.what |= SRNN_RECORD_IPSC;
    if (!call_ok(c, srnn_spiking_network_of(c->ctx, c->model, params, &l->network), NULL) ||
        !call_ok(c, srnn_spiking_run(c->ctx, c->model, params, &l->input, &recording, &l->result),
                 NULL))
        return false;
    lif_give(c, l);
    return true;
}
