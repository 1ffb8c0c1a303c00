/* What an analysis says, as variables of a .mat file: docs/analysis.md has them. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 24, RECORDS = 16, MAT_BLOCKS = 48, POPULATIONS = SRNN_POPULATIONS + 1 };
static const int correlated_max = 2000; /* units of which every pair is told */

/* A struct that is being filled. */
typedef struct record {
    srnn_array fields[FIELDS];
    size_t n;
} record;

/* What the variables point to. */
typedef struct store {
    record records[RECORDS];
    int n_records;
    void *blocks[MAT_BLOCKS]; /* to be freed */
    int n_blocks;
    bool no_memory;
} store;

static record *new_record(store *s) { return &s->records[s->n_records++]; }

/* Zeroed; NULL: there is no memory, and nothing will be saved. */
static void *store_block(store *s, size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (memory) s->blocks[s->n_blocks++] = memory;
    s->no_memory |= !memory;
    return memory;
}

static void record_add(record *r, const char *name, int rank, size_t rows, size_t columns,
                       size_t pages, const double *values)
{
    r->fields[r->n++] =
        (srnn_array){.name = name, .rank = rank, .dims = {rows, columns, pages}, .doubles = values};
}

static void record_add_matrix(record *r, const char *name, int rows, int columns,
                              const double *values)
{
    record_add(r, name, 2, (size_t)rows, (size_t)columns, 1, values);
}

static void record_add_text(record *r, const char *name, const char *text)
{
    r->fields[r->n++] = (srnn_array){.name = name, .text = text};
}

static void add_struct(record *r, const char *name, const record *fields)
{
    if (fields->n)
        r->fields[r->n++] = (srnn_array){.name = name,
                                         .rank = 2,
                                         .dims = {1, 1},
                                         .fields = fields->fields,
                                         .n_fields = fields->n};
}

/* Counted from `first` in the file. */
static void record_add_whole(store *s, record *r, const char *name, int n, const int *values,
                             int first)
{
    double *doubles = store_block(s, (size_t)n, sizeof *doubles);
    for (int i = 0; doubles && i < n; i++) doubles[i] = values[i] + first;
    record_add_matrix(r, name, 1, n, doubles);
}

/* values[n_types][n_bins][n] as n x n_bins x n_types. */
static void add_trajectories(record *r, int n, int n_bins, int n_types, const double *values)
{
    record_add(r, "trajectories", 3, (size_t)n, (size_t)n_bins, (size_t)n_types, values);
}

/* "a, b, c" */
static void add_names(store *s, record *r, const char *name, char *const *names, int n)
{
    size_t room = 1;
    for (int i = 0; i < n; i++) room += strlen(names[i]) + 2;
    char *text = store_block(s, room, 1);
    for (int i = 0; text && i < n; i++) {
        if (i) strcat(text, ", ");
        strcat(text, names[i]);
    }
    record_add_text(r, name, text);
}

/* ---- spike trains ---- */

/* Rows exc, PV, SOM, all; columns n, mean, SD, median. */
static void add_summary(store *s, record *r, const char *name, const srnn_summary *of)
{
    double *values = store_block(s, (size_t)POPULATIONS * 4, sizeof *values);
    for (int p = 0; values && p < POPULATIONS; p++) {
        values[p] = of[p].n;
        values[POPULATIONS + p] = of[p].mean;
        values[2 * POPULATIONS + p] = of[p].sd;
        values[3 * POPULATIONS + p] = of[p].median;
    }
    record_add_matrix(r, name, POPULATIONS, 4, values);
}

static void add_summaries(store *s, record *trains, const srnn_spike_statistics *of)
{
    record *r = new_record(s);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) {
        srnn_summary row[POPULATIONS];
        for (int p = 0; p < POPULATIONS; p++) row[p] = of->measures[p][m];
        add_summary(s, r, srnn_unit_measure_name(m), row);
    }
    add_summary(s, r, "correlation", of->correlation);
    add_summary(s, r, "noise_correlation", of->noise_correlation);
    record_add_matrix(r, "synchrony", 1, POPULATIONS, of->synchrony);
    record_add_whole(s, r, "units", POPULATIONS, of->n_units, 0);
    record_add_whole(s, r, "silent", POPULATIONS, of->n_silent, 0);
    add_struct(trains, "populations", r);
}

/* Of every pair of units, N x N. */
static srnn_status add_pairs(store *s, srnn_ctx *ctx, const cli_analysis *a, record *trains)
{
    static const char *const names[] = {
        [SRNN_TOTAL_CORRELATION] = "correlation", [SRNN_NOISE_CORRELATION] = "noise_correlation"};
    const int N = a->spikes->N;
    srnn_status status = SRNN_OK;
    for (int kind = SRNN_TOTAL_CORRELATION; N <= correlated_max && !status; kind++) {
        double *matrix = store_block(s, (size_t)N * (size_t)N, sizeof *matrix);
        if (!matrix || s->no_memory) return SRNN_ERR_NO_MEMORY;
        status = srnn_correlation_coefficient(ctx, a->spikes, (srnn_correlation)kind,
                                              &a->spike_options, NULL, 0, matrix);
        record_add_matrix(trains, names[kind], N, N, matrix);
        if (kind == SRNN_NOISE_CORRELATION) break;
    }
    return status;
}

static srnn_status add_trains(store *s, srnn_ctx *ctx, const cli_analysis *a, record *all)
{
    const srnn_spike_statistics *of = &a->statistics;
    record *r = new_record(s);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++)
        record_add_matrix(r, srnn_unit_measure_name(m), of->N, 1, of->unit[m]);
    record_add_matrix(r, "rates_by_type", of->N, of->n_types, of->rate_hz);
    if (a->histogram_bins > 0)
        record_add(r, "time_histogram", 3, (size_t)a->histogram_bins, POPULATIONS,
                   (size_t)of->n_types, a->histogram);
    add_summaries(s, r, of);
    const srnn_status status = add_pairs(s, ctx, a, r);
    record_add_matrix(r, "from_ms", 1, 1, &a->spike_options.from_ms);
    record_add_matrix(r, "duration_ms", 1, 1, &of->duration_ms);
    record_add_matrix(r, "correlation_bin_ms", 1, 1, &a->spike_options.correlation_bin_ms);
    add_struct(all, "spike_trains", r);

    double *population = store_block(s, (size_t)a->spikes->N, sizeof *population);
    for (int i = 0; population && i < a->spikes->N; i++) population[i] = a->spikes->population[i];
    record_add_matrix(all, "population", a->spikes->N, 1, population);
    add_names(s, all, "types", a->spikes->type_names, a->spikes->n_types);
    return status;
}

/* ---- population dynamics ---- */

static void add_pca(store *s, record *both, const char *network, const srnn_pca *p)
{
    record *r = new_record(s);
    if (p->N == 0) return;
    record_add_matrix(r, "explained", p->N, 1, p->explained);
    record_add_matrix(r, "mean", p->N, 1, p->mean);
    if (p->n_components > 0) {
        record_add_matrix(r, "components", p->N, p->n_components, p->components);
        add_trajectories(r, p->n_components, p->n_bins, p->n_types, p->trajectories);
    }
    record_add_matrix(r, "dimensionality", 1, 1, &p->dimensionality);
    add_struct(both, network, r);
}

static void add_decoding(store *s, record *both, const char *network, const srnn_decoding *d)
{
    record *r = new_record(s);
    if (d->n_bins == 0) return;
    record_add_matrix(r, "accuracy", 1, d->n_bins, d->accuracy);
    record_add_matrix(r, "low", 1, d->n_bins, d->low);
    record_add_matrix(r, "high", 1, d->n_bins, d->high);
    record_add_matrix(r, "chance", 1, 1, &d->chance);
    record_add_matrix(r, "above", 1, 1, &d->above);
    add_struct(both, network, r);
}

static void record_add_axes(store *s, record *both, const char *network, const cli_analysis *a,
                            const srnn_axes *x)
{
    record *r = new_record(s);
    char *names[64];
    if (x->n_variables == 0) return;
    const int shown = x->n_variables < 64 ? x->n_variables : 64;
    for (int v = 0; v < shown; v++) names[v] = a->variable_names[x->variable[v]];
    add_names(s, r, "variables", names, shown);
    record_add_whole(s, r, "bin", x->n_variables, x->bin, 1);
    record_add_matrix(r, "axes", x->N, x->n_variables, x->axes);
    record_add_matrix(r, "strength", x->n_bins, x->n_variables, x->strength);
    add_trajectories(r, x->n_variables, x->n_bins, x->n_types, x->trajectories);
    add_struct(both, network, r);
}

static void add_fixed_points(store *s, record *all, const srnn_fixed_points *f)
{
    record *r = new_record(s);
    if (f->n == 0) return;
    double *fixed = store_block(s, (size_t)f->n, sizeof *fixed);
    for (int i = 0; fixed && i < f->n; i++) fixed[i] = f->fixed[i];
    record_add_matrix(r, "x", f->N, f->n, f->x);
    record_add_matrix(r, "speed", 1, f->n, f->speed);
    record_add_matrix(r, "fixed", 1, f->n, fixed);
    record_add_whole(s, r, "starts", f->n, f->found, 0);
    record_add_whole(s, r, "unstable", f->n, f->n_unstable, 0);
    record_add_matrix(r, "eigen_re", f->N, f->n, f->eigen_re);
    record_add_matrix(r, "eigen_im", f->N, f->n, f->eigen_im);
    add_struct(all, "fixed_points", r);
}

static void add_likeness(store *s, record *all, const srnn_comparison *c)
{
    record *r = new_record(s);
    if (c->N == 0) return;
    record_add_matrix(r, "unit_correlation", c->N, 1, c->unit_correlation);
    record_add_matrix(r, "mean_r", c->N, 1, c->mean_r);
    record_add_matrix(r, "mean_hz", c->N, 1, c->mean_hz);
    record_add_matrix(r, "across_units", 1, c->n_types, c->across_units);
    record_add_matrix(r, "output_correlation", 1, c->n_types, c->output_correlation);
    add_struct(all, "comparison", r);
}

static void add_dynamics(store *s, record *all, const cli_analysis *a)
{
    record *pca = new_record(s), *decoding = new_record(s), *axes = new_record(s);
    for (int i = 0; i < 2; i++) {
        add_pca(s, pca, cli_network_names[i], &a->pca[i]);
        add_decoding(s, decoding, cli_network_names[i], &a->decoding[i]);
        record_add_axes(s, axes, cli_network_names[i], a, &a->axes[i]);
    }
    add_struct(all, "pca", pca);
    add_struct(all, "decoding", decoding);
    add_struct(all, "axes", axes);
    if (isfinite(a->in_rate_space[0]))
        record_add_matrix(all, "in_rate_space", 1, 3, a->in_rate_space);
}

srnn_status cli_save_analysis_mat(const cli_options *o, srnn_ctx *ctx, const cli_analysis *a)
{
    const double seed = (double)o->s.seed;
    store *s = calloc(1, sizeof *s);
    if (!s) return SRNN_ERR_NO_MEMORY;
    record *all = new_record(s);
    srnn_status status = a->spikes ? add_trains(s, ctx, a, all) : SRNN_OK;
    add_dynamics(s, all, a);
    add_fixed_points(s, all, &a->fixed);
    add_likeness(s, all, &a->observation->comparison);
    record_add_matrix(all, "bin_ms", 1, 1, &o->s.bin_ms);
    record_add_matrix(all, "kernel_ms", 1, 1, &o->s.kernel_ms);
    record_add_matrix(all, "seed", 1, 1, &seed);
    if (s->no_memory) status = SRNN_ERR_NO_MEMORY;
    if (!status) status = srnn_arrays_save(ctx, o->s.out, all->fields, all->n);
    for (int i = 0; i < s->n_blocks; i++) free(s->blocks[i]);
    free(s);
    return status;
}
