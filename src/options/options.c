/* A set of options, and what depends on several of them. */
#define _GNU_SOURCE 1
#include "options/options.h"
#include "core/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

bool srnn__option_is(const char *option, const char *name)
{
    while (*option && (*option == *name || (*option == '_' && *name == '-'))) option++, name++;
    return *option == *name;
}

/* ---- defaults ---- */

static const double default_grid[] = {20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75};

srnn_settings srnn__options_usual(void)
{
    return (srnn_settings){
        .size = sizeof(srnn_settings),
        .task_settings = srnn_task_settings_default(),
        .network = srnn_model_params_default(),
        .training = srnn_train_options_default(),
        .scaling_factor = (double)NAN,
        .scaling_factors = {sizeof default_grid / sizeof *default_grid, default_grid},
        .search_trials = 100,
        .fresh_trials = -1,
        .spiking = srnn_spiking_params_default(),
        .downsample = 1,
        .dt_ms = SRNN__STEP_MS,
        .test_trials = 100,
        .observed_trials = 20,
        .window_ms = {0, HUGE_VAL},
        .bin_ms = 10,
        .kernel_ms = 20,
        .components = 10,
        .fixed_starts = 40,
        .recorded_trials = 1,
        .record = SRNN_KEEP_SPIKES,
        .every = 1,
        .formats = 3, /* png, svg */
        .share = 0.1,
        .pathways = 15};
}

srnn_status srnn_options_create(srnn_ctx *ctx, srnn_options **out)
{
    *out = calloc(1, sizeof **out);
    if (!*out) return srnn__no_memory(ctx);
    (*out)->settings = srnn__options_usual();
    return SRNN_OK;
}

void srnn_options_free(srnn_options *o)
{
    if (!o) return;
    for (int i = 0; i < SRNN__N_OPTIONS; i++) {
        free(o->texts[i]);
        free(o->numbers[i]);
    }
    free(o);
}

srnn_status srnn_options_copy(srnn_ctx *ctx, const srnn_options *o, srnn_options **out)
{
    srnn_status status = srnn_options_create(ctx, out);
    for (int i = 0; i < SRNN__N_OPTIONS && !status; i++) {
        if (!o->given[i]) continue;
        const srnn_option *row = srnn_option_at(i);
        status = srnn__option_parse(ctx, *out, row, row->name, o->texts[i]);
        (*out)->given[i] = o->given[i];
        memcpy((*out)->called[i], o->called[i], sizeof o->called[i]);
    }
    if (!status) (*out)->n_given = o->n_given;
    return status;
}

/* ---- one option ---- */

const char *srnn__option_nearest(const char *name)
{
    const char *names[SRNN__N_OPTIONS + 1] = {NULL};
    for (int i = 0; i < SRNN__N_OPTIONS; i++) names[i] = srnn_option_at(i)->name;
    return srnn__nearest(name, names);
}

static srnn_status options_unknown(srnn_ctx *ctx, const char *name)
{
    const char *nearest = srnn__option_nearest(name), *prefix = srnn__option_prefix(ctx);
    if (!nearest)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "option '%s%s' is unknown", prefix, name);
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "option '%s%s' is unknown; did you mean '%s%s'?",
                      prefix, name, prefix, nearest);
}

srnn_status srnn_options_set(srnn_ctx *ctx, srnn_options *o, const char *name, const char *text)
{
    const srnn_option *row = srnn_option_named(name);
    if (!row) return options_unknown(ctx, name);
    const int i = srnn__option_place(row);
    char shown[80];
    snprintf(shown, sizeof shown, "%s%s", srnn__option_prefix(ctx),
             *o->called[i] ? o->called[i] : row->name);
    const srnn_status status = srnn__option_parse(ctx, o, row, shown, text);
    if (!status) o->given[i] = ++o->n_given;
    return status;
}

static size_t field_size(srnn_option_kind kind)
{
    switch (kind) {
    case SRNN_OPTION_FLAG:
    case SRNN_OPTION_BOOL: return sizeof(bool);
    case SRNN_OPTION_LONG: return sizeof(int64_t);
    case SRNN_OPTION_REAL: return sizeof(double);
    case SRNN_OPTION_NUMBERS:
    case SRNN_OPTION_GRID: return sizeof(srnn_numbers);
    case SRNN_OPTION_STEPS: return 2 * sizeof(int);
    case SRNN_OPTION_TIMES: return 2 * sizeof(double);
    case SRNN_OPTION_TEXT:
    case SRNN_OPTION_FOLDER: return sizeof(char *);
    default: return sizeof(int);
    }
}

srnn_status srnn_options_new_seed(srnn_ctx *ctx, srnn_options *o)
{
    uint32_t seed;
    char text[32];
    if (srnn_options_given(o, "seed")) return SRNN_OK;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = (uint32_t)time(NULL);
    snprintf(text, sizeof text, "{\"seed\": %u}", seed);
    return srnn_options_set_json(ctx, o, text, "a new seed");
}

static void copy_value(const srnn_option *row, srnn_settings *to, const srnn_settings *from)
{
    memcpy((char *)to + row->field, (const char *)from + row->field, field_size(row->kind));
}

void srnn_options_forget(srnn_options *o, const char *name)
{
    const srnn_option *row = srnn_option_named(name);
    const srnn_settings usual = srnn__options_usual();
    if (!row) return;
    o->given[srnn__option_place(row)] = 0;
    if (row->kind == SRNN_OPTION_SETTING) {
        srnn_task_setting_put(&o->settings.task_settings, srnn__option_setting(row), -1);
        return;
    }
    copy_value(row, &o->settings, &usual);
}

void srnn_options_call(srnn_options *o, const char *name, const char *called)
{
    const srnn_option *row = srnn_option_named(name);
    if (!row) return;
    const int i = srnn__option_place(row);
    snprintf(o->called[i], sizeof o->called[i], "%s", called);
}

int srnn_options_given(const srnn_options *o, const char *name)
{
    const srnn_option *row = srnn_option_named(name);
    return row ? o->given[srnn__option_place(row)] : 0;
}

const srnn_settings *srnn_options_settings(const srnn_options *o) { return &o->settings; }

/* ---- what depends on several ---- */

static bool given(const srnn_options *o, const char *name) { return srnn_options_given(o, name); }

static void finish_taus(srnn_options *o, const srnn_task_def *def)
{
    srnn_settings *s = &o->settings;
    if (given(o, "decay_taus")) {
        s->network.n_taus = s->decay_taus.n;
        memcpy(s->network.taus, s->decay_taus.x, (size_t)s->decay_taus.n * sizeof(double));
    } else if (def && def->decay_taus[1] > 0) {
        s->network.n_taus = 2;
        memcpy(s->network.taus, def->decay_taus, sizeof def->decay_taus);
    }
    s->decay_taus = (srnn_numbers){s->network.n_taus, s->network.taus};
}

/* What the preset sets and was not given. Without a task nothing is trained. */
static void finish_preset(srnn_options *o, const srnn_task_def *def)
{
    static const char *const names[] = {"gain",      "balanced",   "taus_gaus_mean",
                                        "grad_clip", "w_gradient", "noise"};
    enum { N = sizeof names / sizeof *names };
    srnn_settings *s = &o->settings, usual = srnn__options_usual(), preset = *s;
    if (!def) return;
    if (!given(o, "preset")) s->preset = def->preset;
    for (int i = 0; i < N; i++) copy_value(srnn_option_named(names[i]), &preset, &usual);
    srnn_preset_apply(s->preset, &preset.network, &preset.training);
    for (int i = 0; i < N; i++)
        if (!given(o, names[i])) copy_value(srnn_option_named(names[i]), s, &preset);
}

static srnn_status finish_neuron(srnn_ctx *ctx, srnn_options *o)
{
    srnn_settings *s = &o->settings;
    srnn_spiking_params *p = &s->spiking;
    const srnn_spiking_params usual = srnn_spiking_params_of(p->neuron.model);
    const char *prefix = srnn__option_prefix(ctx);
    if (!given(o, "v_reset_mv")) p->neuron.v_reset_mv = usual.neuron.v_reset_mv;
    if (!given(o, "v_peak_mv")) p->neuron.v_peak_mv = usual.neuron.v_peak_mv;
    if (!given(o, "bias_mv")) p->neuron.bias_mv = usual.neuron.bias_mv;
    p->neuron.v0_low_mv = usual.neuron.v0_low_mv;
    p->neuron.v0_high_mv = usual.neuron.v0_high_mv;
    if (s->v0 == SRNN_V0_RESET) p->neuron.v0_low_mv = p->neuron.v0_high_mv = p->neuron.v_reset_mv;
    if (s->v0 == SRNN_V0_REST) p->neuron.v0_low_mv = p->neuron.v0_high_mv = p->neuron.bias_mv;
    p->conversion.use_readout = s->readout == 1;
    if (!(p->neuron.v_reset_mv < p->neuron.v_peak_mv))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sv_reset_mv is %g; expected a voltage below %sv_peak_mv, %g", prefix,
                          p->neuron.v_reset_mv, prefix, p->neuron.v_peak_mv);
    return SRNN_OK;
}

static srnn_status finish_step(srnn_ctx *ctx, srnn_options *o)
{
    srnn_settings *s = &o->settings;
    const char *prefix = srnn__option_prefix(ctx);
    const int of_dt = srnn_options_given(o, "dt_ms"),
              of_columns = srnn_options_given(o, "downsample");
    /* one that was set wins over the other of a configuration */
    const bool step = of_dt && !(of_dt < 0 && of_columns > 0);
    const bool every = of_columns && !(of_columns < 0 && of_dt > 0);
    const double columns = round(s->dt_ms / SRNN__STEP_MS);
    if (step && (columns < 1 || columns > 20 || fabs(columns * SRNN__STEP_MS - s->dt_ms) > 1e-9))
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sdt_ms is %g; expected a multiple of 0.05, up to 1", prefix, s->dt_ms);
    if (step && every && s->downsample != (int)columns)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sdownsample is %d, but %sdt_ms is %g; expected 0.05 x %d = %g", prefix,
                          s->downsample, prefix, s->dt_ms, s->downsample,
                          SRNN__STEP_MS * s->downsample);
    if (step) s->downsample = (int)columns;
    if (!step) s->dt_ms = SRNN__STEP_MS * s->downsample;
    s->spiking.downsample = s->downsample;
    return SRNN_OK;
}

/* The latest of the names that was set, not by a configuration; NULL: none. */
static const char *latest_of(const srnn_options *o, const char *const *names)
{
    const char *latest = NULL;
    int order = 0;
    for (; *names; names++)
        if (srnn_options_given(o, *names) > order) order = srnn_options_given(o, latest = *names);
    return latest;
}

static srnn_status finish_stimulation(srnn_ctx *ctx, const srnn_options *o)
{
    static const char *const parts[] = {"stim_window", "stim_units", "stim_probability", "stim_mv",
                                        NULL};
    const srnn_stimulation *s = &o->settings.spiking.stimulation;
    const char *prefix = srnn__option_prefix(ctx), *latest = latest_of(o, parts);
    if (s->mode != SRNN_STIM_NONE && s->on < 1)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sstim_window is missing; expected ON:OFF in steps for %sstim_mode",
                          prefix, prefix);
    if (s->mode != SRNN_STIM_NONE && !o->settings.stim_units)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sstim_units is missing; expected units, as 1,3:7 or pv, for "
                          "%sstim_mode",
                          prefix, prefix);
    if (!given(o, "stim_mode") && latest)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s%s needs a stimulation; expected %sstim_mode exc or inh", prefix,
                          latest, prefix);
    return SRNN_OK;
}

static srnn_status finish_conversion(srnn_ctx *ctx, const srnn_options *o)
{
    static const char *const grid[] = {"scaling_factors", "criterion", "refine", "racing", NULL};
    const srnn_settings *s = &o->settings;
    const char *prefix = srnn__option_prefix(ctx), *latest = latest_of(o, grid);
    if (s->spiking.conversion.use_readout && s->spiking.conversion.use_initial_weights)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sreadout ridge is for the trained weights; expected it without "
                          "%suse_initial_weights",
                          prefix, prefix);
    if (s->conversion != SRNN_BY_OPERATING_POINT) return SRNN_OK;
    if (s->spiking.neuron.model == SRNN_QIF)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sconversion operating-point is for LIF units; expected it without "
                          "%sneuron qif",
                          prefix, prefix);
    if (s->spiking.conversion.use_initial_weights)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%sconversion operating-point is for the trained weights; expected it "
                          "without %suse_initial_weights",
                          prefix, prefix);
    if (latest)
        return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                          "%s%s is of the search for the scaling factor; expected it without "
                          "%sconversion operating-point",
                          prefix, latest, prefix);
    return SRNN_OK;
}

static srnn_status finish_analysis(srnn_ctx *ctx, const srnn_options *o)
{
    if (fmod(o->settings.bin_ms, 5) == 0) return SRNN_OK;
    return srnn__fail(ctx, SRNN_ERR_ARGUMENT,
                      "%sbin_ms is %g; expected a multiple of 5, the rate network's step",
                      srnn__option_prefix(ctx), o->settings.bin_ms);
}

srnn_status srnn_options_fit(srnn_ctx *ctx, const srnn_options *o, const srnn_task_def *def)
{
    for (int i = 0; srnn_task_setting_at(i); i++) {
        const double value = srnn_task_setting_get(&o->settings.task_settings, i);
        if (value >= 0 && srnn_task_setting_get(&def->settings, i) < 0 &&
            !srnn_task_setting_at(i)->every)
            return srnn__fail(ctx, SRNN_ERR_ARGUMENT, "%s%s is %g, but the task '%s' has none",
                              srnn__option_prefix(ctx), srnn_task_setting_at(i)->name, value,
                              def->name);
    }
    return SRNN_OK;
}

srnn_status srnn_options_finish(srnn_ctx *ctx, srnn_options *o, const srnn_task_def *def)
{
    finish_taus(o, def);
    finish_preset(o, def);
    if (def && !given(o, "min_trials")) o->settings.training.min_trials = def->min_trials;
    srnn_status status = finish_neuron(ctx, o);
    if (!status) status = finish_step(ctx, o);
    if (!status) status = finish_stimulation(ctx, o);
    if (!status) status = finish_conversion(ctx, o);
    return status ? status : finish_analysis(ctx, o);
}

/* ---- the structs of other functions ---- */

srnn_model_params srnn_options_network(const srnn_options *o, const srnn_task_def *def)
{
    srnn_model_params params = o->settings.network;
    params.n_in = def->n_in;
    params.n_out = def->n_out;
    params.seed = o->settings.seed;
    return params;
}

srnn_train_options srnn_options_training(const srnn_options *o)
{
    srnn_train_options training = o->settings.training;
    training.seed = o->settings.seed;
    return training;
}

srnn_search_options srnn_options_search(const srnn_options *o)
{
    const srnn_settings *s = &o->settings;
    srnn_search_options search = srnn_search_options_default();
    search.seed = s->seed;
    search.n_trials = s->search_trials;
    search.test_trials = s->fresh_trials < 0 ? s->search_trials : s->fresh_trials;
    search.n = s->scaling_factors.n;
    search.scaling_factors = s->scaling_factors.x;
    search.criterion = s->criterion;
    search.refine = s->refine;
    search.racing = s->racing;
    search.again = s->again;
    search.spiking = s->spiking;
    return search;
}

/* Trials of the table are those of a search for the scaling factor: without them each has its own
   default. */
static void options_put_trials(const srnn_options *o, int *n_trials, int *test_trials)
{
    const srnn_settings *s = &o->settings;
    if (given(o, "search_trials")) *test_trials = s->search_trials;
    if (given(o, "search_trials") && n_trials) *n_trials = s->search_trials;
    if (s->fresh_trials >= 0) *test_trials = s->fresh_trials;
}

srnn_operating_options srnn_options_operating(const srnn_options *o)
{
    srnn_operating_options operating = srnn_operating_options_default();
    operating.seed = o->settings.seed;
    options_put_trials(o, &operating.n_trials, &operating.test_trials);
    operating.spiking = o->settings.spiking;
    return operating;
}

srnn_spiking_params srnn_options_spiking(const srnn_options *o, double scaling_factor)
{
    srnn_spiking_params params = o->settings.spiking;
    params.conversion.by = isnan(scaling_factor) ? SRNN_BY_OPERATING_POINT : SRNN_BY_SCALING_FACTOR;
    params.conversion.scaling_factor = scaling_factor;
    return params;
}

srnn_readout_options srnn_options_readout(const srnn_options *o, double scaling_factor)
{
    srnn_readout_options readout = srnn_readout_options_default();
    readout.seed = o->settings.seed;
    options_put_trials(o, NULL, &readout.test_trials);
    readout.spiking = srnn_options_spiking(o, scaling_factor);
    return readout;
}

srnn_evaluate_options srnn_options_evaluation(const srnn_options *o,
                                              const srnn_spiking_params *spiking)
{
    srnn_evaluate_options evaluate = srnn_evaluate_options_default();
    evaluate.seed = o->settings.seed;
    evaluate.n_trials = o->settings.test_trials;
    evaluate.spiking = spiking;
    return evaluate;
}

srnn_spiking_eval_options srnn_options_noise_curve(const srnn_options *o)
{
    srnn_spiking_eval_options evaluate = srnn_spiking_eval_options_default();
    evaluate.seed = o->settings.seed;
    evaluate.n_trials = o->settings.test_trials;
    evaluate.balanced = true;
    return evaluate;
}

srnn_observe_options srnn_options_observation(const srnn_options *o,
                                              const srnn_spiking_params *spiking)
{
    srnn_observe_options observe = srnn_observe_options_default();
    observe.seed = o->settings.seed;
    observe.n_trials = o->settings.observed_trials;
    observe.spiking = spiking;
    return observe;
}

/* ---- help ---- */

static bool names_choices(const srnn_option *row)
{
    const char *const *first = row->choices;
    return !first || (strstr(row->help, first[0]) && (!first[1] || strstr(row->help, first[1])));
}

/* Which are the task room's. */
static void setting_range(const srnn_option *row, char text[80])
{
    const srnn_task_setting *setting = srnn_task_setting_at(srnn__option_setting(row));
    if (setting->whole)
        snprintf(text, 80, "%d or more", setting->least);
    else
        snprintf(text, 80, "above 0");
}

char *srnn_option_help(const srnn_option *row)
{
    char *text = NULL, range[80] = "", choices[SRNN__CHOICES_MAX] = "";
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (!to) return NULL;
    const srnn_settings settings = srnn__options_usual();
    char *usual = row->usual ? strdup(row->usual) : srnn__option_text(row, &settings);
    const bool number = row->kind == SRNN_OPTION_WHOLE || row->kind == SRNN_OPTION_LONG ||
                        row->kind == SRNN_OPTION_REAL;
    if (number) srnn__option_range(row, range);
    if (row->kind == SRNN_OPTION_SETTING && strcmp(row->value, "0|1") != 0)
        setting_range(row, range);
    if (row->choices) srnn__option_choices(row, choices);
    fputs(row->help, to);
    if (*range && !strstr(row->help, range) && row->most != (double)SRNN_SEED_MAX)
        fprintf(to, ", %s", range);
    if (!names_choices(row)) fprintf(to, ": %s", choices);
    if (row->kind != SRNN_OPTION_FLAG && usual && *usual) fprintf(to, " (default %s)", usual);
    free(usual);
    return fclose(to) ? free(text), NULL : text;
}
