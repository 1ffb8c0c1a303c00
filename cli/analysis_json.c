/* What an analysis says, as JSON. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>

static const char *column_name(int population)
{
    return population == SRNN_POPULATIONS ? "all"
                                          : srnn_population_name((srnn_population)population);
}

static json_t *names_json(char *const *names, int n)
{
    json_t *json = json_array();
    for (int i = 0; i < n; i++) json_array_append_new(json, cli_json_text(names[i]));
    return json;
}

/* rows[n_rows][n] */
static json_t *rows_json(const double *rows, int n_rows, int n)
{
    json_t *json = json_array();
    for (int i = 0; i < n_rows; i++)
        json_array_append_new(json, cli_json_reals(rows + (size_t)i * (size_t)n, n));
    return json;
}

/* trajectories[n_types][n_bins][n] */
static json_t *trajectories_json(const double *values, int n_types, int n_bins, int n)
{
    json_t *json = json_array();
    for (int type = 0; type < n_types; type++)
        json_array_append_new(
            json, rows_json(values + (size_t)type * (size_t)n_bins * (size_t)n, n_bins, n));
    return json;
}

/* ---- spike trains ---- */

static json_t *summary_json(const srnn_summary *s)
{
    return json_pack("{sisososo}", "n", s->n, "mean", cli_json_real(s->mean), "sd",
                     cli_json_real(s->sd), "median", cli_json_real(s->median));
}

static json_t *population_json(const srnn_spike_statistics *s, char *const *type_names,
                               int population)
{
    json_t *json =
        json_pack("{sisi}", "units", s->n_units[population], "silent", s->n_silent[population]);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++)
        json_object_set_new(json, srnn_unit_measure_name(m),
                            summary_json(&s->measures[population][m]));
    json_object_set_new(json, "correlation", summary_json(&s->correlation[population]));
    json_object_set_new(json, "noise_correlation", summary_json(&s->noise_correlation[population]));
    json_object_set_new(json, "synchrony", cli_json_real(s->synchrony[population]));
    json_t *types = json_array();
    for (int type = 0; type < s->n_types; type++) {
        json_t *rate = summary_json(&s->type_rate_hz[type][population]);
        json_object_set_new(rate, "type", cli_json_text(type_names[type]));
        json_array_append_new(types, rate);
    }
    json_object_set_new(json, "rates_by_type", types);
    return json;
}

/* Of each type {"exc": [...], ...} in bins from the trial's start on, Hz. */
static json_t *histogram_json(const cli_analysis *a)
{
    json_t *types = json_array();
    for (int type = 0; type < a->spikes->n_types; type++) {
        json_t *json = json_pack("{so}", "type", cli_json_text(a->spikes->type_names[type]));
        for (int p = 0; p <= SRNN_POPULATIONS; p++)
            json_object_set_new(
                json, column_name(p),
                cli_json_reals(a->histogram + (size_t)(type * (SRNN_POPULATIONS + 1) + p) *
                                                  (size_t)a->histogram_bins,
                               a->histogram_bins));
        json_array_append_new(types, json);
    }
    return types;
}

static json_t *trains_json(const cli_analysis *a)
{
    const srnn_spike_statistics *s = &a->statistics;
    json_t *populations = json_object(), *units = json_object(), *population = json_array();
    for (int p = 0; p <= SRNN_POPULATIONS; p++)
        json_object_set_new(populations, column_name(p),
                            population_json(s, a->spikes->type_names, p));
    for (int i = 0; i < s->N; i++)
        json_array_append_new(population, json_string(column_name(a->spikes->population[i])));
    json_object_set_new(units, "population", population);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++)
        json_object_set_new(units, srnn_unit_measure_name(m), cli_json_reals(s->unit[m], s->N));
    json_object_set_new(units, "rates_by_type", rows_json(s->rate_hz, s->n_types, s->N));
    json_t *json = json_pack("{sisosososo}", "trials", s->K, "from_ms",
                             cli_json_real(a->spike_options.from_ms), "duration_ms",
                             cli_json_real(s->duration_ms), "correlation_bin_ms",
                             cli_json_real(a->spike_options.correlation_bin_ms), "types",
                             names_json(a->spikes->type_names, s->n_types));
    json_object_set_new(json, "populations", populations);
    json_object_set_new(json, "time_histogram", histogram_json(a));
    json_object_set_new(json, "units", units);
    return json;
}

/* ---- population dynamics ---- */

static json_t *pca_json(const srnn_pca *p)
{
    return json_pack("{sososisisoso}", "explained", cli_json_reals(p->explained, p->N),
                     "dimensionality", cli_json_real(p->dimensionality), "components_for_90",
                     p->n_for_90, "components_for_99", p->n_for_99, "components",
                     rows_json(p->components, p->n_components, p->N), "trajectories",
                     trajectories_json(p->trajectories, p->n_types, p->n_bins, p->n_components));
}

static json_t *decoding_json(const srnn_decoding *d)
{
    return json_pack("{sisisososososo}", "trials", d->n_trials, "folds", d->folds, "chance",
                     cli_json_real(d->chance), "above", cli_json_real(d->above), "accuracy",
                     cli_json_reals(d->accuracy, d->n_bins), "low",
                     cli_json_reals(d->low, d->n_bins), "high", cli_json_reals(d->high, d->n_bins));
}

static json_t *axes_json(const srnn_axes *x, char *const *names)
{
    json_t *variables = json_array(), *bins = json_array();
    for (int v = 0; v < x->n_variables; v++) {
        json_array_append_new(variables, cli_json_text(names[x->variable[v]]));
        json_array_append_new(bins, json_integer(x->bin[v]));
    }
    return json_pack("{sosososo}", "variables", variables, "bins", bins, "axes",
                     rows_json(x->axes, x->n_variables, x->N), "trajectories",
                     trajectories_json(x->trajectories, x->n_types, x->n_bins, x->n_variables));
}

static json_t *fixed_json(const cli_options *o, const srnn_fixed_points *f)
{
    json_t *points = json_array();
    for (int i = 0; i < f->n; i++) {
        const size_t at = (size_t)i * (size_t)f->N;
        json_array_append_new(points,
                              json_pack("{sbsisfsisososo}", "fixed", f->fixed[i], "starts",
                                        f->found[i], "speed", f->speed[i], "unstable",
                                        f->n_unstable[i], "x", cli_json_reals(f->x + at, f->N),
                                        "eigen_re", cli_json_reals(f->eigen_re + at, f->N),
                                        "eigen_im", cli_json_reals(f->eigen_im + at, f->N)));
    }
    return json_pack("{sssisiso}", "input_of", o->s.fixed_points, "starts", f->n_starts, "lost",
                     f->n_lost, "points", points);
}

/* Either is null where there is none. */
static json_t *both(json_t *rate, json_t *spiking)
{
    return json_pack("{soso}", cli_network_names[SRNN_RATE], rate, cli_network_names[SRNN_SPIKING],
                     spiking);
}

static json_t *likeness_json(const cli_analysis *a)
{
    const srnn_comparison *c = &a->observation->comparison;
    return json_pack("{sososososo}", "types", names_json(a->observation->type_names, c->n_types),
                     "across_units", cli_json_reals(c->across_units, c->n_types),
                     "output_correlation", cli_json_reals(c->output_correlation, c->n_types),
                     "unit_correlation", cli_json_reals(c->unit_correlation, c->N), "rmse",
                     cli_json_real(c->rmse));
}

json_t *cli_json_analysis(const cli_options *o, const cli_subject *s)
{
    const cli_analysis *a = &s->analysis;
    const srnn_pca *pca = a->pca;
    const srnn_decoding *decoding = a->decoding;
    const srnn_axes *axes = a->axes;
    json_t *json = cli_json_document(o);
    json_object_set_new(json, "file", cli_json_text(s->path));
    if (s->model) {
        json_object_set_new(json, "seed", json_integer((json_int_t)o->s.seed));
        json_object_set_new(json, "task", cli_json_parsed(srnn_task_summary_json(s->task)));
        json_object_set_new(json, "trials_of_each_type", json_integer(o->s.observed_trials));
        json_object_set_new(json, "scaling_factor", cli_json_real(s->scaling_factor));
        json_object_set_new(json, "spiking",
                            a->spikes ? cli_json_parsed(srnn_spiking_params_json(&o->s.spiking))
                                      : json_null());
    }
    json_object_set_new(json, "bin_ms", json_real(o->s.bin_ms));
    json_object_set_new(json, "kernel_ms", json_real(o->s.kernel_ms));
    json_object_set_new(json, "spike_trains", a->spikes ? trains_json(a) : json_null());
    json_object_set_new(json, "pca",
                        both(pca[0].N ? pca_json(&pca[0]) : json_null(),
                             pca[1].N ? pca_json(&pca[1]) : json_null()));
    json_object_set_new(json, "in_rate_space", cli_json_reals(a->in_rate_space, 3));
    json_object_set_new(json, "decoding",
                        both(decoding[0].n_bins ? decoding_json(&decoding[0]) : json_null(),
                             decoding[1].n_bins ? decoding_json(&decoding[1]) : json_null()));
    json_object_set_new(json, "axes",
                        both(axes[0].N ? axes_json(&axes[0], a->variable_names) : json_null(),
                             axes[1].N ? axes_json(&axes[1], a->variable_names) : json_null()));
    json_object_set_new(json, "fixed_points", a->fixed.N ? fixed_json(o, &a->fixed) : json_null());
    json_object_set_new(json, "comparison",
                        a->observation->comparison.N ? likeness_json(a) : json_null());
    return json;
}
