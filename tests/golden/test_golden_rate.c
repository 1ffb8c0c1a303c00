/* The rate network against the oracle: cases c01 ... c14 of golden_rate.mat on every
   ISA of this machine. Built twice: in float, and in double with
   SRNN__RATE_DOUBLE. Tolerances are those of the oracle's table. */
#include "golden.h"

#include "model/model_internal.h"
#include "train/train.h"

#if defined(SRNN__RATE_DOUBLE)
enum { IN_DOUBLE = 1 };
#else
enum { IN_DOUBLE = 0 };
#endif

static const char *const isas[] = {"baseline", "avx2", "avx512", "neon"};

typedef struct rate_case {
    char name[16];
    int T;
    srnn_loss loss;
    srnn_model *model;
    float *u, *z, *x0, *noise;
} rate_case;

typedef struct limits {
    double state, loss, gradient, one_step, ten_steps, exceeding;
} limits;

static limits limits_of(const char *name)
{
    const int to_ceiling = !strcmp(name, "c05") || !strcmp(name, "c07") || !strcmp(name, "c10");
    const int large = !strcmp(name, "c14");
    if (IN_DOUBLE)
        return (limits){to_ceiling ? 1e-10 : 1e-11, 1e-12, 1e-10, large ? 1e-9 : 1e-11,
                        large ? 1e-9 : 1e-10,       0};
    return (limits){to_ceiling ? 2e-4 : 2e-5, 2e-6, 2e-5, large ? 2e-5 : 2e-6, large ? 2e-5 : 5e-6,
                    large ? 1e-3 : 0};
}

static void load_case(srnn_ctx *ctx, const char *name, rate_case *c)
{
    static const srnn_activation activations[] = {SRNN_SIGMOID, SRNN_CLIPPED_RELU, SRNN_SOFTPLUS};
    float *b_out = golden_floats(name, "b_out");
    c->model = golden_model(ctx, name,
                            (srnn_model_view){
                                .apply_dale = golden_number(name, "dale") != 0,
                                .DeltaT = golden_number(name, "DeltaT"),
                                .activation = activations[(int)golden_number(name, "act")],
                                .b_out = b_out,
                            });
    free(b_out);
    snprintf(c->name, sizeof c->name, "%s", name);
    c->T = (int)golden_number(name, "T");
    c->loss = golden_number(name, "loss_fn") == 1 ? SRNN_L1 : SRNN_L2;
    c->u = golden_floats(name, "u");
    c->z = golden_floats(name, "z");
    c->x0 = golden_floats(name, "x0");
    c->noise = golden_floats(name, "noise");
}

static void free_case(rate_case *c)
{
    srnn_model_free(c->model);
    free(c->u);
    free(c->z);
    free(c->x0);
    free(c->noise);
}

/* rows x n of rows x stride as doubles; with the rows last instead of first if turned. */
static double *unpadded(const real *array, int rows, int n, int stride, int turned)
{
    double *d = malloc((size_t)rows * (size_t)n * sizeof *d);
    assert_non_null(d);
    for (int row = 0; row < rows; row++)
        for (int i = 0; i < n; i++)
            d[turned ? i * rows + row : row * n + i] =
                (double)array[(size_t)row * (size_t)stride + (size_t)i];
    return d;
}

static void check(const rate_case *c, const char *name, double *got, double tolerance, int relative)
{
    golden_check(c->name, name, got, tolerance, relative);
    free(got);
}

/* Parameters after some steps: all but a share of the elements within tolerance. */
static void check_params(const rate_case *c, const char *parameter, const char *after, double *got,
                         double tolerance, double may_exceed)
{
    char name[32];
    snprintf(name, sizeof name, "%s_%s", parameter, after);
    size_t n;
    double *expected = golden_array(c->name, name, &n);
    const golden_error e = golden_compare(got, expected, n, tolerance);
    if ((double)e.exceeding > may_exceed * (double)n)
        fail_msg("%s_%s: %zu of %zu elements off by more than %g, at most by %g", c->name, name,
                 e.exceeding, n, tolerance, e.largest);
    free(expected);
    free(got);
}

static void check_all_params(const rate_case *c, const srnn__rate_net *net, const char *after,
                             double tolerance, double may_exceed)
{
    const srnn__params *p = &net->params;
    const int N = net->N, Np = net->Np;
    check_params(c, "w", after, unpadded(p->w, N, N, Np, 0), tolerance, may_exceed);
    check_params(c, "w_out", after, unpadded(p->w_out, net->n_out, N, Np, 1), tolerance,
                 may_exceed);
    check_params(c, "b_out", after, unpadded(p->b_out, 1, net->n_out, 16, 0), tolerance,
                 may_exceed);
    if (net->n_taus == 2)
        check_params(c, "taus_gaus", after, unpadded(p->taus_gaus, 1, N, Np, 0), tolerance,
                     may_exceed);
}

typedef struct workspace {
    srnn__rate_net net;
    srnn__rate_pass pass;
    srnn__params sums, gradient;
    srnn__adam_state adam;
    real *d_o;
} workspace;

static void workspace_init(srnn_ctx *ctx, const rate_case *c, workspace *s)
{
    assert_int_equal(srnn__rate_net_init(ctx, c->model, &s->net), SRNN_OK);
    assert_int_equal(srnn__rate_pass_init(ctx, &s->net, 1, c->T, true, true, &s->pass), SRNN_OK);
    assert_true(srnn__params_alloc(&s->net, &s->sums));
    assert_true(srnn__params_alloc(&s->net, &s->gradient));
    assert_true(srnn__adam_alloc(&s->net, &s->adam));
    s->d_o = srnn__alloc((size_t)(c->T - 1) * (size_t)s->net.n_out, sizeof *s->d_o);
    assert_non_null(s->d_o);
}

static void workspace_free(workspace *s)
{
    srnn__rate_pass_free(&s->pass);
    srnn__adam_free(&s->adam);
    srnn__rate_net_free(&s->net);
    free(s->sums.flat);
    free(s->gradient.flat);
    free(s->d_o);
}

static double loss_and_gradient(const rate_case *c, workspace *s)
{
    const srnn__rate_draws draws = {.x0 = c->x0, .noise_xt = c->noise};
    const float *u = c->u;
    srnn__rate_forward(&s->net, &s->pass, &u, &draws);
    const double loss = srnn__rate_loss(&s->net, &s->pass, 0, c->z, c->loss, s->d_o);
    memset(s->sums.flat, 0, s->net.n_flat * sizeof(real));
    memset(s->gradient.flat, 0, s->net.n_flat * sizeof(real));
    srnn__rate_backward(&s->net, &s->pass, NULL, s->d_o, 0, &s->sums);
    srnn__rate_collect(&s->net, &s->sums, &s->gradient);
    srnn__rate_finish_gradient(&s->net, &s->gradient);
    return loss;
}

static void check_pass_and_gradient(srnn_ctx *ctx, const rate_case *c)
{
    const limits limit = limits_of(c->name);
    workspace s;
    workspace_init(ctx, c, &s);
    const double loss = loss_and_gradient(c, &s);
    const srnn__rate_net *net = &s.net;
    const int N = net->N, Np = net->Np;
    check(c, "W_eff", unpadded(net->w_eff, N, N, Np, 0), 0, 0);
    check(c, "x", unpadded(s.pass.x, c->T, N, Np, 0), limit.state, 0);
    check(c, "r", unpadded(s.pass.r, c->T, N, Np, 0), limit.state, 0);
    check(c, "o", unpadded(s.pass.o, c->T - 1, net->n_out, net->n_out, 0), limit.state, 0);
    golden_check(c->name, "loss", &loss, limit.loss, 1);
    check(c, "dw", unpadded(s.gradient.w, N, N, Np, 0), limit.gradient, 1);
    check(c, "dw_out", unpadded(s.gradient.w_out, net->n_out, N, Np, 1), limit.gradient, 1);
    check(c, "db_out", unpadded(s.gradient.b_out, 1, net->n_out, 16, 0), limit.gradient, 1);
    if (net->n_taus == 2)
        check(c, "dtaus_gaus", unpadded(s.gradient.taus_gaus, 1, N, Np, 0), limit.gradient, 1);
    else
        for (int i = 0; i < N; i++) assert_true(s.gradient.taus_gaus[i] == 0);
    workspace_free(&s);
}

static void check_adam(srnn_ctx *ctx, const rate_case *c, srnn_adam form)
{
    const limits limit = limits_of(c->name);
    const int standard = form == SRNN_ADAM_STANDARD;
    srnn_train_options options = srnn_train_options_default();
    options.adam = form;
    workspace s;
    workspace_init(ctx, c, &s);
    double losses[10];
    for (int step = 0; step < 10; step++) {
        losses[step] = loss_and_gradient(c, &s);
        srnn__adam_update(&s.net, &options, &s.gradient, &s.adam);
        srnn__rate_net_update(&s.net);
        if (step == 0)
            check_all_params(c, &s.net, standard ? "std1" : "tf1", limit.one_step, limit.exceeding);
    }
    check_all_params(c, &s.net, standard ? "std10" : "tf10", limit.ten_steps, limit.exceeding);
    golden_check(c->name, standard ? "losses_std" : "losses_tf", losses, IN_DOUBLE ? 1e-12 : 2e-6,
                 1);
    workspace_free(&s);
}

static void golden_cases(void **state)
{
    (void)state;
    int checked = 0, n_isas = 0;
    for (size_t isa = 0; isa < sizeof isas / sizeof *isas; isa++) {
        srnn_ctx *ctx;
        const srnn_ctx_options options = {.size = sizeof options, .threads = 1, .isa = isas[isa]};
        const bool available = srnn_ctx_create(&options, &ctx) == SRNN_OK;
        n_isas += available;
        if (available)
            for (int k = 1; k <= 14; k++) {
                char name[16];
                snprintf(name, sizeof name, "c%02d", k % 100);
                rate_case c;
                load_case(ctx, name, &c);
                check_pass_and_gradient(ctx, &c);
                check_adam(ctx, &c, SRNN_ADAM_STANDARD);
                check_adam(ctx, &c, SRNN_ADAM_TENSORFLOW);
                free_case(&c);
                checked++;
            }
        srnn_ctx_free(ctx);
    }
    assert_true(n_isas >= 1);
    assert_int_equal(checked, 14 * n_isas);
}

int main(int argc, char **argv)
{
    if (golden_open(argc, argv, GOLDEN_DIR "/golden_rate.mat")) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_cases)};
    const int failed = cmocka_run_group_tests_name("golden_rate", tests, NULL, NULL);
    Mat_Close(golden_file);
    return failed;
}
