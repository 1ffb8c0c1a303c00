/* The spiking network: leaky integrate-and-fire units with the rate network's
   weights divided by the scaling factor ([K] Eqs. 5-8; SI "Spiking network"). */
#ifndef SPIKERNN_SPIKING_H
#define SPIKERNN_SPIKING_H

#include "spikernn/model.h"
#include "spikernn/rate.h"
#include "spikernn/task.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum srnn_precision { SRNN_FLOAT = 0, SRNN_DOUBLE = 1 } srnn_precision;

/* How the rate network's weights become those of the spiking network. */
typedef enum srnn_conversion {
    SRNN_BY_SCALING_FACTOR = 0, /* divided by lambda ([K]) */
    SRNN_BY_OPERATING_POINT = 1 /* by the model's operating point, see model.h */
} srnn_conversion;

typedef struct srnn_spiking_params {
    srnn_conversion conversion; /* default SRNN_BY_SCALING_FACTOR */
    double scaling_factor;      /* lambda, > 0; no default; not read with the operating point */
    int downsample;             /* every downsample-th input column, steps of 0.05 ms x downsample;
                                   1 to 20; default 1 */
    double tref_ms;             /* refractory time, >= 0; default 2 */
    double tm_ms;               /* membrane time constant, > 0; default 10 */
    double tr_ms;               /* synaptic rise time; 0: single exponential; default 2 */
    double v_reset_mv;          /* default -65 */
    double v_peak_mv;           /* threshold, > v_reset_mv; default -40 */
    double bias_mv;             /* constant drive; default -40 */
    double noise_mv;            /* SD of the noise added to v at every step, >= 0; default 0.1 */
    double v0_low_mv, v0_high_mv; /* v_0 is uniform between them; default -65, 30 */
    bool use_initial_weights;     /* w0 instead of w; default false; not with the operating point */
    bool add_b_out;               /* add b_out to the output; default false, as published; the
                                     operating point always brings its own */
    srnn_precision precision;     /* default SRNN_FLOAT */
} srnn_spiking_params;

srnn_spiking_params srnn_spiking_params_default(void);

/* One trial of the spiking network. Draws come from key unless injected (the
   testing interface). C' = ceil(C / downsample); nt = (C' - 1) * 100. */
typedef struct srnn_spiking_input {
    int C;              /* input columns, one a rate step; T + 1 of the task; downsample + 1
                           to 10000000 */
    const float *u;     /* [C][n_in] */
    srnn_trial_key key; /* of v_0 and the noise */
    const float *v0;    /* [N] injected, mV; NULL: drawn */
    const float *noise; /* [nt][N] injected, mV, added as is; NULL: drawn */
} srnn_spiking_input;

enum {                       /* what to record beside the spikes, every step of every unit */
       SRNN_RECORD_V = 1,    /* membrane voltage, mV; 30 where spiking */
       SRNN_RECORD_IPSC = 2, /* synaptic current at the start of the step */
       SRNN_RECORD_R = 4     /* filtered spike train */
};

/* Steps are counted from 1 to nt, as in [K]'s code. */
typedef struct srnn_spiking_result {
    int N, n_out;
    int nt;      /* steps */
    double dt_s; /* length of a step, s */
    double T_s;  /* nt * dt_s */
    int64_t n_spikes;
    int32_t *spike_unit;  /* [n_spikes] unit, from 0; ordered by step, then unit */
    int32_t *spike_step;  /* [n_spikes] step, from 1 */
    double *out;          /* [nt][n_out] */
    double *rates_hz;     /* [N] spikes from the 10th step on / T_s */
    double *v, *ipsc, *r; /* [nt][N] or NULL */
} srnn_spiking_result;

/* Simulates one trial. record: a sum of SRNN_RECORD_*. *result is filled; free
   its arrays with srnn_spiking_result_free().
   Errors: SRNN_ERR_ARGUMENT (a parameter outside its range, no operating point in the
   model), SRNN_ERR_NUMERIC (says at which step and unit), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_spiking_run(srnn_ctx *ctx, const srnn_model *model,
                             const srnn_spiking_params *params, const srnn_spiking_input *input,
                             unsigned record, srnn_spiking_result *result);
void srnn_spiking_result_free(srnn_spiking_result *result);

/* Mean rates over trials of one type, Hz; NaN for a population with no unit. */
typedef struct srnn_population_rates {
    double exc_hz, pv_hz, som_hz;
} srnn_population_rates;

typedef struct srnn_spiking_evaluation {
    int n_trials, correct;
    srnn_type_stats types[SRNN_TYPES_MAX];
    srnn_population_rates rates[SRNN_TYPES_MAX];
    double mean_rate_hz; /* all units, all trials */
} srnn_spiking_evaluation;

typedef struct srnn_spiking_eval_options {
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_EVAL */
    int n_trials;       /* >= 1; default 100 */
    bool balanced;      /* n_trials of every type in turn instead of random types; default false */
} srnn_spiking_eval_options;

srnn_spiking_eval_options srnn_spiking_eval_options_default(void);

/* Trials are shared among the context's threads. */
srnn_status srnn_spiking_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  const srnn_spiking_params *params,
                                  const srnn_spiking_eval_options *options,
                                  srnn_spiking_evaluation *result);

#ifdef __cplusplus
}
#endif
#endif
