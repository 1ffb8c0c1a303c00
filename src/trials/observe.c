/* Both networks on the same trials, whole. */
#define _POSIX_C_SOURCE 200809L
#include "trials/observer.h"
#include "core/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"
#include "task/task_internal.h"

srnn_observe_options srnn_observe_options_default(void)
{
    return (srnn_observe_options){.size = sizeof(srnn_observe_options),
                                  .seed = 0,
                                  .domain = SRNN_DOMAIN_EVAL,
                                  .n_trials = 20,
                                  .noise = 0.1};
}

/* Of the units of the population that are not among units[n] yet; -1: none. */
static int loudest_unit(const srnn_model_view *view, int population, const int *units, int n)
{
    int loudest = -1;
    float largest = -1;
    for (int i = 0; i < view->N; i++) {
        bool taken = (int)srnn_unit_population(view, i) != population;
        for (int j = 0; j < n; j++) taken |= units[j] == i;
        float size = 0;
        for (int c = 0; c < view->n_out; c++)
            size += fabsf(view->w_out[(size_t)i * (size_t)view->n_out + (size_t)c]);
        if (taken || size <= largest) continue;
        loudest = i;
        largest = size;
    }
    return loudest;
}

int srnn_loudest_units(const srnn_model *model, int units[SRNN_LOUDEST_UNITS])
{
    static const int wanted[SRNN_POPULATIONS] = {2, 1, 1}; /* SRNN_LOUDEST_UNITS in all */
    const srnn_model_view view = srnn_model_get_view(model);
    int n = 0;
    for (int population = 0; population < SRNN_POPULATIONS; population++)
        for (int k = 0; k < wanted[population]; k++) {
            const int unit = loudest_unit(&view, population, units, n);
            if (unit >= 0) units[n++] = unit;
        }
    return n;
}

static void free_names(char **names, int n)
{
    for (int i = 0; names && i < n; i++) free(names[i]);
    free(names);
}

void srnn_observation_free(srnn_observation *o)
{
    if (!o) return;
    void *const arrays[] = {o->task,  o->population, o->type,       o->u,   o->z,
                            o->r,     o->o,          o->rate_score, o->out, o->spiking_score,
                            o->units, o->v};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    free_names(o->type_names, o->n_types);
    free_names(o->input_names, o->n_in);
    free_names(o->input_units, o->n_in);
    free_names(o->output_names, o->n_out);
    free_names(o->output_units, o->n_out);
    srnn_spikes_free(&o->spikes);
    srnn_comparison_free(&o->comparison);
    *o = (srnn_observation){0};
}

static void *array(size_t count, size_t size) { return calloc(count ? count : 1, size); }

/* ---- what is known before a trial is run ---- */

static char **copy_names(const char *const *given, int n)
{
    char **names = array((size_t)n, sizeof *names);
    for (int i = 0; names && i < n; i++)
        if (!(names[i] = strdup(given[i]))) {
            free_names(names, n);
            return NULL;
        }
    return names;
}

static bool alloc_names(srnn_observation *o, const srnn_task_def *def)
{
    o->task = strdup(def->name);
    o->type_names = copy_names(def->type_names, def->n_types);
    o->input_names = copy_names(def->input_names, def->n_in);
    o->input_units = copy_names(def->input_units, def->n_in);
    o->output_names = copy_names(def->output_names, def->n_out);
    o->output_units = copy_names(def->output_units, def->n_out);
    return o->task && o->type_names && o->input_names && o->input_units && o->output_names &&
           o->output_units;
}

static bool alloc_rate(srnn_observation *o, const srnn_task *task)
{
    const size_t K = (size_t)o->K, T = (size_t)o->T, N = (size_t)o->N;
    o->population = array(N, sizeof *o->population);
    o->type = array(K, sizeof *o->type);
    o->u = array(K * T * (size_t)o->n_in, sizeof *o->u);
    o->z = array(K * T * (size_t)o->n_out, sizeof *o->z);
    o->r = array(K * T * N, sizeof *o->r);
    o->o = array(K * (T - 1) * (size_t)o->n_out, sizeof *o->o);
    o->rate_score = array(K, sizeof *o->rate_score);
    return alloc_names(o, srnn_task_get_def(task)) && o->population && o->type && o->u && o->z &&
           o->r && o->o && o->rate_score;
}

static bool alloc_spiking(srnn_observation *o, const srnn_task *task,
                          const srnn_observe_options *options)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    const size_t K = (size_t)o->K, T = (size_t)o->T, n_units = (size_t)o->n_units;
    srnn_spikes *s = &o->spikes;
    o->out = array(K * (T - 1) * (size_t)o->n_out, sizeof *o->out);
    o->spiking_score = array(K, sizeof *o->spiking_score);
    o->units = array(n_units, sizeof *o->units);
    s->task = strdup(def->name);
    s->type_names = copy_names(def->type_names, def->n_types);
    s->population = array((size_t)o->N, sizeof *s->population);
    s->type = array(K, sizeof *s->type);
    s->label = array(K, sizeof *s->label);
    s->value = array(K, sizeof *s->value);
    s->correct = array(K, sizeof *s->correct);
    s->trial = array(0, sizeof *s->trial);
    s->unit = array(0, sizeof *s->unit);
    s->time_ms = array(0, sizeof *s->time_ms);
    if (n_units > 0) {
        o->v = array((size_t)o->n_types * (size_t)o->nt * n_units, sizeof *o->v);
        if (o->units && o->v) memcpy(o->units, options->units, n_units * sizeof *o->units);
    }
    return s->task && s->type_names && o->out && o->spiking_score && o->units && s->population &&
           s->type && s->label && s->value && s->correct && s->trial && s->unit && s->time_ms &&
           (n_units == 0 || o->v);
}

static void observer_describe_task(const srnn_task *task, const srnn_observe_options *options,
                                   int N, srnn_observation *o)
{
    const srnn_task_def *def = srnn_task_get_def(task);
    *o = (srnn_observation){.N = N,
                            .n_in = def->n_in,
                            .n_out = def->n_out,
                            .T = def->T,
                            .K = options->n_trials * def->n_types,
                            .n_types = def->n_types,
                            .stim_on = def->stim_on,
                            .stim_off = def->stim_off,
                            .response_on = {def->response_on[0], def->response_on[1]},
                            .threshold = srnn_response_threshold(task),
                            .seed = options->seed,
                            .spiking = options->spiking != NULL};
}

static void observer_describe(srnn__observer *a)
{
    srnn_observation *o = a->out;
    const srnn_task_def *def = srnn_task_get_def(a->task);
    const srnn_spiking_params *spiking = a->options->spiking;
    observer_describe_task(a->task, a->options, srnn_model_get_view(a->model).N, o);
    if (!spiking) return;
    o->n_units = a->options->n_units;
    o->nt = srnn_spiking_steps(def->T + 1, spiking->downsample);
    o->dt_ms = SRNN__RATE_STEP_MS / SRNN__STEPS_PER_COLUMN * spiking->downsample;
    o->spikes = (srnn_spikes){.N = o->N,
                              .K = o->K,
                              .T_ms = o->nt * o->dt_ms,
                              .dt_ms = o->dt_ms,
                              .n_types = o->n_types,
                              .stim_on_ms = SRNN__RATE_STEP_MS * def->stim_on,
                              .stim_off_ms = SRNN__RATE_STEP_MS * def->stim_off,
                              .seed = (double)a->options->seed};
}

static void observer_fill_trials(srnn__observer *a)
{
    srnn_observation *o = a->out;
    const srnn_model_view view = srnn_model_get_view(a->model);
    const srnn_task_def *def = srnn_task_get_def(a->task);
    for (int i = 0; i < o->N; i++) o->population[i] = (uint8_t)srnn_unit_population(&view, i);
    for (int k = 0; k < o->K; k++) o->type[k] = k % o->n_types;
    if (!o->spiking) return;
    memcpy(o->spikes.population, o->population, (size_t)o->N * sizeof *o->population);
    memcpy(o->spikes.type, o->type, (size_t)o->K * sizeof *o->type);
    for (int k = 0; k < o->K; k++) o->spikes.label[k] = def->labels[o->type[k]];
}

/* ---- one trial ---- */

static bool observer_append_spikes(srnn_spikes *s, const srnn_spiking_result *r, int k,
                                   int64_t *room)
{
    const int64_t n = s->n + r->n_spikes;
    if (n > *room) {
        const int64_t more = n + n / 2;
        int32_t *trial = realloc(s->trial, (size_t)more * sizeof *trial);
        if (trial) s->trial = trial;
        int32_t *unit = realloc(s->unit, (size_t)more * sizeof *unit);
        if (unit) s->unit = unit;
        double *time_ms = realloc(s->time_ms, (size_t)more * sizeof *time_ms);
        if (time_ms) s->time_ms = time_ms;
        if (!trial || !unit || !time_ms) return false;
        *room = more;
    }
    for (int64_t q = 0; q < r->n_spikes; q++) {
        s->trial[s->n + q] = k;
        s->unit[s->n + q] = r->spike_unit[q];
        s->time_ms[s->n + q] = r->spike_step[q] * s->dt_ms;
    }
    s->n = n;
    return true;
}

static void keep_rate(srnn__observer *a, const srnn__trial *trial)
{
    srnn_observation *o = a->out;
    const size_t k = (size_t)trial->k, T = (size_t)o->T, N = (size_t)o->N;
    const size_t inputs = T * (size_t)o->n_in, targets = T * (size_t)o->n_out;
    const size_t samples = (T - 1) * (size_t)o->n_out;
    memcpy(o->u + k * inputs, trial->u, inputs * sizeof *o->u);
    memcpy(o->z + k * targets, trial->z, targets * sizeof *o->z);
    for (size_t t = 0; t < T; t++) {
        const real *r = srnn__pass_row(trial->net, trial->pass, trial->pass->r, (int)t, trial->b);
        for (size_t i = 0; i < N; i++) o->r[(k * T + t) * N + i] = (float)r[i];
    }
    for (size_t i = 0; i < samples; i++) o->o[k * samples + i] = (float)trial->o[i];
    o->rate_score[k] = trial->rate_score;
}

static bool keep_spiking(srnn__observer *a, const srnn__trial *trial)
{
    srnn_observation *o = a->out;
    const srnn_spiking_result *r = trial->result;
    const int k = trial->k, downsample = a->options->spiking->downsample;
    const size_t n_out = (size_t)o->n_out, voltages = (size_t)o->nt * (size_t)o->n_units;
    double *out = o->out + (size_t)k * (size_t)(o->T - 1) * n_out;
    for (int t = 0; t < o->T - 1; t++)
        memcpy(out + (size_t)t * n_out,
               r->out + (size_t)srnn__step_end(t, downsample, r->nt) * n_out, n_out * sizeof *out);
    o->spiking_score[k] = trial->spiking_score;
    o->spikes.value[k] = trial->spiking_score.value;
    o->spikes.correct[k] = trial->spiking_score.correct;
    if (o->v && k < o->n_types) /* trial k is the first one of type k */
        for (size_t i = 0; i < voltages; i++) o->v[(size_t)k * voltages + i] = (float)r->v[i];
    return observer_append_spikes(&o->spikes, r, k, &a->room);
}

/* In order, so that spikes lie in order, too. */
srnn_status srnn__observer_add(srnn__observer *a, const srnn__trial *trial)
{
    keep_rate(a, trial);
    if (!a->out->spiking) return SRNN_OK;
    srnn__comparer_add(&a->comparer, trial);
    return keep_spiking(a, trial) ? SRNN_OK : srnn__no_memory(a->ctx);
}

/* ---- beginning and end ---- */

static srnn_status observer_check_trials(srnn_ctx *ctx, const srnn_observe_options *o)
{
    return o->n_trials >= 1 && o->n_trials <= 10000
               ? SRNN_OK
               : srnn__fail(ctx, SRNN_ERR_ARGUMENT, "n_trials is %d; expected 1 to 10000",
                            o->n_trials);
}

static srnn_status observer_check(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                  const srnn_observe_options *o)
{
    srnn_status status = srnn__task_fits(ctx, model, task);
    if (!status) status = observer_check_trials(ctx, o);
    if (status) return status;
    if (!(o->noise >= 0 && isfinite(o->noise)))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "noise is %g; expected 0 or more", o->noise);
    if (!o->spiking || o->n_units <= 0) return SRNN_OK;
    const int N = srnn_model_get_view(model).N;
    return srnn__units_check(ctx, "to keep voltages of", o->units, o->n_units, N);
}

srnn_status srnn__observer_init(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                                const srnn_observe_options *options, srnn_observation *out,
                                srnn__observer *a)
{
    *a = (srnn__observer){.ctx = ctx, .model = model, .task = task, .options = options, .out = out};
    const srnn_status status = observer_check(ctx, model, task, options);
    if (status) return status;
    observer_describe(a);
    if (!alloc_rate(out, task) || (out->spiking && !alloc_spiking(out, task, options)))
        return srnn__no_memory(ctx);
    observer_fill_trials(a);
    if (!out->spiking) return SRNN_OK;
    return srnn__comparer_init(ctx, task, options->spiking, out->N, options->n_trials,
                               &a->comparer);
}

const srnn_recording *srnn__observed(const srnn_observe_options *o, srnn_recording *room)
{
    if (!o->spiking) return NULL;
    *room = srnn_recording_default();
    if (o->n_units > 0)
        *room = (srnn_recording){.size = sizeof *room,
                                 .what = SRNN_RECORD_V,
                                 .units = o->units,
                                 .n_units = o->n_units,
                                 .every = 1};
    return room;
}

srnn_status srnn__observer_finish(srnn__observer *a)
{
    return a->out->spiking ? srnn__comparer_finish(&a->comparer, &a->out->comparison) : SRNN_OK;
}

void srnn__observer_free(srnn__observer *a) { srnn__comparer_free(&a->comparer); }

/* ---- of trials of their own ---- */

static srnn_status observer_add_trial(void *user, const srnn__trial *trial)
{
    return srnn__observer_add(user, trial);
}

srnn_status srnn_observe(srnn_ctx *ctx, const srnn_model *model, const srnn_task *task,
                         const srnn_observe_options *options, srnn_observation *out)
{
    *out = (srnn_observation){0};
    srnn_observe_options own = srnn_observe_options_default();
    const srnn_observe_options *o = &own;
    srnn_spiking_params spiking;
    srnn__observer observer = {.ctx = ctx};
    srnn__networks networks = {.n_variants = 0};
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_observe_options, options, n_units, &own);
    if (!status && o->spiking) status = srnn__spiking_params_take(ctx, model, o->spiking, &spiking);
    if (o->spiking) own.spiking = &spiking;
    if (!status) status = srnn__observer_init(ctx, model, task, o, out, &observer);
    if (!status) status = srnn__networks_init(ctx, model, o->spiking, &networks);
    srnn_recording recording;
    const srnn__trials trials = {.task = task,
                                 .seed = o->seed,
                                 .domain = o->domain,
                                 .n = out->K,
                                 .rate = &networks.rate,
                                 .noise = o->noise,
                                 .history = true,
                                 .variants = &networks.variant,
                                 .n_variants = networks.n_variants,
                                 .recording = srnn__observed(o, &recording),
                                 .reduce = observer_add_trial,
                                 .in_order = true,
                                 .user = &observer,
                                 .phase = "observe"};
    if (!status) status = srnn__trials_run(ctx, &trials, NULL);
    if (!status) status = srnn__observer_finish(&observer);
    srnn__observer_free(&observer);
    srnn__networks_free(&networks);
    if (status) srnn_observation_free(out);
    return status;
}

srnn_status srnn_observe_task(srnn_ctx *ctx, const srnn_task *task,
                              const srnn_observe_options *options, srnn_observation *out)
{
    *out = (srnn_observation){0};
    srnn_observe_options o = srnn_observe_options_default();
    srnn_status status = SRNN__TAKE_OPTIONS(ctx, srnn_observe_options, options, n_units, &o);
    if (!status) status = observer_check_trials(ctx, &o);
    if (status) return status;
    o.spiking = NULL;
    observer_describe_task(task, &o, 0, out);
    if (!alloc_rate(out, task)) status = srnn__no_memory(ctx);
    const size_t T = (size_t)out->T;
    for (int k = 0; k < out->K && !status; k++) {
        const srnn_trial_key key = {o.seed, o.domain, (uint64_t)k};
        out->type[k] = k % out->n_types;
        status = srnn_task_trial(ctx, task, key, out->type[k], out->T,
                                 out->u + (size_t)k * T * (size_t)out->n_in,
                                 out->z + (size_t)k * T * (size_t)out->n_out, NULL);
    }
    if (status) srnn_observation_free(out);
    return status;
}
