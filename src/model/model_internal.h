/* Inside of srnn_model, for the rooms that build, train, load and save it. */
#ifndef SRNN_MODEL_INTERNAL_H
#define SRNN_MODEL_INTERNAL_H

#include "core/core.h"
#include "spikernn/convert.h"
#include "spikernn/model.h"
#include "spikernn/rate.h"

/* Owns its arrays (malloc'd; NULL where there is none). The public
   srnn_training_record is a view of it. */
typedef struct srnn__training {
    srnn_train_options options; /* n_trials 0: not known */
    int64_t n_losses;
    double *losses;
    int64_t tr;
    bool reached;
    double eval_perf_mean, eval_loss_mean, eval_two_sided_mean;
    int n_evals;
    double *eval_tr, *eval_perf_curve, *eval_loss_curve;
    int eval_trials, eval_T;
    double *eval_os, *eval_labels;
    int T;
    float *x0, *r0, *x, *r, *u, *target, *o;
} srnn__training;

/* Adam's moments after the latest update, to go on from. The arrays are those of the
   network's parameters: w, w_out, b_out, with two taus taus_gaus, and w_in where it learns. */
typedef enum srnn__parameter {
    SRNN__W,
    SRNN__W_OUT,
    SRNN__B_OUT,
    SRNN__TAUS,
    SRNN__W_IN,
    SRNN__N_PARAMETERS
} srnn__parameter;

typedef struct srnn__optimizer {
    int64_t step; /* updates done; 0: no moments are kept */
    float *m[SRNN__N_PARAMETERS], *v[SRNN__N_PARAMETERS];
} srnn__optimizer;

typedef struct srnn__search {
    int n;
    double opt_scaling_factor;
    double *scaling_factors, *all_perfs;
    double *all_two_sided_perfs; /* [n]; NULL: not known */
    int *trials;                 /* [n]; NULL: n_trials for all */
    int n_trials;
    double test_perf, test_two_sided_perf;
    int test_trials;
    int K;
    double *values[SRNN_TRIAL_VALUES]; /* [K][n] as of srnn_search_result, all or none; all NaN in
                                          SRNN_TRIAL_OTHER_SIDE: an older record */
    char *settings;                    /* NULL: not known */
} srnn__search;

/* The names of the values in files. */
extern const char *const srnn__search_value_names[SRNN_TRIAL_VALUES];

#define SRNN__TASK_NAME_MAX 64

enum { SRNN__KEY_PREFIX_MAX = 64 };

struct srnn_model {
    srnn_model_params params; /* as made, or as far as a file has them */
    /* dense arrays of exactly the shapes of srnn_model_view, never NULL */
    float *w, *w_in, *w_out, *b_out, *taus_gaus, *w0, *w_in0, *taus_gaus0;
    uint8_t *inh, *som, *som_m;
    uint8_t *w_fixed; /* [N_pre][N_post]; NULL: every weight learns */
    srnn__training training;
    srnn__optimizer optimizer;
    srnn__search search;
    srnn_operating_point operating_point;  /* owns its arrays */
    srnn_readout readout;                  /* owns its arrays */
    char task_name[SRNN__TASK_NAME_MAX];   /* "" if not known */
    bool task_guessed;                     /* task_name is from the name of the file */
    char *task_json;                       /* its declaration; NULL: none */
    srnn_task_settings task_settings;      /* a field < 0 is not known */
    char *missing;                         /* optional variables that the file lacked; NULL: none */
    char key_prefix[SRNN__KEY_PREFIX_MAX]; /* that the file's keys had; "": none */
    int64_t n_rectified;
};

/* A model whose arrays are allocated and zero, with params copied, nothing
   trained, nothing searched. The sizes of params must be valid. */
srnn_status srnn__model_alloc(srnn_ctx *ctx, const srnn_model_params *params, srnn_model **out);

/* SOM units are inhibitory; without Dale's principle no unit is. som may be NULL. */
srnn_status srnn__model_check_units(srnn_ctx *ctx, bool apply_dale, const uint8_t *inh,
                                    const uint8_t *som, size_t N);
/* Weights, taus_gaus and biases finite. `where` begins the sentence: a file name
   or "the network". */
srnn_status srnn__model_check_finite(srnn_ctx *ctx, const srnn_model *model, const char *where);

srnn_pathway srnn__pathway(const srnn_model *model, size_t pre, size_t post);
/* som_m from som and inh: SOM units receive no inhibition. */
void srnn__model_som_m(int N, const uint8_t *inh, const uint8_t *som, uint8_t *som_m);

void srnn__training_clear(srnn__training *training); /* frees its arrays, back to "not trained" */
void srnn__search_clear(srnn__search *search);
/* [n] shares of the trials, to be freed; NaN: none were run, or correct is -1. correct: [n]. */
double *srnn__search_accuracies(const srnn_search_result *search, const int *correct);
double srnn__test_two_sided_perf(const srnn_search_result *search); /* NaN: not known */

/* N numbers each. `where` begins the sentence: a file name or "the operating point". */
srnn_status srnn__operating_point_check(srnn_ctx *ctx, const srnn_operating_point *point, int N,
                                        srnn_status error, const char *where);
void srnn__operating_point_clear(srnn_operating_point *point); /* frees its arrays */

/* w_out [N][n_out], b_out [n_out]. `where` begins the sentence, as above. */
srnn_status srnn__readout_check(srnn_ctx *ctx, const srnn_readout *readout, int N, int n_out,
                                srnn_status error, const char *where);
void srnn__readout_clear(srnn_readout *readout); /* frees its arrays */

/* Elements of a parameter's array in the model; 0 for taus_gaus with one tau, and for a w_in
   that does not learn. */
size_t srnn__parameter_size(const srnn_model *model, srnn__parameter parameter);
/* Zeroed moments; the old ones are freed. */
srnn_status srnn__optimizer_alloc(srnn_ctx *ctx, srnn_model *model);
void srnn__optimizer_clear(srnn__optimizer *optimizer);

/* Sets task_name from the name of a file without a task: Task_<name>_N_... as the older tools name
   files, or Task_<built-in name>_... */
void srnn__guess_task(srnn_model *model, const char *path);

/* The task's channels and outputs are the model's. */
srnn_status srnn__task_fits(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task);
/* srnn_model_same_task() for a task of which only name and settings are known. */
bool srnn__is_task_of(const srnn_model *model, const char *name,
                      const srnn_task_settings *settings);

const char *
srnn__activation_name(srnn_activation activation); /* "sigmoid", "clipped_relu", "softplus" */

#endif
