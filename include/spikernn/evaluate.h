/* Both networks on fresh trials: how often each is right, how alike they are, and what they did. */
#ifndef SPIKERNN_EVALUATE_H
#define SPIKERNN_EVALUATE_H

#include "spikernn/compare.h"
#include "spikernn/observe.h"
#include "spikernn/rate.h"
#include "spikernn/spiking.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_evaluate_options {
    size_t size;        /* of the struct; set by srnn_evaluate_options_default() */
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_EVAL */
    int n_trials;       /* of each type, in turn, >= 1; default 100 */
    double noise;       /* of the rate network, as in srnn_rate_eval_options; default 0.1 */
    const srnn_spiking_params *spiking; /* read during the call only; NULL (default): the rate
                                           network alone */
    int compared_trials; /* of each type, the first ones, for the comparison; at most n_trials
                            count; 0: no comparison; default 20 */
    int observed_trials; /* of each type, the first ones, for the observation; at most n_trials
                            count; 0 (default): no observation */
    const int *units;    /* [n_units] of srnn_observe_options; default NULL: none */
    int n_units;
    const srnn_rate_trials *rate_trials; /* receives every trial of the rate network; NULL
                                            (default): nothing does */
} srnn_evaluate_options;

srnn_evaluate_options srnn_evaluate_options_default(void);

typedef struct srnn_evaluation {
    int n_trials;              /* of each type */
    double response_threshold; /* srnn_response_threshold(); NaN: none */
    srnn_rate_evaluation rate; /* with answers */
    bool has_spiking;          /* false: nothing below */
    srnn_conversion conversion;
    double scaling_factor; /* NaN: by the operating point */
    bool use_readout;
    srnn_spiking_evaluation spiking; /* with answers */
    srnn_comparison comparison;      /* n_trials 0: none */
} srnn_evaluation;

/* Runs every trial once in each network. The numbers are those of srnn_rate_evaluate() and
   srnn_spiking_evaluate() (balanced, with answers), srnn_compare() and srnn_observe() with the same
   seed, domain and noise, bit for bit. Trials are shared among the context's threads. observation
   (may be NULL): receives what options.observed_trials asks for; the caller frees it. The caller
   frees *out with srnn_evaluation_free(); it is empty after an error.
   Errors: as srnn_spiking_evaluate(), SRNN_CANCELLED. */
srnn_status srnn_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_evaluate_options *options, srnn_evaluation *out,
                          srnn_observation *observation);
void srnn_evaluation_free(srnn_evaluation *evaluation);

/* ---- the spiking network against its voltage noise ---- */

typedef struct srnn_noise_point {
    double noise_mv;
    int n_trials, correct;
    int two_sided;       /* correct trials whose output is not beyond the other side */
    double mean_rate_hz; /* all units, all trials */
    srnn_type_stats types[SRNN_TYPES_MAX];
} srnn_noise_point;

typedef struct srnn_noise_curve {
    double own_mv; /* params->neuron.noise_mv; one of the points */
    int n;
    srnn_noise_point *points; /* [n] ascending, each noise once */
    double tolerated_mv;      /* the largest of them with an accuracy of at least 0.95; NaN: none */
} srnn_noise_curve;

/* srnn_spiking_evaluate() with params' own noise and with each of noise_mv[n], in any order; all on
   the same trials. options.answers is not read. The caller frees *out with
   srnn_noise_curve_free(); it is empty after an error. Errors: as srnn_spiking_evaluate(). */
srnn_status srnn_noise_curve_of(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                const srnn_spiking_params *params,
                                const srnn_spiking_eval_options *options, const double *noise_mv,
                                int n, srnn_noise_curve *out);
void srnn_noise_curve_free(srnn_noise_curve *curve);

#ifdef __cplusplus
}
#endif
#endif
