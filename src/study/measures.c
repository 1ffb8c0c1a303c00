#define _GNU_SOURCE 1
#include "study/measures.h"

#include "core/core.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* '*' stands for a type of trials, which the title has at its '*', too. */
typedef struct measure_row {
    const char *name, *title, *unit;
    int digits;
    bool share; /* an accuracy: networks at or above a limit are counted */
} measure_row;

static const measure_row known[] = {
    {"evaluation.spiking.accuracy", "accuracy of the spiking network", "", 3, true},
    {"evaluation.rate.accuracy", "accuracy of the rate network", "", 3, true},
    {"evaluation.spiking.two_sided_accuracy", "two-sided accuracy of the spiking network", "", 3,
     true},
    {"evaluation.rate.two_sided_accuracy", "two-sided accuracy of the rate network", "", 3, true},
    {"search.accuracy", "accuracy at the best λ, on the trials of the search", "", 3, true},
    {"search.fresh.accuracy", "accuracy at the best λ, on fresh trials", "", 3, true},
    {"search.two_sided_accuracy", "two-sided accuracy at the best λ, on the trials of the search",
     "", 3, true},
    {"search.fresh.two_sided_accuracy", "two-sided accuracy at the best λ, on fresh trials", "", 3,
     true},
    {"search.opt_scaling_factor", "best λ", "", 1, false},
    {"search.mean_rate_hz", "mean rate at the best λ", "Hz", 2, false},
    {"training.criterion_reached", "training reached its criterion", "", 2, true},
    {"training.trials", "training trials", "", 0, false},
    {"training.trials_to_criterion", "trials until the training reached its criterion", "", 0,
     false},
    {"training.accuracy", "accuracy of the training's last evaluation", "", 3, true},
    {"training.two_sided_accuracy", "two-sided accuracy of the training's last evaluation", "", 3,
     true},
    {"training.loss", "loss of the training's last evaluation", "", 3, false},
    {"training.taus.mean_ms", "mean synaptic decay time", "ms", 1, false},
    {"training.taus.sd_ms", "SD of synaptic decay times over units", "ms", 1, false},
    {"network.connections", "share of the possible connections", "", 3, false},
    {"network.connections_at_start", "share of the possible connections before training", "", 3,
     false},
    {"network.gone", "share of the initial connections that are absent after training", "", 3,
     false},
    {"network.grown", "share of the connections after training that are new", "", 3, false},
    {"network.E_to_E", "share of the pairs from excitatory to excitatory units", "", 3, false},
    {"network.E_to_I", "share of the pairs from excitatory to inhibitory units", "", 3, false},
    {"network.I_to_E", "share of the pairs from inhibitory to excitatory units", "", 3, false},
    {"network.I_to_I", "share of the pairs from inhibitory to inhibitory units", "", 3, false},
    {"network.weight", "mean size of a connection's weight", "", 4, false},
    {"network.weight_at_start", "mean size of a connection's weight before training", "", 4, false},
    {"evaluation.accuracy_difference", "accuracy of the rate network less that of the spiking one",
     "", 3, false},
    {"evaluation.scaling_factor", "λ of the evaluated network", "", 1, false},
    {"evaluation.spiking.mean_rate_hz", "mean rate of the spiking network", "Hz", 2, false},
    {"evaluation.comparison.rmse", "difference of the networks' outputs (RMSE)", "", 3, false},
    {"evaluation.comparison.ceiling_hz", "highest possible rate", "Hz", 0, false},
    {"evaluation.rate.loss", "loss of the rate network", "", 3, false},
    {"operating_point.fresh.accuracy", "accuracy at the operating point, on fresh trials", "", 3,
     true},
    {"operating_point.fresh.two_sided_accuracy",
     "two-sided accuracy at the operating point, on fresh trials", "", 3, true},
    {"evaluation_by_scaling_factor.spiking.accuracy",
     "accuracy by λ, where the operating point was better", "", 3, true},
    {"readout.fresh.accuracy", "accuracy with the refitted readout, on fresh trials", "", 3, true},
    {"readout.fresh.two_sided_accuracy",
     "two-sided accuracy with the refitted readout, on fresh trials", "", 3, true},
    {"evaluation.spiking.types.*.accuracy", "accuracy of the spiking network in * trials", "", 3,
     true},
    {"evaluation.rate.types.*.accuracy", "accuracy of the rate network in * trials", "", 3, true},
    {"evaluation.spiking.types.*.two_sided_accuracy",
     "two-sided accuracy of the spiking network in * trials", "", 3, true},
    {"evaluation.rate.types.*.two_sided_accuracy",
     "two-sided accuracy of the rate network in * trials", "", 3, true},
    {"evaluation.spiking.types.*.exc_hz", "mean rate of excitatory units in * trials", "Hz", 2,
     false},
    {"evaluation.spiking.types.*.pv_hz", "mean rate of PV units in * trials", "Hz", 2, false},
    {"evaluation.spiking.types.*.som_hz", "mean rate of SOM units in * trials", "Hz", 2, false},
    {"evaluation.spiking.types.*.value_mean", "output of the spiking network in * trials", "", 3,
     false},
    {"evaluation.rate.types.*.value_mean", "output of the rate network in * trials", "", 3, false},
    {"evaluation.spiking.types.*.response_times.median_ms",
     "median response time of the spiking network in * trials", "ms", 1, false},
    {"evaluation.rate.types.*.response_times.median_ms",
     "median response time of the rate network in * trials", "ms", 1, false},
    {"noise_tolerated_mv", "largest noise with an accuracy of at least 0.95", "mV", 2, false},
    {"noise_curve.*.accuracy", "accuracy of the spiking network with a noise of *", "", 3, true},
    {"noise_curve.*.mean_rate_hz", "mean rate of the spiking network with a noise of *", "Hz", 2,
     false},
    {"components.rate.three", "share of the rate network's variance in three components", "", 3,
     false},
    {"components.spiking.three", "share of the spiking network's variance in three components", "",
     3, false},
    {"components.rate.for_95", "components of the rate network for 95 % of its variance", "", 0,
     false},
    {"components.spiking.for_95", "components of the spiking network for 95 % of its variance", "",
     0, false},
    {"components.rate.for_99", "components of the rate network for 99 % of its variance", "", 0,
     false},
    {"components.spiking.for_99", "components of the spiking network for 99 % of its variance", "",
     0, false},
    {"components.rate.dimensionality", "dimensionality of the rate network's activity", "", 2,
     false},
    {"components.spiking.dimensionality", "dimensionality of the spiking network's activity", "", 2,
     false}};
enum { N_KNOWN = sizeof known / sizeof *known };

/* What of `name` stands for the '*' of the pattern; NULL: the name is another. *n: its length; of a
   pattern without '*' 0. */
static const char *measure_matches(const char *pattern, const char *name, size_t *n)
{
    const char *star = strchr(pattern, '*');
    *n = 0;
    if (!star) return strcmp(pattern, name) ? NULL : name;
    const size_t before = (size_t)(star - pattern), after = strlen(star + 1), length = strlen(name);
    if (length <= before + after || strncmp(name, pattern, before) != 0 ||
        strcmp(name + length - after, star + 1) != 0)
        return NULL;
    *n = length - before - after;
    return name + before;
}

/* Lower is shown first; N_KNOWN: not known. */
static int measure_rank(const char *name)
{
    size_t n;
    int i = 0;
    while (i < N_KNOWN && !measure_matches(known[i].name, name, &n)) i++;
    return i;
}

int srnn__measure_names_order(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    const int difference = measure_rank(x) - measure_rank(y);
    return difference ? difference : strcmp(x, y);
}

int srnn__measure_place(const srnn_study_view *v, const char *name)
{
    for (int i = 0; name && i < v->n_measures; i++)
        if (!strcmp(v->measures[i].name, name)) return i;
    return -1;
}

int srnn__measure_better(const char *name)
{
    const int i = measure_rank(name);
    const bool higher = (i < N_KNOWN && known[i].share) || !strcmp(name, "noise_tolerated_mv");
    const bool lower = strstr(name, "loss") || strstr(name, "rmse") ||
                       strstr(name, "accuracy_difference") || strstr(name, "training.trials");
    return higher ? 1 : lower ? -1 : 0;
}

/* Of trial types there may be measures that the table has not. */
bool srnn__measure_possible(const char *name)
{
    return measure_rank(name) < N_KNOWN || strstr(name, ".types.");
}

const char *srnn__measure_nearest(const char *name)
{
    const char *names[N_KNOWN + 1] = {NULL};
    for (int i = 0; i < N_KNOWN; i++) names[i] = known[i].name;
    return srnn__nearest(name, names);
}

bool srnn__measure_describe(const char *name, double at_least, srnn_measure *out)
{
    const int i = measure_rank(name);
    *out = (srnn_measure){.name = name, .unit = "", .digits = 3, .at_least = (double)NAN};
    if (i == N_KNOWN) return (out->title = strdup(name)) != NULL;
    size_t n;
    const char *type = measure_matches(known[i].name, name, &n),
               *star = strchr(known[i].title, '*');
    char *title = NULL;
    const int length = star ? asprintf(&title, "%.*s%.*s%s", (int)(star - known[i].title),
                                       known[i].title, (int)n, type, star + 1)
                            : asprintf(&title, "%s", known[i].title);
    out->title = length < 0 ? NULL : title;
    out->unit = known[i].unit;
    out->digits = known[i].digits;
    if (known[i].share) out->at_least = at_least;
    return out->title != NULL;
}

/* ---- the numbers of a result ---- */

enum { MEASURE_NAME_MAX = 400 };

static bool result_numbers(const json_t *value, char *name, size_t n,
                           bool (*found)(void *user, const char *name, double value), void *user)
{
    const char *key;
    json_t *child;
    if (json_is_number(value)) return found(user, name, json_number_value(value));
    if (json_is_boolean(value)) return found(user, name, json_is_true(value));
    json_object_foreach((json_t *)value, key, child)
    {
        if (!strcmp(key, "curve")) continue;
        const int more = snprintf(name + n, MEASURE_NAME_MAX - n, "%s%s", n ? "." : "", key);
        if (more > 0 && n + (size_t)more < MEASURE_NAME_MAX &&
            !result_numbers(child, name, n + (size_t)more, found, user))
            return false;
    }
    return true;
}

bool srnn__measures_of(const json_t *result,
                       bool (*found)(void *user, const char *name, double value), void *user)
{
    char name[MEASURE_NAME_MAX] = "";
    const json_t *training = json_object_get(result, "training"),
                 *trials = json_object_get(training, "trials");
    if (!result_numbers(result, name, 0, found, user)) return false;
    if (!json_is_true(json_object_get(training, "criterion_reached")) || !json_is_number(trials))
        return true;
    return found(user, "training.trials_to_criterion", json_number_value(trials));
}
