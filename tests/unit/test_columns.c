/* The packed columns of sparse spiking networks: what they hold, and that a large network runs
   by them as by its dense weights. */
#include "helpers.h"

#include "spiking/columns.h"
#include "spiking/simulator.h"

static void pack_what_is_there(void **state)
{
    (void)state;
    enum { N = 50, NP = 64 };
    float W[N * NP] = {0};
    srnn_rng rng = test_rng(0);
    for (int k = 0; k < N * NP; k++)
        if (k % NP < N && k / NP != 7 && srnn__rng_word(&rng) % 4 == 0)
            W[k] = (float)srnn_rng_normal(&rng);
    srnn__columns columns;
    assert_true(srnn__columns_pack(N, NP, W, &columns));
    for (int j = 0; j < N; j++) {
        size_t next = columns.first[j];
        for (int i = 0; i < NP; i++) {
            const bool connected = columns.connected[j * (NP / 16) + i / 16] >> i % 16 & 1;
            assert_int_equal(connected, W[j * NP + i] != 0);
            if (connected) assert_true(columns.values[next++] == W[j * NP + i]);
        }
        if (j + 1 < N) assert_int_equal(next, columns.first[j + 1]);
    }
    srnn__columns_free(&columns);

    for (int k = 0; k < N * NP; k++) W[k] = 1;
    assert_false(srnn__columns_pack(N, NP, W, &columns));
    assert_null(columns.values);
}

enum { LARGE = 520, C = 4 };

static srnn_spiking_result run_large(const char *isa, double P_rec, bool *packed, bool *can_pack)
{
    srnn_spiking_result result = {0};
    srnn_ctx *ctx = new_ctx(isa, 1);
    if (!ctx) return result;
    srnn_model_params p = srnn_model_params_default();
    p.N = LARGE;
    p.P_rec = P_rec;
    p.seed = 3;
    srnn_model *model = new_model(ctx, &p);
    srnn_spiking_params params = srnn_spiking_params_default();
    params.conversion.scaling_factor = 5;
    params.neuron.bias_mv = -30;
    srnn__spiking_net net;
    assert_ok(ctx, srnn__spiking_net_init(ctx, model, &params.conversion, NULL, &net));
    *packed = net.columns.first != NULL;
    *can_pack = srnn__lif_kernels_f32_for(ctx->isa)->packed;
    srnn__spiking_net_free(&net);
    const float u[C] = {0};
    const srnn_spiking_input input = {.C = C, .u = u, .key = {1, SRNN_DOMAIN_EVAL, 0}};
    assert_ok(ctx, srnn_spiking_run(ctx, model, &params, &input, NULL, &result));
    srnn_model_free(model);
    srnn_ctx_free(ctx);
    return result;
}

static void large_networks_have_the_same_bits(void **state)
{
    (void)state;
    for (int dense = 0; dense < 2; dense++) {
        bool packed, can_pack;
        srnn_spiking_result plain = run_large("baseline", dense ? 1 : 0.2, &packed, &can_pack);
        assert_false(packed);
        assert_true(plain.n_spikes > LARGE / 4);
        for (int i = 0; i < N_ISA_NAMES; i++) {
            srnn_spiking_result r = run_large(isa_names[i], dense ? 1 : 0.2, &packed, &can_pack);
            if (!r.out) continue;
            assert_int_equal(packed, can_pack && !dense);
            assert_int_equal(r.n_spikes, plain.n_spikes);
            const size_t bytes = (size_t)r.n_spikes * sizeof *r.spike_unit;
            assert_memory_equal(r.spike_unit, plain.spike_unit, bytes);
            assert_memory_equal(r.spike_step, plain.spike_step, bytes);
            assert_memory_equal(r.out, plain.out, (size_t)r.nt * sizeof *r.out);
            srnn_spiking_result_free(&r);
        }
        srnn_spiking_result_free(&plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pack_what_is_there),
                                       cmocka_unit_test(large_networks_have_the_same_bits)};
    return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
