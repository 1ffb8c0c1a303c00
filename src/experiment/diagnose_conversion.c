/* Findings that need no run: which conversion it is, with what it was found, and how it was
   chosen. */
#define _GNU_SOURCE 1
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/findings.h"
#include "experiment/results_json.h"
#include "spikernn/convert.h"
#include "spikernn/options.h"

static void diagnose_activation(srnn__diagnosing *d)
{
    const srnn_activation activation = srnn_model_get_view(d->model).activation;
    if (activation == SRNN_SIGMOID) return;
    srnn__finding_add(
        d, "activation", json_pack("{ss}", "activation", srnn_option_choice("act", activation)),
        activation == SRNN_SOFTPLUS
            ? "λ converts networks with softplus less well than with sigmoid: 55 against "
              "94 of the paper's 100 networks reached 0.95."
            : "λ does not convert networks with clipped_relu: none of the paper's 100 "
              "networks reached 0.95.");
}

static void diagnose_stored_point(srnn__diagnosing *d, const srnn_operating_point *point)
{
    const bool tested = point->n_trials > 0 && isfinite(point->perf);
    char text[64] = "";
    if (tested && point->perf <= d->accuracy) return;
    if (tested)
        snprintf(text, sizeof text, ", correct in %.3f of %d fresh trials", point->perf,
                 point->n_trials);
    srnn__finding_add(
        d, "operating_point_unused",
        json_pack("{sosi}", "accuracy", tested ? json_real(point->perf) : json_null(), "n",
                  point->n_trials),
        "The model holds an operating point%s: a gain and a bias fitted for each unit. "
        "Try `%sconversion operating-point`.",
        text, d->prefix);
}

static void diagnose_method(srnn__diagnosing *d)
{
    const srnn_operating_point point = srnn_model_get_operating_point(d->model);
    char shortfall[320];
    srnn__describe_shortfall(d->e, shortfall);
    if (!d->conversion_at_fault || !d->scaled) return;
    diagnose_activation(d);
    if (!srnn_operating_point_suits(&d->params)) return;
    if (point.gain)
        diagnose_stored_point(d, &point);
    else
        srnn__finding_add(
            d, "no_operating_point", json_object(),
            "%s. Fitting a gain and a bias for each unit works for most such networks: search for "
            "an operating point (`%sconversion operating-point`).",
            shortfall, d->prefix);
}

/* Is lambda the one that the search has chosen? */
static bool is_of_search(const srnn__diagnosing *d, int *best)
{
    const srnn_search_record *s = &d->search;
    *best = 0;
    while (*best < s->n && s->scaling_factors[*best] != s->opt_scaling_factor) ++*best;
    return d->scaled && *best < s->n &&
           s->opt_scaling_factor == d->params.conversion.scaling_factor;
}

static bool same_value(const json_t *a, const json_t *b)
{
    return json_is_number(a) && json_is_number(b) ? json_number_value(a) == json_number_value(b)
                                                  : json_equal(a, b);
}

/* "noise_mv 0.1 instead of 3, ...": parameters in a search's settings that differ from the present
   ones; "": none does, or the settings are not known. */
static void describe_differences(const srnn__diagnosing *d, const char *settings, char text[512])
{
    json_t *before = json_loads(settings, 0, NULL), *here = srnn__spiking_params_json(&d->params);
    const char *name;
    json_t *now;
    size_t length = 0;
    *text = '\0';
    json_object_foreach(here, name, now)
    {
        const json_t *then = json_object_get(json_object_get(before, "spiking"), name);
        if (!then || same_value(now, then) || !strcmp(name, "precision")) continue;
        char *was = json_dumps(then, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        char *is = json_dumps(now, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        if (was && is && length < 512)
            length += (size_t)snprintf(text + length, 512 - length, "%s%s %s instead of %s",
                                       length ? ", " : "", name, was, is);
        free(was);
        free(is);
    }
    json_decref(here);
    json_decref(before);
}

static void diagnose_parameters(srnn__diagnosing *d)
{
    const char *of_point = srnn_model_get_operating_point(d->model).settings;
    const char *of_readout = srnn_model_get_readout(d->model).settings;
    const bool readout = d->params.conversion.use_readout;
    int best;
    char text[512];
    if (!d->short_of || (d->scaled && !readout && !is_of_search(d, &best))) return;
    const char *settings = readout ? of_readout : d->scaled ? d->search.settings : of_point;
    describe_differences(d, settings ? settings : "", text);
    if (!*text) return;
    srnn__finding_add(
        d, "search_parameters", json_pack("{ss}", "differences", text),
        "%s was found with other parameters: %s. Repeat the search with the present ones.",
        readout     ? "The readout"
        : d->scaled ? "λ"
                    : "The operating point",
        text);
}

static void diagnose_edge(srnn__diagnosing *d)
{
    const srnn_search_record *s = &d->search;
    int best;
    if (!is_of_search(d, &best) || s->n < 2) return;
    const double lambda = s->opt_scaling_factor;
    bool lowest = true, highest = true;
    double nearest = INFINITY;
    for (int i = 0; i < s->n; i++) {
        const double away = s->scaling_factors[i] - lambda;
        lowest &= away >= 0;
        highest &= away <= 0;
        if (away != 0) nearest = fmin(nearest, fabs(away));
    }
    if (lowest == highest) return;
    const double step = lowest ? lambda / 10 : nearest;
    const double start = lowest ? step : lambda, stop = lowest ? lambda : lambda + 10 * step;
    srnn__finding_add(
        d, "grid_edge",
        json_pack("{sfss}", "scaling_factor", lambda, "edge", lowest ? "lowest" : "highest"),
        "λ = %g, the best one, is the %s value tried. Try %s ones: search with `%srefine` or "
        "with `%sscaling_factors %g:%g:%g`.",
        lambda, lowest ? "smallest" : "largest", lowest ? "smaller" : "larger", d->prefix,
        d->prefix, start, stop, step);
}

static void diagnose_choice(srnn__diagnosing *d)
{
    const srnn_search_record *s = &d->search;
    int best;
    if (!is_of_search(d, &best) || s->test_trials < 1 || !isfinite(s->test_perf)) return;
    double low, high;
    srnn_wilson_interval((int)lround(s->test_perf * s->test_trials), s->test_trials, &low, &high);
    if (!(high < s->all_perfs[best])) return;
    srnn__finding_add(
        d, "choice",
        json_pack("{sfsisfsi}", "accuracy", s->all_perfs[best], "n", s->n_trials, "accuracy_fresh",
                  s->test_perf, "n_fresh", s->test_trials),
        "The best of %d λ was correct in %.3f of the %d trials that chose it, but in %.3f "
        "of %d fresh trials: it was best partly by chance. Repeat the search with more "
        "trials.",
        s->n, s->all_perfs[best], s->n_trials, s->test_perf, s->test_trials);
}

void srnn__diagnose_conversion(srnn__diagnosing *d)
{
    diagnose_method(d);
    diagnose_parameters(d);
    diagnose_edge(d);
    diagnose_choice(d);
}
