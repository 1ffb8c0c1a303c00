/* Penalties on weights and rates, which a training adds to its loss. */
#include "train/train.h"

#include <math.h>

/* L1 mean |w| + L2 mean w^2 over `rows` rows of N. */
static double penalty_value(const srnn__rate_net *net, const real *w, int rows, double L1,
                            double L2)
{
    double absolute = 0, square = 0;
    for (int row = 0; row < rows; row++)
        for (int i = 0; i < net->N; i++) {
            const double x = (double)w[(size_t)row * (size_t)net->Np + (size_t)i];
            absolute += fabs(x);
            square += x * x;
        }
    return (L1 * absolute + L2 * square) / ((double)rows * net->N);
}

static void add_gradient(const srnn__rate_net *net, const real *w, int rows, double L1, double L2,
                         real *gradient)
{
    if (!(L1 > 0) && !(L2 > 0)) return;
    const double n = (double)rows * net->N;
    const real step = (real)(L1 / n), slope = (real)(2 * L2 / n);
    for (size_t k = 0; k < (size_t)rows * (size_t)net->Np; k++) {
        const real sign = (real)((w[k] > 0) - (w[k] < 0));
        gradient[k] += step * sign + slope * w[k]; /* padded lanes are 0 */
    }
}

double srnn__penalty(const srnn__rate_net *net, const srnn_penalties *p)
{
    return penalty_value(net, net->params.w_in, net->n_in, p->L1_in, p->L2_in) +
           penalty_value(net, net->w_eff, net->N, p->L1_rec, p->L2_rec) +
           penalty_value(net, net->params.w_out, net->n_out, p->L1_out, p->L2_out);
}

void srnn__penalty_gradient(const srnn__rate_net *net, const srnn_penalties *p,
                            srnn__params *gradient)
{
    add_gradient(net, net->params.w_in, net->n_in, p->L1_in, p->L2_in, gradient->w_in);
    add_gradient(net, net->w_eff, net->N, p->L1_rec, p->L2_rec, gradient->w);
    add_gradient(net, net->params.w_out, net->n_out, p->L1_out, p->L2_out, gradient->w_out);
}

static double mean_square_scale(const srnn__rate_net *net, int n_trials, int T,
                                const srnn_penalties *p)
{
    return p->L2_firing_rate / ((double)n_trials * (T - 1) * net->N);
}

double srnn__rate_penalty(const srnn__rate_net *net, const srnn__rate_pass *pass,
                          const srnn_penalties *p)
{
    double square = 0;
    for (int t = 1; t < pass->T; t++)
        for (int b = 0; b < pass->B; b++) {
            const real *r = srnn__pass_row(net, pass, pass->r, t, b);
            for (int i = 0; i < net->N; i++) square += (double)r[i] * (double)r[i];
        }
    return mean_square_scale(net, pass->B, pass->T, p) * square;
}

real srnn__rate_penalty_slope(const srnn__rate_net *net, int n_trials, int T,
                              const srnn_penalties *p)
{
    return (real)(2 * mean_square_scale(net, n_trials, T, p));
}
