/* Trials of the spiking network: the outputs of the published LIF_network_fnc in a .mat
   file, or spikes alone in one of the formats for them. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double numbers_of_a_variable = 1 << 28; /* that a .mat file keeps, below */
static const double size_worth_saying = 32e6;        /* bytes */

/* Arrays slowest axis first; K, C, nt, ... as in `simulate`. */
typedef struct simulation {
    cli_options *o;
    cli_trials *trials;
    srnn_model_view view;
    srnn_spiking_params params;
    srnn_recording recording;
    int *units; /* [recording.n_units] from 0 */
    int C, nt, n_recorded;
    double dt_ms;
    bool spikes_only; /* no arrays below */
    bool raster;
    float *u;             /* [K][C][n_in] */
    double *out, *all_fr; /* [K][nt][n_out], [K][N] */
    double *v, *ipsc, *r; /* [K][n_recorded][n_units]; NULL: not recorded */
    double *spk;          /* [K][nt][n_units] 0 or 1; NULL: not recorded */
    srnn_spikes spikes;
} simulation;

static void simulation_free(simulation *s)
{
    void *const arrays[] = {s->units, s->u, s->out, s->all_fr, s->v, s->ipsc, s->r, s->spk};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    srnn_spikes_free(&s->spikes);
}

/* All but the spikes themselves. */
static bool spikes_alloc(simulation *s)
{
    static const double rate_step_ms = 5;
    const srnn_task_def *def = s->trials->def;
    const size_t N = (size_t)s->view.N, K = (size_t)s->trials->K;
    const size_t n_types = (size_t)def->n_types;
    s->spikes = (srnn_spikes){.N = s->view.N,
                              .K = s->trials->K,
                              .T_ms = s->nt * s->dt_ms,
                              .dt_ms = s->dt_ms,
                              .population = malloc(N * sizeof *s->spikes.population),
                              .n_types = def->n_types,
                              .type_names = calloc(n_types, sizeof *s->spikes.type_names),
                              .type = malloc(K * sizeof *s->spikes.type),
                              .label = calloc(K, sizeof *s->spikes.label),
                              .value = calloc(K, sizeof *s->spikes.value),
                              .correct = calloc(K, sizeof *s->spikes.correct),
                              .task = strdup(def->name),
                              .stim_on_ms = rate_step_ms * def->stim_on,
                              .stim_off_ms = rate_step_ms * def->stim_off,
                              .seed = (double)s->o->s.seed};
    const srnn_spikes *of = &s->spikes;
    bool good = of->population && of->type_names && of->type && of->label && of->value &&
                of->correct && of->task;
    for (size_t i = 0; good && i < N; i++)
        of->population[i] = (uint8_t)srnn_unit_population(&s->view, (int)i);
    for (size_t i = 0; good && i < n_types; i++)
        good = (of->type_names[i] = strdup(def->type_names[i])) != NULL;
    for (size_t k = 0; good && k < K; k++) of->type[k] = cli_trial_type(s->trials, (int)k);
    return good;
}

static bool simulation_alloc(simulation *s)
{
    const size_t K = (size_t)s->trials->K, nt = (size_t)s->nt, C = (size_t)s->C;
    const size_t traces = K * (size_t)s->n_recorded * (size_t)s->recording.n_units;
    const unsigned what = s->recording.what;
    if (!spikes_alloc(s)) return false;
    if (s->spikes_only) return true;
    s->u = calloc(K * C * (size_t)s->view.n_in, sizeof *s->u);
    s->out = calloc(K * nt * (size_t)s->view.n_out, sizeof *s->out);
    s->all_fr = calloc(K * (size_t)s->view.N, sizeof *s->all_fr);
    bool good = s->u && s->out && s->all_fr;
    if (what & SRNN_RECORD_V) good &= (s->v = calloc(traces, sizeof *s->v)) != NULL;
    if (what & SRNN_RECORD_IPSC) good &= (s->ipsc = calloc(traces, sizeof *s->ipsc)) != NULL;
    if (what & SRNN_RECORD_R) good &= (s->r = calloc(traces, sizeof *s->r)) != NULL;
    if (s->raster) good &= (s->spk = calloc(traces, sizeof *s->spk)) != NULL;
    return good;
}

/* ---- what is to be done; false: the sentence has been printed ---- */

static bool choose_units(simulation *s)
{
    const cli_options *o = s->o;
    if (!cli_parse_units(o, "--units", o->s.units ? o->s.units : "all", &s->view, &s->units,
                         &s->recording.n_units))
        return false;
    s->recording.units = s->units;
    return true;
}

static bool simulation_fits(const simulation *s)
{
    const double K = s->trials->K;
    const bool kept = s->recording.what || s->raster;
    const double traces = kept ? K * s->n_recorded * s->recording.n_units : 0;
    if (traces >= numbers_of_a_variable)
        return cli_error(s->o,
                         "--record keeps %g numbers of each kind; expected below 2^28: fewer "
                         "--n_trials or --units, or a larger --every",
                         traces),
               false;
    if (!s->spikes_only && K * s->nt * s->view.n_out >= numbers_of_a_variable)
        return cli_error(s->o, "--n_trials is %d, so out has %g numbers; expected below 2^28",
                         s->trials->trials_of_type, K * s->nt * s->view.n_out),
               false;
    return true;
}

/* Each thread holds the traces of the trial that it is at, beside those that are kept. */
static void say_size(const simulation *s, int threads)
{
    const int K = s->trials->K, at_work = threads < K ? threads : K;
    const double traces = (double)srnn_recording_bytes(&s->recording, s->view.N, s->nt);
    const double raster = s->raster ? 8.0 * s->nt * s->recording.n_units : 0;
    const double bytes = K * (traces + raster);
    const double outs = s->spikes_only ? 0 : 8.0 * K * s->nt * s->view.n_out;
    if (s->o->quiet) return;
    if (bytes == 0 && outs >= size_worth_saying)
        fprintf(stderr,
                "spikernn simulate: out of %d trials: %.1f MB in memory; a .csv, .nwb or .h5 file "
                "keeps spikes alone\n",
                K, outs / 1e6);
    if (bytes == 0 || (bytes < size_worth_saying && !(s->o->s.record & SRNN_KEEP_ALL))) return;
    fprintf(stderr,
            "spikernn simulate: recording %d units at %d steps of %d trial%s: %.1f MB in memory, "
            "and %.1f MB while they run\n",
            s->recording.n_units, s->n_recorded, K, K == 1 ? "" : "s", bytes / 1e6,
            at_work * traces / 1e6);
}

/* ---- running ---- */

static bool simulation_append_spikes(simulation *s, const srnn_spiking_result *r, int k)
{
    srnn_spikes *of = &s->spikes;
    const size_t room = (size_t)(of->n + r->n_spikes) + 1;
    int32_t *unit = realloc(of->unit, room * sizeof *unit);
    if (unit) of->unit = unit;
    int32_t *trial = realloc(of->trial, room * sizeof *trial);
    if (trial) of->trial = trial;
    double *time_ms = realloc(of->time_ms, room * sizeof *time_ms);
    if (time_ms) of->time_ms = time_ms;
    if (!unit || !trial || !time_ms) return false;
    for (int64_t q = 0; q < r->n_spikes; q++, of->n++) {
        unit[of->n] = r->spike_unit[q];
        time_ms[of->n] = r->spike_step[q] * s->dt_ms;
        trial[of->n] = k;
    }
    return true;
}

static void keep_raster(simulation *s, const srnn_spiking_result *r, int k)
{
    const size_t n_units = (size_t)s->recording.n_units;
    double *spk = s->spk + (size_t)k * (size_t)s->nt * n_units;
    for (int64_t q = 0; q < r->n_spikes; q++)
        for (size_t i = 0; i < n_units; i++)
            if (s->units[i] == r->spike_unit[q])
                spk[(size_t)(r->spike_step[q] - 1) * n_units + i] = 1;
}

static void copy_of_trial(double *all, const double *of_trial, size_t n, int k)
{
    if (all) memcpy(all + (size_t)k * n, of_trial, n * sizeof *all);
}

/* Called for every trial in order, so that their spikes lie in order, too. */
static srnn_status keep_trial(void *user, const srnn_spiking_trial *trial)
{
    simulation *s = user;
    const srnn_spiking_result *r = trial->result;
    const size_t traces = (size_t)r->n_recorded * (size_t)r->n_units;
    const size_t inputs = (size_t)s->C * (size_t)s->view.n_in;
    const int k = trial->trial;
    cli_trial_scored(s->trials, k, trial->score);
    s->spikes.label[k] = s->trials->label[k];
    s->spikes.value[k] = trial->score.value;
    s->spikes.correct[k] = trial->score.correct;
    if (s->u) memcpy(s->u + (size_t)k * inputs, trial->u, inputs * sizeof *s->u);
    copy_of_trial(s->out, r->out, (size_t)r->nt * (size_t)r->n_out, k);
    copy_of_trial(s->all_fr, r->rates_hz, (size_t)r->N, k);
    copy_of_trial(s->v, r->v, traces, k);
    copy_of_trial(s->ipsc, r->ipsc, traces, k);
    copy_of_trial(s->r, r->r, traces, k);
    if (s->spk) keep_raster(s, r, k);
    return simulation_append_spikes(s, r, k) ? SRNN_OK : SRNN_ERR_NO_MEMORY;
}

static srnn_status simulation_run(simulation *s, srnn_ctx *ctx, const srnn_model *model)
{
    srnn_spiking_trials_options options = srnn_spiking_trials_options_default();
    options.seed = s->o->s.seed;
    options.domain = s->trials->domain;
    options.n_trials = s->spikes.K;
    options.types = s->spikes.type;
    return srnn_spiking_run_trials(ctx, model, s->trials->task, &s->params, &options, &s->recording,
                                   keep_trial, s);
}

/* ---- the files ---- */

/* What a .mat file has beside the simulation's own arrays, in its shapes. */
typedef struct derived {
    srnn_spiking_network network;
    double *spikes;        /* [3][spikes.n] unit from 1, time in ms, trial from 1 */
    double *population;    /* [N] */
    double *units, *steps; /* [n_units] from 1, [n_recorded] */
} derived;

static void derived_free(derived *d)
{
    srnn_spiking_network_free(&d->network);
    free(d->spikes);
    free(d->population);
    free(d->units);
    free(d->steps);
}

static int derive(const simulation *s, srnn_ctx *ctx, const srnn_model *model, derived *d)
{
    const size_t N = (size_t)s->view.N, n = (size_t)s->spikes.n;
    *d = (derived){.spikes = malloc((3 * n + 1) * sizeof *d->spikes),
                   .population = malloc(N * sizeof *d->population),
                   .units = malloc((size_t)s->recording.n_units * sizeof *d->units),
                   .steps = malloc((size_t)s->n_recorded * sizeof *d->steps)};
    const srnn_status status = srnn_spiking_network_of(ctx, model, &s->params, &d->network);
    if (status) return cli_library_error(s->o, ctx, status);
    if (!d->spikes || !d->population || !d->units || !d->steps)
        return cli_error(s->o, "out of memory");
    for (size_t q = 0; q < n; q++) {
        d->spikes[q] = s->spikes.unit[q] + 1;
        d->spikes[n + q] = s->spikes.time_ms[q];
        d->spikes[2 * n + q] = s->spikes.trial[q] + 1;
    }
    for (size_t i = 0; i < N; i++) d->population[i] = s->spikes.population[i];
    for (int i = 0; i < s->recording.n_units; i++) d->units[i] = s->units[i] + 1;
    for (int i = 0; i < s->n_recorded; i++) d->steps[i] = 1 + (double)i * s->recording.every;
    return CLI_OK;
}

/* `rows` x `columns` for one trial, else with the trial as the third axis. */
static srnn_array trace(const simulation *s, const char *name, int rows, int columns,
                        const double *values)
{
    const int K = s->trials->K;
    return (srnn_array){.name = name,
                        .rank = K > 1 ? 3 : 2,
                        .dims = {(size_t)rows, (size_t)columns, (size_t)K},
                        .doubles = values};
}

static srnn_array matrix_array(const char *name, int rows, size_t columns, const double *values)
{
    return (srnn_array){
        .name = name, .rank = 2, .dims = {(size_t)rows, columns}, .doubles = values};
}

static srnn_status save_mat(const simulation *s, srnn_ctx *ctx, const derived *d)
{
    const srnn_spiking_network *net = &d->network;
    const int N = s->view.N, n_out = s->view.n_out, n_units = s->recording.n_units;
    const size_t K = (size_t)s->trials->K;
    const double seed = (double)s->o->s.seed, nt = s->nt, dt = 1e-3 * s->dt_ms, T = nt * dt;
    const double window_ms[] = {s->spikes.stim_on_ms, s->spikes.stim_off_ms};
    char types[CLI_TYPE_NAMES_MAX];
    cli_type_names(s->trials->def, types);
    const bool scaled = s->params.conversion.by == SRNN_BY_SCALING_FACTOR;
    srnn_array params[11] = {matrix_array("dt", 1, 1, &dt),
                             matrix_array("T", 1, 1, &T),
                             matrix_array("nt", 1, 1, &nt),
                             matrix_array("w_out", n_out, (size_t)N, net->w_out),
                             matrix_array("td", N, 1, net->td_s),
                             matrix_array("td0", N, 1, net->td0_s),
                             matrix_array("w_in", N, (size_t)s->view.n_in, net->w_in),
                             matrix_array("bias", N, 1, net->bias_mv),
                             matrix_array("b_out", n_out, 1, net->b_out)};
    size_t n_params = 9;
    if (scaled)
        params[n_params++] =
            matrix_array("scaling_factor", 1, 1, &s->params.conversion.scaling_factor);
    if (s->ipsc) params[n_params++] = trace(s, "IPSCs", n_units, s->n_recorded, s->ipsc);
    srnn_array arrays[CLI_TRIAL_ARRAYS + 13] = {
        {.name = "params", .fields = params, .n_fields = n_params},
        matrix_array("W", N, (size_t)N, net->W),
        matrix_array("all_fr", N, K, s->all_fr),
        trace(s, "out", n_out, s->nt, s->out),
        {.name = "u",
         .rank = K > 1 ? 3 : 2,
         .dims = {(size_t)s->view.n_in, (size_t)s->C, K},
         .floats = s->u},
        {.name = "spikes", .rank = 2, .dims = {(size_t)s->spikes.n, 3}, .doubles = d->spikes},
        matrix_array("population", 1, (size_t)N, d->population),
        matrix_array("stim_window_ms", 1, 2, window_ms)};
    size_t n = 8;
    cli_trial_arrays(s->trials, types, &seed, arrays + n);
    n += CLI_TRIAL_ARRAYS;
    if (s->recording.what) {
        arrays[n++] = matrix_array("units", 1, (size_t)n_units, d->units);
        arrays[n++] = matrix_array("steps", 1, (size_t)s->n_recorded, d->steps);
    }
    if (s->v) arrays[n++] = trace(s, "REC", n_units, s->n_recorded, s->v);
    if (s->r) arrays[n++] = trace(s, "rs", n_units, s->n_recorded, s->r);
    if (s->spk) arrays[n++] = trace(s, "spk", n_units, s->nt, s->spk);
    return srnn_arrays_save(ctx, s->o->s.out, arrays, n);
}

static int simulation_save(simulation *s, srnn_ctx *ctx, const srnn_model *model)
{
    srnn_status status = SRNN_OK;
    if (s->spikes_only) {
        status = srnn_spikes_save(ctx, &s->spikes, s->o->s.out);
        return status ? cli_library_error(s->o, ctx, status) : CLI_OK;
    }
    derived d;
    int code = derive(s, ctx, model, &d);
    if (!code && (status = save_mat(s, ctx, &d))) code = cli_library_error(s->o, ctx, status);
    derived_free(&d);
    return code;
}

static int run_and_save(simulation *s, srnn_ctx *ctx, const srnn_model *model)
{
    say_size(s, srnn_ctx_threads(ctx));
    if (!simulation_alloc(s)) return cli_error(s->o, "out of memory");
    const srnn_status status = simulation_run(s, ctx, model);
    if (status == SRNN_CANCELLED)
        return cli_error(s->o, "interrupted; %s was not written", s->o->s.out), CLI_INTERRUPTED;
    return status ? cli_library_error(s->o, ctx, status) : simulation_save(s, ctx, model);
}

int cli_simulate_spiking(cli_options *o, srnn_ctx *ctx, const srnn_model *model, cli_trials *trials)
{
    if (!cli_stimulation_choice(o, model, trials->task)) return CLI_FAILED;
    simulation s = {.o = o,
                    .trials = trials,
                    .view = srnn_model_get_view(model),
                    .params = o->s.spiking,
                    .recording = srnn_recording_default(),
                    .C = trials->def->T + 1,
                    .dt_ms = 0.05 * o->s.spiking.downsample};
    if (!cli_spiking_choice(o, ctx, o->args[0], model, &s.params.conversion.scaling_factor))
        return CLI_FAILED;
    if (isnan(s.params.conversion.scaling_factor)) s.params.conversion.by = SRNN_BY_OPERATING_POINT;
    o->s.spiking = s.params;
    s.recording.every = o->s.every;
    if ((o->s.record & SRNN_KEEP_V)) s.recording.what |= SRNN_RECORD_V;
    if ((o->s.record & SRNN_KEEP_IPSC)) s.recording.what |= SRNN_RECORD_IPSC;
    if ((o->s.record & SRNN_KEEP_R)) s.recording.what |= SRNN_RECORD_R;
    s.raster = s.recording.what && (o->s.record & SRNN_KEEP_SPIKES) && o->s.every == 1;
    s.spikes_only = cli_for_spikes_alone(o->s.out);
    s.nt = srnn_spiking_steps(s.C, s.params.downsample);
    s.n_recorded = (s.nt - 1) / o->s.every + 1;
    const int code =
        choose_units(&s) && simulation_fits(&s) ? run_and_save(&s, ctx, model) : CLI_FAILED;
    simulation_free(&s);
    return code;
}
