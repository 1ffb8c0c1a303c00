/* Why the spiking network falls short of the rate network: measured by running the same trials,
   with the same draws, once more with one thing changed. docs/conversion.md has the reasons. */
#define _GNU_SOURCE 1
#include "cli.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const double criterion = 0.95;      /* of the paper */
static const double many_silent = 1.0 / 3; /* networks that do their task have up to 0.3 */
static const double some_saturated = 0.05; /* they have none */
static const double trials_at_most = 1e6;  /* worth telling */

typedef struct patient {
    srnn_ctx *ctx;
    const cli_options *o;
    const char *path;
    const srnn_model *model;
    const srnn_task *task;
    const srnn_task_def *def;
    srnn_search_record search;
    const cli_evaluation *e;
    srnn_spiking_params params;
    double accuracy;   /* of the spiking network */
    bool scaled;       /* by lambda */
    bool short_of;     /* it falls short */
    bool of_rate;      /* and that of a rate network that does the task, or does it better */
    bool any_better;   /* with one thing changed */
    char in_vain[256]; /* "no voltage noise 0.510, ...": the changes and what they gave */
    json_t *findings;
    srnn_status status; /* of the latest run; what ends the diagnosis */
} patient;

static bool clearly_below_rate(const cli_evaluation *e)
{
    double rate_low, spiking_high, other;
    srnn_wilson_interval(e->rate.correct, e->rate.n_trials, &rate_low, &other);
    srnn_wilson_interval(e->spiking.correct, e->spiking.n_trials, &other, &spiking_high);
    return spiking_high < rate_low;
}

static bool reaches_criterion(int correct, int n) { return correct >= criterion * n; }

static bool falls_short(const cli_evaluation *e)
{
    return clearly_below_rate(e) || !reaches_criterion(e->spiking.correct, e->spiking.n_trials);
}

bool cli_converts_badly(const cli_evaluation *e)
{
    return falls_short(e) &&
           (clearly_below_rate(e) || reaches_criterion(e->rate.correct, e->rate.n_trials));
}

/* Takes the numbers. */
static void found(patient *p, const char *code, json_t *numbers, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void found(patient *p, const char *code, json_t *numbers, const char *format, ...)
{
    char sentence[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    json_t *finding = json_pack("{ssso}", "code", code, "sentence", cli_json_text(sentence));
    json_object_update_new(finding, numbers);
    json_array_append_new(p->findings, finding);
}

/* ---- the same trials with one thing changed ---- */

/* +1, -1: clearly more or fewer of n trials are correct than were; 0: neither. */
static int change(int was, int now, int n)
{
    double low, high;
    srnn_wilson_interval(now, n, &low, &high);
    return (low > (double)was / n) - (high < (double)was / n);
}

/* What was wrong of each type, and is with the change. *best, *worst: the types with fewest and
   most errors more. */
static json_t *types_json(const patient *p, const srnn_type_stats *now, int *best, int *worst)
{
    const srnn_type_stats *was = p->e->spiking.types;
    json_t *types = json_array();
    *best = *worst = 0;
    for (int i = 0; i < p->def->n_types; i++) {
        const int gain = now[i].correct - was[i].correct;
        if (gain > now[*best].correct - was[*best].correct) *best = i;
        if (gain < now[*worst].correct - was[*worst].correct) *worst = i;
        json_array_append_new(types, json_pack("{sssisisi}", "type", p->def->type_names[i], "n",
                                               now[i].n, "wrong", was[i].n - was[i].correct,
                                               "wrong_changed", now[i].n - now[i].correct));
    }
    return types;
}

/* "wrong nogo trials: 0 instead of 18 of 100" */
enum { WRONG_SIZE = 160 };
static void tell_wrong(const patient *p, const srnn_type_stats *now, int type,
                       char text[WRONG_SIZE])
{
    const int n = now[type].n;
    snprintf(text, WRONG_SIZE, "wrong %.60s trials: %d instead of %d of %d",
             p->def->type_names[type], n - now[type].correct, n - p->e->spiking.types[type].correct,
             n);
}

/* Is the changed network clearly better, its 95 % interval above the accuracy as it is? Then
   *numbers has both, and `wrong` tells of the trial type that gains most. Where it is not, but one
   type gains what another loses, that is a finding of its own. */
static bool better(patient *p, const srnn_spiking_params *changed, const char *name,
                   json_t **numbers, char wrong[WRONG_SIZE])
{
    if (p->status) return false;
    srnn_spiking_evaluation r;
    p->status = cli_evaluate_spiking(p->ctx, p->o, p->model, p->task, changed, &r);
    const bool diverged = p->status == SRNN_ERR_NUMERIC;
    if (diverged) p->status = SRNN_OK;
    if (diverged || p->status) return false;
    const double accuracy = (double)r.correct / r.n_trials;
    const size_t length = strlen(p->in_vain);
    snprintf(p->in_vain + length, sizeof p->in_vain - length, "%s%s %.3f", length ? ", " : "", name,
             accuracy);

    const srnn_type_stats *was = p->e->spiking.types;
    int best, worst;
    json_t *types = types_json(p, r.types, &best, &worst);
    tell_wrong(p, r.types, best, wrong);
    *numbers = json_pack("{sfsfso}", "accuracy", p->accuracy, "accuracy_changed", accuracy, "types",
                         types);
    if (change(p->e->spiking.correct, r.correct, r.n_trials) > 0) return p->any_better = true;
    if (p->short_of && change(was[best].correct, r.types[best].correct, r.types[best].n) > 0 &&
        change(was[worst].correct, r.types[worst].correct, r.types[worst].n) < 0) {
        char lost[WRONG_SIZE];
        tell_wrong(p, r.types, worst, lost);
        json_object_set_new(*numbers, "change", json_string(name));
        found(p, "trade_off", *numbers,
              "With %s the errors move from one type to another (%s; %s).", name, wrong, lost);
    } else {
        json_decref(*numbers);
    }
    return false;
}

static double accuracy_changed(const json_t *numbers)
{
    return json_real_value(json_object_get(numbers, "accuracy_changed"));
}

static void look_at_stimulation(patient *p)
{
    srnn_spiking_params changed = p->params;
    json_t *numbers;
    char wrong[WRONG_SIZE];
    changed.stimulation.mode = SRNN_STIM_NONE;
    if (p->params.stimulation.mode == SRNN_STIM_NONE ||
        !better(p, &changed, "no stimulation", &numbers, wrong))
        return;
    if (accuracy_changed(numbers) >= criterion) p->of_rate = false; /* the conversion is good */
    found(p, "stimulation", numbers,
          "Without the stimulation %.3f of the same trials are correct, with it %.3f (%s).",
          accuracy_changed(numbers), p->accuracy, wrong);
}

static void look_at_noise(patient *p)
{
    srnn_spiking_params changed = p->params;
    json_t *numbers;
    char wrong[WRONG_SIZE];
    changed.noise_mv = 0;
    if (!(p->params.noise_mv > 0) || !better(p, &changed, "no voltage noise", &numbers, wrong))
        return;
    json_object_set_new(numbers, "noise_mv", json_real(p->params.noise_mv));
    found(p, "voltage_noise", numbers,
          "Without the voltage noise %.3f of the same trials are correct, with its %g mV a step "
          "%.3f (%s): noise drives these responses. `spikernn eval --noise_curve` shows how much "
          "the network bears; search with less --noise_mv, or train with more --noise.",
          accuracy_changed(numbers), p->params.noise_mv, p->accuracy, wrong);
}

static double share_above_threshold(const srnn_spiking_params *q)
{
    const double above = q->v0_high_mv - q->v_peak_mv, width = q->v0_high_mv - q->v0_low_mv;
    if (above < 0) return 0;
    return above >= width ? 1 : above / width;
}

static void look_at_start(patient *p)
{
    srnn_spiking_params changed = p->params;
    json_t *numbers;
    char wrong[WRONG_SIZE];
    changed.v0_low_mv = changed.v0_high_mv = p->params.v_reset_mv;
    if (p->params.v0_low_mv == p->params.v_reset_mv && p->params.v0_high_mv == p->params.v_reset_mv)
        return;
    if (!better(p, &changed, "--v0 reset", &numbers, wrong)) return;
    const double share = share_above_threshold(&p->params);
    json_object_set_new(numbers, "share_above_threshold", json_real(share));
    found(p, "initial_transient", numbers,
          "%.0f %% of the units start at the threshold or above. Started at v_reset_mv, %.3f of "
          "the same trials are correct instead of %.3f (%s): the first transient decides. Try --v0 "
          "reset (v_reset_mv) or rest (bias_mv), in the search and here.",
          100 * share, accuracy_changed(numbers), p->accuracy, wrong);
}

static void look_at_b_out(patient *p)
{
    srnn_spiking_params changed = p->params;
    json_t *numbers;
    char wrong[WRONG_SIZE];
    changed.add_b_out = true;
    if (!p->scaled || p->params.add_b_out || p->params.use_readout ||
        !better(p, &changed, "--add_b_out", &numbers, wrong))
        return;
    found(p, "b_out", numbers,
          "With the rate network's b_out added to the output %.3f of the same trials are correct "
          "instead of %.3f (%s): try --add_b_out, in the search and here.",
          accuracy_changed(numbers), p->accuracy, wrong);
}

/* After the other changes. */
static void look_at_the_rest(patient *p)
{
    if (!p->of_rate || p->any_better || !*p->in_vain) return;
    found(p, "conversion", json_pack("{sf}", "accuracy", p->accuracy),
          "None of these changes makes the same trials clearly better (%.3f are correct): %s. What "
          "fails is the conversion, or another parameter.",
          p->accuracy, p->in_vain);
}

/* ---- the units ---- */

static void look_at_units(patient *p)
{
    const srnn_comparison *c = &p->e->comparison;
    const double silent = (double)c->n_silent / c->N, saturated = (double)c->n_saturated / c->N;
    if (!p->short_of) return;
    if (silent >= many_silent)
        found(
            p, "silent_units", json_pack("{sf}", "share", silent),
            "%.0f %% of the units are silent, without a spike in %d trials of each type: %stry %s.",
            100 * silent, c->n_trials,
            p->params.noise_mv > 0 ? ""
                                   : "without voltage noise a unit that nothing drives never "
                                     "fires; ",
            p->scaled ? "larger --scaling_factors, with which they inhibit each other less, or a "
                        "higher --bias_mv"
                      : "a search for the operating point with these parameters");
    if (saturated >= some_saturated)
        found(p, "saturated_units", json_pack("{sf}", "share", saturated),
              "%.0f %% of the units are saturated, at times above 80 %% of the %.0f Hz that the "
              "refractory time lets through: they cannot tell more from much. Try %sa lower "
              "--bias_mv or a shorter --tref_ms.",
              100 * saturated, c->ceiling_hz, p->scaled ? "larger --scaling_factors, " : "");
}

/* ---- what file and numbers tell without another run ---- */

static void look_at_networks(patient *p)
{
    const double rate = (double)p->e->rate.correct / p->e->rate.n_trials;
    double low, high;
    srnn_wilson_interval(p->e->rate.correct, p->e->rate.n_trials, &low, &high);
    if (p->short_of && high < criterion)
        found(p, "rate_network", json_pack("{sf}", "accuracy", rate),
              "The rate network itself is correct in %.3f of the trials, below %g: what "
              "the spiking network is made from does not do the task. Train it further.",
              rate, criterion);
    if (p->short_of && p->params.use_initial_weights)
        found(p, "initial_weights", json_object(),
              "These are the weights before training (--use_initial_weights).");
}

static void look_at_conversion(patient *p)
{
    const srnn_activation activation = srnn_model_get_view(p->model).activation;
    const srnn_operating_point point = srnn_model_get_operating_point(p->model);
    if (!p->of_rate || !p->scaled) return;
    if (activation != SRNN_SIGMOID)
        found(p, "activation",
              json_pack("{ss}", "activation", srnn_option_choice("act", activation)),
              "λ alone converts %s: no one number makes its curve that of a spiking unit.",
              activation == SRNN_SOFTPLUS
                  ? "softplus units less well than sigmoids (55 against 94 of the paper's 100 "
                    "networks reached 0.95)"
                  : "clipped_relu units badly (none of the paper's 100 networks reached 0.95)");
    if (p->params.neuron != SRNN_LIF || p->params.use_initial_weights) return;
    if (!point.gain)
        found(p, "no_operating_point", json_object(),
              "The file holds no operating point, which gives every unit a gain and a bias of its "
              "own and mends most networks that λ does not convert: `spikernn search --conversion "
              "operating-point %s`.",
              p->path);
    char tested[64] = "";
    if (point.gain && point.n_trials > 0)
        snprintf(tested, sizeof tested, ", correct in %.3f of %d fresh trials", point.perf,
                 point.n_trials);
    if (point.gain && !(point.n_trials > 0 && point.perf <= p->accuracy))
        found(p, "operating_point_unused",
              json_pack("{soso}", "accuracy",
                        point.n_trials > 0 ? json_real(point.perf) : json_null(), "n",
                        json_integer(point.n_trials)),
              "The file holds an operating point%s, which gives every unit a gain and a bias of "
              "its own: try --conversion operating-point.",
              tested);
}

/* Is lambda the one that the search has chosen? */
static bool of_search(const patient *p, int *best)
{
    const srnn_search_record *s = &p->search;
    *best = 0;
    while (*best < s->n && s->scaling_factors[*best] != s->opt_scaling_factor) ++*best;
    return p->scaled && *best < s->n && s->opt_scaling_factor == p->params.scaling_factor;
}

/* "noise_mv 0.1 instead of 3, ...": in what the parameters in a search's settings differ from
   those of now; "": not at all, or it is not known. */
static void differences(const patient *p, const char *of_then, char text[512])
{
    json_t *settings = json_loads(of_then, 0, NULL), *here = cli_json_spiking(&p->params);
    const char *name;
    json_t *now;
    size_t length = 0;
    *text = '\0';
    json_object_foreach(here, name, now)
    {
        const json_t *then = json_object_get(json_object_get(settings, "spiking"), name);
        const bool same = json_is_number(now) && json_is_number(then)
                              ? json_number_value(now) == json_number_value(then)
                              : json_equal(now, then);
        if (!then || same || !strcmp(name, "precision")) continue;
        char *was = json_dumps(then, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        char *is = json_dumps(now, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        if (was && is && length < 512)
            length += (size_t)snprintf(text + length, 512 - length, "%s%s %s instead of %s",
                                       length ? ", " : "", name, was, is);
        free(was);
        free(is);
    }
    json_decref(here);
    json_decref(settings);
}

static void look_at_parameters(patient *p)
{
    const char *of_point = srnn_model_get_operating_point(p->model).settings;
    const char *of_readout = srnn_model_get_readout(p->model).settings;
    const bool readout = p->params.use_readout;
    int best;
    char text[512];
    if (!p->short_of || (p->scaled && !readout && !of_search(p, &best))) return;
    const char *settings = readout ? of_readout : p->scaled ? p->search.settings : of_point;
    differences(p, settings ? settings : "", text);
    if (!*text) return;
    found(p, "search_parameters", json_pack("{ss}", "differences", text),
          "%s was found with other parameters, %s: search with those of now.",
          readout     ? "The readout"
          : p->scaled ? "λ"
                      : "The operating point",
          text);
}

static void look_at_edge(patient *p)
{
    const srnn_search_record *s = &p->search;
    int best;
    if (!of_search(p, &best) || s->n < 2) return;
    const double lambda = s->opt_scaling_factor;
    bool lowest = true, highest = true;
    double nearest = INFINITY;
    for (int i = 0; i < s->n; i++) {
        const double away = s->scaling_factors[i] - lambda;
        lowest &= away >= 0;
        highest &= away <= 0;
        if (away != 0) nearest = fmin(nearest, fabs(away));
    }
    if (lowest == highest) return;
    const double step = lowest ? lambda / 10 : nearest;
    const double start = lowest ? step : lambda, stop = lowest ? lambda : lambda + 10 * step;
    found(p, "grid_edge",
          json_pack("{sfss}", "scaling_factor", lambda, "edge", lowest ? "lowest" : "highest"),
          "The best λ of the search, %g, is the %s that was tried: beyond it may be a better one. "
          "Try search --refine, or --scaling_factors %g:%g:%g.",
          lambda, lowest ? "lowest" : "highest", start, stop, step);
}

static void look_at_choice(patient *p)
{
    const srnn_search_record *s = &p->search;
    int best;
    if (!of_search(p, &best) || s->test_trials < 1) return;
    double low, high;
    srnn_wilson_interval((int)lround(s->test_perf * s->test_trials), s->test_trials, &low, &high);
    if (high >= s->all_perfs[best]) return;
    found(p, "choice",
          json_pack("{sfsisfsi}", "accuracy", s->all_perfs[best], "n", s->n_trials,
                    "accuracy_fresh", s->test_perf, "n_fresh", s->test_trials),
          "The best of %d λ was correct in %.3f of the %d trials that chose it, but in %.3f of %d "
          "fresh ones: it was best partly by luck. Try search with more --n_trials.",
          s->n, s->all_perfs[best], s->n_trials, s->test_perf, s->test_trials);
}

/* How many trials would tell: those whose Wilson interval about this accuracy ends at the
   criterion. */
static void look_at_trials(patient *p)
{
    const int correct = p->e->spiking.correct, n = p->e->spiking.n_trials;
    const double z = 1.959963984540054, away = p->accuracy - criterion;
    double low, high;
    srnn_wilson_interval(correct, n, &low, &high);
    if (low >= criterion || high <= criterion) return;
    const double needed = floor(z * z * criterion * (1 - criterion) / (away * away)) + 1;
    const bool tells = needed <= trials_at_most; /* not where away is 0 */
    const double of_type = ceil(needed / p->def->n_types);
    char advice[160];
    if (tells)
        snprintf(advice, sizeof advice, "about %.0f trials would (%s %.0f)", needed,
                 strcmp(p->o->verb->name, "run") ? "--n_trials" : "--test_trials", of_type);
    else
        snprintf(advice, sizeof advice, "so near to it more than a million trials would not");
    found(p, "too_few_trials",
          json_pack("{sfs[ff]siso}", "accuracy", p->accuracy, "interval", low, high, "n", n,
                    "n_needed", tells ? json_integer((json_int_t)needed) : json_null()),
          "The 95 %% interval, %.3f – %.3f, holds %g: %d trials do not tell whether the network "
          "reaches it; with this accuracy %s.",
          low, high, criterion, n, advice);
}

/* ---- all of it ---- */

srnn_status cli_diagnose(srnn_ctx *ctx, const cli_options *o, const char *path,
                         const srnn_model *model, const srnn_task *task,
                         const srnn_search_record *search, const cli_evaluation *e,
                         json_t **diagnosis)
{
    *diagnosis = NULL;
    if (!e->has_spiking) return SRNN_OK;
    const bool short_of = falls_short(e);
    if (o->s.diagnose == 2 || (o->s.diagnose == 0 && !short_of)) return SRNN_OK;
    patient p = {.ctx = ctx,
                 .o = o,
                 .path = path,
                 .model = model,
                 .task = task,
                 .def = srnn_task_get_def(task),
                 .search = *search,
                 .e = e,
                 .params = cli_converted(o, e->scaling_factor),
                 .accuracy = (double)e->spiking.correct / e->spiking.n_trials,
                 .scaled = !isnan(e->scaling_factor),
                 .short_of = short_of,
                 .of_rate = cli_converts_badly(e),
                 .findings = json_array()};
    void (*const looks[])(patient *) = {look_at_networks, look_at_stimulation, look_at_noise,
                                        look_at_start,    look_at_b_out,       look_at_the_rest,
                                        look_at_units,    look_at_conversion,  look_at_parameters,
                                        look_at_edge,     look_at_choice,      look_at_trials};
    for (size_t i = 0; i < sizeof looks / sizeof *looks && !p.status; i++) looks[i](&p);
    if (p.status)
        json_decref(p.findings);
    else
        *diagnosis = p.findings;
    return p.status;
}

/* Words of UTF-8 in lines of at most `width` letters, the first of them after `bullet`. */
static void print_wrapped(const char *bullet, const char *text, int width)
{
    int column = printf("%s", bullet);
    const int indent = column;
    for (const char *end; *text; text = *end ? end + 1 : end) {
        end = strchrnul(text, ' ');
        int letters = 0;
        for (const char *c = text; c < end; c++) letters += (*c & 0xc0) != 0x80;
        if (column > indent && column + 1 + letters > width) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        column += printf("%s", column > indent ? " " : "") + letters;
        printf("%.*s", (int)(end - text), text);
    }
    putchar('\n');
}

void cli_print_diagnosis(const json_t *diagnosis)
{
    if (!diagnosis) return;
    puts("\nwhy it may fail");
    size_t i;
    const json_t *finding;
    json_array_foreach(diagnosis, i, finding)
    {
        print_wrapped("  - ", json_string_value(json_object_get(finding, "sentence")), 80);
    }
    if (!json_array_size(diagnosis)) puts("  - Nothing that is looked for was found.");
}
