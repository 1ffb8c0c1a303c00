/* Spikes as Neurodata Without Borders (NWB) 2 has them: /units, and /intervals/trials. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "io/hdf5_file.h"
#include "io/spikes_file.h"

static const char schema[] = "2.6.0";
static const char core[] = "core", common[] = "hdmf-common"; /* its namespaces */
/* A simulation has no date, and its file is the same whenever it is written. */
static const char date[] = "2000-01-01T00:00:00.000000+00:00";

/* ---- writing ---- */

typedef struct nwb {
    const srnn_spikes *s;
    uint64_t hash[2];  /* of all that is in it */
    double *times;     /* [n] s, unit by unit */
    uint64_t *ends;    /* [N] of each unit's spikes in `times` */
    double *column;    /* [rows][2] one after another of those that are to be filled in */
    int64_t *whole;    /* [rows] */
    const char **text; /* [rows] */
} nwb;

static void nwb_free(nwb *c)
{
    free(c->times);
    free(c->ends);
    free(c->column);
    free(c->whole);
    free((void *)c->text);
}

static bool nwb_alloc(nwb *c)
{
    const size_t N = (size_t)c->s->N, K = (size_t)c->s->K, rows = N > K ? N : K;
    c->times = malloc(((size_t)c->s->n + 1) * sizeof *c->times);
    c->ends = calloc(N, sizeof *c->ends);
    c->column = malloc(2 * rows * sizeof *c->column);
    c->whole = malloc(rows * sizeof *c->whole);
    c->text = malloc(rows * sizeof *c->text);
    return c->times && c->ends && c->column && c->whole && c->text;
}

static void nwb_hash(nwb *c, const void *bytes, size_t n)
{
    for (int i = 0; i < 2; i++) c->hash[i] = srnn__hash(c->hash[i], bytes, n);
}

static void hash_all(nwb *c)
{
    const srnn_spikes *s = c->s;
    const double numbers[] = {s->N,    s->K,          s->T_ms,        s->dt_ms,
                              s->seed, s->stim_on_ms, s->stim_off_ms, (double)s->n};
    c->hash[0] = SRNN__HASH_BEGIN;
    c->hash[1] = UINT64_C(0x9e3779b97f4a7c15);
    nwb_hash(c, numbers, sizeof numbers);
    nwb_hash(c, s->task, strlen(s->task));
    for (int i = 0; i < s->n_types; i++)
        nwb_hash(c, s->type_names[i], strlen(s->type_names[i]) + 1);
    nwb_hash(c, s->population, (size_t)s->N);
    nwb_hash(c, s->type, (size_t)s->K * sizeof *s->type);
    nwb_hash(c, s->label, (size_t)s->K * sizeof *s->label);
    nwb_hash(c, s->value, (size_t)s->K * sizeof *s->value);
    if (s->correct) nwb_hash(c, s->correct, (size_t)s->K);
    nwb_hash(c, c->times, (size_t)s->n * sizeof *c->times);
    nwb_hash(c, c->ends, (size_t)s->N * sizeof *c->ends);
}

/* A UUID of version 8, of what the file has and of the object's name. */
static void uuid(const nwb *c, const char *name, char text[40])
{
    const uint64_t a = srnn__hash_mix(srnn__hash(c->hash[0], name, strlen(name)));
    const uint64_t b = srnn__hash_mix(srnn__hash(c->hash[1], name, strlen(name)));
    snprintf(text, 40, "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(a >> 32),
             (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
             (unsigned)(b >> 48 & 0x3fff) | 0x8000,
             (unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

static void fill_times(nwb *c)
{
    const srnn_spikes *s = c->s;
    for (int64_t q = 0; q < s->n; q++) c->ends[s->unit[q]]++;
    for (int i = 1; i < s->N; i++) c->ends[i] += c->ends[i - 1];
    for (int64_t q = s->n; q-- > 0;) /* backwards, so that ends become starts */
        c->times[--c->ends[s->unit[q]]] = 1e-3 * (srnn__session_ms(s, s->trial[q]) + s->time_ms[q]);
    for (int i = 0; i + 1 < s->N; i++) c->ends[i] = c->ends[i + 1];
    c->ends[s->N - 1] = (uint64_t)s->n;
}

/* What makes a group or a dataset an object of the schema. */
static void nwb_object(srnn__hdf5_out *out, const nwb *c, const char *name, const char *space,
                       const char *type)
{
    char id[40];
    uuid(c, name, id);
    srnn__hdf5_attribute_text(out, name, "namespace", space);
    srnn__hdf5_attribute_text(out, name, "neurodata_type", type);
    srnn__hdf5_attribute_text(out, name, "object_id", id);
}

/* A column that has been put becomes one. */
static void nwb_column(srnn__hdf5_out *out, const nwb *c, const char *name, const char *description)
{
    nwb_object(out, c, name, common, "VectorData");
    srnn__hdf5_attribute_text(out, name, "description", description);
}

static void nwb_numbers(srnn__hdf5_out *out, const nwb *c, const char *name, size_t n,
                        const double *values, const char *description)
{
    const hsize_t dims = n;
    srnn__hdf5_put(out, name, H5T_NATIVE_DOUBLE, 1, &dims, values);
    nwb_column(out, c, name, description);
}

/* When trial k begins, for the k from `first` on, and these milliseconds later. */
static void put_clock(srnn__hdf5_out *out, const nwb *c, const char *name, int first,
                      double later_ms, const char *description)
{
    for (int k = 0; k < c->s->K; k++)
        c->column[k] = 1e-3 * (srnn__session_ms(c->s, k + first) + later_ms);
    nwb_numbers(out, c, name, (size_t)c->s->K, c->column, description);
}

static void put_texts(srnn__hdf5_out *out, const nwb *c, const char *name, int n,
                      const char *description)
{
    srnn__hdf5_put_texts(out, name, (size_t)n, c->text);
    nwb_column(out, c, name, description);
}

/* n whole numbers from `first` on. */
static void put_count(srnn__hdf5_out *out, const nwb *c, const char *name, hid_t type, int n,
                      int first)
{
    const hsize_t dims = (hsize_t)n;
    for (int i = 0; i < n; i++) c->whole[i] = first + i;
    srnn__hdf5_put(out, name, type, 1, &dims, c->whole);
}

static void put_ids(srnn__hdf5_out *out, const nwb *c, const char *name, int n)
{
    put_count(out, c, name, H5T_NATIVE_INT64, n, 0);
    nwb_object(out, c, name, common, "ElementIdentifiers");
}

/* Of where each unit's part of the target column ends. */
static void make_index(srnn__hdf5_out *out, const nwb *c, const char *name, const char *target)
{
    nwb_object(out, c, name, common, "VectorIndex");
    srnn__hdf5_attribute_text(out, name, "description", "where each unit's part ends");
    srnn__hdf5_attribute_reference(out, name, "target", target);
}

static void nwb_put_header(srnn__hdf5_out *out, const nwb *c)
{
    static const char *const groups[] = {"/acquisition",
                                         "/analysis",
                                         "/processing",
                                         "/stimulus",
                                         "/general",
                                         "/intervals",
                                         "/stimulus/presentation",
                                         "/stimulus/templates"};
    const char *const dates[] = {date};
    char id[40], text[512];
    uuid(c, "", id);
    nwb_object(out, c, "/", core, "NWBFile");
    srnn__hdf5_attribute_text(out, "/", "nwb_version", schema);
    srnn__hdf5_put_texts(out, "/file_create_date", 1, dates);
    srnn__hdf5_put_text(out, "/identifier", id);
    srnn__hdf5_put_text(out, "/session_start_time", date);
    srnn__hdf5_put_text(out, "/timestamps_reference_time", date);
    snprintf(text, sizeof text,
             "Spikes of %d units in %d trials of %g ms, which lie one after another without a gap. "
             "The dates stand for none.",
             c->s->N, c->s->K, c->s->T_ms);
    srnn__hdf5_put_text(out, "/session_description", text);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) srnn__hdf5_group(out, groups[i]);
    srnn__hdf5_put_text(out, "/general/source_script", "SpikeRNN in C " SRNN_VERSION);
    srnn__hdf5_attribute_text(out, "/general/source_script", "file_name", "spikernn");
}

/* Text for people; the schema puts what machines read into attributes of it. */
static void put_protocol(srnn__hdf5_out *out, const srnn_spikes *s)
{
    srnn__hdf5_put_text(out, SRNN__NWB_PROTOCOL, *s->task ? s->task : "not known");
    srnn__hdf5_attribute_text(out, SRNN__NWB_PROTOCOL, "task", s->task);
    srnn__hdf5_attribute_texts(out, SRNN__NWB_PROTOCOL, "types", (size_t)s->n_types,
                               (const char *const *)s->type_names);
    if (!isnan(s->seed))
        srnn__hdf5_attribute(out, SRNN__NWB_PROTOCOL, "seed", H5T_NATIVE_DOUBLE, 0, &s->seed);
}

static void nwb_table(srnn__hdf5_out *out, const nwb *c, const char *name, const char *type,
                      const char *description, size_t n, const char *const *columns)
{
    srnn__hdf5_group(out, name);
    nwb_object(out, c, name, core, type);
    srnn__hdf5_attribute_text(out, name, "description", description);
    srnn__hdf5_attribute_texts(out, name, "colnames", n, columns);
}

static void put_correct(srnn__hdf5_out *out, const nwb *c, const char *name)
{
    static const char *const truth[] = {"FALSE", "TRUE"}; /* as h5py has booleans */
    const hid_t type = srnn__hdf5_enum(2, truth);
    const hsize_t K = (hsize_t)c->s->K;
    srnn__hdf5_put(out, name, type, 1, &K, c->s->correct);
    H5Tclose(type);
    nwb_column(out, c, name, "whether the task's criterion was met");
}

static void nwb_put_trials(srnn__hdf5_out *out, const nwb *c)
{
    const srnn_spikes *s = c->s;
    const size_t K = (size_t)s->K;
    const bool window = !isnan(s->stim_on_ms) && !isnan(s->stim_off_ms);
    const char *names[8] = {"start_time", "stop_time", "type", "label", "value"};
    size_t n = 5;
    if (s->correct) names[n++] = "correct";
    if (window) names[n++] = "stim_on_time", names[n++] = "stim_off_time";
    nwb_table(out, c, SRNN__NWB_TRIALS, "TimeIntervals", "trials of the task", n, names);
    put_ids(out, c, SRNN__NWB_TRIALS "/id", s->K);
    put_clock(out, c, SRNN__NWB_TRIALS "/start_time", 0, 0, "start of the trial, s");
    put_clock(out, c, SRNN__NWB_TRIALS "/stop_time", 1, 0, "end of the trial, s");
    for (size_t k = 0; k < K; k++) c->text[k] = s->type_names[s->type[k]];
    put_texts(out, c, SRNN__NWB_TRIALS "/type", s->K, "type of the trial");
    nwb_numbers(out, c, SRNN__NWB_TRIALS "/label", K, s->label,
                "number of the type that was to be answered");
    nwb_numbers(out, c, SRNN__NWB_TRIALS "/value", K, s->value,
                "output that the task's criterion looks at");
    if (s->correct) put_correct(out, c, SRNN__NWB_TRIALS "/correct");
    if (!window) return;
    put_clock(out, c, SRNN__NWB_TRIALS "/stim_on_time", 0, s->stim_on_ms,
              "when the task's stimulation begins, s");
    put_clock(out, c, SRNN__NWB_TRIALS "/stim_off_time", 0, s->stim_off_ms,
              "when the task's stimulation ends, s");
}

static void put_units(srnn__hdf5_out *out, const nwb *c)
{
    static const char *const names[] = {"spike_times", "obs_intervals", "population", "unit"};
    const srnn_spikes *s = c->s;
    const hsize_t intervals[] = {(hsize_t)s->N, 2};
    nwb_table(out, c, SRNN__NWB_UNITS, "Units", "units of the network", 4, names);
    put_ids(out, c, SRNN__NWB_UNITS "/id", s->N);
    nwb_numbers(out, c, SRNN__NWB_UNITS "/spike_times", (size_t)s->n, c->times,
                "spike times of each unit, s");
    if (!isnan(s->dt_ms)) {
        const double resolution = 1e-3 * s->dt_ms;
        srnn__hdf5_attribute(out, SRNN__NWB_UNITS "/spike_times", "resolution", H5T_NATIVE_DOUBLE,
                             0, &resolution);
    }
    srnn__hdf5_put(out, SRNN__NWB_UNITS "/spike_times_index", H5T_NATIVE_UINT64, 1, intervals,
                   c->ends);
    make_index(out, c, SRNN__NWB_UNITS "/spike_times_index", SRNN__NWB_UNITS "/spike_times");
    for (int i = 0; i < s->N; i++) {
        c->column[2 * i] = 0;
        c->column[2 * i + 1] = 1e-3 * srnn__session_ms(s, s->K);
        c->text[i] = srnn_population_name((srnn_population)s->population[i]);
    }
    srnn__hdf5_put(out, SRNN__NWB_UNITS "/obs_intervals", H5T_NATIVE_DOUBLE, 2, intervals,
                   c->column);
    nwb_column(out, c, SRNN__NWB_UNITS "/obs_intervals", "when each unit was observed, s: always");
    put_count(out, c, SRNN__NWB_UNITS "/obs_intervals_index", H5T_NATIVE_UINT64, s->N, 1);
    make_index(out, c, SRNN__NWB_UNITS "/obs_intervals_index", SRNN__NWB_UNITS "/obs_intervals");
    put_texts(out, c, SRNN__NWB_UNITS "/population", s->N, "exc, pv or som");
    put_count(out, c, SRNN__NWB_UNITS "/unit", H5T_NATIVE_INT64, s->N, 1);
    nwb_column(out, c, SRNN__NWB_UNITS "/unit", "number of the unit in the network, from 1");
}

static void nwb_fill(srnn__hdf5_out *out, const void *content)
{
    const nwb *c = content;
    nwb_put_header(out, c);
    put_protocol(out, c->s);
    nwb_put_trials(out, c);
    put_units(out, c);
}

srnn_status srnn__spikes_save_nwb(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path)
{
    nwb c = {.s = spikes};
    srnn_status status;
    if (!nwb_alloc(&c)) {
        status = srnn__no_memory(ctx);
    } else {
        fill_times(&c);
        hash_all(&c);
        status = srnn__hdf5_write(ctx, path, ".nwb", nwb_fill, &c);
    }
    nwb_free(&c);
    return status;
}
