/* The rate network: simulation, gradient, training, evaluation ([K] Eqs. 1-4). */
#ifndef SPIKERNN_RATE_H
#define SPIKERNN_RATE_H

#include "spikernn/model.h"
#include "spikernn/task.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum srnn_loss {
    SRNN_L2 = 0,
    SRNN_L1 = 1
} srnn_loss; /* sqrt of the sum of squares; sum of |.| */
typedef enum srnn_adam {
    SRNN_ADAM_STANDARD = 0,  /* Kingma & Ba, as torch.optim.Adam */
    SRNN_ADAM_TENSORFLOW = 1 /* epsilon added to the uncorrected sqrt(v), as TensorFlow 1 */
} srnn_adam;

/* One trial of the rate network. The network's own draws come from key, unless
   they are injected: that is the testing interface. */
typedef struct srnn_rate_input {
    size_t size;           /* of the struct; set by srnn_rate_input_default() */
    int T;                 /* steps, >= 2 */
    const float *u;        /* [T][n_in] */
    srnn_trial_key key;    /* of x_0 and the noise */
    double noise;          /* SD of the noise added to x at every step; default 0.1 */
    const float *x0;       /* [N] injected initial state, as is; NULL: drawn, N(0,1)/100 */
    const float *noise_xt; /* [T-1][N] injected noise, added as is; NULL: drawn */
} srnn_rate_input;

srnn_rate_input srnn_rate_input_default(void);

/* Where the results go; any pointer may be NULL. */
typedef struct srnn_rate_output {
    float *x; /* [T][N] */
    float *r; /* [T][N] */
    float *o; /* [T-1][n_out]; o[k] is w_out r_{k+1} + b_out */
} srnn_rate_output;

/* Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NUMERIC (says at which step and unit). */
srnn_status srnn_rate_run(srnn_ctx *ctx, const srnn_model *model, const srnn_rate_input *input,
                          const srnn_rate_output *output);

/* The loss of one trial and its gradient by backpropagation through time. */
typedef struct srnn_rate_gradient {
    double loss;
    float *dw;         /* [N_pre][N_post] with respect to w; the caller's, or NULL */
    float *dw_out;     /* [N][n_out] or NULL */
    float *db_out;     /* [n_out] or NULL */
    float *dtaus_gaus; /* [N] or NULL; zero with one tau */
    float *dw_in;      /* [n_in][N] or NULL */
} srnn_rate_gradient;

/* z[T][n_out]; o[k] is compared with z[k], the last z is not used. */
srnn_status srnn_rate_backward(srnn_ctx *ctx, const srnn_model *model, const srnn_rate_input *input,
                               const float *z, srnn_loss loss, srnn_rate_gradient *gradient);

/* The gradient of any function L of one trial's x, r and o, from its slopes: any of them may be
   NULL (0). x_0 and r_0 do not depend on the network, so the first rows of d_x and d_r are not
   read. */
typedef struct srnn_rate_slopes {
    const float *d_x; /* [T][N] dL/dx */
    const float *d_r; /* [T][N] dL/dr, beside what x passes on */
    const float *d_o; /* [T-1][n_out] dL/do */
} srnn_rate_slopes;

/* For losses other than srnn_loss. gradient->loss is not set. Errors: as srnn_rate_run(). */
srnn_status srnn_rate_gradient_of(srnn_ctx *ctx, const srnn_model *model,
                                  const srnn_rate_input *input, const srnn_rate_slopes *slopes,
                                  srnn_rate_gradient *gradient);

/* What learns; taus_gaus only with two taus. [K]: all but w_in. */
enum {
    SRNN_LEARN_W = 1,
    SRNN_LEARN_W_OUT = 2,
    SRNN_LEARN_B_OUT = 4,
    SRNN_LEARN_TAUS = 8,
    SRNN_LEARN_DEFAULT = 15,
    SRNN_LEARN_W_IN = 16,
    SRNN_LEARN_ALL = 31
};

/* Which weights the gradient reaches under Dale's principle. */
typedef enum srnn_w_gradient {
    SRNN_GRADIENT_MASKED = 0,   /* those above 0, as the code of [K]: a connection that has gone
                                   stays away */
    SRNN_GRADIENT_STRAIGHT = 1, /* all that som_m allows, whatever their sign: connections come
                                   and go */
    SRNN_GRADIENT_INITIAL = 2   /* as straight, but only the connections of w0: they go and come
                                   back, others never come */
} srnn_w_gradient;

/* Penalties added to the loss, each >= 0, default 0 (names as in PsychRNN). Means over all
   elements: of w_in, of W_eff, of w_out, of r over units and steps 1 ... T-1. */
typedef struct srnn_penalties {
    double L1_in, L1_rec, L1_out; /* times the mean |weight| */
    double L2_in, L2_rec, L2_out; /* times the mean weight^2 */
    double L2_firing_rate;        /* times the mean r^2 */
} srnn_penalties;

typedef struct srnn_train_options {
    size_t size;      /* of the struct; set by srnn_train_options_default() */
    uint64_t seed;    /* of trials and noise; default 0 */
    int64_t n_trials; /* updates at most, each of `batch` trials, 1 to 1e9; default 6000 */
    int batch;        /* trials an update, whose mean gradient is used, 1 to 64; default 1 */
    double lr;        /* learning rate, > 0; default 0.01 */
    unsigned learn;   /* SRNN_LEARN_... added up, 1 to 31; default SRNN_LEARN_DEFAULT */
    srnn_w_gradient w_gradient; /* default SRNN_GRADIENT_MASKED */
    srnn_penalties penalties;   /* losses and loss_threshold are without them */
    double grad_clip;      /* largest norm of the gradient, > 0; infinite (default): no limit */
    double beta1, beta2;   /* [0, 1); default 0.9, 0.999 */
    double epsilon;        /* > 0; default 1e-8 */
    srnn_adam adam;        /* default SRNN_ADAM_STANDARD */
    srnn_loss loss;        /* default SRNN_L2 */
    double noise;          /* SD of the noise in training and evaluation, >= 0; default 0.1 */
    int64_t eval_freq;     /* evaluate at trial index 1, 1 + eval_freq, ...; >= 1; default 100 */
    int eval_trials;       /* fresh trials an evaluation, 1 to 1000000; default 100 */
    double loss_threshold; /* stop when the mean loss is below, > 0; default 7 ... */
    double perf_threshold; /* ... and the accuracy above, [0, 1); default 0.95 ... */
    int64_t min_trials;    /* ... and the trial index above; -1 (default): the task's own */
    int64_t pause_at;      /* return when this many trials are done in all; 0 (default): never */
    bool resume;           /* go on with the model's training, see srnn_train; default false */
} srnn_train_options;

srnn_train_options srnn_train_options_default(void);

/* Sets what the preset says (docs/training.md); the rest stays. PUBLISHED: nothing, the defaults
   are the published ones. ROBUST: gain 2, balanced, taus_gaus_mean 2 and, with max(taus) <= 10 or
   without Dale's principle, grad_clip 1. STANDARD: the start of ROBUST, w_gradient
   SRNN_GRADIENT_STRAIGHT, grad_clip 1, noise 0.3. */
void srnn_preset_apply(srnn_preset preset, srnn_model_params *params, srnn_train_options *options);

/* Trains the model in place and fills its training record. With SRNN_CANCELLED
   the model holds what has been reached. A model that was trained before goes
   on from its weights with fresh Adam moments and a new record. But with resume its
   training goes on as if it had never stopped, to the same bits: of the options only
   n_trials, pause_at and resume are read (n_trials 0: as before). Errors then:
   SRNN_ERR_ARGUMENT where the model keeps no optimizer state or its criterion has
   been reached. N x T and
   eval_trials x (T - 1) x outputs below 2^28: a model file keeps no more. */
srnn_status srnn_train(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                       const srnn_train_options *options);

/* Accuracy of a network over trials of a task. types has one entry for each trial
   type of the task. */
typedef struct srnn_rate_evaluation {
    int n_trials, correct;
    int two_sided; /* correct trials whose output is not beyond the other side */
    double loss_mean;
    srnn_type_stats types[SRNN_TYPES_MAX];
    srnn_response_times *response_times; /* [n_types] where options.answers, else NULL */
    srnn_confusion confusion;            /* where options.answers */
    int n_rules;                         /* where options.answers */
    srnn_rule_stats *rules;              /* [n_rules] by type, in the task's order; else NULL */
} srnn_rate_evaluation;

/* What options.answers asks for, which nothing else allocates. */
void srnn_rate_evaluation_free(srnn_rate_evaluation *evaluation);

typedef struct srnn_rate_eval_options {
    size_t size;        /* of the struct; set by srnn_rate_eval_options_default() */
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_EVAL */
    int n_trials;       /* >= 1; default 100 */
    bool balanced;      /* n_trials of every type in turn instead of random types; default false */
    bool answers;       /* response times and confusion, too: every output is scored as every type;
                           default false */
    double noise;       /* default 0.1 */
    srnn_loss loss;     /* default SRNN_L2 */
} srnn_rate_eval_options;

/* What every one of the K trials gave, in order, into the caller's arrays, any of them NULL. K is
   n_trials, times the number of types where balanced. */
typedef struct srnn_rate_trials {
    double *o;       /* [n_out][T-1][K], as eval_os in a model file */
    double *label;   /* [K] */
    double *type;    /* [K] from 0 */
    double *correct; /* [K] 1 or 0 */
    double *value;   /* [K] of srnn_score */
} srnn_rate_trials;

srnn_rate_eval_options srnn_rate_eval_options_default(void);
/* Accuracy and loss over the trials of the options, and each of them where trials is not NULL. With
   options.answers the caller frees the result with srnn_rate_evaluation_free(). */
srnn_status srnn_rate_evaluate_trials(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                      const srnn_rate_eval_options *options,
                                      srnn_rate_evaluation *result, const srnn_rate_trials *trials);
/* The same without. */
srnn_status srnn_rate_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                               const srnn_rate_eval_options *options, srnn_rate_evaluation *result);

#ifdef __cplusplus
}
#endif
#endif
