/* .mat files: a network and its records come back with the same bits; what stands in
   the file is what docs/files.md says. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

/* ---- the same network ---- */

#define assert_bits(a, b, n)                                                                       \
    do {                                                                                           \
        const void *a_ = (a), *b_ = (b);                                                           \
        assert_true(!a_ == !b_);                                                                   \
        if (a_) assert_memory_equal(a_, b_, (size_t)(n) * sizeof *(a));                            \
    } while (0)

static void assert_same_network(const srnn_model *a, const srnn_model *b)
{
    const srnn_model_params *p = &a->params, *q = &b->params;
    const size_t N = (size_t)p->N, n_in = (size_t)p->n_in, n_out = (size_t)p->n_out;
    assert_int_equal(p->N, q->N);
    assert_int_equal(p->n_in, q->n_in);
    assert_int_equal(p->n_out, q->n_out);
    assert_bits(&p->P_inh, &q->P_inh, 1);
    assert_bits(&p->P_rec, &q->P_rec, 1);
    assert_bits(&p->gain, &q->gain, 1);
    assert_int_equal(p->som_N, q->som_N);
    assert_int_equal(p->w_dist, q->w_dist);
    assert_int_equal(p->balanced, q->balanced);
    assert_true(p->taus_gaus_mean == q->taus_gaus_mean);
    assert_int_equal(p->apply_dale, q->apply_dale);
    assert_int_equal(p->n_taus, q->n_taus);
    assert_bits(p->taus, q->taus, p->n_taus);
    assert_bits(&p->DeltaT, &q->DeltaT, 1);
    assert_int_equal(p->activation, q->activation);
    assert_int_equal(p->seed, q->seed);
    assert_bits(a->w0, b->w0, N * N);
    assert_bits(a->w_in, b->w_in, n_in * N);
    assert_bits(a->w_out, b->w_out, n_out * N);
    assert_bits(a->b_out, b->b_out, n_out);
    assert_bits(a->taus_gaus, b->taus_gaus, N);
    assert_bits(a->taus_gaus0, b->taus_gaus0, N);
    assert_bits(a->inh, b->inh, N);
    assert_bits(a->som, b->som, N);
    assert_bits(a->som_m, b->som_m, N * N);
    for (size_t k = 0; k < N * N; k++) {
        const float w = p->apply_dale && !(a->w[k] > 0) ? 0 : a->w[k];
        assert_bits(&w, &b->w[k], 1);
    }
}

static void assert_same_records(const srnn_model *a, const srnn_model *b)
{
    const srnn__training *t = &a->training, *s = &b->training;
    const int N = a->params.N, n_in = a->params.n_in, n_out = a->params.n_out;
    assert_int_equal(t->tr, s->tr);
    assert_int_equal(t->n_losses, s->n_losses);
    assert_bits(t->losses, s->losses, t->n_losses);
    assert_int_equal(t->reached, s->reached);
    assert_int_equal(t->n_evals, s->n_evals);
    assert_bits(t->eval_tr, s->eval_tr, t->n_evals);
    assert_bits(t->eval_perf_curve, s->eval_perf_curve, t->n_evals);
    assert_bits(t->eval_loss_curve, s->eval_loss_curve, t->n_evals);
    assert_bits(&t->eval_perf_mean, &s->eval_perf_mean, t->n_evals > 0);
    assert_bits(&t->eval_loss_mean, &s->eval_loss_mean, t->n_evals > 0);
    assert_bits(&t->eval_two_sided_mean, &s->eval_two_sided_mean, t->n_evals > 0);
    assert_bits(&t->options.loss_threshold, &s->options.loss_threshold, 1);
    assert_bits(&t->options.perf_threshold, &s->options.perf_threshold, 1);
    assert_int_equal(t->eval_trials, s->eval_trials);
    assert_int_equal(t->eval_T, s->eval_T);
    assert_bits(t->eval_os, s->eval_os, n_out * t->eval_T * t->eval_trials);
    assert_bits(t->eval_labels, s->eval_labels, t->eval_trials);
    assert_int_equal(t->T, s->T);
    assert_bits(t->x0, s->x0, t->T * N);
    assert_bits(t->r0, s->r0, t->T * N);
    assert_bits(t->x, s->x, t->T * N);
    assert_bits(t->r, s->r, t->T * N);
    assert_bits(t->u, s->u, t->T * n_in);
    assert_bits(t->target, s->target, t->T * n_out);
    assert_bits(t->o, s->o, (t->T - 1) * n_out);
    assert_int_equal(a->search.n, b->search.n);
    assert_bits(&a->search.opt_scaling_factor, &b->search.opt_scaling_factor, a->search.n > 0);
    assert_bits(a->search.scaling_factors, b->search.scaling_factors, a->search.n);
    assert_bits(a->search.all_perfs, b->search.all_perfs, a->search.n);
    assert_int_equal(a->search.n_trials, b->search.n_trials);
    assert_string_equal(a->task_name, b->task_name);
    for (int i = 0; srnn_task_setting_at(i); i++)
        assert_true(srnn_task_setting_get(&a->task_settings, i) ==
                    srnn_task_setting_get(&b->task_settings, i));
}

static const struct {
    const char *name;
    int N, n_in, n_out;
    bool apply_dale;
    int som_N, n_taus;
    double taus[2], DeltaT, P_inh;
    srnn_activation activation;
    srnn_w_dist w_dist;
    int T; /* 0: not trained */
    bool searched;
} networks[] = {
    {"Dale, SOM, all records",
     12,
     3,
     2,
     true,
     2,
     2,
     {4, 20},
     1,
     .5,
     SRNN_SIGMOID,
     SRNN_W_GAUS,
     7,
     true},
    {"without Dale, one tau",
     9,
     1,
     1,
     false,
     0,
     1,
     {10.5, 0},
     .5,
     .2,
     SRNN_SOFTPLUS,
     SRNN_W_GAMMA,
     5,
     true},
    {"as many steps as units",
     6,
     2,
     2,
     true,
     0,
     2,
     {1, 2},
     1,
     .3,
     SRNN_CLIPPED_RELU,
     SRNN_W_GAUS,
     6,
     false},
    {"not trained", 5, 2, 1, true, 1, 2, {4, 20}, 1, .9, SRNN_SIGMOID, SRNN_W_GAMMA, 0, false},
    {"one unit", 1, 1, 1, true, 0, 1, {4, 0}, 1, 0, SRNN_SIGMOID, SRNN_W_GAUS, 2, true},
};
enum { N_NETWORKS = sizeof networks / sizeof *networks };

static srnn_model *network(srnn_ctx *ctx, int i)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = networks[i].N;
    p.n_in = networks[i].n_in;
    p.n_out = networks[i].n_out;
    p.apply_dale = networks[i].apply_dale;
    p.som_N = networks[i].som_N;
    p.n_taus = networks[i].n_taus;
    p.taus[0] = networks[i].taus[0];
    p.taus[1] = networks[i].taus[1];
    p.DeltaT = networks[i].DeltaT;
    p.P_inh = networks[i].P_inh;
    p.P_rec = 1.0 / 3;
    p.activation = networks[i].activation;
    p.w_dist = networks[i].w_dist;
    p.balanced = i % 2;
    p.taus_gaus_mean = i;
    p.seed = SRNN_SEED_MAX - (uint64_t)i;
    srnn_model *m = new_model(ctx, &p);
    if (networks[i].T > 0) fill_training(m, networks[i].T);
    if (networks[i].searched) fill_search(m);
    return m;
}

static void test_round_trip(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = 0; i < N_NETWORKS; i++) {
        print_message("    %s\n", networks[i].name);
        srnn_model *m = network(ctx, i), *back, *again;
        assert_ok(ctx, srnn_model_save(ctx, m, at("a.mat")));
        assert_ok(ctx, srnn_model_load(ctx, at("a.mat"), &back));
        assert_same_network(m, back);
        assert_same_records(m, back);
        assert_int_equal(back->n_rectified, 0);
        if (networks[i].T > 0 && networks[i].searched)
            assert_string_equal(srnn_model_missing(back), "");
        /* and from the copy once more, over the first file */
        assert_ok(ctx, srnn_model_save(ctx, back, at("a.mat")));
        assert_ok(ctx, srnn_model_load(ctx, at("a.mat"), &again));
        assert_same_network(back, again);
        assert_same_records(back, again);
        srnn_model_free(m);
        srnn_model_free(back);
        srnn_model_free(again);
    }
    srnn_ctx_free(ctx);
}

/* ---- what is in the file ---- */

typedef struct layout {
    const char *name;
    size_t rows, cols, pages;
    enum { DOUBLES = 0, WHOLE, FLAGS } kind;
} layout;

static void assert_layout(const var_list *list, const layout *expected, size_t n)
{
    assert_int_equal(list->version, MAT_FT_MAT5);
    assert_int_equal(list->n, n);
    for (size_t k = 0; k < n; k++) {
        const matvar_t *v = find(list, expected[k].name);
        if (!v) fail_msg("no variable %s", expected[k].name);
        const bool text = expected[k].cols == 0;
        const size_t pages = v->rank == 3 ? v->dims[2] : 0;
        static const enum matio_classes classes[] = {MAT_C_DOUBLE, MAT_C_INT64, MAT_C_UINT8};
        if (v->class_type != (text ? MAT_C_CHAR : classes[expected[k].kind]) || v->isComplex ||
            !v->isLogical != (expected[k].kind != FLAGS) || v->dims[0] != expected[k].rows ||
            (!text && v->dims[1] != expected[k].cols) || v->rank > 3 || pages != expected[k].pages)
            fail_msg("%s is of class %d, %zu x %zu x %zu", v->name, (int)v->class_type, v->dims[0],
                     v->dims[1], pages);
    }
}

/* docs/files.md, for N 12, 3 inputs, 2 outputs, T 7, 9 losses, 3 evaluated trials */
static void test_layout(void **state)
{
    (void)state;
    static const layout expected[] = {
        {"w", 12, 12, 0, DOUBLES},
        {"w0", 12, 12, 0, DOUBLES},
        {"w_in", 12, 3, 0, DOUBLES},
        {"w_in0", 12, 3, 0, DOUBLES},
        {"w_out", 2, 12, 0, DOUBLES},
        {"b_out", 2, 1, 0, DOUBLES},
        {"taus_gaus", 12, 1, 0, DOUBLES},
        {"taus_gaus0", 12, 1, 0, DOUBLES},
        {"taus", 1, 2, 0, DOUBLES},
        {"m", 12, 12, 0, DOUBLES},
        {"som_m", 12, 12, 0, DOUBLES},
        {"inh", 12, 1, 0, FLAGS},
        {"exc", 12, 1, 0, FLAGS},
        {"som", 12, 1, 0, FLAGS},
        {"N", 1, 1, 0, WHOLE},
        {"som_N", 1, 1, 0, WHOLE},
        {"apply_dale", 1, 1, 0, DOUBLES},
        {"activation", 1, 0, 0, DOUBLES},
        {"DeltaT", 1, 1, 0, DOUBLES},
        {"P_inh", 1, 1, 0, DOUBLES},
        {"P_rec", 1, 1, 0, DOUBLES},
        {"gain", 1, 1, 0, DOUBLES},
        {"w_dist", 1, 0, 0, DOUBLES},
        {"balanced", 1, 1, 0, DOUBLES},
        {"taus_gaus_mean", 1, 1, 0, DOUBLES},
        {"seed", 1, 1, 0, DOUBLES},
        {"spikernn_version", 1, 0, 0, DOUBLES},
        {"task", 1, 0, 0, DOUBLES},
        {"T", 1, 1, 0, DOUBLES},
        {"stim_on", 1, 1, 0, DOUBLES},
        {"stim_dur", 1, 1, 0, DOUBLES},
        {"delay", 1, 1, 0, DOUBLES},
        {"eval_amp_thresh", 1, 1, 0, DOUBLES},
        {"offset", 1, 1, 0, DOUBLES},
        {"constant", 1, 1, 0, DOUBLES},
        {"two_sided", 1, 1, 0, DOUBLES},
        {"tr", 1, 1, 0, DOUBLES},
        {"reached", 1, 1, 0, DOUBLES},
        {"losses", 1, 9, 0, DOUBLES},
        {"eval_perf_mean", 1, 1, 0, DOUBLES},
        {"eval_loss_mean", 1, 1, 0, DOUBLES},
        {"eval_two_sided_mean", 1, 1, 0, DOUBLES},
        {"loss_threshold", 1, 1, 0, DOUBLES},
        {"perf_threshold", 1, 1, 0, DOUBLES},
        {"eval_tr", 1, 2, 0, DOUBLES},
        {"eval_perf_curve", 1, 2, 0, DOUBLES},
        {"eval_loss_curve", 1, 2, 0, DOUBLES},
        {"eval_labels", 1, 3, 0, DOUBLES},
        {"eval_os", 3, 6, 2, DOUBLES},
        {"x0", 12, 7, 0, DOUBLES},
        {"r0", 12, 7, 0, DOUBLES},
        {"x", 12, 7, 0, DOUBLES},
        {"r", 12, 7, 0, DOUBLES},
        {"u", 3, 7, 0, DOUBLES},
        {"target", 2, 7, 0, DOUBLES},
        {"o", 2, 6, 0, DOUBLES},
        {"opt_scaling_factor", 1, 1, 0, DOUBLES},
        {"scaling_factors", 1, 4, 0, DOUBLES},
        {"all_perfs", 4, 1, 0, DOUBLES},
        {"search_n_trials", 1, 1, 0, DOUBLES},
    };
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = network(ctx, 0);
    assert_ok(ctx, srnn_model_save(ctx, m, at("layout.mat")));
    var_list list = read_list(at("layout.mat"));
    assert_layout(&list, expected, sizeof expected / sizeof *expected);
    /* MATLAB's x(i, t), o(k, t), eval_os(trial, t, k) */
    const double *x = find(&list, "x")->data, *o = find(&list, "o")->data;
    const double *os = find(&list, "eval_os")->data;
    assert_true(x[3 + 12 * 5] == (double)m->training.x[5 * 12 + 3]);
    assert_true(o[1 + 2 * 4] == (double)m->training.o[4 * 2 + 1]);
    assert_true(os[2 + 3 * (4 + 6 * 1)] == m->training.eval_os[(1 * 6 + 4) * 3 + 2]);
    list_free(&list);
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

static void test_untrained_layout(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *m = network(ctx, 3), *back;
    assert_ok(ctx, srnn_model_save(ctx, m, at("new.mat")));
    var_list list = read_list(at("new.mat"));
    static const char *const absent[] = {
        "x", "x0", "losses", "tr", "task", "T", "o", "u", "eval_os", "opt_scaling_factor", NULL};
    for (int k = 0; absent[k]; k++) assert_null(find(&list, absent[k]));
    list_free(&list);
    assert_ok(ctx, srnn_model_load(ctx, at("new.mat"), &back));
    assert_string_equal(
        srnn_model_missing(back),
        "task, T, stim_on, stim_dur, eval_amp_thresh, losses, tr, reached, eval_perf_mean, "
        "eval_loss_mean, eval_tr, eval_perf_curve, eval_loss_curve, eval_labels, eval_os, "
        "opt_scaling_factor, scaling_factors, all_perfs, search_n_trials");
    srnn_model_free(m);
    srnn_model_free(back);
    srnn_ctx_free(ctx);
}

/* MATLAB's (w * m) .* som_m of the file is the network, to the bit. */
static void test_file_is_the_network(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    for (int i = 0; i < N_NETWORKS; i++) {
        srnn_model *model = network(ctx, i);
        const size_t N = (size_t)model->params.N;
        float *w_eff = zeroed(N * N, sizeof *w_eff);
        srnn_model_w_eff(model, false, w_eff);
        assert_ok(ctx, srnn_model_save(ctx, model, at("w.mat")));
        var_list list = read_list(at("w.mat"));
        const double *w = find(&list, "w")->data, *m = find(&list, "m")->data;
        const double *som_m = find(&list, "som_m")->data;
        int connections = 0;
        for (size_t post = 0; post < N; post++)
            for (size_t pre = 0; pre < N; pre++) {
                double sum = 0;
                for (size_t k = 0; k < N; k++) sum += w[post + N * k] * m[k + N * pre];
                sum *= som_m[post + N * pre];
                assert_true(sum == (double)w_eff[pre * N + post]);
                connections += sum != 0;
            }
        assert_true(N == 1 || connections > 0);
        list_free(&list);
        free(w_eff);
        srnn_model_free(model);
    }
    srnn_ctx_free(ctx);
}

/* A network that a file did not tell all about: NaN is left out, not written. */
static void test_unknown_is_left_out(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    var_list least = least_network();
    write_list(at("least.mat"), &least, MAT_FT_MAT5, MAT_COMPRESSION_NONE);
    srnn_model *m;
    assert_ok(ctx, srnn_model_load(ctx, at("least.mat"), &m));
    assert_true(isnan(srnn_model_get_params(m).P_rec));
    assert_ok(ctx, srnn_model_save(ctx, m, at("least2.mat")));
    var_list list = read_list(at("least2.mat"));
    assert_null(find(&list, "P_inh"));
    assert_null(find(&list, "P_rec"));
    assert_null(find(&list, "gain"));
    assert_null(find(&list, "eval_perf_mean"));
    assert_non_null(find(&list, "w0"));
    list_free(&list);
    list_free(&least);
    srnn_model_free(m);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),          cmocka_unit_test(test_layout),
        cmocka_unit_test(test_untrained_layout),    cmocka_unit_test(test_file_is_the_network),
        cmocka_unit_test(test_unknown_is_left_out),
    };
    return cmocka_run_group_tests(tests, make_test_folder, remove_test_folder);
}
