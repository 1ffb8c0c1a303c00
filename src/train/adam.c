/* Adam (Kingma & Ba 2015), and the form of TensorFlow 1 that [K] trained with. */
#include "train/train.h"

#include <math.h>
#include <stdlib.h>

bool srnn__adam_alloc(const srnn__rate_net *net, srnn__adam_state *state)
{
    *state = (srnn__adam_state){.beta1_power = 1, .beta2_power = 1};
    if (srnn__params_alloc(net, &state->m) && srnn__params_alloc(net, &state->v)) return true;
    srnn__adam_free(state);
    return false;
}

void srnn__adam_free(srnn__adam_state *state)
{
    free(state->m.flat);
    free(state->v.flat);
    *state = (srnn__adam_state){0};
}

static void count_update(const srnn_train_options *o, srnn__adam_state *state)
{
    state->t++;
    state->beta1_power *= o->beta1;
    state->beta2_power *= o->beta2;
}

void srnn__adam_load(const srnn__rate_net *net, const srnn_train_options *o,
                     const srnn__optimizer *optimizer, srnn__adam_state *state)
{
    srnn__params_load(net, optimizer->m, &state->m);
    srnn__params_load(net, optimizer->v, &state->v);
    while (state->t < optimizer->step) count_update(o, state); /* the powers to the last bit */
}

void srnn__adam_store(const srnn__rate_net *net, const srnn__adam_state *state,
                      srnn__optimizer *optimizer)
{
    srnn__params_store(net, &state->m, optimizer->m);
    srnn__params_store(net, &state->v, optimizer->v);
    optimizer->step = state->t;
}

void srnn__adam_update(srnn__rate_net *net, const srnn_train_options *o,
                       const srnn__params *gradient, srnn__adam_state *state)
{
    count_update(o, state);
    const double correction1 = 1 - state->beta1_power, correction2 = sqrt(1 - state->beta2_power);
    srnn__adam_step step = {.beta1 = (real)o->beta1,
                            .beta2 = (real)o->beta2,
                            .rest1 = (real)(1 - o->beta1),
                            .rest2 = (real)(1 - o->beta2),
                            .epsilon = (real)o->epsilon};
    if (o->adam == SRNN_ADAM_STANDARD) {
        step.step_size = (real)(o->lr / correction1);
        step.v_scale = (real)(1 / correction2);
    } else {
        step.step_size = (real)(o->lr * correction2 / correction1);
        step.v_scale = 1;
    }
    net->kernels->adam(&step, net->n_flat, gradient->flat, state->m.flat, state->v.flat,
                       net->params.flat);
}
