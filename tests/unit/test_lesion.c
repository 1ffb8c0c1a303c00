/* Lesions: how many connections of which kind, and each as likely as any other. */
#include "helpers.h"
#include "model/model_internal.h"

enum { N = 40, NN = N * N };

static srnn_model *network(srnn_ctx *ctx, bool dale)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.P_inh = 0.4;
    p.som_N = dale ? 3 : 0;
    p.apply_dale = dale;
    p.seed = 12;
    return new_model(ctx, &p);
}

static int pathway(const srnn_model *m, int k) { return 2 * m->inh[k / N] + m->inh[k % N]; }

/* Connections of W_eff by kind. */
static void count(const srnn_model *m, int64_t n[4])
{
    float w[NN];
    srnn_model_w_eff(m, false, w);
    memset(n, 0, 4 * sizeof *n);
    for (int k = 0; k < NN; k++)
        if (w[k] != 0) n[pathway(m, k)]++;
}

/* Lesions a fresh network; what stays is as it was, what goes is counted right. */
static void check_lesion(srnn_ctx *ctx, const srnn_lesion *lesion, bool dale, int64_t removed[4])
{
    srnn_model *intact = network(ctx, dale), *m = network(ctx, dale);
    intact->w[NN - 2] = m->w[NN - 2] = -1; /* under Dale's principle no connection */
    int64_t before[4], after[4];
    count(intact, before);
    assert_ok(ctx, srnn_model_lesion(ctx, m, lesion, removed));
    count(m, after);
    for (int p = 0; p < 4; p++) {
        assert_int_equal(before[p] - after[p], removed[p]);
        if (!lesion->pathways[p]) assert_int_equal(removed[p], 0);
    }
    for (int k = 0; k < NN; k++) assert_true(m->w[k] == 0 || m->w[k] == intact->w[k]);
    int64_t all = 0, n = 0;
    for (int p = 0; p < 4; p++) {
        if (lesion->by_pathway && lesion->pathways[p])
            assert_int_equal(removed[p], llround(lesion->share * (double)before[p]));
        if (lesion->pathways[p]) n += before[p];
        all += removed[p];
    }
    if (!lesion->by_pathway) assert_int_equal(all, llround(lesion->share * (double)n));
    srnn_model_free(intact);
    srnn_model_free(m);
}

static void numbers(void **state)
{
    (void)state;
    static const double shares[] = {0, 0.1, 0.5, 0.77, 1};
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = 0; i < 5; i++)
        for (int by_pathway = 0; by_pathway < 2; by_pathway++)
            for (int chosen = 0; chosen < 16; chosen++)
                for (int dale = 0; dale < 2; dale++) {
                    srnn_lesion lesion = {.size = sizeof lesion,
                                          .share = shares[i],
                                          .by_pathway = by_pathway,
                                          .seed = 3};
                    for (int p = 0; p < 4; p++) lesion.pathways[p] = chosen >> p & 1;
                    int64_t removed[4];
                    check_lesion(ctx, &lesion, dale, removed);
                }
    srnn_ctx_free(ctx);
}

static void any_connection_as_likely(void **state)
{
    (void)state;
    enum { SEEDS = 600 };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *intact = network(ctx, true);
    srnn_lesion lesion = srnn_lesion_default();
    lesion.share = 0.3;
    int times[NN] = {0}, n = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        srnn_model *m = network(ctx, true), *again = network(ctx, true);
        lesion.seed = seed;
        assert_ok(ctx, srnn_model_lesion(ctx, m, &lesion, NULL));
        assert_ok(ctx, srnn_model_lesion(ctx, again, &lesion, NULL));
        assert_memory_equal(m->w, again->w, NN * sizeof(float));
        for (int k = 0; k < NN; k++) times[k] += m->w[k] != intact->w[k];
        srnn_model_free(m);
        srnn_model_free(again);
    }
    double chi_squared = 0;
    const double variance = SEEDS * 0.3 * 0.7;
    for (int k = 0; k < NN; k++) {
        if (!(intact->som_m[k] && intact->w[k] > 0)) continue;
        chi_squared += pow(times[k] - SEEDS * 0.3, 2) / variance;
        n++;
    }
    assert_true(n > 200);
    assert_near(chi_squared, n, 4.5 * sqrt(2.0 * n)); /* mean n, variance 2n */
    srnn_model_free(intact);
    srnn_ctx_free(ctx);
}

/* History and scaling factor stay; the intact network's last trial and optimizer do not. */
static void records(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_task *task = new_go_nogo(ctx);
    srnn_model *m = network(ctx, true);
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = 3;
    o.eval_trials = 2;
    assert_ok(ctx, srnn_train(ctx, m, task, &o));
    m->search.opt_scaling_factor = 35;
    srnn_lesion lesion = srnn_lesion_default();
    lesion.share = 0.5;
    assert_ok(ctx, srnn_model_lesion(ctx, m, &lesion, NULL));
    const srnn_training_record r = srnn_model_get_training(m);
    assert_true(r.T == 0 && !r.x && !r.r && !r.u && !r.o && !r.x0 && !r.r0 && !r.target);
    assert_int_equal(r.n_losses, 3);
    assert_int_equal(m->optimizer.step, 0);
    assert_true(srnn_model_get_search(m).opt_scaling_factor == 35);
    lesion.share = 1.01;
    assert_says(ctx, srnn_model_lesion(ctx, m, &lesion, NULL), SRNN_ERR_ARGUMENT,
                "share is 1.01; expected 0 to 1");
    srnn_model_free(m);
    srnn_task_free(task);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers),
                                       cmocka_unit_test(any_connection_as_likely),
                                       cmocka_unit_test(records)};
    return cmocka_run_group_tests_name("lesion", tests, NULL, NULL);
}
