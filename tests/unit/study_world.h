/* Made-up studies: views of networks with values that tests derive themselves. */
#ifndef STUDY_WORLD_H
#define STUDY_WORLD_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spikernn/figure.h"
#include "spikernn/study.h"

enum { ACCURACY, RATE_ACCURACY, TRIALS, MEASURES, EVALS = 12, FACTORS = 12 };

typedef struct study_world {
    srnn_study_view view;
    srnn_study_condition *conditions; /* [view.n_conditions] */
    srnn_study_network *networks;     /* [view.n_networks] */
    double *values;                   /* [view.n_networks][MEASURES] */
    srnn_expectation *expectations;
    int n_kept;
    void **kept; /* [n_kept] */
} study_world;

static const srnn_measure study_measures[MEASURES] = {
    {"evaluation.spiking.accuracy", "accuracy of the spiking network", "", 3, 0.95},
    {"evaluation.rate.accuracy", "accuracy of the rate network", "", 3, 0.95},
    {"training.trials", "trials of training", "trials", 0, NAN}};

static inline void *study_keep(study_world *w, size_t n, size_t size)
{
    void *memory = calloc(n + 1, size);
    w->kept = realloc(w->kept, ((size_t)w->n_kept + 1) * sizeof *w->kept);
    if (!memory || !w->kept) abort();
    return w->kept[w->n_kept++] = memory;
}

static inline void study_free(study_world *w)
{
    for (int i = 0; i < w->n_kept; i++) free(w->kept[i]);
    free(w->kept);
    free(w);
}

static inline const char *study_text(study_world *w, const char *text)
{
    return strcpy(study_keep(w, strlen(text), 1), text);
}

/* 0 to 1, of a place: the same in every run. */
static inline double study_noise(int a, int b)
{
    uint32_t x = (uint32_t)a * 2654435761u ^ ((uint32_t)b * 40503u + 17u);
    for (int i = 0; i < 3; i++) x = (x ^ x >> 15) * 2246822519u;
    return (x >> 8) / 16777216.0;
}

/* A network whose learning curve and factors come from its accuracy. */
static inline void study_give_curves(study_world *w, int i, double accuracy, double best_factor)
{
    double *loss = study_keep(w, EVALS, sizeof *loss), *share = study_keep(w, EVALS, sizeof *share),
           *factors = study_keep(w, FACTORS, sizeof *factors),
           *factor_accuracy = study_keep(w, FACTORS, sizeof *factor_accuracy);
    const double speed = 0.25 + 0.5 * study_noise(i, 7);
    for (int k = 0; k < EVALS; k++) {
        const double x = exp(-speed * k) + 0.04 * study_noise(i, k);
        loss[k] = 3 + 60 * x;
        share[k] = fmin(1, fmax(0.4, 1.02 - 0.6 * x));
        factors[k] = 20 + 5 * k;
        factor_accuracy[k] = 0.5 +
                             (accuracy - 0.5) * exp(-pow((factors[k] - best_factor) / 18, 2)) +
                             0.02 * (study_noise(i, 40 + k) - 0.5);
    }
    w->networks[i].n_evals = 4 + (int)(8 * study_noise(i, 3));
    w->networks[i].eval_first = w->networks[i].eval_every = 100;
    w->networks[i].eval_loss = loss;
    w->networks[i].eval_accuracy = share;
    w->networks[i].n_factors = FACTORS;
    w->networks[i].factors = factors;
    w->networks[i].factor_accuracy = factor_accuracy;
}

/* Conditions "condition 1" and so on; all networks are left, without any value. */
static inline study_world *new_study(int n_conditions, int n_seeds, int n_varied,
                                     const char *const *varied)
{
    study_world *w = calloc(1, sizeof *w);
    if (!w) abort();
    const int n = n_conditions * n_seeds;
    w->conditions = study_keep(w, (size_t)n_conditions, sizeof *w->conditions);
    w->networks = study_keep(w, (size_t)n, sizeof *w->networks);
    w->values = study_keep(w, (size_t)n * MEASURES, sizeof *w->values);
    w->expectations = study_keep(w, 2 * (size_t)n_conditions, sizeof *w->expectations);
    for (int c = 0; c < n_conditions; c++) {
        char name[32];
        snprintf(name, sizeof name, "condition %d", c + 1);
        double *numbers = study_keep(w, (size_t)n_varied, sizeof *numbers);
        for (int i = 0; i < n_varied; i++) numbers[i] = NAN;
        w->conditions[c] = (srnn_study_condition){study_text(w, name), "{}", numbers};
    }
    for (int i = 0; i < n; i++) {
        for (int m = 0; m < MEASURES; m++) w->values[i * MEASURES + m] = NAN;
        w->networks[i] = (srnn_study_network){.condition = i / n_seeds,
                                              .seed = (uint64_t)(i % n_seeds) + 1,
                                              .sentence = "",
                                              .key = "0123456789abcdef",
                                              .values = w->values + i * MEASURES};
    }
    w->view = (srnn_study_view){.name = "made-up",
                                .about = "",
                                .task = "go-nogo",
                                .folder = "",
                                .n_varied = n_varied,
                                .varied = varied,
                                .n_conditions = n_conditions,
                                .conditions = w->conditions,
                                .n_networks = n,
                                .networks = w->networks,
                                .n_measures = MEASURES,
                                .measures = study_measures,
                                .main_measure = ACCURACY,
                                .expectations = w->expectations,
                                .versions = "[]"};
    return w;
}

static inline void study_name(study_world *w, int condition, const char *name, const char *options)
{
    w->conditions[condition].name = study_text(w, name);
    w->conditions[condition].options = study_text(w, options);
}

/* Finished, with these values. */
static inline void study_finish(study_world *w, int network, double accuracy, double rate_accuracy,
                                double trials)
{
    double *values = w->values + network * MEASURES;
    values[ACCURACY] = accuracy;
    values[RATE_ACCURACY] = rate_accuracy;
    values[TRIALS] = trials;
    w->networks[network].state = SRNN_NETWORK_FINISHED;
}

static inline void study_fail(study_world *w, int network, srnn_network_state state,
                              const char *sentence)
{
    w->networks[network].state = state;
    w->networks[network].sentence = study_text(w, sentence);
}

#endif
