/* Forward and backward through time ([K] Eqs. 1-4). */
#include "rate/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/unit.h"

/* Noise is drawn for so many steps at a time. */
enum { PASS_CHUNK = 16 };

srnn_status srnn__rate_pass_init(srnn_ctx *ctx, const srnn__rate_net *net, int B, int T,
                                 bool history, bool backward, srnn__rate_pass *pass)
{
    const size_t row = (size_t)B * (size_t)net->Np, rows = history ? (size_t)T : 2;
    *pass = (srnn__rate_pass){.B = B, .T = T, .history = history};
    pass->x = srnn__alloc(rows * row, sizeof(real));
    pass->r = srnn__alloc(rows * row, sizeof(real));
    pass->y = srnn__alloc(rows * row, sizeof(real));
    pass->o = srnn__alloc((size_t)B * (size_t)(T - 1) * (size_t)net->n_out, sizeof(real));
    pass->noise = srnn__alloc(PASS_CHUNK * row, sizeof(float));
    bool complete = pass->x && pass->r && pass->y && pass->o && pass->noise;
    if (backward) {
        pass->g = srnn__alloc(row, sizeof(real));
        pass->dr = srnn__alloc(row, sizeof(real));
        pass->d_alpha = srnn__alloc(row, sizeof(real));
        pass->s = srnn__alloc((size_t)T * row, sizeof(real));
        complete = complete && pass->g && pass->dr && pass->d_alpha && pass->s;
    }
    if (complete) return SRNN_OK;
    srnn__rate_pass_free(pass);
    return srnn__no_memory(ctx);
}

void srnn__rate_pass_free(srnn__rate_pass *pass)
{
    free(pass->x);
    free(pass->r);
    free(pass->y);
    free(pass->o);
    free(pass->noise);
    free(pass->g);
    free(pass->dr);
    free(pass->d_alpha);
    free(pass->s);
    *pass = (srnn__rate_pass){0};
}

/* x_0 ~ N(0,1)/100, r_0 = act(x_0). */
static void first_state(const srnn__rate_net *net, srnn__rate_pass *pass, int b,
                        const srnn__rate_draws *draws)
{
    real *x = srnn__pass_row(net, pass, pass->x, 0, b),
         *r = srnn__pass_row(net, pass, pass->r, 0, b);
    if (draws->x0) {
        for (int i = 0; i < net->N; i++) x[i] = (real)draws->x0[i];
    } else {
        srnn__stream stream;
        srnn__stream_init(&stream, draws->key.seed, draws->key.domain, SRNN__FOR_X0);
        net->normal->normals(&stream, draws->key.trial, 0, 1, net->Np, pass->noise);
        for (int i = 0; i < net->N; i++) x[i] = (real)(pass->noise[i] * 0.01f);
    }
    /* act(x_0) is a step that keeps x: alpha 0 */
    real *zero = srnn__pass_row(net, pass, pass->y, 0, b);
    memset(zero, 0, (size_t)net->Np * sizeof *zero);
    real *same = srnn__pass_row(net, pass, pass->x, 1, b);
    net->kernels->step(net->activation, net->Np, zero, x, zero, NULL, 0, same, r);
}

/* Noise of steps t ... t + n - 1 of all trials into [n][B][Np]. */
static void draw_noise(const srnn__rate_net *net, const srnn__rate_pass *pass,
                       const srnn__stream *streams, const srnn__rate_draws *draws, int t, int n)
{
    const size_t Np = (size_t)net->Np, row = (size_t)pass->B * Np;
    for (int b = 0; b < pass->B; b++)
        for (int k = 0; k < n; k++) {
            float *noise = pass->noise + (size_t)k * row + (size_t)b * Np;
            const float *given = draws[b].noise_xt;
            if (given)
                memcpy(noise, given + (size_t)(t + k - 1) * (size_t)net->N,
                       (size_t)net->N * sizeof *noise);
            else
                net->normal->normals(&streams[b], draws[b].key.trial, (uint32_t)(t + k), 1, net->Np,
                                     noise);
        }
}

void srnn__rate_forward(const srnn__rate_net *net, srnn__rate_pass *pass, const float *const *u,
                        const srnn__rate_draws *draws)
{
    const srnn__rate_kernels *k = net->kernels;
    const int B = pass->B, T = pass->T, Np = net->Np, n_out = net->n_out;
    srnn__stream streams[SRNN__BATCH_MAX];
    for (int b = 0; b < B; b++) {
        srnn__stream_init(&streams[b], draws[b].key.seed, draws[b].key.domain,
                          SRNN__FOR_RATE_NOISE);
        first_state(net, pass, b, &draws[b]);
    }
    for (int t = 1; t < T; t++) {
        const int in_chunk = (t - 1) % PASS_CHUNK;
        if (in_chunk == 0)
            draw_noise(net, pass, streams, draws, t, T - t < PASS_CHUNK ? T - t : PASS_CHUNK);
        real *y = srnn__pass_row(net, pass, pass->y, t, 0);
        memset(y, 0, (size_t)B * (size_t)Np * sizeof *y);
        for (int b = 0; b < B; b++)
            for (int c = 0; c < net->n_in; c++) {
                const float input = u[b][(size_t)(t - 1) * (size_t)net->n_in + (size_t)c];
                if (input != 0)
                    k->axpy(Np, (real)input, net->params.w_in + (size_t)c * (size_t)Np,
                            y + (size_t)b * (size_t)Np);
            }
        srnn__rate_net_weigh(net, B, srnn__pass_row(net, pass, pass->r, t - 1, 0), y);
        for (int b = 0; b < B; b++) {
            real *r = srnn__pass_row(net, pass, pass->r, t, b);
            const float *noise =
                pass->noise + ((size_t)in_chunk * (size_t)B + (size_t)b) * (size_t)Np;
            k->step(net->activation, Np, net->alpha, srnn__pass_row(net, pass, pass->x, t - 1, b),
                    y + (size_t)b * (size_t)Np, noise, draws[b].noise_xt ? 1 : (real)draws[b].sd,
                    srnn__pass_row(net, pass, pass->x, t, b), r);
            real *o = pass->o + ((size_t)b * (size_t)(T - 1) + (size_t)(t - 1)) * (size_t)n_out;
            for (int c = 0; c < n_out; c++)
                o[c] = k->dot(Np, net->params.w_out + (size_t)c * (size_t)Np, r) +
                       net->params.b_out[c];
        }
    }
}

double srnn__rate_loss(const srnn__rate_net *net, const srnn__rate_pass *pass, int b,
                       const float *z, srnn_loss loss, real *d_o)
{
    const size_t n = (size_t)(pass->T - 1) * (size_t)net->n_out;
    const real *o = pass->o + (size_t)b * n;
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        const double error = (double)o[k] - (double)z[k];
        sum += loss == SRNN_L1 ? fabs(error) : error * error;
    }
    const double value = loss == SRNN_L1 ? sum : sqrt(sum);
    for (size_t k = 0; d_o && k < n; k++) {
        const double error = (double)o[k] - (double)z[k];
        const double slope = loss == SRNN_L1 ? (error > 0) - (error < 0) : error / value;
        d_o[k] = value > 0 ? (real)slope : 0;
    }
    return value;
}

static void add_d_r(const srnn__rate_net *net, srnn__rate_pass *pass, int t)
{
    for (int b = 0; pass->d_r && b < pass->B; b++) {
        const float *d_r = pass->d_r + ((size_t)b * (size_t)pass->T + (size_t)t) * (size_t)net->N;
        real *dr = pass->dr + (size_t)b * (size_t)net->Np;
        for (int i = 0; i < net->N; i++) dr[i] += (real)d_r[i];
    }
}

/* What step_back does with dL/dx_t, for the part of it that comes from outside. */
static void add_d_x(const srnn__rate_net *net, srnn__rate_pass *pass, int t)
{
    for (int b = 0; pass->d_x && b < pass->B; b++) {
        real *d_alpha = pass->d_alpha + (size_t)b * (size_t)net->Np;
        const float *d_x = pass->d_x + ((size_t)b * (size_t)pass->T + (size_t)t) * (size_t)net->N;
        const real *y = srnn__pass_row(net, pass, pass->y, t, b);
        const real *x_prev = srnn__pass_row(net, pass, pass->x, t - 1, b);
        real *s = srnn__pass_row(net, pass, pass->s, t, b);
        real *g = pass->g + (size_t)b * (size_t)net->Np;
        for (int i = 0; i < net->N; i++) {
            const real d = (real)d_x[i];
            g[i] += d;
            s[i] += net->alpha[i] * d;
            d_alpha[i] += d * (y[i] - x_prev[i]);
        }
    }
}

/* What the weights and decay times of trial b take of its way back: u enters y as w_in u. */
static void pass_add_gradients(const srnn__rate_net *net, const srnn__rate_pass *pass, int b,
                               const float *u, const real *d_o, srnn__params *sums)
{
    const srnn__rate_kernels *k = net->kernels;
    const int Np = net->Np, T = pass->T, n_in = net->n_in, n_out = net->n_out;
    const size_t row = (size_t)Np, stride = (size_t)pass->B * row;
    const real *r = srnn__pass_row(net, pass, pass->r, 0, b),
               *s = srnn__pass_row(net, pass, pass->s, 1, b);
    for (int t = T - 1; t >= 1; t--) {
        const real *r_t = srnn__pass_row(net, pass, pass->r, t, b),
                   *d_ot = d_o + (size_t)(t - 1) * (size_t)n_out;
        for (int c = 0; c < n_out; c++) {
            k->axpy(Np, d_ot[c], r_t, sums->w_out + (size_t)c * row);
            sums->b_out[c] += d_ot[c];
        }
        const real *s_t = srnn__pass_row(net, pass, pass->s, t, b);
        const float *u_before = u ? u + (size_t)(t - 1) * (size_t)n_in : NULL;
        for (int c = 0; u && c < n_in; c++)
            if (u_before[c] != 0) k->axpy(Np, (real)u_before[c], s_t, sums->w_in + (size_t)c * row);
    }
    if (srnn__rate_net_packs_gradient(net))
        k->outer_sparse(T - 1, stride, &net->forward, r, s, sums->w);
    else
        k->outer(T - 1, net->N, Np, stride, r, s, sums->w);
    k->axpy(Np, 1, pass->d_alpha + (size_t)b * row, sums->taus_gaus);
}

void srnn__rate_backward(const srnn__rate_net *net, srnn__rate_pass *pass, const float *const *u,
                         const real *d_o, real r_slope, srnn__params *sums)
{
    const srnn__rate_kernels *k = net->kernels;
    const int B = pass->B, Np = net->Np, T = pass->T, n_out = net->n_out;
    const size_t row = (size_t)Np, rows = (size_t)B * row, n_o = (size_t)(T - 1) * (size_t)n_out;
    memset(pass->g, 0, rows * sizeof(real));
    memset(pass->d_alpha, 0, rows * sizeof(real));
    for (int t = T - 1; t >= 1; t--) {
        memset(pass->dr, 0, rows * sizeof(real));
        for (int b = 0; b < B; b++) {
            const real *d_ot = d_o + (size_t)b * n_o + (size_t)(t - 1) * (size_t)n_out;
            real *dr = pass->dr + (size_t)b * row;
            for (int c = 0; c < n_out; c++)
                k->axpy(Np, d_ot[c], net->params.w_out + (size_t)c * row, dr);
            if (r_slope != 0) k->axpy(Np, r_slope, srnn__pass_row(net, pass, pass->r, t, b), dr);
        }
        if (t < T - 1)
            srnn__rate_net_weigh_back(net, B, srnn__pass_row(net, pass, pass->s, t + 1, 0),
                                      pass->dr);
        add_d_r(net, pass, t);
        for (int b = 0; b < B; b++)
            k->step_back(net->activation, Np, net->alpha, srnn__pass_row(net, pass, pass->x, t, b),
                         srnn__pass_row(net, pass, pass->r, t, b), pass->dr + (size_t)b * row,
                         srnn__pass_row(net, pass, pass->y, t, b),
                         srnn__pass_row(net, pass, pass->x, t - 1, b), pass->g + (size_t)b * row,
                         srnn__pass_row(net, pass, pass->s, t, b), pass->d_alpha + (size_t)b * row);
        add_d_x(net, pass, t);
    }
    for (int b = 0; b < B; b++)
        pass_add_gradients(net, pass, b, u ? u[b] : NULL, d_o + (size_t)b * n_o, sums);
}

/* Elements of w in sums of a network. */
static size_t summed_weights(const srnn__rate_net *net)
{
    return srnn__rate_net_packs_gradient(net) ? net->forward.n_values
                                              : (size_t)net->N * (size_t)net->Np;
}

void srnn__rate_clear(const srnn__rate_net *net, srnn__params *sums)
{
    const size_t n_w = (size_t)net->N * (size_t)net->Np;
    memset(sums->w, 0, summed_weights(net) * sizeof(real));
    memset(sums->flat + n_w, 0, (net->n_flat - n_w) * sizeof(real));
}

void srnn__rate_collect(const srnn__rate_net *net, const srnn__params *sums, srnn__params *gradient)
{
    const size_t n_w = (size_t)net->N * (size_t)net->Np;
    if (srnn__rate_net_packs_gradient(net))
        srnn__sparse_add(&net->forward, sums->w, n_w, gradient->w);
    else
        for (size_t k = 0; k < n_w; k++) gradient->w[k] += sums->w[k];
    for (size_t k = n_w; k < net->n_flat; k++) gradient->flat[k] += sums->flat[k];
}

/* Padded lanes do not learn. */
static void clear_padding(const srnn__rate_net *net, int rows, real *array)
{
    for (int row = 0; row < rows; row++)
        for (int i = net->N; i < net->Np; i++) array[(size_t)row * (size_t)net->Np + (size_t)i] = 0;
}

void srnn__rate_finish_gradient(const srnn__rate_net *net, srnn__params *gradient)
{
    net->kernels->mask_gradient(net->dale && net->w_gradient == SRNN_GRADIENT_MASKED,
                                (size_t)net->N * (size_t)net->Np, net->params.w, net->mask,
                                gradient->w);
    clear_padding(net, net->n_out, gradient->w_out);
    clear_padding(net, net->n_in, gradient->w_in);
    clear_padding(net, 1, gradient->taus_gaus);
    if (net->n_taus < 2) memset(gradient->taus_gaus, 0, (size_t)net->N * sizeof(real));
    for (int i = 0; i < net->N && net->n_taus == 2; i++) {
        /* alpha = DeltaT/tau; tau is srnn__tau_steps() with another rounding, which the bits of
           trained networks depend on */
        const double sigmoid = srnn__sigmoid((double)net->params.taus_gaus[i]);
        const double range = net->taus[1] - net->taus[0], tau = sigmoid * range + net->taus[0];
        const double d_tau = -net->DeltaT / (tau * tau) * (double)gradient->taus_gaus[i];
        gradient->taus_gaus[i] = (real)(d_tau * sigmoid * (1 - sigmoid) * range);
    }
}

bool srnn__rate_find_nonfinite(const srnn__rate_net *net, const srnn__rate_pass *pass, int b,
                               int *step, int *unit)
{
    for (int t = 0; t < pass->T; t++) {
        const real *x = srnn__pass_row(net, pass, pass->x, t, b);
        for (int i = 0; i < net->N; i++)
            if (!isfinite(x[i])) {
                *step = t;
                *unit = i;
                return true;
            }
    }
    return false;
}
