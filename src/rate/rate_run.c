/* One trial of the rate network, for users and bindings. */
#include "rate/network.h"

#include <math.h>
#include <stdlib.h>

srnn_rate_input srnn_rate_input_default(void)
{
    return (srnn_rate_input){
        .size = sizeof(srnn_rate_input), .key = {.domain = SRNN_DOMAIN_USER}, .noise = 0.1};
}

static srnn_status take_input(srnn_ctx *ctx, const srnn_rate_input *given, srnn_rate_input *input)
{
    *input = srnn_rate_input_default();
    const srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_rate_input, given, noise_xt, input);
    if (status) return status;
    if (input->T < 2)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "T is %d; expected at least 2 steps", input->T);
    if (!input->u) return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "u is NULL; expected an array");
    if (!(input->noise >= 0 && isfinite(input->noise)))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "noise is %g; expected 0 or more", input->noise);
    return SRNN_OK;
}

/* Net, pass and one forward run; on an error everything is freed. */
static srnn_status forward(srnn_ctx *ctx, const srnn_model *model, const srnn_rate_input *input,
                           bool backward, srnn__rate_net *net, srnn__rate_pass *pass)
{
    srnn_status status = srnn__rate_net_init(ctx, model, net);
    if (status) return status;
    if ((status = srnn__rate_pass_init(ctx, net, 1, input->T, true, backward, pass))) {
        srnn__rate_net_free(net);
        return status;
    }
    const srnn__rate_draws draws = {input->key, input->noise, input->x0, input->noise_xt};
    srnn__rate_forward(net, pass, &input->u, &draws);
    int step, unit;
    if (!srnn__rate_find_nonfinite(net, pass, 0, &step, &unit)) return SRNN_OK;
    srnn__rate_pass_free(pass);
    srnn__rate_net_free(net);
    return srnn__fail(ctx, SRNN_ERR_NUMERIC, "x of unit %d is not finite at step %d", unit, step);
}

static void copy_rows(float *to, const real *from, int rows, int N, int Np)
{
    for (int t = 0; to && t < rows; t++)
        for (int i = 0; i < N; i++)
            to[(size_t)t * (size_t)N + (size_t)i] = (float)from[(size_t)t * (size_t)Np + (size_t)i];
}

srnn_status srnn_rate_run(srnn_ctx *ctx, const srnn_model *model, const srnn_rate_input *input,
                          const srnn_rate_output *output)
{
    srnn__rate_net net;
    srnn__rate_pass pass;
    srnn_rate_input own;
    srnn_status status = take_input(ctx, input, &own);
    if (!status) status = forward(ctx, model, &own, false, &net, &pass);
    if (status) return status;
    copy_rows(output->x, pass.x, own.T, net.N, net.Np);
    copy_rows(output->r, pass.r, own.T, net.N, net.Np);
    copy_rows(output->o, pass.o, own.T - 1, net.n_out, net.n_out);
    srnn__rate_pass_free(&pass);
    srnn__rate_net_free(&net);
    return SRNN_OK;
}

/* Backward through the pass, into the caller's arrays. */
static srnn_status backward(srnn_ctx *ctx, const srnn__rate_net *net, srnn__rate_pass *pass,
                            const srnn_rate_input *input, const real *d_o, srnn_rate_gradient *out)
{
    srnn__params sums = {0}, gradient = {0};
    if (!srnn__params_alloc(net, &sums) || !srnn__params_alloc(net, &gradient)) {
        free(sums.flat);
        return srnn__no_memory(ctx);
    }
    srnn__rate_backward(net, pass, &input->u, d_o, 0, &sums);
    srnn__rate_collect(net, &sums, &gradient);
    srnn__rate_finish_gradient(net, &gradient);
    free(sums.flat);
    copy_rows(out->dw, gradient.w, net->N, net->N, net->Np);
    copy_rows(out->dtaus_gaus, gradient.taus_gaus, 1, net->N, net->Np);
    copy_rows(out->dw_in, gradient.w_in, net->n_in, net->N, net->Np);
    copy_rows(out->db_out, gradient.b_out, 1, net->n_out, net->n_out);
    for (int o = 0; out->dw_out && o < net->n_out; o++)
        for (int i = 0; i < net->N; i++)
            out->dw_out[(size_t)i * (size_t)net->n_out + (size_t)o] =
                (float)gradient.w_out[(size_t)o * (size_t)net->Np + (size_t)i];
    free(gradient.flat);
    return SRNN_OK;
}

/* z: of the loss; NULL: slopes. */
static srnn_status gradient_of(srnn_ctx *ctx, const srnn_model *model, const srnn_rate_input *given,
                               const float *z, srnn_loss loss, const srnn_rate_slopes *slopes,
                               srnn_rate_gradient *out)
{
    srnn__rate_net net;
    srnn__rate_pass pass;
    srnn_rate_input own;
    const srnn_rate_input *input = &own;
    srnn_status status = take_input(ctx, given, &own);
    if (!status) status = forward(ctx, model, input, true, &net, &pass);
    if (status) return status;
    const size_t n = (size_t)(input->T - 1) * (size_t)net.n_out;
    real *d_o = srnn__alloc(n, sizeof *d_o);
    if (!d_o) {
        status = srnn__no_memory(ctx);
    } else if (z) {
        out->loss = srnn__rate_loss(&net, &pass, 0, z, loss, d_o);
    } else {
        pass.d_x = slopes->d_x;
        pass.d_r = slopes->d_r;
        for (size_t k = 0; slopes->d_o && k < n; k++) d_o[k] = (real)slopes->d_o[k];
    }
    if (!status) status = backward(ctx, &net, &pass, input, d_o, out);
    free(d_o);
    srnn__rate_pass_free(&pass);
    srnn__rate_net_free(&net);
    return status;
}

srnn_status srnn_rate_backward(srnn_ctx *ctx, const srnn_model *model, const srnn_rate_input *input,
                               const float *z, srnn_loss loss, srnn_rate_gradient *gradient)
{
    if (!z) return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "z is NULL; expected an array");
    return gradient_of(ctx, model, input, z, loss, NULL, gradient);
}

srnn_status srnn_rate_gradient_of(srnn_ctx *ctx, const srnn_model *model,
                                  const srnn_rate_input *input, const srnn_rate_slopes *slopes,
                                  srnn_rate_gradient *gradient)
{
    return gradient_of(ctx, model, input, NULL, SRNN_L2, slopes, gradient);
}
