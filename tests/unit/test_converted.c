/* srnn_spiking_network_of tells the network that srnn_spiking_run simulates: one step of it,
   done here in plain code, and its readout. */
#include "helpers.h"

enum { N = 12, N_IN = 1, N_OUT = 2, C = 3, NT = 200 };

/* mV, Hz: the run keeps W' of an operating point in float */
#define ROUNDED 1e-6

static srnn_model *model_with_point(srnn_ctx *ctx)
{
    static double gain[N], bias_mv[N], scale[N], offset[N];
    srnn_model_params params = srnn_model_params_default();
    params.N = N;
    params.n_out = N_OUT;
    params.P_rec = 0.8;
    params.seed = 3;
    srnn_model *model = new_model(ctx, &params);
    for (int i = 0; i < N; i++) {
        gain[i] = 20 + i;
        bias_mv[i] = 0.5 * i - 2;
        scale[i] = 0.01 + 0.001 * i;
        offset[i] = 0.02 * i - 0.1;
    }
    const srnn_operating_point point = {
        .gain = gain, .bias_mv = bias_mv, .scale = scale, .offset = offset};
    assert_ok(ctx, srnn_model_set_operating_point(ctx, model, &point));
    return model;
}

/* What drives v, the synapses and the output of the run follow from the arrays. */
static void check(srnn_ctx *ctx, const srnn_model *model, const srnn_spiking_params *params,
                  double divisor)
{
    static const float u[C * N_IN] = {0.5f, 1, -1};
    static float v0[N], noise[NT * N];
    for (int i = 0; i < N; i++) v0[i] = -65 + 3 * (float)i; /* some above the threshold */
    const srnn_spiking_input input = {.C = C, .u = u, .v0 = v0, .noise = noise};
    srnn_recording all = srnn_recording_default();
    all.what = SRNN_RECORD_V | SRNN_RECORD_IPSC | SRNN_RECORD_R;
    srnn_spiking_network net;
    srnn_spiking_result run;
    assert_ok(ctx, srnn_spiking_network_of(ctx, model, params, &net));
    assert_ok(ctx, srnn_spiking_run(ctx, model, params, &input, &all, &run));
    assert_true(run.n_spikes > 0);

    double ipsc[N] = {0}, h[N] = {0};
    int free_from[N], n_free = 0;
    int64_t q = 0;
    for (int i = 0; i < N; i++) free_from[i] = 41; /* the first step after 2 ms */
    for (int step = 1; step <= NT; step++) {
        double jd[N] = {0};
        const int column = (step + 50) / 100;
        for (int i = 0; i < N; i++) {
            const double before = step == 1 ? (double)v0[i] : run.v[(step - 2) * N + i];
            const double I =
                run.ipsc[(step - 1) * N + i] + net.bias_mv[i] + net.w_in[i] * (double)u[column];
            assert_near(run.ipsc[(step - 1) * N + i], ipsc[i], ROUNDED);
            const double v = run.v[(step - 1) * N + i];
            if (step < free_from[i] || before == 30 || v == 30) continue;
            assert_near(v, before + 0.005 * (I - before), ROUNDED);
            n_free++;
        }
        for (; q < run.n_spikes && run.spike_step[q] == step; q++) {
            for (int i = 0; i < N; i++) jd[i] += net.W[run.spike_unit[q] * N + i];
            free_from[run.spike_unit[q]] = step + 41;
        }
        for (int i = 0; i < N; i++) {
            ipsc[i] = ipsc[i] * exp(-5e-5 / net.td_s[i]) + h[i] * 5e-5;
            h[i] = h[i] * exp(-5e-5 / 2e-3) + jd[i] / (2e-3 * net.td_s[i]);
        }
        for (int o = 0; o < N_OUT; o++) {
            double out = 0;
            for (int i = 0; i < N; i++)
                out += net.w_out[i * N_OUT + o] * run.r[(step - 1) * N + i] / divisor;
            assert_near(run.out[(step - 1) * N_OUT + o], out + net.b_out[o], ROUNDED);
        }
    }
    assert_true(n_free > NT);
    srnn_spiking_result_free(&run);
    srnn_spiking_network_free(&net);
}

static void the_network_that_is_run(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = model_with_point(ctx);
    srnn_spiking_params params = srnn_spiking_params_default();
    params.precision = SRNN_DOUBLE;
    params.conversion.scaling_factor = 5;
    check(ctx, model, &params, 5);
    params.conversion.use_initial_weights = params.conversion.add_b_out = true;
    check(ctx, model, &params, 5);
    params = srnn_spiking_params_default();
    params.precision = SRNN_DOUBLE;
    params.conversion.by = SRNN_BY_OPERATING_POINT;
    params.neuron.bias_mv = -39;
    check(ctx, model, &params, 1);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void refusals(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params few = srnn_model_params_default();
    few.N = 4;
    srnn_model *model = new_model(ctx, &few);
    srnn_spiking_params params = srnn_spiking_params_default();
    srnn_spiking_network net;
    params.conversion.scaling_factor = -1;
    assert_says(ctx, srnn_spiking_network_of(ctx, model, &params, &net), SRNN_ERR_ARGUMENT,
                "scaling_factor is -1; expected a number above 0");
    assert_null(net.W);
    params.conversion.by = SRNN_BY_OPERATING_POINT;
    assert_says(ctx, srnn_spiking_network_of(ctx, model, &params, &net), SRNN_ERR_ARGUMENT,
                "the network has no operating point; expected one that a search with conversion "
                "operating-point found");
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_network_that_is_run),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests_name("converted", tests, NULL, NULL);
}
