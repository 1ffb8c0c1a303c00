/* Why a spiking network does not do what its rate network does: measured by running the same
   trials, with the same draws, with one thing changed. docs/conversion.md lists the codes. */
#ifndef SPIKERNN_DIAGNOSE_H
#define SPIKERNN_DIAGNOSE_H

#include "spikernn/evaluate.h"
#include "spikernn/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The rate network's accuracy reaches the paper's criterion, 0.95. */
bool srnn_rate_reaches_criterion(const srnn_rate_evaluation *rate);

/* The spiking network's accuracy is below 0.95, or clearly below the rate network's: their 95 %
   intervals do not overlap. False without a spiking network. */
bool srnn_falls_short(const srnn_evaluation *evaluation);

/* srnn_falls_short(), and the rate network learned the task or is clearly better: the conversion is
   at fault. */
bool srnn_converts_badly(const srnn_evaluation *evaluation);

typedef enum srnn_diagnose_when {
    SRNN_DIAGNOSE_AUTO = 0, /* where srnn_falls_short() */
    SRNN_DIAGNOSE_ALWAYS,
    SRNN_DIAGNOSE_NEVER
} srnn_diagnose_when;

typedef struct srnn_diagnose_options {
    size_t size;                      /* of the struct; set by srnn_diagnose_options_default() */
    uint64_t seed;                    /* of the evaluation; default 0 */
    srnn_domain domain;               /* of the evaluation; default SRNN_DOMAIN_EVAL */
    srnn_diagnose_when when;          /* default SRNN_DIAGNOSE_AUTO */
    const srnn_search_record *search; /* read during the call only; NULL (default): the model's */
} srnn_diagnose_options;

srnn_diagnose_options srnn_diagnose_options_default(void);

typedef struct srnn_finding {
    char *code;     /* "voltage_noise" */
    char *sentence; /* what was found and what to try; names options as
                       srnn_ctx_set_option_prefix() says */
    char *numbers;  /* what the sentence rests on: a JSON object */
} srnn_finding;

typedef struct srnn_diagnosis {
    bool made; /* false: not needed, or not wanted */
    int n;
    srnn_finding *findings; /* [n] */
} srnn_diagnosis;

/* params: of the evaluated spiking network. evaluation: of it and of the rate network, with seed
   and domain of the options; its trials are run again for every change. options NULL: the
   defaults. Trials are shared among the context's threads. The caller frees *out with
   srnn_diagnosis_free(); it is empty after an error.
   Errors: as srnn_spiking_evaluate(), SRNN_CANCELLED. A change with which the network diverges is
   no error: it explains nothing. */
srnn_status srnn_diagnose(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                          const srnn_diagnose_options *options, const srnn_spiking_params *params,
                          const srnn_evaluation *evaluation, srnn_diagnosis *out);
void srnn_diagnosis_free(srnn_diagnosis *diagnosis);

#ifdef __cplusplus
}
#endif
#endif
