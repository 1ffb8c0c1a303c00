/* The spiking network: leaky (LIF) or quadratic (QIF) integrate-and-fire units with the
   rate network's weights divided by the scaling factor ([K] Eqs. 5-8; SI "Spiking
   network") or converted by an operating point (docs/conversion.md). docs/simulation.md
   has the equations. Steps of the simulation are counted from 1 to nt, as in [K]'s code;
   units from 0. */
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

/* tm dv/dt = -v + I, or v v + I. */
typedef enum srnn_neuron { SRNN_LIF = 0, SRNN_QIF = 1 } srnn_neuron;

typedef enum srnn_stim_mode {
    SRNN_STIM_NONE = 0,
    SRNN_STIM_EXC, /* raises v */
    SRNN_STIM_INH  /* lowers v */
} srnn_stim_mode;

/* Optogenetic stimulation: at each step of the window one coin is thrown for all the
   units; heads, and v of each of them moves by the amplitude. */
typedef struct srnn_stimulation {
    srnn_stim_mode mode; /* default SRNN_STIM_NONE: nothing below is read */
    int on, off;         /* window: steps i with on <= i < off; 1 <= on < off; no default */
    const int *units;    /* [n_units] of 0 to N - 1; read during the call only; no default */
    int n_units;         /* >= 1 */
    double probability;  /* of heads, 0 to 1; default 0.5 */
    double amplitude_mv; /* >= 0; default 0.5 */
} srnn_stimulation;

/* The weights of the spiking network, and what it is read by. */
typedef struct srnn_conversion_params {
    srnn_conversion by;       /* default SRNN_BY_SCALING_FACTOR */
    double scaling_factor;    /* lambda, > 0; no default; not read with the operating point */
    bool use_initial_weights; /* w0 instead of w; default false; not with the operating point */
    bool use_readout;         /* the model's refitted readout instead of w_out and b_out; it must
                                 be of this conversion; default false */
    bool add_b_out;           /* add b_out to the output; default false, as published; the
                                 operating point always brings its own */
} srnn_conversion_params;

typedef struct srnn_neuron_params {
    srnn_neuron model;            /* default SRNN_LIF; an operating point is of LIF units */
    double tref_ms;               /* refractory time, >= 0; default 2 */
    double tm_ms;                 /* membrane time constant, > 0; default 10 */
    double tr_ms;                 /* synaptic rise time; 0: single exponential; default 2 */
    double v_reset_mv;            /* default -65 */
    double v_peak_mv;             /* threshold, > v_reset_mv; default -40; QIF: 30 */
    double bias_mv;               /* constant drive; default -40; QIF: 0 */
    double noise_mv;              /* SD of the noise added to v at every step, >= 0; default 0.1 */
    double v0_low_mv, v0_high_mv; /* v_0 is uniform between them; default -65, 30 */
} srnn_neuron_params;

/* The structs inside keep their size: what is new comes at the end. */
typedef struct srnn_spiking_params {
    size_t size; /* of the struct; set by srnn_spiking_params_default() */
    srnn_conversion_params conversion;
    srnn_neuron_params neuron;
    srnn_stimulation stimulation; /* default none */
    int downsample;               /* every downsample-th input column, steps of 0.05 ms x
                                     downsample; 1 to 20; default 1 */
    srnn_precision precision;     /* default SRNN_FLOAT */
} srnn_spiking_params;

srnn_spiking_params srnn_spiking_params_default(void); /* LIF */
srnn_spiking_params srnn_spiking_params_of(srnn_neuron neuron);

/* Rates count spikes from this step on, as in [K]'s code: v_0 may lie above the threshold. */
enum { SRNN_FIRST_COUNTED_STEP = 10 };

/* What the model becomes with these parameters, as docs/simulation.md has it. */
typedef struct srnn_spiking_network {
    int N, n_in, n_out;
    double *W;       /* [N_pre][N_post] W_eff / lambda, or W' of the operating point */
    double *w_in;    /* [n_in][N] */
    double *bias_mv; /* [N] */
    double *w_out;   /* [N][n_out]; with the scaling factor undivided, out is w_out r / lambda */
    double *b_out;   /* [n_out] what out has beside that; 0 where nothing */
    double *td_s;    /* [N] synaptic decay */
    double *td0_s;   /* [N] the same of the taus before training */
} srnn_spiking_network;

/* The caller frees *out with srnn_spiking_network_free(). Errors: as srnn_spiking_run(). */
srnn_status srnn_spiking_network_of(srnn_ctx *ctx, const srnn_model *model,
                                    const srnn_spiking_params *params, srnn_spiking_network *out);
void srnn_spiking_network_free(srnn_spiking_network *network); /* leaves it zeroed */

/* nt, the steps of a trial of C input columns: (ceil(C / downsample) - 1) * 100, at most INT_MAX; 0
   where C or downsample is below 1. */
int srnn_spiking_steps(int C, int downsample);

/* One trial of the spiking network. Draws come from key unless injected (the
   testing interface). */
typedef struct srnn_spiking_input {
    int C;               /* input columns, one a rate step; T + 1 of the task; downsample + 1
                            to 10000000 */
    const float *u;      /* [C][n_in] */
    srnn_trial_key key;  /* of v_0, the noise and the stimulation's coin */
    const float *v0;     /* [N] injected, mV; NULL: drawn */
    const float *noise;  /* [nt][N] injected, mV, added as is; NULL: drawn */
    const uint8_t *coin; /* [nt] injected, of the stimulation: 1 is heads; NULL: drawn */
} srnn_spiking_input;

enum {                       /* what to record beside the spikes */
       SRNN_RECORD_V = 1,    /* membrane voltage, mV; 30 where spiking */
       SRNN_RECORD_IPSC = 2, /* synaptic current at the start of the step */
       SRNN_RECORD_R = 4     /* filtered spike train */
};

typedef struct srnn_recording {
    size_t size;      /* of the struct; set by srnn_recording_default() */
    unsigned what;    /* a sum of SRNN_RECORD_*; default 0: spikes alone */
    const int *units; /* [n_units] of 0 to N - 1, in the order wanted; read during the call
                         only; default NULL: all units */
    int n_units;      /* >= 1; not read where units is NULL */
    int every;        /* steps 1, 1 + every, 1 + 2 every, ...; >= 1; default 1 */
} srnn_recording;

srnn_recording srnn_recording_default(void);

/* Bytes of v, ipsc and r of a trial of nt steps of N units, before it is run; at most UINT64_MAX.
 */
uint64_t srnn_recording_bytes(const srnn_recording *recording, int N, int nt);

typedef struct srnn_spiking_result {
    int N, n_out;
    int nt;      /* steps */
    double dt_s; /* length of a step, s */
    double T_s;  /* nt * dt_s */
    int64_t n_spikes;
    int32_t *spike_unit;  /* [n_spikes] unit, from 0; ordered by step, then unit */
    int32_t *spike_step;  /* [n_spikes] step, from 1 */
    double *out;          /* [nt][n_out] */
    double *rates_hz;     /* [N] spikes from SRNN_FIRST_COUNTED_STEP on / T_s */
    int n_recorded;       /* steps of which v, ipsc, r are kept */
    int n_units;          /* units of which they are kept */
    double *v, *ipsc, *r; /* [n_recorded][n_units] or NULL */
} srnn_spiking_result;

/* Simulates one trial. recording NULL: spikes alone. *result is filled; free its arrays
   with srnn_spiking_result_free().
   Errors: SRNN_ERR_ARGUMENT (a parameter outside its range, no operating point in the
   model), SRNN_ERR_NUMERIC (says at which step and unit), SRNN_ERR_NO_MEMORY. */
srnn_status srnn_spiking_run(srnn_ctx *ctx, const srnn_model *model,
                             const srnn_spiking_params *params, const srnn_spiking_input *input,
                             const srnn_recording *recording, srnn_spiking_result *result);
void srnn_spiking_result_free(srnn_spiking_result *result);

/* ---- many trials of a task, whole ---- */

typedef struct srnn_spiking_trials_options {
    size_t size;        /* of the struct; set by srnn_spiking_trials_options_default() */
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_USER */
    int n_trials;       /* 1 to 10000000; default 100 */
    const int *types;   /* [n_trials] type of every trial; default NULL: all types in turn */
} srnn_spiking_trials_options;

srnn_spiking_trials_options srnn_spiking_trials_options_default(void);

/* What happened in one of them; all of it is the library's and valid during the call only. */
typedef struct srnn_spiking_trial {
    int trial, type; /* from 0 */
    const float *u;  /* [T + 1][n_in] */
    srnn_score score;
    const srnn_spiking_result *result;
} srnn_spiking_trial;

/* Another status than SRNN_OK ends the run with it. */
typedef srnn_status (*srnn_spiking_trial_fn)(void *user, const srnn_spiking_trial *trial);

/* Trial k is srnn_spiking_run() with the key {seed, domain, k}. Trials are shared among the
   context's threads, each of which holds the one it is at; fn gets them in order, one at a time, on
   any of these threads. Errors: as srnn_spiking_run(), of the first trial that fails, or fn's. */
srnn_status srnn_spiking_run_trials(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                    const srnn_spiking_params *params,
                                    const srnn_spiking_trials_options *options,
                                    const srnn_recording *recording, srnn_spiking_trial_fn fn,
                                    void *user);

/* ---- evaluation ---- */

/* Mean rates over trials of one type, Hz; NaN for a population with no unit. */
typedef struct srnn_population_rates {
    double exc_hz, pv_hz, som_hz;
} srnn_population_rates;

typedef struct srnn_spiking_evaluation {
    int n_trials, correct;
    int two_sided; /* correct trials whose output is not beyond the other side */
    srnn_type_stats types[SRNN_TYPES_MAX];
    srnn_population_rates rates[SRNN_TYPES_MAX];
    double mean_rate_hz;                 /* all units, all trials */
    srnn_response_times *response_times; /* [n_types] where options.answers, else NULL */
    srnn_confusion confusion;            /* where options.answers */
    int n_rules;                         /* where options.answers */
    srnn_rule_stats *rules;              /* [n_rules] by type, in the task's order; else NULL */
} srnn_spiking_evaluation;

/* What options.answers asks for, which nothing else allocates. */
void srnn_spiking_evaluation_free(srnn_spiking_evaluation *evaluation);

typedef struct srnn_spiking_eval_options {
    size_t size;        /* of the struct; set by srnn_spiking_eval_options_default() */
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_EVAL */
    int n_trials;       /* >= 1; default 100 */
    bool balanced;      /* n_trials of every type in turn instead of random types; default false */
    bool answers;       /* response times and confusion, too: every output is scored as every type;
                           default false */
} srnn_spiking_eval_options;

srnn_spiking_eval_options srnn_spiking_eval_options_default(void);

/* Trials are shared among the context's threads. With options.answers the caller frees the result
   with srnn_spiking_evaluation_free(). */
srnn_status srnn_spiking_evaluate(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  const srnn_spiking_params *params,
                                  const srnn_spiking_eval_options *options,
                                  srnn_spiking_evaluation *result);

#ifdef __cplusplus
}
#endif
#endif
