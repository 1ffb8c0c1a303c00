/* What an analysis says, in a file: .mat, .json, or .csv with a line a unit. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- .csv ---- */

static void write_units(FILE *to, const cli_analysis *a)
{
    const srnn_spike_statistics *s = &a->statistics;
    const bool compared = a->comparison.N > 0;
    fputs("unit,population", to);
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++) fprintf(to, ",%s", srnn_unit_measure_name(m));
    for (int type = 0; type < s->n_types; type++)
        fprintf(to, ",\"rate %s\"", a->spikes->type_names[type]);
    fputs(compared ? ",mean_r,unit_correlation\n" : "\n", to);
    for (int i = 0; i < s->N; i++) {
        fprintf(to, "%d,%s", i + 1,
                srnn_population_name((srnn_population)a->spikes->population[i]));
        for (int m = 0; m < SRNN_UNIT_MEASURES; m++) fprintf(to, ",%.10g", s->unit[m][i]);
        for (int type = 0; type < s->n_types; type++)
            fprintf(to, ",%.10g", s->rate_hz[(size_t)type * (size_t)s->N + (size_t)i]);
        if (compared)
            fprintf(to, ",%.10g,%.10g", a->comparison.mean_r[i], a->comparison.unit_correlation[i]);
        putc('\n', to);
    }
}

static int save_csv(cli_options *o, const cli_analysis *a)
{
    if (!a->spikes)
        return cli_error(o,
                         "--out is %s; expected .mat or .json for the rate network, which has "
                         "no spike trains",
                         o->out);
    char *text = NULL;
    size_t size;
    FILE *lines = open_memstream(&text, &size);
    if (lines) write_units(lines, a);
    const bool written = lines && !ferror(lines);
    int code = CLI_OK;
    if ((lines && fclose(lines)) || !written)
        code = cli_error(o, "out of memory");
    else if (!cli_text_save(o, o->out, text))
        code = cli_error(o, "%s", o->error);
    free(text);
    return code;
}

/* ---- .mat ---- */

enum { FIELDS = 16, TOP = 12, NESTED = 2 };

/* A struct that is being filled. */
typedef struct record {
    srnn_array fields[FIELDS];
    size_t n;
} record;

static void add(record *r, const char *name, int rank, size_t rows, size_t columns, size_t pages,
                const double *values)
{
    r->fields[r->n++] =
        (srnn_array){.name = name, .rank = rank, .dims = {rows, columns, pages}, .doubles = values};
}

static void add_matrix(record *r, const char *name, int rows, int columns, const double *values)
{
    add(r, name, 2, (size_t)rows, (size_t)columns, 1, values);
}

/* values[n_types][n_bins][n] as n x n_bins x n_types. */
static void add_trajectories(record *r, int n, int n_bins, int n_types, const double *values)
{
    add(r, "trajectories", 3, (size_t)n, (size_t)n_bins, (size_t)n_types, values);
}

static srnn_array as_struct(const char *name, const record *r)
{
    return (srnn_array){
        .name = name, .rank = 2, .dims = {1, 1}, .fields = r->fields, .n_fields = r->n};
}

static record pca_record(const srnn_pca *p)
{
    record r = {.n = 0};
    add_matrix(&r, "explained", p->N, 1, p->explained);
    add_matrix(&r, "mean", p->N, 1, p->mean);
    add_matrix(&r, "components", p->N, p->n_components, p->components);
    add_trajectories(&r, p->n_components, p->n_bins, p->n_types, p->trajectories);
    add_matrix(&r, "dimensionality", 1, 1, &p->dimensionality);
    return r;
}

static record decoding_record(const srnn_decoding *d)
{
    record r = {.n = 0};
    add_matrix(&r, "accuracy", 1, d->n_bins, d->accuracy);
    add_matrix(&r, "low", 1, d->n_bins, d->low);
    add_matrix(&r, "high", 1, d->n_bins, d->high);
    add_matrix(&r, "chance", 1, 1, &d->chance);
    return r;
}

static record axes_record(const srnn_axes *x)
{
    record r = {.n = 0};
    add_matrix(&r, "axes", x->N, x->n_variables, x->axes);
    add_matrix(&r, "strength", x->n_bins, x->n_variables, x->strength);
    add_trajectories(&r, x->n_variables, x->n_bins, x->n_types, x->trajectories);
    return r;
}

static record fixed_record(const srnn_fixed_points *f)
{
    record r = {.n = 0};
    add_matrix(&r, "x", f->N, f->n, f->x);
    add_matrix(&r, "speed", 1, f->n, f->speed);
    add_matrix(&r, "eigen_re", f->N, f->n, f->eigen_re);
    add_matrix(&r, "eigen_im", f->N, f->n, f->eigen_im);
    return r;
}

static record trains_record(const cli_analysis *a)
{
    const srnn_spike_statistics *s = &a->statistics;
    record r = {.n = 0};
    for (int m = 0; m < SRNN_UNIT_MEASURES; m++)
        add_matrix(&r, srnn_unit_measure_name(m), s->N, 1, s->unit[m]);
    add_matrix(&r, "rates_by_type", s->N, s->n_types, s->rate_hz);
    return r;
}

static record likeness_record(const srnn_comparison *c)
{
    record r = {.n = 0};
    add_matrix(&r, "unit_correlation", c->N, 1, c->unit_correlation);
    add_matrix(&r, "mean_r", c->N, 1, c->mean_r);
    add_matrix(&r, "mean_hz", c->N, 1, c->mean_hz);
    add_matrix(&r, "across_units", 1, c->n_types, c->across_units);
    add_matrix(&r, "output_correlation", 1, c->n_types, c->output_correlation);
    return r;
}

/* The struct `name` with the fields rate and spiking, as far as they are there. */
static void add_both(record *all, const char *name, record *nested, const record *rate,
                     const record *spiking)
{
    nested->n = 0;
    if (rate->n) nested->fields[nested->n++] = as_struct("rate", rate);
    if (spiking->n) nested->fields[nested->n++] = as_struct("spiking", spiking);
    if (nested->n) all->fields[all->n++] = as_struct(name, nested);
}

static srnn_status save_mat(const cli_options *o, srnn_ctx *ctx, const cli_analysis *a,
                            const double *population)
{
    record pca[2], decoding[2], axes[2], nested[3], trains = {.n = 0}, fixed = {.n = 0},
                                                    likeness = {.n = 0}, all = {.n = 0};
    const double seed = (double)o->seed;
    for (int i = 0; i < 2; i++) {
        pca[i] = a->pca[i].N ? pca_record(&a->pca[i]) : (record){.n = 0};
        decoding[i] = a->decoding[i].n_bins ? decoding_record(&a->decoding[i]) : (record){.n = 0};
        axes[i] = a->axes[i].n_variables ? axes_record(&a->axes[i]) : (record){.n = 0};
    }
    if (a->spikes) {
        trains = trains_record(a);
        all.fields[all.n++] = as_struct("spike_trains", &trains);
        add_matrix(&all, "population", a->spikes->N, 1, population);
    }
    add_both(&all, "pca", &nested[0], &pca[0], &pca[1]);
    add_both(&all, "decoding", &nested[1], &decoding[0], &decoding[1]);
    add_both(&all, "axes", &nested[2], &axes[0], &axes[1]);
    if (a->fixed.n > 0) {
        fixed = fixed_record(&a->fixed);
        all.fields[all.n++] = as_struct("fixed_points", &fixed);
    }
    if (a->comparison.N > 0) {
        likeness = likeness_record(&a->comparison);
        all.fields[all.n++] = as_struct("comparison", &likeness);
    }
    add_matrix(&all, "bin_ms", 1, 1, &o->bin_ms);
    add_matrix(&all, "kernel_ms", 1, 1, &o->kernel_ms);
    add_matrix(&all, "seed", 1, 1, &seed);
    return srnn_arrays_save(ctx, o->out, all.fields, all.n);
}

int cli_save_analysis(cli_options *o, srnn_ctx *ctx, const cli_subject *subject)
{
    const cli_analysis *a = &subject->analysis;
    if (cli_ends_in(o->out, ".csv")) return save_csv(o, a);
    if (cli_ends_in(o->out, ".json")) {
        json_t *document = cli_json_analysis(o, subject);
        const bool saved = cli_json_save(o, o->out, document);
        json_decref(document);
        return saved ? CLI_OK : cli_error(o, "%s", o->error);
    }
    const int N = a->spikes ? a->spikes->N : 0;
    double *population = malloc(((size_t)N + 1) * sizeof *population);
    if (!population) return cli_error(o, "out of memory");
    for (int i = 0; i < N; i++) population[i] = a->spikes->population[i];
    const srnn_status status = save_mat(o, ctx, a, population);
    free(population);
    return status ? cli_library_error(o, ctx, status) : CLI_OK;
}
