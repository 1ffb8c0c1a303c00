/* Spikes as SONATA has them, and in a group of our own what it has no place for. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_file.h"
#include "io/spikes_file.h"

static const char *const sortings[] = {"none", "by_id", "by_time"};
enum { BY_TIME = 2 };

#define NETWORK "/spikes/network"
#define OURS "/spikernn"

/* ---- writing ---- */

typedef struct sonata {
    const srnn_spikes *s;
    double *timestamps; /* [n] ms */
    uint64_t *nodes;    /* [n] from 0 */
} sonata;

static void put_ours(srnn__hdf5_out *out, const srnn_spikes *s)
{
    const hsize_t N = (hsize_t)s->N, K = (hsize_t)s->K;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"T_ms", s->T_ms},
                   {"dt_ms", s->dt_ms},
                   {"stim_on_ms", s->stim_on_ms},
                   {"stim_off_ms", s->stim_off_ms},
                   {"seed", s->seed}};
    const char *names[SRNN_POPULATIONS];
    for (int p = 0; p < SRNN_POPULATIONS; p++) names[p] = srnn_population_name((srnn_population)p);
    const hid_t population = srnn__hdf5_enum(SRNN_POPULATIONS, names);
    srnn__hdf5_group(out, OURS);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        srnn__hdf5_attribute(out, OURS, numbers[i].name, H5T_NATIVE_DOUBLE, 0, &numbers[i].value);
    srnn__hdf5_attribute_text(out, OURS, "task", s->task);
    srnn__hdf5_attribute_texts(out, OURS, "types", (size_t)s->n_types,
                               (const char *const *)s->type_names);
    srnn__hdf5_put(out, OURS "/population", population, 1, &N, s->population);
    srnn__hdf5_put(out, OURS "/type", H5T_NATIVE_INT, 1, &K, s->type);
    srnn__hdf5_put(out, OURS "/label", H5T_NATIVE_DOUBLE, 1, &K, s->label);
    srnn__hdf5_put(out, OURS "/value", H5T_NATIVE_DOUBLE, 1, &K, s->value);
    if (s->correct) srnn__hdf5_put(out, OURS "/correct", H5T_NATIVE_UINT8, 1, &K, s->correct);
    H5Tclose(population);
}

static void sonata_fill(srnn__hdf5_out *out, const void *content)
{
    const sonata *c = content;
    const uint32_t magic = 0x0A7A, version[] = {0, 1};
    const hsize_t n = (hsize_t)c->s->n;
    const int8_t sorting = BY_TIME;
    const hid_t sorting_type = srnn__hdf5_enum(sizeof sortings / sizeof *sortings, sortings);
    srnn__hdf5_attribute(out, "/", "magic", H5T_NATIVE_UINT32, 0, &magic);
    srnn__hdf5_attribute(out, "/", "version", H5T_NATIVE_UINT32, 2, version);
    srnn__hdf5_group(out, "/spikes");
    srnn__hdf5_group(out, NETWORK);
    srnn__hdf5_attribute(out, NETWORK, "sorting", sorting_type, 0, &sorting);
    srnn__hdf5_put(out, NETWORK "/timestamps", H5T_NATIVE_DOUBLE, 1, &n, c->timestamps);
    srnn__hdf5_attribute_text(out, NETWORK "/timestamps", "units", "ms");
    srnn__hdf5_put(out, NETWORK "/node_ids", H5T_NATIVE_UINT64, 1, &n, c->nodes);
    H5Tclose(sorting_type);
    put_ours(out, c->s);
}

srnn_status srnn__spikes_save_sonata(srnn_ctx *ctx, const srnn_spikes *spikes, const char *path)
{
    const size_t n = (size_t)spikes->n;
    sonata c = {.s = spikes,
                .timestamps = malloc((n + 1) * sizeof *c.timestamps),
                .nodes = malloc((n + 1) * sizeof *c.nodes)};
    srnn_status status = c.timestamps && c.nodes ? SRNN_OK : srnn__no_memory(ctx);
    for (size_t q = 0; q < n && !status; q++) {
        c.timestamps[q] = srnn__session_ms(spikes, spikes->trial[q]) + spikes->time_ms[q];
        c.nodes[q] = (uint64_t)spikes->unit[q];
    }
    if (!status) status = srnn__hdf5_write(ctx, path, ".h5", sonata_fill, &c);
    free(c.timestamps);
    free(c.nodes);
    return status;
}

/* ---- reading ---- */

bool srnn__spikes_are_sonata(srnn__hdf5_in *in) { return srnn__hdf5_has(in, "/spikes"); }

typedef struct sonata_columns {
    char *timestamps, *node_ids;                         /* their names */
    double *times, *nodes;                               /* [n] ms, from 0 */
    double *population, *type, *label, *value, *correct; /* [N], [K] ...; NULL: not there */
    int *number;                                         /* [n_names] of the types that it names */
    size_t n, N, K, n_names;
} sonata_columns;

static void sonata_columns_free(sonata_columns *c)
{
    void *const arrays[] = {c->timestamps, c->node_ids, c->times, c->nodes,   c->population,
                            c->type,       c->label,    c->value, c->correct, c->number};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
}

static char *sonata_in_population(const char *population, const char *name)
{
    const size_t room = strlen("/spikes//") + strlen(population) + strlen(name) + 1;
    char *path = malloc(room);
    if (path) snprintf(path, room, "/spikes/%s/%s", population, name);
    return path;
}

/* The sentence about a list that is not there is its reader's. */
static srnn_status in_ms(srnn__hdf5_in *in, const char *name)
{
    char units[32] = "";
    const hid_t list = srnn__hdf5_has(in, name) ? H5Oopen(in->file, name, in->links) : -1;
    if (list < 0) return in->refused;
    srnn__hdf5_object_text(in, list, "units", units);
    H5Oclose(list);
    if (!*units || !strcmp(units, "ms")) return SRNN_OK;
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' has the units '%s'; expected ms",
                      in->path, name, units);
}

static srnn_status sonata_read_network(srnn__hdf5_in *in, sonata_columns *c)
{
    char *population = srnn__hdf5_only(in, "/spikes");
    if (in->refused) {
        free(population);
        return in->refused;
    }
    if (!population)
        return srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                          "%s: '/spikes' has no population of nodes, or several; expected one",
                          in->path);
    c->timestamps = sonata_in_population(population, "timestamps");
    c->node_ids = sonata_in_population(population, "node_ids");
    free(population);
    if (!c->timestamps || !c->node_ids) return srnn__no_memory(in->ctx);
    size_t n;
    srnn_status status = in_ms(in, c->timestamps);
    if (!status) status = srnn__hdf5_doubles(in, c->timestamps, SRNN__REQUIRED, &c->times, &c->n);
    if (!status) status = srnn__hdf5_doubles(in, c->node_ids, SRNN__REQUIRED, &c->nodes, &n);
    if (!status && n != c->n)
        status = srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                            "%s: variable '%s' has %zu values; expected %zu, as many as there are "
                            "timestamps",
                            in->path, c->node_ids, n, c->n);
    return status;
}

/* Our own group, where the file has it: its lists have a length each. */
static srnn_status read_ours(srnn__hdf5_in *in, sonata_columns *c)
{
    if (!srnn__hdf5_has(in, OURS)) return SRNN_OK;
    srnn_status status =
        srnn__hdf5_doubles(in, OURS "/population", SRNN__REQUIRED, &c->population, &c->N);
    if (!status) status = srnn__hdf5_doubles(in, OURS "/type", SRNN__REQUIRED, &c->type, &c->K);
    const struct {
        const char *name;
        double **values;
    } list[] = {
        {OURS "/label", &c->label}, {OURS "/value", &c->value}, {OURS "/correct", &c->correct}};
    for (size_t i = 0; i < sizeof list / sizeof *list && !status; i++) {
        size_t n;
        status = srnn__hdf5_doubles(in, list[i].name, SRNN__OPTIONAL, list[i].values, &n);
        if (!status && *list[i].values && n != c->K)
            status = srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                                "%s: variable '%s' has %zu values; expected %zu, one a trial",
                                in->path, list[i].name, n, c->K);
    }
    return status;
}

static srnn_status sonata_refuse(srnn__hdf5_in *in, const char *name, double value,
                                 const char *expected)
{
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT, "%s: variable '%s' has %g; expected %s", in->path,
                      name, value, expected);
}

static srnn_status sonata_take_spikes(srnn__hdf5_in *in, const sonata_columns *c, srnn_spikes *s)
{
    double *starts_ms = malloc((size_t)s->K * sizeof *starts_ms);
    if (!starts_ms) return srnn__no_memory(in->ctx);
    for (int k = 0; k < s->K; k++) starts_ms[k] = srnn__session_ms(s, k);
    srnn_status status = SRNN_OK;
    for (size_t q = 0; q < c->n && !status; q++) {
        const double node = c->nodes[q], ms = c->times[q];
        status = srnn__hdf5_go_on(in, q, c->n);
        if (status) break;
        if (!(node >= 0 && node < s->N && node == floor(node)))
            status =
                sonata_refuse(in, c->node_ids, node, "nodes from 0, fewer than there are units");
        else if (!isfinite(ms) || !srnn__spikes_place(s, (int64_t)q, (int)node, ms, starts_ms))
            status = sonata_refuse(in, c->timestamps, ms, "times above 0 within the trials");
    }
    free(starts_ms);
    return status;
}

/* Two names may be the same, and are one type. */
static bool number_names(char *const *names, size_t n, sonata_columns *c, srnn_spikes *s)
{
    c->number = malloc((n + 1) * sizeof *c->number);
    bool good = c->number != NULL;
    for (size_t i = 0; i < n && good; i++)
        good = (c->number[i] = srnn__spikes_type(s, names[i])) >= 0;
    c->n_names = n;
    return good;
}

static srnn_status take_names(srnn__hdf5_in *in, sonata_columns *c, srnn_spikes *s)
{
    static char *const unknown[] = {"unknown"};
    size_t n, n_tasks;
    char **types = srnn__hdf5_attribute_list(in, OURS, "types", &n);
    char **task = srnn__hdf5_attribute_list(in, OURS, "task", &n_tasks);
    bool good = !task || srnn__spikes_task(s, task[0]);
    good = good && number_names(n ? types : unknown, n ? n : 1, c, s);
    srnn__hdf5_free_texts(types, n);
    srnn__hdf5_free_texts(task, n_tasks);
    return good ? SRNN_OK : srnn__no_memory(in->ctx);
}

static srnn_status take_ours(srnn__hdf5_in *in, const sonata_columns *c, srnn_spikes *s)
{
    s->stim_on_ms = srnn__hdf5_attribute_number(in, OURS, "stim_on_ms");
    s->stim_off_ms = srnn__hdf5_attribute_number(in, OURS, "stim_off_ms");
    s->seed = srnn__hdf5_attribute_number(in, OURS, "seed");
    if (!srnn__spikes_trials(s, c->label, c->value, c->correct)) return srnn__no_memory(in->ctx);
    for (int i = 0; c->population && i < s->N; i++) {
        if (!(c->population[i] >= 0 && c->population[i] < SRNN_POPULATIONS))
            return sonata_refuse(in, OURS "/population", c->population[i],
                                 "0 (exc), 1 (pv) or 2 (som)");
        s->population[i] = (uint8_t)c->population[i];
    }
    for (size_t k = 0; k < c->K; k++) {
        if (!(c->type[k] >= 0 && c->type[k] < (double)c->n_names))
            return sonata_refuse(in, OURS "/type", c->type[k],
                                 "numbers of the attribute 'types', from 0");
        s->type[k] = c->number[(size_t)c->type[k]];
    }
    return SRNN_OK;
}

static srnn_status sonata_take(srnn__hdf5_in *in, sonata_columns *c, srnn_spikes *out)
{
    double last_ms = 0, last_node = 0;
    for (size_t q = 0; q < c->n; q++) {
        last_ms = fmax(last_ms, c->times[q]);
        last_node = fmax(last_node, c->nodes[q]);
    }
    srnn_status status =
        srnn__spikes_alloc(in->ctx, in->path, c->population ? (double)c->N : last_node + 1,
                           c->type ? (double)c->K : 1, c->n, out);
    if (status) return status;
    out->dt_ms = srnn__hdf5_attribute_number(in, OURS, "dt_ms");
    out->T_ms = srnn__hdf5_attribute_number(in, OURS, "T_ms");
    if (!c->type) out->T_ms = srnn__spikes_span_ms(last_ms);
    if (!(out->T_ms > 0)) return sonata_refuse(in, OURS "/T_ms", out->T_ms, "a length above 0");
    if (!(out->dt_ms > 0)) out->dt_ms = NAN;
    status = sonata_take_spikes(in, c, out);
    if (!status) status = take_names(in, c, out);
    return status ? status : take_ours(in, c, out);
}

srnn_status srnn__spikes_load_sonata(srnn__hdf5_in *in, srnn_spikes *out)
{
    sonata_columns c = {0};
    srnn_status status = sonata_read_network(in, &c);
    if (!status) status = read_ours(in, &c);
    if (!status) status = sonata_take(in, &c, out);
    sonata_columns_free(&c);
    return status;
}
