/* The packing of sparse networks: when it serves, and that a network's products are
   those of its dense weights whatever becomes of its connections. */
#include "helpers.h"

#include "rate/network.h"

static void packs_what_pays(void **state)
{
    (void)state;
    enum { N = 100, NP = 112, END = N * NP };
    real *w = zeroed(END + 1, sizeof *w);
    srnn_rng rng = test_rng(0);
    size_t n = 0;
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++)
            if (srnn__rng_word(&rng) % 10 == 0) {
                w[j * NP + i] = 1;
                n++;
            }
    srnn__sparse sparse;
    assert_true(srnn__sparse_pack(N, NP, w, NP, 1, END, &sparse));
    assert_int_equal(sparse.n_connections, n);
    assert_int_equal(srnn__sparse_refill(&sparse, w), n);
    int gone = 0;
    for (int k = 0; k < END && gone < 3; k++)
        if (w[k] != 0) {
            w[k] = 0;
            gone++;
        }
    assert_int_equal(srnn__sparse_refill(&sparse, w), n - 3);
    srnn__sparse_free(&sparse);

    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++) w[j * NP + i] = 1;
    assert_false(srnn__sparse_pack(N, NP, w, NP, 1, END, &sparse));
    assert_null(sparse.values);
    assert_false(srnn__sparse_pack(16, 16, w, 16, 1, END, &sparse));
    free(w);
}

/* W_eff r and W_eff^T r of B trials by the network have the bits of the dense kernel's. */
static void assert_products_of(const srnn__rate_net *net, int B)
{
    const size_t Np = (size_t)net->Np, n = (size_t)B * Np;
    const srnn__rate_kernels *plain = srnn__rate_kernels_for(SRNN__BASELINE);
    srnn_rng rng = test_rng(1);
    real *r = zeroed(n, sizeof *r), *y = zeroed(n, sizeof *y), *expected = zeroed(n, sizeof *y);
    real *w_eff_t = zeroed((size_t)net->N * Np, sizeof *w_eff_t);
    for (size_t k = 0; k < n; k++) r[k] = (real)srnn_rng_normal(&rng);
    srnn__rate_net_weigh(net, B, r, y);
    plain->matvec(B, net->N, net->Np, net->w_eff, r, expected);
    assert_memory_equal(y, expected, n * sizeof *y);
    srnn__rate_net_weigh_back(net, B, r, y);
    plain->transpose(net->N, net->Np, net->w_eff, w_eff_t);
    plain->matvec(B, net->N, net->Np, w_eff_t, r, expected);
    assert_memory_equal(y, expected, n * sizeof *y);
    free(r);
    free(y);
    free(expected);
    free(w_eff_t);
}

static void assert_products(const srnn__rate_net *net)
{
    assert_products_of(net, 3);
    assert_products_of(net, 9);
}

static void products_follow_the_connections(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model_params params = srnn_model_params_default();
    params.N = 150;
    params.P_rec = 0.2;
    params.som_N = 0;
    srnn_model *model;
    assert_int_equal(srnn_model_create(ctx, &params, &model), SRNN_OK);
    srnn__rate_net net;
    assert_int_equal(srnn__rate_net_init(ctx, model, &net), SRNN_OK);
    assert_int_equal(net.sparse, net.kernels->matvec_sparse != NULL);
    assert_products(&net);

    const size_t n = (size_t)net.N * (size_t)net.Np;
    srnn_rng rng = test_rng(2);
    for (int update = 0; update < 200; update++) { /* connections go, others appear */
        for (int change = 0; change < 40; change++) {
            const size_t j = srnn__rng_word(&rng) % (uint32_t)net.N;
            const size_t i = srnn__rng_word(&rng) % (uint32_t)net.N;
            const bool appears = update % 70 == 50;
            real *w = &net.params.w[j * (size_t)net.Np + i];
            *w = appears ? (real)0.5 : *w > 0 ? 0 : *w;
        }
        srnn__rate_net_update(&net);
        assert_products(&net);
    }
    for (size_t k = 0; k < n; k++) net.params.w[k] = 1;
    srnn__rate_net_update(&net);
    assert_false(net.sparse);
    assert_products(&net);
    srnn__rate_net_free(&net);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_what_pays),
        cmocka_unit_test(products_follow_the_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
