/* From rate to spiking: the search for the scaling factor lambda ([K] Methods), the
   operating-point conversion (docs/conversion.md), and how alike the two networks are. */
#ifndef SPIKERNN_CONVERT_H
#define SPIKERNN_CONVERT_H

#include "spikernn/spiking.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What makes one scaling factor better than another; of equals the smaller is taken, one of the
   grid first. */
typedef enum srnn_criterion {
    SRNN_BY_ACCURACY = 0, /* more correct trials ([K]) */
    SRNN_BY_MARGIN,       /* a higher mean of correct + 0.1 logistic(margin / 0.1), where a NaN
                             margin adds 0: decides between those that are equally often right */
    SRNN_BY_LOSS          /* a lower mean distance of out from the target, as in training:
                             sqrt of the sum of (z - out)^2 at the end of every rate step */
} srnn_criterion;

typedef struct srnn_search_options {
    size_t size;     /* of the struct; set by srnn_search_options_default() */
    uint64_t seed;   /* default 0 */
    int test_trials; /* fresh random trials of the best one, 0 (none) to 1000000; default 100 */
    int n_trials;    /* random trials for each scaling factor, 1 to 1000000; default 100.
                        The same trials and noise serve every scaling factor. */
    int n;           /* scaling factors, 1 to 1000; default 12 */
    const double *scaling_factors; /* [n], > 0, in any order; default 20, 25, ... 75 */
    srnn_criterion criterion;      /* default SRNN_BY_ACCURACY */
    bool refine; /* then goes on beyond the end of the grid while the best lies there and something
                    better comes, and looks at three more on either side of the best; default
                    false */
    bool racing; /* a scaling factor that is clearly worse than the best so far on the same
                    trials (by more than 2 standard errors of the paired difference, looked at
                    every 10 trials) gets no more of them; default false */
    bool again;  /* runs trials that the model's record of a search of the same settings holds
                    already; default false: takes them from there */
    srnn_spiking_params spiking; /* conversion, scaling_factor and use_readout are not read */
} srnn_search_options;

srnn_search_options srnn_search_options_default(void);

enum { /* what a search keeps of every trial */
       SRNN_TRIAL_CORRECT,
       SRNN_TRIAL_MARGIN,
       SRNN_TRIAL_LOSS,
       SRNN_TRIAL_RATE_HZ,    /* mean of all units */
       SRNN_TRIAL_OTHER_SIDE, /* of srnn_score; NaN: not known, of an older record */
       SRNN_TRIAL_VALUES
};

typedef struct srnn_search_result {
    int n;
    double *scaling_factors; /* [n] ascending, each once */
    int *correct;            /* [n] correct trials */
    int *two_sided;          /* [n] those whose output is not beyond the other side; -1: not known;
                                NULL: none is known */
    int *trials;             /* [n] trials done; NULL: n_trials for all */
    double *score;           /* [n] mean of what SRNN_BY_MARGIN looks at */
    double *loss;            /* [n] mean of what SRNN_BY_LOSS looks at */
    double *rate_hz;         /* [n] mean of all units and trials */
    int n_trials;            /* for each that has had as many as the best; fewer than asked for
                                after SRNN_CANCELLED */
    int best;                /* its index */
    int K;                   /* trials of the arrays below */
    double *values[SRNN_TRIAL_VALUES]; /* [K][n] of every trial, NaN: not run; NULL: not kept */
    char *settings;      /* what the trials depend on except the scaling factor, in JSON; NULL: the
                            task is a program of the user's own, or there is stimulation */
    int test_correct;    /* of the best one, on trials that had no part in the choice */
    int test_two_sided;  /* the same by the two-sided criterion; -1: not known */
    int test_trials;     /* those trials; 0: none */
    int64_t trials_run;  /* simulated by this search, the fresh ones not counted */
    int64_t trials_kept; /* taken from the model's record */
} srnn_search_result;

/* The trials of each scaling factor, shared among the context's threads. The caller frees
   the result's arrays with srnn_search_result_free().
   After SRNN_CANCELLED the result holds the trials that every scaling factor
   has had (n_trials may be 0). */
srnn_status srnn_search(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                        const srnn_search_options *options, srnn_search_result *result);
void srnn_search_result_free(srnn_search_result *result);

/* Is the result of a search to be stored in the model's file? */
typedef enum srnn_search_worth {
    SRNN_SEARCH_KEPT = 0,        /* yes */
    SRNN_SEARCH_EMPTY,           /* no: cancelled before a trial was done */
    SRNN_SEARCH_SHORTER,         /* no: cancelled, and the file holds a search of more trials */
    SRNN_SEARCH_OTHER_TASK,      /* no: not the trials that the model was trained on, and the file
                                    holds a search on those */
    SRNN_SEARCH_OTHER_TASK_ALONE /* not those trials, but the file holds no search on them: only
                                    where the user wants it */
} srnn_search_worth;

/* cancelled: srnn_search() ended with SRNN_CANCELLED. */
srnn_search_worth srnn_search_worth_storing(const srnn_model *model, const srnn_task *task,
                                            const srnn_search_result *result, bool cancelled);

/* ---- the operating-point conversion ---- */

typedef struct srnn_operating_options {
    size_t size;            /* of the struct; set by srnn_operating_options_default() */
    uint64_t seed;          /* default 0 */
    int fit_trials;         /* rate trials, all types in turn, which give the samples of x, 1 to
                               10000; default 40 */
    int n;                  /* candidates, 1 to 100; default 12 */
    const double *widening; /* [n] SD by which the samples of x are widened, >= 0;
                               default 0.5, 0.5, 0.5, 1, 1, 1, 2, 2, 0.5, 0.5, 0.5, 0.5 */
    const double *shot_noise_cost; /* [n] weight of the spike trains' noise, >= 0;
                                      default 0.3, 0.3, 1, 0.1, 0.3, 1, 0.3, 1, 0.3, 1, 0.3, 1 */
    const int *visit_trials; /* [n] 0 to 10000: refitted with samples of this many spiking trials
                                added; 0: no refit; default 0, 16, 16, 16, 16, 16, 0, 0, 24, 24, 8,
                                8; NULL: all 0 */
    int n_reserve; /* the last so many candidates are tried only until one has 98 % of the trials
                      right, so mostly not at all; 0 to n - 1; default 4 */
    int n_trials;  /* random spiking trials for each candidate, 1 to 1000000; default 50. The
                      same trials and noise serve every candidate. */
    double score_slack; /* the quietest candidate whose score is at most that much below the
                           highest, on these trials and, with twice noise_mv, on as many others, is
                           chosen; >= 0; 0: the highest score, unless an equal one is quieter;
                           default 0.01, less than a trial of 50 */
    int test_trials; /* fresh random trials of the chosen one, 0 (none) to 1000000; default 100 */
    srnn_spiking_params spiking; /* LIF; conversion, scaling_factor and use_readout are not read */
} srnn_operating_options;

srnn_operating_options srnn_operating_options_default(void);

typedef struct srnn_operating_candidate {
    double widening, shot_noise_cost;
    int visit_trials;
    int correct;         /* trials of n_trials */
    int two_sided;       /* those whose output is not beyond the other side */
    double score;        /* accuracy + 0.1 mean of logistic(margin / 0.1) */
    double mean_rate_hz; /* all units, all trials */
} srnn_operating_candidate;

typedef struct srnn_operating_result {
    int n;                                /* candidates tried */
    srnn_operating_candidate *candidates; /* [n] */
    int n_trials;
    int best;           /* index of the chosen one */
    int test_correct;   /* of the chosen one, on trials that had no part in the choice */
    int test_two_sided; /* the same by the two-sided criterion */
    int test_trials;    /* those trials; 0: none */
} srnn_operating_result;

/* Fits the operating points of every candidate, tries them on spiking trials, and keeps the
   quietest of those that do best in the model. Trials are shared among the context's threads. The
   caller frees the result with srnn_operating_result_free().
   Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NUMERIC, SRNN_ERR_NO_MEMORY, SRNN_CANCELLED; after any
   of them the model is as it was. */
srnn_status srnn_find_operating_point(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                                      const srnn_operating_options *options,
                                      srnn_operating_result *result);
void srnn_operating_result_free(srnn_operating_result *result);

/* What an isolated unit makes of a constant drive. */
typedef struct srnn_transfer_curve {
    int n;
    double threshold_mv; /* the drive at which v reaches v_peak_mv without noise */
    double *drive_mv;    /* [n] ascending, evenly spaced; added to bias_mv of the parameters */
    double *rate_hz;     /* [n] never decreasing */
} srnn_transfer_curve;

/* By simulation, with the noise and the refractory time of params: what operating points are fitted
   to. LIF units alone. Free with srnn_transfer_curve_free(). Errors: SRNN_ERR_ARGUMENT (a parameter
   outside its range or not of the model, QIF units), SRNN_ERR_NO_MEMORY; then *curve is empty. */
srnn_status srnn_transfer_curve_of(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_spiking_params *params, uint64_t seed,
                                   srnn_transfer_curve *curve);
void srnn_transfer_curve_free(srnn_transfer_curve *curve);

/* Can a spiking network with these parameters have an operating point? LIF units and the trained
   weights can. */
bool srnn_operating_point_suits(const srnn_spiking_params *params);

/* Which of two conversions, by their accuracies on fresh trials (NaN: not known)? Ties: the scaling
   factor. */
bool srnn_operating_point_is_better(double point_perf, double factor_perf);

/* ---- which conversion ---- */

/* Sets params->conversion and params->scaling_factor. conversion NULL: not asked for.
   scaling_factor NaN: the one that the model's search found. Where neither is given: the model's
   operating point if it has no scaling factor or was better on fresh trials, and suits params;
   else the scaling factor.
   Errors: SRNN_ERR_ARGUMENT (an operating point and a scaling factor were both given; the model
   lacks what is needed); params is then unchanged. */
srnn_status srnn_choose_conversion(srnn_ctx *ctx, const srnn_model *model,
                                   const srnn_conversion *conversion, double scaling_factor,
                                   srnn_spiking_params *params);

/* ---- the readout refitted to the spiking network ---- */

typedef struct srnn_readout_options {
    size_t size;     /* of the struct; set by srnn_readout_options_default() */
    uint64_t seed;   /* default 0 */
    int fit_trials;  /* of each type, of both networks, 4 to 10000; default 24 */
    int test_trials; /* fresh random trials afterwards, 0 (none) to 1000000; default 100 */
    srnn_spiking_params spiking; /* of the network that is read, which its conversion selects */
} srnn_readout_options;

srnn_readout_options srnn_readout_options_default(void);

typedef struct srnn_readout_result {
    double shrinkage;         /* chosen on trials held out, in units of the mean variance of r */
    double rmse_before, rmse; /* of out - o on them, by the trained and by the refitted readout
                                 (of three in four trials) */
    int test_correct, test_two_sided, test_trials; /* of the refitted one */
} srnn_readout_result;

/* Output weights and bias that bring the spiking network's output nearest to the rate network's, by
   ridge regression towards the trained ones; the model keeps them (srnn_model_get_readout) for
   spiking networks of the same conversion with use_readout.
   Errors: SRNN_ERR_ARGUMENT, SRNN_ERR_NUMERIC, SRNN_ERR_NO_MEMORY, SRNN_CANCELLED; after any of
   them the model is as it was. */
srnn_status srnn_fit_readout(srnn_ctx *ctx, srnn_model *model, const srnn_task *task,
                             const srnn_readout_options *options, srnn_readout_result *result);

#ifdef __cplusplus
}
#endif
#endif
