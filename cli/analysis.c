/* Trials of both networks, or spikes of a file, and the analyses of them: docs/analysis.md. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cli_analysis_free(cli_analysis *a)
{
    for (int network = 0; network < 2; network++) {
        srnn_pca_free(&a->pca[network]);
        srnn_decoding_free(&a->decoding[network]);
        srnn_axes_free(&a->axes[network]);
    }
    for (int i = 0; a->variable_names && i < a->n_variables; i++) free(a->variable_names[i]);
    free(a->variable_names);
    srnn_fixed_points_free(&a->fixed);
    srnn_transfer_curve_free(&a->transfer);
    srnn_factor_observations_free(&a->by_factor);
    srnn_spike_statistics_free(&a->statistics);
    free(a->histogram);
    srnn_observation_free(&a->own);
    srnn_evaluation_free(&a->own_evaluation);
    srnn_spikes_free(&a->of_file);
    *a = (cli_analysis){0};
}

/* ---- what the two networks do in the same form ---- */

static bool has_types(const srnn_activity *activity) { return activity->n_types > 1; }

/* Beyond it a classifier is not what one wants to know, and takes very long. */
static bool can_decode(const srnn_activity *activity)
{
    return has_types(activity) && activity->n_types <= CLI_DECODED_TYPES_MAX;
}

static srnn_status components(srnn_ctx *ctx, const cli_options *o, const srnn_activity *activity,
                              srnn_network network, cli_analysis *a)
{
    srnn_pca_options options = srnn_pca_options_default();
    options.n_components = o->s.components;
    return srnn_pca_of(ctx, activity, &options, &a->pca[network]);
}

static srnn_status analysis_decode(srnn_ctx *ctx, const cli_options *o,
                                   const srnn_activity *activity, srnn_network network,
                                   cli_analysis *a)
{
    if (!can_decode(activity)) return SRNN_OK;
    srnn_decoding_options options = srnn_decoding_options_default();
    options.seed = o->s.seed;
    return srnn_decode(ctx, activity, &options, &a->decoding[network]);
}

const char *const cli_network_names[] = {"rate", "spiking"};

int cli_best_bin(const srnn_decoding *d)
{
    int best = 0;
    for (int b = 1; b < d->n_bins; b++)
        if (d->accuracy[b] > d->accuracy[best]) best = b;
    return best;
}

bool cli_above_chance(const srnn_decoding *d, int *first, int *last)
{
    int longest = 0;
    for (int b = 0, run = 0; b < d->n_bins; b++) {
        run = d->accuracy[b] >= d->above ? run + 1 : 0;
        if (run <= longest) continue;
        longest = run;
        *last = b;
        *first = b - run + 1;
    }
    return longest > 0;
}

/* From counts: a kernel would leak later spikes into earlier bins. */
static srnn_status decode_spikes(srnn_ctx *ctx, const cli_options *o, cli_analysis *a)
{
    srnn_activity counts = {0};
    srnn_status status = srnn_activity_of_spikes(ctx, a->spikes, o->s.bin_ms, 0, &counts);
    if (!status) status = analysis_decode(ctx, o, &counts, SRNN_SPIKING, a);
    srnn_activity_free(&counts);
    return status;
}

/* How much of the spiking activity lies where the rate network's does. */
static srnn_status shared_space(srnn_ctx *ctx, const cli_options *o, const srnn_activity *spiking,
                                cli_analysis *a)
{
    const srnn_pca *rate = &a->pca[SRNN_RATE];
    double *explained = malloc((size_t)rate->n_components * sizeof *explained);
    const srnn_status status =
        explained ? srnn_pca_project(ctx, rate, spiking, NULL, explained) : SRNN_ERR_NO_MEMORY;
    /* no activity lies along components that there are not; those not asked for are not known */
    const bool asked = rate->n_components == o->s.components && rate->n_components < rate->N;
    for (int i = 0; i < 3 && !status; i++)
        a->in_rate_space[i] = i < rate->n_components ? explained[i] : asked ? (double)NAN : 0;
    free(explained);
    return status;
}

double cli_in_rate_space(const cli_analysis *a, int *n)
{
    double sum = 0;
    for (*n = 0; *n < 3 && isfinite(a->in_rate_space[*n]); ++*n) sum += a->in_rate_space[*n];
    return sum;
}

static bool name_variables(const srnn_observation *o, cli_analysis *a)
{
    a->n_variables = o->n_in + o->n_out;
    a->variable_names = calloc((size_t)a->n_variables, sizeof *a->variable_names);
    bool complete = a->variable_names != NULL;
    for (int i = 0; complete && i < a->n_variables; i++) {
        a->variable_names[i] = i < o->n_in
                                   ? strdup(o->input_names[i])
                                   : cli_target_name(o->output_names[i - o->n_in], o->n_out);
        complete = a->variable_names[i] != NULL;
    }
    return complete;
}

static srnn_status analysis_regress(srnn_ctx *ctx, const srnn_activity *activity,
                                    srnn_network network, cli_analysis *a)
{
    const srnn_observation *o = a->observation;
    const int n = o->n_in + o->n_out;
    double *variables = malloc((size_t)o->K * (size_t)n * sizeof *variables);
    if (!variables) return SRNN_ERR_NO_MEMORY;
    srnn_task_variables(o->u, o->z, o->K, o->T, o->n_in, o->n_out, o->stim_on, o->stim_off,
                        variables);
    const srnn_axes_options options = srnn_axes_options_default();
    const srnn_status status =
        srnn_regression_axes(ctx, activity, variables, n, &options, &a->axes[network]);
    free(variables);
    return status;
}

static srnn_status rate_dynamics(srnn_ctx *ctx, const cli_options *o, cli_analysis *a)
{
    const srnn_observation *of = a->observation;
    srnn_activity activity = {0};
    srnn_status status = srnn_activity_of_rates(ctx, of->r, of->K, of->T, of->N, of->n_types,
                                                of->type, o->s.bin_ms, &activity);
    if (!status) status = components(ctx, o, &activity, SRNN_RATE, a);
    if (!status) status = analysis_decode(ctx, o, &activity, SRNN_RATE, a);
    if (!status && has_types(&activity)) status = analysis_regress(ctx, &activity, SRNN_RATE, a);
    srnn_activity_free(&activity);
    return status;
}

static srnn_status spiking_dynamics(srnn_ctx *ctx, const cli_options *o, cli_analysis *a)
{
    if (srnn_n_bins(a->spikes, o->s.bin_ms) < 1) return SRNN_OK; /* spikes of very short trials */
    srnn_activity activity = {0};
    srnn_status status =
        srnn_activity_of_spikes(ctx, a->spikes, o->s.bin_ms, o->s.kernel_ms, &activity);
    if (!status) status = components(ctx, o, &activity, SRNN_SPIKING, a);
    if (!status) status = decode_spikes(ctx, o, a);
    if (!status && a->pca[SRNN_RATE].N > 0) status = shared_space(ctx, o, &activity, a);
    if (!status && a->observation->K > 0 && has_types(&activity))
        status = analysis_regress(ctx, &activity, SRNN_SPIKING, a);
    srnn_activity_free(&activity);
    return status;
}

/* ---- fixed points ---- */

/* States x[n][N] that the rate network goes through, spread over its trials. */
static srnn_status states(srnn_ctx *ctx, const srnn_model *model, const srnn_observation *o,
                          const srnn_task *task, int n, float *x)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const size_t N = (size_t)o->N, T = (size_t)o->T;
    float *of_trial = malloc(T * N * sizeof *of_trial);
    float *u = malloc((T + 1) * (size_t)o->n_in * sizeof *u);
    srnn_status status = of_trial && u ? SRNN_OK : SRNN_ERR_NO_MEMORY;
    const int first = def->stim_on < o->T - 1 ? def->stim_on : 0;
    for (int k = 0; k < n && !status; k++) {
        srnn_rate_input input = srnn_rate_input_default();
        input.T = o->T;
        input.u = u;
        input.key = (srnn_trial_key){o->seed, SRNN_DOMAIN_CALIBRATE, (uint64_t)k};
        const srnn_rate_output output = {.x = of_trial};
        status = srnn_task_trial(ctx, task, input.key, k % o->n_types, o->T + 1, u, NULL, NULL);
        if (!status) status = srnn_rate_run(ctx, model, &input, &output);
        const size_t round = (size_t)(k / o->n_types), rounds = (size_t)(n / o->n_types) + 1;
        const size_t at = (size_t)first + (T - (size_t)first) * round / rounds;
        if (!status) memcpy(x + (size_t)k * N, of_trial + at * N, N * sizeof *x);
    }
    free(of_trial);
    free(u);
    return status;
}

static srnn_status fixed_points(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                                const srnn_task *task, cli_analysis *a)
{
    const srnn_observation *of = a->observation;
    const int type = srnn_task_type_index(task, o->s.fixed_points);
    const size_t last = ((size_t)type * (size_t)of->T + (size_t)of->T - 1) * (size_t)of->n_in;
    const size_t states_size = (size_t)o->s.fixed_starts * (size_t)of->N * sizeof(float);
    float *x = malloc(states_size);
    srnn_status status =
        x ? states(ctx, model, of, task, o->s.fixed_starts, x) : SRNN_ERR_NO_MEMORY;
    const srnn_fixed_options options = srnn_fixed_options_default();
    if (!status) /* trial `type` is the first one of its type */
        status = srnn_find_fixed_points(ctx, model, of->u + last, x, o->s.fixed_starts, &options,
                                        &a->fixed);
    free(x);
    return status;
}

/* ---- spike trains ---- */

/* Where the spikes begin to count: without a window of the user's after the start, as in every rate
   of the program. A file that does not tell the step has the usual one. */
static double first_ms(const cli_options *o, const srnn_spikes *spikes)
{
    const double usual_dt_ms = 0.05;
    const double dt_ms = isnan(spikes->dt_ms) ? usual_dt_ms : spikes->dt_ms;
    const double start_ms = (SRNN_FIRST_COUNTED_STEP - 1) * dt_ms;
    return cli_given(o, "window_ms") || start_ms >= spikes->T_ms ? o->s.window_ms[0] : start_ms;
}

/* Bins of correlations as they are by default, but not longer than what counts, nor so short that
   there are too many of them. */
static double correlation_bin_ms(double wanted_ms, double duration_ms)
{
    const double bins_most = 5e5;
    return fmin(fmax(wanted_ms, duration_ms / bins_most), duration_ms);
}

static srnn_status time_histogram(srnn_ctx *ctx, const cli_options *o, cli_analysis *a)
{
    const int n_bins = srnn_n_bins(a->spikes, o->s.bin_ms);
    const size_t rows = (size_t)a->spikes->n_types * (SRNN_POPULATIONS + 1);
    a->histogram = calloc(rows * (size_t)n_bins + 1, sizeof *a->histogram);
    if (!a->histogram) return SRNN_ERR_NO_MEMORY;
    a->histogram_bins = n_bins;
    return srnn_time_histograms(ctx, a->spikes, o->s.bin_ms, a->histogram);
}

static srnn_status spike_trains(srnn_ctx *ctx, const cli_options *o, cli_analysis *a)
{
    srnn_spike_options *options = &a->spike_options;
    *options = srnn_spike_options_default();
    options->from_ms = first_ms(o, a->spikes);
    options->to_ms = o->s.window_ms[1];
    options->correlation_bin_ms = correlation_bin_ms(
        options->correlation_bin_ms, fmin(options->to_ms, a->spikes->T_ms) - options->from_ms);
    const srnn_status status = srnn_spike_statistics_of(ctx, a->spikes, options, &a->statistics);
    return status ? status : time_histogram(ctx, o, a);
}

/* ---- everything ---- */

static void analysis_start(cli_analysis *a)
{
    *a = (cli_analysis){0};
    a->observation = &a->own;
    for (int i = 0; i < 3; i++) a->in_rate_space[i] = NAN;
}

static srnn_status analysis_observe(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                                    const srnn_task *task, double scaling_factor, cli_analysis *a)
{
    int loudest[SRNN_LOUDEST_UNITS];
    const srnn_spiking_params params = cli_converted(o, scaling_factor);
    const int n_units = o->shown ? o->n_shown : srnn_loudest_units(model, loudest);
    const int observed = o->s.observed_trials;
    srnn_observe_options observe =
        srnn_options_observation(o->values, o->rate_network ? NULL : &params);
    srnn_evaluate_options evaluate = srnn_options_evaluation(o->values, observe.spiking);
    evaluate.n_trials = o->evaluated_trials > 0 ? o->evaluated_trials : observed;
    evaluate.compared_trials = 0; /* the observation has its comparison */
    const bool at_once = evaluate.n_trials >= observed;
    evaluate.observed_trials = observed;
    evaluate.units = observe.units = o->shown ? o->shown : loudest;
    evaluate.n_units = observe.n_units = n_units;
    const srnn_status status =
        srnn_evaluate(ctx, model, task, &evaluate, &a->own_evaluation, at_once ? &a->own : NULL);
    return status || at_once ? status : srnn_observe(ctx, model, task, &observe, &a->own);
}

static srnn_status analysis_transfer(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                                     double scaling_factor, cli_analysis *a)
{
    const srnn_spiking_params params = cli_converted(o, scaling_factor);
    return srnn_transfer_curve_of(ctx, model, &params, o->s.seed, &a->transfer);
}

/* Only where it is named: it takes as long as the trials four times. */
static srnn_status analysis_by_factor(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                                      const srnn_task *task, double scaling_factor, cli_analysis *a)
{
    const srnn_spiking_params params = cli_converted(o, scaling_factor);
    const srnn_observe_options observe = srnn_options_observation(o->values, &params);
    if (!cli_figure_named(o, "output-by-lambda") || isnan(scaling_factor)) return SRNN_OK;
    return srnn_observe_factors(ctx, model, task, &observe, scaling_factor, &a->by_factor);
}

srnn_status cli_analyze_model(srnn_ctx *ctx, const cli_options *o, const srnn_model *model,
                              const srnn_task *task, double scaling_factor,
                              const srnn_observation *observation, cli_analysis *a)
{
    analysis_start(a);
    if (observation) a->observation = observation;
    srnn_status status =
        observation ? SRNN_OK : analysis_observe(ctx, o, model, task, scaling_factor, a);
    if (status) return status;
    if (!name_variables(a->observation, a)) return SRNN_ERR_NO_MEMORY;
    if ((status = rate_dynamics(ctx, o, a))) return status;
    if (o->s.fixed_points && (status = fixed_points(ctx, o, model, task, a))) return status;
    if (o->rate_network) return SRNN_OK;
    if ((status = analysis_by_factor(ctx, o, model, task, scaling_factor, a))) return status;

    if (cli_figure_wanted(o, "conversion") && o->s.spiking.neuron.model == SRNN_LIF &&
        (status = analysis_transfer(ctx, o, model, scaling_factor, a)))
        return status;
    a->spikes = &a->observation->spikes;
    if ((status = spike_trains(ctx, o, a))) return status;
    return spiking_dynamics(ctx, o, a);
}

/* Numbers that an analysis may have where a file of so many spikes claims the rest: its units, its
   trials and their length. */
static double numbers_of(const srnn_spikes *s) { return 0x1p24 + 1024 * (double)s->n; }

bool cli_can_analyze(const cli_options *o, const char *path, const srnn_spikes *s)
{
    const double N = s->N, K = s->K, types = s->n_types, most = numbers_of(s);
    const double rows = fmax(fmax(K, types) * N, types * (SRNN_POPULATIONS + 1));
    const double cells = rows * srnn_n_bins(s, o->s.bin_ms);
    if (types * N > most)
        return cli_error(o,
                         "%s has %d types of trials and %d units, %.2g rates; expected at most "
                         "%.2g for %lld spikes",
                         path, s->n_types, s->N, types * N, most, (long long)s->n),
               false;
    if (cells > most)
        return cli_error(
                   o,
                   "%s: in bins of %g ms the activity (units: %d, trials: %d, each of %g ms) "
                   "has %.2g numbers; expected at most %.2g for %lld spikes. Check that times "
                   "are in ms, or give a larger --bin_ms",
                   path, o->s.bin_ms, s->N, s->K, s->T_ms, cells, most, (long long)s->n),
               false;
    return true;
}

srnn_status cli_analyze_spikes(srnn_ctx *ctx, const cli_options *o, srnn_spikes *spikes,
                               cli_analysis *a)
{
    analysis_start(a);
    a->of_file = *spikes;
    *spikes = (srnn_spikes){0};
    a->spikes = &a->of_file;
    const srnn_status status = spike_trains(ctx, o, a);
    return status ? status : spiking_dynamics(ctx, o, a);
}
