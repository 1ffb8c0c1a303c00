/* Outputs of the spiking network with several scaling factors. */
#include "figure_helpers.h"

/* The rate network, then the spiking network with each scaling factor; each has its own scale. */
static void outputs_by_lambda_are_those_of_each_network(void **state)
{
    (void)state;
    srnn_ctx *ctx = new_ctx(NULL, 1);
    world w = new_world(ctx);
    point_to(&w);
    double *out = doubles(K * (T - 1) * N_OUT);
    for (int i = 0; i < K * (T - 1) * N_OUT; i++) out[i] += 100;
    w.by_factor.observation[1].out = out;
    assert_ok(ctx, draw(ctx, "output-by-lambda", &w, 0));
    const double at[] = {
        (double)(w.o.o[0] + w.o.o[TYPES * (T - 1) * N_OUT] + w.o.o[2 * TYPES * (T - 1) * N_OUT]) /
            3,
        (w.o.out[0] + w.o.out[TYPES * (T - 1) * N_OUT] + w.o.out[2 * TYPES * (T - 1) * N_OUT]) / 3};
    assert_close(read_block("output-by-lambda", "rate 1 1")->at[0][1], at[0]);
    assert_close(read_block("output-by-lambda", "lambda_1 1 1")->at[0][1], at[1]);
    assert_true(read_block("output-by-lambda", "lambda_2 1 1")->at[0][1] > 90);
    assert_close(number("output-by-lambda", "factor", 2), 30);
    assert_true(number("output-by-lambda", "out_high", 2) < 90);
    assert_true(number("output-by-lambda", "out_high", 3) > 90);
    free(out);
    w.data.by_factor = NULL;
    assert_false(srnn_figure_possible(srnn_figure_named("output-by-lambda"), &w.data, NULL));
    free_world(&w);
    srnn_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(outputs_by_lambda_are_those_of_each_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
