/* Connectivity of the user's own: what is forbidden stays away, what is fixed stays. */
#define _XOPEN_SOURCE 700
#include "mat_helpers.h"

enum { N = 30 };

static srnn_model *network(srnn_ctx *ctx)
{
    srnn_model_params p = srnn_model_params_default();
    p.N = N;
    p.P_inh = 0.4;
    p.P_rec = 0.8;
    p.som_N = 3;
    p.seed = 4;
    return new_model(ctx, &p);
}

/* A third of each kind; from[k] tells which. */
static void thirds(uint8_t *connectivity)
{
    for (int k = 0; k < N * N; k++) connectivity[k] = (uint8_t)((k * 7 + k / N) % 3);
}

static srnn_model *train(srnn_ctx *ctx, srnn_model *model, int64_t n_trials)
{
    srnn_task *task = NULL;
    assert_ok(ctx, srnn_task_named(ctx, "go-nogo", NULL, &task));
    srnn_train_options o = srnn_train_options_default();
    o.n_trials = n_trials;
    o.eval_trials = 2;
    assert_ok(ctx, srnn_train(ctx, model, task, &o));
    srnn_task_free(task);
    return model;
}

static void kinds_of_connections(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *before = network(ctx), *model = network(ctx);
    uint8_t connectivity[N * N];
    thirds(connectivity);
    assert_ok(ctx, srnn_model_connect(ctx, model, connectivity, NULL));
    train(ctx, model, 20);
    const srnn_model_view b = srnn_model_get_view(before), a = srnn_model_get_view(model);
    int n_forbidden = 0, n_fixed = 0, n_moved = 0, n_plastic = 0;
    for (int k = 0; k < N * N; k++) {
        const bool allowed = b.som_m[k] && connectivity[k] != SRNN_FORBIDDEN;
        assert_int_equal(a.som_m[k], allowed);
        assert_true(a.w0[k] == (allowed ? b.w[k] : 0));
        assert_int_equal(a.w_fixed[k], connectivity[k] == SRNN_FIXED);
        if (!allowed) {
            assert_true(a.w[k] == 0);
            n_forbidden++;
        } else if (connectivity[k] == SRNN_FIXED) {
            assert_true(a.w[k] == b.w[k]);
            n_fixed += b.w[k] > 0;
        } else if (b.w[k] > 0) {
            n_moved += a.w[k] < b.w[k] || a.w[k] > b.w[k];
            n_plastic++;
        }
    }
    assert_true(n_forbidden > N && n_fixed > 4 * N);
    assert_int_equal(n_moved, n_plastic);
    for (int i = 0; i < N; i++) assert_int_equal(a.som[i], b.som[i]);
    srnn_model_free(before);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

static void given_weights(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *before = network(ctx), *model = network(ctx);
    const srnn_model_view b = srnn_model_get_view(before);
    uint8_t connectivity[N * N];
    float w[N * N];
    for (int k = 0; k < N * N; k++) {
        connectivity[k] = SRNN_PLASTIC;
        w[k] = k % 2 ? NAN : (float)k; /* also where SOM units may have no inhibition */
    }
    assert_ok(ctx, srnn_model_connect(ctx, model, connectivity, w));
    const srnn_model_view a = srnn_model_get_view(model);
    assert_null(a.w_fixed);
    for (int k = 0; k < N * N; k++) {
        assert_true(a.w[k] == (!b.som_m[k] ? 0 : isnan(w[k]) ? b.w[k] : w[k]));
        assert_true(a.w0[k] == a.w[k]);
    }
    srnn_model_free(before);
    srnn_model_free(model);
    srnn_ctx_free(ctx);
}

/* Going on after a stop keeps what is fixed, too. */
static void files_keep_it(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = network(ctx), *from_mat, *from_pth;
    uint8_t connectivity[N * N];
    thirds(connectivity);
    assert_ok(ctx, srnn_model_connect(ctx, model, connectivity, NULL));
    train(ctx, model, 3);
    assert_ok(ctx, srnn_model_save(ctx, model, at("connected.mat")));
    assert_ok(ctx, srnn_model_save_pth(ctx, model, at("connected.pth")));
    assert_ok(ctx, srnn_model_load(ctx, at("connected.mat"), &from_mat));
    assert_ok(ctx, srnn_model_load(ctx, at("connected.pth"), &from_pth));
    const srnn_model_view v = srnn_model_get_view(model);
    const srnn_model_view loaded[] = {srnn_model_get_view(from_mat), srnn_model_get_view(from_pth)};
    for (int k = 0; k < 2; k++) {
        assert_memory_equal(loaded[k].w_fixed, v.w_fixed, N * N);
        assert_memory_equal(loaded[k].som_m, v.som_m, N * N);
        assert_memory_equal(loaded[k].som, v.som, N);
    }
    srnn_task *task;
    assert_ok(ctx, srnn_model_task(ctx, from_pth, NULL, NULL, &task));
    assert_ok(ctx,
              srnn_train(ctx, from_pth, task,
                         &(srnn_train_options){
                             .size = sizeof(srnn_train_options), .resume = true, .n_trials = 6}));
    for (int i = 0; i < N * N; i++)
        if (connectivity[i] == SRNN_FIXED && v.som_m[i])
            assert_true(srnn_model_get_view(from_pth).w[i] == v.w0[i]);
    srnn_task_free(task);
    srnn_model_free(model);
    srnn_model_free(from_mat);
    srnn_model_free(from_pth);
    srnn_ctx_free(ctx);
}

static void what_cannot_be(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    srnn_model *model = network(ctx), *same = network(ctx);
    uint8_t connectivity[N * N];
    float w[N * N];
    for (int k = 0; k < N * N; k++) {
        connectivity[k] = SRNN_PLASTIC;
        w[k] = NAN;
    }
    connectivity[N + 2] = 3;
    assert_says(ctx, srnn_model_connect(ctx, model, connectivity, w), SRNN_ERR_ARGUMENT,
                "connectivity(3, 2) is 3; expected 0 (forbidden), 1 (plastic) or 2 (fixed)");
    connectivity[N + 2] = SRNN_FORBIDDEN;
    w[N + 2] = 1;
    assert_says(ctx, srnn_model_connect(ctx, model, connectivity, w), SRNN_ERR_ARGUMENT,
                "w(3, 2) is 1; expected 0 where no connection may be");
    w[N + 2] = -1;
    assert_says(ctx, srnn_model_connect(ctx, model, connectivity, w), SRNN_ERR_ARGUMENT,
                "w(3, 2) is -1; expected 0 or more under Dale's principle, where the presynaptic "
                "unit has the sign");
    w[N + 2] = INFINITY;
    assert_says(ctx, srnn_model_connect(ctx, model, connectivity, w), SRNN_ERR_ARGUMENT,
                "w(3, 2) is inf; expected a finite number, or NaN");
    const srnn_model_view a = srnn_model_get_view(model), b = srnn_model_get_view(same);
    assert_memory_equal(a.w, b.w, N * N * sizeof *a.w);
    assert_memory_equal(a.som_m, b.som_m, N * N);
    assert_null(a.w_fixed);
    srnn_model_free(model);
    srnn_model_free(same);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_connections),
        cmocka_unit_test(given_weights),
        cmocka_unit_test(files_keep_it),
        cmocka_unit_test(what_cannot_be),
    };
    return cmocka_run_group_tests_name("connect", tests, make_test_folder, remove_test_folder);
}
