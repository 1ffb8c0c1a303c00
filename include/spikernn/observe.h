/* Both networks on the same trials, and everything that analyses and figures look at. */
#ifndef SPIKERNN_OBSERVE_H
#define SPIKERNN_OBSERVE_H

#include "spikernn/compare.h"
#include "spikernn/spiking.h"
#include "spikernn/spikes.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srnn_observe_options {
    size_t size;        /* of the struct; set by srnn_observe_options_default() */
    uint64_t seed;      /* default 0 */
    srnn_domain domain; /* default SRNN_DOMAIN_EVAL */
    int n_trials;       /* of each type, in turn, 1 to 10000; default 20: the first ones of a
                           balanced evaluation of the same seed and domain */
    double noise;       /* of the rate network; default 0.1 */
    const srnn_spiking_params *spiking; /* NULL (default): the rate network alone */
    const int *units; /* [n_units] whose voltages are kept in the first trial of each type; read
                         during the call only; default NULL: none */
    int n_units;
} srnn_observe_options;

srnn_observe_options srnn_observe_options_default(void);

/* K trials, type k % n_types of trial k. Step t of the rate network is at 5 t ms. Arrays are the
   struct's own: srnn_observation_free(). */
typedef struct srnn_observation {
    int N, n_in, n_out, T, K, n_types;   /* T: rate steps, 5 ms each */
    char *task;                          /* its name */
    char **type_names;                   /* [n_types] */
    char **input_names, **input_units;   /* [n_in] as in srnn_task_get_def() */
    char **output_names, **output_units; /* [n_out] */
    uint8_t *population;                 /* [N] srnn_population */
    int stim_on, stim_off;               /* rate steps */
    int response_on[2];                  /* by srnn_network: rate steps */
    double threshold;                    /* srnn_response_threshold(); NaN: none */
    uint64_t seed;
    int *type;                 /* [K] from 0 */
    float *u;                  /* [K][T][n_in] */
    float *z;                  /* [K][T][n_out] target */
    float *r;                  /* [K][T][N] of the rate network */
    float *o;                  /* [K][T-1][n_out] its output; o[k] is at step k + 1 */
    srnn_score *rate_score;    /* [K] */
    bool spiking;              /* false: nothing below */
    double *out;               /* [K][T-1][n_out] at the end of rate steps 1 ... T - 1 */
    srnn_score *spiking_score; /* [K] */
    srnn_spikes spikes;
    srnn_comparison comparison; /* of these trials, as srnn_compare() */
    int n_units, nt;            /* voltages: units; steps of dt_ms */
    double dt_ms;
    int *units; /* [n_units] from 0 */
    float *v;   /* [n_types][nt][n_units] mV, 30 where spiking; NULL: none */
} srnn_observation;

/* The units whose voltages are worth a look: of the largest output weights two excitatory ones and
   one of each inhibitory population, as far as there are any. Returns how many. */
enum { SRNN_LOUDEST_UNITS = 4 };
int srnn_loudest_units(const srnn_model *model, int units[SRNN_LOUDEST_UNITS]);

/* Trials are shared among the context's threads. The caller frees *out.
   Errors: as srnn_spiking_run(), SRNN_CANCELLED. */
srnn_status srnn_observe(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_observe_options *options, srnn_observation *out);

/* Trials of the task alone, without a network: N is 0, and of the arrays there are type, u and z.
   options: seed, domain, n_trials; NULL: the defaults. The caller frees *out.
   Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NO_MEMORY, those of the task. */
srnn_status srnn_observe_task(srnn_ctx *ctx, const srnn_task *task,
                              const srnn_observe_options *options, srnn_observation *out);
void srnn_observation_free(srnn_observation *observation);

/* The same trials with several scaling factors: 1, which leaves the weights as they are, and half,
   all and twice of a network's own. */
enum { SRNN_OBSERVED_FACTORS = 4 };
typedef struct srnn_factor_observations {
    int n; /* 0: none */
    double scaling_factor[SRNN_OBSERVED_FACTORS];
    srnn_observation observation[SRNN_OBSERVED_FACTORS];
} srnn_factor_observations;

/* options->spiking: the spiking network, whose scaling factor is `own`. The caller frees *out, also
   after an error. Errors: as srnn_observe(). */
srnn_status srnn_observe_factors(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                 const srnn_observe_options *options, double own,
                                 srnn_factor_observations *out);
void srnn_factor_observations_free(srnn_factor_observations *observations);

#ifdef __cplusplus
}
#endif
#endif
