/* Spikes out of an NWB 2 file: of our own with their trials, of others as one trial. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/hdf5_file.h"
#include "io/spikes_file.h"

bool srnn__spikes_are_nwb(srnn__hdf5_in *in) { return srnn__hdf5_has(in, SRNN__NWB_UNITS); }

typedef struct nwb_columns {
    double *times, *ends;                       /* [n_times] s, [n_units] */
    double *start, *stop;                       /* [K] s; NULL: no trials of ours */
    double *label, *value, *correct, *on, *off; /* [K]; NULL: not there */
    char **types, **populations;
    size_t n_times, n_units, K, n_types, n_populations;
} nwb_columns;

static void nwb_columns_free(nwb_columns *c)
{
    double *const arrays[] = {c->times, c->ends,    c->start, c->stop, c->label,
                              c->value, c->correct, c->on,    c->off};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    srnn__hdf5_free_texts(c->types, c->n_types);
    srnn__hdf5_free_texts(c->populations, c->n_populations);
}

static srnn_status bad_length(srnn__hdf5_in *in, const char *name, size_t n, size_t expected)
{
    return srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                      "%s: variable '%s' has %zu values; expected %zu, one a row of its table",
                      in->path, name, n, expected);
}

/* A column of the trials, of K numbers. */
static srnn_status trial_column(srnn__hdf5_in *in, const char *name, srnn__need need, size_t K,
                                double **values)
{
    size_t n;
    const srnn_status status = srnn__hdf5_doubles(in, name, need, values, &n);
    if (status || !*values || n == K) return status;
    return bad_length(in, name, n, K);
}

static srnn_status nwb_read_trials(srnn__hdf5_in *in, nwb_columns *c)
{
    if (!srnn__hdf5_has(in, SRNN__NWB_TRIALS "/type")) return SRNN_OK;
    srnn_status status =
        srnn__hdf5_texts(in, SRNN__NWB_TRIALS "/type", SRNN__REQUIRED, &c->types, &c->n_types);
    const size_t K = c->K = c->n_types;
    const struct {
        const char *name;
        srnn__need need;
        double **values;
    } list[] = {{SRNN__NWB_TRIALS "/start_time", SRNN__REQUIRED, &c->start},
                {SRNN__NWB_TRIALS "/stop_time", SRNN__REQUIRED, &c->stop},
                {SRNN__NWB_TRIALS "/label", SRNN__OPTIONAL, &c->label},
                {SRNN__NWB_TRIALS "/value", SRNN__OPTIONAL, &c->value},
                {SRNN__NWB_TRIALS "/correct", SRNN__OPTIONAL, &c->correct},
                {SRNN__NWB_TRIALS "/stim_on_time", SRNN__OPTIONAL, &c->on},
                {SRNN__NWB_TRIALS "/stim_off_time", SRNN__OPTIONAL, &c->off}};
    for (size_t i = 0; i < sizeof list / sizeof *list && !status; i++)
        status = trial_column(in, list[i].name, list[i].need, K, list[i].values);
    return status;
}

static srnn_status nwb_read_units(srnn__hdf5_in *in, nwb_columns *c)
{
    srnn_status status = srnn__hdf5_doubles(in, SRNN__NWB_UNITS "/spike_times", SRNN__REQUIRED,
                                            &c->times, &c->n_times);
    if (!status)
        status = srnn__hdf5_doubles(in, SRNN__NWB_UNITS "/spike_times_index", SRNN__REQUIRED,
                                    &c->ends, &c->n_units);
    if (!status)
        status = srnn__hdf5_texts(in, SRNN__NWB_UNITS "/population", SRNN__OPTIONAL,
                                  &c->populations, &c->n_populations);
    if (!status && c->populations && c->n_populations != c->n_units)
        status = bad_length(in, SRNN__NWB_UNITS "/population", c->n_populations, c->n_units);
    for (size_t i = 0; i < c->n_units && !status; i++) {
        const double before = i ? c->ends[i - 1] : 0, end = c->ends[i];
        const bool last_bad = i + 1 == c->n_units && end != (double)c->n_times;
        if (!(end >= before && end <= (double)c->n_times) || end != floor(end) || last_bad)
            status = srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                                "%s: variable '" SRNN__NWB_UNITS
                                "/spike_times_index' is %g for unit %zu; "
                                "expected ends that rise to %zu, the number of spikes",
                                in->path, end, i, c->n_times);
    }
    return status;
}

/* What seconds have rounded away of milliseconds. */
static double tidy_ms(double s) { return rint(1e12 * s) / 1e9; }

/* How long the trials are, all of them the same, each after the one before. */
static srnn_status take_clock(srnn__hdf5_in *in, const nwb_columns *c, double *starts_ms,
                              srnn_spikes *s)
{
    double last_ms = 0;
    if (!c->start) {
        for (size_t q = 0; q < c->n_times; q++) last_ms = fmax(last_ms, 1e3 * c->times[q]);
        s->T_ms = srnn__spikes_span_ms(last_ms);
        starts_ms[0] = 0;
        return SRNN_OK;
    }
    s->T_ms = tidy_ms(c->stop[0] - c->start[0]);
    for (int k = 0; k < s->K; k++) {
        starts_ms[k] = 1e3 * c->start[k];
        const double length_ms = 1e3 * (c->stop[k] - c->start[k]);
        const double since_ms = k ? starts_ms[k] - starts_ms[k - 1] : s->T_ms;
        const double slack_ms = 1e-3;
        if (!(fabs(length_ms - s->T_ms) < slack_ms && since_ms > s->T_ms - slack_ms))
            return srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                              "%s: variable '" SRNN__NWB_TRIALS
                              "/stop_time': trial %d is from %g to %g s; "
                              "expected %g ms, after the trial before",
                              in->path, k, c->start[k], c->stop[k], s->T_ms);
    }
    return SRNN_OK;
}

static srnn_status nwb_take_spikes(srnn__hdf5_in *in, const nwb_columns *c, const double *starts_ms,
                                   srnn_spikes *s)
{
    size_t q = 0;
    for (int i = 0; i < s->N; i++)
        for (; q < (size_t)c->ends[i]; q++) {
            const srnn_status status = srnn__hdf5_go_on(in, q, c->n_times);
            if (status) return status;
            if (!isfinite(c->times[q]) ||
                !srnn__spikes_place(s, (int64_t)q, i, 1e3 * c->times[q], starts_ms))
                return srnn__fail(in->ctx, SRNN_ERR_FORMAT,
                                  "%s: variable '" SRNN__NWB_UNITS
                                  "/spike_times' has %g s for unit %d; "
                                  "expected times above 0 within the trials",
                                  in->path, c->times[q], i);
        }
    return SRNN_OK;
}

static srnn_status nwb_take_types(srnn__hdf5_in *in, const nwb_columns *c, srnn_spikes *s)
{
    size_t n;
    char **names = srnn__hdf5_attribute_list(in, SRNN__NWB_PROTOCOL, "types", &n);
    int type = 0;
    for (size_t i = 0; i < n && type >= 0; i++) type = srnn__spikes_type(s, names[i]);
    srnn__hdf5_free_texts(names, n);
    for (int k = 0; k < s->K && type >= 0; k++)
        s->type[k] = type = srnn__spikes_type(s, c->types ? c->types[k] : "unknown");
    return type < 0 ? srnn__no_memory(in->ctx) : SRNN_OK;
}

static srnn_status nwb_take_trials(srnn__hdf5_in *in, const nwb_columns *c, srnn_spikes *s)
{
    if (!srnn__spikes_trials(s, c->label, c->value, c->correct)) return srnn__no_memory(in->ctx);
    if (c->on && c->off) {
        s->stim_on_ms = tidy_ms(c->on[0] - c->start[0]);
        s->stim_off_ms = tidy_ms(c->off[0] - c->start[0]);
    }
    return nwb_take_types(in, c, s);
}

static srnn_status nwb_take_settings(srnn__hdf5_in *in, const nwb_columns *c, srnn_spikes *s)
{
    for (int i = 0; c->populations && i < s->N; i++) {
        const int population = srnn__population_named(c->populations[i]);
        if (population >= 0) s->population[i] = (uint8_t)population;
    }
    size_t n;
    char **task = srnn__hdf5_attribute_list(in, SRNN__NWB_PROTOCOL, "task", &n);
    const bool good = !task || srnn__spikes_task(s, task[0]);
    srnn__hdf5_free_texts(task, n);
    s->seed = srnn__hdf5_attribute_number(in, SRNN__NWB_PROTOCOL, "seed");
    return good ? SRNN_OK : srnn__no_memory(in->ctx);
}

static srnn_status nwb_take(srnn__hdf5_in *in, const nwb_columns *c, srnn_spikes *out)
{
    const double K = c->start ? (double)c->K : 1;
    srnn_status status =
        srnn__spikes_alloc(in->ctx, in->path, (double)c->n_units, K, c->n_times, out);
    if (status) return status;
    const double resolution =
        srnn__hdf5_attribute_number(in, SRNN__NWB_UNITS "/spike_times", "resolution");
    if (resolution > 0) out->dt_ms = tidy_ms(resolution);
    double *starts_ms = malloc((size_t)K * sizeof *starts_ms);
    status = starts_ms ? take_clock(in, c, starts_ms, out) : srnn__no_memory(in->ctx);
    if (!status) status = nwb_take_spikes(in, c, starts_ms, out);
    free(starts_ms);
    if (!status) status = nwb_take_trials(in, c, out);
    return status ? status : nwb_take_settings(in, c, out);
}

srnn_status srnn__spikes_load_nwb(srnn__hdf5_in *in, srnn_spikes *out)
{
    nwb_columns c = {0};
    srnn_status status = nwb_read_units(in, &c);
    if (!status) status = nwb_read_trials(in, &c);
    if (!status) status = nwb_take(in, &c, out);
    nwb_columns_free(&c);
    return status;
}
